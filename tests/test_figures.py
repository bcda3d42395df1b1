"""The figures and words that the pages list are those of the code: whoever changes one sees the page change, too."""

from __future__ import annotations

import pytest

from docs_support import PAGES, generated, made

#: What is made of the command line, which takes long to build and tells no figure; `test_docs` looks at it.
SECTIONS = [
    (how, shown)
    for page in PAGES
    for how, shown in generated(page.read_text(encoding="utf-8"))
    if how.split()[0] not in ("help", "commands")
]


@pytest.mark.parametrize(("how", "shown"), SECTIONS, ids=[how for how, _ in SECTIONS])
def test_a_figure_or_word_of_the_code_is_the_one_on_the_page(how: str, shown: str) -> None:
    assert shown == made(how)
