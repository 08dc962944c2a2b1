"""What a segment holds that no engine may touch, and the text it leaves for the engine."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.model import Span

Kind = Literal["figure", "time", "law", "code", "name", "term"]

# Figures and what holds digits; with names, what is never handed to an engine unmasked.
FIXED: tuple[Kind, ...] = ("figure", "time", "law", "code")
KEPT: tuple[Kind, ...] = (*FIXED, "name")


@dataclass(frozen=True, slots=True)
class Item:
    """Characters `start` to `end` of the article whose English is known: it goes in as it is.

    `english` is empty for a figure that could not be read with certainty; its segment stays
    untranslated. `others` are further ways in which English may say the same; a noun that is counted
    has its two forms in `one` and `many`.
    """

    start: int
    end: int
    kind: Kind
    english: str
    others: tuple[str, ...] = ()
    one: str = ""
    many: str = ""


@dataclass(frozen=True, slots=True)
class Masked:
    """A piece of the article and its items, in order and apart from each other."""

    text: str  # the whole article: items and span index it
    span: Span
    items: tuple[Item, ...]

    @property
    def source(self) -> str:
        """The piece as it stands in the article."""
        return self.text[self.span.start : self.span.end]

    def filled(self, fillings: Sequence[str]) -> str:
        """The piece with one filling for each item, its white space and control characters made plain."""
        parts: list[str] = []
        place = self.span.start
        for item, filling in zip(self.items, fillings, strict=True):
            parts += (self.text[place : item.start], filling)
            place = item.end
        parts.append(self.text[place : self.span.end])
        return plain_spaces("".join(parts))

    def only(self, kinds: Sequence[Kind]) -> Masked:
        """The same piece with the items of these kinds alone."""
        return Masked(self.text, self.span, tuple(i for i in self.items if i.kind in kinds))

    def part(self, start: int, end: int) -> Masked:
        """The piece from `start` to `end` without the white space around it."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return Masked(self.text, Span(start, end), within(self.items, start, end))


def within(items: Sequence[Item], start: int, end: int) -> tuple[Item, ...]:
    """The items, in order and apart, that lie wholly between `start` and `end`."""
    first = bisect_left(items, start, key=lambda i: i.start)
    return tuple(i for i in items[first : bisect_left(items, end, key=lambda i: i.start)] if i.end <= end)


def plain_spaces(text: str) -> str:
    """One space for every run of white space; control and format characters (zero width) are dropped."""
    kept = text if text.isprintable() else "".join(c for c in text if c.isprintable() or c.isspace())
    return " ".join(kept.split())
