"""Guides → entries, rules and `always` of an index: the same for a live source and for an import."""

from __future__ import annotations

from itertools import count as count_from

from ..index.model import Entry, Index, Rule, Text
from ..text.source import Source
from .description_keywords import called_by
from .guide import Guide, Origin
from .markdown_rules import stem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


#: In how many places whole words are looked for.
TRIES = 50


def to_index(name: str, guides: Sequence[Guide], texts: Mapping[str, str], taken: Sequence[str] = ()) -> Index:
    """An index of these guides; `texts` are those of their files, for places, `taken` ids that others have.

    A guide that its tool chooses by description gets the keywords that the description holds.
    """
    ids = ids_for(guides, taken)
    words = called_by(guides)
    paths = dict.fromkeys(path for guide in guides for path in (guide.paths[0], *(one.path for one in guide.origins)))
    entries = tuple(_entry(guide, ids[n], words[n], texts) for n, guide in enumerate(guides))
    always: dict[str, list[Text]] = {}
    for guide, entry in zip(guides, entries, strict=True):
        for agent in guide.agents or ("*",) if guide.always else ():
            always.setdefault(agent, []).append(placed(guide, "always", entry.id.value, texts))
    return Index(
        name,
        tuple(Source(path, texts.get(path, "")) for path in paths),
        entries,
        rules=_rules(guides, entries, texts),
        always=tuple((Text(agent), tuple(names)) for agent, names in always.items()),
    )


def placed(guide: Guide, field: str, value: str, texts: Mapping[str, str]) -> Text:
    """A value of a guide's field with its place: where it is written, else the line that it is made of, else the file.

    >>> from ctxload.formats.guide import Origin
    >>> guide = Guide("api", ("api.md",), origins=(Origin("files", "api.md", 4, 17),))
    >>> placed(guide, "files", "*.py", {"api.md": "---\\nglobs: '*.py'\\n---\\n"})
    Text(value='*.py', source='api.md', start=12, end=16)
    """
    origins = [
        origin
        for origin in guide.origins
        if origin.field == field and 0 <= origin.start <= origin.end <= len(texts.get(origin.path, ""))
    ]
    places = [(origin.path, *_find(texts.get(origin.path, ""), value, origin)) for origin in origins if value]
    for path, at, _ in sorted((place for place in places if place[1] >= 0), key=lambda place: not place[2])[:1]:
        return Text(value, path, at, at + len(value))
    for origin in origins[:1]:
        line = texts.get(origin.path, "")[origin.start : origin.end].partition("\n")[0]
        return Text(value, origin.path, origin.start, origin.start + len(line))
    return Text(value, guide.paths[0])


def _find(text: str, value: str, origin: Origin) -> tuple[int, bool]:
    """Where a value stands in what an origin means, -1 if nowhere; and whether as whole words, which is looked for
    first.
    """
    first = at = text.find(value, origin.start, origin.end)
    for _ in range(TRIES):
        if at < 0:
            break
        around = text[at - 1 : at] + text[at + len(value) : at + len(value) + 1]
        if not any(char.isalnum() or char in "_-" for char in around):
            return at, True
        at = text.find(value, at + 1, origin.end)
    return first, False


def _entry(guide: Guide, name: str, words: tuple[str, ...], texts: Mapping[str, str]) -> Entry:
    def several(field: str, values: Sequence[str]) -> tuple[Text, ...]:
        return tuple(placed(guide, field, value, texts) for value in values)

    path = guide.paths[0]
    return Entry(
        id=placed(guide, "name", name, texts),
        paths=tuple(Text(path, guide.paths[0]) for path in guide.paths),
        id_written=stem(path) != name,
        description=guide.description,
        keywords=several("keywords", guide.keywords or words),
        tags=several("tags", guide.tags),
        agents=None if guide.agents is None else several("agents", guide.agents),
        exclude=several("exclude", guide.exclude),
        requires=several("requires", guide.requires),
        sections=tuple((Text(heading, path), several("sections", keywords)) for heading, keywords in guide.sections),
        when_files=several("when_files", guide.when_files),
        priority=guide.priority,
        whole_only=guide.whole_only,
        needs_both=guide.needs_both,
        for_files=several("files", guide.files),
        when_stack=several("when_stack", guide.when_stack),
    )


def _rules(guides: Sequence[Guide], entries: Sequence[Entry], texts: Mapping[str, str]) -> tuple[Rule, ...]:
    """A rule for each pattern, with every entry that it calls for."""
    found: dict[str, tuple[Text, list[Text]]] = {}
    for guide, entry in zip(guides, entries, strict=True):
        for pattern in guide.patterns:
            found.setdefault(pattern, (placed(guide, "patterns", pattern, texts), []))[1].append(entry.id)
    return tuple(Rule(pattern, tuple(ids)) for pattern, ids in found.values())


def ids_for(guides: Sequence[Guide], taken: Sequence[str] = ()) -> list[str]:
    """An id for each guide: its name, and where others have that name, the folder it is for before it.

    >>> ids_for([Guide("api", ("web/.cursor/rules/api.mdc",)), Guide("api", ("app/.cursor/rules/api.mdc",)), Guide("x", ("x.md",))], ["x"])
    ['web/api', 'app/api', 'x-2']
    """  # noqa: E501
    used, found = set(taken), list[str]()
    names: dict[str, int] = {}
    for guide in guides:
        names[guide.name] = names.get(guide.name, 0) + 1
    for guide in guides:
        choices = _choices(guide, alone=names[guide.name] == 1 and guide.name not in taken)
        name = next(choice for choice in choices if choice not in used)
        used.add(name)
        found.append(name)
    return found


def _choices(guide: Guide, *, alone: bool) -> Iterator[str]:
    """What a guide may be called, the best first: by its name alone, by its place, by its tool, by a number."""
    folders = guide.paths[0].split("/")[:-1] if guide.paths else []
    folders = folders[:-1] if folders and folders[-1] == guide.name else folders
    place = [part for part, above in zip(folders, ["", *folders], strict=False) if part[:1] != "." and above[:1] != "."]
    tools = [part.lstrip(".") for part in folders if part[:1] == "."]
    if alone or not place:
        yield guide.name
    yield from ("/".join([*place[-count:], guide.name]) for count in range(1, len(place) + 1))
    yield from ("/".join([*place, tool, guide.name]) for tool in tools[:1])
    yield from (f"{guide.name}-{number}" for number in count_from(2))
