"""Hooks in settings files: in once, out again, and nothing else touched."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ctxload.integrations.clients.registry import CLIENTS, find
from ctxload.integrations.setup.hook_entries import (
    OURS,
    RefusedSettings,
    installed,
    is_nothing_more,
    lines_of_ours,
    undone,
    unread,
    with_hooks,
    without_hooks,
)
from ctxload.text.json_edit import comments_in

NAMES = [name for name in CLIENTS if find(name).hooks]
every_client = pytest.mark.parametrize("name", NAMES)
COMMAND = "/opt/my tools/ctxload hook"
FOREIGN = {"type": "command", "command": "make lint", "timeout": 3}

#: What may stand in a settings file before: other keys, other hooks of the same events, empty places.
TEXTS = [
    "{}", "{ }\n", "{\n}\n", '{"model": "x"}', '{\n  "model": "x"\n}\n', '{\n\t"model": "x"\n}', '{\r\n    "model": "x"\r\n}\r\n',  # noqa: E501
    '{"hooks": {}}', '{\n  "hooks": {\n  }\n}\n', '\ufeff{"a": [1, 2, {"b": null}]}\n',
]  # fmt: skip


def foreign(name: str) -> str:
    """Settings in which somebody else's hooks stand, for one of our events and for another."""
    client = find(name)
    one: Any = {"hooks": [FOREIGN]} if client.is_grouped else FOREIGN
    hooks = {client.hooks[0].event: [one], "Stop": [one]}
    return json.dumps({"version": 1, "theme": "dark", "hooks": hooks, "last": [1]}, indent=4) + "\n"


@every_client
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_what_was_installed_comes_out_again_byte_for_byte(name: str, text: str) -> None:
    client = find(name)
    edited = with_hooks(client, text, COMMAND)
    assert len(installed(client, edited.text)) == len(client.hooks)
    assert undone(find(name), edited.text, edited.insertions) == text
    assert installed(client, without_hooks(client, edited.text)) == []


@every_client
def test_installing_twice_changes_nothing(name: str) -> None:
    for text in (*TEXTS, foreign(name), None):
        once = with_hooks(find(name), text, COMMAND).text
        twice = with_hooks(find(name), once, COMMAND)
        assert (twice.text, twice.insertions) == (once, ())


@every_client
def test_a_new_command_takes_the_place_of_the_old_one(name: str) -> None:
    client = find(name)
    before = with_hooks(client, foreign(name), "/old/ctxload hook").text
    after = with_hooks(client, before, COMMAND).text
    assert {found.command for found in installed(client, after)} == {COMMAND}
    assert len(installed(client, after)) == len(client.hooks)


@every_client
def test_hooks_of_others_stay(name: str) -> None:
    client, text = find(name), foreign(name)
    edited = with_hooks(client, text, COMMAND)
    assert edited.text.count("make lint") == 2
    assert without_hooks(client, edited.text) == text
    assert undone(find(name), edited.text, edited.insertions) == text


@every_client
def test_what_was_changed_since_stays_changed(name: str) -> None:
    client = find(name)
    edited = with_hooks(client, foreign(name), COMMAND)
    changed = edited.text.replace('"theme": "dark"', '"theme": "light", "new": true')
    expected = foreign(name).replace('"theme": "dark"', '"theme": "light", "new": true')
    assert undone(find(name), changed, edited.insertions) == expected
    assert without_hooks(client, changed) == expected


def test_an_insertion_that_was_edited_is_not_cut_out_blindly() -> None:
    edited = with_hooks(find("codex"), foreign("codex"), COMMAND)
    changed = edited.text.replace('"timeout": 10', '"timeout": 20')
    assert undone(find("codex"), changed, edited.insertions) is None
    assert without_hooks(find("codex"), changed) == foreign("codex")


@every_client
def test_a_new_file_holds_our_hooks_and_nothing_more(name: str) -> None:
    client = find(name)
    text = with_hooks(client, None, COMMAND).text
    data = json.loads(text)
    assert set(data) <= {"version", "hooks"}
    assert set(data["hooks"]) == {handler.event for handler in client.hooks}
    assert is_nothing_more(without_hooks(client, text))


def test_a_client_gets_the_form_it_reads() -> None:
    codex = json.loads(with_hooks(find("codex"), None, COMMAND, 40_000).text)
    handler = {"type": "command", "command": COMMAND, "timeout": 10, "additionalContextLimit": 10_000}
    assert codex["hooks"]["UserPromptSubmit"] == [{"hooks": [handler]}]
    claude = json.loads(with_hooks(find("claude-code"), None, COMMAND).text)
    assert claude["hooks"]["SessionStart"][0]["matcher"] == "compact"
    gemini = json.loads(with_hooks(find("gemini"), None, COMMAND).text)
    assert gemini["hooks"]["BeforeAgent"][0]["hooks"][0]["timeout"] == 10_000  # milliseconds
    cursor = json.loads(with_hooks(find("cursor"), None, COMMAND).text)
    one = {"command": COMMAND, "timeout": 10}
    tools = {"matcher": "Write|Edit|Delete|Shell", **one}
    assert cursor == {
        "version": 1,
        "hooks": {"beforeSubmitPrompt": [one], "preToolUse": [tools], "postToolUse": [tools], "preCompact": [one]},
    }
    copilot = json.loads(with_hooks(find("copilot"), None, COMMAND).text)
    assert "apply_patch" in copilot["hooks"]["PreToolUse"][0]["matcher"]  # its hooks stand in no groups, too


@every_client
@pytest.mark.parametrize(
    "text",
    ['{"hooks": ', "[]", "7", '{"hooks": []}', '{"hooks": {"a": {}}}', '{"hooks": {}, "hooks": {}}', "[" * 999, "x"],
)
def test_broken_settings_are_refused(name: str, text: str) -> None:
    with pytest.raises(RefusedSettings):
        with_hooks(find(name), text, COMMAND)
    with pytest.raises(RefusedSettings):
        without_hooks(find(name), text)


@every_client
def test_comments_stay_and_it_is_told_where_the_client_does_not_load_them(name: str) -> None:
    text = '{\n  // mine\n  "a": 1, // and this\n}\n'
    client = find(name)
    edited = with_hooks(client, text, COMMAND)
    assert "// mine" in edited.text and "// and this" in edited.text
    assert undone(client, edited.text, edited.insertions) == text
    assert without_hooks(client, edited.text) == text
    assert ("comment" in unread(client, edited.text)) is (not client.reads_comments)
    assert unread(client, with_hooks(client, "{}", COMMAND).text) == ""


def ours(name: str) -> str:
    """One entry of ours, as it stands in a list."""
    one = f'{{"type": "command", "command": "{COMMAND}"}}'
    return f'{{"hooks": [{one}]}}' if find(name).is_grouped else one


#: Settings that somebody wrote around an entry of ours (`@`, for the event `%`), and what is left of them without it.
BY_HAND = [
    ('{"hooks": {"%": [@]}, // keep\n}', "{ // keep\n}"),
    ('{\n  "hooks": {"%": [@]}, // keep\n}\n', "{ // keep\n}\n"),
    ('{\n  "hooks": {"%": [@, // keep\n  ]},\n}\n', '{\n  "hooks": {"%": [ // keep\n  ]},\n}\n'),
    ('{"hooks": {"%": [@ /* , */]}}', '{"hooks": {"%": [ /* , */]}}'),
    ('{"a": 1, // keep, all\n  "hooks": {"%": [@]},\n}', '{"a": 1, // keep, all\n}'),
    ('{"a": 1, // keep, all\n  "hooks": {"%": [@]}\n}', '{"a": 1 // keep, all\n}'),
    ('{"a": 1 /* b */, /* c */ "hooks": {"%": [@]} /* d */}', '{"a": 1 /* b */ /* c */ /* d */}'),
    ('{"hooks": {"%": [@]}, // keep\n  "a": 1}', '{ // keep\n  "a": 1}'),
    ('{"a": 1,\n  // one\n  "hooks": {"%": [@]},\n  // two\n  "b": 2}', '{"a": 1,\n  // one\n  // two\n  "b": 2}'),
    ('{ // c\n "hooks": {"%": [@]} }', "{ // c\n }"),
    ('{"hooks": { // c\n "%": [@], "Stop": [] } }', '{"hooks": { // c\n "Stop": [] } }'),
    ('{"a": "//,", "hooks": {"%": [@]}, "b": "/*"}', '{"a": "//,", "b": "/*"}'),
    ('{"a": 1, "a": 2.0, "hooks": {"%": [@]}}', '{"a": 1, "a": 2.0}'),
    ('{"n": ' + "7" * 5000 + ', "hooks": {"%": [@]}}', '{"n": ' + "7" * 5000 + "}"),
]  # fmt: skip


@every_client
@pytest.mark.parametrize(("text", "left"), BY_HAND, ids=range(len(BY_HAND)))
def test_what_somebody_wrote_around_our_hook_stays(name: str, text: str, left: str) -> None:
    client = find(name)
    text = text.replace("%", client.hooks[0].event).replace("@", ours(name))
    assert without_hooks(client, text) == left.replace("%", client.hooks[0].event)


def test_a_group_with_a_note_of_its_own_stays_a_group() -> None:
    client = find("claude-code")
    text = f'{{"hooks": {{"Stop": [{{"note": 1, "hooks": [{{"command": "{COMMAND}"}}]}}]}}}}'
    assert without_hooks(client, text) == '{"hooks": {"Stop": [{"note": 1, "hooks": []}]}}'


def test_what_cannot_be_taken_out_safely_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    client = find("gemini")
    text = with_hooks(client, '{"a": 1}', COMMAND).text
    monkeypatch.setattr("ctxload.integrations.setup.hook_entries.remove", lambda text, path, comments: text[:-1])
    with pytest.raises(RefusedSettings, match="safely"):
        without_hooks(client, text)
    monkeypatch.setattr("ctxload.integrations.setup.hook_entries.remove", lambda text, path, comments: '{"a": 2}')
    with pytest.raises(RefusedSettings, match="safely"):
        without_hooks(client, text)


def test_what_would_change_something_else_is_not_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxload.integrations.setup.hook_entries.insertion", lambda *_, **__: (1, '"a": 2, '))
    with pytest.raises(RefusedSettings):
        with_hooks(find("codex"), '{"b": 1}', COMMAND)


@pytest.mark.parametrize(("end", "said"), [("", [(3, 3)]), (",,", [(3, 3)])])
def test_the_lines_of_our_hook_are_known_even_where_nothing_else_is(end: str, said: list[tuple[int, int]]) -> None:
    client = find("claude-code")
    text = f'{{"hooks": {{\n "Stop": [\n {ours("claude-code")}\n]}}}}{end}'
    assert lines_of_ours(client, text) == said


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
    edited = with_hooks(find(name), text, COMMAND)
    assert undone(find(name), edited.text, edited.insertions) == text
    after = json.loads(edited.text)
    assert {key: value for key, value in after.items() if key != "hooks"} == {
        k: v for k, v in data.items() if k != "hooks"
    }


# ── a law: in and out again, whatever the file is like ─────────────────────────────────────────────────────

SPACE = st.sampled_from(["", " ", "\n", "\n  ", "\n\t", "\r\n", "\r\n    "])
NOTE = st.sampled_from(["", "", "// keep, me\n", "/* {,} */", "/* ctxload\nhook */", '// "}\n'])
LEAVES = st.sampled_from(["1", "-0.50", "1e3", "null", "true", '"a//b"', '"\\u00e9"', "[ ]", "{}", '"é🎉"', "7" * 4400])


@st.composite
def laid_out(draw: st.DrawFn, signs: str, items: list[str], jsonc: bool) -> str:
    """Items between two brackets, with the white space, comments and last comma that people leave."""

    def gap() -> str:
        return draw(SPACE) + (draw(NOTE) if jsonc else "") + draw(SPACE)

    rows = [f"{gap()}{item}{gap()}" for item in items]
    last = "," + gap() if items and jsonc and draw(st.booleans()) else ""
    return signs[0] + (",".join(rows) + last if rows else gap()) + signs[1]


@st.composite
def options_of_somebody(draw: st.DrawFn, name: str) -> str:
    """The text of a settings file: keys, some twice, hooks of other tools, in any layout."""
    jsonc = draw(st.booleans())
    pairs = [
        f'"{key}":{draw(LEAVES)}' for key in draw(st.lists(st.sampled_from(["a", "b", "ü", "version"]), max_size=3))
    ]
    if draw(st.booleans()):
        names = draw(
            st.lists(st.sampled_from([*(one.event for one in find(name).hooks), "Stop"]), max_size=3, unique=True)
        )
        theirs = [
            '{"hooks": [{"type": "command", "command": "make lint"}]}',
            '{"command": "lint", "timeout": 3}',
            "{}",
            "7",
        ]
        lists = [draw(laid_out("[]", draw(st.lists(st.sampled_from(theirs), max_size=2)), jsonc)) for _ in names]
        hooks = draw(laid_out("{}", [f'"{key}": {one}' for key, one in zip(names, lists, strict=True)], jsonc))
        pairs.insert(draw(st.integers(0, len(pairs))), f'"hooks": {hooks}')
    text = draw(laid_out("{}", pairs, jsonc))
    edge = draw(SPACE) + (draw(NOTE) if jsonc else "")
    return draw(st.sampled_from(["", "\ufeff"])) + draw(SPACE) + text + edge


@given(st.data(), st.sampled_from(NAMES))
def test_in_and_out_again_any_file_is_byte_for_byte_what_it_was(data: st.DataObject, name: str) -> None:
    client = find(name)
    text = data.draw(options_of_somebody(name) | st.sampled_from(["", " ", "\ufeff", "\r\n", "\ufeff\n\t"]))
    edited = with_hooks(client, text, COMMAND)
    assert len(installed(client, edited.text)) == len(client.hooks)
    assert with_hooks(client, edited.text, COMMAND).text == edited.text
    assert undone(client, edited.text, edited.insertions) == text


@given(st.sampled_from(NAMES).flatmap(lambda name: st.tuples(st.just(name), options_of_somebody(name))))
@example(("claude-code", '{"a": 1, "hooks": {}// keep, me\n}'))  # the comment comes to stand right behind the 1
@example(("claude-code", '{/* {,} */"hooks": {}// keep, me\n}'))  # or behind another
def test_without_a_note_of_what_was_done_every_word_of_others_stays(case: tuple[str, str]) -> None:
    name, text = case
    client = find(name)
    left = without_hooks(client, with_hooks(client, text, COMMAND).text)
    assert installed(client, left) == []
    assert words_in(left) == words_in(text)


def words_in(text: str) -> list[str]:
    """What stands between the signs of JSON and is not of the key `hooks`; a comment needs no blank around it."""
    for start, end in sorted(comments_in(text), reverse=True):
        text = f"{text[:start]} {text[start:end]} {text[end:]}"
    return [word for word in re.split(r'"hooks"|"[A-Za-z]+": \[\s*\]|[\s{}\[\],:\ufeff]+', text) if word]


@given(st.data(), st.sampled_from(NAMES))
def test_an_entry_of_ours_that_somebody_wrote_goes_and_every_comment_stays(data: st.DataObject, name: str) -> None:
    client = find(name)
    event = client.hooks[0].event
    theirs = [ours(name), '{"command": "lint", "timeout": 3}']
    entries = data.draw(laid_out("[]", data.draw(st.permutations(theirs[: data.draw(st.integers(1, 2))])), True))
    hooks = data.draw(laid_out("{}", data.draw(st.permutations([f'"{event}": {entries}', '"Stop": []'])), True))
    text = data.draw(laid_out("{}", data.draw(st.permutations([f'"hooks": {hooks}', '"a": 1'])), True))
    left = without_hooks(client, text)
    assert installed(client, left) == []
    assert [left[start:end] for start, end in comments_in(left)] == [
        text[start:end] for start, end in comments_in(text)
    ]
