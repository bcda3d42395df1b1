"""Does `ctxload learn` help? Learned on one half of public transcripts, F1 on the other half, against no learning.

    python benchmarks/learn.py NAME --sources DIR (--transcripts DIR | --trajectories DIR) [--folder PATH] [--splits N]

`--sources` is a checkout of the project that was worked on; its files are the documents, because models seldom open
prose: each is an entry with the four terms that set it apart, as a draft would have them. `--transcripts` are sessions
of Claude Code or Codex, `--trajectories` runs of mini-swe-agent (`*.traj.json`, one task each), in which the project
lies at `--folder`. What the index would have given is replayed; what a turn opened is what it wanted. Sessions are cut
into halves at random; the index learns from the prompts of one half by the same code as the command, and answers those
of the other. The interval is a bootstrap over the sessions of the other half: 95 % of 2,000 differences.

The figures are appended to `benchmarks/results/learn.jsonl`; `--page` writes the table in `learn.md` of them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "src"))
RESULTS = HERE / "results"
ENDINGS = (".md", ".mdx", ".go", ".ts", ".tsx", ".py", ".rs", ".vue")
#: What is no document of a project: tests, what tools made, what git and package managers keep.
LEFT_OUT = re.compile(
    r"test|spec|node_modules|dist/|\.d\.ts|/generated/|/results/|evals/|/locale/|/migrations/0|^\.git/"
)
#: How much of a file is read for its terms, in characters, and how many of these are keywords.
READ, TERMS = 60_000, 4
BOOTSTRAPS = 2_000


def project_of(sources: Path, top: Path) -> None:
    """The documents of a checkout, and a drafted index of them."""
    from ctxload.authoring.draft.terms import distinctive

    names = sorted(
        path.relative_to(sources).as_posix()
        for path in sources.rglob("*")
        if path.is_file() and path.suffix in ENDINGS and not LEFT_OUT.search(path.relative_to(sources).as_posix())
    )
    for name in names:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sources / name, top / name)
    texts = {name: (top / name).read_text(encoding="utf-8", errors="replace")[:READ] for name in names}
    terms = distinctive(texts, {name: Path(name).stem for name in names}, most=TERMS)
    rows = [
        {"id": name.rsplit(".", 1)[0].replace("/", "."), "path": name, "keywords": [term.text for term in terms[name]]}
        for name in names
    ]
    index = {"version": 1.0, "context_files": rows, "fallback": "none"}
    (top / "context-index.yml").write_text(json.dumps(index, indent=1), encoding="utf-8")


def trajectory(path: Path, folder: str) -> Any:
    """A run of mini-swe-agent as a session of one turn: the task, and the files that its commands printed."""
    from ctxload.authoring.logs.sessions import Session, Turn
    from ctxload.authoring.logs.shell_reads import files_read

    messages = json.loads(path.read_text(encoding="utf-8"))["messages"]
    said = [one["content"] for one in messages if one["role"] == "assistant" and isinstance(one["content"], str)]
    body = next(one["content"] for one in messages if one["role"] == "user")
    body = body if isinstance(body, str) else body[0]["text"]
    task = body.partition("<pr_description>")[2].partition("</pr_description>")[0]
    task = task.replace("Consider the following PR description:", "").strip()
    blocks = [block for text in said for block in re.findall(r"```bash\n(.*?)```", text, re.DOTALL)]
    opened = dict.fromkeys(os.path.join(folder, name) for block in blocks for name in files_read(block))
    return Session("mini-swe-agent", path.stem, folder, (Turn(task, tuple(opened)),))


def labelled(options: argparse.Namespace, owners: Any) -> list[tuple[str, Any]]:
    """The prompts whose turns opened documents, each with the name of its session."""
    from ctxload.authoring.learn.labels import Labels
    from ctxload.authoring.logs.sessions import read_session

    if options.transcripts:
        sessions = [read_session(str(path)) for path in sorted(options.transcripts.rglob("*.jsonl"))]
    else:
        paths = sorted(options.trajectories.rglob("*.traj.json"))
        sessions = [trajectory(path, options.folder) for path in paths if options.prefix in path.name]
    rows = []
    for session in sessions:
        for label in Labels(owners, (), [options.folder or session.folder]).of(session):
            if label.hits or label.misses:
                rows.append((session.id, label))
    return rows


def f1(outcomes: list[Any]) -> float:
    from ctxload.authoring.evaluate.cases import Run

    return Run("", tuple(outcomes)).scores.f1


def split(rows: list[tuple[str, Any]], project: Any, seed: int) -> dict[str, Any]:
    """Learned on one half, measured on the other."""
    from ctxload.authoring.evaluate.cases import run_cases
    from ctxload.authoring.learn.lessons import keywords_of, lessons
    from ctxload.index.model import Case, Text
    from ctxload.matching.compiler import compile_index
    from ctxload.project.opening import documents_of

    names = sorted({name for name, _ in rows})
    random.Random(seed).shuffle(names)
    half = {*names[::2]}
    index, evidence, began = project.as_written.index, documents_of(project), time.monotonic()
    learned = lessons((label for name, label in rows if name in half), most=1_000)
    found = keywords_of(index, project.tree, [one.case for one in learned.cases], most=200, evidence=evidence)
    tests = [
        (
            name,
            Case(Text(label.prompt[:20_000]), Text(""), tuple(Text(one.name) for one in (*label.hits, *label.misses))),
        )
        for name, label in rows
        if name not in half
    ]
    before, after = (
        run_cases(compile_index(one), project.tree, [case for _, case in tests], evidence=evidence).outcomes
        for one in (index, found.after.index)
    )
    by_session: dict[str, list[int]] = {}
    for at, (name, _) in enumerate(tests):
        by_session.setdefault(name, []).append(at)
    low, high = interval(list(by_session.values()), list(before), list(after))
    return {
        "seed": seed, "learned_from": len(learned.cases), "keywords": len(found.proposals), "asked": len(tests),
        "half_before": round(found.before.scores.f1, 4), "half_after": round(found.after.scores.f1, 4),
        "before": round(f1(list(before)), 4), "after": round(f1(list(after)), 4), "low": low, "high": high,
        "seconds": round(time.monotonic() - began),
    }  # fmt: skip


def interval(sessions: list[list[int]], before: list[Any], after: list[Any]) -> tuple[float, float]:
    """The middle 95 % of the differences of F1, with sessions drawn again and again."""
    draw, found = random.Random(1), []
    for _ in range(BOOTSTRAPS):
        at = [one for session in draw.choices(sessions, k=len(sessions)) for one in session]
        found.append(f1([after[one] for one in at]) - f1([before[one] for one in at]))
    found.sort()
    return round(found[BOOTSTRAPS // 40], 4), round(found[-BOOTSTRAPS // 40], 4)


def measure(options: argparse.Namespace) -> None:
    from ctxload.authoring.evaluate.cases import Owners
    from ctxload.project.build import build
    from ctxload.project.opening import documents_of
    from ctxload.workspace.locations import discover

    with tempfile.TemporaryDirectory() as top:
        os.environ["CTXLOAD_CACHE_DIR"] = f"{top}/cache"
        root = Path(top, "project")
        root.mkdir()
        project_of(options.sources, root)
        project = build(discover(root=str(root)))
        owners = Owners(project.tables, project.tree, documents_of(project))
        rows = labelled(options, owners)
        for seed in range(options.first, options.first + options.splits):
            row = {
                "name": options.name, "entries": len(project.as_written.index.entries),
                "sessions": len({name for name, _ in rows}), "prompts": len(rows), **split(rows, project, seed),
            }  # fmt: skip
            print(json.dumps(row), flush=True)
            with open(RESULTS / "learn.jsonl", "a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")


def page() -> None:
    """Writes the table of the page of results; the text around it stays."""
    rows = [json.loads(line) for line in (RESULTS / "learn.jsonl").read_text(encoding="utf-8").splitlines()]
    lines = [
        "| transcripts | documents | prompts | learned from | keywords | asked | F1 before | after | change, 95 % |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        gain = f"{row['after'] - row['before']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"
        lines.append(
            f"| {row['name']}, split {row['seed'] + 1} | {row['entries']} | {row['prompts']} | {row['learned_from']} | "
            f"{row['keywords']} | {row['asked']} | {row['before']:.3f} | {row['after']:.3f} | {gain} |"
        )
    path = RESULTS / "learn.md"
    head, _, rest = path.read_text(encoding="utf-8").partition("<!-- table -->\n")
    path.write_text(f"{head}<!-- table -->\n" + "\n".join(lines) + "\n<!-- end -->" + rest.partition("<!-- end -->")[2])


def main() -> None:
    if sys.argv[1:] == ["--page"]:
        return page()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--transcripts", type=Path)
    parser.add_argument("--trajectories", type=Path)
    parser.add_argument("--folder", default="", help="where the project lay when it was worked on")
    parser.add_argument("--prefix", default="", help="only trajectories whose names hold this")
    parser.add_argument("--splits", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the seed of the first split")
    return measure(parser.parse_args())


if __name__ == "__main__":
    main()
