"""`ctxload explain`: prints why files are selected for a task, or what the last prompt in an agent client was given."""

from __future__ import annotations

import os
import sys

from ..errors import EXIT_DONE, EXIT_NO, CtxloadError
from ..output import fail, remark, say
from ..text.escaping import escape
from .resolve import TaskOptions, answer, json_of
from .resolve_remarks import concerning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def main(*, every: bool, last: bool, color: str, **task: Any) -> int:
    """Prints the explanation; the exit status."""
    options = TaskOptions(**task)
    try:
        if last:
            return explain_last(options)
        project, resolution = answer(options, verdicts=True)
    except CtxloadError as error:
        return fail(error)
    if options.json:
        say(json_of(project, resolution, every=every))
    else:
        from ..selection.views.explain import explain
        from ..text.render import Paint, wants_colour

        paint = Paint(wants_colour(color, sys.stdout, dict(os.environ)))
        told = concerning(resolution.diagnostics, project.diagnostics, resolution.paths)
        say(explain(resolution, paint, _width(), every=every, findings=told))
    return EXIT_DONE if resolution.files else EXIT_NO


def _width() -> int:
    from shutil import get_terminal_size

    return get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80


def explain_last(options: TaskOptions) -> int:
    """Prints what the last prompt in this project was given by the hook, and why, or why nothing; the exit status."""
    import json

    from ..integrations.hooks.journal import last_of
    from ..integrations.without_index import root_at

    kept = last_of(root_at(options.index, options.root))
    if not kept:
        remark(
            ["ctxload: no prompt in this project has reached a hook yet; `ctxload doctor` says whether one is there"]
        )
        return EXIT_NO
    if options.json:
        say(kept.decode("utf-8"))
        return EXIT_DONE
    say("\n".join(_last_lines(json.loads(kept))) + "\n")
    return EXIT_DONE


def _last_lines(last: dict[str, Any]) -> list[str]:
    if why := last.get("silent"):
        agent = f" · agent {escape(last['agent'])}" if last["agent"] else ""
        return [f"{last['time']}  {last['client']}{agent}", "", f"given nothing: {escape(why)}"]
    lines = [
        f"{last['time']}  {last['client']}  layer {last['layer'] or 'none'} · match {last['match'] or '-'} · agent "
        f"{escape(last['agent']) or '-'}",
        "",
        f"given  {last['length']:,} of at most {last['limit']:,} {last['unit']}"
        + (f", {escape(last['moment'])}" if last.get("moment") else ""),
    ]
    if last.get("follows"):
        lines.append(f"  {escape(last['follows'])}")
    for file in last["files"]:
        lines.append(f"  {escape(file['path'])}  {file['how']}")
        lines += [f"      {escape(why)}" for why in file["why"]]
    if last["left_out"]:
        lines += ["", "not given"]
        lines += [f"  {escape(item['path'])}  {escape(item['why'])}" for item in last["left_out"]]
    return [
        *lines,
        "",
        'The prompt itself is not kept; `ctxload explain "PROMPT"` says why other files were not chosen.',
    ]
