#!/usr/bin/env python3
"""Masked examples -> glossary/lexicon.tsv: which English words may stand for a Vietnamese syllable.

IBM model 1 (Brown et al. 1993, "The Mathematics of Statistical Machine Translation") in both directions
over the examples of prepare.py; a syllable and a word are linked where one of the directions chooses the
other often enough. English words count by their stems (pipeline/translate/lexicon.py), so a table of
syllables and stems serves all forms.

usage: lexicon.py EXAMPLES.tsv OUT.tsv
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.translate.lexicon import stems, syllables

ROUNDS = 4
LEAST_COUNT = 2
LEAST_SHARE = 0.02
RAREST = 4  # a syllable seen less often says nothing
FEW = 8
Pair = tuple[list[str], list[str]]


def read(path: Path) -> Iterator[Pair]:
    """Examples -> syllables and stems of each, without placeholders."""
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line:
            _, vi, en = line.split("\t")
            yield list(dict.fromkeys(syllables(vi))), list(dict.fromkeys(stems(en)))


def probabilities(pairs: Sequence[Pair]) -> dict[str, dict[str, float]]:
    """t(target word | source word) by expectation maximisation; "" is the empty source word."""
    table: dict[str, dict[str, float]] = {}
    for n in range(ROUNDS):
        counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for source, target in pairs:
            words = ["", *source]
            rows = [table.get(s, {}) for s in words]
            for t in target:
                weights = [row.get(t, 1e-9) for row in rows] if n else [1.0] * len(words)
                whole = sum(weights)
                for s, weight in zip(words, weights, strict=True):
                    if weight > 1e-3 * whole:
                        counts[s][t] += weight / whole
        table = {}
        for s, row in counts.items():
            whole = sum(row.values())
            table[s] = {t: c / whole for t, c in row.items() if c > 1e-3 * whole}
        print(f"round {n + 1}: {sum(map(len, table.values())):,} links", file=sys.stderr)
    return table


def links(pairs: Sequence[Pair], table: dict[str, dict[str, float]]) -> Counter[tuple[str, str]]:
    """How often each target word chose each source word, (source, target); "" where none explains it."""
    found: Counter[tuple[str, str]] = Counter()
    for source, target in pairs:
        for t in target:
            best = max(["", *source], key=lambda s: table.get(s, {}).get(t, 0.0))
            found[best, t] += 1
    return found


def steadiness(found: Counter[tuple[str, str]]) -> dict[str, float]:
    """Share of each chooser's choices that fall on its few commonest: a light word is joined to anything."""
    chosen: dict[str, list[int]] = defaultdict(list)
    for (source, target), n in found.items():
        chosen[target].append(n if source else 0)
    return {t: sum(sorted(counts)[-FEW:]) / sum(counts) for t, counts in chosen.items() if sum(counts)}


def main() -> None:
    """Read the command line, write the table."""
    examples, out = map(Path, sys.argv[1:])
    pairs = list(read(examples))
    turned = [(en, vi) for vi, en in pairs]
    forward, backward = links(pairs, probabilities(pairs)), links(turned, probabilities(turned))
    both = Counter(forward)
    both.update({(vi, en): n for (en, vi), n in backward.items()})
    of_vi: Counter[str] = Counter()
    of_en: Counter[str] = Counter()
    for (vi, en), n in both.items():
        of_vi[vi] += n
        of_en[en] += n
    rows: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for (vi, en), n in both.items():
        if vi and en and of_vi[vi] >= RAREST and n >= LEAST_COUNT and n >= LEAST_SHARE * min(of_vi[vi], of_en[en]):
            rows[vi].append((n, en))
    steady = steadiness(backward)
    lines = [
        f"{vi}\t{steady.get(vi, 0.0):.2f}\t{' '.join(en for _, en in sorted(row, key=lambda r: (-r[0], r[1])))}"
        for vi, row in rows.items()
    ]
    out.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    print(f"{len(lines):,} syllables, {sum(map(len, rows.values())):,} links", file=sys.stderr)


if __name__ == "__main__":
    main()
