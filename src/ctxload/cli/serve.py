"""`ctxload serve`: which protocol is spoken on stdin and stdout."""

from __future__ import annotations

from ..errors import EXIT_USAGE
from ..integrations.rpc.server import run_serve
from ..integrations.servers import run_lsp, run_mcp
from ..output import remark


def main(*, index: str, root: str, sources: tuple[str, ...], lsp: bool, mcp: bool, trust: bool) -> int:
    """Speaks it until the end; the exit status."""
    if wrong := _what_does_not_fit(lsp, mcp, trust, bool(index or root or sources)):
        remark([f"ctxload: {wrong}"])
        return EXIT_USAGE
    return run_lsp() if lsp else run_mcp(index, root, sources, trust=trust) if mcp else run_serve(index, root, sources)


def _what_does_not_fit(lsp: bool, mcp: bool, trust: bool, place: bool) -> str:
    if trust and not mcp:
        return "--trust goes with --mcp: whoever starts another service has allowed it"
    if lsp and mcp:
        return "--lsp and --mcp are two protocols: choose one"
    if lsp and place:
        return "--lsp finds the project of each file itself: leave --index, --root and --source away"
    return ""
