"""Why a figure moved, where the text itself says so: the words after "do", "nhờ", "nguyên nhân"."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.clauses import Clause
from pipeline.extract.items import Item
from pipeline.extract.lexicon import Lexicon
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
        items = []
        for segment in following.segments[:at]:
            if items and segment.mark in (":", ";"):
                break  # a list that the next figure would cut
            items += [i for i in segment.items if i.start >= start]
        if not items:
            return None  # the next figure stands in the reason itself
    return span_of(items)


def span_of(items: Sequence[Item]) -> Span | None:
    """Items that begin with a word of cause -> the span of the reason; None where hardly a word follows."""
    words = list(items[: _stop(items)])
    words = words[_begin(words) :]
    said = [i for i in words if i.kind != "mark"]
    return Span(said[0].start, said[-1].end) if len(said) > 2 else None


def is_conceded(sentence: Sequence[Item]) -> bool:
    """Whether a sentence opens with "mặc dù": behind its reason comes a main clause that is none."""
    return any(i.kind == "concession" for i in sentence[:2])


def is_of_slowness(items: Sequence[Item], lexicon: Lexicon) -> bool:
    """Whether the reason is one of little growth ("tăng thấp là do …"): it does not explain that there is any."""
    said = items[: _begin(items)]
    return any(i.kind == "word" and i.value in lexicon.slow for i in said)


def _begin(items: Sequence[Item]) -> int:
    """Where a reason begins: at the last word of cause ("nguyên nhân tăng cao so với cùng kỳ do …")."""
    first = next((n for n, i in enumerate(items) if i.kind == "cause"), 0)
    return max((n for n, i in enumerate(items[: first + _NEAR]) if i.kind == "cause"), default=0)


def _stop(items: Sequence[Item]) -> int:
    """A reason ends at a semicolon or with the bracket around it; where a list is cut so, before the list."""
    depth, listed = 0, None
    for n, item in enumerate(items):
        if item.kind == "mark" and item.value in "()":
            depth += 1 if item.value == "(" else -1
            if depth < 0:
                return n
        elif item.kind == "mark" and item.value == ":" and listed is None:
            listed = n
        elif item.kind == "mark" and item.value == ";" and not depth:
            return n if listed is None else listed
    return len(items)
