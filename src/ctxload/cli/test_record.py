"""`ctxload test --record`: a case more in the index, written as those that are there, its layout and comments kept."""

from __future__ import annotations

import os
import sys

from ..authoring.evaluate.case_places import CasePlaces
from ..authoring.evaluate.cases import Owners, shown, try_case
from ..authoring.index_file import write_index
from ..errors import EXIT_DONE, CtxloadError, UsageError
from ..index.edits import with_case
from ..index.model import Case, Text
from ..integrations.without_index import index_at
from ..output import fail, remark, say
from ..project.build import build
from ..project.opening import documents_of
from ..selection.resolver import agent_findings
from ..text.diagnostics import Diagnostic
from ..text.diff import difference
from ..text.escaping import escape
from ..text.render import Paint, wants_colour
from ..text.suggestions import meant
from .resolve import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..index.model import Index

#: What `--expect` takes for "no entry is called for".
NOTHING = "none"


def run_record(
    index: str, root: str, task: str, agent: str, expect: Iterable[str], reject: Iterable[str], color: str
) -> int:
    """Adds the case to the index, the change shown first; the exit status."""
    try:
        case = _case(plain(task), plain(agent), tuple(map(plain, expect)), tuple(map(plain, reject)))
        place = index_at(index=index, root=root)
        project = build(place, own=False)
        assembled = project.as_written
        owners = Owners(project.tables, project.tree, documents_of(project))
        _look_at_names(owners, case)
        if there := _same(assembled.index, case):
            remark([f"ctxload: nothing to do: this case is there already, at {there}"])
            return EXIT_DONE
        source = assembled.index.source(assembled.index.name)
        assert source is not None
        text = with_case(source, case)
        say(difference(source.name, source.text, text, Paint(wants_colour(color, sys.stdout, dict(os.environ)))))
        write_index(place, source, text)
    except CtxloadError as error:
        return fail(error)
    outcome = try_case(owners, case)
    after = "it passes" if outcome.passed else "it fails now: " + escape(outcome.message.replace("\n", "; "))
    remark([f"ctxload: {escape(place.name)}: recorded; {after}"])
    return EXIT_DONE


def _case(task: str, agent: str, expect: tuple[str, ...], reject: tuple[str, ...]) -> Case:
    if not task.strip():
        raise UsageError('--record needs the task: `ctxload test --record "fix the login" --expect auth`')
    if not expect:
        raise UsageError(f"say what must come: --expect ID (repeatable), or --expect {NOTHING}")
    names = () if expect == (NOTHING,) else tuple(map(Text, dict.fromkeys(expect)))
    return Case(Text(task), Text(agent), names, tuple(map(Text, dict.fromkeys(reject))))


def _look_at_names(owners: Owners, case: Case) -> None:
    """Raises UsageError for an id, a path or an agent that the index does not know."""
    for option, names in (("--expect", case.expect), ("--reject", case.reject)):
        for name in names:
            if owners.meant(name.value) is None:
                hint = meant(name.value, owners.ids())
                raise UsageError(
                    f"{option} {name.value}: no entry has this id, and there is no such file"
                    + (f": {hint}" if hint else "")
                )
    for both in {name.value for name in case.expect} & {name.value for name in case.reject}:
        raise UsageError(f"`{both}` is expected and rejected: name it once")
    findings = agent_findings(owners.tables, owners.tree, case.agent.value)
    if findings:
        raise UsageError(findings[0].message, tuple(map(_as_error, findings)))


def _as_error(finding: Diagnostic) -> Diagnostic:
    return finding.replace(severity="error")


def _same(index: Index, case: Case) -> str:
    """Where the same case stands already, or the empty string. Raises UsageError where one says something else."""
    for other in index.tests:
        if (other.task.value.strip(), other.agent.value) != (case.task.value.strip(), case.agent.value):
            continue
        at = CasePlaces(index.sources).line(other)
        said = [[name.value for name in names] for one in (other, case) for names in (one.expect, one.reject)]
        if said[:2] == said[2:]:
            return at
        raise UsageError(f"{at} says something else of {shown(case)!r}: change it there")
    return ""
