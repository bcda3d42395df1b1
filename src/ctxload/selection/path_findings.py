"""Paths that give no file, one that only they may give, or the same bytes as another: what there is to say of them."""

from __future__ import annotations

from ..text.diagnostics import diagnostic
from ..workspace.stamps import checksum
from .model import EXPLICIT, LeftOut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import Any

    from ..text.diagnostics import Diagnostic
    from ..workspace.tree import Tree
    from .model import SelectedFile

    #: What was read of files of one tree (`TablesMemory.answers_in`).
    Held = dict[Any, tuple[Any, ...]]

#: How many names of one folder are looked at for one that is ignored.
LOOKED = 1_000
#: How large files are that are compared with others, in bytes.
COMPARED = 1_000_000
#: What a checksum is remembered under, with the path.
HELD = "held"


def finding_of(
    tree: Tree, path: str, files: Sequence[str], source: str, line: int, column: int
) -> Iterator[Diagnostic]:
    """What there is to say of a path of an entry that gives these files."""
    status = tree.status(path)
    if tree.is_pattern(path):
        if not files:
            hint = f"fix the pattern, or add the files{_ignored_in(tree, path)}"
            yield diagnostic("CTX308", f"`{path}` matches no file", source, line, column, hint=hint)
    elif status.kind == "directory":
        if not files:
            hint = f"add files, or remove the entry{_ignored_in(tree, path)}"
            yield diagnostic("CTX308", f"`{path}` holds no file", source, line, column, hint=hint)
    elif status.kind == "file":
        if tree.is_secret(status.path):
            hint = "take it out of the index"
            yield diagnostic("CTX304", f"`{path}` looks like a file of secrets", source, line, column, hint=hint)
        if tree.is_ignored(status.path):
            hint = "take it out of the index, or let it be tracked"
            message = f"`{path}` {_is_ignored(tree, status.path)}"
            yield diagnostic("CTX305", message, source, line, column, hint=hint)
    else:
        code, message, hint = wrong_path(path, status.kind)
        yield diagnostic(code, message, source, line, column, hint=hint)


def _ignored_in(tree: Tree, path: str) -> str:
    """That a file where a pattern looks, or in a folder, is ignored, and by what; an empty text where none is."""
    from ..workspace.globs import parted

    top = parted(path, tree.is_folder)[0] if tree.is_pattern(path) else path
    folder = tree.status(top).path
    names = tree._names(folder)[0][:LOOKED] if tree.is_folder(folder) else []
    files = (f"{folder}/{name}".lstrip("/") for name, kind in names if kind == "file" and name[:1] != ".")
    first = next((file for file in files if tree.is_ignored(file)), "")
    return f"; `{first}` {_is_ignored(tree, first)}" if first else ""


#: What is said to a person of a closed file that something else named, and never to a model.
OPENED_BY = ": only an entry's own path or --context selects it"


def why_closed(tree: Tree, path: str) -> tuple[str, str] | None:
    """Code and words for a file that only an entry's own path or the caller may select, or None."""
    if tree.is_secret(path):
        return "CTX304", "looks like a file of secrets"
    if tree.is_ignored(path):
        return "CTX305", _is_ignored(tree, path)
    return None


def _is_ignored(tree: Tree, path: str) -> str:
    from ..workspace.ignored_by import ignored_by

    return f"is ignored by {ignored_by(tree, path)}"


def wrong_path(path: str, kind: str) -> tuple[str, str, str]:
    """Code, message and cure for a path of which the tree says this kind."""
    return {
        "missing": ("CTX301", f"`{path}` doesn't exist", "fix the path, or remove it"),
        "outside": ("CTX303", f"`{path}` lies outside the root", "name a file below the folder of the index"),
        "unsafe": ("CTX309", f"`{path}` has control characters in its name", "rename the file"),
        "git": ("CTX303", f"`{path}` lies in .git, which is never given", "name another file"),
        "special": ("CTX302", f"`{path}` is not a regular file", "name a regular file"),
        "unreadable": ("CTX302", f"`{path}` cannot be read", "check its permissions"),
    }[kind]


def listed(names: Sequence[str]) -> str:
    """Some names as a hint shows them, and whether there are more.

    >>> listed(["a", "b"]), listed("abcdef")
    ('`a`, `b`', '`a`, `b`, `c`, `d`, `e`, …')
    """
    return ", ".join([f"`{name}`" for name in names[:5]]) + (", …" if len(names) > 5 else "")


def drop_copies(choice: Any) -> None:
    """Leaves out the files that hold the same bytes as one before them, each named with that one."""
    known = choice.tables.memory.answers_in(choice.tree)
    for path, other in copies_among(choice.tree, choice.files.values(), known).items():
        why = f"holds the same as `{other}`, which is given"
        entries = dict.fromkeys([reason.entry for reason in choice.files.pop(path).reasons if reason.entry])
        choice.left_out.append(LeftOut(path, why, "".join([*entries][:1]), other))
        for number in map(choice.tables.ids.get, entries):
            if number is not None:
                choice.why_not.setdefault(number, ("left-out", f"its file {why}"))


def copies_among(tree: Tree, files: Collection[SelectedFile], checksums: Held) -> dict[str, str]:
    """The files that hold the same bytes as one before them, each with that one; `checksums` are those of `tree`.

    One of which a part is asked for stands for none of which the whole is. Who names two files gets two.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> from .model import SelectedFile
    >>> tree = MemoryTree({"CLAUDE.md": "# A", "AGENTS.md": "# A", "b.md": "# B"})
    >>> files = [SelectedFile(path, "keyword", 0, (), 3) for path in ("CLAUDE.md", "b.md", "AGENTS.md")]
    >>> copies_among(tree, files, {})
    {'AGENTS.md': 'CLAUDE.md'}
    """
    from collections import Counter  # imported where there are copies: a task that names a document comes here, too

    sizes = Counter(file.size for file in files)
    first: dict[tuple[int, int, tuple[str, ...]], str] = {}
    found = {}
    for file in files:
        held = held_at(tree, file.path, checksums) if sizes[file.size] > 1 and file.size <= COMPARED else 0
        other = first.setdefault((held, file.size, file.sections), file.path) if held else file.path
        if other != file.path and file.layer != EXPLICIT:
            found[file.path] = other
    return found


def may_be_copies(tree: Tree, files: Collection[SelectedFile], checksums: Held) -> bool:
    """Whether two of the files hold the same bytes, whatever is asked for of them; a quick look."""
    held = [held_at(tree, file[0], checksums) for file in files]
    return len(set(held)) < len(held)


def held_at(tree: Tree, path: str, checksums: Held) -> int:
    """A checksum of what a file holds; 0 where that is nothing, or cannot be read."""
    kept = checksums.get((HELD, path))
    if kept is None:
        try:
            data = tree.read(path, COMPARED)
        except OSError:
            data = b""
        kept = checksums[(HELD, path)] = (checksum(data) if data.strip() else 0,)
    return int(kept[0])
