"""Paths, trees, globs and ignore files: what may be seen, and under which name."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.text.windows_names import is_odd_on_windows
from ctxload.workspace.globs import is_too_long
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.secret_names import looks_secret
from ctxload.workspace.tree import DiskTree, Tree, clean, in_git, is_glob


@pytest.mark.parametrize(
    ("path", "name", "wrong"),
    [
        ("a/b.md", "a/b.md", ""),
        ("./a//b.md", "a/b.md", ""),
        ("a/./b.md", "a/b.md", ""),
        ("a/../b.md", "b.md", ""),
        ("a/", "a", ""),
        ("", "", ""),
        (".", "", ""),
        ("a/..", "", ""),
        (".hidden", ".hidden", ""),
        ("a..b/c", "a..b/c", ""),
        ("...", "...", ""),
        ("a\\b.md", "a/b.md", ""),
        ("/root/a.md", "a.md", ""),
        ("/root", "", ""),
        ("/root/", "", ""),
        ("a b/ü.md", "a b/ü.md", ""),
        ("..", "..", "outside"),
        ("../a", "../a", "outside"),
        ("a/../../b", "a/../../b", "outside"),
        ("a\\..\\..\\b", "a/../../b", "outside"),
        ("/etc/passwd", "/etc/passwd", "outside"),
        ("/rootless/a", "/rootless/a", "outside"),
        ("/root/../a", "../a", "outside"),
        ("/root//etc", "/etc", "outside"),
        ("//server/share", "//server/share", "outside"),
        ("\\\\server\\share", "//server/share", "outside"),
        ("C:\\a", "C:/a", "outside"),
        ("c:a", "c:a", "outside"),
        ("~", "~", "outside"),
        ("~user/a", "~user/a", "outside"),
        ("a\x00b", "a\x00b", "unsafe"),
        ("a\nb", "a\nb", "unsafe"),
        ("a\x1b[31m", "a\x1b[31m", "unsafe"),
        ("a\u202eb", "a\u202eb", "unsafe"),
        ("a\u200bb", "a\u200bb", "unsafe"),
        ("\ud800", "\ud800", "unsafe"),
    ],
)
def test_a_path_is_cleaned_or_refused(path: str, name: str, wrong: str) -> None:
    assert clean(path, "/root") == (name, wrong)


def test_a_root_that_is_not_absolute_is_no_prefix_of_paths() -> None:
    assert clean("docs/a.md", "docs") == ("docs/a.md", "")
    assert clean("C:\\proj\\a.md", "C:\\proj") == ("a.md", "")


@given(st.text(st.sampled_from("./\\~:ab\x00 "), max_size=16))
def test_a_cleaned_path_is_clean_and_never_leads_up(path: str) -> None:
    name, wrong = clean(path)
    if not wrong:
        assert clean(name) == (name, "")
        assert not {"", ".", ".."} & set(name.split("/")) or name == ""


@pytest.mark.parametrize(
    "path",
    [
        ".git",
        ".git/config",
        ".GIT/x",
        "a/.Git/x",
        ".git./x",
        ".git /x",
        ".git::$INDEX_ALLOCATION/x",
        "GIT~1/x",
        "a/git~1",
        ".g\u200cit/config",
        "nested/repo/.git/config",
        "submodule/.git",
    ],
)
def test_every_spelling_of_git_is_known(path: str) -> None:
    assert in_git(path)


@pytest.mark.parametrize(
    "path", [".gitignore", ".github/x", "git/x", "a.git/x", "x.git", "git~10", "digit~1", ".gitattributes"]
)
def test_what_only_begins_like_git_is_not(path: str) -> None:
    assert not in_git(path)


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "a/.env",
        ".env.production",
        ".ENV",
        "id_rsa",
        "x.pem",
        "SERVER.KEY",
        "secrets.yml",
        "credentials.json",
        ".npmrc",
        ".netrc",
        "terraform.tfstate",
        "a.p12",
        "kubeconfig",
        ".ssh/config",
        "home/.SSH/known_hosts",
        "id_rsa.bak",
        "id_dsa",
        "id_ecdsa_sk",
        "keys/id_ed25519_deploy",
        "deploy_rsa",
        ".kube/config",
        ".aws/credentials",
        ".aws/config",
        ".docker/config.json",
        "production.env",
        ".env-prod",
        ".env_local",
        ".envrc",
        ".envs/.production/.django",
        ".pypirc",
        ".vault-token",
        ".bash_history",
        ".zsh_history",
        ".psql_history",
        "infra/prod.tfvars",
        "infra/prod.auto.tfvars.json",
        "terraform.tfstate.backup",
        "server.pem.old",
        "AuthKey_ABC.p8",
        "service-account-prod.json",
        "my-app-firebase-adminsdk-x1.json",
        "client_secret_12.apps.json",
        "credentials",
        "config/credentials.yml.enc",
        "credentials.xml",
        "gha-private-key.txt",
        ".pgpass",
        ".config/gh/hosts.yml",
        ".config/gcloud/access_tokens.db",
        ".e\u200cnv",
        ".\u017fsh/config",
        ".env:$DATA",
        ".env. ",
        ".env.example.local",
    ],
)
def test_names_that_commonly_hold_secrets_look_secret(path: str) -> None:
    assert looks_secret(path)


@pytest.mark.parametrize(
    "path",
    [
        ".env.example",
        ".env.sample",
        "docs/secrets.md",
        "keys.md",
        "env.py",
        "monkey.md",
        "id_rsa.pub.md",
        "secret/notes.md",
        "key",
        ".env.template",
        ".env.dist",
        "credentials.sample.json",
        "terraform.tfvars.example",
        "id_ed25519.pub",
        "src/private_key.py",
        "src/credentials.ts",
        "charts/templates/serviceaccount.yaml",
        "release_history",
        "environment.yml",
        "docs/ssh/config",
        "docs/docker/config.json",
        "environments/prod.md",
        "pemberton.txt",
        "hockey.txt",
    ],
)
def test_documents_about_secrets_do_not(path: str) -> None:
    assert not looks_secret(path)


@pytest.mark.parametrize(
    ("path", "glob"),
    [("a*.md", True), ("a?.md", True), ("[ab].md", True), ("a.md", False), ("{a,b}.md", False), ("a/", False)],
)
def test_a_path_with_a_wildcard_is_a_glob(path: str, glob: bool) -> None:
    assert is_glob(path) is glob


# ── the two trees are alike ──────────────────────────────────────────────────────────────────────────────

FILES = {
    "README.md": "# Read me\n",
    "context-index.yml": "version: 1.0\n",
    "docs/a.md": "# A\n",
    "docs/b.md": "# B\n",
    "docs/deep/er/c.md": "# C\n",
    "docs/deep/context-index.yml": "version: 1.0\n",
    "docs/.hidden.md": "hidden\n",
    "docs/.folder/d.md": "hidden\n",
    "docs/my file.md": "# Spaces\n",
    "docs/ü/数.md": "# Ü\n",
    "docs/x[1].md": "# Brackets\n",
    "build/out.md": "ignored\n",
    "docs/draft.md": "ignored\n",
    "docs/deep/keep.log": "kept\n",
    "docs/deep/drop.log": "ignored\n",
    "private/p.md": "ignored\n",
    ".env": "secret\n",
    ".github/workflows/ci.yml": "on: push\n",
    ".gitignore": "# comment\nbuild/\n/docs/draft.md\n",
    "docs/.gitignore": "*.log\n!keep.log\n",
    ".ctxignore": "private/\n",
    ".git/config": "[core]\n",
}


@pytest.fixture(params=["memory", "disk"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Tree:
    if request.param == "memory":
        return MemoryTree(FILES)
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8", newline="")
    return DiskTree(str(tmp_path))


@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        ("docs/a.md", "docs/a.md", "file"),
        ("./docs/../docs//a.md", "docs/a.md", "file"),
        ("docs\\a.md", "docs/a.md", "file"),
        ("docs", "docs", "directory"),
        ("docs/", "docs", "directory"),
        (".", "", "directory"),
        ("docs/none.md", "docs/none.md", "missing"),
        ("docs/a.md/x", "docs/a.md/x", "missing"),
        ("../a.md", "../a.md", "outside"),
        ("/etc/passwd", "/etc/passwd", "outside"),
        (".git/config", ".git/config", "git"),
        (".GIT", ".GIT", "git"),
        ("docs/a\x00.md", "docs/a\x00.md", "unsafe"),
    ],
)
def test_a_tree_says_what_stands_at_a_path(tree: Tree, path: str, name: str, kind: str) -> None:
    status = tree.status(path)
    assert (status.path, status.kind) == (name, kind)
    assert status.size == (len(FILES[name].encode()) if kind == "file" else 0)


def test_a_tree_reads_files_and_nothing_else(tree: Tree) -> None:
    assert tree.read("docs/../docs/a.md") == b"# A\n"
    assert tree.read("docs/a.md", 2) == b"# "
    assert len(tree.digest("docs/a.md")) == 64
    assert tree.digest("docs") == ""
    for path in ("docs", "nowhere.md", "../x", ".git/config", "/etc/passwd", "a\x00"):
        with pytest.raises(OSError, match="."):
            tree.read(path)


def test_a_directory_means_its_files_without_hidden_ignored_and_index_files(tree: Tree) -> None:
    assert tree.files_below("docs").files == (
        "docs/a.md", "docs/b.md", "docs/deep/er/c.md", "docs/deep/keep.log", "docs/my file.md", "docs/x[1].md", "docs/ü/数.md",  # noqa: E501
    )  # fmt: skip
    assert tree.files_below("build").files == ()
    assert tree.files_below("private").files == ()
    assert "README.md" in tree.files_below("").files
    assert not [path for path in tree.files_below("").files if path.startswith(".")]


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("*.md", ["README.md"]),
        ("docs/*.md", ["docs/a.md", "docs/b.md", "docs/my file.md", "docs/x[1].md"]),
        ("./docs/?.md", ["docs/a.md", "docs/b.md"]),
        ("docs/[ab].md", ["docs/a.md", "docs/b.md"]),
        ("docs/../*.md", ["README.md"]),
        ("docs/x[[]1].md", ["docs/x[1].md"]),
        (
            "docs/**/*.md",
            ["docs/a.md", "docs/b.md", "docs/deep/er/c.md", "docs/my file.md", "docs/x[1].md", "docs/ü/数.md"],
        ),
        ("**/c.md", ["docs/deep/er/c.md"]),
        ("docs/deep/**", ["docs/deep/er/c.md", "docs/deep/keep.log"]),
        ("docs/*", ["docs/a.md", "docs/b.md", "docs/my file.md", "docs/x[1].md"]),
        ("*", ["README.md"]),
        ("docs/.h*", ["docs/.hidden.md"]),
        ("docs/.*/*", ["docs/.folder/d.md"]),
        (".github/workflows/*.yml", [".github/workflows/ci.yml"]),
        ("**/*.log", ["docs/deep/keep.log"]),
        ("build/*", []),
        ("**/context-index.yml", []),
        (".git/*", []),
        (".g*/*", []),
        ("../*", []),
        ("/etc/*", []),
        ("~/*", []),
        ("nowhere/*", []),
        ("DOCS/*.md", []),
        ("!docs/*.md", []),
        ("*a*b*c*d*e*", []),
    ],
)
def test_a_glob_means_these_files(tree: Tree, pattern: str, files: list[str]) -> None:
    assert list(tree.expand(pattern).files) == files


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (("README.md",), "README.md"),
        (("a.md",), "docs/a.md"),
        (("/a.md",), ""),
        (("docs/",), "docs/a.md"),
        (("*.yml",), ""),
        ((".github/",), ".github/workflows/ci.yml"),
        (("Dockerfile", "manage.py"), ""),
        (("Dockerfile", "*.md"), "README.md"),
        (("*.md", "!README.md"), "docs/a.md"),
        (("../x", "/etc/passwd", ""), ""),
        ((), ""),
    ],
)
def test_when_files_look_for_a_file_anywhere_as_gitignore_does(
    tree: Tree, patterns: tuple[str, ...], found: str
) -> None:
    assert tree.any_file(patterns) == found


@pytest.mark.parametrize(
    ("path", "is_so"),
    [
        ("docs/a.md", False),
        ("build/out.md", True),
        ("docs/draft.md", True),
        ("docs/deep/keep.log", False),
        ("docs/deep/drop.log", True),
        ("private/p.md", True),
        ("other/draft.md", False),
        ("docs/build/x.md", True),
    ],
)
def test_ignore_files_hold_for_what_stands_below_them(tree: Tree, path: str, is_so: bool) -> None:
    assert tree.is_ignored(path) is is_so


# ── ignore patterns ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "path", "is_so"),
    [
        ("[Oo]bj/", "obj/x.md", True),
        ("[Bb]in/", "src/bin/x.md", True),
        ("[Dd][Ee][Bb][Uu][Gg]/", "debug/x.md", True),
        ("x[abcdefgh].md", "xa.md", True),
        ("\\#x.md", "#x.md", True),
        ("#x.md", "#x.md", False),
        ("\\!x.md", "!x.md", True),
        ("a/**/z.md", "a/b/c/z.md", True),
        ("/a.md", "b/a.md", False),
        ("a.md   ", "a.md", True),
        ("a b.md", "a b.md", True),
        ("*", "any/thing.md", True),
        ("*\n!*/\n!*.md", "a/b.md", False),
        ("*\n!*/\n!*.md", "a/b/c.md", False),
        ("*\n!**/\n!*.md", "a/b/c.md", False),
        ("*\n!*/\n!*.md", "a/b.txt", True),
        ("*\n!a/", "a/b.md", True),
        ("*\n!*.md", "a/b.md", True),
        ("/*\n!/a/", "a/b.md", False),
        ("/*\n!/a/\n/a/*\n!/a/b.md", "a/b.md", False),
        ("/*\n!/a/\n/a/*\n!/a/b.md", "a/c.md", True),
        ("a/*\n!a/b/", "a/b/c.md", False),
        ("a/**\n!a/b/", "a/b/c.md", True),
        ("**/a", "x/a/b.md", True),
        ("a", "x/a", True),
        ("a/", "x/a", False),
        ("a/b", "x/a/b", False),
        ("**/a/b", "x/a/b", True),
        ("[z-a]\nb.md", "b.md", True),
        ("x[[]1].md", "x[1].md", True),
        ("a/\n!a/b.md", "a/b.md", True),
        ("\ufeffa.md", "a.md", True),
        ("a.md\r\nb.md\r\n", "a.md", True),
        ("ü.md", "ü.md", True),
        ("[", "a.md", False),
        ("", "a.md", False),
    ],
)
def test_an_ignore_line_leaves_a_file_out_or_not(line: str, path: str, is_so: bool) -> None:
    assert MemoryTree({".gitignore": line, path: "x"}).leaves_out(path) is is_so


@pytest.mark.parametrize("length", [1000, 1001])
def test_a_pattern_beyond_a_thousand_characters_is_not_tried(length: int) -> None:
    tree = MemoryTree({"a" * 200 + ".md": ""})
    pattern = "*" + "?" * (length - 1)
    assert is_too_long(pattern) is (length > 1000)
    assert MemoryTree({"a" * 999: ""}).expand(pattern).files == (("a" * 999,) if length == 1000 else ())
    assert not tree.any_file((pattern,))


# ── on disk ──────────────────────────────────────────────────────────────────────────────────────────────


def test_links_within_the_root_are_followed_to_files_and_not_walked_into(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("a", encoding="utf-8")
    (tmp_path / "link.md").symlink_to("docs/a.md")
    (tmp_path / "folder").symlink_to("docs")
    (tmp_path / "docs" / "up").symlink_to("..")
    tree = DiskTree(str(tmp_path))
    assert tree.files_below("").files == ("docs/a.md", "link.md")
    assert tree.status("folder").kind == "directory"
    assert tree.files_below("folder").files == ("folder/a.md",)


def test_a_link_to_a_secret_looks_secret_whatever_its_own_name(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TOKEN=x", encoding="utf-8")
    (tmp_path / "notes.md").symlink_to(".env")
    tree = DiskTree(str(tmp_path))
    assert tree.status("notes.md").kind == "file"
    assert tree.is_secret("notes.md")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_file_and_reading_it_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    tree = DiskTree(str(tmp_path))
    assert tree.status("pipe.md").kind == "special"
    assert tree.files_below("").files == ()
    with pytest.raises(OSError, match="special"):
        tree.read("pipe.md")


def test_a_loop_of_links_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert DiskTree(str(tmp_path)).status("loop").kind in ("unreadable", "missing")


def test_a_name_with_control_characters_is_never_listed(tmp_path: Path) -> None:
    (tmp_path / "a\nb.md").write_text("x", encoding="utf-8")
    (tmp_path / "a\x1b[31m.md").write_text("x", encoding="utf-8")
    (tmp_path / "ok.md").write_text("x", encoding="utf-8")
    assert DiskTree(str(tmp_path)).files_below("").files == ("ok.md",)


def test_a_root_reached_through_a_link_is_the_folder_behind_it(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.md").write_text("a", encoding="utf-8")
    (tmp_path / "link").symlink_to("real")
    tree = DiskTree(str(tmp_path / "link"))
    assert tree.status("a.md").kind == "file"
    assert tree.status(f"{tmp_path}/link/a.md").path == "a.md"


def test_a_tree_remembers_what_it_saw(tmp_path: Path) -> None:
    tree = DiskTree(str(tmp_path))
    assert tree.status("a.md").kind == "missing"
    (tmp_path / "a.md").write_text("a", encoding="utf-8")
    assert tree.status("a.md").kind == "missing"
    assert DiskTree(str(tmp_path)).status("a.md").kind == "file"


def test_a_status_survives_pickling() -> None:
    status = MemoryTree(FILES).status("docs/a.md")
    assert pickle.loads(pickle.dumps(status)) == status


def test_a_file_far_down_is_looked_up_once_for_each_folder_above(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    path = "/".join("d" * 200) + "/a.md"
    tree = MemoryTree({path: ""})
    real = tree._lines_of
    monkeypatch.setattr(tree, "_lines_of", lambda folder: asked.append(folder) or real(folder))
    assert not tree.leaves_out(path)
    assert not tree.leaves_out(path + "x")
    assert len(asked) == 201


@pytest.mark.parametrize(
    "path", ["NUL", "docs/con.md", "a/COM1.txt", "lpt\u00b9", "a.md:stream", "a.md.", "docs /a.md", "a. "]
)
def test_a_name_that_means_something_else_to_windows_is_no_file_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    assert is_odd_on_windows(path)
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text("x", encoding="utf-8")
    monkeypatch.setattr("ctxload.workspace.tree.WINDOWS", True)
    tree = DiskTree(str(tmp_path))
    assert tree.status(path).kind in ("special", "outside")
    with pytest.raises(OSError, match="."):
        tree.read(path)


@pytest.mark.parametrize("path", ["console.md", "docs/nullable.md", "com10/a.md", ".env", "a b/c.md", "aux-1.md"])
def test_a_name_that_only_begins_like_a_device_is_plain(path: str) -> None:
    assert not is_odd_on_windows(path)
