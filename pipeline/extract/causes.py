"""Why a figure moved, where the text itself says so: the words after "do", "nhờ", "nguyên nhân"."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.clauses import Clause
from pipeline.extract.items import Item
from pipeline.extract.subjects import find_subject
from pipeline.model import Span

_NEAR = 10  # items between "nguyên nhân …" and the "do" that begins the reason itself


def cause_span(clause: Clause, later: Sequence[Clause], end: Sequence[Item], area: str) -> Span | None:
    """The word of cause behind a figure -> the span of the reason, the word included.

    It ends where the next figure's own clause begins, at a semicolon or with the sentence.
    `end` are the items after the sentence's last figure.
    """
    if clause.cause is None:
        return None
    start = clause.cause.start
    following = next((c for c in later if c.item.start > start), None)
    if following is None:
        items = [i for i in end if i.start >= start]
    else:
        _, at = find_subject(following, area, ())
        items = [i for s in following.segments[:at] for i in s.items if i.start >= start]
        if not items:
            return None  # the next figure stands in the reason itself
    return span_of(items)


def span_of(items: Sequence[Item]) -> Span | None:
    """Items that begin with a word of cause -> the span of the reason; None where hardly a word follows."""
    stop = next((n for n, i in enumerate(items) if i.kind == "mark" and i.value in ";)"), len(items))
    words = list(items[:stop])
    # "nguyên nhân tăng cao so với cùng kỳ do …": the reason begins at the last word of cause
    inner = [n for n, i in enumerate(words[:_NEAR]) if i.kind == "cause"]
    words = words[inner[-1] if inner else 0 :]
    said = [i for i in words if i.kind != "mark"]
    return Span(said[0].start, said[-1].end) if len(said) > 2 else None
