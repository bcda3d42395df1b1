"""Findings across entries and files: each with its place, its cure, and what must stay silent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ctxload.authoring.lint.cross_checks as room
import ctxload.authoring.lint.survey as survey_room
from ctxload import progress
from ctxload.authoring.lint.cross_checks import FAMILIES, cross_check
from ctxload.authoring.lint.findings import findings_in, findings_of
from ctxload.authoring.lint.survey import Guess, Word, folded
from ctxload.cli.check import apply_fixes
from ctxload.index.model import Text
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.project.assemble import assemble
from ctxload.start import run
from ctxload.text.codes import CODES
from ctxload.text.diagnostics import Diagnostic, diagnostic
from ctxload.text.render import Paint
from ctxload.text.source import Source
from ctxload.workspace.locations import discover
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.tree import DiskTree, Tree
from strategies import share
from tiers import heavy

NAME = "context-index.yml"


def found(text: str, files: Mapping[str, str] | Tree = {}) -> list[Diagnostic]:  # noqa: B006 - it is only read
    """What `check` finds in an index beside these files."""
    index = parse(Source(NAME, text)).index
    tree = files if isinstance(files, Tree) else MemoryTree(files)
    return list(cross_check(index, compile_index(index), tree))


def docs(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "# text\n")


def marked(text: str) -> tuple[str, tuple[int, int, int]]:
    """A text without its marks `«…»`, and the line, column and end column of what stood between them."""
    start, end = text.index("«"), text.index("»") - 1
    plain = text.replace("«", "").replace("»", "")
    line, column = Source(NAME, plain).position(start)
    return plain, (line, column, column + end - start)


AB = docs("a.md", "b.md")
ONE = "context_files: [{path: a.md, id: red, keywords: [django]}]\n"
#: sentence, code, the index with the place of the finding between marks, the files, message, hint
REPORTED: list[tuple[str, str, str, Mapping[str, str], str, str]] = [
    ("a file that doesn't exist", "CTX301", "context_files: [{path: «context/x.md», keywords: [k1]}]", {},
     "`context/x.md` doesn't exist", "fix the path, or remove it"),
    ("a file that was moved", "CTX301", "context_files: [{path: «docs/api.md», keywords: [k1]}]", docs("guide/api.md"),
     "`docs/api.md` doesn't exist", "did you mean `guide/api.md`?"),
    ("a slip in a file's name", "CTX301", "context_files: [{path: «d/djnago.md», keywords: [k1]}]", docs("d/django.md"),
     "`d/djnago.md` doesn't exist", "did you mean `d/django.md`?"),
    ("a path above the root", "CTX303", "context_files: [{path: «../x.md», keywords: [k1]}]", {},
     "`../x.md` lies outside the root", "name a file below the folder of the index"),
    ("an absolute path", "CTX303", "context_files: [{path: «/etc/passwd», keywords: [k1]}]", {},
     "`/etc/passwd` lies outside the root", "name a file below the folder of the index"),
    ("a path into .git", "CTX303", "context_files: [{path: «.git/config», keywords: [k1]}]", docs(".git/config"),
     "`.git/config` lies in .git, which is never given", "name another file"),
    ("a file of secrets", "CTX304", "context_files: [{path: «deploy/id_rsa», keywords: [k1]}]", docs("deploy/id_rsa"),
     "`deploy/id_rsa` looks like a file of secrets", "take it out of the index"),
    ("an ignored file", "CTX305", "context_files: [{path: «a.md», keywords: [k1]}]", {"a.md": "", ".ctxignore": "*.md\n"},  # noqa: E501
     "`a.md` is ignored by .ctxignore", "take it out of the index, or let it be tracked"),
    ("a glob that matches nothing", "CTX308", "context_files: [{path: «doc/*.md», keywords: [k1]}]", AB,
     "`doc/*.md` matches no file",
     "add files, or fix the path; hidden and ignored files and those that look like secrets do not count"),
    ("a folder in which everything is ignored", "CTX308", "context_files: [{path: «d/», keywords: [k1]}]",
     {"d/x.md": "", ".gitignore": "d/*\n"}, "`d/` holds no file",
     "add files, or fix the path; hidden and ignored files and those that look like secrets do not count"),
    ("brackets that are no file", "CTX308", "context_files: [{path: «'app/[id].md'», keywords: [k1]}]", docs("app/x.md"),  # noqa: E501
     "`app/[id].md` matches no file",
     "add files, or fix the path; hidden and ignored files and those that look like secrets do not count"),
    ("a glob that is too long", "CTX308", f"context_files: [{{path: «'{'*' * 1001}'», keywords: [k1]}}]", AB,
     f"`{'*' * 79}…` is longer than the 1,000 characters that are tried", "write a shorter pattern"),
    ("a when_files pattern that is never tried", "CTX308",
     f"context_files: [{{path: a.md, keywords: [k1], when_files: [«'{'*' * 1001}'»]}}]", AB,
     f"`{'*' * 79}…` is longer than the 1,000 characters that are tried", "write a shorter pattern"),
    ("a path with backslashes", "CTX310", "context_files: [{path: «'d\\a.md'», keywords: [k1]}]", docs("d/a.md"),
     "`d\\a.md` is written with backslashes", "write `d/a.md`"),
    ("an always-file that doesn't exist", "CTX301", ONE + "always: [«x.md»]", AB,
     "`x.md` doesn't exist", "fix the path, or remove it"),
    ("a fallback glob that matches nothing", "CTX308", ONE + "fallback: {backend: [«d/*.md»]}\nagent_defaults: {backend: [red]}",  # noqa: E501
     AB, "`d/*.md` matches no file",
     "add files, or fix the path; hidden and ignored files and those that look like secrets do not count"),
    ("an entry for nobody, with no fallback", "CTX307",
     "context_files: [{path: a.md, id: «red», keywords: [django], agents: []}]\nfallback: none", AB,
     "`red` is never loaded unless a task names it: it is for nobody",
     "add it to `agent_defaults`, a bundle, `requires` or `always`, or give it keywords and agents"),
    ("an entry without keywords in an index of whole matches", "CTX307",
     "context_files: [{path: «a.md»}]\nmatch: whole\nfallback: none", AB,
     "`a` is never loaded unless a task names it: it has no keyword that can match",
     "add it to `agent_defaults`, a bundle, `requires` or `always`, or give it keywords and agents"),
    ("an entry for nobody that only a rule names", "CTX307",
     "context_files: [{path: a.md, id: «red», agents: []}]\nfallback: none\ncontext_rules: [{pattern: '\\bx\\b', context_ids: [red]}]", AB,  # noqa: E501
     "`red` is never loaded unless a task names it: it is for nobody",
     "add it to `agent_defaults`, a bundle, `requires` or `always`, or give it keywords and agents"),
    ("an entry that requires itself", "CTX210", "context_files: [{path: a.md, id: red, keywords: [k1], requires: [«red»]}]", AB,  # noqa: E501
     "`red` requires itself", "remove `red` here"),
    ("a cycle of requires", "CTX210",
     "context_files: [{path: a.md, id: red, requires: [blue]}, {path: b.md, id: blue, requires: [«red»]}]", AB,
     "a cycle of `requires`: `red` → `blue` → `red`", "remove `red` here"),
    ("a keyword with a comma", "CTX201", "context_files: [{path: a.md, keywords: [«'rest, framework'»]}]", AB,
     "keyword `rest, framework` can never match", "leave the punctuation out, or write each part by itself"),
    ("a keyword of signs", "CTX201", "context_files: [{path: a.md, keywords: [k1, «'???'»]}]", AB,
     "keyword `???` can never match", "write letters or digits, or remove it"),
    ("a veto of signs", "CTX201", "context_files: [{path: a.md, keywords: [k1], exclude: [«'!'»]}]", AB,
     "exclude `!` can never match", "write letters or digits, or remove it"),
    ("a keyword in two entries", "CTX202", "context_files: [{path: a.md, keywords: [«Docker»]}, {path: b.md, keywords: [docker]}]",  # noqa: E501
     AB, "keyword `Docker` selects 2 entries",
     "give each entry keywords of its own; keep it if one task should load them all"),
    ("a keyword in two entries of one agent", "CTX202",
     "context_files: [{path: a.md, keywords: [«docker»], agents: [x, y]}, {path: b.md, keywords: [dockers], agents: [y]}]", AB,  # noqa: E501
     "keyword `docker` selects 2 entries",
     "give each entry keywords of its own; keep it if one task should load them all"),
    ("a keyword in two entries that meet in agent_defaults", "CTX202",
     "agent_defaults: {x: [blue]}\n"
     "context_files: [{path: a.md, keywords: [«docker»], agents: [x]}, {path: b.md, id: blue, keywords: [docker], agents: [y]}]", AB, "keyword `docker` selects 2 entries",  # noqa: E501
     "give each entry keywords of its own; keep it if one task should load them all"),
    ("a written id that is another entry's keyword", "CTX202",
     "context_files: [{path: a.md, id: «docker»}, {path: b.md, keywords: [docker]}]", AB,
     "id `docker` selects 2 entries", "give each entry keywords of its own; keep it if one task should load them all"),
    ("a keyword inside another entry's phrase", "CTX203",
     "context_files: [{path: a.md, keywords: [«docker»]}, {path: b.md, id: blue, keywords: [docker compose]}]", AB,
     "keyword `docker` also stands in `docker compose` of `blue`", "add `docker compose` to `exclude` of `a`; keep it if both should come"),  # noqa: E501
    ("a keyword that another entry's has in one word", "CTX203",
     "context_files: [{path: a.md, keywords: [«web socket»]}, {path: b.md, id: blue, keywords: [WebSocket server]}]", AB,  # noqa: E501
     "keyword `web socket` also stands in `WebSocket server` of `blue`",
     "add `WebSocket server` to `exclude` of `a`; keep it if both should come"),
    ("a bare keyword beside one with a sign", "CTX203",
     "context_files: [{path: a.md, keywords: [«net»]}, {path: b.md, id: blue, keywords: [.net]}]", AB,
     "keyword `net` also stands in `.net` of `blue`", "add `.net` to `exclude` of `a`; keep it if both should come"),
    ("a generic keyword", "CTX204", "context_files: [{path: a.md, keywords: [django, «Features»]}]", AB,
     "keyword `Features` fits almost any task", "write a phrase that only this topic has"),
    ("a word of grammar as keyword", "CTX204", "context_files: [{path: a.md, keywords: [django, «on»]}]", AB,
     "keyword `on` fits almost any task", "write a phrase that only this topic has"),
    ("a phrase of grammar alone", "CTX204", "context_files: [{path: a.md, keywords: [django, «how to»]}]", AB,
     "keyword `how to` fits almost any task", "write a phrase that only this topic has"),
    ("a generic id", "CTX204", "context_files: [{path: a.md, id: «project», keywords: [django]}]", AB,
     "id `project` fits almost any task", "give the entry a telling id"),
    ("a veto inside the entry's own keyword", "CTX211",
     "context_files: [{path: a.md, keywords: [docker compose], exclude: [«Compose»]}]", AB,
     "exclude `Compose` always vetoes the keyword `docker compose`", "make the phrase longer, or remove one of the two"),  # noqa: E501
    ("a veto that an alias makes the entry's own keyword", "CTX211",
     "context_files: [{path: a.md, keywords: [kubernetes], exclude: [«k8s»]}]", AB,
     "exclude `k8s` always vetoes the keyword `kubernetes`", "make the phrase longer, or remove one of the two"),
    ("a keyword repeated in another case", "CTX212", "context_files: [{path: a.md, keywords: [Django, «django»]}]", AB,
     "keyword `django` says the same as `Django`", "remove one of the two"),
    ("a keyword repeated in the plural", "CTX212", "context_files: [{path: a.md, keywords: [container, «containers»]}]", AB,  # noqa: E501
     "keyword `containers` says the same as `container`", "remove one of the two"),
    ("a keyword repeated with other separators", "CTX212", "context_files: [{path: a.md, keywords: [rest_framework, «REST-framework»]}]",  # noqa: E501
     AB, "keyword `REST-framework` says the same as `rest_framework`", "remove one of the two"),
    ("a pattern that is none", "CTX205", ONE + "context_rules: [{pattern: «'(a'», context_ids: [red]}]", AB, "broken pattern: ",  # noqa: E501
     "fix it; a sign that means itself needs `\\` before it"),
    ("a pattern with a repeat in a repeat", "CTX206", ONE + "context_rules: [{pattern: «'(?:x{0,30}){0,30}y'», context_ids: [red]}]", AB,  # noqa: E501
     "this pattern can take too many steps", "avoid large counted repeats, and back-references beside repeats"),
    ("a slow pattern behind a needed word", "CTX206",
     ONE + "context_rules: [{pattern: «'docker (?:x{0,30}){0,30}y'», context_ids: [red]}]", AB,
     "this pattern can take too many steps", "avoid large counted repeats, and back-references beside repeats"),
    ("a pattern that begins inside words", "CTX207", ONE + "context_rules: [{pattern: «git», context_ids: [red]}]", AB,
     "this pattern also matches inside words, as in `zqgit`", "put `\\b` where a word must begin or end; keep it if this is meant"),  # noqa: E501
    ("a pattern that ends inside words", "CTX207", ONE + "context_rules: [{pattern: «'\\bdeploy'», context_ids: [red]}]", AB,  # noqa: E501
     "this pattern also matches inside words, as in `deployzq`", "put `\\b` where a word must begin or end; keep it if this is meant"),  # noqa: E501
    ("one alternative of a pattern that fires inside words", "CTX207",
     ONE + "context_rules: [{pattern: «'\\bgit\\b|api'», context_ids: [red]}]", AB,
     "this pattern also matches inside words, as in `zqapi`", "put `\\b` where a word must begin or end; keep it if this is meant"),  # noqa: E501
    ("an unknown id in a rule", "CTX208", ONE + "context_rules: [{pattern: '\\bx\\b', context_ids: [«rde»]}]", AB,
     "no entry has the id `rde`", "did you mean `red`?"),
    ("an unknown id in a bundle", "CTX208", ONE + "story_context_hints: {b: {context_ids: [red, «redd»]}}", AB,
     "no entry has the id `redd`", "did you mean `red`?"),
    ("an id in another case", "CTX208", ONE + "agent_defaults: {x: [«Red»]}", AB,
     "no entry has the id `Red`", "write `red`: upper and lower case differ"),
    ("an unknown id in requires", "CTX208", "context_files: [{path: a.md, keywords: [k1], requires: [«zebra»]}]", AB,
     "no entry has the id `zebra`", "add an entry with this id, or remove it here"),
    ("an unknown id in always", "CTX208", ONE + "always: [«zebra»]", AB,
     "no entry has the id `zebra`", "add an entry with this id, or remove it here"),
    ("a blank in always", "CTX208", ONE + "always: [«' '»]", AB,
     "no entry has the id ` `", "add an entry with this id, or remove it here"),
    ("an unknown id in a fallback", "CTX208", ONE + "fallback: [«zebra»]", AB,
     "no entry has the id `zebra`", "add an entry with this id, or remove it here"),
    ("an unknown id that a test expects", "CTX208", ONE + "tests: [{task: t, expect: [red, «zebra»]}]", AB,
     "no entry has the id `zebra`", "add an entry with this id, or remove it here"),
    ("an unknown id that a test rejects", "CTX208", ONE + "tests: [{task: t, expect: [], reject: [«zebra.md»]}]", AB,
     "no entry has the id `zebra.md`", "add an entry with this id, or remove it here"),
    ("a path where an id belongs", "CTX208", ONE + "agent_defaults: {x: [«a.md»]}", AB,
     "no entry has the id `a.md`", "write the entry's id, `red`"),
    ("an unknown agent in a fallback map", "CTX209",
     "context_files: [{path: a.md, keywords: [k1], agents: [backend]}]\nfallback: {«bakcend»: none}", AB,
     "no entry is for the agent `bakcend`", "did you mean `backend`?"),
    ("an unknown agent in an always map", "CTX209", ONE + "always: {'*': [red], «qa»: [red]}", AB,
     "no entry is for the agent `qa`", "name it under `agents:` or in `agent_defaults`"),
    ("an unknown agent of a test", "CTX209", ONE + "tests: [{task: some words, agent: «qa», expect: [red]}]", AB,
     "no entry is for the agent `qa`", "name it under `agents:` or in `agent_defaults`"),
    ("a keyword of a section that can never match", "CTX201", "context_files: [{path: a.md, keywords: [k1], sections: {text: [«'!'»]}}]",  # noqa: E501
     AB, "keyword `!` can never match", "write letters or digits, or remove it"),
    ("a keyword of a section that the entry has", "CTX212", "context_files: [{path: a.md, keywords: [k1], sections: {text: [«K1»]}}]", AB,  # noqa: E501
     "keyword `K1` says the same as `k1`", "remove one of the two"),
    ("a section that no file has", "CTX422", "context_files: [{path: a.md, keywords: [k1], sections: {«Set up»: [k2]}}]",  # noqa: E501
     {"a.md": "# Set-up\n## Setup it\n"}, "no file of the entry has the section `Set up`", "did you mean `Set-up`?"),
]  # fmt: skip


#: Each takes a pattern as many steps as it may have, as the row before it does.
LONG = {"a slow pattern behind a needed word"}


@pytest.mark.parametrize(
    ("code", "text", "files", "message", "hint"),
    [heavy(row[1:]) if row[0] in LONG else row[1:] for row in REPORTED],
    ids=[row[0] for row in REPORTED],
)
def test_it_reports_with_place_and_cure(
    code: str, text: str, files: Mapping[str, str], message: str, hint: str
) -> None:
    plain, place = marked(text)
    (finding,) = (finding for finding in found(plain, files) if finding.code == code)
    assert (finding.path, finding.line, finding.column, finding.end_column) == (NAME, *place)
    assert finding.message.startswith(message) if message.endswith(": ") else finding.message == message
    assert finding.hint == hint


#: sentence, a code that must not be there, the index, the files
SILENT: list[tuple[str, str, str, Mapping[str, str]]] = [
    ("a path written in a roundabout way", "CTX301", "context_files: [{path: ./d/../a.md}]", AB),
    ("an example of a file of secrets", "CTX304", "context_files: [{path: .env.example}]", docs(".env.example")),
    ("a secret that a glob would match beside others", "CTX304", "context_files: [{path: 'd/*'}]", docs("d/x.md", "d/id_rsa")),  # noqa: E501
    ("an always-list of ids and files", "CTX208", ONE + "always: [red, b.md, '*.md']", AB),
    ("a test that expects a file", "CTX208", ONE + "tests: [{task: t, expect: [b.md]}]", AB),
    ("an entry for nobody where everything is the fallback", "CTX307", "context_files: [{path: a.md, agents: []}]", AB),
    ("an entry for nobody in a bundle", "CTX307",
     "context_files: [{path: a.md, id: red, agents: []}]\nfallback: none\nstory_context_hints: {b: [red]}", AB),
    ("an entry for nobody that always comes", "CTX307",
     "context_files: [{path: a.md, id: red, agents: []}]\nfallback: none\nalways: [red]", AB),
    ("an entry for nobody whose file is in the fallback", "CTX307",
     "context_files: [{path: a.md, id: red, agents: []}]\nfallback: ['*.md']", AB),
    ("an entry for nobody that a reachable one requires", "CTX307",
     "context_files: [{path: a.md, id: red, agents: []}, {path: b.md, keywords: [k1], requires: [red]}]\nfallback: none", AB),  # noqa: E501
    ("an entry for nobody that an agent's defaults put in its scope", "CTX307",
     "context_files: [{path: a.md, id: red, keywords: [k1], agents: []}]\nfallback: none\nagent_defaults: {x: [red]}", AB),  # noqa: E501
    ("an entry without keywords that a rule names", "CTX307",
     "context_files: [{path: a.md, match: whole}]\nfallback: none\ncontext_rules: [{pattern: '\\bx\\b', context_ids: [a]}]", AB),  # noqa: E501
    ("an entry that is found by its file's name", "CTX307", "context_files: [{path: django-drf.md}]\nfallback: none",
     docs("django-drf.md")),
    ("a fallback of everything", "CTX307", "context_files: [{path: a.md, agents: []}]\nfallback: {'*': none, x: all}", AB),  # noqa: E501
    ("two entries that require a third", "CTX210",
     "context_files: [{path: a.md, id: red, requires: [green]}, {path: a.md, id: blue, requires: [red, green]}, {path: b.md, id: green}]", AB),  # noqa: E501
    ("a shared keyword of two agents", "CTX202",
     "context_files: [{path: a.md, keywords: [docker], agents: [x]}, {path: b.md, keywords: [docker], agents: [y]}]", AB),  # noqa: E501
    ("a shared keyword with an entry for nobody", "CTX202",
     "context_files: [{path: a.md, keywords: [docker]}, {path: b.md, keywords: [docker], agents: []}]", AB),
    ("a shared tag", "CTX202", "context_files: [{path: a.md, tags: [docker]}, {path: b.md, tags: [docker]}]", AB),
    ("a keyword and a longer one in one entry", "CTX203", "context_files: [{path: a.md, keywords: [docker, docker compose]}]", AB),  # noqa: E501
    ("a keyword inside a phrase of an entry that has it too", "CTX203",
     "context_files: [{path: a.md, keywords: [docker]}, {path: b.md, keywords: [docker, docker compose]}]", AB),
    ("a keyword whose entry vetoes the longer one", "CTX203",
     "context_files: [{path: a.md, keywords: [docker], exclude: [docker-compose]}, {path: b.md, keywords: [docker compose file]}]", AB),  # noqa: E501
    ("a generic keyword, which is reported as such", "CTX203",
     "context_files: [{path: a.md, keywords: [test]}, {path: b.md, keywords: [unit test]}]", AB),
    ("a keyword inside a word", "CTX203", "context_files: [{path: a.md, keywords: [api]}, {path: b.md, keywords: [capital city]}]", AB),  # noqa: E501
    ("a keyword inside another agent's phrase", "CTX203",
     "context_files: [{path: a.md, keywords: [docker], agents: [x]}, {path: b.md, keywords: [docker compose], agents: [y]}]", AB),  # noqa: E501
    ("a short word and the same letters in one word", "CTX202",
     "context_files: [{path: a.md, keywords: [mysql]}, {path: b.md, keywords: [my sql]}]", AB),
    ("keywords that differ by a sign", "CTX212", "context_files: [{path: a.md, keywords: [c, c++, 'c#', net, .net]}]", AB),  # noqa: E501
    ("an id that is also the entry's keyword", "CTX212", "context_files: [{path: a.md, id: docker, keywords: [docker]}]", AB),  # noqa: E501
    ("a generic word in a phrase", "CTX204", "context_files: [{path: a.md, keywords: [unit test, code review bot]}]", AB),  # noqa: E501
    ("a generic file name that isn't a written id", "CTX204", "context_files: [{path: code.md, keywords: [django]}]", docs("code.md")),  # noqa: E501
    ("a veto that only shares a word", "CTX211", "context_files: [{path: a.md, keywords: [docker], exclude: [docker compose]}]", AB),  # noqa: E501
    ("a pattern bound to whole words", "CTX207", ONE + "context_rules: [{pattern: '\\b(git|api)s?\\b', context_ids: [red]}]", AB),  # noqa: E501
    ("a pattern with one open repeat", "CTX206", ONE + "context_rules: [{pattern: '(a|b).*c', context_ids: [red]}]", AB),  # noqa: E501
    ("a broken pattern is not tried out", "CTX206", ONE + "context_rules: [{pattern: '(a+)+(', context_ids: [red]}]", AB),  # noqa: E501
    ("an agent that has a folder", "CTX209", ONE + "tests: [{task: t, agent: backend-developer, expect: []}]",
     docs("context/backend/x.md", "a.md")),
    ("an agent that the project defines", "CTX209", ONE + "fallback: {qa: none, ops: none}",
     {**AB, ".claude/agents/qa.md": "---\nname: qa\n---\n# QA\n", "agents/ops.md": "---\nname: o\n---\n# Ops\n"}),
    ("an agent of agent_defaults alone", "CTX209", ONE + "agent_defaults: {qa: [red]}\nfallback: {qa: none}", AB),
    ("a test's agent that a map names too, where it is reported", "CTX209", ONE + "fallback: {'*': all}\ntests: [{task: t, expect: []}]", AB),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "files"), [row[1:] for row in SILENT], ids=[row[0] for row in SILENT])
def test_it_stays_silent(code: str, text: str, files: Mapping[str, str]) -> None:
    assert [finding.concise() for finding in found(text, files) if finding.code == code] == []


UNLISTED = {
    "a document that nothing names": (ONE, docs("a.md", "context/x.md"), ["context/x.md"]),
    "a document deep in a folder": (ONE, docs("a.md", "context/d/e/x.md"), ["context/d/e/x.md"]),
    "not what an entry names in a roundabout way": (
        "context_files: [{path: context/./x.md}]",
        docs("context/x.md"),
        [],
    ),
    "not what a glob gives": ("context_files: [{path: 'context/**/*.md'}]", docs("context/d/x.md"), []),
    "not what a folder gives": ("context_files: [{path: context/d}]", docs("context/d/x.md"), []),
    "not what always comes": (ONE + "always: [context/x.md]", docs("a.md", "context/x.md"), []),
    "not what a fallback gives": (ONE + "fallback: ['context/*.md']", docs("a.md", "context/x.md"), []),
    "not what an agent's folder gives": (
        "context_files: [{path: a.md, agents: [backend-developer]}]",
        docs("a.md", "context/backend/x.md"),
        [],
    ),
    "a folder that the agent's defaults go before": (
        "context_files: [{path: a.md, id: red, agents: [backend]}]\nagent_defaults: {backend: [red]}",
        docs("a.md", "context/backend/x.md"),
        ["context/backend/x.md"],
    ),
    "not what is ignored": (ONE, {"a.md": "", "context/x.md": "", ".gitignore": "context/x.md\n"}, []),
    "not what isn't a document": (ONE, docs("a.md", "context/x.png", "context/.hidden.md"), []),
    "not what lies elsewhere": (ONE, docs("a.md", "docs/x.md"), []),
}


@pytest.mark.parametrize(("text", "files", "expected"), UNLISTED.values(), ids=UNLISTED)
def test_documents_nobody_lists(text: str, files: Mapping[str, str], expected: list[str]) -> None:
    unlisted = [finding for finding in found(text, files) if finding.code == "CTX306"]
    assert [(finding.path, finding.line, finding.column) for finding in unlisted] == [(path, 1, 1) for path in expected]


def test_a_file_with_control_characters_in_its_name_is_reported_where_it_stands() -> None:
    findings = found("context_files: [{path: d/, keywords: [k1]}]", docs("d/x.md", "d/evil\x1b[31m.md"))
    assert [finding.concise() for finding in findings] == [
        r"d/evil\x1b[31m.md:1:1: error[CTX309] control characters in the name of this file: it is never given (rename the file)"  # noqa: E501
    ]


def test_an_entry_that_only_an_unreachable_one_requires_is_unreachable_too() -> None:
    text = "context_files: [{path: a.md, id: red, agents: []}, {path: b.md, id: blue, agents: [], requires: [red]}]\nfallback: none"  # noqa: E501
    unreachable = [finding.message[:6] for finding in found(text, AB) if finding.code == "CTX307"]
    assert unreachable == ["`red` ", "`blue`"]


def test_a_folder_that_holds_only_a_file_with_an_unsafe_name_is_looked_into_too() -> None:
    codes = [finding.code for finding in found("context_files: [{path: d/}]", docs("d/evil\n.md"))]
    assert codes == ["CTX308", "CTX309"]


def test_a_missing_always_file_is_a_warning_and_a_missing_entry_file_an_error() -> None:
    findings = found("context_files: [{path: x.md, keywords: [k1]}]\nalways: [y.md]")
    assert [finding.severity for finding in findings if finding.code == "CTX301"] == ["error", "warning"]


def test_a_shared_keyword_is_one_finding_that_names_the_other_places() -> None:
    entries = "\n".join(f"  - {{path: a.md, id: e{number}, keywords: [docker]}}" for number in range(9))
    (finding,) = found("context_files:\n" + entries, AB)
    assert finding.message == "keyword `docker` selects 9 entries"
    assert [(place.line, place.label) for place in finding.related] == [
        (number + 2, f"also keyword of `e{number}`") for number in range(1, 6)
    ]


def test_the_fix_of_a_backslash_path_gives_the_path_with_slashes() -> None:
    for written, fixed in (("d\\a.md", "d/a.md"), ("'d\\a.md'", "'d/a.md'")):
        text = f"context_files: [{{path: {written}, keywords: [k1]}}]"
        (finding,) = found(text, docs("d/a.md"))
        ((start, end, new),) = finding.fix
        assert text[:start] + new + text[end:] == text.replace(written, fixed)


def test_every_cycle_is_found_once_and_other_entries_are_left_alone() -> None:
    edges = {"a": "b", "b": "c d", "c": "a", "d": "e", "e": "e", "f": "a", "g": ""}
    entries = "\n".join(
        f"  - {{path: a.md, id: x{name}, requires: [{', '.join(f'x{o}' for o in to.split())}]}}"
        for name, to in edges.items()
    )
    cycles = [finding.message for finding in found("context_files:\n" + entries, AB) if finding.code == "CTX210"]
    assert cycles == ["a cycle of `requires`: `xa` → `xb` → `xc` → `xa`", "`xe` requires itself"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (finding,) = found("context_files: [{path: pipe.md, keywords: [k1]}]", DiskTree(str(tmp_path)))
    assert (finding.code, finding.message) == ("CTX302", "`pipe.md` is not a regular file")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="who may read everything cannot be refused")
def test_a_file_without_permission_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("text", encoding="utf-8")
    (tmp_path / "a.md").chmod(0)
    (finding,) = found("context_files: [{path: a.md, keywords: [k1]}]", DiskTree(str(tmp_path)))
    assert (finding.code, finding.message) == ("CTX302", "`a.md` cannot be read")


def test_a_file_that_fails_when_it_is_opened_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    tree = MemoryTree(AB)
    monkeypatch.setattr(tree, "read", refuse)
    (finding,) = found(ONE, tree)
    assert (finding.code, finding.detail, finding.hint) == ("CTX302", "Permission denied", "check its permissions")


def test_a_link_that_leads_out_of_the_root_is_outside(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "secret.md").write_text("text", encoding="utf-8")
    (tmp_path / "root" / "a.md").symlink_to(tmp_path / "secret.md")
    (finding,) = found(ONE, DiskTree(str(tmp_path / "root")))
    assert (finding.code, finding.message) == ("CTX303", "`a.md` lies outside the root")


# ── bounds ───────────────────────────────────────────────────────────────────────────────────────────────


def test_patterns_beyond_the_allowance_are_passed_over_with_one_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_room, "LOOKS", 1)
    text = "context_files: [{path: '*.md'}, {path: 'x/*.md'}, {path: 'y/*.md'}]"
    notes = found(text, docs("a.md", "context/x.md"))
    assert [(finding.code, finding.severity, finding.column) for finding in notes] == [("CTX007", "note", 40)]


def test_rules_beyond_the_time_allowed_are_passed_over_with_one_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "RULE_TIME", -1)
    rules = "context_rules: [{pattern: git, context_ids: [red]}, {pattern: api, context_ids: [red]}]"
    assert [(finding.code, finding.severity, finding.line) for finding in found(ONE + rules, AB)] == [
        ("CTX007", "note", 2)
    ]


def test_did_you_mean_stops_when_its_allowance_is_spent_and_still_knows_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_room, "GUESSES", 100)
    guess = Guess([f"entry-{number}" for number in range(200)])
    hints = {guess.hint(f"entri-{number}", "none") for number in range(50)}
    assert "none" in hints
    assert guess.hint("ENTRY-7", "none") == "write `entry-7`: upper and lower case differ"


def test_did_you_mean_finds_a_slip_among_many_names() -> None:
    names = [f"context-{number}" for number in range(5_000)] + ["django-drf"]
    assert Guess(names).hint("djnago-drf", "none") == "did you mean `django-drf`?"


@pytest.mark.heavy
def test_a_keyword_that_thousands_share_takes_no_pairs() -> None:
    entries = "\n".join(
        f"  - {{path: a.md, id: e{n}, keywords: [docker, docker n{n}x], agents: [a{n % 40}, b{n}]}}"
        for n in range(4_000)
    )
    findings = found("context_files:\n" + entries, AB)
    assert [finding.message for finding in findings] == ["keyword `docker` selects 4000 entries"]


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────

NASTY = ["a", "b-c", "docker", "docker compose", "rest, x", "", "…", "ß", "İ", "日本", "a\u0301", ".net", "c++", "K8s", "on", "../x",  # noqa: E501
         "context/", "context/*.md", "a.md", "context\\a.md", "x" * 300, "[", "*", "\u202e", "~", "/", ".git/x", "(a+)+$", "(", "\\bx\\b"]  # fmt: skip  # noqa: E501
WORD = st.sampled_from(NASTY)
WORDS = st.lists(WORD, max_size=4)
ENTRY = st.fixed_dictionaries(
    {"path": WORD},
    optional={
        "id": WORD,
        "keywords": WORDS,
        "agents": WORDS,
        "exclude": WORDS,
        "requires": WORDS,
        "when_files": WORDS,
        "tags": WORDS,
    },
)
INDEX = st.fixed_dictionaries(
    {"context_files": st.lists(ENTRY, max_size=5)},
    optional={
        "always": st.one_of(WORDS, st.dictionaries(WORD, WORDS, max_size=3)),
        "fallback": st.one_of(st.just("none"), WORDS, st.dictionaries(WORD, WORDS, max_size=3)),
        "agent_defaults": st.dictionaries(WORD, WORDS, max_size=3),
        "context_rules": st.lists(st.fixed_dictionaries({"pattern": WORD, "context_ids": WORDS}), max_size=2),
        "story_context_hints": st.dictionaries(WORD, st.fixed_dictionaries({"context_ids": WORDS}), max_size=2),
        "tests": st.lists(st.fixed_dictionaries({"task": WORD, "agent": WORD, "expect": WORDS}), max_size=2),
        "aliases": st.dictionaries(WORD, WORDS, max_size=2),
        "match": st.sampled_from(["whole", "related", "focused"]),
        "budget": st.just({"max_files": 3}),
    },
)
FILES = docs("a.md", "context/a.md", "context/b/x.md", "context/.env", "context/evil\x07.md")


@settings(max_examples=share(150), deadline=None)
@given(INDEX)
def test_checking_never_raises_and_every_finding_has_its_place_and_its_cure(data: dict[str, object]) -> None:
    import json

    source = Source(NAME, json.dumps(data, ensure_ascii=False))
    index = parse(source).index
    findings = cross_check(index, compile_index(index), MemoryTree(FILES))
    assert findings == cross_check(index, compile_index(index), MemoryTree(FILES))
    for finding in findings:
        assert finding.code in CODES and finding.message and finding.hint
        if finding.path == NAME:
            line = source.line(finding.line)
            assert 1 <= finding.line <= len(source.starts)
            assert 1 <= finding.column < finding.end_column <= len(line) + 2
        else:
            assert finding.path in FILES


@given(st.lists(st.sampled_from(["a", "my", "web", "socket", "sql", "payment", "日"]), min_size=1, max_size=5))
def test_folding_the_words_of_a_phrase_tells_apart_what_the_words_written_singly_tell_apart(words: list[str]) -> None:
    assert folded(tuple(words)).replace(" ", "") == folded(tuple(folded(tuple(words)).split())).replace(" ", "")


def test_every_family_says_which_codes_it_finds() -> None:
    assert all((family.__doc__ or "").startswith("CTX") for family in FAMILIES)
    assert len({family.__name__ for family in FAMILIES}) == len(FAMILIES)


def test_the_contents_of_files_are_looked_into_each_once() -> None:
    files = {
        "a.md": b"\xef\xbb\xbfa\r\nb\xff\n",
        "b.md": b"\0",
        "c.md": "x\u202ey\n".encode(),
        "d.md": "# D\n".encode("utf-16"),
    }
    text = "context_files: [{path: '*.md', keywords: [k1]}, {path: a.md, keywords: [k2]}]"
    index = parse(Source(NAME, text)).index
    odd = [
        (finding.code, finding.path, finding.line)
        for finding in cross_check(index, compile_index(index), MemoryTree(files))
    ]
    assert odd == [
        ("CTX507", "a.md", 0), ("CTX506", "a.md", 1), ("CTX505", "a.md", 2), ("CTX504", "b.md", 0), ("CTX502", "c.md", 1), ("CTX505", "d.md", 0),  # noqa: E501
    ]  # fmt: skip


def test_so_much_text_that_looking_into_it_takes_long_is_said_to_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "READ_TOTAL", 10)
    rest = found("context_files: [{path: '*.md', keywords: [k1]}]", {"a.md": "# A\n\0", "b.md": "\0" * 8})
    assert [(finding.code, finding.path) for finding in rest] == [("CTX504", "a.md"), ("CTX007", "b.md")]


def test_a_secret_in_a_file_of_secrets_is_not_reported_twice() -> None:
    rest = found("context_files: [{path: .env, keywords: [k1]}]", {".env": "password=Zk93hfD02mfLq81x\n"})
    assert [finding.code for finding in rest] == ["CTX304"]


@pytest.mark.parametrize("cut", [(0, 14), (15, 45)])
def test_repairs_that_would_lose_an_entry_or_make_an_error_are_not_written(
    cut: tuple[int, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "context_files:\n  - {path: a.md, keywords: [a]}\n  - {path: b.md, keywords: [b]}\n"
    (tmp_path / "context-index.yml").write_text(text, encoding="utf-8")
    place = discover(root=str(tmp_path))
    finding = diagnostic("CTX103", "a repair that does harm", "context-index.yml", 1, 1, fix=((*cut, "["),))
    assert not apply_fixes(place, [finding], assemble(place, DiskTree(place.root)), Paint(False))
    assert "stays as it is: its repairs do not go together" in capsys.readouterr().err
    assert (tmp_path / "context-index.yml").read_text(encoding="utf-8") == text


def test_without_tasks_no_keyword_is_compiled_and_the_findings_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "context_files:\n- {path: a.md, keywords: [api, the]}\n- {path: b.md, keywords: [api, rest api, x y]}\n"
    (tmp_path / "context-index.yml").write_text(f"{text}agent_defaults: {{qa: [nobody, a]}}\n", encoding="utf-8")
    place = discover(root=str(tmp_path))
    assembled = assemble(place, DiskTree(place.root))
    whole = findings_in(assembled, compile_index(assembled.index), DiskTree(place.root))

    def refuse(*_: object) -> list[object]:
        raise AssertionError("keywords are compiled")

    monkeypatch.setattr("ctxload.matching.compiler.rows_of", refuse)
    assert findings_of(place)[0] == whole
    assert len({finding.code for finding in whole}) > 3


# ── what is told of work that lasts ──────────────────────────────────────────────────────────────────────


class Heard:
    """A bar that notes what it is told."""

    def __init__(self, title: str, stages: dict[str, int]) -> None:
        self.stages, self.is_over = stages, False
        self.said: list[tuple[str, float]] = []
        bars.append(self)

    def __enter__(self) -> Heard:
        return self

    def __exit__(self, *error: object) -> None:
        self.is_over = True

    def stage(self, name: str, share: float = 0.0) -> None:
        self.said.append((name, share))


bars: list[Heard] = []


@pytest.mark.parametrize(
    ("words", "stages"),
    [
        (["check"], ["parsing", "checking"]),
        (["check", "--tasks", "tasks.txt"], ["parsing", "checking", "asking"]),
        (["test", "--match", "whole"], ["trying"]),
        (["test", "--match", "all"], ["trying"]),
    ],
)
def test_on_a_terminal_each_step_is_told_and_the_bar_is_gone_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], stages: list[str]
) -> None:
    index = "fallback: none\ncontext_files:\n- {id: a, path: a.md, keywords: [rest]}\ntests:\n" + (
        "- {task: rest it, expect: [a]}\n" * 4
    )
    tmp_path.joinpath("context-index.yml").write_text(index, encoding="utf-8")
    tmp_path.joinpath("a.md").write_text("# A\n", encoding="utf-8")
    tmp_path.joinpath("tasks.txt").write_text("rest it\nfix the rest\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    bars.clear()
    monkeypatch.setattr(progress, "Bar", Heard)
    monkeypatch.setattr(progress, "can_show", lambda: True)
    monkeypatch.setattr("ctxload.cli.test.can_show", lambda: True)
    assert run(words) == 0
    bar = bars[-1]
    assert bar.is_over and list(dict.fromkeys(name for name, _ in bar.said)) == stages
    assert {name for name, _ in bar.said} <= set(bar.stages)
    done = [(bar.stages[name], share) for name, share in bar.said]
    assert done == sorted(done) and len(done) >= 4 and done[-1][1] < 1


def test_where_nobody_looks_no_bar_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.joinpath("context-index.yml").write_text("context_files: []\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "Bar", None)
    assert run(["check"]) == 0


@given(st.lists(st.sampled_from("my sql web payment tests setting api deploy x re".split()), min_size=1, max_size=14))
def test_the_keys_of_what_stands_in_a_keyword_are_those_of_each_run_of_its_words(words: list[str]) -> None:
    runs = [words[start:end] for start in range(12) for end in range(start + 1, min(len(words), 12) + 1)]
    for lead in ("", "."):
        word = Word(0, Text("", ""), False, lead, tuple(words), (lead, folded(tuple(words))))
        leads = [(lead, folded(tuple(run))) for run in runs if lead and run == words[: len(run)]]
        assert set(word.runs()) >= {("", folded(tuple(run))) for run in runs} | set(leads)
        assert len(word.runs()) == len(runs) + (min(len(words), 12) if lead else 0)
