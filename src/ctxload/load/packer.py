r"""From a resolution to what a model is given: the chosen documents as one text, inside a budget.

The one function behind every door that gives content: `load(resolution, tree, limits, …) -> Loaded`. It reads files
through the tree only, and knows no clock, no environment and no disk beside it; what a conversation was given before
comes in as a value (`before`) and goes out as one (`Loaded.parts`).

Order of choice: what always comes is reserved whole. Then each document is named, in order; then the names get their
descriptions; then, in order, each document is given as far as it fits: whole, else its most fitting sections, else its
outline. A document that is too large does not stop the next one.

>>> from ctxload.selection.model import EXPLICIT, Reason, Resolution, SelectedFile
>>> from ctxload.workspace.memory_tree import MemoryTree
>>> tree = MemoryTree({"api.md": "# API\n" + "How to call it.\n" * 50, "db.md": "# Database\nOne table.\n"})
>>> files = [SelectedFile(path, EXPLICIT, 0, (Reason(EXPLICIT, "path", path),)) for path in ("api.md", "db.md")]
>>> loaded = load(Resolution("fix it", "", "focused", EXPLICIT, tuple(files)), tree, Limits(max_chars=700))
>>> [(part.path, part.form) for part in loaded.parts], loaded.characters <= 700
([('api.md', 'part'), ('db.md', 'whole')], True)
"""

from __future__ import annotations

from ..errors import OverBudgetError
from ..record import Record
from ..selection.model import ALWAYS, EXPLICIT, FALLBACK, LeftOut, Resolution
from ..text.diagnostics import Diagnostic, diagnostic
from ..text.escaping import escape
from ..text.markdown import find_sections
from ..workspace.content import Content, digest_of, read_content
from .budget import WORDS, Limits, Meter, Room
from .excerpt import (
    OUTLINES,
    Excerpt,
    LinedText,
    cut,
    excerpt,
    headings_above,
    most_fitting,
    outline,
    own_range,
    read_document,
    widest_mark,
    without,
)
from .frames import KNOWN, NAMED, OUTLINE, PART, WHOLE, Card, Frame, are_files, fence_for, frame_of, shortened, why
from .hazards import hazards, hidden_from_people, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..matching.tables import Tables
    from ..selection.model import SelectedFile
    from ..text.markdown import Section
    from ..workspace.tree import Tree
    from .excerpt import Range

#: A fallback of more files or tokens than these is named and not given, unless a budget says what may be given.
MANY_FILES, MANY_TOKENS = 20, 20_000
#: How many documents without a description in the index are read for one, and how large they may be.
DESCRIBED, DESCRIBED_SIZE = 100, 1_000_000
#: The least that is given of a section that does not fit whole, in characters: less tells nothing.
ENOUGH = 300
#: No text has so many bytes a token; what is larger is not read to find out whether all of it fits.
BYTES_A_TOKEN = 50
#: How often a budget is made smaller where the parts together count more than each for itself.
TRIES = 8


class GivenBefore(Record):
    """What a conversation was given of a file before: the digest of its content, and the lines."""

    digest: str
    lines: tuple[tuple[int, int], ...]


class LoadedFile(Record):
    """One document of what was loaded.

    `form` is `whole`, `part`, `outline`, `named` or `known` (given before in this conversation). `given` are the first
    and last lines of what the text holds of it, `left_out` of what it lacks; `tokens` count the part with its frame.
    """

    path: str
    form: str
    layer: str
    why: str
    tokens: int
    given: tuple[tuple[int, int], ...] = ()
    left_out: tuple[tuple[int, int], ...] = ()
    digest: str = ""
    text: str = ""


class Loaded(Record):
    """What a model is given: `text`, and how it came to be.

    `parts` are the documents in the order of the text, `left_out` what was chosen and is not given whole, each with the
    reason. `tokens` are estimated, or counted where that was asked for.
    """

    text: str
    parts: tuple[LoadedFile, ...]
    left_out: tuple[LeftOut, ...]
    tokens: int
    resolution: Resolution
    diagnostics: tuple[Diagnostic, ...] = ()

    def __repr__(self) -> str:
        return f"<Loaded {self.resolution.layer}: {', '.join(self.sources) or 'nothing'}, {self.tokens} tokens>"

    @property
    def sources(self) -> tuple[str, ...]:
        """The paths of the documents whose content is in the text."""
        return tuple([part.path for part in self.parts if part.form in (WHOLE, PART)])

    @property
    def characters(self) -> int:
        """The length of the text."""
        return len(self.text)

    @property
    def bytes(self) -> int:
        """The length of the text in UTF-8."""
        return len(self.text.encode("utf-8"))


def load(
    resolution: Resolution,
    tree: Tree,
    limits: Limits = Limits(),  # noqa: B008  (a frozen value)
    *,
    tables: Tables | None = None,
    format: str = "markdown",  # noqa: A002  (the word of every door)
    exact: Callable[[str], int] | None = None,
    before: Mapping[str, GivenBefore] | None = None,
    always_must_fit: bool = True,
    is_allowed: Callable[[str, str, str], bool] | None = None,
) -> Loaded:
    """The content of what was resolved, rendered in one of the `FORMATS`, never larger than the limits.

    `tables` give the descriptions of the index; `exact` counts tokens where the estimate is not enough; `before` is
    what the conversation was given before. With `is_allowed`, lines that no model should be handed unseen are withheld,
    unless it says otherwise of path, code and digest. Raises OverBudgetError when what always comes does not fit,
    unless `always_must_fit` is off: then it is named, and given as far as it fits.
    """
    meter = Meter(limits.checked(), exact)
    frame = frame_of(format, resolution.layer, by_files=are_files(resolution))
    for _ in range(TRIES):
        work = _Packing(resolution, tree, meter, frame, tables, before or {}, is_allowed)
        work.fit(always_must_fit)
        text = work.text()
        if meter.fits(text):
            break
        over = max(used - bound for used, bound in zip(meter.cost(text), meter.bounds, strict=True))
        meter.bounds = [max(0, bound - over) for bound in meter.bounds]
    else:
        work.give_nothing()
        text = ""
    return Loaded(
        text,
        tuple([item.part(meter) for item in work.in_order() if item.form]),
        (*resolution.left_out, *work.left_out()),
        meter.tokens(text),
        resolution,
        (*resolution.diagnostics, *work.findings()),
    )


class _Item:
    """A selected file on its way into the text: what may be said of it, and the form it has by now."""

    def __init__(self, file: SelectedFile, work: _Packing) -> None:
        self.file = file
        self.work = work
        self.is_always = any(reason.layer == ALWAYS for reason in file.reasons)
        self.form = ""
        self.rendered = ""
        self.excerpt: Excerpt | None = None
        self.note = ""
        self.findings: tuple[Diagnostic, ...] = ()
        self.full = False
        self._content: Content | None = None
        self._document: LinedText | None = None
        self._fence = ""
        self.known: list[Range] = []
        self._asked: list[Range] | None = None
        self._has_all = False
        self.is_known = False
        self.withheld = ""
        self._hazards: tuple[Diagnostic, ...] | None = None
        if file.path.endswith("SKILL.md"):
            from .bundled import bundled

            self.note = bundled(work.tree, file.path)
        before = work.before.get(file.path)
        if before is not None and not self.content.wrong:
            self._compare(before)

    def _compare(self, before: GivenBefore) -> None:
        if before.digest != self.content.digest:
            self._remark("changed since it was given in this conversation")
            return
        self.known = [self.document.range(first, last) for first, last in before.lines]
        rest = "".join([self.document.text[start:end] for start, end in self.wanted()])
        self.is_known = not rest.strip()
        part = "" if self.is_known else "in part "
        self._remark(f"given {part}before in this conversation, unchanged")

    def _remark(self, words: str) -> None:
        self.note = f"{self.note}; {words}" if self.note else words

    # ── what it is ─────────────────────────────────────────────────────────────────────────────────────

    @property
    def content(self) -> Content:
        """The file as it was read, once."""
        if self._content is None:
            self._content = self._without_hazards(read_content(self.work.tree, self.file.path))
            self.findings += self._content.findings
            if self._content.wrong:
                self.note = self._content.wrong
        return self._content

    def _without_hazards(self, content: Content) -> Content:
        """The content as it may be given, with another digest where something is withheld: what is, may change."""
        is_allowed = self.work.is_allowed
        if is_allowed is None or not hidden_from_people(content.text):
            return content
        from .withheld import without_hazards

        found = without_hazards(content.text, lambda code: is_allowed(content.path, code, content.digest))
        if not found.cuts:
            return content
        self._hazards = hazards(content.path, content.text)
        self.withheld = f"withheld: {found.words()}"
        if found.is_all:
            return content.replace(text="", wrong=self.withheld)
        self._remark(self.withheld)
        return content.replace(text=found.text, digest=digest_of(f"{content.digest} {found.cuts}".encode()))

    def hazards(self) -> tuple[Diagnostic, ...]:
        """What the file holds that a model should not be handed unseen, withheld or not."""
        return hazards(self.file.path, self.content.text) if self._hazards is None else self._hazards

    @property
    def document(self) -> LinedText:
        """The file's text for excerpts, with what hides text made visible."""
        if self._document is None:
            content = self.content
            self._document = read_document(content.path, shown(content.text), is_markdown=content.is_markdown)
        return self._document

    def wanted(self) -> list[Range]:
        """What of the text is asked for and was not given before."""
        return without(self._scope(), self.known)

    def _scope(self) -> list[Range]:
        """The sections that are asked for; the whole text where no reason names any, or none of them is there."""
        if self._asked is None:
            found: list[Range] = []
            for heading in self.file.sections if self.content.is_markdown else ():
                sections = find_sections(self.document.markdown, heading)
                found += [(section.start, section.end) for section in sections]
                if not sections:
                    self._miss(heading)
            self._asked = found or [(0, len(self.document.text))]
        return self._asked

    def _miss(self, heading: str) -> None:
        message = f"`{self.file.path}` has no section `{heading}`"
        hint = "write the heading under `sections` as it stands in the file"
        self.findings += (diagnostic("CTX422", message, self.file.path, hint=hint),)

    def card(self, *, described: bool = False) -> Card:
        """What is said of the file beside its text."""
        description = self._description() if described else ""
        size = self._content.size if self._content is not None else self.file.size
        return Card(self.file.path, self.file.layer, why(self.file), description, size, self.note, self._fence or "```")

    def _description(self) -> str:
        tables = self.work.tables
        for reason in self.file.reasons:
            number = tables.ids.get(reason.entry) if tables is not None and reason.entry else None
            if tables is not None and number is not None and (text := tables.entries[number].description):
                return shortened(escape(" ".join(text.split())))
        if not self.work.may_describe(self.file.size) or self.content.wrong or not self.content.is_markdown:
            return ""
        markdown = self.document.markdown
        return shortened(escape(": ".join(part for part in (markdown.title, markdown.about) if part)))

    # ── its forms ──────────────────────────────────────────────────────────────────────────────────────

    def line(self, *, full: bool) -> str:
        """The file as a line, bare or with all that is known of it; what was given before needs no more than its
        name.
        """
        full = full and not self.is_known
        return self.work.frame.line(self.card(described=full), KNOWN if self.is_known else NAMED, full=full)

    def name(self, line: str) -> None:
        """Makes a line the form of the file."""
        self.form, self.rendered = (KNOWN if self.is_known else NAMED), line

    def give(self, form: str, text: str, held: Excerpt | None) -> None:
        """Makes a text in its frame the form of the file."""
        self.form, self.rendered, self.excerpt = form, text, held

    def framed(self, form: str, text: str) -> str:
        """A text of the file in its frame."""
        if not self._fence:
            self._fence = fence_for(self.document.text)
        frame, card = self.work.frame, self.card()
        return frame.before(card, form) + frame.escape(text) + frame.after(card)

    def whole(self) -> tuple[str, Excerpt]:
        """Everything that is asked for and was not given before."""
        held = excerpt(self.document, self.wanted(), self.known)
        self._has_all = True
        form = WHOLE if held.is_whole else PART
        return self.framed(form, held.text), held

    def upgrade(self, room: Room) -> bool:
        """Gives the file as far as it fits: whole, in part, as an outline; whether it has a text now."""
        frame, card = self.work.frame, self.card()
        if not room.copy().take(room.cost(frame.before(card, PART) + frame.after(card))):
            return False  # not even an empty frame fits: the file need not be read
        if len(self.document.text) <= room.left[0] or self.known:
            text, held = self.whole()
            if room.take(room.cost(text)):
                self.give(WHOLE if held.is_whole else PART, text, held)
                return True
        some = self.in_part(room)
        if some is not None:
            text = self.framed(PART, some.text)
            if room.take(room.cost(text)):
                self.give(PART, text, some)
                self._has_all = False
                return True
        return not self.known and self._outlined(room)

    def _outlined(self, room: Room) -> bool:
        """Gives the headings, as deep as fits; a title alone says no more than the file's name."""
        tried = ""
        for level in OUTLINES:
            rows = outline(self.document, level)
            if rows.count("\n") > 1 and rows != tried and room.take(room.cost(text := self.framed(OUTLINE, rows))):
                self.give(OUTLINE, text, None)
                return True
            tried = rows
        return False

    def in_part(self, room: Room) -> Excerpt | None:
        """The sections that fit the task best, as many as there is room for; without evidence, the beginning."""
        chooser = _Chooser(self, room.copy())
        shown_ranges = chooser.choose() if chooser.begins() else []
        return excerpt(self.document, shown_ranges, self.known) if shown_ranges else None

    # ── what became of it ──────────────────────────────────────────────────────────────────────────────

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the file is left out that was asked for."""
        named = self.form == NAMED and self.work.frame.is_manifest
        return named or self.form in (WHOLE, KNOWN) or (self.form == PART and self._has_all)

    def part(self, meter: Meter) -> LoadedFile:
        """The file as a part of the answer."""
        held = self.excerpt if self.excerpt is not None else Excerpt("", ())
        return LoadedFile(
            self.file.path, self.form, self.file.layer, why(self.file), meter.tokens(self.rendered), held.given,
            held.left_out,
            self.content.digest if self.form in (WHOLE, PART) else "", self.rendered,
        )  # fmt: skip

    def left_out(self) -> LeftOut:
        """What of the file is not in the text, and why."""
        entry = next((reason.entry for reason in self.file.reasons if reason.entry), "")
        if self.content_wrong:
            return LeftOut(self.file.path, self.content_wrong, entry)
        if self.form == PART and self.excerpt is not None:
            lines = ", ".join(
                f"{first}-{last}" if last > first else f"{first}" for first, last in self.excerpt.left_out
            )
            return LeftOut(self.file.path, f"lines {lines} are left out", entry)
        reason = {OUTLINE: "only its outline is given", NAMED: "it is named, not given"}.get(
            self.form, "it is not even named"
        )
        return LeftOut(self.file.path, f"{reason}: {self.work.why_not}", entry)

    @property
    def content_wrong(self) -> str:
        """Why the file has no text to give, as far as it was read."""
        return self._content.wrong if self._content is not None else ""


class _Chooser:
    """Chooses the sections of one document that are shown, within a room of its own."""

    def __init__(self, item: _Item, room: Room) -> None:
        self.item = item
        self.room = room
        self.document = item.document
        self.wanted = item.wanted()
        self.shown: list[Range] = []
        self.mark = self._cost(widest_mark(self.document))

    def begins(self) -> bool:
        """Whether there is room for the frame and a first mark."""
        return self.room.take(self.room.cost(self.item.framed(PART, ""))) and self.room.take(self.mark)

    def choose(self) -> list[Range]:
        """The ranges that are shown."""
        sections = self.document.markdown.sections
        scores = self.item.work.scores(self.document)
        best_first = most_fitting(scores)
        others = range(len(sections)) if self.item.work.fills or not best_first else ()
        for number in dict.fromkeys((*best_first, *others)):
            if not self._has_text(sections[number]) or self._add(number):
                continue
            if number not in best_first or not self.shown:
                self._add_beginning(number)
            if number not in best_first:
                break
        return self.shown

    def _add(self, number: int) -> bool:
        """Shows a section with the headings above it, if there is room."""
        section = self.document.markdown.sections[number]
        return self._take([*self._above(number), *self._new(own_range(section))])

    def _above(self, number: int) -> list[Range]:
        return [piece for heading in headings_above(self.document, number) for piece in self._new(heading)]

    def _add_beginning(self, number: int) -> None:
        """Shows as much of a section as fits, headings above and its own included."""
        section = self.document.markdown.sections[number]
        before, shown_before = self.room.left, list(self.shown)
        if not self._take(self._above(number)):
            return
        for start, end in self._new(own_range(section))[:1]:
            if not self.room.take(self.mark):
                break
            stop = cut(self.document, start, end, lambda text: self.room.take(self._cost(text)))
            if len(self.document.text[max(start, section.body) : stop].strip()) >= ENOUGH:
                self.shown.append((start, stop))
                return
        self.room.left, self.shown = before, shown_before

    def _take(self, pieces: list[Range]) -> bool:
        room = self.room.copy()
        for start, end in pieces:
            if not (room.take(self._cost(self.document.text[start:end])) and room.take(self.mark)):
                return False
        self.room.left = room.left
        self.shown += pieces
        return True

    def _new(self, span: Range) -> list[Range]:
        """What of a range is asked for, not given before and not shown yet."""
        start, end = span
        inside = [(max(low, start), min(high, end)) for low, high in self.wanted]
        return without([(low, high) for low, high in inside if low < high], self.shown)

    def _has_text(self, section: Section) -> bool:
        """Whether a section has something new to show below its heading."""
        return any(self.document.text[start:end].strip() for start, end in self._new((section.body, section.own_end)))

    def _cost(self, text: str) -> tuple[int, ...]:
        return self.room.cost(self.item.work.frame.escape(text))


class _Packing:
    """One load: the files in order, and the room that is left for them."""

    def __init__(
        self,
        resolution: Resolution,
        tree: Tree,
        meter: Meter,
        frame: Frame,
        tables: Tables | None,
        before: Mapping[str, GivenBefore],
        is_allowed: Callable[[str, str, str], bool] | None,
    ) -> None:
        self.is_allowed = is_allowed
        self.resolution = resolution
        self.tree = tree
        self.meter = meter
        self.frame = frame
        self.tables = tables
        self.before = before
        self.why_not = "there is no room for it in the budget"
        self._described = 0
        self._words: dict[str, int] | None = None
        #: Whether the rest of a document follows the sections that fit best: all of it is about a kind of file.
        self.fills = are_files(resolution)
        self.items = [_Item(file, self) for file in resolution.files]
        self.always = sorted((item for item in self.items if item.is_always), key=lambda item: item.file.path)
        self.chosen = [item for item in self.items if not item.is_always]
        self.unnamed = 0

    def in_order(self) -> list[_Item]:
        """The files in the order of the text."""
        return [*self.always, *self.chosen]

    # ── what the items ask ─────────────────────────────────────────────────────────────────────────────

    def may_describe(self, size: int) -> bool:
        """Whether one more file may be read for a description."""
        self._described += 1
        return self._described <= DESCRIBED and size <= DESCRIBED_SIZE

    def scores(self, document: LinedText) -> list[int]:
        """How well each section of a document fits the task."""
        from .section_ranking import section_scores, task_words

        if self._words is None:
            self._words = task_words(self._asked())
        return section_scores(document.markdown, self._words) if self._words else [0] * len(document.markdown.sections)

    def _asked(self) -> str:
        """The task without the words that name its context: they say where to look, not what for."""
        task = self.resolution.task
        reasons = [reason for item in self.items for reason in item.file.reasons if reason.layer == EXPLICIT]
        for start, end in sorted({span for reason in reasons for span in reason.spans}, reverse=True):
            task = f"{task[:start]}, {task[end:]}"
        return task

    # ── fitting ────────────────────────────────────────────────────────────────────────────────────────

    def fit(self, always_must_fit: bool) -> None:
        """Gives each file a form."""
        manifest = self._is_manifest()
        if not self.items or (not manifest and self._all_whole()):
            return
        room = self.meter.room()
        left = len(self.items) if self.meter.limits.max_files is None else self.meter.limits.max_files
        fits = room.take(room.cost(self.frame.skeleton(always=bool(self.always))))
        items = self.in_order()
        if self.always and not self.frame.is_manifest:
            trial = room.copy()
            used = self._reserve_always(trial, left, named=not always_must_fit) if fits else -1
            if used >= 0:
                room, left, items = trial, left - used, self.chosen
            elif always_must_fit:
                raise self._over_budget()
        if fits:
            named = self._name(items, room, left if self.frame.is_manifest else len(items))
            if not manifest:
                self._upgrade(named, room, left)

    def give_nothing(self) -> None:
        """No file has a form: there is no room even for names."""
        for item in self.items:
            item.form, item.excerpt = "", None
        self.unnamed = 0

    def _is_manifest(self) -> bool:
        if self.frame.is_manifest:
            return True
        if self.resolution.layer != FALLBACK or self.meter.limits:
            return False
        if len(self.chosen) > MANY_FILES or sum(item.file.size for item in self.chosen) > 40 * MANY_TOKENS:
            many = True
        else:
            many = sum(self.meter.tokens(item.content.text) for item in self.chosen) > MANY_TOKENS
        if many:
            self.why_not = (
                f"a fallback of more than {MANY_FILES} files or {MANY_TOKENS:,} tokens is named, unless a "
                "budget is given"
            )
        return many

    def _all_whole(self) -> bool:
        """Gives every file whole, if all of them fit."""
        files = self.meter.limits.max_files
        if files is not None and len(self.items) > files:
            return False
        size, tokens = sum(item.file.size for item in self.items), self.meter.limits.max_tokens
        if size > 8 * self.meter.bounds[0] or (tokens is not None and size > BYTES_A_TOKEN * tokens):
            return False
        for item in self.items:
            if item.is_known or item.content.wrong:
                item.name(item.line(full=True))
            else:
                text, held = item.whole()
                item.give(WHOLE if held.is_whole else PART, text, held)
        if self.meter.fits(self.text()):
            return True
        self.give_nothing()
        return False

    def _reserve_always(self, room: Room, left: int, *, named: bool) -> int:
        """Gives what always comes, whole; how many files that took, or -1 when it does not fit.

        `named`: nor does it when no room is left for the names of the others.
        """
        used = 0
        for item in self.always:
            if item.is_known or item.content.wrong:
                text = item.line(full=True)
                fits = room.take(room.cost(text))
                item.name(text)
            else:
                used += 1
                text, held = item.whole()
                fits = used <= left and room.take(room.cost(text))
                item.give(WHOLE if held.is_whole else PART, text, held)
            if not fits:
                self.give_nothing()
                return -1
        others = room.copy()
        if named and not all(others.take(room.cost(item.line(full=False))) for item in self.chosen):
            self.give_nothing()
            return -1
        return used

    def _over_budget(self) -> OverBudgetError:
        paths = tuple([item.file.path for item in self.always])
        words = ", ".join(
            f"{limit:,} {WORDS[name]}"
            for name, limit in zip(Limits._fields, self.meter.limits, strict=True)
            if limit is not None
        )
        message = f"what always comes does not fit the budget ({words}): {', '.join(map(escape, paths))}"
        hint = "raise the budget, or take something out of `always`"
        return OverBudgetError(message, (diagnostic("CTX421", message, hint=hint),), paths)

    def _name(self, items: list[_Item], room: Room, most: int) -> list[_Item]:
        """Names the files in order, each with a bare line, then as many as fit with a full one; those that are
        named.
        """
        lines = [item.line(full=False) for item in items]
        costs = [room.cost(line) for line in lines]
        trial = room.copy()
        count = len(items)
        if count > most or not all(trial.take(cost) for cost in costs):
            trial = room.copy()
            count = 0
            if trial.take(room.cost(self.frame.more(len(items)))):
                while count < min(most, len(items)) and trial.take(costs[count]):
                    count += 1
            self.unnamed = len(items) - count
        room.left = trial.left
        for item, line, cost in zip(items[:count], lines, costs, strict=False):
            item.name(line)
            self._name_fully(item, room, cost)
        return items[:count]

    def _name_fully(self, item: _Item, room: Room, bare: tuple[int, ...]) -> None:
        if all(left <= 0 for left in room.left):
            return
        line = item.line(full=True)
        room.give_back(bare)
        if room.take(room.cost(line)):
            item.name(line)
        else:
            room.take(bare)

    def _upgrade(self, items: list[_Item], room: Room, left: int) -> None:
        for item in items:
            if left <= 0:
                return
            if item.is_known or item.content.wrong:
                continue
            line = room.cost(item.rendered)
            room.give_back(line)
            if item.upgrade(room):
                left -= 1
            else:
                room.take(line)

    # ── the answer ─────────────────────────────────────────────────────────────────────────────────────

    def text(self) -> str:
        """The whole text."""
        framed = (WHOLE, PART, OUTLINE)
        always = [item.rendered for item in self.always if item.form in framed]
        chosen = [item.rendered for item in self.chosen if item.form in framed]
        lines = [item.rendered for item in self.in_order() if item.form in (NAMED, KNOWN)]
        if not always and not chosen and not lines:
            return ""
        return self.frame.text(always, chosen, lines, self.frame.more(self.unnamed) if self.unnamed else "")

    def left_out(self) -> Iterator[LeftOut]:
        """What is not in the text, and why: of each file, and of the lines of a file that is given."""
        for item in self.items:
            if not item.is_complete:
                yield item.left_out()
            if item.withheld and not item.content_wrong:
                yield LeftOut(item.file.path, item.withheld)

    def findings(self) -> tuple[Diagnostic, ...]:
        """What is odd about the files that were read, and what those that are given hold."""
        found: list[Diagnostic] = []
        for item in self.in_order():
            found += item.findings
            if item.excerpt is not None or item.withheld:
                found += item.hazards()
        return tuple(dict.fromkeys(found))
