"""The one default of choosing: alike in every door, true to the author's word, silent where nobody asked."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference
from ctxload import ContextLoader
from ctxload.authoring.evaluate.cases import run_cases
from ctxload.authoring.evaluate.suggestions import suggest
from ctxload.authoring.lint.findings import findings_of
from ctxload.authoring.report.overview import overview
from ctxload.index.model import Case, Text
from ctxload.index.parser import parse
from ctxload.integrations.clients.client import Call
from ctxload.integrations.clients.registry import find
from ctxload.integrations.hooks.answer import choose
from ctxload.integrations.hooks.turn import Turn
from ctxload.integrations.rpc.requests import answer_object
from ctxload.integrations.rpc.service import Service
from ctxload.matching.compiler import compile_index
from ctxload.matching.document_index import Evidence
from ctxload.matching.small_talk import TALK, WORLD, is_talk
from ctxload.matching.tables import Tables
from ctxload.matching.tokens import tokenize
from ctxload.project.assemble import assemble
from ctxload.project.build import build
from ctxload.project.evidence_making import make_evidence
from ctxload.selection import required
from ctxload.selection.documents import read_evidence
from ctxload.selection.focused import enough_among
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import choice_for, fill, resolve
from ctxload.text.source import Source
from ctxload.workspace.locations import discover
from ctxload.workspace.memory_tree import MemoryTree

INDEX = """
context_files:
  - {id: api, path: context/api.md, keywords: [rest framework, serializer, endpoint]}
  - {id: database, path: context/db.md, keywords: [postgres, slow query]}
  - {id: styles, path: context/ui.md, keywords: [button, css grid]}
  - {id: ledger, path: context/pay.md}
fallback: none
"""
FILES = {
    "context/api.md": "# REST API\n\nViews, serializers and endpoints of the REST framework. Thanks to the undo log.\n",
    "context/db.md": "# Database\n\nPostgres settings, indexes and slow queries. The weather table has a capital.\n",
    "context/ui.md": "# Buttons\n\nColours and spacing of our buttons. A joke button tells a story.\n",
    "context/pay.md": "# Invoice numbering\n\nInvoices are numbered by year. Ledger and invoice agree.\n",
}
WORDS = [
    "rest framework", "serializer", "endpoint", "postgres", "slow query", "button", "css grid", "invoice", "ledger",
    "numbered by year", "colours", "lunch", "railway", "the", "fix", "use a", "thanks", "undo that", "context/pay.md",
]  # fmt: skip
tasks = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)


def answer(task: str, index: str = INDEX, files: dict[str, str] | None = None, **more: str) -> Resolution:
    tables = compile_index(parse(Source("context-index.yml", index)).index)
    return resolve(tables, MemoryTree(FILES if files is None else files), Request(task, **more))


# ── every door ───────────────────────────────────────────────────────────────────────────────────────────


def many_tasks() -> list[str]:
    """200 tasks, of one word to nine, always the same ones."""
    return [" ".join(WORDS[(n * step + n * n) % len(WORDS)] for step in range(1 + n % 9)) + f" {n}" for n in range(200)]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project on disk."""
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "project"
    for name, text in {"context-index.yml": INDEX, **FILES}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.heavy
def test_every_door_chooses_alike(written: Path) -> None:
    project = build(discover(root=str(written)))
    evidence = make_evidence(project)
    loader, some = ContextLoader(written), 0
    cases = [Case(Text(task)) for task in many_tasks()]
    run = run_cases(project.tables, project.tree, cases, evidence=lambda: evidence)
    for task, outcome in zip(many_tasks(), run.outcomes, strict=True):
        expected = loader.resolve(task).paths
        some += bool(expected)
        assert answer(task).paths == expected
        assert answer(task, match="related").paths == answer(task, match="focused").paths == expected
        assert choose(project, Call(find("claude-code"), "prompt", prompt=task), Turn(), lambda: None).paths == expected
        assert answer_object(lambda: loader, {"task": task})["files"] == list(expected)
        assert outcome.files == expected
        assert tuple(part.path for part in loader.load(task).parts) == expected
    assert 50 < some < 199


@pytest.mark.heavy
def test_the_shell_serve_mcp_explain_suggest_and_report_choose_alike(written: Path) -> None:
    """Serve and MCP answer by the same `Service`."""
    lines = "".join(json.dumps({"id": number, "task": task}) + "\n" for number, task in enumerate(many_tasks()))
    shell = subprocess.run(
        [sys.executable, "-I", "-m", "ctxload", "resolve", "--batch"],
        input=lines, capture_output=True, text=True, cwd=written, check=True,
    )  # fmt: skip
    batch = [json.loads(line)["files"] for line in shell.stdout.splitlines()]
    service, project = Service(root=str(written)), build(discover(root=str(written)))
    evidence = make_evidence(project)
    cases = [Case(Text(task)) for task in many_tasks()]
    index = assemble(discover(root=str(written)), project.tree).index
    report = overview(index, project.tables, project.tree, tasks=cases, evidence=lambda: evidence)
    suggested = suggest(index, project.tree, cases, most=0, evidence=lambda: evidence).before.outcomes
    for task, asked, row, outcome in zip(many_tasks(), batch, report.tasks, suggested, strict=True):
        expected = list(answer(task).paths)
        assert asked == expected
        assert service.resolve({"task": task})["files"] == expected
        assert [file["path"] for file in service.explain({"task": task})["files"]] == expected
        assert service.load({"task": task})["sources"] == expected
        assert [file.path for file in row.files] == expected
        assert list(outcome.files) == expected


def test_the_former_name_of_the_default_is_told_once_and_works(tmp_path: Path) -> None:
    (tmp_path / "context-index.yml").write_text(INDEX + "match: related\n", encoding="utf-8")
    found, assembled = findings_of(discover(root=str(tmp_path)))
    assert [(finding.code, finding.severity) for finding in found if finding.code == "CTX113"] == [("CTX113", "note")]
    assert assembled.index.match == "focused"


# ── the promise ──────────────────────────────────────────────────────────────────────────────────────────

KEYWORDS = ["serializer", "api", "workflow", "database", "code review", "c", ".net", "E2E", "undo", "Größe", "設定"]


@pytest.mark.parametrize("others", [1, 30, 600])
@pytest.mark.parametrize("request_", ["use a {}", "fix the {}", "how do we handle {} here?", "Write the {}", "the {}"])
def test_a_plain_request_made_of_a_keyword_brings_its_entry(request_: str, others: int) -> None:
    tables, tree = crowd(others)
    for number, word in enumerate(KEYWORDS):
        assert f"k{number}.md" in resolve(tables, tree, Request(request_.format(word))).paths, word


@cache  # the more others, the longer to compile
def crowd(others: int) -> tuple[Tables, MemoryTree]:
    """An entry for each keyword, and so many others."""
    entries = [{"id": f"k{n}", "path": f"k{n}.md", "keywords": [word]} for n, word in enumerate(KEYWORDS)]
    entries += [{"id": f"other{n}", "path": f"o{n}.md"} for n in range(others)]
    files = {f"k{n}.md": f"# Doc {n}\n\nNothing.\n" for n in range(len(KEYWORDS))}
    files |= {
        f"o{n}.md": f"# Handle use {n}\n\nWe fix and use and write it {n}. Database api workflow.\n"
        for n in range(others)
    }
    index = parse(Source("i", json.dumps({"context_files": entries, "fallback": "none"}))).index
    return compile_index(index), MemoryTree(files)


def test_a_keyword_that_is_a_small_part_of_another_task_does_not_fire() -> None:
    task = "An endpoint of the railway closed because its platform gates broke again during yesterday's heavy storm"
    assert answer(task).paths == ()
    assert answer(task, match="whole").paths == ("context/api.md",)


def test_where_two_entries_have_a_keyword_one_of_them_comes_at_least() -> None:
    index = "context_files: [{path: a.md, keywords: [cache]}, {path: b.md, keywords: [cache]}]\nfallback: none"
    assert answer("fix the cache", index, {"a.md": "", "b.md": ""}).paths


# ── silence ──────────────────────────────────────────────────────────────────────────────────────────────

SAID = [
    "thanks!", "Thank you, that looks great", "nice work", "undo that", "go on", "lgtm", "ok", "sorry, my mistake",
    "what's the weather like today?", "tell me a joke", "who are you?", "Danke, sieht gut aus", "mach weiter bitte",
    "merci, c'est parfait", "annule ça", "gracias, muy bien", "obrigado, ficou ótimo", "grazie mille", "bedankt, ga door",  # noqa: E501
    "dziękuję bardzo", "спасибо, отлично", "продолжай", "谢谢，很好", "继续", "ありがとうございます", "続けてください", "감사합니다", "계속해 주세요",  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize("prompt", SAID)
def test_small_talk_brings_nothing_also_where_a_document_holds_the_word(prompt: str) -> None:
    files = {path: f"{text}\n{prompt}\n" for path, text in FILES.items()}
    assert answer(prompt, files={**files, "context/pay.md": FILES["context/pay.md"]}).paths == ()


@pytest.mark.parametrize(("keyword", "silent", "asking"), [
    ("undo", "undo that", "fix the undo"),
    ("undo", "ok, undo", "show me the undo"),
    ("thanks", "thanks a lot", "add a thanks page"),
    ("help", "thanks for the help", "write the help"),
    ("commit", "go on and commit", "use a commit for each step of the import"),
])  # fmt: skip
def test_a_keyword_that_is_small_talk_is_silent_until_somebody_asks_about_it(
    keyword: str, silent: str, asking: str
) -> None:
    index = f"context_files: [{{path: context/api.md, keywords: [{keyword}]}}, {{path: context/db.md}}]\nfallback: none"
    assert answer(silent, index).paths == ()
    assert "context/api.md" in answer(asking, index).paths


@pytest.mark.parametrize("language", TALK)
def test_the_words_of_each_language_are_words_and_no_sentences(language: str) -> None:
    words = TALK[language].split() + WORLD[language].split()
    assert len(words) > 100 and all(len(word) <= 16 for word in words)


def test_a_request_is_no_small_talk() -> None:
    for task in ("fix the thanks page", "why does the good morning mail fail?", "undo the last migration"):
        assert not is_talk(tokenize(task))


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("others", [0, 300])
@pytest.mark.parametrize(
    "task", ["see context/pay.md", "Read `context/pay.md` first, then the lunch menu of the railway", "the pay doc",
             "what does invoice numbering say", "the ledger", "@context/pay.md", "fix it as @context/pay.md#L3 says",
             "[as said](context/pay.md)", "context\\pay.md", "请看context/pay.md文件", "see context/pay.md:12, please"],
)  # fmt: skip
def test_a_document_that_is_named_comes(task: str, others: int) -> None:
    assert "context/pay.md" in resolve(*among(others), Request(task)).paths


@cache
def among(others: int) -> tuple[Tables, MemoryTree]:
    """The entries of `INDEX`, and so many others."""
    index = INDEX.replace(
        "fallback: none", "".join(f"  - {{path: o{n}.md}}\n" for n in range(others)) + "fallback: none"
    )
    files = {
        **FILES,
        **{f"o{n}.md": f"# Other {n}\n\nA menu for lunch, and what they say {n}.\n" for n in range(others)},
    }
    return compile_index(parse(Source("context-index.yml", index)).index), MemoryTree(files)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize(
    "task", ["@docs/api.md", "see docs/api.md", "the api doc", "please read the api page first",
             "@api.md: the lunch menu of the railway is late again", "as `api.md` says, lunch is late again"],
)  # fmt: skip
def test_a_document_that_is_named_comes_from_a_small_index_alone(task: str, count: int) -> None:
    paths = ["docs/api.md", "context/pay.md", "context/ui.md"][:count]
    index = "context_files:\n" + "".join(f"  - {{path: {path}}}\n" for path in paths) + "fallback: none\n"
    files = {
        "docs/api.md": "# Interface\n\nCalls and answers.\n",
        "context/pay.md": "# Money\n",
        "context/ui.md": "# Look\n",
    }
    assert answer(task, index, files).paths == ("docs/api.md",)


@pytest.mark.parametrize("match", ["whole", "focused"])
def test_a_command_that_is_typed_brings_every_entry_that_has_it(match: str) -> None:
    index = """
context_files:
  - {path: context/page.md, keywords: [/design]}
  - {path: context/look.md, keywords: [/design, colour]}
  - {path: context/pay.md, keywords: [refund]}
fallback: none
"""
    files = {f"context/{name}.md": f"# X\n{blank}" for name, blank in (("page", ""), ("look", "\n"), ("pay", " \n"))}
    long = "a page where people ask for a refund of what they paid by card and see in which week the money comes back"
    for task in ("/design", f"/design {long}", f"{long}\n/design it", f"run /design, then build {long}"):
        assert set(answer(task, index, files, match=match).paths) >= {"context/page.md", "context/look.md"}
    for task in ("see src/design/page.ts", "https://example.org/design", "a design", "/design-review it"):
        assert answer(task, index, files, match=match).paths == ()


def test_the_name_of_a_file_that_several_have_or_the_root_holds_calls_for_none() -> None:
    index = "context_files: [{path: a/guide.md}, {path: b/guide.md}, {path: b/README.md}]\nfallback: none\n"
    files = dict.fromkeys(["a/guide.md", "b/guide.md", "b/README.md"], "# Money\n")
    task = "the lunch menu of the railway is late again, says"
    assert answer(f"{task} guide.md", index, files).paths == ()
    assert answer(f"{task} README.md", index, files | {"README.md": ""}).paths == ()
    assert answer(f"{task} README.md", index, files).paths == ("b/README.md",)
    assert answer(f"{task} https://example.org/README.md", index, files).paths == ()


def test_a_named_document_that_is_out_of_scope_does_not_come() -> None:
    index = (
        INDEX.replace("path: context/pay.md", "path: context/pay.md, agents: [billing]") + "agent_defaults: {ui: []}\n"
    )
    assert answer("see context/pay.md", index, agent="ui").paths == ()


# ── what is said of it ───────────────────────────────────────────────────────────────────────────────────


@given(tasks)
def test_every_verdict_says_what_is_enough_or_what_lacks(task: str) -> None:
    found = answer(task)
    for verdict in found.verdicts:
        assert verdict.message
        if verdict.why == "weak":
            assert "telling" in verdict.message or "best" in verdict.message or "small talk" in verdict.message
    for file in found.files:
        assert file.score == sum(term.points for reason in file.reasons for term in reason.terms)


@given(tasks)
def test_the_choice_agrees_with_a_slow_obvious_reference(task: str) -> None:
    index = parse(Source("context-index.yml", INDEX)).index
    found = answer(task)
    promised = reference.promised(index, FILES, task)
    assert promised is None or any(set(group) & set(found.paths) for group in [promised])


@pytest.mark.parametrize(
    ("task", "entry", "message"),
    [
        ("serializer", "api", "the telling word of the task stands in it: 1.30, and 0.61 is enough"),
        ("ledger and the serializer", "ledger", "1 of 2 telling words of the task stands in it: 1.05, and 0.61 is enough"),  # noqa: E501
        ("ledger and the serializer", "api", "`serializer` stands whole; 1 of 2 telling words of the task stands in it"),  # noqa: E501
        ("the pay doc", "ledger", "named in the task; none of 2 telling words of the task stand in it"),
        ("capital of the weather table", "database",
         "3 of 3 telling words of the task stand in it; `weather table` side by side: 2.71, and 0.61 is enough"),
        ("postgres, weather capital. Then the invoice ledger numbered by year with views", "database",
         "answers a part of the task by itself, `postgres`, `weather`, `capital`: 3.01, and 0.61 is enough; "
         "3 of 6 telling words of the task stand in it"),
        ("postgres, weather capital. Then the invoice ledger numbered by year with views", "api",
         "scores 0.40; none of 6 telling words of the task stand in it: 0.00, and 0.61 is enough"),
        ("thanks!", "api", "scores 1.11; the telling word of the task stands in it: 0.44, and 0.61 is enough"),
        ("falcon heron osprey gates colours", "styles",
         "scores 0.99; 1 of 5 telling words of the task stands in it: 0.18, and 0.61 is enough; "
         "lacks `falcon`, `heron`, `osprey`, `gate`"),
        ("falcon heron osprey gates station colours", "styles",
         "scores 0.94; 1 of 6 telling words of the task stands in it: 0.15, and 0.61 is enough; "
         "lacks `falcon`, `heron`, `osprey`, `gate` and 1 more"),
    ],
)  # fmt: skip
def test_a_verdict_gives_its_figures_and_what_lacks(task: str, entry: str, message: str) -> None:
    assert [verdict.message for verdict in answer(task).verdicts if verdict.entry == entry] == [message]


def test_what_is_enough_by_itself_is_told_from_what_comes_with_less() -> None:
    found = answer("the pay doc, falcon heron osprey capital").verdicts
    assert [(one.entry, one.message.partition(";")[0]) for one in found if one.selected] == [
        ("ledger", "named in the task")
    ]
    (weak,) = (one.message for one in found if one.why == "weak")
    assert "0.61 is enough by itself; lacks" in weak


def test_a_verdict_says_that_small_talk_brings_nothing_or_that_too_little_is_new() -> None:
    undo = "context_files: [{id: api, path: context/api.md, keywords: [undo]}, {path: context/db.md}]\nfallback: none"
    assert answer("undo that", undo).verdicts[0].message == "scores 1.96; small talk brings nothing"
    alike = "context_files: [{id: a, path: a.md}, {id: b, path: b.md}, {id: c, path: c.md}]\nfallback: none"
    files = {
        "a.md": "# Falcon ledger\n\nThe falcon ledger.\n",
        "b.md": "# Zoo\n\nThe falcon ledger of the zoo, and a train.\n",
        "c.md": "# X",
    }
    found = answer("falcon ledger", alike, files)
    assert found.paths == ("a.md",)
    assert found.verdicts[1].message == "scores 1.49, and 2.29 is the best; it adds too little to that"


def test_in_whole_every_keyword_counts_by_where_it_stands_and_rules_add_to_it() -> None:
    index = INDEX + "match: whole\ncontext_rules: [{pattern: 'lunch', context_ids: [styles]}]\n"
    assert answer("the serializer and the button", index).paths == ("context/api.md", "context/ui.md")
    found = answer("the serializer, the button, lunch", index)
    assert [(file.path, file.score) for file in found.files] == [("context/ui.md", 2000), ("context/api.md", 1000)]
    pasted = answer('the serializer "a b c" and the button, lunch', index)
    assert [(file.path, file.score) for file in pasted.files] == [("context/ui.md", 2000), ("context/api.md", 1000)]


def test_a_veto_is_named_in_the_verdict_and_silences_rules_too() -> None:
    index = INDEX.replace("keywords: [button, css grid]", "keywords: [button], exclude: [railway]")
    index += "context_rules: [{pattern: 'lunch', context_ids: [styles]}]\n"
    assert answer("lunch", index).paths == ("context/ui.md",)
    found = answer("a button for the railway, lunch", index)
    assert found.paths == ()
    assert [verdict.message for verdict in found.verdicts if verdict.entry == "styles"] == [
        "is vetoed by its `exclude: railway`"
    ]


@pytest.mark.parametrize(
    ("pattern", "task"),
    [("two lines", "two\r\nlines"), ("two lines", "two\rlines"), ("größe", "Die größe"), ("TWO", "two")],
)
def test_a_rule_fires_across_lines_in_any_script_and_case(pattern: str, task: str) -> None:
    index = INDEX + f"context_rules: [{{pattern: '{pattern}', context_ids: [styles]}}]\n"
    assert answer(task, index).paths == ("context/ui.md",)
    assert answer("three of them", index).paths == ()


def test_a_keyword_of_several_words_is_no_small_talk() -> None:
    index = "context_files: [{path: context/api.md, keywords: [good morning]}, {path: context/db.md}]\nfallback: none"
    assert answer("good morning", index).paths == ("context/api.md",)
    assert answer("good morning", index.replace("[good morning]", "[morning]")).paths == ()


def test_a_question_about_the_world_is_none_where_a_document_has_the_word() -> None:
    files = {**FILES, "context/pay.md": "# Zanzibar\n\nThe capital of Zanzibar.\n"}
    assert answer("what is the capital of zanzibar", files=files).paths == ("context/pay.md",)
    assert answer("what is the capital of france", files=files).paths == ()


def test_what_the_project_has_no_use_for_comes_neither_for_its_document_nor_by_name() -> None:
    for line in ("when_files: [Dockerfile]", "agents: []"):
        index = INDEX.replace("path: context/pay.md", f"path: context/pay.md, {line}")
        for task in ("invoice ledger numbered by year", "the pay doc", "see context/pay.md"):
            assert answer(task, index).paths == ()
            assert answer(task).paths == ("context/pay.md",)


def test_the_name_of_a_file_is_no_keyword_and_a_written_id_is_none_of_an_entrys_own() -> None:
    """An author's keyword that nobody else has comes beside another for little; an id or a name does not."""
    task = "rest framework serializer endpoint of the views, for the zeppelin"
    for words, comes in (("keywords: [zeppelin]", True), ("id: zeppelin", False)):
        index = INDEX.replace(
            "id: styles, path: context/ui.md, keywords: [button, css grid]", f"path: context/ui.md, {words}"
        )
        assert ("context/ui.md" in answer(task, index).paths) is comes, words


def test_half_of_a_written_id_is_no_evidence() -> None:
    for words, some in (("keywords: [zeppelin hangar]", True), ("id: zeppelin hangar", False)):
        index = INDEX.replace(
            "id: styles, path: context/ui.md, keywords: [button, css grid]", f"path: context/ui.md, {words}"
        )
        index = index.replace("path: context/ui.md", "path: context/gone.md")
        tables = compile_index(parse(Source("context-index.yml", index)).index)
        choice = choice_for(tables, MemoryTree(FILES), Request("the hangar of the railway"), lambda: None)
        fill(choice)
        assert (choice.scores != {}) is some


def as_changed(evidence: Evidence) -> Evidence:
    """The evidence of files that have other signatures now."""
    files = [(tuple((path, (1, 2, 3)) for path, _ in signs), check, title) for signs, check, title in evidence.files]
    return evidence.replace(files=tuple(files))


@pytest.mark.parametrize("task", [
    "invoice ledger", "year of the ledger, then the invoice", "a numbering of invoices", "numbered", "the serializer and the ledger"  # noqa: E501
])  # fmt: skip
def test_a_document_that_was_written_anew_and_says_the_same_scores_the_same(task: str) -> None:
    tables = compile_index(parse(Source("context-index.yml", INDEX)).index)
    files = {**FILES, "context/pay.md": FILES["context/pay.md"] + "Numberless numerals.\n"}
    tree = MemoryTree(files)
    evidence = read_evidence(tables, tree)
    scores = []
    for known in (evidence, as_changed(evidence)):
        choice = choice_for(tables, tree, Request(task), lambda known=known: known)
        fill(choice)
        scores.append(choice.scores)
    assert scores[0] == scores[1] != {}


def test_a_document_that_says_something_else_now_is_judged_by_that() -> None:
    tables = compile_index(parse(Source("context-index.yml", INDEX)).index)
    evidence = read_evidence(tables, MemoryTree(FILES))
    now = MemoryTree({**FILES, "context/pay.md": "# Trains\n\nNothing.\n"})
    assert resolve(tables, now, Request("invoice numbered by year"), (), lambda: as_changed(evidence)).paths == ()


FILLER = ["railway", "station", "platform", "heron", "osprey", "tunnel"]
TEXT, HEADING = "A zeppelin.", "## A zeppelin"


@pytest.mark.parametrize(
    ("asked", "further", "documents", "line", "comes"),
    [
        # nothing else fits: a fifth of the telling words
        ("", 4, 0, TEXT, True),
        ("", 5, 0, TEXT, False),
        # beside another keyword's entry: the entry's own, that at most one document has
        ("rest framework serializer endpoint", 6, 0, TEXT, True),
        ("rest framework serializer endpoint", 6, 1, HEADING, True),
        # that other documents only mention: 0.15
        ("rest framework serializer endpoint", 1, 2, TEXT, True),
        ("rest framework serializer endpoint", 2, 2, TEXT, False),
        # that stands in a heading of another: a quarter
        ("rest framework serializer", 0, 2, HEADING, True),
        ("rest framework serializer", 1, 2, HEADING, False),
        # that every document has
        ("rest framework serializer", 0, 4, HEADING, True),
        ("rest framework serializer", 1, 4, HEADING, False),
    ],
)
def test_a_promise_is_kept_where_the_keyword_is_enough_of_the_task(
    asked: str, further: int, documents: int, line: str, comes: bool
) -> None:
    index = INDEX.replace("[button, css grid]", "[zeppelin]")
    files = {path: f"{text}\n{line}\n" for path, text in [*FILES.items()][:documents]}
    task = " ".join([asked, *FILLER[:further], "zeppelin"])
    assert ("context/ui.md" in answer(task, index, {**FILES, **files}).paths) is comes


NGINX = """
context_files:
  - {path: nginx.md, keywords: [nginx, reverse proxy]}
  - {path: gunicorn.md, keywords: [gunicorn, wsgi]}
fallback: none
"""
NGINX_FILES = {
    "nginx.md": "# nginx\n\nA reverse proxy in front of gunicorn: buffers, timeouts, TLS.\n",
    "gunicorn.md": "# gunicorn\n\nWorkers, threads and timeouts of gunicorn behind nginx.\n",
}


@pytest.mark.parametrize(
    "task",
    [
        "nginx and gunicorn",
        "Put nginx in front of gunicorn",
        "Set up nginx and gunicorn for the new service",
        "Our users see errors after a deploy: check the timeouts of nginx and gunicorn",
        "configure nginx as a reverse proxy for gunicorn",
        "The gunicorn workers are busy. And which buffers does nginx need?",
    ],
)
def test_a_task_that_asks_for_two_documents_brings_both_though_each_mentions_the_other(task: str) -> None:
    assert set(answer(task, NGINX, NGINX_FILES).paths) == {*NGINX_FILES}


TWO_THINGS = "colours and spacing of the railway buttons, {joint}how is the invoice ledger numbered by year"


@pytest.mark.parametrize("joint", ["", "and also ", "then "])
def test_each_part_of_a_task_brings_the_document_that_answers_it(joint: str) -> None:
    task = TWO_THINGS.format(joint=joint)
    assert set(answer(task).paths) == {"context/ui.md", "context/pay.md"}
    without_a_joint = "how do the colours of the invoice ledger and spacing of the year"
    assert len(answer(without_a_joint).paths) == 1


@pytest.mark.parametrize(("task", "comes"), [("serializer zeppelin", True), ("serializer railway zeppelin", False)])
def test_a_keyword_that_others_have_too_is_half_of_a_task_that_names_another(task: str, comes: bool) -> None:
    index = INDEX.replace("[button, css grid]", "[zeppelin]").replace("[postgres, slow query]", "[zeppelin]")
    assert (not {"context/db.md", "context/ui.md"}.isdisjoint(answer(task, index).paths)) is comes


def test_a_generic_keyword_is_nobodys_own() -> None:
    index = INDEX.replace("[button, css grid]", "[module]")
    task = "rest framework serializer endpoint railway module"
    assert answer(task, index).paths == ("context/api.md",)
    own = answer(task.replace("module", "zeppelin"), index.replace("[module]", "[the zeppelin]"))
    assert own.paths == ("context/api.md",)  # of which not all words stand there
    own = answer(task.replace("module", "the zeppelin"), index.replace("[module]", "[the zeppelin]"))
    assert own.paths == ("context/api.md", "context/ui.md")


@pytest.mark.parametrize(
    ("documents", "second", "enough"),
    [(0, 1, 610), (1, 1, 610), (80, 1, 610), (81, 1, 613), (160, 1, 758), (400, 1, 954), (4000, 1, 1445),
     (400, 0.75, 782), (400, 0.51, 617), (400, 0.5, 610), (400, 0, 610), (80, 0.75, 610)],
)  # fmt: skip
def test_more_is_asked_among_many_documents_the_nearer_the_second_is_to_the_best(
    documents: int, second: float, enough: int
) -> None:
    assert enough_among(documents, second) == enough


def test_a_rule_that_fires_adds_one_to_the_score() -> None:
    rules = "context_rules: [{pattern: 'serializer', context_ids: [api]}, {pattern: 'the', context_ids: [api]}]\n"
    plain, ruled = (answer("the serializer", INDEX + more).files[0].score for more in ("", rules))
    assert ruled == plain + 2000


@pytest.mark.parametrize(
    ("keyword", "task", "entry", "message"),
    [
        ("slow query", "why is this query slow", "database",
         "the words of `slow query` stand in the task, and not as one phrase"),
        ("very slow query", "why is this query slow", "database",
         "only a part of `very slow query` stands in the task: it lacks `very`"),
        ("very slow query", "why is this query slow, the button", "database",
         "only a part of `very slow query` stands in the task (lacks `very`), and others match whole"),
        ("slow query", "why is this query slow, the button", "database",
         "`slow query` is only evidence, and others match whole"),
        ("slow query", "the lunch", "ledger",
         "none of its keywords is in the task, and no file at hand fits its `for_files`"),
        ("slow query", "the lunch", "database", "none of its keywords is in the task"),
    ],
)  # fmt: skip
def test_in_whole_a_verdict_says_how_near_a_keyword_came(keyword: str, task: str, entry: str, message: str) -> None:
    index = INDEX.replace("slow query", keyword).replace("id: ledger", "for_files: ['*.py'], id: ledger")
    found = answer(task, index, match="whole")
    assert [verdict.message for verdict in found.verdicts if verdict.entry == entry] == [message]


def test_a_task_that_tells_no_topic_says_so() -> None:
    [verdict] = [one for one in answer("7", INDEX.replace("css grid", "'7'")).verdicts if one.selected]
    assert verdict.message == "`7` stands whole, and nothing else fits better; no word of the task tells a topic"


def test_so_many_links_of_requires_are_followed_in_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    index = INDEX.replace("id: api,", "id: api, requires: [database],")
    index = index.replace("id: database,", "id: database, requires: [styles],")
    index = index.replace("id: styles,", "id: styles, requires: [ledger, api],")
    for most, paths, codes in ((4, [*FILES], []), (3, [*FILES], ["CTX409"]), (2, [*FILES][:3], ["CTX409"])):
        monkeypatch.setattr(required, "REQUIRED", most)
        found = answer("rest framework serializer", index)
        assert ([*found.paths], [finding.code for finding in found.diagnostics]) == (paths, codes)


def test_for_generic_words_alone_no_document_answers() -> None:
    files = {**FILES, "context/pay.md": "# Ledger\n\nThe module design of the module design of a module.\n"}
    assert answer("the module design", files=files).paths == ()
    files["context/pay.md"] = files["context/pay.md"].replace("module", "zeppelin")
    assert answer("the zeppelin design", files=files).paths == ("context/pay.md",)


@pytest.mark.parametrize("inner", ["falcon", "gate"])
@pytest.mark.parametrize("task", ["the falcon gate", "falcon gate", "open the falcon gate"])
def test_a_keyword_inside_a_longer_one_brings_nothing_by_itself(inner: str, task: str) -> None:
    index = (
        "context_files:\n  - {id: a, path: a.md, keywords: [falcon gate]}\n"
        f"  - {{id: b, path: b.md, keywords: [{inner}]}}\nfallback: none\n"
    )
    assert answer(task, index, {"a.md": "# A\n", "b.md": "# B\n"}).paths == ("a.md",)
