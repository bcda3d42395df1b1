"""Answers from documents in one process, as JSON: seconds of CPU a task, in the default and in `whole`."""

from __future__ import annotations

import json
import os
import sys
import time

import material

from ctxload import ContextLoader

#: How often all tasks are answered in turn; the quickest round counts, since other programs only make one slower.
ROUNDS = 7
#: How old the files are, in seconds, before they are read: of younger ones the text is compared for every answer, since
#: the clock does not tell whether they changed.
SETTLED = 2.5
#: How many tasks a round has.
TASKS = 200


def main() -> None:
    folder, documents = sys.argv[1], int(sys.argv[2])
    known = [task for task, _ in material.handbook(folder, documents)[:TASKS]]
    time.sleep(SETTLED)
    tasks = (known * TASKS)[:TASKS]
    os.environ["CTXLOAD_CACHE_DIR"] = os.path.join(folder, ".cache")
    loader = ContextLoader(folder)

    def answered(mode: str) -> float:
        begun = time.process_time()
        for task in tasks:
            for file in loader.resolve(task, match=mode).files:
                file.reasons  # noqa: B018  (read, as a program does)
        return (time.process_time() - begun) / len(tasks)

    found: dict[str, list[float]] = {}
    for number in range(ROUNDS + 1):
        for mode in ("focused", "whole"):
            took = answered(mode)
            if number:  # the first round learns the words
                found.setdefault(mode, []).append(took)
    print(json.dumps({mode: min(seconds) for mode, seconds in found.items()}))


if __name__ == "__main__":
    main()
