"""Article -> its sentences as spans: a full stop ends a sentence unless it is part of something.

It is part of an abbreviation ("TP. Hồ Chí Minh"), of a number ("1.307"), of an item found before, or
stands in brackets that close again. A colon or semicolon ends none: the list it begins belongs to it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from pipeline.model import Block, Span
from pipeline.translate.items import Item

_END = re.compile(r"(?:\.{2,}|[.!?…])+[\"'”’»)\]]*")
_NEXT = re.compile(r"\s*[\"'“‘«(\[\-–+*•]*\s*(.?)(.?)")
_MARK = re.compile(r"[\s\-–+*•◆■●▪>#]*")
# Numbering that the block does not know of: "1. ", "7.1.2 ", "IV. ", "a) ".
_NUMBERING = re.compile(r"(?:(?:\d{1,2}|[IVX]{1,4}|[a-zđ])[.)]|\d{1,2}(?:\.\d{1,2})+[.)]?)\s+(?=\S)")
_NUMBER_END = re.compile(r"[.)\]:/\s]*")
_INITIAL = re.compile(r"(?<!\w)\w\.$")


class Splitter:
    """Ends of sentences; knows the glossary's abbreviations."""

    def __init__(self, abbreviations: Sequence[str], list_ends: Sequence[str]) -> None:
        self._abbreviations = tuple(sorted(abbreviations))
        self._list_ends = tuple(sorted(list_ends))

    def sentences(self, text: str, block: Block, items: Sequence[Item] = ()) -> Iterator[Span]:
        """The sentences of a block without its numbering, its bullet and white space around them."""
        start, end = _after_number(text, block), block.span.end
        for match in _END.finditer(text, start, end):
            if self._ends(text, start, match, end) and not _inside(items, match.start()):
                if span := _trimmed(text, start, match.end()):
                    yield span
                start = match.end()
        if span := _trimmed(text, start, end):
            yield span

    def _ends(self, text: str, start: int, match: re.Match[str], end: int) -> bool:
        """Whether the marks at `match` end the sentence that began at `start`."""
        after = _NEXT.match(text, match.end(), end)
        first, second = (after[1], after[2]) if after else ("", "")
        if not first:
            return True
        touching = match.end() < end and not text[match.end()].isspace()
        before = text[start : match.end()]
        word = re.split(r"[\s(]", before[: match.start() - start])[-1]
        if touching and not (first.isupper() and second.islower() and len(word) > 1 and word.islower()):
            return False  # "1.307", "T.km", "QL.4B", "thongke.gov.vn"; but "tăng khá.Trong đó" is two
        if not (first.isupper() or first.isdigit()) or before.endswith(self._abbreviations):
            return False
        if before.endswith(self._list_ends):
            return first.isupper()
        if _INITIAL.search(before) and not word.isdigit():
            return False
        if word.isdigit() and not before[: -len(word) - 1].strip():
            return False  # "1. Nông nghiệp": the number of a list
        return not _in_brackets(text, start, match.start(), end)


def _after_number(text: str, block: Block) -> int:
    """Where the block's words begin, after its bullet and its numbering."""
    start, end = block.span.start, block.span.end
    start = _mark_end(text, start, end)
    opening = start + (text[start : start + 1] in ("[", "("))
    if block.number and text.startswith(block.number, opening):
        rest = _NUMBER_END.match(text, opening + len(block.number), end)
        return rest.end() if rest else start
    number = _NUMBERING.match(text, start, end)
    return number.end() if number and text[number.end()].isupper() else start


def _mark_end(text: str, start: int, end: int) -> int:
    match = _MARK.match(text, start, end)
    return match.end() if match else start


def _inside(items: Sequence[Item], place: int) -> bool:
    n = bisect_right(items, place, key=lambda i: i.start) - 1
    return n >= 0 and place < items[n].end


def _in_brackets(text: str, start: int, place: int, end: int) -> bool:
    """Whether a bracket opened before `place` is closed after it."""
    opened = text.count("(", start, place) - text.count(")", start, place)
    if opened <= 0:
        return False
    closing, opening = text.find(")", place, end), text.find("(", place, end)
    return closing >= 0 and (opening < 0 or closing < opening)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """The span without bullet and white space; None where no word or figure is left."""
    start = _mark_end(text, start, end)
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if any(c.isalnum() for c in text[start:end]) else None
