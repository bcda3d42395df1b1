"""What an editor shows and offers for an index, as plain values: offsets in files, texts, edits."""

from __future__ import annotations

import re

from ...authoring.draft.from_documents import propose
from ...authoring.lint.survey import short
from ...index.model import Entry, Index, Text
from ...index.parser import compose, parse
from ...index.writer import to_yaml
from ...record import Record
from ...text.escaping import escape
from ...text.source import Source
from ...workspace.tree import is_glob
from .completion import TABLES, key_at, spot
from .marks import AGENT, BUNDLE, EXCLUDE, ID, INCLUDE, KEYWORD, NAME, PATH, PATTERN, TAG, Mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ...index.model import Case
    from ...text.diagnostics import Diagnostic
    from .view import View

    #: Start, end, new text.
    Edit = tuple[int, int, str]

#: What has a meaning in Markdown.
_MARKS = re.compile(r"[\\`*_\[\]<>!&|~#]")
#: How many names a line shows before it says how many more there are.
SHOWN = 6
#: How many documents are compared to choose the keywords of a new entry.
DOCUMENTS = 300


class Hover(Record):
    """What is shown for a place: Markdown, for the text from `start` to `end`."""

    start: int
    end: int
    text: str


class Place(Record):
    """A stretch of a file."""

    file: str
    start: int = 0
    end: int = 0


class Symbol(Record):
    """A part of an index by name: `kind` is `entry`, `rule`, `bundle` or `test`; `start` to `end` is its name."""

    name: str
    kind: str
    about: str
    start: int
    end: int


class Action(Record):
    """Something to do about a finding, or about a whole file: edits by file, a file to make with its text."""

    title: str
    edits: tuple[tuple[str, tuple[Edit, ...]], ...] = ()
    create: tuple[str, str] = ("", "")
    finding: Diagnostic | None = None
    certain: bool = False


def status(view: View) -> dict[str, Any]:
    """How an index is, in short: where, how many entries and tests, and how many findings of each severity."""
    counts = {f"{kind}s": sum(each.severity == kind for each in view.findings) for kind in ("error", "warning", "note")}
    index = view.index
    return {
        "root": view.place.root, "index": view.place.name, "serves": view.served, "entries": len(index.entries),
        "tests": len(index.tests), **counts,
    }  # fmt: skip


# ── findings ─────────────────────────────────────────────────────────────────────────────────────────────


def findings_by_file(view: View) -> dict[str, list[Diagnostic]]:
    """The findings of each file of the index, empty lists among them, and of documents."""
    found: dict[str, list[Diagnostic]] = {file: [] for file in (view.place.name, *view.files)}
    for finding in view.findings:
        found.setdefault(finding.path or view.place.name, []).append(finding)
    return found


def stretch(source: Source, finding: Diagnostic) -> tuple[int, int]:
    """The offsets of a finding in its file; the first line where it has no place."""
    if not finding.line:
        return 0, len(source.line(1))
    start = source.offset(finding.line, finding.column)
    end = source.offset(finding.line, finding.end_column) if finding.end_column > finding.column else start
    return start, max(end, start)


def text_of(view: View, file: str) -> Source:
    """The text of any file of the project; empty where it cannot be read."""
    found = view.source(file)
    if found is not None:
        return found
    try:
        return Source(file, view.tree.read(file, 1_000_000).decode("utf-8", "replace").removeprefix("\ufeff"))
    except OSError:
        return Source(file, "")


# ── hover ────────────────────────────────────────────────────────────────────────────────────────────────


def hover(view: View, file: str, offset: int) -> Hover | None:
    """What is known of the text at an offset: an entry, a keyword, an agent, a key."""
    mark = view.marks(file).at(offset)
    if mark is not None:
        text = "\n\n".join(_about(view, mark))
        return Hover(mark.start, mark.end, text) if text else None
    found = key_at(text_of(view, file).text, offset)
    if found is None:
        return None
    start, end, name = found
    key = TABLES.get(spot(text_of(view, file).text, start).above, {}).get(name)
    return Hover(start, end, f"**{name}**: {key.meaning}") if key else None


def _about(view: View, mark: Mark) -> Iterator[str]:
    if mark.kind == PATH:
        yield from _about_entry(view, mark.entry)
    elif mark.kind in (ID, NAME) and (number := mark.entry if mark.defined else view.number(mark.value)) >= 0:
        yield from _about_entry(view, number)
    elif mark.kind == NAME:
        yield from _about_files(view, [mark.value])
    elif mark.kind == KEYWORD:
        yield from _about_keyword(view, mark)
    elif mark.kind == EXCLUDE:
        yield f"A task with {_code(mark.value)} in it does not load {_code(_id(view, mark.entry))}."
    elif mark.kind == AGENT:
        yield from _about_agent(view, mark.value)
    elif mark.kind == TAG:
        yield (
            f"{_code(mark.value)} is a tag of {_list(_tagged(view, mark.value))}. Tags are never matched against a "
            "task."
        )
    elif mark.kind == PATTERN:
        yield "A regular expression, searched in the first 4,000 characters of the task, ignoring case."
    elif mark.kind == BUNDLE:
        yield f"A task with the line `Context: {mark.value}` loads this bundle."


def _about_entry(view: View, number: int) -> Iterator[str]:
    entry = view.index.entries[number]
    yield f"**{_plain(entry.id.value)}**" + (f": {_plain(entry.description)}" if entry.description else "")
    yield from _about_files(view, view.files_of(entry) or [path.value for path in entry.paths])
    if entry.keywords:
        words = [keyword.value for keyword in entry.keywords]
        yield f"keywords: {_list(words, 20)}"
    yield "\n".join(f"- {line}" for line in _who_loads(view, number))


def _about_files(view: View, paths: Iterable[str]) -> Iterator[str]:
    lines = []
    for path in paths:
        if view.tree.status(path).kind != "file":
            lacks = "matches no file" if view.tree.is_pattern(path) else "doesn't exist"
            lines.append(f"- `{path}` {lacks}")
            continue
        about = view.about(path)
        title = f" {_plain(about.title)}," if about.title else ""
        lines.append(f"- `{path}`:{title} {_size(about.size)}, {_tokens(about.tokens)}")
    yield "\n".join(lines)


def _who_loads(view: View, number: int) -> Iterator[str]:
    entry, index, name = view.index.entries[number], view.index, view.index.entries[number].id.value
    agents = (
        "everyone" if entry.agents is None else _list([a.value for a in entry.agents]) if entry.agents else "nobody"
    )
    yield f"by keyword: {agents}"
    defaults = [agent.value for agent, names in index.agent_defaults if name in _values(names)]
    rules = [rule.pattern.value for rule in index.rules if name in _values(rule.ids)]
    bundles = [bundle.name.value for bundle in index.bundles if name in _values(bundle.ids)]
    needed = [other.id.value for other in index.entries if name in _values(other.requires)]
    for what, names in (("default of", defaults), ("rules", rules), ("bundles", bundles), ("required by", needed)):
        if names:
            yield f"{what}: {_list(names)}"
    if any(name in _values(names) for _, names in index.always):
        yield "always"
    if index.tests:
        yield _tests(len(view.tests_that_load(number)), len(view.tried))


def _about_keyword(view: View, mark: Mark) -> Iterator[str]:
    keys = set(view.survey.keys_of(Text(mark.value)))
    others = {word.entry for word in view.survey.words if word.key in keys and word.entry != mark.entry}
    if others:
        yield f"{_code(mark.value)} also selects {_list([_id(view, number) for number in sorted(others)])}."
    else:
        yield f"{_code(mark.value)} selects {_code(_id(view, mark.entry))} alone."
    if view.index.tests:
        cases = view.tests_that_a_keyword_decides(mark.entry, mark.value)
        if cases:
            yield f"It alone decides {_count(len(cases), 'test')}:\n" + "\n".join(map(_case, cases[:SHOWN]))
        else:
            yield "It alone decides no test."


def _about_agent(view: View, name: str) -> Iterator[str]:
    own = [entry.id.value for entry in view.index.entries if name in _values(entry.agents or ())]
    shared = sum(entry.agents is None for entry in view.index.entries)
    defaults = [each.value for agent, names in view.index.agent_defaults if agent.value == name for each in names]
    yield (
        f"**{_plain(name)}** may load {_list(own) if own else 'nothing of its own'}, and {_count(shared, 'entry')} "
        "that everyone may."
    )
    if defaults:
        yield f"Where nothing matches: {_list(defaults)}."


def _case(case: Case) -> str:
    task = " ".join(case.task.value.split())
    agent = f" ({_plain(case.agent.value)})" if case.agent.value else ""
    return f"- {_plain(task if len(task) <= 80 else task[:79] + '…')}{agent}"


# ── going somewhere ──────────────────────────────────────────────────────────────────────────────────────


def definition(view: View, file: str, offset: int) -> list[Place]:
    """Where what is named at an offset is defined: the files of a path, the entry of an id."""
    mark = view.marks(file).at(offset)
    if mark is None:
        return []
    if mark.kind in (ID, NAME) and (number := view.number(mark.value)) >= 0 and not mark.defined:
        entry = view.index.entries[number]
        return [Place(entry.id.source, entry.id.start, entry.id.end)]
    if mark.kind == ID and mark.defined:
        return [Place(path) for path in view.files_of(view.index.entries[mark.entry])]
    if mark.kind in (PATH, NAME, INCLUDE):
        return [Place(path) for path in view.survey.files_at(mark.value) or view.file(mark.value)]
    return []


def links(view: View, file: str) -> list[tuple[int, int, str]]:
    """The paths in a file of the index that are files, with their places."""
    found = []
    for mark in view.marks(file).all:
        if mark.kind in (PATH, NAME, INCLUDE) and not view.tree.is_pattern(mark.value):
            found += [(mark.start, mark.end, path) for path in view.file(mark.value)]
    return found


def symbols(view: View, file: str) -> list[Symbol]:
    """The entries, rules, bundles and tests of a file, in its order."""
    index, found = view.index, []
    for entry in index.entries:
        found.append(("entry", entry.id, entry.id.value, entry.description or entry.paths[0].value))
    found += [("rule", rule.pattern, rule.pattern.value, rule.description) for rule in index.rules]
    found += [("bundle", bundle.name, bundle.name.value, bundle.description) for bundle in index.bundles]
    found += [("test", case.task, " ".join(case.task.value.split())[:80], case.agent.value) for case in index.tests]
    return [
        Symbol(name or "(empty)", kind, about, text.start, text.end)
        for kind, text, name, about in sorted(found, key=lambda each: each[1].start)
        if text.source == file
    ]


def lenses(view: View, file: str) -> list[tuple[int, str]]:
    """A line over each entry: how many tests load it, how large it is."""
    found = []
    for number, entry in enumerate(view.index.entries):
        if entry.source != file:
            continue
        tokens = sum(view.about(path).tokens for path in view.files_of(entry))
        words = [_tokens(tokens)]
        if view.index.tests:
            words.insert(0, _tests(len(view.tests_that_load(number)), len(view.tried)))
        found.append((min(entry.id.start, entry.paths[0].start), " · ".join(words)))
    return found


# ── doing something ──────────────────────────────────────────────────────────────────────────────────────


def actions(view: View, file: str, start: int, end: int) -> list[Action]:
    """What can be done about the findings between two offsets of a file, and about the whole file."""
    found: list[Action] = []
    source = text_of(view, file)
    for finding in view.findings:
        if (finding.path or view.place.name) == file:
            first, last = stretch(source, finding)
            if first <= end and start <= last:
                found += _about_finding(view, source, finding)
    fixes = tuple(sorted({edit for finding in view.findings if finding.path == file for edit in finding.fix}))
    if fixes:
        found.append(Action("Fix what can only be meant one way", ((file, fixes),), certain=True))
    return found


def _about_finding(view: View, source: Source, finding: Diagnostic) -> Iterator[Action]:
    start, end = stretch(source, finding)
    if finding.fix:
        title = finding.hint[:1].upper() + finding.hint[1:] if finding.hint else "Fix it"
        yield Action(title, ((source.name, finding.fix),), finding=finding, certain=True)
    meant = finding.hint.removeprefix("did you mean `").removesuffix("`?")
    if finding.hint.startswith("did you mean `") and end > start:
        quote = source.text[start : start + 1] if source.text[start : start + 1] in ("'", '"') else ""
        edit = (start, end, f"{quote}{meant}{quote}")
        yield Action(f"Change to `{meant}`", ((source.name, (edit,)),), finding=finding, certain=True)
    if finding.code == "CTX301":
        mark = view.marks(source.name).at(start)
        if mark is not None and mark.kind in (PATH, NAME) and not is_glob(mark.value):
            yield Action(f"Create {mark.value}", create=(mark.value, _new_document(mark.value)), finding=finding)
    if finding.code == "CTX306":
        listed = new_entry(view, finding.path)
        if listed is not None:
            yield Action(
                f"List it in {view.place.name}", ((view.place.name, (listed,)),), finding=finding, certain=True
            )


def _new_document(path: str) -> str:
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    title = " ".join(stem.replace("-", " ").replace("_", " ").split())
    return f"# {title[:1].upper()}{title[1:]}\n" if path.endswith((".md", ".mdx", ".markdown")) else ""


def new_entry(view: View, path: str) -> Edit | None:
    """The edit of the index that lists a document, with keywords that set it apart; None where none is certain."""
    source = view.source(view.place.name)
    if source is None or not view.served:
        return None
    where = _end_of_entries(source)
    if where is None:
        return None
    at, indent, head = where
    lines = _entry_lines(view, path)
    new = head + "".join(f"\n{' ' * indent}{line}" for line in lines)
    after = parse(Source(source.name, source.text[:at] + new + source.text[at:]))
    plain = [(entry.id.value, entry.paths[0].value) for entry in after.index.entries]
    before = [(entry.id.value, entry.paths[0].value) for entry in parse(source).index.entries]
    return (at, at, new) if plain[:-1] == before and plain[-1][1] == path else None


def _entry_lines(view: View, path: str) -> list[str]:
    """The lines of a new entry, from its dash on."""
    others = [other for other in view.survey.documents.files if other != path][: DOCUMENTS - 1]
    description, keywords = propose(view.tree, path, others)
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    name = stem if view.number(stem) < 0 else path.rsplit(".", 1)[0].replace("/", "-")
    entry = Entry(
        id=Text(name),
        id_written=True,
        paths=(Text(path),),
        description=description,
        keywords=tuple(map(Text, keywords)),
    )
    text = to_yaml(Index("context-index.yml", entries=(entry,)))
    lines = text.partition("context_files:\n")[2].splitlines()
    return [line[2:] for line in lines if line.startswith("  ")]


def _end_of_entries(source: Source) -> tuple[int, int, str] | None:
    """Where a new entry goes: the offset, the column of its dash, and what must stand before it."""
    node, _ = compose(source)
    pairs: list[tuple[Any, Any]] = node.value if node is not None and node.id == "mapping" else []
    if node is not None and (node.id != "mapping" or node.flow_style):
        return None
    for key, value in pairs:
        if key.value == "context_files":
            if value.id == "sequence" and value.value and not value.flow_style:
                last = value.value[-1]
                start = source.text.rfind("\n", 0, last.start_mark.index) + 1
                dash = source.text.find("-", start)
                end = len(source.text[: value.end_mark.index].rstrip())
                return (end, dash - start, "") if start <= dash < last.start_mark.index else None
            return None
    text = source.text.rstrip()
    return len(text), 2, "\ncontext_files:" if text else "context_files:"


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────


def _values(texts: Iterable[Text]) -> list[str]:
    return [text.value for text in texts]


def _id(view: View, number: int) -> str:
    return view.index.entries[number].id.value


def _tagged(view: View, tag: str) -> list[str]:
    return [entry.id.value for entry in view.index.entries if tag in _values(entry.tags)]


def _plain(text: str) -> str:
    """A text as Markdown that shows it as it is, on one line: no link, no picture, no forged line.

    >>> print(_plain("see [this](x)"))
    see \\[this\\](x)
    """
    return _MARKS.sub(r"\\\g<0>", escape(" ".join(text.split())))


def _code(text: str) -> str:
    return short(text)


def _list(names: list[str], most: int = SHOWN) -> str:
    more = len(names) - most
    return ", ".join(map(_code, names[:most])) + (f" and {more} more" if more > 0 else "")


def _count(number: int, noun: str) -> str:
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {noun if number == 1 else many}"


def _tests(loads: int, tried: int) -> str:
    return f"loaded by {loads} of {_count(tried, 'test')}"


def _tokens(count: int) -> str:
    return f"{count} tokens" if count < 1000 else f"{count / 1000:.1f}k tokens"


def _size(size: int) -> str:
    return f"{size} bytes" if size < 10_000 else f"{size / 1000:.0f} kB"
