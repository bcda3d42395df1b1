"""Commands as people type them to an agent: which keywords are one, and where one is typed.

>>> is_typed("please /design it", 7, 14), is_typed("see src/design", 7, 14), is_typed("/design-review", 0, 7)
(True, False, False)
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .tables import KeywordRow

#: What may stand right behind a command, with no letter or digit after it.
_BEHIND = ".,;:!?)"


def is_command(row: KeywordRow) -> bool:
    """Whether a keyword is a command as people type it to an agent: `/design`, and no path or route."""
    return row.lead == "/" and row.text.count("/") == 1


def is_typed(text: str, start: int, end: int) -> bool:
    """Whether a command stands where one is typed: first, or after white space, and it ends with its name."""
    if start and not text[start - 1].isspace():
        return False
    after = text[end : end + 1]
    return not after or after in _BEHIND and not text[end + 1 : end + 2].isalnum() or after.isspace()
