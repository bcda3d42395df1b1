"""`ctxload deny`: takes back what `allow` allowed."""

from __future__ import annotations

from .allow import run_deny


def main(*, folders: tuple[str, ...], finding: str) -> int:
    """Denies projects, or with a finding the lines of files; the exit status."""
    if finding:
        from .allow_finding import run_deny_finding

        return run_deny_finding(finding, folders)
    return run_deny(folders)
