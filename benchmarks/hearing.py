"""Measures how prompts are heard: `python benchmarks/hearing.py take-backs`, `… slips --data DATA`.

DATA is the folder of `benchmarks/quality.py`.

take-backs  the sentences of `tests/take_backs.tsv`: how many lose a keyword that they ask for, how many leave one
            standing that they take back, by side.
slips       one slip in each labelled task, by keywords of the authors: in a word of a keyword of an expected document,
            or in any long word of a task that fits nothing. How many come out as without the slip, and how many do
            where slips are not read.
follow-ups  each labelled task, by keywords of the authors, then a prompt: one that refers back, thanks, or the next
            task. How often the second prompt brings the documents of the first, and how often it is answered as
            without the first.
"""

from __future__ import annotations

import argparse
import os
import random
import string
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import quality

from ctxload.index.parser import parse
from ctxload.index.writer import to_yaml
from ctxload.integrations.hooks.follow_up import followed
from ctxload.matching.compiler import compile_index
from ctxload.matching.tables import Tables
from ctxload.matching.tokens import form, tokenize
from ctxload.selection import keyword
from ctxload.selection.documents import evidence_of
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

MAY_SLIP = keyword._may_slip
TESTS = Path(__file__).resolve().parents[1] / "tests"
TAKEN = {
    "api": "api", "auth": "authentication, login", "cache": "cache, caching", "ci": "ci", "db": "database",
    "docker": "docker", "k8s": "kubernetes", "tests": "test, testing", "ui": "frontend",
}  # fmt: skip


def index_of(keywords: dict[str, str]) -> tuple[Tables, MemoryTree]:
    """An index with an entry for each name, and its files."""
    rows = "".join(
        f"  - {{id: zz-{name}, path: zz-{name}.md, keywords: [{words}]}}\n" for name, words in keywords.items()
    )
    tables = compile_index(parse(Source("i", f"fallback: none\ncontext_files:\n{rows}")).index)
    return tables, MemoryTree({f"zz-{name}.md": "# x\n" + "\n" * number for number, name in enumerate(keywords)})


def rows_of(name: str) -> Iterator[list[str]]:
    for line in (TESTS / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def slipped(word: str, chance: random.Random) -> str:
    """A word with one slip: a letter less, more or changed, or two swapped."""
    at = chance.randrange(len(word))
    letter = chance.choice(string.ascii_lowercase)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + letter + word[at:]
    if kind == 2:
        return word[:at] + letter + word[at + 1 :]
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def slips(data: Path) -> None:
    """Prints what one slip does to each labelled task."""
    chance, rows = random.Random(17), Counter[tuple[str, str]]()
    for corpus in quality.read(data, "dev").values():
        tables = compile_index(parse(Source("i", to_yaml(quality.index_of(corpus, quality.AUTHORS)))).index)
        tree, known = corpus["tree"], {word for row in tables.keywords for word in row.words}
        if not corpus["meta"]["kwtype"]:
            continue
        evidence = evidence_of(tables, tree)
        for task in corpus["tasks"]:
            text, fits = task["text"], bool(task["expected"])
            tokens = tokenize(text)
            places = [
                span
                for words, spans in zip(tokens.words, tokens.spans, strict=True)
                for word, span in zip(words, spans, strict=True)
                if len(word) > 5 and word.isascii() and word.isalpha() and (not fits or form(word) in known)
            ]
            if not places or task["kind"] not in ("positive", "abstain"):
                continue
            start, end = chance.choice(places)
            changed = text[:start] + slipped(text[start:end].lower(), chance) + text[end:]
            wanted = {f"context/{name}.md" for name in task["expected"]}
            for name, asked in (("as it is", text), ("one slip", changed), ("one slip, not read", changed)):
                keyword._may_slip = (lambda choice: False) if name.endswith("not read") else MAY_SLIP
                found = resolve(tables, tree, Request(asked, context=()), (), lambda evidence=evidence: evidence).paths
                rows[task["kind"], f"{name}: right first"] += bool(wanted) and found[:1] != () and found[0] in wanted
                rows[task["kind"], f"{name}: something comes"] += bool(found)
            rows[task["kind"], "tasks"] += 1
    for (kind, name), count in sorted(rows.items()):
        print(f"{kind:10}{name:36}{count:>6}")


SECOND = {
    "refers back": (
        "now do the same for the other one", "and the second?", "merge them into one file", "what about the others",
        "und jetzt das zweite", "fais la même chose pour l'autre", "ahora lo mismo para el otro",
    ),
    "thanks, chatter": ("thanks!", "ok", "great, thanks for those", "go on", "sounds good", "danke"),
}  # fmt: skip


def follow_ups(data: Path) -> None:
    """Prints what the second prompt of a conversation brings."""
    rows, talk = Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CTXLOAD_CACHE_DIR"] = folder
        for corpus in quality.read(data, "dev").values():
            if not corpus["meta"]["kwtype"]:
                continue
            tables = compile_index(parse(Source("i", to_yaml(quality.index_of(corpus, quality.AUTHORS)))).index)
            evidence = evidence_of(tables, corpus["tree"])
            project: Any = SimpleNamespace(tables=tables, tree=corpus["tree"], diagnostics=())

            def ask(text: str, name: str, project: Any = project, evidence: Any = evidence) -> tuple[str, ...]:
                return followed(project, name, Request(text, fallback=False), lambda: evidence).paths

            tasks = [task["text"] for task in corpus["tasks"] if task["kind"] == "positive"]
            for first, following in zip(tasks, [*tasks[1:], tasks[0]] if tasks else [], strict=True):
                for kind, prompts in (*SECOND.items(), ("the next task", (following,))):
                    talk += 1
                    second = prompts[talk % len(prompts)]
                    wanted, alone = ask(first, f"c{talk}"), ask(second, f"alone{talk}")
                    found = ask(second, f"c{talk}")
                    rows[f"{kind}: asked"] += bool(wanted)
                    rows[f"{kind}: as the first"] += bool(wanted) and set(found) == set(wanted)
                    rows[f"{kind}: the best of the first"] += bool(wanted) and wanted[0] in found
                    rows[f"{kind}: as alone"] += bool(wanted) and found == alone
    for name, count in rows.items():
        print(f"{name:44}{count:>6}")


def take_backs() -> None:
    """Prints, by side, how many sentences there are and how many go wrong in which way."""
    tables, tree = index_of(TAKEN)
    sides = {True: [0, 0, 0], False: [0, 0, 0]}
    for task, come, out in rows_of("take_backs.tsv"):
        found = {path[3:-3] for path in resolve(tables, tree, Request(task, match="whole")).paths}
        side = sides[out != "-"]
        side[0] += 1
        side[1] += not found >= set(come.split(","))
        side[2] += not found <= set(come.split(","))
    print(f"{'':24}{'sentences':>10}{'too few':>10}{'too many':>10}")
    for taken, counts in sides.items():
        print(f"{'with a take-back' if taken else 'without one':24}" + "".join(f"{count:>10}" for count in counts))


MEASURES: dict[str, Callable[[Path], None]] = {
    "take-backs": lambda data: take_backs(),
    "slips": slips,
    "follow-ups": follow_ups,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("measures", nargs="*", choices=[*MEASURES, []], help="all by default")
    parser.add_argument("--data", type=Path, default=Path())
    options = parser.parse_args()
    for name in options.measures or MEASURES:
        MEASURES[name](options.data)


if __name__ == "__main__":
    main()
