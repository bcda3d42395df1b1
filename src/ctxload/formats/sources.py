"""Live sources: other tools' files read in place, as a part of an index. `cursor`, or `cursor:packages/web`."""

from __future__ import annotations

from ..errors import UsageError
from ..index.model import Index
from ..record import Record
from ..text.diagnostics import Diagnostic, diagnostic
from ..text.escaping import is_unsafe
from ..workspace.other_projects import other_project
from ..workspace.tree import clean
from . import BUILT_IN, find, read
from .entries import to_index
from .files import Files, Seen
from .guide import Guide, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..workspace.tree import Tree


class Live(Record):
    """What a source gives: a part of an index, findings, and what was looked at to find it.

    `code` is the file of a format that another package brings: it belongs to what the index was read from.
    """

    index: Index
    findings: tuple[Diagnostic, ...]
    seen: tuple[Seen, ...]
    code: str = ""


def read_source(tree: Tree, written: str, taken: Sequence[str] = ()) -> Live:
    """The part of an index that a source means. Findings without a place are about the source itself.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"web/.cursor/rules/react.mdc": "---\\nglobs: *.tsx\\n---\\n# React"})
    >>> [(entry.paths[0].value, entry.for_files[0].value) for entry in read_source(tree, "cursor:web").index.entries]
    [('web/.cursor/rules/react.mdc', 'web/**/*.tsx')]
    """
    name, _, folder = written.partition(":")
    folder, wrong = clean(folder.strip(), tree.root)
    if wrong or (folder and tree.status(folder).kind != "directory"):
        why = "lies outside the root" if wrong == "outside" else "isn't a folder"
        return _nothing(
            written, diagnostic("CTX107", f"`{written}`: `{folder}` {why}", hint="name a folder below the root")
        )
    try:
        form = find(name.strip())
    except UsageError as error:
        return _nothing(
            written, diagnostic("CTX107", f"`{written}` is an invalid value for `sources`", hint=str(error))
        )
    files = Files(tree, folder)
    try:
        reading = read(form, files)
    except UsageError as error:
        return _nothing(written, diagnostic("CTX107", f"`{written}` cannot be read", hint=str(error)))
    seen = tuple(files.seen.values())
    guides = [guide for guide in reading.guides if is_own(guide, files)]
    findings = [*reading.findings, *lost(reading), *left_out(files)]
    if not reading.guides and not reading.findings:
        hint = f"it looks for {', '.join(form.places[:3])}; remove it, or name the folder: `{name}:FOLDER`"
        findings.append(diagnostic("CTX308", f"`{written}` has no files here", hint=hint))
    code = "" if form.name in BUILT_IN else _code_of(form)
    return Live(to_index(written, guides, files.texts, taken), tuple(findings), seen, code)


def _nothing(written: str, finding: Diagnostic) -> Live:
    return Live(Index(written), (finding,), ())


def _code_of(form: object) -> str:
    """The file that holds a format's code, as far as it is known."""
    from importlib import import_module

    module = form if hasattr(form, "__file__") else import_module(type(form).__module__)
    return str(getattr(module, "__file__", None) or "")


def is_own(guide: Guide, files: Files) -> bool:
    """Whether a guide stands in the tool's own files; what an export wrote there is in the index already."""
    return bool(guide.paths) and guide.paths[0] in files.seen and not any(map(is_unsafe, (guide.name, *guide.paths)))


def lost(reading: Reading) -> list[Diagnostic]:
    """The findings about what a reading lost."""
    hint = "remove it there, or write the entry into the index yourself"
    return [diagnostic("CTX120", loss.say(), loss.path, 1, hint=hint) for loss in reading.losses]


def left_out(files: Files) -> list[Diagnostic]:
    """The findings about files that git ignores, and about there being more than is read."""
    found = [
        diagnostic(
            "CTX305", f"`{path}` is ignored by .gitignore or .ctxignore", path, severity="note",
            hint="it is left out; let it be tracked",
        )
        for path in files.left_out
    ]  # fmt: skip
    found += [other_project(path) for path in files.others]
    if files.is_cut:
        found.append(
            diagnostic(
                "CTX007", "there is more than is read: the rest is left out", hint="name a folder: `FORMAT:FOLDER`"
            )
        )
    return found
