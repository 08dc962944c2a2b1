"""Rows of an appendix's tables -> lines that tell each figure with the head of its column and its unit.

"Bán lẻ hàng hóa | 15.000 | 106,7" under "Thực hiện tháng 5/2024 | Tháng 6/2024 so với tháng trước (%)", with "Đơn vị
tính: tỷ đồng" above, is told as "Bán lẻ hàng hóa: thực hiện tháng 5/2024 đạt 15.000 tỷ đồng; tháng 6/2024 bằng 106,7%
so với tháng trước". A row that no head explains stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.glossary import Glossary
from pipeline.read.normal import Line
from pipeline.read.page import CELL_MARK
from pipeline.read.words import PageWords
from pipeline.vietnamese import alternation, keys

_FIGURE = re.compile(r"[-−+]?\d[\d.,]*%?")
_ORDER = re.compile(r"[\dIVXivx]{1,4}[.)]?|[a-zđ][.)]|[-+•*]")  # the number or bullet of a row
_PERCENT = re.compile(r"\(?\s*%\s*\)?")
_MOST_HEADS = 6  # rows that name columns
_COLUMNS = ("level", "ratio", "rise", "fall", "share", "target")

Row = list[str]


@dataclass(frozen=True)
class _Grammar:
    """What heads of columns are told by."""

    unit: re.Pattern[str]  # "Đơn vị tính: tỷ đồng" above a table
    units: frozenset[tuple[str, ...]]  # heads of a column of units
    orders: frozenset[tuple[str, ...]]  # … of numbers of rows
    than: re.Pattern[str]  # "so với", "so sánh"
    rises: re.Pattern[str]  # "tốc độ tăng"
    shares: re.Pattern[str]  # "cơ cấu"
    plans: re.Pattern[str]  # "kế hoạch"

    phrases: Mapping[str, str]  # how each kind of column is told

    @classmethod
    def of(cls, words: PageWords, glossary: Glossary) -> _Grammar:
        def pattern(*categories: str) -> re.Pattern[str]:
            surfaces = (s for c in categories for s in words.of(c))
            return re.compile(rf"(?<!\w)(?:{alternation(surfaces)})(?!\w)", re.IGNORECASE)

        than = (*words.of("than"), *(s for s, value in words.of("comparison").items() if value == "than"))
        return cls(
            re.compile(
                rf"^\W*(?:{alternation(words.of('unit'))})\s*:?\s*(?P<unit>[^|;:()]{{1,30}}?)\W*$", re.IGNORECASE
            ),
            frozenset(map(keys, words.of("unit"))),
            frozenset(map(keys, words.of("order"))),
            re.compile(rf"(?<!\w)(?:{alternation(than)})(?!\w)", re.IGNORECASE),
            pattern("rise"),
            pattern("share"),
            pattern("target", "plan"),
            {kind: glossary.phrase(f"read.column.{kind}").vi for kind in _COLUMNS},
        )

    def tell(self, kind: str, **facts: str) -> str:
        """A phrase with its facts, without the spaces that empty ones leave."""
        return " ".join(self.phrases[kind].format(**facts).split()).replace(" %", "%")


def tell_tables(lines: Sequence[Line], words: PageWords, glossary: Glossary) -> tuple[Line, ...]:
    """Lines of an appendix -> the same, its rows told."""
    grammar = _Grammar.of(words, glossary)
    told: list[Line] = []
    rows: list[Line] = []
    unit = ""
    for line in lines:
        if line.mark == "row":
            rows.append(line)
            continue
        told += _tell(rows, unit, grammar)
        rows = []
        found = grammar.unit.match(line.text)
        unit = found["unit"].strip() if found else "" if line.mark == "heading" else unit
        told.append(replace(line, mark="row") if found else line)  # no heading: the title above holds for the rows
    return (*told, *_tell(rows, unit, grammar))


def _tell(lines: Sequence[Line], unit: str, grammar: _Grammar) -> Iterator[Line]:
    rows = [[cell.strip() for cell in line.text.split(CELL_MARK.strip())] for line in lines]
    first = next((n for n, row in enumerate(rows) if _is_data(row)), len(rows))
    heads = _heads([row for row in rows[:first] if not _numbers_columns(row)])
    yield from lines[:first]
    for line, row in zip(lines[first:], rows[first:], strict=True):
        yield replace(line, text=text, mark="") if (text := _told(row, heads, unit, grammar)) else line


def _is_data(row: Row) -> bool:
    """Whether a row has a name and figures."""
    named = any(cell and not _FIGURE.fullmatch(cell) and not _ORDER.fullmatch(cell) for cell in row)
    return named and any(_FIGURE.fullmatch(cell) for cell in row[1:]) and not _numbers_columns(row)


def _numbers_columns(row: Row) -> bool:
    """Whether a row under the heads numbers the columns ("A | B | 1 | 2 | 3=2/1")."""
    figures = [cell.partition("=")[0] for cell in row if cell[:1].isdigit()]
    letters = [cell for cell in row if cell and not cell[0].isdigit()]
    return figures == [str(n) for n in range(1, len(figures) + 1)] and all(len(cell) == 1 for cell in letters)


def _heads(rows: Sequence[Row]) -> list[str]:
    """Rows above the figures -> the head of each column, a merged cell's words over all that it spans."""
    if len(rows) > _MOST_HEADS:
        return []
    width = max(map(len, rows), default=0)
    heads = [""] * width
    for n, row in enumerate(rows):
        over = ""
        for at in range(width):
            cell = row[at] if at < len(row) else ""
            over = cell or (over if n < len(rows) - 1 and at else "")
            heads[at] = f"{heads[at]} {over}".strip()
    return [head.replace(":", " ") for head in heads]


def _told(row: Row, heads: Sequence[str], unit: str, grammar: _Grammar) -> str:
    """A row as a sentence; empty where a figure has no head."""
    named = [n for n, cell in enumerate(row) if cell and not _FIGURE.fullmatch(cell) and not _ORDER.fullmatch(cell)]
    units = [n for n, head in enumerate(heads) if keys(head) in grammar.units]
    names = [n for n in named if n not in units and not (n < len(heads) and keys(heads[n]) in grammar.orders)]
    if not names:
        return ""
    own = next((row[n] for n in units if n < len(row) and row[n]), unit)
    if own[:1].isdigit():
        return ""  # a date is no unit
    parts: list[str] = []
    plans: list[str] = []  # told last: what follows a plan would be its
    for at, cell in enumerate(row):
        if at <= names[0] or at in named or not cell:
            continue
        head = " ".join(heads[at].split()) if at < len(heads) else ""
        if not head or not _FIGURE.fullmatch(cell):
            return ""
        is_plan = grammar.plans.search(head) is not None and grammar.than.search(head) is None
        (plans if is_plan else parts).append(_part(head, cell, own, grammar))
    return f"{row[names[0]].strip(' :-')}: {'; '.join([*parts, *plans])}" if parts else ""


def _part(head: str, figure: str, unit: str, grammar: _Grammar) -> str:
    """A column's head and a row's figure -> what they say together."""
    number = figure.removesuffix("%")
    plain = " ".join(_PERCENT.sub(" ", head).split())
    start = plain[:1].lower() + plain[1:]
    than = grammar.than.search(start)
    if than and grammar.rises.search(start):
        moved = "fall" if number[0] in "-−" else "rise"
        time = grammar.rises.sub(" ", start[: than.start()])
        return grammar.tell(moved, time=time, figure=number.lstrip("-−+"), other=start[than.end() :])
    if than:
        return grammar.tell("ratio", time=start[: than.start()], figure=number, other=start[than.end() :])
    if grammar.shares.search(start):
        return grammar.tell("share", head=start, figure=number)
    if grammar.plans.search(start):
        return grammar.tell("target", head=start, figure=number, unit=unit)
    return grammar.tell("level", head=start, figure=number, unit="%" if figure != number else unit)
