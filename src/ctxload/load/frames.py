r"""How loaded documents are written down: as Markdown, XML or JSON, each document in a frame that it cannot close.

The text begins with what never changes and what always comes, so that a prompt cache stays warm; then come the
documents of the task. Everything is known before a document's text is: what a frame costs does not depend on its text.

>>> frame = frame_of("markdown", "keyword")
>>> card = Card("api.md", "keyword", "keyword `api`", "", 5, fence="```")
>>> print(frame.before(card, "whole") + frame.escape("# API\n") + frame.after(card), end="")
## api.md
<BLANKLINE>
Whole. Why: keyword `api`.
<BLANKLINE>
```md
# API
```
<BLANKLINE>
"""

from __future__ import annotations

from ..errors import UsageError
from ..record import Record
from ..selection.model import ALWAYS, EXPLICIT, FALLBACK, KEYWORD_LAYER
from ..text.escaping import escape
from ..text.wording import size_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..selection.model import Reason, Resolution, SelectedFile

FORMATS = ("markdown", "xml", "json", "paths")
#: The version of the JSON shape.
JSON_VERSION = 1

#: The forms a document is given in; the last three without its content.
WHOLE, PART, OUTLINE, NAMED, KNOWN = "whole", "part", "outline", "named", "known"

HEAD = (
    "ctxload chose these documents of the project for the task. They may not all apply. "
    "When you use one, cite it by its path."
)
#: What is said of each layer, before its documents.
LAYERS = {
    EXPLICIT: "Named for the task:",
    KEYWORD_LAYER: "Called for by words of the task, best first:",
    FALLBACK: "No document matched the task; these are the fallback:",
    ALWAYS: "Always given:",
}
#: The same, where no word called for any of them.
FILES = "Called for by the files at hand, best first:"
NOT_GIVEN = "Not given in this text; read when needed:"
SAID = {WHOLE: "Whole", PART: "In part", OUTLINE: "Outline by line number"}

#: How many reasons of a document are given, and how long a reason or a description may be.
REASONS, LONGEST = 3, 140


class Card(Record):
    """What is said about a document beside its text; `fence` is one that its text cannot close."""

    path: str
    layer: str
    why: str
    description: str
    size: int
    note: str = ""
    fence: str = "```"


def why(file: SelectedFile) -> str:
    """The reasons of a file in a few words."""
    said = list(dict.fromkeys(map(_in_words, file.reasons)))
    for number in range(1, min(len(said), REASONS)):
        if said[number].startswith("keyword `") and said[number - 1].startswith(("keyword `", "`")):
            said[number] = said[number].removeprefix("keyword ")
    return ", ".join(said[:REASONS]) + (f" and {len(said) - REASONS} more" if len(said) > REASONS else "")


def _in_words(reason: Reason) -> str:
    by = shortened(escape(reason.by), 60)
    if reason.layer in (ALWAYS, FALLBACK):
        return "always" if reason.layer == ALWAYS else f"fallback {by}"
    if reason.kind == "requires":
        return f"required by `{by}`"
    if reason.kind == "part":
        return f"part of the keyword `{by}`"
    if reason.kind == "section":
        return f"keyword `{by}`"
    if reason.layer == EXPLICIT:
        return f"named as `{by}`"
    return f"{reason.kind} `{by}`"


def shortened(text: str, length: int = LONGEST) -> str:
    """A text on one line, cut at a word where it is too long.

    >>> shortened("one two\\nthree", 10)
    'one two …'
    """
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 2].rsplit(" ", 1)[0] + " …"


def fence_for(text: str) -> str:
    """A fence that no line of the text closes: longer than its longest run of backticks.

    >>> fence_for("a `b`"), fence_for("````md")
    ('```', '`````')
    """
    if "```" not in text:
        return "```"
    from re import findall

    return "`" * (1 + max(map(len, findall("`+", text))))


def are_files(resolution: Resolution) -> bool:
    """Whether the files at hand alone called for what was chosen."""
    reasons = [reason for file in resolution.files for reason in file.reasons if reason.layer == KEYWORD_LAYER]
    return bool(reasons) and all(reason.kind in ("file", "requires") for reason in reasons)


def frame_of(form: str, layer: str, *, by_files: bool = False) -> Frame:
    """The frame for a format. Raises UsageError for a format that is none."""
    if form not in FORMATS:
        from ..text.suggestions import meant

        hint = meant(form, FORMATS) or f"use {', '.join(FORMATS)}"
        raise UsageError(f"unknown format `{escape(form)[:60]}`: {hint}")
    kinds = {"markdown": MarkdownFrame, "paths": PathsFrame, "xml": XmlFrame, "json": JsonFrame}
    frame = kinds[form](layer)
    frame.title = FILES if by_files else LAYERS.get(layer, "Chosen:")
    return frame


class Frame:
    """One format. A document is `before`, its escaped text, `after`; a document without its content is a `line`."""

    is_manifest = False
    #: What is said before the documents of the task.
    title = ""

    def __init__(self, layer: str) -> None:
        self.layer = layer

    def opening(self) -> str:
        """What the text begins with."""
        raise NotImplementedError

    def group(self, *, always: bool) -> str:
        """What stands before the documents that always come, or before those of the task."""
        return ""

    def before(self, card: Card, form: str) -> str:
        """What stands before a document's text."""
        raise NotImplementedError

    def escape(self, text: str) -> str:
        """A document's text so that it cannot close its frame."""
        raise NotImplementedError

    def after(self, card: Card) -> str:
        """What stands after a document's text."""
        raise NotImplementedError

    def line(self, card: Card, form: str, *, full: bool) -> str:
        """A document that is only named, with or without its description, reasons and size."""
        raise NotImplementedError

    def more(self, count: int) -> str:
        """What stands for documents that are not even named."""
        raise NotImplementedError

    def lines_opening(self) -> str:
        """What stands before the documents that are only named."""
        return ""

    def closing(self) -> str:
        """What the text ends with."""
        return ""

    def text(self, always: list[str], chosen: list[str], lines: list[str], more: str) -> str:
        """The whole text, of parts that were made by the other methods."""
        parts = [self.opening()]
        for documents, is_always in ((always, True), (chosen, False)):
            if documents:
                parts += [self.group(always=is_always), *documents]
        if lines or more:
            parts += [self.lines_opening(), *lines, more]
        return "".join([*parts, self.closing()])

    def skeleton(self, *, always: bool) -> str:
        """Everything that stands around the documents, at most."""
        groups = self.group(always=False) + (self.group(always=True) if always else "")
        return self.opening() + groups + self.lines_opening() + self.closing()


class MarkdownFrame(Frame):
    """Headings and fences."""

    def opening(self) -> str:
        return f"# Project documents\n\n{HEAD}\n\n"

    def group(self, *, always: bool) -> str:
        return (LAYERS[ALWAYS] if always else self.title) + "\n\n"

    def before(self, card: Card, form: str) -> str:
        note = f" {card.note}." if card.note else ""
        ending = card.path.rsplit("/", 1)[-1].rpartition(".")[2].lower()
        language = ending if ending.isascii() and ending.isalnum() and len(ending) < 12 and form != OUTLINE else ""
        return f"## {card.path}\n\n{SAID[form]}. Why: {card.why}.{note}\n\n{card.fence}{language}\n"

    def escape(self, text: str) -> str:
        return text

    def after(self, card: Card) -> str:
        return f"{card.fence}\n\n"

    def line(self, card: Card, form: str, *, full: bool) -> str:
        note = f"; {card.note}" if card.note else ""
        if not full:
            return f"- {card.path}{note}\n"
        about = f": {card.description}" if card.description else ""
        return f"- {card.path}{about} ({card.why}; {size_of(card.size)}{note})\n"

    def more(self, count: int) -> str:
        return f"- and {count} more, for which there is no room: `ctxload resolve` names them\n"

    def lines_opening(self) -> str:
        return f"{NOT_GIVEN}\n\n"


class PathsFrame(MarkdownFrame):
    """The documents named, none given."""

    is_manifest = True

    def opening(self) -> str:
        return f"{HEAD}\n\n"

    def lines_opening(self) -> str:
        return f"{self.title.removesuffix(':')}. Read when needed:\n\n"


class XmlFrame(Frame):
    """Elements; `&`, `<` and `>` of a document are written as entities."""

    def opening(self) -> str:
        return f"<documents>\n<about>{HEAD}</about>\n"

    def before(self, card: Card, form: str) -> str:
        note = f"<note>{self.escape(card.note)}</note>\n" if card.note else ""
        return f'<document form="{form}">\n{self._facts(card)}{note}<content>\n'

    def escape(self, text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def after(self, card: Card) -> str:
        return "</content>\n</document>\n"

    def line(self, card: Card, form: str, *, full: bool) -> str:
        note = f"<note>{self.escape(card.note)}</note>\n" if card.note else ""
        if not full:
            return f'<document form="{form}">\n<source>{self.escape(card.path)}</source>\n{note}</document>\n'
        about = f"<description>{self.escape(card.description)}</description>\n" if card.description else ""
        size = f"<size>{size_of(card.size)}</size>\n"
        return f'<document form="{form}">\n{self._facts(card)}{about}{size}{note}</document>\n'

    def more(self, count: int) -> str:
        return f"<more>{count} documents more are not named here: `ctxload resolve` names them</more>\n"

    def lines_opening(self) -> str:
        return f"<note>{NOT_GIVEN}</note>\n"

    def closing(self) -> str:
        return "</documents>\n"

    def _facts(self, card: Card) -> str:
        return (
            f"<source>{self.escape(card.path)}</source>\n<layer>{card.layer}</layer>\n"
            f"<reason>{self.escape(card.why)}</reason>\n"
        )


class JsonFrame(Frame):
    """An object; the documents in a list, one a line."""

    def opening(self) -> str:
        return f'{{\n"version": {JSON_VERSION},\n"layer": {_quoted(self.layer)},\n"about": {_quoted(HEAD)},\n"documents": [\n'  # noqa: E501

    def before(self, card: Card, form: str) -> str:
        return f'{{{self._facts(card, form)}, "text": "'

    def escape(self, text: str) -> str:
        return _quoted(text)[1:-1]

    def after(self, card: Card) -> str:
        return '"},\n'

    def line(self, card: Card, form: str, *, full: bool) -> str:
        if not full:
            note = f', "note": {_quoted(card.note)}' if card.note else ""
            return f'{{"path": {_quoted(card.path)}, "form": "{form}"{note}}},\n'
        about = f', "description": {_quoted(card.description)}' if card.description else ""
        return f'{{{self._facts(card, form)}{about}, "size": {card.size}}},\n'

    def more(self, count: int) -> str:
        return f'{{"form": "more", "count": {count}}},\n'

    def closing(self) -> str:
        return "]\n}\n"

    def text(self, always: list[str], chosen: list[str], lines: list[str], more: str) -> str:
        documents = "".join([*always, *chosen, *lines, more])
        return self.opening() + documents.removesuffix(",\n") + ("\n" if documents else "") + self.closing()

    def _facts(self, card: Card, form: str) -> str:
        note = f', "note": {_quoted(card.note)}' if card.note else ""
        return (
            f'"path": {_quoted(card.path)}, "form": "{form}", "layer": "{card.layer}", "why": {_quoted(card.why)}{note}'
        )


def _quoted(text: str) -> str:
    from json import dumps

    return dumps(text, ensure_ascii=False)
