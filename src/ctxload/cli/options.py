"""The commands and their options: the one table that every parser of the command line is made of, or held against.

`app` makes typer's commands of it, `plugin_app` those of the plugin, which carries no typer. The quick door (`start`)
reads ordinary calls of `resolve` and `load` by tables of its own, because this one would cost half of such a start; a
test holds them against it. Each option fills the field of that name in the `main` of its command's module.
"""

from __future__ import annotations

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    Kind = Literal["text", "texts", "flag", "number", "share"]

#: What an option takes: a text, any number of them, nothing, a whole number, a number of any size.
TEXT: Kind = "text"
TEXTS: Kind = "texts"
FLAG: Kind = "flag"
NUMBER: Kind = "number"
SHARE: Kind = "share"

#: The order in which `--help` shows the commands, by group.
GROUPS = {
    "The first week": ("init", "install", "resolve", "load", "explain", "check", "doctor"),
    "What is there": ("list", "status", "project"),
    "A better index": ("test", "diff", "suggest", "learn", "stats", "report", "import", "export"),
    "In agent clients": ("allow", "deny", "uninstall"),
    "Plumbing": ("cache", "serve", "hook"),
}


#: What the values are called of options that name a place, where an empty text would silently mean another one.
NAMING = ("FILE", "DIR", "FOLDER", "PATH", "LOG", "VERSION", "ADDRESS")


class Option(Record):
    """One option, or where it has no flags one argument: the field it fills, and what it takes."""

    field: str
    flags: tuple[str, ...]
    kind: Kind
    help: str
    metavar: str = ""
    default: Any = None
    required: bool = False
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    completes: str = ""  # the kind of value that `completion` knows
    show_default: bool = True
    may_be_absent: bool = False  # the command must tell "left out", which is None, from "empty"

    @property
    def refuses_empty(self) -> bool:
        """Whether it names something, so that an empty text is a variable that isn't set."""
        return self.metavar in NAMING


class Command(Record):
    """One command: its help, its options in their order, and the module in this package that runs it.

    One with a `parent` is a subcommand of that (`ctxload cache compile`), and works under its own name as well.
    """

    name: str
    help: str
    options: tuple[Option, ...]
    module: str = ""
    parent: str = ""


def spelled_out(arguments: list[str]) -> list[str]:
    """A call as the parsers read it: nothing at all asks for help, and so does `help`; `version` is `--version`.

    >>> spelled_out([]), spelled_out(["help", "resolve"]), spelled_out(["version"]), spelled_out(["resolve", "help"])
    (['--help'], ['resolve', '--help'], ['--version'], ['resolve', 'help'])
    """
    if not arguments or arguments[0] == "help":
        return [*arguments[1:], "--help"]
    return ["--version"] if arguments == ["version"] else arguments


def value_of(option: Option, value: Any) -> Any:
    """What a parser read for an option, as commands take it: several as a tuple, and what is missing by its default.

    >>> [value_of(option, None) for option in (TAGS, CONTEXT, MATCH, COLOR, CHANGED)]
    [(), None, '', 'auto', False]
    """
    if value is None or value == []:
        if option.may_be_absent:
            return None
        value = option.default
    if option.kind == TEXTS:
        return tuple(value or ())
    return value or {TEXT: "", FLAG: False}.get(option.kind, value)


def run(command: Command, values: dict[str, Any]) -> int:
    """Runs a command with what a parser read for each of its options; the exit status."""
    from importlib import import_module

    for option in command.options:
        if option.refuses_empty and _is_empty(values[option.field]):
            return _is_no_name(option)
    chosen = {option.field: value_of(option, values[option.field]) for option in command.options}
    for option in command.options:
        if option.choices and chosen[option.field] not in option.choices:
            return _is_no_choice(option, chosen[option.field])
    module = import_module(f".{command.module or command.name}", __package__)
    status: int = module.main(**chosen)
    return status


def _is_empty(value: Any) -> bool:
    return value == "" if isinstance(value, str) else any(not one for one in value or ())


def _is_no_name(option: Option) -> int:
    from ..errors import EXIT_USAGE
    from ..output import remark

    what = option.flags[0] if option.flags else option.metavar
    remark([f"ctxload: {what}: an empty text names nothing; isn't a variable set?"])
    return EXIT_USAGE


def _is_no_choice(option: Option, value: str) -> int:
    from ..errors import EXIT_USAGE
    from ..output import remark
    from ..text.escaping import escape

    remark([f"ctxload: {option.flags[0]} {escape(value)}: use {', '.join(option.choices)}"])
    return EXIT_USAGE


WORDS = Option("words", (), TEXTS, "The task; words are joined. `-` reads it from stdin.", "TASK")
AGENT = Option(
    "agent",
    ("--agent", "-a"),
    TEXT,
    "The agent that gets the task: sets the scope. `auto`: the one whose definition fits best.",
    "NAME",
    completes="agents",
)
CONTEXT = Option(
    "context",
    ("--context", "-c"),
    TEXTS,
    "Load this id, bundle, path or glob (repeatable); replaces `Context:` lines.",
    "ITEM",
    may_be_absent=True,
    completes="items",
)
MATCH = Option(
    "match",
    ("--match", "-m"),
    TEXT,
    "focused or whole; by default what the index says, else focused.",
    "MODE",
    completes="modes",
)
WITHOUT = Option(
    "without",
    ("--without",),
    TEXTS,
    "Leave out this id or bundle, whatever asks for it (repeatable).",
    "ID",
    completes="items",
)
TAGS = Option("tags", ("--tag", "-t"), TEXTS, "Only entries with this tag (repeatable).", "TAG", completes="tags")
FILES = Option("files", ("--file",), TEXTS, "A file at hand (repeatable): selects entries with `for_files`.", "PATH")
CHANGED = Option("changed", ("--changed",), FLAG, "The files that differ from git's last commit are at hand.")
SOURCES = Option(
    "sources",
    ("--source",),
    TEXTS,
    "Read another tool's files, too (repeatable): `cursor`, or `cursor:FOLDER`. `ctxload import` lists the formats.",
    "FORMAT",
    completes="formats",
)
INDEX = Option("index", ("--index",), TEXT, "The index file, instead of looking for it.", "FILE")
ROOT = Option("root", ("--root",), TEXT, "The project's folder, instead of looking for it.", "DIR")
ANSWER_JSON = Option("json", ("--json",), FLAG, "Print JSON: files, reasons, scores, sizes, hashes, findings.")
COLOR = Option(
    "color", ("--color",), TEXT, "auto, always or never.", "WHEN", default="auto", choices=("auto", "always", "never")
)
CASES = Option("cases", ("--cases",), TEXTS, "Labelled cases of this file, too (repeatable).", "FILE")
TASKS = Option(
    "tasks",
    ("--tasks",),
    TEXTS,
    "Logs of tasks: JSON lines, CSV, Parquet, text, transcripts of clients, or a folder; `-` is stdin (repeatable).",
    "LOG",
)
JSON = Option("json", ("--json",), FLAG, "Print JSON.")
OUTPUT = Option("output", ("--output", "-o"), TEXT, "Where to write; `-` is stdout.", "FILE")
MOST = Option("most", ("--most",), NUMBER, "How many proposals at most.", "N", default=20, least=1, most=200)
CLIENT = Option(
    "client",
    (),
    TEXT,
    "claude-code, codex, copilot, gemini, opencode, cursor, nvim or vscode; without a name, all of them are listed.",
    "CLIENT",
    show_default=False,
    completes="clients",
)
PROJECT = Option("project", ("--project",), FLAG, "In this project, for everybody, instead of for you.")
DRY_RUN = Option("dry_run", ("--dry-run", "-n"), FLAG, "Show what would be done, and do nothing.")
YES = Option("yes", ("--yes", "-y"), FLAG, "Do it without showing and asking.")
FOLDERS = Option(
    "folders", (), TEXTS, "A project, or a folder of them; by default this project.", "FOLDER", show_default=False
)
FINDING = Option(
    "finding",
    ("--finding",),
    TEXT,
    "CTX501, CTX502 or CTX503; what follows is then a file, not a folder.",
    "CODE",
    completes="withheld",
)


def many_tasks(when: str = "") -> tuple[Option, ...]:
    """How many tasks are asked (see `fleet`); `when` says where that is only possible."""

    def told(text: str) -> str:
        return when + text if when else text[0].upper() + text[1:]

    return (
        Option("workers", ("--workers",), NUMBER, told("so many processes; for large input all processors."), "N"),
        Option(
            "scheduler",
            ("--scheduler",),
            TEXT,
            told("the Dask cluster at this address, or `embedded`."),
            "ADDRESS",
        ),
        Option(
            "resume",
            ("--resume",),
            TEXT,
            told("note in FILE how far it is, and go on from there."),
            "FILE",
        ),
    )


def columns(*, with_files: bool = False) -> tuple[Option, ...]:
    """The options that say where in a log the tasks are."""
    files = Option("files_column", ("--files-column",), TEXT, "The column or key of the files at hand.", "NAME")
    return (
        Option(
            "task_column",
            ("--task-column",),
            TEXT,
            "The column or key of the task; `a.b` is one inside another.",
            "NAME",
        ),
        *((files,) if with_files else ()),
        Option("agent_column", ("--agent-column",), TEXT, "The column or key of the agent.", "NAME"),
        Option(
            "tasks_format",
            ("--tasks-format",),
            TEXT,
            "jsonl, csv, parquet or text, where the name of a log does not say it.",
            "FORM",
            completes="logs",
        ),
    )


SUMMARY = Option("summary", ("--summary",), FLAG, "With --batch: only what all answers come to; --json as JSON.")

#: What every command that answers a task takes.
TASK = (WORDS, AGENT, CONTEXT, WITHOUT, MATCH, TAGS, FILES, CHANGED, SOURCES, INDEX, ROOT)

COMMANDS = (
    Command(
        "resolve",
        """Print the context files for a task, one path a line, best first.

    Exit status: 0 files were selected, 1 none were, 2 the task, an option or the index cannot be used.""",
        (
            *TASK,
            Option("nul", ("-0", "--null"), FLAG, "End each path with NUL instead of a line end."),
            ANSWER_JSON,
            Option("batch", ("--batch",), FLAG, "Read JSON lines from stdin, answer each with a JSON line."),
            *many_tasks("With --batch: "),
            SUMMARY,
        ),
    ),
    Command(
        "load",
        """Print the content of the context files for a task, inside a budget.

    Exit status: 0 something was given, 1 nothing was, 2 the task, an option or the index cannot be used, or what always
    comes does not fit the budget.""",
        (
            *TASK,
            Option(
                "form",
                ("--format",),
                TEXT,
                "markdown, xml, json or paths.",
                "FORM",
                default="markdown",
                completes="forms",
            ),
            Option("budget", ("--budget",), NUMBER, "At most so many tokens.", "N"),
            Option("max_chars", ("--max-chars",), NUMBER, "At most so many characters.", "N"),
            Option("max_bytes", ("--max-bytes",), NUMBER, "At most so many bytes.", "N"),
            Option("max_files", ("--max-files",), NUMBER, "The content of at most so many files.", "N"),
            Option(
                "conversation", ("--conversation",), TEXT, "Give nothing that this conversation was given before.", "ID"
            ),
            Option("fresh", ("--fresh",), FLAG, "Forget first what the conversation was given."),
            Option("count", ("--count",), FLAG, "Print a table of files, tokens and share instead."),
            Option("exact", ("--exact",), FLAG, "Count tokens with a tokenizer; needs the extra `tokens`."),
        ),
    ),
    Command(
        "explain",
        """Show why files are selected for a task, and why others are not.""",
        (
            *TASK,
            Option("every", ("--all",), FLAG, "The verdict on every entry, not only the nearest."),
            Option("last", ("--last",), FLAG, "What the last prompt in an agent client was given."),
            ANSWER_JSON,
            COLOR,
        ),
    ),
    Command(
        "check",
        """Look for mistakes in the index and in what it names.

    Exit status: 0 no errors, 1 errors (with --strict also warnings), 2 there is no index to check.""",
        (
            INDEX,
            ROOT,
            SOURCES,
            Option("fix", ("--fix",), FLAG, "Fix what can only be meant one way; shows the change."),
            Option("strict", ("--strict",), FLAG, "Warnings fail the check, too."),
            TASKS.replace(help="Also what tasks of yours show: logs, as `ctxload diff` reads them (repeatable)."),
            *columns(),
            Option(
                "form",
                ("--format",),
                TEXT,
                "full, concise, json or github.",
                "FORM",
                default="full",
                choices=("full", "concise", "json", "github"),
            ),
            Option(
                "page",
                ("--explain",),
                TEXT,
                "Print the page about a code, as CTX301 or missing-file.",
                "CODE",
                completes="codes",
            ),
            COLOR,
        ),
    ),
    Command(
        "test",
        """Run the labelled cases of the index, and say what came instead where one fails.

    Exit status: 0 all is as it must be, 1 cases failed or a figure is not reached, 2 there is no index or no case, or
    a file of cases cannot be used.""",
        (
            INDEX,
            ROOT,
            Option(
                "cases",
                ("--cases",),
                TEXTS,
                "Cases of this file, too: YAML or JSON lines; `-` is stdin (repeatable).",
                "FILE",
            ),
            Option(
                "match",
                ("--match", "-m"),
                TEXTS,
                "focused or whole (repeatable), or all: both side by side.",
                "MODE",
                completes="modes",
            ),
            Option("min_f1", ("--min-f1",), SHARE, "The least F1, from 0 to 1.", "N", least=0, most=1),
            Option("min_precision", ("--min-precision",), SHARE, "The least precision.", "N", least=0, most=1),
            Option("min_recall", ("--min-recall",), SHARE, "The least recall.", "N", least=0, most=1),
            Option("max_files", ("--max-files",), SHARE, "The most files a task, on average.", "N", least=0),
            Option("max_tokens", ("--max-tokens",), SHARE, "The most tokens a task, on average.", "N", least=0),
            Option(
                "max_failed",
                ("--max-failed",),
                NUMBER,
                "How many cases may fail.",
                "N",
                default=0,
                least=0,
                show_default=False,
            ),
            Option(
                "form",
                ("--format",),
                TEXT,
                "text, json or github.",
                "FORM",
                default="text",
                choices=("text", "json", "github"),
            ),
            Option("quiet", ("--quiet", "-q"), FLAG, "Only the cases that failed, and the figures."),
            Option(
                "record",
                ("--record",),
                TEXT,
                "Add a case for this task to the index; shows the change.",
                "TASK",
                may_be_absent=True,
            ),
            Option(
                "agent",
                ("--agent", "-a"),
                TEXT,
                "With --record: the agent that gets the task.",
                "NAME",
                completes="agents",
            ),
            Option(
                "expect",
                ("--expect", "-e"),
                TEXTS,
                "With --record: an id or path that must come (repeatable), or none.",
                "ID",
                completes="items",
            ),
            Option(
                "reject",
                ("--reject",),
                TEXTS,
                "With --record: an id or path that must not come (repeatable).",
                "ID",
                completes="items",
            ),
            *many_tasks()[:2],
            COLOR,
        ),
    ),
    Command(
        "diff",
        """Show what a change of the index changes: two versions over the same tasks, and the line behind each move.

    Exit status: 0 done, 1 something that --fail-on names happened, 2 a version or a log cannot be used.""",
        (
            Option(
                "versions",
                (),
                TEXTS,
                "What was before: a revision of git or an index file, by default HEAD; then what is compared with it, "
                "by default the working tree.",
                "VERSION",
                show_default=False,
            ),
            INDEX,
            ROOT,
            TASKS.replace(help=f"{TASKS.help} Without any, the labelled cases and the headings of the documents."),
            *columns(with_files=True),
            CASES,
            MATCH,
            Option(
                "form",
                ("--format",),
                TEXT,
                "text, markdown, html or json.",
                "FORM",
                default="text",
                choices=("text", "markdown", "html", "json"),
            ),
            Option("json", ("--json",), FLAG, "The same as --format json."),
            OUTPUT.replace(help="Where to write; `-` is stdout. A page goes to context-diff.html."),
            Option(
                "examples",
                ("--examples",),
                NUMBER,
                "How many tasks are shown of each group; 0 shows none.",
                "N",
                least=0,
            ),
            Option(
                "fail_on",
                ("--fail-on",),
                TEXTS,
                "End with 1 on this (repeatable): lost, gained, order, changed, flips (a case fails that passed), "
                "never (an entry is no longer selected).",
                "WHAT",
                completes="failures",
            ),
            *many_tasks(),
            COLOR,
        ),
    ),
    Command(
        "suggest",
        """Propose keywords to add, to drop and to narrow, each with what it would change.

    Exit status: 0 there are proposals, 1 there are none or writing was not agreed, 2 there is no index, or a file
    cannot be used.""",
        (
            INDEX,
            ROOT,
            TASKS,
            *columns(),
            CASES,
            MATCH,
            MOST,
            Option("form", ("--format",), TEXT, "text or json.", "FORM", default="text", choices=("text", "json")),
            Option("apply", ("--apply",), FLAG, "Write the proposals to the index; shows the change and asks."),
            YES.replace(help="With --apply: write without asking."),
            COLOR,
        ),
    ),
    Command(
        "learn",
        """Propose labelled cases from your own transcripts of Claude Code and Codex: what was given, and was it used.

    Exit status: 0 there are cases, 1 there are none or writing was not agreed, 2 there is no index, or no
    transcript.""",
        (
            INDEX,
            ROOT,
            Option(
                "transcripts",
                ("--transcripts",),
                TEXTS,
                "This transcript, or those in this folder, instead of your clients' own (repeatable).",
                "PATH",
            ),
            MOST.replace(help="How many cases at most."),
            Option("only", ("--only",), TEXTS, "Only the case of this number (repeatable).", "N"),
            JSON,
            Option("apply", ("--apply",), FLAG, "Write the cases, prompts and all, to the index; shows them and asks."),
            Option("keywords", ("--keywords",), FLAG, "With --apply: write the keywords instead, and no prompt."),
            YES.replace(help="With --apply: write without asking."),
            COLOR,
        ),
    ),
    Command(
        "stats",
        """Show what agent clients were given of this project: which entries how often, silences, the time it took.

    The hook records it on this machine alone, without the prompts. Exit status: 0 there is something, 1 nothing is
    recorded, 2 there is no index.""",
        (
            INDEX,
            ROOT,
            Option("forget", ("--forget",), FLAG, "Remove the records of this project."),
            Option("all_projects", ("--all",), FLAG, "With --forget: those of all projects."),
            JSON,
            COLOR,
        ),
    ),
    Command(
        "report",
        """Write a page to look at: which task loads what, keywords beside files, overlaps, sizes, findings.

    Exit status: 0 it is written, 2 there is no index, or a file cannot be read or written.""",
        (
            INDEX,
            ROOT,
            OUTPUT.replace(help="Where to write; `-` is stdout. By default context-report.html."),
            TASKS,
            *columns(),
            CASES,
            MATCH,
        ),
    ),
    Command(
        "init",
        """Write a first index from the documents that are there. Never overwrites one.

    Exit status: 0 written, 1 there is nothing to list or it was not agreed, 2 there is an index already.""",
        (
            Option("root", ("--root",), TEXT, "The project's folder; by default this one.", "DIR"),
            Option(
                "add", ("--add",), FLAG, "Add entries for documents that the index does not list; change nothing else."
            ),
            Option("include", ("--include",), TEXTS, "Take these, too (repeatable): a file, folder or glob.", "GLOB"),
            Option("exclude", ("--exclude",), TEXTS, "Leave these out (repeatable).", "GLOB"),
            Option("language", ("--language",), TEXT, "Of translations take this one, as `de` or `pt-br`.", "CODE"),
            SOURCES.replace(
                help="Read another tool's files in place (repeatable): `cursor`, or `cursor:FOLDER`; by default skills "
                "in hidden folders, with `none` nothing. `ctxload import` lists the formats."
            ),
            YES.replace(help="Write without showing and asking."),
        ),
    ),
    Command(
        "import",
        """Make index entries of another tool's files, or of what agent definitions say; shows them first.

    Exit status: 0 written or there already, 1 there is nothing to import or it was not agreed, 2 usage.""",
        (
            Option(
                "name",
                (),
                TEXT,
                "The tool, or `agents`; without a name, all of them are listed.",
                "FORMAT",
                completes="imports",
            ),
            Option("folders", (), TEXTS, "Where the files are; by default the usual places in the project.", "DIR"),
            INDEX,
            ROOT,
            YES.replace(help="Write without asking."),
        ),
        module="import_files",
    ),
    Command(
        "list",
        """Show the entries of the index: their files, how large they are, and which agents may have them.

    Exit status: 0 there are entries, 1 there are none in scope, 2 there is no index, or it cannot be used.""",
        (AGENT, TAGS, SOURCES, INDEX, ROOT, JSON),
        module="list_entries",
    ),
    Command(
        "status",
        """Show how ctxload stands in this project: index, compiled index, agent clients, the last prompt.

    Exit status: 0 there is an index that serves, 1 there is none, or it cannot be used.""",
        (INDEX, ROOT, JSON),
    ),
    Command(
        "project",
        """Show what the project is made of, and the agents that are defined in it.

    Exit status: 0 something was found, 1 nothing was.""",
        (ROOT,),
    ),
    Command(
        "agents",
        """Rank the agent definitions of the project for a task; without a task, list them.

    Exit status: 0 one agent is clearly the best, 1 none is, 2 there are no definitions.""",
        (
            WORDS,
            Option(
                "folders",
                ("--dir",),
                TEXTS,
                "Where the definitions are (repeatable); by default the usual places.",
                "DIR",
            ),
            ROOT,
            Option("every", ("--all",), FLAG, "Every agent that anything speaks for."),
            JSON,
        ),
        parent="project",
    ),
    Command(
        "stack",
        """Show the languages, frameworks and packages of the project, from manifests and lock files.

    Exit status: 0 something was found, 1 nothing was.""",
        (
            ROOT,
            Option("every", ("--all",), FLAG, "Every package, not only what is known by name."),
            JSON,
        ),
        parent="project",
    ),
    Command(
        "export",
        """Write the entries of the index as another tool's files, and say what it cannot express.

    Exit status: 0 written, or with --check all current; 1 not current, nothing to write, or files in the way; 2 usage.""",  # noqa: E501
        (
            Option(
                "name", (), TEXT, "The tool; without a name, all of them are listed.", "FORMAT", completes="formats"
            ),
            INDEX,
            ROOT,
            Option("to", ("--to",), TEXT, "Write below this folder, not below the root.", "DIR"),
            Option("check", ("--check",), FLAG, "Write nothing; say whether what is written is current."),
            Option("force", ("--force",), FLAG, "Replace files that no export wrote, too."),
            Option("json", ("--json",), FLAG, "Print JSON: files, and all that could not be said."),
        ),
        module="export_files",
    ),
    Command(
        "watch",
        """Keep the compiled index current, and print what each change of the index did.

    Runs until it is ended. Exit status: 0 SIGTERM, or nobody reads any more; 130 Ctrl-C; 2 there is no index.""",
        (
            INDEX,
            ROOT,
            Option("json", ("--json",), FLAG, "Print a JSON object a line."),
            Option("poll", ("--poll",), FLAG, "Look at the files by the clock, where events do not work."),
        ),
        parent="cache",
    ),
    Command(
        "serve",
        """Answer requests on stdin, one JSON object a line, on stdout.

    Runs until stdin ends. Exit status: 0 the end of input, SIGTERM, or nobody reads any more; 130 Ctrl-C; 2 stdin or
    stdout is closed, an answer cannot be written, or an extra is not installed.""",
        (
            INDEX,
            ROOT,
            SOURCES,
            Option("lsp", ("--lsp",), FLAG, "Speak the Language Server Protocol, for editors; needs the extra `lsp`."),
            Option(
                "mcp", ("--mcp",), FLAG, "Speak the Model Context Protocol, for agent clients; needs the extra `mcp`."
            ),
            Option(
                "trust",
                ("--trust",),
                FLAG,
                "With --mcp: answer in a project that was not allowed, unless it is denied.",
            ),
        ),
    ),
    Command(
        "compile",
        """Make the compiled index now; the first `resolve` after a change makes it, too.

    Exit status: 0 it is kept, 1 it cannot be kept, 2 there is no index, or it cannot be read.""",
        (
            INDEX,
            ROOT,
        ),
        parent="cache",
    ),
    Command(
        "cache",
        """Show where compiled indexes are kept, and which there are.

    A fresh one serves as it is; any other is made anew when it is wanted.""",
        (
            Option("clear", ("--clear",), FLAG, "Remove them all, and what conversations were given."),
            JSON,
        ),
    ),
    Command(
        "install",
        """Add project documents to every prompt in an agent client, or commands to an editor.

    Exit status: 0 it is there, 1 it was not agreed, 2 it cannot be done, and nothing was changed.""",
        (
            CLIENT,
            PROJECT,
            Option(
                "settings",
                ("--settings",),
                FLAG,
                "Write the settings file, even where the client has commands of its own.",
            ),
            Option("max_chars", ("--max-chars",), NUMBER, "Give at most N characters with a prompt.", "N"),
            SOURCES.replace(help="Have the hook read other tools' files too: `cursor`, `agent-skills`; repeatable."),
            DRY_RUN,
            YES,
        ),
    ),
    Command(
        "uninstall",
        """Remove exactly what `install` added.

    Exit status: 0 it is gone, 1 it was not agreed, 2 it cannot be done.""",
        (
            CLIENT,
            PROJECT,
            DRY_RUN,
            YES,
        ),
    ),
    Command(
        "allow",
        """Let agent clients be given documents of a project, or of all projects below a folder.

    With --finding: let a model be given the lines of a file that are withheld for a finding, as the file is now.

    Exit status: 0 it is allowed, 1 it was not agreed, 2 there is no such folder, file or finding, or no terminal to
    ask at.""",
        (
            FOLDERS,
            FINDING,
            YES.replace(help="Allow without showing and asking."),
        ),
    ),
    Command(
        "deny",
        """Take that back: agent clients are given nothing of a project, or of those below a folder.

    With --finding: the lines of a file are withheld again.

    Exit status: 0 it is denied, 2 that cannot be remembered.""",
        (
            FOLDERS,
            FINDING,
        ),
    ),
    Command(
        "doctor",
        """Show for each client whether the hook is there and works, what it was last given, and what to do next.

    Exit status: 0 all is well, 1 something is to be fixed, or the client that was named has no hook.""",
        (
            Option("client", (), TEXT, "Only this one.", "CLIENT", show_default=False, completes="clients"),
            JSON,
        ),
    ),
    Command(
        "hook",
        """Answer an agent client: its call on stdin, what it adds to the prompt on stdout.

    Clients call it; `ctxload install CLIENT` sets it up. Exit status: always 0, so that every prompt goes through.""",
        (
            Option(
                "client",
                ("--client",),
                TEXT,
                "The client that calls, instead of recognising it.",
                "NAME",
                completes="callers",
            ),
            Option("max_chars", ("--max-chars",), NUMBER, "Give at most N characters; by default 10,000.", "N"),
            SOURCES,
            Option("trust", ("--trust",), FLAG, "Answer in a project that was not allowed, unless it is denied."),
        ),
    ),
)
