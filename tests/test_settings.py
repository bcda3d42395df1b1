"""Hooks in settings files: in once, out again, and nothing else touched."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.clients import CLIENTS
from ctxload.settings import (
    COMMENTS,
    OURS,
    RefusedSettings,
    installed,
    is_grouped,
    is_nothing_more,
    undone,
    with_hooks,
    without_hooks,
)

NAMES = [name for name, client in CLIENTS.items() if client.hooks]
every_client = pytest.mark.parametrize("name", NAMES)
COMMAND = "/opt/my tools/ctxload hook"
FOREIGN = {"type": "command", "command": "make lint", "timeout": 3}

#: What may stand in a settings file before: other keys, other hooks of the same events, empty places.
TEXTS = [
    "{}", "{ }\n", "{\n}\n", '{"model": "x"}', '{\n  "model": "x"\n}\n', '{\n\t"model": "x"\n}', '{\r\n    "model": "x"\r\n}\r\n',
    '{"hooks": {}}', '{\n  "hooks": {\n  }\n}\n', '\ufeff{"a": [1, 2, {"b": null}]}\n',
]  # fmt: skip


def foreign(name: str) -> str:
    """Settings in which somebody else's hooks stand, for one of our events and for another."""
    client = CLIENTS[name]
    one: Any = {"hooks": [FOREIGN]} if is_grouped(client) else FOREIGN
    hooks = {client.hooks[0].event: [one], "Stop": [one]}
    return json.dumps({"version": 1, "theme": "dark", "hooks": hooks, "last": [1]}, indent=4) + "\n"


@every_client
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_what_was_installed_comes_out_again_byte_for_byte(name: str, text: str) -> None:
    client = CLIENTS[name]
    edited = with_hooks(client, text, COMMAND)
    assert len(installed(client, edited.text)) == len(client.hooks)
    assert undone(edited.text, edited.insertions) == text
    assert installed(client, without_hooks(client, edited.text)) == []


@every_client
def test_installing_twice_changes_nothing(name: str) -> None:
    for text in (*TEXTS, foreign(name), None):
        once = with_hooks(CLIENTS[name], text, COMMAND).text
        twice = with_hooks(CLIENTS[name], once, COMMAND)
        assert (twice.text, twice.insertions) == (once, ())


@every_client
def test_a_new_command_takes_the_place_of_the_old_one(name: str) -> None:
    client = CLIENTS[name]
    before = with_hooks(client, foreign(name), "/old/ctxload hook").text
    after = with_hooks(client, before, COMMAND).text
    assert {found.command for found in installed(client, after)} == {COMMAND}
    assert len(installed(client, after)) == len(client.hooks)


@every_client
def test_hooks_of_others_stay(name: str) -> None:
    client, text = CLIENTS[name], foreign(name)
    edited = with_hooks(client, text, COMMAND)
    assert edited.text.count("make lint") == 2
    assert without_hooks(client, edited.text) == text
    assert undone(edited.text, edited.insertions) == text


@every_client
def test_what_was_changed_since_stays_changed(name: str) -> None:
    client = CLIENTS[name]
    edited = with_hooks(client, foreign(name), COMMAND)
    changed = edited.text.replace('"theme": "dark"', '"theme": "light", "new": true')
    expected = foreign(name).replace('"theme": "dark"', '"theme": "light", "new": true')
    assert undone(changed, edited.insertions) == expected
    assert without_hooks(client, changed) == expected


def test_an_insertion_that_was_edited_is_not_cut_out_blindly() -> None:
    edited = with_hooks(CLIENTS["codex"], foreign("codex"), COMMAND)
    changed = edited.text.replace('"timeout": 10', '"timeout": 20')
    assert undone(changed, edited.insertions) is None
    assert without_hooks(CLIENTS["codex"], changed) == foreign("codex")


@every_client
def test_a_new_file_holds_our_hooks_and_nothing_more(name: str) -> None:
    client = CLIENTS[name]
    text = with_hooks(client, None, COMMAND).text
    data = json.loads(text)
    assert set(data) <= {"version", "hooks"}
    assert set(data["hooks"]) == {handler.event for handler in client.hooks}
    assert is_nothing_more(without_hooks(client, text))


def test_a_client_gets_the_form_it_reads() -> None:
    codex = json.loads(with_hooks(CLIENTS["codex"], None, COMMAND, 40_000).text)
    handler = {"type": "command", "command": COMMAND, "timeout": 10, "additionalContextLimit": 10_000}
    assert codex["hooks"]["UserPromptSubmit"] == [{"hooks": [handler]}]
    claude = json.loads(with_hooks(CLIENTS["claude-code"], None, COMMAND).text)
    assert claude["hooks"]["SessionStart"][0]["matcher"] == "compact"
    gemini = json.loads(with_hooks(CLIENTS["gemini"], None, COMMAND).text)
    assert gemini["hooks"]["BeforeAgent"][0]["hooks"][0]["timeout"] == 10_000  # milliseconds
    cursor = json.loads(with_hooks(CLIENTS["cursor"], None, COMMAND).text)
    assert cursor == {
        "version": 1,
        "hooks": {event: [{"command": COMMAND, "timeout": 10}] for event in ("beforeSubmitPrompt", "preCompact")},
    }


@every_client
@pytest.mark.parametrize(
    "text",
    ['{"hooks": ', "[]", "7", '{"hooks": []}', '{"hooks": {"a": {}}}', '{"hooks": {}, "hooks": {}}', "[" * 999, "x"],
)
def test_broken_settings_are_refused(name: str, text: str) -> None:
    with pytest.raises(RefusedSettings):
        with_hooks(CLIENTS[name], text, COMMAND)
    with pytest.raises(RefusedSettings):
        without_hooks(CLIENTS[name], text)


@every_client
def test_comments_stay_where_the_client_reads_them_and_are_refused_where_it_does_not(name: str) -> None:
    text = '{\n  // mine\n  "a": 1, // and this\n}\n'
    client = CLIENTS[name]
    if name in COMMENTS:
        edited = with_hooks(client, text, COMMAND)
        assert "// mine" in edited.text and "// and this" in edited.text
        assert undone(edited.text, edited.insertions) == text
    else:
        with pytest.raises(RefusedSettings, match="comment"):
            with_hooks(client, text, COMMAND)


@pytest.mark.parametrize(
    ("command", "ours"),
    [
        ("ctxload hook", True),
        ("ctxload hook --max-chars 500", True),
        ("/home/ada/.local/bin/ctxload hook", True),
        ("'/opt/my tools/ctxload' hook", True),
        ('"C:/Program Files/x/ctxload.exe" hook', True),
        ('& "C:/x/ctxload.exe" hook', True),
        ("/usr/bin/python3 -m ctxload hook", True),
        ("ctxload check", False),
        ("my-ctxload hook", False),
        ("ctxload-extra hook", False),
        ("echo ctxload hooked", False),
        ("make lint", False),
    ],
)
def test_our_command_is_known_by_its_words(command: str, ours: bool) -> None:
    assert bool(OURS.search(command)) is ours


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.text(max_size=5), VALUES, max_size=4),
    st.dictionaries(st.sampled_from(["UserPromptSubmit", "Stop", "BeforeAgent"]), st.lists(VALUES, max_size=3)),
    st.sampled_from([None, 1, 2, "\t"]), st.sampled_from(NAMES),
)  # fmt: skip
def test_any_settings_come_back_as_they_were(
    data: dict[str, Any], hooks: dict[str, Any], indent: Any, name: str
) -> None:
    text = json.dumps({**data, "hooks": hooks}, indent=indent)
    edited = with_hooks(CLIENTS[name], text, COMMAND)
    assert undone(edited.text, edited.insertions) == text
    after = json.loads(edited.text)
    assert {key: value for key, value in after.items() if key != "hooks"} == {
        k: v for k, v in data.items() if k != "hooks"
    }
