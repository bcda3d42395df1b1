"""What a page of the documentation should say now, worked out from the program.

Nothing on a page is typed from memory. `current` takes a page's text and gives the text it should have; a comment
right before a block says what the block is:

- `<!-- file: shop/context-index.yml -->`: the block is this file of the example project `shop`.
- `<!-- in: shop -->`: the block runs in that project; without it, in this one.
- `<!-- files: shop/context/api.md shop/context/db.md -->` needs no block: small documents that nobody has to see.
- `<!-- generated: NAME … -->` to `<!-- end -->`: made by `GENERATORS[NAME]`.

A block marked `other` is left alone: another test runs it. Of a `console` block every `$ ` line is run (`> ` continues
it), and what follows is what a terminal would show. Of a `python` block every `>>>` example is run; a block without any
is just run. All happens in this process.
"""

from __future__ import annotations

import ast
import doctest
import io
import os
import re
import shlex
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, chdir, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

import ctxload as package
import ctxload.authoring.lint.cross_checks as checks
import ctxload.authoring.logs.lines as log_lines
import ctxload.matching.lookups.keys as lookup_keys
from ctxload.cli import resolve as doors
from ctxload.cli import resolve_batch as batch
from ctxload.cli.options import COMMANDS, GROUPS
from ctxload.fleet import envelope, freezing
from ctxload.formats import files
from ctxload.index import keys, repair
from ctxload.index import parser as parse
from ctxload.integrations.clients import registry as clients
from ctxload.integrations.clients.client import MOMENTS, Client
from ctxload.load import budget, conversation
from ctxload.matching import compiler as compiling
from ctxload.matching import document_index as evidence
from ctxload.matching import (
    document_words,
    markup,
    path_places,
    regular,
    regular_compiler,
    rule_patterns,
    rules,
    scripts,
    slips,
    tokens,
    unicode_words,
)
from ctxload.matching import inflection as inflect
from ctxload.matching import matcher as match
from ctxload.matching import signs as signs_at_words
from ctxload.matching import small_talk as smalltalk
from ctxload.matching import tables as compiled
from ctxload.matching import take_back_words as taking
from ctxload.matching import task_words as asked
from ctxload.matching import word_lists as words
from ctxload.matching import zones as standing
from ctxload.matching.lookups import counted
from ctxload.project import assemble, stream
from ctxload.project import snapshot_writer as storing
from ctxload.selection import agent_ranking as agents
from ctxload.selection import choice, documents, explicit, meant, mentions, path_findings, required, rest_of_task, scope
from ctxload.selection import files_at_hand as at_hand
from ctxload.selection import focused as focus
from ctxload.selection.views import json_data, serialize
from ctxload.start import run
from ctxload.text import diagnostics, yaml
from ctxload.text.codes import CODES
from ctxload.workspace import allowing, content, globs, ignore_rules, secret_names, tree, trust, wildcards
from ctxload.workspace import locations as discover
from ctxload.workspace.git import objects as git_objects
from ctxload.workspace.stack import manifests

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    *(ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY")),
    *sorted((ROOT / "docs").glob("*.md")),
]

BLOCK = re.compile(
    r"^((?:<!--[^\n]*-->\n)*)(`{3,})(\w+)( \w+)?\n(.*?)^\2$|^(<!-- files: [^\n]*-->)$", re.MULTILINE | re.DOTALL
)
GENERATED = re.compile(r"^<!-- generated: ([^\n]*) -->\n(.*?)^<!-- end -->$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"<!-- (\w+): ([^\n]*) -->")


def current(text: str, folder: Path) -> str:
    """The page as it should be; its example projects are made in `folder`."""
    stage = Stage(folder)
    return GENERATED.sub(_generated, BLOCK.sub(stage.play, text))


def generated(text: str) -> list[tuple[str, str]]:
    """The generated sections of a page: how each is made, and how it stands there."""
    return [(found[1], found[0]) for found in GENERATED.finditer(text)]


def made(how: str) -> str:
    """A generated section as it should be."""
    name, *rest = how.split()
    return f"<!-- generated: {how} -->\n{GENERATORS[name](*rest)}\n<!-- end -->"


def _generated(found: re.Match[str]) -> str:
    return made(found[1])


class Stage:
    """Where the blocks of one page are played, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": "page"}
        allowing.remember(trust.ALLOWED, [str(folder)])  # as whoever reads the page has done for theirs

    def play(self, found: re.Match[str]) -> str:
        before, fence, kind, more, body, hidden = found.groups()
        about = dict(COMMENT.findall(before or hidden or ""))
        for name in about.get("files", "").split():
            self.write(name, f"# {Path(name).stem}\n")
        if hidden:
            return found[0]
        if "file" in about:
            self.write(about["file"], body)
            return found[0]
        play = {"console": self.console, "python": self.python}.get(kind)
        if play is None or more == " other":
            return found[0]
        same = {
            "PYTHONPATH": os.pathsep.join((str(Path(package.__file__).resolve().parents[1]), os.environ["PYTHONPATH"]))
        }  # in processes that an example starts
        with chdir(self.folder / about["in"] if "in" in about else ROOT), patch.dict(os.environ, same):
            played = play(body)
        assert f"\n{fence}" not in played, f"this block needs a longer fence: {body}"
        return f"{before}{fence}{kind}{more or ''}\n{played}{fence}"

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))

    def console(self, body: str) -> str:
        """The block with what its commands print now."""
        shell, out = Shell(), ""
        for command in commands(body):
            shown = shell.run(command)
            out += "$ " + command.replace("\n", "\n> ") + "\n" + shown
        return out

    def python(self, body: str) -> str:
        """The block with what its examples print now."""
        if ">>>" not in body:
            exec(compile(body, "<page>", "exec", dont_inherit=True), self.names)
            return body
        out = ""
        for part in doctest.DocTestParser().parse(body):
            out += part if isinstance(part, str) else prompted(part.source) + self.example(part.source)
        return out

    def example(self, source: str) -> str:
        printed = io.StringIO()
        with redirect_stdout(printed), patch.object(sys, "displayhook", sys.__displayhook__):
            try:
                exec(compile(source, "<page>", "single", dont_inherit=True), self.names)
            except Exception as error:
                last = traceback.format_exception_only(error)[-1]
                print(f"Traceback (most recent call last):\n    ...\n{last}", end="")
        return "".join(
            line if line.strip() else "<BLANKLINE>\n" for line in printed.getvalue().splitlines(keepends=True)
        )


def prompted(source: str) -> str:
    first, *rest = source.splitlines()
    return "".join([f">>> {first}\n", *(f"... {line}".rstrip() + "\n" for line in rest)])


def commands(body: str) -> Iterator[str]:
    """The commands of a console block, each with its further lines."""
    lines = body.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("$ "):
            command, at = line[2:], number + 1
            while is_open(command) and at < len(lines) and lines[at].startswith("> "):
                command, at = f"{command}\n{lines[at][2:]}", at + 1
            yield command


def is_open(command: str) -> bool:
    """Whether a quotation is not closed yet."""
    try:
        shlex.split(command)
    except ValueError:
        return True
    return False


class Shell:
    """As much of a shell as the pages need: `ctxload`, and a few words around it."""

    def __init__(self) -> None:
        self.status = 0

    def run(self, command: str) -> str:
        """What a terminal shows for a command."""
        split = shlex.shlex(command, posix=True, punctuation_chars="|<")
        split.whitespace_split, split.commenters = True, ""
        given, shown = b"", ""
        for words_of in split_at("|", list(split)):
            if "<" in words_of:
                at = words_of.index("<")
                given, words_of = Path(words_of[at + 1]).read_bytes(), words_of[:at]
            shown = self.one(words_of, given)
            given = shown.encode("utf-8")
        return shown

    def one(self, given_words: list[str], given: bytes) -> str:
        settings = dict(word.split("=", 1) for word in given_words if re.match(r"[A-Z_]+=", word))
        name, *rest = [word for word in given_words if not re.match(r"[A-Z_]+=", word)]
        if name == "ctxload":
            with patch.dict(os.environ, settings):
                shown, self.status = ctxload(rest, given)
            return shown
        return str({"echo": self.echo, "cat": self.cat, "cd": self.cd, "touch": self.touch}[name](rest))

    def echo(self, rest: list[str]) -> str:
        return " ".join(rest).replace("$?", str(self.status)) + "\n"

    def cat(self, rest: list[str]) -> str:
        return "".join(Path(name).read_text(encoding="utf-8") for name in rest)

    def cd(self, rest: list[str]) -> str:
        os.chdir(rest[0])
        return ""

    def touch(self, rest: list[str]) -> str:
        for name in rest:
            Path(name).touch()
        return ""


def split_at(sign: str, parts: list[str]) -> list[list[str]]:
    out: list[list[str]] = [[]]
    for part in parts:
        if part == sign:
            out.append([])
        else:
            out[-1].append(part)
    return out


def ctxload(arguments: list[str], given: bytes = b"") -> tuple[str, int]:
    """What the command shows on both streams, in order, and its exit status."""
    shown = io.BytesIO()
    with ExitStack() as stack:
        for name in ("stdout", "stderr"):
            stream = io.TextIOWrapper(shown, encoding="utf-8", newline="\n", write_through=True)
            stack.callback(stream.detach)
            stack.enter_context(patch.object(sys, name, stream))
        stack.enter_context(patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8")))
        status = run(arguments)
    return shown.getvalue().decode("utf-8"), status


# ── generated sections ───────────────────────────────────────────────────────────────────────────────────


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


SHAPES = {
    "text": "text",
    "texts": "list of texts, or one",
    "number": "number",
    "count": "whole number",
    "flag": "`true` or `false`",
    "version": "`1.0`",
    "entries": "list of [entries](#an-entry)",
    "rules": "list of [rules](#a-rule)",
    "bundles": "name → [bundle](#a-bundle)",
    "tests": "list of [cases](#a-case)",
    "budget": "[budget](#the-budget)",
    "agents-to-ids": "agent → list of ids",
    "words-to-words": "text → list of texts",
    "always": "list, or agent → list",
    "fallback": "word, list, or agent → one of them",
    "match": "word",
    "match-whole": "`whole`",
    "needs-both": "`both`",
}


def keys_table(name: str) -> str:
    """The keys of one part of the format."""
    return table(
        ("key", "value", "meaning"),
        ((f"`{key}`", SHAPES[value.shape], value.meaning) for key, value in getattr(keys, name).items()),
    )


def word_list(name: str) -> str:
    """A table of single words, as a block of text."""
    return f"```text\n{textwrap.fill(' '.join(sorted(getattr(words, name))), 100, break_on_hyphens=False)}\n```"


def alias_list(name: str) -> str:
    sign = "=" if name == "SAME" else "→"
    pairs = sorted(getattr(words, name))
    return f"```text\n{textwrap.fill(', '.join(f'{one} {sign} {other}'.replace(' ', chr(160)) for one, other in pairs), 100, break_on_hyphens=False)}\n```".replace(  # noqa: E501
        chr(160), " "
    )


def exceptions() -> str:
    same = sorted(word for word, form in inflect.EXCEPTIONS.items() if word == form)
    others = sorted(f"{word} = {form}" for word, form in inflect.EXCEPTIONS.items() if word != form)
    rows = [
        textwrap.fill(" ".join(same), 100),
        "",
        textwrap.fill(", ".join(pair.replace(" ", chr(160)) for pair in others), 100),
    ]
    return "```text\n" + "\n".join(rows).replace(chr(160), " ") + "\n```"


ROOMS = {
    "0": "Reading",
    "1": "Shape",
    "2": "Keywords and rules",
    "3": "Paths",
    "4": "Resolving and loading",
    "5": "What the files hold",
    "6": "What tasks show",
    "9": "Inside",
}


def clients_table() -> str:
    """What is known of each client, from the table that the hook goes by."""
    rows = []
    for name in clients.CLIENTS:
        client = clients.find(name)
        if not client.adds_to_prompts:
            continue
        prompts = [event for event, kind in client.events.items() if kind == "prompt"]
        events = ", ".join(
            f"`{event}`"
            for event in [handler.event for handler in client.hooks] or prompts[:1] or [client.prompt_event]
        )
        most = f"{client.limit:,} {client.unit}" if client.limit else "no limit seen"
        rows.append(
            (client.title, client.version + (" (read)" if client.is_experimental else ""), events, most, f"`{name}`")
        )
    return table(("client", "version", "events", "what it takes", "name"), rows)


def moments_table() -> str:
    """Which client gives something at which moment, by which of its events; or why it cannot."""
    rows, notes = [], []
    for name in clients.CLIENTS:
        client = clients.find(name)
        if not client.adds_to_prompts:
            continue
        cells = [_moment(client, one) for one in MOMENTS]
        rows.append((client.title + (" (read)" if client.is_experimental else ""), *cells))
        for why in dict.fromkeys(client.cannot.values()):
            notes.append(
                f"- {client.title}, {', '.join(one for one in client.cannot if client.cannot[one] == why)}: {why}"
            )
    return table(("client", *MOMENTS), rows) + "\n\n" + "\n".join(notes)


def _moment(client: Client, moment: str) -> str:
    recorded = " (recorded)" if moment in client.recorded else ""
    return f"`{client.moments[moment]}`{recorded}" if moment in client.moments else "no"


def places_table() -> str:
    """Where each client's hooks are written."""
    rows = []
    for name in clients.INSTALLABLE:
        client = clients.find(name)
        own = f"`{client.program} {' '.join(client.own.adds[-1]).replace('{folder}', 'FOLDER')}`" if client.own else "–"
        user = f"`~/{client.folder}/{client.user_file}`"
        rows.append((f"`{name}`", own, user, f"`{client.project_file}`" if client.project_file else "–"))
    return table(("client", "its own command", "else this file", "with `--project`"), rows)


def codes() -> str:
    """All findings, by hundreds, each with what its page says first."""
    parts = []
    for digit, room in ROOMS.items():
        rows = [
            (f"[{code}](../src/ctxload/text/findings/{code}.md)", f"`{name}`", severity, first_sentence(code))
            for code, (name, severity) in CODES.items()
            if code[3] == digit
        ]
        parts.append(f"## {room}\n\n" + table(("code", "name", "severity", "what it is"), rows))
    return "\n\n".join(parts)


def first_sentence(code: str) -> str:
    path = ROOT / "src" / "ctxload" / "text" / "findings" / f"{code}.md"
    if not path.exists():
        return ""
    found = re.search(r"^## What it is\n\n(.*?)(?:\n\n|\Z)", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    text = " ".join(found[1].split()) if found else ""
    return re.split(r"(?<=[.!?]) (?=[A-Z`])", text)[0]


def limits() -> str:
    """What bounds the work, with the numbers of the code."""
    rows = [
        ("the task that is matched", f"{tokens.TASK_LIMIT:,} characters"),
        ("the task that rules are searched in", f"{rules.REACH:,} characters"),
        ("a task on stdin, a line of a batch", f"{doors.STDIN_LIMIT:,} and {batch.LINE_LIMIT:,} bytes"),
        ("one rule, all rules of one task", f"{rules.STEPS_EACH:,} and {rules.STEPS_ALL:,} steps"),
        ("those of them that are not regular", f"{rules.TIME_EACH} s, {rules.TIME_ALL} s"),
        (
            "a rule's pattern",
            f"{rule_patterns._LENGTH:,} characters; a counted repeat of at most {rule_patterns._REPEATS:,}",
        ),
        ("an index file", f"{parse.SIZE_LIMIT:,} characters, nested {yaml.DEPTH_LIMIT} deep"),
        ("an index with what it includes", f"{parse.SIZE_LIMIT:,} bytes, {yaml.VALUE_LIMIT:,} keys and values"),
        ("one index file that is compiled in parts", f"{stream.MOST:,} bytes"),
        ("what YAML aliases may add to an index", f"{yaml.ALIAS_LIMIT:,} values"),
        ("findings of one kind", f"{diagnostics.OF_A_KIND:,}; one more says how many there are"),
        ("a keyword", f"{compiling.WORDS} words; {lookup_keys.IN_PARTS} letters of a word that is found in parts"),
        ("an index that is fixed in memory", f"{repair.LARGEST:,} characters, {repair.MOST_EDITS:,} repairs"),
        ("includes", f"{assemble.DEPTH} deep, {assemble.INCLUDES:,} files"),
        (
            "front matter of a file",
            f"the first {assemble._FRONT_SIZE:,} bytes; {yaml.VALUE_LIMIT:,} values added in all",
        ),
        ("links of `requires` that one answer follows", f"{required.REQUIRED:,}"),
        ("an ignore file", f"{tree.IGNORE_SIZE:,} bytes"),
        ("a path pattern", f"{wildcards.LONGEST:,} characters"),
        ("what one glob, and all `when_files`, are compared with", f"{globs.LOOKS:,} paths"),
        (
            "what ignore files are compared with",
            f"{ignore_rules.IGNORE_LOOKS:,} names and patterns; beyond, all is left out",
        ),
        ("a file of another tool", f"{files.SIZE:,} bytes"),
        ("all files of one source", f"{files.COUNT:,} files, {files.TOTAL:,} bytes"),
        ("agent definitions", f"{agents.MOST:,}, {agents.SIZE:,} bytes of each"),
        (
            "manifests of the stack",
            f"{manifests.MANIFESTS:,}, {manifests.DEPTH} folders deep, {manifests.SIZE:,} bytes of each, {manifests.TOTAL:,} of all with their lock files",  # noqa: E501
        ),
        (
            "a dotted key in TOML",
            f"{manifests.KEY_PARTS} parts in a heading; lines of more dots than that, their squares {manifests.DOTTED:,}",  # noqa: E501
        ),
        (
            "files at hand",
            f"{at_hand.AT_HAND:,}; paths in a task: {at_hand.IN_TASK}, looked for at {path_places.PLACES:,} places",
        ),
        (
            "what a process remembers of words",
            f"{tokens._FORMS_KEPT:,} normal forms, {unicode_words.KEPT:,} folded ones, {compiled.KNOWN:,} looked up in an index; {document_words._SAID_KEPT:,} of documents, {compiling.MANY:,} while it compiles",  # noqa: E501
        ),
        (
            "what is compiled of a pattern",
            f"{rule_patterns._PARTS:,} parts, {regular_compiler.MOST:,} instructions; {regular._REMEMBERED:,} of its moves are remembered, and {rules.KEPT} patterns",  # noqa: E501
        ),
        (
            "what is tried for words that may be slips",
            f"{meant.MOST} of a task, {slips.LOOKED_AT} words for each",
        ),
        ("mentions of rules and documents in a task", f"{mentions.MOST}"),
        (
            "where files are looked for that a wrong path may mean",
            f"{path_findings.LOOKED:,} names of a folder; {path_findings.COMPARED:,} bytes of a file that is compared; {explicit.COMPARED:,} paths that it may mean",  # noqa: E501
        ),
        (
            "markup in a task",
            f"a tag of {markup.TAG} characters, a link of {markup.WORDS} and a target of {markup.TARGET:,} with {markup.PAIRS} pairs of brackets",  # noqa: E501
        ),
        (
            "what stands in quotation marks in a task",
            f"a path of {standing.QUOTED_PATH} characters, words of {standing.QUOTED:,}; {standing.QUOTED_WORDS} words are a quotation",  # noqa: E501
        ),
        ("entries that an answer shows beside those selected", f"{json_data.NEAREST}"),
        ("files that one walk through a folder lists", f"{tree.WALK_LIMIT:,}"),
        ("ways to read one keyword (with aliases)", f"{compiling.READINGS}"),
        ("a file that is given to a model", f"{content.SIZE_LIMIT:,} bytes"),
        ("what `--json` hashes", f"{tree.HASHED:,} bytes of a file, {serialize.HASHED_IN_ALL:,} of one answer"),
        ("everything that one load gives", f"{budget.CEILING:,} characters"),
        ("what `check` reads of the files", f"{checks.READ_TOTAL:,} bytes"),
        ("a conversation nobody uses", f"forgotten after {conversation.KEEP_DAYS} days"),
        (
            "a frozen loader",
            f"{envelope.OPEN_LIMIT:,} bytes when it is open; {tree.WALK_LIMIT:,} names, {freezing.IGNORED:,} ignored ones, {freezing.CONTENTS:,} bytes of ignore files and agent definitions",  # noqa: E501
        ),
        ("a line of a log", f"{log_lines.LINE_LIMIT:,} bytes"),
        (
            "what is read of a git repository",
            f"{git_objects.OBJECT_SIZE:,} bytes of an object, {git_objects.WORK:,} in all",
        ),
        ("a compiled index nobody uses", f"removed after {storing.KEEP_SECONDS // 86400} days"),
    ]
    return table(("what", "at most"), rows)


def secrets() -> str:
    """The names of files that look like secrets."""
    stems = (
        " ".join(sorted(secret_names.STEMS)) + " with " + " ".join(sorted(f".{ending}" for ending in secret_names.DATA))
    )
    rows = (
        ("Names", " ".join(sorted(secret_names.NAMES)) + " " + " ".join(f"{start}*" for start in secret_names.BEGINS)),
        ("Endings", " ".join(f"*{end}" for end in secret_names.ENDS)),
        (
            "Anywhere in a name, but not of source code",
            " ".join(f"*{word}*" for word in secret_names.HOLDS)
            + " "
            + " ".join(f"*{word}*.json" for word in secret_names.HOLDS_JSON)
            + " .*_history",
        ),
        ("Alone, or with an ending of data", stems),
        ("Folders, and files in them", " ".join(secret_names.FOLDERS)),
    )
    spared = ", ".join(f"`{end}`" for end in secret_names.SPARED)
    blocks = [f"{what}:\n\n```text\n{textwrap.fill(words, 100, break_on_hyphens=False)}\n```\n" for what, words in rows]
    return "\n".join(blocks) + f"\nNames that end in {spared} are spared. Case does not count."


def signs() -> str:
    """What shows that a folder is a project."""
    names = " ".join([*discover.SIGNS, *("*" + end for end in discover.SIGN_ENDS)])
    return f"```text\n{textwrap.fill(names, 100, break_on_hyphens=False)}\n```"


def command_of(name: str) -> Any:
    """A command as the program defines it."""
    from ctxload.cli.app import command_line

    group = command_line()
    return group.commands[name] if name != "ctxload" else group


def help_text(name: str) -> str:
    """What a command is for and what its options mean, from its definition."""
    command = command_of(name)
    shown = [param for param in command.params if not getattr(param, "hidden", False)]
    arguments = [param for param in shown if not param.opts[0].startswith("-")]
    options = [param for param in shown if param.opts[0].startswith("-")]
    usage = f"ctxload {name}" if name != "ctxload" else name
    lines = [f"Usage: {usage} [OPTIONS]" + "".join(map(argument_words, arguments)), ""]
    for part in textwrap.dedent(command.help or "").strip().split("\n\n"):
        lines += [*textwrap.wrap(" ".join(part.split()), 88, initial_indent="  ", subsequent_indent="  "), ""]
    rows = [(argument.metavar, argument.help) for argument in arguments]
    rows += [(option_words(option), option.help) for option in options]
    width = max(len(left) for left, _ in rows) + 4
    for left, right in rows:
        lines += textwrap.wrap(right, 88, initial_indent=f"  {left}".ljust(width), subsequent_indent=" " * width)
    return "```text\n" + "\n".join(lines) + "\n```"


def command_table() -> str:
    """The commands by group, as `--help` has them."""
    about = {command.name: command.help.partition("\n")[0] for command in COMMANDS}
    rows = ["| group | command | what it does |", "| --- | --- | --- |"]
    for group, names in GROUPS.items():
        for name in names:
            parts = [command.name for command in COMMANDS if command.parent == name]
            more = (
                f" (and `{name} {'`, `'.join(f'{name} {part}' for part in parts)[len(name) + 1 :]}`)" if parts else ""
            )
            rows.append(f"| {group} | [`{name}`](#{name}){more} | {about[name]} |")
            group = ""
    return "\n".join(rows)


def argument_words(argument: Any) -> str:
    if argument.nargs == -1:
        return f" [{argument.metavar}]..."
    return f" {argument.metavar}" if argument.required else f" [{argument.metavar}]"


def option_words(option: Any) -> str:
    names = ", ".join(sorted(option.opts, key=len))
    return f"{names} {option.metavar}" if option.metavar and not option.is_flag else names


def constants() -> str:
    """The fixed numbers of a score."""
    rows = [
        ("a rule that matches", points(choice.RULE_POINTS)),
        ("the factor of a part", match.PART),
        ("the least cover of a part", match.COVER),
        ("a word that more phrases hold is evidence for none of their parts", match.COMMON),
        ("what a word counts that is read out of a slip", f"{meant.SLIP:g}"),
        ("letters of such a word at least, and of the one that was meant", f"{slips.LONG}, {slips.OTHER}"),
        ("a slip in the name of an agent: how alike at least", f"{scope.SLIP:g}"),
        ("letters of each part of a name in code at least", meant.PART),
        ("signs that belong to a word at most, as in `c++`", signs_at_words.SIGNS),
        ("a file at hand", points(at_hand.FILE_POINTS)),
        ("a rule of another tool that is called for by its name", points(mentions.OWN_NAME)),
        ("words of a document's name that is written without quotes, at most", explicit.NAME_WORDS),
    ]
    return table(("what", "number"), rows)


def standing_weights() -> str:
    """What a word counts by where it stands."""
    names = {"": "in what is asked", **standing.NAMES}
    return table(("where", "counts"), [(names[kind], f"{weight:g}") for kind, weight in asked.WEIGHTS.items()])


def focus_constants() -> str:
    """The fixed numbers of `focused`."""
    rows = [(f"field `{name}`: the most it gives", f"{most:g}") for name, most in evidence.FIELDS.items()]
    rows += [
        ("enough", points(focus.ENOUGH)),
        (f"and of more than {focus.FEW} documents for each e-fold", f"{focus.CROWD:g}"),
        ("of what the second has of the score of the best beyond", f"{focus.APART:g}"),
        ("a telling word that stands in nothing but the text of a document", f"{focus.IN_TEXT:g}"),
        ("what the best word of a document counts less in the confidence", f"{focus.ALONE:g}"),
        ("the most that score as much as the best", focus.AS_GOOD_MOST),
        ("a part of the task: what those before may say of it, of what its best answer says", f"{rest_of_task.SAID:g}"),
        ("a part of the task: what share of the best score its answer has", f"{rest_of_task.OF_BEST:g}"),
        ("a part of the task: how many words stand on both sides of an `and` between two", rest_of_task.STRETCH),
        ("and on both sides of a comma", rest_of_task.COMMA),
        ("the most entries by score", rest_of_task.MOST),
        ("a whole keyword: what share of the telling words", f"{focus.PROMISED:g}"),
        ("a name of one word: how many documents may have it at most", rest_of_task.MANY_HAVE[0]),
        ("and of many documents: what share of them", f"{rest_of_task.MANY_HAVE[1]:g}"),
        ("beside another keyword's entry", f"{rest_of_task.BESIDE:g}"),
        ("beside it, where no other entry's keywords have its words", f"{rest_of_task.BESIDE_OWN:g}"),
        ("beside it, where no other document has it in its name or a heading either", f"{rest_of_task.BESIDE_SOLE:g}"),
        ("what a long task divides by: (words + 2) to the power of", f"{asked.ASKED:g}"),
        ("a word for a document that only has one like it", f"{focus.LIKE:g}"),
        ("a pair of words that stand near each other", f"{asked.NEAR:g}"),
        ("the most words that are kept of a document", counted.KEPT),
        ("a word that more documents have speaks for none", counted.COMMON),
        ("a word of less rarity speaks for none", f"{document_words.RAREST:g}"),
        ("how soon repeating a word stops to count", f"{document_words.HALF:g}"),
        ("how much the length of a field matters", f"{document_words.LENGTH:g}"),
        ("the power of rarity", f"{document_words.RARITY:g}"),
        ("two words side by side", f"{document_words.PAIR:g}"),
        ("a generic word", f"{document_words.TOPICLESS:g}"),
        ("letters that two words begin with that are like each other", evidence.BEGIN),
        ("what is read of the files of an entry", f"{evidence.READ:,} bytes, {evidence.FILES} files"),
        ("where a title stands at the latest, and its length", f"{document_words.TITLE:,}, {document_words.LONGEST}"),
        ("telling words apart that are near each other, at most", asked.APART),
        ("a paste divides what it says by: (its words + 2) to the power of", f"{asked.PASTED:g}"),
        ("whole keywords, and parts", " and ".join(f"{share:g}" for share in focus.WHOLE_AND_PART)),
        ("what a document says at least that no keyword calls for", points(focus.SAYS_NOTHING)),
        ("how many of the best are looked at again", focus.LOOKED_AT),
        ("words of a prompt that may be nothing but small talk, at most", focus.TALK_MOST),
        ("what the words of a keyword weigh at least for it to be an entry's own", points(rest_of_task.OWN)),
        ("before documents were read: letters of a word that must stand in a name", documents.BEGINNING),
    ]
    return table(("what", "number"), rows)


def talk() -> str:
    """The words of small talk, by language."""
    rows = []
    for language in smalltalk.TALK:
        for name, kind in ((language, smalltalk.TALK), (f"{language}, the world", smalltalk.WORLD)):
            rows.append(f"{name}: " + " ".join(kind[language].split()))
    lines = [line for row in rows for line in (*textwrap.wrap(row, 100, break_on_hyphens=False), "")]
    return "```text\n" + "\n".join(lines[:-1]) + "\n```"


def take_back() -> str:
    """The cues of taking back, a row a language."""
    names = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese"}
    kinds = (taking.LEAVING, taking.VETOING, taking.DENYING)
    rows = [(names[language], *(f"`{kind[language].replace('; ', '`, `')}`" for kind in kinds)) for language in names]
    return table(("language", "no hit", "a veto", "a veto where a clause begins or after `and`, `but`, `please`"), rows)


def particles() -> str:
    """The Korean particles that are taken off a word."""
    return f"```text\n{textwrap.fill(' '.join(sorted(scripts.PARTICLES)), 60)}\n```"


def points(thousandths: int) -> str:
    return f"{thousandths / 1000:g}"


def packages() -> str:
    """The packages of the house from the ground up, with what the `__init__` of each says."""
    folder = ROOT / "src" / "ctxload"
    names = {path.parent.name for path in folder.glob("*/__init__.py")}
    said = {
        name: ast.get_docstring(ast.parse((folder / name / "__init__.py").read_text(encoding="utf-8"))) or ""
        for name in names
    }
    imports = {name: part_of(text, "Imports") for name, text in said.items()}
    order = sorted(names, key=lambda name: (len(imports[name].split(", ")) * (imports[name] != "nothing"), name))
    rows = [
        (
            f"`{name}`",
            said[name].partition("\n")[0],
            part_of(said[name], "In"),
            part_of(said[name], "Out"),
            imports[name],
        )
        for name in order
    ]
    return table(("package", "what it is for", "in", "out", "imports"), rows)


def part_of(text: str, name: str) -> str:
    (line,) = (line for line in text.splitlines() if line.startswith(f"{name}: "))
    return line.removeprefix(f"{name}: ").rstrip(".")


def beside() -> str:
    """The modules beside the packages, with the first sentence of each."""
    paths = sorted((ROOT / "src" / "ctxload").glob("*.py"))
    return table(("module", "what it is for"), [(f"`{path.stem}`", first_line(path)) for path in paths])


def first_line(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def names() -> str:
    """The public names, each with the first line of its docstring."""
    rows = [(f"`{name}`", (getattr(package, name).__doc__ or "").splitlines()[0]) for name in package.__all__]
    return table(("name", "what it is"), rows)


def formats() -> str:
    """The formats, with the files of each."""
    from ctxload.formats import BUILT_IN, find

    rows = [
        (f"`{name}`", find(name).title, ", ".join(f"`{place}`" for place in find(name).places))
        for name in sorted(BUILT_IN)
    ]
    return table(("name", "what", "files"), rows)


def said() -> str:
    """What each format can say of an entry: written by it, and found again when it is read."""
    from ctxload.formats import BUILT_IN, KEYS, WHOLE, Guide, find
    from ctxload.formats.files import Files
    from ctxload.workspace.memory_tree import MemoryTree

    plain = Guide("api", ("api.md",), "# API\n", description="Views.")
    samples = {
        "`always`": (plain.replace(always=True), "always"),
        "a folder in `for_files`": (plain.replace(files=("src/**",)), "files"),
        "any pattern": (plain.replace(files=("src/**", "*.py")), "files"),
        "one with `!`": (plain.replace(files=("src/**", "!*.py")), "files"),
        "`keywords`": (plain.replace(keywords=("api", "drf")), "keywords"),
        "`description`": (plain, "description"),
        "`context_rules`": (plain.replace(patterns=("add.*view",), keywords=("api",)), "patterns"),
        "`priority`": (plain.replace(priority=2.0, keywords=("api",)), "priority"),
        "`agents: []`": (plain.replace(agents=(), description=""), "agents"),
        "`agents: [dev]`": (plain.replace(agents=("dev",)), "agents"),
    }

    def mark(name: str, guide: Guide, field: str) -> str:
        writing = find(name).write([guide])
        lost = {loss.field for loss in writing.losses}
        if lost & {field, WHOLE}:
            return "\u2013"
        back = find(name).read(Files(MemoryTree(dict(writing.files)))).guides
        assert [getattr(one, field) for one in back] == [getattr(guide, field)]
        text = "".join(text for _, text in writing.files)
        return "in the description" if field == "keywords" and "Use when the task mentions" in text else "yes"

    rows = [
        (f"`{name}`", *(mark(name, guide, field) for guide, field in samples.values())) for name in sorted(BUILT_IN)
    ]
    never = [
        KEYS[field]
        for field in ("exclude", "tags", "requires", "sections", "when_files", "when_stack", "whole_only", "needs_both")
    ]
    for name in BUILT_IN:
        full = plain.replace(
            exclude=("x",),
            tags=("x",),
            requires=("x",),
            sections=(("x", ("y",)),),
            when_files=("x",),
            when_stack=("x",),
            whole_only=True,
            needs_both=True,
        )
        lost = {KEYS.get(loss.field, WHOLE) for loss in find(name).write([full]).losses}
        assert lost >= set(never) or WHOLE in lost
    return table(("format", *samples), rows) + f"\n\nNo format has a word for {', '.join(f'`{key}`' for key in never)}."


GENERATORS: dict[str, Callable[..., str]] = {
    "keys": keys_table,
    "words": word_list,
    "aliases": alias_list,
    "exceptions": exceptions,
    "codes": codes,
    "clients": clients_table,
    "moments": moments_table,
    "places": places_table,
    "limits": limits,
    "secrets": secrets,
    "signs": signs,
    "help": help_text,
    "commands": command_table,
    "constants": constants,
    "focus": focus_constants,
    "talk": talk,
    "take-back": take_back,
    "particles": particles,
    "standing": standing_weights,
    "packages": packages,
    "beside": beside,
    "names": names,
    "formats": formats,
    "said": said,
}
