"""`ctxload deny`: takes back what `allow` allowed."""

from __future__ import annotations


def main(*, folders: tuple[str, ...], finding: str) -> int:
    """Denies projects, or with a finding the lines of files; the exit status."""
    if finding:
        from .allow_finding import run_deny_finding

        return run_deny_finding(finding, folders)
    from .allow_project import run_deny

    return run_deny(folders)
