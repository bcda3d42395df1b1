"""What the default chooses on both sides of each bound: how sure it must be, names, small talk, promises, changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.document_index import FIELDS, LIKE_IT, Evidence
from ctxload.selection import focused, meant, mentions, rest_of_task
from ctxload.selection.choice import Choice
from ctxload.selection.documents import read_evidence
from ctxload.selection.focused import _may_name_code, _second, best_of
from ctxload.selection.model import Reason, Request, Resolution, Term
from ctxload.selection.resolver import choice_for, settle
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

FILES = {
    "docs/gates.md": "# Railway gates\n\nA gate closes before a train. Gates are painted, and each falcon gate has a bell.\n",  # noqa: E501
    "docs/ledger.md": "# Ledger\n\nInvoices are numbered by year. An invoice is never deleted.\n\n## Refunds\n\nA refund is an invoice.\n",  # noqa: E501
    "docs/sheds.md": "# Sheds\n\nSheds are painted each spring.\n\n## Colours\n\nOften a shade of ochre, or of teal.\n",
    "docs/birds.md": "# Birds\n\nA heron nests here.\n",
}
INDEX = """
context_files:
  - {id: gates, path: docs/gates.md, keywords: [falcon gate, crossing]}
  - {id: ledger, path: docs/ledger.md, keywords: [invoice]}
  - {id: sheds, path: docs/sheds.md}
  - {id: birds, path: docs/birds.md, keywords: [heron nest box]}
fallback: none
"""
IDS = ["gates", "ledger", "sheds", "birds"]


def choose(
    task: str, index: str = INDEX, files: dict[str, str] = FILES, evidence: Any = None, **more: Any
) -> tuple[Resolution, Choice]:
    tables = compile_index(parse(Source("context-index.yml", index)).index)
    choice = choice_for(tables, MemoryTree(files), Request(task, **more), evidence)
    return settle(choice), choice


def paths(task: str, index: str = INDEX, files: dict[str, str] = FILES, **more: Any) -> list[str]:
    return list(choose(task, index, files, **more)[0].paths)


# ── how sure one must be ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "entry", "score", "best", "covered", "in_text", "telling"),
    [
        ("paint the gate", "gates", 3789, 2404, 2, 0, 2),
        ("paint the gate", "sheds", 911, 911, 1, 0, 2),
        ("paint the gate of the shed", "gates", 3545, 2208, 2, 0, 3),
        ("the falcon gate", "gates", 5759, 2404, 2, 0, 2),
        ("the crossing", "gates", 800, 0, 1, 0, 1),  # a keyword, of which no document says anything
        ("ochre and teal", "sheds", 896, 448, 2, 2, 2),
        ("ochre sheds", "sheds", 3621, 2373, 2, 1, 2),
        ("springtime sheds", "sheds", 3569, 2373, 2, 1, 2),  # has only a word like that
        ("railwaylike gate", "gates", 3389, 2404, 2, 1, 2),
        ("invoiceable", "ledger", 515, 515, 1, 1, 1),
        ("heron nest", "birds", 4194, 1434, 2, 0, 2),
        ("delete the invoice", "ledger", 3300, 1540, 2, 0, 2),
    ],
)
def test_one_can_be_so_sure_of_an_entry(
    task: str, entry: str, score: int, best: int, covered: int, in_text: int, telling: int
) -> None:
    """The score without 0.6 of its best word, times the root of what share of the telling words it has; of those that
    stand in nothing but the text 0.9 counts.
    """
    weighed, number = choose(task)[1].weighed, IDS.index(entry)
    assert (weighed.scores[number], len(weighed.covered(number)), len(weighed.telling)) == (score, covered, telling)
    assert weighed.confidence(number) == round((score - 0.6 * best) * ((covered - 0.1 * in_text) / telling) ** 0.5)


TEXT, TITLE = (1 << [*FIELDS].index(name) for name in ("text", "title"))


@pytest.mark.parametrize(
    ("where", "share"),
    [(TEXT, 0.9), (TITLE, 1.0), (TEXT | TITLE, 1.0), (TEXT | LIKE_IT, 0.9), (TITLE | LIKE_IT, 0.9), (0, 0.9)],
)
def test_a_word_that_stands_in_the_text_alone_or_is_only_alike_counts_less(where: int, share: float) -> None:
    assert choose("sheds")[1].weighed.share_of(where) == share


@pytest.mark.parametrize("more", [0, 1])
def test_what_one_can_just_be_sure_enough_of_comes(more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    (found, choice) = choose("ochre zebras")
    sure = choice.weighed.confidence(IDS.index("sheds"))
    assert (found.paths, 0 < sure < 610) == ((), True)
    monkeypatch.setattr(focused, "ENOUGH", sure + more)
    found, choice = choose("ochre zebras")
    assert (found.paths, choice.weighed.why) == (
        ((), {}) if more else (("docs/sheds.md",), {IDS.index("sheds"): "best"})
    )


@pytest.mark.parametrize("more", [0, 1])
def test_a_document_that_says_just_enough_is_weighed(more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(focused, "SAYS_NOTHING", 499 + more)
    assert choose("the ochre of it")[1].scores == ({} if more else {IDS.index("sheds"): 499})


@pytest.mark.parametrize(
    ("scores", "share"),
    [({}, 0.0), ({1: 5}, 0.0), ({1: 5, 2: 10}, 0.5), ({1: 10, 2: 10}, 1.0), ({1: 4, 2: 10, 3: 5}, 0.5), ({1: 0}, 0.0)],
)
def test_the_second_has_a_share_of_the_score_of_the_best(scores: dict[int, int], share: float) -> None:
    assert _second(scores) == share


@pytest.mark.parametrize(
    ("count", "second", "enough"),
    [(80, 0, 610), (81, 0, 610), (160, 0, 610), (160, 1, 758), (80, 1, 610), (81, 1, 613)],
)
def test_among_many_documents_more_is_asked_where_the_second_is_as_good(count: int, second: int, enough: int) -> None:
    texts = ["# Page\n\nThe falcon.\n", "# Other\n\nThe falcon.\n" if second else "# Other\n\nNothing.\n"]
    files = {f"{n}.md": text for n, text in enumerate([*texts, *["# Other\n\nOf herons.\n"] * (count - 2)])}
    index = f"context_files: [{', '.join(f'{{path: {path}}}' for path in files)}]\nfallback: none\n"
    _, choice = choose("the falcon", index, {**files, "0.md": texts[1 if second else 0]})
    assert choice.weighed.enough == enough


def test_what_is_as_good_as_the_best_comes_too_and_no_third() -> None:
    """Documents that say the same, the first of which comes first."""
    text = "# Falcons\n\nThe falcon counts invoices.\n"
    files = {f"{name}.md": text + "\n" * at for at, name in enumerate("abcd")}
    index = "context_files:\n" + "".join(f"  - {{id: doc-{name}, path: {name}.md}}\n" for name in "abcd")
    found, choice = choose("the falcon that counts invoices", index + "fallback: none\n", files)
    assert found.paths == ("a.md", "b.md")
    assert choice.weighed.why == {0: "best", 1: "as good as the best"}
    files["b.md"] += "It sings.\n"
    assert paths("the falcon that counts invoices", index + "fallback: none\n", files) == ["a.md", "c.md"]


@pytest.mark.parametrize(
    ("points", "most", "enough", "best"),
    [
        ({}, 2, None, []),
        ({1: 5}, 2, None, [1]),
        ({1: 5, 2: 9}, 2, None, [2, 1]),
        ({1: 5, 2: 9, 3: 7}, 2, None, [2, 3]),
        ({1: 5, 2: 9, 3: 5, 4: 5}, 2, None, [2, 1]),  # of as good ones the first
        ({1: 5, 2: 9, 3: 5, 4: 5}, 2, 9, [2, 1, 3, 4]),  # or all of them
        ({1: 5, 2: 9, 3: 7}, 2, 5, [2, 3, 1]),
        ({1: 5, 2: 9, 3: 7}, 2, 6, [2, 3]),
        ({1: 5, 2: 9, 3: 7}, 2, 8, [2, 3]),
        ({1: 5, 2: 9, 3: 7}, 3, 8, [2, 3, 1]),
    ],
)
def test_of_many_those_with_the_most_points_are_looked_at(
    points: dict[int, int], most: int, enough: int | None, best: list[int]
) -> None:
    assert best_of(points, most, enough) == best


# ── what is read of a task ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("giftCardBalance", True),
        ("fix GiftCardBalance", True),
        ("abcdeF", True),
        ("abcdF", False),  # each part has three letters
        ("aBcdef", True),
        ("Balance", False),
        ("balance", False),
        ("BALANCE", False),
        ("BALANCe", True),
        ("", False),
    ],
)
def test_a_name_in_code_has_six_letters_and_a_capital_within(text: str, may: bool) -> None:
    assert _may_name_code(text) == may


def test_a_name_in_code_is_a_word_as_any_other_where_nothing_is_known_of_documents() -> None:
    found, choice = choose("fix the springShade", evidence=lambda: None)
    assert (found.paths, choice.read_as) == ((), {})
    assert choose("fix the springShade")[1].read_as == {(0, 2): ("springShade", "spring shade")}


def test_how_a_name_in_code_was_read_is_said_of_its_document() -> None:
    (file,) = choose("fix the springShade")[0].files
    (reason,) = (reason for reason in file.reasons if reason.kind == "document")
    assert (reason.note, reason.words) == ("`springShade` read as `spring shade`", ())
    (file,) = choose("spring shade")[0].files
    assert [reason.note for reason in file.reasons] == [""]


@pytest.mark.parametrize(
    ("task", "known", "looks"),
    [("fix the springShade", True, True), ("fix the springShade", False, False), ("fix the shade", True, False)],
)
def test_names_in_code_are_read_where_there_may_be_one_and_documents_are_known(
    task: str, known: bool, looks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(meant, "read_names", lambda *about: asked.append(about) or about[1])
    choose(task, evidence=None if known else lambda: None)
    assert len(asked) == looks


@pytest.mark.parametrize(
    ("task", "looks"),
    [
        ("the gates. the sheds", True),
        ("the gates of the sheds", False),  # one thing
        ("the gates, then the sheds", True),
        ("the gates. it is", False),  # of one topic
        ("lions. tigers", False),  # which nothing answers
    ],
)
def test_a_task_is_divided_where_it_may_ask_for_several_things(
    task: str, looks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(rest_of_task, "add_further", lambda *about: asked.append(about))
    choose(task)
    assert len(asked) == looks


@pytest.mark.parametrize(
    ("task", "looks"),
    [
        ("see the ledger document", True),
        ("a guide", True),
        ("context", True),
        ("see docs/ledger.md", True),
        ("see LEDGER.MD", True),
        ("see ledger.txt and more", True),
        ("paint the gate", False),
        ("see ledger.py", False),
    ],
)
def test_names_of_documents_are_looked_for_where_one_may_stand(
    task: str, looks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(mentions, "add_named", lambda *about: asked.append(about) or {})
    choose(task)
    assert len(asked) == looks


@pytest.mark.parametrize(("task", "looks"), [("/design it", True), ("docs/a.md", True), ("a design", False)])
def test_commands_are_looked_for_where_there_is_a_slash(
    task: str, looks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(mentions, "typed_commands", lambda *about: asked.append(about) or {})
    choose(task)
    assert len(asked) == looks


@pytest.mark.parametrize(("task", "keyword", "document"), [("the invoice", 800, 1718), ("the invoixe", 560, 1203)])
def test_what_is_read_out_of_a_slip_counts_less_in_keywords_and_documents(
    task: str, keyword: int, document: int
) -> None:
    """Seven tenths of it."""
    (file,) = choose(task)[0].files
    assert [sum(term.points for term in reason.terms) for reason in file.reasons] == [keyword, document]


# ── small talk ───────────────────────────────────────────────────────────────────────────────────────────

TALK = """
context_files:
  - {id: undo, path: docs/sheds.md, keywords: [undo, good morning, /thanks, help]}
  - {id: gates, path: docs/gates.md}
fallback: none
"""


@pytest.mark.parametrize(
    ("task", "comes"),
    [
        ("undo", False),
        ("ok, undo that", False),
        ("fix the undo", True),  # asked about
        ("undo the gates", True),
        ("good morning", True),  # a keyword of several words is no word of small talk
        ("/thanks", True),  # nor is a command
        ("thanks", False),
        ("thanks " * 23 + "undo", False),
        ("thanks " * 24 + "undo", True),  # 25 words are more than talk
        ("write the help", True),
        ("thanks for the help", False),
    ],
)
def test_a_keyword_that_is_small_talk_comes_where_it_is_asked_about(task: str, comes: bool) -> None:
    assert ("docs/sheds.md" in paths(task, TALK)) == comes


@pytest.mark.parametrize(
    ("task", "given"),
    [
        ("what is the capital of france", []),
        ("what is the capital of zanzibar", ["docs/z.md"]),  # a document has the word
        ("what is the weather", []),
        ("what is the weather with the sheds", ["docs/sheds.md"]),
    ],
)
def test_a_question_about_the_world_brings_nothing_that_no_document_knows(task: str, given: list[str]) -> None:
    index = INDEX.replace("fallback", "  - {path: docs/z.md}\nfallback")
    files = {**FILES, "docs/z.md": "# Zanzibar\n\nThe capital of Zanzibar. Weather of the capital.\n"}
    assert paths(task, index, files) == given


# ── promises and names ───────────────────────────────────────────────────────────────────────────────────

OF_NAMES = "context_files:\n{}fallback: none\n"


def named(count: int, having: int) -> tuple[str, dict[str, str]]:
    """A document `osprey.md` among so many, of which so many more have its name in their text."""
    others = {f"o{n}.md": f"# Other {n}\n\nNumber {n}{' of the osprey' * (n < having)}.\n" for n in range(count - 1)}
    files = {"osprey.md": "# A bird\n\nIt fishes.\n", **others}
    return OF_NAMES.format("".join(f"  - {{path: {path}}}\n" for path in files)), files


@pytest.mark.parametrize(
    ("count", "having", "comes"),
    [(10, 0, True), (10, 2, True), (10, 3, False), (30, 2, True), (30, 3, False), (40, 3, True), (40, 4, False)],
)
def test_a_name_of_one_word_names_its_document_where_few_have_it(count: int, having: int, comes: bool) -> None:
    """Three documents at most, or a tenth of them: the one of that name among them."""
    index, files = named(count, having)
    assert ("osprey.md" in paths("heron falcon osprey gates", index, files)) == comes


def test_a_name_of_two_words_names_its_document_however_many_have_them() -> None:
    index, files = named(30, 9)
    index, files = index.replace("osprey.md", "osprey-nest.md"), {**files, "osprey-nest.md": files["osprey.md"]}
    files = {path: text.replace("of the osprey", "of the osprey nest") for path, text in files.items()}
    assert "osprey-nest.md" in paths("heron falcon osprey nest gates", index, files)


@pytest.mark.parametrize(
    ("path", "entry_id", "task", "comes"),
    [
        ("osprey.md", "it", "osprey", True),
        ("a/b/osprey.md", "it", "osprey", True),
        ("a.osprey/page.md", "it", "osprey", False),  # a folder is none of its name
        ("osprey.old.md", "it", "osprey old", True),
        ("osprey.old.md", "it", "osprey", False),  # only the last ending is none
        ("page.md", "osprey", "osprey", True),
        ("*/osprey.md", "it", "osprey", False),  # a pattern is no name
        ("osprey, nest.md", "it", "osprey, nest", False),  # nor what is more than one phrase
        ("the.md", "it", "the", False),  # nor what is only grammar
        ("page.md", f"{'x' * 190} ospreylike", f"{'x' * 190} ospreylik", True),  # 200 letters of it are read
    ],
)
def test_an_entry_has_the_names_of_its_files_and_its_id(path: str, entry_id: str, task: str, comes: bool) -> None:
    index = json.dumps({"context_files": [{"id": entry_id, "path": path}], "fallback": "none"})
    file = path.replace("*", "a")
    found = paths(f"zebra lion tiger of a heron {task}", index, {file: "# X\n\nFishes as a heron does.\n"})
    assert found == ([file] if comes else [])


@pytest.mark.parametrize(
    ("keywords", "task", "said"),
    [
        (("falcon", "heron"), "falcon zebra lion tiger", {"a": "`falcon` stands whole, and nothing else fits better"}),
        (("falcon", "heron"), "falcon heron zebra lion tiger",
         {"a": "`falcon` stands whole, and nothing else fits better", "b": "`heron` stands whole"}),
        (("falcon gate", "falcon"), "a falcon gate", {"a": "best"}),
        (("falcon gate", "gate"), "a falcon gate", {"a": "best"}),
        (("falcon gate", "gate"), "a falcon gate, a gate", {"a": "best", "b": "`gate` stands whole"}),
        (("falcon gate", "falcon"), "a falcon, a falcon gate", {"a": "best", "b": "`falcon` stands whole"}),
        (("falcon gate", "gate"), "a falcon gate and a gate", {"a": "best", "b": "`gate` stands whole"}),
        (("k8s", "kubernetes"), "kubernetes zebra lion tiger",
         {"b": "`kubernetes` stands whole, and nothing else fits better"}),
        (("k8s", "kubernetes"), "k8s zebra lion tiger", {"a": "`k8s` stands whole, and nothing else fits better"}),
        (("falcon", "falcon"), "falcon zebra lion tiger", {"a": "`falcon` stands whole, and nothing else fits better"}),
    ],
)  # fmt: skip
def test_each_whole_keyword_that_stands_in_no_longer_one_brings_an_entry(
    keywords: tuple[str, str], task: str, said: dict[str, str]
) -> None:
    index = "context_files:\n" + "".join(
        f"  - {{path: {name}.md, keywords: [{keyword}]}}\n" for name, keyword in zip("ab", keywords, strict=True)
    )
    _, choice = choose(task, index + "fallback: none\n", {"a.md": "", "b.md": "# Page\n"})
    assert {"ab"[number]: why for number, why in choice.weighed.why.items()} == said


@pytest.mark.parametrize(
    ("agents", "agent", "comes"),
    [
        (("dev", "other"), "dev", True),  # of those that may come here no other has the keyword
        (("dev", "other"), "", False),
        (("dev", "dev"), "dev", False),
    ],
)
def test_a_keyword_that_others_have_who_may_not_come_is_an_entrys_own(
    agents: tuple[str, str], agent: str, comes: bool
) -> None:
    index = "context_files:\n  - {path: a.md, keywords: [heron nest, kestrel nest]}\n" + "".join(
        f"  - {{path: {name}.md, keywords: [zeppelin], agents: [{one}]}}\n"
        for name, one in zip("bc", agents, strict=True)
    )
    files = {"a.md": "# A\n", "b.md": "# Page\n", "c.md": "# Other\n"}
    task = "the heron nest and the kestrel nest beside a zeppelin"
    assert ("b.md" in paths(task, index + "fallback: none\n", files, agent=agent)) == comes


# ── who may come ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("keys", "request_", "why"),
    [
        ("keywords: [x1]", {}, "selected"),
        ("keywords: [x1], match: whole", {}, "part"),
        ("keywords: [x1], agents: []", {}, "no-agent"),
        ("keywords: [x1], agents: [other]", {}, "selected"),
        ("keywords: [x1], agents: [other]", {"agent": "dev"}, "other-agent"),
        ("keywords: [x1], agents: [dev]", {"agent": "dev"}, "selected"),
        ("keywords: [x1], when_files: [Dockerfile]", {}, "when-files"),
        ("keywords: [x1], when_files: ['*.md']", {}, "selected"),
        ("keywords: [x1], exclude: [railway]", {}, "vetoed"),
        ("keywords: [x1], exclude: [zebra]", {}, "selected"),
        ("keywords: [x1]", {"without": ("it",)}, "left-out"),
        ("keywords: [x1]", {"tags": ("web",)}, "tag"),
        ("keywords: [x1], tags: [web]", {"tags": ("web",)}, "selected"),
        ("keywords: [spring shade teal]", {}, "selected"),
        ("keywords: [spring shade teal], match: whole", {}, "part"),
        ("keywords: [spring shade teal], agents: []", {}, "no-agent"),
    ],
)
def test_what_a_document_says_brings_only_what_may_come(keys: str, request_: dict[str, Any], why: str) -> None:
    index = f"context_files: [{{id: it, path: docs/sheds.md, {keys}}}]\nagent_defaults: {{dev: []}}\nfallback: none\n"
    found, _ = choose("the shade of ochre and teal in spring, not of the railway", index, **request_)
    assert [(one.why, one.selected) for one in found.verdicts] == [(why, why == "selected")]
    assert found.paths == (("docs/sheds.md",) if why == "selected" else ())


def test_an_entry_that_asks_for_its_whole_keyword_and_has_it_is_judged_by_its_score() -> None:
    index = INDEX.replace("keywords: [invoice]", "keywords: [invoice], match: whole")
    found, _ = choose("lions tigers bears zebras wolves eagles invoice", index)
    (message,) = (one.message for one in found.verdicts if one.entry == "ledger")
    assert (found.paths, message.split(";")[0].split()[0]) == ((), "scores")


@pytest.mark.parametrize(("keys", "score"), [("", 975), (", match: whole", 800)])
def test_where_an_entry_asks_for_whole_keywords_no_part_adds_to_its_score(keys: str, score: int) -> None:
    index = f"context_files: [{{path: a.md, keywords: [red, blue green]{keys}}}]\nfallback: none\n"
    found, choice = choose("red and blue", index, {"a.md": "# A\n"})
    assert (found.paths, choice.scores) == (("a.md",), {0: score})


# ── documents that changed since ─────────────────────────────────────────────────────────────────────────

THEN = 5_000_000_000_000


class Dated(MemoryTree):
    """Every file has this signature."""

    sign: tuple[int, ...] = (5, THEN, THEN, 7)

    def signature_now(self, path: str) -> tuple[int, ...]:
        return self.sign


@pytest.mark.parametrize(
    ("changes", "anew"),
    [
        ({}, False),
        ({"path": "docs/other.md"}, True),
        ({"sign": (6, THEN, THEN, 7)}, True),
        ({"more": True}, True),
        ({"none": True}, True),
        ({"read_at": THEN}, False),  # read so soon that it may have changed with this signature: but it did not
        ({"read_at": THEN, "check": 1}, True),
        ({"check": 1}, False),  # read long after
        ({"read_at": 0, "check": 1}, False),  # nobody knows when
    ],
)
def test_a_document_of_the_best_that_is_another_one_now_is_weighed_anew(
    changes: dict[str, Any], anew: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = compile_index(parse(Source("context-index.yml", INDEX)).index)
    tree, number = Dated(FILES), IDS.index("sheds")
    evidence = read_evidence(tables, tree)
    files = [(((path, tree.sign),), check, title) for ((path, _),), check, title in evidence.files]
    (((path, sign),), check, title) = files[number]
    signs = ((changes.get("path", path), changes.get("sign", sign)),)
    signs = () if "none" in changes else signs * 2 if "more" in changes else signs
    files[number] = (signs, changes.get("check", check), title)
    evidence = evidence.replace(files=tuple(files), read_at=changes.get("read_at", THEN * 2))
    asked: list[int] = []
    monkeypatch.setattr(
        "ctxload.selection.documents.weighed_anew", lambda files, evidence, number, *more: asked.append(number) or {}
    )
    choice = choice_for(tables, tree, Request("ochre sheds"), lambda: evidence)
    settle(choice)
    assert asked == [number] * anew


def test_what_a_changed_document_says_now_is_no_small_talk() -> None:
    """Though no document had a word of the prompt when they were read."""
    files = {"docs/fix.md": "# ProxyFix\n\nIt trusts headers.\n", "docs/ui.md": "# Buttons\n\nThey are green.\n"}
    tables = compile_index(parse(Source("i", "context_files: [{path: docs/fix.md}, {path: docs/ui.md}]")).index)
    evidence = read_evidence(tables, Dated(files))
    then = tuple([(((path, (1, 1, 1, 1)),), check, title) for ((path, _),), check, title in evidence.files])
    now = Dated({**files, "docs/fix.md": files["docs/fix.md"] + "\nThe quux flag trusts zebras.\n"})
    choice = choice_for(
        tables, now, Request("trust zebras with the quux flag"), lambda: evidence.replace(files=then, read_at=THEN * 2)
    )
    assert settle(choice).paths == ("docs/fix.md",)


def test_as_many_files_of_an_entry_are_looked_at_as_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"docs/{n}.md": f"# Sheds\n\nOchre {n}.\n" for n in range(4)}
    tables = compile_index(parse(Source("i", "context_files: [{id: it, path: docs}]\nfallback: none\n")).index)
    asked: list[int] = []
    monkeypatch.setattr(
        "ctxload.selection.documents.weighed_anew", lambda files, evidence, number, *more: asked.append(number) or {}
    )
    for most, anew in ((4, []), (3, []), (2, [])):
        monkeypatch.setattr("ctxload.selection.entry_files.FILES", most, raising=False)
        monkeypatch.setattr("ctxload.matching.document_index.FILES", most)
        monkeypatch.setattr(focused, "FILES", most)
        tree = MemoryTree(files)
        evidence = read_evidence(tables, tree)
        assert len(evidence.files[0][0]) == most
        settle(choice_for(tables, tree, Request("ochre sheds"), lambda evidence=evidence: evidence))
        assert asked == anew


@pytest.mark.parametrize("evidence", [None, Evidence({}, (), 0, ())])
def test_where_there_are_no_documents_keywords_alone_decide(evidence: Evidence | None) -> None:
    found, choice = choose("an invoice", evidence=lambda: evidence)
    assert (found.paths, choice.scores) == (("docs/ledger.md",), {IDS.index("ledger"): 800})


# ── reasons ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "by", "terms"),
    [
        ("falcon, paint", "falcon, paint", ["falcon (about, text)", "paint (about, text)"]),
        ("falcon gate", "gate, falcon, falcon gate",
         ["gate (name, about, title, heading, text, lead)", "falcon (about, text)", "falcon gate (about, text)"]),
        ("falcon paint gate", "gate, falcon, paint",
         ["gate (name, about, title, heading, text, lead)", "falcon (about, text)", "paint (about, text)",
          "falcon gate near each other (about, text)"]),
        ("springtime sheds", "shed, springtime",
         ["shed (name, about, title, heading, text, lead)", "springtime (one like it: about, text, lead)"]),
    ],
)  # fmt: skip
def test_a_document_speaks_by_named_words_the_best_first(task: str, by: str, terms: list[str]) -> None:
    (file, *_) = choose(task)[0].files
    (reason,) = (reason for reason in file.reasons if reason.kind == "document")
    assert (reason.by, [term.name for term in reason.terms]) == (by, terms)


def test_words_that_say_as_much_are_told_in_their_order() -> None:
    files = {"a.md": "# X\n\nIt has osprey bittern, and heron falcon.\n"}
    index = "context_files: [{id: it, path: a.md}]\nfallback: none\n"
    (file,) = choose("osprey lake bittern, heron lake falcon", index, files)[0].files
    assert [term.name.split(" (")[0] for term in file.reasons[0].terms] == [
        "bittern",
        "falcon",
        "heron",
        "osprey",
        "heron falcon near each other",
        "osprey bittern near each other",
    ]


BIRDS = "heron falcon osprey plover gannet merlin kestrel curlew godwit dunlin avocet bittern egret".split()


@pytest.mark.parametrize(("count", "more"), [(11, ""), (12, ""), (13, "1 further words")])
def test_twelve_words_of_a_document_are_terms_of_their_own(count: int, more: str) -> None:
    index, files = "context_files: [{id: it, path: a.md}]\nfallback: none\n", {"a.md": f"# X\n\n{', '.join(BIRDS)}.\n"}
    (file,) = choose(", ".join(BIRDS[:count]), index, files)[0].files
    (reason,) = file.reasons
    names = [term.name for term in reason.terms]
    assert (len(names), names[12:]) == (min(count, 13), [more] if more else [])
    assert (file.score, len(reason.words)) == (sum(term.points for term in reason.terms), 3)


def test_a_document_that_is_named_and_says_nothing_comes_for_its_name() -> None:
    index = "context_files: [{path: docs/birds.md, keywords: [x1]}]\nfallback: none\n"
    found, _ = choose("see docs/birds.md", index, evidence=lambda: None)
    assert [(file.path, file.reasons) for file in found.files] == [
        ("docs/birds.md", (Reason("keyword", "name", "birds", "birds", terms=(Term("named docs/birds.md", 1000),)),))
    ]
