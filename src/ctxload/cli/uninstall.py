"""`ctxload uninstall`: removes what `install` added."""

from __future__ import annotations

from ..integrations.setup.install import run_uninstall
from ..integrations.setup.places import target_of


def main(*, client: str, project: bool, dry_run: bool, yes: bool) -> int:
    """Removes it; the exit status."""
    return run_uninstall(target_of(client, project=project), dry_run=dry_run, yes=yes)
