"""The plugin, which is the repository: it runs what stands in `src/`, carries what that needs, and says so where there is no Python for it."""  # noqa: E501

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

import pytest

from ctxload import __version__
from ctxload.integrations.clients.registry import find
from ctxload.integrations.setup.plugin_files import CARRIED, PLACES, TEXTS, files_for
from tiers import sample

ROOT = Path(__file__).resolve().parents[1]
PLUGIN = ROOT / "plugin"
#: What of the repository the plugin needs.
PARTS = (".claude-plugin", "bin", "plugin", "src")
posix = pytest.mark.skipif(os.name == "nt" or not shutil.which("sh"), reason="runs the plugin by `sh`")


def module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tested_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


TOOL = module(ROOT / "tools" / "plugin.py")


# ── what is in it ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", TOOL.LIBRARIES)
def test_a_library_is_carried_as_it_was_released(name: str) -> None:
    """`nox -s plugin` takes a new release."""
    carried = json.loads(TOOL.VERSIONS.read_text(encoding="utf-8"))[name]
    try:
        installed = version(name)
    except PackageNotFoundError:
        installed = "none"
    if installed != carried:
        pytest.skip(f"the plugin carries {name} {carried}; here is {installed}")
    assert TOOL.carried(name) == TOOL.files_of(name)


def test_the_libraries_come_with_versions_and_licences_and_nothing_compiled() -> None:
    third_party = PLUGIN / "third_party"
    versions = json.loads(TOOL.VERSIONS.read_text(encoding="utf-8"))
    assert set(versions) == set(TOOL.LIBRARIES)
    folders = {path.name for path in third_party.iterdir() if path.is_dir()}
    assert folders == set(TOOL.LIBRARIES.values())
    assert all([*(third_party / folder).glob("LICENSE*")] for folder in folders)
    assert not [path for path in third_party.rglob("*") if path.suffix in (".so", ".pyd", ".zip", ".pyc")]


def test_nothing_of_ours_lies_in_the_plugin_a_second_time() -> None:
    ours = {path.read_bytes() for path in (ROOT / "src").rglob("*.py") if path.stat().st_size}
    assert len(ours) > 100
    assert not [path for path in PLUGIN.rglob("*") if path.is_file() and path.read_bytes() in ours]
    assert not [path for path in PLUGIN.rglob("*") if path.suffix in (".zip", ".whl", ".gz")]


def test_the_manifests_agree() -> None:
    plugin = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text(encoding="utf-8"))
    market = json.loads((ROOT / ".claude-plugin" / "marketplace.json").read_text(encoding="utf-8"))
    assert plugin["name"] == "ctxload" and plugin["version"] == __version__
    assert [(entry["name"], entry["source"]) for entry in market["plugins"]] == [("ctxload", "./")]
    for name in PLACES:
        assert plugin[name].startswith("./") and (ROOT / plugin[name]).exists()
    assert (PLUGIN / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_every_hook_calls_what_the_plugin_carries() -> None:
    hooks = json.loads((PLUGIN / "hooks" / "hooks.json").read_text(encoding="utf-8"))["hooks"]
    handlers = [handler for groups in hooks.values() for group in groups for handler in group["hooks"]]
    assert {handler["command"] for handler in handlers} == {f"{CARRIED} hook", f"{CARRIED} available"}
    assert all(handler["timeout"] == 10 for handler in handlers)
    assert os.access(ROOT / "bin" / "ctxload", os.X_OK) or os.name == "nt"


def test_what_is_installed_for_a_client_names_no_place_of_the_repository() -> None:
    files = files_for(find("claude-code"), "ctxload hook")
    manifest = json.loads(files["ctxload/.claude-plugin/plugin.json"])
    assert manifest["name"] == "ctxload" and not PLACES & manifest.keys()
    assert {"ctxload/hooks/hooks.json", *(f"ctxload/{name}" for name in TEXTS)} <= files.keys()


def test_the_wheel_takes_the_same_texts_and_none_of_the_libraries() -> None:
    with open(ROOT / "pyproject.toml", "rb") as file:
        taken = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    names = {*TEXTS, "hooks/hooks.json"}
    assert taken == {
        ".claude-plugin/plugin.json": "ctxload/plugin_files/.claude-plugin/plugin.json",
        **{f"plugin/{name}": f"ctxload/plugin_files/{name}" for name in names},
    }
    assert all((ROOT / name).is_file() for name in taken)


def test_no_variable_says_where_the_plugin_finds_what_it_runs() -> None:
    text = (PLUGIN / "run.py").read_text(encoding="utf-8")
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
        "context_rules: [{pattern: '(slow)\\1', context_ids: [api]}]\n",
        encoding="utf-8",
    )
    (tmp_path / "bin").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    for name in PARTS:
        shutil.copytree(ROOT / name, tmp_path / "clone" / name, ignore=shutil.ignore_patterns("__pycache__"))
    cache = f"cache_of_account = lambda: {str(tmp_path / 'account')!r}\n\n\n"  # not that of whoever runs the tests
    path = tmp_path / "clone" / "plugin" / "run.py"
    path.write_text(path.read_text(encoding="utf-8").replace("def is_ours", f"{cache}def is_ours", 1), encoding="utf-8")
    return root


def byte_code(shop: Path) -> Path:
    """Where the byte code of the plugin is kept, whether it is there or not."""
    run = module(PLUGIN / "run.py")
    return shop.parent / "account" / f"{run.PREFIX}{run.number_of(str(shop.parent / 'clone'))}"


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
        [shutil.which("sh") or "sh", str(shop.parent / "clone" / "bin" / "ctxload"), *words], cwd=shop, env=env, text=True,  # noqa: E501
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
    assert run(shop, "hook", given=call(shop, conversation="s2")).stdout


#: Runs the plugin as `bin/ctxload` does, and says at the end which files it has imported.
LOOKS = """
import importlib.util, os, sys
path = sys.argv[1]
spec = importlib.util.spec_from_file_location("run", path)
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)
def leave(status):
    files = [module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)]
    print(*files, sep="\\n", file=sys.stderr)
    sys.stdout.flush(), sys.stderr.flush()
    os.kill(os.getpid(), 9) if status else exit(os.getpid())
leaving, exit = os._exit, lambda pid: leaving(0)
os._exit, sys.argv = leave, sys.argv[1:]
run.main()
"""


@pytest.mark.heavy
@posix
def test_what_the_plugin_runs_is_what_stands_in_the_sources(shop: Path) -> None:
    clone = shop.parent / "clone"
    words = [sys.executable, "-I", "-S", "-c", LOOKS, str(clone / "plugin" / "run.py"), "resolve", "an api"]
    done = subprocess.run(words, cwd=shop, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "context/api.md\n"), done.stderr
    files = [Path(line) for line in done.stderr.splitlines()]
    imported = {path for path in files if "ctxload" in path.parts or "yaml" in path.parts}
    assert {
        clone / "src" / "ctxload" / "start.py",
        clone / "plugin" / "third_party" / "yaml" / "__init__.py",
    } <= imported
    for path in imported:
        top = clone / "src" if "ctxload" in path.parts else clone / "plugin" / "third_party"
        assert path.is_relative_to(top)
        here = ROOT / path.relative_to(clone)
        assert here.read_bytes() == path.read_bytes()


@posix
@pytest.mark.heavy
def test_a_change_of_the_sources_is_there_at_the_next_start(shop: Path) -> None:
    assert run(shop, "resolve", "an api").stdout == "context/api.md\n"
    path = shop.parent / "clone" / "src" / "ctxload" / "start.py"
    path.write_text(path.read_text(encoding="utf-8") + "\nprint('changed')\n", encoding="utf-8")
    assert run(shop, "resolve", "an api").stdout == "changed\ncontext/api.md\n"


@posix
@pytest.mark.heavy
def test_the_byte_code_is_kept_for_the_account_alone_and_none_beside_the_sources(shop: Path) -> None:
    assert run(shop, "resolve", "an api").stdout == "context/api.md\n"
    folder = byte_code(shop)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [*folder.rglob("start.*.pyc")]
    assert not [*(shop.parent / "clone").rglob("*.pyc")]


@posix
@pytest.mark.heavy
def test_a_plugin_that_is_gone_leaves_no_byte_code(shop: Path) -> None:
    cache = shop.parent / "account"
    for name, top in (("gone", shop / "no such folder"), ("there", shop)):
        (cache / f"plugin-{name}").mkdir(mode=0o700, parents=True)
        (cache / f"plugin-{name}" / "of").write_text(str(top), encoding="utf-8")
    (cache / "plugin-unknown").mkdir(mode=0o700)
    (cache / "other.index").touch()
    run(shop, "resolve", "an api")
    assert {path.name for path in cache.iterdir()} == {
        byte_code(shop).name,
        "plugin-there",
        "plugin-unknown",
        "other.index",
    }


@posix
@pytest.mark.heavy
def test_what_only_the_library_regex_can_search_is_not_searched_and_all_other_rules_obey_the_bound_on_steps(
    shop: Path,
) -> None:
    rules = ["(?:a{0,30}){0,30}b", r"(x+)\1+y"]  # too many steps for a long task, and what only `regex` can search
    (shop / "context-index.yml").write_text(
        "context_files: [{path: context/api.md, id: api, keywords: [api]}]\ncontext_rules:\n"
        + "".join(f"  - {{pattern: '{pattern}', context_ids: [api]}}\n" for pattern in rules),
        encoding="utf-8",
    )
    task = "a" * 4_000
    plugin = run(shop, "resolve", task)
    whole = subprocess.run(
        [sys.executable, "-m", "ctxload", "resolve", task], cwd=shop, capture_output=True, text=True, timeout=120
    )
    stopped = [line for line in plugin.stderr.splitlines() if "too many steps" in line]
    assert stopped and stopped == [line for line in whole.stderr.splitlines() if "too many steps" in line]
    assert "CTX213" in run(shop, "check").stdout


@pytest.mark.heavy
@posix
def test_many_that_start_at_once_all_answer(shop: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = [*pool.map(lambda n: run(shop, "hook", given=call(shop, conversation=f"s{n}")), range(8))]
    assert all("All about it." in one.stdout for one in done), [one.stderr for one in done]
    assert [path.name for path in (shop.parent / "account").iterdir()] == [byte_code(shop).name]


def stand_in(folder: Path, proof: Path) -> None:
    """A package `ctxload` that leaves a file behind."""
    (folder / "ctxload").mkdir(parents=True)
    for name in ("__init__", "start"):
        (folder / "ctxload" / f"{name}.py").write_text(f"open({str(proof)!r}, 'w')\n", encoding="utf-8")


def plant(shop: Path, folder: Path, proof: Path) -> None:
    """Byte code that leaves a file behind, where Python would take it for that of our `start.py`."""
    source = shop.parent / "clone" / "src" / "ctxload" / "start.py"
    program = (
        "import importlib._bootstrap_external as machine, marshal, sys\n"
        "sys.pycache_prefix, path, proof = sys.argv[1:]\n"
        "stat = machine._path_stat(path)\n"
        "code = marshal.dumps(compile(f'open({proof!r}, \\'w\\')', path, 'exec'))\n"
        "target = machine.cache_from_source(path)\n"
        "import os; os.makedirs(os.path.dirname(target), exist_ok=True)\n"
        "open(target, 'wb').write(machine.MAGIC_NUMBER + bytes(4) + int(stat.st_mtime).to_bytes(4, 'little')"
        " + stat.st_size.to_bytes(4, 'little') + code)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(folder), str(source), str(proof)], check=True, timeout=60)


@pytest.mark.heavy
@posix
def test_planted_byte_code_would_run_so_that_these_tests_can_fail(shop: Path) -> None:
    run(shop, "resolve", "an api")
    plant(shop, byte_code(shop), shop.parent / "PROOF")
    run(shop, "resolve", "an api")
    assert (shop.parent / "PROOF").exists()


@posix
@pytest.mark.parametrize("mode", sample([0o777, "link", 0o770, 0o705, "file", "read-only", "no account"], 2))
@pytest.mark.heavy
def test_without_a_place_of_its_own_it_runs_from_its_sources(shop: Path, mode: object) -> None:
    proof, folder = shop.parent / "PROOF", byte_code(shop)
    folder.parent.mkdir()
    if mode == "file":
        folder.touch()
    elif mode == "link":
        plant(shop, shop / "theirs", proof)
        (shop / "theirs").chmod(0o700)
        folder.symlink_to(shop / "theirs")
    elif isinstance(mode, int):
        plant(shop, folder, proof)
        folder.chmod(mode)
    elif mode == "read-only":
        folder.parent.chmod(0o555)
    else:
        path = shop.parent / "clone" / "plugin" / "run.py"
        path.write_text(
            path.read_text(encoding="utf-8").replace(f"lambda: {str(folder.parent)!r}", "lambda: ''"), encoding="utf-8"
        )
    done = run(shop, "hook", given=call(shop))
    folder.parent.chmod(0o755)
    assert (done.returncode, done.stderr) == (0, "")
    assert "All about it." in done.stdout and not proof.exists()


@posix
@pytest.mark.heavy
def test_a_plugin_in_a_folder_that_nobody_may_write_keeps_its_byte_code(shop: Path) -> None:
    clone = shop.parent / "clone"
    folders = [clone, *(path for path in clone.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    try:
        assert "All about it." in run(shop, "hook", given=call(shop)).stdout
        (kept,) = byte_code(shop).rglob("start.*.pyc")
        written = kept.stat()
        assert "All about it." in run(shop, "hook", given=call(shop, conversation="s2")).stdout
        assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
    finally:
        for path in folders:
            path.chmod(0o755)


#: Each with a whole path, and with two of the other spellings of a folder in the project.
VARIABLES = ["CTXLOAD_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "TMPDIR", "PYTHONPATH", "PYTHONPYCACHEPREFIX"]


@posix
@pytest.mark.parametrize(
    ("variable", "value"),
    [(variable, "SHOP/c") for variable in VARIABLES]
    + [(VARIABLES[at % len(VARIABLES)], value) for at, value in enumerate(["c", "~/c", "./c", ""] * 3)],
)
@pytest.mark.heavy
def test_no_variable_leads_it_to_run_what_lies_in_the_project(shop: Path, variable: str, value: str) -> None:
    proof, mark = shop.parent / "PROOF", byte_code(shop).name
    for top in (shop, shop / "c", shop / "~" / "c", shop / "c" / "ctxload", shop / ".cache" / "ctxload"):
        if not (top / "ctxload" / "start.py").exists():
            stand_in(top, proof)
        plant(shop, top / mark, proof)
    done = run(shop, "hook", given=call(shop), **{variable: value.replace("SHOP", str(shop))})
    assert (done.returncode, proof.exists()) == (0, False)
    assert "All about it." in done.stdout


@posix
@pytest.mark.parametrize("variable", ["PATH", "CTXLOAD_PYTHON"])
@pytest.mark.parametrize("value", sample(["tools", ".", "./tools", ""]))
@pytest.mark.heavy
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


#: What may go from a plugin, or break in it.
DAMAGES = ["plugin/run.py", *(f"src/ctxload/{name}.py" for name in (
    "start", "__init__", "integrations/hooks/hook", "load/frames",
))]  # fmt: skip


@posix
@pytest.mark.parametrize("damage", ["gone", "cut off"])
@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.heavy
def test_a_plugin_that_is_damaged_says_so_in_one_line(shop: Path, name: str, damage: str) -> None:
    if (name, damage) == ("plugin/run.py", "cut off"):
        pytest.skip("what Python says of a program that is none is its own")
    path = shop.parent / "clone" / name
    path.unlink() if damage == "gone" else path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] + b"\n(")
    done = run(shop, "hook", given=call(shop))
    assert done.returncode == 0 and "Traceback" not in done.stderr
    if (name, damage) == ("src/ctxload/__init__.py", "gone"):  # whose names only importing programs need
        assert "All about it." in done.stdout
        return
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("ctxload: ")
    if name in ("plugin/run.py", "src/ctxload/start.py"):
        assert "the plugin is damaged" in done.stderr
    if name in ("plugin/run.py", "src/ctxload/start.py") and damage == "gone":
        assert "the plugin is damaged" in json.loads(run(shop, "available").stdout)["systemMessage"]
        assert run(shop, "check").returncode == 3


def old_python() -> str:
    for path in ("python2.7", "python3.6", "python3.8", "python3.9", "python3.10"):
        found = shutil.which(path)
        if found and subprocess.run([found, "-c", "pass"], capture_output=True).returncode == 0:
            return found
    pytest.skip("no older Python is installed")


@pytest.mark.heavy
@posix
def test_an_old_python_reads_far_enough_to_say_that_it_is_too_old() -> None:
    assert subprocess.run([old_python(), str(PLUGIN / "run.py"), "available"], timeout=60).returncode == 86
