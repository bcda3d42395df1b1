"""Stress: `python benchmarks/stress.py [--edits 2000] [--processes 40] [--kills 200] [--conversations 1000] [--seed 1]`; ends with 1 if anything is wrong.

Edits: `ctxload watch` runs; an editor makes random edits (saves by rename and in place, breakages, deletions, moved
folders, includes, front matter); after each edit, as soon as it is visible, a cold start and a `ContextLoader` that
watches answer, and both must equal what the text alone says. Processes: so many start at once on an empty cache.
Kills: a compiling process is killed at a random moment, again and again; every later answer must be right.
Conversations: eight processes load for so many conversations at once, at random, in part and whole, while documents are
edited; no line of a document may be given twice to one conversation, and in the end each has been given every line.
"""  # noqa: E501

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from ctxload import ContextLoader, CtxloadError  # noqa: E402
from ctxload.cli.resolve import TaskOptions, answer  # noqa: E402
from ctxload.project.build import build  # noqa: E402
from ctxload.selection.model import Request  # noqa: E402
from ctxload.selection.resolver import resolve  # noqa: E402
from ctxload.workspace.locations import discover  # noqa: E402

NAME = "context-index.yml"
BROKEN = "context_files: [\n"
TASKS = ("login", "the database", "word1 and word2", "word7", "everything")
COMMAND = [sys.executable, "-m", "ctxload"]
ENV = {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def index_of(**entries: str) -> str:
    rows = "".join(
        f"  - {{id: {name}-guide, path: 'docs/{name}*.md', keywords: [{words}]}}\n" for name, words in entries.items()
    )
    return f"fallback: none\ncontext_files:\n{rows}"


def save(path: Path, text: str) -> None:
    """As an editor that saves by rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def edits(root: Path, dice: random.Random) -> list[Callable[[], object]]:
    """What an editor, or git, may do next."""
    index, more, auth, team = root / NAME, root / "team/more.yml", root / "docs/auth.md", root / "team"

    def words() -> str:
        return f"word{dice.randrange(10)}"

    def move_folder() -> None:
        if team.exists():
            shutil.rmtree(root / "moved", ignore_errors=True)
            team.rename(root / "moved")
            if dice.random() < 0.5:
                (root / "moved").rename(team)

    def branch() -> None:
        """As `git checkout` does: files are unlinked and made anew, in one go."""
        for path, text in (
            (index, index_of(auth="login", orm=words())),
            (auth, f"# {words()}\n"),
            (more, "context_files: []\n"),
        ):
            path.unlink(missing_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    return [
        lambda: save(index, index_of(auth=f"login, {words()}", orm="database")),
        lambda: save(index, index_of(auth=f"{words()}, {words()}", orm=f"{words()}")),
        lambda: index.write_text(index_of(auth=words(), orm=words()), encoding="utf-8"),
        lambda: save(index, BROKEN * dice.randint(1, 3)),
        lambda: index.write_bytes(dice.choice([b"", b"\xff\xfe", b"\x00", b"- a\n"])),
        lambda: index.unlink(missing_ok=True),
        lambda: save(index, f"include: [team/more.yml]\n{index_of(auth='login')}"),
        lambda: save(more, f"context_files: [{{id: zebra, path: docs/orm.md, keywords: [{words()}]}}]\n"),
        lambda: shutil.rmtree(team, ignore_errors=True),
        move_folder,
        lambda: (
            save(index, f"front_matter: true\n{index_of(auth='login')}context_rules: []\n"),
            save(auth, f"---\nctxload: {{keywords: [{words()}]}}\n---\n"),
        ),
        lambda: save(auth, f"---\nctxload: {{keywords: [{words()}]}}\n---\n"),
        lambda: save(root / f"docs/auth-{words()}.md", "# more\n"),
        lambda: (root / f"docs/auth-{words()}.md").unlink(missing_ok=True),
        lambda: save(root / ".ctxignore", dice.choice(["", "auth-word1.md\n", "docs/\n", "orm.md\n"])),
        branch,
    ]


def outcome(ask: Callable[[], Any]) -> Any:
    try:
        return ask().to_dict()
    except CtxloadError as error:
        return [type(error).__name__, [finding.to_dict() for finding in error.diagnostics]]


def by_text(task: str) -> Any:
    project = build(discover(), keep=False)
    return resolve(project.tables, project.tree, Request(task), project.diagnostics)


def stress_edits(root: Path, count: int, dice: random.Random) -> int:
    """Random edits under `ctxload watch`, with readers beside it; how many answers were wrong."""
    save(root / NAME, index_of(auth="login", orm="database"))
    for name in ("auth", "orm"):
        save(root / f"docs/{name}.md", f"# {name}\n")
    errors = root.parent / "watch.stderr"
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            [*COMMAND, "watch", "--json"], cwd=root, env=ENV, stdout=subprocess.PIPE, stderr=stderr
        )
    assert process.stdout is not None
    process.stdout.readline()
    events: list[dict[str, Any]] = []
    heard = threading.Event()

    def listen() -> None:
        for line in process.stdout or ():
            events.append(json.loads(line))
            heard.set()

    drain = threading.Thread(target=listen, daemon=True)
    drain.start()
    loader, wrong, good = ContextLoader(root), 0, {}
    took = []
    with loader.watching():
        for number in range(count):
            heard.clear()
            dice.choice(edits(root, dice))()
            if dice.random() < 0.3:  # else the next edit comes while this one is being answered
                heard.wait(1)
            task = dice.choice(TASKS)
            begun = time.perf_counter()
            cold = outcome(lambda task=task: answer(TaskOptions((task,)))[1])
            took.append(time.perf_counter() - begun)
            warm = outcome(lambda task=task: loader.resolve(task))
            text = outcome(lambda task=task: by_text(task))
            kept = (
                any(finding["code"] == "CTX404" for finding in warm["diagnostics"]) if isinstance(warm, dict) else False
            )
            broken = isinstance(text, list) and text[0] in ("NoIndexError", "IndexUnreadableError")
            if cold != text or broken != kept or (not broken and warm != text):
                wrong += 1
                print(f"WRONG after edit {number}:\n  cold {cold}\n  warm {warm}\n  text {text}", flush=True)
            good[number % 7] = warm
            if process.poll() is not None:
                print(f"`ctxload watch` ended with {process.returncode} after edit {number}")
                return wrong + 1
    process.send_signal(signal.SIGTERM)
    status = process.wait(60)
    drain.join(60)
    said = errors.read_text(encoding="utf-8")
    wrong += status != 0 or "Traceback" in said or "CTX901" in said
    kinds = {kind: sum(event["event"] == kind for event in events) for kind in ("changed", "broken", "gone")}
    print(
        f"{count} edits: {wrong} wrong; watch told {len(events)} batches {kinds}, ended with {status}; a start took {statistics.median(took) * 1e3:.2f} ms"  # noqa: E501
    )
    return wrong


def stress_processes(root: Path, count: int) -> int:
    """So many starts at once on an empty cache; how many answers were wrong."""
    save(root / NAME, index_of(auth="login", orm="database"))
    for name in ("auth", "orm"):
        save(root / f"docs/{name}.md", f"# {name}\n")
    processes = [
        subprocess.Popen(
            [*COMMAND, "resolve", "login"], cwd=root, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(count)
    ]
    answers = [(*process.communicate(timeout=300), process.returncode) for process in processes]
    wrong = sum(found != (b"docs/auth.md\n", b"", 0) for found in answers)
    print(
        f"{count} processes at once: {wrong} wrong; left in the cache: {sorted(path.suffix for path in cache().iterdir())}"  # noqa: E501
    )
    return wrong


def stress_kills(root: Path, count: int, dice: random.Random) -> int:
    """A compiling process killed at a random moment, so many times; how many answers after it were wrong."""
    rows = {f"e{n}": f"word{n}, other word{n}" for n in range(600)}
    save(root / NAME, index_of(**rows))
    for n in range(600):
        save(root / f"docs/e{n}.md", "# x\n")
    begun = time.perf_counter()
    subprocess.run([*COMMAND, "compile"], cwd=root, env=ENV, check=True, capture_output=True)
    lasts, wrong, killed = time.perf_counter() - begun, 0, 0
    number = -1
    while killed < count:
        number += 1
        if number % 3 == 0:
            for path in cache().glob("*.index"):
                path.unlink()
        if number % 3 == 1:
            rows["e1"] = f"word1, fresh{number}"
            save(root / NAME, index_of(**rows))
        process = subprocess.Popen(
            [*COMMAND, "compile"], cwd=root, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(lasts * dice.random() * 1.2)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        before = sorted(cache().iterdir())
        task = dice.choice((f"word{dice.randrange(600)}", f"fresh{number}", "nothing"))
        if outcome(lambda task=task: answer(TaskOptions((task,)))[1]) != outcome(lambda task=task: by_text(task)):
            wrong += 1
            print(f"WRONG after kill {number}: cache {before}")
    left = [path for path in cache().iterdir() if path.suffix == ".tmp"]
    print(
        f"{number + 1} compilations, {killed} killed: {wrong} wrong; {len(left)} drafts left, which a later store removes"  # noqa: E501
    )
    return wrong


DOCUMENTS, PROCESSES, CALLS = 12, 8, 6
WORKER = """
import json, random, sys
from ctxload import ContextLoader
loader, dice = ContextLoader("."), random.Random(int(sys.argv[1]))
for name in sys.stdin.read().split():
    words = " ".join(dice.sample([f"word{n}" for n in range(12)], dice.randrange(1, 6)))
    loaded = loader.load(words, conversation=name, max_chars=dice.choice([None, 2000, 5000, 20000]), max_files=dice.choice([None, 2]))
    print(json.dumps([name, [[p.path, p.digest, p.given] for p in loaded.parts if p.given], [f.code for f in loaded.diagnostics]]))
    print(json.dumps([word for word in loaded.text.split() if word.startswith("line:")]))
"""  # noqa: E501


def document(number: int, version: int) -> str:
    """A document of which every line can be told from any other."""
    rows = [f"# word{number}"]
    for section in range(8):
        rows += [f"## part {section}", ""]
        rows += [f"text line:{number}.{version}.{section}.{row} {'and more ' * 8}" for row in range(12)]
    return "\n".join(rows) + "\n"


def stress_conversations(root: Path, count: int, dice: random.Random) -> int:
    """Loads for many conversations from several processes at once; how often a line came twice or never."""
    rows = "".join(f"  - {{path: d{n}.md, description: all of it, keywords: [word{n}]}}\n" for n in range(DOCUMENTS))
    (root / NAME).write_text(f"fallback: none\ncontext_files:\n{rows}", encoding="utf-8")
    for number in range(DOCUMENTS):
        save(root / f"d{number}.md", document(number, 0))
    names = [f"c{n}" for n in range(count) for _ in range(CALLS)]
    dice.shuffle(names)
    begun = time.perf_counter()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(n)], env=ENV, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for n in range(PROCESSES)
    ]
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda one=one, n=n: answers.append(one.communicate(" ".join(names[n::PROCESSES]))[0]))
        for n, one in enumerate(running)
    ]
    for thread in threads:
        thread.start()
    version = 0
    while any(thread.is_alive() for thread in threads):
        version += 1
        number = dice.randrange(DOCUMENTS)
        save(root / f"d{number}.md", document(number, version))
        time.sleep(0.2)
    seconds = time.perf_counter() - begun
    wrong = sum(one.returncode != 0 for one in running)
    seen: dict[str, set[str]] = {}
    calls = twice = 0
    for printed in answers:
        lines = printed.splitlines()
        for head, marks in zip(lines[::2], lines[1::2], strict=True):
            calls += 1
            twice += note(seen.setdefault(json.loads(head)[0], set()), json.loads(marks))
            wrong += bool(json.loads(head)[2])
            if json.loads(head)[2]:
                print(*json.loads(head)[2])
    lost = lost_lines(root, seen)
    print(
        f"conversations: {count} of {calls} calls in {PROCESSES} processes, {version} edits, {seconds:.0f} s: {twice} lines twice, {lost} lost, {wrong} wrong"  # noqa: E501
    )
    return wrong + twice + lost


def note(seen: set[str], marks: list[str]) -> int:
    """Adds the lines that were given; how many of them had been given before."""
    again = len(seen & set(marks)) + len(marks) - len(set(marks))
    seen.update(marks)
    return again


def lost_lines(root: Path, seen: dict[str, set[str]]) -> int:
    """After one more load of everything for each conversation: how many lines it was never given, or now again."""
    loader, lost = ContextLoader(root), 0
    words = " ".join(f"word{n}" for n in range(DOCUMENTS))
    texts = [(root / f"d{n}.md").read_text(encoding="utf-8") for n in range(DOCUMENTS)]
    every = {word for text in texts for word in text.split() if word.startswith("line:")}
    for name, before in seen.items():
        marks = [word for word in loader.load(words, conversation=name).text.split() if word.startswith("line:")]
        lost += note(before, marks) + len(every - before)
    return lost


def cache() -> Path:
    return Path(os.environ["CTXLOAD_CACHE_DIR"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("edits", 2_000), ("processes", 40), ("kills", 200), ("conversations", 1_000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    dice, wrong = random.Random(chosen.seed), 0
    for number, part in enumerate((
        lambda root: stress_edits(root, chosen.edits, dice),
        lambda root: stress_processes(root, chosen.processes),
        lambda root: stress_kills(root, chosen.kills, dice),
        lambda root: stress_conversations(root, chosen.conversations, dice),
    )):  # fmt: skip
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch).resolve() / f"project{number}"
            root.mkdir()
            os.environ["CTXLOAD_CACHE_DIR"] = ENV["CTXLOAD_CACHE_DIR"] = f"{scratch}/cache"
            os.chdir(root)
            wrong += part(root)
            os.chdir(ROOT)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
