"""What the answers of frozen loaders rest on, as a digest: the same as long as nothing changes that they depend on.

A frozen loader names every file of the project, and some of them grow while it answers: the answers, the checkpoint, a
log. So what is not given by an entry counts neither by name nor by size.
"""

from __future__ import annotations

import json
from hashlib import sha256

from ..selection.entry_files import EntryFiles
from .envelope import digest_of, opened
from .thawing import thawed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .frozen_loader import FrozenLoader


def basis_of(head: dict[str, Any], frozen: Iterable[bytes]) -> str:
    """The digest of a job: of what it was told beside loaders, and of what their answers rest on."""
    parts = [head, *map(_rests_on, frozen)]
    return sha256(json.dumps(parts, sort_keys=True).encode("ascii")).hexdigest()


def _rests_on(frozen: bytes) -> list[Any]:
    """The index, its documents, ignore files, agent definitions and the stack; of the files those of entries."""
    data = opened(frozen)
    loader = thawed(data, digest_of(frozen))
    files = loader.tree._files
    excludes = [] if files.excludes is None else [*files.excludes]
    told = [data["version"], data["findings"], data["tables"], data["documents"], files.root]
    return [*told, files.texts, excludes, files.stack, files.problem, _given(loader)]


def _given(loader: FrozenLoader) -> list[list[Any]]:
    """The files that entries give, each with its entry and its size."""
    files, status = EntryFiles(loader.tables, loader.tree), loader.tree.status
    return [
        [number, path, status(path).size] for number in range(len(loader.tables.entries)) for path in files.of(number)
    ]
