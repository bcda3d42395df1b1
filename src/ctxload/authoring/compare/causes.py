"""Which change it was that brought a file to an answer, or took it out.

Looked for from near to far: what called for the file in the version that has it; what held its entry back in the
version that lacks it; its document; what another file of the same task has for a cause, since entries that match better
leave others out; a keyword of another entry that shares words with the task, which weigh otherwise since; what concerns
the whole index. Where none of them changed, only weights did.
"""

from __future__ import annotations

from ...matching.tokens import tokenize
from ...record import Record
from ...selection.views.verdicts import verdict_of
from .changes import MINUS, PLUS, WEIGHTS, Change, Changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...selection.choice import Choice
    from ...selection.model import Reason, SelectedFile
    from .changes import Sign
    from .versions import Answer

GAINED, LOST, ORDER = "gained", "lost", "order"
#: What of an entry calls for it, and what holds it back.
CALLS = ("keywords", "sections", "for_files", "paths", "description", "requires", "each")
HOLDS = ("exclude", "when_files", "when_stack", "needs_both", "whole_only", "besides")
EITHER = ("priority", "agents", "tags")
#: By which parts of its entry a verdict comes about.
_HELD = {
    "vetoed": ("exclude",), "other-agent": ("agents",), "no-agent": ("agents",), "tag": ("tags",),
    "part": ("whole_only", "keywords"), "when-files": ("when_files",), "when-stack": ("when_stack",),
    "needs-both": ("needs_both",), "missing": ("paths",),
}  # fmt: skip
_BY_REASON = {
    "keyword": ("keywords",), "section": ("sections",), "part": ("keywords",), "file": ("for_files",),
    "name": ("entry",), "id": ("entry",),
}  # fmt: skip
#: What of the whole index a reason rests on.
_WHOLE = {
    "rule": ("rules",), "bundle": ("bundles",), "always": ("always",), "default": ("agent_defaults", "fallback"),
    "setting": ("fallback",), "entries": ("fallback",), "directory": ("fallback",), "domain": ("fallback",),
}  # fmt: skip


class Move(Record):
    """A file that an answer gained, lost, or has in another place, its entry, and the change behind it."""

    kind: str
    path: str
    entry: str
    cause: Change = WEIGHTS


class Causes:
    """Looks for the changes behind moves."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        keywords = [one for some in changes.by_entry.values() for one in some if one.part == "keywords"]
        self._keywords = [(one, _words_of(one.text)) for one in keywords]

    def moves(self, before: Answer, after: Answer) -> list[Move]:
        """How two answers differ, file by file; nothing where they are the same."""
        had, has = set(before.paths), set(after.paths)
        found = [*self._side(GAINED, after, before, has - had), *self._side(LOST, before, after, had - has)]
        if not found and before.paths != after.paths:
            found = [self._order(before, after)]
        return self._settled(found, after.choice or before.choice)

    def _side(self, kind: str, having: Answer, lacking: Answer, paths: set[str]) -> list[tuple[Move, Change | None]]:
        files = having.resolution.files if having.resolution else ()
        sign = PLUS if kind == GAINED else MINUS
        return [
            (Move(kind, file.path, entry_of(file)), self._direct(file, sign, lacking))
            for file in files
            if file.path in paths
        ]

    def _order(self, before: Answer, after: Answer) -> tuple[Move, Change | None]:
        """The first file that stands elsewhere."""
        at = next(n for n, (one, other) in enumerate(zip(before.paths, after.paths, strict=True)) if one != other)
        assert before.resolution and after.resolution
        old = {file.path: file for file in before.resolution.files}
        for file in after.resolution.files[at:]:
            if cause := self._of_points(old[file.path], file):
                return Move(ORDER, file.path, entry_of(file)), cause
        first = after.resolution.files[at]
        return Move(ORDER, first.path, entry_of(first)), None

    def _of_points(self, old: SelectedFile, new: SelectedFile) -> Change | None:
        """What changed the score of a file, or what goes before its score."""
        names = [*entries_of(new)]
        if old.score == new.score:
            return next(filter(None, (self.changes.of(name, ("priority",)) for name in names)), None)
        sides = ((new, old, PLUS), (old, new, MINUS))
        for one, other, sign in sides:
            known = {(reason.kind, reason.by) for reason in other.reasons}
            for reason in one.reasons:
                if (reason.kind, reason.by) not in known and (cause := self._of_reason(reason, sign)):
                    return cause
        own = (self.changes.of(name, (*EITHER, *CALLS)) for name in names)
        return next(filter(None, own), None) or self.changes.documents.get(new.path)

    def _settled(self, found: list[tuple[Move, Change | None]], choice: Choice | None) -> list[Move]:
        """Those without a cause of their own have that of another of the task, or what weighs otherwise in it."""
        if not found:
            return []
        causes = [cause for _, cause in found if cause is not None]
        beside = causes[0] if causes else self._of_weights(choice)
        return [move.replace(cause=cause or beside) for move, cause in found]

    def _of_weights(self, choice: Choice | None) -> Change:
        """A keyword of any entry that shares the most words with the task, else what concerns the whole index."""
        words = {form for clause in choice.tokens.forms for form in clause} if choice else set()
        shared = [(len(words & forms), -number) for number, (_, forms) in enumerate(self._keywords)]
        most, number = max(shared, default=(0, 0))
        return self._keywords[-number][0] if most else next(iter(self.changes.whole), WEIGHTS)

    # ── one file ─────────────────────────────────────────────────────────────────────────────────────────

    def _direct(self, file: SelectedFile, sign: Sign, lacking: Answer) -> Change | None:
        looks = (
            (self._of_reason(reason, sign) for reason in file.reasons),
            (self.changes.of(entry, ("entry",), sign) for entry in entries_of(file)),
            (self._held(entry, sign, lacking) for entry in entries_of(file)),
            iter((self.changes.documents.get(file.path),)),
            (self._own(entry, sign) for entry in entries_of(file)),
        )
        return next((cause for look in looks for cause in look if cause is not None), None)

    def _of_reason(self, reason: Reason, sign: Sign) -> Change | None:
        if parts := _BY_REASON.get(reason.kind):
            found = self.changes.of(reason.entry, parts, sign, "" if parts == ("entry",) else reason.by)
            return found or self._of_alias(reason, sign)
        if reason.kind == "requires":
            return self.changes.of(reason.by, ("requires",), sign, reason.entry)
        return self._of_setting(reason, sign)

    def _of_setting(self, reason: Reason, sign: Sign) -> Change | None:
        """The setting of the whole index that a reason rests on."""
        whole = _WHOLE.get(reason.kind, ())
        if reason.kind in ("rule", "bundle"):
            return self.changes.of("", whole, sign, reason.by)
        return self.changes.of("", whole, sign) or self.changes.of("", whole)

    def _of_alias(self, reason: Reason, sign: Sign) -> Change | None:
        """The alias by which a word was read as that of a keyword."""
        if not reason.note:
            return None
        return next(
            (
                one
                for one in self.changes.whole
                if one.part == "aliases" and one.sign == sign and _is_named(one, reason.note)
            ),
            None,
        )

    def _held(self, entry: str, sign: Sign, lacking: Answer) -> Change | None:
        """What of an entry keeps it out of the answer that lacks it."""
        if lacking.choice is None or lacking.resolution is None:
            return None
        number = lacking.choice.tables.ids.get(entry)
        if number is None:
            return None
        parts = _HELD.get(verdict_of(lacking.choice, number).why, ())
        other: Sign = MINUS if sign == PLUS else PLUS
        return self.changes.of(entry, parts, other) or self.changes.of(entry, parts) if parts else None

    def _own(self, entry: str, sign: Sign) -> Change | None:
        """What else of its entry may have done it: what calls for it, or else what holds it back."""
        other: Sign = MINUS if sign == PLUS else PLUS
        return (
            self.changes.of(entry, CALLS, sign)
            or self.changes.of(entry, HOLDS, other)
            or self.changes.of(entry, EITHER)
        )


def _words_of(text: str) -> frozenset[str]:
    return frozenset(form for clause in tokenize(text).forms for form in clause)


def _is_named(alias: Change, note: str) -> bool:
    return f"`{alias.text}`" in note or f"`{alias.detail}`" in note


def entries_of(file: SelectedFile) -> Iterator[str]:
    """The entries that a file came by, the first first."""
    return iter(dict.fromkeys(reason.entry for reason in file.reasons if reason.entry))


def entry_of(file: SelectedFile) -> str:
    """The entry that a file came by, or its path where it came by none."""
    return next(entries_of(file), file.path)
