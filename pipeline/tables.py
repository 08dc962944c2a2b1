"""A CSV table -> rows of a dataclass, checked row by row; every error names file and row.

The columns are the dataclass's fields. Its class variables say more of them: KEY, the column that no
two rows share; OPTIONAL, columns that may be empty; CHOICES, columns of few words.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar, get_type_hints

from pipeline.errors import GlossaryError

Row = TypeVar("Row")

_SEPARATORS = ",;\t"
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


class Table(NamedTuple, Generic[Row]):
    """The rows of a file, and for each its key, case folded, and its number, in the same order."""

    rows: tuple[Row, ...]
    lines: Mapping[str, int]


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"is not a whole number: {text!r}") from None


def _decimal(text: str) -> Decimal | None:
    if not text:
        return None
    if not re.fullmatch(r"-?\d+(?:\.\d+)?", text, re.ASCII):
        raise ValueError(f"is not a number: {text!r}")
    return Decimal(text)


def _surfaces(text: str) -> tuple[str, ...]:
    """`one | two`; `[so với/so/] dự toán [tỉnh/] giao` stands for every way through its brackets.

    Raises ValueError for a bracket without its partner.
    """
    parts = [part for written in text.split("|") for part in _ways(written)]
    if any("[" in part or "]" in part for part in parts):
        raise ValueError(f"has a bracket without its partner: {text!r}")
    return tuple(" ".join(part.split()) for part in parts if part.strip())


def _ways(text: str) -> list[str]:
    if "[" not in text:
        return [text]
    pieces = [piece.split("/") if i % 2 else [piece] for i, piece in enumerate(_BRACKETS.split(text))]
    return list(map("".join, itertools.product(*pieces)))


# A column of few words (CHOICES) may have a Literal type of its own.
_READERS: Mapping[object, Callable[[str], object]] = {
    str: str,
    int: _whole,
    Decimal | None: _decimal,
    tuple[str, ...]: _surfaces,
}


class _Column(NamedTuple):
    """How a column's cells are read; `choices` empty: anything may stand there."""

    name: str
    place: int
    read: Callable[[str], object]
    optional: bool
    choices: tuple[str, ...]

    def value(self, cell: str) -> object:
        """A cell's value. Raises ValueError saying what is wrong."""
        if not cell and not self.optional:
            raise ValueError("is empty")
        if self.choices and cell not in self.choices:
            raise ValueError(f"must be one of {', '.join(self.choices)}")
        return self.read(cell)


def _columns(file: str, header: list[str], kind: type[object]) -> list[_Column]:
    """The columns in the order of the row class's fields."""
    hints = get_type_hints(kind)
    names = [f.name for f in fields(kind)]  # type: ignore[arg-type]  # every row class is a dataclass
    for wrong in (f"unknown column {n!r}" for n in header if n not in names):
        raise GlossaryError(file, 1, wrong)
    for wrong in (f"missing column {n!r}" for n in names if n not in header):
        raise GlossaryError(file, 1, wrong)
    for wrong in (f"column {n!r} stands twice" for n in names if header.count(n) > 1):
        raise GlossaryError(file, 1, wrong)
    optional: tuple[str, ...] = getattr(kind, "OPTIONAL", ())
    choices: Mapping[str, tuple[str, ...]] = getattr(kind, "CHOICES", {})
    return [
        _Column(n, header.index(n), _READERS.get(hints[n], str), n in optional, choices.get(n, ())) for n in names
    ]  # fmt: skip


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises GlossaryError."""
    try:
        return path.read_bytes()
    except OSError as e:
        raise GlossaryError(path.name, 0, f"cannot be read: {e.strerror}") from e


def decode(file: str, data: bytes) -> str:
    """A table's bytes -> its text: UTF-8, or UTF-16 with its mark, as Excel's "Unicode text" has it.

    Raises GlossaryError naming the row that is neither.
    """
    try:
        return data.decode("utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError as e:
        raise GlossaryError(file, e.object.count(b"\n", 0, e.start) + 1, f"is not UTF-8 (byte {e.start})") from e


def csv_rows(file: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """A CSV file's bytes -> its rows that are not blank, each with its number as a spreadsheet counts it.

    The separator is a comma, semicolon or tab: the one that the first row has most of, or that `sep=;` before it
    names. Raises GlossaryError.
    """
    text, first = decode(file, data), 1
    if text[:4].casefold() == "sep=":
        text, first = text.partition("\n")[2], 2
    separator = max(_SEPARATORS, key=text.partition("\n")[0].count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row, cells in enumerate(table, start=first):
            if any(cell.strip() for cell in cells):
                yield row, cells
    except csv.Error as e:
        raise GlossaryError(file, table.line_num, f"is not proper CSV: {e}") from e


def rows_of(file: str, data: bytes, kind: type[Row]) -> Table[Row]:
    """A CSV file's bytes -> its rows. Raises GlossaryError for wrong columns, empty fields and duplicates."""
    rows: list[Row] = []
    lines: dict[str, int] = {}
    table = csv_rows(file, data)
    _, header = next(table, (1, []))
    columns = _columns(file, header, kind)
    (name,) = kind.KEY  # type: ignore[attr-defined]  # every row class has one
    key = header.index(name)
    for row, cells in table:
        if len(cells) != len(header) and (len(cells) < len(header) or any(cells[len(header) :])):
            raise GlossaryError(file, row, f"{len(cells)} fields, expected {len(header)}")
        values = []
        for column in columns:
            try:
                values.append(column.value(cells[column.place].strip()))
            except ValueError as e:
                raise GlossaryError(file, row, f"{column.name} {e}") from None
        place = cells[key].strip().casefold()
        if place in lines:
            raise GlossaryError(file, row, f"{place!r} stands already in row {lines[place]}")
        lines[place] = row
        rows.append(kind(*values))
    return Table(tuple(rows), lines)
