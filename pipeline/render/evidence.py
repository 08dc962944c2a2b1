"""Article, Translation, Brief -> for each of its observations the sentence of the report that it was read from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.model import Article, Observation, Span, Translation

_MOST = 320  # characters on either side of the words; a list of an article's end may go on for a page
_CUT = "…"


class Quotation(NamedTuple):
    """A sentence of the report: what stands before the words of an observation, these words, and what follows."""

    before: str
    words: str
    after: str


def quotations(article: Article, translation: Translation, observations: Sequence[Observation]) -> list[Quotation]:
    """The sentence around each observation; its line where no sentence holds it (a table)."""
    sentences = sorted({s.span for s in translation.segments}, key=lambda s: (s.start, -s.end))
    starts = [s.start for s in sentences]
    return [_quotation(article.text, sentences, starts, o.span) for o in observations]


def _quotation(text: str, sentences: Sequence[Span], starts: Sequence[int], words: Span) -> Quotation:
    start, end = text.rfind("\n", 0, words.start) + 1, text.find("\n", words.end)
    end = len(text) if end < 0 else end
    for n in range(bisect_right(starts, words.start) - 1, -1, -1):
        sentence = sentences[n]
        if sentence.start < start:
            break
        if words.end <= sentence.end:  # the outermost one counts: a cause is a part of its sentence
            start, end = sentence.start, sentence.end
    before, after = text[start : words.start], text[words.end : end]
    if len(before) > _MOST:
        before = f"{_CUT} {before[-_MOST:].partition(' ')[2]}"
    if len(after) > _MOST:
        after = f"{after[:_MOST].rpartition(' ')[0]} {_CUT}"
    return Quotation(before, text[words.start : words.end], after)
