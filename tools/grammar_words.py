"""Makes the table of grammar words, `src/ctxload/matching/grammar_words.txt`: `python tools/grammar_words.py SNOWBALL`.

SNOWBALL is a checkout of https://github.com/snowballstem/snowball-website (BSD), whose lists are taken for what it has;
the others come from the package stopwordsiso (MIT). Left out are words that are frequent in English, and such as name
something in programs: a task in English must not lose `state`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from stopwordsiso import stopwords

from ctxload.matching.tokens import tokenize
from ctxload.matching.word_lists import GENERIC_FORMS, STOP

TABLE = Path(__file__).resolve().parents[1] / "src" / "ctxload" / "matching" / "grammar_words.txt"
SNOWBALL = "german french spanish portuguese italian dutch swedish danish norwegian finnish russian".split()
#: Of these the longest words that are taken: the longer ones are mostly no grammar.
ISO = {"pl": 5, "cs": 5, "uk": 6, "tr": 5, "el": 5, "ar": 4, "he": 4, "hi": 5}
#: Of stopwords-iso, too, where Snowball has fewer: French and German.
FURTHER = """
    ceux donc doit est fait fais fois là où peu peut peux puis quoi rien sous tous très trop vont ça été être
    beim dabei dafür darf darum davon erst ganz geht gern gibt heute hätte immer kaum kommt könnt macht mehr neben nein
    oft schon seit sowie steht viele wann warum wegen weit wem wen wenig wer wieso woher wohin wohl wurde wäre zwei drei
""".split()
#: Frequent in English, or names in programs.
ENGLISH = frozenset(
    """
    ad ale all allen allo also alt am an as at aux avon bare be ben bin ble bo buna by c co col com come d dies dig
    dir do dog door dos dot dove e ed eden em email end era eu for fuss gene go ha had ham has hat have he her hun i iii
    ill in inn ins is ise j jest kirk l lat leur m ma man mate me med meg men met mgr mia min mine mir moc mod mon most
    mot n nad neg nic nice nie no non nova np nr num o of ok ole on op opp oss over pan pana par per pl pod pre pred pro
    proc prof proto re reed roku s sam san sana sea sean sem sera sig sin sit so son state sue t tai tal tan ted tel
    tema ten till tim to todo tom ton tot tue u under van var vars vice vid vii viii vol volt want war was will www xii
    xiii xiv y ya yo
    """.split()
)
#: Of two letters only these are taken: most others are names (`ai`, `ci`, `io`, `os`).
SHORT = frozenset("ce de du el en et il im ja je la le lo ne ob og se te tu um un wo ze zu".split())


def of_snowball(folder: Path, language: str) -> list[str]:
    lines = (folder / "algorithms" / language / "stop.txt").read_text(encoding="utf-8").splitlines()
    return [word for line in lines for word in line.split("|")[0].split()]


def main() -> None:
    words = [word for language in SNOWBALL for word in of_snowball(Path(sys.argv[1]), language)]
    words += [word for language, most in ISO.items() for word in stopwords(language) if len(word) <= most]
    words += FURTHER
    kept = set()
    for word in words:
        found = tokenize(word)
        if len(found.words) == 1 and len(found.words[0]) == 1:
            form, written = found.forms[0][0], found.words[0][0]
            is_name = len(form) < 3 and form.isascii() and form not in SHORT
            if written.isalpha() and not is_name and not {form, written} & (STOP | GENERIC_FORMS | ENGLISH):
                kept.add(form)
    TABLE.write_text(" ".join(sorted(kept)) + "\n", encoding="utf-8")
    print(f"{len(kept):,} words, {TABLE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
