r"""One frame in, one frame out: lines of bytes, and the JSON in them.

A frame is one line of UTF-8 that ends with a line feed. Nothing here reads or writes: bytes come and go as values.

>>> lines = Lines()
>>> lines.feed(b'{"task": "fix')
[]
>>> lines.feed(b' the login"}\r\n[1, 2')
[b'{"task": "fix the login"}\r']
>>> lines.rest()
b'[1, 2'
>>> decode(b'{"id": 1}\r'), encode({"id": 1})
({'id': 1}, b'{"id": 1}\n')
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

#: The longest frame that is read, in bytes.
FRAME_LIMIT = 16_000_000
#: What stands in the place of a longer one.
TOO_LONG = None


class Lines:
    """Bytes as they come → whole lines. A line beyond the limit is not kept: `TOO_LONG` stands in its place."""

    def __init__(self, limit: int = FRAME_LIMIT) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[bytes | None]:
        """The lines that end in these bytes, without their ends."""
        *ends, last = data.split(b"\n")
        lines = []
        for end in ends:
            lines.append(self._whole(end))
            self._parts, self._size = [], 0
        self._keep(last)
        return lines

    def rest(self) -> bytes | None:
        """What came after the last line end; empty when nothing did."""
        line = self._whole(b"")
        self._parts, self._size = [], 0
        return line

    def _whole(self, end: bytes) -> bytes | None:
        if self._size + len(end) > self._limit:
            return TOO_LONG
        return b"".join([*self._parts, end]) if self._parts else end

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            self._parts = []
        elif data:
            self._parts.append(data)


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word[:20]} isn't a valid JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if number - number:
        raise ValueError(f"the number {text[:20]} is too large")
    return number


_decoder = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)
_plain = json.JSONEncoder(allow_nan=False)


def _make_encoder() -> Callable[[Any], str]:
    """What the standard library makes anew for each text, made once: half of the time of a short one."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return _plain.encode
    text = json.encoder.encode_basestring_ascii
    encoder = make(None, _plain.default, text, None, ": ", ", ", False, False, False)
    return lambda value: "".join(encoder(value, 0))


_encode = _make_encoder()


def decode(line: bytes) -> Any:
    """The value in a line. ValueError, with a message for the sender, when it isn't JSON."""
    try:
        text = line.decode("utf-8")
        if text[:1] == "{":
            value, end = _decoder.raw_decode(text)
            if end == len(text):
                return value
        return _decoder.decode(text.removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 from byte {error.start + 1} on") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError as error:
        if "set_int_max_str_digits" in str(error):
            raise ValueError("a number has too many digits") from None
        raise


def encode(value: Any) -> bytes:
    """A value as a frame: one line of ASCII, which no reader can take for anything else."""
    return _encode(value).encode("ascii") + b"\n"
