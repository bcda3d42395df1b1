"""Agent definitions: read leniently, imported with what their prose says, ranked for a task.

The five in `definitions/` have the shapes of definitions in circulation; the front matter of four isn't YAML.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ctxload import ContextLoader, load_index
from ctxload.authoring.draft.from_agents import draft
from ctxload.formats.agent_definitions import Definition, read_definition
from ctxload.index.parser import parse
from ctxload.index.writer import to_yaml
from ctxload.selection import agent_ranking
from ctxload.selection.agent_ranking import choose, definitions_in, rank
from ctxload.start import run
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from strategies import NASTY

HERE = Path(__file__).parent / "definitions"
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.md"))}
DEFINITIONS = [read_definition(f".claude/agents/{name}", text) for name, text in TEXTS.items()]
INDEX = draft("i", DEFINITIONS).index


def values(texts: object) -> list[str]:
    return [text.value for text in texts]  # type: ignore[attr-defined]


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


def test_four_of_the_five_are_no_yaml_and_all_are_read() -> None:
    def is_yaml(text: str) -> bool:
        try:
            return isinstance(yaml.safe_load(text.split("---")[1]), dict)
        except yaml.YAMLError:
            return False

    assert (
        [is_yaml(text) for text in TEXTS.values()]
        == [definition.is_yaml for definition in DEFINITIONS]
        == [False] * 3 + [True, False]
    )
    assert [definition.name.value for definition in DEFINITIONS] == [name.removesuffix(".md") for name in TEXTS]


def test_the_utterances_of_examples_are_found_in_every_way_of_writing_them() -> None:
    assert [values(definition.utterances) for definition in DEFINITIONS] == [
        ["I need a REST API for the orders", "This database query is slow on large tables", "Help us cut the monolith into services"],  # noqa: E501
        ["I need a multi-stage Dockerfile for our Node.js service", "Our images are too large and builds are slow", "Who is on call this week?"],  # noqa: E501
        ["Which state management fits our dashboard: Redux or Zustand?", "The page loads slowly on phones. Can you help?"],  # noqa: E501
        [],
        ["I need a profile page for our platform"],
    ]  # fmt: skip


def test_every_text_stands_where_it_is_said_to_stand() -> None:
    for definition in DEFINITIONS:
        texts = [
            *definition.defaults,
            *definition.always,
            *definition.explicit,
            *definition.utterances,
            definition.name,
        ]
        texts += [
            text for listed in (*definition.keywords, *definition.examples) for text in (*listed.words, *listed.paths)
        ]
        for text in texts:
            written = definition.source.text[text.start : text.end]
            assert written == text.value or text.value.removesuffix("**/*").startswith(written.removesuffix("**/*"))


def test_what_is_handed_over_is_known_with_the_agent() -> None:
    assert [(what.value, agents) for what, agents in DEFINITIONS[0].delegates] == [
        ("React forms and state", ("frontend-developer",)),
        ("Dockerfiles and pipelines", ("devops-engineer",)),
    ]


@pytest.mark.parametrize(
    "line, what, agents",
    [
        (
            "- **Django ORM complex queries** → `@django-orm-expert`",
            "Django ORM complex queries",
            ("django-orm-expert",),
        ),
        ("│   ├── Database → @database-optimizer", "Database", ("database-optimizer",)),
        ("- **FastAPI**: -> `@api-architect` + `@python-pro`", "FastAPI", ("api-architect", "python-pro")),
    ],
)
def test_a_line_of_delegation_is_read(line: str, what: str, agents: tuple[str, ...]) -> None:
    assert [(text.value, names) for text, names in read_definition("a.md", line).delegates] == [(what, agents)]


@given(st.sampled_from(list(TEXTS.values())), st.integers(0, 4000), st.sampled_from(NASTY))
def test_a_damaged_definition_never_raises(text: str, at: int, put: str) -> None:
    found = read_definition("a.md", text[:at] + put + text[at:])
    draft("i", [found])


def test_front_matter_that_ends_in_more_dashes_is_read() -> None:
    found = read_definition("a.md", "---\n\nname: dev\ndescription: APIs\n--------\n\n# Dev\n")
    assert (found.name.value, found.description, found.body) == ("dev", "APIs", "# Dev\n")


# ── importing ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_prose_of_the_definitions_becomes_entries() -> None:
    assert [
        (entry.paths[0].value, values(entry.keywords), values(entry.agents)) for entry in INDEX.entries
    ] == [
        ("context/backend/django-drf.md", ["django", "drf", "rest framework", "api", "serializer", "viewset", "mysql", "database"], ["backend-developer"]),  # noqa: E501
        ("context/devops/github-actions.md", ["github actions", "workflow", "ci/cd", ".github/workflows"], ["devops-engineer"]),  # noqa: E501
        ("context/devops/docker.md", ["docker", "dockerfile", "container", "image"], ["devops-engineer"]),
        ("context/frontend/react.md", ["react", "hooks", "state management"], ["frontend-developer"]),
        ("context/frontend/material-ui.md", ["material ui", "mui", "theme", "design system"], ["frontend-developer", "ui-ux-designer"]),  # noqa: E501
        ("docs/design-brief.md", ["design brief", "user flow"], ["ui-ux-designer"]),
        ("context/backend/**/*", [], ["backend-developer"]),
        ("context/devops/**/*", [], ["devops-engineer"]),
        ("context/frontend/**/*", [], ["frontend-developer"]),
        ("context/design/**/*", [], ["ui-ux-designer"]),
    ]  # fmt: skip


def test_default_folders_and_always_files_belong_to_their_agent() -> None:
    assert {agent.value: values(names) for agent, names in INDEX.agent_defaults} == {
        "backend-developer": ["backend-folder"],
        "devops-engineer": ["devops-folder"],
        "frontend-developer": ["frontend-folder"],
        "ui-ux-designer": ["design-brief", "design-folder"],
    }
    assert {agent.value: values(names) for agent, names in INDEX.always} == {"devops-engineer": ["docs/secrets.md"]}


def test_examples_and_utterances_become_labelled_cases() -> None:
    assert [(case.task.value, case.agent.value, values(case.expect)) for case in INDEX.tests] == [
        ("Create Django REST API for sign-in", "backend-developer", ["django-drf"]),
        ("Optimize database queries in DRF", "backend-developer", ["django-drf"]),
        ("I need a REST API for the orders", "backend-developer", ["django-drf"]),
        ("This database query is slow on large tables", "backend-developer", ["django-drf"]),
        ("Help us cut the monolith into services", "backend-developer", ["backend-folder"]),
        ("Build Docker images in GitHub Actions", "devops-engineer", ["github-actions", "docker"]),
        ("I need a multi-stage Dockerfile for our Node.js service", "devops-engineer", ["docker"]),
        ("Our images are too large and builds are slow", "devops-engineer", ["docker"]),
        ("Who is on call this week?", "devops-engineer", ["devops-folder"]),
        ("Build a dashboard with Material UI and hooks", "frontend-developer", ["react", "material-ui"]),
        ("Which state management fits our dashboard: Redux or Zustand?", "frontend-developer", ["react"]),
        ("The page loads slowly on phones. Can you help?", "frontend-developer", ["frontend-folder"]),
        ("I need a profile page for our platform", "ui-ux-designer", ["design-brief", "design-folder"]),
    ]


def test_the_imported_index_is_sound() -> None:
    assert parse(Source("i", to_yaml(INDEX))).diagnostics == ()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(HERE, tmp_path / ".claude" / "agents")
    for name in (
        "context/backend/django-drf.md", "context/devops/github-actions.md", "context/devops/docker.md", "context/frontend/react.md",  # noqa: E501
        "context/frontend/material-ui.md", "docs/design-brief.md", "docs/secrets.md",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"# {name}\n", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_import_is_shown_line_by_line_and_not_written_unasked(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", "agents", ".claude/agents"]) == 1
    out, err = capsys.readouterr()
    assert "    keywords: [react, hooks, state management]  # .claude/agents/frontend-developer.md:13\n" in out
    assert "  devops-engineer: [docs/secrets.md]  # .claude/agents/devops-engineer.md:2, " in out
    assert (
        "ctxload: not imported: `.claude/agents/product-owner.md`: names no documents; nothing is taken from it\n"
        in err
    )
    assert err.count("warning[CTX010]") == 4
    assert not (project / "context-index.yml").exists()


def test_every_line_of_an_import_that_holds_a_text_says_where_it_came_from(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["import", "agents"])
    for line in capsys.readouterr().out.splitlines():
        bare = line.strip().removeprefix("- ")
        if ":" in bare and not bare.startswith(("#", "version:")) and not bare.endswith(":"):
            assert "# .claude/agents/" in line, line


def test_the_whole_index_of_the_five_is_this_one(project: Path) -> None:
    assert run(["import", "agents", "--yes"]) == 0
    assert (project / "context-index.yml").read_text(encoding="utf-8") == (HERE / "imported.yml").read_text(
        encoding="utf-8"
    )


def test_what_was_imported_answers_as_the_definitions_ask(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "agents", "--yes"]) == 0
    loader = ContextLoader()
    ids = {entry.id.value: entry.paths[0].value for entry in loader.index().entries}
    for case in loader.index().tests:
        paths = loader.resolve(case.task.value, case.agent.value).paths
        for name in values(case.expect):
            assert ids[name] in paths or "*" in ids[name]
    assert loader.resolve("Plan the quarter", "backend-developer").paths == ("context/backend/django-drf.md",)
    assert loader.resolve("Plan the quarter", "devops-engineer").paths[-1] == "docs/secrets.md"


def test_importing_again_brings_only_what_is_new(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["import", "agents", "--yes"])
    before = (project / "context-index.yml").read_text(encoding="utf-8")
    assert run(["import", "agents", "--yes"]) == 0
    assert "nothing to import: all of it is in the index" in capsys.readouterr().err
    text = '---\nname: qa\ndescription: Tests\n---\n- **Pytest keywords**: "pytest", "fixture" → Load: `context/qa/pytest.md`\n'  # noqa: E501
    (project / ".claude/agents/qa.md").write_text(text, encoding="utf-8")
    assert run(["import", "agents", "--yes"]) == 0
    assert (project / "context-index.yml").read_text(
        encoding="utf-8"
    ) == before + "\ninclude: [context-index.agents.yml]\n"
    assert [entry.id.value for entry in load_index().entries][-1] == "pytest"
    (project / ".claude/agents/qa.md").write_text(text.replace("pytest.md", "tests.md"), encoding="utf-8")
    assert run(["import", "agents", "--yes"]) == 0
    assert [entry.id.value for entry in load_index().entries][-1] == "tests"


# ── ranking ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "task, winner",
    [
        ("Add a REST API with Django for the invoices", "backend-developer"),
        ("The Dockerfile produces a huge image", "devops-engineer"),
        ("Our component loses its state, check the hooks and forms", "frontend-developer"),
        ("Draw the user flow for the sign-up", "ui-ux-designer"),
        ("Turn this feature request into user stories", "product-owner"),
        ("What time is it?", ""),
        ("", ""),
    ],
)
def test_the_agent_that_a_task_is_clearly_for_wins_and_else_none(task: str, winner: str) -> None:
    assert rank(DEFINITIONS, task).winner == winner


def test_what_others_hand_over_speaks_for_an_agent() -> None:
    texts = {
        "lead": "---\nname: lead\ndescription: Leads\n---\n- **Django ORM complex queries** → `@django-orm-expert`\n",
        "orm": "---\nname: django-orm-expert\ndescription: Knows it all\n---\n",
        "other": "---\nname: writer\ndescription: Writes\n---\n",
    }
    ranking = rank(
        [read_definition(f"{name}.md", text) for name, text in texts.items()], "Untangle these complex ORM queries"
    )
    assert ranking.winner == "django-orm-expert"
    assert any(why.where == "handed over by lead" for why in ranking.agents[0].reasons)


def test_the_path_of_a_file_in_a_task_is_no_word_for_an_agent() -> None:
    definition = read_definition("api.md", "---\nname: api-expert\ndescription: REST views\n---\n")
    assert rank([definition], "see `0.md`").agents == ()


def test_the_words_that_speak_for_an_agent_give_no_more_than_its_score() -> None:
    for task in ("Draw the user flow for the sign-up", "A REST API with Django, in docker", "user stories and hooks"):
        ranked = [agent for agent in rank(DEFINITIONS, task).agents if agent.reasons]
        assert ranked and all(sum(why.points for why in agent.reasons) <= agent.score for agent in ranked)


def test_a_word_that_means_the_same_speaks_for_an_agent_as_it_stands_in_the_task() -> None:
    definition = read_definition("ops.md", "---\nname: kubernetes\ndescription: Kubernetes\n---\nKubernetes.\n")
    (agent,) = rank([definition], "Fix the k8s").agents
    assert [why.words for why in agent.reasons] == ["k8s"]


def test_the_ranking_does_not_hang_on_the_order_of_the_files() -> None:
    one, other = rank(DEFINITIONS, "a Docker image for the API"), rank(DEFINITIONS[::-1], "a Docker image for the API")
    assert one.winner == other.winner and {agent.name for agent in one.agents} == {agent.name for agent in other.agents}


@given(st.sampled_from(NASTY))
def test_any_task_can_be_ranked(task: str) -> None:
    rank(DEFINITIONS, task)


def test_the_command_ranks_lists_and_says_who_wins(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["agents", "Shrink", "the", "Docker", "image"]) == 0
    out, err = capsys.readouterr()
    assert out.split()[0] == "devops-engineer"
    assert "`Docker` in its keywords" in out
    assert err.startswith("ctxload: agent devops-engineer: ")
    assert run(["agents", "What time is it?"]) == 1
    assert run(["agents"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[-5:]] == [
        name.removesuffix(".md") for name in TEXTS
    ]
    assert run(["agents", "--json", "Shrink the Docker image"]) == 0
    assert json.loads(capsys.readouterr().out)["winner"] == "devops-engineer"
    shutil.rmtree(project / ".claude")
    assert run(["agents", "x"]) == 2


def test_agent_auto_takes_the_winner_as_scope_and_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["import", "agents", "--yes"])
    capsys.readouterr()
    assert run(["resolve", "--agent", "auto", "Shrink the Docker image"]) == 0
    out, err = capsys.readouterr()
    assert out.split() == ["context/devops/docker.md", "docs/secrets.md"]
    assert err.startswith("ctxload: agent devops-engineer: ")
    resolution = ContextLoader().resolve("Shrink the Docker image", "auto")
    assert (resolution.agent, list(resolution.paths)) == ("devops-engineer", out.split())


def test_agent_auto_without_a_winner_is_no_agent(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["import", "agents", "--yes"])
    capsys.readouterr()
    run(["resolve", "--agent", "auto", "What time is it?"])
    _, err = capsys.readouterr()
    assert "ctxload: no agent: no definition is clearly about the task\n" in err
    assert (
        ContextLoader().resolve("What time is it?", "auto").paths == ContextLoader().resolve("What time is it?").paths
    )


def test_an_agent_of_the_index_that_is_called_auto_is_that_agent(project: Path) -> None:
    (project / "context-index.yml").write_text(
        "context_files: [{path: docs/secrets.md, keywords: [x], agents: [auto]}]", encoding="utf-8"
    )
    resolution = ContextLoader().resolve("x", "auto")
    assert resolution.agent == "auto" and not resolution.diagnostics


# ── beside an index that is there ────────────────────────────────────────────────────────────────────────

LISTED = """# ours
version: 1.0
context_files:
  - {id: views, path: context/backend/django-drf.md, keywords: [django], agents: [backend-developer]}
  - {id: shop, path: docs/secrets.md, keywords: [order, orders], agents: [product-owner]}
context_rules:
  - {pattern: 'monolith|services', context_ids: [views]}
"""


def test_cases_expect_what_the_index_gives_with_all_that_is_in_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "context-index.yml").write_text(LISTED, encoding="utf-8")
    assert run(["import", "agents", "--yes"]) == 0
    assert run(["test"]) == 0
    expected = {case.task.value: values(case.expect) for case in load_index().tests}
    assert expected["Help us cut the monolith into services"] == [
        "views"
    ]  # a rule of the index, not the default folder
    assert expected["Build Docker images in GitHub Actions"] == ["github-actions", "docker"]


def test_utterances_of_agents_that_only_the_index_knows_become_cases(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(project / ".claude/agents")
    (project / ".claude/agents").mkdir()
    text = "---\nname: product-owner\ndescription: Writes stories. Examples: (1) User: 'We need refunds for orders' → Assistant: 'Yes.'\n---\n"  # noqa: E501
    (project / ".claude/agents/po.md").write_text(text, encoding="utf-8")
    (project / "context-index.yml").write_text(LISTED, encoding="utf-8")
    assert run(["import", "agents", "--yes"]) == 0
    assert "wrote context-index.agents.yml, context-index.yml: 0 entries, 1 case" in capsys.readouterr().err
    assert [(case.task.value, values(case.expect)) for case in load_index().tests] == [
        ("We need refunds for orders", ["shop"])
    ]
    assert run(["test"]) == 0


def test_a_second_import_changes_nothing_and_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "context-index.yml").write_text(LISTED, encoding="utf-8")
    run(["import", "agents", "--yes"])
    before = {path.name: path.read_bytes() for path in project.glob("*.yml")}
    assert before["context-index.yml"].startswith(LISTED.encode())
    capsys.readouterr()
    assert run(["import", "agents", "--yes"]) == 0
    out, err = capsys.readouterr()
    assert out == "" and err.endswith("ctxload: context-index.agents.yml is current: nothing to write\n")
    assert {path.name: path.read_bytes() for path in project.glob("*.yml")} == before


# ── what isn't a statement about documents ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "prose",
    [
        "### Default user interaction\n- Make a prompt from the README.md in src/api/",
        "### Fallback: GitHub search\n- **Docs repo**: `microsoft/aspire.dev`, path `src/content/docs/`",
        "### Copy the default policy\nSee `../agents/policy.md` and `./policy.cedar`",
        "Default: read ALL files under the `../outside/` directory",
        "````markdown\n```\n# Default context\n```\ncontext/api.md\n````",
        "| `res.csv` | Bicep `avm/res/*` modules by default |",
    ],
)
def test_what_only_looks_like_a_default_is_none(prose: str) -> None:
    found = read_definition("a.md", f"---\nname: a\n---\n{prose}\n")
    assert (found.defaults, found.always, found.keywords) == ((), (), ())


@pytest.mark.parametrize(
    "prose, wanted",
    [
        ("#### Priority 3: Default Context (Fallback)\ncontext/backend/**/*\n# - context/backend/api.md", ["context/backend/**/*"]),  # noqa: E501
        ("## Documents to read by default\n- `./docs/api.md`", ["docs/api.md"]),
        ("Setext default context\n---\n- docs/api.md", ["docs/api.md"]),
        ("- **Default fallback**: read ALL files in `context/backend/` directory", ["context/backend/**/*"]),
        ("- Default: load `context/backend/**/*`", ["context/backend/**/*"]),
        ("- **Fallback context:** docs/api.md, docs/db.md", ["docs/api.md", "docs/db.md"]),
    ],
)  # fmt: skip
def test_defaults_are_read_from_their_heading_or_their_sentence(prose: str, wanted: list[str]) -> None:
    assert values(read_definition("a.md", f"---\nname: a\n---\n{prose}\n").defaults) == wanted


@pytest.mark.parametrize(
    "prose, wanted",
    [
        ("**ALWAYS read the secrets documentation:** docs/secrets.md", ["docs/secrets.md"]),
        ("- Always: `context/house-style.md`", ["context/house-style.md"]),
        ("- **Always (every task)**: load docs/a.md and docs/b.md", ["docs/a.md", "docs/b.md"]),
        ("## Always read\n- `docs/a.md` (style)", ["docs/a.md"]),
        ("- Always: run the tests in tests/test_a.py", []),
        ("- Always use relative paths: `backend/api/views.py`", []),
    ],
)
def test_files_for_every_task_are_read_from_their_label_heading_or_sentence(prose: str, wanted: list[str]) -> None:
    assert values(read_definition("a.md", f"---\nname: a\n---\n{prose}\n").always) == wanted


def test_a_default_folder_with_patterns_has_the_name_of_a_folder() -> None:
    text = "---\nname: a\n---\n## Default context\n- `docs/api/*.md`\n"
    assert [entry.id.value for entry in draft("i", [read_definition("a.md", text)]).index.entries] == ["api-folder"]


def test_many_definitions_that_name_nothing_are_one_remark(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(project / ".claude/agents")
    for number in range(30):
        path = project / f"agents/a{number:02}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\nname: a{number}\ndescription: Use: now {number}\n---\n", encoding="utf-8")
    (project / "agents/skill/SKILL.md").parent.mkdir()
    (project / "agents/skill/SKILL.md").write_text("---\nname: s\n---\nALWAYS read: docs/x.md\n", encoding="utf-8")
    assert run(["import", "agents", "agents"]) == 1
    assert capsys.readouterr().err.splitlines()[3:] == [
        "ctxload: and CTX010 in 27 more files",
        "ctxload: not imported: `agents/a00.md`, `agents/a01.md`, `agents/a02.md`, `agents/a03.md` and 26 more: name no documents; nothing is taken from them",  # noqa: E501
        "ctxload: nothing to import: no agent definition names documents to read",
    ]
    assert run(["import", "agents", "docs"]) == 1
    assert "there are no agent definitions in docs; name their folder" in capsys.readouterr().err


def test_agent_auto_says_that_the_index_does_not_know_the_winner(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".claude/agents/devops-engineer.md").rename(project / ".claude/agents/ops.md")
    text = (project / ".claude/agents/ops.md").read_text(encoding="utf-8").replace("name: devops-engineer", "name: ops")
    (project / ".claude/agents/ops.md").write_text(text, encoding="utf-8")
    (project / "context-index.yml").write_text(LISTED + "fallback: all\n", encoding="utf-8")
    run(["resolve", "--agent", "auto", "Shrink the Docker image of our Node.js service"])
    out, err = capsys.readouterr()
    assert out == "context/backend/django-drf.md\ndocs/secrets.md\n"
    assert "the index names it nowhere: every entry is in scope" in err and "CTX402" not in err


def test_two_definitions_of_one_name_are_one_agent(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(project / ".claude/agents", project / ".claude/agents/old")
    run(["import", "agents", "--yes"])
    assert "and 1 more: another definition of the same name is read\n" in capsys.readouterr().err
    assert parse(Source("i", (project / "context-index.yml").read_text(encoding="utf-8"))).diagnostics == ()
    assert [agent.value for agent, _ in load_index().agent_defaults] == [
        agent.value for agent, _ in INDEX.agent_defaults
    ]


def test_keywords_that_a_listed_entry_lacks_are_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "context-index.yml").write_text(LISTED, encoding="utf-8")
    run(["import", "agents", "--yes"])
    err = capsys.readouterr().err
    assert "ctxload: not imported: `views`: in the index already, and left as it is\n" in err
    assert (
        "ctxload: not imported: keywords that `views` lacks: `drf`, `rest framework`, `api`, `serializer` and 3 more\n"
        in err
    )


@pytest.mark.heavy
@pytest.mark.parametrize(
    "text",
    [
        "user: '" * 28_000,
        'user: "' * 28_000,
        "<example>" * 22_000,
        "->" * 100_000,
        ("-> " + " " * 2000 + "\n") * 90,
        (" " * 1900 + "keyword x\n") * 100,
        ("* " * 900 + "@a keyword\n") * 100,
        ("a/" * 900 + "\n") * 100,
        "# default context\n" * 11_000,
        "```\n" * 50_000,
        "read all files in " * 11_000,
    ],
    ids=lambda text: text.strip()[:12],
)
@pytest.mark.parametrize("front", ["---\nname: a\ndescription: {}\n---\n", "---\nname: a\n---\n{}\n"])
def test_a_definition_that_is_made_to_be_slow_is_read(front: str, text: str) -> None:
    draft("i", [read_definition("a.md", front.format(text.replace("\n", "\n  ")))])


@pytest.mark.parametrize(
    ("files", "task", "said"),
    [
        ({}, "Write a migration", "no agent: there are no agent definitions (.claude/agents/"),
        ({"a": "Writes migrations", "b": "Writes migrations", "c": "Paints sheds", "d": "Sings", "e": "Bakes"}, "Write a migration", "no agent: a and b fit the task as well as each other"),  # noqa: E501
        ({"a": "Writes migrations"}, "Paint the shed", "no agent: no definition is clearly about the task"),
        ({"a": "Writes migrations"}, "Write a migration", "agent a: "),
    ],
    ids=["none", "two", "far", "one"],
)  # fmt: skip
def test_the_outcome_is_a_sentence(files: dict[str, str], task: str, said: str) -> None:
    tree = MemoryTree(
        {
            f".claude/agents/{name}.md": f"---\nname: {name}\ndescription: {about}\n---\n{about}.\n"
            for name, about in files.items()
        }
    )
    assert choose(tree, task).say().startswith(said)
    assert choose(tree, task).say().startswith(said)  # from what the tree remembers


# ── what is said of a ranking ────────────────────────────────────────────────────────────────────────────


def defined(name: str, about: str, body: str = "") -> Definition:
    return read_definition(f".claude/agents/{name}.md", f"---\nname: {name}\ndescription: |\n  {about}\n---\n{body}\n")


BIRDS = "falcon heron osprey plover gannet merlin kestrel".split()
LISTED_BIRDS = ", ".join(f'"{bird}"' for bird in BIRDS)
AGENTS = [
    defined("birds", "Feathers\n  and nests", f"- **Bird keywords**: {LISTED_BIRDS} → Load: `docs/birds.md`"),
    defined("gates", "Gates of the railway"),
    defined("sheds", "Paints sheds"),
]


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("Draw falcons", "agent birds: `falcons` in its keywords"),
        ("Draw falcons and herons", "agent birds: `falcons` in its keywords, `herons` in its keywords"),
        ("Draw falcons, herons and ospreys", "agent birds: `falcons` in its keywords, `herons` in its keywords"),
        ("ask sheds and gates", "no agent: gates and sheds fit the task as well as each other"),
        ("ask sheds, gates and birds", "no agent: gates and sheds fit the task as well as each other"),
        ("What time is it?", "no agent: no definition is clearly about the task"),
    ],
)
def test_at_most_two_reasons_or_two_agents_are_told(task: str, said: str) -> None:
    assert rank(AGENTS, task).say() == said


def test_without_definitions_two_of_the_places_are_told() -> None:
    assert choose(MemoryTree({}), "x").say() == (
        "no agent: there are no agent definitions (.claude/agents/**/*.md, .github/agents/**/*.md, …)"
    )


@pytest.mark.parametrize(("count", "shown"), [(2, 2), (6, 6), (7, 6)])
def test_of_an_agent_up_to_six_words_are_shown(count: int, shown: int) -> None:
    (agent,) = rank(AGENTS, f"Draw {', '.join(BIRDS[:count])}").agents
    assert [why.words for why in agent.reasons] == BIRDS[:shown]


def test_a_ranked_agent_is_data_with_its_points_as_decimals() -> None:
    (agent,) = rank(AGENTS, "Draw falcons and herons").agents
    assert (agent.score, agent.to_dict()) == (
        2162,
        {
            "name": "birds",
            "path": ".claude/agents/birds.md",
            "description": "Feathers",
            "score": 2.162,
            "reasons": [
                {"words": "falcons", "where": "in its keywords", "points": 0.8},
                {"words": "herons", "where": "in its keywords", "points": 0.8},
            ],
        },
    )


@pytest.mark.parametrize("count", [1, 2, 3])
def test_where_as_many_definitions_are_read_as_may_be_the_outcome_says_so(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_ranking, "MOST", 2)
    tree = MemoryTree({one.path: one.source.text for one in AGENTS[:count]})
    assert len(definitions_in(tree)) == min(count, 2)
    assert choose(tree, "x").say().endswith("only 2 definitions are read") == (count >= 2)


@pytest.mark.parametrize(
    ("folders", "paths"),
    [
        ([], [".claude/agents/a.md"]),
        ([""], ["b.md", "team/c.md"]),
        (["team"], ["team/c.md"]),
        (["team", ".claude", "team"], [".claude/agents/a.md", "team/c.md"]),
    ],
)
def test_definitions_are_read_from_the_folders_that_are_named(folders: list[str], paths: list[str]) -> None:
    names = [".claude/agents/a.md", "b.md", "team/c.md", "team/README.md", "team/x.prompt.md"]
    tree = MemoryTree({**dict.fromkeys(names, "---\nname: a\n---\n"), "team/plain.md": "# Nobody\n"})
    assert [one.path for one in definitions_in(tree, folders)] == paths


def test_a_link_to_a_file_of_secrets_defines_no_agent() -> None:
    class Linked(MemoryTree):
        def leads_to(self, path: str) -> str:
            return ".env" if path == "team/c.md" else path

    tree = Linked(dict.fromkeys(["team/a.md", "team/c.md"], "---\nname: a\n---\n"))
    assert [one.path for one in definitions_in(tree, ["team"])] == ["team/a.md"]
