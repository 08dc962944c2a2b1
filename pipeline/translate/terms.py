"""Glossary -> index of terms and names by their folded words: the longest one at a place wins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.glossary import Glossary, Term
from pipeline.translate.items import Kind
from pipeline.translate.patterns import phrase_group
from pipeline.vietnamese import Token, keys


@dataclass(frozen=True, slots=True)
class Entry:
    """What a surface means in English, and its two forms where it is a noun that is counted.

    Vietnamese nouns have no number: in general English counts many ("doanh nghiệp": enterprises), of a
    measure there is one ("chỉ số giá": price index).
    """

    english: str
    kind: Kind
    one: str = ""
    many: str = ""


class Hit(NamedTuple):
    """An entry where it stands in the text: tokens `first` to `last`."""

    first: int
    last: int
    entry: Entry


class TermIndex:
    """Surfaces by their words; a later `add` does not replace an earlier one."""

    def __init__(self) -> None:
        self._heads: dict[str, dict[tuple[str, ...], Entry]] = {}
        self._longest: dict[str, int] = {}

    def add(self, surface: str, entry: Entry) -> None:
        own = keys(surface)
        if own and not any(map(str.isdigit, own)):  # figures are never part of a term
            self._heads.setdefault(own[0], {}).setdefault(own, entry)
            self._longest[own[0]] = max(self._longest.get(own[0], 0), len(own))

    def at(self, words: Sequence[str], first: int) -> Hit | None:
        """The longest entry that begins at this token of the keys of a text."""
        entries = self._heads.get(words[first])
        if entries is None:
            return None
        near = tuple(words[first : first + self._longest[words[first]]])
        for length in range(len(near), 0, -1):
            if (entry := entries.get(near[:length])) is not None:
                return Hit(first, first + length, entry)
        return None

    def find(self, words: Sequence[Token]) -> Iterator[Hit]:
        """Every longest entry, from whichever token it begins at; they may overlap."""
        own = [t.key for t in words]
        for first in range(len(words)):
            if (hit := self.at(own, first)) is not None:
                yield hit


def names(glossary: Glossary) -> Iterator[tuple[str, str]]:
    """Places and other proper names -> their English."""
    for surface, code in glossary.province_names.items():
        yield surface, glossary.places[code].en
    for ways, english in phrase_group(glossary, "proper").values():
        for way in ways:
            yield way, english


def build_index(glossary: Glossary) -> TermIndex:
    """Names and the terms that an engine must not translate its own way.

    A single word is left to the engine: out of its sentence it may mean anything ("con", "thu").
    """
    index = TermIndex()
    for surface, english in names(glossary):
        index.add(surface, Entry(english, "name"))
    for term, entry in _entries(glossary):
        for surface in (term.vi, *term.variants):
            if term.pos != "phrase" and (" " in surface or surface.isupper()):
                index.add(surface, entry)
    return index


def build_labels(glossary: Glossary) -> TermIndex:
    """What a heading or a table line may be made of: headings, labels of indicators and topics, terms."""
    index = TermIndex()
    for ways, english in phrase_group(glossary, "heading").values():
        for way in ways:
            index.add(way, Entry(english, "term"))
    for indicator in glossary.indicators.values():
        index.add(indicator.vi, Entry(_within_sentence(indicator.en), "term"))
    for topic in glossary.topics.values():
        index.add(topic.vi, Entry(_within_sentence(topic.en), "term"))
    for term, entry in _entries(glossary):
        for surface in (term.vi, *term.variants):
            if term.pos == "noun":
                index.add(surface, entry)
    return index


def _entries(glossary: Glossary) -> Iterator[tuple[Term, Entry]]:
    """The terms that may be used, the preferred ones first."""
    measures = tuple(way.casefold() for ways, _ in phrase_group(glossary, "measure").values() for way in ways)
    for term in sorted(glossary.terms, key=lambda t: t.status != "preferred"):
        if term.status == "forbidden":
            continue
        if not term.en_plural:
            yield term, Entry(term.en, "term")
        else:
            single = term.vi.casefold().startswith(measures)
            yield term, Entry(term.en if single else term.en_plural, "term", term.en, term.en_plural)


def _within_sentence(label: str) -> str:
    """A label as a sentence has it: "Retail sales" -> "retail sales", "GRDP" as it is."""
    return label[0].lower() + label[1:] if label[1:2].islower() else label
