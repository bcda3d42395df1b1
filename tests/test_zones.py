"""Where the words of a task stand: pasted, quoted, in a path, or in what is asked."""

from __future__ import annotations

import pytest

from ctxload.matching.task_words import CODE, PATH, QUOTE, URL
from ctxload.matching.zones import standing_of


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
