"""Bytes that must be UTF-8 → text, or the finding that they are not; and whether bytes are a text at all."""

from __future__ import annotations

from .diagnostics import Diagnostic, diagnostic

#: What a text is marked with that is no UTF-8, and is read all the same.
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: What hardly stands in a text, and which share of one it may be: a page in another encoding than UTF-8 has some.
_CONTROLS, SHARE = bytes({*range(32), 127} - set(b"\t\n\r\f\x1b")), 0.1


def read_text(data: bytes, name: str) -> tuple[str, Diagnostic | None]:
    """The text of a file that must be UTF-8, without its byte-order mark, or the finding that it is not."""
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "", diagnostic("CTX002", "this file is UTF-32", name, hint="save it as UTF-8")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "", diagnostic("CTX002", "this file is UTF-16", name, hint="save it as UTF-8")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8")) + 1
        return "", diagnostic("CTX002", "this file is not UTF-8 text", name, line, column, hint="save it as UTF-8")


def is_text(data: bytes) -> bool:
    """Whether the beginning of a file is one of a text, in whatever encoding it is read.

    >>> is_text("Größe".encode()), is_text("Die Breite und die Höhe".encode("latin-1")), is_text("a".encode("utf-16"))
    (True, True, True)
    >>> is_text(b"# A\\0B"), is_text(bytes(range(1, 256)))
    (False, False)
    """
    if data.startswith(UTF_16):
        return True
    odd = len(data) - len(data.translate(None, _CONTROLS)) + data.decode("utf-8", "replace").count("\ufffd")
    return b"\0" not in data and odd <= SHARE * len(data)
