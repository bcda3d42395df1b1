"""The files at hand: what of a task is taken for a path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.cli.resolve_batch import answer_line
from ctxload.index.parser import parse
from ctxload.integrations.clients.client import Call
from ctxload.integrations.clients.registry import find
from ctxload.integrations.hooks.answer import choose
from ctxload.integrations.hooks.turn import Turn
from ctxload.integrations.rpc.requests import Defaults, answer_object
from ctxload.matching.compiler import compile_index
from ctxload.matching.path_places import PLACES, places_of_paths
from ctxload.project.build import build
from ctxload.selection.files_at_hand import AT_HAND, IN_TASK, called_for, entries_at, file_names_in, paths_in
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.locations import discover
from ctxload.workspace.memory_tree import MemoryTree

TREE = MemoryTree({"setup.py": "", "src/api.py": "", "src/sub/a.py": ""})


@pytest.mark.parametrize(
    ("task", "paths"),
    [
        ("Fix src/api.py:12", ["src/api.py"]),
        ("Fix `src/api.py#L3`.", ["src/api.py"]),
        ("Fix (setup.py), please", ["setup.py"]),
        ("Write src/new.py", ["src/new.py"]),  # yet to be written
        ("Write new.py", []),  # without a folder it may be anything
        ("Ask me@example.org/setup.py", []),
        ("See https://example.org/src/api.py", []),
        ("Leave ../setup.py alone", []),
        ("CI/CD and/or either", []),
        ("Look at src/ first", ["src/"]),
        ("Look at src first", []),
        ("Write src/new.abcdefghij", ["src/new.abcdefghij"]),
        ("Write src/new.abcdefghijk", []),  # no ending is so long
        ("Write src/new.1", []),
        ("Write src/.new", []),
        ("Write lib/new.py", []),
    ],
)
def test_a_word_of_a_task_means_this_path(task: str, paths: list[str]) -> None:
    assert [path.name for path in paths_in(task, TREE)] == paths


SPELLED = MemoryTree(
    dict.fromkeys(
        (
            "setup.py", "Makefile", "src/a.ts", "src/b.ts", "src/a.py", "src/my dir/b.ts", "packages/@acme/ui/b.tsx",
            "app/@modal/m.ts", "app/(shop)/[id]/page.tsx", "docs/[locale]/guide.md", "docs/日本語.md", "docs/c#/a.md",
            "types/index.d.ts", "_private/a.py", "v1.x/a.ts", "app/v2.x/a.ts",
        ),
        "",
    ),
    root="/home/me/shop",
)  # fmt: skip


@pytest.mark.parametrize(
    ("task", "paths"),
    [
        # as clients and editors write a path
        ("@src/a.ts", ["src/a.ts"]),
        ("@src/a.ts#L10-20", ["src/a.ts"]),
        ("@/src/a.ts", ["src/a.ts"]),
        ('@"src/my dir/b.ts"', ["src/my dir/b.ts"]),
        ("@Makefile", ["Makefile"]),
        ("@src/", ["src/"]),
        ("#file:src/a.ts", ["src/a.ts"]),
        ("Edit(src/a.ts)", ["src/a.ts"]),
        # as compilers, programs and versioning write it
        ("src/a.ts:12:5", ["src/a.ts"]),
        ("src/a.ts(12,5): error TS2304", ["src/a.ts"]),
        ("  --> src/a.ts:3:5", ["src/a.ts"]),
        ('File "src/a.py", line 3, in f', ["src/a.py"]),
        ("at Object.<anonymous> (/home/me/shop/src/a.ts:10:5)", ["src/a.ts"]),
        ("file:///home/me/shop/src/a.ts", ["src/a.ts"]),
        ("diff --git a/src/a.ts b/src/b.ts", ["src/a.ts", "src/b.ts"]),
        ("+++ b/src/new.ts", ["src/new.ts"]),
        ("src\\a.ts", ["src/a.ts"]),
        (".\\src\\a.ts", ["src/a.ts"]),
        # as people do, in any script
        ("`src/my dir/b.ts`", ["src/my dir/b.ts"]),
        ("`src/my dir/new.ts`", ["src/my dir/new.ts"]),
        ("src/my\\ dir/b.ts", ["src/my dir/b.ts"]),
        ("[a](src/a.ts)", ["src/a.ts"]),
        ("[a](src/my%20dir/b.ts)", ["src/my dir/b.ts"]),
        ("![a](docs/[locale]/guide.md)", ["docs/[locale]/guide.md"]),
        ("**src/a.ts**, _src/b.ts_", ["src/a.ts", "src/b.ts"]),
        ("src/a.ts,src/b.ts", ["src/a.ts", "src/b.ts"]),
        ("src/a.ts→src/b.ts", ["src/a.ts", "src/b.ts"]),
        ("src/a.ts;src/b.ts|tee", ["src/a.ts", "src/b.ts"]),
        ("src/a.ts...", ["src/a.ts"]),
        ("src/a.ts's tests", ["src/a.ts"]),
        ("「src/a.ts」を直して", ["src/a.ts"]),
        ("请修复src/a.ts文件", ["src/a.ts"]),
        ("请创建src/new.ts文件", ["src/new.ts"]),
        ("src/a.tsを直して", ["src/a.ts"]),
        ("src/a.ts를 고쳐", ["src/a.ts"]),
        ("docs/日本語.mdを直す", ["docs/日本語.md"]),
        ("docs/新しい.md を書く", ["docs/新しい.md"]),
        # names that hold such signs themselves
        ("packages/@acme/ui/b.tsx", ["packages/@acme/ui/b.tsx"]),
        ("@packages/@acme/ui/b.tsx", ["packages/@acme/ui/b.tsx"]),
        ("app/@modal/m.ts", ["app/@modal/m.ts"]),
        ("app/(shop)/[id]/page.tsx:3", ["app/(shop)/[id]/page.tsx"]),
        ("app/(shop)/[id]/new.tsx", ["app/(shop)/[id]/new.tsx"]),
        ("docs/c#/a.md#start", ["docs/c#/a.md"]),
        ("_private/a.py", ["_private/a.py"]),
        # no file, unless that very file is there
        ("write to me@example.org", []),
        ("write to me@src/a.ts", []),
        ("bump @types/node", []),
        ("bump @types/index.js", []),
        ("bump @types/index.d.ts", ["types/index.d.ts"]),
        ('@app.route("/src/a.ts")', []),
        ("@setup", []),
        ("git@github.com:src/a.git", []),
        ("lib/src/a.ts", []),
        ("src/a.ts.bak", ["src/a.ts.bak"]),
        ("[a](https://example.org/src/a.ts) src/b.ts", ["src/b.ts"]),
        ("https://example.org/x,src/a.ts", []),
        ("src/(a", []),
        ("src/{a,b}.ts", []),
        ("bump @packages/@acme", ["packages/"]),
        ("@ssrc/a.ts", []),
        ("Makefile", []),
        ("`Makefile`", ["Makefile"]),
        ("./lib/new.ts", []),
        ("a/lib/new.ts", []),
        ("setup.py/new.ts", []),
        ("`src/no dir/new.ts`", []),
        # what is yet to write stands in a folder of ours; a folder is written as one, the longest that is there
        ("./src/new.ts", ["src/new.ts"]),
        ("src/no/dir/new.ts", ["src/no/dir/new.ts"]),
        ("src/a.b", ["src/a.b"]),
        ("src/a.b-c", []),
        ("src/a.", []),
        ("packages/@acme/ui", ["packages/@acme/ui/"]),
        ("@packages/@acme/ui/", ["packages/@acme/ui/"]),
        ("src\\my\\ dir\\", ["src/my dir/"]),
        ("app/(shop)", ["app/(shop)/"]),
        ("v1.x", []),
        ("v1.x/", ["v1.x/"]),
        ("./v1.x", ["v1.x/"]),
        ("app/v2.x", ["app/v2.x/"]),
    ],
)
def test_a_path_is_at_hand_however_it_is_written(task: str, paths: list[str]) -> None:
    for text in (task, f"Fix this: {task}", f"Fix it\n{task}\nplease"):
        assert [path.name for path in paths_in(text, SPELLED)] == paths
        for path in paths_in(text, SPELLED):
            [(start, end)] = path.where.spans
            assert text[start:end].rstrip("/")


@pytest.mark.law
@given(st.text(), st.sampled_from("src/a.ts setup.py app/(shop)/[id]/page.tsx".split()), st.text())
def test_a_file_between_blanks_is_at_hand_whatever_stands_around_it(before: str, path: str, after: str) -> None:
    task = f"{before.rstrip(chr(92))}\n{path}\n{after}"
    assert path in [found.name for found in paths_in(task, SPELLED)]


@pytest.mark.law
@given(st.text("@#:\"'`()[]{}<>,/\\ .a_src文→", max_size=40))
def test_what_is_at_hand_stands_in_the_task_and_below_the_root(task: str) -> None:
    for path in paths_in(task, SPELLED):
        [(start, end)] = path.where.spans
        assert 0 <= start < end <= len(task)
        assert SPELLED.status(path.name).kind in ("file", "directory", "missing")


def test_a_name_with_two_dots_side_by_side_is_at_hand_before_another_script() -> None:
    assert [path.name for path in paths_in("src/a..tsを直して", MemoryTree({"src/a..ts": ""}))] == ["src/a..ts"]


def test_a_path_may_begin_right_where_another_ends() -> None:
    tree = MemoryTree({"src/a.ts": "", "日本/b.ts": ""})
    assert [path.name for path in paths_in("src/a.ts日本/b.ts", tree)] == ["src/a.ts", "日本/b.ts"]


class Asked(MemoryTree):
    """Notes what a tree is asked for."""

    def status(self, path: str) -> Any:
        self.__dict__.setdefault("asked", []).append(path)
        return super().status(path)


@pytest.mark.parametrize(
    ("task", "asked"),
    [
        ("and/or/not", ["and"]),
        ("lib/new.py,lib/x.py", ["lib", "lib"]),
        ("lib/new.py", ["lib"]),
        ("node.js", ["node.js"]),
    ],
)
def test_nothing_is_looked_for_below_a_folder_that_is_none_of_ours(task: str, asked: list[str]) -> None:
    tree = Asked({"src/a.ts": ""})
    assert [*paths_in(task, tree)] == []
    assert tree.__dict__["asked"] == asked


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see pay.md", ["pay"]),
        ("see `PAY.md`.", ["pay"]),  # none is written so
        ("see Context/PAY.md", ["pay"]),
        ("see readme.md", ["root"]),
        ("see LOG.md and Guide.md", []),  # of two that are alike none is guessed; one that is written so is meant
        ("see guide.md", ["small"]),
        ("see context/pay.md", ["pay"]),
        ("see other/pay.md", []),
        ("see other\\pay.md", []),
        ("see README.md", ["root"]),
        ("see api.md", []),
        ("see a/api.md and pay.md", ["a", "pay"]),
        ("see api.md and b/api.md", ["b"]),
        ("see pay.md and README.md", ["root", "pay"]),
        ("see pay.txt, pay.rst, pay.py", []),
        ("see log.txt", ["log"]),
        ("see pay.md, pay.md", ["pay"]),
        ("see pay", []),
        ("", []),
    ],
)
def test_a_text_names_an_entry_by_its_path_or_by_a_name_that_no_other_has(text: str, found: list[str]) -> None:
    paths = {"root": "README.md", "pay": "context/pay.md", "a": "a/api.md", "b": "b/api.md", "log": "x/y/log.txt"}
    paths |= {"small": "one/guide.md", "large": "two/GUIDE.md"}
    entries = "".join(f"  - {{id: {name}, path: {path}}}\n" for name, path in paths.items())
    rows = compile_index(parse(Source("i.yml", f"context_files:\n{entries}")).index).entries
    tree = MemoryTree(dict.fromkeys(paths.values(), ""))
    assert [rows[number].id for number in entries_at(rows, text, tree)[0]] == found


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("see api.md", {"api.md": [0, 1]}),
        ("see API.md", {"API.md": [0, 1]}),
        ("see Guide.md, b/api.md", {"Guide.md": [2, 3]}),
        ("see guide.md, a/api.md, api", {}),
        ("see a/API.md or more/a/api.md", {"a/API.md": [0, 4]}),
    ],
)
def test_a_name_that_several_documents_have_is_none_of_theirs(text: str, shared: dict[str, list[int]]) -> None:
    paths = ["a/api.md", "b/api.md", "one/guide.md", "two/GUIDE.md"] + ["more/a/api.md"] * ("more" in text)
    entries = "".join(f"  - {{id: i{number}, path: {path}}}\n" for number, path in enumerate(paths))
    rows = compile_index(parse(Source("i.yml", f"context_files:\n{entries}")).index).entries
    assert entries_at(rows, text, MemoryTree(dict.fromkeys(paths, "")))[1] == shared


WORDS = st.sampled_from(["x", "X", "y", "Ä", "ä"])  # `a/` and `b/` are also the sides of a diff
PATHS = st.lists(WORDS, min_size=1, max_size=3).map(lambda parts: "/".join(parts) + ".md")


@given(st.lists(PATHS, min_size=1, max_size=6, unique=True), PATHS)
def test_whom_a_name_names_is_what_a_slow_look_says(paths: list[str], name: str) -> None:
    """Those whose path ends so, letter by letter; where there are none, those for which case makes the difference."""
    entries = "".join(f"  - {{id: i{number}, path: {path}}}\n" for number, path in enumerate(paths))
    rows = compile_index(parse(Source("i.yml", f"context_files:\n{entries}")).index).entries
    parts = [path.split("/") for path in paths]
    wanted = name.split("/")
    ends = [number for number, path in enumerate(parts) if path[-len(wanted) :] == wanted]
    low = [part.casefold() for part in wanted]
    alike = [number for number, path in enumerate(parts) if [part.casefold() for part in path[-len(low) :]] == low]
    meant = [paths.index(name)] if name in paths else ends or alike
    found, shared = entries_at(rows, f"see {name} first", MemoryTree(dict.fromkeys(paths, "")))
    assert (found, shared) == ((meant, {}) if len(meant) == 1 else ([], {name: meant} if meant else {}))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fix shop/src/api.py", ["src/api.py"]),
        ("fix Shop\\src\\api.py:3", ["src/api.py"]),
        ("write `shop/src/new.py`", ["src/new.py"]),
        ("fix @shop/setup.py", ["setup.py"]),
        ("fix shop/lib/api.py", []),
        ("fix my/shop/setup.py", []),
        ("the shop/ folder", []),
        ("fix other/setup.py", []),
    ],
)
def test_the_name_of_the_roots_own_folder_may_stand_before_a_path(text: str, found: list[str]) -> None:
    files = {"setup.py": "", "src/api.py": ""}
    assert [path.name for path in paths_in(text, MemoryTree(files, root="/home/me/shop"))] == found
    inner = MemoryTree({**files, "shop/setup.py": "", "shop/src/x": ""}, root="/home/me/shop")
    own = [path.name for path in paths_in("fix shop/setup.py", inner)]
    assert own == ["shop/setup.py"]  # a folder of this name in the root goes before


def test_the_name_of_a_file_in_the_root_is_no_name_of_another() -> None:
    tree = MemoryTree({"README.md": "", "docs/README.md": "", "folder.md/x": ""})
    assert file_names_in("README.md, docs/README.md, docs\\a.md, a.md, folder.md", tree) == {"a.md", "docs/a.md"}


def test_without_a_name_of_a_file_no_entry_is_looked_at() -> None:
    rows = compile_index(parse(Source("i.yml", "context_files: [{path: a.md}]\n")).index).entries
    looked: list[int] = []

    class Rows:
        def __len__(self) -> int:
            return len(rows)

        def __getitem__(self, number: int) -> Any:
            looked.append(number)
            return rows[number]

    for text, count in (("Tidy up", 0), ("see b.md", 1), ("see a.md", 2)):
        entries_at(Rows(), text, MemoryTree({"a.md": ""}))  # type: ignore[arg-type]
        assert len(looked) == count


@pytest.mark.parametrize("task", ["see @a, please", "see @a please", "@a:3"])
def test_a_name_of_one_letter_is_at_hand(task: str) -> None:
    assert [path.name for path in paths_in(task, MemoryTree({"a": ""}))] == ["a"]


def test_each_path_says_where_it_stands() -> None:
    task = "Fix (setup.py), then `setup.py`"
    for path in paths_in(task, TREE):
        [(start, end)] = path.where.spans
        assert task[start:end] == "setup.py"


def test_a_path_that_windows_wrote_is_at_hand() -> None:
    tree = MemoryTree({"src/a.ts": "", "src/x/b.ts": ""}, root="C:\\Users\\me\\shop")
    task = "C:\\Users\\me\\shop\\src\\a.ts(3,1): error, see src\\x\\ and D:\\src\\a.ts"
    assert [path.name for path in paths_in(task, tree)] == ["src/a.ts", "src/x/"]


def test_each_of_many_paths_in_one_word_is_at_hand() -> None:
    names = [f"src/new{number}.py" for number in range(90)]
    assert [path.name for path in paths_in(",".join(names), TREE)] == names


def test_paths_are_looked_for_at_so_many_places_and_no_more() -> None:
    few, many = "a/b " * (PLACES - 1), "a/b " * PLACES
    assert [path.name for path in paths_in(few + "setup.py", TREE)] == ["setup.py"]
    assert [path.name for path in paths_in(many + "setup.py", TREE)] == []


def test_so_many_paths_of_a_task_count_and_no_more() -> None:
    task = " ".join(f"src/new{number}.py" for number in range(IN_TASK + 5))
    assert [path.name for path in paths_in(task, TREE)] == [f"src/new{number}.py" for number in range(IN_TASK)]


@pytest.mark.heavy
def test_every_door_hears_a_path_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command (a batch), the library, the hook and serve: files at hand, documents that are named, commands."""
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    index = """
context_files:
  - {path: context/shop.md, for_files: ['src/[id]/*.ts']}
  - {path: context/pay.md, keywords: [/refund]}
fallback: none
"""
    root = tmp_path / "shop"
    texts = {"context-index.yml": index, "context/shop.md": "# Shop\n", "context/pay.md": "# Money\n"}
    for name, text in {**texts, "src/[id]/my a.ts": "", "src/[id]/a.ts": ""}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    loader = ContextLoader(root)
    for task, expected in {
        "@src/[id]/a.ts#L1": ["context/shop.md"],
        'Fix "src/[id]/my a.ts", please': ["context/shop.md"],
        "请修复src/[id]/new.ts文件": ["context/shop.md"],
        "diff --git a/src/[id]/a.ts b/src/[id]/a.ts": ["context/shop.md"],
        "as @context/pay.md says": ["context/pay.md"],
        "/refund the last one": ["context/pay.md"],
        "see src/refund/page.ts": [],
        "write to src@[id]/a.ts": [],
    }.items():
        project = build(discover(root=str(root)))
        assert list(loader.resolve(task).paths) == expected
        assert (
            list(choose(project, Call(find("claude-code"), "prompt", prompt=task), Turn(), lambda: None).paths)
            == expected
        )
        assert answer_object(lambda: loader, {"task": task})["files"] == expected
        assert answer_line(loader, json.dumps({"task": task}).encode(), Defaults())["files"] == expected


@pytest.mark.parametrize(
    "task",
    [
        "Fix src/billing/pay.ts", "Fix @src/billing/pay.ts", "Fix src/billing/pay.ts#L10-20", "@src/billing/pay.ts#L3",
        "src/billing/pay.ts:12:5", "src\\billing\\pay.ts", "「src/billing/pay.ts」を直して",
        "请修复src/billing/pay.ts文件", "[x](src/billing/pay.ts)", "a/src/billing/pay.ts b/src/billing/pay.ts",
        '@"src/billing/pay.ts"',
    ],
)  # fmt: skip
def test_the_words_of_a_path_are_evidence_alike_however_it_is_written(task: str) -> None:
    keywords = {"money": "src/billing", "cash": "src/billing", "look": "pay.ts"}
    entries = "".join(f"  - {{path: {name}.md, keywords: [{word}]}}\n" for name, word in keywords.items())
    pages = {f"{name}.md": "# Page\n" + "\n" * number for number, name in enumerate(keywords)}
    tree = MemoryTree({**pages, "src/billing/pay.ts": ""})
    tables = compile_index(parse(Source("i.yml", f"context_files:\n{entries}fallback: none\n")).index)
    assert sorted(resolve(tables, tree, Request(task)).paths) == ["look.md", "money.md"]


INDEX = """
context_files:
  - {id: api, path: api.md, for_files: ['src/*.py']}
  - {id: setup, path: setup.md, for_files: ['*.cfg', 'setup.py']}
  - {id: ui, path: ui.md}
fallback: none
"""


def called(task: str, *files: str) -> list[tuple[str, str, str]]:
    tables = compile_index(parse(Source("i.yml", INDEX)).index)
    return [
        (reason.entry, reason.by, reason.note) for _, reason in called_for(tables, TREE, Request(task, files=files))
    ]


def test_the_first_file_at_hand_that_fits_calls_for_an_entry() -> None:
    assert called("Fix it") == []
    assert called("Fix it", "docs/x.txt") == []
    assert called("Fix setup.py", "src/a.py", "src/b.py") == [
        ("api", "src/*.py", "fits `src/a.py`"),
        ("setup", "setup.py", "fits `setup.py`"),
    ]


@pytest.mark.parametrize(
    ("pattern", "files", "task", "by"),
    [
        ("src/[id]/*.ts", ("src/[id]/a.ts",), "", "src/[id]/*.ts"),
        ("src/[id]/*.ts", ("src/i/a.ts",), "", ""),
        ("src/[a-c]/*.ts", ("src/b/a.ts",), "", "src/[a-c]/*.ts"),
        ("*.ts", ("src/b/a.ts",), "", "*.ts"),
        ("src/new/*", (), "Write src/new/a.ts", "src/new/*"),
        (".env", (".env",), "", ".env"),
    ],
)
def test_a_pattern_fits_a_file_at_hand_with_brackets_as_they_are_meant(
    pattern: str, files: tuple[str, ...], task: str, by: str
) -> None:
    """Of a folder that is there they are part of its name."""
    tables = compile_index(parse(Source("i.yml", f"context_files: [{{path: a.md, for_files: ['{pattern}']}}]\n")).index)
    tree = MemoryTree({"src/[id]/a.ts": "", "src/b/a.ts": ""})
    assert [reason.by for _, reason in called_for(tables, tree, Request(task, files=files))] == ([by] if by else [])


def test_of_the_files_of_a_request_so_many_are_looked_at() -> None:
    files = [f"x{number}.txt" for number in range(AT_HAND - 1)]
    assert [entry for entry, _, _ in called("", *files, "src/a.py")] == ["api"]
    assert called("", *files, "y.txt", "src/a.py") == []


#: What a prompt says, and the entries that a kind or a folder in it puts at hand.
KINDS = {
    "Add a new .ts component": ["any"],
    "Add a new `.ts` component in packages/web": ["any", "web", "page"],
    "all *.ts files in packages/web/": ["any", "web", "page"],
    "Tidy packages/web": ["page"],
    "Move packages/api/ over": [],
    "Use .NET, node.js, v1.ts. and ... or .5": [],
    "Rename .tsx files": [],
    "the .ts, then": ["any"],
    "no .test.ts here": [],
}


@pytest.mark.parametrize("task", KINDS)
def test_a_kind_of_file_or_a_folder_that_a_task_names_is_at_hand(task: str) -> None:
    tree = MemoryTree({"packages/web/a.css": "", "packages/api/a.css": ""})
    index = """
    context_files:
      - {id: any, path: any.md, for_files: ['**/*.ts']}
      - {id: web, path: web.md, for_files: ['packages/web/**/*.ts']}
      - {id: page, path: page.md, for_files: ['packages/web/**']}
    """
    tables = compile_index(parse(Source("i.yml", index)).index)
    assert [reason.entry for _, reason in called_for(tables, tree, Request(task))] == KINDS[task]
    found = [span for _, reason in called_for(tables, tree, Request(task)) for span in reason.spans]
    assert all(task[start:end].strip("*.`/") in task for start, end in found) and len(found) >= len(KINDS[task])


@pytest.mark.parametrize("path", ["src/pay/core.py", "@src/pay/core.py", "`src/pay/core.py`", "src\\pay\\core.py"])
def test_a_path_in_a_task_takes_nothing_from_what_is_asked(path: str) -> None:
    index = "context_files: [{path: options.md, keywords: [eager option]}, {path: core.md, keywords: [parameter]}]\n"
    files = {"options.md": "# Options\n\nCallbacks of options.\n", "core.md": "# Parameters\n\nTypes.\n"}
    tables, tree = compile_index(parse(Source("i", index)).index), MemoryTree(files)
    for task in ("make option callbacks work", f"fix {path} so that option callbacks work"):
        assert resolve(tables, tree, Request(task)).paths == ("options.md",), task


@pytest.mark.parametrize("pattern", ["*.yml", "**", "*", "**/*.yml", ".github/**", "**/ci.*", "**/workflows/*"])
def test_a_hidden_file_at_hand_fits_the_patterns_that_it_fits_in_an_ignore_file(pattern: str) -> None:
    text = f"context_files: [{{path: ci.md, for_files: ['{pattern}', '!.env']}}]\nfallback: none\n"
    tables, tree = compile_index(parse(Source("i.yml", text)).index), MemoryTree({"ci.md": "# CI\n"})

    def comes(file: str) -> bool:
        return bool(resolve(tables, tree, Request("Tidy up", files=(file,))).paths)

    assert comes(".github/workflows/ci.yml")
    assert not comes(".env")


def test_a_place_that_is_too_long_for_a_path_names_nothing() -> None:
    long = "[" + "context/folder/" * 30 + "x\x00\x1b"
    assert ((), ()) in [(place.ends, place.to_write) for place in places_of_paths(long)]
    assert [*paths_in(long, MemoryTree({"context/folder/a.md": ""}))] == []
