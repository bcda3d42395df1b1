"""`ctxload allow`: what agent clients may be given."""

from __future__ import annotations


def main(*, folders: tuple[str, ...], finding: str, yes: bool) -> int:
    """Allows projects, or with a finding the lines of files that are withheld for it; the exit status."""
    if finding:
        from .allow_finding import run_allow_finding

        return run_allow_finding(finding, folders, yes=yes)
    from .allow_project import run_allow

    return run_allow(folders, yes=yes)
