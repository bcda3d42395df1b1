"""What is wrong with a pattern of paths, or a keyword, that can fit nothing: and what was meant."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SMART = re.compile("[\u201c\u201d\u2018\u2019\u00ab\u00bb]")
_WILD = frozenset("*?[{")


def pattern_fault(pattern: str, is_folder: Callable[[str], bool] | None = None) -> tuple[str, str] | None:
    """Why a pattern of paths can fit nothing, and the cure; None where it can. `is_folder` says which folders there are.

    >>> pattern_fault("*.{ts"), pattern_fault("src/**;lib/**"), pattern_fault("src/*.ts")
    (('has a `{` that is never closed', 'write `*.{ts}`, or two patterns'), ('has `;` in it', 'part patterns with commas, or write a list'), None)
    """  # noqa: E501
    bare = pattern.removeprefix("!")
    if _SMART.search(bare):
        return "has typographic quotes in it", f"write `{_SMART.sub('', bare)}`"
    if ";" in bare:
        return "has `;` in it", "part patterns with commas, or write a list"
    if bare.count("{") != bare.count("}"):
        sign = "{" if bare.count("{") > bare.count("}") else "}"
        cure = f"write `{bare}}}`, or two patterns" if sign == "{" else f"remove the `{sign}`"
        return f"has a `{sign}` that is never {'closed' if sign == '{' else 'opened'}", cure
    if "[" in bare and not re.search(r"\[[^/]+\]", bare.replace("\\[", "")) and "\\[" not in bare:
        return "has a `[` that is never closed", "write `\\[` where the sign itself is meant, or close it with `]`"
    return _missing_folder(bare, is_folder) if is_folder else None


def _missing_folder(bare: str, is_folder: Callable[[str], bool]) -> tuple[str, str] | None:
    """That a pattern begins with a folder that isn't there."""
    first, slash, _ = bare.lstrip("/").partition("/")
    if not slash or not first or set(first) & _WILD or is_folder(first):
        return None
    return f"begins with the folder `{first}`, and there is none", "fix the name; it serves once there is such a folder"


def keyword_fault(keyword: str) -> tuple[str, str] | None:
    r"""Why a keyword is hardly what was meant, and the cure; None where it may be.

    >>> keyword_fault("migrat*"), keyword_fault("auth|login"), keyword_fault("C++"), keyword_fault("CI/CD")
    (('is written as a pattern', 'a keyword is found in all its forms: write `migrat` in full, or a rule under `context_rules`'), ('holds several', 'write each as a keyword of its own: auth, login'), None, None)
    """  # noqa: E501
    if "\\b" in keyword or re.search(r"\.\*|\(\?|\[[^\]]+\][*+?]|\\[wsd]", keyword):
        plain = re.sub(r"\\b|[\^$]", "", keyword).strip()
        return "is written as a pattern", f"write `{plain}`, or a rule under `context_rules`"
    parts = [part.strip() for part in re.split(r"\||\n| / ", keyword.strip())]
    if len(parts) > 1 and all(parts):
        return "holds several", f"write each as a keyword of its own: {', '.join(parts[:5])}"
    if keyword.endswith("*") and keyword[:-1].isalnum():
        word = keyword[:-1]
        cure = f"a keyword is found in all its forms: write `{word}` in full, or a rule under `context_rules`"
        return "is written as a pattern", cure
    return None
