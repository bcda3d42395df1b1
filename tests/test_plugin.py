"""The plugin folder: it is current, carries what it needs, and says so in a line where there is no Python for it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from ctxload import __version__
from ctxload.integrations.clients.plugin import CARRIED, TEXTS

ROOT = Path(__file__).resolve().parents[1]
PLUGIN = ROOT / "plugin"
posix = pytest.mark.skipif(os.name == "nt" or not shutil.which("sh"), reason="runs the plugin by `sh`")


def module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tested_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


# ── what is in it ────────────────────────────────────────────────────────────────────────────────────────


def test_the_plugin_is_current() -> None:
    """`nox -s plugin` makes it so."""
    tool = module(ROOT / "tools" / "plugin.py")
    for path, data in tool.plan({**tool.sources(), **tool.carried()}).items():
        here = path.read_bytes() if path.suffix == ".zip" else tool.text_of(path)
        assert here == data, f"{path.relative_to(ROOT)} is not current: run `nox -s plugin`"


def test_the_archive_is_the_same_wherever_it_is_made() -> None:
    tool = module(ROOT / "tools" / "plugin.py")
    files = {"b.py": b"1", "a/c.py": b"2"}
    assert tool.archive(files) == tool.archive(dict(reversed(files.items())))
    with zipfile.ZipFile(tool.ARCHIVE) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert all(
            info.date_time == tool.DATE and info.compress_type == zipfile.ZIP_STORED for info in archive.infolist()
        )
        for name in ("ctxload/hook.py", "ctxload/findings/CTX301.md", "yaml/__init__.py"):
            assert name in names
        assert not any(name.endswith((".so", ".pyd", ".pyc")) for name in names)
        versions = json.loads(archive.read("libraries.json"))
    assert set(versions) == {"PyYAML", "packaging"}


def test_the_manifests_agree() -> None:
    plugin = json.loads((PLUGIN / ".claude-plugin" / "plugin.json").read_text(encoding="utf-8"))
    market = json.loads((ROOT / ".claude-plugin" / "marketplace.json").read_text(encoding="utf-8"))
    assert plugin["name"] == "ctxload" and plugin["version"] == __version__
    assert [(entry["name"], entry["source"]) for entry in market["plugins"]] == [("ctxload", "./plugin")]


def test_every_hook_calls_what_the_plugin_carries() -> None:
    hooks = json.loads((PLUGIN / "hooks" / "hooks.json").read_text(encoding="utf-8"))["hooks"]
    handlers = [handler for groups in hooks.values() for group in groups for handler in group["hooks"]]
    assert {handler["command"] for handler in handlers} == {f"{CARRIED} hook", f"{CARRIED} available"}
    assert all(handler["timeout"] == 10 for handler in handlers)
    assert os.access(PLUGIN / "bin" / "ctxload", os.X_OK) or os.name == "nt"


def test_the_wheel_takes_the_same_texts() -> None:
    with open(ROOT / "pyproject.toml", "rb") as file:
        taken = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    names = {*TEXTS, "hooks/hooks.json", ".claude-plugin/plugin.json"}
    assert taken == {f"plugin/{name}": f"ctxload/plugin_files/{name}" for name in names}
    assert all((ROOT / name).is_file() for name in taken)


def test_no_variable_says_where_the_plugin_finds_what_it_runs() -> None:
    text = (PLUGIN / "lib" / "run.py").read_text(encoding="utf-8")
    assert "os.environ" not in text and "getenv" not in text and "expanduser" not in text


# ── running it ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project, and a path with one Python and the plainest tools on it."""
    root = tmp_path / "my shop"
    (root / "context").mkdir(parents=True)
    (root / "context" / "api.md").write_text("# API\n\nAll about it.\n", encoding="utf-8")
    (root / "context-index.yml").write_text(
        "context_files: [{path: context/api.md, id: api, keywords: [api, ünïcode]}]\n"
        "context_rules: [{pattern: 'a.*slow.*one', context_ids: [api]}]\n",
        encoding="utf-8",
    )
    (tmp_path / "bin").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    shutil.copytree(PLUGIN, tmp_path / "plugin", ignore=shutil.ignore_patterns("unpacked-*"))
    return root


def unpacked(shop: Path) -> list[Path]:
    return [*(shop.parent / "plugin" / "lib").glob("unpacked-*")]


def run(shop: Path, *words: str, given: object = None, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {
        "HOME": str(shop.parent / "home"),
        "PATH": str(shop.parent / "bin"),
        "PYTHONPATH": "/nowhere",
        "CTXLOAD_HOOK_SECONDS": "60",
    }
    env.update(environ)
    if words[0] == "hook":  # it runs apart from everything, so that it would ask what the real account has allowed
        words = (*words, "--trust")
    return subprocess.run(
        [shutil.which("sh") or "sh", str(shop.parent / "plugin" / "bin" / "ctxload"), *words], cwd=shop, env=env, text=True,
        input="" if given is None else json.dumps(given), capture_output=True, timeout=120,
    )  # fmt: skip


def call(shop: Path, prompt: str = "Add an api", conversation: str = "s") -> dict[str, str]:
    return {
        "session_id": conversation, "transcript_path": "t", "cwd": str(shop), "hook_event_name": "UserPromptSubmit",
        "prompt": prompt,
    }  # fmt: skip


@posix
def test_the_hook_of_the_plugin_answers_with_nothing_installed(shop: Path) -> None:
    done = run(shop, "hook", given=call(shop))
    assert (done.returncode, done.stderr) == (0, "")
    assert "All about it." in json.loads(done.stdout)["hookSpecificOutput"]["additionalContext"]
    (folder,) = unpacked(shop)
    assert (folder / "ctxload" / "hook.py").exists()
    assert run(shop, "hook", given=call(shop, conversation="s2")).stdout


@pytest.mark.heavy
@posix
def test_many_that_start_at_once_all_answer(shop: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = [*pool.map(lambda n: run(shop, "hook", given=call(shop, conversation=f"s{n}")), range(8))]
    assert all("All about it." in one.stdout for one in done), [one.stderr for one in done]
    assert len(unpacked(shop)) == 1


def stand_in(folder: Path, proof: Path) -> None:
    """A package `ctxload` that leaves a file behind."""
    (folder / "ctxload").mkdir(parents=True)
    for name in ("__init__", "start"):
        (folder / "ctxload" / f"{name}.py").write_text(f"open({str(proof)!r}, 'w')\n", encoding="utf-8")


@pytest.mark.heavy
@posix
@pytest.mark.parametrize("mode", [0o777, 0o775, "link", "file", "read-only"])
def test_without_a_place_of_its_own_it_runs_from_the_archive(shop: Path, mode: object) -> None:
    lib, proof = shop.parent / "plugin" / "lib", shop.parent / "PROOF"
    folder = lib / f"unpacked-{module(PLUGIN / 'lib' / 'run.py').BUILD}"
    if mode == "file":
        folder.touch()
    elif mode == "link":
        stand_in(shop / "theirs", proof)
        folder.symlink_to(shop / "theirs")
    elif isinstance(mode, int):
        stand_in(folder, proof)
        folder.chmod(mode)
    else:
        lib.chmod(0o555)
    done = run(shop, "hook", given=call(shop))
    lib.chmod(0o755)
    assert (done.returncode, done.stderr) == (0, "")
    assert "All about it." in done.stdout and not proof.exists()


@posix
@pytest.mark.parametrize(
    "variable", ["CTXLOAD_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "TMPDIR", "PYTHONPATH", "PYTHONPYCACHEPREFIX"]
)
@pytest.mark.parametrize("value", ["c", "~/c", "./c", "SHOP/c", ""])
def test_no_variable_leads_it_to_run_what_lies_in_the_project(shop: Path, variable: str, value: str) -> None:
    proof, mark = shop.parent / "PROOF", module(PLUGIN / "lib" / "run.py").BUILD
    for top in (shop, shop / "c", shop / "~" / "c", shop / "c" / "ctxload", shop / ".cache" / "ctxload"):
        for below in ("", f"plugin-{mark}", f"unpacked-{mark}"):
            shutil.rmtree(top / below / "ctxload", ignore_errors=True) if (top / below / "ctxload").exists() else None
            stand_in(top / below, proof)
    done = run(shop, "hook", given=call(shop), **{variable: value.replace("SHOP", str(shop))})
    assert (done.returncode, proof.exists()) == (0, False)
    assert "All about it." in done.stdout


@posix
@pytest.mark.parametrize("variable", ["PATH", "CTXLOAD_PYTHON"])
@pytest.mark.parametrize("value", ["tools", ".", "./tools", ""])
def test_no_python_is_looked_for_in_the_project(shop: Path, variable: str, value: str) -> None:
    trap = f"#!/bin/sh\n/bin/touch {shop.parent / 'PROOF'}\n"
    for folder in (shop, shop / "tools"):
        folder.mkdir(exist_ok=True)
        for name in ("python3", "python", "python3.12"):
            (folder / name).write_text(trap, encoding="utf-8")
            (folder / name).chmod(0o755)
    found = str(shop.parent / "bin")
    environ = (
        {"PATH": f"{value}:{found}:{value}"}
        if variable == "PATH"
        else {"CTXLOAD_PYTHON": f"{value}/python3".lstrip("/")}
    )
    done = run(shop, "hook", given=call(shop), **environ)
    assert not (shop.parent / "PROOF").exists()
    assert "All about it." in done.stdout


@pytest.mark.heavy
@posix
def test_the_command_and_the_skill_find_their_words(shop: Path) -> None:
    assert run(shop, "explain", "--last").returncode == 1
    run(shop, "hook", given=call(shop))
    done = run(shop, "explain", "--last")
    assert done.returncode == 0 and "context/api.md  whole" in done.stdout and "keyword api" in done.stdout
    assert "selected  1 file" in run(shop, "explain", "an", "api").stdout
    assert run(shop, "resolve", "an api").stdout == "context/api.md\n"
    checked = run(shop, "check")
    assert checked.returncode == 0 and "CTX213" in checked.stdout
    assert run(shop, "check", "--explain", "CTX213").stdout.startswith("# CTX213")
    assert run(shop, "frobnicate").returncode == 2
    for text in ((PLUGIN / "skills" / "context-index" / "SKILL.md"), (PLUGIN / "commands" / "explain.md")):
        for words in ("explain --last", 'explain "THE PROMPT"'):
            assert words in text.read_text(encoding="utf-8") or "skills" in str(text)


@posix
def test_where_there_is_no_python_it_says_so_in_one_line(shop: Path) -> None:
    (shop.parent / "bin" / "python3").unlink()
    hook = run(shop, "hook", given=call(shop))
    assert (hook.returncode, hook.stdout) == (0, "")
    assert hook.stderr == "ctxload: no Python 3.11 or newer was found, so prompts go on without project documents\n"
    available = run(shop, "available")
    assert (available.returncode, available.stderr) == (0, "")
    assert json.loads(available.stdout) == {"systemMessage": hook.stderr.removesuffix("\n")}
    assert run(shop, "check").returncode == 3


@pytest.mark.heavy
@posix
@pytest.mark.parametrize("script", ["exit 86", "exit 2", "exit 127", "kill -9 $$"])
def test_a_python_that_is_too_old_or_broken_is_passed_over(shop: Path, script: str) -> None:
    folder = shop.parent / "bin"
    (folder / "python3").rename(folder / "python3.12")
    (folder / "python3").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "python3").chmod(0o755)
    done = run(shop, "hook", given=call(shop))
    assert done.returncode == 0 and "All about it." in done.stdout
    assert run(shop, "available").stdout == ""


@posix
def test_where_there_is_one_nothing_is_said(shop: Path) -> None:
    done = run(shop, "available")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


#: What may go from a plugin, or break in it: a file of the plugin, or of the folder that it unpacked.
DAMAGES = [
    "lib/ctxload.zip",
    "lib/run.py",
    "ctxload/start.py",
    "ctxload/__init__.py",
    "ctxload/hook.py",
    "ctxload/frames.py",
]


@posix
@pytest.mark.parametrize("damage", ["gone", "cut off"])
@pytest.mark.parametrize("name", DAMAGES)
def test_a_plugin_that_is_damaged_says_so_in_one_line_or_answers(
    shop: Path, name: str, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if (name, damage) == ("lib/run.py", "cut off"):
        pytest.skip("what Python says of a program that is none is its own")
    plugin = shop.parent / "plugin"
    shutil.copytree(PLUGIN, plugin)
    monkeypatch.setitem(globals(), "PLUGIN", plugin)
    if name.startswith("ctxload/"):
        run(shop, "hook", given=call(shop, conversation="before"))
        (folder,) = (shop.parent / "home" / ".cache" / "ctxload").glob("plugin-*")
        shutil.rmtree(folder / "ctxload" / "__pycache__", ignore_errors=True)
    else:
        folder = plugin
    path = folder / name
    path.unlink() if damage == "gone" else path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    done = run(shop, "hook", given=call(shop))
    assert done.returncode == 0 and "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("ctxload: ") or "All about it." in done.stdout
    if folder == plugin and damage == "gone":
        assert "the plugin is damaged" in done.stderr
        assert "the plugin is damaged" in json.loads(run(shop, "available").stdout)["systemMessage"]
        assert run(shop, "check").returncode == 3
    elif damage == "gone":
        assert "All about it." in done.stdout  # what went is taken from the archive


def old_python() -> str:
    for path in ("python2.7", "python3.6", "python3.8", "python3.9", "python3.10"):
        found = shutil.which(path)
        if found and subprocess.run([found, "-c", "pass"], capture_output=True).returncode == 0:
            return found
    pytest.skip("no older Python is installed")


@pytest.mark.heavy
@posix
def test_an_old_python_reads_far_enough_to_say_that_it_is_too_old() -> None:
    assert subprocess.run([old_python(), str(PLUGIN / "lib" / "run.py"), "available"], timeout=60).returncode == 86
