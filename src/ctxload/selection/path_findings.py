"""Paths that give no file, or one that only they may give: code, message and cure."""

from __future__ import annotations

from ..text.diagnostics import diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..text.diagnostics import Diagnostic
    from ..workspace.tree import Tree


def finding_of(
    tree: Tree, path: str, files: Sequence[str], source: str, line: int, column: int
) -> Iterator[Diagnostic]:
    """What there is to say of a path of an entry that gives these files."""
    status = tree.status(path)
    if tree.is_pattern(path):
        if not files:
            hint = "fix the pattern, or add the files"
            yield diagnostic("CTX308", f"`{path}` matches no file", source, line, column, hint=hint)
    elif status.kind == "directory":
        if not files:
            hint = "add files, or remove the entry"
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
