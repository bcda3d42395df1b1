"""Words of a message: counted nouns, sizes, a few names of many, the beginning of a text."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: How many remarks of one kind a person reads.
LINES = 20


def counted(count: int, one: str, several: str = "") -> str:
    """A number and its noun.

    >>> counted(1, "entry", "entries"), counted(2, "case")
    ('1 entry', '2 cases')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def names_of(names: Iterable[str], most: int = 4) -> str:
    """A few names in words, each once.

    >>> names_of(["api", "ui", "api"]), names_of(["api", "ui"], most=1)
    ('`api`, `ui`', '`api` and 1 more')
    """
    listed = [f"`{name}`" for name in dict.fromkeys(names)]
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")


def first_of(lines: Iterable[str], most: int = LINES, more: str = "ctxload: and {} more") -> list[str]:
    """The first of many lines, and how many more there are.

    >>> first_of(["a", "b", "c"], 2), first_of(["a", "b"], 2)
    (['a', 'b', 'ctxload: and 1 more'], ['a', 'b'])
    """
    listed = [*lines]
    left = len(listed) - most
    return [*listed[:most], more.format(f"{left:,}")] if left > 0 else listed


def clipped(text: str, most: int) -> str:
    """A text of at most so many characters, cut where it is longer.

    >>> clipped("fix the login", 7), clipped("fix it", 7)
    ('fix th…', 'fix it')
    """
    return text if len(text) <= most else text[: most - 1] + "…"


def size_of(count: int) -> str:
    """A number of bytes, as people read it.

    >>> size_of(512), size_of(12_345), size_of(3_200_000)
    ('512 B', '12.3 kB', '3.2 MB')
    """
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
