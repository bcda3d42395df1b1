"""JSON where it stands: what is read is what `json` reads, and an edit changes nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.text.json_edit import NotJson, add, insertion, read, remove, value_of

KEYS = st.text('abé"\\/ \n', max_size=4)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | KEYS
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
LAYOUTS = st.sampled_from([None, 1, 2, 4, "\t"])


def layout(value: Any, indent: Any) -> str:
    return json.dumps(value, indent=indent)


@given(VALUES, LAYOUTS)
def test_what_is_read_is_what_json_reads(value: Any, indent: Any) -> None:
    text = layout(value, indent)
    assert value_of(text, read(text)) == json.loads(text)


@given(st.text('{}[]",:/* \n\\ab01.-+eE', max_size=30))
def test_a_text_is_refused_exactly_when_json_refuses_it(text: str) -> None:
    try:
        expected: Any = json.loads(text)
    except (ValueError, RecursionError):
        with pytest.raises(NotJson):
            read(text)
    else:
        assert value_of(text, read(text)) == expected


@given(st.text('{}[]",:/* \n\\ab01.-+eE', max_size=40))
def test_nothing_makes_the_reader_fail_in_another_way(text: str) -> None:
    try:
        read(text, comments=True)
    except NotJson as error:
        assert str(error).startswith("line ")


@given(st.dictionaries(KEYS, VALUES, max_size=4), LAYOUTS, VALUES, st.booleans())
def test_what_is_added_is_there_and_everything_else_is_as_it_was(
    value: dict[str, Any], indent: Any, new: Any, windows: bool
) -> None:
    text = layout(value, indent)
    text = text.replace("\n", "\r\n") if windows else text
    after = add(text, (), "new key", new)
    assert json.loads(after) == {**value, "new key": new}
    at, inserted = insertion(text, (), "new key", new)
    assert after[:at] + after[at + len(inserted) :] == text  # an insertion, and nothing else
    assert "\r\n" not in text or "\n" not in after.replace("\r\n", "")


@given(st.lists(VALUES, max_size=4), LAYOUTS, VALUES)
def test_an_item_is_added_at_the_end_of_a_list(value: list[Any], indent: Any, new: Any) -> None:
    assert json.loads(add(layout({"a": value}, indent), ("a",), None, new)) == {"a": [*value, new]}


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), LAYOUTS, VALUES)
def test_removing_what_was_added_to_something_gives_the_text_as_it_was(
    value: dict[str, Any], indent: Any, new: Any
) -> None:
    text = layout(value, indent)
    assert remove(add(text, (), "new key", new), ("new key",)) == text


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), LAYOUTS, st.data())
def test_removing_a_key_removes_that_key(value: dict[str, Any], indent: Any, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(value)))
    rest = {name: item for name, item in value.items() if name != key}
    assert json.loads(remove(layout(value, indent), (key,))) == rest


COMMENTED = """\
// mine
{
    "model": "x", // the good one
    /* more */
    "hooks": {
        "Stop": [ ], // none yet
    },
}
"""


def test_comments_and_trailing_commas_stay() -> None:
    after = add(COMMENTED, ("hooks", "Stop"), None, 1, comments=True)
    after = add(after, ("hooks",), "Other", [], comments=True)
    after = add(after, (), "last", True, comments=True)
    for comment in ("// mine", "// the good one", "/* more */", "// none yet"):
        assert after.count(comment) == 1
    assert value_of(after, read(after, comments=True)) == {
        "model": "x", "hooks": {"Stop": [1], "Other": []}, "last": True,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["{} // c", '{"a": 1,}', "/* c */ {}", "[1,]"])
def test_comments_and_trailing_commas_are_refused_where_the_client_refuses_them(text: str) -> None:
    with pytest.raises(NotJson):
        read(text)
    read(text, comments=True)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "line 1, column 1"),
        ('{\n  "a" 1\n}', "line 2, column 7"),
        ('{\n  "a": 1\n', "line 3, column 1"),
        ('{"a": tru}', "line 1, column 7"),
        ("{} {}", "line 1, column 4"),
    ],
)
def test_a_mistake_has_its_place(text: str, where: str) -> None:
    with pytest.raises(NotJson, match=where):
        read(text)


def test_deep_nesting_is_refused_and_no_crash() -> None:
    with pytest.raises(NotJson, match="too deep"):
        read("[" * 5000 + "]" * 5000)
