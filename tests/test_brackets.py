"""Real folders with brackets in their names: what is there goes before its reading as a pattern, at every door."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.authoring.draft.from_documents import draft
from ctxload.errors import ExplicitContextError
from ctxload.formats.agents_md import write
from ctxload.formats.guide import Guide
from ctxload.formats.patterns import to_ours
from ctxload.formats.sources import read_source
from ctxload.index.parser import parse
from ctxload.index.writer import to_yaml
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.text.brackets import as_there, escaped, literal, readings
from ctxload.text.source import Source
from ctxload.workspace.globs import fits
from ctxload.workspace.memory_tree import MemoryTree

TREE = MemoryTree(
    {
        path: f"# {path}\n"
        for path in (
            "docs/[locale]/guide.md", "docs/[locale]/notes.md", "docs/l/guide.md", "docs/what?.md", "docs/a*.md",
            "docs/ab.md", "src/app/[id]/page.tsx", "src/app/[id]/page.md", "src/app/[[...all]]/page.md",
            "src/app/i/page.tsx",
        )
    }
)  # fmt: skip


def answer(path: str, task: str = "kw", more: str = "", **request: object) -> tuple[str, ...]:
    """What an index with one entry of this path gives."""
    text = f"context_files:\n  - {{id: it, path: '{path}', keywords: [kw]{more}}}\nfallback: none\n"
    tables = compile_index(parse(Source("i.yml", text)).index)
    return resolve(tables, TREE, Request(task, **request)).paths  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("docs/[locale]/guide.md", ("docs/[locale]/guide.md",)),
        ("./docs/[locale]/guide.md", ("docs/[locale]/guide.md",)),
        ("docs\\[locale]\\guide.md", ("docs/[locale]/guide.md",)),
        ("docs/[locale]", ("docs/[locale]/guide.md", "docs/[locale]/notes.md")),
        ("docs/[locale]/", ("docs/[locale]/guide.md", "docs/[locale]/notes.md")),
        ("docs/[locale]/*.md", ("docs/[locale]/guide.md", "docs/[locale]/notes.md")),
        ("docs/[locale]/**", ("docs/[locale]/guide.md", "docs/[locale]/notes.md")),
        ("src/app/[[...all]]/*.md", ("src/app/[[...all]]/page.md",)),
        ("docs/what?.md", ("docs/what?.md",)),
        ("docs/a*.md", ("docs/a*.md",)),
        # escaped, a bracket is one
        (r"docs/\[locale\]/guide.md", ("docs/[locale]/guide.md",)),
        (r"docs/\[locale]/guide.md", ("docs/[locale]/guide.md",)),
        (r"docs/\[locale\]/g*.md", ("docs/[locale]/guide.md",)),
        (r"docs/\[l]/guide.md", ()),
        # a pattern, where nothing of this name is there
        ("docs/[lm]/guide.md", ("docs/l/guide.md",)),
        ("docs/[lm]/*.md", ("docs/l/guide.md",)),
        ("docs/a[*].md", ("docs/a*.md",)),
    ],
)
def test_a_path_that_is_there_goes_before_its_reading_as_a_pattern(path: str, files: tuple[str, ...]) -> None:
    assert answer(path) == files
    assert answer("other.md", "x", context=(path,)) == files if files else True
    if " " not in path and files:
        assert answer("other.md", f"Context: {path}") == files


def test_a_bracket_that_is_escaped_and_not_there_is_an_error_at_the_door() -> None:
    with pytest.raises(ExplicitContextError):
        answer("other.md", r"Context: docs/\[l]/guide.md")


@pytest.mark.parametrize(
    ("pattern", "at_hand", "comes"),
    [
        ("src/app/[id]/**", "src/app/[id]/page.tsx", True),
        ("src/app/[id]/**", "src/app/[id]/new.tsx", True),
        ("src/app/[id]/**", "src/app/i/page.tsx", False),  # [id] is a folder
        ("/src/app/[id]/*.tsx", "src/app/[id]/page.tsx", True),
        ("src/app/[id]/page.tsx", "src/app/[id]/page.tsx", True),
        ("src/app/[id]/", "src/app/[id]/page.tsx", True),
        ("**/[id]/*.tsx", "src/app/[id]/page.tsx", True),
        ("[id].tsx", "src/[id].tsx", True),
        (r"src/app/\[id\]/**", "src/app/[id]/page.tsx", True),
        (r"src/app/\[id\]/**", "src/app/i/page.tsx", False),
        ("src/app/[ij]/**", "src/app/i/page.tsx", True),
        ("src/app/[[...all]]/**", "src/app/[[...all]]/page.md", True),
        ("**, !src/app/[id]/**", "src/app/[id]/page.tsx", False),
        ("**, !src/app/[id]/**", "src/app/i/page.tsx", True),
    ],
)
def test_a_file_at_hand_fits_the_folder_that_is_there(pattern: str, at_hand: str, comes: bool) -> None:
    patterns = ", ".join(f"'{one}'" for one in pattern.split(", "))
    found = answer("docs/ab.md", "x", f", for_files: [{patterns}]", files=(at_hand,))
    assert found == (("docs/ab.md",) if comes else ())
    found = answer("docs/ab.md", f"Fix `{at_hand}`", f", for_files: [{patterns}]")
    assert found == (("docs/ab.md",) if comes else ())


def test_the_reason_names_the_pattern_as_it_is_written() -> None:
    text = "context_files: [{path: docs/ab.md, for_files: ['src/app/[id]/**']}]\nfallback: none\n"
    found = resolve(
        compile_index(parse(Source("i.yml", text)).index), TREE, Request("x", files=("src/app/[id]/page.tsx",))
    )
    assert [reason.by for reason in found.files[0].reasons] == ["src/app/[id]/**"]


@pytest.mark.parametrize(
    ("pattern", "comes"),
    [
        ("src/app/[id]/page.tsx", True),
        ("src/app/[id]/*.tsx", True),
        (r"src/app/\[id\]/page.tsx", True),
        ("src/app/[id]/none.tsx", False),
        ("src/app/[xy]/page.tsx", False),
        ("src/app/[ij]/page.tsx", True),
    ],
)
def test_an_entry_counts_with_a_file_in_the_folder_that_is_there(pattern: str, comes: bool) -> None:
    assert answer("docs/ab.md", "kw", f", when_files: ['{pattern}']") == (("docs/ab.md",) if comes else ())


# ── what is found on disk ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "files", "pattern"),
    [
        ("agents-md", {"src/[id]/AGENTS.md": "# A\n"}, r"src/\[id]/**"),
        ("agents-md:src/[id]", {"src/[id]/sub/AGENTS.md": "# A\n"}, r"src/\[id]/sub/**"),
        ("claude-code", {"src/[id]/CLAUDE.md": "# A\n"}, r"src/\[id]/**"),
        ("cursor:src/[id]", {"src/[id]/.cursor/rules/a.mdc": "---\nglobs: '*.tsx'\n---\n# A\n"}, r"src/\[id]/**/*.tsx"),
        ("cursor", {".cursor/rules/a.mdc": "---\nglobs: src/[id]/**/*.tsx\n---\n# A\n"}, "src/[id]/**/*.tsx"),
        ("cursor", {".cursor/rules/a.mdc": "---\nglobs: src/\\[id\\]/**\n---\n# A\n"}, r"src/\[id\]/**"),
    ],
)
def test_a_rule_of_another_tool_holds_for_the_files_in_such_a_folder(
    source: str, files: dict[str, str], pattern: str
) -> None:
    tree = MemoryTree({**files, "src/[id]/page.tsx": "", "src/[id]/sub/page.tsx": "", "src/i/page.tsx": ""})
    index = read_source(tree, source).index
    assert [one.value for entry in index.entries for one in entry.for_files] == [pattern]
    tables = compile_index(parse(Source("i.yml", to_yaml(index) + "fallback: none\n")).index)
    for path, comes in (("src/[id]/sub/page.tsx", True), ("src/i/page.tsx", False)):
        assert bool(resolve(tables, tree, Request("x", files=(path,))).paths) is comes


def test_a_folder_with_brackets_goes_out_and_comes_back_the_same() -> None:
    written = write([Guide("a", ("a.md",), text="A\n", files=(r"src/\[id]/**",))])
    assert [path for path, _ in written.files] == ["src/[id]/AGENTS.md"]


def test_the_backslash_of_another_tools_pattern_is_an_escape_before_a_bracket() -> None:
    assert to_ours(r"src\app\*.ts") == ("src/app/*.ts",)
    assert to_ours(r"src/\[id\]/*.ts") == (r"src/\[id\]/*.ts",)


def test_a_first_index_names_documents_in_such_folders() -> None:
    tree = MemoryTree(
        {"docs/[locale]/guide.md": "# Routing guide\n\nHow locales are routed.\n", "docs/b.md": "# Pay\n"}
    )
    index = draft(tree).index
    assert [path.value for entry in index.entries for path in entry.paths] == ["docs/[locale]/guide.md", "docs/b.md"]
    tables = compile_index(parse(Source("i.yml", to_yaml(index))).index)
    assert resolve(tables, tree, Request("how are locales routed?")).paths == ("docs/[locale]/guide.md",)


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────

names = st.text("ab[]*?!-^\\", min_size=1, max_size=6).filter(lambda name: "\\" not in name and name[0] != "!")
paths = st.lists(names, min_size=1, max_size=3).map("/".join)


@pytest.mark.law
@given(paths, paths)
def test_a_path_that_is_escaped_fits_itself_and_nothing_else(path: str, other: str) -> None:
    assert fits((f"/{escaped(path)}",), path)
    assert path == other or other.startswith(path + "/") or not fits((f"/{escaped(path)}",), other)


@pytest.mark.law
@given(paths, paths)
def test_an_entrys_path_that_is_there_gives_that_file_alone(path: str, other: str) -> None:
    files = {path + ".md": "", other + ".txt": ""}
    tables = compile_index(parse(Source("i.yml", "context_files: [{path: X, keywords: [kw]}]")).index)
    row = tables.entries[0]
    tables.entries = [row.replace(paths=((path + ".md", 1, 1),))]
    assert resolve(tables, MemoryTree(files), Request("kw")).paths == (path + ".md",)


@pytest.mark.law
@given(st.lists(st.text("ab[]*/!\\", max_size=8), max_size=4))
def test_patterns_without_a_set_keep_their_meaning_and_order(patterns: list[str]) -> None:
    plain = [pattern for pattern in patterns if "[" not in pattern]
    assert list(readings(plain, lambda path: True)) == [*dict.fromkeys(reversed(plain))][::-1]
    for pattern in patterns:
        assert literal(literal(pattern)) == literal(pattern)
        assert as_there(pattern, lambda path: False).replace("\\[", "[") == pattern.replace("\\[", "[")


# ── on disk ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_that_comes_and_goes_is_noticed_by_a_compiled_index(tmp_path: Path) -> None:
    (tmp_path / "docs" / "l").mkdir(parents=True)
    (tmp_path / "docs" / "l" / "guide.md").write_text("# L\n", encoding="utf-8")
    index = tmp_path / "context-index.yml"
    index.write_text("context_files: [{path: 'docs/[l]/*.md', keywords: [kw]}]\nfallback: none\n", encoding="utf-8")
    loader = ContextLoader(tmp_path)
    assert loader.resolve("kw").paths == ("docs/l/guide.md",)
    (tmp_path / "docs" / "[l]").mkdir()
    (tmp_path / "docs" / "[l]" / "own.md").write_text("# Own\n", encoding="utf-8")
    assert loader.resolve("kw").paths == ContextLoader(tmp_path).resolve("kw").paths == ("docs/[l]/own.md",)
    (tmp_path / "docs" / "[l]" / "own.md").unlink()
    (tmp_path / "docs" / "[l]").rmdir()
    assert loader.resolve("kw").paths == ContextLoader(tmp_path).resolve("kw").paths == ("docs/l/guide.md",)
