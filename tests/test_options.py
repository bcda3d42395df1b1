"""The table of commands and options: every parser of the command line reads the same, and every command takes what is read."""  # noqa: E501

from __future__ import annotations

import contextlib
import io
import re
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ctxload.cli
from ctxload import start
from ctxload.cli import app, completion, options, plugin_app
from ctxload.cli.options import COMMANDS, FLAG, GROUPS, NUMBER, SHARE, TEXT, TEXTS, Command, Option
from ctxload.cli.resolve import SOUND_MATCH
from ctxload.index.keys import MATCH_MODES

BY_NAME = {command.name: command for command in COMMANDS}
CHOSEN = st.sampled_from(sorted(plugin_app.OFFERED))


def module_of(command: Command) -> str:
    return command.module or command.name


@pytest.mark.parametrize("command", COMMANDS, ids=list(BY_NAME))
def test_a_command_takes_exactly_the_options_of_the_table(command: Command) -> None:
    main = import_module(f"ctxload.cli.{module_of(command)}").main
    fields = [option.field for option in command.options]
    assert len(fields) == len(set(fields))
    signature(main).bind(**dict.fromkeys(fields))
    named = {
        parameter.name for parameter in signature(main).parameters.values() if parameter.kind.name == "KEYWORD_ONLY"
    }
    assert named <= set(fields)


@pytest.mark.parametrize("command", COMMANDS, ids=list(BY_NAME))
def test_no_two_options_of_a_command_share_a_flag(command: Command) -> None:
    flags = [flag for option in command.options for flag in option.flags]
    assert len(flags) == len(set(flags)) and not {"-h", "--help"} & set(flags)
    for option in command.options:
        assert option.help and (option.kind == FLAG) == (not option.metavar)


def test_every_file_is_a_command_a_part_of_one_or_makes_the_command_line() -> None:
    files = {path.stem for path in Path(ctxload.cli.__file__).parent.glob("*.py")} - {"__init__"}
    commands = {module_of(command) for command in COMMANDS}
    assert commands <= files
    parts = {name for name in files if any(name.startswith(f"{command}_") for command in commands)}
    assert files - commands - parts == {"app", "completion", "options", "plugin_app"}


@pytest.mark.parametrize("name", start.QUICK)
def test_the_quick_way_reads_what_the_table_says(name: str) -> None:
    texts, numbers, flags = start.QUICK[name]
    table = {flag: option for option in BY_NAME[name].options for flag in option.flags}
    for read, kinds in ((texts, {TEXT, TEXTS}), (numbers, {NUMBER}), (flags, {FLAG})):
        for flag, field in read.items():
            assert (table[flag].field, table[flag].kind in kinds) == (field, True), flag
            assert (field in start.MANY) == (table[flag].kind == TEXTS)
    assert {*texts, *numbers, *flags} == set(table)


def test_the_offer_is_made_after_commands_that_there_are() -> None:
    assert set(start.OFFERS) <= set(BY_NAME) and set(plugin_app.OFFERED) <= set(BY_NAME)


# ── the parsers ──────────────────────────────────────────────────────────────────────────────────────────


def read_by(parser: Any, arguments: list[str]) -> tuple[str, dict[str, Any]] | int:
    """The command and the values of its options, as a parser hands them on; a status where it does not."""
    read: list[tuple[str, dict[str, Any]]] = []

    def take(command: Command, values: dict[str, Any]) -> int:
        fields = {option.field: option for option in command.options}
        read.append((command.name, {name: options.value_of(fields[name], values[name]) for name in fields}))
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser, "run_command", take)
        status = parser.run(arguments)
    return read[0] if read else int(status)


@st.composite
def calls(draw: st.DrawFn) -> list[str]:
    """A call of a command that both parsers offer, with any of its options in any of their spellings."""
    command = BY_NAME[draw(CHOSEN)]
    named = [option for option in command.options if option.flags]
    words = [command.name]
    for option in draw(st.lists(st.sampled_from(named), max_size=5, unique_by=lambda option: option.field)):
        for _ in range(draw(st.integers(1, 2)) if option.kind == TEXTS else 1):
            words += [draw(st.sampled_from(option.flags)), *draw(value_for(option))]
    places = [option for option in command.options if not option.flags]
    return words + (draw(st.lists(st.sampled_from(["api", "tests", "-"]), max_size=3)) if places else [])


def value_for(option: Option) -> st.SearchStrategy[list[str]]:
    if option.kind == FLAG:
        return st.just([])
    if option.kind in (NUMBER, SHARE):
        return st.integers(1, 20).map(lambda number: [str(number)])
    return st.sampled_from(option.choices or ("api", "a b", "ü", "")).map(lambda text: [text])


@given(call=calls())
def test_both_full_parsers_read_the_same_from_a_call(call: list[str]) -> None:
    assert read_by(plugin_app, call) == read_by(app, call)


@given(call=calls())
def test_what_the_quick_way_reads_is_what_the_full_parser_reads(call: list[str]) -> None:
    quick = start.quick_options(call)
    if quick is None:
        return
    full = read_by(app, call)
    assert isinstance(full, tuple)
    fields = {option.field: option for option in BY_NAME[call[0]].options}
    assert {name: options.value_of(fields[name], quick.get(name)) for name in fields} == full[1]


@pytest.mark.parametrize(
    "words", [["resolve", "--nope"], ["frobnicate"], ["load", "x", "--budget", "many"], ["check", "x"]]
)
def test_what_one_parser_refuses_the_other_refuses(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert read_by(app, words) == read_by(plugin_app, words) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize("name", ["explain", "check", "test", "suggest"])
def test_a_value_that_is_none_of_the_choices_is_named_with_those(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run([name, "--color", "pink"]) == 2
    assert capsys.readouterr().err == "ctxload: --color pink: use auto, always, never\n"


def test_the_choices_are_those_that_the_commands_know() -> None:
    homes = {"check": "text.render", "test": "cli.test", "suggest": "cli.suggest", "diff": "cli.diff"}
    for name, home in homes.items():
        (option,) = (option for option in BY_NAME[name].options if option.field == "form")
        assert option.choices == import_module(f"ctxload.{home}").FORMATS


# ── a command line for ten seconds ───────────────────────────────────────────────────────────────────────


def shown_by(*arguments: str, status: int = 0) -> str:
    """What a call prints on stdout."""
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True)
    with contextlib.redirect_stdout(printed):
        assert app.run(list(arguments)) == status, arguments
    return printed.buffer.getvalue().decode("utf-8")


def test_the_first_group_of_the_help_holds_the_commands_of_a_first_week_and_each_command_stands_once() -> None:
    names = [name for group in GROUPS.values() for name in group]
    assert names[:7] == ["init", "install", "resolve", "load", "explain", "check", "doctor"]
    assert sorted(names) == sorted(command.name for command in COMMANDS if not command.parent)
    text = shown_by("--help")
    places = [text.index(f"│ {name} ") for group in list(GROUPS.values())[:4] for name in group if name != "project"]
    assert places == sorted(places)


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.parent], ids=lambda one: one.name)
def test_a_command_of_a_group_works_under_its_own_name_too(command: Command) -> None:
    alone, within = read_by(app, [command.name]), read_by(app, [command.parent, command.name])
    assert alone == within and isinstance(alone, tuple)
    assert f"│ {command.name} " not in shown_by("--help") and f"│ {command.name} " in shown_by(command.parent, "--help")


def test_a_group_alone_does_what_it_is_for() -> None:
    assert read_by(app, ["cache"]) == ("cache", {"clear": False, "json": False})
    assert read_by(app, ["cache", "--clear"]) == ("cache", {"clear": True, "json": False})


def test_help_and_version_are_words_as_well() -> None:
    assert shown_by() == shown_by("help") == shown_by("--help")
    assert shown_by("help", "cache", "watch") == shown_by("cache", "watch", "--help")
    assert shown_by("version") == shown_by("--version")


@pytest.mark.parametrize("command", COMMANDS, ids=list(BY_NAME))
def test_help_says_no_type_of_a_flag_and_no_default_that_is_nothing(command: Command) -> None:
    text = shown_by(command.name, "--help")
    assert not re.search(r"<\w+|default: (?:0|None|)\]", text), text


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("install", ["claude-code", "codex", "vscode"]),
        ("uninstall", ["claude-code"]),
        ("export", ["cursor", "copilot"]),
        ("import", ["cursor", "agents"]),
    ],
)
def test_without_a_name_the_names_are_listed(
    command: str, names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = shown_by(command, status=2).splitlines()
    assert set(names) <= {line.split()[0] for line in lines} and all(len(line.split()) > 1 for line in lines)
    assert f"which one? as in `ctxload {command} " in capsys.readouterr().err


def test_each_kind_of_value_is_completed(tmp_path: Path) -> None:
    (tmp_path / "context-index.yml").write_text(
        "context_files: [{path: a.md, id: first, tags: [ui], agents: [dev]}]\nstory_context_hints: {login: [a.md]}\n",
        encoding="utf-8",
    )
    wanted = {option.completes for command in COMMANDS for option in command.options} - {""}
    found = {kind: completion.values_of(kind, root=str(tmp_path)) for kind in wanted}
    assert all(found.values())
    assert (found["agents"], found["tags"], found["items"]) == (["auto", "dev"], ["ui"], ["first", "login"])
    assert completion.values_of("agents", root=str(tmp_path / "nowhere")) == []


def test_a_shell_gets_the_values_that_begin_as_typed() -> None:
    option = next(option for option in BY_NAME["install"].options if option.field == "client")
    complete = app._completer(option)
    context: Any = SimpleNamespace(params={})
    assert complete is not None and complete(context, "co") == ["codex", "copilot"]
    assert app._completer(next(option for option in BY_NAME["resolve"].options if option.field == "index")) is None


def test_every_match_mode_is_known_without_the_table_of_keys() -> None:
    assert set(SOUND_MATCH) == {"", *MATCH_MODES}


@pytest.mark.parametrize(
    ("command", "flags"),
    [(one.name, option.flags) for one in COMMANDS for option in one.options if option.refuses_empty],
)
def test_an_empty_text_names_nothing_and_is_no_default(
    command: str, flags: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    before = ["cursor"] if command == "import" and not flags else []  # the folders come after a format
    assert start.run([command, *before, *flags[:1], ""]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "an empty text names nothing; isn't a variable set?" in err


def test_what_is_named_by_a_variable_in_scripts_refuses_an_empty_text() -> None:
    refusing = {option.field for one in COMMANDS for option in one.options if option.refuses_empty}
    assert refusing == {
        "versions", "tasks", "transcripts", "cases", "scheduler", "resume", "index", "root", "output", "to", "folders",
        "files",
    }  # fmt: skip
