"""The entries of an index → another tool's files, and what those cannot say.

The documents' text is written into the files: they serve without ctxload. Each says where it came from, so that the
next export may replace it, and remove it where its entry has gone; what a person wrote is left alone.
"""

from __future__ import annotations

from ...formats import Guide, Loss
from ...formats import write as write_files
from ...formats.export_mark import START, unmark
from ...formats.files import Files
from ...index.model import Entry, Index
from ...project.assemble import assemble, unreadable
from ...record import Record
from ...text.front_matter import read_front
from ...workspace.globs import fits
from ...workspace.locations import Place
from ...workspace.tree import DiskTree, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...formats.guide import Format

#: How much of one document is written, in bytes, and how many files one entry may stand for.
SIZE, FILES = 1_000_000, 100
#: What an index holds beside its entries, and no other tool has a word for.
WHOLE_INDEX = (
    ("agent_defaults", "agent_defaults"), ("bundles", "story_context_hints"), ("fallback", "fallback"),
    ("aliases", "aliases"),
    ("budget", "budget"), ("tests", "tests"),
)  # fmt: skip


class ExportedFile(Record):
    """What would become of one file: `new`, `changed`, `removed`, `current`, or `foreign` where a person wrote it."""

    path: str
    kind: str
    text: str = ""


class Exported(Record):
    """The files for a tool and what became of each, what could not be said in them, and the entries that are its own
    files.
    """

    changes: tuple[ExportedFile, ...]
    losses: tuple[Loss, ...]
    remarks: tuple[str, ...]
    own: tuple[str, ...] = ()


# ── what is written ──────────────────────────────────────────────────────────────────────────────────────


def export(place: Place, form: Format, target: Tree, *, force: bool = False) -> Exported:
    """What the files of a tool would be for an index, against those that are there."""
    tree = DiskTree(place.root)
    assembled = assemble(place, tree)
    if not assembled.served:
        raise unreadable(place, assembled)
    guides, losses = guides_of(assembled.index, tree, form)
    writing = write_files(form, guides)
    changes = list(_changes(dict(writing.files), form, target, force))
    remarks = [
        f"`{key}` has no place in another tool's files" for field, key in WHOLE_INDEX if getattr(assembled.index, field)
    ]
    own = tuple(entry.id.value for entry in assembled.index.entries if _is_own(entry, form))
    return Exported(tuple(changes), (*losses, *writing.losses), tuple(remarks), own)


def guides_of(index: Index, tree: Tree, form: Format | None = None) -> tuple[list[Guide], list[Loss]]:
    """A guide for each entry and each path of `always`, with the text of its documents, and what is missing.

    What the tool itself says isn't part of it: an entry that stands in its own files is left out.
    """
    guides: list[Guide] = []
    losses: list[Loss] = []
    always = {name.value: agent.value for agent, names in index.always for name in names}
    always |= {name.value: "*" for agent, names in index.always for name in names if agent.value == "*"}
    for entry in index.entries:
        if form is not None and _is_own(entry, form):
            continue
        guide, missing = _guide(entry, index, tree, always)
        losses += missing
        guides += [guide] if guide else []
    ids = {entry.id.value for entry in index.entries}
    for path, agent in always.items():
        if path not in ids:
            text, why = _text(tree, [path])
            name = path.rstrip("/").rsplit("/", 1)[-1].rsplit(".", 1)[0] or path
            if why:
                losses.append(Loss(name, "*", why))
            else:
                guides.append(Guide(name, (path,), text, always=True, agents=None if agent == "*" else (agent,)))
    return guides, losses


def _is_own(entry: Entry, form: Format) -> bool:
    return any(fits(tuple(form.places), path.value) for path in entry.paths)


def _guide(entry: Entry, index: Index, tree: Tree, always: dict[str, str]) -> tuple[Guide | None, list[Loss]]:
    name = entry.id.value
    text, why = _text(tree, [path.value for path in entry.paths])
    if why:
        return None, [Loss(name, "*", why)]
    losses = [Loss(name, "always", f"is for {always[name]} alone there")] if always.get(name, "*") != "*" else []
    patterns = (rule.pattern.value for rule in index.rules if any(text.value == name for text in rule.ids))
    return Guide(
        name,
        tuple(path.value for path in entry.paths),
        text,
        entry.description,
        _values(entry.keywords),
        _values(entry.exclude),
        tuple(dict.fromkeys(patterns)),
        _values(entry.for_files),
        always.get(name) == "*",
        _values(entry.tags),
        None if entry.agents is None else _values(entry.agents),
        _values(entry.requires),
        tuple((heading.value, _values(words)) for heading, words in entry.sections),
        _values(entry.when_files),
        _values(entry.when_stack),
        entry.priority,
        entry.whole_only,
        entry.needs_both,
    ), losses


def _values(texts: Iterable[object]) -> tuple[str, ...]:
    return tuple(text.value for text in texts)  # type: ignore[attr-defined]


def _text(tree: Tree, paths: Sequence[str]) -> tuple[str, str]:
    """The text of documents, one after the other without their front matter; or why there is none."""
    files = list(dict.fromkeys(file for path in paths for file in _files(tree, path)))
    if not files:
        return "", f"is left out: {', '.join(paths)} gives no file"
    if len(files) > FILES:
        return "", f"is left out: it stands for {len(files)} files"
    parts = []
    for file in files:
        if tree.is_secret(file):
            return "", f"is left out: {file} looks like a file of secrets"
        text = Files(tree).text(file)
        if text is None:
            return "", f"is left out: {file} isn't text"
        parts.append(read_front(text).body)
    return "\n".join(parts), ""


def _files(tree: Tree, path: str) -> tuple[str, ...]:
    if tree.is_pattern(path):
        return tree.expand(path).files
    status = tree.status(path)
    if status.kind == "directory":
        return tree.files_below(status.path).files
    return (status.path,) if status.kind == "file" else ()


# ── against what is there ────────────────────────────────────────────────────────────────────────────────


def _changes(files: dict[str, str], form: Format, target: Tree, force: bool) -> Iterator[ExportedFile]:
    for path, text in sorted(files.items()):
        there = _there(target, path)
        if there is None:
            kind = "new"
        elif there == text:
            kind = "current"
        else:
            kind = "changed" if force or is_exported(path, there) else "foreign"
        yield ExportedFile(path, kind, text)
    for path in Files(target).find(*form.places):
        there = _there(target, path) if path not in files else None
        if there is not None and is_exported(path, there):
            yield ExportedFile(path, "removed")


def _there(target: Tree, path: str) -> str | None:
    try:
        return target.read(path, SIZE).decode("utf-8", "replace")
    except OSError:
        return None


def is_exported(path: str, text: str) -> bool:
    """Whether an export wrote a text, from its first line to its last: nothing of a person is lost with it."""
    if path.endswith(".json"):
        return '"generator": "ctxload export"' in text
    return START in text and bool(unmark(read_front(text).body))
