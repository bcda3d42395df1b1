"""The same comparison by many processes: both versions frozen, tasks in blocks, summaries merged.

What was frozen has no contents; how large files are, is known where the summaries come together.
"""

from __future__ import annotations

import json
from itertools import islice

from ...fleet.blocks import packed, unpacked
from ...fleet.freezing import freeze
from ...fleet.thawing import thaw
from ...index.model import Index
from ...selection.documents import evidence_of
from ..logs.model import Task
from .changes import Change, Changes
from .summary import compare_tasks
from .versions import Version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: How many tasks are in a block.
TASKS = 400


def blocks_of_tasks(tasks: Iterable[Task]) -> Iterator[bytes]:
    """Tasks in blocks."""
    left = iter(tasks)
    while block := list(islice(left, TASKS)):
        yield json.dumps([[*task] for task in block]).encode("ascii")


def job_of(before: Version, after: Version, changes: Changes, match: str) -> bytes:
    """The job that `open_comparison` opens."""
    first, second = frozen_of(before), frozen_of(after)
    head = {
        "names": [before.name, after.name],
        "changes": [changes.by_entry, changes.whole, changes.documents],
        "match": match,
        "first": len(first),
    }
    return packed(head, first + second)


def frozen_of(version: Version) -> bytes:
    """A version as bytes that answer for it."""
    tables, tree = version.tables, version.tree
    documents = version.owners.evidence or (lambda: evidence_of(tables, tree))
    return freeze(version.name, tables, tree, version.findings, documents)


def basis_of_job(job: bytes) -> str:
    """What the answers of a job rest on: see `fleet.basis`."""
    from ...fleet.basis import basis_of  # only a run that may go on asks

    head, rest = unpacked(job)
    first = head.pop("first")
    return basis_of(head, (rest[:first], rest[first:]))


def open_comparison(job: bytes) -> Callable[[bytes], bytes]:
    """What puts blocks of tasks to both versions."""
    head, rest = unpacked(job)
    parts = (rest[: head["first"]], rest[head["first"] :])
    before, after = map(_thawed, head["names"], parts)
    by_entry, whole, documents = head["changes"]
    changes = Changes(
        {entry: [Change(*one) for one in some] for entry, some in by_entry.items()},
        [Change(*one) for one in whole],
        {path: Change(*one) for path, one in documents.items()},
    )

    def answer(block: bytes) -> bytes:
        tasks = (Task(text, tuple(files), place, agent) for text, files, place, agent in json.loads(block))
        return json.dumps(compare_tasks(tasks, before, after, changes, head["match"]).as_data()).encode("ascii")

    return answer


def _thawed(name: str, frozen: bytes) -> Version:
    loader = thaw(frozen)
    return Version(name, Index(name), loader.tables, loader.tree, loader.evidence, loader.diagnostics)
