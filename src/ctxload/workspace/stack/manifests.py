"""Manifests and lock files → names and versions. Each reader knows one kind of file; what it cannot read is nothing.

A version is that of the lock file next to a manifest; else the least version that fits what the manifest asks for.
"""

from __future__ import annotations

import json
import re

from ...text.yaml import plain_value
from ..secret_names import looks_secret
from .names import PACKAGE, key_of, known_as

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from ..tree import Tree

    #: A name and a version, as far as it is known.
    Pair = tuple[str, str]

#: Folders of other people's code: what their manifests say is not about this project.
FOREIGN = frozenset(
    "node_modules vendor bower_components site-packages venv third_party dist build target fixtures testdata".split()
)
#: Files with a leading dot, which no walk lists.
HIDDEN = (".python-version", ".nvmrc", ".node-version", ".ruby-version", ".tool-versions", ".java-version")
#: Files that give a manifest's versions.
LOCKS = (
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "tsconfig.json", "uv.lock",
    "poetry.lock", "pdm.lock",
    "Pipfile.lock", "composer.lock", "Gemfile.lock", "Cargo.lock", "Directory.Packages.props",
)  # fmt: skip
_NUMBER = re.compile(r"\d+(?:\.\d+)*(?:[-.]?(?:a|b|c|rc|alpha|beta|dev|post|pre|preview)[-.]?\d*)?", re.IGNORECASE)
#: How many names one manifest may give.
MOST = 5_000
#: The longest version or constraint that is read, in characters.
LONGEST = 500
#: How many lines of `setup.cfg` may be neither a setting nor a part of one.
ODD_LINES = 100
#: Parts of one dotted key in TOML; and the most that the squares of their number may come to in lines that have more.
KEY_PARTS, DOTTED = 100, 20_000_000


def found_in(tree: Tree) -> Iterator[tuple[str, str, str]]:
    """Key, version and path for everything that the manifests of a project name."""
    files = _Files(tree)
    for path in manifests(tree):
        folder = path.rpartition("/")[0]
        text = files.text(path)
        reader = _reader(path)
        if text and reader is not None:
            here = _Here(files, folder)
            try:
                pairs = list(_first(reader(text, here)))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue  # another tool's file, in a shape of its own
            for key, version in pairs:
                if key and len(key) < 200:
                    yield key_of(key), version, path


def manifests(tree: Tree) -> tuple[str, ...]:
    """The manifests of a project, as deep as they are looked for."""
    listed = [path for path in tree.near(DEPTH).files if not FOREIGN & set(path.split("/")[:-1])]
    found = [path for path in listed if _reader(path) is not None and not looks_secret(path)]
    folders = dict.fromkeys(["", *(path.rpartition("/")[0] for path in found)])
    hidden = (f"{folder}/{name}" if folder else name for folder in folders for name in HIDDEN)
    found += [path for path in hidden if tree.status(path).kind == "file" and not tree.is_ignored(path)]
    return tuple(sorted(found, key=lambda path: (path.count("/"), path))[:MANIFESTS])


def looked_at(tree: Tree) -> Iterator[str]:
    """The files that the stack depends on: the manifests, and every lock file that stands or could stand beside
    them.
    """
    folders: dict[str, None] = {}
    for path in manifests(tree):
        yield path
        while path:
            path = path.rpartition("/")[0]
            folders[path] = None
    for folder in folders:
        yield from (f"{folder}/{name}" if folder else name for name in (*LOCKS, *HIDDEN))


def _first(pairs: Iterator[Pair]) -> Iterator[Pair]:
    for number, pair in enumerate(pairs):
        if number == MOST:
            return
        yield pair


class _Files:
    """The manifests and lock files of a project, each read and understood once, and only so much in all."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.left = TOTAL
        self.texts: dict[str, str] = {}
        self.found: dict[tuple[Any, str], dict[str, str]] = {}

    def text(self, path: str) -> str:
        """The text of a file; empty for one that cannot be read or is too large."""
        if path not in self.texts:
            self.texts[path] = self._read(path)
        return self.texts[path]

    def _read(self, path: str) -> str:
        most = min(SIZE, self.left)
        try:
            data = self.tree.read(path, most + 1)
        except OSError:
            return ""
        if len(data) > most:
            return ""
        self.left -= len(data)
        return data.decode("utf-8", "replace").removeprefix("\ufeff")


class _Here:
    """The folder of a manifest, in which its lock files stand."""

    def __init__(self, files: _Files, folder: str) -> None:
        self.files = files
        self.folder = folder

    def path(self, *names: str) -> str:
        """The first of these files that is there, also in the folders above, for a workspace; or the empty string."""
        folder = self.folder
        while True:
            for name in names:
                path = f"{folder}/{name}" if folder else name
                if self.files.tree.status(path).kind == "file":
                    return path
            if not folder:
                return ""
            folder = folder.rpartition("/")[0]

    def locked(self, read: Callable[[str], dict[str, str]], *names: str) -> dict[str, str]:
        """The versions that `read` finds in the first of these files that is there."""
        path = self.path(*names)
        key = read, path
        if path and key not in self.files.found:
            self.files.found[key] = {}  # also where it cannot be read
            self.files.found[key] = read(self.files.text(path))
        return self.files.found.get(key, {})

    def has(self, name: str) -> bool:
        path = f"{self.folder}/{name}" if self.folder else name
        return self.files.tree.status(path).kind == "file"


def _toml(text: str) -> dict[str, Any]:
    """What a TOML text holds. ValueError where it is none, or has keys of so many parts that to read them takes too
    long.

    A key stands in one line, and reading it takes the square of its parts.
    """
    import tomllib

    work = 0
    for line in text.splitlines():
        dots = line.count(".")
        if dots > KEY_PARTS:
            work += dots * dots
            if work > DOTTED or line.lstrip().startswith("["):
                raise ValueError("keys of too many parts")
    return tomllib.loads(text)


def least(constraint: Any) -> str:
    """The least version that fits what a manifest asks for, as far as it names one.

    >>> least("^14.1.0"), least(">=4.2,<5"), least("~> 7.1"), least("*"), least("<5"), least("18.x || 20.x"), least("v1.9.1")
    ('14.1.0', '4.2', '7.1', '', '', '18', '1.9.1')
    """  # noqa: E501
    if not isinstance(constraint, str) or len(constraint) > LONGEST:
        return ""
    for part in re.split(r"\|\||,|\s+(?=[<>=^~!])|\s+-\s+", constraint):
        bare = part.strip()
        if bare.startswith(("<", "!")):
            continue
        number = _NUMBER.search(bare.lstrip("^~>=v "))
        if number and not bare.startswith(("file:", "link:", "git", "http", "workspace:", "npm:", "./", "../")):
            return number[0]
    return ""


# ── JavaScript ───────────────────────────────────────────────────────────────────────────────────────────


def _package_json(text: str, here: _Here) -> Iterator[Pair]:
    data = json.loads(text)
    wanted: dict[str, Any] = {}
    for part in ("peerDependencies", "optionalDependencies", "devDependencies", "dependencies"):
        wanted |= data.get(part) or {}
    locked = _locked_js(here)
    yield (
        ("typescript" if "typescript" in wanted or here.has("tsconfig.json") else "javascript"),
        (locked.get("typescript") or least(wanted.get("typescript")) if "typescript" in wanted else ""),
    )
    yield "node", least((data.get("engines") or {}).get("node"))
    for name, constraint in wanted.items():
        if name != "typescript":
            yield name, locked.get(name) or least(constraint)


def _locked_js(here: _Here) -> dict[str, str]:
    return (
        here.locked(_npm_lock, "package-lock.json", "npm-shrinkwrap.json")
        or here.locked(_yarn_lock, "yarn.lock")
        or here.locked(_pnpm_lock, "pnpm-lock.yaml")
    )


def _npm_lock(text: str) -> dict[str, str]:
    data = json.loads(text)
    found = {
        name.removeprefix("node_modules/"): item.get("version") or ""
        for name, item in (data.get("packages") or {}).items()
    }
    return found or {name: item.get("version") or "" for name, item in (data.get("dependencies") or {}).items()}


def _yarn_lock(text: str) -> dict[str, str]:
    blocks = re.findall(r'^"?(@?[^@\n"]+)@[^\n]*:\n(?:[^\n]*\n)??  version:? "?([^"\n]+)', text, re.MULTILINE)
    return dict(reversed(blocks))


def _pnpm_lock(text: str) -> dict[str, str]:
    return dict(re.findall(r"^  /?'?(@?[^@\s(':]+)[@/](\d[^\s(':]*)", text, re.MULTILINE))


# ── Python ───────────────────────────────────────────────────────────────────────────────────────────────


def _pyproject(text: str, here: _Here) -> Iterator[Pair]:
    data = _toml(text)
    project = data.get("project") or {}
    poetry = (data.get("tool") or {}).get("poetry") or {}
    locked = _locked_python(here)
    wanted = [
        *(project.get("dependencies") or ()),
        *(text for group in (project.get("optional-dependencies") or {}).values() for text in group),
    ]
    wanted += [
        text for group in (data.get("dependency-groups") or {}).values() for text in group if isinstance(text, str)
    ]
    loose = dict(poetry.get("dependencies") or {})
    for group in (poetry.get("group") or {}).values():
        loose |= group.get("dependencies") or {}
    if project or poetry or wanted:
        yield "python", least(project.get("requires-python") or loose.pop("python", None))
    yield from (pair for text in wanted for pair in _python_requirement(text, locked))
    for name, value in loose.items():
        yield name, locked.get(key_of(name)) or least(value.get("version") if isinstance(value, dict) else value)


def _requirements(text: str, here: _Here) -> Iterator[Pair]:
    yield "python", ""
    locked = _locked_python(here)
    for line in text.replace("\\\n", " ").splitlines():
        bare = line.split(" #")[0].split(" --")[0].strip()
        if bare and not bare.startswith(("#", "-")):
            yield from _python_requirement(bare, locked)


def _python_requirement(text: str, locked: dict[str, str]) -> Iterator[Pair]:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        found = Requirement(text)
    except InvalidRequirement:
        return
    yield found.name, locked.get(key_of(found.name)) or _pinned(str(found.specifier))


def _pinned(conditions: str) -> str:
    exact = [part for part in conditions.split(",") if part.startswith("==")]
    return least(",".join([*exact, *sorted(conditions.split(","), reverse=True)]).replace("==", ""))


def _setup_cfg(text: str, here: _Here) -> Iterator[Pair]:
    import configparser

    odd = re.findall(
        r"^(?![ \t\[#;])[^=:\n]+$", text, re.MULTILINE
    )  # to collect these takes the square of their number
    if len(odd) > ODD_LINES:
        return
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    if not parser.has_section("options"):
        return
    yield "python", least(parser.get("options", "python_requires", fallback=""))
    extras = parser["options.extras_require"].values() if parser.has_section("options.extras_require") else ()
    locked = _locked_python(here)
    for line in "\n".join((parser.get("options", "install_requires", fallback=""), *extras)).splitlines():
        yield from _python_requirement(line.strip(), locked)


def _setup_py(text: str, here: _Here) -> Iterator[Pair]:
    """What is written out in it: it is a program, and is not run."""
    asked = re.search(r"""python_requires\s*=\s*["']([^"']+)""", text)
    yield "python", least(asked[1] if asked else "")
    locked = _locked_python(here)
    begun = re.search(r"install_requires\s*=\s*\[", text)
    listed = text[begun.end() :].partition("]")[0] if begun else ""
    for requirement in re.findall(r"""["']([^"'\n]+)["']""", listed):
        yield from _python_requirement(requirement, locked)


def _conda(text: str, here: _Here) -> Iterator[Pair]:
    data = plain_value(text) or {}
    for item in data.get("dependencies") or ():
        if isinstance(item, dict):
            for requirement in item.get("pip") or ():
                yield from _python_requirement(requirement, {})
        elif found := re.fullmatch(r"(?:[\w-]+::)?([\w.-]+)(?:\s*[=<>!~]*\s*(.*))?", item):
            yield found[1], least((found[2] or "").split("=")[0])


def _pipfile(text: str, here: _Here) -> Iterator[Pair]:
    data = _toml(text)
    yield "python", least((data.get("requires") or {}).get("python_version"))
    locked = _locked_python(here)
    for part in ("packages", "dev-packages"):
        for name, value in (data.get(part) or {}).items():
            yield name, locked.get(key_of(name)) or least(value.get("version") if isinstance(value, dict) else value)


def _locked_python(here: _Here) -> dict[str, str]:
    return here.locked(_toml_lock, "uv.lock", "poetry.lock", "pdm.lock") or here.locked(_pipfile_lock, "Pipfile.lock")


def _toml_lock(text: str) -> dict[str, str]:
    return {key_of(item["name"]): item.get("version") or "" for item in _toml(text).get("package") or ()}


def _pipfile_lock(text: str) -> dict[str, str]:
    data = json.loads(text)
    return {
        key_of(name): least(item.get("version"))
        for part in ("default", "develop")
        for name, item in (data.get(part) or {}).items()
    }


# ── the others ───────────────────────────────────────────────────────────────────────────────────────────


def _composer(text: str, here: _Here) -> Iterator[Pair]:
    data = json.loads(text)
    locked = here.locked(_composer_lock, "composer.lock")
    wanted = {**(data.get("require-dev") or {}), **(data.get("require") or {})}
    yield "php", least(wanted.pop("php", None))
    for name, constraint in wanted.items():
        yield name, locked.get(name.lower()) or least(constraint)


def _composer_lock(text: str) -> dict[str, str]:
    lock = json.loads(text)
    return {
        item["name"].lower(): least(item.get("version"))
        for part in ("packages", "packages-dev")
        for item in lock.get(part) or ()
    }


def _pom(text: str, here: _Here) -> Iterator[Pair]:
    root = _xml(text)
    if root is None:
        return
    properties = {_tag(item): (item.text or "").strip() for found in _all(root, "properties") for item in found}

    def value(item: Any, name: str) -> str:
        text = next(((part.text or "").strip() for part in item if _tag(part) == name), "")
        for _ in range(5):
            if "${" not in text or len(text) > LONGEST:
                break
            text = re.sub(r"\$\{([^{}]+)\}", lambda found: properties.get(found[1], "")[:LONGEST], text)
        return text if len(text) <= LONGEST else ""

    java = next(
        (
            properties[name]
            for name in ("java.version", "maven.compiler.release", "maven.compiler.source")
            if name in properties
        ),
        "",
    )
    yield "maven", ""
    if "kotlin.version" in properties:
        yield "kotlin", least(properties["kotlin.version"])
    yield ("jvm" if "kotlin.version" in properties else "java"), least(java)
    for item in (*_all(root, "parent"), *_all(root, "dependency"), *_all(root, "plugin")):
        yield from _artifact(value(item, "groupId"), value(item, "artifactId"), least(value(item, "version")))


def _artifact(group: str, name: str, version: str) -> Iterator[Pair]:
    """A Java artifact by its own name, and by its framework's; a plugin has one name for both."""
    if not name or name.startswith("maven-"):
        return
    if group == "org.springframework.boot":
        yield "spring-boot", version
    elif group.startswith("io.quarkus"):
        yield "quarkus", version
    elif group.startswith("io.micronaut"):
        yield "micronaut", version
    yield f"{group}:{name}" if group and group != name else name, version


_KOTLIN = re.compile(
    r"""kotlin\(["'][\w-]+["']\)|org\.jetbrains\.kotlin|libs\.plugins\.kotlin|["']kotlin-android["']"""
)
_KOTLIN_VERSION = re.compile(
    r"""(?:kotlin\(["'][\w-]+["']\)|id\s*\(?["']org\.jetbrains\.kotlin[\w.]*["']\)?)\s+version\s*\(?["']([^"']+)|kotlin_version\s*=\s*["']([^"']+)"""
)
_JAVA_VERSION = re.compile(
    r"(?:JavaLanguageVersion\.of\(|(?:source|target)Compatibility\s*=?\s*['\"]?(?:JavaVersion\.VERSION_)?)([\d._]+)"
)


def _gradle(text: str, here: _Here) -> Iterator[Pair]:
    yield "gradle", ""
    java, kotlin = _JAVA_VERSION.search(text), _KOTLIN_VERSION.search(text)
    if _KOTLIN.search(text) or kotlin:
        yield "kotlin", least(kotlin[1] or kotlin[2]) if kotlin else ""
        yield "jvm", least((java[1] if java else "").replace("_", "."))
    elif java or re.search(r"""\bjava(?:-library)?\b|springframework""", text):
        yield "java", least((java[1] if java else "").replace("_", "."))
    if re.search(r"com\.android\.(?:application|library)|libs\.plugins\.android", text):
        yield "android", ""
    for name, version in re.findall(r"""id\s*\(?["']([\w.-]+)["']\)?\s+version\s*\(?["']([^"']+)["']""", text):
        yield from _artifact(name if "." in name else "", name, least(version))
    for group, name, version in re.findall(r"""["']([\w.-]+):([\w.-]+)(?::([\w.$+-]+))?["']""", text):
        yield from _artifact(group, name, least(version))


def _version_catalog(text: str, here: _Here) -> Iterator[Pair]:
    """Gradle's `libs.versions.toml`: versions by name, libraries and plugins that refer to them."""
    data = _toml(text)
    versions = data.get("versions") or {}

    def version_of(value: Any) -> str:
        value = versions.get(value["ref"]) if isinstance(value, dict) and "ref" in value else value
        rich = [value.get(key) for key in ("strictly", "require", "prefer")] if isinstance(value, dict) else [value]
        return least(next(filter(None, rich), ""))

    for item in (data.get("plugins") or {}).values():
        name, _, version = (
            item.partition(":") if isinstance(item, str) else (item.get("id") or "", "", item.get("version"))
        )
        if name.startswith("org.jetbrains.kotlin."):
            yield "kotlin", version_of(version)
        elif name.startswith("com.android."):
            yield "android", ""
        yield from _artifact(name, name, version_of(version))
    for item in (data.get("libraries") or {}).values():
        value = (
            {"module": item.rpartition(":")[0], "version": item.rpartition(":")[2]} if isinstance(item, str) else item
        )
        group, _, name = (value.get("module") or f"{value.get('group')}:{value.get('name')}").partition(":")
        yield from _artifact(group, name, version_of(value.get("version")))


def _gemfile(text: str, here: _Here) -> Iterator[Pair]:
    locked = here.locked(_gemfile_lock, "Gemfile.lock")
    ruby = re.search(r"""^[ \t]*ruby[ \t]+["']([^"'\n]+)""", text, re.MULTILINE)
    yield "ruby", least(ruby[1] if ruby else "")
    for name, constraint in re.findall(
        r"""^[ \t]*gem[ \t]*+(?:\([ \t]*+)?["']([\w.-]+)["'](?:[ \t]*,\s*["']([^"'\n]+)["'])?""", text, re.MULTILINE
    ):
        yield name, least(locked.get(name) or constraint)


def _gemfile_lock(text: str) -> dict[str, str]:
    return dict(re.findall(r"^    ([\w.-]+) \(([^)\s]+)\)$", text, re.MULTILINE))


def _go_mod(text: str, here: _Here) -> Iterator[Pair]:
    go = re.search(r"^go\s+(\S+)", text, re.MULTILINE)
    yield "go", least(go[1] if go else "")
    for line in re.findall(r"^(?:require\s+|\t)([^\s(]+\s+v\S+(?:\s*//[^\n]*)?)", text, re.MULTILINE):
        if "// indirect" not in line:
            name, version = line.split()[:2]
            yield re.sub(r"/v\d+$", "", name), least(version)


def _cargo(text: str, here: _Here) -> Iterator[Pair]:
    data = _toml(text)
    locked = here.locked(_cargo_lock, "Cargo.lock")
    package, workspace = data.get("package") or {}, data.get("workspace") or {}
    version = package.get("rust-version") or (workspace.get("package") or {}).get("rust-version")
    yield "rust", least(version)
    tables = [data.get(name) or {} for name in ("dependencies", "dev-dependencies", "build-dependencies")]
    for name, value in {
        key: item for table in (workspace.get("dependencies") or {}, *tables) for key, item in table.items()
    }.items():
        yield name, locked.get(name) or least(value.get("version") if isinstance(value, dict) else value)


def _cargo_lock(text: str) -> dict[str, str]:
    return {item["name"]: item.get("version") or "" for item in _toml(text).get("package") or ()}


def _rust_toolchain(text: str, here: _Here) -> Iterator[Pair]:
    found = re.search(r"""channel\s*=\s*["']([^"']+)""", text)
    yield "rust", least(found[1] if found else text.strip())


def _csproj(text: str, here: _Here) -> Iterator[Pair]:
    root = _xml(text)
    if root is None:
        return
    yield "csharp", ""
    frameworks = [(item.text or "") for name in ("TargetFramework", "TargetFrameworks") for item in _all(root, name)]
    for name in ";".join(frameworks).split(";"):
        if found := re.fullmatch(r"net(?:coreapp|standard)?(\d+(?:\.\d+)?)(?:-\w+)?", name.strip()):
            yield "dotnet", found[1]
    if str(root.get("Sdk", "")).endswith(".Web"):
        yield "aspnetcore", ""
    central = here.locked(_central_versions, "Directory.Packages.props")
    for item in _all(root, "PackageReference"):
        name = item.get("Include") or ""
        version = item.get("Version") or next(((part.text or "") for part in item if _tag(part) == "Version"), "")
        yield name, least(version or central.get(name, ""))


def _central_versions(text: str) -> dict[str, str]:
    root = _xml(text)
    items = _all(root, "PackageVersion") if root is not None else ()
    return {item.get("Include") or "": item.get("Version") or "" for item in items}


def _pubspec(text: str, here: _Here) -> Iterator[Pair]:
    data = plain_value(text) or {}
    environment = data.get("environment") or {}
    yield "dart", least(environment.get("sdk"))
    if "flutter" in (data.get("dependencies") or {}) or "flutter" in environment:
        yield "flutter", least(environment.get("flutter"))
    for part in ("dependencies", "dev_dependencies"):
        for name, constraint in (data.get(part) or {}).items():
            if name != "flutter":
                yield name, least(constraint)


def _mix(text: str, here: _Here) -> Iterator[Pair]:
    found = re.search(r"""elixir:\s*"([^"]+)""", text)
    yield "elixir", least(found[1] if found else "")
    for name, constraint in re.findall(r"""\{:(\w+),\s*"([^"]+)""", text):
        yield name, least(constraint)


_IMAGES = {
    "postgres": "postgresql",
    "mongo": "mongodb",
    "golang": "go",
    "openjdk": "java",
    "eclipse-temurin": "java",
    "amazoncorretto": "java",
}
_BASES = frozenset("alpine debian ubuntu scratch busybox distroless fedora centos rockylinux".split())


def _image(name: str) -> Iterator[Pair]:
    """What an image is made of: its own name without registry, and the version its tag begins with."""
    bare, _, tag = name.partition("@")[0].rpartition("/")[2].partition(":")
    if bare and bare not in _BASES and "$" not in bare:
        version = re.match(r"v?(\d+(?:\.\d+)*)", tag)
        key = _IMAGES.get(bare, bare)
        if known_as(key_of(key))[0] != PACKAGE:
            yield key, version[1] if version else ""


def _dockerfile(text: str, here: _Here) -> Iterator[Pair]:
    yield "docker", ""
    arguments = dict(re.findall(r"^[ \t]*ARG[ \t]+(\w+)=(\S+)", text, re.MULTILINE | re.IGNORECASE))
    for written in re.findall(r"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*+(\S+)", text, re.MULTILINE | re.IGNORECASE):
        yield from _image(
            re.sub(r"\$\{?(\w+)[^}/:]*\}?", lambda found: arguments.get(found[1], "").strip("\"'"), written)
        )


def _compose(text: str, here: _Here) -> Iterator[Pair]:
    data = plain_value(text)
    services = data.get("services") if isinstance(data, dict) else None
    if isinstance(services, dict):
        yield "docker-compose", ""
        for service in services.values():
            if isinstance(service, dict) and isinstance(service.get("image"), str):
                yield from _image(re.sub(r"\$\{\w+:?-([^{}$]*)\}", r"\1", service["image"]))


def _tool_versions(text: str, here: _Here) -> Iterator[Pair]:
    names = {"nodejs": "node", "golang": "go"}
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if len(words) > 1:
            yield names.get(words[0], words[0]), least(words[1].rpartition("-")[2] if words[0] == "java" else words[1])


def _one_version(key: str) -> Callable[[str, _Here], Iterator[Pair]]:
    def read(text: str, here: _Here) -> Iterator[Pair]:
        yield key, least(text.strip().splitlines()[0] if text.strip() else "")

    return read


def _xml(text: str) -> Any:
    """The root of an XML text; None where it is none, or declares a document type: entities are of no use here."""
    if not text or "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    from xml.etree import ElementTree

    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return None


def _tag(item: Any) -> str:
    return str(item.tag).rpartition("}")[2]


def _all(root: Any, name: str) -> Iterable[Any]:
    return [item for item in root.iter() if _tag(item) == name]


_NAMES: dict[str, Callable[[str, _Here], Iterator[Pair]]] = {
    "package.json": _package_json,
    "pyproject.toml": _pyproject,
    "Pipfile": _pipfile,
    "composer.json": _composer,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "environment.yml": _conda,
    "environment.yaml": _conda,
    "libs.versions.toml": _version_catalog,
    "rust-toolchain.toml": _rust_toolchain,
    "rust-toolchain": _rust_toolchain,
    "pom.xml": _pom,
    "build.gradle": _gradle,
    "build.gradle.kts": _gradle,
    "Gemfile": _gemfile,
    "go.mod": _go_mod,
    "Cargo.toml": _cargo,
    "pubspec.yaml": _pubspec,
    "mix.exs": _mix,
    ".python-version": _one_version("python"),
    ".nvmrc": _one_version("node"),
    ".node-version": _one_version("node"),
    ".ruby-version": _one_version("ruby"),
    ".java-version": _one_version("java"),
    ".tool-versions": _tool_versions,
}
_FORMS: tuple[tuple[str, Callable[[str, _Here], Iterator[Pair]]], ...] = (
    (r"requirements[\w.-]*\.(?:txt|in)|[\w.-]*-requirements\.txt", _requirements),
    (r"(?:docker-)?compose[\w.-]*\.ya?ml", _compose),
    (r"Dockerfile(?:\.[\w.-]+)?|[\w.-]+\.Dockerfile|Containerfile", _dockerfile),
    (r"[^/]+\.(?:csproj|fsproj)", _csproj),
)


def _reader(path: str) -> Callable[[str, _Here], Iterator[Pair]] | None:
    """What reads the file at a path; None for any other file."""
    folder, _, name = path.rpartition("/")
    if name in _NAMES:
        return _NAMES[name]
    named = f"requirements-{name}" if folder.rpartition("/")[2] == "requirements" else name
    return next((reader for form, reader in _FORMS if re.fullmatch(form, named)), None)


def names_images(path: str) -> bool:
    """Whether a manifest names programs that run, and no client of theirs.

    >>> names_images("deploy/compose.yaml"), names_images("docker/requirements.txt")
    (True, False)
    """
    return _reader(path) in (_dockerfile, _compose, _tool_versions)


#: How deep below the root manifests are looked for, how many are read, and how much of one and of all, in bytes.
DEPTH, MANIFESTS, SIZE, TOTAL = 3, 300, 8_000_000, 32_000_000
