"""What may not be read is said to be so, by every command that meets it, and is never gone, empty or nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import pytest

from ctxload.authoring.draft.from_documents import NO_TEXT, UNREADABLE, draft
from ctxload.start import run
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.tree import DiskTree, Status

TEXT = "# {0}\n\nHow the {0} runs, and what it is for.\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "Ablage ü"
    (root / "docs").mkdir(parents=True)
    for name in ("alpha", "beta"):
        (root / "docs" / f"{name}.md").write_text(TEXT.format(name), encoding="utf-8")
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(root)
    return root


def close(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Refuses a file, or a folder with all that is in it, as a system does for whoever is not root."""
    names, look, opened = DiskTree._names, DiskTree._look, DiskTree.open

    def names_in(tree: DiskTree, folder: str) -> tuple[list[tuple[str, str]], tuple[int, ...]]:
        return ([], ()) if folder == path else names(tree, folder)

    def look_at(tree: DiskTree, file: str) -> Status:
        return Status(file, "unreadable") if file.startswith(f"{path}/") else look(tree, file)

    def open_it(tree: DiskTree, file: str) -> BinaryIO:
        if file == path or file.startswith(f"{path}/"):
            raise PermissionError(13, "Permission denied")
        return opened(tree, file)

    monkeypatch.setattr(DiskTree, "_names", names_in)
    monkeypatch.setattr(DiskTree, "_look", look_at)
    monkeypatch.setattr(DiskTree, "open", open_it)


INDEX = "fallback: none\ncontext_files:\n- {path: docs/, keywords: [alpha]}\n- {path: docs/beta.md, keywords: [beta]}\n"


def test_init_says_which_documents_and_folders_cannot_be_read(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    close(monkeypatch, "docs/alpha.md")
    assert run(["init"]) == 1
    out, err = capsys.readouterr()
    assert "  left out     1  cannot be read: check their permissions: docs/\n" in err and "next to nothing" not in err
    assert "docs/beta.md" in out and "docs/alpha.md" not in out
    with monkeypatch.context() as patched:
        close(patched, "docs")
        assert run(["init", "--yes"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("ctxload: the folder `docs/` cannot be read: check its permissions\n")
    assert "no documents that can be read in" in err and "put some into" not in err


def test_init_add_says_of_what_cannot_be_read_no_other_thing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "context-index.yml").write_text(INDEX, encoding="utf-8")
    (project / "docs" / "gamma.md").write_text(TEXT.format("gamma"), encoding="utf-8")
    with monkeypatch.context() as patched:
        close(patched, "docs")
        run(["init", "--add", "--yes"])
    err = capsys.readouterr().err
    assert "line 3: `docs/` cannot be read: check its permissions\n" in err
    assert "line 4: `docs/beta.md` cannot be read: check its permissions\n" in err and "gone" not in err
    (project / "context-index.yml").write_text(INDEX.replace("docs/,", "docs/alpha.md,"), encoding="utf-8")
    with monkeypatch.context() as patched:
        close(patched, "docs/gamma.md")
        assert run(["init", "--add", "--yes"]) == 0
    err = capsys.readouterr().err
    assert "`docs/gamma.md` cannot be read: check its permissions\n" in err
    for path in (project / "docs").iterdir():
        path.unlink()
    (project / "context-index.yml").write_text(INDEX + "- {path: 'x/*.md'}\n", encoding="utf-8")
    run(["init", "--add", "--yes"])
    err = capsys.readouterr().err
    assert "`docs/` gives no document: `ctxload check` says why" in err and "`docs/beta.md` is gone: remove" in err
    assert "`x/*.md` fits no file: remove the entry, or write another pattern" in err


@pytest.mark.parametrize("path", ["docs/", "docs/*.md", "docs/**/*.md"])
def test_check_says_that_a_folder_cannot_be_read_and_not_that_it_is_empty(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    text = f"fallback: none\ncontext_files:\n- {{path: '{path}', keywords: [alpha]}}\n"
    (project / "context-index.yml").write_text(text, encoding="utf-8")
    with monkeypatch.context() as patched:
        close(patched, "docs")
        assert run(["check"]) == 1
    assert f"error[CTX302] `{path}` cannot be read" in capsys.readouterr().out
    for file in (project / "docs").iterdir():
        file.unlink()
    assert run(["check"]) == 0
    assert "warning[CTX308]" in capsys.readouterr().out


def test_load_that_could_read_nothing_gave_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "context-index.yml").write_text(INDEX, encoding="utf-8")
    close(monkeypatch, "docs/beta.md")
    assert run(["load", "Context: docs/beta.md"]) == 1
    assert "cannot be read now (check its permissions)" in capsys.readouterr().err
    assert run(["load", "Context: docs/beta.md, docs/alpha.md"]) == 0
    assert run(["load", "Context: docs/alpha.md"]) == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="who may read everything cannot be refused")
@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_a_folder_that_the_system_refuses_is_said(project: Path, capsys: pytest.CaptureFixture[str], mode: int) -> None:
    (project / "docs").chmod(mode)
    try:
        assert run(["init"]) == 1
    finally:
        (project / "docs").chmod(0o755)
    assert "the folder `docs/` cannot be read: check its permissions" in capsys.readouterr().err


def test_what_is_no_text_is_left_out_whatever_it_is_called_and_other_encodings_are_texts() -> None:
    said = "# Größe\n\nWie groß die Tür der Anlage ist, und wofür man sie braucht.\n"
    files = {
        "docs/nul.md": b"# A\0B\n",
        "docs/picture.md": bytes(range(1, 256)) * 9,
        "docs/latin.md": said.encode("latin-1"),
        "docs/wide.md": ("\ufeff" + said.replace("Anlage", "Burg")).encode("utf-16-le"),
        "docs/plain.md": said.replace("Anlage", "Halle"),
    }
    made = draft(MemoryTree(files))
    assert {path for group in made.found.left_out if group.why == NO_TEXT for path in group.paths} == {
        "docs/nul.md",
        "docs/picture.md",
    }
    described = {entry.paths[0].value: entry.description for entry in made.index.entries}
    assert described["docs/wide.md"].startswith("Wide: Wie groß die Tür der Burg") and len(described) == 3
    assert UNREADABLE not in {group.why for group in made.found.left_out}
    many = draft(MemoryTree({f"docs/p{n}.md": f"# Of {n}\n\nHow {n} is done.\n" for n in range(200)} | files))
    assert many.is_by_folder and NO_TEXT in {group.why for group in many.found.left_out}


@pytest.mark.parametrize("how", ["keywords: [alpha]", "each: true"])
@pytest.mark.parametrize("path", ["docs/", "docs/**/*.md", "docs/only/"])
def test_check_finds_names_and_projects_below_a_folder_however_its_files_become_entries(
    project: Path, capsys: pytest.CaptureFixture[str], path: str, how: str
) -> None:
    (project / "docs" / "only" / "lib" / ".git").mkdir(parents=True)
    (project / "docs" / "only" / "e\x1bvil.md").write_text("x", encoding="utf-8")
    text = f"fallback: none\ncontext_files:\n- {{path: '{path}', {how}}}\n- {{path: docs/beta.md, keywords: [b]}}\n"
    (project / "context-index.yml").write_text(text, encoding="utf-8")
    run(["check", "--format", "concise"])
    said = capsys.readouterr().out
    assert (said.count("error[CTX309]"), said.count("note[CTX311]")) == (1, 1), said
    assert "docs/only/e\\x1bvil.md" in said and "docs/only/lib" in said


def test_init_counts_names_that_are_never_given_and_links_that_lead_out_and_writes_none(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.md").write_text("# Secret\n", encoding="utf-8")
    (project / "src").mkdir()
    for folder in ("docs", "src"):  # what would be no document with another name is none of these either
        (project / folder / "line\nend.md").write_text("# Line\n", encoding="utf-8")
        (project / folder / "out.md").symlink_to(tmp_path / "elsewhere" / "secret.md")
        (project / folder / "outside").symlink_to(tmp_path / "elsewhere")
    (project / "docs" / "page.ico\n").write_text("", encoding="utf-8")
    (project / "docs" / "ignored\n.md").write_text("", encoding="utf-8")
    (project / ".gitignore").write_text("ignored*\n", encoding="utf-8")
    assert run(["init", "--yes"]) == 0
    err = capsys.readouterr().err
    assert "ctxload: 5 documents found" in err
    assert "  left out     1  control characters in their names: docs/\n" in err
    assert "  left out     2  links that lead out of this folder: docs/\n" in err
    written = (project / "context-index.yml").read_text(encoding="utf-8")
    assert written.count("path:") == 2 and "line" not in written and "out" not in written
    for number in range(160):
        (project / "docs" / f"p{number}.md").write_text(TEXT.format(number), encoding="utf-8")
    (project / "context-index.yml").unlink()
    assert run(["init", "--yes"]) == 0
    written = (project / "context-index.yml").read_text(encoding="utf-8")
    assert "each: true" in written and "line" not in written and "out" not in written
