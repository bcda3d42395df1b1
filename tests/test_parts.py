"""A task that asks for several things: each part of it is asked as a task of its own, and names in code are words."""

from __future__ import annotations

import pytest

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.task_words import content_words
from ctxload.matching.tokens import tokenize
from ctxload.selection.meant import parts_of_name
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.selection.rest_of_task import parts_of
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

#: Documents as `init` lists them: no keyword says what they are for.
FILES = {
    "docs/docker.md": "# Docker images\n\nBuild the image from a Dockerfile, and keep the image small.\n",
    "docs/settings.md": "# Settings\n\nSettings come from the environment, or from an env file that pydantic reads.\n",
    "docs/gift-cards.md": "# Gift cards\n\nThe balance of a gift card is adjusted by staff alone.\n",
    "docs/routers.md": "# Bigger applications\n\nSplit a large application into several routers.\n\n"
    "```python\napp.include_router(orders, prefix='/orders')\n```\n",
    "docs/tokens.md": "# JWT tokens\n\nThe login hands out a JWT token, which expires.\n",
}
INDEX = "fallback: none\ncontext_files:\n" + "".join(f"  - {{path: {path}}}\n" for path in FILES)


def answer(task: str, files: dict[str, str] = FILES, index: str = INDEX) -> Resolution:
    tables = compile_index(parse(Source("context-index.yml", index)).index)
    return resolve(tables, MemoryTree(files), Request(task))


def paths(task: str) -> set[str]:
    return {path.removeprefix("docs/").removesuffix(".md") for path in answer(task).paths}


@pytest.mark.parametrize(
    ("task", "needed"),
    [
        ("I need a Dockerfile and a small image. The settings must come from an env file with pydantic.", {"docker", "settings"}),  # noqa: E501
        ("Put a JWT login in, then split the application into routers", {"tokens", "routers"}),
        ("Split the application into several routers. Also keep the docker image small.", {"routers", "docker"}),
        ("Put the JWT login with an expiring token in, and split the large application into several routers",
         {"tokens", "routers"}),
        ("The gift card balance is off!\n\n- read the settings from an env file", {"gift-cards", "settings"}),
        ("Split the application into several routers. It has to be several routers, none larger.", {"routers"}),
        ("Split the application into several routers. We want it by Friday.", {"routers"}),
        ("Build a docker image, small and from a Dockerfile", {"docker"}),
        ("Split the application into several routers, the login hands out a JWT token", {"routers", "tokens"}),
    ],
)  # fmt: skip
def test_each_part_of_a_task_brings_the_document_that_answers_it_and_no_part_a_second(
    task: str, needed: set[str]
) -> None:
    assert paths(task) == needed


def test_a_path_is_no_part_of_a_task() -> None:
    assert paths("Split the application into several routers. It is src/docker/image.py") == {"routers"}


def test_a_name_of_one_word_that_many_documents_have_is_a_word_as_any_other() -> None:
    others = {f"docs/other{n}.md": f"# Other {n}\n\nThe docker of falcons, number {n}.\n" for n in range(4)}
    index = INDEX + "".join(f"  - {{path: {path}}}\n" for path in others)
    task = "docker for zeppelins, ospreys and herons"
    assert answer(task).paths == ("docs/docker.md",)
    assert answer(task, {**FILES, **others}, index).paths == ()
    assert answer("see the docker doc", {**FILES, **others}, index).paths == ("docs/docker.md",)


def test_a_part_says_how_sure_its_document_is_in_it_alone() -> None:
    found = answer("Split the application into several routers. Also keep the docker image small.")
    said = [verdict.message for verdict in found.verdicts if verdict.entry == "routers"]
    assert said == [
        "answers a part of the task by itself, `split`, `router`: 3.44, and 0.61 is enough; "
        "2 of 4 telling words of the task stand in it"
    ]


def test_of_a_long_part_four_words_are_named() -> None:
    files = {
        "ui.md": "# Buttons\n\nColours, spacing, shades, shadows and borders of our buttons.\n",
        "auth.md": "# Session tokens\n\nRotate session tokens, renew login cookies, revoke refresh secrets.\n",
    }
    asked = "Rotate session tokens, renew the login cookies, revoke refresh secrets."
    also = "Then change the colours, shades, shadows, spacing and borders."
    found = answer(f"{asked} {also}", files, "context_files: [{path: ui.md}, {path: auth.md}]\nfallback: none\n")
    (said,) = [verdict.message for verdict in found.verdicts if verdict.entry == "ui"]
    assert said.startswith("answers a part of the task by itself, `colour`, `shade`, `shadow`, `space`: ")


@pytest.mark.parametrize(
    ("task", "parts"),
    [
        ("Tune the slow query. Then colour the button", ["tune slow query", "colour button"]),
        ("Tune the query; colour the button", ["tune query", "colour button"]),
        ("Is the query slow? Also: colour buttons!", ["query slow", "colour button"]),
        ("Add a probe, a limit and a check", ["add probe limit check"]),
        ("tune the slow query of the nightly report and colour the big button on the page",
         ["tune slow query nightly report", "colour big button page"]),
        ("tune the slow query of the nightly report, and colour the big button on the page",
         ["tune slow query nightly report", "colour big button page"]),
        ("tune the slow query of the nightly report and colour the button", ["tune slow query nightly report colour button"]),  # noqa: E501
        ("tune it and colour the big button on the start page", ["tune colour big button start page"]),
        ("tune the slow database query, colour the big red button", ["tune slow database query", "colour big red button"]),  # noqa: E501
        ("tune the slow query, colour the big red button", ["tune slow query colour big red button"]),
        ("tune the slow database query, colour the big button", ["tune slow database query colour big button"]),
        ("the query,\nwhich is slow", ["query slow"]),
        ("# The query\n\nis slow", ["query", "slow"]),
        ("Die Abfrage ist langsam. Danach die Knöpfe färben", ["abfrage langsam", "danach knöpfe färben"]),
        ("查询很慢。按钮", ["查 询 很 慢", "按 钮"]),
        ("", []),
    ],
)  # fmt: skip
def test_a_task_is_divided_at_sentences_and_where_it_goes_on_to_something_else(task: str, parts: list[str]) -> None:
    tokens = tokenize(task)
    assert [" ".join(part) for part in parts_of(content_words(tokens, None), tokens)] == parts


# ── names in code ────────────────────────────────────────────────────────────────────────────────────────


def test_a_name_in_code_that_no_document_has_speaks_of_the_words_it_is_put_together_of() -> None:
    assert paths("fix giftCardBalance") == {"gift-cards"} == paths("fix giftCard")
    assert paths("fix AdjustGiftCard for staff") == {"gift-cards"}
    (reason,) = answer("fix giftCardBalance").files[0].reasons
    assert reason.note == "`giftCardBalance` read as `gift card balance`"


def test_a_name_in_code_that_a_document_has_is_only_itself() -> None:
    files = {**FILES, "docs/api.md": "# The giftCardBalance\n\n`giftCardBalance` is a mutation.\n"}
    found = answer("fix giftCardBalance", files, f"{INDEX}  - {{path: docs/api.md}}\n")
    assert found.paths == ("docs/api.md",)


@pytest.mark.parametrize("name", ["GitHub", "JavaScript", "iPhone", "URL", "OAuth", "McDonald", "xY", "Éa", ""])
def test_a_name_of_two_words_that_begins_with_a_capital_is_one_word(name: str) -> None:
    assert parts_of_name(name) == [name.lower()]


def test_what_only_the_code_of_a_document_says_is_found() -> None:
    assert paths("where is include_router called") == {"routers"}


def test_a_word_that_nearly_every_document_has_is_not_said_to_be_lacking() -> None:
    files = {f"docs/{number}.md": f"# Page {number}\n\nThe acme sdk, page {number}.\n" for number in range(30)}
    files["docs/upgrade.md"] = "# Upgrade\n\nHow to upgrade the acme sdk.\n"
    index = "fallback: none\ncontext_files:\n" + "".join(f"  - {{path: {path}}}\n" for path in files)
    told = answer("upgrade acme sdk webhooks with kafka, grafana and terraform on monday", files, index).verdicts
    said = next(one.message for one in told if one.entry == "upgrade")
    assert "lacks `webhook`" in said
    assert said.endswith("; nearly every document has `acme`, `sdk`, which tells none apart")
