"""Once per conversation: nothing is given twice, nothing is lost, whoever asks, however many at once."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ctxload.load.conversation as room
from ctxload import ContextLoader, CtxloadError
from ctxload.load.conversation import ENDING, FOLDER, KEEP_DAYS, Conversation
from ctxload.load.packer import GivenBefore, Loaded
from ctxload.start import run
from strategies import share

TEXT = {name: f"# {name.title()}\nAll about the {name}.\n" for name in ("red", "green", "blue")}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    rows = "".join(f"  - {{path: {name}.md, keywords: [{name}]}}\n" for name in TEXT)
    (root / "context-index.yml").write_text(f"fallback: none\ncontext_files:\n{rows}", encoding="utf-8")
    for name, text in TEXT.items():
        (root / f"{name}.md").write_text(text, encoding="utf-8")
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    return root


def forms(loaded: Loaded) -> dict[str, str]:
    return {part.path: part.form for part in loaded.parts}


def ledgers(project: Path) -> list[Path]:
    return sorted((project.parent / "cache" / FOLDER).glob(f"*{ENDING}"))


def test_what_was_given_is_named_the_second_time(project: Path) -> None:
    loader = ContextLoader(project)
    assert forms(loader.load("red", conversation="a")) == {"red.md": "whole"}
    again = loader.load("red and green", conversation="a")
    assert forms(again) == {"red.md": "known", "green.md": "whole"}
    assert "All about the red" not in again.text and "red.md" in again.text
    assert "given before in this conversation, unchanged" in again.text


def test_another_conversation_another_project_and_no_conversation_know_nothing_of_it(project: Path) -> None:
    loader = ContextLoader(project)
    loader.load("red", conversation="a")
    assert forms(loader.load("red", conversation="b")) == {"red.md": "whole"}
    assert forms(loader.load("red")) == {"red.md": "whole"}
    other = project.parent / "other"
    other.mkdir()
    for path in project.iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    assert forms(ContextLoader(other).load("red", conversation="a")) == {"red.md": "whole"}


def test_a_changed_file_comes_again_with_a_note(project: Path) -> None:
    loader = ContextLoader(project)
    loader.load("red", conversation="a")
    (project / "red.md").write_text("# Red\nSomething else.\n", encoding="utf-8")
    again = loader.load("red", conversation="a")
    assert forms(again) == {"red.md": "whole"} and "changed since it was given in this conversation" in again.text
    assert forms(loader.load("red", conversation="a")) == {"red.md": "known"}


def test_fresh_forgets(project: Path) -> None:
    loader = ContextLoader(project)
    loader.load("red", conversation="a")
    assert forms(loader.load("red", conversation="a", fresh=True)) == {"red.md": "whole"}
    assert forms(loader.load("red", conversation="a")) == {"red.md": "known"}
    with pytest.raises(CtxloadError, match="name the conversation"):
        loader.load("red", fresh=True)


def test_of_a_document_given_in_part_only_the_rest_comes(project: Path) -> None:
    sections = "".join(f"## Part {n}\n\n{f'All of the red part {n}. ' * 30}\n\n" for n in range(6))
    (project / "red.md").write_text(f"# Red\n\n{sections}", encoding="utf-8")
    loader, seen = ContextLoader(project), ""
    for _ in range(20):
        loaded = loader.load("red", max_chars=2500, conversation="a")
        assert loaded.characters <= 2500
        if forms(loaded) == {"red.md": "known"}:
            break
        new = [n for n in range(6) if f"\n## Part {n}\n" in loaded.text]
        assert new and not any(f"\n## Part {n}\n" in seen for n in new)
        seen += loaded.text
    assert all(f"\n## Part {n}\n" in seen for n in range(6))
    assert "were given before]" in seen


def test_what_is_only_named_or_outlined_was_not_given(project: Path) -> None:
    loader = ContextLoader(project)
    assert forms(loader.load("red", format="paths", conversation="a")) == {"red.md": "named"}
    assert forms(loader.load("red", conversation="a")) == {"red.md": "whole"}


@pytest.mark.parametrize("name", ["a/../b", "C:\\x", "ä\n\x00", "x" * 1000])
def test_any_text_can_name_a_conversation(project: Path, name: str) -> None:
    loader = ContextLoader(project)
    loader.load("red", conversation=name)
    assert forms(loader.load("red", conversation=name)) == {"red.md": "known"}
    assert len(ledgers(project)) == 1


def test_a_name_that_is_too_long_is_refused(project: Path) -> None:
    with pytest.raises(CtxloadError, match="1 to 1,000 characters"):
        ContextLoader(project).load("red", conversation="x" * 1001)


def test_where_nothing_can_be_kept_everything_is_given_and_that_is_said(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    loader = ContextLoader(project)
    for _ in range(2):
        loaded = loader.load("red", conversation="a")
        assert forms(loaded) == {"red.md": "whole"}
        assert [finding.code for finding in loaded.diagnostics] == ["CTX423"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs owners and modes")
def test_a_file_that_others_may_write_is_not_believed(project: Path) -> None:
    loader = ContextLoader(project)
    loader.load("red", conversation="a")
    ledgers(project)[0].chmod(0o666)
    loaded = loader.load("red", conversation="a")
    assert forms(loaded) == {"red.md": "whole"} and "others may write" in loaded.diagnostics[0].message


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs owners and modes")
def test_only_the_owner_can_read_it_and_it_holds_no_name(project: Path) -> None:
    ContextLoader(project).load("red", conversation="the secret project")
    (ledger,) = ledgers(project)
    assert ledger.stat().st_mode & 0o777 == 0o600 and ledger.parent.stat().st_mode & 0o777 == 0o700
    assert b"secret" not in ledger.read_bytes() and "secret" not in ledger.name


@given(st.binary(max_size=300))
@settings(max_examples=share(50))
def test_damaged_bytes_never_hide_what_was_not_given(data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch, room_for_one(patch) as root:
        with Conversation("a", root) as conversation:
            path = conversation._path
        Path(path).write_bytes(data)
        with Conversation("a", root) as conversation:
            assert not conversation.problem
            assert all(
                isinstance(found, GivenBefore) and len(found.digest) == 32 for found in conversation.given.values()
            )


def room_for_one(patch: pytest.MonkeyPatch) -> TemporaryRoot:
    return TemporaryRoot(patch)


class TemporaryRoot:
    """A folder with a cache of its own."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        patch.setenv("CTXLOAD_CACHE_DIR", os.path.join(self.folder.name, "cache"))

    def __enter__(self) -> str:
        return self.folder.name

    def __exit__(self, *error: object) -> None:
        self.folder.cleanup()


def test_a_line_that_was_cut_off_counts_for_nothing_and_harms_no_other(project: Path) -> None:
    loader = ContextLoader(project)
    loader.load("red", conversation="a")
    (ledger,) = ledgers(project)
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[:-3])
    assert forms(loader.load("red", conversation="a")) == {"red.md": "whole"}
    assert forms(loader.load("red", conversation="a")) == {"red.md": "known"}
    assert ledger.read_bytes() == whole[:-3] + b"\n" + whole


def test_a_conversation_that_nobody_used_for_long_is_forgotten(project: Path) -> None:
    loader = ContextLoader(project)
    loader.load("red", conversation="a")
    loader.load("red", conversation="old")
    old = time.time() - (KEEP_DAYS + 1) * 86_400
    for ledger in ledgers(project):
        os.utime(ledger, (old, old))
    assert forms(loader.load("red", conversation="a")) == {"red.md": "whole"}
    os.utime(ledgers(project)[0].parent / "tidied", (old, old))
    loader.load("red", conversation="new")
    assert len(ledgers(project)) == 2


def test_what_was_not_handed_over_was_not_given(project: Path) -> None:
    def fail(loaded: Loaded) -> None:
        raise BrokenPipeError

    loader = ContextLoader(project)
    current, resolution = loader._current, loader.resolve("red")
    with pytest.raises(BrokenPipeError):
        room.load_for(resolution, current.tree, current.tables, room.Limits(), conversation="a", hand_over=fail)
    assert forms(loader.load("red", conversation="a")) == {"red.md": "whole"}


def test_who_has_it_open_for_too_long_is_not_waited_for(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WAIT", 0.02)
    loader = ContextLoader(project)
    with Conversation("a", str(project)):
        loaded = loader.load("red", conversation="a")
    assert forms(loaded) == {"red.md": "whole"} and "another process" in loaded.diagnostics[0].message


PROCESS = """
import random, sys
from ctxload import ContextLoader
seed, count, root = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
dice, loader = random.Random(seed), ContextLoader(root)
for _ in range(count):
    name, words = f"c{dice.randrange(12)}", " ".join(dice.sample(["red", "green", "blue"], dice.randrange(1, 4)))
    for part in loader.load(words, conversation=name).parts:
        if part.form == "whole":
            print(name, part.path)
"""


@pytest.mark.heavy
def test_many_processes_at_once_give_each_document_once_in_each_conversation(project: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(room.__file__).parents[2])}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(seed), "30", str(project)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(4)
    ]
    lines = [line for process in running for line in process.communicate(timeout=120)[0].splitlines()]
    assert [process.returncode for process in running] == [0, 0, 0, 0]
    asked = set()
    for seed in range(4):
        dice = random.Random(seed)
        for _ in range(30):
            name = f"c{dice.randrange(12)}"
            asked |= {f"{name} {word}.md" for word in dice.sample(["red", "green", "blue"], dice.randrange(1, 4))}
    assert sorted(lines) == sorted(asked)


def test_clearing_the_cache_forgets_the_conversations(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loader = ContextLoader(project)
    loader.load("red", conversation="a")
    run(["cache", "--clear"])
    assert ledgers(project) == [] and "1 file removed" in capsys.readouterr().out
    assert forms(loader.load("red", conversation="a")) == {"red.md": "whole"}


def test_what_could_not_be_printed_is_given_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.chdir(project)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Closed())
        run(["load", "red", "--conversation", "a"])
    assert forms(ContextLoader(project).load("red", conversation="a")) == {"red.md": "whole"}
