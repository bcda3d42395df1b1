"""`ctxload install`: project documents in an agent client, or commands in an editor."""

from __future__ import annotations

from ..integrations.setup.install import run_install
from ..integrations.setup.places import target_of


def main(*, client: str, project: bool, settings: bool, max_chars: int, dry_run: bool, yes: bool) -> int:
    """Adds them; the exit status."""
    target = target_of(client, project=project, settings=settings, max_chars=max_chars)
    return run_install(target, dry_run=dry_run, yes=yes)
