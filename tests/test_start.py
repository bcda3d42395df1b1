"""The finder of a start: the same modules as ever, found without searching."""

from __future__ import annotations

import ast
import json
import os
import py_compile
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import ctxload
from ctxload import start
from ctxload.start import SILENT

PACKAGE = Path(ctxload.__file__).resolve().parent
#: What a program sees of each module of ours, and whether it can be pickled by name and asked for its files.
SEEN = """
import importlib, importlib.resources, json, pickle, sys
names = NAMES
seen = {}
for name in names:
    module = importlib.import_module(name)
    spec = module.__spec__
    seen[name] = [
        module.__name__, module.__file__, module.__package__, getattr(module, "__cached__", None), list(getattr(module, "__path__", [])),
        spec.name, spec.origin, spec.parent, spec.cached, spec.has_location, spec.submodule_search_locations and list(spec.submodule_search_locations),
        isinstance(spec.loader, type(sys.modules["ctxload"].__loader__)), getattr(sys.modules[spec.parent.rpartition(".")[0] or "ctxload"], "__name__"),
        importlib.resources.files(spec.parent).joinpath("__init__.py").is_file(),
        spec.loader.get_source(name) == open(module.__file__, encoding="utf-8", newline=None).read(),
    ]
from ctxload.workspace.tree import Status
seen["pickled"] = repr(pickle.loads(pickle.dumps(Status("a", "file"))))
print(json.dumps(seen))
"""  # noqa: E501


def modules() -> list[str]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def silent_packages() -> set[str]:
    """The packages whose `__init__` is a docstring, or nothing."""
    bodies = {path.parent: ast.parse(path.read_text(encoding="utf-8")).body for path in PACKAGE.rglob("__init__.py")}
    return {
        ".".join(folder.relative_to(PACKAGE).parts)
        for folder, body in bodies.items()
        if all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body)
    }


def run(program: str, *path: Path) -> str:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path or (PACKAGE.parent,)))}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_packages_that_are_not_run_have_nothing_to_run() -> None:
    assert silent_packages() >= SILENT


@pytest.mark.heavy
def test_modules_are_the_same_whoever_finds_them() -> None:
    hot = [name for name in modules() if name.split(".")[1:2] in (["selection"], ["workspace"], ["matching"], ["cli"])]
    program = SEEN.replace("NAMES", repr(["ctxload.formats", "ctxload.errors", *hot]))
    plain = json.loads(run(program))
    quick = json.loads(run(f"from ctxload.start import find_quickly; find_quickly()\n{program}"))
    assert len(plain) > 50
    assert quick == plain


def test_a_module_that_is_missing_is_said_to_be_missing() -> None:
    program = (
        "from ctxload.start import find_quickly; find_quickly()\n"
        "try: import ctxload.selection.nowhere\n"
        "except ModuleNotFoundError as missing: print(missing.name)"
    )
    assert run(program) == "ctxload.selection.nowhere\n"


def test_other_packages_are_left_to_the_other_finders() -> None:
    program = (
        "import sys; from ctxload.start import find_quickly; find_quickly(); find_quickly()\n"
        "quick = [one for one in sys.meta_path if type(one).__module__ == 'ctxload.start']\n"
        "print(len(quick), quick[0].find_spec('json'), quick[0].find_spec('json.decoder', ['/']), quick[0].find_spec('ctxload'))"  # noqa: E501
    )
    assert run(program) == "1 None None None\n"


def test_from_an_archive_everything_is_found_as_ever(tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in PACKAGE.rglob("*.py"):
            file.write(path, path.relative_to(PACKAGE.parent).as_posix())
    program = (
        "import sys; from ctxload.start import find_quickly; before = list(sys.meta_path); find_quickly()\n"
        "import ctxload.selection.model\n"
        "print(before == sys.meta_path, ctxload.selection.__file__)"
    )
    assert run(program, archive) == f"True {archive / 'ctxload' / 'selection' / '__init__.py'}\n"


def test_byte_code_is_taken_only_while_it_is_current(tmp_path: Path) -> None:
    """By time and size, as Python takes it; damaged, of another Python, cut, or moved to another place it isn't."""
    source, cached = tmp_path / "one.py", tmp_path / "one.pyc"
    source.write_text("value = 1\n", encoding="utf-8")
    py_compile.compile(str(source), str(cached), str(source), doraise=True)
    whole, status = cached.read_bytes(), os.stat(source)

    def taken(data: bytes, file: str = str(source), status: os.stat_result = status) -> bool:
        cached.write_bytes(data)
        return start._current_code(str(cached), file, status) is not None

    assert taken(whole)
    assert not any(taken(whole[:length]) for length in range(len(whole)))
    assert not any(taken(bytes([*whole[:at], whole[at] ^ 1, *whole[at + 1 :]])) for at in range(16))
    assert not taken(whole, str(tmp_path / "two.py"))
    assert not taken(whole + bytes(start.LARGEST))
    source.write_text("value = 12\n", encoding="utf-8")
    assert not taken(whole, status=os.stat(source))
    cached.unlink()
    assert start._current_code(str(cached), str(source), status) is None


def test_a_module_whose_byte_code_is_not_current_is_read_from_its_source(tmp_path: Path) -> None:
    package = tmp_path / "ctxload"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "third_party"))
    program = (
        "from ctxload.start import find_quickly; find_quickly()\n"
        "from ctxload.text import lines; print(lines.NEW, lines.__cached__)"
    )
    lines = package / "text" / "lines.py"
    cached = package / "text" / "__pycache__" / f"lines.{sys.implementation.cache_tag}.pyc"
    before = lines.read_text(encoding="utf-8")
    for value in ("1", "22"):
        lines.write_text(f"{before}NEW = {value}\n", encoding="utf-8")
        assert run(program, tmp_path) == f"{value} {cached}\n"
        assert cached.is_file()  # and is written by the loader, as ever
