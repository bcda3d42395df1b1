r"""The content of a selected file as text, read once, whole or not at all; what is odd about it is a finding.

UTF-8 is what a document should be: a byte-order mark is dropped, CRLF made LF, UTF-16 read by its mark, other bytes
given as replacement characters. A binary or very large file, and one that is gone or will not hold still, has no text.

>>> from ctxload.workspace.memory_tree import MemoryTree
>>> content = read_content(MemoryTree({"api.md": b"\xef\xbb\xbf# API\r\nHow to.\r\n"}), "api.md")
>>> content.text, [finding.name for finding in content.findings]
('# API\nHow to.\n', ['byte-order-mark', 'line-ends'])
"""

from __future__ import annotations

from ..record import Record
from ..text.diagnostics import Diagnostic, diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .tree import Tree

#: The largest file that is given to a model, in bytes.
SIZE_LIMIT = 4_000_000
#: Where a NUL byte tells that a file is binary; as in git.
BINARY_WITHIN = 8000
#: What is wrong with a file that is there and cannot be read.
UNREADABLE = "cannot be read now"
#: Endings of files that are read as Markdown.
MARKDOWN = (".md", ".markdown", ".mdx", ".mdc", ".mkd", ".qmd")


class Content(Record):
    """What was read of a file: its text with `\\n` line ends, and the digest of its bytes.

    `wrong` says why there is no text to give, and is empty where there is.
    """

    path: str
    text: str = ""
    size: int = 0
    digest: str = ""
    wrong: str = ""
    findings: tuple[Diagnostic, ...] = ()

    @property
    def is_markdown(self) -> bool:
        """Whether the file's name says that it is Markdown."""
        return self.path.lower().endswith(MARKDOWN)


def read_content(tree: Tree, path: str, limit: int = SIZE_LIMIT) -> Content:
    """The content of a file below the tree's root. Never raises for what is on disk.

    At most `limit` bytes are read; a file that has more is not given in part.
    """
    size = tree.status(path).size
    try:
        data = tree.read_steady(path, limit + 1)
    except (OSError, ValueError) as error:
        what = "was there when it was selected and cannot be read now"
        why = getattr(error, "strerror", None) or str(error).rpartition(": ")[2]
        hint = "check its permissions" if isinstance(error, PermissionError) else "run the command again"
        finding = diagnostic("CTX406", f"`{path}` {what}", path, detail=why, hint=hint)
        return Content(path, size=size, wrong=UNREADABLE, findings=(finding,))
    if len(data) > limit:
        return _too_large(path, max(size, len(data)), limit)
    return _as_text(path, data)


def digest_of(data: bytes) -> str:
    """What tells one content from another, in hexadecimal."""
    try:
        from _blake2 import blake2b  # `hashlib` loads a library that takes longer than reading the file
    except ImportError:
        from hashlib import blake2b
    return blake2b(data, digest_size=16).hexdigest()


def _too_large(path: str, size: int, limit: int) -> Content:
    message = f"`{path}` is larger than {limit // 1_000_000} MB: its path is given, not its content"
    finding = diagnostic("CTX508", message, path, hint="split it, or name a shorter document")
    return Content(path, size=size, wrong="too large", findings=(finding,))


def _as_text(path: str, data: bytes) -> Content:
    findings: list[Diagnostic] = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
        findings.append(diagnostic("CTX505", "this file is UTF-16", path, hint="save it as UTF-8"))
    elif b"\0" in data[:BINARY_WITHIN]:
        message = f"`{path}` isn't text: its path is given, not its content"
        finding = diagnostic("CTX504", message, path, hint="name a text file, or take it out of the index")
        return Content(path, "", len(data), digest_of(data), "no text", (finding,))
    else:
        text = _as_utf8(path, data, findings)
    if "\r" in text:
        findings.append(_about_line_ends(path, text))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text and not text.endswith("\n"):
        text += "\n"
    return Content(path, text, len(data), digest_of(data), "", tuple(findings))


def _as_utf8(path: str, data: bytes, findings: list[Diagnostic]) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        message = "this file begins with a byte-order mark"
        findings.append(diagnostic("CTX506", message, path, 1, 1, hint="save it as UTF-8 without a mark"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        before = data[data.rfind(b"\n", 0, error.start) + 1 : error.start]
        message = "this file is not UTF-8: what cannot be read is given as �"
        findings.append(
            diagnostic("CTX505", message, path, line, len(before.decode("utf-8")) + 1, hint="save it as UTF-8")
        )
        return data.decode("utf-8", "replace")


def _about_line_ends(path: str, text: str) -> Diagnostic:
    both = "\n" in text.replace("\r\n", "")
    message = "this file mixes line ends: they are given as LF" if both else "this file has CRLF line ends, given as LF"
    return diagnostic("CTX507", message, path, hint="save it with LF, or let git: `* text=auto`")
