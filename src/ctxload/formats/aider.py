"""Aider: the files that `read:` of `.aider.conf.yml` names come with every task. They are of any kind, and stay so."""

from __future__ import annotations

from ..text.yaml import plain_value
from ..workspace.tree import is_glob
from .guide import WHOLE, Guide, Loss, Origin, Reading, Writing
from .markdown_rules import stem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files import Files

name = "aider"
title = "Aider's read-only files"
places = (".aider.conf.yml",)


def read(files: Files) -> Reading:
    """A guide for each file that the settings name and that is there."""
    if not files.is_there(places[0]):
        return Reading()
    text, path = files.text(places[0]) or "", files.path(places[0])
    settings = plain_value(text)
    if text.strip() and not isinstance(settings, dict):
        from ..text.diagnostics import diagnostic

        finding = diagnostic("CTX011", "this file cannot be read: it isn't YAML", path, 1, hint="fix the YAML")
        return Reading((), (), (finding,))
    wanted = settings.get("read", ()) if isinstance(settings, dict) else ()
    guides, losses = list[Guide](), list[Loss]()
    for name in [wanted] if isinstance(wanted, str) else list(wanted):
        at = max(text.find(str(name), max(text.find("read"), 0)), 0)
        line = text.count("\n", 0, at) + 1
        if not isinstance(name, str) or not name:
            continue
        if not files.is_there(name):
            why, cure = _why_left_out(files, name)
            losses.append(Loss(stem(name), WHOLE, f"is left out: {why}", path, line, cure, misleads=True))
            continue
        guide = Guide(stem(name), (files.path(name),), files.text(name) or "", always=True)
        guides.append(guide.replace(origins=(Origin("always", path, at, at + len(name)),)))
    return Reading(tuple(guides), tuple(losses))


def _why_left_out(files: Files, name: str) -> tuple[str, str]:
    """Why a name gives no file, and the cure."""
    status = files.tree.status(files.path(name))
    if files.tree.is_secret(status.path):
        return f"{name} looks like a file of secrets", "take it out: what it holds would go to a model"
    if status.kind == "directory":
        return f"{name} is a folder", "name its files, or list the folder in the index"
    if status.kind == "file":
        return f"{name} is ignored by git", "let it be tracked"
    if is_glob(name):
        return f"{name} is a pattern, and Aider reads files by their names", "name the files, or use the index"
    return f"there is no {name}", "fix the path, from the folder of the settings"


def write(guides: Sequence[Guide]) -> Writing:
    """Nothing: the settings are a person's, and name the documents themselves."""
    why = "is not written: name its document under `read:` in .aider.conf.yml"
    return Writing((), tuple(Loss(guide.name, WHOLE, why) for guide in guides))
