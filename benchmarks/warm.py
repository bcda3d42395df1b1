"""Warm figures of one process, as JSON: seconds per task, the median of interleaved rounds."""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from collections.abc import Callable

import ahocorasick_rs
import material

from ctxload import ContextLoader


def each(run: Callable[[str], object], tasks: list[str]) -> float:
    begun = time.perf_counter()
    for task in tasks:
        run(task)
    return (time.perf_counter() - begun) / len(tasks)


def main() -> None:
    folder, entries = sys.argv[1], int(sys.argv[2])
    words = material.keywords(entries * 8)
    loader = ContextLoader(folder)
    automaton = ahocorasick_rs.AhoCorasick([word.lower() for word in words])
    patterns = [re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE) for word in words] if entries <= 125 else []

    def mine(task: str) -> object:
        return [file.reasons for file in loader.resolve(task).files]

    def native(task: str) -> object:
        return automaton.find_matches_as_indexes(task.lower(), overlapping=True)

    def whole(task: str) -> object:
        """The same whole-token hits: what a matcher on the automaton must do at least."""
        low = task.lower()
        return [
            (number, start, end)
            for number, start, end in automaton.find_matches_as_indexes(low, overlapping=True)
            if not (start and low[start - 1].isalnum()) and not low[end : end + 1].isalnum()
        ]

    def regex(task: str) -> object:
        return [pattern.search(task) for pattern in patterns]

    def substring(task: str) -> object:
        low = task.lower()
        return [word for word in words if word in low]

    found: dict[str, list[float]] = {}
    for length, count in ((100, 2000), (2000, 200)):
        for number in range(5):
            tasks = material.tasks(words, length, count, seed=number)
            found.setdefault(f"mine {length}", []).append(each(mine, tasks))
            found.setdefault(f"automaton {length}", []).append(each(native, tasks))
            found.setdefault(f"whole {length}", []).append(each(whole, tasks))
            if patterns:
                found.setdefault(f"regex {length}", []).append(each(regex, tasks[:40]))
                found.setdefault(f"substring {length}", []).append(each(substring, tasks[:40]))
    print(json.dumps({name: statistics.median(seconds) for name, seconds in found.items()}))


if __name__ == "__main__":
    main()
