"""Where the command starts: `hook` and ordinary `resolve` calls are answered at once, all else goes to `cli.app`.

The quick way parses only the plainest argument lists, and hands every other one over untouched; both ways end in the
`main` of the command's module. It imports nothing that is slow to import.
"""

from __future__ import annotations

import gc
import marshal
import os
import sys
from _frozen_importlib_external import MAGIC_NUMBER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import CodeType
    from typing import Any

    __loader__: Any

#: What the quick way reads: by command, the field that each option fills, of those with a text, a number, and nothing.
TEXTS = {
    "--agent": "agent", "-a": "agent", "--context": "context", "-c": "context", "--match": "match", "-m": "match",
    "--tag": "tags", "-t": "tags", "--without": "without",
    "--file": "files", "--source": "sources", "--index": "index", "--root": "root",
}  # fmt: skip
QUICK: dict[str, tuple[dict[str, str], dict[str, str], dict[str, str]]] = {
    "resolve": (
        {**TEXTS, "--scheduler": "scheduler", "--resume": "resume"},
        {"--workers": "workers"},
        {
            "-0": "nul",
            "--null": "nul",
            "--json": "json",
            "--changed": "changed",
            "--batch": "batch",
            "--summary": "summary",
        },
    ),
    "load": (
        {**TEXTS, "--format": "form", "--conversation": "conversation"},
        {"--budget": "budget", "--max-chars": "max_chars", "--max-bytes": "max_bytes", "--max-files": "max_files"},
        {"--fresh": "fresh", "--count": "count", "--exact": "exact", "--changed": "changed"},
    ),
    "compile": ({"--index": "index", "--root": "root"}, {}, {}),
}
#: The commands after which somebody at a terminal is asked, once, whether agent clients may be given the project's
#: documents.
OFFERS = ("resolve", "load", "explain", "check", "compile")
#: The fields that hold several.
MANY = ("context", "tags", "files", "sources", "without")


#: The fields in which an empty text is a mistake, which the whole command line tells.
NAMES = ("scheduler", "resume", "index", "root", "files")


#: The packages of a start that hold nothing but what is said of them: there is nothing to run when they are imported.
SILENT = frozenset(
    "cli index integrations integrations.clients integrations.hooks load matching project selection text workspace".split()  # noqa: E501
)


#: The largest byte code that is read at once, in bytes; and how files are opened that hold it.
LARGEST, O_BINARY = 100_000, getattr(os, "O_BINARY", 0)


class Finder:
    """Finds our own modules where they are, without a list of each folder, and `SILENT` packages without reading them.

    A start imports dozens of small files, and to search for one costs as much as to read it. What isn't there as an
    ordinary file is left to the finders that come after, and byte code that isn't current to the loader.
    """

    def __init__(self, loader: Any, spec: Any) -> None:
        self.spec, self.loader = spec, loader
        usual = sys.pycache_prefix is None and not sys.flags.optimize
        self.tag = sys.implementation.cache_tag if usual else None

    def find_spec(self, name: str, path: Any = None, target: object = None) -> ModuleSpec | None:
        """Where a module is, if it is one of ours; see `importlib.abc.MetaPathFinder`."""
        if path is None or not name.startswith(f"{__package__}."):
            return None
        silent = name.partition(".")[2] in SILENT
        last = "__init__" if silent else name.rpartition(".")[2]
        folder = path[0] + os.sep + name.rpartition(".")[2] if silent else path[0]
        file = f"{folder}{os.sep}{last}.py"
        try:
            status = os.stat(file)
        except (OSError, ValueError):
            return None
        loader = self.loader(name, file)
        spec: ModuleSpec = self.spec(name, loader, origin=file, is_package=silent)
        spec.has_location = True
        if self.tag:
            spec.cached = f"{folder}{os.sep}__pycache__{os.sep}{last}.{self.tag}.pyc"
        if silent:
            loader.get_code = lambda name: _nothing.__code__
            if spec.submodule_search_locations is not None:
                spec.submodule_search_locations.append(folder)
        elif spec.cached and self.tag and (code := _current_code(spec.cached, file, status)):
            loader.get_code = lambda name: code
        return spec


def _nothing() -> None:
    """What there is to run in a `SILENT` package."""


def _current_code(cached: str, file: str, status: os.stat_result) -> CodeType | None:
    """The byte code of a source if it is current by the time and the size that stand in it; read at once, where the
    loader asks the system seven times.
    """
    try:
        number = os.open(cached, os.O_RDONLY | O_BINARY)
        try:
            data = os.read(number, LARGEST)
        finally:
            os.close(number)
        stamp = int(status.st_mtime) & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF
        head = MAGIC_NUMBER + bytes(4) + b"".join(value.to_bytes(4, "little") for value in stamp)
        code = marshal.loads(memoryview(data)[16:]) if data[:16] == head and len(data) < LARGEST else None
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return code if code and code.co_filename == file else None


def find_quickly() -> None:
    """Puts a `Finder` first, where the package is made of files: from a zip archive, say, all is imported as ever."""
    loader = type(__loader__)
    if loader.__name__ == "SourceFileLoader" and not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder(loader, type(__spec__)))


def main(arguments: list[str] | None = None) -> int:
    """Runs the command, and ends the process with its exit status."""
    find_quickly()
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] in (["resolve"], ["load"], ["hook"], ["compile"], ["check"]) and "--batch" not in arguments:
        gc.disable()  # one answer and the end: whatever it leaves behind goes with the process
    status = run(arguments)
    if status in (0, 1) and arguments[:1] and arguments[0] in OFFERS and _is_watched():
        _offer(arguments)
    leave(status)
    return status


def run(arguments: list[str]) -> int:
    """Runs the command; the exit status. Faults and interrupts end here, without a traceback."""
    if arguments[:1] == ["hook"] and not {"-h", "--help"} & set(arguments):
        return _run_hook(arguments[1:])
    try:
        values = quick_options(arguments)
        if values is None:
            return _run_whole(arguments)
        if arguments[0] == "load":
            from .cli.load import main as command
        elif arguments[0] == "compile":
            from .cli.compile import main as command  # type: ignore[assignment]
        else:
            from .cli.resolve import main as command
        return command(**values)
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        from .error_handler import ended_by

        return ended_by(fault, arguments)


def _run_whole(arguments: list[str]) -> int:
    """Runs the full command line; where typer isn't installed, as in the plugin, the part of it that needs none."""
    try:
        from .cli.app import run as run_cli
    except ModuleNotFoundError as missing:
        if missing.name not in ("typer", f"{__package__}.cli", f"{__package__}.cli.app"):
            raise
        from .cli.plugin_app import run as run_cli
    return run_cli(arguments)


def _run_hook(arguments: list[str]) -> int:
    """Answers a client; 0 even where ctxload itself cannot be imported, for a prompt must go through."""
    try:
        from .integrations.hooks.entry import answer

        return answer(arguments)
    except BaseException as fault:
        try:
            print(f"ctxload: {type(fault).__name__}: {fault}"[:300].splitlines()[0], file=sys.stderr)
        except Exception:
            pass
        return 0


def quick_options(arguments: list[str]) -> dict[str, Any] | None:
    """The values of the options of a plain `resolve`, `load` or `compile`, or None when the call is anything else."""
    if not arguments or arguments[0] not in QUICK:
        return None
    texts, numbers, flags = QUICK[arguments[0]]
    words: list[str] = []
    values: dict[str, Any] = {}
    at, count = 1, len(arguments)
    while at < count:
        word, value = arguments[at], arguments[at + 1] if at + 1 < count else "-"
        at += 1
        if word == "-" or not word.startswith("-"):
            words.append(word)
            continue
        if word in flags:
            values[flags[word]] = True
            continue
        at += 1
        if word in texts and not value.startswith("-") and (value or texts[word] not in NAMES):
            field = texts[word]
            values[field] = (*values.get(field, ()), value) if field in MANY else value
        elif word in numbers and value.isdecimal() and value.isascii():
            values[numbers[word]] = int(value[:20])
        else:
            return None
    if arguments[0] == "compile":
        return None if words else {"index": "", "root": "", **values}
    if not words and not {"batch", "files", "changed", "context"} & values.keys():
        return None
    return {"words": tuple(words), **values}


def leave(status: int) -> None:
    """Ends the process at once: nothing is left to tidy up, and an ordinary exit costs a fifth of the start."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:  # the caller may have closed it
                stream.flush()
        except (OSError, ValueError):
            pass
    os._exit(status)


def _is_watched() -> bool:
    """Whether somebody sits at a terminal, who can read a question and answer it."""
    try:
        return sys.stderr.isatty() and sys.stdin.isatty()
    except (AttributeError, ValueError):  # closed
        return False


def _offer(arguments: list[str]) -> None:
    """Asks about the project; whatever comes of it, the command has done what it was called for."""
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        from .cli.allow_project import offer

        offer(arguments)
    except (Exception, KeyboardInterrupt):
        pass
