"""What somebody swaps while it is looked at: nothing outside the root, and nothing that was not checked, is ever read.

A swap is scripted: it happens before one certain question to the system, and in the next run before the one after it,
so that every order of events is tried once, and none by chance.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from ctxload.workspace.content import read_content
from ctxload.workspace.tree import DiskTree
from tiers import sample

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs links that anybody may make")

import_module("ctxload.workspace.opening")  # before the system is watched, for it asks what `os` can do
#: Every question to the system that opens, lists or looks at something by its name.
ASKED = ("open", "stat", "lstat", "readlink", "scandir", "access", "listdir", "fstat")
INSIDE, OUTSIDE, HIDDEN = "inside\n", "OUTSIDE\n", "TOKEN=HIDDEN\n"


@contextmanager
def before_each_question(act: Callable[[int], None]) -> Iterator[None]:
    """Calls `act` with the number of each question to the system before it is asked."""
    asked, busy = 0, False

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def question(*words: Any, **more: Any) -> Any:
            nonlocal asked, busy
            if not busy:
                busy = True
                try:
                    act(asked)
                finally:
                    busy = False
                asked += 1
            return real(*words, **more)

        return question

    with pytest.MonkeyPatch.context() as patch:
        for name in ASKED:
            patch.setattr(os, name, watched(getattr(os, name)))
        yield


class Swap:
    """A place that stands in one of two ways, and can be turned into the other at any time."""

    def __init__(self, place: Path, target: str) -> None:
        self.place, self.other = place, place.parent / "other"
        self.other.symlink_to(target)

    def __call__(self) -> None:
        third = self.place.parent / "third"
        self.place.rename(third)
        self.other.rename(self.place)
        third.rename(self.other)


def project(folder: Path, place: str, target: str) -> tuple[DiskTree, Swap]:
    """A root beside a folder of the same names, and a place in it that may become a link."""
    for top, text in ((folder / "root", INSIDE), (folder / "outside", OUTSIDE)):
        (top / "docs" / "deep").mkdir(parents=True)
        (top / "docs" / "deep" / "a.md").write_text(text, encoding="utf-8")
        (top / "docs" / f"{text.strip().lower()}.md").write_text(text, encoding="utf-8")
    (folder / "root" / ".env").write_text(HIDDEN, encoding="utf-8")
    (folder / "root" / "link.md").symlink_to("docs/deep/a.md")
    return DiskTree(str(folder / "root")), Swap(folder / "root" / place, target)


PLACES = [
    ("docs", "../outside/docs"),
    ("docs/deep", "../../outside/docs/deep"),
    ("docs/deep/a.md", "../../../outside/docs/deep/a.md"),
    ("docs/deep/a.md", "../../.env"),
    ("link.md", "../outside/docs/deep/a.md"),
    ("link.md", ".env"),
]


def every_order(
    tmp_path: Path, place: str, target: str, use: Callable[[DiskTree], str], checked: Callable[[DiskTree], bool]
) -> list[str]:
    """What is read where the place is swapped once, or there and back, before any of the questions."""
    count = 0

    def counted(number: int) -> None:
        nonlocal count
        count = number + 1

    tree, _ = project(tmp_path / "dry", place, target)
    with before_each_question(counted):
        assert checked(tree)
        assert INSIDE in use(tree)
    found = []
    turns = [*((n,) for n in range(count)), *combinations(range(count), 2)]
    assert len(turns) > 10
    for number, turn in enumerate(turns):
        tree, swap = project(tmp_path / str(number), place, target)
        with before_each_question(lambda now, turn=turn, swap=swap: swap() if now in turn else None):  # type: ignore[misc]
            if checked(tree):
                found.append(use(tree))
    return found


@pytest.mark.parametrize("by_folder", [True, False])
@pytest.mark.parametrize(("place", "target"), sample(PLACES, 2))
@pytest.mark.heavy
def test_a_place_that_becomes_a_link_at_any_moment_never_leads_to_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, target: str, by_folder: bool
) -> None:
    monkeypatch.setattr("ctxload.workspace.opening.BY_FOLDER", by_folder)
    path = "link.md" if place == "link.md" else "docs/deep/a.md"

    def use(tree: DiskTree) -> str:
        return read_content(tree, path).text

    def checked(tree: DiskTree) -> bool:
        return tree.status(path).kind == "file" and not tree.is_secret(path)

    found = every_order(tmp_path, place, target, use, checked)
    assert INSIDE in found
    assert set(found) <= {INSIDE, ""}


@pytest.mark.parametrize(("place", "target"), PLACES[:2])
@pytest.mark.heavy
def test_a_folder_that_becomes_a_link_at_any_moment_is_never_listed_as_another(
    tmp_path: Path, place: str, target: str
) -> None:
    def use(tree: DiskTree) -> str:
        return INSIDE + "\n".join(tree.files_below("docs").files)

    found = every_order(tmp_path, place, target, use, lambda tree: tree.status("docs").kind == "directory")
    assert any("docs/inside.md" in names for names in found)
    assert not [names for names in found if "outside" in names]


def test_a_file_that_becomes_a_pipe_at_any_moment_is_not_waited_for(tmp_path: Path) -> None:
    def turn(number: int, tree: DiskTree, place: Path) -> str:
        def act(now: int) -> None:
            if now == number:
                place.unlink()
                os.mkfifo(place)

        with before_each_question(act):
            return tree.status("a.md").kind + read_content(tree, "a.md").text

    found = []
    for number in range(12):
        place = tmp_path / str(number) / "a.md"
        place.parent.mkdir()
        place.write_text(INSIDE, encoding="utf-8")
        found.append(turn(number, DiskTree(str(place.parent)), place))
    assert {"special", "file", f"file{INSIDE}"} >= set(found) and f"file{INSIDE}" in found and "file" in found


def test_a_plain_file_two_folders_down_costs_a_handful_of_questions(tmp_path: Path) -> None:
    asked = 0

    def counted(number: int) -> None:
        nonlocal asked
        asked = number + 1

    tree, _ = project(tmp_path, "docs", "elsewhere")
    tree.status("docs/deep/a.md")
    with before_each_question(counted):
        tree.open("docs/deep/a.md").close()
    assert asked <= 6  # the root, two folders, the file, what it is; a look by path took more than twice as many


def test_more_links_than_the_system_follows_are_unreadable_and_no_fault(tmp_path: Path) -> None:
    (tmp_path / "0.md").write_text("x", encoding="utf-8")
    for number in range(1_100):  # more than Python calls deep
        (tmp_path / f"{number + 1}.md").symlink_to(f"{number}.md")
    tree = DiskTree(str(tmp_path))
    assert (tree.status("30.md").kind, tree.read("30.md")) == ("file", b"x")
    assert tree.status("1100.md").kind == "unreadable"


def test_a_link_out_of_the_root_tells_nothing_of_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "there.md").write_text("x", encoding="utf-8")
    for name in ("there", "nowhere"):
        (tmp_path / "root" / f"{name}.md").symlink_to(f"../{name}.md")
    tree = DiskTree(str(tmp_path / "root"))
    assert {tree.status(f"{name}.md")[1:] for name in ("there", "nowhere")} == {("outside", 0, ())}
