"""Which documents `init` lists, which it leaves out and why; and how it lists thousands."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxload.authoring.draft.documents import EMPTY, survey
from ctxload.authoring.draft.from_documents import LISTED, Wanted, draft, says_nothing, to_text
from ctxload.authoring.draft.keywords import keywords_of, name_of
from ctxload.authoring.draft.languages import language_of
from ctxload.cli import app, init_samples
from ctxload.cli.init_samples import UNREAD
from ctxload.errors import ExplicitContextError
from ctxload.index.parser import parse
from ctxload.loader import ContextLoader
from ctxload.project.evidence import forget_evidence, has_evidence
from ctxload.text.source import Source
from ctxload.workspace.locations import discover
from ctxload.workspace.memory_tree import MemoryTree

WHY = {
    "docs/guide.md": "",
    "README.md": "",
    "CONTRIBUTING.md": "",
    "packages/web/README.md": "",
    "packages/web/docs/api.mdx": "",
    "adr/0001-use-sqlite.md": "",
    "docs/examples/queue.md": "",
    "docs/specs/format.md": "",
    "docs/history.md": "",
    "skills/pdf/SKILL.md": "",
    "CHANGELOG.md": "a history",
    "HISTORY.md": "a history",
    "docs/release-notes.md": "a history",
    "docs/7_0_release_notes.md": "a history",
    "docs/release-notes-2.1.md": "a history",
    "docs/v2-api-changelog-format.md": "",
    "docs/whatsnew/3.13.rst": "a blog or a history",
    "docs/blog/2020-hello.md": "a blog or a history",
    "archived_docs/setup.md": "a blog or a history",
    "docs/Archive/setup.md": "a blog or a history",
    "docs/archive-format/setup.md": "",
    "notes/lifecycle.md": "",
    "newsfragments/12.bugfix.rst": "a blog or a history",
    "docs-old/setup.md": "no longer true",
    "docs/deprecated/setup.md": "no longer true",
    "docs/old-browsers/setup.md": "",
    "LICENSE.md": "about the repository",
    "docs/requirements.txt": "about the repository",
    "LICENSE-DOCS.md": "about the repository",
    "docs/MIT-LICENSE.rst": "about the repository",
    "COPYING.LESSER.md": "about the repository",
    "docs/license-keys.md": "",
    "docs/copying.files.md": "",
    "docs/legacy/setup.md": "",
    "docs/templates/{{title}}.md": "templates: their names have placeholders",
    "{{cookiecutter.slug}}/README.md": "templates: their names have placeholders",
    "docs/{id}.md": "",
    "tests/data/long.md": "test files",
    "src/__fixtures__/a.md": "test files",
    "vendor/lib/README.md": "other people's code",
    "examples/app/README.md": "examples",
    "examples/app/docs/setup.md": "examples",
    "examples/docs/button.md": "",
    "tests/docs/setup.md": "test files",
    "docs/_build/guide.md": "made by a build",
    "AGENTS.md": "agent clients read them by themselves",
    "skills/pdf/forms.md": "parts of a skill, whose SKILL.md names them",
    ".worktree/README.md": "",
    ".github/CONTRIBUTING.md": "",
    ".github/README.md": "in hidden folders",
    ".github/ISSUE_TEMPLATE/bug.md": "in hidden folders",
    ".pytest_cache/README.md": "in hidden folders",
    ".claude/skills/port/SKILL.md": "agent clients read them by themselves",
    ".agents/references/states.md": "",
    ".claude/docs/deploy.md": "",
    ".claude/agents/docs.md": "in folders of agent clients and editors",
    ".cursor/README.md": "in folders of agent clients and editors",
    "src/notes.md": "outside of documentation folders",
    "words.txt": "outside of documentation folders",
}


def reasons(files: dict[str, str] | list[str], **options: object) -> dict[str, str]:
    tree = MemoryTree(files if isinstance(files, dict) else {path: f"# {path}\n" for path in files})
    found = survey(tree, **options)  # type: ignore[arg-type]
    return {**dict.fromkeys(found.taken, ""), **{path: group.why for group in found.left_out for path in group.paths}}


def test_every_document_is_taken_or_left_out_for_a_reason() -> None:
    assert reasons([*WHY]) == WHY


def test_what_a_person_includes_is_taken_and_what_they_exclude_is_not() -> None:
    found = reasons([*WHY], include=["src/", "CHANGELOG.md"], exclude=["docs/**/*.md"])
    assert (found["src/notes.md"], found["CHANGELOG.md"], found["README.md"]) == ("", "", "")
    assert found["docs/guide.md"] == "--exclude"


def test_with_a_folder_for_agents_nothing_else_is_taken() -> None:
    found = reasons(["context/api.md", "context/agents/dev.md", "docs/a.md", "README.md"])
    assert found == {
        "context/api.md": "",
        "context/agents/dev.md": "outside of context/",
        "docs/a.md": "outside of context/",
        "README.md": "outside of context/",
    }


def test_where_nothing_lies_in_a_documentation_folder_what_there_is_is_taken() -> None:
    assert reasons(["notes/api.md", "notes/ui.md"]) == {"notes/api.md": "", "notes/ui.md": ""}
    beside = reasons(["src/guide/a.md", "src/api/b.md", "src/tutorial/c.md"])
    assert set(beside.values()) == {""}
    assert reasons(["src/guide/a.md", "src/api/b.md"])["src/api/b.md"] == "outside of documentation folders"


@pytest.mark.parametrize(
    ("path", "base", "language"),
    [
        ("docs/zh-hans/a.md", "docs/a.md", "zh-hans"),
        ("i18n/pt_BR/docs/a.md", "docs/a.md", "pt-br"),
        ("docs/translations/README.uk.md", "docs/README.md", "uk"),
        ("site/i18n/ja/docusaurus-plugin-content-docs/current/a.md", "site/docs/a.md", "ja"),
        (
            "i18n/zh-CN/docusaurus-plugin-content-docs-api/version-1.x/a.md",
            "api_versioned_docs/version-1.x/a.md",
            "zh-cn",
        ),
        ("docs/zh-Hant-TW/a.md", "docs/a.md", "zh-hant-tw"),
        ("README_ja-JP.md", "README.md", "ja-jp"),
        ("docs/es-419/a.md", "docs/a.md", "es-419"),
        ("README.ja.md", "README.md", "ja"),
        ("README_zh-CN.md", "README.md", "zh-cn"),
        ("docs/cn/a.md", "docs/a.md", "zh"),
        ("docs/go.md", "docs/go.md", ""),
        ("docs/api-v2.md", "docs/api-v2.md", ""),
        ("docs/use-it.md", "docs/use.md", "it"),
    ],
)
def test_the_language_that_a_path_names(path: str, base: str, language: str) -> None:
    assert language_of(path) == (base, language)


def test_of_translations_one_language_is_taken() -> None:
    beside = ["docs/a.md", "docs/b.md", "docs/de/a.md", "docs/de/b.md", "docs/use-it.md"]
    taken = {path for path, why in reasons(beside).items() if not why}
    assert taken == {"docs/a.md", "docs/b.md", "docs/use-it.md"}
    assert {path for path, why in reasons(beside, language="de").items() if not why} == {
        "docs/de/a.md",
        "docs/de/b.md",
        "docs/use-it.md",
    }
    folders = [f"docs/{code}/{name}.md" for code in ("en", "fr", "ja") for name in "ab"]
    found = reasons(folders)
    assert {path for path, why in found.items() if not why} == {"docs/en/a.md", "docs/en/b.md"}
    assert found["docs/ja/a.md"] == "translations: ja"


def test_a_translation_whose_original_lies_elsewhere_is_left_out_and_taken_where_its_language_is() -> None:
    files = ["docs/a.md", "docs/sessions/index.md", "docs/zh/a.md", "docs/zh/sessions.md", "docs/ja/a.md"]
    assert {path for path, why in reasons(files).items() if not why} == {"docs/a.md", "docs/sessions/index.md"}
    assert reasons(files, language="zh")["docs/zh/sessions.md"] == ""


@pytest.mark.parametrize(
    "translation",
    [
        "docs/pt-br/a.md",
        "docs/zh_Hant/a.md",
        "docs/a.ja.md",
        "docs/a-ko-KR.md",
        "README.zh-CN.md",
        "i18n/fr/README.md",
        "translations/README.de.md",
        "i18n/ja/docusaurus-plugin-content-docs/current/a.md",
    ],
)
def test_a_single_translation_is_left_out_wherever_it_lies_and_taken_where_its_language_is_asked(
    translation: str,
) -> None:
    files = ["README.md", "docs/a.md", "docs/b.md", translation]
    base, language = language_of(translation)
    assert reasons(files) == {
        "README.md": "",
        "docs/a.md": "",
        "docs/b.md": "",
        translation: f"translations: {language}",
    }
    assert reasons(files, language=language) == {
        **{path: "" for path in files if path != base},
        base: "translations: the original",
    }


def test_a_translation_of_what_lies_in_another_folder_is_left_out() -> None:
    """`docs/ja/agents/a.md` says what `agents/a.md` says, and several languages may say it; none lies beside it."""
    originals = ["README.md", *[f"guides/{name}/{part}.md" for name in "ab" for part in "xy"]]
    again = [f"docs/{code}/{path}" for code in ("ja-JP", "ko") for path in originals[1:]]
    found = reasons([*originals, *again, "docs/ja-JP/only.md"])
    assert [path for path, why in found.items() if not why] == sorted(originals)
    assert reasons([*originals, *again], language="ko")["docs/ko/guides/a/x.md"] == ""
    other = ["README.md", "docs/ml/README.md", "docs/ml/train.md", "docs/api.md"]  # a subject, and no Malayalam
    assert set(reasons(other).values()) == {""}


def test_capitals_at_the_end_of_a_name_are_a_language_only_as_people_write_them() -> None:
    files = ["docs/Sonoff.md", "docs/Sonoff-SV.md", "docs/Setup.md", "docs/Setup-CN.md", "README.md", "README_DE.md"]
    assert {path for path, why in reasons(files).items() if why} == {"docs/Setup-CN.md", "README_DE.md"}


@pytest.mark.parametrize(
    ("texts", "others", "is_taken"), [(3, 0, True), (2, 0, False), (9, 1, True), (9, 2, False), (30, 3, True)]
)
def test_a_folder_of_texts_alone_is_documentation_whatever_it_is_called(
    texts: int, others: int, is_taken: bool
) -> None:
    files = ["docs/a.md", *[f"docs/{number}.md" for number in range(40)], "src/notes.md", "products/x/logo.svg"]
    mine = [f"products/{number % 2}/a{number}.md" for number in range(texts)]
    made = [f"products/x/{number}.py" for number in range(others)]
    found = reasons([*files, *mine, *made])
    assert {found[path] for path in mine} == {"" if is_taken else "outside of documentation folders"}
    assert found["src/notes.md"] == "outside of documentation folders"


def test_a_folder_of_texts_beside_a_documentation_folder_is_one_too() -> None:
    files = [f"{folder}/{number}.md" for folder in ("src/guide", "src/api", "lib/notices") for number in range(3)]
    documents = [f"docs/{number}.md" for number in range(9)]
    found = reasons([*files, *documents, "src/app.ts", "src/parts/a.md", "lib/b.py"])
    assert {path for path, why in found.items() if why} == {*files[6:], "src/parts/a.md"}


@pytest.mark.parametrize(
    ("folder", "others", "is_taken"),
    [("run/test", (), True), ("run/test", ("a.py",), False), ("run/templates", (), False), ("run/tests/run", (), True)],
)
def test_a_folder_of_tests_is_about_tests_in_a_repository_of_documents(
    folder: str, others: tuple[str, ...], is_taken: bool
) -> None:
    subjects = [f"{folder}/{name}.md" for name in ("coverage", "mocking", "sanitizers")]
    rest = [f"{top}/{name}.md" for top in ("run", "deploy", "lint") for name in "abcd"]
    found = reasons([*subjects, *rest, *[f"run/{folder.split('/')[1]}/{name}" for name in others]])
    assert {found[path] == "" for path in subjects} == {is_taken} and {found[path] for path in rest} == {""}
    of_code = reasons([*subjects, *rest[:4], "docs/a.md", *[f"docs/{number}.md" for number in range(20)]])
    assert not any(of_code[path] == "" for path in subjects)


def test_what_is_said_to_models_is_no_documentation_because_it_is_text() -> None:
    files = [f"docs/{number}.md" for number in range(9)]
    files += [f"{folder}/{name}.md" for folder in ("prompts", "shims/commands") for name in "abcd"]
    assert {path for path, why in reasons(files).items() if why} == set(files[9:])


def test_a_folder_of_a_history_says_itself_how_it_is_written() -> None:
    files = ["docs/a.md", "changes/README.rst", "changes/12.bugfix.rst", "CHANGES/13.feature.rst"]
    assert {path for path, why in reasons(files).items() if why} == set(files[2:])


def test_a_repository_of_documents_is_taken_whole_but_for_its_lists() -> None:
    files = ["README.md", *[f"parts/{number}/index.rst" for number in range(5)], "web/index.rst", "lists/words.txt"]
    assert {path for path, why in reasons(files).items() if why} == {"lists/words.txt"}


def test_a_folder_of_two_letters_is_no_language_where_nothing_is_translated() -> None:
    assert set(reasons(["docs/a.md", "docs/om/b.md", "docs/om/c.md", "docs/is/d.md"]).values()) == {""}


def test_of_versions_the_newest_that_is_complete_is_taken() -> None:
    files = [f"docs/{version}/{name}.md" for version in ("1.5", "2.x", "10.0") for name in "abcde"]
    found = reasons([*files, "docs/11.0/a.md", "docs/guide.md"])
    assert {path for path, why in found.items() if not why} == {f"docs/10.0/{name}.md" for name in "abcde"} | {
        "docs/guide.md"
    }
    assert (found["docs/1.5/a.md"], found["docs/11.0/a.md"]) == ("other versions: 1.5", "other versions: 11.0")
    assert reasons(files, include=["docs/1.5/"])["docs/1.5/a.md"] == ""


@pytest.mark.parametrize(
    ("newest", "older"),
    [
        ("docs/", "versioned_docs/version-1.x/"),
        ("site/docs/", "site/versioned_docs/version-1.x/"),
        ("docs/api/", "docs/api_versioned_docs/version-1.0.0/"),
        ("docs/latest/", "docs/1.0/"),
        ("docs/", "docs/v1/"),
    ],
)
def test_what_stands_beside_the_versions_without_a_number_is_the_newest(newest: str, older: str) -> None:
    files = [f"{newest}{name}.md" for name in "abc"] + [f"{older}{name}.md" for name in ("a", "b", "gone")]
    found = reasons([*files, f"{older.replace('1', '2')}a.md"])
    assert {path for path, why in found.items() if not why} == set(files[:3])
    assert found[f"{older}gone.md"] == f"other versions: {older.split('/')[-2]}"
    assert reasons(files, include=[older])[f"{older}a.md"] == ""


def test_versions_of_something_else_than_what_stands_beside_them_are_no_older_ones_of_that() -> None:
    files = ["docs/README.md", "docs/guide.md", "docs/v1/README.md", "docs/v1/users.md", "docs/v1/orders.md"]
    assert set(reasons(files).values()) == {""}


def test_chapters_and_different_things_in_numbered_folders_are_no_versions() -> None:
    assert set(reasons(["docs/1/a.md", "docs/2/a.md", "docs/v1/b.md", "docs/v2/c.md"]).values()) == {""}


def test_a_list_of_words_is_no_document() -> None:
    words = "\n".join(f"word{number}" for number in range(12))
    made = draft(MemoryTree({"docs/spelling_wordlist.txt": words, "docs/a.md": "# A\n\nText.\n"}))
    assert made.found.taken == ("docs/a.md",)
    assert [group.why for group in made.found.left_out] == ["lists of words"]
    prose = draft(MemoryTree({"docs/a.txt": "It is prose.\n" * 12, "docs/b.md": "# B\n\nText.\n"}))
    assert prose.found.taken == ("docs/a.txt", "docs/b.md")


def test_a_document_in_one_language_twice_is_left_out_twice() -> None:
    found = reasons(["docs/a.md", "docs/b.md", "docs/de/a.md", "docs/de/b.md", "i18n/de/docs/a.md"])
    assert [path for path, why in found.items() if not why] == ["docs/a.md", "docs/b.md"]


def test_translations_that_an_ending_tells_are_left_out_by_a_pattern_that_fits_the_next_one() -> None:
    files = {**many(), **{f"docs/part1/page-{n}.es.md": f"# Es {n}\n" for n in (1, 8, 15)}}
    (entry,) = [entry for entry in draft(MemoryTree(files)).index.entries if entry.each]
    assert "docs/**/*.es.md" in {text.value for text in entry.besides}
    assert not [text.value for text in entry.besides if "page-" in text.value]


def test_a_copy_of_another_document_is_given_once() -> None:
    found = reasons({"docs/a.md": "# Same\n", "docs/b/a2.md": "# Same\n", "docs/c.md": "# Other\n"})
    assert found == {"docs/a.md": "", "docs/b/a2.md": "copies of another", "docs/c.md": ""}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Runner\n\n::: agents.run.Runner\n\n",
        "# X\n\n.. toctree::\n   :maxdepth: 1\n",
        "```{include} ../CHANGES.rst\n```",
        "# Changes\n\n```{include} ../CHANGES.rst\n:start-after: x\n```\n",
        "# Changes\n\n```{eval-rst}\n.. include:: ../CHANGES.rst\n   :start-after: x\n```\n",
        ":::{toctree}\n:maxdepth: 2\n\na\nb\n:::\n",
        '# Changes\n\n--8<-- "CHANGES.md"\n',
        "{/* nothing yet */}\n",
    ],
)
def test_what_only_a_build_fills_says_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "Moved to [x](y.md).",
        "# Hooks\n\nThis page has moved to https://e.org/hooks.\n",
        "---\ntitle: Hooks\n---\n\nThe guide now lives in [hooks](hooks.md)\n",
        "Hooks\n=====\n\nSee :doc:`hooks`.\n",
        "# Hooks\n\n> Renamed to [Events][1]\n\n[1]: events.md\n",
    ],
)
def test_a_page_that_only_says_where_it_has_gone_says_nothing(text: str) -> None:
    assert says_nothing(text)
    assert not says_nothing(text + "\n## Errors\n\nThey are told.\n")
    assert not says_nothing(text + "\nIt takes an event and a function, " + "which is called with it " * 4)


@pytest.mark.parametrize(
    "text",
    [
        "# Bin\n\nFiles are moved to the bin.\n",
        "# Bin\n\nIt was removed in 2.0, use [logs](logs.md).\n",
        "# Bin\n\n```{note}\nFiles are kept a day.\n```\n",
        "# Bin\n\nFiles in the [bin](bin.md) are kept for a day.\n",
        "# Bin\n\n```{include} a.md\n```\n\nFiles are kept a day.\n",
    ],
)
def test_a_short_page_that_says_something_is_one(text: str) -> None:
    assert not says_nothing(text)


def test_an_empty_file_has_nothing_in_it_and_is_no_copy_of_another() -> None:
    files = {"docs/a.md": "", "docs/b.md": "", "docs/c.md": "# C\n\nHow c is done here.\n"}
    groups = draft(MemoryTree(files)).found.left_out
    assert [(group.why, group.paths) for group in groups] == [(EMPTY, ("docs/a.md", "docs/b.md"))]


def test_a_folder_of_a_program_that_is_called_template_holds_its_documents() -> None:
    files = ["in/template/README.md", "in/template/template.go", "in/template/Examples/README.md", "docs/a.md"]
    found = reasons([*files, "kit/template/README.md", "kit/template/main.go", "web/templates/README.md"])
    assert found == {
        "docs/a.md": "",
        "in/template/README.md": "",
        "in/template/Examples/README.md": "examples",
        "kit/template/README.md": "examples",
        "web/templates/README.md": "examples",
    }


def test_a_document_that_is_nearly_another_is_listed_once_unless_a_person_includes_it() -> None:
    text = "# Pools\n\n" + "".join(f"Setting {n} of the pool.\n\n" for n in range(20))
    files = {"docs/a-b.md": text, "docs/a_b.md": text.replace("Setting 7", "Option 7"), "docs/c.md": "# C\n\nOther.\n"}
    made = draft(MemoryTree(files))
    assert [entry.paths[0].value for entry in made.index.entries] == ["docs/a-b.md", "docs/c.md"]
    assert made.found.taken == ("docs/a-b.md", "docs/c.md")
    assert [(group.why, group.paths) for group in made.found.left_out] == [
        ("nearly the same as another", ("docs/a_b.md",))
    ]
    assert len(draft(MemoryTree(files), wanted=Wanted(include=("docs/",))).index.entries) == 3


def test_what_looks_like_a_secret_goes_into_no_draft() -> None:
    key = "zfJJIOmw4FOQLjO7hh0gID3Afbbhc4vMgFIx"
    files = {
        "docs/deploy.md": f"# Deploy\n\nDeploy widgets with the token ghp_{key} from here.\n\n## Use ghp_{key}\n",
        "docs/mail.md": "# Mail\n\nThe password is hunter2secret9 for all.\n",
        "docs/ui.md": "# Buttons\n\nHow we draw them.\n",
    }
    made = draft(MemoryTree(files))
    said = to_text(made.index)
    assert key not in said and "hunter2" not in said
    assert [entry.description for entry in made.index.entries] == ["Deploy", "Mail", "Buttons: How we draw them."]


def test_of_many_documents_by_folder_near_copies_of_one_name_are_left_out_too_and_a_skill_stays() -> None:
    text = "".join(f"Setting {n} of the pool.\n\n" for n in range(20))
    files = {f"docs/other/{n}.md": f"# Page {n}\n\nText.\n" for n in range(LISTED)}
    files |= {"docs/skills/pool.md": f"# Pools\n\n{text}", "skills/pool/SKILL.md": f"# Pool\n\n{text}"}
    made = draft(MemoryTree(files))
    assert made.is_by_folder
    assert {group.why: group.paths for group in made.found.left_out} == {
        "nearly the same as another": ("docs/skills/pool.md",)
    }
    assert [(entry.paths[0].value, [text.value for text in entry.besides]) for entry in made.index.entries] == [
        ("docs/**/*.md", ["docs/skills/"]),
        ("skills/pool/SKILL.md", []),
    ]
    assert not draft(MemoryTree(files), wanted=Wanted(include=("docs/",))).found.left_out


def test_pages_that_differ_in_a_line_of_twelve_are_copies_only_where_they_are_called_the_same() -> None:
    text = "# Pools\n\n" + "".join(f"Setting {n} of the pool.\n\n" for n in range(23))
    other = text.replace("Setting 7 ", "Option 7 ").replace("Setting 9 ", "Option 9 ")
    files = {"docs/app-router.md": text, "docs/pages-router.md": other, "docs/old/app-router.md": other + "End.\n"}
    taken = {entry.paths[0].value for entry in draft(MemoryTree(files)).index.entries}
    assert taken == {"docs/app-router.md", "docs/pages-router.md"}


def test_pages_of_one_template_and_short_ones_are_no_copies() -> None:
    text = "# Page of {0}\n\n" + "".join(f"## Part {n}\n\nPart {n} of {{0}}.\n\nRead on.\n\n" for n in range(9))
    files = {f"docs/{name}.md": text.format(name) for name in ("ansible", "docker")}
    files |= {f"docs/s{n}.md": f"# Short\n\nOne line.\n\nNumber {n}.\n" for n in range(2)}
    assert len(draft(MemoryTree(files)).index.entries) == 4


def test_what_is_new_and_nearly_what_an_index_lists_is_not_proposed() -> None:
    text = "# Pools\n\n" + "".join(f"Setting {n} of the pool.\n\n" for n in range(20))
    files = {"docs/a.md": text + "New.\n", "docs/b.md": text}
    made = draft(MemoryTree(files), ["docs/b.md"])
    assert (made.index.entries, made.found.taken) == ((), ("docs/b.md",))


def test_plans_and_notes_of_a_day_are_left_out_beside_what_holds_now() -> None:
    lasting = ["docs/a.md", "docs/b.md", "docs/c.md", "docs/adr/2024-01-31-use-sqlite.md", "docs/2024-report.md"]
    dated = ["docs/plans/2026-05-06-lift.md", "docs/20260506_notes.md", "docs/meetings/2026_05_06.md"]
    found = reasons(lasting + dated)
    assert {path for path, why in found.items() if not why} == set(lasting)
    assert {found[path] for path in dated} == {"plans and notes of a day"}
    assert reasons(lasting + dated, include=dated[:1])[dated[0]] == ""
    assert set(reasons(dated + lasting[:2]).values()) == {""}


def test_skills_in_hidden_folders_are_read_where_they_lie_unless_a_person_says_otherwise() -> None:
    tree = MemoryTree({"docs/a.md": "# A\n\nText.\n", ".agents/skills/x/SKILL.md": "---\nname: x\n---\n# X\n"})
    wanted = {(): ["agent-skills"], ("cursor",): ["cursor"], ("none",): []}
    for sources, live in wanted.items():
        assert [text.value for text in draft(tree, wanted=Wanted(sources=sources)).index.live] == live
    shipped = MemoryTree({"docs/a.md": "# A\n\nText.\n", "package/.agents/skills/x/SKILL.md": "# X\n"})
    assert draft(shipped).index.live == ()
    listed = MemoryTree({"skills/y/SKILL.md": "# Y\n\nText.\n", ".claude/skills/x/SKILL.md": "# X\n"})
    assert draft(listed).index.live == () and draft(listed).found.taken == ("skills/y/SKILL.md",)


def test_a_name_that_fits_any_task_is_said_with_its_folder() -> None:
    made = draft(
        MemoryTree({f"docs/{name}.md": f"# {name}\n\nText of it.\n" for name in ("testing", "why", "caching")})
    )
    assert [entry.id.value for entry in made.index.entries] == ["caching", "docs-testing", "docs-why"]


# ── keywords ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_name_without_number_and_of_the_folder_where_the_file_says_nothing() -> None:
    names = [name_of(path) for path in ("docs/01-intro.md", "docs/api/index.md", "skills/pdf/SKILL.md", "README.md")]
    assert names == ["intro", "api", "pdf", "README"]


def test_code_that_a_document_repeats_is_a_keyword_and_a_phrase_that_stands_once_is_none() -> None:
    text = "# Sessions\n\nSet `TTL_SECONDS`. The `TTL_SECONDS` holds until midnight passes somewhere else.\n"
    other = "# Queues\n\nA worker takes jobs. Another worker takes jobs, too, and workers end.\n"
    found = keywords_of({"docs/sessions.md": text, "docs/queues.md": other})
    assert "TTL_SECONDS" in found["docs/sessions.md"]
    assert not {term for term in found["docs/sessions.md"] if "midnight" in term or "somewhere" in term}


@pytest.mark.parametrize(
    "text",
    [
        "# エージェントの実行\n\nエージェントを実行する方法です。エージェントの実行は三つあります。\n",
        "# 部署指南\n\n请在这里部署数据库。部署数据库的方法。\n",
        "# วิธีติดตั้ง\n\nติดตั้งฐานข้อมูล ติดตั้งฐานข้อมูล ติดตั้งฐานข้อมูล\n",
    ],
)
def test_no_keyword_comes_from_inside_a_run_that_is_written_without_spaces(text: str) -> None:
    title = text.splitlines()[0].removeprefix("# ")
    found = keywords_of({"docs/x.md": text, "docs/y.md": "# Other\n\nText.\n"})["docs/x.md"]
    assert set(found) <= {title, "x"}


def test_numbers_markup_and_directives_are_no_keywords() -> None:
    text = "# Deploying 3.15\n\n.. currentmodule:: flask\n\n:orphan:\n\n**2024** 1.10 [x](http://localhost:8030/)\n" * 3
    for term in keywords_of({"docs/deploying.md": text, "docs/b.md": "# B\n\nB.\n"})["docs/deploying.md"]:
        assert not set(term) & set("*`[]") and "flask" not in term and "orphan" not in term and "8030" not in term


# ── thousands ────────────────────────────────────────────────────────────────────────────────────────────


def many(count: int = LISTED + 20) -> dict[str, str]:
    files = {f"docs/part{n % 7}/page-{n}.md": f"# Topic{n}\n\nAbout topic{n}.\n" for n in range(count)}
    return {**files, "docs/blog/old.md": "# Old\n", "docs/part0/LICENSE.md": "# L\n", "README.md": "# All\n"}


def test_more_documents_than_a_person_reviews_are_listed_by_folder_and_each_is_an_entry(tmp_path: Path) -> None:
    tree = MemoryTree(many())
    made = draft(tree)
    text = to_text(made.index)
    assert made.is_by_folder and len(text.splitlines()) < 20
    parsed = parse(Source("context-index.yml", text))
    assert not parsed.diagnostics
    for path, body in {**many(), "context-index.yml": text}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(body, encoding="utf-8")
    loader = ContextLoader(tmp_path)
    files = {entry.paths[0].value for entry in loader.index().entries}
    assert files == set(made.found.taken)
    assert loader.resolve("fix topic33").paths == ("docs/part5/page-33.md",)
    (tmp_path / "docs" / "part1" / "zebra-crossing.md").write_text("# Zebra crossing\n\nStripes.\n", encoding="utf-8")
    assert loader.reload()
    assert loader.resolve("paint the zebra crossing").paths == ("docs/part1/zebra-crossing.md",)


def test_what_is_new_in_a_large_project_is_listed_by_itself_and_never_what_is_listed_already() -> None:
    files = many()
    known = {path for path in files if path.startswith("docs/part") and "part3/" not in path}
    made = draft(MemoryTree(files), known)
    assert not made.is_by_folder
    assert {entry.paths[0].value for entry in made.index.entries} == {*made.found.taken} - known
    few = sorted(path for path in known if "part0/" in path)[:5]
    index = draft(MemoryTree(files), few).index
    globs = [entry for entry in index.entries if entry.each]
    assert globs and {text.value for entry in globs for text in entry.besides}.issuperset(few)


def test_no_number_of_documents_is_cut_off_in_silence() -> None:
    made = draft(MemoryTree({f"docs/{n}.md": f"# N{n}\n\nText {n}.\n" for n in range(6_000)}))
    assert len(made.found.taken) == 6_000


def test_ids_of_files_of_one_name_name_the_place() -> None:
    made = draft(MemoryTree({f"{part}/release/README.md": f"# {part}\n\nText.\n" for part in ("docs/web", "docs/api")}))
    assert [entry.id.value for entry in made.index.entries] == ["api-release", "web-release"]


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    for path, text in {
        "docs/event-hooks.md": "# Event hooks\n\n## Request hooks\n\nThey are called with every request.\n",
        "docs/de/event-hooks.md": "# Ereignisse\n\nJedes Mal.\n",
        "docs/timeouts.md": "# Timeouts and limits\n\nEach client has a timeout.\n",
        "src/rules.md": "# Rules\n\nOf the game.\n",
        ".cursor/rules/react.mdc": "---\nglobs: '*.tsx'\n---\n# React\n",
        "CHANGELOG.md": "# 1.0\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_init_says_what_it_took_and_left_out_and_answers_tasks_of_the_projects_own_words(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["init", "--yes"]) == 0
    said = capsys.readouterr().err
    for part in (
        "5 documents found",
        "taken        2  docs/",
        "a history: CHANGELOG.md",
        "translations (de)",
        "other tools' files: cursor (1)",
        '"Event hooks" → docs/event-hooks.md',
        "ctxload install claude-code",
    ):
        assert part in said, said


def test_samples_are_of_the_documents_before_what_lies_at_the_root(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "README.md").write_text("# Lib\n\nIt calls.\n\n## Commercial services\n\nAsk.\n", encoding="utf-8")
    assert app.run(["init", "--yes"]) == 0
    samples = [line for line in capsys.readouterr().err.splitlines() if "→" in line]
    assert samples and "docs/" in samples[0] and not any('"README"' in line for line in samples)


def test_samples_come_of_a_draft_by_folder_too_and_what_was_read_for_them_is_kept(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(project.parent / "cache"))
    for number in range(LISTED + 1):
        path = project / "docs" / f"part{number % 7}" / f"p{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# Of word{number}\n\nHow word{number} and thing{number} go together.\n", encoding="utf-8")
    assert app.run(["init", "--yes"]) == 0
    said = capsys.readouterr().err
    samples = [line for line in said.splitlines() if "→" in line]
    assert len(samples) == 3 and len({line.rpartition("/")[0].rpartition("→")[2] for line in samples}) > 1
    assert "by folder" in said and UNREAD not in said and has_evidence(discover(str(project)))
    monkeypatch.setattr(init_samples, "MOST", LISTED)
    forget_evidence(discover(str(project)))
    (project / "context-index.yml").unlink()
    assert app.run(["init", "--yes"]) == 0
    said = capsys.readouterr().err
    assert sum("→" in line for line in said.splitlines()) == 3
    assert UNREAD in said and not has_evidence(discover(str(project)))


def test_many_documents_left_out_of_a_folder_are_exceptions_of_one_entry(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder of its own for each is more to review, and says nothing of the next one."""
    top = project / "patterns"
    for number in range(LISTED):
        folder = top / f"p{number}"
        folder.mkdir(parents=True)
        (folder / f"about{number}.md").write_text(f"# Of word{number}\n\nHow word{number} fares.\n", encoding="utf-8")
        if number % 4 == 0:
            (folder / "user.md").write_text("# Input\n\nThe same for all of them.\n", encoding="utf-8")
    (top / "p0" / "user.md").write_text("# Another\n\nOf its own.\n", encoding="utf-8")
    assert app.run(["init", "--yes"]) == 0
    text = (project / "context-index.yml").read_text(encoding="utf-8")
    assert "- path: patterns/**/*.md\n" in text and "p8/user.md" in text and len(text.splitlines()) < LISTED / 2
    capsys.readouterr()
    assert app.run(["init", "--add", "--yes"]) == 0
    assert "lists every document there is to list" in capsys.readouterr().err
    for path in top.glob("p*/user.md"):
        path.write_text("# Input\n\nThe same for all of them.\n", encoding="utf-8")
    (top / "p0" / "user.md").unlink()
    (top / "p4" / "user.md").write_text("", encoding="utf-8")
    (project / "context-index.yml").unlink()
    assert app.run(["init", "--yes", "--exclude", "patterns/*/user.md"]) == 0
    assert "patterns/**/user.md" in (project / "context-index.yml").read_text(encoding="utf-8")


def test_init_add_after_init_finds_nothing_new_where_some_are_nearly_alike(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = "".join(f"Step {number} of the way.\n" for number in range(30))
    for number in range(LISTED + 1):
        (project / "docs" / f"p{number}.md").write_text(f"# Of word{number}\n", encoding="utf-8")
    for folder in ("one", "two"):
        (project / "docs" / folder).mkdir()
        (project / "docs" / folder / "walk.md").write_text(f"# Walk\n\n{lines}In {folder}.\n", encoding="utf-8")
    assert app.run(["init", "--yes"]) == 0 and "nearly the same" in capsys.readouterr().err
    assert app.run(["init", "--add", "--yes"]) == 0
    assert "lists every document there is to list" in capsys.readouterr().err


def test_entries_that_several_each_make_have_ids_of_their_own(project: Path) -> None:
    for part in ("web", "api"):
        for name in ("system", "release", "x/README"):
            path = project / "parts" / part / f"{name}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"# The {name} of {part}\n", encoding="utf-8")
    rows = "".join(f"  - {{path: parts/{part}/, each: true}}\n" for part in ("web", "api"))
    own = "  - {id: web/release, path: docs/timeouts.md}\n"
    (project / "context-index.yml").write_text(f"fallback: none\ncontext_files:\n{rows}{own}", encoding="utf-8")
    ids = [verdict.entry for verdict in ContextLoader(project).resolve("herons").verdicts]
    assert sorted(ids) == sorted(
        ["web/system", "api/system", "parts/web/release", "api/release", "web/x", "api/x", "web/release"]
    )
    with pytest.raises(ExplicitContextError, match="may be any of 2 entries"):
        ContextLoader(project).resolve("Context: system")


def test_no_id_of_a_draft_by_folder_fits_almost_any_task(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("support", "apps", "deploy/support", "where-was-i", "development"):
        path = project / "docs" / folder / "index.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# The {folder} of herons\n\nHow herons fare.\n", encoding="utf-8")
    for number in range(LISTED):
        (project / "docs" / f"p{number}.md").write_text(f"# Of word{number}\n", encoding="utf-8")
    assert app.run(["init", "--yes"]) == 0 and "by folder" in capsys.readouterr().err
    assert app.run(["check", "--strict"]) == 0, capsys.readouterr().out
    ids = {verdict.entry for verdict in ContextLoader(project).resolve("herons").verdicts}
    assert ids >= {"docs/support", "docs/apps", "deploy/support", "docs/where-was-i", "docs/development"}


def test_init_reads_skills_in_place_and_says_so_and_add_names_them(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    skill = project / ".claude" / "skills" / "port" / "SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text("---\nname: port\ndescription: Port changes to older branches\n---\n# Port\n", encoding="utf-8")
    assert app.run(["init", "--yes"]) == 0
    said = capsys.readouterr().err
    assert "read in place    agent-skills" in said
    assert ".claude/skills/" not in said and "claude-code" not in said.partition("other tools")[2].partition(";")[0]
    assert app.run(["resolve", "port the changes to an older branch"]) == 0
    assert capsys.readouterr().out == ".claude/skills/port/SKILL.md\n"
    (project / "context-index.yml").write_text("context_files:\n- path: docs/timeouts.md\n", encoding="utf-8")
    assert app.run(["init", "--add", "--yes"]) == 0
    assert "add `agent-skills` to `sources:` of the index" in capsys.readouterr().err


def test_init_takes_another_language_and_other_tools_files_where_it_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["init", "--yes", "--language", "de", "--source", "cursor", "--include", "CHANGELOG.md"]) == 0
    index = parse(Source("i", (project / "context-index.yml").read_text(encoding="utf-8"))).index
    assert [text.value for text in index.live] == ["cursor"]
    assert {path.value for entry in index.entries for path in entry.paths} == {
        "CHANGELOG.md",
        "docs/de/event-hooks.md",
        "docs/timeouts.md",
    }


def test_init_in_a_folder_below_an_index_says_so_and_add_tells_what_is_gone(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "context-index.yml").write_text(
        "context_files:\n- {path: docs/old/timeouts.md, keywords: [timeout]}\n- {path: docs/event-hooks.md}\n",
        encoding="utf-8",
    )
    assert app.run(["init", "--add", "--yes"]) == 0
    assert "line 2: `docs/old/timeouts.md` is gone: is it `docs/timeouts.md` now?" in capsys.readouterr().err
    monkeypatch.chdir(project / "docs")
    assert app.run(["init"]) == 1
    assert "../context-index.yml serves this folder now" in capsys.readouterr().err.replace("\\", "/")


def test_a_document_that_a_named_source_reads_gets_no_entry_of_its_own(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    skill = project / "skills/ship/SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text('---\nname: ship\ndescription: Use when the user says "ship it"\n---\n# Ship\n', encoding="utf-8")
    assert app.run(["init", "--yes", "--source", "agent-skills"]) == 0
    assert "read in place  1 agent-skills" in capsys.readouterr().err
    assert "skills/ship" not in (project / "context-index.yml").read_text(encoding="utf-8")
    assert app.run(["check", "--strict", "--format", "concise"]) == 0
    assert "CTX312" not in capsys.readouterr().out


def test_what_a_draft_asks_is_asked_of_the_whole_tree_once() -> None:
    tree = MemoryTree({"docs/a.md": "# A\n\nText.\n"})
    assert draft(tree, wanted=Wanted(exclude=("docs/",))).index.entries == ()


def test_where_no_document_is_in_english_one_language_is_taken_all_the_same() -> None:
    found = reasons([f"docs/{code}/{name}.md" for code in ("de", "fr") for name in "abc"] + ["docs/fr/d.md"])
    assert {path for path, why in found.items() if not why} == {f"docs/fr/{name}.md" for name in "abcd"}
