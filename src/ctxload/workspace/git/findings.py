"""Findings about git: a folder that is a project of its own, and an index that cannot be read."""

from __future__ import annotations

from ...text.diagnostics import diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...text.diagnostics import Diagnostic


def other_project(path: str) -> Diagnostic:
    """That nothing in a folder counts, as it holds a `.git` of its own.

    >>> print(other_project("vendor/lib").concise())
    vendor/lib: note[CTX311] `vendor/lib` is a project of its own (it holds `.git`): nothing in it is looked for (name the folder to have it: `vendor/lib/**`, or a source `FORMAT:vendor/lib`)
    """  # noqa: E501
    message = f"`{path}` is a project of its own (it holds `.git`): nothing in it is looked for"
    hint = f"name the folder to have it: `{path}/**`, or a source `FORMAT:{path}`"
    return diagnostic("CTX311", message, path, hint=hint)


def git_unreadable(problem: str) -> Diagnostic:
    """That git's index was asked which ignored files are tracked, and cannot say."""
    hint = "`git status` there says more; until then such a file needs a line with `!` in .gitignore"
    return diagnostic(
        "CTX313", f"{problem}: what git ignores counts as ignored, tracked or not", ".git/index", hint=hint
    )
