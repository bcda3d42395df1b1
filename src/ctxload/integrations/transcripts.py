"""Where agent clients keep a person's transcripts, and which of them are of one project.

Claude Code has a folder for each folder it works in, named by its path; Codex a tree of days. A transcript says itself
in which folder it was written; what lies elsewhere than in the project, or belongs to somebody else, is not read.
"""

from __future__ import annotations

import os

from ..record import Record
from .clients.registry import INSTALLABLE, find
from .setup.places import client_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: How many transcripts are read, the newest first, how large one may be, and all of them, in bytes.
MOST, LARGEST, ALL = 300, 64_000_000, 512_000_000
#: How many files are looked at for those of a project.
LOOKED = 20_000
#: How much of a transcript tells its folder, in bytes.
HEAD = 262_144
ENDING = ".jsonl"


class Found(Record):
    """The transcripts of a project, newest first, and how many were left out for their number or size."""

    paths: tuple[str, ...]
    left_out: int = 0


def transcripts_of(root: str) -> Found:
    """The transcripts of a person's own clients in which a project was worked on."""
    tops = _tops(root)
    return _newest((path, status) for path, status in _own(_all_files(tops)) if is_of_project(path, tops))


def transcripts_in(paths: tuple[str, ...]) -> Found:
    """The transcripts that somebody names: files, and folders of them."""
    return _newest(_own(file for path in paths for file in ([path] if os.path.isfile(path) else _below(path))))


def is_of_project(path: str, tops: tuple[str, ...]) -> bool:
    """Whether a transcript was written in a project: the first folder that it names lies in it."""
    from ..authoring.logs.sessions import folder_in

    try:
        with open(path, "rb") as file:
            folder = os.path.normpath(folder_in(file.read(HEAD)) or ".")
    except OSError:
        return False
    return any(folder == top or folder.startswith(top + os.sep) for top in tops)


def _tops(root: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((os.path.normpath(root), os.path.realpath(root))))


def _all_files(tops: tuple[str, ...]) -> Iterator[str]:
    for client in map(find, INSTALLABLE):
        if client.transcripts:
            folder = os.path.join(client_folder(client), client.transcripts)
            yield from _of_projects(folder, tops) if client.has_folder_for_project else _below(folder)


def _of_projects(folder: str, tops: tuple[str, ...]) -> Iterator[str]:
    """The transcripts in the folders that are named by a project or by a folder in it."""
    names = tuple(_named(top) for top in tops)
    for name in _listed(folder):
        if any(name == one or name.startswith(f"{one}-") for one in names):
            yield from _below(os.path.join(folder, name))


def _named(folder: str) -> str:
    """A folder as Claude Code names it.

    >>> _named("/home/me/my.shop")
    '-home-me-my-shop'
    """
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in folder)


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _below(folder: str) -> Iterator[str]:
    """The transcripts below a folder, the last name first, which is the newest day; no link is followed."""
    looked = 0
    for place, folders, names in os.walk(folder):
        folders.sort(reverse=True)
        for name in sorted(names, reverse=True):
            looked += 1
            if looked > LOOKED:
                return
            if name.endswith(ENDING):
                yield os.path.join(place, name)


def _newest(files: Iterable[tuple[str, os.stat_result]]) -> Found:
    """The newest of these files, as many as are read."""
    rows = [(status.st_mtime, path, status.st_size) for path, status in files]
    kept: list[str] = []
    size = 0
    for _, path, length in sorted(rows, reverse=True):
        if len(kept) < MOST and length <= LARGEST and size + length <= ALL:
            kept.append(path)
            size += length
    return Found(tuple(kept), len(rows) - len(kept))


def _own(paths: Iterable[str]) -> Iterator[tuple[str, os.stat_result]]:
    """Those that are regular files of the person's, each with its status."""
    from stat import S_ISREG

    for path in paths:
        try:
            found = os.lstat(path)
        except OSError:
            continue
        is_own = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
        if is_own and S_ISREG(found.st_mode):
            yield path, found
