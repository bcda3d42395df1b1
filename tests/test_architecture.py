"""The walls of the house, read from the source: which package may import which, who alone knows a library, what a start costs."""  # noqa: E501

from __future__ import annotations

import ast
import json
import marshal
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import pytest

import ctxload
from ctxload.workspace import locations as discover
from tiers import sample

PACKAGE = Path(ctxload.__file__).resolve().parent

#: The packages from the ground up, and what each may import of the others. The `__init__` of each says the same.
MAY_IMPORT = {
    "text": "",
    "workspace": "text",
    "index": "text",
    "matching": "text index",
    "formats": "text index matching workspace",
    "selection": "text index matching workspace formats",
    "load": "text index matching workspace formats selection",
    "project": "text index matching workspace formats selection",
    "fleet": "text index matching workspace formats selection load project",
    "authoring": "text index matching workspace formats selection load project fleet",
    "integrations": "text index matching workspace formats selection load project fleet authoring",
    "cli": "text index matching workspace formats selection load project fleet authoring integrations",
}

#: The modules beside them, and what each may import: packages and modules.
BESIDE = {
    "record": "",
    "version": "",
    "errors": "text",
    "output": "text errors",
    "progress": "text errors output",
    "error_handler": "text errors output version",
    "loader": "text workspace index matching formats selection load project fleet authoring errors record version",
    "start": f"{' '.join(MAY_IMPORT)} errors output error_handler",
    "__init__": f"{' '.join(MAY_IMPORT)} errors loader version",  # the public names, each from where it lives
    "__main__": "start",
}
#: Which of those the packages may import.
GROUND = {"record", "version"}
ABOVE_TEXT = {"errors", "output", "error_handler", "progress"}
ABOVE_AUTHORING = {"loader"}

#: Where each file is of one kind: a format, a client, a command. No other folder holds more than so many.
REGISTRIES = {"formats", "cli", "integrations/clients"}
MANY = 25

#: Libraries, and the only modules that know them.
KNOWS = {
    "yaml": {"text.yaml", "index.parser", "index.repair"},
    "pathspec": set[str](),
    "packaging": {"workspace.stack.requirements", "workspace.stack.manifests"},
    "regex": {"matching.rules"},
    "typer": {"cli.app"},
    "click": set[str](),
    "bpe_openai": {"load.token_estimate"},
    "rich": {"cli.app", "progress"},
    "watchdog": {"workspace.watcher"},
    "llm": {"integrations.llm_plugin"},
    "agents": {"integrations.openai_agents"},
    "pydantic_ai": {"integrations.pydantic_ai"},
    "claude_agent_sdk": {"integrations.claude_agent"},
    "pyarrow": {"authoring.logs.parquet"},
    "mcp": {"integrations.mcp"},
    "mcp_types": {"integrations.mcp"},
    "pygls": {"integrations.lsp"},
    "lsprotocol": {"integrations.lsp"},
    "distributed": {"fleet.cluster"},
    "dask": set[str](),
    "cryptography": {"fleet.cluster"},
    "marshal": {"project.snapshot", "project.snapshot_writer", "project.spill", "project.counts", "start"},
    "_imp": {"workspace.stamps"},
    "subprocess": {"workspace.processes"},
    "multiprocessing": set[str](),
    "runpy": set[str](),
    "pty": set[str](),
    "webbrowser": set[str](),
    "_posixsubprocess": set[str](),
    "_winapi": set[str](),
    "socket": set[str](),
    "urllib": set[str](),
    "http": set[str](),
    "dataclasses": set[str](),
    "pickle": set[str](),
}  # a package named here stands for its modules

#: What a start must not pay for.
SLOW = {
    "argparse", "asyncio", "collections", "contextlib", "ctypes", "dataclasses", "enum", "functools", "hashlib", "importlib.metadata",  # noqa: E501
    "inspect", "json", "pathlib", "pathspec", "re", "regex", "rich", "shutil", "sqlite3", "subprocess", "tempfile", "threading", "typer",  # noqa: E501
    "typing", "watchdog", "yaml",
}  # fmt: skip
#: What an answer to a plain task may load at most, by command: modules of ours, packages included, and their byte code (a  # noqa: E501
#: tenth more than reached, since each Python writes its own). This keeps what is rare out; whether a start got slower, `benchmarks/run.py --only cold` tells.  # noqa: E501
MOST = {"resolve": (37, 400_000), "hook": (68, 790_000), "quiet hook": (14, 70_000)}


@cache  # every test asks, and reading the whole package takes a second
def files() -> dict[str, Path]:
    """Each file of the package by its module's name, `text.source`; a package by its own, `text`."""
    found: dict[str, Path] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" and parts[1:] else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(files()[module].read_text(encoding="utf-8"))


@cache
def names(module: str) -> frozenset[str]:
    """All names in a file's code: only where one of interest is among them, its nodes are looked through."""
    path = files()[module]
    code = SourceFileLoader("", os.fspath(path)).get_code("")  # as the import left it beside the file
    assert code
    return frozenset(
        name for part in with_inner(code) for name in (*part.co_names, *part.co_varnames, *part.co_cellvars)
    )


def with_inner(code: CodeType) -> Iterator[CodeType]:
    """A code with that of its functions and classes."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from with_inner(inner)


def inside(node: ast.AST) -> Iterator[ast.AST]:
    """The statements right in a node, and what holds more: an import is one, and stands in no expression."""
    for part in ("body", "handlers", "orelse", "finalbody", "cases"):
        children = getattr(node, part, ())
        yield from children if isinstance(children, list) else ()  # of an expression it is no list


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Those in a node, however deep."""
    for child in inside(node):
        yield child
        yield from statements(child)


def home(module: str) -> str:
    """The package, or the module beside them."""
    return module.split(".")[0]


@cache
def imports(module: str) -> frozenset[tuple[str, int]]:
    """What a file imports of ours, by module, wherever the statement stands and whatever it is for, and in which
    line.
    """
    path = files()[module]
    around = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    around = [] if module == "__init__" else around
    return frozenset(
        (target, node.lineno)
        for node in statements(tree(module))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for target in targets(node, around)
        if target != module
    )


def targets(node: ast.Import | ast.ImportFrom, around: list[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        whole = [alias.name.split(".") for alias in node.names]
        yield from (ours(".".join(parts[1:])) for parts in whole if parts[0] == "ctxload")
    elif node.level or (node.module or "").split(".")[0] == "ctxload":
        named = (node.module or "").split(".") if node.module else []
        base = [*around[: len(around) + 1 - node.level], *named] if node.level else named[1:]
        yield from (ours(".".join([*base, alias.name])) for alias in node.names)


def ours(name: str) -> str:
    """The module in which a dotted name is found."""
    while name and name not in files():
        name = name.rpartition(".")[0]
    return name or "__init__"


@cache
def libraries(module: str) -> frozenset[str]:
    """The names of what a file imports that is not ours; what only a type checker reads is left out."""

    def visit(node: ast.AST) -> Iterator[str]:
        for child in inside(node):
            if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
                for other in child.orelse:
                    yield from visit(other)
            elif isinstance(child, ast.Import):
                yield from (alias.name.split(".")[0] for alias in child.names)
            elif isinstance(child, ast.ImportFrom) and not child.level:
                yield (child.module or "").split(".")[0]
            else:
                yield from visit(child)

    return frozenset(visit(tree(module)))


def allowed(module: str) -> set[str]:
    """The packages, and modules beside them, that a file may import."""
    place = home(module)
    if place in BESIDE:
        return {place, *BESIDE[place].split()}
    above_text = ABOVE_TEXT if place != "text" else set()
    above_authoring = ABOVE_AUTHORING if place in ("integrations", "cli") else set()
    return {place, *MAY_IMPORT[place].split(), *GROUND, *above_text, *above_authoring}


# ── packages and files ───────────────────────────────────────────────────────────────────────────────────


def test_the_checks_see_every_file() -> None:
    seen = sum(name.endswith(".py") for _, _, names in os.walk(PACKAGE) for name in names)
    assert len(files()) == seen >= 120


def test_every_file_is_in_a_package_or_has_its_place_beside_them() -> None:
    assert {home(module) for module in files()} == {*MAY_IMPORT, *BESIDE}


@pytest.mark.parametrize("place", [*MAY_IMPORT, *BESIDE])
def test_a_package_imports_only_what_it_may(place: str) -> None:
    wrong = [
        f"{module}:{line} imports {name}"
        for module in files()
        if home(module) == place
        for name, line in sorted(imports(module))
        if home(name) not in allowed(module)
    ]
    assert not wrong, "\n".join(wrong)


def test_packages_import_one_way() -> None:
    """What a package may import may not import it, nor anything that the package itself may not."""
    for package, names in MAY_IMPORT.items():
        for name in names.split():
            assert {*MAY_IMPORT[name].split()} <= {*names.split()} - {package}


def test_files_import_in_no_circle() -> None:
    left = {module: {name for name, _ in imports(module)} - {"__init__"} for module in files() if module != "__init__"}
    while free := [module for module, needs in left.items() if not needs & left.keys()]:
        for module in free:
            del left[module]
    assert not left, "\n".join(f"{module} → {', '.join(sorted(needs & left.keys()))}" for module, needs in left.items())


#: Packages whose `__init__` holds more than what it says of them: the name is public, and has members.
PUBLIC = {"formats"}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_says_what_comes_in_what_goes_out_and_what_it_imports(package: str) -> None:
    lines = (ast.get_docstring(tree(package)) or "").splitlines()
    assert [line.split(":")[0] for line in lines if line.split(":")[0] in ("In", "Out", "Imports")] == [
        "In",
        "Out",
        "Imports",
    ]
    (imported,) = (line for line in lines if line.startswith("Imports: "))
    said = imported.removeprefix("Imports: ").rstrip(".").split(", ")
    assert set(said) - {"nothing"} == set(MAY_IMPORT[package].split())
    assert package in PUBLIC or len(tree(package).body) == 1, f"{package}/__init__.py is on the path of every start"


def test_no_folder_holds_more_files_than_a_glance_takes_in() -> None:
    for folder in {path.parent for path in files().values()}:
        count = sum(path.parent == folder for path in files().values())
        assert count <= MANY or folder.relative_to(PACKAGE).as_posix() in REGISTRIES, f"{folder.name}: {count} files"


def test_no_module_has_a_name_without_a_noun() -> None:
    nameless = {"utils", "util", "helpers", "common", "misc", "base", "tools", "small"}
    assert not {part for module in files() for part in module.split(".")} & nameless


# ── libraries ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("library", sorted(KNOWS))
def test_a_library_is_known_in_its_modules_alone(library: str) -> None:
    found = {module for module in files() if library in libraries(module)}
    assert not {
        module for module in found if module not in KNOWS[library] and module.rpartition(".")[0] not in KNOWS[library]
    }


#: Whatever starts a program, or says which Python runs: each by its name, whatever it is called on.
STARTS = {
    "system", "popen", "fork", "forkpty", "startfile", "executable", "_base_executable", "create_subprocess_exec", "create_subprocess_shell",  # noqa: E501
    "subprocess_exec", "subprocess_shell", "ProcessPoolExecutor",
}  # fmt: skip
PROGRAMS = "workspace.processes"


def starts_programs(name: str) -> bool:
    return name in STARTS or name.startswith(("exec", "spawn", "posix_spawn"))


def test_only_one_module_starts_programs_or_names_the_python_that_runs() -> None:
    assert any(map(starts_programs, names(PROGRAMS)))
    for module in files():
        for node in ast.walk(tree(module)) if any(map(starts_programs, names(module))) else ():
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            starts = starts_programs(name)
            builtin = isinstance(node, ast.Name) and name == "exec"  # code, and no program; there is none of it either
            assert not (starts and module != PROGRAMS), f"{module}:{node.lineno}: {name}"
            assert not builtin, f"{module}:{node.lineno}"


def test_every_program_is_started_in_a_neutral_folder_with_an_environment_that_was_chosen() -> None:
    calls = [
        node
        for node in ast.walk(tree(PROGRAMS))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("run", "Popen", "call")
    ]
    assert len(calls) == 4
    for call in calls:
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert given["cwd"] == "neutral()" and given["env"] in ("needed()", "_environment()") and "shell" not in given


#: What reads neither clock nor environment nor random numbers, and the one of them that may: a rule's search has a time
#: limit.
PURE = ("text", "index", "matching", "selection", "record")
TIMED = "matching.rules"


def test_what_is_pure_reads_no_clock_no_environment_and_no_random_number() -> None:
    outside = {"os", "time", "datetime", "random", "sys", "threading", "tempfile"}
    pure = [module for module in files() if home(module) in PURE and module != TIMED]
    assert len(pure) >= 35
    for module in pure:
        assert not libraries(module) & outside, module


def test_texts_are_opened_with_a_named_encoding() -> None:
    for module in files():
        for call in ast.walk(tree(module)) if names(module) & {"open", "read_text", "write_text"} else ():
            if isinstance(call, ast.Call) and opens_a_text(call):
                assert any(keyword.arg == "encoding" for keyword in call.keywords), f"{module}:{call.lineno}"


def opens_a_text(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in ("read_text", "write_text")
    binary = any(isinstance(word, ast.Constant) and "b" in str(word.value) for word in call.args[1:2])
    return isinstance(call.func, ast.Name) and call.func.id == "open" and not binary


# ── what a start imports ─────────────────────────────────────────────────────────────────────────────────


def imported_by(program: str, cwd: Path, *words: str, site: bool = False) -> tuple[set[str], str]:
    """The modules that a program adds to those of a bare interpreter, and what it printed."""
    head = f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); before = set(sys.modules)\n"
    tail = "\nsys.stdout.flush(); print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, *([] if site else ["-S"]), "-c", head + program + tail, *words],
        cwd=cwd, capture_output=True, timeout=120, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return set(done.stderr.decode().splitlines()[-1].split()), done.stdout.decode()


def slow(found: set[str]) -> set[str]:
    return {name for name in found if name in SLOW or name.split(".")[0] in SLOW}


def test_importing_the_package_imports_nothing_of_it(tmp_path: Path) -> None:
    found, _ = imported_by("import ctxload", tmp_path)
    assert found == {"ctxload", "__future__"}


def test_importing_the_record_imports_none_of_the_slow_modules(tmp_path: Path) -> None:
    found, _ = imported_by(
        "import ctxload.record, ctxload.index.model, ctxload.selection.model, ctxload.matching.tables, ctxload.errors",
        tmp_path,
    )
    assert slow(found) == set()


def test_a_warm_hook_imports_nothing_slow_but_json(tmp_path: Path, allow: Callable[[Path], None]) -> None:
    allow(tmp_path)
    account = discover.account_home()
    for name, text in (
        ("api.md", "# API\n"),
        ("context-index.yml", "context_files: [{path: api.md, keywords: [rest framework]}]\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        os.utime(tmp_path / name, (1_000_000_000, 1_000_000_000))
    call = {"session_id": "", "cwd": str(tmp_path), "hook_event_name": "BeforeAgent", "prompt": "the rest framework"}
    program = (
        f"import io, sys; sys.stdin = io.TextIOWrapper(io.BytesIO({json.dumps(call).encode()!r}))\n"
        # without `site`, as the plugin
        f"from ctxload.workspace import locations; locations.account_home = lambda: {account!r}\n"
        "from ctxload.start import run; status = run(['hook']); assert status == 0, status"
    )
    cold, out = imported_by(program, tmp_path, site=True)
    assert "yaml" in cold and "# API" in json.loads(out)["hookSpecificOutput"]["additionalContext"]
    warm, again = imported_by(program, tmp_path)
    assert again == out
    needs, _ = imported_by("import json, io", tmp_path)
    assert slow(warm - needs) == set()
    assert_small("hook", warm)


def test_an_index_that_is_plainly_written_is_compiled_without_the_yaml_parser(tmp_path: Path) -> None:
    (tmp_path / "api.md").write_text("# API\n", encoding="utf-8")
    (tmp_path / "context-index.yml").write_text(
        "version: 1.0\nfallback: none\n\n# all of them\ncontext_files:\n"
        "  - id: api\n    path: api.md\n    keywords: [rest framework]\n",
        encoding="utf-8",
    )
    program = (
        "from ctxload.start import run; status = run(['resolve', 'the rest framework']); assert status == 0, status"
    )
    cold, out = imported_by(program, tmp_path)
    assert "ctxload.matching.compiler" in cold and out.split() == ["api.md"]
    assert "yaml" not in cold


def test_a_tools_call_that_brings_nothing_loads_next_to_nothing(
    tmp_path: Path, allow: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    allow(tmp_path)
    index = "context_files: [{path: api.md, for_files: ['*.ts']}]\n"
    (tmp_path / "context-index.yml").write_text(index, encoding="utf-8")
    file = {"file_path": str(tmp_path / "a.py"), "content": "x"}
    call = {"session_id": "s", "cwd": str(tmp_path), "hook_event_name": "PreToolUse", "transcript_path": "t",
            "tool_name": "Write", "tool_input": file}  # fmt: skip
    start = (
        f"import io, sys; sys.stdin = io.TextIOWrapper(io.BytesIO({json.dumps(call).encode()!r}))\n"
        "from ctxload.start import run; status = run(['hook']); assert status == 0, status"
    )
    account = f"from ctxload.workspace import locations; locations.account_home = lambda: {discover.account_home()!r}\n"
    later = "import ctxload.integrations.hooks.quiet_writer as writer; writer.now = lambda: 1 << 62\n"
    _, out = imported_by(account + later + start, tmp_path, site=True)
    assert out == ""
    warm, again = imported_by(start, tmp_path)
    assert again == "" and not slow(warm)
    assert_small("quiet hook", warm)


@pytest.mark.parametrize(
    "words",
    sample(
        [
            ["resolve", "-0", "-a", "dev", "api"],
            ["load", "--conversation", "a", "--fresh", "--budget", "5000", "api"],
            ["resolve", "the rest framework on our page"],
            ["resolve", "-t", "t", "-m", "whole", "api"],
            ["load", "the rest framework"],
            ["load", "--max-chars", "300", "--max-files", "1", "api"],
        ],
        2,
    ),
)
def test_a_warm_resolve_imports_nothing_slow(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "context").mkdir()
    for name in ("context/api.md", "context-index.yml"):
        (tmp_path / name).write_text(
            "context_files: [{path: context/api.md, keywords: [rest framework, api], tags: [t], agents: [dev]}]\n"
            "context_rules: [{pattern: 'never.*so', context_ids: [api]}]\n",
            encoding="utf-8",
        )
        os.utime(tmp_path / name, (1_000_000_000, 1_000_000_000))
    program = "import sys; from ctxload.start import run; status = run(sys.argv[1:]); assert status == 0, status"
    cold, out = imported_by(program, tmp_path, *words, site=True)
    assert "yaml" in cold and "context/api.md" in out
    warm, again = imported_by(program, tmp_path, *words)
    assert again == out
    assert slow(warm) == set()
    rare = ("cli.app", "index.keys", "index.parser", "index.repair", "loader", "matching.compiler", "project.assemble",
            "selection.explicit", "text.render", "workspace.globs")  # fmt: skip
    assert not {f"ctxload.{module}" for module in rare} & warm
    assert {module.split(".")[1] for module in warm if module.startswith("ctxload.")} <= {*MAY_IMPORT, *BESIDE}


def test_the_start_of_a_plain_task_is_small(tmp_path: Path) -> None:
    for name, text in (
        ("api.md", "# API\n"),
        ("context-index.yml", "context_files: [{path: api.md, keywords: [rest framework]}]\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        os.utime(tmp_path / name, (1_000_000_000, 1_000_000_000))
    program = "import sys; from ctxload.start import run; status = run(sys.argv[1:]); assert status == 0, status"
    for _ in range(2):  # compiled, and found settled
        warm, out = imported_by(program, tmp_path, "resolve", "the rest framework", site=True)
    assert out == "api.md\n"
    assert_small("resolve", warm)


def assert_small(command: str, warm: set[str]) -> None:
    """No more of our modules, nor more byte code, than `MOST` says."""
    modules = sorted(
        name.removeprefix("ctxload").removeprefix(".") or "__init__" for name in warm if home(name) == "ctxload"
    )
    sizes = {name: len(marshal.dumps(compile(files()[name].read_bytes(), "m", "exec"))) for name in modules}
    reached = (len(modules), sum(sizes.values()))
    assert all(one <= most for one, most in zip(reached, MOST[command], strict=True)), (reached, sizes)
