"""How this ctxload is called from elsewhere, as words and as a line of a shell."""

from __future__ import annotations

import os
import sys

from .places import Target


def own_words() -> list[str]:
    """How this ctxload is called, wherever the caller is: the path of its program, else this Python, isolated.

    `python -m ctxload` by itself is never written anywhere: it imports from the folder that it is started in, which is
    whatever project the client works in.
    """
    from ...workspace.processes import find as find_program
    from ...workspace.processes import interpreter

    name = os.path.basename(sys.argv[0]).lower().removesuffix(".exe")
    if name == "ctxload":
        path = sys.argv[0] if os.path.dirname(sys.argv[0]) else find_program("ctxload")
        if path and os.path.exists(path):
            return [os.path.abspath(path)]
    path = _program()
    return [path] if path else interpreter("-m", "ctxload")


def _program() -> str:
    """The program `ctxload` that came with this package: of this user's own packages, or of this Python."""
    import sysconfig

    user = sysconfig.get_preferred_scheme("user")
    package = os.path.abspath(__file__)
    for _ in __name__.split("."):  # the folder that the package is in
        package = os.path.dirname(package)
    scheme = user if package == sysconfig.get_path("purelib", user) else sysconfig.get_default_scheme()
    path = os.path.join(sysconfig.get_path("scripts", scheme), "ctxload" + (".exe" if sys.platform == "win32" else ""))
    return path if os.path.isfile(path) and os.access(path, os.X_OK) else ""


def hook_words(target: Target) -> list[str]:
    """The command of the hook: by name where a team shares it, else by path, which a client with another PATH finds."""
    words = ["ctxload"] if target.project else own_words()
    more = ["--max-chars", str(target.max_chars)] if target.max_chars else []
    return [*words, "hook", *more, *(word for source in target.sources for word in ("--source", source))]


def hook_command(target: Target) -> str:
    """The command line of the hook."""
    return shell_line(hook_words(target))


def shell_line(words: list[str]) -> str:
    """Words as a line for the shell that runs hooks."""
    if sys.platform == "win32":
        words = [word.replace("\\", "/") for word in words]
        return " ".join(f'"{word}"' if " " in word else word for word in words)
    from shlex import join

    return join(words)
