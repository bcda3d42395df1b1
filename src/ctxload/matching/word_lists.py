"""The published word tables: words that say nothing about a topic, and words that stand for others.

`docs/matching.md` prints them. They are small on purpose: an index adds its own with `aliases:`.
"""

from __future__ import annotations

#: Words of grammar: they hold a phrase together, and are never evidence for a part of one.
STOP = frozenset(
    """
    a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each eg etc
    ever every few for from further had has have haven't having he her here hers him his how i i'd i'll i'm i've ie if
    in into is isn't it it's its itself just let let's me might more most must my no nor not now of off on once only or
    other our ours out over own per please same shall she should shouldn't so some such than that that's the their
    theirs them then there there's these they they're this those through thus to too under until up upon us very via
    was wasn't we we'd we'll we're we've were weren't what what's when where whether which while who whom whose why
    will with within won't would wouldn't yes yet you you'd you'll you're you've your yours
    """.split()
)

#: Words that fit any task: as evidence they count half, and alone as a keyword they are reported.
GENERIC = frozenset(
    """
    ability able add agent app application approach apply approach area assist base basic best better bring build call
    case change check clean clear code codebase come complete consider content context correct create current custom
    data day deal design detail develop developer different do document easy effective end enhance ensure error example
    existing expert extra feature file find first fix follow full function general generate get give go good great
    guide handle help high idea implement important improve include information input instead issue item job keep key
    kind know large last learn level like line list little long look lot main make manage many mean method modern
    module multiple name need new next number offer old one open option order output overview part pattern people
    perform plan point practice prepare problem process product production program project proper provide put question
    quick read ready real recent remove report request result review right run sample save script see service set
    setting several show simple single size skill small software solution solve source specialist specific standard
    start step stop structure style suggest support system take task team tell test thing think time tool topic try type
    understand update use user value various version view want way week well whole work write wrong
    """.split()
)

#: These in normal form, as `inflect` gives it; of the words of grammar each is its own or another's.
GENERIC_FORMS = GENERIC | {"applicate", "exist", "imple", "person"}

#: Words that mean the same: each side of a pair is found by the other.
SAME: tuple[tuple[str, str], ...] = (
    ("k8s", "kubernetes"), ("js", "javascript"), ("ts", "typescript"), ("py", "python"), ("rb", "ruby"),
    ("db", "database"), ("dbs", "database"), ("postgres", "postgresql"), ("mongo", "mongodb"), ("tf", "terraform"),
    ("gh", "github"), ("auth", "authentication"), ("authn", "authentication"), ("authz", "authorization"),
    ("repo", "repository"), ("repos", "repository"), ("env", "environment"), ("config", "configuration"),
    ("docs", "documentation"), ("infra", "infrastructure"), ("perf", "performance"), ("deps", "dependency"),
    ("a11y", "accessibility"), ("i18n", "internationalization"), ("l10n", "localization"), ("o11y", "observability"),
    ("ml", "machine learning"), ("vm", "virtual machine"), ("vms", "virtual machine"), ("ux", "user experience"),
    ("ui", "user interface"), ("nodejs", "node"), ("reactjs", "react"), ("vuejs", "vue"), ("nextjs", "next js"),
    ("cicd", "ci cd"), ("csharp", "c#"), ("cpp", "c++"), ("dotnet", ".net"), ("url", "urls"), ("id", "ids"),
    ("pr", "prs"),
    ("gha", "github actions"), ("e2e", "end to end"), ("rfc", "rfcs"),
)  # fmt: skip

#: Words that also stand for a wider one: `Dockerfile` calls for `docker`, and not the other way round.
ALSO: tuple[tuple[str, str], ...] = (
    ("dockerfile", "docker"), ("golang", "go"), ("makefile", "make"), ("kubectl", "kubernetes"),
    ("jenkinsfile", "jenkins"),
    ("tsx", "typescript"), ("jsx", "javascript"),
)  # fmt: skip
