"""Labelled cases: when one passes, what is said where one fails, and the figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload import ContextLoader, CtxloadError
from ctxload.authoring.evaluate.casefile import cases_in, read_cases
from ctxload.authoring.evaluate.cases import Outcome, Run, run_cases
from ctxload.errors import UsageError
from ctxload.index.model import Case, Index, Text
from ctxload.index.parser import parse, parse_cases
from ctxload.load.token_estimate import estimate
from ctxload.matching.compiler import compile_index
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from strategies import FILES, IDS, PROJECTS, tasks

FILES_HERE = {"api.md": "a" * 400, "db.md": "b" * 40, "style.md": "s", "d/one.md": "1", "d/two.md": "2"}
INDEX = """
context_files:
  - {path: api.md, keywords: [rest framework, endpoint]}
  - {path: db.md, keywords: [mysql], agents: [backend]}
  - {path: d/, id: both, keywords: [pair]}
  - {path: d/one.md, id: one, keywords: [single]}
  - {path: gone.md, id: gone, keywords: [lost]}
always: [style.md]
"""


def run(
    cases: str, index: str = INDEX + "fallback: none\n", files: Mapping[str, str] = FILES_HERE, match: str = ""
) -> Run:
    parsed = parse(Source("context-index.yml", index)).index
    found, _ = parse_cases(Source("cases.yml", cases))
    return run_cases(compile_index(parsed), MemoryTree(files), found, match)


def one(case: str, index: str = INDEX + "fallback: none\n") -> Outcome:
    (outcome,) = run(f"- {case}", index).outcomes
    return outcome


#: sentence, the case, whether it passes, what is said
CASES = [
    ("what is expected comes", "{task: a new endpoint, expect: [api]}", True, ""),
    ("by its path", "{task: a new endpoint, expect: [./api.md]}", True, ""),
    ("one that always comes is expected", "{task: a new endpoint, expect: [api, style.md]}", True, ""),
    ("one that always comes does not count as called for", "{task: say hello, expect: []}", True, ""),
    ("nothing comes", "{task: say hello, expect: [api]}", False, "missing api: none of its keywords is in the task"),
    ("another comes", "{task: mysql, expect: [api]}", False,
     "missing api: none of its keywords is in the task\ninstead db: keyword `mysql`"),
    ("of several one is missing", "{task: mysql, expect: [db, api]}", False, "missing api: none of its keywords is in the task"),  # noqa: E501
    ("what is rejected comes", "{task: mysql endpoint, expect: [api], reject: [db]}", False, "unwanted db: keyword `mysql`"),  # noqa: E501
    ("what is rejected always comes", "{task: endpoint, expect: [api], reject: [style.md]}", False,
     "unwanted style.md: `always: style.md`"),
    ("nothing may come and something does", "{task: an endpoint, expect: []}", False, "unwanted api: keyword `endpoint`"),  # noqa: E501
    ("another comes and nobody rejected it", "{task: mysql endpoint, expect: [api]}", True, ""),
    ("it is for another agent", "{task: mysql, agent: nobody-else, expect: []}", False, "unwanted db: keyword `mysql`"),
    ("the id is unknown", "{task: endpoint, expect: [apii]}", False,
     "`expect` names `apii`, which isn't an id or a file: did you mean `api`?\ninstead api: keyword `endpoint`"),
    ("an unknown id cannot be rejected", "{task: endpoint, expect: [api], reject: [zebra]}", False,
     "`reject` names `zebra`, which isn't an id or a file"),
    ("the file doesn't exist", "{task: what was lost, expect: [gone]}", False, "missing gone: has no file that is there"),  # noqa: E501
    ("it is named", "{task: 'Context: db', expect: [db], reject: [api]}", True, ""),
    ("what is named doesn't exist", "{task: 'Context: nope.md', expect: [api]}", False, "explicit context not found: `nope.md`"),  # noqa: E501
    ("all files of an entry came by its folder", "{task: 'Context: d/', expect: [both]}", True, ""),
    ("its only file came by another entry", "{task: a pair, expect: [one]}", True, ""),
    ("one of its files came by another entry", "{task: a single, expect: [both]}", False,
     "missing both: none of its keywords is in the task\ninstead one: keyword `single`"),
]  # fmt: skip


@pytest.mark.parametrize(("about", "case", "passes", "message"), CASES, ids=[row[0] for row in CASES])
def test_a_case_passes_or_says_what_came_instead(about: str, case: str, passes: bool, message: str) -> None:
    outcome = one(case)
    assert (outcome.passed, outcome.message) == (passes, message)


def test_a_fallback_serves_what_is_expected_and_is_nothing_that_was_called_for() -> None:
    index = INDEX + "fallback: [db]\n"
    assert one("{task: say hello, expect: [db]}", index).passed
    assert one("{task: say hello, expect: []}", index).passed
    assert one("{task: say hello, expect: [api]}", index).message == (
        "missing api: none of its keywords is in the task\ninstead db: `fallback: db`"
    )


def test_the_directory_of_an_agent_counts_as_the_entries_whose_files_it_holds() -> None:
    index = "context_files: [{path: context/qa/a.md}, {path: context/qa/b.md}]\n"
    (outcome,) = run(
        "- {task: hello, agent: qa, expect: [a]}", index, {"context/qa/a.md": "", "context/qa/b.md": ""}
    ).outcomes
    assert outcome.passed and outcome.came == ("a", "b") and [item.name for item in outcome.extra] == ["b"]


def test_the_figures_are_worked_out_as_the_page_says() -> None:
    scores = run(
        "- {task: endpoint, expect: [api]}\n"
        "- {task: mysql endpoint, expect: [api]}\n"
        "- {task: mysql, expect: [api]}\n"
        "- {task: hello, expect: []}\n"
        "- {task: endpoint, expect: []}\n"
    ).scores
    assert (scores.cases, scores.passed, scores.silent, scores.quiet) == (5, 3, 2, 1)
    assert (scores.right, scores.counted, scores.wanted) == (2, 5, 3)
    assert scores.precision == pytest.approx(2 / 5) and scores.recall == pytest.approx(2 / 3)
    assert scores.f1 == pytest.approx(2 * 2 / (5 + 3))
    api, db, style = (estimate(FILES_HERE[name]) for name in ("api.md", "db.md", "style.md"))
    assert scores.files == 10 and scores.tokens == 3 * api + 2 * db + 5 * style
    assert scores.tokens_per_task == scores.tokens / 5


def test_a_run_without_cases_has_figures() -> None:
    scores = run("[]").scores
    assert (scores.precision, scores.recall, scores.f1, scores.files_per_task, scores.tokens_per_task) == (
        1,
        1,
        1,
        0,
        0,
    )
    assert run("[]").passed


def test_the_mode_is_that_of_the_index_unless_one_is_named() -> None:
    index = INDEX + "match: whole\nfallback: none\n"
    case = "- {task: an endpoint of the railway closed and its platform gates broke yesterday evening, expect: []}"
    assert run(case, index).match == "whole" and not run(case, index).passed
    assert run(case, index, match="focused").passed


@given(PROJECTS, st.lists(st.tuples(tasks(), st.lists(st.sampled_from(IDS), max_size=2)), max_size=4))
def test_the_sum_of_the_parts_is_the_whole(index: Index, asked: list[tuple[str, list[str]]]) -> None:
    cases = [Case(Text(task), expect=tuple(map(Text, names))) for task, names in asked]
    tables, tree = compile_index(index), MemoryTree(FILES)
    done = run_cases(tables, tree, cases)
    scores = done.scores
    assert scores.right <= min(scores.counted, scores.wanted)
    assert 0 <= scores.f1 <= 1 and min(scores.precision, scores.recall) <= scores.f1 + 1e-9
    assert done.passed is (scores.passed == scores.cases) and len(done.failed) == scores.cases - scores.passed
    for outcome in done.outcomes:
        assert bool(outcome.message) is not outcome.passed
        assert {item.name for item in outcome.missing}.isdisjoint(outcome.came)
    alone = [run_cases(tables, tree, [case]).outcomes[0] for case in cases]
    assert list(done.outcomes) == alone


def test_what_comes_is_the_case() -> None:
    """A case that expects what came, and rejects the rest, passes."""
    outcome = one("{task: mysql endpoint, expect: []}")
    again = outcome.case.replace(expect=tuple(map(Text, outcome.came)), reject=(Text("one"),))
    parsed = parse(Source("i", INDEX)).index
    assert run_cases(compile_index(parsed), MemoryTree(FILES_HERE), [again]).passed


# ── files of cases ───────────────────────────────────────────────────────────────────────────────────────

CASE_FILES = [
    ("YAML", "c.yml", "- task: fix it\n  agent: qa\n  expect: [a, b]\n  reject: c\n"),
    ("YAML under a key", "c.yaml", "tests:\n  - {task: fix it, agent: qa, expect: [a, b], reject: [c]}\n"),
    ("YAML without an ending", "cases", "- {task: fix it, agent: qa, expect: [a, b], reject: [c]}\n"),
    (
        "JSON lines",
        "c.jsonl",
        '\n{"id": 7, "task": "fix it", "agent": "qa", "expect": ["a", "b"], "reject": "c"}\r\n\n',
    ),
    (
        "JSON lines without an ending",
        "cases",
        '{"task": "fix it", "agent": "qa", "expect": ["a", "b"], "reject": ["c"]}',
    ),
    ("a JSON list", "c.json", '[{"task": "fix it", "agent": "qa", "expect": ["a", "b"], "reject": ["c"]}]'),
]


@pytest.mark.parametrize(("about", "name", "text"), CASE_FILES, ids=[row[0] for row in CASE_FILES])
def test_a_file_of_cases_is_read(about: str, name: str, text: str) -> None:
    found = cases_in(Source(name, text))
    assert found.diagnostics == ()
    ((task, agent, expect, reject),) = found.cases
    assert (task.value, agent.value, [n.value for n in expect], [n.value for n in reject]) == (
        "fix it",
        "qa",
        ["a", "b"],
        ["c"],
    )
    assert task.source == name and 0 <= task.start <= task.end <= len(text)


TASK_FILES = [
    ("a task a line", "t.txt", "fix it\r\n\n  - do that \n{x\n", ["fix it", "- do that", "{x"]),
    ("a task a line, without an ending", "tasks", "fix it\n#12 broke\n", ["fix it", "#12 broke"]),
    (
        "a YAML list of texts",
        "t.yml",
        "- fix it\n- task: do that\n- {task: x, expect: [a]}\n",
        ["fix it", "do that", "x"],
    ),
    ("JSON lines", "t.jsonl", '{"task": "fix it"}\n{"task": "x", "expect": ["a"]}\n', ["fix it", "x"]),
    ("a JSON list of texts", "t.json", '["fix it", {"task": "x"}]', ["fix it", "x"]),
]


@pytest.mark.parametrize(("about", "name", "text", "expected"), TASK_FILES, ids=[row[0] for row in TASK_FILES])
def test_a_file_of_tasks_needs_no_labels(about: str, name: str, text: str, expected: list[str]) -> None:
    found = cases_in(Source(name, text), labelled=False)
    assert [case.task.value for case in found.cases] == expected and found.diagnostics == ()


DAMAGED = [
    ("c.jsonl", '{"task": "x", "expect": []}\nnope\n', "c.jsonl:2:1: error[CTX103] this line is not JSON"),
    ("c.jsonl", '{"task": "x"}\n', "c.jsonl:1:1: error[CTX104] a case without `expect`"),
    ("c.jsonl", '{"expect": []}\n', "c.jsonl:1:1: error[CTX103] `task` must be a text"),
    ("c.jsonl", '{"task": "x", "expect": [1]}', "c.jsonl:1:1: error[CTX103] `expect` must be a list of ids"),
    ("c.jsonl", '{"task": "x", "agent": 1, "expect": []}', "c.jsonl:1:1: error[CTX103] `agent` must be a text"),
    ("c.jsonl", "{" * 100_000, "c.jsonl:1:2: error[CTX103] this line is not JSON"),
    ("c.json", '[{"task": "x", "expect": []}, 7]', "c.json:1:1: error[CTX103] item 2: a case must be an object"),
    ("c.json", "[[[", "c.json:1:4: error[CTX103] this is not JSON"),
    ("c.yml", "- task: x\n- {task: y, expect: []}", "c.yml:1:3: error[CTX104] a test without `expect`"),
    ("c.yml", "a: [", "c.yml:1:5: error[CTX001] this is not YAML"),
    ("c.yml", "just words", "c.yml:1:1: error[CTX103] the file must be a list"),
]


@pytest.mark.parametrize(("name", "text", "finding"), DAMAGED)
def test_what_cannot_be_used_has_a_place(name: str, text: str, finding: str) -> None:
    assert [found.concise()[: len(finding)] for found in cases_in(Source(name, text)).diagnostics][:1] == [finding]


@given(st.sampled_from(["c.yml", "c.jsonl", "c.json", "c.txt", "c"]), st.text(max_size=60), st.booleans())
def test_reading_a_file_of_cases_never_raises(name: str, text: str, labelled: bool) -> None:
    source = Source(name, text)
    for finding in cases_in(source, labelled=labelled).diagnostics:
        assert finding.line <= len(source.starts)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_cases(str(tmp_path / "no.yml"))
    (tmp_path / "bad.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read"):
        read_cases(str(tmp_path / "bad.yml"))


# ── the library ──────────────────────────────────────────────────────────────────────────────────────────


def project(folder: Path) -> ContextLoader:
    for name, text in FILES_HERE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "context-index.yml").write_text(
        INDEX + "tests:\n- {task: endpoint, expect: [api]}\n- {task: mysql, expect: [api]}\n", encoding="utf-8"
    )
    return ContextLoader(folder)


def test_a_loader_runs_the_cases_of_its_index_of_values_and_of_files(tmp_path: Path) -> None:
    loader = project(tmp_path)
    assert [outcome.passed for outcome in loader.test().outcomes] == [True, False]
    assert loader.test([{"task": "mysql", "expect": "db"}, Case(Text("endpoint"), expect=(Text("api"),))]).passed
    (tmp_path / "more.jsonl").write_text('{"task": "mysql", "expect": ["db"]}\n', encoding="utf-8")
    assert loader.test(tmp_path / "more.jsonl", match="whole").match == "whole"


def test_a_loader_sees_a_document_that_came_since(tmp_path: Path) -> None:
    loader = project(tmp_path)
    lost = [{"task": "what was lost", "expect": ["gone"]}]
    assert not loader.test(lost).passed
    (tmp_path / "gone.md").write_text("", encoding="utf-8")
    assert loader.test(lost).passed


def test_a_loader_refuses_what_is_no_case(tmp_path: Path) -> None:
    loader = project(tmp_path)
    for wrong in ([{"task": 1, "expect": []}], [{"expect": []}], [7], [{"task": "x", "expect": [{}]}]):
        with pytest.raises(CtxloadError, match="case 1: "):
            loader.test(wrong)  # type: ignore[arg-type]
    with pytest.raises(CtxloadError, match="isn't a match mode"):
        loader.test(match="hole")


def test_an_outcome_is_named_by_its_task_for_pytest(tmp_path: Path) -> None:
    first = project(tmp_path).test([{"task": "x\x1b[31m " + "long " * 99, "agent": "qa", "expect": []}]).outcomes[0]
    assert str(first).startswith("x\\x1b[31m long") and str(first).endswith("… (qa)") and len(str(first)) < 120
