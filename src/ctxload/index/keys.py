"""The definition of `context-index.yml`: every key, where it stands, its shape and its meaning.

The parser, the did-you-mean hints, the JSON Schema and the reference page of the documentation are all made
from these tables.
"""

from __future__ import annotations

from ..record import Record


class Key(Record):
    """One key: the shape of its value (see `schema.SHAPES`) and what it means."""

    shape: str
    meaning: str


TOP: dict[str, Key] = {
    "version": Key("version", "The version of the format; 1.0."),
    "context_files": Key("entries", "The entries: files, and the keywords that select them."),
    "agent_defaults": Key(
        "agents-to-ids", "What each agent loads when nothing in the task matched; also part of its scope."
    ),
    "context_rules": Key("rules", "Regular expressions on the task, beside the keywords."),
    "story_context_hints": Key("bundles", "Named groups of entries: `Context: NAME` loads them."),
    "always": Key(
        "always",
        "Ids or paths that come with whatever else is selected; or a map from agent (`'*'`: all) to such a list.",
    ),
    "fallback": Key(
        "fallback",
        "What a task loads that matched nothing: `all`, `none`, or ids, paths and globs; or a map from agent to one of "
        "these.",
    ),
    "match": Key(
        "match", "How entries are chosen: `focused` (default), or `whole` for every entry with a whole keyword."
    ),
    "aliases": Key("words-to-words", "A word and the words it also stands for, beside the built-in ones."),
    "budget": Key("budget", "The most that `load` gives: `max_tokens`, `max_files`."),
    "memory": Key("flag", "`false`: the hook remembers no topic of a conversation, so that no prompt is a follow-up."),
    "tests": Key("tests", "Labelled cases for `ctxload test`."),
    "include": Key("texts", "Other index files inside the root, merged under this one."),
    "sources": Key(
        "texts",
        "Other tools' files that are read in place, as entries: names of formats (`cursor`, `claude-code` …), with a "
        "folder or without (`cursor:packages/web`).",
    ),
    "front_matter": Key("flag", "Whether context files carry entry keys in their front matter, under `ctxload:`."),
}

ENTRY: dict[str, Key] = {
    "path": Key("texts", "The file; also a glob, a directory, or a list of them. Relative to the root."),
    "each": Key(
        "flag",
        "`true`: each file that `path` gives is an entry of its own, named after the file; the rest holds for all.",
    ),
    "except": Key("texts", "With `each`: files, directories and globs that are left out."),
    "id": Key("text", "The entry's name; by default the file's stem. A written id counts as a keyword."),
    "description": Key("text", "What the files are about, for people and for manifests."),
    "keywords": Key("texts", "Words and phrases that select the entry when they stand in a task."),
    "tags": Key("texts", "Topics for people and `--tag`; never matched against the task."),
    "agents": Key("texts", "Who may load the entry by keyword; absent: everyone; `[]`: nobody."),
    "exclude": Key("texts", "Phrases that veto the entry's match."),
    "requires": Key("texts", "Ids of entries that come along, after this one."),
    "sections": Key(
        "words-to-words", "Heading → keywords: only those sections are loaded when only those keywords hit."
    ),
    "when_files": Key(
        "texts", "The entry counts only if the project has a file that fits one of these gitignore-style patterns."
    ),
    "for_files": Key(
        "texts",
        "Calls for the entry, beside its keywords: gitignore-style patterns on the files at hand (`--file`, "
        "`--changed`, paths in the task).",
    ),
    "needs": Key(
        "needs-both",
        "`both`: a keyword (or rule) and a file at hand must select the entry together; otherwise either does.",
    ),
    "when_stack": Key(
        "texts",
        "The entry counts only if the project uses all of these: languages, frameworks and packages, with versions or "
        "without (`django>=4`).",
    ),
    "priority": Key("number", "Goes before the score in the order within a layer; higher first, 0 by default."),
    "match": Key(
        "match-whole",
        "`whole`: the entry is only selected by a whole keyword, never by a part of one or by its document.",
    ),
}

RULE: dict[str, Key] = {
    "pattern": Key("text", "A regular expression, searched in the task ignoring case."),
    "context_ids": Key("texts", "The ids of the entries it selects."),
    "description": Key("text", "What the rule is for."),
    "load_agent_testing_context": Key(
        "flag", "Also select the entries of the agent's scope that are tagged `testing`."
    ),
}

BUNDLE: dict[str, Key] = {
    "context_ids": Key("texts", "The ids of the entries of the bundle."),
    "description": Key("text", "What the bundle is for."),
}

TEST: dict[str, Key] = {
    "task": Key("text", "The task text."),
    "agent": Key("text", "The agent it is given to."),
    "expect": Key("texts", "Ids (or paths) that must be selected; `[]`: no entry may be selected."),
    "reject": Key("texts", "Ids (or paths) that must not be selected."),
}

BUDGET: dict[str, Key] = {
    "max_tokens": Key("count", "The most tokens `load` gives."),
    "max_files": Key("count", "The most files `load` gives."),
}

MATCH_MODES = ("focused", "whole")
#: What an older index or caller may say for the default.
FORMER_MATCH = "related"
FALLBACK_WORDS = ("all", "none")


def check_match(match: str | None) -> None:
    """Raises UsageError unless `match` is a mode that works now."""
    if match and match not in MATCH_MODES and match != FORMER_MATCH:
        from ..errors import UsageError
        from ..text.suggestions import meant

        raise UsageError(f"`{match}` isn't a match mode: {meant(match, MATCH_MODES) or 'use focused or whole'}")
