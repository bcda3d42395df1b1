"""`ctxload init`: a first index from the documents that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxload.authoring.draft.from_documents import draft, to_text
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.start import run
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

DOCUMENTS = {
    "context/api/rest-framework.md": "---\ntags: x\n---\n# REST framework\n\nHow we write serializers.\n\n## Viewsets\n\n```\n# not a heading\n```\n",  # noqa: E501
    "context/ops/docker.md": "# Docker images\n\nSmall ones.\n\n## Health checks\n\n## Multi-stage builds\n",
    "context/ops/README.md": "# Operations\n\nWhat runs where.\n",
    "context/api/README.md": "# Endpoints\n\nWhat answers what.\n",
    "context/.hidden.md": "# Hidden\n",
    "context/.env": "SECRET=1",
    "LICENSE.md": "# License\n",
}


def test_every_document_becomes_an_entry_with_an_id_of_its_own() -> None:
    made = draft(MemoryTree(DOCUMENTS))
    index = made.index
    assert made.folder == "context"
    ids = {entry.paths[0].value: entry.id.value for entry in index.entries}
    assert ids == {
        "context/api/README.md": "api",
        "context/api/rest-framework.md": "rest-framework",
        "context/ops/README.md": "ops",
        "context/ops/docker.md": "docker",
    }


def test_a_heading_inside_a_code_fence_is_no_keyword_and_the_title_is_one() -> None:
    index = draft(MemoryTree(DOCUMENTS)).index
    entry = next(entry for entry in index.entries if entry.id.value == "rest-framework")
    words = [keyword.value for keyword in entry.keywords]
    assert "REST framework" in words and "heading" not in words
    assert entry.description == "REST framework: How we write serializers."


def test_the_drafted_text_parses_to_the_draft_and_serves_its_tasks() -> None:
    tree = MemoryTree(DOCUMENTS)
    index = draft(tree).index
    parsed = parse(Source("context-index.yml", to_text(index)))
    assert parsed.diagnostics == ()
    assert [entry.id.value for entry in parsed.index.entries] == [entry.id.value for entry in index.entries]
    found = resolve(compile_index(parsed.index), tree, Request("add a health check to the docker image"))
    assert found.paths == ("context/ops/docker.md",)


def test_a_draft_is_the_same_each_time() -> None:
    assert to_text(draft(MemoryTree(DOCUMENTS)).index) == to_text(draft(MemoryTree(DOCUMENTS)).index)


def test_init_writes_once_and_never_overwrites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    assert run(["init", "--yes"]) == 1
    assert "no documents" in capsys.readouterr().err
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "billing.md").write_text("# Billing\n\n## Refunds\n", encoding="utf-8")
    assert run(["init", "--yes"]) == 0
    written = (tmp_path / "context-index.yml").read_text(encoding="utf-8")
    assert "docs/billing.md" in written
    assert run(["init", "--yes"]) == 2
    assert (tmp_path / "context-index.yml").read_text(encoding="utf-8") == written
    capsys.readouterr()
    assert run(["resolve", "refund an invoice"]) == 0
    assert capsys.readouterr().out == "docs/billing.md\n"


def test_agents_get_the_documents_of_their_folder_as_fallback() -> None:
    files = {
        **DOCUMENTS,
        "agents/api-developer.md": "# x",
        "agents/ops.md": "# x",
        "agents/poet.md": "# x",
        "agents/README.md": "# x",
        "agents/CLAUDE.md": "# x",
    }
    made = draft(MemoryTree(files))
    assert made.agents == ("api-developer", "ops", "poet")
    fallback = {
        name.value: value if isinstance(value, str) else [id.value for id in value]
        for name, value in made.index.fallback
    }
    assert fallback == {
        "*": "none",
        "api-developer": ["api", "rest-framework"],
        "ops": ["ops", "docker"],
        "poet": "none",
    }
    tables = compile_index(parse(Source("context-index.yml", to_text(made.index))).index)
    found = resolve(tables, MemoryTree(files), Request("what is for lunch", agent="ops"))
    assert (found.layer, found.paths) == ("fallback", ("context/ops/README.md", "context/ops/docker.md"))
    assert resolve(tables, MemoryTree(files), Request("what is for lunch")).paths == ()


def test_without_definitions_the_folders_of_the_context_name_the_agents() -> None:
    assert draft(MemoryTree(DOCUMENTS)).agents == ("api", "ops")
    assert draft(MemoryTree({"docs/api/a.md": "# A", "docs/b.md": "# B"})).agents == ()


def test_front_matter_describes_a_document_even_where_it_is_no_yaml() -> None:
    text = "---\nname: x\ndescription: Use this: (1) for 'bills'\n---\n# Billing\n\nText.\n"
    index = draft(MemoryTree({"docs/billing.md": text})).index
    assert index.entries[0].description == "Use this: (1) for 'bills'"


@pytest.mark.parametrize(
    "index",
    [
        "context_files:\n  - path: docs/billing.md  # ours\n    keywords: [bill]\n# the end\n",
        "context_files:\n- {path: docs/billing.md}\n\nfallback: none\n",
        "# nothing yet\nfallback: none\ncontext_files: []\n",
        "fallback: none\n",
    ],
)
def test_init_add_appends_what_is_not_listed_and_keeps_the_rest(
    index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "billing.md").write_text("# Billing\n\n## Refunds\n", encoding="utf-8")
    (tmp_path / "docs" / "ship.md").write_text("# Shipping\n\nParcels and carriers.\n", encoding="utf-8")
    (tmp_path / "context-index.yml").write_text(index, encoding="utf-8")
    assert run(["init", "--yes"]) == 2
    assert "init --add" in capsys.readouterr().err
    assert run(["init", "--add"]) == 1  # nobody there to ask
    assert (tmp_path / "context-index.yml").read_text(encoding="utf-8") == index
    assert run(["init", "--add", "--yes"]) == 0
    text = (tmp_path / "context-index.yml").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line in index.splitlines()] == [
        line for line in index.splitlines() if line != "context_files: []"
    ]
    paths = {path.value for entry in parse(Source("i", text)).index.entries for path in entry.paths}
    assert paths == {"docs/billing.md", "docs/ship.md"}
    assert run(["init", "--add", "--yes"]) == 0
    assert (tmp_path / "context-index.yml").read_text(encoding="utf-8") == text


def test_init_add_below_an_index_adds_to_it_and_not_below_a_folder_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    below = tmp_path / "docs" / "v1"
    below.mkdir(parents=True)
    (tmp_path / "docs" / "ship.md").write_text("# Shipping\n\nParcels and carriers.\n", encoding="utf-8")
    (tmp_path / "context-index.yml").write_text("fallback: none\n", encoding="utf-8")
    monkeypatch.chdir(below)
    assert run(["init", "--add", "--yes", "--root", "."]) == 2
    assert "no context-index.yml" in capsys.readouterr().err
    assert run(["init", "--add", "--yes"]) == 0
    assert "docs/ship.md" in (tmp_path / "context-index.yml").read_text(encoding="utf-8")
    assert [*below.iterdir()] == []


def test_entries_that_cannot_be_added_safely_are_shown_to_be_added_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "billing.md").write_text("# Billing\n", encoding="utf-8")
    (tmp_path / "context-index.yml").write_text("context_files: [{path: docs/a.md}]\n", encoding="utf-8")
    assert run(["init", "--add", "--yes"]) == 2
    said = capsys.readouterr()
    assert "add them by hand" in said.err and "\\n" not in said.err
    assert said.out.startswith("context_files:\n  - id: billing\n    path: docs/billing.md\n")


def test_a_folder_is_added_as_a_glob_without_what_is_listed_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    monkeypatch.setattr("ctxload.authoring.draft.from_documents.LISTED", 2)
    (tmp_path / "docs").mkdir()
    for name in ("billing", "refunds", "coupons", "carts"):
        (tmp_path / "docs" / f"{name}.md").write_text(f"# {name}\n", encoding="utf-8")
    index = tmp_path / "context-index.yml"
    index.write_text("context_files:\n  - path: docs/billing.md  # ours\n", encoding="utf-8")
    assert run(["init", "--add", "--yes"]) == 0
    assert index.read_text(encoding="utf-8") == (
        "context_files:\n  - path: docs/billing.md  # ours\n"
        "  - path: docs/**/*.md\n    each: true\n    except: [docs/billing.md]\n"
    )
    assert run(["init", "--add", "--yes"]) == 0
    assert "lists every document" in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--add"]])
def test_that_not_every_file_was_looked_at_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    (tmp_path / "docs").mkdir()
    for name in ("billing", "refunds", "coupons", "carts"):
        (tmp_path / "docs" / f"{name}.md").write_text(f"# {name}\n", encoding="utf-8")
    if options:
        (tmp_path / "context-index.yml").write_text("context_files:\n- path: docs/carts.md\n", encoding="utf-8")
    run(["init", "--yes", *options])
    assert "looked at" not in capsys.readouterr().err
    if not options:
        (tmp_path / "context-index.yml").unlink()
    monkeypatch.setattr("ctxload.workspace.tree.WALK_LIMIT", 2)
    run(["init", "--yes", *options])
    assert "files of this folder were looked at: leave folders out" in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--yes"], ["--add"], ["--add", "--yes"]])
def test_a_folder_that_is_none_is_said_with_its_place_the_cause_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    home = tmp_path / "Mein Prüfstand"
    home.mkdir()
    (home / "datei").write_text("", encoding="utf-8")
    for name, said in (
        ("nope", f"ctxload: there is no folder {home / 'nope'}: make it first, or fix --root\n"),
        ("datei", f"ctxload: {home / 'datei'} isn't a folder: give --root the one that holds the documents\n"),
    ):
        assert run(["init", "--root", str(home / name), *options]) == 2
        assert (capsys.readouterr().err, [path.name for path in home.iterdir()]) == (said, ["datei"])


def test_a_folder_that_may_not_be_looked_into_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(folder: str) -> None:
        raise PermissionError(13, "Permission denied", folder)

    with monkeypatch.context() as patched:
        patched.setattr("ctxload.cli.init.os.scandir", refuse)
        assert run(["init", "--root", str(tmp_path)]) == 2
    said = f"ctxload: the folder {tmp_path} cannot be read: Permission denied: check its permissions\n"
    assert capsys.readouterr().err == said


def test_a_working_directory_that_is_gone_is_no_fault_inside(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone() -> str:
        raise FileNotFoundError(2, "No such file or directory")

    with monkeypatch.context() as patched:
        patched.setattr("ctxload.cli.init.os.getcwd", gone)
        assert run(["init"]) == 2
    assert capsys.readouterr().err == "ctxload: the working directory no longer exists: change to another one\n"


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (FileExistsError(17, "File exists"), "is there now, written by somebody else meanwhile, and stays as it is; "
         "`ctxload init --add` adds what it does not list"),
        (PermissionError(13, "Permission denied"), "cannot be written: Permission denied: free some space, or check "
         "the permissions of {}"),
    ],
)  # fmt: skip
def test_an_index_that_another_wrote_meanwhile_stays_and_is_no_trouble_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], trouble: OSError, said: str
) -> None:
    (tmp_path / "a.md").write_text("# Naming\n\nHow we name things.\n", encoding="utf-8")

    def write(path: str, text: str) -> None:
        raise trouble

    monkeypatch.setattr("ctxload.cli.init._written", write)
    assert run(["init", "--yes", "--root", str(tmp_path)]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"ctxload: context-index.yml {said.format(tmp_path)}"


def test_of_two_that_begin_at_once_the_second_finds_the_index_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.md").write_text("# Naming\n\nHow we name things.\n", encoding="utf-8")
    from ctxload.cli import init

    written, drafted = init._written, []

    def first_is_quicker(path: str, text: str) -> None:
        drafted.append(text)
        Path(path).write_text("# of the first\n", encoding="utf-8")
        written(path, text)

    monkeypatch.setattr(init, "_written", first_is_quicker)
    assert run(["init", "--yes", "--root", str(tmp_path)]) == 2
    assert "is there now" in capsys.readouterr().err and len(drafted) == 1
    assert (tmp_path / "context-index.yml").read_text(encoding="utf-8") == "# of the first\n"


# ── more documents than one entry gives ──────────────────────────────────────────────────────────────────


@pytest.fixture
def at_most_six(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few enough for a test: an entry gives six files."""
    for module in ("project.each", "authoring.draft.folders", "cli.init_summary"):
        monkeypatch.setattr(f"ctxload.{module}.FILES", 6)
    monkeypatch.setattr("ctxload.authoring.draft.from_documents.LISTED", 2)
    monkeypatch.setattr("ctxload.authoring.draft.folders.ALONE", 2)
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")


WORDS = ("naming", "billing", "refunds", "coupons", "carts", "queues", "caching", "tokens")


def write_pages(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for word in WORDS:
        (folder / f"{word}.md").write_text(f"# {word} of {folder.name}\n\nAbout {word}.\n", encoding="utf-8")


@pytest.mark.usefixtures("at_most_six")
def test_what_one_entry_does_not_give_is_said_and_can_be_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pages(tmp_path / "docs")
    assert run(["init", "--yes", "--root", str(tmp_path)]) == 0
    told = capsys.readouterr().err
    assert "ctxload: 8 documents found\n  taken        6  docs/, by folder" in told
    assert (
        "\n  left out     2  more than the 6 files that `docs/**/*.md` gives at most: docs/; "
        "list them with `ctxload init --add`, or write globs that fit fewer\n"
    ) in told
    assert run(["resolve", "--root", str(tmp_path), "Read tokens.md"]) == 1
    assert run(["init", "--add", "--yes", "--root", str(tmp_path)]) == 0
    assert run(["resolve", "--root", str(tmp_path), "Read tokens.md"]) == 0
    assert run(["init", "--add", "--yes", "--root", str(tmp_path)]) == 0
    assert "lists every document there is to list" in capsys.readouterr().err


@pytest.mark.usefixtures("at_most_six")
def test_where_folders_of_a_folder_hold_more_than_one_entry_gives_each_has_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("api", "web"):
        write_pages(tmp_path / "docs" / name)
        for word in WORDS[4:]:
            (tmp_path / "docs" / name / f"{word}.md").unlink()
    assert run(["init", "--yes", "--root", str(tmp_path)]) == 0
    assert "more than" not in capsys.readouterr().err
    text = (tmp_path / "context-index.yml").read_text(encoding="utf-8")
    assert "- path: docs/api/**/*.md\n" in text and "- path: docs/web/**/*.md\n" in text
    assert run(["check", "--root", str(tmp_path)]) == 0
