"""The normal form of words: what is folded, and above all what is not."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.matching.inflection import BASES, EXCEPTIONS, normal
from ctxload.matching.word_lists import GENERIC, GENERIC_FORMS, STOP

#: In each row all words have one form.
SAME = """
    api apis
    cli clis
    gpu gpus
    menu menus
    wiki wikis
    url urls
    bus buses
    class classes
    process processes processing processed
    access accessing
    status statuses
    virus viruses
    index indexes indices indexing
    query queries querying queried
    policy policies
    cache caches caching cached
    route routes routing routed
    box boxes
    fix fixes fixing fixed
    patch patches patching patched
    hash hashes hashing hashed
    hero heroes
    case cases
    base bases
    house houses
    use uses using used
    reuse reuses reusing reused
    alias aliases
    child children
    person people
    analysis analyses
    analyze analyse analyzing analysing analyzed
    test tests testing tested
    log logs logging logged
    plan plans planning planned
    commit commits committing committed
    debug debugging debugged
    map maps mapping mapped
    wrap wrapping wrapped
    cancel cancels cancelling canceling cancelled canceled
    roll rolling rolled
    install installs installing installed
    focus focuses focusing focused
    theme themes theming themed
    style styling styled
    type types typing typed
    manage manages managing managed management
    merge merges merging merged
    trace tracing traced
    handle handles handling handled
    scale scaling scaled
    schedule scheduling scheduled
    create creating created
    delete deleting deleted deletion
    remove removing removed
    resolve resolving resolved
    receive receives receiving received
    leave leaving
    freeze freezing
    require requires requiring required
    layer layers layering layered
    panic panicking
    store storing stored
    share sharing shared
    configure configuring configured configuration
    define defining defined
    combine combining combination
    compile compiling compiled compilation
    visit visiting visited
    edit edits editing edited
    monitor monitoring monitored
    render rendering rendered
    trigger triggers triggering triggered
    embed embeds embedding embedded embeddings
    apply applies applying applied
    verify verifies verifying verified verification
    deploy deploys deploying deployed deployment deployments
    develop developing development
    implement implementing
    document documents documenting documentation
    containerize containerized containerizing containerization containerise containerisation
    serialize serializing serialized serialization serialise serialisation
    authorize authorization authorisation
    organize organise organization organisation
    encrypt encrypts encrypting encrypted encryption
    migrate migrates migrating migrated migration migrations
    validate validating validation
    automate automation
    execute executing execution
    present presentation
    adapt adapting adaptation
    starve starving starved starvation
    align aligns aligning aligned alignment
    die dies
    try tries tried trying
    toe toes
    oboe oboes
    realise realize realising realized
    amuse amuses
    add adds adding added
    spell spells spelling spelled
    model models modelling modelled
    scroll scrolls scrolling scrolled
    patrol patrols patrolling patrolled
    cause causes causing caused
    chorus choruses chorusing chorused
    cypher cyphers cyphering cyphered
    hope hopes hoping hoped
    load loads loading loaded
    train trains training trained
"""

#: In each row no word has the form of another.
APART = """
    serial serialize serializer
    contain container
    go going
    new news
    rail rails
    window windows
    panda pandas
    http https
    test contest latest
    string strong
    rest forest
    cap capital
    state statement
    depart department
    except exception
    product production
    inform information
    police policy
    react reactive
    act action active
    route router
    compile compiler
    control controller
    native nation
    table tab
    observe observable
    set setting
    them theme
    hop hope
    plan plane
    car care
    not note
    log login
    base basis
    use user
    thing th
    king k
    spring spr
    need nee
    died dy die
    ad add
    advise advize
    spel spell
    scrol scroll
    ignite ignition
    move movement
    speed spe
    us use
"""


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def test_inflections_of_a_word_have_one_form() -> None:
    assert [words for words in rows(SAME) if len({normal(word) for word in words}) != 1] == []


def test_words_that_only_look_alike_keep_their_own() -> None:
    assert [words for words in rows(APART) if len({normal(word) for word in words}) != len(words)] == []


@pytest.mark.parametrize(
    "word", ["go", "ing", "red", "ios", "aws", "css", "dns", "us", "is", "ids", "bus", "bed", "s", ""]
)
def test_words_of_three_letters_or_fewer_never_change(word: str) -> None:
    assert normal(word) == word


@pytest.mark.parametrize("word", ["c++s", "v2s", "k8s", "naïves", "tests1", "b2bs", "данные", "o'reillys"])
def test_a_word_with_anything_but_the_letters_a_to_z_is_left_as_it_is(word: str) -> None:
    assert normal(word) == word


@pytest.mark.parametrize(
    "word",
    [
        "docker",
        "linter",
        "helper",
        "native",
        "reactive",
        "portal",
        "terminal",
        "readable",
        "observable",
        "moment",
        "nation",
        "station",
        "edition",
        "position",
    ],
)
def test_er_ive_al_and_able_are_never_folded_nor_short_action_nouns(word: str) -> None:
    assert normal(word) == word


def test_of_a_word_that_is_all_endings_four_are_folded_however_many_it_has() -> None:
    assert [normal("test" + "ing" * times) for times in (1, 4, 5, 300_000)] == [
        "test", "test", "testing", "test" + "ing" * 299_996,
    ]  # fmt: skip


@given(
    st.text("abcdegilmnorstuvyz", min_size=4, max_size=9),
    st.sampled_from(["", "s", "es", "ing", "ed", "ize", "ized", "ization", "ment", "tion", "ation"]),
)
def test_the_form_of_a_form_is_itself(stem: str, ending: str) -> None:
    form = normal(stem + ending)
    assert normal(form) == form
    assert form


def test_the_tables_hold_forms() -> None:
    for form in chain(EXCEPTIONS.values(), BASES.values()):
        assert normal(form) == form
    for word, form in EXCEPTIONS.items():
        assert normal(word) == normal(form)


def test_the_word_tables_hold_the_normal_forms_of_their_words() -> None:
    assert {normal(word) for word in STOP} <= STOP
    assert {*GENERIC, *map(normal, GENERIC)} == GENERIC_FORMS
