"""Bytes that must be UTF-8 → text, or the finding that they are not."""

from __future__ import annotations

from .diagnostics import Diagnostic, diagnostic


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
