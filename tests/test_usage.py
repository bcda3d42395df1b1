"""What tasks show about an index: each finding, and what must stay silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxload.authoring.lint.usage import OFTEN, SEEN, TASKS, Uses, findings_from
from ctxload.authoring.logs import asked
from ctxload.index.model import Case, Index, Text
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.start import run
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from strategies import AGENTS, FILES, PROJECTS, share, tasks

FILES_HERE = {"a.md": "", "b.md": "", "c.md": ""}
IDLE = "Plan the next quarter"


def found(index: str, asked: dict[str, int], agent: str = "") -> list[str]:
    """The findings that so many of each task show, filled up to `TASKS` with ones that call for nothing."""
    given = [task for task, count in asked.items() for _ in range(count)]
    given += [IDLE] * (TASKS - len(given))
    parsed = parse(Source("i.yml", index + "\nfallback: none")).index
    cases = [Case(Text(task), Text(agent)) for task in given]
    return [
        f"{f.code} {f.message}" for f in findings_from(parsed, compile_index(parsed), MemoryTree(FILES_HERE), cases)
    ]


AB = "context_files: [{path: a.md, keywords: [red]}, {path: b.md, keywords: [blue]}]"
#: sentence, index, tasks, findings
SHOWN = [
    ("everything comes now and then", AB, {"red": 1, "blue": 2}, []),
    ("one never comes", AB, {"red": 1}, ["CTX601 `b` came in none of 20 tasks"]),
    ("one comes by name alone", AB, {"red": 1, "Context: b": 1}, []),
    ("one comes by the fallback alone", AB.replace("red", "green") + "\nx-own: 1", {"blue": 1},
     ["CTX601 `a` came in none of 20 tasks"]),
    ("one comes along with another", "context_files: [{path: a.md, keywords: [red], requires: [b]}, {path: b.md}]", {"red": 3}, []),  # noqa: E501
    ("one is for nobody", "context_files: [{path: a.md, keywords: [red]}, {path: b.md, keywords: [x1], agents: []}]", {"red": 1}, []),  # noqa: E501
    ("a keyword fires in a fifth", AB, {"red": 4, "blue": 1}, ["CTX602 keyword `red` matches in 4 of 20 tasks"]),
    ("a keyword fires in less", AB, {"red": 3, "blue": 1}, []),
    ("an id fires in a fifth", "context_files: [{path: a.md, id: red}, {path: b.md, keywords: [blue]}]", {"red": 4, "blue": 1},  # noqa: E501
     ["CTX602 id `red` matches in 4 of 20 tasks"]),
    ("two always come together", AB, {"red and blue": 3}, ["CTX603 `a` came together with `b` in each of the 3 tasks that loaded one"]),  # noqa: E501
    ("two came together too seldom to say so", AB, {"red and blue": 2}, []),
    ("two come together and one alone", AB, {"red and blue": 3, "red": 0, "blue": 0, "blue thing": 0, "the red": 0} | {"only red": 1},  # noqa: E501
     ["CTX602 keyword `red` matches in 4 of 20 tasks"]),
    ("two come together since one requires the other",
     "context_files: [{path: a.md, keywords: [red], requires: [b]}, {path: b.md, keywords: [blue]}]", {"red and blue": 3}, []),  # noqa: E501
    ("one is always beaten", "context_files: [{path: a.md, keywords: [red]}, {path: b.md, keywords: [blue moon]}]",
     {"red and a blue sky": 3}, ["CTX604 `b` has words in 3 of 20 tasks and came in none; `a` came in 3 of them"]),
    ("one is always vetoed", "context_files: [{path: a.md, keywords: [red], exclude: [sky]}, {path: b.md, keywords: [blue]}]",  # noqa: E501
     {"a red sky": 3, "blue": 1}, ["CTX604 `a` has words in 3 of 20 tasks and came in none"]),
    ("a task that names what doesn't exist says nothing", AB, {"Context: nope.md": 5, "red": 2, "blue": 1}, None),
]  # fmt: skip


@pytest.mark.parametrize(("about", "index", "asked", "findings"), SHOWN, ids=[row[0] for row in SHOWN])
def test_tasks_show_it(about: str, index: str, asked: dict[str, int], findings: list[str] | None) -> None:
    if findings is None:  # five of the twenty do not count, and fifteen show nothing
        assert found(index, asked) == []
    else:
        assert found(index, asked) == findings


def test_tasks_of_other_agents_say_nothing_about_an_entry() -> None:
    index = (
        "context_files: [{path: a.md, keywords: [red], agents: [qa]}, {path: b.md, keywords: [blue], agents: [dev]}]"
    )
    assert found(index, {"red": 1}, agent="qa") == []
    assert found(index, {"red": 1}, agent="dev") == ["CTX601 `b` came in none of 20 tasks"]


def test_few_tasks_show_nothing() -> None:
    parsed = parse(Source("i.yml", AB)).index
    cases = [Case(Text("red"))] * (TASKS - 1)
    assert list(findings_from(parsed, compile_index(parsed), MemoryTree(FILES_HERE), cases)) == []


def test_many_entries_that_come_together_are_one_finding() -> None:
    files = {f"d{n}.md": "" for n in range(30)}
    index = parse(
        Source(
            "i.yml",
            "match: whole\ncontext_files: ["
            + ", ".join(f"{{path: {f}, keywords: [red, k{f[:-3]}]}}" for f in files)
            + "]",
        )
    ).index
    cases = [Case(Text("red"))] * SEEN + [Case(Text(IDLE))] * TASKS
    shown = list(findings_from(index, compile_index(index), MemoryTree(files), cases))
    assert [finding.code for finding in shown if finding.code == "CTX603"] == ["CTX603"]
    assert all(len(finding.message) < 400 and len(finding.related) <= 5 for finding in shown)


@settings(max_examples=share(40))
@given(
    PROJECTS,
    st.lists(st.tuples(tasks(context=True), st.sampled_from(["", *AGENTS])), min_size=TASKS, max_size=TASKS + 4),
)
def test_what_is_said_is_true(index: Index, asked: list[tuple[str, str]]) -> None:
    tables, tree = compile_index(index), MemoryTree(FILES)
    cases = [Case(Text(task), Text(agent)) for task, agent in asked]
    uses = Uses(tables, tree)
    for case in cases:
        uses.add(case)
    for entry, numbers in uses.came.items():
        assert set(numbers).isdisjoint(uses.near.get(entry, ()))
    for finding in findings_from(index, tables, tree, cases):
        assert finding.line > 0 and finding.hint
        at = [
            entry
            for entry in index.entries
            if index.sources[0].position(entry.id.start) == (finding.line, finding.column)
        ]
        if finding.code in ("CTX601", "CTX604"):
            assert any(index.entries.index(entry) not in uses.came for entry in at)
    assert all(len(numbers) <= uses.count for numbers in uses.fired.values())
    assert OFTEN * TASKS > SEEN  # else a keyword would be busy before it is seen


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FILES_HERE:
        (tmp_path / name).write_text("# x\n", encoding="utf-8")
    (tmp_path / "context-index.yml").write_text(AB + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_learns_from_a_file_of_tasks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tasks.txt").write_text("A red thing\n" * 5 + f"{IDLE}\n" * 15, encoding="utf-8")
    assert run(["check"]) == 0
    assert "CTX6" not in capsys.readouterr().out
    assert run(["check", "--tasks", "tasks.txt", "--format", "concise"]) == 0
    shown = capsys.readouterr()
    assert [line.split("[")[1][:6] for line in shown.out.splitlines()] == ["CTX114", "CTX602", "CTX601"]
    assert run(["check", "--tasks", "tasks.txt", "--strict"]) == 1


def test_too_few_tasks_are_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tasks.txt").write_text("A red thing\n", encoding="utf-8")
    assert run(["check", "--tasks", "tasks.txt"]) == 0
    assert "from 20 on: these are 1" in capsys.readouterr().err


def test_a_file_of_tasks_that_cannot_be_used_ends_with_2(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tasks.jsonl").write_text('{"task": 1}\n', encoding="utf-8")
    for name in ("tasks.jsonl", "no.txt"):
        assert run(["check", "--tasks", name]) == 2
        shown = capsys.readouterr()
        assert shown.out == "" and name in shown.err


LOGS = {
    "log.jsonl": ('{"prompt": "A red thing"}\nnot JSON\n', ()),
    "log.csv": ("ask,who\nA red thing,me\n", ("--task-column", "ask")),
    "session.jsonl": (
        '{"type": "user", "sessionId": "s", "message": {"role": "user", "content": "A red thing"}}\n',
        (),
    ),
    "log": ('{"said": {"it": "A red thing"}}\n', ("--task-column", "said.it")),
    "plain": ("A red thing\n", ("--tasks-format", "text")),
    "tasks.yml": ("- A red thing\n", ()),
}


@pytest.mark.parametrize("command", ["check", "suggest --match whole", "report --output -", "diff context-index.yml"])
@pytest.mark.parametrize("name", LOGS)
def test_every_command_reads_the_tasks_of_the_same_logs(
    project: Path, capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    text, options = LOGS[name]
    (project / name).write_text(text, encoding="utf-8")
    assert run([*command.split(), "--tasks", name, *options]) in (0, 1)
    said = capsys.readouterr()
    assert ("log.jsonl:2: this isn't JSON" in said.out + said.err) == (name == "log.jsonl")
    (project / name).write_text("\n", encoding="utf-8")
    if not name.endswith(".yml"):
        assert run([*command.split(), "--tasks", name, *options]) == 2
        assert f"no task can be read in `{name}`" in capsys.readouterr().err


def test_no_more_tasks_are_read_than_can_be_answered_and_that_is_told(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "MOST", 3)
    (project / "tasks.txt").write_text("A red thing\n" * 4, encoding="utf-8")
    assert run(["check", "--tasks", "tasks.txt"]) == 0
    said = capsys.readouterr().err
    assert "the first 3 tasks were looked at" in said and "these are 3" in said
