"""The published words of taking back, by language: cues, and what stands around what they leave out."""

from __future__ import annotations

from .word_lists import STOP

#: These make what follows no hit: the words of a name after them call for nothing.
LEAVING = {
    "en": "without; instead of; rather than; except; except for; excluding; apart from; aside from",
    "de": "ohne; statt; anstatt; anstelle von; ausser; abgesehen von",
    "fr": "sans; au lieu de; au lieu du; au lieu des; plutôt que; plutot que; sauf; hormis; à part",
    "es": "sin; en vez de; en lugar de; salvo; excepto; menos",
    "pt": "sem; em vez de; ao invés de; em lugar de; exceto; exceto o; exceto a",
}
#: These are a veto besides: the entries of what they name do not come, unless something else in the task asks for them.
VETOING = {
    "en": "skip; leave out; don't touch; dont touch; do not touch; never touch; don't use; dont use; do not use; "
    "don't load; do not load; don't bother with; omit",
    "de": "überspring; überspringe; nicht anfassen; verwende kein; verwende keine; benutze kein; nutze kein",
    "fr": "ne touche pas; ne touchez pas; ne pas toucher; utilise pas; utilisez pas; saute; oublie",
    "es": "no toques; no toque; no tocar; no uses; no use; omite; sáltate",
    "pt": "não toque; não mexa; não mexer; não use; pule; omita",
}
#: The same, where they stand at the beginning of a clause or after `and`, `but`, `please`; `not` also before an
#: article.
DENYING = {"en": "not; no", "de": "nicht; kein; keine; keinen", "fr": "pas; non pas", "es": "no", "pt": "não"}
#: The same, where one of these stands right after the name: `leave docker alone`.
CLOSED_BY = {
    **dict.fromkeys(("leave", "leaving"), frozenset("alone out aside untouched as".split())),
    **dict.fromkeys(("lass", "lasse", "lasst"), frozenset("weg aus raus beiseite".split())),
    **dict.fromkeys(("fass", "fasse", "rühr", "rühre"), frozenset(("nicht",))),
}


def _phrases(table: dict[str, str]) -> frozenset[str]:
    return frozenset(phrase for row in table.values() for phrase in row.split("; "))


IMPERATIVE, BARE = _phrases(VETOING), _phrases(DENYING)
CUES = _phrases(LEAVING) | IMPERATIVE | BARE | CLOSED_BY.keys()
#: These say what is lacking where a denial stands so many words before them at most: `can't log in without X`.
LACKING, REACH = frozenset("without ohne sans sin sem".split()), 8
DENIALS = frozenset(
    "not cannot cant never nothing nobody nicht kein keine nie niemand pas jamais rien no nunca nada não nao".split()
)
#: Of these, the ones that leave something out only with `please`, or beside a request in a clause of their own.
NO = frozenset("no kein keine keinen".split())
#: Before or after one of these, `no` is Spanish.
SPANISH = frozenset("el la las los pero".split())
#: After these a name must end the clause, or nearly so: `skip tests on Windows` says where tests are skipped.
NAMED_ALONE = frozenset("skip omit überspring überspringe saute oublie omite sáltate pule omita".split())

#: What may stand between a cue and a name: articles, prepositions, `using`.
BETWEEN = frozenset(
    """
    a all an any anything everything further her his its my our that the their these this those your whole entire old
    new existing extra other about at for from in into of on to touching using with adding involving needing requiring
    installing including mentioning part parts section side
    das dem den der des die ein eine einem einen einer dein deine mein meine unser unsere diese diesem diesen dieser
    dieses über im in mit vom von zu zum zur teil
    au aux avec ce ces cet cette d dans de des du l la le les mon ma mes notre nos pour sur un une à partie utiliser
    toucher
    al con del el en esta este la las lo los mi nuestra nuestro para por sobre su una unas unos usar tocar utilizar
    parte
    a ao as com da das do dos em essa esse esta este minha meu na nas no nossa nosso o os um uma mexer
    """.split()
)
#: Nouns that may follow a name, and say no more than it does.
PARTS = frozenset(
    """
    bit bits code config configuration doc docs document file files guide one ones part parts piece pieces section
    sections setup side stuff thing things yet teil teile kram zeug sachen partie parties parte partes seção
    """.split()
)
#: What joins a further name.
JOINING = frozenset("and nor or noch oder und et ni ou e nem o u y".split())
#: Words before a bare cue with which it takes nothing back: `is not`, `why not`.
NOT_AFTER = frozenset(
    """
    am are be been being can could did do does had has have if is it may might must or should that there was were
    whether why will would i'm we're you're they're he she isn't what
    """.split()
)
#: Words after which an imperative may begin.
STARTING = frozenset("also and but just please then aber bitte und sondern et mais e mas y pero sino".split())
#: Words that make a question of `you` or `we`: `can you skip the tests`.
ASKING = frozenset("can could should shall would".split())
PLEASE = frozenset("please pls plz bitte plaît plait favor".split())
#: With which a request begins.
REQUESTS = frozenset(
    """
    add adjust analyze apply build bump change clean configure convert create debug define delete deploy design document
    draft explain extend extract find fix generate handle help implement improve install integrate investigate let
    make merge migrate move optimize port prepare refactor remove rename replace review rewrite run set setup show
    simplify split start test tidy try update upgrade use validate verify wire write
    baue benutze erkläre erstelle füge mach mache nimm schreib schreibe teste verwende
    ajoute corrige crée écris explique fais mets utilise ajouter corriger créer
    añade arregla corrige crea escribe explica haz usa actualiza
    adicione atualize conserte corrija crie escreva explique faça
    """.split()
)
#: What ends what is taken back: words of grammar, a request, and adverbs.
BOUNDARY = (
    STOP
    | REQUESTS
    | JOINING
    | PLEASE
    | frozenset().union(*CLOSED_BY.values())
    | frozenset(
        """
        altogether anymore anyway completely either else entirely instead today tomorrow yet using via
        aber an auf bei damit dann denn diesmal heute jetzt mehr mit sondern weil wenn zu
        avec car dans donc mais maintenant mais pour puis sur
        ahora con en para pero porque pues sino
        agora com em mas para pois porque
        """.split()
    )
)
#: What `skip X` may go on with.
AFTER_NAMED_ALONE = JOINING | PLEASE | frozenset(
    """
    altogether but completely entirely here instead just now only then this today yet
    aber dabei diesmal jetzt mais maintenant ahora pero agora mas
    """.split()
)  # fmt: skip
#: `ohne X zu benutzen` takes X back, `ohne X zu brechen` does not.
USED = frozenset("benutzen brauchen installieren nutzen verwenden".split())
