"""`ctxload install`: project documents in an agent client, or commands in an editor."""

from __future__ import annotations

from ..integrations.setup.install import run_install
from ..integrations.setup.places import target_of
from .install_names import say_names


def main(
    *, client: str, project: bool, settings: bool, max_chars: int | None, sources: tuple[str, ...], dry_run: bool,
    yes: bool,
) -> int:  # fmt: skip
    """Adds them; the exit status."""
    if not client:
        return say_names("install")
    from ..formats import check_sources

    check_sources(sources)
    target = target_of(client, project=project, settings=settings, max_chars=max_chars or 0, sources=sources)
    return run_install(target, dry_run=dry_run, yes=yes)
