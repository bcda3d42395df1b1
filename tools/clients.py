"""Installs the real agent clients for the tests, each in the version that was last tried, into `.clients/`.

    nox -s clients    # installs what is missing, then runs tests/test_real_clients.py

A client that cannot be installed here is said so, and its tests are skipped.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".clients"
MODULES = FOLDER / "node_modules"
MACHINE = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower(), "x64")
SYSTEM = {"linux": "linux", "darwin": "darwin", "win32": "win32"}.get(sys.platform, sys.platform)

#: Each client: the package and version, and where its program is once it is installed.
PACKAGES = {
    "claude": ("@anthropic-ai/claude-code@2.1.329", f"@anthropic-ai/claude-code-{SYSTEM}-{MACHINE}/claude"),
    "codex": ("@openai/codex@0.169.0", ".bin/codex"),
    "copilot": ("@github/copilot@1.0.102", f"@github/copilot-{SYSTEM}-{MACHINE}/copilot"),
    "gemini": ("@google/gemini-cli@0.61.0", ".bin/gemini"),
    "inspector": ("@modelcontextprotocol/inspector@0.15.0", ".bin/mcp-inspector"),
    "opencode": ("opencode-ai@1.18.33", f"opencode-{SYSTEM}-{MACHINE}/bin/opencode"),
}


def installed(name: str) -> Path | None:
    """The program of a client in `.clients/`, if it is there."""
    path = MODULES / PACKAGES[name][1]
    return path if path.exists() else None


def install(name: str, npm: str) -> str:
    """Installs a client; why that failed, or an empty text. No script of a package is run: programs come in
    packages.
    """
    words = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(FOLDER), PACKAGES[name][0]]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode == 0 and installed(name):
        return ""
    said = [line for line in done.stderr.splitlines() if "ERR" in line or "error" in line]
    return said[0] if said else f"npm ended with {done.returncode}, and {PACKAGES[name][1]} is not there"


def main() -> int:
    """Installs what is missing; always 0, for the tests say what they skip."""
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not on the path: no client can be installed here")
        return 0
    FOLDER.mkdir(exist_ok=True)
    for name, (package, _) in PACKAGES.items():
        why = "" if installed(name) else install(name, npm)
        print(f"{name}: {package}{': cannot be installed: ' + why if why else ''}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
