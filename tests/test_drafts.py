"""What `init` writes of a document: keywords and a description as a person would write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.authoring.draft.descriptions import describe
from ctxload.authoring.draft.from_documents import draft
from ctxload.authoring.draft.identifiers import identifiers_of
from ctxload.authoring.draft.keywords import keywords_of
from ctxload.authoring.draft.labels import pieces_of
from ctxload.authoring.draft.prose import as_markdown, read_document
from ctxload.authoring.draft.requests import headings_of
from ctxload.authoring.draft.unspaced import words_of
from ctxload.matching.tokens import tokenize
from ctxload.text.markdown import read_markdown
from ctxload.text.outline import outline
from ctxload.workspace.memory_tree import MemoryTree

OTHER = "# Cellar\n\nWine, cheese and apples keep there.\n"


def keywords(text: str, path: str = "docs/page.md", *others: str) -> tuple[str, ...]:
    beside = {f"docs/other{number}.md": other for number, other in enumerate((OTHER, *others))}
    return keywords_of({path: text, **beside})[path]


@pytest.mark.parametrize(
    "page",
    [
        "**DO NOT READ THIS HERE, GUIDES ARE ON <https://e.org>.**\n\n{0} Basics\n========\n\nThis is how {0} works.\n",
        "---\ntags: x\n---\n\n# {0} Basics\n\nThis page belongs to version 7 of it.\n\nThis is how {0} works.\n",
        "# {0} Basics\n\n> Read the latest on our site, please.\n\nThis is how {0} works.\n\n## Use\n\nAs told.\n",
    ],
)
def test_what_many_documents_begin_with_is_said_of_none(page: str) -> None:
    names = ("Mailer", "Router", "Cache")
    files = {f"docs/{name.lower()}.md": page.format(name) for name in names}
    found = {entry.paths[0].value: entry for entry in draft(MemoryTree(files)).index.entries}
    for name in names:
        entry = found[f"docs/{name.lower()}.md"]
        assert entry.description.startswith(f"{name} Basics: This is how {name} works."), entry.description
        assert not any("site" in keyword.value or "version" in keyword.value for keyword in entry.keywords)
    two = draft(MemoryTree(dict(list(files.items())[:2]))).index.entries
    assert len(two) == 2  # what only two say may be of both


def test_no_line_that_is_withheld_from_models_goes_into_a_draft() -> None:
    """Neither the value nor what stands beside it, wherever it stands."""
    key, token = "aB3dE5fG7hI9jK1lM3nO5pQ7", "ghp_" + "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5"
    text = f"# password: {key}\n\ntoken: {token}\n\n## {token}\n\nThe gateway of herons. Use api_key = {key}9\n"
    entry = draft(MemoryTree({"docs/keys.md": text, "docs/other.md": OTHER})).index.entries[0]
    said = f"{entry.description} {[keyword.value for keyword in entry.keywords]}".lower()
    assert key.lower() not in said and token.lower() not in said and "ghp" not in said


def test_what_no_sign_ends_is_not_looked_for_to_the_end_from_each_of_them() -> None:
    """Half a million signs of a kind: to look for an end from each of them would take hours."""
    for sign in ("[", "![", "{:", "<a ", "[^", "`", "> ", "[a]("):
        text = f"# Heron\n\n{sign * (200_000 // len(sign))}\n\nThe heron fares well in all of these rivers.\n"
        assert draft(MemoryTree({"docs/heron.md": text})).index.entries[0].description.startswith("Heron")


# ── descriptions ─────────────────────────────────────────────────────────────────────────────────────────

DESCRIPTIONS = {
    "a label of MyST": (
        "a.md",
        "(options)=\n\n# Options\n\nAdded by the {func}`option` decorator, {ref}`see there <x>`.\n",
        "Options: Added by the option decorator, see there.",
    ),
    "a label of MyST in the place of a title": (
        "a.md",
        "# Start\n\nWe suggest {ref}`virtualenv-heading` first, and {ref}`then`.\n\n(then)=\n\n## What comes then\n",
        "Start: We suggest virtualenv first, and What comes then.",
    ),
    "a label of reST in the place of a title": (
        "a.rst",
        "Start\n=====\n\nWe suggest :ref:`sub-commands` first, and :ref:`Then`.\n\n"
        ".. _then:\n\nNow it\n------\n\nNo.\n",
        "Start: We suggest sub commands first, and Now it.",
    ),
    "comments of MDX": (
        "a.mdx",
        "# Past {/*past-years*/}\n\n{/* See HomeContent.js of it all */}\n\n{/* never\nto be read by anybody */}\n\n"
        "They {/* who? */}wrote most of it.\n",
        "Past: They wrote most of it.",
    ),
    "a title with a colon, and signs of code": (
        "a.md",
        "# C# notes:\n\nThe `Request#body` is read once only.\n",
        "C# notes: The Request#body is read once only.",
    ),
    "comments, icons and attributes in a line": (
        "a.md",
        '# Past :material-cpu-32-bit: <!-- omit in toc -->\n\nThey wrote [most](b.md){target="_blank"} of it :tada:.\n',
        "Past: They wrote most of it .",
    ),
    "colons that are no icons": (
        "a.md",
        "# Past\n\nThey call Text::uuid(), x:y:z, at 10:30:45 with `{job='x'}` of it.\n",
        "Past: They call Text::uuid(), x:y:z, at 10:30:45 with {job='x'} of it.",
    ),
    "an id of a heading": ("a.md", "# Past {#past-years}\n\nThey wrote most of it.\n", "Past: They wrote most of it."),
    "a value with a tag of YAML": (
        "a.md",
        "---\ntitle: !!binary aGVsbG8=\ndescription: !!python/object/apply:os.system\n  - touch /tmp/x\n---\n"
        "# Trap\n\nIt holds what came in.\n",
        "Trap: It holds what came in.",
    ),
    "badges and a logo": (
        "README.md",
        '<p align="center">\n  <img src="logo.png">\n</p>\n\n[![CI](ci.svg)](ci) [![NPM\nversion](v.svg)](npm)\n\n'
        "# Lib [![PyPI](p.svg)](pypi)\n\nLib renders pages _without_ a server.\n",
        "Lib: Lib renders pages without a server.",
    ),
    "a directive before the prose": (
        "a.rst",
        "Views\n=====\n\n.. currentmodule:: flask.views\n\n.. versionadded:: 2.0\n\n"
        "This page is about :class:`~flask.views.MethodView` and ``View``.\n",
        "Views: This page is about MethodView and View.",
    ),
    "headings of reST that are no Markdown": (
        "a.rst",
        "~~~~~\nProxy\n~~~~~\n\nUse it behind a load balancer.\n\nSetup\n~~~~~\n\nNow.\n",
        "Proxy: Use it behind a load balancer.",
    ),
    "no title": ("docs/event-hooks.md", "Hooks run with every event of a client.\n\n## Errors\n\nNone.\n", None),
    "a title of front matter": (
        "a.md",
        "---\ntitle: Alerting\n---\n\nWe recommend that you read this.\n\n## Naming\n\nNames of alerts.\n",
        "Alerting: We recommend that you read this.",
    ),
    "a brand above": ("a.md", '<h1 align="center">Fast</h1>\n\n## Hooks\n\nThey listen to events of it.\n', None),
    "an include": (
        "a.md",
        "# Query\n\n{* ../../docs_src/a.py hl[1] *}\n\nThe values are read from the address.\n",
        None,
    ),
    "an admonition": ("a.md", "/// details | Translated\n\n# Query\n\nThe values are read from there.\n\n///\n", None),
    "a list of contents": ("a.md", "# Errors\n\n- [One](#one)\n- [Two](#two)\n\nEach has a code of its own.\n", None),
    "an example that is introduced": (
        "a.md",
        "# Start\n\nFirst, import all of it:\n\nThen make a client.\n",
        None,
    ),
    "a tag as code": ("a.md", "# `<KeepAlive>`\n\n`<KeepAlive>` keeps what <b>was</b> shown.\n", None),
    "a way back": (
        "a.md",
        "[> Back to homepage](../readme.md#docs)\n\n## Streams\n\n[One](a.md) | [Two][b]\n\nA stream is read once.\n",
        "Streams: A stream is read once.",
    ),
    "a beginning that leads somewhere else": (
        "a.md",
        "# Errors\n\nRead the article [here](a.md).\n\n## ReadError\n\nNo.\n\n## ParseError(code)\n\nNo.\n",
        "Errors: ReadError, ParseError",
    ),
    "a beginning that points back, and nothing to say in its place": (
        "a.md",
        "# Streams\n\nThe function above is a stream of it.\n\n## Overview\n\nNo.\n",
        "Streams: The function above is a stream of it.",
    ),
    "a short beginning, and headings that tell more": (
        "docs/retries.md",
        "# Retries\n\nThis option is the object.\n\n## Backoff limits\n\nNo.\n\n## Usage\n\nNo.\n\n"
        "## Is that it?\n\nNo.\n\n### Methods: POST (never)\n\nNo.\n\n## Retries\n\nNo.\n",
        "Retries: This option is the object (Backoff limits, Methods: POST).",
    ),
    "a list that is introduced": ("a.md", "# Checkout\n\nIt comprises the following steps:\n\n- Pay\n", "Checkout"),
    "the sentence before one that introduces": (
        "a.md",
        "# Checkout\n\nA basket becomes an order. It takes these steps:\n\n- Pay\n",
        "Checkout: A basket becomes an order.",
    ),
    "what points back": (
        "a.md",
        "# Ranges\n\nThese are contrived but you get it.\n\nA range is a set of products.\n",
        "Ranges: A range is a set of products.",
    ),
    "asciidoc": (
        "a.adoc",
        "= Cache\n:toc:\n\nIt keeps what was read.\n\n== Limits\n",
        "Cache: It keeps what was read.",
    ),
}
SHORT = {
    "no title": "Event hooks: Hooks run with every event of a client.",
    "a brand above": "Hooks: They listen to events of it.",
    "an include": "Query: The values are read from the address.",
    "an admonition": "Query: The values are read from there.",
    "a tag as code": "KeepAlive: KeepAlive keeps what was shown.",
    "a list of contents": "Errors: Each has a code of its own.",
    "an example that is introduced": "Start: Then make a client.",
}


@pytest.mark.parametrize("kind", DESCRIPTIONS)
def test_a_description_is_the_title_and_the_first_prose_without_any_signs(kind: str) -> None:
    path, text, wanted = DESCRIPTIONS[kind]
    assert describe(path, read_document(path, text)) == (wanted or SHORT[kind])


def test_a_comment_beside_a_heading_is_no_part_of_a_keyword_nor_of_a_request() -> None:
    text = "# Past contributors {/*past-contributors*/}\n\nThey did.\n\n## Ask a `reviewer` {/*ask*/}\n\nAsk.\n"
    assert headings_of(MemoryTree({"docs/p.mdx": text}), "docs/p.mdx")[:2] == ["Past contributors", "Ask a reviewer"]
    assert outline(text).headings == read_markdown(text).sections[1].path == ("Past contributors", "Ask a reviewer")
    assert not any(set("{}/") & set(keyword) for keyword in keywords(text))


@given(st.lists(st.sampled_from(["{/*", "*/}", "`", " ", "\n", "a b", "#", "{", "*"]), max_size=30).map("".join))
def test_a_text_without_comments_of_mdx_is_as_it_was_and_with_them_has_none_left(text: str) -> None:
    """The slow reference: from each opening to the next closing, unless another opens between or code begins there."""
    kept, at = "", 0
    while at < len(text):
        end = text.find("*/}", at + 3) if text.startswith("{/*", at) and text[at - 1 : at] != "`" else -1
        opens_again = text.find("{/*", at + 3, end) >= 0
        if end < 0 or opens_again:
            kept, at = kept + text[at], at + 1
        else:
            at = end + 3
    assert as_markdown("a.mdx", text) == kept


def test_a_title_that_several_documents_have_gives_way_to_the_name_of_the_file() -> None:
    files = {f"docs/{name}.md": f"# Migration guides\n\nHow to leave {name} for\\\nus.\n" for name in ("axios", "wget")}
    assert [entry.description for entry in draft(MemoryTree(files)).index.entries] == [
        "Axios: How to leave axios for us.",
        "Wget: How to leave wget for us.",
    ]


def test_a_title_with_a_colon_that_several_have_gives_way_too() -> None:
    files = {f"docs/{name}.md": f"# Notes:\n\nHow the {name} is kept here.\n" for name in ("cellar", "attic")}
    described = [entry.description for entry in draft(MemoryTree(files)).index.entries]
    assert described == ["Attic: How the attic is kept here.", "Cellar: How the cellar is kept here."]


def test_a_long_description_ends_with_a_sentence_where_it_can() -> None:
    first = "It keeps the answers of servers for as long as they allow, in a folder of your own."
    text = f"# Cache\n\n{first} {'More of it. ' * 20}"
    assert describe("a.md", read_document("a.md", text)).startswith(f"Cache: {first}")
    assert describe("a.md", read_document("a.md", text)).endswith(".")
    assert describe("a.md", read_document("a.md", "# Cache\n\n" + "word " * 60)).endswith("word…")


@pytest.mark.parametrize(
    "said", ["(a.k.a. a bundle)", "e.g. one of them", "with tools etc. and so on", "vs. the others"]
)
def test_a_long_description_does_not_end_with_an_abbreviation_or_inside_of_a_bracket(said: str) -> None:
    text = f"# Certificates\n\n{'Its host is checked by what stands here. ' * 3}It takes {said} {'which goes on ' * 20}"
    assert describe("a.md", read_document("a.md", text)).endswith("stands here.")


# ── labels ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("label", "pieces"),
    [
        ("Background tasks with Celery", ["background task", "celery"]),
        ("Adding HTTP method overrides", ["http method override"]),
        ("Using the Request directly", []),
        ("Validation and Serialization", ["validate", "serialize"]),
        ("Human-in-the-loop", ["human in the loop"]),
        ("Enabling HTTP/2", ["http 2"]),
        ("Model context protocol (MCP)", ["model context protocol", "mcp"]),
        ("How to use it", []),
        ("2024", []),
    ],
)
def test_a_label_falls_into_what_people_say(label: str, pieces: list[str]) -> None:
    assert [" ".join(piece.words) for piece in pieces_of(words_of(label))] == [
        " ".join(tokenize(piece).forms[0]) for piece in pieces
    ]


# ── keywords ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_title_that_holds_the_name_of_the_file_is_a_keyword() -> None:
    assert keywords("# Event hooks\n\nEvent hooks run, and hooks end.\n", "docs/hooks.md") == ("event hooks",)
    index = draft(MemoryTree({"docs/hooks.md": "# Event hooks\n\nThey run.\n", "docs/b.md": OTHER})).index
    assert {entry.id.value: [word.value for word in entry.keywords] for entry in index.entries}["hooks"] == [
        "event hooks"
    ]


def test_a_name_of_several_words_does_not_take_the_place_of_the_title() -> None:
    assert keywords("# Billing\n\nHow invoices are paid.\n", "docs/billing rules.md") == ("billing",)


def test_what_only_examples_hold_is_no_keyword() -> None:
    text = (
        "Views\n=====\n\nWrite a view, and ``simple_page`` or ``simple_page``::\n\n"
        + "    def generate(rows):\n        static style rows\n" * 4
        + "\nThe end.\n\n.. code-block:: html\n\n"
        + "    <p>block title</p>\n" * 4
    )
    assert not {"generate", "static", "style", "block"} & {
        word for term in keywords(text, "a.rst") for word in term.split()
    }
    made_up = "# Pools\n\nHere `my_pool` is `my_pool`; set `MAX_SIZE`, `MAX_SIZE`.\n\n```\nmy_pool = Pool()\n```\n"
    assert set(keywords(made_up)) == {"pools", "MAX_SIZE"}


def test_names_of_code_are_those_that_people_write() -> None:
    said = (
        "`Response.aclose()` `MethodView` `.netrc` `--forwarded-allow-ips` `@fastify/view` `flask run` "
        "`pyproject.toml` `self.app` `examples/app.py` `init.py` `example.com` `$ref-way` `def init` `true` `x` "
        "`name` `12` `a/b`"
    )
    found = identifiers_of(read_document("a.md", said))
    assert [*found] == [
        "aclose", "MethodView", "--forwarded-allow-ips", "@fastify/view", "flask run", "pyproject.toml",
    ]  # fmt: skip


def test_what_an_example_calls_its_own_values_is_no_keyword_nor_what_any_program_has() -> None:
    said = "`allItems` `allItems` `OUTFILE` `OUTFILE` `os.environ` `os.environ` `RETRIES` `RETRIES` `4xx` `4xx`"
    fence = "```\nmore(({response, allItems}) => x)\nOUTFILE=$(mktemp)\ncat $OUTFILE\nRETRIES=3\n```\n"
    assert [*identifiers_of(read_document("a.md", f"# Pages\n\n{said}\n\n## Non-goals\n\nPRs.\n\n{fence}"))] == [
        "RETRIES"
    ]
    assert not {"PRs", "Non-goals", "4xx"} & set(keywords("# Work\n\n## Non-goals\n\nPRs, PRs, PRs, PRs; 4xx 4xx.\n"))


def test_news_takes_no_name_from_the_page_that_documents_it() -> None:
    news = "# Release 3.0\n\n## JSONField\n\n`JSONField` `JSONField` `JSONField`\n"
    page = "# Fields\n\n`JSONField` holds what it is given.\n"
    found = keywords_of({"docs/3.0-announcement.md": news, "docs/fields.md": page, "docs/x.md": OTHER})
    assert "JSONField" not in found["docs/3.0-announcement.md"]
    assert (
        "JSONField"
        in keywords_of({"docs/3.0-fields.md": news, "docs/f.md": page, "docs/x.md": OTHER})["docs/3.0-fields.md"]
    )


def test_a_class_that_a_heading_names_is_a_keyword_though_it_stands_once() -> None:
    assert "SimpleRouter" in keywords("# Routers\n\n## SimpleRouter\n\nIt routes.\n")


def test_words_that_everybody_writes_are_no_keywords_of_a_sentence() -> None:
    found = keywords("# A restricted card stays restricted when its owner is deleted\n\nRestricted cards stay so.\n")
    assert not {"restricted", "stays", "owner", "deleted"} & set(found)


def test_what_half_of_all_projects_are_made_with_is_a_keyword_only_of_what_is_called_so() -> None:
    text = "# Tokens for the API in JSON\n\n## GitHub\n\nThe API, the API, JSON, JSON, GitHub, GitHub, GitHub.\n"
    assert not {"API", "JSON", "GitHub"} & set(keywords(text))
    assert keywords("# JSON\n\nIt is text.\n", "docs/encoder.md") == ("JSON",)


def test_a_heading_in_capitals_is_written_as_people_write() -> None:
    assert keywords("# VISUAL PRINCIPLES OF MPTT\n\nVisual principles.\n") == ("visual principles", "MPTT")


def test_what_another_document_is_called_is_no_keyword_of_this_one() -> None:
    text = "# Tracing\n\n`dump-collect` and `dump-collect`; `trace_id`, `trace_id`.\n"
    found = keywords_of({"docs/tracing.md": text, "docs/dump-collect.md": "# Dumps\n\nThey are large.\n"})
    assert found["docs/tracing.md"] == ("trace_id",)


def test_a_keyword_of_many_documents_stays_with_the_two_that_say_most_of_it() -> None:
    said = {f"docs/p{n}.md": f"# Page{n}z\n\n{'`MAX_SIZE` ' * (n + 2)}\n" for n in range(4)}
    rest = {f"docs/q{n}.md": f"# Other{n}z\n\nNothing of it.\n" for n in range(20)}
    assert [path for path, terms in keywords_of({**said, **rest}).items() if "MAX_SIZE" in terms] == [
        "docs/p2.md",
        "docs/p3.md",
    ]


PEERS = {f"docs/p{n}.md": f"# Page{n}z\n\n{'It has serializer, serializer. ' * (n < 4)}\n" for n in range(24)}


def test_a_word_that_the_others_write_as_often_is_no_keyword_of_a_document_that_has_it_in_a_heading() -> None:
    text = "# Orders\n\n## Serializer\n\nIts serializer.\n"
    assert keywords_of({"docs/orders.md": text, **PEERS})["docs/orders.md"] == ()
    mostly = text + "\nOf serializer and serializer, and serializer.\n" * 3
    assert keywords_of({"docs/orders.md": mostly, **PEERS})["docs/orders.md"] == ("serializer",)


def test_a_phrase_of_words_that_the_others_write_as_often_is_none_either() -> None:
    peers = {path: text.replace("serializer", "serializer with pooling") for path, text in PEERS.items()}
    text = "# Orders\n\n## Pooling serializer\n\nIt is pooling serializer.\n"
    assert keywords_of({"docs/orders.md": text, **peers})["docs/orders.md"] == ()
    assert keywords_of({"docs/orders.md": text, **PEERS})["docs/orders.md"] == ("pooling serializer",)


def test_what_a_document_is_called_is_its_keyword_though_others_write_it_more_often() -> None:
    text = "# Stripe serializer\n\nIt is short.\n"
    peers = {path: text.replace("serializer", "stripe serializer") for path, text in PEERS.items()}
    assert keywords_of({"docs/orders.md": text, **peers})["docs/orders.md"] == ("stripe serializer",)


def test_what_only_one_section_repeats_is_no_keyword() -> None:
    heads = "".join(f"## {head}\n\nText of it.\n\n" for head in ("Notes", "See also", "Status", "Usage", "Tips"))
    text = f"# Overview\n\n{heads}## Steps\n\n{'Run it on ballmer again. ' * 8}\n"
    assert keywords(text) == ()
    assert keywords(text.replace("Text of it.", "Run on ballmer.")) == ("ballmer",)


def test_a_contraction_is_no_keyword() -> None:
    assert keywords("# Review\n\n" + "It hasn't, and they couldn’t; he'll see what you've. " * 9) == ()


def test_a_name_is_a_keyword_in_one_of_its_spellings() -> None:
    text = "# Deploy\n\n## Digital Ocean\n\n" + "DigitalOcean, or digital ocean. " * 8
    assert len([term for term in keywords(text) if term.lower().replace(" ", "") == "digitalocean"]) == 1


def test_headings_that_any_page_has_are_no_keywords() -> None:
    text = "# Balances\n\n## Status\n\nDone.\n\n## Context\n\nSo.\n\n## Consequences\n\nNone.\n\n## See also\n\nX.\n"
    assert keywords(text, "docs/0004-balances.md") == ()


def test_a_piece_of_a_label_of_two_scripts_is_no_keyword_by_itself() -> None:
    assert "作注入名" not in keywords("# 依赖注入\n\n## 使用 Symbol 作注入名\n\n如下。\n", "docs/provide.md")


def test_what_all_documents_are_about_begins_no_keyword() -> None:
    texts = {f"docs/p{n}.md": f"# Flask topic{n}\n\nFlask has a topic{n}. Flask is here.\n" for n in range(8)}
    assert not [term for terms in keywords_of(texts).values() for term in terms if "flask" in term.lower()]


_words = st.sampled_from(
    "serializer Event hooks `MAX_SIZE` **care** [x](y) :class:`~a.B` 2024 and with MethodView {#id} proxies `def x` "
    "the redirect_url <b>bold</b> _child ![p](q) $ref 1.10 --retry".split()
)
_lines = st.lists(_words, min_size=1, max_size=7).map(" ".join)


@given(st.lists(_lines, min_size=2, max_size=6), st.lists(_lines, max_size=4), st.sampled_from(("md", "rst")))
def test_a_keyword_has_no_markup_and_stands_in_its_document(lines: list[str], heads: list[str], ending: str) -> None:
    text = "# " + lines[0] + "\n\n" + "\n\n".join(lines * 3 + [f"## {head}\n\n{head}" for head in heads])
    if ending == "rst":
        text = f"{lines[0]}\n{'=' * len(lines[0])}\n\n" + "\n\n".join(lines * 3)
    document = "".join(char for forms in tokenize(text.replace("`", " ")).forms for form in forms for char in form)
    for term in keywords(text, f"docs/a.{ending}"):
        assert not set(term) & set("*`[]{}<>()|#~")
        assert any(map(str.isalpha, term))
        assert all(form in document for forms in tokenize(term).forms for form in forms)
