"""The commands that need no typer, for a ctxload that runs where nothing else is installed, as the plugin does."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter

from ..errors import EXIT_DONE, EXIT_USAGE
from ..version import __version__
from .options import COMMANDS, FLAG, NUMBER, SHARE, TEXTS, Option, spelled_out
from .options import run as run_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Those that are offered: what the hook, the skill and whoever maintains an index need there.
OFFERED = ("resolve", "load", "explain", "check", "compile", "allow", "deny")


def run(arguments: list[str]) -> int:
    """Runs one command; the exit status."""
    try:
        values = vars(parser().parse_args(spelled_out(arguments)))
    except SystemExit as ended:
        return EXIT_USAGE if ended.code else EXIT_DONE
    command = next(command for command in COMMANDS if command.name == values["command of ctxload"])
    return run_command(command, values)


def parser() -> ArgumentParser:
    """The commands and their options, as the full command line has them."""
    whole = ArgumentParser("ctxload", description="The part of ctxload that its plugin carries.", allow_abbrev=False)
    whole.add_argument("--version", action="version", version=f"ctxload {__version__}")
    commands = whole.add_subparsers(required=True, metavar="COMMAND", dest="command of ctxload")
    for command in COMMANDS:
        if command.name in OFFERED:
            about = _escaped(command.help)
            one = commands.add_parser(
                command.name, help=about.partition("\n")[0], description=about, allow_abbrev=False,
                formatter_class=RawDescriptionHelpFormatter,
            )  # fmt: skip
            for option in command.options:
                _add(one, option)
    return whole


def _add(parser: ArgumentParser, option: Option) -> None:
    about: dict[str, Any] = {"help": _escaped(option.help)}
    if option.kind == FLAG:
        about["action"] = "store_true"
    else:
        about["metavar"] = option.metavar
    if option.kind in (NUMBER, SHARE):
        about["type"] = int if option.kind == NUMBER else float
    if option.flags:
        if option.kind == TEXTS:
            about["action"] = "append"
        parser.add_argument(*option.flags, dest=option.field, **about)
    else:
        nargs = "*" if option.kind == TEXTS else None if option.required else "?"
        parser.add_argument(option.field, nargs=nargs, **about)


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
