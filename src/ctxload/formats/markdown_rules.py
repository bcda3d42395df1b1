"""What formats with one rule in one Markdown file have in common: finding, naming, reading and writing them."""

from __future__ import annotations

import re
from types import MappingProxyType

from ..record import Record
from ..text.diagnostics import Diagnostic, diagnostic
from ..text.escaping import is_unsafe
from ..text.front_matter import Front, read_front, write_front
from ..text.lists import listed
from ..text.suggestions import meant
from .export_mark import mark, unmark
from .guide import Guide, Loss, Origin, Reading, Writing, lost
from .patterns import all_to_ours, can_say, to_theirs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from .files import Files

    Value = str | bool | tuple[str, ...]
    #: What is written of a guide: the values of its front matter, or None where it cannot be written at all.
    Said = tuple[list[tuple[str, Value]] | None, list[Loss]]

#: The keys by which the tools name patterns of files.
PATTERN_KEYS = ("globs", "paths", "applyTo", "fileMatchPattern", "glob", "path", "patterns", "files", "pattern")
#: What `true` and `false` may be written as.
FLAG = ("true", "false", "yes", "no", "on", "off")
NO_VALUES: Mapping[str, Sequence[str]] = MappingProxyType({})
#: Keys that say something of a file and nothing of when it is wanted.
ABOUT = frozenset(
    "name title version author license color metadata category compatibility type agent target authors source date "
    "date_added created updated homepage repository repo tags dependencies risk displayName status".split()
)
#: The keys that say what a field of a guide holds, in any of the formats; the most telling first.
_SAID_BY = {
    "description": ("description", "when_to_use"),
    "keywords": ("triggers", "description", "when_to_use"),
    "files": ("globs", "paths", "applyTo", "fileMatchPattern"),
    "always": ("alwaysApply", "inclusion", "trigger", "applyTo"),
    "agents": ("alwaysApply", "inclusion", "trigger", "disable-model-invocation", "disable_model_invocation"),
}
_RESERVED = frozenset("con prn aux nul".split()) | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
_LONGEST = 80
#: What parts the keywords from a description that does not end as a sentence does.
_DASH = "\u2013"
_MENTIONS = "Use when the task mentions: "
#: An item of a list that begins with a sign of YAML.
_SIGNED_ITEM = re.compile(r"^[ \t]*-[ \t]+([*&!%@`])", re.MULTILINE)
_SUFFIX = re.compile(re.escape(_MENTIONS) + r'("[^"\n]+"(?:, "[^"\n]+")*)\.$')


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


def read_rules(
    files: Files,
    names: Iterable[str],
    understand: Callable[[Files, Front, Guide], Guide],
    keys: Iterable[str] = (),
    *,
    lenient: bool = False,
    name_of: Callable[[str], str] | None = None,
    by_files: tuple[str, str] = ("", ""),
    lists: Sequence[str] = (),
    own: Iterable[str] = (),
    unsaid: Iterable[str] = (),
    values: Mapping[str, Sequence[str]] = NO_VALUES,
    title: str = "the tool",
) -> Reading:
    """A guide for each file; `understand` gives it what the front matter says.

    `keys` are those that `understand` looks at, `own` others of the tool that change nothing here, `unsaid` those of it
    that an index cannot say; any other is unknown to the tool, whose `title` is said. `values` are what a key may say.
    `lenient` where the tool itself does not read
    YAML, so that it isn't damage when a file is none. `by_files` is the key and its value that say that a rule comes
    with files: one that names no pattern never does. `lists` are keys that the tool passes over where they aren't a
    list.
    """
    guides: list[Guide] = []
    losses: list[Loss] = []
    findings: list[Diagnostic] = []
    for name in names:
        text = files.text(name)
        path = files.path(name)
        if text is None:
            findings.append(diagnostic("CTX011", "this file cannot be read as text", path, 1, hint="save it as UTF-8"))
            continue
        front = read_front(text)
        if front.has_front and not front.is_yaml and not lenient:
            findings.append(not_yaml(path, text, front))
        if front.oddity:
            findings.append(diagnostic("CTX010", front.oddity, path, 1, hint=front.cure))
        for guide in bare_guides((name_of or stem)(name), path, front.body):
            guide = understand(files, front, guide).replace(origins=origins_of(front, path))
            key, value = by_files
            if key and front.text_of(key).lower() == value.lower() and not guide.files:
                guide = guide.replace(agents=())
                losses.append(
                    Loss(guide.name, "files", f"is empty: `{key}: {value}` without a pattern never comes", path)
                )
            losses += [
                Loss(guide.name, key, "isn't a list: the tool passes over it", path)
                for key in lists
                if not isinstance(front.values.get(key, ()), tuple)
            ]
            guides.append(guide)
            known = KeysOf(title, tuple(keys), tuple(own), tuple(unsaid), values)
            losses += known.losses(guide, front, path, text)
    return Reading(tuple(guides), tuple(losses), tuple(findings))


def faulty_fronts(findings: Iterable[Diagnostic]) -> frozenset[str]:
    """The files whose front matter is at fault, so that what it says may not be seen: that fault tells it all."""
    return frozenset(finding.path for finding in findings if finding.code == "CTX010")


def read_always(files: Files, path: str, name: str) -> Reading:
    """A guide for a single file that comes with every task; nothing where there is none."""
    if not files.is_there(path):
        return Reading()
    guides = bare_guides(name, files.path(path), files.text(path) or "")
    return Reading(tuple(guide.replace(always=True) for guide in guides))


def as_written(front: Front, key: str) -> tuple[str, ...]:
    """A list of patterns that a tool reads as the line has it, quotes or none; a YAML list is one, too.

    >>> as_written(read_front("---\\nglobs: *.ts, '*.tsx'\\n---\\n"), "globs")
    ('*.ts', '*.tsx')
    """
    if isinstance(front.values.get(key), tuple):
        return front.list_of(key)
    return tuple(listed(front.written.get(key, "").strip("'\"")))


class KeysOf(Record):
    """The keys of a tool's front matter; see `read_rules`."""

    title: str
    known: tuple[str, ...]
    own: tuple[str, ...]
    unsaid: tuple[str, ...]
    values: Mapping[str, Sequence[str]]

    def losses(self, guide: Guide, front: Front, path: str, text: str) -> list[Loss]:
        """What the tool passes over, what an index cannot say, and values that mean nothing to the tool."""
        found = []
        for key in front.values:
            line = _line_of(text, front.spans.get(key, (0, 0))[0])
            if key in self.unsaid:
                found.append(Loss(guide.name, key, "has no place in an index", path, line))
            elif key in self.known:
                found += self._unknown_value(guide, front, key, path, line)
            elif key not in ABOUT and key not in self.own:
                why = f"is unknown to {self.title}, which passes it over"
                cure = self._cure(key)
                stays = "it may stay: nothing depends on it"
                found.append(Loss(guide.name, key, why, path, line, cure or stays, misleads=bool(cure)))
        return found

    def _cure(self, key: str) -> str:
        """The key that was meant, if it can be told."""
        if near := meant(key, self.known):
            return near
        pattern = next((other for other in self.known if other in PATTERN_KEYS), "") if key in PATTERN_KEYS else ""
        return f"its patterns are read from `{pattern}`" if pattern else ""

    def _unknown_value(self, guide: Guide, front: Front, key: str, path: str, line: int) -> Iterator[Loss]:
        said = front.text_of(key)
        allowed = self.values.get(key, ())
        if said and allowed and said.lower() not in [word.lower() for word in allowed]:
            why = f"says `{said[:40]}`, which means nothing to {self.title}"
            cure = meant(said, allowed) or f"write one of {', '.join(allowed)}"
            yield Loss(guide.name, key, why, path, line, cure, misleads=True)


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def origins_of(front: Front, path: str) -> tuple[Origin, ...]:
    """Where the front matter of a file says what its guide holds."""
    return tuple(
        Origin(field, path, *front.spans[key]) for field, keys in _SAID_BY.items() for key in keys if key in front.spans
    )


def not_yaml(path: str, text: str = "", front: Front | None = None) -> Diagnostic:
    """The finding about front matter that was read line by line, with the sign at fault if it is found."""
    line, hint = 2, "put the values that hold `: ` into quotes"
    if front is not None and (fault := sign_at_fault(text, front)):
        line, hint = fault
    return diagnostic("CTX010", "this front matter isn't YAML: it is read line by line", path, line, hint=hint)


def sign_at_fault(text: str, front: Front) -> tuple[int, str] | None:
    """The line of front matter that keeps it from being YAML, and what to do about the sign in it.

    >>> text = "---\\npaths: **/*.ts\\n---\\n"
    >>> sign_at_fault(text, read_front(text))
    (2, 'put the value of `paths` into quotes: `*` is a sign of YAML at its beginning')
    """
    for key, (start, end) in sorted(front.spans.items(), key=lambda span: span[1]):
        value = front.written.get(key, "").split("\n")[0]
        sign = value[:1]
        is_block = sign in ("|", ">") and len(value.strip()) <= 2
        if sign and sign in "*&!%@`|>{[" and not is_block and not (sign in "{[" and _is_closed(value)):
            why = f"put the value of `{key}` into quotes: `{sign}` is a sign of YAML at its beginning"
            return _line_of(text, start), why
        if ": " in value and sign not in "\"'":
            return _line_of(text, start), f"put the value of `{key}` into quotes: it holds `: `"
        if item := _SIGNED_ITEM.search(text, start, end):
            why = f"put the items of `{key}` into quotes: `{item[1]}` is a sign of YAML at its beginning"
            return _line_of(text, item.start(1)), why
    for number, row in enumerate(text.split("\n")[:200], 1):
        if row.startswith("\t") or (row.lstrip(" ") != row and row.lstrip(" ").startswith("\t")):
            return number, "write blanks for the tab: YAML has none at the beginning of a line"
    return None


def _is_closed(value: str) -> bool:
    """Whether a value that begins as a list or a map ends as one."""
    return value.rstrip()[-1:] == {"{": "}", "[": "]"}[value[0]]


def bare_guides(name: str, path: str, body: str) -> list[Guide]:
    """The guides of a text: what an export wrote stands for the files it was made from."""
    parts = unmark(body)
    if parts:
        return [Guide(part.id, part.paths, part.text) for part in parts]
    return [Guide(name, (path,), body)]


def stem(name: str) -> str:
    """The name of a file without its folders and its ending."""
    last = name.rsplit("/", 1)[-1]
    return last.rsplit(".", 1)[0] if "." in last[1:] else last


def patterns_of(files: Files, patterns: Iterable[str], *, anchored: bool = False) -> tuple[str, ...]:
    """Another tool's patterns as gitignore-style ones, from the root."""
    return tuple(map(files.pattern, all_to_ours(patterns, anchored=anchored)))


def with_mentions(guide: Guide) -> str:
    """The description with the keywords in it, for tools that choose by description.

    >>> with_mentions(Guide("api", description="How we write views.", keywords=("api", "drf")))
    'How we write views. Use when the task mentions: "api", "drf".'
    >>> with_mentions(Guide("api", description="How we write views", keywords=("api",)))
    'How we write views – Use when the task mentions: "api".'
    """
    if not guide.keywords:
        return guide.description
    dash = [] if guide.description.endswith((".", "!", "?", ":", ";")) or not guide.description else [_DASH]
    words = ", ".join(f'"{keyword}"' for keyword in guide.keywords)
    return " ".join(filter(None, (guide.description, *dash, f"{_MENTIONS}{words}.")))


def without_mentions(guide: Guide, description: str) -> Guide:
    """The guide with this description, and the keywords that `with_mentions` put into it."""
    found = _SUFFIX.search(description)
    if found is None:
        return guide.replace(description=description)
    words = tuple(re.findall(r'"([^"\n]+)"', found[1]))
    return guide.replace(description=description[: found.start()].rstrip().removesuffix(f" {_DASH}"), keywords=words)


def can_mention(keyword: str) -> bool:
    """Whether a keyword can stand in a description and be found there again."""
    return bool(keyword.strip()) and not set(keyword) & set('"\n\r') and not is_unsafe(keyword)


def can_describe(description: str) -> bool:
    """Whether a description comes out of one line of front matter as it went in."""
    one_line = description == description.strip() and "\n" not in description and not is_unsafe(description)
    return one_line and not _SUFFIX.search(description)


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────


def write_rules(guides: Sequence[Guide], place: Callable[[str, Guide], str], say: Callable[[Guide], Said]) -> Writing:
    """A file for each guide that can be said; `place` gives its path, `say` its front matter and what is lost."""
    files: dict[str, str] = {}
    losses: list[Loss] = []
    taken: set[str] = set()
    for guide in guides:
        values, missing = say(guide)
        losses += missing
        if values is not None:
            path = place(_free(safe_name(guide.name), taken), guide)
            files[path] = write_front(values, mark(guide.name, guide.paths, guide.text))
    return Writing(tuple(files.items()), tuple(losses))


def safe_name(name: str) -> str:
    """A file name for an id, on every system.

    >>> safe_name("api"), safe_name("REST / API: views"), safe_name("con"), safe_name("..")
    ('api', 'REST-API-views', 'con-', 'guide')
    """
    text = re.sub(r"[^\w.+-]+", "-", name).strip(".-")[:_LONGEST].strip(".-") or "guide"
    return text + "-" if text.lower().split(".")[0] in _RESERVED else text


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where another file has it, in any case."""
    free, number = name, 2
    while free.casefold() in taken:
        free, number = f"{name}-{number}", number + 1
    taken.add(free.casefold())
    return free


def written_patterns(guide: Guide, *, anchored: bool = False) -> tuple[tuple[str, ...], list[Loss]]:
    """The patterns of a guide for another tool, and the loss where some cannot be said."""
    wrong = [pattern for pattern in guide.files if not can_say(pattern, anchored=anchored)]
    patterns = tuple(to_theirs(pattern) for pattern in guide.files if pattern not in wrong)
    why = f"has patterns that cannot be said: {', '.join(wrong[:3])}"
    return patterns, [Loss(guide.name, "files", why)] if wrong else []


def with_exclusions(guide: Guide) -> tuple[list[str], list[str], list[Loss]]:
    """The patterns that call for a guide, those that take it back, and the loss where some cannot be said.

    For tools that know both. EDGE CASE: what is excluded comes after all that is wanted; an order that means more
    cannot be said.
    """
    wanted = [pattern for pattern in guide.files if not pattern.startswith("!")]
    excluded = [pattern[1:] for pattern in guide.files if pattern.startswith("!")]
    ordered = list(guide.files) == [*wanted, *("!" + pattern for pattern in excluded)] and (wanted or not excluded)
    wrong = [pattern for pattern in (*wanted, *excluded) if not can_say(pattern)]
    why = "has patterns that cannot be said, or mixed with `!`"
    losses = [] if ordered and not wrong else [Loss(guide.name, "files", why)]
    said = [[to_theirs(pattern) for pattern in part if pattern not in wrong] for part in (wanted, excluded)]
    return said[0], said[1] if said[0] else [], losses


class Mode(Record):
    """A key whose value says when a rule is wanted: always, with files, when its description fits, when it is named."""

    key: str
    always: str
    files: str
    described: str
    manual: str


def say_mode(
    guide: Guide, mode: Mode, patterns_as: Callable[[tuple[str, ...]], tuple[str, Value]]
) -> tuple[list[tuple[str, Value]], list[Loss]]:
    """The values of a rule whose tool has one key for when it is wanted, and what they cannot say."""
    description = ("description", with_mentions(guide))
    if guide.is_manual:
        return [(mode.key, mode.manual)], manual_losses(guide)
    losses = agents_loss(guide)
    if guide.always:
        return [(mode.key, mode.always), description], losses + lost(
            guide, ("files",), "is not needed: it always comes"
        )
    patterns, missing = written_patterns(guide)
    if patterns:
        return [(mode.key, mode.files), patterns_as(patterns), description], losses + missing
    return [(mode.key, mode.described), description], losses + missing


def tidy(guide: Guide, *, mentions: bool = True) -> tuple[Guide, list[Loss]]:
    """The guide with what a line of front matter can hold of its description and, in `mentions`, of its keywords."""
    losses = []
    if not can_describe(guide.description):
        line = " ".join(guide.description.split())
        losses += lost(guide, ("description",), "changes: it has line breaks or signs that one line cannot hold")
        guide = guide.replace(description=line if can_describe(line) else "")
    wrong = [keyword for keyword in guide.keywords if mentions and not can_mention(keyword)]
    if wrong:
        why = f"has some that cannot stand in a description: {', '.join(wrong[:3])}"
        losses.append(Loss(guide.name, "keywords", why))
        guide = guide.replace(keywords=tuple(keyword for keyword in guide.keywords if keyword not in wrong))
    return guide, losses


def agents_loss(guide: Guide, *, chosen: bool = True) -> list[Loss]:
    """The loss of a guide's agents; a guide that the tool has nothing to be `chosen` by must be named there."""
    if not chosen and guide.agents is None:
        return [Loss(guide.name, "agents", "changes: without a description it must be named there")]
    return lost(guide, ("agents",), "has no place: it is for every agent there") if chosen or guide.agents else []


def manual_losses(guide: Guide) -> list[Loss]:
    """What a guide that must be named loses where it may have nothing by which it could be chosen."""
    return lost(guide, ("description", "keywords", "files"), "is left out: it would let the tool choose it")
