"""What was given beside what was used: each prompt of a transcript with its hits, its misses and what is doubtful.

- **hit**: given, and then opened, cited by its path, or used: words of it in their order stand in later output.
- **miss**: opened by the model, although it was not given, neither then nor before in the conversation.
- **doubtful**: given, and no sign of use. That proves nothing: what is given need not be opened.

What was given stands in the hook's records. For a conversation without any it is replayed: what the index as it is now
gives; of that only what was opened says something, because the model never saw it. A document that a turn writes is
what it works on, and one of many that a turn looks through tells nothing: neither is a miss.
"""

from __future__ import annotations

import os

from ...errors import CtxloadError
from ...matching.small_talk import is_only_talk
from ...matching.tokens import tokenize
from ...record import Record
from ...selection.model import KEYWORD_LAYER, Request
from ...selection.resolver import resolve
from ...workspace.locations import short_key
from ..evaluate.cases import Owners
from .phrases import Phrases

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ..logs.sessions import Session, Turn
    from ..use.records import UseRecord

#: A prompt of fewer words, and no longer, goes on with the one before unless something is given for it; one that opens
#: more documents looks through them.
FEWEST, SHORT, SWEEP = 3, 80, 8
#: How much of a prompt is asked again, in characters, and how much of a document is read for its phrases, in bytes.
ASKED, READ = 20_000, 131_072
#: What the names of documents end with.
DOCUMENTS = (".md", ".mdx", ".mdc", ".rst", ".adoc", ".txt")
OPENED, CITED, PHRASES = "opened", "cited", "words of it in later output"


class Used(Record):
    """An entry, or a document that no entry names, and the sign that it was wanted."""

    name: str
    path: str
    sign: str


class Label(Record):
    """A prompt and what came of what it was given; `is_recorded` unless what was given is only replayed."""

    prompt: str
    hits: tuple[Used, ...] = ()
    misses: tuple[Used, ...] = ()
    doubtful: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    is_recorded: bool = False


class Labels:
    """The labels of transcripts, by an index and by what the hook recorded of its project.

    `roots` are the folders that stand for the project in transcripts: its own, however it is written.
    """

    def __init__(self, owners: Owners, records: Iterable[UseRecord], roots: Sequence[str]) -> None:
        self.owners = owners
        self.roots = [os.path.normpath(root) for root in roots]
        self._recorded: dict[str, dict[str, set[str]]] = {}
        self._phrases: Phrases | None = None
        for row in records:
            moments = self._recorded.setdefault(row.conversation, {})
            key = row.prompt if row.moment == "prompt" else ""
            moments.setdefault(key, set()).update(file.path for file in row.files)

    def of(self, session: Session) -> Iterator[Label]:
        """The labels of a conversation, a prompt after the other."""
        recorded = self._recorded.get(short_key(session.id))
        turns = list(joined(session.turns, lambda prompt: self._begins(prompt, recorded)))
        had = set(recorded.get("", ())) if recorded is not None else set()
        for at, turn in enumerate(turns):
            if recorded is None:
                new = self._replayed(turn.prompt) - had
            else:
                new = recorded.get(short_key(turn.prompt.strip()), set()) - had
            had |= new
            yield self._label(turns[at:], new, had, recorded is not None)

    def _label(self, turns: list[Turn], new: set[str], had: set[str], is_recorded: bool) -> Label:
        turn = turns[0]
        opened = self._documents(turn)
        signs = {path: self._sign(path, turns, is_recorded) for path in sorted(new)}
        hits = [Used(self._name(path), path, sign) for path, sign in signs.items() if sign]
        missed = [path for path in opened if path not in had] if len(opened) <= SWEEP else []
        misses = [Used(name, path, OPENED) for path in missed if (name := self.owners.owner(path))]
        doubtful = tuple(self._name(path) for path, sign in signs.items() if not sign)
        unlisted = tuple(path for path in missed if not self.owners.owner(path))
        return Label(turn.prompt, _once(hits), _once(misses), doubtful, unlisted, is_recorded)

    def _name(self, path: str) -> str:
        return self.owners.owner(path) or path

    def _sign(self, path: str, turns: list[Turn], is_recorded: bool) -> str:
        """The sign that a document was used after it was given; empty where there is none."""
        for turn in turns if is_recorded else turns[:1]:
            if path in self._documents(turn):
                return OPENED
        if not is_recorded:
            return ""
        if any(path in turn.said for turn in turns):
            return CITED
        said, elsewhere = ("\n".join(parts) for parts in zip(*((turn.said, turn.seen) for turn in turns), strict=True))
        return PHRASES if self._known().uses(path, said, f"{turns[0].prompt}\n{elsewhere}") else ""

    def _documents(self, turn: Turn) -> list[str]:
        """The documents of the project that a turn opens and does not write, from the root."""
        written = set(turn.written)
        paths = dict.fromkeys(self._from_root(path) for path in turn.opened if path not in written)
        return [path for path in paths if path and self._is_document(path)]

    def _is_document(self, path: str) -> bool:
        """Whether an entry gives a file, or it is one that an entry might."""
        if self.owners.owner(path):
            return True
        return path.endswith(DOCUMENTS) and self.owners.tree.status(path).kind == "file"

    def _from_root(self, path: str) -> str:
        """A path from the root; empty for one that lies elsewhere. A transcript without folders has them so."""
        if not os.path.isabs(path):
            return "" if path.startswith("..") else path.replace(os.sep, "/")
        for root in self.roots:
            if path.startswith(root + os.sep):
                return path[len(root) + 1 :].replace(os.sep, "/")
        return ""

    def _begins(self, prompt: str, recorded: dict[str, set[str]] | None) -> bool:
        """Whether a prompt has a topic of its own: by its words, or since it was given something."""
        if is_talk(prompt):
            return False
        given = (recorded or {}).get(short_key(prompt.strip()), ())
        return says_something(prompt) or bool(given or self._replayed(prompt))

    def _replayed(self, prompt: str) -> set[str]:
        """What the index gives for a prompt now."""
        try:
            found = resolve(
                self.owners.tables, self.owners.tree, Request(prompt[:ASKED]), evidence=self.owners.evidence
            )
        except CtxloadError:  # it names context that doesn't exist
            return set()
        return {file.path for file in found.files if file.layer == KEYWORD_LAYER}

    def _known(self) -> Phrases:
        """The phrases of all documents of the index, worked out when they are first asked for."""
        if self._phrases is None:
            tables = self.owners.tables
            names = [tables.entries[number].id for number in range(len(tables.entries))]
            paths = dict.fromkeys(path for name in names for path in self.owners.files_of(name))
            self._phrases = Phrases({path: self._text(path) for path in paths})
        return self._phrases

    def _text(self, path: str) -> str:
        try:
            return self.owners.tree.read(path, READ).decode("utf-8", "replace")
        except OSError:
            return ""


def joined(turns: Iterable[Turn], begins: Callable[[str], bool] | None = None) -> Iterator[Turn]:
    """The turns, those whose prompt says nothing of its own (`yes, go on`) as a part of the one before.

    `begins` says of a prompt whether it has a topic of its own, in place of its words alone.

    >>> from ..logs.sessions import Turn
    >>> [(turn.prompt, turn.opened) for turn in joined([Turn("fix the api view", ("a",)), Turn("go on", ("b",))])]
    [('fix the api view', ('a', 'b'))]
    """
    begins = begins or says_something
    last: Turn | None = None
    for turn in turns:
        if last is not None and not begins(turn.prompt):
            last = last.replace(
                opened=last.opened + turn.opened, written=last.written + turn.written,
                said=f"{last.said}\n{turn.said}", seen=f"{last.seen}\n{turn.seen}",
            )  # fmt: skip
            continue
        if last is not None:
            yield last
        last = turn
    if last is not None:
        yield last


def says_something(prompt: str) -> bool:
    """Whether a prompt has a topic of its own by its words: some, or a long one, and more than talk."""
    return (len(prompt.split()) >= FEWEST or len(prompt) > SHORT) and not is_talk(prompt)


def is_talk(prompt: str) -> bool:
    """Whether a prompt is nothing but small talk."""
    return is_only_talk(tokenize(prompt[:ASKED]))


def _once(used: Iterable[Used]) -> tuple[Used, ...]:
    """Each entry once."""
    return tuple({one.name: one for one in used}.values())
