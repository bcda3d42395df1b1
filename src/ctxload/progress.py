"""A progress bar on stderr for work that lasts: shown on a terminal only, after half a second, and gone when it ends.

Imported only where stderr is a terminal; `rich` only when there is something to show.
"""

from __future__ import annotations

import os
import sys
from threading import Lock, Timer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Self

#: Seconds until the bar is shown.
DELAY = 0.5
#: The stages of making a compiled index, and how much of the work is done when each begins (measured, in percent).
STAGES = {"reading": 0, "parsing": 2, "compiling": 25, "storing": 80}


def can_show() -> bool:
    """Whether stderr is a terminal on which a bar can be drawn."""
    stream = sys.stderr
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


class Bar:
    """The progress of work on something, from `with` to its end; `stage` says how far it is."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._lock = Lock()
        self._stage = "reading"
        self._done: float = 0
        self._shown: Any = None
        self._over = False
        self._timer = Timer(DELAY, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._over = True
            if self._shown is not None:
                self._shown.stop()

    def stage(self, name: str) -> None:
        """Says which of the `STAGES` begins; an earlier one changes nothing."""
        with self._lock:
            if STAGES[name] > STAGES[self._stage]:
                self._stage, self._done = name, STAGES[name]
                self._update()

    def share(self, name: str, done: int, whole: int) -> None:
        """Says how much of the work of this name is done."""
        with self._lock:
            self._stage, self._done = name, 100 * done / max(whole, 1)
            self._update()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
        shown = Progress(*columns, console=Console(stderr=True), transient=True)
        with self._lock:
            if not self._over:
                self._shown = shown
                shown.add_task("", total=100)
                self._update()
                shown.start()

    def _update(self) -> None:
        from .diagnostics import escape

        if self._shown is not None:
            self._shown.update(0, description=f"{self._stage} {escape(self._title)}", completed=self._done)
