"""What a resolution is: files with their reasons, verdicts for the rest, findings. Values only.

Scores are whole points, a thousand for one word that is an entry's very own; JSON gives them as decimals.
"""

from __future__ import annotations

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    from ..text.diagnostics import Diagnostic

    Layer = Literal["explicit", "keyword", "fallback", "always"]
    #: By what a file was proposed.
    ReasonKind = Literal[
        "path", "id", "bundle", "option",
        "keyword", "section", "part", "document", "rule", "file",
        "default", "directory", "domain", "setting", "entries",
        "requires", "always", "given", "name",
    ]  # fmt: skip
    #: Why an entry is selected, or isn't.
    VerdictWhy = Literal[
        "selected", "no-keyword", "part", "weak", "vetoed", "other-agent", "no-agent", "tag", "when-files",
        "when-stack", "needs-both",
        "explicit", "missing", "left-out",
    ]  # fmt: skip

EXPLICIT: Literal["explicit"] = "explicit"
KEYWORD_LAYER: Literal["keyword"] = "keyword"
FALLBACK: Literal["fallback"] = "fallback"
ALWAYS: Literal["always"] = "always"
#: What answers a task for which nothing is chosen.
NONE: Literal["none"] = "none"
#: The endings of documents: a path with one of them may be that of an entry's file.
DOCUMENTS = (".md", ".mdx", ".markdown", ".mdc", ".txt", ".rst", ".adoc")


class Request(Record):
    """What is asked: a task, and how to choose for it.

    `context` replaces directives in the task. Without `fallback` only a fallback that the index sets counts; `domain`
    names a directory for it, where the agent has none. `files` are the files at hand, from the root; they need not be
    there. `without` are ids and bundles whose entries are not to come. `met` are ids of entries with
    `needs: both` that have one of the two from before. What begins with `./` or `../` is looked for
    in `folder` first.
    """

    task: str
    agent: str = ""
    context: tuple[str, ...] | None = None
    match: str = ""
    tags: tuple[str, ...] = ()
    fallback: bool = True
    domain: str = ""
    files: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    folder: str = ""


class Term(Record):
    """A named part of a score, in points."""

    name: str
    points: int


class Where(Record):
    """Places in a task: spans, or tokens with the hits of a keyword among them, whose spans are looked up when they are
    read.

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
    `keyword`, `section`, `part`, `document`, `rule`, `file`; `default`, `directory`, `domain`, `setting`, `entries`;
    `requires`, `always`. `by` is the keyword, pattern, id or setting itself, `entry` the id of the entry, `words` and
    `spans` the words of the task and their half-open places in code points. `sections` are the headings it asks for;
    without any, it asks for the whole file.
    """

    layer: Layer
    kind: ReasonKind
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


class SelectedFile(Record):
    """A chosen file: its path from the root, layer, score in points, size in bytes, and every reason in order."""

    path: str
    layer: Layer
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
    """A file that was named and not selected, with the reason; `copy_of` is the file that is given in its place."""

    path: str
    why: str
    entry: str = ""
    copy_of: str = ""


class Verdict(Record):
    """The answer for one entry: selected or not, and why.

    `why` is a fixed word (`selected`, `no-keyword`, `part`, `vetoed`, `other-agent`, `no-agent`, `tag`,
    `when-files`, `when-stack`, `needs-both`, `explicit`, `missing`, `left-out`), `message` says it in a
    sentence, `nearest` names the keyword that came nearest, with the words of it that the task has and lacks.
    """

    entry: str
    selected: bool
    why: VerdictWhy
    message: str
    score: int = 0
    nearest: str = ""
    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    files: tuple[str, ...] = ()


class PendingVerdicts:
    """Verdicts that are worked out once, when somebody reads them: what changes in an answer stands beside it."""

    __slots__ = ("_work", "_verdicts")

    def __init__(self, work: Callable[[], tuple[Verdict, ...]]) -> None:
        self._work: Callable[[], tuple[Verdict, ...]] | None = work
        self._verdicts: tuple[Verdict, ...] = ()

    def get(self) -> tuple[Verdict, ...]:
        """The verdicts; what they were worked out from is then let go."""
        work = self._work
        if work is not None:
            self._verdicts = work()
            self._work = None
        return self._verdicts


class Resolution(Record):
    """The answer to a task. Frozen, picklable, and the same for every door.

    `files` are the chosen files, best first; `layer` tells which layer answered (`explicit`, `keyword`, `fallback`,
    or `none`); `left_out` the files that were named and are not given; `diagnostics` the findings that concern this
    answer and the index behind it. `verdicts` are worked out when they are first read, by what `later` holds.
    """

    task: str
    agent: str
    match: str
    layer: Layer | Literal["none"]
    files: tuple[SelectedFile, ...]
    left_out: tuple[LeftOut, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    later: PendingVerdicts | tuple[Verdict, ...] = ()

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
        return later if isinstance(later, tuple) else later.get()

    def to_dict(self, *, every: bool = False) -> dict[str, Any]:
        """The resolution as JSON-ready data; of the entries not selected the ten nearest, or `every` one.

        The shape is versioned and described by `resolution.schema.json` in the package.
        """
        from .views.json_data import resolution_data

        return resolution_data(self, every=every)
