"""The words of `docs/style.md`: what users read is plain English, and names say what they hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ctxload
from docs_support import PAGES, ROOT

PACKAGE = Path(ctxload.__file__).resolve().parent

#: What the page lists under "instead of", as far as a pattern can tell it.
UNWANTED = re.compile(
    r"\b(?:mend(?:s|ed|ing)?"
    r"|(?<!there )(?:is|are) no (?!more\b|longer\b|smaller\b|worse\b)\w+"
    r"|(?:is|are) not there"
    r"|complains?|complaints?"
    r"|where nothing is said)\b",
    re.IGNORECASE,
)

TEXTS = [page for page in (*PAGES, *sorted(PACKAGE.glob("text/findings/*.md"))) if page.name != "style.md"]
CODE = sorted(PACKAGE.rglob("*.py"))


def unwanted(text: str) -> list[str]:
    return [word for paragraph in text.split("\n\n") for word in UNWANTED.findall(" ".join(paragraph.split()))]


def sentences(module: Path) -> Iterator[str]:
    """What stands in quotes, with its docstrings; a lone word is data and no sentence."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value


@pytest.mark.parametrize("text", ["`x` is no number", "mended in memory", "it\nis not there", "they are no files"])
def test_an_unwanted_word_is_seen(text: str) -> None:
    assert unwanted(text)


@pytest.mark.parametrize("text", ["there is no index", "it is no longer there", "an amendment", "`x` isn't a number"])
def test_a_common_word_is_left_alone(text: str) -> None:
    assert not unwanted(text)


@pytest.mark.parametrize("page", TEXTS, ids=[page.relative_to(ROOT).as_posix() for page in TEXTS])
def test_a_page_is_in_plain_english(page: Path) -> None:
    assert unwanted(page.read_text(encoding="utf-8")) == []


def test_messages_and_docstrings_are_in_plain_english() -> None:
    assert len(CODE) > 100
    wrong = {path.relative_to(PACKAGE).as_posix(): unwanted("\n\n".join(sentences(path))) for path in CODE}
    assert {name: words for name, words in wrong.items() if words} == {}
