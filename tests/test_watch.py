"""Watching: the logic on scripted events and a clock moved by hand, then a real folder and the real command."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ctxload
from ctxload import ContextLoader
from ctxload.cli.watch import Session, sentences
from ctxload.errors import CtxloadError
from ctxload.index.diff import difference_of
from ctxload.index.parser import parse
from ctxload.project.build import build
from ctxload.project.snapshot import load_compiled
from ctxload.text.source import Source
from ctxload.workspace import watcher as watch
from ctxload.workspace.locations import discover
from ctxload.workspace.source_stamps import FOLDER
from ctxload.workspace.watcher import (
    DEBOUNCE,
    HEARTBEAT,
    POLL,
    PRESENCE,
    STAT,
    STEP,
    Batcher,
    Change,
    Clock,
    Events,
    Look,
    Wanted,
    Watcher,
    Watching,
    change,
    is_same,
    look,
    names_in,
)  # fmt: skip
from tiers import sample

PACKAGE = Path(ctxload.__file__).resolve().parent
NAME = "context-index.yml"
#: Nothing here takes a hundredth of it; it only keeps what hangs from hanging the tests.
PATIENCE = 60
BROKEN = "context_files: [\n"

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


def index_of(**entries: str) -> str:
    """An index in which each list of words calls for the file of its name."""
    rows = "".join(
        f"  - {{id: {name}-guide, path: docs/{name}.md, keywords: [{words}]}}\n" for name, words in entries.items()
    )
    return f"fallback: none\ncontext_files:\n{rows or '  []'}"


def write(path: Path, text: str) -> None:
    """Writes a file as an editor that saves by rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "project"
    for name in ("auth", "orm"):
        write(root / f"docs/{name}.md", f"# {name}\n")
    write(root / NAME, index_of(auth="login", orm="database"))
    monkeypatch.chdir(root)
    return root


# ── batches ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_batch_ends_after_a_step_of_quiet() -> None:
    batcher = Batcher(debounce=10, step=1)
    assert batcher.wait(5.0) is None
    batcher.add({"a"}, 5.0)
    batcher.add({"b"}, 5.75)
    assert batcher.wait(6.0) == 0.75
    assert batcher.wait(6.75) == 0.0
    assert batcher.take() == {"a", "b"}
    assert batcher.wait(7.0) is None


def test_a_batch_that_does_not_come_to_rest_ends_all_the_same() -> None:
    batcher = Batcher(debounce=2, step=1)
    for moment in (0.0, 0.5, 1.0, 1.5):
        batcher.add({"a"}, moment)
    assert batcher.wait(1.5) == 0.5
    assert batcher.wait(2.0) == 0.0


def test_nothing_is_no_event() -> None:
    batcher = Batcher()
    batcher.add(set(), 1.0)
    assert batcher.wait(1.0) is None and batcher.take() == set()


@given(st.lists(st.tuples(st.integers(0, 24).map(lambda eighths: eighths / 8), st.sets(st.sampled_from("abcd")))))
def test_every_event_is_in_exactly_one_batch_and_no_batch_lasts_longer_than_the_debounce(
    events: list[tuple[float, set[str]]],
) -> None:
    batcher, now = Batcher(debounce=2, step=1), 0.0
    pending: set[str] = set()
    begun = None
    for gap, paths in [*events, (100.0, set())]:
        wait = batcher.wait(now)
        if wait is not None and wait <= gap:
            assert begun is not None and now + wait - begun <= 2
            assert batcher.take() == pending
            pending, begun = set(), None
        now += gap
        batcher.add(paths, now)
        begun = begun if begun is not None or not paths else now
        pending |= paths
    assert not pending


# ── looks ────────────────────────────────────────────────────────────────────────────────────────────────


def later() -> int:
    """A moment at which nothing on disk is young."""
    return time.time_ns() + 3600 * 10**9


def test_a_file_that_comes_changes_and_goes(root: Path) -> None:
    path = str(root / "new.md")
    looks = [look(path, STAT, later())]
    for text in ("one", "other"):
        write(Path(path), text)
        looks.append(look(path, STAT, later()))
    os.unlink(path)
    looks.append(look(path, STAT, later()))
    kinds = [change(path, before, after).kind for before, after in pairwise(looks)]
    assert kinds == ["added", "modified", "deleted"]


def test_a_young_file_is_compared_by_what_is_in_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ctxload.workspace.stamps.signature", lambda found: (found.st_size, 1_000, 0, 0)
    )  # a clock that stands still
    path = root / NAME
    known = look(str(path), 10_000, 2_000)
    assert is_same(known, str(path), 10_000, 3_000)
    path.write_text(index_of(auth="lagin", orm="database"))
    assert is_same(known, str(path), 10_000, 3_000) is None
    assert is_same(known, str(path), 10_000, 10**12) is None  # later, too: it was young when it was looked at
    old = look(str(path), 10_000, 10**12)
    path.write_text(index_of(auth="login", orm="database"))
    assert is_same(old, str(path), 10_000, 10**12) is old  # an old file cannot change without another time


def test_of_a_file_that_is_waited_for_only_its_presence_counts(root: Path) -> None:
    known = look(str(root / NAME), PRESENCE, later())
    write(root / NAME, "other")
    assert is_same(known, str(root / NAME), PRESENCE, later())
    (root / NAME).unlink()
    assert is_same(known, str(root / NAME), PRESENCE, later()) is None


@posix
def test_a_pipe_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe")
    now = time.time_ns()
    assert is_same(look(str(root / "pipe"), 100, now), str(root / "pipe"), 100, now)


def test_a_name_that_no_file_can_have_is_not_there() -> None:
    assert look("a\0b", STAT, 0) == Look((), 0, 0)


# ── which folders ────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_folders_of_the_files_that_matter_are_watched_and_those_on_the_way(root: Path) -> None:
    top = os.path.realpath(root)
    assert names_in([f"{root}/{NAME}"], str(root)) == {top: {NAME}}
    names = names_in([f"{root}/{NAME}", f"{root}/a/b/more.yml", "/elsewhere/own.yml"], str(root))
    assert names == {top: {NAME, "a"}, f"{top}/a": {"b"}, f"{top}/a/b": {"more.yml"}, "/elsewhere": {"own.yml"}}


def test_of_a_folder_whose_names_matter_each_event_in_it_is_taken(root: Path) -> None:
    assert names_in([f"{root}/a"], str(root), [f"{root}/a"]) == {
        os.path.realpath(root): {"a"}, os.path.realpath(root / "a"): {watch.EVERY},
    }  # fmt: skip


def test_a_name_that_comes_or_goes_in_a_folder_is_a_change_of_it_and_an_edit_is_none(root: Path) -> None:
    folder = root / "a"
    write(folder / "one.md", "1")

    def touch() -> None:
        write(folder / "two.md", "2")

    script = Script(
        (1.0, lambda: write(folder / "one.md", "edited"), {str(folder / "one.md")}),
        (2.0, touch, {str(folder / "two.md")}),
        (3.0, (folder / "one.md").unlink, {str(folder / "one.md")}),
    )
    watcher = watched(script, root, {str(folder): FOLDER})
    assert batches(watcher) == [["modified a"], ["modified a"]]


@posix
def test_of_a_link_both_ends_are_watched(root: Path, tmp_path: Path) -> None:
    write(tmp_path / "shared/real.yml", "")
    (root / "link.yml").symlink_to(tmp_path / "shared/real.yml")
    names = names_in([f"{root}/link.yml"], str(root))
    assert names == {os.path.realpath(root): {"link.yml"}, os.path.realpath(tmp_path / "shared"): {"real.yml"}}


def test_a_folder_that_is_not_there_is_waited_for_in_the_nearest_one_above(root: Path) -> None:
    top = os.path.realpath(root)
    names, places = watch._there({f"{top}/a/b": {"x.yml"}, f"{top}/{NAME}/c": {"y"}, top: {NAME}})
    assert names == {top: {"a", NAME}} and set(places) == {top}


def test_a_watch_that_ended_and_was_read_once_more_is_not_told_to_the_user(caplog: pytest.LogCaptureFixture) -> None:
    events = Events()
    log = logging.getLogger("watchdog.observers.inotify")
    log.error("InotifyEmitter.queue_events() called when the thread is inactive")
    log.error("anything else")
    events.close()
    assert [record.msg for record in caplog.records] == ["anything else"]


@pytest.fixture
def told() -> Iterator[Events]:
    events = Events()
    yield events
    events.close()


def event(kind: str, source: str | bytes, target: str = "", *, folder: bool = False) -> SimpleNamespace:
    return SimpleNamespace(event_type=kind, src_path=source, dest_path=target, is_directory=folder)


def test_events_on_the_names_that_matter_are_told_and_no_others(root: Path, told: Events) -> None:
    top = os.path.realpath(root)
    told.follow({top: {NAME, "docs"}})
    cases = [
        (event("modified", f"{top}/{NAME}"), {f"{top}/{NAME}"}),
        (event("moved", f"{top}/.draft", f"{top}/{NAME}"), {f"{top}/{NAME}"}),
        (event("moved", f"{top}/{NAME}", f"{top}/away"), {f"{top}/{NAME}"}),
        (event("deleted", os.fsencode(f"{top}/{NAME}")), {f"{top}/{NAME}"}),
        (event("attrib", f"{top}/{NAME}"), {f"{top}/{NAME}"}),
        (event("moved", f"{top}/docs", f"{top}/docs2", folder=True), {f"{top}/docs"}),
        (event("deleted", top, folder=True), {top}),
        (event("opened", f"{top}/{NAME}"), set()),
        (event("closed_no_write", f"{top}/{NAME}"), set()),
        (event("modified", top, folder=True), set()),
        (event("modified", f"{top}/docs", folder=True), set()),
        (event("created", f"{top}/other.md"), set()),
        (event("modified", f"{top}/docs/{NAME}"), set()),
    ]
    for given_event, paths in cases:
        told.dispatch(given_event)
        assert told.wait(0) == paths, given_event


def test_more_folders_than_can_be_watched_are_an_error_and_then_looked_at_by_the_clock(
    root: Path, told: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "FOLDERS", 1)
    with pytest.raises(OSError):
        told.follow({os.path.realpath(root): {"x"}, os.path.realpath(root / "docs"): {"y"}})
    watcher = Watcher(told)
    watcher.follow(Wanted(str(root), {f"{root}/{NAME}": STAT, f"{root}/docs/auth.md": STAT}, {}))
    assert watcher.polls
    watcher.close()


# ── the watcher, on a script ─────────────────────────────────────────────────────────────────────────────


class Script:
    """A notifier that plays what is written: at a moment something is done, and paths are told or not."""

    tells = True

    def __init__(self, *steps: tuple[float, Callable[[], object] | None, set[str]]) -> None:
        self.steps = list(steps)
        self.now = 0.0
        self.names: list[dict[str, set[str]]] = []
        self.on_end: Callable[[], object] = lambda: None
        self.quiet = 0
        self.closed = 0

    def clock(self) -> float:
        return self.now

    def follow(self, names: dict[str, set[str]]) -> None:
        self.names.append(names)

    def wait(self, seconds: float) -> set[str]:
        if self.steps and self.steps[0][0] <= self.now + seconds:
            moment, act, paths = self.steps.pop(0)
            self.now = max(self.now, moment)
            if act is not None:
                act()
            return paths
        self.now += seconds
        if not self.steps:
            self.quiet += 1
            if self.quiet > 4:
                self.on_end()
        return set()

    def wake(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed += 1


def watched(script: Script, root: Path, files: dict[str, int] | None = None) -> Watcher:
    """A watcher of the index that ends with its script."""
    watcher = Watcher(script, script.clock, later)
    script.on_end = watcher.stop
    watcher.follow(Wanted(str(root), files or {str(root / NAME): 1_000_000}, {}))
    return watcher


def batches(watcher: Watcher) -> list[list[str]]:
    found = []
    while changes := watcher.batch():
        found.append([f"{one.kind} {os.path.basename(one.path)}" for one in changes])
    return found


def test_a_burst_is_one_batch_and_two_bursts_are_two(root: Path) -> None:
    index = {str(root / NAME)}
    script = Script(
        (1.0, lambda: write(root / NAME, "a: 1"), index),
        (1.01, lambda: write(root / NAME, "a: 22"), index),
        (1.02, None, index),
        (3.0, lambda: write(root / NAME, "a: 333"), index),
    )
    moments = []
    watcher = watched(script, root)
    while watcher.batch():
        moments.append(round(script.now, 6))
    assert moments == [1.02 + STEP, 3.0 + STEP]


def test_a_storm_of_events_is_answered_before_it_ends(root: Path) -> None:
    steps = [(1.0 + STEP / 2 * n, (lambda n=n: write(root / NAME, "x" * n)), {str(root / NAME)}) for n in range(1, 100)]
    script = Script(*steps)
    watcher = watched(script, root)
    assert watcher.batch()
    assert script.now <= 1.0 + STEP + DEBOUNCE and len(script.steps) > 10


def test_an_event_without_a_change_is_no_batch(root: Path) -> None:
    assert batches(watched(Script((1.0, None, {str(root / NAME)})), root)) == []


def test_a_change_that_is_undone_within_a_burst_is_told_as_what_it_came_to(root: Path) -> None:
    aside = root / "aside"
    script = Script(
        (1.0, lambda: os.replace(root / NAME, aside), {str(root / NAME)}),
        (1.01, lambda: write(root / NAME, "new: 1"), {str(root / NAME)}),
        (2.0, lambda: os.unlink(root / NAME), {str(root / NAME)}),
        (3.0, lambda: os.replace(aside, root / NAME), {str(root / NAME)}),
    )
    assert batches(watched(script, root)) == [[f"modified {NAME}"], [f"deleted {NAME}"], [f"added {NAME}"]]


def test_a_change_between_reading_and_following_is_not_missed(root: Path) -> None:
    known = {str(root / NAME): look(str(root / NAME), STAT, later())}
    write(root / NAME, "later: 1")
    script = Script()
    watcher = Watcher(script, script.clock, later)
    script.on_end = watcher.stop
    watcher.follow(Wanted(str(root), {str(root / NAME): STAT}, known))
    assert batches(watcher) == [[f"modified {NAME}"]]


def test_a_change_while_the_last_one_is_answered_is_not_missed(root: Path) -> None:
    script = Script((1.0, lambda: write(root / NAME, "a: 1"), {str(root / NAME)}))
    watcher = watched(script, root)
    assert watcher.batch()
    write(root / NAME, "b: 22")  # no event tells
    assert watcher.batch() == (Change("modified", str(root / NAME)),)


def test_a_lost_event_costs_a_heartbeat_and_lost_events_make_it_look_by_the_clock(root: Path) -> None:
    script = Script(
        (1.0, lambda: write(root / NAME, "a: 1"), set()), (HEARTBEAT + 2, lambda: write(root / NAME, "b: 22"), set())
    )
    watcher = watched(script, root)
    assert watcher.batch() and not watcher.polls
    assert script.now <= 2 * HEARTBEAT
    assert watcher.batch() and watcher.polls
    assert script.closed == 1


def test_one_event_among_the_lost_ones_keeps_events_in_use(root: Path) -> None:
    edits = [lambda n=n: write(root / NAME, "x" * n) for n in range(1, 5)]
    told = [set(), {str(root / NAME)}, set(), {str(root / NAME)}]
    script = Script(*[(20.0 * n + 1, edit, paths) for n, (edit, paths) in enumerate(zip(edits, told, strict=True))])
    watcher = watched(script, root)
    assert len(batches(watcher)) == 4 and not watcher.polls


def test_by_the_clock_a_file_that_is_still_being_written_is_waited_for(root: Path) -> None:
    grow = [(1.0 + STEP * n, (lambda n=n: write(root / NAME, "x" * n)), set[str]()) for n in range(1, 6)]
    script = Script(*grow)
    script.tells = False
    watcher = watched(script, root)
    assert watcher.batch()
    assert script.steps == [] and (root / NAME).read_text() == "x" * 5
    assert script.now <= 1.0 + POLL + DEBOUNCE


def test_by_the_clock_a_file_that_never_rests_is_answered_all_the_same(root: Path) -> None:
    script = Script(
        *[(1.0 + STEP / 2 * n, (lambda n=n: write(root / NAME, "x" * n)), set[str]()) for n in range(1, 400)]
    )
    script.tells = False
    watcher = watched(script, root)
    assert watcher.batch()
    assert script.now <= 1.0 + POLL + 2 * DEBOUNCE


def test_watches_that_cannot_be_had_make_it_look_by_the_clock(root: Path) -> None:
    class Full(Script):
        def follow(self, names: dict[str, set[str]]) -> None:
            raise OSError("inotify watch limit reached")

    watcher = watched(Full(), root)
    assert watcher.polls


def test_where_events_cannot_be_had_at_all_the_clock_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Events) -> None:
        raise OSError("inotify instance limit reached")

    monkeypatch.setattr(Events, "__init__", full)
    assert not watch.notifier().tells
    assert not watch.notifier(poll=True).tells


def test_a_watcher_that_is_stopped_tells_nothing_more(root: Path) -> None:
    watcher = watched(Script((1.0, lambda: write(root / NAME, "a: 1"), {str(root / NAME)})), root)
    watcher.stop()
    watcher.stop()
    assert watcher.batch() == ()


def test_a_stop_from_another_thread_ends_the_waiting(root: Path) -> None:
    watcher = Watcher(Clock())
    watcher.follow(Wanted(str(root), {str(root / NAME): STAT}, {}))
    timer = threading.Timer(0.01, watcher.stop)
    timer.start()
    assert watcher.batch() == ()
    timer.join()
    watcher.close()


def test_many_files_are_looked_at_less_often(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script()
    real = watch.is_same

    def slow(*values: Any) -> Any:
        script.now += 1.0  # a look takes a second
        return real(*values)

    monkeypatch.setattr(watch, "is_same", slow)
    script.tells = False
    watcher = watched(script, root)
    looks: list[float] = []
    monkeypatch.setattr(watcher, "_look", lambda look=watcher._look: (looks.append(script.now), look())[1])
    assert watcher.batch() == ()
    assert all(after - before >= watch.SHARE for before, after in pairwise(looks))


# ── what a change did ────────────────────────────────────────────────────────────────────────────────────


def read(text: str) -> Any:
    return parse(Source(NAME, text)).index


def test_a_difference_names_entries_keywords_and_parts() -> None:
    before = read(index_of(auth="login, jwt", orm="database", old="legacy"))
    after = read(
        "# moved down\n\n"
        + index_of(auth="login, oauth, session", orm="database", new="shiny, fresh")
        + "context_rules: [{pattern: x, context_ids: [orm-guide]}]\n"
    )
    found = difference_of(before, after)
    assert (found.added, found.removed) == (("new-guide",), ("old-guide",))
    assert [tuple(one) for one in found.edited] == [("auth-guide", 2, 1, ())]
    assert (found.keywords_added, found.keywords_removed) == (4, 2)
    assert found.parts == ("rules",)
    assert sentences(found) == [
        "1 added (new-guide)", "1 removed (old-guide)", "1 changed (auth-guide: keywords +2 -1)", "context_rules changed", "keywords +4 -2",  # noqa: E501
    ]  # fmt: skip


def test_places_alone_are_no_difference() -> None:
    text = index_of(auth="login", orm="database")
    assert sentences(difference_of(read(text), read("# a comment\n" + text))) == []


def test_two_entries_of_one_id_are_told_apart_and_long_lists_are_cut() -> None:
    one = read("context_files: [{id: a, path: x.md}, {id: a, path: y.md}]")
    other = read(
        "context_files: [{id: a, path: x.md}, {id: a, path: z.md}, "
        + ", ".join(f"{{id: n{n}, path: n.md}}" for n in range(9))
        + "]"
    )
    assert sentences(difference_of(one, other)) == ["9 added (n0, n1, n2, n3 and 5 more)", "1 changed (a#2: paths)"]


# ── the command, on a script ─────────────────────────────────────────────────────────────────────────────


class Telling:
    """`ctxload watch` on a script of edits: what it printed after each, and what a fresh start answers then."""

    def __init__(
        self, root: Path, *edits: Callable[[], object], as_json: bool = False, named: tuple[str, str] = ("", "")
    ) -> None:
        self.root = root
        self.served: list[bool] = []
        steps = [(2.0 * n + 1, self.doing(edit), {str(root / NAME)}) for n, edit in enumerate(edits)]
        self.script = Script(*steps)
        self.watcher = Watcher(self.script, self.script.clock, time.time_ns)
        self.script.on_end = self.watcher.stop
        self.out, self.err = io.StringIO(), io.StringIO()
        place = discover(index=named[0], root=named[1])
        with contextlib.redirect_stdout(self.out), contextlib.redirect_stderr(self.err):
            self.status = Session(self.watcher, *named, place, as_json=as_json, stop=lambda: False).run()
        self.lines = self.out.getvalue().splitlines()

    def doing(self, edit: Callable[[], object]) -> Callable[[], object]:
        def act() -> None:
            self.served.append(is_current())
            edit()

        return act

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


def is_current() -> bool:
    """Whether a command would answer at once from the compiled index."""
    try:
        return load_compiled(discover()) is not None
    except CtxloadError:
        return False


def test_watch_tells_each_change_on_a_line_and_keeps_the_compiled_index_current(root: Path) -> None:
    said = Telling(
        root,
        lambda: write(root / NAME, index_of(auth="login, jwt", orm="database")),
        lambda: write(root / NAME, index_of(auth="login, jwt")),
        lambda: os.utime(root / NAME, (1_000_000_000, 1_000_000_000)),
        lambda: write(root / NAME, index_of(auth="login, jwt") + "aliasses: {a: b}\n"),
    )
    assert said.status == 0
    assert said.lines == [
        "context-index.yml modified: 1 changed (auth-guide: keywords +1 -0); 2 entries",
        "context-index.yml modified: 1 removed (orm-guide); keywords +0 -1; 1 entry",
        "context-index.yml modified: says the same; 1 entry",
        "context-index.yml modified: says the same; 1 entry, 1 warning",
        "context-index.yml:4:1: warning[CTX101] unknown key `aliasses` (did you mean `aliases`?)",
    ]
    assert said.err.getvalue().startswith("ctxload: watching context-index.yml: 2 entries, compiled in ")
    assert said.served == [True] * 4 and is_current()


def test_a_broken_edit_is_told_and_its_index_never_taken_for_current(root: Path) -> None:
    good = index_of(auth="login", orm="database")
    said = Telling(
        root,
        lambda: write(root / NAME, BROKEN),
        lambda: write(root / NAME, 2 * BROKEN),
        lambda: write(root / NAME, good.replace("login", "login, jwt")),
        (root / NAME).unlink,
        lambda: write(root / NAME, good),
    )
    kept = "programs that hold the last good one go on with it"
    lines = [line for line in said.lines if "error[" not in line]
    assert lines == [
        f"context-index.yml modified: the index cannot be read; {kept}",
        f"context-index.yml modified: the index cannot be read; {kept}",
        "context-index.yml modified: the index can be read again; 1 changed (auth-guide: keywords +1 -0); 2 entries",
        f"context-index.yml deleted: the index doesn't exist; {kept}",
        "context-index.yml added: the index can be read again; 1 changed (auth-guide: keywords +0 -1); 2 entries",
    ]
    assert any("error[CTX001]" in line for line in said.lines)
    assert said.served == [True, False, False, True, False]
    assert is_current()


def test_an_index_that_is_broken_at_first_is_waited_for(root: Path) -> None:
    write(root / NAME, BROKEN)
    said = Telling(root, lambda: write(root / NAME, index_of(auth="login")))
    assert "error[CTX001]" in said.lines[0]
    assert said.lines[-1] == "context-index.yml modified: the index can be read; 1 entry"
    assert "it cannot be read" in said.err.getvalue()


def test_json_lines_tell_the_same_to_a_program(root: Path) -> None:
    said = Telling(
        root,
        lambda: write(root / NAME, index_of(auth="login, jwt", new="x1, x2") + "match: whole\n"),
        lambda: write(root / NAME, BROKEN),
        (root / NAME).unlink,
        as_json=True,
    )
    first, changed, broken, gone = said.events
    assert (first["event"], first["entry_count"], first["findings"]) == ("compiled", 2, [])
    assert Path(first["stored"]).exists() and first["root"] == str(root)
    assert changed["event"] == "changed"
    assert changed["files"] == [{"change": "modified", "path": NAME}]
    assert changed["entries"] == {
        "added": ["new-guide"], "removed": ["orm-guide"],
        "changed": [{"id": "auth-guide", "keywords_added": 1, "keywords_removed": 0, "parts": []}],
    }  # fmt: skip
    assert changed["keywords"] == {"added": 3, "removed": 1} and changed["parts"] == ["match"]
    assert [finding["code"] for finding in changed["findings"]] == ["CTX301"] and changed["errors"] == 1
    assert broken["event"] == "broken" and [finding["code"] for finding in broken["findings"]] == ["CTX001"]
    assert gone["event"] == "gone" and gone["files"][0]["change"] == "deleted"
    assert broken["problem"] == "the index cannot be read" and gone["problem"].startswith(
        "no context-index.yml here or above"
    )


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_an_index_that_was_given_to_another_user_is_refused_with_the_reason(root: Path) -> None:
    said = Telling(root, lambda: os.chown(root / NAME, 12_345, 12_345), lambda: os.chown(root / NAME, 0, 0))
    assert "belongs to another user" in said.lines[0]
    assert "can be read again" in said.lines[1]


def test_a_missing_file_that_comes_ends_its_finding(root: Path) -> None:
    write(root / NAME, index_of(auth="login", late="zebra"))
    said = Telling(
        root,
        lambda: write(root / "docs/late.md", "# late"),
        lambda: (root / "docs/auth.md").unlink(),
        lambda: write(root / NAME, index_of(auth="login")),
    )
    assert said.lines[0] == "docs/late.md added: 1 finding gone; 2 entries"
    assert said.lines[1].startswith(
        "context-index.yml modified: 1 removed"
    )  # a file that is there is not watched: `resolve` looks itself


def test_an_include_elsewhere_counts_when_it_comes_changes_and_goes(root: Path) -> None:
    write(root / NAME, "include: [team/rules/more.yml]\n" + index_of(auth="login"))
    more = root / "team/rules/more.yml"
    said = Telling(
        root,
        lambda: write(more, "context_files: [{id: zebra-extra, path: docs/orm.md, keywords: [zebra]}]\n"),
        lambda: write(more, "context_files: [{id: zebra-extra, path: docs/orm.md, keywords: [zebra, gnu]}]\n"),
        lambda: os.replace(root / "team", root / "teams"),
        lambda: os.replace(root / "teams", root / "team"),
    )
    told = [line for line in said.lines if "CTX112" not in line]
    assert [line.split(";")[0] for line in told] == [
        "team/rules/more.yml added: 1 added (zebra-extra)",
        "team/rules/more.yml modified: 1 changed (zebra-extra: keywords +1 -0)",
        "team/rules/more.yml deleted: 1 removed (zebra-extra)",
        "team/rules/more.yml added: 1 added (zebra-extra)",
    ]
    assert said.served == [True] * 4 and is_current()


def test_front_matter_is_watched_where_it_counts(root: Path) -> None:
    write(root / NAME, "front_matter: true\n" + index_of(auth="login"))
    said = Telling(
        root,
        lambda: write(root / "docs/auth.md", "---\nctxload: {keywords: [zebra]}\n---\n"),
        lambda: write(root / "docs/auth.md", "# none"),
    )
    assert said.lines == [
        "docs/auth.md modified: 1 changed (auth-guide: keywords +1 -0); 1 entry",
        "docs/auth.md modified: 1 changed (auth-guide: keywords +0 -1); 1 entry",
    ]
    docs = os.path.realpath(root / "docs")
    assert "auth.md" in said.script.names[-1][docs]


def test_without_front_matter_no_folder_of_context_files_is_watched(root: Path) -> None:
    said = Telling(root)
    assert set(said.script.names[-1]) <= {os.path.realpath(root), os.path.realpath(root / "context")}


def test_an_ignore_file_that_changes_is_told(root: Path) -> None:
    said = Telling(root, lambda: write(root / ".ctxignore", "auth.md\n"), lambda: (root / ".ctxignore").unlink())
    assert said.lines[0] == ".ctxignore added: says the same; 2 entries, 1 warning"
    assert "CTX305" in said.lines[1]
    assert said.lines[2] == ".ctxignore deleted: 1 finding gone; 2 entries"


def test_the_index_that_counts_may_become_another_one(root: Path) -> None:
    write(root / "pyproject.toml", "")  # a sign of a project, so that `context/` isn't a root of its own
    (root / NAME).rename(root / "aside")
    write(root / "context" / NAME, index_of(auth="login"))
    said = Telling(root, lambda: (root / "aside").rename(root / NAME), (root / NAME).unlink, as_json=True)
    assert [(one["index"], one["entry_count"]) for one in said.events] == [
        (f"context/{NAME}", 1),
        (NAME, 2),
        (f"context/{NAME}", 1),
    ]
    assert [one["entries"]["added"] for one in said.events[1:]] == [["orm-guide"], []]


def test_a_folder_that_is_deleted_and_made_again_under_the_watcher_is_found_again(root: Path) -> None:
    def away() -> None:
        shutil.rmtree(root)

    def back() -> None:
        write(root / "docs/auth.md", "# auth")
        write(root / NAME, index_of(auth="login, jwt"))

    said = Telling(root, away, back, as_json=True)
    assert [one["event"] for one in said.events] == ["compiled", "gone", "changed"]
    assert is_current()


def test_a_named_index_is_watched_and_no_other(root: Path) -> None:
    (root / NAME).rename(root / "mine.yml")
    said = Telling(
        root,
        lambda: write(root / NAME, BROKEN),
        lambda: write(root / "mine.yml", index_of(auth="login")),
        named=("mine.yml", ""),
    )
    assert said.lines == ["mine.yml modified: 1 removed (orm-guide); keywords +0 -1; 1 entry"]


def test_a_compiled_index_that_cannot_be_kept_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    said = Telling(root, as_json=True)
    assert "the compiled index is not kept: the cache is off" in said.err.getvalue()
    assert said.events[0]["stored"] == ""


def test_names_that_could_forge_a_line_are_escaped(root: Path) -> None:
    said = Telling(
        root,
        lambda: write(
            root / NAME,
            index_of(auth="login", orm="database") + '  - {id: "a\\nb\\e[31m", path: docs/orm.md, keywords: [zebra]}\n',
        ),
    )
    assert all("\x1b" not in line for line in said.lines)


# ── law 16, under watch ──────────────────────────────────────────────────────────────────────────────────

EDITS: dict[str, Callable[[Path, int], object]] = {
    "save by rename": lambda root, n: write(root / NAME, index_of(auth=f"login, word{n}", orm="database")),
    "save in place": lambda root, n: (root / NAME).write_text(index_of(auth="login", orm=f"database, word{n}")),
    "same size": lambda root, n: (root / NAME).write_text(index_of(auth=f"word{n % 10}", orm=f"word{(n + 1) % 10}")),
    "break": lambda root, n: write(root / NAME, BROKEN * (n % 3 + 1)),
    "break in place": lambda root, n: (root / NAME).write_bytes(b"\xff\xfe" if n % 2 else b""),
    "delete": lambda root, n: (root / NAME).unlink(missing_ok=True),
    "move away and back": lambda root, n: [os.replace(root / NAME, root / "x"), os.replace(root / "x", root / NAME)] if (root / NAME).exists() else None,  # noqa: E501
    "include": lambda root, n: write(root / NAME, "include: [team/more.yml]\n" + index_of(auth="login")),
    "the included": lambda root, n: write(root / "team/more.yml", f"context_files: [{{id: zebra-extra, path: docs/orm.md, keywords: [word{n}]}}]\n"),  # noqa: E501
    "the included goes": lambda root, n: shutil.rmtree(root / "team", ignore_errors=True),
    "front matter": lambda root, n: [
        write(root / NAME, "front_matter: true\n" + index_of(auth="login")), write(root / "docs/auth.md", f"---\nctxload: {{keywords: [word{n}]}}\n---\n"),  # noqa: E501
    ],
    "touch": lambda root, n: (root / NAME).touch() if (root / NAME).exists() else None,
}  # fmt: skip

ASKED = ("login", "the database", *(f"word{n}" for n in range(10)))


def answers(ask: Callable[[str], Any]) -> list[tuple[str, ...]]:
    return [ask(task).paths for task in ASKED]


@given(edits=st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 9)), min_size=1, max_size=8))
def test_after_any_edits_under_watch_the_loader_equals_a_fresh_one_or_the_last_good_with_a_finding(
    edits: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("law16")
    for name in ("auth", "orm"):
        write(root / f"docs/{name}.md", "# x\n")
    write(root / NAME, index_of(auth="login", orm="database"))
    loader = ContextLoader(root)
    # A save in place is two steps, and a file that is empty for a moment is an index: where the thread gets its turn
    # between the two, that is the last good one (the test below). Which turn it gets is the machine's affair, so here
    # it has none while an edit is made; against the answers it runs as it likes.
    edit_is_whole = threading.Lock()
    notifier = Clock()

    def act() -> None:
        with edit_is_whole:
            loader.reload()

    with Watching(loader.wanted, act, notifier):
        good = answers(loader.resolve)
        for edit, number in edits:
            with edit_is_whole:
                EDITS[edit](root, number)
            notifier._queue.put(str(root / NAME))  # an event; what the thread does meanwhile makes no difference
            got = answers(loader.resolve)
            stale = [finding for finding in loader.resolve("login").diagnostics if finding.code == "CTX404"]
            try:
                good = answers(ContextLoader(root).resolve)
                assert not stale
            except CtxloadError:
                assert stale
            assert got == good
    shutil.rmtree(root)


def test_what_could_be_read_in_the_middle_of_a_save_is_the_last_good_index_when_its_end_cannot_serve(
    root: Path,
) -> None:
    loader = ContextLoader(root)
    assert loader.resolve("login").paths == ("docs/auth.md",)
    (root / NAME).write_bytes(b"")  # what a save in place begins with
    assert loader.reload()
    (root / NAME).write_bytes(b"\xff\xfe")
    found = loader.resolve("login")
    assert found.paths == () and "CTX404" in {finding.code for finding in found.diagnostics}
    write(root / NAME, index_of(auth="login"))
    assert loader.resolve("login").paths == ("docs/auth.md",)


# ── in a thread of a runner ──────────────────────────────────────────────────────────────────────────────


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("ctxload-watch")}


def test_the_thread_ends_with_its_block_and_stopping_twice_is_no_error(root: Path) -> None:
    loader = ContextLoader(root)
    watching = loader.watching(poll=True)
    assert threads() == set() and repr(watching) == "<Watching: off>"
    with watching as entered:
        assert entered is watching and threads() == {"ctxload-watching"}
        assert repr(watching) == "<Watching: polling>"
        watching.stop()
        assert threads() == set()
        watching.stop()
    assert threads() == set()
    with pytest.raises(ZeroDivisionError), watching:
        assert threads() == {"ctxload-watching"}
        raise ZeroDivisionError
    assert threads() == set()


@pytest.mark.heavy
def test_the_thread_does_not_keep_the_program_alive(root: Path) -> None:
    program = "import sys; from ctxload import ContextLoader; w = ContextLoader(sys.argv[1]).watching(); w.__enter__(); print('done')"  # noqa: E501
    done = subprocess.run(
        [sys.executable, "-c", program, str(root)], env=environment(), capture_output=True, timeout=PATIENCE
    )
    assert (done.stdout, done.stderr, done.returncode) == (b"done\n", b"", 0)


def test_an_error_in_the_thread_does_not_end_the_watching(root: Path) -> None:
    calls: list[int] = []
    done = threading.Event()
    notifier = Clock()

    def act() -> None:
        calls.append(len(calls))
        if len(calls) > 1:
            done.set()
        write(root / NAME, f"a: {len(calls)}")
        raise RuntimeError("no")

    with Watching(lambda: Wanted(str(root), {str(root / NAME): STAT}, {}), act, notifier):
        write(root / NAME, "b: 1")
        notifier._queue.put("x")
        assert done.wait(PATIENCE)


def test_under_watching_the_index_is_current_before_anyone_asks(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = ContextLoader(root)
    reloaded = threading.Event()
    real = loader._reload

    def noted() -> Any:
        found = real()
        reloaded.set()
        return found

    monkeypatch.setattr(loader, "_reload", noted)
    for poll in (False, True):
        with loader.watching(poll=poll):
            for words in ("jwt", "oauth"):
                reloaded.clear()
                write(root / NAME, index_of(auth=f"login, {words}, {poll}"))
                assert reloaded.wait(PATIENCE)
                assert [keyword.value for keyword in loader._current.assembled.index.entries[0].keywords] == [
                    "login",
                    words,
                    str(poll),
                ]


# ── a real folder ────────────────────────────────────────────────────────────────────────────────────────


def test_a_real_folder_is_watched_through_everything_that_editors_and_git_do(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one test of watchdog itself. Waits for batches, at most PATIENCE seconds.

    How many batches one step comes to is the machine's affair: a save in place may be seen while the file is empty. So
    a step is over when its files were told and all that is known of them is what is on disk.
    """
    monkeypatch.setattr(watch, "HEARTBEAT", PATIENCE)  # what comes to light comes by an event, however late
    write(root / "team/more.yml", "context_files: []\n")
    index, more = root / NAME, root / "team/more.yml"
    watcher = Watcher(watch.notifier())
    watcher.follow(Wanted(str(root), {str(index): 1_000, str(more): 1_000}, {}))
    assert not watcher.polls
    emergency = threading.Timer(PATIENCE, watcher.stop)
    emergency.start()
    steps: list[tuple[Callable[[], object], list[str]]] = [
        (lambda: write(index, "by: rename"), [f"modified {NAME}"]),
        (lambda: index.write_text("in: place"), [f"modified {NAME}"]),
        (lambda: (index.rename(root / "backup"), index.write_text("vim: 1")), [f"modified {NAME}"]),
        (index.unlink, [f"deleted {NAME}"]),
        (lambda: index.write_text("made: again"), [f"added {NAME}"]),
        (lambda: (root / "team").rename(root / "teams"), ["deleted more.yml"]),
        (lambda: (root / "teams").rename(root / "team"), ["added more.yml"]),
        (lambda: more.write_text("moved: back"), ["modified more.yml"]),
        (lambda: shutil.rmtree(root / "team"), ["deleted more.yml"]),
        (lambda: write(more, "folder: again"), ["added more.yml"]),
        (lambda: write(more, "folder: watched again"), ["modified more.yml"]),
        (lambda: (write(index, "a: burst"), write(more, "of: both")), [f"modified {NAME}", "modified more.yml"]),
    ]
    try:
        for act, wanted in steps:
            before = dict(watcher._known)
            act()
            told: set[str] = set()
            while told != {line.split()[1] for line in wanted} or not is_up_to_date(watcher):
                changes = watcher.batch()
                assert changes, (wanted, told)
                told |= {os.path.basename(one.path) for one in changes}
            ends = [(before[path], now, path) for path, now in sorted(watcher._known.items())]
            changed = [change(path, old, now) for old, now, path in ends if old.signature != now.signature]
            assert [f"{one.kind} {os.path.basename(one.path)}" for one in changed] == wanted
        assert not watcher.polls
    finally:
        emergency.cancel()
        watcher.close()


def is_up_to_date(watcher: Watcher) -> bool:
    """Whether what is known of the files that are followed is what is on disk now."""
    return all(look(path, STAT, later()).signature == known.signature for path, known in watcher._known.items())


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.heavy
def test_the_checkout_of_another_branch_is_one_change_or_a_few_and_ends_current(root: Path) -> None:
    def git(*words: str) -> None:
        own = [
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@example.org",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "core.hooksPath=/dev/null",
        ]
        subprocess.run(["git", *own, *words], cwd=root, check=True, capture_output=True, timeout=PATIENCE)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "other")
    write(root / NAME, "include: [team/more.yml]\n" + index_of(auth="login, jwt"))
    write(root / "team/more.yml", "context_files: [{id: zebra, path: docs/orm.md, keywords: [zebra]}]\n")
    git("add", "-A")
    git("commit", "-qm", "two")
    loader = ContextLoader(root)
    with running(root, "--json") as process:
        assert next_event(process)["entry_count"] == 2
        for branch, wanted in (
            ("main", {"auth-guide", "orm-guide"}),
            ("other", {"auth-guide", "zebra"}),
            ("main", {"auth-guide", "orm-guide"}),
        ):
            git("checkout", "-q", branch)
            names = {entry.id.value for entry in loader.index().entries}
            assert names == wanted
            told: dict[str, Any] = {}  # git writes file by file: what is between is told, too, where it is seen
            while told.get("entry_count") != 2 or not told["entries"]["added"]:
                told = next_event(process)
                assert told["event"] in ("changed", "broken", "gone")


# ── the real command ─────────────────────────────────────────────────────────────────────────────────────


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}


@contextlib.contextmanager
def running(root: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A running `ctxload watch`, ended whatever happens."""
    command = [sys.executable, "-m", "ctxload", "watch", *words]
    process = subprocess.Popen(command, cwd=root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    emergency = threading.Timer(PATIENCE, process.kill)
    emergency.start()
    try:
        yield process
    finally:
        emergency.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def next_event(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr and process.stderr.read()
    found: dict[str, Any] = json.loads(line)
    return found


@posix
@pytest.mark.parametrize("words", sample([[], ["--poll"]]))
def test_the_command_tells_each_change_as_it_happens_and_sigterm_ends_it_with_0(root: Path, words: list[str]) -> None:
    with running(root, "--json", *words) as process:
        assert next_event(process)["event"] == "compiled"
        for word in ("jwt", "oauth"):
            write(root / NAME, index_of(auth=f"login, {word}"))
            assert next_event(process)["event"] == "changed"
            assert load_compiled(discover()) is not None
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out) == (0, b"") and b"Traceback" not in err


@pytest.mark.heavy
@posix
def test_ctrl_c_ends_it_with_130_and_no_traceback(root: Path) -> None:
    with running(root, "--json") as process:
        next_event(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out) == (130, b"") and b"Traceback" not in err


@pytest.mark.heavy
@posix
def test_a_reader_that_goes_away_ends_it_with_0_even_when_nothing_changes(root: Path) -> None:
    with running(root, "--json", "--poll") as process:
        next_event(process)
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        process.wait(PATIENCE)
        assert process.returncode == 0
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.heavy
def test_without_an_index_it_ends_with_2(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out) == (2, b"") and err.count(b"\n") == 1


@pytest.mark.heavy
@posix
def test_under_watch_no_answer_is_stale_once_an_edit_is_visible(root: Path) -> None:
    """Forty random edits; `benchmarks/stress.py` makes two thousand."""
    dice = random.Random(5)
    with running(root, "--json") as process:
        next_event(process)
        drain = threading.Thread(target=process.stdout.read, daemon=True)  # type: ignore[union-attr]
        drain.start()
        for _ in range(40):
            EDITS[dice.choice(sorted(EDITS))](root, dice.randrange(10))
            assert answered() == answered(cache=False)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        drain.join(PATIENCE)
        assert process.returncode == 0


def answered(*, cache: bool = True) -> list[Any]:
    """What a start answers now, by the compiled index or by the text alone."""
    from ctxload.cli.resolve import TaskOptions, answer

    found: list[Any] = []
    for task in ASKED:
        try:
            if cache:
                found.append(answer(TaskOptions((task,)))[1].to_dict())
            else:
                from ctxload.selection.model import Request
                from ctxload.selection.resolver import resolve

                project = build(discover(), keep=False)
                found.append(resolve(project.tables, project.tree, Request(task), project.diagnostics).to_dict())
        except CtxloadError as error:
            found.append([finding.to_dict() for finding in error.diagnostics])
    return found
