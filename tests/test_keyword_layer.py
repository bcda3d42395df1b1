"""What calls for entries beside whole keywords, and the quick looks before what is rarely needed is asked."""

from __future__ import annotations

from typing import Any

import pytest

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection import fired_rules, meant, mentions
from ctxload.selection.choice import Choice
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import choice_for, settle
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

FILES = {
    "a.md": "# Airships\n\nThe hangar of an airship, with its moorings.\n",
    "b.md": "# Ledger\n\nInvoices and their numbering.\n",
    "c.md": "# Sheds\n\nPainted sheds.\n",
}
INDEX = """
context_files:
  - {path: a.md, keywords: [zeppelin, landings field]}
  - {path: b.md, keywords: [invoice]}
fallback: none
"""


def choose(task: str, index: str = INDEX, evidence: Any = None, **more: Any) -> tuple[Resolution, Choice]:
    tables = compile_index(parse(Source("context-index.yml", index)).index)
    choice = choice_for(tables, MemoryTree(FILES), Request(task, **more), evidence)
    return settle(choice), choice


def noted(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> list[object]:
    """What a function is asked; it answers nothing."""
    asked: list[object] = []
    monkeypatch.setattr(module, name, lambda *about: asked.append(about) or [])
    return asked


# ── slips ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "looks"),
    [
        ("the zepelin", True),  # begins and ends as a keyword does
        ("the zeppelon", True),  # begins so
        ("the seppelin", True),  # ends so
        ("the seppelins", True),  # ends so in its normal form
        ("the xandings", True),  # ends as one that is written so
        ("zepeli", True),
        ("zepel", False),  # of five letters
        ("the seppeloth", False),
        ("the zeppelin", False),  # is one
        ("the landings", False),  # is one, in its normal form
        ("the airships and moorings", False),  # a document has them
        ("the zepelín", False),
        ("the zepel1n", False),
        ("", False),
    ],
)
def test_slips_are_looked_for_where_a_long_unknown_word_begins_or_ends_as_one_of_a_keyword(
    task: str, looks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = noted(monkeypatch, meant, "read_slips")
    choose(f"{task} zz")
    assert len(asked) == looks
    choose(f"{task} zz", match="whole")
    choose(f"{task} zz", evidence=lambda: None)
    assert len(asked) == looks  # neither in `whole` nor where nothing is known of documents


@pytest.mark.parametrize(
    ("task", "looks"),
    [
        ("log in to it", True),
        ("how to log in", True),
        ("log", False),
        ("in a log", False),
        ("blog in it", False),  # nobody knows `blogin`
        ("log, in it", False),
        ("log on it", False),
    ],
)
def test_a_verb_in_two_words_is_read_where_somebody_writes_it_in_one(
    task: str, looks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = noted(monkeypatch, meant, "read_verbs")
    index = INDEX.replace("keywords: [invoice]", "keywords: [login]")
    choose(task, index)
    assert len(asked) == looks
    choose(task, index, match="whole")
    assert len(asked) == looks


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────

RULES = INDEX + "context_rules: [{pattern: 'moor.*mast', context_ids: [a]}]\n"


@pytest.mark.parametrize(
    ("task", "looks"),
    [
        ("MOOR it to the mast", True),
        ("moor it\r\nto the mast", True),
        ("paint the shed", False),
        ("a naïve task", True),  # what is folded is more than lower case
    ],
)
def test_rules_are_searched_where_one_may_fire(task: str, looks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = noted(monkeypatch, fired_rules, "fired_rules")
    choose(task, RULES)
    assert len(asked) == looks
    choose(task)
    assert len(asked) == looks  # there is none


@pytest.mark.parametrize(
    ("task", "given"),
    [
        ("invoice", {"b": (1000, ["keyword"])}),
        ("a field with a mast", {"c": (1000, ["rule"])}),
        ("a mast, a buoy", {"c": (2000, ["rule", "rule"])}),
        ("a mast, a buoy, the invoice", {"c": (2000, ["rule", "rule"]), "b": (1000, ["keyword"])}),
        ("sheds with a mast", {"c": (2000, ["keyword", "rule"])}),
        ("sheds, sheds and a mast, the invoice", {"c": (2000, ["keyword", "rule"]), "b": (1000, ["keyword"])}),
    ],
)
def test_in_whole_each_rule_adds_a_thousand_to_what_keywords_give(
    task: str, given: dict[str, tuple[int, list[str]]]
) -> None:
    index = INDEX.replace("fallback", "  - {path: c.md, keywords: [sheds]}\nfallback")
    index += "context_rules:\n  - {pattern: mast, context_ids: [c]}\n  - {pattern: buoy, context_ids: [c]}\n"
    found, _ = choose(task, index, match="whole")
    assert {file.path[0]: (file.score, [one.kind for one in file.reasons]) for file in found.files} == given
    assert [file.path[0] for file in found.files] == [*given]


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────

MANUAL = INDEX.replace("fallback", "  - {id: sheds, path: c.md, agents: []}\nfallback")


@pytest.mark.parametrize(
    ("task", "by_hand", "looks"),
    [
        ("see @sheds", True, True),
        ("see @sheds", False, True),
        ("see #sheds", True, True),
        ("see #sheds", False, False),  # no entry must be named
        ("/sheds", True, True),
        ("/sheds", False, False),
        ("see it\n/sheds", True, True),
        ("docs/sheds", True, False),  # no name begins there
        ("see sheds", True, False),
    ],
)
def test_names_are_looked_for_behind_their_signs(
    task: str, by_hand: bool, looks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = noted(monkeypatch, mentions, "mentioned")
    index = (MANUAL if by_hand else INDEX) + "context_rules: [{pattern: xx, context_ids: [a]}]\n"
    choose(task, index, match="whole")
    assert len(asked) == looks


@pytest.mark.parametrize(
    ("task", "keys", "comes"),
    [
        ("see @sheds", "agents: []", True),
        ("see sheds", "agents: []", False),
        ("see @sheds", "agents: [], exclude: [railway]", True),
        ("see @sheds of the railway", "agents: [], exclude: [railway]", False),
        ("see @sheds", "agents: [], when_files: [Dockerfile]", True),
    ],
)
def test_an_entry_that_must_be_named_comes_where_it_is_whoever_asks(task: str, keys: str, comes: bool) -> None:
    index = MANUAL.replace("agents: []", keys)
    for agent in ("", "dev"):
        assert (choose(task, index + "agent_defaults: {dev: []}\n", agent=agent)[0].paths == ("c.md",)) == comes


def test_where_what_is_called_for_is_to_be_left_out_the_fallback_comes() -> None:
    index = INDEX.replace("fallback: none", "fallback: [b]")
    assert choose("a zeppelin", index, match="whole")[0].paths == ("a.md",)
    found, _ = choose("a zeppelin", index, match="whole", without=("a",))
    assert (found.layer, found.paths) == ("fallback", ("b.md",))


# ── what keeps an entry that is called for ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("keys", "request_", "why"),
    [
        ("", {}, "selected"),
        ("agents: []", {}, "no-agent"),
        ("agents: [other]", {"agent": "dev"}, "other-agent"),
        ("agents: [dev]", {"agent": "dev"}, "selected"),
        ("tags: [web]", {"tags": ("web",)}, "selected"),
        ("tags: [web]", {"tags": ("api",)}, "tag"),
        ("when_files: [Dockerfile]", {}, "when-files"),
        ("when_files: [Dockerfile]", {"agent": "dev"}, "when-files"),
        ("exclude: [railway]", {}, "vetoed"),
        ("exclude: [zebra]", {}, "selected"),
        ("", {"without": ("it",)}, "left-out"),
        ("for_files: ['*.py'], needs: both", {}, "needs-both"),
        ("for_files: ['*.py'], needs: both", {"files": ("a.py",)}, "selected"),
    ],
)
@pytest.mark.parametrize("match", ["whole", "focused"])
@pytest.mark.parametrize("task", ["the shed of the railway", "a mast at the railway"])
def test_an_entry_that_is_called_for_comes_unless_something_keeps_it(
    keys: str, request_: dict[str, Any], why: str, match: str, task: str
) -> None:
    row = f"id: it, path: c.md, keywords: [shed]{', ' * bool(keys)}{keys}"
    index = f"context_files:\n  - {{{row}}}\n  - {{path: b.md, tags: [api], keywords: [x1]}}\n"
    index += "context_rules: [{pattern: mast, context_ids: [it]}]\nagent_defaults: {dev: []}\nfallback: none\n"
    found, _ = choose(task, index, match=match, **request_)
    assert [one.why for one in found.verdicts if one.entry == "it"] == [why]
    assert (found.paths == ("c.md",)) == (why == "selected")
