"""`ctxload uninstall`: removes what `install` added."""

from __future__ import annotations

from ..integrations.setup.install import run_uninstall
from ..integrations.setup.places import target_of
from .install_names import say_names


def main(*, client: str, project: bool, dry_run: bool, yes: bool) -> int:
    """Removes it; the exit status."""
    if not client:
        return say_names("uninstall")
    return run_uninstall(target_of(client, project=project), dry_run=dry_run, yes=yes)
