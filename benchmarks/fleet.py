"""Measures many tasks: `python benchmarks/fleet.py DATA [--tasks 200000] [--focused 20000] [--dask] [--docs]`.

DATA is what `quality.py` takes: public documents and public tasks. All documents are one project, with the keywords of
their authors or those that `init` drafts; the tasks are made from the public ones, each a task or two of them in the
words around that people write, no two the same. Run in both modes: a plain loop of `ContextLoader.resolve`, then
`ctxload resolve --batch --summary` by one process, by two, and with `--dask` by a cluster of two processes. The loop is
given some of the tasks. Printed as a table, and written to `results/fleet.json`; `--docs` writes it into
`docs/many-tasks.md`: tasks a second by the clock, and by the processor's time of all processes, which a busy machine
changes less; the peak memory of any process; the digest.
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


def loop(folder: Path, path: Path, match: str) -> dict[str, Any]:
    """A plain loop over the tasks of a log, in this process."""
    loader = ContextLoader(folder)
    with path.open(encoding="utf-8") as file:
        texts = [json.loads(line)["task"] for line in file]
    loader.resolve(texts[0], match=match)
    begin, spent = time.perf_counter(), time.process_time()
    for text in texts:
        loader.resolve(text, match=match).paths  # noqa: B018
    seconds, spent = time.perf_counter() - begin, time.process_time() - spent
    return {"tasks": len(texts), "seconds": seconds, "cpu": spent, "mb": 0, "digest": ""}


#: Runs a command and writes what it took. A process begins with the peak of the one that started it: this one is small.
HELPER = """
import json, os, subprocess, sys
running = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(running.pid, 0)
spent = usage.ru_utime + usage.ru_stime
json.dump([status, spent, usage.ru_maxrss // 1024], open(sys.argv[1], "w"))
"""


def command(folder: Path, path: Path, match: str, *words: str) -> dict[str, Any]:
    """The command from its start to its end, all of its processes, and its summary."""
    call = [sys.executable, "-m", "ctxload", "resolve", "--batch", "--summary", "--json", "-m", match, *words]
    usage = path.with_suffix(".usage")
    begin = time.perf_counter()
    with path.open("rb") as source:
        helped = [sys.executable, "-c", HELPER, str(usage), *call]
        out = subprocess.run(helped, cwd=folder, stdin=source, stdout=subprocess.PIPE, check=True).stdout
    seconds = time.perf_counter() - begin
    status, spent, mb = json.loads(usage.read_bytes())
    assert status == 0
    return {**json.loads(out), "seconds": seconds, "cpu": spent, "mb": mb}


def row_of(mode: str, way: str, found: dict[str, Any]) -> dict[str, Any]:
    """A row of the table; printed, too."""
    row = {"mode": mode, "way": way, **{key: found[key] for key in ("tasks", "seconds", "cpu", "mb", "digest")}}
    row["rate"], row["rate_of_cpu"] = round(row["tasks"] / row["seconds"]), round(row["tasks"] / row["cpu"])
    figures = f"{row['rate']:7,}/s {row['rate_of_cpu']:7,}/s of CPU {row['mb']:4} MB"
    print(f"{mode:8} {way:20} {row['tasks']:9,} tasks {figures}  {row['digest'][:16]}", flush=True)
    return row


def measured(options: argparse.Namespace, scratch: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows, and what is said of the project."""
    folder = scratch / "project"
    tasks = project(options.data, folder)
    few = log(tasks, options.plain, scratch / "few.jsonl")
    ContextLoader(folder).freeze()  # what documents talk about is stored now
    begin = time.process_time()
    frozen = ContextLoader(folder).freeze()
    freezing, begin = time.process_time() - begin, time.process_time()
    thawed = ContextLoader.thaw(frozen)
    about = {"entries": len(thawed.tables.entries), "frozen_bytes": len(frozen), "freezing": freezing}
    about["thawing"] = time.process_time() - begin
    print(thawed, about, flush=True)
    rows = []
    ways = [("one process", ("--workers", "1")), ("two workers", ("--workers", "2"))]
    ways += [("Dask, two processes", ("--scheduler", "embedded", "--workers", "2"))] if options.dask else []
    for mode, count in (("whole", options.tasks), ("focused", options.focused)):
        path = log(tasks, count, scratch / f"{mode}.jsonl")
        rows.append(row_of(mode, "a plain loop", loop(folder, few, mode)))
        rows += [row_of(mode, way, command(folder, path, mode, *words)) for way, words in ways]
        rows.append(row_of(mode, "two workers, a quarter", command(folder, quarter(path), mode, "--workers", "2")))
        assert len({row["digest"] for row in rows if row["mode"] == mode and row["tasks"] == count}) == 1
    return rows, about


def quarter(path: Path) -> Path:
    """The first quarter of a log: memory is to be as large as for all of it."""
    lines = path.read_bytes().splitlines(keepends=True)
    (short := path.with_suffix(".quarter")).write_bytes(b"".join(lines[: len(lines) // 4]))
    return short


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as a table of Markdown; memory only where it was measured."""
    has_memory = any(row["mb"] for row in rows)
    names = ["mode", "how", "tasks", "tasks a second", "of processor time", "digest"]
    lines = [names + ["peak of a process"] * has_memory, ["---"] * (len(names) + has_memory)]
    for row in rows:
        figures = [f"{row[name]:,}" for name in ("tasks", "rate", "rate_of_cpu")]
        memory = [f"{row['mb']} MB" if row["mb"] else ""] * has_memory
        lines.append([row["mode"], row["way"], *figures, f"`{row['digest'][:12]}`" if row["digest"] else "", *memory])
    return "\n".join(f"| {' | '.join(line)} |".replace("  |", " |") for line in lines)


def main() -> None:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--tasks", type=int, default=200_000)
    parser.add_argument("--focused", type=int, default=20_000)
    parser.add_argument("--plain", type=int, default=5_000, help="how many tasks the plain loop is given")
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--docs", action="store_true", help="write the results, and the table of the page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows, about = measured(options, Path(scratch))
    if options.docs:
        about |= {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
        result = json.dumps({**about, "rows": rows}, indent=1) + "\n"
        (HERE / "results" / "fleet.json").write_text(result, encoding="utf-8")
        page = HERE.parent / "docs" / "many-tasks.md"
        head, _, rest = page.read_text(encoding="utf-8").partition("<!-- measured: fleet -->\n")
        tail = rest.partition("<!-- end of it -->")[2]
        page.write_text(f"{head}<!-- measured: fleet -->\n{table(rows)}\n<!-- end of it -->{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
