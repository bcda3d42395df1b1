"""Rules: what fires, where, within which bounds; and that no pattern can do harm."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ctxload.index.parser import parse
from ctxload.matching import regular, rule_patterns, rules
from ctxload.matching.compiler import compile_index
from ctxload.matching.rule_patterns import can_be_stopped, fires_inside_words, needed_words, problem, program_of
from ctxload.matching.rules import REACH, Fired, search
from ctxload.matching.tables import RuleRow
from ctxload.selection import fired_rules
from ctxload.selection.model import KEYWORD_LAYER, Request
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from strategies import share
from tiers import heavy


def row(pattern: str) -> RuleRow:
    return RuleRow(
        pattern=pattern,
        needed=needed_words(pattern),
        program=program_of(pattern),
        entries=(0,),
        testing=False,
        description="",
        source="i",
        line=1,
        column=1,
    )


def fired(pattern: str, task: str) -> list[str]:
    """What a pattern takes of a task."""
    return [task[found.start : found.end] for found in search([row(pattern)], task)]


@pytest.mark.parametrize(
    ("pattern", "task", "taken"),
    [
        (
            "(github.?actions|workflow).*(docker|container)",
            "Our GitHub Actions build containers.",
            "GitHub Actions build container",
        ),
        ("docker", "the DOCKERFILE", "DOCKER"),
        (r"\bci\b", "fix CI now", "CI"),
        ("a b", "a\nb", "a\nb"),
        ("a b", "a\rb", "a\rb"),
        ("a b", "a\r\nb", "a\r\nb"),
        ("a b c d", "a\r\nb\nc\rd", "a\r\nb\nc\rd"),
        ("a", "\r\na", "a"),
        (" a", "\r\n\r\na", "\r\na"),
        ("b ", "\r\nb\r\n", "b\r\n"),
        ("b", "ab\r\n", "b"),
        ("a b", "x\r\ny\r\na\r\nb\r\nc", "a\r\nb"),
        ("^fix.*now$", "fix it\r\nright\nnow", "fix it\r\nright\nnow"),
        ("straße", "STRAßE", "STRAßE"),
        ("数据", "优化数据库", "数据"),
        (r"\p{Lu}\w+", "abc", "abc"),
        ("[[:alpha:]]docker", "xdocker", "xdocker"),
        ("[[:digit:]]{2}foo", "12foo", "12foo"),
        ("(?:kubernetes){e<=1}", "the kubernets pod", None),
        ("(?:docker){1i+1d<=2}", "dockr", "dockr"),
        ("(?|foo|bar)x", "barx", "barx"),
        ("foo{,3}bar", "fobar", "fobar"),
        ("x{y}", "x{y}", "x{y}"),
        ("(?x) doc ker  # comment", "docker", "docker"),
        ("(?i:FOO)bar", "foobar", "foobar"),
        ("", "anything", ""),
    ],
)
def test_a_pattern_takes_this_of_a_task(pattern: str, task: str, taken: str | None) -> None:
    if taken is None:
        assert fired(pattern, task)
    else:
        assert fired(pattern, task) == [taken]


@pytest.mark.parametrize(
    ("pattern", "task"),
    [
        ("docker", "dock er"),
        ("^api", "the api"),
        ("a  b", "a b"),
        ("(?-i:API)", "api"),
        ("[[:digit:]]x", "ax"),
        ("[xy]z", "x\r\nz"),
    ],
)
def test_a_pattern_does_not_fire(pattern: str, task: str) -> None:
    assert fired(pattern, task) == []


def test_only_the_beginning_of_a_task_is_searched_with_a_line_break_counting_once() -> None:
    assert fired("end", "x" * (REACH - 3) + "end") == ["end"]
    assert fired("end", "x" * (REACH - 2) + "end") == []
    assert fired("end", "\r\n" * (REACH - 3) + "end") == ["end"]
    assert fired("end", "\r\n" * (REACH - 2) + "end") == []


pieces = st.sampled_from(
    [
        "foo",
        "bar",
        "ab",
        "a",
        "x",
        " ",
        ".*",
        ".?",
        "(foo|bar)",
        "(?:ab)+",
        "(foo)?",
        "[ab]",
        "\\b",
        "{2}",
        "{0,2}",
        "|",
        "^",
        "$",
        "(?=foo)",
        "(?!bar)",
        "(?<!a)",
        "\\w+",
        "K",
        "é",
        "{e}",
        "[:",
    ]
)


@given(
    st.lists(pieces, min_size=1, max_size=5).map("".join),
    st.lists(st.sampled_from(["foo", "BAR", "ab", "A", "x", " ", "k", "é", "\n"]), max_size=8).map("".join),
)
def test_the_quick_ways_to_an_answer_change_no_answer(pattern: str, task: str) -> None:
    """Words that must occur, and an engine of our own in place of `regex`, are there for speed alone."""
    if problem(pattern) is not None:
        return
    found = regex.search(pattern, task.replace("\n", " "), regex.IGNORECASE | regex.VERSION0)
    assert [hit[1:3] for hit in search([row(pattern)], task)] == ([found.span()] if found else [])


regular_pieces = st.sampled_from(
    [
        "foo", "a", "b", "ab", ".*", ".?", "(foo|bar)", "(?:ab)+", "[ab]", "\\b", "{2}", "{0,2}", "|", "^", "$", "(?=f)", "(?!b)",  # noqa: E501
        "(?<!a)", "(?<=b)", "\\w+", "\\W", "é", "s", "*", "+", "?", "*?", "+?", "??", "(", "(?:", ")", "[^a]", "[a-z]", "(?-i:A)", "\\d",  # noqa: E501
        "(a|ab)", "{1,3}?", "(?:a*)*", "[^\\w]", "[\\s\\d]", "ß", "[À-ž]", "[\u0100-\u9fff]", "i", "k",
    ]
)  # fmt: skip
letters = st.sampled_from([*"aAbB x1_k", "foo", "bar", "é", "É", "ſ", "K", "İ", "ı", "ẞ", "ß", "数"])


@settings(max_examples=share(500))
@given(st.lists(regular_pieces, min_size=1, max_size=7).map("".join), st.lists(letters, max_size=9).map("".join))
def test_the_engine_finds_what_backtracking_finds(pattern: str, text: str) -> None:
    """The same match, by place and length: the leftmost, and of those the one that `re` prefers."""
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error:
        return
    program = program_of(pattern)
    if program is None or (not text and "\\B" in pattern):
        return
    found = compiled.search(text)
    assert regular.Searcher(program).search(text, 10**9)[0] == (found.span() if found else None)


@pytest.mark.parametrize(
    "pattern", ["[a-c]", "[^b-d]", "[0-5x]", "(?-i:[a-c])", "[A-Z]", "[k-s\\d]", "[a-\u017f]", "[ß-ë]"]
)
def test_a_set_takes_the_characters_that_backtracking_takes_and_no_others(pattern: str) -> None:
    program = program_of(pattern)
    assert program is not None
    chars = [*map(chr, range(0x250)), "\u212a", "\u1e9e"]
    expected = [char for char in chars if re.search(pattern, char, re.IGNORECASE)]
    assert [char for char in chars if regular.Searcher(program).search(char, 10**6)[0]] == expected


@given(st.lists(regular_pieces, min_size=1, max_size=9).map("".join), st.lists(letters, max_size=60).map("".join))
def test_the_steps_of_a_search_are_bounded_by_pattern_times_text(pattern: str, text: str) -> None:
    program = program_of(pattern)
    if program is None:
        return
    counted = 0
    searcher = regular.Searcher(program)
    real = searcher._follow

    def follow(*arguments: Any) -> bool:
        nonlocal counted
        before = len(arguments[4])
        ended = real(*arguments)
        counted += len(arguments[4]) - before
        return ended

    searcher._follow = follow  # type: ignore[method-assign]
    size, enough = len(program[0]) // 3, 10**9
    taken = enough - searcher.search(text, enough)[1]
    assert counted <= taken <= (2 * size + 1) * (len(text) + 1)
    assert enough - searcher.search(text, enough)[1] == taken  # what is remembered changes no count


@pytest.mark.parametrize("task", ["a" * 4000, "x" * 4000, "ab " * 1300, "fix the tests of the api " * 160])
@pytest.mark.parametrize(
    "pattern",
    [
        ".{0,20}.{0,20}.*[xy]", "(a+)+$", "(a|a)*$", "(.*a){12}x", "(a*)*b", "^(\\w+\\s?)*$!", ".*" * 40 + "x", "(x+x+)+y",  # noqa: E501
        "(a|b)*a(a|b){200}", *map(heavy, ["(?:a?){300}a{300}", "(?:a{0,30}){0,30}b"]),
    ],
)  # fmt: skip
def test_patterns_that_once_hung_a_prompt_take_few_steps_or_are_stopped_by_their_number(
    pattern: str, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = program_of(pattern)
    assert program is not None
    monkeypatch.setitem(sys.modules, "regex", None)
    first = search([row(pattern)], task)
    monkeypatch.setattr(rules, "_searchers", {})
    assert search([row(pattern)], task) == first
    assert not any(hit.unsearched for hit in first)
    assert can_be_stopped(row(pattern)) or not any(hit.stopped for hit in first)


@pytest.mark.parametrize("pattern", ["(?:kubernetes )?api", "(?:kubernetes ){0,2}api", "(?:api|cli) kubernetes|api"])
def test_what_need_not_stand_in_a_task_is_not_asked_for(pattern: str) -> None:
    assert search([row(pattern)], "the api") == [Fired(0, 4, 7)]


def test_a_search_that_takes_too_many_steps_is_stopped_and_so_are_those_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = row("(?:a{0,30}){0,30}b")
    assert can_be_stopped(slow) and search([slow], "a" * 4000) == [Fired(0, 0, 0, stopped=True)]
    monkeypatch.setattr(rules, "STEPS_EACH", 50_000)
    monkeypatch.setattr(rules, "STEPS_ALL", 50_000)
    assert [hit.stopped for hit in search([slow, row("a"), row("b")], "a" * 4000)] == [True, True, True]
    assert [hit.stopped for hit in search([row("a"), slow], "a" * 4000)] == [False, True]


@pytest.mark.parametrize(
    ("pattern", "regular"),
    [
        ("(github.?actions|workflow).*(docker|container)", True),
        (r"(?<![\w-])api(?!\w)", True),
        ("(?-i:API)", True),
        ("a{1000}", True),
        ("(?:a{100}){100}", False),
        (r"(a)\1", False),
        ("(?=ab)c", False),
        ("(?>a+)b", False),
        ("a++b", False),
        ("(?a)x", False),
        (r"\p{Lu}", False),
    ],
)
def test_what_is_regular_has_a_program(pattern: str, regular: bool) -> None:
    assert (program_of(pattern) is not None) is regular


@settings(max_examples=share(200))
@given(st.text("abB \r\n\u212a", max_size=12), st.sampled_from(["a b", "(a b|bb)a?", "ab+ ?a", "b", "k"]))
def test_no_rule_that_fires_on_a_task_is_passed_over_by_a_quick_look(task: str, pattern: str) -> None:
    assume(task.strip())
    text = f"{{context_files: [{{path: a.md}}], context_rules: [{{pattern: '{pattern}', context_ids: [a]}}]}}"
    index = parse(Source("i.yml", text)).index
    resolution = resolve(compile_index(index), MemoryTree({"a.md": ""}), Request(task))
    assert (resolution.layer == KEYWORD_LAYER) is bool(search([row(pattern)], task))


def test_a_task_without_the_words_of_any_rule_is_not_searched_by_them(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = "context_rules: [{pattern: 'docker.*run', context_ids: [a]}]"
    tables = compile_index(parse(Source("i.yml", f"{{context_files: [{{path: a.md}}], {rules}}}")).index)
    searched: list[str] = []
    monkeypatch.setattr(fired_rules, "search", lambda rules, task: searched.append(task) or ())
    for task in ("fix the login", "Docker\r\nrun", "größer", "run the api"):
        resolve(tables, MemoryTree({"a.md": ""}), Request(task))
    assert searched == ["Docker\r\nrun", "größer"]  # beyond ASCII no quick look is taken


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(github.?actions|workflow).*(docker|container)", ("actions", "workflow")),
        ("docker", ("docker",)),
        ("(docker)?x+", ()),
        ("docker|.", ()),
        (".|docker", ()),
        ("(ab|cd)+ef", ("ab", "cd")),
        ("(ab|cde)+f.*gh", ("ab", "cde")),
        ("ab.*docker", ("docker",)),
        ("docker.*ab", ("docker",)),
        ("foo.*bar", ("foo",)),
        (".docker", ("docker",)),
        ("DOCKER.", ("docker",)),
        ("(?:docker){2}", ("docker",)),
        ("(?:docker){0,2}x+", ()),
        ("(?:docker)+?", ("docker",)),
        ("(?:docker)++", ("docker",)),
        ("(?:docker)*.", ()),
        ("(?>docker).", ("docker",)),
        ("(?=docker).", ()),
        ("a", ()),
        ("ab", ("ab",)),
        ("é", ()),
        ("größe", ()),
        (".", ()),
        ("[(?|]docker", ("docker",)),
        ("[[:alpha:]]docker", ()),
        ("docker{e<=1}", ()),
        ("(", ()),
    ],
)
def test_some_words_must_occur_for_a_pattern_to_fire(pattern: str, words: tuple[str, ...]) -> None:
    assert needed_words(pattern) == words


@pytest.mark.parametrize(
    "pattern",
    ["docker", "(a|b)?c{1,3}", "a.*b", r"\bx\b", "", "x" * 2000, "(?:ab){1000}", "[(]{3}", r"\({3}", "a{0000001000}"],
)
def test_a_sound_pattern_has_no_problem(pattern: str) -> None:
    assert problem(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(", "[a", "a**", "(?P<a>x", r"\p{Nonsense}", "a{2000}", "x" * 2001, "(" * 900 + ")" * 900, "*a", ")",
        "(((((a{999}){999}){999}){999}){999})", "(?:a{1000}){1000}", "(?:x{0,1000}){0,1000}y", "([)]a{999}){999}", r"(\[a{999}){999}", "a{" + "9" * 1990 + "}",  # noqa: E501
        "a{1001}", "a{3,1001}", "a{0000000001001}",
    ],
)  # fmt: skip
def test_a_pattern_that_is_broken_or_would_come_to_too_much_has_one(pattern: str) -> None:
    """`regex` writes counted repeats out when it compiles: 36 characters could take all memory."""
    assert problem(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:(a+)+)\1$",
        r"(a+)+$",
        r"(a|a)*$",
        r"(.*a){12}x",
        r"(a*)*b",
        r"^(\w+\s?)*$!",
        ".*" * 40 + "x",
        r"(x+x+)+y",
        r"(?=(a+))a*b\1",
    ],
)
@pytest.mark.parametrize("task", ["a" * 4000 + "!", "x" * 4000, "ab " * 1300])
def test_a_catastrophic_pattern_is_answered_or_stopped(pattern: str, task: str) -> None:
    assert len(search([row(pattern)], task)) <= 1


@pytest.mark.heavy
def test_many_slow_patterns_together_are_stopped_too_and_each_is_told() -> None:
    """`(x+x+)+` with a back-reference, which only `regex` searches, by time."""
    found = search([row(f"(x+x+)+\\1[yz{number}]") for number in range(50)], "x" * 3000)
    assert [hit.stopped for hit in found] == [True] * 50


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("a", 1), ("ab", 2), ("(ab)", 3), ("(ab){10}", 30), ("a{10}b", 11), ("ab{10}", 11), ("a(b(cd){3}){2}e", 24),
        ("a{2,7}", 7), ("(a)(b){3}", 8), ("((a{99}){2}){2}", 402), (r"\(a", 2), (r"\({3}", 3), (r"a\)b", 3),
        ("[ab]c", 2), ("[(]{3}", 3), ("[]a]{5}", 5), ("[^]a]{5}", 5), (r"[\]a]{5}", 5), (r"[^\]a]{5}", 5),
        (r"[a\]]{5}", 5), ("[{5}]", 1), ("x{y}", 4), ("a{5", 3), ("a{5}{", 6), ("[ab{9}]c{2}", 3),
    ],
)  # fmt: skip
def test_a_pattern_may_come_to_as_many_parts_as_it_may_and_no_more(
    pattern: str, parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each character, set and pair of brackets is a part, as often as it is repeated."""
    monkeypatch.setattr(rule_patterns, "_PARTS", parts)
    assert problem(pattern) is None
    monkeypatch.setattr(rule_patterns, "_PARTS", parts - 1)
    assert problem(pattern) == f"its repeats, one inside the other, come to more than {parts - 1} parts"


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("x" * 2001, "longer than 2,000 characters"),
        ("a{1001}", "repeats something more than 1,000 times"),
        ("(", "missing ) at character 2"),
        ("*a", "nothing to repeat at character 1"),
        ("a(?P<1>b)", "bad character in group name at character 7"),
        ("(" * 900 + ")" * 900, "too complex"),
    ],
)
def test_a_problem_of_a_pattern_is_told_with_the_character_where_it_is(pattern: str, told: str) -> None:
    assert problem(pattern) == told


def test_a_count_that_repeats_nothing_comes_to_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_patterns, "_PARTS", 1)
    assert problem("{5}") == "nothing to repeat at character 1"


@pytest.mark.parametrize("error", [KeyError("odd"), regex.error("odd")])
def test_a_problem_without_a_place_is_told_as_it_is(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(pattern: str) -> None:
        raise error

    monkeypatch.setattr(rule_patterns, "compiled", fail)
    told = problem(r"(a)\1")
    assert told is not None and "odd" in told and "character" not in told


def test_a_pattern_can_be_stopped_whose_instructions_times_characters_may_be_more_than_the_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    most = (2 * 4 + 1) * (REACH + 1)  # three characters and the end: each twice, and one for the character itself
    for steps, may in ((most, False), (most - 1, True)):
        monkeypatch.setattr(rule_patterns, "STEPS_EACH", steps)
        assert can_be_stopped(row("abc")) is may
    assert can_be_stopped(row(r"(a)\1"))


def test_each_rule_is_known_by_its_number() -> None:
    assert search([row("a"), row("zz"), row("b")], "b a") == [Fired(0, 2, 3), Fired(2, 0, 1)]


@pytest.mark.parametrize(
    ("pattern", "text", "inside"),
    [
        ("ci", "precise", True),
        (r"\bci\b", "ci", False),
        ("ci", "a ci", False),
        ("x", "a", False),
        ("doc", "docker", True),
        ("", "a", False),
        ("a ", "a bc", False),
        (" bc", "xa bc", False),
        ("cise", "precise", True),
        ("bc", "abc", True),
        ("ab", "abc", True),
        ("bc", " abc", True),
        ("ab", "abc ", True),
        ("bc", "a bc d", False),
        ("b", " bc ", True),
        (" b", "a b c", False),
        ("b ", "a b c", False),
        ("-b", "a-b", False),
        ("a-", "a-b", False),
        ("(?<=b)", "abc", False),
        (r"(?<=b)(c?)\1", "abd", False),
    ],
)
def test_a_pattern_that_begins_or_ends_inside_a_word_is_seen(pattern: str, text: str, inside: bool) -> None:
    assert problem(pattern) is None
    assert fires_inside_words(pattern, text) is inside


# ── without the library ──────────────────────────────────────────────────────────────────────────────────


def test_without_regex_a_pattern_that_needs_it_is_not_searched_and_a_finding_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ctxload.cli.resolve import TaskOptions, answer
    from ctxload.project.snapshot import path_for
    from ctxload.workspace.locations import discover

    monkeypatch.setattr(rules, "_patterns", {})
    monkeypatch.setitem(sys.modules, "regex", None)
    (tmp_path / "api.md").write_text("# API\n", encoding="utf-8")
    (tmp_path / "context-index.yml").write_text(
        "fallback: all\ncontext_files: [{path: api.md, id: api}]\n"
        "context_rules:\n"
        "  - {pattern: '(slow).*\\1.*prod', context_ids: [api]}\n"
        "  - {pattern: '(quick.*)+.*one', context_ids: [api]}\n",
        encoding="utf-8",
    )
    _, found = answer(TaskOptions(("a slow slow way to prod",), root=str(tmp_path)))
    assert [finding.code for finding in found.diagnostics] == ["CTX213"]
    assert found.layer == "fallback"
    assert answer(TaskOptions(("a quick new one",), root=str(tmp_path)))[1].layer == "keyword"
    assert not Path(path_for(discover(root=str(tmp_path)))).exists()  # what was not checked is not kept for others


def test_compiled_patterns_are_kept_and_not_without_bound() -> None:
    rules._patterns.clear()
    for number in range(3):
        rules.compiled(f"word{number}")
    kept = dict(rules._patterns)
    assert len(kept) == 3
    assert rules.compiled("word0") is kept["word0"]
    for number in range(600):
        rules.compiled(f"other{number}")
    assert 0 < len(rules._patterns) <= 501


def test_so_many_programs_and_patterns_are_kept_and_then_all_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "KEPT", 3)
    monkeypatch.setattr(rules, "_patterns", {})
    monkeypatch.setattr(rules, "_searchers", {})
    for kept, suffix in ((rules._searchers, "b"), (rules._patterns, "\\1")):
        patterns = [f"({sign}){suffix}" for sign in "abcd"]
        search([row(pattern) for pattern in patterns[:3] * 2], "x")
        assert list(kept) == patterns[:3]
        search([row(patterns[3])], "x")
        assert list(kept) == patterns[3:]


class Fake:
    """In place of a pattern of `regex`: what a search takes of the clock, and how it ends."""

    def __init__(self, seconds: float = 0.0, error: type[BaseException] | None = None) -> None:
        self.now, self.seconds, self.error = 100.0, seconds, error
        self.timeouts: list[float] = []

    def search(self, text: str, timeout: float) -> None:
        self.timeouts.append(timeout)
        self.now += self.seconds
        if self.error:
            raise self.error


@pytest.mark.parametrize(
    ("fake", "timeouts", "stopped"),
    [
        (Fake(0.0), [0.25] * 6, [False] * 6),
        (Fake(0.125, TimeoutError), [0.25] * 6, [True] * 6),
        (Fake(0.1875, TimeoutError), [0.25] * 5 + [0.0625], [True] * 6),
        (Fake(0.25), [0.25] * 4, [False] * 4 + [True] * 2),
        (Fake(0.5), [0.25] * 2, [False] * 2 + [True] * 4),
        (Fake(0.0, MemoryError), [0.25], [True] * 6),
        (Fake(0.0, RecursionError), [0.25], [True] * 6),
    ],
)
def test_a_search_by_regex_gets_a_quarter_of_a_second_and_all_together_one(
    fake: Fake, timeouts: list[float], stopped: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an error of memory no other is tried: the next may take the whole process with it."""
    monkeypatch.setattr("time.monotonic", lambda: fake.now)
    monkeypatch.setattr(rules, "compiled", lambda pattern: fake)
    hits = {hit.number: hit for hit in search([row("(a)\\1")] * 6, "aa")}
    assert [number in hits for number in range(6)] == stopped
    assert all(hit == Fired(number, stopped=True) for number, hit in hits.items())
    assert fake.timeouts == timeouts


def test_the_searches_of_a_task_share_their_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    one, text = row("ab"), "ab" * 30
    taken = rules.STEPS_EACH - regular.Searcher(program_of("ab")).search(text, rules.STEPS_EACH)[1]  # type: ignore[arg-type]
    for steps, stopped in ((3 * taken, [False] * 3), (3 * taken - 1, [False, False, True])):
        monkeypatch.setattr(rules, "STEPS_ALL", steps)
        assert [hit.stopped for hit in search([one] * 3, text)] == stopped


@pytest.mark.parametrize(
    ("pattern", "there", "checked"),
    [("ab", True, True), ("ab", False, True), (r"(a)\1", True, True), (r"(a)\1", False, False)],
)
def test_a_pattern_is_checked_where_the_library_is_that_searches_it(
    pattern: str, there: bool, checked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not there:
        monkeypatch.setitem(sys.modules, "regex", None)
    for patterns in ([pattern], [pattern, "ab"], ["ab", pattern]):
        assert rules.are_checked([row(one) for one in patterns]) is checked


@pytest.mark.parametrize(
    ("task", "searched"),
    [("fix the login", 0), ("größer", 0), ("Docker", 1), ("größer docker", 1), ("fix the login ſ", 1), ("İ", 1)],
)
def test_only_rules_whose_words_stand_in_a_task_are_searched(
    task: str, searched: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a letter that differs from one of ASCII only by case each is."""
    asked: list[int] = []
    monkeypatch.setattr(rules.Bounds, "search", lambda self, pattern, program, number, text: asked.append(number))
    search([row("docker.*run")], task)
    assert len(asked) == searched
