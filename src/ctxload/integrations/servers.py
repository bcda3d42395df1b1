"""The servers for editors and agent clients, started: `ctxload serve --lsp` and `--mcp`, whose libraries are extras."""

from __future__ import annotations

import os

from ..errors import EXIT_DONE, CtxloadError, UsageError
from ..output import fail, remark
from ..workspace.locations import discover
from .rpc.streams import take_over

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .rpc.service import Service


def run_lsp() -> int:
    """Serves an editor until it is ended; the exit status."""
    try:
        from .lsp.server import make_server
    except ImportError as error:
        return fail(_extra_is_missing("lsp", error))
    try:
        reads, writes = take_over()
    except CtxloadError as error:
        return fail(error)
    import gc

    gc.set_threshold(
        50_000, 20, 50
    )  # an index is many small values that stay: to go through them often costs an answer
    make_server().start_io(reads, writes)
    return EXIT_DONE


def run_mcp(index: str, root: str, sources: tuple[str, ...] = (), *, trust: bool = False) -> int:
    """Serves an agent client until it is ended; the exit status."""
    try:
        from .mcp.served import Served
        from .mcp.server import serve
    except ImportError as error:
        return fail(_extra_is_missing("mcp", error))
    try:
        reads, writes = take_over()
    except CtxloadError as error:
        return fail(error)
    served = Served(index, root or _project_of_client(index), sources, trust=trust)
    served.tell = _tell
    try:
        if why := served.gate.why_not():
            _tell(served.unguarded, why)
        else:
            served.service.warm()
    except UsageError as error:
        return fail(error)
    except CtxloadError as error:
        fail(error)
    serve(served, reads, writes)
    return EXIT_DONE


def _tell(service: Service, why: str) -> None:
    """Tells the person, in the client's log and in ours, that the project is not allowed; the model is not told how
    to.
    """
    from ..workspace.trust import DENIED, advice
    from .hooks.journal import note

    root = service.place().root
    said = f"ctxload: {root} is denied; `ctxload allow` there undoes that" if why == DENIED else advice(root)
    if why != DENIED:
        remark([said])
    note("mcp", "silent", said.removeprefix("ctxload: "))


def _project_of_client(index: str) -> str:
    """The project's folder as Claude Code names it, for a service that it starts somewhere else."""
    named = os.environ.get("CLAUDE_PROJECT_DIR", "")
    if not named or index:
        return ""
    try:
        discover()
    except CtxloadError:
        return named
    return ""


def _extra_is_missing(name: str, error: ImportError) -> UsageError:
    return UsageError(
        f"`serve --{name}` needs an extra that is not installed: `pip install 'ctxload[{name}]'` (no module "
        f"`{error.name}`)"
    )
