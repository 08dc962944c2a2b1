"""Ways of asking an engine for a segment, from the best English to the safest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.translate.engine import MOST_PLACEHOLDERS, Engine
from pipeline.translate.items import FIXED, Masked
from pipeline.translate.restore import Restorer
from pipeline.translate.verify import Verifier

_LEAST_WORDS = 3  # a clause shorter than this is no sentence for an engine


def ask(engine: Engine, segments: Sequence[Masked], verifier: Verifier, restorer: Restorer) -> list[tuple[str, str]]:
    """Each segment -> its English and "", or "" and the reason of the last refusal.

    Every way is one call of the engine for all segments that still need it.
    """
    answers: list[tuple[str, str]] = [("", "empty")] * len(segments)
    waiting = list(range(len(segments)))
    for way in (_whole, _bare, _clauses, _bare_clauses):
        asked = {n: way(segments[n]) for n in waiting}
        texts = [_masked_text(piece, engine) for n in waiting for piece, _ in asked[n]]
        outputs = iter(engine.translate(texts) if texts else [])
        for n in waiting:
            if asked[n]:
                answers[n] = _joined(asked[n], [next(outputs) for _ in asked[n]], engine, verifier, restorer)
        waiting = [n for n in waiting if answers[n][1]]
    return answers


Pieces = list[tuple[Masked, str]]  # a piece and the mark that follows it


def _whole(segment: Masked) -> Pieces:
    """Everything masked; more items than there are placeholders make it several pieces."""
    return list(_split(segment, ";,", only_full=True))


def _bare(segment: Masked) -> Pieces:
    """Names and terms left to the engine, figures not."""
    bare = segment.only(FIXED)
    return [] if bare == segment else list(_split(bare, ";,", only_full=True))


def _clauses(segment: Masked) -> Pieces:
    """Clause by clause."""
    pieces = list(_split(segment, ";:", only_full=False))
    if len(pieces) == 1:
        pieces = list(_split(segment, ",", only_full=False))
    return pieces if len(pieces) > 1 else []


def _bare_clauses(segment: Masked) -> Pieces:
    """Clause by clause, names and terms left to the engine."""
    bare = segment.only(FIXED)
    return [] if bare == segment else _clauses(bare)


def _masked_text(piece: Masked, engine: Engine) -> str:
    # A look-alike in the source ("⟨3⟩") cannot be taken for a placeholder: its digit is an item itself.
    return piece.filled([engine.placeholder.format(n) for n in range(len(piece.items))])


def _joined(
    pieces: Pieces, outputs: Sequence[str], engine: Engine, verifier: Verifier, restorer: Restorer
) -> tuple[str, str]:
    """Verified and restored pieces in one line; the first refusal refuses all."""
    parts: list[str] = []
    for number, ((piece, mark), output) in enumerate(zip(pieces, outputs, strict=True)):
        if reason := verifier.check(output, piece, engine.placeholder):
            return "", reason
        text = restorer.restore(output, piece.items, engine.placeholder)
        last = number == len(pieces) - 1
        parts.append(text if last else f"{text.rstrip('.,;: ')}{mark}")
    return " ".join(parts), ""


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
