"""The walls between the rooms, read from the source: who may import whom, who alone knows a library, what a start costs."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import ctxload
from ctxload.workspace import locations as discover

PACKAGE = Path(ctxload.__file__).resolve().parent

#: The rooms from the ground up. A room imports only from those before it, at its head or later.
#: A folder is one room.
ORDER = """
    __init__ record errors source diagnostics keys words inflect tokens standing
    secret_names tree wildcards globs index markdown content hazards withheld git_index sizes write regular regular_compiler rules samples terms tables evidence
    repair parse stack manifests resolution at_hand directive match compile layers explicit focus documents verdicts resolver
    relevance excerpt budget frames load cases formats
    edits trial candidates suggest discover gather casefile survey check usage overview schema
    atomic allowances snapshot listings storing conversation progress agents project watch plain proofs loader
    wire programs git_objects git_changes given render explain doors loading batch checking testing recording suggesting report caching watching
    trust allowing init importing exporting surveying faults
    clients journal hook explaining
    integrations context_request session service subscriptions lsp mcp_server serving
    jsontext settings plugin installing doctor cli small start __main__
""".split()

#: What is imported upwards, when it is needed and not before: each is a door that opens from both sides.
UPWARDS = {
    ("tree", "globs"),  # a tree is asked for patterns; only `globs` matches them
    ("tree", "stack"),  # and for what the project is made of
    ("stack", "manifests"),
    ("index", "write"),  # `Index.to_yaml`
    ("layers", "explicit"),  # a layer and a view of their own, which most tasks do not ask for
    ("layers", "focus"),
    ("layers", "agents"),  # for `--agent auto`
    ("layers", "documents"),  # read for one answer where nobody keeps them
    ("layers", "verdicts"),
    ("snapshot", "storing"),  # sources that were too young to trust are looked at again, and the time is noted
    ("doors", "batch"),  # `resolve --batch`
}

#: Libraries, and the only rooms that know them.
KNOWS = {
    "yaml": {"parse", "repair"},
    "pathspec": set[str](),
    "packaging": {"stack", "manifests"},
    "regex": {"rules"},
    "typer": {"cli"},
    "bpe_openai": {"sizes"},
    "rich": {"cli", "progress"},
    "watchdog": {"watch"},
    "llm": {"integrations"},
    "agents": {"integrations"},
    "pydantic_ai": {"integrations"},
    "claude_agent_sdk": {"integrations"},
    "mcp": {"mcp_server"},
    "mcp_types": {"mcp_server"},
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
    "marshal": {"snapshot", "storing"},
    "_imp": {"tree"},
    "subprocess": {"programs"},
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
}

#: What a start must not pay for.
SLOW = {
    "argparse", "asyncio", "collections", "contextlib", "ctypes", "dataclasses", "enum", "functools", "hashlib", "importlib.metadata",
    "inspect", "json", "pathlib", "pathspec", "re", "regex", "rich", "shutil", "sqlite3", "subprocess", "tempfile", "threading", "typer",
    "typing", "watchdog", "yaml",
}  # fmt: skip


@cache  # every test asks, and reading the whole package takes a second
def rooms() -> dict[str, list[Path]]:
    """The files of each room."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        found.setdefault(path.relative_to(PACKAGE).parts[0].removesuffix(".py"), []).append(path)
    return found


@cache
def imports(path: Path) -> tuple[tuple[str, str, bool], ...]:
    """The imports of a file that happen: from the package or not, the module's first name, whether at its head."""

    def visit(node: ast.AST, at_head: bool) -> Iterator[tuple[str, str, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
                for other in child.orelse:
                    yield from visit(other, at_head)
            elif isinstance(child, ast.Import):
                yield from (("", alias.name.split(".")[0], at_head) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                inside = child.level - depth
                if inside > 0:
                    names = [child.module.split(".")[0]] if child.module else [alias.name for alias in child.names]
                    yield from ((".", name, at_head) for name in names)
                elif not child.level:
                    yield "", (child.module or "").split(".")[0], at_head
            else:
                yield from visit(child, at_head and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))

    depth = len(path.relative_to(PACKAGE).parts) - 1
    return tuple(visit(ast.parse(path.read_text(encoding="utf-8")), True))


def imported_rooms(path: Path) -> Iterator[tuple[str, bool]]:
    names = set(rooms())
    for inside, name, at_head in imports(path):
        if inside:
            yield (name if name in names else "__init__"), at_head


def test_every_room_has_its_place_in_the_order() -> None:
    assert sorted(rooms()) == sorted(ORDER)
    assert len(ORDER) == len(set(ORDER))


@pytest.mark.parametrize("room", ORDER)
def test_a_room_imports_only_from_the_rooms_below(room: str) -> None:
    below = set(ORDER[: ORDER.index(room)])
    for path in rooms()[room]:
        for name, at_head in imported_rooms(path):
            assert name in below or name == room or ((room, name) in UPWARDS and not at_head), (
                f"{path.name} imports {name}"
            )


def test_what_may_be_imported_upwards_still_is() -> None:
    for room, name in UPWARDS:
        assert ORDER.index(room) < ORDER.index(name)
        assert any((name, False) in set(imported_rooms(path)) for path in rooms()[room]), (
            f"{room} does not import {name} any more"
        )


@pytest.mark.parametrize("library", sorted(KNOWS))
def test_a_library_is_known_in_its_room_alone(library: str) -> None:
    found = {
        room
        for room, paths in rooms().items()
        for path in paths
        for inside, name, _ in imports(path)
        if not inside and name == library
    }
    assert found <= KNOWS[library]


#: Whatever starts a program, or says which Python runs: each by its name, whatever it is called on.
STARTS = {
    "system", "popen", "fork", "forkpty", "startfile", "executable", "_base_executable", "create_subprocess_exec", "create_subprocess_shell",
    "subprocess_exec", "subprocess_shell", "ProcessPoolExecutor",
}  # fmt: skip


def test_only_one_room_starts_programs_or_names_the_python_that_runs() -> None:
    for room, paths in rooms().items():
        for path in paths:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
                starts = name in STARTS or name.startswith(("exec", "spawn", "posix_spawn"))
                builtin = (
                    isinstance(node, ast.Name) and name == "exec"
                )  # code, and no program; there is none of it either
                assert not (starts and room != "programs"), f"{path.name}:{node.lineno}: {name}"
                assert not builtin, f"{path.name}:{node.lineno}"


def test_every_program_is_started_in_a_neutral_folder_with_an_environment_that_was_chosen() -> None:
    (path,) = rooms()["programs"]
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("run", "Popen", "call")
    ]
    assert len(calls) == 3
    for call in calls:
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert given["cwd"] == "neutral()" and given["env"] in ("needed()", "_environment()") and "shell" not in given


def test_the_middle_reads_no_clock_no_environment_and_no_random_number() -> None:
    pure = ORDER[ORDER.index("record") : ORDER.index("discover")]
    for room in set(pure) - {"tree", "rules"}:  # a tree looks at the disk; a rule's search has a time limit
        for path in rooms()[room]:
            found = {name for inside, name, _ in imports(path) if not inside}
            assert not found & {"os", "time", "datetime", "random", "sys", "threading", "tempfile"}, path.name


def test_no_room_has_a_name_without_a_noun() -> None:
    assert not set(rooms()) & {"utils", "util", "helpers", "common", "misc", "base"}


def test_texts_are_opened_with_a_named_encoding() -> None:
    for paths in rooms().values():
        for path in paths:
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and opens_a_text(call):
                    assert any(keyword.arg == "encoding" for keyword in call.keywords), f"{path.name}:{call.lineno}"


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
        f"from ctxload import discover; discover.account_home = lambda: {account!r}\n"  # without `site`, as the plugin
        "from ctxload.start import run; status = run(['hook']); assert status == 0, status"
    )
    cold, out = imported_by(program, tmp_path, site=True)
    assert "yaml" in cold and "# API" in json.loads(out)["hookSpecificOutput"]["additionalContext"]
    warm, again = imported_by(program, tmp_path)
    assert again == out
    needs, _ = imported_by("import json, io", tmp_path)
    assert slow(warm - needs) == set()


@pytest.mark.parametrize(
    "words",
    [
        ["resolve", "the rest framework"],
        ["resolve", "-0", "-a", "dev", "api"],
        ["resolve", "-t", "t", "-m", "whole", "api"],
        ["load", "the rest framework"],
        ["load", "--max-chars", "300", "--max-files", "1", "api"],
        ["load", "--conversation", "a", "--fresh", "--budget", "5000", "api"],
    ],
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
    assert (
        not {
            f"ctxload.{room}"
            for room in ("parse", "repair", "gather", "compile", "globs", "loader", "cli", "checking", "render")
        }
        & warm
    )
