"""Which files git tracks, by its index: what is ignored and tracked all the same counts as there, as it does for git.

The index is read by us, within bounds; one that cannot be read tracks nothing, and says why. Most often an ignored
folder is not in it at all, which is seen without reading its entries.
"""

from __future__ import annotations

from ..stamps import checksum, signature_of
from .index import INDEX_ENTRIES, INDEX_SIZE, UnreadableIndex, read_index
from .objects import UnreadableRepository, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: The kinds of an entry that the work tree has, by the upper half of the byte that holds them: file, link, module.
_KINDS = (0x8, 0xA, 0xE)


class Tracked:
    """What the index at a path tracks below the root, which stands at `prefix` of the work tree."""

    def __init__(self, path: str, prefix: str = "") -> None:
        self.path = path
        self._prefix = prefix
        self.signature = signature_of(path)
        #: Why nothing is known of it; most often an empty text.
        self.problem = ""
        self._data = self._read()
        self._names: frozenset[str] | None = None
        self._checksum: int | None = None
        self._folders: frozenset[str] = frozenset()

    def _read(self) -> bytes:
        try:
            return read(self.path, INDEX_SIZE)[0]
        except FileNotFoundError:
            return b""
        except (OSError, UnreadableRepository) as error:
            self.problem = f"git's index cannot be read: {getattr(error, 'strerror', None) or error}"
            return b""

    def holds(self, path: str, *, directory: bool = False) -> bool:
        """Whether a file is tracked, or something in a folder."""
        name = (self._prefix + path).encode("utf-8", "surrogatepass") + (b"/" if directory else b"\0")
        if not self._data or (self._data[7:8] in (b"\2", b"\3") and self._data.find(name) < 0):
            return False  # versions 2 and 3 write every name in full
        if self._names is None:
            self._names = frozenset(self._known())
            above = {name[:at] for name in self._names for at in _slashes(name)}
            self._folders = frozenset(above)
        return path in (self._folders if directory else self._names)

    def _known(self) -> Iterable[str]:
        """The names of all that is tracked below the root, from there."""
        try:
            names = names_in(self._data)
        except UnreadableIndex as error:
            self.problem, self._data = str(error), b""
            return ()
        skip = len(self._prefix)
        return [name[skip:] for name in names if name.startswith(self._prefix)]

    @property
    def names_checksum(self) -> int:
        """A checksum of the names alone: git writes its index anew for other reasons, too."""
        if self._checksum is None:
            self._checksum = _checksum_of(self._data)
        return self._checksum


def names_checksum(path: str) -> int:
    """The checksum of the names in the index at a path."""
    try:
        return _checksum_of(read(path, INDEX_SIZE)[0])
    except (OSError, UnreadableRepository):
        return 0


def _checksum_of(data: bytes) -> int:
    try:
        return checksum("\0".join(names_in(data)).encode("utf-8", "surrogatepass")) if data else 0
    except UnreadableIndex:
        return 0


def names_in(data: bytes) -> list[str]:
    """The names of what the bytes of an index track. Raises UnreadableIndex."""
    version, count = int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big")
    if data[:4] == b"DIRC" and version in (2, 3) and count <= INDEX_ENTRIES and len(data) <= INDEX_SIZE:
        for width in (20, 32):
            names, at = _plain_names(data, version, count, width)
            if len(names) == count and data[at : at + 4] != b"link":
                return names
    return [entry.name for entry in read_index(data).entries]


def _plain_names(data: bytes, version: int, count: int, width: int) -> tuple[list[str], int]:
    """The names, as far as they make sense for objects of this width, and where the entries end."""
    names: list[str] = []
    at, least = 12, 42 + width
    while len(names) < count:
        begin = at + least
        if begin > len(data) or data[at + 26] >> 4 not in _KINDS:
            break
        if version == 3 and data[begin - 2] & 0x40:
            begin += 2
        size = (data[begin - 2] & 0xF) << 8 | data[begin - 1] if begin == at + least else 0xFFF
        end = begin + size if size < 0xFFF else data.find(b"\0", begin)
        if end <= begin or data[end : end + 1] != b"\0":
            break
        names.append(data[begin:end].decode("utf-8", "surrogateescape"))
        at += (end - at) // 8 * 8 + 8
    return names, at


def _slashes(name: str) -> list[int]:
    return [at for at, char in enumerate(name) if char == "/"]
