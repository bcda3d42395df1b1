"""How often each word stands in a document, and what that speaks for: counted when documents are read, not when a task is answered.

>>> [list(filter(None, field)) for field in said_by(Document("api", "# REST API\\n\\nViews and serializers."))][2:5:2]
[['rest', 'api'], ['rest', 'api', 'view', 'serializer']]
"""  # noqa: E501

from __future__ import annotations

from math import log

from ..text.lines import lines_of
from ..text.markdown import front_matter
from ..text.outline import outline
from .document_index import FIELDS, Document
from .scripts import grammar_words
from .signs import loosen_signs, unquote
from .tokens import SEPARATOR, TABLE, form, tokenize, tokens_of
from .word_lists import GENERIC_FORMS, STOP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: How soon repeating a word stops to count, how much the length of a field matters, the power of rarity.
HALF, LENGTH, RARITY = 1.0, 0.75, 0.6


#: What two words side by side count, and what a word counts that fits any task.
PAIR, TOPICLESS = 0.6, 0.5
#: A word of less rarity speaks for no document.
RAREST = 0.03


#: Where a title stands at the latest, and how much of it is read, in characters.
TITLE, LONGEST = 4_000, 200


def title_of(text: str) -> tuple[str, ...]:
    """The words of a document's first title, in normal form, if it stands near the beginning; a comment of front matter
    or of code is none.

    >>> title_of("---\\nname: x\\n---\\n# The REST API\\n")
    ('the', 'rest', 'api')
    """
    at = title_at(text)
    title = text[at + 2 : at + 2 + LONGEST].partition("\n")[0] if at >= 0 else ""
    return tuple(word for clause in tokenize(title).forms for word in clause)


def title_at(text: str) -> int:
    """Where the first title of a document begins, if it stands near the beginning; else -1."""
    if text.startswith("# "):
        return 0
    front = front_matter(text)
    at = text.find("\n# ", front[1] if front else 0, TITLE) + 1
    while at and _is_in_fence(text[:at]):
        at = text.find("\n# ", at, TITLE) + 1
    return at or -1


def _is_in_fence(text: str) -> bool:
    """Whether a fence that opens in a text is still open at its end."""
    fence = ""
    for line in lines_of(text) if "```" in text or "~~~" in text else ():
        bare = line.strip()
        if fence:
            fence = "" if bare.startswith(fence) and not bare.strip(fence[0]) else fence
        elif bare.startswith(("```", "~~~")):
            rest = bare.lstrip(bare[0])
            fence = "" if "`" in rest and bare[0] == "`" else bare[: len(bare) - len(rest)]
    return bool(fence)


def count(document: Document) -> tuple[dict[str, int], ...]:
    """How often each word and pair of words stands in each of the `FIELDS`."""
    return tuple(map(_counts_in, said_by(document)))


def said_by(document: Document) -> tuple[list[str], ...]:
    """What each of the `FIELDS` says, as `in_normal_form`."""
    text = document.text
    markdown = outline(text)
    own = said_of_itself(text, markdown.front)
    lead = document.about or said_of_itself(text, markdown.front, ("description", "summary")) or markdown.about
    *fields, lead_words, text_words = _in_normal_form(
        (
            document.name.replace("-", " ").replace("_", " "),
            " ;\n".join(dict.fromkeys((document.about, own, markdown.about))),
            markdown.title,
            " ;\n".join(filter(None, markdown.headings)),
            first_sentence(lead),
            "\n".join([line or ";" for line in markdown.lines]),
        )
    )
    return (*fields, text_words, lead_words)


def first_sentence(text: str) -> str:
    """The first sentence of a text.

    >>> first_sentence("Version 1.2 of it. And more.")
    'Version 1.2 of it.'
    """
    for at, char in enumerate(text):
        if char in ".!?" and text[at + 1 : at + 2].isspace():
            return text[: at + 1]
    return text


def said_of_itself(
    text: str, front: tuple[int, int] | None, keys: tuple[str, ...] = ("title", "name", "description", "summary")
) -> str:
    """The values of some keys of front matter, a line each, read leniently: much of it isn't valid YAML. A value with a
    tag of YAML (`!!python/object:x`) is something else than a text.
    """
    if front is None:
        return ""
    kept, inside = [], False
    for line in lines_of(text[front[0] : front[1]]):
        if line[:1] == "#":
            continue
        key, colon, value = line.partition(":")
        if colon and not line[0].isspace():
            inside = key.strip().lower() in keys and value.lstrip()[:1] != "!"
            line = _without_comment(value)
        if inside:
            kept.append(line.strip().lstrip("|>-").replace("\\n", "\n").strip())
    return "\n".join(filter(None, kept))


def _without_comment(value: str) -> str:
    """A value without the comment behind it; a `#12` that somebody wrote without a blank is none, nor is one in quotes.

    >>> _without_comment(" API # of old"), _without_comment(" 'C # and #3' # both"), _without_comment(" 'C # sharp'")
    (' API', " 'C # and #3'", " 'C # sharp'")
    """
    quote, at = value.strip()[:1], value.find(" # ")
    while quote in ("'", '"') and at >= 0 and (value[:at].strip() == quote or not value[:at].rstrip().endswith(quote)):
        at = value.find(" # ", at + 1)
    return value if at < 0 else value[:at]


#: Of how many words it is remembered what they say.
_SAID_KEPT = 200_000
#: What ends a clause among words, and a text.
_END, _TEXT_END = "\x02", "\x03"
#: What each byte is for `_flat_words`, where a colon is as good as a dot; and what parts words once clauses are ended.
_FLAT = TABLE[:3] + _TEXT_END.encode("ascii") + TABLE[4:].replace(b":", b".")
_PARTED = bytes([ord(" ") if chr(byte) in f".{SEPARATOR}" else byte for byte in range(256)])


class _Said(dict[str, str]):
    """Words in normal form, and what is counted of each: nothing of grammar and numbers, which part what stands around
    them. Emptied before it grows without bound.
    """

    def __missing__(self, word: str) -> str:
        if len(self) >= _SAID_KEPT:
            self.clear()
        is_counted = word not in STOP and word not in grammar_words() and not word.isdigit()
        self[word] = found = word if is_counted else ""
        return found


class _Read(dict[str, str]):
    """The same of words as they are written, in lower case, and of `_END`."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _SAID_KEPT:
            self.clear()
        self[word] = found = "" if word == _END else _said[form(word)]
        return found


_said = _Said()
_read = _Read()


def in_normal_form(text: str) -> list[str]:
    """The words of a text in normal form, and an empty text in the place of what parts them: numbers, words of grammar,
    the ends of clauses.

    Two list items side by side speak of one topic, so that markup ends no clause here. A line with other than ASCII
    letters is read by itself, which is slower.

    >>> in_normal_form("the rest of a rest framework; views")
    ['', 'rest', '', '', 'rest', 'framework', '', 'view']
    """
    if text.isascii():
        return list(map(_read.__getitem__, _flat_words(text.replace(_TEXT_END, SEPARATOR))))
    found: list[str] = []
    plain: list[str] = []
    for line in text.split("\n"):
        if line.isascii():
            plain.append(line)
        else:
            for clause in tokens_of(line).forms:
                found += map(_said.__getitem__, clause)
                found.append("")
    found += map(_read.__getitem__, _flat_words("\n".join(plain).replace(_TEXT_END, SEPARATOR)))
    return found


def _in_normal_form(texts: tuple[str, ...]) -> tuple[list[str], ...]:
    """Several texts `in_normal_form`, those that are ASCII all at once: best with the longest last."""
    plain = [text.replace(_TEXT_END, SEPARATOR) if text.isascii() else "" for text in texts]
    words, begin, found = list(map(_read.__getitem__, _flat_words(_TEXT_END.join(plain)))), 0, []
    for _ in plain[1:]:
        end = words.index(_TEXT_END, begin)
        found.append(words[begin:end])
        begin = end + 1
    found.append(words[begin:])
    return tuple([said if text.isascii() else in_normal_form(text) for text, said in zip(texts, found, strict=True)])


def as_text(fields: tuple[list[str], ...]) -> tuple[str, ...]:
    """What a document says as texts, which take less room.

    >>> as_text((["rest", "", "view"], [])), from_text(("rest  view", ""))
    (('rest  view', ''), (['rest', '', 'view'], []))
    """
    return tuple(map(" ".join, fields))


def from_text(texts: tuple[str, ...]) -> tuple[list[str], ...]:
    """The same as it was; a word that is there twice takes no room twice."""
    return tuple([list(map(_said.__getitem__, text.split(" "))) if text else [] for text in texts])


def _flat_words(text: str) -> list[str]:
    """The words of an ASCII text one after the other, with `_END` where a clause ends, and `_TEXT_END` where a text
    does: quicker for a long text.
    """
    line = text.encode("ascii").translate(_FLAT)
    if b"+" in line or b"#" in line:
        line = loosen_signs(line.decode("ascii"), SEPARATOR).encode("ascii")
    line = line.replace(b". ", b"\n ").translate(_PARTED)
    words = line.decode("ascii").replace("\n", f" {_END} ").replace(_TEXT_END, f" {_TEXT_END} ").split()
    if b"'" in line:
        words = [word for word in [word if "'" not in word else unquote(word) for word in words] if word]
    return words


def tally(text: str) -> dict[str, int]:
    """How often each word that says something stands in a text, and each two of them side by side.

    >>> tally("the rest of a rest framework")
    {'rest': 2, 'framework': 1, 'rest framework': 1}
    """
    return _counts_in(in_normal_form(text))


def _counts_in(said: list[str]) -> dict[str, int]:
    """How often each word stands in what is said `in_normal_form`, and each two side by side: single letters count in
    pairs alone, two words that fit any topic by themselves alone.
    """
    counts: dict[str, int] = {}
    generic, before = GENERIC_FORMS, ""
    for word in said:
        if len(word) > 1:
            counts[word] = counts.get(word, 0) + 1
        if before and word and not (before in generic and word in generic):
            pair = f"{before} {word}"
            counts[pair] = counts.get(pair, 0) + 1
        before = word
    return counts


def weights(
    fields: tuple[dict[str, int], ...], lengths: tuple[float, ...], documents: int, holders: Callable[[str], int]
) -> dict[str, tuple[int, int]]:
    """What each word speaks for a document, in thousandths, and the fields it stands in as bits."""
    sums: dict[str, float] = {}
    where: dict[str, int] = {}
    for bit, (counts, most, usual) in enumerate(zip(fields, FIELDS.values(), lengths, strict=True)):
        half = HALF * (1 - LENGTH + LENGTH * sum(counts.values()) / usual)
        for word, times in counts.items():
            sums[word] = sums.get(word, 0.0) + most * times / (times + half)
            where[word] = where.get(word, 0) | 1 << bit
    whole = log(documents + 0.5)
    found = {}
    for word, given in sums.items():
        rarity = log((documents + 0.5) / holders(word)) / whole
        topic = PAIR if " " in word else TOPICLESS if word in GENERIC_FORMS else 1.0
        found[word] = round(1000 * given * rarity**RARITY * topic) if rarity >= RAREST else 0, where[word]
    return found
