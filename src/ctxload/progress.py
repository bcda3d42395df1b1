"""A progress bar on stderr for work that lasts: shown on a terminal only, after half a second, and gone when it ends.

Imported only where stderr is a terminal; `rich` only when there is something to show.
"""

from __future__ import annotations

import os
import sys
from threading import Lock, Timer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Any, Self

#: Seconds until the bar is shown.
DELAY = 0.5
#: Seconds until a line is printed where no bar can be shown.
LINE_DELAY = 2.0
#: The stages of making a compiled index, and how much of the work is done when each begins (measured, in percent).
STAGES = {"reading": 0, "parsing": 2, "compiling": 25, "storing": 80}


def can_show() -> bool:
    """Whether stderr is a terminal on which a bar can be drawn."""
    stream = sys.stderr
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def telling(title: str, stages: Mapping[str, int] = STAGES) -> Bar | Line:
    """What tells of work that lasts: a bar on a terminal, else a line of text."""
    return Bar(title, stages) if can_show() else Line(title, stages)


def on_terminal(title: str, stages: Mapping[str, int] = STAGES) -> Bar | Silent:
    """What tells of work that lasts where somebody looks: a bar on a terminal, else nothing."""
    return Bar(title, stages) if can_show() else Silent()


class Silent:
    """Work on something that nobody looks at.

    >>> with Silent() as bar:
    ...     bar.stage("reading")
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing was shown."""

    def stage(self, name: str, share: float = 0.0) -> None:
        """Says nothing."""


class Line:
    """Work on something, from `with` to its end: a line on stderr says what is done if it lasts."""

    def __init__(self, title: str, stages: Mapping[str, int] = STAGES) -> None:
        self._title, self._stage = title, next(iter(stages))
        self._timer = Timer(LINE_DELAY, self._tell)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def stage(self, name: str, share: float = 0.0) -> None:
        """Says which of the stages the work is in."""
        self._stage = name

    def _tell(self) -> None:
        from .output import remark
        from .text.escaping import escape

        remark([f"ctxload: {self._stage} {escape(self._title)}; what is made now is kept for the next time"])


class Bar:
    """The progress of work on something, from `with` to its end; `stage` says how far it is.

    `stages` are the names of the stages, and how much of the work is done when each begins, in percent.
    """

    def __init__(self, title: str, stages: Mapping[str, int] = STAGES) -> None:
        self._title = title
        self._lock = Lock()
        self._stages = stages
        self._stage = next(iter(stages))
        self._done = 0.0
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

    def stage(self, name: str, share: float = 0.0) -> None:
        """Says which of the stages the work is in, and how much of that is done; less than before changes nothing."""
        begin = self._stages[name]
        end = min((other for other in self._stages.values() if other > begin), default=100)
        with self._lock:
            if (done := begin + share * (end - begin)) > self._done:
                self._stage, self._done = name, done
                self._update()

    def _show(self) -> None:
        try:
            from rich.console import Console
        except ModuleNotFoundError:  # the plugin carries none
            return
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        text = TextColumn("{task.description}", markup=False)
        columns = (SpinnerColumn(), text, BarColumn(), TimeElapsedColumn(), TimeRemainingColumn(), TextColumn("left"))
        shown = Progress(*columns, console=Console(stderr=True), transient=True)
        with self._lock:
            if not self._over:
                self._shown = shown
                shown.add_task("", total=100)
                self._update()
                shown.start()

    def _update(self) -> None:
        from .text.escaping import escape

        if self._shown is not None:
            self._shown.update(0, description=f"{self._stage} {escape(self._title)}", completed=self._done)
