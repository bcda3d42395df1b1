"""What ignore files leave out, from their lines: which pattern has the last word on a path, as git reads them.

Wildcards fit names that begin with a dot here. What is compared is counted; where there is too much, all is left out.
"""

from __future__ import annotations

from .globs import ending, keys_of
from .wildcards import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .wildcards import Places

    #: The rules that hold in a folder, from the root down, each with what is left of its patterns.
    Frames = list[tuple["IgnoreRules", list[tuple[int, Places]]]]
    #: The lines of a folder's ignore files.
    LinesOf = Callable[[str], list[str]]

#: How many paths the patterns of a project's ignore files are compared with, all together; what stands beyond is left
#: out.
IGNORE_LOOKS = 5_000_000


class IgnoreRules:
    """The patterns of one folder's ignore files, in order. Plain names and ends such as `*.pyc`, which hold at any
    depth, are looked up; the others are compared."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.globs = [glob for line in lines if (glob := read(line, dots=True)) is not None]
        self._by_key: dict[str, list[int]] = {}
        self.others: list[tuple[int, Places]] = []
        for number, glob in enumerate(self.globs):
            if len(glob.parts) == 2 and glob.parts[0] is None and (keys := keys_of(glob)):
                self._by_key.setdefault(keys[0], []).append(number)
            else:
                self.others.append((number, glob.start))

    def below(self, others: list[tuple[int, Places]], name: str) -> list[tuple[int, Places]]:
        """What is left of the others in a folder of this name."""
        led = [(number, self.globs[number].after(places, name, below=False)) for number, places in others]
        return [(number, places) for number, places in led if places]

    def last_word(self, others: list[tuple[int, Places]], name: str, *, directory: bool) -> bool | None:
        """What the last pattern says that means this very name; None where none does."""
        keyed = [*self._by_key.get(name, ()), *self._by_key.get(ending(name), ())]
        for number in sorted(keyed, reverse=True):
            if self._says(number, self.globs[number].start, name, directory):
                break
        else:
            number = -1
        for other, places in reversed(others):
            if other < number:
                break
            if self._says(other, places, name, directory):
                number = other
                break
        return None if number < 0 else not self.globs[number].negated

    def _says(self, number: int, places: Places, name: str, directory: bool) -> bool:
        glob = self.globs[number]
        return (directory or not glob.folders_only) and glob.ends(places, name)


class IgnoredPaths:
    """What the ignore files of one tree leave out: worked out once for each folder, from the one above.

    >>> lines = {"": ["*.log", "build/"], "a": ["!keep.log"]}
    >>> ignored = IgnoredPaths()
    >>> [ignored.leave_out(path, lambda folder: lines.get(folder, [])) for path in ("x.log", "a/keep.log", "build/a.md", "a.md")]
    [True, False, True, False]
    """  # noqa: E501

    def __init__(self, above: Iterable[tuple[str, Iterable[str]]] = ()) -> None:
        """`above` are the folders over the root, from the top: the lines of each, and the name of the next below."""
        self._frames: dict[str, Frames | None] = {}
        self._left = IGNORE_LOOKS
        self._above = above

    def leave_out(self, path: str, lines_of: LinesOf, *, directory: bool = False) -> bool:
        """Whether the ignore files of the folders above leave this file, or a folder it stands in, out."""
        folder, _, name = path.rpartition("/")
        frames = self._frames_in(folder, lines_of)
        return frames is None or (bool(frames) and self._is_left_out(frames, name, directory=directory))

    def _frames_in(self, folder: str, lines_of: LinesOf) -> Frames | None:
        """What holds in a folder, None where it is left out."""
        known = self._frames
        names: list[str] = []
        above = folder
        while above and above not in known:
            above, _, name = above.rpartition("/")
            names.append(name)
        if above not in known:
            known[above] = self._frames_above() + _own_frame(lines_of(""))
        frames = known[above]
        for name in reversed(names):
            above = f"{above}/{name}" if above else name
            frames = known[above] = self._frames_below(frames, above, name, lines_of)
        return frames

    def _frames_above(self) -> Frames:
        """What the folders above the root say of what is in it; nothing where they leave the root itself out."""
        frames: Frames = []
        for name, lines in self._above:
            frames = frames + _own_frame(list(lines))
            if self._is_left_out(frames, name, directory=True):
                return []
            frames = [(rules, rules.below(others, name)) for rules, others in frames]
        return frames

    def _frames_below(self, frames: Frames | None, folder: str, name: str, lines_of: LinesOf) -> Frames | None:
        if frames is None or (frames and self._is_left_out(frames, name, directory=True)):
            return None
        return [(rules, rules.below(others, name)) for rules, others in frames] + _own_frame(lines_of(folder))

    def _is_left_out(self, frames: Frames, name: str, *, directory: bool) -> bool:
        """The verdict of the nearest ignore file that has one; all is left out where there was too much to compare."""
        self._left -= sum(1 + len(others) for _, others in frames)
        if self._left < 0:
            return True
        for rules, others in reversed(frames):
            verdict = rules.last_word(others, name, directory=directory)
            if verdict is not None:
                return verdict
        return False


def _own_frame(lines: list[str]) -> Frames:
    if not lines:
        return []
    rules = IgnoreRules(lines)
    return [(rules, rules.others)] if rules.globs else []
