"""The pages say what the program does: every example is run, every table is current, every link leads somewhere.

`pytest --update-docs` writes what the program prints now into the pages; read the diff.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path

import jsonschema
import pytest
import yaml

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.matcher import find
from ctxload.matching.tables import VETO
from ctxload.matching.tokens import tokenize
from ctxload.selection.files_at_hand import paths_in
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from docs_support import BLOCK, PAGES, ROOT, command_of, ctxload, current

every_page = pytest.mark.parametrize("page", PAGES, ids=[path.relative_to(ROOT).as_posix() for path in PAGES])
README = ROOT / "README.md"


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")  # a clone on Windows may have CRLF


@every_page
def test_a_page_shows_what_the_program_prints(page: Path, tmp_path: Path, update_docs: bool) -> None:
    text = text_of(page)
    now = current(text, tmp_path)
    if update_docs:
        page.write_bytes(now.encode("utf-8"))
    else:
        assert text == now


def test_a_page_is_checked_against_the_program_and_not_against_itself(tmp_path: Path) -> None:
    page = "```console\n$ ctxload --version\nctxload 0.0.0\n```\n\n```python\n>>> 1 + 1\n3\n```\n"
    assert current(page, tmp_path) == page.replace("0.0.0", "0.1.0").replace("3", "2")


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", BLOCK.sub("", text))


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", without_code(text_of(page))) if "://" not in link]


@every_page
def test_every_link_leads_to_a_file_and_to_a_heading_of_it(page: Path) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_contents_name_every_page() -> None:
    contents = ROOT / "docs" / "index.md"
    named = [(contents.parent / link).resolve() for link in links(contents)]
    assert sorted(named) == sorted(
        {page for page in PAGES if page.parent == contents.parent} - {contents} | {ROOT / "CHANGELOG.md"}
    )


def test_every_page_stands_in_one_of_the_four_groups_of_pages() -> None:
    groups = re.findall(r"^## (.*)$", text_of(ROOT / "docs" / "index.md"), re.MULTILINE)
    assert groups == ["Tutorial", "How to", "Reference", "Explanation"]
    for group in groups:
        assert f"\n**{group}**\n" in text_of(README)


# ── indexes ──────────────────────────────────────────────────────────────────────────────────────────────


@every_page
def test_every_index_on_a_page_is_sound_unless_it_is_shown_as_damaged(page: Path) -> None:
    for found in BLOCK.finditer(text_of(page)):
        _, _, kind, more, body, _ = found.groups()
        if kind == "yaml" and more != " other":
            findings = [finding.concise() for finding in parse(Source("page", body)).diagnostics]
            assert bool(findings) == (more == " damaged"), (body, findings)


@every_page
def test_the_schema_accepts_every_sound_index_on_a_page(page: Path) -> None:
    for found in BLOCK.finditer(text_of(page)):
        if found[3] == "yaml" and found[4] is None:
            validator().validate(yaml.safe_load(found[5]))


@cache
def validator() -> jsonschema.Draft7Validator:
    schema = json.loads((ROOT / "src" / "ctxload" / "context-index.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


# ── matching ─────────────────────────────────────────────────────────────────────────────────────────────


def fires(keyword: str, task: str) -> bool:
    """Whether a keyword calls for an entry in `whole`."""
    quoted = keyword.replace("'", "''")
    tables = compile_index(parse(Source("page", f"context_files: [{{path: x.md, keywords: ['{quoted}']}}]")).index)
    hits = find(tables, tokenize(task)).get(0, [])
    return any(tables.keywords[hit.keyword].kind != VETO for hit in hits)


def promises() -> list[tuple[str, str, bool]]:
    """The rows of the table in `matching.md`: keyword, text, and whether it fires there."""
    table = (
        text_of(ROOT / "docs" / "matching.md")
        .partition("| keyword | matches in | silent in |\n")[2]
        .partition("\n\n")[0]
    )
    rows = [[re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:4]] for line in table.splitlines()[1:]]
    return [
        (keyword, text, wanted)
        for [keyword], yes, no in rows
        for texts, wanted in ((yes, True), (no, False))
        for text in texts
    ]


def languages() -> list[tuple[str, str, bool]]:
    """The rows of the table of languages in `matching.md`: keyword, text, and whether it fires there."""
    head = "| language | keyword | matches in | silent in | what is not done |\n"
    table = text_of(ROOT / "docs" / "matching.md").partition(head)[2].partition("\n\n")[0]
    rows = [[re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[2:5]] for line in table.splitlines()[1:]]
    return [
        (keyword, text, wanted)
        for [keyword], *texts in rows
        for wanted, column in zip((True, False), texts, strict=True)
        for text in column
    ]


@pytest.mark.parametrize("table", [promises, languages])
def test_a_keyword_fires_where_the_table_says_so_and_nowhere_else(
    table: Callable[[], list[tuple[str, str, bool]]],
) -> None:
    assert len(table()) > 20
    assert [row for row in table() if fires(*row[:2]) is not row[2]] == []


def spelled_paths() -> list[tuple[str, list[str]]]:
    """The rows of the table of paths in `matching.md`: a text, and the files that it names."""
    table = text_of(ROOT / "docs" / "matching.md").partition("| in the task | names |\n")[2].partition("\n\n")[0]
    rows = [[re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:3]] for line in table.splitlines()[1:]]
    return [(text, names) for texts, names in rows for text in texts]


@pytest.mark.parametrize("text, names", spelled_paths())
def test_a_path_in_a_task_names_the_files_that_the_table_says(text: str, names: list[str]) -> None:
    there = {name for _, names in spelled_paths() for name in names if not name.endswith("/") and "new" not in name}
    tree = MemoryTree(dict.fromkeys(sorted(there), ""))
    assert [path.name for path in paths_in(f"Fix {text} please", tree)] in (names, names * 2)


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_line_that_a_stranger_types_prints_what_the_readme_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = re.search(
        r"^```sh\n(python3 .*? resolve .*)\n```\n.*?^```text\n(.*?)^```$", text_of(README), re.MULTILINE | re.DOTALL
    )
    assert shown
    name, *arguments = shlex.split(shown[1].split(" && ")[-1])
    assert name == ".venv/bin/ctxload"
    monkeypatch.chdir(ROOT)
    assert ctxload(arguments) == (shown[2], 0)


def test_the_lines_for_windows_do_the_same() -> None:
    ours = re.findall(r"^python3 .*$", text_of(README), re.MULTILINE)
    windows = re.findall(r"^py .*$", text_of(README), re.MULTILINE)
    assert [
        line.replace("python3 ", "py ").replace(".venv/bin/", ".venv\\Scripts\\").replace("'", '"') for line in ours
    ] == windows


@pytest.mark.parametrize("name", ["resolve", "explain", "check", "test", "suggest", "report"])
def test_every_option_on_the_page_is_in_the_help_of_the_command(name: str) -> None:
    shown, status = ctxload([name, "--help"])
    section = (
        text_of(ROOT / "docs" / "commands.md").partition(f"generated: help {name} ")[2].partition("<!-- end -->")[0]
    )
    options = re.findall(r"^  (?:-\w, )?(--[\w-]+)", section, re.MULTILINE)
    assert options and not status
    assert [option for option in options if option not in shown] == []


def test_every_command_has_a_section() -> None:
    headings = re.findall(r"^## (.*)$", text_of(ROOT / "docs" / "commands.md"), re.MULTILINE)
    assert [name for name in command_of("ctxload").commands if name not in headings] == []


def test_every_environment_variable_of_the_program_is_on_the_page_and_no_other() -> None:
    paths = [*(ROOT / "src" / "ctxload").rglob("*.py")]
    assert len(paths) > 100
    code = "".join(path.read_text(encoding="utf-8") for path in paths)
    used = set(re.findall(r"\bCTXLOAD_[A-Z_]+|\bNO_COLOR\b", code))
    shown = set(re.findall(r"^\| `([A-Z_]+)` \|", text_of(ROOT / "docs" / "commands.md"), re.MULTILINE))
    assert shown == used


def test_no_page_holds_a_path_of_a_machine() -> None:
    for page in PAGES:
        assert not re.search(
            rf"(?<![\w.])/(?:home|Users|root|work|tmp)/|{re.escape(os.path.expanduser('~'))}/", text_of(page)
        ), page


INSIDE = [
    ROOT / "docs" / "design.md",
    ROOT / "CONTRIBUTING.md",
    *(ROOT / "context" / "ctxload").glob("*.md"),
]
PACKAGES = sorted(path.parent.name for path in (ROOT / "src" / "ctxload").glob("*/__init__.py"))


@pytest.mark.parametrize("page", INSIDE, ids=lambda page: page.stem)
def test_a_page_about_the_inside_names_modules_and_functions_that_there_are(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    names = set(re.findall(rf"`((?:{'|'.join([*PACKAGES, 'start', 'output'])})(?:\.\w+)+)`", text))
    assert len(names) >= (30 if page.stem == "design" else 0)
    for name in sorted(names):
        if not name.endswith((".py", ".md", ".yml")):
            assert is_there(name), name


def is_there(name: str) -> bool:
    """Whether a dotted name in the package is a module, or what a module holds."""
    parts, rest = name.split("."), []
    while parts:
        try:
            found: object = import_module(".".join(["ctxload", *parts]))
        except ModuleNotFoundError:
            rest.insert(0, parts.pop())
            continue
        for word in rest:
            found = getattr(found, word, None)
        return found is not None
    return False
