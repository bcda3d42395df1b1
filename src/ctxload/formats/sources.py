"""Live sources: other tools' files read in place, as a part of an index. `cursor`, or `cursor:packages/web`."""

from __future__ import annotations

from ..errors import UsageError
from ..index.model import Index
from ..record import Record
from ..text.diagnostics import Diagnostic, diagnostic
from ..text.escaping import is_unsafe
from ..text.pattern_faults import ENDING, pattern_fault
from ..workspace.git.findings import git_unreadable, other_project
from ..workspace.ignored_by import ignored_by
from ..workspace.tree import HOME, clean
from . import BUILT_IN, find, read
from .agent_skills import places_below, read_own
from .copies import Copies
from .entries import placed, to_index
from .files import Files, Seen
from .guide import Guide, Reading
from .markdown_rules import faulty_fronts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ..text.codes import SeverityName
    from ..workspace.tree import Tree
    from .guide import Format

#: How much of a pattern is quoted, in characters.
QUOTED = 80
#: What rules are written in, and folders of rules that aren't called so.
_TEXTS = (".md", ".mdc", ".markdown", ".txt")
_RULES = (".github/instructions/**/*.instructions.md", ".kiro/steering/**/*.md")


class Live(Record):
    """What a source gives: a part of an index, findings, and what was looked at to find it.

    `code` is the file of a format that another package brings: it belongs to what the index was read from.
    """

    index: Index
    findings: tuple[Diagnostic, ...]
    seen: tuple[Seen, ...]
    code: str = ""


class Read(Record):
    """What the files of a source hold, before it is an index: guides, the texts they stand in, findings, what was
    looked at.
    """

    written: str
    guides: tuple[Guide, ...]
    texts: dict[str, str]
    findings: tuple[Diagnostic, ...]
    seen: tuple[Seen, ...] = ()
    code: str = ""


def read_sources(
    tree: Tree, written: Sequence[str], taken: Sequence[str] = (), listed: Collection[str] = ()
) -> list[Live]:
    """The part of an index that each source means; a file that stands in several, or under two names, is one entry.

    What is `listed` are the files for which the index has an entry of its own: what that says of them counts.
    """
    own = frozenset(tree.leads_to(tree.status(path).path) for path in listed)
    read_all = [_without_listed(tree, _read(tree, source), own) for source in written]
    copies, ids = Copies(tree), list(taken)
    for one in read_all:
        copies.add(one.guides, one.texts)
    found: list[Live] = []
    for one, guides in zip(read_all, copies.kept, strict=True):
        index = to_index(one.written, guides, one.texts, ids)
        ids += [entry.id.value for entry in index.entries]
        findings = (
            *one.findings,
            *uncalled(guides, index, one.findings),
            *(() if found else copies.findings),
            *odd_patterns(tree, guides, one.texts),
        )
        found.append(Live(index, findings, one.seen, one.code))
    return found


def _without_listed(tree: Tree, one: Read, own: frozenset[str]) -> Read:
    """What a source holds without the guides whose files the index lists itself, each of which is told."""
    kept, listed = list[Guide](), list[Guide]()
    for guide in one.guides:
        (listed if own.issuperset(map(tree.leads_to, guide.paths)) else kept).append(guide)
    told = [
        diagnostic(
            "CTX312", f"`{guide.paths[0]}` has an entry of the index: what `{one.written}` says of it doesn't count",
            guide.paths[0], hint="remove that entry where the tool's word should hold",
        )
        for guide in listed
    ]  # fmt: skip
    return one.replace(guides=tuple(kept), findings=(*one.findings, *told))


def read_source(tree: Tree, written: str, taken: Sequence[str] = ()) -> Live:
    """The part of an index that a source means. Findings without a place are about the source itself.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"web/.cursor/rules/react.mdc": "---\\nglobs: *.tsx\\n---\\n# React"})
    >>> [(entry.paths[0].value, entry.for_files[0].value) for entry in read_source(tree, "cursor:web").index.entries]
    [('web/.cursor/rules/react.mdc', 'web/**/*.tsx')]
    """
    return read_sources(tree, [written], taken)[0]


def read_own_skills(tree: Tree, folders: Sequence[str]) -> Live:
    """The part of an index that the person's own folders of skills (`~/.claude/skills`) mean.

    All of it stands under `~/`, ids too, so that nothing that a project writes names any of it.
    """
    files = Files(tree)
    reading = read_own(files, folders)
    guides = tuple(guide for guide in reading.guides if is_own(guide, files))
    index = to_index("your own skills", guides, files.texts)
    entries = [entry.replace(id=entry.id.replace(value=HOME + entry.id.value)) for entry in index.entries]
    findings = [*reading.findings, *lost(reading), *_led_away(files), *_refused(tree)]
    findings += _unreadable(files, places_below(folders))
    return Live(index.replace(entries=tuple(entries)), tuple(findings), tuple(files.seen.values()))


def own_skill_faults(tree: Tree, folders: Sequence[str]) -> list[str]:
    """What stands in the person's own folders and is not read, in words."""
    found = read_own_skills(tree, folders).findings if folders else ()
    return [finding.message for finding in found if finding.code in ("CTX302", "CTX303")]


def _led_away(files: Files) -> Iterator[Diagnostic]:
    """The findings about links in the person's own folders that lead out of all of these."""
    for path in files.outside:
        message = f"`{path}` is a link that leads out of the folders that you named: it is not read"
        hint = "name the folder that it leads to under `skills` in your settings"
        yield diagnostic("CTX303", message, path, severity="note", hint=hint)


def _refused(tree: Tree) -> Iterator[Diagnostic]:
    """The findings about what others may write in the person's own folders: it could hold anything."""
    for path in tree.refused():
        message = f"`{path}` is not read: anybody may write there"
        hint = "take that away: `chmod -R o-w`, and look at what it holds"
        yield diagnostic("CTX302", message, path, severity="warning", hint=hint)


def _read(tree: Tree, written: str) -> Read:
    name, _, folder = written.partition(":")
    folder, wrong = clean(folder.strip(), tree.root)
    if wrong or (folder and tree.status(folder).kind != "directory"):
        why = "lies outside the root" if wrong == "outside" else "isn't a folder"
        return _nothing(written, f"`{written}`: `{folder}` {why}", "name a folder below the root")
    try:
        form = find(name.strip())
    except UsageError as error:
        return _nothing(written, f"`{written}` is an invalid value for `sources`", str(error))
    files = Files(tree, folder)
    try:
        reading = read(form, files)
    except UsageError as error:
        return _nothing(written, f"`{written}` cannot be read", str(error))
    guides = tuple(guide for guide in reading.guides if is_own(guide, files))
    findings = [*reading.findings, *lost(reading), *left_out(files), *_unreadable(files, form.places)]
    unfit = list(_unfit(files, form))
    findings += unfit
    if not (reading.guides or reading.findings or unfit):
        hint = f"it looks for {', '.join(form.places[:3])}; remove it, or name the folder: `{name}:FOLDER`"
        hint = why_ignored(files, form.places) or hint
        findings.append(diagnostic("CTX308", f"`{written}` has no files here", hint=hint))
    code = "" if form.name in BUILT_IN else _code_of(form)
    return Read(written, guides, files.texts, tuple(findings), tuple(files.seen.values()), code)


def why_ignored(files: Files, places: Sequence[str]) -> str:
    """What leaves out one of a tool's own folders that is there, and the cure; an empty text where nothing does."""
    tops = (files.tree.status(files.path(place.partition("/**")[0])) for place in places if "/**" in place[1:])
    folders = (top.path for top in tops if top.kind == "directory")
    found = next((folder for folder in folders if files.tree.is_ignored(f"{folder}/x")), "")
    why = found and ignored_by(files.tree, f"{found}/x")
    return found and f"`{found}` is ignored by {why}: take that line out, or let git track the files"


def _unfit(files: Files, form: Format) -> Iterator[Diagnostic]:
    """The findings about texts in a tool's own folder of rules that the tool passes over, as they end otherwise."""
    places = [place for place in form.places if place.startswith(".") and "rules/**/*" in place or place in _RULES]
    known = frozenset(files.find(*form.places)) if places else frozenset()
    for folder in dict.fromkeys(place.partition("/**/")[0] for place in places):
        ending = " or ".join(place.partition("*.")[2] for place in places if place.startswith(f"{folder}/"))
        found = [name for name in files.find(*(f"{folder}/**/*{end}" for end in _TEXTS)) if name not in known]
        if names := [name for name in found if not name.rpartition("/")[2].lower().startswith("readme.")]:
            more = f" and {len(names) - 1} more are" if names[1:] else " is"
            message = f"`{files.path(names[0])}`{more} passed over: `{form.name}` reads `.{ending}` files there"
            hint = "rename what is meant to be read"
            yield diagnostic("CTX308", message, files.path(names[0]), severity="note", hint=hint)


def _unreadable(files: Files, places: Sequence[str]) -> Iterator[Diagnostic]:
    """The findings about what stands where a source looks, never read: by its name, or because it isn't a file."""
    for path in files.odd(places):
        if is_unsafe(path):
            yield unsafe_name(path, "warning")
        else:
            hint = "name a regular file so"
            yield diagnostic("CTX302", f"`{path}` is not a regular file", path, severity="warning", hint=hint)


def unsafe_name(path: str, severity: SeverityName | None = None) -> Diagnostic:
    """The finding about a file with control characters in its name."""
    message = "control characters in the name of this file: it is never given"
    return diagnostic("CTX309", message, path, 1, 1, severity=severity, hint="rename the file")


def _nothing(written: str, message: str, hint: str) -> Read:
    return Read(written, (), {}, (diagnostic("CTX107", message, hint=hint),))


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
    hint = "it holds in the tool itself; write it into the index where ctxload should know it"
    return [
        diagnostic(
            "CTX120", loss.say(), loss.path, loss.line, hint=loss.cure or hint,
            severity="warning" if loss.misleads else "note",
        )
        for loss in reading.losses
    ]  # fmt: skip


def uncalled(guides: Sequence[Guide], index: Index, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings about guides that their tool chooses by a description in which no word tells them from others; a
    fault of the front matter among the `findings` says it all.
    """
    faulty = faulty_fronts(findings)
    hint = 'write what its users say into the description, in quotes: Use when the user says "…"'
    return [
        diagnostic(
            "CTX307", f"no word selects `{entry.id.value}`: its description names nothing", guide.paths[0], 1,
            severity="note", hint=hint,
        )
        for guide, entry in zip(guides, index.entries, strict=True)
        if not (guide.has_call or guide.is_manual or entry.keywords or guide.paths[0] in faulty)
    ]  # fmt: skip


def odd_patterns(tree: Tree, guides: Sequence[Guide], texts: Mapping[str, str]) -> Iterator[Diagnostic]:
    """The findings about patterns that can fit nothing. A folder may be yet to come: that is a note."""

    def is_folder(name: str) -> bool:
        return tree.status(name).kind == "directory"

    for guide in guides:
        endings: list[tuple[str, str]] = []
        for pattern in guide.files:
            if fault := pattern_fault(pattern, is_folder):
                message, hint = fault
                if "folder" not in message and tree.any_file((pattern.removeprefix("!"),)):
                    continue  # a file is called so
                if message == ENDING:  # a list of them is one fault
                    endings.append((pattern, hint))
                    continue
                yield _odd_pattern(guide, pattern, texts, message, hint)
        if endings:
            more = f" (as are {len(endings) - 1} more of its patterns)" if endings[1:] else ""
            first, hint = endings[0]
            yield _odd_pattern(guide, first, texts, ENDING + more, hint)


def _odd_pattern(guide: Guide, pattern: str, texts: Mapping[str, str], message: str, hint: str) -> Diagnostic:
    """The finding about a pattern of a guide, where that writes it."""
    text = texts.get(guide.paths[0], "")
    line = text.count("\n", 0, max(placed(guide, "files", pattern, texts).start, 0)) + 1
    severity: SeverityName = "note" if "folder" in message else "warning"
    said = f"the pattern `{_short(pattern)}` of `{guide.name}` {message}"
    return diagnostic("CTX314", said, guide.paths[0], line, hint=_short(hint, 4), severity=severity)


def _short(text: str, times: int = 1) -> str:
    """A text as it is named in one line."""
    most = QUOTED * times
    return text if len(text) <= most else f"{text[:most]}…"


def left_out(files: Files) -> list[Diagnostic]:
    """The findings about files that git ignores, and about there being more than is read."""
    found = [
        diagnostic(
            "CTX305", f"`{path}` is ignored by {ignored_by(files.tree, path)}", path, severity="note",
            hint="it is left out; let it be tracked",
        )
        for path in files.left_out
    ]  # fmt: skip
    found += [other_project(path) for path in files.others]
    found += [
        diagnostic(
            "CTX303", f"`{path}` is a link that leads out of the project: it is not read", path, severity="warning",
            hint="put the files themselves, or a copy of them, into the project",
        )
        for path in files.outside
    ]  # fmt: skip
    if problem := files.tree.git_problem():
        found.append(git_unreadable(problem))
    if files.is_cut:
        found.append(
            diagnostic(
                "CTX007", "there is more than is read: the rest is left out", hint="name a folder: `FORMAT:FOLDER`"
            )
        )
    return found
