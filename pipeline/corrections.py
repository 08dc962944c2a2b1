"""What people say a sentence should be in English -> the translation memory, where it wins over all else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import StoreError
from pipeline.extract import quantities
from pipeline.glossary import IMPORTED, Glossary, load_glossary
from pipeline.model import Span
from pipeline.store import locked
from pipeline.translate.direction import Directions
from pipeline.translate.engine import PLACEHOLDER_FORMS
from pipeline.translate.items import Item, Masked, plain_spaces, within
from pipeline.translate.mask import Masker
from pipeline.translate.memory import Memory, Pair, read_pairs
from pipeline.translate.verify import Figures

_WORD = re.compile(r"[^\W\d_]+")
# Marks that no other language in Latin letters has much of: breve, hook above, horn, dot below; and đ.
_VIETNAMESE = re.compile("[đ\u0306\u0309\u031b\u0323]")


class Correction(NamedTuple):
    """The English that a person gave or confirmed for a sentence, and the row or line of the file that says so;
    `untold` is why it is not certain that a person did.
    """

    vi: str
    en: str
    row: int
    untold: str = ""


def sort_out(
    corrections: Iterable[Correction], glossary: Glossary
) -> tuple[list[Correction], list[tuple[Correction, str]]]:
    """Corrections, Glossary -> the sound ones, each sentence once, and the others with the reason."""
    sound: dict[str, Correction] = {}
    refused: list[tuple[Correction, str]] = []
    masker, memory = Masker(glossary), Memory((), glossary)  # the memory for its places: a pair is judged by itself
    figures, directions = Figures(glossary), Directions(glossary)
    given = [c._replace(en=plain_spaces(c.en)) for c in corrections]
    for correction, own in zip(given, _figures([c.vi for c in given], masker, glossary), strict=True):
        reason = (
            correction.untold
            or _refusal(correction, own, figures)
            or _addition(correction, memory, masker)
            or _turned(correction, own, directions)
        )
        if not reason and (earlier := sound.setdefault(correction.vi, correction)).en != correction.en:
            reason = f"row {earlier.row} gives the same sentence other English"
        if reason:
            refused.append((correction, reason))
    return list(sound.values()), refused


def _figures(sentences: Sequence[str], masker: Masker, glossary: Glossary) -> Iterator[list[Item]]:
    """The figures of each sentence, as a build reads them from its lines, placed within it."""
    text = "\n".join(sentences)  # one text: reading many takes as long as one
    items = masker.items(text, quantities(text, glossary))
    start = 0
    for sentence in sentences:
        end = start + len(sentence)
        found = (i for i in within(items, start, end) if i.kind == "figure")
        yield [replace(i, start=i.start - start, end=i.end - start) for i in found]
        start = end + 1


def _refusal(correction: Correction, own: Sequence[Item], figures: Figures) -> str:
    """Why a build could not use a correction, empty where it could."""
    vi, en = correction.vi, correction.en
    if not vi:
        return "there is no Vietnamese"
    if not en:
        return "the English is empty"
    if words := _vietnamese(en, vi):
        return f"the English holds Vietnamese: {', '.join(words)}"
    if figures.same(en, own):
        return ""
    missing = [i.english for i in own if not figures.same(en, [i])] or [i.english for i in own]
    return f"the English does not print {', '.join(missing)}"


def _addition(correction: Correction, memory: Memory, masker: Masker) -> str:
    """What a correction says that its Vietnamese does not, empty where there is nothing."""
    strangers = memory.unexplained(correction.vi, correction.en, masker.times)
    return f"the English prints {', '.join(strangers)}, which the Vietnamese does not" if strangers else ""


def _turned(correction: Correction, own: Sequence[Item], directions: Directions) -> str:
    """What a correction turns round, where every figure stands in it as a build would write it."""
    form, output = PLACEHOLDER_FORMS[0], correction.en
    for n, item in enumerate(own):
        before, found, after = output.partition(item.english)
        if not found:
            return ""
        output = before + form.format(n) + after
    piece = Masked(correction.vi, Span(0, len(correction.vi)), tuple(own))
    return "the English lets a figure fall that rises, or the reverse" if directions.turned(output, piece, form) else ""


class Remembered(NamedTuple):
    """How many pairs are new or changed, and those that were not taken because of a later correction."""

    new: int
    outdated: tuple[Pair, ...]


def remember(folder: Path, given: Sequence[Pair]) -> Remembered:
    """Take pairs into the file of the memory that is asked first.

    A sentence's newer English replaces the older; what a person corrected later than a pair was made stays.
    One import at a time works in a folder. Raises StoreError where the file cannot be written.
    """
    path = folder / "memory" / IMPORTED
    try:
        with locked(folder):
            held = [pair for file in load_glossary(folder).memory for pair in read_pairs(file)]
            known = _first(held)
            asked = _first(given)
            new = {vi: pair for vi, pair in asked.items() if vi not in known or _replaces(pair, known[vi])}
            outdated = [p for vi, p in asked.items() if vi in known and p.en != known[vi].en and vi not in new]
            kept = _first(pair for pair in held if pair.file == IMPORTED) | new
            path.parent.mkdir(exist_ok=True)
            work = path.with_suffix(".new")
            work.write_text("".join(map(_line, kept.values())), encoding="utf-8")
            work.replace(path)
    except OSError as e:
        raise StoreError(f"{path}: cannot be written: {e.strerror}") from e
    return Remembered(len(new), tuple(outdated))


def _first(pairs: Iterable[Pair]) -> dict[str, Pair]:
    """The first pair of each sentence: the one that a build finds."""
    first: dict[str, Pair] = {}
    for pair in pairs:
        first.setdefault(pair.vi, pair)
    return first


def _replaces(given: Pair, held: Pair) -> bool:
    """Whether a pair is news beside the one held; times in ISO 8601 sort as text, and no time is before all."""
    return given.when >= held.when and (given.en != held.en or bool(given.when and not held.when))


def _line(pair: Pair) -> str:
    columns = pair.vi, pair.en, *((pair.who, pair.when) if pair.who or pair.when else ())
    return "\t".join(columns) + "\n"


def _vietnamese(english: str, source: str) -> list[str]:
    """Words of an English that stand with their marks in the Vietnamese, or that no other language writes so."""
    said = set(_WORD.findall(source.casefold()))
    words = [word for word in _WORD.findall(english) if not word.isascii()]
    return [w for w in words if w.casefold() in said or _VIETNAMESE.search(unicodedata.normalize("NFD", w.casefold()))]
