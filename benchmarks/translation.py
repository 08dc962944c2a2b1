#!/usr/bin/env python3
"""Measure a translation package: quality on test sets, terms the WMT25 way, what passes, and speed.

usage: translation.py --model PACKAGE [--shared FOLDER] [--only NAME]

genre: training/test/genre.tsv, pairs that no training has seen; the translation memory is left out.
  model: the likeliest hypothesis with everything masked, put back and polished, whether or not it passes.
  stage: what the stage would print, of the share that passed; quantities and names counted in what is printed.
news: dev/news_dev.tsv of the folder with the parallel text, sentence by sentence, the same two ways.
terms: three runs as in WMT25's terminology task: "proper" (terms masked), "random" (each term's English exchanged
  for another's: obedience rather than luck), "none" (terms left to the model): success rate and consistency.
reports: share of the segments of real reports that pass, without memory and templates ("engine") and with them.
Needs sacrebleu beside the development requirements (pip install sacrebleu).
speed: the longest report's paragraphs by this stage, first and second time, and by argostranslate.translate
  paragraph by paragraph with the same package, side by side in one run.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import re
import sys
import tempfile
import time
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeVar

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from pipeline.extract import extract, quantities
from pipeline.glossary import Glossary, load_glossary
from pipeline.model import Extraction, Span
from pipeline.read import read_article
from pipeline.translate import Answers, Engine, as_article, load_engine, translate
from pipeline.translate.items import FIXED, Item, Masked, within
from pipeline.translate.mask import Masker
from pipeline.translate.restore import Restorer, placeholder_pattern, polish

ROOT = Path(__file__).parent.parent
Pair = tuple[str, str]
Method = Literal["memory", "template", "engine", "none"]
T = TypeVar("T")


def read(path: Path) -> list[Pair]:
    """A file of `vi TAB en` lines -> its pairs."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [(vi, en) for vi, _, en in (line.partition("\t") for line in lines) if en]


def masked(pairs: Sequence[Pair], glossary: Glossary) -> list[Masked]:
    """The sentences with all their items."""
    text = "\n".join(vi for vi, _ in pairs)
    items = Masker(glossary).items(text, quantities(text, glossary))
    pieces, start = [], 0
    for vi, _ in pairs:
        pieces.append(Masked(text, Span(start, start + len(vi)), within(items, start, start + len(vi))))
        start += len(vi) + 1
    return pieces


def first(engine: Engine, pieces: Sequence[Masked], restorer: Restorer) -> list[str]:
    """The likeliest hypothesis of each, put back; a placeholder that the model invented stays."""
    texts = [p.filled([engine.placeholder.format(n) for n in range(len(p.items))]) for p in pieces]
    out = []
    for piece, offered in zip(pieces, engine.translate(texts), strict=True):
        english = offered[0].text if offered else ""
        numbers = placeholder_pattern(engine.placeholder).findall(english)
        if all(int(n) < len(piece.items) for n in numbers):
            english = restorer.restore(english, piece.items, engine.placeholder)
        out.append(polish(english, piece.source, clause=False, small=bool))
    return out


def scores(name: str, outputs: Sequence[str], references: Sequence[str]) -> None:
    """Print BLEU and chrF with their signatures."""
    for metric in (BLEU(), CHRF()):
        score = metric.corpus_score(list(outputs), [list(references)])
        print(f"  {name:<18}{score.name:<6}{score.score:6.1f}   {metric.get_signature()}")


def quality(name: str, pairs: Sequence[Pair], engine: Engine, glossary: Glossary) -> None:
    """Print the scores of a test set."""
    print(f"{name}: {len(pairs):,} pairs")
    references = [en for _, en in pairs]
    pieces = masked(pairs, glossary)
    scores("model", first(engine, pieces, Restorer(glossary)), references)
    article = as_article("\n".join(vi for vi, _ in pairs), name)
    found = Extraction(quantities(article.text, glossary), ())
    translation = translate(article, found, replace(glossary, memory=()), engine)
    by_line: dict[int, list[str]] = defaultdict(list)
    methods: Counter[str] = Counter()
    blocks = [b.span for b in article.blocks]
    for segment in translation.segments:
        line = next(
            n for n, span in enumerate(blocks) if span.start <= segment.span.start and segment.span.end <= span.end
        )
        by_line[line].append(segment.target)
        methods[segment.method] += 1
    done = [n for n in by_line if all(by_line[n])]
    print(
        f"  passed: {len(done)} of {len(pairs)} sentences ({100 * len(done) / len(pairs):.1f}%), "
        f"segments: {dict(methods)}"
    )
    if done:
        outputs = [" ".join(by_line[n]) for n in done]
        scores("stage, printed", outputs, [references[n] for n in done])
        right = [kept(pieces[n].items, text) for n, text in zip(done, outputs, strict=True)]
        good, whole = (sum(r[n] for r in right) for n in (0, 1))
        print(f"  figures, dates, laws and names right in what is printed: {good} of {whole}")


def kept(items: Sequence[Item], english: str) -> tuple[int, int]:
    """How many of the figures and names of a sentence its English says, and how many there are."""
    known = [i for i in items if i.kind != "term" and i.english]
    lower = english.casefold()
    return sum(any(w.strip().casefold() in lower for w in (i.english, *i.others)) for i in known), len(known)


# --- terms --------------------------------------------------------------------------------


def terms(pairs: Sequence[Pair], engine: Engine, glossary: Glossary) -> None:
    """Print success rate and consistency with proper, random and no terms."""
    restorer = Restorer(glossary)
    pieces = masked(pairs, glossary)
    # As in WMT25 a term counts where the reference uses it.
    told = [Masked(p.text, p.span, tuple(i for i in p.items if i.kind != "term" or said(i, en)))
            for p, (_, en) in zip(pieces, pairs, strict=True)]  # fmt: skip
    rng = random.Random(1)  # noqa: S311  # no secret
    pool = [i for p in told for i in p.items if i.kind == "term"]
    other = [Masked(p.text, p.span, tuple(exchanged(i, pool, rng) for i in p.items)) for p in told]
    print(f"terms: {len(pool)} in the references")
    for name, asked in (("proper", told), ("random", other), ("none", [p.only((*FIXED, "name")) for p in told])):
        outputs = first(engine, asked, restorer)
        wanted = other if name == "random" else told
        hits = [
            (i, said(i, text)) for p, text in zip(wanted, outputs, strict=True) for i in p.items if i.kind == "term"
        ]
        forms: dict[str, Counter[bool]] = defaultdict(Counter)
        for item, hit in hits:
            forms[item.one or item.english][hit] += 1
        repeated = [c for c in forms.values() if c.total() > 1]
        steady = sum(max(c.values()) for c in repeated) / max(1, sum(c.total() for c in repeated))
        success = sum(hit for _, hit in hits) / max(1, len(hits))
        print(f"  {name:<8} success {100 * success:5.1f}%   consistency {100 * steady:5.1f}%")


def said(item: Item, english: str) -> bool:
    """Whether English says a term in one of its forms."""
    forms = "|".join(re.escape(f) for f in (item.english, item.one, item.many) if f)
    return re.search(rf"(?<!\w)(?:{forms})(?!\w)", english, re.IGNORECASE) is not None


def exchanged(item: Item, pool: Sequence[Item], rng: random.Random) -> Item:
    """A term with the English of another."""
    other = rng.choice(pool)
    return replace(item, english=other.english, one=other.one, many=other.many) if item.kind == "term" else item


# --- reports and speed --------------------------------------------------------------------


def reports(folder: Path, engine: Engine, glossary: Glossary) -> None:
    """Print what share of the segments of each report passes."""
    print("reports: segments, passed with memory and templates, passed of those that only the engine knows")
    whole: Counter[Method] = Counter()
    for path in sorted(folder.glob("*.txt")):
        article = read_article(path.read_bytes(), path.name, glossary)
        segments = translate(article, extract(article, glossary), glossary, engine).segments
        methods = Counter(s.method for s in segments)
        whole += methods
        print(f"  {path.stem:<24}{share(methods)}")
    print(f"  {'all':<24}{share(whole)}")


def share(methods: Counter[Method]) -> str:
    """Counts by method -> the line of a report."""
    total, none, engine = methods.total(), methods["none"], methods["engine"]
    return f"{total:>6}{100 * (total - none) / total:>7.1f}%{100 * engine / max(1, engine + none):>7.1f}%"


def speed(path: Path, model: Path, glossary: Glossary) -> None:
    """Print seconds of the stage, first and second time, and of Argos Translate's own call."""
    article = read_article(path.read_bytes(), path.name, glossary)
    extraction = extract(article, glossary)
    with tempfile.TemporaryDirectory() as work:
        engine = load_engine(model)
        kept = Answers(Path(work) / "answers.sqlite", "benchmark", print)
        translation, once = timed(lambda: translate(article, extraction, glossary, engine, kept))
        _, again = timed(lambda: translate(article, extraction, glossary, engine, kept))
        theirs = argos(model, Path(work))
        paragraphs = [article.text[b.span.start : b.span.end] for b in article.blocks]
        _, slow = timed(lambda: [theirs(p) for p in paragraphs if p.strip()])
    print(f"speed: {path.stem}, {len(translation.segments)} segments, {len(paragraphs)} paragraphs")
    print(f"  the stage, first time {once:.2f} s, second time {again:.2f} s")
    print(f"  argostranslate.translate, paragraph by paragraph {slow:.2f} s: {slow / once:.1f} times as long")


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """What a call gives, and its seconds."""
    begun = time.perf_counter()
    return call(), time.perf_counter() - begun


def argos(model: Path, work: Path) -> Callable[[str], str]:
    """Argos Translate itself with the package installed in a folder of its own.

    It imports stanza and would download a model that splits sentences: an empty module and a splitter at full
    stops stand in for them, which makes it faster than it is.
    """
    os.environ["ARGOS_PACKAGES_DIR"] = str(work / "packages")
    os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_CACHE_HOME"] = str(work)
    os.environ["ARGOS_DEVICE_TYPE"] = "cpu"
    sys.modules.setdefault("stanza", types.ModuleType("stanza"))
    package = importlib.import_module("argostranslate.package")  # it reads its environment on import
    theirs = importlib.import_module("argostranslate.translate")

    package.install_from_path(model)
    translation = theirs.get_translation_from_codes("vi", "en")
    translation.underlying.sentencizer = types.SimpleNamespace(
        split_sentences=lambda text: re.split(r"(?<=[.;])\s+(?=[A-ZĐÀ-Ỹ])", text)
    )
    return lambda text: str(translation.translate(text))


def main() -> None:
    """Read the command line, print the tables."""
    parser = argparse.ArgumentParser(description="measure a translation package")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--only", choices=("genre", "news", "terms", "reports", "speed"), action="append")
    arguments = parser.parse_args()
    glossary = load_glossary(ROOT / "glossary")
    engine = load_engine(arguments.model)
    if engine is None:
        raise SystemExit(f"{arguments.model}: no package")
    print(engine.name)
    wanted = arguments.only or ("genre", "news", "terms", "reports", "speed")
    genre, news, texts = (
        ROOT / "training/test/genre.tsv",
        arguments.shared / "mt/dev/news_dev.tsv",
        arguments.shared / "reports",
    )
    if "genre" in wanted:
        quality("genre", read(genre), engine, glossary)
    if "news" in wanted and news.exists():
        quality("news", read(news), engine, glossary)
    if "terms" in wanted:
        terms(read(genre), engine, glossary)
    if texts.is_dir():
        if "reports" in wanted:
            reports(texts, engine, glossary)
        if "speed" in wanted:
            speed(max(texts.glob("*.txt"), key=lambda p: p.stat().st_size), arguments.model, glossary)
    else:
        print(f"{texts} is missing: no news, no reports, no speed")


if __name__ == "__main__":
    main()
