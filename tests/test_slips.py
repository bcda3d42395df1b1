"""A word that nobody knows and that is one slip from a keyword's word reads as that word; common words never do."""

from __future__ import annotations

import json
import lzma
from itertools import chain, product
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ctxload.index.parser import parse
from ctxload.matching import slips
from ctxload.matching.compiler import compile_index
from ctxload.matching.slips import is_common, is_slip, reading
from ctxload.matching.tokens import form
from ctxload.matching.word_lists import SAME
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

FREQUENT = Path(__file__).parent / "words" / "frequent.txt.xz"
#: Words of keywords as indexes have them.
TECHNICAL = """
    accessibility active agents alerts analytics android angular animation ansible architecture archive assets async
    audit authentication authorization autoscaling backend backup balancer benchmark billing bluetooth branch browser
    bucket buffer bundle button cache canary catalog certificate channel charts checkout client cluster codec commerce
    compiler component compose computer concurrency config connection container context contract controller cookies
    coupon coverage crawler credential currency customer dashboard database dataset deadlock debugger dependency deploy
    deployment design desktop diagram django docker document documentation domain driver editor elastic email embedding
    encryption endpoint environment error events exception express extension failover fallback feature feedback filter
    firewall flutter forecast formatter framework frontend function gateway generics gradient grafana graphql handler
    handling harness hashing header helper history hosting identity image import indexing inference infrastructure
    ingress input install integration interface inventory invoice jenkins journal kafka kernel keyboard kotlin
    kubernetes label lambda landing language latency launch layout ledger library license linter locale locking logging
    login machine mailer manifest marine market memory merge message metrics microservice middleware migration mobile
    mock model module monitoring mongodb native network newsletter notification object observability offline onboarding
    operator optimization orders package pagination parser password patch payment performance permission pipeline
    platform playbook plugin podcast policy polling portal postgres presence pricing privacy process product profile
    project prometheus prompt protocol provider proxy pruning publish python queries queues random react recommender
    record recovery redesign reduction refactor refund registry release renderer report repository request research
    responsive retention retry review rollback router routing runtime sandbox scaling schedule schema scraping search
    secret security segment selenium semantic serializer server service session settings sharding shipping signing
    snapshot socket solidity spark sprint staging startup state station storage strategy stream stress struct
    subscription support survey swagger syntax tables target template tenant terraform testing theme thread throttling
    ticket timeout token tooling tracing tracking training transaction translation trigger tuning tutorial typescript
    unit upload usage validation values variable vault vector version video virtual visual volume vulnerability
    warehouse webhook websocket widget wizard worker workflow
""".split()


def index_of(*keywords: str) -> str:
    entries = [{"path": f"zz-{at}.md", "keywords": [word]} for at, word in enumerate(keywords)]
    return json.dumps({"fallback": "none", "context_files": entries})


def answer(task: str, *keywords: str, document: str = "", **request: str) -> Resolution:
    tables = compile_index(parse(Source("context-index.yml", index_of(*keywords))).index)
    tree = MemoryTree({f"zz-{at}.md": "# x\n\n" + "\n" * at + document for at in range(len(keywords))})
    return resolve(tables, tree, Request(task, **request))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("keyword", "task"),
    [
        ("database", "fix the databse"),
        ("database", "fix the datbaase"),
        ("database", "fix the databass"),
        ("database", "fix the Databases and the databsae"),
        ("kubernetes", "the kuberntes pods"),
        ("throttling", "throtling is wrong"),
        ("authentication", "authetication fails"),
        ("rate limiting", "rate limitting"),
        ("serializer", "nested serialzers"),
        ("github-actions", "a github actoins job"),
    ],
)
def test_a_slip_of_a_keyword_calls_for_its_entry(keyword: str, task: str) -> None:
    assert answer(task, keyword).paths == ("zz-0.md",)


@pytest.mark.parametrize(
    ("keyword", "task"),
    [
        ("policy", "call the police"),
        ("database", "fix the dtabse"),
        ("docker", "fix the dcker"),
        ("station", "a statoin"),
        ("websocket", "a wbsockets"),
    ],
)
def test_common_words_short_ones_and_two_slips_call_for_nothing(keyword: str, task: str) -> None:
    others = ("stations", "nation") if keyword == "station" else ()
    assert bool(answer(task, keyword, *others).paths) is (keyword in ("station", "websocket"))


def test_a_word_that_is_one_slip_from_two_keywords_reads_as_neither() -> None:
    assert answer("the reqest page", "request").paths == ("zz-0.md",)
    assert answer("the sesion of the vesion", "session", "version").paths == ("zz-0.md", "zz-1.md")
    assert answer("a taple", "tables", "staple").paths == ()
    assert answer("a testeng plan", "testing", "testeng plan").paths == ("zz-1.md",)  # known is known
    assert answer("a pabsing fault", "parsing", "passing").paths == ()


def test_a_word_that_a_document_has_is_no_slip() -> None:
    assert answer("tune the databaze", "database", document="A bus.").paths == ("zz-0.md",)
    found = answer("tune the databaze", "database", document="A databaze.")
    assert all(reason.kind == "document" and not reason.note for file in found.files for reason in file.reasons)


def test_where_documents_are_unread_nothing_is_read_otherwise() -> None:
    tables = compile_index(parse(Source("context-index.yml", index_of("database"))).index)
    tree = MemoryTree({"zz-0.md": "# x"})
    assert resolve(tables, tree, Request("fix the databse"), (), lambda: None).paths == ()
    assert resolve(tables, tree, Request("fix the databse", match="whole")).paths == ()


def test_what_is_pasted_or_a_path_is_read_as_it_is() -> None:
    assert answer("see src/databse/x.py and `y`\n```\ndatabse\n```", "database").paths == ()


def test_a_reading_counts_less_and_says_so() -> None:
    (right,), (wrong,) = answer("fix the database", "database").files, answer("fix the databse", "database").files
    assert wrong.score < right.score
    (reason,) = wrong.reasons
    assert (reason.note, reason.words) == ("`databse` read as `database`", ("databse",))


@pytest.mark.parametrize("match", ["whole", "focused"])
def test_a_slip_changes_nothing_of_what_another_word_counts(match: str) -> None:
    words = ("database", "serializer")
    right = {file.path: file.score for file in answer("fix the database serializer", *words, match=match).files}
    wrong = {file.path: file.score for file in answer("fix the databse serializer", *words, match=match).files}
    assert wrong.get("zz-1.md") == right["zz-1.md"]


@pytest.mark.parametrize("each", [pytest.param(1, marks=pytest.mark.heavy), 25])
def test_none_of_50000_frequent_words_of_several_languages_is_read_as_another(each: int) -> None:
    words = lzma.decompress(FREQUENT.read_bytes()).decode("ascii").split()
    assert len(words) == 50_000
    tables = compile_index(parse(Source("context-index.yml", index_of(*TECHNICAL, *words[::100]))).index)
    assert [(word, read) for word in words[::each] if (read := reading(tables, word))] == []


_tables = compile_index(parse(Source("context-index.yml", index_of(*TECHNICAL))).index)
_long = st.sampled_from([word for word in TECHNICAL if len(word) > 6])


@st.composite
def slipped(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and one slip of it."""
    word = draw(_long)
    at, letter = draw(st.integers(0, len(word) - 2)), draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    ways = (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    return word, draw(st.sampled_from(ways))


@given(slipped())
def test_each_slip_of_a_keyword_reads_as_it_unless_it_is_a_common_word_or_near_another(case: tuple[str, str]) -> None:
    word, slip = case
    assume(slip != word and form(slip) != form(word))
    others = [*TECHNICAL, *chain(*SAME)]  # an alias of a keyword is one of its words, too
    near = {form(other) for other in others if is_slip(slip, other) or is_slip(form(slip), form(other))}
    alone = near == {form(word)} and not is_common(slip) and not is_common(form(slip))
    assert (form(reading(_tables, slip)) == form(word)) is alone or near != {form(word)}


def test_a_slip_is_read_where_very_many_keywords_begin_as_its_word_does() -> None:
    keywords = [f"kubernetes step{number}" for number in range(500)]
    tables = compile_index(parse(Source("context-index.yml", index_of(*keywords))).index)
    assert reading(tables, "kuberntes") == "kubernetes"


def one_slip_from(word: str) -> set[str]:
    """Every word of the letters a to c that is one slip from a word."""
    found = {word[:at] + word[at + 1 :] for at in range(len(word))}
    found |= {word[:at] + letter + word[at:] for at in range(len(word) + 1) for letter in "abc"}
    found |= {word[:at] + letter + word[at + 1 :] for at in range(len(word)) for letter in "abc"}
    found |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    return found - {word}


def test_one_slip_is_a_letter_more_less_or_changed_or_two_neighbours_swapped() -> None:
    words = ["".join(letters) for size in range(1, 5) for letters in product("abc", repeat=size)]
    for word in words:
        assert {other for other in words if is_slip(word, other)} == one_slip_from(word).intersection(words), word


@pytest.mark.parametrize(
    ("keyword", "word", "read"),
    [
        # the slip in each half of the shortest word that is read, and across both
        ("kernel", "ketnel", "kernel"),
        ("kernel", "kermel", "kernel"),
        ("kernel", "kenrel", "kernel"),
        ("kernel", "kennel", ""),  # common
        ("kernel", "qwzxyv", ""),  # near nothing
        # the shortest word that is meant, a to z alone
        ("debug", "debugg", "debug"),
        ("port", "portxing", ""),
        ("oauth2", "oauthx", ""),
        ("bücher", "bacher", ""),
        # common as it is written, or in its normal form
        ("chatling", "chatting", ""),
        ("sharling", "sharding", ""),
    ],
)
def test_a_word_that_nobody_knows_reads_as_this(keyword: str, word: str, read: str) -> None:
    assert reading(compile_index(parse(Source("context-index.yml", index_of(keyword))).index), word) == read


@pytest.mark.parametrize(("most", "read"), [(3, "kernel"), (2, "")])
def test_where_more_words_begin_alike_than_are_looked_at_none_is_read(
    most: int, read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slips, "LOOKED_AT", most)
    tables = compile_index(parse(Source("context-index.yml", index_of("kernel", "kerosene", "kermit"))).index)
    assert reading(tables, "kermel") == read


@pytest.mark.parametrize(
    ("entry", "read"),
    [
        ("{path: a.md, keywords: [kernel]}", "kernel"),
        ("{path: a.md, id: kernel}", "kernel"),
        ("{path: kernel.md}", ""),
        ("{path: a.md, exclude: [kernel]}", ""),
        ("{path: a.md, sections: {x: [kernel]}}", ""),
    ],
)
def test_a_slip_of_a_keyword_or_a_written_id_is_read_and_of_nothing_else(entry: str, read: str) -> None:
    tables = compile_index(parse(Source("context-index.yml", f"context_files: [{entry}]")).index)
    assert "kernel" in [row.text for row in tables.keywords]
    assert reading(tables, "kermel") == read
