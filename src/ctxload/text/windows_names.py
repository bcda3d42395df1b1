"""Names that mean something else to Windows than to other systems."""

from __future__ import annotations

_DEVICES = frozenset(
    "con prn aux nul conin$ conout$ clock$".split()
    + [name + sign for name in ("com", "lpt") for sign in "0123456789\u00b9\u00b2\u00b3"]
)


def is_odd_on_windows(path: str) -> bool:
    """Whether a name in a path means something else to Windows: a device, a stream, or the name without its last sign.

    >>> [is_odd_on_windows(path) for path in ("docs/a.md", "docs/NUL.md", "a.md:stream", "a.md. ", "~/console.md")]
    [False, True, True, True, False]
    """
    return ":" in path or any(
        part[-1:] in (".", " ") or part.lower().split(".")[0].rstrip() in _DEVICES for part in path.split("/")
    )
