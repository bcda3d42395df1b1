"""The language server: positions as a law, what is offered as tables, then a real process that speaks the protocol."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from urllib.parse import quote, unquote

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import ctxload as package
from ctxload.index.parser import parse
from ctxload.integrations.lsp.completion import Item, items, spot, written
from ctxload.integrations.lsp.features import (
    actions,
    definition,
    findings_by_file,
    hover,
    lenses,
    links,
    stretch,
    symbols,
    text_of,
)
from ctxload.integrations.lsp.meanwhile import change_between, provisional
from ctxload.integrations.lsp.positions import UNITS, Lines
from ctxload.integrations.lsp.view import View
from ctxload.text.source import Source
from ctxload.workspace.locations import Place

PATIENCE = 120
#: The folder of every project here: its URI needs encoding, and holds what looks encoded already.
FOLDER = "a project, ü 漢 #1 %2D +b&c [x]"
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")

INDEX = """\
version: 1.0
context_files:
  - id: api
    path: context/backend/api.md
    description: How views are written
    keywords: [rest framework, api]
    agents: [backend-developer]
    requires: [database]
  - id: database
    path: context/backend/database.md
    keywords: [mysql, api]
  - {id: 漢字, path: context/nowhere.md, keywords: [😀 emoji, form]}
agent_defaults:
  backend-developer: [databse]
context_rules:
  - pattern: '(github.?actions|workflow)'
    context_ids: [database]
story_context_hints:
  full-stack: {context_ids: [api, database]}
tests:
  - {task: Add a REST framework view, agent: backend-developer, expect: [api]}
  - {task: A slow MySQL query, expect: [database]}
  - {task: Plan the quarter, expect: []}
fallback: none
match: whole
"""


def make(folder: Path, text: str = INDEX) -> Path:
    for name, body in {
        "backend/api": "# The API\n\nViews.\n",
        "backend/database": "# Database\n",
        "free": "# Chargebacks\n",
    }.items():
        path = folder / "context" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    (folder / "context-index.yml").write_text(text, encoding="utf-8")
    return folder


def view_of(folder: Path, text: str | None = None) -> View:
    place = Place(str(folder / "context-index.yml"), str(folder), "context-index.yml")
    return View(place, {} if text is None else {"context-index.yml": text})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make(tmp_path / FOLDER)


@pytest.fixture
def view(project: Path) -> View:
    return view_of(project)


def at(text: str, marked: str) -> int:
    """The offset of the `|` in a stretch of the text."""
    before, _, after = marked.partition("|")
    return text.index(before + after) + len(before)


# ── findings while a large index is typed ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nowhere.md", "backend/apo.md"),
        ("    path: context/backend/api.md\n", "    descripton: x\n    path: context/backend/api.md\n"),
        ("    keywords: [mysql, api]\n", "    keywords: [mysql, api]\n    # a note\n    priority: much\n"),
        ("  - {id: 漢字,", "  - {path: context/free.md}\n  - {id: 漢字,"),
        ("version: 1.0\n", "\n\n# a head\nversion: 1.0\n"),
        ("fallback: none\n", "fallback: none\nodd: 1\n"),
        ("  - {id: 漢字, path: context/nowhere.md, keywords: [😀 emoji, form]}\n", ""),
        ("context_files:\n", "context_files\n"),
    ],
)
def test_what_is_shown_meanwhile_is_found_in_the_end_too_and_only_what_entries_have_in_common_comes_later(
    project: Path, old: str, new: str
) -> None:
    before, now = view_of(project), view_of(project, INDEX.replace(old, new))
    assert before.findings and INDEX.replace(old, new) != INDEX
    shown = provisional(before, now)
    found = now.checked()
    assert [each.concise() for each in shown if each not in found] == []
    later = {each.code for each in found if each not in shown}  # what entries have in common, and who loads them
    assert later <= {"CTX202", "CTX306", "CTX307"}


@given(
    st.text("ab\n", max_size=30),
    st.text("ab\n", max_size=30),
    st.text("ab\n", max_size=30),
    st.text("ab\n", max_size=30),
)
def test_outside_a_change_two_texts_are_the_same(head: str, old: str, new: str, tail: str) -> None:
    before, after = head + old + tail, head + new + tail
    change = change_between(before, after)
    assert before[: change.start] == after[: change.start]
    assert before[change.old_end :] == after[change.new_end :]
    assert 0 <= change.start <= min(change.old_end, change.new_end)
    assert change.start == 0 or before[change.start - 1] == "\n"


# ── positions ────────────────────────────────────────────────────────────────────────────────────────────

TEXTS = st.text(alphabet=st.sampled_from("ab \n\r\té漢😀\u0301\u2028🏳‍🌈ß\ufeff"), max_size=40) | st.text(max_size=30)


@given(TEXTS, st.sampled_from(sorted(UNITS)))
def test_offsets_and_positions_convert_back_and_forth(text: str, encoding: str) -> None:
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        line, character = lines.position(offset)
        back = lines.offset(line, character)
        # inside a line end there is no position: the nearest before it counts
        assert back == offset or (text[back:offset].strip("\r\n") == "" and text[back : back + 1] in ("\r", "\n"))


@given(TEXTS, st.sampled_from(sorted(UNITS)), st.integers(-1, 12), st.integers(-1, 40))
def test_any_position_is_taken_to_a_place_in_the_text(text: str, encoding: str, line: int, character: int) -> None:
    assert 0 <= Lines(text, encoding).offset(line, character) <= len(text)


@pytest.mark.parametrize("encoding, character", [("utf-8", 12), ("utf-16", 5), ("utf-32", 4)])
def test_each_encoding_counts_as_its_name_says(encoding: str, character: int) -> None:
    text = "x\n漢字😀é"
    assert Lines(text, encoding).position(len(text)) == (1, character)
    assert Lines(text, encoding).offset(1, character) == len(text)


# ── completion ───────────────────────────────────────────────────────────────────────────────────────────

SPOTS = """\
version: 1.0
context_files:
  - id: a
    path: context/a.md
    requires:
      - b
      - |context_files requires value
    agents: [ba, |context_files agents value
    |context_files key
  - {path: context/b.md, |context_files key
  - path: c|context_files path value
  - |context_files key
- id: |context_files id value
agent_defaults:
  |agent_defaults key
  backend: [|agent_defaults * value
  other:
    - |agent_defaults * value
always: |always value
always:
- |always value
tests:
  - task: x
    expect: [|tests expect value
  - {task: fix it, agent: |tests agent value
  - {task: fix it, agent: x, expect: [a, b|tests expect value
story_context_hints:
  full:
    |story_context_hints * key
    context_ids: [a|story_context_hints * context_ids value
match: w|match value
|key
context_rules:
- pattern: 'a: b'
  |context_rules key
"""


def spots() -> Iterator[tuple[str, str, str]]:
    """Each marked place as text before it, what stands above, and what it is."""
    text = ""
    for line in SPOTS.splitlines():
        before, mark, after = line.partition("|")
        if mark:
            *above, kind = after.split()
            yield text + before, " ".join(above), kind
        text += before.rstrip() + "\n" if not mark else ""


@pytest.mark.parametrize("text, above, kind", list(spots()))
def test_the_place_is_known_while_the_text_is_being_typed(text: str, above: str, kind: str) -> None:
    found = spot(text, len(text))
    assert (found.above, found.kind) == (above, kind)


@given(st.text(alphabet="ab:-#[]{},'\" \n", max_size=60), st.integers(0, 60))
def test_any_text_has_a_place_at_any_offset(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    assert spot(text, offset).start <= offset


OFFERS = [
    ("context_files:\n  - ", ["path", "id", "description", "keywords"], ["version"]),
    ("context_files:\n  - id: x\n    ", ["path", "keywords"], ["id"]),
    ("context_files:\n  - path: ", ["context/free.md", "context/backend/api.md"], ["context-index.yml"]),
    ("context_files:\n  - agents: [", ["backend-developer"], ["api"]),
    ("context_files:\n  - requires: [", ["api", "database", "漢字"], []),
    ("agent_defaults:\n  x: [", ["api", "database"], ["backend-developer"]),
    ("agent_defaults:\n  ", ["backend-developer"], ["api"]),
    ("tests:\n  - {task: x, expect: [", ["api"], []),
    ("tests:\n  - {task: x, agent: ", ["backend-developer"], ["api"]),
    ("match: ", ["focused", "whole"], ["related"]),
    ("fallback: ", ["all", "none", "api"], []),
    ("", ["version", "context_files", "tests"], ["path"]),
    ("context_rules:\n  - ", ["pattern", "context_ids"], ["path"]),
]


@pytest.mark.parametrize("text, offered, not_offered", OFFERS)
def test_what_may_be_written_is_offered(view: View, text: str, offered: list[str], not_offered: list[str]) -> None:
    found = [item.text for item in items(view, spot(text, len(text)))]
    assert [word for word in offered if word not in found] == []
    assert [word for word in not_offered if word in found] == []


NAMES = [
    "context/a.md",
    "x: y.md",
    "# h",
    "@at",
    "it's",
    'a "b"',
    "a\\b",
    "no",
    "1.10",
    "漢字 😀",
    "a, b]",
    "{",
    "- x",
    "a:",
    "&x",
]
PLACES = [
    "always:\n  - ", 'always:\n  - "', "always:\n  - 'c", "always: [", 'always: [x, "c', "always: [x, '",
    "context_files:\n  - path: ", 'context_files:\n  - path: "con', "context_files:\n  - {path: ",
]  # fmt: skip


def texts_in(value: Any) -> list[Any]:
    """The texts in what was read."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in texts_in(each)] if inner else [value]


@pytest.mark.parametrize("before", PLACES)
def test_what_is_offered_is_written_so_that_it_is_read_as_it_is(before: str) -> None:
    """Whatever signs it holds, in quotes that are there (the editor may have closed them already) and without."""
    opened = next((quote for quote in "'\"" if before.count(quote) % 2), "")
    for name, text in itertools.product(NAMES, (before, before + opened)):
        place = spot(text, len(before))
        end, new, held_against = written(text, len(before), place, Item(name, "file"))
        after = text[: place.start] + new + text[end:]
        after += "]" if "[" in before else "}" if "{" in before else ""
        assert name in texts_in(yaml.load(after, yaml.BaseLoader)), text
        assert held_against.startswith(opened)


def test_a_colon_that_is_there_is_not_written_again() -> None:
    text = "context_files:\n  - keyw: [x]\n"
    offset = text.index(": [")
    assert written(text, offset, spot(text, offset), Item("keywords", "key"))[1] == "keywords"
    assert written(text[:offset], offset, spot(text[:offset], offset), Item("keywords", "key"))[1] == "keywords: "


def test_a_document_that_no_entry_names_is_offered_first(view: View) -> None:
    found = items(view, spot("context_files:\n  - path: ", 25))
    assert found[0].text == "context/free.md"


# ── hover, definition, lens, symbols ─────────────────────────────────────────────────────────────────────

HOVERS = [
    ("id: a|pi\n", ["**api**: How views are written", "The API", "tokens", "by keyword: `backend-developer`", "bundles: `full-stack`", "loaded by 1 of 3 tests"]),  # noqa: E501
    ("path: context/backend/da|tabase.md", ["**database**", "required by: `api`", "rules: `(github", "loaded by 2 of 3 tests"]),  # noqa: E501
    ("requires: [data|base]", ["**database**"]),
    ("keywords: [rest fr|amework", ["`rest framework` selects `api` alone", "It alone decides 1 test", "Add a REST framework view"]),  # noqa: E501
    ("framework, ap|i]", ["`api` also selects `database`", "decides no test"]),
    ("[my|sql", ["`mysql` selects `database` alone", "A slow MySQL query"]),
    ("agents: [back|end-developer]", ["**backend-developer** may load `api`", "Where nothing matches: `databse`"]),
    ("key|words: [rest", ["**keywords**: Words and phrases"]),
    ("full|-stack", ["Context: full-stack"]),
    ("path: context/no|where.md", ["`context/nowhere.md` doesn't exist"]),
    ("(git|hub", ["regular expression"]),
]  # fmt: skip


@pytest.mark.parametrize("marked, words", HOVERS, ids=[marked for marked, _ in HOVERS])
def test_hovering_tells_what_is_known(view: View, marked: str, words: list[str]) -> None:
    shown = hover(view, "context-index.yml", at(INDEX, marked))
    assert shown is not None and shown.start <= at(INDEX, marked) <= shown.end
    assert [word for word in words if word not in shown.text] == []


def test_a_test_that_a_keyword_decides_is_shown_with_its_agent(view: View) -> None:
    shown = hover(view, "context-index.yml", at(INDEX, "keywords: [rest fr|amework"))
    assert shown is not None and shown.text.endswith("- Add a REST framework view (backend-developer)")


def test_no_text_of_an_index_is_a_link_or_a_picture_in_what_is_shown(project: Path) -> None:
    text = "context_files:\n  - {id: free, path: context/free.md, description: '![x](https://host/x.png) <b>', keywords: [x]}\n"  # noqa: E501
    shown = hover(view_of(project, text), "context-index.yml", at(text, "id: fr|ee"))
    assert shown is not None and r": \!\[x\](https://host/x.png) \<b\>" in shown.text


def test_hovering_over_nothing_tells_nothing(view: View) -> None:
    assert hover(view, "context-index.yml", at(INDEX, "version: 1|.0")) is None


def test_an_id_leads_to_its_entry_and_a_path_to_its_file(view: View) -> None:
    [entry] = definition(view, "context-index.yml", at(INDEX, "requires: [data|base]"))
    assert INDEX[entry.start : entry.end] == "database"
    [file] = definition(view, "context-index.yml", at(INDEX, "path: context/backend/da|tabase.md"))
    assert file.file == "context/backend/database.md"
    assert definition(view, "context-index.yml", at(INDEX, "path: context/no|where.md")) == []


def test_each_path_that_is_a_file_is_a_link(view: View) -> None:
    found = links(view, "context-index.yml")
    assert [INDEX[start:end] for start, end, _ in found] == [path for _, _, path in found]
    assert [path for _, _, path in found] == ["context/backend/api.md", "context/backend/database.md"]


def test_the_outline_names_entries_rules_bundles_and_tests(view: View) -> None:
    found = symbols(view, "context-index.yml")
    assert [(each.kind, each.name) for each in found[:5]] == [
        ("entry", "api"), ("entry", "database"), ("entry", "漢字"), ("rule", "(github.?actions|workflow)"), ("bundle", "full-stack"),  # noqa: E501
    ]  # fmt: skip
    assert len(found) == 8


def test_a_line_over_each_entry_says_how_many_tests_load_it_and_how_large_it_is(view: View) -> None:
    found = [text for _, text in lenses(view, "context-index.yml")]
    assert found[0].startswith("loaded by 1 of 3 tests · ") and found[0].endswith(" tokens")
    assert found[1].startswith("loaded by 2 of 3 tests")
    assert found[2] == "loaded by 0 of 3 tests · 0 tokens"


def test_what_the_editor_holds_goes_before_what_is_on_disk(project: Path) -> None:
    view = view_of(project, INDEX.replace("nowhere.md", "free.md"))
    assert not any(finding.code == "CTX301" for finding in view.findings)
    assert any(finding.code == "CTX301" for finding in view_of(project).findings)


# ── actions ──────────────────────────────────────────────────────────────────────────────────────────────


def titles(view: View, file: str, offset: int) -> list[str]:
    return [action.title for action in actions(view, file, offset, offset)]


def done(view: View, file: str, offset: int, title: str) -> str:
    """The text of the index after an action."""
    [action] = [each for each in actions(view, file, offset, offset) if each.title == title]
    [(name, edits)] = action.edits
    text = text_of(view, name).text
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def test_what_was_probably_meant_is_one_step_away(view: View) -> None:
    offset = at(INDEX, "[data|bse]")
    assert "Change to `database`" in titles(view, "context-index.yml", offset)
    assert "backend-developer: [database]" in done(view, "context-index.yml", offset, "Change to `database`")


def test_a_missing_file_can_be_made(view: View) -> None:
    offset = at(INDEX, "context/no|where.md")
    [action] = [each for each in actions(view, "context-index.yml", offset, offset) if each.create[0]]
    assert action.create == ("context/nowhere.md", "# Nowhere\n")


def test_the_repairs_of_check_fix_are_offered_one_by_one_and_all_at_once(project: Path) -> None:
    text = "context_files:\n  - path: context/free.md\n    keywords: free, other\n    description: Use this: now\n"
    view = view_of(project, text)
    offset = at(text, "free, oth|er")
    assert titles(view, "context-index.yml", offset)[0] == "Write `[free, other]`"
    fixed = done(view, "context-index.yml", 0, "Fix what can only be meant one way")
    assert parse(Source("x", fixed)).diagnostics == ()


LISTS = [
    "context_files:\n  - path: context/backend/api.md\n    keywords: [api]\n  # more to come\n\nfallback: none\n",
    "context_files:\n- path: context/backend/api.md\n  keywords:\n  - api",
    "context_files:\n    - {path: context/backend/api.md}\n    - {path: context/backend/database.md}\n",
    "version: 1.0\n",
    "",
]


@pytest.mark.parametrize("text", LISTS)
def test_a_document_that_no_entry_names_can_be_listed(project: Path, text: str) -> None:
    view = view_of(project, text)
    [title] = [title for title in titles(view, "context/free.md", 0) if title.startswith("List it")]
    after = parse(Source("x", done(view, "context/free.md", 0, title)))
    before = parse(Source("x", text))
    assert [e.paths[0].value for e in after.index.entries] == [
        *(e.paths[0].value for e in before.index.entries), "context/free.md",
    ]  # fmt: skip
    assert after.index.entries[-1].keywords
    assert not [finding for finding in after.diagnostics if finding.severity != "note"]


def test_no_listing_is_offered_where_the_place_is_not_certain(project: Path) -> None:
    view = view_of(project, "context_files: [{path: context/backend/api.md}]\n")
    assert not any(title.startswith("List it") for title in titles(view, "context/free.md", 0))


@given(text=st.text(alphabet="context_files: [{-path}]\n'\"ab#&*|>\t", max_size=80), offset=st.integers(0, 80))
def test_whatever_is_typed_every_question_has_an_answer(text: str, offset: int, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.getbasetemp() / "typed"
    if not folder.exists():
        make(folder)
    view = view_of(folder, text)
    name = "context-index.yml"
    offset = min(offset, len(text))
    (
        hover(view, name, offset),
        definition(view, name, offset),
        links(view, name),
        symbols(view, name),
        lenses(view, name),
    )
    items(view, spot(text, offset))
    actions(view, name, 0, len(text))
    for file, found in findings_by_file(view).items():
        for finding in found:
            start, end = stretch(text_of(view, file), finding)
            assert 0 <= start <= end <= len(text_of(view, file).text)


# ── a real process ───────────────────────────────────────────────────────────────────────────────────────


class Editor:
    """As much of an editor as the protocol needs."""

    def __init__(self, process: subprocess.Popen[bytes], root: Path) -> None:
        self.process = process
        self.root = root
        self.spelling: Callable[[Path], str] = Path.as_uri
        self.able: dict[str, Any] = {}
        self.count = 0
        self.messages: Queue[dict[str, Any] | None] = Queue()
        self.notices: list[dict[str, Any]] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        with stdout:
            while header := stdout.readline():
                assert header.lower().startswith(b"content-"), header  # a stray print would stand here
                if header.lower().startswith(b"content-length:"):
                    size = int(header.split(b":")[1])
                    while stdout.readline().strip():
                        pass
                    self.messages.put(json.loads(stdout.read(size)))
        self.messages.put(None)

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method: str, **params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        self.count += 1
        self.send({"id": self.count, "method": method, "params": params})
        while (message := self.next()).get("id") != self.count or "method" in message:
            self.notices.append(message)
        if "error" in message:
            raise RuntimeError(message["error"]["message"])
        return message["result"]

    def next(self) -> dict[str, Any]:
        try:
            message = self.messages.get(timeout=PATIENCE)
        except Empty:
            raise AssertionError("no message came") from None
        assert message is not None, "the server has ended"
        return message

    def findings(self, name: str, wanted: Any = None) -> list[Any]:
        """The findings of a file, once they are published, and where `wanted` is given once it holds for them."""
        while True:
            message = self.notices.pop(0) if self.notices else self.next()
            if message.get("method") == "textDocument/publishDiagnostics" and self.is_of(message, name):
                found: list[Any] = message["params"]["diagnostics"]
                if wanted is None or wanted(found):
                    return found

    def is_of(self, message: dict[str, Any], name: str) -> bool:
        """Whether a notice is about a file; one that is not open has a URI as the server writes it."""
        return unquote(message["params"]["uri"]) == unquote(self.uri(name))

    def uri(self, name: str = "context-index.yml") -> str:
        return self.spelling(self.root / name)

    def open(self, text: str, name: str = "context-index.yml") -> None:
        document = {"uri": self.uri(name), "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)

    def where(self, line: int, character: int, name: str = "context-index.yml") -> dict[str, Any]:
        return {"textDocument": {"uri": self.uri(name)}, "position": {"line": line, "character": character}}


@contextmanager
def editing(root: Path, encodings: list[str] | None = None, create: bool = True, code: str = "") -> Iterator[Editor]:
    pytest.importorskip("pygls", reason="needs the extra ctxload[lsp]")
    env = {**os.environ, "PYTHONPATH": str(Path(package.__file__).resolve().parents[1])}
    start = [sys.executable, "-c", f"{code}\nfrom ctxload.start import main; main()"]
    process = subprocess.Popen(
        [*start, "serve", "--lsp"],
        cwd=root,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    editor = Editor(process, root)
    able: dict[str, Any] = {"general": {"positionEncodings": encodings}} if encodings else {}
    if create:
        able["workspace"] = {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]}}
    try:
        editor.able = editor.ask("initialize", processId=None, rootUri=root.as_uri(), capabilities=able)["capabilities"]
        editor.notify("initialized")
        yield editor
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        editor.reader.join()
        for pipe in (process.stdin, process.stderr):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:
                pass


@pytest.mark.heavy
def test_of_an_index_that_takes_long_first_the_touched_entry_is_told_and_then_everything(project: Path) -> None:
    long = "from ctxload.integrations.lsp import server; server.LONG = -1"
    with editing(project, code=long) as editor:
        editor.open(INDEX)
        before = {each["code"] for each in editor.findings("context-index.yml")}
        assert "CTX301" in before and "CTX101" not in before
        edited = INDEX.replace("😀 emoji, form", "mysql").replace("version: 1.0", "odd: 1\nversion: 1.0")
        document = {"uri": editor.uri(), "version": 2}
        editor.notify("textDocument/didChange", textDocument=document, contentChanges=[{"text": edited}])
        first = editor.findings("context-index.yml")
        assert {"CTX101", "CTX301"} <= {each["code"] for each in first}
        last = editor.findings("context-index.yml")
        assert any(each["code"] == "CTX202" and "mysql" in each["message"] for each in last)


@pytest.mark.heavy
def test_an_editor_gets_findings_and_they_go_when_they_are_mended(project: Path) -> None:
    with editing(project) as editor:
        editor.open(INDEX)
        found = editor.findings("context-index.yml")
        assert {finding["code"] for finding in found} >= {"CTX208", "CTX301"}
        [unknown] = [finding for finding in found if finding["code"] == "CTX208"]
        assert unknown["range"] == {"start": {"line": 13, "character": 22}, "end": {"line": 13, "character": 29}}
        assert "did you mean `database`?" in unknown["message"] and unknown["source"] == "ctxload"
        change = {"range": unknown["range"], "text": "database"}
        editor.notify(
            "textDocument/didChange", textDocument={"uri": editor.uri(), "version": 2}, contentChanges=[change]
        )
        codes = {finding["code"] for finding in editor.findings("context-index.yml")}
        assert "CTX208" not in codes and "CTX301" in codes


def as_vs_code(path: Path) -> str:
    """As VS Code writes it: everything encoded but letters, digits and a few signs."""
    return "file:///" + quote(path.as_posix().lstrip("/"), safe="/")


def all_encoded(path: Path) -> str:
    """As nobody writes it, and anybody may: each letter encoded, in small hexadecimal digits."""
    return "file:///" + "".join(
        sign if sign == "/" else "".join(f"%{byte:02x}" for byte in sign.encode())
        for sign in path.as_posix().lstrip("/")
    )


HEAVY = pytest.mark.heavy


@pytest.mark.parametrize(
    "spelling", [pytest.param(Path.as_uri, marks=HEAVY), as_vs_code, pytest.param(all_encoded, marks=HEAVY)]
)
def test_however_a_uri_is_written_what_the_editor_holds_counts(project: Path, spelling: Callable[[Path], str]) -> None:
    with editing(project) as editor:
        editor.spelling = spelling
        above = "# one\n# two\n"
        editor.open(above + INDEX)  # not what is on disk
        found = editor.findings("context-index.yml")
        [unknown] = [finding for finding in found if finding["code"] == "CTX208"]
        assert unknown["range"]["start"] == {"line": 15, "character": 22}
        [action] = code_actions(editor, "context-index.yml", 15, 24, 24)
        [edit] = action["edit"]["changes"][editor.uri()]  # by the name that this editor knows
        assert edit["range"] == unknown["range"]
        change = {"range": unknown["range"], "text": "database"}
        editor.notify(
            "textDocument/didChange", textDocument={"uri": editor.uri(), "version": 2}, contentChanges=[change]
        )
        assert "CTX208" not in {finding["code"] for finding in editor.findings("context-index.yml")}
        editor.notify("textDocument/didClose", textDocument={"uri": editor.uri()})
        found = editor.findings("context-index.yml", lambda found: any(each["code"] == "CTX208" for each in found))
        [unknown] = [finding for finding in found if finding["code"] == "CTX208"]
        assert unknown["range"]["start"]["line"] == 13  # as it is on disk


@pytest.mark.heavy
def test_a_request_that_cannot_be_read_is_answered_with_an_error(project: Path) -> None:
    damaged: list[dict[str, Any]] = [
        {"position": {"line": -1, "character": 0}},
        {"position": {"line": 10**12, "character": 0}},
        {"position": None},
        {"textDocument": 5, "position": {"line": 1, "character": 1}},
    ]
    with editing(project) as editor:
        editor.open(INDEX)
        for params in damaged:
            asked = {**editor.where(1, 1), **params}
            with pytest.raises(RuntimeError, match="the parameters of `textDocument/hover` aren't those of the protoc"):
                editor.ask("textDocument/hover", **asked)
            assert editor.ask("textDocument/hover", **editor.where(7, 17))


@pytest.mark.heavy
def test_a_document_that_is_no_file_has_nothing_to_show_and_is_answered(project: Path) -> None:
    no_files = "untitled:Untitled-1", "http://[::1", "", "file:///no/%ff.yml", "file:///\ud800.yml", "file:///%00.md"
    with editing(project) as editor:
        for uri in no_files:
            has_nothing_to_show(editor, uri)


def has_nothing_to_show(editor: Editor, uri: str) -> None:
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": INDEX}
    editor.notify("textDocument/didOpen", textDocument=document)
    where = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 8}}
    assert editor.ask("textDocument/hover", **where) is None
    assert editor.ask("textDocument/codeLens", textDocument={"uri": uri}) == []
    with pytest.raises(RuntimeError, match=r"there is no context-index.yml for the document"):
        command(editor, {"task": "mysql", "uri": uri})


@pytest.mark.heavy
def test_a_request_after_shutdown_is_answered_with_an_error(project: Path) -> None:
    with editing(project) as editor:
        editor.ask("shutdown")
        with pytest.raises(RuntimeError, match="the server is shutting down"):
            editor.ask("textDocument/hover", **editor.where(1, 1))


@pytest.mark.heavy
@posix
def test_errors_do_not_fill_a_pipe_that_the_editor_does_not_read(project: Path) -> None:
    with editing(project) as editor:
        for _ in range(60):
            with pytest.raises(RuntimeError):
                command(editor, {"tsak": "x"})
        assert editor.process.stderr is not None
        os.set_blocking(editor.process.stderr.fileno(), False)
        assert len(editor.process.stderr.read() or b"") < 1_000


@pytest.mark.heavy
@pytest.mark.parametrize("encoding", sorted(UNITS))
def test_positions_after_emoji_and_cjk_are_right_in_each_encoding(project: Path, encoding: str) -> None:
    with editing(project, [encoding]) as editor:
        assert editor.able["positionEncoding"] == encoding
        editor.open(INDEX)
        line = next(number for number, text in enumerate(INDEX.splitlines()) if "漢字" in text)
        text, count = INDEX.splitlines()[line], UNITS[encoding]
        [missing] = [each for each in editor.findings("context-index.yml") if each["code"] == "CTX301"]
        before = text[: text.index("context/nowhere.md")]
        assert missing["range"]["start"] == {"line": line, "character": count(before)}
        before = text[: text.index("form]")]
        shown = editor.ask("textDocument/hover", **editor.where(line, count(before) + 1))
        assert "`form`" in shown["contents"]["value"]
        assert shown["range"] == {
            "start": {"line": line, "character": count(before)},
            "end": {"line": line, "character": count(before) + 4},
        }


@pytest.mark.heavy
def test_an_editor_gets_offers_places_lenses_and_links(project: Path) -> None:
    with editing(project) as editor:
        editor.open(INDEX)
        offered = editor.ask("textDocument/completion", **editor.where(7, 15))["items"]
        assert [item["label"] for item in offered] == ["api", "database", "漢字"]
        assert offered[0]["textEdit"]["range"]["start"] == {"line": 7, "character": 15}
        [place] = editor.ask("textDocument/definition", **editor.where(7, 17))
        assert place["uri"] == editor.uri() and place["range"]["start"] == {"line": 8, "character": 8}
        document = {"textDocument": {"uri": editor.uri()}}
        assert len(editor.ask("textDocument/codeLens", **document)) == 3
        assert [link["target"] for link in editor.ask("textDocument/documentLink", **document)] == [
            editor.uri("context/backend/api.md"), editor.uri("context/backend/database.md"),
        ]  # fmt: skip
        assert len(editor.ask("textDocument/documentSymbol", **document)) == 8


@pytest.mark.heavy
def test_a_file_that_the_index_includes_is_served_as_the_index_is(project: Path) -> None:
    (project / "context-index.yml").write_text(INDEX + "include: [more.yml]\n", encoding="utf-8")
    more = "context_files:\n  - {id: free, path: context/free.md, keywords: [free], requires: [databse]}\n"
    (project / "more.yml").write_text(more, encoding="utf-8")
    (project / "other.yml").write_text("x: [\n", encoding="utf-8")
    with editing(project) as editor:
        editor.open(more, "more.yml")
        [finding] = editor.findings("more.yml", lambda found: found)
        assert "did you mean `database`?" in finding["message"]
        offered = editor.ask("textDocument/completion", **editor.where(1, 69, "more.yml"))["items"]
        assert "database" in [item["label"] for item in offered]
        assert editor.ask("textDocument/hover", **editor.where(1, 10, "more.yml"))
        [action, *_] = code_actions(editor, "more.yml", 1, 69, 69)
        assert action["title"] == "Change to `database`" and list(action["edit"]["changes"]) == [editor.uri("more.yml")]
        editor.open("x: [", "other.yml")
        assert editor.ask("textDocument/completion", **editor.where(0, 4, "other.yml"))["items"] == []


def code_actions(editor: Editor, name: str, line: int, first: int, last: int, only: list[str] | None = None) -> Any:
    where = {"start": {"line": line, "character": first}, "end": {"line": line, "character": last}}
    context: dict[str, Any] = {"diagnostics": [], **({"only": only} if only else {})}
    return editor.ask("textDocument/codeAction", textDocument={"uri": editor.uri(name)}, range=where, context=context)


@pytest.mark.heavy
def test_an_editor_gets_quick_fixes(project: Path) -> None:
    with editing(project) as editor:
        editor.open(INDEX)
        [action] = code_actions(editor, "context-index.yml", 13, 24, 24)
        assert action["title"] == "Change to `database`" and action["kind"] == "quickfix"
        assert action["edit"]["changes"][editor.uri()] == [
            {
                "range": {"start": {"line": 13, "character": 22}, "end": {"line": 13, "character": 29}},
                "newText": "database",
            }
        ]
        [create] = [each for each in code_actions(editor, "context-index.yml", 11, 25, 25) if "Create" in each["title"]]
        assert create["edit"]["documentChanges"][0] == {
            "kind": "create", "uri": editor.uri("context/nowhere.md"), "options": {"ignoreIfExists": True},
        }  # fmt: skip
        assert code_actions(editor, "context-index.yml", 13, 24, 24, ["refactor"]) == []


@pytest.mark.heavy
def test_an_editor_that_cannot_make_files_is_not_offered_to(project: Path) -> None:
    with editing(project, create=False) as editor:
        editor.open(INDEX)
        assert not any("Create" in each["title"] for each in code_actions(editor, "context-index.yml", 11, 25, 25))


@pytest.mark.heavy
def test_a_document_that_is_not_listed_is_listed_from_where_it_is_open(project: Path) -> None:
    with editing(project) as editor:
        editor.open("# Free\n", "context/free.md")
        [finding] = editor.findings("context/free.md")
        assert finding["code"] == "CTX306"
        [action] = code_actions(editor, "context/free.md", 0, 0, 0)
        [edit] = action["edit"]["changes"][editor.uri()]
        assert "path: context/free.md" in edit["newText"]


@pytest.mark.heavy
def test_a_file_that_comes_or_goes_on_disk_changes_the_findings(project: Path) -> None:
    with editing(project) as editor:
        editor.open(INDEX)
        assert any(finding["code"] == "CTX301" for finding in editor.findings("context-index.yml"))
        (project / "context" / "nowhere.md").write_text("# Now here\n", encoding="utf-8")
        editor.findings("context-index.yml", lambda found: not any(each["code"] == "CTX301" for each in found))
        (project / "context" / "backend" / "api.md").unlink()
        editor.findings("context-index.yml", lambda found: any("backend/api.md" in each["message"] for each in found))


@pytest.mark.heavy
def test_a_broken_text_is_told_and_the_last_good_one_still_offers(project: Path) -> None:
    with editing(project) as editor:
        editor.open(INDEX)
        editor.findings("context-index.yml")
        text = INDEX + "always: ["
        editor.notify(
            "textDocument/didChange", textDocument={"uri": editor.uri(), "version": 2}, contentChanges=[{"text": text}]
        )
        offered = editor.ask("textDocument/completion", **editor.where(len(text.splitlines()) - 1, 9))["items"]
        assert [item["label"] for item in offered] == ["api", "database", "漢字"]
        assert [finding["code"] for finding in editor.findings("context-index.yml")] == ["CTX001"]


@pytest.mark.heavy
@pytest.mark.parametrize(
    "given", [["a slow MySQL query"], ["a slow MySQL query", "backend-developer"], [{"task": "a slow MySQL query"}]]
)
def test_the_commands_answer_for_a_task(project: Path, given: list[Any]) -> None:
    with editing(project) as editor:
        answer = editor.ask("workspace/executeCommand", command="ctxload.resolve", arguments=given)
        assert answer["files"] == ["context/backend/database.md"]
        explained = editor.ask("workspace/executeCommand", command="ctxload.explain", arguments=given)
        assert "keyword `mysql`" in explained["text"]
        loaded = editor.ask("workspace/executeCommand", command="ctxload.load", arguments=given)
        assert "# Database" in loaded["text"]


@pytest.mark.heavy
def test_a_command_that_cannot_be_answered_says_why(project: Path) -> None:
    with editing(project) as editor:
        for given in ([], [1], [{"tsak": "x"}], ["Context: context/no.md"]):
            with pytest.raises(RuntimeError):
                editor.ask("workspace/executeCommand", command="ctxload.resolve", arguments=given)
        assert editor.ask("workspace/executeCommand", command="ctxload.resolve", arguments=["mysql"])["files"]


def command(editor: Editor, given: dict[str, Any] | str) -> Any:
    return editor.ask("workspace/executeCommand", command="ctxload.resolve", arguments=[given])


@pytest.mark.heavy
def test_a_command_says_what_was_probably_meant(project: Path) -> None:
    with editing(project) as editor:
        with pytest.raises(RuntimeError, match=r"did you mean `context/free.md`\?"):
            command(editor, "Context: context/fre.md")
        with pytest.raises(RuntimeError, match=r"unknown parameter `agnet` \(did you mean `agent`\?\)"):
            command(editor, {"task": "mysql", "agnet": "x"})
        with pytest.raises(RuntimeError, match="no context-index.yml for the document untitled:1"):
            command(editor, {"task": "mysql", "uri": "untitled:1"})


@pytest.mark.heavy
def test_a_command_that_is_answered_by_the_last_good_text_says_so(project: Path) -> None:
    with editing(project) as editor:
        editor.open(INDEX)
        editor.findings("context-index.yml")
        assert "CTX404" not in {each["code"] for each in command(editor, "mysql")["diagnostics"]}
        broken = [{"text": INDEX + "always: ["}]
        editor.notify("textDocument/didChange", textDocument={"uri": editor.uri(), "version": 2}, contentChanges=broken)
        answer = command(editor, "mysql")
        assert answer["files"] == ["context/backend/database.md"]
        assert answer["diagnostics"][-1]["code"] == "CTX404"


@pytest.mark.heavy
def test_a_question_about_another_project_does_not_change_which_one_is_asked(project: Path) -> None:
    other = project / "other"
    (other / "context").mkdir(parents=True)
    (other / "context" / "x.md").write_text("# X\n", encoding="utf-8")
    text = "context_files:\n  - {path: context/x.md, keywords: [mysql]}\n"
    (other / "context" / "context-index.yml").write_text(text, encoding="utf-8")
    (other / "package.json").write_text("{}", encoding="utf-8")
    with editing(project) as editor:
        editor.open(INDEX)
        found = command(editor, {"task": "mysql", "uri": editor.uri("other/any.md")})
        assert found["files"] == ["context/x.md"]
        assert command(editor, "mysql")["files"] == ["context/backend/database.md"]
    with editing(other) as editor:  # no document is open, and the index is not in the folder itself
        assert command(editor, "mysql")["files"] == ["context/x.md"]


@pytest.mark.heavy
def test_stray_prints_do_not_break_the_protocol(project: Path) -> None:
    noise = "from ctxload.integrations.lsp import features\nreal = features.hover\ndef hover(*a):\n print('stray')\n return real(*a)\nfeatures.hover = hover"  # noqa: E501
    with editing(project, code=noise) as editor:
        editor.open(INDEX)
        assert editor.ask("textDocument/hover", **editor.where(7, 17))


@pytest.mark.heavy
def test_the_server_ends_with_the_protocol_with_its_input_and_with_sigterm(project: Path) -> None:
    with editing(project) as editor:
        editor.ask("shutdown")
        editor.notify("exit")
        assert editor.process.wait(PATIENCE) == 0
    with editing(project) as editor:
        assert editor.process.stdin is not None
        editor.process.stdin.close()
        assert editor.process.wait(PATIENCE) == 0
    if os.name == "posix":
        with editing(project) as editor:
            editor.process.send_signal(signal.SIGTERM)
            assert editor.process.wait(PATIENCE) == 0


@pytest.mark.heavy
def test_without_the_extra_the_command_says_what_to_install(project: Path) -> None:
    code = "import sys\nsys.modules['pygls'] = None\nsys.modules['lsprotocol'] = None\nfrom ctxload.start import main\nmain()"  # noqa: E501
    env = {**os.environ, "PYTHONPATH": str(Path(package.__file__).resolve().parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", code, "serve", "--lsp"], cwd=project, env=env, capture_output=True, timeout=PATIENCE
    )
    assert done.returncode == 2 and b"pip install 'ctxload[lsp]'" in done.stderr and done.stdout == b""


def load(editor: Editor, **given: Any) -> str:
    asked = {"task": "a slow MySQL query", "conversation": "c", **given}
    return str(editor.ask("workspace/executeCommand", command="ctxload.load", arguments=[asked])["text"])


@pytest.mark.heavy
def test_a_conversation_is_given_a_document_once_by_a_command(project: Path) -> None:
    with editing(project) as editor:
        assert "# Database" in load(editor) and "# Database" not in load(editor)
        assert "# Database" in load(editor, fresh=True)


def test_what_waits_for_a_message_runs_when_it_was_sent_and_never_when_it_could_not_be() -> None:
    pytest.importorskip("pygls", reason="needs the extra ctxload[lsp]")
    from ctxload.integrations.lsp.server import Sent

    told: list[str] = []

    class File:
        def __init__(self) -> None:
            self.gone = False
            self.close = self.sent = lambda: None

        def write(self, data: bytes) -> None:
            told.append("written")

        def flush(self) -> None:
            if self.gone:
                raise BrokenPipeError
            told.append("sent")

    file: Any = File()
    sent = Sent(file, [lambda: told.append("noted")])
    sent.write(b"x")
    sent.flush()
    assert told == ["written", "sent", "noted"]
    file.gone = True
    sent.waiting.append(lambda: told.append("lost"))
    with pytest.raises(BrokenPipeError):
        sent.flush()
    assert "lost" not in told


# ── what a view of the context asks ──────────────────────────────────────────────────────────────────────


@pytest.mark.heavy
def test_an_explanation_says_title_and_tokens_of_each_document(project: Path) -> None:
    with editing(project) as editor:
        found = editor.ask("workspace/executeCommand", command="ctxload.explain", arguments=["a slow MySQL query"])
        [file] = found["files"]
        assert (file["path"], file["title"]) == ("context/backend/database.md", "Database") and file["tokens"] > 0
        assert file["reasons"][0]["spans"] == [[7, 12]]


@pytest.mark.heavy
def test_the_status_counts_entries_tests_and_findings_as_the_editor_holds_them(project: Path) -> None:
    with editing(project) as editor:
        status = editor.ask("workspace/executeCommand", command="ctxload.status", arguments=[])
        assert (status["index"], status["entries"], status["tests"]) == ("context-index.yml", 3, 3)
        assert (status["serves"], status["errors"]) == (True, 2)
        editor.open(INDEX.replace("databse", "database"))
        status = editor.ask("workspace/executeCommand", command="ctxload.status", arguments=[{"uri": editor.uri()}])
        assert status["errors"] == 1


def adding(editor: Editor, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The edit that the server asks for to list a document, and its answer when that was done."""
    editor.count += 1
    params = {"command": "ctxload.add", "arguments": [{"uri": editor.uri(name)}]}
    editor.send({"id": editor.count, "method": "workspace/executeCommand", "params": params})
    while (message := editor.next()).get("method") != "workspace/applyEdit":
        assert "error" not in message, message
    edit = message["params"]["edit"]
    editor.send({"id": message["id"], "result": {"applied": True}})
    while (message := editor.next()).get("id") != editor.count:
        pass
    return edit, message["result"]


@pytest.mark.heavy
def test_a_document_is_listed_by_a_command(project: Path) -> None:
    with editing(project) as editor:
        editor.open(INDEX)
        edit, answer = adding(editor, "context/free.md")
        [change] = edit["changes"][editor.uri()]
        assert "path: context/free.md" in change["newText"]
        assert answer == {"applied": True, "uri": editor.uri(), "line": change["range"]["start"]["line"] + 1}


@pytest.mark.heavy
@pytest.mark.parametrize(
    "name, why",
    [
        ("context/backend/api.md", "is in context-index.yml already"),
        ("context/absent.md", "save the document first"),
    ],
)
def test_a_document_that_cannot_be_listed_is_told_why(project: Path, name: str, why: str) -> None:
    with editing(project) as editor, pytest.raises(RuntimeError, match=why):
        editor.ask("workspace/executeCommand", command="ctxload.add", arguments=[{"uri": editor.uri(name)}])
