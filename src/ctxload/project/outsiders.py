"""What a project writes about paths that begin with `~/`: it means nothing there, whatever the person named themselves.

Only where the person's own skills are merged in there is such a path at all.
"""

from __future__ import annotations

from ..workspace.tree import HOME, clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..index.model import Entry, Index, Text


def unnamed(index: Index) -> Index:
    """An index in which nothing names what is the person's own: neither a path, nor the id of an entry.

    >>> from ctxload.index.parser import parse
    >>> from ctxload.text.source import Source
    >>> index = parse(Source("i", "{context_files: [{path: ~/.claude/skills/a/SKILL.md}], always: [~/a]}")).index
    >>> found = unnamed(index)
    >>> found.entries[0].paths[0].value, found.always[0][1][0].value
    ('/~/.claude/skills/a/SKILL.md', '/~/a')
    """
    return index.replace(
        entries=tuple(map(_entry, index.entries)),
        agent_defaults=tuple((agent, _all(names)) for agent, names in index.agent_defaults),
        always=tuple((agent, _all(names)) for agent, names in index.always),
        fallback=tuple((agent, names if isinstance(names, str) else _all(names)) for agent, names in index.fallback),
        rules=tuple(rule.replace(ids=_all(rule.ids)) for rule in index.rules),
        bundles=tuple(bundle.replace(ids=_all(bundle.ids)) for bundle in index.bundles),
    )


def _entry(entry: Entry) -> Entry:
    return entry.replace(id=_one(entry.id), paths=_all(entry.paths), requires=_all(entry.requires))


def _all(texts: tuple[Text, ...]) -> tuple[Text, ...]:
    return tuple(map(_one, texts))


def _one(text: Text) -> Text:
    """A text that means nothing below the home, however it is written."""
    name, _ = clean(text.value.strip())
    return text.replace(value=f"/{name}") if name[:1] == HOME[0] else text
