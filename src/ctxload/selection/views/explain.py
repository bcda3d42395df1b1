"""A resolution as a person reads it: the task with its words marked, what was selected and why, what was not."""

from __future__ import annotations

from ...text.escaping import escape
from ...text.lines import lines_of
from ...text.render import Paint, cells
from ...text.wording import counted
from ..model import KEYWORD_LAYER
from .verdicts import say as in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...text.diagnostics import Diagnostic
    from ..model import Reason, Resolution, SelectedFile, Verdict

#: How many lines of a long task, and how many entries that were not selected, are shown.
TASK_LINES, OTHERS = 12, 8


def explain(
    resolution: Resolution,
    paint: Paint,
    width: int,
    *,
    every: bool = False,
    findings: Sequence[Diagnostic] | None = None,
) -> str:
    """The explanation as text, at most `width` columns wide where words allow it, with these findings or with those of
    the resolution.
    """
    width = max(width, 40)
    lines = [*_task(resolution, paint, width), "", _summary(resolution, paint), ""]
    if resolution.files:
        lines += _selected(resolution, paint, width)
    else:
        lines.append(paint("bold", "selected") + "  nothing")
    lines += _left_out(resolution, paint, width)
    lines += _others(resolution, paint, width, every)
    if findings is None:
        findings = [finding for finding in resolution.diagnostics if finding.severity != "note"]
    if findings:
        lines += ["", paint("bold", "findings")]
        for finding in findings[: None if every else 8]:
            lines += _wrapped("  ", finding.concise(), width, "    ")
        if len(findings) > 8 and not every:
            lines.append(f"  and {len(findings) - 8} more: run `ctxload check`")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _task(resolution: Resolution, paint: Paint, width: int) -> Iterator[str]:
    marked = _marked(resolution)
    start = shown = more = 0
    for line in lines_of(resolution.task) or [""]:
        bare = line.rstrip("\r\n")
        spans = [
            (max(a, start) - start, min(b, start + len(bare)) - start)
            for a, b in marked
            if a < start + len(bare) and b > start
        ]
        if shown == TASK_LINES:
            more += bool(bare.strip())
        elif bare.strip() or spans:
            shown += 1
            yield from _task_line(bare, spans, paint, width - 2)
        start += len(line)
    if not resolution.task.strip():
        yield paint("dim", "  (an empty task)")
    if more:
        yield paint("dim", f"  … {counted(more, 'more line')}")


def _marked(resolution: Resolution) -> list[tuple[int, int]]:
    spans = {span for file in resolution.files for reason in file.reasons for span in reason.spans}
    return sorted(spans)


def _task_line(line: str, spans: list[tuple[int, int]], paint: Paint, width: int) -> Iterator[str]:
    inside = [False] * len(line)
    for start, end in spans:
        inside[start:end] = [True] * (end - start)
    at = 0
    while at < len(line) or at == 0:
        end = _row_end(line, at, width)
        pieces = [(escape(line[n]) if line[n] != "\t" else " ", inside[n]) for n in range(at, end)]
        if paint.on:
            yield "  " + "".join(_painted(pieces, paint))
        else:
            yield "  " + "".join(text for text, _ in pieces)
            if any(hit for _, hit in pieces):
                yield "  " + "".join(("^" if hit else " ") * cells(text) for text, hit in pieces)
        at = end
        if not line:
            return


def _painted(pieces: list[tuple[str, bool]], paint: Paint) -> Iterator[str]:
    """The pieces of a line, each run of marked ones in one stretch of colour."""
    from itertools import groupby

    for hit, run in groupby(pieces, key=lambda piece: piece[1]):
        text = "".join(piece for piece, _ in run)
        yield paint("mark", text) if hit else text


def _row_end(line: str, at: int, width: int) -> int:
    used, end = 0, at
    while end < len(line) and used + cells(escape(line[end])) <= width:
        used += cells(escape(line[end]))
        end += 1
    if end < len(line):
        space = line.rfind(" ", at, end)
        end = space + 1 if space > at else end  # nothing is wider than a row
    return end


def _summary(resolution: Resolution, paint: Paint) -> str:
    parts = [paint("bold", f"layer {resolution.layer}"), f"match {resolution.match}"]
    if resolution.agent:
        parts.append(f"agent {escape(resolution.agent)}")
    return " · ".join(parts)


def _selected(resolution: Resolution, paint: Paint, width: int) -> Iterator[str]:
    count = len(resolution.files)
    yield (
        paint("bold", "selected")
        + f"  {counted(count, 'file')}{', best first' if resolution.layer == KEYWORD_LAYER else ''}"
    )
    why = {
        (path, verdict.entry): verdict.message
        for verdict in resolution.verdicts
        if verdict.selected
        for path in ("", *verdict.files)  # others may have the same id; a link may name the file otherwise
    }
    for file in resolution.files:
        yield from _file(file, paint, width)
        yield from _why(file, why, width)


def _file(file: SelectedFile, paint: Paint, width: int) -> Iterator[str]:
    score = f"{file.score / 1000:.3f}" if file.score else ""
    gap = max(2, width - 2 - cells(file.path) - len(score))
    yield "  " + paint("mark", escape(file.path)) + (" " * gap + score if score else "")
    for reason in file.reasons:
        points = sum(term.points for term in reason.terms)
        text = _reason(reason)
        right = f"{points / 1000:.3f}" if points else ""
        rows = _wrapped("      ", text, width - len(right) - 2 if right else width, "        ")
        if right:
            rows[-1] = _in_columns(rows[-1], right, width)
        yield from rows
        if len(reason.terms) > 1:
            for term in reason.terms:
                yield _in_columns(f"        {escape(term.name)}", f"{term.points / 1000:.3f}", width)


def _why(file: SelectedFile, why: dict[tuple[str, str], str], width: int) -> Iterator[str]:
    """Why what speaks for a file is enough, where that is more than its reasons say."""
    said = {in_words(reason) for reason in file.reasons}
    for entry in dict.fromkeys(reason.entry for reason in file.reasons if reason.layer == KEYWORD_LAYER):
        message = why.get((file.path, entry)) or why.get(("", entry), "")
        if message and message not in said and message != "selected":
            yield from _wrapped("      enough: ", escape(message), width, "        ")


def _in_columns(left: str, right: str, width: int) -> str:
    return left + " " * max(2, width - cells(left) - len(right)) + right


def _reason(reason: Reason) -> str:
    text = escape(in_words(reason.replace(sections=()) if reason.sections else reason))
    if reason.kind == "rule" and reason.words:
        text += f" on `{escape(reason.words[0])[:60]}`"
    elif reason.words and reason.kind in ("keyword", "section", "id", "part"):
        seen = list(
            dict.fromkeys(
                word
                for word in reason.words
                if word.casefold() != reason.by.casefold() and f"`{word.casefold()}`" not in reason.note
            )
        )
        if seen:
            text += f" as {', '.join(f'`{escape(word)}`' for word in seen[:4])}"
    if reason.sections:
        text += f", section {', '.join(f'`{escape(heading)}`' for heading in reason.sections)}"
    return text


def _left_out(resolution: Resolution, paint: Paint, width: int) -> Iterator[str]:
    if resolution.left_out:
        yield ""
        yield paint("bold", "left out")
        for item in resolution.left_out[:20]:
            yield from _wrapped(
                "  ", escape(item.why if item.path in item.why else f"{item.path}: {item.why}"), width, "    "
            )
        if len(resolution.left_out) > 20:
            yield f"  and {len(resolution.left_out) - 20} more"


def _others(resolution: Resolution, paint: Paint, width: int, every: bool) -> Iterator[str]:
    given = {file.path for file in resolution.files}
    others = [
        verdict
        for verdict in resolution.verdicts
        if not verdict.selected
        and not (verdict.files and given.issuperset(verdict.files))  # its files came all the same
    ]
    if not others:
        return
    shown = others if every else others[:OTHERS]
    yield ""
    yield paint("bold", "not selected") + ("" if every else "  nearest first")
    names = _names(shown, resolution.verdicts)
    longest = min(max(map(cells, names)), width // 3)
    for name, verdict in zip(names, shown, strict=True):
        yield from _verdict(name, verdict, longest, width)
    if len(others) > len(shown):
        yield paint(
            "dim", f"  and {counted(len(others) - len(shown), 'more entry', 'more entries')}: --all shows every one"
        )


def _names(shown: Sequence[Verdict], every: Sequence[Verdict]) -> list[str]:
    """What each entry is called: its id, and the path of its file where another entry has the same id."""
    seen: dict[str, int] = {}
    for verdict in every:
        seen[verdict.entry] = seen.get(verdict.entry, 0) + 1
    return [
        escape(verdict.files[0] if seen[verdict.entry] > 1 and verdict.files else verdict.entry) for verdict in shown
    ]


def _verdict(name: str, verdict: Verdict, longest: int, width: int) -> Iterator[str]:
    gap = " " * max(2, longest - cells(name) + 2)
    yield from _wrapped(f"  {name}{gap}", escape(verdict.message), width, " " * (longest + 4))


def _wrapped(first: str, text: str, width: int, rest: str) -> list[str]:
    """The text in rows of at most `width` columns, after `first`, then after `rest`."""
    rows, row = [], first
    for word in text.split(" "):
        if cells(row) + cells(word) > width and row.strip() and row not in (first, rest):
            rows.append(row.rstrip())
            row = rest
        row += word + " "
    return [*rows, row.rstrip()]
