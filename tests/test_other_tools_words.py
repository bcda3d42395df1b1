"""What other tools' files say that is odd: second conditions, unknown words, keys of other tools, imports, patterns."""

from __future__ import annotations

import json
import re

import pytest

from ctxload.authoring.lint.cross_checks import cross_check
from ctxload.formats import find
from ctxload.formats.files import Files
from ctxload.formats.guide import Guide, Reading
from ctxload.formats.sources import read_source
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.text.diagnostics import Diagnostic
from ctxload.text.pattern_faults import keyword_fault, pattern_fault
from ctxload.text.source import Source
from ctxload.workspace.globs import fits
from ctxload.workspace.memory_tree import MemoryTree


def read(name: str, files: dict[str, str]) -> Reading:
    return find(name).read(Files(MemoryTree(files)))


def called(guide: Guide) -> tuple[bool, tuple[str, ...], tuple[str, ...] | None, str]:
    return guide.always, guide.files, guide.agents, guide.description


# ── second conditions and unknown values ─────────────────────────────────────────────────────────────────

STEERING, RULE, SKILLS = ".kiro/steering/a.md", ".windsurf/rules/a.md", ".claude/skills/skill-rules.json"


@pytest.mark.parametrize(
    ("name", "path", "front", "wanted", "told"),
    [
        (
            "kiro",
            STEERING,
            "inclusion: auto\ndescription: D\nfileMatchPattern: '*.ts'",
            (False, ("*.ts",), None, "D"),
            [],
        ),
        ("kiro", STEERING, "inclusion: conditional\nfileMatchPattern: '*.ts'", (False, ("*.ts",), None, ""), [2]),
        ("kiro", STEERING, "title: x\ninclusion: conditional", (False, (), (), ""), [3]),
        ("kiro", STEERING, "title: x", (True, (), None, ""), []),
        ("windsurf", RULE, "trigger: model_decision\ndescription: D\nglobs: '*.ts'", (False, ("*.ts",), None, "D"), []),
        ("windsurf", RULE, "description: D\ntrigger: sometimes", (False, (), (), "D"), [3]),
        ("windsurf", RULE, "globs: '*.ts'\ntrigger: sometimes", (False, ("*.ts",), None, ""), [3]),
        ("cursor", ".cursor/rules/a.mdc", "alwaysApply: sometimes", (False, (), (), ""), [2]),
        ("continue", ".continue/rules/a.md", "alwaysApply: sometimes", (False, (), (), ""), [2]),
    ],
)
def test_a_second_condition_is_held_and_an_unknown_word_is_told_and_never_means_always(
    name: str, path: str, front: str, wanted: tuple[object, ...], told: list[int]
) -> None:
    reading = read(name, {path: f"---\n{front}\n---\n# A\n"})
    assert called(reading.guides[0]) == wanted
    assert [loss.line for loss in reading.losses if loss.misleads] == told


SKILL = {".claude/skills/a/SKILL.md": "---\nname: a\n---\n# A\n"}


@pytest.mark.parametrize(
    ("rule", "keywords", "agents", "told"),
    [
        ('"promptTriggers": ["rest", "api"]', ("rest", "api"), None, []),
        ('"promptTriggers": [{"keywords": ["rest"]}, {"keywords": "api"}]', ("rest", "api"), None, []),
        ('"promptTriggers": {"keywords": ["rest"]}, "agents": ["dev"]', ("rest",), ("dev",), []),
        ('"promptTriggers": "rest"', (), None, ["promptTriggers"]),
        ('"enforcement": "block"', (), None, ["enforcement"]),
    ],
)
def test_skill_rules_of_another_shape_are_read_or_told_with_the_line(
    rule: str, keywords: tuple[str, ...], agents: tuple[str, ...] | None, told: list[str]
) -> None:
    reading = read("skill-rules", {**SKILL, SKILLS: f'{{"skills": {{\n  "a": {{\n    {rule}\n  }}\n}}}}'})
    assert (reading.guides[0].keywords, reading.guides[0].agents) == (keywords, agents)
    assert [(loss.field, loss.line) for loss in reading.losses] == [(field, 3) for field in told]


# ── keys of other tools ──────────────────────────────────────────────────────────────────────────────────


def test_a_key_of_another_tool_is_said_to_be_unknown_to_this_one_with_what_it_reads() -> None:
    findings = read_source(MemoryTree({".claude/rules/a.md": "---\nglobs: '*.ts'\n---\n# A\n"}), "claude-code").findings
    assert [(one.code, one.severity, one.line, one.hint) for one in findings] == [
        ("CTX120", "warning", 2, "its patterns are read from `paths`")
    ]
    assert "is unknown to a rule of Claude Code, which passes it over" in findings[0].message


@pytest.mark.parametrize(
    ("name", "path", "front"),
    [
        (
            "claude-code",
            ".claude/skills/a/SKILL.md",
            "allowed-tools: Read\nargument-hint: x\nuser-invocable: false\nmodel: x",
        ),
        ("copilot", ".github/instructions/a.instructions.md", "applyTo: '**'\nexcludeAgent: x"),
        ("openhands", ".openhands/microagents/a.md", "type: knowledge\ninputs: []\ntriggers: [x]"),
        ("cursor", ".cursor/rules/a.mdc", "alwaysApply: true\nversion: 1\ntags: x\nauthor: y"),
    ],
)
def test_a_key_of_its_own_is_kept_without_a_word(name: str, path: str, front: str) -> None:
    assert [loss for loss in read(name, {path: f"---\n{front}\n---\n# A\n"}).losses if loss.field != "tags"] == []


def test_no_finding_says_to_remove_a_key() -> None:
    tree = MemoryTree(
        {".claude/rules/a.md": "---\nglobs: x\nfoo: y\n---\n", ".continue/rules/a.md": "---\nregex: x\n---\n"}
    )
    for source in ("claude-code", "continue"):
        assert not [one for one in read_source(tree, source).findings if "remove" in one.hint]


def test_keywords_that_we_made_are_not_held_against_the_author() -> None:
    files = {f".cursor/rules/{n}.mdc": f"---\ndescription: Django views {n}\n---\n# A\n" for n in "abc"}
    tree = MemoryTree(files)
    index = read_source(tree, "cursor").index
    codes = {one.code for one in cross_check(index, compile_index(index), tree)}
    assert not {code for code in codes if code.startswith("CTX2")}


# ── front matter that is not quite ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n\n---\npaths: ['*.ts']\n---\n# A\n", "not at the very beginning"),
        ("<!-- ours -->\n---\npaths: ['*.ts']\n---\n# A\n", "not at the very beginning"),
        ("# ours\n---\npaths: ['*.ts']\n---\n# A\n", "not at the very beginning"),
        ("---\npaths: ['*.ts']\n\n# A\n", "not closed"),
        ("---\npaths: ['*.ts']\n# A\n", "not closed"),
        ("---\n\npaths: ['*.ts']\n\n# A\n", "not closed"),
        ("--- \npaths: ['*.ts']\n\n# A\n", "not closed"),
    ],
)
def test_front_matter_in_another_place_or_without_its_end_is_read_and_told(text: str, said: str) -> None:
    reading = read("claude-code", {".claude/rules/a.md": text})
    assert (reading.guides[0].files, reading.guides[0].text) == (("/*.ts",), "# A\n")
    assert [said in finding.message for finding in reading.findings] == [True]


@pytest.mark.parametrize(
    "front",
    [
        "---\nname: s\ndescription: Use it for a zebra\n\n",
        "---\nname: s\n\ndescription: Use it\n\n",
        "---\nname: s\n description: Use it\n---\n",
        "<!-- ours -->\n---\nname: s\ndescription: Use it\n---\n",
    ],
)
def test_what_a_fault_of_front_matter_brings_about_is_no_finding_of_its_own(front: str) -> None:
    path = ".claude/skills/s/SKILL.md"
    live = read_source(MemoryTree({path: f"{front}# S\n"}), "agent-skills")
    assert [(one.code, one.path) for one in live.findings] == [("CTX010", path)]


@pytest.mark.parametrize(
    "text", ["# A\n\n---\n\nText: more\n\n---\n", "---\nText\n", "---\n# A\n", "# A\n---\nNote: x\n---\n"]
)
def test_a_rule_between_lines_is_no_front_matter(text: str) -> None:
    reading = read("claude-code", {".claude/rules/a.md": text})
    assert (reading.guides[0].always, reading.findings) == (True, ())


@pytest.mark.parametrize(
    ("value", "sign"),
    [("**/*.ts", "`*`"), ("{src,lib}/**", "`{`"), ("@scope/x", "`@`"), ("src/**\n\tx: y", "tab"), ("a: b", "`: `")],
)
def test_the_sign_that_keeps_front_matter_from_being_yaml_is_named_and_it_is_read(value: str, sign: str) -> None:
    reading = read("claude-code", {".claude/rules/a.md": f"---\ndescription: x\npaths: {value}\n---\n# A\n"})
    assert reading.guides[0].files
    (finding,) = reading.findings
    assert (finding.code, sign in finding.hint, finding.line in (3, 4)) == ("CTX010", True, True)


# ── imports ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "imported", "told"),
    [
        ("See @docs/a.md", ["docs/a.md"], []),
        ("See @README and @LICENSE", ["README"], []),
        ("See @docs/gone.md", [], [1]),
        ("# A\n\nSee @./gone", [], [3]),
        ("Use @types/node, ask @someone, mail me@x.md", [], []),
        ("<!-- @docs/a.md -->", [], []),
        ("Code:\n\n    @docs/a.md\n\nend", [], []),
        ("```\n@docs/a.md\n```\n`@docs/a.md`", [], []),
        ("- list\n    @docs/a.md", ["docs/a.md"], []),
        ("@docs/round.md", ["docs/round.md"], []),
    ],
)
@pytest.mark.parametrize("path", ["CLAUDE.md", ".claude/rules/x.md"])
def test_an_import_is_followed_as_the_tool_does_and_a_missing_one_is_told(
    path: str, text: str, imported: list[str], told: list[int]
) -> None:
    files = {"docs/a.md": "# A\n", "README": "x\n", "docs/round.md": "@round.md and @../CLAUDE.md\n"}
    up = "../../" if path.startswith(".") else ""
    text = text.replace("@docs", f"@{up}docs").replace("@README", f"@{up}README")
    reading = read("claude-code", {**files, path: text + "\n"})
    guide = next(guide for guide in reading.guides if guide.paths[0] == path)
    assert [one for one in guide.paths[1:] if one != "CLAUDE.md"] == imported
    assert [loss.line for loss in reading.losses if loss.field == "import" and loss.path == path] == told


# ── patterns and keywords that can fit nothing ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("pattern", ["srcc/**", "*.{ts", "*.ts}", "src/[/x", "“*.ts”", "src/**; lib/**", "!srcc/x"])
def test_a_pattern_that_can_fit_nothing_is_a_finding_with_a_cure(pattern: str) -> None:
    files = {"src/a.ts": "", ".claude/rules/a.md": f"---\npaths: ['{pattern}']\n---\n# A\n", "d.md": ""}
    found = [one for one in read_source(MemoryTree(files), "claude-code").findings if one.code == "CTX314"]
    assert [(one.line, bool(one.hint)) for one in found] == [(2, True)]
    index = parse(Source("i", f"context_files: [{{path: d.md, for_files: ['{pattern}']}}]")).index
    assert "CTX314" in {one.code for one in cross_check(index, compile_index(index), MemoryTree(files))}


@pytest.mark.parametrize(
    "pattern",
    [
        "src/**",
        "*.ts",
        "src/[ab].ts",
        "a\\[b",
        "/x.md",
        "**/tests/**",
        "{{x}}/a.py",
        "[id]/x",
        "src/.*",
        "a b.md",
        "$x.ts",
        "src/(app)/*",
        ".env",
        ".eslintrc.json",
        "Makefile",
        "src/ts",
    ],
)
def test_a_pattern_that_may_fit_is_none(pattern: str) -> None:
    assert pattern_fault(pattern, lambda name: name == "src") is None


OWN = {
    "*.{ts,tsx}": "`*.ts`, `*.tsx`", "src/{a,b}/**": "`src/a/**`, `src/b/**`", "!*.{ts,tsx}": "`*.ts`, `*.tsx`",
    "*.ts,*.tsx": "`*.ts`, `*.tsx`", "*.ts *.tsx": "`*.ts`, `*.tsx`", "*.ts|*.tsx": "`*.ts`, `*.tsx`",
    "*.ts; *.tsx": "`*.ts`, `*.tsx`", "'*.ts'": "`*.ts`", "`*.ts`": "`*.ts`", "./src/**": "`src/**`",
    "src//x": "`src/x`", "../src/**": "from the root", "~/src/**": "from the root", "C:/src/**": "from the root",
    "src\\x\\*.ts": "`src/x/*.ts`", "^src/": "gitignore", "src/.*\\.ts$": "gitignore", " *.ts": "`*.ts`", "/": "`**`",
    "": "`**`", "./": "`**`", "src/./*.ts": "`src/*.ts`", ".ts": "`*.ts`", "ts": "`*.ts`", "/.tsx": "`*.tsx`",
}  # fmt: skip


def told_of(patterns: list[str], files: dict[str, str], key: str = "for_files") -> list[Diagnostic]:
    """The findings CTX314 about an entry with these patterns."""
    text = f"context_files: [{{path: d.md, {key}: {json.dumps(patterns)}}}]"
    index = parse(Source("i", text)).index
    found = cross_check(index, compile_index(index), MemoryTree({"d.md": "", **files}))
    return [one for one in found if one.code == "CTX314"]


def test_each_pattern_of_our_own_that_can_fit_nothing_is_told_with_what_to_write() -> None:
    files = {"src/a.ts": "", "src/b/c.tsx": ""}
    found = {pattern: [one.hint for one in told_of(["*.md", pattern], files)] for pattern in OWN}
    assert [pattern for pattern, hints in found.items() if len(hints) != 1] == []
    assert [pattern for pattern, words in OWN.items() if words not in found[pattern][0]] == []


def test_what_is_told_of_a_pattern_fits_nothing_and_its_cure_does() -> None:
    paths = ["src/a.ts", "src/x/b.ts", "src/a.tsx", "a.ts", "src/x", "src/b/c.tsx", "src/a/c.ts"]
    assert [(pattern, path) for pattern in OWN for path in paths if fits((pattern.removeprefix("!"),), path)] == []
    cures = [cure for words in OWN.values() for cure in re.findall("`([^`]+)`", words)]
    assert [cure for cure in cures if not any(fits((cure,), path) for path in paths)] == []


def test_a_pattern_with_odd_signs_that_a_file_has_is_no_finding() -> None:
    files = {"a,b/1,c.md": "", "{x,y}.ts": "", "src/x.a x.b": ""}
    assert told_of(["a,b/*,c.md", "{x,y}.ts", "src/*.a *.b"], files) == []


@pytest.mark.parametrize("key", ["for_files", "when_files"])
def test_patterns_that_only_take_back_are_told_as_such(key: str) -> None:
    assert ["takes back" in one.message for one in told_of(["!*.md", "!src/**"], {"src/a.ts": ""}, key)] == [True]
    assert told_of(["*", "!src/**"], {"src/a.ts": ""}, key) == []


@pytest.mark.parametrize(
    "keyword", ["migrat*", r"\bauth\b", "auth|login", "kafka / zookeeper", "kafka\nzookeeper\n", "auth.*"]
)
def test_a_keyword_that_is_a_pattern_or_holds_several_is_a_finding_with_a_cure(keyword: str) -> None:
    assert keyword_fault(keyword) is not None


@pytest.mark.parametrize(
    "keyword", ["C++", "CI/CD", "TCP/IP", ".NET", "node.js", "a*", "REST API", "F#", "@types", "*.tf"]
)
def test_a_keyword_with_signs_that_mean_themselves_is_none(keyword: str) -> None:
    assert keyword == "a*" or keyword_fault(keyword) is None


@pytest.mark.parametrize(("front", "shown"), [("", False), ("triggers: [worker, api]\n", True)])
def test_findings_about_keywords_are_shown_where_the_author_wrote_these(front: str, shown: bool) -> None:
    said = "---\n{front}name: {name}\ndescription: What triggers Workers and the API of Cloudflare R2\n---\n# {name}\n"
    files = {f".openhands/skills/{name}.md": said.format(front=front, name=name) for name in ("one", "two", "three")}
    index = read_source(MemoryTree(files), "openhands").index
    codes = {one.code for one in cross_check(index, compile_index(index), MemoryTree(files))}
    assert bool(codes & {"CTX201", "CTX202", "CTX203", "CTX211"}) is shown


@pytest.mark.parametrize(("path", "code"), [("docs/{a,b}.md", "CTX301"), ("docs/*.{md,txt}", "CTX308")])
def test_braces_in_the_path_of_an_entry_are_told_with_what_to_write(path: str, code: str) -> None:
    index = parse(Source("i", f"{{fallback: none, context_files: [{{path: '{path}', keywords: [a]}}]}}")).index
    tree = MemoryTree({"docs/a.md": "# A\n", "docs/b.md": "# B\n"})
    hints = {one.code: one.hint for one in cross_check(index, compile_index(index), tree)}
    wanted = "`docs/a.md`, `docs/b.md`" if code == "CTX301" else "`docs/*.md`, `docs/*.txt`"
    assert wanted in hints[code]


def test_a_list_of_ends_of_names_is_one_finding_for_a_rule_and_none_where_something_is_called_so() -> None:
    files = {
        ".windsurf/rules/a.md": "---\ntrigger: glob\nglobs: .js, .ts, *.py, pom.xml\n---\n# A\n",
        ".windsurf/rules/b.md": "---\ntrigger: glob\nglobs: [sql, proto]\n---\n# B\n",
        "sql/schema.txt": "", "proto": "",
    }  # fmt: skip
    (one,) = read_source(MemoryTree(files), "windsurf").findings
    assert (one.code, one.path, one.line, one.hint) == ("CTX314", ".windsurf/rules/a.md", 3, "write `*.js`")
    assert "the pattern `.js` of `a` is the end of a name" in one.message and "1 more of its patterns" in one.message


def test_an_import_that_is_missing_is_told_with_the_place_where_it_would_be() -> None:
    reading = read("claude-code", {".claude/rules/a.md": "# A\n@docs/x.md and @docs/y.md\n", "docs/x.md": "# X\n"})
    assert [(loss.why, "not at the root" in loss.cure) for loss in reading.losses] == [
        ("imports docs/x.md, and .claude/rules/docs/x.md doesn't exist", True),
        ("imports docs/y.md, and .claude/rules/docs/y.md doesn't exist", False),
    ]
