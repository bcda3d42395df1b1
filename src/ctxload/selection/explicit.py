"""The explicit layer: what the task or the caller names, and nothing else. One bad item fails all."""

from __future__ import annotations

from itertools import takewhile

from ..errors import ExplicitContextError
from ..matching.tables import names_of
from ..workspace.secret_names import folded
from ..workspace.tree import RELATIVE, clean
from .choice import Choice
from .directives import Item, directives, looks_like_path
from .model import DOCUMENTS, EXPLICIT, NOWHERE, LeftOut, Reason, Where
from .path_findings import listed, why_closed, wrong_path

#: Of how many words the name of a document is at most that is written without quotes.
NAME_WORDS = 5
#: How many paths of a project are compared with one that is wrong.
COMPARED = 5_000
#: The signs that join the pieces of an id, taken out or as blanks.
_JOINING, _TO_BLANKS = str.maketrans("", "", "-_/."), str.maketrans("-_/.", "    ")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..matching.tables import Tables
    from ..text.diagnostics import Diagnostic
    from ..workspace.tree import Tree
    from .model import ReasonKind


def explicit_items(choice: Choice) -> list[Item] | None:
    """The context named by the caller, else by the task's directives; None when none is named."""
    request = choice.request
    if request.context is not None:
        return [Item(text, True) for text in request.context] or None
    tables = choice.tables

    def is_named(name: str) -> bool:
        return tables.bundles.get(name) is not None or tables.ids.get(name) is not None

    def is_known(name: str) -> bool:
        if is_named(name) or name.lower() == "none" or (name.startswith("-") and is_named(name[1:])):
            return True
        return " " in name and _is_there(choice, name)

    items = directives(request.task, is_known)
    if not items:
        _warn_of_near_miss(choice, directives(request.task, lambda name: True), is_known)
    out = [item for item in items if not is_named(item.text) and item.text[:1] == "-" and is_named(item.text[1:])]
    if out:
        from .meant import leave_out_items

        leave_out_items(choice, out)
    return [item for item in items if item not in out] or None


def _is_there(choice: Choice, name: str) -> bool:
    """Whether a name with blanks is a file, or with a section behind it; or a folder that is written as one."""
    tree, folder = choice.tree, choice.request.folder
    kind = tree.status(from_folder(name, folder, tree)).kind
    if kind == "missing":
        kind = tree.status(from_folder(name.partition("#")[0], folder, tree)).kind
    return kind == "file" or (kind == "directory" and name.endswith(("/", "\\")))


def _warn_of_near_miss(choice: Choice, items: list[Item], is_known: Callable[[str], bool]) -> None:
    """A line that names nothing known is prose; where it is one letter from a name, looks like a path with blanks, or
    is nothing but one name, or one beside others that are known, that is worth a remark.
    """
    from ..text.suggestions import did_you_mean

    names = [*names_of(choice.tables.ids), *names_of(choice.tables.bundles)]
    is_meant = len(items) == 1 or any(is_known(item.text) for item in items)
    for item in items[:5]:
        hint, what = "", "nothing the index knows"
        if len(item.text) > 200:
            continue
        if " " not in item.text:
            near = did_you_mean(item.text, names, least=0.8)
            hint = f"did you mean `{near}`?" if near else ""
            if not near and is_meant and _is_a_name(item.text) and not is_known(item.text):
                hint = _with_piece(item.text, names)
        elif _looks_like_a_name(item):
            what = "no file that is there"
            near = did_you_mean(item.text, choice.tree.files_below("").files[:COMPARED], least=0.8)
            hint = f"did you mean `{near}`?" if near else "fix the path; put it in quotes to have it looked for"
        if hint:
            choice.report("CTX408", f"`Context: {item.text}` names {what} and is read as prose", hint=hint)
            return


def _is_a_name(text: str) -> bool:
    """Whether a text without blanks looks like an id: letters and digits, some of them joined by signs."""
    return text[0].isalnum() and text[-1].isalnum() and not text.isdigit() and text.translate(_JOINING).isalnum()


def _with_piece(text: str, names: list[str]) -> str:
    """What to name instead of what nobody has: the ids of which it is a piece, as `testing` is of `docs-testing`."""
    low = text.casefold()
    longer = [name for name in names if low in name.casefold().translate(_TO_BLANKS).split()]
    if len(longer) == 1:
        return f"did you mean `{longer[0]}`?"
    return f"name the one: {listed(longer)}" if longer else "`ctxload list` shows the names that there are"


def _looks_like_a_name(item: Item) -> bool:
    """Whether a text with blanks looks like the path of a document, and not like a sentence."""
    last = item.text.partition("#")[0].lower()
    return last.endswith(DOCUMENTS) and len(item.text.split()) <= NAME_WORDS


def is_none(items: list[Item]) -> bool:
    """Whether `none` is named: nothing is to be loaded."""
    return len(items) == 1 and items[0].text.lower() == "none"


def explicit(choice: Choice, items: list[Item]) -> None:
    """What was named, in the order of naming. One bad item fails all."""
    if is_none(items):
        return
    wrong: list[Diagnostic] = []
    for item in items:
        _explicit_item(choice, item, wrong)
    if wrong:
        raise ExplicitContextError(wrong[0].message, tuple(wrong))


def _explicit_item(choice: Choice, item: Item, wrong: list[Diagnostic]) -> None:
    kind: ReasonKind | None = "option" if choice.request.context is not None else None
    where = Where(choice.request.task, ((item.start, item.end),)) if item.end else NOWHERE
    bundle, number = choice.tables.bundles.get(item.text), choice.tables.ids.get(item.text)

    if bundle is not None and not looks_like_path(item):
        for entry in bundle:
            _explicit_entry(
                choice,
                entry,
                Reason(EXPLICIT, kind or "bundle", item.text, choice.tables.entries[entry].id, where),
                wrong,
            )
        if not bundle:
            wrong.append(_not_found(choice, item.text, f"the bundle `{item.text}` names no entry that is there"))
    elif number is not None and not looks_like_path(item) and (others := sharing(choice.tables, item.text)):
        wrong.append(_ambiguous(item.text, others))
    elif number is not None and (not looks_like_path(item) or choice.tree.status(item.text).kind == "missing"):
        own = choice.tables.entries[number].id
        _explicit_entry(choice, number, Reason(EXPLICIT, kind or "id", item.text, own, where), wrong)
    else:
        _explicit_path(choice, item.text, kind, where, wrong)


def sharing(tables: Tables, name: str) -> list[str]:
    """The ids of the entries that a name may mean, where it is the id of none and the last part of several."""
    number = tables.ids.get(name)
    if number is None or tables.entries[number].id == name:
        return []
    others = [other for other in names_of(tables.ids) if other.endswith(f"/{name}")]
    return others if len(others) > 1 else []


def _ambiguous(name: str, others: list[str]) -> Diagnostic:
    """The error that a name may mean several entries: none of them is guessed."""
    from ..text.diagnostics import diagnostic

    hint = f"name the one: {listed(others)}"
    return diagnostic("CTX410", f"`{name}` may be any of {len(others)} entries", hint=hint)


def _explicit_entry(choice: Choice, number: int, reason: Reason, wrong: list[Diagnostic]) -> None:
    before = len(choice.findings)
    files = choice.files_of(number)
    if not files:
        wrong.extend(
            choice.findings[before:]
            or [_not_found(choice, reason.by, f"the entry `{reason.entry}` has no file that is there")]
        )
    choice.add_entry(number, (reason,))


def _explicit_path(choice: Choice, text: str, kind: ReasonKind | None, where: Where, wrong: list[Diagnostic]) -> None:
    tree, folder, heading = choice.tree, choice.request.folder, ""
    if not text.strip():
        wrong.append(_not_found(choice, text, "an empty name isn't a context"))
        return
    path = from_folder(text, folder, tree)
    if "#" in text and tree.status(path).kind == "missing":
        path, heading = text.split("#", 1)
        path = from_folder(path, folder, tree)
    if tree.is_pattern(path):
        files = choice.entry_files.open(tree.expand(path).files)
        if not files:
            wrong.append(_not_found(choice, text, f"`{text}` matches no file that may be given"))
    else:
        files = _explicit_files(choice, path, text, wrong, by_caller=bool(kind))
    if heading.strip() and files:
        files = _with_section(choice, files, text, heading, wrong)
    sections = (heading,) if heading.strip() else ()
    for file in files:
        choice.add(file, Reason(EXPLICIT, kind or "path", text, "", where, sections=sections))


def from_folder(path: str, folder: str, tree: Tree) -> str:
    """The path that one means where `folder` is worked in: with `./` or `../` before it from there, else from the root.

    What is nowhere is missing in that folder; what leads out of the root from there lies outside.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"setup.md": "", "docs/a.md": ""})
    >>> [from_folder(path, "docs", tree) for path in ("./a.md", "a.md", "../setup.md", "./setup.md", "./no.md")]
    ['docs/a.md', 'a.md', 'setup.md', 'setup.md', 'docs/no.md']
    """
    if not folder or not path.startswith(RELATIVE):
        return path
    here, wrong = clean(f"{folder}/{path}")
    if wrong == "outside":
        return path
    from_root, wrong = clean(path)
    return here if wrong or _is_anything(here, tree) or not _is_anything(from_root, tree) else from_root


def _is_anything(path: str, tree: Tree) -> bool:
    return bool(tree.expand(path).files) if tree.is_pattern(path) else tree.status(path).kind != "missing"


def _with_section(
    choice: Choice, files: tuple[str, ...], text: str, heading: str, wrong: list[Diagnostic]
) -> tuple[str, ...]:
    """Those of the files that have the section; where none has it, that is wrong."""
    from ..text.markdown import find_sections, read_markdown
    from ..workspace.content import read_content

    kept, headings = [], {}
    for file in files:
        document = read_markdown(read_content(choice.tree, file).text)
        if find_sections(document, heading):
            kept.append(file)
        else:
            headings.update({section.heading: section for section in document.sections if section.level})
            choice.left_out.append(LeftOut(file, f"has no section `{heading}`"))
    if not kept:
        from ..text.diagnostics import diagnostic
        from ..text.suggestions import meant

        where = f"`{files[0]}` has no" if len(files) == 1 else f"none of {len(files)} files has a"
        known = [name for name in headings if name]
        hint = meant(heading, known) or (
            f"there are {listed(known)}" if known else "it has no headings: name the file alone"
        )
        wrong.append(diagnostic("CTX401", f"explicit context not found: {where} section `{heading}`", hint=hint))
    return tuple(kept)


def _explicit_files(
    choice: Choice, path: str, text: str, wrong: list[Diagnostic], *, by_caller: bool
) -> tuple[str, ...]:
    status = choice.tree.status(path)
    if status.kind == "directory":
        files = choice.entry_files.open(choice.tree.files_below(status.path).files)
        if not files:
            wrong.append(_not_found(choice, text, f"`{text}` holds no file that may be given"))
        return files
    if status.kind != "file":
        from ..text.diagnostics import diagnostic

        if status.kind == "missing":
            wrong.append(_not_found(choice, text, f"explicit context not found: `{text}`"))
        else:
            code, message, hint = wrong_path(text, status.kind)
            wrong.append(diagnostic(code, message, hint=hint))
        return ()
    closed = why_closed(choice.tree, status.path)
    if closed and by_caller:
        choice.report(closed[0], f"`{text}` {closed[1]}", hint="given because --context names it")
    elif closed:
        from ..text.diagnostics import diagnostic

        wrong.append(
            diagnostic(
                closed[0],
                f"`{text}` {closed[1]}: a task cannot select it",
                severity="error",
                hint=f"use --context {text} if it is meant",
            )
        )
        return ()
    return (status.path,)


def _not_found(choice: Choice, text: str, message: str) -> Diagnostic:
    from ..text.diagnostics import diagnostic
    from ..text.suggestions import did_you_mean, meant

    tables = choice.tables
    names: list[str] = []
    for lookup in (tables.ids, tables.bundles):
        names += names_of(lookup)
    pool = list(choice.tree.files_below("").files[:COMPARED]) if len(text) <= 200 else []
    stem = text.rpartition("/")[2]
    by_name = _of_this_name(choice, text, pool) or [path for path in pool if _bare(path) == _bare(stem)][:1]
    if by_name[1:]:
        hint = f"name the one: {listed(by_name)}"
    elif by_name:
        hint = f"did you mean `{by_name[0]}`?"
    elif near := did_you_mean(_bare(stem), {_bare(path) for path in pool}):
        near_path = next(path for path in pool if _bare(path) == near)
        hint = f"did you mean `{near_path}`?"
    else:
        hint = meant(text, names) or "paths are relative to the folder of the index; see `ctxload check`"
    return diagnostic("CTX401", message, hint=hint)


def _of_this_name(choice: Choice, text: str, pool: list[str]) -> list[str]:
    """The files that bear the name of a wrong path: of several those that end as it does for the longest stretch, then
    those that do in the same case, then those of the index.
    """
    wanted, entries = clean(text)[0], choice.tables.entries
    own = [path for number in range(len(entries)) for path, _, _ in entries[number].paths if choice.tree.is_there(path)]
    alike: dict[tuple[int, int, bool], dict[str, None]] = {}
    for paths in (own, pool):
        for path in paths:
            length = _common_end(folded(path), folded(wanted))
            if length:
                alike.setdefault((length, _common_end(path, wanted), paths is own), {})[path] = None
    return [*alike[max(alike)]] if alike else []


def _common_end(one: str, other: str) -> int:
    """How many names two paths end in alike."""
    pairs = zip(one.split("/")[::-1], other.split("/")[::-1], strict=False)
    return len([*takewhile(lambda pair: pair[0] == pair[1], pairs)])


def _bare(path: str) -> str:
    """A file's name without its folder and ending."""
    return path.rpartition("/")[2].rsplit(".", 1)[0]
