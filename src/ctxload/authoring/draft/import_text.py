"""The text of an imported part of an index, with where each line comes from, and the `include` that names it."""

from __future__ import annotations

from ...errors import UsageError
from ...index.model import Index, Text
from ...index.parser import parse
from ...index.writer import to_yaml
from ...text.escaping import escape
from ...text.source import Source
from ...text.yaml import scalar
from ...workspace.locations import Place
from .imports import AGENTS, HEAD, Imported, Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any


def written(name: str, imported: Imported, *, new: bool) -> str:
    """The text of an imported index: each line with where it came from."""
    index = imported.index
    if new and name != AGENTS:
        index = index.replace(fallback=((Text("*"), "none"),))
    text = to_yaml(index)
    origins = origins_of(index, text, imported.notes)
    head = "" if new else HEAD.format(name=name) + "\n\n"
    rows = [
        f"{line}  # {', '.join(origins[number])}" if number in origins else line
        for number, line in enumerate(text.split("\n"))
    ]
    return head + "\n".join(rows)


#: The keys of a line that comes from where the line above it does.
_FOLLOWING = ("agent:", "agents: []", "match:", "description:", "priority:")


def origins_of(index: Index, text: str, notes: Sequence[Note] = ()) -> dict[int, list[str]]:
    """For each line of an index's text, by its number from 0, where its texts stand in the files they came from."""
    source = Source("written", text)
    mine = parse(source).index
    found: dict[int, list[str]] = {}

    def note(line: int, place: Text) -> None:
        origin = _origin(place, index)
        if origin and origin not in found.setdefault(line, []):
            found[line].append(origin)

    for here, there in _pairs(mine, index):
        if here.end:
            note(source.position(here.start)[0] - 1, there)
    rows = [row.lstrip().removeprefix("- ") for row in text.split("\n")]
    known = {(one.entry, one.key): one.place for one in notes}
    starts = [source.position(entry.paths[0].start)[0] for entry in mine.entries] + [len(rows)]
    for number, entry in enumerate(mine.entries):
        for line in range(starts[number], starts[number + 1]):
            place = known.get((entry.id.value, rows[line].partition(":")[0]))
            if place and line not in found:
                note(line, place)
    for line, row in enumerate(rows):
        if row.startswith(_FOLLOWING) and line not in found and line - 1 in found:
            found[line] = found[line - 1][:1]
        elif row == "fallback: none":
            found[line] = ["a task that fits nothing gets nothing"]
    return {line: names[:3] for line, names in found.items() if names}


def _pairs(one: Any, other: Any) -> Iterator[tuple[Text, Text]]:
    """The texts that stand at the same place in two indexes of the same content."""
    if isinstance(one, Text) and isinstance(other, Text):
        yield one, other
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for mine, theirs in zip(one, other, strict=True):
            yield from _pairs(mine, theirs)


def _origin(text: Text, index: Index) -> str:
    source = index.source(text.source)
    if source is None:
        return ""
    name = escape(text.source)
    return f"{name}:{source.position(text.start)[0]}" if text.end else name


def with_included(place: Place, target: str) -> dict[str, str]:
    """The index with an `include` of the imported file, where it has none yet."""
    with open(place.path, encoding="utf-8", newline="") as file:
        text = file.read()
    if target in (name.value for name in parse(Source(place.name, text)).index.include):
        return {}
    changed = with_include(text, target)
    if changed is None:
        raise UsageError(
            f"add `{target}` to `include:` of {escape(place.name)} yourself: its layout leaves no certain place for it"
        )
    return {place.name: changed}


def with_include(text: str, target: str) -> str | None:
    """The text of an index that includes one more file; None where there is no certain place for it.

    >>> print(with_include("version: 1.0\\ninclude: [a.yml]\\n", "b.yml"), end="")
    version: 1.0
    include: [a.yml, b.yml]
    >>> print(with_include("context_files: []\\n", "b.yml"), end="")
    context_files: []
    <BLANKLINE>
    include: [b.yml]
    """
    before = parse(Source("i", text)).index
    end = "\r\n" if "\r\n" in text else "\n"
    if before.include:
        changed = _after_last(text, before.include[-1], target, end)
    else:
        changed = text + ("" if text.endswith("\n") or not text else end) + f"{end}include: [{scalar(target)}]{end}"
    after = parse(Source("i", changed)).index
    wanted = [*(name.value for name in before.include), target]
    same = _without_places(after.replace(include=())) == _without_places(before.replace(include=()))
    return changed if [name.value for name in after.include] == wanted and same else None


def _after_last(text: str, last: Text, target: str, end: str) -> str:
    """The text with a name after the last one that is included, in the same layout."""
    start = text.rfind("\n", 0, last.start) + 1
    lead = text[start : last.start]
    if lead.strip() == "-":
        stop = text.find("\n", last.end)
        stop = len(text) if stop < 0 else stop
        return (
            text[:stop].rstrip("\r")
            + end
            + lead
            + scalar(target)
            + text[stop:].replace("\n", end, 1 if end == "\r\n" else 0)
        )
    if text[last.end :].lstrip()[:1] in ("]", ",") or "[" in lead:
        return f"{text[: last.end]}, {scalar(target)}{text[last.end :]}"
    return f"{text[: last.start]}[{text[last.start : last.end]}, {scalar(target)}]{text[last.end :]}"


def _without_places(value: Any) -> Any:
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Index):
        value = value.replace(sources=())
    return tuple(map(_without_places, value)) if isinstance(value, tuple) else value
