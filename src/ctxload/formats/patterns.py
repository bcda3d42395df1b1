"""Path patterns of other tools ⇄ gitignore-style patterns, as `for_files` has them.

The tools agree on `*`, `?` and `**`; they differ in what a pattern without a slash means (`*.md` at the root or
anywhere), and most know braces, which are written out here.

>>> to_ours("src/**/*.{ts,tsx}"), to_ours("**/*.py"), to_ours("*.md", anchored=True)
(('src/**/*.ts', 'src/**/*.tsx'), ('*.py',), ('/*.md',))
>>> to_theirs("*.py"), to_theirs("/README.md"), to_theirs("docs/")
('**/*.py', 'README.md', '**/docs/**')
"""

from __future__ import annotations

from ..text.braces import spelt_out
from ..workspace.globs import with_slashes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: Signs that mean something in a list or a pattern of most tools, so that a file name with them cannot be written.
UNSAYABLE = frozenset("{},!\\\n\"'")
EVERY = "**"


def to_ours(pattern: str, *, anchored: bool = False) -> tuple[str, ...]:
    """The gitignore-style patterns for one of another tool; `anchored` where `*.md` means the root alone there.

    >>> to_ours("!**/*.test.{ts,tsx}")
    ('!*.test.ts', '!*.test.tsx')
    """
    bare = pattern.strip()
    sign = "!" if bare.startswith("!") else ""
    return tuple(dict.fromkeys(sign + _ours(part, anchored) for part in spelt_out(bare.removeprefix("!"))))


def all_to_ours(patterns: Iterable[str], *, anchored: bool = False) -> tuple[str, ...]:
    """The gitignore-style patterns for those of another tool, each once."""
    return tuple(dict.fromkeys(ours for pattern in patterns for ours in to_ours(pattern, anchored=anchored) if ours))


def _ours(pattern: str, anchored: bool) -> str:
    pattern = with_slashes(pattern)
    while pattern.startswith("./"):
        pattern = pattern[2:]
    if pattern in ("**", "**/*", "/**", "/**/*") or (pattern == "*" and not anchored):
        return EVERY
    if pattern.endswith("/"):
        pattern += "**"
    if pattern.startswith("**/") and "/" not in pattern[3:]:
        return pattern[3:]
    if pattern.startswith("/") and "/" in pattern[1:]:
        return pattern[1:]
    if anchored and pattern and "/" not in pattern:
        return "/" + pattern
    return pattern


def to_theirs(pattern: str) -> str:
    """A gitignore-style pattern as other tools read it, from the root and `**/` for anywhere."""
    if pattern == EVERY:
        return "**/*"
    body = pattern.removeprefix("/")
    if pattern == body and "/" not in body.rstrip("/"):
        body = "**/" + body
    return body + "**" if body.endswith("/") else body


def can_say(pattern: str, *, anchored: bool = False) -> bool:
    """Whether another tool reads a pattern as it is meant when it is written by `to_theirs`.

    >>> can_say("src/*.py"), can_say("!x.py"), can_say("/x.py"), can_say("/x.py", anchored=True)
    (True, False, False, True)
    """
    if not pattern or set(pattern) & UNSAYABLE or pattern != pattern.strip():
        return False
    return to_ours(to_theirs(pattern), anchored=anchored) == (pattern,)
