"""The commands, a few lines each. The only file that knows typer."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ..errors import EXIT_DONE, EXIT_USAGE
from ..output import remark, say
from ..version import __version__
from .resolve import Options
from .resolve import resolve as resolve_door

DAILY, CARE, AGENTS, OTHERS = "Daily use", "Care for the index", "In agent clients", "Other tools"
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
        index,
        root,
        files=tuple(file or ()),
        changed=changed,
        sources=tuple(source or ()),
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
def load(
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
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="markdown, xml, json or paths.")] = "markdown",
    budget: Annotated[int | None, typer.Option("--budget", metavar="N", help="At most so many tokens.")] = None,
    max_chars: Annotated[
        int | None, typer.Option("--max-chars", metavar="N", help="At most so many characters.")
    ] = None,
    max_bytes: Annotated[int | None, typer.Option("--max-bytes", metavar="N", help="At most so many bytes.")] = None,
    max_files: Annotated[
        int | None, typer.Option("--max-files", metavar="N", help="The content of at most so many files.")
    ] = None,
    conversation: Annotated[
        str, typer.Option("--conversation", metavar="ID", help="Give nothing that this conversation was given before.")
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget first what the conversation was given.")] = False,
    count: Annotated[bool, typer.Option("--count", help="Print a table of files, tokens and share instead.")] = False,
    exact: Annotated[
        bool, typer.Option("--exact", help="Count tokens with a tokenizer; needs the extra `tokens`.")
    ] = False,
) -> int:
    """Print the content of the context files for a task, inside a budget.

    Exit status: 0 something was given, 1 nothing was, 2 the task, an option or the index cannot be used, or what always
    comes does not fit the budget.
    """
    from .load import Wanted, run_load

    wanted = Wanted(form, budget, max_chars, max_bytes, max_files, conversation, fresh, count, exact)
    return run_load(_options(words, agent, context, match, tag, index, root, file, changed, source), wanted)


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
    last: Annotated[bool, typer.Option("--last", help="What the last prompt in an agent client was given.")] = False,
    json: Json = False,
    color: Color = "auto",
) -> int:
    """Show why files are selected for a task, and why others are not."""
    if wrong := _wrong_choice("--color", color, ("auto", "always", "never")):
        return wrong
    from .explain import run_explain

    options = _options(words, agent, context, match, tag, index, root, file, changed, source).replace(json=json)
    return run_explain(options, last=last, every=every, color=color)


@app.command(rich_help_panel=CARE)
def check(
    index: IndexFile = "",
    root: Root = "",
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can only be meant one way; shows the change.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail the check, too.")] = False,
    tasks: Annotated[
        list[str] | None,
        typer.Option(
            "--tasks", metavar="FILE", help="Also what tasks of yours show: text, YAML or JSON lines (repeatable)."
        ),
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="full, concise, json or github.")] = "full",
    page: Annotated[
        str, typer.Option("--explain", metavar="CODE", help="Print the page about a code, as CTX301 or missing-file.")
    ] = "",
    color: Color = "auto",
) -> int:
    """Look for mistakes in the index and in what it names.

    Exit status: 0 no errors, 1 errors (with --strict also warnings), 2 there is no index to check.
    """
    from ..text.render import FORMATS
    from .check import run_check, show_page

    if page:
        return show_page(page)
    wrong = _wrong_choice("--format", form, FORMATS) or _wrong_choice("--color", color, ("auto", "always", "never"))
    return wrong or run_check(index, root, fix=fix, strict=strict, form=form, color=color, tasks=tasks or ())


@app.command(rich_help_panel=CARE)
def test(
    index: IndexFile = "",
    root: Root = "",
    cases: Annotated[
        list[str] | None,
        typer.Option(
            "--cases", metavar="FILE", help="Cases of this file, too: YAML or JSON lines; `-` is stdin (repeatable)."
        ),
    ] = None,
    match: Annotated[
        list[str] | None,
        typer.Option(
            "--match", "-m", metavar="MODE", help="whole, related or focused (repeatable), or all side by side."
        ),
    ] = None,
    min_f1: Annotated[
        float | None, typer.Option("--min-f1", min=0, max=1, metavar="N", help="The least F1, from 0 to 1.")
    ] = None,
    min_precision: Annotated[
        float | None, typer.Option("--min-precision", min=0, max=1, metavar="N", help="The least precision.")
    ] = None,
    min_recall: Annotated[
        float | None, typer.Option("--min-recall", min=0, max=1, metavar="N", help="The least recall.")
    ] = None,
    max_files: Annotated[
        float | None, typer.Option("--max-files", min=0, metavar="N", help="The most files a task, on average.")
    ] = None,
    max_tokens: Annotated[
        float | None, typer.Option("--max-tokens", min=0, metavar="N", help="The most tokens a task, on average.")
    ] = None,
    max_failed: Annotated[int, typer.Option("--max-failed", min=0, metavar="N", help="How many cases may fail.")] = 0,
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="text, json or github.")] = "text",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the cases that failed, and the figures.")] = False,
    record: Annotated[
        str | None,
        typer.Option("--record", metavar="TASK", help="Add a case for this task to the index; shows the change."),
    ] = None,
    agent: Annotated[
        str, typer.Option("--agent", "-a", metavar="NAME", help="With --record: the agent that gets the task.")
    ] = "",
    expect: Annotated[
        list[str] | None,
        typer.Option(
            "--expect", "-e", metavar="ID", help="With --record: an id or path that must come (repeatable), or none."
        ),
    ] = None,
    reject: Annotated[
        list[str] | None,
        typer.Option("--reject", metavar="ID", help="With --record: an id or path that must not come (repeatable)."),
    ] = None,
    color: Color = "auto",
) -> int:
    """Run the labelled cases of the index, and say what came instead where one fails.

    Exit status: 0 all is as it must be, 1 cases failed or a figure is not reached, 2 there is no index or no case, or
    a file of cases cannot be used.
    """
    from ..authoring.evaluate.thresholds import Thresholds
    from .test import FORMATS, Options, run_test

    wrong = _wrong_choice("--format", form, FORMATS) or _wrong_choice("--color", color, ("auto", "always", "never"))
    if wrong:
        return wrong
    if record is not None:
        from .record import run_record

        if cases or match or form != "text":
            remark(["ctxload: --record adds one case: leave --cases, --match and --format out"])
            return EXIT_USAGE
        return run_record(index, root, record, agent, expect or (), reject or (), color)
    if agent or expect or reject:
        remark(["ctxload: --agent, --expect and --reject say what --record adds: name the task with --record"])
        return EXIT_USAGE
    limits = Thresholds(min_f1, min_precision, min_recall, max_files, max_tokens, max_failed)
    return run_test(Options(index, root, tuple(cases or ()), tuple(match or ()), limits, form, quiet, color))


@app.command(rich_help_panel=CARE)
def suggest(
    index: IndexFile = "",
    root: Root = "",
    tasks: Annotated[
        list[str] | None,
        typer.Option(
            "--tasks", metavar="FILE", help="Tasks of yours: text, YAML or JSON lines; `-` is stdin (repeatable)."
        ),
    ] = None,
    cases: Annotated[
        list[str] | None, typer.Option("--cases", metavar="FILE", help="Labelled cases of this file, too (repeatable).")
    ] = None,
    match: Annotated[
        str, typer.Option("--match", "-m", metavar="MODE", help="The match mode; by default that of the index.")
    ] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=200, metavar="N", help="How many proposals at most.")] = 20,
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="text or json.")] = "text",
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the proposals to the index; shows the change and asks.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --apply: write without asking.")] = False,
    color: Color = "auto",
) -> int:
    """Propose keywords to add, to drop and to narrow, each with what it would change.

    Exit status: 0 there are proposals, 1 there are none or writing was not agreed, 2 there is no index, or a file
    cannot be used.
    """
    from .suggest import FORMATS, Options, run_suggest

    wrong = _wrong_choice("--format", form, FORMATS) or _wrong_choice("--color", color, ("auto", "always", "never"))
    return wrong or run_suggest(
        Options(index, root, tuple(tasks or ()), tuple(cases or ()), match, most, form, apply, yes, color)
    )


@app.command(rich_help_panel=CARE)
def report(
    index: IndexFile = "",
    root: Root = "",
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to write; `-` is stdout. By default context-report.html."
        ),
    ] = "",
    tasks: Annotated[
        list[str] | None,
        typer.Option("--tasks", metavar="FILE", help="Tasks of yours: text, YAML or JSON lines (repeatable)."),
    ] = None,
    cases: Annotated[
        list[str] | None, typer.Option("--cases", metavar="FILE", help="Labelled cases of this file, too (repeatable).")
    ] = None,
    match: Annotated[
        str, typer.Option("--match", "-m", metavar="MODE", help="The match mode; by default that of the index.")
    ] = "",
) -> int:
    """Write a page to look at: which task loads what, keywords beside files, overlaps, sizes, findings.

    Exit status: 0 it is written, 2 there is no index, or a file cannot be read or written.
    """
    from .report import Options, run_report

    return run_report(Options(index, root, output, tuple(tasks or ()), tuple(cases or ()), match))


@app.command(rich_help_panel=CARE)
def init(
    root: Annotated[str, typer.Option("--root", metavar="DIR", help="The project's folder; by default this one.")] = "",
    add: Annotated[
        bool, typer.Option("--add", help="Add entries for documents that the index does not list; change nothing else.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without showing and asking.")] = False,
) -> int:
    """Write a first index from the documents that are there. Never overwrites one.

    Exit status: 0 written, 1 there is nothing to list or it was not agreed, 2 there is an index already.
    """
    from .init import run_init

    return run_init(root, yes=yes, add=add)


Format = Annotated[str, typer.Argument(metavar="FORMAT", help="cursor, copilot, claude-code, …; `agents` for import.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without showing and asking.")]


@app.command("import", rich_help_panel=OTHERS)
def import_files(
    name: Format,
    folders: Annotated[
        list[str] | None,
        typer.Argument(metavar="DIR", help="Where the files are; by default the usual places in the project."),
    ] = None,
    index: IndexFile = "",
    root: Root = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
) -> int:
    """Make index entries of another tool's files, or of what agent definitions say; shows them first.

    Exit status: 0 written or there already, 1 there is nothing to import or it was not agreed, 2 usage.
    """
    from .import_files import run_import

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
    from .survey import run_agents

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
    from .survey import run_stack

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
    from .export_files import run_export

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
    from .watch import run_watch

    return run_watch(index, root, poll=poll, as_json=json)


@app.command(rich_help_panel=DAILY)
def serve(
    index: IndexFile = "",
    root: Root = "",
    source: Sources = None,
    lsp: Annotated[
        bool, typer.Option("--lsp", help="Speak the Language Server Protocol, for editors; needs the extra `lsp`.")
    ] = False,
    mcp: Annotated[
        bool,
        typer.Option("--mcp", help="Speak the Model Context Protocol, for agent clients; needs the extra `mcp`."),
    ] = False,
    trust: Annotated[
        bool, typer.Option("--trust", help="With --mcp: answer in a project that was not allowed, unless it is denied.")
    ] = False,
) -> int:
    """Answer requests on stdin, one JSON object a line, on stdout.

    Runs until stdin ends. Exit status: 0 the end of input, SIGTERM, or nobody reads any more; 130 Ctrl-C; 2 stdin or
    stdout is closed, an answer cannot be written, or an extra is not installed.
    """
    from ..integrations.rpc.server import run_serve
    from ..integrations.servers import run_lsp, run_mcp

    if trust and not mcp:
        remark(["ctxload: --trust goes with --mcp: whoever starts another service has allowed it"])
        return EXIT_USAGE
    if lsp and mcp:
        remark(["ctxload: --lsp and --mcp are two protocols: choose one"])
        return EXIT_USAGE
    if lsp and (index or root or source):
        remark(["ctxload: --lsp finds the project of each file itself: leave --index, --root and --source away"])
        return EXIT_USAGE
    sources = tuple(source or ())
    return run_lsp() if lsp else run_mcp(index, root, sources, trust=trust) if mcp else run_serve(index, root, sources)


@app.command("compile", rich_help_panel=CARE)
def compile_now(index: IndexFile = "", root: Root = "") -> int:
    """Make the compiled index now; the first `resolve` after a change makes it, too.

    Exit status: 0 it is kept, 1 it cannot be kept, 2 there is no index, or it cannot be read.
    """
    from .compile import run_compile

    return run_compile(index, root)


@app.command(rich_help_panel=CARE)
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove them all, and what conversations were given.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Show where compiled indexes are kept, and which there are.

    A fresh one serves as it is; any other is made anew when it is wanted.
    """
    from .cache import run_cache

    return run_cache(clear=clear, as_json=json)


ClientName = Annotated[
    str,
    typer.Argument(
        metavar="CLIENT",
        show_default=False,
        help="claude-code, codex, copilot, gemini, opencode, cursor, nvim or vscode.",
    ),
]
Project = Annotated[bool, typer.Option("--project", help="In this project, for everybody, instead of for you.")]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would be done, and do nothing.")]


@app.command(rich_help_panel=AGENTS)
def install(
    client: ClientName,
    project: Project = False,
    settings: Annotated[
        bool, typer.Option("--settings", help="Write the settings file, even where the client has commands of its own.")
    ] = False,
    max_chars: Annotated[
        int, typer.Option("--max-chars", metavar="N", help="Give at most N characters with a prompt.")
    ] = 0,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Add project documents to every prompt in an agent client, or commands to an editor.

    Exit status: 0 it is there, 1 it was not agreed, 2 it cannot be done, and nothing was changed.
    """
    from ..integrations.setup.install import run_install
    from ..integrations.setup.places import target_of

    target = target_of(client, project=project, settings=settings, max_chars=max_chars)
    return run_install(target, dry_run=dry_run, yes=yes)


@app.command(rich_help_panel=AGENTS)
def uninstall(client: ClientName, project: Project = False, dry_run: DryRun = False, yes: Yes = False) -> int:
    """Remove exactly what `install` added.

    Exit status: 0 it is gone, 1 it was not agreed, 2 it cannot be done.
    """
    from ..integrations.setup.install import run_uninstall
    from ..integrations.setup.places import target_of

    return run_uninstall(target_of(client, project=project), dry_run=dry_run, yes=yes)


Folders = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FOLDER", show_default=False, help="A project, or a folder of them; by default this project."
    ),
]
Finding = Annotated[
    str,
    typer.Option(
        "--finding", metavar="CODE", help="CTX501, CTX502 or CTX503; what follows is then a file, not a folder."
    ),
]


@app.command(rich_help_panel=AGENTS)
def allow(
    folders: Folders = None,
    finding: Finding = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Allow without showing and asking.")] = False,
) -> int:
    """Let agent clients be given documents of a project, or of all projects below a folder.

    With --finding: let a model be given the lines of a file that are withheld for a finding, as the file is now.

    Exit status: 0 it is allowed, 1 it was not agreed, 2 there is no such folder, file or finding, or no terminal to
    ask at.
    """
    if finding:
        from .allow_finding import run_allow_finding

        return run_allow_finding(finding, folders or [], yes=yes)
    from .allow import run_allow

    return run_allow(folders or [], yes=yes)


@app.command(rich_help_panel=AGENTS)
def deny(folders: Folders = None, finding: Finding = "") -> int:
    """Take that back: agent clients are given nothing of a project, or of those below a folder.

    With --finding: the lines of a file are withheld again.

    Exit status: 0 it is denied, 2 that cannot be remembered.
    """
    if finding:
        from .allow_finding import run_deny_finding

        return run_deny_finding(finding, folders or [])
    from .allow import run_deny

    return run_deny(folders or [])


@app.command(rich_help_panel=AGENTS)
def doctor(
    client: Annotated[str, typer.Argument(metavar="CLIENT", show_default=False, help="Only this one.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Show for each client whether the hook is there and works, what it was last given, and what to do next.

    Exit status: 0 all is well, 1 something is to be mended, or the client that was named has no hook.
    """
    from ..integrations.setup.doctor import run_doctor

    return run_doctor(client, as_json=json)


@app.command(rich_help_panel=AGENTS)
def hook(
    client: Annotated[
        str, typer.Option("--client", metavar="NAME", help="The client that calls, instead of recognising it.")
    ] = "",
    max_chars: Annotated[
        int, typer.Option("--max-chars", metavar="N", help="Give at most N characters; by default 10,000.")
    ] = 0,
    trust: Annotated[
        bool, typer.Option("--trust", help="Answer in a project that was not allowed, unless it is denied.")
    ] = False,
) -> int:
    """Answer an agent client: its call on stdin, what it adds to the prompt on stdout.

    Clients call it; `ctxload install CLIENT` sets it up. Exit status: always 0, so that every prompt goes through.
    """
    from ..integrations.hooks.hook import reply

    given = (("--client", client), ("--max-chars", str(max_chars or "")))
    return reply([word for option in given if option[1] for word in option] + ["--trust"] * trust)


def _wrong_choice(name: str, value: str, legal: tuple[str, ...]) -> int:
    if value in legal:
        return 0
    from ..text.escaping import escape

    remark([f"ctxload: {name} {escape(value)}: use {', '.join(legal)}"])
    return EXIT_USAGE
