"""`ctxload export`: writes the entries of the index as another tool's files, and reports what they cannot say."""

from __future__ import annotations

import json
import os

from ..authoring.draft.exports import WHOLE_INDEX, Exported, export
from ..errors import EXIT_DONE, EXIT_NO
from ..formats import KEYS, WHOLE, find
from ..formats.guide import told
from ..integrations.without_index import index_at
from ..output import remark, say
from ..text.escaping import escape
from ..text.wording import counted, first_of, names_of
from ..workspace.file_edits import remove_below, write_below
from ..workspace.tree import DiskTree
from .import_files_names import say_names


def main(*, name: str, index: str, root: str, to: str, check: bool, force: bool, json: bool) -> int:
    """Runs the command with the values of its options; the exit status."""
    if not name:
        return say_names("export")
    return run_export(name, index, root, to, check=check, force=force, as_json=json)


def run_export(name: str, index: str, root: str, to: str, *, check: bool, force: bool, as_json: bool = False) -> int:
    """Writes another tool's files, or with `check` says whether they are current; the exit status."""
    place = index_at(index=index, root=root)
    top = os.path.abspath(os.path.expanduser(to)) if to else place.root
    found = export(place, find(name), DiskTree(top), force=force)
    if check:
        return _checked(name, found, as_json)
    for change in found.changes:
        if change.kind in ("new", "changed"):
            write_below(top, change.path, change.text)
        elif change.kind == "removed":
            remove_below(top, change.path)
    if as_json:
        say(json.dumps(data_of(found), indent=2, ensure_ascii=False) + "\n")
    else:
        say("".join(f"{change.kind}  {escape(change.path)}\n" for change in found.changes if change.kind != "current"))
        _report(found)
    foreign = [change.path for change in found.changes if change.kind == "foreign"]
    if foreign:
        left = "ctxload: left as it is, because no export wrote it: {} (--force replaces it)"
        remark(first_of([left.format(escape(path)) for path in foreign]))
    if not found.changes:
        remark([f"ctxload: nothing to export: {_why_nothing(found)}"])
    count = sum(change.kind != "foreign" for change in found.changes)
    if found.changes and all(change.kind == "current" for change in found.changes):
        remark([f"ctxload: {counted(count, 'file')}, all current"])
    return EXIT_NO if foreign or not found.changes else EXIT_DONE


def _checked(name: str, found: Exported, as_json: bool) -> int:
    stale = [change for change in found.changes if change.kind != "current"]
    words = {
        "new": "is missing",
        "changed": "is stale",
        "removed": "belongs to no entry any more",
        "foreign": "was not written by export",
    }
    lines = "".join(f"{escape(change.path)}: {words[change.kind]}\n" for change in stale)
    say(json.dumps(data_of(found), indent=2, ensure_ascii=False) + "\n" if as_json else lines)
    if stale:
        remark([f"ctxload: not current: run `ctxload export {name}`"])
        return EXIT_NO
    if not found.changes:
        remark([f"ctxload: nothing to export: {_why_nothing(found)}"])
    else:
        remark([f"ctxload: {counted(len(found.changes), 'file')}, all current"])
    return EXIT_DONE


def _why_nothing(found: Exported) -> str:
    if found.own and not found.losses:
        return "every entry is a file of this tool already"
    return "the index has no entry that can be written"


def _report(found: Exported) -> None:
    """What could not be said: a line for each cause, with the entries it concerns."""
    remark(first_of(f"ctxload: not said: {escape(line)}" for line in (*told(found.losses), *found.remarks)))
    if found.own:
        remark([f"ctxload: not written, because they are files of this tool already: {escape(names_of(found.own))}"])


def data_of(exported: Exported) -> dict[str, object]:
    """An export as JSON-ready data."""
    return {
        "files": [{"path": change.path, "change": change.kind} for change in exported.changes],
        "lost": [
            {
                "entry": loss.guide,
                "key": None if loss.field == WHOLE else KEYS.get(loss.field, loss.field),
                "why": loss.why,
            }
            for loss in exported.losses
        ],
        "own": list(exported.own),
        "index": [key for field, key in WHOLE_INDEX if any(f"`{key}`" in line for line in exported.remarks)],
    }
