"""What `install` noted, so that `uninstall` leaves a file byte for byte as it was."""

from __future__ import annotations

import json
import os

from ...errors import CtxloadError
from ...workspace.atomic import put
from .places import Target, data_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _record_path(target: Target) -> str:
    from hashlib import sha256

    key = sha256(os.path.abspath(target.project).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return os.path.join(data_folder(), "installed", f"{target.client.name}-{key if target.project else 'user'}.json")


def read_record(target: Target) -> dict[str, Any]:
    """What `install` noted; empty where it noted nothing, or nothing that can be read."""
    try:
        with open(_record_path(target), encoding="utf-8") as file:
            data = json.load(file)
    except (OSError, ValueError, CtxloadError):
        return {}
    return data if isinstance(data, dict) else {}


def write_record(target: Target, data: dict[str, Any]) -> tuple[str, ...]:
    """Notes what was done; what to tell where that cannot be."""
    try:
        path = _record_path(target)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        put(path, json.dumps(data).encode("utf-8"), 0o600)
    except (OSError, CtxloadError) as error:
        return (f"what was done is not noted, so that `uninstall` looks for it by its command: {error}",)
    return ()


def forget_record(target: Target) -> None:
    """Removes what was noted about an install, and the folders that hold nothing any more."""
    try:
        os.unlink(path := _record_path(target))
        os.rmdir(os.path.dirname(path))
        os.rmdir(data_folder())
    except (OSError, CtxloadError):
        pass
