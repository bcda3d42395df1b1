"""`ctxload init`: a first index from the documents that are there.

Each document becomes an entry: its id from the file's name, its description from the first heading and paragraph, its
keywords from the words of its name, title and headings that set it apart from its neighbours. A word weighs more the
fewer documents have it (inverse document frequency), and more in a name or title than in a heading.
"""

from __future__ import annotations

from math import log

from .compile import phrase
from .index import Entry, Index, Text
from .record import Record
from .tokens import form, tokenize
from .tree import Tree, looks_secret
from .words import GENERIC, STOP
from .write import to_yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: Where documents are looked for, in this order; the first that holds any is taken.
FOLDERS = ("context", "docs", "doc", "documentation", "")
ENDINGS = (".md", ".mdx", ".markdown", ".rst", ".txt", ".adoc")
#: Files that are about the repository rather than documents to load.
NOT_DOCUMENTS = frozenset(("license", "licence", "changelog", "code_of_conduct", "requirements", "robots", "authors"))
#: How much of a document is read, in bytes, and how many keywords and documents an index gets.
READ, KEYWORDS, DOCUMENTS = 65_536, 8, 5_000
_WEIGHTS = {"name": 3.0, "title": 3.0, "heading": 1.0}


class Document(Record):
    """What is known of a document: its path, title, first paragraph and headings."""

    path: str
    title: str
    about: str
    headings: tuple[str, ...]


def draft(tree: Tree) -> tuple[Index, str]:
    """An index for the documents of a tree, and the folder they were found in; no entries when there are none."""
    folder, paths = _documents(tree)
    documents = [read_document(tree, path) for path in paths]
    ids = _ids(paths, folder)
    keywords = choose_keywords(documents)
    entries = tuple(
        Entry(
            id=Text(ids[document.path]), id_written=True, paths=(Text(document.path),), description=describe(document),
            keywords=tuple(map(Text, words)),
        )
        for document, words in zip(documents, keywords, strict=True)
    )  # fmt: skip
    return Index("context-index.yml", entries=entries, match="related", fallback=((Text("*"), "none"),)), folder


def to_text(index: Index) -> str:
    """The index as text, with a word on each choice that was made."""
    text = to_yaml(index)
    notes = {
        "match: ": "# how keywords call: whole, related or focused",
        "fallback: ": "# what a task loads that matches nothing: all, none, or a list of ids and paths",
    }
    lines = []
    for line in text.splitlines():
        lines += [note for start, note in notes.items() if line.startswith(start)]
        lines.append(line)
    return "\n".join(lines) + "\n"


def _documents(tree: Tree) -> tuple[str, list[str]]:
    for folder in FOLDERS:
        if tree.status(folder or ".").kind != "directory":
            continue
        found = [path for path in tree.files_below(folder).files if _is_document(path)]
        if found:
            return folder, found[:DOCUMENTS]
    return "", []


def _is_document(path: str) -> bool:
    name = path.rsplit("/", 1)[-1].lower()
    return name.endswith(ENDINGS) and name.rsplit(".", 1)[0] not in NOT_DOCUMENTS and not looks_secret(path)


def read_document(tree: Tree, path: str) -> Document:
    """The title, first paragraph and headings of a document; a heading inside a code fence is none."""
    try:
        text = tree.read(path, READ).decode("utf-8", "replace").removeprefix("\ufeff")
    except OSError:
        text = ""
    headings: list[str] = []
    about, fence = "", ""
    for line in _without_front_matter(text.splitlines()):
        bare = line.strip()
        if bare.startswith(("```", "~~~")):
            fence = "" if fence and bare.startswith(fence) else fence or bare[:3]
        elif not fence and line.startswith("#") and bare.lstrip("#").startswith(" "):
            headings.append(_plain(bare.lstrip("#")))
        elif not fence and not about and bare and bare[0].isalpha():
            about = _plain(bare)
    title = headings[0] if headings else ""
    return Document(path, title, about, tuple(headings[1:60]))


def _without_front_matter(lines: list[str]) -> list[str]:
    if lines and lines[0].strip() == "---":
        for number in range(1, min(len(lines), 200)):
            if lines[number].strip() == "---":
                return lines[number + 1 :]
    return lines


def _plain(text: str) -> str:
    """A line without the marks of Markdown and without what cannot be printed."""
    from .diagnostics import unsafe

    return "".join(char for char in text if char not in "*`#[]" and not unsafe(char)).strip()


def describe(document: Document) -> str:
    """A line about a document: its title, and its first paragraph where the title says little."""
    text = document.title or document.about
    if document.title and document.about and len(document.title) < 40:
        text = f"{document.title}: {document.about}"
    return text if len(text) <= 140 else text[:139].rsplit(" ", 1)[0] + "…"


def _ids(paths: list[str], folder: str) -> dict[str, str]:
    """An id for each path: the file's stem, with the folders before it where two would have the same."""
    stems = {path: path.rsplit("/", 1)[-1].rsplit(".", 1)[0] for path in paths}
    seen: dict[str, list[str]] = {}
    for path, stem in stems.items():
        seen.setdefault(stem.lower(), []).append(path)
    ids = {}
    for path, stem in stems.items():
        inside = path[len(folder) :].strip("/").rsplit(".", 1)[0]
        ids[path] = stem if len(seen[stem.lower()]) == 1 else inside.replace("/", "-")
    return ids


def choose_keywords(documents: list[Document]) -> list[list[str]]:
    """For each document the words that set it apart, the most telling first, as they are written in it."""
    found = [_candidates(document) for document in documents]
    holders: dict[str, int] = {}
    for candidates in found:
        for key in candidates:
            holders[key] = holders.get(key, 0) + 1
    many = max(1, len(documents) // 5)
    return [_best(candidates, holders, len(documents), many) for candidates in found]


def _best(candidates: dict[str, tuple[str, float]], holders: dict[str, int], count: int, many: int) -> list[str]:
    scored = [
        (weight * log(1 + count / holders[key]), written)
        for key, (written, weight) in candidates.items()
        if holders[key] <= many
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    return [written for _, written in scored[:KEYWORDS]]


def _candidates(document: Document) -> dict[str, tuple[str, float]]:
    """Words and pairs of words by their normal form: as written, with their weight."""
    name = document.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    found: dict[str, tuple[str, float]] = {}
    fields = [("name", name), ("title", document.title), *(("heading", heading) for heading in document.headings)]
    for field, text in fields:
        for written, bonus in _phrases(text):
            _, words = phrase(written)
            key = "".join(words)
            if key:
                weight = found.get(key, ("", 0.0))[1] + _WEIGHTS[field] * bonus
                found[key] = (found.get(key, (written, 0.0))[0], weight)
    return found


def _phrases(text: str) -> Iterator[tuple[str, float]]:
    """The telling words of a text, and pairs of them side by side."""
    for clause in tokenize(text).words:
        telling = [_is_telling(word) for word in clause]
        for number, word in enumerate(clause):
            if telling[number]:
                yield word, 1.0
                if number and telling[number - 1]:
                    yield f"{clause[number - 1]} {word}", 1.2


def _is_telling(word: str) -> bool:
    common = word in STOP or word in GENERIC or form(word) in GENERIC
    return not common and len(word) > 2 and not word.isdigit() and any(map(str.isalpha, word))


def run_init(root: str, *, yes: bool) -> int:
    """Drafts an index for a folder, shows it, and writes it when that is agreed; the exit status."""
    import os
    import sys

    from .diagnostics import escape
    from .doors import remark, say
    from .errors import EXIT_DONE, EXIT_NO, EXIT_USAGE
    from .tree import INDEX_NAMES, DiskTree

    top = os.path.abspath(root or os.getcwd())
    path = os.path.join(top, INDEX_NAMES[0])
    for name in (*INDEX_NAMES, *(os.path.join("context", name) for name in INDEX_NAMES)):
        if os.path.lexists(os.path.join(top, name)):
            remark(
                [
                    f"ctxload: {escape(name)} is there already and stays as it is; `ctxload check` names files it does not list"
                ]
            )
            return EXIT_USAGE
    index, folder = draft(DiskTree(top))
    if not index.entries:
        remark(
            [f"ctxload: no documents ({', '.join(ENDINGS)}) in {escape(top)}: put some into a folder `context/` first"]
        )
        return EXIT_NO
    text = to_text(index)
    if not yes:
        say(text)
        if not sys.stdin.isatty() or input(f"write this to {INDEX_NAMES[0]}? [y/N] ").strip().lower() not in (
            "y",
            "yes",
        ):
            remark([f"ctxload: nothing was written; `ctxload init --yes` writes this to {INDEX_NAMES[0]}"])
            return EXIT_NO
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        remark([f"ctxload: {INDEX_NAMES[0]} cannot be written: {error.strerror or error}"])
        return EXIT_USAGE
    remark(
        [
            f"ctxload: wrote {INDEX_NAMES[0]}: {len(index.entries)} entries from {escape(folder or '.')}/; next: `ctxload check`"
        ]
    )
    return EXIT_DONE
