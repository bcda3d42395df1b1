"""Agent Skills over MCP: the extension `io.modelcontextprotocol/skills`, with `skills/list` and `skills/get`.

The SDK doesn't know it yet. A skill is a folder with a `SKILL.md`: those where clients look for them, and those that
the index names. Each of its files is a resource, `skill://` and its path in the project. Digests are of what is given,
so lines that are withheld from a model are in neither. Our own skill, which explains the index, is served beside them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Any

import mcp_types as mcp

from ...errors import CtxloadError
from ...formats.agent_skills import ROOTS
from ...load.allowances import allowed_in, is_closed, own_names
from ...load.withheld import without_hazards
from ...loader import ContextLoader
from ...record import Record
from ...text.markdown import front_matter
from ...text.yaml import typed_value
from ...workspace.content import MARKDOWN, Content, read_content
from ...workspace.tree import DiskTree
from .served import quote, unquote

EXTENSION, SCHEME, SKILL = "io.modelcontextprotocol/skills", "skill://", "SKILL.md"
#: Where the standard and its clients look for skills.
PLACES = tuple(f"{root}/*/{SKILL}" for root in ROOTS)
#: What the extension has every client take: so many files, so many bytes; and how many skills are listed.
FILES, SIZE, LISTED = 512, 16_777_216, 1_000
#: The skill that explains the index.
OWN = "ctxload/context-index"


class GetSkillParams(mcp.RequestParams):
    """What `skills/get` is asked with."""

    uri: str


class Skill(Record):
    """A skill: its folder, what its front matter says, and its files with what is given of each."""

    folder: str
    front: dict[str, Any]
    files: dict[str, str]

    @property
    def uri(self) -> str:
        """The address of its `SKILL.md`."""
        return uri_of(f"{self.folder}/{SKILL}")

    @property
    def is_own(self) -> bool:
        """Whether it comes with ctxload, and not from the project."""
        return self.folder == OWN

    def entry(self) -> dict[str, Any]:
        """The skill as the extension describes it: the front matter, and each file with digest and size."""
        rows = [(uri_of(path), text.encode("utf-8", "replace")) for path, text in self.files.items()]
        resources = [
            {"uri": uri, "digest": f"sha256:{sha256(data).hexdigest()}", "size": len(data)} for uri, data in rows
        ]
        return {"uri": self.uri, "frontmatter": self.front, "resources": resources}

    def resource(self) -> mcp.Resource:
        """Its `SKILL.md` among the resources."""
        return mcp.Resource(
            uri=self.uri, name=self.front["name"], description=self.front["description"], mime_type="text/markdown"
        )


def skills_of(loader: ContextLoader, tree: DiskTree, files: Iterable[str]) -> list[Skill]:
    """The skills of a project, and our own; `files` are those that the index names."""
    skills = (_skill_at(loader, tree, folder) for folder in _folders(tree, files))
    return [skill for skill in (*skills, _own()) if skill is not None]


def _folders(tree: DiskTree, files: Iterable[str]) -> list[str]:
    """The folders that may be skills, each once."""
    named = [path for path in files if path.rpartition("/")[2] == SKILL]
    found = dict.fromkeys([*(path for place in PLACES for path in tree.expand(place).files), *named])
    return list(dict.fromkeys(path.rpartition("/")[0] for path in list(found)[:LISTED]))


def skill_at(loader: ContextLoader, tree: DiskTree, files: Iterable[str], uri: str) -> Skill:
    """The skill of an address; no other is read. Raises CtxloadError where none is served there."""
    for skill in _around(loader, tree, files, unquote(uri.removeprefix(SCHEME))):
        if skill.uri == uri:
            return skill
    raise CtxloadError(f"no skill is served at {uri[:200]}: see skills/list")


def text_at(loader: ContextLoader, tree: DiskTree, files: Iterable[str], uri: str) -> str:
    """What is given of a file of a skill; no other skill is read. Raises CtxloadError where none is."""
    path = unquote(uri.removeprefix(SCHEME))
    for skill in _around(loader, tree, files, path):
        if path in skill.files:
            return skill.files[path]
    raise CtxloadError(f"there is no resource {uri[:200]}: see skills/list")


def _around(loader: ContextLoader, tree: DiskTree, files: Iterable[str], path: str) -> Iterator[Skill]:
    """The skills in whose folders a path lies, each read when its turn comes."""
    folders = [folder for folder in (*_folders(tree, files), OWN) if path.startswith(f"{folder}/")]
    for folder in folders:
        if skill := _own() if folder == OWN else _skill_at(loader, tree, folder):
            yield skill


def uri_of(path: str) -> str:
    """The address of a file of a skill."""
    return SCHEME + quote(path)


def kind_of(uri: str) -> str:
    """The media type of a file of a skill."""
    return "text/markdown" if uri.lower().endswith(MARKDOWN) else "text/plain"


def _skill_at(loader: ContextLoader, tree: DiskTree, folder: str) -> Skill | None:
    """The skill of a folder; None where it isn't one that the extension allows, or its `SKILL.md` is closed."""
    files = dict(_given(loader, tree, folder)) if folder else {}
    return _skill(folder, files)


def _skill(folder: str, files: dict[str, str]) -> Skill | None:
    front = _front(files.get(f"{folder}/{SKILL}", ""))
    is_named = front.get("name") == folder.rpartition("/")[2] and isinstance(front.get("description"), str)
    if not is_named or len(files) > FILES or sum(map(len, files.values())) > SIZE:
        return None
    return Skill(folder, front, files)


def _front(text: str) -> dict[str, Any]:
    block = front_matter(text)
    found = typed_value(text[slice(*block)]) if block else None
    return found if isinstance(found, dict) else {}


def _given(loader: ContextLoader, tree: DiskTree, folder: str) -> Iterator[tuple[str, str]]:
    """The files of a folder with what a model may have of each; not those that are closed, or aren't text."""
    names, is_allowed = own_names(), allowed_in(loader.root)
    for path in tree.files_below(folder, hidden=True).files[: FILES + 1]:
        if is_closed(tree, path, names):
            continue
        content = read_content(tree, path)
        if not content.wrong:
            yield path, _open_text(content, is_allowed)


def _open_text(content: Content, is_allowed: Callable[[str, str, str], bool]) -> str:
    return without_hazards(content.text, lambda code: is_allowed(content.path, code, content.digest)).text


def _own() -> Skill | None:
    """The skill that comes with ctxload."""
    from ..setup.plugin_files import source

    file = source().joinpath("skills", "context-index", SKILL)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:  # an unusual installation, without the plugin's files
        return None
    return _skill(OWN, {f"{OWN}/{SKILL}": text})


def folders_of(loader: ContextLoader, tree: DiskTree) -> list[str]:
    """The folders in which skills may come and go, in full."""
    return [os.path.join(loader.root, *name.split("/")) for name in ROOTS if tree.status(name).kind == "directory"]
