"""Ends hooks at each of their steps: run by `test_hook` in a process of its own, which forks.

A step opens, locks or changes a file through `os`, or writes the answer. For the first step, the second, and so
on until a hook comes through, a fresh conversation is asked in a child that is killed there (or whose disk is full from
there on), and then asked twice more. Prints, for each step, what the three answers were, as JSON.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
from typing import Any

from ctxload.integrations.hooks.hook import HookOptions, respond
from ctxload.integrations.hooks.turn import Turn

ROOT, KIND, TROUBLE = sys.argv[1:4]
STEPS = [
    *((os, name) for name in ("open", "write", "ftruncate", "replace", "unlink", "mkdir", "makedirs", "utime")),
    (fcntl, "flock"),
]
left = -1


def step() -> None:
    """Counts down; at the end comes the trouble."""
    global left
    left -= 1
    if left == 0 and TROUBLE == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if left < 0 and TROUBLE == "full":
        raise OSError(28, "No space left on device")


def counted(real: Any) -> Any:
    def call(*arguments: Any, **named: Any) -> Any:
        step()
        return real(*arguments, **named)

    return call


class Stream:
    """stdout of the child: a pipe, with a step before and after the write."""

    def __init__(self, descriptor: int, real: Any) -> None:
        self.buffer = self
        self.descriptor, self.real = descriptor, real

    def write(self, data: bytes) -> None:
        step()
        self.real(self.descriptor, data)

    def flush(self) -> None:
        step()


def payload(prompt: str, conversation: str, **more: str) -> dict[str, Any]:
    return {
        "hook_event_name": "UserPromptSubmit", "transcript_path": "t", "session_id": conversation, "cwd": ROOT,
        "prompt": prompt, **more,
    }  # fmt: skip


def compacted(conversation: str) -> dict[str, Any]:
    return payload("", conversation, hook_event_name="SessionStart", source="compact")


def touched(name: str, conversation: str) -> dict[str, Any]:
    """A write, as the client sends it."""
    given = {"file_path": os.path.join(ROOT, name), "content": ""}
    return payload("", conversation, hook_event_name="PreToolUse", tool_name="Write") | {"tool_input": given}


def ask(asked: dict[str, Any]) -> str:
    return respond(HookOptions(), asked, Turn()).decode()


def child(asked: dict[str, Any], steps: int, out: int) -> None:
    """Asks, in trouble after so many steps; ends the process."""
    global left
    turn = Turn()
    turn.stream = Stream(out, os.write)
    for module, name in STEPS:
        setattr(module, name, counted(getattr(module, name)))
    left = steps
    try:
        respond(HookOptions(), asked, turn)
    except Exception:
        os._exit(3)
    os._exit(0 if left > 0 else 3)


def troubled(asked: dict[str, Any], steps: int) -> tuple[str, bool]:
    """What a child gave before its trouble, and whether it came through without any."""
    reads, writes = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reads)
        child(asked, steps, writes)
    os.close(writes)
    with os.fdopen(reads, "rb") as file:
        out = file.read().decode()
    return out, os.waitpid(pid, 0)[1] == 0


if KIND == "touch":
    with open(os.path.join(ROOT, "context-index.yml"), "a", encoding="utf-8") as index:
        index.write("  - {id: kind, path: context/api.md, for_files: ['*.ts']}\n")
ask(payload("the api", "warm"))
answers, through, number = [], False, 0
while not through:
    number += 1
    name = f"{KIND}-{TROUBLE}-{number}"
    if KIND == "compacted":
        ask(payload("the api", name))
    asked = compacted(name) if KIND == "compacted" else payload("the api", name)
    later = payload("the api, once more", name), payload("more of the api", name)
    if KIND == "touch":
        asked, later = touched("a.ts", name), (touched("b.ts", name), touched("c.ts", name))
    first, through = troubled(asked, number)
    answers.append([first, *map(ask, (asked, *later))])
print(json.dumps(answers))
