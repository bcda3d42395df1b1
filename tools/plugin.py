"""Fills `plugin/lib/ctxload.zip`: what the plugin carries, so that it works where ctxload is not installed.

    nox -s plugin                  # the sources as they are now; the libraries as they were
    nox -s plugin -- --libraries   # the libraries of this environment, too

The same sources give the same bytes on any machine: names in order, one date, nothing compressed. `run.py` gets a mark of what
is in the archive, by which it knows what it has unpacked before.
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from zlib import crc32

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src"
FOLDER = ROOT / "plugin"
ARCHIVE = FOLDER / "lib" / "ctxload.zip"
RUN = FOLDER / "lib" / "run.py"
#: The libraries that are carried, and the folder of each: pure Python, needed to compile an index.
LIBRARIES = {"PyYAML": "yaml", "packaging": "packaging"}
#: Where a start begins, and the room that is not carried because it needs libraries that are not.
BEGINNINGS, LEFT_OUT = ("__init__", "__main__", "small", "start"), "cli"
#: What of the libraries is of no use there.
LIBRARY_LEFT_OUT = {"licenses", "metadata.py", "pylock.py", "direct_url.py", "dependency_groups.py"}
DATE = (1980, 1, 1, 0, 0, 0)


def sources() -> dict[str, bytes]:
    """The files of ctxload that a start can come to, by their names in the archive."""
    package = SOURCES / "ctxload"
    rooms = reached(package)
    return {
        path.relative_to(SOURCES).as_posix(): text_of(path)
        for path in sorted(package.rglob("*"))
        if path.is_file()
        and (path.suffix == ".json" or path.relative_to(package).parts[0].removesuffix(".py") in {*rooms, "findings"})
        and path.suffix != ".pyc"
    }


def reached(package: Path) -> set[str]:
    """The rooms that are imported, at once or later, from where a start begins."""
    found: set[str] = set()
    waiting = [*BEGINNINGS]
    while waiting:
        room = waiting.pop()
        if room in found or room == LEFT_OUT:
            continue
        found.add(room)
        files = [package / f"{room}.py"] if (package / f"{room}.py").exists() else [*(package / room).rglob("*.py")]
        waiting += [name for path in files for name in imported(path, len(path.relative_to(package).parts) - 1)]
    return {room for room in found if (package / f"{room}.py").exists() or (package / room).is_dir()}


def imported(path: Path, depth: int) -> list[str]:
    """The rooms that a file imports."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level > depth:
            found += [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]
    return found


def libraries() -> dict[str, bytes]:
    """The files of the libraries of this environment, their licences and versions."""
    found, versions = {}, {}
    for name, folder in LIBRARIES.items():
        package = distribution(name)
        versions[name] = package.version
        for file in package.files or ():
            if file.parts[0] == folder and file.suffix == ".py" and not LIBRARY_LEFT_OUT & set(file.parts):
                found[file.as_posix()] = text_of(Path(str(file.locate())))
            elif ".dist-info" in file.parts[0] and file.name.upper().startswith("LICENSE"):
                found[f"{folder}/{file.name}"] = text_of(Path(str(file.locate())))
    return {**found, "libraries.json": (json.dumps(versions, indent=2) + "\n").encode()}


def carried() -> dict[str, bytes]:
    """The libraries that are in the archive now."""
    if not ARCHIVE.exists():
        return {}
    with zipfile.ZipFile(ARCHIVE) as file:
        return {name: file.read(name) for name in file.namelist() if not name.startswith("ctxload/")}


def text_of(path: Path) -> bytes:
    """A text with plain line ends, whatever this machine has."""
    return path.read_bytes().replace(b"\r\n", b"\n")


def archive(files: dict[str, bytes]) -> bytes:
    """The bytes of an archive: the same for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, DATE)
            info.create_system, info.external_attr = 3, 0o644 << 16
            file.writestr(info, files[name])
    return out.getvalue()


def version() -> str:
    """The version of ctxload."""
    found = re.search(r'__version__ = "([^"]+)"', (SOURCES / "ctxload" / "__init__.py").read_text(encoding="utf-8"))
    assert found
    return found[1]


def plan(files: dict[str, bytes]) -> dict[Path, bytes]:
    """What the written files of the plugin should hold, for these files in the archive."""
    data = archive(files)
    run = re.sub(rb'^BUILD = "[^"]*"', f'BUILD = "{version()}-{crc32(data):08x}"'.encode(), text_of(RUN), flags=re.M)
    manifest = FOLDER / ".claude-plugin" / "plugin.json"
    told = re.sub(rb'"version": "[^"]*"', f'"version": "{version()}"'.encode(), text_of(manifest))
    return {ARCHIVE: data, RUN: run, manifest: told, FOLDER / "LICENSE": text_of(ROOT / "LICENSE")}


def main(arguments: list[str]) -> int:
    """Writes what has changed, and says so."""
    kept = libraries() if "--libraries" in arguments or not ARCHIVE.exists() else carried()
    for path, data in plan({**sources(), **kept}).items():
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
            print(f"wrote {path.relative_to(ROOT).as_posix()} ({len(data):,} bytes)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
