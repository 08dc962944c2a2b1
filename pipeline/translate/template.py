"""A segment made wholly of known things -> English without any engine, where that is certain.

Headings, lines of a table, lists of figures: every clause (between commas, semicolons, brackets) must
be one of the patterns `translate.clause.*` of fields {label} {amount} {time} {place} {compare}.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.glossary import Glossary
from pipeline.translate.items import Item, Masked
from pipeline.translate.patterns import phrase_group
from pipeline.translate.terms import Entry, TermIndex, build_labels
from pipeline.vietnamese import Token, keys, tokens

_MARKS = {",": ", ", ";": "; ", ":": ": ", "(": " (", ")": ")", "-": " – ", "–": " – ", ".": "."}
_FIELD_OF = {"figure": "{amount}", "time": "{time}", "name": "{place}"}
_MOST_WORDS = 120
_DATE = re.compile(r"\d{1,2} [A-Z]")  # on 15 May, but in May, in 2025


@dataclass(frozen=True, slots=True)
class Part:
    """A word of the segment, or a field with its English."""

    key: str
    english: str = ""
    article: str = ""


class Templates:
    """The clause patterns and labels of one glossary."""

    def __init__(self, glossary: Glossary) -> None:
        self._labels = build_labels(glossary)
        self._compare = TermIndex()
        for comparison in glossary.comparisons:
            for surface in comparison.surfaces:
                self._compare.add(surface, Entry(comparison.en, "term"))
        self._clauses: dict[tuple[str, ...], str] = {}
        for ways, english in phrase_group(glossary, "clause").values():
            for way in ways:
                self._clauses.setdefault(_clause_key(way), english)

    def translate(self, masked: Masked) -> str:
        """A segment -> its English, empty where any clause of it is not certain."""
        words = [Token(t.key, t.start + masked.span.start, t.end + masked.span.start) for t in tokens(masked.source)]
        if not words or len(words) > _MOST_WORDS:
            return ""
        parts = self._parts(words, masked.items)
        if len(parts) == 1:
            return parts[0].english
        if listed := _listed(parts):
            return listed
        english: list[str] = []
        clause: list[Part] = []
        for part in (*parts, None):
            if part is not None and part.key not in _MARKS:
                clause.append(part)
                continue
            if clause:
                said = self._clause(clause)
                if not said:
                    return ""
                english.append(said)
                clause = []
            if part is not None:
                english.append(_MARKS[part.key])
        return "".join(english) if any(p.english for p in parts) else ""

    def _parts(self, words: Sequence[Token], items: Sequence[Item]) -> list[Part]:
        """Words and fields in order; labels and comparisons are looked for around the figures."""
        parts: list[Part] = []
        fixed = {i.start: i for i in items if i.kind in _FIELD_OF}
        own = [t.key for t in words]
        n = 0
        while n < len(words):
            item = fixed.get(words[n].start)
            label, compare = self._labels.at(own, n), self._compare.at(own, n)
            hit = max((h for h in (label, compare) if h), key=lambda h: h.last, default=None)
            if item and not (hit and words[hit.last - 1].end > item.end and item.kind == "name"):
                parts.append(Part(_FIELD_OF[item.kind], item.english))
                while n < len(words) and words[n].start < item.end:
                    n += 1
            elif hit and not any(words[n].end <= i.start < words[hit.last - 1].end for i in items if i.kind != "term"):
                parts.append(_field("{label}" if hit is label else "{compare}", hit.entry))
                n = hit.last
            else:
                parts.append(Part(words[n].key))
                n += 1
        return parts

    def _clause(self, clause: Sequence[Part]) -> str:
        """One clause -> English by its pattern; each field may stand in it once."""
        pattern = self._clauses.get(tuple(p.key for p in clause))
        fields = {p.key: p for p in clause if p.english}
        if (
            pattern is None
            or len(fields) != sum(bool(p.english) for p in clause)
            or any(p.key.startswith("{") and not p.english for p in clause)
        ):
            return ""
        label = fields.get("{label}")
        english = pattern.replace("{the}", label.article if label else "")
        if "{time}" in fields and _DATE.match(fields["{time}"].english):
            english = english.replace("in {time}", "on {time}")
        for key, part in fields.items():
            english = english.replace(key, part.english)
        return english


def _field(key: str, entry: Entry) -> Part:
    """A label, with the article that it takes as a subject."""
    return Part(key, entry.english, "the " if entry.many and entry.english == entry.one else "")


def _listed(parts: Sequence[Part]) -> str:
    """Labels between commas -> "A, B and C"."""
    labels = parts[::2]
    if len(labels) < 2 or any(p.key != "{label}" for p in labels) or any(p.key != "," for p in parts[1::2]):
        return ""
    return f"{', '.join(p.english for p in labels[:-1])} and {labels[-1].english}"


def _clause_key(way: str) -> tuple[str, ...]:
    """A clause pattern -> the keys of its words, a field as one."""
    clause: list[str] = []
    for part in re.split(r"(\{\w+\})", way):
        clause += [part] if part.startswith("{") else keys(part)
    return tuple(clause)
