"""What stands in a document for a build and not for a reader: directives of reStructuredText, MkDocs and MyST."""

from __future__ import annotations

import re

_DIRECTIVE = re.compile(
    r"\s*(?:\.\. |\([^)\s]+\)=\s*$|:[\w-]+:(?:\s|$)|:::|!!! |\?\?\? |///|\{(?:[*!]|/\*)"
    r"|=== \"|\{\{|\{%|<!--|import .* from |export |-+8<-+ )"
)
_ROLE = re.compile(r"(?::[\w:.+-]+:|\{[\w:.+-]+\})`~?([^`<]*?)(?:\s*<[^`>]*>)?`")
_LINK = re.compile(r"`([^`<]+?)\s*<[^`>]*>`__?|\b([^\W_](?:\w*[^\W_])?)_(?=[\s.,;:)]|$)|`([^`]+)`_(?!\w)")
#: Links and attributes are no longer than a few hundred signs: an end that none has would be looked for from each sign.
_IMAGE = re.compile(r"!\[[^\]]{0,300}\](?:\([^)]{0,600}\)|\[[^\]]{0,300}\])?|(?<!\w)!(?=\w)[\w.-]+")
_EMPHASIS = re.compile(r"(?<![\w`])(?:_(?=[^\s_])([^_\n]+?)(?<=\S)_|__(?=\S)([^_\n]* [^_\n]*?)(?<=\S)__)(?!\w)")
_TAG = re.compile(r"`</?([A-Za-z][\w.:-]*)[^`<>]*>`")
_INLINE = re.compile(
    r"!?\[([^\]]{0,300})\](?:\([^)]{0,600}\)|\[[^\]]{0,300}\])|<[/a-zA-Z][^<>]*>|\{\s*[:#.][^}]{0,300}\}"
    r"|(?<=\))\{[a-z-]+=[^}]{0,300}\}|\[\^[^\]]{0,300}\]"
)
#: Marks of headings; those in `C#`, `Request#body` and `#12` are none.
_HASHES = re.compile(r"(?<!\S)#+(?!\S)")
#: Comments of HTML, and icons: `<!-- omit in toc -->`, `:material-cpu-32-bit:`.
_NOT_SHOWN = re.compile(r"<!--(?:(?!<!--).)*?-->|(?<![\w:`]):[a-z][\w+-]+:(?![\w:`])", re.DOTALL)


def is_directive(line: str) -> bool:
    """Whether a line tells a build something.

    >>> [is_directive(line) for line in (".. module:: flask", ":orphan:", "::: agents.run", "!!! note", "Use: this")]
    [True, True, True, True, False]
    """
    return _DIRECTIVE.match(line) is not None


#: Titles that a page of any kind may have: they say nothing of this one.
ANY_PAGE = frozenset(
    "table of contents|contents|sponsors|features|overview|introduction|see also|getting started|installation|usage|"
    "example|examples|references|license|about|summary|changelog|further reading|next steps|prerequisites".split("|")
)


#: The headings that it may have besides.
ANY_HEADING = ANY_PAGE | frozenset(
    "abstract|faq|glossary|general|sponsors|contributing|dependencies|status|context|decision|consequences|"
    "considered options|notes|note|caution|warning|how to use this guide|how it works|technical details|recap|tl;dr|"
    "additional features|quick start|quickstart|tips|limitations|best practices|when to use|when not to use|related|"
    "related skills|instructions|resources|more information|more|pre-requisites|requirements|support|community|"
    "acknowledgements|acknowledgments|credits|purpose|scope|goals|non-goals|motivation|background|basics|advanced|"
    "options|parameters|arguments|returns|output|input|workflow|steps|configuration|setup|install|usage examples|"
    "code of conduct|authors|changes|release notes|test|tests|conclusion|what's next|learn more|read more".split("|")
)


#: Directives of MyST and reST that put something else there, and have nothing of their own to say.
_FILLED = re.compile(
    r"^(?P<fence>`{3,}|~{3,}|:{3,})\{(?:include|literalinclude|toctree|contents|tableofcontents|auto[\w:-]+)\}[^\n]*\n"
    r"(?:(?!(?P=fence))[^\n]*\n)*(?P=fence)[ \t]*$",
    re.MULTILINE,
)
_OF_REST = re.compile(
    r"^(?P<fence>`{3,})\{eval-rst\}[ \t]*\n(?P<body>(?:(?!(?P=fence))[^\n]*\n)*)(?P=fence)[ \t]*$", re.MULTILINE
)
_TITLE = re.compile(r"^(?:#{1,6} [^\n]*|[^\n]+\n(?:={3,}|-{3,}|~{3,}))$", re.MULTILINE)
#: A sentence that says where a page has gone, and a link to it; with so many words at most nothing else is said.
_GONE = re.compile(
    r"\b(?:moved|relocated|renamed) (?:to|into|here|in)\b|\bnow (?:lives?|be found|found|available)\b"
    r"|\bredirect|^\W*see\b",
    re.IGNORECASE,
)
_LINK_TO = re.compile(r"\]\(|\]\[|<?https?://|\w\.(?:md|mdx|rst|html?)\b|`[^`]+`_|:(?:doc|ref):`")
MOVED = 20


def leads_elsewhere(text: str) -> bool:
    """Whether a text, a title aside, is no more than a sentence that leads to another place.

    >>> [leads_elsewhere(text) for text in ("# A\\n\\nMoved to [x](y).", "See [x](y).", "It moved to `bin`.")]
    [True, True, False]
    """
    said = text.strip()
    if title := _TITLE.match(said):
        said = said[title.end() :].lstrip()
    if len(said.split()) > MOVED or _TITLE.search(said):
        return False
    return bool(_GONE.search(said) and _LINK_TO.search(said))


def without_filled(text: str) -> str:
    """A text without the directives in whose place a build puts something else."""
    return _FILLED.sub("", _OF_REST.sub(r"\g<body>", text)) if "{" in text else text


def without_directives(text: str) -> str:
    """A text without such lines."""
    return "\n".join(line for line in text.splitlines() if not is_directive(line))


def plain_line(text: str) -> str:
    """A text as one line of prose: without the marks of Markdown and reST, and without what cannot be printed.

    >>> plain_line("Use :class:`~flask.Flask` and `docs <x>`_, see [this](y) with **care**; Gunicorn_ is fast.")
    'Use flask.Flask and docs, see this with care; Gunicorn is fast.'
    >>> plain_line("Types { #types } ![status][badge] :material-code: <!-- omit in toc -->")
    'Types'
    >>> plain_line("## C# and `Request#body` ##")
    'C# and Request#body'
    >>> plain_line("`<KeepAlive>` is <b>one</b>")
    'KeepAlive is one'
    >>> plain_line("_Hooks_ of {class}`Option` in my_app, __init__.py")
    'Hooks of Option in my_app, __init__.py'
    """
    from ...text.escaping import unsafe

    text = text.replace("\\\n", "\n")  # the end of a line of verse
    text = _NOT_SHOWN.sub("", _IMAGE.sub("", _TAG.sub(r"`\1`", text)))
    said = _INLINE.sub(r"\1", _LINK.sub(r"\1\2\3", _EMPHASIS.sub(r"\1\2", _ROLE.sub(r"\1", text))))
    said = _HASHES.sub("", said) if "#" in said else said
    said = said.replace("*", "").replace("`", "").replace("[", "").replace("]", "").replace("!!! ", "")
    if not said.isascii() or not said.isprintable():
        said = "".join(char for char in said if char.isspace() or not unsafe(char))
    return " ".join(said.split())
