r"""Agent definitions: Markdown with front matter, read as their clients read them, and what stands in their prose.

Most of those in circulation aren't YAML. What they say of documents is prose in a few shapes: keyword lists with an
arrow to a file, a folder to read by default, files to read always, tasks with the files they load, whom to hand work
to.

>>> text = '''---
... name: dev
... description: Use this: for APIs. Examples: (1) User: 'Add an endpoint' → Assistant: 'I will.'
... ---
... - **Django keywords**: "django", "drf"
...   → Load: `context/django.md`
... '''
>>> found = read_definition("dev.md", text)
>>> found.name.value, [utterance.value for utterance in found.utterances], found.is_yaml
('dev', ['Add an endpoint'], False)
>>> [([word.value for word in listed.words], [path.value for path in listed.paths]) for listed in found.keywords]
[(['django', 'drf'], ['context/django.md'])]
"""

from __future__ import annotations

import re

from ..index.model import Text
from ..record import Record
from ..text.front_matter import read_front
from ..text.markdown import read_markdown
from ..text.source import Source
from ..workspace.tree import INDEX_NAMES, is_glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Where definitions are looked for, and the ending of their names.
PLACES = (
    ".claude/agents/**/*.md", ".github/agents/**/*.md", ".opencode/agent/**/*.md", ".opencode/agents/**/*.md",
    ".cursor/agents/**/*.md",
    ".gemini/agents/**/*.md", ".agents/agents/**/*.md",
)  # fmt: skip
#: How many utterances, keyword lists and examples of one definition are taken.
MOST = 200
#: How much of a line is looked at.
WIDE = 2_000
#: How many lines may stand between a list of keywords, or a task, and the files it loads.
NEAR = 6

_ARROW = r"(?:→|->|=>|⇒|➜)"
_LOAD = re.compile(rf"(?:^|{_ARROW})[\s>*_-]*(?:Load|Read)(?:s|ing)?\b[\s*_]*:?(.*)", re.IGNORECASE)
#: What stands before the text of a line, in lists, quotations, tables and drawn trees.
_LEAD = " \t>*+|│├└─_-"
_KEYWORDS = re.compile(r"([^*_:\n]{0,80}?)keywords?\b[^:\n]{0,20}:(?:\*\*|__)?(.*)", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"\n]{1,80})"|\u201c([^\u201d\n]{1,80})\u201d')
_TASK = re.compile(r'Task(?:\*\*|__)?\s{0,3}:\s{0,3}(?:\*\*|__)?\s{0,3}"([^"\n]{3,300})"', re.IGNORECASE)
_USER = re.compile(
    r"""(?:(?<=\\n)|\b)[Uu]ser(?:\s+(?:says|asks))?\s*:\s*(?:\\?"((?:\\.|[^"\\\n]){1,500}?)\\?"|\u201c([^\u201d\n]{1,500})\u201d|'(.{1,500}?)'(?=\s*(?:→|->|=>|[-\u2013\u2014]\s|\\n|\n|<|$|\)|;|,?\s*[Aa]ssistant)))"""
)
_EVERY = re.compile(
    r"\bread all (?:the )?(?:\w+ )?files (?:in|under|from|inside|below)(?: the)?\s+[`\"']?([\w.][\w./-]*/)[`\"']?",
    re.IGNORECASE,
)
_ALWAYS = re.compile(r"\balways[\s*_]+(?:read|load|include)\b", re.IGNORECASE)
_EXPLICIT = re.compile(r"""(?:^|["'`\s>*-])Context:\s*([\w.][\w./-]*\.\w{1,8})\b""")
_PATH = re.compile(
    r"`([^`\n]+)`|(?<![\w/`.\"'-])((?:[\w.-]+/)+(?:\*\*/\*|\*\*|\*(?:\.\w+)?|[\w.-]+\.\w{1,8}|(?=[\s,;)]|$))|[\w-][\w.-]*\.md\b)"
)
_DELEGATE = re.compile(rf"([^*_`|→\n]{{3,120}}?)(?:\*\*|__)?\s{{0,3}}:?\s{{0,3}}{_ARROW}\s{{0,3}}(.+)$")
_AGENT = re.compile(r"`?@([A-Za-z][\w-]{1,60})`?")
#: A heading over what is read where nothing else fits: it speaks of a default, and of what is read.
_DEFAULT = re.compile(r"\b(?:default|fallback)\b", re.IGNORECASE)
_READING = re.compile(r"\b(?:context|load(?:ing)?|read(?:ing)?|documents?|documentation|knowledge)\b", re.IGNORECASE)
#: Labels before what is read where nothing else fits, and before what is read in any case.
_BY_DEFAULT = re.compile(r"(?:default|fallback)\b[^:\n`/]{0,40}:", re.IGNORECASE)
_IN_ANY_CASE = re.compile(r"always\b[^:\n`/]{0,40}:", re.IGNORECASE)
#: What a path begins with that stands for any.
_EXAMPLES = ("path/to", "example/", "your/", "some/")


class Listed(Record):
    """Keywords, or a task, and the files that go with them; `label` says what they are about."""

    words: tuple[Text, ...]
    paths: tuple[Text, ...]
    label: Text = Text("")


class Definition(Record):
    """An agent as its definition has it. Every text has its place in the file.

    `utterances` are what users say in its examples, `examples` tasks with the files they load, `defaults` the files and
    folders of a task that fits nothing, `always` those of every task, `explicit` those that its prose names as
    `Context:`; `delegates` whom it hands what to.
    """

    name: Text
    description: str
    path: str
    source: Source
    body: str = ""
    utterances: tuple[Text, ...] = ()
    keywords: tuple[Listed, ...] = ()
    examples: tuple[Listed, ...] = ()
    defaults: tuple[Text, ...] = ()
    always: tuple[Text, ...] = ()
    explicit: tuple[Text, ...] = ()
    delegates: tuple[tuple[Text, tuple[str, ...]], ...] = ()
    is_yaml: bool = True
    has_front: bool = True


def read_definition(path: str, text: str) -> Definition:
    """The definition in a text. Never raises: what is not understood is left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    source = Source(path, text)
    front = read_front(text)
    body_at = len(text) - len(text[text.find("\n---", 3) :].lstrip("\n-")) if front.has_front else 0
    reader = _Reader(source, body_at)
    written = front.text_of("name") or _stem(path)
    at = text.find(written, 0, body_at) if front.text_of("name") else 0
    description = front.text_of("description").replace("\\n", "\n").replace('\\"', '"')
    return Definition(
        Text(" ".join(written.split()), path, max(at, 0), max(at, 0) + len(written)),
        description,
        path,
        source,
        front.body,
        tuple(reader.utterances()),
        tuple(reader.keyword_lists()),
        tuple(reader.examples()),
        tuple(reader.defaults()),
        tuple(reader.always()),
        tuple(reader.explicit()),
        tuple(reader.delegates()),
        front.is_yaml,
        front.has_front,
    )


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".md").removesuffix(".agent")


class _Line(Record):
    """A line of the body: its offset, its text, where that begins behind bullets, and the heading it stands below."""

    number: int
    start: int
    text: str
    lead: int
    section: str

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """A pattern from where the text begins."""
        return pattern.match(self.text, self.lead)


class _Reader:
    """Looks through a definition line by line."""

    def __init__(self, source: Source, body_at: int) -> None:
        self.source = source
        self.body_at = body_at
        self.lines = list(self._lines())

    def _lines(self) -> Iterator[_Line]:
        """The lines of the body, each with the heading it stands below."""
        at, section = self.body_at, ""
        sections = list(reversed(read_markdown(self.source.text).sections))
        for number, line in enumerate(self.source.text[self.body_at :].split("\n")):
            while sections and sections[-1].start <= at:
                section = sections.pop().heading
            yield _Line(number, at, line[:WIDE], len(line) - len(line.lstrip(_LEAD)), section)
            at += len(line) + 1

    def text(self, line: _Line, start: int, end: int) -> Text:
        """A piece of a line with its place."""
        value = line.text[start:end]
        lead = len(value) - len(value.lstrip())
        return Text(
            value.strip(), self.source.name, line.start + start + lead, line.start + start + lead + len(value.strip())
        )

    # ── front matter and examples ──────────────────────────────────────────────────────────────────────

    def utterances(self) -> Iterator[Text]:
        """What users say: in the front matter, and in `<example>` blocks of the body."""
        text, seen = self.source.text, set[str]()
        for start, end in ((0, self.body_at), *self._between("<example>", "</example>")):
            for found in _USER.finditer(text, start, end):
                group = next(n for n in (1, 2, 3) if found[n])
                value = " ".join(found[group].replace("\\n", " ").replace("\\", "").split())
                if value and value not in seen and len(seen) < MOST:
                    seen.add(value)
                    yield Text(value, self.source.name, *found.span(group))

    def _between(self, opening: str, closing: str) -> Iterator[tuple[int, int]]:
        """Where blocks of the body stand."""
        start = self.source.text.find(opening, self.body_at)
        while start >= 0 and (end := self.source.text.find(closing, start)) >= 0:
            yield start, end
            start = self.source.text.find(opening, end)

    # ── documents ──────────────────────────────────────────────────────────────────────────────────────

    def keyword_lists(self) -> Iterator[Listed]:
        """Lists of quoted keywords with the files they load."""
        for number, line in enumerate(self.lines):
            found = line.match(_KEYWORDS) if "eyword" in line.text.lower() else None
            if found and any(before.match(_TASK) for before in self.lines[max(0, number - 2) : number]):
                continue  # the keywords of an example: what a reader found in its task
            words = self._quoted(line, found.start(2)) if found else ()
            if found and words:
                paths = self._loaded(number, stop=_KEYWORDS)
                if paths:
                    label = self.text(line, *found.span(1))
                    yield Listed(words, paths, label.replace(value=label.value.strip(" *_-")))

    def examples(self) -> Iterator[Listed]:
        """Tasks in quotes with the files they load."""
        for number, line in enumerate(self.lines):
            found = line.match(_TASK)
            paths = self._loaded(number, stop=_TASK) if found else ()
            if found and paths:
                yield Listed((self.text(line, *found.span(1)),), paths)

    def _quoted(self, line: _Line, start: int) -> tuple[Text, ...]:
        end = line.text.find("→", start)
        found = _QUOTED.finditer(line.text, start, end if end > 0 else len(line.text))
        return tuple(self.text(line, *match.span(1 if match[1] else 2)) for match in found)

    def _loaded(self, number: int, stop: re.Pattern[str]) -> tuple[Text, ...]:
        """The paths behind the next `Load:`, on this line or soon after it."""
        for line in self.lines[number : number + NEAR]:
            if line.number != self.lines[number].number and line.match(stop):
                break
            found = _LOAD.search(line.text)
            if found:
                return self._paths(line, found.start(1))
        return ()

    def _paths(self, line: _Line, start: int = 0) -> tuple[Text, ...]:
        """The paths on a line from a place on: in backticks, or with a folder before them."""
        found = []
        for match in _PATH.finditer(line.text, start):
            text = self.text(line, *match.span(1 if match[1] else 2))
            if is_path(text.value):
                found.append(text.replace(value=text.value.removeprefix("./")))
        return tuple(found)

    def defaults(self) -> Iterator[Text]:
        """The files and folders of a task that fits nothing."""
        seen: set[str] = set()
        for line in self.lines:
            here = [self.text(line, *found.span(1)) for found in _EVERY.finditer(line.text)]
            if _DEFAULT.search(line.section) and _READING.search(line.section):
                here += [] if line.text.lstrip().startswith("#") else self._paths(line)
            elif (label := line.match(_BY_DEFAULT)) and _READING.search(line.text):
                here += self._paths(line, label.end())
            elif "glob" in line.text.lower():
                here += [path for path in self._paths(line) if path.value.endswith("/**/*")]
            for path in here:
                wanted = path.replace(value=as_folder(path.value))
                if wanted.value not in seen and is_path(wanted.value):
                    seen.add(wanted.value)
                    yield wanted

    def always(self) -> Iterator[Text]:
        """The files of every task."""
        seen = set()
        for line in self.lines:
            here: tuple[Text, ...] = ()
            if found := _ALWAYS.search(line.text) or (_READING.search(line.text) and line.match(_IN_ANY_CASE)):
                here = self._paths(line, found.end())
            elif re.search(r"\balways\b", line.section, re.IGNORECASE) and re.match(r"\s*[-*+]\s", line.text):
                here = self._paths(line)[:1]
            for path in here:
                if path.value not in seen:
                    seen.add(path.value)
                    yield path

    def explicit(self) -> Iterator[Text]:
        """The files that the prose names as a task would: `Context: …`."""
        for line in self.lines:
            for found in _EXPLICIT.finditer(line.text):
                text = self.text(line, *found.span(1))
                if is_path(text.value):
                    yield text

    def delegates(self) -> Iterator[tuple[Text, tuple[str, ...]]]:
        """What is handed to whom: `**Django ORM queries** → @django-orm-expert`."""
        for line in self.lines:
            found = line.match(_DELEGATE) if "@" in line.text else None
            agents = tuple(dict.fromkeys(_AGENT.findall(found[2]))) if found else ()
            if found and agents:
                yield self.text(line, *found.span(1)), agents


def is_path(text: str) -> bool:
    """Whether a text in prose is the path of a document.

    >>> is_path("context/api.md"), is_path("django-drf"), is_path("path/to/file.md"), is_path("context/context-index.yml")
    (True, False, False, False)
    >>> is_path("../outside.md")
    False
    """  # noqa: E501
    if not re.fullmatch(r"[\w.@+-][\w./@*+-]*", text) or text.startswith(_EXAMPLES) or ".." in text.split("/"):
        return False
    last = text.rstrip("/").rsplit("/", 1)[-1]
    if last in INDEX_NAMES or text.startswith(("http", "www.")):
        return False
    return (
        "/" in text
        and (is_glob(text) or text.endswith("/") or "." in last[1:] or last.startswith("."))
        or last.endswith(".md")
    )


def as_folder(path: str) -> str:
    """A folder as everything in it; any other path as it is.

    >>> as_folder("context/backend/"), as_folder("context/backend/**"), as_folder("context/api.md")
    ('context/backend/**/*', 'context/backend/**/*', 'context/api.md')
    """
    bare = path.removesuffix("**/*").removesuffix("**")
    return bare.rstrip("/") + "/**/*" if bare.endswith("/") else path


def resolved(paths: Iterable[Text], candidates: Iterable[str]) -> tuple[Text, ...]:
    """The paths, a bare name as the known path that ends in it."""
    by_name = {path.rsplit("/", 1)[-1]: path for path in candidates}
    return tuple(
        path if "/" in path.value else path.replace(value=by_name.get(path.value, path.value)) for path in paths
    )
