"""Findings across entries and files: what no single line of an index can show.

`FAMILIES` is the list of what is looked for; each family is a function that yields its findings. What is wrong with
a line by itself is found by `parse`. Linear in the size of the index, and bounded whatever it holds.
"""

from __future__ import annotations

from collections import Counter
from time import monotonic

from ...formats.sources import unsafe_name
from ...index.model import Index, Text
from ...load.hazards import hazards
from ...matching.compiler import WORDS, compile_index
from ...matching.tokens import tokenize
from ...matching.word_lists import GENERIC_FORMS, STOP
from ...selection.path_findings import wrong_path
from ...text.braces import spelt_out
from ...text.codes import NOTE, WARNING
from ...text.diagnostics import Diagnostic, Findings, diagnostic, in_order
from ...text.escaping import is_unsafe
from ...text.front_matter import read_front
from ...text.markdown import find_sections, read_markdown
from ...text.pattern_faults import keyword_fault, pattern_fault
from ...workspace.content import SIZE_LIMIT, read_content
from ...workspace.git.findings import git_unreadable, other_project
from ...workspace.globs import is_too_long
from ...workspace.ignored_by import ignored_by
from ...workspace.secret_names import looks_secret
from ...workspace.wildcards import LONGEST
from ..closed_folders import closed_folders
from ..telling import one_by_one, untold
from .survey import DOCUMENTS, Guess, Survey, Word, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ...index.model import Entry
    from ...matching.tables import RuleRow, Tables
    from ...workspace.tree import Tree
    from .survey import Key

#: How much of the files is looked into in all, in bytes, and in how many files of one entry headings are looked for.
READ_TOTAL, SECTIONED = 64_000_000, 50
#: Findings about keywords: of those that we made of a description nothing is the author's to fix.
OF_KEYWORDS = frozenset(("CTX201", "CTX202", "CTX203", "CTX204", "CTX211", "CTX212", "CTX214"))
#: Seconds that trying out the rules may take in all.
RULE_TIME = 3.0


def cross_check(
    index: Index, tables: Tables, tree: Tree, tell: Callable[[float], None] = untold
) -> tuple[Diagnostic, ...]:
    """Every finding that needs more than one entry, or the files: in source order. `tell` gets the share done.

    >>> from ctxload.matching.compiler import compile_index
    >>> from ctxload.index.parser import parse
    >>> from ctxload.text.source import Source
    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> index = parse(Source("i.yml", "{fallback: none, context_files: [{path: context/ap.md, keywords: [rest]}]}")).index
    >>> for finding in cross_check(index, compile_index(index), MemoryTree({"context/api.md": ""})):
    ...     print(finding.concise())
    context/api.md:1:1: note[CTX306] no entry names this document (add an entry for it, or move it out of `context/`)
    i.yml:1:41: error[CTX301] `context/ap.md` doesn't exist (did you mean `context/api.md`?)
    """  # noqa: E501
    return _found_by(one_by_one(FAMILIES, tell), Survey(index, tables, tree))


def check_alone(index: Index, tree: Tree, numbers: Iterable[int]) -> tuple[Diagnostic, ...]:
    """Those of them that some entries have by themselves, whatever the others are: for an editor, as one is written."""
    entries = tuple([index.entries[number] for number in numbers])
    alone = Index(index.name, index.sources, entries, match=index.match, aliases=index.aliases)
    return _found_by(ALONE, Survey(alone, compile_index(alone, words=False), tree))


def _found_by(families: Iterable[Callable[[Survey], Iterator[Diagnostic]]], survey: Survey) -> tuple[Diagnostic, ...]:
    index = survey.index
    made = {entry.source for entry in index.entries if is_of_a_tool(entry) and not _has_triggers(index, entry)}
    found = Findings(
        finding
        for family in families
        for finding in family(survey)
        if not (finding.path in made and finding.code in OF_KEYWORDS)
    )
    return in_order(found.told(survey.index.name))


def _has_triggers(index: Index, entry: Entry) -> bool:
    """Whether the author of a tool's file wrote the keywords of its entry, and no description gave them."""
    source = index.source(entry.source)
    return source is not None and "triggers" in read_front(source.text).values


# ── paths ────────────────────────────────────────────────────────────────────────────────────────────────


def wrong_paths(survey: Survey) -> Iterator[Diagnostic]:
    """CTX301 to CTX305, CTX308, CTX310: paths that give no file, or one that should not be given."""
    for entry in survey.index.entries:
        for path in entry.paths:
            yield from _path(survey, path)
    for path in survey.setting_paths:
        for finding in _path(survey, path):
            # EDGE CASE: what `always` and `fallback` miss is a warning: the rest of the answer stands without it.
            yield finding.replace(severity=WARNING) if finding.code == "CTX301" else finding


def _path(survey: Survey, path: Text) -> Iterator[Diagnostic]:
    if "\\" in path.value.replace("\\[", "").replace("\\]", ""):
        yield _backslashes(survey, path)
    kind = survey.tree.status(path.value).kind
    if survey.tree.is_pattern(path.value) or kind == "directory":
        yield from _several(survey, path, kind)
    elif kind == "file":
        yield from _file(survey, path)
    else:
        code, message, hint = wrong_path(path.value, kind)
        near = survey.near_file(path.value) if kind == "missing" else ""
        hint = _in_braces(path.value) or (f"did you mean `{near}`?" if near else hint)
        yield survey.finding(code, path, message, hint)


def _in_braces(path: str) -> str:
    """What to write for a path with braces, which mean themselves; an empty text where there are none."""
    each = spelt_out(path)
    return f"braces mean themselves, write each: {', '.join(f'`{one}`' for one in each[:5])}" if len(each) > 1 else ""


def _several(survey: Survey, path: Text, kind: str) -> Iterator[Diagnostic]:
    """What is wrong with a glob or a directory."""
    files = survey.files_at(path.value)
    name = short(path.value)
    if files is None:
        if path.value == survey.passed_over:
            yield survey.finding(
                "CTX007",
                path,
                "patterns and folders from here on were not looked up: there is too much to compare",
                "name fewer of them",
                severity=NOTE,
            )
    elif is_too_long(path.value):
        yield survey.finding(
            "CTX308",
            path,
            f"{name} is longer than the {LONGEST:,} characters that are tried",
            "write a shorter pattern",
        )
    elif not files and closed_folders(survey.tree, survey.top(path.value)):
        yield survey.finding("CTX302", path, f"{name} cannot be read", "check its permissions")
    elif not files:
        hint = "add files, or fix the path; hidden and ignored files and those that look like secrets do not count"
        hint = _in_braces(path.value) or hint
        yield survey.finding(
            "CTX308", path, f"{name} matches no file" if kind != "directory" else f"{name} holds no file", hint
        )


def _file(survey: Survey, path: Text) -> Iterator[Diagnostic]:
    """What is wrong with a file that is there."""
    file, name = survey.tree.status(path.value).path, short(path.value)
    if looks_secret(file):
        yield survey.finding("CTX304", path, f"{name} looks like a file of secrets", "take it out of the index")
    if survey.tree.is_ignored(file):
        yield survey.finding(
            "CTX305",
            path,
            f"{name} is ignored by {ignored_by(survey.tree, file)}",
            "take it out of the index, or let it be tracked",
        )
    try:
        survey.tree.read(file, 1)
    except OSError as error:
        yield survey.finding(
            "CTX302", path, f"{name} cannot be read", "check its permissions", detail=error.strerror or ""
        )


def _backslashes(survey: Survey, path: Text) -> Diagnostic:
    plain, source = path.value.replace("\\", "/"), survey.sources.get(path.source)
    written = source.text[path.start : path.end] if source else ""
    certain = {path.value: plain, f"'{path.value}'": f"'{plain}'"}
    fix = ((path.start, path.end, certain[written]),) if written in certain else ()
    return survey.finding(
        "CTX310", path, f"{short(path.value)} is written with backslashes", f"write `{plain}`", fix=fix
    )


def idle_patterns(survey: Survey) -> Iterator[Diagnostic]:
    """CTX308: patterns of `when_files` and `for_files` that are never tried."""
    for entry in survey.index.entries:
        for pattern in (*entry.when_files, *entry.for_files):
            if is_too_long(pattern.value):
                yield survey.finding(
                    "CTX308",
                    pattern,
                    f"{short(pattern.value)} is longer than the {LONGEST:,} characters that are tried",
                    "write a shorter pattern",
                )


def odd_patterns(survey: Survey) -> Iterator[Diagnostic]:
    """CTX314: patterns of `when_files` and `for_files` that can fit nothing; those of other tools are told with their
    source.
    """

    def is_folder(name: str) -> bool:
        return survey.tree.status(name).kind == "directory"

    for entry in survey.index.entries:
        for pattern in (*entry.when_files, *entry.for_files) if not is_of_a_tool(entry) else ():
            if fault := pattern_fault(pattern.value, is_folder):
                message, hint = fault
                if "folder" not in message and survey.tree.any_file((_wanted(pattern),)):
                    continue  # a file is called so
                found = survey.finding("CTX314", pattern, f"the pattern {short(pattern.value)} {message}", hint)
                yield found.replace(severity=NOTE) if "folder" in message else found
        yield from _taking_back_alone(survey, entry)


def _wanted(pattern: Text) -> str:
    """A pattern without the `!` that takes back what it fits."""
    return pattern.value.removeprefix("!")


def _taking_back_alone(survey: Survey, entry: Entry) -> Iterator[Diagnostic]:
    """Lists of patterns of which each takes back, so that nothing calls for anything."""
    for key, patterns in (("for_files", entry.for_files), ("when_files", entry.when_files)):
        if patterns and not is_of_a_tool(entry) and all(pattern.value.startswith("!") for pattern in patterns):
            message = f"{short(patterns[0].value)} takes back, and no pattern of `{key}` before it fits anything"
            hint = "write what it is taken from before it, `'**'` for every file"
            yield survey.finding("CTX314", patterns[0], message, hint)


def odd_keywords(survey: Survey) -> Iterator[Diagnostic]:
    """CTX214: keywords that are written as patterns, or hold several."""
    for entry in survey.index.entries:
        for keyword in (*entry.keywords, *entry.exclude):
            if fault := keyword_fault(keyword.value):
                message, hint = fault
                yield survey.finding("CTX214", keyword, f"keyword {short(keyword.value)} {message}", hint)


def is_of_a_tool(entry: Entry) -> bool:
    """Whether an entry is a file of another tool, read in place."""
    return entry.source == entry.paths[0].value


def unsafe_names_of(survey: Survey) -> Iterator[Diagnostic]:
    """CTX309: files with control characters in their names, in the folders that the index looks into."""
    return unsafe_names(survey.tree, survey.folders)


def unsafe_names(tree: Tree, folders: Iterable[str]) -> Iterator[Diagnostic]:
    """CTX309: files with control characters in their names, in these folders."""
    for folder in folders:
        for name, _ in tree._names(folder)[0]:
            path = f"{folder}/{name}" if folder else name
            if is_unsafe(name) and not tree.is_ignored(path):
                yield unsafe_name(path)


def other_projects(survey: Survey) -> Iterator[Diagnostic]:
    """CTX311: folders with a `.git` of their own, which no glob or folder of the index leads into."""
    return map(other_project, survey.other_projects)


def unreadable_git(survey: Survey) -> Iterator[Diagnostic]:
    """CTX313: that it is not known which ignored files git tracks."""
    if problem := survey.tree.git_problem():
        yield git_unreadable(problem)


def unlisted_documents(survey: Survey) -> Iterator[Diagnostic]:
    """CTX306: documents below `context/` that nothing but their own path loads."""
    covered = survey.covered
    for path in survey.documents.files if survey.looks > 0 else ():
        if path.endswith(".md") and path not in covered:
            yield _about_file(
                "CTX306", path, "no entry names this document", f"add an entry for it, or move it out of `{DOCUMENTS}/`"
            )


def _about_file(code: str, path: str, message: str, hint: str) -> Diagnostic:
    return diagnostic(code, message, path, 1, 1, end_column=1, hint=hint)


# ── entries ──────────────────────────────────────────────────────────────────────────────────────────────


def unreachable_entries(survey: Survey) -> Iterator[Diagnostic]:
    """CTX307: entries that are never loaded unless a task names them.

    EDGE CASE: where `fallback` is not set for everyone, a task without an agent that matches nothing loads every
    entry, so that none is out of reach.
    """
    fallbacks = {agent.value: names for agent, names in survey.index.fallback}
    if "*" not in fallbacks or "all" in fallbacks.values():
        return
    reached = _reached(survey)
    for number, entry in enumerate(survey.index.entries):
        is_manual = entry.agents == () and is_of_a_tool(entry)  # so its own tool says
        if number not in reached and not is_manual:
            text = entry.id if entry.id_written else entry.paths[0]
            why = "it is for nobody" if survey.scopes[number] == frozenset() else "it has no keyword that can match"
            hint = "add it to `agent_defaults`, a bundle, `requires` or `always`, or give it keywords and agents"
            if entry.needs_both and survey.scopes[number] != frozenset():
                why = "it asks for a keyword and a file (`needs: both`), and has not both"
                hint = "give it `keywords` and `for_files`, or take out `needs: both`"
            yield survey.finding(
                "CTX307", text, f"{survey.id_of(number)} is never loaded unless a task names it: {why}", hint
            )


def _reached(survey: Survey) -> set[int]:
    """The entries that something loads, with what they require."""
    index, by_rule = survey.index, _called_by_rules(survey)
    names = [*survey.settings, *(name for bundle in index.bundles for name in bundle.ids)]
    waiting = [number for name in names if (number := survey.number(name)) >= 0]
    waiting += [number for number in range(len(index.entries)) if _is_called(survey, number, by_rule)]
    waiting += _given_by_settings(survey)
    reached: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number not in reached:
            reached.add(number)
            waiting += survey.tables.entries[number].requires
    return reached


def _is_called(survey: Survey, number: int, by_rule: set[int]) -> bool:
    """Whether a keyword, the file's name or a rule may call for an entry, for somebody."""
    entry = survey.index.entries[number]
    if survey.scopes[number] == frozenset():
        return False
    by_name = survey.index.match != "whole" and not entry.whole_only and bool(tokenize(entry.id.value).forms)
    words, files = by_name or number in survey.by_entry or number in by_rule, bool(entry.for_files)
    return (words and files) if entry.needs_both else (words or files)


def _called_by_rules(survey: Survey) -> set[int]:
    rules = survey.tables.rules
    testing = survey.tables.tags.get("testing") or () if any(rule.testing for rule in rules) else ()
    return {number for rule in rules for number in rule.entries} | set(testing)


def _given_by_settings(survey: Survey) -> list[int]:
    """The entries of whose files `always` or `fallback` gives one by its path."""
    files = {file for path in survey.setting_paths for file in survey.files_at(path.value) or ()}
    paths = {path.value for entry in survey.index.entries for path in entry.paths} if files else set()
    given = {path for path in paths if not files.isdisjoint(survey.files_at(path) or ())}
    entries = enumerate(survey.index.entries) if given else ()
    return [number for number, entry in entries if any(path.value in given for path in entry.paths)]


def requires_cycles(survey: Survey) -> Iterator[Diagnostic]:
    """CTX210: entries that require themselves, by way of others."""
    rows, entries = survey.tables.entries, survey.index.entries
    for cycle in _cycles([rows[number].requires for number in range(len(entries))]):
        text = next(name for name in entries[cycle[-1]].requires if survey.number(name) == cycle[0])
        way = [survey.id_of(number) for number in cycle[:4]] + ["…"] * (len(cycle) > 4) + [survey.id_of(cycle[0])]
        message = f"{way[0]} requires itself" if len(cycle) == 1 else f"a cycle of `requires`: {' → '.join(way)}"
        related = survey.related((entries[number].id, "on the way") for number in cycle[:-1])
        yield survey.finding("CTX210", text, message, f"remove {short(text.value)} here", related=related)


def _cycles(edges: list[tuple[int, ...]]) -> Iterator[list[int]]:
    """Cycles of a graph, none with a number of another: at least one wherever there is any."""
    before: list[list[int]] = [[] for _ in edges]
    for number, others in enumerate(edges):
        for other in others:
            before[other].append(number)
    left = [len(others) for others in edges]
    ends = [number for number, count in enumerate(left) if not count]
    while ends:
        for number in before[ends.pop()]:
            left[number] -= 1
            ends += [number] if not left[number] else []
    seen: dict[int, int] = {}
    for start in range(len(edges)):
        trail, number = [], start
        while left[number] and number not in seen:
            seen[number] = start
            trail.append(number)
            number = next(other for other in edges[number] if left[other])
        if trail and seen.get(number) == start:
            yield trail[trail.index(number) :]


# ── keywords ─────────────────────────────────────────────────────────────────────────────────────────────


def dead_keywords(survey: Survey) -> Iterator[Diagnostic]:
    """CTX201: keywords and vetoes that no text can match."""
    for number, entry in enumerate(survey.index.entries):
        alive = {word.text for word in survey.by_entry.get(number, ())}
        of_sections = tuple([keyword for _, keywords in entry.sections for keyword in keywords])
        for what, texts in (("keyword", entry.keywords + of_sections), ("exclude", entry.exclude)):
            for text in texts:
                if text not in alive and not survey.keys_of(text) and not keyword_fault(text.value):
                    yield survey.finding(
                        "CTX201", text, f"{what} {short(text.value)} can never match", _how_to_match(text.value)
                    )


def _how_to_match(keyword: str) -> str:
    forms = tokenize(keyword[:1000]).forms
    if len(forms) > 1:
        return "leave the punctuation out, or write each part by itself"
    return f"write at most {WORDS} words" if forms else "write letters or digits, or remove it"


def repeated_keywords(survey: Survey) -> Iterator[Diagnostic]:
    """CTX212: keywords of one entry that match the same texts."""
    for words in survey.by_entry.values():
        first: dict[Key, Text] = {}
        for word in words:
            if not word.is_id and (earlier := first.setdefault(word.key, word.text)) is not word.text:
                related = survey.related([(earlier, "first written here")])
                yield survey.finding(
                    "CTX212",
                    word.text,
                    f"keyword {short(word.text.value)} says the same as {short(earlier.value)}",
                    "remove one of the two",
                    related=related,
                )


def shared_keywords(survey: Survey) -> Iterator[Diagnostic]:
    """CTX202: keywords of several entries that one agent may load. Ids alone are left to CTX105."""
    for words in survey.by_key.values():
        one_each = list({word.entry: word for word in reversed(words)}.values())[::-1]
        sharing = _sharing(survey, one_each) if len(one_each) > 1 else []
        if len(sharing) > 1 and not all(word.is_id for word in sharing):
            first, others = sharing[0], sharing[1:]
            related = survey.related(
                (word.text, f"also {_what(word)} of {survey.id_of(word.entry)}") for word in others
            )
            message = f"{_what(first)} {short(first.text.value)} selects {len(sharing)} entries"
            yield survey.finding(
                "CTX202",
                first.text,
                message,
                "give each entry keywords of its own; keep it if one task should load them all",
                related=related,
            )


def _sharing(survey: Survey, words: list[Word]) -> list[Word]:
    """Those of the words whose entry somebody may load together with another's."""
    scopes = [survey.scopes[word.entry] for word in words]
    if None in scopes:
        return [word for word in words if survey.meets(word.entry, None)]
    counts = Counter(agent for scope in scopes for agent in scope or ())
    return [word for word, scope in zip(words, scopes, strict=True) if any(counts[agent] > 1 for agent in scope or ())]


def _what(word: Word) -> str:
    return "id" if word.is_id else "keyword"


def keywords_inside(survey: Survey) -> Iterator[Diagnostic]:
    """CTX203: keywords that stand inside a longer keyword of another entry. Generic ones are left to CTX204."""
    longer: dict[Key, list[Word]] = {}
    by_key = survey.by_key
    plain = {text for lead, text in by_key if not lead}
    for word in survey.words:
        if not word.is_id and (word.lead or len(word.words) > 1):
            own = word.key
            runs = word.runs() if word.lead else [("", text) for text in word.texts() if text in plain]
            for key in dict.fromkeys(runs):
                if key in by_key and key != own:
                    longer.setdefault(key, []).append(word)
    for key, outers in longer.items():
        if not _is_generic(survey.by_key[key][0]):
            yield from _inside(survey, survey.by_key[key], outers)


def _inside(survey: Survey, inner: list[Word], outers: list[Word]) -> Iterator[Diagnostic]:
    entries = {word.entry for word in inner}
    scopes = [survey.scopes[entry] for entry in entries]
    scope = None if None in scopes else frozenset().union(*(scope or () for scope in scopes))
    met = [word for word in outers if word.entry not in entries and survey.meets(word.entry, scope)]
    if not met:
        return
    word = next(word for word in inner if survey.meets(word.entry, survey.scopes[met[0].entry]))
    met = [outer for outer in met if survey.meets(outer.entry, survey.scopes[word.entry])]
    vetoes = survey.vetoes(word.entry)
    met = [outer for outer in met if vetoes.isdisjoint(outer.runs())] if vetoes else met
    if not met:
        return
    outer = met[0]
    more = f" and in {len(met) - 1} more" if len(met) > 1 else ""
    related = survey.related((other.text, f"keyword of {survey.id_of(other.entry)}") for other in met)
    hint = f"add {short(outer.text.value)} to `exclude` of {survey.id_of(word.entry)}; keep it if both should come"
    yield survey.finding(
        "CTX203",
        word.text,
        f"{_what(word)} {short(word.text.value)} also stands in {short(outer.text.value)} of "
        f"{survey.id_of(outer.entry)}{more}",
        hint,
        related=related,
    )


_COMMON = STOP | GENERIC_FORMS


def generic_keywords(survey: Survey) -> Iterator[Diagnostic]:
    """CTX204: keywords that fit almost any task."""
    for word in filter(_is_generic, survey.words):
        hint = "give the entry a telling id" if word.is_id else "write a phrase that only this topic has"
        yield survey.finding("CTX204", word.text, f"{_what(word)} {short(word.text.value)} fits almost any task", hint)


def _is_generic(word: Word) -> bool:
    single = len(word.words) == 1 and word.words[0] in _COMMON
    return not word.lead and (single or all(part in STOP for part in word.words))


def self_vetoes(survey: Survey) -> Iterator[Diagnostic]:
    """CTX211: vetoes that stand in the entry's own keyword."""
    for number, entry in enumerate(survey.index.entries):
        if not entry.exclude:
            continue
        stands_in: dict[Key, list[Word]] = {}
        for word in survey.by_entry.get(number, ()):
            for key in dict.fromkeys(word.runs()):
                stands_in.setdefault(key, []).append(word)
        for veto in entry.exclude:
            found = [word for key in survey.keys_of(veto) for word in stands_in.get(key, ())]
            if found:
                related = survey.related((word.text, f"the {_what(word)} it vetoes") for word in found)
                yield survey.finding(
                    "CTX211",
                    veto,
                    f"exclude {short(veto.value)} always vetoes the {_what(found[0])} {short(found[0].text.value)}",
                    "make the phrase longer, or remove one of the two",
                    related=related,
                )


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────


def broken_patterns(survey: Survey) -> Iterator[Diagnostic]:
    """CTX205: patterns that cannot be used."""
    for rule in survey.index.rules:
        if why := survey.broken.get(rule.pattern.value):
            yield survey.finding(
                "CTX205",
                rule.pattern,
                f"broken pattern: {why}",
                "fix it; a sign that means itself needs `\\` before it",
                skipped=True,
            )


def risky_patterns(survey: Survey) -> Iterator[Diagnostic]:
    """CTX206, CTX207, CTX213: patterns that are slow, that fire inside words, or that cannot be searched here."""
    from ...matching.rules import are_checked

    begun = monotonic()
    for rule, row in zip(survey.sound_rules, survey.tables.rules, strict=True):
        if monotonic() - begun > RULE_TIME:
            yield survey.finding(
                "CTX007",
                rule.pattern,
                "the rules from here on were not tried out: it took too long",
                "simplify the patterns above",
                severity=NOTE,
            )
            return
        if not are_checked((row,)):
            yield survey.finding(
                "CTX213",
                rule.pattern,
                "this pattern is not searched here: the library `regex` isn't installed",
                "install ctxload with pip, or write it without back-references, and with looks (`(?=…)`) at one "
                "character only",
            )
        elif _is_slow(row):
            yield survey.finding(
                "CTX206",
                rule.pattern,
                "this pattern can take too many steps",
                "avoid large counted repeats, and back-references beside repeats",
            )
        elif inside := _fires_inside(row.pattern):
            yield survey.finding(
                "CTX207",
                rule.pattern,
                f"this pattern also matches inside words, as in {short(inside)}",
                "put `\\b` where a word must begin or end; keep it if this is meant",
            )


def _is_slow(row: RuleRow) -> bool:
    """Whether a search is stopped; one that the clock stops twice in a row, for a machine may be busy for a moment."""
    from ...matching.rule_patterns import can_be_stopped
    from ...matching.rules import search
    from .samples import attacks

    texts = attacks(row.pattern) if can_be_stopped(row) else ()
    times = 1 if row.program else 2  # a program counts its steps
    return any(all(any(fired.stopped for fired in search((row,), text)) for _ in range(times)) for text in texts)


def _fires_inside(pattern: str) -> str:
    """A text in which the pattern begins or ends in the middle of a word, or the empty string."""
    from ...matching.rule_patterns import fires_inside_words
    from .samples import samples

    texts = [text for sample in samples(pattern) if sample for text in (f"zq{sample}", f"{sample}zq")]
    return next((text for text in texts if fires_inside_words(pattern, text)), "")


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────


def unknown_ids(survey: Survey) -> Iterator[Diagnostic]:
    """CTX208: ids that no entry has."""
    for name in _named_ids(survey):
        if survey.number(name) < 0:
            own = survey.id_by_path.get(name.value)
            hint = (
                f"write the entry's id, {short(own)}"
                if own
                else survey.ids.hint(name.value, "add an entry with this id, or remove it here")
            )
            yield survey.finding("CTX208", name, f"no entry has the id {short(name.value)}", hint)


def _named_ids(survey: Survey) -> Iterator[Text]:
    """Every place where an id is named; names that may be paths only where they are none."""
    index, paths = survey.index, set(survey.setting_paths)
    lists: list[Iterable[Text]] = [entry.requires for entry in index.entries]
    lists += [rule.ids for rule in index.rules]
    lists += [bundle.ids for bundle in index.bundles]
    lists += [names for _, names in index.agent_defaults]
    lists += [[name for name in survey.settings if name not in paths]]
    lists += [[name for name in (*case.expect, *case.reject) if not _is_file(survey, name)] for case in index.tests]
    for names in lists:
        yield from names


def _is_file(survey: Survey, name: Text) -> bool:
    return survey.tree.status(name.value).kind == "file"


def _is_defined(survey: Survey, name: str) -> bool:
    """Whether an agent is defined in the project, by its name or that of its file."""
    from ...selection.agent_ranking import definitions_in

    own = definitions_in(survey.tree, ["agents"]) if survey.tree.is_folder("agents") else ()
    return any(
        name in (one.name.value, one.path.rpartition("/")[2].partition(".")[0])
        for one in (*definitions_in(survey.tree), *own)
    )


def unknown_agents(survey: Survey) -> Iterator[Diagnostic]:
    """CTX209: agents of a map or a test that neither the index nor the project knows."""
    known = Guess(survey.agents)
    mapped = {name.value for name in survey.mapped_agents}
    in_tests = [case.agent for case in survey.index.tests if case.agent.value and case.agent.value not in mapped]
    for name in (*survey.mapped_agents, *in_tests):
        if not (name.value in survey.agents or survey.agent_folder(name.value) or _is_defined(survey, name.value)):
            hint = known.hint(name.value, "name it under `agents:` or in `agent_defaults`")
            yield survey.finding("CTX209", name, f"no entry is for the agent {short(name.value)}", hint)


# ── what the files hold ──────────────────────────────────────────────────────────────────────────────────


def odd_contents(survey: Survey) -> Iterator[Diagnostic]:
    """CTX501 to CTX508: what the files hold that a model should not be handed unseen, or cannot be handed at all."""
    left = READ_TOTAL
    for path in sorted(survey.covered):
        status = survey.tree.status(path)
        if looks_secret(path) or status.kind != "file":
            continue
        left -= min(status.size, SIZE_LIMIT)
        if left < 0:
            message = "the contents of files from here on were not looked into: there is too much to read"
            yield diagnostic("CTX007", message, path, severity=NOTE, hint="name fewer files")
            return
        content = read_content(survey.tree, path)
        yield from (finding for finding in content.findings if finding.code != "CTX406")
        yield from hazards(path, content.text)


def missing_sections(survey: Survey) -> Iterator[Diagnostic]:
    """CTX422: headings under `sections` that no file of the entry has."""
    for entry in survey.index.entries:
        if not entry.sections:
            continue
        files = [file for path in entry.paths for file in survey.files_at(path.value) or ()]
        documents = [read_markdown(read_content(survey.tree, file).text) for file in files[:SECTIONED]]
        known = Guess(section.heading for document in documents for section in document.sections if section.level)
        for heading, _ in entry.sections:
            if documents and not any(find_sections(document, heading.value) for document in documents):
                hint = known.hint(heading.value, "write a heading as it stands in the file")
                yield survey.finding(
                    "CTX422", heading, f"no file of the entry has the section {short(heading.value)}", hint
                )


#: What is looked for, in this order.
def no_fallback(index: Index) -> Iterator[Diagnostic]:
    """CTX114: nothing says what an unmatched task of nobody loads. Only the command says so, not every editor."""
    if index.entries and not index.fallback:
        hint = "write `fallback: none`, `fallback: all`, or a list of ids and paths"
        message = "no `fallback` is set: without an agent, a task that matches nothing loads nothing"
        yield diagnostic("CTX114", message, index.name, 1, 1, hint=hint)


FAMILIES: Sequence[Callable[[Survey], Iterator[Diagnostic]]] = (
    wrong_paths,
    idle_patterns,
    odd_patterns,
    odd_keywords,
    unsafe_names_of,
    other_projects,
    unreadable_git,
    unlisted_documents,
    unreachable_entries,
    requires_cycles,
    dead_keywords,
    repeated_keywords,
    shared_keywords,
    keywords_inside,
    generic_keywords,
    self_vetoes,
    broken_patterns,
    risky_patterns,
    unknown_ids,
    unknown_agents,
    odd_contents,
    missing_sections,
)
#: Those whose findings hang on nothing but an entry and its files.
ALONE: Sequence[Callable[[Survey], Iterator[Diagnostic]]] = (
    wrong_paths,
    idle_patterns,
    dead_keywords,
    repeated_keywords,
    self_vetoes,
    odd_contents,
    missing_sections,
)
