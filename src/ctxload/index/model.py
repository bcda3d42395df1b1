"""`Index` and its parts: frozen values, as the author wrote them, each with its place."""

from __future__ import annotations

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..text.source import Source


class Text(Record):
    """A scalar of the index as it was written, and where: offsets in the source that `source` names."""

    value: str
    source: str = ""
    start: int = 0
    end: int = 0


class Entry(Record):
    """Files, and the keywords that select them.

    `agents` is None where the key is absent (everyone may load it) and `()` for nobody.
    `id_written` tells a written id, which counts as a keyword, from the file's stem. `each` makes an entry of every
    file of `paths` but those of `besides`; where an index is assembled, those entries stand in place of it.
    """

    id: Text
    paths: tuple[Text, ...]
    id_written: bool = False
    description: str = ""
    keywords: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()
    agents: tuple[Text, ...] | None = None
    exclude: tuple[Text, ...] = ()
    requires: tuple[Text, ...] = ()
    sections: tuple[tuple[Text, tuple[Text, ...]], ...] = ()
    when_files: tuple[Text, ...] = ()
    priority: float = 0
    whole_only: bool = False
    for_files: tuple[Text, ...] = ()
    when_stack: tuple[Text, ...] = ()
    each: bool = False
    besides: tuple[Text, ...] = ()
    needs_both: bool = False

    @property
    def source(self) -> str:
        """The name of the index file that holds the entry."""
        return self.paths[0].source


class Rule(Record):
    """A regular expression on the task and the entries it calls for."""

    pattern: Text
    ids: tuple[Text, ...]
    description: str = ""
    testing: bool = False


class Bundle(Record):
    """A named group of entries."""

    name: Text
    ids: tuple[Text, ...]
    description: str = ""


class Case(Record):
    """A labelled test: what a task must and must not select. The text of `agent` is empty where none is named."""

    task: Text
    agent: Text = Text("")
    expect: tuple[Text, ...] = ()
    reject: tuple[Text, ...] = ()


class Budget(Record):
    """The most that `load` gives; None where no limit was written."""

    max_tokens: int | None = None
    max_files: int | None = None


class Index(Record):
    """One parsed `context-index.yml`, with what it includes.

    `always` and `fallback` hold pairs of agent (`*` for all) and list; a fallback's list may be the word
    `all` or `none` instead. `match` is empty where the author set none. `live` names other tools' files (`sources:`),
    whose entries are among `entries` once they were assembled. `forgets` is `memory: false`. `spread` are the paths of
    entries with `each`, in whose place there is an entry for each file by then.
    """

    name: str
    sources: tuple[Source, ...] = ()
    entries: tuple[Entry, ...] = ()
    agent_defaults: tuple[tuple[Text, tuple[Text, ...]], ...] = ()
    rules: tuple[Rule, ...] = ()
    bundles: tuple[Bundle, ...] = ()
    always: tuple[tuple[Text, tuple[Text, ...]], ...] = ()
    fallback: tuple[tuple[Text, str | tuple[Text, ...]], ...] = ()
    match: str = ""
    aliases: tuple[tuple[Text, tuple[Text, ...]], ...] = ()
    budget: Budget | None = None
    tests: tuple[Case, ...] = ()
    include: tuple[Text, ...] = ()
    front_matter: bool = False
    live: tuple[Text, ...] = ()
    forgets: bool = False
    spread: tuple[Text, ...] = ()

    def __repr__(self) -> str:
        return f"<Index {self.name}: {len(self.entries)} entries, {len(self.rules)} rules, {len(self.bundles)} bundles>"

    def source(self, name: str) -> Source | None:
        """The text of this name among the files the index was read from."""
        return next((source for source in self.sources if source.name == name), None)
