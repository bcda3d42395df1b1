"""What ctxload starts: which Python and how, which program by a name, where, and with which environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctxload.workspace import processes as programs
from ctxload.workspace.processes import find, folders, interpreter, itself, needed, neutral
from tiers import sample

posix = pytest.mark.skipif(os.name == "nt", reason="makes programs as POSIX has them")
SOURCE = Path(programs.__file__).resolve().parents[2]


def program(folder: Path, name: str = "claude") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, in a folder of it."""
    (tmp_path / "shop" / "src").mkdir(parents=True)
    (tmp_path / "shop" / "context-index.yml").touch()
    monkeypatch.chdir(tmp_path / "shop" / "src")
    return tmp_path / "shop"


# ── programs by name ─────────────────────────────────────────────────────────────────────────────────────


@posix
@pytest.mark.parametrize(
    "entry", ["", ".", "bin", "./bin", "../bin", "SHOP/bin", "SHOP/src/../bin", "LINK/bin", "SHOP"]
)
@pytest.mark.parametrize("sign", [".git", "context-index.yml", "context/context-index.yaml"])
def test_a_program_of_the_project_is_not_found(
    shop: Path, entry: str, sign: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (shop / "context-index.yml").unlink()
    (shop / sign).parent.mkdir(exist_ok=True)
    (shop / sign).touch()
    for folder in (shop, shop / "bin", shop / "src", shop / "src" / "bin"):
        program(folder)
    (tmp_path / "link").symlink_to(shop)
    path = entry.replace("SHOP", str(shop)).replace("LINK", str(tmp_path / "link"))
    monkeypatch.setenv("PATH", path)
    assert find("claude") == ""
    theirs = program(tmp_path / "bin")
    monkeypatch.setenv("PATH", os.pathsep.join((path, str(tmp_path / "bin"), path)))
    assert find("claude") == str(theirs) and folders() == [str(tmp_path / "bin")]


@posix
def test_where_no_project_is_or_only_the_home_folder_all_of_the_path_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = program(tmp_path / ".local" / "bin")
    monkeypatch.setenv("PATH", str(theirs.parent))
    monkeypatch.chdir(tmp_path)
    assert find("claude") == str(theirs)
    (tmp_path / ".git").mkdir()  # some keep their settings so
    assert find("claude") == ""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find("claude") == str(theirs)


@posix
def test_only_a_name_or_an_absolute_path_is_a_program(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = program(shop.parent / "bin")
    program(shop / "src")
    monkeypatch.setenv("PATH", str(theirs.parent))
    assert find(str(theirs)) == str(theirs)
    for name in ("./claude", "../bin/claude", "bin/../claude", "", "claude/", str(shop)):
        assert find(name) == "", name
    theirs.chmod(0o644)
    assert find("claude") == find(str(theirs)) == ""


def test_in_a_folder_that_is_gone_programs_are_still_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(os, "getcwd", gone)
    assert isinstance(find("sh"), str)


# ── Python ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_neutral_folder_is_there_and_absolute() -> None:
    assert os.path.isdir(neutral()) and os.path.dirname(neutral()) == neutral()


def test_a_python_of_ours_gets_what_it_needs_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONSTARTUP",
        "LD_PRELOAD",
        "DYLD_INSERT_LIBRARIES",
        "BASH_ENV",
        "GIT_DIR",
        "A",
    ):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("CTXLOAD_DEBUG", "1")
    found = needed()
    assert found["HOME"] == os.environ["HOME"] and found["CTXLOAD_DEBUG"] == "1"
    assert (
        not {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "LD_PRELOAD", "BASH_ENV", "GIT_DIR", "PATH", "A"}
        & found.keys()
    )


def test_the_very_ctxload_that_runs_is_started(tmp_path: Path) -> None:
    done = subprocess.run(itself("--version"), cwd=tmp_path, env=needed(), capture_output=True, text=True, timeout=60)
    from ctxload import __version__

    assert done.stdout.strip().endswith(__version__)


@posix
@pytest.mark.parametrize("has_own_packages", sample([True, False]))
def test_packages_of_the_user_s_own_are_found_and_nothing_of_the_folder(has_own_packages: bool, tmp_path: Path) -> None:
    """Installed with `pip install --user`, ctxload is found by `-E -P` and not by `-I`."""
    python = getattr(sys, "_base_executable", sys.executable)
    env = {"HOME": str(tmp_path), "PYTHONPATH": str(tmp_path / "shop")}
    ask = [python, "-E", "-c", "import site; print(site.getusersitepackages())"]
    own = Path(subprocess.run(ask, env=env, capture_output=True, text=True, check=True).stdout.strip())
    if not own.is_relative_to(tmp_path):
        pytest.skip("this Python keeps the user's packages elsewhere")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "only_here.py").write_text("print('wrong')", encoding="utf-8")
    if has_own_packages:
        own.mkdir(parents=True)
        (own / "users_own.py").write_text("print('found')", encoding="utf-8")
    text = f"import sys; sys.path.insert(0, {str(SOURCE)!r}); from ctxload.workspace.processes import interpreter; print(*interpreter()[1:])"  # noqa: E501
    words = subprocess.run([python, "-c", text], env=env, capture_output=True, text=True, check=True).stdout.split()
    assert words == (["-E", "-P"] if has_own_packages else ["-I"])

    def runs(name: str) -> str:
        return subprocess.run(
            [python, *words, "-m", name], cwd=tmp_path / "shop", env=env, capture_output=True, text=True
        ).stdout

    assert (runs("users_own"), runs("only_here")) == ("found\n" if has_own_packages else "", "")


@pytest.mark.heavy
def test_called_as_a_module_it_imports_nothing_more_from_the_folder_it_is_started_in(tmp_path: Path) -> None:
    first = {"__main__", "__future__"}  # what Python imports for `-m`, and the package's own first line
    ask = [sys.executable, "-I", "-c", "import runpy, sys; print(*sys.modules)"]
    before = {
        name.split(".")[0] for name in subprocess.run(ask, capture_output=True, text=True, check=True).stdout.split()
    }
    for name in {*sys.stdlib_module_names, "yaml", "pathspec", "typer", "regex", "packaging"} - before - first:
        (tmp_path / f"{name}.py").write_text("open('PROOF', 'w').write(__name__)", encoding="utf-8")
    (tmp_path / "context-index.yml").write_text("context_files: [{path: a.md, keywords: [api]}]\n", encoding="utf-8")
    (tmp_path / "a.md").touch()
    for words in (["resolve", "the", "api"], ["check"], ["doctor"], ["hook"]):
        subprocess.run(
            [sys.executable, "-m", "ctxload", *words], cwd=tmp_path, input=b"{}", capture_output=True, timeout=60
        )
        assert not (tmp_path / "PROOF").exists(), (tmp_path / "PROOF").read_text(encoding="utf-8")


def test_an_interpreter_is_told_first_of_all_not_to_look_around() -> None:
    assert interpreter("-c", "pass")[0] == sys.executable and interpreter("-c", "pass")[-2:] == ["-c", "pass"]
