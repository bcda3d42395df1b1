"""Ctrl-C while something long is made or looked over: it ends at once, with 130, and no half of a file is left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ctxload.project import snapshot_edit
from ctxload.project.snapshot import path_for
from ctxload.start import run
from ctxload.workspace.locations import discover

INDEX = """\
match: focused
context_files:
  - path: context/api.md
    keywords: rest, api
  - path: context/db.md
    keywords: [data base]
tests:
  - {task: fix the api, expect: [api]}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with documents and an index, and an empty cache."""
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "p"
    (root / "context").mkdir(parents=True)
    for name in ("api", "db", "more"):
        (root / "context" / f"{name}.md").write_text(f"# {name.title()}\n\nOn the {name} of it.\n", encoding="utf-8")
    (root / "context-index.yml").write_text(INDEX, encoding="utf-8")
    monkeypatch.chdir(root)
    return root


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with what it holds."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


COMPILING = [
    "ctxload.project.assemble.Assembly.main", "ctxload.index.pieces.read_item", "ctxload.project.build.compile_index",
    "ctxload.matching.compiler.keys_of_rows", "ctxload.matching.compiler.parts_of_rows",
    "ctxload.project.snapshot_writer.write_cells", "ctxload.project.snapshot_writer.write_directory",
    "ctxload.project.snapshot_listings.listings", "os.replace",
]  # fmt: skip
CHECKING = [
    "ctxload.project.assemble.Assembly.main", "ctxload.authoring.lint.findings.compile_index",
    "ctxload.authoring.lint.findings.cross_check", "ctxload.authoring.lint.survey._words",
]  # fmt: skip
TRYING = ["ctxload.project.build.compile_index", "ctxload.cli.test.run_cases", "ctxload.cli.test.one_by_one"]
STOPPED = [
    *(("compile", where) for where in COMPILING),
    *(("check", where) for where in CHECKING),
    ("check --fix", "ctxload.cli.check.write_text"),
    ("check --fix", "os.replace"),
    *(("test", where) for where in TRYING),
]


@pytest.mark.parametrize(("command", "where"), STOPPED)
def test_what_is_stopped_ends_with_130_and_leaves_every_file_as_it_was(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, where: str
) -> None:
    # Tasks that are tried read the documents, and what they say may be kept once they are no longer young.
    folder = project if command == "test" else project.parent
    before = files(folder)
    monkeypatch.setattr(where, stop)
    assert run(command.split()) == 130
    monkeypatch.undo()
    assert files(folder) == before
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("where", ["EditedTables", "EntryChanges", "_Edit._write", "rows_of"])
def test_an_edit_that_is_stopped_leaves_what_was_compiled(
    project: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    assert run(["check", "--fix"]) == run(["compile"]) == 0
    index = project / "context-index.yml"
    index.write_text(index.read_text(encoding="utf-8").replace("data base", "data base, sql"), encoding="utf-8")
    path = Path(path_for(discover(root=str(project))))
    before, others = path.read_bytes(), sorted(os.listdir(path.parent))
    with monkeypatch.context() as patch:
        patch.setattr(f"{snapshot_edit.__name__}.{where}", stop)
        assert run(["compile"]) == 130
    assert (path.read_bytes(), sorted(os.listdir(path.parent))) == (before, others)
    assert run(["compile"]) == 0 and path.read_bytes() != before


@pytest.mark.parametrize("where", ["ctxload.cli.init.draft", "ctxload.cli.init.to_text", "ctxload.cli.init._written"])
def test_an_init_that_is_stopped_writes_no_index(project: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    (project / "context-index.yml").unlink()
    before = files(project.parent)
    monkeypatch.setattr(where, stop)
    assert run(["init", "--yes"]) == 130
    assert files(project.parent) == before


def test_an_init_that_is_stopped_while_it_writes_leaves_no_half_of_an_index(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "context-index.yml").unlink()
    before = files(project.parent)
    opened = open

    def opening(path: object, mode: str = "r", **more: object) -> object:
        file = opened(path, mode, **more)  # type: ignore[call-overload]
        if mode == "x":
            file.write = stop
        return file

    monkeypatch.setattr("ctxload.cli.init.open", opening, raising=False)
    assert run(["init", "--yes"]) == 130
    assert files(project.parent) == before
