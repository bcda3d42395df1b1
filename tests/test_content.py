"""The content of a file: what encodings become, and that half a file never passes for the whole."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.workspace.content import read_content
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.opening import STEADY_TRIES
from ctxload.workspace.tree import DiskTree


@pytest.mark.parametrize(
    ("data", "text", "codes"),
    [
        (b"# A\n", "# A\n", []),
        (b"# A", "# A\n", []),
        (b"", "", []),
        (b"\xef\xbb\xbf# A\n", "# A\n", ["CTX506"]),
        (b"a\r\nb\rc\n", "a\nb\nc\n", ["CTX507"]),
        ("h\u00e9\n".encode("utf-16"), "h\u00e9\n", ["CTX505"]),
        ("h\u00e9\r\n".encode("utf-16-be").join([b"\xfe\xff", b""]), "h\u00e9\n", ["CTX505", "CTX507"]),
        (b"caf\xe9\n", "caf\ufffd\n", ["CTX505"]),
        (b"PNG\0\0", "", ["CTX504"]),
        (b"x" * 101, "", ["CTX508"]),
    ],
)
def test_what_a_file_becomes(data: bytes, text: str, codes: list[str]) -> None:
    content = read_content(MemoryTree({"a.md": data}), "a.md", limit=100)
    assert (content.text, [finding.code for finding in content.findings]) == (text, codes)
    assert bool(content.wrong) == (not text and bool(data))


@given(st.binary(max_size=300))
def test_reading_never_raises_and_gives_all_or_nothing(data: bytes) -> None:
    content = read_content(MemoryTree({"a.md": data}), "a.md", limit=200)
    assert content.wrong or "\r" not in content.text
    if not content.wrong and not content.findings:
        assert content.text == data.decode() + ("" if not data or data.endswith(b"\n") else "\n")


def test_a_file_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n", encoding="utf-8")
    tree = DiskTree(str(tmp_path))
    assert tree.status("a.md").kind == "file"
    (tmp_path / "a.md").unlink()
    content = read_content(tree, "a.md")
    assert (content.wrong, [finding.code for finding in content.findings]) == ("cannot be read now", ["CTX406"])


@pytest.mark.parametrize(("times", "text"), [(1, "# A\nmore\n"), (STEADY_TRIES, "")])
def test_a_file_that_changes_while_it_is_read_is_read_again_or_not_given(tmp_path: Path, times: int, text: str) -> None:
    (tmp_path / "a.md").write_text("# A\n", encoding="utf-8", newline="\n")
    tree, left = DiskTree(str(tmp_path)), [None] * times

    def opened(path: str) -> BinaryIO:
        file = DiskTree.open(tree, path)
        return Interrupted(file, tmp_path / path) if left and left.pop() is None else file

    tree.open = opened  # type: ignore[method-assign]
    content = read_content(tree, "a.md")
    assert content.text == text and bool(content.wrong) == (not text)


class Interrupted(io.BufferedReader):
    """A file to which somebody adds while it is read."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        super().__init__(file.detach())  # type: ignore[attr-defined]
        self.path = path

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        with open(self.path, "ab") as other:
            other.write(b"more\n")
        return data


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_that_took_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n", encoding="utf-8")
    tree = DiskTree(str(tmp_path))
    tree.status("a.md")
    (tmp_path / "a.md").unlink()
    os.mkfifo(tmp_path / "a.md")
    assert read_content(tree, "a.md").wrong == "cannot be read now"
