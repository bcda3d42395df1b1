"""`ctxload allow --finding CODE FILE` and its `deny`: a line withheld from models, allowed by who saw it."""

from __future__ import annotations

import os
import sys

from ..errors import EXIT_DONE, EXIT_NO, CtxloadError, UsageError
from ..load.allowances import ALLOWABLE, Found, allow_finding, deny_finding, find
from ..output import remark, say
from ..record import Record
from ..text.escaping import escape
from ..workspace.allowing import here
from ..workspace.tree import DiskTree
from .allow_project import asked, is_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: How many lines are shown of one file, and how much of each, in characters.
SHOWN, WIDTH = 20, 400
QUESTION = "may a model be given {}, for as long as {} as now? [y/N] "
_SEVERAL = "these lines", "the files stay"


class Named(Record):
    """A file that was named: the root of its project, and its path from there."""

    root: str
    path: str

    @property
    def full(self) -> str:
        """Where it is."""
        return f"{self.root}/{self.path}"


def run_allow_finding(code: str, files: Iterable[str], *, yes: bool) -> int:
    """Allows a finding of files as they are now, after showing its lines; the exit status."""
    named = [_named(file) for file in _checked(code, files)]
    if not yes and not is_terminal(sys.stdin):
        raise UsageError(
            f"there is no terminal to ask at: `ctxload allow --finding {code} FILE --yes` allows it without asking"
        )
    found = [find(DiskTree(one.root), one.path, code) for one in named]
    if not yes:
        say("".join(f"{line}\n" for one, each in zip(named, found, strict=True) for line in _about(one, each)))
        what = ("this line", "the file stays") if sum(len(each.lines) for each in found) == 1 else _SEVERAL
        if not asked(QUESTION.format(*what)):
            remark(["ctxload: nothing was changed"])
            return EXIT_NO
    for one, each in zip(named, found, strict=True):  # what was shown, whatever stands there by now
        if wrong := allow_finding(one.root, each.path, code, each.digest):
            raise CtxloadError(escape(wrong))
        remark([f"ctxload: allowed: {code} of {escape(one.full)} as it is; `ctxload deny --finding {code}` undoes it"])
    return EXIT_DONE


def run_deny_finding(code: str, files: Iterable[str]) -> int:
    """Takes that back; the exit status."""
    for file in _checked(code, files):
        one = _named(file)
        wrong, was = deny_finding(one.root, one.path, code)
        if wrong:
            raise CtxloadError(wrong)
        remark([f"ctxload: {'withheld again' if was else 'was not allowed'}: {code} of {escape(one.full)}"])
    return EXIT_DONE


def _checked(code: str, files: Iterable[str]) -> list[str]:
    found = list(files)
    if code not in ALLOWABLE:
        raise UsageError(f"{escape(code[:40])} isn't a finding that is withheld: {', '.join(ALLOWABLE)} are")
    if not found:
        raise UsageError(f"name the file whose {code} is meant, too")
    return found


def _named(file: str) -> Named:
    """The file as the project that it lies in names it. Links are not followed here: what reads the file does not,
    either.
    """
    full = os.path.abspath(os.path.expanduser(file))
    place = here(os.path.dirname(full))
    if place is None:
        raise UsageError(f"{escape(file)} lies in no project with an index, so that nothing gives it to a model")
    root, folder = os.path.realpath(place.root), os.path.realpath(os.path.dirname(full))
    path = os.path.relpath(os.path.join(folder, os.path.basename(full)), root)
    if os.path.isabs(path) or path == os.pardir or path.startswith(os.pardir + os.sep):
        raise UsageError(f"{escape(file)} lies outside the project {escape(root)}")
    return Named(root, path.replace(os.sep, "/"))


def _about(one: Named, found: Found) -> list[str]:
    """What somebody should see before a line is allowed: each line, with what it hides written as escapes."""
    rows = [f"  {number:5}  {_line(text)}" for number, text in found.lines[:SHOWN]]
    more = len(found.lines) - SHOWN
    return [escape(one.full), *rows, *([f"         and {more:,} more"] if more > 0 else [])]


def _line(text: str) -> str:
    return f"{escape(text[:WIDTH])} …" if len(text) > WIDTH else escape(text)
