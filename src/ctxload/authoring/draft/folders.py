"""Too many documents to list → entries for folders and globs, each file of which is an entry of its own.

>>> from ctxload.authoring.draft.documents import Found, Group
>>> blog = Group("a blog", ("docs/blog/1.md", "docs/x.md"))
>>> found = Found(("docs/a.md", "docs/b/c.md", "web/ui/README.md", "README.md"), (blog,))
>>> [(entry.paths[0].value, [text.value for text in entry.besides]) for entry in folder_entries(found)]
[('README.md', []), ('docs/**/*.md', ['docs/blog/', 'docs/x.md']), ('web/ui/README.md', [])]
"""

from __future__ import annotations

from collections import Counter

from ...index.model import Entry, Text
from ...project.each import FILES
from .documents import folders_above

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .documents import Found

#: So large a share of the files of a folder with one name makes a glob of that name.
SAME_NAME = 0.6
#: A name counts as one of those from this share on; so many others may be listed one by one beside them.
SHARE, ALONE = 0.1, 12
#: With more exceptions than this the folders of a folder get entries of their own where these take fewer lines, and
#: where it holds more documents than one entry gives.
EXCEPTIONS, DEEP = 24, 3
#: So many exceptions of one name, which no document below the folder has, are one pattern.
ALIKE = 3


def folder_entries(documents: Found) -> tuple[Entry, ...]:
    """The entries, the files at the root first, one by one."""
    patterns = _patterns(documents)
    every = sorted({*documents.taken, *(path for group in documents.left_out for path in group.paths)})
    entries = _entries(every, set(documents.taken), "", 0)
    return tuple(entry.replace(besides=_by_pattern(entry, patterns)) if entry.besides else entry for entry in entries)


def _patterns(documents: Found) -> dict[str, str]:
    """For translations that a name's ending tells, the ending: it fits the next one too, where none taken has it."""
    found = {}
    for group in documents.left_out:
        kind, _, language = group.why.partition(": ")
        for path in group.paths if kind == "translations" else ():
            stem, _, ending = path.rpartition("/")[2].rpartition(".")
            last = stem.rpartition(".")[2]
            if last != stem and last.lower().replace("_", "-") == language:
                found[path] = f".{last}.{ending}"
    used = {ending for ending in found.values() if any(path.endswith(ending) for path in documents.taken)}
    return {path: ending for path, ending in found.items() if ending not in used}


def _by_pattern(entry: Entry, patterns: dict[str, str]) -> tuple[Text, ...]:
    """The exceptions of an entry, those of translations as patterns below its folder."""
    folder = entry.paths[0].value.partition("**/")[0]
    shown = {path: f"{folder}**/*{ending}" for path, ending in patterns.items() if path.startswith(folder)}
    return tuple(map(Text, dict.fromkeys(shown.get(text.value, text.value) for text in entry.besides)))


def _entries(every: list[str], taken: set[str], folder: str, depth: int) -> Iterator[Entry]:
    """The entries for what lies directly in a folder, then those of its folders."""
    at = len(folder)
    here = [path for path in every if "/" not in path[at:]]
    below: dict[str, list[str]] = {}
    for path in every:
        if "/" in path[at:]:
            below.setdefault(folder + path[at:].split("/", 1)[0] + "/", []).append(path)
    for path in here:
        if path in taken:
            yield Entry(Text(_name(path)), (Text(_literal(path)),))
    for name, inside in sorted(below.items()):
        if not any(path in taken for path in inside):
            continue
        entry = _entry(inside, taken, name)
        is_too_many = _is_too_many(inside, taken, name)
        if depth < DEEP and (is_too_many or len(entry.besides) > EXCEPTIONS):
            each = tuple(_entries(inside, taken, name, depth + 1))
            yield from each if is_too_many or sum(map(_lines, each)) < _lines(entry) else (entry,)
        else:
            yield entry


def _lines(entry: Entry) -> int:
    """How many lines an entry takes, its exceptions one by one."""
    return 1 + entry.each + len(entry.besides)


def _is_too_many(inside: list[str], taken: set[str], folder: str) -> bool:
    """Whether a folder holds more documents than one entry gives, most of them in folders of their own."""
    own = [path for path in inside if path in taken]
    return len(own) > FILES and sum("/" not in path[len(folder) :] for path in own) <= ALONE


def _entry(inside: list[str], taken: set[str], folder: str) -> Entry:
    """One entry for a folder: globs by name or by ending, and what they mean that is not taken."""
    own = [path for path in inside if path in taken]
    if len(own) == 1:
        return Entry(Text(_name(own[0])), (Text(_literal(own[0])),))
    by_name: dict[str, list[str]] = {}
    for path in own:
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
    common = [name for name, paths in sorted(by_name.items()) if len(paths) >= max(2, SHARE * len(own))]
    others = [path for path in own if path.rpartition("/")[2] not in common]
    if common and len(own) - len(others) >= SAME_NAME * len(own) and len(others) <= ALONE:
        globs = [f"{_literal(folder)}**/{_literal(name)}" for name in common] + list(map(_literal, others))
        meant = [path for path in inside if path.rpartition("/")[2] in common]
    else:
        endings = sorted({path.rsplit(".", 1)[1] for path in own})
        globs = [f"{_literal(folder)}**/*.{ending}" for ending in endings]
        meant = [path for path in inside if path.rsplit(".", 1)[1] in endings]
    besides = tuple(Text(path) for path in _compressed(meant, taken, folder))
    return Entry(Text(folder.strip("/")), tuple(map(Text, globs)), each=True, besides=besides)


def _name(path: str) -> str:
    return path.rpartition("/")[2].rsplit(".", 1)[0]


def _compressed(meant: Iterable[str], taken: set[str], folder: str) -> list[str]:
    """What is meant and not taken: names that nothing taken has, folders of which nothing is taken, else files."""
    kept = {parent for path in taken for parent in _parents(path)}
    names = {path.rpartition("/")[2] for path in taken if path.startswith(folder)}
    others = [path for path in meant if path not in taken]
    alike = Counter(path.rpartition("/")[2] for path in others)
    found: dict[str, None] = {}
    for path in others:
        name = path.rpartition("/")[2]
        whole = next((parent for parent in _parents(path) if parent not in kept and parent.startswith(folder)), "")
        is_alike = alike[name] >= ALIKE and name not in names
        found[f"{_literal(folder)}**/{_literal(name)}" if is_alike else _literal(whole or path)] = None
    return list(found)


def _parents(path: str) -> list[str]:
    """The folders of a path, the outermost first, each with a slash."""
    return [f"{folder}/" for folder in folders_above(path)]


def _literal(path: str) -> str:
    """A path as a pattern that means just that."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in path)
