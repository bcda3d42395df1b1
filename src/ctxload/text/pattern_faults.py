"""What is wrong with a pattern of paths, or a keyword, that can fit nothing: and what was meant."""

from __future__ import annotations

import re

from .braces import spelt_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SMART = re.compile("[\u201c\u201d\u2018\u2019\u00ab\u00bb]")
_WILD = frozenset("*?[{")
#: Signs of a regular expression that no pattern of paths has: where it begins or ends, and an escaped dot.
_REGULAR = re.compile(r"^\^|\$$|\\\.|\(\?|\.\*[)|]")
#: A backslash before a letter, a sign of the pattern or a blank folder: how Windows writes a path.
_BACKSLASH = re.compile(r"\\(?=[\w.*?]|$)")
#: How names of files end that rules are written for: a pattern that is nothing else was meant as `*.ts`.
_ENDINGS = frozenset(
    "js jsx ts tsx mjs cjs vue svelte py pyi rb php java kt kts swift cs fs go rs c h cc cpp hpp scala groovy dart lua "
    "sql html htm css scss sass less xml json jsonc yaml yml toml ini md mdx rst txt sh bash ps1 tf tfvars proto "
    "graphql gradle".split()
)
#: What is said of such a pattern.
ENDING = "is the end of a name, and no file is called so"
_GITIGNORE = "patterns are those of gitignore, from the root"


def pattern_fault(pattern: str, is_folder: Callable[[str], bool] | None = None) -> tuple[str, str] | None:
    """Why a pattern of paths can fit nothing, and the cure; None where it can. `is_folder` says which folders there are.

    What a file may be called all the same, as with a comma in its name, is the caller's to know.

    >>> pattern_fault("*.{ts,tsx}")
    ('has braces, which mean themselves', 'write a pattern for each: `*.ts`, `*.tsx`')
    >>> pattern_fault("src/**;lib/**"), pattern_fault("src/*.ts")
    (('holds several', 'write each as a pattern of its own: `src/**`, `lib/**`'), None)
    >>> pattern_fault(".ts"), pattern_fault(".env")
    (('is the end of a name, and no file is called so', 'write `*.ts`'), None)
    """  # noqa: E501
    bare = pattern.removeprefix("!")
    found = _signs_fault(bare) or _several_fault(bare) or _path_fault(bare) or _ending_fault(bare)
    return found or (_missing_folder(bare, is_folder) if is_folder else None)


def _signs_fault(bare: str) -> tuple[str, str] | None:
    """What is wrong with quotes, braces and brackets."""
    if _SMART.search(bare):
        return "has typographic quotes in it", f"write `{_SMART.sub('', bare)}`"
    if bare[:1] in ("'", '"', "`") and bare[-1:] == bare[:1] and bare[1:-1]:
        return "has quotes in it", f"write `{bare[1:-1]}`"
    if bare.count("{") != bare.count("}"):
        sign = "{" if bare.count("{") > bare.count("}") else "}"
        cure = f"write `{bare}}}`, or two patterns" if sign == "{" else f"remove the `{sign}`"
        return f"has a `{sign}` that is never {'closed' if sign == '{' else 'opened'}", cure
    if "[" in bare and not re.search(r"\[[^/]+\]", bare.replace("\\[", "")) and "\\[" not in bare:
        return "has a `[` that is never closed", "write `\\[` where the sign itself is meant, or close it with `]`"
    each = spelt_out(bare)
    if len(each) == 1 and re.search(r"\{[^}]*,", bare):
        return "has braces that stand for too many patterns", "write fewer, or a pattern for their folder"
    if len(each) > 1:
        return "has braces, which mean themselves", f"write a pattern for each: {_named(each)}"
    return None


def _several_fault(bare: str) -> tuple[str, str] | None:
    """That a pattern holds several, with a sign between them that is none of a pattern's."""
    for sign in ("; ", ";", ", ", ",", " | ", "|", " "):
        parts = [part for part in map(str.strip, bare.split(sign)) if part]
        if len(parts) > 1 and sign.strip() == ";":
            return "holds several", f"write each as a pattern of its own: {_named(parts)}"
        if len(parts) > 1 and "(" not in bare and all("*" in part or part[-1:] == "/" for part in parts):
            return "holds several", f"write each as a pattern of its own: {_named(parts)}"
    return ("has `;` in it", "part patterns with commas, or write a list") if ";" in bare else None


def _path_fault(bare: str) -> tuple[str, str] | None:
    """That a pattern is written as a path or an expression of another kind, which no path from the root fits."""
    parts = bare.split("/")
    if _REGULAR.search(bare):
        return "is written as a regular expression", f"{_GITIGNORE}: `*.ts`, `src/**`"
    if _BACKSLASH.search(bare):
        return "has backslashes", f"write `{_BACKSLASH.sub('/', bare).rstrip('/')}`"
    if bare[:1] == "~" or bare[1:3] in (":/", ":\\"):
        return "is a path outside the root", f"{_GITIGNORE}: `src/**`"
    if ".." in parts:
        return "leads out of the root with `..`", _GITIGNORE
    if "." in parts or "" in parts[1:-1]:
        plain = "/".join(part for part in parts if part not in ("", "."))
        why = "begins with `./`" if parts[0] == "." else "has a name in it that no file has, `.` or none"
        return (why, f"write `{plain}`") if plain else ("means the root itself", "write `**`")
    if bare.strip() in ("", "/"):
        return "is empty", "write `**` for every file, or remove it"
    if bare[:1] == " ":
        return "begins with a blank", f"write `{bare.strip()}`"
    return None


def _ending_fault(bare: str) -> tuple[str, str] | None:
    """That a pattern is nothing but how names of files end: `.ts`, or `ts`."""
    name = bare.strip("/").removeprefix(".")
    return (ENDING, f"write `*.{name}`") if name in _ENDINGS else None


def _named(patterns: list[str]) -> str:
    more = f" and {len(patterns) - 5} more" if len(patterns) > 5 else ""
    return ", ".join(f"`{pattern}`" for pattern in patterns[:5]) + more


def _missing_folder(bare: str, is_folder: Callable[[str], bool]) -> tuple[str, str] | None:
    """That a pattern begins with a folder that isn't there."""
    first, slash, _ = bare.lstrip("/").partition("/")
    if not slash or not first or set(first) & _WILD or is_folder(first):
        return None
    return f"begins with the folder `{first}`, and there is none", "fix the name; it serves once there is such a folder"


def keyword_fault(keyword: str) -> tuple[str, str] | None:
    r"""Why a keyword is hardly what was meant, and the cure; None where it may be.

    >>> keyword_fault("migrat*"), keyword_fault("auth|login"), keyword_fault("C++"), keyword_fault("CI/CD")
    (('is written as a pattern', 'a keyword is found in all its forms: write `migrat` in full, or a rule under `context_rules`'), ('holds several', 'write each as a keyword of its own: auth, login'), None, None)
    """  # noqa: E501
    if keyword.replace(" ", "").isalnum():  # most are words alone
        return None
    if "\\b" in keyword or re.search(r"\.\*|\(\?|\[[^\]]+\][*+?]|\\[wsd]", keyword):
        plain = re.sub(r"\\b|[\^$]", "", keyword).strip()
        return "is written as a pattern", f"write `{plain}`, or a rule under `context_rules`"
    parts = [part.strip() for part in re.split(r"\||\n| / ", keyword.strip())]
    if len(parts) > 1 and all(parts):
        return "holds several", f"write each as a keyword of its own: {', '.join(parts[:5])}"
    if keyword.endswith("*") and keyword[:-1].isalnum():
        word = keyword[:-1]
        cure = f"a keyword is found in all its forms: write `{word}` in full, or a rule under `context_rules`"
        return "is written as a pattern", cure
    return None
