"""The sentences that text, Markdown and page have in common."""

from __future__ import annotations

from ...text.wording import counted
from .causes import GAINED, LOST, ORDER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .comparison import Comparison, Flip, GroupSummary

#: What a kind of move is called.
KINDS = {LOST: "lost", GAINED: "gained", ORDER: "another order"}


def headline(seen: Comparison) -> str:
    """How many tasks answer differently.

    >>> from ctxload.authoring.compare.summary import Summary
    >>> from types import SimpleNamespace
    >>> headline(SimpleNamespace(counts=Summary().counts))
    'nothing was asked: there are no cases and no headings; name logs with --tasks'
    """
    counts = seen.counts
    if not counts["tasks"]:
        return "nothing was asked: there are no cases and no headings; name logs with --tasks"
    if not counts["changed"]:
        return f"no task answers differently, of {counts['tasks']:,}"
    verb = "answers" if counts["changed"] == 1 else "answer"
    return f"{counts['changed']:,} of {counted(counts['tasks'], 'task')} {verb} differently"


def how(seen: Comparison) -> str:
    """How the tasks that answer differently do."""
    words = ((LOST, "lost"), (GAINED, "gained"), (ORDER, "in another order"))
    return "files " + ", ".join(f"{word} in {seen.counts[kind]:,}" for kind, word in words if seen.counts[kind])


def figures(seen: Comparison) -> Iterator[tuple[str, str]]:
    """The figures before and after, each with its name."""
    counts, tasks = seen.counts, max(seen.counts["tasks"], 1)
    before, after = counts["tokens_before"], counts["tokens_after"]
    yield "tokens", f"about {before / tasks:,.0f} a task before, {after / tasks:,.0f} after{share(before, after)}"
    yield "files", f"{counts['files_before'] / tasks:.2f} a task before, {counts['files_after'] / tasks:.2f} after"
    yield (
        "silent",
        f"{counted(counts['silent_before'], 'task')} selected nothing before, {counts['silent_after']:,} now",
    )
    if seen.cases:
        yield "cases", f"{seen.passed[0]:,} of {seen.cases:,} passed before, {seen.passed[1]:,} now"
    if seen.dropped:
        yield "dropped", dropped(seen)


def dropped(seen: Comparison) -> str:
    """How many labelled cases the second version lacks."""
    return f"{counted(seen.dropped, 'case')} of before {'is' if seen.dropped == 1 else 'are'} gone"


def share(before: int, after: int) -> str:
    """By how much a figure changed.

    >>> share(200, 150), share(0, 5), share(7, 7)
    (' (-25.0 %)', '', '')
    """
    return f" ({100 * (after - before) / before:+.1f} %)" if before and before != after else ""


def tokens_of(group: GroupSummary) -> str:
    """What a group adds in all, in tokens."""
    return f"{group.tokens:+,} tokens" if group.tokens else ""


def flip_of(flip: Flip) -> tuple[str, list[str]]:
    """The word for a case that flips, and what it comes to where it fails."""
    outcome = flip.after if flip.is_broken else flip.before
    lines = [f"{label} {name}: {why}" if name else why for label, name, why in outcome.lines()]
    return ("fails now" if flip.is_broken else "passes now", lines)


def tasks_of(seen: Comparison) -> str:
    """What the tasks are."""
    return f"tasks: {seen.source}"
