"""The commands that need no typer, for a copy of ctxload that carries only what it needs, as the plugin does."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..errors import EXIT_DONE, EXIT_USAGE
from .resolve import Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def run(arguments: list[str]) -> int:
    """Runs one command; the exit status."""
    try:
        options = parser().parse_args(arguments)
    except SystemExit as ended:
        return EXIT_USAGE if ended.code else EXIT_DONE
    use: Callable[[Namespace], int] = options.use
    return use(options)


def parser() -> ArgumentParser:
    """The commands and their options, named as in the full command line."""
    whole = ArgumentParser("ctxload", description="The part of ctxload that its plugin carries.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, use: Callable[[Namespace], int], about: str) -> ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        one.set_defaults(use=use)
        one.add_argument("--index", default="", metavar="FILE")
        one.add_argument("--root", default="", metavar="DIR")
        return one

    for name, use, about in (
        ("resolve", _resolve, "Print the context files for a task."),
        ("explain", _explain, "Show why files are selected for a task."),
    ):
        one = command(name, use, about)
        one.add_argument("words", nargs="*", metavar="TASK")
        one.add_argument("-a", "--agent", default="", metavar="NAME")
        one.add_argument("-c", "--context", action="append", metavar="ITEM")
        one.add_argument("-m", "--match", default="", metavar="MODE")
        one.add_argument("-t", "--tag", action="append", metavar="TAG")
        one.add_argument("--json", action="store_true")
        one.add_argument("--all", action="store_true")
        one.add_argument("--last", action="store_true")
    check = command("check", _check, "Look for mistakes in the index and in what it names.")
    check.add_argument("--fix", action="store_true")
    check.add_argument("--strict", action="store_true")
    check.add_argument("--format", default="full", choices=("full", "concise", "json", "github"))
    check.add_argument("--explain", default="", metavar="CODE")
    command("compile", _compile, "Make the compiled index now.")
    for name, use, about in (
        ("allow", _allow, "Let agent clients be given documents of projects: this one, or all in these folders."),
        ("deny", _deny, "Take that back."),
    ):
        one = commands.add_parser(name, help=about, description=about)
        one.set_defaults(use=use)
        one.add_argument("folders", nargs="*", metavar="FOLDER")
        one.add_argument("--finding", default="", metavar="CODE")
        if name == "allow":
            one.add_argument("-y", "--yes", action="store_true")
    return whole


def _options(found: Namespace) -> Options:
    context = tuple(found.context) if found.context else None
    tags = tuple(found.tag or ())
    return Options(
        tuple(found.words), found.agent, context, found.match, tags, found.index, found.root, json=found.json
    )


def _resolve(found: Namespace) -> int:
    from .resolve import resolve

    return resolve(_options(found))


def _explain(found: Namespace) -> int:
    from .explain import run_explain

    return run_explain(_options(found), last=found.last, every=found.all)


def _check(found: Namespace) -> int:
    from .check import run_check, show_page

    if found.explain:
        return show_page(found.explain)
    return run_check(found.index, found.root, fix=found.fix, strict=found.strict, form=found.format, color="auto")


def _allow(found: Namespace) -> int:
    if found.finding:
        from .allow_finding import run_allow_finding

        return run_allow_finding(found.finding, found.folders, yes=found.yes)
    from .allow import run_allow

    return run_allow(found.folders, yes=found.yes)


def _deny(found: Namespace) -> int:
    if found.finding:
        from .allow_finding import run_deny_finding

        return run_deny_finding(found.finding, found.folders)
    from .allow import run_deny

    return run_deny(found.folders)


def _compile(found: Namespace) -> int:
    from .compile import run_compile

    return run_compile(found.index, found.root)
