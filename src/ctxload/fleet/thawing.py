"""Thawing: frozen bytes → a loader, whatever they hold looked at first."""

from __future__ import annotations

from functools import partial

from ..matching.document_index import Evidence
from ..matching.lookups.prepared import prepare
from ..matching.lookups.weights import WeighedRows
from ..matching.rule_patterns import needed_words, problem, program_of
from ..matching.tables import SHARE_BITS, AgentRow, EntryRow, Meta, RuleRow, Tables, open_cell
from ..project.evidence_making import for_many_tasks
from ..text.diagnostics import Diagnostic, Related
from ..workspace.git.excludes import Excludes
from .envelope import digest_of, opened, unusable
from .freezing import version
from .frozen_loader import FrozenLoader
from .frozen_tree import FrozenFiles, FrozenTree
from .shapes import Misshapen, a_list, amount, fields, mapping, nothing, number, numbers, record_of, rows, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_RELATED = record_of(Related)
_FINDINGS = rows(record_of(Diagnostic, SeverityName=text, Related=_RELATED))


def _cell(value: Any) -> Any:
    """What is kept under words joined: a number, or a list of numbers and a text (see `matching.tables`)."""
    if type(value) is not list:
        return number(value)
    if len(value) < 3:
        raise Misshapen("a cell is cut short")
    return (number(value[0]), number(value[1]), text(value[2]), *numbers(value[3:]))


def _part(value: Any) -> Any:
    """What is kept of a word: the phrases that hold it, or the words that begin or end as it does."""
    found = mapping(number)(value) if type(value) is dict else numbers(value)
    if not found:
        raise Misshapen("a cell is cut short")
    return found


_TABLES = {
    "meta": record_of(Meta),
    "keys": mapping(_cell),
    "parts": mapping(_part),
    "keywords": rows(rows(fields(number, text, text, text, rows(text), text))),
    "entries": rows(record_of(EntryRow)),
    "agents": mapping(record_of(AgentRow)),
    "ids": mapping(number),
    "bundles": mapping(numbers),
    "rules": rows(record_of(RuleRow, Program=lambda value: None)),
    "tags": mapping(numbers),
    "weights": mapping(number),
}
_DOCUMENT = fields(rows(text), rows(text))
_DOCUMENTS = fields(mapping(numbers), rows(_DOCUMENT), number, rows(amount))
_KINDS = ("file", "directory", "missing", "outside", "unsafe", "special", "git", "unreadable")
_WHOLE_NAME = fields(text, text, text, number, text)


def thaw(data: bytes) -> FrozenLoader:
    """The loader of frozen bytes. Raises UnusableFrozenError where they aren't what `freeze` gave, in this version."""
    return thawed(opened(data), digest_of(data))


def thawed(data: dict[str, Any], digest: str) -> FrozenLoader:
    """The loader of the plain data of frozen bytes, with their digest."""
    if data.get("version") != version():
        by = str(data.get("version"))[:40]
        raise unusable(f"they were frozen by ctxload {by}, and this is {version()}", "freeze and thaw with one version")
    try:
        return _loader(data, digest)
    except (Misshapen, KeyError) as error:
        raise unusable(f"they hold something else: {error}") from error


def _loader(found: dict[str, Any], digest: str) -> FrozenLoader:
    tables = _tables(found["tables"])
    tree = FrozenTree(_FILES(found["files"]))
    evidence = for_many_tasks(_evidence(found["documents"], len(tables.entries)))
    prepare(tables)
    return FrozenLoader(text(found["name"]), digest, tables, tree, _FINDINGS(found["findings"]), evidence)


def _tables(found: Any) -> Tables:
    written = mapping(lambda value: value)(found)
    parts = {name: shape(written[name]) for name, shape in _TABLES.items()}
    parts["rules"] = tuple(_with_program(rule) for rule in parts["rules"] if problem(rule.pattern) is None)
    tables = Tables(
        **{**parts, "keywords": WeighedRows(list(map(list, parts["keywords"])), parts["meta"].bits, parts["weights"])}
    )
    if tables.mode not in ("focused", "whole"):
        raise Misshapen(f"`{tables.mode[:20]}` isn't a match mode")
    _check_numbers(tables, parts)
    return tables


def _with_program(rule: RuleRow) -> RuleRow:
    """A rule with what is worked out of its pattern."""
    return rule.replace(needed=needed_words(rule.pattern), program=program_of(rule.pattern))


def _check_numbers(tables: Tables, parts: dict[str, Any]) -> None:
    """That every number of an entry or a keyword is one of those that are there."""
    entries = partial(_within, len(tables.entries))
    words = partial(_among, set(tables.keywords.numbers()))
    meta = tables.meta
    for some in (meta.at_hand, meta.manual, meta.both, parts["ids"].values()):
        entries(some)
    for some in (*parts["bundles"].values(), *parts["tags"].values()):
        entries(some)
    for entry, of_entry in enumerate(parts["keywords"]):
        if any(row[0] != entry or not row[4] for row in of_entry):
            raise Misshapen("a keyword has no words, or is another entry's")
    for row in parts["entries"]:
        entries(row.requires)
        if not row.id or not row.paths:
            raise Misshapen("an entry has no name or no files")
    for row in parts["agents"].values():
        entries(row.defaults or ())
    for row in tables.rules:
        entries(row.entries)
    for cell in parts["keys"].values():
        words(open_cell(cell)[3])
    for key, cell in parts["parts"].items():
        if isinstance(cell, dict) != (key[:1] in ("<", ">")):
            raise Misshapen(f"{key[:20]!r} is kept as something else")
        if isinstance(cell, tuple) and cell[0] >= 0:
            words([one >> SHARE_BITS for one in cell])


def _within(count: int, numbers: Iterable[int]) -> None:
    for one in numbers:
        if not 0 <= one < count:
            raise Misshapen(f"{one} is the number of nothing")


def _among(known: set[int], numbers: Iterable[int]) -> None:
    if not known.issuperset(numbers):
        raise Misshapen("there is the number of no keyword")


def _evidence(found: Any, count: int) -> Evidence:
    words, files, documents, lengths = _DOCUMENTS(found)
    if documents != count or len(files) != count:
        raise Misshapen("there are other documents than entries")
    for cell in words.values():
        if len(cell) % 3 != 1:
            raise Misshapen("what a word speaks for is cut short")
        _within(count, cell[1::3])
        if not all(0 <= points < 1 << 16 for points in {*cell[2::3]}):
            raise Misshapen("what a word speaks for is beyond all words")
    kept = tuple([(tuple([(path, ()) for path in paths]), 0, title) for paths, title in files])
    return Evidence(words, kept, documents, lengths)


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────


def _name(value: Any) -> tuple[str, str, str, int, str]:
    """A name in a folder with what stands there."""
    parts = a_list(value)
    if len(parts) == 1:
        return _one_name(parts[0]), "directory", "directory", 0, ""
    if len(parts) == 2:
        return _one_name(parts[0]), "file", "file", number(parts[1]), ""
    name, what, kind, size, leads = _WHOLE_NAME(parts)
    return _one_name(name), what, _kind(kind), size, leads


def _one_name(value: Any) -> str:
    """A name that may stand in a folder."""
    if "/" in text(value) or value in ("", ".", ".."):
        raise Misshapen(f"{value[:20]!r} isn't a name of a file")
    return value  # type: ignore[no-any-return]


def _kind(value: Any) -> str:
    if value not in _KINDS:
        raise Misshapen(f"{repr(value)[:20]} isn't a kind of file")
    return text(value)


def _folders(value: Any) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = mapping(rows(_name))(value)
    if "" not in found:
        raise Misshapen("there is no root")
    return found


_FILES = record_of(
    FrozenFiles,
    **{
        "dict[str, tuple[tuple[str, str, str, int, str], ...]]": _folders,
        "dict[str, tuple[str, int, str]]": mapping(fields(_kind, number, text)),
        "dict[str, str]": mapping(text),
        "Excludes": record_of(Excludes, Asked=nothing),
    },
)
