"""Who asks, and what that leaves of an index: agents, folders of agents, tags, fallbacks, entries that ask for both."""

from __future__ import annotations

from typing import Any

import pytest

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection import required
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import may_name, resolve
from ctxload.selection.scope import agent_folder, is_known_agent, passed_over_findings
from ctxload.text.source import Source
from ctxload.workspace import globs
from ctxload.workspace.memory_tree import MemoryTree

FILES = {
    "context/api.md": "# API\n",
    "context/db.md": "# Databases\n",
    "context/ui.md": "# Buttons\n\nMore.\n",
    "context/backend/jobs.md": "# Jobs\n",
    "context/backend/orm.md": "# Mapping\n",
    "context/data-lake-team/lake.md": "# The lake\n",
    "context/-x/page.md": "# X\n",
    "context/a/b/page.md": "# AB\n",
    "docs/guide.md": "# A guide\n",
    "docs/.env": "TOKEN=x\n",
}
INDEX = """
context_files:
  - {id: api, path: context/api.md, keywords: [endpoint], tags: [rest]}
  - {id: db, path: context/db.md, keywords: [database], agents: [backend-dev, dba]}
  - {id: orm, path: context/backend/orm.md, keywords: [mapper], tags: [rest]}
  - {id: nobodys, path: docs/guide.md, keywords: [guide], agents: []}
agent_defaults:
  backend-dev: [db]
"""


def answer(
    task: str, agent: str = "", index: str = INDEX, files: dict[str, str] = FILES, more: str = "", **request: Any
) -> Resolution:
    parsed = parse(Source("context-index.yml", index + more))
    return resolve(compile_index(parsed.index), MemoryTree(files), Request(task, agent, **request))


def reasons(found: Resolution) -> list[tuple[str, str]]:
    return [(file.path, file.reasons[0].kind) for file in found.files]


# ── agents ───────────────────────────────────────────────────────────────────────────────────────────────

EVERYTHING = "every entry is in scope; name the agent under `agents:` or `agent_defaults:`"


@pytest.mark.parametrize(
    ("agent", "folders", "hint"),
    [
        ("backend-dev", [], None),  # of the index
        ("backend", [], None),  # has a folder
        ("backend-jobs", [], None),  # has a folder, and is no slip of another's name
        ("backend-dve", [], "did you mean `backend-dev`?"),  # is one, though `context/backend` is there
        ("backend-dve", ["context/backend-dve/a.md"], None),  # has a folder of its very own
        ("zebra", [], EVERYTHING),
    ],
)
def test_an_agent_is_known_by_the_index_or_by_a_folder(agent: str, folders: list[str], hint: str | None) -> None:
    found = answer("endpoint", agent, files={**FILES, **dict.fromkeys(folders, "x")})
    assert [(one.code, one.hint) for one in found.diagnostics] == ([] if hint is None else [("CTX402", hint)])


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("backend", "context/backend"),
        ("backend-dev", "context/backend"),
        ("data-lake-team", "context/data-lake-team"),
        ("data-lake-team-lead", "context/data-lake-team"),
        ("data-lake", ""),  # the names of folders are not cut
        ("a", "context/a"),
        ("a/b", ""),
        ("api.md", ""),  # a file is none
        ("-x", ""),
        ("", ""),
        ("/backend", ""),
    ],
)
def test_the_folder_of_an_agent_has_its_name_or_the_first_words_of_it(name: str, folder: str) -> None:
    assert agent_folder(MemoryTree(FILES), name) == folder


@pytest.mark.parametrize(("name", "known"), [("dba", True), ("backend", True), ("backend-dev", True), ("x", False)])
def test_an_agent_is_known_by_either(name: str, known: bool) -> None:
    tables = compile_index(parse(Source("i", INDEX)).index)
    assert is_known_agent(tables, MemoryTree(FILES), name) == known


@pytest.mark.parametrize(
    ("agent", "tags", "entry", "message"),
    [
        ("zebra", (), "nobodys", "is for nobody by keyword (`agents: []`)"),
        ("", (), "nobodys", "is for nobody by keyword (`agents: []`)"),
        ("backend", (), "nobodys", "is for nobody, not for backend"),
        ("backend", (), "db", "is for backend-dev, dba, not for backend"),
        ("", ("rest", "web"), "db", "has none of the tags rest, web"),
        ("backend", ("rest",), "db", "has none of the tags rest"),
    ],
)
def test_a_verdict_says_for_whom_an_entry_is(agent: str, tags: tuple[str, ...], entry: str, message: str) -> None:
    found = answer("endpoint database mapper guide", agent, tags=tags)
    assert [verdict.message for verdict in found.verdicts if verdict.entry == entry] == [message]


@pytest.mark.parametrize(
    ("agent", "tags", "paths"),
    [
        ("", (), {"context/api.md", "context/db.md", "context/backend/orm.md"}),
        ("dba", (), {"context/api.md", "context/db.md", "context/backend/orm.md"}),
        ("backend", (), {"context/api.md", "context/backend/orm.md"}),
        ("", ("rest",), {"context/api.md", "context/backend/orm.md"}),
        ("dba", ("rest",), {"context/api.md", "context/backend/orm.md"}),
        ("", ("web",), set()),
    ],
)
def test_an_agent_and_tags_narrow_what_keywords_bring(agent: str, tags: tuple[str, ...], paths: set[str]) -> None:
    assert set(answer("endpoint database mapper guide", agent, tags=tags, match="whole").paths) == paths


def test_a_tag_that_no_entry_has_is_told_with_a_near_one_or_where_they_stand() -> None:
    found = answer("endpoint", tags=("rset", "zebra", "rest"))
    assert [(one.code, one.hint) for one in found.diagnostics] == [
        ("CTX403", "did you mean `rest`?"),
        ("CTX403", "see `tags:` in the index"),
    ]
    assert found.paths == ("context/api.md",)


@pytest.mark.parametrize(("letters", "shown"), [(58, 58), (60, 60), (61, 60)])
def test_of_a_long_pattern_that_was_not_tried_60_letters_are_told(
    letters: int, shown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(globs, "LOOKS", 1)
    tree = MemoryTree(FILES)
    pattern = f"*{'x' * (letters - 2)}*"
    assert not list(passed_over_findings(tree))
    for one in (pattern, f"*later{pattern}"):
        assert not tree.any_file((one,))
    assert [one.message.partition("`*")[2].partition("` on")[0] for one in passed_over_findings(tree)] == [
        pattern[1:shown]
    ]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("when_files: [manage.py]", ""),
        ("when_files: [Dockerfile, '*.tf']", "counts only with a file like Dockerfile, *.tf, and there is none"),
        ("when_stack: [django]", ""),
        ("when_files: [manage.py], when_stack: [django]", ""),
        ("when_stack: [react]", "counts only with react, and the project does not use it"),
        ("when_files: [manage.py], when_stack: [react]", "counts only with react, and the project does not use it"),
        (
            "when_files: [Dockerfile], when_stack: [django]",
            "counts only with a file like Dockerfile, and there is none",
        ),
    ],
)
def test_an_entry_counts_where_the_project_has_its_files_and_its_stack(keys: str, message: str) -> None:
    index = f"context_files: [{{path: context/api.md, keywords: [endpoint], {keys}}}]\nfallback: none\n"
    files = {**FILES, "manage.py": "", "requirements.txt": "django==4.2\n"}
    found = answer("an endpoint", index=index, files=files, match="whole")
    assert found.paths == (() if message else ("context/api.md",))
    assert [one.message for one in found.verdicts] == [message or "keyword `endpoint`"]


# ── fallback ─────────────────────────────────────────────────────────────────────────────────────────────

NOTHING = "nothing in here matches"
BACKEND = [("context/backend/jobs.md", "directory"), ("context/backend/orm.md", "directory")]


@pytest.mark.parametrize(
    ("agent", "request_", "more", "given"),
    [
        ("backend-dev", {}, "", [("context/db.md", "default")]),
        ("backend-dev", {"fallback": False}, "", []),
        ("backend-dev", {"fallback": False}, "fallback: [api]\n", [("context/api.md", "setting")]),
        ("backend-dev", {}, "fallback: [api]\n", [("context/api.md", "setting")]),
        ("backend-dev", {}, "fallback: none\n", []),
        ("backend", {}, "", BACKEND),
        ("backend", {"domain": "a"}, "", BACKEND),  # the folder of the agent goes first
        ("backend", {"tags": ("rest",)}, "", BACKEND[1:]),
        ("backend", {"tags": ("web",)}, "", []),
        ("", {"domain": "backend"}, "", [(path, "domain") for path, _ in BACKEND]),
        ("dba", {"domain": "backend"}, "", [(path, "domain") for path, _ in BACKEND]),
        ("", {"domain": "zebra"}, "", []),
        ("dba", {"domain": "zebra"}, "", [("context/db.md", "entries")]),
        ("dba", {}, "", [("context/db.md", "entries")]),
        ("dba", {"tags": ("rest",)}, "", []),
        ("", {}, "", []),
    ],
)
def test_a_task_that_matches_nothing_falls_back_to_the_first_that_there_is(
    agent: str, request_: dict[str, Any], more: str, given: list[tuple[str, str]]
) -> None:
    assert reasons(answer(NOTHING, agent, more=more, **request_)) == given


def test_every_entry_of_the_fallback_has_one_reason() -> None:
    found = answer(NOTHING, "backend-dev", more="fallback: all\n")
    assert {file.path: [reason.kind for reason in file.reasons] for file in found.files} == {
        path: ["setting"] for path in ("context/api.md", "context/db.md", "context/backend/orm.md", "docs/guide.md")
    }


def test_what_is_the_persons_own_is_no_fallback() -> None:
    index = "context_files: [{path: ~/.claude/skills/deploy/SKILL.md}, {path: context/api.md}]\nfallback: all\n"
    found = answer(NOTHING, index=index)
    assert (found.paths, found.left_out, found.diagnostics) == (("context/api.md",), (), ())


@pytest.mark.parametrize(
    ("name", "given", "codes"),
    [
        ("api", ["context/api.md"], []),
        ("context/ui.md", ["context/ui.md"], []),
        ("context/backend/", ["context/backend/jobs.md", "context/backend/orm.md"], []),
        ("context/backend", ["context/backend/jobs.md", "context/backend/orm.md"], []),
        ("'context/*i.md'", ["context/api.md", "context/ui.md"], []),
        ("'context/*.txt'", [], [("CTX308", "`context/*.txt` matches no file", "fix `{}: context/*.txt`")]),
        ("context/no.md", [], [("CTX301", "`context/no.md` doesn't exist", "fix `{}: context/no.md` in the index")]),
        ("docs/.env", [], [("CTX304", "`docs/.env` looks like a file of secrets", "take it out of `{}: docs/.env`")]),
    ],
)
@pytest.mark.parametrize("setting", ["always", "fallback"])
def test_a_setting_names_ids_paths_patterns_and_folders(
    setting: str, name: str, given: list[str], codes: list[tuple[str, str, str]]
) -> None:
    found = answer(NOTHING, more=f"{setting}: [{name}]\n")
    assert list(found.paths) == given
    assert [(one.code, one.message, one.hint) for one in found.diagnostics] == [
        (code, message, hint.format(setting)) for code, message, hint in codes
    ]
    assert [one.path for one in found.left_out] == [
        message.split("`")[1] for code, message, _ in codes if code != "CTX308"
    ]


@pytest.mark.parametrize(
    ("setting", "name", "tags", "comes"),
    [
        ("fallback", "api", ("rest",), True),
        ("fallback", "db", ("rest",), False),
        ("fallback", "context/ui.md", ("rest",), False),  # has no tag
        ("fallback", "context/ui.md", (), True),
        ("always", "api", ("rest",), True),
        ("always", "db", ("rest",), True),
        ("always", "context/ui.md", ("rest",), True),
    ],
)
def test_tags_narrow_the_fallback_and_not_what_always_comes(
    setting: str, name: str, tags: tuple[str, ...], comes: bool
) -> None:
    assert bool(answer(NOTHING, more=f"{setting}: [{name}]\n", tags=tags).paths) == comes


# ── what is required, and what asks for both ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("most", "given", "told"), [(2, 3, True), (3, 4, False), (4, 4, False)])
def test_as_many_links_of_requires_are_followed_as_may_be(
    most: int, given: int, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(required, "REQUIRED", most)
    lines = [f"- {{id: e{n}, path: {n}.md, requires: [e{n + 1}], keywords: [word{n}]}}" for n in range(3)]
    index = "context_files:\n" + "\n".join([*lines, "- {id: e3, path: 3.md}"]) + "\nfallback: none\n"
    found = answer("word0", index=index, files={f"{n}.md": f"# {'x' * n}\n" for n in range(4)}, match="whole")
    assert len(found.paths) == given
    assert [one.code for one in found.diagnostics] == ["CTX409"] * told


BOTH = """
context_files:
  - {id: it, path: context/api.md, keywords: [endpoint], exclude: [table], for_files: ['*.py'], needs: both}
context_rules: [{pattern: 'a view', context_ids: [it]}]
fallback: none
"""
NO_WORD = "asks for both (`needs: both`), and no keyword of it is in the task"
NO_FILE = "asks for both (`needs: both`), and no file at hand fits its `for_files`"


@pytest.mark.parametrize(
    ("task", "files", "met", "message"),
    [
        ("an endpoint", ("a.py",), (), ""),
        ("a view", ("a.py",), (), ""),
        ("an endpoint", (), (), NO_FILE),
        ("a view", (), (), NO_FILE),
        ("a table", (), (), NO_WORD),  # what excludes is no keyword
        ("lunch", ("a.py",), (), NO_WORD),
        ("lunch", (), (), NO_WORD),
        ("lunch", (), ("it",), NO_WORD),
        ("lunch", ("a.py",), ("it",), ""),
        ("an endpoint", (), ("it",), ""),
        ("an endpoint", (), ("another",), NO_FILE),
    ],
)
def test_an_entry_that_asks_for_both_comes_with_a_word_and_a_file(
    task: str, files: tuple[str, ...], met: tuple[str, ...], message: str
) -> None:
    tables = compile_index(parse(Source("i", BOTH)).index)
    found = resolve(tables, MemoryTree(FILES), Request(task, match="whole", files=files, met=met))
    assert found.paths == (() if message else ("context/api.md",))
    assert [verdict.message for verdict in found.verdicts if message] == [message] * bool(message)


def test_an_entry_that_must_be_named_asks_for_nothing_else_where_it_is() -> None:
    index = BOTH.replace("needs: both", "needs: both, agents: []")
    assert answer("see @it", index=index).paths == ("context/api.md",)
    assert answer("see it", index=index).paths == ()


# ── a quick look ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "may"),
    [
        ("Context: api", True),
        ("fix it\n- context: api", True),
        ("**Context**: api", True),
        ("__Context__: api", True),
        ("the context of api", False),
        ("a note: api", False),
        ("", False),
    ],
)
def test_a_task_that_holds_no_such_word_names_nothing(task: str, may: bool) -> None:
    assert may_name(task) == may
