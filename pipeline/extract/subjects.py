"""What a clause speaks of: the words of its head -> a subject, and a subject -> an indicator's code.

A name counts only when it is the whole subject: "sản xuất sản phẩm từ khoáng phi kim loại khác" is not
mining. Words that the glossary does not know make the subject unknown, never the nearest known one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.extract.clauses import STATUSES, VERBS, Clause
from pipeline.extract.items import Item
from pipeline.glossary import Glossary

Names = tuple[tuple[str, tuple[str, ...]], ...]

_SILENT = (
    VERBS
    | STATUSES
    | {
        "light",
        "and",
        "bare",
        "from",
        "about",
        "locative",
        "rate",
        "constant_prices",
        "current_prices",
        "unlike",
        "approximation",
        "period",
        "basis",
        "area",
        "respectively",
        "mark",
        "predicate",
        "target",
        "versus",
        "attribution",
        "cause",
        "concession",
    }
)

# What may stand inside a name's words and is no part of it.
_OUTSIDE = STATUSES | {"period", "basis", "bare", "approximation", "respectively", "area", "mark", "target", "unlike"}


@dataclass(frozen=True, slots=True)
class Subject:
    """`names` are the indicators that the `words` may mean, none: unknown words.

    `code`, once decided, goes on to the next figures of this subject.
    """

    names: Names
    code: str = ""
    words: tuple[Item, ...] = ()


UNKNOWN = Subject(())


def root(code: str) -> str:
    """The first part of a code: its topic."""
    return code.partition(".")[0]


def _within(context: str, ancestor: str) -> bool:
    return context == ancestor or context.startswith(f"{ancestor}.")


def candidates(names: Names, contexts: Sequence[str]) -> list[str]:
    """Names -> codes, those first that only the context makes possible, the closest context first."""
    scored = []
    for code, needed in names:
        for context in contexts:
            matched = [n for n in needed if _within(context, n)]
            if matched:
                scored.append((-max(len(n) for n in matched), contexts.index(context), code))
        if not needed:
            scored.append((0, 0, code))
    if not scored:
        return []
    best = min(scored)[0]
    return list(dict.fromkeys(code for score, _, code in sorted(scored) if score == best))


def _subject_items(items: Sequence[Item], area: str) -> list[Item]:
    """The items of a segment that could name a subject; words after a predicate say nothing of it."""
    kept: list[Item] = []
    if items and items[0].kind == "attribution":  # "Theo số liệu của Sở Tài chính, …" names the source
        return kept
    for item in items:
        if item.kind == "contribution" or (item.kind == "predicate" and _names(kept) >= _names(items)):
            break  # behind "đóng góp vào" stands the whole
        if item.kind in _SILENT and not (item.kind == "basis" and item.value.endswith("plan")):
            continue
        if item.kind == "place" and item.value == area:
            continue
        kept.append(item)
    return kept


def _names(items: Sequence[Item]) -> int:
    return sum(i.kind == "indicator" for i in items)


def find_subject(
    clause: Clause, area: str, contexts: Sequence[str], wider: Sequence[str] = ()
) -> tuple[Subject | None, int]:
    """A clause's head -> (its subject, the segment that names it).

    None when the head names none and the one before goes on; then the segment is the earliest that
    the clause still reaches. `wider` are contexts for names that `contexts` give no meaning.
    """
    for at in range(len(clause.segments) - 1, -1, -1):
        segment = clause.segments[at]
        if at < len(clause.segments) - 1 and _is_whole(segment.items, area):
            return None, at + 1
        named = [
            _decide(i, part, contexts, wider) for part in _parts(segment.items) if (i := _subject_items(part, area))
        ]
        if named:
            # "giảm giá là nhóm giao thông", "may mặc là đầu tàu": what is known on a side of "là"
            known = next((s for s in reversed(named) if s.names), None)
            return known or _listed(clause, at, named[-1], area), at
        if segment.mark in (";", "lead"):
            return None, at
    return None, 0


def _is_whole(items: Sequence[Item], area: str) -> bool:
    """Whether a segment says all that it has to say of a topic ("Du lịch phục hồi mạnh mẽ, đón …")."""
    said = any(i.kind == "predicate" for i in items)
    return said and not _names(items) and all(i.kind == "context" for i in _subject_items(items, area))


def _listed(clause: Clause, at: int, subject: Subject, area: str) -> Subject:
    """The unknown words of an entry of a list, its commas included ("thanh, que sắt, thép … tăng 1%;")."""
    first = at
    while first and clause.segments[first].mark == "," and not _states(clause.segments[first - 1].items):
        first -= 1
    marks = [s.mark for s in clause.segments]
    if first == at or not (marks[first] in (";", "lead", ":") or (first == 0 and ";" in marks)):
        return subject
    before = [i for s in clause.segments[first:at] for i in _between(_subject_items(s.items, area), s.items)]
    return replace(subject, words=(*before, *subject.words))


def _between(kept: Sequence[Item], items: Sequence[Item]) -> list[Item]:
    """The items from the first kept one to the last: a name as it is written, times and comparisons left out."""
    return [i for i in items if kept and kept[0].start <= i.start <= kept[-1].start and i.kind not in _OUTSIDE]


def _states(items: Sequence[Item]) -> bool:
    """Whether items say something themselves, rather than name."""
    return not items or any(i.kind in VERBS or i.kind in ("basis", "bare", "period", "cause") for i in items)


def _parts(items: Sequence[Item]) -> list[list[Item]]:
    """A segment's items, parted at "là"."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if item.kind == "copula":
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def is_adverbial(items: Sequence[Item], area: str) -> bool:
    """Whether a segment names no subject: times, comparisons, places of the report's own area."""
    return not _subject_items(items, area)


def _decide(items: Sequence[Item], part: Sequence[Item], contexts: Sequence[str], wider: Sequence[str]) -> Subject:
    words = tuple(_between(items, part))
    unknown = Subject((), "", words)
    if any(i.kind != "indicator" for i in items) or _joined(items, part):
        return unknown
    chosen, codes = items[0], candidates(items[0].names, contexts) or candidates(items[0].names, wider)
    for item in items[1:]:
        # "CPI nhóm giao thông": a whole, then its part; "nhóm giao thông có chỉ số giá": the part, then
        # its whole; two names side by side would be ambiguous
        following = candidates(item.names, codes) or candidates(item.names, contexts)
        if any(_within(c, f) for c in codes for f in following):
            continue
        if not any(root(c) == root(f) for c in codes for f in following):
            return unknown
        # "đàn gia cầm … sản lượng thịt hơi xuất chuồng": the meat of that animal alone
        chosen, codes = item._replace(names=tuple(n for n in item.names if n[0] in following)), following
    return Subject(chosen.names, "", words) if codes else unknown


def _joined(items: Sequence[Item], part: Sequence[Item]) -> bool:
    """Whether "và" joins two names ("dịch vụ và thuế sản phẩm"): the figure is neither one's."""
    between = (i for a, b in pairwise(items) for i in part if a.end <= i.start < b.start)
    return any(i.kind == "and" for i in between)


def resolve(subject: Subject, unit: str, contexts: Sequence[str], glossary: Glossary) -> str:
    """A subject and the unit of its level -> code, empty when none or several fit.

    Without a unit (a growth that no level went before) a code must be the only one possible.
    """
    fitting = tuple(n for n in subject.names if not unit or unit in glossary.indicators[n[0]].units)
    codes = candidates(fitting, contexts)
    if len(codes) > 1 and contexts:  # "doanh thu vận tải …, trong đó vận tải hành khách giảm 15%": of that revenue
        codes = [c for c in codes if _within(c, contexts[0])]
    return codes[0] if len(codes) == 1 else ""
