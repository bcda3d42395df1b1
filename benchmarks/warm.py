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

#: How often, each time with other tasks.
ROUNDS = 5
#: How many tasks one has before it is the other one's turn: neither finds the caches of the processor as it left them.
TURN = 50


def in_turns(
    mine: Callable[[str], object], yardstick: Callable[[str], object], tasks: list[str], turn: int = TURN
) -> tuple[float, float]:
    """What each of the two takes for a task, in seconds."""
    taken = [0.0, 0.0]
    for first in range(0, len(tasks), turn):
        for number, run in enumerate((mine, yardstick)):
            begun = time.perf_counter()
            for task in tasks[first : first + turn]:
                run(task)
            taken[number] += time.perf_counter() - begun
    return taken[0] / len(tasks), taken[1] / len(tasks)


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

    yardsticks = {"whole": whole, "automaton": native}
    few = {"regex": regex, "substring": substring} if patterns else {}
    found: dict[str, list[float]] = {}
    for length, count in ((100, 2000), (2000, 200)):
        for number in range(ROUNDS):
            for place, (name, yardstick) in enumerate({**yardsticks, **few}.items()):
                tasks = material.tasks(words, length, 40 if name in few else count, seed=10 * number + place)
                ours, theirs = in_turns(mine, yardstick, tasks)
                found.setdefault(f"beside {name} {length}", []).append(ours)
                found.setdefault(f"{name} {length}", []).append(theirs)
            tasks = material.tasks(words, length, count, seed=10 * number + 9)
            ours, theirs = in_turns(mine, whole, tasks, count)
            found.setdefault(f"beside long {length}", []).append(ours)
            found.setdefault(f"long {length}", []).append(theirs)
    print(json.dumps({name: statistics.median(seconds) for name, seconds in found.items()}))


if __name__ == "__main__":
    main()
