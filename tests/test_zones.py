"""Where the words of a task stand: pasted, quoted, in a path, or in what is asked."""

from __future__ import annotations

import pytest

from ctxload.matching.task_words import CODE, PATH, QUOTE, URL
from ctxload.matching.zones import QUOTED, QUOTED_PATH, Standing, standing_of


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("It fails:\n    total = docker", "docker", CODE),  # indented as code is
        ("It fails:\n    docker", "docker", CODE),
        ("It fails:\n    * docker", "docker", ""),  # a list within a list
        ("It fails:\n2026-11-21 docker stopped", "docker", CODE),  # a date begins the line of a log
        ("It fails:\n10:00:07 docker stopped", "docker", CODE),
        ("It fails:\n2026 docker images", "docker", ""),
        ("It fails:\n1-2 docker images", "docker", ""),
        ('He said "docker is slow again today" and left', "docker", QUOTE),
        ('He said "docker" and left', "docker", ""),  # a name in quotes isn't a quotation
        ('He said "look into src/docker for more of it" and left', "more", ""),  # a command in quotes is none either
        ("see www.example.org/docker for it", "docker", URL),
        ("see src/docker/file.py for it", "docker", PATH),
        ("see @src/docker/file.py#L3 for it", "docker", PATH),
        ("see src\\docker\\file.py for it", "docker", PATH),
        ('see "src/my docker files/a.py" for it', "docker", PATH),
        ("see @'src/my docker files/a.py' for it", "docker", PATH),
        ('see "src/my docker files" for it', "docker", ""),
        ('he said "src/a, docker and file.py" again', "docker", ""),
        ("请修复src/docker.ts文件的数据库", "docker", PATH),
        ("请修复src/docker.ts文件的数据库", "数据库", ""),
        ("请修复src/docker.ts文件的数据库", "修复", ""),
        ("docs/数据库.mdを直す", "数据库", PATH),
        ("docs/数据库.mdを直す", "直", ""),
    ],
)
def test_a_word_stands_where_a_reader_would_say(text: str, word: str, kind: str) -> None:
    standing = standing_of(text)
    assert (standing.kind_at(text.index(word)) if standing else "") == kind


def test_what_stands_within_a_quotation_belongs_to_it() -> None:
    text = 'He said "the page at www.example.org is slow again" and left'
    standing = standing_of(text)
    assert standing is not None
    assert [kind for _, _, kind in standing.ranges] == [QUOTE]
    assert standing.kind_at(text.index("www")) == QUOTE
    assert repr(standing) == f"<Standing {standing.ranges!r}>"


def stretches(text: str) -> list[tuple[str, str]]:
    """What isn't plain prose in a text, as it is written, each with its kind."""
    standing = standing_of(text)
    return [(kind, text[start:end]) for start, end, kind in standing.ranges] if standing else []


@pytest.mark.parametrize(
    "line",
    [
        # as code is indented
        "    docker", "\tdocker", "    d", "    d1 docker", "    -docker",
        # as programs and terminals write
        "at docker", 'File "docker", line 3', "Traceback (docker)", "Caused by docker", "$ docker", ">>> docker",
        "... docker", "+++ docker", "--- docker", "@@ docker", "diff --git docker", "npm ERR docker", "E   docker",
        # as code begins and ends
        "import docker;", "from docker)", "def docker:", "class docker{", "const docker}", "return 'docker'",
        '#include "docker"', "#include <docker>",
        # as a log names its level, among the first four words
        "ERROR docker", "[WARN] docker", "(INFO): docker", "a docker was DEBUG", "12 FATAL: docker",
        # as a log tells the time
        "9:05:07 docker", "10:00:07 docker", "2026-11-21 docker", "2026-11-2 docker", "[10:00:07] docker",
        "1:2-3 docker",
        # as a statement ends
        "docker = run;", "docker(run);", "docker {", "{docker}", "run(docker) };",
    ],
)  # fmt: skip
def test_a_line_that_a_program_wrote_is_none_that_asks(line: str) -> None:
    assert stretches(f"It fails\n{line}\nfor us") == [(CODE, f"{line}\n")]
    assert stretches(line) == [] or "docker" not in stretches(line)[0][1]  # nothing is pasted where it stands alone


@pytest.mark.parametrize(
    "line",
    [
        # a list within a list
        "    - docker", "    * docker", "    + docker", "    1. docker", "   docker",
        # words that code begins with, in a sentence
        "import docker", "return docker", "class docker", "from docker on",
        # no level, no time
        "a docker was in DEBUG", "error docker", "10:00 docker", "2026-11 docker", "v1-2-3 docker", "1-2-3- docker",
        "1:2: docker",
        # no statement
        "docker;", "docker = run", "(docker)", "docker(run);.",
    ],
)  # fmt: skip
def test_a_line_of_a_sentence_or_a_list_is_one_that_asks(line: str) -> None:
    assert stretches(f"It fails\n{line}\nfor us") == []


@pytest.mark.parametrize(
    ("text", "pasted"),
    [
        ("```\na\n```\nb", ["```\n", "a\n", "```\n"]),
        ("```py\na\n\nb ```\n```\nc", ["```py\n", "a\n", "\n", "b ```\n", "```\n"]),
        ("```\n``` a\n```\nb", ["```\n", "``` a\n", "```\n"]),  # what says more than a fence closes none
        ("````\n```\n````\na", ["````\n", "```\n", "````\n"]),  # nor does a shorter one
        ("```\n````\na", ["```\n", "````\n"]),
        ("~~~~ py\n~~~\n~~~~\na", ["~~~~ py\n", "~~~\n", "~~~~\n"]),
        ("a\n  ```\nb", ["  ```\n", "b"]),
        ("import a;\n\nreturn b\nc", ["import a;\n", "return b\n"]),  # what begins like code goes on behind code
        ("import a;\n\nso it is\nreturn b", ["import a;\n"]),
        ("```\na\n```\nreturn b\nc", ["```\n", "a\n", "```\n", "return b\n"]),
    ],
)
def test_a_block_of_code_goes_to_where_it_ends(text: str, pasted: list[str]) -> None:
    assert stretches(text) == [(CODE, line) for line in pasted]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("> docker is slow", [(QUOTE, "> docker is slow")]),
        ("so\n  > docker\nyes", [(QUOTE, "  > docker\n")]),
        (">docker", []),
        ("a\n\nb", []),
        # URLs and paths, without what stands around them
        ("see (https://a.b/c), www.a.b; or\nsee http://d now", [(URL, "https://a.b/c"), (URL, "www.a.b"), (URL, "http://d")]),
        ("so: a\nsee `src/a.py`, src/b.py, (c/d/e)", [(PATH, "src/a.py"), (PATH, "src/b.py"), (PATH, "c/d/e")]),
        ("a/b/c d\\e\\f a/b\\c", [(PATH, "a/b/c"), (PATH, "d\\e\\f"), (PATH, "a/b\\c")]),
        ("/run ./run ../run", [(PATH, "/run"), (PATH, "./run"), (PATH, "../run")]),
        ("~/run \\run src/ src\\", [(PATH, "~/run"), (PATH, "\\run"), (PATH, "src/"), (PATH, "src\\")]),
        ("and/or CI/CD a\\b a.b/c .. () a", []),
        ("src/a.py:12 www src://", [(PATH, "src/a.py:12"), (URL, "src://")]),
        # letters of other scripts beside a path, and in it
        ("so 请看src/a.ts文件", [(PATH, "src/a.ts")]),
        ("日本語/説明.mdを直す", [(PATH, "日本語/説明.md")]),
        ("see /数据库 too", [(PATH, "/数据库")]),
        ("看src\\a.ts文件", [(PATH, "src\\a.ts")]),
        ("so\n看 src/数据.md", [(PATH, "src/数据.md")]),
        # quotations
        ('so\nsay "one two three" now', [(QUOTE, '"one two three')]),
        ("“one two three” «one two three»", [(QUOTE, "“one two three"), (QUOTE, "«one two three")]),
        ('"one two" "one two three four"', [(QUOTE, '"one two three four')]),
        ("'one two three' `one two three` \"one two three", []),
        ('""one two three" now', []),
        ('"one two three " and then "four" it is', [(QUOTE, '"one two three ')]),  # a sign that closes opens nothing
        ('"one two three" "four five six"', [(QUOTE, '"one two three'), (QUOTE, '"four five six')]),
        ('"one “two three four” five"', [(QUOTE, '"one “two three four” five')]),
        ('"one src/a.py “two three four”"', [(PATH, "src/a.py")]),
        ('"one a\\b “two three four”"', []),
        # paths with blanks in quotation marks
        ('so\nsee "src/my dir/b.ts", ok', [(PATH, '"src/my dir/b.ts')]),
        ("see @'/my dir.md' `a/b c/d.x`", [(PATH, "@'/my dir.md"), (PATH, "`a/b c/d.x")]),
        ('""src/my b.ts" x', []),
        ('"src/my dir/b"', []),
        ('"src/my b.文" "src/my b.c-d"', []),
        ('"src/a, my b.ts"', []),
        ('"my dir.ts"', []),
        ('"src/my b.ts', []),
    ],
)  # fmt: skip
def test_stretches_of_a_text_begin_and_end_where_a_reader_would_say(text: str, found: list[tuple[str, str]]) -> None:
    assert stretches(text) == found


@pytest.mark.parametrize("more", [-1, 0])
def test_quotations_and_paths_in_them_reach_so_far_and_no_further(more: int) -> None:
    said = '"' + "a " * ((QUOTED - 2) // 2)
    path = '"a/b c' + "d" * (QUOTED_PATH - 20) + ".e"
    for text, kind, most in ((said, QUOTE, QUOTED), (path, PATH, QUOTED_PATH)):
        whole = text[0] + "x" * (most - len(text) + more) + text[1:]
        assert stretches(f'so {whole}" now') == ([(kind, whole)] if more else [])


def test_an_offset_is_told_by_the_stretch_it_is_in_from_its_first_to_its_last() -> None:
    standing = standing_of("so src/a.py, src/b.py")
    assert standing is not None
    assert "".join(standing.kind_at(at)[:1] or "." for at in range(22)) == "...pppppppp..pppppppp."


class Offset(int):
    """An offset that counts how often it is compared."""

    compared = 0

    def __lt__(self, other: int) -> bool:
        Offset.compared += 1
        return int(self) < other


@pytest.mark.parametrize("at", [0, 1, 511, 1023])
def test_the_stretch_of_an_offset_is_found_by_halving(at: int) -> None:
    standing = Standing([(start, start + 1, str(start)) for start in range(1024)])
    Offset.compared = 0
    assert standing.kind_at(Offset(at)) == str(at)
    assert Offset.compared <= 12
