"""Fills `plugin/third_party/`: the libraries that the plugin carries, so that it works where nothing is installed but
Python.

    nox -s plugin    # takes them from this environment, with their licences and versions

The plugin is this repository: `.claude-plugin/plugin.json` names the hooks, and `plugin/run.py` runs `src/` as it lies
there. So nothing of our own is copied, and this is only needed for a new release of one of the libraries.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "plugin" / "third_party"
VERSIONS = FOLDER / "versions.json"
#: The libraries that are carried, and the folder of each: pure Python, needed to compile an index.
LIBRARIES = {"PyYAML": "yaml", "packaging": "packaging"}
#: What of them is of no use there.
LEFT_OUT = {"licenses", "metadata.py", "pylock.py", "direct_url.py", "dependency_groups.py"}


def files_of(name: str) -> dict[str, bytes]:
    """The files that are carried of a library, as its installed release has them."""
    folder, found = LIBRARIES[name], {}
    for file in distribution(name).files or ():
        if file.parts[0] == folder and file.suffix == ".py" and not LEFT_OUT & set(file.parts):
            found[file.as_posix()] = text_of(Path(str(file.locate())))
        elif ".dist-info" in file.parts[0] and file.name.upper().startswith("LICENSE"):
            found[f"{folder}/{file.name}"] = text_of(Path(str(file.locate())))
    return found


def carried(name: str) -> dict[str, bytes]:
    """The files that are carried of a library now."""
    paths = (FOLDER / LIBRARIES[name]).rglob("*")
    return {
        path.relative_to(FOLDER).as_posix(): text_of(path)
        for path in sorted(paths)
        if path.is_file() and path.suffix != ".pyc"
    }


def text_of(path: Path) -> bytes:
    """A text with plain line ends, whatever this machine has."""
    return path.read_bytes().replace(b"\r\n", b"\n")


def version() -> str:
    """The version of ctxload."""
    found = re.search(r'__version__ = "([^"]+)"', (ROOT / "src" / "ctxload" / "version.py").read_text(encoding="utf-8"))
    assert found
    return found[1]


def plan() -> dict[Path, bytes]:
    """What the written files should hold: the libraries, and what the plugin says of itself."""
    versions = {name: distribution(name).version for name in LIBRARIES}
    manifest = ROOT / ".claude-plugin" / "plugin.json"
    about = re.sub(rb'"version": "[^"]*"', f'"version": "{version()}"'.encode(), text_of(manifest))
    files = {FOLDER / path: data for name in LIBRARIES for path, data in files_of(name).items()}
    return {
        **files,
        VERSIONS: (json.dumps(versions, indent=2) + "\n").encode(),
        manifest: about,
        ROOT / "plugin" / "LICENSE": text_of(ROOT / "LICENSE"),
    }


def main() -> int:
    """Writes what has changed, removes what a release no longer has, and says so."""
    wanted = plan()
    for path in [FOLDER / name for library in LIBRARIES for name in carried(library)]:
        if path not in wanted:
            path.unlink()
            print(f"removed {path.relative_to(ROOT).as_posix()}")
    for path, data in wanted.items():
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            print(f"wrote {path.relative_to(ROOT).as_posix()} ({len(data):,} bytes)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
