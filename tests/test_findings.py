"""The pages about findings: one for every code, and their examples are true.

The first yaml block of a page's `Example` is an index that produces the finding, that of `Instead` one that does not.
Comment lines at its top set the stage: `# files: a.md, .gitignore (notes/)` makes files, with the content in brackets;
`# task:`, `# agent:` and `# tag:` resolve a task; `# tasks: 3 Fix it; 2 Do that` are five of `check --tasks`. An
example in a `text` block says how a finding arises that no index alone can show.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ctxload.authoring.lint.findings import findings_of
from ctxload.errors import ExplicitContextError
from ctxload.index.model import Case, Text
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.text.codes import CODES
from ctxload.text.diagnostics import Diagnostic
from ctxload.text.render import page
from ctxload.workspace.locations import discover
from ctxload.workspace.tree import DiskTree
from tiers import heavy

PAGES = Path(__file__).parents[1] / "src" / "ctxload" / "text" / "findings"
HEADINGS = ["What it is", "Why it matters", "Example", "Instead"]
#: Findings that need more than an index, files and a task: each has a test of its own elsewhere.
TOLD_NOT_SHOWN = {
    "CTX002", "CTX313", "CTX010", "CTX011", "CTX114", "CTX120", "CTX012", "CTX409", "CTX440", "CTX213", "CTX302", "CTX309", "CTX404", "CTX406", "CTX407", "CTX421", "CTX423", "CTX424", "CTX502", "CTX504", "CTX505", "CTX506", "CTX507", "CTX508",  # noqa: E501
    "CTX901",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CTXLOAD_INDEX", "CTXLOAD_USER_INDEX"):
        monkeypatch.delenv(name, raising=False)


def block(code: str, heading: str) -> tuple[str, str]:
    """The language and the text of the code block below a heading of a page."""
    found = re.search(rf"^## {heading}\n\n```(\w+)\n(.*?)^```$", page(code), re.MULTILINE | re.DOTALL)
    assert found, f"{code} has no code block below {heading}"
    return found[1], found[2]


def settings(text: str) -> dict[str, str]:
    """The comment lines at the top of an example."""
    lines = re.findall(r"^# (files|tasks|task|agent|tag): (.*)$", text, re.MULTILINE)
    return {name: value.strip('"') for name, value in lines}


def produced(text: str, root: Path) -> list[Diagnostic]:
    """What is found about an example: by `check`, and by resolving its task if it has one."""
    asked = settings(text)
    for name, content in re.findall(r"([^\s,()]+)(?: \((.*?)\)(?=,|$))?", asked.get("files", "")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content or f"# {name}\n", encoding="utf-8")
    (root / "context-index.yml").write_text(text, encoding="utf-8")
    tasks = [
        Case(Text(task))
        for count, task in re.findall(r"(\d+) ([^;]+)", asked.get("tasks", ""))
        for _ in range(int(count))
    ]
    found, assembled = findings_of(discover(root=str(root)), tasks)
    return [*found, *(answered(asked, assembled, root) if asked.keys() & {"task", "agent", "tag"} else ())]


def answered(asked: dict[str, str], assembled: object, root: Path) -> tuple[Diagnostic, ...]:
    request = Request(
        asked.get("task", "Add an endpoint"), asked.get("agent", ""), tags=tuple(asked.get("tag", "").split())
    )
    try:
        return resolve(compile_index(assembled.index), DiskTree(str(root)), request).diagnostics  # type: ignore[attr-defined]
    except ExplicitContextError as error:
        return error.diagnostics


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(path.name for path in PAGES.iterdir()) == sorted(f"{code}.md" for code in CODES)


def test_a_page_has_the_name_of_its_code_and_the_four_parts_in_order() -> None:
    for code, (name, *_) in CODES.items():
        assert page(code).splitlines()[0] == f"# {code} {name}"
        assert re.findall(r"^## (.*)$", page(code), re.MULTILINE) == HEADINGS, code


def test_a_page_is_short() -> None:
    assert {code for code in CODES if len(page(code).splitlines()) > 50} == set()


#: Its pattern takes as many steps as a pattern may.
SLOW = "CTX206"


@pytest.mark.parametrize(
    "code", [heavy(code) if code == SLOW else code for code in CODES if code not in TOLD_NOT_SHOWN]
)
def test_the_example_produces_the_finding_and_no_other(code: str, tmp_path: Path) -> None:
    language, text = block(code, "Example")
    assert language == "yaml"
    assert {finding.code for finding in produced(text, tmp_path)} == {code}


def test_a_finding_that_no_index_can_show_is_told_instead() -> None:
    assert {code for code in TOLD_NOT_SHOWN if block(code, "Example")[0] != "text"} == set()


@pytest.mark.parametrize("code", CODES)
def test_what_stands_under_instead_has_nothing_to_report(code: str, tmp_path: Path) -> None:
    language, text = block(code, "Instead")
    assert language == "yaml"
    assert [finding.concise() for finding in produced(text, tmp_path)] == []
