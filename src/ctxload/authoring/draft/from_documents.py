"""Documents → a first index, as `ctxload init` shows and writes it.

Each document becomes an entry: its id from the file's name, its description from its title and first paragraph (or
front matter), its keywords from the terms that set it apart from its neighbours (`terms`). Few keywords are written,
the most telling: what else a document talks about is read from the document itself, and words that many keywords repeat
only blur the choice. Agents come from definitions in an `agents/` folder, or from the folders below `context/`; each
gets the documents of its folder as its fallback.
"""

from __future__ import annotations

from ...index.model import Entry, Index, Text
from ...index.writer import to_yaml
from ...matching.document_words import said_of_itself
from ...record import Record
from ...text.markdown import read_markdown
from ...workspace.secret_names import looks_secret
from ...workspace.tree import Tree
from .terms import distinctive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .terms import Distinct

#: Where documents are looked for, in this order; the first that holds any is taken.
FOLDERS = ("context", "docs", "doc", "documentation", "")
#: Where agents are defined, a Markdown file each.
AGENTS = ("agents", ".claude/agents", ".agents", ".github/agents")
ENDINGS = (".md", ".mdx", ".markdown", ".rst", ".txt", ".adoc")
#: Files that are about the repository rather than documents to load.
NOT_DOCUMENTS = frozenset(("license", "licence", "changelog", "code_of_conduct", "requirements", "robots", "authors"))
#: How much of a document is read, in bytes, and how many keywords and documents an index gets.
READ, KEYWORDS, DOCUMENTS = 65_536, 3, 5_000
#: How many terms of a document are looked at for them.
TERMS = 20
#: How long a description may be.
DESCRIPTION = 140


class Draft(Record):
    """An index for the documents of a folder; `agents` are those it names."""

    index: Index
    folder: str
    agents: tuple[str, ...] = ()


def draft(tree: Tree, listed: Iterable[str] = (), progress: Callable[[float], None] | None = None) -> Draft:
    """An index for the documents of a tree; no entries when there are none.

    Documents at `listed` paths are left out. `progress` hears which share of the work is done.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"context/api.md": "# REST API\\n\\nHow we write views.", "context/ui.md": "# Buttons"})
    >>> [(entry.id.value, entry.description) for entry in draft(tree).index.entries]
    [('api', 'REST API: How we write views.'), ('ui', 'Buttons')]
    """
    folder, paths = _documents(tree)
    texts = {path: _text(tree, path) for path in paths}
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done / len(texts))

    terms, ids, seen = distinctive(texts, most=TERMS, step=step), _ids(paths, folder), frozenset(listed)
    entries = tuple(
        Entry(
            id=Text(ids[path]), id_written=True, paths=(Text(path),), description=describe(texts[path]),
            keywords=tuple(map(Text, _keywords(terms[path]))),
        )
        for path in paths if path not in seen
    )  # fmt: skip
    fallback = _fallback(tree, folder, {path: ids[path] for path in paths})
    index = Index("context-index.yml", entries=entries, fallback=fallback)
    return Draft(index, folder, tuple(name.value for name, _ in fallback if name.value != "*"))


def propose(tree: Tree, path: str, others: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """A description and keywords for one document beside its neighbours."""
    texts = {other: _text(tree, other) for other in (path, *others)}
    return describe(texts[path]), tuple(_keywords(distinctive(texts, most=TERMS)[path]))


def to_text(index: Index) -> str:
    """The index as text, with a word on each choice that was made."""
    notes = {
        "fallback:": "# what a task loads that matches nothing: all, none, or a list of ids and paths; `*` is any "
        "other agent",
    }
    lines = []
    for line in to_yaml(index).splitlines():
        lines += [note for start, note in notes.items() if line.startswith(start)]
        lines.append(line)
    return "\n".join(lines) + "\n"


def describe(text: str) -> str:
    """What a document is about, on one line: what it says of itself in front matter, else its title and beginning."""
    markdown = read_markdown(text)
    own = said_of_itself(text, markdown.front, ("description", "summary"))
    title, about = _plain(markdown.title), _plain(markdown.about)
    said = _plain(_unquoted(own.split("\n")[0])) if own else title or about
    if not own and title and about and len(title) < 40:
        said = f"{title}: {about}"
    return said if len(said) <= DESCRIPTION else said[: DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"


def _keywords(terms: Iterable[Distinct]) -> list[str]:
    """The most telling phrases; single words, which many texts hold by chance, only where phrases are few."""
    phrases = [term.text for term in terms if len(term.words) > 1][:KEYWORDS]
    singles = [term.text for term in terms if len(term.words) == 1]
    return phrases + singles[: KEYWORDS - 1 - len(phrases)] if len(phrases) < KEYWORDS - 1 else phrases


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _documents(tree: Tree) -> tuple[str, list[str]]:
    for folder in FOLDERS:
        if tree.status(folder or ".").kind != "directory":
            continue
        found = [path for path in tree.files_below(folder).files if _is_document(path)]
        if found:
            return folder, found[:DOCUMENTS]
    return "", []


def _is_document(path: str) -> bool:
    *folders, name = path.lower().split("/")
    stem = name.rsplit(".", 1)[0]
    return name.endswith(ENDINGS) and stem not in NOT_DOCUMENTS and "agents" not in folders and not looks_secret(path)


def _text(tree: Tree, path: str) -> str:
    """The beginning of a document; nothing of one that cannot be read or isn't text."""
    try:
        data = tree.read(path, READ)
    except OSError:
        return ""
    return "" if b"\0" in data else data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")


def _plain(text: str) -> str:
    """A line without the marks of Markdown and without what cannot be printed."""
    from ...text.escaping import unsafe

    return " ".join("".join(char for char in text if char not in "*`#[]" and not unsafe(char)).split())


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


def _fallback(tree: Tree, folder: str, ids: dict[str, str]) -> tuple[tuple[Text, str | tuple[Text, ...]], ...]:
    """Nothing for a task that matches nothing, and for each agent the documents of its folder."""
    inside: dict[str, list[str]] = {}
    for path, name in ids.items():
        first, slash, _ = path.removeprefix(f"{folder}/").partition("/")
        if slash and folder == "context":
            inside.setdefault(first, []).append(name)
    agents = _defined(tree)
    found: list[tuple[Text, str | tuple[Text, ...]]] = [(Text("*"), "none")]
    for name in agents or sorted(inside):
        own = next((inside[part] for part in _shorter(name) if part in inside), None)
        found.append((Text(name), tuple(map(Text, own)) if own else "none"))
    return tuple(found)


def _shorter(name: str) -> list[str]:
    """A name, and the name without its last words, longest first: `backend-developer`, `backend`."""
    words = name.split("-")
    return ["-".join(words[:count]) for count in range(len(words), 0, -1)]


def _defined(tree: Tree) -> list[str]:
    """The agents that are defined in the project, by the names of their files."""
    for folder in AGENTS:
        if tree.status(folder).kind == "directory":
            files = tree.files_below(folder, hidden=True).files
            names = {
                path.rsplit("/", 1)[-1].removesuffix(".md").removesuffix(".agent")
                for path in files
                if path.endswith(".md")
            }
            if names := {name for name in names if name.lower() not in ("readme", "agents") and not looks_secret(name)}:
                return sorted(names)
    return []


def with_other_ids(entries: Iterable[Entry], taken: set[str]) -> list[Entry]:
    """The entries, those last whose ids are taken: they get others."""
    drafted = list(entries)
    free = [entry for entry in drafted if entry.id.value not in taken]
    return free + [_renamed(entry, taken) for entry in drafted if entry.id.value in taken]


def _renamed(entry: Entry, taken: set[str]) -> Entry:
    """An entry with an id that no other has."""
    number, name = 2, entry.id.value
    while f"{name}-{number}" in taken:
        number += 1
    taken.add(f"{name}-{number}")
    return entry.replace(id=Text(f"{name}-{number}"))
