"""`Survey`: an index beside its files, looked over once for `check`: places, files, words, scopes, near names.

Whatever is asked often is worked out once and kept, and whatever could grow without bound has an allowance: an index
is a file people clone.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property, lru_cache
from itertools import pairwise

from ...matching.compiler import Aliases, phrase
from ...matching.lookups.keys import folded_of
from ...record import Record, record
from ...selection.directives import Item, looks_like_path
from ...text.diagnostics import Diagnostic, Related, diagnostic
from ...text.suggestions import did_you_mean, meant
from ...workspace.globs import parted
from ...workspace.secret_names import looks_secret
from ...workspace.tree import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ...index.model import Entry, Index, Rule, Text
    from ...matching.tables import Tables
    from ...workspace.tree import Tree

    #: The agents that may load an entry by keyword; None for everyone.
    Scope = frozenset[str] | None
    #: The signs a phrase begins with, and its words as one text: equal for phrases that match each other.
    Key = tuple[str, str]

#: Where documents stand that entries name.
DOCUMENTS = "context"
#: How many files are compared with globs and folders.
LOOKS = 500_000
#: How many comparisons did-you-mean may make; from how many names those with common letters are picked first, and
#: how many; and how many names may have three letters in common before these say nothing.
GUESSES, FEW, PICKED, COMMON = 300_000, 50, 20, 500
#: How many of the words of one keyword are looked at.
WORDS = 12
#: How many places one finding names beside its own.
PLACES = 5


class Word(Record):
    """A keyword, or a written id, that can match; `key` is what it has in common with those it matches whole."""

    entry: int
    text: Text
    is_id: bool
    lead: str
    words: tuple[str, ...]
    key: Key

    def runs(self) -> list[Key]:
        """The keys of all keywords that stand in this one, itself among them."""
        texts = self.texts()
        first = [(self.lead, text) for text in texts[: len(self.words[:WORDS])]] if self.lead else []
        return first + [("", text) for text in texts]

    def texts(self) -> list[str]:
        """Each run of its words as one text (see `folded`), those from the first word on first."""
        words = self.words[:WORDS]
        found: list[str] = []
        is_long = min(map(len, words)) > 2
        for start, run in enumerate(words, 1):
            found.append(run)
            if is_long:
                found += [folded_of(run := run + word) for word in words[start:]]
            else:
                found += [folded(words[start - 1 : end]) for end in range(start + 1, len(words) + 1)]
        return found


def folded(words: tuple[str, ...]) -> str:
    """Words as one text; written together where each has three letters, since such words match either way.

    >>> folded(("web", "socket")) == folded(("websocket",)), folded(("my", "sql")) == folded(("mysql",))
    (True, False)
    """
    if len(words) == 1:
        return words[0]
    return folded_of("".join(words)) if min(map(len, words)) > 2 else _folded(words)


@lru_cache(maxsize=200_000)  # an index says the same words again and again, and an editor has it checked each time
def _folded(words: tuple[str, ...]) -> str:
    runs = [words[0]]
    for one, other in pairwise(words):
        if len(one) > 2 and len(other) > 2:
            runs[-1] += other
        else:
            runs.append(other)
    return " ".join(map(folded_of, runs))


#: The phrases of keywords, kept for the same reason.
_phrase = lru_cache(maxsize=200_000)(phrase)


def short(text: str) -> str:
    """A text as a message shows it: in backticks, and not beyond 80 characters."""
    return f"`{text if len(text) <= 80 else text[:79] + '…'}`"


class Guess:
    """Did-you-mean among some names: case always, near names until the allowance is spent.

    >>> Guess(["django-drf", "docker"]).hint("dokcer", "remove it")
    'did you mean `docker`?'
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(set(names))
        self.folded = {name.casefold(): name for name in reversed(self.names)}
        self.left = GUESSES

    def hint(self, word: str, otherwise: str) -> str:
        """The hint that names what was meant, or another one."""
        found = self.find(word)
        return meant(word, [found]) if found else otherwise

    def find(self, word: str) -> str:
        """The one name that was probably meant, or the empty string."""
        same = self.folded.get(word.casefold(), word)
        if same != word or self.left <= 0 or len(word) > 200:
            return same if same != word else ""
        near = self._nearest(word)
        self.left -= len(near) * len(word) ** 2 // 10
        return did_you_mean(word, near)

    def _nearest(self, word: str) -> list[str]:
        """The names that have most groups of three letters in common with the word."""
        if len(self.names) <= FEW:
            return self.names
        counts: Counter[str] = Counter()
        for letters in _threes(word):
            names = self._by_letters.get(letters, ())
            self.left -= len(names)
            counts.update(names if len(names) <= COMMON else ())
        return sorted(counts, key=lambda name: (-counts[name], name))[:PICKED]

    @cached_property
    def _by_letters(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.names[:20_000]:
            for letters in _threes(name[:200]):
                found.setdefault(letters, []).append(name)
        return found


def _threes(word: str) -> set[str]:
    framed = f"^{word.casefold()}$"
    return {framed[at : at + 3] for at in range(len(framed) - 2)}


class Survey:
    """What the families of findings share; see the module."""

    def __init__(self, index: Index, tables: Tables, tree: Tree) -> None:
        self.index = index
        self.tables = tables
        self.tree = tree
        self.sources = {source.name: source for source in index.sources}
        self._folders: dict[str, None] = {}
        self._others: dict[str, None] = {}
        self.looks = LOOKS
        self.passed_over = ""
        self._files: dict[str, tuple[str, ...] | None] = {}
        self._vetoes: dict[int, frozenset[Key]] = {}

    # ── findings and their places ──────────────────────────────────────────────────────────────────────

    def finding(self, code: str, text: Text, message: str, hint: str, **more: Any) -> Diagnostic:
        """A finding about a text of the index."""
        line, column, end = self.place(text)
        return diagnostic(code, message, text.source, line, column, end_column=end, hint=hint, **more)

    def place(self, text: Text) -> tuple[int, int, int]:
        """Line, column and end column of a text; the column ends with the first line."""
        source = self.sources.get(text.source)
        if source is None:
            return 0, 0, 0
        line, column = source.position(text.start)
        last, end = source.position(text.end)
        end = end if last == line else len(source.line(line)) + 1
        return line, column, max(end, column + 1)

    def related(self, places: Iterable[tuple[Text, str]]) -> tuple[Related, ...]:
        """The first few further places, each with what it is."""
        return tuple(
            Related(text.source, *self.place(text)[:2], label)
            for (text, label), _ in zip(places, range(PLACES), strict=False)
        )

    def id_of(self, number: int) -> str:
        """An entry's id, as messages show it."""
        return short(self.index.entries[number].id.value)

    # ── files ──────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def settings(self) -> list[Text]:
        """The names in `always` and `fallback`: ids, paths and globs."""
        lists = [names for _, names in self.index.always]
        lists += [names for _, names in self.index.fallback if not isinstance(names, str)]
        return list(dict.fromkeys(name for names in lists for name in names))

    @cached_property
    def setting_paths(self) -> list[Text]:
        """Those of them that aren't ids and look like a path, or are one."""
        return [name for name in self.settings if self.tables.ids.get(name.value) is None and self.is_path(name.value)]

    def is_path(self, name: str) -> bool:
        """Whether a name that isn't an id is meant as a path."""
        if not name.strip():
            return False
        return "/" in name or looks_like_path(Item(name, True)) or self.tree.status(name).kind in ("file", "directory")

    def files_at(self, path: str) -> tuple[str, ...] | None:
        """The files that a path, glob or directory gives; None when the allowance is spent (see `passed_over`)."""
        if path not in self._files:
            self._files[path] = self._find(path)
        return self._files[path]

    def _find(self, path: str) -> tuple[str, ...] | None:
        status = self.tree.status(path)
        is_pattern = self.tree.is_pattern(path)
        if not is_pattern and status.kind != "directory":
            return (status.path,) if status.kind == "file" else ()
        if self.looks <= 0:
            self.passed_over = self.passed_over or path
            return None
        if is_pattern:
            listing = self.tree.expand(path)
            self.looks -= len(self.tree.files_below(self.top(path)).files)
        else:
            listing = self.tree.files_below(status.path)
            self.looks -= len(listing.files)
        self._folders.update((folder, None) for folder, _ in listing.folders)
        self._others.update(dict.fromkeys(listing.others))
        return tuple(file for file in listing.files if not looks_secret(file))

    def top(self, pattern: str) -> str:
        """The folder in which a glob begins to look."""
        return self.tree.status(parted(pattern, self.tree.is_folder)[0] or ".").path

    @cached_property
    def given_paths(self) -> list[str]:
        """Every path, glob and directory that an entry, `always`, `fallback` or an agent's folder gives."""
        paths = [path.value for entry in self.index.entries for path in entry.paths]
        return list(dict.fromkeys([*paths, *(path.value for path in self.setting_paths), *self.fallback_folders]))

    @cached_property
    def covered(self) -> frozenset[str]:
        """The files that these give."""
        return frozenset(file for path in self.given_paths for file in self.files_at(path) or ())

    @cached_property
    def documents(self) -> Listing:
        """What stands below `context/`."""
        is_there = self.tree.status(DOCUMENTS).kind == "directory"
        return self.tree.files_below(DOCUMENTS) if is_there else Listing(())

    @cached_property
    def folders(self) -> list[str]:
        """The folders in which files are looked for."""
        self._look_into_all()
        return sorted({*self._folders, *(folder for folder, _ in self.documents.folders)})

    @cached_property
    def other_projects(self) -> list[str]:
        """The folders in which files would be looked for if they were not projects of their own."""
        self._look_into_all()
        return sorted({*self._others, *self.documents.others})

    def _look_into_all(self) -> None:
        """Looks into every folder in which the index looks for files, whatever became of what gives them."""
        for path in (*self.given_paths, *(path.value for path in self.index.spread)):
            self.files_at(path)

    @cached_property
    def _near_files(self) -> tuple[dict[str, str], dict[str, str], Guess]:
        """A path for each file name of the project and for each stem, and did-you-mean among the stems."""
        names: dict[str, str] = {}
        stems: dict[str, str] = {}
        for path in self.tree.files_below("").files:
            names.setdefault(_name(path), path)
            stems.setdefault(_stem(path), path)
        return names, stems, Guess(stems)

    def near_file(self, path: str) -> str:
        """The file that was probably meant by a path that doesn't exist, or the empty string."""
        names, stems, guess = self._near_files
        path = path.replace("\\", "/").rstrip("/")
        return names.get(_name(path)) or stems.get(_stem(path)) or stems.get(guess.find(_stem(path)), "")

    # ── agents ─────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def agents(self) -> frozenset[str]:
        """The agents that an entry or `agent_defaults` names."""
        named = {agent.value for entry in self.index.entries for agent in entry.agents or ()}
        return frozenset(named | {name.value for name, _ in self.index.agent_defaults})

    @cached_property
    def mapped_agents(self) -> list[Text]:
        """The agents that the maps of `always` and `fallback` name."""
        return [name for name, _ in (*self.index.always, *self.index.fallback) if name.value != "*"]

    def agent_folder(self, name: str) -> str:
        """The directory of an agent, as the fallback finds it, or the empty string."""
        from ...selection.scope import agent_folder

        return agent_folder(self.tree, name)

    @cached_property
    def fallback_folders(self) -> list[str]:
        """The directories that the fallback of an agent of the index loads."""
        taken = {name.value for name, _ in (*self.index.agent_defaults, *self.index.fallback)}
        if "*" in taken:
            return []
        agents = (
            self.agents | {name.value for name in self.mapped_agents} | {case.agent.value for case in self.index.tests}
        )
        return sorted({folder for name in agents - taken - {""} if (folder := self.agent_folder(name))})

    @cached_property
    def scopes(self) -> list[Scope]:
        """Who may load each entry by keyword."""
        wider: dict[int, set[str]] = {}
        for agent, names in self.index.agent_defaults:
            for name in names:
                wider.setdefault(self.number(name), set()).add(agent.value)
        return [_scope(entry, wider.get(number, set())) for number, entry in enumerate(self.index.entries)]

    def meets(self, number: int, scope: Scope) -> bool:
        """Whether someone may load both the entry and one of this scope."""
        own = self.scopes[number]
        if own is None or scope is None:
            return bool(own is None or own) and bool(scope is None or scope)
        return not own.isdisjoint(scope)

    # ── ids and words ──────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def ids(self) -> Guess:
        """Did-you-mean among the ids."""
        return Guess(entry.id.value for entry in self.index.entries)

    @cached_property
    def id_by_path(self) -> dict[str, str]:
        """The id of the entry that names a path."""
        pairs = [(path.value, entry.id.value) for entry in self.index.entries for path in entry.paths]
        return dict(reversed(pairs))

    def number(self, name: Text) -> int:
        """The number of the entry of this id, or -1."""
        found = self.tables.ids.get(name.value)
        return -1 if found is None else found

    @cached_property
    def words(self) -> list[Word]:
        """Every keyword and written id that can match."""
        return [word for number, entry in enumerate(self.index.entries) for word in _words(number, entry)]

    @cached_property
    def by_entry(self) -> dict[int, list[Word]]:
        """The same, by entry."""
        found: dict[int, list[Word]] = {}
        for word in self.words:
            found.setdefault(word.entry, []).append(word)
        return found

    @cached_property
    def by_key(self) -> dict[Key, list[Word]]:
        """The same, those together that match each other whole."""
        found: dict[Key, list[Word]] = {}
        for word in self.words:
            found.setdefault(word.key, []).append(word)
        return found

    @cached_property
    def _aliases(self) -> Aliases:
        return Aliases(self.index.aliases)

    def keys_of(self, text: Text) -> list[Key]:
        """The keys of a phrase in each of its readings; empty when it can never match."""
        lead, words = _phrase(text.value)
        if not words:
            return []
        return [(lead, folded(words)), *((sign, folded(other)) for sign, other in self._aliases.readings(lead, words))]

    def vetoes(self, number: int) -> frozenset[Key]:
        """The keys of all readings of an entry's `exclude`."""
        if number not in self._vetoes:
            exclude = self.index.entries[number].exclude
            self._vetoes[number] = frozenset(key for text in exclude for key in self.keys_of(text))
        return self._vetoes[number]

    # ── rules ──────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def broken(self) -> dict[str, str]:
        """The patterns that cannot be used, and why."""
        from ...matching.rule_patterns import problem

        return {rule.pattern.value: why for rule in self.index.rules if (why := problem(rule.pattern.value))}

    @cached_property
    def sound_rules(self) -> list[Rule]:
        """The rules whose pattern can be used."""
        return [rule for rule in self.index.rules if rule.pattern.value not in self.broken]


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _stem(path: str) -> str:
    return _name(path).rsplit(".", 1)[0]


def _scope(entry: Entry, wider: set[str]) -> Scope:
    return None if entry.agents is None else frozenset({agent.value for agent in entry.agents} | wider)


def _words(number: int, entry: Entry) -> Iterator[Word]:
    written = [(entry.id, True)] if entry.id_written else []
    of_sections: dict[tuple[str, tuple[str, ...]], Text] = {}  # two sections may well share a keyword
    for _, keywords in entry.sections:
        for keyword in keywords:
            of_sections.setdefault(_phrase(keyword.value), keyword)
    for text, is_id in [*((text, False) for text in (*entry.keywords, *of_sections.values())), *written]:
        lead, words = _phrase(text.value)
        if words:
            yield record(Word, (number, text, is_id, lead, words, (lead, folded(words))))
