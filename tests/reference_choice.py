"""The default of choosing as `docs/matching.md` reads, slow and obvious: no table, every entry against every word.

It shares with the program how often words stand in a document, where words stand in a task, and the word lists: these have
tests of their own. Figures stand here again, so that a changed one is noticed. It knows whole entries only: no agents,
tags or layers, no aliases, and fewer entries than are looked at again.
"""  # noqa: E501

from __future__ import annotations

import re
from itertools import combinations, pairwise
from math import log
from typing import NamedTuple

import reference
from ctxload.index.model import Entry, Index
from ctxload.matching.document_index import Document
from ctxload.matching.document_words import count, title_of
from ctxload.matching.inflection import normal
from ctxload.matching.word_lists import GENERIC_FORMS, STOP
from ctxload.matching.zones import standing_of

Place = tuple[int, int, int]
ENOUGH, RULE = 610, 1000
FIELDS = (2.0, 2.0, 0.5, 0.5, 1.5, 0.5)
WEIGHTS = {"": 1.0, "quote": 1.0, "path": 0.5, "code": 0.4, "url": 0.3}
KINDS = frozenset("context doc documentation document file guide guideline handbook note page readme".split())


class Row(NamedTuple):
    """A keyword, an id, a file's name or a veto of an entry."""

    entry: int
    kind: str
    text: str
    words: tuple[str, ...]


class Asked(NamedTuple):
    """A word of the task that is no grammar."""

    form: str
    clause: int
    place: int
    weight: float


class Chosen(NamedTuple):
    """The entries that come, best first, what each that anything speaks for comes to, and those of which that may be
    one more or less.
    """

    entries: list[int]
    scores: dict[int, int]
    unsure: set[int]


class Part(NamedTuple):
    """What an entry says of a part of the task that is asked by itself, and how sure that is."""

    points: float
    sure: int


class Answer:
    """One task, and what the entries of an index are for it."""

    def __init__(self, index: Index, files: dict[str, str], task: str, rules: dict[int, int] | None = None) -> None:
        self.index, self.files, self.task = index, files, task
        self.clauses = reference.clauses(task)
        self.forms = [[word.form for word in clause] for clause in self.clauses]
        self.standing = standing_of(task) if any(sign in task for sign in '/`"\n\\\u201c') else None
        self.rows = [row for number, entry in enumerate(index.entries) for row in rows_of(number, entry)]
        self.weights = self.weigh_words()
        self.texts = ["\n\n".join(files[path.value] for path in entry.paths) for entry in index.entries]
        self.counts = [
            count(Document(entry.id.value, text, entry.description))
            for entry, text in zip(index.entries, self.texts, strict=True)
        ]
        self.hits = {number: self.hits_of(number) for number in range(len(index.entries))}
        self.vetoed = {n for n, hits in self.hits.items() if any(row.kind == "exclude" for row, _ in hits)}
        self.vetoed |= {n for n, entry in enumerate(index.entries) if entry.needs_both}  # no file is at hand here
        self.rules = self.fired() if rules is None else rules
        self.found = self.called_for()
        self.words = self.asked()
        self.factors = self.factors_of_words()
        self.spoken = self.documents()
        everyone = {*self.found, *self.spoken, *self.rules}
        self.keywords = {n: self.keyword_points(n) for n in everyone}
        self.scores = {n: self.keywords[n] + self.said(n) + RULE * self.rules.get(n, 0) for n in everyone}
        self.telling = self.telling_words()

    # ── words and keywords ─────────────────────────────────────────────────────────────────────────────

    def weight_at(self, start: int) -> float:
        return WEIGHTS[self.standing.kind_at(start)] if self.standing else 1.0

    def weigh_words(self) -> dict[str, int]:
        """ln(1 + N/h) / ln(1 + N); of a written id the file's name is no holder."""
        found = {}
        entries = len(self.index.entries)
        for word in {word for row in self.rows for word in row.words}:
            holders = {
                row.entry
                for row in self.rows
                if word in row.words
                and row.kind != "exclude"
                and not (row.kind == "name" and self.index.entries[row.entry].id_written)
            }
            share = log(1 + entries / max(1, len(holders))) / log(1 + entries)
            found[word] = 0 if word in STOP else round(1000 * share * (0.5 if word in GENERIC_FORMS else 1))
        return found

    def hits_of(self, number: int) -> list[tuple[Row, Place]]:
        """Where whole keywords, ids and vetoes of an entry stand."""
        return [
            (row, (at, first, last))
            for at, clause in enumerate(self.clauses)
            for first, last in combinations(range(len(clause) + 1), 2)
            for row in self.rows
            if row.entry == number and row.kind != "name" and reference.stands_for(clause[first:last], row.words)
        ]

    def called_for(self) -> dict[int, tuple[list[tuple[Row, Place]], list[tuple[Row, list[str], float]]]]:
        """The entries that rules, keywords or half of one call for; a veto silences, and some ask for a whole one."""
        found = {}
        for number, entry in enumerate(self.index.entries):
            hits, parts = self.hits[number], [] if entry.whole_only else self.parts_of(number)
            if (hits or parts or number in self.rules) and number not in self.vetoed:
                found[number] = hits, parts
        return found

    def parts_of(self, number: int) -> list[tuple[Row, list[str], float]]:
        found = []
        here = {form for forms in self.forms for form in forms}
        for row in self.rows:
            if row.entry == number and row.kind == "keyword" and len(row.words) > 1:
                weights = {word: self.weights[word] for word in row.words if self.weights[word]}
                present = sorted(word for word in weights if word in here)
                cover = sum(round(1000 * weights[word] / sum(weights.values())) for word in present)
                if cover >= 500:
                    found.append((row, sorted(here & set(row.words)), cover / 1000))
        return found

    def fired(self) -> dict[int, int]:
        """How many rules fire for each entry; their patterns are plain words here."""
        found: dict[int, int] = {}
        ids = {entry.id.value: n for n, entry in reversed([*enumerate(self.index.entries)])}  # an id means the first
        for rule in self.index.rules:
            if rule.pattern.value.casefold() in self.task.replace("\n", " ").casefold():
                for name in rule.ids:
                    if ids[name.value] not in self.vetoed:
                        found[ids[name.value]] = found.get(ids[name.value], 0) + 1
        return found

    def keyword_points(self, number: int) -> int:
        return sum(points for _, points in self.keyword_sums(number))

    def made_of_words(self, number: int) -> list[tuple[str, float, tuple[Row, str]]]:
        """What each keyword, whole or in part, makes of each of its words."""
        hits, parts = self.found.get(number, ([], []))
        made: list[tuple[str, float, tuple[Row, str]]] = []
        for row, (clause, first, _) in hits:
            factor = 0.8 * (1 + 0.25 * (len(row.words) - 1)) * self.weight_at(self.clauses[clause][first].start)
            made += [(word, self.weights[word] * factor, (row, "whole")) for word in row.words]
        for row, present, cover in parts:
            made += [(word, self.weights[word] * (0.35 * cover), (row, "part")) for word in present]
        return made

    def keyword_sums(self, number: int) -> list[tuple[tuple[str, ...], int]]:
        """A word counts once, with what makes most of it; the sums of each keyword are whole numbers."""
        best: dict[str, tuple[float, tuple[Row, str]]] = {}
        for word, points, by in self.made_of_words(number):
            if word not in best or points > best[word][0]:
                best[word] = points, by
        return [
            (one[0].words, round(sum(points for points, other in best.values() if other == one)))
            for one in {o for _, o in best.values()}
        ]

    def is_shared(self, number: int) -> bool:
        """Whether two keywords make as much of a word, so that either may have it, and round what it comes to."""
        made = self.made_of_words(number)
        best = {word: max(points for other, points, _ in made if other == word) for word, _, _ in made}
        holders = {(word, by) for word, points, by in made if points > best[word] - 1e-9}
        return len(holders) > len(best)

    # ── documents ──────────────────────────────────────────────────────────────────────────────────────

    def asked(self) -> list[Asked]:
        return [
            Asked(form, at, place, self.weight_at(word.start))
            for at, clause in enumerate(self.clauses)
            for place, word in enumerate(clause)
            if word.form not in STOP
            for form in self.read(word)
        ]

    def read(self, word: reference.Word) -> list[str]:
        """A name in code that nobody knows as the words it is put together of."""
        written = self.task[word.start : word.end]
        parts = re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", written)
        is_name = len(written) > 5 and len(parts) > 1 and "".join(parts) == written and min(map(len, parts)) > 2
        is_name = is_name and (len(parts) > 2 or written[0].islower())
        is_known = self.holders(word.form) or any(word.form in (*row.words, "".join(row.words)) for row in self.rows)
        if not is_name or is_known:
            return [word.form]
        return [form for part in parts if (form := normal(part.lower())) not in STOP]

    def factors_of_words(self) -> dict[str, float]:
        """What each word and each two side by side count: the longer the task, the less."""
        best: dict[str, float] = {}
        for word in self.words:
            best[word.form] = max(best.get(word.form, 0), word.weight)
        asked = sum(weight > 0.4 for weight in best.values())
        pasted = len(best) - asked
        for one, other in pairwise(self.words):
            if one.clause == other.clause and one.place + 1 == other.place:
                pair = f"{one.form} {other.form}"
                best[pair] = max(best.get(pair, 0), min(one.weight, other.weight))
        whole, paste = (asked + 2) ** -0.38, min((asked + 2) ** -0.38, (pasted + 2) ** -0.7)
        return {word: weight * (whole if weight > 0.4 else paste) for word, weight in best.items()}

    def near(self) -> dict[str, float]:
        """Two words with at most one between them, in either order, that nowhere stand side by side so."""
        found = {}
        for one, other in combinations(range(len(self.words)), 2):
            a, b = self.words[one], self.words[other]
            if other - one <= 2 and a.clause == b.clause and a.form != b.form:
                for pair in (f"{a.form} {b.form}", f"{b.form} {a.form}"):
                    if pair not in self.factors:
                        found[pair] = min(self.factors[a.form], self.factors[b.form])
        return found

    def holders(self, word: str) -> int:
        return sum(any(word in field for field in fields) for fields in self.counts)

    def gives(self, number: int, word: str) -> int:
        """What a word, or two side by side, gives a document."""
        documents, fields, total = len(self.counts), self.counts[number], 0.0
        for at, most in enumerate(FIELDS):
            usual = max(1.0, sum(sum(other[at].values()) for other in self.counts) / documents)
            times = fields[at].get(word, 0)
            if times:
                total += most * times / (times + 1.0 * (1 - 0.75 + 0.75 * sum(fields[at].values()) / usual))
        if not total:
            return 0
        rarity = log((documents + 0.5) / self.holders(word)) / log(documents + 0.5)
        topic = 0.6 if " " in word else 0.5 if word in GENERIC_FORMS else 1.0
        return round(1000 * total * rarity**0.6 * topic) if rarity >= 0.03 else 0

    def documents(self) -> dict[int, dict[str, int]]:
        """What each document says of the task, by word; next to nothing counts only beside a keyword."""
        found = {}
        near = self.near()
        for number, entry in enumerate(self.index.entries):
            words = {
                word: round(self.gives(number, word) * factor) for word, factor in {**self.factors, **near}.items()
            }
            for word, factor in self.factors.items():
                alike = [
                    self.gives(number, other)
                    for field in self.counts[number]
                    for other in field
                    if len(word) > 6 and word.isalpha() and other.isalpha() and other[:6] == word[:6]
                ]
                words[word] = max(words[word], round(max(alike, default=0) * (0.3 * factor)))
            words = {word: points for word, points in words.items() if points}
            may_speak = number in self.found or (number not in self.vetoed and not entry.whole_only)
            if may_speak and (sum(words.values()) >= 300 or (words and number in self.found)):
                found[number] = words
        return found

    def said(self, number: int) -> int:
        return sum(self.spoken.get(number, {}).values())

    # ── how sure one can be ────────────────────────────────────────────────────────────────────────────

    def run(self, place: Place) -> list[str]:
        clause, first, last = place
        return self.forms[clause][first:last]

    def promising(self, number: int) -> list[tuple[Row, Place]]:
        """The whole keywords of an entry that stand in what is asked."""
        hits = self.found.get(number, ([], []))[0]
        return [hit for hit in hits if self.weight_at(self.clauses[hit[1][0]][hit[1][1]].start) >= 1]

    def called(self, number: int) -> set[str]:
        hits, parts = self.found.get(number, ([], []))
        return {form for _, place in hits for form in self.run(place)} | {w for _, words, _ in parts for w in words}

    def telling_words(self) -> dict[str, bool]:
        """Each with whether a document alone may answer for it."""
        called = {form for number in self.found for form in self.called(number)}
        whole = {form for number in self.found for _, place in self.promising(number) for form in self.run(place)}
        words = [w for w in self.words if not w.form.isdigit() and (w.form in called or self.may_tell(w.form))]
        words = [w for w in words if w.weight != WEIGHTS["path"] or not re.fullmatch("l[0-9]+", w.form)]
        named = [w for w in words if w.weight == WEIGHTS["path"] and w.form not in called]  # a path is no topic
        asked = [word.form for word in words if word.weight > 0.4 and word not in named]
        topic = {form: True for form in asked if form in whole or form not in GENERIC_FORMS}
        paths = {word.form: True for word in named}
        return topic or paths or dict.fromkeys(asked, False) or {word.form: True for word in words}

    def may_tell(self, form: str) -> bool:
        """No single letter; beyond ASCII only what some document has."""
        return len(form) > 1 if form.isascii() else self.holders(form) > 0

    def covered(self, number: int) -> float:
        """How many telling words an entry has; one of the text alone is nine tenths."""
        called, spoken, found = self.called(number), self.spoken.get(number, {}), 0.0
        for word, alone in self.telling.items():
            if word in called or (alone and word in spoken):
                found += 1 if word in called or self.prominent(number, word) else 0.9
        return found

    def prominent(self, number: int, word: str) -> bool:
        """Whether a word stands in more of a document than its text, and gives it as much as one like it does."""
        own = round(self.gives(number, word) * self.factors[word])
        return 0 < own == self.spoken[number][word] and any(
            word in field for name, field in enumerate(self.counts[number]) if name != 4
        )

    def sure(self, points: float, best: float, covered: float, telling: int) -> int:
        return round((points - 0.6 * best) * (covered / telling) ** 0.5) if telling else 0

    def confidence(self, number: int) -> int:
        best = max((points for word, points in self.spoken.get(number, {}).items() if " " not in word), default=0)
        return self.sure(self.scores[number], best, self.covered(number), len(self.telling))

    # ── choosing ───────────────────────────────────────────────────────────────────────────────────────

    def choose(self) -> Chosen:
        chosen, asked = self.by_words(), self.asked_by_path()
        if asked:
            chosen = self.beside(chosen, asked)
        scores = dict(self.scores)
        self.add(chosen, self.named(), scores)
        others = max((score for number, score in scores.items() if number not in asked), default=0)
        for number in asked:
            scores[number] = max(scores[number], others + RULE)
        in_code = self.called_in_code()
        if len(in_code) <= 3:
            self.add(chosen, list(in_code), scores)
        if not asked:
            self.put_called_first(chosen, in_code, scores)
        self.add(chosen, list(self.rules), scores)
        unsure = {number for number in self.found if self.is_shared(number)}
        return Chosen(sorted(chosen, key=lambda number: (-scores[number], number)), scores, unsure)

    def add(self, chosen: list[int], numbers: list[int], scores: dict[int, int]) -> None:
        for number in numbers:
            if number not in chosen:
                chosen.append(number)
            scores.setdefault(number, 0)

    def called_in_code(self) -> dict[int, Place]:
        """Where the name of an entry's file stands as it is written: one in code, or all of the task."""
        found: dict[int, Place] = {}
        for number, entry in enumerate(self.index.entries):
            stems = [path.value.rsplit("/", 1)[-1].rsplit(".", 1)[0] for path in entry.paths]
            for place in [place for name in self.stems(number) for place in self.places(name)]:
                at, first, last = place
                start, end = self.clauses[at][first].start, self.clauses[at][last - 1].end
                written = self.task[start:end]
                is_code = any(letter.isupper() for letter in written[1:]) and any(map(str.islower, written))
                is_all = sum(map(len, self.clauses)) == 1
                if (
                    (is_code or is_all)
                    and written in stems
                    and self.weight_at(start) == 1
                    and number not in self.vetoed
                ):
                    found[number] = place
        return found

    def put_called_first(self, chosen: list[int], in_code: dict[int, Place], scores: dict[int, int]) -> None:
        """Those that are called in code, or by a name of two words or more that say something, before the others."""
        called = dict(in_code)
        for number, place in self.names():
            words = [word for word in self.run(place) if word not in STOP]
            if number not in called and len(words) > 1 and self.weight_at(self.clauses[place[0]][place[1]].start) == 1:
                called[number] = place
        inside = [
            n
            for n, (at, first, last) in called.items()
            if any(
                (at, first, last) != (b, c, d) and at == b and c <= first and last <= d for b, c, d in called.values()
            )
        ]
        first_ones = [number for number in called if number in chosen and number not in inside]
        others = max((scores[number] for number in chosen if number not in first_ones), default=0)
        if first_ones and min(scores[number] for number in first_ones) <= others:
            best = max(scores[number] for number in first_ones)
            for number in first_ones:
                scores[number] = max(scores[number], others + RULE - min(best - scores[number], RULE - 1))

    def by_words(self) -> list[int]:
        ranked = sorted(self.scores, key=lambda number: (-self.scores[number], number))
        chosen = self.best(ranked)
        if chosen and len(self.telling) > 1:
            self.add_parts(chosen)
        self.add_promised(chosen)
        return chosen

    def beside(self, chosen: list[int], asked: list[int]) -> list[int]:
        """Those that come without the words of the paths that name others, too, or by a keyword in one of these."""
        places = self.places_of_files({self.index.entries[n].paths[0].value.rpartition("/")[2] for n in asked})
        blank, inside = self.task, lambda word: any(start <= word.start < end for start, end in places)
        for word in sorted((word for clause in self.clauses for word in clause if inside(word)), reverse=True):
            blank = f"{blank[: word.start]}the{blank[word.end :]}"
        also = Answer(self.index, self.files, blank, self.rules).by_words()
        called = {
            number
            for number, hits in self.hits.items()
            for row, (at, first, last) in hits
            if row.kind == "keyword" and any(map(inside, self.clauses[at][first:last]))
            if self.weight_at(self.clauses[at][first].start) >= 1
        }
        return [number for number in chosen if number in {*also, *self.named(), *called}]

    def places_of_files(self, names: set[str]) -> list[tuple[int, int]]:
        found = []
        for name in names:
            for at in range(len(self.task)):
                if self.task[at:].lower().startswith(name.lower()):
                    before = re.split(r"[\s\"'`()\[\]{}<>,;\u201c\u2018]|[^\x00-\u036f]", self.task[:at])[-1]
                    found.append((at - len(before), at + len(name)))
        return found

    def best(self, ranked: list[int]) -> list[int]:
        sure = [n for n in ranked if self.scores[n] >= ENOUGH and self.confidence(n) >= ENOUGH]
        return [number for number in sure if self.scores[number] >= self.scores[sure[0]]][:2]

    def add_parts(self, chosen: list[int]) -> None:
        """The best answer to each part of the task, if it is sure enough and those before say a quarter at most."""
        parts = self.parts_of_task()
        for part in parts if len(parts) > 1 else []:
            if len(chosen) < 5 and any(word in self.telling for word in part):
                near = {n for n in self.scores if self.scores[n] >= 0.3 * max(self.scores.values())}
                answers = {number: self.part(number, part) for number in near | {*chosen}}
                best = min(answers, key=lambda number: (-answers[number].sure, number))
                said = max(answers[number].points for number in chosen)
                if best not in chosen and answers[best].sure >= ENOUGH and said <= 0.25 * answers[best].points:
                    chosen.append(best)

    def part(self, number: int, part: list[str]) -> Part:
        """What an entry says of a part: as of the whole task, but that a shorter one says each thing louder."""
        inside = set(part)
        longer = ((len(inside) + 2) / (len({word.form for word in self.words if word.weight > 0.5}) + 2)) ** -0.38
        words = {w: points for w, points in self.spoken.get(number, {}).items() if inside.issuperset(w.split())}
        keywords = sum(points for words, points in self.keyword_sums(number) if inside & set(words))
        called, covered = self.called(number), 0.0
        telling = [word for word in dict.fromkeys(part) if word in self.telling]
        for word in telling:
            if word in called or (self.telling[word] and word in words):
                covered += 1 if word in called or self.prominent(number, word) else 0.9
        best = max((points for word, points in words.items() if " " not in word), default=0)
        points = longer * sum(words.values()) + keywords
        return Part(points, self.sure(points, longer * best, covered, len(telling)))

    def parts_of_task(self) -> list[list[str]]:
        """Sentences, divided at `then`, a comma with five words or more on both sides, and an `and` with six."""
        places = [(at, place) for at, clause in enumerate(self.clauses) for place in range(len(clause))]
        parts: list[list[str]] = [[]]
        began = 0
        for at, place in places:
            word, clause = self.clauses[at][place], self.clauses[at]
            written = self.task[word.start : word.end].lower()
            ends = at > 0 and self.sentence_ends_before(at)
            before = place or (0 if ends or not at else len(self.clauses[at - 1]))
            if place == 0 and not ends and at and any(sign in self.between(at) for sign in ")]"):
                before = places.index((at, place)) - began
            is_joint = written in "also then plus afterwards danach dann puis ensuite luego después depois".split()
            is_and = written in ("and", "und", "et", "y", "e") and before >= 6 and len(clause) - place > 6
            is_comma = place == 0 and at > 0 and min(before, len(clause)) >= 5 and self.comma_before(at)
            if (place == 0 and ends) or is_comma or is_joint or is_and:
                parts.append([])
                began = places.index((at, place))
            parts[-1] += [one.form for one in self.words if (one.clause, one.place) == (at, place) and one.weight > 0.5]
        return [part for part in parts if part]

    def sentence_ends_before(self, at: int) -> bool:
        between = self.between(at)
        return any(sign in between for sign in ".?!;。？！") or ("\n" in between and "," not in between)

    def comma_before(self, at: int) -> bool:
        return any(sign in self.between(at) for sign in ",،")

    def between(self, at: int) -> str:
        return self.task[self.clauses[at - 1][-1].end : self.clauses[at][0].start]

    def add_promised(self, chosen: list[int]) -> None:
        """A keyword of the author that is a fifth of the task; more beside the entry of another."""
        beside = any(self.promising(number) for number in chosen)
        for place, numbers in self.runs():
            if numbers & set(chosen):
                continue
            share = len(set(self.telling) & set(self.run(place))) / len(self.telling) if self.telling else 1.0
            best = min(numbers, key=lambda number: (-self.scores[number], number))
            if share >= (self.least_beside(best, place) if beside else 0.2):
                chosen.append(best)

    def least_beside(self, number: int, place: Place) -> float:
        for row, where in self.found.get(number, ([], []))[0]:
            weights = [self.weights[word] for word in row.words if self.weights[word]]
            if where == place and row.kind == "keyword" and weights and min(weights) >= 1000:
                words = [word for word in row.words if word not in STOP]
                terms = [f"{one} {other}" for one, other in pairwise(words)] or words
                rarest = min(terms, key=self.holders)
                others = [fields for n, fields in enumerate(self.counts) if n != number and self.gives(n, rarest)]
                if self.holders(rarest) <= 1:
                    return 0.0
                elsewhere = any(rarest in fields[name] for fields in others for name in (0, 2, 3))
                known = any(self.gives(n, rarest) for n in range(len(self.counts)))
                return 0.25 if elsewhere or not known else 0.15
        return 0.5

    def runs(self) -> list[tuple[Place, set[int]]]:
        """Whole keywords and names in the task, none within a longer one; those that are written so go before others."""  # noqa: E501
        found: dict[Place, dict[str, set[int]]] = {}
        for number in self.found:
            for row, place in self.promising(number):
                found.setdefault(place, {}).setdefault(row.text, set()).add(number)
        for number, place in self.names():
            if len(self.run(place)) == 1 and self.holders(self.run(place)[0]) > max(3, 0.1 * len(self.counts)):
                continue  # a word as any other
            found.setdefault(place, {}).setdefault(" ".join(self.run(place)), set()).add(number)
        runs = []
        for place in sorted(found):
            if any(o != place and o[0] == place[0] and o[1] <= place[1] and place[2] <= o[2] for o in found):
                continue
            words = self.clauses[place[0]][place[1] : place[2]]
            written = self.task[words[0].start : words[-1].end].casefold()
            exact = [numbers for text, numbers in found[place].items() if text.casefold() == written]
            others = [numbers for _, numbers in sorted(found[place].items())]
            runs += [(place, set().union(*exact))] if exact else [(place, numbers) for numbers in others]
        return runs

    def names(self) -> list[tuple[int, Place]]:
        """Where titles and the names of files stand, of the entries that something speaks for."""
        return [
            (number, place)
            for number in self.scores
            for name in {title_of(self.texts[number]) if number in self.spoken else (), *self.stems(number)}
            for place in self.places(name)
        ]

    def stems(self, number: int) -> set[tuple[str, ...]]:
        entry = self.index.entries[number]
        names = [path.value.rsplit("/", 1)[-1].rsplit(".", 1)[0] for path in entry.paths] + [entry.id.value]
        return {reference.phrase(name)[1] for name in names}

    def places(self, name: tuple[str, ...]) -> list[Place]:
        if all(word in STOP for word in name):
            return []
        return [
            (at, first, last)
            for at, forms in enumerate(self.forms)
            for first, last in combinations(range(len(forms) + 1), 2)
            if tuple(forms[first:last]) == name
        ]

    def named(self) -> list[int]:
        """The entries that are called by `NAME doc` or by their path."""
        entries = [number for number in range(len(self.index.entries)) if number not in self.vetoed]
        anyone = [(n, place) for n in entries for name in self.stems(n) for place in self.places(name)]
        called: dict[Place, set[int]] = {}
        for number, place in [*self.names(), *anyone]:
            at, _, last = place
            if last < len(self.forms[at]) and self.forms[at][last] in KINDS:
                called.setdefault(place, set()).add(number)
        points = lambda number: self.scores.get(number, 0)  # noqa: E731
        best = [n for numbers in called.values() for n in sorted(numbers) if points(n) == max(map(points, numbers))]
        return best + [n for n in entries if self.has_path(n)]

    def has_path(self, number: int) -> bool:
        return any(path.value in self.task.split() for path in self.index.entries[number].paths)

    def asked_by_path(self) -> list[int]:
        """Those of them whose path stands somewhere but in pasted code, and goes before all others."""
        found = []
        for number in self.named():
            name = self.index.entries[number].paths[0].value
            starts = [at for at in range(len(self.task)) if self.task.startswith(name, at)]
            if self.has_path(number) and any(self.weight_at(at) > 0.4 for at in starts):
                found.append(number)
        return found


def rows_of(number: int, entry: Entry) -> list[Row]:
    """The keywords of an entry, each once; its file's name where no keyword is the same."""
    texts = [("keyword", keyword.value) for keyword in entry.keywords]
    texts += [("id", entry.id.value)] if entry.id_written else []
    texts += [("name", path.value.rsplit("/", 1)[-1].rsplit(".", 1)[0]) for path in entry.paths]
    rows: list[Row] = []
    for kind, text in texts:
        words = reference.phrase(text)[1]
        if words and words not in [row.words for row in rows]:
            rows.append(Row(number, kind, text, words))
    return rows + [Row(number, "exclude", veto.value, reference.phrase(veto.value)[1]) for veto in entry.exclude]


def choose(index: Index, files: dict[str, str], task: str) -> Chosen:
    """The entries that come for a task, best first, and every score."""
    return Answer(index, files, task).choose()
