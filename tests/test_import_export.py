"""`import` and `export` as commands: what is written, what is left alone, and what survives the way there and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload import load_index
from ctxload.authoring.draft.exports import guides_of
from ctxload.authoring.draft.import_text import with_include
from ctxload.formats import BUILT_IN, WHOLE, find
from ctxload.formats.entries import to_index
from ctxload.formats.files import Files
from ctxload.index.model import Entry, Index
from ctxload.index.parser import parse
from ctxload.index.writer import to_yaml
from ctxload.start import run
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from test_formats import RULES

INDEX = """version: 1.0
context_files:
  - id: rest-api
    path: context/api.md
    description: How we write views
    keywords: [django, rest framework]
    tags: [backend]
    agents: [dev]
    exclude: [postman]
  - path: context/ui.md
    description: Components
    keywords: [react]
    for_files: ['*.tsx', 'web/**']
  - {path: context/style.md, description: House style}
  - {path: context/gone.md, keywords: [gone]}
context_rules: [{pattern: '(add|new) endpoint', context_ids: [rest-api]}]
always: [style, LICENSE]
fallback: none
"""
FILES = {
    "context-index.yml": INDEX,
    "context/api.md": "---\ntitle: API\n---\n# API\n\nViews.\n",
    "context/ui.md": "# UI\r\n\r\nComponents.",
    "context/style.md": "# Style\n",
    "LICENSE": "MIT\n",
}

Command = Callable[..., tuple[str, str, int]]


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    put(tmp_path, FILES)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ctxload(capsys: pytest.CaptureFixture[str]) -> Command:
    def call(*words: str) -> tuple[str, str, int]:
        status = run([*words])
        out, err = capsys.readouterr()
        return out, err, status

    return call


# ── export ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_export_writes_the_text_of_the_documents_with_when_they_are_wanted(project: Path, ctxload: Command) -> None:
    out, _, status = ctxload("export", "cursor")
    assert (out.splitlines(), status) == (
        [f"new  .cursor/rules/{name}.mdc" for name in ("LICENSE", "rest-api", "style", "ui")],
        0,
    )
    assert (project / ".cursor/rules/ui.mdc").read_text(encoding="utf-8") == (
        "---\ndescription: 'Components \u2013 Use when the task mentions: \"react\".'\nglobs: **/*.tsx,web/**\nalwaysApply: false\n---\n"  # noqa: E501
        '<!-- written by ctxload export: {"id": "ui", "from": ["context/ui.md"]} -->\n# UI\n\nComponents.\n'
    )
    assert "title: API" not in (project / ".cursor/rules/rest-api.mdc").read_text(encoding="utf-8")


def test_the_report_says_everything_that_the_tool_cannot(project: Path, ctxload: Command) -> None:
    _, err, _ = ctxload("export", "cursor")
    assert err.splitlines() == [
        "ctxload: not said: is left out: context/gone.md gives no file: gone",
        "ctxload: not said: `exclude` has no place in a Cursor rule: rest-api",
        "ctxload: not said: `context_rules` has no place in a Cursor rule: rest-api",
        "ctxload: not said: `tags` has no place in a Cursor rule: rest-api",
        "ctxload: not said: `agents` has no place: it is for every agent there: rest-api",
        "ctxload: not said: `fallback` has no place in another tool's files",
    ]
    out, _, _ = ctxload("export", "cursor", "--json")
    data = json.loads(out)
    assert {"entry": "rest-api", "key": "tags", "why": "has no place in a Cursor rule"} in data["lost"]
    assert {"entry": "gone", "key": None, "why": "is left out: context/gone.md gives no file"} in data["lost"]
    assert data["index"] == ["fallback"] and {file["change"] for file in data["files"]} == {"current"}


def test_check_says_whether_what_is_written_is_still_current(project: Path, ctxload: Command) -> None:
    assert ctxload("export", "kiro", "--check")[2] == 1
    ctxload("export", "kiro")
    assert ctxload("export", "kiro", "--check") == ("", "ctxload: 4 files, all current\n", 0)
    put(project, {"context/api.md": "# API\n\nOther views.\n"})
    (project / ".kiro/steering/ui.md").unlink()
    put(project, {"context-index.yml": INDEX.replace("always: [style, LICENSE]", "always: [style]")})
    assert ctxload("export", "kiro", "--check") == (
        ".kiro/steering/rest-api.md: is stale\n.kiro/steering/ui.md: is missing\n.kiro/steering/LICENSE.md: belongs to no entry any more\n",  # noqa: E501
        "ctxload: not current: run `ctxload export kiro`\n",
        1,
    )
    assert ctxload("export", "kiro")[0].split()[::2] == ["changed", "new", "removed"]
    assert not (project / ".kiro/steering/LICENSE.md").exists()
    assert ctxload("export", "kiro", "--check")[2] == 0


def test_what_a_person_wrote_is_left_alone(project: Path, ctxload: Command) -> None:
    put(project, {".kiro/steering/ui.md": "# Mine\n", ".kiro/steering/own.md": "# Own\n"})
    out, err, status = ctxload("export", "kiro")
    assert "foreign  .kiro/steering/ui.md\n" in out and "left as it is" in err and status == 1
    assert (project / ".kiro/steering/ui.md").read_text(encoding="utf-8") == "# Mine\n"
    assert ctxload("export", "kiro", "--force")[2] == 0
    assert "# UI" in (project / ".kiro/steering/ui.md").read_text(encoding="utf-8")
    assert (project / ".kiro/steering/own.md").exists()


def test_a_link_out_of_the_project_is_not_written_through(
    project: Path, ctxload: Command, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (project / ".kiro").symlink_to(outside)
    _, err, status = ctxload("export", "kiro")
    assert status and "leads through a link" in err
    assert list(outside.iterdir()) == []


def test_entries_of_one_tool_are_exported_to_another_and_not_to_itself(project: Path, ctxload: Command) -> None:
    put(project, {".cursor/rules/go.mdc": "---\nglobs: *.go\n---\n# Go\n", "context-index.yml": "sources: [cursor]\n"})
    assert ctxload("export", "cline")[0] == "new  .clinerules/go.md\n"
    assert "paths: ['**/*.go']" in (project / ".clinerules/go.md").read_text(encoding="utf-8")
    assert ctxload("export", "cursor")[2] == 1


def test_the_folder_to_write_to_may_be_another(
    project: Path, ctxload: Command, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    assert ctxload("export", "windsurf", "--to", str(other))[2] == 0
    assert (other / ".windsurf/rules/ui.md").exists() and not (project / ".windsurf").exists()
    assert ctxload("export", "windsurf", "--to", str(other), "--check")[2] == 0


def test_what_is_removed_takes_along_empty_folders_and_not_the_folder_itself(
    project: Path, ctxload: Command, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    ctxload("export", "kiro", "--to", str(other))
    put(project, {"context-index.yml": "context_files: []\n"})
    assert ctxload("export", "kiro", "--to", str(other))[0].split()[::2] == ["removed"] * 4
    assert other.is_dir() and list(other.iterdir()) == []


def test_entries_that_are_files_of_the_tool_are_named(project: Path, ctxload: Command) -> None:
    put(project, {"context-index.yml": INDEX + "sources: [kiro]\n", ".kiro/steering/k.md": "# K\n"})
    out, err, status = ctxload("export", "kiro")
    assert status == 0 and "k.md" not in out
    assert "ctxload: not written, because they are files of this tool already: `k`\n" in err
    assert json.loads(ctxload("export", "kiro", "--json")[0])["own"] == ["k"]
    put(project, {"context-index.yml": "version: 1.0\nsources: [kiro]\n"})
    for path in (project / ".kiro/steering").glob("*.md"):
        if path.name != "k.md":
            path.unlink()
    assert ctxload("export", "kiro")[1].endswith("nothing to export: every entry is a file of this tool already\n")
    assert ctxload("export", "kiro", "--check")[1:] == (
        "ctxload: nothing to export: every entry is a file of this tool already\n",
        0,
    )


def test_what_comes_for_all_and_for_one_agent_comes_for_all(project: Path, ctxload: Command) -> None:
    index = "version: 1.0\ncontext_files: [{path: context/style.md}]\nalways: {'*': [style], dev: [style]}\n"
    put(project, {"context-index.yml": index})
    ctxload("export", "kiro")
    assert "inclusion: always" in (project / ".kiro/steering/style.md").read_text(encoding="utf-8")


def test_secrets_are_never_exported(project: Path, ctxload: Command) -> None:
    put(project, {".env": "TOKEN=1", "context-index.yml": "context_files: [{path: .env, keywords: [token]}]"})
    _, err, status = ctxload("export", "cursor")
    assert ".env looks like a file of secrets" in err and status == 1


def test_an_unknown_format_and_a_missing_index_are_usage_errors(project: Path, ctxload: Command) -> None:
    assert ctxload("export", "cursr")[1:] == ("ctxload: there is no format `cursr`: did you mean `cursor`?\n", 2)
    (project / "context-index.yml").unlink()
    assert ctxload("export", "cursor")[2] == 2


# ── there and back ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_what_was_exported_is_imported_as_the_entries_it_came_from(project: Path, ctxload: Command, name: str) -> None:
    out, _, _ = ctxload("export", name, "--json")
    lost: dict[str, set[str]] = {}
    for loss in json.loads(out)["lost"]:
        lost.setdefault(loss["entry"], set()).add(loss["key"])
    before = load_index()
    put(project, {"kept.yml": INDEX})
    (project / "context-index.yml").unlink()
    assert ctxload("import", name, "--yes")[2] == (1 if name == "aider" else 0)  # aider's settings are never written
    if name == "aider":
        return
    after = {entry.paths[0].value: entry for entry in load_index().entries}
    always = {text.value for _, names in load_index().always for text in names}
    for entry in before.entries:
        said = lost.get(entry.id.value, set())
        if None in said:
            assert entry.paths[0].value not in after
            continue
        back = after.pop(entry.paths[0].value)
        for key in (
            "description",
            "keywords",
            "exclude",
            "tags",
            "agents",
            "for_files",
            "when_files",
            "when_stack",
            "priority",
        ):
            if key not in said and not (key == "keywords" and not entry.keywords):
                assert plain(getattr(back, key)) == plain(getattr(entry, key)), (entry.id.value, key)
        assert back.id.value == entry.id.value
        assert (entry.id.value == "style") == (entry.id.value in always)
    assert set(after) <= {"LICENSE"}


def plain(value: Any) -> Any:
    return tuple(text.value for text in value) if isinstance(value, tuple) else value


SAMPLES = {path: text for _, path, text, _ in RULES if path not in (".clinerules", "CLAUDE.md")}


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_rules_of_a_tool_come_back_as_they_were_from_an_import_and_an_export(name: str) -> None:
    """Files → entries → files → entries: what an index can say of them is the same the second time."""
    tree = MemoryTree(SAMPLES)
    form = find(name)
    index = to_index("i", [guide for guide in form.read(Files(tree)).guides if guide.paths], SAMPLES)
    guides, losses = guides_of(index, tree)
    writing = form.write(guides)
    gone = {loss.guide for loss in (*losses, *writing.losses) if loss.field == WHOLE}
    reading = form.read(Files(MemoryTree(dict(writing.files))))
    again = to_index("i", reading.guides, {})
    lost = {(loss.guide, loss.field) for loss in writing.losses}
    second = {entry.id.value: entry for entry in again.entries}
    for entry in index.entries:
        if entry.id.value not in gone:
            for key, field in (("for_files", "files"), ("agents", "agents"), ("description", "description")):
                if (entry.id.value, field) not in lost:
                    assert plain(getattr(second[entry.id.value], key)) == plain(getattr(entry, key)), (
                        entry.id.value,
                        key,
                    )


# ── import ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_import_beside_an_index_has_a_file_of_its_own(project: Path, ctxload: Command) -> None:
    put(project, {".cursor/rules/go.mdc": "---\nglobs: *.go\n---\n# Go\n"})
    out, err, status = ctxload("import", "cursor")
    assert status == 1 and "nothing was written" in err and "+include: [context-index.cursor.yml]" in out
    assert not (project / "context-index.cursor.yml").exists()
    assert ctxload("import", "cursor", "--yes")[2] == 0
    assert (project / "context-index.yml").read_text(
        encoding="utf-8"
    ) == INDEX + "\ninclude: [context-index.cursor.yml]\n"
    assert ctxload("resolve", "--file", "x.go", "Fix it")[0].split()[0] == ".cursor/rules/go.mdc"
    put(project, {".cursor/rules/go.mdc": "---\nglobs: *.rs\n---\n# Rust\n"})
    assert ctxload("import", "cursor", "--yes")[2] == 0
    assert ctxload("resolve", "--file", "x.rs", "Fix it")[0].split()[0] == ".cursor/rules/go.mdc"


def test_what_the_index_lists_already_stays_as_it_is(project: Path, ctxload: Command) -> None:
    put(
        project,
        {
            ".kiro/steering/api.md": "# API\n",
            "context-index.yml": "context_files: [{path: .kiro/steering/api.md, keywords: [mine]}]\n",
        },
    )
    _, err, status = ctxload("import", "kiro", "--yes")
    assert "`api`: in the index already, and left as it is" in err
    assert status == 0  # `always` is new
    assert [entry.keywords[0].value for entry in load_index().entries] == ["mine"]


def test_a_file_in_the_way_of_an_import_is_not_replaced(project: Path, ctxload: Command) -> None:
    put(project, {".kiro/steering/x.md": "# X\n", "context-index.kiro.yml": "context_files: []\n"})
    _, err, status = ctxload("import", "kiro", "--yes")
    assert (status, "no import wrote it" in err) == (2, True)


def test_there_must_be_something_to_import(project: Path, ctxload: Command) -> None:
    assert ctxload("import", "kiro")[1:] == (
        "ctxload: nothing to import: there are no files like .kiro/steering/**/*.md\n",
        1,
    )
    assert ctxload("import", "kiro", "nowhere")[2] == 2
    assert ctxload("import", "kiro", "..")[2] == 2


def test_names_that_could_forge_a_line_are_escaped(project: Path, ctxload: Command) -> None:
    put(project, {".kiro/steering/x.md": '---\ninclusion: auto\nname: x\ndescription: "a\\e[31mb"\n---\n# X\n'})
    out, err, _ = ctxload("import", "kiro")
    assert "\x1b" not in out + err


LAYOUTS = [
    "version: 1.0\n",
    "version: 1.0",
    "",
    "include: a.yml\ncontext_files: []\n",
    "include: [a.yml]\n",
    "include: [a.yml,\n  'b.yml' ]  # more\nversion: 1.0\n",
    "include:\n  - a.yml  # first\n  - b.yml\nversion: 1.0\n",
    "version: 1.0\r\ninclude:\r\n- a.yml\r\nfallback: none\r\n",
    "context_files:\n  - path: a.md\n    keywords: [x]\n",
]


@pytest.mark.parametrize("text", LAYOUTS)
def test_an_include_is_added_in_the_layout_that_is_there(text: str) -> None:
    changed = with_include(text, "new.yml")
    assert changed is not None
    before, after = parse(Source("i", text)), parse(Source("i", changed))
    assert [name.value for name in after.index.include] == [*(name.value for name in before.index.include), "new.yml"]
    assert after.index.entries == before.index.entries or bool(after.index.entries) == bool(before.index.entries)
    assert {finding.code for finding in after.diagnostics} <= {finding.code for finding in before.diagnostics}


@given(st.sampled_from(LAYOUTS) | st.text(max_size=40))
def test_an_include_is_added_for_certain_or_not_at_all(text: str) -> None:
    changed = with_include(text, "new.yml")
    if changed is not None:
        assert [name.value for name in parse(Source("i", changed)).index.include][-1] == "new.yml"
    flow = with_include("{context_files: []}", "new.yml")
    assert flow is None


def test_an_index_of_a_hundred_rules_is_read_and_written_whole() -> None:
    files = {
        f".cursor/rules/rule-{number}.mdc": f"---\nglobs: src/{number}/**\n---\n# {number}\n" for number in range(100)
    }
    index = to_index("i", find("cursor").read(Files(MemoryTree(files))).guides, files)
    again = parse(Source("i", to_yaml(index))).index
    assert isinstance(again, Index) and all(isinstance(entry, Entry) for entry in again.entries)
    assert [plain(entry.for_files) for entry in again.entries] == [plain(entry.for_files) for entry in index.entries]


# ── where each line comes from ───────────────────────────────────────────────────────────────────────────

SKILL_RULES = """{"skills": {
  "db": {
    "priority": "high",
    "promptTriggers": {
      "keywords": ["table", "sql"],
      "intentPatterns": ["(add|drop).*column"]
    },
    "fileTriggers": {
      "pathPatterns": ["*.sql"]
    }
  }
}}
"""
ORIGINS = [
    (
        "cursor",
        {".cursor/rules/rule.mdc": "---\ndescription: Rules for React\nglobs: *.tsx\nalwaysApply: false\n---\n# React and *.tsx and rule\n"},  # noqa: E501
        {"path": "rule.mdc", "description": "rule.mdc:2", "keywords": "rule.mdc:2", "for_files": "rule.mdc:3"},
    ),
    (
        "cursor",
        {".cursor/rules/style.mdc": "---\ndescription: x\nalwaysApply: true\n---\n# style\n"},
        {"path": "style.mdc", "description": "style.mdc:2", "always": "style.mdc:3"},
    ),
    (
        "openhands",
        {".openhands/microagents/azure.md": "---\nname: azure\ntriggers:\n- azure-devops\n- azure\n---\n# azure\n"},
        {"path": "azure.md", "keywords": "azure.md:4 azure.md:5"},
    ),
    (
        "skill-rules",
        {".claude/skills/skill-rules.json": SKILL_RULES, ".claude/skills/db/SKILL.md": "---\nname: db\ndescription: The table, in sql\n---\nsql\n"},  # noqa: E501
        {
            "id": "SKILL.md", "path": "SKILL.md", "description": "SKILL.md:3", "keywords": "rules.json:5", "for_files": "rules.json:9", "priority": "rules.json:3",  # noqa: E501
            "pattern": "rules.json:6", "context_ids": "SKILL.md",
        },
    ),
    ("agents-md", {"AGENTS.md": "# AGENTS\n\nSee AGENTS.md\n"}, {"path": "AGENTS.md", "always": "AGENTS.md"}),
    ("kiro", {".kiro/steering/k.md": "---\ninclusion: manual\n---\nk\n"}, {"path": "k.md", "agents": "k.md:2"}),
    ("windsurf", {".windsurf/rules/w.md": "---\ntrigger: glob\nglobs: w/**\n---\n"}, {"path": "w.md", "for_files": "w.md:3"}),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize("name, files, wanted", ORIGINS, ids=[f"{row[0]} {next(iter(row[1]))}" for row in ORIGINS])
def test_each_line_of_an_import_says_where_it_stands_in_the_tools_files_and_nowhere_else(
    project: Path, ctxload: Command, name: str, files: dict[str, str], wanted: dict[str, str]
) -> None:
    (project / "context-index.yml").unlink()
    put(project, files)
    found = {}
    for line in ctxload("import", name)[0].splitlines():
        written, _, origin = line.partition("  # ")
        key = written.strip().removeprefix("- ").partition(":")[0]
        if written and not written.startswith("#") and key != "version" and not written.endswith(":"):
            assert origin, line
            found[key] = " ".join(place.rsplit("/", 1)[-1].removeprefix("skill-") for place in origin.split(", "))
    assert found.pop("fallback") == "a task that fits nothing gets nothing"
    assert found == wanted


def test_what_an_import_leaves_out_is_said(project: Path, ctxload: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    put(project, {f".kiro/steering/{name}.md": "# A\n" for name in "abc"} | {".kiro/steering/d\x1b.md": ""})
    monkeypatch.setattr("ctxload.formats.files.COUNT", 2)
    out, err, _ = ctxload("import", "kiro")
    assert "c.md" not in out and "\x1b" not in out + err
    assert "CTX007] there is more than is read: the rest is left out" in err
    assert "CTX309] control characters in the name of this file" in err


def test_rules_that_nothing_calls_for_are_told(project: Path, ctxload: Command) -> None:
    rules = {
        "auto": "inclusion: auto",
        "named": "inclusion: manual",
        "all": "inclusion: always",
        "words": "inclusion: auto\ndescription: PDF forms",
        "files": "inclusion: fileMatch\nfileMatchPattern: '*.ts'",
    }
    put(project, {f".kiro/steering/{name}.md": f"---\n{front}\n---\n# X\n" for name, front in rules.items()})
    (project / "context-index.yml").unlink()
    _, err, _ = ctxload("import", "kiro")
    assert "ctxload: no word selects `auto`: give it keywords\n" in err


def test_one_line_tells_what_many_rules_lose(project: Path, ctxload: Command) -> None:
    rule = "---\nregex: import\nglobs: '*.ts'\n---\n"
    put(project, {f".continue/rules/r{number}.md": rule for number in range(30)})
    _, err, _ = ctxload("import", "continue")
    assert err.count("has no place in an index") == 1 and "and 10 more\n" in err
