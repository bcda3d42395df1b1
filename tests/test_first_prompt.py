"""The first prompts in a large project: what is had in time, what a helper makes meanwhile, and what is read again."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.integrations.hooks import documents
from ctxload.integrations.hooks.hook import HookOptions, respond
from ctxload.integrations.hooks.turn import Silence, Turn
from ctxload.matching.document_index import Evidence
from ctxload.matching.document_words import TITLE
from ctxload.matching.lookups.listed import opened_cells
from ctxload.project import evidence_making, helper, upkeep
from ctxload.project.build import build
from ctxload.project.counts import Counts
from ctxload.project.evidence import forget_evidence, kept_evidence, stored_evidence
from ctxload.project.evidence_making import made, make_evidence
from ctxload.project.evidence_moved import MOST, moved_evidence
from ctxload.project.snapshot import DamagedSnapshot, Project, path_for
from ctxload.selection.documents import read_evidence
from ctxload.start import run as ctxload
from ctxload.workspace.locations import discover
from ctxload.workspace.processes import itself
from ctxload.workspace.tree import DiskTree
from strategies import share

TOPICS = "falcon lantern harbor meadow violin copper saddle thimble walnut glacier".split()
HOUR = 3600


@pytest.fixture(autouse=True)
def allowed(tmp_path: Path, allow: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch) -> None:
    allow(tmp_path)
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir(mode=0o700)
    real = time.time_ns
    monkeypatch.setattr(
        time, "time_ns", lambda: real() + 10_000_000_000
    )  # what is written here is older than its grain


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The projects that a helper was asked for, of which none starts."""
    found: list[str] = []
    monkeypatch.setattr(
        "ctxload.workspace.processes.leave_running", lambda *words, module: found.append(words[1]) or True
    )
    return found


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose text has been read, of which nothing but a beginning has not."""
    found: list[str] = []
    real = DiskTree.read

    def read(tree: DiskTree, path: str, limit: int = -1) -> bytes:
        if limit != TITLE and path != "context-index.yml":
            found.append(path)
        return real(tree, path, limit)

    monkeypatch.setattr(DiskTree, "read", read)
    return found


def text_of(number: int, said: str = "") -> str:
    topic = TOPICS[number % len(TOPICS)]
    return f"# Chapter {topic}{number}\n\nHow the {topic} works: tin{number} and brass{number % 7}. {said}\n"


def library(root: Path, count: int = 40, **more: str) -> Path:
    """A project of so many documents, each with a keyword of its own, older than the clock's grain."""
    lines = ["fallback: none", "context_files:"]
    for number in range(count):
        write(root / f"docs/page{number}.md", text_of(number))
        lines.append(f"  - {{id: page{number}, path: docs/page{number}.md, keywords: [keyword{number}]}}")
    write(root / "context-index.yml", "\n".join(lines) + "\n")
    return root


def write(path: Path, text: str, age: int = HOUR) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))


def prompt(root: Path, text: str, conversation: str = "") -> dict[str, Any]:
    """What Claude Code is answered to a prompt."""
    call = {
        "hook_event_name": "UserPromptSubmit", "transcript_path": "t", "cwd": str(root), "prompt": text,
        "session_id": conversation or text,
    }  # fmt: skip
    out = respond(HookOptions(), call, Turn())
    return json.loads(out) if out else {}


def given_to(answer: dict[str, Any]) -> str:
    return str(answer.get("hookSpecificOutput", {}).get("additionalContext", ""))


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A project of these tests is as one of thousands of documents: too much to read for a prompt."""
    monkeypatch.setattr(documents, "READ_SIZE", 100)


def project_of(root: Path) -> Project:
    return build(discover(start=str(root)))


def look_again(root: Path) -> None:
    """As if a minute had passed since the documents were looked at."""
    path = path_for(discover(start=str(root)), "documents")
    os.utime(path, (1, 1))


# ── the first prompt ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said", ["fix the keyword7", "what does the page7 document say", "update Chapter thimble7"])
@pytest.mark.usefixtures("large")
def test_the_first_prompt_that_calls_for_a_document_by_keyword_name_or_title_gets_it_and_nothing_else_is_read(
    tmp_path: Path, said: str, asked: list[str], reads: list[str]
) -> None:
    root = library(tmp_path / "shop")
    answer = prompt(root, said)
    assert "How the thimble works: tin7" in given_to(answer)
    assert set(reads) <= {"docs/page7.md"}
    assert asked == [str(root)]


@pytest.mark.usefixtures("large", "asked")
def test_that_documents_are_still_read_is_told_to_the_person_once_in_a_conversation(tmp_path: Path) -> None:
    root = library(tmp_path / "shop")
    first = prompt(root, "fix the keyword7", "s1")
    assert "40 documents are being read in the background" in first["systemMessage"]
    assert "background" not in given_to(first)
    assert "systemMessage" not in prompt(root, "fix the keyword8", "s1")


@pytest.mark.usefixtures("large", "asked")
def test_the_prompt_after_the_helper_has_the_whole_answer(tmp_path: Path, reads: list[str]) -> None:
    root = library(tmp_path / "shop")
    said = "why are the tin23 and the brass2 of this so heavy"
    assert given_to(prompt(root, said)) == ""
    helper.keep_up(discover(start=str(root)))
    reads.clear()
    answer = prompt(root, said, "another conversation")
    assert "tin23" in given_to(answer) and "systemMessage" not in answer
    assert reads == []  # but what is given, which is read steadily


def test_a_small_project_needs_no_helper(tmp_path: Path, asked: list[str]) -> None:
    root = library(tmp_path / "shop", 10)
    assert "tin3" in given_to(prompt(root, "why are the tin3 and the brass3 of this so heavy"))
    assert asked == []
    assert stored_evidence(project_of(root)) is not None


def test_what_was_read_in_vain_is_kept(tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    root = library(tmp_path / "shop")
    monkeypatch.setattr(documents, "READ_SECONDS", 0)
    monkeypatch.setattr(documents, "is_much", lambda *_: False)
    prompt(root, "fix the keyword7")
    prompt(root, "fix the keyword8")
    counts = Counts(discover(start=str(root)))
    assert len(counts._kept) == 2 and asked == [str(root)]


@pytest.mark.parametrize("command", [["compile"], ["install", "cursor", "--yes"]])
def test_compile_and_install_leave_nothing_to_do_for_the_first_prompt(
    tmp_path: Path, command: list[str], asked: list[str], reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = library(tmp_path / "shop")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(root)
    assert ctxload(command) == 0
    reads.clear()
    monkeypatch.setattr("ctxload.integrations.hooks.answer.compiled", None)  # no index is to be compiled
    assert "tin23" in given_to(prompt(root, "why are the tin23 and the brass2 of this so heavy"))
    assert reads == asked == []


class AtOnce:
    """A timer whose time is up when it starts."""

    daemon = True

    def __init__(self, seconds: float, call: Callable[[], None]) -> None:
        self.start, self.seconds = call, seconds

    def cancel(self) -> None:
        """It has been."""


def test_resolve_says_where_there_is_no_terminal_what_it_does_when_that_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = library(tmp_path / "shop")
    monkeypatch.setattr(evidence_making, "AMONG", 10)
    monkeypatch.setattr("ctxload.progress.Timer", AtOnce)
    monkeypatch.chdir(root)
    assert ctxload(["resolve", "fix the keyword7"]) == 0
    first = capsys.readouterr().err
    assert "ctxload: weighing the documents of context-index.yml; what is made now is kept for the next time" in first
    assert ctxload(["resolve", "fix the keyword8"]) == 0
    assert capsys.readouterr().err == ""


def test_that_a_large_index_is_read_is_told_where_there_is_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ctxload.project.build.LARGE", 10)
    monkeypatch.setattr("ctxload.progress.Timer", AtOnce)
    project_of(library(tmp_path / "shop"))
    said = capsys.readouterr().err
    assert said == "ctxload: reading context-index.yml; what is made now is kept for the next time\n"


# ── one helper ───────────────────────────────────────────────────────────────────────────────────────────


def test_no_second_helper_starts_while_one_is_at_it(tmp_path: Path, asked: list[str]) -> None:
    place = discover(start=str(library(tmp_path / "shop", 2)))
    with upkeep.Upkeep(place) as ours:
        assert ours.is_ours
        assert all(upkeep.ask_for(place) for _ in range(6)) and asked == []
        helper.keep_up(place)  # one that starts at the same moment
        assert not Path(path_for(place)).exists()
    assert all(upkeep.ask_for(place) for _ in range(6)) and asked == [place.root]


def test_a_helper_that_ended_before_its_end_is_not_followed_at_once(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = discover(start=str(library(tmp_path / "shop", 2)))
    monkeypatch.setattr(helper, "with_project", lambda place, use: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        helper.keep_up(place)
    upkeep.ask_for(place)
    assert asked == []
    os.utime(path_for(place, "helper"), (1, 1))
    assert upkeep.ask_for(place) and asked == [place.root]


def test_a_large_index_that_cannot_serve_is_the_reason_until_it_is_saved_anew(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = library(tmp_path / "shop")
    index = root / "context-index.yml"
    good = index.read_text(encoding="utf-8")
    monkeypatch.setattr("ctxload.integrations.hooks.answer.COMPILE_SIZE", 10)
    monkeypatch.setattr(documents, "COMPILE_SECONDS", -1)
    index.write_text("context_files: {", encoding="utf-8")
    assert "for the next prompt" in prompt(root, "fix the keyword7", "s1")["systemMessage"]
    helper.keep_up(discover(start=str(root)))
    asked.clear()
    with pytest.raises(Silence, match="CTX"):
        prompt(root, "fix the keyword7")
    assert asked == []
    then = time.time() + 2
    index.write_text(good, encoding="utf-8")
    os.utime(index, (then, then))
    with pytest.raises(Silence, match="for the next prompt"):  # the person was told
        prompt(root, "fix the keyword8", "s1")
    assert asked == [str(root)]


def test_a_helper_whose_work_cannot_be_kept_is_not_started_for_every_prompt(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = discover(start=str(library(tmp_path / "shop", 2)))
    monkeypatch.setattr("ctxload.project.snapshot_writer.store_evidence", lambda *_: "no space left")
    helper.keep_up(place)
    assert upkeep.why_it_ended(place) == "what was made could not be kept"
    assert not upkeep.ask_for(place) and asked == []


def test_a_helper_gives_way_before_it_reads_documents_and_ends_in_time_with_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: list[str]
) -> None:
    root = library(tmp_path / "shop")
    place = discover(start=str(root))
    gave_way: list[int] = []
    monkeypatch.setattr(helper, "give_way", lambda: gave_way.append(len(reads)))
    monkeypatch.setattr(helper, "SECONDS", 0)
    helper.keep_up(place)
    assert gave_way == [0] and len(reads) == 1 and Path(path_for(place)).exists()
    monkeypatch.setattr(helper, "SECONDS", 60)
    helper.keep_up(place)
    assert sorted(reads) == sorted(f"docs/page{n}.md" for n in range(40))  # each once
    helper.keep_up(place)
    assert len(reads) == 40 and len(gave_way) == 2


def test_who_wants_the_same_waits_for_it_and_reads_nothing(tmp_path: Path, reads: list[str]) -> None:
    project = project_of(library(tmp_path / "shop"))
    found: list[Evidence] = []
    with upkeep.Upkeep(project.place):
        other = threading.Thread(target=lambda: found.append(make_evidence(project)))
        other.start()
        made(project)
    other.join(60)
    assert len(reads) == 40 and found[0].words.get("tin23") == made(project).words.get("tin23")


def test_a_helper_is_told_all_that_makes_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = library(tmp_path / "shop", 2)
    write(root / "context-index.yaml", "context_files: []\n")
    place = discover(start=str(root)).replace(sources=("cursor",))
    assert place.passed_over
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(
        "ctxload.workspace.processes.leave_running", lambda *words, module: started.append((*words, module)) or True
    )
    assert upkeep.ask_for(place)
    kept: list[object] = []
    monkeypatch.setattr(helper, "keep_up", kept.append)
    monkeypatch.setattr("sys.argv", ["-c", *started[0][:-1]])
    monkeypatch.setattr("gc.disable", lambda: None)
    helper.main()
    assert kept == [place] and started[0][-1] == "project.helper"


def test_a_helper_finds_this_very_ctxload_and_what_a_plugin_carries(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Path(upkeep.__file__).resolve().parents[2]
    carried = str(source.parent / "plugin" / "third_party")
    assert f"sys.path[:0] = [{str(source)!r}]" in itself(module="project.helper")[-1]
    monkeypatch.setattr("sys.path", [str(source), carried, "/usr/lib/python"])
    flags = type("Flags", (), {"no_site": 1})
    monkeypatch.setattr("ctxload.workspace.processes.sys.flags", flags)
    assert f"sys.path[:0] = [{str(source)!r}, {carried!r}]" in itself(module="project.helper")[-1]


def test_a_program_reads_no_documents_that_the_command_has_read_and_the_other_way_round(
    tmp_path: Path, reads: list[str]
) -> None:
    root = library(tmp_path / "shop", 240)
    now = [time.time_ns()]
    first = ContextLoader(root, clock=lambda: now[0])
    said = "the meadow23 has tin23 and brass2"
    assert first.resolve(said).paths == ("docs/page23.md",) and len(reads) == 240
    reads.clear()
    assert ContextLoader(root).resolve(said).paths == ("docs/page23.md",)
    assert stored_evidence(project_of(root), looked=True) is not None and reads == []
    write(root / "docs/page11.md", "# Zebra crossing\n\nThe stripes of a zebra, zebra by zebra.\n", HOUR // 2)
    now[0] += 61_000_000_000
    assert first.resolve("the zebra stripes").paths == ("docs/page11.md",)
    assert first.resolve(said).paths == ("docs/page23.md",) and reads == ["docs/page11.md"]


# ── what changed ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("large")
def test_one_document_that_changed_among_hundreds_costs_a_prompt_the_reading_of_that_one(
    tmp_path: Path, asked: list[str], reads: list[str]
) -> None:
    root = library(tmp_path / "shop", 240)
    helper.keep_up(discover(start=str(root)))
    write(root / "docs/page11.md", "# Zebra crossing\n\nThe stripes of a zebra, zebra by zebra.\n", HOUR // 2)
    look_again(root)
    reads.clear()
    assert "zebra by zebra" in given_to(prompt(root, "the zebra stripes"))
    assert reads == ["docs/page11.md"]
    for said in ("where are zebra stripes", "why are the tin11 and the brass4 of this so heavy"):
        reads.clear()
        assert ("zebra by zebra" in given_to(prompt(root, said))) == ("zebra" in said)
        assert reads == []
    write(root / "docs/page12.md", "# Yak wool\n\nThe wool of a yak, yak by yak.\n", HOUR // 2)
    look_again(root)
    assert "yak by yak" in given_to(prompt(root, "the yak wool"))
    assert reads == ["docs/page12.md"]
    assert "zebra by zebra" in given_to(prompt(root, "zebra stripes, please"))
    assert reads == ["docs/page12.md"] and asked == []


def test_one_document_that_changed_among_few_costs_the_reading_of_that_one(tmp_path: Path, reads: list[str]) -> None:
    root = library(tmp_path / "shop", 20)
    make_evidence(project_of(root))
    write(root / "docs/page11.md", "# Zebra crossing\n\nThe stripes of a zebra, zebra by zebra.\n", HOUR // 2)
    look_again(root)
    reads.clear()
    assert "zebra by zebra" in given_to(prompt(root, "the zebra stripes"))
    assert reads == ["docs/page11.md"]


def test_an_entry_that_is_added_costs_the_reading_of_its_document(tmp_path: Path, reads: list[str]) -> None:
    root = library(tmp_path / "shop", 20)
    make_evidence(project_of(root))
    index = root / "context-index.yml"
    write(root / "docs/zebra.md", "# Zebra crossing\n\nThe stripes of a zebra, zebra by zebra.\n")
    write(index, index.read_text().replace("files:\n", "files:\n  - {path: docs/zebra.md, keywords: [horse]}\n"), 1800)
    reads.clear()
    assert make_evidence(project_of(root)).words.get("zebra") is not None
    assert reads == ["docs/zebra.md"]


@pytest.mark.usefixtures("large")
def test_when_many_changed_a_helper_weighs_all_and_the_best_are_read_meanwhile(
    tmp_path: Path, asked: list[str], reads: list[str]
) -> None:
    root = library(tmp_path / "shop", 240)
    helper.keep_up(discover(start=str(root)))
    for number in range(100):
        write(root / f"docs/page{number}.md", text_of(number, "zebra"), HOUR // 2)
    look_again(root)
    reads.clear()
    assert "tin23" in given_to(prompt(root, "the meadow23 has tin23 and brass2"))
    assert asked == [str(root)] and 0 < len(set(reads)) <= 12
    reads.clear()
    helper.keep_up(discover(start=str(root)))
    assert sorted(reads) == sorted(f"docs/page{number}.md" for number in range(100))


WORDS = st.sampled_from("zebra yak horse walnut copper saddle tin3 serializer".split())
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(lambda words: f"# {words[0]}\n\n{' '.join(words)}.\n")
EDITS = st.lists(st.tuples(st.integers(0, 11), st.one_of(st.none(), TEXTS)), min_size=1, max_size=5)


@pytest.mark.law
@settings(max_examples=share(60), deadline=None)
@given(steps=st.lists(EDITS, min_size=1, max_size=4))
def test_what_is_weighed_from_kept_counts_is_what_reading_all_gives(
    steps: list[list[tuple[int, str | None]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = library(tmp_path_factory.mktemp("shop"), 12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTXLOAD_CACHE_DIR", str(root / ".cache"))
        for step in steps:
            edit(root, step)
            project = project_of(root)
            kept, fresh = made(project), read_evidence(project.tables, DiskTree(project.place.root))
            assert opened_cells(kept.words) == opened_cells(fresh.words)
            assert kept.files == fresh.files and kept.lengths == fresh.lengths
            stored = stored_evidence(project)
            assert stored is not None and opened_cells(stored.words) == opened_cells(fresh.words)
            assert all(stored.words.get(word) == cell for word, cell in opened_cells(fresh.words).items())


@pytest.mark.law
@settings(max_examples=share(60), deadline=None)
@given(steps=st.lists(EDITS, min_size=1, max_size=4))
def test_what_is_weighed_beside_the_rest_stands_for_the_same_documents_as_reading_all(
    steps: list[list[tuple[int, str | None]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = library(tmp_path_factory.mktemp("shop"), 12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTXLOAD_CACHE_DIR", str(root / ".cache"))
        patch.setattr(evidence_making, "AMONG", 1)
        project = project_of(root)
        common = {
            word for word, cell in opened_cells(made(project).words).items() if len(cell) == 1
        }  # they said nothing
        for step in steps:
            edit(root, step)
            look_again(root)
            kept = kept_evidence(project)
            assert kept is not None
            beside = make_evidence(project, kept) if kept.changed else kept.evidence
            again = kept_evidence(project)
            fresh = read_evidence(project.tables, DiskTree(project.place.root))
            for evidence in (beside, again.evidence if again else None):
                assert evidence is not None and not isinstance(
                    getattr(evidence.words, "words", None), dict
                )  # not made anew
                rare = [
                    word for word, cell in opened_cells(fresh.words).items() if len(cell) > 1 and word not in common
                ]
                assert all(rows_of(evidence, word) == rows_of(fresh, word) for word in rare)
                assert all(tuple(evidence.files[n]) == fresh.files[n] for n in range(12))


def is_new(evidence: Evidence) -> bool:
    """Whether all documents were weighed for it."""
    return isinstance(getattr(evidence.words, "words", None), dict)


def rows_of(evidence: Evidence, word: str) -> set[tuple[int, int]]:
    """The documents that have a word, with the fields; of words that begin alike, any may be the best."""
    cell = evidence.words.get(word) or (0,)
    return {(cell[at], 0 if word.endswith("*") else cell[at + 2]) for at in range(1, len(cell), 3)}


def edit(root: Path, step: list[tuple[int, str | None]]) -> None:
    """Writes documents anew, or removes them; each change has a time of its own."""
    for number, text in step:
        path = root / f"docs/page{number}.md"
        if text is None:
            path.unlink(missing_ok=True)
        else:
            write(path, text, 10 + next(_ages))


_ages: Iterator[int] = iter(range(1_000_000))


# ── some came or went ────────────────────────────────────────────────────────────────────────────────────


def listed(root: Path, numbers: list[int]) -> None:
    """The index with an entry for each of these documents, in this order; those that are new are written."""
    lines = ["fallback: none", "context_files:"]
    for number in numbers:
        lines.append(f"  - {{id: page{number}, path: docs/page{number}.md, keywords: [keyword{number}]}}")
        if not (root / f"docs/page{number}.md").exists():
            write(root / f"docs/page{number}.md", text_of(number))
    write(root / "context-index.yml", "\n".join(lines) + "\n", 10 + next(_ages))


@pytest.mark.parametrize(
    "numbers",
    [
        [*range(41)],  # one more at the end
        [40, *range(40)],  # at the beginning: the numbers of all move
        [number for number in range(40) if number != 3],  # one less
        [*reversed(range(45))],
    ],
    ids=["one more", "one more before", "one less", "another order and more"],
)
@pytest.mark.usefixtures("large")
def test_where_documents_came_or_went_the_others_are_known_at_once(
    tmp_path: Path, numbers: list[int], asked: list[str], reads: list[str]
) -> None:
    root = library(tmp_path / "shop")
    helper.keep_up(discover(start=str(root)))
    listed(root, numbers)
    reads.clear()
    answer = prompt(root, "why are the tin23 and the brass2 of this so heavy")
    assert "How the meadow works: tin23" in given_to(answer) and "systemMessage" not in answer
    new = {f"docs/page{number}.md" for number in numbers if number >= 40}
    assert {path for path in reads if path not in new} <= {"docs/page23.md"} and new <= {
        *reads
    }  # what is given is read
    assert asked == [str(root)]
    for number in (max(numbers), min(numbers)):
        assert f"tin{number} " in given_to(prompt(root, f"why is the tin{number} of brass{number % 7} so heavy"))


@pytest.mark.usefixtures("large")
def test_where_many_came_or_nothing_was_known_names_and_titles_decide(tmp_path: Path, asked: list[str]) -> None:
    root = library(tmp_path / "shop")
    assert moved_evidence(project_of(root)) is None
    helper.keep_up(discover(start=str(root)))
    listed(root, [*range(40 + MOST)])
    assert moved_evidence(project_of(root)) is not None
    listed(root, [*range(41 + MOST)])
    assert moved_evidence(project_of(root)) is None
    assert "66 documents are being read" in prompt(root, "why is the tin23 so heavy")["systemMessage"]


@pytest.mark.law
@settings(max_examples=share(60), deadline=None)
@given(
    numbers=st.lists(st.integers(0, 19), min_size=1, max_size=20, unique=True),
    steps=st.lists(st.tuples(st.integers(0, 11), TEXTS), max_size=3),
)
def test_what_was_known_before_stands_for_the_same_documents_as_reading_all(
    numbers: list[int], steps: list[tuple[int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = library(tmp_path_factory.mktemp("shop"), 12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTXLOAD_CACHE_DIR", str(root / ".cache"))
        before = opened_cells(made(project_of(root)).words)
        common = {word for word, cell in before.items() if len(cell) == 1}
        edit(root, list(steps))
        listed(root, numbers)
        project = project_of(root)
        moved = moved_evidence(project)
        fresh = read_evidence(project.tables, DiskTree(project.place.root))
        assert moved is not None and moved.count == fresh.count
        rare = {word for word, cell in opened_cells(fresh.words).items() if len(cell) > 1} - common
        assert all(rows_of(moved, word) == rows_of(fresh, word) for word in rare)
        assert all(tuple(moved.files[n]) == fresh.files[n] for n in range(len(numbers)))
        known = opened_cells(moved.words)
        assert all(known.get(word) == moved.words.get(word) for word in {*before, *known})


# ── what is kept is never believed blindly ───────────────────────────────────────────────────────────────


@pytest.mark.heavy
@pytest.mark.parametrize("kind", ["counts", "changes", "documents"])
def test_a_flipped_bit_in_what_is_kept_changes_no_answer(tmp_path: Path, kind: str) -> None:
    root = library(tmp_path / "shop", 210)
    project = project_of(root)
    made(project)
    write(root / "docs/page11.md", "# Zebra crossing\n\nThe stripes of a zebra, zebra by zebra.\n", HOUR // 2)
    look_again(root)
    right = make_evidence(project, kept_evidence(project))
    path = Path(path_for(project.place, kind))
    whole = path.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 25)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        if kind == "counts":
            Path(path_for(project.place, "documents")).unlink(missing_ok=True)
            assert set(rows_of(make_evidence(project), "zebra")) == rows_of(right, "zebra"), at
        else:
            look_again(root)
            kept = kept_evidence(project)
            found = kept.evidence if kept and not kept.changed else make_evidence(project, kept)
            try:
                rows = rows_of(found, "zebra"), rows_of(found, "tin23")
            except DamagedSnapshot:  # found when it is read: `with_project` forgets it, and asks again
                forget_evidence(project.place)
                found = make_evidence(project)
                rows = rows_of(found, "zebra"), rows_of(found, "tin23")
            assert rows == (rows_of(right, "zebra"), rows_of(right, "tin23")), at


def test_documents_that_were_too_young_to_tell_are_read_once_more_and_then_believed(
    tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, later = project_of(library(tmp_path / "shop", 5)), time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: later() - 10_000_000_000)
    made(project)
    monkeypatch.setattr(time, "time_ns", later)
    times = []
    for _ in range(3):
        look_again(Path(project.tree.root))
        reads.clear()
        assert stored_evidence(project) is not None
        times.append(len(reads))
    assert times == [5, 0, 0]


def test_counts_that_were_cut_off_are_counted_again_and_the_others_are_not(tmp_path: Path, reads: list[str]) -> None:
    project = project_of(library(tmp_path / "shop", 20))
    right = made(project)
    path = Path(path_for(project.place, "counts"))
    path.write_bytes(path.read_bytes()[:-9])
    reads.clear()
    again = made(project)
    assert (opened_cells(again.words), again.files) == (opened_cells(right.words), right.files) and len(reads) == 1
    reads.clear()
    assert opened_cells(made(project).words) == opened_cells(right.words) and reads == []


def test_counts_do_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = library(tmp_path / "shop", 5)
    monkeypatch.setattr("ctxload.project.counts.SUPERSEDED", 3)
    project = project_of(root)
    sizes = []
    for _ in range(6):
        edit(root, [(number, text_of(number)) for number in range(5)])
        right = opened_cells(made(project).words)
        sizes.append(Path(path_for(project.place, "counts")).stat().st_size)
        assert opened_cells(made(project).words) == right
    assert max(sizes) < 3 * min(sizes)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="modes count for others than root")
def test_a_cache_that_cannot_be_written_starts_no_helper(tmp_path: Path, asked: list[str]) -> None:
    root = library(tmp_path / "shop")
    (tmp_path / "cache").chmod(0o500)
    assert "tin7" in given_to(prompt(root, "fix the keyword7")) and asked == []


@pytest.mark.usefixtures("large")
def test_without_a_cache_each_prompt_is_answered_and_no_helper_starts(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    root = library(tmp_path / "shop")
    for number in (7, 8):
        assert f"tin{number}" in given_to(prompt(root, f"fix the keyword{number}"))
    assert asked == []


def test_what_was_just_counted_is_not_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_of(library(tmp_path))

    def refuse(counts: Counts, key: int) -> tuple[str, ...]:
        raise AssertionError("what was just counted is read back")

    monkeypatch.setattr(Counts, "said", refuse)
    assert made(project).count == 40
