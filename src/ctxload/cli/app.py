"""The full command line, made of the table in `options`. The only module that knows typer."""

from __future__ import annotations

import sys
from inspect import Parameter, Signature, cleandoc
from typing import Annotated, Any

import typer

from ..errors import EXIT_DONE, EXIT_USAGE
from ..output import remark, say
from ..version import __version__
from .options import COMMANDS, FLAG, NUMBER, SHARE, TEXT, TEXTS, Command, Option
from .options import run as run_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")

app = typer.Typer(
    name="ctxload",
    help="Puts the right project documents in front of an AI coding agent: explicit, keyword, fallback.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def run(arguments: list[str]) -> int:
    """Runs the full command line; the exit status."""
    for stream in (sys.stdout, sys.stderr):  # typer and rich write text, whatever the locale can show
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    if len(arguments) == 2 and arguments[0] in ("--show-completion", "--install-completion") and arguments[1] in SHELLS:
        return _completion(*arguments)
    command = typer.main.get_command(app)
    try:
        result = command.main(args=arguments, prog_name="ctxload", standalone_mode=False)
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # rich ends the process where its reader has gone
            return EXIT_DONE
        return ended.code if isinstance(ended.code, int) else EXIT_DONE
    except Exception as error:
        shown = _usage_error(error)
        if shown is None:
            raise
        return shown
    return result if isinstance(result, int) else EXIT_DONE


def _completion(option: str, shell: str) -> int:
    """Completion for a shell by name; typer itself asks which shell it runs in, and a script runs in none."""
    from typer.completion import get_completion_script, install  # type: ignore[attr-defined, unused-ignore]

    if option == "--show-completion":
        say(get_completion_script(prog_name="ctxload", complete_var="_CTXLOAD_COMPLETE", shell=shell) + "\n")
    else:
        say(f"completion is in {install(shell=shell, prog_name='ctxload')[1]}; it works in the next shell\n")
    return EXIT_DONE


def _usage_error(error: Exception) -> int | None:
    """Prints a usage error of the argument parser; its exit status, or None for any other error."""
    name = type(error).__name__
    if name == "NoArgsIsHelpError":
        say(str(getattr(error, "message", error)) + "\n")
        return EXIT_USAGE
    if name == "Abort":
        return 130
    message = getattr(error, "format_message", None)
    if message is None:
        return None
    from ..text.escaping import escape

    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "ctxload"
    text = message()
    advice = (
        "a task that begins with `-` goes after `--`"
        if "option: -" in text and " " in text.split("option: ", 1)[1].split("(")[0].strip()
        else ""
    )
    remark([f"ctxload: {escape(text)}", advice or f"see `{escape(path)} --help`"])
    return EXIT_USAGE


def _version(value: bool) -> None:
    if value:
        say(f"ctxload {__version__}\n")
        raise typer.Exit


@app.callback()
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

    parameters = [parameter_of(option) for option in command.options]
    callback.__signature__ = Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    callback.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return callback


def parameter_of(option: Option) -> Parameter:
    """An option as typer reads it from a parameter."""
    kind, empty = TYPES[option.kind], {TEXT: "", FLAG: False}.get(option.kind)
    default = empty if option.default is None and not option.may_be_absent else option.default
    about: dict[str, Any] = {
        "metavar": option.metavar or None,
        "help": option.help,
        "show_default": option.show_default,
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


for _command in COMMANDS:
    app.command(_command.name, rich_help_panel=_command.group, help=cleandoc(_command.help))(callback_of(_command))
