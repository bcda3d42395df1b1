"""YAML text → `Index` and findings.

The parser works on composed nodes, never on loaded values: keywords keep the text the author wrote (`no`, `1.10`,
`2024-01-01`), duplicate keys are seen, and every finding has its place. What is sound serves: a damaged part is
skipped with a finding. Text that is not YAML is fixed in memory where only one meaning is possible (`repair`).
"""

from __future__ import annotations

from ..record import Record
from ..text.diagnostics import Diagnostic, Findings, Related, diagnostic
from ..text.escaping import is_unsafe
from ..text.markdown import front_matter
from ..text.source import Source
from ..text.suggestions import meant
from ..text.yaml import (
    ALIAS_LIMIT,
    NULLS,
    TOO_MANY,
    VALUE_LIMIT,
    BeyondBounds,
    TooManyValues,
    compose_within,
)
from . import keys
from .model import Budget, Bundle, Case, Entry, Index, Rule, Text
from .place_ids import stem_of, with_place_ids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Node = Any  # a node of PyYAML, whose stubs know neither `id` nor where a node of the C parser is marked


#: The largest index that is read, in characters.
SIZE_LIMIT = 64_000_000


class Parsed(Record):
    """What parsing gives: the index (empty where nothing could be read) and the findings.

    `served` is False where the text could not be read as YAML at all, even fixed. `values` is how many keys and values
    were composed.
    """

    index: Index
    diagnostics: tuple[Diagnostic, ...]
    served: bool = True
    values: int = 0


def parse(source: Source, values: int = VALUE_LIMIT) -> Parsed:
    """The index in a text, of at most so many `values`, and everything that is wrong with it. Never raises.

    >>> parsed = parse(Source("context-index.yml", "context_files: [{path: a.md, keywords: [no, 1.10]}]"))
    >>> [keyword.value for keyword in parsed.index.entries[0].keywords]
    ['no', '1.10']
    """
    if source.text.startswith("\ufeff"):
        source = Source(source.name, source.text[1:])
    node, found, used = _composed(source, 0, values)
    findings = Findings(found)
    if node is None:
        bad = any(finding.severity == "error" for finding in findings)
        if not bad:
            findings.append(
                diagnostic("CTX008", "the index is empty", source.name, hint="list files under `context_files:`")
            )
        return Parsed(Index(source.name, (source,)), tuple(findings), not bad, used)
    reader = Reader(source, findings)
    if node.id != "mapping":
        reader.report(
            "CTX103",
            "this isn't an index: its top must be keys such as `context_files:`",
            node,
            hint="write `context_files:` and list the files under it",
        )
        return Parsed(Index(source.name, (source,)), tuple(findings), False, used)
    try:
        index = reader.index(node)
    except TooManyValues:
        reader.report("CTX007", TOO_MANY, node, hint="write shorter lists")
        return Parsed(Index(source.name, (source,)), findings.told(source.name), False, used)
    return Parsed(index, findings.told(source.name), True, used)


def parse_cases(source: Source, *, labelled: bool = True) -> tuple[tuple[Case, ...], tuple[Diagnostic, ...]]:
    """The cases in a YAML text, and what is wrong with it: a list of them, or a mapping that has one under `tests`.

    Unless they must be `labelled`, a case is a task alone: a text, or a mapping without `expect`. Never raises.

    >>> cases, _ = parse_cases(Source("c.yml", "- {task: fix the api, expect: [api]}"))
    >>> cases[0].task.value, cases[0].expect[0].value
    ('fix the api', 'api')
    """
    node, found = compose(source)
    findings = Findings(found)
    if node is None:
        return (), tuple(findings)
    reader = Reader(source, findings)
    try:
        if node.id == "mapping" and (under := reader.mapping(node, None, "the file").get("tests")) is not None:
            node = under
        cases = tuple(c for item in reader.items(node, "the file") if (c := reader.case(item, labelled)))
        return cases, findings.told(source.name)
    except TooManyValues:
        reader.report("CTX007", TOO_MANY, node, hint="write shorter lists")
        return (), findings.told(source.name)


def parse_front_matter(source: Source) -> tuple[dict[str, Any], list[Diagnostic]]:
    """The entry keys in a document's front matter, under its key `ctxload`, and what is wrong with them."""
    block = front_matter(source.text)
    if block is None:
        return {}, []
    start, end = block
    blank = "\n" * source.text.count("\n", 0, start)
    node, found = compose(Source(source.name, blank + source.text[start:end]), shift=start - len(blank))
    findings = Findings(found)
    if node is None:
        return {}, findings
    reader = Reader(source, findings, shift=start - len(blank))
    try:
        top = reader.mapping(node, None, "the front matter")
        values = reader.entry_values(top["ctxload"], front=True) if "ctxload" in top else {}
        return values, list(findings.told(source.name))
    except TooManyValues:
        reader.report("CTX007", TOO_MANY, node, hint="write shorter lists")
        return {}, findings


# ── composing ────────────────────────────────────────────────────────────────────────────────────────────


def compose(source: Source, shift: int = 0) -> tuple[Node | None, list[Diagnostic]]:
    """The node of a text, fixed where that is certain, and the findings; None where there is none."""
    return _composed(source, shift, VALUE_LIMIT)[:2]


def _composed(source: Source, shift: int, values: int) -> tuple[Node | None, list[Diagnostic], int]:
    """The same for at most so many values, and how many there are."""
    text = source.text
    if len(text) > SIZE_LIMIT:
        message = f"more than {SIZE_LIMIT:,} characters"
        return None, [diagnostic("CTX007", message, source.name, hint="split the index")], 0
    node, problem, used = compose_within(text, values)
    if problem is None:
        return node, _more_documents(source, text), used
    if isinstance(problem, BeyondBounds):
        line, column = source.position(problem.offset)
        return None, [diagnostic("CTX007", problem.message, source.name, line, column, hint=problem.hint)], used
    from .yaml_problems import not_yaml, pairs_in

    if pairs := pairs_in(text):
        joined = _replaced(text, pairs)
        node, problem, used = compose_within(joined, values)
        if problem is None and node is not None:
            _shift_marks(node, [(start, end, len(new)) for start, end, new in pairs])
            return node, _more_documents(source, text), used
    from .repair import apply, repair

    edits = repair(text)
    if edits:
        fixed = apply(text, edits)
        node, again, used = compose_within(fixed, values)
        if again is None and node is not None:
            _shift_marks(node, [(e.start, e.end, len(e.new)) for e in edits])
            return node, [_repaired(source, edit, shift) for edit in edits], used
    return None, [not_yaml(source, problem)], used


def _replaced(text: str, pairs: list[tuple[int, int, str]]) -> str:
    parts, at = [], 0
    for start, end, new in pairs:
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def _more_documents(source: Source, text: str) -> list[Diagnostic]:
    at = text.find("\n---")
    if at < 0 or not text[:at].strip() or text[at + 4 : at + 5].strip():
        return []
    before = [
        line for line in text[:at].splitlines() if line.strip() and not line.lstrip().startswith(("#", "%", "---"))
    ]
    if not before:
        return []
    line, column = source.position(at + 1)
    hint = "keep one document: remove the `---` line and what follows, or merge it above"
    return [diagnostic("CTX009", "only the first YAML document is read", source.name, line, column, hint=hint)]


def _repaired(source: Source, edit: Any, shift: int) -> Diagnostic:
    line, column = source.position(edit.start)
    last, end_column = source.position(edit.end)
    end_column = end_column if last == line else len(source.line(line)) + 1
    fix = ((edit.start + shift, edit.end + shift, edit.new),)
    return diagnostic(
        edit.code, edit.message, source.name, line, column, end_column=end_column, hint=edit.hint, fix=fix
    )


def _shift_marks(node: Node, edits: list[tuple[int, int, int]]) -> None:
    """Takes the offsets of the nodes back from the fixed text to the text as it is written."""
    from bisect import bisect_right

    ends, shifts, total = [], [], 0
    for start, end, new in edits:
        ends.append(start + total + new)
        total += new - (end - start)
        shifts.append(total)

    def back(offset: int) -> int:
        number = bisect_right(ends, offset) - 1
        return offset - shifts[number] if number >= 0 else offset

    seen: set[int] = set()
    stack: list[Any] = [node]
    while stack:
        now = stack.pop()
        if isinstance(now, tuple):
            stack.extend(now)
            continue
        if id(now) in seen:
            continue
        seen.add(id(now))
        now.start_mark = _Mark(back(now.start_mark.index))
        now.end_mark = _Mark(back(now.end_mark.index))
        if not isinstance(now.value, str):
            stack.extend(now.value)


class _Mark:
    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


_FRONT_KEYS = {name: key for name, key in keys.ENTRY.items() if name != "path"}


class Reader:
    """Walks the nodes of one source; collects findings as it goes."""

    def __init__(self, source: Source, findings: Findings, shift: int = 0) -> None:
        self.source = source
        self.findings = findings
        self.shift = shift
        self.left = min(len(source.text), VALUE_LIMIT) + ALIAS_LIMIT

    # places and findings

    def start(self, node: Node) -> int:
        return int(node.start_mark.index) + self.shift

    def end(self, node: Node) -> int:
        return int(node.end_mark.index) + self.shift

    def report(self, code: str, message: str, node: Node, **more: Any) -> None:
        if self.findings.is_full(code):
            return
        start, end = self.start(node), self.end(node)
        line, column = self.source.position(start)
        last, end_column = self.source.position(end)
        end_column = end_column if last == line else len(self.source.line(line)) + 1
        if "first" in more:
            at, label = more.pop("first")
            more["related"] = (Related(self.source.name, *self.source.position(at), label),)
        self.findings.append(
            diagnostic(code, message, self.source.name, line, column, end_column=max(end_column, column + 1), **more)
        )

    # shapes

    def mapping(self, node: Node, table: dict[str, keys.Key] | None, what: str) -> dict[str, Node]:
        """The values of a mapping by key; unknown and repeated keys are reported, the first of a kind counts."""
        if node.id != "mapping":
            if not self.is_nothing(node):
                self.report(
                    "CTX103",
                    f"{what} must be a mapping of keys to values",
                    node,
                    skipped=True,
                    hint="write `key: value` lines",
                )
            return {}
        found: dict[str, Node] = {}
        places: dict[str, Node] = {}
        for key, value in self.pairs(node, 0):
            self.count()
            if key.id != "scalar":
                self.report("CTX103", f"a key of {what} must be a word", key, skipped=True, hint="quote it")
                continue
            name = str(key.value)
            if name in found:
                self.report(
                    "CTX102", f"duplicate key `{name}`", key, skipped=True,
                    hint="keep one; until then the first counts",
                    first=(self.start(places[name]), "first defined here"),
                )  # fmt: skip
                continue
            places[name], found[name] = key, value
            is_known = table is None or name in table or name.startswith("x-")
            if not is_known and not self.findings.is_full("CTX101"):
                self.report(
                    "CTX101",
                    f"unknown key `{name}`",
                    key,
                    hint=meant(name, table or ()) or "remove it, or begin it with `x-` to keep it as your own",
                )
        return found

    def pairs(self, node: Node, depth: int) -> Iterator[tuple[Node, Node]]:
        """The pairs of a mapping; what `<<` merges comes after what is written."""
        merged: list[Node] = []
        written = set()
        for key, value in node.value:
            if key.id == "scalar" and key.value == "<<" and not getattr(key, "style", None):
                merged += value.value if value.id == "sequence" else [value]
            else:
                written.add(key.value if key.id == "scalar" else None)
                yield key, value
        for other in merged:
            self.count()
            if other.id == "mapping" and depth < 10:
                for key, value in self.pairs(other, depth + 1):
                    if key.value not in written:
                        written.add(key.value)
                        yield key, value

    def count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooManyValues

    def is_nothing(self, node: Node) -> bool:
        """Whether a plain `null`, or nothing at all, was written; `""` is a text."""
        return node.id == "scalar" and not getattr(node, "style", None) and node.value in NULLS

    def is_empty(self, node: Node) -> bool:
        """Whether a mapping was left out or holds nothing, of which `mapping` says nothing."""
        return bool(node.id == "mapping") or self.is_nothing(node)

    def text(self, node: Node, what: str) -> Text | None:
        """A scalar as it was written, or None with a finding."""
        self.count()
        if node.id != "scalar":
            self.report(
                "CTX103",
                f"{what} must be a single text, not a {node.id}",
                node,
                skipped=True,
                hint="write one value, in quotes if it holds signs",
            )
            return None
        return Text.of((node.value, self.source.name, self.start(node), self.end(node)))

    def plain(self, node: Node | None, what: str) -> str:
        if node is None or self.is_nothing(node):
            return ""
        found = self.text(node, what)
        return found.value if found else ""

    def texts(self, node: Node, what: str, *, commas: bool = False) -> tuple[Text, ...]:
        """A list of texts; a scalar is a list of one, and nothing is an empty one.

        With `commas`, a text such as `django, drf` is taken for the list that was meant, with a finding.
        """
        if self.is_nothing(node):
            return ()
        if node.id == "scalar":
            if commas and "," in node.value and (parts := self.split(node)):
                return parts
            single = self.text(node, what)
            return (single,) if single else ()
        if node.id != "sequence":
            self.report("CTX103", f"{what} must be a list of texts", node, skipped=True, hint="write `[one, two]`")
            return ()
        found = (self.text(item, f"an item of {what}") for item in node.value)
        return tuple(item for item in found if item is not None)

    def split(self, node: Node) -> tuple[Text, ...]:
        parts = [part.strip() for part in node.value.split(",")]
        parts = [part for part in parts if part]
        start, end = self.start(node), self.end(node)
        written = self.source.text[start:end]
        if not parts:
            return ()
        fix: tuple[tuple[int, int, str], ...] = ()
        inside = written[1:-1] if node.style in ("'", '"') else written
        if (
            inside == node.value
            and not set(inside) & set("\n[]{}#&*!|>'\"%@`:\\")
            and not any(part[0] in "-?" for part in parts)
        ):
            fix = ((start, end, f"[{', '.join(parts)}]"),)
        self.report(
            "CTX106",
            "a list written as one text",
            node,
            hint=f"write `[{', '.join(parts[:3])}{', …' if parts[3:] else ''}]`",
            fix=fix,
        )
        return tuple(Text(part, self.source.name, start, end) for part in parts)

    def names(self, node: Node, what: str) -> tuple[Text, ...]:
        """A list of ids, agents or paths: texts that are also printed, so that unsafe characters are refused."""
        return tuple(item for item in self.texts(node, what, commas=what != "path") if self.is_safe(item, what, node))

    def is_safe(self, item: Text, what: str, node: Node) -> bool:
        if not is_unsafe(item.value):
            return True
        self.report(
            "CTX109",
            f"a control or direction character in {what}: `{item.value[:80]}`",
            node,
            skipped=True,
            hint="remove the character",
        )
        return False

    def flag(self, node: Node | None, what: str) -> bool:
        if node is None or self.is_nothing(node):
            return False
        word = node.value.lower() if node.id == "scalar" else ""
        if word not in ("true", "false", "yes", "no", "on", "off"):
            self.report("CTX103", f"{what} must be true or false", node, skipped=True, hint="write `true` or `false`")
        return word in ("true", "yes", "on")

    def forgets(self, node: Node | None) -> bool:
        return node is not None and not self.is_nothing(node) and not self.flag(node, "`memory`")

    def number(self, node: Node | None, what: str, *, whole: bool = False) -> float | None:
        if node is None or self.is_nothing(node):
            return None
        try:
            value = float(node.value if node.id == "scalar" else "x")
        except ValueError:
            value = float("nan")
        if value != value or abs(value) > 1e12 or (whole and (value < 1 or value != int(value))):
            self.report(
                "CTX103",
                f"{what} must be a {'whole number above 0' if whole else 'number'}",
                node,
                skipped=True,
                hint="write digits only",
            )
            return None
        return value

    def choice(self, node: Node | None, what: str, legal: tuple[str, ...]) -> str:
        word = self.plain(node, what)
        if not word or node is None:
            return ""
        if word not in legal:
            self.report(
                "CTX107",
                f"`{word}` is an invalid value for `{what}`",
                node,
                skipped=True,
                hint=meant(word, legal) or f"write one of: {', '.join(legal)}",
            )
            return ""
        return word

    def mode(self, node: Node | None) -> str:
        """The match mode; the former name of the default is read as the default."""
        if node is not None and node.id == "scalar" and node.value == keys.FORMER_MATCH:
            self.report(
                "CTX113",
                f"`match: {keys.FORMER_MATCH}` is read as `{keys.MATCH_MODES[0]}`, the default",
                node,
                hint="take the line out",
            )
            return keys.MATCH_MODES[0]
        return self.choice(node, "match", keys.MATCH_MODES)

    def items(self, node: Node | None, what: str) -> Iterator[Node]:
        if node is None or self.is_nothing(node):
            return
        if node.id == "mapping":
            yield node
        elif node.id == "sequence":
            for item in node.value:
                self.count()
                yield item
        else:
            self.report("CTX103", f"{what} must be a list", node, skipped=True, hint="begin each item with `- `")

    def named_lists(
        self, node: Node | None, what: str, each: Callable[[Node, str], Any]
    ) -> tuple[tuple[Text, Any], ...]:
        """The pairs of a mapping from names to lists."""
        if node is None or self.is_nothing(node):
            return ()
        out = []
        if node.id != "mapping":
            self.mapping(node, None, f"`{what}`")
            return ()
        seen: dict[str, Node] = {}
        for key, value in self.pairs(node, 0):
            name = self.text(key, f"a name in `{what}`")
            if name is None or not self.is_safe(name, "a name", key):
                continue
            if name.value in seen:
                self.report(
                    "CTX102",
                    f"duplicate key `{name.value}`",
                    key,
                    skipped=True,
                    hint="keep one; until then the first counts",
                    first=(self.start(seen[name.value]), "first defined here"),
                )
                continue
            seen[name.value] = key
            out.append((name, each(value, f"`{what}.{name.value}`")))
        return tuple(out)

    # the index

    def index(self, node: Node) -> Index:
        top = self.mapping(node, keys.TOP, "the index")
        if "version" in top:
            self.version(top["version"])
        entries = self.entries(top.get("context_files"))
        return Index(
            name=self.source.name,
            sources=(self.source,),
            entries=self.distinct(entries),
            agent_defaults=self.named_lists(top.get("agent_defaults"), "agent_defaults", self.names),
            rules=tuple(
                r for item in self.items(top.get("context_rules"), "`context_rules`") if (r := self.rule(item))
            ),
            bundles=self.bundles(top.get("story_context_hints")),
            always=self.always(top.get("always")),
            fallback=self.fallback(top.get("fallback")),
            match=self.mode(top.get("match")),
            aliases=self.named_lists(top.get("aliases"), "aliases", self.texts),
            budget=self.budget(top.get("budget")),
            tests=tuple(c for item in self.items(top.get("tests"), "`tests`") if (c := self.case(item))),
            include=self.names(top["include"], "include") if "include" in top else (),
            front_matter=self.flag(top.get("front_matter"), "`front_matter`"),
            live=self.names(top["sources"], "sources") if "sources" in top else (),
            forgets=self.forgets(top.get("memory")),
        )

    def entries(self, node: Node | None) -> tuple[Entry, ...]:
        return tuple(e for item in self.items(node, "`context_files`") if (e := self.entry(item)))

    def version(self, node: Node) -> None:
        word = self.plain(node, "`version`")
        if not word or word.split(".")[0] == "1":
            return
        is_newer = word.split(".")[0].isdecimal() and int(word.split(".")[0][:9]) > 1
        what = "is newer than this program knows" if is_newer else "isn't a version"
        upgrade = "upgrade ctxload, or write" if is_newer else "write"
        self.report("CTX108", f"version `{word}` {what}", node, hint=f"it reads version 1.0; {upgrade} `version: 1.0`")

    def distinct(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """The entries; a written id that an earlier entry has is reported (the first keeps it)."""
        first: dict[str, Entry] = {}
        for entry in entries:
            if not entry.id_written:
                continue
            name = entry.id.value
            if name in first:
                line, column = self.source.position(entry.id.start)
                related = (
                    Related(self.source.name, *self.source.position(first[name].id.start), "first defined here"),
                )
                self.findings.append(diagnostic(
                    "CTX105", f"duplicate id `{name}`", self.source.name, line, column,
                    end_column=column + max(entry.id.end - entry.id.start, 1),
                    related=related, hint="give each entry an id of its own; the id means the first",
                ))  # fmt: skip
            first.setdefault(name, entry)
        return with_place_ids(entries)

    def entry(self, node: Node) -> Entry | None:
        if node.id != "mapping":
            self.report(
                "CTX103",
                "an entry must be a mapping",
                node,
                skipped=True,
                hint="write `- path: FILE` and its keys below",
            )
            return None
        values = self.entry_values(node)
        paths = tuple(path for path in values.pop("paths", ()) if path.value.strip())
        if not paths:
            self.report(
                "CTX104",
                "an entry without a `path`",
                node,
                skipped=True,
                hint="add `path:` with the file it stands for",
            )
            return None
        written = values.pop("id", None)
        return Entry(id=written or _stem(paths[0]), paths=paths, id_written=written is not None, **values)

    def entry_values(self, node: Node, *, front: bool = False) -> dict[str, Any]:
        """The values of an entry's keys, under the names of `Entry`; keys that don't exist are left out."""
        known = _FRONT_KEYS if front else keys.ENTRY
        found = self.mapping(node, known, "an entry")
        values: dict[str, Any] = {}
        if "path" in found and not front:
            values["paths"] = self.names(found["path"], "path")
        if "id" in found and not self.is_nothing(found["id"]):
            name = self.text(found["id"], "`id`")
            if name is not None and name.value and self.is_safe(name, "an id", found["id"]):
                values["id"] = name
        if "description" in found:
            values["description"] = self.plain(found["description"], "`description`")
        for key in ("keywords", "exclude"):
            if key in found:
                values[key] = self.texts(found[key], f"`{key}`", commas=True)
        for key in ("tags", "agents", "requires"):
            if key in found:
                values[key] = self.names(found[key], f"`{key}`")
        for key in ("when_files", "for_files", "when_stack"):
            if key in found:
                values[key] = self.texts(found[key], f"`{key}`")
        if "sections" in found:
            values["sections"] = self.named_lists(found["sections"], "sections", self.texts)
        if "each" in found and not front:
            values["each"] = self.flag(found["each"], "`each`")
        if "except" in found and not front:
            values["besides"] = self.names(found["except"], "`except`")
        if "priority" in found:
            values["priority"] = self.number(found["priority"], "`priority`") or 0
        if "match" in found:
            values["whole_only"] = self.choice(found["match"], "match", ("whole",)) == "whole"
        if "needs" in found:
            values["needs_both"] = self.choice(found["needs"], "needs", ("both",)) == "both"
        return values

    def rule(self, node: Node) -> Rule | None:
        found = self.mapping(node, keys.RULE, "a rule")
        if not found and not self.is_empty(node):
            return None
        if "pattern" not in found or (pattern := self.text(found["pattern"], "`pattern`")) is None or not pattern.value:
            self.report(
                "CTX104", "a rule without a `pattern`", node, skipped=True, hint="add `pattern:` in single quotes"
            )
            return None
        ids = self.names(found["context_ids"], "`context_ids`") if "context_ids" in found else ()
        testing = self.flag(found.get("load_agent_testing_context"), "`load_agent_testing_context`")
        return Rule(pattern, ids, self.plain(found.get("description"), "`description`"), testing)

    def bundles(self, node: Node | None) -> tuple[Bundle, ...]:
        pairs = self.named_lists(node, "story_context_hints", lambda value, what: (value, what))
        return tuple(self.bundle(name, value, what) for name, (value, what) in pairs)

    def bundle(self, name: Text, node: Node, what: str) -> Bundle:
        if node.id != "mapping":
            return Bundle(name, self.names(node, what))
        found = self.mapping(node, keys.BUNDLE, what)
        ids = self.names(found["context_ids"], "`context_ids`") if "context_ids" in found else ()
        return Bundle(name, ids, self.plain(found.get("description"), "`description`"))

    def always(self, node: Node | None) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
        if node is None or self.is_nothing(node):
            return ()
        if node.id == "mapping":
            return self.named_lists(node, "always", self.names)
        return ((Text("*", self.source.name, self.start(node), self.start(node)), self.names(node, "`always`")),)

    def fallback(self, node: Node | None) -> tuple[tuple[Text, str | tuple[Text, ...]], ...]:
        if node is None:
            return ()
        if node.id == "mapping":
            return self.named_lists(node, "fallback", self.fallback_value)
        return (
            (Text("*", self.source.name, self.start(node), self.start(node)), self.fallback_value(node, "`fallback`")),
        )

    def fallback_value(self, node: Node, what: str) -> str | tuple[Text, ...]:
        if node.id == "scalar" and node.value in keys.FALLBACK_WORDS:
            return str(node.value)
        return self.names(node, what)

    def budget(self, node: Node | None) -> Budget | None:
        if node is None or self.is_nothing(node):
            return None
        found = self.mapping(node, keys.BUDGET, "`budget`")
        counts = [self.number(found.get(key), f"`{key}`", whole=True) for key in keys.BUDGET]
        tokens, files = (None if count is None else int(count) for count in counts)
        return Budget(tokens, files)

    def case(self, node: Node, labelled: bool = True) -> Case | None:
        if not labelled and node.id == "scalar" and (alone := self.text(node, "a task")):
            return Case(alone, Text(""), ())
        found = self.mapping(node, keys.TEST, "a test")
        if not found and not self.is_empty(node):
            return None
        task = self.text(found["task"], "`task`") if "task" in found else None
        if task is None or (labelled and "expect" not in found):
            self.report(
                "CTX104",
                f"a test without {'`expect`' if task else 'a `task`'}",
                node,
                skipped=True,
                hint="write `task:` and `expect:`",
            )
            return None
        expect, reject = (self.names(found[key], f"`{key}`") if key in found else () for key in ("expect", "reject"))
        return Case(task, self.agent(found.get("agent")), expect, reject)

    def agent(self, node: Node | None) -> Text:
        found = None if node is None or self.is_nothing(node) else self.text(node, "`agent`")
        return found or Text("")


def _stem(path: Text) -> Text:
    return Text(stem_of(path.value), path.source, path.start, path.end)
