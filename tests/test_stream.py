"""A large index compiled in parts: what comes of it is what compiling the whole of it gives, and nothing is held."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctxload.index import blocks
from ctxload.index.blocks import BlockReader
from ctxload.index.parser import parse
from ctxload.index.pieces import NotCutError
from ctxload.index.place_ids import with_place_ids
from ctxload.matching.compiler import entry_row, rules_of
from ctxload.matching.lookups import parts
from ctxload.project import gathered, snapshot_edit, stream
from ctxload.project.build import build
from ctxload.project.opening import with_project
from ctxload.project.snapshot import Project
from ctxload.project.snapshot_edit import brought_up_to_date
from ctxload.project.stream import streamed
from ctxload.text.diagnostics import in_order
from ctxload.text.source import Source
from ctxload.workspace.locations import Place
from strategies import share
from test_pieces import EDITS, indexes
from test_snapshot_edit import NAMES, WORDS, answers, by_word, looked_up, place_in, saved

phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
listed = st.lists(phrases, max_size=5).map(lambda some: f"[{', '.join(some)}]")
names = st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(lambda some: f"[{', '.join(some)}]")
entries = st.fixed_dictionaries(
    {"path": st.sampled_from([*(f"context/{name}.md" for name in NAMES), "docs/alpha.md", "docs/**/*.md", "docs/"])},
    optional={
        "keywords": listed, "exclude": listed, "description": phrases, "tags": listed, "agents": names,
        "priority": st.just("2"), "sections": st.just("{One: [rest news]}"), "match": st.just("whole"),
        "when_files": st.just("['**/*.py']"), "for_files": st.just("['*.md']"), "needs": st.just("both"),
        "when_stack": st.just("[python]"), "odd": st.just("1"),
    },
)  # fmt: skip
TAILS = [
    "", "# the end\n", "aliases: {news: [papers], api: [interface]}\n", "fallback: all\nagent_defaults: {api: [e0]}\n",
    "context_rules:\n  - {pattern: 'golang.*file', context_ids: [e0]}\nstory_context_hints: {one: [e0]}\n",
]  # fmt: skip


def written(some: list[dict[str, str]], named: list[bool], tail: str, indent: str = "  ") -> str:
    """An index of these entries, some with ids of their own, of which all but the first require that."""
    lines = ["match: focused", "context_files:"]
    for number, entry in enumerate(some):
        is_named = not number or named[number % len(named)]
        pairs = [f"id: e{number}"] if is_named else []
        pairs += [f"{key}: {value}" for key, value in entry.items()] + (["requires: [e0]"] if number % 3 == 1 else [])
        lines += [f"{indent}{'  ' if at else '- '}{pair}" for at, pair in enumerate(pairs)]
    return "\n".join([*lines, tail])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    yield str(tmp_path)


def told(project: Project) -> dict[str, Any]:
    """All that stands in the tables of a project, and what it answers."""
    tables = project.tables
    found = by_word(looked_up(project), tables.meta.bits)
    known = (*WORDS, *NAMES, *(f"e{number}" for number in range(9)), "one", "docs/alpha", "context/alpha")
    maps = (tables.ids, tables.bundles, tables.agents, tables.tags)
    others = {word: [each.get(word) for each in maps] for word in known}
    starts = {"".join(row.words[:end]) for row in found["rows"] for end in range(1, len(row.words))}
    begun = {key: (cell[0], cell[1], sorted(cell[2].split())) for key in starts if (cell := tables.cells.get(key))}
    meta = tables.meta.replace(bits=0)
    return {**found, "meta": meta, "others": others, "begun": begun, "findings": project.diagnostics}


@settings(max_examples=share(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(entries, min_size=1, max_size=9),
    st.lists(st.booleans(), min_size=1, max_size=3),
    st.sampled_from(TAILS),
    st.sampled_from(["", "  "]),
    st.integers(20, 400),
    st.sampled_from([1, 3, 2_000]),
)
def test_an_index_compiled_in_parts_is_what_compiling_the_whole_of_it_gives(
    some: list[dict[str, str]], named: list[bool], tail: str, indent: str, size: int, common: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTXLOAD_CACHE_DIR", f"{folder}/cache")
        patch.setattr(blocks, "SIZE", size)
        patch.setattr(gathered, "AT_ONCE", 3)
        for module in (gathered, parts, stream):
            patch.setattr(module, "COMMON", common)
        place = place_in(folder, written(some, named, tail, indent))
        Path(folder, "p", "docs").mkdir()
        Path(folder, "p", "docs", "alpha.md").write_text("# Other\n", encoding="utf-8")
        project = streamed(place)
        assert project is not None
        build(place)
        whole = build(place, keep=False)
        assert told(project) == told(whole)
        assert answers(project) == answers(whole)
        assert [name for name in os.listdir(f"{folder}/cache") if name.endswith(".tmp")] == []


@settings(deadline=None)
@given(indexes(), EDITS, st.integers(1, 120))
def test_an_index_read_in_blocks_is_read_as_it_is_read_whole(
    text: str, edits: list[tuple[int, int, str]], size: int
) -> None:
    for at, gone, typed in edits:
        at %= len(text) + 1
        text = text[:at] + typed + text[at + gone :]
    reader = BlockReader("i.yml", BytesIO(text.encode()), size)
    try:
        found = list(reader.blocks())
        frame = reader.frame()
    except NotCutError:
        return
    parsed, source = parse(Source("i.yml", text)), Source("i.yml", text)
    read = [(piece.entry, block.source) for block in found for piece in block.pieces if piece.entry is not None]
    placed = with_place_ids([entry for entry, _ in read])
    rows = [entry_row(entry, {}, {"i.yml": part}) for entry, (_, part) in zip(placed, read, strict=True)]
    assert rows == [entry_row(entry, {}, {"i.yml": source}) for entry in parsed.index.entries]
    said = [finding for block in found for piece in block.pieces for finding in piece.findings]
    whole = [finding for finding in parsed.diagnostics if finding.code != "CTX105"]  # told of all of them together
    assert in_order([*said, *frame.diagnostics]) == in_order(whole)
    assert rules_of(frame.index, {}) == rules_of(parsed.index.replace(entries=()), {})


FINE = written([{"path": f"context/{name}.md", "keywords": f"[{name} api]"} for name in NAMES], [True], "")


@pytest.mark.parametrize(
    "text",
    [
        FINE + "include: [other.yml]\n",
        FINE + "front_matter: true\n",
        FINE + "sources: [cursor]\n",
        FINE.replace("id: e2", "id: e1"),
        FINE.replace("[e0]", "[nobody]"),
        FINE.replace("path: context/beta.md", "path: context/\n    each: true"),
        FINE.replace("beta api", "beta api, &a x, *a"),
        FINE + "context_rules: [{pattern: x, context_ids: [nobody]}]\n",
        "context_files: []\n",
    ],
)
def test_an_index_of_which_only_the_whole_tells_what_is_meant_is_not_compiled_in_parts(folder: str, text: str) -> None:
    place = place_in(folder, text)
    assert streamed(place) is None
    assert not any(name.endswith(".tmp") for name in os.listdir(f"{folder}/cache"))
    whole = build(place, keep=False)
    assert with_project(place, lambda project: project.tables.meta.entry_count) == len(whole.tables.entries)


def test_an_entry_with_more_keywords_than_there_was_room_for_is_compiled_in_parts(folder: str) -> None:
    text = FINE.replace("beta api", ", ".join(f"k{number}" for number in range(100)))
    place = place_in(folder, text)
    project = streamed(place)
    assert project is not None and told(project) == told(build(place, keep=False))


def test_a_large_index_is_compiled_in_parts_wherever_it_is_asked_and_edited_in_place_after_that(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_edit, "LARGE", 10)
    asked: list[Place] = []
    monkeypatch.setattr(stream, "streamed", lambda place: asked.append(place) or streamed(place))
    place = place_in(folder, FINE)
    assert with_project(place, lambda project: project.assembled) is None
    assert with_project(place, lambda project: len(project.tables.entries)) == len(NAMES)
    assert len(asked) == 1
    place = saved(folder, FINE.replace("beta api", "beta api, new thing"))
    edited = brought_up_to_date(place)
    assert edited is not None and len(asked) == 1
    assert told(edited)["rows"] == told(build(place, keep=False))["rows"]


def test_an_index_that_is_written_while_it_is_read_is_not_kept(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = place_in(folder, FINE)
    add = gathered.Gathered.add

    def adding(self: gathered.Gathered, *more: Any) -> None:
        saved(folder, FINE + "# more\n")
        add(self, *more)

    monkeypatch.setattr(gathered.Gathered, "add", adding)
    assert streamed(place) is None
    assert os.listdir(f"{folder}/cache") == []


def test_what_killed_processes_left_is_removed(folder: str) -> None:
    place, left = place_in(folder, FINE), Path(folder, "cache", f"{'0' * 16}.index.1.2.spill.tmp")
    assert streamed(place)
    left.write_text("x", encoding="utf-8")
    os.utime(left, (0, 0))
    assert streamed(place)
    assert not left.exists()


@pytest.mark.skipif(os.name != "posix", reason="what is open there cannot be removed")
def test_a_part_that_another_process_takes_for_a_killed_ones_is_read_all_the_same(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    weigh = gathered.Gathered.weigh

    def weighing(self: gathered.Gathered) -> None:
        weigh(self)
        for path in Path(folder, "cache").glob("*.spill.tmp"):
            path.unlink()

    monkeypatch.setattr(gathered.Gathered, "weigh", weighing)
    assert streamed(place_in(folder, FINE))


@pytest.mark.parametrize("stage", ["add", "weigh", "entries"])
def test_what_was_written_of_an_index_goes_where_compiling_it_is_stopped(
    folder: str, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    place = place_in(folder, FINE)
    monkeypatch.setattr(gathered.Gathered, stage, stop)
    with pytest.raises(KeyboardInterrupt):
        streamed(place)
    assert os.listdir(f"{folder}/cache") == []
