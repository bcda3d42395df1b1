"""Whatever a repository holds, reading it ends soon: work is bounded, and counted here instead of timed.

Indexes, front matter, includes, answers, hashes, and the manifests and lock files of other tools; with every loader
that PyYAML may have.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.index import parser as parse
from ctxload.index.model import Text
from ctxload.integrations import own_settings
from ctxload.matching.compiler import Aliases, compile_index, phrase
from ctxload.project import assemble
from ctxload.selection import model, required
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.selection.views import serialize
from ctxload.start import run
from ctxload.text import diagnostics
from ctxload.text import yaml as our_yaml
from ctxload.text.source import Source
from ctxload.workspace import allowing, trust
from ctxload.workspace.locations import discover
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.stack import detection as stack
from ctxload.workspace.stack import manifests
from ctxload.workspace.tree import DiskTree

LOADERS = [name for name in ("CBaseLoader", "BaseLoader") if hasattr(yaml, name)]


@pytest.fixture(params=LOADERS)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """PyYAML with its parser in C, and without."""
    if request.param == "BaseLoader":
        monkeypatch.delattr(yaml, "CBaseLoader", raising=False)
    our_yaml._composer.cache_clear()
    yield request.param
    our_yaml._composer.cache_clear()


def codes(text: str) -> set[str]:
    return {finding.code for finding in parse.parse(Source("i.yml", text)).diagnostics}


def kinds(text: str) -> Counter[str]:
    return Counter(finding.code for finding in parse.parse(Source("i.yml", text)).diagnostics)


# ── depth and values ─────────────────────────────────────────────────────────────────────────────────────

DEEP = {
    "brackets": "[" * 3_000,
    "braces": "{a: " * 3_000,
    "brackets in quotes between the lists": 'context_files: ["]", ' + '["]", ' * 3_000,
    "brackets in comments between the lists": "context_files: [# ]\n" * 3_000,
    "dashes": "- " * 3_000,
    "question marks": "? " * 3_000,
    "lists that are closed": "x: " + "[" * 60 + "1" + "]" * 60,
    "indentation": "".join(" " * depth + f"k{depth}:\n" for depth in range(60)) + " " * 60 + "x: 1\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_a_text_nested_too_deeply_is_told_as_such_by_every_parser(name: str, loader: str) -> None:
    assert codes(DEEP[name]) == {"CTX007"}


@pytest.mark.parametrize("name", DEEP)
def test_a_text_nested_too_deeply_is_no_plain_value_with_any_parser(name: str, loader: str) -> None:
    assert our_yaml.plain_value(DEEP[name]) is None


CIRCULAR = {
    "a list in itself": "a: &a [*a]",
    "a mapping in itself": "a: &a {k: *a}",
    "two in each other": "a: &a\n  - &b {k: *a, m: *b}\n",
    "a chain": "".join(f"k{n}: &k{n} [{f'*k{n - 1}' if n else 'x'}]\n" for n in range(1_200)),
}


@pytest.mark.parametrize("name", CIRCULAR)
def test_aliases_that_lead_too_deep_or_in_a_circle_give_no_value(name: str, loader: str) -> None:
    assert our_yaml.plain_value(CIRCULAR[name]) is None
    assert our_yaml.typed_value(CIRCULAR[name]) is None


def test_a_rule_that_holds_itself_takes_no_other_away(tmp_path: Path) -> None:
    (tmp_path / "context-index.yml").write_text("sources: [cursor]\nfallback: none\n", encoding="utf-8")
    rules = tmp_path / ".cursor/rules"
    rules.mkdir(parents=True)
    for name, said in (("circle", "&a [*a]"), ("kafka", "Kafka topics")):
        (rules / f"{name}.mdc").write_text(f"---\ndescription: {said}\n---\nx\n", encoding="utf-8")
    assert ContextLoader(root=tmp_path).resolve("Add a Kafka topic").paths == (".cursor/rules/kafka.mdc",)


def test_a_list_of_quoted_brackets_a_hundred_thousand_deep_does_not_end_the_interpreter() -> None:
    assert codes('context_files: ["]", ' + '["]", ' * 100_000) == {"CTX007"}


@given(depth=st.integers(1, 80), opening=st.sampled_from(["[", '["]", ', "{a: ", "[x, "]))
def test_the_deepest_text_is_the_same_however_it_is_written(depth: int, opening: str) -> None:
    text = "x-a: " + opening * depth + "1" + "".join("}" if "{" in opening else "]" for _ in range(depth))
    assert ("CTX007" in codes(text)) is (depth + 1 > our_yaml.DEPTH_LIMIT)


@pytest.mark.parametrize("text", ["pattern: a" + "[" * 90, "x: '" + "[" * 90 + "'", "# " + "[" * 90 + "\nx: 1"])
def test_brackets_that_open_nothing_are_not_depth(text: str, loader: str) -> None:
    assert "CTX007" not in codes(text)


@pytest.mark.parametrize(
    "text",
    ["x-a: [" + "1, " * 60 + "]", "".join(f"k{n}: 1\n" for n in range(60)), "- a\n" * 60, "x: [" + "[], " * 60 + "]"],
)
def test_more_values_than_are_composed_are_refused_by_name(
    text: str, loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = parse.parse(Source("i.yml", text), values=50)
    assert [(finding.code, "keys and values" in finding.message) for finding in found.diagnostics] == [("CTX007", True)]
    assert found.values <= 51
    assert not found.served


def test_values_are_counted_as_they_are_written() -> None:
    assert parse.parse(Source("i.yml", "context_files: [{path: a.md, keywords: [x, y]}]")).values == 10


# ── findings ─────────────────────────────────────────────────────────────────────────────────────────────

MANY = {
    "CTX101": "context_files: [{path: a.md}]\n" + "".join(f"k{n}: 1\n" for n in range(3_000)),
    "CTX102": "context_files: [{path: a.md}]\n" + "match: whole\n" * 3_001,
    "CTX103": "context_files: [" + "[], " * 3_000 + "]\n",
    "CTX104": "context_files:\n" + "- {keywords: [a]}\n" * 3_000,
    "CTX105": "context_files:\n" + "- {path: a.md, id: a}\n" * 3_001,
    "CTX109": "context_files: [{path: a.md, tags: [" + '"\\e", ' * 3_000 + "]}]\n",
}


@pytest.mark.parametrize("code", MANY)
def test_of_a_kind_the_first_findings_are_kept_and_one_says_how_many_more_there_are(code: str) -> None:
    found = parse.parse(Source("i.yml", MANY[code])).diagnostics
    assert Counter(finding.code for finding in found) == {code: diagnostics.OF_A_KIND, "CTX012": 1}
    assert f"2,000 more findings of the kind {code}" in found[-1].message


def test_one_more_finding_is_told_as_one() -> None:
    found = diagnostics.diagnostic("CTX101", "unknown key", "i.yml", 1)
    kept = diagnostics.Findings([found] * (diagnostics.OF_A_KIND + 1))
    assert kept.told("i.yml")[-1].message == "1 more finding of the kind CTX101 (unknown-key) is not listed"


def test_near_names_are_looked_for_only_for_the_findings_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(parse, "meant", lambda word, names: asked.append(word) or "")
    parse.parse(Source("i.yml", MANY["CTX101"]))
    assert len(asked) == diagnostics.OF_A_KIND


@given(st.lists(st.sampled_from(["CTX101", "CTX102", "CTX301"]), max_size=60))
def test_no_kind_of_finding_is_lost_and_the_counts_are_true(names: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diagnostics, "OF_A_KIND", 5)
        found = diagnostics.Findings(diagnostics.diagnostic(code, str(n)) for n, code in enumerate(names))
        said = {
            finding.message.split()[6]: int(finding.message.split()[0]) for finding in found.told("i")[len(found) :]
        }
    kept = Counter(finding.code for finding in found)
    assert {code: kept[code] + said.get(code, 0) for code in kept} == Counter(names)


# ── what is assembled ─────────────────────────────────────────────────────────────────────────────────────


def assembled(root: Path, files: dict[str, str]) -> assemble.Assembled:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return assemble.assemble(discover(root=str(root)), DiskTree(str(root)), {})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CTXLOAD_INDEX", "CTXLOAD_USER_INDEX"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_a_file_whose_front_matter_many_entries_share_is_read_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: Counter[str] = Counter()
    read = DiskTree.read
    monkeypatch.setattr(
        DiskTree, "read", lambda self, path, limit=-1: (reads.update([path]), read(self, path, limit))[1]
    )
    entries = "".join(f"- {{path: a.md, id: e{n}}}\n" for n in range(50))
    found = assembled(project, {"context-index.yml": "front_matter: true\ncontext_files:\n" + entries,
                               "a.md": "---\nctxload: {keywords: [red]}\n---\n"})  # fmt: skip
    assert reads["a.md"] == 1
    assert len([file for file in found.files if file.path.endswith("a.md")]) == 1
    assert all([word.value for word in entry.keywords] == ["red"] for entry in found.index.entries)


def test_what_front_matter_adds_in_all_is_bounded_by_name(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assemble, "VALUE_LIMIT", 400)
    entries = "".join(f"- {{path: a.md, id: e{n}}}\n" for n in range(20))
    words = ", ".join(f"w{n}" for n in range(50))
    found = assembled(project, {"context-index.yml": "front_matter: true\ncontext_files:\n" + entries,
                               "a.md": f"---\nctxload: {{keywords: [{words}]}}\n---\n"})  # fmt: skip
    assert sum(len(entry.keywords) for entry in found.index.entries) == 400
    assert [finding.code for finding in found.diagnostics] == ["CTX007"]


def test_more_includes_than_are_read_are_refused_by_name(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assemble, "INCLUDES", 3)
    names = [f"i{n}.yml" for n in range(6)]
    files = {name: f"context_files: [{{path: {name}.md}}]\n" for name in names}
    found = assembled(project, {"context-index.yml": f"include: [{', '.join(names)}]\n", **files})
    assert len(found.index.entries) == 3
    assert [finding.code for finding in found.diagnostics] == ["CTX112"] * 3


def test_the_values_of_all_index_files_are_counted_together(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assemble, "VALUE_LIMIT", 40)
    files = {f"i{n}.yml": "x-a: [" + "1, " * 15 + "]\n" for n in range(3)}
    found = assembled(project, {"context-index.yml": f"include: [{', '.join(files)}]\n", **files})
    assert [(finding.code, finding.path) for finding in found.diagnostics if finding.code == "CTX007"] == [
        ("CTX007", "i1.yml"), ("CTX007", "i2.yml"),
    ]  # fmt: skip


def test_near_names_of_unknown_ids_have_an_allowance(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(assemble, "meant", lambda word, names: asked.append(len(names)) or "")
    entries = "".join(f"- {{path: f{n}.md, id: entry-number-{n}}}\n" for n in range(300))
    unknown = ", ".join(f"entry-nubmer-{n}" for n in range(300))
    assembled(project, {"context-index.yml": f"context_files:\n{entries}- {{path: a.md, requires: [{unknown}]}}\n"})
    assert 0 < sum(asked) <= assemble.GUESSES + 301


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────


def answered(text: str, task: str, files: dict[str, str]) -> Resolution:
    return resolve(
        compile_index(parse.parse(Source("i.yml", text)).index), MemoryTree(files), Request(task, match="whole")
    )


@pytest.mark.parametrize("rules", ["", "context_rules: [{pattern: zzz, context_ids: [e0]}]\n"])
def test_many_entries_on_one_file_are_compared_once_each(rules: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = Counter[str]()
    equal = model.Where.__eq__
    monkeypatch.setattr(model.Where, "__eq__", lambda a, b: (compared.update(["=="]), equal(a, b))[1])
    entries = "".join(f"- {{path: a.md, id: e{n}, keywords: [red]}}\n" for n in range(400))
    found = answered(rules + "context_files:\n" + entries, "red", {"a.md": "x"})
    assert len(found.files[0].reasons) == 400
    assert len([verdict for verdict in found.verdicts if verdict.selected]) == 400
    assert compared["=="] < 10 * 400


def test_a_reason_that_two_entries_share_is_given_once_in_the_order_it_was_found() -> None:
    text = "context_files: [{path: a.md, id: one, keywords: [red]}, {path: a.md, id: two, keywords: [red, blue]}]\nalways: [one]\n"  # noqa: E501
    found = answered(text, "red blue", {"a.md": "x"})
    assert [(reason.layer, reason.by, reason.entry) for reason in found.files[0].reasons] == [
        ("keyword", "red", "two"), ("keyword", "blue", "two"), ("keyword", "red", "one"), ("always", "always: one", "one"),  # noqa: E501
    ]  # fmt: skip


def test_a_chain_of_requires_is_followed_to_its_end() -> None:
    text = "context_files:\n" + "".join(
        f"- {{path: f{n}.md, id: e{n}, requires: [e{n + 1}], keywords: [{'red' if not n else 'x'}]}}\n"
        for n in range(500)
    )
    assert len(answered(text, "red", {f"f{n}.md": "" for n in range(500)}).files) == 500


def test_links_of_requires_beyond_the_bound_are_not_followed_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(required, "REQUIRED", 100)
    entries = "".join(f"- {{path: f{n}.md, id: e{n}, requires: [e{n + 1}]}}\n" for n in range(50))
    always = ", ".join(f"e{n}" for n in range(50))
    found = answered(
        f"context_files:\n{entries}always: [{always}]\nfallback: none\n", "x", {f"f{n}.md": "" for n in range(50)}
    )
    assert [finding.code for finding in found.diagnostics] == ["CTX409"]
    assert len(found.files) == 50


@pytest.mark.parametrize("requires", ["[e0]", "[e1]"])
def test_an_entry_that_requires_itself_is_given_once(requires: str) -> None:
    text = f"context_files: [{{path: a.md, id: e0, keywords: [red], requires: {requires}}}, {{path: b.md, id: e1, requires: [e0]}}]"  # noqa: E501
    paths = answered(text, "red", {"a.md": "", "b.md": ""}).paths
    assert len(paths) == len(set(paths)) >= 1


def test_a_word_with_many_aliases_has_so_many_readings_at_most() -> None:
    many = Aliases([(Text("al"), tuple(Text(f"be{n}") for n in range(2_000)))])
    assert len(many.readings("", ("al",))) == 10


def test_a_keyword_of_more_words_than_can_match_is_none_and_check_says_so() -> None:
    from ctxload.authoring.lint.cross_checks import cross_check

    assert len(phrase("w " * 50)[1]) == 50
    assert phrase("w " * 51) == ("", ())
    index = parse.parse(Source("i.yml", f"context_files: [{{path: a.md, keywords: [{'w ' * 51}]}}]")).index
    found = [
        finding
        for finding in cross_check(index, compile_index(index), MemoryTree({"a.md": ""}))
        if finding.code == "CTX201"
    ]
    assert [finding.hint for finding in found] == ["write at most 50 words"]


@pytest.mark.parametrize("letters", [200, 900])
def test_what_a_long_word_adds_to_the_tables_does_not_grow_with_it(letters: int) -> None:
    tables = compile_index(
        parse.parse(Source("i", f"context_files: [{{path: a.md, keywords: [{'x' * letters}]}}]")).index
    )
    assert len(tables.keys) == 1  # type: ignore[arg-type]


# ── hashes ───────────────────────────────────────────────────────────────────────────────────────────────


def hashed(files: MemoryTree | DiskTree, paths: list[str]) -> list[tuple[bool, str]]:
    index = "context_files: [" + ", ".join(f"{{path: {path}, keywords: [red]}}" for path in paths) + "]"
    data = serialize.resolution_data(
        files, resolve(compile_index(parse.parse(Source("i", index)).index), files, Request("red", match="whole"))
    )
    return [(bool(file["sha256"]), file.get("not_hashed", "")) for file in data["files"]]


def test_a_file_larger_than_is_hashed_is_not_read_and_the_answer_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "small.md").write_text("x")
    with (tmp_path / "huge.md").open("wb") as file:
        file.truncate(20_000_000_000)  # sparse
    disk = DiskTree(str(tmp_path))
    opened: list[str] = []
    open_ = disk.open
    monkeypatch.setattr(disk, "open", lambda path: (opened.append(path), open_(path))[1])
    assert hashed(disk, ["huge.md", "small.md"]) == [(False, "too-large"), (True, "")]
    assert opened == ["small.md"]


def test_the_files_of_one_answer_are_hashed_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serialize, "HASHED_IN_ALL", 10)
    found = hashed(MemoryTree({"a.md": "12345678", "b.md": "87654321", "c.md": "12"}), ["a.md", "b.md", "c.md"])
    assert found == [(True, ""), (False, "too-much"), (True, "")]


@pytest.mark.parametrize("kind", [DiskTree, MemoryTree])
def test_a_file_that_grows_beyond_the_bound_has_no_hash(kind: type, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("12345")
    files = DiskTree(str(tmp_path)) if kind is DiskTree else MemoryTree({"a.md": "12345"})
    assert (bool(files.digest("a.md", 5)), files.digest("a.md", 4)) == (True, "")


# ── manifests ────────────────────────────────────────────────────────────────────────────────────────────


def names(files: dict[str, str]) -> set[str]:
    return {part.key for part in stack.find_stack(MemoryTree(files))}


@pytest.mark.parametrize("name", ["pyproject.toml", "Cargo.toml", "Pipfile", "gradle/libs.versions.toml"])
@pytest.mark.parametrize(
    "text", ["a" + ".a" * 40_000 + " = 1\n", "[a" + ".a" * 150 + "]\n", '"a"' + '."]"' * 40_000 + " = 1\n"]
)
def test_a_key_of_many_dots_is_not_given_to_the_parser(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    monkeypatch.setattr(tomllib, "loads", lambda text: parsed.append(text) or {})
    names({name: text})
    assert parsed == []


@pytest.mark.parametrize("lock", ["uv.lock", "poetry.lock", "pdm.lock"])
def test_nor_is_one_in_a_lock_file(lock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    loads = tomllib.loads
    monkeypatch.setattr(tomllib, "loads", lambda text: (parsed.append(text), loads(text))[1])
    names({"pyproject.toml": "[project]\nname = 'x'\n", lock: "a" + ".a" * 40_000 + " = 1\n"})
    assert len(parsed) == 1


def test_a_long_list_in_one_line_is_no_such_key() -> None:
    wanted = ", ".join(f"'package-{n}>=1.2.3'" for n in range(400))
    assert "package-399" in names({"pyproject.toml": f"[project]\ndependencies = [{wanted}]\n"})


def test_a_lock_file_above_many_manifests_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    loads = json.loads
    monkeypatch.setattr(json, "loads", lambda text: (calls.append(text), loads(text))[1])
    files = {f"packages/p{n}/package.json": '{"dependencies": {"a": "1"}}' for n in range(20)}
    names({**files, "package-lock.json": '{"packages": {"node_modules/a": {"version": "1.2.3"}}}'})
    assert len(calls) == 21


def test_a_manifest_that_is_too_large_is_passed_over_and_so_is_what_is_too_much_in_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {f"p{n}/package.json": json.dumps({"dependencies": {f"dep{n}": "1"}}) for n in range(5)}
    size = len(files["p0/package.json"])
    monkeypatch.setattr(manifests, "SIZE", size - 1)
    assert names(files) == set()
    monkeypatch.setattr(manifests, "SIZE", size)
    monkeypatch.setattr(manifests, "TOTAL", 3 * size)
    assert {name for name in names(files) if name.startswith("dep")} == {"dep0", "dep1", "dep2"}


def test_versions_that_are_too_long_are_none() -> None:
    assert manifests.least(" " * 100_000 + "- 1") == ""


def test_properties_that_multiply_are_not_put_in() -> None:
    laugh = "".join(f"<p{n}>{f'${{p{n + 1}}}' * 200}</p{n}>" for n in range(5))
    text = f"<p><properties>{laugh}</properties><dependency><groupId>a</groupId><artifactId>x</artifactId><version>${{p0}}</version></dependency></p>"  # noqa: E501
    assert "a:x" in names({"pom.xml": text})


#: Texts that are looked through from every blank, line or bracket where a pattern is careless.
CARELESS: dict[str, Callable[[int], dict[str, str]]] = {
    "blank lines in a Gemfile": lambda n: {"Gemfile": "\n" * n},
    "blanks after gem": lambda n: {"Gemfile": "gem" + " " * n},
    "blank lines in a Dockerfile": lambda n: {"Dockerfile": "\n" * n},
    "slashes in pnpm's lock": lambda n: {
        "package.json": '{"dependencies": {"a": "1"}}',
        "pnpm-lock.yaml": "  /" + "a/" * n,
    },
    "lists that never end in setup.py": lambda n: {"setup.py": "install_requires = [" * n},
    "defaults that never end in compose": lambda n: {"compose.yml": "services: {a: {image: '" + "${a:-" * n + "'}}\n"},
    "lines of setup.cfg that aren't settings": lambda n: {"setup.cfg": "[options]\n" + "x\n" * n},
    "nesting in package.json": lambda n: {"package.json": '{"a":' * n},
    "nesting in pyproject.toml": lambda n: {"pyproject.toml": "a = " + "[" * n},
    "nesting in pom.xml": lambda n: {"pom.xml": "<a>" * n + "</a>" * n},
    "a number of many digits": lambda n: {"package.json": '{"a": ' + "9" * n + "}"},
}


@pytest.mark.parametrize("name", CARELESS)
def test_a_manifest_made_to_take_long_is_passed_over_or_read(name: str) -> None:
    """What it guards against is minutes: at 100,000 each took that, the interpreter's end, or gigabytes."""
    assert names(CARELESS[name](100_000)) <= {
        "ruby",
        "docker",
        "node",
        "javascript",
        "a",
        "python",
        "docker-compose",
        "java",
        "maven",
        "jvm",
    }


# ── what commands print ──────────────────────────────────────────────────────────────────────────────────

#: What fills a list, and the command that prints it.
LONG_LISTS = ("settings", "allowed", "allowed below", "gone", "not said", "foreign", "not imported")


def fill(kind: str, root: Path) -> list[str]:
    """Files with a hundred things to say of the same kind; the words of the command that says them."""
    count = range(100)
    index = "fallback: none\ncontext_files:\n" + "".join(f"- {{path: d{n}.md, keywords: [w{n}]}}\n" for n in count)
    if kind == "settings":
        settings = Path(own_settings.settings_file())
        settings.parent.mkdir(parents=True)
        settings.write_text("".join(f"wrong{n}: x\n" for n in count), encoding="utf-8")
        return ["doctor"]
    if kind.startswith("allowed"):
        folders = [root / f"p{n}" for n in count]
        for folder in folders:
            folder.mkdir()
        allowing.remember(trust.ALLOWED, map(str, folders))
        return ["doctor"] if kind == "allowed" else ["deny", str(root)]
    (root / "context-index.yml").write_text(index, encoding="utf-8")
    if kind in ("foreign", "not imported"):
        (root / ".cursor/rules").mkdir(parents=True)
        for n in count:
            (root / f"d{n}.md").write_text("# D\n", encoding="utf-8")
            (root / f".cursor/rules/d{n}.mdc").write_text(f"---\nkey{n}: 1\n---\n# D\n", encoding="utf-8")
        return ["export", "cursor"] if kind == "foreign" else ["import", "cursor"]
    return ["init", "--add", "--yes"] if kind == "gone" else ["export", "cursor"]


@pytest.mark.parametrize("kind", LONG_LISTS)
def test_a_list_of_remarks_fits_a_page_and_ends_with_how_many_more_there_are(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ctxload.workspace.locations.account_home", lambda: str(tmp_path / "account"))
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    monkeypatch.chdir(root)
    words = fill(kind, root)
    capsys.readouterr()
    run(words)
    said = capsys.readouterr()
    told = said.out if kind in ("settings", "allowed") else said.err
    assert any(f"and {left} more" in told for left in (80, 81, 97)), told
    assert len(told.splitlines()) < 60, told
