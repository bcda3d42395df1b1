"""The report: what it shows, that nothing in it is alive but the page itself, and that a browser shows it as meant."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ctxload.authoring.report.overview as room
from ctxload.authoring.report.clusters import clusters
from ctxload.authoring.report.overview import Overview, overview
from ctxload.authoring.report.page import MARK, page
from ctxload.cli.report import NAME
from ctxload.index.model import Case, Index, Text
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.start import run
from ctxload.text.diagnostics import diagnostic
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from strategies import FILES, IDS, PROJECTS, share, tasks

DOCS = {
    "context/api.md": "# API\n\nAn endpoint over MySQL.\n",
    "context/db.md": "# Tables\n\nSlow queries in MySQL.\n",
    "context/style.md": "# Style\n",
    "context/lost.md": "# Nobody names me\n",
}
INDEX = """\
context_files:
  - {path: context/api.md, description: "REST & <b>more</b>", keywords: [endpoint, rest framework]}
  - {path: context/db.md, keywords: [mysql, endpoint], agents: [backend]}
  - {path: context/style.md, keywords: [tone]}
fallback: none
match: whole
tests:
  - {task: Add an endpoint, expect: [api]}
  - {task: The slow table, agent: backend, expect: [db]}
"""


def seen(text: str = INDEX, asked: list[str] | None = None, files: dict[str, str] = DOCS) -> Overview:
    index = parse(Source("context-index.yml", text)).index
    cases = [Case(Text(task)) for task in asked or []]
    return overview(index, compile_index(index), MemoryTree(files), index.tests, cases)


VOID = {"meta", "input", "wbr", "rect", "link", "br", "img"}


class Page(HTMLParser):
    """A page as a parser sees it: its tags with attributes, its texts, and whether every tag is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


# ── what it shows ────────────────────────────────────────────────────────────────────────────────────────


def test_tasks_come_with_what_they_load_and_failed_cases_first_with_their_reasons() -> None:
    found = seen(asked=["MySQL endpoint"])
    assert [(row.task, row.passed) for row in found.tasks] == [
        ("The slow table", False), ("Add an endpoint", True), ("MySQL endpoint", None),
    ]  # fmt: skip
    assert found.tasks[0].lines == (("missing", "db", "none of its keywords is in the task"),)
    assert found.tasks[0].place == "context-index.yml:9"
    assert [(file.path, file.why) for file in found.tasks[2].files] == [
        ("context/db.md", ("keyword `mysql`", "keyword `endpoint`")), ("context/api.md", ("keyword `endpoint`",)),
    ]  # fmt: skip
    text = Page(page(found)).text
    assert "1 of 2 cases passed" in text.replace("passedF1", "passed F1") or "1 of 2" in text
    assert "missing db: none of its keywords is in the task" in text


def test_the_map_tells_keywords_that_stand_in_their_file_from_those_that_do_not_and_from_others() -> None:
    found = seen()
    assert found.columns == ("context/api.md", "context/db.md", "context/style.md")
    assert {(row.keyword, row.entry): (row.fired, row.cells) for row in found.keywords} == {
        ("endpoint", "api"): (1, "b.."), ("rest framework", "api"): (0, "o.."),
        ("mysql", "db"): (0, "tb."), ("endpoint", "db"): (1, "to."), ("tone", "style"): (0, "..o"),
    }  # fmt: skip


def test_overlaps_agents_coverage_and_sizes_are_there() -> None:
    found = seen(asked=["MySQL endpoint"])
    assert [(row.one, row.other, row.both, row.either, row.shared) for row in found.pairs] == [
        ("api", "db", 2, 2, ("endpoint",))
    ]
    assert [(row.name, row.entries, row.fallback) for row in found.agents] == [("", 3, ()), ("backend", 3, ())]
    assert {row.id: (row.came, row.expected) for row in found.entries} == {"api": (2, 1), "db": (2, 1), "style": (0, 0)}
    assert found.files == 3 and found.tokens == sum(row.tokens for row in found.entries)
    text = Page(page(found)).text
    for word in ("Tasks", "Entries", "Keywords", "Overlaps", "Agents", "Coverage and findings", "0 never"):
        assert word in text


def test_what_is_cut_off_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TASKS", "KEYWORDS", "COLUMNS", "ENTRIES"):
        monkeypatch.setattr(room, name, 1)
    found = seen(asked=["one", "two"])
    assert dict(found.cut) == {"tasks": 3, "keywords": 4, "entries": 2}
    assert "3 more tasks are not shown." in Page(page(found)).text


def test_a_long_text_is_cut() -> None:
    assert len(page(seen(asked=["word " * 100_000]))) < 60_000


def test_an_index_with_nothing_in_it_has_a_page() -> None:
    found = Page(page(seen("version: 1.0\n")))
    assert not found.wrong and not found.open


# ── what it is made of ───────────────────────────────────────────────────────────────────────────────────

HOSTILE = [
    "<script>window.pwned = 1</script>", '"><img src=x onerror="window.pwned = 1">', "</style><script>window.pwned = 1</script>",  # noqa: E501
    "'onmouseover='window.pwned=1", "&lt;b&gt;", "a\x1b[31mb\x07", "\u202egnp.exe", "$index ${style}", "]]>-->", "\x00nul", "javascript:alert(1)",  # noqa: E501
]  # fmt: skip


def hostile() -> Overview:
    """Every text that can come from outside, hostile."""
    files = {"context/a.md": "# x\n" + "\n".join(HOSTILE), "context/<b>.md": "x"}
    entries = ", ".join(
        f"{{id: {json.dumps(text)}, path: 'context/a.md', description: {json.dumps(text)}, keywords: [{json.dumps(text + ' word')}],"  # noqa: E501
        f" tags: [{json.dumps(text)}]}}"
        for text in HOSTILE
        if text.isprintable()
    )
    text = f"context_files: [{entries}, {{path: 'context/<b>.md', keywords: [word]}}]\nfallback: none\n"
    index = parse(Source("<i>.yml", text)).index
    cases = [Case(Text(text + " word"), Text(text), (Text(text),)) for text in HOSTILE]
    return overview(index, compile_index(index), MemoryTree(files), cases, cases)


def test_hostile_texts_are_texts() -> None:
    text = page(hostile())
    found = Page(text)
    assert not found.wrong and not found.open
    assert [tag for tag, _ in found.tags].count("script") == 1 and [tag for tag, _ in found.tags].count("style") == 1
    assert not [tag for tag, _ in found.tags if tag in ("img", "iframe", "object", "link", "base", "form")]
    assert not [name for _, attributes in found.tags for name in attributes if name.startswith("on")]
    assert not {"\x1b", "\x07", "\u202e", "\x00"} & set(text)
    assert "<script>window.pwned = 1</script> word" in found.text


@settings(max_examples=share(40))
@given(
    st.text(max_size=30), st.text(max_size=30),
    st.lists(st.tuples(tasks(), st.lists(st.sampled_from(IDS), max_size=2)), max_size=3), PROJECTS,
)  # fmt: skip
def test_whatever_is_in_an_index_the_page_is_whole_and_says_the_same_twice(
    task: str, agent: str, asked: list[tuple[str, list[str]]], index: Index
) -> None:
    cases = [Case(Text(text), expect=tuple(map(Text, names))) for text, names in asked]
    given = [Case(Text(task), Text(agent))]
    texts = {page(overview(index, compile_index(index), MemoryTree(FILES), cases, given)) for _ in range(2)}
    (text,) = texts
    found = Page(text)
    assert not found.wrong and not found.open


def test_the_page_names_no_address_and_its_policy_knows_its_own_script_and_style_alone() -> None:
    text = page(seen())
    found = Page(text)
    for tag, attributes in found.tags:
        assert "src" not in attributes and "style" not in attributes, tag
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"https?://|url\(|@import|fetch\(|XMLHttp", text)
    policy = next(a["content"] for tag, a in found.tags if tag == "meta" and "http-equiv" in a)
    assert policy is not None and policy.startswith("default-src 'none';")
    for tag, part in (("script", "script-src"), ("style", "style-src")):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert body is not None
        digest = b64encode(sha256(body[1].encode()).digest()).decode()
        assert f"{part} 'sha256-{digest}'" in policy


def test_every_table_has_a_caption_and_every_heading_cell_its_scope() -> None:
    found = Page(page(seen(asked=["x"])))
    names = [tag for tag, _ in found.tags]
    assert names.count("table") == names.count("caption") > 4
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in found.tags if tag == "th")
    assert sum("id" in attributes for _, attributes in found.tags) == len({a["id"] for _, a in found.tags if "id" in a})


@pytest.mark.heavy
def test_the_same_input_gives_the_same_bytes_whatever_the_hash_seed(project: Path) -> None:
    program = "import sys; from ctxload.start import run; sys.exit(run(['report', '-o', '-', '--tasks', 'tasks.txt']))"
    outputs = set()
    for seed in ("0", "1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=project, capture_output=True, timeout=120, env=environment
        )
        assert done.returncode == 0, done.stderr.decode()
        outputs.add(done.stdout)
    assert len(outputs) == 1


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in DOCS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "context-index.yml").write_text(INDEX, encoding="utf-8")
    (tmp_path / "tasks.txt").write_text("A MySQL endpoint\nSay hello\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_is_written_beside_and_again_over_itself(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "" and f"wrote {NAME}" in shown.err
    text = (project / NAME).read_text(encoding="utf-8")
    assert MARK in text and "1 document that no entry names" in text and "context/<wbr>lost.md" in text
    assert run(["report", "--tasks", "tasks.txt"]) == 0
    assert "Say hello" in (project / NAME).read_text(encoding="utf-8")
    assert sorted(path.name for path in project.iterdir()) == ["context", "context-index.yml", NAME, "tasks.txt"]


def test_another_file_is_not_written_over(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("tasks.txt", "context"):
        before = (project / "tasks.txt").read_text(encoding="utf-8")
        assert run(["report", "-o", name]) == 2
        assert "isn't a report" in capsys.readouterr().err
        assert (project / "tasks.txt").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    "words",
    [
        ["-o", "no/such/folder.html"],
        ["--tasks", "no.txt"],
        ["--cases", "tasks.txt"],
        ["--match", "hole"],
        ["--root", "context"],
    ],
)
def test_what_cannot_be_used_ends_with_2_and_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert run(["report", *words]) == 2
    assert capsys.readouterr().err and not (project / NAME).exists()


def test_cases_of_files_have_their_places(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "more.jsonl").write_text('\n{"task": "endpoint", "expect": ["api"]}\n', encoding="utf-8")
    assert run(["report", "--cases", "more.jsonl", "-o", "-"]) == 0
    assert "more.jsonl:2" in capsys.readouterr().out


# ── in a browser ─────────────────────────────────────────────────────────────────────────────────────────

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), "")
in_a_browser = pytest.mark.skipif(not BROWSER, reason="there is no Chromium or Chrome on this machine")

#: What is done to the page, and what is looked at after each step.
STEPS = """
const result = {};
const visible = (id) => [...document.querySelectorAll("#" + id + " tbody tr")].filter((row) => row.offsetParent !== null && !row.hidden);
const firsts = (id) => visible(id).map((row) => row.cells[0].innerText.split("\\n")[0]);
const type = (text) => { const box = document.getElementById("q"); box.value = text; box.dispatchEvent(new Event("input")); };
const press = (id, column) => document.querySelectorAll("#" + id + " thead button")[column].click();
result.width = [innerWidth, document.documentElement.scrollWidth];
result.background = getComputedStyle(document.body).backgroundColor;
result.rows = visible("tasks").length;
type("mysql ENDPOINT");
result.found = firsts("tasks");
result.said = document.getElementById("shown").textContent;
type("zebra");
result.nothing = [firsts("tasks").length, document.querySelector("#tasks .none").hidden];
type("");
result.all = firsts("tasks").length;
press("tasks", 0);
result.up = firsts("tasks");
press("tasks", 0);
result.down = firsts("tasks");
press("entries", 6);
result.largest = firsts("entries");
result.sorted = document.querySelectorAll("#entries thead th")[6].getAttribute("aria-sort");
document.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }));
result.focused = document.activeElement.id;
result.cards = getComputedStyle(document.querySelector("#tasks tbody tr")).display;
result.cut = [...document.querySelectorAll(".scroll")].filter((box) => box.querySelector(".cards") && box.scrollWidth > box.clientWidth + 1).length;
result.pwned = typeof window.pwned;
parent.postMessage(JSON.stringify(result), "*");
"""  # noqa: E501
#: A page as wide as a screen in one that is wider: a browser without a window has a least width.
FRAME = """<!doctype html><pre id="result"></pre><script>
addEventListener("message", (event) => { document.getElementById("result").textContent = event.data; });
</script><iframe src="page.html" width="{width}" height="900" frameborder="0"></iframe>"""


def browse(text: str, folder: Path, width: int = 1280, dark: bool = False, steps: str = STEPS) -> dict[str, Any]:
    """What the steps find in a page that a browser has opened; the page's policy lets them run beside its own
    script.
    """
    digest = b64encode(sha256(steps.encode()).digest()).decode()
    text = text.replace("script-src '", f"script-src 'sha256-{digest}' '", 1).replace(
        "</body>", f"<script>{steps}</script></body>"
    )
    (folder / "page.html").write_text(text, encoding="utf-8")
    file = folder / "frame.html"
    file.write_text(FRAME.replace("{width}", str(width)), encoding="utf-8")
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"  # noqa: E501
    done = subprocess.run(
        [
            BROWSER, *flags.split(), "--disable-sync", "--disable-dev-shm-usage", f"--user-data-dir={folder / 'profile'}",  # noqa: E501
            "--window-size=1400,1000", f"--blink-settings=preferredColorScheme={0 if dark else 1}", "--virtual-time-budget=5000",  # noqa: E501
            "--dump-dom", file.as_uri(),
        ],
        capture_output=True, timeout=120, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    found = re.search(r'<pre id="result">(.+?)</pre>', done.stdout.decode("utf-8", "replace"), re.DOTALL)
    assert found, done.stderr.decode("utf-8", "replace")[-2000:]
    data: dict[str, Any] = json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    return data


@in_a_browser
@pytest.mark.heavy
def test_rows_are_searched_and_sorted(tmp_path: Path) -> None:
    shown = seen(asked=["MySQL endpoint", "Big\nthing"])
    found = browse(page(shown), tmp_path)
    assert found["rows"] == found["all"] == 4
    assert found["found"] == ["MySQL endpoint"] and re.fullmatch(r"\d+ of \d+ rows", found["said"])
    assert found["nothing"] == [0, False]
    assert found["up"] == sorted(found["up"], key=str.lower) and found["down"] == found["up"][::-1]
    assert found["largest"] == [row.id for row in sorted(shown.entries, key=lambda row: -row.tokens)]
    assert found["sorted"] == "descending"
    assert found["focused"] == "q" and found["pwned"] == "undefined"
    assert found["cards"] == "table-row"


@in_a_browser
@pytest.mark.heavy
def test_a_phone_shows_cards_and_nothing_wider_than_itself(tmp_path: Path) -> None:
    long = {**DOCS, "context/" + "very-long-name-" * 12 + ".md": "# x\n"}
    text = INDEX.replace(
        "fallback", "  - {path: 'context/" + "very-long-name-" * 12 + ".md', keywords: [tone]}\nfallback"
    )
    found = browse(page(seen(text, asked=["endpoint " + "x" * 300, "tone"], files=long)), tmp_path, width=390)
    assert found["width"][0] == 390 and found["width"][1] <= 390
    assert found["cards"] == "block" and found["cut"] == 0


@in_a_browser
@pytest.mark.heavy
def test_a_dark_screen_gets_a_dark_page(tmp_path: Path) -> None:
    shades = {}
    for dark in (False, True):
        folder = tmp_path / str(dark)
        folder.mkdir()
        shades[dark] = sum(map(int, re.findall(r"\d+", browse(page(seen()), folder, dark=dark)["background"])))
    assert shades[True] < 150 < 600 < shades[False]


@in_a_browser
@pytest.mark.heavy
def test_hostile_texts_do_nothing_in_a_browser(tmp_path: Path) -> None:
    found = browse(page(hostile()), tmp_path)
    assert found["pwned"] == "undefined" and found["rows"] == 2 * len(HOSTILE)


# ── an owner's questions ─────────────────────────────────────────────────────────────────────────────────

QUIET = INDEX.partition("tests:")[0].replace("match: whole\n", "")


def test_without_tasks_the_headings_of_the_documents_are_asked() -> None:
    docs = {
        **DOCS,
        "context/api.md": "# API\n\n## Write an endpoint\n\nOver MySQL.\n",
        "context/db.md": "# Slow tables\n",
    }
    found = seen(QUIET, files=docs)
    assert found.from_headings and [row.task for row in found.tasks] == ["Write an endpoint", "Slow tables"]
    assert found.tasks[0].files[0].path == "context/api.md"
    assert "these are headings of the documents" in Page(page(found)).text
    assert not seen(QUIET, asked=["an endpoint"]).from_headings


def test_what_nothing_asks_for_is_named() -> None:
    found = seen(QUIET, asked=["an endpoint over mysql"])
    assert ("tone", "style") in found.silent and ("endpoint", "api") not in found.silent
    assert found.unlisted == ()  # `check` finds them, and nothing was checked here
    text = Page(page(found)).text
    assert "1 entry came for none of the 1 tasks and cases" in text and "2 keywords stood in none of them" in text


AN_ENDPOINT = "An endpoint is a view over one resource. " * 20


def test_a_task_tells_how_much_a_model_is_given_of_each_file() -> None:
    long = {**DOCS, "context/api.md": "# API\n" + "".join(f"\n## Part {n}\n\n{AN_ENDPOINT}\n" for n in range(40))}
    row = seen(QUIET + "budget: {max_tokens: 800}\n", asked=["an endpoint"], files=long).tasks[0]
    forms = {file.path: file.form for file in row.files}
    assert forms["context/api.md"] == "part" and row.given <= 800 < row.tokens
    assert "in part" in Page(page(seen(QUIET + "budget: {max_tokens: 800}\n", asked=["an endpoint"], files=long))).text


def test_more_files_than_columns_make_a_map_of_folders_and_one_of_each() -> None:
    count = room.COLUMNS + 12
    files = {f"docs/part{n % 3}/page{n}.md": f"# P{n}\n\nword{n} and shared.\n" for n in range(count)}
    listed = "".join(f"  - {{path: {path}, keywords: [word{n}]}}\n" for n, path in enumerate(files))
    found = seen(
        f"context_files:\n{listed}  - {{path: docs/part0/page0.md, id: all, keywords: [shared]}}\nfallback: none\n",
        files=files,
    )
    assert found.columns == ("docs/part0/", "docs/part1/", "docs/part2/")
    shared = next(row for row in found.keywords if row.keyword == "shared")
    assert sum(shared.counts) == count and shared.cells == "btt"
    assert [one.folder for one in found.maps] == list(found.columns)
    assert all(len(row.cells) == len(one.columns) for one in found.maps for row in one.keywords)
    html = page(found)
    assert html.count("<details>") >= 3 and not Page(html).wrong


def test_findings_of_one_kind_stand_together_and_backticks_are_code() -> None:
    index = parse(Source("context-index.yml", QUIET)).index
    gone = [diagnostic("CTX301", f"`context/gone{n}.md` doesn't exist", "context-index.yml", n + 1) for n in range(30)]
    text = page(overview(index, compile_index(index), MemoryTree(DOCS), findings=gone))
    assert text.count("CTX301") == 1 and "29 more" in text
    assert "<code>context/gone0.md</code>" in text and "`context" not in text


@given(
    texts=st.dictionaries(
        st.sampled_from([f"{name}.md" for name in "abcdef"]),
        st.lists(st.sampled_from([f"w{n}" for n in range(40)]), max_size=120).map(" ".join),
    )
)
def test_clusters_hold_each_document_once_and_a_copy_is_in_the_cluster_of_its_original(texts: dict[str, str]) -> None:
    long = "one two three four five six seven eight nine ten eleven twelve " * 6
    found = clusters({**texts, "x.md": long, "y.md": long})
    paths = [path for group in found for path in group]
    assert len(paths) == len(set(paths)) and all(len(group) > 1 for group in found)
    assert any({"x.md", "y.md"} <= set(group) for group in found)
