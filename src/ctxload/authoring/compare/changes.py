"""What two versions of an index do not have alike, item by item, each with the line where it stands.

An item is one keyword, one pattern, one setting: what a person adds or takes out in a line. What is taken out has the
line that it had before.
"""

from __future__ import annotations

from ...index.model import Entry, Index, Text
from ...matching.document_index import READ
from ...record import Record
from ...text.wording import clipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Literal

    from ...workspace.tree import Tree
    from .versions import Version

    Sign = Literal["+", "-", "~"]
    #: Part, text and detail of an item; what stands in both versions is no change.
    Key = tuple[str, str, str]

PLUS: Sign = "+"
MINUS: Sign = "-"
OTHER: Sign = "~"
#: The parts of an entry that are lists of texts.
LISTS = (
    "keywords", "exclude", "tags", "requires", "when_files", "for_files", "when_stack", "paths", "besides",
)  # fmt: skip
#: Those that are one value, and what each is where nothing is written.
VALUES = (("description", ""), ("priority", 0), ("whole_only", False), ("each", False), ("needs_both", False))
#: How much of a text is shown, in characters.
SHOWN = 60
#: How parts are called in an index where it is not by their own name.
_WRITTEN = {
    "paths": "path", "whole_only": "match: whole", "needs_both": "needs: both", "besides": "except", "live": "sources",
    "rules": "context_rules",
}  # fmt: skip


class Change(Record):
    """One thing that the versions do not have alike.

    `sign` is `+` for what is new, `-` for what is gone, `~` for what is otherwise; `part` is `entry`, a key of an entry
    or of the index, `document`, or `weights` for what no line says by itself. `place` is the file and the line.
    """

    sign: Sign
    part: str
    entry: str = ""
    text: str = ""
    place: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return said(self)

    @property
    def line(self) -> str:
        """The place, and that it is one of the version before where what stood there is gone."""
        return f"{self.place} before" if self.sign == MINUS and self.place else self.place


#: What moved an answer where no item did it: rarer or more common words, here and there.
WEIGHTS = Change(OTHER, "weights")


def said(change: Change) -> str:
    """A change in a few words.

    >>> said(Change("+", "keywords", "api", "rest framework", "context-index.yml:4"))
    'keyword `rest framework` added'
    >>> said(Change("-", "entry", "api")), said(WEIGHTS)
    ('entry `api` removed', 'other entries and documents weigh otherwise now')
    """
    head, text, tail = pieces(change)
    return " ".join(filter(None, (head, text and f"`{text}`", tail)))


def pieces(change: Change) -> tuple[str, str, str]:
    """A change in words of ours, then a text of the author's, then words of ours."""
    end = {PLUS: "added", MINUS: "removed", OTHER: "changed"}[change.sign]
    if change.part == "weights":
        return "other entries and documents weigh otherwise now", "", ""
    if change.part == "entry":
        return "entry", change.entry, end
    if change.part == "keywords":
        return "keyword", change.text, end
    return _WRITTEN.get(change.part, change.part), clipped(change.text, SHOWN), end


class Changes:
    """The changes between two versions: of entries by id, of the whole index, of documents by path. Values alone."""

    def __init__(self, by_entry: dict[str, list[Change]], whole: list[Change], documents: dict[str, Change]) -> None:
        self.by_entry, self.whole, self.documents = by_entry, whole, documents

    @classmethod
    def between(cls, before: Version, after: Version) -> Changes:
        """The changes between two versions, every document of theirs compared."""
        paths = dict.fromkeys((*after.paths(), *before.paths()))
        documents = {path: change for path in paths if (change := _of_document(before.tree, after.tree, path))}
        return cls(_of_entries(before.index, after.index), _of_the_whole(before.index, after.index), documents)

    @property
    def all(self) -> list[Change]:
        """All of them, those of the whole index first, documents last."""
        entries = [change for changes in self.by_entry.values() for change in changes]
        return [*self.whole, *entries, *self.documents.values()]

    def of(self, entry: str, parts: tuple[str, ...], sign: Sign | None = None, text: str = "") -> Change | None:
        """The first change of an entry in one of these parts, with this sign and text where they are given."""
        found = self.by_entry.get(entry, ()) if entry else self.whole
        return next(
            (
                one
                for one in found
                if one.part in parts and (sign is None or one.sign == sign) and (not text or one.text == text)
            ),
            None,
        )


def _of_document(before: Tree, after: Tree, path: str) -> Change | None:
    """What happened to a document, if anything did; where it differs first, is its line."""
    if before is after:
        return None
    here, there = (tree.status(path).kind == "file" for tree in (before, after))
    if here != there:
        return Change(MINUS if here else PLUS, "document", "", path, path)
    one, other = (_lines(tree, path) for tree in (before, after))
    if one == other:
        return None
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return Change(OTHER, "document", "", path, f"{path}:{same + 1}")


def _lines(tree: Tree, path: str) -> list[bytes]:
    try:
        data = tree.read(path, READ)
    except OSError:
        return []
    return data.replace(b"\r\n", b"\n").split(b"\n")


# ── entries ──────────────────────────────────────────────────────────────────────────────────────────────


def _of_entries(before: Index, after: Index) -> dict[str, list[Change]]:
    old, new = _by_id(before), _by_id(after)
    found: dict[str, list[Change]] = {}
    for name in [*new, *(name for name in old if name not in new)]:
        if name not in old or name not in new:
            sign, index, entries = (PLUS, after, new[name]) if name in new else (MINUS, before, old[name])
            found[name] = [Change(sign, "entry", name, entries[0].paths[0].value, place_of(index, entries[0].id))]
        elif changes := _between(before, _items(old[name]), after, _items(new[name]), name):
            found[name] = changes
    return found


def _by_id(index: Index) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in index.entries:
        found.setdefault(entry.id.value, []).append(entry)
    return found


def _between(
    before: Index, old: dict[Key, Text | None], after: Index, new: dict[Key, Text | None], entry: str
) -> list[Change]:
    came = [_change(PLUS, key, after, text, entry) for key, text in new.items() if key not in old]
    went = [_change(MINUS, key, before, text, entry) for key, text in old.items() if key not in new]
    return came + went


def _change(sign: Sign, key: Key, index: Index, text: Text | None, entry: str) -> Change:
    part, value, detail = key
    return Change(sign, part, entry, value, place_of(index, text) if text is not None else index.name, detail)


def _items(entries: Iterable[Entry]) -> dict[Key, Text | None]:
    found: dict[Key, Text | None] = {}
    for entry in entries:
        for part in LISTS:
            for text in getattr(entry, part):
                found.setdefault((part, text.value, ""), text)
        for agent in entry.agents or ():
            found.setdefault(("agents", agent.value, ""), agent)
        if entry.agents == ():
            found.setdefault(("agents", "nobody", ""), entry.id)
        for heading, words in entry.sections:
            found.update({("sections", word.value, heading.value): word for word in words})
        for part, usual in VALUES:
            value = getattr(entry, part)
            if value != usual:
                found.setdefault((part, _plain(value), ""), entry.id)
    return found


def _plain(value: str | float | bool) -> str:
    """A value as it is written; of what is turned on the name says enough."""
    return "" if value is True else value if isinstance(value, str) else f"{value:g}"


# ── the whole index ──────────────────────────────────────────────────────────────────────────────────────


def _of_the_whole(before: Index, after: Index) -> list[Change]:
    return _between(before, dict(_whole_items(before)), after, dict(_whole_items(after)), "")


def _whole_items(index: Index) -> Iterator[tuple[Key, Text | None]]:
    for rule in index.rules:
        yield ("rules", rule.pattern.value, _joined(rule.ids)), rule.pattern
    for bundle in index.bundles:
        yield ("bundles", bundle.name.value, _joined(bundle.ids)), bundle.name
    for part in ("always", "agent_defaults", "aliases"):
        for name, texts in getattr(index, part):
            for text in texts:
                yield (part, text.value, name.value), text
    for agent, value in index.fallback:
        for text in (agent,) if isinstance(value, str) else value:
            yield ("fallback", value if isinstance(value, str) else text.value, agent.value), text
    for text in index.live:
        yield ("live", text.value, ""), text
    if index.match:
        yield ("match", index.match, ""), None
    if index.front_matter:
        yield ("front_matter", "", ""), None


def _joined(texts: Iterable[Text]) -> str:
    return ", ".join(text.value for text in texts)


def place_of(index: Index, text: Text) -> str:
    """The file and the line of a text."""
    source = index.source(text.source)
    return f"{text.source}:{source.position(text.start)[0]}" if source else text.source or index.name
