"""Which language a path says it is in: `docs/de/a.md`, `i18n/zh-hans/a.md`, `README.ja.md`, `guide_pt-BR.md`.

The codes are those of ISO 639-1, with the regions and scripts of BCP 47 that documentation uses. A folder that is there
for translations alone is not part of what they translate: `i18n/de/a.md` says what `a.md` says.
"""

from __future__ import annotations

CODES = frozenset(
    "aa ab af ak am ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cv cy da de dv dz ee el "
    "en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi hr ht hu hy ia id ie ig ik is it iu "
    "ja jv ka kg ki kk kl km kn ko ks ku kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my "
    "na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk "
    "sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa "
    "wo xh yi yo za zh zu ckb fil yue".split()
)
REGIONS = frozenset(
    "ae ar at au be bg br ca ch cl cn co cz de dk eg es fi fr gb gr hk hu id ie il in ir it jp kr mo mx my nl no nz pe "
    "ph pk pl pt ro rs ru sa se sg sk th tr tw ua uk us vn za 419 hans hant latn cyrl latam".split()
)
#: Folders that hold translations, one language a folder.
HOLDERS = frozenset("i18n l10n intl lang langs languages locale locales translated translations".split())
#: How Docusaurus calls what a folder of `i18n/de/` translates, and the folder of the newest version in it.
PLUGIN, CURRENT = "docusaurus-plugin-content-", "current"
#: The codes that people write in capitals at the end of a name that isn't: `Guide-CN`; `Sonoff-SV` is a device.
IN_CAPITALS = frozenset("CN EN JA JP KO KR RU TW ZH".split())
#: What people write for a language that is no code.
FORMS = {
    "cn": "zh",
    "jp": "ja",
    "kr": "ko",
    "ua": "uk",
    "english": "en",
    "chinese": "zh",
    "japanese": "ja",
    "korean": "ko",
}


def language_of(path: str) -> tuple[str, str]:
    """A path without its language, and the language; an empty text where it names none.

    >>> language_of("docs/zh-hans/a.md"), language_of("README.pt_BR.md"), language_of("docs/api.md")
    (('docs/a.md', 'zh-hans'), ('README.md', 'pt-br'), ('docs/api.md', ''))
    >>> language_of("i18n/ja/docusaurus-plugin-content-docs/current/a.md"), language_of("lang/README.de.md")
    (('docs/a.md', 'ja'), ('README.md', 'de'))
    >>> language_of("README_DE.md"), language_of("Guide-CN.md"), language_of("Sonoff-SV.md")
    (('README.md', 'de'), ('Guide.md', 'zh'), ('Sonoff-SV.md', ''))
    """
    *folders, name = path.split("/")
    for at, folder in enumerate(folders):
        if code := _code(folder):
            before, after = folders[:at], folders[at + 1 :]
            return "/".join([*_without_holder(before), *_of_plugin(after), name]), code
    base, code = _of_name(name)
    return "/".join([*(_without_holder(folders) if code else folders), base]), code


def below_language(path: str) -> str:
    """The path below the folder of a language; an empty text where none of the folders is one.

    >>> below_language("docs/ja-JP/agents/planner.md"), below_language("README.de.md")
    ('agents/planner.md', '')
    """
    folders = path.split("/")[:-1]
    at = next((at for at, folder in enumerate(folders) if _code(folder)), len(folders))
    return "/".join(path.split("/")[at + 1 :])


def _without_holder(folders: list[str]) -> list[str]:
    return folders[:-1] if folders and folders[-1].lower() in HOLDERS else folders


def _of_plugin(folders: list[str]) -> list[str]:
    """The folders below a language, as they are called below the original: those of Docusaurus by other names."""
    if not folders or not folders[0].startswith(PLUGIN):
        return folders
    kind, _, other = folders[0].removeprefix(PLUGIN).partition("-")
    rest = folders[1:]
    if rest[:1] == [CURRENT]:
        return [other or kind, *rest[1:]]
    is_older = kind == "docs" and rest and rest[0].startswith("version-")
    return [f"{other}_versioned_docs" if other else "versioned_docs", *rest] if is_older else [other or kind, *rest]


def _of_name(name: str) -> tuple[str, str]:
    """The name of a file without the language that it ends with, and the language."""
    stem, dot, ending = name.rpartition(".")
    for sign in "._-":
        base, found, last = stem.rpartition(sign)
        if found and base:
            region_base, again, first = base.rpartition(sign)
            if again and region_base and (code := _code(f"{first}-{last}")):
                return f"{region_base}{dot}{ending}", code
            is_name = last.isupper() and last not in IN_CAPITALS and not base.isupper() and base.lower() != "readme"
            if not is_name and (code := _code(last)):
                return f"{base}{dot}{ending}", code
    return name, ""


def _code(word: str) -> str:
    """The language that a word is the code of, in lower case."""
    first, _, rest = word.lower().replace("_", "-").partition("-")
    first = FORMS.get(first, first)
    if first not in CODES or (rest and not REGIONS.issuperset(rest.split("-"))):
        return ""
    return f"{first}-{rest}" if rest else first
