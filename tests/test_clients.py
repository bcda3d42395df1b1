"""What the clients send, as it was recorded, and what they are told.

The files in `payloads/` were written by the clients in the versions that the modules in `clients/` name, or after their
documents where it says that they were only read.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ctxload.integrations.clients import registry
from ctxload.integrations.clients.client import (
    BYTES,
    COMPACTED,
    EVENTS,
    FORGET,
    LIMIT,
    OTHER,
    PROMPT,
    SUBAGENT,
    TOUCH,
    UNITS,
    Call,
    is_task,
    length,
)
from ctxload.integrations.clients.registry import CLIENTS, INSTALLABLE, find, read_call, recognise

FOLDER = Path(registry.__file__).parent
OWN = {name: FOLDER / f"{module}.py" for name, module in CLIENTS.items()}
PAYLOADS = Path(__file__).parent / "payloads"
TASK = "Add a REST framework view"

#: Each recorded payload: the client, what the call is about, the prompt, and the agent.
RECORDED = {
    "claude-code-UserPromptSubmit": ("claude-code", PROMPT, TASK, ""),
    "claude-code-UserPromptSubmit-notice": ("claude-code", PROMPT, "<task-notification>", ""),
    "claude-code-PreToolUse": ("claude-code", SUBAGENT, "Find the rest framework", "Explore"),
    "claude-code-SessionStart-compact": ("claude-code", COMPACTED, "", ""),
    "claude-code-SessionStart-resume": ("claude-code", OTHER, "", ""),
    "claude-code-SessionStart-startup": ("claude-code", OTHER, "", ""),
    "claude-code-PreCompact": ("claude-code", OTHER, "", ""),  # it tells when it has compacted
    "codex-UserPromptSubmit": ("codex", PROMPT, TASK, ""),
    "codex-UserPromptSubmit-subagent": ("codex", PROMPT, "Find the rest framework", "explorer"),
    "codex-PreToolUse": ("codex", OTHER, "", ""),  # its subagents send a prompt of their own
    "codex-SessionStart-compact": ("codex", COMPACTED, "", ""),
    "codex-SessionStart-startup": ("codex", OTHER, "", ""),
    "codex-PreCompact": ("codex", OTHER, "", ""),
    "codex-PostCompact": ("codex", OTHER, "", ""),
    "copilot-UserPromptSubmit": ("copilot", PROMPT, TASK, ""),
    "copilot-UserPromptSubmit-subagent": ("copilot", PROMPT, "Find the rest framework", "explore"),
    "copilot-PreToolUse": ("copilot", OTHER, "", ""),
    "copilot-PreCompact": ("copilot", FORGET, "", ""),
    "copilot-prompt-camel": ("copilot", PROMPT, TASK, ""),
    "copilot-preCompact-camel": ("copilot", OTHER, "", ""),
    "gemini-BeforeAgent": ("gemini", PROMPT, TASK, ""),
    "gemini-BeforeTool": ("gemini", SUBAGENT, "Find the rest framework", "codebase_investigator"),
    "gemini-PreCompress": ("gemini", OTHER, "", ""),  # sent with every request
    "cursor-beforeSubmitPrompt": ("cursor", PROMPT, TASK, ""),
    "claude-code-PreToolUse-write": ("claude-code", TOUCH, "", ""),
    "codex-PreToolUse-patch": ("codex", TOUCH, "", ""),
    "codex-PreToolUse-shell": ("codex", TOUCH, "", ""),  # whatever the tool is called
    "copilot-PreToolUse-write": ("copilot", TOUCH, "", ""),
    "gemini-BeforeTool-write": ("gemini", TOUCH, "", ""),
    "gemini-AfterTool-write": ("gemini", TOUCH, "", ""),
    "opencode-tool.execute.after": ("opencode", TOUCH, "", ""),
    "cursor-postToolUse-write": ("cursor", TOUCH, "", ""),
    "vscode-PreToolUse-write": ("vscode", TOUCH, "", ""),
    "openhands-UserPromptSubmit": ("openhands", PROMPT, TASK, ""),
    "vscode-UserPromptSubmit": ("vscode", PROMPT, TASK, ""),
    "opencode-chat.message": ("opencode", PROMPT, TASK, "build"),
}


def payload(name: str) -> dict[str, Any]:
    return dict(json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8")))


def test_every_recorded_payload_has_its_meaning() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(RECORDED)


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_payload_is_read_as_what_it_is(name: str) -> None:
    named = "opencode" if name.startswith("opencode") else ""  # its shim says who it is
    call = read_call(payload(name), named)
    client, kind, prompt, agent = RECORDED[name]
    assert (call.client.name, call.kind, call.agent) == (client, kind, agent)
    assert call.prompt.startswith(prompt) and bool(call.prompt) == bool(prompt)
    assert call.folder == "/home/ada/shop"
    assert call.conversation


@pytest.mark.parametrize("client", CLIENTS)
def test_a_named_client_wins(client: str) -> None:
    assert {name: read_call(payload(name), client).client.name for name in RECORDED} == dict.fromkeys(RECORDED, client)


def test_a_subagent_has_a_conversation_of_its_own() -> None:
    parent, child = read_call(payload("codex-UserPromptSubmit")), read_call(payload("codex-UserPromptSubmit-subagent"))
    same = read_call({**payload("codex-UserPromptSubmit-subagent"), "agent_id": ""})
    assert child.conversation != parent.conversation
    assert child.conversation != same.conversation


# ── the registry ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", CLIENTS)
def test_every_client_is_found_by_its_name_and_can_be_told_something(name: str) -> None:
    client = find(name)
    assert client.name == name and client.title and client.version
    assert "# API" in json.dumps(client.answer(Call(client, PROMPT, client.prompt_event, TASK), "# API"))
    assert all(event in {**EVENTS, **client.events} for event in (one.event for one in client.hooks))


def test_every_module_of_the_folder_is_a_client_that_is_registered() -> None:
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "client", "registry"}
    assert modules == set(CLIENTS.values())


@pytest.mark.parametrize("name", INSTALLABLE)
def test_a_client_that_can_be_installed_in_has_a_file_for_that(name: str) -> None:
    client = find(name)
    assert client.folder and client.user_file and bool(client.hooks) != bool(client.code_file)


@cache
def constants(path: Path) -> frozenset[object]:
    """The texts and numbers in a source; each client asks for all of them."""
    return frozenset(
        node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)
    )


@pytest.mark.parametrize("name", CLIENTS)
def test_the_name_of_a_client_is_asked_nowhere_but_in_its_own_module(name: str) -> None:
    """What is different with a client is said by the client; who sends a payload is for the registry to see."""
    sources = [path for path in FOLDER.parent.rglob("*.py") if path not in (FOLDER / "registry.py", OWN[name])]
    assert len(sources) > 40
    for path in sources:
        assert name not in constants(path), path.name


def test_a_call_costs_the_module_of_its_client_and_of_no_other() -> None:
    code = (
        "import sys; from ctxload.integrations.clients.registry import read_call\n"
        "read_call({'turn_id': 't', 'model': 'm', 'prompt': 'p'})\n"
        "print(*[name.rpartition('.')[2] for name in sys.modules if '.clients.' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert sorted(done.stdout.split()) == ["client", "codex", "registry"]


# ── what they are told ───────────────────────────────────────────────────────────────────────────────────


def nested(event: str, **fields: object) -> dict[str, object]:
    return {"hookSpecificOutput": {"hookEventName": event, **fields}}


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("claude-code-UserPromptSubmit", nested("UserPromptSubmit", additionalContext="# API")),
        ("claude-code-SessionStart-compact", nested("SessionStart", additionalContext="# API")),
        ("codex-UserPromptSubmit", nested("UserPromptSubmit", additionalContext="# API")),
        ("codex-SessionStart-compact", nested("SessionStart", additionalContext="# API")),
        ("gemini-BeforeAgent", nested("BeforeAgent", additionalContext="# API")),
        ("vscode-UserPromptSubmit", nested("UserPromptSubmit", additionalContext="# API")),
        ("copilot-UserPromptSubmit", {"additionalContext": "# API"}),
        ("copilot-prompt-camel", {"additionalContext": "# API"}),
        ("openhands-UserPromptSubmit", {"additionalContext": "# API"}),
        ("opencode-chat.message", {"additionalContext": "# API"}),
        ("cursor-beforeSubmitPrompt", {"continue": True, "additional_context": "# API"}),
        (
            "claude-code-PreToolUse",
            nested(
                "PreToolUse",
                updatedInput={
                    "description": "d", "prompt": "Find the rest framework\n\n# API", "subagent_type": "Explore",
                },
            ),
        ),
        (
            "gemini-BeforeTool",
            nested(
                "BeforeTool",
                tool_input={"agent_name": "codebase_investigator", "prompt": "Find the rest framework\n\n# API"},
            ),
        ),
    ],
)  # fmt: skip
def test_a_client_is_told_what_it_takes_and_nothing_else(name: str, answer: object) -> None:
    call = read_call(payload(name), "opencode" if name.startswith("opencode") else "")
    assert call.client.answer(call, "# API") == answer


# ── what is a task ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (TASK, True),
        ("", False),
        (" \n\t", False),
        ("/review", False),
        ("/shop:review the API", False),
        ("  /compact", False),
        ("/etc/hosts is wrong", True),  # a path
        ("/index.html is blank", True),
        ("/ is the root", True),
        ("/1 of the tests fail", True),
        ("<task-notification>\n<task-id>a</task-id>", False),
        ("<div> is not closed", True),
    ],
)
def test_slash_commands_notices_and_empty_prompts_are_no_tasks(prompt: str, expected: bool) -> None:
    assert is_task(prompt) is expected


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("client", "wanted", "expected"),
    [
        ("claude-code", 0, (10_000, UNITS)),
        ("claude-code", 50_000, (10_000, UNITS)),  # it cuts what is longer
        ("claude-code", 500, (500, UNITS)),
        ("codex", 0, (10_000, BYTES)),
        ("codex", 50_000, (50_000, BYTES)),  # its `additionalContextLimit` allows it
        ("copilot", 0, (LIMIT, UNITS)),
        ("copilot", 50_000, (50_000, UNITS)),
        ("gemini", 50_000, (50_000, UNITS)),
        ("cursor", 50_000, (10_000, UNITS)),
    ],
)
def test_the_limit_is_what_the_user_wants_as_far_as_the_client_takes_it(
    client: str, wanted: int, expected: tuple[int, str]
) -> None:
    assert find(client).most(wanted) == expected


@given(st.text())
def test_a_length_is_counted_as_the_client_counts(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode("utf-8")
    assert length(clean, UNITS) == sum(2 if ord(char) > 0xFFFF else 1 for char in clean)
    assert length(clean, BYTES) == len(clean.encode("utf-8"))


# ── hostile payloads ─────────────────────────────────────────────────────────────────────────────────────

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("\ud83d"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)
FIELDS = sorted({field for name in RECORDED for field in payload(name)})


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), ANYTHING, max_size=8))
@example({"workspace_roots": ["\ud83d"]})
def test_any_object_is_read_without_a_fault(data: dict[str, Any]) -> None:
    call = read_call(data)
    assert call.client.name == recognise(data)
    json.dumps(call.client.answer(call, "text")).encode("ascii")
    for text in (call.prompt, call.agent, call.folder, call.conversation):
        text.encode("utf-8")


@pytest.mark.parametrize("name", RECORDED)
def test_a_field_of_another_type_is_no_fault(name: str) -> None:
    for field in FIELDS:
        for value in (None, 7, [], {}, "\ud83d"):
            read_call({**payload(name), field: value})
