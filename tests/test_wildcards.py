"""gitignore's wildcards: what they mean, by git and by pathspec, and that no pattern takes long."""

from __future__ import annotations

import itertools
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from ctxload.workspace import globs, ignore_rules, wildcards
from ctxload.workspace.globs import Paths, fits
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.wildcards import read
from tiers import sample

SIGNS = [
    "a", "b", "*", "**", "?", "/", "[ab]", "[!a]", "[a-c]", "-", ".", "\\", "[", "]", "a", "b", "/", "*", "/", "[[:alpha:]]", "***", "[]a]",  # noqa: E501
    "#", " ", "[a/b]", "^", "[z-a]", "[a\\]b]", "[:alpha:]",
]  # fmt: skip
NAMES = ["a", "b", "ab", ".a", "a.b", "aab", "-", "c", "a]", "[", "#a", "a*", "^", "a b", ":"]

MATCHING = {globs.__file__, ignore_rules.__file__, wildcards.__file__}


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of the matching run meanwhile: steps, which no machine changes."""
    count = 0

    def count_line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "line"
        return count_line if frame.f_code.co_filename in MATCHING else None

    before = sys.gettrace()
    sys.settrace(count_line)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def ignored_by_git(folder: Path, lines: list[str], paths: list[str]) -> set[tuple[int, str]]:
    """Which line, by number, makes git ignore which path: each line in a folder of its own, asked of git at once."""
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for number, line in enumerate(lines):
        (folder / str(number)).mkdir()
        (folder / str(number) / ".gitignore").write_bytes(line.encode() + b"\n")
    asked = "\0".join(f"{number}/{path}" for number in range(len(lines)) for path in paths)
    words = ["git", "-C", str(folder), "check-ignore", "--no-index", "-z", "--stdin"]
    said = subprocess.run(words, input=asked, capture_output=True, text=True, check=False).stdout
    found = [path.partition("/") for path in said.split("\0") if path]
    return {(int(number), path) for number, _, path in found}


# ── what a pattern means ─────────────────────────────────────────────────────────────────────────────────


def test_a_pattern_means_what_git_makes_of_it(tmp_path: Path) -> None:
    """Each line of 60 ignore files in a row of folders, on the same 60 paths, asked of git at once."""
    rnd = random.Random(14)
    lines = ["".join(rnd.choices(SIGNS, k=rnd.randint(1, 7))) for _ in range(60)]
    paths = ["/".join(rnd.choices(NAMES, k=rnd.randint(1, 4))) for _ in range(60)]
    theirs = ignored_by_git(tmp_path, lines, paths)
    patterns = [read(line, dots=True) for line in lines]
    ours = {(number, path) for number, glob in enumerate(patterns) for path in paths if glob and glob.fits(path)}
    assert ours == theirs
    assert len(theirs) > 300


def test_two_stars_mean_in_every_place_what_git_says_of_them(tmp_path: Path) -> None:
    """Every line of a few signs. Within a name two stars are one, as git's manual has it: git itself forgets that where
    letters stand before them, so it is asked for the one there.
    """
    rows = [row for count in range(1, 5) for row in itertools.product(["a", "*", "**/", "/", "**"], repeat=count)]
    lines = [line for row in rows if "***" not in (line := "".join(row))]
    paths = ["/".join(row) for count in (1, 2, 3) for row in itertools.product(["a", "ab"], repeat=count)]
    theirs = ignored_by_git(tmp_path, [re.sub(r"(?<=[^/*])\*\*(?=/)", "*", line) for line in lines], paths)
    globs = [read(line, dots=True) for line in lines]
    ours = {(line, path) for line, glob in zip(lines, globs, strict=True) for path in paths if glob and glob.fits(path)}
    assert ours == {(lines[number], path) for number, path in theirs}


words_of_a_pattern = st.lists(
    st.sampled_from(["a", "b", "*", "?", "[ab]", "[a-c]", ".", "**/", "/", "/", "\\*"]), min_size=1, max_size=7
).map("".join)
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)


@example("a/**/", ["a/a", "a/a/a"])
@example("a**/**/", ["a/a", "a/a/a"])
@given(words_of_a_pattern, st.lists(paths, min_size=1, max_size=6))
def test_a_pattern_means_what_pathspec_makes_of_it(line: str, some: list[str]) -> None:
    """Where pathspec holds what git does: it lets `[!a]` fit `/`, reads `***` as a name and `//` as `/`; and takes
    files for folders behind `/**/`, so it is asked for the folders by name there.
    """
    if "//" in line or "***" in line:
        return
    spec = GitIgnoreSpec.from_lines([f"{line}*/" if line.endswith("/**/") else line])
    glob = read(line, dots=True)
    assert [glob is not None and glob.fits(path) for path in some] == [spec.match_file(path) for path in some]


def test_ignore_files_one_below_the_other_mean_what_git_makes_of_them(tmp_path: Path) -> None:
    rnd = random.Random(41)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    names, files, asked = ["a", "b", "ab", ".a", "a.b"], {}, []
    for number in range(60):
        for folder in ("", "/a", "/a/b", "/ab"):
            lines = "\n".join(
                rnd.choice(("", "", "!"))
                + "".join(rnd.choices(["a", "b", "*", "**", "/", ".", "?"], k=rnd.randint(1, 4)))
                for _ in range(rnd.randint(0, 3))
            )
            files[f"{number}{folder}/.gitignore"] = lines
            (tmp_path / f"{number}{folder}").mkdir(exist_ok=True)
            (tmp_path / f"{number}{folder}" / ".gitignore").write_text(lines + "\n")
        asked += [f"{number}/" + "/".join(rnd.choices(names, k=rnd.randint(1, 4))) + "/x" for _ in range(30)]
    words = ["git", "-C", str(tmp_path), "check-ignore", "--no-index", "-z", "--stdin"]
    said = subprocess.run(words, input="\0".join(asked), capture_output=True, text=True, check=False).stdout
    theirs = set(said.split("\0")) - {""}
    tree = MemoryTree({**files, **dict.fromkeys(asked, "")})
    assert {path for path in asked if tree.leaves_out(path)} == theirs
    assert 100 < len(theirs) < len(set(asked)) - 100


# ── names that begin with a dot ──────────────────────────────────────────────────────────────────────────

HIDDEN = dict.fromkeys(("a.yml", ".env", ".github/a.yml", ".github/workflows/b.yml", ".github/.x/c.yml", "src/.github/d.yml", "src/.x/e.yml", "src/f.yml"), "")  # fmt: skip  # noqa: E501


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("*", ["a.yml"]),
        ("**", ["a.yml", "src/f.yml"]),
        ("**/*.yml", ["a.yml", "src/f.yml"]),
        ("?env", []),
        ("[.]env", []),
        ("[!a]env", []),
        (".*", [".env"]),
        (".github/*", [".github/a.yml"]),
        (".github/**", [".github/a.yml", ".github/workflows/b.yml"]),
        ("**/.github/**", [".github/a.yml", ".github/workflows/b.yml", "src/.github/d.yml"]),
        ("**/.github/*.yml", [".github/a.yml", "src/.github/d.yml"]),
        (".github/**/.x/*", [".github/.x/c.yml"]),
        (".*/**/*.yml", [".github/a.yml", ".github/workflows/b.yml"]),
        ("src/.g*/*", ["src/.github/d.yml"]),
        ("src/*/*", []),
    ],
)
def test_a_wildcard_fits_a_name_with_a_dot_only_where_the_pattern_writes_the_dot(
    pattern: str, files: list[str]
) -> None:
    assert list(MemoryTree(HIDDEN).expand(pattern).files) == files
    assert {path for path in files if not fits(("/" + pattern,), path)} == set()


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (("*.yml", "!/a.yml", "!f.yml"), ""),
        (("d.yml",), ""),
        ((".github/d.yml",), ""),
        (("**/.github/d.yml",), "src/.github/d.yml"),
        ((".github/",), ".github/a.yml"),
        (("b.yml", ".nothing"), ""),
        ((".env",), ".env"),
        (("*env",), ""),
    ],
)
def test_when_files_and_for_files_open_only_the_hidden_names_that_they_write(
    patterns: tuple[str, ...], found: str
) -> None:
    """One hidden name in a list once opened every hidden name to all of its patterns."""
    tree = MemoryTree(HIDDEN)
    assert tree.any_file(patterns) == found
    assert Paths(tuple(sorted(HIDDEN))).first(patterns)[0] == found


# ── the work is bounded ──────────────────────────────────────────────────────────────────────────────────


@given(
    st.lists(st.sampled_from(["a", "*", "?", "/", "**/", "[ab]", "*a", "a/"]), min_size=1, max_size=40).map("".join),
    st.lists(st.sampled_from(["a", "b", "/a"]), min_size=1, max_size=60).map("".join).map(lambda text: text.strip("/")),
)
def test_the_steps_of_a_match_are_bounded_by_pattern_times_path(pattern: str, path: str) -> None:
    bound = 500 + 20 * (len(pattern) + 2) * (len(path) + 2)
    assert lines_run(lambda: fits((pattern,), path)) < bound
    assert lines_run(lambda: MemoryTree({path: ""}).expand(pattern)) < bound
    assert lines_run(lambda: MemoryTree({path: "", ".gitignore": pattern}).leaves_out(path)) < bound


@pytest.mark.parametrize(
    "pattern",
    sample(
        ["**/a/" * 12 + "x", "*a*a*/" * 12 + "x", "*a" * 400, "**/*a*/" * 100 + "b", "a/**/" * 200, "[ab]*" * 200], 2
    ),
)
def test_patterns_that_once_hung_a_prompt_take_few_steps(pattern: str) -> None:
    path = "/".join(["a" * 60] * 8 + ["a"] * 60 + ["b"])
    bound = 20 * len(pattern) * len(path)
    assert lines_run(lambda: fits((pattern,), path)) < bound
    assert lines_run(lambda: MemoryTree({path: ""}).any_file((pattern,))) < bound
    assert lines_run(lambda: MemoryTree({path: ""}).expand(pattern)) < bound
    assert lines_run(lambda: MemoryTree({path: "", ".gitignore": pattern}).leaves_out(path)) < bound


@given(st.lists(st.sampled_from(["**", "**", "a", "*", ".a"]), min_size=1, max_size=8), paths)
def test_folders_that_may_be_any_are_one_place_however_often_they_are_written(names: list[str], path: str) -> None:
    once = [name for number, name in enumerate(names) if name != "**" or names[number - 1 : number] != ["**"]]
    often, seldom = read("/" + "/".join(names)), read("/" + "/".join(once))
    assert often == seldom and often is not None
    assert often.fits(path) == seldom.fits(path)


@pytest.mark.heavy
def test_ten_thousand_patterns_with_a_name_or_an_ending_are_looked_up_and_not_compared() -> None:
    """Twice as many take twice the steps, however many files there are."""
    paths = Paths([f"d{number % 10}/f{number}.py" for number in range(1000)])
    paths.first(("x",))  # the look-up is made once
    for pattern in ("f{}.js", "**/x{}/**/*.py", "docs{}/**", "/x{}/"):
        some = lines_run(lambda pattern=pattern: [paths.first((pattern.format(n),)) for n in range(100)])
        more = lines_run(lambda pattern=pattern: [paths.first((pattern.format(n),)) for n in range(100, 300)])
        assert more < 2.5 * some < 800 * 100
    assert not paths.passed_over


def test_beyond_the_bound_patterns_find_nothing_and_it_is_known_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(globs, "LOOKS", 25)
    tree = MemoryTree(dict.fromkeys(("a.md", "b.md", "c.md"), ""))
    assert [tree.any_file((f"*{n}*",)) for n in range(8)] == [""] * 8
    assert tree.any_file(("*b*",)) == "" and tree.any_file(("c.md",)) == "c.md"
    assert tree.passed_over() == ("*8*",) or tree.passed_over() == ("*b*",)
    assert MemoryTree({"b.md": ""}).any_file(("*b*",)) == "b.md"


def test_a_glob_that_would_compare_too_much_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(globs, "LOOKS", 2)
    listing = MemoryTree(dict.fromkeys(("a.md", "b.md", "c.md"), "")).expand("*.md")
    assert listing.files == ("a.md", "b.md") and listing.cut


def test_where_ignore_files_say_too_much_all_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ignore_rules, "IGNORE_LOOKS", 3)
    tree = MemoryTree({".gitignore": "*x*\n*y*", "a.md": "", "b.md": ""})
    assert [tree.leaves_out("a.md"), tree.leaves_out("b.md")] == [False, True]


def test_the_folders_of_a_deep_path_are_walked_once_each() -> None:
    """Twice as deep is about twice the work of globs and ignore rules, not four times."""

    def steps(depth: int) -> int:
        tree = MemoryTree({"/".join(["d"] * depth + ["a.md"]): "", ".gitignore": "*.log\nx*y\n"})
        paths = ["/".join(["d"] * count) for count in range(1, depth + 1)]
        return lines_run(lambda: [tree.leaves_out(path, directory=True) for path in paths])

    assert steps(200) < 3 * steps(100)
