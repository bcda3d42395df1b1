"""Puts the right project documents in front of an AI coding agent: explicit, keyword, fallback.

>>> from ctxload import ContextLoader
>>> loader = ContextLoader(root=example_project())
>>> resolution = loader.resolve("Add a REST-framework view", agent="backend-developer")
>>> resolution.paths, resolution.layer
(('context/api.md',), 'keyword')
>>> resolution.files[0].reasons[0].by
'rest framework'
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .errors import CtxloadError
    from .fleet.frozen_loader import FrozenLoader
    from .index.model import Entry, Index
    from .load.packer import Loaded
    from .loader import ContextLoader, load_index, resolve
    from .selection.model import Reason, Resolution
    from .text.codes import Severity
    from .text.diagnostics import Diagnostic
    from .version import __version__ as __version__

__all__ = [
    "ContextLoader",
    "CtxloadError",
    "Diagnostic",
    "Entry",
    "FrozenLoader",
    "Index",
    "Loaded",
    "Reason",
    "Resolution",
    "Severity",
    "load_index",
    "resolve",
]

_HOMES = {
    "ContextLoader": "loader",
    "CtxloadError": "errors",
    "Diagnostic": "text.diagnostics",
    "Entry": "index.model",
    "FrozenLoader": "fleet.frozen_loader",
    "Index": "index.model",
    "Loaded": "load.packer",
    "Reason": "selection.model",
    "Resolution": "selection.model",
    "Severity": "text.codes",
    "__version__": "version",
    "load_index": "loader",
    "resolve": "loader",
}


def __getattr__(name: str) -> object:
    """Imports a public name when it is first used: the command starts without the rest of the package."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ctxload' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
