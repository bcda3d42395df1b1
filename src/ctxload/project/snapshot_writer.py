"""Stores compiled indexes: written beside the old one and put in its place, in a folder that is the user's alone.

What the file looks like is told in `snapshot`, which reads it.
"""

from __future__ import annotations

import os
from itertools import repeat
from marshal import dumps
from operator import mod

from ..matching.lookups.keys import both
from ..matching.tables import KEYWORD, KINDS
from ..record import Record
from ..workspace.locations import is_ours
from ..workspace.own.home import OpenTree
from ..workspace.private_folder import make_folder
from ..workspace.stamps import checksum, now, source_hash
from ..workspace.tree import DiskTree
from .snapshot import (
    HEAD,
    MAPS,
    ROWS_A_CELL,
    TAG,
    UNDECODED,
    Cells,
    DamagedSnapshot,
    Directory,
    StoredMap,
    check_of,
    head_of,
    identity,
    identity_of_documents,
    number_at,
    open_snapshot,
    path_for,
    read,
    read_directory,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, BinaryIO

    from ..matching.document_index import Evidence
    from ..matching.tables import KeptCell, RawRow, Tables
    from ..text.diagnostics import Diagnostic
    from ..workspace.locations import Place
    from ..workspace.source_stamps import SourceStamp

#: A snapshot that was not made anew for this long is removed when another is stored.
KEEP_SECONDS = 60 * 24 * 3600
#: A draft to which nothing was written for this long is what a killed process left.
DRAFT_SECONDS = 300
#: Listings are worked out anew in a snapshot of at most this size, in bytes: the rest of it is copied.
RENEW_SIZE = 16_000_000
#: How many keys share a bucket.
KEYS_A_CELL = 16
#: The same of the words of documents, of which there are many.
WORDS_A_CELL = 32


def store(
    place: Place,
    tables: Tables,
    diagnostics: Iterable[Diagnostic],
    sources: Iterable[SourceStamp],
    tree: DiskTree,
    read_at: int,
    text: str = "",
) -> str:
    """Stores a compiled index; why it could not be stored, or an empty text. Never raises for the disk.

    `tree` must remember nothing yet, so that what patterns mean is looked up now. `text` is that of the index, where it
    has no other source: what is stored of it tells later which of its items changed.
    """
    path = path_for(place)
    if wrong := make_folder(os.path.dirname(path)):
        return wrong
    wrong = replace_file(path, lambda file: _write(file, place, tables, diagnostics, sources, tree, read_at, text))
    if not wrong:
        tidy(os.path.dirname(path))
    return wrong


def store_evidence(place: Place, tables: Tables, evidence: Evidence) -> str:
    """Stores what the documents talk about, beside the compiled index; why that failed, or an empty text."""
    words, files = cast(evidence.words), cast(evidence.files)
    known, usual = identity_of_documents(place, tables), (evidence.count, evidence.lengths, words.base)
    pairs = map(words.pairs.read, range(words.pairs.count))
    return store_sections(path_for(place, "documents"), known, words.words, files, usual, evidence.read_at, pairs)


def store_sections(
    path: str,
    owner: tuple[str, ...],
    words: Mapping[str, Any],
    files: Sequence[Any],
    usual: tuple[Any, ...],
    at: int,
    pairs: Iterable[Any] = (),
) -> str:
    """Stores words and files of documents: those of all, or of changed ones; why that failed, or an empty text."""
    if wrong := make_folder(os.path.dirname(path)):
        return wrong

    def write(file: BinaryIO) -> None:
        file.write(b"\0" * HEAD)
        sections = {
            "words": write_cells(file, "words", _word_buckets(words), len(words)),
            "pairs": write_cells(file, "pairs", pairs, 0),
            "files": write_cells(file, "files", _bundles(files), len(files)),
            "lengths": write_cells(file, "lengths", [usual], 1),
        }
        write_directory(file, Directory(owner, (), sections, (), 0, 0), at)

    return replace_file(path, write)


def encoded(value: Any) -> bytes:
    """A value as a cell holds it."""
    return dumps(value)


def cast(value: Any) -> Any:
    """What is in memory here, though it may be stored elsewhere."""
    return value


def renew(place: Place) -> None:
    """Works out anew what the patterns of a stored index mean, the rest of it copied as it is."""
    path = path_for(place)
    try:
        file = open_snapshot(path)
        head, directory = read_directory(file)
        known = StoredMap(Cells(file, "listings", *directory.sections["listings"])).names()
        if directory.identity != identity(place) or os.fstat(file.number).st_size > RENEW_SIZE:
            return
        kept = read(file, file.end if directory.grown else directory.listings_at, 0)
    except (DamagedSnapshot, OSError, *UNDECODED):
        return
    if is_ours(os.path.dirname(path)):
        from .snapshot_listings import again

        listed_at, read_at = now(), number_at(head, 8)
        listings = again(known, OpenTree(place.root))
        replace_file(path, lambda new: finish(new, kept, directory.replace(listed_at=listed_at), listings, read_at))


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────


def replace_file(path: str, write: Callable[[BinaryIO], None]) -> str:
    """Writes a file beside the old one and puts it in its place; why that failed, or an empty text."""
    temporary = f"{path}.{os.getpid()}.{now():x}.tmp"
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except OSError as error:
        return f"{os.path.dirname(path)} cannot be written: {error.strerror or error}"
    try:
        with os.fdopen(descriptor, "wb") as file:
            write(file)
        os.replace(temporary, path)
    except BaseException as error:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        if not isinstance(error, OSError | ValueError | MemoryError):
            raise
        return f"{path} cannot be written: {getattr(error, 'strerror', None) or error}"
    return ""


def _write(
    file: BinaryIO,
    place: Place,
    tables: Tables,
    diagnostics: Iterable[Diagnostic],
    sources: Iterable[SourceStamp],
    tree: DiskTree,
    read_at: int,
    text: str,
) -> None:
    from .item_marks import marks_of
    from .snapshot_listings import listings

    file.write(b"\0" * HEAD)
    sections: dict[str, tuple[int, int, int]] = {}
    for name in MAPS:
        mapping = getattr(tables, name)
        buckets = _tagged(mapping) if name == "keys" else buckets_of(mapping)
        sections[name] = write_cells(file, name, buckets, len(mapping))
    keywords, entries = tables.keywords, cast(tables.entries)
    by_entry = (packed(keywords.of_entry(number)) for number in range(len(entries)))
    sections["keywords"] = write_cells(file, "keywords", by_entry, len(keywords))
    sections["entries"] = write_cells(file, "entries", _bundles(entries), len(entries))
    for name, whole in (("rules", tables.rules), ("diagnostics", tuple(diagnostics))):
        sections[name] = write_cells(file, name, [plain(whole)], len(whole))
    marks = marks_of(text, len(entries)) if text else None
    sections["items"] = write_cells(file, "items", [marks] if marks else [], len(entries))
    plain_sources, meta = tuple(map(tuple, sources)), plain(tables.meta)
    directory = Directory(identity(place), plain_sources, sections, meta, now(), file.tell())
    finish(file, b"", directory, listings(tables, tree), read_at)


def finish(file: BinaryIO, kept: bytes, directory: Directory, listings: Mapping[str, Any], read_at: int) -> None:
    """Writes what comes after the other sections, the listings and the directory, and then the head."""
    file.write(kept)
    cells = write_cells(file, "listings", buckets_of(listings), len(listings))
    write_directory(file, directory.replace(sections={**directory.sections, "listings": cells}), read_at)


def write_directory(file: BinaryIO, directory: Directory, read_at: int) -> None:
    """Writes the directory, which comes last, and then the head."""
    data, offset = dumps(tuple(directory)), file.tell()
    file.write(data)
    file.seek(0)
    file.write(head_of(read_at, offset, len(data), checksum(data)))


def write_cells(file: BinaryIO, section: str, cells: Iterable[Any], items: int) -> tuple[int, int, int]:
    """Writes the cells of a section and their table; what the directory says of them."""
    table: list[bytes] = []
    offset = file.tell()
    for number, cell in enumerate(cells):
        data = dumps(cell)
        table.append(row_of(section, number, offset, data))
        file.write(data)
        offset += len(data)
    file.write(b"".join(table))
    return offset, len(table), items


def row_of(section: str, number: int, offset: int, data: bytes) -> bytes:
    """What the table of a section says of a cell."""
    entry = (len(data) << 64 | offset).to_bytes(12, "little")
    return entry + check_of(section, number, entry, data).to_bytes(8, "little")


def checksums(keys: Iterable[str]) -> Iterator[int]:
    """The checksum of each of many keys, at the speed of C."""
    return map(int.from_bytes, checksum_bytes(keys), repeat("little"))  # type: ignore[arg-type]


def checksum_bytes(keys: Iterable[str]) -> Iterator[bytes]:
    """The same as bytes, the lowest first."""
    return map(source_hash, repeat(0), map(str.encode, keys, repeat("utf-8"), repeat("surrogatepass")))


def buckets_of(mapping: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The keys of a mapping by the cell each belongs to, with their values."""
    count = -(-len(mapping) // KEYS_A_CELL)
    buckets: list[dict[str, Any]] = [{} for _ in range(count)]
    for key, value in mapping.items():  # as `bucket_of` has it, without its calls
        bucket = buckets[checksum(key.encode("utf-8", "surrogatepass")) % count]
        bucket[key] = tuple(value) if isinstance(value, Record) else value
    return buckets


def _word_buckets(words: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same of the words of documents: they are many, so that each step goes over all of them at the speed of C."""
    count = -(-len(words) // WORDS_A_CELL)
    buckets: list[dict[str, Any]] = [{} for _ in range(count)]
    places = map(buckets.__getitem__, map(mod, checksums(words), repeat(count)))
    for bucket, word, cell in zip(places, words, words.values(), strict=True):
        bucket[word] = cell
    return buckets


def _bundles(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """The rows by the cell each belongs to."""
    return (tuple(map(tuple, rows[at : at + ROWS_A_CELL])) for at in range(0, len(rows), ROWS_A_CELL))


def _tagged(keys: Mapping[str, KeptCell]) -> list[dict[int, KeptCell]]:
    """The cells of keys by the bucket each belongs to, under what is kept of the key; alike, two share one."""
    count = -(-len(keys) // KEYS_A_CELL)
    buckets: list[dict[int, KeptCell]] = [{} for _ in range(count)]
    for number, cell in zip(checksums(keys), keys.values(), strict=True):
        bucket, tag = buckets[number % count], number >> TAG
        if tag in bucket:
            cell = both(bucket[tag], cell)
        bucket[tag] = cell
    return buckets


def packed(rows: list[RawRow]) -> tuple[Any, ...]:
    """The rows of an entry as they are stored: one that is its text alone is a keyword whose words are written in
    normal form. Else a sign tells the kind and whether it is another reading, before the signs that it begins with and
    its words.
    """
    cell: list[Any] = []
    for _, text, kind, lead, words, alias in rows:
        joined = " ".join(words)
        if kind == KEYWORD and text == joined and not lead and not alias:
            cell.append(text)
        else:
            cell.append((text, f"{chr(48 | KINDS.index(kind) << 1 | bool(alias))}{lead} {joined}"))
    return tuple(cell)


def plain(value: Any) -> Any:
    """The value with records made plain tuples, as `marshal` wants them."""
    if isinstance(value, tuple):
        return tuple([plain(item) for item in value])
    return value


def is_own(name: str) -> bool:
    """Whether a file of this name in the cache is one of ours: a snapshot, counts, or one that was being written."""
    key, _, kind = name.partition(".")
    ours = len(key) == 16 and not set(key) - set("0123456789abcdef")
    return ours and any(
        kind == own or (kind.startswith(f"{own}.") and kind.endswith(".tmp"))
        for own in ("index", "documents", "changes", "counts")
    )


def tidy(folder: str) -> None:
    """Removes what killed processes left behind, and snapshots that nobody made anew for a long time."""
    today = now()
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in filter(is_own, names):
        path = os.path.join(folder, name)
        try:
            age = (today - os.lstat(path).st_mtime_ns) // 1_000_000_000
            if age > (DRAFT_SECONDS if name.endswith(".tmp") else KEEP_SECONDS):
                os.unlink(path)
        except OSError:  # another process was quicker
            pass
