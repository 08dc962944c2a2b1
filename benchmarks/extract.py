#!/usr/bin/env python3
"""Time reading, extraction and checks of an article, and of the same text 2, 4, 8 and 16 times as long.

usage: extract.py SOURCE [ROUNDS]

Seconds are the best of ROUNDS (default 3) that take turns among the lengths, in one process, after imports and the
glossary. "per character" is the time per character as a multiple of that of the shortest: 1 is linear.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pipeline.check import check
from pipeline.extract import extract
from pipeline.glossary import load_glossary
from pipeline.read import read_article

ROOT = Path(__file__).parent.parent
LENGTHS = (1, 2, 4, 8, 16)
STAGES = ("read", "extract", "check")


def main() -> None:
    """Print the table."""
    source = Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    glossary = load_glossary(ROOT / "glossary")
    text = read_article(source.read_bytes(), source.name, glossary).text
    head, _, body = text.partition("\n")
    texts = {n: "\n".join([head, *[body] * n]).encode() for n in LENGTHS}
    best: dict[tuple[int, str], float] = {}
    size: dict[int, int] = {}
    for _ in range(rounds):
        for n in LENGTHS:
            begun = [time.perf_counter()]
            article = read_article(texts[n], "again.txt", glossary)
            begun.append(time.perf_counter())
            extraction = extract(article, glossary)
            begun.append(time.perf_counter())
            check(article, extraction, glossary)
            begun.append(time.perf_counter())
            size[n] = len(article.text)
            for at, stage in enumerate(STAGES):
                took = begun[at + 1] - begun[at]
                best[n, stage] = min(took, best.get((n, stage), took))
    print(f"{'characters':>12}" + "".join(f"{s:>10}{'per char.':>11}" for s in STAGES))
    for n in LENGTHS:
        ratios = {s: (best[n, s] / size[n]) / (best[1, s] / size[1]) for s in STAGES}
        print(f"{size[n]:>12,}" + "".join(f"{best[n, s]:>10.3f}{ratios[s]:>11.2f}" for s in STAGES))


if __name__ == "__main__":
    main()
