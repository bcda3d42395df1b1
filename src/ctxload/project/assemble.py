"""From the index file to one `Index`: what it includes, the user's own index and front matter merged in.

Lists are joined, the index first; of single values the index's wins, and a differing one is a finding.
"""

from __future__ import annotations

import os

from ..errors import IndexUnreadableError
from ..index.model import Entry, Index, Text
from ..index.parser import SIZE_LIMIT, Parsed, parse_front_matter
from ..index.pieces import parse_once
from ..index.place_ids import stem_of, with_place_ids
from ..record import Record
from ..text.diagnostics import Diagnostic, Findings, Related, diagnostic, in_order
from ..text.source import Source
from ..text.suggestions import meant
from ..text.utf8 import read_text
from ..text.yaml import VALUE_LIMIT
from ..workspace.locations import Place
from ..workspace.source_stamps import FOLDER, TRACKED, SourceStamp, checksum_of, names_checksum
from ..workspace.stamps import checksum, signature, signature_of
from ..workspace.tree import HOME, IGNORE_FILES, IGNORE_SIZE, DiskTree, Tree, clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from typing import Any

    from ..formats.files import Seen

#: How deep index files include each other, and how many are included in all.
DEPTH, INCLUDES = 5, 1_000
#: How many ids are compared with those that no entry has, to say what was meant; `check` looks further.
GUESSES = 20_000
_FRONT_SIZE = 65_536


class Assembled(Record):
    """An index with everything merged in; `served` is False where it could not be read as YAML at all."""

    index: Index
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[SourceStamp, ...]
    served: bool = True


def assemble(
    place: Place,
    tree: Tree,
    environ: Mapping[str, str] | None = None,
    *,
    stage: Callable[[str], None] | None = None,
    read: Callable[[Source, int], Parsed] = parse_once,
    own: bool = False,
) -> Assembled:
    """Reads an index and everything that belongs to it. Findings are returned, nothing is raised.

    `stage` is told when a file was read and its parsing begins; `read` parses: what gives the same as `parse` for less.
    With `own` the person's own skills are merged under it: for answers to them or their agents, not for what is said of
    the project. `tree` is closed to these, so that nothing in the index names them.
    """
    work = Assembly(place, tree, stage, read)
    index, served = work.main()
    if served:
        index = work.with_includes(index)
        index = work.with_user_index(index, os.environ if environ is None else environ)
        if any(entry.each for entry in index.entries):
            index = work.with_each(index)
        index = index.replace(entries=with_place_ids(index.entries)) if len(index.sources) > 1 else index
        if index.live or place.sources:
            index = work.with_sources(index)
        work.find_repeated_ids(index)
        work.find_loose_ends(index)
        if index.front_matter:
            index = work.with_front_matter(index)
        index = work.with_own_skills(index, wanted=own)
    for other in place.passed_over:
        message = f"`{other}` is not used: `{place.name}` goes before it"
        work.findings.append(diagnostic("CTX405", message, place.name, hint="keep one of the two"))
    work.findings += _about_the_root(place, index)
    return Assembled(index, in_order(work.findings.told(place.name)), tuple(work.files), served)


class Assembly:
    """The reading of an index and of what belongs to it, with the findings and the stamps of what was read so far."""

    def __init__(
        self,
        place: Place,
        tree: Tree,
        stage: Callable[[str], None] | None,
        read: Callable[[Source, int], Parsed],
    ) -> None:
        self.stage = stage
        self.read = read
        self.place = place
        self.tree = tree
        self.findings = Findings()
        self.files: list[SourceStamp] = []
        self.included: set[str] = set()
        #: How much of index files may still be read, in bytes; how many values parsed; how many front matter may add.
        self.bytes_left, self.values_left, self.front_left = SIZE_LIMIT, VALUE_LIMIT, VALUE_LIMIT
        self.fronts: dict[str, dict[str, Any]] = {}
        self.open_tree = DiskTree(tree.root)

    def main(self) -> tuple[Index, bool]:
        if self.place.sources and not os.path.lexists(self.place.path):  # other tools' files are all there is
            self.missed(self.place.name)
            return Index(self.place.name, fallback=((Text("*"), "none"),)), True
        inside = not os.path.isabs(self.place.name)
        parsed = self.read_index(self.place.name if inside else self.place.path, inside)
        return (parsed.index, parsed.served) if parsed else (Index(self.place.name), False)

    def read_index(self, path: str, inside: bool) -> Parsed | None:
        """Reads and parses one index file, below the root or (the user's own) anywhere."""
        try:
            data, sign = self._bytes(path, inside)
        except (OSError, ValueError) as error:
            self.missed(path, inside)
            code = "CTX303" if inside and self.tree.status(path).kind in ("outside", "git") else "CTX302"
            why = (
                "lies outside the root"
                if code == "CTX303"
                else f"cannot be read: {getattr(error, 'strerror', None) or error}"
            )
            hint = "name a regular file below the root" if inside else "fix CTXLOAD_USER_INDEX, or unset it"
            self.findings.append(diagnostic(code, f"`{path}` {why}", path, hint=hint))
            return None
        self.files.append(
            SourceStamp(os.path.join(self.tree.root, path) if inside else path, sign, checksum(data), SIZE_LIMIT + 1)
        )
        self.bytes_left -= len(data)
        if self.bytes_left < 0:
            message = f"more than {SIZE_LIMIT:,} bytes of index files are more than is read at once"
            hint = "list fewer files and keywords; `ctxload compile` makes a larger one in parts if it is a single file"
            self.findings.append(diagnostic("CTX007", message, path, hint=hint))
            return None
        text, wrong = read_text(data, path)
        if wrong:
            self.findings.append(wrong)
            return None
        if self.stage is not None:
            self.stage("parsing")
        parsed = self.read(Source(path, text), self.values_left)
        self.values_left -= parsed.values
        self.findings += parsed.diagnostics
        return parsed

    def _bytes(self, path: str, inside: bool) -> tuple[bytes, tuple[int, ...]]:
        if inside:
            sign = self.tree.status(path).signature
            return self.tree.read(path, SIZE_LIMIT + 1), sign
        sign = signature(os.stat(path))
        folder, name = os.path.split(os.path.realpath(path))  # named by the user: a link may lead anywhere
        return DiskTree(folder).read(name, SIZE_LIMIT + 1), sign

    def missed(self, path: str, inside: bool = True) -> None:
        """Notes a file that is wanted and cannot be read now, so that it is noticed when it can."""
        name, wrong = clean(path, self.tree.root) if inside else (path, "")
        if wrong:
            return
        full = os.path.join(self.tree.root, name) if inside else name
        try:
            sign = signature(os.stat(full))
        except (OSError, ValueError):
            sign = ()
        self.files.append(SourceStamp(full, sign, 0, 0))

    # ── includes ───────────────────────────────────────────────────────────────────────────────────────

    def with_includes(self, index: Index) -> Index:
        """The index with what it includes merged under it, depth first; a file that is included twice once."""
        return self._include(index, (self.place.name,), 1)

    def _include(self, index: Index, above: tuple[str, ...], depth: int) -> Index:
        for name in index.include:
            status = self.tree.status(name.value)
            if status.path in self.included and status.path not in above:
                continue
            if status.path in above:
                self._about(name, index, "CTX111", f"`{name.value}` includes itself", "remove one of the includes")
            elif depth > DEPTH:
                self._about(
                    name,
                    index,
                    "CTX112",
                    f"`{name.value}`: includes nest deeper than {DEPTH}",
                    "include it from the top index",
                )
            elif len(self.included) >= INCLUDES:
                message = f"`{name.value}`: more than {INCLUDES:,} index files are included"
                self._about(name, index, "CTX112", message, "put several of them into one")
            elif status.kind != "file":
                self.missed(name.value)
                why = "doesn't exist" if status.kind == "missing" else f"cannot be included ({status.kind})"
                self._about(name, index, "CTX112", f"`{name.value}` {why}", "name an index file below the root")
            else:
                self.included.add(status.path)
                parsed = self.read_index(status.path, True)
                if parsed is not None and parsed.served:
                    other = self._include(parsed.index, (*above, status.path), depth + 1)
                    index = self.merged(index, other)
        return index

    def _about(self, text: Text, index: Index, code: str, message: str, hint: str, **more: Any) -> None:
        if self.findings.is_full(code):
            return
        source = index.source(text.source)
        line, column = source.position(text.start) if source else (0, 0)
        end = column + max(text.end - text.start, 1)
        self.findings.append(
            diagnostic(code, message, text.source, line, column, end_column=end, hint=hint, skipped=True, **more)
        )

    def with_user_index(self, index: Index, environ: Mapping[str, str]) -> Index:
        """The index with the user's own (`CTXLOAD_USER_INDEX`) merged under it."""
        path = environ.get("CTXLOAD_USER_INDEX", "")
        if not path:
            return index
        path = os.path.abspath(os.path.expanduser(path))
        parsed = self.read_index(path, False)
        return self.merged(index, parsed.index) if parsed is not None and parsed.served else index

    def merged(self, one: Index, other: Index) -> Index:
        """Two indexes as one; the first wins where only one value can be."""
        known = {source.name for source in one.sources}
        for name in ("match", "budget"):
            mine, theirs = getattr(one, name), getattr(other, name)
            if mine and theirs and mine != theirs:
                self._differs(other.name, name, f"`{mine}`" if name == "match" else "the first")
        return one.replace(
            sources=(*one.sources, *(source for source in other.sources if source.name not in known)),
            entries=one.entries + other.entries,
            rules=one.rules + other.rules,
            tests=one.tests + other.tests,
            agent_defaults=joined(one.agent_defaults, other.agent_defaults),
            always=joined(one.always, other.always),
            aliases=joined(one.aliases, other.aliases),
            bundles=_joined_bundles(one.bundles, other.bundles),
            fallback=self._fallbacks(one, other),
            match=one.match or other.match,
            budget=one.budget or other.budget,
            front_matter=one.front_matter or other.front_matter,
            live=one.live + other.live,
            forgets=one.forgets or other.forgets,
        )

    def _fallbacks(self, one: Index, other: Index) -> tuple[Any, ...]:
        mine = {agent.value: value for agent, value in one.fallback}
        for agent, value in other.fallback:
            if agent.value in mine and _plain(mine[agent.value]) != _plain(value):
                self._differs(other.name, "fallback", "the first")
        return (*one.fallback, *(pair for pair in other.fallback if pair[0].value not in mine))

    def _differs(self, name: str, key: str, kept: str) -> None:
        message = f"`{key}` differs from the index that includes this one: {kept} counts"
        self.findings.append(diagnostic("CTX110", message, name, hint=f"remove `{key}` here"))

    def find_repeated_ids(self, index: Index) -> None:
        """Written ids that stand in two files."""
        if len(index.sources) < 2:
            return
        first: dict[str, Entry] = {}
        for entry in index.entries:
            earlier = first.setdefault(entry.id.value, entry) if entry.id_written else entry
            if earlier.source != entry.source:
                source = index.source(earlier.source)
                place = source.position(earlier.id.start) if source else (0, 0)
                self._about(
                    entry.id,
                    index,
                    "CTX105",
                    f"duplicate id `{entry.id.value}`",
                    "give each entry an id of its own; the id means the first",
                    related=(Related(earlier.source, *place, "first defined here"),),
                )

    def find_loose_ends(self, index: Index) -> None:
        """Ids that no entry has, and patterns that cannot be used: parts that will not serve."""
        ids = {entry.id.value for entry in index.entries}
        ids |= {stem_of(entry.paths[0].value) for entry in index.entries if not entry.id_written}
        self.find_unknown(index, ids)

    def find_unknown(self, index: Index, ids: Collection[str]) -> None:
        """The same, where entries have these ids."""
        named = (
            *(name for rule in index.rules for name in rule.ids),
            *(name for bundle in index.bundles for name in bundle.ids),
            *(name for _, names in index.agent_defaults for name in names),
            *(name for entry in index.entries for name in entry.requires),
        )
        left = GUESSES
        for name in named:
            if name.value not in ids:
                near = meant(name.value, ids) if left > 0 else ""
                left -= len(ids)
                hint = near or "add an entry with this id, or remove it here"
                self._about(name, index, "CTX208", f"no entry has the id `{name.value[:80]}`", hint)
        if any(entry.when_stack for entry in index.entries):
            from ..workspace.stack.requirements import requirement

            for text in (text for entry in index.entries for text in entry.when_stack):
                if requirement(text.value) is None:
                    message = f"`{text.value[:80]}` is an invalid value for `when_stack`"
                    self._about(text, index, "CTX107", message, "write a name, with a version or without: `django>=4`")
        if index.rules:
            from ..matching.rule_patterns import problem

            for rule in index.rules:
                if wrong := problem(rule.pattern.value):
                    self._about(
                        rule.pattern,
                        index,
                        "CTX205",
                        f"broken pattern: {wrong}",
                        "fix it; a sign that means itself needs `\\` before it",
                    )

    # ── other tools' files ─────────────────────────────────────────────────────────────────────────────

    def with_sources(self, index: Index) -> Index:
        """The index with the entries of other tools' files merged under it."""
        from ..formats.sources import read_sources

        wanted = {text.value: text for text in (*map(Text, self.place.sources), *index.live)}
        taken = [entry.id.value for entry in index.entries]
        listed = [entry.paths[0].value for entry in index.entries if len(entry.paths) == 1 and not entry.each]
        lives = read_sources(self.tree, list(wanted), taken, listed)
        for text, live in zip(wanted.values(), lives, strict=True):
            for finding in live.findings:
                if finding.path:
                    self.findings.append(finding)
                elif not (finding.code == "CTX308" and self._has_own_skills(text.value)):
                    self._about(text, index, finding.code, finding.message, finding.hint)
            self.files += [self._seen(place) for place in live.seen]
            if live.code:  # a format of another package: a new version may read otherwise
                self.files.append(SourceStamp(live.code, signature(os.stat(live.code)), 0, 0))
            index = self.merged(index, live.index)
        self.files += _ignoring(self.tree)
        return index

    def _has_own_skills(self, source: str) -> bool:
        """Whether a source that the caller named, and that has no files, stands for skills of the person's own."""
        from ..workspace.own.settings_file import skill_folders

        return source == "agent-skills" and source in self.place.sources and bool(skill_folders())

    def with_own_skills(self, index: Index, *, wanted: bool) -> Index:
        """The index with the person's own skills merged under it, where they named folders of some."""
        if not wanted:
            return index
        from ..workspace.own.settings_file import settings_file, skill_folders

        if path := settings_file():
            self.files.append(_stamp_of(path))
        folders = skill_folders()
        if not folders:
            return index
        from ..formats.sources import read_own_skills
        from ..workspace.own.home import OpenTree
        from .outsiders import unnamed

        self.open_tree = OpenTree(self.tree.root)
        live = read_own_skills(self.open_tree, folders)
        self.findings += live.findings
        self.files += [self._seen(place) for place in live.seen]
        for path in self.open_tree.refused():  # who may write it can change, and nothing else
            full = self.open_tree._full(path)
            self.files.append(SourceStamp(full, signature_of(full), 0, 0))
        return self.merged(unnamed(index), live.index)

    def _seen(self, place: Seen) -> SourceStamp:
        full = os.path.join(self.tree.root, *place.path.split("/")) if place.path else self.tree.root
        if place.path[:2] == HOME:
            full = self.open_tree._full(place.path)
        if place.is_folder:
            return SourceStamp(full, place.signature, names_checksum(full), FOLDER)
        from ..formats.files import SIZE

        return SourceStamp(full, place.signature, place.checksum, SIZE if place.checksum else 0)

    # ── an entry for each file ─────────────────────────────────────────────────────────────────────────

    def with_each(self, index: Index) -> Index:
        """The index with an entry for every file of those that say `each`."""
        from .each import FILES, spread, with_ids_apart

        entries: list[tuple[Entry, bool]] = []
        folders: dict[str, tuple[int, ...]] = {}
        for entry in index.entries:
            if not entry.each:
                entries.append((entry, False))
                continue
            made = spread(entry, self.tree)
            folders.update(made.folders)
            entries += [(one, True) for one in made.entries]
            if made.is_cut:
                message = f"`{entry.paths[0].value}` gives more than {FILES:,} files: the rest is left out"
                self._about(entry.paths[0], index, "CTX007", message, "name folders of it, or globs that fit fewer")
            if not made.entries:
                message = f"`{entry.paths[0].value}` gives no file"
                self._about(entry.paths[0], index, "CTX308", message, "name a folder or a glob with documents in it")
        for folder, sign in folders.items():
            full = os.path.join(self.tree.root, *folder.split("/")) if folder not in ("", ".") else self.tree.root
            self.files.append(SourceStamp(full, sign, names_checksum(full), FOLDER))
        paths = tuple(path for entry in index.entries if entry.each for path in entry.paths)
        return index.replace(entries=with_ids_apart(entries), spread=paths)

    # ── front matter ───────────────────────────────────────────────────────────────────────────────────

    def with_front_matter(self, index: Index) -> Index:
        """The index with the entry keys in its files' front matter joined to their entries."""
        sources = {source.name: source for source in index.sources}
        entries = []
        for entry in index.entries:
            for path in entry.paths:
                status = self.tree.status(path.value)
                if status.kind != "file":
                    if status.kind not in ("directory", "file"):
                        self.missed(path.value)
                    continue
                entry = self._with_front(entry, status.path, sources)
            entries.append(entry)
        if self.front_left < 0:
            message = f"front matter adds more than {VALUE_LIMIT:,} values: what is beyond was left out"
            self.findings.append(diagnostic("CTX007", message, index.name, hint="name each file in fewer entries"))
        return index.replace(entries=tuple(entries), sources=tuple(sources.values()))

    def _with_front(self, entry: Entry, path: str, sources: dict[str, Source]) -> Entry:
        """An entry with what the front matter of one of its files says; each file is read once."""
        if path not in self.fronts:
            self.fronts[path] = self._read_front(path, sources)
        values = self.fronts[path]
        self.front_left -= sum(len(value) for value in values.values() if isinstance(value, tuple))
        return self._joined_entry(entry, values, path) if values and self.front_left >= 0 else entry

    def _read_front(self, path: str, sources: dict[str, Source]) -> dict[str, Any]:
        sign = self.tree.status(path).signature
        try:
            data = self.tree.read(path, _FRONT_SIZE)
        except OSError:
            self.missed(path)
            return {}
        self.files.append(SourceStamp(os.path.join(self.tree.root, path), sign, checksum(data), _FRONT_SIZE))
        if not data.removeprefix(b"\xef\xbb\xbf").startswith(b"---"):
            return {}
        source = Source(path, data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))
        values, findings = parse_front_matter(source)
        self.findings += findings
        if values:
            sources.setdefault(path, source)
        return values

    def _joined_entry(self, entry: Entry, values: dict[str, Any], path: str) -> Entry:
        changed: dict[str, Any] = {}
        for name in ("keywords", "tags", "exclude", "requires", "when_files", "for_files", "when_stack", "sections"):
            if name in values:
                changed[name] = getattr(entry, name) + values[name]
        if "agents" in values:
            changed["agents"] = (entry.agents or ()) + values["agents"]
        for name, empty in (("description", ""), ("priority", 0), ("whole_only", False), ("needs_both", False)):
            if name in values and getattr(entry, name) == empty:
                changed[name] = values[name]
            elif name in values and getattr(entry, name) != values[name]:
                self._front_differs(path, name)
        if "id" in values and not entry.id_written:
            changed.update(id=values["id"], id_written=True)
        elif "id" in values and values["id"].value != entry.id.value:
            self._front_differs(path, "id")
        return entry.replace(**changed)

    def _front_differs(self, path: str, key: str) -> None:
        message = f"`{key}` in the front matter differs from the index: the index counts"
        self.findings.append(diagnostic("CTX110", message, path, 1, hint=f"remove `{key}` from one of the two"))


def _about_the_root(place: Place, index: Index) -> list[Diagnostic]:
    """That paths begin with `context/`, which is itself the root: nothing showed that the folder above is a project."""
    if os.path.basename(place.root) != "context" or os.path.dirname(place.path) != place.root:
        return []
    ways = ("context/", "./context/", "../")
    if not any(path.value.startswith(ways) for entry in index.entries for path in entry.paths):
        return []
    message = "the root is the folder `context`: the one above shows no sign of a project (`.git`, a manifest)"
    hint = "name the root with --root, run `git init` there, or write the paths from the folder `context`"
    return [diagnostic("CTX424", message, place.name, hint=hint)]


def _ignoring(tree: Tree) -> list[SourceStamp]:
    """The stamps of what said which files of other tools are ignored: ignore files, git's own lists, its index."""
    paths = [f"{folder}/{name}" if folder else name for folder in tree._ignore_lines for name in IGNORE_FILES]
    files = [(os.path.join(tree.root, path), tree.status(path).signature) for path in paths if tree._stands(path)]
    stamps = [SourceStamp(path, sign, checksum_of(path, IGNORE_SIZE), IGNORE_SIZE) for path, sign in files]
    asked = tree.asked_of_git()
    for path, sign in asked:
        if len(sign) == 4 or not sign:
            stamps.append(SourceStamp(path, sign, checksum_of(path, IGNORE_SIZE) if sign else 0, IGNORE_SIZE))
        else:
            stamps.append(SourceStamp(path, sign[:-1], sign[-1], TRACKED))
    return stamps


def _stamp_of(path: str) -> SourceStamp:
    """The stamp of the person's settings, which are small."""
    sign = signature_of(path)
    return SourceStamp(path, sign, checksum_of(path, IGNORE_SIZE), IGNORE_SIZE) if sign else SourceStamp(path, (), 0, 0)


def _plain(value: str | tuple[Text, ...]) -> object:
    return value if isinstance(value, str) else [name.value for name in value]


def joined(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    """Pairs of name and list, the lists of one name joined."""
    found: dict[str, tuple[Text, tuple[Text, ...]]] = {name.value: (name, names) for name, names in one}
    for name, names in other:
        if name.value in found:
            found[name.value] = (found[name.value][0], found[name.value][1] + names)
        else:
            found[name.value] = (name, names)
    return tuple(found.values())


def _joined_bundles(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    found = {bundle.name.value: bundle for bundle in one}
    for bundle in other:
        mine = found.get(bundle.name.value)
        found[bundle.name.value] = mine.replace(ids=mine.ids + bundle.ids) if mine else bundle
    return tuple(found.values())


def unreadable(place: Place, assembled: Assembled) -> IndexUnreadableError:
    """The error for an index that cannot serve, with the findings that say why, the errors first."""
    findings = sorted(assembled.diagnostics, key=lambda finding: finding.severity != "error")
    return IndexUnreadableError(f"{place.name} cannot be read", tuple(findings))
