"""Other tools' files: one module for each format, behind `guide.Format`: files → guides, guides → files.

Each is imported when it is asked for. A package may add formats: it names them as entry points of the group
`ctxload.formats`; see `docs/formats.md`.

In: a project's tree, or entries of an index.
Out: guides, which are documents with the words and patterns that select them; or files of that tool.
Imports: text, workspace, index, matching.

>>> find("cursor").title
'Cursor rules'
"""

from __future__ import annotations

from importlib import import_module

from ..errors import UsageError
from .guide import KEYS, WHOLE, Guide, Loss, Origin, Reading, Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .files import Files
    from .guide import Format

#: The name of each format, and its module.
BUILT_IN = {
    "agent-skills": "agent_skills",
    "agents-md": "agents_md",
    "aider": "aider",
    "amp": "amp",
    "claude-code": "claude_code",
    "cline": "cline",
    "continue": "continue_dev",
    "copilot": "copilot",
    "cursor": "cursor",
    "gemini": "gemini",
    "kiro": "kiro",
    "openhands": "openhands",
    "roo": "roo",
    "skill-rules": "skill_rules",
    "windsurf": "windsurf",
    "zed": "zed",
}
GROUP = "ctxload.formats"


def find(name: str) -> Format:
    """The format of this name; UsageError with did-you-mean where there is none, or where it does not work."""
    if name in BUILT_IN:
        return import_module(f"{__name__}.{BUILT_IN[name]}")
    for entry in _entry_points():
        if entry.name == name:
            return _load(entry)
    from ..text.suggestions import meant

    hint = meant(name, names()) or f"there are {', '.join(names())}"
    raise UsageError(f"there is no format `{name}`: {hint}")


def read(form: Format, files: Files) -> Reading:
    """What a format reads. Raises UsageError where another's code fails: that is about it, not about ctxload."""
    if form.name in BUILT_IN:
        return form.read(files)
    try:
        return form.read(files)
    except Exception as error:
        raise UsageError(f"the format `{form.name}` failed: {type(error).__name__}: {error}") from error


def write(form: Format, guides: Sequence[Guide]) -> Writing:
    """What a format writes. Raises as `read` does, and for a format that is read only."""
    if not hasattr(form, "write"):
        raise UsageError(f"the format `{form.name}` can be read and imported, not exported: it has no `write`")
    if form.name in BUILT_IN:
        return form.write(guides)
    try:
        return form.write(guides)
    except Exception as error:
        raise UsageError(f"the format `{form.name}` failed: {type(error).__name__}: {error}") from error


def names() -> list[str]:
    """The names of all formats, those of other packages among them, sorted."""
    return sorted({*BUILT_IN, *(entry.name for entry in _entry_points())})


def check_sources(sources: tuple[str, ...]) -> tuple[str, ...]:
    """These sources (`cursor`, `claude-code:packages/web`), if there is a format for each; else UsageError.

    >>> check_sources(("cursor", "claude-code:packages/web"))
    ('cursor', 'claude-code:packages/web')
    """
    for source in sources:
        find(source.partition(":")[0].strip())
    return sources


def _entry_points() -> list[Any]:
    from importlib.metadata import entry_points

    return sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))


def _load(entry: Any) -> Format:
    try:
        found = entry.load()
    except Exception as error:  # another's code: whatever it raises is about it, not about ctxload
        raise UsageError(f"the format `{entry.name}` ({entry.value}) cannot be loaded: {error}") from error
    lacking = [part for part in ("name", "title", "places", "read") if not hasattr(found, part)]
    if lacking:
        raise UsageError(f"the format `{entry.name}` ({entry.value}) lacks {', '.join(lacking)}")
    return found  # type: ignore[no-any-return]


__all__ = [
    "BUILT_IN",
    "GROUP",
    "KEYS",
    "WHOLE",
    "Guide",
    "Loss",
    "Origin",
    "Reading",
    "Writing",
    "check_sources",
    "find",
    "names",
    "read",
    "write",
]
