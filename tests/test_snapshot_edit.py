"""A compiled index after an edit: changed in place where that is certain, and always what compiling all gives."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.cli.watch import Session
from ctxload.integrations.hooks import answer, documents
from ctxload.integrations.hooks.hook import HookOptions, respond
from ctxload.integrations.hooks.turn import Turn
from ctxload.matching import compiler
from ctxload.matching.compiler import rows_of
from ctxload.matching.lookups import recompiled
from ctxload.matching.lookups.keys import closed
from ctxload.matching.tables import open_cell
from ctxload.project import snapshot, snapshot_edit
from ctxload.project import snapshot_writer as storing
from ctxload.project.build import build
from ctxload.project.opening import with_project
from ctxload.project.snapshot import Project, load_compiled, path_for
from ctxload.project.snapshot_edit import brought_up_to_date
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.workspace.locations import Place, discover
from ctxload.workspace.watcher import Watcher, notifier
from strategies import share

WORDS = "api rest web server hook webhook data base database news testing of my golang docker k8s the file".split()
NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
TASKS = [
    "the rest api of the web server", "webhook in the data base", "web hook and database tests", "of my golang file",
    "docker on kubernetes with news", "rest server without docker", "databse alpha", "gamma hooks", "test the restapi",
]  # fmt: skip

#: What an entry may say, by key: what is written, and whether an edit of it needs no whole compilation.
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
listed = st.lists(phrases, max_size=4).map(lambda some: f"[{', '.join(some)}]")
entries = st.fixed_dictionaries(
    {"keywords": listed},
    optional={
        "description": st.sampled_from(["about it", "of the api", "other"]),
        "exclude": listed,
        "priority": st.sampled_from(["1", "2"]),
        "sections": st.just("{One: [rest news]}"),
        "match": st.just("whole"),
    },
)


def written(entries: list[dict[str, str]], *, named: bool, mode: str) -> str:
    """An index of these entries, each with a file of its own."""
    lines = [f"match: {mode}", "fallback: none", "context_files:"]
    for name, entry in zip(NAMES, entries, strict=False):
        pairs = [f"id: {name}"] if named else []
        pairs += [f"path: context/{name}.md", *(f"{key}: {value}" for key, value in entry.items())]
        lines += [f"{'  - ' if not number else '    '}{pair}" for number, pair in enumerate(pairs)]
    lines += ["context_rules:", "  - {pattern: 'golang.*file', context_ids: [alpha]}"]
    return "\n".join([*lines, ""])


def place_in(folder: str, text: str) -> Place:
    """A project with an index, and documents for its entries."""
    for name in NAMES:
        file = Path(folder, "p", "context", f"{name}.md")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name.title()}\n\nOn {name} and its database.\n", encoding="utf-8")
    return saved(folder, text)


def saved(folder: str, text: str) -> Place:
    """The place of an index that has just been written."""
    Path(folder, "p", "context-index.yml").write_text(text, encoding="utf-8")
    return discover(root=str(Path(folder, "p")))


def answers(project: Project) -> list[object]:
    """What a project answers, whole."""
    return [
        resolve(project.tables, project.tree, Request(task, match=mode), project.diagnostics).to_dict(every=True)
        for task in TASKS
        for mode in ("whole", "focused")
    ]


def looked_up(project: Project) -> dict[str, Any]:
    """What stands in the tables, by name of what is looked up."""
    tables = project.tables
    keywords, entries = tables.keywords, tables.entries
    joined = {"".join(keywords.raw(number)[4]) for number in keywords.numbers()}
    words = {word for number in keywords.numbers() for word in keywords.raw(number)[4]}
    near = {f">{word[:3]}" for word in words} | {f"<{word[-3:]}" for word in words}
    return {
        "rows": [keywords[number] for number in keywords.numbers()],
        "entries": [entries[number] for number in range(len(entries))],
        "keys": {key: cell[3] for key in joined if (cell := tables.cells.get(key)) and cell[3]},
        "parts": {word: part for word in words | near if (part := tables.parts.get(word))},
        "weights": {word: tables.weights.get(word) for word in words},
        "rules": tables.rules,
        "meta": tables.meta.replace(longest=0, bits=0),
    }


def by_word(found: dict[str, Any], bits: int) -> dict[str, Any]:
    """The same, numbers of rows told by entry and place."""

    def pair(number: int) -> tuple[int, int]:
        return number >> bits, number & (1 << bits) - 1

    def part(cell: Any) -> Any:
        told_whole = isinstance(cell, dict) or cell[0] < 0
        return cell if told_whole else [(*pair(one >> 10), one & 1023) for one in cell]

    keys = {key: [(entry, *pair(number), lead, words) for entry, number, lead, words in cell]
            for key, cell in found["keys"].items()}  # fmt: skip
    return {**found, "keys": keys, "parts": {word: part(cell) for word, cell in found["parts"].items()}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    yield str(tmp_path)


@settings(max_examples=share(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(entries, min_size=2, max_size=len(NAMES)),
    st.lists(st.tuples(st.integers(0, len(NAMES)), entries), min_size=1, max_size=6),
    st.booleans(),
    st.sampled_from(["whole", "focused"]),
    st.booleans(),
)
def test_after_any_edits_a_compiled_index_is_what_compiling_all_gives(
    first: list[dict[str, str]], edits: list[tuple[int, dict[str, str]]], named: bool, mode: str, alike: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTXLOAD_CACHE_DIR", f"{folder}/cache")
        if alike:  # hardly anything of a key is kept, so that many share a cell
            patch.setattr(snapshot, "TAG", 63)
            patch.setattr(storing, "TAG", 63)
        place = place_in(folder, written(first, named=named, mode=mode))
        build(place)
        for number, entry in edits:
            first[number % len(first)] = entry
            place = saved(folder, written(first, named=named, mode=mode))
            edited = brought_up_to_date(place) or build(place) and load_compiled(place)
            whole = build(place, keep=False)
            assert edited is not None
            one, other = [by_word(looked_up(each), each.tables.meta.bits) for each in (edited, whole)]
            assert one == other
            assert answers(edited) == answers(whole)


INDEX = written([{"keywords": f"[rest api, {name} thing]"} for name in NAMES], named=True, mode="whole")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("gamma thing", "gamma thing, news"),
        ("gamma thing", "other"),
        ("rest api, gamma thing", ""),
        ("    keywords: [rest api, gamma thing]\n", "    keywords:\n      - rest api\n      - more\n"),
        ("    keywords: [rest api, gamma thing]\n", "    keywords: [x]\n    description: new\n    priority: 3\n"),
        ("    keywords: [rest api, gamma thing]\n", "    keywords: [x]\n    exclude: [api]\n    sections: {A: [y]}\n"),
    ],
)
def test_other_keywords_of_an_entry_are_compiled_without_the_rest(folder: str, old: str, new: str) -> None:
    place = place_in(folder, INDEX)
    build(place)
    edited = brought_up_to_date(saved(folder, INDEX.replace(old, new, 1)))
    assert edited is not None
    assert answers(edited) == answers(build(place, keep=False))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  - id: gamma\n", "  - id: beta\n    path: context/alpha.md\n  - id: gamma\n"),
        ("id: alpha", "id: other"),
        ("    keywords: [rest api, gamma thing]\n", "    keywords: [x]\n    tags: [t]\n"),
        ("    keywords: [rest api, gamma thing]\n", "    keywords: [x]\n    requires: [nobody]\n"),
        ("    keywords: [rest api, gamma thing]\n", "    keyword: [x]\n"),
        ("fallback: none", "fallback: all"),
        ("fallback: none", "aliases: {api: [gamma]}"),
        ("[rest api, gamma thing]", "[und]"),
        ("[rest api, gamma thing]", f"[{', '.join(f'k{number}' for number in range(40))}]"),
    ],
)
def test_what_may_change_more_than_an_entry_is_compiled_whole(folder: str, old: str, new: str) -> None:
    place = place_in(folder, INDEX)
    build(place)
    assert brought_up_to_date(saved(folder, INDEX.replace(old, new, 1))) is None


def test_many_edits_are_merged_now_and_then(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_edit, "LITTLE", 2_000)
    place, wholes = place_in(folder, INDEX), 0
    build(place)
    sizes = [os.stat(path_for(place)).st_size]
    for number in range(1, 12):
        words = ", ".join(f"news{at} word{number}" for at in range(number))  # what gets longer is written behind
        place = saved(folder, INDEX.replace("gamma thing", f"gamma thing, {words}"))
        if brought_up_to_date(place) is None:
            wholes += 1
            build(place)
        sizes.append(os.stat(path_for(place)).st_size)
    assert 0 < wholes < 11
    assert max(sizes) < sizes[0] + 20_000


def test_renewing_what_patterns_mean_keeps_what_was_edited(folder: str) -> None:
    place = place_in(folder, INDEX.replace("context/beta.md", "context/b*.md"))
    build(place)
    text = INDEX.replace("context/beta.md", "context/b*.md").replace("gamma thing", "zebra")
    assert brought_up_to_date(saved(folder, text)) is not None
    storing.renew(place)
    again = load_compiled(place)
    assert again is not None
    assert answers(again) == answers(build(place, keep=False))


def test_a_damaged_compiled_index_is_not_edited(folder: str) -> None:
    place = place_in(folder, INDEX)
    build(place)
    path = path_for(place)
    data = bytearray(Path(path).read_bytes())
    for at in range(60, len(data) - 400, 7):
        data[at] ^= 1
    Path(path).write_bytes(data)
    os.chmod(path, 0o600)
    assert brought_up_to_date(saved(folder, INDEX.replace("gamma thing", "zebra"))) is None


def test_where_nothing_is_compiled_nothing_is_edited(folder: str) -> None:
    assert brought_up_to_date(place_in(folder, INDEX)) is None


def test_the_lines_of_what_stands_behind_an_edit_are_those_of_now(folder: str) -> None:
    place = place_in(folder, INDEX)
    build(place)
    for keyword in ("one", "two"):
        now = INDEX.replace("    keywords: [rest api, beta thing]\n", f"    keywords:\n      - {keyword}\n")
        edited = brought_up_to_date(saved(folder, now))
        whole = build(place, keep=False)
        assert edited is not None
        rows = [[each.tables.entries[n].paths for n in range(len(NAMES))] for each in (edited, whole)]
        assert rows[0] == rows[1]
        assert [rule.line for rule in edited.tables.rules] == [rule.line for rule in whole.tables.rules]


def test_an_open_cell_is_what_was_closed() -> None:
    for parts in ((0, 0, "", [4]), (7, 0, " abc ", []), (7, 1, " abc ", [1, 2]), (0, 1, "", []), (0, 0, "", [1, 2])):
        longest, flag, onward, numbers = parts
        cell = closed(longest, flag, onward, numbers)
        assert open_cell(cell) == (longest, flag, onward, tuple(numbers))  # type: ignore[arg-type]


# ── who uses it ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def compiled_entries(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the entries whose keywords are compiled from now on."""
    numbers: list[int] = []

    def noted(number: int, *rest: Any) -> Any:
        numbers.append(number)
        return rows_of(number, *rest)

    for module in (compiler, recompiled, snapshot_edit):
        monkeypatch.setattr(module, "rows_of", noted)
    return numbers


@pytest.fixture
def allowed(folder: str, allow: Callable[[Path], None]) -> None:
    """The person has allowed the project."""
    allow(Path(folder, "p"))


def edited_twice(folder: str) -> Iterator[str]:
    """Saves an index of which one entry is another, and then one of which another entry is."""
    text = INDEX
    for name in ("gamma", "delta"):
        text = text.replace(f"{name} thing", f"{name} thing, zebra")
        saved(folder, text)
        yield name


def hook_answer(prompt: str, folder: str, conversation: str) -> str:
    """What Claude Code is answered to a prompt."""
    call = {
        "hook_event_name": "UserPromptSubmit", "transcript_path": "t", "cwd": str(Path(folder, "p")), "prompt": prompt,
        "session_id": conversation,
    }  # fmt: skip
    return respond(HookOptions(), call, Turn()).decode()


@pytest.mark.usefixtures("allowed")
def test_a_prompt_after_an_edit_compiles_that_entry_alone(folder: str, compiled_entries: list[int]) -> None:
    place = place_in(folder, INDEX)
    build(place)
    for name in edited_twice(folder):
        compiled_entries.clear()
        assert f"context/{name}.md" in hook_answer("fix the zebra", folder, name)
        assert compiled_entries == [NAMES.index(name)]


@pytest.mark.usefixtures("allowed")
def test_a_prompt_after_an_edit_of_a_large_index_waits_for_no_helper(
    folder: str, compiled_entries: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = place_in(folder, INDEX)
    build(place)
    monkeypatch.setattr(answer, "COMPILE_SIZE", 0)
    monkeypatch.setattr(documents, "compiled_by_helper", None)
    compiled_entries.clear()
    for name in edited_twice(folder):
        assert f"context/{name}.md" in hook_answer("fix the zebra", folder, name)
    assert len(compiled_entries) == 2


def test_watch_parses_and_compiles_the_entry_that_changed_alone(folder: str, compiled_entries: list[int]) -> None:
    place = place_in(folder, INDEX)
    build(place)
    session = Session(Watcher(notifier(poll=True)), place.path, "", place, stop=lambda: True)
    session._current()
    for name in edited_twice(folder):
        compiled_entries.clear()
        state = session._current()
        assert compiled_entries == [NAMES.index(name)] and session._reader.parsed == 1
        whole = build(place, keep=False).as_written.index
        assert state.index is not None
        assert state.index.replace(sources=()) == whole.replace(sources=())
        assert state.findings == ()


def test_a_loader_parses_the_entry_that_changed_alone(folder: str) -> None:
    place = place_in(folder, INDEX)
    loader = ContextLoader(place.root)
    assert loader._reader is None
    parsed = []
    for name in edited_twice(folder):
        assert loader.resolve("about the zebra").paths[-1] == f"context/{name}.md"
        assert loader._reader is not None
        parsed.append(loader._reader.parsed)
    assert parsed == [len(NAMES), 1]


def test_what_is_damaged_and_was_edited_is_compiled_whole_for_who_brings_his_own_build(folder: str) -> None:
    place = place_in(folder, INDEX)
    build(place)
    asked: list[Project] = []

    def use(project: Project) -> Project:
        if project.assembled is None:
            raise snapshot.DamagedSnapshot
        return project

    def made(place: Place) -> Project:
        asked.append(brought_up_to_date(place) or build(place))
        return asked[-1]

    place = saved(folder, INDEX.replace("gamma thing", "zebra"))
    assert with_project(place, use, build=made).assembled is not None
    assert [project.assembled is None for project in asked] == [True, False]
