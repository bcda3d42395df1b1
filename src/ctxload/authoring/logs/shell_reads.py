r"""The files that a line of a shell reads, as far as its words tell; none of it is run.

Only what prints files to whoever ran it counts: `cat`, `sed -n`, `head`, `rg` in a file. A word that isn't a file of a
project is sorted out by whoever asks.

>>> files_read("cd docs && sed -n 1,80p 'my api.md' | head -5; echo hi > out.md; sed -i s/a/b/ old.md")
('docs/my api.md',)
>>> files_read("rg -n token docs/auth.md; cat <<EOF > new.md\ncat other.md\nEOF")
('docs/auth.md',)
"""

from __future__ import annotations

from posixpath import join, normpath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: What prints the files it is given.
READERS = frozenset(
    "awk bat batcat cat egrep fgrep get-content gc glow grep head less more nl rg sed tac tail type".split()
)
#: How much of a line is read, in characters, and how many files of it count.
LONGEST, MOST = 10_000, 50
_ENDS = frozenset(("&&", "||", ";", "|", "&", "(", ")", "\n", ";;", "|&"))


def files_read(line: str) -> tuple[str, ...]:
    """The words after a command that prints files, from the folder in which the line runs."""
    found: dict[str, None] = {}
    folder = ""
    for words in _commands(line[:LONGEST].partition("<<")[0]):
        name = words[0].rsplit("/", 1)[-1].lower()
        if name in ("cd", "pushd") and len(words) > 1:
            folder = normpath(join(folder, words[1]))
        elif name in READERS and not (name == "sed" and any(word.startswith("-i") for word in words)):
            found.update((normpath(join(folder, word)), None) for word in words[1:] if _may_be_a_file(word))
    return tuple(found)[:MOST]


def _may_be_a_file(word: str) -> bool:
    return "." in word and not word.startswith("-") and not set("\0\n*?$`") & set(word)


def _commands(line: str) -> Iterator[list[str]]:
    """The words of each command, without what it writes to."""
    words: list[str] = []
    is_target = False
    for word in [*_words(line), ";"]:
        if word in _ENDS:
            if words:
                yield words
            words, is_target = [], False
        elif set(word) <= {">", "&"}:
            is_target = True
        elif is_target:
            is_target = False
        else:
            words.append(word)


def _words(line: str) -> list[str]:
    """The words as a shell splits them; at blanks where its quotes do not end."""
    from shlex import shlex

    lexer = shlex(line.replace("\n", " ; "), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return line.split()
