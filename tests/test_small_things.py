"""Texts that are nearly right: each has a message of its own, at the line at fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.cli.check import PAGE, a_page
from ctxload.cli.init_summary import NAMED, _places
from ctxload.formats import find
from ctxload.formats.guide import Guide
from ctxload.index.parser import parse
from ctxload.start import run
from ctxload.text.diagnostics import diagnostic
from ctxload.text.source import Source
from ctxload.text.utf8 import read_text
from test_sources import put

ENTRY = "context_files:\n  - {path: a.md, keywords: [x1]}\n"


@given(st.lists(st.text(st.sampled_from("aé😀👍🏽\\\"' "), max_size=6), min_size=1, max_size=4))
def test_an_index_that_json_writes_is_read_as_it_was(words: list[str]) -> None:
    words = [f"k{word}k" for word in words]
    text = json.dumps({"version": "1.0", "context_files": [{"path": "a.md", "keywords": words}]})
    parsed = parse(Source("i", text))
    assert parsed.served
    (entry,) = parsed.index.entries
    assert [word.value for word in entry.keywords] == words
    assert all(text[word.start - 1] == '"' or text[word.start] == '"' for word in entry.keywords)


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        (
            "context_files:\n<<<<<<< HEAD\n  - {path: a.md}\n=======\n  - {path: b.md}\n>>>>>>> other\n",
            "merge conflict",
            2,
        ),
        ('context_files:\n  - path: "a.md\n    keywords: [x1]\n  - path: b.md\n', "never closed", 2),
        ("context_files:\n  - path: 'a.md\n    keywords: [x1]\n  - path: b.md\n", "never closed", 2),
        ('context_files:\n  - path: a.md\n    keywords: ["x1, x2]\n  - path: "b.md"\n', "never closed", 3),
        ("context_files:\n  - path: a.md\n   keywords: [x1]\n  - path: b.md\n", "indentation", 3),
        ("context_files:\n  - path: a.md\n - path: b.md\n", "indentation", 3),
        ("context_files: [a\n", "not YAML", 2),
    ],
)
def test_what_is_no_yaml_says_why_at_the_line_at_fault(text: str, said: str, line: int) -> None:
    (finding,) = (one for one in parse(Source("i", text)).diagnostics if one.code == "CTX001")
    assert (said in finding.message, finding.line) == (True, line), finding.concise()


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("v1", "isn't a version"),
        ("one", "isn't a version"),
        ("2.0", "is newer"),
        ("0.9", "isn't a version"),
        ("1.1", ""),
    ],
)
def test_a_version_is_newer_only_where_its_number_is_greater(version: str, said: str) -> None:
    found = [
        one.message for one in parse(Source("i", f"version: {version}\n{ENTRY}")).diagnostics if one.code == "CTX108"
    ]
    assert [said in message for message in found] == ([True] if said else [])


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-16"])
def test_an_encoding_is_called_by_its_name(encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-32-le" else ""
    _, wrong = read_text((mark + "version: 1.0").encode(encoding), "i")
    assert wrong and wrong.message == f"this file is {'UTF-32' if '32' in encoding else 'UTF-16'}"


@pytest.mark.parametrize("name", ["cursor", "windsurf"])
def test_patterns_are_exported_without_blanks(name: str) -> None:
    ((_, text),) = find(name).write([Guide("a", ("a.md",), "# A\n", files=("*.ts", "*.tsx"))]).files
    assert "globs: **/*.ts,**/*.tsx\n" in text


def test_a_clean_check_says_that_there_is_nothing_to_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, {"a.md": "# A\n", "context-index.yml": ENTRY + "fallback: none\n"})
    assert run(["check", "--root", str(tmp_path)]) == 0
    assert "nothing to fix" in capsys.readouterr().err


def test_many_findings_are_a_page_with_the_errors_first_and_the_rest_counted() -> None:
    notes = [diagnostic("CTX120", f"n{n}", "a.md", n + 1) for n in range(675)]
    found = (*notes, diagnostic("CTX311", "one", "lib"), diagnostic("CTX301", "gone", "i.yml", 9))
    shown, more = a_page(found)
    assert [finding.code for finding in shown] == ["CTX301", "CTX120", "CTX120", "CTX120", "CTX311"]
    assert more[0] == "ctxload: and 672 more like CTX120 (not-expressed)" and "concise" in more[-1]
    assert a_page(tuple(notes[:PAGE])) == (tuple(notes[:PAGE]), ())


@pytest.mark.parametrize("count", [1, 2])
def test_places_that_are_only_counted_are_one_or_several(count: int) -> None:
    places = _places(f"{number}/a.md" for number in range(NAMED + count))
    assert places.endswith(f" and {count} more place{'s' * (count > 1)}")
