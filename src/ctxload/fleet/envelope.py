"""A frozen loader as bytes: what it says of itself, a digest, and the rest as compressed JSON.

    magic (8) · SHA-256 of the JSON (32) · the JSON, compressed

No pickle and no marshal: bytes that somebody hands over can be refused here and can do nothing else. What is compressed
is bounded before it is opened.
"""

from __future__ import annotations

import json
import zlib
from hashlib import sha256

from ..errors import CtxloadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAGIC = b"ctxfroz1"
HEAD = len(MAGIC) + 32
#: The most that a frozen loader may hold when it is open, in bytes.
OPEN_LIMIT = 512_000_000
CURE = "freeze the loader again, and hand the bytes over as they are"


class UnusableFrozenError(CtxloadError):
    """Bytes that aren't a frozen loader, are damaged, or were frozen by another version."""


def unusable(why: str, cure: str = CURE) -> UnusableFrozenError:
    """The error for bytes that cannot be thawed."""
    return UnusableFrozenError(f"these bytes cannot be thawed: {why} ({cure})")


def sealed(data: dict[str, Any]) -> bytes:
    """Plain data as bytes; CtxloadError where they are more than can be opened again."""
    body = json.dumps(data, separators=(",", ":"), sort_keys=True, allow_nan=False).encode("ascii")
    if len(body) > OPEN_LIMIT:
        raise CtxloadError(f"this index is too large to freeze: {len(body):,} bytes, of at most {OPEN_LIMIT:,}")
    return MAGIC + sha256(body).digest() + zlib.compress(body, 6)


def opened(data: bytes) -> dict[str, Any]:
    """The plain data of frozen bytes; UnusableFrozenError where they aren't what was sealed."""
    if not isinstance(data, bytes):
        raise unusable(f"a {type(data).__name__} isn't bytes", "they are what `ContextLoader.freeze()` gives")
    if data[: len(MAGIC)] != MAGIC or len(data) <= HEAD:
        raise unusable("they aren't a frozen loader", "they are what `ContextLoader.freeze()` gives")
    body = _open(data)
    if sha256(body).digest() != data[len(MAGIC) : HEAD]:
        raise unusable("their digest does not hold")
    try:
        found = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise unusable("they hold no JSON") from error
    if type(found) is not dict:
        raise unusable("they hold something else")
    return found


def _open(data: bytes) -> bytes:
    opener = zlib.decompressobj()
    try:
        body = opener.decompress(memoryview(data)[HEAD:], OPEN_LIMIT + 1)
    except zlib.error as error:
        raise unusable("they are damaged") from error
    if len(body) > OPEN_LIMIT:
        raise unusable(f"they hold more than {OPEN_LIMIT:,} bytes")
    if not opener.eof or opener.unused_data:
        raise unusable("they are cut short, or something follows")
    return body


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def digest_of(data: bytes) -> str:
    """The digest that frozen bytes carry, in hexadecimal.

    >>> digest_of(sealed({}))[:8]
    '44136fa3'
    """
    return data[len(MAGIC) : HEAD].hex()
