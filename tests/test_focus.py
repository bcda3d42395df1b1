"""`focused`: what the documents talk about, where words stand, and one score whose every number adds up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from math import log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.document_index import LIKE_IT, NEARBY
from ctxload.matching.document_words import (
    FIELDS,
    HALF,
    LENGTH,
    PAIR,
    RARITY,
    TOPICLESS,
    Document,
    count,
    said_of_itself,
    tally,
)
from ctxload.matching.lookups.counted import COMMON
from ctxload.matching.lookups.documents import weigh
from ctxload.matching.lookups.listed import opened_cells
from ctxload.matching.task_words import CODE, PATH, QUOTE, URL
from ctxload.matching.word_lists import GENERIC
from ctxload.matching.zones import standing_of
from ctxload.project.build import build
from ctxload.project.evidence import stored_evidence
from ctxload.project.evidence_making import make_evidence
from ctxload.selection.documents import read_evidence
from ctxload.selection.focused import AS_GOOD_MOST
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.locations import discover
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.tree import Tree

INDEX = """
context_files:
  - {id: api, path: api.md, keywords: [rest framework, serializer, endpoint]}
  - {id: database, path: db.md, keywords: [postgres, slow query]}
  - {id: styles, path: ui.md, keywords: [button, css grid]}
  - {id: notes, path: notes.md}
fallback: none
"""
FILES = {
    "api.md": "# REST API\n\nViews, serializers and endpoints of the REST framework.\n\n## Pagination\n\nCursor pagination only.\n",  # noqa: E501
    "db.md": "# Database\n\nPostgres settings, indexes and slow queries.\n\n```sql\nselect pagination from cursor;\n```\n",  # noqa: E501
    "ui.md": "# Buttons\n\nColours and spacing of our buttons.\n",
    "notes.md": "# Accounting\n\nInvoices are numbered by year. An invoice is never deleted. Ledger and invoice agree.\n",  # noqa: E501
}


def chosen(task: str, index: str = INDEX, files: dict[str, str] | None = None, **more: str) -> Resolution:
    tables = compile_index(parse(Source("context-index.yml", index)).index)
    return resolve(tables, MemoryTree(files or FILES), Request(task, match="focused", **more))


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "paths"),
    [
        ("Add a REST framework serializer", ("api.md",)),
        ("Is cursor pagination right for the REST views?", ("api.md",)),  # the word in a fence does not speak
        ("An invoice number is missing in the ledger", ("notes.md",)),  # without any keyword
        ("What is for lunch tomorrow?", ()),
        ("?", ()),
    ],
)
def test_the_documents_and_the_keywords_decide_together(task: str, paths: tuple[str, ...]) -> None:
    assert chosen(task).paths == paths


def test_a_file_whose_very_own_keyword_is_whole_always_comes() -> None:
    index = INDEX.replace("keywords: [button, css grid]", "keywords: [button, zeppelin]")
    task = "The REST framework serializer, endpoint and cursor pagination, for the zeppelin"
    assert chosen(task, index).paths == ("api.md", "ui.md")
    assert chosen(task).paths == ("api.md",)


def test_a_veto_a_scope_and_match_whole_hold() -> None:
    vetoed = INDEX.replace("serializer, endpoint]", "serializer, endpoint], exclude: [graphql]")
    assert chosen("Add a REST framework serializer", vetoed).paths == ("api.md",)
    assert chosen("Add a REST framework serializer for GraphQL", vetoed).paths == ()
    scoped = INDEX.replace("path: api.md,", "path: api.md, agents: [backend],")
    assert chosen("Add a REST framework serializer", scoped, agent="backend").paths == ("api.md",)
    other = scoped + "agent_defaults: {frontend: []}\n"
    assert chosen("Add a REST framework serializer", other, agent="frontend").paths == ()
    whole = INDEX.replace("path: notes.md", "path: notes.md, match: whole")
    assert chosen("An invoice number is missing in the ledger", whole).paths == ()


def test_no_more_come_by_score_than_are_as_good_as_the_best() -> None:
    text = "# Falcon\n\nThe falcon service counts invoices.\n"
    files = {f"{name}.md": text + "\n" * at for at, name in enumerate("abcdef")}
    index = "context_files:\n" + "".join(f"  - {{id: doc-{name}, path: {name}.md}}\n" for name in "abcdef")
    others = {f"other{n}.md": f"# Other {n}\n\nNothing of that kind, number {n}.\n" for n in range(30)}
    index += "".join(f"  - {{path: {path}}}\n" for path in others)
    found = chosen("the falcon service counts falcon invoices wrongly", index, {**files, **others})
    assert len(found.files) == AS_GOOD_MOST


# ── the score ────────────────────────────────────────────────────────────────────────────────────────────

WORDS = [
    "rest",
    "framework",
    "serializer",
    "button",
    "css",
    "grid",
    "invoice",
    "ledger",
    "postgres",
    "slow",
    "query",
    "cursor",
    "the",
    "test",
]
tasks = st.lists(
    st.sampled_from([*WORDS, ",", "\n```\n", "https://x.org/rest", "src/api.py"]), min_size=1, max_size=14
).map(" ".join)


@given(tasks)
def test_every_score_is_the_sum_of_its_terms(task: str) -> None:
    found = chosen(task)
    for file in found.files:
        assert file.score == sum(term.points for reason in file.reasons for term in reason.terms)
    scores = [file.score for file in found.files]
    assert scores == sorted(scores, reverse=True)


@given(tasks)
def test_whoever_is_not_chosen_is_told_why(task: str) -> None:
    found = chosen(task)
    assert {verdict.entry for verdict in found.verdicts} == {"api", "database", "styles", "notes"}
    for verdict in found.verdicts:
        assert verdict.message
        if not verdict.selected and verdict.why == "weak":
            assert f"{verdict.score / 1000:.2f}" in verdict.message


def slow_points(documents: dict[int, Document], word: str) -> dict[int, int]:
    """What a word speaks for each document, written again from the formula of `docs/matching.md`."""
    counts = {number: count(document) for number, document in documents.items()}
    holders = sum(any(word in field for field in fields) for fields in counts.values())
    found = {}
    for number, fields in counts.items():
        total = 0.0
        for at, most in enumerate(FIELDS.values()):
            usual = max(1.0, sum(sum(other[at].values()) for other in counts.values()) / len(counts))
            times, length = fields[at].get(word, 0), sum(fields[at].values())
            total += most * times / (times + HALF * (1 - LENGTH + LENGTH * length / usual)) if times else 0
        rarity = log((len(documents) + 0.5) / holders) / log(len(documents) + 0.5)
        topic = PAIR if " " in word else TOPICLESS if word in GENERIC else 1
        points = round(1000 * total * rarity**RARITY * topic) if rarity >= 0.03 else 0
        if points:
            found[number] = points
    return found


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=2, max_size=5))
def test_the_evidence_is_what_the_formula_says(texts: list[str]) -> None:
    documents = {number: Document(f"doc{number}", f"# {text[:20]}\n\n{text}\n") for number, text in enumerate(texts)}
    evidence = weigh(documents)
    cells = opened_cells(evidence.words)
    for word, cell in cells.items():
        if word.endswith("*"):  # the best of the words that begin so
            if word == "postgr*":  # of an alias, too
                continue
            best = [slow_points(documents, other) for other in cells if other.startswith(word[:-1]) and other.isalpha()]
            assert {cell[at]: cell[at + 1] for at in range(1, len(cell), 3)} == {
                number: max(one.get(number, 0) for one in best) for number in set().union(*best)
            }
            continue
        if not any(word in field for document in documents.values() for field in count(document)):
            assert word == "postgresql"  # an alias of a word that is there
            continue
        fast = {cell[at]: cell[at + 1] for at in range(1, len(cell), 3)}
        assert fast == slow_points(documents, word)


def test_a_word_that_very_many_documents_have_is_counted_and_speaks_for_none() -> None:
    evidence = weigh({n: Document(f"d{n}", f"# Doc\n\nfalcon {n}x\n") for n in range(COMMON + 1)})
    assert evidence.words.get("falcon") == (COMMON + 1,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the rest framework", {"rest": 1, "framework": 1, "rest framework": 1}),
        ("rest, framework", {"rest": 1, "framework": 1}),
        ("rest of the framework", {"rest": 1, "framework": 1}),
        ("version 3 of x", {"version": 1}),
        ("naïve bayes\nplain line", {"naïve": 1, "baye": 1, "naïve baye": 1, "plain": 1, "plain line": 1, "line": 1}),
    ],
)
def test_words_and_pairs_are_counted_by_clause(text: str, found: dict[str, int]) -> None:
    assert tally(text) == found


def test_only_keys_at_the_edge_of_front_matter_say_something_of_a_document() -> None:
    text = "- a draft\nmetadata:\n  title: of something else\ndescription: buttons\n  and their colours\nother: x\n"
    assert said_of_itself(text, (0, len(text))) == "buttons\nand their colours"


def test_front_matter_that_is_no_yaml_still_says_what_a_document_is_about() -> None:
    text = "---\nname: x\ndescription: Use this: (1) zeppelin: 'x'\ncolor: red\n---\n# Title\n"
    about = count(Document("a", text))[1]
    assert "zeppelin" in about and "red" not in about


# ── where a word stands ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("fix the docker build", "docker", ""),
        ("fix this:\n```\ndocker run\n```\nplease", "docker", CODE),
        ("fix this:\n```\ndocker run\n```\nplease", "please", ""),
        ("fix this:\n~~~\ndocker run", "docker", CODE),  # a fence that is not closed
        ('it fails:\nTraceback (most recent call last):\n  File "docker.py", line 3', "docker", CODE),
        ("it fails:\n2026-11-21 10:00:01 ERROR docker is gone\nwhy?", "docker", CODE),
        ("it fails:\n2026-11-21 10:00:01 ERROR docker is gone\nwhy?", "why", ""),
        ("see https://example.org/docker/run now", "docker", URL),
        ("see https://example.org/docker/run now", "now", ""),
        ("look at src/docker/run.py please", "docker", PATH),
        ("look at C:\\docker\\run please", "docker", PATH),
        ("fix CI/CD of docker", "CD", ""),
        ('he said "the docker build is slow" again', "docker", QUOTE),
        ("> the docker build\nis slow", "docker", QUOTE),
        ("- fix docker\n- fix make", "docker", ""),
        ("1. fix docker\n2. fix make", "docker", ""),
        ("Steps:\n    - fix docker", "docker", ""),
    ],
)
def test_where_a_word_stands(text: str, word: str, kind: str) -> None:
    standing = standing_of(text)
    assert (standing.kind_at(text.index(word)) if standing else "") == kind


@given(st.text(alphabet='ab /`"\n\\:.{};>-0', max_size=60))
def test_the_stretches_are_in_order_and_apart(text: str) -> None:
    standing = standing_of(text)
    ranges = standing.ranges if standing else []
    assert all(0 <= start < end <= len(text) for start, end, _ in ranges)
    assert all(one[1] <= other[0] for one, other in zip(ranges, ranges[1:], strict=False))


def test_a_long_paste_does_not_drown_the_sentence_that_asks() -> None:
    log_lines = "\n".join(f"2026-11-21 10:00:{n:02} ERROR postgres index of slow query {n}" for n in range(60))
    found = chosen(f"The spacing and colours of our button are wrong\n\n{log_lines}\n")
    assert found.paths[0] == "ui.md"


def test_pasted_code_counts_less_and_the_verdict_names_it() -> None:
    task = "the button is slow\n```\nrest framework\n```"
    tables = compile_index(parse(Source("context-index.yml", INDEX)).index)
    found = resolve(tables, MemoryTree(FILES), Request(task))
    assert found.paths == ("ui.md",)
    pasted, asked = (
        {verdict.entry: verdict.score for verdict in resolve(tables, MemoryTree(FILES), Request(text)).verdicts}["api"]
        for text in (task, "the button is slow in the rest framework")
    )
    assert 0 < pasted < asked
    assert resolve(tables, MemoryTree(FILES), Request(task, match="whole")).paths[0] == "api.md"


def test_a_path_speaks_in_full_for_a_keyword_that_looks_like_one() -> None:
    index = "context_files:\n  - {path: a.md, keywords: [.github/workflows]}\n  - {path: b.md, keywords: [github]}\n"
    tables = compile_index(parse(Source("context-index.yml", index)).index)
    found = resolve(tables, MemoryTree({"a.md": "", "b.md": ""}), Request("look at .github/workflows/ci.yml now"))
    assert found.paths == ("a.md",)
    scores = {verdict.entry: verdict.score for verdict in found.verdicts}
    assert scores["a"] > 2 * scores["b"] > 0
    assert scores["a"] == 1631  # (0.631 + 1) × 1¼ × 0.8, as where it is said in prose


# ── kept and current ─────────────────────────────────────────────────────────────────────────────────────


def write_project(folder: Path) -> None:
    (folder / "context-index.yml").write_text(INDEX, encoding="utf-8")
    for path, text in FILES.items():
        (folder / path).write_text(text, encoding="utf-8")


def command(folder: Path, *words: str, cache: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CTXLOAD_CACHE_DIR": str(cache or folder / ".cache"), "PYTHONHASHSEED": "random"}
    return subprocess.run(
        [sys.executable, "-m", "ctxload", *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def test_a_loader_reads_a_changed_document_anew(tmp_path: Path) -> None:
    write_project(tmp_path)
    loader = ContextLoader(tmp_path)
    task = "the zeppelin ledger, its invoice and the zeppelin accounting"
    assert loader.resolve(task, match="focused").paths == ("notes.md",)
    (tmp_path / "notes.md").write_text("# Nothing\n\nAt all.\n", encoding="utf-8")
    assert loader.resolve(task, match="focused").paths == ()


def test_what_is_stored_gives_the_answers_of_what_is_read(tmp_path: Path) -> None:
    write_project(tmp_path)
    loader = ContextLoader(tmp_path)
    for task in ("invoice ledger of the accounting", "REST framework serializer", "lunch", "slow query in postgres"):
        expected = "".join(f"{path}\n" for path in loader.resolve(task, match="focused").paths)
        runs = [command(tmp_path, "resolve", "--match", "focused", task).stdout for _ in range(2)]
        assert runs == [expected, expected]
    stored = [path for path in (tmp_path / ".cache").iterdir() if path.suffix == ".documents"]
    assert len(stored) == 1
    again = command(tmp_path, "resolve", "--match", "focused", "--json", "invoice ledger of the accounting").stdout
    stored[0].unlink()
    assert (
        command(tmp_path, "resolve", "--match", "focused", "--json", "invoice ledger of the accounting").stdout == again
    )


def test_a_document_that_begins_to_talk_of_something_is_found_after_a_minute(tmp_path: Path) -> None:
    write_project(tmp_path)
    asked = ("resolve", "--match", "focused", "zebra stripes")
    assert command(tmp_path, *asked).returncode == 1
    (stored,) = (path for path in (tmp_path / ".cache").iterdir() if path.suffix == ".documents")
    (tmp_path / "db.md").write_text("# Zebra stripes\n\nThe stripes of a zebra, zebra by zebra.\n", encoding="utf-8")
    assert command(tmp_path, *asked).stdout == ""
    long_ago = time.time() - 61
    os.utime(stored, (long_ago, long_ago))
    assert command(tmp_path, *asked).stdout == "db.md\n"
    os.utime(stored, (long_ago, long_ago))
    kept = stored.read_bytes()
    assert command(tmp_path, *asked).stdout == "db.md\n"
    assert stored.read_bytes() == kept and stored.stat().st_mtime > long_ago + 30  # looked at, and not read again


def test_documents_that_did_not_change_serve_where_no_look_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(tmp_path)
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / ".cache"))
    project = build(discover(root=str(tmp_path)))
    make_evidence(project)
    (stored,) = (path for path in (tmp_path / ".cache").iterdir() if path.suffix == ".documents")
    os.utime(stored, (1, 1))

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "utime", refused)
    assert stored_evidence(project) is not None


@pytest.mark.heavy
def test_compile_has_changed_documents_read_again(tmp_path: Path) -> None:
    write_project(tmp_path)
    asked = ("resolve", "--match", "focused", "zebra stripes")
    assert command(tmp_path, *asked).returncode == 1
    (tmp_path / "db.md").write_text("# Zebra stripes\n\nThe stripes of a zebra, zebra by zebra.\n", encoding="utf-8")
    assert command(tmp_path, "compile").returncode == 0
    assert command(tmp_path, *asked).stdout == "db.md\n"


def test_a_loader_looks_at_all_documents_again_after_a_minute(tmp_path: Path) -> None:
    write_project(tmp_path)
    now = [time.time_ns()]
    loader = ContextLoader(tmp_path, clock=lambda: now[0])
    assert loader.resolve("zebra stripes", match="focused").paths == ()
    (tmp_path / "db.md").write_text("# Zebra stripes\n\nThe stripes of a zebra, zebra by zebra.\n", encoding="utf-8")
    now[0] += 61_000_000_000
    assert loader.resolve("zebra stripes", match="focused").paths == ("db.md",)


@pytest.mark.heavy
def test_stored_evidence_that_is_damaged_or_of_other_entries_is_not_used(tmp_path: Path) -> None:
    write_project(tmp_path)
    task = ("resolve", "--match", "focused", "invoice ledger of the accounting")
    assert command(tmp_path, *task).stdout == "notes.md\n"
    (stored,) = (path for path in (tmp_path / ".cache").iterdir() if path.suffix == ".documents")
    whole = stored.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 9)):
        stored.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        done = command(tmp_path, *task)
        assert (done.stdout, done.returncode) == ("notes.md\n", 0), (at, done.stderr)
    (tmp_path / "context-index.yml").write_text(
        INDEX.replace("  - {id: database, path: db.md, keywords: [postgres, slow query]}\n", "")
    )
    assert command(tmp_path, *task).stdout == "notes.md\n"


def test_documents_that_are_no_text_or_not_there_say_nothing(tmp_path: Path) -> None:
    write_project(tmp_path)
    (tmp_path / "ui.md").write_bytes(b"button \0 colours spacing button")
    (tmp_path / "db.md").unlink()
    found = ContextLoader(tmp_path).resolve("colours and spacing", match="focused")
    assert found.paths == ()


def test_the_command_reads_no_document_that_does_not_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = compile_index(parse(Source("context-index.yml", INDEX)).index)
    tree = MemoryTree(FILES)
    evidence = read_evidence(tables, tree)
    read: list[str] = []
    monkeypatch.setattr(Tree, "read", lambda self, path, limit=-1: read.append(path) or b"", raising=False)
    monkeypatch.setattr(MemoryTree, "read", lambda self, path, limit=-1: read.append(path) or b"")
    resolve(tables, tree, Request("invoice ledger of the accounting", match="focused"), (), lambda: evidence)
    assert read == []


def test_each_bit_of_a_reason_is_one_of_its_own() -> None:
    """The fields of a document, then what is alike and what is near: none is taken for another."""
    assert [*(1 << place for place in range(len(FIELDS))), LIKE_IT, NEARBY] == [
        2**place for place in range(len(FIELDS) + 2)
    ]
