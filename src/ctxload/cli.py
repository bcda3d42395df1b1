"""The commands, a few lines each. The only file that knows typer."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from . import __version__
from .doors import Options, answer, fail, json_of, remark, say
from .doors import resolve as resolve_door
from .errors import EXIT_DONE, EXIT_NO, EXIT_USAGE, CtxloadError

DAILY, CARE, OTHERS = "Daily use", "Care for the index", "Other tools"
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
    from .diagnostics import escape

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


Words = Annotated[
    list[str] | None, typer.Argument(metavar="TASK", help="The task; words are joined. `-` reads it from stdin.")
]
Agent = Annotated[
    str,
    typer.Option(
        "--agent",
        "-a",
        metavar="NAME",
        help="The agent that gets the task: sets the scope. `auto`: the one whose definition fits best.",
    ),
]
Context = Annotated[
    list[str] | None,
    typer.Option(
        "--context",
        "-c",
        metavar="ITEM",
        help="Load this id, bundle, path or glob (repeatable); replaces `Context:` lines.",
    ),
]
Match = Annotated[
    str,
    typer.Option(
        "--match", "-m", metavar="MODE", help="whole or related; by default what the index says, else related."
    ),
]
Tag = Annotated[
    list[str] | None, typer.Option("--tag", "-t", metavar="TAG", help="Only entries with this tag (repeatable).")
]
File = Annotated[
    list[str] | None,
    typer.Option("--file", metavar="PATH", help="A file at hand (repeatable): calls for entries with `for_files`."),
]
Changed = Annotated[bool, typer.Option("--changed", help="The files that differ from git's last commit are at hand.")]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--source", metavar="FORMAT", help="Read another tool's files, too (repeatable): cursor, claude-code, …"
    ),
]
IndexFile = Annotated[str, typer.Option("--index", metavar="FILE", help="The index file, instead of looking for it.")]
Root = Annotated[str, typer.Option("--root", metavar="DIR", help="The project's folder, instead of looking for it.")]
Color = Annotated[str, typer.Option("--color", metavar="WHEN", help="auto, always or never.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON: files, reasons, scores, sizes, hashes, findings.")]


def _options(
    words: list[str] | None,
    agent: str,
    context: list[str] | None,
    match: str,
    tag: list[str] | None,
    index: str,
    root: str,
    file: list[str] | None = None,
    changed: bool = False,
    source: list[str] | None = None,
) -> Options:
    named = tuple(context) if context else None
    return Options(
        tuple(words or ()),
        agent,
        named,
        match,
        tuple(tag or ()),
        tuple(file or ()),
        changed,
        tuple(source or ()),
        index,
        root,
    )


@app.command(rich_help_panel=DAILY)
def resolve(
    words: Words = None,
    agent: Agent = "",
    context: Context = None,
    match: Match = "",
    tag: Tag = None,
    file: File = None,
    changed: Changed = False,
    source: Sources = None,
    index: IndexFile = "",
    root: Root = "",
    nul: Annotated[bool, typer.Option("-0", "--null", help="End each path with NUL instead of a line end.")] = False,
    json: Json = False,
    batch: Annotated[
        bool, typer.Option("--batch", help="Read JSON lines from stdin, answer each with a JSON line.")
    ] = False,
) -> int:
    """Print the context files for a task, one path a line, best first.

    Exit status: 0 files were selected, 1 none were, 2 the task, an option or the index cannot be used.
    """
    return resolve_door(
        _options(words, agent, context, match, tag, index, root, file, changed, source).replace(
            nul=nul, json=json, batch=batch
        )
    )


@app.command(rich_help_panel=DAILY)
def explain(
    words: Words = None,
    agent: Agent = "",
    context: Context = None,
    match: Match = "",
    tag: Tag = None,
    file: File = None,
    changed: Changed = False,
    source: Sources = None,
    index: IndexFile = "",
    root: Root = "",
    every: Annotated[bool, typer.Option("--all", help="The verdict on every entry, not only the nearest.")] = False,
    json: Json = False,
    color: Color = "auto",
) -> int:
    """Show why files are selected for a task, and why others are not."""
    if wrong := _wrong_choice("--color", color, ("auto", "always", "never")):
        return wrong
    try:
        project, resolution = answer(
            _options(words, agent, context, match, tag, index, root, file, changed, source), verdicts=True
        )
    except CtxloadError as error:
        return fail(error)
    if json:
        say(json_of(project, resolution, every=every))
    else:
        from .explain import explain as explanation
        from .render import Paint, wants_colour

        paint = Paint(wants_colour(color, sys.stdout, dict(os.environ)))
        say(explanation(resolution, paint, _width(), every=every))
    return EXIT_DONE if resolution.files else EXIT_NO


@app.command(rich_help_panel=CARE)
def check(
    index: IndexFile = "",
    root: Root = "",
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can only be meant one way; shows the change.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail the check, too.")] = False,
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="full, concise, json or github.")] = "full",
    page: Annotated[
        str, typer.Option("--explain", metavar="CODE", help="Print the page about a code, as CTX301 or missing-file.")
    ] = "",
    color: Color = "auto",
) -> int:
    """Look for mistakes in the index and in what it names.

    Exit status: 0 no errors, 1 errors (with --strict also warnings), 2 there is no index to check.
    """
    from .checking import run_check, show_page
    from .render import FORMATS

    if page:
        return show_page(page)
    wrong = _wrong_choice("--format", form, FORMATS) or _wrong_choice("--color", color, ("auto", "always", "never"))
    return wrong or run_check(index, root, fix=fix, strict=strict, form=form, color=color)


@app.command(rich_help_panel=CARE)
def init(
    root: Annotated[str, typer.Option("--root", metavar="DIR", help="The project's folder; by default this one.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without showing and asking.")] = False,
) -> int:
    """Write a first index from the documents that are there. Never overwrites one.

    Exit status: 0 written, 1 there is nothing to list or it was not agreed, 2 there is an index already.
    """
    from .init import run_init

    return run_init(root, yes=yes)


Format = Annotated[str, typer.Argument(metavar="FORMAT", help="cursor, copilot, claude-code, …; `agents` for import.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")]


@app.command("import", rich_help_panel=OTHERS)
def import_files(
    name: Format,
    folders: Annotated[
        list[str] | None,
        typer.Argument(metavar="DIR", help="Where the files are; by default the usual places in the project."),
    ] = None,
    index: IndexFile = "",
    root: Root = "",
    yes: Yes = False,
) -> int:
    """Make index entries of another tool's files, or of what agent definitions say; shows them first.

    Exit status: 0 written, 1 there is nothing to import or it was not agreed, 2 usage.
    """
    from .importing import run_import

    return run_import(name, folders or [], index, root, yes=yes)


@app.command(rich_help_panel=OTHERS)
def agents(
    words: Words = None,
    folders: Annotated[
        list[str] | None,
        typer.Option(
            "--dir", metavar="DIR", help="Where the definitions are (repeatable); by default the usual places."
        ),
    ] = None,
    root: Root = "",
    every: Annotated[bool, typer.Option("--all", help="Every agent that anything speaks for.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Rank the agent definitions of the project for a task; without a task, list them.

    Exit status: 0 one agent is clearly the best, 1 none is, 2 there are no definitions.
    """
    from .surveying import run_agents

    return run_agents(words or [], folders or [], root, every=every, as_json=json)


@app.command(rich_help_panel=OTHERS)
def stack(
    root: Root = "",
    every: Annotated[bool, typer.Option("--all", help="Every package, not only what is known by name.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Show the languages, frameworks and packages of the project, from manifests and lock files.

    Exit status: 0 something was found, 1 nothing was.
    """
    from .surveying import run_stack

    return run_stack(root, every=every, as_json=json)


@app.command("export", rich_help_panel=OTHERS)
def export_files(
    name: Annotated[str, typer.Argument(metavar="FORMAT", help="cursor, copilot, claude-code, …")],
    index: IndexFile = "",
    root: Root = "",
    to: Annotated[str, typer.Option("--to", metavar="DIR", help="Write below this folder, not below the root.")] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; say whether what is written is current.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that no export wrote, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON: files, and all that could not be said.")] = False,
) -> int:
    """Write the entries of the index as another tool's files, and say what it cannot express.

    Exit status: 0 written, or with --check all current; 1 not current, nothing to write, or files in the way; 2 usage.
    """
    from .exporting import run_export

    return run_export(name, index, root, to, check=check, force=force, as_json=json)


@app.command(rich_help_panel=CARE)
def watch(
    index: IndexFile = "",
    root: Root = "",
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line.")] = False,
    poll: Annotated[
        bool, typer.Option("--poll", help="Look at the files by the clock, where events do not work.")
    ] = False,
) -> int:
    """Keep the compiled index current, and print what each change of the index did.

    Runs until it is ended. Exit status: 0 SIGTERM, or nobody reads any more; 130 Ctrl-C; 2 there is no index.
    """
    from .watching import run_watch

    return run_watch(index, root, poll=poll, as_json=json)


@app.command("compile", rich_help_panel=CARE)
def compile_now(index: IndexFile = "", root: Root = "") -> int:
    """Make the compiled index now; the first `resolve` after a change makes it, too.

    Exit status: 0 it is kept, 1 it cannot be kept, 2 there is no index, or it cannot be read.
    """
    from .caching import run_compile

    return run_compile(index, root)


@app.command(rich_help_panel=CARE)
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove all compiled indexes.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Show where compiled indexes are kept, and which there are.

    A fresh one serves as it is; any other is made anew when it is wanted.
    """
    from .caching import run_cache

    return run_cache(clear=clear, as_json=json)


def _wrong_choice(name: str, value: str, legal: tuple[str, ...]) -> int:
    if value in legal:
        return 0
    from .diagnostics import escape

    remark([f"ctxload: {name} {escape(value)}: use {', '.join(legal)}"])
    return EXIT_USAGE


def _width() -> int:
    from shutil import get_terminal_size

    return get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80
