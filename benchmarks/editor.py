"""How long an editor waits for findings after a keystroke: `python benchmarks/editor.py [--entries N] [--edits N]`.

Starts `ctxload serve --lsp`, opens an index of so many entries, and types into an entry chosen at random: a path
that doesn't exist and an unknown key, each taken back. The time runs from the edit to the findings that show it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import material


class Editor:
    """A client of the Language Server Protocol with one open document."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.path = folder / "context-index.yml"
        self.uri = self.path.as_uri()
        self.version = 0
        self.spent: list[float] = []
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
        self.tell("initialized", {})

    def tell(self, method: str, params: Any, number: int | None = None) -> None:
        frame: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            frame["id"] = number
        data = json.dumps(frame).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def next(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return json.loads(self.process.stdout.read(length))  # type: ignore[no-any-return]

    def ask(self, method: str, params: Any) -> Any:
        self.tell(method, params, 1)
        while "id" not in (found := self.next()):
            pass
        return found

    def open(self) -> float:
        """Opens the index; seconds until its findings are there."""
        text, begun = self.path.read_text(encoding="utf-8"), time.perf_counter()
        document = {"uri": self.uri, "languageId": "yaml", "version": 0, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        self.findings(lambda messages: True)
        return time.perf_counter() - begun

    def findings(self, is_wanted: Any) -> None:
        """Waits for the findings of the index that are wanted."""
        while True:
            found = self.next()
            params = found.get("params") or {}
            is_ours = found.get("method") == "textDocument/publishDiagnostics" and params["uri"] == self.uri
            if is_ours and is_wanted([each["message"] for each in params["diagnostics"]]):
                return

    def type(self, line: int, at: int, old: str, new: str) -> None:
        """Puts a text in the place of another one."""
        self.version += 1
        spots = [{"line": line, "character": at}, {"line": line, "character": at + len(old)}]
        change = {"range": dict(zip(("start", "end"), spots, strict=True)), "text": new}
        document = {"uri": self.uri, "version": self.version}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def edit(self, line: int, at: int, old: str, new: str) -> list[float]:
        """Types something wrong, and takes it back; the seconds until each is seen in the findings."""
        times = []
        for one, other in ((old, new), (new, old)):
            begun, spent = time.perf_counter(), self.cpu()
            self.type(line, at, one, other)
            self.findings(lambda messages, other=other: any(new in each for each in messages) is (other == new))
            times.append(time.perf_counter() - begun)
            self.spent.append(self.cpu() - spent)
        return times

    def cpu(self) -> float:
        """The seconds of processor time that the server took so far, to the hundredth; 0 where that cannot be told."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        if not stat.exists():
            return 0.0
        ticks = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """The most memory that the server took, in kB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0])


def measured(command: list[str], folder: Path, edits: int, pause: float = 0.0) -> dict[str, Any]:
    """Opens the index of a folder and types into it so many times."""
    editor = Editor(command, folder)
    opened = editor.open()
    lines = editor.path.read_text(encoding="utf-8").split("\n")
    paths = [number for number, line in enumerate(lines) if line.startswith("    path:")]
    draw, times = random.Random(1), []
    for number in range(edits):
        line = draw.choice(paths)
        end = len(lines[line])
        times += editor.edit(line, end - 3, ".md", f".gone{number}")  # a path that doesn't exist
        times += editor.edit(line + 1, 4, "description", f"odd{number}")  # a key that doesn't exist
        time.sleep(pause)
    memory = editor.memory() if Path("/proc/self/status").exists() else 0
    editor.process.kill()
    editor.process.wait()
    times.sort()
    return {
        "open_s": round(opened, 3), "median_ms": round(statistics.median(times) * 1000, 1),
        "p90_ms": round(times[len(times) * 9 // 10] * 1000, 1), "most_ms": round(times[-1] * 1000, 1),
        "cpu_median_ms": round(statistics.median(editor.spent) * 1000), "seconds": times,
        "edits": len(times), "memory_mb": round(memory / 1024, 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=5_000)
    parser.add_argument("--edits", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve() / "shop"
        material.project(str(folder), options.entries)
        found = measured([sys.executable, "-m", "ctxload", "serve", "--lsp"], folder, options.edits)
        print(json.dumps({name: value for name, value in found.items() if name != "seconds"}))


if __name__ == "__main__":
    main()
