"""YAML text → index and findings: every key, every shape, every kind of damage, and texts made to do harm."""

from __future__ import annotations

from typing import Any

import pytest

from ctxload.index.model import Budget, Entry, Index, Text
from ctxload.index.parser import parse, parse_front_matter
from ctxload.text.diagnostics import Diagnostic
from ctxload.text.markdown import front_matter
from ctxload.text.source import Source
from tiers import heavy

NAME = "context-index.yml"


def index_of(text: str) -> Index:
    return parse(Source(NAME, text)).index


def entry_of(keys: str) -> Entry:
    """The entry with these keys beside its path, in flow style."""
    entries = index_of(f"context_files: [{{path: a.md, {keys}}}]").entries
    assert len(entries) == 1
    return entries[0]


def findings(text: str) -> list[Diagnostic]:
    return list(parse(Source(NAME, text)).diagnostics)


def told(text: str) -> list[str]:
    """Code and place of each finding."""
    return [f"{finding.code} {finding.line}:{finding.column}" for finding in findings(text)]


def values(texts: Any) -> list[str]:
    return [text.value for text in texts]


def fixed(text: str) -> str:
    """The text with every certain fix applied."""
    for start, end, new in sorted((edit for finding in findings(text) for edit in finding.fix), reverse=True):
        text = text[:start] + new + text[end:]
    return text


# ── the format in use today ──────────────────────────────────────────────────────────────────────────────

TODAY = r"""
version: 1.0
context_files:
  - id: django-drf
    path: context/backend/django.md
    description: Django REST Framework and MySQL best practices
    keywords: [django, drf, rest framework]
    tags: [backend, rest]
    agents: [backend-developer]
  - path: context/react.md
agent_defaults:
  backend-developer: [django-drf]
  ui-ux-designer: [react]
context_rules:
  - pattern: '(github.?actions|workflow).*(docker|container)'
    context_ids: [github-actions, docker]
    description: CI with containers
    load_agent_testing_context: true
story_context_hints:
  full-stack-auth: {context_ids: [react, django-drf], description: both}
"""


def test_an_existing_file_reads_without_a_finding() -> None:
    index = index_of(TODAY)
    assert findings(TODAY) == []
    first, second = index.entries
    assert (first.id.value, first.id_written, values(first.paths)) == (
        "django-drf",
        True,
        ["context/backend/django.md"],
    )
    assert (first.description, values(first.keywords)) == (
        "Django REST Framework and MySQL best practices",
        ["django", "drf", "rest framework"],
    )
    assert (values(first.tags), values(first.agents or ())) == (["backend", "rest"], ["backend-developer"])
    assert (second.id.value, second.id_written, second.agents) == ("react", False, None)
    assert [(name.value, values(ids)) for name, ids in index.agent_defaults] == [
        ("backend-developer", ["django-drf"]),
        ("ui-ux-designer", ["react"]),
    ]
    rule, bundle = index.rules[0], index.bundles[0]
    assert (rule.pattern.value, values(rule.ids), rule.testing) == (
        "(github.?actions|workflow).*(docker|container)",
        ["github-actions", "docker"],
        True,
    )
    assert (bundle.name.value, values(bundle.ids), bundle.description) == (
        "full-stack-auth",
        ["react", "django-drf"],
        "both",
    )
    assert (index.always, index.fallback, index.match, index.budget, index.tests) == ((), (), "", None, ())


def test_the_keys_added_by_us_are_read() -> None:
    text = """
    always: [a, docs/b.md]
    fallback: {'*': none, qa: [a, 'docs/*.md']}
    match: focused
    aliases: {drf: [django rest framework], kube: kubernetes}
    budget: {max_tokens: 9000, max_files: 3}
    include: [other/context-index.yml]
    front_matter: true
    tests: [{task: fix the api, agent: qa, expect: [a], reject: b}, {task: hi, expect: []}]
    context_files:
      - path: [a.md, 'docs/*.md', docs/]
        exclude: [working capital]
        requires: [b]
        sections: {Set up: [install], 'C++': c++}
        when_files: [Dockerfile]
        priority: 2.5
        match: whole
    """
    assert findings(text) == []
    index = index_of(text)
    assert [(name.value, values(names)) for name, names in index.always] == [("*", ["a", "docs/b.md"])]
    assert [(name.value, value if isinstance(value, str) else values(value)) for name, value in index.fallback] == [
        ("*", "none"),
        ("qa", ["a", "docs/*.md"]),
    ]
    assert (index.match, index.budget, index.front_matter) == ("focused", Budget(9000, 3), True)
    assert [(word.value, values(others)) for word, others in index.aliases] == [
        ("drf", ["django rest framework"]),
        ("kube", ["kubernetes"]),
    ]
    assert values(index.include) == ["other/context-index.yml"]
    assert [(case.task.value, case.agent.value, values(case.expect), values(case.reject)) for case in index.tests] == [
        ("fix the api", "qa", ["a"], ["b"]),
        ("hi", "", [], []),
    ]
    entry = index.entries[0]
    assert values(entry.paths) == ["a.md", "docs/*.md", "docs/"]
    assert (values(entry.exclude), values(entry.requires), values(entry.when_files)) == (
        ["working capital"],
        ["b"],
        ["Dockerfile"],
    )
    assert [(heading.value, values(words)) for heading, words in entry.sections] == [
        ("Set up", ["install"]),
        ("C++", ["c++"]),
    ]
    assert (entry.priority, entry.whole_only) == (2.5, True)


@pytest.mark.parametrize(
    ("path", "id"),
    [
        ("a/b/c.md", "c"),
        ("c", "c"),
        ("a/c/", "c"),
        (".github/x.tar.gz", "x.tar"),
        (".hidden", ".hidden"),
        ("docs/*.md", "*"),
        ("a/.env.local", ".env"),
        ("数据.md", "数据"),
    ],
)
def test_an_entry_without_an_id_is_named_by_its_files_stem(path: str, id: str) -> None:
    entry = index_of(f"context_files: [{{path: '{path}'}}]").entries[0]
    assert (entry.id.value, entry.id_written) == (id, False)


# ── words stay the text that was written ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "word",
    [
        "no",
        "on",
        "yes",
        "Off",
        "1.10",
        "1e3",
        "0x1f",
        "0o17",
        "1_000",
        "2024-01-01",
        "12:30:45",
        "null",
        "~",
        "true",
        ".5",
        ".inf",
        "=",
        "<",
        "-1",
        "+1",
    ],
)
def test_a_keyword_is_the_text_that_the_author_wrote(word: str) -> None:
    text = f"context_files: [{{path: a.md, keywords: [{word}, x]}}]"
    entry = index_of(text).entries[0]
    assert values(entry.keywords) == [word, "x"]
    assert text[entry.keywords[0].start : entry.keywords[0].end] == word


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("'no'", "no"),
        ('"a\\tb"', "a\tb"),
        ("'it''s'", "it's"),
        ('"\\u00e9"', "é"),
        ("!!str 1", "1"),
        ("!!int x", "x"),
        ("!own x", "x"),
        ("|-\n    a\n    b\n", "a\nb"),
    ],
)
def test_quotes_tags_and_blocks_give_the_text_they_mean(written: str, value: str) -> None:
    index = index_of(f"context_files:\n- path: a.md\n  keywords:\n  - {written}")
    assert values(index.entries[0].keywords) == [value]


# ── nothing, one, and many ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL", "[]"])
def test_a_key_with_nothing_after_it_means_nothing_is_listed(nothing: str) -> None:
    keys = "keywords exclude tags agents requires when_files".split()
    text = "context_files:\n- path: a.md\n" + "".join(f"  {key}: {nothing}\n" for key in keys)
    assert findings(text) == []
    entry = index_of(text).entries[0]
    assert [getattr(entry, key) for key in keys] == [()] * len(keys)


@pytest.mark.parametrize(
    "key",
    [
        "context_files",
        "agent_defaults",
        "context_rules",
        "story_context_hints",
        "always",
        "fallback",
        "match",
        "aliases",
        "budget",
        "tests",
        "include",
        "front_matter",
        "version",
    ],
)
@pytest.mark.parametrize("nothing", ["", " ~", " null"])
def test_a_top_key_with_nothing_after_it_is_no_finding(key: str, nothing: str) -> None:
    assert findings(f"{key}:{nothing}\n") == []


@pytest.mark.parametrize("key", ["id", "description", "priority", "match", "sections"])
def test_a_single_value_with_nothing_after_it_is_as_if_it_were_not_there(key: str) -> None:
    assert findings(f"context_files:\n- path: a.md\n  {key}:\n") == []
    with_it, without = (index_of(f"context_files:\n- path: a.md\n{line}").entries[0] for line in (f"  {key}:\n", ""))
    assert with_it == without


def test_no_agents_and_nobody_are_not_the_same() -> None:
    assert entry_of("").agents is None
    assert entry_of("agents: []").agents == ()
    assert entry_of("agents: ").agents == ()


def test_null_in_a_list_is_the_word_and_quoted_it_is_the_word_anywhere() -> None:
    assert values(entry_of("keywords: [null, ~]").keywords) == ["null", "~"]
    assert values(entry_of("keywords: 'null'").keywords) == ["null"]


@pytest.mark.parametrize("key", ["keywords", "exclude", "tags", "agents", "requires", "when_files"])
def test_a_scalar_where_a_list_belongs_is_a_list_of_one(key: str) -> None:
    entry = entry_of(f"{key}: one two")
    assert values(getattr(entry, key)) == ["one two"]
    assert findings(f"context_files: [{{path: a.md, {key}: one two}}]") == []


def test_a_mapping_where_a_list_of_them_belongs_is_a_list_of_one() -> None:
    assert values(index_of("context_files: {path: a.md}").entries[0].paths) == ["a.md"]
    assert len(index_of("context_rules: {pattern: x, context_ids: a}").rules) == 1


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("keywords", "django, drf"),
        ("exclude", "'a, b'"),
        ("tags", '"a, b"'),
        ("agents", "a, b"),
        ("requires", "a , b,"),
    ],
)
def test_a_list_written_as_one_text_is_read_as_the_list_and_told_with_its_cure(key: str, written: str) -> None:
    text = f"context_files:\n- path: a.md\n  {key}: {written}\n"
    assert len(values(getattr(index_of(text).entries[0], key))) == 2
    assert told(text) == [f"CTX106 3:{5 + len(key)}"]
    assert findings(fixed(text)) == []
    assert [values(getattr(index_of(each).entries[0], key)) for each in (fixed(text), text)] == [
        values(getattr(index_of(text).entries[0], key))
    ] * 2


def test_a_path_and_a_keyword_in_a_list_may_hold_a_comma() -> None:
    assert values(index_of("context_files: [{path: 'a, b.md'}]").entries[0].paths) == ["a, b.md"]
    assert values(entry_of("keywords: ['a, b']").keywords) == ["a, b"]
    assert values(entry_of("keywords: ', ,'").keywords) == [", ,"]


# ── what is wrong is told, with its place, and the rest serves ───────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # keys
        ("context_file: []", ["CTX101 1:1"]),
        ("context_files: [{path: a.md, keyword: [x]}]", ["CTX101 1:30"]),
        ("x-own: 1\ncontext_files: [{path: a.md, x-note: {deep: [1]}}]", []),
        ("match: whole\nmatch: related", ["CTX102 2:1"]),
        ("context_files: [{path: a.md, path: b.md}]", ["CTX102 1:30"]),
        ("agent_defaults: {a: [x], a: [y]}", ["CTX102 1:26"]),
        ("? [a]\n: b", ["CTX103 1:3"]),
        # shapes
        ("[]", ["CTX103 1:1"]),
        ("just text", ["CTX103 1:1"]),
        ("context_files: a.md", ["CTX103 1:16"]),
        ("context_files: [a.md]", ["CTX103 1:17"]),
        ("context_files: [~]", ["CTX103 1:17"]),
        ("context_files: [[a]]", ["CTX103 1:17"]),
        ("context_files: [{path: {a: b}}]", ["CTX103 1:24", "CTX104 1:17"]),
        ("context_files: [{path: a.md, keywords: {a: b}}]", ["CTX103 1:40"]),
        ("context_files: [{path: a.md, keywords: [[a], b]}]", ["CTX103 1:41"]),
        ("context_files: [{path: a.md, description: [a]}]", ["CTX103 1:43"]),
        ("context_files: [{path: a.md, priority: high}]", ["CTX103 1:40"]),
        ("context_files: [{path: a.md, priority: .nan}]", ["CTX103 1:40"]),
        ("context_files: [{path: a.md, priority: .inf}]", ["CTX103 1:40"]),
        ("context_files: [{path: a.md, sections: [a]}]", ["CTX103 1:40"]),
        ("agent_defaults: [a]", ["CTX103 1:17"]),
        ("agent_defaults: {a: {b: c}}", ["CTX103 1:21"]),
        ("context_rules: [x]", ["CTX103 1:17"]),
        ("story_context_hints: [a]", ["CTX103 1:22"]),
        ("story_context_hints: {a: [b, c], d: e}", []),
        ("aliases: {a: {b: c}}", ["CTX103 1:14"]),
        ("budget: 100", ["CTX103 1:9"]),
        ("budget: {max_tokens: -1, max_files: 1.5}", ["CTX103 1:22", "CTX103 1:37"]),
        ("front_matter: maybe", ["CTX103 1:15"]),
        ("front_matter: [true]", ["CTX103 1:15"]),
        ("tests: [x]", ["CTX103 1:9"]),
        # what must be there
        ("context_files: [{id: a}]", ["CTX104 1:17"]),
        ("context_files: [{id: a, path: }]", ["CTX104 1:17"]),
        ("context_files: [{id: a, path: ''}]", ["CTX104 1:17"]),
        ("context_files: [{id: a, path: []}]", ["CTX104 1:17"]),
        ("context_rules: [{context_ids: [a]}]", ["CTX104 1:17"]),
        ("context_rules: [{}]", ["CTX104 1:17"]),
        ("context_rules: [{pattern: ''}]", ["CTX104 1:17"]),
        ("tests: [{task: x}, {expect: []}, {}]", ["CTX104 1:9", "CTX104 1:20", "CTX104 1:34"]),
        # values
        ("match: Whole", ["CTX107 1:8"]),
        ("match: exact", ["CTX107 1:8"]),
        ("context_files: [{path: a.md, match: related}]", ["CTX107 1:37"]),
        ("version: 2.0", ["CTX108 1:10"]),
        ("version: v1", ["CTX108 1:10"]),
        ("version: 1", []),
        ("version: '1.3'", []),
        ('context_files: [{path: "a\\e[31m.md"}, {path: b.md, id: "x\\u202e"}]', ["CTX109 1:24", "CTX104 1:17", "CTX109 1:56"]),  # noqa: E501
        ("context_files: [{id: a, path: a.md}, {id: a, path: b.md}]", ["CTX105 1:43"]),
        ("context_files: [{path: x/a.md}, {path: y/a.md}]", []),
        # the text as a whole
        ("", ["CTX008 0:0"]),
        ("# only a comment\n", ["CTX008 0:0"]),
        ("version: 1\n---\nversion: 1\n", ["CTX009 2:1"]),
        ("---\nversion: 1\n", []),
        ("%YAML 1.1\n---\nversion: 1\n...\n", []),
        ("\ufeffversion: 1\nmatch: Whole", ["CTX107 2:8"]),
        ("version: 1\r\nmatch: Whole\r\n", ["CTX107 2:8"]),
        ("version: 1\n  bad: [\n", ["CTX001 2:6"]),
        ("é: \x01", ["CTX001 1:4"]),
        ("a: \x00", ["CTX001 1:4"]),
        ("a: \ud800", ["CTX001 1:4"]),
        ("a: \x7f", ["CTX001 1:4"]),
    ],
)  # fmt: skip
def test_damage_is_told_with_its_place(text: str, expected: list[str]) -> None:
    assert sorted(told(text)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "code", "keywords"),
    [
        ('context_files: [{path: a.md, keywords: ["\\.github/workflows"]}]', "CTX003", ["\\.github/workflows"]),
        ("context_files:\n- path: a.md\n\tkeywords: [x]\n", "CTX004", ["x"]),
        ("context_files:\n- path: a.md\n  keywords:\n  - a: b: c\n", "CTX005", ["a: b: c"]),
        ("context_files:\n- path: a.md\n  keywords:\n  - @types/node\n", "CTX006", ["@types/node"]),
    ],
)
def test_what_can_only_be_meant_one_way_is_read_that_way_and_told(text: str, code: str, keywords: list[str]) -> None:
    assert [finding.code for finding in findings(text)] == [code]
    assert values(index_of(text).entries[0].keywords) == keywords
    assert findings(fixed(text)) == []
    assert values(index_of(fixed(text)).entries[0].keywords) == keywords


def test_a_damaged_part_is_skipped_and_the_rest_serves() -> None:
    text = "context_files:\n- keywords: [lost]\n- path: b.md\n  keywords: [ok, [bad], fine]\n  nonsense: 1\n- 7\nmatch: nonsense\n"  # noqa: E501
    parsed = parse(Source(NAME, text))
    assert parsed.served
    assert [(values(entry.paths), values(entry.keywords)) for entry in parsed.index.entries] == [
        (["b.md"], ["ok", "fine"])
    ]
    assert [finding.code for finding in parsed.diagnostics if finding.skipped] == [
        "CTX104",
        "CTX103",
        "CTX103",
        "CTX107",
    ]


def test_of_two_keys_and_of_two_ids_the_first_counts_and_both_places_are_shown() -> None:
    text = "match: whole\nmatch: related\ncontext_files:\n- {id: a, path: a.md}\n- {id: a, path: b.md}\n"
    key, id = findings(text)
    assert index_of(text).match == "whole"
    assert (key.code, key.line, [(place.line, place.label) for place in key.related]) == (
        "CTX102",
        2,
        [(1, "first defined here")],
    )
    assert (id.code, id.line, [(place.line, place.label) for place in id.related]) == (
        "CTX105",
        5,
        [(4, "first defined here")],
    )


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("context_file: []", "did you mean `context_files`?"),
        ("Match: whole", "write `match`: upper and lower case differ"),
        ("zebra: 1", "remove it, or begin it with `x-` to keep it as your own"),
        ("match: focussed", "did you mean `focused`?"),
    ],
)
def test_an_unknown_word_is_told_with_one_suggestion(text: str, hint: str) -> None:
    assert [finding.hint for finding in findings(text)] == [hint]


def test_text_that_is_not_yaml_at_all_is_refused_with_the_place() -> None:
    parsed = parse(Source(NAME, "context_files:\n  - path: [a.md\n  - path: b.md\n"))
    assert not parsed.served
    assert parsed.index.entries == ()
    assert [(finding.code, finding.severity) for finding in parsed.diagnostics] == [("CTX001", "error")]


# ── anchors, aliases and merge keys ──────────────────────────────────────────────────────────────────────


def test_anchors_and_aliases_give_the_same_values() -> None:
    index = index_of("context_files:\n- {path: a.md, keywords: &words [x, y]}\n- {path: b.md, keywords: *words}\n")
    assert values(index.entries[1].keywords) == ["x", "y"]


def test_merge_keys_add_what_is_not_written() -> None:
    text = "x-base: &base {agents: [qa], tags: [t]}\nx-more: &more {tags: [other], priority: 3}\ncontext_files:\n- {<<: [*base, *more], path: a.md, agents: [dev]}\n- {path: b.md, <<: *base}\n"  # noqa: E501
    first, second = index_of(text).entries
    assert findings(text) == []
    assert (values(first.agents or ()), values(first.tags), first.priority) == (["dev"], ["t"], 3)
    assert (values(second.agents or ()), values(second.tags)) == (["qa"], ["t"])


def test_a_quoted_merge_sign_is_an_ordinary_name() -> None:
    index = index_of("agent_defaults: {'<<': [a]}")
    assert [(name.value, values(ids)) for name, ids in index.agent_defaults] == [("<<", ["a"])]


LAUGHS = "x-0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
HARMFUL = {
    "100,000 brackets": "[" * 100_000,
    "100,000 braces": "{" * 100_000,
    "100,000 keys in braces": "{a: " * 100_000,
    "100,000 dashes": "- " * 100_000,
    "100,000 wide dashes": "-  " * 100_000,
    "dashes and question marks": "- ? " * 50_000,
    "question marks": "? " * 100_000,
    "indentation": "".join(f"{' ' * n}a:\n" for n in range(1500)),
    "indentation by carriage returns": "".join("\r" + " " * n + "-" for n in range(1500)),
    "indentation by unicode line ends": "".join("\x85" + " " * n + "-" for n in range(1500)),
    "depth behind damage": 'a: "\\."\nb: ' + "[" * 100_000,
    "depth in block behind damage": 'a: "\\."\nb:\n' + "- " * 100_000,
    "laughs": LAUGHS + "context_files: [{path: a.md, keywords: *a11}]\n",
    "laughs of entries": "x-e: &e {path: a.md, keywords: ["
    + "k, " * 99
    + "k]}\ncontext_files: ["
    + "*e, " * 20_000
    + "*e]\n",
    "laughs of merges": "".join(
        f"x-{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 20) if n else '{k: 1}'}]}}\n" for n in range(12)
    )
    + "context_files: [*m11]\n",
    "a merge of itself": "x-a: &a {<<: [" + "*a, " * 50 + "*a]}\ncontext_files: [*a]\n",
    "a list of itself": "context_files: &a [*a]\nalways: &b [*b]\nfallback: &c {x: *c}\nagent_defaults: &d {y: *d}\n",
    "an entry of itself": "context_files:\n- &e\n  path: a.md\n  keywords: *e\n  sections: *e\n",
    "quotes": "'" * 100_001,
    "colons": "a: " * 50_000,
    "many documents": "---\n" * 100_000,
    "many keys": "".join(f"k{n}: 1\n" for n in range(3_000)),
    "a long key": "k" * 200_000 + ": 1",
    "tabs": "\t" * 100_000 + "a: b",
    "percent": "%" * 100_000,
    "ampersands": "&a " * 50_000,
    "stars": "*a " * 50_000,
    "bangs": "!" * 100_000,
    "a fold": "a: >\n" + "\n" * 100_000,
    "backslashes": 'a: "' + "\\" * 100_001 + '"',
}


@pytest.mark.parametrize("name", [heavy(name) if name == "laughs of entries" else name for name in HARMFUL])
def test_a_text_made_to_do_harm_is_read_or_refused(name: str) -> None:
    """What it guards against is a crash of the interpreter, or hours."""
    assert parse(Source(NAME, HARMFUL[name])).diagnostics


@pytest.mark.parametrize(
    "name", ["100,000 brackets", "dashes and question marks", heavy("laughs of entries"), "laughs of merges"]
)
def test_what_is_too_much_is_told_as_such(name: str) -> None:
    assert "CTX007" in {finding.code for finding in findings(HARMFUL[name])}


# ── front matter ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("---\na: 1\n---\nbody", "a: 1\n"),
        ("\ufeff---\na: 1\n---\n", "a: 1\n"),
        ("---\r\na: 1\r\n---\r\n", "a: 1\r\n"),
        ("---  \na: 1\n...\n", "a: 1\n"),
        ("---\n---\n", ""),
        ("---\na: 1\n---", "a: 1\n"),
        ("# Title\n---\na: 1\n---\n", None),
        ("---\na: 1\n", None),
        ("--- a\n---\n", None),
        ("", None),
    ],
)
def test_front_matter_stands_between_dashes_at_the_very_top(text: str, block: str | None) -> None:
    found = front_matter(text)
    assert (None if found is None else text[slice(*found)]) == block


def test_front_matter_gives_entry_keys_at_their_places_in_the_document() -> None:
    text = '---\ntitle: é\nctxload:\n  keywords: [no, "\\.github"]\n  keyword: x\n  path: b.md\n---\n# Body\n'
    keys, found = parse_front_matter(Source("a.md", text))
    assert [text[word.start : word.end] for word in keys["keywords"]] == ["no", '"\\.github"']
    assert set(keys) == {"keywords"}
    assert [(finding.code, finding.line, finding.column, finding.end_column) for finding in found] == [
        ("CTX003", 4, 18, 28), ("CTX101", 5, 3, 10), ("CTX101", 6, 3, 7),
    ]  # fmt: skip
    assert [text[start:end] for finding in found for start, end, _ in finding.fix] == ['"\\.github"']


def test_damaged_front_matter_is_told_at_its_place_and_gives_nothing() -> None:
    keys, found = parse_front_matter(Source("a.md", "---\ntitle: [x\nctxload: {keywords: [a]}\n---\n# Body\n"))
    assert keys == {}
    assert [(finding.code, finding.line) for finding in found] == [("CTX001", 3)]


@pytest.mark.parametrize(
    ("name", "keys"), [("laughs", "{keywords: *a11}"), ("laughs of merges", "*m11"), ("a merge of itself", "*a")]
)
def test_front_matter_made_to_do_harm_is_bounded_too(name: str, keys: str) -> None:
    anchors = HARMFUL[name].partition("context_files:")[0]
    _, found = parse_front_matter(Source("a.md", f"---\n{anchors}ctxload: {keys}\n---\n"))
    assert {finding.code for finding in found} <= {"CTX007", "CTX103", "CTX101"}
    assert found


def test_places_are_offsets_in_the_named_source() -> None:
    text = "context_files:\n- path: é/🙂.md\n  keywords: ['it''s', x]\n"
    index = index_of(text)
    entry = index.entries[0]
    assert [text[word.start : word.end] for word in (*entry.paths, *entry.keywords)] == ["é/🙂.md", "'it''s'", "x"]
    assert {word.source for word in (*entry.paths, *entry.keywords)} == {NAME}
    assert isinstance(entry.id, Text)
