"""What the benchmarks measure is what they say."""

from __future__ import annotations

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the benchmarks run where there is `resource`")

HERE = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.mark.heavy
def test_the_peak_of_a_command_is_its_own_and_not_that_of_who_measures_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(str(HERE))
    spec = spec_from_file_location("benchmarks_run", HERE / "run.py")  # another `run` is the fuzzer's
    assert spec is not None and spec.loader is not None
    run = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "benchmarks_run", run)
    spec.loader.exec_module(run)

    bench = SimpleNamespace(env=dict(os.environ), command=lambda _, *words: [sys.executable, *words])
    mine = b"x" * 200_000_000  # the measuring process has been this large
    _, small = run.used(bench, bench.command("python", "-c", "pass"), tmp_path)
    cpu, large = run.used(bench, bench.command("python", "-c", "x = b'x' * 100_000_000"), tmp_path)
    del mine
    assert (small < 50, 90 < large < 150, 0 < cpu < 10) == (True, True, True)
