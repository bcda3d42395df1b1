"""What people, manifests and images call languages, frameworks and tools: kinds, keys, other names."""

from __future__ import annotations

LANGUAGE, FRAMEWORK, TOOL, PACKAGE = "language", "framework", "tool", "package"


KINDS = (LANGUAGE, FRAMEWORK, TOOL, PACKAGE)


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
