"""Which language a path says it is in: `docs/de/a.md`, `i18n/zh-hans/a.md`, `README.ja.md`, `guide_pt-BR.md`.

The codes are those of ISO 639-1, with the regions and scripts of BCP 47 that documentation uses.
"""

from __future__ import annotations

CODES = frozenset(
    "aa ab af ak am ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cv cy da de dv dz ee el "
    "en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi hr ht hu hy ia id ie ig ik is it iu "
    "ja jv ka kg ki kk kl km kn ko ks ku kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my "
    "na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk "
    "sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa "
    "wo xh yi yo za zh zu".split()
)
REGIONS = frozenset("br pt cn tw hk us gb uk mx es ar ca fr de at ch in hans hant latn cyrl latam".split())
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
    """
    *folders, name = path.split("/")
    for at, folder in enumerate(folders):
        if code := _code(folder):
            return "/".join([*folders[:at], *folders[at + 1 :], name]), code
    stem, dot, ending = name.rpartition(".")
    for sign in "._-":
        base, found, last = stem.rpartition(sign)
        if found and base:
            region_base, again, first = base.rpartition(sign)
            if again and region_base and (code := _code(f"{first}-{last}")):
                return "/".join([*folders, f"{region_base}{dot}{ending}"]), code
            if code := _code(last):
                return "/".join([*folders, f"{base}{dot}{ending}"]), code
    return path, ""


def _code(word: str) -> str:
    """The language that a word is the code of, in lower case."""
    first, _, rest = word.lower().replace("_", "-").partition("-")
    first = FORMS.get(first, first)
    if first not in CODES or (rest and rest not in REGIONS):
        return ""
    return f"{first}-{rest}" if rest else first
