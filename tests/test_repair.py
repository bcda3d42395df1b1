"""Repairing a damaged index: only what can be meant in one way, and not a character more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import ctxload.index.repair as room
from ctxload.index.repair import Edit, apply, composes, repair
from strategies import share

PARSERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])]


@pytest.fixture(params=PARSERS, ids=lambda parser: str(parser.__name__))
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Either of the two YAML parsers, in use by the repair."""
    monkeypatch.setattr(room, "LOADER", request.param)
    return request.param


def fixed(text: str) -> str:
    return apply(text, repair(text))


def meaning(text: str) -> Any:
    """What a text says, as nested tuples of the words that were written."""
    documents = yaml.compose_all(text.removeprefix("\ufeff"), Loader=yaml.SafeLoader)
    return tuple(_plain(document) for document in documents)


def _plain(node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.tag, node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return [(_plain(key), _plain(value)) for key, value in node.value]


# ── cases ────────────────────────────────────────────────────────────────────────────────────────────────

ESCAPES = [
    (r'keywords: ["workflow|\.github/workflows", ci]', r"keywords: ['workflow|\.github/workflows', ci]"),
    (r'pattern: "\bfoo\s"  # a comment', r"pattern: '\bfoo\s'  # a comment"),
    ('pattern: "(a|b)\\.*it\'s"', r"pattern: '(a|b)\.*it''s'"),
    (r'pattern: "say \"hi\" \."', "pattern: 'say \"hi\" \\.'"),
    (r'description: "it\'s\n"', 'description: "it\'s\\n"'),
    (r'path: "C:\users\xenon"', r"path: 'C:\users\xenon'"),
    ('pattern: "a\\.b\r\n   c" # d', "pattern: 'a\\.b\r\n   c' # d"),
    (r'"\.net": [x]', r"'\.net': [x]"),
    (r'{pattern: "\w", context_ids: ["\."]}', r"{pattern: '\w', context_ids: ['\.']}"),
    (r'["sound \n \x41 \\", "\d"]', r"""["sound \n \x41 \\", '\d']"""),
    ('keywords: [a, # it\'s [\n  "\\.b"]', "keywords: [a, # it's [\n  '\\.b']"),
]

TABS = [
    ("a:\n\tb:\n\t\t- c\n\td: e", "a:\n  b:\n    - c\n  d: e"),
    ("context_files:\n- id: a\n\tpath: b", "context_files:\n- id: a\n  path: b"),
    ("context_files:\n  - id: a\n\tpath: b", "context_files:\n  - id: a\n    path: b"),
    ("context_files:\n-\tid: a\n\tpath: b", "context_files:\n- id: a\n  path: b"),
    ("context_files:\n-   id: a\n\tpath: b", "context_files:\n-   id: a\n    path: b"),
    ("- \ta\n-\tb", "-   a\n- b"),
    ("a:\n  - b\n\t# c\n  - d", "a:\n  - b\n  # c\n  - d"),
    ("a:\n\tb: c\n\t\n\td: e", "a:\n  b: c\n  \n  d: e"),
    ("a:\n\tb: c\n\t\tgoes on\n\td: e", "a:\n  b: c\n    goes on\n  d: e"),
    ("a:\n\tb: |\n\t\tx # y\n\n\t\tz: @\n\tc: d", "a:\n  b: |\n    x # y\n\n    z: @\n  c: d"),
    ("a:\n  b: |\n    x\n    \ty\nc:\n\td: e", "a:\n  b: |\n    x\n    \ty\nc:\n  d: e"),
    ("a:\n\tb: 'x\n\ty'", "a:\n  b: 'x\n\ty'"),
    ("a:\n    b: c\n\td: e", "a:\n    b: c\n    d: e"),
    ("a:\n\tb: [c,\n\t\td\n\t]", "a:\n  b: [c,\n    d\n  ]"),
]

COLONS = [
    ("description: Use this: it is good", "description: 'Use this: it is good'"),
    ("description:  Use this: it is good  # why: so", "description:  'Use this: it is good'  # why: so"),
    ("- description: it's: so\n  id: a", "- description: 'it''s: so'\n  id: a"),
    ("description: Use this:", "description: 'Use this:'"),
    ("description: Use this: it\n  goes on\nid: a", "description: 'Use this: it\n  goes on'\nid: a"),
    ("id: ci: docker", "id: 'ci: docker'"),
    ("keywords: api: rest", "keywords: 'api: rest'"),
    ("title: Use this: it is good", "title: 'Use this: it is good'"),
    ("purpose: What it is: a thing", "purpose: 'What it is: a thing'"),
    ("keywords:\n  - note: important: really\n  - b", "keywords:\n  - 'note: important: really'\n  - b"),
    ("tests:\n- task: fix: it\n  expect: a", "tests:\n- task: 'fix: it'\n  expect: a"),
    ("{id: a, description: b: c}", "{id: a, description: 'b: c'}"),
    ("[{description: b: c, id: a}]", "[{description: 'b: c', id: a}]"),
    ("a: {\n  description: b: c,\n  id: d}", "a: {\n  description: 'b: c',\n  id: d}"),
    ("a: {\n  id: d, description: b: c\n}", "a: {\n  id: d, description: 'b: c'\n}"),
]

SIGNS = [
    ("- @types/node\n- b", "- '@types/node'\n- b"),
    ("path: *.md", "path: '*.md'"),
    ("path: **/*.{js,ts}  # all", "path: '**/*.{js,ts}'  # all"),
    ("description: `npm run`: it's fine", "description: '`npm run`: it''s fine'"),
    ("- %PATH%\n- & more\n- &&\n- &nbsp; x", "- '%PATH%'\n- '& more'\n- '&&'\n- '&nbsp; x'"),
    ("- *\n- !a!b\n- !<x\n- !{}", "- '*'\n- '!a!b'\n- '!<x'\n- '!{}'"),
    ("- >=3.11\n- ||\n- |x", "- '>=3.11'\n- '||'\n- '|x'"),
    ("- ]\n- , x\n- }", "- ']'\n- ', x'\n- '}'"),
    ("keywords: [@types/node, foo]", "keywords: ['@types/node', foo]"),
    ("keywords: [ *.md ,%x, >=3, |, `a b`\n]", "keywords: [ '*.md' ,'%x', '>=3', '|', '`a b`'\n]"),
    ("always: {*: [a], '@x': @y}", "always: {'*': [a], '@x': '@y'}"),
    ("always:\n  *: [a]\n  @b: c", "always:\n  '*': [a]\n  '@b': c"),
    ("- @a: b", "- '@a': b"),
    ("keywords:\n- @a: b", "keywords:\n- '@a: b'"),
    ("keywords: *nix", "keywords: '*nix'"),
    ("a: &b c\nd: *b\ne: *.md\nf: *x y", "a: &b c\nd: *b\ne: '*.md'\nf: '*x y'"),
    ("- &a @b\n- *a", "- &a '@b'\n- *a"),
    ("--- # x\na: @b\n...", "--- # x\na: '@b'\n..."),
    ("a: @b\n---\nc: d", "a: '@b'\n---\nc: d"),
    ("\ufeff- @b", "\ufeff- '@b'"),
    ("keywords:\n- a: 'b: c'\n- d: [e: f]\n- @g", "keywords:\n- a: 'b: c'\n- d: [e: f]\n- '@g'"),
    ("keywords:\n- a\n---\n- @a: b", "keywords:\n- a\n---\n- '@a': b"),
    ("a: b\n  # c: d\ne: @f", "a: b\n  # c: d\ne: '@f'"),
    ("a\n---\n- @b", "a\n---\n- '@b'"),
    ("\ufeffa: @b\r\nc: d", "\ufeffa: '@b'\r\nc: d"),
    ("a: |\n  @b: c\n  *.d\ne: @f", "a: |\n  @b: c\n  *.d\ne: '@f'"),
    ("a: b\n  @c\nd: @e", "a: b\n  @c\nd: '@e'"),
    ("keywords:\n- a: &b\n- c: >-\n    d\n- @e", "keywords:\n- a: &b\n- c: >-\n    d\n- '@e'"),
    ("&a: b\n---\n- @c", "&a: b\n---\n- '@c'"),
]

UNCERTAIN = {
    "an escaped backslash beside an unknown escape": r'pattern: "\\.github\.x"',
    "an escaped line break beside an unknown escape": 'pattern: "a\\.b\\\n  c"',
    "a backslash that swallows the closing quote": 'path: "C:\\data\\"\ndescription: "x"',
    "a backslash that swallows the closing quote, unnoticed": 'path: "C:\\data\\"\nid: "',
    "an unclosed double quote": 'pattern: "\\.x\ndescription: y',
    "an unclosed single quote": "a: 'x\nb: @y",
    "an unclosed bracket": "keywords: [@a, b\nid: c",
    "a bracket closed by the wrong one": "keywords: [@a, b}",
    "half of a JSON pair": 'a: "\\ud83d \\."\nb: "\\ud83d" x',
    "a tab that makes a sibling or a child": "a:\n    b:\n\tc: d",
    "a tab that makes an item of either list": "a:\n  - id: b\n    keywords:\n\t- x",
    "block text with a deeper tab": "a:\n\tb: |\n\t\tx\n\t\t\ty",
    "block text with a width of its own": "a:\n\tb: |2\n\t\tx",
    "a mapping on the line of its key": "agent_defaults: backend: [a]",
    "a mapping on the line of its key, like prose": "agent_defaults: the backend: a",
    "a mapping on the line of a key the user chose": "sections:\n  Setup: how to: install",
    "two keys below a text": "description:\n  Use: it is: good",
    "two keys on one line, after prose": "description: a b, path: c",
    "two keys on one line in a flow mapping": "{description: path: b}",
    "a mapping on the line of a bundle": "story_context_hints:\n  full: description: a b",
    "two keys on one line": "id: a, path: b",
    "two keys after each other": "id: a path: b",
    "an unknown key with no prose": "other: b: c",
    "a text with a colon in a further line": "description: a: b\n  c: d",
    "a text with a list below": "keywords: a: b\n  - c",
    "a list item on the line of its key": "description: - a: b",
    "a colon in a flow text that may go on": "{description: a: b, c}",
    "a quoted text that goes on with a colon": "description: 'a': b",
    "an item with two colons where entries stand": "context_files:\n- other: b: c",
    "an explicit key": "? @a\n: b",
    "an alias in a file with anchors": "a: &defaults b\nc: *defualts",
    "a merge of nothing": "<<: *base",
    "an anchor given twice": "- &a b\n- &a @c",
    "block text on the line of its sign": "description: > text",
    "a lost bracket": "keywords: ]",
    "a sign before a bracket": "keywords: [*.[ch], b]",
    "a pair in a list": "keywords: [@a: b, c]",
    "a key with one backtick": "- `npm: run`",
    "a tag of a declared handle": "%TAG !e! tag:e,2000:\n---\na: !e!b c\nd: @x\ne: !f!g h",
    "a second mistake elsewhere": "a: @b\nc: 'd' e",
}


@pytest.mark.parametrize(
    ("code", "damaged", "sound"),
    [
        (code, damaged, sound)
        for code, table in (("CTX003", ESCAPES), ("CTX004", TABS), ("CTX005", COLONS), ("CTX006", SIGNS))
        for damaged, sound in table
    ],
)
@pytest.mark.usefixtures("parser")
def test_each_slip_is_mended_as_shown(code: str, damaged: str, sound: str) -> None:
    for end in ("", "\n", "\r\n"):
        edits = repair(damaged + end)
        assert apply(damaged + end, edits) == sound + end
        assert {edit.code for edit in edits} == {code}


@pytest.mark.parametrize("damaged", UNCERTAIN.values(), ids=UNCERTAIN.keys())
@pytest.mark.usefixtures("parser")
def test_what_can_be_meant_in_two_ways_is_left_alone(damaged: str) -> None:
    assert not composes(damaged)
    assert repair(damaged) == ()


@pytest.mark.parametrize(
    "sound",
    [
        "",
        "\ufeff",
        r'a: "\n\x41\\"',
        "a: 'b: c' # @d",
        "[a: b, {c: d}]",
        "a: &b c\nd: *b",
        "- !important x\n- !\n- !!str 1",
        "a: |\n  @x\n\n  *.md: y: z\nb: >-\n  `q`",
        "a: http://x:80/\nb: c#d\ne: f:g",
        "a: b\n---\nc: d\n",
        "description: x\n  @y *.z",
    ],
)
@pytest.mark.usefixtures("parser")
def test_valid_yaml_is_left_alone(sound: str) -> None:
    assert composes(sound)
    assert repair(sound) == ()


def test_a_finding_names_the_slip_and_the_cure() -> None:
    told = {edit.message: edit.hint for edit in repair('a: @b\nid: c: d\ne: "\\."\nf:\n\tg: `h`\n')}
    assert told == {
        "unquoted text begins with `@`": "put the text in quotes",
        "unquoted text holds a colon": "put the text in quotes",
        "unknown escape `\\.` in double quotes": "use single quotes, where a backslash is just a backslash",
        "tab instead of spaces": "use spaces",
        "unquoted text begins with a backtick": "put the text in quotes",
    }


def test_no_control_character_of_the_file_gets_into_a_message() -> None:
    [edit] = repair('a: "\\\u202e"')
    assert edit.message == "unknown escape in double quotes"


def test_an_edit_covers_the_whole_text_it_quotes() -> None:
    assert repair("a: @b # c")[0] == Edit(
        3, 5, "'@b'", "CTX006", "unquoted text begins with `@`", "put the text in quotes"
    )


def test_an_edit_inside_another_text_is_never_given(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: x @y\nb: @z\n"
    inside = Edit(5, 7, "'@y'", "CTX006", "", "")
    [right] = repair(text)
    assert composes(apply(text, [inside, right]))
    monkeypatch.setattr(room._Scan, "run", lambda scan: [inside, right])
    assert repair(text) == ()


def test_edits_may_be_applied_one_by_one_and_in_any_order() -> None:
    text = "- @a\n- @b\n"
    first, second = repair(text)
    assert apply(text, [second, first]) == "- '@a'\n- '@b'\n"
    assert apply(text, [second]) == "- @a\n- '@b'\n"


def test_tabs_between_the_parts_of_a_line_are_mended_for_the_parser_that_refuses_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "LOADER", yaml.SafeLoader)
    assert fixed("a:\tb\t# c\nd: [e,\n\tf]\t\n") == "a: b # c\nd: [e,\n  f] \n"


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────


class Twin(NamedTuple):
    """The same piece of an index twice: as it should be and as it is damaged."""

    sound: str
    damaged: str


def same(text: str) -> Twin:
    return Twin(text, text)


def joined(*parts: Twin | str) -> Twin:
    twins = [same(part) if isinstance(part, str) else part for part in parts]
    return Twin("".join(twin.sound for twin in twins), "".join(twin.damaged for twin in twins))


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


#: None of them may become a known one by what is joined to it: `\u12` and `aa` would.
UNKNOWN_ESCAPES = [r"\.", r"\d", r"\s", r"\w", r"\(", r"\|", r"\-", r"\xyz", r"\u12g", r"\$"]
IN_QUOTES = [
    *UNKNOWN_ESCAPES,
    r"\b",
    r"\n",
    r"\x41",
    r"\/",
    "a",
    "é",
    "😀",
    " ",
    "  ",
    ": ",
    " # ",
    "@",
    "|",
    "[",
    "}",
    "%",
]
PLAIN_WORDS = [
    "it",
    "is",
    "good",
    "a-b",
    "(x)",
    "c#",
    "[y]",
    "z]",
    "{w}",
    '"q"',
    "@v",
    "*",
    "&",
    "é",
    "http://u",
    "ß",
]
FLOW_WORDS = ["it", "is", "a-b", "(x)", "c#", "@v", "é", "😀"]
FIRST_WORDS = ["Use", "How", "C++", "1.0", "-x", "?x", ":x", "é", ".net"]
SIGNED = ["@types/node", "`run`", "%APPDATA%", "*.md", "**/*.py", "*", "|x", ">=3", "&&", "& co", "@"]
BLOCK_SIGNED = [*SIGNED, "!a!b", "*.{js,ts}", "*.[ch]", "@it's", "`it's`"]


def _texts(words: list[str], least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=least, max_size=5)


@st.composite
def escapes(draw: st.DrawFn, further_line: str = "") -> Twin:
    """Raw text with an escape YAML does not know: in single quotes, and in double ones."""
    pieces = [*IN_QUOTES, further_line] if further_line else IN_QUOTES
    before, unknown, after = (
        draw(_texts(pieces)),
        draw(st.sampled_from(UNKNOWN_ESCAPES)),
        draw(_texts(pieces)),
    )
    raw = "".join([*before, unknown, *after])
    return Twin("'" + raw + "'", '"' + raw + '"')


@st.composite
def colons(draw: st.DrawFn) -> Twin:
    """Prose with a colon: quoted, and not."""
    first, rest = draw(st.sampled_from(FIRST_WORDS)), draw(_texts(PLAIN_WORDS))
    separators = draw(st.lists(st.sampled_from([" ", ": ", "  "]), min_size=len(rest), max_size=len(rest)))
    text = first + "".join(separator + word for separator, word in zip(separators, rest, strict=True))
    text += "" if ": " in text else ":"
    return Twin(quoted(text), text)


@st.composite
def signs(draw: st.DrawFn, *, in_flow: bool = False) -> Twin:
    """Text that begins with a reserved sign: quoted, and not."""
    first = draw(st.sampled_from(SIGNED if in_flow else BLOCK_SIGNED))
    text = " ".join([first, *draw(_texts(FLOW_WORDS if in_flow else PLAIN_WORDS))])
    return Twin(quoted(text), text)


SOUND = [
    "plain",
    "two words",
    "it's",
    "'single: @x'",
    r'"double \n \\ \" @x"',
    "'it''s'",
    "c#",
    "null",
    "2024-01-01",
    "http://x",
    '"# no comment"',
]
KINDS: dict[str, tuple[st.SearchStrategy[Twin], st.SearchStrategy[Twin]]] = {  # in block style, in flow style
    "CTX003": (escapes("\n            "), escapes()),
    "CTX005": (colons(), st.sampled_from(SOUND).map(same)),
    "CTX006": (signs(), signs(in_flow=True)),
}


class Index:
    """Draws an index line by line, with slips of the given kinds in it."""

    def __init__(self, draw: st.DrawFn, codes: set[str]) -> None:
        self.draw = draw
        self.codes = codes
        sound = st.sampled_from(SOUND).map(same)
        self.block = st.one_of(sound, *(KINDS[code][0] for code in codes if code in KINDS))
        self.flow = st.one_of(sound, *(KINDS[code][1] for code in codes if code in KINDS))
        no_colon = (KINDS[code][0] for code in codes if code in ("CTX003", "CTX006"))
        self.item = st.one_of(sound, *no_colon)

    def text(self) -> Twin:
        whole = same(self.draw(st.sampled_from(["", "\ufeff"])))
        for parts in self.lines():
            comment = self.draw(st.sampled_from(["", "", '  # it\'s "@x: y" [', " #"]))
            between = self.draw(st.sampled_from(["", "", "", "\n", "# a: *.b: c\n", "  \n"]))
            whole = joined(whole, *parts, comment, "\n", between)
        if self.draw(st.booleans()):
            whole = Twin(*(half.rstrip("\n") for half in whole))
        newline = self.draw(st.sampled_from(["\n", "\r\n"]))
        return Twin(*(half.replace("\n", newline) for half in whole))

    def lines(self) -> Iterator[list[Twin | str]]:
        yield ["version: 1.0"]
        yield ["context_files:"]
        for number in range(self.draw(st.integers(1, 3))):
            yield from self.entry(number)
        yield ["context_rules:"]
        yield [self.indent(1), self.dash(), "pattern: ", self.draw(self.block)]
        yield [self.indent(2), "context_ids: ", self.flow_list()]
        yield ["story_context_hints:"]
        bundle: list[Twin | str] = [
            "{context_ids: ",
            self.flow_list(),
            ", description: ",
            self.draw(self.flow),
            "}",
        ]
        yield [self.indent(1), "full: ", *bundle]

    def entry(self, number: int) -> Iterator[list[Twin | str]]:
        yield [self.indent(1), self.dash(), f"id: e{number}"]
        yield [self.indent(2), "path: ", self.draw(self.item)]
        yield [self.indent(2), "description: ", self.draw(self.block)]
        if self.draw(st.booleans()):
            yield [self.indent(2), "keywords: ", self.flow_list()]
            return
        yield [self.indent(2), "keywords:"]
        for _ in range(self.draw(st.integers(1, 3))):
            yield [self.indent(3), self.dash(), self.draw(self.item)]

    def flow_list(self) -> Twin:
        separator = self.draw(st.sampled_from([", ", ",", " , "]))
        items = self.draw(st.lists(self.flow, max_size=3))
        return joined("[", *(joined(item, separator) for item in items), "end]")

    def indent(self, level: int) -> Twin:
        return Twin("  " * level, ("\t" if "CTX004" in self.codes else "  ") * level)

    def dash(self) -> Twin:
        tabbed = "CTX004" in self.codes and self.draw(st.booleans())
        return Twin("- ", "-\t" if tabbed else "- ")


CODES = ["CTX003", "CTX004", "CTX005", "CTX006"]


@st.composite
def twins(draw: st.DrawFn, codes: set[str] | None = None) -> Twin:
    """An index with slips of the given kinds, or of some."""
    return Index(draw, codes or draw(st.sets(st.sampled_from(CODES), min_size=1))).text()


@pytest.mark.parametrize("code", CODES)
@given(data=st.data())
def test_repairing_a_damaged_file_gives_the_undamaged_one(code: str, data: st.DataObject) -> None:
    twin = data.draw(twins({code}))
    assert fixed(twin.damaged) == twin.sound
    assert meaning(fixed(twin.damaged)) == meaning(twin.sound)


@given(twins())
def test_slips_of_several_kinds_are_mended_together(twin: Twin) -> None:
    edits = repair(twin.damaged)
    assert apply(twin.damaged, edits) == twin.sound
    assert bool(edits) == (twin.damaged != twin.sound)


@pytest.mark.skipif(len(PARSERS) == 1, reason="only one parser is installed")
@given(twins())
@settings(max_examples=share(50))
def test_both_parsers_lead_to_the_same_edits(twin: Twin) -> None:
    answers = []
    for loader in PARSERS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(room, "LOADER", loader)
            answers.append(repair(twin.damaged))
    assert answers[0] == answers[1]


@given(twins())
def test_what_is_sound_or_mended_is_left_alone(twin: Twin) -> None:
    assert repair(twin.sound) == ()
    assert repair(fixed(twin.damaged)) == ()


@given(twins(), st.sampled_from(["x: [a", "x: 'a", 'x: "a', "x: a]: [", "x: 'a' b"]))
def test_nothing_is_mended_beside_a_mistake_that_is_not_certain(twin: Twin, mistake: str) -> None:
    assume(not composes(twin.damaged))
    assert repair(twin.damaged.rstrip() + "\n" + mistake + "\n") == ()


def _holds_together(text: str) -> None:
    edits = repair(text)
    places = [place for edit in edits for place in (edit.start, edit.end)]
    assert places == sorted(places)
    assert all(0 <= edit.start < edit.end <= len(text) and edit.code in CODES for edit in edits)
    assert all(text[edit.start : edit.end] != edit.new for edit in edits)
    assert not edits or (not composes(text) and composes(apply(text, edits)))


@given(st.text())
def test_any_text_at_all_is_answered_with_edits_that_hold_together(text: str) -> None:
    _holds_together(text)


PIECES = [
    *"-:?[]{},#&*!|>'\"%@` \t\n\\.a",
    ": ",
    "- ",
    "\n  ",
    "\n\t",
    "\r\n",
    "\r",
    "\u2028",
    "\ufeff",
    "\x00",
    "\ud800",
]
PIECES += [
    "\\.",
    "a: b",
    "id: ",
    "keywords:",
    "---\n",
    "...\n",
    "|\n",
    "%TAG ",
    "&a ",
    "*a ",
    "<<: ",
    "description: ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=share(500))
@pytest.mark.parametrize("loader", PARSERS)
def test_any_text_made_of_signs_is_answered_with_edits_that_hold_together(loader: Any, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "LOADER", loader)
        _holds_together(text)


@given(st.lists(st.sampled_from([piece for piece in PIECES if "\t" not in piece]), max_size=12).map("".join))
def test_a_sound_document_is_not_touched_beside_a_damaged_one(text: str) -> None:
    damaged = text + "\n---\nz: @x\n"
    assume(composes(damaged.replace("@x", "x")))
    assert fixed(damaged) in (damaged, text + "\n---\nz: '@x'\n")


@given(twins(), st.data())
def test_any_cut_of_an_index_is_answered_with_edits_that_hold_together(twin: Twin, data: Any) -> None:
    start = data.draw(st.integers(0, len(twin.damaged)))
    end = data.draw(st.integers(start, len(twin.damaged)))
    _holds_together(twin.damaged[:start] + twin.damaged[end:])


# ── bounds ───────────────────────────────────────────────────────────────────────────────────────────────

SIZE = 100_000
HOSTILE = {
    "open brackets": "[" * SIZE,
    "open braces": "{a: " * SIZE,
    "nested items": "- " * SIZE,
    "nested keys": "? " * SIZE,
    "double quotes": '"\\.' * SIZE,
    "backslashes": '"' + "\\" * SIZE,
    "tabs": "\t" * SIZE,
    "tab lines": "\t\n" * SIZE,
    "tabbed block text": "a: |\n" + "\tx\n" * SIZE,
    "colons": "id: b: c\n" * SIZE,
    "blank lines": "id: b: c" + "\n" * SIZE,
    "signs": "- @a\n" * SIZE,
    "flow signs": "[" + "@a," * SIZE + "]",
    "undefined aliases": "- *a\n" * SIZE,
    "lone surrogates": "\ud800" * SIZE,
    "one long word": "- *" + "a" * SIZE,
}


Counts = Counter[str]


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """How often the parser was asked, and how often the text was scanned."""
    seen: Counts = Counter()

    def counted(name: str) -> Callable[..., Any]:
        original = getattr(room, name)

        def call(*args: Any, **named: Any) -> Any:
            seen[name] += 1
            return original(*args, **named)

        return call

    for name in ("_read", "_Scan"):
        monkeypatch.setattr(room, name, counted(name))
    return seen


@pytest.mark.heavy
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_read_a_bounded_number_of_times(text: str, counts: Counts) -> None:
    assert len(repair(text)) <= room.MOST_EDITS
    assert counts["_read"] <= 7
    assert counts["_Scan"] <= 6


def test_a_thousand_slips_cost_one_scan_and_two_readings(counts: Counts) -> None:
    assert len(repair('- "\\."\n' * 1000)) == 1000
    assert counts == {"_Scan": 1, "_read": 2}


def test_more_slips_than_the_limit_are_not_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_EDITS", 100)
    assert len(repair("- @a\n" * room.MOST_EDITS)) == room.MOST_EDITS
    assert repair("- @a\n" * (room.MOST_EDITS + 1)) == ()


def test_a_file_above_the_size_limit_is_not_looked_at() -> None:
    assert repair("- @a\n" + "#" * room.LARGEST) == ()


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "- - [", "? "])
@pytest.mark.usefixtures("parser")
def test_no_depth_of_nesting_is_composed(opening: str) -> None:
    assert not composes(opening * (room.DEEPEST + 1))
    assert repair(opening * 2_000 + "@x") == ()


def test_nesting_up_to_the_limit_composes() -> None:
    assert composes("[" * room.DEEPEST + "]" * room.DEEPEST)
    assert not composes("[" * (room.DEEPEST + 1) + "]" * (room.DEEPEST + 1))
