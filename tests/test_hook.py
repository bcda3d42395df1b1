"""`ctxload hook`: what reaches the client, and that a prompt always goes through."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given as generated
from hypothesis import settings
from hypothesis import strategies as st

from ctxload.errors import UsageError
from ctxload.integrations.clients.client import BYTES, UNITS, length
from ctxload.integrations.clients.registry import CLIENTS, find, read_call
from ctxload.integrations.hooks import answer, documents, entry, journal
from ctxload.integrations.hooks.hook import HookOptions, options_of, respond
from ctxload.integrations.hooks.turn import Silence, Turn, seconds
from ctxload.project import upkeep
from ctxload.project.build import build
from ctxload.project.snapshot import Project, path_for
from ctxload.workspace.locations import Place, discover
from strategies import share
from tiers import sample

if TYPE_CHECKING:
    from ctxload.integrations.clients.client import Unit

SOURCE = Path(answer.__file__).resolve().parents[3]
INDEX = """\
version: 1.0
context_files:
  - {path: context/api.md, keywords: [api, rest framework], agents: [backend-developer]}
  - {path: context/docker.md, keywords: [docker], agents: [devops-engineer]}
  - {path: context/style.md, keywords: [naming]}
"""

Say = Callable[..., str]


def python_path() -> str:
    """Where a process of its own finds ctxload, and the account of the tests."""
    return os.pathsep.join((str(SOURCE), os.environ["PYTHONPATH"]))


@pytest.fixture(autouse=True)
def allowed(tmp_path: Path, allow: Callable[[Path], None]) -> None:
    """The person has allowed the projects of these tests; `test_trust` has those they have not."""
    allow(tmp_path)


@pytest.fixture(autouse=True)
def own_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with three documents."""
    root = tmp_path / "shop"
    write(root, {"context-index.yml": INDEX})
    for name in ("api", "docker", "style"):
        write(root, {f"context/{name}.md": f"# The {name} page\n\nAll about {name}.\n"})
    return root


def write(root: Path, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))


def call(root: Path, prompt: str, client: str = "claude-code", conversation: str = "s1", **more: Any) -> dict[str, Any]:
    """What a client sends for a prompt."""
    base = {
        "claude-code": {"hook_event_name": "UserPromptSubmit", "transcript_path": "t"},
        "codex": {"hook_event_name": "UserPromptSubmit", "transcript_path": "t", "turn_id": "u", "model": "m"},
        "copilot": {"hook_event_name": "UserPromptSubmit", "timestamp": "now"},
        "gemini": {"hook_event_name": "BeforeAgent", "transcript_path": "t"},
        "cursor": {"hook_event_name": "beforeSubmitPrompt", "conversation_id": conversation},
        "openhands": {"event_type": "UserPromptSubmit", "message": prompt},
        "vscode": {"hookEventName": "UserPromptSubmit", "transcript_path": "t"},
        "opencode": {"hook_event_name": "chat.message"},
    }[client]
    return {"session_id": conversation, "cwd": str(root), "prompt": prompt, **base, **more}


def text_of(out: bytes) -> str:
    """The text that reaches the model, wherever the client wants it."""
    if not out:
        return ""
    data = json.loads(out)
    inner = data.get("hookSpecificOutput", data)
    if "updatedInput" in inner or "tool_input" in inner:
        return str(inner.get("updatedInput", inner.get("tool_input"))["prompt"])
    return str(inner.get("additionalContext", inner.get("additional_context")))


def ask(payload: dict[str, Any], client: str = "", max_chars: int = 0) -> str:
    """What a call adds for the model."""
    return text_of(respond(HookOptions(client, max_chars), payload, Turn()))


def compact(root: Path, conversation: str = "s1") -> dict[str, Any]:
    return {
        "session_id": conversation, "cwd": str(root), "transcript_path": "t", "hook_event_name": "SessionStart",
        "source": "compact",
    }  # fmt: skip


# ── what reaches the model ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("client", [name for name in CLIENTS if name != "nvim"])
def test_a_prompt_gets_the_content_its_words_call_for(shop: Path, client: str) -> None:
    text = ask(call(shop, "Add a REST-framework view", client), client)
    assert "All about api." in text
    assert "context/api.md" in text and "rest framework" in text
    assert "All about docker." not in text


def test_a_prompt_from_a_folder_within_the_project_counts_for_the_project(shop: Path) -> None:
    (shop / "src").mkdir()
    assert "All about api." in ask(call(shop / "src", "the api"))


@pytest.mark.parametrize(
    "prompt", ["Plan the next quarter", "", "  \n", "/review the api", "<task-notification>the api</task-notification>"]
)
def test_what_calls_for_nothing_goes_through_unchanged(shop: Path, prompt: str) -> None:
    assert respond(HookOptions(), call(shop, prompt), Turn()) == b""


def test_there_is_no_fallback_unless_the_index_sets_one(shop: Path) -> None:
    assert ask(call(shop, "Plan the next quarter", agent_type="backend-developer")) == ""
    write(shop, {"context-index.yml": INDEX + "fallback: [style]\n"})
    assert "All about style." in ask(call(shop, "Plan the next quarter"))


def test_the_hook_is_focused_unless_the_index_says_otherwise(shop: Path) -> None:
    def mode() -> str:
        project = build(discover(start=str(shop)))
        return answer.choose(project, read_call(call(shop, "the api")), Turn(), lambda: None).match

    assert mode() == "focused"
    write(shop, {"context-index.yml": INDEX + "match: whole\n"})
    assert mode() == "whole"


def test_always_comes_once_in_a_conversation(shop: Path) -> None:
    write(shop, {"context-index.yml": INDEX + "always: [style]\n"})
    first, second = ask(call(shop, "the api")), ask(call(shop, "docker"))
    assert "All about style." in first and "All about api." in first
    assert "All about docker." in second and "All about style." not in second


MISTYPED = "Context: context/apy.md\nAdd a docker image", "Context: dokcer\nNaming of the api"


@pytest.mark.parametrize("client", ["claude-code", "codex", "gemini", "cursor", "vscode"])
def test_a_mistyped_directive_is_one_line_for_the_person_that_says_what_was_meant(shop: Path, client: str) -> None:
    out = json.loads(respond(HookOptions(), call(shop, MISTYPED[0], client), Turn()))
    said = out.pop(find(client).tells)
    assert said.count("\n") == 0 and "`context/apy.md`" in said and "`context/api.md`" in said
    assert out in ({}, {"continue": True})


def test_a_directive_that_is_nearly_an_id_is_remarked_on_to_the_person_beside_the_answer(shop: Path) -> None:
    out = json.loads(respond(HookOptions(), call(shop, MISTYPED[1]), Turn()))
    text = out["hookSpecificOutput"]["additionalContext"]
    assert "`docker`" in out["systemMessage"]
    assert "All about api." in text and "All about docker." not in text and "dokcer" not in text


@pytest.mark.parametrize("client", [name for name in CLIENTS if name != "nvim" and not find(name).tells])
def test_no_remark_reaches_a_model_where_the_client_shows_nothing_to_the_person(shop: Path, client: str) -> None:
    with pytest.raises(Silence, match="did you mean"):
        ask(call(shop, MISTYPED[0], client), client)
    text = ask(call(shop, MISTYPED[1], client), client)
    assert "All about api." in text and "dokcer" not in text and "ctxload:" not in text


def test_secret_and_ignored_files_are_never_given_even_by_their_own_path(shop: Path) -> None:
    write(
        shop,
        {
            "context-index.yml": INDEX + "  - {path: .env, keywords: [deploy]}\n  - {path: private.md, keywords: [deploy]}\n",  # noqa: E501
            ".env": "PASSWORD=correct-horse",
            "private.md": "# Private",
            ".gitignore": "private.md\n",
        },
    )  # fmt: skip
    assert ask(call(shop, "deploy")) == ""
    assert "correct-horse" not in ask(call(shop, "deploy the api", conversation="s2"))


# ── once per conversation ────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_given_once_in_a_conversation(shop: Path) -> None:
    assert "All about api." in ask(call(shop, "the api"))
    assert ask(call(shop, "the api again")) == ""
    assert "All about api." in ask(call(shop, "the api", conversation="s2"))


def test_a_changed_file_is_given_again(shop: Path) -> None:
    ask(call(shop, "the api"))
    write(shop, {"context/api.md": "# The api page\n\nRewritten.\n"})
    assert "Rewritten." in ask(call(shop, "one more api"))


def test_after_a_compaction_what_was_given_comes_again_at_once(shop: Path) -> None:
    ask(call(shop, "the api"))
    ask(call(shop, "docker"))
    text = ask(compact(shop))
    assert "All about api." in text and "All about docker." in text
    assert ask(call(shop, "the api once more")) == ""


def test_where_compaction_is_only_announced_the_next_prompt_gets_it_again(shop: Path) -> None:
    ask(call(shop, "the api", "copilot"))
    assert respond(HookOptions(), {**call(shop, "", "copilot"), "hook_event_name": "PreCompact"}, Turn()) == b""
    assert "All about api." in ask(call(shop, "the api, more", "copilot"))


def test_a_compaction_of_an_empty_conversation_adds_nothing(shop: Path) -> None:
    assert ask(compact(shop)) == ""


def test_hooks_that_are_installed_twice_give_once(shop: Path) -> None:
    assert ask(call(shop, "the api"))
    assert ask(call(shop, "the api")) == ""


@pytest.mark.heavy
def test_the_same_prompt_at_the_same_instant_is_answered_once(shop: Path) -> None:
    ask(call(shop, "docker", conversation="warm"))
    for round_ in range(20):
        barrier = threading.Barrier(8)

        def one(_: int, name: str = f"r{round_}", barrier: threading.Barrier = barrier) -> bool:
            payload = call(shop, "the api", conversation=name)
            barrier.wait()
            return bool(respond(HookOptions(), payload, Turn()))

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(one, range(8))) == 1


@pytest.mark.skipif(os.name == "nt", reason="forks")
@pytest.mark.heavy
@pytest.mark.parametrize("trouble", ["killed", "full"])
@pytest.mark.parametrize("kind", ["prompt", "compacted", "touch"])
def test_a_hook_that_ends_at_any_of_its_steps_loses_no_document(shop: Path, kind: str, trouble: str) -> None:
    killer = Path(__file__).with_name("hook_killer.py")
    done = subprocess.run(
        [sys.executable, str(killer), str(shop), kind, trouble], capture_output=True, timeout=120, check=True,
        env={**os.environ, "PYTHONPATH": python_path()},
    )  # fmt: skip
    answers = json.loads(done.stdout)
    assert len(answers) > 10
    for first, *later in answers:
        assert not first or json.loads(first)
        given = ["All about api." in text for text in (first, *later)]
        assert any(given[:2]) or (trouble == "full" and any(given[:3])), f"step {len(answers)}"
        assert not given[3], "more than once again"
    assert [bool(text) for text in answers[-1]] == [True, False, False, False]


def test_a_prompt_that_nobody_answered_in_the_end_is_answered_by_the_other_hook(shop: Path) -> None:
    gone = Turn()
    gone.stream = object()  # a stream that cannot be written
    with pytest.raises(Silence, match="nobody reads"):
        respond(HookOptions(), call(shop, "the api"), gone)
    assert "All about api." in ask(call(shop, "the api"))
    assert ask(call(shop, "the api")) == ""


def test_an_answer_is_handed_over_before_anything_is_noted_of_it(shop: Path, tmp_path: Path) -> None:
    class Stream:
        def write(self, data: bytes) -> None:
            (kept,) = (tmp_path / "cache" / "conversations").glob("*.given")
            assert b"All about api." in data and kept.read_bytes() == b""
            assert not list((tmp_path / "cache" / "hook").glob("last-*"))
            raise OSError

    turn = Turn()
    turn.stream = Stream()
    turn.stream.buffer = turn.stream
    with pytest.raises(Silence):
        respond(HookOptions(), call(shop, "the api"), turn)


def test_noting_that_takes_too_long_ends_and_the_answer_is_there(shop: Path) -> None:
    program = (
        "import time, ctxload.load.conversation as c; c.Conversation.note = lambda *_: time.sleep(60)\n"
        "from ctxload.start import main; main()"
    )
    status, out, err = run(sent(call(shop, "the api")), program=program, env={"CTXLOAD_HOOK_SECONDS": "1"})
    assert (status, err) == (0, "") and "All about api." in text_of(out)


def test_the_same_words_said_later_are_a_prompt_of_their_own(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(call(shop, "the api"))
    write(shop, {"context/api.md": "# The api page\n\nRewritten.\n"})
    assert ask(call(shop, "the api")) == ""  # at the same instant: the other hook's call
    monkeypatch.setattr(journal, "SAME_CALL", 0)
    assert "Rewritten." in ask(call(shop, "the api"))


def test_without_a_cache_every_prompt_is_answered(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    assert ask(call(shop, "the api")) == ask(call(shop, "the api")) != ""


def test_no_prompt_is_stored(shop: Path, tmp_path: Path) -> None:
    ask(call(shop, "the api of the xylophone"))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "cache" / "hook").rglob("*") if path.is_file())
    assert b"context/api.md" in kept and b"xylophone" not in kept


def test_old_conversations_are_forgotten(shop: Path, tmp_path: Path) -> None:
    ask(call(shop, "the api"))
    (old,) = (tmp_path / "cache" / "hook").glob("c-*")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    ask(call(shop, "the api", conversation="s2"))
    assert not old.exists()


def test_the_log_stays_small_and_keeps_one_before(tmp_path: Path) -> None:
    for number in range(2000):
        journal.note("codex", "silent", f"{number} " + "x" * 100)
    folder = tmp_path / "cache" / "hook"
    assert {path.name for path in folder.iterdir()} == {"log", "log.1"}
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3 * journal.LOG_SIZE
    assert journal.log_lines()[-1][1:] == ["codex", "silent", "1999 " + "x" * 100]


def test_what_is_too_large_to_give_is_named_once(shop: Path) -> None:
    write(shop, {"context/api.md": b"\x00binary"})
    assert "context/api.md" in ask(call(shop, "the api"))
    assert ask(call(shop, "the api again")) == ""
    assert "context/api.md" in ask(call(shop, "the api", conversation="s2"))


def test_a_large_document_gives_the_section_the_task_is_about(shop: Path) -> None:
    filler = "".join(f"## Chapter {n}\n\n" + "Nothing of note here. " * 40 + "\n\n" for n in range(60))
    write(shop, {"context/api.md": f"# API\n\n{filler}## Throttling\n\nThe limiter counts a minute.\n\n{filler}"})
    text = ask(call(shop, "The api answers 429: mend the throttling"))
    assert "The limiter counts a minute." in text and length(text, UNITS) <= 10_000


def test_the_last_selection_can_be_explained(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from ctxload.start import run as ctxload

    words = ["explain", "--last", "--root", str(shop)]
    assert ctxload(words) == 1
    assert "no prompt in this project has reached a hook yet" in capsys.readouterr().err
    ask(call(shop, "the api", "codex", agent_type="backend-developer"))
    assert ctxload(words) == 0
    said = capsys.readouterr().out
    assert "codex  layer keyword · match focused · agent backend-developer" in said
    assert "context/api.md  whole" in said and "keyword api" in said
    assert ctxload([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"][0]["path"] == "context/api.md"


def answered(payload: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """One call of the command, as far as it is answered in this process."""
    monkeypatch.setattr(entry, "read_stdin", lambda: payload)
    monkeypatch.setattr(Turn, "start", lambda self: None)
    assert entry.answer([]) == 0


SILENCES = {
    "Plan the next quarter": "the index selects nothing",
    "thanks!": "the index selects nothing",
    "/review the api": "no task: nothing is asked",
    "  ": "no task: nothing is asked",
    "<task-notification>the api</task-notification>": "no task: nothing is asked",
    "the api once more": "all 1 files that it selects were given before",
    "Context: context/apy.md": "did you mean `context/api.md`?",
    "Context: dokcer": "did you mean `docker`?",
}


@pytest.mark.parametrize("prompt", SILENCES)
def test_every_silence_has_its_reason_in_the_log_and_is_the_last_prompt(
    shop: Path, prompt: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ctxload.start import run as ctxload

    answered(call(shop, "the api", "copilot"), monkeypatch)
    answered(call(shop, prompt, "copilot"), monkeypatch)
    lines = [line[1:] for line in journal.log_lines()]
    assert [line[1] for line in lines] == ["given", "silent"]
    assert SILENCES[prompt] in lines[-1][2] and lines[-1][2].endswith(f", {shop}")
    capsys.readouterr()
    assert ctxload(["explain", "--last", "--root", str(shop)]) == 0
    said = capsys.readouterr().out
    assert f"given nothing: {SILENCES[prompt]}" in said or SILENCES[prompt] in said.split("given nothing: ")[1]
    assert "context/api.md  whole" not in said


def test_a_project_that_is_not_allowed_is_the_reason_of_its_last_prompt(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(call(shop, "the api"), monkeypatch)
    monkeypatch.setattr("ctxload.workspace.trust.known", dict)
    answered(call(shop, "docker"), monkeypatch)
    assert "not allowed" in json.loads(journal.last_of(str(shop)))["silent"]


# ── subagents ────────────────────────────────────────────────────────────────────────────────────────────


def subagent(root: Path, agent: str, prompt: str, **more: Any) -> dict[str, Any]:
    tool = {"description": "d", "prompt": prompt, "subagent_type": agent}
    return call(root, "", hook_event_name="PreToolUse", tool_name="Agent", tool_input=tool, tool_use_id="1") | more


def test_a_subagent_gets_what_its_task_calls_for_in_its_own_scope(shop: Path) -> None:
    task = "Write the api into a docker image"
    text = ask(subagent(shop, "devops-engineer", task))
    assert text.startswith(task)
    assert "All about docker." in text and "All about api." not in text


def test_a_subagent_gets_what_the_conversation_that_sent_it_was_given_before(shop: Path) -> None:
    ask(call(shop, "docker"))
    assert "All about docker." in ask(subagent(shop, "devops-engineer", "docker"))
    assert ask(call(shop, "more docker")) == ""


def test_a_subagent_of_a_plugin_is_known_by_its_own_name(shop: Path) -> None:
    assert "All about api." not in ask(subagent(shop, "team:devops-engineer", "the api in docker"))


def test_a_subagents_task_that_fits_nothing_is_left_as_it_is(shop: Path) -> None:
    assert ask(subagent(shop, "devops-engineer", "Plan the next quarter")) == ""


def test_the_agent_of_a_prompt_sets_its_scope(shop: Path) -> None:
    prompt = "the api in docker"
    assert "All about docker." not in ask(call(shop, prompt, "codex", agent_type="backend-developer", agent_id="a"))
    assert "All about docker." in ask(call(shop, prompt, "codex", agent_type="explorer", agent_id="b"))


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────

FILLERS = {"ascii": "word ", "three bytes": "語言 ", "two units": "🎉🎊 "}


@pytest.mark.parametrize("filler", sample(["three bytes", "two units", "ascii"], 2))
@pytest.mark.parametrize("client", ["claude-code", "codex", "copilot", "gemini", "cursor", "opencode", "openhands"])
@pytest.mark.parametrize("size", sample([10_001, 9_000, 9_990, 10_000, 30_000]))
def test_what_is_given_never_exceeds_what_the_client_takes(shop: Path, client: str, filler: str, size: int) -> None:
    unit = BYTES if client == "codex" else UNITS
    line = FILLERS[filler] * 8
    sections = "".join(f"## Part {n}\n\n{line}\n\n" for n in range(size // (len(line) + 14)))
    write(shop, {"context/api.md": f"# The api page\n\n{sections}"})
    text = ask(call(shop, "the api", client), client)
    assert "context/api.md" in text
    assert length(text, unit) <= 10_000


@settings(max_examples=share(30))
@generated(limit=st.integers(1, 12_000), unit=st.sampled_from([BYTES, UNITS]))
def test_no_limit_is_exceeded_however_small(limit: int, unit: Unit, many: Project) -> None:
    resolution = answer.choose(many, read_call(call(Path(many.place.root), "the api")), Turn(), lambda: None)
    assert len(resolution.files) == 4
    assert length(answer.fitted(resolution, many, limit, unit, {}).text, unit) <= limit


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with four large documents that one word calls for."""
    root = tmp_path_factory.mktemp("many")
    names = [f"{n}.md" for n in range(4)]
    entries = "".join(f"  - {{path: {name}, keywords: [api]}}\n" for name in names)
    write(root, {"context-index.yml": f"context_files:\n{entries}match: whole\n"})
    write(root, {name: f"# {name}\n\n" + "## Part\n\nsome words 語言🎉\n\n" * 100 for name in names})
    return build(discover(start=str(root)))


# ── options ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], HookOptions()),
        (["--client", "codex"], HookOptions("codex")),
        (["--client=gemini", "--max-chars=500"], HookOptions("gemini", 500)),
        (["--max-chars", "20000"], HookOptions("", 20_000)),
    ],
)
def test_options_are_read(words: list[str], expected: HookOptions) -> None:
    assert options_of(words) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [("", 2.0), ("5", 5.0), ("0.5", 0.5), ("x", 2.0), ("0", 2.0), ("-1", 2.0), ("nan", 2.0), ("1e9", 2.0)],
)
def test_the_time_may_be_set_within_reason(said: str, expected: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTXLOAD_HOOK_SECONDS", said)
    assert seconds() == expected


def test_a_number_of_very_many_digits_is_read_as_a_very_large_one(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for digits in ("9" * 5000, "0" * 5000 + "7"):
        monkeypatch.setenv("CTXLOAD_MAX_CHARS", digits)
        assert options_of([]).max_chars == int(digits.lstrip("0")[:18])
    assert "All about api." in ask(call(shop, "the api", "copilot"), max_chars=10**18 - 1)
    monkeypatch.setenv("CTXLOAD_MAX_CHARS", "0" * 5000)
    with pytest.raises(UsageError, match="isn't a number of characters"):
        options_of([])


def test_a_path_with_a_line_separator_in_it_is_one_path() -> None:
    notes = journal.Notes("s1")
    notes.name([("context/a\u2028b\x0c.md", "named:7")])
    assert notes.named() == {"context/a\u2028b\x0c.md": "named:7"}


@pytest.mark.parametrize(
    "words",
    [["--foo"], ["codex"], ["--client"], ["--client", "emacs"], ["--max-chars", "-1"], ["--max-chars", "x"], ["--max-chars=²"]],  # noqa: E501
)  # fmt: skip
def test_wrong_options_are_a_reason_and_no_crash(words: list[str]) -> None:
    with pytest.raises(UsageError):
        options_of(words)


def test_the_environment_may_set_how_much_is_given(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTXLOAD_MAX_CHARS", "123")
    assert options_of([]).max_chars == 123
    assert options_of(["--max-chars", "9"]).max_chars == 9


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────────────


def run(
    given: bytes | None, *words: str, env: dict[str, str] | None = None, program: str = ""
) -> tuple[int, bytes, str]:
    """The command as a client runs it: exit status, stdout, stderr."""
    start = ["-c", program] if program else ["-m", "ctxload"]
    done = subprocess.run(
        [sys.executable, *start, "hook", *words], input=given, capture_output=True, timeout=60,
        env={**os.environ, "PYTHONPATH": python_path(), "CTXLOAD_HOOK_SECONDS": "60", **(env or {})},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr.decode()


def sent(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload).encode()


def test_the_command_prints_one_json_object_and_nothing_else(shop: Path) -> None:
    status, out, err = run(sent(call(shop, "the api")))
    assert (status, err) == (0, "")
    assert "All about api." in text_of(out)
    assert out.isascii()


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b"\xff\xfe\x00",
        b"the api",
        b"{}",
        b'{"prompt": 7}',
        b"[" * 100_000,
        b"\x00" * 1000,
    ],
    ids=lambda given: repr(given[:12]),
)
def test_garbage_on_stdin_adds_nothing(given: bytes) -> None:
    status, out, _ = run(given)
    assert (status, out) == (0, b"")


@pytest.mark.parametrize("words", [["--foo"], ["--client"], ["--client", "emacs"], ["x", "y"], ["--version"]])
def test_wrong_arguments_add_nothing_and_say_so(shop: Path, words: list[str]) -> None:
    status, out, err = run(sent(call(shop, "the api")), *words)
    assert (status, out) == (0, b"")
    assert err.startswith("ctxload: hook does not ") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (None, "no context-index.yml"),
        (b"context_files: [{path: context/api.md, keywords: [api]", "CTX001"),
        (b"\xff\xfe\x00\x01" * 50, "CTX00"),
        (b"", ""),
    ],
)
def test_a_broken_or_missing_index_adds_nothing_and_says_why(shop: Path, index: bytes | None, said: str) -> None:
    (shop / "context-index.yml").unlink()
    if index is not None:
        write(shop, {"context-index.yml": index})
    status, out, err = run(sent(call(shop, "the api")))
    assert (status, out) == (0, b"")
    assert said in err
    assert all(said in line[3] for line in journal.log_lines())


def test_a_folder_that_is_not_there_adds_nothing(shop: Path) -> None:
    status, out, err = run(sent(call(shop / "gone", "the api")))
    assert (status, out) == (0, b"") and "doesn't exist" in err


def test_an_index_that_is_half_sound_serves_as_far_as_it_is(shop: Path) -> None:
    write(shop, {"context-index.yml": INDEX + "  - {keywords: [no path]}\n"})
    assert "All about api." in ask(call(shop, "the api"))


def test_a_switch_in_the_environment_turns_it_off(shop: Path) -> None:
    for value, silent in (("1", True), ("true", True), ("0", False), ("", False)):
        status, out, err = run(sent(call(shop, "the api", conversation=value)), env={"CTXLOAD_DISABLE": value})
        assert (status, not out, err) == (0, silent, "")


def test_a_client_that_never_closes_stdin_is_not_waited_for() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ctxload", "hook"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": python_path()},
    ) as process:  # fmt: skip
        assert process.wait(30) == 0
        assert process.stdout is not None and process.stdout.read() == b""
        assert process.stderr is not None and b"no answer within 2 s" in process.stderr.read()


SLOW = """
import os, sys, time
def slowed(real):
    def slow(path, *more, **named):
        if str(path).endswith(SLOW):
            time.sleep(60)
        return real(path, *more, **named)
    return slow
os.stat, os.lstat, os.open = slowed(os.stat), slowed(os.lstat), slowed(os.open)
from ctxload.start import main
main()
"""


@pytest.mark.parametrize("name", ["api.md", "context-index.yml", "cache"])
def test_a_slow_file_system_adds_nothing(shop: Path, name: str) -> None:
    program = SLOW.replace("SLOW)", f"{name!r})")
    limit = "4" if name == "api.md" else "0.3"  # a busy machine must come as far as the document
    status, out, err = run(sent(call(shop, "the api")), program=program, env={"CTXLOAD_HOOK_SECONDS": limit})
    assert status == 0
    if name == "api.md":  # where the disk holds up more, nothing of it can be noted
        assert "no answer within 4 s" in json.loads(out)["systemMessage"]
        assert journal.log_lines()[-1][2] == "late" and "late" not in text_of(out)
        assert "no answer" in json.loads(journal.last_of(str(shop)))["silent"]
    else:
        assert out == b""
    assert "no answer within" in err


HELD = """
import sys, ctxload.integrations.hooks.hook as hooks
hooks.respond = lambda settings, payload, turn: HOLD
from ctxload.start import main
main()
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers here")
@pytest.mark.heavy
def test_a_search_that_lets_no_other_thread_run_is_ended_by_a_signal(shop: Path) -> None:
    hold = "__import__('re').match('(a|a)*$', 'a' * 64 + 'b')"
    program = HELD.replace("HOLD", hold)
    status, out, err = run(sent(call(shop, "the api")), program=program, env={"CTXLOAD_HOOK_SECONDS": "0.3"})
    assert (status, out) == (0, b"")
    assert "no answer within 0.3 s" in err


@pytest.mark.heavy
def test_what_holds_the_interpreter_and_looks_for_no_signal_is_ended_by_the_watch(shop: Path) -> None:
    """With exit status 1: nothing of the interpreter runs any more that could say another."""
    program = HELD.replace("HOLD", "sum(range(10**18))")
    status, out, err = run(sent(call(shop, "the api")), program=program, env={"CTXLOAD_HOOK_SECONDS": "0.3"})
    assert (status, out) == (1, b"")
    assert "Timeout" in err


def test_what_is_being_written_when_the_time_is_up_is_written_whole(shop: Path) -> None:
    program = HELD.replace("HOLD", "respond(payload, turn)").replace(
        "from ctxload.start",
        "import time, ctxload.integrations.hooks.turn as t; real = t.write\n"
        "def respond(payload, turn):\n"
        "    t.write = lambda *all: (time.sleep(turn.end + 1.3 - time.monotonic()), real(*all))\n"
        "    return turn.hand_over(hooks.read_call(payload, ''), 'x' * 1_000_000)\n"
        "from ctxload.start",
    )
    status, out, err = run(sent(call(shop, "the api")), program=program, env={"CTXLOAD_HOOK_SECONDS": "2"})
    assert (status, err) == (0, "")
    assert len(json.loads(out)["hookSpecificOutput"]["additionalContext"]) == 1_000_000


def test_a_fault_inside_adds_nothing(shop: Path) -> None:
    program = (
        "import sys, ctxload.integrations.hooks.hook as h; h.respond = None; from ctxload.start import main; main()"
    )
    status, out, err = run(sent(call(shop, "the api")), program=program)
    assert (status, out) == (0, b"") and "a fault inside ctxload" in err and err.count("\n") == 1


def test_a_package_that_cannot_be_imported_adds_nothing(shop: Path) -> None:
    program = (
        "import sys; sys.modules['ctxload.integrations.hooks.hook'] = None; from ctxload.start import main; main()"
    )
    status, out, err = run(sent(call(shop, "the api")), program=program)
    assert (status, out) == (0, b"") and "ctxload: " in err and err.count("\n") == 1


def test_a_large_index_is_compiled_by_a_helper_and_waited_for(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []

    def starts(place: Place) -> bool:
        started.append(place.path)
        if len(started) == 2:
            build(place)
        return True

    monkeypatch.setattr(upkeep, "ask_for", starts)
    monkeypatch.setattr(answer, "COMPILE_SIZE", 10)
    monkeypatch.setattr(documents, "COMPILE_SECONDS", -1)
    out = json.loads(respond(HookOptions(), call(shop, "the api"), Turn()))
    assert set(out) == {"systemMessage"} and "is compiled now, for the next prompt" in out["systemMessage"]
    assert started == [str(shop / "context-index.yml")]
    assert "All about api." in ask(call(shop, "the api"))
    assert "All about docker." in ask(call(shop, "docker")) and len(started) == 2


def wait_for(path: Path) -> None:
    waited = threading.Event()
    for _ in range(600):
        if path.exists():
            return
        waited.wait(0.05)
    raise AssertionError(f"{path} did not come")


def test_the_background_process_compiles(shop: Path) -> None:
    place = discover(start=str(shop))
    assert upkeep.ask_for(place)
    wait_for(Path(path_for(place)))


def test_the_background_process_runs_no_code_of_the_project(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules of any name in the project, and the variables by which Python is told of others."""
    proof = shop / "PROOF"
    names = (*sys.stdlib_module_names, "ctxload", "yaml", "pathspec", "packaging", "regex", "usercustomize")
    for name in names:
        (shop / f"{name}.py").write_text(f"open({str(proof)!r}, 'w')\n", encoding="utf-8")
    monkeypatch.chdir(shop)
    for variable, value in (("PYTHONPATH", f".{os.pathsep}{shop}"), ("PYTHONSTARTUP", "re.py"), ("PYTHONINSPECT", "")):
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("PYTHONUSERBASE", str(shop))
    place = discover(start=str(shop))
    assert upkeep.ask_for(place)
    wait_for(Path(path_for(place)))
    assert not proof.exists()


@pytest.mark.parametrize(
    "task", ["the api \x1b[31m", "the api \ud83d", "the api \u202e", "the api \x00", "the api 語言"]
)
def test_odd_characters_in_a_prompt_do_no_harm(shop: Path, task: str) -> None:
    text = ask(call(shop, task))
    assert "All about api." in text
    assert "\x1b" not in text and "\u202e" not in text


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01binary", b"\xef\xbb\xbf# BOM\r\n\r\nlines\r\n", b"\xff\xfe", b"x" * 5_000_000, b"# \xe8\xaa"],
    ids=["empty", "binary", "bom", "not text", "large", "half a character"],
)
def test_odd_files_do_no_harm(shop: Path, content: bytes) -> None:
    write(shop, {"context/api.md": content})
    text = ask(call(shop, "the api and docker"))
    assert "All about docker." in text
    assert length(text, UNITS) <= 10_000
