"""Cases and tasks from files: YAML, JSON lines, or plain text with a task a line.

A file of cases holds labelled ones, `{task, agent?, expect, reject?}`; a file of tasks needs no labels. What a file is
follows from its ending, else from its first sign. Further keys of a JSON object, an `id` say, are the user's own.
"""

from __future__ import annotations

import json
import os
import sys

from ...errors import UsageError
from ...index.model import Case, Text
from ...index.parser import parse_cases
from ...record import Record
from ...text.diagnostics import Diagnostic, diagnostic
from ...text.source import Source
from ...text.utf8 import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

#: The largest file that is read, in bytes.
SIZE_LIMIT = 64_000_000
_YAML, _PLAIN = (".yml", ".yaml"), (".txt", ".md")


class CaseFile(Record):
    """What a file of cases or tasks holds, and what is wrong with it; `source` is its text."""

    source: Source
    cases: tuple[Case, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def read_cases(path: str, *, labelled: bool = True) -> CaseFile:
    """The cases of a file; `-` is stdin. Raises UsageError where it cannot be read."""
    name = "stdin" if path == "-" else os.path.normpath(path).replace(os.sep, "/")
    try:
        data = _bytes(path)
    except (OSError, ValueError) as error:
        raise UsageError(f"`{path}` cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > SIZE_LIMIT:
        raise UsageError(f"`{path}` has more than {SIZE_LIMIT:,} bytes: split it")
    text, wrong = read_text(data, name)
    if wrong is not None:
        raise UsageError(f"`{path}` cannot be read", (wrong,))
    return cases_in(Source(name, text), labelled=labelled)


def cases_from(cases: Iterable[Case | Mapping[str, Any]] | str | os.PathLike[str]) -> tuple[Case, ...]:
    """The cases of a file by its path, or of values such as `{"task": "…", "expect": ["id"]}`.

    Raises UsageError, with the findings, where any of them cannot be used.
    """
    if isinstance(cases, str | os.PathLike):
        found = read_cases(os.fspath(cases))
    else:
        findings: list[Diagnostic] = []
        source = Source("cases", "")
        read = [
            case if isinstance(case, Case) else _case(source, 0, 0, case, True, findings, f"case {number}: ")
            for number, case in enumerate(cases, 1)
        ]
        found = CaseFile(source, tuple(case for case in read if case is not None), tuple(findings))
    if any(finding.skipped or finding.severity == "error" for finding in found.diagnostics):
        raise UsageError(found.diagnostics[0].message, found.diagnostics)
    return found.cases


def sound_files(names: Iterable[str], *, labelled: bool = True) -> list[CaseFile]:
    """Files of cases. Raises UsageError where one is damaged: nothing must rest on half of it."""
    files = [read_cases(name, labelled=labelled) for name in names]
    damaged = [finding for file in files for finding in file.diagnostics if finding.severity == "error"]
    if damaged:
        raise UsageError(damaged[0].message, tuple(damaged))
    return files


def cases_of_files(names: Iterable[str], *, labelled: bool = True) -> list[Case]:
    """The cases of files. Raises UsageError where one is damaged."""
    return [case for file in sound_files(names, labelled=labelled) for case in file.cases]


def _bytes(path: str) -> bytes:
    if path == "-":
        if sys.stdin is None:
            raise OSError("stdin is closed")
        return sys.stdin.buffer.read(SIZE_LIMIT + 1)
    with open(path, "rb") as file:
        return file.read(SIZE_LIMIT + 1)


def cases_in(source: Source, *, labelled: bool = True) -> CaseFile:
    """The cases of a text.

    >>> cases_in(Source("t.jsonl", '{"task": "fix the api", "expect": ["api"]}')).cases[0].expect[0].value
    'api'
    >>> [case.task.value for case in cases_in(Source("t.txt", "fix the api\\n\\nsay hello"), labelled=False).cases]
    ['fix the api', 'say hello']
    """
    name, begin = source.name.lower(), source.text.lstrip()[:1]
    if name.endswith(_YAML):
        return CaseFile(source, *parse_cases(source, labelled=labelled))
    if name.endswith(".json") and begin == "[":
        return _json_list(source, labelled)
    if begin == "{":
        return _json_lines(source, labelled)
    if not labelled and (name.endswith(_PLAIN) or begin != "-"):
        return CaseFile(source, tuple(_plain_lines(source)))
    return CaseFile(source, *parse_cases(source, labelled=labelled))


def _lines(source: Source) -> list[tuple[int, str]]:
    """The lines that hold anything, each with its offset."""
    found, at = [], 0
    for line in source.text.split("\n"):
        if line.strip():
            found.append((at, line.rstrip("\r")))
        at += len(line) + 1
    return found


def _plain_lines(source: Source) -> list[Case]:
    return [Case(Text(line.strip(), source.name, at, at + len(line)), Text(""), ()) for at, line in _lines(source)]


def _json_list(source: Source, labelled: bool) -> CaseFile:
    findings: list[Diagnostic] = []
    end = len(source.text)
    try:
        data = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        at = getattr(error, "pos", 0)
        return CaseFile(source, (), (_finding(source, at, at, f"this is not JSON: {getattr(error, 'msg', error)}"),))
    found = [_case(source, 0, end, item, labelled, findings, f"item {n}: ") for n, item in enumerate(data, 1)]
    return CaseFile(source, tuple(case for case in found if case is not None), tuple(findings))


def _json_lines(source: Source, labelled: bool) -> CaseFile:
    findings: list[Diagnostic] = []
    found = []
    for at, line in _lines(source):
        try:
            data = json.loads(line)
        except (ValueError, RecursionError) as error:
            place = at + getattr(error, "pos", 0)
            findings.append(_finding(source, place, place, f"this line is not JSON: {getattr(error, 'msg', error)}"))
            continue
        found.append(_case(source, at, at + len(line), data, labelled, findings))
    return CaseFile(source, tuple(case for case in found if case is not None), tuple(findings))


def _case(
    source: Source, start: int, end: int, data: Any, labelled: bool, findings: list[Diagnostic], about: str = ""
) -> Case | None:
    """The case of one JSON value, or None with a finding."""
    wrong = _wrong(data, labelled)
    if wrong:
        findings.append(_finding(source, start, end, about + wrong))
        return None
    if isinstance(data, str):
        data = {"task": data}

    def texts(key: str) -> tuple[Text, ...]:
        value = data.get(key) or ()
        return tuple(Text(item, source.name, start, end) for item in ((value,) if isinstance(value, str) else value))

    agent = data.get("agent") or ""
    return Case(
        Text(data["task"], source.name, start, end), Text(agent, source.name, start, end) if agent else Text(""),
        texts("expect"), texts("reject"),
    )  # fmt: skip


def _wrong(data: Any, labelled: bool) -> str:
    """What is wrong with the shape of one JSON value, or the empty string."""
    if isinstance(data, str) and not labelled:
        return ""
    if not hasattr(data, "get"):
        return "a case must be an object"
    if not isinstance(data.get("task"), str):
        return "`task` must be a text"
    if not isinstance(data.get("agent") or "", str):
        return "`agent` must be a text"
    if labelled and data.get("expect") is None:
        return "a case without `expect`"
    for key in ("expect", "reject"):
        value = data.get(key) or []
        if not isinstance(value, str) and not (
            isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
        ):
            return f"`{key}` must be a list of ids"
    return ""


def _finding(source: Source, start: int, end: int, message: str) -> Diagnostic:
    line, column = source.position(start)
    return diagnostic(
        "CTX104" if "without" in message else "CTX103", message, source.name, line, column,
        end_column=column + max(end - start, 1), skipped=True,
        hint='write {"task": "…", "expect": ["id"]}',
    )  # fmt: skip
