"""`Guide`: a rule, skill or memory file as every tool knows it: a text, and when it is wanted.

It is what a format reads and writes. `Format` is what a format has to be: a module or an object with two functions.
What a tool cannot say is never dropped in silence: it is a `Loss`.
"""

from __future__ import annotations

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Protocol

    from ..text.diagnostics import Diagnostic
    from .files import Files


class Origin(Record):
    """Where a tool's file says something: what `field` of a guide holds stands from `start` to `end` of the file at
    `path`.
    """

    field: str
    path: str
    start: int
    end: int


class Guide(Record):
    """A text, and when it is wanted.

    `paths` are the files it stands in, from the root; `text` is what it says, without front matter. The other fields
    are those of an entry: `files` are gitignore-style patterns on the files at hand (`for_files`), `patterns` regular
    expressions on the task. `agents` is None for everyone and `()` where the guide must be named. A guide with neither
    `always`, `files`, `keywords` nor `patterns` is wanted when its description fits. `origins` say where each of that
    stands; what has none is known by the file alone.
    """

    name: str
    paths: tuple[str, ...] = ()
    text: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    always: bool = False
    tags: tuple[str, ...] = ()
    agents: tuple[str, ...] | None = None
    requires: tuple[str, ...] = ()
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    when_files: tuple[str, ...] = ()
    when_stack: tuple[str, ...] = ()
    priority: float = 0
    whole_only: bool = False
    needs_both: bool = False
    origins: tuple[Origin, ...] = ()

    @property
    def is_manual(self) -> bool:
        """Whether only a task that names the guide gets it."""
        return self.agents == () and not self.always

    @property
    def has_call(self) -> bool:
        """Whether something other than its description or its name calls for the guide."""
        return bool(self.always or self.files or self.keywords or self.patterns)


#: The fields of a guide that a tool may not be able to say, and the keys of the index they stand for.
KEYS = {
    "description": "description",
    "keywords": "keywords",
    "exclude": "exclude",
    "patterns": "context_rules",
    "files": "for_files",
    "always": "always",
    "tags": "tags",
    "agents": "agents",
    "requires": "requires",
    "sections": "sections",
    "when_files": "when_files",
    "when_stack": "when_stack",
    "priority": "priority",
    "whole_only": "match",
    "needs_both": "needs",
    "name": "id",
    "text": "the text",
}


#: The field of a loss that concerns the whole guide: it doesn't exist on the other side.
WHOLE = "*"


class Loss(Record):
    """Something that could not be said in the other format.

    `field` names the field of the guide that comes out different (see `KEYS`), or the key of the other tool that has no
    place in a guide. `path` is the file it is about, `line` where it says so, `cure` what to do about it,
    `misleads` whether a person who wrote that is mistaken, and `is_whole` whether nothing of the file is given.
    """

    guide: str
    field: str
    why: str
    path: str = ""
    line: int = 1
    cure: str = ""
    misleads: bool = False
    is_whole: bool = False

    def say(self) -> str:
        """The loss as a sentence: `` `api`: `keywords` … ``."""
        what = "" if self.field == WHOLE else f"`{KEYS.get(self.field, self.field)}` "
        return f"`{self.guide}`: {what}{self.why}"


#: How many guides a line about losses names.
NAMED = 20


def told(losses: Iterable[Loss]) -> Iterator[str]:
    """A line for each cause of losses, with the guides it concerns.

    >>> list(told([Loss("api", "tags", "has no place"), Loss("ui", "tags", "has no place"), Loss("x", WHOLE, "is left out")]))
    ['`tags` has no place: api, ui', 'is left out: x']
    """  # noqa: E501
    causes: dict[tuple[str, str], list[str]] = {}
    for loss in losses:
        why = f"{loss.why}: {loss.cure}" if loss.cure else loss.why
        causes.setdefault((loss.field, why), []).append(loss.guide)
    for (field, why), names in causes.items():
        what = why if field == WHOLE else f"`{KEYS.get(field, field)}` {why}"
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield f"{what}: {', '.join(names[:NAMED])}{more}"


class Reading(Record):
    """What reading a tool's files gives: guides, what has no place in them, and what is wrong with the files."""

    guides: tuple[Guide, ...] = ()
    losses: tuple[Loss, ...] = ()
    findings: tuple[Diagnostic, ...] = ()

    def also(self, other: Reading) -> Reading:
        """This reading and another, as one."""
        return Reading(self.guides + other.guides, self.losses + other.losses, self.findings + other.findings)


class Writing(Record):
    """What writing guides for a tool gives: pairs of path and text, and what could not be said in them."""

    files: tuple[tuple[str, str], ...] = ()
    losses: tuple[Loss, ...] = ()


if TYPE_CHECKING:

    class Format(Protocol):
        """One tool's files: a module or an object with these names.

        `places` are the patterns of the files it reads, for messages and documentation.
        """

        @property
        def name(self) -> str: ...
        @property
        def title(self) -> str: ...
        @property
        def places(self) -> tuple[str, ...]: ...

        def read(self, files: Files) -> Reading:
            """The guides in the tool's files."""
            ...

        def write(self, guides: Sequence[Guide]) -> Writing:
            """The tool's files for these guides. A format of another package may do without: then it is read only."""
            ...


def lost(guide: Guide, fields: Iterable[str], why: str, path: str = "") -> list[Loss]:
    """A loss for each of these fields that holds something.

    >>> [loss.say() for loss in lost(Guide("api", tags=("rest",)), ("tags", "exclude"), "has no place here")]
    ['`api`: `tags` has no place here']
    """
    empty = Guide("")
    return [Loss(guide.name, field, why, path) for field in fields if getattr(guide, field) != getattr(empty, field)]


#: What no other tool has a word for.
OURS = (
    "exclude", "patterns", "tags", "requires", "sections", "when_files", "when_stack", "priority", "whole_only",
    "needs_both",
)  # fmt: skip
