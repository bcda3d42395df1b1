"""The examples in the docstrings run."""

from __future__ import annotations

import doctest
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from tempfile import mkdtemp
from typing import Any

import pytest

import ctxload

#: Those with an example; to look for one with `doctest` takes longer than to run it.
MODULES = sorted(
    name
    for name in ("ctxload", *(module.name for module in walk_packages(ctxload.__path__, "ctxload.")))
    if (spec := find_spec(name)) and ">>> " in Path(spec.origin or "").read_text(encoding="utf-8")
)


def example_project(above: Path) -> str:
    """A small project that examples may use: `example_project()` gives the root of a new one."""
    folder = Path(mkdtemp(dir=above))
    (folder / "context").mkdir()
    (folder / "context" / "api.md").write_text("# API\n", encoding="utf-8")
    (folder / "context" / "db.md").write_text("# Database\n", encoding="utf-8")
    (folder / "context-index.yml").write_text(
        "context_files:\n"
        "  - {path: context/api.md, keywords: [rest framework, api]}\n"
        "  - {path: context/db.md, keywords: [database]}\n"
        "agent_defaults:\n"
        "  backend-developer: [api]\n",
        encoding="utf-8",
    )
    return str(folder)


#: Modules that stand on an extra, or on a runner's package, and what they import.
NEEDS = {
    "ctxload.integrations.lsp.server": "pygls",
    **{
        f"ctxload.integrations.mcp.{name}": "mcp"
        for name in ("changes", "context", "served", "server", "skills", "wire")
    },
    "ctxload.integrations.claude_agent": "claude_agent_sdk",
    "ctxload.integrations.openai_agents": "agents",
    "ctxload.integrations.pydantic_ai": "pydantic_ai",
    "ctxload.integrations.llm_plugin": "llm",
}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str, tmp_path: Path) -> None:
    if name in NEEDS and find_spec(NEEDS[name]) is None:
        pytest.skip(f"needs {NEEDS[name]}")
    module = import_module(name)
    names: dict[str, Any] = {**vars(module), "example_project": lambda: example_project(tmp_path)}
    runner = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module, name, globs=names, module=module):
        runner.run(test, clear_globs=False)
    assert runner.summarize(verbose=False).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [
        test for name in set(MODULES) - set(NEEDS) for test in finder.find(import_module(name), name) if test.examples
    ]
    assert len(found) > 20
