r"""A text as clauses of words in their normal form, each word with its place in the text.

Case, separators (space, line break, `-`, `_`, `/`, `.` …) and inflection are folded. `, ; ! ? ( ) [ ] { } < > |`
end a clause, as do `.` and `:` before white space, and what markup sets apart (`markup`): a phrase never spans them.
`+` and `#` right after a word belong to it (`c++`, `c#`). Each character of a script that writes without spaces is a
word of its own.

>>> [clause for clause in tokenize("Take a rest, framework: the REST_Framework's C++ API").forms]
[['take', 'a', 'rest'], ['framework'], ['the', 'rest', 'framework', 'c++', 'api']]
>>> tokens = tokenize("fix Web-Sockets")
>>> start, end = tokens.span(0, 1, 3)
>>> tokens.text[start:end]
'Web-Sockets'
"""

from __future__ import annotations

from .inflection import normal

#: What is matched of one task, in characters; the rest is left unread and a finding says so.
TASK_LIMIT = 1_000_000

_BREAKS = ',;!?()[]{}<>|"\x00'
_KEEP = "'+#.:"
#: A separator that isn't white space: `rest./x` is not the end of a sentence.
SEPARATOR = "\x01"
TABLE = bytes(
    ord(
        "\n"
        if (c := chr(code)) in _BREAKS
        else c.lower()
        if c.isalnum() or c in _KEEP
        else " "
        if c.isspace()
        else SEPARATOR
    )
    for code in range(128)
) + bytes(128)
#: How many words are remembered with their normal forms.
_FORMS_KEPT = 50_000


class _Forms(dict[str, str]):
    """Words and their normal forms, each worked out once; emptied before it grows without bound."""

    def __missing__(self, word: str) -> str:
        found = normal(word)
        if len(self) >= _FORMS_KEPT:
            self.clear()
        if len(word) < 64:
            self[word] = found
        return found


_forms = _Forms()


class Tokens:
    """The words of a text: `words[clause][n]` as written in lower case, `forms[clause][n]` in normal form."""

    _forms: list[list[str]] | None = None
    _spans: list[list[tuple[int, int]]] | None = None
    #: The text in which the words stand in this order, where markup was taken out of it.
    _seen: str | None = None

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
            self._spans = _find_spans(self.text if self._seen is None else self._seen, self.words)
        return self._spans

    def of(self, words: list[list[str]], spans: list[list[tuple[int, int]]]) -> Tokens:
        """Some of the words of the same text, with their places."""
        made = Tokens(self.text, words)
        made._spans = spans
        return made

    def span(self, clause: int, first: int, last: int) -> tuple[int, int]:
        """The offsets from the first word of a run to the one before `last`."""
        row = self.spans[clause]
        return row[first][0], row[last - 1][1]


def tokenize(text: str) -> Tokens:
    """The tokens of a text; of a text beyond `TASK_LIMIT` characters, those of its beginning."""
    text = text[:TASK_LIMIT]
    if "\n" in text or "<" in text or "](" in text or "\r" in text:
        return _tokenize_marked(text)
    return tokens_of(text)


def _tokenize_marked(text: str) -> Tokens:
    """The tokens of a text with markup; the words of a link's target are a clause of their own behind the others."""
    from .markup import add_targets, without_markup

    seen, targets = without_markup(text)
    tokens = tokens_of(seen)
    tokens._seen, tokens.text = seen, text
    if targets:
        add_targets(tokens, targets, tokens_of)
    return tokens


def tokens_of(text: str) -> Tokens:
    """The tokens of a text, whatever its markup."""
    plain = text if text.isascii() else _plain(text)
    if not plain.isascii():
        return _tokenize_unicode(text, plain)
    line = plain.encode("ascii").translate(TABLE).decode("ascii")
    if "+" in line or "#" in line:
        from .signs import loosen_signs

        line = loosen_signs(line, SEPARATOR)
    if "." in line or ":" in line:
        line = line.replace(". ", "\n ").replace(": ", "\n ").replace(".", " ").replace(":", " ")
    line = line.replace(SEPARATOR, " ")
    clauses = [clause.split() for clause in line.split("\n")] if "\n" in line else [line.split()]
    if "'" in line:
        from .signs import unquote

        clauses = [[word for word in map(unquote, clause) if word] for clause in clauses]
    return Tokens(text, clauses if all(clauses) else [clause for clause in clauses if clause])


#: The normal forms of lower-case words, worked out when they are asked for; and of one of them.
forms_of = _forms
form = _forms.__getitem__


def _find_spans(text: str, words: list[list[str]]) -> list[list[tuple[int, int]]]:
    """The places of the words of an ASCII text, found again from left to right."""
    line, at, rows = (text if text.isascii() else _plain(text)).lower(), 0, []
    for clause in words:
        row = []
        for word in clause:
            start = line.index(word, at)
            at = start + len(word)
            if line[start - 1 : start].isalnum() or line[at : at + 1] == "'":
                start = _begin(line, word, start)
                at = start + len(word)
            row.append((start, at))
            while (line[at : at + 1].isalnum() or line[at : at + 1] == "'") and word[-1] not in "+#":
                at += 1  # what an apostrophe joins to a word; what follows a sign is a word of its own
        rows.append(row)
    return rows


def _begin(line: str, word: str, at: int) -> int:
    """Where a word begins, there at the earliest, not within another; after what is elided before it, as in `l'api`."""
    while at and line[at - 1].isalnum():
        at = line.index(word, at + len(word))
    if len(word) < 2 or not line.startswith(f"'{word}", at + len(word)):
        return at
    from .signs import ELIDED

    return at + len(word) + 1 if word in ELIDED else at


def _plain(text: str) -> str:
    """The text with ASCII characters for typographic ones, each in its place."""
    from .signs import PLAIN

    return text.translate(PLAIN)


def _tokenize_unicode(text: str, plain: str) -> Tokens:
    from .unicode_words import words_and_spans

    words, spans = words_and_spans(plain)
    tokens = Tokens(text, words)
    tokens._spans = spans
    return tokens
