"""What might be better about the keywords of an index: proposals that are not tried yet, the likeliest first.

- A keyword that calls for an entry where cases do not expect it: narrow it to a phrase of the document, or drop it.
- An entry that a case expects and that did not come: words of the task that its document has.
- A task that fell through: words of it that set one document apart.
- A keyword that fires in a fifth of all tasks, only inside a longer keyword of another entry, or only where another
  keyword of its entry fires: narrow or drop it.
- A document whose name, headings and words are not among its keywords: its most telling terms.
"""

from __future__ import annotations

from ...index.edits import KeywordChange
from ...index.model import Text
from ...matching.compiler import phrase
from ...matching.matcher import find
from ...matching.tables import VETO
from ...matching.tokens import tokenize
from ...record import Record
from ...selection.entry_files import EntryFiles
from ...selection.scope import Scope
from ...text.wording import counted
from ..draft.keywords import Keywords
from ..draft.prose import read_document
from ..draft.terms import READ, Distinct, distinctive, holds, parts_of, terms_of
from .trial import Effect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...index.model import Case, Entry
    from ...matching.matcher import Hit
    from ...matching.tables import Tables
    from ...workspace.tree import Tree
    from .cases import Outcome
    from .trial import Trial, TrialState

ADD, DROP, NARROW = "add", "drop", "narrow"
#: What a proposal must do to be kept: make a case pass, make the figures better, let tasks find something, let fewer
#: tasks load something, change nothing, or do no harm.
FIX, BETTER, MORE, FEWER, SAME, HARMLESS = "fix", "better", "more", "fewer", "same", "harmless"
#: How many terms of a document are looked at; the least weight with which one answers a task.
TERMS, FITS = 300, 0.5
#: How much more a term must weigh for one document than for the next.
LEAD = 1.2
#: An entry with as many keywords gets none from its document alone; others get so many.
ENOUGH, EACH = 6, 2
#: From how many tasks on shares of them say something; the share in which a keyword fires too often.
TASKS, OFTEN = 20, 0.2
#: In how many texts a keyword must fire before they say how it fires.
SEEN = 3
#: In how many cases a keyword must be wrong to be changed where no case passes for it.
OFTENER = 2
#: In how many cases that miss an entry a term must stand that they share, and in which share of all that hold it.
SHARED, SURE = 2, 0.5
#: From more cases than these on, how likely at most so many of them hold a term and expect an entry by chance.
MANY, CHANCE = 12, 0.01
#: How many ways to fix one thing are proposed.
WAYS = 4
#: How much of an entry's documents is read, in files and characters.
FILES, CHARACTERS = 20, 4 * READ


class Proposal(Record):
    """One change of an entry's keywords, why it is proposed, and what it does.

    `kind` is `add`, `drop` or `narrow`; `instead` is what a narrowed keyword becomes. `effect` is measured on top of
    the proposals before this one. `number` is that of the entry, `texts` those of the cases and tasks it is for.
    """

    kind: str
    entry: str
    keyword: str
    instead: str
    why: str
    number: int
    change: KeywordChange
    aim: str = HARMLESS
    texts: tuple[int, ...] = ()
    effect: Effect = Effect()

    @property
    def tried_as(self) -> tuple[int, str, str, str]:
        """What makes two proposals the same."""
        return self.number, self.kind, self.keyword, self.instead

    def serves(self, effect: Effect) -> bool:
        """Whether an effect is what the proposal is for."""
        better = bool(effect.fixed) or effect.f1_after > effect.f1_before + 1e-12
        others = effect.changed + effect.lost
        return {
            FIX: bool(effect.fixed),
            BETTER: better,
            MORE: effect.gained > 0 and effect.gained >= others,
            FEWER: others > 0 or better,
            SAME: effect.is_nothing,
            HARMLESS: not others,
        }[self.aim]


class Firings:
    """In which texts a keyword fires whole; in how many of them beside another keyword of its entry, and in how many
    only inside a longer one of another entry (`outer` is the id of one)."""

    __slots__ = ("texts", "beside", "inside", "outer")

    def __init__(self) -> None:
        self.texts: list[int] = []
        self.beside = self.inside = 0
        self.outer = ""

    def note(self, text: int, is_beside: bool, outer: str) -> None:
        """Adds a text in which it fires."""
        self.texts.append(text)
        self.beside += is_beside
        self.inside += bool(outer)
        self.outer = self.outer or outer


class Candidates:
    """The proposals for one index, its cases and tasks."""

    def __init__(self, tree: Tree, trial: Trial, state: TrialState, report: Callable[[str, float], None]) -> None:
        self.tree = tree
        self.trial = trial
        self.state = state
        self.told = report
        self.entries = state.index.entries
        self.cases = len(state.outcomes)
        self._scopes: dict[str, frozenset[int]] = {}
        self._by_words: dict[tuple[str, ...], list[tuple[float, int, str]]] = {}
        self._phrases_of: dict[int, dict[tuple[str, ...], tuple[str, int]]] = {}
        self._entry_files = EntryFiles(state.tables, tree)
        self._drafted = Keywords()
        self._terms = self._read()

    def all(self) -> Iterator[list[Proposal]]:
        """Every proposal; those in one list are for the same thing, the best first."""
        fired = self._fired()
        yield from self._misfires(fired)
        yield from self._shared()
        yield from self._missed()
        yield from self._fallen()
        yield from self._busy(fired)
        yield from self._documents()

    # ── documents ──────────────────────────────────────────────────────────────────────────────────────

    def _read(self) -> dict[int, tuple[Distinct, ...]]:
        """The terms of each entry's documents."""
        texts: dict[str, str] = {}
        for number, entry in enumerate(self.entries):
            files = self._entry_files.of(number)
            if _is_ours(entry) and (text := self._text(files)):
                texts[str(number)] = text
                self._drafted.add(str(number), files[0], read_document(files[0], text[:READ]))
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            self.told("reading", done / len(texts))

        names = {key: self.entries[int(key)].id.value for key in texts}
        found = {int(key): terms for key, terms in distinctive(texts, names, most=TERMS, step=step).items()}
        for number, terms in found.items():
            for term in terms:
                self._by_words.setdefault(term.words, []).append((term.weight, number, term.text))
        return found

    def _text(self, files: tuple[str, ...]) -> str:
        """What an entry's files say, as far as it is read."""
        parts, left = [], CHARACTERS
        for path in files[:FILES]:
            try:
                text = self.tree.read(path, READ).decode("utf-8", "replace")
            except OSError:
                continue
            parts.append(text[:left])
            left -= len(text)
            if left <= 0:
                break
        return "\n\n".join(parts)

    def _in_scope(self, agent: str) -> frozenset[int]:
        """The entries that an agent may load by keyword."""
        if agent not in self._scopes:
            tables = self.state.tables
            scope = Scope(tables, self.tree, agent)
            rows = ((number, tables.entries[number]) for number in range(len(tables.entries)))
            self._scopes[agent] = frozenset(
                number for number, row in rows if scope.why_out_of_scope(number, row) is None
            )
        return self._scopes[agent]

    def _documents(self) -> Iterator[list[Proposal]]:
        """What a draft would take of a document, for entries with few keywords, those with the fewest first."""
        found = []
        for key, terms in self._drafted.chosen().items():
            number = int(key)
            entry = self.entries[number]
            if len(entry.keywords) >= ENOUGH or not (entry.agents is None or entry.agents):
                continue
            new = [term for term in terms if not calls(self.state.tables, number, term)]
            why = "sets its document apart from the others"
            for place, term in enumerate(new[:EACH]):
                found.append((place, len(entry.keywords), number, self._add(number, term, why, HARMLESS)))
        for *_, proposal in sorted(found, key=lambda row: row[:3]):
            yield [proposal]

    # ── what did not come ──────────────────────────────────────────────────────────────────────────────

    def _missed(self) -> Iterator[list[Proposal]]:
        """For each entry that a failed case misses: words of the task that its document has."""
        for text, outcome in enumerate(self.state.outcomes):
            for missing in outcome.missing:
                number = self.state.tables.ids.get(missing.name)
                if number is not None and number in self._in_scope(outcome.case.agent.value):
                    yield self._from_task(number, outcome.case, text)

    def _shared(self) -> Iterator[list[Proposal]]:
        """For entries that several cases miss: words that these have in common, and others hardly have."""
        holders, written = self._terms_of_cases()
        all_cases = max(len(self.state.outcomes), 1)
        expecting = self._cases_by_entry(lambda outcome: [name.value for name in outcome.case.expect])
        missing = self._cases_by_entry(lambda outcome: [item.name for item in outcome.missing])
        ranked = []
        for number, texts in missing.items():
            for words, holding in holders.items():
                right = len(holding & expecting[number])
                if len(holding & texts) < SHARED or right < SURE * len(holding):
                    continue
                if all_cases <= MANY or by_chance(right, len(holding), len(expecting[number]) / all_cases) < CHANCE:
                    ranked.append((-right * right / len(holding), -len(words), number, words))
        for _, _, number, words in sorted(ranked):
            those = tuple(sorted(holders[words] & missing[number]))
            why = f"stands in {len(those)} cases that miss `{self.entries[number].id.value}`, and hardly in others"
            yield [self._add(number, written[words], why, BETTER, those)]

    def _terms_of_cases(self) -> tuple[dict[tuple[str, ...], set[int]], dict[tuple[str, ...], str]]:
        """The cases that hold each term, and how it is written."""
        holders: dict[tuple[str, ...], set[int]] = {}
        spelled: dict[tuple[str, ...], str] = {}
        for text, outcome in enumerate(self.state.outcomes):
            for words, written in terms_of(outcome.case.task.value).items():
                holders.setdefault(words, set()).add(text)
                spelled.setdefault(words, written)
        return holders, spelled

    def _cases_by_entry(self, names_in: Callable[[Outcome], list[str]]) -> dict[int, set[int]]:
        """For each entry the cases that name it."""
        found: dict[int, set[int]] = {}
        for text, outcome in enumerate(self.state.outcomes):
            for name in names_in(outcome):
                number = self.state.tables.ids.get(name)
                if number is not None and number in self._in_scope(outcome.case.agent.value):
                    found.setdefault(number, set()).add(text)
        return found

    def _from_task(self, number: int, case: Case, text: int) -> list[Proposal]:
        weights = {term.words: term for term in self._terms.get(number, ())}
        asked = terms_of(case.task.value)
        found = [weights[words] for words in asked if words in weights]
        found.sort(key=lambda term: (term.weight < FITS, len(term.words) if term.weight < FITS else 0, -term.weight))
        why = "stands in a task that should load it, and in its document"
        ways = [self._add(number, term.text, why, FIX, (text,)) for term in found[:WAYS]]
        known = {term.words for term in found}
        held = self._phrases(number)
        rare = [written for words, (written, _) in held.items() if words in asked and words not in known]
        return ways + [self._add(number, written, why, FIX, (text,)) for written in rare[:WAYS]]

    def _fallen(self) -> Iterator[list[Proposal]]:
        """For tasks that called for nothing: words of them that set one document apart, those of most tasks first."""
        found: dict[tuple[int, tuple[str, ...]], tuple[float, str, list[int]]] = {}
        for text, (task, answer) in enumerate(zip(self.trial.tasks, self.state.answers, strict=True), self.cases):
            if answer.called:
                continue
            scope = self._in_scope(task.agent.value)
            for words in terms_of(task.task.value):
                if best := self._best(words, scope):
                    weight, number, written = best
                    found.setdefault((number, words), (weight, written, []))[2].append(text)
        ranked = sorted(found.items(), key=lambda item: (-len(item[1][2]), -item[1][0], -len(item[0][1]), item[0]))
        for (number, _), (_, written, texts) in ranked:
            why = f"stands in {counted(len(texts), 'task')} that fell through, and sets its document apart"
            yield [self._add(number, written, why, MORE, tuple(texts))]

    def _best(self, words: tuple[str, ...], scope: frozenset[int]) -> tuple[float, int, str] | None:
        """The entry whose document a term sets apart most clearly."""
        rows = sorted(
            (row for row in self._by_words.get(words, ()) if row[1] in scope), key=lambda row: (-row[0], row[1])
        )
        if not rows or rows[0][0] < FITS or (len(rows) > 1 and rows[0][0] < LEAD * rows[1][0]):
            return None
        return rows[0]

    def _add(self, number: int, keyword: str, why: str, aim: str, texts: tuple[int, ...] = ()) -> Proposal:
        entry = self.entries[number].id.value
        return Proposal(ADD, entry, keyword, "", why, number, KeywordChange(add=(keyword,)), aim, texts)

    # ── what should not have come ──────────────────────────────────────────────────────────────────────

    def _fired(self) -> dict[tuple[int, Text], Firings]:
        """How each keyword fires in the cases and tasks, vetoes and scope held."""
        seen: dict[tuple[int, str], Firings] = {}
        for text in range(len(self.trial.texts)):
            hits = self._hits(text)
            for number, found in hits.items():
                by_name: dict[str, list[Hit]] = {}
                for hit in found:
                    by_name.setdefault(self.state.tables.keywords[hit.keyword].text, []).append(hit)
                for name, own in by_name.items():
                    outer = self._outer(own, hits, number)
                    seen.setdefault((number, name), Firings()).note(text, len(by_name) > 1, outer)
        return {
            (number, word): seen[number, word.value]
            for number, entry in enumerate(self.entries)
            if _is_ours(entry)
            for word in entry.keywords
            if word.source == entry.source and (number, word.value) in seen
        }

    def _hits(self, text: int) -> dict[int, list[Hit]]:
        """What fires in a text, by entry, as far as it counts."""
        tables, scope = self.state.tables, self._in_scope(self._case(text).agent.value)
        return {
            number: hits
            for number, hits in find(tables, self.trial.texts[text]).items()
            if number in scope and all(tables.keywords[hit.keyword].kind != VETO for hit in hits)
        }

    def _outer(self, own: list[Hit], hits: dict[int, list[Hit]], number: int) -> str:
        """The id of another entry with longer keywords around all of these hits, or the empty string."""
        others = [(other, found) for other, found in hits.items() if other != number]
        around = [next((o for o, found in others if any(_is_around(one, hit) for one in found)), -1) for hit in own]
        return "" if -1 in around else self.entries[around[0]].id.value

    def _case(self, text: int) -> Case:
        return self.trial.cases[text] if text < self.cases else self.trial.tasks[text - self.cases]

    def _misfires(self, fired: dict[tuple[int, Text], Firings]) -> Iterator[list[Proposal]]:
        """Keywords that call for an entry in cases that do not expect it, those that do most harm first."""
        ranked = []
        for (number, word), found in fired.items():
            name = self.entries[number].id.value
            outcomes = [self.state.outcomes[text] for text in found.texts if text < self.cases]
            right = sum(any(item.value == name for item in outcome.case.expect) for outcome in outcomes)
            wrong = sum(any(item.name == name for item in (*outcome.unwanted, *outcome.extra)) for outcome in outcomes)
            if wrong:
                expected = f"and in {right} that do" if right else "and in none that does"
                why = (
                    f"matches in {counted(wrong, 'case')} that {'do' if wrong > 1 else 'does'} not expect `{name}`, "
                    f"{expected}"
                )
                ranked.append(
                    (
                        right - wrong,
                        number,
                        word.start,
                        self._narrower(number, word, found, why, BETTER if wrong >= OFTENER else FIX),
                    )
                )
        for *_, options in sorted(ranked, key=lambda row: row[:3]):
            yield options

    def _busy(self, fired: dict[tuple[int, Text], Firings]) -> Iterator[list[Proposal]]:
        """Keywords that fire too often, only inside another entry's, or only together with another of their own."""
        tasks = len(self.trial.tasks)
        for (number, word), found in fired.items():
            count = sum(text >= self.cases for text in found.texts)
            if tasks >= TASKS and count >= OFTEN * tasks:
                why = f"matches in {count} of {tasks} tasks"
                yield self._narrower(number, word, found, why, FEWER)
            elif len(found.texts) >= SEEN and found.inside == len(found.texts):
                why = (
                    f"matches only inside longer keywords of others (`{found.outer}`), in "
                    f"{counted(len(found.texts), 'task')}"
                )
                yield self._narrower(number, word, found, why, FEWER)
            elif len(found.texts) >= SEEN and found.beside == len(found.texts):
                why = (
                    f"matches only where another keyword of `{self.entries[number].id.value}` does, in "
                    f"{counted(len(found.texts), 'task')}"
                )
                yield [self._drop(number, word, why, SAME)]

    def _narrower(self, number: int, word: Text, found: Firings, why: str, aim: str) -> list[Proposal]:
        """The keyword as a part of longer phrases of the document that stand in some of these texts; and without it.

        An entry that has no other keyword keeps a phrase of its document, wherever that stands.
        """
        words, entry = phrase(word.value)[1], self.entries[number]
        ranked = []
        for run, (written, times) in self._phrases(number).items():
            if holds(run, words):
                texts = len(self.trial.texts_with(run).intersection(found.texts))
                if texts or len(entry.keywords) == 1:
                    ranked.append((-texts, -times, run, written))
        swaps = [
            Proposal(
                NARROW, entry.id.value, word.value, written, why, number, KeywordChange(swap=((word, written),)), aim
            )
            for *_, written in sorted(ranked)[: WAYS - 1]
        ]
        return [*swaps, self._drop(number, word, why, aim)]

    def _phrases(self, number: int) -> dict[tuple[str, ...], tuple[str, int]]:
        """The phrases of an entry's documents, as they are written, and how often each stands there."""
        if number not in self._phrases_of:
            found: dict[tuple[str, ...], tuple[str, int]] = {}
            for part in parts_of(self._text(self._entry_files.of(number))):
                for run, written in terms_of(part.text).items():
                    if len(run) > 1:
                        found[run] = found.get(run, (written, 0))[0], found.get(run, (written, 0))[1] + 1
            self._phrases_of[number] = found
        return self._phrases_of[number]

    def _drop(self, number: int, word: Text, why: str, aim: str) -> Proposal:
        return Proposal(
            DROP, self.entries[number].id.value, word.value, "", why, number, KeywordChange(drop=(word,)), aim
        )


def by_chance(right: int, tried: int, share: float) -> float:
    """How likely at least so many of the tried are right, where a share of all is.

    >>> [round(by_chance(right, 3, 0.1), 3) for right in (1, 2, 3)]
    [0.271, 0.028, 0.001]
    """
    from math import comb

    return sum(comb(tried, hit) * share**hit * (1 - share) ** (tried - hit) for hit in range(right, tried + 1))


def calls(tables: Tables, number: int, text: str) -> bool:
    """Whether a text that is nothing but a keyword calls for an entry."""
    hits = find(tables, tokenize(text)).get(number, ())
    return any(tables.keywords[hit.keyword].kind != VETO for hit in hits)


def _is_around(one: Hit, hit: Hit) -> bool:
    longer = one.last - one.first > hit.last - hit.first
    return longer and one.clause == hit.clause and one.first <= hit.first and hit.last <= one.last


def _is_ours(entry: Entry) -> bool:
    """Whether an entry stands in a file of the project, and not in the user's own index."""
    return not (entry.source.startswith("/") or entry.source[1:2] == ":")
