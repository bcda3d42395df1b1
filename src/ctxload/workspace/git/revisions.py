"""A revision as people write it → the commit that it means: `HEAD~2`, `main`, `v1.0^`, `origin/main`, `1a2b3c4`."""

from __future__ import annotations

from .objects import COMMIT, TAG, MissingObject, Repository, UnreadableRepository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: How many commits are gone back at most, how many tags may name each other, and how long a revision may be.
BACK, TAGS, LONGEST = 10_000, 5, 500
#: Where the name of a branch or a tag is looked for, in git's order.
_PLACES = ("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")
_HEX = frozenset("0123456789abcdef")


class UnknownRevision(Exception):
    """Why a text means no commit of a repository."""


def commit_of(repository: Repository, revision: str) -> bytes:
    """The name of the commit that a revision means. Raises UnknownRevision, or UnreadableRepository.

    Understood are HEAD and `@`, branches, tags, remote branches, commits by the beginning of their name, and from each
    of them `~N` and `^N`.
    """
    if len(revision) > LONGEST or not revision.isprintable():
        raise UnknownRevision("it isn't the name of a commit")
    at = min((revision.find(sign) for sign in "~^" if sign in revision), default=len(revision))
    commit = _peeled(repository, _base(repository, revision[:at]))
    for number, back in _steps(revision[at:]):
        commit = _went_back(repository, commit, number, back)
    return commit


def _base(repository: Repository, name: str) -> bytes:
    name = "HEAD" if name in ("", "@") else name
    if "@{" in name or ":" in name or "\\" in name or name.startswith(("/", "-", ".")) or ".." in name:
        raise UnknownRevision("this way of naming a commit isn't understood: write a branch, a tag or a commit")
    for place in _PLACES:
        if found := _ref(repository, place.format(name)):
            return found
    return _by_beginning(repository, name.lower())


def _ref(repository: Repository, name: str) -> bytes:
    """What a name means where it is one of a branch, a tag or HEAD; other files of a repository are none."""
    if not name.startswith("refs/") and not (name.isupper() and name.replace("_", "").isalpha()):
        return b""
    try:
        return repository.named(name)
    except (UnreadableRepository, ValueError, OSError):
        if name == "HEAD":
            raise
        return b""


def _by_beginning(repository: Repository, begin: str) -> bytes:
    if not 4 <= len(begin) <= 64 or not _HEX.issuperset(begin):
        raise UnknownRevision("no branch, tag or commit is called so")
    found = [name for name in repository.begins_with(begin) if repository.any_object(name)[0] in (COMMIT, TAG)]
    if len(found) != 1:
        raise UnknownRevision("several commits begin so" if found else "no branch, tag or commit is called so")
    return found[0]


def _peeled(repository: Repository, name: bytes) -> bytes:
    """The commit that a tag names, or the commit itself."""
    for _ in range(TAGS):
        kind, data = repository.any_object(name)
        if kind == COMMIT:
            return name
        if kind != TAG or not data.startswith(b"object "):
            break
        name = bytes.fromhex(data[7:].partition(b"\n")[0].decode("latin-1"))
    raise UnknownRevision("it names no commit")


def _steps(text: str) -> Iterator[tuple[int, int]]:
    """The ways back: which parent, and how often."""
    at = 0
    while at < len(text):
        sign, end = text[at], at + 1
        while end < len(text) and text[end] in "0123456789":
            end += 1
        number = int(text[at + 1 : min(end, at + 7)] or "1")
        if sign not in "~^" or (sign == "~" and number > BACK):
            raise UnknownRevision("this way of naming a commit isn't understood")
        yield (1, number) if sign == "~" else (number, 1 if number else 0)
        at = end


def _went_back(repository: Repository, commit: bytes, number: int, times: int) -> bytes:
    for _ in range(times):
        parents = parents_of(repository, commit)
        if len(parents) < number:
            raise UnknownRevision(f"{commit.hex()[:10]} has no parent {number}")
        commit = parents[number - 1]
        try:
            repository.object(commit, COMMIT)
        except MissingObject:
            raise UnknownRevision(
                f"its parent {commit.hex()[:10]} isn't here: a shallow clone has too few commits, fetch more of them"
            ) from None
    return commit


def parents_of(repository: Repository, commit: bytes) -> list[bytes]:
    """The names of the parents of a commit, in order."""
    head = repository.object(commit, COMMIT).partition(b"\n\n")[0]
    lines = [line[7:].decode("latin-1") for line in head.split(b"\n") if line.startswith(b"parent ")]
    return [bytes.fromhex(line) for line in lines]
