"""What `ctxload resolve` and `load` remark on an answer: a fallback, nothing, the agent that was chosen, findings."""

from __future__ import annotations

from ..selection.model import EXPLICIT, FALLBACK, KEYWORD_LAYER
from ..text.finding_lines import finding_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..selection.model import Resolution
    from ..text.diagnostics import Diagnostic


def lines_about(resolution: Resolution, of_project: Iterable[Diagnostic] = ()) -> Iterator[str]:
    """The remarks on an answer: that it is a fallback or nothing, and the findings behind it; see `concerning`."""
    yield from about_answer(resolution)
    yield from finding_lines(concerning(resolution.diagnostics, of_project, resolution.paths))


#: What is said of files of other tools that are read all the same.
OF_TOOLS = ("CTX010", "CTX120", "CTX312", "CTX314")


def concerning(
    findings: Iterable[Diagnostic], of_project: Iterable[Diagnostic], paths: Iterable[str]
) -> list[Diagnostic]:
    """The findings to tell beside an answer with these paths. What is said `of_project` and stands in a rule of
    another tool that isn't among them, and that serves all the same, is for `check`.
    """
    others, chosen = {finding for finding in of_project if finding.code in OF_TOOLS}, frozenset(paths)
    return [
        finding
        for finding in findings
        if finding.severity != "note" and (finding not in others or finding.path in chosen)
    ]


def about_answer(resolution: Resolution) -> Iterator[str]:
    """The remark that an answer is a fallback, or nothing, if it is; and which agent `--agent auto` stands for."""
    if resolution.diagnostics:
        yield from chosen_agent(resolution)
    if resolution.layer == FALLBACK:
        yield f"ctxload: fallback: {_fallback_words(resolution)}"
    elif not resolution.files:
        yield "ctxload: nothing selected: " + _nothing_words(resolution)


def chosen_agent(resolution: Resolution) -> Iterator[str]:
    """The remark on the agent that `--agent auto` stands for."""
    from ..text.escaping import escape

    for finding in resolution.diagnostics:
        if finding.code == "CTX440":
            yield f"ctxload: {escape(finding.message)}"


def _fallback_words(resolution: Resolution) -> str:
    from ..text.escaping import escape

    reasons = [reason for file in resolution.files for reason in file.reasons if reason.layer == FALLBACK]
    names = list(dict.fromkeys(reason.by for reason in reasons))
    shown = ", ".join(escape(name) for name in names[:3]) + (", …" if len(names) > 3 else "")
    return f"{_unmatched(resolution)}, so this is {shown or 'what always comes'}"


def _nothing_words(resolution: Resolution) -> str:
    if resolution.layer == EXPLICIT:
        return "the context is named as `none`"
    if resolution.layer == KEYWORD_LAYER:
        return "no file of the matching entries exists"
    return f"{_unmatched(resolution)}, and the fallback gives nothing; `ctxload explain` says why"


def _unmatched(resolution: Resolution) -> str:
    if resolution.task.strip():
        return "no entry in scope matched the task"
    return "there is no task, and no entry in scope is for the files at hand (`for_files`)"
