"""What a project is made of, and entries that ask for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.start import run
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.stack.detection import find_stack, packages
from ctxload.workspace.stack.manifests import least
from ctxload.workspace.stack.requirements import requirement, why_not
from strategies import NASTY


def stack(files: dict[str, str]) -> set[str]:
    return {f"{part.key} {part.version}".rstrip() for part in find_stack(MemoryTree(files))}


POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><parent><groupId>org.springframework.boot</groupId>
<artifactId>spring-boot-starter-parent</artifactId><version>3.2.4</version></parent>
<properties><java.version>21</java.version><guava.version>33.1.0-jre</guava.version></properties>
<dependencies><dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId><version>${guava.version}</version></dependency>
</dependencies></project>"""

#: The files of a project, and some of what it is made of.
PROJECTS: dict[str, tuple[dict[str, str], set[str]]] = {
    "npm with a lock": (
        {
            "package.json": '{"engines": {"node": ">=20"}, "dependencies": {"next": "^14.0.0"}, "devDependencies": {"typescript": "~5.4"}}',  # noqa: E501
            "package-lock.json": '{"packages": {"": {}, "node_modules/next": {"version": "14.2.3"}, "node_modules/typescript": {"version": "5.4.5"}}}',  # noqa: E501
        },
        {"next 14.2.3", "typescript 5.4.5", "node 20"},
    ),
    "npm without a lock": ({"package.json": '{"dependencies": {"react": "^18.2.0", "x": "latest"}}'}, {"react 18.2.0", "x", "javascript"}),  # noqa: E501
    "yarn": (
        {
            "web/package.json": '{"dependencies": {"vue": "^3"}}',
            "yarn.lock": '"@babel/core@^7":\n  version "7.24.0"\n\nvue@^3:\n  version "3.4.21"\n  resolved "x"\n',
        },
        {"vue 3.4.21"},
    ),
    "pnpm": (
        {"package.json": '{"dependencies": {"@nestjs/core": "10"}}', "pnpm-lock.yaml": "packages:\n  '@nestjs/core@10.3.7':\n    x: y\n"},  # noqa: E501
        {"@nestjs/core 10.3.7"},
    ),
    "requirements": (
        {"requirements.txt": "# web\nDjango==4.2.11  # lts\ndjangorestframework>=3.14,<4\n-r more.txt\ncelery[redis]~=5.3 ; python_version > '3'\n"},  # noqa: E501
        {"python", "django 4.2.11", "djangorestframework 3.14", "celery 5.3"},
    ),
    "pyproject": (
        {
            "pyproject.toml": '[project]\nrequires-python = ">=3.11"\ndependencies = ["FastAPI>=0.110"]\n[dependency-groups]\ndev = ["pytest"]\n',  # noqa: E501
            "uv.lock": '[[package]]\nname = "fastapi"\nversion = "0.111.0"\n',
        },
        {"python 3.11", "fastapi 0.111.0", "pytest"},
    ),
    "poetry": ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.12"\nflask = {version = "^3.0"}\n'}, {"python 3.12", "flask 3.0"}),  # noqa: E501
    "pipenv": (
        {"Pipfile": '[packages]\ndjango = "*"\n', "Pipfile.lock": '{"default": {"django": {"version": "==5.0.4"}}}'},
        {"django 5.0.4"},
    ),
    "composer": (
        {"composer.json": '{"require": {"php": "^8.2", "laravel/framework": "^11.0"}}', "composer.lock": '{"packages": [{"name": "laravel/framework", "version": "v11.4.0"}]}'},  # noqa: E501
        {"php 8.2", "laravel/framework 11.4.0"},
    ),
    "maven": ({"pom.xml": POM}, {"java 21", "spring-boot 3.2.4", "com.google.guava:guava 33.1.0"}),
    "gradle": (
        {
            "build.gradle.kts": 'plugins { id("org.springframework.boot") version "3.2.0"; kotlin("jvm") }\n'
            'java { toolchain { languageVersion = JavaLanguageVersion.of(17) } }\ndependencies { implementation("io.ktor:ktor-server:2.3.9") }'  # noqa: E501
        },
        {"kotlin", "jvm 17", "gradle", "spring-boot 3.2.0", "io.ktor:ktor-server 2.3.9"},
    ),
    "gradle for Java": ({"build.gradle": "plugins {\n  id 'java'\n}\nsourceCompatibility = '17'\n"}, {"java 17", "gradle"}),  # noqa: E501
    "a catalog of versions": (
        {
            "build.gradle.kts": "plugins {\n  alias(libs.plugins.kotlin.jvm) apply false\n  alias(libs.plugins.android.application)\n}\n",  # noqa: E501
            "gradle/libs.versions.toml": '[versions]\nkotlin = "2.0.21"\nroom = { strictly = "2.6.1" }\n'
            '[libraries]\nroom = { group = "androidx.room", name = "room-ktx", version.ref = "room" }\nokio = "com.squareup.okio:okio:3.9.0"\n'  # noqa: E501
            'bom = { module = "com.google:bom" }\n'
            '[plugins]\nkotlin-jvm = { id = "org.jetbrains.kotlin.jvm", version.ref = "kotlin" }\n',
        },
        {"kotlin 2.0.21", "android", "androidx.room:room-ktx 2.6.1", "com.squareup.okio:okio 3.9.0", "com.google:bom"},
    ),
    "requirements in a folder": ({"backend/requirements/base.txt": "Django>=5.1\n", "backend/requirements/dev.txt": "-r base.txt\npytest==8.3\n"}, {"django 5.1", "pytest 8.3"}),  # noqa: E501
    "setup.cfg": (
        {"setup.cfg": "[metadata]\nversion = attr: x.y\n[options]\npython_requires = >=3.9\ninstall_requires =\n    flask>=2.3\n    click\n[options.extras_require]\ndev =\n    pytest>=7\n"},  # noqa: E501
        {"python 3.9", "flask 2.3", "click", "pytest 7"},
    ),
    "setup.py": ({"setup.py": "setup(name='x', python_requires='>=3.8', install_requires=[\n  'requests>=2.28',  # web\n  'rich',\n])\n"}, {"python 3.8", "requests 2.28", "rich"}),  # noqa: E501
    "conda": (
        {"environment.yml": "name: x\ndependencies:\n  - python=3.11\n  - conda-forge::numpy=1.26.4=py311\n  - pandas>=2.1\n  - pip:\n    - torch==2.3.0\n"},  # noqa: E501
        {"python 3.11", "numpy 1.26.4", "pandas 2.1", "torch 2.3.0"},
    ),
    "a toolchain": ({"rust-toolchain.toml": '[toolchain]\nchannel = "1.81.0"\n'}, {"rust 1.81.0"}),
    "ruby": (
        {"Gemfile": "ruby '3.3.0'\ngem 'rails', '~> 7.1'\ngem 'pg'\n", "Gemfile.lock": "GEM\n  specs:\n    rails (7.1.3.2)\n    pg (1.5.6)\n"},  # noqa: E501
        {"ruby 3.3.0", "rails 7.1.3.2", "pg 1.5.6"},
    ),
    "go": (
        {"go.mod": "module x\n\ngo 1.22\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.1\n\tgolang.org/x/text v0.14.0 // indirect\n)\n"},  # noqa: E501
        {"go 1.22", "github.com/gin-gonic/gin 1.9.1"},
    ),
    "rust": (
        {"Cargo.toml": '[package]\nname = "x"\nrust-version = "1.75"\n[dependencies]\naxum = "0.7"\n', "Cargo.lock": '[[package]]\nname = "axum"\nversion = "0.7.5"\n'},  # noqa: E501
        {"rust 1.75", "axum 0.7.5"},
    ),
    "dotnet": (
        {
            "src/Api/Api.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>'  # noqa: E501
            '<ItemGroup><PackageReference Include="Serilog" Version="3.1.1" /></ItemGroup></Project>'
        },
        {"csharp", "dotnet 8.0", "aspnetcore", "serilog 3.1.1"},
    ),
    "docker": (
        {
            "Dockerfile": "ARG PY=3.12\nFROM python:${PY}-slim AS build\nFROM --platform=x node:20-alpine\nFROM build\n",  # noqa: E501
            "compose.yaml": "services:\n  db:\n    image: postgres:16-alpine\n  cache: {image: 'redis:${TAG:-7.2}'}\n  own: {build: .}\n",  # noqa: E501
        },
        {"docker", "python 3.12", "node 20", "docker-compose", "postgresql 16", "redis 7.2"},
    ),
    "version files": ({".tool-versions": "elixir 1.16.2\nnodejs 20.11.0\n", ".python-version": "3.11.8\n"}, {"elixir 1.16.2", "node 20.11.0", "python 3.11.8"}),  # noqa: E501
    "flutter": ({"pubspec.yaml": "environment:\n  sdk: '>=3.3.0 <4.0.0'\ndependencies:\n  flutter:\n    sdk: flutter\n  dio: ^5.4.0\n"}, {"dart 3.3.0", "flutter", "dio 5.4.0"}),  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_is_made_of_what_its_manifests_and_locks_name(name: str) -> None:
    files, wanted = PROJECTS[name]
    assert wanted <= stack(files)


def test_a_client_of_a_service_is_a_package_and_an_image_is_the_service() -> None:
    parts = find_stack(
        MemoryTree(
            {"docker/requirements.txt": "docker==7.1\nredis==5.0\n", "compose.yml": "services: {a: {image: 'redis:7'}}"}
        )
    )
    assert [(part.kind, part.name, part.version) for part in parts if part.key in ("docker", "redis")] == [
        ("tool", "Redis", "7"), ("package", "docker", "7.1"), ("package", "redis", "5.0"),
    ]  # fmt: skip


def test_the_node_of_a_manifest_is_a_tool() -> None:
    parts = find_stack(MemoryTree({"package.json": '{"engines": {"node": "22"}}', ".nvmrc": "v22.1.0\n"}))
    assert [(part.kind, part.version) for part in parts if part.key == "node"] == [("tool", "22"), ("tool", "22.1.0")]


def test_what_is_only_brought_along_is_no_part() -> None:
    assert not any("golang.org" in part for part in stack(PROJECTS["go"][0]))


def test_manifests_of_others_and_deep_ones_are_not_read() -> None:
    text = '{"dependencies": {"react": "1"}}'
    assert stack({f"{folder}/package.json": text for folder in ("node_modules/x", "vendor/y", "a/b/c/d")}) == set()


MANIFESTS = sorted({path.rsplit("/", 1)[-1] for files, _ in PROJECTS.values() for path in files})


@given(
    st.sampled_from(MANIFESTS),
    st.sampled_from(NASTY)
    | st.text(max_size=30)
    | st.sampled_from(["{}", "[]", "1", "null", "[" * 5000, "<x/>", "<!DOCTYPE x>"]),
)
def test_a_broken_manifest_is_nothing_and_never_an_exception(name: str, text: str) -> None:
    find_stack(MemoryTree({name: text.encode("utf-8", "surrogatepass")}))


def test_xml_with_entities_is_not_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><project><dependency><artifactId>&b;</artifactId></dependency></project>'  # noqa: E501
    assert stack({"pom.xml": bomb}) == set()


@given(st.text())
def test_the_least_version_is_a_number_or_nothing(text: str) -> None:
    assert least(text) == "" or least(text)[0].isdigit()


@pytest.mark.parametrize("text", ["", ">=4", "django=>4", "django >= 4 or 5", "a b==x", "django>=4;x", "a,b"])
def test_what_is_no_requirement_is_told(text: str) -> None:
    assert requirement(text) is None


@pytest.mark.parametrize(
    "wanted, met",
    [
        (["django"], True), (["Django>=4"], True), (["django>=4,<5"], True), (["django>=5"], False), (["django==4.2.*"], True), (["next.js>=14"], True),  # noqa: E501
        (["django>=4", "next<14"], False), (["flask"], False), (["python"], True), (["python>=3"], False), (["golang"], False),  # noqa: E501
    ],
)  # fmt: skip
def test_all_that_is_asked_for_must_be_there(wanted: list[str], met: bool) -> None:
    files = {"requirements.txt": "Django==4.2.11", "web/package.json": '{"dependencies": {"next": "14.1.0"}}'}
    assert (why_not(packages(MemoryTree(files)), wanted) == "") is met


# ── in an index ──────────────────────────────────────────────────────────────────────────────────────────

INDEX = "context_files: [{path: a.md, keywords: [api], when_stack: [django>=4]}, {path: b.md, keywords: [api], when_stack: [flask]}]\nfallback: none"  # noqa: E501


def answer(files: dict[str, str], task: str = "the api") -> Resolution:
    index = parse(Source("i", INDEX)).index
    return resolve(compile_index(index), MemoryTree({"a.md": "", "b.md": "", **files}), Request(task))


def test_an_entry_counts_only_with_the_stack_it_asks_for() -> None:
    assert answer({"requirements.txt": "django==4.2"}).paths == ("a.md",)
    assert answer({"requirements.txt": "django==3.2"}).paths == ()
    assert answer({}).paths == ()


def test_the_verdict_says_what_is_lacking() -> None:
    verdicts = {
        verdict.entry: (verdict.why, verdict.message)
        for verdict in answer({"requirements.txt": "django==3.2"}).verdicts
    }
    assert verdicts == {
        "a": ("when-stack", "counts only with django>=4, and the project has django 3.2"),
        "b": ("when-stack", "counts only with flask, and the project does not use it"),
    }


def test_the_stack_is_looked_at_only_for_entries_that_are_called_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ctxload.workspace.stack.detection.packages", lambda tree: pytest.fail("nobody asked for the stack")
    )
    assert answer({"requirements.txt": "django==4.2"}, "something else").paths == ()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"a.md": "", "b.md": "", "context-index.yml": INDEX, "requirements.txt": "django==4.2\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_changed_manifest_is_noticed_by_the_next_call(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def paths() -> list[str]:
        run(["resolve", "-m", "whole", "the api"])
        return capsys.readouterr().out.split()

    assert (paths(), paths()) == (["a.md"], ["a.md"])
    (project / "requirements.txt").write_text("flask\n", encoding="utf-8")
    assert (paths(), paths()) == (["b.md"], ["b.md"])
    (project / "sub").mkdir()
    (project / "sub" / "requirements.txt").write_text("django==5.0\n", encoding="utf-8")
    assert (paths(), paths()) == (["a.md", "b.md"], ["a.md", "b.md"])
    (project / "sub" / "uv.lock").write_text('[[package]]\nname = "django"\nversion = "3.0"\n', encoding="utf-8")
    assert paths() == ["b.md"]


def test_a_requirement_that_is_none_is_a_finding(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "context-index.yml").write_text(INDEX.replace("django>=4", "'django=>4'"), encoding="utf-8")
    assert run(["check", "--format", "concise"]) == 1
    assert "error[CTX107] `django=>4` is an invalid value for `when_stack`" in capsys.readouterr().out


def test_the_command_prints_text_and_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["stack"]) == 0
    assert (
        capsys.readouterr().out.split()
        == "languages Python requirements.txt frameworks Django 4.2 requirements.txt".split()
    )
    assert run(["stack", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["stack"][1] == {
        "kind": "framework", "name": "Django", "key": "django", "version": "4.2", "path": "requirements.txt",
    }  # fmt: skip


def test_a_project_without_manifests_is_a_no(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["stack"]) == 1
