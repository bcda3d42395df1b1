"""What `when_stack` asks for, and whether a project meets it. With `manifests` the only file that knows `packaging`.

>>> why_not([("django", "4.2.11"), ("next", "14.1.0")], ("django>=4", "next<14"))
'counts only with next<14, and the project has next 14.1.0'
"""

from __future__ import annotations

from ...record import Record
from .names import key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Requirement(Record):
    """What `when_stack` asks for: a name, and conditions on its version, if any."""

    key: str
    conditions: str

    def __str__(self) -> str:
        return self.key + self.conditions


def requirement(text: str) -> Requirement | None:
    """What a text asks for, or None where it isn't a requirement.

    >>> requirement("Django >= 4, <6"), requirement("next.js"), requirement("django=>4")
    (Requirement(key='django', conditions='>=4,<6'), Requirement(key='next', conditions=''), None)
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    bare = "".join(text.split())
    at = next((n for n, char in enumerate(bare) if char in "<>=!~"), len(bare))
    name, conditions = bare[:at], bare[at:]
    if not name or not conditions.isascii() or any(char in ",;^*[]()" for char in name):
        return None
    try:
        SpecifierSet(conditions)
    except InvalidSpecifier:
        return None
    return Requirement(key_of(name), conditions)


def why_not(stack: Iterable[tuple[str, str]], wanted: Iterable[str]) -> str:
    """Why a project does not meet requirements, in words; empty where it meets all of them."""
    known = dict.fromkeys(stack)
    for text in wanted:
        asked = requirement(text)
        if asked is None:
            return f"counts only with `{text}`, which isn't a requirement such as `django>=4`"
        versions = [version for key, version in known if key == asked.key]
        if not versions:
            return f"counts only with {text}, and the project does not use it"
        if not any(_meets(version, asked.conditions) for version in versions):
            has = ", ".join(filter(None, versions)) or "in no version that is known"
            return f"counts only with {text}, and the project has {asked.key} {has}"
    return ""


def _meets(version: str, conditions: str) -> bool:
    from packaging.specifiers import SpecifierSet
    from packaging.version import InvalidVersion, Version

    if not conditions:
        return True
    try:
        return SpecifierSet(conditions).contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False
