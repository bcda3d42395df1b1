"""Other tools' files: what each format reads, what survives a round trip, and what is said to be lost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxload.errors import UsageError
from ctxload.formats import BUILT_IN, WHOLE, Guide, Origin, Reading, find
from ctxload.formats.description_keywords import called_by
from ctxload.formats.entries import placed
from ctxload.formats.export_mark import mark, unmark
from ctxload.formats.files import Files
from ctxload.formats.patterns import all_to_ours, can_say, to_theirs
from ctxload.formats.sources import read_source
from ctxload.text.front_matter import read_front, write_front
from ctxload.workspace.globs import fits
from ctxload.workspace.memory_tree import MemoryTree
from strategies import KEYWORDS, NASTY, share
from tiers import sample

every_format = pytest.mark.parametrize("name", sorted(BUILT_IN))


def read(name: str, files: dict[str, str], folder: str = "") -> Reading:
    return find(name).read(Files(MemoryTree(files), folder))


# ── round trips ──────────────────────────────────────────────────────────────────────────────────────────

PATTERNS = (
    "*.py",
    "src/**",
    "src/**/*.ts",
    "/README.md",
    "docs/*.md",
    "**",
    "!*.test.ts",
    "web/**",
    "a b/*.md",
    "x{1}.py",
    "docs/",
)
words = st.sampled_from(KEYWORDS) | st.sampled_from(NASTY)
names = st.sampled_from(["api", "rest-api", "REST / API", "con", "数据库", "a.b", "..", "Api", "api-2", "x" * 100])


def some(values: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, max_size=most, unique=True).map(tuple)


def body(text: str) -> str:
    """A text as a file of it is read."""
    return read_front(write_front([], text)).body


texts = st.sampled_from(
    ["# API\n", "", "---\na: b\n---\n", "Use `x`.\n\n\n- y\n", mark("other", ("a.md",), "# A\n")]
) | words.filter(lambda text: "\0" not in text)
guides = st.builds(
    Guide,
    name=names,
    paths=some(st.sampled_from(["context/api.md", "docs/a b.md", "a--b>.md", "数据库.md"]), 2),
    text=texts.map(lambda text: body(text.replace("\r\n", "\n").replace("\r", "\n"))),
    description=st.sampled_from(["", "How we write views", "Use this: now", 'It says "a".', "Use when the task mentions: \"x\".", "a \u2013", "\u2013"]) | words,  # noqa: E501
    keywords=some(words),
    exclude=st.just(()) | some(words, 1),
    patterns=st.just(()) | some(st.sampled_from(["(a|b).*c", "\\bx\\b"]), 2),
    files=st.just(()) | some(st.sampled_from(PATTERNS)),
    always=st.booleans(),
    tags=st.just(()) | st.just(("rest",)),
    agents=st.sampled_from([None, None, (), ("dev",)]),
    requires=st.just(()) | st.just(("db",)),
    sections=st.just(()),
    when_files=st.just(()),
    when_stack=st.just(()) | st.just(("django>=4",)),
    priority=st.sampled_from([0.0, 0.0, 1.0, 2.0, 0.5]),
    whole_only=st.booleans(),
    needs_both=st.booleans(),
    origins=st.just(()),
)  # fmt: skip
#: What a guide says; where that stands changes with every file.
FIELDS = tuple(field for field in Guide._fields if field != "origins")
several = st.lists(guides, max_size=3, unique_by=lambda guide: guide.name)


def through(name: str, given_guides: Sequence[Guide]) -> tuple[dict[str, Guide], dict[str, set[str]]]:
    """The guides as they come back from a format, and the fields of each that were said to be lost."""
    writing = find(name).write(given_guides)
    assert len({path.casefold() for path, _ in writing.files}) == len(writing.files)
    losses: dict[str, set[str]] = {}
    for loss in writing.losses:
        losses.setdefault(loss.guide, set()).add(loss.field)
    reading = read(name, dict(writing.files))
    assert not reading.findings, (reading.findings, writing.files)
    return {guide.name: guide for guide in reading.guides}, losses


@every_format
@settings(max_examples=share(75))
@given(several)
def test_what_comes_back_differs_in_what_was_said_to_be_lost_and_in_nothing_else(
    name: str, given_guides: list[Guide]
) -> None:
    found, losses = through(name, given_guides)
    for guide in given_guides:
        said = losses.get(guide.name, set()) & {*FIELDS, WHOLE}
        if WHOLE in said:
            assert guide.name not in found
        else:
            back = found.pop(guide.name)
            assert {field for field in FIELDS if getattr(back, field) != getattr(guide, field)} == said
    assert found == {}


NAMES = sorted(BUILT_IN)
#: Each with the one beside it, then each with each further away: of the two hundred the first few are quick.
PAIRS = [(one, NAMES[at - apart]) for apart in range(1, len(NAMES)) for at, one in enumerate(NAMES)]


@pytest.mark.parametrize("one, other", sample(PAIRS, len(NAMES)), ids=[f"{one} and {other}" for one, other in PAIRS])
@settings(max_examples=share(5))
@given(several)
def test_what_two_formats_can_say_survives_the_way_there_and_back(
    one: str, other: str, given_guides: list[Guide]
) -> None:
    first, _ = through(one, given_guides)
    second, lost_there = through(other, list(first.values()))
    third, lost_back = through(one, list(second.values()))
    for name, guide in first.items():
        said = lost_there.get(name, set()) | lost_back.get(name, set())
        if WHOLE in said:
            assert name not in third
        else:
            assert {field for field in FIELDS if getattr(third[name], field) != getattr(guide, field)} <= said


@every_format
@settings(max_examples=share(30))
@given(several)
def test_writing_twice_gives_the_same_files(name: str, given_guides: list[Guide]) -> None:
    assert find(name).write(given_guides) == find(name).write(given_guides)


@given(st.text(), st.sampled_from(["api", "a>b--c"]), some(st.text(), 2))
def test_a_mark_comes_off_again(text: str, name: str, paths: tuple[str, ...]) -> None:
    if not unmark(text) and "\ud800" not in text:
        parts = unmark(mark(name, paths, text))
        assert (parts[0].id, parts[0].paths) == (name, paths)


@given(st.sampled_from(NASTY) | st.text())
def test_front_matter_never_raises_and_the_body_is_stable(text: str) -> None:
    front = read_front(f"---\n{text}\n---\n{text}")
    assert body(front.body) == front.body


PATHS = ("a.py", "src/a.py", "src/x/a.ts", "README.md", "docs/README.md", "docs/a/b.md", "web/x", "a b/c.md")


@pytest.mark.parametrize("pattern", [pattern for pattern in PATTERNS if can_say(pattern)])
def test_a_pattern_means_the_same_files_after_the_way_there_and_back(pattern: str) -> None:
    for path in PATHS:
        assert bool(fits(all_to_ours([to_theirs(pattern)]), path)) == bool(fits((pattern,), path))


# ── what a hand has written ──────────────────────────────────────────────────────────────────────────────


def one(name: str, files: dict[str, str]) -> Guide:
    """The only guide of these files, without its text."""
    reading = read(name, files)
    assert len(reading.guides) == 1
    return reading.guides[0].replace(text="")


def shown(guide: Guide) -> dict[str, object]:
    """What a guide says of when it is wanted."""
    return {field: getattr(guide, field) for field in FIELDS if getattr(guide, field) != getattr(Guide(""), field)}


RULES = [
    # Cursor: the four kinds of rule; patterns without quotes aren't damage
    ("cursor", ".cursor/rules/style.mdc", "---\ndescription: \nglobs: \nalwaysApply: true\n---\n# Style", {"always": True}),  # noqa: E501
    (
        "cursor",
        ".cursor/rules/web/react.mdc",
        "---\ndescription: React components\nglobs: *.tsx, src/{ui,pages}/**/*.ts\nalwaysApply: false\n---\n",
        {"description": "React components", "files": ("*.tsx", "src/ui/**/*.ts", "src/pages/**/*.ts")},
    ),
    ("cursor", ".cursor/rules/api.mdc", '---\nglobs: ["**/*.py", "api/**"]\n---\n', {"files": ("*.py", "api/**")}),
    ("cursor", ".cursor/rules/db.mdc", "---\ndescription: Migrations: how to\n---\n", {"description": "Migrations: how to"}),  # noqa: E501
    ("cursor", ".cursor/rules/rare.mdc", "# Only by name", {"agents": ()}),
    ("cursor", "web/.cursor/rules/local.mdc", "---\nalwaysApply: true\n---\n", {"files": ("web/**",)}),
    ("cursor", "web/.cursor/rules/form.mdc", "---\nglobs: *.tsx\n---\n", {"files": ("web/**/*.tsx",)}),
    ("cursor", ".cursorrules", "Be short.", {"always": True}),
    # Copilot: a pattern without a slash is any folder, `*` is every task
    ("copilot", ".github/instructions/star.instructions.md", "---\napplyTo: ['*']\n---\n", {"always": True}),
    ("copilot", ".github/instructions/yml.instructions.md", "---\napplyTo: '*.yml'\n---\n", {"files": ("*.yml",)}),
    ("copilot", ".github/copilot-instructions.md", "# All", {"always": True}),
    ("copilot", ".github/instructions/all.instructions.md", "---\napplyTo: '**'\n---\n", {"always": True}),
    (
        "copilot",
        ".github/instructions/py.instructions.md",
        '---\ndescription: "Python"\napplyTo: "**/*.py,pyproject.toml, src/**/*.{ts,tsx}"\n---\n',
        {"description": "Python", "files": ("*.py", "pyproject.toml", "src/**/*.ts", "src/**/*.tsx")},
    ),
    ("copilot", ".github/instructions/x.instructions.md", "# By hand", {"agents": ()}),
    # Claude Code
    ("claude-code", "CLAUDE.md", "# All", {"always": True}),
    ("claude-code", "api/CLAUDE.md", "# The API", {"files": ("api/**",)}),
    ("claude-code", ".claude/rules/style.md", "# Style", {"always": True}),
    ("claude-code", ".claude/rules/api.md", "---\npaths:\n  - src/api/**/*.ts\n  - '*.md'\n---\n", {"files": ("src/api/**/*.ts", "/*.md")}),  # noqa: E501
    (
        "claude-code",
        ".claude/skills/pdf/SKILL.md",
        "---\nname: pdf\ndescription: Fill in forms\nallowed-tools: Read\n---\n",
        {"description": "Fill in forms"},
    ),
    ("claude-code", ".claude/skills/deploy/SKILL.md", "---\ndescription: x\ndisable-model-invocation: true\n---\n", {"description": "x", "agents": ()}),  # noqa: E501
    # AGENTS.md
    ("agents-md", "AGENTS.md", "# All", {"always": True}),
    ("agents-md", "packages/web/AGENTS.md", "# Web", {"files": ("packages/web/**",)}),
    # OpenHands
    (
        "openhands",
        ".openhands/microagents/github.md",
        "---\nname: github\ntype: knowledge\nversion: 1.0.0\nagent: CodeActAgent\ntriggers:\n- github\n- pull request\n---\n",  # noqa: E501
        {"keywords": ("github", "pull request")},
    ),
    ("openhands", ".openhands/microagents/repo.md", "---\nname: repo\ntype: repo\n---\n# All", {"always": True}),
    ("openhands", ".openhands/skills/docs.md", "---\npaths: docs/**, *.md\ntriggers: [doc]\n---\n", {"files": ("docs/**", "*.md")}),  # noqa: E501
    ("openhands", ".agents/skills/ssh/SKILL.md", "---\nname: ssh\ndescription: Connect\n---\n", {"description": "Connect"}),  # noqa: E501
    # Kiro
    ("kiro", ".kiro/steering/product.md", "# Product", {"always": True}),
    (
        "kiro",
        ".kiro/steering/components.md",
        '---\ninclusion: fileMatch\nfileMatchPattern: "components/**/*.tsx"\n---\n',
        {"files": ("components/**/*.tsx",)},
    ),
    ("kiro", ".kiro/steering/many.md", '---\ninclusion: fileMatch\nfileMatchPattern: ["*.ts", "*.tsx"]\n---\n', {"files": ("*.ts", "*.tsx")}),  # noqa: E501
    ("kiro", ".kiro/steering/api.md", "---\ninclusion: auto\nname: api\ndescription: REST views\n---\n", {"description": "REST views"}),  # noqa: E501
    ("kiro", ".kiro/steering/once.md", "---\ninclusion: manual\n---\n", {"agents": ()}),
    # Cline
    ("cline", ".clinerules", "# All", {"always": True}),
    ("cline", ".clinerules/01-coding.md", "# Coding", {"always": True}),
    ("cline", ".clinerules/ui.md", '---\npaths:\n  - "src/ui/**"\n  - "*.config.js"\n---\n', {"files": ("src/ui/**", "/*.config.js")}),  # noqa: E501
    ("cline", ".clinerules/off.md", "---\npaths: []\n---\n", {"agents": ()}),
    # Windsurf
    ("windsurf", ".windsurf/rules/all.md", "---\ntrigger: always_on\n---\n", {"always": True}),
    ("windsurf", ".windsurf/rules/py.md", "---\ntrigger: glob\nglobs: *.py, src/**/*.pyi\n---\n", {"files": ("*.py", "src/**/*.pyi")}),  # noqa: E501
    (
        "windsurf",
        ".windsurf/rules/api.md",
        "---\ntrigger: model_decision\ndescription: For endpoints\n---\n",
        {"description": "For endpoints"},
    ),
    ("windsurf", ".windsurf/rules/rare.md", "---\ntrigger: manual\n---\n", {"agents": ()}),
    ("windsurf", ".windsurfrules", "Be short.", {"always": True}),
    # Continue
    ("continue", ".continue/rules/style.md", "---\nname: Style\n---\n", {"always": True}),
    ("continue", ".continue/rules/ts.md", "---\nname: TypeScript\nglobs: '**/*.{ts,tsx}'\n---\n", {"files": ("*.ts", "*.tsx")}),  # noqa: E501
    (
        "continue",
        ".continue/rules/docs.md",
        "---\nglobs: docs/**\nalwaysApply: false\ndescription: Docs\n---\n",
        {"files": ("docs/**",), "description": "Docs"},
    ),
    ("continue", ".continue/rules/not.md", "---\nglobs: ['**/*.ts', '!**/*.test.ts']\n---\n", {"files": ("*.ts", "!*.test.ts")}),  # noqa: E501
    ("continue", "rules.md", "# All", {"always": True}),
    ("continue", "core/rules.md", "# Core", {"files": ("core/**",)}),
    ("continue", "core/x/rules.md", "---\nglobs: ['*.ts', '**/a/*.py']\n---\n", {"files": ("core/x/**/*.ts", "core/x/**/a/*.py")}),  # noqa: E501
    ("continue", ".continue/rules/never.md", "---\nalwaysApply: false\n---\n", {"agents": ()}),
    # Gemini CLI, Amp, Zed, Roo Code
    ("gemini", "GEMINI.md", "# All", {"always": True}),
    ("gemini", "packages/web/GEMINI.md", "# Web", {"files": ("packages/web/**",)}),
    ("amp", "AGENTS.md", "# All", {"always": True}),
    ("amp", "web/AGENT.md", "# Web", {"files": ("web/**",)}),
    ("amp", "api/CLAUDE.md", "# API", {"files": ("api/**",)}),
    ("zed", ".rules", "# All", {"always": True}),
    ("zed", ".github/copilot-instructions.md", "# All", {"always": True}),
    ("roo", ".roo/rules/01-style.md", "# Style", {"always": True}),
    ("roo", ".roo/rules-code/deep/x.txt", "Be short.", {"always": True, "agents": ("code",)}),
    ("roo", ".roorules", "# All", {"always": True}),
    ("roo", ".roorules-architect", "# Plans", {"always": True, "agents": ("architect",)}),
    # Agent Skills
    ("agent-skills", "skills/pdf/SKILL.md", "---\nname: pdf\ndescription: Fill in forms\n---\n", {"description": "Fill in forms"}),  # noqa: E501
    ("agent-skills", ".github/skills/pdf/SKILL.md", "---\nname: pdf\ndescription: x\ndisable-model-invocation: true\n---\n", {"description": "x", "agents": ()}),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize("name, path, text, wanted", RULES, ids=[f"{row[0]} {row[1]}" for row in RULES])
def test_a_rule_is_read_as_its_tool_reads_it(name: str, path: str, text: str, wanted: dict[str, object]) -> None:
    reading = read(name, {path: text})
    found = shown(one(name, {path: text}))
    assert reading.findings == ()
    assert found.pop("paths") == (path,)
    found.pop("name")
    assert found == wanted


@pytest.mark.parametrize("name, path, text, wanted", RULES, ids=[f"{row[0]} {row[1]}" for row in RULES])
def test_a_rule_below_a_folder_holds_for_the_files_there(
    name: str, path: str, text: str, wanted: dict[str, object]
) -> None:
    guide = read(name, {f"shop/{path}": text}, "shop").guides[0]
    assert guide.paths == (f"shop/{path}",)
    assert all(pattern.removeprefix("!").startswith("shop/") for pattern in guide.files)
    assert guide.files or not wanted.get("files")


SKILL_RULES = """{"version": "1.0", "skills": {
  "backend": {
    "type": "domain", "enforcement": "suggest", "priority": "high", "description": "Express and Prisma",
    "promptTriggers": {"keywords": ["express", "REST API"], "intentPatterns": ["(add|fix).*?route"]},
    "fileTriggers": {"pathPatterns": ["api/**/*.ts"], "pathExclusions": ["**/*.test.ts"], "contentPatterns": ["router\\\\."]}
  },
  "gone": {"promptTriggers": {"keywords": ["x"]}}
}}"""  # noqa: E501


def test_skill_rules_give_keywords_patterns_and_paths_to_the_skills_that_are_there() -> None:
    files = {
        ".claude/skills/skill-rules.json": SKILL_RULES,
        ".claude/skills/backend/SKILL.md": "---\nname: backend\n---\n# Backend",
    }
    reading = read("skill-rules", files)
    assert [shown(guide.replace(text="")) for guide in reading.guides] == [
        {
            "name": "backend",
            "paths": (".claude/skills/backend/SKILL.md",),
            "description": "Express and Prisma",
            "keywords": ("express", "REST API"),
            "patterns": ("(add|fix).*?route",),
            "files": ("api/**/*.ts", "!*.test.ts"),
            "priority": 2.0,
        }
    ]
    assert [loss.say() for loss in reading.losses] == [
        "`backend`: `enforcement` has no place in an index",
        "`backend`: `contentPatterns` has no place in an index",
        "`gone`: is left out: there is no .claude/skills/gone/SKILL.md",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"skills": []}',
        '{"skills": {"a": 1}}',
        "[" * 9000,
        '{"skills": {"a": {"promptTriggers": 7}}}',
    ],
)
def test_broken_skill_rules_are_a_finding_and_never_an_exception(text: str) -> None:
    files = {".claude/skills/skill-rules.json": text, ".claude/skills/a/SKILL.md": "# A"}
    reading = read("skill-rules", files)
    assert [finding.code for finding in reading.findings] == ([] if "promptTriggers" in text else ["CTX011"])


def test_memory_brings_along_what_it_imports_and_nothing_else() -> None:
    files = {
        "CLAUDE.md": "See @docs/git.md and @docs/git.md.\nMail me@example.com, @types/node, `@docs/no.md`, @~/own.md, @../up.md\n```\n@docs/no.md\n```\n",  # noqa: E501
        "docs/git.md": "@sub/more.md",
        "docs/sub/more.md": "@../../CLAUDE.md @../git.md",
        "docs/no.md": "",
        "types/node": "",
    }
    reading = read("claude-code", files)
    assert reading.guides[0].paths == ("CLAUDE.md", "docs/git.md", "types/node", "docs/sub/more.md")
    assert [loss.why for loss in reading.losses] == [
        "imports ~/own.md, which lies outside the project",
        "imports ../up.md, which lies outside the project",
    ]


def test_front_matter_that_is_no_yaml_is_read_line_by_line_with_a_finding() -> None:
    text = "---\nname: x\ndescription: Use it: now. Examples:\nuser: 'go on'\npaths: src/**\n---\n# X\n"
    reading = read("claude-code", {".claude/rules/x.md": text})
    assert reading.guides[0].description == "Use it: now. Examples:\nuser: 'go on'"
    assert reading.guides[0].files == ("src/**",)
    assert [finding.concise() for finding in reading.findings] == [
        ".claude/rules/x.md:3: warning[CTX010] this front matter isn't YAML: it is read line by line (put the value of `description` into quotes: it holds `: `)"  # noqa: E501
    ]


def test_a_key_that_an_index_does_not_know_is_said_to_be_lost() -> None:
    reading = read("continue", {".continue/rules/a.md": "---\nname: A\nregex: import\nalwaysApply: false\n---\n"})
    assert [loss.say() for loss in reading.losses] == ["`a`: `regex` has no place in an index"]


@pytest.mark.parametrize(
    "name, path, text, said",
    [
        ("windsurf", ".windsurf/rules/a.md", "---\ntrigger: glob\nglob: '*.ts'\n---\n", ["`a`: `for_files` is empty: `trigger: glob` without a pattern never comes", "`a`: `glob` is unknown to Windsurf, which passes it over; did you mean `globs`?"]),  # noqa: E501
        ("continue", ".continue/rules/a.md", "---\nglob: '*.ts'\nalwaysApply: false\n---\n", ["`a`: `glob` is unknown to Continue, which passes it over; did you mean `globs`?"]),  # noqa: E501
        ("kiro", ".kiro/steering/a.md", "---\ninclusion: fileMatch\nfilePatterns: ['*.ts']\n---\n", ["`a`: `for_files` is empty: `inclusion: fileMatch` without a pattern never comes", "`a`: `filePatterns` is unknown to Kiro, which passes it over; did you mean `fileMatchPattern`?"]),  # noqa: E501
        ("copilot", ".github/instructions/a.instructions.md", "---\napplyto: '*.ts'\n---\n", ["`a`: `applyto` is unknown to Copilot, which passes it over; write `applyTo`: upper and lower case differ"]),  # noqa: E501
        ("cursor", ".cursor/rules/a.mdc", "---\nglob: *.ts\nalwaysApply: false\n---\n", ["`a`: `glob` is unknown to Cursor, which passes it over; did you mean `globs`?"]),  # noqa: E501
    ],
)  # fmt: skip
def test_a_rule_that_can_never_come_says_why(name: str, path: str, text: str, said: list[str]) -> None:
    reading = read(name, {path: text})
    assert ["; ".join(filter(None, (loss.say(), loss.cure))) for loss in reading.losses] == said
    assert [(guide.always, guide.agents) for guide in reading.guides] == [(False, ())]


@pytest.mark.parametrize(
    "description, words",
    [
        ("Guidelines for REST APIs with ASP.NET", ("REST APIs", "ASP.NET")),  # never `NET`
        ("Services with Node.js and Vue.js", ("Node.js", "Vue.js")),
        ('Use when the user says "sign this" or "return label".', ("sign this", "return label")),
        ("Best practices for code", ()),
    ],
)
def test_the_words_of_a_description_that_call_for_its_guide(description: str, words: tuple[str, ...]) -> None:
    assert called_by([Guide("x", description=description)]) == [words]


def test_files_beside_a_skill_are_its_own_and_other_files_are_skills() -> None:
    skill = "---\nname: x\ndescription: y\n---\n"
    files = dict.fromkeys(
        [
            ".agents/skills/pdf/SKILL.md", ".agents/skills/pdf/references/forms.md", ".agents/skills/pdf/README.md", ".agents/skills/guide.md",  # noqa: E501
            ".agents/skills/README.md", ".agents/skills/group/deep/SKILL.md", ".openhands/skills/web/SKILL.md", ".openhands/skills/web/more.md",  # noqa: E501
        ],
        skill,
    )  # fmt: skip
    guides = read("openhands", files).guides
    assert [(guide.paths[0], guide.always) for guide in guides] == [
        (".agents/skills/pdf/SKILL.md", False),
        (".openhands/skills/web/SKILL.md", False),
        (".agents/skills/guide.md", True),
    ]


def test_paths_of_cline_that_are_no_list_are_passed_over_and_said() -> None:
    reading = read("cline", {".clinerules/a.md": "---\npaths: src/**\n---\n# A\n"})
    assert [(guide.always, guide.files) for guide in reading.guides] == [(True, ())]
    assert [loss.say() for loss in reading.losses] == ["`a`: `paths` isn't a list: the tool passes over it"]


@given(st.sampled_from(["a.md", "b.md", ""]), st.integers(-5, 30), st.integers(-5, 30), words)
def test_a_place_is_in_its_file_whatever_a_format_says(path: str, start: int, end: int, value: str) -> None:
    texts = {"a.md": "---\nkeywords: api, drf\n---"}
    found = placed(Guide("a", ("a.md",), origins=(Origin("keywords", path, start, end),)), "keywords", value, texts)
    assert 0 <= found.start <= found.end <= len(texts.get(found.source, ""))


@every_format
def test_a_folder_without_the_files_of_a_tool_gives_nothing(name: str) -> None:
    assert read(name, {"README.md": ""}) == Reading()


@every_format
def test_secrets_and_ignored_files_and_foreign_folders_are_never_read(name: str) -> None:
    rules = {path: "secret" for _, path, _, _ in RULES}
    hidden = {f"node_modules/{path}": text for path, text in rules.items()} | {
        ".gitignore": "*.md\n*.mdc\n*rules\n*.json\n*.txt\n.roorules-*\n"
    }
    assert read(name, rules | hidden) == Reading()


def test_a_folder_of_rules_may_have_any_name_and_packages_of_others_are_passed_over() -> None:
    files = {
        ".cursor/rules/vendor/x.mdc": "",
        "vendor/y/.cursor/rules/z.mdc": "",
        "a/AGENTS.md": "",
        "node_modules/b/AGENTS.md": "",
    }
    assert [guide.paths for guide in read("cursor", files).guides] == [(".cursor/rules/vendor/x.mdc",)]
    assert [guide.paths for guide in read("agents-md", files).guides] == [("a/AGENTS.md",)]


def test_more_than_is_read_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxload.formats.files.COUNT", 2)
    live = read_source(MemoryTree({f".kiro/steering/{name}.md": "" for name in "abc"}), "kiro")
    assert len(live.index.entries) == 2
    assert [finding.code for finding in live.findings] == ["CTX007"]
    monkeypatch.setattr("ctxload.formats.files.TOTAL", 3)
    live = read_source(MemoryTree({f".kiro/steering/{name}.md": "12345" for name in "ab"}), "kiro")
    assert len(live.index.entries) == 1


def test_a_binary_file_is_a_finding(tmp_path: object) -> None:
    reading = find("kiro").read(Files(MemoryTree({".kiro/steering/x.md": b"\0\1"})))
    assert [finding.code for finding in reading.findings] == ["CTX011"] and reading.guides == ()


def test_an_unknown_format_is_named_with_the_one_that_was_meant() -> None:
    with pytest.raises(UsageError, match="there is no format `cursr`: did you mean `cursor`"):
        find("cursr")
