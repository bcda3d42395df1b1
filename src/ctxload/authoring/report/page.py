"""The overview as one HTML page that loads nothing, the same bytes for the same input.

The page comes from `templates/`. Everything that an index, a document or a task says is escaped, and the page's own
policy lets no other script or style run than the two it was made with.
"""

from __future__ import annotations

from ...load.frames import NAMED, OUTLINE, PART, WHOLE
from ...text.wording import clipped, counted
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
from .parts import (
    FEW,
    Column,
    Heading,
    bar_of,
    mark_of,
    page_of,
    path_of,
    paths_of,
    row_of,
    said_of,
    section_of,
    table_of,
    text_of,
    tile_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...text.diagnostics import Diagnostic
    from ..use.summary import EntryUse

#: What tells that a file is such a page.
MARK = mark_of("ctxload report")
#: How many findings are shown, and how many entries and keywords that never came or fired.
FINDINGS, SILENT = 100, 60


def page(seen: Overview) -> str:
    """The whole page."""
    index, match = text_of(seen.index), text_of(seen.match)
    heading = Heading("ctxload report", f"Context report: {index}", "Context report", f"{index} · match <b>{match}</b>")
    return page_of(heading, _tiles(seen), [section for make in _SECTIONS if (section := make(seen))])


def _tiles(seen: Overview) -> Iterator[str]:
    scores = seen.scores
    if scores.cases:
        yield tile_of(
            f"{scores.passed:,} of {scores.cases:,}", "cases passed", "good" if scores.passed == scores.cases else "bad"
        )
        yield tile_of(f"{scores.f1:.3f}", f"F1 (precision {scores.precision:.3f}, recall {scores.recall:.3f})")
    if seen.tasks:
        loaded = sum(len(row.files) for row in seen.tasks) / len(seen.tasks)
        tokens = sum(row.given for row in seen.tasks) / len(seen.tasks)
        yield tile_of(f"{tokens:,.0f}", f"tokens given a task, of {loaded:.1f} files")
        yield tile_of(f"{seen.fell_through:,}", "tasks that select nothing")
    yield tile_of(f"{len(seen.entries):,}", f"entries with {sum(row.keywords for row in seen.entries):,} keywords")
    yield tile_of(f"{seen.tokens:,}", f"tokens in {seen.files:,} files")
    kinds = [(sum(one.severity == kind for one in seen.findings), kind) for kind in ("error", "warning", "note")]
    worst = "bad" if kinds[0][0] else "warn" if kinds[1][0] else ""
    yield tile_of(
        f"{len(seen.findings):,}",
        "findings" if not worst else ", ".join(counted(n, kind) for n, kind in kinds if n),
        worst,
    )


def _cut(seen: Overview, name: str) -> str:
    count = dict(seen.cut).get(name, 0)
    return f'<p class="note">{count:,} more {name} are not shown.</p>' if count else ""


# ── tasks ────────────────────────────────────────────────────────────────────────────────────────────────

_FORMS = {PART: "in part", OUTLINE: "as an outline", NAMED: "only named"}
_RESULTS = {True: ("passed", "good", 2), False: ("failed", "bad", 0), None: ("task", "", 1)}
_TASKS = (
    Column("Task"), Column("Result"), Column("Agent", "agent"), Column("Loads"), Column("Layer", "layer"),
    Column("Tokens", "tokens", True), Column("Given", "given", True),
)  # fmt: skip


def _tasks(seen: Overview) -> tuple[str, str, str] | None:
    if not seen.tasks:
        return None
    note = (
        "Nobody gave tasks or labelled cases, so these are headings of the documents: what each of them loads, and why."
        if seen.from_headings
        else "What each labelled case and each task loads, and why. Cases that failed come first."
    ) + " <b>Given</b>: the tokens that a model is given of it, within the budget."
    rows = (row_of(_TASKS, _task_cells(row)) for row in seen.tasks)
    return section_of("tasks", "Tasks", note, table_of("Tasks and what they load", _TASKS, rows), _cut(seen, "tasks"))


def _task_cells(row: TaskSummary) -> Iterator[str | int | tuple[str, int]]:
    word, kind, order = _RESULTS[row.passed]
    place = f'<div class="why path">{text_of(row.place)}</div>' if row.place else ""
    yield f"{text_of(' '.join(row.task.split()))}{place}"
    yield f'<span class="tag {kind}">{word}</span>', order
    yield text_of(row.agent)
    yield _loads(row)
    yield text_of(row.layer)
    yield row.tokens
    yield row.given


def _loads(row: TaskSummary) -> str:
    files = "".join(map(_file, row.files)) or '<li class="why">nothing</li>'
    lines = "".join(
        f"<div><b>{text_of(label)}</b> {text_of(name)}{': ' if name else ''}{said_of(why)}</div>"
        for label, name, why in row.lines
    )
    if row.problem and not row.lines:
        lines = f"<div><b>problem</b> {said_of(row.problem)}</div>"
    return f"<ul>{files}</ul>" + (f'<div class="failed why">{lines}</div>' if lines else "")


def _file(file: FileSummary) -> str:
    score = f" {file.score / 1000:.2f}" if file.score else ""
    form = "" if file.form == WHOLE else f' <span class="tag warn">{_FORMS.get(file.form, "not given")}</span>'
    return (
        f'<li><span class="path">{path_of(file.path)}</span>{score}{form}<div '
        f'class="why">{said_of(", ".join(file.why))}</div></li>'
    )


# ── entries ──────────────────────────────────────────────────────────────────────────────────────────────

_ENTRIES = (
    Column("Entry"), Column("Files"), Column("For", "for"), Column("Keywords", "keywords", True),
    Column("Came", "came", True),
    Column("Expected", "expected", True), Column("Tokens", "tokens", True),
)  # fmt: skip


def _entries(seen: Overview) -> tuple[str, str, str]:
    most = max((row.tokens for row in seen.entries), default=0)
    note = (
        "<b>Came</b>: how many of the tasks and cases selected it. <b>Expected</b>: how many cases expect it. "
        "An entry that never came is marked."
    )
    rows = (row_of(_ENTRIES, _entry_cells(row, most, bool(seen.tasks))) for row in seen.entries)
    return section_of(
        "entries", "Entries", note, table_of("Entries, their files and sizes", _ENTRIES, rows), _cut(seen, "entries")
    )


def _entry_cells(row: EntrySummary, most: int, has_tasks: bool) -> Iterator[str | int | tuple[str, int]]:
    about = f'<div class="why">{text_of(row.description)}</div>' if row.description else ""
    yield f"<b>{text_of(row.id)}</b>{about}"
    count = f' <span class="why">{counted(row.files, "file")}</span>' if row.files != 1 else ""
    yield f"{paths_of(row.paths)}{count}"
    yield text_of(row.agents)
    yield row.keywords
    came = f'<span class="warn">{row.came} never</span>' if has_tasks and not row.came else f"{row.came:,}"
    yield came, row.came
    yield row.expected
    yield f"{row.tokens:,}{bar_of(row.tokens, most)}", row.tokens


# ── what was given ───────────────────────────────────────────────────────────────────────────────────────

_GIVEN = (
    Column("Entry"), Column("Given", "given", True), Column("In", "in"), Column("With", "with"),
    Column("Tokens", "tokens", True), Column("Last", "last"),
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
    rows = (row_of(_GIVEN, _use_cells(row, most)) for row in use.entries[:ENTRIES])
    never = _named(
        f"{counted(len(use.never), 'entry', 'entries')} never given", [f"<b>{text_of(name)}</b>" for name in use.never]
    )
    silent = _named("Given nothing", [f"{count:,} {text_of(word)}" for word, count in use.silences])
    return section_of("given", "What was given", note, table_of("Entries that were given", _GIVEN, rows), never, silent)


def _use_cells(row: EntryUse, most: int) -> Iterator[str | int | tuple[str, int]]:
    yield f"<b>{text_of(row.entry)}</b>"
    yield f"{row.given:,}{bar_of(row.given, most)}", row.given
    yield text_of(", ".join(f"{name} {count:,}" for name, count in row.clients))
    yield text_of(", ".join(f"{name} {count:,}" for name, count in row.moments))
    yield row.tokens
    yield text_of(time_of(row.last)[:10])


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
        f"<details><summary>{path_of(one.folder or './')} <span class=why>{len(one.columns):,} documents, "
        f"{len(one.keywords):,} keywords</span></summary>{_map(one.columns, one.keywords, one.folder)}</details>"
        for one in seen.maps
    )
    whole = _map(seen.columns, seen.keywords, "")
    return section_of("keywords", "Keywords", note, whole, maps, _cut(seen, "keywords"), _cut(seen, "files"))


def _map(columns: Iterable[str], keywords: Iterable[KeywordSummary], folder: str) -> str:
    heads = "".join(
        f'<th scope="col" class="file" title="{text_of(path or "./")}">{text_of(_short(path))}</th>' for path in columns
    )
    rows = "\n".join(map(_keyword_row, keywords))
    caption = (
        f"Keywords of {text_of(folder)} and the files they stand in" if folder else "Keywords and where they stand"
    )
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
        f'<tr><th scope="row" title="{text_of(row.keyword)}">{text_of(row.keyword)}</th><td '
        f'class="of">{text_of(row.entry)}</td>'
        f'<td class="num" data-v="{row.fired}">{row.fired:,}</td>{cells}</tr>'
    )


def _short(path: str) -> str:
    """A path as the head of a column: its last part, cut where it is long."""
    name = "/".join(path.split("/")[-3:]) if path.endswith("/") else path.rsplit("/", 1)[-1] or "./"
    return clipped(name, 26)


# ── overlaps, agents, findings ───────────────────────────────────────────────────────────────────────────

_PAIRS = (
    Column("Entry"), Column("and"), Column("Both came", "both came", True), Column("Share", "share", True),
    Column("Keywords in common"),
)  # fmt: skip


def _pairs(seen: Overview) -> tuple[str, str, str] | None:
    if not seen.pairs:
        return None
    note = (
        "Entries that came for the same tasks and cases, or that have keywords in common. <b>Share</b>: of the tasks "
        "that "
        "loaded either, how many loaded both."
    )
    rows = (row_of(_PAIRS, _pair_cells(row)) for row in seen.pairs)
    return section_of("overlaps", "Overlaps", note, table_of("Entries that overlap", _PAIRS, rows))


def _pair_cells(row: PairSummary) -> Iterator[str | int | tuple[str, int]]:
    share = round(100 * row.both / row.either) if row.either else 0
    yield f"<b>{text_of(row.one)}</b>"
    yield f"<b>{text_of(row.other)}</b>"
    yield f"{row.both} of {row.either}", row.both
    yield f"{share} %", share
    yield text_of(", ".join(row.shared[:FEW]))


_AGENTS = (
    Column("Agent"), Column("Entries", "entries", True), Column("Tokens of all", "tokens of all", True),
    Column("Loads when nothing matches"),
    Column("Tokens", "tokens then", True),
)  # fmt: skip


def _agents(seen: Overview) -> tuple[str, str, str]:
    note = "How much each agent may load by keyword, and what a task gives it that matches nothing."
    rows = (row_of(_AGENTS, _agent_cells(row)) for row in seen.agents)
    return section_of("agents", "Agents", note, table_of("Agents, their entries and fallbacks", _AGENTS, rows))


def _agent_cells(row: AgentSummary) -> Iterator[str | int | tuple[str, int]]:
    yield f"<b>{text_of(row.name)}</b>" if row.name else '<span class="why">no agent named</span>'
    yield row.entries
    yield row.tokens
    yield paths_of(row.fallback) if row.fallback else '<span class="why">nothing</span>'
    yield row.fallback_tokens


def _silent(seen: Overview) -> tuple[str, str, str] | None:
    """What never comes, what never fires, and what nobody names: the questions of an owner."""
    never = [row for row in seen.entries if not row.came and row.agents != "nobody"]
    if not (never or seen.silent or seen.unlisted):
        return None
    of = "headings" if seen.from_headings else "tasks and cases"
    parts = [
        _named(f"{counted(len(never), 'entry', 'entries')} came for none of the {len(seen.tasks):,} {of}", [
            f"<b>{text_of(row.id)}</b> {paths_of(row.paths[:1])}" for row in never]),
        _named(f"{counted(len(seen.silent), 'keyword')} stood in none of them", [
            f"{text_of(keyword)} <span class=why>{text_of(entry)}</span>" for keyword, entry in seen.silent]),
        _named(f"{counted(len(seen.unlisted), 'document')} that no entry names", [
            f'<span class="path">{path_of(path)}</span>' for path in seen.unlisted]),
    ]  # fmt: skip
    note = (
        "Entries, keywords and documents that nothing asked for. Few tasks say little: with "
        "<code>ctxload report --tasks FILE</code> it is your own that count."
    )
    return section_of("silent", "What nothing asks for", note, *parts)


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
    clusters = "".join(f"<li>{paths_of(paths)}</li>" for paths in seen.alike[:SILENT])
    more = f'<p class="note">{len(seen.alike) - SILENT:,} more are not shown.</p>' if len(seen.alike) > SILENT else ""
    return section_of("alike", "Documents that say the same", note, f'<ul class="long">{clusters}</ul>', more)


_FINDINGS = (Column("Finding"), Column("Severity"), Column("Times", "times", True), Column("Places"))
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
        rows = (row_of(_FINDINGS, _group_cells(group)) for group in groups.values())
        parts.append(table_of("Findings, those of one kind together", _FINDINGS, rows))
    note = "What the index reaches, and what <code>ctxload check</code> finds in it."
    return section_of("findings", "Coverage and findings", note, *parts)


def _group_cells(group: list[Diagnostic]) -> Iterator[str | int | tuple[str, int]]:
    """Findings of one code: the first of them in words, and the places of all."""
    first = group[0]
    kind, order = _KINDS.get(first.severity, ("", 3))
    hint = f'<div class="why">{said_of(first.hint)}</div>' if first.hint else ""
    others = "".join(f"<li>{said_of(one.message)}</li>" for one in group[1:FINDINGS])
    more = f"<details><summary>{len(group) - 1:,} more</summary><ul>{others}</ul></details>" if others else ""
    yield f"{said_of(first.message)}{hint}{more}"
    yield (
        f'<span class="tag {kind}">{text_of(first.severity)}</span> <span class="why">{text_of(first.code)}</span>',
        order,
    )
    yield len(group)
    places = dict.fromkeys(f"{one.path}{f':{one.line}' if one.line else ''}" for one in group)
    yield paths_of(tuple(places))


_SECTIONS = (_tasks, _entries, _use, _silent, _keywords, _alike, _pairs, _agents, _coverage)
