"""`ctxload watch`: keeps the compiled index current, and prints what each change of the index did.

A line for each batch of changes, and one for each new finding; with `--json` one JSON object for each batch.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress

from ..authoring.lint.cross_checks import cross_check
from ..errors import EXIT_DONE, CtxloadError
from ..index.diff import ChangedEntry, Difference, difference_of
from ..index.model import Index
from ..index.pieces import PieceParser
from ..integrations.without_index import index_at
from ..output import fail, remark, say
from ..project.build import build_again
from ..project.snapshot import Project, path_for
from ..record import Record
from ..text.diagnostics import Diagnostic, in_order
from ..text.escaping import escape
from ..text.finding_lines import SHOWN, finding_lines
from ..text.wording import counted
from ..workspace.locations import Place, discover
from ..workspace.own.settings_file import settings_file
from ..workspace.tree import IGNORE_FILES, INDEX_NAMES, DiskTree
from ..workspace.watcher import PRESENCE, STAT, Change, Look, Wanted, Watcher, notifier, wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from ..workspace.source_stamps import SourceStamp

#: Up to how many entries everything that `check` finds is told after each change; beyond, what reading finds.
CHECKED = 3_000
#: How many missing files are waited for.
WAITED_FOR = 1_000
#: How many names are written out in a line.
NAMED = 4

#: What the author of an index calls them.
_KEYS = {"rules": "context_rules", "bundles": "story_context_hints", "live": "sources"}


class IndexState(Record):
    """An index as it was found: compiled, or what keeps it from serving (`event` is `broken` or `gone`)."""

    event: str
    name: str
    place: Place | None
    index: Index | None
    findings: tuple[Diagnostic, ...]
    problem: str = ""
    unkept: str = ""
    seconds: float = 0.0


def main(*, index: str, root: str, json: bool, poll: bool) -> int:
    """Runs the command with the values of its options; the exit status."""
    return run_watch(index, root, poll=poll, as_json=json)


def run_watch(index: str, root: str, *, poll: bool, as_json: bool) -> int:
    """Watches until it is ended; the exit status."""
    signal.signal(signal.SIGTERM, _end)
    try:
        place = index_at(index=index, root=root)
    except CtxloadError as error:
        return fail(error)
    watcher = Watcher(notifier(poll=poll))
    try:
        return Session(watcher, index, root, place, as_json=as_json).run(poll=poll)
    finally:
        watcher.stop()  # its threads end with the process


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(EXIT_DONE)


class Session:
    """One run of `ctxload watch`: the last good index, and what was said of it."""

    def __init__(
        self,
        watcher: Watcher,
        index: str,
        root: str,
        place: Place,
        *,
        as_json: bool = False,
        stop: Callable[[], bool] | None = None,
    ) -> None:
        self._watcher = watcher
        self._named = index, root
        self._start = os.getcwd()
        self._place = place
        self._json = as_json
        self._stop = stop or reader_is_gone
        self._reader = PieceParser()
        self._good: Index | None = None
        self._known: tuple[Diagnostic, ...] = ()
        self._broken: tuple[Diagnostic, ...] = ()
        self._event = ""

    def run(self, *, poll: bool = False) -> int:
        """Compiles, then answers each batch of changes, until it is stopped."""
        self._watcher.follow(Wanted(self._place.root, self._others(self._place), {}))
        state = self._current()
        told = self._watcher.polls
        remark([self._greeting(state)])
        if told and not poll:
            remark([_POLLS])
        self._tell(state, ())
        while changes := self._watcher.batch(self._stop):
            self._tell(self._current(), changes)
            if self._watcher.polls and not told:
                told = True
                remark([_POLLS])
        return EXIT_DONE

    def _current(self) -> IndexState:
        """The index as it is now, compiled and stored; the watcher follows the files it came from."""
        read_at, begun = time.time_ns(), time.monotonic()
        index, root = self._named
        _stand_in(self._start)
        try:
            self._place = place = discover(self._start, index, root)
            project = build_again(place, self._reader)
        except CtxloadError as error:
            event = "broken" if error.diagnostics else "gone"
            problem = "the index cannot be read" if error.diagnostics else str(error)
            return IndexState(event, self._place.name, None, None, error.diagnostics, problem)
        seconds = time.monotonic() - begun
        others, looks = self._others(place), {}
        for path in _missing(project):
            others[path], looks[path] = PRESENCE, Look(())
        files = wanted(place.root, _of_the_project(project), read_at, others)
        self._watcher.follow(files.replace(looks={**looks, **files.looks}))
        return IndexState(
            "compiled", place.name, place, project.as_written.index, _findings(project), "", project.unkept, seconds
        )

    def _others(self, place: Place) -> dict[str, int]:
        """What may decide which index counts, or which of its files: other candidates, and ignore files."""
        files = {place.path: STAT}
        folders = [place.root, os.path.dirname(place.path)]
        if not any(self._named):
            here = self._start
            while here != place.root and here.startswith(place.root.rstrip(os.sep) + os.sep):
                folders.append(here)
                here = os.path.dirname(here)
            for folder in folders:
                for name in (*INDEX_NAMES, *(os.path.join("context", name) for name in INDEX_NAMES)):
                    files.setdefault(os.path.join(folder, name), PRESENCE)
        for folder in folders[:2]:
            files.update(dict.fromkeys((os.path.join(folder, name) for name in IGNORE_FILES), 1_000_000))
        return files

    def _greeting(self, state: IndexState) -> str:
        what = f"{_entries(state.index)}, compiled in {_time(state.seconds)}" if state.index else "it cannot be read"
        counted = _count(state.findings)
        shown = " (`ctxload check` shows them)" if counted and state.index else ""
        return f"ctxload: watching {escape(state.name)}: {what}{counted}{shown}; Ctrl-C ends it"

    def _tell(self, state: IndexState, changes: tuple[Change, ...]) -> None:
        """Prints what a batch of changes came to, and remembers it."""
        before = self._known if state.index else self._broken
        new, fixed = _without(state.findings, before), _without(before, state.findings)
        difference = difference_of(self._good, state.index) if self._good and state.index else None
        if self._json:
            say(json.dumps(self._event_of(state, changes, difference, new, fixed)) + "\n")
        elif changes:
            line = self._line(state, changes, difference, len(fixed))
            say("".join(f"{text}\n" for text in (line, *finding_lines([*new]))))
        elif state.index is None:
            say("".join(f"{text}\n" for text in finding_lines([*new])))
        if state.unkept:
            remark([f"ctxload: the compiled index is not kept: {escape(state.unkept)}"])
        self._event = state.event
        self._broken = () if state.index else state.findings
        if state.index:
            self._known, self._good = state.findings, state.index

    def _line(self, state: IndexState, changes: tuple[Change, ...], difference: Difference | None, fixed: int) -> str:
        subject = _names([f"{_name(change.path, self._place)} {change.kind}" for change in changes])
        if state.index is None:
            there = state.event == "broken" or os.path.lexists(self._place.path)
            what = escape(state.problem) if there else "the index doesn't exist"
            kept = "; programs that hold the last good one go on with it" if self._good else ""
            return f"{subject}: {what}{kept}"
        said = [] if difference is None else sentences(difference)
        if self._event != "compiled":
            said.insert(0, "the index can be read again" if self._good else "the index can be read")
        if fixed:
            said.append(f"{counted(fixed, 'finding')} gone")
        return f"{subject}: {'; '.join(said) or 'says the same'}; {_entries(state.index)}{_count(state.findings)}"

    def _event_of(
        self,
        state: IndexState,
        changes: tuple[Change, ...],
        difference: Difference | None,
        new: tuple[Diagnostic, ...],
        fixed: tuple[Diagnostic, ...],
    ) -> dict[str, Any]:
        data: dict[str, Any] = {
            "event": "changed" if state.event == "compiled" and changes else state.event,
            "index": state.name,
        }
        if state.place is not None:
            data.update(root=state.place.root, entry_count=len(state.index.entries) if state.index else 0)
            data.update(stored="" if state.unkept else path_for(state.place), seconds=round(state.seconds, 4))
        else:
            data["problem"] = state.problem
        if changes:
            data["files"] = [{"change": change.kind, "path": _name(change.path, self._place)} for change in changes]
        if difference is not None:
            edited = [
                dict(zip(("id", "keywords_added", "keywords_removed", "parts"), one, strict=True))
                for one in difference.edited
            ]
            data["entries"] = {"added": difference.added, "removed": difference.removed, "changed": edited}
            data["keywords"] = {"added": difference.keywords_added, "removed": difference.keywords_removed}
            data["parts"] = difference.parts
        data["findings"] = [finding.to_dict() for finding in new]
        data["gone"] = [finding.to_dict() for finding in fixed] if state.index else []
        data.update(
            (f"{kind}s", sum(finding.severity == kind for finding in state.findings)) for kind in ("error", "warning")
        )
        return data


_POLLS = "ctxload: events do not work here: the files are looked at every half a second"


# ── what changed ─────────────────────────────────────────────────────────────────────────────────────────


def sentences(difference: Difference) -> list[str]:
    """A difference in words, for one line."""
    said = []
    for what, names in (("added", difference.added), ("removed", difference.removed)):
        if names:
            said.append(f"{len(names)} {what} ({_names([*map(escape, names)])})")
    if difference.edited:
        shown = _names([f"{escape(one.id)}: {_edit(one)}" for one in difference.edited])
        said.append(f"{len(difference.edited)} changed ({shown})")
    if difference.parts:
        said.append(f"{', '.join(_KEYS.get(part, part) for part in difference.parts)} changed")
    alone = len(difference.edited) == 1 and not (difference.added or difference.removed)
    if (difference.keywords_added or difference.keywords_removed) and not alone:
        said.append(f"keywords +{difference.keywords_added} -{difference.keywords_removed}")
    return said


def _entries(index: Index) -> str:
    return counted(len(index.entries), "entry", "entries")


def _edit(one: ChangedEntry) -> str:
    keywords = [f"keywords +{one.added} -{one.removed}"] if one.added or one.removed else []
    return ", ".join([*keywords, *one.parts]) or "order"


# ── looking around ───────────────────────────────────────────────────────────────────────────────────────


def _findings(project: Project) -> tuple[Diagnostic, ...]:
    """What is wrong with an index: errors and warnings, in source order."""
    found = list(project.diagnostics)
    if project.assembled is not None and len(project.tables.entries) <= CHECKED:
        found += cross_check(project.assembled.index, project.tables, DiskTree(project.place.root))
    return in_order(finding for finding in found if finding.severity != "note")


def _of_the_project(project: Project) -> list[SourceStamp]:
    """What the index was read from, but for the person's settings: beside them something is noted with each prompt."""
    own = settings_file()
    return [stamp for stamp in project.as_written.files if stamp.path != own]


def _missing(project: Project) -> list[str]:
    """The files that entries name and that don't exist, as full paths."""
    found: list[str] = []
    tree = DiskTree(project.place.root)
    for entry in project.assembled.index.entries[:WAITED_FOR] if project.assembled else ():
        for path in entry.paths:
            status = tree.status(path.value)
            if status.kind == "missing" and not tree.is_pattern(path.value):
                found.append(os.path.join(project.place.root, *status.path.split("/")))
    return found


def _stand_in(folder: str) -> None:
    """Goes to the folder of this name where the one that was stood in is gone."""
    try:
        os.getcwd()
    except OSError:
        with suppress(OSError):
            os.chdir(folder)


def _key(finding: Diagnostic) -> tuple[str, str, str]:
    """What makes a finding the same one when the lines above it change."""
    return finding.code, finding.path, finding.message


def _without(findings: tuple[Diagnostic, ...], others: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    known = set(map(_key, others))
    return tuple(finding for finding in findings if _key(finding) not in known)


def _name(path: str, place: Place) -> str:
    inside = path.startswith(place.root.rstrip(os.sep) + os.sep)
    return escape(os.path.relpath(path, place.root).replace(os.sep, "/") if inside else path)


def _names(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _count(findings: tuple[Diagnostic, ...]) -> str:
    counts = [(sum(finding.severity == kind for finding in findings), kind) for kind in ("error", "warning")]
    return "".join(f", {counted(count, kind)}" for count, kind in counts if count)


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def reader_is_gone() -> bool:
    """Whether nobody reads stdout any more; then there is nothing to watch for."""
    import select

    try:
        poller = select.poll()
        poller.register(sys.stdout.fileno(), 0)
        return any(event & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _, event in poller.poll(0))
    except (AttributeError, OSError, ValueError):  # no `poll` here, or no stdout at all
        return False


__all__ = ["SHOWN", "IndexState", "Session", "run_watch", "sentences"]
