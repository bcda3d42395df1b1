"""A file is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ctxload.workspace.atomic import put


@pytest.mark.parametrize("fails", ["fsync", "replace", "before"])
def test_where_writing_fails_the_old_file_stays_and_nothing_is_left_behind(
    fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError("no")

    if fails != "before":
        monkeypatch.setattr(os, fails, refuse)
    with pytest.raises(OSError, match="no"):
        put(str(path), b"new", before=refuse if fails == "before" else None)
    assert path.read_bytes() == b"old" and [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_what_was_there_is_replaced_by_just_these_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for data in (b"one", b"two\r\n\xff"):
        put(str(path), data)
        assert path.read_bytes() == data
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
@pytest.mark.parametrize("mode, seen", [(0o666, 0o640), (0o600, 0o600)])
def test_a_new_file_may_have_what_the_umask_leaves_of_its_mode(tmp_path: Path, mode: int, seen: int) -> None:
    before = os.umask(0o027)
    try:
        put(str(tmp_path / "a.txt"), b"", mode)
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == seen
