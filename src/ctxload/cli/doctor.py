"""`ctxload doctor`: how the hook is in each client."""

from __future__ import annotations

from ..integrations.setup.doctor import run_doctor


def main(*, client: str, json: bool) -> int:
    """Prints it; the exit status."""
    return run_doctor(client, as_json=json)
