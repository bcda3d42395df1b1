"""Live sources and the files at hand: other tools' files in place, and a task together with the files it is about."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.errors import CtxloadError, UsageError
from ctxload.formats import BUILT_IN
from ctxload.formats.sources import read_source
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.project.assemble import assemble
from ctxload.selection.files_at_hand import paths_in
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.start import run
from ctxload.text.source import Source
from ctxload.workspace.globs import fits
from ctxload.workspace.memory_tree import MemoryTree
from strategies import NASTY
from test_formats import RULES

REACT = "---\ndescription: React components\nglobs: *.tsx\n---\n# React\n"
FILES = {
    ".cursor/rules/react.mdc": REACT,
    ".cursor/rules/style.mdc": "---\nalwaysApply: true\n---\n# Style\n",
    ".cursor/rules/rare.mdc": "# By name only\n",
    "web/.cursor/rules/forms.mdc": "---\nglobs: *.py\n---\n# Forms\n",
    "context/api.md": "# API\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the rules of Cursor and no index; the working directory."""
    folder = tmp_path / "project"
    put(folder, FILES)
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder)
    return folder


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())


Command = Callable[..., tuple[list[str], str, int]]


@pytest.fixture
def ctxload(capsys: pytest.CaptureFixture[str]) -> Command:
    def call(*words: str) -> tuple[list[str], str, int]:
        status = run([*words])
        out, err = capsys.readouterr()
        return out.splitlines(), err, status

    return call


# ── sources ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_rules_of_a_tool_serve_without_an_index(project: Path, ctxload: Command) -> None:
    always = ".cursor/rules/style.mdc"
    assert ctxload("resolve", "--source", "cursor", "Fix a React component") == (
        [".cursor/rules/react.mdc", always],
        "",
        0,
    )
    assert ctxload("resolve", "--source", "cursor", "--file", "src/x.tsx", "Fix it")[0] == [
        ".cursor/rules/react.mdc",
        always,
    ]
    assert ctxload("resolve", "--source", "cursor", "--file", "web/a/x.py", "Fix it")[0] == [
        "web/.cursor/rules/forms.mdc",
        always,
    ]
    assert ctxload("resolve", "--source", "cursor", "Context: rare")[0] == [".cursor/rules/rare.mdc", always]
    assert ctxload("resolve", "--source", "cursor", "Plan the quarter")[0] == [always]


def test_a_rule_that_was_not_chosen_is_no_remark_on_an_answer(project: Path, ctxload: Command) -> None:
    put(project, {".cursor/rules/rust.mdc": '---\nglob: "*.rs"\ndescription: Rust\n---\n# Rust\n'})
    for command in ("resolve", "load", "explain"):
        out, err, _ = ctxload(command, "--source", "cursor", "Fix a React component")
        assert "rust.mdc:" not in err + "\n".join(out), command
        out, err, _ = ctxload(command, "--source", "cursor", "Fix the Rust code")
        assert "did you mean `globs`?" in err + " ".join(out), command
    assert "did you mean `globs`?" in "".join(ctxload("check", "--source", "cursor")[0])
    found = json.loads("".join(ctxload("resolve", "--source", "cursor", "--json", "Fix a React component")[0]))
    assert [one["path"] for one in found["diagnostics"] if "glob" in one["message"]] == [".cursor/rules/rust.mdc"]


def test_the_root_without_an_index_is_that_of_the_work_tree(
    project: Path, ctxload: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "web")
    assert ctxload("resolve", "--source", "cursor", "--file", "x.tsx", "Fix it")[0][0] == ".cursor/rules/react.mdc"


def test_sources_of_an_index_stand_beside_its_entries(project: Path, ctxload: Command) -> None:
    put(project, {"context-index.yml": "sources: [cursor]\ncontext_files: [{path: context/api.md, keywords: [api]}]\n"})
    assert ctxload("resolve", "The API of React components")[0] == [
        ".cursor/rules/react.mdc", "context/api.md", ".cursor/rules/style.mdc",
    ]  # fmt: skip


def test_a_source_of_a_folder_is_named_with_it(project: Path, ctxload: Command) -> None:
    assert ctxload("resolve", "--source", "cursor:web", "--file", "web/x.py", "Fix it")[0] == [
        "web/.cursor/rules/forms.mdc"
    ]
    assert ctxload("resolve", "--source", "cursor:web", "--file", "x.py", "Fix it")[0] == []


@pytest.mark.parametrize(
    "written, code, words",
    [
        ("cursr", "CTX107", "did you mean `cursor`?"),
        ("cursor:nowhere", "CTX107", "`nowhere` isn't a folder"),
        ("cursor:../up", "CTX107", "lies outside the root"),
        ("kiro", "CTX308", "has no files here"),
    ],
)
def test_a_source_that_gives_nothing_is_a_finding_at_its_place(
    project: Path, ctxload: Command, written: str, code: str, words: str
) -> None:
    put(
        project,
        {"context-index.yml": f"context_files: [{{path: context/api.md, keywords: [api]}}]\nsources: ['{written}']\n"},
    )
    paths, err, status = ctxload("resolve", "the api")
    assert (paths, status) == (["context/api.md"], 0)
    assert f"context-index.yml:2:11: {'error' if code == 'CTX107' else 'warning'}[{code}]" in err
    assert words in err


def test_an_unknown_source_on_the_command_line_is_a_usage_error(project: Path, ctxload: Command) -> None:
    assert ctxload("resolve", "--source", "cursr", "x") == (
        [],
        "ctxload: there is no format `cursr`: did you mean `cursor`?\n",
        2,
    )
    with pytest.raises(UsageError):
        ContextLoader(sources=["cursr"])


@pytest.mark.parametrize("folder", ["nowhere", "../up", "/etc", "context/api.md"])
def test_a_folder_of_a_source_that_is_none_is_a_usage_error(project: Path, ctxload: Command, folder: str) -> None:
    paths, err, status = ctxload("resolve", "--source", f"cursor:{folder}", "x")
    assert (paths, status) == ([], 2)
    assert err == f"ctxload: --source cursor:{folder}: there is no such folder below the root, {project}\n"


def test_damage_in_a_rule_is_a_finding_and_the_rule_serves(project: Path, ctxload: Command) -> None:
    put(project, {".claude/rules/api.md": "---\npaths: api/**\nnote: a: b\n---\n# API"})
    paths, err, _ = ctxload("resolve", "--source", "claude-code", "--file", "api/x.py", "Fix it")
    assert paths == [".claude/rules/api.md"]
    assert ".claude/rules/api.md:3: warning[CTX010]" in err


def test_what_export_wrote_is_not_read_a_second_time(project: Path, ctxload: Command) -> None:
    put(
        project,
        {
            "context-index.yml": "sources: [kiro]\ncontext_files: [{path: context/api.md, keywords: [api]}]\nfallback: none\n"  # noqa: E501
        },
    )
    assert ctxload("export", "kiro")[2] == 0
    assert (project / ".kiro/steering/api.md").exists()
    assert ctxload("resolve", "the api")[0] == ["context/api.md"]


def test_two_rules_of_one_name_get_ids_of_their_own(project: Path, ctxload: Command) -> None:
    put(project, {"web/.cursor/rules/react.mdc": "---\nglobs: *.jsx\n---\n"})
    out, _, _ = ctxload("explain", "--source", "cursor", "--json", "--all", "x")
    ids = [verdict["entry"] for verdict in json.loads("\n".join(out))["not_selected"]]
    assert sorted(ids) == ["forms", "rare", "react", "web/react"]


def test_the_next_call_sees_rules_that_came_changed_and_went(project: Path, ctxload: Command) -> None:
    ask = ("resolve", "--source", "cursor", "--file", "a.rs", "Fix it")
    loader = ContextLoader(sources=["cursor"])

    def both() -> list[str]:
        mine, theirs = ctxload(*ask)[0], list(loader.resolve("Fix it", files=["a.rs"]).paths)
        assert mine == theirs == ctxload(*ask)[0]
        return mine

    assert both() == [".cursor/rules/style.mdc"]
    put(project, {".cursor/rules/rust.mdc": "---\nglobs: *.rs\n---\n"})
    assert both() == [".cursor/rules/rust.mdc", ".cursor/rules/style.mdc"]
    put(
        project,
        {
            ".cursor/rules/rust.mdc": "---\nglobs: *.go\n---\n",
            "sub/.cursor/rules/deep.mdc": "---\nglobs: **/*.rs\n---\n",
        },
    )
    assert both() == [".cursor/rules/style.mdc"]
    shutil.rmtree(project / ".cursor")
    assert both() == []
    put(project, {".cursorrules": "Be short."})
    assert both() == [".cursorrules"]


def test_an_index_that_comes_later_is_used(project: Path) -> None:
    loader = ContextLoader(sources=["cursor"])
    assert loader.resolve("the api").paths == (".cursor/rules/style.mdc",)
    put(project, {"context-index.yml": "context_files: [{path: context/api.md, keywords: [api]}]"})
    assert loader.resolve("the api").paths == ("context/api.md", ".cursor/rules/style.mdc")


def test_a_loader_with_sources_survives_pickling(project: Path) -> None:
    import pickle

    loader = pickle.loads(pickle.dumps(ContextLoader(sources=["cursor"])))
    assert loader.resolve("x").paths == (".cursor/rules/style.mdc",)


def test_links_out_of_the_project_are_not_read(project: Path, ctxload: Command) -> None:
    outside = project.parent / "outside.mdc"
    outside.write_text("---\nalwaysApply: true\n---\nsecret", encoding="utf-8")
    (project / ".cursor/rules/link.mdc").symlink_to(outside)
    assert ctxload("resolve", "--source", "cursor", "x")[0] == [".cursor/rules/style.mdc"]


@pytest.mark.heavy
@pytest.mark.parametrize("name, path, text, wanted", RULES, ids=[f"{row[0]} {row[1]}" for row in RULES])
def test_a_live_source_answers_as_its_import_does(
    project: Path, ctxload: Command, name: str, path: str, text: str, wanted: dict[str, object]
) -> None:
    shutil.rmtree(project / ".cursor")
    shutil.rmtree(project / "web")
    put(project, {path: text})
    asks = [
        "Fix the React components",
        "Write endpoints, REST views, Python and migrations",
        f"Context: {path}",
        "pull request",
    ]
    files = [
        "src/ui/pages/a.ts",
        "web/a.tsx",
        "api/x.py",
        "docs/a.md",
        "components/b.tsx",
        "packages/web/c.js",
        "a.config.js",
    ]

    def answers(*source: str) -> list[list[str]]:
        found = [ctxload("resolve", *source, ask)[0] for ask in asks]
        return found + [ctxload("resolve", *source, "--file", file, "x")[0] for file in files]

    live = answers("--source", name)
    assert ctxload("import", name, "--yes")[2] == 0
    assert answers() == live


# ── the files at hand ────────────────────────────────────────────────────────────────────────────────────

INDEX = """
context_files:
  - {path: api.md, keywords: [api], for_files: ['src/**/*.py', '!*_test.py'], agents: [dev]}
  - {path: ui.md, for_files: ['*.tsx'], exclude: [quickly]}
  - {path: db.md, keywords: [mysql]}
fallback: none
"""


def selected(task: str, *files: str, agent: str = "", index: str = INDEX) -> list[str]:
    tree = MemoryTree({"api.md": "", "ui.md": "", "db.md": "", "src/x.py": "", "setup.py": ""})
    request = Request(task, agent, files=files)
    return list(resolve(compile_index(parse(Source("i", index)).index), tree, request).paths)


@pytest.mark.parametrize(
    "task, files, wanted",
    [
        ("fix it", [], []),
        ("fix it", ["src/a/b.py"], ["api.md"]),
        ("fix it", ["src/a/b_test.py"], []),
        ("fix it", ["b.py"], []),
        ("fix it", ["src/a.py", "src/a.tsx"], ["api.md", "ui.md"]),
        ("the mysql query", ["a.tsx"], ["ui.md", "db.md"]),  # the task and the files decide together
        ("the api", ["src/a.py"], ["api.md"]),
        ("fix it quickly", ["a.tsx"], []),  # a veto is a veto
        ("fix src/x.py", [], ["api.md"]),  # a file of the project in the task is at hand
        ("add `src/new/view.py`:", [], ["api.md"]),  # and one that is yet to write
        ("see src/x.py:12 and https://x.org/src/x.py", [], ["api.md"]),
        ("React/Node.tsx and/or Next.js/Vue.tsx", [], []),  # no folder of the project
        ("mail a@src/x.py", [], []),
        ("Context: db.md", ["a.tsx"], ["db.md"]),  # explicit context is all there is
    ],
)
def test_files_at_hand_call_for_entries_beside_the_task(task: str, files: list[str], wanted: list[str]) -> None:
    assert selected(task, *files) == wanted


def test_the_scope_of_an_agent_holds_for_files_too() -> None:
    assert selected("fix it", "src/a.py", agent="dev") == ["api.md"]
    assert selected("fix it", "src/a.py", agent="qa", index=INDEX + "agent_defaults: {qa: []}") == []


def test_without_patterns_files_change_nothing() -> None:
    index = "context_files: [{path: api.md, keywords: [api]}]"
    assert selected("the api", "a.py", index=index) == selected("the api", index=index)


def test_the_reason_names_the_pattern_and_the_file_and_where_it_stands() -> None:
    tree = MemoryTree({"api.md": "", "ui.md": "", "db.md": "", "src/x.py": ""})
    found = resolve(compile_index(parse(Source("i", INDEX)).index), tree, Request("fix src/x.py"))
    (reason,) = found.files[0].reasons
    assert (reason.kind, reason.by, reason.note, reason.words, reason.spans) == (
        "file", "src/**/*.py", "fits `src/x.py`", ("src/x.py",), ((4, 12),),
    )  # fmt: skip


@given(
    st.lists(
        st.sampled_from(["src/x.py", "`src/new.py`", "(setup.py)", "src/", "and", "CI/CD", "e.g.", "x/y.py"])
        | st.sampled_from(NASTY)
    )
)
def test_paths_in_a_task_are_where_they_are_said_to_be(parts: list[str]) -> None:
    task = " ".join(parts)
    for path in paths_in(task, MemoryTree({"src/x.py": "", "setup.py": ""})):
        assert path.where.words == (path.name,) or path.where.words == (path.name.rstrip("/"),)
        assert path.name in ("src/x.py", "src/new.py", "setup.py", "src/")


@given(
    st.lists(st.sampled_from(["*.py", "src/**", "!x.py", "/x.py", "**"]), max_size=4).map(tuple),
    st.sampled_from(["x.py", "src/x.py", "a/b"]),
)
def test_the_last_pattern_that_fits_decides(patterns: tuple[str, ...], path: str) -> None:
    single = [pattern for pattern in patterns if fits((pattern.removeprefix("!"),), path)]
    wanted = "" if not single or single[-1].startswith("!") else single[-1]
    assert fits(patterns, path) == wanted


def test_files_are_named_from_the_working_directory_and_must_be_below_the_root(
    project: Path, ctxload: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "web")
    ask = ("resolve", "--source", "cursor", "Fix it", "--file")
    assert ctxload(*ask, "x.py")[0][0] == "web/.cursor/rules/forms.mdc"
    assert ctxload(*ask, str(project / "web" / "x.py"))[0][0] == "web/.cursor/rules/forms.mdc"
    assert ctxload(*ask, "../x.tsx")[0][0] == ".cursor/rules/react.mdc"
    paths, err, status = ctxload(*ask, "../../x.tsx")
    assert (paths, status) == ([], 2) and "is not below the root" in err
    paths, err, status = ctxload(*ask, "a\x1b[31m.tsx")
    assert (paths, status) == ([], 2) and "\x1b" not in err
    assert ctxload("resolve", "--root", "nowhere", "--source", "cursor", "x")[2] == 2


def test_the_library_and_a_batch_take_files_from_the_root(
    project: Path, ctxload: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = ContextLoader(sources=["cursor"])
    assert loader.resolve("x", files=["a.tsx"]).paths[0] == ".cursor/rules/react.mdc"
    assert loader.resolve("x", files=[str(project / "a.tsx")]).paths[0] == ".cursor/rules/react.mdc"
    with pytest.raises(CtxloadError, match="isn't a file below the root"):
        loader.resolve("x", files=["../a.tsx"])
    import io

    lines = '{"id": 1, "task": "x", "files": ["a.tsx"]}\n{"id": 2, "task": "x"}\n{"id": 3, "task": "x", "files": 7}\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    out, _, status = ctxload("resolve", "--batch", "--source", "cursor", "--file", "web/b.py")
    answers = [json.loads(line) for line in out]
    assert status == 0
    assert [answer.get("files", [None])[0] for answer in answers] == [
        ".cursor/rules/react.mdc",
        "web/.cursor/rules/forms.mdc",
        None,
    ]


# ── git ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def repository(project: Path) -> Path:
    if not shutil.which("git"):
        pytest.skip("there is no git")
    shutil.rmtree(project / ".git")
    put(project, {"old.tsx": "1", "web/old.py": "1", "a b.txt": ""})
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *words], cwd=project, check=True, env=clean()
        )
    return project


def clean() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}


@pytest.mark.parametrize("change", ["changed", "deleted", "staged", "new"])
def test_what_git_says_has_changed_is_at_hand(repository: Path, ctxload: Command, change: str) -> None:
    ask = ("resolve", "--source", "cursor", "Fix it", "--changed")
    assert ctxload(*ask)[0] == [".cursor/rules/style.mdc"]
    if change == "deleted":
        (repository / "old.tsx").unlink()
    else:
        name = "nëw file.tsx" if change == "new" else "old.tsx"
        put(repository, {name: "2"})
        if change == "staged":
            subprocess.run(["git", "add", name], cwd=repository, check=True, env=clean())
    assert ctxload(*ask)[0] == [".cursor/rules/react.mdc", ".cursor/rules/style.mdc"]


def test_changes_beside_a_root_that_is_a_folder_of_the_work_tree_do_not_count(
    repository: Path, ctxload: Command
) -> None:
    put(repository, {"old.tsx": "2", "web/old.py": "2", "web/context-index.yml": "sources: [cursor]\nfallback: none\n"})
    assert ctxload("resolve", "--root", "web", "Fix it", "--changed")[0] == [
        "web/.cursor/rules/forms.mdc".removeprefix("web/")
    ]


def test_without_a_work_tree_changed_is_a_usage_error(project: Path, ctxload: Command) -> None:
    shutil.rmtree(project / ".git")
    paths, err, status = ctxload("resolve", "--source", "cursor", "--root", ".", "Fix it", "--changed")
    assert (paths, status) == ([], 2) and "--changed needs a git work tree" in err


# ── every format ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_a_source_has_a_place_for_every_text_of_its_entries(project: Path, name: str) -> None:
    put(project, {path: text for other, path, text, _ in RULES if other == name and path != ".clinerules"})
    from ctxload.workspace.locations import discover
    from ctxload.workspace.tree import DiskTree

    place = discover(sources=(name,))
    index = assemble(place, DiskTree(place.root)).index
    compile_index(index)
    for entry in index.entries:
        for text in (*entry.keywords, *entry.for_files):
            source = index.source(text.source)
            assert source is not None and 0 <= text.start <= text.end <= len(source.text)


@pytest.mark.parametrize("path", ["CONV.md", "./CONV.md"])
def test_a_file_that_the_index_lists_itself_is_one_entry_and_the_index_has_the_word(tmp_path: Path, path: str) -> None:
    index = f"context_files: [{{path: {path}, keywords: [house style]}}]\nsources: [aider]\nfallback: none\n"
    put(tmp_path, {".aider.conf.yml": "read: [CONV.md, more.md]\n", "CONV.md": "# C\n", "more.md": "# M\n"})
    put(tmp_path, {"context-index.yml": index})
    found = ContextLoader(root=tmp_path)
    assert [entry.id.value for entry in found.index().entries] == ["CONV", "more"]
    assert found.resolve("Fix it").paths == ("more.md",)
    assert set(found.resolve("our house style").paths) == {"CONV.md", "more.md"}
    told = [one for one in found.resolve("Fix it").diagnostics if one.path == "CONV.md"]
    assert [(one.code, one.severity) for one in told] == [("CTX312", "note")]


def test_an_entry_for_a_folder_takes_no_rule_from_a_source(tmp_path: Path) -> None:
    index = "context_files: [{path: .cursor/rules/, keywords: [house style]}]\nsources: [cursor]\n"
    put(tmp_path, {**FILES, "context-index.yml": index})
    assert len(ContextLoader(root=tmp_path).index().entries) == 5


def test_a_tools_folder_that_is_ignored_is_told_with_what_ignores_it(project: Path, ctxload: Command) -> None:
    put(project, {".gitignore": "/.kiro/\n", ".kiro/steering/a.md": "# A\n"})
    out, _, _ = ctxload("check", "--source", "kiro", "--format", "concise")
    assert "`kiro` has no files here (`.kiro/steering` is ignored by .gitignore: take that line out" in "".join(out)
    _, err, status = ctxload("import", "kiro")
    assert status == 1 and "nothing to import: `.kiro/steering` is ignored by .gitignore" in err


@pytest.mark.parametrize(
    ("source", "folder", "read", "passed"),
    [
        ("cursor", ".cursor/rules", "a.mdc", "b.md"),
        ("copilot", ".github/instructions", "a.instructions.md", "b.md"),
        ("windsurf", ".windsurf/rules", "a.md", "b.mdc"),
        ("kiro", ".kiro/steering", "a.md", "b.txt"),
        ("claude-code", ".claude/rules", "x/a.md", "x/b.mdc"),
        ("cline", ".clinerules", "a.txt", "b.mdc"),
    ],
)
def test_a_text_that_a_tool_passes_over_in_its_own_folder_is_told(
    source: str, folder: str, read: str, passed: str
) -> None:
    tree = MemoryTree({f"{folder}/{name}": "# A\n" for name in (read, passed, "README.md")})
    told = [one for one in read_source(tree, source).findings if one.code == "CTX308"]
    assert [(one.path, one.severity) for one in told] == [(f"{folder}/{passed}", "note")]
    assert "is passed over" in told[0].message and read.partition(".")[2] in told[0].message
