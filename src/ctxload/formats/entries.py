"""Guides → entries, rules and `always` of an index: the same for a live source and for an import."""

from __future__ import annotations

from ..index import Entry, Index, Rule, Text
from ..source import Source
from .called_by import called_by
from .guide import Guide
from .rule_files import stem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def to_index(name: str, guides: Sequence[Guide], texts: Mapping[str, str], taken: Sequence[str] = ()) -> Index:
    """An index of these guides; `texts` are those of their files, for places, `taken` ids that others have.

    A guide that its tool chooses by description gets the keywords that the description holds.
    """
    ids = ids_for(guides, taken)
    words = called_by(guides)
    sources = {path: Source(path, texts.get(path, "")) for guide in guides for path in guide.paths[:1]}
    entries = tuple(_entry(guide, ids[n], words[n], sources[guide.paths[0]]) for n, guide in enumerate(guides))
    always = tuple(entry.id for guide, entry in zip(guides, entries, strict=True) if guide.always)
    return Index(
        name,
        tuple(sources.values()),
        entries,
        rules=_rules(guides, entries, sources),
        always=((Text("*", always[0].source), always),) if always else (),
    )


def _entry(guide: Guide, name: str, words: tuple[str, ...], source: Source) -> Entry:
    def placed(value: str) -> Text:
        at = source.text.find(value) if value else -1
        return Text(value, source.name, max(at, 0), at + len(value) if at >= 0 else 0)

    def several(values: Sequence[str]) -> tuple[Text, ...]:
        return tuple(map(placed, values))

    path = guide.paths[0]
    return Entry(
        id=placed(name),
        paths=tuple(Text(path, source.name) for path in guide.paths),
        id_written=stem(path) != name,
        description=guide.description,
        keywords=several(guide.keywords or words),
        tags=several(guide.tags),
        agents=None if guide.agents is None else several(guide.agents),
        exclude=several(guide.exclude),
        requires=several(guide.requires),
        sections=tuple((placed(heading), several(keywords)) for heading, keywords in guide.sections),
        when_files=several(guide.when_files),
        priority=guide.priority,
        whole_only=guide.whole_only,
        for_files=several(guide.files),
        when_stack=several(guide.when_stack),
    )


def _rules(guides: Sequence[Guide], entries: Sequence[Entry], sources: Mapping[str, Source]) -> tuple[Rule, ...]:
    """A rule for each pattern, with every entry that it calls for."""
    found: dict[str, list[Text]] = {}
    for guide, entry in zip(guides, entries, strict=True):
        for pattern in guide.patterns:
            found.setdefault(pattern, []).append(entry.id)
    return tuple(Rule(Text(pattern, ids[0].source), tuple(ids)) for pattern, ids in found.items())


def ids_for(guides: Sequence[Guide], taken: Sequence[str] = ()) -> list[str]:
    """An id for each guide: its name, with the folders above it or a number where another has that name.

    >>> ids_for([Guide("api", ("a/api.md",)), Guide("api", ("b/api.md",)), Guide("x", ("x.md",))], ["x"])
    ['api', 'b-api', 'x-2']
    """
    used = set(taken)
    found = []
    for guide in guides:
        folder = guide.paths[0].rpartition("/")[0].rpartition("/")[2].lstrip(".") if guide.paths else ""
        choices = [guide.name, *([f"{folder}-{guide.name}"] if folder and guide.name not in taken else ())]
        choices += [f"{guide.name}-{number}" for number in range(2, len(used) + 3)]
        name = next(choice for choice in choices if choice not in used)
        used.add(name)
        found.append(name)
    return found
