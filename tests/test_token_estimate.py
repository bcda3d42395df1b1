"""How large a text is: the estimate's laws, and its error against exact counts where the extra is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.errors import UsageError
from ctxload.load.token_estimate import estimate, exact_counter, thousandths

FOLDER = Path(__file__).resolve().parent.parent
LINES = st.lists(st.text().map(lambda text: text.replace("\n", "") + "\n"), max_size=10)


@given(LINES)
def test_an_estimate_is_the_sum_of_those_of_the_lines(lines: list[str]) -> None:
    assert thousandths("".join(lines)) == sum(map(thousandths, lines))


@given(st.text(), st.text())
def test_more_text_is_never_estimated_as_less(text: str, more: str) -> None:
    assert 0 <= thousandths(text) <= thousandths(text + "\n" + more)


def test_nothing_has_no_tokens_and_something_has_one() -> None:
    assert (estimate(""), estimate("a"), estimate("\n")) == (0, 1, 1)


@pytest.mark.parametrize(
    ("text", "tokens"),  # as counted by o200k_base
    [
        ("Optimize the database queries in our REST framework views.\n", 10),
        ("| column | type | default |\n|---|---|---|\n| id | integer | none |\n", 21),
        ("def resolve(self, task: str) -> Resolution:\n    return self._find(task)\n", 18),
        ("Проверьте настройки базы данных перед запуском.\n", 11),
        ("データベースの設定を確認してください。\n", 10),
        ("数据库查询需要优化,请检查索引。\n", 10),
    ],
)
def test_an_estimate_is_near_the_count(text: str, tokens: int) -> None:
    assert 0.9 * tokens <= estimate(text) <= 1.7 * tokens


def test_exact_counts_without_the_extra_name_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bpe_openai", None)
    with pytest.raises(UsageError, match=r"pip install 'ctxload\[tokens\]'"):
        exact_counter()


def test_the_stated_error_holds_on_this_projects_pages() -> None:
    pytest.importorskip("bpe_openai")
    count = exact_counter()
    texts = [path.read_text(encoding="utf-8") for path in [*FOLDER.glob("docs/*.md"), *FOLDER.glob("context/*/*.md")]]
    errors = [abs(estimate(text) / count(text) - 1) for text in texts]
    assert sum(errors) / len(errors) < 0.06 and max(errors) < 0.15


def test_a_long_text_is_counted_in_pieces_of_whole_lines() -> None:
    pytest.importorskip("bpe_openai")
    line = "Optimize the database queries in our REST framework views.\n"
    assert exact_counter()(line * 20_000) == 20_000 * exact_counter()(line)
