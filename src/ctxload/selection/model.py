"""What a resolution is: files with their reasons, verdicts for the rest, findings. Values only.

Scores are whole points, a thousand for one word that is an entry's very own; JSON gives them as decimals.
"""

from __future__ import annotations

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..text.diagnostics import Diagnostic

EXPLICIT, KEYWORD_LAYER, FALLBACK, ALWAYS, NONE = "explicit", "keyword", "fallback", "always", "none"
#: The version of the JSON shape; `resolution.schema.json` describes it.
JSON_VERSION = 1


class Request(Record):
    """What is asked: a task, and how to choose for it.

    `context` replaces directives in the task. Without `fallback` only a fallback that the index sets counts; `domain`
    names a directory for it, where the agent has none. `files` are the files at hand, from the root; they need not be
    there.
    """

    task: str
    agent: str = ""
    context: tuple[str, ...] | None = None
    match: str = ""
    tags: tuple[str, ...] = ()
    fallback: bool = True
    domain: str = ""
    files: tuple[str, ...] = ()


class Term(Record):
    """A named part of a score, in points."""

    name: str
    points: int


class Where(Record):
    """Places in a task: spans, or tokens with the hits of a keyword among them, whose spans are looked up when they are read.

    Most readers want the paths alone.
    """

    text: str
    places: tuple[Any, ...]

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Half-open offsets in the task, in code points."""
        places = self.places
        if len(places) == 3 and not isinstance(places[0], tuple):
            tokens, hits, keyword = places
            return tuple(tokens.span(hit.clause, hit.first, hit.last) for hit in hits if hit.keyword == keyword)
        return places

    @property
    def words(self) -> tuple[str, ...]:
        """The text at each of the places."""
        return tuple([self.text[start:end] for start, end in self.spans])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Where) and self.spans == other.spans and self.words == other.words

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.spans)

    def __repr__(self) -> str:
        return f"Where({', '.join(map(repr, self.words))})"

    def __reduce__(self) -> tuple[object, ...]:
        return Where, (self.text, self.spans)


NOWHERE = Where("", ())


class Reason(Record):
    """Why one file was proposed.

    `layer` is `explicit`, `keyword`, `fallback` or `always`. `kind` tells by what: `path`, `id`, `bundle`, `option`;
    `keyword`, `section`, `part`, `document`, `rule`, `file`; `default`, `directory`, `domain`, `setting`, `entries`; `requires`, `always`. `by` is the keyword,
    pattern, id or setting itself, `entry` the id of the entry, `words` and `spans` the words of the task and their
    half-open places in code points. `sections` are the headings it asks for; without any, it asks for the whole file.
    """

    layer: str
    kind: str
    by: str
    entry: str = ""
    where: Where = NOWHERE
    terms: tuple[Term, ...] = ()
    note: str = ""
    sections: tuple[str, ...] = ()

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The half-open places of the words in the task, in code points."""
        return self.where.spans

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the task that speak for the file."""
        return self.where.words

    def to_dict(self) -> dict[str, Any]:
        """The reason as JSON-ready data."""
        data: dict[str, Any] = {"layer": self.layer, "kind": self.kind, "by": self.by}
        if self.entry:
            data["entry"] = self.entry
        if self.words:
            data["words"] = list(self.words)
            data["spans"] = [list(span) for span in self.spans]
        if self.terms:
            data["terms"] = [{"name": term.name, "points": term.points / 1000} for term in self.terms]
        if self.note:
            data["note"] = self.note
        if self.sections:
            data["sections"] = list(self.sections)
        return data


class SelectedFile(Record):
    """A chosen file: its path from the root, layer, score in points, size in bytes, and every reason in order."""

    path: str
    layer: str
    score: int
    reasons: tuple[Reason, ...]
    size: int = 0

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings of the sections that are asked for; none when some reason asks for the whole file.

        What a document talks about speaks for it, and asks for no part of it.
        """
        wanted: dict[str, None] = {}
        for reason in self.reasons:
            if not reason.sections and reason.kind != "document":
                return ()
            wanted.update(dict.fromkeys(reason.sections))
        return tuple(wanted)


class LeftOut(Record):
    """A file that was named and not selected, with the reason."""

    path: str
    why: str
    entry: str = ""


class Verdict(Record):
    """The answer for one entry: selected or not, and why.

    `why` is a fixed word (`selected`, `no-keyword`, `part`, `vetoed`, `other-agent`, `no-agent`, `tag`,
    `when-files`, `when-stack`, `explicit`, `missing`), `message` says it in a sentence, `nearest` names the keyword that came
    nearest, with the words of it that the task has and lacks.
    """

    entry: str
    selected: bool
    why: str
    message: str
    score: int = 0
    nearest: str = ""
    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    files: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The verdict as JSON-ready data."""
        data: dict[str, Any] = {
            "entry": self.entry,
            "selected": self.selected,
            "why": self.why,
            "message": self.message,
        }
        if self.files:
            data["files"] = list(self.files)
        if self.score:
            data["score"] = self.score / 1000
        if self.nearest:
            data["nearest"] = {"keyword": self.nearest, "present": list(self.present), "missing": list(self.missing)}
        if self.spans:
            data["spans"] = [list(span) for span in self.spans]
        return data


class Resolution(Record):
    """The answer to a task. Frozen, picklable, and the same for every door.

    `files` are the chosen files, best first; `layer` tells which layer answered (`explicit`, `keyword`, `fallback`,
    or `none`); `left_out` the files that were named and are not given; `diagnostics` the findings that concern this
    answer and the index behind it. `verdicts` are worked out when they are first read, by what `later` holds.
    """

    task: str
    agent: str
    match: str
    layer: str
    files: tuple[SelectedFile, ...]
    left_out: tuple[LeftOut, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    later: list[tuple[Verdict, ...] | Callable[[], tuple[Verdict, ...]]] | tuple[Verdict, ...] = ()

    def __repr__(self) -> str:
        return f"<Resolution {self.layer}: {', '.join(self.paths) or 'nothing'}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resolution) and tuple(self)[:-1] == tuple(other)[:-1]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.task, self.agent, self.layer, self.paths))

    def __reduce__(self) -> tuple[object, ...]:
        return Resolution, (*tuple(self)[:-1], self.verdicts)

    @property
    def paths(self) -> tuple[str, ...]:
        """The chosen paths, relative to the root, in order."""
        return tuple([file.path for file in self.files])

    @property
    def reasons(self) -> dict[str, tuple[Reason, ...]]:
        """The reasons of each chosen path."""
        return {file.path: file.reasons for file in self.files}

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """For every entry of the index: selected or not, and why; nearest first."""
        later = self.later
        if isinstance(later, tuple):
            return later
        found = later[0]
        if callable(found):
            later[0] = found = found()
        return found

    def to_dict(self, *, every: bool = False) -> dict[str, Any]:
        """The resolution as JSON-ready data; of the entries not selected the ten nearest, or `every` one.

        The shape is versioned and described by `resolution.schema.json` in the package.
        """
        others = [verdict for verdict in self.verdicts if not verdict.selected]
        shown = others if every else others[:10]
        return {
            "version": JSON_VERSION,
            "task": self.task,
            "agent": self.agent or None,
            "match": self.match,
            "layer": self.layer,
            "files": [
                {
                    "path": file.path,
                    "layer": file.layer,
                    "score": file.score / 1000,
                    "size": file.size,
                    **({"sections": list(file.sections)} if file.sections else {}),
                    "reasons": [reason.to_dict() for reason in file.reasons],
                }
                for file in self.files
            ],
            "left_out": [dict(zip(LeftOut._fields, item, strict=True)) for item in self.left_out],
            "not_selected": [verdict.to_dict() for verdict in shown],
            "not_selected_count": len(others),
            "diagnostics": [finding.to_dict() for finding in self.diagnostics],
        }
