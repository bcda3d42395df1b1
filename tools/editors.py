"""Installs the editors that the set-ups of `docs/editors.md` are tried in, as far as Debian's packages have them.

    nox -s editors    # installs what is missing, then runs tests/test_editors.py

What cannot be installed here is said, and its tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess

#: Each editor's program, and the packages it needs.
PACKAGES = {
    "nvim": ("neovim",),
    "vim": ("vim",),
    "emacs": ("emacs-nox", "elpa-eglot", "elpa-yaml-mode"),
    "kak": ("kakoune",),
}


def main() -> int:
    """Installs what is missing; always 0, for the tests say what they skip."""
    wanted = [package for name, packages in PACKAGES.items() if not shutil.which(name) for package in packages]
    apt = shutil.which("apt-get")
    if not wanted:
        print("editors: all are there")
    elif apt is None or os.geteuid() != 0:
        print(f"editors: not installed here, which takes apt-get and root: {', '.join(wanted)}")
    else:
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([apt, "update", "-qq"], env=env, check=False)
        done = subprocess.run([apt, "install", "-y", "-qq", "--no-install-recommends", *wanted], env=env, check=False)
        print(f"editors: {', '.join(wanted)}{'' if done.returncode == 0 else ': could not be installed'}")
    print("editors: Helix, JetBrains and Zed are in no registry that is used here: their settings are not run")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
