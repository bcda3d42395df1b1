"""Typing tests for the public names: mypy reads this file, and pytest never runs it.

Each function is a promise to callers that check their types. What must NOT be allowed carries a `type: ignore` with its
code: with `warn_unused_ignores` (part of `strict`) mypy complains as soon as it becomes allowed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, assert_type

import ctxload
from ctxload import (
    ContextLoader,
    CtxloadError,
    Diagnostic,
    Entry,
    Index,
    Loaded,
    Reason,
    Resolution,
    Severity,
    load_index,
    resolve,
)


def a_loader_is_made_from_texts_or_paths() -> None:
    assert_type(ContextLoader(), ContextLoader)
    assert_type(ContextLoader(root="."), ContextLoader)
    assert_type(ContextLoader(Path(), Path("context-index.yml")), ContextLoader)
    ContextLoader(1)  # type: ignore[arg-type]
    ContextLoader(".", "context-index.yml", lambda: 0)  # type: ignore[call-arg, arg-type]


def a_loader_gives_resolutions(loader: ContextLoader) -> None:
    assert_type(loader.resolve("fix the login"), Resolution)
    assert_type(
        loader.resolve("fix", agent="backend-developer", context=["a.md"], match="whole", tags=("rest",)), Resolution
    )
    assert_type(loader.resolve("fix", None, None, None), Resolution)
    assert_type(loader.root, str)
    assert_type(loader.diagnostics, tuple[Diagnostic, ...])
    assert_type(loader.index(), Index)
    assert_type(loader.reload(), bool)
    loader.resolve()  # type: ignore[call-arg]
    loader.resolve(b"fix")  # type: ignore[arg-type]
    loader.resolve("fix", tags=1)  # type: ignore[arg-type]
    loader.root = "elsewhere"  # type: ignore[misc]


def a_loader_loads(loader: ContextLoader) -> None:
    loaded = loader.load(
        "fix", "a", ["a.md"], "whole", tags=("t",), budget=100, max_chars=5, max_bytes=5, max_files=1, format="xml"
    )
    assert_type(loaded, Loaded)
    assert_type(loader.load("fix", conversation="c", fresh=True, exact=False), Loaded)
    assert_type(loaded.text, str)
    assert_type(loaded.sources, tuple[str, ...])
    assert_type(loaded.tokens, int)
    assert_type(loaded.resolution, Resolution)
    loaded.text = "x"  # type: ignore[misc]
    loader.load("fix", budget="8k")  # type: ignore[arg-type]


def the_functions_take_what_the_loader_takes() -> None:
    assert_type(resolve("fix the login", root="."), Resolution)
    assert_type(resolve("fix", Path(), agent="a", context=("x",), match="related"), Resolution)
    assert_type(load_index(), Index)
    assert_type(load_index(Path(), index="context-index.yml"), Index)
    resolve("fix", ".", "backend-developer")  # type: ignore[call-arg]


def a_resolution_is_read_and_never_written(resolution: Resolution) -> None:
    assert_type(resolution.paths, tuple[str, ...])
    assert_type(resolution.layer, Literal["explicit", "keyword", "fallback", "always", "none"])
    assert_type(resolution.task, str)
    assert_type(resolution.reasons, dict[str, tuple[Reason, ...]])
    assert_type(resolution.diagnostics, tuple[Diagnostic, ...])
    assert_type(resolution.to_dict(), dict[str, Any])
    assert_type(resolution.to_dict(every=True), dict[str, Any])
    for file in resolution.files:
        assert_type(file.path, str)
        assert_type(file.score, int)
        assert_type(file.size, int)
        assert_type(file.reasons, tuple[Reason, ...])
    for verdict in resolution.verdicts:
        assert_type(verdict.selected, bool)
        assert_type(verdict.message, str)
    resolution.paths = ()  # type: ignore[misc]


def values_are_frozen_and_named(reason: Reason, entry: Entry, finding: Diagnostic) -> None:
    assert_type(reason.layer, Literal["explicit", "keyword", "fallback", "always"])
    assert_type(reason.spans, tuple[tuple[int, int], ...])
    assert_type(reason.replace(note="x"), Reason)
    assert_type(Reason("keyword", "keyword", by="api"), Reason)
    assert_type(entry.id.value, str)
    assert_type(entry.priority, float)
    assert_type(finding.code, str)
    assert_type(finding.severity, Literal["error", "warning", "note"])
    assert_type(finding.line, int)
    assert_type(finding.concise(), str)
    assert_type(finding.fix, tuple[tuple[int, int, str], ...])
    Reason()  # type: ignore[call-arg]
    Reason("keyword", "keyword", 1)  # type: ignore[arg-type]
    reason.layer = "always"  # type: ignore[misc]
    finding.code = "CTX999"  # type: ignore[misc]


def an_index_is_read(index: Index) -> None:
    assert_type(index.entries, tuple[Entry, ...])
    assert_type(index.name, str)


def severities_are_texts() -> None:
    assert_type(Severity.ERROR, Literal["error"])
    severity: str = Severity("warning")
    del severity


def every_error_is_one_exception() -> None:
    try:
        resolve("fix")
    except CtxloadError as error:
        assert_type(error.diagnostics, tuple[Diagnostic, ...])
        assert_type(error.exit_status, int)


def the_package_says_its_version() -> None:
    assert_type(ctxload.__version__, str)
