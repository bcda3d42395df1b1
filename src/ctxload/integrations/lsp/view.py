"""`View`: one project as an editor sees it. The texts of open files go before those on disk."""

from __future__ import annotations

from functools import cached_property

from ...authoring.lint.findings import findings_in
from ...authoring.lint.survey import Survey
from ...errors import CtxloadError
from ...index.model import Entry, Index
from ...index.parser import parse
from ...index.pieces import PieceParser
from ...load.token_estimate import estimate
from ...matching.compiler import compile_index
from ...matching.lookups.recompiled import recompiled
from ...project.assemble import assemble
from ...record import Record
from ...selection.model import KEYWORD_LAYER, Request
from ...selection.resolver import resolve
from ...text.markdown import read_markdown
from ...text.source import Source
from ...workspace.tree import DiskTree
from .marks import Marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, BinaryIO, TypeVar

    from ...index.model import Case
    from ...matching.tables import Tables
    from ...selection.model import Resolution
    from ...text.diagnostics import Diagnostic
    from ...workspace.locations import Place

    T = TypeVar("T")

#: How many files of an entry are looked into, how much of each in bytes, and how many tests are tried.
FILES, READ, TESTS = 20, 1_000_000, 2_000


class Overlay(DiskTree):
    """The files below a root; of those that are open in the editor, what the editor holds."""

    def __init__(self, root: str, texts: Mapping[str, str]) -> None:
        super().__init__(root)
        self._texts = texts

    def read(self, path: str, limit: int = -1) -> bytes:
        text = self._texts.get(path)
        if text is None:
            return super().read(path, limit)
        return text.encode("utf-8", "replace")[: limit if limit >= 0 else None]

    def borrow(self, other: Overlay) -> None:
        """Takes the listing of the whole project from another tree: it only says which name was probably meant."""
        self._listings.update({key: other._listings[key] for key in (("", False),) if key in other._listings})

    def open(self, path: str) -> BinaryIO:
        from io import BytesIO

        return super().open(path) if path not in self._texts else BytesIO(self.read(path))


class About(Record):
    """What is known of one file: its title, its size in bytes, its tokens (an estimate)."""

    path: str
    title: str
    size: int
    tokens: int


class View:
    """A project at one moment: its index with all that belongs to it, its findings, what stands where.

    `texts` holds the open files by their path from the root; `reader` parses what changed since it was asked last, and
    `before` is how the project was then.
    Everything beyond the index is worked out when it is asked for, and once.
    """

    def __init__(
        self,
        place: Place,
        texts: Mapping[str, str],
        reader: PieceParser | None = None,
        before: View | None = None,
    ) -> None:
        self.place = place
        self.texts = texts
        self.tree = Overlay(place.root, texts)
        self.assembled = assemble(place, self.tree, read=reader.parse if reader else parse)
        self.index = self.assembled.index
        self._marks: dict[str, Marks] = {}
        #: The files as they are looked over for findings, in a thread perhaps.
        self.looked_at = Overlay(place.root, texts)
        self._kept: dict[tuple[str, ...], Any] = {}
        self.is_checked = True
        #: The last tables that somebody asked for, and the index that they are of.
        self._compiled = before.compiled if before else None

    @property
    def compiled(self) -> tuple[Index, Tables] | None:
        """The tables, if they were asked for, or those before; and the index that they are of."""
        return (self.index, self.tables) if "tables" in self.__dict__ else self._compiled

    @property
    def served(self) -> bool:
        """Whether the index could be read."""
        return self.assembled.served

    @cached_property
    def tables(self) -> Tables:
        """The index as it is searched."""
        before, self._compiled = self._compiled, None
        return recompiled(self.index, *before) if before else compile_index(self.index)

    @cached_property
    def outline(self) -> Tables:
        """The same without keywords: what findings need of it, for a tenth of the time."""
        return compile_index(self.index, words=False)

    @cached_property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What `ctxload check` would say, or what `show` put in its place."""
        return self.checked()

    def checked(self) -> tuple[Diagnostic, ...]:
        """What `ctxload check` would say. May be asked in a thread of its own."""
        return findings_in(self.assembled, compile_index(self.index, words=False), self.looked_at)

    def show(self, findings: tuple[Diagnostic, ...], *, final: bool) -> None:
        """Has these be the findings from now on; `final` are those that were checked."""
        self.__dict__["findings"] = findings
        self.is_checked = final

    @cached_property
    def survey(self) -> Survey:
        """The index beside its files."""
        return Survey(self.index, self.outline, self.tree)

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that the index was read from."""
        return tuple(source.name for source in self.index.sources)

    def source(self, file: str) -> Source | None:
        """The text of one of these files, as it was read."""
        return self.index.source(file)

    def marks(self, file: str) -> Marks:
        """What stands where in one of these files."""
        if file not in self._marks:
            self._marks[file] = Marks(self.index, file)
        return self._marks[file]

    def kept(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What was made for a key, once for this view."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[no-any-return]

    def number(self, name: str) -> int:
        """The number of the entry of an id, or -1."""
        number = self.outline.ids.get(name)
        return -1 if number is None else number

    def files_of(self, entry: Entry) -> tuple[str, ...]:
        """The files of an entry, as far as they are looked into."""
        found = [file for path in entry.paths for file in self.survey.files_at(path.value) or self.file(path.value)]
        return tuple(dict.fromkeys(found))[:FILES]

    def file(self, path: str) -> tuple[str, ...]:
        """The file at a path; empty where there is none."""
        status = self.tree.status(path)
        return (status.path,) if status.kind == "file" else ()

    def about(self, path: str) -> About:
        """What is known of a file."""
        if path not in self._about:
            try:
                data = self.tree.read(path, READ)
            except OSError:
                data = b""
            text = data.decode("utf-8", "replace").removeprefix("\ufeff")
            size = self.tree.status(path).size
            tokens = estimate(text) * max(1, size // max(len(data), 1))
            self._about[path] = About(path, read_markdown(text[:100_000]).title, size, tokens)
        return self._about[path]

    @cached_property
    def _about(self) -> dict[str, About]:
        return {}

    @cached_property
    def tried(self) -> tuple[tuple[Case, Resolution], ...]:
        """The tests of the index, each with what its task selects now."""
        found = []
        for case in self.index.tests[:TESTS]:
            try:
                found.append((case, resolve(self.tables, self.tree, Request(case.task.value, case.agent.value))))
            except CtxloadError:  # context that the task names doesn't exist: it selects nothing
                continue
        return tuple(found)

    def tests_that_load(self, number: int) -> list[Case]:
        """The tests whose task selects an entry, or one of its files."""
        entry = self.index.entries[number]
        name, files = entry.id.value, set(self.files_of(entry))
        return [
            case
            for case, resolution in self.tried
            if any(
                reason.entry == name or (not reason.entry and file.path in files)
                for file in resolution.files
                for reason in file.reasons
            )
        ]

    def tests_that_a_keyword_decides(self, number: int, keyword: str) -> list[Case]:
        """The tests whose task selects an entry by this keyword alone."""
        name = self.index.entries[number].id.value
        return [
            case
            for case, resolution in self.tried
            if resolution.layer == KEYWORD_LAYER
            and {reason.by for file in resolution.files for reason in file.reasons if reason.entry == name} == {keyword}
        ]
