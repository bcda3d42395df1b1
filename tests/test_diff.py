"""Two versions of an index over the same tasks: which answers move, by which line, and what is told of it."""

from __future__ import annotations

import io
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from ctxload.authoring.compare.changes import Changes, said
from ctxload.authoring.compare.comparison import Comparison, compared, own_tasks
from ctxload.authoring.compare.data import diff_schema, to_dict
from ctxload.authoring.compare.markdown import LIMIT, MARK, code, markdown
from ctxload.authoring.compare.page import page
from ctxload.authoring.compare.summary import EXAMPLES, Summary, compare_tasks
from ctxload.authoring.compare.text import WIDTH, in_words
from ctxload.authoring.compare.versions import Version, of_tree
from ctxload.authoring.logs.model import Task
from ctxload.start import run
from ctxload.text.render import Paint, cells
from ctxload.workspace.locations import Place
from ctxload.workspace.memory_tree import MemoryTree
from test_git import git, put
from test_git import pytestmark as with_git
from test_report import browse, in_a_browser

FILES = {
    "api.md": "# API\n\nViews and serializers.\n", "db.md": "# Database\n\nTables.\n",
    "ui.md": "# Buttons\n\nColours.\n",
    "style.md": "# Style\n", "q.sql": "select 1;\n",
}  # fmt: skip
API, DB, UI = (
    "{path: api.md, keywords: [endpoint]}",
    "{path: db.md, keywords: [mysql]}",
    "{path: ui.md, keywords: [button]}",
)


def version(index: str, files: dict[str, str] = FILES, name: str = "i.yml") -> Version:
    tree = MemoryTree({**files, name: index})
    return of_tree(Place(name, "", name), tree, "v")


def index(*entries: str, more: str = "fallback: none\n") -> str:
    return "context_files:\n" + "".join(f"  - {entry}\n" for entry in entries) + more


def tasks(*texts: str) -> list[Task]:
    return [
        Task(text.removeprefix("dev: "), (), f"log:{number}", "dev" if text.startswith("dev: ") else "")
        for number, text in enumerate(texts, 1)
    ]


def compare(before: Version, after: Version, *texts: str, match: str = "") -> Comparison:
    changes = Changes.between(before, after)
    summary = compare_tasks(tasks(*texts), before, after, changes, match)
    return compared(before, after, changes, summary, after.index.tests, "log", match)


def moved(seen: Comparison) -> list[tuple[str, str, str, str]]:
    return [(group.kind, group.entry, said(group.cause), group.cause.place) for group in seen.groups]


BOTH = index(API, DB, UI)
#: sentence, the index before, the index after, the task, how which entry moved by what, and its line
CAUSES: list[tuple[str, str, str, str, list[tuple[str, str, str, str]]]] = [
    ("a keyword added", BOTH, index(API, DB.replace("mysql", "mysql, slow query"), UI), "a slow query",
     [("gained", "db", "keyword `slow query` added", "i.yml:3")]),
    ("a keyword removed", BOTH, index(API.replace("endpoint", "rest"), DB, UI), "the endpoint",
     [("lost", "api", "keyword `endpoint` removed", "i.yml:2")]),
    ("a keyword on a line of its own", index("path: api.md\n    keywords:\n      - one thing\n      - endpoint"),
     index("path: api.md\n    keywords:\n      - one thing\n      - another"), "the endpoint",
     [("lost", "api", "keyword `endpoint` removed", "i.yml:5")]),
    ("an entry added", index(API, DB), BOTH, "a button", [("gained", "ui", "entry `ui` added", "i.yml:4")]),
    ("an entry removed", BOTH, index(API, DB), "a button", [("lost", "ui", "entry `ui` removed", "i.yml:4")]),
    ("a veto added", BOTH, index(API, DB, UI.replace("}", ", exclude: [red]}")), "a red button",
     [("lost", "ui", "exclude `red` added", "i.yml:4")]),
    ("a veto removed", index(API, UI.replace("}", ", exclude: [red]}")), index(API, UI), "a red button",
     [("gained", "ui", "exclude `red` removed", "i.yml:3")]),
    ("an entry for some agents alone", index(API.replace("}", ", agents: [dev]}"), UI),
     index(API.replace("}", ", agents: [dev]}"), UI.replace("}", ", agents: [designer]}")), "dev: a button",
     [("lost", "ui", "agents `designer` added", "i.yml:3")]),
    ("a rule added", BOTH, BOTH + "context_rules: [{pattern: 'colou?r', context_ids: [ui]}]\n", "a color",
     [("gained", "ui", "context_rules `colou?r` added", "i.yml:6")]),
    ("what always comes", BOTH, BOTH + "always: [style.md]\n", "the endpoint",
     [("gained", "style.md", "always `style.md` added", "i.yml:6")]),
    ("a fallback", BOTH, BOTH.replace("none", "[style.md]"), "hello",
     [("gained", "style.md", "fallback `style.md` added", "i.yml:5")]),
    ("what an entry requires", BOTH, index(API.replace("}", ", requires: [db]}"), DB, UI), "the endpoint",
     [("gained", "db", "requires `db` added", "i.yml:2")]),
    ("another file of an entry", BOTH, index("{path: [api.md, style.md], id: api, keywords: [endpoint]}", DB, UI),
     "the endpoint", [("gained", "api", "path `style.md` added", "i.yml:2")]),
    ("a pattern for files", index(API, DB), index(API, DB.replace("}", ", for_files: ['*.sql']}")), "fix q.sql",
     [("gained", "db", "for_files `*.sql` added", "i.yml:3")]),
    ("nothing that moves anything", BOTH, BOTH.replace("button", "button, colour"), "the endpoint", []),
    ("only another order of keywords", index(API.replace("endpoint", "endpoint, view")),
     index(API.replace("endpoint", "view, endpoint")), "the endpoint", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "task", "expected"), [row[1:] for row in CAUSES], ids=[row[0] for row in CAUSES]
)
def test_a_move_has_the_line_that_caused_it(
    before: str, after: str, task: str, expected: list[tuple[str, str, str, str]]
) -> None:
    assert moved(compare(version(before), version(after), task, match="whole")) == expected


def test_what_better_matches_leave_out_has_their_cause() -> None:
    """A fallback goes because a keyword came: the keyword's line is the cause of both."""
    before = index(API, DB, more="fallback: [ui.md]\n")
    after = before.replace("mysql", "mysql, slow query")
    seen = compare(version(before), version(after), "a slow query", match="whole")
    assert moved(seen) == [
        ("lost", "ui.md", "keyword `slow query` added", "i.yml:3"),
        ("gained", "db", "keyword `slow query` added", "i.yml:3"),
    ]


def test_what_weighs_otherwise_has_the_keyword_of_another_entry_whose_words_stand_in_the_task() -> None:
    docs = {
        "api.md": "# Order restore\n\ninvoice colour ledger\n", "db.md": "# Restore colour\n\nledger colour index\n",
        "ui.md": "# Index colour\n\ntable invoice restore\n",
    }  # fmt: skip
    before, after = (
        index("{path: api.md}", f"{{path: db.md, keywords: [{words}]}}", "{path: ui.md, keywords: [button]}")
        for words in ("mysql", "mysql, slow query, restore ledger")
    )
    seen = compare(version(before, docs), version(after, docs), "ledger invoice index")
    assert moved(seen) == [("lost", "api", "keyword `restore ledger` added", "i.yml:3")]


def test_another_order_is_one_move_with_the_line_behind_it() -> None:
    before = index(API, DB)
    after = index(API, DB.replace("}", ", priority: 5}"))
    seen = compare(version(before), version(after), "endpoint and mysql", match="whole")
    assert moved(seen) == [("order", "db", "priority `5` added", "i.yml:3")]
    assert (seen.counts["order"], seen.counts["lost"], seen.counts["gained"]) == (1, 0, 0)


def test_a_document_that_changed_is_a_cause_with_the_line_where_it_differs_first() -> None:
    one = index("{path: api.md}", "{path: db.md}", "{path: ui.md}")
    files = {
        **FILES,
        "db.md": "# Database\n\nTables.\n\n## Ledger backups\n\nHow the ledger is restored from a backup.\n",
    }
    seen = compare(version(one), version(one, files), "restore the ledger backups")
    assert moved(seen) == [("gained", "db", "document `db.md` changed", "db.md:5")]
    assert moved(compare(version(one, files), version(one), "restore the ledger backups"))[0][0] == "lost"


def test_a_document_that_is_gone_is_a_cause() -> None:
    seen = compare(version(BOTH), version(BOTH, {"api.md": "# API\n", "ui.md": "# UI\n"}), "mysql", match="whole")
    assert moved(seen) == [("lost", "db", "document `db.md` removed", "db.md")]


def test_entries_that_fire_no_more_and_changes_that_moved_nothing_are_told() -> None:
    after = index(API.replace("endpoint", "rest"), DB, UI.replace("button", "button, colour"))
    seen = compare(version(BOTH), version(after), "endpoint", "mysql", "another endpoint", match="whole")
    assert [(one.entry, one.before, one.after) for one in seen.never] == [("api", 2, 0)]
    assert [said(one) for one in seen.quiet] == ["keyword `rest` added", "keyword `colour` added"]
    back = compare(version(after), version(BOTH), "endpoint", match="whole")
    assert [(one.entry, one.after) for one in back.newly] == [("api", 1)] and not back.never


def test_an_entry_that_is_gone_is_not_said_to_fire_no_more() -> None:
    assert compare(version(BOTH), version(index(API)), "mysql", match="whole").never == ()


def test_labelled_cases_that_flip_are_told_those_that_fail_first() -> None:
    cases = (
        "fallback: none\ntests: [{task: a button, expect: [ui]}, {task: mysql, expect: [db]}, {task: x, expect: []}]\n"
    )
    before = index(API, DB.replace("mysql", "sql"), UI, more=cases)
    after = index(API, DB, UI.replace("button", "colour"), more=cases)
    seen = compare(version(before), version(after), "x", match="whole")
    assert [(flip.case.task.value, flip.is_broken) for flip in seen.flips] == [("a button", True), ("mysql", False)]
    assert (seen.cases, seen.passed, seen.dropped) == (3, (2, 2), 0)
    assert compare(version(before), version(BOTH), "x").dropped == 3


def test_tokens_and_silences_are_counted_in_both_versions() -> None:
    seen = compare(
        version(BOTH), version(index(API, DB.replace("mysql", "sql"), UI)), "mysql", "endpoint", match="whole"
    )
    counts = seen.counts
    assert (counts["tasks"], counts["changed"], counts["silent_before"], counts["silent_after"]) == (2, 1, 0, 1)
    (group,) = seen.groups
    assert group.tokens == counts["tokens_after"] - counts["tokens_before"] < 0


def test_a_task_that_names_what_is_gone_is_told_and_ends_nothing() -> None:
    here = {name: text for name, text in FILES.items() if name != "db.md"}
    seen = compare(version(BOTH), version(index(API), here), "Context: db.md", "endpoint", match="whole")
    assert (seen.counts["tasks"], seen.counts["unanswered_before"], seen.counts["unanswered_after"]) == (2, 0, 1)
    assert "db" in seen.problems[0].text and seen.counts["lost"] == 1


def test_files_at_hand_of_another_machine_are_left_out_and_others_count() -> None:
    before, after = version(index(API)), version(index(API, "{path: db.md, for_files: ['*.sql']}"))
    asked = [Task("look", ("/home/x/y.sql", "../z.sql"), "log:1"), Task("look", ("a/b.sql",), "log:2")]
    found = compare_tasks(asked, before, after, Changes.between(before, after))
    assert (found.counts["tasks"], found.counts["gained"]) == (2, 1)


# ── many tasks ───────────────────────────────────────────────────────────────────────────────────────────

WORDS = ["endpoint", "mysql", "button", "colour", "red", "hello", "Context: db", "slow query"]
CHANGED = index(
    API.replace("endpoint", "rest"), DB.replace("mysql", "slow query"), UI.replace("}", ", exclude: [red]}")
)


def as_data(summary: Summary, before: Version, after: Version, changes: Changes) -> dict[str, Any]:
    return to_dict(compared(before, after, changes, summary, (), "log", ""))


@pytest.mark.law
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), min_size=1, max_size=24), st.data())
def test_summaries_of_any_cut_in_any_order_merge_to_that_of_the_whole(
    texts: list[list[str]], data: st.DataObject
) -> None:
    before, after = version(BOTH), version(CHANGED)
    changes, asked = Changes.between(before, after), tasks(*map(" ".join, texts))
    whole = compare_tasks(asked, before, after, changes, "whole")
    at = sorted(data.draw(st.sets(st.integers(0, len(asked)), max_size=4)))
    parts = [asked[begin:end] for begin, end in zip([0, *at], [*at, len(asked)], strict=True)]
    merged = Summary()
    for part in data.draw(st.permutations(parts)):
        found = compare_tasks(part, before, after, changes, "whole")
        merged.merge(Summary.from_data(json.loads(json.dumps(found.as_data()))))
    assert as_data(merged, before, after, changes) == as_data(whole, before, after, changes)


@pytest.mark.law
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), min_size=1, max_size=12))
def test_every_task_that_answers_differently_is_in_a_group_and_no_other(texts: list[list[str]]) -> None:
    before, after = version(BOTH), version(CHANGED)
    asked = tasks(*map(" ".join, texts))
    differ = [task for task in asked if before.ask(task, "whole").paths != after.ask(task, "whole").paths]
    summary = compare_tasks(asked, before, after, Changes.between(before, after), "whole")
    assert summary.counts["changed"] == len(differ)
    shown = {example.at[1] for group in summary.groups.values() for example in group.examples}
    assert shown <= {int(task.place.split(":")[1]) for task in differ}
    assert bool(shown) is bool(differ)


def test_what_is_kept_does_not_grow_with_the_tasks() -> None:
    before, after, chance = version(BOTH), version(CHANGED), random.Random(1)
    changes = Changes.between(before, after)

    def many(count: int) -> Summary:
        texts = (" ".join(chance.choices(WORDS[:6], k=3)) for _ in range(count))
        return compare_tasks(
            (Task(f"{text} {n}", (), f"log:{n}") for n, text in enumerate(texts, 1)), before, after, changes, "whole"
        )

    few, more = many(100), many(500)
    assert len(more.groups) <= len(few.groups) + 2 and len(more.problems) <= 10
    assert all(len(group.examples) <= EXAMPLES for group in more.groups.values())


# ── what is printed ──────────────────────────────────────────────────────────────────────────────────────

HOSTILE = "<script>pwned()</script> | `x` ](http://a) @team \x1b[31m \u202e 追加 " + "y" * 200


def hostile() -> Comparison:
    bad = json.dumps(HOSTILE)
    before = index(API, f"{{path: db.md, id: {bad}, keywords: [mysql, {bad}]}}", UI)
    cases = f"fallback: none\ntests: [{{task: {json.dumps(HOSTILE + ' mysql')}, expect: [{bad}]}}]\n"
    after = index(
        API, f"{{path: db.md, id: {bad}, keywords: [postgres]}}", UI.replace("button", "slow query"), more=cases
    )
    one, other = version(before), version(after)
    changes = Changes.between(one, other)
    found = compare_tasks([Task(HOSTILE + " mysql", (), HOSTILE + ":3")], one, other, changes, "whole")
    found.bad.add(HOSTILE, HOSTILE)
    return compared(one, other, changes, found, other.index.tests, HOSTILE, "whole")


def test_a_text_has_no_line_beyond_80_columns_and_no_sign_that_steers_a_terminal() -> None:
    seen = hostile()
    assert seen.groups and seen.flips and seen.never and seen.bad
    lines = [*in_words(seen, Paint(False), examples=5)]
    assert [line for line in lines if cells(line) > WIDTH] == []
    assert not any(char in line for line in lines for char in "\x1b\u202e")


def test_markdown_shows_whatever_is_said_as_code() -> None:
    text = markdown(hostile(), examples=5)
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert "script" not in outside and "@team" not in outside and "http" not in outside and "\x1b" not in text
    assert "\\|" not in "".join(line for line in text.split("\n") if not line.startswith("|"))
    bars = {line.count("|") for line in outside.split("\n") if line.startswith("|")}
    assert text.startswith(MARK) and bars == {3, 4, 7}


@pytest.mark.law
@given(st.text(max_size=40))
def test_code_ends_where_it_should(text: str) -> None:
    shown = code(text)
    fence = shown[: len(shown) - len(shown.lstrip("`"))]
    assert not shown or (
        shown.endswith(fence) and fence not in shown[len(fence) : -len(fence)].replace(fence + "`", "")
    )
    assert "\n" not in shown


def test_a_page_shows_whatever_is_said_as_text() -> None:
    text = page(hostile())
    assert "<script>pwned" not in text and "\x1b" not in text and "\u202e" not in text
    assert "&lt;script&gt;pwned" in text and "default-src 'none'" in text


def test_markdown_is_no_longer_than_a_comment() -> None:
    many = [f"{{path: db.md, id: e{n}, keywords: [{'w' * 100}{n}]}}" for n in range(400)]
    other = [entry.replace("www", "vvv") for entry in many]
    texts = [f"{'w' * 100}{n}" for n in range(400)]
    text = markdown(compare(version(index(*many)), version(index(*other)), *texts, match="whole"), examples=5)
    assert len(text) <= LIMIT + 200 and "more" in text


def test_a_task_with_something_like_a_secret_is_not_shown() -> None:
    secret = "aws_secret_access_key = wJalrXUtnFEMI1K7MDENG9bPxRfiCYz4Kq71Zu8k"
    seen = compare(version(BOTH), version(CHANGED), f"endpoint {secret}", match="whole")
    for text in (markdown(seen), page(seen), json.dumps(to_dict(seen)), "\n".join(in_words(seen, Paint(False)))):
        assert "wJalr" not in text and "looks like a secret" in text


def test_no_task_is_shown_where_none_is_asked_for() -> None:
    seen = compare(version(BOTH), version(CHANGED), "endpoint for the zebra", match="whole")
    for text in (
        markdown(seen, examples=0),
        page(seen, examples=0),
        "\n".join(in_words(seen, Paint(False), examples=0)),
    ):
        assert "zebra" not in text
    assert "zebra" not in json.dumps(to_dict(seen, examples=0))


def test_json_is_what_the_schema_says() -> None:
    one, other = version(BOTH), version(CHANGED)
    for seen in (hostile(), compare(one, other, *WORDS), compare(one, one, "x")):
        assert [error.message for error in Draft7Validator(diff_schema()).iter_errors(to_dict(seen))] == []


#: What is looked at in a page that a browser has opened.
LOOKS = """{
const rows = [...document.querySelectorAll("#moved tbody tr")];
const box = document.getElementById("q");
box.value = "mysql"; box.dispatchEvent(new Event("input"));
const found = rows.filter((row) => row.offsetParent !== null && !row.hidden).length;
box.value = ""; box.dispatchEvent(new Event("input"));
parent.postMessage(JSON.stringify({
  width: [innerWidth, document.documentElement.scrollWidth], rows: rows.length, found, pwned: typeof window.pwned,
  cards: getComputedStyle(rows[0]).display, background: getComputedStyle(document.body).backgroundColor,
}), "*");
}"""


@in_a_browser
@pytest.mark.heavy
@pytest.mark.parametrize(("width", "dark", "cards"), [(1280, False, "table-row"), (390, True, "block")])
def test_a_page_is_searched_and_fits_its_screen(tmp_path: Path, width: int, dark: bool, cards: str) -> None:
    for seen in (hostile(), compare(version(BOTH), version(CHANGED), *WORDS, match="whole")):
        found = browse(page(seen), tmp_path, width, dark, LOOKS)
        assert found["width"][1] <= width == found["width"][0] and found["pwned"] == "undefined"
        assert found["cards"] == cards and 0 < found["found"] <= found["rows"] == len(seen.groups)
        assert (sum(map(int, re.findall(r"\d+", found["background"]))) < 150) is dark


# ── the command, on a repository ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    put(root, **{"context-index.yml": BOTH, **FILES})
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    put(root, **{"context-index.yml": index(API.replace("endpoint", "rest"), DB, UI)})
    put(root, **{"log.jsonl": '{"prompt": "the endpoint"}\nnonsense\n{"prompt": "mysql"}\n'})
    monkeypatch.chdir(root)
    yield root


def ctxload(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = run(["diff", *words])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


@with_git
def test_the_working_tree_is_compared_with_the_last_commit(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, text, _ = ctxload(capsys, "--tasks", "log.jsonl", "--match", "whole")
    assert status == 0 and re.match(r"HEAD \([0-9a-f]{10}\) → the working tree\ntasks: log.jsonl\n", text)
    for line in (
        "1 of 2 tasks answers differently", "lost  api  1 task",
        "  keyword `endpoint` removed", "  context-index.yml:2 before",
        "    log.jsonl:1  the endpoint", "no longer selected",
        "1 bad line in the logs",
        "  log.jsonl:2: this isn't JSON",
    ):  # fmt: skip
        assert line in text


@with_git
def test_a_bad_line_is_told_with_its_cure_however_long_it_is(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = '{"task": "the endpoint"}\n{"some": 1, "other": 2, "' + "long " * 12 + '": 3}\n'
    (shop / "log.jsonl").write_text(rows, encoding="utf-8")
    _, text, _ = ctxload(capsys, "--tasks", "log.jsonl", "--match", "whole")
    assert "name it with --task-column" in " ".join(text.split())
    assert all(len(line) <= 80 for line in text.splitlines())


@with_git
def test_fail_on_ends_with_1_where_it_happened(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = {"lost": 1, "changed": 1, "never": 1, "gained": 0, "order": 0, "flips": 0}
    for what, count in expected.items():
        status, _, remarks = ctxload(capsys, "--tasks", "log.jsonl", "-m", "whole", "--fail-on", what)
        assert status == count and (f"--fail-on {what}: 1" in remarks) is bool(count)


@with_git
def test_any_two_versions_are_compared(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(shop, "commit", "-qam", "second")
    put(shop, **{"other.yml": BOTH})

    def lost(*words: str) -> int:
        status, text, _ = ctxload(capsys, "--tasks", "log.jsonl", "-m", "whole", "--json", *words)
        assert status == 0
        found: int = json.loads(text)["counts"]["lost"]
        return found

    assert (lost(), lost("HEAD~1"), lost("main~1", "main"), lost("HEAD", "HEAD~1")) == (0, 1, 1, 0)
    assert (lost("other.yml"), lost("context-index.yml", "other.yml"), lost("HEAD~1", "other.yml")) == (1, 0, 0)


@with_git
def test_the_documents_of_a_commit_are_those_of_the_commit(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the default mode documents count, so that an edit of one moves an answer though no line of the index did."""
    one = index("{path: api.md}", "{path: db.md}", "{path: ui.md}")
    put(shop, **{"context-index.yml": one})
    git(shop, "commit", "-qam", "no keywords")
    put(shop, **{"db.md": "# Database\n\nTables.\n\n## Ledger backups\n\nHow the ledger is restored from a backup.\n"})
    put(shop, **{"log.txt": "restore the ledger backups\n"})
    _, text, _ = ctxload(capsys, "--tasks", "log.txt")
    assert "gained  db  1 task" in text and "document `db.md` changed" in text and "db.md:5" in text


@with_git
def test_an_index_that_moved_is_found_where_it_was(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "context").mkdir()
    (shop / "context-index.yml").rename(shop / "context" / "context-index.yml")
    status, text, _ = ctxload(capsys, "--tasks", "log.jsonl", "-m", "whole", "--json")
    assert status == 0 and json.loads(text)["counts"]["lost"] == 1


@with_git
def test_without_logs_the_cases_and_the_headings_are_asked(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = "tests: [{task: Add an endpoint, expect: [api]}]\n"
    put(shop, **{"context-index.yml": index(API.replace("endpoint", "rest"), DB, UI) + case, "api.md": "# Views\n"})
    status, text, _ = ctxload(capsys, "-m", "whole", "--fail-on", "flips")
    assert status == 1 and "tasks: labelled cases and headings" in text and "fails now  Add an endpoint" in text


def test_own_tasks_are_those_of_both_versions_each_once() -> None:
    files = {"api.md": "# How views are written\n", "db.md": "# Slow queries\n"}
    before = version(index(API, DB) + "tests: [{task: gone, expect: []}, {task: kept, expect: []}]\n", files)
    after = version(index(API, DB) + "tests: [{task: kept, expect: []}]\n", {**files, "db.md": "# Tables and keys\n"})
    found = [(task.text, task.place) for task in own_tasks(before, after)]
    assert found[:2] == [("kept", "i.yml:5"), ("gone", "i.yml:5")]
    assert sorted(text for text, _ in found[2:]) == ["How views are written", "Slow queries", "Tables and keys"]


@with_git
def test_a_log_from_stdin_is_read(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"body": {"said": "the endpoint"}}\n')))
    words = ("--tasks", "-", "--task-column", "body.said", "-m", "whole", "--json")
    assert json.loads(ctxload(capsys, *words)[1])["counts"]["lost"] == 1


UNUSABLE = [
    (("nowhere",), "nowhere: no branch, tag or commit is called so, and there is no such file"),
    (("HEAD~9",), "has no parent 1"),
    (("a", "b", "c"), "at most two versions"),
    (("--fail-on", "all"), "--fail-on all: use lost, gained, order, changed, flips, never"),
    (("--tasks-format", "xml"), "--tasks-format xml: use jsonl, csv, parquet, text"),
    (("--tasks", "gone.jsonl"), "`gone.jsonl` doesn't exist"),
    (("--tasks", "empty.jsonl"), "no task can be read in `empty.jsonl`: empty.jsonl:1: this isn't JSON"),
    (("--match", "some"), "some"),
    (("-o", "gone/x.md", "--format", "markdown"), "gone/x.md cannot be written"),
    (("-o", "api.md", "--format", "html"), "api.md is there and isn't such a page"),
]


@with_git
def test_what_cannot_be_used_says_so_and_ends_with_2(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(shop, **{"empty.jsonl": "x\n"})
    for words, why in UNUSABLE:
        status, text, remarks = ctxload(capsys, *words)
        assert (status, text) == (2, "") and why in remarks, words


@with_git
def test_a_first_version_that_is_no_such_index_is_told(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "notes.md").write_text("# Notes\n", encoding="utf-8")
    assert run(["diff", "notes.md"]) == 0
    assert "before, notes.md: warning[CTX008] the index is empty" in capsys.readouterr().err
    (shop / "old.yml").write_text("context_files:\n" + "- {keywords: [x]}\n" * 9, encoding="utf-8")
    assert run(["diff", "old.yml"]) == 0
    said = capsys.readouterr().err
    assert said.count("before, old.yml:") == 5 and "and 4 more" in said


def test_where_nothing_was_asked_no_task_is_said_to_answer_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "context-index.yml").write_text("context_files: []\n", encoding="utf-8")
    (tmp_path / "old.yml").write_text("context_files: []\n", encoding="utf-8")
    for form in ("text", "markdown", "html"):
        assert run(["diff", "old.yml", "--format", form, "--output", "-"]) == 0
        assert "othing was asked" in capsys.readouterr().out


def test_a_commit_without_an_index_says_so(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(shop, "rm", "-q", "--cached", "context-index.yml")
    git(shop, "commit", "-qm", "none")
    assert "HEAD has no context-index.yml" in ctxload(capsys)[2]


@with_git
def test_a_clone_without_the_documents_says_so(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    git(shop, "config", "uploadpack.allowFilter", "true")
    put(shop, **{"api.md": "# Other\n"})
    git(shop, "commit", "-qam", "second")
    git(shop.parent, "clone", "-q", "--filter=blob:none", shop.as_uri(), "partial")
    monkeypatch.chdir(shop.parent / "partial")
    status, _, remarks = ctxload(capsys, "HEAD~1")
    assert status == 2 and "this clone lacks some of it, fetch it whole" in remarks


@with_git
def test_outside_of_git_a_revision_says_what_to_name_instead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, **{"context-index.yml": BOTH, **FILES})
    monkeypatch.chdir(tmp_path)
    status, _, remarks = ctxload(capsys)
    assert status == 2 and "is in no git work tree: name an index file instead" in remarks


@with_git
def test_each_form_is_written_where_it_is_told(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form, begin in (("html", "<!doctype html>"), ("markdown", MARK), ("json", "{"), ("text", "HEAD (")):
        status, text, remarks = ctxload(capsys, "--format", form, "-o", f"out.{form}")
        assert (status, text) == (0, "") and f"wrote out.{form}" in remarks
        assert (shop / f"out.{form}").read_text(encoding="utf-8").startswith(begin)
    assert ctxload(capsys, "--format", "html")[1] == "" and (shop / "context-diff.html").exists()
    assert ctxload(capsys, "--format", "html")[0] == 0  # an earlier page is written over


@with_git
def test_the_workflow_of_the_docs_runs_in_what_it_checks_out(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shallow check-out of what the pull request would be once it is merged."""
    page_text = (Path(__file__).parents[1] / "docs" / "diff.md").read_text(encoding="utf-8")
    workflow = yaml.safe_load(page_text.partition("```yaml other\n")[2].partition("```")[0])
    steps = workflow["jobs"]["diff"]["steps"]
    depth = str(steps[0]["with"]["fetch-depth"])
    (command,) = (step["run"] for step in steps if step.get("run", "").startswith("ctxload "))
    case = "tests: [{task: the endpoint, expect: [api]}]\n"
    git(shop, "checkout", "-q", "context-index.yml")
    git(shop, "checkout", "-qb", "change")
    put(shop, **{"context-index.yml": index(API.replace("endpoint", "rest"), DB, UI) + "match: whole\n" + case})
    git(shop, "commit", "-qam", "change")
    git(shop, "checkout", "-q", "main")
    put(shop, **{"other.md": "other\n", "context-index.yml": BOTH.replace("mysql", "mysql, postgres")})
    git(shop, "add", "other.md")
    git(shop, "commit", "-qm", "meanwhile")
    git(shop, "stash", "-q")
    git(shop, "merge", "-qm", "merged", "change")
    git(shop.parent, "clone", "-q", "--depth", depth, shop.as_uri(), "runner")
    monkeypatch.chdir(shop.parent / "runner")
    status, _, remarks = ctxload(capsys, *command.split()[2:])
    text = Path("diff.md").read_text(encoding="utf-8")
    assert status == 1 and "--fail-on flips: 1" in remarks
    assert "\\|" not in "".join(line for line in text.split("\n") if not line.startswith("|"))
    assert text.startswith(MARK) and "keyword `endpoint` removed" in text and "**fails now**" in text
