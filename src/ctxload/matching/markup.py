r"""What markup does to the clauses of a text: which lines begin one, and which signs are nothing but looks.

A blank line, a list item, a heading, a rule, a fence and a row of a table begin a clause; a lone line break does not,
nor do the `>` of a quotation, inline tags and links. Each sign keeps its place: what begins a clause becomes `NUL`,
what is nothing but looks a blank. The target of a link is set aside, since its words stand in no sentence.

>>> without_markup("- fix the error\n- log in"), without_markup("> error\n> log"), without_markup("<b>error</b> log")
(('- fix the error\x00- log in', ()), ('  error\n  log', ()), ('   error     log', ()))
>>> without_markup("an [error](https://example.org) log")
('an  error                       log', ((11, 30),))
"""

from __future__ import annotations

from ..text.lines import lines_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: What ends a clause, written in the place of a sign.
END = "\x00"
#: Tags that change how words look and not where a sentence ends.
INLINE = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd mark q s samp small span strike strong sub sup time "
    "tt u var".split()
)
#: Tags that stand alone: a line break does not end a clause, however it is written.
VOID = frozenset(("br", "wbr"))
#: How long a tag, the words of a link and its target are at most, in characters.
TAG, WORDS, TARGET = 300, 300, 1_000
#: How many pairs of brackets a target holds at most.
PAIRS = 5

_BULLETS = frozenset("-*+\u2022")
_RULES = frozenset("-*_=")
_FENCES = ("```", "~~~")
#: How a line may begin that begins a clause.
_OPENING = frozenset("-*+\u2022#_=`~|0123456789")


def without_markup(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text with `END` where markup ends a clause and blanks for what is nothing but looks; the targets of links."""
    targets: tuple[tuple[int, int], ...] = ()
    if "<" in text:
        text = _without_tags(text)
    if "](" in text:
        text, targets = _without_links(text)
    return "".join(_lines(text)), targets


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(text: str) -> list[str]:
    """The lines of a text, `>` taken away, with `END` for the line end before each that begins a clause."""
    found: list[str] = []
    was_closed = had_cells = True
    for line in lines_of(text):
        bare = line.strip()
        if bare.startswith(">") and not bare.startswith(">>> "):
            line = _without_quotation(line)
            bare = line.strip()
        opens, closes = _kind(bare) if not bare or bare[0] in _OPENING else (False, False)
        has_cells = "|" in bare
        if found and (opens or was_closed or (has_cells and had_cells)):
            found[-1] = found[-1][:-1] + END
        found.append(line)
        was_closed, had_cells = closes, has_cells
    return found


def _without_quotation(line: str) -> str:
    rest = line.lstrip("> \t")
    return line[: len(line) - len(rest)].replace(">", " ") + rest


def _kind(bare: str) -> tuple[bool, bool]:
    """Whether a line begins a clause, and whether it ends the one that it begins."""
    if not bare or bare.startswith(_FENCES) or _is_rule(bare) or _is_heading(bare):
        return True, True
    return _is_item(bare), False


def _is_rule(bare: str) -> bool:
    signs = bare.replace(" ", "")
    return signs[0] in _RULES and len(signs) >= 3 and signs == signs[:1] * len(signs)


def _is_heading(bare: str) -> bool:
    signs = len(bare) - len(bare.lstrip("#"))
    return signs <= 6 and bare[signs : signs + 1] in ("", " ", "\t")


def _is_item(bare: str) -> bool:
    sign = bare[0]
    if sign.isdigit():
        rest = bare.lstrip("0123456789")
        return rest.startswith((".", ")")) and rest[1:2] in ("", " ", "\t")
    return sign in _BULLETS and bare[1:2] in ("", " ", "\t")


# ── signs within a line ──────────────────────────────────────────────────────────────────────────────────


def _without_tags(text: str) -> str:
    """The text with blanks for inline tags that are opened and closed, and for line breaks."""
    tags = list(_tags(text))
    opened = {name for _, _, name in tags if name[0] != "/"}
    closed = {name[1:] for _, _, name in tags if name[0] == "/"}
    taken = (opened & closed) | VOID
    return _blanked(text, [(start, end) for start, end, name in tags if name.removeprefix("/") in taken])


def _tags(text: str) -> list[tuple[int, int, str]]:
    """The inline tags of a text: where each begins and ends, and its name, with `/` before it where it closes."""
    found = []
    at = text.find("<")
    while at >= 0:
        end = text.find(">", at, at + TAG)
        name = _name_of_tag(text[at + 1 : max(at, end)])
        if name:
            found.append((at, end + 1, name))
        at = text.find("<", end if name else at + 1)
    return found


def _name_of_tag(inside: str) -> str:
    """The name of an inline tag, of what stands between `<` and `>`; an empty text where that is none."""
    words = inside.removesuffix("/").split(None, 1)
    name = words[0].lower() if words and not inside[0].isspace() else ""
    is_tag = name.removeprefix("/") in INLINE or name in VOID
    return name if is_tag and (len(words) == 1 or "=" in words[1]) else ""


def _without_links(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text with blanks for the signs and the targets of links, and where those targets stand."""
    signs, targets, done = [], [], 0
    middle = text.find("](")
    while middle >= 0:
        start = text.rfind("[", max(done, middle - WORDS), middle)
        target = middle + len("](")
        end = _end_of_target(text, target) if start >= 0 and "]" not in text[start:middle] else 0
        if end:
            signs += [(start - (text[start - 1 : start] == "!"), start + 1), (middle, end + 1)]
            targets.append((target, end))
            done = end
        middle = text.find("](", target)
    return _blanked(text, signs), tuple(targets)


def _end_of_target(text: str, start: int) -> int:
    """Where the `)` of a link stands, those of pairs within it passed over; 0 where there is none in the line."""
    *pieces, _ = text[start : start + TARGET].split(")", PAIRS + 1)
    opened, end = 0, start
    for closed, piece in enumerate(pieces):
        opened += piece.count("(")
        end += len(piece)
        if opened <= closed:
            target = text[start:end]
            return 0 if "\n" in target or "\r" in target else end
        end += 1
    return 0


def _blanked(text: str, places: list[tuple[int, int]]) -> str:
    """The text with blanks at these places, which do not overlap."""
    kept: list[str] = []
    done = 0
    for start, end in places:
        kept += (text[done:start], " " * (end - start))
        done = end
    return "".join([*kept, text[done:]])


def add_targets(tokens: Any, targets: tuple[tuple[int, int], ...], tokens_of: Callable[[str], Any]) -> None:
    """Adds to the tokens of a text those of the targets of its links, a clause each."""
    spans = list(tokens.spans)
    for start, end in targets:
        more = tokens_of(tokens.text[start:end])
        spans += [[(start + a, start + b) for a, b in row] for row in more.spans]
        tokens.words += more.words
    tokens._spans = spans
