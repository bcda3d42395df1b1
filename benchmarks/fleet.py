"""Measures many tasks: `python benchmarks/fleet.py DATA [--tasks 200000] [--only whole] [--dask] [--docs]`.

DATA is what `quality.py` takes: public documents and public tasks. All documents are one project, with the keywords of
their authors or those that `init` drafts; the tasks are made from the public ones, each a task or two of them in the
words around that people write, no two the same. Run in both modes: a plain loop of `ContextLoader.resolve`, then
`ctxload resolve --batch --summary` by one process, by two, and with `--dask` by a cluster of two processes.
Printed as a table, and written to `results/fleet.json`: tasks a second, the peak memory of any process, the digest.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from quality import AUTHORS, INIT, index_of, path_of, read

from ctxload import ContextLoader
from ctxload.index.writer import to_yaml

HERE = Path(__file__).resolve().parent
BEFORE = (
    "", "please ", "hey, ", "can you ", "I need you to ", "next: ", "quick one: ", "as discussed, ", "first of all, ",
    "hi! ", "@src/app/main.py ", "on the staging branch, ", "for ticket {n}: ", "while you are at it, ", "continue: ",
)  # fmt: skip
AFTER = (
    "", ".", ", thanks", " (see issue #{n})", "\n\nKeep the diff small.", " and tell me what you changed",
    " before Friday", ". Don't touch anything else.", " in services/{n}/handler.ts", "\n\nRun the tests afterwards.",
)  # fmt: skip


def project(data: Path, folder: Path) -> list[str]:
    """Writes the documents of all corpora as one project; the texts of the tasks."""
    entries, tasks = [], []
    for name, corpus in read(data, "all").items():
        index = index_of(corpus, AUTHORS if any(doc["keywords"] for doc in corpus["docs"]) else INIT)
        for entry in index.entries:
            paths = tuple([path.replace(value=f"{name}/{path.value}") for path in entry.paths])
            entries.append(entry.replace(id=entry.id.replace(value=f"{name}-{entry.id.value}"), paths=paths))
        for doc in corpus["docs"]:
            path = folder / name / path_of(doc)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text((data / doc["text_path"]).read_text(encoding="utf-8"), encoding="utf-8")
        tasks += [task["text"] for task in corpus["tasks"]]
    (folder / "context-index.yml").write_text(to_yaml(index.replace(entries=tuple(entries))), encoding="utf-8")
    return tasks


def made_of(tasks: list[str], count: int, seed: int = 1) -> Iterator[str]:
    """So many tasks, no two the same."""
    draw, seen = random.Random(seed), set[int]()
    while len(seen) < count:
        one, before, after = draw.choice(tasks), draw.choice(BEFORE), draw.choice(AFTER)
        if draw.random() < 0.3:
            one = f"{one.rstrip('.')}, then {draw.choice(tasks)}"
        text = f"{before}{one}{after}".replace("{n}", str(draw.randrange(1, 9000)))
        if (key := hash(text)) not in seen:
            seen.add(key)
            yield text


def log(tasks: list[str], count: int, path: Path) -> Path:
    """A log of so many tasks, JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(made_of(tasks, count)):
            file.write(json.dumps({"id": number, "task": text}) + "\n")
    return path


def loop(folder: Path, path: Path, match: str) -> float:
    """Seconds of a plain loop over the tasks of a log."""
    loader = ContextLoader(folder)
    with path.open(encoding="utf-8") as file:
        texts = [json.loads(line)["task"] for line in file]
    loader.resolve(texts[0], match=match)
    begin = time.perf_counter()
    for text in texts:
        loader.resolve(text, match=match).paths  # noqa: B018
    return time.perf_counter() - begin


def command(folder: Path, path: Path, match: str, *words: str) -> dict[str, Any]:
    """Seconds of the command from its start to its end, the peak memory of any of its processes, and its summary."""
    call = [sys.executable, "-m", "ctxload", "resolve", "--batch", "--summary", "--json", "-m", match, *words]
    begin = time.perf_counter()
    with path.open("rb") as source, tempfile.TemporaryFile() as out:
        running = subprocess.Popen(call, cwd=folder, stdin=source, stdout=out)
        _, status, usage = os.wait4(running.pid, 0)
        seconds = time.perf_counter() - begin
        out.seek(0)
        assert status == 0
        return {**json.load(out), "seconds": seconds, "mb": usage.ru_maxrss // 1024}


def main() -> None:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--tasks", type=int, default=200_000)
    parser.add_argument("--plain", type=int, default=20_000, help="how many of them the plain loop is asked")
    parser.add_argument("--only", choices=("whole", "focused"))
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--write", action="store_true", help="write results/fleet.json")
    options = parser.parse_args()
    ways = [("one process", ("--workers", "1")), ("two workers", ("--workers", "2"))]
    if options.dask:
        ways.append(("Dask, two processes", ("--scheduler", "embedded", "--workers", "2")))
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "project"
        tasks = project(options.data, folder)
        path = log(tasks, options.tasks, Path(scratch) / "log.jsonl")
        few = log(tasks, options.plain, Path(scratch) / "few.jsonl")
        begin = time.perf_counter()
        frozen = ContextLoader(folder).freeze()
        freezing = time.perf_counter() - begin
        begin = time.perf_counter()
        thawed = ContextLoader.thaw(frozen)
        thawing = time.perf_counter() - begin
        print(f"{thawed}: {len(frozen) / 1e6:.2f} MB, frozen in {freezing:.1f} s, thawed in {thawing:.2f} s")
        print(f"{options.tasks:,} tasks, {path.stat().st_size / 1e6:.1f} MB")
        for match in [options.only] if options.only else ["whole", "focused"]:
            seconds = loop(folder, few, match)
            rows.append(
                {
                    "mode": match,
                    "way": "a plain loop",
                    "tasks": options.plain,
                    "seconds": seconds,
                    "mb": 0,
                    "digest": "",
                }
            )
            for way, words in ways:
                found = command(folder, path, match, *words)
                rows.append(
                    {"mode": match, "way": way, **{key: found[key] for key in ("tasks", "seconds", "mb", "digest")}}
                )
            for row in rows[-len(ways) - 1 :]:
                row["rate"] = round(row["tasks"] / row["seconds"])
                print(f"{row['mode']:8} {row['way']:20} {row['rate']:7,}/s {row['mb']:5} MB  {row['digest'][:16]}")
    if options.write:
        about = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
        about |= {"frozen_bytes": len(frozen), "entries": len(thawed.tables.entries), "log_bytes_a_task": 0}
        (HERE / "results" / "fleet.json").write_text(
            json.dumps({**about, "rows": rows}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
