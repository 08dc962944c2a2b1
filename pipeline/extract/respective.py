"""Figures given respectively ("lần lượt"): which facts read before, or which names, they belong to in order."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.clauses import VERBS, Clause
from pipeline.extract.finer import Fine
from pipeline.extract.items import Item, Source
from pipeline.extract.subjects import Subject, find_subject

Name = tuple[Item, ...]
_LEAST, _MOST = 2, 20  # figures that a sentence gives respectively


def run_of(rest: Sequence[Clause], source: Source, area: str, contexts: Sequence[str]) -> int:
    """How many figures from the first clause on are given respectively; 0 where the first does not say so."""
    if not (_says_so(rest[0]) or _are_shares(rest)):
        return 0
    unit = source.quantities[rest[0].item.quantity].unit
    verbs = _verbs(rest[0])
    run = 0
    for clause in rest[:_MOST]:
        if run and find_subject(clause, area, contexts)[0] is not None:
            break
        if source.quantities[clause.item.quantity].unit != unit or (run and not _verbs(clause) <= verbs):
            break  # "= 85% kế hoạch, tăng 5%"
        run += 1
    return run


def facts_of(before: Sequence[Fine], run: int) -> Sequence[Fine]:
    """What the figures just read are facts of -> what so many more belong to, empty where there are fewer."""
    return before[-run:] if _LEAST <= run <= len(before) else ()


def names_of(clause: Clause, subject: Subject, run: int) -> list[Name]:
    """The names that a head lists for so many figures ("giá xăng và dầu hỏa lần lượt tăng a và b").

    Where their number is another, nothing says which name a figure belongs to: each gets the word "lần lượt", which
    is no name.
    """
    if run < _LEAST or subject.names or not any(i.kind == "and" for i in subject.words):
        return []
    names = _apart(subject.words)
    for before, segment in zip(clause.segments[-2::-1], clause.segments[:0:-1], strict=False):
        if segment.mark != ",":
            break
        names = [*_apart(before.items), *names]
    if len(names) == run:
        return names
    return [tuple(i for s in clause.segments for i in s.items if i.kind == "respectively")] * run


def _says_so(clause: Clause) -> bool:
    return any(i.kind == "respectively" for s in clause.segments for i in s.items)


def _verbs(clause: Clause) -> set[str]:
    return {i.kind for s in clause.segments for i in s.items if i.kind in VERBS}


def _are_shares(rest: Sequence[Clause]) -> bool:
    """Whether two shares stand for two figures before them ("… giải thể và … tạm ngừng, chiếm 36,2% và 36,1%")."""
    first = [i.kind for i in rest[0].segments[-1].items]
    second = [i.kind for s in rest[1].segments for i in s.items] if len(rest) > 1 else []
    alone = first[-1:] == ["share"] and set(first) <= {"share", "light"} and not rest[0].tail
    return alone and "and" in second and set(second) <= {"and", "share", "light"}


def _apart(words: Sequence[Item]) -> list[Name]:
    """Words -> the names that commas and "và" part."""
    names: list[Name] = [()]
    for item in words:
        if item.kind == "and" or item.value == ",":
            names.append(())
        elif item.kind in ("word", "indicator"):
            names[-1] += (item,)
    return names
