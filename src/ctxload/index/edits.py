r"""Small changes to the text of an index: a case more, keywords more or fewer. Layout and comments stay as they are.

An edit is three values: start, end, new text. Every change is proven: the edited text is parsed, and must give the
index that was asked for and nothing else. Where that cannot be had, NotEditable says so, and what to write by hand.

>>> source = Source("context-index.yml", "context_files:\n  - path: api.md  # ours\n    keywords: [api]\n")
>>> index = parse(source).index
>>> print(changed_keywords(source, {index.entries[0]: KeywordChange(add=("rest framework",))}), end="")
context_files:
  - path: api.md  # ours
    keywords: [api, rest framework]
>>> print(with_case(source, Case(Text("fix the API"), Text(""), (Text("api"),))), end="")
context_files:
  - path: api.md  # ours
    keywords: [api]
<BLANKLINE>
tests:
  - task: fix the API
    expect: [api]
"""

from __future__ import annotations

import re

from ..errors import CtxloadError
from ..record import Record
from ..text.source import Source
from ..text.yaml import scalar
from .model import Case, Entry, Index, Text
from .parser import compose, parse
from .place_ids import stem_of
from .writer import WIDTH, case_lines, entry_lines, in_brackets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    Node = Any
    #: Start, end, new text.
    Edit = tuple[int, int, str]

_DOCUMENT_END = re.compile(r"^(?:---|\.\.\.)(?:\s|$)", re.MULTILINE)


class NotEditable(CtxloadError):
    """A change that cannot be made in this text without disturbing something else."""


class KeywordChange(Record):
    """What becomes of an entry's keywords: those to add, to drop, and to write differently."""

    add: tuple[str, ...] = ()
    drop: tuple[Text, ...] = ()
    swap: tuple[tuple[Text, str], ...] = ()


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with each stretch replaced; of edits that overlap the first counts."""
    out, at = [], 0
    for start, end, new in sorted(set(edits)):
        if start >= at:
            out += [text[at:start], new]
            at = end
    return "".join([*out, text[at:]])


# ── a case ───────────────────────────────────────────────────────────────────────────────────────────────


def with_case(source: Source, case: Case) -> str:
    """The text of an index with a case after those that are there."""
    wanted = _bare(parse(source).index)
    wanted = wanted.replace(tests=(*wanted.tests, _bare(case)))
    for edit in _case_edits(source, case):
        text = apply(source.text, [edit])
        if _bare(parse(Source(source.name, text)).index) == wanted:
            return text
    written = "\n".join(_block_item(case, 2, 4))
    raise NotEditable(
        f"`{source.name}` is written so that no case can be added safely: add it by hand\ntests:\n{written}"
    )


def _case_edits(source: Source, case: Case) -> Iterator[Edit]:
    """Where the case may go, the best place first."""
    node = compose(source)[0]
    if node is None or node.id != "mapping":
        return
    line_end = _line_end(source.text)
    flow = in_brackets(case)
    block = line_end.join(_block_item(case, 2, 4))
    pair = next(((key, value) for key, value in node.value if key.value == "tests"), None)
    if pair is None:
        yield from _new_block(source, node, f"tests: [{flow}]", f"tests:{line_end}{block}")
        return
    tests = pair[1]
    if tests.id == "sequence" and tests.value and not tests.flow_style:
        yield from _next_item(source, tests, case)
    elif tests.id == "sequence" and (tests.value or node.flow_style):
        yield _before_bracket(source, tests, flow)
    elif tests.id != "mapping":
        after = max(_end(tests), _end(pair[0]) + 1)
        at = _line_of(source.text, after)
        yield (_end(pair[0]) + 1, at, f"{source.text[after:at].rstrip()}{line_end}{block}")


def _next_item(source: Source, tests: Node, case: Case) -> Iterator[Edit]:
    """After the last item, written as that one is."""
    last, line_end = tests.value[-1], _line_end(source.text)
    dash, key = source.position(_start(tests))[1] - 1, source.position(_start(last))[1] - 1
    if last.id == "mapping" and last.flow_style:
        lines = [" " * dash + "- " + in_brackets(case)]
    else:
        lines = _block_item(case, dash, max(key, dash + 2))
    gap = line_end * (1 + _blank_lines(source.text, tests.value))
    for at in (_line_of(source.text, _content_end(source.text, last)), min(_end(last), len(source.text))):
        new = gap + line_end.join(lines)
        yield (at, at, new) if source.text[at - 1 : at] != "\n" else (at, at, line_end.join(lines) + line_end)


def _blank_lines(text: str, items: list[Node]) -> int:
    """1 where a blank line stands between the last two items."""
    if len(items) < 2:
        return 0
    between = text[_content_end(text, items[-2]) : _start(items[-1])]
    return int(between.replace("\r", "").rpartition("-")[0].count("\n\n") > 0 and "#" not in between)


def _block_item(case: Case, dash: int, key: int) -> list[str]:
    first, *rest = case_lines(case, block=True)
    return [" " * dash + "-" + " " * (key - dash - 1) + first, *(" " * key + line if line else "" for line in rest)]


def _new_block(source: Source, node: Node, flow: str, block: str) -> Iterator[Edit]:
    """A key of its own at the end of the index."""
    text, line_end = source.text, _line_end(source.text)
    if node.flow_style:
        yield _before_bracket(source, node, flow)
        return
    content = _content_end(text, node)
    marker = _DOCUMENT_END.search(text, content)
    at = marker.start() if marker else len(text)
    before = text[:at]
    gap = "" if before.endswith("\n") else line_end
    yield (at, at, gap + ("" if before.replace("\r", "").endswith("\n\n") else line_end) + block + line_end)


# ── entries ─────────────────────────────────────────────────────────────────────────────────────────────


def with_entries(source: Source, entries: Sequence[Entry]) -> str:
    """The text of an index with these entries after those that are there."""
    wanted = _bare(parse(source).index)
    wanted = wanted.replace(entries=(*wanted.entries, *(_bare(_as_read(entry)) for entry in entries)))
    for edit in _entries_edits(source, entries):
        text = apply(source.text, [edit])
        if _bare(parse(Source(source.name, text)).index) == wanted:
            return text
    written = "\n".join(line for entry in entries[:20] for line in _item(entry, 2, 4))
    raise NotEditable(
        f"`{source.name}` is written so that no entry can be added safely: add them by hand\ncontext_files:\n{written}"
    )


def _as_read(entry: Entry) -> Entry:
    """An entry as it is read again: what has no id written is called by its path."""
    return entry if entry.id_written or not entry.paths else entry.replace(id=Text(stem_of(entry.paths[0].value)))


def _entries_edits(source: Source, entries: Iterable[Entry]) -> Iterator[Edit]:
    """Where the entries may go, the best place first."""
    node = compose(source)[0]
    if node is None or node.id != "mapping":
        return
    line_end = _line_end(source.text)
    block = line_end.join(line for entry in entries for line in _item(entry, 2, 4))
    pair = next(((key, value) for key, value in node.value if key.value == "context_files"), None)
    if pair is None:
        yield from _new_block(source, node, "", f"context_files:{line_end}{block}")
        return
    listed = pair[1]
    if listed.id == "sequence" and listed.value and not listed.flow_style:
        last = listed.value[-1]
        dash, key = source.position(_start(listed))[1] - 1, source.position(_start(last))[1] - 1
        lines = [line for entry in entries for line in _item(entry, dash, max(key, dash + 2))]
        for at in (_line_of(source.text, _content_end(source.text, last)), min(_end(last), len(source.text))):
            before = "" if source.text[at - 1 : at] == "\n" else line_end
            yield (at, at, before + line_end.join(lines) + ("" if before else line_end))
    elif not listed.value:
        at = _line_of(source.text, max(_end(listed), _end(pair[0]) + 1))
        yield (_end(pair[0]) + 1, at, line_end + block)


def _item(entry: Entry, dash: int, key: int) -> list[str]:
    first, *rest = entry_lines(entry)
    return [" " * dash + "-" + " " * (key - dash - 1) + first, *(" " * key + line if line else "" for line in rest)]


# ── keywords ─────────────────────────────────────────────────────────────────────────────────────────────


def changed_keywords(source: Source, changes: Mapping[Entry, KeywordChange]) -> str:
    """The text of an index with the keywords of these entries of it changed."""
    index = parse(source).index
    nodes = _entry_nodes(source)
    edits: list[Edit] = []
    for entry, change in changes.items():
        node = next((node for node in nodes if _start(node) <= entry.paths[0].start < _end(node)), None)
        if node is None:
            raise NotEditable(f"the entry `{entry.id.value}` is not found again in `{source.name}`")
        edits += _entry_edits(source, node, change)
    text = apply(source.text, edits)
    by_place = {entry.paths[0]: change for entry, change in changes.items()}
    wanted = index.replace(
        entries=tuple(_changed(entry, by_place.get(entry.paths[0], KeywordChange())) for entry in index.entries)
    )
    if _bare(parse(Source(source.name, text)).index) != _bare(wanted):
        if len(changes) > 1:
            raise NotEditable(f"the keywords in `{source.name}` cannot be changed at once: change entries one by one")
        (entry,) = changes
        raise NotEditable(f"the keywords of `{entry.id.value}` cannot be changed safely: write them by hand")
    return text


def _changed(entry: Entry, change: KeywordChange) -> Entry:
    """An entry with its keywords as they should be."""
    swaps = {old: Text(new) for old, new in change.swap}
    kept = [swaps.get(word, word) for word in entry.keywords if word not in change.drop]
    return entry.replace(keywords=(*kept, *map(Text, change.add)))


def _entry_nodes(source: Source) -> list[Node]:
    node = compose(source)[0]
    if node is None or node.id != "mapping":
        return []
    found = next((value for key, value in node.value if key.value == "context_files"), None)
    return [] if found is None else found.value if found.id == "sequence" else [found]


def _entry_edits(source: Source, node: Node, change: KeywordChange) -> Iterator[Edit]:
    pairs = {key.value: (key, value) for key, value in node.value if key.id == "scalar"}
    if "keywords" not in pairs:
        if change.add:
            yield _new_key(source, node, pairs, change.add)
        return
    key, value = pairs["keywords"]
    for old, new in change.swap:
        yield (old.start, old.end, scalar(new))
    if value.id != "sequence":
        written = source.text[_start(value) : _end(value)].strip()
        items = [*([written] if written and not change.drop else []), *map(scalar, change.add)]
        yield (_end(key) + 1, max(_end(value), _end(key) + 1), f" [{', '.join(items)}]")
    elif len(change.drop) >= len(value.value) or not value.value:
        written = f"[{', '.join(map(scalar, change.add))}]"
        end = _content_end(source.text, value) if not value.flow_style else _end(value)
        start = _start(value) if value.flow_style else _end(key) + 1
        yield (start, end, written if value.flow_style else f" {written}")
    else:
        yield from _list_edits(source, value, change)


def _list_edits(source: Source, value: Node, change: KeywordChange) -> Iterator[Edit]:
    """Items of a list taken out, and further ones after those that stay."""
    gone = {word.start for word in change.drop}
    items, text = value.value, source.text
    stays = [number for number, item in enumerate(items) if _start(item) not in gone]
    for number, item in enumerate(items):
        if number in stays:
            continue
        if not value.flow_style:
            start = _line_start(text, _dash(text, _start(item)))
            yield (start, _next_line(text, _content_end(text, item)), "")
        elif number < stays[0]:
            yield (_start(item), _start(items[number + 1]), "")
        else:
            yield (_end(items[number - 1]), _end(item), "")
    if not change.add:
        return
    if value.flow_style:
        yield _after_item(source, value, change.add)
    else:
        at = _line_of(text, _content_end(text, items[-1]))
        margin = " " * (source.position(_start(value))[1] - 1)
        line_end = _line_end(text)
        new = "".join(f"{line_end}{margin}- {scalar(word)}" for word in change.add)
        last_is_gone = len(items) - 1 not in stays
        yield (
            (at, at, new)
            if not last_is_gone
            else (_next_line(text, at), _next_line(text, at), new[len(line_end) :] + line_end)
        )


def _after_item(source: Source, value: Node, words: Iterable[str]) -> Edit:
    """Further items in brackets, on new lines where the line would get too long."""
    text, items = source.text, value.value
    at = _end(items[-1])
    column = at - _line_start(text, at)
    rest = len(text[at : _line_of(text, at)])
    margin = _line_end(text) + " " * (source.position(_start(items[0]))[1] - 1)
    out = ""
    for word in words:
        written = scalar(word)
        if column + len(written) + 2 + rest > WIDTH:
            out += "," + margin + written
            column = len(margin) - 1 + len(written)
        else:
            out += ", " + written
            column += len(written) + 2
    return at, at, out


def _new_key(source: Source, node: Node, pairs: Mapping[str, tuple[Node, Node]], words: tuple[str, ...]) -> Edit:
    """A key `keywords` after those that say what the entry is."""
    text = source.text
    about = [pairs[name] for name in ("id", "path", "description") if name in pairs]
    _, value = max(about, key=lambda pair: _start(pair[0]))
    items = [scalar(word) for word in words]
    line = f"keywords: [{', '.join(items)}]"
    if node.flow_style:
        return _end(value), _end(value), ", " + line
    margin = " " * (source.position(_start(node.value[0][0]))[1] - 1)
    at, line_end = _line_of(text, _content_end(text, value)), _line_end(text)
    if len(margin) + len(line) > WIDTH:
        line = "keywords:" + "".join(f"{line_end}{margin}  - {item}" for item in items)
    return at, at, line_end + margin + line


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────


def _start(node: Node) -> int:
    return int(node.start_mark.index)


def _end(node: Node) -> int:
    return int(node.end_mark.index)


def _content_end(text: str, node: Node) -> int:
    """Where what was written for a node ends: before the blanks and comments that YAML counts to a block."""
    while node.id != "scalar" and node.value and not node.flow_style:
        node = node.value[-1][1] if node.id == "mapping" else node.value[-1]
    return len(text[: _end(node)].rstrip())


def _before_bracket(source: Source, node: Node, new: str) -> Edit:
    """Before the bracket that closes a list or mapping in brackets."""
    at = _end(node) - 1
    inside = source.text[_start(node) + 1 : at].rstrip()
    comma = "" if not inside or inside.endswith(",") else ", "
    content = at - (len(source.text[:at]) - len(source.text[:at].rstrip())) if comma else at
    return content, content, comma + (" " if inside.endswith(",") and source.text[at - 1] == "," else "") + new


def _dash(text: str, start: int) -> int:
    return text.rindex("-", 0, start)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_of(text: str, at: int) -> int:
    """The end of the line of a place, before its line end."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - (text[end - 1 : end] == "\r")


def _next_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _bare(value: Any) -> Any:
    """A part of an index without places, for comparing."""
    if isinstance(value, Text):
        return Text(value.value)
    if isinstance(value, Index):
        value = value.replace(sources=())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(_bare, value))
    return tuple(map(_bare, value)) if isinstance(value, tuple) else value
