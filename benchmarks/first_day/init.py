"""What `ctxload init` makes of repositories, and the first prompts after it: `python init.py FOLDER [TITLES]`.

FOLDER holds a clone of each repository that `tasks.jsonl` names; TITLES a text file for each, with requests that no
draft has seen, one a line: subjects of commits, titles of issues. Each clone is copied, so that nothing of it changes.
Printed for each: the documents, the lines of the index, time and memory of `init`, the errors and warnings that `check
--strict` has about the index, which share of the drafted keywords stands in at least one title, which stand in more
than a fiftieth of them, and the time of the first five prompts, with nothing cached (`*` where something was given).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.matcher import find
from ctxload.matching.tokens import tokenize
from ctxload.text.source import Source

TASKS = Path(__file__).with_name("tasks.jsonl")
CTXLOAD = (sys.executable, "-I", "-m", "ctxload")
PROMPTS, OFTEN = 5, 0.02


class Ran:
    """What a command printed, and what it took."""

    def __init__(self, folder: Path, home: Path, *args: str, text: str = "") -> None:
        env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "CTXLOAD_CACHE_DIR": str(home / "cache"),
        }
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(text.encode())
            given.seek(0)
            process = subprocess.Popen([*CTXLOAD, *args], cwd=folder, env=env, stdin=given, stdout=out, stderr=err)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.seconds, self.megabytes = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read().decode(), err.read().decode()


def prompt(folder: Path, home: Path, task: str) -> Ran:
    """A prompt that reaches the hook."""
    call = {"session_id": "1", "cwd": str(folder), "hook_event_name": "UserPromptSubmit", "prompt": task}
    return Ran(folder, home, "hook", "--client", "claude-code", "--trust", text=json.dumps(call))


def fired(text: str, titles: list[str]) -> tuple[float, list[str]]:
    """The share of the keywords that stand in a title, and those that stand in too many."""
    index = parse(Source("context-index.yml", text)).index
    tables, times = compile_index(index), Counter[tuple[int, str]]()
    for title in titles:
        for number, hits in find(tables, tokenize(title)).items():
            times.update({(number, tables.keywords[hit.keyword].text) for hit in hits})
    own = [(number, word.value) for number, entry in enumerate(index.entries) for word in entry.keywords]
    generic = sorted({word for number, word in own if times[number, word] > OFTEN * len(titles)})
    return sum(times[key] > 0 for key in own) / (len(own) or 1), generic


def row(source: Path, tasks: list[str], titles: list[str]) -> dict[str, Any]:
    """The figures of one repository."""
    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name, source.name), Path(name, "home")
        shutil.copytree(source, folder, symlinks=True)
        home.mkdir()
        (folder / "context-index.yml").unlink(missing_ok=True)
        made = Ran(folder, home, "init", "--yes")
        text = (folder / "context-index.yml").read_text(encoding="utf-8")
        shutil.rmtree(home / "cache", ignore_errors=True)
        prompts = [prompt(folder, home, task) for task in tasks[:PROMPTS]]
        checked = Ran(folder, home, "check", "--strict", "--format", "concise").out
        share, generic = fired(text, titles)
    found, taken = re.search(r"([\d,]+) documents found", made.err), re.search(r"taken +([\d,]+)", made.err)
    return {
        "found": found[1] if found else "", "taken": taken[1] if taken else "", "lines": len(text.splitlines()),
        "init": made, "check": len(re.findall(r"^context-index\.yml:.*\b(?:error|warning)\[", checked, re.MULTILINE)),
        "keywords": text.count("keywords:"), "share": share, "generic": generic, "prompts": prompts,
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("titles", type=Path, nargs="?")
    options.add_argument("--max", type=int, default=20_000, help="how many titles are read of each")
    chosen = options.parse_args()
    tasks: dict[str, list[str]] = {}
    for line in TASKS.read_text(encoding="utf-8").splitlines():
        task = json.loads(line)
        tasks.setdefault(task["repo"], []).append(task["task"])
    print(
        "| repository | found | taken | index lines | init s | init MB | check | keywords that fire | often "
        "| five prompts, s |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|---|---|")
    for name, asked in tasks.items():
        file = chosen.titles / name if chosen.titles else None
        titles = file.read_text(encoding="utf-8", errors="replace").splitlines()[: chosen.max] if file else []
        got = row(chosen.folder / name, asked, titles)
        prompts = " ".join(f"{ran.seconds:.2f}{'*' * ('additionalContext' in ran.out)}" for ran in got["prompts"])
        share = f"{got['share']:.2f}" if got["keywords"] and titles else "–"
        print(
            f"| {name} | {got['found']} | {got['taken']} | {got['lines']} | {got['init'].seconds:.2f} "
            f"| {got['init'].megabytes:.0f} | {got['check']} | {share} | {', '.join(got['generic'])} | {prompts} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
