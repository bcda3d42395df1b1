"""What an answer is made of: places in a task, reasons, the files of entries, and answers that are the same."""

from __future__ import annotations

import pickle

import pytest

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.tables import Tables
from ctxload.selection import entry_files, path_findings, reading
from ctxload.selection.entry_files import EntryFiles, file_at
from ctxload.selection.model import (
    NOWHERE,
    LeftOut,
    PendingVerdicts,
    Reason,
    Request,
    Resolution,
    SelectedFile,
    Term,
    Verdict,
    Where,
)
from ctxload.selection.reading import document_of
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree


def tables_of(index: str) -> Tables:
    return compile_index(parse(Source("context-index.yml", index)).index)


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ((), ()),
        (((0, 3),), ("one",)),
        (((0, 3), (4, 7)), ("one", "two")),
        (((0, 3), (4, 7), (8, 13)), ("one", "two", "three")),  # as many as what is looked up later has parts
        (((0, 3), (4, 7), (8, 13), (14, 18)), ("one", "two", "three", "four")),
    ],
)
def test_places_are_spans_with_the_words_at_them(spans: tuple[tuple[int, int], ...], words: tuple[str, ...]) -> None:
    where = Where("one two three four", spans)
    assert (where.spans, where.words, repr(where)) == (spans, words, f"Where({', '.join(map(repr, words))})")
    assert pickle.loads(pickle.dumps(where)) == where


def test_the_places_of_a_keyword_are_those_of_its_own_hits() -> None:
    tables = tables_of("context_files: [{path: a.md, keywords: [red, blue]}]")
    (file,) = resolve(tables, MemoryTree({"a.md": ""}), Request("red and blue", match="whole")).files
    assert (file.score, [reason.spans for reason in file.reasons]) == (2000, [((0, 3),), ((8, 12),)])
    (file,) = resolve(tables, MemoryTree({"a.md": ""}), Request("blue, red and blue", match="whole")).files
    assert [(reason.by, reason.spans) for reason in file.reasons] == [("blue", ((0, 4), (14, 18))), ("red", ((6, 9),))]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Where("one two", ((0, 3),)), True),
        (Where("one six", ((0, 3),)), True),  # the same word at the same place
        (Where("six two", ((0, 3),)), False),
        (Where("one two one", ((8, 11),)), False),
        (((0, 3),), False),
        ("one", False),
    ],
)
def test_places_are_the_same_where_spans_and_words_are(other: object, same: bool) -> None:
    where = Where("one two", ((0, 3),))
    assert ((where == other), (where != other)) == (same, not same)
    assert not same or hash(where) == hash(other)


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_not_said_of_a_value_is_nothing() -> None:
    assert Request("x") == Request("x", "", None, "", (), True, "", (), (), ())
    assert Reason("keyword", "keyword", "x") == Reason("keyword", "keyword", "x", "", NOWHERE, (), "", ())
    assert SelectedFile("a.md", "keyword", 7, ()) == SelectedFile("a.md", "keyword", 7, (), 0)
    assert Verdict("a", False, "weak", "said") == Verdict("a", False, "weak", "said", 0, "", (), (), (), ())
    assert LeftOut("a.md", "gone") == LeftOut("a.md", "gone", "", "")


WHOLE, PART = Reason("keyword", "keyword", "x"), Reason("keyword", "section", "y", sections=("Use", "Set up"))
DOCUMENT, OTHER = Reason("keyword", "document", "z"), Reason("keyword", "section", "w", sections=("Why", "Use"))


@pytest.mark.parametrize(
    ("reasons", "sections"),
    [
        ((), ()),
        ((WHOLE,), ()),
        ((DOCUMENT,), ()),
        ((PART,), ("Use", "Set up")),
        ((PART, OTHER), ("Use", "Set up", "Why")),
        ((PART, DOCUMENT), ("Use", "Set up")),
        ((DOCUMENT, PART), ("Use", "Set up")),
        ((PART, WHOLE), ()),
        ((WHOLE, PART), ()),
    ],
)
def test_sections_are_asked_for_where_no_reason_asks_for_the_whole(
    reasons: tuple[Reason, ...], sections: tuple[str, ...]
) -> None:
    assert SelectedFile("a.md", "keyword", 0, reasons).sections == sections


FILE = SelectedFile("a.md", "keyword", 1000, (WHOLE,), 3)
ANSWER = Resolution("task", "dev", "whole", "keyword", (FILE,), (LeftOut("b.md", "gone"),), (), ())


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (ANSWER.replace(), True),
        (ANSWER.replace(later=(Verdict("a", True, "selected", "x"),)), True),  # worked out from the rest
        (ANSWER.replace(task="another"), False),
        (ANSWER.replace(files=()), False),
        (ANSWER.replace(left_out=()), False),
        (ANSWER.replace(diagnostics=("x",)), False),
        (tuple(ANSWER), False),
        (None, False),
    ],
)
def test_answers_are_the_same_where_all_but_the_verdicts_is(other: object, same: bool) -> None:
    assert ((other == ANSWER), (other != ANSWER)) == (same, not same)
    assert not same or hash(ANSWER) == hash(other)


def test_verdicts_are_worked_out_once_and_when_they_are_read() -> None:
    asked = []
    verdict = Verdict("a", True, "selected", "x")
    later = PendingVerdicts(lambda: asked.append(1) or (verdict,))  # type: ignore[func-returns-value]
    found = ANSWER.replace(later=later)
    assert (found.paths, found.reasons, repr(found), asked) == (
        ("a.md",),
        {"a.md": (WHOLE,)},
        "<Resolution keyword: a.md>",
        [],
    )
    assert (found.verdicts, found.verdicts, asked) == ((verdict,), (verdict,), [1])
    again = pickle.loads(pickle.dumps(found))
    assert (again, again.verdicts) == (found, (verdict,))
    assert repr(ANSWER.replace(files=())) == "<Resolution keyword: nothing>"


@pytest.mark.parametrize(("count", "shown"), [(9, 9), (10, 10), (11, 10)])
def test_ten_entries_that_were_not_selected_are_shown_or_every_one(count: int, shown: int) -> None:
    verdicts = tuple([Verdict(f"e{number}", False, "no-keyword", "x") for number in range(count)])
    found = ANSWER.replace(later=(Verdict("a", True, "selected", "x"), *verdicts))
    told, every = found.to_dict(), found.to_dict(every=True)
    assert (len(told["not_selected"]), told["not_selected_count"]) == (shown, count)
    assert (len(every["not_selected"]), every["not_selected_count"]) == (count, count)


def test_points_are_decimals_in_json_and_what_is_empty_is_left_out() -> None:
    reason = Reason(
        "keyword", "section", "x", "a", Where("an x", ((3, 4),)), (Term("keyword x", 1234),), "so", ("Use",)
    )
    verdict = Verdict("b", False, "part", "said", 567, "x y", ("x",), ("y",), ((3, 4),), ("b.md",))
    found = Resolution(
        "an x", "", "whole", "keyword", (SelectedFile("a.md", "keyword", 1234, (reason,), 5),), (), (), (verdict,)
    )
    data = found.to_dict()
    assert (data["agent"], ANSWER.to_dict()["agent"]) == (None, "dev")
    assert data["files"] == [
        {
            "path": "a.md",
            "layer": "keyword",
            "score": 1.234,
            "size": 5,
            "sections": ["Use"],
            "reasons": [
                {
                    "layer": "keyword",
                    "kind": "section",
                    "by": "x",
                    "entry": "a",
                    "words": ["x"],
                    "spans": [[3, 4]],
                    "terms": [{"name": "keyword x", "points": 1.234}],
                    "note": "so",
                    "sections": ["Use"],
                }
            ],
        }
    ]
    assert data["not_selected"] == [
        {
            "entry": "b",
            "selected": False,
            "why": "part",
            "message": "said",
            "files": ["b.md"],
            "score": 0.567,
            "nearest": {"keyword": "x y", "present": ["x"], "missing": ["y"]},
            "spans": [[3, 4]],
        }
    ]
    bare = ANSWER.replace(later=(Verdict("b", False, "no-keyword", "said"),)).to_dict()
    assert bare["files"] == [
        {
            "path": "a.md",
            "layer": "keyword",
            "score": 1.0,
            "size": 3,
            "reasons": [{"layer": "keyword", "kind": "keyword", "by": "x"}],
        }
    ]
    assert bare["not_selected"] == [{"entry": "b", "selected": False, "why": "no-keyword", "message": "said"}]


# ── the files of an entry ────────────────────────────────────────────────────────────────────────────────

FILES = {"a.md": "# A\n", "b/c.md": "# C\n", "b/.env": "TOKEN=x\n", "out/x.md": "# X\n", ".gitignore": "out/\n"}
SECRET = "looks like a file of secrets"
ENTRIES = """
context_files:
  - {id: one, path: a.md}
  - {id: two, path: [a.md, gone.md]}
  - {id: gone, path: gone.md}
  - {id: folder, path: b}
  - {id: pattern, path: ['b/.*', 'b/*.md']}
  - {id: secret, path: b/.env}
  - {id: ignored, path: out/x.md}
"""


@pytest.mark.parametrize(
    ("number", "files", "codes", "left_out"),
    [
        (0, ("a.md",), [], []),
        (1, ("a.md",), ["CTX301"], [("gone.md", "`gone.md` doesn't exist", "two")]),
        (2, (), ["CTX301"], [("gone.md", "`gone.md` doesn't exist", "gone")]),
        (3, ("b/c.md",), [], []),
        (4, ("b/c.md",), ["CTX308"], [("b/.env", f"{SECRET}: only its own path selects it", "pattern")]),
        (5, ("b/.env",), ["CTX304"], []),
        (6, ("out/x.md",), ["CTX305"], []),
    ],
)  # fmt: skip
def test_what_there_is_to_say_of_the_files_of_an_entry_is_said_in_every_answer(
    number: int, files: tuple[str, ...], codes: list[str], left_out: list[tuple[str, str, str]]
) -> None:
    tables, tree = tables_of(ENTRIES), MemoryTree(FILES)
    for _ in range(2):
        asked = EntryFiles(tables, tree)
        assert asked.known(number) == ()
        for _ in range(2):
            assert asked.of(number) == asked.known(number) == files
            assert [one.code for one in asked.findings] == codes
            assert [(one.path, one.why, one.entry) for one in asked.left_out] == left_out


def test_files_that_nothing_is_said_of_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tables, tree, looked = tables_of(ENTRIES), MemoryTree(FILES), []
    monkeypatch.setattr(entry_files, "file_at", lambda tree, path: looked.append(path) or file_at(tree, path))
    asked = EntryFiles(tables, tree)
    assert (asked.of(5), asked.of(0)) == (("b/.env",), ("a.md",))  # also after one of which something is
    assert EntryFiles(tables, tree).of(0) == ("a.md",)
    assert EntryFiles(tables, tree).of(5) == ("b/.env",)
    assert looked == ["b/.env", "a.md", "b/.env"]
    assert EntryFiles(tables, MemoryTree({})).of(0) == ()


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.md", "a.md"), ("./a.md", "a.md"), ("b", ""), ("gone.md", ""), ("b/.env", ""), ("out/x.md", "")],
)
def test_a_file_that_anybody_may_have_is_there_and_neither_secret_nor_ignored(path: str, name: str) -> None:
    assert file_at(MemoryTree(FILES), path) == name


class Linked(MemoryTree):
    """`b/c.md` is a link to this file."""

    leads = "a.md"

    def leads_to(self, path: str) -> str:
        return self.leads if path == "b/c.md" else path

    def is_ignored(self, path: str) -> bool:
        return super().is_ignored(self.leads_to(path))


@pytest.mark.parametrize(
    ("leads", "why"),
    [
        ("a.md", ""),
        ("out/x.md", "is a link to an ignored file: only its own path selects it"),
        ("b/.env", f"{SECRET}: only its own path selects it"),
    ],
)
def test_of_a_folder_a_link_to_a_closed_file_is_left_out(leads: str, why: str) -> None:
    tree = Linked(FILES)
    tree.leads = leads
    asked = EntryFiles(tables_of(ENTRIES), tree)
    assert asked.open(["a.md", "b/c.md"]) == (("a.md",) if why else ("a.md", "b/c.md"))
    assert [one.why for one in asked.left_out] == [why] * bool(why)


@pytest.mark.parametrize(
    ("first", "text", "read"),
    [
        (8, "x" * 8 + "\n\nyy", [("a.md", 10), ("b.md", 2)]),
        (9, "x" * 9 + "\n\ny", [("a.md", 10), ("b.md", 1)]),
        (10, "x" * 10, [("a.md", 10)]),
        (11, "x" * 10, [("a.md", 10)]),
    ],
)
def test_of_the_files_of_an_entry_so_much_is_read_in_all(
    first: int, text: str, read: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    files, asked = {"a.md": "x" * first, "b.md": "y" * 9}, []
    monkeypatch.setattr(reading, "READ", 10)
    monkeypatch.setattr(
        MemoryTree, "read", lambda tree, path, limit=-1: asked.append((path, limit)) or files[path][:limit].encode()
    )
    entry = EntryFiles(tables_of("context_files: [{id: it, path: [a.md, b.md]}]"), MemoryTree(files))
    assert (document_of(entry, 0).text, asked) == (text, read)


def test_of_a_document_no_file_is_read_that_is_no_text() -> None:
    files = {"a.md": b"\xef\xbb\xbf# A\r\nSaid.\r\n", "b.md": b"# B \0", "c.md": b"# \xff\n"}
    entry = EntryFiles(tables_of("context_files: [{id: it, path: [a.md, b.md, c.md]}]"), MemoryTree(files))
    assert document_of(entry, 0).text == "# A\nSaid.\n\n\n\n\n# \ufffd\n"


SAME = """
context_files:
  - {id: a, path: a.md, keywords: [red]}
  - {id: b, path: b.md, keywords: [red]}
  - {id: c, path: ./b.md, keywords: [red]}
  - {id: d, path: [b.md, d.md], keywords: [red]}
fallback: none
"""


def test_a_copy_is_left_out_of_the_first_entry_that_has_it_and_each_says_why() -> None:
    files = {"a.md": "# Same\n", "b.md": "# Same\n", "d.md": "# Another\n"}
    found = resolve(tables_of(SAME), MemoryTree(files), Request("red", match="whole"))
    why = "holds the same as `a.md`, which is given"
    assert (found.paths, found.left_out) == (("a.md", "d.md"), (LeftOut("b.md", why, "b", "a.md"),))
    told = {one.entry: (one.why, one.message) for one in found.verdicts}
    assert told["b"] == told["c"] == ("left-out", f"its file {why}")
    assert told["a"] == told["d"] == ("selected", "keyword `red`")


@pytest.mark.parametrize(("other", "looked"), [("# Long\n", True), ("# Short\n", False)])
def test_copies_are_looked_for_among_files_of_one_size(
    other: str, looked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    monkeypatch.setattr(path_findings, "copies_among", lambda *about: seen.append(about) or {})
    tree = MemoryTree({"a.md": "# Same\n", "b.md": other, "d.md": "# Another\n"})
    assert len(resolve(tables_of(SAME), tree, Request("red", match="whole")).paths) == 3
    assert bool(seen) == looked


# ── reasons ──────────────────────────────────────────────────────────────────────────────────────────────

KEYWORDS = """
context_files:
  - id: it
    path: a.md
    keywords: [kubernetes, rest framework view, zeppelin]
    sections: {Use: [usage]}
"""


@pytest.mark.parametrize(
    ("task", "match", "kind", "by", "note", "sections", "words"),
    [
        ("kubernetes", "whole", "keyword", "kubernetes", "", (), ("kubernetes",)),
        ("fix the k8s", "whole", "keyword", "kubernetes", "read as `k8s`", (), ("k8s",)),
        ("usage", "whole", "section", "usage", "", ("Use",), ("usage",)),
        ("see a.md\n```\nkubernetes\n```\n", "focused", "keyword", "kubernetes", "in pasted code", (), ("kubernetes",)),
        ("see a.md\n```\nk8s\n```\n", "focused", "keyword", "kubernetes",
         "read as `k8s`, in pasted code", (), ("k8s",)),
        ("a view of the rest framework", "focused", "part", "rest framework view",
         "in another order", (), ("view", "rest", "framework")),
        ("see a.md for a framework with a view", "focused", "part", "rest framework view",
         "without `rest`", (), ("framework", "view")),
        ("see a.md for a framwork with a view", "focused", "part", "rest framework view",
         "without `rest`, `framwork` read as `framework`", (), ("framwork", "view")),
    ],
)  # fmt: skip
def test_a_reason_says_how_a_keyword_was_found(
    task: str, match: str, kind: str, by: str, note: str, sections: tuple[str, ...], words: tuple[str, ...]
) -> None:
    found = resolve(tables_of(KEYWORDS), MemoryTree({"a.md": "# A\n"}), Request(task, match=match))
    told = [reason for file in found.files for reason in file.reasons if reason.kind in ("keyword", "section", "part")]
    assert [(one.kind, one.by, one.note, one.sections) for one in told] == [(kind, by, note, sections)]
    assert [one.words for one in told] == [words]
