"""Difficulties and outlook: whole sentences of the report that an investor can use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.compose.words import Writer, plain, statement, vietnamese, weight
from pipeline.model import Article, Block, Segment, Span, Statement, Translation
from pipeline.vietnamese import key

Subject = Literal["difficulty", "outlook"]

MOST = 4
LONGEST = 320
LEAST = 3  # weight below which a sentence says nothing that an investor can use
BOTH = 2  # what it is worth that a sentence can be read in both languages
OUTSIDE = 4  # the same for a sentence that stands in no section of its own

_BULLET = re.compile(r"^[-–*+•]\s*")
_TRAILING = re.compile(r"\s*(?:…|\.{3,})$")  # "and so on"
_WHOLE = re.compile(r"[.!?…][”\")]?$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of the article, without its bullet and its "Firstly,"."""

    segment: Segment
    vi: str
    score: float


@dataclass(frozen=True)
class Selector:
    """Chooses sentences by the table of words."""

    writer: Writer
    article: Article
    translation: Translation

    def choose(self, subject: Subject) -> tuple[Statement, ...]:
        """The sentences of the sections on a subject, the heaviest first: a page that is too small drops the last."""
        sections = self._sections()
        inside = [span for span, kind in sections if kind == subject]
        taken = [c for c in self._candidates(inside) if c.score >= LEAST]
        if not taken:
            elsewhere = [b.span for b in self.article.blocks if b.kind == "paragraph" and not _within(b.span, sections)]
            taken = [c for c in self._candidates(elsewhere, subject) if c.score >= OUTSIDE]
        best = sorted(taken, key=lambda c: (-c.score - BOTH * bool(c.segment.target), c.segment.span.start))[:MOST]
        return tuple(self._statement(subject, c) for c in best)

    def _sections(self) -> list[tuple[Span, Subject]]:
        """Paragraphs under headings that name difficulties or outlook; a sub-heading may change the subject."""
        found: list[tuple[Span, Subject]] = []
        path: list[tuple[int, Subject | None]] = []
        for block in self.article.blocks:
            if block.kind == "heading":
                path = [(level, kind) for level, kind in path if level < block.level]
                inherited = path[-1][1] if path else None
                path.append((block.level, self._named(block) or inherited))
            elif block.kind == "paragraph" and path and (kind := path[-1][1]):
                found.append((block.span, kind))
        return found

    def _named(self, heading: Block) -> Subject | None:
        """The subject whose word a heading names first; none for one about results or target programmes."""
        title = key(self.article.text[heading.span.start : heading.span.end])
        if any(key(s) in title for s in self._surfaces("section.none")):
            return None
        places: list[tuple[int, Subject]] = []
        subjects: tuple[Subject, ...] = ("difficulty", "outlook")
        for subject in subjects:
            keys = (key(s) for s in self._surfaces(f"section.{subject}"))
            places.extend((title.find(k), subject) for k in keys if k in title)
        return min(places)[1] if places else None

    def _surfaces(self, category: str) -> list[str]:
        return [w.surface for w in self.writer.glossary.selection if w.category == category]

    def _speaks_of(self, subject: Subject, words: str) -> bool:
        said = key(words)
        return any(key(s) in said for s in self._surfaces(f"mark.{subject}"))

    def _candidates(self, spans: list[Span], mark: Subject | None = None) -> Iterator[Candidate]:
        """Whole sentences within these spans; with `mark`, only those that speak of that subject."""
        for segment in self.translation.segments:
            if not any(s.start <= segment.span.start and segment.span.end <= s.end for s in spans):
                continue
            if self._opens(segment.source, "dangling"):
                continue
            vi = self._bare(segment.source)
            if len(vi) <= LONGEST and _WHOLE.search(vi) and (mark is None or self._speaks_of(mark, vi)):
                yield Candidate(segment, vi, self._score(vi))

    def _score(self, words: str) -> float:
        """The weights of the table's words that stand in a sentence, with one point for a figure or date."""
        said = key(words)
        total = sum(float(weight(w)) for w in self.writer.glossary.selection
                    if w.category == "useful" and key(w.surface) in said)  # fmt: skip
        return total + any(c.isdigit() for c in words)

    def _opens(self, words: str, category: str) -> str:
        """The longest of a category's surfaces that a sentence begins with; empty without one."""
        begins = f"{_BULLET.sub('', words.strip()).casefold()} "
        return max((s for s in self._surfaces(category) if begins.startswith(f"{s.casefold()} ")), key=len, default="")

    def _bare(self, words: str) -> str:
        """A sentence without its bullet and what refers to another sentence ("Firstly,"), with a capital again."""
        words = _BULLET.sub("", words.strip())
        while opening := self._opens(words, "opening"):
            words = words[len(opening) :].strip()
        return _TRAILING.sub(".", _repaired(words[:1].upper() + words[1:]))

    def _statement(self, subject: Subject, candidate: Candidate) -> Statement:
        target = candidate.segment.target if candidate.segment.method != "none" else ""
        said = plain(candidate.vi, self._bare(target)) if target else vietnamese(candidate.vi)
        return statement(subject, said, untranslated=not target, span=candidate.segment.span)


def _repaired(words: str) -> str:
    """A first word typed with the shift key held too long ("CÙng") -> "Cùng"."""
    first, space, rest = words.partition(" ")
    if first[:2].isupper() and first[2:].islower():
        first = first.capitalize()
    return first + space + rest


def _within(span: Span, sections: list[tuple[Span, Subject]]) -> bool:
    return any(span == s for s, _ in sections)
