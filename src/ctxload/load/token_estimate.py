r"""How large a text is: an estimate of its tokens without imports, or exactly with the extra `ctxload[tokens]`.

The estimate counts words, letters, digits, signs and characters beyond ASCII, each with a weight that was fitted to
`o200k_base` on the guides of public repositories; `docs/load.md` states its error. It is a sum over lines: a text of
whole lines is never estimated higher than its parts are together.

>>> estimate("Optimize the database queries.\n"), estimate("")
(6, 0)
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: What each thing adds, in thousandths of a token. A word is what stands between blanks; a sign in a run adds less, a
#: letter after a sign begins a token of its own, and so does a capital within a word.
WORD, LETTER, CAPITAL, DIGIT, SIGN, RULE, BLANKS, LINE = 902, 27, 196, 819, 625, 684, 194, 134
IN_RUN, AFTER_SIGN, INNER_CAPITAL = -854, 876, 615
#: The same for a character beyond ASCII, by the first byte of its UTF-8: accents, Greek, Cyrillic, Hebrew and Arabic,
#: scripts of South Asia, punctuation and arrows, kana, Chinese, Hangul, forms of full width, emoji.
BEYOND = (
    ("L", 0xC2, 0xC3, 1950), ("X", 0xC4, 0xCB, 2240), ("G", 0xCC, 0xCF, 310), ("Y", 0xD0, 0xD4, 280),
    ("H", 0xD5, 0xDF, 300),
    ("I", 0xE0, 0xE1, 320), ("S", 0xE2, 0xE2, 660), ("K", 0xE3, 0xE3, 570), ("J", 0xE4, 0xE9, 1050),
    ("O", 0xEA, 0xED, 460),
    ("F", 0xEE, 0xEF, 1000), ("M", 0xF0, 0xFF, 2500),
)  # fmt: skip

#: The encoding of the exact count.
ENCODING = "o200k_base"
#: The exact count is made of pieces of whole lines of at most about so many characters.
PIECE = 200_000


def _kind(byte: int) -> str:
    char = chr(byte)
    if byte >= 0x80:
        return next((name for name, first, last, _ in BEYOND if first <= byte <= last), "c")
    if char.isalpha():
        return "a" if char.islower() else "A"
    if char.isspace():
        return "\n" if char == "\n" else " "
    return "0" if char.isdigit() else "-" if char in "-=_*~#" else "."


_KINDS = "".join(map(_kind, range(256))).encode("ascii")


def thousandths(text: str) -> int:
    """The estimate in thousandths of a token: exactly the sum of those of the text's lines."""
    kinds = text.encode("utf-8", "replace").translate(_KINDS)
    count = kinds.count
    found = (
        WORD * len(kinds.split())
        + LETTER * count(b"a")
        + CAPITAL * count(b"A")
        + DIGIT * count(b"0")
        + SIGN * count(b".")
        + RULE * count(b"-")
        + BLANKS * count(b"  ")
        + LINE * count(b"\n")
        + IN_RUN * (count(b"--") + count(b".."))
        + AFTER_SIGN * (count(b".a") + count(b"-a"))
        + INNER_CAPITAL * count(b"aA")
    )
    if not text.isascii():
        rest = kinds.translate(None, b"aA0.- \nc")
        for name, _, _, weight in BEYOND:
            found += weight * rest.count(name.encode("ascii"))
    return found


def estimate(text: str) -> int:
    """The number of tokens a text has, about."""
    return -(-thousandths(text) // 1000)


def exact_counter() -> Callable[[str], int]:
    """A function that counts tokens exactly, by `o200k_base`. Raises UsageError where the extra is not installed."""
    try:
        import bpe_openai
    except ImportError:
        from ..errors import UsageError

        raise UsageError(
            "exact counts need an extra that is not installed: `pip install 'ctxload[tokens]'`, or do without --exact"
        ) from None
    encode = bpe_openai.get_encoding(ENCODING).encode_ordinary
    return lambda text: sum(len(encode(piece)) for piece in _pieces(text))


def _pieces(text: str) -> list[str]:
    """The text in pieces of whole lines, none much longer than `PIECE` unless a line is."""
    pieces, at = [], 0
    while len(text) - at > PIECE:
        end = text.rfind("\n", at, at + PIECE) + 1 or text.find("\n", at + PIECE) + 1 or len(text)
        pieces.append(text[at:end])
        at = end
    return [*pieces, text[at:]]
