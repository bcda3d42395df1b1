r"""The names of code that a document is about: settings, classes, commands, options.

A name counts where prose sets it as code, and again where a heading does. Left out are names that the document's own
examples make up (`my_app = …`), paths of files, words that everybody writes, and single signs.

>>> from ctxload.text.markdown import read_markdown
>>> found = identifiers_of(read_markdown("# Pools\n\nSet `MAX_SIZE`; `pool_of` is `x`.\n\n```\npool_of = 1\n```\n"))
>>> found
{'MAX_SIZE': 1}
"""

from __future__ import annotations

import re
from collections import Counter

from .labels import is_special
from .markup import ANY_HEADING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...text.markdown import Markdown

#: How much more a name counts in a heading.
IN_HEADING = 3
#: Code that says nothing of a document.
ANY_CODE = frozenset(
    "none true false null nil undefined dict list str int bool float bytes self this args kwargs localhost foo bar baz "
    "string number object array promise any void readme.md index.md __init__ __main__ main index utf-8 utf8 http/1.1 "
    "stdin stdout stderr async await application/json".split()
)
#: Words that begin a line of a program and no command.
SYNTAX = frozenset(
    "def class function const let var import from return export async await new for if else elif while block extends "
    "include raise throw type interface static public private with and or not in is try except end do then fi".split()
)
#: Endings of files that settings are written in, and what is in the name of one that is no example's own.
SETTINGS = frozenset("toml ini cfg conf json jsonc yml yaml lock env".split())
KNOWN_FILES = ("pyproject", "package", "config", "settings", "compose", "cargo", "tox", "setup", "lock", ".env", "rc.")
#: Endings of addresses.
DOMAINS = frozenset("com org net io dev ai app local".split())
#: What a dotted name may begin with that is no name of its own.
OWNERS = frozenset("self this cls".split())

#: What any program of a language has at hand: `os.environ` says nothing of a document.
EVERY_PROGRAM = frozenset("os sys re json math path process console document window string time".split())
#: What marks the name of a variable that a shell sets and reads.
SHELL = "$"

_PARAMS = re.compile(r"\(([^()]*)\)\s*=>")
_WORD = re.compile(r"[A-Za-z_]\w*")
_SHELL = re.compile(r"^\s*(?:export\s+|local\s+)?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]{2,60})\1(?!`)")
_CALL = re.compile(r"\(.*|[=\[{<].*|\s--.*")
_NAME = re.compile(r"--?[a-z][\w-]+|@[\w-]+/[\w.-]+|\$[A-Za-z]\w+|\.?[A-Za-z_][\w.-]*(?: [a-z][\w-]*)?")
_ENDING = re.compile(r"\.([a-z]{2,5})$")
_MADE_UP = re.compile(
    r"^\s*(?:(?:export\s+|default\s+|async\s+|public\s+|static\s+)*"
    r"(?:def|class|function|const|let|var|func|fn|interface|type)\s+(\w+)|(\w+)\s+(?::=|=)\s)",
    re.MULTILINE,
)


def identifiers_of(markdown: Markdown) -> dict[str, int]:
    """The names, as they are written, with how often each counts."""
    made_up = _of_examples(markdown)
    for block in markdown.blocks:
        if block.kind == "fence":
            for found in _MADE_UP.finditer(markdown.text, block.start, block.end):
                made_up.add(found[1] or found[2])
    counts: Counter[str] = Counter()
    for code in _CODE.finditer(markdown.text):
        if name := _name_of(code[2]):
            counts[name] += 1
    for section in markdown.sections:
        heading = markdown.text[section.start : section.body] if section.heading else ""
        for code in _CODE.finditer(heading):
            if name := _name_of(code[2]):
                counts[name] += IN_HEADING
        bare = section.heading.strip()
        if (
            bare.lower() not in ANY_HEADING
            and " " not in bare
            and not (bare[1:].islower() and bare.isalpha())
            and (name := _name_of(bare))
        ):
            counts[name] += IN_HEADING
    return {name: times for name, times in counts.items() if not _is_made_up(name, made_up)}


def _of_examples(markdown: Markdown) -> set[str]:
    """The names that an example gives to what it is handed: parameters of its functions, variables of its shell."""
    found: set[str] = set()
    for block in markdown.blocks:
        if block.kind == "fence":
            text = markdown.text[block.start : block.end]
            for params in _PARAMS.finditer(text):
                found.update(_WORD.findall(params[1]))
            shell = {match[1] for match in _SHELL.finditer(text)}
            found.update(f"{SHELL}{name}" for name in shell if f"${name}" in text or f"${{{name}" in text)
    return found


def _is_made_up(name: str, made_up: set[str]) -> bool:
    """Whether a name is an example's own; one in capitals is a setting, unless a shell sets it and reads it."""
    return f"{SHELL}{name}" in made_up if name.isupper() else name in made_up


def _name_of(code: str) -> str:
    """The name in a piece of code as a person would write it; an empty text where it is none."""
    said = _CALL.sub("", code).strip().rstrip(".:,;")
    if not _NAME.fullmatch(said) or said.lower() in ANY_CODE:
        return ""
    first, _, second = said.partition(" ")
    if second:
        return said if first.islower() and first.isalpha() and first not in SYNTAX and second not in SYNTAX else ""
    if said.startswith(("-", "@")):
        return said if len(said.lstrip("-")) > 3 else ""
    ending = _ENDING.search(said)
    if ending and ending[1] in SETTINGS:
        return said if any(known in said.lower() for known in KNOWN_FILES) else ""
    return "" if ending and ending[1] in DOMAINS else _of_dotted(said)


def _of_dotted(said: str) -> str:
    owner, _, last = said.rpartition(".")
    if _is_name(last) and last.lower() not in ANY_CODE:
        return last
    if owner.isidentifier() and owner not in OWNERS | EVERY_PROGRAM and len(last) > 2 and last.islower():
        return said
    return ""


def _is_name(word: str) -> bool:
    """Whether a word is one of code by its look, or so rare a word that only this is meant."""
    if word.startswith("__") or len(word) < 3:
        return False
    return "_" in word.strip("_") or is_special(word, word.lower())
