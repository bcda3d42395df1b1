"""A prompt without a topic of its own goes on with the last ones'; of them only numbers of known words are kept."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxload.integrations.hooks import follow_up, journal
from ctxload.integrations.hooks.follow_up import FADE, LEAST, NONE, ON, OWN, Topic, followed, going_on, topics_of
from ctxload.integrations.hooks.hook import HookOptions, respond
from ctxload.integrations.hooks.turn import Turn
from ctxload.project.build import build
from ctxload.project.snapshot import Project
from ctxload.selection.documents import evidence_of
from ctxload.selection.model import Request, Resolution
from ctxload.workspace.locations import discover
from strategies import share

INDEX = """\
version: 1.0
fallback: none
context_files:
  - {path: context/invoices.md, keywords: [invoice, dunning letter]}
  - {path: context/docker.md, keywords: [docker]}
  - {path: context/pages.md, for_files: ['pages/**']}
"""
FILES = {
    "context-index.yml": INDEX,
    "context/invoices.md": "# Invoices\n\nInvoices are numbered by year.\n",
    "context/docker.md": "# Docker\n\nImages stay small.\n",
    "context/pages.md": "# Pages\n\nEach has a title.\n",
    "pages/start.tsx": "export {}\n",
}
FOLLOW_UPS = (
    "now do the same for the other one", "and the second?", "merge them into one file", "the same again, please",
    "what about the others", "und jetzt das zweite", "fais la même chose pour l'autre", "ahora lo mismo para el otro",
    "agora o mesmo para o outro", "test it, too",
)  # fmt: skip
CHATTER = ("thanks!", "ok", "great, thanks for those", "danke", "sounds good", "yes", "go on")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allow: Callable[[Path], None]) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    allow(tmp_path)


def project_of(root: Path, **files: str) -> Project:
    for name, text in {**FILES, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return build(discover(root=str(root)))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return project_of(tmp_path / "shop")


def ask(project: Project, prompt: str, conversation: str = "c") -> Resolution:
    evidence = evidence_of(project.tables, project.tree)
    return followed(project, conversation, Request(prompt, fallback=False), lambda: evidence)


def kept(conversation: str = "c") -> Path:
    return Path(journal.Notes(conversation).folder) / follow_up.FILE


@pytest.mark.parametrize("prompt", FOLLOW_UPS)
def test_a_follow_up_goes_on_with_the_topic_before(project: Project, prompt: str) -> None:
    assert ask(project, prompt, "nothing before").paths == ()
    assert ask(project, "number the invoices by year").paths == ("context/invoices.md",)
    found = ask(project, prompt)
    assert found.paths == ("context/invoices.md",)
    notes = {reason.note.partition(" of ")[0] for file in found.files for reason in file.reasons}
    assert notes == {"follows up on prompt 1"}


@pytest.mark.parametrize("prompt", CHATTER)
def test_thanks_and_chatter_bring_nothing_and_leave_the_topic(project: Project, prompt: str) -> None:
    ask(project, "number the invoices by year")
    assert ask(project, prompt).paths == ()
    assert ask(project, "and the second?").paths == ("context/invoices.md",)


def test_a_prompt_with_a_topic_of_its_own_resets_it(project: Project) -> None:
    ask(project, "number the invoices by year")
    assert ask(project, "make docker images small").paths == ("context/docker.md",)
    assert ask(project, "and the other one").paths == ("context/docker.md",)


def test_what_was_said_fades(project: Project) -> None:
    first = ask(project, "number the invoices by year").files[0].score
    scores = []
    while (found := ask(project, "and the next of those")).files:
        scores.append(found.files[0].score)
    assert scores == sorted(scores, reverse=True) and scores[0] < first
    assert len(scores) == len([age for age in range(1, 20) if FADE**age >= LEAST])


def test_a_file_at_hand_stays_at_hand(project: Project) -> None:
    assert ask(project, "rename pages/start.tsx").paths == ("context/pages.md",)
    assert ask(project, "now do the same for the other one").paths == ("context/pages.md",)


def test_a_prompt_that_calls_for_something_is_no_follow_up(project: Project) -> None:
    ask(project, "number the invoices by year")
    assert ask(project, "do the same for docker").paths == ("context/docker.md",)


def test_conversations_know_nothing_of_each_other(project: Project) -> None:
    ask(project, "number the invoices by year", "one")
    assert ask(project, "and the second?", "two").paths == ()


def test_only_numbers_of_known_words_and_paths_that_are_there_are_kept(project: Project) -> None:
    ask(project, "the secret-zebra invoice of Mx Quux in pages/start.tsx and pages/unwritten-zebra.tsx, dunning letter")
    ask(project, "and the other zebra")
    text = kept().read_text(encoding="utf-8")
    assert "pages/start.tsx" in text and "zebra" not in text and "invoice" not in text.lower()
    words = {number for topic in topics_of(str(kept())) for number in topic.words}
    known = follow_up._names(project, evidence_of(project.tables, project.tree))
    assert follow_up.number_of("invoice") in words <= set(map(follow_up.number_of, known))
    assert "zebra" not in known
    if sys.platform != "win32":
        assert stat.S_IMODE(kept().stat().st_mode) & 0o077 == 0


def test_with_memory_off_nothing_is_kept_and_nothing_follows(tmp_path: Path) -> None:
    root = tmp_path / "quiet"
    project_of(root, **{"context-index.yml": INDEX + "memory: false\n"})
    for prompt in ("number the invoices by year", "and the second?"):
        payload = {"hook_event_name": "UserPromptSubmit", "transcript_path": "t", "session_id": "c", "cwd": str(root)}
        respond(HookOptions(), {**payload, "prompt": prompt}, Turn())
    assert not kept().exists()


def test_the_hook_gives_nothing_twice_and_the_last_selection_names_the_earlier_prompt(
    project: Project, tmp_path: Path
) -> None:
    root = tmp_path / "shop"
    payload = {"hook_event_name": "UserPromptSubmit", "transcript_path": "t", "session_id": "c", "cwd": str(root)}
    assert b"numbered by year" in respond(HookOptions(), {**payload, "prompt": "number the invoices by year"}, Turn())
    assert respond(HookOptions(), {**payload, "prompt": "and the second?"}, Turn()) == b""
    (root / "context/invoices.md").write_text("# Invoices\n\nInvoices are numbered by month now.\n", encoding="utf-8")
    assert b"numbered by month" in respond(HookOptions(), {**payload, "prompt": "and the other one?"}, Turn())
    last = json.loads(journal.last_of(os.path.realpath(root)) or journal.last_of(str(root)))
    assert last["follows"].startswith("follows up on prompt 1 of 20")


def test_a_damaged_memory_is_none(project: Project) -> None:
    ask(project, "number the invoices by year")
    kept().write_bytes(b"\xff\xfe broken\n1 x = 3\n")
    assert ask(project, "and the second?").paths == ()


_topics = st.lists(st.tuples(st.sampled_from([OWN, ON, NONE]), st.lists(st.integers(0, 9), max_size=3)), max_size=12)


@given(_topics)
def test_a_follow_up_goes_back_to_the_last_topic_of_its_own_and_no_further(rows: list[tuple[str, list[int]]]) -> None:
    before = [Topic(0, at, standing, tuple(words)) for at, (standing, words) in enumerate(rows, 1)]
    found = going_on(before, len(before) + 1)
    weights = [weight for _, weight in found]
    assert weights == sorted(weights, reverse=True) and all(LEAST <= weight < 1 for weight in weights)
    own = max((topic.number for topic in before if topic.standing == OWN), default=0)
    assert all(topic.number >= own and (topic.words or topic.paths) for topic, _ in found)


@settings(max_examples=share(30))
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=5).map(" ".join))
def test_any_prompt_can_be_noted_and_read_again(tmp_path_factory: pytest.TempPathFactory, prompt: str) -> None:
    path = str(tmp_path_factory.mktemp("n") / "topics")
    topic = Topic(5, 7, OWN, (1, 2), tuple(part for part in (prompt.replace("\t", "").split("\n")[0],) if part.strip()))
    if any(char in prompt for char in "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"):
        return
    follow_up._note(path, topic)
    assert topics_of(path) == [topic]
