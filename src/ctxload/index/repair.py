r"""The certain repairs of a damaged index: text in, the smallest edits out.

A file that YAML refuses is often refused for one of four small slips, each of which can be meant in one way:

- CTX003 `"\.github"`, an escape YAML does not know, becomes `'\.github'`;
- CTX004 tabs as indentation, or after the `-` of an item, become spaces;
- CTX005 `description: Use this: it is good` becomes `description: 'Use this: it is good'`;
- CTX006 `- @types/node`, `path: *.md`, `[%x]` get their quotes.

One scan finds them all, so a thousand slips cost as much as one. Then the YAML parser judges: edits are given
only if the edited text is YAML and every quoted text stands in it as a scalar of its own. Everything or
nothing: while something else is broken (an unclosed quote, a missing bracket), what looks like a slip may be
its consequence.

What counts as certain:

- CTX003. Who writes an escape that YAML does not know is not writing escapes, so the other backslashes of
  that scalar are literal too: `"\bfoo\s"` is a regular expression and holds no backspace. Two things speak
  against it, and then there is no edit: `\\`, and a backslash at the end of a line. `\"` is always a quote,
  or the scalar would have ended there. `\'` alone becomes `'`, and the escapes beside it stay escapes.
- CTX004. The file is read with tab stops at 2, 4 and 8 columns. Whatever widths give YAML must give the same
  meaning; the narrowest is taken. A line that begins with `- ` never becomes the continuation of a text. The
  lines of a block text (`|`, `>`) must share one indentation.
- CTX005. The key is one that takes text, or one the format does not know and the value begins as prose (a
  space before its colon). What looks like two keys on one line (`id: a, path: b`) is left alone, and so is a
  text with a colon in a further line. In a list of words (`keywords`) an item with two colons is one text.
- CTX006. `*name` is left alone if the file has any anchor, since it may be a misspelt alias; so are `> text`
  and `| text` (block text on the wrong line?) and, outside block lists, a leading `]`, `}` or `,` (a lost
  bracket?).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import yaml

from ..record import Record
from . import keys

__all__ = ["Edit", "apply", "composes", "repair"]

ESCAPE: Final = "CTX003"
TAB: Final = "CTX004"
COLON: Final = "CTX005"
SIGN: Final = "CTX006"

DEEPEST: Final = 100  # levels of nesting; the C composer recurses without a guard of its own
LARGEST: Final = 1_000_000  # code points
MOST_EDITS: Final = 10_000
TAB_STOPS: Final = (2, 4, 8)

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
BOM: Final = "\ufeff"

# What the values of the keys may be. Some keys for prose are not of the format, and common all the same.
KEYS: Final = keys.TOP | keys.ENTRY | keys.RULE | keys.BUNDLE | keys.TEST
PROSE: Final = {"description", "pattern", "task"} | {"comment", "name", "note", "notes", "summary", "title"}
WORDS: Final = {name for name, key in KEYS.items() if key.shape == "texts"}
TEXTS: Final = PROSE | WORDS | {"agent", "id", "match"}
NAMED_BY_USER: Final = {"agent_defaults", "aliases", "always", "fallback", "sections", "story_context_hints"}
STRUCTURES: Final = NAMED_BY_USER | {"budget", "context_files", "context_rules", "tests"}

# Never `\s`, `\w` or `splitlines`: YAML has its own blanks, breaks and names.
BREAKS: Final = "\r\n\x85\u2028\u2029"
BREAK: Final = rf"(?:\r\n|[{BREAKS}])"
OVER: Final = rf"(?=[ \t{BREAKS}]|\Z)"  # what ends a word in block style
FLOW_OVER: Final = rf"(?=[ \t{BREAKS},\[\]{{}}]|\Z)"  # and in flow style
NAME: Final = "[A-Za-z0-9_-]+"
URI: Final = r"[A-Za-z0-9\-;/?:@&=+$,_.~*'()%\[\]!]"
A_KEY: Final = "(?:" + "|".join(sorted(TEXTS | set(KEYS))) + ")"

BLANKS: Final = re.compile(r"[ \t]*")
LINE: Final = re.compile(rf"[^{BREAKS}]*")
NEW_LINE: Final = re.compile(rf"{BREAK}?")
NEXT_TEXT: Final = re.compile(rf"[ \t]*(?:{BREAK}[ \t]*)*{BREAK}([ \t]*)")
LEAD: Final = re.compile(rf"(?<=[{BREAKS}])[ \t]+")
MARKER: Final = re.compile(rf"(?:---|\.\.\.){OVER}")
DASH: Final = re.compile(f"-{OVER}")
ODD_START: Final = re.compile(f"[-?:]{OVER}")
KEY_END: Final = re.compile(f":{OVER}")
COMMENT: Final = re.compile(r"[ \t]#")
HEADER: Final = re.compile(rf"[|>](?:[+-][1-9]?|[1-9][+-]?)?[ \t]*(?:#[^{BREAKS}]*)?(?=[{BREAKS}]|\Z)")
ANCHOR: Final = rf"&({NAME})(?=[ \t{BREAKS}:?]|\Z)"
TAG: Final = rf"!(?:<[^>{BREAKS} ]*>|(?!{NAME}!|!{OVER}){URI}*){OVER}"
PROPERTY: Final = re.compile(f"{ANCHOR}|{TAG}")
FLOW_PROPERTY: Final = re.compile(rf"&({NAME})(?=[ \t{BREAKS}:?,\]}}]|\Z)|![^ \t{BREAKS},\[\]{{}}]*")
ALIAS: Final = re.compile(rf"\*({NAME})(?=[ \t{BREAKS}?:,\]}}%@`]|\Z)")
ANY_ANCHOR: Final = re.compile(rf"(?:^|[ \t{BREAKS}\[{{,])&{NAME}")
FLOW_SPACE: Final = re.compile(rf"[ \t]+|[{BREAKS}]+|#[^{BREAKS}]*")
FLOW_END: Final = re.compile(rf"[,\[\]{{}}{BREAKS}]|:{FLOW_OVER}|[ \t]#|\Z")
FLOW_TEXT_END: Final = re.compile(rf"[,\[\]{{}}{BREAKS}]|[ \t]#|\Z")
IN_DOUBLE: Final = re.compile(r'"|\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|(.))', re.DOTALL)
IN_SINGLE: Final = re.compile("''?")
KNOWN_ESCAPES: Final = frozenset('0abt\tnvfre "/\\N_LP' + BREAKS)
NEXT_KEY: Final = re.compile(rf"(?:\A|[,;])[ \t]*{A_KEY}:{OVER}")
ANOTHER_KEY: Final = re.compile(rf"(?:\A|[ \t,;]){A_KEY}:{OVER}")
FLOW_NEXT_KEY: Final = re.compile(rf"[ \t{BREAKS}]*(?:,[ \t{BREAKS}]*{A_KEY}:{FLOW_OVER}|}})")


class Edit(Record):
    """One place to change: `text[start:end]` becomes `new`; the rest says why, as a finding does.

    >>> Edit(2, 4, "'@a'", "CTX006", "unquoted text begins with `@`", "put the text in quotes").new
    "'@a'"
    """

    start: int
    end: int
    new: str
    code: str
    message: str
    hint: str


def repair(text: str) -> tuple[Edit, ...]:
    r"""The edits that make `text` valid YAML, in source order; none if it is valid or if nothing is certain.

    >>> [(edit.start, edit.end, edit.new, edit.code) for edit in repair("keywords: [@types/node, ci]\n")]
    [(11, 22, "'@types/node'", 'CTX006')]
    >>> repair("keywords: ['unclosed, ci]\n")
    ()
    """
    if len(text) > LARGEST or composes(text):
        return ()
    attempts = list(_attempts(text))
    if any(reading.meaning != attempts[0][1].meaning for _, reading in attempts):
        return ()
    return attempts[0][0] if attempts else ()


def apply(text: str, edits: Iterable[Edit]) -> str:
    r"""`text` with the edits made; every character outside them stays as it is.

    >>> broken = 'pattern: "\\.github"  # ours\n'
    >>> apply(broken, repair(broken))
    "pattern: '\\.github'  # ours\n"
    """
    pieces, done = [], 0
    for edit in sorted(edits):
        pieces += [text[done : edit.start], edit.new]
        done = edit.end
    return "".join(pieces) + text[done:]


def composes(text: str) -> bool:
    """Whether `text` is YAML that is safe to compose: valid, and nested at most `DEEPEST` levels.

    Asks for the parser's events only, so that no depth of nesting can exhaust the stack.

    >>> composes("keywords: [ci]"), composes("keywords: [ci"), composes("[" * 500 + "]" * 500)
    (True, False, False)
    """
    return _read(text) is not None


def _attempts(text: str) -> Iterator[tuple[tuple[Edit, ...], _Reading]]:
    """For every width of a tab that gives YAML: the edits, and what the fixed text says."""
    for stop in TAB_STOPS:
        found = _attempt(text, stop)
        if found:
            yield found
        if "\t" not in text or (found and all(edit.code != TAB for edit in found[0])):
            return


def _attempt(text: str, stop: int) -> tuple[tuple[Edit, ...], _Reading] | None:
    """The edits for one width of a tab, if the parser agrees: the tabs between parts only if it must be."""
    for gaps in (False, True):
        try:
            edits = tuple(_Scan(text, stop, gaps=gaps).run())
        except _UncertainError:
            return None
        fixed = apply(text, edits)
        reading = _read(fixed) if edits else None
        if reading and reading.quoted.issuperset(_landings(edits)):
            return edits, reading
        if "\t" not in fixed:
            return None
    return None


def _landings(edits: Iterable[Edit]) -> Iterator[int]:
    """Where each quoted text ends in the fixed file."""
    shift = 0
    for edit in edits:
        shift += len(edit.new) - (edit.end - edit.start)
        if edit.code != TAB:
            yield edit.end + shift


# ── what the parser says ─────────────────────────────────────────────────────────────────────────────────


class _Reading(Record):
    """A text's events without their places, and where its quoted scalars end."""

    meaning: tuple[object, ...]
    quoted: frozenset[int]


def _read(text: str) -> _Reading | None:
    bare = text.removeprefix(BOM)  # the two parsers count a byte-order mark differently
    try:
        return _follow(yaml.parse(bare, Loader=LOADER), len(text) - len(bare))
    except (yaml.YAMLError, ValueError, OverflowError):  # the last two: lone surrogates, absurd numbers
        return None


def _follow(events: Iterable[Any], offset: int) -> _Reading | None:
    """The reading, or none where composing would fail: unknown alias, anchor given twice, too deep."""
    meaning: list[object] = []
    quoted: set[int] = set()
    anchors: set[str] = set()
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        anchor = getattr(event, "anchor", None)
        if depth > DEEPEST or (anchor and (anchor in anchors) != isinstance(event, yaml.AliasEvent)):
            return None
        if anchor:
            anchors.add(anchor)
        elif isinstance(event, yaml.DocumentStartEvent):
            anchors.clear()
        if isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"') and event.end_mark:
            quoted.add(event.end_mark.index + offset)
        meaning.append((type(event), anchor, getattr(event, "tag", None), getattr(event, "value", None)))
    return _Reading(tuple(meaning), frozenset(quoted))


# ── what the scan finds ──────────────────────────────────────────────────────────────────────────────────


class _UncertainError(Exception):
    """The text can be meant in more than one way, or is beyond what the scan understands."""


_Span = tuple[int, int]


class _Level(Record):
    """An open block collection: its column, and for a mapping its latest key."""

    column: int
    is_list: bool
    key: str

    def closes(self, other: _Level) -> bool:
        """Whether `other` is over where this one stands; a list may stand in the column of its own key."""
        if other.column == self.column:
            return other.is_list or not self.is_list
        return other.column > self.column


class _Bracket:
    """An open flow collection: its sign, the text just read, and the key if a `:` came after it."""

    __slots__ = ("key", "latest", "sign")

    def __init__(self, sign: str) -> None:
        self.sign = sign
        self.latest = ""
        self.key: str | None = None


class _Scan:
    """One walk over a text that notes every slip; lenient elsewhere, since the parser has the last word.

    `stop` is the width of a tab. `gaps` also fixes tabs between the parts of a line, which not every
    parser refuses.
    """

    def __init__(self, text: str, stop: int, *, gaps: bool) -> None:
        self.text, self.stop, self.gaps = text, stop, gaps
        self.at = self.column = 0
        self.levels: list[_Level] = []
        self.anchors: set[str] = set()
        self.has_anchors = ANY_ANCHOR.search(text) is not None
        self.has_handles = "%TAG" in text
        self.edits: list[Edit] = []

    def run(self) -> list[Edit]:
        self.at = int(self.text.startswith(BOM))
        while self.at < len(self.text):
            self.column = 0
            self._line()
            self._to_next_line()
        return self.edits

    # Noting edits.

    def _note(self, edit: Edit) -> None:
        if len(self.edits) == MOST_EDITS:
            raise _UncertainError
        self.edits.append(edit)

    def _quote(self, start: int, end: int, code: str) -> None:
        sign = "a backtick" if self.text[start] == "`" else f"`{self.text[start]}`"
        message = f"unquoted text begins with {sign}" if code == SIGN else "unquoted text holds a colon"
        new = _single_quoted(self.text[start:end])
        self._note(Edit(start, end, new, code, message, "put the text in quotes"))

    def _respace(self, start: int, end: int, width: int) -> None:
        if "\t" in self.text[start:end]:
            self._note(Edit(start, end, " " * width, TAB, "tab instead of spaces", "use spaces"))

    # Small steps.

    def _width(self, start: int, end: int, column: int = 0) -> int:
        """The column reached by walking over blanks from `column`."""
        for sign in self.text[start:end]:
            column += self.stop - column % self.stop if sign == "\t" else 1
        return column

    def _end(self, pattern: re.Pattern[str], start: int) -> int:
        found = pattern.match(self.text, start)
        return found.end() if found else start

    def _indent(self) -> None:
        """Over blanks whose width matters."""
        start, self.at = self.at, self._end(BLANKS, self.at)
        before, self.column = self.column, self._width(start, self.at, self.column)
        self._respace(start, self.at, self.column - before)

    def _gap(self) -> None:
        """Over blanks whose width does not matter."""
        start, self.at = self.at, self._end(BLANKS, self.at)
        if self.gaps:
            self._respace(start, self.at, self.at - start)

    def _at_end(self) -> bool:
        return self.text[self.at : self.at + 1] in ("", "#", *BREAKS)

    def _to_next_line(self) -> None:
        self._gap()
        self.at = self._end(NEW_LINE, self._end(LINE, self.at))

    def _text_end(self, start: int) -> int:
        """Where the plain text that starts here ends on its line: before a comment and trailing blanks."""
        end = self._end(LINE, start)
        comment = COMMENT.search(self.text, start, end)
        return self._trim(start, comment.start() if comment else end)

    def _trim(self, start: int, end: int) -> int:
        return start + len(self.text[start:end].rstrip(" \t"))

    def _has_key_end(self, start: int, end: int) -> bool:
        return KEY_END.search(self.text, start, end) is not None

    def _open(self, level: _Level) -> None:
        while self.levels and level.closes(self.levels[-1]):
            self.levels.pop()
        self.levels.append(level)
        if len(self.levels) > DEEPEST:
            raise _UncertainError

    def _is_item(self) -> bool:
        return bool(self.levels) and self.levels[-1].is_list

    def _owner(self) -> str:
        """The key under which the innermost collection stands."""
        return next((level.key for level in reversed(self.levels[:-1]) if not level.is_list), "")

    # Block style: a line, its items, a key with its value.

    def _line(self) -> None:
        if self.text[self.at] == "%":
            return
        if MARKER.match(self.text, self.at):
            self.at += 3
            self.column = 3
            self.levels.clear()
            self.anchors.clear()
            self._gap()
        self._indent()
        if not self._at_end():
            self._item()

    def _item(self) -> None:
        while DASH.match(self.text, self.at):
            self._open(_Level(self.column, True, ""))
            self.at += 1
            self.column += 1
            self._indent()
        if not self._at_end():
            self._entry()

    def _entry(self) -> None:
        if ODD_START.match(self.text, self.at):
            raise _UncertainError
        start, column = self.at, self.column
        self._node(is_value=False)
        key = self.text[start : self.at].strip("'\"")
        self._gap()
        if not KEY_END.match(self.text, self.at):
            return
        self._open(_Level(column, False, key))
        self.at += 1
        self._gap()
        self._node(is_value=True)

    def _node(self, *, is_value: bool) -> None:
        self._properties(PROPERTY)
        sign = self.text[self.at : self.at + 1]
        header = HEADER.match(self.text, self.at)
        if header:
            self._block_text(header)
        elif sign == '"':
            self._double()
        elif sign == "'":
            self._single()
        elif sign in ("[", "{"):
            self._flow()
        elif not self._at_end() and not KEY_END.match(self.text, self.at):
            self._plain(is_value=is_value)

    def _properties(self, pattern: re.Pattern[str]) -> None:
        """Over anchors and tags."""
        while found := pattern.match(self.text, self.at):
            if found[1]:
                self.anchors.add(found[1])
            self.at = found.end()
            self._gap()

    # Plain text in block style.

    def _plain(self, *, is_value: bool) -> None:
        start, end = self.at, self._text_end(self.at)
        colon = KEY_END.search(self.text, start, end)
        if colon and not is_value and not self._is_word(start, colon.start(), end):
            self._key(start, colon.start())
            return
        signed = self._is_signed(start, end)
        if colon and is_value and not self._takes_colon(start, colon.start(), end):
            raise _UncertainError
        self.at = self._further_lines(end, is_damaged=signed or colon is not None)
        if signed or colon:
            self._quote(start, self.at, SIGN if signed else COLON)

    def _key(self, start: int, end: int) -> None:
        end = self._trim(start, end)
        if self._is_signed(start, end):
            if self.text.count("`", start, end) % 2:  # "`run: it`" isn't a key
                raise _UncertainError
            self._quote(start, end, SIGN)
        self.at = end

    def _is_word(self, start: int, colon: int, end: int) -> bool:
        """Whether an item with a colon is a damaged text: only words may stand there, it isn't a mapping."""
        value = self._end(BLANKS, colon + 1)
        if not self._is_item() or self._owner() not in WORDS or value >= end:
            return False
        if self.text[value] in "\"'[{&!" or HEADER.match(self.text, value):
            return False
        return self._is_signed(start, colon) or self._is_signed(value, end) or self._has_key_end(value, end)

    def _takes_colon(self, start: int, colon: int, end: int) -> bool:
        """Whether the value of the latest key can only be text although it holds a colon."""
        key, owner, value = self.levels[-1].key, self._owner(), self.text[start:end]
        if owner in NAMED_BY_USER or owner in TEXTS or key in STRUCTURES or ODD_START.match(value):
            return False
        if key in PROSE:
            return not NEXT_KEY.search(value)
        is_prose = " " in self.text[start:colon] and re.fullmatch(r"[\w.-]+", key) is not None
        return (key in TEXTS or is_prose) and not ANOTHER_KEY.search(value)

    def _is_signed(self, start: int, end: int, *, in_flow: bool = False) -> bool:
        """Whether plain text begins with a sign that YAML reserves, and is text all the same."""
        sign, after = self.text[start], self.text[start + 1 : start + 2]
        if sign == "*":
            return self._is_no_alias(start, end)
        is_cut_block = sign in "|>" and after in " \t" and not in_flow
        is_stray = sign in ",]}" and not self._is_item()
        if is_cut_block or is_stray or (sign == "!" and self.has_handles):
            raise _UncertainError
        return sign in "@`%&!|>,]}"

    def _is_no_alias(self, start: int, end: int) -> bool:
        alias = ALIAS.match(self.text, start, end)
        if alias is None:
            return True
        is_whole, is_known = alias.end() == end, alias[1] in self.anchors
        merges = bool(self.levels) and self.levels[-1].key == "<<"
        if not is_known and (merges or (is_whole and self.has_anchors)):
            raise _UncertainError
        return not is_known

    def _further_lines(self, end: int, *, is_damaged: bool) -> int:
        """The end of a plain text that may go on over deeper lines; fixes their tabs unless it is damaged."""
        while (lead := self._deeper_line(end)) and self.text[lead.end()] != "#":
            start, stop = lead.end(), self._text_end(lead.end())
            is_item = DASH.match(self.text, start) is not None
            if self._has_key_end(start, stop) or (is_item and (is_damaged or "\t" in lead[0])):
                raise _UncertainError
            if not is_damaged:
                for run in LEAD.finditer(self.text, lead.start(), start):
                    self._respace(*run.span(), self._width(*run.span()))
            end = stop
        return end

    def _deeper_line(self, end: int) -> re.Match[str] | None:
        """What lies between the end of a text and its next line, if that is deep enough to belong to it."""
        lead = NEXT_TEXT.match(self.text, end)
        if lead is None or lead.end() == len(self.text):
            return None
        column, parent = self._width(*lead.span(1)), self.levels[-1].column if self.levels else -1
        if column <= parent or (column == 0 and MARKER.match(self.text, lead.end())):
            return None
        return lead

    # Block text: `|` and `>`.

    def _block_text(self, header: re.Match[str]) -> None:
        self.at = header.end()
        blank: list[_Span] = []
        leads: list[_Span] = []
        while lead := self._deeper_line(self.at):
            blank += [run.span() for run in LEAD.finditer(self.text, lead.start(), lead.start(1))]
            leads.append(lead.span(1))
            self.at = self._end(LINE, lead.end())
        if leads:
            self._mend_leads(leads, blank)

    def _mend_leads(self, leads: list[_Span], blank: list[_Span]) -> None:
        """Fixes the tabs of a block text if it is plain what of them is indentation and what is text."""
        base, width = self.text[slice(*leads[0])], self._width(*leads[0])
        tabbed = [span for span in leads if "\t" in self.text[span[0] : min(span[1], span[0] + width)]]
        if tabbed and any(self.text[slice(*span)] != base for span in leads):
            raise _UncertainError
        for start, end in sorted(blank + tabbed):
            if tabbed or "\t" in self.text[start : min(end, start + width)]:
                self._respace(start, end, min(width, self._width(start, end)))

    # Quoted text.

    def _single(self) -> None:
        for found in IN_SINGLE.finditer(self.text, self.at + 1):
            if found[0] == "'":
                self.at = found.end()
                return
        raise _UncertainError

    def _double(self) -> None:
        start = self.at
        escapes: list[str] = []
        for found in IN_DOUBLE.finditer(self.text, start + 1):
            if found[0] == '"':
                self.at = found.end()
                break
            escapes.append(found[1] or "")
        else:
            raise _UncertainError
        unknown = [sign for sign in escapes if sign and sign not in KNOWN_ESCAPES]
        if unknown:
            self._mend_escapes(start, set(escapes), unknown)

    def _mend_escapes(self, start: int, escapes: set[str], unknown: list[str]) -> None:
        inner = self.text[start + 1 : self.at - 1]
        only_quotes = set(unknown) == {"'"}
        spans_lines = any(sign in inner for sign in BREAKS)
        if not only_quotes and (escapes & {"\\", *BREAKS} or (spans_lines and '"' in escapes)):
            raise _UncertainError
        if only_quotes:
            new = '"' + IN_DOUBLE.sub(lambda found: "'" if found[1] == "'" else found[0], inner) + '"'
            hint = "write ' without a backslash"
        else:
            new = _single_quoted(inner.replace('\\"', '"').replace("\\'", "'"))
            hint = "use single quotes, where a backslash is just a backslash"
        what = f" `\\{unknown[0]}`" if unknown[0].isprintable() else ""
        self._note(Edit(start, self.at, new, ESCAPE, f"unknown escape{what} in double quotes", hint))

    # Flow style.

    def _flow(self) -> None:
        brackets: list[_Bracket] = []
        while True:
            self._flow_space()
            sign = self.text[self.at : self.at + 1]
            if sign in ("[", "{"):
                brackets.append(_Bracket(sign))
            elif sign in ("]", "}"):
                if brackets.pop().sign + sign not in ("[]", "{}"):
                    raise _UncertainError
            elif sign == "" or len(brackets) > DEEPEST:
                raise _UncertainError
            else:
                self._flow_part(brackets[-1], sign)
                continue
            self.at += 1
            if not brackets:
                return

    def _flow_space(self) -> None:
        """Over blanks, breaks and comments."""
        while found := FLOW_SPACE.match(self.text, self.at):
            self.at = found.end()
            if self.gaps and found[0][0] in " \t":
                self._respace(*found.span(), self._width(*found.span()))

    def _flow_part(self, bracket: _Bracket, sign: str) -> None:
        start = self.at
        if sign == ",":
            bracket.key = None
            self.at += 1
        elif sign == ":":
            bracket.key = bracket.latest
            self.at += 1
        elif sign == '"':
            self._double()
        elif sign == "'":
            self._single()
        else:
            self._properties(FLOW_PROPERTY)
            if self.at == start:
                self._flow_plain(bracket)
        bracket.latest = self.text[start : self.at].strip("'\"")

    def _flow_plain(self, bracket: _Bracket) -> None:
        start = self.at
        self.at, stop = self._flow_end(FLOW_END, start)
        signed = self._is_signed(start, self.at, in_flow=True)
        ends_by = self.text[stop : stop + 1]
        if ends_by == ":" and bracket.sign == "{" and bracket.key is not None:
            self.at = self._flow_colon(start, bracket.key)
        elif not signed:
            return
        elif ends_by in ("[", "{") or (ends_by == ":" and bracket.sign == "["):
            raise _UncertainError
        self._quote(start, self.at, SIGN if signed else COLON)

    def _flow_colon(self, start: int, key: str) -> int:
        """The end of a value that holds a colon, if only text can be meant."""
        end, stop = self._flow_end(FLOW_TEXT_END, start)
        is_over = FLOW_NEXT_KEY.match(self.text, stop)
        if key not in TEXTS or not is_over or NEXT_KEY.search(self.text[start:end]):
            raise _UncertainError
        return end

    def _flow_end(self, pattern: re.Pattern[str], start: int) -> tuple[int, int]:
        """The end of the plain text that starts here, never empty, and where the sign stands that ends it."""
        found = pattern.search(self.text, start)
        stop = found.start() if found else len(self.text)
        return max(self._trim(start, stop), start + 1), stop


def _single_quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
