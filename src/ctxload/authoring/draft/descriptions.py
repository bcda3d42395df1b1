"""What a drafted entry says of its document, on one line: what that says of itself, as far as it says something.

Of front matter its description; else the title and the first prose, and where that is short the headings, too: they
tell what is in the document. A beginning that only leads somewhere (`Read the article here.`) gives way to them.

>>> from ctxload.authoring.draft.prose import read_document
>>> text = "# Errors\\n\\nRead the article [here](a.md).\\n\\n## ReadError\\n\\nX\\n\\n## ParseError(code)\\n\\nX\\n"
>>> describe("docs/errors.md", read_document("docs/errors.md", text))
'Errors: ReadError, ParseError'
"""

from __future__ import annotations

import re

from ...index.place_ids import UNNAMED
from ...matching.document_words import said_of_itself
from ...matching.tokens import tokenize
from ...matching.word_lists import STOP
from ..sharing import may_be_shared
from .keywords import name_of
from .markup import ANY_HEADING, ANY_PAGE, plain_line
from .prose import beginning, heading_of, title_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...text.markdown import Markdown

#: How long a description may be, and a title that needs the beginning of the text beside it, in characters.
#: F1 of the labelled tasks by the length: 140: .710; 180: .711; 200: .715; 220: .714; 260: .712.
DESCRIPTION, LONG_TITLE = 200, 70
#: One that is shorter leaves room for headings, of this length at most and down to this level, if there are so many.
BRIEF, LONG_HEADING, LEVEL, SOME = 100, 40, 3, 2
#: What a sentence ends with, and words that end with a point and no sentence.
_END = re.compile(r"[.?!](?= )|。")
ABBREVIATIONS = frozenset("approx cf etc fig no resp vs".split())
#: A first sentence that leads the reader somewhere, or asks: it says nothing of the document.
_LEADS = re.compile(
    r"(?:read the|see|okay|ok|so|let'?s|looks|welcome)\b|(?:.*\s)?(?:above|below|here)\b[^.]*\.?$|.*[?!]$",
    re.IGNORECASE,
)
_CALL = re.compile(r"\(.*")


def describe(path: str, markdown: Markdown) -> str:
    """What a document is about; of one without a title, the name of its file stands for that, and for what others
    should not read.
    """
    said = _said_of(path, markdown)
    return said if may_be_shared(said) else _titled(path)


def _said_of(path: str, markdown: Markdown) -> str:
    own = said_of_itself(markdown.text, markdown.front, ("description", "summary"))
    if own:
        return _short(plain_line(_unquoted(own.split("\n")[0])))
    title, about = title_of(markdown), beginning(markdown)
    if about and (title.lower().rstrip(":") in ANY_PAGE or title.lower() in UNNAMED):
        return _short(about)
    title = title.rstrip(":") or _titled(path)
    heads = list(_heads(markdown, f"{title} {name_of(path)}"))
    if len(heads) < SOME:
        heads = []
    elif _leads(about):
        about = ""
    said = _short(f"{title}: {about}" if about and len(title) < LONG_TITLE else title)
    return _with_heads(said, heads) if len(said) < BRIEF else said


def retitled(about: str, title: str, path: str) -> str:
    """A description that begins with the name of the file in the place of its title."""
    rest = about.removeprefix(title.rstrip(":"))
    return about if rest == about or rest[:1] not in ("", ":") else _titled(path) + rest


def _titled(path: str) -> str:
    """The name of a file as a title."""
    name = name_of(path).replace("-", " ")
    return name[:1].upper() + name[1:]


def _leads(about: str) -> bool:
    """Whether a beginning leads somewhere else with its first sentence."""
    end = next((found.end() for found in _END.finditer(about) if _is_end(about, found.start())), len(about))
    return _LEADS.match(about[:end]) is not None


def _heads(markdown: Markdown, said: str) -> Iterator[str]:
    """The headings that tell something which was not said yet: none that any page has, and no sentences."""
    known = _words(said)
    known.add("".join(word for clause in tokenize(said).forms for word in clause))
    for section in markdown.sections:
        head = _CALL.sub("", heading_of(markdown, section)).strip(" .:") if 1 < section.level <= LEVEL else ""
        if not head or len(head) > LONG_HEADING or head[-1] in "?!" or head.lower() in ANY_HEADING:
            continue
        words = _words(head)
        if words - known:
            known |= words
            yield head


def _words(text: str) -> set[str]:
    return {word for clause in tokenize(text).forms for word in clause} - STOP


def _with_heads(said: str, heads: list[str]) -> str:
    """A description and as many headings as it has room for, behind a colon where it is nothing but a title."""
    room = DESCRIPTION - len(said) - len(" ().")
    kept: list[str] = []
    for head in heads:
        room -= len(head) + len(", ")
        if room < 0:
            break
        kept.append(head)
    if len(kept) < SOME:
        return said
    if ": " not in said and said[-1] not in ".?!。":
        return f"{said}: {', '.join(kept)}"
    bare = said.removesuffix(".")
    return f"{bare} ({', '.join(kept)}){said[len(bare) :]}"


def _short(said: str) -> str:
    """A text no longer than a description may be: its first sentences, else its first words."""
    if len(said) <= DESCRIPTION:
        return said
    ends = (found.start() for found in _END.finditer(said, 0, DESCRIPTION))
    end = max((at for at in ends if _is_end(said, at)), default=0)
    if end > DESCRIPTION // 2:
        return said[: end + 1]
    return said[: DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"


def _is_end(said: str, at: int) -> bool:
    """Whether a sentence ends here, and no abbreviation does (`e.g.`, `a.k.a.`), inside of a bracket or not."""
    word = said[:at].rpartition(" ")[2].lstrip("(")
    return said.count("(", 0, at) == said.count(")", 0, at) and "." not in word and word.lower() not in ABBREVIATIONS


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
