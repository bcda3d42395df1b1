"""The same comparison by many processes: both versions frozen, tasks in blocks, summaries merged.

What was frozen has no contents: the tokens of documents are counted before it travels, and those of a file that no
entry gives and that isn't a document are estimated from its size.
"""

from __future__ import annotations

import json
from itertools import islice

from ...fleet.blocks import packed, unpacked
from ...fleet.freezing import freeze
from ...fleet.thawing import thaw
from ...index.model import Index
from ...selection.documents import evidence_of
from ...selection.model import DOCUMENTS
from ..evaluate.cases import Owners
from ..logs.model import Task
from .changes import Change, Changes
from .summary import compare_tasks
from .versions import Version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

#: How many tasks are in a block, and of how many documents that no entry gives the tokens are counted.
TASKS, COUNTED = 400, 2_000


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
        "sizes": [_sizes(before), _sizes(after)],
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


def _sizes(version: Version) -> dict[str, int]:
    """The tokens of the files that entries give, and of other documents."""
    others = (path for path in version.tree.files_below("").files if path.lower().endswith(DOCUMENTS))
    return {path: version.owners.tokens(path) for path in (*version.paths(), *islice(others, COUNTED))}


def open_comparison(job: bytes) -> Callable[[bytes], bytes]:
    """What puts blocks of tasks to both versions."""
    head, rest = unpacked(job)
    parts = (rest[: head["first"]], rest[head["first"] :])
    before, after = map(_thawed, head["names"], parts, head["sizes"])
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


def _thawed(name: str, frozen: bytes, sizes: dict[str, int]) -> Version:
    loader = thaw(frozen)
    version = Version(name, Index(name), loader.tables, loader.tree, loader.evidence, loader.diagnostics, sizes)
    version.owners = _FrozenOwners(loader.tables, loader.tree, loader.evidence, sizes)
    return version


class _FrozenOwners(Owners):
    """Owners of files whose contents are elsewhere."""

    def tokens(self, path: str) -> int:
        """How many tokens were counted in a file, else about how many its size makes."""
        found: Any = self.sizes.get(path)
        return int(found) if found is not None else self.tree.status(path).size // 4
