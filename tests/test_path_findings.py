"""What there is to say of a path that gives no file, that only its own path gives, or the same bytes as another."""

from __future__ import annotations

from typing import Any

import pytest

from ctxload.selection import path_findings
from ctxload.selection.model import EXPLICIT, Reason, SelectedFile
from ctxload.selection.path_findings import copies_among, finding_of, held_at, may_be_copies, why_closed
from ctxload.workspace.memory_tree import MemoryTree

TREE = {
    ".ctxignore": "*.log\ngen/\nd/.h.md\n",
    "a.md": "", "id_rsa": "", "z.log": "", "d/.h.md": "", "d/gen/x.md": "", "d/n.log": "", "d/o.log": "", "e/x.py": "",
    "gen/x.md": "", "e/gen/x.md": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "files", "told"),
    [
        ("a.md", ("a.md",), ""),
        ("d/*.log", ("d/n.log",), ""),
        ("d", ("d/x.md",), ""),
        ("d/*.md", (), "CTX308 `d/*.md` matches no file: fix the pattern, or add the files; `d/n.log` is ignored by .ctxignore"),  # noqa: E501
        ("*.md", (), "CTX308 `*.md` matches no file: fix the pattern, or add the files; `z.log` is ignored by .ctxignore"),  # noqa: E501
        ("e/*.md", (), "CTX308 `e/*.md` matches no file: fix the pattern, or add the files"),
        ("q/*.md", (), "CTX308 `q/*.md` matches no file: fix the pattern, or add the files"),
        ("d/", (), "CTX308 `d/` holds no file: add files, or remove the entry; `d/n.log` is ignored by .ctxignore"),
        ("e/", (), "CTX308 `e/` holds no file: add files, or remove the entry"),
        ("id_rsa", (), "CTX304 `id_rsa` looks like a file of secrets: take it out of the index"),
        ("z.log", (), "CTX305 `z.log` is ignored by .ctxignore: take it out of the index, or let it be tracked"),
        ("b.md", (), "CTX301 `b.md` doesn't exist: fix the path, or remove it"),
        ("../b.md", (), "CTX303 `../b.md` lies outside the root: name a file below the folder of the index"),
        (".git/x", (), "CTX303 `.git/x` lies in .git, which is never given: name another file"),
    ],
)  # fmt: skip
def test_of_a_path_this_is_told(path: str, files: tuple[str, ...], told: str) -> None:
    """Of files that are ignored the first is named that a pattern might have meant."""
    found = [
        f"{one.code} {one.message}: {one.hint}" for one in finding_of(MemoryTree(TREE), path, files, "i.yml", 3, 5)
    ]
    assert found == ([told] if told else [])


@pytest.mark.parametrize("looked", [2, 3])
def test_so_many_names_of_a_folder_are_looked_at_for_one_that_is_ignored(
    looked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(path_findings, "LOOKED", looked)
    tree = MemoryTree({".ctxignore": "*.log", "d/a.md": "", "d/b.md": "", "d/c.log": ""})
    (finding,) = finding_of(tree, "d/*.txt", (), "i.yml", 1, 1)
    assert ("c.log" in finding.hint) is (looked == 3)


def test_a_file_of_secrets_or_one_that_is_ignored_is_closed() -> None:
    tree = MemoryTree(TREE)
    assert why_closed(tree, "id_rsa") == ("CTX304", "looks like a file of secrets")
    assert why_closed(tree, "z.log") == ("CTX305", "is ignored by .ctxignore")
    assert why_closed(tree, "a.md") is None


# ── copies ───────────────────────────────────────────────────────────────────────────────────────────────


class Read(MemoryTree):
    """Notes which files are read."""

    def read(self, path: str, limit: int = -1) -> bytes:
        self.__dict__.setdefault("noted", []).append(path)
        return super().read(path, limit)


def chosen(tree: MemoryTree, *paths: str, layer: Any = "keyword", parts: str = "") -> list[SelectedFile]:
    """The files as an answer has them; of those in `parts` one section is asked for."""
    whole = Reason(layer, "keyword", "tabs", "x")
    part = whole.replace(sections=("Tabs",))
    return [SelectedFile(path, layer, 0, (part if path in parts else whole,), tree.status(path).size) for path in paths]


@pytest.mark.parametrize(
    ("texts", "copies", "read"),
    [
        ({"a": "# A", "b": "# A"}, {"b": "a"}, ["a", "b"]),
        ({"a": "# A", "b": "# B"}, {}, ["a", "b"]),
        ({"a": "# A", "b": "# A "}, {}, []),  # a file whose size no other has is not read
        ({"a": "# A", "b": "# B", "c": "# A"}, {"c": "a"}, ["a", "b", "c"]),
        ({"a": "# A", "b": "# A", "c": "# A"}, {"b": "a", "c": "a"}, ["a", "b", "c"]),
        ({"a": " ", "b": "\n"}, {}, ["a", "b"]),
        ({"a": "", "b": ""}, {}, ["a", "b"]),
        ({"a": "12345678", "b": "12345678"}, {"b": "a"}, ["a", "b"]),
        ({"a": "123456789", "b": "123456789"}, {}, []),  # too large to be compared
        ({"a": "12345678", "b": "1234567x"}, {}, ["a", "b"]),
    ],
)
def test_a_file_with_the_bytes_of_one_before_it_is_a_copy(
    texts: dict[str, str], copies: dict[str, str], read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(path_findings, "COMPARED", 8)
    tree = Read(texts)
    held: dict[Any, Any] = {}
    for _ in range(2):  # what was read once is remembered
        assert copies_among(tree, chosen(tree, *texts), held) == copies
    assert tree.__dict__.get("noted", []) == read


def test_who_asks_for_a_file_by_name_or_for_a_part_gets_no_other_for_it() -> None:
    tree = MemoryTree({"a": "# A", "b": "# A"})
    assert copies_among(tree, chosen(tree, "a", "b", layer=EXPLICIT), {}) == {}
    assert copies_among(tree, chosen(tree, "a", "b", parts="a"), {}) == {}
    assert copies_among(tree, chosen(tree, "a", "b", parts="ab"), {}) == {"b": "a"}
    mixed = [*chosen(tree, "a", layer=EXPLICIT), *chosen(tree, "b")]
    assert copies_among(tree, mixed, {}) == {"b": "a"}


@pytest.mark.parametrize(
    ("texts", "may"), [({"a": "# A", "b": "# A"}, True), ({"a": "# A", "b": "# B"}, False), ({"a": "# A"}, False)]
)
def test_a_quick_look_says_whether_two_files_may_be_copies(texts: dict[str, str], may: bool) -> None:
    tree = MemoryTree(texts)
    assert may_be_copies(tree, chosen(tree, *texts), {}) is may


def test_nothing_is_held_by_a_file_that_is_empty_or_cannot_be_read() -> None:
    tree = MemoryTree({"a": "# A", "b": " \n"})
    assert held_at(tree, "a", {}) != 0
    assert [held_at(tree, path, {}) for path in ("b", "c")] == [0, 0]
    assert held_at(tree, "a", {("held", "a"): (7,)}) == 7
