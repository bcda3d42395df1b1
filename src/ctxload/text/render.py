"""Findings → text: in full with snippet and caret, on one line, as JSON, as GitHub annotations."""

from __future__ import annotations

from .diagnostics import Diagnostic
from .escaping import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .source import Source

FORMATS = ("full", "concise", "json", "github")
WIDTH = 160

_COLOURS = {"error": "1;31", "warning": "1;33", "note": "1;36", "bold": "1", "dim": "2", "mark": "1;32", "place": "34"}


class Paint:
    """Puts colour on text, or does not."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, kind: str, text: str) -> str:
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self.on and text else text


def wants_colour(choice: str, stream: object, environ: dict[str, str]) -> bool:
    """Whether to colour: `always`, `never`, or `auto`: on a terminal, unless NO_COLOR is set."""
    if choice in ("always", "never"):
        return choice == "always"
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return bool(getattr(stream, "isatty", lambda: False)())


def render(findings: Iterable[Diagnostic], form: str, source: Callable[[str], Source | None], paint: Paint) -> str:
    """Findings in one of the `FORMATS`, ready to print."""
    if form == "json":
        import json

        return "".join(json.dumps(finding.to_dict()) + "\n" for finding in findings)
    if form == "github":
        return "".join(github(finding) + "\n" for finding in findings)
    if form == "concise":
        return "".join(finding.concise() + "\n" for finding in findings)
    return "".join(full(finding, source(finding.path), paint) + "\n" for finding in findings)


def full(finding: Diagnostic, source: Source | None, paint: Paint) -> str:
    """A finding with the line it is about and a caret under the place.

    >>> from ctxload.text.diagnostics import diagnostic
    >>> from ctxload.text.source import Source
    >>> finding = diagnostic("CTX101", "unknown key `keyword`", "i.yml", 1, 1, end_column=8, hint="did you mean `keywords`?")
    >>> print(full(finding, Source("i.yml", "keyword: [a]"), Paint(False)), end="")
    warning[CTX101] unknown key `keyword`
     --> i.yml:1:1
      |
    1 | keyword: [a]
      | ^^^^^^^
    hint: did you mean `keywords`?
    """  # noqa: E501
    lines = [
        paint(finding.severity, f"{finding.severity}[{finding.code}]") + " " + paint("bold", escape(finding.message))
    ]
    width = len(str(max([finding.line, *(place.line for place in finding.related)])))
    if finding.path:
        lines.append(f"{' ' * width}{paint('place', '-->')} {finding.place}")
    if source is not None and finding.line and source.line(finding.line).strip():
        lines += snippet(source, finding.line, finding.column, finding.end_column, width, paint)
    for place in finding.related:
        lines.append(
            f"{' ' * width}{paint('place', '-->')} {escape(place.path)}:{place.line}:{place.column} "
            f"{escape(place.label)}"
        )
    if finding.detail:
        lines.append(f"{paint('dim', 'detail:')} {escape(finding.detail)}")
    if finding.skipped:
        lines.append(f"{paint('dim', 'note:')} this part was skipped, the rest serves")
    if finding.hint:
        lines.append(f"{paint('mark', 'hint:')} {escape(finding.hint)}")
    return "\n".join(lines) + "\n"


def snippet(source: Source, line: int, column: int, end_column: int, width: int, paint: Paint) -> list[str]:
    """The line of a place, with carets under it; a long line is shown around the place."""
    text = source.line(line)
    begin = max(column, 1) - 1
    end = min(max(end_column - 1, begin + 1), max(len(text), begin + 1))
    cut = max(0, begin - WIDTH // 2) if len(text) > WIDTH else 0
    shown = text[cut : cut + WIDTH]
    before = "".join(map(_cell, shown[: begin - cut]))
    under = "".join(map(_cell, shown[begin - cut : end - cut])) or " "
    bar = paint("place", "|")
    return [
        f"{' ' * width} {bar}",
        f"{line:>{width}} {bar} {''.join(map(_cell, shown))}",
        f"{' ' * width} {bar} {' ' * cells(before)}{paint('error', '^' * max(cells(under), 1))}",
    ]


def _cell(char: str) -> str:
    return "    " if char == "\t" else escape(char)


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )


def github(finding: Diagnostic) -> str:
    """A finding as an annotation of GitHub Actions.

    Format: "Workflow commands for GitHub Actions", GitHub documentation.
    """
    level = {"error": "error", "warning": "warning"}.get(finding.severity, "notice")
    text = finding.message + (f": {finding.hint}" if finding.hint else "")
    return annotation(level, finding.path, finding.line, finding.column, f"{finding.code} {finding.name}", text)


def annotation(level: str, path: str, line: int, column: int, title: str, text: str) -> str:
    """One annotation: `error`, `warning` or `notice`, at a place as far as there is one."""
    fields = [("file", path), ("line", line), ("col", column), ("title", title)]
    inside = ",".join(f"{name}={_github_value(str(value))}" for name, value in fields if value)
    return f"::{level} {inside}::{escape(text).replace('%', '%25')}"


def _github_value(text: str) -> str:
    return escape(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def page(code: str) -> str:
    """The page about a code, or an empty text. Also found by its name, as `missing-file`."""
    from importlib.resources import files

    from .codes import CODES

    wanted = code.strip().upper()
    by_name = {name: number for number, (name, _) in CODES.items()}
    wanted = by_name.get(code.strip().lower(), wanted)
    if wanted not in CODES:
        return ""
    return files(__package__).joinpath("findings", f"{wanted}.md").read_text(encoding="utf-8")
