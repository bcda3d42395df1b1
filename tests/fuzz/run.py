"""Fuzzes each kind of input for a while, from the corpus on; prints what was tried, and keeps what fails.

`python tests/fuzz/run.py --seconds 60` shares so many seconds of CPU among the kinds. What fails is made as small as it
can be and written to `tests/fuzz/corpus/KIND/`, where the quick tests try it from then on. The status is 0 only if
nothing failed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from math import inf
from pathlib import Path
from time import process_time
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from kinds import CORPUS, KINDS, Failure, Kind, run

#: How many examples one round of hypothesis has, and for how many seconds of CPU one input may be worked on.
ROUND, LONGEST = 300, 20


class Hang(BaseException):
    """An input that is worked on for too long."""


def seeds(name: str) -> list[str]:
    """The stored inputs of a kind."""
    return [KINDS[name].text_of(path.read_bytes()) for path in sorted((CORPUS / name).glob("*"))]


def inputs(kind: Kind, stored: list[str]) -> st.SearchStrategy[str]:
    """Inputs near those that are stored, and of the tokens of the kind."""
    tokens = st.sampled_from(kind.tokens)
    made = st.lists(tokens | st.text(max_size=3), max_size=30).map("".join)
    change = st.tuples(
        st.sampled_from("idrct"), st.integers(0, 1 << 16), st.integers(0, 200), tokens, st.integers(1, 400)
    )

    def changed(pair: tuple[str, list[Any]]) -> str:
        text = pair[0]
        for how, where, length, token, times in pair[1]:
            at = where % (len(text) + 1)
            part = text[at : at + length]
            if how == "i":
                text = text[:at] + token + text[at:]
            elif how == "d":
                text = text[:at] + text[at + length :]
            elif how == "r":
                text = text[:at] + (part or token) * times + text[at:]
            elif how == "c":
                text = text[:at] + stored[where % len(stored)][:length] + text[at:]
            else:
                text = text[:at] + token * times + text[at + length :]
            text = text[: kind.largest]
        return text

    near = st.tuples(st.sampled_from(stored) | made, st.lists(change, max_size=5)).map(changed)
    return near | SOUND[kind.check.__name__] if kind.check.__name__ in SOUND else near


# ── inputs that are sound ────────────────────────────────────────────────────────────────────────────────

GAPS = st.sampled_from(["", "", "", " ", "\n  ", "\r\n", "\t", " // c, }\n", "/* ] */", "/**/"])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["", "a", "//", "/*", '"', "\\", "é", "ctxload hook", ","])
)
EVENTS = (
    "UserPromptSubmit",
    "SessionStart",
    "BeforeAgent",
    "beforeSubmitPrompt",
    "userPromptSubmitted",
    "PreToolUse",
    "Stop",
)


def objects(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of JSON."""
    keys = st.sampled_from(["a", "b", "hooks", "type", "matcher", "command", "version", ""])
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=6
    )


@st.composite
def written(draw: st.DrawFn) -> str:
    """Settings with hooks of ours and of others, with comments, commas and white space as they come."""
    handler = st.fixed_dictionaries(
        {"command": st.sampled_from(["ctxload hook", "make lint", "python -m ctxload hook", "/x y/ctxload.exe hook"])},
        optional={"type": st.just("command"), "timeout": st.integers(0, 9), "a": objects(LEAVES)},
    )
    group = st.fixed_dictionaries(
        {"hooks": st.lists(handler, max_size=3)}, optional={"matcher": st.sampled_from(["", "compact"]), "b": LEAVES}
    )
    hooks = st.dictionaries(st.sampled_from(EVENTS), st.lists(group | handler, max_size=3), max_size=3)
    value = draw(st.dictionaries(st.sampled_from(["a", "version", "é", ""]), objects(LEAVES), max_size=3))
    if draw(st.booleans()):
        value["hooks"] = draw(hooks)
    gap = (lambda: draw(GAPS)) if draw(st.booleans()) else lambda: ""
    return draw(st.sampled_from(["", "", "\ufeff"])) + gap() + _render(value, gap, draw(st.booleans())) + gap()


def _render(value: Any, gap: Any, comma: bool) -> str:
    if not isinstance(value, dict | list):
        return json.dumps(value)
    marks = "{}" if isinstance(value, dict) else "[]"
    items = [
        f"{gap()}{json.dumps(key)}{gap()}:{gap()}{_render(inner, gap, comma)}{gap()}" for key, inner in value.items()
    ] if isinstance(value, dict) else [f"{gap()}{_render(inner, gap, comma)}{gap()}" for inner in value]  # fmt: skip
    return f"{marks[0]}{','.join(items)}{',' if comma and items else ''}{gap()}{marks[1]}"


@st.composite
def calls(draw: st.DrawFn) -> str:
    """Calls of the hook that are JSON, with odd values in known places."""
    words = st.sampled_from(KINDS["hook"].tokens + KINDS["task"].tokens) | st.text(max_size=4)
    texts = st.lists(words, max_size=6).map(" ".join)
    call: dict[str, Any] = {
        "hook_event_name": "UserPromptSubmit", "transcript_path": "t", "session_id": draw(st.integers(0, 1 << 40).map(str) | st.just("")),  # noqa: E501
        "cwd": "$ROOT/allowed", "prompt": draw(texts),
    }  # fmt: skip
    places = st.sampled_from(["$ROOT/allowed/context", "$ROOT/other", "$ROOT", "/", "", "..", "$ROOT/allowed/../other"])
    names = (
        "hook_event_name",
        "source",
        "session_id",
        "agent_id",
        "agent_type",
        "tool_name",
        "tool_input",
        "cursor_version",
    )
    call.update(draw(st.dictionaries(st.sampled_from(names), objects(LEAVES | texts), max_size=2)))
    if draw(st.integers(0, 3)) == 0:
        call["cwd"] = draw(places | objects(LEAVES))
    if draw(st.integers(0, 3)) == 0:
        call["hook_event_name"] = draw(
            st.sampled_from(EVENTS + ("PreCompact", "BeforeTool", "PreCompress", "SubagentStart"))
        )
    return json.dumps(call)


SOUND = {"settings": written(), "call": calls()}


@contextmanager
def limited() -> Iterator[None]:
    """Ends what takes too long, where there is a signal for it."""

    def end(number: int, frame: object) -> None:
        raise Hang

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class Trial:
    """One kind, fuzzed: how many inputs, what came of them, the most work, what failed."""

    def __init__(self, name: str) -> None:
        self.name, self.kind, self.stored = name, KINDS[name], seeds(name)
        self.tried = 0
        self.came: Counter[str] = Counter()
        self.most = 0.0
        self.failed: dict[str, str] = {}

    def fuzz(self, seconds: float, number: int) -> None:
        """Tries inputs for so many seconds of CPU, from this seed on."""
        end = process_time() + seconds
        while process_time() < end:
            number += 1
            self.round(number, end)

    def round(self, number: int, end: float = inf) -> None:
        """Tries the inputs of one seed, as long as there is CPU left."""
        last, is_failing = "", False

        @seed(number)
        @settings(
            max_examples=ROUND, database=None, deadline=None, suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        )  # fmt: skip
        @given(inputs(self.kind, self.stored))
        def attempt(text: str) -> None:
            nonlocal last, is_failing
            if process_time() < end or is_failing:  # what failed is made small, however long that takes
                try:
                    self._try(text)
                except Exception:
                    last, is_failing = text, True
                    raise

        try:
            attempt()
        except Exception as error:
            self._keep(last, f"{type(error).__name__}: {error}")

    def _try(self, text: str) -> None:
        self.tried += 1
        try:
            with limited():
                said, work = run(self.kind, text)
        except Hang:
            raise Failure(f"more than {LONGEST} seconds") from None
        self.came[said] += 1
        self.most = max(self.most, work)

    def _keep(self, text: str, why: str) -> None:
        why = why.split("\n")[0][:200]
        if why in self.failed:
            return
        data = self.kind.bytes_of(text)
        path = CORPUS / self.name / f"found-{sha256(data).hexdigest()[:10]}"
        path.write_bytes(data)
        self.failed[why] = path.name

    def line(self) -> str:
        """The row of the table."""
        came = ", ".join(f"{count:,} {word}" for word, count in self.came.most_common())
        return f"{self.name:9} {self.tried:8,} inputs  {self.most:5.0%} of the work allowed  {came}"


def main() -> int:
    """Fuzzes; the exit status."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60, help="of CPU, for all kinds together")
    options.add_argument("--kind", action="append", choices=[*KINDS], help="only this one (repeatable)")
    options.add_argument("--seed", type=int, default=0, help="another one tries other inputs; 0 is random")
    asked = options.parse_args()
    names = asked.kind or [*KINDS]
    start = asked.seed or int.from_bytes(os.urandom(4), "big")
    print(f"seed {start}")
    failed = 0
    for name in names:
        trial = Trial(name)
        trial.fuzz(asked.seconds / len(names), start)
        print(trial.line(), flush=True)
        for why, kept in trial.failed.items():
            print(f"  FAILED: {why}\n    {Path('tests/fuzz/corpus', name, kept)}", flush=True)
        failed += len(trial.failed)
    print(f"{failed} failed" if failed else "nothing failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
