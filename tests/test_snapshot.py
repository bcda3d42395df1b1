"""The compiled index in the cache: right or a miss, whatever happened to it, to the files, to the clock or to the process."""  # noqa: E501

from __future__ import annotations

import ast
import errno
import inspect
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ctxload
from ctxload import start
from ctxload.cli.cache import main as run_cache
from ctxload.cli.compile import main as run_compile
from ctxload.errors import CtxloadError
from ctxload.index.model import Index
from ctxload.index.pieces import parse_once
from ctxload.index.writer import to_yaml
from ctxload.progress import STAGES
from ctxload.project import build as project
from ctxload.project import snapshot
from ctxload.project import snapshot_writer as storing
from ctxload.project.assemble import assemble
from ctxload.project.build import build
from ctxload.project.evidence_making import make_evidence
from ctxload.project.snapshot import DamagedSnapshot, Project, load_compiled, path_for
from ctxload.project.snapshot_inspect import read_cache
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.workspace import source_stamps
from ctxload.workspace.locations import Place, cache_folder, discover
from ctxload.workspace.tree import DiskTree
from strategies import AGENTS, FILES, IDS, KEYWORDS, NAME, PATHS, PROJECTS, TAGS, share, tasks, tasks_of_any_kind
from tiers import sample

SECOND = 1_000_000_000
PACKAGE = Path(ctxload.__file__).resolve().parent
PATIENCE = 300

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")
root_only = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
#: A fixture that is made anew for every example would only cost time.
laws = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)

INDEX = """\
context_files:
  - {id: api, path: context/api.md, keywords: [rest framework, api], tags: [rest]}
  - {id: orm, path: "context/backend/*.md", keywords: [orm, database], agents: [backend-developer]}
  - {id: docs, path: docs, keywords: [guide], when_files: ["*.toml", Dockerfile]}
  - {id: react, path: context/frontend/react.md, keywords: [useState], requires: [api]}
context_rules: [{pattern: '(github.?actions|workflow).*docker', context_ids: [docs]}]
story_context_hints: {full-stack: {context_ids: [api, orm]}}
always: [context/notes*.md]
agent_defaults: {qa: [react]}
fallback: {"*": none, backend: all}
fallbak: x
"""
QUESTIONS = (
    Request("rest_framework views"),
    Request("the database of the ORM", "backend-developer"),
    Request("guide me"),
    Request("workflow with docker"),
    Request("Context: full-stack"),
    Request("x", "", ("context/backend/",)),
    Request("x", "", ("docs/**", "nowhere")),
    Request("nothing at all", "backend"),
    Request("nothing at all", "qa"),
    Request("nothing at all", "nobody"),
    Request("api", "", None, "whole", ("rest", "unknown")),
)


# ── how a project is asked ───────────────────────────────────────────────────────────────────────────────


def fill(root: Path, files: dict[str, str] | None = None, index: str = INDEX) -> Path:
    """The files of the generated projects, and an index, in a folder."""
    for name, text in {**FILES, **(files or {}), NAME: index}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a cache of its own, and no snapshot yet."""
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    return fill(tmp_path / "project")


def place_of(root: Path) -> Place:
    return discover(root=str(root))


def told(found: Project | None, request: Request) -> object:
    """The whole answer, or the findings of the error that is the answer."""
    assert found is not None
    try:
        resolution = resolve(found.tables, found.tree, request, found.diagnostics)
    except CtxloadError as error:
        return [finding.to_dict() for finding in error.diagnostics]
    return resolution.to_dict(every=True)


def stored(place: Place) -> Project | None:
    """The project as its snapshot gives it, if that would serve."""
    return load_compiled(place)


def fresh(place: Place) -> Project:
    """The project as its text gives it, without any cache."""
    return build(place, keep=False)


def open_project(place: Place) -> Project:
    """The project as the command opens it: from the snapshot, else from the text."""
    return load_compiled(place) or build(place)


def as_any_start_answers(place: Place, request: Request) -> object:
    """The answer by the way the command goes: the snapshot if there is one, else the text."""
    try:
        return told(open_project(place), request)
    except DamagedSnapshot:
        return told(build(place), request)


class Clock:
    """The machine's clock, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0
        real = time.time_ns
        monkeypatch.setattr(time, "time_ns", lambda: real() + self.ahead)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def tick(folder: Path) -> None:
    """Goes on when the file system's clock has moved: what is changed now has another time than what was before."""
    probe = folder / ".probe"
    probe.write_bytes(b"")
    before = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == before:
        probe.write_bytes(b"")
    probe.unlink()


def snapshots(root: Path) -> list[Path]:
    return sorted((root.parent / "cache").glob("*.index"))


# ── law 12 ───────────────────────────────────────────────────────────────────────────────────────────────

requests = st.builds(
    Request,
    tasks(context=True) | tasks_of_any_kind,
    st.sampled_from(("", *AGENTS, "nobody")),
    st.none()
    | st.lists(st.sampled_from((*PATHS, *IDS, "full-stack", "none", "context/**", "../x")), max_size=2).map(tuple),
    st.sampled_from(("", "whole", "related")),
    st.lists(st.sampled_from((*TAGS, "nothing")), max_size=2).map(tuple),
)


@settings(laws, max_examples=share(60))
@given(index=PROJECTS, asked=st.lists(requests, min_size=1, max_size=6), settled=st.booleans(), alike=st.booleans())
def test_a_snapshot_answers_as_a_fresh_parse_does(
    index: Index, asked: list[Request], settled: bool, alike: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTXLOAD_CACHE_DIR", f"{folder}/cache")
        if alike:  # hardly anything of a key is kept, so that many share a cell
            patch.setattr(snapshot, "TAG", 63)
            patch.setattr(storing, "TAG", 63)
        clock = Clock(patch)
        clock.ahead = (
            10 * SECOND if settled else 0
        )  # settled: no file is young, what patterns mean is read from the snapshot
        place = place_of(fill(Path(folder) / "p", index=to_yaml(index)))
        assert build(place).unkept == ""
        again = stored(place)
        text = fresh(place)
        assert again is not None and again.diagnostics == text.diagnostics
        for request in asked:
            assert told(again, request) == told(text, request)
        if settled:
            assert not again.tree.outdated  # type: ignore[attr-defined]


def test_a_compiled_index_takes_at_most_four_times_what_the_index_does(root: Path) -> None:
    words = "billing cluster database endpoint framework gateway inventory ledger middleware pipeline".split()
    lines, draw = ["context_files:"], random.Random(1)
    for number in range(400):
        own = ", ".join(" ".join(draw.sample(words, draw.choice((1, 2, 2, 3)))) for _ in range(8))
        lines += [f"  - id: entry-{number}", f"    path: context/doc{number}.md", f"    keywords: [{own}]"]
    (root / NAME).write_text("\n".join(lines), encoding="utf-8")
    place = place_of(root)
    build(place)
    assert os.stat(path_for(place)).st_size <= 4 * os.stat(place.path).st_size


def edit(root: Path, operation: str) -> None:
    """Does something to the files of a project, where it can be done."""
    backend, docs = root / "context/backend", root / "docs"
    match operation:
        case "a file comes":
            (backend / "new.md").write_text("# new")
        case "a file comes deeper":
            (docs / "deep").mkdir(exist_ok=True)
            (docs / "deep/new.md").write_text("# new")
        case "a file goes":
            (backend / "orm.md").unlink()
        case "a file is rewritten":
            (docs / "guide.md").write_text("# other")
        case "a file becomes a folder":
            (root / "context/api.md").unlink()
            (root / "context/api.md").mkdir()
        case "the witness goes":
            (root / "Dockerfile").unlink()
        case "a witness comes":
            (root / "x.toml").write_text("")
        case "a witness comes in a hidden folder":
            (root / ".x").mkdir(exist_ok=True)
            (root / ".x/x.toml").write_text("")
        case "the witness is ignored":
            (root / ".ctxignore").write_text("Dockerfile\n*.toml\n")
        case "an ignore file changes":
            (root / ".gitignore").write_text("*.md\n")
        case "an ignore file lets in":
            (root / ".gitignore").write_text("\n")
        case "an ignore file goes":
            (root / ".gitignore").unlink()
        case "an ignore file comes":
            (docs / ".ctxignore").write_text("guide.md\n*.toml\n")
        case "a folder is moved":
            docs.rename(root / "docs2")
        case "a folder is moved back":
            (root / "docs2").rename(docs)
        case "a folder becomes a link":
            backend.rename(root / "b")
            backend.symlink_to(root / "b")
        case "a dangling link comes":
            (backend / "link.md").symlink_to(root / "target.md")
        case "its target comes":
            (root / "target.md").write_text("# target")
        case "the agent's folder comes":
            (root / "context/qa").mkdir(exist_ok=True)
            (root / "context/qa/x.md").write_text("# qa")


OPERATIONS = sorted(
    case.pattern.value.value
    for node in ast.walk(ast.parse(inspect.getsource(edit)))
    if isinstance(node, ast.Match)
    for case in node.cases
    if isinstance(case.pattern, ast.MatchValue) and isinstance(case.pattern.value, ast.Constant)
)


def apply(root: Path, operation: str) -> None:
    with suppress(OSError):  # it has been done already
        edit(root, operation)


@posix
@settings(laws, max_examples=share(60))
@given(
    operations=st.lists(st.sampled_from(OPERATIONS), min_size=1, max_size=6),
    first=st.lists(st.sampled_from(OPERATIONS), max_size=3),
    settled=st.booleans(),
)
def test_whatever_happens_to_the_files_a_snapshot_answers_as_a_fresh_parse_does(
    operations: list[str], first: list[str], settled: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTXLOAD_CACHE_DIR", f"{folder}/cache")
        clock = Clock(patch)
        root = fill(Path(folder) / "p")
        for operation in first:
            apply(root, operation)
        place = place_of(root)
        if settled:  # the clock is ahead: the snapshot trusts what it saw, so the next change must have another time
            clock.ahead = 10 * SECOND
        build(place)
        if settled:
            tick(root.parent)
        for number, operation in enumerate(operations):
            apply(root, operation)
            again, text = stored(place), fresh(place)
            assert again is not None
            for request in QUESTIONS:
                assert told(again, request) == told(text, request), operation
            if number % 2:
                storing.renew(place)
                if settled:
                    tick(root.parent)


def test_the_front_matter_of_every_file_belongs_to_the_snapshot(root: Path) -> None:
    place = place_of(fill(root, index="front_matter: true\ncontext_files: [{path: context/api.md}, {path: late.md}]\n"))
    build(place)
    for name in ("context/api.md", "late.md"):
        (root / name).write_text("---\nctxload: {keywords: [zebra]}\n---\n")
        assert stored(place) is None
        assert told(open_project(place), Request("zebra")) == told(fresh(place), Request("zebra"))
        assert stored(place) is not None


def test_an_include_that_comes_changes_or_goes_makes_the_snapshot_stale(root: Path) -> None:
    place = place_of(fill(root, index=f"include: [docs/more.yml]\n{INDEX}"))
    more = root / "docs/more.yml"
    for text in ("context_files: [{path: docs/guide.md, keywords: [zebra]}]\n", "context_files: []\n", None):
        build(place)
        assert stored(place) is not None
        if text is None:
            more.unlink()
        else:
            more.write_text(text)
        assert stored(place) is None


@posix
def test_a_pipe_among_the_sources_is_not_waited_for(root: Path) -> None:
    place = place_of(fill(root, index=f"include: [docs/more.yml]\n{INDEX}"))
    os.mkfifo(root / "docs/more.yml")
    for _ in range(3):
        assert as_any_start_answers(place, QUESTIONS[0]) == told(fresh(place), QUESTIONS[0])


def test_a_snapshot_is_for_one_root_one_index_and_one_personal_index(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "other.yml").write_text("context_files: [{path: docs/guide.md, keywords: [api]}]\n")
    for home in ("one", "two"):
        (root.parent / home).mkdir()
        (root.parent / home / "own.yml").write_text(f"context_files: [{{path: docs/guide.md, keywords: [{home}]}}]\n")
    answers: dict[tuple[str, ...], object] = {}
    for _ in range(2):
        for index in ("", str(root / "other.yml")):
            for own in ("", "~/own.yml"):
                for home in ("one", "two"):
                    monkeypatch.setenv("CTXLOAD_USER_INDEX", own)
                    monkeypatch.setenv("HOME", str(root.parent / home))
                    place = discover(index=index, root=str(root))
                    answer = told(open_project(place), Request("api one two"))
                    assert (
                        answers.setdefault((index, own, own and home), answer)
                        == answer
                        == told(fresh(place), Request("api one two"))
                    )
    assert len(snapshots(root)) == len(answers) == 6


# ── damage ───────────────────────────────────────────────────────────────────────────────────────────────


def survives(root: Path, data: bytes, right: list[object]) -> None:
    """Each answer from these bytes is right or a miss, and the next start is right."""
    place = place_of(root)
    path = Path(path_for(place))
    path.write_bytes(data)
    path.chmod(0o600)
    found = stored(place)
    for request, answer in zip(QUESTIONS, right, strict=True):
        try:
            assert found is None or told(found, request) == answer
        except DamagedSnapshot:
            continue


@pytest.fixture
def whole(root: Path, clock: Clock) -> tuple[Path, bytes, list[object]]:
    """A project, the bytes of its snapshot, and the right answers."""
    clock.ahead = 10 * SECOND
    place = place_of(root)
    build(place)
    right = [told(fresh(place), request) for request in QUESTIONS]
    assert [told(stored(place), request) for request in QUESTIONS] == right
    return root, Path(path_for(place)).read_bytes(), right


@pytest.mark.heavy
def test_a_flipped_bit_in_any_byte_is_a_miss_and_never_a_wrong_answer(whole: tuple[Path, bytes, list[object]]) -> None:
    root, data, right = whole
    dice = random.Random(1)
    for at in range(0, len(data), 5):
        damaged = bytearray(data)
        damaged[at] ^= 1 << dice.randrange(8)
        survives(root, bytes(damaged), right)


def test_a_snapshot_that_was_cut_at_any_length_is_a_miss(whole: tuple[Path, bytes, list[object]]) -> None:
    root, data, right = whole
    for length in [*range(60), *range(60, len(data), 97), len(data) - 1]:
        survives(root, data[:length], right)
        assert stored(place_of(root)) is None or length >= snapshot.HEAD


@laws
@given(
    damage=st.lists(
        st.tuples(
            st.sampled_from(["put", "zero", "copy", "cut", "insert"]),
            st.floats(0, 1),
            st.floats(0, 1),
            st.binary(min_size=1, max_size=40),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_damage_of_any_kind_is_a_miss_and_never_a_wrong_answer(
    damage: list[tuple[str, float, float, bytes]], whole: tuple[Path, bytes, list[object]]
) -> None:
    root, data, right = whole
    for kind, one, other, put in damage:
        at, there = int(one * len(data)), int(other * len(data))
        if kind == "put":
            data = data[:at] + put + data[at + len(put) :]
        elif kind == "zero":
            data = data[:at] + bytes(min(512, len(data) - at)) + data[at + 512 :]
        elif kind == "copy":  # a sound cell in the place of another
            data = data[:at] + data[there : there + 64] + data[at + 64 :]
        elif kind == "cut":
            data = data[:at] + data[at + len(put) :]
        else:
            data = data[:at] + put + data[at:]
    survives(root, data, right)


def test_a_cell_that_claims_to_be_huge_takes_no_memory(
    whole: tuple[Path, bytes, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, data, _ = whole
    asked: list[int] = []
    real = snapshot.read
    monkeypatch.setattr(
        snapshot, "read", lambda file, length, offset: (asked.append(length), real(file, length, offset))[1]
    )
    file = snapshot.open_snapshot(path_for(place_of(root)))
    _, directory = snapshot.read_directory(file)
    for start_at, count, _ in directory.sections.values():
        if count:
            size = snapshot.CELL * count
            data = data[:start_at] + b"\xff" * size + data[start_at + size :]
    Path(path_for(place_of(root))).write_bytes(data)
    for name, section in directory.sections.items():
        if section[1]:
            cells = snapshot.Cells(snapshot.open_snapshot(path_for(place_of(root))), name, *section)
            with pytest.raises(DamagedSnapshot):
                cells.read(0)
    assert max(asked) <= len(data)


@pytest.mark.heavy
def test_the_command_answers_rightly_from_a_damaged_snapshot_and_mends_it(
    whole: tuple[Path, bytes, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, data, _ = whole
    monkeypatch.chdir(root)
    path = Path(path_for(place_of(root)))
    right = said(["resolve", "--json", "rest framework"])
    for at in range(snapshot.HEAD, len(data), 61):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        assert said(["resolve", "--json", "rest framework"]) == right
        path.write_bytes(data)
    path.write_bytes(data[:-5])
    said(["resolve", "api"])
    assert read_cache().snapshots[0].state == "fresh"


@pytest.mark.heavy
def test_nothing_is_decoded_before_its_checksum_holds(
    whole: tuple[Path, bytes, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, data, right = whole
    sound: set[bytes] = set()
    real = snapshot.loads

    def noted(cell: bytes) -> object:
        sound.add(cell)
        return real(cell)

    monkeypatch.setattr(snapshot, "loads", noted)
    survives(root, data, right)
    monkeypatch.setattr(
        snapshot, "loads", lambda cell: real(cell) if cell in sound else pytest.fail("decoded unchecked")
    )
    dice = random.Random(2)
    for _ in range(300):
        at = dice.randrange(len(data))
        survives(root, data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :], right)


@pytest.mark.heavy
def test_the_package_decodes_nothing_that_could_run() -> None:
    for path in PACKAGE.rglob("*.py"):
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert not names & {"pickle", "shelve", "dbm", "sqlite3"}, path


# ── the clock's grain ────────────────────────────────────────────────────────────────────────────────────


class Grain:
    """A file system whose times are moved by hand, and a clock that is, too. Counts what is read again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000 * SECOND
        self.read = 0

        def signature(found: os.stat_result) -> tuple[int, ...]:
            return (found.st_size if not found.st_mode & 0o040000 else 0, found.st_mtime_ns, 0, 0)

        def still(*values: Any) -> bool:
            self.read += 1
            return real(*values)

        real = source_stamps.still_hold
        monkeypatch.setattr(source_stamps, "still_hold", still)
        names = ("stamps", "opening", "tree", "folders")
        for module in (*[f"workspace.{name}" for name in names], "project.assemble"):
            monkeypatch.setattr(f"ctxload.{module}.signature", signature)
        monkeypatch.setattr(time, "time_ns", lambda: self.now)

    def write(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        self.age(path.parent.parent)

    def age(self, top: Path) -> None:
        """Everything below was changed in the same moment."""
        for path in [top, *top.rglob("*")]:
            os.utime(path, ns=(1_000 * SECOND, 1_000 * SECOND))


@pytest.fixture
def grain(root: Path, monkeypatch: pytest.MonkeyPatch) -> Grain:
    found = Grain(monkeypatch)
    found.age(root.parent)
    return found


def test_an_edit_of_the_same_size_within_the_clock_s_grain_is_noticed(root: Path, grain: Grain) -> None:
    place = place_of(root)
    build(place)
    grain.write(root / NAME, INDEX.replace("useState", "useStore"))
    assert stored(place) is None
    assert told(open_project(place), Request("useStore")) == told(fresh(place), Request("useStore"))


def test_an_edit_within_the_grain_is_noticed_later_too(root: Path, grain: Grain) -> None:
    place = place_of(root)
    build(place)
    grain.write(root / NAME, INDEX.replace("useState", "useStore"))
    grain.now += 100 * SECOND
    assert stored(place) is None


def test_an_edit_after_a_look_within_the_grain_is_noticed(root: Path, grain: Grain) -> None:
    place = place_of(root)
    build(place)
    assert stored(place) is not None  # looked: it is as it was read
    grain.write(root / NAME, INDEX.replace("useState", "useStore"))
    assert stored(place) is None


def test_files_older_than_the_grain_are_read_again_once_and_never_more(root: Path, grain: Grain) -> None:
    place = place_of(root)
    build(place)
    for now, read in ((0, 1), (1, 2), (5, 3), (5, 3), (500, 3)):
        grain.now = (1_000 + now) * SECOND
        assert stored(place) is not None
        assert grain.read == read


def test_the_time_of_the_last_look_is_not_written_into_the_snapshot_of_another(
    root: Path, grain: Grain, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = place_of(root)
    build(place)
    path = Path(path_for(place))
    old = path.read_bytes()
    real = source_stamps.still_hold

    def replaced(*values: Any) -> bool:
        (path.parent / "draft").write_bytes(old)
        os.replace(path.parent / "draft", path)
        os.chmod(path, 0o600)
        return real(*values)

    monkeypatch.setattr(source_stamps, "still_hold", replaced)
    grain.now += 100 * SECOND
    assert stored(place) is not None
    assert path.read_bytes() == old


def test_a_file_from_the_future_is_compared_every_time(root: Path, grain: Grain) -> None:
    grain.now = 1
    place = place_of(root)
    build(place)
    for count in range(1, 4):
        assert stored(place) is not None
        assert grain.read == count
    grain.write(root / NAME, INDEX.replace("useState", "useStore"))
    assert stored(place) is None


def test_a_look_at_the_index_says_nothing_about_folders_that_were_too_young(root: Path, grain: Grain) -> None:
    place = place_of(root)
    build(place)
    grain.write(root / "context/backend/new.md", "# new")
    grain.age(root.parent)
    for ahead in (0, 100, 200):  # the look of each start is noted for the index, and only for it
        grain.now = (1_000 + ahead) * SECOND
        asked = Request("the database", "backend-developer")
        assert told(stored(place), asked) == told(fresh(place), asked)
    assert "context/backend/new.md" in json.dumps(told(stored(place), asked))


def test_a_file_that_could_not_be_read_within_the_grain_is_tried_again(root: Path, grain: Grain) -> None:
    place = place_of(fill(root, index=f"include: [docs/more.yml]\n{INDEX}"))
    (root / "docs/more.yml").mkdir()
    grain.age(root.parent)
    build(place)
    assert "CTX112" in {finding.code for finding in open_project(place).diagnostics}
    (root / "docs/more.yml").rmdir()
    grain.write(root / "docs/more.yml", "")
    grain.age(root.parent)
    assert open_project(place).diagnostics == fresh(place).diagnostics


def test_an_ignore_file_that_changed_within_the_grain_is_read_again(root: Path, grain: Grain) -> None:
    place = place_of(root)
    build(place)
    grain.write(root / ".gitignore", "backe/")
    grain.age(root.parent)
    for ahead in (0, 100):
        grain.now = (1_000 + ahead) * SECOND
        for request in QUESTIONS:
            assert told(stored(place), request) == told(fresh(place), request)


def test_young_folders_are_looked_at_again_until_they_are_old_and_then_trusted(
    root: Path, grain: Grain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    asked = ["resolve", "the database", "-a", "backend-developer"]
    said(asked)
    grain.now += 1 * SECOND
    said(asked)
    assert not trusted(root)
    grain.now += 100 * SECOND
    said(asked)  # renews what patterns mean, now that it can be trusted
    assert trusted(root)


def trusted(root: Path) -> bool:
    """Whether a start reads from the snapshot what the patterns mean."""
    found = stored(place_of(root))
    told(found, Request("the database", "backend-developer"))
    return found is not None and not found.tree._listings


# ── what patterns mean ───────────────────────────────────────────────────────────────────────────────────


def test_a_new_file_in_a_listed_folder_is_found_and_the_next_start_is_quick_again(
    root: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    clock.ahead = 10 * SECOND
    asked = ["resolve", "the database", "-a", "backend-developer"]
    assert b"new.md" not in said(asked)[0]
    assert trusted(root)
    tick(root.parent)
    (root / "context/backend/new.md").write_text("# new")
    assert not trusted(root)
    assert b"context/backend/new.md" in said(asked)[0]
    assert trusted(root)
    assert b"context/backend/new.md" in said(asked)[0]


def test_renewing_keeps_everything_else_byte_for_byte(root: Path, clock: Clock) -> None:
    clock.ahead = 10 * SECOND
    place = place_of(root)
    build(place)
    before = Path(path_for(place)).read_bytes()
    _, directory = snapshot.read_directory(snapshot.open_snapshot(path_for(place)))
    (root / "context/backend/new.md").write_text("# new")
    storing.renew(place)
    after = Path(path_for(place)).read_bytes()
    assert (
        before != after
        and before[snapshot.HEAD : directory.listings_at] == after[snapshot.HEAD : directory.listings_at]
    )
    assert before[8:16] == after[8:16]
    assert read_cache().snapshots[0].state == "fresh"


def test_that_no_file_is_there_for_an_entry_is_remembered_too(root: Path, clock: Clock) -> None:
    clock.ahead = 10 * SECOND
    index = 'context_files: [{path: docs/guide.md, keywords: [guide], when_files: ["*.gradle", pom.xml]}]\n'
    place = place_of(fill(root, index=index))
    build(place)
    found = stored(place)
    assert told(found, Request("guide")) == told(fresh(place), Request("guide"))
    assert found is not None and not found.tree._listings
    for name in ("docs/.hidden/pom.xml", "docs/pom.xml"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("")
        assert told(stored(place), Request("guide")) == told(fresh(place), Request("guide"))


def test_a_file_that_an_entry_waits_for_counts_in_a_folder_that_is_not_listed(root: Path, clock: Clock) -> None:
    clock.ahead = 10 * SECOND
    index = "context_files: [{path: docs/guide.md, keywords: [guide], when_files: [context/frontend/build/x.toml]}]\n"
    place = place_of(fill(root, index=index))
    build(place)
    tick(root.parent)
    (root / "context/frontend/build/x.toml").write_text("")
    assert told(stored(place), Request("guide")) == told(fresh(place), Request("guide"))


@posix
def test_a_file_that_an_entry_waits_for_does_not_count_behind_a_link(root: Path, clock: Clock) -> None:
    clock.ahead = 10 * SECOND
    index = 'context_files: [{path: context/api.md, keywords: [api], when_files: ["*.toml"]}]\n'
    place = place_of(fill(root, {"docs/deep/x.toml": ""}, index))
    build(place)
    (root / "docs/deep").rename(root.parent / "elsewhere")
    (root.parent / "elsewhere").rename(root / ".deep")
    (root / "docs/deep").symlink_to(root / ".deep")
    assert told(stored(place), Request("api")) == told(fresh(place), Request("api"))


@posix
def test_a_link_in_a_listed_folder_counts_from_when_it_leads_to_a_file_inside(root: Path, clock: Clock) -> None:
    clock.ahead = 10 * SECOND
    asked = Request("the database", "backend-developer")
    target = root.parent / "target"
    (root / "context/backend/link.md").symlink_to(root / "target.md")
    (root / "target.md").symlink_to(target)
    place = place_of(root)
    build(place)
    for text in (None, "outside", "inside"):
        if text == "outside":
            target.write_text("# outside")
        elif text == "inside":
            (root / "target.md").unlink()
            (root / "target.md").write_text("# inside")
        assert told(stored(place), asked) == told(fresh(place), asked)
    assert "context/backend/link.md" in json.dumps(told(stored(place), asked))


def test_a_snapshot_of_a_large_index_is_not_copied_to_renew_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = place_of(root)
    build(place)
    before = Path(path_for(place)).read_bytes()
    monkeypatch.setattr(storing, "RENEW_SIZE", 100)
    storing.renew(place)
    assert Path(path_for(place)).read_bytes() == before


# ── a cache that cannot be trusted, or not written ───────────────────────────────────────────────────────


def planted(root: Path) -> bytes:
    """A sound snapshot that would give another answer than the index."""
    place = place_of(root)
    text, times = (root / NAME).read_text(), os.stat(root / NAME)
    build(place)
    data = Path(path_for(place)).read_bytes()
    assert (root / NAME).read_text() == text and os.stat(root / NAME).st_mtime_ns == times.st_mtime_ns
    return data


@posix
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o777])
def test_a_snapshot_that_others_may_write_is_not_used(root: Path, mode: int) -> None:
    planted(root)
    place = place_of(root)
    os.chmod(path_for(place), mode)
    assert stored(place) is None
    assert read_cache().snapshots[0].state == "unsafe"
    build(place)
    assert stored(place) is not None and os.stat(path_for(place)).st_mode & 0o777 == 0o600


@posix
@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777, 0o1777])
def test_a_folder_that_others_may_write_to_is_not_used(
    root: Path, mode: int, capsys: pytest.CaptureFixture[str]
) -> None:
    planted(root)
    place = place_of(root)
    cache = Path(path_for(place)).parent
    before = Path(path_for(place)).read_bytes()
    cache.chmod(mode)
    assert stored(place) is None
    assert "others may write to" in build(place).unkept
    storing.renew(place)
    assert Path(path_for(place)).read_bytes() == before
    assert run_compile(index="", root=str(root)) == 1
    assert "others may write to" in capsys.readouterr().err
    run_cache(clear=False, json=False)
    assert "this cache is not used: others may write to" in capsys.readouterr().err


@posix
@root_only
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_cache_of_another_user_is_not_used(root: Path, what: str) -> None:
    planted(root)
    place = place_of(root)
    path = Path(path_for(place))
    os.chown(path if what == "file" else path.parent, 12_345, 12_345)
    assert stored(place) is None
    if what == "folder":
        assert "belongs to another user" in build(place).unkept


@posix
@root_only
def test_root_leaves_nothing_in_the_home_of_another_user(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = root.parent / "home"
    home.mkdir()
    os.chown(home, 12_345, 12_345)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("CTXLOAD_CACHE_DIR")
    assert "belongs to another user" in build(place_of(root)).unkept
    assert list(home.iterdir()) == []


@posix
def test_a_link_or_a_pipe_in_the_place_of_a_snapshot_is_not_followed_or_waited_for(root: Path) -> None:
    place = place_of(root)
    data = planted(root)
    path = Path(path_for(place))
    path.unlink()
    (root / "elsewhere").write_bytes(data)
    path.symlink_to(root / "elsewhere")
    assert stored(place) is None
    path.unlink()
    os.mkfifo(path)
    assert stored(place) is None
    assert read_cache().snapshots[0].state == "damaged"
    build(place)
    assert stored(place) is not None and (root / "elsewhere").read_bytes() == data


@posix
def test_folder_and_files_are_for_their_owner_alone(root: Path) -> None:
    mask = os.umask(0)
    try:
        build(place_of(root))
    finally:
        os.umask(mask)
    assert [path.stat().st_mode & 0o777 for path in (root.parent / "cache", *snapshots(root))] == [0o700, 0o600]


@pytest.mark.parametrize("what", ["version", "format", "python", "marshal", "magic"])
def test_a_snapshot_of_another_version_is_not_used_and_said_to_be_one(
    root: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = place_of(root)
    with pytest.MonkeyPatch.context() as patch:
        if what == "python":
            patch.setattr(snapshot.sys, "implementation", SimpleNamespace(cache_tag="pypy39"))
        else:
            names = {"version": "__version__", "format": "FORMAT", "marshal": "marshal_version", "magic": "MAGIC"}
            for room in (snapshot, storing):
                patch.setattr(room, names[what], b"ctxload1" if what == "magic" else 99, raising=room is snapshot)
        build(place)
        other = Path(path_for(place))
        assert stored(place) is not None
    if what != "magic":
        assert path_for(place) != str(other)
    os.rename(other, path_for(place))  # the name alone isn't a proof
    assert stored(place) is None
    assert [one.state for one in read_cache().snapshots] == ["other version"]


#: What is kept beside compiled indexes, and stands where those cannot be written.
KEPT_BESIDE = {".documents", ".counts", ".helper"}
FAULTS = {
    "no space to open": ("os.open", errno.ENOSPC),
    "read-only": ("os.open", errno.EROFS),
    "no space to write": ("ctxload.project.snapshot_writer.write_cells", errno.ENOSPC),
    "no space at the end": ("ctxload.project.snapshot_writer.head_of", errno.ENOSPC),
    "no memory": ("ctxload.project.snapshot_writer.write_cells", 0),
    "not renamed": ("os.replace", errno.EACCES),
    "no folder": ("os.makedirs", errno.EROFS),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_disk_that_takes_nothing_changes_no_answer_and_keeps_no_draft(
    root: Path, fault: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    right = said(["resolve", "rest framework"])
    for path in snapshots(root):
        path.unlink()
    if fault == "no folder":
        shutil.rmtree(root.parent / "cache")
    target, number = FAULTS[fault]
    real_open = os.open

    def fails(*values: Any, **named: Any) -> Any:
        if target == "os.open" and not str(values[0]).endswith(".tmp"):
            return real_open(*values, **named)
        raise OSError(number, os.strerror(number)) if number else MemoryError()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(target, fails)
        assert said(["resolve", "rest framework"]) == right
        assert build(place_of(root)).unkept
        assert run_compile(index="", root="") == 1
        assert "cannot be" in capsys.readouterr().err
    cache = root.parent / "cache"
    assert not cache.exists() or [path for path in cache.iterdir() if path.suffix not in KEPT_BESIDE] == []
    assert said(["resolve", "rest framework"]) == right
    assert len(snapshots(root)) == 1


def test_a_full_disk_leaves_the_old_snapshot_in_its_place(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = place_of(root)
    build(place)
    before = Path(path_for(place)).read_bytes()

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(storing, "write_cells", full)
    build(place)
    storing.renew(place)
    assert [path.read_bytes() for path in (root.parent / "cache").iterdir()] == [before]


def test_an_interrupt_while_storing_leaves_no_draft(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(storing, "write_cells", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(place_of(root))
    assert list((root.parent / "cache").iterdir()) == []


@pytest.mark.parametrize("home", ["", "relative/home", "/nowhere/at/all"])
def test_without_a_home_folder_nothing_is_made_and_the_answer_is_right(
    root: Path, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    right = said(["resolve", "rest framework"])
    monkeypatch.delenv("CTXLOAD_CACHE_DIR")
    environ = {name: value for name, value in os.environ.items() if name != "HOME"} | ({"HOME": home} if home else {})
    monkeypatch.setattr(os, "environ", environ)
    before = sorted(path.name for path in root.rglob("*"))
    assert said(["resolve", "rest framework"]) == right
    assert sorted(path.name for path in root.rglob("*")) == before
    assert not Path("/nowhere").exists()


def test_the_cache_can_be_turned_off(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    place = place_of(root)
    assert path_for(place) == "" and stored(place) is None
    assert "off" in build(place).unkept
    assert run_compile(index="", root=str(root)) == 1
    assert run_cache(clear=False, json=False) == 0
    assert "the cache is off" in capsys.readouterr().err
    assert not Path("off").exists()


@pytest.mark.parametrize("named", ["cache", "./cache", "~user/cache", "x/" * 3000])
def test_a_cache_folder_that_is_not_absolute_is_never_made_in_the_project(
    root: Path, named: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", named)
    monkeypatch.chdir(root)
    before = sorted(os.listdir(root))
    assert build(place_of(root)).unkept.startswith(f"CTXLOAD_CACHE_DIR={named} isn't an absolute path")
    assert run_cache(clear=False, json=False) == 0
    assert "isn't an absolute path" in capsys.readouterr().err
    assert sorted(os.listdir(root)) == before


def test_a_cache_folder_that_cannot_be_made_costs_nothing_but_time(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", f"{tmp_path}/{'x/' * 3000}")
    assert "too deep" in build(place_of(root)).unkept or "too long" in build(place_of(root)).unkept
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "file"))
    assert "something that isn't a folder is there" in build(place_of(root)).unkept


def test_the_cache_tells_an_index_from_what_its_documents_talk_about(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "kept"))
    project = build(place_of(root))
    make_evidence(project)
    assert run_cache(clear=False, json=False) == 0
    first, *rows = capsys.readouterr().out.splitlines()
    assert f"{tmp_path / 'kept'}: 1 compiled index," in first
    assert [row.partition(": ")[2] for row in rows] == [
        "how often words stand in its documents",
        "what its documents talk about",
        "",
    ]
    assert run_cache(clear=False, json=True) == 0
    found = json.loads(capsys.readouterr().out)["snapshots"]
    assert [(one["kind"], one["state"]) for one in found] == [
        ("counts", "fresh"),
        ("documents", "fresh"),
        ("index", "fresh"),
    ]


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_cache_folder_that_is_a_link_to_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "link"))
    assert run_cache(clear=False, json=False) == 0
    assert "is a link that leads nowhere" in capsys.readouterr().err


def test_the_cache_is_where_the_platform_keeps_such_things() -> None:
    folder = cache_folder
    assert folder({"CTXLOAD_CACHE_DIR": "~/c", "HOME": "/h"}) == "/h/c"
    assert folder({"CTXLOAD_CACHE_DIR": "/c", "HOME": "/h"}) == "/c"
    assert folder({}) == folder({"HOME": ""}) == folder({"HOME": "h"}) == ""
    if sys.platform == "linux":
        assert folder({"HOME": "/h"}) == "/h/.cache/ctxload"
        assert folder({"HOME": "/h", "XDG_CACHE_HOME": "/x"}) == "/x/ctxload"
        assert folder({"HOME": "/h", "XDG_CACHE_HOME": "x"}) == "/h/.cache/ctxload"


# ── several processes ────────────────────────────────────────────────────────────────────────────────────


def start_up(root: Path, *words: str) -> subprocess.Popen[bytes]:
    env = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    return subprocess.Popen(
        [sys.executable, "-m", "ctxload", *words], cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.heavy
def test_forty_processes_at_once_on_an_empty_cache_answer_rightly(root: Path) -> None:
    processes = [start_up(root, "resolve", "rest framework") for _ in range(40)]
    answers = [process.communicate(timeout=PATIENCE) for process in processes]
    assert {process.returncode for process in processes} == {0}
    assert {out for out, _ in answers} == {b"context/api.md\ncontext/notes with spaces.md\n"}
    assert b"Traceback" not in b"".join(err for _, err in answers)
    assert stored(place_of(root)) is not None
    kept = {path.suffix for path in (root.parent / "cache").iterdir()}
    assert kept == {".counts", ".documents", ".helper", ".index"}  # no draft is left behind


@pytest.mark.heavy
@posix
def test_a_process_that_is_killed_while_it_compiles_leaves_nothing_that_answers_wrongly(root: Path) -> None:
    rows = "".join(f"  - {{id: e{n}, path: docs/guide.md, keywords: [word{n}, other word{n}]}}\n" for n in range(400))
    fill(root, index=INDEX.replace("context_rules", rows + "context_rules"))
    place = place_of(root)
    right = [told(fresh(place), request) for request in QUESTIONS[:3]]
    begun = time.monotonic()
    start_up(root, "compile").communicate(timeout=PATIENCE)
    lasts = time.monotonic() - begun
    dice = random.Random(3)
    for number in range(10):
        if number % 2:
            for path in snapshots(root):
                path.unlink()
        (root / NAME).touch()
        process = start_up(root, "compile")
        try:
            process.wait(lasts * dice.random() * 1.1)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
        assert [as_any_start_answers(place, request) for request in QUESTIONS[:3]] == right


def test_what_killed_processes_left_is_removed_and_nothing_of_others(root: Path) -> None:
    place = place_of(root)
    build(place)
    cache, mine = root.parent / "cache", Path(path_for(place)).name
    old = ["0123456789abcdef.index", f"{mine}.77.1f.tmp", "0123456789abcdef.index.1.2.tmp"]
    kept = [
        "notes.tmp",
        "other.index",
        "0123456789abcdef.index.bak",
        f"{mine}.78.1f.tmp",
        "x" * 16 + ".index",
        "0123456789ABCDEF.index",
    ]
    for name in (*old, *kept):
        (cache / name).write_bytes(b"x")
        if name != f"{mine}.78.1f.tmp":  # this one is being written
            os.utime(cache / name, (1_000, 1_000))
    build(place)
    assert {path.name for path in cache.iterdir()} == {mine, *kept}


# ── the commands that look after them ────────────────────────────────────────────────────────────────────


def test_compile_says_where_the_compiled_index_is_and_what_is_in_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_compile(index="", root=str(root)) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert path_for(place_of(root)) in err and "4 entries" in err and "kB" in err
    assert "CTX101" in err  # `fallbak`
    assert stored(place_of(root)) is not None


def test_compile_of_an_index_that_cannot_be_read_ends_with_2(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / NAME).write_text("context_files: [\n")
    assert run_compile(index="", root=str(root)) == 2
    assert "CTX001" in capsys.readouterr().err
    assert snapshots(root) == []


def test_cache_shows_each_snapshot_with_its_project_and_state(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = {}
    for name in ("stale", "damaged", "gone"):
        others[name] = fill(tmp_path / name)
        build(place_of(others[name]))
    build(place_of(root))
    (others["stale"] / NAME).write_text(INDEX + "x-mine: 1\n")
    (others["gone"] / NAME).unlink()
    damaged = Path(path_for(place_of(others["damaged"])))
    damaged.write_bytes(damaged.read_bytes()[:-3])
    before = {path: path.read_bytes() for path in snapshots(root)}
    assert run_cache(clear=False, json=True) == 0
    data = json.loads(capsys.readouterr().out)
    states = {Path(one["root"]).name if one["root"] else "": one["state"] for one in data["snapshots"]}
    assert states == {"project": "fresh", "stale": "stale", "gone": "stale", "": "damaged"}
    assert data["folder"] == str(tmp_path / "cache") and data["size"] == sum(map(len, before.values()))
    assert run_cache(clear=False, json=False) == 0
    out = capsys.readouterr().out
    assert "4 compiled indexes" in out and f"{root}  {NAME}" in out
    assert {path: path.read_bytes() for path in snapshots(root)} == before


@laws
@given(at=st.floats(0, 0.999), mask=st.integers(1, 255))
def test_cache_sees_damage_in_every_byte(at: float, mask: int, whole: tuple[Path, bytes, list[object]]) -> None:
    root, data, _ = whole
    place, number = int(at * len(data)), int(at * len(data))
    Path(path_for(place_of(root))).write_bytes(data[:place] + bytes([data[place] ^ mask]) + data[number + 1 :])
    assert [one.state for one in read_cache().snapshots] in (["damaged"], ["other version"])


def test_clear_removes_compiled_indexes_and_nothing_else(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(place_of(root))
    cache = root.parent / "cache"
    (cache / "0123456789abcdef.index.1.2.tmp").write_bytes(b"x")
    for name in ("notes.txt", "my.index", "0123456789abcdef.indexes"):
        (cache / name).write_bytes(b"mine")
    (cache / "0123456789abcdef.index").mkdir()
    assert run_cache(clear=True, json=False) == 0
    assert "2 files removed" in capsys.readouterr().out
    assert {path.name for path in cache.iterdir()} == {
        "notes.txt",
        "my.index",
        "0123456789abcdef.indexes",
        "0123456789abcdef.index",
    }
    assert run_cache(clear=True, json=True) == 0
    assert json.loads(capsys.readouterr().out)["removed"] == 0


def test_the_commands_compile_and_cache_are_doors_to_these(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    out, err, status = said(["compile"])
    assert (out, status) == (b"", 0) and b"compiled context-index.yml" in err
    out, err, status = said(["cache", "--json"])
    kept = {one["kind"]: one["state"] for one in json.loads(out)["snapshots"]}
    assert kept == dict.fromkeys(("index", "documents", "counts"), "fresh") and (err, status) == (b"", 0)
    assert b"fresh" in said(["cache"])[0]
    assert said(["cache", "--clear"])[2] == 0
    assert snapshots(root) == []
    (root / NAME).unlink()
    assert said(["compile"])[2] == 2
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    (root / NAME).write_text(INDEX)
    assert said(["compile"])[2] == 1


def test_a_cache_that_is_not_there_is_empty(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cache(clear=False, json=False) == 0
    assert run_cache(clear=True, json=False) == 0
    assert "0 compiled indexes" in capsys.readouterr().out


# ── the quick way and the full one ───────────────────────────────────────────────────────────────────────


@contextmanager
def streams(given_in: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Standard streams in memory, as a process has them."""
    out, err = io.BytesIO(), io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given_in), encoding="utf-8"))
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8", write_through=True))
        patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="utf-8", write_through=True))
        yield out, err


def said(arguments: list[str], given_in: bytes = b"", *, full: bool = False) -> tuple[bytes, bytes, int]:
    """What a command prints on both streams, and how it ends; by the full way if so wanted."""
    with streams(given_in) as (out, err), pytest.MonkeyPatch.context() as patch:
        if full:
            patch.setattr(start, "quick_options", lambda arguments: None)
        status = start.run(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        return out.getvalue(), err.getvalue(), status


words = st.sampled_from(
    (
        *KEYWORDS,
        "",
        "-",
        "--",
        "fix the",
        "Context: api",
        "Context: nowhere.md",
        "Context: none",
        "\udcff",
        "a\nb",
        "resolve",
        "x" * 500,
        "=",
        "@file",
    )
)
options = st.one_of(
    st.sampled_from(
        [
            [f]
            for f in (
                "--json",
                "-0",
                "--null",
                "--batch",
                "--help",
                "--nope",
                "-x",
                "--version",
                "-0c",
                "--json=1",
                "-",
            )
        ]
    ),
    st.tuples(st.sampled_from(["--agent", "-a"]), st.sampled_from((*AGENTS, "", "nobody", "-a", "\udcff"))).map(list),
    st.tuples(
        st.sampled_from(["--context", "-c"]),
        st.sampled_from((*IDS[:3], "docs/", "context/*.md", "nowhere", "", "--json", "none")),
    ).map(list),
    st.tuples(st.sampled_from(["--match", "-m"]), st.sampled_from(("whole", "related", "focused", "x", ""))).map(list),
    st.tuples(st.sampled_from(["--tag", "-t"]), st.sampled_from((*TAGS, "", "y"))).map(list),
    st.tuples(st.sampled_from(["--index", "--root"]), st.sampled_from((".", NAME, "nowhere", "", "docs", "~"))).map(
        list
    ),
    st.sampled_from(
        [
            ["--agent"],
            ["-t"],
            ["--agent=qa"],
            ["-aqa"],
            ["-a=qa"],
            ["--tag=rest"],
            ["-mwhole"],
            ["--context=api"],
            ["--", "-a"],
            ["--ind", "x"],
        ]
    ),
)
argument_lists = st.lists(words.map(lambda word: [word]) | options, max_size=6).map(
    lambda parts: ["resolve", *(word for part in parts for word in part)]
)
lines_in = st.sampled_from(
    [b"", b"the rest framework", b"\xef\xbb\xbfapi\r\n", b"\xff\xfe", b'{"id": 1, "task": "api"}\n\n{"id": 2}\nx\n']
)


@settings(max_examples=share(100))
@given(arguments=argument_lists, given_in=lines_in)
def test_the_quick_way_answers_as_the_full_command_for_every_argument_list(
    arguments: list[str], given_in: bytes, here: Path
) -> None:
    first = said(arguments, given_in)  # with or without a snapshot
    assert first == said(arguments, given_in, full=True)
    assert first == said(arguments, given_in)


@settings(max_examples=share(60))
@given(task=tasks(context=True) | tasks_of_any_kind, flags=st.lists(st.sampled_from(["--json", "-0"]), max_size=2))
def test_the_quick_way_answers_as_the_full_command_for_every_task(task: str, flags: list[str], here: Path) -> None:
    task = task.replace("\0", "")  # no argument can hold one
    assert said(["resolve", *flags, task]) == said(["resolve", *flags, task], full=True)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project that is the working directory, with a cache of its own."""
    folder = tmp_path_factory.mktemp("quick")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTXLOAD_CACHE_DIR", str(folder / "cache"))
        patch.chdir(fill(folder / "project"))
        yield folder / "project"


def test_a_plain_call_goes_the_quick_way_and_an_unusual_one_does_not() -> None:
    quick = [
        ["x"],
        ["x", "y", "-"],
        ["-a", "qa", "--json", "x"],
        ["x", "-c", "api", "-c", "b", "-t", "t", "-m", "whole", "-0"],
        ["--batch"],
    ]
    full = [
        [],
        ["--agent=qa", "x"],
        ["x", "--help"],
        ["-a"],
        ["x", "--", "-y"],
        ["x", "-a", "--json"],
        ["--nope", "x"],
        ["-ax", "y"],
    ]
    assert all(start.quick_options(["resolve", *words]) is not None for words in quick)
    assert all(start.quick_options(["resolve", *words]) is None for words in full)
    assert start.quick_options(["explain", "x"]) is None and start.quick_options([]) is None


def modules_of(root: Path, *words: str, site: bool) -> set[str]:
    """The modules that a call of the command adds to those of a bare interpreter."""
    program = (
        f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); before = set(sys.modules)\n"
        "from ctxload.start import run\nstatus = run(sys.argv[1:])\nsys.stdout.flush()\n"
        "print(*sorted(set(sys.modules) - before), file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, *([] if site else ["-S"]), "-c", program, *words],
        cwd=root,
        env=dict(os.environ),
        capture_output=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr.decode()
    return set(done.stderr.decode().splitlines()[-1].split())


#: What a start from a fresh snapshot must not pay for.
HEAVY = {
    "typer",
    "click",
    "yaml",
    "pathspec",
    "watchdog",
    "rich",
    "pydantic",
    "regex",
    "re",
    "json",
    "dataclasses",
    "typing",
    "enum",
    "pathlib",
    "threading",
}


#: What a start from a fresh snapshot does without.
RARE = {
    "ctxload.cli.app",
    "ctxload.cli.watch",
    "ctxload.index.parser",
    "ctxload.loader",
    "ctxload.matching.compiler",
    "ctxload.matching.document_words",
    "ctxload.progress",
    "ctxload.project.assemble",
    "ctxload.project.build",
    "ctxload.selection.documents",
    "ctxload.project.snapshot_writer",
    "ctxload.workspace.source_stamps",
    "ctxload.text.render",
    "ctxload.workspace.globs",
    "ctxload.workspace.watcher",
}


@pytest.mark.parametrize(
    "words_of",
    sample(
        [
            ["rest framework"],
            ["-a", "backend-developer", "the database"],
            ["guide"],
            ["-0", "-t", "rest", "-m", "whole", "api"],
            ["-c", "context/backend/", "x"],
        ]
    ),
)
def test_a_start_from_a_fresh_snapshot_imports_nothing_heavy_and_a_stale_one_no_command_line(
    root: Path, words_of: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        Clock(patch).ahead = 10 * SECOND
        make_evidence(build(place_of(root)))
    warm = modules_of(root, "resolve", *words_of, site=False)
    assert not warm & HEAVY
    assert all(find_spec(module) for module in RARE)
    assert not warm & RARE
    (root / NAME).write_text(INDEX + "x-mine: 1\n")
    stale = modules_of(root, "resolve", *words_of, site=True)
    assert "yaml" in stale or "_yaml" in stale
    assert not stale & {"typer", "click", "watchdog", "rich", "pydantic", "json"}


@pytest.mark.heavy
def test_no_second_matcher_parser_or_table_of_layers_is_defined() -> None:
    counts: dict[str, list[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                counts.setdefault(node.name, []).append(path.stem)
    only = {
        "tokenize": "tokens",
        "fill": "resolver",
        "Choice": "choice",
        "Tables": "tables",
        "compile_index": "compiler",
        "with_project": "opening",
        "find_parts": "matcher",
        "quick_options": "start",
    }
    assert {name: counts.get(name) for name in only} == {name: [module] for name, module in only.items()}


# ── progress ─────────────────────────────────────────────────────────────────────────────────────────────


@posix
def test_work_that_lasts_shows_a_bar_on_a_terminal_and_nowhere_else(root: Path) -> None:
    import pty

    program = (
        f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r})\n"
        "import time, ctxload.progress as progress, ctxload.matching.compiler as compile\n"
        "from threading import Event\n"
        "shown, real, show = Event(), compile.compile_index, progress.Bar._show\n"
        "progress.DELAY = 0\n"
        "progress.Bar._show = lambda self: (show(self), shown.set())\n"
        "compile.compile_index = lambda index: (shown.wait(60), real(index))[1]\n"
        "from ctxload.start import run\n"
        "sys.exit(run(sys.argv[1:]))"
    )
    outside, inside = pty.openpty()
    env = {**os.environ, "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-c", program, "resolve", "rest framework"],
        cwd=root,
        env=env,
        stdout=subprocess.PIPE,
        stderr=inside,
    )
    os.close(inside)
    seen = b""
    try:
        while block := os.read(outside, 4096):
            seen += block
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(outside)
    out, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, b"context/api.md\ncontext/notes with spaces.md\n")
    assert b"context-index.yml" in seen and any(stage.encode() in seen for stage in STAGES)


def test_nothing_of_the_bar_is_imported_where_stderr_is_no_terminal(root: Path) -> None:
    found = modules_of(root, "resolve", "rest framework", site=True)
    assert "ctxload.matching.compiler" in found
    assert not found & {"ctxload.progress", "rich"}


def test_a_dumb_terminal_gets_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    from ctxload.progress import can_show

    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setenv("TERM", "xterm")
    assert can_show()
    monkeypatch.setenv("TERM", "dumb")
    assert not can_show()
    monkeypatch.setattr(sys, "stderr", None)
    assert not can_show()


def test_the_stages_come_in_their_order_and_are_told_once_each(root: Path) -> None:
    said_stages: list[str] = []
    project._build(place_of(root), True, True, said_stages.append, parse_once)
    assert ["reading", *dict.fromkeys(said_stages)] == list(STAGES)
    assert list(STAGES.values()) == sorted(STAGES.values())


def test_gathering_tells_no_stage_to_who_does_not_ask(root: Path) -> None:
    assert assemble(place_of(root), DiskTree(str(root))).served


def test_a_resolution_of_a_snapshot_is_a_value_like_any_other(root: Path) -> None:
    place = place_of(root)
    build(place)
    found = stored(place)
    assert found is not None
    one = resolve(found.tables, found.tree, QUESTIONS[0], found.diagnostics)
    text = fresh(place)
    other = resolve(text.tables, text.tree, QUESTIONS[0], text.diagnostics)
    assert isinstance(one, Resolution) and one == other and hash(one) == hash(other)


def test_what_was_not_compared_is_not_kept_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ctxload.project import snapshot_listings as listings
    from ctxload.workspace import globs
    from ctxload.workspace.tree import DiskTree

    (tmp_path / "a.md").write_text("a", encoding="utf-8")
    assert listings._when_files("*nothing*", DiskTree(str(tmp_path))) is not None
    monkeypatch.setattr(globs, "LOOKS", 0)
    assert listings._when_files("*nothing*", DiskTree(str(tmp_path))) is None
