"""Paths with `./` and `../` before them: looked for from where somebody works, then from the root; every door alike."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.errors import ExplicitContextError, UsageError
from ctxload.index.parser import parse
from ctxload.integrations.hooks.hook import HookOptions, respond
from ctxload.integrations.hooks.turn import Turn
from ctxload.matching.compiler import compile_index
from ctxload.selection.explicit import from_folder
from ctxload.selection.files_at_hand import paths_in
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.changed_files import working_folder
from ctxload.workspace.memory_tree import MemoryTree
from test_command import ctxload

#: The same name in each folder, and words that call for none of them.
FILES = {name: f"# {name}\n" for name in ("q.md", "docs/q.md", "docs/api/q.md", "docs/api/my notes.md", "top.md")}
INDEX = "context_files:\n" + "".join(f"  - {{path: {path}, id: n{number}}}\n" for number, path in enumerate(FILES))
TREE = MemoryTree(FILES)
TABLES = compile_index(parse(Source("context-index.yml", INDEX + "fallback: none\n")).index)

#: What is written in the folder `docs`, and what it means there.
MEANT = {
    "./q.md": "docs/q.md",
    "../q.md": "q.md",
    "../docs/q.md": "docs/q.md",
    "./api/q.md": "docs/api/q.md",
    "./api/../q.md": "docs/q.md",
    ".\\api\\q.md": "docs/api/q.md",
    "./docs/api/q.md": "docs/api/q.md",  # nothing there from here, so from the root
    "./top.md": "top.md",
    "docs/q.md": "docs/q.md",
}


def answer(task: str, folder: str, **request: Any) -> tuple[str, ...]:
    return resolve(TABLES, TREE, Request(task, folder=folder, **request)).paths


def said(task: str, folder: str, **request: Any) -> list[tuple[str, str]]:
    with pytest.raises(ExplicitContextError) as caught:
        answer(task, folder, **request)
    return [(found.code, found.message) for found in caught.value.diagnostics]


@pytest.mark.parametrize("written", MEANT)
def test_a_path_is_looked_for_from_the_folder_first(written: str) -> None:
    meant = (MEANT[written],)
    assert answer(f"Context: {written}", "docs") == meant
    assert answer("x", "docs", context=(written,)) == meant
    assert [path.name for path in paths_in(f"Fix {written} now", TREE, "docs")] == [*meant]
    assert answer(f"Read {written} first", "docs")[:1] == meant


@pytest.mark.parametrize(
    ("written", "paths"),
    [
        ("./*.md", ("docs/q.md",)),
        ("./api/", ("docs/api/my notes.md", "docs/api/q.md")),
        ("../*.md", ("q.md", "top.md")),
        ("./t*.md", ("top.md",)),
        ("./q.md#docs/q.md", ("docs/q.md",)),
        ("./api/my notes.md", ("docs/api/my notes.md",)),
    ],
)
def test_so_is_a_pattern_a_folder_a_section_and_a_name_with_blanks(written: str, paths: tuple[str, ...]) -> None:
    assert answer(f"Context: {written}", "docs") == paths


def test_what_is_nowhere_is_not_found_and_only_what_leads_out_lies_outside() -> None:
    assert said("Context: ./no.md", "docs") == [("CTX401", "explicit context not found: `./no.md`")]
    assert said("Context: ../no.md", "docs") == [("CTX401", "explicit context not found: `../no.md`")]
    assert said("Context: ../../q.md", "docs") == [("CTX303", "`../../q.md` lies outside the root")]
    assert said("Context: ../q.md", "") == [("CTX303", "`../q.md` lies outside the root")]
    assert said("Context: ../.git/config", "docs") == [
        ("CTX303", "`../.git/config` lies in .git, which is never given")
    ]


def test_a_bare_name_is_looked_for_from_the_root_alone() -> None:
    assert answer("Context: q.md", "docs/api") == ("q.md",)
    assert said("Context: api/q.md", "docs") == [("CTX401", "explicit context not found: `api/q.md`")]


PIECES = st.sampled_from([".", "..", "docs", "api", "q.md", "top.md", "no.md"])


@generated(st.sampled_from(["docs", "docs/api"]), st.sampled_from([".", ".."]), st.lists(PIECES, max_size=5))
def test_what_a_path_means_is_what_a_shell_says_or_the_same_from_the_root(
    folder: str, first: str, rest: list[str]
) -> None:
    """The slow reference: a real join, and the files in a dictionary."""
    written = "/".join([first, *rest])
    here, from_root = (posixpath.normpath(posixpath.join(top, written)) for top in (folder, "."))
    status = TREE.status(from_folder(written, folder, TREE))
    if here.startswith(".."):
        assert status.kind == "outside" or written == ".."
    elif here in FILES or (from_root in FILES and not TREE.is_there(here)):
        assert (status.kind, status.path) == ("file", here if here in FILES else from_root)
    else:
        assert status.kind != "file" and (status.kind != "outside" or written == "..")


@generated(st.lists(PIECES, max_size=5).map("/".join))
def test_at_the_root_and_without_dots_in_front_a_path_is_what_it_was(written: str) -> None:
    assert from_folder(written, "", TREE) == written
    if not written.startswith(("./", "../")):
        assert from_folder(written, "docs", TREE) == written


# ── the doors ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder with a blank and an umlaut."""
    root = tmp_path / "Mein Prüfstand"
    for name, text in {**FILES, "context-index.yml": INDEX + "fallback: none\n"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("written", ["./q.md", "../q.md", "./top.md"])
def test_every_door_reads_a_path_from_where_somebody_works(
    project: Path, written: str, allow: Callable[[Path], None]
) -> None:
    docs, meant = project / "docs", MEANT[written]
    task = f"Context: {written}"
    assert ctxload("resolve", task, cwd=docs).lines == [meant]
    assert ctxload("resolve", "--context", written, "x", cwd=docs).lines == [meant]
    assert ctxload("resolve", "--root", "..", task, cwd=docs).lines == [meant]
    assert f"# {meant}\n" in ctxload("load", task, cwd=docs).text
    lines = json.dumps({"task": task}).encode() + b"\n"
    for more in ([], ["--workers", "1"]):
        batch = ctxload("resolve", "--batch", *more, cwd=docs, given=lines)
        assert [json.loads(line)["files"] for line in batch.lines] == [[meant]]
    loader = ContextLoader(project)
    frozen = ContextLoader.thaw(loader.freeze())
    for folder in ("docs", "./docs/", docs):
        assert [*loader.resolve(task, folder=folder).paths] == [meant]
        assert [*frozen.resolve(task, folder=folder).paths] == [meant]
        assert loader.load(task, folder=folder).sources == (meant,)
    allow(project)
    payload = {"session_id": "s", "cwd": str(docs), "prompt": task, "hook_event_name": "UserPromptSubmit"}
    out = respond(HookOptions("claude-code", 0), {**payload, "transcript_path": "t"}, Turn())
    assert f"# {meant}\\n" in out.decode()


def test_a_program_that_says_nothing_works_at_the_root(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answer wherever it happens to run."""
    monkeypatch.chdir(project / "docs")
    loader = ContextLoader(project)
    assert loader.resolve("Context: ./q.md").paths == ("q.md",)
    for outside in ("..", project.parent, "/"):
        with pytest.raises(UsageError, match="isn't a folder below the root"):
            loader.resolve("Context: ./q.md", folder=outside)


def test_who_works_outside_of_the_root_works_at_it(project: Path) -> None:
    other = project.parent / "other"
    other.mkdir()
    assert ctxload("resolve", "--root", str(project), "Context: ./q.md", cwd=other).lines == ["q.md"]
    assert working_folder(str(project), str(other)) == working_folder(str(project), str(project)) == ""
    assert working_folder(str(project), str(project / "docs" / "api")) == "docs/api"


def test_a_folder_that_is_reached_by_a_link_is_the_one_it_leads_to(project: Path) -> None:
    link = project.parent / "link"
    try:
        link.symlink_to(project / "docs", target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    assert working_folder(str(project), str(link)) == "docs"
