"""The set-ups of `docs/editors.md`, each run in the editor it is for, where that is installed."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import ctxload as package

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "editors.md").read_text(encoding="utf-8")
PATIENCE = 60
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in for the command is a shell script")


def block(comment: str) -> str:
    """The block of the page after a comment."""
    found = re.search(rf"^<!-- {re.escape(comment)} -->\n```[^\n]*\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found, comment
    return found[1]


BESIDE = str(Path(sys.executable).parent)


def editor(name: str, path: str | None = None) -> str:
    """The path of a program that is installed, on the path or, with `path`, in that folder."""
    found = shutil.which(name, path=path)
    if not found:
        pytest.skip(f"needs {name} {'beside this Python' if path else 'on the path'}")
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project of the page, and the command `ctxload` on the path."""
    folder = tmp_path / "shop"
    (folder / "context").mkdir(parents=True)
    (folder / "context" / "api.md").write_text("# API\n", encoding="utf-8")
    (folder / "context-index.yml").write_text(block("file: shop/context-index.yml"), encoding="utf-8")
    command = tmp_path / "bin" / "ctxload"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m ctxload "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return folder


def environment(project: Path) -> dict[str, str]:
    env = {**os.environ, "PYTHONPATH": str(Path(package.__file__).resolve().parents[1])}
    env["PATH"] = f"{project.parent / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        env[name] = str(project.parent / name)
    return env


SHOW = """
vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 50)
for _, found in ipairs(vim.diagnostic.get(0)) do
  io.stdout:write(string.format('%d:%d %s %s\\n', found.lnum + 1, found.col + 1, found.code, vim.split(found.message, '\\n')[1]))
end
local shown = false
local real = print
print = function(text) io.stdout:write(text .. '\\n') shown = true end
vim.cmd('Context An API for coupons')
vim.wait(20000, function() return shown end, 50)
print = real
vim.cmd('qa!')
"""  # noqa: E501


@pytest.mark.heavy
@posix
@pytest.mark.skipif(find_spec("pygls") is None, reason="needs the extra ctxload[lsp]")
@pytest.mark.parametrize("path", [None, BESIDE], ids=["system", "beside"])
def test_neovim_gets_findings_and_a_resolution_with_the_set_up_of_the_page(project: Path, path: str | None) -> None:
    """The one of the system, which may be old, and a current one beside this Python (`nox -s runners`)."""
    nvim = editor("nvim", path)
    version = subprocess.run([nvim, "--version"], capture_output=True, check=True, timeout=PATIENCE).stdout.decode()
    numbers = re.match(r"NVIM v(\d+)\.(\d+)", version)
    assert numbers
    setup = block("neovim: 0.11" if (int(numbers[1]), int(numbers[2])) >= (0, 11) else "neovim: 0.7")
    init, show = project.parent / "init.lua", project.parent / "show.lua"
    init.write_text("vim.cmd('filetype plugin on')\n" + setup + block("neovim: both"), encoding="utf-8")
    show.write_text(SHOW, encoding="utf-8")
    done = subprocess.run(
        [nvim, "--headless", "-i", "NONE", "-u", str(init), "context-index.yml", "-c", f"luafile {show}"],
        cwd=project, env=environment(project), capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode("utf-8").replace("\r", "") == block("transcript: neovim"), done.stderr.decode()


@posix
def test_vim_opens_the_files_for_a_task_with_the_client_of_the_page(project: Path) -> None:
    vim = editor("vim")
    able = subprocess.run([vim, "--version"], capture_output=True, check=True, timeout=PATIENCE).stdout
    if b"+job" not in able or b"+channel" not in able:
        pytest.skip("needs vim with +job and +channel")
    script, out = project.parent / "client.vim", project.parent / "out.txt"
    script.write_text(block("vim: client"), encoding="utf-8")
    run = project.parent / "run.vim"
    run.write_text(
        "Context An API for coupons\n"
        "let waited = 0\n"
        "while argc() == 0 && waited < 400\n  sleep 50m\n  let waited += 1\nendwhile\n"
        f"call writefile(argv(), '{out}')\nqall!\n",
        encoding="utf-8",
    )
    subprocess.run(
        [vim, "-N", "-u", "NONE", "-i", "NONE", "-n", "-es", "-S", str(script), "-S", str(run)],
        cwd=project, env=environment(project), capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert out.read_text(encoding="utf-8") == "context/api.md\n"


ELISP = """
(require 'eglot)
(require 'yaml-mode)
(setq eglot-sync-connect 20)
(find-file "context-index.yml")
(yaml-mode)
(apply #'eglot (eglot--guess-contact))
(let ((tries 0))
  (while (and (not (flymake-diagnostics)) (< tries 200))
    (flymake-start)
    (accept-process-output nil 0.1)
    (setq tries (1+ tries))))
(defun say (text) (write-region (concat text "\\n") nil (getenv "OUT") t 'quiet))
(dolist (found (flymake-diagnostics))
  (goto-char (flymake-diagnostic-beg found))
  (say (format "%d:%d %s" (line-number-at-pos) (1+ (- (point) (line-beginning-position)))
               (car (split-string (flymake-diagnostic-text found) "\\n")))))
(say (ctxload-context "An API for coupons"))
"""


@posix
@pytest.mark.heavy
@pytest.mark.skipif(find_spec("pygls") is None, reason="needs the extra ctxload[lsp]")
def test_emacs_gets_findings_and_a_resolution_with_the_set_up_of_the_page(project: Path) -> None:
    emacs = editor("emacs")
    load = "(progn (require 'eglot) (require 'yaml-mode))"
    able = subprocess.run([emacs, "--batch", "--eval", load], capture_output=True, timeout=PATIENCE)
    if able.returncode:
        pytest.skip("needs emacs with eglot and yaml-mode")
    (project / ".git").mkdir()  # what tells Emacs where a project begins
    init, show, out = project.parent / "init.el", project.parent / "show.el", project.parent / "out.txt"
    init.write_text(block("emacs: eglot"), encoding="utf-8")
    show.write_text(ELISP, encoding="utf-8")
    done = subprocess.run(
        [emacs, "--batch", "-l", str(init), "-l", str(show)],
        cwd=project, env={**environment(project), "OUT": str(out)}, capture_output=True, timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert out.read_text(encoding="utf-8") == block("transcript: emacs"), done.stderr.decode()


@posix
@pytest.mark.heavy
def test_kakoune_opens_the_files_for_a_task_with_the_command_of_the_page(project: Path) -> None:
    kak = editor("kak")
    rc, out = project.parent / "kakrc", project.parent / "out.txt"
    rc.write_text(block("kakoune: command"), encoding="utf-8")
    (project / "context" / "dokcer.md").write_text("# Docker\n", encoding="utf-8")
    seen = f"nop %sh{{ printf '%s' \"$kak_bufname $kak_buflist\" > {out} }}"
    asked = "context Context: context/api.md, context/dokcer.md"
    subprocess.run(
        [kak, "-n", "-ui", "dummy", "-e", f"source {rc}; {asked}; {seen}; quit!"],
        cwd=project, env=environment(project), capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    first, *opened = out.read_text(encoding="utf-8").split()
    assert first == "context/api.md" and "context/dokcer.md" in opened
