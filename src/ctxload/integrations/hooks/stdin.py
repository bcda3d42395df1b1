"""The JSON object that a client writes to the hook's stdin.

It is read by the part of `json` that is written in C: the rest of it imports `re`, which costs more than all of a call
that brings nothing.
"""

from __future__ import annotations

import sys

from .turn import Silence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The most that is read of a call, in bytes.
LARGEST = 16_000_000


class _Reading:
    """How a value is read, as `json.loads` does."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = parse_constant = float
    parse_int = int


def read_stdin() -> dict[str, Any]:
    """The JSON object on stdin. Raises Silence where there is none."""
    if sys.stdin is None:
        raise Silence("stdin is closed: an agent client writes its call there")
    if sys.stdin.isatty():
        raise Silence("hook is called by an agent client, with JSON on stdin; `ctxload install CLIENT` sets it up")
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Silence(f"the call is longer than {LARGEST:,} bytes")
    try:
        payload = loads(data)
    except (ValueError, RecursionError):
        raise Silence("what is on stdin isn't JSON") from None
    if not isinstance(payload, dict):
        raise Silence("what is on stdin isn't a JSON object")
    return payload


def loads(data: bytes) -> Any:
    """The value of a JSON text; ValueError where it is none.

    >>> loads(b' {"prompt": "Add an API", "n": [1, 2.5, null]}\\n')
    {'prompt': 'Add an API', 'n': [1, 2.5, None]}
    """
    value = _plain_value(data)
    if value is None:
        import json

        value = json.loads(data)
    return value


def _plain_value(data: bytes) -> Any:
    """The value of an object in UTF-8; None of anything else, and where there is a fault in it, or no such part."""
    if not data.lstrip().startswith(b"{"):
        return None
    try:
        from _json import make_scanner

        text = data.decode("utf-8").strip(" \t\r\n")
        value, end = make_scanner(_Reading())(text, 0)  # type: ignore[arg-type]
    except (ImportError, ValueError, StopIteration, SystemError):  # the last: faults are told by a module of `json`
        return None
    return value if end == len(text) else None
