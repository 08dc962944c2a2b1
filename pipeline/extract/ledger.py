"""Every number of the article, in reading order, with what it is there for.

Numbers that are no amounts are known by their place (a time, a document's number, a heading's, a name's);
what an amount is there for, the reader notes as it passes (`Note`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.agreement import agree
from pipeline.extract.drafts import Draft
from pipeline.extract.items import LIMITS, Source
from pipeline.extract.lexicon import label
from pipeline.extract.quantities import DOCUMENT, NOTE
from pipeline.figures import NUMBER
from pipeline.model import Article, Number, Observation, Quantity, Role, Span

_MARK = re.compile(r"(?:(?<=^)|(?<=\n))\s*(?:\d+\.)*\d+(?=[.)]?\s)|\(\d{1,2}\)|\[\d{1,2}\]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"(?<![\d/])(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?![\d/])")  # "Quốc tế Phụ nữ 8/3"
_THINGS = ("case", "person", "household", "enterprise", "project", "visit", "piece")
_MARK_LENGTH = 2  # digits of a footnote's mark


class Note(NamedTuple):
    """What the reader saw in a quantity: its role, and the draft that it states or belongs to."""

    role: Role
    draft: Draft | None = None


def ledger(
    article: Article, source: Source, notes: Mapping[int, Note], observations: Sequence[Observation]
) -> tuple[Number, ...]:
    """Article and what was read of it -> every number with its role."""
    places = _Places(article, source)
    index = _Index(observations)
    starts = [q.span.start for q in source.quantities]
    numbers = []
    printed = [Span(*match.span()) for match in NUMBER.finditer(article.text)]
    in_words = [q.span for q in source.quantities if not NUMBER.search(article.text, q.span.start, q.span.end)]
    for span in sorted([*printed, *in_words], key=lambda s: s.start):
        at = bisect_right(starts, span.start) - 1
        inside = at >= 0 and span.end <= source.quantities[at].span.end
        time = places.time(span, source.quantities[at] if inside else None)
        if not inside or time:
            numbers.append(Number(span, "period" if time else places.role(span)))
            continue
        role, draft = notes.get(at, Note("unread"))
        found = index.of(draft, high=span.start > source.quantities[at].span.start) if draft else None
        if at not in notes:  # in a title, or in a line that the next one says again
            found = index.like(source.quantities[at])
            role = "observation" if found is not None else places.role(span)
        elif role == "observation" and found is None:  # a part with the name of its whole
            role = "count" if source.quantities[at].unit in _THINGS else "unread"
        numbers.append(Number(span, role, at, found))
    return tuple(numbers)


class _Index:
    """Observations by their key and by their amount."""

    def __init__(self, observations: Sequence[Observation]) -> None:
        self._observations = observations
        self._keys: dict[tuple[str, ...], list[int]] = {}
        self._quantities: dict[int, list[int]] = {}
        for n, o in enumerate(observations):
            self._quantities.setdefault(o.quantity, []).append(n)
            self._keys.setdefault((o.indicator, o.area, o.period, o.measure, o.basis, o.until), []).append(n)

    def of(self, draft: Draft, *, high: bool) -> int | None:
        """The observation that a draft became: the one of its own figure, else of the same fact.

        `high`: of a range, the one of its upper end.
        """
        own = self._quantities.get(draft.observation.quantity, [])
        same = (n for n in self._keys.get(draft.key, []) if agree(self._observations[n], draft.observation))
        if own:
            return own[-1 if high and self._observations[own[0]].rule == "range" else 0]
        return next(same, None)

    def like(self, quantity: Quantity) -> int | None:
        """An observation of the same printed amount."""
        amount = (abs(quantity.low), quantity.unit, quantity.scale)
        same = (n for n, o in enumerate(self._observations) if (abs(o.value), o.unit, o.scale) == amount)
        return next(same, None)


class _Places:
    """What numbers that are no amounts stand in."""

    def __init__(self, article: Article, source: Source) -> None:
        self._text = article.text
        self._words = source.words
        self._lexicon = source.lexicon
        self._wholes = {
            q.span.start for q in source.quantities if q.rule == "whole" and (q.unit or self._counts_places(q))
        }
        self._spans: list[tuple[int, int, Role]] = sorted(_spans(article, source))
        self._starts = [start for start, _, _ in self._spans]

    def time(self, span: Span, quantity: Quantity | None) -> bool:
        """Whether a number without unit is a bare year or a day ("Xuân Ất Tỵ 2025", "Quốc tế Phụ nữ 8/3")."""
        if (quantity and (quantity.unit or quantity.scale)) or self._placed(span) == "legal":
            return False
        if span.start in self._wholes or span.end + 1 in self._wholes:
            return False  # "06/11 dự án": six of eleven
        if _YEAR.fullmatch(self._text, span.start, span.end):
            return True
        around = max(0, span.start - 3)
        return any(m.start() <= span.start < m.end() for m in _DAY.finditer(self._text, around, span.end + 3))

    def _counts_places(self, quantity: Quantity) -> bool:
        """Whether it counts communes, districts ("06/11 xã")."""
        word = self._lexicon.words.match(self._words.keys, self._words.index_at(quantity.span.end))
        return word is not None and word[1][0][0] == "locality"

    def _placed(self, span: Span) -> Role | None:
        at = bisect_right(self._starts, span.start) - 1
        return self._spans[at][2] if at >= 0 and span.start < self._spans[at][1] else None

    def role(self, span: Span) -> Role:
        """The role of a number by the words and marks around it."""
        if placed := self._placed(span):
            return placed
        before = self._text[max(0, span.start - 1) : span.start]
        if self._text[max(0, span.start - 2) : span.start].strip() in LIMITS:
            return "name"  # "máy giặt có sức chứa > 10 kg"
        if before.isalpha():
            short = span.end - span.start <= _MARK_LENGTH
            return "ordinal" if short and before.islower() else "name"  # "so với cùng kỳ3", "H5N1"
        if (before and before in "-./" and self._text[span.start - 2 : span.start - 1].isalnum()) or (
            self._text[span.end : span.end + 1].isalpha()
        ):
            return "name"  # "QL.4B", "Covid-19", "220x105x60mm"
        return label(self._lexicon, self._words, self._words.index_at(span.start)) or "unread"


def _spans(article: Article, source: Source) -> Iterable[tuple[int, int, Role]]:
    for mention in source.mentions:
        yield mention.start, mention.end, "period"
    for match in DOCUMENT.finditer(article.text):
        yield match.start(), match.end(), "legal"
    for pattern in (NOTE, _MARK):
        for match in pattern.finditer(article.text):
            yield match.start(), match.end(), "ordinal"
    for block in article.blocks:
        if block.number:
            yield block.span.start, block.span.start + len(block.number), "ordinal"
