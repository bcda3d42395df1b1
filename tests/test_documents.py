"""Reading the documents of an index."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.document_index import READ, DocumentPoints, Evidence
from ctxload.matching.lookups.listed import opened_cells
from ctxload.matching.tokens import tokens_of
from ctxload.selection.documents import by_name, document_of, evidence_of, read_evidence, weighed_anew
from ctxload.selection.entry_files import EntryFiles
from ctxload.selection.reading import read_text_file
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.tree import DiskTree


def test_who_asks_is_told_of_every_document_in_turn() -> None:
    index = parse(Source("i.yml", "context_files: [{path: a.md}, {path: b.md}, {path: gone.md}]")).index
    tree = MemoryTree({"a.md": "# Docker\n", "b.md": "# Buttons\n"})
    told: list[tuple[int, int]] = []
    heard = read_evidence(compile_index(index), tree, progress=lambda *counts: told.append(counts))
    assert told == [(1, 3), (2, 3), (3, 3)]
    unheard = read_evidence(compile_index(index), tree)
    assert opened_cells(heard.words) == opened_cells(unheard.words)
    assert (unheard.read_at, read_evidence(compile_index(index), tree, read_at=7).read_at) == (0, 7)


def test_where_only_names_are_read_those_of_which_none_speaks_are_as_long_as_the_others() -> None:
    def lengths(more: int) -> tuple[float, ...]:
        said = ["red buttons and borders", "blue session tokens", *(f"other {number}" for number in range(more))]
        rows = "".join(f"  - {{path: d{at}.md, description: {text}}}\n" for at, text in enumerate(said))
        tables = compile_index(parse(Source("i.yml", f"context_files:\n{rows}")).index)
        tree = MemoryTree({f"d{at}.md": f"# {text}\n" for at, text in enumerate(said)})
        found = by_name(tables, tree, "the red buttons of blue session tokens", lambda: False)
        assert found is not None
        return found.lengths

    assert lengths(20) == pytest.approx(lengths(0), abs=0.5)
    assert lengths(20)[1] > 4


def by_names(task: str, *texts: str) -> Evidence:
    """What is known of documents by their names, descriptions and titles alone."""
    rows = "".join(f"  - {{path: d{at}.md}}\n" for at in range(len(texts)))
    tables = compile_index(parse(Source("i.yml", f"context_files:\n{rows}")).index)
    found = by_name(tables, MemoryTree({f"d{at}.md": text for at, text in enumerate(texts)}), task, lambda: False)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Kernel\nbody", "kernel"),
        ("# Kernel", "kernel"),
        ("intro\n# Kernel\nbody", "kernel"),
        ("intro\n## Kernel\nbody", ""),
        ("---\nsummary: zebra\n---\n# Kernel\nbody", "kernel zebra"),
        ("\ufeff---\r\nsummary: zebra\r\n---\r\n# Kernel\r\nbody", "kernel zebra"),
        ("---\nsummary: zebra\n---\nintro\n# Kernel\nbody", "kernel zebra"),
        ("---\nsummary: zebra\n---\nintro\n", "zebra"),
        ("", ""),
    ],
)
def test_before_there_is_time_to_read_documents_their_front_matter_and_title_are(text: str, said: str) -> None:
    found = by_names("kernel zebra intro body", text, "# Other")
    words = ("kernel", "zebra", "intro", "body")
    assert [word for word in words if found.words.get(word) is not None] == said.split()
    assert [row[1:] for row in found.files] == [(0, ("kernel",) if "kernel" in said else ()), (0, ())]


@pytest.mark.parametrize(
    ("task", "title", "known"),
    [
        ("the kernels", "Kernel", True),
        ("kerne", "Kernel", True),
        ("ker", "Kernel", True),
        ("kernx", "Kernel", False),
        ("of the", "Of the kernel", False),
        ("fix k8s", "Kubernetes", True),
        ("fix kubernetes", "k8s", True),
        ("fix the kernel", "k8s", False),
    ],
)
def test_titles_are_read_that_have_the_beginning_of_a_word_of_the_task(task: str, title: str, known: bool) -> None:
    found = by_names(task, f"# {title}", "# Other")
    assert any(found.words.get(word) is not None for word in ("kernel", "kubernetes", "k8s")) is known
    assert (found.count, len(found.lengths), found.read_at) == (2, 6, 0)


@pytest.mark.parametrize(("documents", "looks"), [(1, 1), (20, 1), (21, 2), (41, 3)])
def test_whether_it_is_late_is_asked_for_every_twentieth_document(documents: int, looks: int) -> None:
    rows = "".join(f"  - {{path: d{at}.md}}\n" for at in range(documents))
    tables, tree = compile_index(parse(Source("i.yml", f"context_files:\n{rows}")).index), MemoryTree({})
    times: list[int] = []
    for late in (looks, looks + 1):
        times.clear()
        found = by_name(tables, tree, "the buttons", lambda late=late: times.append(1) or len(times) == late)
        assert (found is None, len(times)) == (late == looks, looks)


#: Each word that only begins like one of the task stands in one document alone.
SAID = {
    "a.md": "# Kernel panic\n\nThe kernelmode panic of a zebra: kernelmode, kernelspaces and kernelé, kernel7.\n",
    "b.md": "# Zebra\n\nA zebra in panic, and the kernel panic of it.\n",
    "c.md": "# Lion\n\nSerializers in a file.\n",
}


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_document_that_is_weighed_by_itself_gives_what_it_gave_among_all(number: int) -> None:
    rows = "".join(f"  - {{path: {path}}}\n" for path in SAID)
    tables, tree = compile_index(parse(Source("i.yml", f"context_files:\n{rows}")).index), MemoryTree(SAID)
    evidence = read_evidence(tables, tree)
    factors = {"kernel": 1.0, "kernelx": 0.7, "kernelmode": 0.4, "zebra": 0.3, "panic": 1.0, "file": 1.0, "of": 1.0}
    factors |= {"kernel panic": 1.0, "zebra kernelmode": 1.0, "serialize": 0.9, "serializ": 0.6, "absent": 1.0}
    points = DocumentPoints(evidence, factors, {"panic zebra": 0.5, "kernel zebra": 0.5}, 0.5)
    given = {word: one for word, *one in points.words_of(number)}
    anew = weighed_anew(EntryFiles(tables, tree), evidence, number, points, factors)
    assert {word: [*one] for word, one in anew.items()} == given
    assert len(given) > 1


def test_what_documents_say_is_read_once_for_a_tree_until_the_index_has_others() -> None:
    tree = MemoryTree(SAID)
    one, other = (
        compile_index(parse(Source("i.yml", f"context_files: [{{path: {path}}}]")).index) for path in SAID if path < "c"
    )
    known = evidence_of(one, tree)
    assert evidence_of(one, tree) is known
    assert [known.words.get(word) is not None for word in ("serializer", "zebra", "kernelmode")] == [False, True, True]
    anew = evidence_of(other, tree).words
    assert [anew.get(word) is not None for word in ("serializer", "zebra", "kernelmode")] == [False, True, False]
    assert evidence_of(other, MemoryTree(SAID)) is not evidence_of(other, tree)


def document(files: dict[str, bytes], paths: str = "[a.md, b.md]") -> str:
    """What is read of one entry."""
    index = parse(Source("i.yml", f"context_files: [{{path: {paths}}}]")).index
    tables, tree = compile_index(index), MemoryTree(files)
    return document_of(EntryFiles(tables, tree), 0).text


def test_a_document_is_the_text_of_its_files_with_a_line_between_them() -> None:
    assert document({"a.md": b"\xef\xbb\xbfone\r\ntwo", "b.md": b"three"}) == "one\ntwo\n\nthree"


def test_of_a_file_that_is_no_text_nothing_is_read() -> None:
    assert document({"a.md": b"one \0 two", "b.md": b"three"}) == "\n\nthree"


def test_so_much_is_read_of_the_files_of_an_entry_and_no_more() -> None:
    assert document({"a.md": b"x" * (READ - 1), "b.md": b"yz"}) == "x" * (READ - 1) + "\n\ny"
    assert document({"a.md": b"x" * (READ + 1), "b.md": b"yz"}) == "x" * READ


def test_a_file_that_cannot_be_read_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> bytes:
        raise PermissionError

    monkeypatch.setattr(MemoryTree, "read", refused)
    assert document({"a.md": b"one", "b.md": b"two"}) == "\n\n"


@pytest.mark.parametrize(
    ("later", "read"), [("Red.", "Red."), ("Red tape.", "Red tape."), ("", ""), ("R" * READ, "R" * READ)]
)
def test_of_a_file_that_grew_or_shrank_since_it_was_looked_at_all_is_read(
    tmp_path: Path, later: str, read: str
) -> None:
    (tmp_path / "api.md").write_text("Red.", encoding="utf-8")
    tree = DiskTree(str(tmp_path))
    assert tree.status("api.md").size == 4
    (tmp_path / "api.md").write_text(later, encoding="utf-8")
    assert read_text_file(tree, "api.md", READ).decode() == read
    assert read_text_file(tree, "api.md", 2).decode() == read[:2]


def test_signs_are_loosened_the_same_however_far_apart_they_stand() -> None:
    text = "# one\n" + "word " * 500 + "c++ a+b c# issue#12\n" * 2 + "x"
    words = [word for clause in tokens_of(text).words for word in clause]
    assert [word for word in words if word != "word"] == ["one", *["c++", "a", "b", "c#", "issue", "12"] * 2, "x"]
