"""What a setting of the index names (`fallback`, `always`): ids, paths, globs and directories."""

from __future__ import annotations

from .choice import Choice
from .model import FALLBACK, LeftOut, Reason
from .path_findings import OPENED_BY, why_closed, wrong_path
from .required import require

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .model import Layer, ReasonKind


def add_named(choice: Choice, name: str, layer: Layer, kind: ReasonKind, by: str) -> None:
    """Adds what an id, path, glob or directory of a setting means; what is missing is a finding."""
    number = choice.tables.ids.get(name)
    if number is not None:
        _add_entry(choice, number, Reason(layer, kind, by, choice.tables.entries[number].id))
    elif name.strip() and (layer != FALLBACK or choice.scope.tagged is None):
        for path in _files_at(choice, name, by):
            choice.add(path, Reason(layer, kind, by))


def _add_entry(choice: Choice, number: int, reason: Reason) -> None:
    if reason.layer == FALLBACK and choice.scope.why_not_tagged(number):
        return
    if why := choice.why_does_not_count(choice.tables.entries[number]):
        choice.why_not.setdefault(number, why)
        return
    choice.add_entry(number, (reason,))
    require(choice, number, reason.layer, {number})


def _files_at(choice: Choice, name: str, by: str) -> tuple[str, ...]:
    tree, index = choice.tree, choice.tables.meta.name
    status = tree.status(name)
    is_pattern = tree.is_pattern(name)
    if is_pattern or status.kind == "directory":
        files = choice.entry_files.open((tree.expand(name) if is_pattern else tree.files_below(status.path)).files)
        if not files:
            choice.report("CTX308", f"`{name}` matches no file", index, severity="warning", hint=f"fix `{by}`")
        return files
    if status.kind != "file":
        code, message, _ = wrong_path(name, status.kind)
        choice.left_out.append(LeftOut(name, message))
        choice.report(code, message, index, severity="warning", hint=f"fix `{by}` in the index")
        return ()
    if closed := why_closed(tree, status.path):
        code, what = closed
        choice.left_out.append(LeftOut(status.path, what + OPENED_BY))
        choice.report(code, f"`{name}` {what}", index, hint=f"take it out of `{by}`")
        return ()
    return (status.path,)
