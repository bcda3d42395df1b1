"""Requests that people could make of documents, where nobody wrote any: their own headings."""

from __future__ import annotations

from .keywords import name_of
from .markup import ANY_PAGE
from .prose import heading_of, read_document, title_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...workspace.tree import Tree

#: How much of a document is read for its headings, in bytes, and how many of them are looked at.
READ, HEADINGS = 16_384, 6


def headings_of(tree: Tree, path: str) -> list[str]:
    """The first headings of a document that could be a request, of two to six words; its name, where that is.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"docs/event-hooks.md": "# Hooks\\n\\n## Write a request hook\\n"})
    >>> headings_of(tree, "docs/event-hooks.md")
    ['Write a request hook', 'event hooks']
    """
    try:
        text = tree.read(path, READ).decode("utf-8", "replace")
    except OSError:
        return []
    document = read_document(path, text)
    said = [title_of(document), *(heading_of(document, section) for section in document.sections[:HEADINGS])]
    said.append(name_of(path).replace("-", " "))
    return [
        heading
        for heading in dict.fromkeys(said)
        if 2 <= len(heading.split()) <= 6 and ":" not in heading and heading.lower() not in ANY_PAGE
    ]


def requests_of(tree: Tree, paths: Iterable[str], most: int) -> Iterator[tuple[str, str]]:
    """A request of each document, at most so many, of documents from all parts: path and request, each once."""
    listed = list(paths)
    step = max(1, -(-len(listed) // most)) if most else 1
    seen: set[str] = set()
    for path in listed[::step]:
        found = next((heading for heading in headings_of(tree, path) if heading.lower() not in seen), "")
        if found:
            seen.add(found.lower())
            yield path, found
