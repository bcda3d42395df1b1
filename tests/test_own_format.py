"""The worked example of a format in another package, as `docs/formats.md` shows it: found, read, written, and bounded."""  # noqa: E501

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ctxload import ContextLoader
from ctxload.errors import UsageError
from ctxload.formats import GROUP, Guide, find, names
from ctxload.start import run

PAGE = (Path(__file__).parents[1] / "docs" / "formats.md").read_text(encoding="utf-8")
Install = Callable[[str], None]


def block(name: str) -> str:
    found = re.search(rf"^<!-- file: plugin/{re.escape(name)} -->\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs the example as pip would: the module, and a `dist-info` with its entry points."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(str(site))

    def put(code: str) -> None:
        project = tomllib.loads(block("pyproject.toml"))["project"]
        info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8")
        lines = "".join(f"{name} = {value}\n" for name, value in project["entry-points"][GROUP].items())
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{lines}", encoding="utf-8")
        (site / "ctxload_notes.py").write_text(code, encoding="utf-8")
        sys.modules.pop("ctxload_notes", None)

    yield put
    sys.modules.pop("ctxload_notes", None)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    (folder / "notes").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "notes" / "refunds.txt").write_text("when: refund, return label\n# Refunds\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def test_a_format_of_another_package_is_like_any_other(
    install: Install, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(block("ctxload_notes.py"))
    assert find("notes").title == "Notes" and "notes" in names()
    shown = re.search(r"^\$ ctxload (resolve --source notes [^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert shown
    words = shown[1].replace('"', "").split(" ", 3)
    assert run(words) == 0
    assert capsys.readouterr().out == shown[2]
    assert run(["import", "notes", "--yes"]) == 0
    assert ContextLoader().resolve("Print a return label").paths == ("notes/refunds.txt",)


def test_the_example_says_what_it_cannot_and_keeps_the_rest(install: Install) -> None:
    install(block("ctxload_notes.py"))
    writing = find("notes").write(
        [Guide("a", text="A\n", keywords=("x",), files=("*.py",)), Guide("b", text="B\n"), Guide("c", always=True)]
    )
    assert writing.files == (("notes/a.txt", "when: x\nA\n"), ("notes/c.txt", ""))
    assert [(loss.guide, loss.field) for loss in writing.losses] == [("a", "files"), ("b", "*")]


def test_a_new_version_of_the_format_is_read_anew(
    install: Install, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(block("ctxload_notes.py"))
    run(["resolve", "--source", "notes", "a refund"])
    run(["resolve", "--source", "notes", "a refund"])
    assert capsys.readouterr().out == "notes/refunds.txt\n" * 2
    install(block("ctxload_notes.py").replace("when:", "if:") + "# another size\n")
    run(["resolve", "--source", "notes", "nothing of it"])
    assert capsys.readouterr().out == "notes/refunds.txt\n"  # without keywords a note always comes


@pytest.mark.parametrize(
    "code, words",
    [
        ("raise RuntimeError('boom')", "cannot be loaded: boom"),
        ("name = 'notes'", "lacks title, places, read"),
    ],
)
def test_a_format_that_cannot_be_loaded_is_named(
    install: Install, project: Path, code: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    install(code)
    with pytest.raises(UsageError, match=words):
        find("notes")
    assert run(["resolve", "--source", "notes", "x"]) == 2
    assert words in capsys.readouterr().err


def test_a_format_that_fails_takes_nothing_else_down(
    install: Install, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(
        block("ctxload_notes.py").replace(
            '    """The guides in the notes."""', '    raise ValueError("no notes today")'
        )
    )
    (project / "api.md").write_text("# API", encoding="utf-8")
    (project / "context-index.yml").write_text(
        "sources: [notes]\ncontext_files: [{path: api.md, keywords: [api]}]", encoding="utf-8"
    )
    assert run(["resolve", "the api"]) == 0
    out, err = capsys.readouterr()
    assert out == "api.md\n" and "the format `notes` failed: ValueError: no notes today" in err
    assert run(["import", "notes"]) == 2


def test_a_format_without_write_is_a_source(
    install: Install, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(block("ctxload_notes.py").split("\n\n\ndef write")[0])
    (project / "context-index.yml").write_text("version: 1.0\nsources: [notes]\n", encoding="utf-8")
    assert run(["resolve", "a refund"]) == 0
    assert capsys.readouterr().out == "notes/refunds.txt\n"
    for words in (["export", "notes"], ["export", "notes", "--check"]):
        assert run(words) == 2
        assert "`notes` can be read and imported, not exported: it has no `write`" in capsys.readouterr().err


def test_a_built_in_name_cannot_be_taken(install: Install) -> None:
    install(block("ctxload_notes.py").replace('name = "notes"', 'name = "cursor"'))
    assert find("cursor").title == "Cursor rules"
