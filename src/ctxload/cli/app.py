"""The full command line, made of the table in `options`. The only module that knows typer."""

from __future__ import annotations

import os
import sys
from functools import cache
from inspect import Parameter, Signature, cleandoc
from typing import Annotated, Any

import typer
import typer.core

from ..errors import EXIT_DONE, EXIT_USAGE
from ..output import remark, say
from ..version import __version__
from .options import COMMANDS, FLAG, GROUPS, NUMBER, SHARE, TEXT, TEXTS, Command, Option, spelled_out
from .options import run as run_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


class _Shown(typer.core.TyperCommand):
    """A command whose help leaves out what says nothing: the type of a flag, and of an argument."""

    def get_params(self, ctx: Any) -> list[Any]:
        return [_quiet(parameter) for parameter in super().get_params(ctx)]


class _ShownGroup(typer.core.TyperGroup):
    """The same for a group of commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        return [_quiet(parameter) for parameter in super().get_params(ctx)]


def _quiet(parameter: Any) -> Any:
    if getattr(parameter, "is_flag", False) or parameter.param_type_name == "argument":
        parameter.display_type_rich = lambda ctx: None  # of typer before 0.29 nobody asks
    return parameter


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def run(arguments: list[str]) -> int:
    """Runs the full command line; the exit status."""
    for stream in (sys.stdout, sys.stderr):  # typer and rich write text, whatever the locale can show
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    if len(arguments) == 2 and arguments[0] in ("--show-completion", "--install-completion") and arguments[1] in SHELLS:
        return _completion(*arguments)
    words = arguments if _is_completing() else spelled_out(arguments)
    command = command_line("" if _is_completing() else words[0])
    try:
        result = command.main(args=words, prog_name="ctxload", standalone_mode=False)
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # rich ends the process where its reader has gone
            return EXIT_DONE
        return ended.code if isinstance(ended.code, int) else EXIT_DONE
    except Exception as error:
        shown = _usage_error(error, words)
        if shown is None:
            raise
        return shown
    return result if isinstance(result, int) else EXIT_DONE


def _is_completing() -> bool:
    """Whether a shell asks what may stand at the cursor; then no arguments are given."""
    return "_CTXLOAD_COMPLETE" in os.environ


def _completion(option: str, shell: str) -> int:
    """Completion for a shell by name; typer itself asks which shell it runs in, and a script runs in none."""
    from typer.completion import get_completion_script, install  # type: ignore[attr-defined, unused-ignore]

    if option == "--show-completion":
        say(get_completion_script(prog_name="ctxload", complete_var="_CTXLOAD_COMPLETE", shell=shell) + "\n")
    else:
        say(f"completion is in {install(shell=shell, prog_name='ctxload')[1]}; it works in the next shell\n")
    return EXIT_DONE


def _usage_error(error: Exception, words: list[str]) -> int | None:
    """Prints a usage error of the argument parser about these words; its exit status, or None for any other error."""
    if type(error).__name__ == "Abort":
        return 130
    message = getattr(error, "format_message", None)
    if message is None:
        return None
    from ..text.escaping import escape

    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "ctxload"
    text = message()
    is_task = "option: -" in text and any(word[:1] == "-" and " " in word for word in words)
    advice = "a task that begins with `-` goes after `--`" if is_task else ""
    remark([f"ctxload: {escape(text)}", advice or f"see `{escape(path)} --help`"])
    return EXIT_USAGE


def _version(value: bool) -> None:
    if value:
        say(f"ctxload {__version__}\n")
        raise typer.Exit


def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


TYPES: dict[str, Any] = {TEXT: str, TEXTS: list[str] | None, FLAG: bool, NUMBER: int, SHARE: float}


def callback_of(command: Command) -> Callable[..., int]:
    """A function with the options of a command as its parameters, which is what typer makes a command of."""

    def callback(**values: Any) -> int:
        return run_command(command, values)

    return _with_parameters(callback, [parameter_of(option) for option in command.options])


def group_of(command: Command) -> typer.Typer:
    """A command with subcommands, which does what it is for where none of them is named."""

    def callback(**values: Any) -> int:
        called: typer.Context = values.pop("called")
        return EXIT_DONE if called.invoked_subcommand else run_command(command, values)

    own = Parameter("called", Parameter.KEYWORD_ONLY, annotation=typer.Context)
    described = _with_parameters(callback, [own, *map(parameter_of, command.options)])
    return typer.Typer(
        cls=_ShownGroup, invoke_without_command=True, callback=described, help=cleandoc(command.help),
        context_settings=SETTINGS,
    )  # fmt: skip


def _with_parameters(callback: Callable[..., int], parameters: list[Parameter]) -> Callable[..., int]:
    callback.__signature__ = Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    callback.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return callback


def parameter_of(option: Option) -> Parameter:
    """An option as typer reads it from a parameter."""
    kind, empty = TYPES[option.kind], {TEXT: "", FLAG: False}.get(option.kind)
    empty = None if option.refuses_empty else empty  # left out is None, so that an empty text can be told from it
    default = empty if option.default is None and not option.may_be_absent else option.default
    about: dict[str, Any] = {
        "metavar": option.metavar or None,
        "help": option.help,
        "show_default": option.show_default,
        "autocompletion": _completer(option),
    }
    if option.flags:
        information = typer.Option(*option.flags, min=option.least, max=option.most, **about)
    else:
        information = typer.Argument(**about)
    annotation = kind if default is not None or option.required or option.kind == TEXTS else kind | None
    return Parameter(
        option.field, Parameter.KEYWORD_ONLY, annotation=Annotated[annotation, information],
        default=Parameter.empty if option.required else default,
    )  # fmt: skip


def _completer(option: Option) -> Callable[..., list[str]] | None:
    """What says which values may follow; None where the shell's own completion, of files, is right."""
    if not (option.choices or option.completes):
        return None

    def values(ctx: typer.Context, incomplete: str) -> list[str]:
        from .completion import values_of

        known = option.choices or values_of(
            option.completes, **{name: ctx.params.get(name) or "" for name in ("index", "root")}
        )
        return [value for value in known if value.startswith(incomplete)]

    return values


@cache
def command_line(word: str = "") -> Any:
    """The command line as typer has it. Where a call begins with the name of a command it is made for this one alone:
    to make all of them takes longer than what most do.
    """
    app = typer.Typer(
        name="ctxload",
        cls=_ShownGroup,
        callback=main,
        help="Puts the right project documents in front of an AI coding agent: explicit, keyword, fallback.",
        epilog="More about one: `ctxload help COMMAND`. All of it with examples: docs/commands.md.",
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings=SETTINGS,
    )
    _add_commands(app, [c for c in COMMANDS if word and word in (c.name, c.parent)] or COMMANDS)
    return typer.main.get_command(app)


def _add_commands(app: typer.Typer, commands: Iterable[Command]) -> None:
    """Makes typer's commands of rows of the table: shown by group, and subcommands under their own name as well."""
    parents = {command.parent for command in COMMANDS if command.parent}
    groups: dict[str, typer.Typer] = {}
    by_name = {command.name: command for command in commands}
    for panel, names in GROUPS.items():
        for name in names:
            command = by_name.pop(name, None)
            if command is None:
                continue
            if name in parents:
                groups[name] = group_of(command)
                app.add_typer(groups[name], name=name, rich_help_panel=panel)
            else:
                _add(app, command, rich_help_panel=panel)
    for command in by_name.values():
        if command.parent in groups:
            _add(groups[command.parent], command)
        _add(app, command, hidden=True)


def _add(to: typer.Typer, command: Command, **where: Any) -> None:
    to.command(command.name, cls=_Shown, help=cleandoc(command.help), **where)(callback_of(command))
