"""The error of the token estimate: `python benchmarks/tokens.py [--docs] [FOLDER…]`; needs `pip install '.[tokens]'`.

`--docs` writes the table into `docs/load.md`.

Measured on every Markdown document below the folders (by default this project's own), and on every catalogue of
messages (`django.po`) below them, by language, against tokenizers that carry their vocabulary.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

import bpe_openai  # type: ignore[import-untyped]  # noqa: E402

from ctxload.load.token_estimate import estimate  # noqa: E402

#: What is measured, beside two rules of thumb.
WAYS: dict[str, Callable[[str], float]] = {
    "estimate": estimate,
    "characters / 4": lambda text: len(text) / 4,
    "words × 4 / 3": lambda text: len(text.split()) * 4 / 3,
}


def documents(folders: Iterable[Path]) -> list[str]:
    """The Markdown below the folders, as text."""
    return [
        path.read_text(encoding="utf-8", errors="replace")
        for folder in folders
        for path in sorted(folder.rglob("*.md"))
    ]


def catalogues(folders: Iterable[Path]) -> dict[str, str]:
    """The messages of each language below the folders; languages of few words are left out."""
    found: dict[str, list[str]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("django.po")):
            found.setdefault(path.parent.parent.name, []).extend(messages(path))
    return {name: text for name, rows in sorted(found.items()) if len(text := "\n".join(rows)) > 8000}


def messages(path: Path) -> list[str]:
    """The translations of a catalogue."""
    rows: list[str] = []
    inside = False
    for line in path.read_text(encoding="utf-8").splitlines():
        inside = line.startswith("msgstr") or (inside and line.startswith('"'))
        if inside and "Content-Type" not in line:
            rows.append(line.partition('"')[2].rpartition('"')[0].replace("\\n", ""))
    return [row for row in rows if row]


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def rows_of(name: str, texts: list[str]) -> list[str]:
    """The errors of each way against one tokenizer."""
    encode = bpe_openai.get_encoding(name).encode_ordinary
    true, rows = [len(encode(text)) for text in texts], []
    for way, function in WAYS.items():
        errors = [function(text) / count - 1 for text, count in zip(texts, true, strict=True)]
        sizes = [abs(error) for error in errors]
        rows.append(
            f"| {name} | {way} | {sum(errors) / len(errors):+.1%} | {sum(sizes) / len(sizes):.1%}"
            f" | {quantile(sizes, 0.95):.1%} | {max(sizes):.1%} |"
        )
    return rows


def into_docs(rows: list[str]) -> None:
    """Puts the table where the page has its place for it."""
    path = ROOT / "docs" / "load.md"
    before, begin, rest = path.read_text(encoding="utf-8").partition("<!-- table: tokens -->\n")
    _, end, after = rest.partition("<!-- end table -->")
    path.write_text(before + begin + "\n".join(rows) + "\n" + end + after, encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    folders = [Path(name) for name in arguments if name != "--docs"] or [ROOT / "docs", ROOT / "context"]
    texts = [text for text in documents(folders) if text.strip()]
    print(f"{len(texts)} documents, {sum(map(len, texts)):,} characters\n")
    rows = [
        "| tokenizer | by | mean | mean size of error | 95 of 100 below | worst |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for name in ("o200k_base", "cl100k_base", "voyage3_base"):
        rows += rows_of(name, texts)
    print("\n".join(rows))
    if "--docs" in arguments:
        into_docs(rows)
    encode = bpe_openai.get_encoding("o200k_base").encode_ordinary
    languages = catalogues(folders)
    if languages:
        print(
            "\n"
            + ", ".join(f"{name} {estimate(text) / len(encode(text)) - 1:+.0%}" for name, text in languages.items())
        )
    whole = "".join(texts)
    begun = time.perf_counter()
    estimate(whole)
    estimated = time.perf_counter() - begun
    encode(whole[:1])
    begun = time.perf_counter()
    for text in texts:
        encode(text)
    print(
        f"\nestimate {estimated / len(whole) * 1e8:.1f} ms for 100,000 characters, exact {(time.perf_counter() - begun) / len(whole) * 1e8:.1f} ms"  # noqa: E501
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
