"""`ctxload hook`: answers an agent client; `start` calls the same without this."""

from __future__ import annotations

from ..integrations.hooks.entry import answer


def main(*, client: str, max_chars: int | None, trust: bool, sources: tuple[str, ...]) -> int:
    """Answers the call on stdin; the exit status, which is always 0."""
    words = ["--client", client] * bool(client) + ["--max-chars", str(max_chars)] * bool(max_chars)
    words += [word for source in sources for word in ("--source", source)]
    return answer(words + ["--trust"] * trust)
