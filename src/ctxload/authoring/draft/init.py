"""`ctxload init`: a first index from the documents that are there.

Each document becomes an entry: its id from the file's name, its description from its title and first paragraph (or
front matter), its keywords from the terms that set it apart from its neighbours (`terms`). Few keywords are written, the
most telling: what else a document talks about `match: focused` reads from the document itself, and words that many
keywords repeat only blur the choice. Agents come from definitions in an `agents/` folder, or from the folders below
`context/`; each gets the documents of its folder as its fallback.
"""

from __future__ import annotations

from ...index.model import Entry, Index, Text
from ...index.writer import to_yaml
from ...matching.document_index import said_of_itself
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


def draft(tree: Tree, known: Iterable[str] = (), told: Callable[[float], None] | None = None) -> Draft:
    """An index for the documents of a tree; no entries when there are none.

    Documents at `known` paths are left out. `told` hears which share of the work is done.

    >>> from ctxload.workspace.tree import MemoryTree
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
        if told is not None:
            told(done / len(texts))

    terms, ids, seen = distinctive(texts, most=TERMS, step=step), _ids(paths, folder), frozenset(known)
    entries = tuple(
        Entry(
            id=Text(ids[path]), id_written=True, paths=(Text(path),), description=describe(texts[path]),
            keywords=tuple(map(Text, _keywords(terms[path]))),
        )
        for path in paths if path not in seen
    )  # fmt: skip
    fallback = _fallback(tree, folder, {path: ids[path] for path in paths})
    index = Index("context-index.yml", entries=entries, match="focused", fallback=fallback)
    return Draft(index, folder, tuple(name.value for name, _ in fallback if name.value != "*"))


def propose(tree: Tree, path: str, others: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """A description and keywords for one document beside its neighbours."""
    texts = {other: _text(tree, other) for other in (path, *others)}
    return describe(texts[path]), tuple(_keywords(distinctive(texts, most=TERMS)[path]))


def to_text(index: Index) -> str:
    """The index as text, with a word on each choice that was made."""
    notes = {
        "match: ": "# how a task is matched: whole keywords, related words, or focused (keywords and documents)",
        "fallback:": "# what a task loads that matches nothing: all, none, or a list of ids and paths; `*` is any other agent",
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
    """The beginning of a document; nothing of one that cannot be read or is no text."""
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


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────


def run_init(root: str, *, yes: bool, add: bool = False) -> int:
    """Drafts an index for a folder, shows it, and writes it when that is agreed; the exit status."""
    import os

    from ...errors import EXIT_NO, EXIT_USAGE, CtxloadError
    from ...output import fail, remark
    from ...text.escaping import escape
    from ...workspace.tree import INDEX_NAMES, DiskTree

    top = os.path.abspath(root or os.getcwd())
    there = _index_in(top)
    if there and not add:
        said = f"ctxload: {escape(there)} is there already and stays as it is; `ctxload init --add` adds what it does not list"
        remark([said])
        return EXIT_USAGE
    if add:
        try:
            return _add(top, there, yes)
        except CtxloadError as error:
            return fail(error)
    made = _drafted(DiskTree(top), ())
    if not made.index.entries:
        remark(
            [f"ctxload: no documents ({', '.join(ENDINGS)}) in {escape(top)}: put some into a folder `context/` first"]
        )
        return EXIT_NO
    text = to_text(made.index)
    if not yes and not _agreed(text, INDEX_NAMES[0]):
        return EXIT_NO
    return _create(os.path.join(top, INDEX_NAMES[0]), text, made)


def _index_in(top: str) -> str:
    """The name of the index of a folder, or an empty text."""
    import os

    from ...workspace.tree import INDEX_NAMES

    names = (*INDEX_NAMES, *(os.path.join("context", name) for name in INDEX_NAMES))
    return next((name for name in names if os.path.lexists(os.path.join(top, name))), "")


def _drafted(tree: Tree, known: Iterable[str]) -> Draft:
    """The draft, with a progress bar on a terminal where it lasts."""
    import sys

    from ...progress import Bar, can_show

    if sys.stderr is None or not can_show():
        return draft(tree, known)
    with Bar("the documents", {"reading": 0}) as bar:
        return draft(tree, known, lambda share: bar.stage("reading", share))


def _agreed(text: str, name: str) -> bool:
    """Shows what would be written and asks; without a terminal the answer is no."""
    import sys

    from ...output import remark, say

    say(text)
    if (
        sys.stdin is not None
        and sys.stdin.isatty()
        and input(f"write this to {name}? [y/N] ").strip().lower() in ("y", "yes")
    ):
        return True
    remark([f"ctxload: nothing was written; with `--yes` this is written to {name}"])
    return False


def _create(path: str, text: str, made: Draft) -> int:
    import os

    from ...errors import EXIT_DONE, EXIT_USAGE
    from ...output import remark
    from ...text.escaping import escape

    name = os.path.basename(path)
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        remark([f"ctxload: {name} cannot be written: {error.strerror or error}"])
        return EXIT_USAGE
    count = len(made.index.entries)
    agents = f", {len(made.agents)} agent{'s' if len(made.agents) > 1 else ''}" if made.agents else ""
    said = f"{count} entr{'y' if count == 1 else 'ies'} from {escape(made.folder or '.')}/{agents}"
    remark([f"ctxload: wrote {name}: {said}; next: `ctxload check`"])
    from ...workspace.allowing import also

    remark([f"ctxload: {escape(line)}" for line in also(os.path.dirname(path))])
    return EXIT_DONE


def _add(top: str, there: str, yes: bool) -> int:
    """Adds entries for documents that the index does not list; nothing else of it changes."""
    import os
    import sys

    from ...cli.record import write_index
    from ...errors import EXIT_DONE, EXIT_NO
    from ...index.edits import with_entries
    from ...output import remark
    from ...project.build import build
    from ...selection.entry_files import EntryFiles
    from ...text.diff import difference
    from ...text.escaping import escape
    from ...text.render import Paint, wants_colour
    from ...workspace.locations import discover

    place = discover(index=os.path.join(top, there) if there else "", root=top)
    project = build(place)
    gathered = project.as_written
    entry_files = EntryFiles(project.tables, project.tree)
    listed = {path for number in range(len(project.tables.entries)) for path in entry_files.of(number)}
    made = _drafted(project.tree, listed)
    taken = {entry.id.value for entry in gathered.index.entries}
    entries = [entry for entry in made.index.entries if entry.id.value not in taken]
    entries += [_renamed(entry, taken) for entry in made.index.entries if entry.id.value in taken]
    if not entries:
        remark([f"ctxload: {escape(place.name)} lists every document there is in {escape(made.folder or '.')}/"])
        return EXIT_DONE
    source = gathered.index.source(gathered.index.name)
    assert source is not None
    text = with_entries(source, entries)
    shown = difference(source.name, source.text, text, Paint(wants_colour("auto", sys.stdout, dict(os.environ))))
    if not yes and not _agreed(shown, place.name):
        return EXIT_NO
    write_index(place, source, text)
    remark([f"ctxload: {escape(place.name)}: {len(entries)} entr{'y' if len(entries) == 1 else 'ies'} added"])
    return EXIT_DONE


def _renamed(entry: Entry, taken: set[str]) -> Entry:
    """An entry with an id that no other has."""
    number, name = 2, entry.id.value
    while f"{name}-{number}" in taken:
        number += 1
    taken.add(f"{name}-{number}")
    return entry.replace(id=Text(f"{name}-{number}"))
