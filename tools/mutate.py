"""Random changes to operators, conditions and numbers where it is decided what is selected: which does no test notice?

    nox -s mutants                                  # 60 changes in the packages that pyproject.toml names as deciding
    nox -s mutants -- --count 20 --seed 7 matching.matcher     # 20 others, in one module

The tests run once against a copy of the package as it is, to learn which of them run which lines, and how long each
takes. Then each change is made in the copy, never in `src/`, and the tests that run its line are run, the quickest
first, until one fails. A change that none notices is printed: a test is missing, or the code decides nothing there. The
same seed makes the same changes of the same source. The status is 1 where fewer are noticed than `--least` percent.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import coverage
import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "ctxload"
TESTS = ROOT / "tests"
#: What says nothing about a changed module: it reads the source instead of running it, starts processes, which are not
#: seen from here, or is about other things.
NEVER = frozenset(
    "architecture atomic clients content dependencies editors edits fuzz git hazards hook_entries "
    "install integrations jsontext lsp markdown mcp mutate parse plugin programs project races real_clients repair "
    "security serve session start style token_estimate tree trust watch wildcards withheld".split()
)
#: The least number of tests to try: where fewer run a line, those of its module are tried, too, for what is worked out
#: once is not worked out again in the tests that come later.
LEAST_TESTS = 40
#: Tried with every change: what the pages list of figures and words is read where it stands, and runs no line.
FIGURES = "tests/test_figures.py::test_a_figure_or_word_of_the_code_is_the_one_on_the_page"
#: The most tests to try with one change.
MOST_TESTS = 1500
#: Seconds after which a change counts as noticed: it made something endless.
PATIENCE = 300

SWAPS: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
}  # fmt: skip


class Change(NamedTuple):
    """A change of one place: its first and last line, what stood there, what does now, and the module with it."""

    module: Path
    line: int
    last: int
    before: str
    after: str
    text: str


def deciding() -> list[str]:
    """The packages in which it is decided what is selected, and when a keyword matches."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(data["tool"]["ctxload"]["deciding"])


def paths_of(name: str) -> list[Path]:
    """The file of a module, by its name in the package, or the files of a package in it."""
    place = PACKAGE.joinpath(*name.split("."))
    found = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    if not found[0].is_file():
        sys.exit(f"mutate: there is no {name} in {PACKAGE.name}")
    return found


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────────


def places(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that run and can be changed: no annotations, no texts, nothing that only a type checker reads."""

    def visit(node: ast.AST) -> Iterator[ast.AST]:
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not is_aside(child):
                    yield child
                    yield from visit(child)

    return (node for node in visit(tree) if changed(node) is not None)


def is_aside(node: ast.AST) -> bool:
    """Whether it is `if TYPE_CHECKING:`, or sets that name; `if __name__ == "__main__":`, which decides nothing; or
    the `strict` of a `zip`, which says what always holds, as an assertion does.
    """
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return True
    names = [each.id for each in ast.iter_child_nodes(node) if isinstance(each, ast.Name)]
    started = (
        isinstance(node, ast.If) and isinstance(node.test, ast.Compare) and ast.unparse(node.test.left) == "__name__"
    )
    return "TYPE_CHECKING" in names or started


def changed(node: ast.AST) -> ast.AST | None:
    """Another node in the place of this one; None where there is no change to make."""
    new = copy.copy(node)  # what is below it is shared, and never changed
    match new:
        case ast.Compare(ops=[kind, *_]) if type(kind) in SWAPS:
            new.ops = [SWAPS[type(kind)](), *new.ops[1:]]
        case ast.BoolOp(op=kind) | ast.BinOp(op=kind) | ast.AugAssign(op=kind) if type(kind) in SWAPS and not joins(
            new
        ):
            new.op = SWAPS[type(kind)]()
        case ast.UnaryOp(op=ast.Not()):
            return new.operand
        case ast.If() | ast.IfExp() | ast.While():
            new.test = ast.UnaryOp(ast.Not(), new.test)
        case ast.Constant(value=bool()):
            new.value = not new.value
        case ast.Constant(value=int() | float() as number):
            new.value = number + 1
        case _:
            return None
    return new


def joins(node: ast.AST) -> bool:
    """Whether a plus joins texts or tuples, where a minus is an error and no change."""
    parts = [node.left, node.right] if isinstance(node, ast.BinOp) else []
    return any(isinstance(part, ast.JoinedStr | ast.Tuple | ast.List) or is_text(part) for part in parts)


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


class Put(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(self.new, node) if node is self.old else self.generic_visit(node)


def changes(names: list[str], count: int, seed: int) -> Iterator[Change]:
    """So many changes of these modules; the same for the same seed."""
    paths = [path for name in names for path in paths_of(name)]
    chances = [(path, place) for path in paths for place in range(len(list(places(parsed(path)))))]
    for path, place in random.Random(seed).sample(chances, min(count, len(chances))):
        tree = parsed(path)
        old = list(places(tree))[place]
        new = changed(old)
        assert new is not None
        text = ast.unparse(ast.fix_missing_locations(Put(old, new).visit(tree)))
        shown = old.test if isinstance(old, ast.If | ast.While) else old
        yield Change(path, getattr(shown, "lineno", 0), getattr(shown, "end_lineno", 0), short(old), short(new), text)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def short(node: ast.AST) -> str:
    return ast.unparse(node).partition("\n")[0][:80]


# ── tests ────────────────────────────────────────────────────────────────────────────────────────────────

PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "--hypothesis-seed", "0"]
PYTEST += ["--hypothesis-profile", "mutants"]


class Known(NamedTuple):
    """The package as it is: the tests that run each line of each module, and how long each test takes."""

    running: dict[Path, dict[int, frozenset[str]]]
    seconds: dict[str, float]

    def tests_for(self, change: Change) -> list[str]:
        """The tests to try: those that run a line of the change, the quickest first."""
        lines = self.running.get(change.module, {})
        found = set().union(*(lines.get(line, ()) for line in range(change.line, change.last + 1)))
        if len(found) < LEAST_TESTS:
            found |= set().union(*lines.values())
        quickest = sorted(found - {FIGURES}, key=lambda test: (self.seconds.get(test, 0.0), test))
        return [FIGURES, *quickest[: MOST_TESTS - 1]]


def test_files() -> list[Path]:
    """The files of tests that may notice a change, those of whole answers first."""
    return sorted(path for path in TESTS.glob("test_*.py") if path.stem.removeprefix("test_") not in NEVER)


def known(names: list[str], folder: Path) -> Known:
    """Runs the tests on the copy of the package as it is, and looks which lines each runs."""
    settings, data, times = folder / "coverage.ini", folder / "lines", folder / "times.xml"
    sources = "\n".join(f"    {copied(path, folder)}" for name in names for path in paths_of(name))
    settings.write_text(f"[run]\ninclude =\n{sources}\n", encoding="utf-8")
    words = ["-m", "coverage", "run", f"--rcfile={settings}", f"--data-file={data}", *PYTEST[1:], "-p", "mutate"]
    words += [f"--junit-xml={times}", *map(str, test_files())]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(folder)])}
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True)
    if not times.is_file():
        sys.exit(f"mutate: the tests could not be run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    left_out = failing(times)
    if FIGURES in left_out or FIGURES not in seconds_of(times):
        sys.exit(f"mutate: {FIGURES} must pass without any change")
    if left_out:
        print("mutate: left out, since they fail without any change:", *sorted(left_out), sep="\n  ", flush=True)
    running = {
        module: {line: tests - left_out for line, tests in lines_of(data, copied(module, folder)).items()}
        for name in names
        for module in paths_of(name)
    }
    return Known(running, seconds_of(times))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """This file is a plugin of pytest, too: it tells coverage which test begins, as pytest calls it."""
    measured = coverage.Coverage.current()
    assert measured is not None
    measured.switch_context(item.nodeid.partition("[")[0])
    return (yield)


def copied(module: Path, folder: Path) -> Path:
    """Where a module of the package stands in the copy."""
    return folder / module.relative_to(PACKAGE.parent)


def lines_of(data: Path, module: Path) -> dict[int, frozenset[str]]:
    """The tests that run each line of a module."""
    found = coverage.CoverageData(str(data))
    found.read()
    contexts = found.contexts_by_lineno(os.path.realpath(module))
    return {line: frozenset(filter(None, tests)) for line, tests in contexts.items()}


def cases(times: Path) -> Iterator[tuple[str, ElementTree.Element]]:
    """What is written of each case, with the test it is of."""
    for case in ElementTree.parse(times).iter("testcase"):
        module, *classes = case.attrib["classname"].removeprefix("tests.").split(".")
        yield "::".join([f"tests/{module}.py", *classes, case.attrib["name"].partition("[")[0]]), case


def seconds_of(times: Path) -> dict[str, float]:
    """How long the cases of each test took together."""
    found: dict[str, float] = {}
    for test, case in cases(times):
        found[test] = found.get(test, 0.0) + float(case.attrib["time"])
    return found


def failing(times: Path) -> frozenset[str]:
    """The tests with a case that fails."""
    return frozenset(test for test, case in cases(times) if any(one.tag in ("failure", "error") for one in case))


def notices(change: Change, tests: list[str], folder: Path) -> bool:
    """Whether a test fails with this change, or it makes something endless."""
    target = copied(change.module, folder)
    whole = target.read_text(encoding="utf-8")
    target.write_text(change.text, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [*PYTEST, "-x", *tests], cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(whole, encoding="utf-8")
        shutil.rmtree(
            target.parent / "__pycache__", ignore_errors=True
        )  # a second is as fine as byte code looks at times
    if "no match in any of" in done.stdout + done.stderr:  # and not because nothing can be imported any more
        sys.exit(f"mutate: a test isn't found by its name: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    return done.returncode != pytest.ExitCode.OK


def main(arguments: list[str]) -> int:
    """Tries the changes one after the other, and prints those that no test notices."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "module", nargs="*", help="module or package, as `matching.matcher`; those that decide, if none is named"
    )
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=int, default=0, help="percent that must be noticed")
    parser.add_argument("--list", action="store_true", help="print the changes and try none")
    options = parser.parse_args(arguments)
    tried = list(changes(options.module or deciding(), options.count, options.seed))
    if options.list:
        print(*map(told, tried), sep="\n")
        return 0
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(PACKAGE, Path(folder) / "ctxload", ignore=shutil.ignore_patterns("__pycache__"))
        tests = known(options.module or deciding(), Path(folder))
        for change in tried:
            noticed = notices(change, tests.tests_for(change), Path(folder))
            survivors += [] if noticed else [change]
            print(f"{'noticed ' if noticed else 'SURVIVED'} {told(change)}", flush=True)
    share = 100 * (len(tried) - len(survivors)) / max(1, len(tried))
    print(
        f"{len(tried) - len(survivors)} of {len(tried)} changes make a test fail ({share:.0f} %), seed {options.seed}"
    )
    return int(share < options.least)


def told(change: Change) -> str:
    """A change on a line."""
    return f"{change.module.relative_to(ROOT)}:{change.line}: `{change.before}` → `{change.after}`"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
