"""The files at hand as a caller names them: from the working directory, or those that git says have changed.

The only file that runs another program: git, without anything that the project could have it start.
"""

from __future__ import annotations

import os

from .at_hand import AT_HAND
from .errors import UsageError
from .tree import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: How long git may take, in seconds.
PATIENCE = 60
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false")


def given(root: str, files: Iterable[str], changed: bool = False) -> tuple[str, ...]:
    """The files at hand, from the root, each once: those that are named, then those that have changed."""
    names = [from_here(name, root) for name in files]
    if changed:
        names += changed_files(root)
    return tuple(dict.fromkeys(names))


def from_here(name: str, root: str) -> str:
    """The path from the root of a file that is named from the working directory; it need not be there."""
    from .diagnostics import escape, is_unsafe

    if is_unsafe(name):
        raise UsageError(f"--file {escape(name)}: control characters in a name: rename the file")
    full = os.path.abspath(os.path.join(os.getcwd(), name))
    for top, path in ((os.path.abspath(root), full), (os.path.realpath(root), os.path.realpath(full))):
        inside = top if top.endswith(os.sep) else top + os.sep
        if path.startswith(inside):
            found, wrong = clean(path[len(inside) :].replace(os.sep, "/"))
            if not wrong:
                return found + "/" if name.endswith(("/", os.sep)) else found
    raise UsageError(f"--file {escape(name) or '(nothing)'}: this file is not below the root, {escape(root)}")


def changed_files(root: str) -> list[str]:
    """The files below the root that differ from the last commit, those that git does not know yet among them."""
    prefix = _git(root, "rev-parse", "--show-prefix").rstrip("\n")
    status = _git(root, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", ".")
    names = [line[3:] for line in status.split("\0") if len(line) > 3]
    return [name.removeprefix(prefix) for name in names if name.startswith(prefix)][:AT_HAND]


def _git(root: str, *words: str) -> str:
    """What git prints, run in the root; UsageError where it does not work there."""
    import subprocess

    from .diagnostics import escape

    environ = {key: value for key, value in os.environ.items() if key not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX")}
    try:
        done = subprocess.run(
            [*_GIT, *words], cwd=root, capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False,
            env={**environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
        )  # fmt: skip
    except FileNotFoundError as error:
        raise UsageError("--changed asks git, and there is none: name the files with --file") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"--changed asks git, which did not answer: {escape(str(error))}") from error
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()[:1] or [f"status {done.returncode}"]
        raise UsageError(f"--changed asks git, which says: {escape(why[0])}")
    return done.stdout.decode("utf-8", "replace")
