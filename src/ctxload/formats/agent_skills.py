"""Agent Skills, as the standard and its clients look for them: a folder with a `SKILL.md`, below each of their roots.

The roots are `.claude/skills`, `.agents/skills`, `.github/skills` and `skills`, at the top and in packages below it. A
skill is chosen by its description; `disable-model-invocation` leaves it to the person, who names it, and
`user-invocable: false` to the model. Of two skills of one name in one package the first root's counts.
"""

from __future__ import annotations

from ..text.brackets import escaped
from .claude_code import SKILL_KEYS, SKILL_OWN, folder_name, skill
from .guide import OURS, WHOLE, Guide, Loss, Reading, Writing, lost
from .markdown_rules import FLAG, agents_loss, faulty_fronts, read_rules, tidy, with_mentions, write_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..text.front_matter import Front
    from .files import Files
    from .markdown_rules import Said

name = "agent-skills"
title = "Agent Skills"
#: The roots, in the order in which they count.
ROOTS = (".claude/skills", ".agents/skills", ".github/skills", "skills")
places = (*(f"{root}/**/SKILL.md" for root in ROOTS), *(f"**/{root}/**/SKILL.md" for root in ROOTS))
_OWN = (*(key for key in SKILL_OWN if key != "user-invocable"), "license", "compatibility")
#: In the place of a name: that neither the model nor the person may call a skill.
NOBODY = ""
#: How long a name and a description may be, and the signs of a name beside single hyphens.
LONGEST_NAME, LONGEST_ABOUT, _PLAIN = 64, 1024, frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_FLAGS = ("disable-model-invocation", "user-invocable")


def read(files: Files) -> Reading:
    """The skills of all roots. A `SKILL.md` below that of another is that skill's own business."""
    return read_skills(files, files.find(*places), ROOTS)


def read_own(files: Files, folders: Sequence[str]) -> Reading:
    """The skills of the person's own folders, without those whose name the project has: its skill goes before.

    The folders are in the order in which they count.
    """
    reading = read_skills(files, files.find(*places_below(folders)), folders)
    losses = list(reading.losses)
    kept: dict[str, Guide] = {}
    for guide in reading.guides:
        here = [f"{root}/{guide.name}/SKILL.md" for root in ROOTS]
        first = next((path for path in here if files.is_there(path)), "")
        link = files.tree.leads_to(guide.paths[0])
        if first:
            why = f"is passed over: the project has a skill of this name, {first}, and it goes before yours"
            cure = "give one of the two another name"
            losses.append(Loss(guide.name, WHOLE, why, guide.paths[0], cure=cure, is_whole=True))
        else:  # installers put a link to a skill into the folder of each client
            kept.setdefault(f"{guide.name}\n{files.texts.get(guide.paths[0], link)}", guide)
    told = tuple(loss.replace(misleads=False) for loss in losses if loss.is_whole)
    return Reading(tuple(kept.values()), told, reading.findings)


def places_below(folders: Sequence[str]) -> list[str]:
    """The patterns of the skills below these folders."""
    return [f"{escaped(folder)}/**/SKILL.md" for folder in folders]


def read_skills(files: Files, names: Sequence[str], roots: Sequence[str]) -> Reading:
    """The skills among `names`, files `SKILL.md`; `roots` are those below which they stand, the first counts."""
    folders = {path.rpartition("/")[0] for path in names}
    skills = [path for path in names if not _stands_in(path, folders)]
    reading = read_rules(
        files, skills, _understand, (*SKILL_KEYS, "user-invocable"), name_of=folder_name, own=_OWN,
        values=dict.fromkeys(_FLAGS, FLAG), title="the standard",
    )  # fmt: skip
    return _first_of_each(files, reading, roots)


def _stands_in(path: str, folders: set[str]) -> bool:
    """Whether a skill lies in the folder of another one."""
    above = path.rpartition("/")[0].rpartition("/")[0]
    while above:
        if above in folders:
            return True
        above = above.rpartition("/")[0]
    return False


def _understand(files: Files, front: Front, guide: Guide) -> Guide:
    said = front.text_of("name") or guide.name
    is_own = guide.paths[:1] and guide.paths[0] in files.texts
    guide = skill(files, front, guide).replace(name=said if is_own else guide.name)
    if guide.agents == () and front.flag_of("user-invocable") is False:
        return guide.replace(name=NOBODY)
    return guide if guide.description or guide.keywords else guide.replace(agents=())


def _first_of_each(files: Files, reading: Reading, roots: Sequence[str]) -> Reading:
    """The skills without those whose name an earlier one of the package has, and without those that nobody may call."""
    kept: dict[tuple[str, ...], Guide] = {}
    losses, faulty = list(reading.losses), faulty_fronts(reading.findings)
    for guide in sorted(reading.guides, key=lambda guide: _rank(guide, roots)):
        path = guide.paths[0] if guide.paths else ""
        if path not in files.texts:  # written by an export: it stands for an entry of the index
            kept[(guide.name, *guide.paths)] = guide
            continue
        if guide.name == NOBODY:
            why = "is left out: neither the model nor a person may call it"
            losses.append(Loss(folder_name(path), WHOLE, why, path, is_whole=True))
            continue
        first = kept.setdefault((package_of(path, roots), guide.name), guide)
        if first is not guide and _is_copy(files, first.paths[0], path):
            kept[guide.paths] = guide  # one file under two names, or the same bytes, which is told as such
        elif first is not guide:
            why = f"is passed over: {first.paths[0]} has the same name and goes before it"
            cure = "give one of the two another name"
            losses.append(Loss(guide.name, WHOLE, why, path, cure=cure, misleads=True, is_whole=True))
        losses += _against_the_standard(guide) if path not in faulty else []
    counting = {id(guide) for guide in kept.values()}
    return Reading(tuple(guide for guide in reading.guides if id(guide) in counting), tuple(losses), reading.findings)


def _is_copy(files: Files, one: str, other: str) -> bool:
    """Whether two paths lead to one file, or hold the same."""
    return files.tree.leads_to(one) == files.tree.leads_to(other) or files.texts[one] == files.texts[other]


def _rank(guide: Guide, roots: Sequence[str]) -> tuple[int, bool]:
    """What decides between skills of one name: the root, then whether it has the name of its folder."""
    path = guide.paths[0] if guide.paths else ""
    root = next((number for number, one in enumerate(roots) if f"/{one}/" in f"/{path}"), len(roots))
    return root, path.endswith("/SKILL.md") and guide.name != folder_name(path)


def package_of(path: str, roots: Sequence[str] = ROOTS) -> str:
    """The folder whose skills a path is among: that of the package above the root.

    >>> package_of("web/.claude/skills/a/SKILL.md"), package_of("skills/a/SKILL.md")
    ('web', '')
    """
    inside = f"/{path}"
    at = next(at for root in roots if (at := inside.rfind(f"/{root}/")) >= 0)
    return inside[1:at]


def _against_the_standard(guide: Guide) -> list[Loss]:
    """What the standard asks of a skill and this one does not hold: clients may leave it out."""
    path, found = guide.paths[0], list[Loss]()
    if guide.paths[0].endswith("/SKILL.md") and guide.name != folder_name(path):
        why = f"has a `name` that isn't its folder's, `{folder_name(path)}`: clients may call it by either"
        found.append(Loss(guide.name, WHOLE, why, path, 2, "give both the same name"))
    elif not _is_a_name(guide.name):
        why = "has a `name` that the standard doesn't allow: clients may leave the skill out"
        cure = f"use a to z, digits and single hyphens, at most {LONGEST_NAME} signs, for the folder, too"
        found.append(Loss(guide.name, WHOLE, why, path, 2, cure))
    if not (guide.description or guide.keywords):
        why = "doesn't exist: no client shows a skill without one, and it must be named"
        cure = "say what it does and when to use it"
        found.append(Loss(guide.name, "description", why, path, 1, cure, misleads=True))
    if len(guide.description) > LONGEST_ABOUT:
        why = f"has {len(guide.description):,} signs, and the standard allows {LONGEST_ABOUT:,}: clients may cut it"
        found.append(Loss(guide.name, "description", why, path, 1, "shorten it: say what it does and when to use it"))
    return found


def _is_a_name(text: str) -> bool:
    """Whether the standard allows a name.

    >>> [_is_a_name(name) for name in ("pdf-forms", "PDF", "a--b", "-a", "", "a" * 65)]
    [True, False, False, False, False, False]
    """
    parts = text.split("-")
    return len(text) <= LONGEST_NAME and all(part and _PLAIN.issuperset(part) for part in parts)


def write(guides: Sequence[Guide]) -> Writing:
    """A skill for each guide that is chosen by its description or named."""
    return write_rules(guides, lambda stem, guide: f".agents/skills/{stem}/SKILL.md", _say)


def _say(guide: Guide) -> Said:
    if guide.always:
        return None, [Loss(guide.name, WHOLE, "is not written: no skill comes with every task")]
    guide, losses = tidy(guide)
    losses += lost(guide, (*OURS, "files"), "has no place in a skill")
    if guide.is_manual:
        return [
            ("name", guide.name), ("description", with_mentions(guide)), ("disable-model-invocation", True),
        ], losses  # fmt: skip
    losses += agents_loss(guide, chosen=bool(guide.description or guide.keywords))
    return [("name", guide.name), ("description", with_mentions(guide))], losses
