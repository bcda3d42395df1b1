"""What `explain` prints of an answer, line for line: the task with words marked, what came and why, what did not."""

from __future__ import annotations

import pytest

from ctxload.selection.model import LeftOut, Reason, Resolution, SelectedFile, Term, Verdict, Where
from ctxload.selection.views.explain import explain
from ctxload.text.diagnostics import diagnostic
from ctxload.text.render import Paint


def told(found: Resolution, width: int = 60, *, every: bool = False) -> str:
    return explain(found, Paint(False), width, every=True) if every else explain(found, Paint(False), width)


def marked(task: str, *spans: tuple[int, int]) -> Resolution:
    """An answer of one file, for which these places of the task speak."""
    reason = Reason("keyword", "rule", "x", "", Where(task, spans))
    return Resolution(task, "", "whole", "keyword", (SelectedFile("a.md", "keyword", 0, (reason,)),))


def rows(found: Resolution, width: int = 60) -> list[str]:
    """The lines of the task alone."""
    return told(found, width).split("\n\nlayer ")[0].split("\n")


# ── the task ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "spans", "lines"),
    [
        ("a red house", [], ["  a red house"]),
        ("a red house", [(2, 5)], ["  a red house", "    ^^^"]),
        ("a red house", [(0, 1), (6, 11)], ["  a red house", "  ^     ^^^^^"]),
        ("red", [(0, 3)], ["  red", "  ^^^"]),
        ("a\tred", [(0, 5)], ["  a red", "  ^^^^^"]),
        ("a 赤 b", [(2, 3)], ["  a 赤 b", "    ^^"]),
        ("a\x07b", [(1, 2)], ["  a\\x07b", "   ^^^^"]),
        ("one\ntwo\r\nthree", [(4, 7)], ["  one", "  two", "  ^^^", "  three"]),
        ("one\ntwo", [(0, 3), (4, 7)], ["  one", "  ^^^", "  two", "  ^^^"]),
        ("one\ntwo", [(2, 5)], ["  one", "    ^", "  two", "  ^"]),  # goes over a line
        ("one\n\n \ntwo", [(7, 10)], ["  one", "  two", "  ^^^"]),  # a blank line is not shown
        ("a\n\nb", [(0, 2)], ["  a", "  ^", "  b"]),
        ("a\n\nb", [(2, 4)], ["  a", "  b", "  ^"]),
        ("a\n\nb", [(0, 4)], ["  a", "  ^", "", "  b", "  ^"]),  # unless it lies within what is marked
        ("a\n \nb", [(0, 5)], ["  a", "  ^", "", "  ^", "  b", "  ^"]),
        ("", [], ["  (an empty task)"]),
        (" \n", [], ["  (an empty task)"]),
    ],
)
def test_a_task_is_shown_with_what_speaks_for_files_marked(
    task: str, spans: list[tuple[int, int]], lines: list[str]
) -> None:
    assert rows(marked(task, *spans)) == lines


@pytest.mark.parametrize(
    ("count", "last"),
    [(11, "  line"), (12, "  line"), (13, "  … 1 more line"), (15, "  … 3 more lines")],
)
def test_of_a_long_task_twelve_lines_are_shown(count: int, last: str) -> None:
    lines = rows(marked("line\n" * count))
    assert (lines[-1], lines.count("  line")) == (last, min(count, 12))
    assert rows(marked("line\n\n" * count)) == lines


@pytest.mark.parametrize(
    ("task", "lines"),
    [
        ("x" * 38, ["x" * 38]),
        ("x" * 39, ["x" * 38, "x"]),
        ("x" * 77, ["x" * 38, "x" * 38, "x"]),
        ("a " + "x" * 36, ["a " + "x" * 36]),
        ("a " + "x" * 37, ["a", "x" * 37]),
        ("ab cd " + "x" * 36, ["ab cd", "x" * 36]),
        (" " + "x" * 40, [" " + "x" * 37, "x" * 3]),  # a blank at its beginning parts no line
        ("x" * 38 + " y", ["x" * 38, " y"]),
        ("x" * 37 + " y", ["x" * 37, "y"]),
        ("数" * 19, ["数" * 19]),
        ("数" * 20, ["数" * 19, "数"]),
        ("x" * 35 + "\x07y", ["x" * 35, "\\x07y"]),  # what is written as an escape stays together
    ],
)
def test_a_long_line_goes_over_several_rows_at_blanks(task: str, lines: list[str]) -> None:
    assert rows(marked(task), 40) == rows(marked(task), 39) == [f"  {line}" for line in lines]


def test_what_is_marked_is_in_colour_where_there_is_any() -> None:
    said = explain(marked("a red red house", (2, 5), (6, 9)), Paint(True), 60).split("\n")
    mark = Paint(True)("mark", "red")
    assert said[0] == f"  a {mark} {mark} house"
    assert said[1] == ""


# ── what came ────────────────────────────────────────────────────────────────────────────────────────────

TASK = "fix the red house of zoë"
RED, ZOE = Where(TASK, ((8, 11),)), Where(TASK, ((21, 24),))


def file(*reasons: Reason, score: int = 0, path: str = "docs/a.md") -> SelectedFile:
    return SelectedFile(path, reasons[0].layer, score, reasons)


@pytest.mark.parametrize(
    ("reason", "lines"),
    [
        (Reason("keyword", "keyword", "red", "a", RED), ["      keyword `red`"]),
        (Reason("keyword", "keyword", "RED", "a", RED), ["      keyword `RED`"]),
        (Reason("keyword", "keyword", "scarlet", "a", RED), ["      keyword `scarlet` as `red`"]),
        (Reason("keyword", "keyword", "scarlet", "a", RED, (), "read as `red`"),
         ["      keyword `scarlet`, read as `red`"]),
        (Reason("keyword", "part", "scarlet", "a", RED), ["      part of `scarlet` as `red`"]),
        (Reason("keyword", "id", "scarlet", "a", RED), ["      its id `scarlet` as `red`"]),
        (Reason("explicit", "id", "red", "a", RED), ["      named in the task: `red`"]),
        (Reason("keyword", "section", "scarlet", "a", RED, (), "", ("Use", "Set up")),
         ["      keyword `scarlet` as `red`, section `Use`, `Set up`"]),
        (Reason("keyword", "rule", "r.d", "a", RED), ["      rule `r.d` on `red`"]),
        (Reason("keyword", "rule", "r.d", "a"), ["      rule `r.d`"]),
        (Reason("keyword", "document", "red", "a", RED), ["      its document speaks of `red`"]),
        (Reason("keyword", "document", "scarlet", "a", RED), ["      its document speaks of `scarlet`"]),
        (Reason("keyword", "keyword", "b c d", "a", Where("one two three four", ((0, 3), (4, 7), (8, 13), (14, 18)))),
         ["      keyword `b c d` as `one`, `two`, `three`, `four`"]),
        (Reason("keyword", "keyword", "bcd", "a", Where("abcdea", tuple([(n, n + 1) for n in range(6)]))),
         ["      keyword `bcd` as `a`, `b`, `c`, `d`"]),
        (Reason("keyword", "rule", "x", "a", Where("y" * 70, ((0, 60),))),
         ["      rule `x` on", "        `" + "y" * 60 + "`"]),
        (Reason("keyword", "rule", "x", "a", Where("y" * 70, ((0, 61),))),
         ["      rule `x` on", "        `" + "y" * 60 + "`"]),
        (Reason("fallback", "default", "agent_defaults: x", "a"), ["      fallback: `agent_defaults: x`"]),
    ],
)  # fmt: skip
def test_a_reason_names_what_calls_and_how_it_stands_in_the_task(reason: Reason, lines: list[str]) -> None:
    said = told(Resolution(TASK, "", "whole", "keyword", (file(reason),))).split("\n")
    at = said.index("  docs/a.md")
    assert said[at + 1 :] == [*lines, ""]


TERMS = (Term("red (title)", 1000), Term("of it", 234), Term("of", -40))
LONG = f"docs/{'c' * 40}.md"
THREE = Resolution(
    TASK,
    "",
    "focused",
    "keyword",
    (
        file(Reason("keyword", "keyword", "red", "a", RED, (Term("keyword red", 1234),)), score=1234),
        file(
            Reason(
                "keyword",
                "document",
                "red, house",
                "b",
                RED,
                (Term("red (title)", 1000), Term("of it", 234), Term("of", -40)),
            ),
            score=1194,
            path="docs/b.md",
        ),
        file(Reason("keyword", "keyword", "red", "c", RED), path=LONG, score=9),
    ),
)


def test_points_stand_at_the_right_edge_and_the_terms_below_where_there_are_several() -> None:
    said = told(THREE.replace(agent="dev"), 58)
    assert said == (
        "  fix the red house of zoë\n"
        "          ^^^\n"
        "\n"
        "layer keyword · match focused · agent dev\n"
        "\n"
        "selected  3 files, best first\n"
        "  docs/a.md                                          1.234\n"
        "      keyword `red`                                  1.234\n"
        "  docs/b.md                                          1.194\n"
        "      its document speaks of `red, house`            1.194\n"
        "        red (title)                                  1.000\n"
        "        of it                                        0.234\n"
        "        of                                          -0.040\n"
        f"  {LONG}   0.009\n"
        "      keyword `red`\n"
    )


def test_one_term_is_all_that_a_reason_says_and_two_are_told_apart() -> None:
    for terms, lines in ((TERMS[:1], 1), (TERMS[:2], 3), (TERMS, 4)):
        said = told(
            Resolution(TASK, "", "focused", "keyword", (file(Reason("keyword", "document", "x", "b", RED, terms)),))
        )
        assert len(said.partition("docs/a.md\n")[2].splitlines()) == lines


@pytest.mark.parametrize(
    ("width", "reason"),
    [
        (57, ["      its document speaks of `red, house`           1.194"]),
        (56, ["      its document speaks of `red, house`          1.194"]),
        (48, ["      its document speaks of `red, house`  1.194"]),
        (47, ["      its document speaks of `red,", "        house`                            1.194"]),
        (40, ["      its document speaks of", "        `red, house`               1.194"]),
        (20, ["      its document speaks of", "        `red, house`               1.194"]),
    ],
)
def test_where_there_is_little_room_two_blanks_stay_before_the_points(width: int, reason: list[str]) -> None:
    lines = told(THREE, width).split("\n")
    assert f"  {LONG}  0.009" in lines
    at = next(n for n, line in enumerate(lines) if "its document" in line)
    assert lines[at : at + len(reason)] == reason


@pytest.mark.parametrize(
    ("layer", "message", "said"),
    [
        ("keyword", "1 of 2 telling words stand in it: 1.05", ["      enough: 1 of 2 telling words stand in it: 1.05"]),
        ("keyword", "keyword `red`", []),  # said already
        ("keyword", "selected", []),
        ("keyword", "", []),
        ("fallback", "1 of 2 telling words stand in it", []),
    ],
)
def test_why_what_speaks_for_a_file_is_enough_is_said_where_it_is_more_than_the_reason(
    layer: str, message: str, said: list[str]
) -> None:
    reason = Reason(layer, "keyword", "red", "a", RED)  # type: ignore[arg-type]
    found = Resolution(TASK, "", "focused", layer, (file(reason),), later=(Verdict("a", True, "selected", message),))  # type: ignore[arg-type]
    lines = told(found).split("\n")
    assert lines[lines.index("      keyword `red`") + 1 :] == [*said, ""]
    assert ("selected  1 file, best first" in lines, "selected  1 file" in lines) == (
        layer == "keyword",
        layer != "keyword",
    )


def test_why_it_is_enough_is_said_of_the_entry_that_gives_the_file() -> None:
    own = Verdict("a", True, "selected", "of its own", files=("docs/a.md",))
    other = Verdict("a", True, "selected", "of another with that id", files=("docs/b.md",))
    linked = own.replace(files=("link.md",))  # the file came by another name
    for later in ((own, other), (other, own), (linked,)):
        assert told(THREE.replace(files=THREE.files[:1], later=later)).split("\n")[-2] == "      enough: of its own"


# ── what did not come ────────────────────────────────────────────────────────────────────────────────────

NOTHING = Resolution("lunch", "", "whole", "none", ())
HEAD = "  lunch\n\nlayer none · match whole\n\nselected  nothing\n"


def test_where_nothing_came_and_nothing_was_near_that_is_all() -> None:
    assert told(NOTHING) == HEAD


@pytest.mark.parametrize(("count", "shown", "more"), [(19, 19, ""), (20, 20, ""), (21, 20, "  and 1 more\n")])
def test_twenty_files_that_were_left_out_are_told(count: int, shown: int, more: str) -> None:
    left_out = tuple([LeftOut(f"{n}.md", f"`{n}.md` is gone" if n % 2 else "is gone") for n in range(count)])
    lines = [f"  `{n}.md` is gone" if n % 2 else f"  {n}.md: is gone" for n in range(shown)]
    assert told(NOTHING.replace(left_out=left_out)) == f"{HEAD}\nleft out\n" + "\n".join(lines) + "\n" + more


@pytest.mark.parametrize(
    ("count", "more"),
    [
        (7, ""),
        (8, ""),
        (9, "  and 1 more entry: --all shows every one\n"),
        (10, "  and 2 more entries: --all shows every one\n"),
    ],
)
def test_eight_entries_that_were_not_selected_are_shown_or_every_one(count: int, more: str) -> None:
    found = NOTHING.replace(later=tuple([Verdict(f"e{n}", False, "weak", "is far") for n in range(count)]))
    lines = [f"  e{n}  is far\n" for n in range(count)]
    assert told(found) == f"{HEAD}\nnot selected  nearest first\n{''.join(lines[:8])}{more}"
    assert told(found, every=True) == f"{HEAD}\nnot selected\n{''.join(lines)}"


def not_selected(width: int, *verdicts: Verdict) -> list[str]:
    return told(NOTHING.replace(later=verdicts), width).partition("nearest first\n")[2].split("\n")[:-1]


def test_the_names_of_entries_are_a_column_of_a_third_of_the_width_at_most() -> None:
    short, long = Verdict("it", False, "weak", "is far away from it"), Verdict("x" * 14, False, "weak", "is far away")
    assert not_selected(45, short, long) == [
        "  it              is far away from it",
        f"  {'x' * 14}  is far away",
    ]
    assert not_selected(41, short, long) == [
        "  it             is far away from it",
        f"  {'x' * 14}  is far away",
    ]
    assert not_selected(40, short.replace(entry="数数"), short.replace(message="is far away from it, and more")) == [
        "  数数  is far away from it",
        "  it    is far away from it, and more",
    ]
    assert not_selected(40, long.replace(message="is far away from it, and so is more")) == [
        f"  {'x' * 14}  is far away from it,",
        "                 and so is more",
    ]


def test_an_entry_whose_files_came_all_the_same_is_not_shown() -> None:
    one = Verdict("one", False, "weak", "is far", files=("docs/a.md",))
    both = Verdict("both", False, "weak", "is far", files=("docs/a.md", "docs/b.md"))
    more = Verdict("more", False, "weak", "is far", files=("docs/a.md", "docs/z.md"))
    none, came = Verdict("none", False, "weak", "is far"), Verdict("came", True, "selected", "is near")
    said = told(THREE.replace(later=(one, both, more, none, came)), 58).partition("nearest first\n")[2]
    assert said == "  more  is far\n  none  is far\n"


def test_of_several_entries_with_one_id_each_is_named_by_its_file() -> None:
    one, other = (Verdict("ui", False, "weak", "is far", files=(f"{folder}/ui.md",)) for folder in "ab")
    bare, api = Verdict("ui", False, "weak", "is far"), Verdict("api", False, "weak", "is far", files=("a/api.md",))
    assert [line.split()[0] for line in not_selected(60, one, other, bare, api)] == ["a/ui.md", "b/ui.md", "ui", "api"]
    assert [line.split()[0] for line in not_selected(60, one, api)] == ["ui", "api"]
    assert [line.split()[0] for line in not_selected(60, one, other.replace(selected=True))] == ["a/ui.md"]


@pytest.mark.parametrize(
    ("width", "rows"),
    [
        (41, ["  it  one two three four five six seven"]),
        (40, ["  it  one two three four five six seven"]),
        (39, ["  it  one two three four five six seven"]),  # no narrower than 40
    ],
)
def test_a_row_is_as_wide_as_there_is_room(width: int, rows: list[str]) -> None:
    assert not_selected(width, Verdict("it", False, "weak", "one two three four five six seven")) == rows
    assert not_selected(width, Verdict("it", False, "weak", "one two three four five six se " + "x" * 50)) == [
        "  it  one two three four five six se",
        f"      {'x' * 50}",
    ]


@pytest.mark.parametrize(("count", "more"), [(7, ""), (8, ""), (9, "  and 1 more: run `ctxload check`\n")])
def test_eight_findings_are_shown_or_every_one_and_no_notes_unasked(count: int, more: str) -> None:
    findings = [diagnostic("CTX301", f"`{n}.md` doesn't exist") for n in range(count)]
    note = diagnostic("CTX301", "no matter", severity="note")
    found = NOTHING.replace(diagnostics=(note, *findings))
    lines = [f"  {one.concise()}\n" for one in findings]
    assert told(found) == f"{HEAD}\nfindings\n{''.join(lines[:8])}{more}"
    assert told(found, every=True) == f"{HEAD}\nfindings\n{''.join(lines)}"
    assert told(NOTHING.replace(diagnostics=(note,))) == HEAD
    assert explain(found, Paint(False), 60, findings=[note]) == f"{HEAD}\nfindings\n  {note.concise()}\n"
    assert explain(found, Paint(False), 60, findings=[]) == HEAD
