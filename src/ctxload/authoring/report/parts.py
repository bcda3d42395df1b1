"""What every page is put together from: its frame, texts, paths and messages as HTML, tiles, tables, sections, bars.

Everything that an index, a document or a task says is escaped here.
"""

from __future__ import annotations

import re
from html import escape as quoted
from string import Template

from ...record import Record
from ...text.escaping import escape
from ...text.wording import clipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_CODE = re.compile(r"`([^`\n]+)`")
#: How wide the bars of sizes are, in pixels.
WIDTH = 60
#: How much of one text is shown, in characters, and how many files of an entry are named.
LONGEST, FEW = 500, 12


class Heading(Record):
    """What stands above a page: the command that makes it, its title, its heading, and below that what it is about."""

    command: str
    title: str
    heading: str
    about: str


def mark_of(command: str) -> str:
    """What tells that a file is a page of a command."""
    return f'<meta name="generator" content="{command}">'


def page_of(heading: Heading, tiles: Iterable[str], sections: Iterable[tuple[str, str, str]]) -> str:
    """A whole page: its tiles and sections in the frame that all pages have."""
    style, script, sections = _part("report.css"), _part("report.js"), list(sections)
    return Template(_part("page.html")).substitute(
        mark=mark_of(heading.command), command=heading.command, title=heading.title, heading=heading.heading,
        about=heading.about, style=style, script=script, style_hash=_hash(style), script_hash=_hash(script),
        tiles="\n".join(tiles), nav="\n".join(f'<a href="#{name}">{title}</a>' for name, title, _ in sections),
        sections="\n".join(body for _, _, body in sections),
    )  # fmt: skip


def _part(name: str) -> str:
    """The text of a template."""
    from importlib.resources import files

    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What the page's policy knows a script or style by."""
    from base64 import b64encode
    from hashlib import sha256

    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def text_of(text: str) -> str:
    """A text as HTML shows it: nothing in it can be a tag, a control character or a turn of direction."""
    return quoted(escape(clipped(text, LONGEST)))


def said_of(text: str) -> str:
    """A message as HTML, what stands in backticks as code.

    >>> said_of("no entry has the id `<b>`")
    'no entry has the id <code>&lt;b&gt;</code>'
    """
    return _CODE.sub(r"<code>\1</code>", text_of(text))


def path_of(path: str) -> str:
    """A path, which may be broken after each part of it."""
    return text_of(path).replace("/", "/<wbr>")


def tile_of(value: str, label: str, kind: str = "") -> str:
    """A figure with what it counts."""
    return f"<li><b{class_of(kind)}>{text_of(value)}</b><span>{text_of(label)}</span></li>"


def class_of(kind: str) -> str:
    """The attribute of a class; nothing where there is none."""
    return f' class="{kind}"' if kind else ""


class Column(Record):
    """A column of a table: its title, what its cells are called on a narrow screen, and whether they are numbers."""

    title: str
    label: str = ""
    numbers: bool = False


def table_of(caption: str, columns: Iterable[Column], rows: Iterable[str], kind: str = "cards") -> str:
    """A table with a heading for each column, which sorts it."""
    head = "".join(
        f'<th scope="col"{class_of("num" if column.numbers else "")}{" data-first=down" if column.numbers else ""}>'
        f'<button type="button">{text_of(column.title)}</button></th>'
        for column in columns
    )
    body = "\n".join(rows)
    return (
        f'<div class="scroll"><table class="{kind}"><caption>{text_of(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
        '<p class="none note" hidden>Nothing here fits the search.</p>'
    )


def row_of(columns: Iterable[Column], cells: Iterable[str | int | tuple[str, int]]) -> str:
    """A row: a cell is HTML, a number, or HTML with the number it is sorted by. The first is the row's heading."""
    out = []
    for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        html, value = (
            cell if isinstance(cell, tuple) else (f"{cell:,}", cell) if isinstance(cell, int) else (cell, None)
        )
        marks = class_of("num" if column.numbers else "")
        marks += f' data-is="{text_of(column.label)}"' if column.label and html else ""
        marks += f' data-v="{value}"' if value is not None else ""
        out.append(f'<th scope="row"{marks}>{html}</th>' if number == 0 else f"<td{marks}>{html}</td>")
    return f"<tr>{''.join(out)}</tr>"


def section_of(name: str, title: str, note: str, *parts: str) -> tuple[str, str, str]:
    """A section of a page: its name, its title, and itself."""
    body = "\n".join(part for part in parts if part)
    return name, title, f'<section id="{name}">\n<h2>{title}</h2>\n<p class="note">{note}</p>\n{body}\n</section>'


def paths_of(paths: tuple[str, ...]) -> str:
    """A list of paths, the first of many."""
    more = f'<li class="why">and {len(paths) - FEW} more</li>' if len(paths) > FEW else ""
    return "<ul>" + "".join(f'<li class="path">{path_of(path)}</li>' for path in paths[:FEW]) + more + "</ul>"


def bar_of(value: int, most: int) -> str:
    """A bar that shows how much of the most a value is."""
    width = round(WIDTH * value / most) if most else 0
    return (
        f'<svg class="size" width="{WIDTH}" height="8" aria-hidden="true"><rect class="rail" width="{WIDTH}" '
        'height="8" rx="2"/>'
        f'<rect width="{width}" height="8" rx="2"/></svg>'
    )
