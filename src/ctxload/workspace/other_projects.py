"""The finding about a folder that is a project of its own: a linked work tree, a clone or a submodule."""

from __future__ import annotations

from ..text.diagnostics import diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..text.diagnostics import Diagnostic


def other_project(path: str) -> Diagnostic:
    """That nothing in a folder counts, as it holds a `.git` of its own.

    >>> print(other_project("vendor/lib").concise())
    vendor/lib: note[CTX311] `vendor/lib` is a project of its own (it holds `.git`): nothing in it is looked for (name the folder to have it: `vendor/lib/**`, or a source `FORMAT:vendor/lib`)
    """  # noqa: E501
    message = f"`{path}` is a project of its own (it holds `.git`): nothing in it is looked for"
    hint = f"name the folder to have it: `{path}/**`, or a source `FORMAT:{path}`"
    return diagnostic("CTX311", message, path, hint=hint)
