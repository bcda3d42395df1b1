"""A file is written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ctxload.text.source import Source
from ctxload.workspace import file_edits
from ctxload.workspace.atomic import put
from ctxload.workspace.file_edits import write_text


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


# ── two that change one file ─────────────────────────────────────────────────────────────────────────────


def test_of_many_that_replace_one_text_at_once_one_does(tmp_path: Path) -> None:
    path = tmp_path / "index.yml"
    for turn in range(5):
        path.write_text("before", encoding="utf-8")

        def replace(number: int, of: int = turn) -> str:
            try:
                write_text(str(path), Source("index.yml", "before"), f"{of} {number}")
            except OSError:
                return ""
            return f"{of} {number}"

        with ThreadPoolExecutor(8) as pool:
            written = [text for text in pool.map(replace, range(8)) if text]
        assert written == [path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("other", ["ctxload", "an editor", "an editor that puts a new file"])
def test_what_changes_while_a_text_is_being_replaced_is_not_lost(
    other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "index.yml"
    path.write_text("before", encoding="utf-8")
    refused: list[Exception] = []

    def meanwhile(target: str, data: bytes, mode: int, *, before: Callable[[str], None]) -> None:
        monkeypatch.setattr(file_edits, "put", put)
        if other == "ctxload":
            with pytest.raises(OSError, match="another process") as caught:
                write_text(target, Source("index.yml", "before"), "of the other")
            refused.append(caught.value)
        elif other == "an editor":
            Path(target).write_text("of the other", encoding="utf-8")
        else:
            put(target, b"of the other")
        put(target, data, mode, before=before)

    monkeypatch.setattr(file_edits, "put", meanwhile)
    ours: Any = None
    try:
        write_text(str(path), Source("index.yml", "before"), "ours")
    except OSError as error:
        ours = error
    if other == "ctxload" and os.name == "posix":
        assert len(refused) == 1 and ours is None and path.read_text(encoding="utf-8") == "ours"
    else:
        assert str(ours) == file_edits.CHANGED and path.read_text(encoding="utf-8") == "of the other"
    assert [each.name for each in tmp_path.iterdir()] == ["index.yml"]
