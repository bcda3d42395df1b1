"""A loader frozen to bytes answers as it did, wherever it is thawed; any other bytes are refused."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import zlib
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ctxload import ContextLoader, CtxloadError
from ctxload.fleet.envelope import HEAD, MAGIC, UnusableFrozenError, opened, sealed
from ctxload.fleet.freezing import freeze
from ctxload.fleet.frozen_loader import FrozenLoader
from ctxload.fleet.frozen_tree import REMEMBERED, FrozenFiles, FrozenTree
from ctxload.index.model import Index
from ctxload.matching.compiler import compile_index
from ctxload.project.build import build
from ctxload.project.opening import documents_of
from ctxload.project.snapshot_writer import store_evidence
from ctxload.selection.documents import read_evidence
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.workspace.locations import discover
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.tree import DiskTree
from strategies import AGENTS, FILES, PATHS, PROJECTS, TAGS, tasks, tasks_of_any_kind
from tiers import sample

GOLDEN = Path(__file__).parent / "golden"
INDEX = """
context_files:
  - {path: context/api.md, keywords: [rest framework, api], tags: [web]}
  - {path: context/db.md, keywords: [mysql], agents: [backend]}
  - {path: docs/, id: guides, keywords: [guide]}
  - {path: notes/*.txt, id: notes, keywords: [note], when_files: [Makefile]}
  - {path: stack.md, keywords: [view], when_stack: [django]}
context_rules: [{pattern: 'slow.*quer(y|ies)', context_ids: [db]}]
fallback: [context/api.md]
"""
PROJECT = {
    "context-index.yml": INDEX,
    "context/api.md": "# API\n\nViews, routes and serializers of the REST framework.\n",
    "context/db.md": "# Database\n\nMigrations, indexes, slow queries.\n",
    "docs/guide.md": "# Guide\n\nHow to begin.\n",
    "docs/drafts/old.md": "# Old\n",
    "docs/.env": "TOKEN=secret\n",
    "notes/one.txt": "one",
    "notes/skipped.txt": "two",
    "Makefile": "all:\n",
    "stack.md": "# Stack\n",
    "requirements.txt": "django==4.2\n",
    ".gitignore": "drafts/\nskipped.txt\n",
    ".claude/agents/backend.md": "---\nname: backend\ndescription: Databases, migrations and slow queries\n---\nYou.\n",
}
TASKS = (
    "Add a REST-framework view",
    "the slow queries of MySQL",
    "write a guide",
    "a note for the others",
    "Context: docs/drafts/old.md",
    "Context: notes/skipped.txt, docs/.env",
    "Context: docs/",
    "Context: notes/*.txt",
    "Context: ../up.md",
    "Context: gone.md",
    "look at docs/guide.md and ./context/../context/db.md",
    "nothing of that kind",
    "migrations",
    "Context: none",
    "   ",
)


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", PROJECT)


def asked(loader: ContextLoader | FrozenLoader, task: str, **more: Any) -> Resolution | str:
    """The answer, or what it was refused with."""
    try:
        return loader.resolve(task, **more)
    except CtxloadError as error:
        return f"{type(error).__name__}: {error} {error.diagnostics}"


def everything(answer: Resolution | str) -> Any:
    """All that an answer says, verdicts too."""
    return answer if isinstance(answer, str) else (answer, tuple(answer)[:-1], answer.verdicts)


# ── the same answers ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("match", ["focused", "whole"])
@pytest.mark.parametrize("more", [{}, *sample([{"agent": "backend"}, {"agent": "auto"}, {"tags": ["web"]}], 2)])
def test_a_frozen_loader_answers_as_it_did_where_the_folder_is_empty(
    project: Path, match: str, more: dict[str, Any]
) -> None:
    loader = ContextLoader(project)
    frozen = loader.freeze()
    before = [everything(asked(loader, task, match=match, **more)) for task in TASKS]
    shutil.rmtree(project)
    thawed = ContextLoader.thaw(frozen)
    assert [everything(asked(thawed, task, match=match, **more)) for task in TASKS] == before


@pytest.mark.parametrize("every", sample([6, 1]))
def test_every_golden_task_is_answered_the_same_by_frozen_bytes(tmp_path: Path, every: int) -> None:
    seen = 0
    for case in sorted(path for path in GOLDEN.iterdir() if (path / "task.txt").exists())[::every]:
        folder = shutil.copytree(case, tmp_path / case.name)
        try:
            loader = ContextLoader(folder)
        except CtxloadError:
            continue
        task = (case / "task.txt").read_bytes().decode()
        before, frozen = everything(asked(loader, task)), loader.freeze()
        shutil.rmtree(folder)
        assert everything(asked(ContextLoader.thaw(frozen), task)) == before, case.name
        seen += 1
    assert seen > 40 // every


def test_files_at_hand_and_what_is_left_out_are_asked_as_of_the_loader(project: Path) -> None:
    loader = ContextLoader(project)
    thawed = ContextLoader.thaw(loader.freeze())
    for more in (
        {"files": ["docs/guide.md", str(project / "Makefile")]},
        {"files": "../outside.md"},
        {"without": "api"},
        {"context": "api"},
        {"match": "fuzzy"},
        {"domain": "docs"},
    ):
        assert everything(asked(thawed, "a REST-framework view", **more)) == everything(
            asked(loader, "a REST-framework view", **more)
        )


def test_links_lead_where_they_led(project: Path) -> None:
    for name, target in {
        "linked": "docs",
        "context/guide.md": "../docs/guide.md",
        "out.md": "../outside.md",
        "out": "..",
        "loop": "loop",
    }.items():
        (project / name).symlink_to(target)
    loader, named = ContextLoader(project), ("linked/guide.md", "linked/", "linked/gone.md", "context/guide.md",
        "out.md", "out/x.md", "loop", "loop/x.md", "linked/drafts/old.md", "linked/*.md")  # fmt: skip
    before = [everything(asked(loader, f"Context: {path}")) for path in named]
    thawed = ContextLoader.thaw(loader.freeze())
    assert [everything(asked(thawed, f"Context: {path}")) for path in named] == before


def test_what_git_says_from_outside_holds_in_frozen_bytes(tmp_path: Path) -> None:
    top = write(tmp_path / "top", {".gitignore": "drafts/\n"})
    write(top / "project", {**PROJECT, ".gitignore": "skipped.txt\nkept.txt\n", "notes/kept.txt": "kept"})
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], cwd=top, check=True)
    subprocess.run([*git, "add", "-f", "project/notes/kept.txt"], cwd=top, check=True)
    loader = ContextLoader(top / "project")
    before = [everything(asked(loader, task)) for task in (*TASKS, "Context: notes/kept.txt")]
    frozen = loader.freeze()
    shutil.rmtree(top)
    thawed = ContextLoader.thaw(frozen)
    assert [everything(asked(thawed, task)) for task in (*TASKS, "Context: notes/kept.txt")] == before


def test_a_document_that_changes_after_freezing_changes_no_frozen_answer(project: Path) -> None:
    loader = ContextLoader(project)
    thawed = ContextLoader.thaw(loader.freeze())
    before = asked(thawed, "kangaroos")
    (project / "context" / "db.md").write_text("# Kangaroos\n\nAll of kangaroos.\n", encoding="utf-8")
    assert asked(thawed, "kangaroos") == before
    again = ContextLoader.thaw(loader.freeze())
    assert again.resolve("kangaroos").paths == ("context/db.md",)


def test_freezing_twice_gives_the_same_bytes_and_another_index_another_digest(project: Path) -> None:
    first, second = (ContextLoader(project).freeze() for _ in range(2))
    assert first == second
    (project / "context" / "db.md").write_text("# Database\n\nOnly migrations.\n", encoding="utf-8")
    assert ContextLoader.thaw(ContextLoader(project).freeze()).digest != ContextLoader.thaw(first).digest


def test_documents_as_they_are_stored_freeze_to_the_bytes_of_those_in_memory(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    for path in project.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    place, tree = discover(root=str(project)), DiskTree(str(project))
    built = build(place)
    store_evidence(place, built.tables, read_evidence(built.tables, tree, read_at=1 << 62))
    documents = documents_of(built)
    assert not isinstance(documents().words.words, dict)  # type: ignore[attr-defined]
    found = freeze(place.name, built.tables, tree, built.diagnostics, documents)
    assert found == ContextLoader(project).freeze()


def test_no_document_travels_only_its_words(project: Path) -> None:
    (project / "context" / "db.md").write_text("# Database\n\nThe zebra said nothing else.\n", encoding="utf-8")
    body = zlib.decompress(ContextLoader(project).freeze()[HEAD:])
    assert b"zebra" in body and b"The zebra said" not in body and b"TOKEN" not in body


def test_a_thawed_loader_looks_at_no_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = ContextLoader(project).freeze()

    def refuse(*_: object) -> None:
        raise AssertionError("a file was looked at")

    for name in ("_look", "_names", "read", "open", "status"):
        monkeypatch.setattr(DiskTree, name, refuse)
    thawed = ContextLoader.thaw(frozen)
    for task in TASKS:
        asked(thawed, task)
        asked(thawed, task, agent="auto")


def test_paths_in_tasks_are_remembered_up_to_a_bound(project: Path) -> None:
    thawed = ContextLoader.thaw(ContextLoader(project).freeze())
    for number in range(REMEMBERED + 50):
        thawed.tree.status(f"docs/{number}.md")
    assert len(thawed.tree._statuses) <= REMEMBERED + 1
    assert thawed.tree.status("docs/guide.md").kind == "file"


def test_an_ignored_folder_of_many_files_is_left_out_and_counted(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, {f"docs/drafts/{name}/{name}.md": "x" for name in "abcdef"})
    monkeypatch.setattr("ctxload.fleet.freezing.IGNORED", 8)
    thawed = ContextLoader.thaw(ContextLoader(project).freeze())
    assert thawed.omitted > 0
    assert asked(thawed, "write a guide") == ContextLoader(project).resolve("write a guide")


def frozen_in_memory(index: Index, tree: MemoryTree) -> bytes:
    tables = compile_index(index)
    return freeze("context-index.yml", tables, tree, (), lambda: read_evidence(tables, tree))


@given(
    PROJECTS, tasks(context=True) | tasks_of_any_kind, st.sampled_from(["", *AGENTS, "nobody-knows"]),
    st.sampled_from(["", "whole", "focused"]), st.lists(st.sampled_from([*TAGS, "no-such-tag"]), max_size=1),
    st.lists(st.sampled_from(PATHS), max_size=2),
)  # fmt: skip
@pytest.mark.law
def test_any_index_answers_any_request_the_same_once_frozen(
    index: Index, task: str, agent: str, match: str, tags: list[str], files: list[str]
) -> None:
    tree = MemoryTree(FILES)
    thawed = ContextLoader.thaw(frozen_in_memory(index, tree))
    request = Request(task, agent, None, match, tuple(tags), files=tuple(files))

    def answer(ask: Any) -> Any:
        try:
            return everything(ask())
        except CtxloadError as error:
            return str(error), error.diagnostics

    tables = compile_index(index)
    assert answer(lambda: resolve(thawed.tables, thawed.tree, request, (), thawed.evidence)) == answer(
        lambda: resolve(tables, tree, request, (), lambda: read_evidence(tables, tree))
    )


# ── any other bytes ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return ContextLoader(write(tmp_path_factory.mktemp("project"), PROJECT)).freeze()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: b"", "they aren't a frozen loader"),
        (lambda data: pickle.dumps({}), "they aren't a frozen loader"),
        (lambda data: data[:-3], "they are cut short"),
        (lambda data: data + b"x", "something follows"),
        (lambda data: data[:HEAD], "they aren't a frozen loader"),
        (lambda data: data[:9] + b"\0" + data[10:], "their digest does not hold"),
        (lambda data: data[:60] + bytes([data[60] ^ 255]) + data[61:], "they are damaged"),
        (lambda data: MAGIC + sha256(b"[" * 100_000).digest() + zlib.compress(b"[" * 100_000), "they hold no JSON"),
        (lambda data: MAGIC + sha256(b"[]").digest() + zlib.compress(b"[]"), "they hold something else"),
        (lambda data: sealed({**opened(data), "version": "9.9/1"}), "they were frozen by ctxload 9.9/1"),
        (lambda data: sealed({**opened(data), "tables": {}}), "they hold something else"),
    ],
)
def test_bytes_that_no_loader_froze_are_refused_with_the_reason(frozen: bytes, change: Any, why: str) -> None:
    with pytest.raises(UnusableFrozenError, match=why):
        ContextLoader.thaw(change(frozen))


@pytest.mark.parametrize("data", [None, "ctxfroz1", 3, ["a"], {}])
def test_what_isnt_bytes_is_refused_as_other_bytes_are(data: Any) -> None:
    with pytest.raises(CtxloadError, match=r"cannot be thawed: a \w+ isn't bytes"):
        ContextLoader.thaw(data)


def test_bytes_that_open_to_more_than_the_limit_are_refused_before_they_are_open(
    frozen: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctxload.fleet.envelope.OPEN_LIMIT", 1_000_000)
    with pytest.raises(UnusableFrozenError, match="they hold more than 1,000,000 bytes"):
        ContextLoader.thaw(frozen[:HEAD] + zlib.compress(b" " * 10_000_000))


def test_what_is_too_large_is_refused_when_it_is_frozen(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxload.fleet.envelope.OPEN_LIMIT", 1000)
    with pytest.raises(CtxloadError, match="too large to freeze"):
        ContextLoader(project).freeze()


VALUES = st.sampled_from(
    [None, True, -1, 0, 3, 7_000_000, 1 << 70, 1.5, "", "x", "../../x", "[", "a/b", [], [0], [[]], {}, {"a": 1}]
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in plain data."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in inside for place in places(value, (*path, key)))]


def test_a_key_with_a_text_in_the_place_of_numbers_is_refused(frozen: bytes) -> None:
    found = opened(frozen)
    found["tables"]["keys"]["api"] = "x"
    with pytest.raises(UnusableFrozenError, match="'x' isn't a whole number"):
        ContextLoader.thaw(sealed(found))


@pytest.mark.parametrize(("points", "is_refused"), [(0, False), (65_535, False), (65_536, True), (-1, True)])
def test_points_that_no_document_gives_for_a_word_are_refused(frozen: bytes, points: int, is_refused: bool) -> None:
    found = opened(frozen)
    cell = next(cell for cell in found["documents"][0].values() if len(cell) > 1)
    cell[2] = points
    with pytest.raises(UnusableFrozenError, match="beyond all words") if is_refused else nullcontext():
        ContextLoader.thaw(sealed(found))


@given(st.data())
@pytest.mark.law
def test_changed_data_with_a_sound_digest_is_refused_or_answers_without_a_fault(
    frozen: bytes, data: st.DataObject
) -> None:
    found = opened(frozen)
    everywhere = places(found)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(everywhere))
        assume(place)
        inside: Any = found
        try:
            for key in place[:-1]:
                inside = inside[key]
            if data.draw(st.booleans()) and isinstance(inside, list):
                del inside[place[-1]]
            else:
                inside[place[-1]] = json.loads(json.dumps(data.draw(VALUES)))
        except (KeyError, IndexError, TypeError):
            continue
    try:
        thawed = ContextLoader.thaw(sealed(json.loads(json.dumps(found))))
    except UnusableFrozenError:
        return
    for task in TASKS:
        answer = asked(thawed, task)
        assert isinstance(answer, str) or answer.verdicts is not None
        asked(thawed, task, agent="auto", tags=["web"])


def test_names_in_other_letters_are_found_where_the_file_system_found_them() -> None:
    names = {"": (("Docs", "directory", "directory", 0, ""),), "Docs": (("API.md", "file", "file", 3, ""),)}
    found = [FrozenTree(FrozenFiles("/p", names, folds=folds)).status("docs/api.md") for folds in (False, True)]
    assert [(status.kind, status.path) for status in found] == [("missing", "docs/api.md"), ("file", "docs/api.md")]


def test_a_frozen_tree_of_links_without_end_answers() -> None:
    files = FrozenFiles("/p", {"": (("a", "other", "directory", 0, "b"), ("b", "other", "directory", 0, "a"))})
    assert FrozenTree(files).status("a/x.md").kind in ("missing", "unreadable")
