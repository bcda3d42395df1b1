"""A file is written whole or not at all: beside the old one, then put in its place."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def put(path: str, data: bytes, mode: int = 0o666, *, before: Callable[[str], None] | None = None) -> None:
    """Puts a file with these bytes at a path; what stood there stays until they are all written.

    `mode` is what a new file may have, less the umask. `before` is called with the path of what was written, just
    before it takes the place; where that or the writing fails, nothing is left behind. Raises OSError.
    """
    draft = os.path.join(os.path.dirname(path), f".ctxload-{os.getpid()}-{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        if before is not None:
            before(draft)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
