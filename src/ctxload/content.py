"""What a conversation is given of the chosen files: which, why, their content as far as it fits, the rest by name."""

from __future__ import annotations

from zlib import crc32

from .clients import length
from .diagnostics import escape
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .resolution import Resolution, SelectedFile
    from .tree import Tree

#: The most that is read of one file, in bytes.
READ = 2_000_000


class Content(Record):
    """The text for the model, and the files in it, each with the mark of its content."""

    text: str = ""
    marks: tuple[tuple[str, str], ...] = ()


def content(resolution: Resolution, tree: Tree, limit: int, unit: str, known: dict[str, str]) -> Content:
    """The chosen files as a text of at most `limit`; without those that the conversation has, and empty when there are no others."""
    files = [file for file in resolution.files if not (tree.is_secret(file.path) or tree.is_ignored(file.path))]
    texts = {file.path: _read(tree, file.path) for file in files}
    marks = {path: f"{crc32(text.encode('utf-8', 'replace')):08x}" for path, text in texts.items() if text is not None}
    new = [file for file in files if file.path in marks and known.get(file.path) != marks[file.path]]
    remarks = [finding.concise() for finding in resolution.diagnostics if finding.code == "CTX408"]
    if not new:
        return Content("\n".join(f"ctxload: {remark}" for remark in remarks)[:limit])
    lines = ["Documents of this project that ctxload chose for the task; not all of them may apply.", *remarks]
    lines += [f"- {escape(file.path)}: {_why(file)}" for file in new]
    while lines and length("\n".join(lines), unit) > limit:
        lines.pop()
    if not lines:
        return Content()
    head = "\n".join(lines)
    parts, left = [head], limit - length(head, unit)
    for file in new:
        part = _part(file.path, texts[file.path] or "", left, unit)
        parts.append(part)
        left -= length(part, unit)
    return Content("".join(parts), tuple((file.path, marks[file.path]) for file in new))


def _read(tree: Tree, path: str) -> str | None:
    try:
        data = tree.read(path, READ)
    except OSError:
        return None
    return None if b"\0" in data else data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")


def _why(file: SelectedFile) -> str:
    reasons = dict.fromkeys(f"{reason.kind} `{escape(reason.by)}`" for reason in file.reasons)
    return ", ".join([*reasons][:3])


def _part(path: str, text: str, left: int, unit: str) -> str:
    """A file's content between two lines, cut before a heading where it does not fit; empty when too little fits."""
    fence = "=" * 8
    frame = f"\n\n{fence} {escape(path)}\n%s\n{fence} end of {escape(path)}"
    cut = "\n(cut here: read the file for the rest)"
    room = left - length(frame, unit)
    if length(text, unit) <= room:
        return frame % text.strip("\n")
    lines, size, best = text.split("\n"), 0, 0
    for number, line in enumerate(lines):
        if line.startswith("#") and number:
            best = number
        size += length(line, unit) + 1
        if size > room - len(cut):
            return frame % ("\n".join(lines[:best]).strip("\n") + cut) if best else ""
    return ""
