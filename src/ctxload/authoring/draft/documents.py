"""The documents of a project: those that a first index lists, and those that it leaves out, each with its reason.

Where there is a folder `context/`, it holds what agents are to read, and nothing else is taken. Elsewhere documents are
those of documentation folders and of folders of texts alone, at the root, and what packages say of themselves. Left
out are what only looks like one: translations of another, copies, what tests and builds are made of, histories, other
people's code.

>>> from ctxload.workspace.memory_tree import MemoryTree
>>> files = {"docs/a.md": "# A", "docs/de/a.md": "# Ah", "CHANGELOG.md": "# 1.0", "web/README.md": "# Web"}
>>> found = survey(MemoryTree(files))
>>> found.taken
('docs/a.md', 'web/README.md')
>>> [(group.why, group.paths) for group in found.left_out]
[('a history', ('CHANGELOG.md',)), ('translations: de', ('docs/de/a.md',))]
"""

from __future__ import annotations

import re
from collections import Counter

from ...record import Record
from ...text.escaping import is_unsafe
from ...workspace.secret_names import looks_secret
from .languages import below_language, language_of
from .versions import older_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...workspace.tree import Tree

ENDINGS = (".md", ".mdx", ".markdown", ".rst", ".txt", ".adoc")
#: The folder whose documents are written for agents.
OWN = "context"
#: Folders that hold documents.
FOLDERS = frozenset(
    "docs doc documentation documents guide guides handbook manual wiki adr adrs decisions rfc rfcs runbooks playbooks "
    "knowledge content pages architecture contributing development notes tutorial tutorials howto how-to cookbook "
    "concepts proposals specs".split()
)
#: A folder at the top is one, too, that holds so many texts and next to nothing else, whatever it is called.
TEXTS, NEARLY_ALL = 3, 0.9
#: The endings of texts, and of what only goes with them.
OF_TEXTS = (".md", ".mdx", ".markdown", ".rst", ".adoc")
WITH_TEXTS = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".pdf", ".drawio", ".puml")
#: Folders of what is said to models, which is no documentation wherever it lies.
FOR_MODELS = frozenset("agents subagents commands prompts personas chatmodes".split())
#: Files that are documents wherever they lie: what a folder says of itself.
ABOUT = frozenset(
    "readme skill contributing architecture development testing security design styleguide style-guide".split()
)
#: Why a document in such a folder is left out, unless the folder is one of a documentation folder.
IN_FOLDER = {
    "test files": "test tests __tests__ testdata test-data fixtures __fixtures__ snapshots __snapshots__ mocks",
    "other people's code": "vendor vendored third_party third-party node_modules site-packages external",
    "examples": "example examples sample samples demo demos template templates",
    "made by a build": "dist build out target _build generated __generated__ coverage",
}
#: Such a folder holds documents in a repository of documents, if it holds texts alone: `test/` is about tests there.
OF_SUBJECTS = frozenset("test tests example examples build out".split())
HISTORY = "a blog or a history"
#: Why one in such a folder is left out, wherever that lies.
ANYWHERE = {
    HISTORY: "blog blogs posts _posts news newsfragments changes changelog changelogs releases release-notes archive "
    "archives archived attic whatsnew",
    "no longer true": "deprecated obsolete outdated superseded old",
    "made by a build": "_build generated __generated__ node_modules _locale",
}
#: Why a document of such a name is left out; those of the second table only outside of documentation folders.
NAMED = {
    "a history": "changelog release-notes release_notes whatsnew",
    "about the repository": "license licence copying notice authors contributors code_of_conduct code-of-conduct "
    "funding maintainers governance requirements robots pull_request_template issue_template sponsors backers "
    "third_party_notices third-party-notices",
}
NAMED_OUTSIDE = {"a history": "changes history news releases"}
#: What agent clients read by themselves: other tools' files, which `sources:` reads in place.
CLIENT_FILES = frozenset(
    ("AGENTS.md", "CLAUDE.md", "CLAUDE.local.md", "GEMINI.md", "SKILL.md", "copilot-instructions.md")
)
#: Hidden folders of agent clients and editors.
CLIENTS = frozenset(
    ".agents .aider .amazonq .augment .claude .clinerules .codex .continue .cursor .gemini .idea .junie .kiro "
    ".opencode .openhands .qodo .roo .trae .vscode .windsurf .zed".split()
)
#: Folders below those that hold documents for agents, which no client reads by itself.
FOR_AGENTS = frozenset(("reference", "references"))
#: Hidden folders of tools, whose README is the tool's own.
TOOLS = frozenset(
    ".bundle .cache .changeset .devenv .direnv .eggs .git .gradle .husky .hypothesis .m2 .mypy_cache .next .nox .npm "
    ".nuxt .pnpm-store .pytest_cache .ruff_cache .storybook .svelte-kit .terraform .tox .venv .yarn".split()
)
HIDDEN = "in hidden folders"
#: A folder of one of these names is a part of a program where code of its name lies in it (`template/template.go`).
OF_PROGRAMS = frozenset(("template", "templates"))
CODE = frozenset("c cc cpp cs ex go java kt php py rb rs scala swift".split())
PLACEHOLDERS = "templates: their names have placeholders"
#: The format that reads skills where they lie, and where it finds them.
SKILLS, OF_SKILLS = "agent-skills", (".claude/skills/", ".agents/skills/", ".github/skills/")
OF_CLIENT = "in folders of agent clients and editors"
ELSEWHERE, OF_CLIENTS, EMPTY = (
    "outside of documentation folders",
    "agent clients read them by themselves",
    "next to nothing in them",
)
UNREADABLE, NO_TEXT = "cannot be read: check their permissions", "not text"
UNSAFE, LEADS_OUT = "control characters in their names", "links that lead out of this folder"
DATED = "plans and notes of a day"
#: Folders whose documents hold until another takes their place, whatever day stands in their names.
LASTING = frozenset("adr adrs decisions decision rfc rfcs policies runbooks".split())
#: With fewer documents than this beside them, those of a day are what there is.
BESIDE = 3
OF_SKILL, LISTS = "parts of a skill, whose SKILL.md names them", "lists of words"


def _by_name(table: dict[str, str]) -> dict[str, str]:
    return {name: why for why, names in table.items() for name in names.split()}


_DAY = re.compile(r"(?:19|20)\d\d(-|_|\.|)(?:0\d|1[0-2])\1(?:[0-2]\d|3[01])(?!\d)")
_PARTS = re.compile(r"[-_. ]")
#: `release-notes-2.1`, `7_0_release_notes`, `changelog-v3`: what is left without the version.
_OF_VERSION = re.compile(r"(?:v?\d[\dx._-]*[-_.])?(.*?)(?:[-_.]v?\d[\dx._-]*)?")
_PLACEHOLDER = re.compile(r"\{\{.*\}\}|\{%.*%\}|<%.*%>|\$\{.*\}")
#: `LICENSE-DOCS`, `MIT-LICENSE`, `COPYING.LESSER`: as nobody calls a page about licenses.
_RIGHTS = re.compile(r"(?:(?:[A-Z0-9.]+[-_])*LICEN[CS]ES?|COPYING|NOTICES?)(?:[-_.][\w.+-]*)?")
_FOLDER, _ANYWHERE, _NAMED, _OUTSIDE = map(_by_name, (IN_FOLDER, ANYWHERE, NAMED, NAMED_OUTSIDE))


class Group(Record):
    """Documents that are left out for one reason."""

    why: str
    paths: tuple[str, ...]


class Found(Record):
    """What there is: the documents to list and the groups of those that are not, the largest first."""

    taken: tuple[str, ...]
    left_out: tuple[Group, ...]
    languages: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder that holds every document that is taken, an empty text for the root."""
        folders = [path.split("/")[:-1] for path in self.taken]
        common = folders[0] if folders else []
        for other in folders[1:]:
            while other[: len(common)] != common:
                common = common[:-1]
        return "/".join(common)


def survey(tree: Tree, include: Iterable[str] = (), exclude: Iterable[str] = (), language: str = "") -> Found:
    """What a tree holds. `include` and `exclude` are globs and folders; `language` is the code of the one to take."""
    asked, unwanted = _paths(tree, include), _paths(tree, exclude)
    every = [path for path in dict.fromkeys((*_files(tree), *asked)) if is_document(path)]
    reasons: dict[str, str] = {}
    own = any(path.startswith(f"{OWN}/") for path in every)
    skills = frozenset(path.removesuffix("SKILL.md") for path in every if path.endswith("/SKILL.md"))
    translated, languages = _translations(every, language)
    older = older_of(path for path in every if path not in translated)
    programs = _programs(tree)
    for path in every:
        if path in unwanted:
            reasons[path] = "--exclude"
        elif path not in asked:
            why = translated.get(path, "") or _why_not(_original(path, languages), own, skills, programs)
            if why in ("", ELSEWHERE):
                why = older.get(path, why)
            if why:
                reasons[path] = why
    if not own:
        taken = [path for path in every if path not in reasons and (path in asked or "/" in path)]
        for path in _taken_all_the_same(tree, len(taken), reasons):
            del reasons[path]
    taken = [path for path in every if path not in reasons]
    taken = _without_dated(taken, asked, reasons)
    taken = _without_copies(tree, taken, reasons)
    groups: dict[str, list[str]] = {}
    for path, why in reasons.items():
        groups.setdefault(why, []).append(path)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return Found(tuple(taken), tuple(Group(why, tuple(paths)) for why, paths in ordered), languages)


def never_given(tree: Tree) -> tuple[Group, ...]:
    r"""What would be a document and is never given, whatever an index says: by its name, or because a link leads out of
    the root. No path of these goes into an index.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> never_given(MemoryTree({"docs/a.md": "", "docs/b\n.md": "", "src/b\n.md": "", "docs/b\n.png": ""}))
    (Group(why='control characters in their names', paths=('docs/b\n.md',)),)
    """
    listing = tree.files_below("")
    own = any(path.startswith(f"{OWN}/") for path in listing.files)
    links = [path for path in listing.links if tree.status(path).kind == "outside"]
    names = [path for path in sorted(tree.odd_names) if is_unsafe(path)]
    found = []
    for why, paths in ((UNSAFE, names), (LEADS_OUT, links)):
        meant = tuple(path for path in paths if _could_be(path, own) and not tree.leaves_out(path))
        found += [Group(why, meant)] if meant else []
    return tuple(found)


def _could_be(path: str, own: bool) -> bool:
    """Whether a document would be taken from this path; of a folder it isn't known what it holds."""
    is_file = "." in path.rpartition("/")[2]
    return (is_document(path) or not is_file) and not _why_not(path if is_file else f"{path}/x.md", own, frozenset())


def skills_of(tree: Tree) -> tuple[str, ...]:
    """The skills for this project, in hidden folders at its top; those further down are what a package ships."""
    files = tree.files_below("", hidden=True).files
    return tuple(path for path in files if path.endswith("/SKILL.md") and path.startswith(OF_SKILLS))


def _files(tree: Tree) -> Iterator[str]:
    """The files of a tree, those in hidden folders behind the others; none that is hidden itself."""
    yield from tree.files_below("").files
    for path in tree.files_below("", hidden=True).files:
        *folders, name = path.split("/")
        if name[0] != "." and any(folder.startswith(".") for folder in folders):
            yield path


def is_document(path: str) -> bool:
    """Whether a path names a text for people."""
    return path.lower().endswith(ENDINGS) and not looks_secret(path)


def _paths(tree: Tree, patterns: Iterable[str]) -> dict[str, None]:
    from ...workspace.tree import is_glob

    found: dict[str, None] = {}
    for pattern in patterns:
        status = tree.status(pattern)
        if is_glob(pattern):
            found.update(dict.fromkeys(tree.expand(pattern).files))
        elif status.kind == "directory":
            found.update(dict.fromkeys(tree.files_below(status.path).files))
        elif status.kind == "file":
            found[status.path] = None
    return found


def _programs(tree: Tree) -> frozenset[str]:
    """The folders of `OF_PROGRAMS` that are parts of a program, in lower case."""
    found = set()
    for path in map(str.lower, tree.files_below("").files):
        folder, _, name = path.rpartition("/")
        stem, _, ending = name.rpartition(".")
        if stem in OF_PROGRAMS and ending in CODE and folder.rpartition("/")[2] == stem:
            found.add(folder)
    return frozenset(found)


def _why_not(path: str, own: bool, skills: frozenset[str], programs: frozenset[str] = frozenset()) -> str:
    """Why a document is left out by where it lies and what it is called; an empty text where it is taken."""
    if _PLACEHOLDER.search(path):
        return PLACEHOLDERS
    if path.rpartition("/")[2] in CLIENT_FILES or (skills and _is_of_skill(path, skills)):
        is_open = path.endswith("/SKILL.md") and not any(part.startswith(".") for part in path.split("/"))
        if own or not is_open:
            return OF_CLIENTS if path.rpartition("/")[2] in CLIENT_FILES else OF_SKILL
    *folders, name = path.lower().split("/")
    stem = name.rsplit(".", 1)[0].replace(" ", "-")
    known = FOLDERS if CLIENTS.isdisjoint(folders) else FOLDERS | FOR_AGENTS
    inside = next((at for at, folder in enumerate(folders) if folder in known), len(folders))
    is_about_rights = _RIGHTS.fullmatch(path.rpartition("/")[2].rpartition(".")[0])
    why = _NAMED.get("license" if is_about_rights else stem, "")
    why = why or (_OUTSIDE.get(stem, "") if inside == len(folders) else "")
    if not why and (of_version := _OF_VERSION.fullmatch(stem)) and _NAMED.get(of_version[1]) == "a history":
        why = "a history"
    if not why and own:
        why = "" if folders[:1] == [OWN] and "agents" not in folders else f"outside of {OWN}/"
    elif not why:
        above = ["" if one in programs else one.rpartition("/")[2] for one in folders_above(path.lower())]
        found = [_FOLDER.get(folder, "") for folder in above[:inside]]
        if found[-1:] == ["examples"] and inside < len(folders):
            del found[-1]  # `examples/docs/`, `examples/tutorials/`: a site's, and no example's
        found += [_ANYWHERE.get(folder, "") or _ANYWHERE.get(_told_by(folder), "") for folder in folders]
        for_agents = inside - 1 if inside < len(folders) else -1
        hidden = [(at, folder) for at, folder in enumerate(folders) if folder.startswith(".")]
        found += [_hidden(folder, stem) for at, folder in hidden if folder not in CLIENTS or at != for_agents]
        why = next(filter(None, found), "")
        if why == HISTORY and stem == "readme":  # it says how a history is written
            why = ""
    if not why and stem.startswith("_") and stem != "_index":
        why = "parts of other pages"
    if not why and not own and inside == len(folders) and folders and (stem not in ABOUT or name.endswith(".txt")):
        why = ELSEWHERE
    return why or (ELSEWHERE if not own and not folders and name.endswith(".txt") else "")


def _taken_all_the_same(tree: Tree, taken: int, reasons: dict[str, str]) -> list[str]:
    """The documents that are taken for what their folders hold, whatever these are called: those in folders of texts;
    in a repository of documents, where more lie elsewhere than are `taken`, all of them, and what is about tests.
    """
    folders = _Folders(tree)
    elsewhere = [path for path, why in reasons.items() if why == ELSEWHERE]
    texts = [path for path in elsewhere if path.lower().endswith(OF_TEXTS)]
    if len(elsewhere) <= taken:
        return [path for path in texts if folders.hold_texts(path)]
    subjects = [path for path, why in reasons.items() if why in IN_FOLDER and folders.are_of_subjects(path)]
    return [*(texts or elsewhere), *subjects]


class _Folders:
    """The folders of a tree by what they hold, counted when it is asked."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.texts, self.others = Counter[str](), Counter[str]()
        #: Those that hold a documentation folder.
        self.beside = {""}
        self._is_counted = False

    def hold_texts(self, path: str) -> bool:
        """Whether a document lies in a folder of texts, one at the top or beside a documentation folder."""
        above = folders_above(path.lower())
        parents = ["", *above[:-1]]
        found = any(
            self._is_of_texts(one) and parent in self.beside for one, parent in zip(above, parents, strict=True)
        )
        return found and FOR_MODELS.isdisjoint(path.lower().split("/"))

    def are_of_subjects(self, path: str) -> bool:
        """Whether the folders whose names leave a document out are such of texts, about tests or examples."""
        named = [one for one in folders_above(path.lower()) if one.rpartition("/")[2] in _FOLDER]
        return all(one.rpartition("/")[2] in OF_SUBJECTS and self._is_of_texts(one) for one in named)

    def _is_of_texts(self, folder: str) -> bool:
        if not self._is_counted:
            self._count()
        return self.texts[folder] >= max(TEXTS, NEARLY_ALL * (self.texts[folder] + self.others[folder]))

    def _count(self) -> None:
        self._is_counted = True
        for path in map(str.lower, self.tree.files_below("").files):
            above = folders_above(path)
            if not path.endswith(WITH_TEXTS):
                (self.texts if path.endswith(OF_TEXTS) else self.others).update(above)
            self.beside.update(one.rpartition("/")[0] for one in above if one.rpartition("/")[2] in FOLDERS)


def folders_above(path: str) -> list[str]:
    """The folders that a file lies in, the uppermost first.

    >>> folders_above("docs/api/a.md")
    ['docs', 'docs/api']
    """
    folders = path.split("/")[:-1]
    return ["/".join(folders[:count]) for count in range(1, len(folders) + 1)]


def _told_by(folder: str) -> str:
    """What sets a folder of documents apart from another: `archived` of `archived_docs`."""
    return "-".join(part for part in _PARTS.split(folder) if part and part not in FOLDERS)


def _hidden(folder: str, stem: str) -> str:
    """Why a document in a hidden folder is left out; nothing of what a folder of the project says of itself."""
    if folder in CLIENTS:
        return OF_CLIENT
    return HIDDEN if folder in TOOLS or stem not in ABOUT or (folder == ".github" and stem == "readme") else ""


def _is_of_skill(path: str, skills: frozenset[str]) -> bool:
    parts = path.split("/")
    return any("/".join(parts[:count]) + "/" in skills for count in range(1, len(parts)))


def _translations(paths: list[str], wanted: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Why each document that says what another says in another language is left out; the languages that there are.

    A folder or an ending is a language only where the same document is there in another, or without one.
    """
    bases: dict[str, dict[str, str]] = {}
    again: list[tuple[str, str]] = []  # a document that is there in one language twice, with the first of it
    for path in paths:
        base, code = language_of(path)
        first = bases.setdefault(base, {}).setdefault(code, path)
        if first != path:
            again.append((path, first))
    times = Counter(code for codes in bases.values() for code in codes)
    beside = Counter(code for codes in bases.values() if len(codes) > 1 for code in codes)
    plain = {path for codes in bases.values() for code, path in codes.items() if not code}
    elsewhere = Counter(  # the originals of `docs/ja/agents/planner.md` may lie in `agents/`
        code
        for codes in bases.values()
        for code, path in codes.items()
        if _english(codes) is None and "/" in (below := below_language(path)) and below in plain
    )
    found = sorted(code for code in times if code and 2 * (beside[code] + elsewhere[code]) >= times[code])
    if not found:
        return {}, ()
    kept = wanted.lower()
    reasons: dict[str, str] = {}
    main = max(found, key=lambda code: (times[code], code))
    known = {code for codes in bases.values() if _english(codes) is not None for code in codes}
    known.update(code for code in found if elsewhere[code])
    real = known.union(found) - {""}
    for codes in bases.values():
        english = _english(codes)
        if english is None and known.issuperset(codes) and not kept:
            reasons |= {path: f"translations: {code}" for code, path in codes.items()}
            continue  # its original is gone, or lies elsewhere
        usual = "" if "" in codes else english or (main if main in codes else min(codes))
        for code, path in codes.items():
            if code in real and not (_same(code, kept) if kept else code == usual):
                reasons[path] = f"translations: {code}"
            elif not code and kept and any(_same(other, kept) for other in codes):
                reasons[path] = "translations: the original"
    return reasons | {path: reasons[first] for path, first in again if first in reasons}, tuple(sorted(real))


def _original(path: str, languages: tuple[str, ...]) -> str:
    """Where the original of a translation would lie, which says what kind of document it is."""
    base, code = language_of(path)
    return base if code in languages else path


def _english(codes: Iterable[str]) -> str | None:
    """The code of the original among those of one document, an empty text where it has none; None where it is
    missing.
    """
    return next((code for code in sorted(codes) if not code or code.split("-")[0] == "en"), None)


def _same(code: str, wanted: str) -> bool:
    return code == wanted or code.split("-")[0] == wanted


def _without_dated(paths: list[str], asked: dict[str, None], reasons: dict[str, str]) -> list[str]:
    """The documents without those of a day: what was planned or noted then says nothing of what holds now."""
    dated = [path for path in paths if path not in asked and _is_dated(path)]
    if len(paths) - len(dated) >= BESIDE:
        reasons |= dict.fromkeys(dated, DATED)
    return [path for path in paths if path not in reasons]


def _is_dated(path: str) -> bool:
    *folders, name = path.lower().split("/")
    return _DAY.match(name) is not None and LASTING.isdisjoint(folders)


def _without_copies(tree: Tree, paths: list[str], reasons: dict[str, str]) -> list[str]:
    """The documents without those that are byte for byte another, or a link to it."""
    sizes: dict[int, list[str]] = {}
    for path in paths:
        sizes.setdefault(tree.status(path).size, []).append(path)
    for size, same in sizes.items():
        if size and len(same) > 1:
            first: dict[str, str] = {}
            for path in same:
                digest = tree.digest(path)
                if digest and first.setdefault(digest, path) != path:
                    reasons[path] = "copies of another"
    return [path for path in paths if path not in reasons]
