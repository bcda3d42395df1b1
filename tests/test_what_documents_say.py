"""What documents say, field by field: where a title ends, what front matter tells, how much a word gives among all."""

from __future__ import annotations

from array import array
from math import log
from types import SimpleNamespace
from typing import Any

import pytest

from ctxload.matching import document_index, document_words
from ctxload.matching.document_index import (
    BEGIN,
    FIELDS,
    LIKE_IT,
    NEARBY,
    Document,
    DocumentPoints,
    Words,
    like,
    ln,
    names_of_fields,
)
from ctxload.matching.document_words import (
    as_text,
    count,
    first_sentence,
    from_text,
    said_of_itself,
    tally,
    title_of,
    weights,
)
from ctxload.matching.lookups.counted import COMMON, KEPT, packed
from ctxload.matching.lookups.documents import weigh, weigh_beside
from ctxload.matching.lookups.pairs import Held
from ctxload.text.front_matter import read_front
from ctxload.text.markdown import front_matter


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Rest api", "rest api"),
        ("# Rest api\n# Other", "rest api"),
        ("\n# Rest api", "rest api"),
        ("x\n# Rest\napi", "rest"),
        ("#  Rest", "rest"),
        ("x# Rest", ""),
        ("## Rest", ""),
        ("#Rest", ""),
        ("\n #  Rest", ""),
        ("x\n## Rest\n# Api", "api"),
        ("# ", ""),
        ("", ""),
        # as far as a title is looked for, and read
        ("x" * 37 + "\n# Rest", "rest"),
        ("x" * 38 + "\n# Rest", ""),
        # a comment is no title
        ("---\na: 1\n# Old\n---\n# Rest", "rest"),
        ("---\n# Old\n---\nx", ""),
        ("\ufeff---\r\n# Old\r\n---\r\n# Rest", "rest"),
        ("---\n# Rest\nx", "rest"),  # the front matter never ends, so there is none
        ("```sh\n# go\n```\n# Rest", "rest"),
        ("~~~~\n# go\n~~~\n# on\n~~~~\n# Rest", "rest"),
        ("```\n# go\n", ""),
        ("```x```\n# go\n", "go"),
        ("# aa bb cc dd", "aa bb cc"),
        ("# aa bb ccc dd", "aa bb ccc"),
        ("x\n# aa bb cc dd", "aa bb cc"),
    ],
)
def test_the_first_heading_near_the_beginning_is_the_title(
    text: str, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_words, "TITLE", 40)
    monkeypatch.setattr(document_words, "LONGEST", 9)
    assert " ".join(title_of(text)) == title


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two. Three.", "One."),
        ("One! Two", "One!"),
        ("One?\nTwo", "One?"),
        ("Version 1.2 of it. Two", "Version 1.2 of it."),
        ("no end; here, or: there", "no end; here, or: there"),
        ("The end.", "The end."),
        (". x", "."),
        ("", ""),
    ],
)
def test_a_sentence_ends_with_its_sign_before_white_space(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("name: one", "one"),
        ("Title : one", "one"),
        ("name: one\nsummary: two\ntags: three\ndescription: four", "one\ntwo\nfour"),
        ("description: one\ntwo\nthree: four", "one\ntwo"),
        ("description: >-\n  one: two\n  three\nother: x", "one: two\nthree"),
        ("description: one\\ntwo", "one\ntwo"),
        ("loose\nname: one", "one"),
        # comments
        ("name: one\n# two: three\n# four\ntags: five", "one"),
        ("# name: two\nname: one # two", "one"),
        ("description: >-\n  one\n# two: x\n  # three", "one\n# three"),
        ("name: one #2", "one #2"),
        ("name: 'one # two' # three", "'one # two'"),
        ("name: 'one # two'", "'one # two'"),
        ("name: '# two' # three", "'# two'"),
        ('name: "\' # one" # two', '"\' # one"'),
        ("metadata:\n  name: one", ""),
        (" name: one", ""),
        ("name:", ""),
        ("tags: name", ""),
    ],
)
def test_of_front_matter_these_keys_say_what_a_document_is_about(front: str, said: str) -> None:
    text = f"---\n{front}\n---\nname: body\n"
    assert said_of_itself(text, front_matter(text)) == said


def test_a_document_without_front_matter_says_nothing_of_itself() -> None:
    assert said_of_itself("name: one\n", None) == ""


PAGE = """\
---
name: falcon
description: Herons nest. Storks fly.
---
# Osprey

Lead words. More text.

## Gate

Inner
"""


@pytest.mark.parametrize(
    ("word", "about", "fields"),
    [
        ("zeppelin", "", "name"),
        ("falcon", "", "about"),
        ("heron", "", "about lead"),
        ("stork", "", "about"),
        ("osprey", "", "title heading text"),
        ("lead", "", "about text"),
        ("gate", "", "heading text"),
        ("inner", "", "text"),
        # what the index says of it comes before what it says of itself
        ("engine", "Engines roar. Wheels turn.", "about lead"),
        ("wheel", "Engines roar. Wheels turn.", "about"),
        ("heron", "Engines roar. Wheels turn.", "about"),
    ],
)
def test_a_word_of_a_document_stands_in_these_fields(word: str, about: str, fields: str) -> None:
    counts = count(Document("zeppelin", PAGE, about))
    assert " ".join(name for name, words in zip(FIELDS, counts, strict=True) if word in words) == fields


def test_the_lead_of_a_document_that_says_nothing_of_itself_is_its_first_sentence() -> None:
    name, about, title, heading, text, lead = count(Document("red_and-blue", "# Osprey\n\nFalcons fly. Herons nest.\n"))
    assert (name, title, heading) == ({"red": 1, "blue": 1}, {"osprey": 1}, {"osprey": 1})
    assert lead == {"falcon": 1, "fly": 1, "falcon fly": 1}
    assert about == lead | {"heron": 1, "nest": 1, "heron nest": 1} == {k: n for k, n in text.items() if k != "osprey"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("it's John's 'quoted'", ["john", "quote", "john quote"]),
        ("falcon heron", ["falcon", "heron", "falcon heron"]),
        ("falcon's heron", ["falcon", "heron", "falcon heron"]),
        ("c++ falcon", ["c++", "falcon", "c++ falcon"]),
        ("issue#12 falcon", ["falcon", "issue"]),
        ("a+b", []),
        ("q z", ["q z"]),
        ("ui", ["ui"]),
        ("file project", ["file", "project"]),
        ("file falcon", ["falcon", "file", "file falcon"]),
        ("falcon file", ["falcon", "falcon file", "file"]),
        ("falcon, file", ["falcon", "file"]),
    ],
)
def test_these_words_of_a_text_are_counted(text: str, found: list[str]) -> None:
    assert sorted(tally(text)) == sorted(found)


# ── what a word gives ────────────────────────────────────────────────────────────────────────────────────


def given(documents: int, holders: int, rarest: float = document_words.RAREST) -> int:
    """What a word gives in thousandths that stands in a text of usual length once, and in so many documents."""
    fields = ({}, {}, {}, {}, {"falcon": 1}, {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document_words, "RAREST", rarest)
        return weights(fields, (1.0,) * 6, documents, lambda word: holders)["falcon"][0]


def test_a_word_gives_the_less_the_more_documents_have_it_and_that_rare_at_least_it_must_be() -> None:
    assert [given(9, holders) for holders in (1, 3, 9)] == [750, 502, 0]
    assert [given(9, 1, rarest) for rarest in (1.0, 1.001)] == [750, 0]


@pytest.mark.parametrize("number", [1, 1.001, 1.5, 2, 2.5, 3, 3.999, 4, 7, 1_000, 65_537, 1e9])
def test_the_logarithm_is_the_natural_one(number: float) -> None:
    assert ln(number) == pytest.approx(log(number), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(
    ("word", "key"),
    [("kernel", ""), ("kernels", "kernel*"), ("kernelspace", "kernel*"), ("kernelé", ""), ("kernel7", ""),
     ("kernel panic", ""), ("", "")],
)  # fmt: skip
def test_words_of_more_than_six_letters_may_be_like_others(word: str, key: str) -> None:
    assert like(word) == key


def test_every_field_has_a_bit_of_its_own_beside_those_that_say_how_it_was_found() -> None:
    assert [names_of_fields(1 << bit) for bit in range(8)] == [[name] for name in FIELDS] + [[], []]
    assert {LIKE_IT, NEARBY} == {1 << 6, 1 << 7}
    assert names_of_fields(LIKE_IT | NEARBY | 63) == [*FIELDS]


class Told(dict[str, Any]):
    """A mapping that tells what was asked for."""

    def __init__(self, of: Any) -> None:
        super().__init__(of)
        self.asked: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.append(key)
        return super().get(key, default)


def test_words_are_looked_up_once_until_very_many_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_index, "KNOWN", 3)
    words: Any = weigh({0: Document("", "Falcon, heron, ledger.\n"), 1: Document("", "Gate.\n")}).words
    told = Told(words.words)
    held = Words(told, words.pairs, words.base)
    for word, asked in [("falcon", 1), ("heron", 1), ("absent", 1), ("falcon", 0), ("absent", 0), ("ledger", 1),
                        ("falcon", 1), ("ledger", 0), ("gate", 1), ("falcon", 0), ("heron", 1)]:  # fmt: skip
        told.asked.clear()
        assert held.get(word) == words.get(word)
        assert told.asked == [word] * asked, word


def test_of_two_words_of_which_one_is_in_no_document_nothing_is_read() -> None:
    words: Any = weigh({0: Document("", "Aardvark heron zebra.\n"), 1: Document("", "Gate.\n")}).words
    read: list[int] = []
    pairs = SimpleNamespace(
        count=words.pairs.count, read=lambda number: read.append(number) or words.pairs.read(number)
    )
    held = Words(words.words, pairs, words.base)
    for pair in ("absent heron", "aardvark absent", "absent zebra", "absent absence"):
        assert held.get(pair) is None
    assert read == []
    assert (held.get("aardvark zebra"), read) == (None, [0])
    assert (held.get("aardvark heron"), read) == ((1, 0, words.get("aardvark heron")[2], 50), [0, 0])


ONES = 0x0101_0101_0101_0101


@pytest.mark.parametrize(
    ("pair", "alone", "place"),
    [
        (5, [5], 0),
        (5, [9, 5], 1),
        (5, [9, 7], None),
        (5, [], None),
        # its bytes stand across others, too
        (5, [5 << 8, 1 << 56, 5], 2),
        (5, [5 << 8, 1 << 56], None),
        (5, [5 << 40, 1 << 56, 9, 5 << 16, 1 << 56, 5, 7], 5),
        (5, [5 << 40, 1 << 56, 5 << 32, 1 << 56], None),
        (ONES, [1 << 56, ONES], 1),
        (ONES, [7, 1 << 56, ONES], 2),
    ],
)
def test_two_words_are_found_among_those_that_one_document_has(pair: int, alone: list[int], place: int | None) -> None:
    given = array("Q", [packed(3, 100 + at, 1 << 8 | 16) for at in range(len(alone))]).tobytes()
    bucket = array("Q", alone).tobytes(), given, {pair + 1: (2, array("Q", [packed(4, 9, 16)]).tobytes())}
    held = Words({"one": (1,), "other": (2,), "third": (3,)}, Held([bucket]), pair - 2)
    assert held.get("one other") == (None if place is None else (1, 3, 100 + place, 16))
    assert held.get("one third") == (2, 4, 9, 16)


def test_what_a_document_says_is_the_same_once_it_was_text() -> None:
    fields = (["falcon"], [], ["falcon", "", "heron"], ["", "gate", ""])
    assert from_text(as_text(fields)) == fields


def test_of_so_many_words_it_is_remembered_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    said, read = document_words._Said(), document_words._Read()
    monkeypatch.setattr(document_words, "_said", said)
    monkeypatch.setattr(document_words, "_read", read)
    monkeypatch.setattr(document_words, "_SAID_KEPT", 3)
    counts = []
    for word in ("falcon", "herons", "herons", "gate", "osprey", "the", "gate"):
        assert document_words.in_normal_form(word) == ["" if word == "the" else word.removesuffix("s")]
        counts.append((len(said), len(read)))
    assert counts == [(1, 1), (2, 2), (2, 2), (3, 3), (1, 1), (2, 2), (3, 3)]


# ── all of them ──────────────────────────────────────────────────────────────────────────────────────────


def part_of(cell: tuple[int, ...] | None, number: int) -> tuple[int, ...]:
    """What a cell gives one document: the points and the fields."""
    at = [at for at in range(1, len(cell or ()), 3) if cell and cell[at] == number]
    return cell[at[0] + 1 : at[0] + 3] if cell and at else ()


SAID = [
    "# Falcon\n\nThe falcon terminal of the falcon registry, a terminal file.\n\nFurther on stands an osprey gate.\n",
    "# Ledger\n\nRegistries: project files.\n\n## Falcon\n\nRegistry, registrar.\n\nBeyond it a turbine hall.\n",
    "# Heron\n\nTerminals. Terminally, a heron; heron.\n\nAnother bridge toll; and a bridge toll.\n",
]


@pytest.mark.parametrize("number", range(3))
def test_a_document_that_is_weighed_beside_the_others_has_what_it_had_among_them(number: int) -> None:
    documents = {number: Document(f"name{number}", text) for number, text in enumerate(SAID)}
    evidence = weigh(documents)
    beside = weigh_beside({number: documents[number]}, evidence)
    assert {word: cell[:2] for word, cell in beside.items()} == dict.fromkeys(beside, (1, number))
    assert [word for word, cell in beside.items() if cell[2:] != part_of(evidence.words.get(word), number)] == []
    words = {word for counts in count(documents[number]) for word in counts}
    alone = [
        word for word in words if not any(word in each for n in {0, 1, 2} - {number} for each in count(documents[n]))
    ]
    assert {(evidence.words.get(word) or ())[0] for word in alone} == {1}
    assert {word for word in words if part_of(evidence.words.get(word), number)} == {w for w in beside if "*" not in w}
    assert {word for word in beside if "*" in word} == {
        f"{word[:BEGIN]}*" for word in beside if len(word) >= BEGIN and word.isalpha()
    }


def test_a_word_that_no_document_had_is_weighed_as_one_that_a_document_has() -> None:
    evidence = weigh({0: Document("", "Falcon.\n"), 1: Document("", "Heron.\n"), 2: Document("", "Heron.\n")})
    had, new, more = (weigh_beside({0: Document("", f"{word}.\n")}, evidence) for word in ("Falcon", "Osprey", "Heron"))
    assert new["osprey"] == had["falcon"] == evidence.words.get("falcon")
    assert more["heron"][2] < new["osprey"][2]


def test_several_documents_that_are_weighed_beside_the_others_stand_in_one_cell_in_their_order() -> None:
    documents = {number: Document(f"name{number}", text) for number, text in enumerate(SAID)}
    evidence = weigh(documents)
    some = weigh_beside({2: documents[2], 0: documents[0]}, evidence)
    each = {number: weigh_beside({number: documents[number]}, evidence) for number in (0, 2)}
    assert some["falcon*"][0] == len(some["falcon*"]) // 3 == 1 and evidence.words.get("falcon*")[0] == 2  # type: ignore[index]
    assert some["terminal"] == (2, *each[0]["terminal"][1:], *each[2]["terminal"][1:])
    assert some["termin*"] == (2, *each[0]["termin*"][1:], *each[2]["termin*"][1:])


@pytest.mark.parametrize("alike", [0.3, 0.8, 1.0, 0.0001])
def test_a_task_gets_of_each_word_what_documents_give_for_it_or_for_one_like_it(alike: float) -> None:
    text = "Kernel number, kernelmode kernelmode" + ", zebra" * 3
    documents = {n: Document("", f"{text}, kernelspace{'s' * n}, own{'n' * n}.\n") for n in range(9)}
    documents |= {9: Document("", "Kernelmode.\n"), 10: Document("", "Lions.\n"), 11: Document("", "Kernelspaces.\n")}
    words = weigh(documents).words
    factors, near = {"zebra": 1.0, "kernelmode": 0.7, "kernelizes": 0.9, "absent": 1.0}, {"kernel number": 0.5}
    points = DocumentPoints(weigh(documents), factors, near, alike)
    for number in documents:
        expected: dict[str, tuple[int, int]] = {}
        for word, factor, bits in [(w, f, 0) for w, f in factors.items()] + [(w, f, NEARBY) for w, f in near.items()]:
            ways = [(part_of(words.get(word), number), factor, bits)]
            ways += [(part_of(words.get(like(word)), number), alike * factor, LIKE_IT)] if word in factors else []
            given = [(round(part[0] * each), part[1] | more) for part, each, more in ways if part]
            best = max(given, key=lambda one: one[0], default=(0, 0))
            expected |= {word: best} if best[0] else {}
        assert {word: (given, where) for word, given, where in points.words_of(number)} == expected, number
        assert points.sums.get(number, 0) == sum(given for given, _ in expected.values()), number


@pytest.mark.parametrize(("often", "once"), [(KEPT * 3 // 5, KEPT * 3 // 5), (KEPT - 1, 2), (KEPT, 1)])
def test_of_a_long_document_so_many_words_are_kept_the_best_and_then_the_first(often: int, once: int) -> None:
    """Two short documents have the words, too, that stand once in the long one between them."""
    twice, rest = [f"zx{number:04}" for number in range(often)], [f"wx{number:04}" for number in range(once)]
    long, short = Document("", "\n\n".join(["The.", *rest, *twice, *twice])), Document("", "\n\n".join(["The.", *rest]))
    others = {3: Document("", "Falcons.\n"), 4: Document("", "Herons.\n")}
    evidence = weigh({0: short, 1: long, 2: short, **others})
    expected = {*twice, *rest[: KEPT - often]}
    assert {word for word in (*twice, *rest) if part_of(evidence.words.get(word), 1)} == expected
    beside = weigh_beside({1: long}, evidence)
    assert {*beside} == expected
    assert all(beside[word][2:] == part_of(evidence.words.get(word), 1) for word in expected)
    kept = {word: (evidence.words.get(word) or ())[1::3] for word in rest}
    assert kept == {word: (0, 1, 2) if word in expected else (0, 2) for word in rest}
    assert {(evidence.words.get(word) or ())[0] for word in rest} == {3}


def test_a_document_of_as_many_words_as_are_kept_keeps_all() -> None:
    words = [f"w{number:04}" for number in range(KEPT)]
    evidence = weigh({0: Document("", "\n\n".join(words)), 1: Document("", "Falcons.\n")})
    assert all(part_of(evidence.words.get(word), 0) for word in words)
    assert {*weigh_beside({0: Document("", "\n\n".join(reversed(words)))}, evidence)} == {*words}


def test_words_that_mean_the_same_stand_for_the_better_of_both() -> None:
    texts = {0: "# k8s\n", 1: "Kubernetes, kubernetes.\n", 2: "# Kubernetes\n\nk8s.\n", 3: "Falcons.\n", 4: "Herons.\n"}
    apart = weigh(
        {n: Document("", text.replace("k8s", "osprey").replace("ubernetes", "estrel")) for n, text in texts.items()}
    )
    one, other = apart.words.get("osprey"), apart.words.get("kestrel")
    expected = [3]
    for number in range(3):
        parts = [part for part in (part_of(one, number), part_of(other, number)) if part]
        expected += [
            number,
            max(points for points, _ in parts),
            sum({1 << bit for _, where in parts for bit in range(6) if where >> bit & 1}),
        ]
    words = weigh({number: Document("", text) for number, text in texts.items()}).words
    assert words.get("k8s") == words.get("kubernetes") == tuple(expected)
    assert words.get("k8") is None
    own = weigh(
        {0: Document("", "zeppelin."), 1: Document("", "Falcons.")},
        aliases=[("zeppelin", "air ship"), ("lz", "zeppelin")],
    )
    assert own.words.get("lz") == own.words.get("zeppelin") is not None
    assert own.words.get("ship") is None is own.words.get("air")


@pytest.mark.parametrize(("more", "speaks"), [(0, True), (1, False)])
def test_a_word_that_more_documents_have_than_are_kept_speaks_for_none(more: int, speaks: bool) -> None:
    holders = COMMON + more
    texts = ["Falcons.\n"] * holders + ["Herons.\n"] * (COMMON // 2)
    cell = weigh({number: Document("", text) for number, text in enumerate(texts)}).words.get("falcon")
    assert cell is not None and (cell[0], len(cell) > 1) == (holders, speaks)


def test_a_field_is_usually_as_long_as_it_is_on_average_and_one_word_at_least() -> None:
    assert weigh({0: Document("", "# One two\n"), 1: Document("a b", "# Falcon heron osprey\n")}).lengths == (
        1.0, 1.0, 4.0, 4.0, 4.0, 1.0,
    )  # fmt: skip
    assert weigh({}).lengths == (1.0,) * 6


@pytest.mark.parametrize("value", ["!Ref x", "!!python/object/apply:os.system [touch x]", "!!python/name:os.system x"])
def test_a_value_with_a_tag_of_a_program_is_no_text_wherever_it_stands(value: str) -> None:
    text = f"---\nname: api\ndescription: {value}\nnote: !!str said\n---\n# API\n"
    front = read_front(text)
    assert (front.text_of("name"), front.text_of("description"), front.text_of("note")) == ("api", "", "said")
    assert said_of_itself(text, front_matter(text), ("description",)) == ""
