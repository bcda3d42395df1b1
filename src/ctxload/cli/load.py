"""`ctxload load`: options → the content for a model on stdout, remarks on stderr, exit status."""

from __future__ import annotations

from ..load.budget import Limits
from ..load.conversation import load_for
from ..load.frames import KNOWN, NAMED, OUTLINE, PART, WHOLE
from ..output import remark, say
from ..record import Record
from ..text.escaping import escape
from ..text.finding_lines import finding_lines
from ..workspace.content import UNREADABLE
from .resolve import TaskOptions, answer
from .resolve_remarks import about_answer, concerning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ..load.packer import Loaded

_FORMS = {WHOLE: "whole", PART: "in part", OUTLINE: "as an outline", NAMED: "only named", KNOWN: "given before"}


class LoadOptions(Record):
    """How `ctxload load` was asked to give what is chosen."""

    form: str = "markdown"
    budget: int | None = None
    max_chars: int | None = None
    max_bytes: int | None = None
    max_files: int | None = None
    conversation: str = ""
    fresh: bool = False
    count: bool = False
    exact: bool = False


def main(**values: Any) -> int:
    """Runs the command with the values of its options; the exit status."""
    own = {name: values.pop(name) for name in LoadOptions._fields if name in values}
    return run_load(TaskOptions(**values), LoadOptions(**own))


def run_load(task: TaskOptions, options: LoadOptions) -> int:
    """Gives the content for one task; the exit status. Raises CtxloadError where there is none to give."""
    if options.count and options.conversation:
        from ..errors import UsageError

        raise UsageError("--count hands nothing over, so that there is nothing to remember: leave --conversation out")
    limits = Limits(options.budget, options.max_chars, options.max_bytes, options.max_files).checked()
    project, resolution = answer(task)
    loaded = load_for(
        resolution, project.tree, project.tables, limits,
        format=options.form, exact=options.exact, conversation=options.conversation, fresh=options.fresh,
        hand_over=lambda loaded: say(table(loaded, exact=options.exact) if options.count else loaded.text),
    )  # fmt: skip
    remark([*about_answer(resolution), *_about(loaded)])
    remark(finding_lines(concerning(loaded.diagnostics, project.diagnostics, resolution.paths)))
    unread = {left.path for left in loaded.left_out if left.why == UNREADABLE}
    return 0 if any(part.path not in unread for part in loaded.parts) else 1


def _about(loaded: Loaded) -> Iterator[str]:
    """A remark on what is not given whole."""
    counts = {form: sum(part.form == form for part in loaded.parts) for form in _FORMS}
    unnamed = len(loaded.resolution.files) - len(loaded.parts)
    if len(loaded.left_out) > len(loaded.resolution.left_out):
        words = [f"{count} {_FORMS[form]}" for form, count in counts.items() if count]
        words += [f"{unnamed} not even named"] if unnamed else []
        total = len(loaded.resolution.files)
        yield f"ctxload: {total} document{'' if total == 1 else 's'}: {', '.join(words)}; {loaded.tokens:,} tokens"


def table(loaded: Loaded, *, exact: bool = False) -> str:
    """The documents with their tokens and their share of the whole, as text."""
    rows = [(part.tokens, _FORMS[part.form], escape(part.path)) for part in loaded.parts]
    around = max(0, loaded.tokens - sum(part.tokens for part in loaded.parts))
    rows.append((around, "", "what stands around them"))
    count = len(loaded.parts)
    rows.append((loaded.tokens, "", f"{count} document{'' if count == 1 else 's'}, {loaded.characters:,} characters"))
    whole = max(loaded.tokens, 1)
    lines = [f"{'tokens':>8}  share  {'form':13}  document ({'counted' if exact else 'estimated'})"]
    lines += [f"{tokens:>8,}  {tokens / whole:>5.0%}  {form:13}  {path}" for tokens, form, path in rows]
    return "\n".join(line.rstrip() for line in lines) + "\n"
