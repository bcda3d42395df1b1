"""Seeded material for the benchmarks: projects with indexes of any size, and tasks for them."""

from __future__ import annotations

import itertools
import os
import random
import time

TOPICS = """account admin alert analytics android angular ansible api async audit auth aws azure backend backup bash
batch billing bootstrap branch browser bucket bundle cache calendar canvas cart chart checkout cloud cluster commit
compose consumer container cookie cron css csv currency dashboard database debugger deploy diagram discount django
docker domain download driver editor elastic email encryption endpoint engine event export express fastapi fixture
flask font form framework frontend function gateway git golang grafana graphql grid grpc handler hash header heap
helm hook html http icon image import index ingress inheritance input inventory invoice iterator java jenkins jest
job json jwt kafka kernel kotlin kubernetes lambda laravel latency layout ledger library license linter locale lock
logger login macro mail map markdown markup material menu message metric middleware migration mobile mock model
modal mongo monitor mysql navigation network nginx node notebook notification oauth object optimizer orchestrator
order package page pagination parser password patch payment pipeline plugin podman policy pool postgres print
profile prometheus promise proxy python query queue rabbit react redirect redis reducer refund registry regression
release render replica report repository request resolver rest router ruby rust sandbox scheduler schema scraper
script search secret selector sentry serializer server session shell signal sitemap socket spark spring sprint sql
stack storage stream stripe swagger swift table tag task template tenant terraform test theme thread throttle token
tooltip tracing transaction translation trigger typescript upload validator vector video view viewport virtual vite
volume webhook webpack websocket widget window worker workflow yaml zone""".split()

FILLER = """please fix the problem on that page and make sure nobody notices when we ship it next week because our
users have asked for a better way to do this since the old one was slow in many places can you look into it and
write down what you changed so that the others understand why it was done like that""".split()


def keywords(count: int, seed: int = 1) -> list[str]:
    """Distinct keywords of one to three words, as people write them."""
    draw = random.Random(seed)
    found: dict[str, None] = {}
    number = 0
    while len(found) < count:
        words = [draw.choice(TOPICS) for _ in range(draw.choice((1, 1, 2, 2, 2, 3)))]
        if len(found) > 200 and len(words) < 3:
            words.append(draw.choice(TOPICS))
        if len(found) > 20_000 or number > 3 * count:
            words.append(f"v{draw.randrange(1000)}")
        found[" ".join(words)] = None
        number += 1
    return list(found)


def project(
    folder: str, entries: int, *, rules: int = 0, agents: bool = False, each: int = 8, seed: int = 1
) -> list[str]:
    """Writes a project with an index of so many entries; its keywords, entry by entry."""
    os.makedirs(os.path.join(folder, "context"), exist_ok=True)
    words = keywords(entries * each, seed)
    lines = ["version: 1.0", "fallback: none", "context_files:"]
    files = min(entries, 2000)
    for number in range(files):
        with open(os.path.join(folder, "context", f"doc{number}.md"), "w", encoding="utf-8") as file:
            file.write(f"# Document {number}\n")
    for number in range(entries):
        own = words[number * each : (number + 1) * each]
        lines += [f"  - id: entry-{number}", f"    path: context/doc{number % files}.md"]
        lines += [f"    description: about {own[0]}", f"    keywords: [{', '.join(own)}]"]
        if agents:
            lines += ["    agents: [backend-developer]"] if number % 3 == 0 else []
            lines += [f"    requires: [entry-{number - 1}]"] if number % 10 == 9 else []
    if rules:
        lines.append("context_rules:")
        for number in range(rules):
            lines.append(f"  - pattern: '(zeta{number}.?actions|workflow{number}x).*(docker|container)'")
            lines.append(f"    context_ids: [entry-{number}]")
    with open(os.path.join(folder, "context-index.yml"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return words


def tasks(words: list[str], length: int, count: int, seed: int = 2) -> list[str]:
    """Distinct tasks of about so many characters, a keyword or two in every hundred."""
    draw = random.Random(seed)
    out = []
    for _ in range(count):
        text = [draw.choice(FILLER) for _ in range(length // 6)]
        for _ in range(max(1, length // 100)):
            text.insert(draw.randrange(len(text) + 1), draw.choice(words))
        out.append(" ".join(text)[:length])
    return out


def library(folder: str, documents: int, seed: int = 3) -> str:
    """Writes a project of documents with text, three keywords each; a task that one of them is about."""
    os.makedirs(os.path.join(folder, "context"), exist_ok=True)
    draw = random.Random(seed)
    old = time.time() - 3600
    lines = ["version: 1.0", "fallback: none", "match: focused", "context_files:"]
    task = ""
    for number in range(documents):
        own = [f"{draw.choice(TOPICS)}{draw.randrange(documents)}" for _ in range(3)]
        words = " ".join(draw.choice((*own, *FILLER)) for _ in range(200))
        path = os.path.join(folder, "context", f"doc{number}.md")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"# About {own[0]} and {own[1]}\n\n{words}.\n")
        os.utime(path, (old, old))
        lines.append(f"  - {{path: context/doc{number}.md, keywords: [{', '.join(own)}]}}")
        task = task or f"please fix the {own[0]} beside the {own[1]} on our page"
    index = os.path.join(folder, "context-index.yml")
    with open(index, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.utime(index, (old, old))
    return task


#: What documents of a handbook are about, beside their topic, and what stands in front of code in them.
ASPECTS = """overview installation configuration reference tutorial troubleshooting migration security permissions
performance limits examples glossary changelog architecture backup upgrade monitoring testing deployment""".split()
SYLLABLES = "ba co di fu ga he ki lo mu na pe qui ro su ta ve wi xo ya zu bra cle dro fle gri pla ste tri".split()


def handbook(folder: str, documents: int = 1_600, seed: int = 5) -> list[tuple[str, str]]:
    """Writes a documentation tree as large projects have it, with an index; prompts, each with the path it calls for.

    Documents lie in folders by topic, have headings, lists and code, and are of very different lengths; their words are
    as frequent as those of prose (the second half as often as the first, and so on), most of them rare.
    """
    draw = random.Random(seed)
    rare = ["".join(draw.choice(SYLLABLES) for _ in range(draw.choice((2, 3, 3, 4)))) for _ in range(9_000)]
    usual = [*FILLER, *TOPICS, *ASPECTS, *rare]
    shares = list(itertools.accumulate(1 / (place + 8) for place in range(len(usual))))
    old, prompts = time.time() - 3600, []
    lines = ["version: 1.0", "fallback: none", "context_files:"]
    for number in range(documents):
        topic, aspect = TOPICS[number % len(TOPICS)], ASPECTS[number // len(TOPICS) % len(ASPECTS)]
        own = [draw.choice(rare) for _ in range(3)]
        path = f"docs/{topic}/{aspect}{f'-{number // 4000}' if number >= 4000 else ''}.md"
        parts = [f"# {topic.title()} {aspect}\n\nHow {topic} {aspect} works with {own[0]} and {own[1]}.\n"]
        for _ in range(draw.choice((1, 2, 4, 4, 6, 14))):
            words = draw.choices(usual, cum_weights=shares, k=draw.randrange(60, 180))
            places = draw.sample(range(len(words)), 6)
            for place in places:
                words[place] = draw.choice((topic, *own))
            text = ". ".join(" ".join(words[at : at + 12]).capitalize() for at in range(0, len(words), 12))
            parts.append(f"\n## {' '.join(draw.choices(usual, k=2)).title()}\n\n{text}.\n")
            parts.append(f"\n- `{own[0]}_{own[1]}()`: {' '.join(words[:6])}\n\n```python\n{own[0]} = {own[1]}()\n```\n")
        full = os.path.join(folder, *path.split("/"))
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write("".join(parts))
        os.utime(full, (old, old))
        lines += [f"  - id: {topic}-{aspect}-{number}", f"    path: {path}"]
        lines += [f"    description: How {topic} {aspect} works with {own[0]} and {own[1]}."]
        lines += [f"    keywords: [{own[0]} {own[1]}, {topic} {aspect}, {own[2]}]"]
        prompts.append((f"the {own[0]} {own[1]} of our {draw.choice(TOPICS)} is wrong, please fix it", path))
    index = os.path.join(folder, "context-index.yml")
    with open(index, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.utime(index, (old, old))
    return prompts
