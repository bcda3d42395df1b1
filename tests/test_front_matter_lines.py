"""Front matter that isn't YAML, read line by line: which lines are keys, and what is said of those that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.formats.sources import Live, read_source
from ctxload.text.front_matter import read_front
from ctxload.workspace.memory_tree import MemoryTree

PLACES = {
    "cursor": ".cursor/rules/a.mdc",
    "copilot": ".github/instructions/a.instructions.md",
    "claude-code": ".claude/rules/a.md",
}
CASE = ": upper and lower case differ"


def live(source: str, front: str) -> Live:
    return read_source(MemoryTree({PLACES[source]: f"---\n{front}\n---\n# A\n"}), source)


def told(found: Live, code: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.message, one.hint) for one in found.findings if one.code == code]


@pytest.mark.parametrize(
    ("source", "front", "key", "line", "cure"),
    [
        ("cursor", "description: Widget forms\nglob: *.tsx", "glob", 3, "did you mean `globs`?"),
        ("cursor", "description: Widget forms\nglob: *.tsx\nalwaysApply: false", "glob", 3, "did you mean `globs`?"),
        ("cursor", "description: Widget forms\nGlobs: *.cap", "Globs", 3, f"write `globs`{CASE}"),
        ("cursor", "description: Forms\nof widgets\nGlobs: *.cap", "Globs", 4, f"write `globs`{CASE}"),
        ("cursor", "description: W\nalwaysapply: true\nglobs: *.x", "alwaysapply", 3, f"write `alwaysApply`{CASE}"),
        ("copilot", "description: Widget\nApplyTo: **/*.py", "ApplyTo", 3, f"write `applyTo`{CASE}"),
        ("claude-code", "description: Widget\npath: **/*.py", "path", 3, "did you mean `paths`?"),
        ("cursor", "description: Widget\nzebra: *.py", "zebra", 3, "it may stay: nothing depends on it"),
    ],
)  # fmt: skip
def test_a_wrong_key_behind_an_unquoted_description_is_told_and_is_no_part_of_it(
    source: str, front: str, key: str, line: int, cure: str
) -> None:
    found = live(source, front)
    ((where, message, hint),) = told(found, "CTX120")
    assert (where, hint) == (line, cure) and f"`{key}` is unknown to" in message
    (entry,) = found.index.entries
    assert key not in f"{entry.description}" and not any(key in word.value for word in entry.keywords)


@pytest.mark.parametrize(
    ("front", "line", "key"),
    [
        ("description: Widget\napplyTo: **/*.py", 3, "the value of `applyTo`"),
        ("description: Widget\nApplyTo: **/*.py", 3, "the value of `ApplyTo`"),
        ("description: Widget\napplyTo:\n  - src/a.py\n  - **/*.py", 5, "the items of `applyTo`"),
    ],
)
def test_the_line_at_fault_is_that_of_the_unquoted_sign(front: str, line: int, key: str) -> None:
    ((where, _, cure),) = told(live("copilot", front), "CTX010")
    assert (where, cure) == (line, f"put {key} into quotes: `*` is a sign of YAML at its beginning")


def test_a_conversation_in_a_description_stays_in_it() -> None:
    talk = "Use this: now.\n\n<example>\nContext: a change\nuser: 'x'\nassistant: \"y\"\nnote: z\n</example>"
    front = read_front(f"---\ndescription: {talk}\nmodel: opus\n---\n# A\n")
    assert front.text_of("description") == talk and set(front.values) == {"description", "model"}


@given(st.from_regex(r"[a-z][a-z_]{2,10}", fullmatch=True), st.sampled_from(["description", "globs", "title"]))
@pytest.mark.law
def test_a_word_and_a_colon_directly_behind_a_line_with_a_value_is_a_key(word: str, before: str) -> None:
    spoken = ("context", "user", "assistant", "commentary", "example", "examples", "note", "human", "agent", "function")
    front = read_front(f"---\n{before}: one\n{word}: *.x\n---\n# A\n")
    assert word in front.values or word in spoken
    assert front.is_yaml is False


def test_front_matter_that_is_closed_and_long_is_said_to_be_long() -> None:
    text = "---\nalwaysApply: true\ndescription: A\n" + "# " + "x" * 1_200_000 + "\n---\n# A\n"
    (odd,) = told(read_source(MemoryTree({PLACES["cursor"]: text}), "cursor"), "CTX010")
    assert "too long" in odd[1] and "not closed" not in odd[1]
