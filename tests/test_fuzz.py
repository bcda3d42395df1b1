"""Inputs that were once odd: what is stored for each kind of `tests/fuzz` is tried on every run; `tests/fuzz/run.py` looks for more."""  # noqa: E501

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tiers import heavy

sys.path.insert(0, str(Path(__file__).resolve().parent / "fuzz"))

import kinds
import run as fuzzer

STORED = [(name, path) for name in kinds.KINDS for path in sorted((kinds.CORPUS / name).glob("*"))]
#: A kind that takes long for each, since it installs for every client: the first is quick.
LONG, QUICK = "settings", 1


@pytest.fixture(autouse=True)
def own_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was allowed for the project of the fuzzing stands in an account of its own."""
    cache, home = kinds.person()
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", cache)
    monkeypatch.setattr("ctxload.workspace.locations.account_home", lambda: home)
    kinds._ready()  # says the same, for a process of its own: after this, so that all is put back as it was


def tiered(row: tuple[str, Path]) -> Any:
    name, path = row
    return row if name != LONG or path in sorted((kinds.CORPUS / name).glob("*"))[:QUICK] else heavy(row)


@pytest.mark.parametrize(
    ("name", "path"), [tiered(row) for row in STORED], ids=[f"{name}/{path.name}" for name, path in STORED]
)
def test_a_stored_input_breaks_no_law(name: str, path: Path) -> None:
    kind = kinds.KINDS[name]
    kinds.run(kind, kind.text_of(path.read_bytes()))


@pytest.mark.parametrize("name", [heavy(name) if name == LONG else name for name in kinds.KINDS])
def test_each_kind_has_seeds_that_reach_further_than_a_refusal(name: str) -> None:
    kind = kinds.KINDS[name]
    came = {kind.check(text) for text in fuzzer.seeds(name)}
    assert came - {"refused", "silent", "not served", "means nothing"} and len(fuzzer.seeds(name)) >= 5


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (lambda text: [len(text) for _ in range(100_000)] and "", "calls"),
        (lambda text: open("/etc/hostname").close() or "", "opened"),
        (lambda text: __import__("os").listdir("/etc") and "", "opened"),
        (lambda text: kinds.holds(False, "a law") or "", "a law"),
    ],
)
def test_what_the_fuzzer_is_there_to_find_is_found(what: kinds.Callable[[str], str], words: str) -> None:
    with pytest.raises(kinds.Failure, match=words):
        kinds.run(kinds.Kind(what, (), 10, 1_000), "an input")


def test_a_round_keeps_what_fails_as_small_as_it_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(text: str) -> str:
        kinds.holds("!" not in text, "no sign of surprise")
        return "fine"

    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "seed").write_text("a", encoding="utf-8")
    monkeypatch.setattr(fuzzer, "CORPUS", tmp_path)
    monkeypatch.setitem(fuzzer.KINDS, "odd", kinds.Kind(check, ("a", "b!"), 1_000, 10_000))
    trial = fuzzer.Trial("odd")
    trial.round(1)
    assert list(trial.failed) == ["Failure: no sign of surprise"]
    (kept,) = (tmp_path / "odd").glob("found-*")
    assert kept.read_text(encoding="utf-8") in ("!", "b!", "b!a", "ab!")
