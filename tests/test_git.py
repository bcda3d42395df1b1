"""`--changed` reads git's files itself: it says what `git status` says, runs nothing, and ends whatever a clone holds."""  # noqa: E501

from __future__ import annotations

import os
import random
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ctxload.workspace.git.changes as git_changes
from ctxload.errors import UsageError
from ctxload.workspace.git.changes import changed_files
from ctxload.workspace.git.index import UnreadableIndex, read_index
from ctxload.workspace.git.objects import Repository, UnreadableRepository
from strategies import share

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="there is no git")
posix = pytest.mark.skipif(os.name == "nt", reason="makes what Windows does not have")
SOURCE = Path(git_changes.__file__).resolve().parents[3]


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(root: Path, *words: str) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "protocol.file.allow=always")
    done = subprocess.run(["git", *who, *words], cwd=root, capture_output=True, check=False, env=environment())
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8", "surrogateescape")


def put(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def status(root: Path) -> list[str]:
    """What git itself says, which modes alone do not count for."""
    text = git(root, "-c", "core.fileMode=false", "status", "--porcelain", "-z", "--no-renames", "-uall", "--", ".")
    prefix = git(root, "rev-parse", "--show-prefix").strip()
    return sorted({line[3:].removeprefix(prefix) for line in text.split("\0") if line})


def changes(root: Path) -> list[str]:
    return sorted(changed_files(str(root)))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q")
    put(
        root,
        **{
            "a.md": "a\n",
            "docs/b.md": "b\n",
            "docs/deep/c.md": "c\n",
            "nëw 語.md": "d\n",
            ".gitignore": "*.log\nout/\n",
        },
    )
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root


# ── it says what git says ────────────────────────────────────────────────────────────────────────────────

NAMES = ["a.md", "b", "docs/x.md", "docs/deep/y.md", "docs/deep/z", "é.md", "x.log", "out/o", "w/.hidden", "w/a b"]
STEPS = [
    "write",
    "same size",
    "touch",
    "crlf",
    "remove",
    "stage",
    "stage all",
    "unstage",
    "commit",
    "intent",
    "ignore",
    "pack",
    "v4",
    "link",
]


def step(root: Path, what: str, name: str, chance: random.Random) -> None:
    path = root / name
    if what in ("write", "same size", "touch", "crlf", "link"):
        if any(
            (root / part).is_symlink() or (root / part).is_file()
            for part in map(str, Path(name).parents)
            if part != "."
        ):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
    if what == "write":
        path.unlink(missing_ok=True)
        put(root, **{name: f"{chance.random()}\n" * chance.randrange(4)})
    elif what == "same size" and path.is_file() and not path.is_symlink():
        path.write_bytes(bytes(reversed(path.read_bytes())))
    elif what == "touch" and path.is_file():
        os.utime(path, (chance.randrange(10**9), chance.randrange(10**9)))
    elif what == "link":
        path.unlink(missing_ok=True)
        path.symlink_to(chance.choice(("a.md", "docs", "nowhere", "/etc")))
    elif what == "remove":
        path.unlink(missing_ok=True)
    elif what in ("stage", "intent") and os.path.lexists(path):
        subprocess.run(
            ["git", "add", *(["-N"] if what == "intent" else []), name],
            cwd=root,
            env=environment(),
            capture_output=True,
        )
    elif what == "stage all":
        git(root, "add", "-A")
    elif what == "unstage":
        subprocess.run(["git", "reset", "-q"], cwd=root, env=environment(), capture_output=True)
    elif what == "commit":
        git(root, "commit", "-qm", "more", "--allow-empty")
    elif what == "ignore":
        put(root, **{"docs/.gitignore": chance.choice(("*.md\n", "deep/\n", "!x.log\n", ""))})
    elif what == "pack":
        git(root, "gc", "-q")
    elif what == "v4":
        git(root, "update-index", "--index-version", chance.choice("234"))


@posix
@settings(max_examples=share(25))
@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(NAMES)), max_size=14), st.integers(0, 99), st.booleans()
)
def test_whatever_was_done_it_says_what_git_says(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[str, str]], seed: int, is_wide: bool
) -> None:
    root = tmp_path_factory.mktemp("law")
    git(root, "init", "-q", *(["--object-format=sha256"] if is_wide else []))
    put(root, **{"a.md": "a\n", "docs/deep/y.md": "y\n"})
    chance = random.Random(seed)
    for what, name in done:
        step(root, what, name, chance)
    ours = changes(root)  # before git, which looks again at what it was not sure of, and notes it
    assert ours == status(root)
    assert changes(root) == ours
    if (root / "docs").is_dir():
        assert changes(root / "docs") == status(root / "docs")


def test_a_conflict_and_a_rename_are_changes(repository: Path) -> None:
    git(repository, "checkout", "-qb", "other")
    put(repository, **{"a.md": "theirs\n"})
    git(repository, "commit", "-qam", "theirs")
    git(repository, "checkout", "-q", "-")
    put(repository, **{"a.md": "ours\n"})
    git(repository, "commit", "-qam", "ours")
    with pytest.raises(AssertionError):
        git(repository, "merge", "-q", "other")
    git(repository, "mv", "docs/b.md", "docs/moved.md")
    assert changes(repository) == status(repository) == ["a.md", "docs/b.md", "docs/moved.md"]


@pytest.mark.heavy
def test_history_in_packs_in_another_repository_and_in_a_second_work_tree_is_read(repository: Path) -> None:
    put(repository, **{f"many/{n}.md": f"{n}" for n in range(100)}, **{"docs/0.md": "0"})
    for number in range(10):  # trees that differ by little are kept as changes to one another
        put(repository, **{f"many/{number}.md": f"{number} more"})
        git(repository, "add", "-A")
        git(repository, "commit", "-qm", str(number))
    git(repository, "gc", "-q", "--aggressive")
    assert git(repository, "count-objects").startswith("0 objects") and changes(repository) == []
    borrowed, second = repository.parent / "borrowed", repository.parent / "second"
    git(repository.parent, "clone", "-q", "--shared", str(repository), str(borrowed))
    git(repository, "worktree", "add", "-q", str(second))
    for root in (repository, borrowed, second):
        put(root, **{"many/7.md": "staged", "new.md": ""})
        git(root, "add", "many/7.md")
        git(root, "rm", "-q", "--cached", "docs/0.md")
        (root / ".git").is_dir() and drop_trees(root)
        assert changes(root) == status(root) == ["docs/0.md", "many/7.md", "new.md"]


def drop_trees(root: Path) -> None:
    """Takes the trees that git noted out of the index, so that the whole commit is read."""
    names = git(root, "ls-files", "-s", "-z")
    (root / ".git" / "index").unlink()
    subprocess.run(
        ["git", "update-index", "-z", "--index-info"], cwd=root, env=environment(), input=names.encode(), check=True
    )
    git(root, "update-index", "-q", "--refresh") if not git(root, "diff-files", "--name-only") else None


def test_what_is_checked_out_only_in_part_is_not_missing(repository: Path) -> None:
    for number in range(3):
        put(repository, **{f"side{number}/in/x.md": "x"})
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "more")
    git(repository, "sparse-checkout", "set", "--cone", "--sparse-index", "docs")
    assert not (repository / "side1").exists()
    assert changes(repository) == status(repository) == []
    git(repository, "update-index", "--assume-unchanged", "a.md")
    put(repository, **{"a.md": "other", "docs/b.md": "other"})
    assert changes(repository) == status(repository) == ["docs/b.md"]


def test_a_submodule_counts_once_another_commit_is_checked_out(repository: Path) -> None:
    other = repository.parent / "other"
    shutil.copytree(repository, other)
    git(repository, "submodule", "--quiet", "add", str(other), "lib")
    git(repository, "commit", "-qm", "lib")
    assert changes(repository) == []
    put(repository, **{"lib/a.md": "not asked for"})
    assert changes(repository) == []
    git(repository / "lib", "commit", "-qam", "moved")
    assert changes(repository) == status(repository) == ["lib"]


def test_a_repository_inside_that_git_does_not_know_is_passed_over(repository: Path) -> None:
    shutil.copytree(repository, repository / "inside")
    assert changes(repository) == []


def test_what_this_clone_alone_leaves_out_is_left_out(repository: Path) -> None:
    put(repository, **{".git/info/exclude": "mine/\n", "mine/x": "", "docs/mine/y": "", "z": "", ".ctxignore": "z\n"})
    assert changes(repository) == [".ctxignore"]


def test_line_ends_alone_do_not_count(repository: Path) -> None:
    git(repository, "config", "core.autocrlf", "true")
    (repository / "a.md").unlink()
    git(repository, "checkout", "--", "a.md")
    assert (repository / "a.md").read_bytes() == b"a\r\n"
    os.utime(repository / "a.md", (1, 1))
    assert changes(repository) == status(repository) == []


def test_a_large_file_that_was_touched_counts_as_changed(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(repository / "a.md", (1, 1))
    os.utime(repository / "docs" / "b.md", (1, 1))
    assert changes(repository) == []
    monkeypatch.setattr(git_changes, "COMPARED_IN_ALL", 2)
    assert changes(repository) == ["docs/b.md"]
    monkeypatch.setattr(git_changes, "COMPARED", 1)
    assert changes(repository) == ["a.md", "docs/b.md"]


# ── it runs nothing ──────────────────────────────────────────────────────────────────────────────────────

#: What tells of a start of a program, as Python names it to an audit hook.
PROBE = """
import sys
started = []
sys.addaudithook(lambda event, args: started.append(event) if event.startswith(
    ("subprocess", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile", "pty", "socket")) else None)
sys.path.insert(0, sys.argv[1])
from ctxload.workspace.git.changes import changed_files
print(changed_files("."))
assert not started, started
"""  # noqa: E501


def keys() -> list[str]:
    """Every configuration key that this git knows, `x` for what may have any name; and those that take a program."""
    known = git(Path.cwd(), "help", "--config").splitlines()
    named = [re.sub(r"<[^>]+>|\*", "x", line) for line in known if re.fullmatch(r"[A-Za-z0-9]+(\.[^\s.]+)+", line)]
    more = (
        "core.fsmonitor core.hooksPath core.sshCommand core.editor core.pager core.askPass core.gitProxy core.alternateRefsCommand "  # noqa: E501
        "core.attributesFile core.excludesFile core.worktree filter.x.clean filter.x.smudge filter.x.process diff.external "  # noqa: E501
        "diff.x.command diff.x.textconv merge.x.driver mergetool.x.cmd difftool.x.cmd browser.x.cmd man.x.cmd guitool.x.cmd "  # noqa: E501
        "credential.helper credential.x.helper gpg.program gpg.x.program gpg.ssh.defaultKeyCommand alias.status alias.x pager.status "  # noqa: E501
        "interactive.diffFilter sequence.editor sendemail.smtpServer sendemail.toCmd sendemail.ccCmd remote.x.uploadpack remote.x.receivepack "  # noqa: E501
        "remote.x.vcs remote.x.url remote.x.proxy uploadpack.packObjectsHook receive.procReceiveRefs trailer.x.command trailer.x.cmd "  # noqa: E501
        "include.path includeIf.gitdir:/.path submodule.x.update submodule.x.url instaweb.httpd web.browser init.templateDir "  # noqa: E501
        "hook.x.command http.proxy tar.x.command maintenance.x.task log.showSignature"
    ).split()
    assert len(named) > 400
    return [*dict.fromkeys((*named, *more))]


@posix
def test_no_key_of_git_s_configuration_starts_anything(repository: Path) -> None:
    """Each names a program that would leave a file behind; so do the hooks, the attributes, a submodule, a partial
    clone.
    """
    proof = repository.parent / "PROOF"
    trap = repository / "trap"
    trap.write_text(f"#!/bin/sh\n/bin/touch {proof}\n/bin/cat\n", encoding="utf-8")
    trap.chmod(0o755)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "traps")
    put(repository, **{".gitattributes": "* filter=x diff=x merge=x text working-tree-encoding=x\n"})
    shutil.copytree(repository, repository / "lib")
    lines = []
    for key in keys():
        section, _, name = key.rpartition(".")
        head, _, inner = section.partition(".")
        lines.append(f'[{head} "{inner}"]\n\t{name} = {trap}\n' if inner else f"[{head}]\n\t{name} = {trap}\n")
    lines.append('[extensions]\n\tpartialClone = x\n[remote "x"]\n\tpromisor = true\n[protocol]\n\tallow = always\n')
    for folder in (repository / ".git", repository / "lib" / ".git"):
        with open(folder / "config", "a", encoding="utf-8") as file:
            file.writelines(lines)
        for hook in ("fsmonitor-watchman", "post-index-change", "reference-transaction", "post-checkout", "pre-commit"):
            shutil.copy(trap, folder / "hooks" / hook)
    (repository / ".git" / "index.lock").touch()
    put(repository, **{"a.md": "b\n", "docs/b.md": "b\n", "new.md": ""})  # the second: touched, and the same
    os.utime(repository / "docs" / "b.md", (1, 1))
    for root in (repository, repository / "lib"):
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", PROBE, str(SOURCE)], cwd=root, capture_output=True, text=True, timeout=120,  # noqa: E501
            env={"PATH": f"{repository}:{os.environ['PATH']}"},
        )  # fmt: skip
        assert not proof.exists()
        assert done.returncode == 0, done.stderr
        assert ("'a.md'" in done.stdout) == (root == repository) and "docs/b.md" not in done.stdout


@posix
def test_without_git_itself_it_says_the_same(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repository, **{"a.md": "b\n"})
    monkeypatch.setenv("PATH", "")
    assert changes(repository) == ["a.md"]


# ── it ends, whatever a clone holds ──────────────────────────────────────────────────────────────────────


def sample() -> bytes:
    """An index with every kind of entry, and trees."""
    names = (b"a.md", b"docs/b.md", b"docs/deep/c.md")
    body = b"DIRC" + (2).to_bytes(4, "big") + len(names).to_bytes(4, "big")
    for name in names:
        entry = bytes(24) + (0o100644).to_bytes(4, "big") + bytes(12) + bytes(20) + len(name).to_bytes(2, "big") + name
        body += entry + bytes(8 - len(entry) % 8)
    trees = b"\x003 1\n" + bytes(20) + b"docs\x002 1\n" + bytes(20) + b"deep\x00-1 0\n"
    return body + b"TREE" + len(trees).to_bytes(4, "big") + trees + bytes(20)


def test_the_sample_is_an_index() -> None:
    found = read_index(sample())
    assert [one.name for one in found.entries] == ["a.md", "docs/b.md", "docs/deep/c.md"]
    assert [*found.trees] == ["", "docs"]


@settings(max_examples=share(400))
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8),
    st.integers(0, 400),
    st.binary(max_size=40),
)
@pytest.mark.heavy
def test_a_damaged_index_is_read_or_refused(spots: list[tuple[int, int]], cut: int, tail: bytes) -> None:
    data = bytearray(sample())
    for at, value in spots:
        data[at % len(data)] = value
    for one in (bytes(data), bytes(data[:cut]) + tail, tail):
        try:
            found = read_index(one)
        except UnreadableIndex:
            continue
        assert all(not {"", ".", "..", ".git"} & {*entry.name.lower().split("/")} for entry in found.entries)


@pytest.mark.parametrize("count", [10**6, 10**6 + 1, 2**32 - 1])
def test_an_index_that_claims_more_than_it_holds_is_refused_at_once(count: int) -> None:
    with pytest.raises(UnreadableIndex):
        read_index(b"DIRC" + (2).to_bytes(4, "big") + count.to_bytes(4, "big") + bytes(64))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.heavy
def test_a_damaged_repository_is_read_or_refused(repository: Path, seed: int) -> None:
    git(repository, "gc", "-q")
    chance = random.Random(seed)
    put(repository, **{"docs/new.md": "x"})
    git(repository, "add", "-A")
    drop_trees(repository)
    for path in [*(repository / ".git" / "objects").rglob("*.pack"), *(repository / ".git" / "objects").rglob("*.idx")]:
        data = bytearray(path.read_bytes())
        for _ in range(8):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.chmod(0o644)
        path.write_bytes(data[: chance.choice((len(data), len(data) // 2))])
    try:
        changed_files(str(repository))
    except UsageError as error:
        assert "--changed cannot read the git repository" in str(error)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("HEAD", "ref: refs/../../secret\n"), ("HEAD", "ref: HEAD\n"), ("HEAD", "nothing"), ("HEAD", "0" * 40),
        ("refs/heads/BRANCH", "ref: refs/heads/BRANCH\n"), ("index", "x" * 100), ("commondir", "../../nowhere\n"), ("HEAD", "z" * 40),  # noqa: E501
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_usage_error_that_names_the_way_around(
    repository: Path, name: str, content: str
) -> None:
    branch = git(repository, "branch", "--show-current").strip()
    put(repository, **{f".git/{name.replace('BRANCH', branch)}": content.replace("BRANCH", branch)})
    with pytest.raises(UsageError, match="name the files with --file"):
        changed_files(str(repository))


def test_an_index_in_two_parts_and_a_reftable_are_refused_with_their_cure(repository: Path) -> None:
    git(repository, "update-index", "--split-index")
    with pytest.raises(UsageError, match="--no-split-index"):
        changed_files(str(repository))
    git(repository, "update-index", "--no-split-index")
    assert changes(repository) == []
    (repository / ".git" / "reftable").mkdir()
    with pytest.raises(UsageError, match="reftable"):
        changed_files(str(repository))


@posix
@pytest.mark.parametrize("name", ["index", "HEAD", "packed-refs", "info/exclude"])
def test_a_pipe_in_place_of_a_file_is_not_waited_for(repository: Path, name: str) -> None:
    path = repository / ".git" / name
    path.unlink(missing_ok=True)
    if name == "packed-refs":
        shutil.rmtree(repository / ".git" / "refs")
    os.mkfifo(path)
    try:
        changed_files(str(repository))
    except UsageError:
        assert name != "info/exclude"
    assert stat.S_ISFIFO(path.stat().st_mode)


@posix
def test_nothing_is_looked_at_through_a_link_that_leads_out(repository: Path) -> None:
    secret = repository.parent / "secret"
    shutil.copytree(repository / "docs", secret)
    shutil.rmtree(repository / "docs")
    (repository / "docs").symlink_to(secret)
    assert changes(repository) == status(repository) == ["docs", "docs/b.md", "docs/deep/c.md"]


def test_trees_that_hold_each_other_many_times_are_refused(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit of ten levels of ten times the same folder: ten thousand million files in a kilobyte."""
    inner = git(repository, "rev-parse", "HEAD^{tree}").strip()
    for _ in range(10):
        items = "".join(f"040000 tree {inner}\td{n}\n" for n in range(10))
        done = subprocess.run(
            ["git", "mktree"], cwd=repository, env=environment(), input=items.encode(), capture_output=True, check=True
        )
        inner = done.stdout.decode().strip()
    commit = git(repository, "commit-tree", inner, "-m", "bomb").strip()
    git(repository, "update-ref", "HEAD", commit)
    monkeypatch.setattr("ctxload.workspace.git.objects.TREES", 500)
    with pytest.raises(UsageError, match="its commit holds more than"):
        changed_files(str(repository))


def test_a_folder_on_another_machine_is_never_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    for name in ("//host/share/.git", "\\\\host\\share", "\\/host/share"):
        put(tmp_path, **{".git": f"gitdir: {name}\n"})
        with pytest.raises(UnreadableRepository, match="another machine"):
            Repository.of(str(tmp_path))
