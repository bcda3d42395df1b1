"""Measures what `docs/performance.md` promises: `python benchmarks/run.py [--rounds N] [--only NAME]`.

Every figure stands beside a yardstick measured in the same interleaved rounds, on a normal install of the built
package in a fresh virtual environment. The result, with machine and versions, goes to `benchmarks/results/`;
`--docs` writes the table of the newest result into `docs/performance.md`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import editor
import material

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

#: What a program must do at least that reads the index itself.
LOADING = "import yaml; yaml.load(open('context-index.yml', encoding='utf-8'), Loader=yaml.CSafeLoader)"


class Bench:
    """A normal install, a scratch folder, and the figures found so far."""

    def __init__(self, scratch: Path, rounds: int) -> None:
        self.scratch = scratch
        self.rounds = rounds
        self.figures: list[dict[str, object]] = []
        self.bin = self.install()
        self.cache = scratch / "cache"
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CTXLOAD"))}
        self.env["CTXLOAD_CACHE_DIR"] = str(self.cache)

    def install(self) -> Path:
        venv = self.scratch / "venv"
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        pip = [venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--upgrade", "pip"], check=True)
        yardsticks = HERE / "yardsticks"
        subprocess.run([*pip, ROOT, yardsticks / "noop", yardsticks / "typer_app", "ahocorasick_rs"], check=True)
        return venv / "bin"

    def command(self, *words: object) -> list[str]:
        return [str(self.bin / str(words[0])), *map(str, words[1:])]

    def timed(self, command: list[str], folder: Path, told: bytes = b"") -> float:
        begun = time.perf_counter()
        done = subprocess.run(command, cwd=folder, env=self.env, capture_output=True, check=False, input=told)
        took = time.perf_counter() - begun
        if done.returncode not in (0, 1):
            sys.exit(f"{command}: {done.stderr.decode()}")
        return took

    def compare(
        self,
        name: str,
        limit: float | None,
        mine: Callable[[], float],
        yardstick: Callable[[], float],
        unit: str = "ms",
    ) -> None:
        """Interleaved rounds of the two; the ratio of their medians against the limit."""
        pairs = [(mine(), yardstick()) for _ in range(self.rounds)]
        ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
        self.add(name, limit, ours, theirs, unit)

    def add(self, name: str, limit: float | None, ours: list[float], theirs: list[float], unit: str) -> None:
        scale = {"ms": 1e3, "µs": 1e6, "MB": 1}[unit]
        ratio = statistics.median(ours) / statistics.median(theirs)
        figure = {
            "name": name, "limit": limit, "ratio": round(ratio, 4), "unit": unit,
            "ours": [round(scale * x, 3) for x in (statistics.median(ours), min(ours), max(ours))],
            "yardstick": [round(scale * x, 3) for x in (statistics.median(theirs), min(theirs), max(theirs))],
        }  # fmt: skip
        self.figures.append(figure)
        verdict = "" if limit is None else "ok  " if ratio <= limit else "OVER"
        print(
            f"{verdict:4} {ratio:8.3f}  (limit {limit})  {name}: {figure['ours'][0]} / {figure['yardstick'][0]} {unit}",
            flush=True,
        )

    def project(self, name: str, entries: int, **more: object) -> tuple[Path, list[str]]:
        folder = self.scratch / name
        words = material.project(str(folder), entries, **more)  # type: ignore[arg-type]
        aged(folder, 50)
        return folder, words


def aged(folder: Path, most: int | None = None) -> None:
    """Dates files back, as of a project that was there before: what was just written is read again to be sure of it."""
    old = time.time() - 3600
    for path in (folder / "context-index.yml", folder / "context", *list((folder / "context").iterdir())[:most]):
        os.utime(path, (old, old))


def cold(bench: Bench) -> None:
    """The command in `whole` against a console script that does nothing, bare Python, a typer app and a Node hook.

    The default, which asks the documents too, has rows of its own: see `focused`.
    """
    plain, words = bench.project("plain", 100)
    rich, rich_words = bench.project("rich", 100, rules=30, agents=True)
    for folder in (plain, rich):
        index = folder / "context-index.yml"
        index.write_text(f"match: whole\n{index.read_text(encoding='utf-8')}", encoding="utf-8", newline="\n")
    noop = bench.command("noop-yardstick")
    bare = bench.command("python", "-c", "pass")
    ask = bench.command("ctxload", "resolve", f"please fix the {words[100]} on our page")
    scoped = bench.command(
        "ctxload", "resolve", f"please fix the {rich_words[24]} on our page", "--agent", "backend-developer"
    )
    firing = bench.command("ctxload", "resolve", "please fix the workflow3x with docker on our page")
    time.sleep(2.1)
    for command, folder in ((ask, plain), (scoped, rich), (firing, rich)):
        for _ in range(3):
            bench.timed(command, folder)
    bench.compare(
        "cold resolve, 100 entries / console script that does nothing",
        1.25,
        lambda: bench.timed(ask, plain),
        lambda: bench.timed(noop, plain),
    )
    bench.compare(
        "cold resolve, 100 entries / bare Python",
        None,
        lambda: bench.timed(ask, plain),
        lambda: bench.timed(bare, plain),
    )
    bench.compare(
        "cold resolve, 30 rules, agents, requires / console script that does nothing",
        1.35,
        lambda: bench.timed(scoped, rich),
        lambda: bench.timed(noop, rich),
    )
    bench.compare(
        "cold resolve, one rule matching / console script that does nothing",
        3,
        lambda: bench.timed(firing, rich),
        lambda: bench.timed(noop, rich),
    )
    typer = bench.command("typer-yardstick", "one")
    bench.compare(
        "cold resolve / typer app with six commands",
        1 / 6,
        lambda: bench.timed(ask, plain),
        lambda: bench.timed(typer, plain),
    )
    if node := shutil.which("node"):
        script = bench.scratch / "hook.js"
        script.write_text("let s='';process.stdin.on('data',d=>s+=d).on('end',()=>console.log(s.length))\n")
        bench.compare(
            "cold resolve / Node script",
            None,
            lambda: bench.timed(ask, plain),
            lambda: bench.timed([node, str(script)], plain),
        )


def sizes(bench: Bench) -> None:
    """The command against the size of the index, in time and peak memory."""
    small, small_words = bench.project("ten", 10)
    asks = {}
    for name, entries in (("10", 10), ("1,000", 1_000), ("10,000", 10_000), ("100,000", 100_000)):
        folder, words = (small, small_words) if entries == 10 else bench.project(f"size{entries}", entries)
        ask = bench.command("ctxload", "resolve", f"please fix the {words[7]} on our page")
        begun = time.perf_counter()
        bench.timed(ask, folder)
        print(f"     first resolve with {name} entries: {time.perf_counter() - begun:.1f} s", flush=True)
        asks[name] = (ask, folder)
    time.sleep(2.1)
    for ask, folder in asks.values():
        bench.timed(ask, folder)
    for name, (ask, folder) in list(asks.items())[1:]:
        limit = 1.15 if name == "100,000" else None
        bench.compare(
            f"cold resolve, {name} entries / 10 entries",
            limit,
            lambda a=ask, f=folder: bench.timed(a, f),
            lambda: bench.timed(*asks["10"]),
        )
    peaks = {name: [peak(bench, *asks[name]) for _ in range(5)] for name in ("10", "100,000")}
    bench.add("peak memory, 100,000 entries / 10 entries", 1.15, peaks["100,000"], peaks["10"], "MB")


def peak(bench: Bench, command: list[str], folder: Path) -> float:
    """The peak memory of an answer, in MB, as its process knows it: what a parent sees may be the parent's own."""
    code = (
        "import resource, sys; from ctxload.start import run; run(sys.argv[1:])\n"
        "try: print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])\n"
        "except OSError: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [*bench.command("python", "-c", code), *command[1:]],
        cwd=folder, env=bench.env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout.split()[-1]) / 1024


def focused(bench: Bench) -> None:
    """`focused` from a shell, its document evidence stored, against a script that does nothing and against its size."""
    noop = bench.command("noop-yardstick")
    asks = {}
    for name, documents in (("100", 100), ("10,000", 10_000)):
        folder = bench.scratch / f"focused{documents}"
        task = material.library(str(folder), documents)
        aged(folder)
        ask = bench.command("ctxload", "resolve", "--match", "focused", task)
        begun = time.perf_counter()
        bench.timed(ask, folder)
        print(f"     first focused resolve with {name} documents: {time.perf_counter() - begun:.1f} s", flush=True)
        asks[name] = (ask, folder)
    for ask, folder in asks.values():
        bench.timed(ask, folder)
    bench.compare(
        "cold focused resolve, 100 documents / console script that does nothing",
        1.6,
        lambda: bench.timed(*asks["100"]),
        lambda: bench.timed(noop, asks["100"][1]),
    )
    bench.compare(
        "cold focused resolve, 10,000 documents / 100 documents",
        1.15,
        lambda: bench.timed(*asks["10,000"]),
        lambda: bench.timed(*asks["100"]),
    )


def touched(bench: Bench) -> None:
    """The hook on calls of tools that bring nothing, and on one that brings a document, against a script that does
    nothing.
    """
    folder, _ = bench.project("touched", 100)
    index = folder / "context-index.yml"
    more = "  - {path: context/doc0.md, id: kind, for_files: ['**/*.ts', '!**/*.test.ts']}\n"
    index.write_text(index.read_text(encoding="utf-8") + more, encoding="utf-8")
    noop, hook = bench.command("noop-yardstick"), bench.command("ctxload", "hook", "--trust")
    sessions = itertools.count()

    def call(tool: str, conversation: str = "s", **given: str) -> bytes:
        data = {
            "session_id": conversation, "transcript_path": "t", "cwd": str(folder), "hook_event_name": "PreToolUse",
            "tool_name": tool, "tool_input": given,
        }  # fmt: skip
        return json.dumps(data).encode()

    def write(name: str, conversation: str = "s") -> bytes:
        return call("Write", conversation, file_path=str(folder / name), content="const a = 1\n" * 300)

    time.sleep(2.1)
    for told in (write("src/new.ts"), write("src/new.ts"), write("src/run.py")):
        bench.timed(hook, folder, told)
    for name, limit, told in (
        ("a write of a kind without a document", 1.25, lambda: write("src/run.py")),
        ("a second write of a kind", 1.25, lambda: write("src/other.ts")),
        ("a line of a shell", 1.25, lambda: call("Bash", command="make test && git diff | head")),
        ("a read", 1.25, lambda: call("Read", file_path=str(folder / "src/new.ts"))),
        (
            "the first write of a conversation, which brings a document",
            None,
            lambda: write("a.ts", f"s{next(sessions)}"),
        ),
    ):
        bench.compare(
            f"hook, {name} / console script that does nothing",
            limit,
            lambda told=told: bench.timed(hook, folder, told()),
            lambda: bench.timed(noop, folder),
        )


def first(bench: Bench) -> None:
    """The first call, with nothing stored, against Python parsing that file."""
    folder, words = bench.project("first", 100)
    ask = bench.command("ctxload", "resolve", f"please fix the {words[7]} on our page")
    load = bench.command("python", "-c", LOADING)

    def afresh() -> float:
        shutil.rmtree(bench.cache, ignore_errors=True)
        return bench.timed(ask, folder)

    bench.compare(
        "first resolve with no cache, 100 entries / Python parsing that file with the C YAML loader",
        1.8,
        afresh,
        lambda: bench.timed(load, folder),
    )


def prompts(bench: Bench) -> None:
    """The first five prompts in a project of 1,600 documents of which nothing is kept, against the hook's limit; and a
    prompt a minute after one of them changed.
    """
    folder = bench.scratch / "handbook"
    asked = material.handbook(str(folder))
    numbers = itertools.count()

    def prompt() -> float:
        number = next(numbers)
        text, path = asked[number * 137 % len(asked)]
        call = {"hook_event_name": "UserPromptSubmit", "transcript_path": "t", "cwd": str(folder), "prompt": text}
        data = json.dumps({**call, "session_id": str(number)}).encode()
        begun = time.perf_counter()
        done = subprocess.run(
            bench.command("ctxload", "hook", "--trust"), input=data, env=bench.env, capture_output=True, check=True
        )
        took = time.perf_counter() - begun
        if path.encode() not in done.stdout:
            sys.exit(f"prompt {number} did not get {path}: {done.stdout[:200]!r} {done.stderr!r}")
        return took

    limit, first, next_four, changed, same = [], [], [], [], []
    for number in range(max(3, bench.rounds // 12)):
        shutil.rmtree(bench.cache, ignore_errors=True)
        begun = time.perf_counter()
        first.append(prompt())
        next_four.append(max(prompt() for _ in range(4)))
        limit.append(2.0)
        while not (kept := list(bench.cache.glob("*.documents"))):
            time.sleep(0.2)
        print(f"     a helper has read 1,600 documents after {time.perf_counter() - begun:.1f} s", flush=True)
        same.append(prompt())
        with open(folder / asked[number][1], "a", encoding="utf-8") as file:
            file.write("\nA line that is new.\n")
        os.utime(kept[0], (1, 1))
        changed.append(prompt())
    bench.add("first prompt, 1,600 documents, nothing kept / the hook's limit", 1, first, limit, "ms")
    bench.add("the slowest of the next four prompts / the hook's limit", 1, next_four, limit, "ms")
    bench.add("a prompt after one of 1,600 documents changed / after none changed", 4, changed, same, "ms")


def saving(bench: Bench) -> None:
    """From a save by rename to the line of `ctxload watch` that says the compiled index is current."""
    folder, _ = bench.project("saving", 100)
    index, draft = folder / "context-index.yml", folder / "draft"
    text, numbers = index.read_text(encoding="utf-8"), itertools.count()
    load = bench.command("python", "-c", LOADING)
    with subprocess.Popen(
        bench.command("ctxload", "watch", "--json"),
        cwd=folder, env=bench.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,  # noqa: E501
    ) as watch:  # fmt: skip
        assert watch.stdout is not None
        watch.stdout.readline()

        def save() -> float:
            number = next(numbers)
            draft.write_text(f"{text}  - {{path: context/doc0.md, keywords: [new{number}]}}\n", encoding="utf-8")
            begun = time.perf_counter()
            draft.replace(index)
            told = json.loads(watch.stdout.readline())
            took = time.perf_counter() - begun
            if told["event"] != "changed":
                sys.exit(f"ctxload watch: {told}")
            return took

        bench.compare(
            "save to current under `ctxload watch`, 100 entries / Python parsing that file with the C YAML loader",
            None,
            save,
            lambda: bench.timed(load, folder),
        )
        watch.terminate()


def warm(bench: Bench) -> None:
    """The library against a native automaton, a regex per keyword, substring triggers, and its own size."""
    runs: dict[str, dict[str, list[float]]] = {}
    for entries in (125, 1_250, 12_500):
        bench.project(f"warm{entries}", entries)
    rounds = max(3, bench.rounds // 8)
    for _ in range(rounds):
        for entries in (125, 1_250, 12_500):
            done = subprocess.run(
                bench.command("python", HERE / "warm.py", bench.scratch / f"warm{entries}", entries),
                env={**bench.env, "PYTHONPATH": str(HERE)}, capture_output=True, text=True, check=True,
            )  # fmt: skip
            for name, seconds in json.loads(done.stdout).items():
                runs.setdefault(str(entries * 8), {}).setdefault(name, []).append(seconds)
    k1, k10, k100 = runs["1000"], runs["10000"], runs["100000"]
    for name, limit, ours, yardstick in (
        ("100 characters, 10,000 keywords / ahocorasick_rs alone, whole words", 8, k10["beside whole 100"], k10["whole 100"]),  # noqa: E501
        ("100 characters, 10,000 keywords / the same in turns of 2,000 tasks", None, k10["beside long 100"], k10["long 100"]),  # noqa: E501
        ("100 characters, 10,000 keywords / ahocorasick_rs alone, inside words too", None, k10["beside automaton 100"], k10["automaton 100"]),  # noqa: E501
        ("2 kB, 10,000 keywords / ahocorasick_rs alone, whole words", None, k10["beside whole 2000"], k10["whole 2000"]),  # noqa: E501
        ("2 kB, 100,000 keywords / 1,000 keywords", 2.5, k100["beside whole 2000"], k1["beside whole 2000"]),
        ("2 kB, 1,000 keywords / one re.search per keyword", 1 / 100, k1["beside regex 2000"], k1["regex 2000"]),
        ("2 kB, 1,000 keywords / substring per keyword", None, k1["beside substring 2000"], k1["substring 2000"]),
    ):  # fmt: skip
        bench.add(f"warm resolve, {name}", limit, ours, yardstick, "µs")


def answers(bench: Bench) -> None:
    """Answers from documents in a running process, against the same index in `whole`; few documents, and many."""
    runs: dict[int, list[dict[str, float]]] = {28: [], 946: []}
    for _ in range(max(3, bench.rounds // 8)):
        for documents, found in runs.items():
            done = subprocess.run(
                bench.command("python", HERE / "answers.py", bench.scratch / f"answers{documents}", documents),
                env={**bench.env, "PYTHONPATH": str(HERE)}, capture_output=True, text=True, check=True,
            )  # fmt: skip
            found.append(json.loads(done.stdout))
    for documents, limit in ((28, None), (946, 4)):
        ours, theirs = ([one[mode] for one in runs[documents]] for mode in ("focused", "whole"))
        name = f"an answer of a running process, {documents} documents / the same index in `whole`"
        bench.add(name, limit, ours, theirs, "µs")


def front_matter(bench: Bench) -> None:
    """What `front_matter: true` costs: every entry's file is looked at."""
    folder, words = bench.project("front", 1000)
    other, _ = bench.project("nofront", 1000)
    index = folder / "context-index.yml"
    index.write_text(index.read_text() + "front_matter: true\n")
    old = time.time() - 3600
    for path in (index, *(folder / "context").iterdir()):
        os.utime(path, (old, old))
    ask = bench.command("ctxload", "resolve", f"please fix the {words[7]} on our page")
    for _ in range(2):
        bench.timed(ask, folder)
        bench.timed(ask, other)
    bench.compare(
        "cold resolve, 1,000 entries with front matter / without",
        None,
        lambda: bench.timed(ask, folder),
        lambda: bench.timed(ask, other),
    )


#: Reads a line of JSON and writes it back: what a service costs that does nothing.
ECHO = """
import json, sys
for line in sys.stdin.buffer:
    sys.stdout.buffer.write(json.dumps(json.loads(line)).encode() + b"\\n")
    sys.stdout.buffer.flush()
"""


def asked(process: subprocess.Popen[bytes], frames: list[bytes]) -> float:
    """Seconds a request takes, one after the other: the median."""
    assert process.stdin is not None and process.stdout is not None
    took = []
    for frame in frames:
        begun = time.perf_counter()
        process.stdin.write(frame)
        process.stdin.flush()
        process.stdout.readline()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


@contextmanager
def one_core() -> Iterator[None]:
    """This process and those it starts on one core, where that can be said.

    Else one service may share the core of who asks it and another not, and what is compared is how long a core sleeps.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def serve(bench: Bench) -> None:
    """A warm request of `ctxload serve` against an echo of the same size, and against a request that does nothing."""
    with one_core():
        _serve(bench)


def _serve(bench: Bench) -> None:
    folder, words = bench.project("served", 100)
    time.sleep(2.1)

    def start(*command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=folder, env=bench.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    service = start(*bench.command("ctxload", "serve"))
    echo = start(*bench.command("python", "-c", ECHO))
    frames, idle = [], []
    for number, task in enumerate(material.tasks(words, 100, 200)):
        request = {"jsonrpc": "2.0", "id": number, "method": "resolve", "params": {"task": task}}
        frames.append(json.dumps(request).encode() + b"\n")
        idle.append(frames[-1].replace(b'"resolve"', b'"unsubscribe"').replace(b'"task"', b'"subscription"'))
    for process in (service, echo):
        asked(process, frames)
    try:
        bench.compare(
            "warm request of serve, 100 characters / echo of the same JSON",
            3, lambda: asked(service, frames), lambda: asked(echo, frames), "µs",
        )  # fmt: skip
        bench.compare(
            "warm request of serve, 100 characters / its own request that does nothing",
            None, lambda: asked(service, frames), lambda: asked(service, idle), "µs",
        )  # fmt: skip
    finally:
        for process in (service, echo):
            process.stdin.close()  # type: ignore[union-attr]
            process.wait()


def keystroke(bench: Bench) -> None:
    """From a keystroke in an index of 5,000 entries to the findings that show it, against Python reading that index."""
    folder, _ = bench.project("keystroke", 5_000)
    pip = [str(bench.bin / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pygls"]
    subprocess.run(pip, check=True)
    found = editor.measured(bench.command("ctxload", "serve", "--lsp"), folder, max(3, bench.rounds // 2))
    load = bench.command("python", "-c", LOADING)
    theirs = [bench.timed(load, folder) for _ in range(3)]
    bench.add(
        "findings after a keystroke, 5,000 entries / Python parsing that file with the C YAML loader",
        None, found["seconds"], theirs, "ms",
    )  # fmt: skip
    print(f"     opened in {found['open_s']} s; memory of the language server {found['memory_mb']} MB", flush=True)


#: Python parsing the index, with the collector of garbage off, as ours is; and counting the words of all documents.
PARSING = f"import gc; gc.disable(); {LOADING}"
COUNTING = (
    "import collections, gc, glob, re; gc.disable(); words = re.compile(r'\\w+'); found = collections.Counter()\n"
    "for path in glob.glob('**/*.md', recursive=True): found.update(words.findall(open(path, encoding='utf-8').read()))"
)


#: The command with another home, since `init` notes there that a project is allowed.
BEGINNING = (
    "from ctxload.workspace import locations; locations.account_home = lambda: {home!r}\n"
    "from ctxload.start import main; main()"
)
#: Starts a command and prints its CPU and its peak. A process begins with the peak of the one that starts it, as the
#: system counts, so that this must be a small one, and not the benchmark, which has made the material.
STARTER = (
    "import os, sys; null = os.open(os.devnull, os.O_RDWR); files = [(os.POSIX_SPAWN_DUP2, null, n) for n in (1, 2)]\n"
    "_, _, usage = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=files), 0)\n"
    "print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)"
)
#: The units of `ru_maxrss` in a megabyte: bytes on macOS, else kilobytes.
PEAK_UNITS = 1 << 20 if sys.platform == "darwin" else 1024


def used(bench: Bench, command: list[str], folder: Path) -> tuple[float, float]:
    """The seconds of CPU that a command takes, in the process and the kernel, and its own peak memory in MB."""
    done = subprocess.run(
        [*bench.command("python", "-S", "-c", STARTER), *command],
        cwd=folder, env=bench.env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    cpu, peak = map(float, done.stdout.split())
    return cpu, peak / PEAK_UNITS


def compared_use(
    bench: Bench,
    name: str,
    limits: tuple[float, float | None],
    command: list[str],
    code: str,
    before: Callable[[], object],
) -> list[tuple[float, float]]:
    """CPU and peak memory of a command beside those of a program, `before` called before each round; the command's."""
    folder = bench.scratch / name.split(",")[0].replace(" ", "-")
    ours, theirs = [], []
    for _ in range(max(3, bench.rounds // 10)):
        before()
        ours.append(used(bench, command, folder))
        theirs.append(used(bench, bench.command("python", "-c", code), folder))
    what = "Python parsing that file with the C YAML loader" if code is PARSING else "Python counting the same words"
    bench.add(f"{name} / {what}", limits[0], [cpu for cpu, _ in ours], [cpu for cpu, _ in theirs], "ms")
    bench.add(f"{name}: memory / the same", limits[1], [mb for _, mb in ours], [mb for _, mb in theirs], "MB")
    return ours


def waiting(bench: Bench) -> None:
    """What people wait for: a first index, an edit of a large one, the first answer from many documents."""
    forget, numbers = lambda: shutil.rmtree(bench.cache, ignore_errors=True), itertools.count()
    compiling, checking = bench.command("ctxload", "compile"), bench.command("ctxload", "check")
    for name, entries in (("100 entries", 100), ("10000 entries", 10_000)):
        folder, _ = bench.project(name.replace(" ", "-"), entries)
        index = folder / "context-index.yml"
        index.write_text(f"match: whole\n{index.read_text(encoding='utf-8')}", encoding="utf-8", newline="\n")
        compared_use(bench, f"{name}, compile", (3 if entries == 100 else 3.5, None), compiling, PARSING, forget)

    def edit() -> None:
        text = index.read_text(encoding="utf-8")
        text = re.sub(r"(entry-5000\n.*\n.*\n *keywords: \[)(?:new\d+, )?", rf"\1new{next(numbers)}, ", text)
        index.write_text(text, encoding="utf-8", newline="\n")

    def come() -> None:
        text, name = index.read_text(encoding="utf-8"), f"new-{next(numbers)}"
        more = f"  - id: {name}\n    path: context/doc5.md\n    keywords: [gateway sandbox, react thing, docker]\n"
        text = text.replace("  - id: entry-5000\n", f"{more}  - id: entry-5000\n")
        index.write_text(text, encoding="utf-8", newline="\n")

    compared_use(bench, "10000 entries, compile after one keyword changed", (1.2, None), compiling, PARSING, edit)
    compared_use(bench, "10000 entries, compile after one entry came", (1.2, None), compiling, PARSING, come)
    checked = compared_use(bench, "10000 entries, check", (None, None), checking, PARSING, lambda: None)  # type: ignore[arg-type]
    compiled = []
    for _ in checked:
        forget()
        compiled.append(used(bench, compiling, folder)[0])
    bench.add("10000 entries, check / compiling them", 1.2, [cpu for cpu, _ in checked], compiled, "ms")
    prompts = material.handbook(str(bench.scratch / "1000-documents"), 1_000)
    ask = bench.command("ctxload", "resolve", prompts[7][0])
    compared_use(bench, "1000 documents, first focused answer", (6, None), ask, COUNTING, forget)
    taken = [os.stat(path).st_size for path in bench.cache.glob("*.index")]
    print(f"     compiled indexes left in the cache: {taken} bytes", flush=True)
    begin = [*bench.command("python", "-c", BEGINNING.format(home=str(bench.scratch))), "init", "--yes"]
    for count, limit in ((1_000, 12), (5_000, 10)):
        name = f"{count} documents"
        folder = bench.scratch / name.replace(" ", "-")
        material.handbook(str(folder), count)

        def nothing(folder: Path = folder) -> None:
            forget()
            (folder / "context-index.yml").unlink(missing_ok=True)

        memory = [mb for _, mb in compared_use(bench, f"{name}, init", (limit, None), begin, COUNTING, nothing)]
        bench.add(f"{name}, init: memory / 120 MB", 1, memory, [120.0], "MB")


def large(bench: Bench) -> None:
    """An index of 100,000 entries: CPU, memory and cache beside the loader's and the index's."""
    folder, _ = bench.project("100000-entries", 100_000)
    index = folder / "context-index.yml"
    index.write_text(f"match: whole\n{index.read_text(encoding='utf-8')}", encoding="utf-8", newline="\n")
    compared_use(
        bench, "100000 entries, compile", (3.5, 1), bench.command("ctxload", "compile"), PARSING,
        lambda: shutil.rmtree(bench.cache, ignore_errors=True),
    )  # fmt: skip
    kept = [os.stat(path).st_size / 1e6 for path in bench.cache.glob("*.index")]
    bench.add("100000 entries: cache / index", 4, kept, [os.stat(index).st_size / 1e6], "MB")


def million(bench: Bench) -> None:
    """An index of a million entries: peak memory beside a gigabyte, and an answer beside one from ten entries."""
    ten, few = bench.project("ten-entries", 10)
    folder, words = bench.project("million-entries", 1_000_000)
    index = folder / "context-index.yml"
    cpu, memory = used(bench, bench.command("ctxload", "compile"), folder)
    bench.add("1,000,000 entries, compile: memory / a gigabyte", 1, [memory], [1000.0], "MB")
    print(f"     {cpu:.0f} s of CPU for {index.stat().st_size / 1e6:.0f} MB", flush=True)
    asks = [(bench.command("ctxload", "resolve", f"please fix the {of[7]} on our page"), where)
            for of, where in ((words, folder), (few, ten))]  # fmt: skip
    time.sleep(2.1)
    for ask in asks:
        bench.timed(*ask)
    bench.compare(
        "cold resolve, 1,000,000 entries / 10 entries",
        1.15,
        lambda: bench.timed(*asks[0]),
        lambda: bench.timed(*asks[1]),
    )


#: What is measured only when it is named: it lasts for a quarter of an hour.
UNASKED = ("million",)
PARTS: dict[str, Callable[[Bench], None]] = {
    "cold": cold, "focused": focused, "touched": touched, "first": first, "prompts": prompts, "warm": warm,
    "answers": answers, "serve": serve,
    "saving": saving, "front_matter": front_matter, "sizes": sizes, "keystroke": keystroke, "waiting": waiting,
    "large": large, "million": million,
}  # fmt: skip


def machine(bench: Bench) -> dict[str, object]:
    """Where the figures come from, and the versions of what was measured."""
    model = ""
    if Path("/proc/cpuinfo").exists():
        found = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
        model = found.group(1) if found else ""
    return {
        "python": platform.python_version(), "system": platform.system(), "processor": model,
        "cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d"), "versions": versions(bench),
    }  # fmt: skip


def versions(bench: Bench) -> dict[str, str]:
    """The versions of what stands in the virtual environment, and of Node."""
    code = "import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))"
    done = subprocess.run(
        bench.command("python", "-c", code), env=bench.env, capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    if node := shutil.which("node"):
        found["node"] = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return dict(sorted(found.items()))


def table(result: dict[str, object]) -> str:
    """The figures as a Markdown table."""
    lines = ["| what | at most | measured | ours (median, least–most) | yardstick |", "|---|---|---|---|---|"]
    for figure in result["figures"]:  # type: ignore[attr-defined]
        limit = "" if figure["limit"] is None else f"{figure['limit']:.3g}"
        ours, theirs, unit = figure["ours"], figure["yardstick"], figure["unit"]
        lines.append(
            f"| {figure['name']} | {limit} | {figure['ratio']:.3g} | {ours[0]:.4g} {unit} ({ours[1]:.4g}–{ours[2]:.4g}) | {theirs[0]:.4g} {unit} ({theirs[1]:.4g}–{theirs[2]:.4g}) |"  # noqa: E501
        )
    where = result["machine"]
    lines.append("")
    lines.append(
        f"Python {where['python']} on {where['system']}, {where['cores']} cores, {where['date']}; {result['rounds']} interleaved rounds."  # noqa: E501
    )  # type: ignore[index]
    return "\n".join(lines) + "\n"


def write_docs(result: dict[str, object]) -> None:
    """Puts the table into the docs, between its markers."""
    page = ROOT / "docs" / "performance.md"
    text = page.read_text(encoding="utf-8")
    begin, end = "<!-- table: benchmarks -->\n", "<!-- end table -->"
    before, rest = text.split(begin, 1)
    after = rest.split(end, 1)[1]
    page.write_text(before + begin + table(result) + end + after, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--store", default="latest", help="the name under which the result is kept")
    parser.add_argument("--docs", action="store_true", help="write the newest stored result into the docs")
    options = parser.parse_args()
    store = HERE / "results" / f"{options.store}.json"
    if options.docs:
        write_docs(json.loads(store.read_text(encoding="utf-8")))
        return
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(Path(scratch), options.rounds)
        for name, part in PARTS.items():
            if name in options.only if options.only else name not in UNASKED:
                part(bench)
        result = {"machine": machine(bench), "rounds": options.rounds, "figures": bench.figures}
    if not options.only or options.store != "latest":
        store.parent.mkdir(exist_ok=True)
        store.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    over = [
        figure["name"] for figure in bench.figures if figure["limit"] is not None and figure["ratio"] > figure["limit"]
    ]  # type: ignore[operator]
    print(
        f"peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB; over the limit: {', '.join(map(str, over)) or 'none'}"  # noqa: E501
    )


if __name__ == "__main__":
    main()
