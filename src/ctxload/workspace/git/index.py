"""Git's index, read without git: which files it tracks, and how each was when git looked at it last.

Bytes in, values out; every length is bounded and every name checked, since a clone may hold any bytes there. Versions 2
to 4, with SHA-1 and SHA-256, and what is checked out only in part (`sdir`). An index that is split over two files is
refused.

>>> read_index(b"DIRC" + bytes((0, 0, 0, 2, 0, 0, 0, 0)) + bytes(20))
GitIndex(entries=(), trees={})
>>> read_index(b"DIRC")
Traceback (most recent call last):
ctxload.workspace.git.index.UnreadableIndex: git's index is cut short
"""

from __future__ import annotations

from ...record import Record, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: The largest index that is read, in bytes, and the most files it may hold.
INDEX_SIZE, INDEX_ENTRIES = 128_000_000, 1_000_000
#: The kinds of an entry, as git writes them: a file, a link, another repository, a folder that is not checked out.
FILE, LINK, MODULE, FOLDER = 0o100000, 0o120000, 0o160000, 0o040000
#: Flags: git was told not to look at it; it is none of the three sides of a conflict; it is not in the work tree; only
#: its name was added. The last two are of the second half.
_VALID, _MORE, _STAGE, _AWAY, _INTENT = 0x8000, 0x4000, 0x3000, 0x4000, 0x2000
#: What a name of no length means, and an extension of its own.
_SPLIT = "git's index is split in two: `git update-index --no-split-index` joins it"
#: Bytes of an entry before the object's name.
_FIXED = 40


class UnreadableIndex(Exception):
    """Why git's index cannot be read."""


class GitEntry(Record):
    """One file that git tracks; times in nanoseconds. `looked_at` is false where the work tree does not count for
    it.
    """

    name: str
    kind: int
    digest: bytes
    size: int
    mtime_ns: int
    ctime_ns: int
    looked_at: bool
    in_conflict: bool
    only_named: bool


class GitIndex(Record):
    """What git tracks, by name in the order of bytes, and the trees it has written, by folder, as far as they still
    hold.
    """

    entries: tuple[GitEntry, ...]
    trees: dict[str, bytes]


def read_index(data: bytes) -> GitIndex:
    """The index in these bytes. Raises UnreadableIndex."""
    if len(data) > INDEX_SIZE:
        raise UnreadableIndex(f"git's index is larger than {INDEX_SIZE:,} bytes")
    if data[:4] != b"DIRC":
        raise UnreadableIndex("git's index does not begin as one")
    version, count = _number(data, 4), _number(data, 8)
    if version not in (2, 3, 4) or count > INDEX_ENTRIES:
        raise UnreadableIndex(f"git's index is of version {version} with {count:,} entries")
    try:
        return _read(data, version, count, 20)
    except UnreadableIndex as error:  # nothing in the file says how long the names of objects are
        reason = error
    try:
        return _read(data, version, count, 32)
    except UnreadableIndex:
        raise reason from None


def _read(data: bytes, version: int, count: int, width: int) -> GitIndex:
    entries: list[GitEntry] = []
    at, name = 12, b""
    for _ in range(count):
        entry, at, name = _entry(data, at, version, width, name)
        entries.append(entry)
    trees: dict[str, bytes] = {}
    for mark, body in _extensions(data, at, width):
        if mark == b"TREE":
            trees = _trees(body, width)
        elif mark[:1].islower() and mark != b"sdir":
            raise UnreadableIndex(
                _SPLIT if mark == b"link" else f"git's index needs `{mark.decode('latin-1')}`, which is not known here"
            )
    return GitIndex(tuple(entries), trees)


def _entry(data: bytes, at: int, version: int, width: int, before: bytes) -> tuple[GitEntry, int, bytes]:
    """The entry that begins here, where the next one does, and its name."""
    begin, end = at, at + _FIXED + width + 2
    flags, more = int.from_bytes(data[end - 2 : end], "big"), 0
    if flags & _MORE and version > 2:
        more, end = int.from_bytes(data[end : end + 2], "big"), end + 2
    name = b""
    if version == 4:
        drop, end = _varint(data, end)
        if drop > len(before):
            raise UnreadableIndex("a name in git's index is cut short")
        name = before[: len(before) - drop]
    stop = data.find(b"\0", end, end + 65_536)
    if stop < 0:
        raise UnreadableIndex("git's index is cut short")
    name += data[end:stop]
    at = stop + 1 if version == 4 else begin + ((stop - begin) // 8 + 1) * 8
    if not name:
        raise UnreadableIndex(_SPLIT)
    kind = _number(data, begin + 24) & 0o170000
    if kind not in (FILE, LINK, MODULE, FOLDER) or not is_sound(name) or len(data) < at or any(data[stop:at]):
        raise UnreadableIndex("git's index holds an entry that is none")
    ctime, mtime = (_number(data, begin + n) * 1_000_000_000 + _number(data, begin + n + 4) for n in (0, 8))
    entry = record(
        GitEntry,
        (
            name.rstrip(b"/").decode("utf-8", "surrogateescape"), kind, data[begin + _FIXED : begin + _FIXED + width],
            _number(data, begin + 36), mtime, ctime, not (flags & _VALID or more & _AWAY or kind == FOLDER),
            bool(flags & _STAGE), bool(more & _INTENT),
        ),
    )  # fmt: skip
    return entry, at, name


def is_sound(name: bytes) -> bool:
    """Whether a name leads to a place below the top of the work tree, and not into `.git`.

    >>> [is_sound(name) for name in (b"a/b.md", b"../a", b"/a", b"a//b", b"a/./b", b"a/.GIT/config", b"")]
    [True, False, False, False, False, False, False]
    """
    inside = b"/" + name.rstrip(b"/") + b"/"
    return not (len(inside) == 2 or b"//" in inside or b"/./" in inside or b"/../" in inside) and not (
        b".git/" in (low := inside.lower()) and b"/.git/" in low
    )


def _extensions(data: bytes, at: int, width: int) -> Iterator[tuple[bytes, bytes]]:
    end = len(data) - width
    if at > end:
        raise UnreadableIndex("git's index is cut short")
    while at < end:
        size = _number(data, at + 4)
        if at + 8 + size > end:
            raise UnreadableIndex("git's index is cut short")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size


def _trees(data: bytes, width: int) -> dict[str, bytes]:
    """The trees by folder; a folder whose tree does not hold any more is left out. Empty where it makes no sense."""
    found: dict[str, bytes] = {}
    above: list[tuple[str, int]] = []  # the folders that have folders left
    at = 0
    while at < len(data):
        name, _, rest = data[at : at + 65_600].partition(b"\0")
        line, _, _ = rest.partition(b"\n")
        entries, _, folders = line.partition(b" ")
        if not (entries.lstrip(b"-").isdigit() and folders.isdigit()) or len(line) > 40:
            return {}
        at += len(name) + len(line) + 2
        path = name.decode("utf-8", "surrogateescape")
        if above:
            folder, left = above.pop()
            above += [(folder, left - 1)] if left > 1 else []
            path = f"{folder}/{path}" if folder else path
        if not entries.startswith(b"-"):
            found[path] = data[at : at + width]
            at += width
        above += [(path, int(folders))] if int(folders) else []
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number as packs write an offset, and what follows it."""
    value = -1
    for byte in data[at : at + 10]:
        at += 1
        value = ((value + 1) << 7) | (byte & 127)
        if byte < 128:
            return value, at
    raise UnreadableIndex("a number in git's index is cut short")


def _number(data: bytes, at: int) -> int:
    if at + 4 > len(data):
        raise UnreadableIndex("git's index is cut short")
    return int.from_bytes(data[at : at + 4], "big")
