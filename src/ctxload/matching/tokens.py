r"""A text as clauses of words in their normal form, each word with its place in the text.

Case, separators (space, line break, `-`, `_`, `/`, `.` …) and inflection are folded. `, ; ! ? ( ) [ ] { } < > |`
end a clause, as do `.` and `:` before white space: a phrase never spans them. `+` and `#` right after a word belong
to it (`c++`, `c#`). Each character of a script that writes without spaces is a word of its own.

>>> [clause for clause in tokenize("Take a rest, framework: the REST_Framework's C++ API").forms]
[['take', 'a', 'rest'], ['framework'], ['the', 'rest', 'framework', 'c++', 'api']]
>>> tokens = tokenize("fix Web-Sockets")
>>> start, end = tokens.span(0, 1, 3)
>>> tokens.text[start:end]
'Web-Sockets'
"""

from __future__ import annotations

from .inflection import normal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: What is matched of one task, in characters; the rest is left unread and a finding says so.
TASK_LIMIT = 1_000_000

_BREAKS = ',;!?()[]{}<>|"\x00'
_KEEP = "'+#.:"
#: A separator that is no white space: `rest./x` is not the end of a sentence.
_SEPARATOR = "\x01"
_TABLE = bytes(
    ord(
        "\n"
        if (c := chr(code)) in _BREAKS
        else c.lower()
        if c.isalnum() or c in _KEEP
        else " "
        if c.isspace()
        else _SEPARATOR
    )
    for code in range(128)
) + bytes(128)
#: Typographic characters that stand for an ASCII one of the same length.
_PLAIN = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\uff07"), ord("'")),
    **dict.fromkeys(map(ord, "\u2013\u2014\u2015\u2026\u3001\u3002\uff0c\uff0e\uff1b\uff01\uff1f\uff1a"), ord(",")),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\u3010\u3011\uff08\uff09\uff02"), ord(",")),
    **dict.fromkeys(
        map(ord, "\u00a0\u2002\u2003\u2009\u200b\u202f\u2010\u2011\u2022\u2028\u2029\u3000\ufeff\u30fb"), ord(" ")
    ),
}
#: Characters within a word that are not seen: soft hyphen, joiners, variation selectors.
_UNSEEN = dict.fromkeys((0x00AD, 0x200C, 0x200D, *range(0xFE00, 0xFE10)))
_UNSPACED = (
    (0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x3FFFF),
)  # fmt: skip

_FORMS_KEPT = 50_000
#: The most signs that belong to a word: `c++`, `f#`; a longer run is a line drawn in text.
_SIGNS = 3


class _Forms(dict[str, str]):
    """Words and their normal forms, each worked out once; emptied before it grows without bound."""

    def __missing__(self, word: str) -> str:
        found = normal(word)
        if len(self) > _FORMS_KEPT:
            self.clear()
        if len(word) < 64:
            self[word] = found
        return found


_forms = _Forms()


class Tokens:
    """The words of a text: `words[clause][n]` as written in lower case, `forms[clause][n]` in normal form."""

    _forms: list[list[str]] | None = None
    _spans: list[list[tuple[int, int]]] | None = None

    def __init__(self, text: str, words: list[list[str]]) -> None:
        self.text = text
        self.words = words

    def __repr__(self) -> str:
        return f"<Tokens {self.forms!r}>"

    @property
    def forms(self) -> list[list[str]]:
        """The words in normal form, worked out when they are first read."""
        if self._forms is None:
            self._forms = [[_forms[word] for word in clause] for clause in self.words]
        return self._forms

    @property
    def spans(self) -> list[list[tuple[int, int]]]:
        """The half-open offsets of each word, in code points of `text`; worked out when they are first read."""
        if self._spans is None:
            self._spans = _find_spans(self.text, self.words)
        return self._spans

    def span(self, clause: int, first: int, last: int) -> tuple[int, int]:
        """The offsets from the first word of a run to the one before `last`."""
        row = self.spans[clause]
        return row[first][0], row[last - 1][1]


def tokenize(text: str) -> Tokens:
    """The tokens of a text; of a text beyond `TASK_LIMIT` characters, those of its beginning."""
    if len(text) > TASK_LIMIT:
        text = text[:TASK_LIMIT]
    plain = text if text.isascii() else text.translate(_PLAIN)
    if not plain.isascii():
        return _tokenize_unicode(text, plain)
    line = plain.encode("ascii").translate(_TABLE).decode("ascii")
    signs = "+" in line or "#" in line
    if signs:
        line = _loosen_signs(line)
    if "." in line or ":" in line:
        line = line.replace(". ", "\n ").replace(": ", "\n ").replace(".", " ").replace(":", " ")
    line = line.replace(_SEPARATOR, " ")
    clauses = [clause.split() for clause in line.split("\n")] if "\n" in line else [line.split()]
    if signs:
        clauses = [_part_after_signs(clause) for clause in clauses]
    if "'" in line:
        clauses = [[word for word in map(_unquote, clause) if word] for clause in clauses]
    return Tokens(text, clauses if all(clauses) else [clause for clause in clauses if clause])


#: The normal forms of lower-case words, worked out when they are asked for; and of one of them.
forms_of = _forms
form = _forms.__getitem__


def _unquote(word: str) -> str:
    """A word without quotes around it and without its possessive."""
    if "'" not in word:
        return word
    word = word.strip("'")
    end = len(word)
    while word.endswith("'s", 0, end):
        end -= 2
        while end and word[end - 1] == "'":
            end -= 1
    return word[:end]


def _bare(plain: str, start: int, end: int) -> tuple[int, int]:
    """The place of a word without quotes around it and without its possessive."""
    while start < end and plain[start] == "'":
        start += 1
    while start < end and (plain[end - 1] == "'" or plain[max(start, end - 2) : end] in ("'s", "'S")):
        end -= 1 + (plain[end - 1] != "'")
    return start, end


def _loosen_signs(line: str) -> str:
    """The line with every `+` and `#` made a blank that does not belong to the word before it."""
    out, at, length = [], 0, len(line)
    while at < length:
        if line[at] not in "+#":
            end = at + 1
            while end < length and line[end] not in "+#":
                end += 1
            out.append(line[at:end])
        else:
            end = at + 1
            while end < length and line[end] in "+#":
                end += 1
            out.append(line[at:end] if _belongs(line, at, end) else _SEPARATOR * (end - at))
        at = end
    return "".join(out)


def _part_after_signs(clause: list[str]) -> list[str]:
    """The clause with `c++17` made the two words `c++` and `17`."""
    out = []
    for word in clause:
        begin = 0
        for at in range(1, len(word)):
            if word[at - 1] in "+#" and word[at] not in "+#":
                out.append(word[begin:at])
                begin = at
        out.append(word[begin:])
    return out


def _belongs(line: str, start: int, end: int) -> bool:
    """Whether the signs between the offsets are part of the word before: `c++`, `c#`, `c++17`; not `a+b`, `issue#12`."""
    if start == 0 or end - start > _SIGNS or not line[start - 1].isalnum():
        return False
    after = line[end : end + 1]
    if not after.isalnum():
        return True
    single = start == 1 or not line[start - 2].isalnum()
    return line[start:end] == "++" or (after.isdigit() and single)


def _find_spans(text: str, words: list[list[str]]) -> list[list[tuple[int, int]]]:
    """The places of the words of an ASCII text, found again from left to right."""
    line, at, rows = text.translate(_PLAIN).lower() if not text.isascii() else text.lower(), 0, []
    for clause in words:
        row = []
        for word in clause:
            at = line.index(word, at)
            row.append((at, at := at + len(word)))
            while line.startswith("'s", at) and word[-1] not in "+#":  # what follows a sign is a word of its own
                at += 2
        rows.append(row)
    return rows


def _tokenize_unicode(text: str, plain: str) -> Tokens:
    words: list[list[str]] = [[]]
    spans: list[list[tuple[int, int]]] = [[]]
    for start, end in _runs(plain):
        if end == start:
            if words[-1]:
                words.append([])
                spans.append([])
            continue
        start, end = _bare(plain, start, end)
        word = _unquote(_folds[plain[start:end]]) if start < end else ""
        if word:
            words[-1].append(word)
            spans[-1].append((start, end))
    if not words[-1]:
        del words[-1], spans[-1]
    found = Tokens(text, words)
    found._spans = spans
    return found


class _Folds(dict[str, str]):
    """Words as they stand in a text, and in folded case and compatibility form; emptied like `_Forms`."""

    def __missing__(self, word: str) -> str:
        found = _folded(word)
        if len(self) > _FORMS_KEPT:
            self.clear()
        if len(word) < 64:
            self[word] = found
        return found


_folds = _Folds()


def _folded(word: str) -> str:
    """A word with case and compatibility forms folded, and without characters that are not seen.

    EDGE CASE: what folding would tear apart (`½` is `1⁄2`, `ŉ` is `ʼn`) is folded less.
    """
    from unicodedata import normalize

    seen = word.translate(_UNSEEN)
    for found in (
        normalize("NFKC", normalize("NFKC", seen).casefold()),
        normalize("NFC", seen.casefold()),
        seen.lower(),
    ):
        if found.translate(_PLAIN) == found and list(_runs(found)) == [(0, len(found))]:
            return found
    return seen


def _runs(plain: str) -> Iterator[tuple[int, int]]:
    """The half-open places of the words of a text, and an empty one where a clause ends."""
    start, length = -1, len(plain)
    for at, char in enumerate(plain):
        kind = _kind(plain, at, char, length)
        if kind == "mark":
            continue
        if start >= 0 and kind != "inside":
            yield start, at
            start = -1
        if kind == "break":
            yield at, at
        elif kind == "alone" or (kind == "inside" and start < 0 and char not in "+#'"):
            start = at
    if start >= 0:
        yield start, length


def _kind(plain: str, at: int, char: str, length: int) -> str:
    """What a character does: `inside` a word, `alone` (begins one of its own), a `mark` on one, `break` or `blank`."""
    if char.isascii():
        if char.isalnum():
            return "alone" if _is_parted(_base_before(plain, at)) else "inside"
        if char == "'":
            return "blank" if _is_parted(_base_before(plain, at)) else "inside"
        if char in "+#":
            return "inside" if _sign_inside(plain, at, length) else "blank"
        if char in _BREAKS or (char in ".:" and (at + 1 == length or plain[at + 1].isspace())):
            return "break"
        return "blank"
    if _is_mark(char):
        return "mark"
    if not char.isalnum():
        return "break" if _is_punctuation(char) else "blank"
    return "alone" if _is_unspaced(char) or _is_parted(_base_before(plain, at)) else "inside"


def _is_parted(before: str) -> bool:
    """Whether what follows this character begins a word of its own."""
    return before in "+#" or _is_unspaced(before)


def _base_before(plain: str, at: int) -> str:
    """The character before a place, marks on it passed over (a few: no more than people write)."""
    for before in range(at - 1, max(at - 5, -1), -1):
        if plain[before].isascii() or not _is_mark(plain[before]):
            return plain[before]
    return " "


def _sign_inside(plain: str, at: int, length: int) -> bool:
    start, end = at, at + 1
    while start and plain[start - 1] in "+#" and at - start < _SIGNS:
        start -= 1
    while end < length and plain[end] in "+#" and end - at <= _SIGNS:
        end += 1
    return _belongs(plain, start, end)


def _is_unspaced(char: str) -> bool:
    code = ord(char)
    return code >= 0x0E00 and any(first <= code <= last for first, last in _UNSPACED)


def _is_mark(char: str) -> bool:
    from unicodedata import category

    return char in "\u00ad\u200c\u200d\uff9e\uff9f" or category(char)[0] == "M"


def _is_punctuation(char: str) -> bool:
    from unicodedata import category

    return category(char) in ("Po", "Ps", "Pe", "Pi", "Pf")
