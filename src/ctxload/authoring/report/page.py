"""The overview as one HTML page that loads nothing, the same bytes for the same input.

The page comes from `templates/`. Everything that an index, a document or a task says is escaped, and the page's own
policy lets no other script or style run than the two it was made with.
"""

from __future__ import annotations

import re
from html import escape as quoted
from string import Template

from ...load.frames import NAMED, OUTLINE, PART, WHOLE
from ...record import Record
from ...text.escaping import escape
from ...text.wording import counted
from ..use.data import time_of
from .overview import (
    BOTH,
    ENTRIES,
    OWN,
    TEXT,
    AgentSummary,
    EntrySummary,
    FileSummary,
    KeywordSummary,
    Overview,
    PairSummary,
    TaskSummary,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...text.diagnostics import Diagnostic
    from ..use.summary import EntryUse

_CODE = re.compile(r"`([^`\n]+)`")
#: What tells that a file is such a page.
MARK = '<meta name="generator" content="ctxload report">'
#: How wide the bars of sizes are, in pixels.
WIDTH = 60
#: How much of one text is shown, in characters, and how many findings.
LONGEST, FINDINGS = 500, 100
#: How many files of an entry or a fallback are named, and how many that never came or fired.
FEW, SILENT = 12, 60


def page(seen: Overview) -> str:
    """The whole page."""
    style, script = _part("report.css"), _part("report.js")
    sections = [section for make in _SECTIONS if (section := make(seen))]
    return Template(_part("report.html")).substitute(
        index=_text(seen.index), match=_text(seen.match), style=style, script=script,
        style_hash=_hash(style), script_hash=_hash(script), tiles="\n".join(_tiles(seen)),
        nav="\n".join(f'<a href="#{name}">{title}</a>' for name, title, _ in sections),
        sections="\n".join(body for _, _, body in sections),
    )  # fmt: skip


def _part(name: str) -> str:
    from importlib.resources import files

    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What the page's policy knows a script or style by."""
    from base64 import b64encode
    from hashlib import sha256

    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _text(text: str) -> str:
    """A text as HTML shows it: nothing in it can be a tag, a control character or a turn of direction."""
    return quoted(escape(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"))


def _said(text: str) -> str:
    """A message as HTML, what stands in backticks as code.

    >>> _said("no entry has the id `<b>`")
    'no entry has the id <code>&lt;b&gt;</code>'
    """
    return _CODE.sub(r"<code>\1</code>", _text(text))


def _path(path: str) -> str:
    """A path, which may be broken after each part of it."""
    return _text(path).replace("/", "/<wbr>")


def _tiles(seen: Overview) -> Iterator[str]:
    scores = seen.scores
    if scores.cases:
        yield _tile(
            f"{scores.passed:,} of {scores.cases:,}", "cases passed", "good" if scores.passed == scores.cases else "bad"
        )
        yield _tile(f"{scores.f1:.3f}", f"F1 (precision {scores.precision:.3f}, recall {scores.recall:.3f})")
    if seen.tasks:
        loaded = sum(len(row.files) for row in seen.tasks) / len(seen.tasks)
        tokens = sum(row.given for row in seen.tasks) / len(seen.tasks)
        yield _tile(f"{tokens:,.0f}", f"tokens given a task, of {loaded:.1f} files")
        yield _tile(f"{seen.fell_through:,}", "tasks that call for nothing")
    yield _tile(f"{len(seen.entries):,}", f"entries with {sum(row.keywords for row in seen.entries):,} keywords")
    yield _tile(f"{seen.tokens:,}", f"tokens in {seen.files:,} files")
    kinds = [(sum(one.severity == kind for one in seen.findings), kind) for kind in ("error", "warning", "note")]
    worst = "bad" if kinds[0][0] else "warn" if kinds[1][0] else ""
    yield _tile(
        f"{len(seen.findings):,}",
        "findings" if not worst else ", ".join(counted(n, kind) for n, kind in kinds if n),
        worst,
    )


def _tile(value: str, label: str, kind: str = "") -> str:
    return f"<li><b{_class(kind)}>{_text(value)}</b><span>{_text(label)}</span></li>"


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


class _Column(Record):
    """A column of a table: its title, what its cells are called on a narrow screen, and whether they are numbers."""

    title: str
    label: str = ""
    numbers: bool = False


def _table(caption: str, columns: Iterable[_Column], rows: Iterable[str], kind: str = "cards") -> str:
    head = "".join(
        f'<th scope="col"{_class("num" if column.numbers else "")}{" data-first=down" if column.numbers else ""}>'
        f'<button type="button">{_text(column.title)}</button></th>'
        for column in columns
    )
    body = "\n".join(rows)
    return (
        f'<div class="scroll"><table class="{kind}"><caption>{_text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
        '<p class="none note" hidden>Nothing here fits the search.</p>'
    )


def _row(columns: Iterable[_Column], cells: Iterable[str | int | tuple[str, int]]) -> str:
    """A row: a cell is HTML, a number, or HTML with the number it is sorted by. The first is the row's heading."""
    out = []
    for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        html, value = (
            cell if isinstance(cell, tuple) else (f"{cell:,}", cell) if isinstance(cell, int) else (cell, None)
        )
        marks = _class("num" if column.numbers else "")
        marks += f' data-is="{_text(column.label)}"' if column.label and html else ""
        marks += f' data-v="{value}"' if value is not None else ""
        out.append(f'<th scope="row"{marks}>{html}</th>' if number == 0 else f"<td{marks}>{html}</td>")
    return f"<tr>{''.join(out)}</tr>"


def _section(name: str, title: str, note: str, *parts: str) -> tuple[str, str, str]:
    body = "\n".join(part for part in parts if part)
    return name, title, f'<section id="{name}">\n<h2>{title}</h2>\n<p class="note">{note}</p>\n{body}\n</section>'


def _cut(seen: Overview, name: str) -> str:
    count = dict(seen.cut).get(name, 0)
    return f'<p class="note">{count:,} more {name} are not shown.</p>' if count else ""


# ── tasks ────────────────────────────────────────────────────────────────────────────────────────────────

_FORMS = {PART: "in part", OUTLINE: "as an outline", NAMED: "only named"}
_RESULTS = {True: ("passed", "good", 2), False: ("failed", "bad", 0), None: ("task", "", 1)}
_TASKS = (
    _Column("Task"), _Column("Result"), _Column("Agent", "agent"), _Column("Loads"), _Column("Layer", "layer"),
    _Column("Tokens", "tokens", True), _Column("Given", "given", True),
)  # fmt: skip


def _tasks(seen: Overview) -> tuple[str, str, str] | None:
    if not seen.tasks:
        return None
    note = (
        "Nobody gave tasks or labelled cases, so these are headings of the documents: what each of them loads, and why."
        if seen.from_headings
        else "What each labelled case and each task loads, and why. Cases that failed come first."
    ) + " <b>Given</b>: the tokens that a model is given of it, within the budget."
    rows = (_row(_TASKS, _task_cells(row)) for row in seen.tasks)
    return _section("tasks", "Tasks", note, _table("Tasks and what they load", _TASKS, rows), _cut(seen, "tasks"))


def _task_cells(row: TaskSummary) -> Iterator[str | int | tuple[str, int]]:
    word, kind, order = _RESULTS[row.passed]
    place = f'<div class="why path">{_text(row.place)}</div>' if row.place else ""
    yield f"{_text(' '.join(row.task.split()))}{place}"
    yield f'<span class="tag {kind}">{word}</span>', order
    yield _text(row.agent)
    yield _loads(row)
    yield _text(row.layer)
    yield row.tokens
    yield row.given


def _loads(row: TaskSummary) -> str:
    files = "".join(map(_file, row.files)) or '<li class="why">nothing</li>'
    lines = "".join(
        f"<div><b>{_text(label)}</b> {_text(name)}{': ' if name else ''}{_said(why)}</div>"
        for label, name, why in row.lines
    )
    if row.problem and not row.lines:
        lines = f"<div><b>problem</b> {_said(row.problem)}</div>"
    return f"<ul>{files}</ul>" + (f'<div class="failed why">{lines}</div>' if lines else "")


def _file(file: FileSummary) -> str:
    score = f" {file.score / 1000:.2f}" if file.score else ""
    form = "" if file.form == WHOLE else f' <span class="tag warn">{_FORMS.get(file.form, "not given")}</span>'
    return (
        f'<li><span class="path">{_path(file.path)}</span>{score}{form}<div '
        f'class="why">{_said(", ".join(file.why))}</div></li>'
    )


# ── entries ──────────────────────────────────────────────────────────────────────────────────────────────

_ENTRIES = (
    _Column("Entry"), _Column("Files"), _Column("For", "for"), _Column("Keywords", "keywords", True),
    _Column("Came", "came", True),
    _Column("Expected", "expected", True), _Column("Tokens", "tokens", True),
)  # fmt: skip


def _entries(seen: Overview) -> tuple[str, str, str]:
    most = max((row.tokens for row in seen.entries), default=0)
    note = (
        "<b>Came</b>: how many of the tasks and cases called for it. <b>Expected</b>: how many cases expect it. "
        "An entry that never came is marked."
    )
    rows = (_row(_ENTRIES, _entry_cells(row, most, bool(seen.tasks))) for row in seen.entries)
    return _section(
        "entries", "Entries", note, _table("Entries, their files and sizes", _ENTRIES, rows), _cut(seen, "entries")
    )


def _entry_cells(row: EntrySummary, most: int, has_tasks: bool) -> Iterator[str | int | tuple[str, int]]:
    about = f'<div class="why">{_text(row.description)}</div>' if row.description else ""
    yield f"<b>{_text(row.id)}</b>{about}"
    count = f' <span class="why">{counted(row.files, "file")}</span>' if row.files != 1 else ""
    yield f"{_paths(row.paths)}{count}"
    yield _text(row.agents)
    yield row.keywords
    came = f'<span class="warn">{row.came} never</span>' if has_tasks and not row.came else f"{row.came:,}"
    yield came, row.came
    yield row.expected
    yield f"{row.tokens:,}{_bar(row.tokens, most)}", row.tokens


def _paths(paths: tuple[str, ...]) -> str:
    more = f'<li class="why">and {len(paths) - FEW} more</li>' if len(paths) > FEW else ""
    return "<ul>" + "".join(f'<li class="path">{_path(path)}</li>' for path in paths[:FEW]) + more + "</ul>"


def _bar(value: int, most: int) -> str:
    width = round(WIDTH * value / most) if most else 0
    return (
        f'<svg class="size" width="{WIDTH}" height="8" aria-hidden="true"><rect class="rail" width="{WIDTH}" '
        'height="8" rx="2"/>'
        f'<rect width="{width}" height="8" rx="2"/></svg>'
    )


# ── what was given ───────────────────────────────────────────────────────────────────────────────────────

_GIVEN = (
    _Column("Entry"), _Column("Given", "given", True), _Column("In", "in"), _Column("With", "with"),
    _Column("Tokens", "tokens", True), _Column("Last", "last"),
)  # fmt: skip


def _use(seen: Overview) -> tuple[str, str, str] | None:
    """What agent clients were given, by the records of whoever made the page."""
    use = seen.use
    if use is None or not (use.answers or use.silent):
        return None
    note = (
        f"What agent clients on this machine were given of the project from {time_of(use.first)[:10]} to "
        f"{time_of(use.last)[:10]}: {counted(use.answers, 'answer')}, {counted(use.silent, 'silence')}. "
        "<code>ctxload stats --forget</code> removes the records."
    )
    most = max((row.given for row in use.entries), default=0)
    rows = (_row(_GIVEN, _use_cells(row, most)) for row in use.entries[:ENTRIES])
    never = _named(
        f"{counted(len(use.never), 'entry', 'entries')} never given", [f"<b>{_text(name)}</b>" for name in use.never]
    )
    silent = _named("Given nothing", [f"{count:,} {_text(word)}" for word, count in use.silences])
    return _section("given", "What was given", note, _table("Entries that were given", _GIVEN, rows), never, silent)


def _use_cells(row: EntryUse, most: int) -> Iterator[str | int | tuple[str, int]]:
    yield f"<b>{_text(row.entry)}</b>"
    yield f"{row.given:,}{_bar(row.given, most)}", row.given
    yield _text(", ".join(f"{name} {count:,}" for name, count in row.clients))
    yield _text(", ".join(f"{name} {count:,}" for name, count in row.moments))
    yield row.tokens
    yield _text(time_of(row.last)[:10])


# ── keywords ─────────────────────────────────────────────────────────────────────────────────────────────

_SIGNS = {BOTH: ("b", "●"), OWN: ("o", "○"), TEXT: ("t", "·")}


def _keywords(seen: Overview) -> tuple[str, str, str] | None:
    if not seen.keywords:
        return None
    note = (
        '<span class="sign">●</span> a keyword of this file that stands in its text, <span class="warn">○</span> one '
        "that does not, "
        "· a keyword of another file that stands in this text: the more of these, the less it tells. "
        "<b>Fires</b>: in how many of the tasks and cases it stands whole."
    )
    if seen.maps:
        note += (
            " The columns are folders, with the number of their documents that hold the keyword; each has a map below."
        )
    maps = "".join(
        f"<details><summary>{_path(one.folder or './')} <span class=why>{len(one.columns):,} documents, "
        f"{len(one.keywords):,} keywords</span></summary>{_map(one.columns, one.keywords, one.folder)}</details>"
        for one in seen.maps
    )
    whole = _map(seen.columns, seen.keywords, "")
    return _section("keywords", "Keywords", note, whole, maps, _cut(seen, "keywords"), _cut(seen, "files"))


def _map(columns: Iterable[str], keywords: Iterable[KeywordSummary], folder: str) -> str:
    heads = "".join(
        f'<th scope="col" class="file" title="{_text(path or "./")}">{_text(_short(path))}</th>' for path in columns
    )
    rows = "\n".join(map(_keyword_row, keywords))
    caption = f"Keywords of {_text(folder)} and the files they stand in" if folder else "Keywords and where they stand"
    return (
        f'<div class="scroll tall"><table class="map"><caption>{caption}</caption><thead><tr>'
        '<th scope="col"><button type="button">Keyword</button></th><th scope="col" class="of"><button '
        'type="button">Entry</button></th>'
        f'<th scope="col" class="num" data-first=down><button type="button">Fires</button></th>{heads}</tr></thead>\n'
        f'<tbody>\n{rows}\n</tbody></table></div><p class="none note" hidden>Nothing here fits the search.</p>'
    )


def _keyword_row(row: KeywordSummary) -> str:
    shown = row.counts or (None,) * len(row.cells)
    cells = "".join(
        f'<td class="c {_SIGNS[sign][0]}">{_SIGNS[sign][1] if count is None else count or _SIGNS[sign][1]}</td>'
        if sign in _SIGNS
        else '<td class="c"></td>'
        for sign, count in zip(row.cells, shown, strict=True)
    )
    return (
        f'<tr><th scope="row" title="{_text(row.keyword)}">{_text(row.keyword)}</th><td '
        f'class="of">{_text(row.entry)}</td>'
        f'<td class="num" data-v="{row.fired}">{row.fired:,}</td>{cells}</tr>'
    )


def _short(path: str) -> str:
    """A path as the head of a column: its last part, cut where it is long."""
    name = "/".join(path.split("/")[-3:]) if path.endswith("/") else path.rsplit("/", 1)[-1] or "./"
    return name if len(name) <= 26 else name[:25] + "…"


# ── overlaps, agents, findings ───────────────────────────────────────────────────────────────────────────

_PAIRS = (
    _Column("Entry"), _Column("and"), _Column("Both came", "both came", True), _Column("Share", "share", True),
    _Column("Keywords in common"),
)  # fmt: skip


def _pairs(seen: Overview) -> tuple[str, str, str] | None:
    if not seen.pairs:
        return None
    note = (
        "Entries that came for the same tasks and cases, or that have keywords in common. <b>Share</b>: of the tasks "
        "that "
        "loaded either, how many loaded both."
    )
    rows = (_row(_PAIRS, _pair_cells(row)) for row in seen.pairs)
    return _section("overlaps", "Overlaps", note, _table("Entries that overlap", _PAIRS, rows))


def _pair_cells(row: PairSummary) -> Iterator[str | int | tuple[str, int]]:
    share = round(100 * row.both / row.either) if row.either else 0
    yield f"<b>{_text(row.one)}</b>"
    yield f"<b>{_text(row.other)}</b>"
    yield f"{row.both} of {row.either}", row.both
    yield f"{share} %", share
    yield _text(", ".join(row.shared[:FEW]))


_AGENTS = (
    _Column("Agent"), _Column("Entries", "entries", True), _Column("Tokens of all", "tokens of all", True),
    _Column("Loads when nothing matches"),
    _Column("Tokens", "tokens then", True),
)  # fmt: skip


def _agents(seen: Overview) -> tuple[str, str, str]:
    note = "How much each agent may load by keyword, and what a task gives it that matches nothing."
    rows = (_row(_AGENTS, _agent_cells(row)) for row in seen.agents)
    return _section("agents", "Agents", note, _table("Agents, their entries and fallbacks", _AGENTS, rows))


def _agent_cells(row: AgentSummary) -> Iterator[str | int | tuple[str, int]]:
    yield f"<b>{_text(row.name)}</b>" if row.name else '<span class="why">no agent named</span>'
    yield row.entries
    yield row.tokens
    yield _paths(row.fallback) if row.fallback else '<span class="why">nothing</span>'
    yield row.fallback_tokens


def _silent(seen: Overview) -> tuple[str, str, str] | None:
    """What never comes, what never fires, and what nobody names: the questions of an owner."""
    never = [row for row in seen.entries if not row.came and row.agents != "nobody"]
    if not (never or seen.silent or seen.unlisted):
        return None
    of = "headings" if seen.from_headings else "tasks and cases"
    parts = [
        _named(f"{counted(len(never), 'entry', 'entries')} came for none of the {len(seen.tasks):,} {of}", [
            f"<b>{_text(row.id)}</b> {_paths(row.paths[:1])}" for row in never]),
        _named(f"{counted(len(seen.silent), 'keyword')} stood in none of them", [
            f"{_text(keyword)} <span class=why>{_text(entry)}</span>" for keyword, entry in seen.silent]),
        _named(f"{counted(len(seen.unlisted), 'document')} that no entry names", [
            f'<span class="path">{_path(path)}</span>' for path in seen.unlisted]),
    ]  # fmt: skip
    note = (
        "Entries, keywords and documents that nothing asked for. Few tasks say little: with "
        "<code>ctxload report --tasks FILE</code> it is your own that count."
    )
    return _section("silent", "What nothing asks for", note, *parts)


def _named(title: str, items: list[str]) -> str:
    """A list that is opened; nothing where there is nothing in it."""
    if not items:
        return ""
    more = f'<li class="why">and {len(items) - SILENT:,} more</li>' if len(items) > SILENT else ""
    listed = "".join(f"<li>{item}</li>" for item in items[:SILENT]) + more
    opened = " open" if len(items) <= FEW else ""
    return f'<details{opened}><summary>{title}</summary><ul class="long">{listed}</ul></details>'


def _alike(seen: Overview) -> tuple[str, str, str] | None:
    if not seen.alike:
        return None
    note = (
        "Documents that share most of their text: a model needs one of them, and a person has to keep them all current."
    )
    clusters = "".join(f"<li>{_paths(paths)}</li>" for paths in seen.alike[:SILENT])
    more = f'<p class="note">{len(seen.alike) - SILENT:,} more are not shown.</p>' if len(seen.alike) > SILENT else ""
    return _section("alike", "Documents that say the same", note, f'<ul class="long">{clusters}</ul>', more)


_FINDINGS = (_Column("Finding"), _Column("Severity"), _Column("Times", "times", True), _Column("Places"))
_KINDS = {"error": ("bad", 0), "warning": ("warn", 1), "note": ("", 2)}


def _coverage(seen: Overview) -> tuple[str, str, str]:
    came = sum(1 for row in seen.entries if row.came)
    parts = []
    if seen.tasks:
        parts.append(f"<p>{came:,} of {counted(len(seen.entries), 'entry', 'entries')} came for a task or case.</p>")
    if not seen.unlisted:
        parts.append(
            "<p>Every document below <code>context/</code> is named by the index, or given by a folder or fallback.</p>"
        )
    if seen.findings:
        groups: dict[str, list[Diagnostic]] = {}
        for one in seen.findings:
            groups.setdefault(one.code, []).append(one)
        rows = (_row(_FINDINGS, _group_cells(group)) for group in groups.values())
        parts.append(_table("Findings, those of one kind together", _FINDINGS, rows))
    note = "What the index reaches, and what <code>ctxload check</code> finds in it."
    return _section("findings", "Coverage and findings", note, *parts)


def _group_cells(group: list[Diagnostic]) -> Iterator[str | int | tuple[str, int]]:
    """Findings of one code: the first of them in words, and the places of all."""
    first = group[0]
    kind, order = _KINDS.get(first.severity, ("", 3))
    hint = f'<div class="why">{_said(first.hint)}</div>' if first.hint else ""
    others = "".join(f"<li>{_said(one.message)}</li>" for one in group[1:FINDINGS])
    more = f"<details><summary>{len(group) - 1:,} more</summary><ul>{others}</ul></details>" if others else ""
    yield f"{_said(first.message)}{hint}{more}"
    yield (
        f'<span class="tag {kind}">{_text(first.severity)}</span> <span class="why">{_text(first.code)}</span>',
        order,
    )
    yield len(group)
    places = dict.fromkeys(f"{one.path}{f':{one.line}' if one.line else ''}" for one in group)
    yield _paths(tuple(places))


_SECTIONS = (_tasks, _entries, _use, _silent, _keywords, _alike, _pairs, _agents, _coverage)
