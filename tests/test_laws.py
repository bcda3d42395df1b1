"""The laws: what holds for every index, task and tree. Each test is named as the sentence of its law."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import reference
from ctxload.errors import ExplicitContextError
from ctxload.index.model import Entry, Index, Text
from ctxload.index.parser import parse, parse_front_matter
from ctxload.index.writer import to_yaml
from ctxload.matching.compiler import compile_index, phrase
from ctxload.matching.inflection import normal
from ctxload.matching.lookups.prepared import prepare
from ctxload.matching.matcher import find
from ctxload.matching.tables import VETO
from ctxload.matching.tokens import form, tokenize
from ctxload.selection.model import ALWAYS, EXPLICIT, KEYWORD_LAYER, Reason, Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.selection.single_pass import plain_answer
from ctxload.text.diagnostics import Diagnostic
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.secret_names import looks_secret
from ctxload.workspace.tree import DiskTree, Tree, in_git
from strategies import (
    AGENTS,
    ESCAPES,
    FILES,
    KEYWORDS,
    NAME,
    NASTY,
    PROJECTS,
    TAGS,
    ascii_words,
    damaged_texts,
    indexes,
    read,
    share,
    sign_texts,
    tasks,
    tasks_of_any_kind,
    without_places,
)
from tiers import sample

agents = st.sampled_from(["", *AGENTS, "nobody-knows"])
tags = st.lists(st.sampled_from([*TAGS, "no-such-tag"]), max_size=1).map(tuple)
modes = st.sampled_from(["", "whole", "related", "focused"])


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """A task, maybe with directives, for an agent, in a mode."""
    context = draw(
        st.none()
        | st.lists(st.sampled_from(["api", "guide", "context/api.md", "docs/", "none"]), max_size=2).map(tuple)
    )
    return Request(draw(tasks(context=True)), draw(agents), context, draw(modes), draw(tags))


def answer(index: Index, request: Request | str, tree: Tree | None = None) -> Resolution:
    request = Request(request) if isinstance(request, str) else request
    return resolve(compile_index(index), tree or MemoryTree(FILES), request)


def answer_or_refusal(index: Index, request: Request, tree: Tree | None = None) -> Resolution | None:
    """The answer, or None where explicit context was named that doesn't exist."""
    try:
        return answer(index, request, tree)
    except ExplicitContextError:
        return None


def one_keyword(keyword: str, **more: Any) -> Index:
    entry = Entry(Text("zz-file"), (Text("context/zz-file.md"),), keywords=(Text(keyword),), **more)
    return read(Index(NAME, entries=(entry,)))


def fires(index: Index, task: str) -> set[reference.Fire]:
    """Every keyword and veto that the matcher finds, and where; in tables that are prepared for many tasks the same."""
    tables, tokens = compile_index(index), tokenize(task)
    at_once = find(tables, tokens)
    prepared = compile_index(index)
    prepare(prepared)
    assert list(find(prepared, tokens).items()) == list(at_once.items())
    return {
        reference.Fire(entry, row.kind, row.text, *tokens.span(hit.clause, hit.first, hit.last))
        for entry, hits in at_once.items()
        for hit in hits
        for row in [tables.keywords[hit.keyword]]
    }


# ── 1 ────────────────────────────────────────────────────────────────────────────────────────────────────


@given(tasks_of_any_kind)
@example("L+'s")  # after a sign `'s` isn't a possessive
def test_slicing_a_text_by_a_tokens_span_gives_back_that_token_and_spans_rise_and_do_not_overlap(text: str) -> None:
    tokens = tokenize(text)
    reached = 0
    for words, spans in zip(tokens.words, tokens.spans, strict=True):
        for word, (start, end) in zip(words, spans, strict=True):
            assert reached <= start < end <= len(text)
            assert tokenize(text[start:end]).words == [[word]]
            reached = end


@given(sign_texts.filter(str.isascii))
def test_one_letter_beyond_ascii_changes_nothing_about_the_other_words(text: str) -> None:
    alone, beside = tokenize(text), tokenize(f"{text} é")
    assert [*alone.forms, ["é"]] == beside.forms or [*alone.forms[:-1], [*alone.forms[-1], "é"]] == beside.forms
    assert sum(alone.spans, []) == sum(beside.spans, [])[:-1]


# ── 2 ────────────────────────────────────────────────────────────────────────────────────────────────────


@given(tasks_of_any_kind)
def test_normalising_twice_changes_nothing(text: str) -> None:
    for word in sum(tokenize(text).words, []):
        assert tokenize(word).words == [[word]]
        assert form(form(word)) == form(word)


@given(PROJECTS, tasks(), st.sampled_from([" ", "\n", "\r\n", "\t", "   ", " \n"]))
def test_letter_case_and_spacing_do_not_change_the_matches(index: Index, task: str, space: str) -> None:
    def matched(text: str) -> list[tuple[int, str, str]]:
        return sorted((fire.entry, fire.kind, fire.keyword) for fire in fires(index, text))

    assert matched(task.swapcase()) == matched(task)
    assert matched(space.join(task.split(" "))) == matched(task)


# ── 3 ────────────────────────────────────────────────────────────────────────────────────────────────────


@example("A\xad\u0370")
@example("a\u00bc\u0371")
@example("\uac00\uff9ek")
@example("A" + 9 * "\xad" + "\u0370")  # joiners have no number
@example("\u6570" + 9 * "\u0301" + "1")
@example("\u044f+\xad\uff9e+")  # a sound mark is a mark, and takes no sign
@given(tasks_of_any_kind)
def test_the_tokenizer_agrees_with_a_slow_obvious_reference(text: str) -> None:
    tokens = tokenize(text)
    found = [
        [reference.Word(word, *span) for word, span in zip(words, spans, strict=True)]
        for words, spans in zip(tokens.forms, tokens.spans, strict=True)
    ]
    assert found == reference.clauses(text)


letters = st.text(st.sampled_from("abcAB"), min_size=1, max_size=9)
phrases = st.lists(letters, min_size=1, max_size=3).map(" ".join)
runs_of_letters = st.lists(st.tuples(letters, st.sampled_from([" ", "-", ", ", ""])), max_size=8).map(
    lambda parts: "".join(word + separator for word, separator in parts)
)


@given(st.one_of(st.tuples(PROJECTS, tasks()), st.tuples(phrases.map(one_keyword), runs_of_letters)))
def test_the_matcher_agrees_with_a_slow_obvious_reference(case: tuple[Index, str]) -> None:
    index, task = case
    found, expected = fires(index, task), reference.find(index, task)
    assert found <= expected

    def places(hits: set[reference.Fire]) -> set[tuple[int, bool, int, int]]:
        """Of keywords that read alike the first speaks for all."""
        return {(hit.entry, hit.kind == VETO, hit.start, hit.end) for hit in hits}

    assert places(found) == places(expected)


# ── 4 ────────────────────────────────────────────────────────────────────────────────────────────────────

before_it = st.sampled_from(["", " ", "\n", ", ", "(", '"', "; ", "/", "fix the ", "**", "— ", "、", "x/", "x-"])
after_it = st.sampled_from(["", " ", "\n", ", ", ")", '"', "; ", "/", " please", "** ", " — ", "。", "/x", "-x", "'"])


@given(
    st.sampled_from(KEYWORDS) | sign_texts | st.sampled_from([text for text in NASTY if len(text) < 50]),
    before_it,
    after_it,
)
def test_a_keyword_between_separators_always_matches(keyword: str, before: str, after: str) -> None:
    lead, words = phrase(keyword)
    assume(words and (lead != "/" or keyword.count("/") > 1))  # a command has to be typed as one
    assert fires(one_keyword(keyword), before + keyword + after)


@given(ascii_words, st.sampled_from(["zq", "zqx", ""]), st.sampled_from(["", "q", "qz", "x9"]))
def test_a_keyword_inside_a_longer_word_never_matches(keyword: str, before: str, after: str) -> None:
    longer = before + keyword + after
    assume(longer != keyword and normal(longer) != normal(keyword))
    assert not fires(one_keyword(keyword), f"fix {longer} now")


# ── 5 ────────────────────────────────────────────────────────────────────────────────────────────────────


def places_in(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from places_in(part)


def assert_inside(findings: tuple[Diagnostic, ...] | list[Diagnostic], text: str) -> None:
    source = Source("", text.removeprefix("\ufeff"))
    for finding in findings:
        for line, column in [
            (finding.line, finding.column),
            *((other.line, other.column) for other in finding.related),
        ]:
            if line:
                assert line <= len(source.starts)
                assert 1 <= column <= len(source.line(line)) + 2  # right behind the last character, a CR not counted
        if finding.end_column:
            assert finding.column <= finding.end_column <= len(source.line(finding.line)) + 2
        for start, end, _ in finding.fix:
            assert 0 <= start <= end <= len(source.text)


@given(damaged_texts() | st.sampled_from(NASTY))
def test_parsing_never_raises_and_every_place_it_reports_is_inside_the_text(text: str) -> None:
    parsed = parse(Source(NAME, text))
    assert_inside(parsed.diagnostics, text)
    for place in places_in(parsed.index.replace(sources=())):
        assert 0 <= place.start <= place.end <= len(text)
    compile_index(parsed.index)


@given(damaged_texts())
def test_parsing_front_matter_never_raises_and_every_place_it_reports_is_inside_the_text(text: str) -> None:
    block = "".join(f"  {line}\n" for line in text.split("\n"))
    document = f"---\ntitle: x\nctxload:\n{block}---\n# Body\n"
    _, findings = parse_front_matter(Source("a.md", document))
    assert_inside(findings, document)


# ── 6 ────────────────────────────────────────────────────────────────────────────────────────────────────


@given(indexes())
def test_writing_an_index_and_reading_it_again_gives_an_equal_one(index: Index) -> None:
    text = to_yaml(index)
    parsed = parse(Source(NAME, text))
    assert without_places(parsed.index) == index
    assert {finding.code for finding in parsed.diagnostics} <= {"CTX105"}  # nothing is wrong but ids that repeat
    assert to_yaml(parsed.index) == text


# ── 7 ────────────────────────────────────────────────────────────────────────────────────────────────────


@given(PROJECTS, tasks(), agents, tags, st.sampled_from(["context/api.md", "docs/", "context/*.md"]))
def test_explicit_context_switches_keyword_and_fallback_off(
    index: Index, task: str, agent: str, tag: tuple[str, ...], path: str
) -> None:
    resolution = answer(index, Request(f"{task}\nContext: {path}", agent, tags=tag))
    assert resolution.layer == EXPLICIT
    assert {reason.layer for file in resolution.files for reason in file.reasons} <= {EXPLICIT, ALWAYS}
    same = answer(index, Request(task, agent, (path,), tags=tag))
    assert same.paths == resolution.paths


@given(PROJECTS, requests())
def test_always_comes_after_whatever_answered(index: Index, request: Request) -> None:
    resolution = answer_or_refusal(index, request)
    if resolution is not None:
        layers = [file.layer for file in resolution.files]
        assert layers == sorted(layers, key=lambda layer: layer == ALWAYS)
        assert len({layer for layer in layers if layer != ALWAYS}) <= 1


# ── 8 ────────────────────────────────────────────────────────────────────────────────────────────────────


def plain(index: Index) -> Index:
    """The index without vetoes and rules."""
    return index.replace(rules=(), entries=tuple(entry.replace(exclude=()) for entry in index.entries))


def matched_files(resolution: Resolution) -> set[str]:
    return {file.path for file in resolution.files if file.layer == KEYWORD_LAYER}


@given(PROJECTS, st.booleans(), st.lists(tasks(context=True), min_size=1, max_size=4), modes)
def test_the_answer_to_a_plain_task_that_is_put_together_at_once_is_the_one_of_the_layers(
    index: Index, stripped: bool, asked: list[str], mode: str
) -> None:
    if stripped:
        index = plain(index).replace(always=())
    tables, tree = compile_index(index), MemoryTree(FILES)
    prepare(tables)
    for task in asked:
        request = Request(task, match=mode)
        quick = plain_answer(tables, tree, task, mode)
        if quick is not None:
            slow = resolve(compile_index(index), MemoryTree(FILES), request)
            assert quick == slow and quick.verdicts == slow.verdicts and quick.to_dict() == slow.to_dict()


@pytest.mark.parametrize("path", ["//docs/guide.md", "\\0docs/guide.md", "docs/../docs/guide.md", "./docs/guide.md"])
def test_a_path_written_otherwise_is_never_taken_for_what_is_known_of_another(path: str) -> None:
    entries = f'[{{path: docs/guide.md, keywords: [api]}}, {{id: b, path: "{path}", keywords: [view]}}]'
    tables, tree = compile_index(parse(Source("i", f"context_files: {entries}")).index), MemoryTree(FILES)
    for task in ("the api", "a view of the api", "a view", "the view of an api"):
        request = Request(task, match="whole")
        assert (plain_answer(tables, tree, task, "whole") or resolve(tables, tree, request)).paths == resolve(
            compile_index(parse(Source("i", f"context_files: {entries}")).index), MemoryTree(FILES), request
        ).paths


def test_all_files_of_an_entry_come_at_once_whatever_is_known_of_one_of_them() -> None:
    entries = (
        "[{id: one, path: docs/guide.md, keywords: [api]}, "
        "{id: both, path: [docs/guide.md, context/db.md], keywords: [view]}]"
    )
    tables, tree = compile_index(parse(Source("i", f"context_files: {entries}")).index), MemoryTree(FILES)
    answers = [
        plain_answer(tables, tree, task, "whole") for task in ("a view", "the api", "a view", "a view of the api")
    ]
    assert [found and found.paths for found in answers] == [
        ("docs/guide.md", "context/db.md"),
        ("docs/guide.md",),
        ("docs/guide.md", "context/db.md"),
        ("docs/guide.md", "context/db.md"),
    ]


def test_a_plain_task_is_answered_at_once() -> None:
    entries = (
        "[{id: a, path: docs/guide.md, keywords: [api, rest framework]}, {id: b, path: context/db.md, keywords: [api]}]"
    )
    tables, tree = compile_index(parse(Source("i", f"context_files: {entries}")).index), MemoryTree(FILES)
    request = Request("the REST framework of our API", match="whole")
    slow, quick = resolve(tables, tree, request), plain_answer(tables, tree, request.task, "whole")
    assert quick == slow and quick is not None and quick.paths == ("docs/guide.md", "context/db.md")
    assert [reason.words for file in quick.files for reason in file.reasons] == [
        ("REST framework",),
        ("API",),
        ("API",),
    ]


@given(PROJECTS.map(plain), tasks(), tasks(), agents)
def test_in_whole_more_words_never_lose_a_match(index: Index, task: str, more: str, agent: str) -> None:
    before = matched_files(answer(index, Request(task, agent, (), "whole")))
    assert before <= matched_files(answer(index, Request(f"{task} {more}", agent, (), "whole")))
    assert before <= matched_files(answer(index, Request(f"{more} {task}", agent, (), "whole")))


@given(PROJECTS.map(plain), tasks(), agents, st.integers(0, 5))
def test_in_whole_an_entry_that_cannot_match_changes_nothing(index: Index, task: str, agent: str, at: int) -> None:
    stranger = read(
        Index(NAME, entries=(Entry(Text("stranger"), (Text("stranger.md"),), keywords=(Text("qqwwz"),)),))
    ).entries
    larger = index.replace(entries=index.entries[:at] + stranger + index.entries[at:])
    before, after = (answer(each, Request(task, agent, (), "whole")) for each in (index, larger))
    assert matched_files(before) == matched_files(after)
    if before.layer == KEYWORD_LAYER:
        assert before.layer == after.layer


# ── 9 ────────────────────────────────────────────────────────────────────────────────────────────────────


def check_reason(index: Index, request: Request, path: str, reason: Reason) -> None:
    """Holds a reason against the index, the task and the path, and nothing else."""
    task = request.task
    assert reason.words == tuple(task[start:end] for start, end in reason.spans)
    entries = [entry for entry in index.entries if entry.id.value == reason.entry]
    if reason.entry:
        assert entries, "a reason names an entry that is there"
    if reason.kind in ("keyword", "id", "section") and reason.layer == KEYWORD_LAYER:
        assert reason.spans
        expected = {
            fire[1:] for fire in reference.find(index, task) if index.entries[fire.entry].id.value == reason.entry
        }
        assert all((reason.kind, reason.by, start, end) in expected for start, end in reason.spans)
    elif reason.kind == "part":
        words = set(phrase(reason.by)[1])
        assert {normal(word) for span in reason.spans for word in sum(tokenize(task[slice(*span)]).words, [])} <= words
        assert 2 * len(reason.spans) >= 1
    elif reason.kind == "rule":
        rules = [rule for rule in index.rules if rule.pattern.value == reason.by]
        tagged = any(tag.value == "testing" for entry in entries for tag in entry.tags)
        assert any(reason.entry in {id.value for id in rule.ids} or (rule.testing and tagged) for rule in rules)
    elif reason.kind == "requires":
        parents = [entry for entry in index.entries if entry.id.value == reason.by]
        assert any(reason.entry in {id.value for id in parent.requires} for parent in parents)
    elif reason.kind == "bundle":
        assert reason.by in {bundle.name.value for bundle in index.bundles}
    elif reason.kind == "always":
        assert reason.by.removeprefix("always: ") in {name.value for _, names in index.always for name in names}
    elif reason.kind == "file":
        assert reason.note.startswith("fits `") and any(entry.for_files for entry in entries)
    elif reason.kind == "directory":
        assert path.startswith(reason.by)
    elif reason.kind == "document":
        assert reason.words
    elif reason.kind == "option":
        assert reason.by in (request.context or ())
    else:
        assert reason.kind in ("path", "id", "default", "setting", "entries", "name")


@given(PROJECTS, requests())
def test_every_file_has_a_reason_and_the_reason_can_be_checked_again_against_the_text(
    index: Index, request: Request
) -> None:
    resolution = answer_or_refusal(index, request)
    if resolution is None:
        return
    for file in resolution.files:
        assert file.reasons
        assert file.layer == file.reasons[0].layer
        for reason in file.reasons:
            check_reason(index, request, file.path, reason)
    assert len(set(resolution.paths)) == len(resolution.paths)


# ── 10 ───────────────────────────────────────────────────────────────────────────────────────────────────


@given(PROJECTS, requests())
def test_kept_and_left_out_together_are_the_candidates(index: Index, request: Request) -> None:
    """Each path of an entry that was called for is given, left out with a reason, or the place of a finding."""
    resolution = answer_or_refusal(index, request)
    if resolution is None:
        return
    called = {reason.entry for file in resolution.files for reason in file.reasons if reason.kind == "keyword"}
    left = {item.path for item in resolution.left_out}
    told = {finding.message.split("`")[1] for finding in resolution.diagnostics if "`" in finding.message}
    tree = MemoryTree(FILES)
    for entry in index.entries:
        if entry.id.value in called and [other.id.value for other in index.entries].count(entry.id.value) == 1:
            for path in entry.paths:
                given_files = {file for file in FILES if file == tree.status(path.value).path}
                assert given_files <= set(resolution.paths) or path.value in left | told or given_files <= left
    assert not left & {file.path for file in resolution.files if not looks_secret(file.path)}


# ── 11 ───────────────────────────────────────────────────────────────────────────────────────────────────

_PROGRAM = """
import json, sys
from ctxload.matching.compiler import compile_index
from ctxload.errors import ExplicitContextError
from ctxload.index.parser import parse
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

for case in json.load(sys.stdin):
    tables = compile_index(parse(Source("context-index.yml", case["index"])).index)
    for task in case["tasks"]:
        try:
            found = resolve(tables, MemoryTree(case["files"]), Request(task, case["agent"])).to_dict(every=True)
        except ExplicitContextError as error:
            found = [finding.to_dict() for finding in error.diagnostics]
        print(json.dumps(found))
"""


def test_same_input_same_bytes_whatever_the_hash_seed() -> None:
    cases = generated_cases()
    outputs = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            input=json.dumps(cases).encode(),
            capture_output=True,
            env=environment,
            check=True,
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert outputs.pop().count(b"\n") == sum(len(case["tasks"]) for case in cases)


def generated_cases() -> list[dict[str, Any]]:
    """Some generated projects, the same in every run."""
    cases: list[dict[str, Any]] = []

    @settings(max_examples=share(40), derandomize=True, database=None)
    @given(PROJECTS, st.lists(tasks(context=True), max_size=3), agents)
    def collect(index: Index, some: list[str], agent: str) -> None:
        cases.append({"index": to_yaml(index), "tasks": some, "agent": agent, "files": FILES})

    collect()
    return cases


@given(PROJECTS, requests())
def test_asking_twice_gives_the_same_answer_to_the_byte(index: Index, request: Request) -> None:
    tables = compile_index(index)
    answers = []
    for _ in range(2):
        try:
            answers.append(json.dumps(resolve(tables, MemoryTree(FILES), request).to_dict(every=True)))
        except ExplicitContextError as error:
            answers.append(str(error.diagnostics))
    assert answers[0] == answers[1]


# ── 13 ───────────────────────────────────────────────────────────────────────────────────────────────────

SECRET_TEXT = "THIS LIES OUTSIDE"


class WatchedTree(DiskTree):
    """A tree on disk that notes every file it opened, by its true path."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.opened: list[str] = []

    def open(self, path: str) -> Any:
        file = super().open(path)
        self.opened.append(
            os.path.realpath(f"/proc/self/fd/{file.fileno()}") if os.path.exists("/proc/self/fd") else path
        )
        return file


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a folder, with files beside it, repositories in it, and links that lead out."""
    above = tmp_path_factory.mktemp("above")
    root = above / "project"
    outside = above / "outside"
    files = {
        **{path: text for path, text in FILES.items() if path != ".gitignore"},
        ".git/config": SECRET_TEXT,
        ".git/hooks/x.md": SECRET_TEXT,
        "sub/.git/config": SECRET_TEXT,
        "sub/config": "[own]\n",
    }
    for folder, texts in (
        (root, files),
        (outside, {"x.md": SECRET_TEXT, "context/api.md": SECRET_TEXT, "x": SECRET_TEXT}),
    ):
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    (above / "x.md").write_text(SECRET_TEXT, encoding="utf-8")
    (root / "link-to-file.md").symlink_to(outside / "x.md")
    (root / "link-to-link.md").symlink_to(root / "link-to-file.md")
    (root / "link-to-folder").symlink_to(outside)
    (root / "context" / "link-to-folder").symlink_to(outside)
    (root / "link-up").symlink_to("..")
    (root / "link-to-git").symlink_to(".git")
    (root / "link-to-git-config").symlink_to(root / ".git" / "config")
    (root / "link-inside.md").symlink_to(root / "context" / "api.md")
    (root / "link-loop").symlink_to(root / "link-loop")
    return root


def spellings(root: Path) -> list[str]:
    """Every spelling that might lead out, with each file that stands outside; and absolute ones."""
    names = ("x.md", "outside/x.md", "outside/context/api.md")
    found = {escape.format(name) for escape in ESCAPES for name in names}
    found |= {str(root.parent / name) for name in names} | {f"{root}/../{name}" for name in names}
    found |= {f"{root}/link-to-folder/x.md", str(root.parent), f"{root}-other/x.md", f"{root}/.git/config"}
    return sorted(found)


def assert_stays_inside(tree: WatchedTree, resolution: Resolution | None) -> None:
    real = os.path.realpath(tree.root)
    for path in resolution.paths if resolution else ():
        true = os.path.realpath(os.path.join(real, path))
        assert true.startswith(real + os.sep), f"{path} leads out"
        assert not in_git(os.path.relpath(true, real).replace(os.sep, "/")), f"{path} leads into .git"
        assert SECRET_TEXT.encode() not in tree.read(path)
    for opened in tree.opened:
        assert opened.startswith(real + os.sep)
        assert not in_git(os.path.relpath(opened, real).replace(os.sep, "/"))


def as_path(spelling: str) -> Index:
    return Index(NAME, entries=(Entry(Text("leak"), (Text(spelling),), id_written=True, keywords=(Text("leak"),)),))


def as_always(spelling: str) -> Index:
    return Index(NAME, always=((Text("*"), (Text(spelling),)),))


def as_fallback(spelling: str) -> Index:
    return Index(NAME, fallback=((Text("*"), (Text(spelling),)),))


@pytest.mark.parametrize("place", sample([as_path, as_always, as_fallback]))
def test_no_path_of_an_index_leaves_the_root_however_it_is_written(guarded: Path, place: Any) -> None:
    for spelling in spellings(guarded):
        tree = WatchedTree(str(guarded))
        index = read(place(spelling))
        assert_stays_inside(tree, answer_or_refusal(index, Request("plug the leak"), tree))


@pytest.mark.parametrize("by_option", sample([False, True]))
def test_no_path_of_a_task_or_a_caller_leaves_the_root_however_it_is_written(guarded: Path, by_option: bool) -> None:
    index = read(Index(NAME))
    for spelling in spellings(guarded):
        for written in (spelling, f'"{spelling}"', f"`{spelling}`, context/api.md"):
            tree = WatchedTree(str(guarded))
            request = Request("fix", context=(written,)) if by_option else Request(f"fix it\nContext: {written}")
            assert_stays_inside(tree, answer_or_refusal(index, request, tree))


@pytest.mark.parametrize(
    "spelling",
    ["../x.md", "/etc/passwd", "~/x.md", "C:\\x.md", "\\\\host\\x.md", "link-to-file.md", ".git/config", ".GIT/config"],
)
def test_a_path_that_leads_out_is_told_and_nothing_is_loaded_in_its_place(guarded: Path, spelling: str) -> None:
    tree = DiskTree(str(guarded))
    with pytest.raises(ExplicitContextError):
        answer(read(Index(NAME)), Request("fix", context=("context/api.md", spelling)), tree)
    resolution = answer(read(as_path(spelling)), "plug the leak", tree)
    assert not resolution.paths
    assert [finding.severity for finding in resolution.diagnostics] == ["error"]


def test_a_link_within_the_root_may_be_followed(guarded: Path) -> None:
    tree = DiskTree(str(guarded))
    assert answer(read(as_path("link-inside.md")), "plug the leak", tree).paths == ("link-inside.md",)
    assert tree.read("link-inside.md") == b"# API\n"


def test_a_folder_or_glob_never_lists_what_a_link_leads_out_to(guarded: Path) -> None:
    for pattern in ("**", "*", ".", "./", "context/", "**/*.md", "link*", "link*/*", "**/.git/**", ".*/**"):
        tree = WatchedTree(str(guarded))
        assert_stays_inside(tree, answer_or_refusal(read(as_path(pattern)), Request("leak"), tree))


@given(st.text(st.sampled_from("./\\~.:*?[]gGiItT abx%2eE\x00\u202e#"), max_size=24) | st.sampled_from(ESCAPES))
@example(".git/../.git/config")
def test_no_generated_path_leaves_the_root(guarded: Path, spelling: str) -> None:
    tree = WatchedTree(str(guarded))
    for index, request in ((Index(NAME), Request("", context=(spelling,))), (as_path(spelling), Request("leak"))):
        assert_stays_inside(tree, answer_or_refusal(read(index), request, tree))


@given(
    st.text(st.sampled_from("./\\~.-x:"), max_size=12)
    | st.sampled_from(["..", "../..", ".", "/", "x/../..", "-", "--", ".git"])
)
def test_the_name_of_an_agent_opens_no_other_folder(guarded: Path, agent: str) -> None:
    tree = WatchedTree(str(guarded))
    resolution = answer(read(Index(NAME, fallback=())), Request("nothing matches", agent), tree)
    assert_stays_inside(tree, resolution)
    assert all(path.startswith("context/") for path in resolution.paths)


def test_a_file_that_becomes_a_link_after_it_was_looked_at_is_not_read(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.md").write_text("inside", encoding="utf-8")
    (tmp_path / "x.md").write_text(SECRET_TEXT, encoding="utf-8")
    tree = DiskTree(str(root))
    assert tree.status("a.md").kind == "file"
    (root / "a.md").unlink()
    (root / "a.md").symlink_to(tmp_path / "x.md")
    with pytest.raises(OSError, match=r"a\.md"):
        tree.read("a.md")
