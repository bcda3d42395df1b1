"""`ContextLoader`: always the index as it is on disk, or the last good one, and it says which.

Nothing here sleeps: edits within the grain of the file system's clock are made by hand, and so is the loader's clock.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Barrier, Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import ctxload.loader
import ctxload.project.assemble
import ctxload.workspace.folders
import ctxload.workspace.revalidation
import ctxload.workspace.tree
from ctxload import ContextLoader, CtxloadError, Resolution, load_index, resolve
from ctxload.errors import ExplicitContextError, IndexUnreadableError, NoIndexError, UsageError
from ctxload.workspace import opening, source_stamps, stamps
from ctxload.workspace.tree import DiskTree
from strategies import share

SECOND = 1_000_000_000
BROKEN = "context_files: [\n"


def index_of(**entries: str) -> str:
    """An index in which each word calls for the file of its name."""
    rows = "".join(
        f"  - {{id: {name}-file, path: docs/{name}.md, keywords: [{word}]}}\n" for name, word in entries.items()
    )
    return f"fallback: none\ncontext_files:\n{rows}"


def write(root: Path, text: str | bytes, name: str = "context-index.yml") -> None:
    """Writes a file as an editor that saves by rename."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.replace(draft, path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        write(tmp_path, f"# {name}\n", f"docs/{name}.md")
    write(tmp_path, index_of(a="alpha"))
    return tmp_path


def codes(loader: ContextLoader | Resolution) -> list[str]:
    return [finding.code for finding in loader.diagnostics]


# ── reload and last good ─────────────────────────────────────────────────────────────────────────────────


def test_an_edit_counts_at_the_next_call(root: Path) -> None:
    loader = ContextLoader(root)
    assert loader.resolve("alpha beta").paths == ("docs/a.md",)
    write(root, index_of(a="alpha", b="beta"))
    assert loader.resolve("alpha beta").paths == ("docs/a.md", "docs/b.md")


def test_an_edit_in_place_counts_at_the_next_call(root: Path) -> None:
    loader = ContextLoader(root)
    (root / "context-index.yml").write_text(index_of(b="alpha"), encoding="utf-8")
    assert loader.resolve("alpha").paths == ("docs/b.md",)


def test_reload_tells_whether_the_index_in_service_is_another_one(root: Path) -> None:
    loader = ContextLoader(root)
    assert not loader.reload()
    write(root, index_of(b="beta"))
    assert loader.reload() and not loader.reload()
    write(root, BROKEN)
    assert not loader.reload()


def test_an_index_that_is_touched_and_not_changed_serves_on(root: Path) -> None:
    loader = ContextLoader(root)
    before = loader.resolve("alpha")
    os.utime(root / "context-index.yml", (1, 1))
    assert loader.resolve("alpha") == before


@pytest.mark.parametrize(
    "damage",
    [BROKEN, b"\xff\xfe\x00", b"caf\xe9: x\n", "a: " + "[" * 100],
    ids=["unclosed", "UTF-16", "Latin-1", "too deep"],
)
def test_a_broken_edit_keeps_the_last_good_index_and_says_so(root: Path, damage: str | bytes) -> None:
    loader = ContextLoader(root)
    good = loader.resolve("alpha")
    write(root, damage)
    kept = loader.resolve("alpha")
    assert (kept.paths, kept.layer) == (good.paths, good.layer)
    assert codes(kept) == ["CTX404"] == codes(loader)
    finding = kept.diagnostics[0]
    assert finding.path == "context-index.yml" and "check" in finding.hint and finding.detail
    assert loader.resolve("alpha") == kept


def test_a_repair_is_noticed_and_the_finding_goes(root: Path) -> None:
    loader = ContextLoader(root)
    for word in ("beta", "gamma"):
        write(root, BROKEN)
        assert codes(loader.resolve("alpha")) == ["CTX404"]
        write(root, index_of(b=word))
        assert loader.resolve(word).paths == ("docs/b.md",)
        assert codes(loader) == []


def test_a_broken_edit_of_a_broken_index_still_keeps_the_last_good_one(root: Path) -> None:
    loader = ContextLoader(root)
    for damage in (BROKEN, BROKEN * 2, "a: 'x\n"):
        write(root, damage)
        assert codes(loader.resolve("alpha")) == ["CTX404"]
        assert loader.resolve("alpha").paths == ("docs/a.md",)


def test_a_deleted_index_keeps_the_last_good_one_until_there_is_one_again(root: Path) -> None:
    loader = ContextLoader(root)
    (root / "context-index.yml").unlink()
    assert loader.resolve("alpha").paths == ("docs/a.md",) and codes(loader) == ["CTX404"]
    write(root, index_of(b="alpha"))
    assert loader.resolve("alpha").paths == ("docs/b.md",) and codes(loader) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_an_index_that_becomes_a_pipe_or_a_folder_is_not_waited_for(root: Path) -> None:
    loader = ContextLoader(root)
    (root / "context-index.yml").unlink()
    os.mkfifo(root / "context-index.yml")
    assert codes(loader.resolve("alpha")) == ["CTX404"] and codes(loader.resolve("alpha")) == ["CTX404"]
    (root / "context-index.yml").unlink()
    (root / "context-index.yml").mkdir()
    assert codes(loader.resolve("alpha")) == ["CTX404"]


def test_damage_in_a_part_is_served_and_reported_without_keeping_the_old_index(root: Path) -> None:
    loader = ContextLoader(root)
    write(root, index_of(b="beta") + "  - just a text\n")
    assert loader.resolve("alpha").paths == ()
    answer = loader.resolve("beta")
    assert answer.paths == ("docs/b.md",) and codes(answer) == ["CTX103"] and answer.diagnostics[0].skipped


def test_an_index_that_cannot_serve_at_first_is_an_error(root: Path, tmp_path: Path) -> None:
    write(root, BROKEN)
    with pytest.raises(IndexUnreadableError) as caught:
        ContextLoader(root)
    assert caught.value.diagnostics[0].code == "CTX001"
    with pytest.raises(NoIndexError):
        ContextLoader(tmp_path / "nowhere")


# ── the clock's grain ────────────────────────────────────────────────────────────────────────────────────


class Grain:
    """A file system whose times are moved by hand, and a clock that is, too. Counts what is read again."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.now = 1_000 * SECOND
        self.read = 0

        def signature(found: os.stat_result) -> tuple[int, ...]:
            return (found.st_size, found.st_mtime_ns, 0, 0)

        def stat(path: str) -> Any:
            found = os.stat(path)
            return SimpleNamespace(st_size=found.st_size, st_mtime_ns=found.st_mtime_ns, st_ctime_ns=0, st_ino=0)

        def checksum_of(path: str, limit: int) -> int:
            self.read += 1
            return real(path, limit)

        real = source_stamps.checksum_of
        rooms = (stamps, opening, ctxload.workspace.folders, ctxload.workspace.tree, ctxload.workspace.revalidation)
        for room in (*rooms, ctxload.project.assemble):
            monkeypatch.setattr(room, "signature", signature)
        monkeypatch.setattr(ctxload.loader, "stat", stat, raising=False)
        monkeypatch.setattr(source_stamps, "checksum_of", checksum_of)

    def __call__(self) -> int:
        return self.now

    def write(self, text: str, name: str = "context-index.yml") -> None:
        write(self.root, text, name)
        os.utime(self.root / name, ns=(1_000 * SECOND, 1_000 * SECOND))


@pytest.fixture
def grain(root: Path, monkeypatch: pytest.MonkeyPatch) -> Grain:
    return Grain(root, monkeypatch)


def test_an_edit_of_the_same_size_within_the_clock_s_grain_is_noticed(root: Path, grain: Grain) -> None:
    grain.write(index_of(a="alpha"))
    loader = ContextLoader(root, clock=grain)
    assert loader.resolve("alpha").paths == ("docs/a.md",)
    grain.write(index_of(b="alpha"))
    assert loader.resolve("alpha").paths == ("docs/b.md",)


def test_a_repair_of_the_same_size_within_the_clock_s_grain_is_noticed(root: Path, grain: Grain) -> None:
    good = index_of(a="alpha")
    grain.write(good)
    loader = ContextLoader(root, clock=grain)
    grain.write(good[:-3] + "[[\n")
    assert codes(loader.resolve("alpha")) == ["CTX404"]
    grain.write(good)
    assert codes(loader.resolve("alpha")) == []


def test_a_break_of_the_same_size_within_the_clock_s_grain_is_noticed_later_too(root: Path, grain: Grain) -> None:
    good = index_of(a="alpha")
    grain.write(good)
    loader = ContextLoader(root, clock=grain)
    grain.write(good[:-3] + "[[\n")
    grain.now += 10 * SECOND
    assert codes(loader.resolve("alpha")) == ["CTX404"]


def test_files_older_than_the_grain_are_not_read_again(root: Path, grain: Grain) -> None:
    grain.write(index_of(a="alpha"))
    loader = ContextLoader(root, clock=grain)
    loader.resolve("alpha")
    assert grain.read == 1  # young: its text is compared
    grain.now += 10 * SECOND
    loader.resolve("alpha")
    assert grain.read == 2  # compared once more, now that no edit can hide behind the time any more
    for _ in range(10):
        loader.resolve("alpha")
    assert grain.read == 2


def test_a_file_from_the_future_is_compared_every_time(root: Path, grain: Grain) -> None:
    grain.write(index_of(a="alpha"))
    grain.now = 1
    loader = ContextLoader(root, clock=grain)
    grain.write(index_of(b="alpha"))
    assert loader.resolve("alpha").paths == ("docs/b.md",)


TWO_DOCUMENTS = "fallback: none\ncontext_files: [{path: docs/a.md}, {path: docs/b.md}]\n"


def test_documents_that_were_written_just_before_they_were_read_are_read_once_more_and_then_no_more(
    root: Path, grain: Grain, monkeypatch: pytest.MonkeyPatch
) -> None:
    grain.write(TWO_DOCUMENTS)
    for name in ("a", "b"):
        grain.write(f"# Falcons\n\nThe falcon of {name}.\n", f"docs/{name}.md")
    read: list[str] = []
    real = ctxload.workspace.tree.DiskTree.read
    monkeypatch.setattr(
        ctxload.workspace.tree.DiskTree,
        "read",
        lambda tree, path, limit=-1: read.append(path) or real(tree, path, limit),
    )
    loader = ContextLoader(root, clock=grain)
    times = []
    for passed in (0, 0, 10, 10, 10, 20):
        grain.now = (1_000 + passed) * SECOND
        read.clear()
        assert loader.resolve("where are the falcons kept").paths
        times.append(len([path for path in read if path.startswith("docs/")]))
    assert times[1] and times[2:] == [2, 0, 0, 0]


def test_what_a_document_came_to_say_within_the_clock_s_grain_counts_as_soon_as_that_is_over(
    root: Path, grain: Grain
) -> None:
    grain.write(TWO_DOCUMENTS)
    grain.write("# Falcon\n\nThe falcon.\n", "docs/a.md")
    grain.write("# Other\n\nThe ledger.\n", "docs/b.md")
    loader = ContextLoader(root, clock=grain)
    assert loader.resolve("explain the falcon").paths == ("docs/a.md",)
    grain.write("# Walrus\n\nThe walrus.\n", "docs/a.md")
    grain.now += 10 * SECOND
    assert loader.resolve("explain the walrus").paths == ("docs/a.md",)


@pytest.mark.parametrize("others", [1, 250])
def test_a_document_that_is_edited_in_place_is_noticed_within_a_second_though_nothing_leads_to_it(
    root: Path, others: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the folder nor the index changes, and no word of the task stood in the document."""
    now, asked, real = [time.time_ns()], [], DiskTree.changed

    def changed(tree: DiskTree, files: Iterable[Any]) -> list[str]:
        given = list(files)
        asked.append(len(given))
        return real(tree, given)

    def write_old(path: Path, text: str, seconds: int) -> None:
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(now[0] - seconds * SECOND,) * 2)

    monkeypatch.setattr(DiskTree, "changed", changed)
    names = ["a", *[f"n{number}" for number in range(others)]]
    write(root, "fallback: none\ncontext_files:\n" + "".join(f"- path: docs/{name}.md\n" for name in names))
    for name in names:
        write_old(root / "docs" / f"{name}.md", f"# Of {name}\n\nThe ledger{name}.\n", 1000)
    write_old(root / "docs" / "a.md", "# Falcon\n\nThe falcon.\n", 1000)
    loader = ContextLoader(root, clock=lambda: now[0])
    assert loader.resolve("explain the falcon").paths == ("docs/a.md",)
    write_old(root / "docs" / "a.md", "# Walrus\n\nThe walrus.\n", 500)
    asked.clear()
    for _ in range(5):
        loader.resolve("explain the walrus")
    assert sum(count > len(names) // 2 for count in asked) == 0  # not all are asked at each call
    now[0] += SECOND
    assert loader.resolve("explain the walrus").paths == ("docs/a.md",)
    assert loader.resolve("explain the falcon").paths == ()
    asked.clear()
    now[0] += SECOND
    for _ in range(5):
        loader.resolve("explain the walrus")
    assert sum(count == len(names) for count in asked) == 1


def test_a_folder_that_was_listed_within_the_grain_is_listed_again(root: Path, grain: Grain) -> None:
    grain.write("fallback: none\ncontext_files: [{path: docs/*.md, keywords: [all]}]\n")
    os.utime(root / "docs", ns=(1_000 * SECOND, 1_000 * SECOND))
    loader = ContextLoader(root, clock=grain)
    assert len(loader.resolve("all").paths) == 3
    write(root, "# d\n", "docs/d.md")
    os.utime(root / "docs", ns=(1_000 * SECOND, 1_000 * SECOND))
    grain.now += 10 * SECOND
    assert len(loader.resolve("all").paths) == 4


# ── what belongs to an index ─────────────────────────────────────────────────────────────────────────────


def test_an_included_index_is_watched_when_it_changes_goes_and_comes(root: Path) -> None:
    write(root, "include: [more/i.yml]\n" + index_of(a="alpha"))
    loader = ContextLoader(root)
    assert codes(loader) == ["CTX112"]
    write(root, index_of(b="beta"), "more/i.yml")
    assert loader.resolve("beta").paths == ("docs/b.md",) and codes(loader) == []
    write(root, index_of(c="beta"), "more/i.yml")
    assert loader.resolve("beta").paths == ("docs/c.md",)
    write(root, BROKEN, "more/i.yml")
    assert loader.resolve("beta").paths == () and loader.resolve("alpha").paths == ("docs/a.md",)
    assert codes(loader) == ["CTX001"]
    write(root, index_of(b="beta"), "more/i.yml")
    assert loader.resolve("beta").paths == ("docs/b.md",) and codes(loader) == []
    (root / "more" / "i.yml").unlink()
    assert loader.resolve("beta").paths == () and codes(loader) == ["CTX112"]


def test_an_include_of_an_include_is_watched(root: Path) -> None:
    write(root, "include: [one.yml]\n" + index_of(a="alpha"))
    write(root, "include: [two.yml]\n", "one.yml")
    loader = ContextLoader(root)
    write(root, index_of(b="beta"), "two.yml")
    assert loader.resolve("beta").paths == ("docs/b.md",)


def test_an_include_that_was_a_folder_is_noticed_when_it_is_a_file(root: Path) -> None:
    write(root, "include: [more.yml]\n" + index_of(a="alpha"))
    (root / "more.yml").mkdir()
    loader = ContextLoader(root)
    assert codes(loader) == ["CTX112"]
    (root / "more.yml").rmdir()
    write(root, index_of(b="beta"), "more.yml")
    assert loader.resolve("beta").paths == ("docs/b.md",) and codes(loader) == []


def test_a_file_that_is_included_twice_counts_once(root: Path) -> None:
    for name in ("one", "two"):
        write(root, "include: [shared.yml, shared.yml]\n", f"{name}.yml")
    write(root, "include: [one.yml, two.yml, shared.yml]\n" + index_of(a="alpha"))
    write(root, index_of(b="beta") + "context_rules: [{pattern: gamma, context_ids: [b-file]}]\n", "shared.yml")
    loader = ContextLoader(root)
    assert [entry.id.value for entry in loader.index().entries] == ["a-file", "b-file"]
    assert len(loader.resolve("gamma").files[0].reasons) == 1
    assert codes(loader) == []


def test_front_matter_is_watched_when_it_changes_goes_and_comes(root: Path) -> None:
    write(root, "front_matter: true\nfallback: none\ncontext_files: [{path: docs/a.md}, {path: docs/new.md}]\n")
    loader = ContextLoader(root)
    assert loader.resolve("delta").paths == ()
    write(root, "---\nctxload: {keywords: [delta]}\n---\n# a\n", "docs/a.md")
    assert loader.resolve("delta").paths == ("docs/a.md",)
    write(root, "---\nctxload: {keywords: [delta]}\n---\n# new\n", "docs/new.md")
    assert loader.resolve("delta", match="whole").paths == ("docs/a.md", "docs/new.md")
    write(root, "# a\n", "docs/a.md")
    assert loader.resolve("delta").paths == ("docs/new.md",)


def test_a_personal_index_is_watched_when_it_comes_and_changes(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTXLOAD_USER_INDEX", str(tmp_path / "mine" / "mine.yml"))
    loader = ContextLoader(root)
    assert codes(loader) == ["CTX302"]
    write(tmp_path, "context_files: [{path: docs/c.md, keywords: [mine]}]\n", "mine/mine.yml")
    assert loader.resolve("mine").paths == ("docs/c.md",) and codes(loader) == []
    write(tmp_path, "context_files: [{path: docs/b.md, keywords: [mine]}]\n", "mine/mine.yml")
    assert loader.resolve("mine").paths == ("docs/b.md",)


# ── what the files are ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("entry", ["docs/a.md", "docs/a*.md"])
@pytest.mark.parametrize("more", ["", "always: [docs/b.md]\n"])
def test_a_selected_file_that_goes_is_missed_at_the_next_call(root: Path, entry: str, more: str) -> None:
    write(root, f"fallback: none\ncontext_files: [{{path: {entry}, keywords: [alpha]}}]\n{more}")
    loader = ContextLoader(root)
    for _ in range(2):
        assert "docs/a.md" in loader.resolve("alpha").paths
    os.remove(root / "docs/a.md")
    answer = loader.resolve("alpha")
    assert "docs/a.md" not in answer.paths and codes(answer) == ["CTX308" if "*" in entry else "CTX301"]


def test_explicit_context_and_what_always_comes_are_missed_at_the_next_call(root: Path) -> None:
    write(root, index_of(a="alpha") + "always: [docs/b.md]\n")
    loader = ContextLoader(root)
    for _ in range(2):
        assert loader.resolve("alpha", context=["docs/c.md"]).paths == ("docs/c.md", "docs/b.md")
    os.remove(root / "docs/b.md")
    assert codes(loader.resolve("alpha", context=["docs/c.md"])) == ["CTX301"]
    os.remove(root / "docs/c.md")
    with pytest.raises(ExplicitContextError):
        loader.resolve("alpha", context=["docs/c.md"])


@pytest.mark.parametrize("old", [True, False])
def test_the_size_of_a_selected_file_is_at_most_a_second_old(root: Path, old: bool) -> None:
    now = time.time_ns() + (10 * SECOND if old else 0)
    loader = ContextLoader(root, clock=lambda: now)
    assert [loader.resolve("alpha").files[0].size for _ in range(2)] == [4, 4]
    with open(root / "docs/a.md", "a") as file:
        file.write("more\n")
    at_once = loader.resolve("alpha").files[0].size
    assert at_once == (
        4 if old and ctxload.workspace.revalidation.FOLDERS_TELL else 9
    )  # a folder that has just changed proves nothing
    now += SECOND
    assert loader.resolve("alpha").files[0].size == 9


def test_a_file_that_goes_comes_and_is_replaced_within_the_grain_is_seen(root: Path) -> None:
    loader = ContextLoader(root)
    for size in range(50):
        write(root, "x" * size, "docs/a.md")
        assert [file.size for file in loader.resolve("alpha").files] == [size]
        if size % 3 == 0:
            os.remove(root / "docs/a.md")
            assert loader.resolve("alpha").paths == ()
            assert loader.resolve("alpha").paths == ()


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_selected_file_that_becomes_a_link_out_of_the_root_is_given_no_more(root: Path, tmp_path: Path) -> None:
    (outside := tmp_path.parent / "outside.md").write_text("# a\n")
    loader = ContextLoader(root)
    for _ in range(2):
        assert loader.resolve("alpha").paths == ("docs/a.md",)
    os.remove(root / "docs/a.md")
    (root / "docs/a.md").symlink_to(outside)
    answer = loader.resolve("alpha")
    assert answer.paths == () and codes(answer) == ["CTX303"]


def test_an_answer_costs_one_look_at_the_index_and_one_at_each_folder_of_its_files(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, index_of(a="alpha", b="beta"))
    now = time.time_ns() + 10 * SECOND  # nothing is younger than the grain
    loader = ContextLoader(root, clock=lambda: now)
    looks: list[str] = []
    real = os.stat

    def counted(path: Any, **more: Any) -> os.stat_result:
        looks.append(os.path.basename(path))
        return real(path, **more)

    monkeypatch.setattr(ctxload.workspace.revalidation, "stat", counted)
    monkeypatch.setattr(ctxload.loader, "stat", counted)
    folder = ["docs"] if ctxload.workspace.revalidation.FOLDERS_TELL else ["a.md", "b.md"]
    first = ["docs", "a.md", "b.md"] if ctxload.workspace.revalidation.FOLDERS_TELL else folder
    for looked_at in (first, folder, folder):
        looks.clear()
        assert loader.resolve("alpha beta").paths == ("docs/a.md", "docs/b.md")
        assert looks == ["context-index.yml", *looked_at]


@pytest.mark.parametrize("is_told", [False, ctxload.workspace.revalidation.IS_TOLD])
def test_an_ignore_file_beside_one_that_is_there_is_heeded_at_the_next_call(
    root: Path, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ctxload.workspace.revalidation, "IS_TOLD", is_told)
    write(root, "nothing/\n", ".gitignore")
    now = time.time_ns() + 10 * SECOND
    loader = ContextLoader(root, clock=lambda: now)
    for _ in range(2):
        assert loader.resolve("alpha").paths == ("docs/a.md",)
    assert loader._current.proofs._looks.absent != ()
    (root / "docs/.ctxignore").write_text("a.md\n", encoding="utf-8")
    assert codes(loader.resolve("alpha")) == ["CTX305"]
    os.remove(root / "docs/.ctxignore")
    assert loader.resolve("alpha").paths == ("docs/a.md",)


def test_an_ignore_file_that_comes_is_heeded_within_a_second(root: Path) -> None:
    now = [time.time_ns() + 10 * SECOND]
    loader = ContextLoader(root, clock=lambda: now[0])
    assert loader.resolve("Context: docs/a.md").paths == ("docs/a.md",)
    assert loader.resolve("alpha").diagnostics == ()
    write(root, "*.md\n", ".gitignore")
    now[0] += SECOND
    with pytest.raises(ExplicitContextError, match="ignored"):
        loader.resolve("Context: docs/a.md")
    assert codes(loader.resolve("alpha")) == ["CTX305"]


def test_what_only_has_the_name_of_an_ignore_file_is_not_looked_for_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / ".gitignore").mkdir()
    now = time.time_ns() + 10 * SECOND
    loader = ContextLoader(root, clock=lambda: now)
    loader.resolve("alpha")
    monkeypatch.setattr(ContextLoader, "_looked_again", lambda *_: pytest.fail("it looked again"))
    assert loader.resolve("alpha").paths == ("docs/a.md",)


@pytest.mark.skipif(os.name != "posix", reason="needs links")
@pytest.mark.parametrize("asked_before", [True, False])
def test_a_folder_above_that_was_moved_out_and_linked_back_is_outside(
    root: Path, tmp_path_factory: pytest.TempPathFactory, asked_before: bool
) -> None:
    write(root, "# c\n", "context/a/b/c.md")
    write(root, "context_files: [{id: c, path: context/a/b/c.md, keywords: [gamma]}]\nfallback: none\n")
    now = time.time_ns() + 10 * SECOND
    loader = ContextLoader(root, clock=lambda: now)
    for _ in range(3 if asked_before else 1):
        assert loader.resolve("gamma").paths == ("context/a/b/c.md",)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "a"
    (root / "context" / "a").rename(elsewhere)
    (root / "context" / "a").symlink_to(elsewhere)
    assert loader.resolve("gamma").paths == () and codes(loader.resolve("gamma")) == ["CTX303"]


def test_a_manifest_that_is_edited_decides_anew(root: Path) -> None:
    write(root, "flask==3.0\n", "requirements.txt")
    write(root, "context_files: [{path: docs/a.md, keywords: [alpha], when_stack: ['django>=4']}]\nfallback: none\n")
    loader = ContextLoader(root)
    assert loader.resolve("alpha").paths == ()
    for version, expected in (("4.0", ("docs/a.md",)), ("3.0", ()), ("5.0", ("docs/a.md",))):
        (root / "requirements.txt").write_text(f"django=={version}\n", encoding="utf-8")
        assert loader.resolve("alpha").paths == expected
    (root / "requirements.txt").unlink()
    assert loader.resolve("alpha").paths == ()
    write(root, '[project]\nname = "x"\ndependencies = ["django==4.2"]\n', "pyproject.toml")
    assert loader.resolve("alpha").paths == ("docs/a.md",)


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_link_in_a_folder_that_led_nowhere_is_given_when_it_leads_to_a_file(root: Path) -> None:
    write(root, "context_files: [{path: linked/, keywords: [folder]}]\nfallback: none\n")
    write(root, "# one\n", "linked/one.md")
    (root / "linked" / "two.md").symlink_to("../other/two.md")
    now = time.time_ns() + 10 * SECOND
    loader = ContextLoader(root, clock=lambda: now)
    for _ in range(2):
        assert loader.resolve("folder").paths == ("linked/one.md",)
    write(root, "# two\n", "other/two.md")
    assert loader.resolve("folder").paths == ("linked/one.md", "linked/two.md")


def test_an_agent_s_folder_that_went_is_said(root: Path) -> None:
    write(root, "# own\n", "context/writer/own.md")
    loader = ContextLoader(root)
    assert codes(loader.resolve("alpha", agent="writer")) == []
    (root / "context" / "writer").rename(root / "context" / "away")
    assert codes(loader.resolve("alpha", agent="writer")) == ["CTX402"]


def test_an_index_whose_mtime_was_set_back_is_not_taken_to_be_old(root: Path) -> None:
    """What changed it may change it again within the clock's grain, and set the mtime back again."""
    index = root / "context-index.yml"
    os.utime(index, (1, 1))
    changed = os.stat(index).st_ctime_ns
    assert not ContextLoader(root, clock=lambda: changed + SECOND)._current.settled
    assert ContextLoader(root, clock=lambda: changed + 3 * SECOND)._current.settled


def test_a_missing_file_that_comes_is_given_at_the_next_call(root: Path) -> None:
    write(root, index_of(new="alpha") + "always: [docs/notes.md]\n")
    loader = ContextLoader(root)
    assert codes(loader.resolve("alpha")) == ["CTX301", "CTX301"]
    write(root, "# new\n", "docs/new.md")
    write(root, "# notes\n", "docs/notes.md")
    answer = loader.resolve("alpha")
    assert answer.paths == ("docs/new.md", "docs/notes.md") and codes(answer) == []


def test_explicit_context_that_comes_is_found_at_the_next_call(root: Path) -> None:
    loader = ContextLoader(root)
    with pytest.raises(ExplicitContextError):
        loader.resolve("Context: docs/new.md")
    write(root, "# new\n", "docs/new.md")
    assert loader.resolve("Context: docs/new.md").paths == ("docs/new.md",)


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_link_that_led_out_of_the_root_is_seen_to_lead_inside(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (root / "docs" / "link.md").symlink_to(tmp_path_factory.mktemp("outside"))
    loader = ContextLoader(root)
    with pytest.raises(ExplicitContextError, match="outside the root"):
        loader.resolve("Context: docs/link.md")
    (root / "docs" / "link.md").unlink()
    (root / "docs" / "link.md").symlink_to("a.md")
    assert loader.resolve("Context: docs/link.md").paths == ("docs/link.md",)


def test_new_files_of_a_listed_folder_a_glob_and_an_agent_s_folder_are_given(root: Path) -> None:
    index = "context_files: [{path: 'docs/**/*.md', keywords: [glob]}, {path: docs/, keywords: [folder]}]\n"
    write(root, index)
    loader = ContextLoader(root)
    assert len(loader.resolve("glob").paths) == 3
    assert codes(loader.resolve("x", agent="writer")) == ["CTX402"]
    write(root, "# d\n", "docs/deep/d.md")
    write(root, "# own\n", "context/writer/own.md")
    assert len(loader.resolve("glob").paths) == 4
    assert len(loader.resolve("folder").paths) == 4
    assert loader.resolve("x", agent="writer").paths == ("context/writer/own.md",)
    write(root, "docs/deep/\n", ".ctxignore")
    assert len(loader.resolve("glob").paths) == 3
    (root / ".ctxignore").write_text("nothing/\n", encoding="utf-8")
    assert len(loader.resolve("glob").paths) == 4


def test_a_file_that_an_entry_waits_for_is_noticed(root: Path) -> None:
    write(
        root,
        "fallback: none\ncontext_files: [{path: docs/a.md, keywords: [image], when_files: [Dockerfile, '*.tf']}]\n",
    )
    loader = ContextLoader(root)
    assert loader.resolve("image").paths == ()
    write(root, "", "infra/main.tf")
    assert loader.resolve("image").paths == ("docs/a.md",)


# ── threads and processes ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.heavy
@pytest.mark.skipif(os.name == "nt", reason="Windows replaces no file that someone reads")
def test_eight_threads_get_whole_answers_while_the_index_is_edited(root: Path) -> None:
    good = [index_of(a="alpha"), index_of(b="alpha"), index_of(c="alpha")]
    legal = {(f"docs/{name}.md",) for name in "abc"}
    loader = ContextLoader(root)
    start, done = Barrier(9), Event()
    wrong: list[object] = []

    def ask() -> None:
        start.wait()
        while not done.is_set():
            try:
                answer = loader.resolve("alpha")
                if answer.paths not in legal or codes(answer) not in ([], ["CTX404"]):
                    wrong.append(answer)
            except BaseException as error:
                wrong.append(error)
                return

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    start.wait()
    for number in range(60):
        write(root, BROKEN if number % 4 == 3 else good[number % 3])
        loader.resolve("alpha")
    done.set()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    write(root, good[1])
    assert loader.resolve("alpha") == ContextLoader(root).resolve("alpha")


def test_an_answer_of_a_kept_index_always_says_so(root: Path) -> None:
    """No thread gets the last good index without the finding, once any thread has seen the broken one."""
    loader = ContextLoader(root)
    write(root, BROKEN)
    loader.resolve("alpha")
    answers: list[Resolution] = []
    threads = [Thread(target=lambda: answers.extend(loader.resolve("alpha") for _ in range(50))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 400 and all(codes(answer) == ["CTX404"] for answer in answers)


def test_a_loader_and_its_answers_can_be_pickled(root: Path) -> None:
    loader = ContextLoader(root)
    answer = loader.resolve("alpha")
    copy = pickle.loads(pickle.dumps(loader))
    assert copy.root == loader.root and copy.resolve("alpha") == answer
    again = pickle.loads(pickle.dumps(answer))
    assert again == answer and again.to_dict(every=True) == answer.to_dict(every=True)


def test_an_answer_outlives_the_index_it_came_from(root: Path) -> None:
    loader = ContextLoader(root)
    answer = loader.resolve("alpha")
    expected = ContextLoader(root).resolve("alpha").to_dict(every=True)
    write(root, index_of(b="beta"))
    loader.resolve("beta")
    assert answer.to_dict(every=True) == expected


def test_an_error_can_be_pickled(root: Path) -> None:
    with pytest.raises(ExplicitContextError) as caught:
        ContextLoader(root).resolve("Context: nowhere.md")
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.diagnostics == caught.value.diagnostics


# ── the ways to ask ──────────────────────────────────────────────────────────────────────────────────────


def test_the_functions_answer_as_the_loader_does(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "docs")
    expected = ContextLoader(root).resolve("alpha", agent="x")
    assert resolve("alpha", agent="x") == expected == resolve("alpha", root=root, agent="x")
    assert load_index().entries == load_index(root).entries == ContextLoader(root).index().entries
    assert ContextLoader(index=root / "context-index.yml").root == str(root)


def test_one_text_as_context_is_one_item_and_none_is_no_context(root: Path) -> None:
    loader = ContextLoader(root)
    assert loader.resolve("x", context="docs/b.md").paths == ("docs/b.md",)
    assert loader.resolve("alpha", context=[]).layer == "keyword" == loader.resolve("alpha", context=None).layer
    assert loader.resolve("alpha", context=(item for item in ["a-file"])).layer == "explicit"


def test_an_unknown_match_mode_is_an_error_with_a_cure(root: Path) -> None:
    with pytest.raises(UsageError, match="use focused or whole"):
        ContextLoader(root).resolve("alpha", match="relatd")


@pytest.mark.parametrize("value", [5, b"alpha", ["alpha"], {"a": 1}])
@pytest.mark.parametrize("name", ["task", "agent", "match", "context", "tags", "without"])
def test_what_is_no_text_is_a_usage_error_whoever_is_asked(root: Path, name: str, value: Any) -> None:
    loader = ContextLoader(root)
    if name in ("context", "tags", "without"):
        value = 5 if isinstance(value, list | dict) else [value]
    for one in (loader, ContextLoader.thaw(loader.freeze())):
        with pytest.raises(UsageError, match=f"`{name}` must be"):
            one.resolve(**{"task": "alpha", name: value})
    with pytest.raises(UsageError, match=f"`{name}` must be"):
        loader.load(**{"task": "alpha", name: value})


def test_no_task_at_all_is_a_usage_error_and_a_text_of_another_type_is_none(root: Path) -> None:
    class Text(str):
        __slots__ = ()

    loader = ContextLoader(root)
    with pytest.raises(UsageError, match="`task` must be a text, not NoneType"):
        loader.resolve(None)  # type: ignore[arg-type]
    assert loader.resolve(Text("alpha"), agent=None, match=None).paths == loader.resolve("alpha").paths


def test_the_loader_tells_what_it_is(root: Path) -> None:
    assert repr(ContextLoader(root)) == f"<ContextLoader context-index.yml in {root}: 1 entries>"


def test_a_loader_keeps_its_index_when_the_working_directory_changes(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    loader = ContextLoader(".")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    write(root, index_of(b="alpha"))
    assert loader.resolve("alpha").paths == ("docs/b.md",)


# ── law 16 ───────────────────────────────────────────────────────────────────────────────────────────────

NAMES = ("a", "b", "c", "d")
WORDS = ("alpha", "beta", "gamma")
TASKS = ("alpha beta", "gamma", "nothing at all", "Context: docs/b.md", "Context: docs/d.md, a-file")

entries = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(WORDS), max_size=3)
flags = st.sampled_from(
    [
        "",
        "front_matter: true\n",
        "include: [more.yml]\n",
        "include: [more.yml]\nfront_matter: true\n",
        "always: [docs/d.md]\n",
    ]
)
damages = st.sampled_from([BROKEN, "a: 'x\n", b"\xff\xfe", "{" * 99])
writers = st.sampled_from([write, lambda root, text, name: (root / name).write_text(text, encoding="utf-8")])


class Edits(RuleBasedStateMachine):
    """After any sequence of edits, breakages and repairs, the loader equals a fresh load, or the last good index with a
    diagnostic."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.good = Path(tempfile.mkdtemp())
        self.loader: ContextLoader | None = None
        self.broken = False

    def teardown(self) -> None:
        shutil.rmtree(self.root)
        shutil.rmtree(self.good)

    @initialize(words=entries)
    def begin(self, words: dict[str, str]) -> None:
        write(self.root, "# a\n", "docs/a.md")
        write(self.root, index_of(**words))
        self.loader = ContextLoader(self.root)

    @rule(words=entries, more=flags, writer=writers)
    def edit_the_index(self, words: dict[str, str], more: str, writer: Callable[[Path, str, str], None]) -> None:
        writer(self.root, more + index_of(**words), "context-index.yml")

    @rule(words=entries, writer=writers)
    def edit_the_included_index(self, words: dict[str, str], writer: Callable[[Path, str, str], None]) -> None:
        writer(self.root, index_of(**words), "more.yml")

    @rule(damage=damages, name=st.sampled_from(["context-index.yml", "more.yml"]))
    def break_an_index(self, damage: str | bytes, name: str) -> None:
        write(self.root, damage, name)

    @rule(name=st.sampled_from(["context-index.yml", "more.yml"]))
    def delete_an_index(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    @rule()
    def bring_back_the_last_good_index(self) -> None:
        if (self.good / "context-index.yml").exists():
            write(self.root, (self.good / "context-index.yml").read_bytes())

    @precondition(lambda self: not self.broken)
    @rule(name=st.sampled_from(NAMES), word=st.sampled_from(["", *WORDS]), writer=writers)
    def write_a_document(self, name: str, word: str, writer: Callable[[Path, str, str], None]) -> None:
        front = f"---\nctxload: {{keywords: [{word}]}}\n---\n" if word else ""
        writer(self.root, f"{front}# {name}\n", f"docs/{name}.md")

    @rule()
    def touch_the_index(self) -> None:
        if (self.root / "context-index.yml").exists():
            os.utime(self.root / "context-index.yml")

    @invariant()
    def the_loader_equals_a_fresh_load_or_the_last_good_index_with_a_diagnostic(self) -> None:
        if self.loader is None:
            return
        try:
            fresh, self.broken = ContextLoader(self.root), False
        except CtxloadError:
            fresh, self.broken = ContextLoader(self.good), True
        if not self.broken:
            shutil.rmtree(self.good)
            shutil.copytree(self.root, self.good)
        for task in TASKS:
            assert answer_of(self.loader, task, kept=self.broken) == answer_of(fresh, task)


def answer_of(loader: ContextLoader, task: str, *, kept: bool = False) -> object:
    """All of an answer as data, or the error; a kept index must say that it is one."""
    try:
        data = loader.resolve(task).to_dict(every=True)
    except CtxloadError as error:
        return type(error), str(error), error.diagnostics
    if kept:
        first = data["diagnostics"].pop(0)
        assert first["code"] == "CTX404"
    assert "CTX404" not in [finding["code"] for finding in data["diagnostics"]]
    for file in data["files"]:
        file.pop("size")  # the library looks at a file when it is selected first
    return data


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=share(40), stateful_step_count=20, deadline=None)


@pytest.fixture(autouse=True)
def no_personal_index(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CTXLOAD_USER_INDEX", raising=False)
    yield


# ── an index that isn't a file ─────────────────────────────────────────────────────────────────────────────


def test_a_root_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match=r"there is no folder .*nope: fix --root"):
        ContextLoader(tmp_path / "nope")


@pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")
@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda path: path.symlink_to("gone.yml"), "a link that leads nowhere"),
        (lambda path: path.symlink_to(path.name), "a link that leads nowhere"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: os.mkfifo(path), "no regular file"),
    ],
    ids=["link", "loop", "folder", "pipe"],
)
def test_an_index_that_is_there_and_no_file_is_not_called_absent(
    tmp_path: Path, make: Callable[[Path], None], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "context-index.yml")
    said = re.escape(f"{tmp_path / 'context-index.yml'} is {what}: put a file in its place")
    with pytest.raises(NoIndexError, match=said):
        ContextLoader(tmp_path)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    with pytest.raises(NoIndexError, match=said):
        ContextLoader()
    (tmp_path / "below" / "again").mkdir()
    make(tmp_path / "below" / "again" / "context-index.yml")
    write(tmp_path / "below", index_of(a="alpha"))
    monkeypatch.chdir(tmp_path / "below" / "again")
    assert ContextLoader().root == str(tmp_path / "below")  # one that can be read, further up, serves
