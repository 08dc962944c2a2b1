"""Ways of asking an engine for a segment; of what passes the checks the best is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.translate.engine import MOST_PLACEHOLDERS, Engine, Hypothesis
from pipeline.translate.items import KEPT, Masked
from pipeline.translate.lexicon import Doubt
from pipeline.translate.openings import Openings
from pipeline.translate.remember import Answer
from pipeline.translate.restore import Restorer
from pipeline.translate.verify import Verifier, missing_terms

_LEAST_WORDS = 3  # a clause shorter than this is no sentence for an engine

# Mean log-probability of a token below which a model is guessing: measured on 150 translations that were judged
# one by one (training/README.md).
_SURE = -0.7
_DOUBT_COST = 2.0  # of the share of words without a partner, against log-probability


class Candidate(NamedTuple):
    """English, what it is worth among the hypotheses of one piece, or the reason why there is none."""

    text: str
    worth: float
    reason: str


def ask(
    engine: Engine, whole: Sequence[Masked], verifier: Verifier, restorer: Restorer, openings: Openings
) -> list[Answer]:
    """Each segment -> its English and "", or "" and the reason of the last refusal.

    What opens a sentence ("Tuy nhiên,") has its English already; the engine is asked for the rest.
    A segment is asked for whole, everything masked; then with terms in sight; then clause by clause, everything
    masked. Each step is one call of the engine for all segments that still need it.
    """
    opened, segments = zip(*map(openings.part, whole), strict=True) if whole else ((), ())
    answers = [Candidate("", 0.0, "empty")] * len(segments)
    waiting = list(range(len(segments)))
    for way in (_whole, _bare, _clauses):
        asked = [(n, pieces) for n in waiting if (pieces := way(segments[n]))]
        texts = [_masked_text(piece, engine) for _, pieces in asked for piece, _ in pieces]
        distinct = list(dict.fromkeys(texts))  # masked, many a sentence is the same
        given = dict(zip(distinct, engine.translate(distinct) if distinct else [], strict=True))
        outputs = iter([given[text] for text in texts])
        for n, pieces in asked:
            offered = [next(outputs) for _ in pieces]
            answers[n] = _joined(pieces, offered, engine, verifier, restorer, segments[n])
        waiting = [n for n in waiting if answers[n].reason]
    texts = [openings.joined(*pair) for pair in zip(opened, (best.text for best in answers), strict=True)]
    return [Answer("" if b.reason else text, b.reason) for text, b in zip(texts, answers, strict=True)]


Pieces = list[tuple[Masked, str]]  # a piece and the mark that follows it


def _whole(segment: Masked) -> Pieces:
    """Everything masked; more items than there are placeholders make it several pieces."""
    return list(_split(segment, ";,", only_full=True))


def _bare(segment: Masked) -> Pieces:
    """Terms left to the engine, figures and names not."""
    bare = segment.only(KEPT)
    return [] if bare == segment else list(_split(bare, ";,", only_full=True))


def _clauses(segment: Masked) -> Pieces:
    """Clause by clause."""
    pieces = list(_split(segment, ";:", only_full=False))
    if len(pieces) == 1:
        pieces = list(_split(segment, ",", only_full=False))
    return pieces if len(pieces) > 1 else []


def _masked_text(piece: Masked, engine: Engine) -> str:
    # A look-alike in the source ("⟨3⟩") cannot be taken for a placeholder: its digit is an item itself.
    return piece.filled([engine.placeholder.format(n) for n in range(len(piece.items))])


def _joined(
    pieces: Pieces,
    offered: Sequence[Sequence[Hypothesis]],
    engine: Engine,
    verifier: Verifier,
    restorer: Restorer,
    segment: Masked,
) -> Candidate:
    """The best verified hypothesis of each piece, restored and in one line; a piece without one refuses all."""
    parts: list[str] = []
    worth = 0.0
    for number, ((piece, mark), hypotheses) in enumerate(zip(pieces, offered, strict=True)):
        best = _best(piece, hypotheses, engine.placeholder, verifier)
        if best.reason:
            return best
        text = restorer.restore(best.text, piece.items, engine.placeholder)
        last = number == len(pieces) - 1
        parts.append(text if last else f"{text.rstrip('.,;: ')}{mark}")
        worth += best.worth / len(pieces)
    text = " ".join(parts)
    return Candidate("", 0.0, "term") if missing_terms(text, segment.items) else Candidate(text, worth, "")


def _best(piece: Masked, hypotheses: Sequence[Hypothesis], form: str, verifier: Verifier) -> Candidate:
    """The hypothesis worth most of those that pass; else the reason that refused the likeliest."""
    passed: list[Candidate] = []
    reasons: list[str] = []
    for text, score in hypotheses:
        reason = "unsure" if score < _SURE else verifier.check(text, piece, form)
        doubt = Doubt() if reason else verifier.doubt(text, piece, form)
        reason = reason or ("invented" if doubt.invented else "omitted" if doubt.omitted else "")
        passed.append(Candidate(text, score - _DOUBT_COST * doubt.share, reason))
        reasons.append(reason)
    return max(
        (a for a in passed if not a.reason), key=lambda a: a.worth, default=Candidate("", 0.0, [*reasons, "empty"][0])
    )


def _split(segment: Masked, marks: str, *, only_full: bool) -> Iterator[tuple[Masked, str]]:
    """Cut at marks outside of brackets and items into pieces of at most MOST_PLACEHOLDERS items.

    `only_full` cuts no more than that asks for; otherwise every mark between long enough clauses cuts.
    """
    cuts = list(_cuts(segment, marks))
    start = segment.span.start
    while True:
        rest = segment.part(start, segment.span.end)
        if only_full and len(rest.items) <= MOST_PLACEHOLDERS:
            break
        ahead = [c for c in cuts if c >= start and _long_enough(segment, start, c)]
        ahead = [c for c in ahead if _long_enough(segment, c + 1, segment.span.end)]
        fitting = [c for c in ahead if len(segment.part(start, c).items) <= MOST_PLACEHOLDERS]
        if not fitting:
            break
        cut = fitting[-1] if only_full else fitting[0]
        yield segment.part(start, cut), segment.text[cut]
        start = cut + 1
    yield rest, ""


def _cuts(segment: Masked, marks: str) -> Iterator[int]:
    depth = 0
    inside = {place for i in segment.items for place in range(i.start, i.end)}
    for place in range(segment.span.start, segment.span.end):
        character = segment.text[place]
        depth = max(0, depth + (character == "(") - (character == ")"))
        if character in marks and depth == 0 and place not in inside:
            yield place


def _long_enough(segment: Masked, start: int, end: int) -> bool:
    return len(segment.text[start:end].split()) >= _LEAST_WORDS
