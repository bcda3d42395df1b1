r"""What every door loads, and what each conversation was given: a small file for each, beside the compiled indexes.

A conversation is open for one process at a time, so that several at once give nothing twice. What was given is noted
after it was handed over: a process that dies in between gives again, and nothing is lost. A line holds the digest of a
file's content, the lines of it that were given, and its path; a line that was cut off counts for nothing. The name of
a conversation is kept as a digest alone. What nobody used for `KEEP_DAYS` is forgotten.
"""

from __future__ import annotations

import os
import sys
from time import monotonic, sleep, time

from ..errors import UsageError
from ..text.diagnostics import diagnostic
from ..workspace.content import digest_of
from ..workspace.locations import cache_folder, is_ours
from ..workspace.private_folder import lock, unlock
from .budget import Limits
from .frames import PART, WHOLE
from .packer import GivenBefore, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from ..matching.tables import Tables
    from ..selection.model import Resolution
    from ..workspace.tree import Tree
    from .packer import Loaded

    #: Keeps a job until what was loaded has been sent.
    Later = Callable[[Callable[[], None]], object]
    #: Takes what was loaded: sends it and returns None, or says how to wait until it is sent; raises where nobody takes
    #: it.
    HandOver = Callable[[Loaded], Later | None]

#: The folder in the cache, and what the files in it end with.
FOLDER, ENDING = "conversations", ".given"
#: After so many days without use a conversation is forgotten; old ones are looked for once in so many seconds.
KEEP_DAYS, TIDY_SECONDS = 14, 86_400
#: How long another process is waited for, in seconds, and how large a conversation's file may become, in bytes.
WAIT, SIZE_LIMIT = 5.0, 4_000_000
#: The longest name of a conversation.
NAME_LIMIT = 1000


class Conversation:
    """One conversation of one project, open for as long as a `with` block runs.

    `given` is what it was given before, by path; `problem` says why it cannot be remembered, if so: then nothing was
    given before, and nothing is noted. `fresh` forgets it first.
    """

    def __init__(self, name: str, root: str, *, fresh: bool = False) -> None:
        if not name or len(name) > NAME_LIMIT:
            raise UsageError(f"a conversation's name has 1 to {NAME_LIMIT:,} characters; this one has {len(name):,}")
        key = f"{os.path.realpath(root)}\0{name}".encode("utf-8", "surrogatepass")
        self.fresh = fresh
        self.given: dict[str, GivenBefore] = {}
        self.problem = ""
        self._descriptor = -1
        self._folder = os.path.join(cache_folder(), FOLDER) if cache_folder() else ""
        self._path = os.path.join(self._folder, digest_of(key) + ENDING)

    def __enter__(self) -> Conversation:
        try:
            self.problem = self._made() or self._open()
        except OSError as error:
            self.problem = f"{self._path} cannot be used: {error.strerror or error}"
        if self.problem:
            self._close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def forget(self) -> None:
        """Forgets what was given: the conversation's context window was compacted or cleared."""
        self.given = {}
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)

    def note(self, loaded: Loaded) -> None:
        """Notes what was given now."""
        rows = [
            f"{part.digest}\t{','.join(f'{first}-{last}' for first, last in part.given)}\t{part.path}\n"
            for part in loaded.parts
            if part.form in (WHOLE, PART) and part.digest
        ]
        if rows and self._descriptor >= 0:
            data = "".join(rows).encode("utf-8", "surrogatepass")
            size = os.lseek(self._descriptor, 0, os.SEEK_END)
            if size and not self._ends_a_line(size):
                data = b"\n" + data
            try:
                os.write(self._descriptor, data)
            except OSError as error:  # a full disk, say
                self.problem = f"{self._path} cannot be written: {error.strerror or error}"

    def _ends_a_line(self, size: int) -> bool:
        os.lseek(self._descriptor, size - 1, os.SEEK_SET)
        last = os.read(self._descriptor, 1)
        os.lseek(self._descriptor, 0, os.SEEK_END)
        return last == b"\n"

    # ── opening ────────────────────────────────────────────────────────────────────────────────────────

    def _made(self) -> str:
        """Makes the folder where there is none; why it cannot be used, or an empty text."""
        if self._folder and is_ours(self._folder):
            return ""
        from ..workspace.private_folder import make_folder

        return make_folder(os.path.dirname(self._folder)) or make_folder(self._folder)

    def _open(self) -> str:
        """Opens the file for this process alone, and reads it; why that cannot be, or an empty text."""
        end = monotonic() + WAIT
        while True:
            is_new = not os.path.lexists(self._path)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            self._descriptor = os.open(self._path, flags | getattr(os, "O_BINARY", 0), 0o600)
            found = os.fstat(self._descriptor)
            if not is_ours("", status=found):
                return f"{self._path}: others may write to it"
            if lock(self._descriptor) and self._is_still_there(found):
                break
            self._close()
            if monotonic() > end:
                return "another process has had this conversation open for too long"
            sleep(0.005)
        if self.fresh or found.st_size > SIZE_LIMIT or time() - found.st_mtime > KEEP_DAYS * 86_400:
            os.ftruncate(self._descriptor, 0)
        self._read()
        if is_new:
            _tidy(self._folder)
        return ""

    def _is_still_there(self, found: os.stat_result) -> bool:
        """Whether the file that was opened is the one that stands there: it may have been removed meanwhile."""
        try:
            return os.path.samestat(found, os.stat(self._path))
        except OSError:
            return False

    def _read(self) -> None:
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        data = bytearray()
        while block := os.read(self._descriptor, 1 << 16):
            data += block
        for row in data.decode("utf-8", "replace").split("\n")[:-1]:
            digest, _, rest = row.partition("\t")
            ranges, _, path = rest.partition("\t")
            lines = _lines(ranges)
            if path and len(digest) == 32 and lines is not None:
                before = self.given.get(path)
                same = before is not None and before.digest == digest
                self.given[path] = GivenBefore(
                    digest, (*before.lines, *lines) if before is not None and same else lines
                )

    def _close(self) -> None:
        if self._descriptor >= 0:
            unlock(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1


def load_for(
    resolution: Resolution,
    tree: Tree,
    tables: Tables,
    limits: Limits,
    *,
    format: str = "markdown",  # noqa: A002  (the word of every door)
    exact: bool = False,
    conversation: str = "",
    fresh: bool = False,
    hand_over: HandOver = lambda loaded: None,
    always_must_fit: bool = True,
    for_model: bool = False,
) -> Loaded:
    """What every door gives: the content of what was resolved, within its limits and else those of the index.

    `for_model`: nothing that looks like a secret is given, and lines that no model should be handed unseen are
    withheld. With a `conversation`, what it was given before is only named. What is loaded is handed over before it is
    noted: where `hand_over` raises, it counts as not given.
    """
    if fresh and not conversation:
        raise UsageError("to forget what a conversation was given, name the conversation, too")
    counter = None
    if exact:
        from .token_estimate import exact_counter

        counter = exact_counter()
    limits = limits.under(Limits.of_index(tables.meta.budget))
    is_allowed = None
    if for_model:
        from .allowances import allowed_in, for_models

        resolution, is_allowed = for_models(resolution, tree), allowed_in(tree.root)

    def give(before: Mapping[str, GivenBefore]) -> Loaded:
        return load(
            resolution, tree, limits,
            tables=tables, format=format, exact=counter, before=before, always_must_fit=always_must_fit,
            is_allowed=is_allowed,
        )  # fmt: skip

    if conversation:
        return remembered(conversation, tree.root, give, hand_over, fresh=fresh)
    loaded = give({})
    hand_over(loaded)
    return loaded


def remembered(
    name: str,
    root: str,
    give: Callable[[Mapping[str, GivenBefore]], Loaded],
    hand_over: HandOver = lambda loaded: None,
    *,
    fresh: bool = False,
) -> Loaded:
    """What `give` loads for a conversation that was given so much before; noted when it was handed over."""
    with Conversation(name, root, fresh=fresh) as conversation:
        loaded = give(conversation.given)
        if conversation.problem:
            loaded = _with_problem(loaded, conversation.problem)
        later = hand_over(loaded)
        if later is None:
            conversation.note(loaded)
            return loaded
    later(lambda: _note(name, root, loaded))
    return loaded


def _note(name: str, root: str, loaded: Loaded) -> None:
    """Notes what was sent at last, long after it was loaded: the conversation was open for others meanwhile."""
    with Conversation(name, root) as conversation:
        conversation.note(loaded)


def _with_problem(loaded: Loaded, problem: str) -> Loaded:
    message = f"what this conversation is given is not remembered: {problem}"
    hint = "let CTXLOAD_CACHE_DIR name a folder that you can write"
    return loaded.replace(diagnostics=(*loaded.diagnostics, diagnostic("CTX423", message, hint=hint)))


def files(folder: str) -> list[str]:
    """The files of conversations in a cache folder."""
    try:
        names = sorted(os.listdir(os.path.join(folder, FOLDER)))
    except OSError:
        return []
    return [os.path.join(folder, FOLDER, name) for name in names if name.endswith(ENDING)]


def _lines(ranges: str) -> tuple[tuple[int, int], ...] | None:
    """Ranges of lines as they are written, or None where they cannot be read."""
    found = []
    for piece in ranges.split(",") if ranges else ():
        first, _, last = piece.partition("-")
        if not (first.isdecimal() and last.isdecimal() and len(last) < 10 and 0 < int(first) <= int(last)):
            return None
        found.append((int(first), int(last)))
    return tuple(found)


def _tidy(folder: str) -> None:
    """Removes conversations that nobody used for long; looks for them once a day."""
    mark, now = os.path.join(folder, "tidied"), time()
    try:
        if now - os.stat(mark).st_mtime < TIDY_SECONDS:
            return
    except OSError:
        pass
    try:
        os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600))
        os.utime(mark)
    except OSError:
        return
    for path in files(os.path.dirname(folder)):
        try:
            _forget(path, now)
        except OSError:  # another process tidies, too
            continue


def _forget(path: str, now: float) -> None:
    """Removes a conversation's file if it is old and nobody has it open."""
    if now - os.lstat(path).st_mtime <= KEEP_DAYS * 86_400:
        return
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        unused = lock(descriptor) and now - os.fstat(descriptor).st_mtime > KEEP_DAYS * 86_400
        if unused and sys.platform != "win32":
            os.unlink(path)
    finally:
        unlock(descriptor)
        os.close(descriptor)
    if unused and sys.platform == "win32":  # where an open file cannot be removed
        os.unlink(path)
