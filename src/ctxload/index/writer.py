r"""`Index` → `context-index.yml` text that parses to the same index, places aside.

Written for people: keys in the order of the reference page, short lists on one line, quotes only where YAML would
take a text for something else. Comments and `x-…` keys aren't part of an index and are not written.

>>> from ctxload.index.parser import parse
>>> from ctxload.text.source import Source
>>> index = parse(Source("i", "context_files: [{path: api.md, keywords: [api, 'no', '.net', \"a\\tb\"]}]")).index
>>> print(to_yaml(index), end="")
version: 1.0
<BLANKLINE>
context_files:
  - path: api.md
    keywords: [api, 'no', '.net', "a\tb"]
"""

from __future__ import annotations

from ..text.yaml import block_text, scalar
from .model import Bundle, Case, Entry, Index, Rule, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: How long a line with a list may get before each item has a line of its own.
WIDTH = 110
#: YAML takes a longer text for no key unless it is marked as one.
_KEY = 900


def to_yaml(index: Index) -> str:
    """The index as YAML text; `parse` makes an equal one of it. The same index gives the same text."""
    blocks = [["version: 1.0"], *filter(None, map(list, _blocks(index)))]
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def in_brackets(case: Case) -> str:
    """A case on one line, as `{task: …, expect: […]}`."""
    parts = [f"task: {scalar(case.task.value)}", *_setting("agent", case.agent.value)]
    for key, names in (("expect", case.expect), ("reject", case.reject)):
        if names or key == "expect":
            parts.append(f"{key}: [{', '.join(scalar(name.value) for name in names)}]")
    return "{" + ", ".join(parts) + "}"


# ── the parts, in order ──────────────────────────────────────────────────────────────────────────────────


def _blocks(index: Index) -> Iterator[Iterable[str]]:
    yield (
        *_listed("include", index.include, ""),
        *_listed("sources", index.live, ""),
        *(["front_matter: true"] if index.front_matter else ()),
    )
    yield _setting("match", index.match)
    yield _items("context_files", map(entry_lines, index.entries))
    yield _named("agent_defaults", index.agent_defaults)
    yield _items("context_rules", map(_rule, index.rules))
    yield _bundles(index.bundles)
    yield _by_agent("always", index.always)
    yield _by_agent("fallback", index.fallback)
    yield _named("aliases", index.aliases)
    yield _budget(index)
    yield ["memory: false"] if index.forgets else ()
    yield _items("tests", map(case_lines, index.tests))


def entry_lines(entry: Entry) -> Iterator[str]:
    """An entry as the lines of a mapping."""
    if entry.id_written:
        yield f"id: {scalar(entry.id.value)}"
    if len(entry.paths) == 1:
        yield f"path: {scalar(entry.paths[0].value)}"
    else:
        yield from _listed("path", entry.paths, "    ")
    if entry.each:
        yield "each: true"
    yield from _listed("except", entry.besides, "    ")
    yield from _setting("description", entry.description)
    yield from _listed("keywords", entry.keywords, "    ")
    yield from _listed("exclude", entry.exclude, "    ")
    yield from _listed("tags", entry.tags, "    ")
    if entry.agents is not None:
        yield from _listed("agents", entry.agents, "    ") or ["agents: []"]
    yield from _listed("requires", entry.requires, "    ")
    yield from _listed("when_files", entry.when_files, "    ")
    yield from _listed("for_files", entry.for_files, "    ")
    yield from _listed("when_stack", entry.when_stack, "    ")
    yield from _named("sections", entry.sections, "    ")
    if entry.priority:
        yield f"priority: {_number(entry.priority)}"
    if entry.whole_only:
        yield "match: whole"
    if entry.needs_both:
        yield "needs: both"


def _rule(rule: Rule) -> Iterator[str]:
    yield f"pattern: {scalar(rule.pattern.value)}"
    yield from _listed("context_ids", rule.ids, "    ") or ["context_ids: []"]
    yield from _setting("description", rule.description)
    if rule.testing:
        yield "load_agent_testing_context: true"


def case_lines(case: Case, *, block: bool = False) -> Iterator[str]:
    """A case as the lines of a mapping; with `block` a task of several lines is written as such."""
    if block and (lines := block_text(case.task.value)):
        yield from (f"task: {lines[0]}", *(f"  {line}" if line else "" for line in lines[1:]))
    else:
        yield f"task: {scalar(case.task.value)}"
    yield from _setting("agent", case.agent.value)
    yield from _listed("expect", case.expect, "    ") or ["expect: []"]
    yield from _listed("reject", case.reject, "    ")


def _bundles(bundles: tuple[Bundle, ...]) -> Iterator[str]:
    if bundles:
        yield "story_context_hints:"
    for bundle in bundles:
        yield from _key(bundle.name, "  ", "")
        yield from _indented(_listed("context_ids", bundle.ids, "    ") or ["context_ids: []"], "    ")
        yield from _indented(_setting("description", bundle.description), "    ")


def _budget(index: Index) -> Iterator[str]:
    if index.budget is None:
        return
    limits = zip(("max_tokens", "max_files"), index.budget, strict=True)
    yield f"budget: {{{', '.join(f'{key}: {count}' for key, count in limits if count is not None)}}}"


def _by_agent(key: str, pairs: tuple[tuple[Text, str | tuple[Text, ...]], ...]) -> Iterable[str]:
    """A setting for all where only `*` has one, else the map from agent to its own."""
    if [name.value for name, _ in pairs] != ["*"]:
        return _named(key, pairs)
    return _valued(key, pairs[0][1], "")


# ── the shapes ───────────────────────────────────────────────────────────────────────────────────────────


def _setting(key: str, value: str) -> list[str]:
    return [f"{key}: {scalar(value)}"] if value else []


def _listed(key: str, texts: tuple[Text, ...], margin: str) -> list[str]:
    """A list under a key: on one line where it fits; no line at all where it is empty."""
    return _valued(key, texts, margin) if texts else []


def _valued(key: str, value: str | tuple[Text, ...], margin: str) -> list[str]:
    if isinstance(value, str):
        return [f"{key}: {value}"]
    items = [scalar(text.value) for text in value]
    line = f"{key}: [{', '.join(items)}]"
    if len(margin) + len(line) <= WIDTH or not items:
        return [line]
    return [f"{key}:", *(f"  - {item}" for item in items)]


def _named(key: str, pairs: Iterable[tuple[Text, str | tuple[Text, ...]]], margin: str = "") -> list[str]:
    """A mapping from names to lists, or to words."""
    lines = []
    for name, value in pairs:
        first, *rest = _valued("", value, margin + "  " + name.value)
        lines += [*_key(name, "  ", first.removeprefix(":")), *_indented(rest, "  ")]
    return [f"{key}:", *lines] if lines else []


def _key(name: Text, margin: str, value: str) -> list[str]:
    written = scalar(name.value)
    if len(written) > _KEY:
        return [f"{margin}? {written}", f"{margin}:{value}"]
    return [f"{margin}{written}:{value}"]


def _items(key: str, items: Iterable[Iterable[str]]) -> list[str]:
    """A list of mappings, each begun with a dash."""
    lines = []
    for item in items:
        first, *rest = item
        lines += [f"  - {first}", *_indented(rest, "    ")]
    return [f"{key}:", *lines] if lines else []


def _indented(lines: Iterable[str], margin: str) -> list[str]:
    return [margin + line for line in lines]


def _number(value: float) -> str:
    """A number as both YAML and Python read it."""
    if value == int(value):
        return str(int(value))
    text = repr(value)
    head, mark, exponent = text.partition("e")
    return text if "." in head else f"{head}.0{mark}{exponent}"
