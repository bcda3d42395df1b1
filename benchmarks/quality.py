"""Measures how good a selection is on labelled tasks: `python benchmarks/quality.py DATA [--side dev] [--each]`.

`--among TREE … --further N` puts N Markdown files of folders (drawn with a fixed seed, under 100 kB, without keywords)
beside the documents of each corpus whose authors wrote keywords, and measures only those.

DATA is a folder with `corpora.json` (id → side, whether authors wrote keywords), `docs.jsonl` (corpus, id, keywords,
description, text_path) and `tasks.jsonl` (corpus, kind, text, expected, forbidden). Each corpus is one project. Kinds:
`positive` and `multi` have known documents, `abstain` fits nothing, `negative` must not load what is forbidden.
Printed per mode: precision, recall and F1 over all files, how often the first file is right, files a task, how often
nothing is loaded where nothing fits, how often a forbidden file is.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

from ctxload.authoring.draft.from_documents import draft
from ctxload.index.model import Entry, Index, Text
from ctxload.index.parser import parse
from ctxload.index.writer import to_yaml
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

AUTHORS, INIT = "author keywords", "index by init"
RUNS = ((AUTHORS, "whole"), (AUTHORS, "focused"), (INIT, "focused"))


def read(folder: Path, side: str) -> dict[str, dict[str, Any]]:
    """The corpora of one side, each with its documents and tasks."""
    corpora = {
        name: {"meta": meta, "docs": [], "tasks": []}
        for name, meta in json.loads((folder / "corpora.json").read_text(encoding="utf-8")).items()
        if side in ("all", meta["side"])
    }
    for name in ("docs", "tasks"):
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["corpus"] in corpora:
                corpora[row["corpus"]][name].append(row)
    for corpus in corpora.values():
        corpus["tree"] = MemoryTree(
            {path_of(doc): (folder / doc["text_path"]).read_text(encoding="utf-8") for doc in corpus["docs"]}
        )
    return corpora


def put_among(corpora: dict[str, dict[str, Any]], trees: list[Path], further: int) -> None:
    """Puts Markdown files of other projects beside the documents of each corpus."""
    pool = {
        f"further/{number}/{path.relative_to(tree).as_posix()}": path
        for number, tree in enumerate(trees)
        for path in sorted(tree.rglob("*.md"))
        if path.stat().st_size < 100_000
    }
    drawn = random.Random(1).sample(sorted(pool), min(further, len(pool)))
    texts = {name: pool[name].read_text(encoding="utf-8", errors="replace") for name in drawn}
    for corpus in corpora.values():
        own = {path_of(doc): corpus["tree"].read(path_of(doc)).decode() for doc in corpus["docs"]}
        corpus.update(tree=MemoryTree(own | texts), further=drawn)


def path_of(doc: dict[str, Any]) -> str:
    return f"context/{doc['id']}.md"


def index_of(corpus: dict[str, Any], kind: str) -> Index:
    """The index of a corpus: with the keywords of its authors, or as `init` drafts it."""
    if kind == INIT:
        return draft(corpus["tree"]).index
    entries = tuple(
        Entry(
            id=Text(doc["id"]), id_written=True, paths=(Text(path_of(doc)),), description=doc["description"][:300],
            keywords=tuple(map(Text, doc["keywords"])),
        )
        for doc in corpus["docs"]
    )  # fmt: skip
    entries += tuple(Entry(id=Text(name), id_written=True, paths=(Text(name),)) for name in corpus.get("further", ()))
    return Index("context-index.yml", entries=entries, fallback=((Text("*"), "none"),))


def counts(corpus: dict[str, Any], kind: str, mode: str) -> Counter[str]:
    """What a mode makes of the tasks of a corpus."""
    tables, tree, found = (
        compile_index(parse(Source("context-index.yml", to_yaml(index_of(corpus, kind)))).index),
        corpus["tree"],
        Counter[str](),
    )
    for task in corpus["tasks"]:
        if task["kind"] == "proactive":
            continue
        paths = resolve(tables, tree, Request(task["text"], context=(), match=mode)).paths
        chosen = [path.removeprefix("context/").removesuffix(".md") for path in paths]
        if task["kind"] == "abstain":
            found.update(silent=1, quiet=not chosen)
        elif task["kind"] == "negative":
            found.update(negative=1, fired=bool({*task["forbidden"]} & {*chosen}))
        else:
            wanted = {*task["expected"]}
            right = len(wanted & {*chosen})
            first = bool(chosen) and chosen[0] in wanted
            found.update(tasks=1, chosen=len(chosen), wanted=len(wanted), right=right, first=first)
    return found


def row(name: str, found: Counter[str]) -> str:
    """One line of the table."""
    precision = found["right"] / max(1, found["chosen"])
    recall = found["right"] / max(1, found["wanted"])
    both = 2 * precision * recall / max(precision + recall, 1e-9)
    each = max(1, found["tasks"])
    figures = (precision, recall, both, found["first"] / each, found["chosen"] / each)
    rest = (found["quiet"] / max(1, found["silent"]), found["fired"] / max(1, found["negative"]))
    return f"{name:<34}" + "".join(f"{figure:>9.3f}" for figure in (*figures, *rest))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--side", default="all")
    parser.add_argument("--each", action="store_true", help="a row for each corpus, too")
    parser.add_argument("--among", type=Path, nargs="+", default=[], metavar="TREE")
    parser.add_argument("--further", type=int, default=170, metavar="N")
    options = parser.parse_args()
    corpora = read(options.data, options.side)
    if options.among:
        corpora = {name: corpus for name, corpus in corpora.items() if corpus["meta"]["kwtype"]}
        put_among(corpora, options.among, options.further)
    heads = ("P", "R", "F1", "first", "files", "abstain", "fired")
    print(f"{'':<34}" + "".join(f"{head:>9}" for head in heads))
    for kind, mode in RUNS[:2] if options.among else RUNS:
        total: Counter[str] = Counter()
        rows = []
        for name, corpus in corpora.items():
            if kind == AUTHORS and not corpus["meta"]["kwtype"]:
                continue
            found = counts(corpus, kind, mode)
            total.update(found)
            rows.append(row(f"  {name}", found))
        print(row(f"{kind}, {mode}", total))
        if options.each:
            print("\n".join(rows))


if __name__ == "__main__":
    main()
