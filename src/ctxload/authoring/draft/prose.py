r"""A document as its readers see it: reStructuredText and AsciiDoc as Markdown, and where the prose of one begins.

>>> print(as_markdown("a.rst", "Views\n=====\n\nA :class:`~flask.View`::\n\n    def x(): ...\n\n.. _end:\n\nEnd."))
# Views
<BLANKLINE>
A `View`:
<BLANKLINE>
End.
>>> beginning(read_markdown("# Options\n\n[![CI](ci.svg)](ci)\n\n> Note.\n\n<br/>\n\nOptions **are** what they say.\n"))
'Options are what they say.'
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile

from ...matching.document_words import said_of_itself
from ...text.markdown import read_markdown
from .markup import is_directive, plain_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...text.markdown import Markdown, Section

#: Directives of reStructuredText whose body is prose.
PROSE = frozenset(
    "note warning tip hint important caution attention danger admonition seealso versionadded versionchanged "
    "deprecated topic".split()
)
#: So many sections are looked through for prose; so many words are a sentence.
SECTIONS, WORDS = 4, 4
#: What so many documents begin with, among so many paragraphs and characters, is said of none of them.
MANY, FIRST, FIRST_CHARS = 3, 6, 2_000

_RULE = re.compile(r"([=\-`:.'\"~^_*+#<>])\1{2,}\s*$")
_DIRECTIVE = re.compile(r"(\s*)\.\. (?:([\w:-]+)::)?")
_ROLE = re.compile(r"(?::|\{)([\w:.+-]+)(?::|\})`([^`]+)`")
_TARGET = re.compile(r"(.*?)\s*<([^<>]*)>", re.DOTALL)
_SECTION = re.compile(r"(={1,6}) (?=\S)")
#: Roles that name something to read, and not something of code; those that name a label, which is no text.
_OF_TEXT = frozenset("doc ref term numref std:doc std:ref".split())
_OF_LABEL = frozenset("ref numref std:ref".split())
#: A label of reStructuredText or MyST; what a label ends with that says what it marks.
_LABEL = re.compile(r"\.\. _`?([^:`]+)`?:$|\(([^)\s]+)\)=$")
_OF_WHAT = re.compile(r"[-_ ](?:heading|label|section|ref|target|title)$")
#: A comment of MDX: beside a heading it is the heading's id.
_MDX_COMMENT = re.compile(r"(?<!`)\{/\*(?:(?!\{/\*).)*?\*/\}", re.DOTALL)
_ASIDE = re.compile(r"\s*(?:[-*+]\s|\d{1,9}[.)]\s|\||>|#|<[^>]*>\s*$|\[[^\]]*\]:|```|~~~)")
_MARKS = re.compile(r"^\s*#{1,6}\s+|\s+#+\s*$")
_HEADING_TAG = re.compile(r"\s*<h[1-6]\b")
_LINKED = re.compile(
    r"!?\[[^\]]{0,300}\](?:\([^)]{0,600}\)|\[[^\]]{0,300}\])|<a\b[^>]{0,600}>.{0,600}?</a>|`[^`<]+<[^`>]*>`__?",
    re.DOTALL,
)
_POINTS_BACK = re.compile(r"(?:these|those|that|the above)\s+(?:is|are|was|were)\b", re.IGNORECASE)
_ENDS = (". ", "? ", "! ", "。")
_NO_NAME = re.compile(r"^\s*(?:\([^)\s]+\)=|%.*)\s*$")


def read_document(path: str, text: str) -> Markdown:
    """A document, whatever it is written in, as Markdown."""
    return read_markdown(as_markdown(path, text))


def as_markdown(path: str, text: str) -> str:
    """A document as Markdown, with what only a build reads taken out where that is known."""
    ending = path.rpartition(".")[2].lower()
    labels = _labels_of(text) if "ref" in text else {}
    if ending == "rst":
        text = "\n".join(_of_rst(text.split("\n")))
    elif ending == "adoc":
        text = "\n".join(_of_asciidoc(text.split("\n")))
    else:
        if "{/*" in text:
            text = _MDX_COMMENT.sub("", text)
        if ")=" in text or "\n%" in text:
            text = "\n".join(line for line in text.split("\n") if not _NO_NAME.match(line))
    return _ROLE.sub(lambda role: _said(role, labels), text) if "`" in text else text


def _labels_of(text: str) -> dict[str, str]:
    """The labels of a text, in lower case, each with the heading right below it."""
    lines = [line.rstrip() for line in text.split("\n")]
    found: dict[str, str] = {}
    labels: list[str] = []
    for at, line in enumerate(lines):
        if label := _LABEL.fullmatch(line):
            labels.append((label[1] or label[2]).lower())
        elif labels and line and not (_RULE.match(line) and lines[at - 1] == ""):  # no line above a heading
            is_headed = _MARKS.match(line) or (at + 1 < len(lines) and _RULE.match(lines[at + 1]))
            found |= dict.fromkeys(labels, plain_line(_MARKS.sub("", line)) if is_headed else "")
            labels = []
    return found


def _said(role: re.Match[str], labels: dict[str, str]) -> str:
    """What a role shows: the text of a link, the heading that a label marks (the words of the label, where that stands
    in another document), or a name of code without what it lies in, where `~` says so.
    """
    kind, inside = role[1], role[2]
    if target := _TARGET.fullmatch(inside):
        return target[1] or target[2]
    if kind in _OF_LABEL:
        bare = _OF_WHAT.sub("", inside).replace("-", " ").replace("_", " ")
        return labels.get(inside.lower()) or bare
    if kind in _OF_TEXT:
        return inside.rsplit("/", 1)[-1]
    return f"`{inside[1:].rsplit('.', 1)[-1] if inside.startswith('~') else inside}`"


def _of_rst(lines: list[str]) -> Iterator[str]:
    levels: list[str] = []
    at, hidden = 0, -1  # what is indented by more than `hidden` is not shown
    while at < len(lines):
        line = lines[at]
        indent = len(line) - len(line.lstrip())
        if hidden >= 0 and line.strip() and indent <= hidden:
            hidden = -1
        if hidden >= 0:
            at += 1
            continue
        if heading := _rst_heading(lines, at):
            kind, taken, title = heading
            if kind not in levels:
                levels.append(kind)
            yield f"{'#' * min(levels.index(kind) + 1, 6)} {title}"
            at += taken
            continue
        if found := _DIRECTIVE.match(line):
            if found[2] not in PROSE:
                hidden = indent
            at += 1
            if lines[at : at + 1] == [""] and hidden >= 0:
                at += 1
            continue
        if line.rstrip().endswith("::"):
            hidden = indent
            yield line.rstrip()[:-1]
            yield ""
        else:
            yield line
        at += 1


def _rst_heading(lines: list[str], at: int) -> tuple[str, int, str] | None:
    """The kind of a heading that begins here, how many lines it takes, and its text."""
    line, below = lines[at].rstrip(), lines[at + 1].rstrip() if at + 1 < len(lines) else ""
    if _RULE.match(line) and below and lines[at + 2 : at + 3] and lines[at + 2].rstrip() == line:
        return f"{line[0]}{line[0]}", 3, below.strip()
    if line and not line[0].isspace() and not _RULE.match(line) and _RULE.match(below) and len(below) + 1 >= len(line):
        return below[0], 2, line
    return None


def _of_asciidoc(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if found := _SECTION.match(line):
            yield f"{'#' * len(found[1])} {line[found.end() :]}"
        elif line.rstrip() in ("----", "....", "```"):
            yield "```"
        elif not line.startswith(("//", ":", "[")):
            yield line


def beginning(markdown: Markdown) -> str:
    """The first prose of a document, on one line; an empty text where there is none.

    What introduces something (`First, import it:`) or points back at it (`These are examples.`) says nothing alone: it
    is passed over, and of several sentences those before it stay.
    """
    for section in markdown.sections[:SECTIONS]:
        for paragraph in _paragraphs(_without_fences(markdown, section.body, section.own_end)):
            if _is_prose(paragraph):
                said = _telling(plain_line(paragraph))
                if said:
                    return said
    return ""


def _telling(said: str) -> str:
    """A paragraph without the last sentence where that introduces what follows; nothing of one that points back."""
    if _POINTS_BACK.match(said):
        return ""
    return said if not said.endswith((":", "：")) else said[: max(map(said.rfind, _ENDS)) + 1].strip()


def _without_fences(markdown: Markdown, start: int, end: int) -> str:
    kept, at = [], start
    for block in markdown.blocks:
        if start <= block.start < end and block.kind in ("fence", "comment", "table", "html"):
            kept.append(markdown.text[at : block.start])
            at = block.end
    return "\n\n".join([*kept, markdown.text[at:end]])


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs that are neither lists, notes, tables nor tags."""
    for block in re.split(r"\n[ \t]*\n", text):
        lines = [line for line in block.split("\n") if line.strip() and not is_directive(line)]
        prose = list(takewhile(lambda line: not _ASIDE.match(line), lines))
        if prose and not _HEADING_TAG.match(prose[0]):
            yield "\n".join(prose)


def said_by_many(texts: Iterable[str]) -> frozenset[str]:
    r"""The paragraphs that documents begin with and that say nothing of any of them, since many have them.

    >>> texts = [f"**Read this on our site.**\n\nPart {n}\n======\n\nOf {n}, and this alone.\n" for n in range(3)]
    >>> said_by_many(texts), without_paragraphs(texts[0], said_by_many(texts)).split("\n")[0]
    (frozenset({'**Read this on our site.**'}), 'Part 0')
    """
    found = Counter(paragraph for text in texts for paragraph in set(_first_paragraphs(text)))
    return frozenset(paragraph for paragraph, count in found.items() if count >= MANY)


def without_paragraphs(text: str, unwanted: frozenset[str]) -> str:
    """A text without some of the paragraphs that it begins with."""
    for paragraph in unwanted.intersection(_first_paragraphs(text)) if unwanted else ():
        text = text.replace(paragraph, "", 1).lstrip("\n")
    return text


def _first_paragraphs(text: str) -> list[str]:
    """The first paragraphs of prose, as they are written: none with a heading, and no front matter."""
    blocks = text[:FIRST_CHARS].split("\n\n")[:FIRST]
    return [
        block.strip("\n")
        for block in blocks
        if len(block.split()) >= WORDS
        and not block.lstrip("\n").startswith(("#", "---", "```", "~~~", "..", "    "))
        and not any(map(_RULE.match, block.split("\n")))
    ]


def title_of(markdown: Markdown) -> str:
    r"""The title as it is read, without the pictures in it: that of the front matter, else the first heading, unless
    prose stands before it, or others stand beside it; else an empty text.

    >>> title_of(read_markdown("# SDK [![PyPI](badge.svg)](https://pypi.org)\n\n## Use"))
    'SDK'
    >>> title_of(read_markdown("Hooks are called for every event.\n\n## Errors")), title_of(read_markdown("## A\n## B"))
    ('', '')
    """
    if own := said_of_itself(markdown.text, markdown.front, ("title",)):
        return plain_line(own.split("\n")[0].strip("\"'"))
    headed = [section for section in markdown.sections if section.level]
    if not headed or any(section.level <= headed[0].level for section in headed[1:] if section.level > 1):
        return ""
    before = markdown.text[markdown.start : headed[0].start]
    return "" if any(_is_prose(paragraph) for paragraph in _paragraphs(before)) else heading_of(markdown, headed[0])


def _is_prose(paragraph: str) -> bool:
    said = plain_line(paragraph)
    if not any(map(str.isalnum, _LINKED.sub("", paragraph))):
        return False  # links and nothing else lead somewhere: `> Back to the homepage`
    return len(said.split()) >= WORDS or (not said.isascii() and len(said) > 2 * WORDS)


def heading_of(markdown: Markdown, section: Section) -> str:
    """A heading as it is read."""
    lines = markdown.text[section.start : section.body].split("\n")
    return plain_line(_MARKS.sub("", next(filter(str.strip, lines), "")))
