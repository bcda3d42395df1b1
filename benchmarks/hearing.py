"""Measures how prompts are heard: `python benchmarks/hearing.py take-backs`.

take-backs  the sentences of `tests/take_backs.tsv`: how many lose a keyword that they ask for, how many leave one
            standing that they take back, by side.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.tables import Tables
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

TESTS = Path(__file__).resolve().parents[1] / "tests"
TAKEN = {
    "api": "api", "auth": "authentication, login", "cache": "cache, caching", "ci": "ci", "db": "database",
    "docker": "docker", "k8s": "kubernetes", "tests": "test, testing", "ui": "frontend",
}  # fmt: skip


def index_of(keywords: dict[str, str]) -> tuple[Tables, MemoryTree]:
    """An index with an entry for each name, and its files."""
    rows = "".join(
        f"  - {{id: zz-{name}, path: zz-{name}.md, keywords: [{words}]}}\n" for name, words in keywords.items()
    )
    tables = compile_index(parse(Source("i", f"fallback: none\ncontext_files:\n{rows}")).index)
    return tables, MemoryTree({f"zz-{name}.md": "# x\n" for name in keywords})


def rows_of(name: str) -> Iterator[list[str]]:
    for line in (TESTS / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def take_backs() -> None:
    """Prints, by side, how many sentences there are and how many go wrong in which way."""
    tables, tree = index_of(TAKEN)
    sides = {True: [0, 0, 0], False: [0, 0, 0]}
    for task, come, out in rows_of("take_backs.tsv"):
        found = {path[3:-3] for path in resolve(tables, tree, Request(task, match="whole")).paths}
        side = sides[out != "-"]
        side[0] += 1
        side[1] += not found >= set(come.split(","))
        side[2] += not found <= set(come.split(","))
    print(f"{'':24}{'sentences':>10}{'too few':>10}{'too many':>10}")
    for taken, counts in sides.items():
        print(f"{'with a take-back' if taken else 'without one':24}" + "".join(f"{count:>10}" for count in counts))


MEASURES: dict[str, Callable[[], None]] = {"take-backs": take_backs}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("measures", nargs="*", choices=[*MEASURES, []], help="all by default")
    for name in parser.parse_args().measures or MEASURES:
        MEASURES[name]()


if __name__ == "__main__":
    main()
