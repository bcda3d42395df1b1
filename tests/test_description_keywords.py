"""Keywords from the descriptions of other tools' rules: their own names always, words that tell, and never grammar."""

from __future__ import annotations

import pytest

from ctxload.formats.description_keywords import called_by
from ctxload.formats.guide import Guide
from ctxload.formats.sources import read_source
from ctxload.workspace.memory_tree import MemoryTree
from test_mentions import asked

#: The name of a rule's file, and its description.
COLLECTION = {
    "rust": "Rust code, explicit errors",
    "go": "Idiomatic Go rules. Explicit error handling, interface-based design",
    "nextjs": "Next.js with TypeScript and Tailwind UI best practices",
    "react": "React best practices and patterns for modern web applications",
    "pytest": "How pytest is used, with fixtures",
    "vue": "Vue.js best practices and patterns for modern web applications",
    "cpp": "Modern C++ guidelines",
    "csharp": "C# guidelines",
    "r": "Cursor rules for R development",
    "tailwind": "Tailwind CSS and UI component best practices for modern web applications",
    "tanstack-query": "TanStack Query v5 patterns with query key factories",
    "fastapi": "FastAPI best practices and patterns for building APIs with Python",
}
#: More rules that speak of the same, whose names are others.
OTHERS = {
    **{
        f"react-{word}": f"Cursor rules for React development with {word.title()} integration"
        for word in ("mobx", "redux", "vite", "expo", "zustand")
    },
    **{
        f"nextjs-{word}": f"Cursor rules for Next.js development with {word.title()} integration"
        for word in ("seo", "prisma", "clerk")
    },
    "vue-pinia": "Cursor rules for Vue.js development with Pinia integration",
    "python-fastapi": "Cursor rules for Python FastAPI development with best practices",
}


def collection() -> MemoryTree:
    rules = COLLECTION | OTHERS
    return MemoryTree(
        {
            f".cursor/rules/{name}.mdc": f"---\ndescription: {said}\nalwaysApply: false\n---\n# Rules\n\nWrite the code for a new page as {said}.\n"  # noqa: E501
            for name, said in rules.items()
        }
    )


NAMED = {"cpp": "C++", "csharp": "C#", "nextjs": "Next.js", "tanstack-query": "TanStack Query"}


@pytest.mark.parametrize("name", COLLECTION)
def test_a_task_that_says_the_name_of_a_rule_gets_that_rule_first(name: str) -> None:
    for said in {NAMED.get(name, name.replace("-", " "))}:
        found = asked(collection(), f"Write some code with {said} for the new page", "cursor")
        assert found.paths[:1] == (f".cursor/rules/{name}.mdc",), said


def keywords(name: str, description: str, text: str = "") -> tuple[str, ...]:
    return called_by([Guide(name, (f"{name}.md",), text, description)])[0]


@pytest.mark.parametrize(
    ("name", "description", "text", "wanted"),
    [
        ("rust", "Rust code", "", "Rust"),
        ("go", "Idiomatic Go rules", "", "Go"),
        ("nextjs", "Next.js apps", "", "nextjs"),
        ("rule-12", "How pytest is used", "# pytest\n", "pytest"),
        ("react-cursorrules-prompt-file", "Cursor rules for React development", "", "React"),
        ("vercel-deployment", "Best practices for Vercel deployments", "", "Vercel deployments"),
    ],
)
def test_the_own_name_of_a_rule_that_stands_in_its_description_is_a_keyword(
    name: str, description: str, text: str, wanted: str
) -> None:
    assert wanted in keywords(name, description, text)


@pytest.mark.parametrize("match", ["whole", "focused"])
@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("numba", "Robust Numba-accelerated Python code, covering CPU and GPU targets"),
        ("servemux", "Go's `http.ServeMux` effectively, for secure API development"),
        ("express", "Robust, scalable and secure Express.js applications"),
        ("d3", "Writing modern D3.js v7+ code"),
        ("pyside", "Performant PySide6 applications with robust type safety"),
        ("maps", "The Google-Maps/Places API"),
    ],
)
def test_a_name_that_is_a_part_of_a_word_of_the_description_calls_for_its_rule(
    name: str, description: str, match: str
) -> None:
    others = {f".cursor/rules/{one}.mdc": f"---\ndescription: {said}\n---\n# X\n" for one, said in OTHERS.items()}
    path = f".cursor/rules/{name}.mdc"
    tree = MemoryTree({**others, path: f"---\ndescription: {description}\n---\n# Best practices\n"})
    assert asked(tree, f"Write some code with {name} for the new page", "cursor", match=match).paths[:1] == (path,)


@pytest.mark.parametrize(
    "description",
    [
        "ALWAYS use when you MUST write it, NEVER before",
        "Use this WHEN the user asks, and ONLY then. IMPORTANT: do NOT skip it",
        "用于编写组件时使用，请始终遵守这些规则",
        "コンポーネントを書くときに必ず使うこと",
        "Используй при написании компонентов, когда это нужно",
    ],
)
def test_function_words_and_the_grammar_of_other_scripts_are_no_keywords(description: str) -> None:
    assert keywords("rule-12", description) == ()


@pytest.mark.parametrize(
    ("description", "wanted"),
    [
        ("用于编写 React 组件时使用", ("React",)),
        ('当用户说「发布」或 "切版本" 时使用', ("切版本",)),
        ('Используй, когда просят "собрать релиз" в Docker', ("собрать релиз", "Docker")),
    ],
)
def test_names_and_quoted_words_of_any_script_are_keywords(description: str, wanted: tuple[str, ...]) -> None:
    assert set(wanted) <= set(keywords("rule-12", description))


def test_a_rule_that_no_word_calls_for_is_told_where_its_source_is_read() -> None:
    rules = {"a": "ALWAYS use when needed", "b": "Docker images"}
    files = {f".cursor/rules/{name}.mdc": f"---\ndescription: {said}\n---\n# X\n" for name, said in rules.items()}
    findings = read_source(MemoryTree(files), "cursor").findings
    assert [(one.code, one.severity, one.path) for one in findings] == [("CTX307", "note", ".cursor/rules/a.mdc")]


@pytest.mark.parametrize("description", ["open guava", "Open guava", "open the guava"])
def test_a_common_name_in_a_short_description_takes_no_place_from_the_word_beside_it(description: str) -> None:
    assert [word.lower() for word in called_by([Guide("open", description=description)])[0]] == ["open", "guava"]
