"""Whether a text of a person may stand where others read it: in a pull request, in an index.

What is withheld from a model has to be told with few mistakes, since a document is useless with holes. Here a mistake
costs an example, so any value counts that is assigned to a name for secrets, however short and plain.

>>> may_be_shared("the login fails"), may_be_shared("max_tokens=4096, and the password is reset by mail")
(True, True)
>>> may_be_shared("use password=hunter2secretlong"), may_be_shared("my API key is a1b2c3d4")
(False, False)
"""

from __future__ import annotations

import re

from ..load.hazards import hidden_from_people

_NAME = (
    r"(?:pass(?:word|wd|phrase|code)|pwd|secret|token|credential|(?:api|access|account|private|auth|signing|encryption)"
    r"[_ -]?key|authorization)(?:[_-](?:key|base|value|id)){0,2}(?![a-z])"
)
#: After a sign that assigns, any value but a call; after `is`, or as an option of a command, see below.
_ASSIGNED = re.compile(
    _NAME + r"[\"'`\])}]{0,3}\s{0,9}(?:=>|:=|==?|:)\s{0,9}(?:(?:bearer|basic)\s)?[\"'`]?([^\s\"'`,;]{4,200})",
    re.I,
)
_SAID = re.compile(_NAME + r"\s(?:is|was)\s[\"'`]?([^\s\"'`,;]{6,200})", re.I)
_OPTION = re.compile(r"--?[a-z-]{0,20}" + _NAME + r"\s[\"'`]?([^\s\"'`,;-][^\s\"'`,;]{3,200})", re.I)
_ADDRESS = re.compile(r"://[^\s/:@]{1,100}:([^\s/@]{3,200})@")
#: What is written where a value would stand: a place for one, a type, or where it comes from.
_NO_VALUE = re.compile(
    r"[<{$\[*(%]|x{3}|\.{3}|(?:string|none|null|true|false|optional|undefined|number|bytes|your|process\.env|os\.|self\.)",
    re.I,
)  # fmt: skip


def may_be_shared(text: str) -> bool:
    """Whether nothing in a text looks like a secret, or speaks to a model and not to a reader."""
    return not (hidden_from_people(text) or _values(text))


def _values(text: str) -> list[str]:
    """Values that are assigned to names for secrets, or said to be one."""
    found = [value for value in _ASSIGNED.findall(text) if "(" not in value]
    found += _ADDRESS.findall(text)
    found += [value for value in (*_SAID.findall(text), *_OPTION.findall(text)) if any(map(str.isdigit, value))]
    return [value for value in found if not _NO_VALUE.match(value)]
