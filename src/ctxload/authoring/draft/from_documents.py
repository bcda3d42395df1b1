"""Documents → a first index, as `ctxload init` shows and writes it.

Each document becomes an entry: its id from the file's name, its description from what it says of itself
(`descriptions`), its keywords from what it names itself with and what sets it apart from its neighbours (`keywords`).
Where there are too many to review, folders and globs stand for them, with what is left out of them: each file is an
entry of its own all the same (`each: true`). Agents come from definitions in an `agents/` folder, or from the folders
below `context/`; each gets the documents of its folder as its fallback.
"""

from __future__ import annotations

from ...index.model import Entry, Index, Text
from ...index.place_ids import names_of
from ...index.writer import to_yaml
from ...load.withheld import without_hazards
from ...project.each import telling
from ...record import Record
from ...text.markdown import front_matter
from ...text.utf8 import UTF_16, is_text
from ...workspace.content import BINARY_WITHIN
from ...workspace.secret_names import looks_secret
from ...workspace.tree import Tree
from ..sharing import may_be_shared
from .copies import NEARLY, Copies, near_copies
from .descriptions import describe, retitled
from .documents import (
    CLIENT_FILES,
    EMPTY,
    LISTS,
    NO_TEXT,
    OWN,
    SKILLS,
    UNREADABLE,
    Found,
    Group,
    never_given,
    skills_of,
    survey,
)
from .folders import folder_entries
from .keywords import Keywords
from .markup import leads_elsewhere, without_directives, without_filled
from .prose import FIRST_CHARS, read_document, said_by_many, title_of, without_paragraphs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

#: Where agents are defined, a Markdown file each.
AGENTS = ("agents", ".claude/agents", ".agents", ".github/agents")
#: Files beside those of agents that define none, in lower case.
NO_AGENTS = frozenset(("readme", *(name.removesuffix(".md").lower() for name in CLIENT_FILES)))
#: How much of a document is read, in bytes.
READ = 65_536
#: So much of it holds what it begins with, whatever its signs are.
BEGINNING = 4 * FIRST_CHARS
#: What a person says in the place of a format to have none.
NO_SOURCE = "none"
#: Why no entry is drafted for a file that a source reads.
IN_PLACE = "read in place"
#: So many documents are listed one by one; more are listed by folder.
LISTED = 150
#: A plain text of so many lines, with one word on this share of them, is a list of words.
WORD_LIST, ONE_WORD = 8, 0.9
#: Smaller documents are looked into, whether they say anything; in bytes.
SMALL = 1_000


class Draft(Record):
    """An index for the documents of a project; `found` says which, and what was left out; `agents` are those it names.

    `is_by_folder` where folders stand for the documents.
    """

    index: Index
    found: Found
    agents: tuple[str, ...] = ()
    is_by_folder: bool = False

    @property
    def folder(self) -> str:
        """The folder that holds them all."""
        return self.found.folder


class Wanted(Record):
    """What a person asks of a draft: globs to include and exclude, a language, other tools' files to read in place."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    language: str = ""
    sources: tuple[str, ...] = ()


def draft(
    tree: Tree,
    listed: Iterable[str] = (),
    progress: Callable[[float], None] | None = None,
    wanted: Wanted = Wanted(),  # noqa: B008  (a frozen value)
) -> Draft:
    """An index for the documents of a tree; no entries when there are none.

    Documents at `listed` paths are left out. `progress` hears which share of the work is done.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"context/api.md": "# REST API\\n\\nHow we write views.", "context/ui.md": "# Buttons"})
    >>> [(entry.id.value, entry.description) for entry in draft(tree).index.entries]
    [('api', 'REST API: How we write views.'), ('ui', 'Buttons')]
    """
    found = _readable(tree, survey(tree, wanted.include, wanted.exclude, wanted.language))
    found = _without_empty(tree, found, wanted.include)
    copies = None if wanted.include else Copies()
    found = _apart(found, IN_PLACE, _in_place(tree, wanted) & {*found.taken})
    seen = frozenset(listed)
    new = tuple(path for path in found.taken if path not in seen)
    if len(found.taken) > LISTED and new and not wanted.include:
        ordered = sorted(found.taken, key=lambda path: path not in seen)
        near = near_copies(ordered, lambda path: _text(tree, path)).intersection(new)
        found, new = _apart(found, NEARLY, near), tuple(path for path in new if path not in near)
    if by_folder := len(new) > LISTED:
        entries = folder_entries(_without(found, new, seen))
    else:
        beside = found.taken if len(found.taken) <= LISTED else new  # to read thousands for a few takes too long
        every = _listed(tree, sorted(beside, key=lambda path: path not in seen), progress, copies)
        found = _apart(found, NEARLY, {*beside} - {entry.paths[0].value for entry in every} - seen)
        entries = tuple(entry for entry in every if entry.paths[0].value not in seen)
    ids = {path.value: entry.id.value for entry in entries for path in entry.paths}
    fallback = _fallback(tree, {} if by_folder else ids)
    sources = tuple(map(Text, _sources(tree, found, wanted.sources)))
    found = found.replace(left_out=(*found.left_out, *never_given(tree)))  # last: none of these goes into an index
    index = Index("context-index.yml", entries=entries, fallback=fallback, live=sources)
    return Draft(index, found, tuple(name.value for name, _ in fallback if name.value != "*"), by_folder)


def _in_place(tree: Tree, wanted: Wanted) -> set[str]:
    """The files that the sources read which a person names: no entry is drafted for one of them."""
    from ...formats.sources import read_source

    lives = [read_source(tree, name) for name in wanted.sources if name != NO_SOURCE]
    return {path.value for live in lives for entry in live.index.entries for path in entry.paths}


def _without(found: Found, new: tuple[str, ...], seen: frozenset[str]) -> Found:
    """What was found as far as it is new; what an index lists already is left out of every glob."""
    return found.replace(taken=new, left_out=(*found.left_out, Group("listed", tuple(sorted(seen))))) if seen else found


def _sources(tree: Tree, found: Found, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The other tools' files to read in place: those that a person names, else skills that no entry stands for."""
    if wanted:
        return tuple(name for name in wanted if name != NO_SOURCE)
    is_listed = any(path.endswith("/SKILL.md") for path in found.taken)
    return (SKILLS,) if skills_of(tree) and not is_listed else ()


def _listed(
    tree: Tree, paths: Sequence[str], progress: Callable[[float], None] | None, copies: Copies | None
) -> tuple[Entry, ...]:
    """An entry for each document; none for one that is nearly the same as one before."""
    keywords, about = Keywords(), dict[str, str]()
    titles: dict[str, list[str]] = {}
    by_many = said_by_many(_text(tree, path, BEGINNING) for path in paths)
    for number, path in enumerate(paths):
        if progress is not None:
            progress((number + 1) / len(paths))
        text = without_secrets(without_paragraphs(_text(tree, path), by_many))
        if copies is not None and copies.is_one(path, text):
            continue
        markdown = read_document(path, text)
        keywords.add(path, path, markdown)
        about[path] = describe(path, markdown)
        titles.setdefault(title_of(markdown), []).append(path)
    for title, same in titles.items():
        if title and len(same) > 1:  # the title of a chapter tells its pages by nothing
            about |= {path: retitled(about[path], title, path) for path in same}
    terms, ids = keywords.chosen(), ids_of(about)
    return tuple(
        Entry(
            id=Text(ids[path]), id_written=True, paths=(Text(path),), description=about[path],
            keywords=tuple(
                Text(term) for term in terms[path] if term.lower() != ids[path].lower() and may_be_shared(term)
            ),
        )
        for path in about
    )  # fmt: skip


def _readable(tree: Tree, found: Found) -> Found:
    """What was found without what cannot be read, and what isn't text, whatever it is called."""
    wrong: dict[str, set[str]] = {UNREADABLE: set(), NO_TEXT: set()}
    for path in found.taken:
        try:
            if not is_text(tree.read(path, BINARY_WITHIN)):
                wrong[NO_TEXT].add(path)
        except OSError:
            wrong[UNREADABLE].add(path)
    for why, paths in wrong.items():
        found = _apart(found, why, paths)
    return found


def _without_empty(tree: Tree, found: Found, include: tuple[str, ...]) -> Found:
    """What was found without the documents that say nothing; only small ones are looked into."""
    if not include:
        found = _apart(found, LISTS, {path for path in found.taken if is_word_list(path, tree)})
    small = [path for path in found.taken if tree.status(path).size < SMALL]
    empty = {path for path in small if not include and says_nothing(_text(tree, path))}
    return found if len(empty) == len(found.taken) else _apart(found, EMPTY, empty)


def _apart(found: Found, why: str, paths: set[str]) -> Found:
    """What was found, with some of it left out for a reason."""
    if not paths:
        return found
    taken = tuple(path for path in found.taken if path not in paths)
    return found.replace(taken=taken, left_out=(*found.left_out, Group(why, tuple(sorted(paths)))))


def is_word_list(path: str, tree: Tree) -> bool:
    """Whether a plain text is what a spelling checker reads: a word on each line."""
    lines = [line.split() for line in _text(tree, path).splitlines() if line.strip()] if path.endswith(".txt") else []
    return len(lines) >= WORD_LIST and sum(len(words) == 1 for words in lines) >= ONE_WORD * len(lines)


def says_nothing(text: str) -> bool:
    """Whether a document is only a heading, directives that a build puts something in the place of, or where it went.

    A single heading and nothing else may be a beginning; with directives below it, it is a build's.

    >>> says_nothing("# Runner\\n\\n::: agents.run.Runner\\n"), says_nothing("Moved to [x](y.md).")
    (True, True)
    >>> says_nothing("# API\\n\\nEvery view has a serializer of its own, and a test beside it, in one file.")
    False
    """
    lines = [line for line in without_directives(without_filled(text)).splitlines() if line.strip()]
    if not lines or (len(lines) == 1 and lines[0].startswith("#") and len(text.split("\n")) > 2):
        return True
    front = front_matter(text)
    return leads_elsewhere(text[front[1] :].lstrip("-.") if front else text)


def without_secrets(text: str) -> str:
    """A text with nothing in the place of lines that are withheld from models: an index is committed, and shared.

    >>> without_secrets("# Keys\\npassword: aB3dE5fG7hI9jK1lM3nO5pQ7\\nAsk for one.")
    '# Keys\\n\\nAsk for one.'
    """
    found = without_hazards(text, lambda code: False)
    lines = found.text.split("\n")
    for first, _, _ in found.cuts:
        lines[first - 1] = ""
    return "\n".join(lines)


def propose(tree: Tree, path: str, others: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """A description and keywords for one document beside its neighbours."""
    keywords, own = Keywords(), read_document(path, without_secrets(_text(tree, path)))
    for other in sorted({path, *others}):
        keywords.add(other, other, own if other == path else read_document(other, _text(tree, other)))
    return describe(path, own), keywords.chosen()[path]


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


def _text(tree: Tree, path: str, size: int = READ) -> str:
    """The beginning of a document; nothing of one that cannot be read or isn't text."""
    try:
        data = tree.read(path, size)
    except OSError:
        return ""
    if data.startswith(UTF_16):
        return data.decode("utf-16", "replace").replace("\r\n", "\n")
    return "" if b"\0" in data else data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")


def ids_of(paths: Iterable[str]) -> dict[str, str]:
    """An id for each path: the file's stem, with the folders before it where two would have the same, or where it says
    nothing, or fits any task.

    >>> list(ids_of(["docs/web/release.md", "docs/api/release.md", "docs/api/README.md", "README.md"]).values())
    ['web-release', 'api-release', 'api', 'README']
    >>> list(ids_of(["docs/testing.md", "docs/caching.md"]).values())
    ['docs-testing', 'caching']
    """
    return {path: telling(name, path).replace("/", "-") for path, name in names_of(paths).items()}


def _fallback(tree: Tree, ids: dict[str, str]) -> tuple[tuple[Text, str | tuple[Text, ...]], ...]:
    """Nothing for a task that matches nothing, and for each agent the documents of its folder."""
    inside: dict[str, list[str]] = {}
    for path, name in ids.items():
        first, slash, _ = path.removeprefix(f"{OWN}/").partition("/")
        if slash and path.startswith(f"{OWN}/"):
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
            below = tree.files_below(folder, hidden=True).files
            files = [path for path in below if "/" not in path.removeprefix(f"{folder}/")]
            names = {
                path.rsplit("/", 1)[-1].removesuffix(".md").removesuffix(".agent")
                for path in files
                if path.endswith(".md")
            }
            if names := {name for name in names if name.lower() not in NO_AGENTS and not looks_secret(name)}:
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
