"""The words of `docs/style.md`: what users read is plain English, and names say what they hold."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

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

#: Names that say that there is a value and not which.
VAGUE = {"found", "known", "said", "told", "given"}


def code_of(module: Path) -> CodeType:
    """A file's code as the import left it: to parse the whole package takes a second."""
    code = SourceFileLoader("", os.fspath(module)).get_code("")
    assert code
    return code


def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


#: One of these stands in each: most texts hold none, and are not searched.
PARTS = ("mend", "is no", "are no", "complain", "nothing is said")


def unwanted(text: str) -> list[str]:
    plain = " ".join(text.replace("\n\n", "\0").split()).lower()
    if not any(part in plain for part in PARTS):
        return []
    return [word for paragraph in text.split("\n\n") for word in UNWANTED.findall(" ".join(paragraph.split()))]


def sentences(module: Path) -> Iterator[str]:
    """What stands in quotes, with its docstrings; a lone word is data and no sentence."""
    yield from (text for text in texts(code_of(module).co_consts) if " " in text)


def texts(values: Iterable[object]) -> Iterator[str]:
    """Those among the constants of a code, and of what is in it."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple | frozenset):
            yield from texts(value)
        elif isinstance(value, CodeType):
            yield from texts(value.co_consts)


@pytest.mark.parametrize("text", ["`x` is no number", "mended in memory", "it\nis not there", "they are no files"])
def test_an_unwanted_word_is_seen(text: str) -> None:
    assert unwanted(text)


@pytest.mark.parametrize("text", ["there is no index", "it is no longer there", "an amendment", "`x` isn't a number"])
def test_a_common_word_is_left_alone(text: str) -> None:
    assert not unwanted(text)


def test_every_page_is_in_plain_english() -> None:
    assert len(TEXTS) > 100
    wrong = {page.relative_to(ROOT).as_posix(): unwanted(page.read_text(encoding="utf-8")) for page in TEXTS}
    assert {name: words for name, words in wrong.items() if words} == {}


def test_messages_and_docstrings_are_in_plain_english() -> None:
    assert len(CODE) > 100
    wrong = {path.relative_to(PACKAGE).as_posix(): unwanted("\n\n".join(sentences(path))) for path in CODE}
    assert {name: words for name, words in wrong.items() if words} == {}


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────


def is_public(name: str) -> bool:
    return not name.startswith("_") or name.startswith("__")


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions that other modules call: neither they nor the class that holds them begin with `_`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from functions(child)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and is_public(child.name):
            yield child


def vague_parameters(code: ast.Module) -> list[str]:
    return [
        f"{function.name}({one.arg})"
        for function in functions(code)
        for one in ast.walk(function.args)
        if isinstance(one, ast.arg) and one.arg in VAGUE
    ]


def test_a_vague_parameter_is_seen() -> None:
    code = "def a(x, *, found=1): ...\nclass B:\n    def __init__(self, told): ...\n    def _c(self, said): ...\n"
    assert vague_parameters(ast.parse(code)) == ["a(found)", "__init__(told)"]


def parameters(code: CodeType) -> Iterator[str]:
    """Those of all functions in a code, public or not."""
    yield from code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from parameters(inner)


def test_public_parameters_say_what_they_hold() -> None:
    some = [path for path in CODE if VAGUE.intersection(parameters(code_of(path)))]
    wrong = {path.relative_to(PACKAGE).as_posix(): vague_parameters(tree(path)) for path in some}
    assert {name: names for name, names in wrong.items() if names} == {}
