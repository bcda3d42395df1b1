"""Whether a text uses a document: words of it in their order that stand in no other document, nor anywhere else so far.

>>> texts = {"a.md": "Every view has a serializer, and every serializer has a test beside it in the folder.", "b.md": "Nothing."}
>>> found = Phrases(texts)
>>> found.uses("a.md", "As asked, every serializer has a test beside it in the folder now.", "Add a view")
True
>>> found.uses("a.md", "Every view has a serializer.", "Add a view")
False
"""  # noqa: E501

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Run = tuple[str, ...]

#: How many words in their order are compared, and how many of a document must come so to say that it was used.
RUN, ENOUGH = 5, 9
#: How much of a document is compared, in words.
WORDS = 20_000
_WORD = re.compile(r"\w+")


class Phrases:
    """The runs of words that stand in one document alone."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._places: dict[Run, int] = {}
        self._owner: dict[Run, str] = {}
        for path, text in texts.items():
            for at, run in enumerate(_runs(text)):
                if self._owner.setdefault(run, path) == path:
                    self._places.setdefault(run, at)
                else:
                    self._owner[run] = ""

    def uses(self, path: str, output: str, elsewhere: str) -> bool:
        """Whether enough words of a document stand in the output, and do not come from elsewhere."""
        found = {run for run in _runs(output) if self._owner.get(run) == path}
        if len(self._covered(found)) < ENOUGH:
            return False
        return len(self._covered(found - set(_runs(elsewhere)))) >= ENOUGH

    def _covered(self, runs: set[Run]) -> set[int]:
        """The places of the words of a document that these runs take in."""
        return {self._places[run] + step for run in runs for step in range(RUN)}


def _runs(text: str) -> Iterator[Run]:
    words = _WORD.findall(text.lower())[:WORDS] if len(text) < 1 << 22 else []
    return zip(*(words[start:] for start in range(RUN)), strict=False)
