"""What a project is made of: languages, frameworks and packages with their versions, from manifests and lock files.

Exact versions come from lock files; else the least that a manifest asks for. What cannot be read is passed over: a
manifest is another tool's to check. The only file that knows `packaging`.

>>> from ctxload.workspace.tree import MemoryTree
>>> tree = MemoryTree({"requirements.txt": "Django==4.2.11\\nrequests>=2.31\\n", "web/package.json": '{"dependencies": {"next": "^14.1.0"}}'})
>>> [part.say() for part in find_stack(tree) if part.kind == "framework"]
['Django 4.2.11', 'Next.js 14.1.0']
>>> why_not(tree.stack(), ("django>=4", "next<14"))
'counts only with next<14, and the project has next 14.1.0'
"""

from __future__ import annotations

from ...record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ..tree import Tree

LANGUAGE, FRAMEWORK, TOOL, PACKAGE = "language", "framework", "tool", "package"
KINDS = (LANGUAGE, FRAMEWORK, TOOL, PACKAGE)
#: How deep below the root manifests are looked for, how many are read, and how much of one and of all, in bytes.
DEPTH, MANIFESTS, SIZE, TOTAL = 3, 300, 8_000_000, 32_000_000


class Part(Record):
    """Something a project is made of.

    `name` is how people write it, `key` how its manifest and `when_stack` do; `version` is empty where none is known;
    `path` is the manifest.
    """

    kind: str
    name: str
    key: str
    version: str
    path: str

    def say(self) -> str:
        """Name and version, as in `Django 4.2.11`."""
        return f"{self.name} {self.version}".rstrip()


def find_stack(tree: Tree) -> tuple[Part, ...]:
    """Everything the project is made of, languages first, each name and version once."""
    from .manifests import found_in, names_images

    found: dict[tuple[str, str], Part] = {}
    for key, version, path in found_in(tree):
        kind, name = known_as(key) if key not in SERVICES or names_images(path) else (PACKAGE, key)
        mine = found.get((key, version))
        if mine is None:
            found[key, version] = Part(kind, name, key, version, path)
    named = {key for key, version in found if version}
    parts = [part for part in found.values() if part.version or part.key not in named]
    return tuple(
        sorted(parts, key=lambda part: (KINDS.index(part.kind), part.name.casefold(), part.version, part.path))
    )


def packages(tree: Tree) -> tuple[tuple[str, str], ...]:
    """The names and versions of everything the project is made of, as `when_stack` asks for them."""
    from .manifests import looked_at

    tree.rests_on(
        path for path in looked_at(tree) if tree.status(path).signature
    )  # else its folder tells, which was listed
    return tuple((part.key, part.version) for part in find_stack(tree))


# ── asking for a version ─────────────────────────────────────────────────────────────────────────────────


class Requirement(Record):
    """What `when_stack` asks for: a name, and conditions on its version, if any."""

    key: str
    conditions: str

    def __str__(self) -> str:
        return self.key + self.conditions


def requirement(text: str) -> Requirement | None:
    """What a text asks for, or None where it is no requirement.

    >>> requirement("Django >= 4, <6"), requirement("next.js"), requirement("django=>4")
    (Requirement(key='django', conditions='>=4,<6'), Requirement(key='next', conditions=''), None)
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    bare = "".join(text.split())
    at = next((n for n, char in enumerate(bare) if char in "<>=!~"), len(bare))
    name, conditions = bare[:at], bare[at:]
    if not name or not conditions.isascii() or any(char in ",;^*[]()" for char in name):
        return None
    try:
        SpecifierSet(conditions)
    except InvalidSpecifier:
        return None
    return Requirement(key_of(name), conditions)


def why_not(stack: Iterable[tuple[str, str]], wanted: Iterable[str]) -> str:
    """Why a project does not meet requirements, in words; empty where it meets all of them."""
    known = dict.fromkeys(stack)
    for text in wanted:
        asked = requirement(text)
        if asked is None:
            return f"counts only with `{text}`, which is no requirement such as `django>=4`"
        versions = [version for key, version in known if key == asked.key]
        if not versions:
            return f"counts only with {text}, and the project does not use it"
        if not any(_meets(version, asked.conditions) for version in versions):
            has = ", ".join(filter(None, versions)) or "in no version that is known"
            return f"counts only with {text}, and the project has {asked.key} {has}"
    return ""


def _meets(version: str, conditions: str) -> bool:
    from packaging.specifiers import SpecifierSet
    from packaging.version import InvalidVersion, Version

    if not conditions:
        return True
    try:
        return SpecifierSet(conditions).contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────

#: Other names that people write, and the key each stands for.
ALIASES = {
    "next.js": "next", "nextjs": "next", "vue.js": "vue", "vuejs": "vue", "nuxt.js": "nuxt", "nuxtjs": "nuxt", "node.js": "node", "nodejs": "node",
    "react.js": "react", "reactjs": "react", "angular": "@angular/core", "nest.js": "@nestjs/core", "nestjs": "@nestjs/core", "express.js": "express",
    "golang": "go", "c#": "csharp", ".net": "dotnet", "net": "dotnet", "ts": "typescript", "js": "javascript", "py": "python", "postgres": "postgresql",
    "drf": "djangorestframework", "django-rest-framework": "djangorestframework", "laravel": "laravel/framework", "symfony": "symfony/framework-bundle",
    "ruby-on-rails": "rails", "springboot": "spring-boot", "spring": "spring-boot", "mui": "@mui/material", "material-ui": "@mui/material",
    "remix": "@remix-run/react", "sveltekit": "@sveltejs/kit", "react-query": "@tanstack/react-query", "mongo": "mongodb", "tailwind": "tailwindcss",
    "compose": "docker-compose",
}  # fmt: skip

_LANGUAGES = {
    "python": "Python", "javascript": "JavaScript", "typescript": "TypeScript", "php": "PHP", "java": "Java", "kotlin": "Kotlin", "groovy": "Groovy",
    "scala": "Scala", "ruby": "Ruby", "go": "Go", "rust": "Rust", "csharp": "C#", "fsharp": "F#", "dart": "Dart", "elixir": "Elixir", "swift": "Swift",
}  # fmt: skip

_FRAMEWORKS = {
    "django": "Django", "djangorestframework": "Django REST framework", "flask": "Flask", "fastapi": "FastAPI", "starlette": "Starlette",
    "pyramid": "Pyramid", "tornado": "Tornado", "celery": "Celery", "sqlalchemy": "SQLAlchemy", "pydantic": "Pydantic", "scrapy": "Scrapy",
    "streamlit": "Streamlit", "numpy": "NumPy", "pandas": "pandas", "torch": "PyTorch", "tensorflow": "TensorFlow", "langchain": "LangChain",
    "react": "React", "next": "Next.js", "vue": "Vue", "nuxt": "Nuxt", "@angular/core": "Angular", "svelte": "Svelte", "@sveltejs/kit": "SvelteKit",
    "solid-js": "Solid", "preact": "Preact", "astro": "Astro", "gatsby": "Gatsby", "@remix-run/react": "Remix", "express": "Express",
    "fastify": "Fastify", "koa": "Koa", "@nestjs/core": "NestJS", "hono": "Hono", "electron": "Electron", "react-native": "React Native",
    "expo": "Expo", "@mui/material": "Material UI", "tailwindcss": "Tailwind CSS", "redux": "Redux", "@reduxjs/toolkit": "Redux Toolkit",
    "@tanstack/react-query": "TanStack Query", "prisma": "Prisma", "typeorm": "TypeORM", "graphql": "GraphQL", "three": "three.js",
    "laravel/framework": "Laravel", "symfony/framework-bundle": "Symfony", "spring-boot": "Spring Boot", "quarkus": "Quarkus",
    "micronaut": "Micronaut", "rails": "Ruby on Rails", "sinatra": "Sinatra", "github.com/gin-gonic/gin": "Gin",
    "github.com/labstack/echo": "Echo", "github.com/gofiber/fiber": "Fiber", "axum": "Axum", "actix-web": "Actix Web", "rocket": "Rocket",
    "tokio": "Tokio", "aspnetcore": "ASP.NET Core", "microsoft.entityframeworkcore": "Entity Framework Core", "flutter": "Flutter",
    "phoenix": "Phoenix", "android": "Android",
}  # fmt: skip

_TOOLS = {
    "node": "Node.js", "dotnet": ".NET", "jvm": "JVM", "docker": "Docker", "docker-compose": "Docker Compose", "postgresql": "PostgreSQL",
    "mysql": "MySQL", "mariadb": "MariaDB", "redis": "Redis", "mongodb": "MongoDB", "rabbitmq": "RabbitMQ", "nginx": "nginx", "kafka": "Kafka",
    "elasticsearch": "Elasticsearch", "pytest": "pytest", "jest": "Jest", "vitest": "Vitest", "@playwright/test": "Playwright",
    "cypress": "Cypress", "vite": "Vite", "webpack": "webpack", "eslint": "ESLint", "prettier": "Prettier", "ruff": "Ruff", "mypy": "mypy",
    "black": "Black", "phpunit/phpunit": "PHPUnit", "rspec": "RSpec", "maven": "Maven", "gradle": "Gradle", "storybook": "Storybook",
}  # fmt: skip

#: Tools that are meant when an image has their name, and not when a package (a client, most often) has.
SERVICES = frozenset(
    "docker docker-compose postgresql mysql mariadb redis mongodb rabbitmq nginx kafka elasticsearch".split()
)


def key_of(name: str) -> str:
    """The key for a name as a person or a manifest writes it.

    >>> key_of("Next.js"), key_of("Flask_Login"), key_of("@mui/material")
    ('next', 'flask-login', '@mui/material')
    """
    low = name.casefold()
    low = low if "/" in low or ":" in low else low.replace("_", "-")
    return ALIASES.get(low, low)


def known_as(key: str) -> tuple[str, str]:
    """The kind of a key, and the name people write."""
    for kind, names in ((LANGUAGE, _LANGUAGES), (FRAMEWORK, _FRAMEWORKS), (TOOL, _TOOLS)):
        if key in names:
            return kind, names[key]
    return PACKAGE, key


def to_data(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """The stack as JSON-ready data."""
    return [
        {"kind": part.kind, "name": part.name, "key": part.key, "version": part.version or None, "path": part.path}
        for part in parts
    ]


def to_lines(parts: Iterable[Part], *, every: bool = False) -> Iterator[str]:
    """The stack as lines for people; packages that are no more than packages are counted unless `every` is wanted."""
    from ...text.escaping import escape

    listed = list(parts)
    wide = max((len(part.name) for part in listed if every or part.kind != PACKAGE), default=0)
    for kind in KINDS:
        here = [part for part in listed if part.kind == kind]
        if not here:
            continue
        if kind == PACKAGE and not every:
            yield f"packages  {len(here)} more: --all shows them"
            continue
        yield kind + "s"
        for part in here:
            yield f"  {escape(part.name).ljust(wide)}  {escape(part.version).ljust(12)}  {escape(part.path)}".rstrip()
