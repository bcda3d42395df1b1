"""Which dependencies differ from those that everything passed with last.

    python tools/dependencies.py          prints each that differs in this environment; the status is 1 if any does
    python tools/dependencies.py --write  makes the versions of this environment those that are known to be good

`.ci/run` asks it where tests fail, so that a release of a dependency is told from a fault of a change.
"""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path

KNOWN_GOOD = Path(__file__).resolve().parent / "constraints" / "known-good.txt"
HEAD = "# The versions that everything passed with last, and pip's newest then; python tools/dependencies.py --write\n"
#: What an environment holds that is not a dependency of ours.
OWN = {"ctxload", "pip", "setuptools", "wheel"}


def installed() -> dict[str, str]:
    """The version of each distribution of this environment, by name."""
    found = {str(one.metadata["Name"]).lower().replace("_", "-"): one.version for one in distributions()}
    return {name: found[name] for name in sorted(found.keys() - OWN)}


def pins(text: str) -> dict[str, str]:
    """The versions that a constraint file pins, by name.

    >>> pins("# newest\\npyyaml==6.0.1\\n")
    {'pyyaml': '6.0.1'}
    """
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    return {name.lower(): version for name, _, version in (line.partition("==") for line in lines if line)}


def differences(known: dict[str, str], found: dict[str, str]) -> list[str]:
    """A line for each name whose version is not the known one.

    >>> differences({"pyyaml": "6.0.1", "rich": "14.0"}, {"pyyaml": "6.0.4", "rich": "14.0", "click": "8.0"})
    ['click 8.0 (known good: none)', 'pyyaml 6.0.4 (known good: 6.0.1)']
    """
    changed = [name for name in sorted(found) if found[name] != known.get(name)]
    return [f"{name} {found[name]} (known good: {known.get(name, 'none')})" for name in changed]


def main(arguments: list[str]) -> int:
    """Prints or writes; the exit status."""
    found = installed()
    if arguments == ["--write"]:
        lines = [f"{name}=={version}\n" for name, version in found.items()]
        KNOWN_GOOD.write_text(HEAD + "".join(lines), encoding="utf-8", newline="\n")
        return 0
    lines = differences(pins(KNOWN_GOOD.read_text(encoding="utf-8")), found)
    print("\n".join(lines) or "every dependency is as it was when everything passed last")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
