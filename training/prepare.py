#!/usr/bin/env python3
"""Parallel text -> masked training examples, by the very masker that the translation stage uses.

Writes OUT with three columns: corpus, Vietnamese, English. An item (figure, date, law, name, term) is
masked where both sides have it, so that each placeholder has its partner; of each pair several variants
are written, from everything masked to figures alone, as the ladder of the stage asks an engine. Where a
term stays in sight, another one of its kind takes its place in half of them: the same sentence of
another crop, industry or good (recombination from the term base).

usage: prepare.py --out OUT NAME=FILE_OR_FOLDER[:VARIANTS] ...
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipeline.extract import quantities
from pipeline.figures import CARDINALS_EN, MINUS
from pipeline.glossary import load_glossary
from pipeline.model import Span
from pipeline.translate.engine import MOST_PLACEHOLDERS, PLACEHOLDER_FORMS
from pipeline.translate.items import FIXED, Item, Masked, plain_spaces, within
from pipeline.translate.mask import Masker

ROOT = Path(__file__).parent.parent
PLACEHOLDER = PLACEHOLDER_FORMS[0]
LONGEST = 600  # characters; longer text is cut into clauses before an engine sees it
CHUNK = 400  # pairs that are masked as one text

# How probable it is that a term is masked, variant by variant: the ladder's first way, its second, and what
# lies between. A name always is, as in the stage.
VARIANTS = (1.0, 0.0, 0.6, 0.3, 0.9, 0.5)
REPLACED = 0.25

_BARE = re.compile(r"\d[\d.,]*(?: thousand| million| billion)?")
_NO_NOUN = r"(?=\s*(?:[,.;:()]|$|(?:and|or|of|to|in|with|from|at|by|were|was|while|compared)\b))"


@dataclass(frozen=True, slots=True)
class Found:
    """An item and where its English stands on the English side."""

    item: Item
    start: int
    end: int


def ways(item: Item) -> Iterator[str]:
    """The patterns by which English may say an item."""
    said = [w for w in (item.english, item.many, item.one, *item.others) if w]
    yield from dict.fromkeys(re.escape(w).replace(MINUS, f"[{MINUS}-]") for w in said)
    if item.kind == "figure":
        if item.english.isdecimal() and int(item.english) < len(CARDINALS_EN):
            yield CARDINALS_EN[int(item.english)]
        if number := _BARE.match(item.english):  # "shirts 18.3 million": the unit is the noun before it
            yield re.escape(number[0]) + _NO_NOUN


def align(items: Sequence[Item], english: str) -> list[Found]:
    """Items -> those whose English can be found, each at a place of its own; longer ones choose first."""
    found: list[Found] = []
    for item in sorted(items, key=lambda i: (-len(i.english), i.start)):
        flags = re.IGNORECASE if item.kind in ("term", "time") else 0
        for way in ways(item):
            pattern = rf"(?<![\w.,+-])(?:{way})(?!\w|[.,]\d)"
            hits = [m for m in re.finditer(pattern, english, flags)
                    if not any(f.start < m.end() and m.start() < f.end for f in found)]  # fmt: skip
            if hits:
                # Of two equal ones the order of the source decides: items of the same English come sorted.
                found.append(Found(item, *hits[0].span()))
                break
    return sorted(found, key=lambda f: f.item.start)


class Replacements:
    """Terms that may stand for one another: of one domain, both counted or both not."""

    def __init__(self, terms: Iterable[tuple[str, str, str, str]]) -> None:
        self._kinds: dict[tuple[str, bool], list[tuple[str, str, str]]] = defaultdict(list)
        self._of: dict[str, tuple[str, bool]] = {}
        for vi, one, many, domain in terms:
            self._kinds[domain, bool(many)].append((vi, one, many))
            self._of[one] = (domain, bool(many))

    def other(self, item: Item, said: str, rng: random.Random) -> tuple[str, str] | None:
        """A term and its English, one or many as the one that it replaces is said."""
        kind = self._of.get(item.one or item.english)
        if kind is None or len(self._kinds[kind]) < 3 or said != said.casefold():
            return None
        vi, one, many = rng.choice(self._kinds[kind])
        new = many if item.many and said == item.many.casefold() else one
        return (vi, new) if (said[0] in "aeiou") == (new[0].casefold() in "aeiou") else None  # a term, an index


def variant(piece: Masked, english: str, found: Sequence[Found], terms: float,
            others: Replacements, rng: random.Random) -> tuple[str, str] | None:  # fmt: skip
    """One masked pair; None where more is to be masked than there are placeholders."""
    fill: dict[Item, str] = {}
    put: list[tuple[int, int, str]] = []
    masked = 0
    for f in found:
        if f.item.kind != "term" or rng.random() < terms:
            mark = PLACEHOLDER.format(masked)
            masked += 1
        elif (
            f.item.kind == "term"
            and rng.random() < REPLACED
            and (new := others.other(f.item, english[f.start : f.end], rng))
        ):
            fill[f.item] = new[0]
            put.append((f.start, f.end, new[1]))
            continue
        else:
            continue
        fill[f.item] = mark
        put.append((f.start, f.end, mark))
    if masked > MOST_PLACEHOLDERS:
        return None
    source = piece.filled([fill.get(i, piece.text[i.start : i.end]) for i in piece.items])
    parts, at = [], 0
    for start, end, text in sorted(put):
        parts += [english[at:start], text]
        at = end
    return source, plain_spaces("".join([*parts, english[at:]]))


def examples(job: tuple[str, list[tuple[str, str]], int, int]) -> list[tuple[str, str, str]]:
    """A chunk of pairs -> its examples."""
    corpus, pairs, count, seed = job
    rng = random.Random(seed)  # noqa: S311  # no secret
    text = "\n".join(vi for vi, _ in pairs)
    items = _worker.masker.items(text, quantities(text, _worker.glossary))
    out: list[tuple[str, str, str]] = []
    start = 0
    for vi, en in pairs:
        piece = Masked(text, Span(start, start + len(vi)), within(items, start, start + len(vi)))
        start += len(vi) + 1
        found = align(piece.items, en)
        whole = Masked(text, piece.span, tuple(f.item for f in found))
        missed = sum(i.kind in FIXED for i in piece.items) - sum(f.item.kind in FIXED for f in found)
        if missed > (0 if count > 1 else 1):  # an engine never sees a digit; a stray one does no harm
            continue
        made = (variant(whole, en, found, p, _worker.others, rng) for p in VARIANTS[:count])
        out += [(corpus, *pair) for pair in dict.fromkeys(m for m in made if m)]
    return out


class _Worker:
    """What each process needs once."""

    def __init__(self) -> None:
        self.glossary = load_glossary(ROOT / "glossary")
        self.masker = Masker(self.glossary)
        self.others = Replacements(
            (t.vi, t.en, t.en_plural, t.domain) for t in self.glossary.terms if t.pos == "noun" and " " in t.vi
        )


_worker: _Worker


def begin() -> None:
    """Make ready what `examples` needs; once in each process."""
    global _worker  # noqa: PLW0603  # one for each process of the pool
    _worker = _Worker()


def read_pairs(path: Path, tested: frozenset[str]) -> Iterator[tuple[str, str]]:
    """A file or folder of `vi TAB en` lines -> clean pairs that no test set holds."""
    for file in sorted(path.glob("*.tsv")) if path.is_dir() else [path]:
        for line in file.read_text(encoding="utf-8").split("\n"):
            vi, _, en = unicodedata.normalize("NFC", line).partition("\t")
            vi, en = plain_spaces(vi), plain_spaces(en)
            if vi and en and 0.4 < len(vi) / len(en) < 2.5 and len(vi) <= LONGEST and vi not in tested:
                yield vi, en


def main() -> None:
    """Read the command line, write the file."""
    parser = argparse.ArgumentParser(description="parallel text -> masked training examples")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--test", type=Path, default=ROOT / "training" / "test", help="folder of test sets, left out")
    parser.add_argument("corpora", nargs="+", metavar="NAME=FILE[:VARIANTS]")
    arguments = parser.parse_args()
    tested = frozenset(vi for f in arguments.test.glob("*.tsv") for vi, _ in read_pairs(f, frozenset()))
    jobs: list[tuple[str, list[tuple[str, str]], int, int]] = []
    for corpus in arguments.corpora:
        name, _, rest = corpus.partition("=")
        file, _, count = rest.partition(":")
        pairs = list(dict.fromkeys(read_pairs(Path(file), tested)))
        jobs += [(name, pairs[n : n + CHUNK], int(count or 1), len(jobs) + n) for n in range(0, len(pairs), CHUNK)]
    counts: dict[str, int] = defaultdict(int)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    with (
        ProcessPoolExecutor(os.cpu_count(), initializer=begin) as pool,
        tempfile.NamedTemporaryFile("w", dir=arguments.out.parent, encoding="utf-8", delete=False) as out,
    ):
        for made in pool.map(examples, jobs):
            for corpus, vi, en in made:
                out.write(f"{corpus}\t{vi}\t{en}\n")
                counts[corpus] += 1
    Path(out.name).replace(arguments.out)
    print(", ".join(f"{name} {n:,}" for name, n in counts.items()), file=sys.stderr)


if __name__ == "__main__":
    main()
