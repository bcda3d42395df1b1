"""Calls of a tool that bring nothing, known from one before: the quick way out of the hook.

A client sends a call with every edit and every line of a shell, and nearly all of them bring nothing. So what decided
the last one is kept, in a small file: the signatures of what was read, and the patterns whose documents were not given
yet. As long as all of that holds, and the call names nothing that such a pattern may fit, there is nothing to say, and
the rest of ctxload need not be loaded. In doubt a call isn't quiet: what is wrong here costs time and no document.
`quiet_writer` writes the file.
"""

from __future__ import annotations

import os

from ...version import __version__
from ...workspace.caches import cache_folder, is_ours
from ...workspace.stamps import checksum, signature_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    #: The keys of a pattern, each of which a text must hold for the pattern to fit a path in it; and the patterns.
    Wanted = tuple[tuple[str, ...], tuple[str, ...]]

#: The tools, in the words of all clients, that touch files: those that write, and those that run a line of a shell.
WRITES = frozenset(
    "Write Edit MultiEdit NotebookEdit Delete apply_patch patch create edit write multiedit write_file replace "
    "str_replace_editor create_file insert_edit_into_file replace_string_in_file multi_replace_string_in_file "
    "edit_notebook_file".split()
)
SHELLS = frozenset("Bash PowerShell bash powershell Shell run_shell_command run_in_terminal".split())
#: The tools that start a subagent.
SUBAGENTS = frozenset("Agent Task invoke_agent".split())
#: What clients call the field of a path, and that of a command or a patch.
PATHS = ("file_path", "filePath", "path", "notebook_path", "absolute_path", "target_file")
COMMANDS = ("command", "cmd", "input", "patchText", "patch")
#: The first line of the file, and how large it is at most.
HEAD = f"ctxload quiet 1 {__version__}"
LARGEST = 65_536
#: What stands between the parts of a line.
BETWEEN, WITHIN = "\t", "\x1f"


class Facts:
    """What decided a call: the root of the project, what must be as it was, and the patterns that are still to come."""

    def __init__(self, lines: list[str]) -> None:
        self.root = ""
        self.signed: list[tuple[str, str]] = []
        self.absent: list[str] = []
        self.wanted: list[Wanted] = []
        for line in lines:
            kind, _, rest = line.partition(BETWEEN)
            first, _, second = rest.partition(BETWEEN)
            if kind == "root":
                self.root = first
            elif kind == "sign":
                self.signed.append((first, second))
            elif kind == "none":
                self.absent.append(first)
            elif kind == "want":
                self.wanted.append((tuple(first.split(WITHIN)) if first else (), tuple(second.split(WITHIN))))

    def hold(self) -> bool:
        """Whether everything is as it was."""
        return all(signed(path) == sign for path, sign in self.signed) and not any(map(os.path.lexists, self.absent))


def is_quiet(payload: dict[str, Any], arguments: list[str]) -> bool:
    """Whether a call is known to bring nothing: that of a tool that touches no file, or nothing that is still to come.

    >>> is_quiet({"hook_event_name": "PreToolUse", "tool_name": "Read"}, []), is_quiet({"prompt": "Add an API"}, [])
    (True, False)
    """
    tool = payload.get("tool_name")
    if not isinstance(tool, str) or not tool:
        return False
    if tool not in WRITES and tool not in SHELLS:
        return tool not in SUBAGENTS
    for path in places(payload, arguments):
        facts = read(path)
        if facts is not None:
            return facts.hold() and not _may_call(facts, payload, tool)
    return False


def places(payload: dict[str, Any], arguments: list[str]) -> tuple[str, ...]:
    """The files that may know of a call: that of its conversation, then that of its folder; none without a cache."""
    cache = cache_folder()
    if not cache:
        return ()
    said = [_text(payload, "cwd"), *arguments, os.environ.get("CTXLOAD_INDEX", ""), os.environ.get("HOME", "")]
    names = [_text(payload, name) for name in ("session_id", "sessionId", "conversation_id", "agent_id")]
    return tuple([os.path.join(cache, "hook", f"quiet-{_key(words)}") for words in ([*said, *names], said)])


def read(path: str) -> Facts | None:
    """What a file knows; None where there is none, or none of ours."""
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1) if is_ours("", status=os.fstat(file.fileno())) else b""
        head, *lines = data.decode("utf-8").split("\n")
    except (OSError, ValueError):
        return None
    return Facts(lines[:-1]) if head == HEAD and lines[-1:] == ["end"] else None


def signed(path: str) -> str:
    """The signature of what stands at a path, as it is written."""
    return " ".join(map(str, signature_of(path)))


def _may_call(facts: Facts, payload: dict[str, Any], tool: str) -> bool:
    """Whether a call may name something that a pattern fits whose documents are still to come."""
    if not facts.wanted:
        return False
    values = payload.get("tool_input")
    named = (
        [found for name in (*PATHS, *COMMANDS) if (found := _text(values, name))] if isinstance(values, dict) else []
    )
    if not named:
        return True
    folder = _text(payload, "cwd")
    text = "\n".join([os.path.join(folder, ""), *named]).replace("\\", "/")
    text = text.replace(facts.root.replace("\\", "/") + "/", "")
    bare = text.replace("/", "").replace('"', "").replace("'", "")
    near = [one for one in facts.wanted if all(key in text or key in bare for key in one[0])]
    if not near or tool in SHELLS or len(named) > 1 or "\n" in named[0]:
        return bool(near)
    return _may_fit(facts.root, near, os.path.join(folder, named[0]))


def _may_fit(root: str, near: list[Wanted], path: str) -> bool:
    """Whether one of the patterns fits a path; it may, where the path is not written out from the root."""
    top = os.path.join(root, "")
    if any("[" in pattern for _, patterns in near for pattern in patterns):
        return True
    if not path.startswith(top) or os.path.normpath(path) != path:
        return True
    from ...workspace.globs import fits

    return any(fits(patterns, path[len(top) :].replace(os.sep, "/")) for _, patterns in near)


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _key(words: list[str]) -> str:
    data = "\0".join(words).encode("utf-8", "surrogatepass")
    return f"{checksum(data):016x}{len(data):x}"
