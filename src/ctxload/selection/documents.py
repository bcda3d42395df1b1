"""Reads the documents of an index and weighs what they talk about."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from ..matching.document_index import FILES, LIKE_IT, Document, Evidence, credit, is_content, like
from ..matching.document_words import TITLE, count, said_by, title_at, title_of, weights
from ..matching.lookups.documents import Weigher
from ..matching.tokens import tokenize
from ..matching.word_lists import SAME
from ..text.markdown import front_matter
from ..workspace.stamps import is_young
from .entry_files import EntryFiles, files_of
from .reading import document_of, read_text_file, text_checksum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..matching.document_index import DocumentPoints, Proof, Read, Remembered
    from ..matching.tables import Tables
    from ..workspace.tree import Tree
    from .choice import Choice

    Sign = tuple[str, tuple[int, ...]]

#: How many letters of a word of a task must stand in what a document is called, for that to be counted.
BEGINNING = 5


def read_evidence(
    tables: Tables, tree: Tree, progress: Callable[[int, int], None] | None = None, *, read_at: int = 0
) -> Evidence:
    """What the documents of every entry talk about; `progress` is called with how many of how many have been read.

    `read_at` is the time, in nanoseconds; without it the files are taken to be older than the clock's grain.

    >>> from ctxload.matching.compiler import compile_index
    >>> from ctxload.index.parser import parse
    >>> from ctxload.text.source import Source
    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> index = parse(Source("i", "context_files: [{path: api.md}, {path: ui.md}]")).index
    >>> tree = MemoryTree({"api.md": "# API\\nSerializers.", "ui.md": "# Buttons"})
    >>> read_evidence(compile_index(index), tree).words.get("button")
    (1, 1, 1423, 28)
    """
    entry_files, weigher, files = EntryFiles(tables, tree), Weigher(), []
    for number in range(len(tables.entries)):
        row, said = read_now(entry_files, number, files_of(entry_files, number))
        weigher.add(number, said)
        files.append(row)
        if progress is not None:
            progress(number + 1, len(tables.entries))
    return weigher.evidence(files).replace(read_at=read_at)


def in_doubt(choice: Choice, evidence: Evidence, sums: Remembered, numbers: list[int]) -> list[int]:
    """Those of some entries whose files one look does not show to be as they were when they were weighed; for a program
    that is asked many times, which remembers where to look.
    """
    proofs, told = sums.proofs_in(choice.tree), numbers
    if not proofs.keys() >= {*numbers}:
        found = [(number, _proof(choice, evidence, number)) for number in numbers if number not in proofs]
        proofs.update([(number, proof) for number, proof in found if proof is not None])
        told = [number for number in numbers if number in proofs]
    files = {number: proofs[number][0] for number in told}
    choice.entry_files.note(files)
    changed = choice.tree.changed([sign for number in told for sign in proofs[number][1]])
    if not changed and told is numbers:
        return []
    return [number for number in numbers if number not in files or not {*changed}.isdisjoint(files[number])]


def _proof(choice: Choice, evidence: Evidence, number: int) -> Proof | None:
    """The files of an entry, with what shows that they are as they were; None where it takes more than a look."""
    known, paths = evidence.files[number][0], choice.files_of(number)
    if not known or paths[:FILES] != tuple([path for path, _ in known]):
        return None
    if evidence.read_at and any(is_young(sign, evidence.read_at) for _, sign in known):
        return None
    return (paths, known) if number in choice.tables.memory.files_in(choice.tree) else None


def read_of(document: Document, signs: tuple[tuple[str, tuple[int, ...]], ...]) -> Read:
    """What is kept of the files of a document."""
    return signs, text_checksum(document), title_of(document.text)


def read_now(
    files: EntryFiles, number: int, signs: tuple[tuple[str, tuple[int, ...]], ...]
) -> tuple[Read, tuple[list[str], ...]]:
    """What is kept of an entry's files, and what its document says (see `said_by`): read now."""
    document = document_of(files, number)
    return read_of(document, signs), said_by(document)


def by_name(tables: Tables, tree: Tree, task: str, is_late: Callable[[], bool]) -> Evidence | None:
    """What the names, descriptions and titles of documents say of the words of a task, without reading any text; None
    where that `is_late`.
    """
    entry_files, beginnings = EntryFiles(tables, tree), beginnings_of(task)
    numbers, files, weigher = range(len(tables.entries)), [], Weigher()
    for number in numbers:
        if number % 20 == 0 and is_late():
            return None
        row, signs = tables.entries[number], files_of(entry_files, number)
        head, name = _head(tree, signs[0][0]) if signs else "", row.id.lower()
        said = f"{name}\n{row.description}\n{head}".lower()
        title: tuple[str, ...] = ()
        if any(begin in said for begin in beginnings):
            title = title_of(head)
            weigher.add(number, said_by(Document(row.id, head, row.description)))
        files.append((signs, 0, title))
    return weigher.evidence(files, silent=numbers)


def beginnings_of(task: str) -> set[str]:
    """How the words of a task begin that say something of a topic, and those that mean the same.

    >>> sorted(beginnings_of("Fix the serializers of k8s"))
    ['fix', 'k8s', 'kuber', 'seria']
    """
    words = {word for clause in tokenize(task).forms for word in clause if is_content(word)}
    words |= {other for pair in SAME for one, other in (pair, pair[::-1]) if one in words}
    return {word[:BEGINNING] for word in words}


def _head(tree: Tree, path: str) -> str:
    """The front matter of a file and its title, as far as they stand in its beginning."""
    text = read_text_file(tree, path, TITLE).decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    front = front_matter(text)
    begin = text.find("\n", front[1]) + 1 if front else 0
    at = title_at(text)
    title = text[at:].partition("\n")[0] if at >= 0 else ""
    return f"{text[:begin]}{title}\n"


#: What was read for an answer, by tree, and for which documents; another answer from the same tree has it, too.
_read_before: WeakKeyDictionary[Tree, tuple[str, Evidence]] = WeakKeyDictionary()


def evidence_of(tables: Tables, tree: Tree) -> Evidence:
    """The same, read once for all answers from one tree."""
    which, before = tables.meta.documents, _read_before.get(tree)
    if before is None or before[0] != which:
        before = _read_before[tree] = which, read_evidence(tables, tree)
    return before[1]


def weighed_anew(
    files: EntryFiles, evidence: Evidence, number: int, points: DocumentPoints, factors: dict[str, float]
) -> dict[str, tuple[int, int]]:
    """What a document that changed speaks for now, for the words of a task."""
    holders = {word: cell[0] for word, _, _, cell in points.in_full}
    document = document_of(files, number)
    known = weights(count(document), evidence.lengths, evidence.count, lambda word: holders.get(word, 1))
    found: dict[int, dict[str, tuple[int, int]]] = {number: {}}
    for word, factor, extra in points.looked_up:
        if word in known:
            credit(found, word, _of(number, known[word]), factor, extra)
    for word, factor in factors.items():
        begin = like(word).rstrip("*")
        others = [
            cell
            for other, cell in known.items()
            if begin and other.startswith(begin) and other.isascii() and other.isalpha()
        ]
        if others:
            credit(found, word, _of(number, max(others)), points.alike * factor, LIKE_IT)
    return found[number]


def _of(number: int, given: tuple[int, int]) -> tuple[int, ...]:
    """What one document alone gives, as a cell of `Evidence.words`."""
    return (1, number, *given)
