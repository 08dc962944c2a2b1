"""An Excel workbook (.xlsx) -> its lines: a sheet's title as heading, every row of a table as a line.

Numbers are printed as the office would write them, with the decimals that the cell's format shows.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pipeline.errors import SourceError
from pipeline.figures import MINUS, write_number
from pipeline.read.legacy import Charsets, Piece
from pipeline.read.page import CELL_MARK, LONGEST, Page, RawLine, settle_lines, within_length
from pipeline.read.zipped import Parts

_MOST_ROWS = 20_000  # of all sheets; an appendix has hundreds
_MOST_COLUMNS = 200
_MOST_TAGS = {"xl/worksheets/": 1_500_000, "xl/sharedStrings.xml": 1_500_000, "": 200_000}  # by part
_LARGEST = 96 * 1024 * 1024  # bytes of all parts, pictures among them
_MOST_DECIMALS = 6
_DIGITS = 15  # that a cell's number holds: what stands behind them is no figure of the office
_GENERAL = frozenset(("general", "@", ""))
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')  # literal text, colours, conditions, room
_DECIMALS = re.compile(r"[0#?](?:\.([0#?]*))?")
_DOCTYPES = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))


def read_xlsx(data: bytes, name: str, charsets: Charsets) -> Page:
    """Bytes of an .xlsx file -> its lines. Raises SourceError for a damaged or far too large workbook."""
    _check(data, name)
    lines: list[RawLine] = []
    length = 0
    for line in _sheets(data, name):
        length += len(line.text)
        within_length(length, name)
        lines.append(line)
    if not lines:
        raise SourceError(f"{name}: a workbook without text")
    return Page(settle_lines(lines, charsets, name), tables=True)


def _check(data: bytes, name: str) -> None:
    """Refuse what unpacks to too much, and entities: openpyxl reads the sheets with a parser that resolves them."""
    parts = Parts(data, name)
    size = 0
    for part in sorted(p for p in parts.names if not p.endswith("/")):  # any may be named as a sheet
        content = parts.read(part)
        size += len(content)
        tags = next(most for start, most in _MOST_TAGS.items() if part.startswith(start))
        if size > _LARGEST or content.count(b"<") > tags:
            raise SourceError(f"{name}: unpacks to far more than any report: not read")
        if not part.endswith(".svg") and any(mark in content for mark in _DOCTYPES):
            raise SourceError(f"{name}: {part} declares entities, as no Office file does: not read")


def _sheets(data: bytes, name: str) -> Iterator[RawLine]:
    """The lines of every visible sheet, its title first."""
    title = None
    for number, (sheet, line) in enumerate(_rows(data, name)):
        if number >= _MOST_ROWS:
            raise SourceError(f"{name}: more than {_MOST_ROWS:,} rows: not an appendix of a report")
        if line:
            if sheet != title:
                yield RawLine((Piece(sheet),), "heading", 1)
                title = sheet
            yield line


def _rows(data: bytes, name: str) -> Iterator[tuple[str, RawLine | None]]:
    """Every row of the visible sheets with the sheet's title."""
    import openpyxl  # noqa: PLC0415  # heavy, and for workbooks alone

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about extensions that hold no figures
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    sheet.reset_dimensions()  # what a sheet says of its size may be wrong, and cells be lost
                    for row in sheet.iter_rows(max_col=_MOST_COLUMNS):
                        yield str(sheet.title), _row(row)
    except Exception as e:  # openpyxl raises whatever a damaged part makes happen inside it
        reason = " ".join(str(e).split())[:200] or type(e).__name__
        raise SourceError(f"{name}: a damaged workbook ({reason})") from e


def _row(row: tuple[Any, ...]) -> RawLine | None:
    """The cells of a row; one alone is a line of text (a title, a note), empty ones at the end say nothing."""
    cells = [Piece(_written(cell), _font(cell)) for cell in row]
    while cells and not cells[-1].text:
        cells.pop()
    filled = [cell for cell in cells if cell.text]
    if not filled:
        return None
    if len(filled) == 1 and not filled[0].text[0].isdigit():
        return RawLine((filled[0],))
    pieces = [piece for cell in cells for piece in (Piece(CELL_MARK), cell)]
    return RawLine(tuple(pieces[1:]), "row")


def _font(cell: Any) -> str:
    return str(cell.font.name or "") if isinstance(cell.value, str) and not cell.value.isascii() else ""


def _written(cell: Any) -> str:
    """A cell's value as a Vietnamese office writes it."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "có" if value else "không"
        case int() | float():
            return _number(value, str(cell.number_format))
        case datetime() if (value.hour, value.minute, value.second) == (0, 0, 0):
            return f"{value.day}/{value.month}/{value.year}"
        case datetime():
            return f"{value.hour:02d}:{value.minute:02d} {value.day}/{value.month}/{value.year}"
        case date():
            return f"{value.day}/{value.month}/{value.year}"
        case time():
            return f"{value.hour:02d}:{value.minute:02d}"
        case _:
            return " ".join(str(value)[:LONGEST].split())


def _number(value: float, form: str) -> str:
    """A number with the decimals of its format; without one with its own digits."""
    number = Decimal(f"{value:.{_DIGITS}g}") if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return str(value)[:40]
    section = form.split(";", maxsplit=1)[0]
    percent = "%" in _QUOTED.sub("", section)
    if percent:
        number *= 100
    decimals = _decimals(section)
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    elif number == number.to_integral_value():
        number = number.quantize(Decimal(1))
    else:
        number = number.normalize()
    # A table is read with the hyphen as minus, as offices type it.
    return write_number(number, "vi").replace(MINUS, "-") + ("%" if percent else "")


def _decimals(section: str) -> int | None:
    """How many decimals a number format shows, None where it does not say: "#,##0.00" -> 2."""
    if section.strip().casefold() in _GENERAL:
        return None
    plain = _QUOTED.sub("", section)
    last = None
    for match in _DECIMALS.finditer(plain):
        last = match
        if match[1] is not None:
            break
    if last is None or "E" in plain.upper():
        return None
    shown = last[1] or ""
    return min(len(shown), _MOST_DECIMALS) if "#" not in shown else None
