"""The files that a line of a shell touches, as far as its words tell: none is run, and no variable is known.

Words are split as a POSIX shell does. What only reads its files touches none (`cat`, `grep`, `git diff`); of any other
command each word that looks like a path is touched, and what a redirection leads to. A patch for `apply_patch` names
its own files.

>>> named = files_in("cd web && sed -n 1,9p old.ts | tee src/new.ts > /dev/null; prettier --write 'my dir/a.css'")
>>> named.touched, named.written
(('web/src/new.ts', 'web/my dir/a.css'), ('web/src/new.ts',))
"""

from __future__ import annotations

from posixpath import join, normpath

from ...record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: How much of a line is read, in characters; how many files count; how deep a shell may stand in another.
LONGEST, MOST, DEEP = 20_000, 100, 3
#: What only reads the files that it is given.
READERS = frozenset(
    ": [ ack ag alias awk basename bat cat cd cksum cmp column comm cut date df diff dir dirname du echo egrep exit "
    "export false fd fgrep file find fold grep head hexdump jq join kill less ls man md5sum more nl od paste pgrep "
    "popd printf ps pushd pwd readlink realpath rg sed sha1sum sha256sum sleep sort stat strings tac tail test top tr "
    "tree true type uniq unset view wait wc which whoami xargs xxd yq zcat "
    "get-childitem get-content get-item select-string test-path write-output".split()
)
#: The commands of git that write files of the work tree which their words name.
GIT_WRITES = frozenset("apply checkout mv restore rm stash".split())
#: What runs the words that follow it.
WRAPPERS = frozenset("sudo command env exec nice nohup time stdbuf timeout".split())
SHELLS = frozenset("bash sh zsh dash ksh".split())
#: With `-i` these write the files that they are given.
IN_PLACE = frozenset("sed perl gsed".split())
#: What begins a file of a patch.
PATCHED = ("*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ")
_ENDS = ("\n", ";", "|", "&", "(", ")")


class ShellFiles(Record):
    """The files that a line touches, and those of them that it surely writes, from the folder it runs in."""

    touched: tuple[str, ...] = ()
    written: tuple[str, ...] = ()


class _Command(Record):
    """The words of one command, what it writes to, and the text that it is fed."""

    words: tuple[str, ...]
    targets: tuple[str, ...] = ()
    fed: str = ""


def files_in(line: str, depth: int = 0) -> ShellFiles:
    """The files that a line touches."""
    touched: dict[str, None] = {}
    written: dict[str, None] = {}
    folder = ""
    for command in _commands(line[:LONGEST]):
        words = _bare(command.words)
        if words[:1] == ("cd",):
            folder = _below(folder, words[1]) if len(words) == 2 else ""
            continue
        found = _of_command(words, command, depth)
        touched.update(dict.fromkeys(_below(folder, name) for name in found.touched))
        written.update(dict.fromkeys(_below(folder, name) for name in found.written))
    return ShellFiles(tuple(touched)[:MOST], tuple(written)[:MOST])


def files_of_patch(text: str) -> tuple[str, ...]:
    """The files that a patch names.

    >>> files_of_patch("*** Begin Patch\\n*** Add File: web/new.ts\\n+x\\n*** End Patch\\n")
    ('web/new.ts',)
    """
    lines = [line.strip() for line in text.split("\n") if line.startswith(PATCHED)]
    return tuple([line.partition(": ")[2].strip() for line in lines][:MOST])


def _of_command(words: tuple[str, ...], command: _Command, depth: int) -> ShellFiles:
    """What one command touches."""
    name = words[0].replace("\\", "/").rpartition("/")[2].removesuffix(".exe") if words else ""
    targets = tuple(target for target in command.targets if not target.startswith("/dev/"))
    if name in SHELLS and depth < DEEP:
        inner = next((words[at + 1] for at, word in enumerate(words[:-1]) if word[:1] == "-" and word[-1:] == "c"), "")
        found = files_in(inner, depth + 1)
        return ShellFiles((*found.touched, *targets), (*found.written, *targets))
    if name == "apply_patch":
        patched = files_of_patch(command.fed or "\n".join(words[1:]))
        return ShellFiles((*patched, *targets), (*patched, *targets))
    named = tuple(_paths(words[1:]))
    if name == "tee" or (name in IN_PLACE and any(_in_place(word) for word in words[1:])):
        return ShellFiles((*named, *targets), (*named, *targets))
    reads = name.lower() in READERS or (name == "git" and not GIT_WRITES & {*words[1:3]})
    return ShellFiles(targets if reads else (*named, *targets), targets)


def _in_place(option: str) -> bool:
    """Whether an option says that files are changed in place: `-i`, `-i.bak`, `-pi`, `--in-place`."""
    return option.startswith("--in-place") or (option[:1] == "-" and option[1:2] != "-" and "i" in option[:4])


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without variables that are set for one command, and without what only runs the rest."""
    at = 0
    while at < len(words):
        word = words[at]
        is_set = "=" in word and word.partition("=")[0].isidentifier()
        is_option = at and words[at - 1] in (*WRAPPERS, "-n", "-s") and word[:1] == "-"
        if not (is_set or is_option or word in WRAPPERS):
            break
        at += 1
    return words[at:]


def _paths(words: tuple[str, ...]) -> Iterator[str]:
    """Those of the words that look like paths; of an option what stands behind its `=`."""
    for word in words:
        if word[:1] == "-":
            word = word.partition("=")[2]
        looks = "/" in word or "." in word.strip(".")
        if looks and "://" not in word and "$" not in word and "`" not in word:
            yield word


def _below(folder: str, name: str) -> str:
    name = normpath(join(folder, name.replace("\\", "/")))
    return "" if name == "." else name


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────


def _commands(line: str) -> Iterator[_Command]:
    """The commands of a line, one after the other, whatever joins them."""
    words: list[str] = []
    targets: list[str] = []
    fed = ""
    leads = False  # the next word is what a redirection leads to
    for word, is_sign in _words(line):
        if is_sign and word[:1] in _ENDS:
            if words or targets:
                yield _Command(tuple(words), tuple(targets), fed)
            words, targets, fed, leads = [], [], "", False
        elif is_sign and word[:2] == "<<":
            fed = word[2:]
        elif is_sign:
            leads = word == ">"
        elif leads:
            targets += [word] if word and "$" not in word else []
            leads = False
        else:
            words.append(word)
    if words or targets:
        yield _Command(tuple(words), tuple(targets), fed)


def _words(line: str) -> Iterator[tuple[str, bool]]:
    """The words of a line and its signs, each with whether it is a sign; a text that is fed stands behind `<<`."""
    at, size = 0, len(line)
    waiting: list[str] = []  # the words that end texts which begin on the next line
    while at < size:
        char = line[at]
        if char == "\n":
            at += 1
            for mark in waiting:
                text, at = _fed(line, at, mark)
                yield f"<<{text}", True
            waiting = []
            yield "\n", True
        elif char in " \t\r":
            at += 1
        elif char == "#" and (at == 0 or line[at - 1] in " \t\n;"):
            at = line.find("\n", at) if "\n" in line[at:] else size
        elif line.startswith("<<", at) and not line.startswith("<<<", at):
            begins = at + 2 + line.startswith("-", at + 2)
            mark, at = _word(line, begins + _blanks(line, begins))
            waiting.append(mark)
        elif char in "<>" or (char == "&" and line[at + 1 : at + 2] == ">"):
            at += len(line[at:]) - len(line[at:].lstrip("&<>|"))
            if line[at : at + 1] and line[at - 1] == "&":  # `2>&1`
                _, at = _word(line, at)
            else:
                yield (">" if ">" in line[max(0, at - 3) : at] else "<"), True
        elif char in ";|&()":
            at += 1
            yield char, True
        else:
            word, end = _word(line, at)
            number = word.isdigit() and line[end : end + 1] in ("<", ">")  # `2>file`
            at = max(end, at + 1)
            if not number:
                yield word, False


def _blanks(line: str, at: int) -> int:
    rest = line[at : at + 20]
    return len(rest) - len(rest.lstrip(" "))


def _fed(line: str, at: int, end: str) -> tuple[str, int]:
    """The text that ends with a line of one word, and where the line goes on."""
    text: list[str] = []
    while at < len(line):
        stop = line.find("\n", at)
        stop = len(line) if stop < 0 else stop
        one, at = line[at:stop], stop + 1
        if one.strip("\t") == end:
            return "\n".join(text), at - 1
        text.append(one)
    return "\n".join(text), at


def _word(line: str, at: int) -> tuple[str, int]:
    """The word that begins here, without its quotes, and where it ends."""
    found: list[str] = []
    quote = ""
    while at < len(line):
        char = line[at]
        if quote:
            if char == quote:
                quote = ""
            elif char == "\\" and quote == '"' and line[at + 1 : at + 2] in ('"', "\\", "$", "`"):
                at += 1
                found.append(line[at])
            else:
                found.append(char)
        elif char in "'\"":
            quote = char
        elif char == "\\" and at + 1 < len(line):
            at += 1
            found.append("" if line[at] == "\n" else line[at])
        elif char in " \t\r\n;|&()<>":
            break
        else:
            found.append(char)
        at += 1
    return "".join(found), at
