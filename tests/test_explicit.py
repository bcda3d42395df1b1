"""What a task or a caller names: what is taken for a name, what one means, and what is said of a wrong one."""

from __future__ import annotations

from typing import Any

import pytest

from ctxload.errors import ExplicitContextError
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

FILES = {
    "context/api.md": "# API\n\n## Set up\n\n## C# notes\n",
    "context/db.md": "# Database\n",
    "docs/guide.md": "Without a heading.\n",
    "docs/my notes.md": "# Notes\n",
    "docs/my c#.md": "# Of a language\n",
    "docs/my folder/page.md": "# Page\n",
    "-notes.md": "# Beside\n",
    "node.js": "// A file.\n",
    "xnode.js": "// Another.\n",
    "many.md": "# One\n# Two\n# Three\n# Four\n# Five\n",
    "more.md": "# One\n# Two\n# Three\n# Four\n# Five\n# Six\n",
}
INDEX = """
context_files:
  - {id: api, path: context/api.md, keywords: [endpoint]}
  - {id: database, path: context/db.md}
  - {id: web/release, path: docs/guide.md}
  - {id: gone, path: nowhere.md}
story_context_hints:
  all-of-it: {context_ids: [gone, api]}
  notes.md: {context_ids: [api]}
fallback: none
"""

#: The hint where no name is near.
SOME = "paths are relative to the folder of the index; see `ctxload check`"


def answer(task: str, index: str = INDEX, files: dict[str, str] = FILES, **request: Any) -> Resolution:
    parsed = parse(Source("context-index.yml", index))
    return resolve(compile_index(parsed.index), MemoryTree(files), Request(task, **request))


def wrong(task: str, index: str = INDEX, files: dict[str, str] = FILES, **request: Any) -> list[tuple[str, str, str]]:
    """What is said of context that is named and isn't there."""
    with pytest.raises(ExplicitContextError) as caught:
        answer(task, index, files, **request)
    return [(found.code, found.message, found.hint) for found in caught.value.diagnostics]


# ── what is a name ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("database", ["context/db.md"]),
        ("docs/my notes.md", ["docs/my notes.md"]),
        ("docs/my notes.md#Notes", ["docs/my notes.md"]),
        ("docs/my c#.md", ["docs/my c#.md"]),  # the whole is a file, so what is before the sign needn't be
        ("docs/my folder/", ["docs/my folder/page.md"]),
        ("-notes.md", ["-notes.md"]),  # no `-` before a name, for `notes.md` is none
        ("release", ["docs/guide.md"]),  # the last part of one id alone
        ("context/api.md#", ["context/api.md"]),
    ],
)  # fmt: skip
def test_what_a_line_names_comes_alone(line: str, paths: list[str]) -> None:
    index = INDEX.replace("  notes.md: {context_ids: [api]}\n", "")
    found = answer(f"An endpoint\nContext: {line}", index)
    assert (found.layer, list(found.paths)) == ("explicit", paths)


@pytest.mark.parametrize(
    "line",
    ["docs/my folder", "docs/my nothing/", "-nothing", "xdatabase", "docs/guide", "docs/my folder#Page", "all of it"],
)
def test_what_names_nothing_is_prose(line: str) -> None:
    found = answer(f"An endpoint\nContext: {line}", match="whole")
    assert (found.layer, found.paths) == ("keyword", ("context/api.md",))


def test_a_name_behind_a_hyphen_is_left_out_and_one_that_only_looks_so_is_not() -> None:
    index = INDEX.replace("id: database", "id: node.js")
    assert answer("An endpoint\nContext: -api", index).paths == ()
    assert answer("An endpoint\nContext: -api, xnode.js", index).paths == ("xnode.js",)


def test_what_is_named_says_where_and_what_the_caller_names_stands_nowhere() -> None:
    (file,) = answer("Fix it\nContext: database").files
    assert [(reason.kind, reason.words, reason.spans) for reason in file.reasons] == [
        ("id", ("database",), ((16, 24),))
    ]
    (file,) = answer("Fix it", context=("database",)).files
    assert [(reason.kind, reason.words, reason.spans) for reason in file.reasons] == [("option", (), ())]


def test_a_name_of_the_caller_with_blanks_that_looks_like_a_path_is_one() -> None:
    """As one in quotes: an id that is written so is meant where no such file is there."""
    index = "context_files: [{id: my notes.md, path: context/api.md}, {path: docs/guide.md}]"
    assert answer("x", index, context=("my notes.md",)).paths == ("context/api.md",)
    assert answer("x", index, {**FILES, "my notes.md": "# Mine\n"}, context=("my notes.md",)).paths == ("my notes.md",)


def test_a_bundle_that_is_written_as_a_path_is_meant_by_no_name() -> None:
    assert answer("Context: all-of-it", INDEX.replace("nowhere.md", "docs/guide.md")).paths == (
        "docs/guide.md",
        "context/api.md",
    )
    assert answer("Context: notes.md", files={**FILES, "notes.md": "# N\n"}).paths == ("notes.md",)


def test_none_beside_another_name_is_a_name_as_any_other() -> None:
    assert answer("An endpoint\nContext: none").paths == ()
    assert [code for code, _, _ in wrong("Context: none, api")] == ["CTX401"]
    assert [code for code, _, _ in wrong("Context: api, none")] == ["CTX401"]


# ── what is worth a remark ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("databse", "did you mean `database`?"),
        ("dtbse", "`ctxload list` shows the names that there are"),  # not as near
        ("foo_bar_baz", "`ctxload list` shows the names that there are"),
        ("zebra, foo_bar_baz", ""),
        ("2024", ""),
        ("urgent!", ""),
        ("User is building an app", ""),
        ("we, use, it, so, databse", "did you mean `database`?"),
        ("we, use, it, so, far, databse", ""),  # five names are looked at
        ("my old plan.md", "fix the path; put it in quotes to have it looked for"),
        ("my old plan.md#goal", "fix the path; put it in quotes to have it looked for"),
        ("my old plan of ours.md", "fix the path; put it in quotes to have it looked for"),
        ("my old plan of all ours.md", ""),  # six words are a sentence
        ("docs/my note.md", "did you mean `docs/my notes.md`?"),
        ("my plan", ""),
    ],
)
def test_a_line_that_is_almost_a_name_is_prose_with_a_remark(line: str, hint: str) -> None:
    found = answer(f"An endpoint\nContext: {line}", match="whole")
    assert found.paths == ("context/api.md",)
    assert [(one.code, one.hint) for one in found.diagnostics] == ([("CTX408", hint)] if hint else [])


@pytest.mark.parametrize("line", ["api, foo_bar_baz", "foo_bar_baz, api", "`api`, foo_bar_baz"])
def test_a_name_that_nobody_has_beside_one_that_is_known_is_told(line: str) -> None:
    found = answer(f"An endpoint\nContext: {line}", match="whole")
    assert [one.message for one in found.diagnostics] == [
        "`Context: foo_bar_baz` names nothing the index knows and is read as prose"
    ]


@pytest.mark.parametrize("sign", "-_.")
@pytest.mark.parametrize("ids", [("docs",), ("docs", "unit"), ("docs", "e2e", "unit")])
def test_a_piece_of_an_id_is_no_name_and_the_ids_that_have_it_are_told(ids: tuple[str, ...], sign: str) -> None:
    names = [f"{name}{sign}testing" for name in ids]
    index = "fallback: none\ncontext_files:\n  - {path: context/api.md, keywords: [endpoint]}\n"
    index += "".join(f'  - {{id: "{name}", path: context/api.md}}\n' for name in names)
    found = answer("An endpoint\nContext: testing", index)
    hint = f"did you mean `{names[0]}`?" if len(names) == 1 else "name the one: " + ", ".join(f"`{n}`" for n in names)
    assert found.paths == ("context/api.md",)
    assert [(one.code, one.hint) for one in found.diagnostics] == [("CTX408", hint)]


@pytest.mark.parametrize(("letters", "told"), [(199, True), (200, True), (201, False)])
def test_a_name_of_up_to_200_letters_is_compared_with_those_that_are_known(letters: int, told: bool) -> None:
    index = f"context_files: [{{id: {'x' * letters}, path: context/api.md, keywords: [endpoint]}}]\nfallback: none\n"
    found = answer(f"An endpoint\nContext: {'x' * (letters - 1)}y", index)
    assert [one.code for one in found.diagnostics] == ["CTX408"] * told
    path = f"docs/{'x' * (letters - 8)}.md"  # the same goes for a path, which is looked for by its last part
    ((code, _, hint),) = wrong("x", files={f"d{path}": ""}, context=(path,))
    assert (code, hint.startswith("did you mean")) == ("CTX401", told)


# ── what is wrong ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "code", "message", "hint"),
    [
        ("zebra.md", "CTX401", "explicit context not found: `zebra.md`", SOME),
        ("databse", "CTX401", "explicit context not found: `databse`", "did you mean `database`?"),
        ("zebra.md#Set up", "CTX401", "explicit context not found: `zebra.md#Set up`", SOME),
        ("zebra/", "CTX401", "explicit context not found: `zebra/`", SOME),
        ("zebra*.md", "CTX401", "`zebra*.md` matches no file that may be given", SOME),
        ("vault", "CTX401", "`vault` holds no file that may be given", SOME),
        ("", "CTX401", "an empty name isn't a context", SOME),
        ("../up.md", "CTX303", "`../up.md` lies outside the root", "name a file below the folder of the index"),
        ("gone", "CTX301", "`nowhere.md` doesn't exist", "fix the path, or remove it"),
        ("context/api.md#Set ups", "CTX401",
         "explicit context not found: `context/api.md` has no section `Set ups`", "did you mean `Set up`?"),
        ("context/api.md#A#b", "CTX401",
         "explicit context not found: `context/api.md` has no section `A#b`", "there are `API`, `Set up`, `C# notes`"),
        ("docs/guide.md#x", "CTX401",
         "explicit context not found: `docs/guide.md` has no section `x`", "it has no headings: name the file alone"),
        ("m*.md#zzz", "CTX401",
         "explicit context not found: none of 2 files has a section `zzz`",
         "there are `One`, `Two`, `Three`, `Four`, `Five`, …"),
        ("many.md#zzz", "CTX401",
         "explicit context not found: `many.md` has no section `zzz`",
         "there are `One`, `Two`, `Three`, `Four`, `Five`"),
        ("more.md#zzz", "CTX401",
         "explicit context not found: `more.md` has no section `zzz`",
         "there are `One`, `Two`, `Three`, `Four`, `Five`, …"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_name_is_said_once_with_a_cure(name: str, code: str, message: str, hint: str) -> None:
    files = {**FILES, "vault/.env": "TOKEN=x\n"}
    assert wrong("x", files=files, context=(name,)) == [(code, message, hint)]


def test_the_heading_behind_a_path_may_hold_the_sign_that_stands_before_it() -> None:
    assert answer("x", context=("context/api.md#C# notes",)).files[0].sections == ("C# notes",)


def test_an_entry_without_a_file_is_wrong_each_time_it_is_named() -> None:
    assert wrong("Context: gone, all-of-it") == [
        ("CTX301", "`nowhere.md` doesn't exist", "fix the path, or remove it"),
        ("CTX401", "the entry `gone` has no file that is there", SOME),
    ]


@pytest.mark.parametrize(
    ("count", "hint"),
    [
        (2, "name the one: `1/api`, `2/api`"),
        (5, "name the one: `1/api`, `2/api`, `3/api`, `4/api`, `5/api`"),
        (6, "name the one: `1/api`, `2/api`, `3/api`, `4/api`, `5/api`, …"),
    ],
)
def test_a_name_that_may_mean_several_entries_means_none_and_five_are_told(count: int, hint: str) -> None:
    entries = [f"  - {{id: {number}/api, path: context/api.md}}\n" for number in range(1, count + 1)]
    index = f"context_files:\n{''.join(entries)}"
    assert wrong("Context: api", index) == [("CTX410", f"`api` may be any of {count} entries", hint)]
    assert answer("Context: api", f"{index}  - {{id: api, path: context/db.md}}\n").paths == ("context/db.md",)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("errors.md", "name the one: `docs/web/errors.md`, `docs/api/errors.md`"),  # of the index, so before others
        ("api/errors.md", "did you mean `docs/api/errors.md`?"),
        ("shop/docs/web/errors.md", "did you mean `docs/web/errors.md`?"),
        ("Docs/Web/Errors.md", "did you mean `docs/web/errors.md`?"),
        ("old/errors.md", "did you mean `x/old/errors.md`?"),  # not of the index, but a longer stretch is the same
        ("Old/Errors.md", "did you mean `x/old/errors.md`?"),
        ("naming.md", "did you mean `docs/naming.md`?"),
        ("NAMING.md", "did you mean `x/NAMING.md`?"),  # in the same case
    ],
)
def test_of_files_that_bear_the_name_of_a_wrong_path_the_nearest_are_proposed(written: str, hint: str) -> None:
    listed = ("docs/web/errors.md", "docs/api/errors.md", "docs/naming.md")
    index = "context_files: [" + ", ".join(f"{{path: {path}}}" for path in listed) + "]"
    files = dict.fromkeys((*listed, "x/errors.md", "x/old/errors.md", "x/NAMING.md"), "# A\n")
    expected = [("CTX401", f"explicit context not found: `{written}`", hint)]
    assert wrong(f"Context: {written}", index, files) == expected
