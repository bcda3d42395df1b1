"""The verbs of this project: `python tasks.py check`, and so on. Runs in the environment of the Python that runs it.

Needs `pip install -e '.[dev]'`; `.ci/run` makes an environment of its own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
PYTEST = [sys.executable, "-m", "pytest"]

#: Each verb, and the commands it runs, until one fails.
VERBS: dict[str, list[list[str]]] = {
    "check": [
        [sys.executable, "-m", "ruff", "check", "."],
        [sys.executable, "-m", "ruff", "format", "--check", "."],
        [sys.executable, "-m", "mypy"],
        [sys.executable, "-m", "ctxload", "check", "--strict"],
        [sys.executable, "-m", "ctxload", "test", "--quiet", "--match", "whole", "--match", "related"],
    ],
    "test": [PYTEST],
    "bench": [[sys.executable, "benchmarks/run.py"]],
    "docs": [[*PYTEST, "tests/test_docs.py", "--update-docs"]],
    "plugin": [[sys.executable, "tools/plugin.py"]],
    "clients": [
        [sys.executable, "tools/clients.py"],
        [*PYTEST, "tests/test_real_clients.py", "--real-clients", "-n", "2", "-rs"],
    ],
    "runners": [
        [sys.executable, "-m", "pip", "install", "-q", "-r", "tools/runners.txt"],
        [*PYTEST, "tests/test_integrations.py", "tests/test_editors.py", "-n", "0", "-rs"],
    ],
    "golden": [[*PYTEST, "tests/test_golden.py", "-k", "answers_as_it_did", "--update-golden"]],
}


def main(arguments: list[str]) -> int:
    """Runs one verb; further arguments go to its last command."""
    if not arguments or arguments[0] not in VERBS:
        print(f"usage: python tasks.py {{{','.join(VERBS)}}} [ARGUMENT…]", file=sys.stderr)
        return 2
    commands = VERBS[arguments[0]]
    for number, command in enumerate(commands, 1):
        more = arguments[1:] if number == len(commands) else []
        status = subprocess.run([*command, *more], cwd=ROOT).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
