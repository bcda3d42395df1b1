"""What the laws are tested with: generated indexes, tasks and paths, and the pool of nasty values.

Two kinds of index are generated. `indexes(texts)` is any index that YAML can hold, to be written and read again.
`PROJECTS` are indexes over a small vocabulary and the files of `FILES`, with tasks in which their keywords occur.
"""

from __future__ import annotations

import string
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from ctxload.index.keys import MATCH_MODES
from ctxload.index.model import Budget, Bundle, Case, Entry, Index, Rule, Text
from ctxload.index.parser import parse
from ctxload.index.writer import to_yaml
from ctxload.text.escaping import is_unsafe
from ctxload.text.source import Source

NAME = "context-index.yml"


def share(examples: int) -> int:
    """So many examples in the thorough tier, where a law gets 100, and in proportion in the quick one."""
    return max(2, examples * settings.default.max_examples // 100)


#: Texts that have broken programs before.
NASTY = (
    "", " ", "\t", "\n", "\r\n", "\r", "\x0b", "\x1c", "\x85", "\u2028", "\ufeff", "\x00", "\x1b[31mred", "\u202eoof", "\u200b",  # noqa: E501
    "🙂", "👩\u200d💻", "❤️", "e\u0301", "é", "n\u0303o", "ß", "ẞ", "İstanbul", "ısı", "ŉ", "ﬁle", "½", "①", "Ⅻ", "㊀", "ｶﾞ", "ガ",  # noqa: E501
    "שלום עולם", "مرحبا", "数据库", "データベース", "ฐานข้อมูล", "ำ", "데이터베이스", "ＡＰＩ", "a\u00adpi", "x" * 3000, "a " * 300,  # noqa: E501
    "'", '"', "`", "\\", "it's", "'s", "''", "a's's", "#", "# x", "a #b", "a: b", "a:", ":", "- a", "-", "--", "? a", "?", "*a", "&a x",  # noqa: E501
    "!!str x", "!x", "%TAG", "@x", "|", ">", ">-", "{", "}", "[", "]", "{a: b}", "[a, b]", ",", "a, b", "---", "...", "<<", "=", "~",  # noqa: E501
    "null", "Null", "true", "No", "on", "y", "1.10", "1e3", "0x1f", "0o17", ".5", ".inf", "+1", "1_000", "2024-01-01", "12:30:45",  # noqa: E501
    "c++", "c#", "f#", "c++17", "c#12", "a+b", "n+1", "issue#12", "+++", "####", ".net", "--help", "@types/node", "node.js", "ci/cd",  # noqa: E501
    ".github/workflows", "Context: none", "context:", "**Context:** api", "```", "> quoted", "../up", "~/x", "C:\\x", "\\\\host\\x",  # noqa: E501
)  # fmt: skip

#: Keywords as people write them, among them the words of the contract.
KEYWORDS = (
    "api", "rest framework", "REST-framework", "RestFramework", "web socket", "websocket", "WebSocket", "useState", "MySQL", "my sql",  # noqa: E501
    "docker", "dockerfile", "k8s", "kubernetes", "golang", "go", "c", "c++", "c#", ".net", "dotnet", "net", "node.js", "node", "ci/cd", "ci",  # noqa: E501
    ".github/workflows", "workflows", "--help", "help", "@types/node", "news", "new", "https", "buses", "deployment", "deploy", "encryption",  # noqa: E501
    "policies", "policy", "theming", "theme", "container", "containerize", "serializer", "state management", "error boundary", "unit test",  # noqa: E501
    "github actions", "数据库", "データ", "straße", "naïve bayes", "no", "1.10", "2024-01-01", "n+1", "database migration plan", "it's", "auth",  # noqa: E501
    "/design", "/api/users",
)  # fmt: skip

#: The files of the generated projects, and what the ids of their entries may be.
FILES = {
    "context/api.md": "# API\n",
    "context/db.md": "# Database\n",
    "context/notes with spaces.md": "# Notes\n",
    "context/backend/orm.md": "# ORM\n",
    "context/backend/auth.md": "# Auth\n",
    "context/backend/.hidden.md": "hidden\n",
    "context/frontend/react.md": "# React\n",
    "context/frontend/build/out.md": "ignored\n",
    "docs/guide.md": "# Guide\n",
    "docs/数据库.md": "# 数据库\n",
    "docs/.env": "TOKEN=secret\n",
    "docs/server.key": "secret\n",
    "Dockerfile": "FROM scratch\n",
    "context-index.yml": "version: 1.0\n",
    ".gitignore": "build/\n",
}
PATHS = (
    *FILES, "context/*.md", "context/backend/", "context/backend", "docs/**", "docs/*", "missing.md", "./context/api.md", "context/../docs/guide.md",  # noqa: E501
)  # fmt: skip
IDS = ("api", "db", "orm", "auth-guide", "react-typescript", "guide", "docker", "node.js", "数据库")
AGENTS = ("backend", "backend-developer", "frontend-developer", "qa", "reviewer")
TAGS = ("backend", "testing", "rest")
PATTERNS = (
    r"(github.?actions|workflow).*(docker|container)",
    r"\bunit tests?\b",
    "docker",
    r"c\+\+",
    "(a|b)c{1,3}",
    "数据",
    "^fix",
    "[[:alpha:]]pi",
    "(?:docker){e<=1}",
    "(",
)
FILLER = (
    "fix",
    "the",
    "a",
    "please",
    "in",
    "our",
    "with",
    "and",
    "é",
    "zzqx",
    "going",
    "contains",
    "capital",
    "now:",
    "done.",
    "(see",
    "it)",
)
SEPARATORS = (
    "\n\n",
    "\n- ",
    "\n> ",
    "\n# ",
    "\n---\n",
    " | ",
    "</b> <b>",
    "](x) ",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "-",
    "_",
    "/",
    ".",
    ", ",
    ". ",
    ": ",
    " — ",
    "\u00a0",
    "、",
    "",
)

# ── texts ────────────────────────────────────────────────────────────────────────────────────────────────

#: Any text that YAML can hold.
any_texts = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
#: Texts that may be printed as names: not empty, nothing that could forge a line.
safe_texts = any_texts.filter(lambda text: bool(text.strip()) and not is_unsafe(text))
#: Texts dense in what the tokenizer treats on its own.
sign_texts = st.text(
    st.sampled_from("abC1lqud +#'.:,;-_/\"`()\n\t\x0b\x1c\x00éß数カﾞ\u0301\u200d\u00ad½İıо로ا—’"), max_size=30
)
#: Letters of several scripts, digits and signs, and what stands unseen between them, more often than people write it.
runs_of_marks = st.lists(
    st.builds(str.__mul__, st.sampled_from("aK1'+#яéガ数데\u0370\xad\u200d\u0301\u05b0\uff9e "), st.integers(1, 12)),
    max_size=6,
).map("".join)
tasks_of_any_kind = st.one_of(
    any_texts, sign_texts, runs_of_marks, st.lists(st.sampled_from(NASTY), max_size=5).map(" ".join)
)


@st.composite
def tasks(draw: st.DrawFn, context: bool = False) -> str:
    """A task in which keywords occur, between separators and words; with `context` also directives. Never blank."""
    words = st.sampled_from(KEYWORDS) | st.sampled_from(FILLER) | st.sampled_from(KEYWORDS).map(str.upper)
    parts = draw(st.lists(st.tuples(words, st.sampled_from(SEPARATORS)), min_size=1, max_size=8))
    text = "".join(word + separator for word, separator in parts)
    if not context:
        return text
    items = st.sampled_from(
        (*IDS, *PATHS, "full-stack", "none", "nobody knows", "nowhere.md", "../up.md", "/etc/passwd", "~")
    )
    lines = draw(st.lists(items.map("Context: {}".format), max_size=2))
    return "\n".join(draw(st.permutations([text, *lines])))


# ── any index ────────────────────────────────────────────────────────────────────────────────────────────


def is_safe(text: str) -> bool:
    return not is_unsafe(text)


def texts_of(values: st.SearchStrategy[str], most: int = 4) -> st.SearchStrategy[tuple[Text, ...]]:
    return st.lists(values.map(Text), max_size=most).map(tuple)


def map_of(names: st.SearchStrategy[str], values: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[Any]:
    """Pairs of a name and a value, no name twice."""
    pair = st.tuples(names.map(Text), values)
    return st.lists(pair, max_size=most, unique_by=lambda pair: pair[0].value).map(tuple)


def some_of(draw: st.DrawFn, fields: dict[str, st.SearchStrategy[Any]], most: int) -> dict[str, Any]:
    """Values for a few of the fields; the others keep their defaults."""
    chosen = draw(st.lists(st.sampled_from(sorted(fields)), max_size=most, unique=True))
    return {name: draw(fields[name]) for name in chosen}


@st.composite
def entries(draw: st.DrawFn, words: st.SearchStrategy[str], names: st.SearchStrategy[str], **pools: Any) -> Entry:
    """An entry; its id is written or the stem of its first path."""
    ids = pools.get("ids", names)
    files = draw(st.lists(pools.get("paths", names).map(Text), min_size=1, max_size=2).map(tuple))
    written = draw(st.none() | ids)
    fields = {
        "description": pools.get("descriptions", words),
        "tags": texts_of(pools.get("tags", names), 2),
        "agents": texts_of(pools.get("agents", names), 2),
        "exclude": texts_of(words, 1),
        "requires": texts_of(ids, 2),
        "sections": map_of(words.filter(is_safe), texts_of(words, 2), 2),
        "when_files": texts_of(pools.get("patterns", words), 1),
        "for_files": texts_of(pools.get("patterns", words), 2),
        "when_stack": texts_of(pools.get("stack", words), 1),
        "priority": st.sampled_from([1, -2, 0.5, 1e-7, 123456.75, 1e12]),
        "whole_only": st.just(True),
        "needs_both": st.just(True),
    }
    return Entry(
        id=Text(written if written is not None else stem(files[0].value)),
        paths=files,
        id_written=written is not None,
        keywords=draw(texts_of(words, 3)),
        **some_of(draw, fields, 3),
    )


def stem(path: str) -> str:
    """The id of an entry without one, worked out apart from the parser."""
    name = path.rstrip("/").split("/")[-1]
    dot = name.rfind(".")
    return (name[:dot] if dot > 0 else name) or path


@st.composite
def indexes(
    draw: st.DrawFn, words: st.SearchStrategy[str] = any_texts, names: st.SearchStrategy[str] = safe_texts, **pools: Any
) -> Index:
    """An index, its texts without places."""
    ids, agents = pools.get("ids", names), pools.get("agents", names)
    files = st.one_of(ids, pools.get("paths", names))
    some = texts_of(ids, 3)
    setting = st.one_of(st.sampled_from(["all", "none"]), texts_of(files, 2))
    star = st.just("*")
    rules = st.builds(Rule, pools.get("rules", words.filter(bool)).map(Text), some, words, st.booleans())
    bundles = st.builds(Bundle, pools.get("bundles", names).map(Text), some, words)
    cases = st.builds(Case, words.map(Text), pools.get("agents", words).map(Text), some, some)
    fields = {
        "agent_defaults": map_of(agents, some, 2),
        "rules": st.lists(rules, max_size=2).map(tuple),
        "bundles": st.lists(bundles, max_size=2, unique_by=lambda bundle: bundle.name.value).map(tuple),
        "always": map_of(star, texts_of(files, 2), 1) | map_of(star | agents, texts_of(files, 2), 2),
        "fallback": map_of(star, setting, 1) | map_of(star | agents, setting, 2),
        "match": st.sampled_from(MATCH_MODES),
        "aliases": map_of(words.filter(is_safe), texts_of(words, 2), 2),
        "budget": st.builds(Budget, st.none() | st.integers(1, 10**6), st.none() | st.integers(1, 50)),
        "tests": st.lists(cases, max_size=2).map(tuple),
    }
    if not pools:
        fields |= {"live": texts_of(names, 2)}
        fields |= {"include": texts_of(names, 2), "front_matter": st.just(True)}
    return Index(
        name=NAME,
        entries=draw(st.lists(entries(words, names, **pools), max_size=3).map(tuple)),
        **some_of(draw, fields, 4),
    )


def without_places(value: Any) -> Any:
    """A part of an index with every text's source and offsets left out."""
    if isinstance(value, Text):
        return Text(value.value)
    if isinstance(value, Index):
        value = value.replace(sources=())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(without_places, value))
    return tuple(map(without_places, value)) if isinstance(value, tuple) else value


def read(index: Index) -> Index:
    """The index with places: written out and parsed."""
    return parse(Source(index.name, to_yaml(index))).index


#: Indexes over the vocabulary and the files above, with places.
PROJECTS = indexes(
    st.sampled_from(KEYWORDS),
    st.sampled_from(IDS),
    ids=st.sampled_from(IDS),
    paths=st.sampled_from(PATHS),
    agents=st.sampled_from(AGENTS),
    tags=st.sampled_from(TAGS),
    patterns=st.sampled_from(["Dockerfile", "*.py", "guide.md", "docs/"]),
    stack=st.sampled_from(["docker", "django>=4", "python"]),
    rules=st.sampled_from(PATTERNS),
    bundles=st.sampled_from(["full-stack", "api"]),
    descriptions=st.sampled_from(["", "What it is about"]),
).map(read)


# ── damaged texts and paths ──────────────────────────────────────────────────────────────────────────────

_LINES = (
    "version: 1.0", "context_files:", "  - path: a.md", "    keywords: [api, 'no', rest framework", "    keywords: api, db", "\tkeywords: x",  # noqa: E501
    "    keyword: [x]", '    pattern: "\\.github"', "  - id: a", "  - &a {path: b.md, <<: *a}", "agent_defaults: {a: [b], a: [c]}", "always: *b",  # noqa: E501
    "fallback: {'*': all, x: [y]}", "match: Whole", "context_rules: [{pattern: '(', context_ids: [z]}]", "description: a: b", "- @x", "---", "...",  # noqa: E501
    "story_context_hints: {a: {context_ids: }}", "budget: {max_tokens: -1}", "tests: [{task: x}]", "x-own: 1", "? [a]: b", "!!binary x: y", "|", "  >",  # noqa: E501
)  # fmt: skip


@st.composite
def damaged_texts(draw: st.DrawFn) -> str:
    """The text of an index with characters lost, doubled or put in; or lines that were never an index."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return draw(any_texts)
    if kind == 1:
        return "\n".join(draw(st.lists(st.sampled_from(_LINES), max_size=12)))
    text = to_yaml(draw(indexes()))
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 3))
        put = draw(
            st.sampled_from(
                [
                    "",
                    "\t",
                    "\n",
                    '"',
                    "'",
                    "[",
                    "]",
                    "{",
                    ":",
                    "- ",
                    "\\",
                    "@",
                    "*x",
                    "&x ",
                    "#",
                    "\x00",
                    "\ufeff",
                    "é",
                    "🙂",
                ]
            )
        )
        text = text[:at] + put + text[at + length :]
    return text


#: Spellings that must not lead out of a root, or into `.git`; `{0}` stands for a path outside, as seen from the root.
ESCAPES = (
    "../{0}", "./../{0}", "context/../../{0}", "context/./.././../{0}", "..//{0}", "../", "..", "../*", "../**", "../{0}#Heading",  # noqa: E501
    "..\\{0}", "context\\..\\..\\{0}", ".\\..\\{0}", "%2e%2e/{0}", "..%2f{0}", "%2e%2e%2f{0}", "..;/{0}", "....//{0}", "．．/{0}", "..\x00/{0}", "context/api.md\x00/../../{0}",  # noqa: E501
    "/etc/passwd", "//etc/passwd", "/", "~", "~/{0}", "~root/{0}", "$HOME/{0}", "file:///etc/passwd", "C:\\Windows\\win.ini", "C:/Windows", "c:x", "\\\\server\\share\\{0}",  # noqa: E501
    "//server/share/{0}", "\\\\?\\C:\\x", "link-to-file.md", "link-to-folder/{0}", "link-to-folder/", "link-to-folder/*", "link-to-folder", "link-up/{0}", "link-to-link.md",  # noqa: E501
    "context/link-to-folder/../{0}", "{{context,..}}/{0}", "[.][.]/{0}", "?./{0}", ".?/{0}", "*/../../{0}", "**/../../{0}",  # noqa: E501
    ".git/config", ".GIT/config", ".Git/config", ".git", ".git/", ".git/*", ".git/**", ".git./config", ".git /config", ".git::$INDEX_ALLOCATION/config", "git~1/config",  # noqa: E501
    "context/../.git/config", "./.git/config", ".git\\config", "link-to-git/config", "link-to-git/", "link-to-git/*", "link-to-git-config", "sub/.git/config", "sub/.git/", "**/.git/*", "**/config",  # noqa: E501
    "[.]git/config", ".g?t/config", ".gi*/config", "*/config",
)  # fmt: skip

ascii_words = st.text(string.ascii_lowercase, min_size=1, max_size=8)
