"""The documents of entries, read: what an entry is judged by."""

from __future__ import annotations

from ..matching.document_index import READ, Document
from ..workspace.stamps import checksum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..workspace.tree import Tree
    from .entry_files import EntryFiles


#: To set so many bytes aside, and more, takes longer than to read what most files hold.
ROOM = 16_384


def document_of(files: EntryFiles, number: int) -> Document:
    """An entry as a document: its files, as far as they are read."""
    row = files.tables.entries[number]
    texts, left = [], READ
    for path in files.of(number):
        data = read_text_file(files.tree, path, left)
        left -= len(data)
        texts.append(data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n"))
        if left <= 0:
            break
    return Document(row.id, "\n\n".join(texts), row.description)


def read_text_file(tree: Tree, path: str, limit: int) -> bytes:
    """What is read of a file; nothing of one that cannot be read or isn't text."""
    room = limit if limit <= ROOM else min(limit, tree.status(path).size + 1)
    try:
        data = tree.read(path, room)
        if room < limit and len(data) == room:  # it has grown meanwhile
            data = tree.read(path, limit)
    except OSError:
        return b""
    return b"" if b"\0" in data else data


def text_checksum(document: Document) -> int:
    """A checksum of what a document says."""
    return checksum(document.text.encode("utf-8", "surrogatepass"))
