"""Revisions and the files of commits are read from git's objects: they say what git says, and end whatever a clone holds."""  # noqa: E501

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import ctxload.workspace.git.objects as git_objects
from ctxload.workspace.git.commit_tree import CommitTree
from ctxload.workspace.git.objects import Repository, UnreadableRepository
from ctxload.workspace.git.revisions import UnknownRevision, commit_of
from ctxload.workspace.tree import DiskTree
from test_git import git, posix, put, pytestmark, repository  # noqa: F401

REVISIONS = [
    "HEAD", "@", "HEAD~1", "HEAD^", "HEAD~~", "HEAD^2", "HEAD^2~1", "HEAD^0", "main", "refs/heads/main", "heads/main",
    "side/one", "v1", "v1^", "v0",
    "tags/v1", "origin/main", "origin",
]  # fmt: skip


@pytest.fixture
def history(repository: Path) -> Path:  # noqa: F811
    """A repository with a merge, tags of both kinds and a remote branch."""
    git(repository, "checkout", "-qb", "side/one")
    put(repository, **{"docs/b.md": "side\n", "more/d.md": "d\n" * 50})
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "side")
    git(repository, "tag", "v0")
    git(repository, "checkout", "-qB", "main", "HEAD~1")
    put(repository, **{"a.md": "main\n"})
    git(repository, "commit", "-qam", "main")
    git(repository, "tag", "-am", "one", "v1")
    git(repository, "merge", "-qm", "both", "side/one")
    git(repository, "update-ref", "refs/remotes/origin/main", "HEAD~1")
    git(repository, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    return repository


@pytest.fixture
def opened(history: Path) -> Iterator[Repository]:
    found = Repository.of(str(history))
    assert found is not None
    yield found
    found.close()


def assert_every_revision_is_what_git_says(root: Path) -> None:
    found = Repository.of(str(root))
    assert found is not None
    try:
        said = git(root, "rev-parse", *(f"{revision}^{{commit}}" for revision in REVISIONS)).split()
        assert [commit_of(found, revision).hex() for revision in REVISIONS] == said
        assert {commit_of(found, commit[:size]).hex() for commit in said for size in (9, 40)} == set(said)
    finally:
        found.close()


def test_a_revision_means_the_commit_that_git_says(history: Path) -> None:
    assert_every_revision_is_what_git_says(history)
    git(history, "gc", "-q", "--aggressive")
    assert_every_revision_is_what_git_says(history)


NOTHING = [
    ("nowhere", "no branch, tag or commit is called so"), ("HEAD~50", "has no parent 1"), ("HEAD^3",
    "has no parent 3"),
    ("HEAD@{1}", "isn't understood"), ("main..side", "isn't understood"), ("HEAD:a.md", "isn't understood"),
    ("../../etc/passwd", "isn't understood"), ("config", "no branch"), ("objects", "no branch"), ("--all",
    "isn't understood"),
    ("HEAD~99999999", "isn't understood"), ("HEAD^{tree}", "isn't understood"), ("a\nb", "isn't the name"),
    ("x" * 9999, "isn't the name"),
    ("description", "no branch"), ("logs/HEAD", "no branch"), ("\\\\host\\share", "isn't understood"),

]  # fmt: skip


def test_what_means_no_commit_says_why(opened: Repository) -> None:
    for revision, why in NOTHING:
        with pytest.raises(UnknownRevision, match=why):
            commit_of(opened, revision)


def test_the_beginning_of_several_commits_means_none(opened: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    both = {commit_of(opened, "HEAD"), commit_of(opened, "HEAD~1")}
    monkeypatch.setattr(opened, "begins_with", lambda begin: both)
    with pytest.raises(UnknownRevision, match="several commits"):
        commit_of(opened, "abcd")


def test_a_shallow_clone_says_that_more_must_be_fetched(history: Path) -> None:
    shallow = history.parent / "shallow"
    git(history.parent, "clone", "-q", "--depth", "1", history.as_uri(), str(shallow))
    found = Repository.of(str(shallow))
    assert found is not None
    with pytest.raises(UnknownRevision, match="a shallow clone has too few commits"):
        commit_of(found, "HEAD^1")
    found.close()


def files_as_git_says(root: Path, revision: str) -> dict[str, str]:
    names = git(root, "ls-tree", "-r", "-z", "--name-only", revision, ".").split("\0")
    return {name: git(root, "show", f"{revision}:./{name}") for name in names if name}


@pytest.mark.parametrize("is_packed", [False, True], ids=["loose", "packed"])
def test_the_files_of_a_commit_are_those_that_git_shows(history: Path, is_packed: bool) -> None:
    if is_packed:
        git(history, "gc", "-q", "--aggressive")
    found = Repository.of(str(history))
    assert found is not None
    for revision in ("HEAD", "HEAD~1", "HEAD^2", "HEAD~2"):
        for root in (history, history / "docs"):
            tree, expected = CommitTree(found, commit_of(found, revision), str(root)), files_as_git_says(root, revision)
            listed = [name for name in expected if not name.startswith(".")]
            assert {name: tree.read(name).decode() for name in expected} == expected
            assert [*tree.files_below("").files] == sorted(listed)
            assert [tree.status(name).size for name in listed] == [len(expected[name].encode()) for name in listed]
    found.close()


@posix
def test_what_stands_at_a_path_of_a_commit_is_what_a_check_out_has(history: Path) -> None:
    for name, target in {
        "link.md": "docs/b.md", "folder": "docs", "up.md": "docs/deep/../../a.md", "out.md": "../x.md",
        "away.md": "/etc/passwd",
        "loop": "loop", "gone.md": "nowhere.md", "docs/back.md": "../a.md", "odd.md": ".git/config",
        "folder2": "folder/deep",
    }.items():  # fmt: skip
        (history / name).symlink_to(target)
    git(history, "submodule", "--quiet", "add", str(history.parent / "shop"), "lib")
    put(history, **{".ctxignore": "more/\n"})
    git(history, "add", "-Af")
    git(history, "commit", "-qm", "links")
    found = Repository.of(str(history))
    assert found is not None
    tree, disk = CommitTree(found, commit_of(found, "HEAD"), str(history)), DiskTree(str(history))
    paths = [
        "link.md", "folder", "folder/deep/c.md", "up.md", "out.md", "away.md", "gone.md", "docs/back.md", "odd.md",
        "folder2/c.md", "docs",
        "", "a.md/x", "lib", ".git/config", "nëw 語.md", "../x", "docs/../a.md", "more/d.md",
    ]  # fmt: skip
    assert {path: tree.status(path).kind for path in paths} == {path: disk.status(path).kind for path in paths}
    assert [tree.leads_to(path) for path in paths] == [disk.leads_to(path) for path in paths]
    assert tree.status("loop").kind != "file"
    assert tree.files_below("").files == disk.files_below("").files
    assert tree.files_below("").others == disk.files_below("").others == ("lib",)
    assert tree.expand("**/*.md").files == disk.expand("**/*.md").files
    assert tree.read("folder/deep/c.md") == b"c\n" and tree.read("link.md") == (history / "link.md").read_bytes()
    found.close()


def test_what_git_ignores_and_yet_tracks_is_there(history: Path) -> None:
    put(history, **{"out/kept.md": "kept"})
    git(history, "add", "-f", "out/kept.md")
    git(history, "commit", "-qm", "kept")
    found = Repository.of(str(history))
    assert found is not None
    assert "out/kept.md" in CommitTree(found, commit_of(found, "HEAD"), str(history)).files_below("").files
    found.close()


def test_a_file_beyond_the_limit_is_not_read_and_ends_nothing(
    history: Path, opened: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(history, **{"large.md": "d\n" * 1_000})
    git(history, "add", "-A")
    git(history, "commit", "-qm", "large")
    tree = CommitTree(opened, commit_of(opened, "HEAD"), str(history))
    monkeypatch.setattr(git_objects, "OBJECT_SIZE", 1_000)
    with pytest.raises(OSError, match="larger than|too large"):
        tree.read("large.md")
    assert tree.read("a.md") == b"main\n"


def test_a_partial_clone_says_that_an_object_is_missing(history: Path) -> None:
    git(history, "config", "uploadpack.allowFilter", "true")
    partial = history.parent / "partial"
    git(history.parent, "clone", "-q", "--filter=blob:none", "--no-checkout", history.as_uri(), str(partial))
    found = Repository.of(str(partial))
    assert found is not None
    tree = CommitTree(found, commit_of(found, "HEAD"), str(partial))
    with pytest.raises(UnreadableRepository, match="doesn't exist"):
        tree.read("a.md")
    found.close()


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_repository_gives_what_it_holds_or_says_that_it_cannot(history: Path, seed: int) -> None:
    git(history, "gc", "-q", "--aggressive")
    chance, folder = random.Random(seed), history / ".git" / "objects"
    for path in [*folder.rglob("*.pack"), *folder.rglob("*.idx")]:
        data = bytearray(path.read_bytes())
        for _ in range(6):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.chmod(0o644)
        path.write_bytes(data)
    found = Repository.of(str(history))
    assert found is not None
    try:
        tree = CommitTree(found, commit_of(found, "HEAD~1"), str(history))
        for name in tree.files_below("").files:
            tree.read(name)
    except (UnreadableRepository, UnknownRevision, OSError, ValueError):
        pass
    finally:
        found.close()
