"""Translation -> a table for reviewers (CSV for spreadsheets), and back -> corrections; XLIFF is in xliff.py.

The reviewer fills the column `correction`; a row whose other columns were changed is told by its digest. Spreadsheets
change what they save: the separator, the mark at the beginning, the order of columns, empty cells at a row's end. All
of that is read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.corrections import Correction
from pipeline.errors import GlossaryError
from pipeline.markup import one_line
from pipeline.model import Segment, Translation
from pipeline.tables import csv_rows
from pipeline.translate.memory import Near

COLUMNS = ("id", "method", "vi", "en", "correction", "findings", "near_percent", "near_vi", "near_en", "digest")
_NEEDED = ("vi", "correction")
_UNTOLD = "its column 'vi' or 'en' was changed: the English belongs into 'correction', and 'vi' must stay"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet would compute, with the marks that already guard it
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class Entry(NamedTuple):
    """A segment, and the nearest sentence of the memory where no person has translated it."""

    segment: Segment
    near: Near | None


def entries(translation: Translation, near: Callable[[str], Near | None]) -> list[Entry]:
    """Translation -> what reviewers are shown; `near` is asked where an engine or nothing answered."""
    unsure = ("engine", "none")
    return [Entry(s, near(s.source) if s.method in unsure else None) for s in translation.segments]


def to_csv(shown: Iterable[Entry]) -> str:
    """Entries -> CSV with a mark for UTF-8, as spreadsheets want it; no cell is a formula."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for n, (segment, near) in enumerate(shown, start=1):
        findings = " | ".join(f.message.en for f in segment.findings)
        likeness = (f"{near.percent}", near.vi, near.en) if near else ("", "", "")
        digest = _digest(one_line(segment.source), one_line(segment.target))
        cells = (f"{n}", segment.method, segment.source, segment.target, "", findings, *likeness, digest)
        table.writerow([_guarded(one_line(cell)) for cell in cells])
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + out.getvalue()


def from_csv(data: bytes, name: str) -> tuple[Correction, ...]:
    """A reviewed table -> its corrections. Raises GlossaryError naming file and row, as a spreadsheet counts them."""
    rows = csv_rows(name, data)
    header = [cell.strip().casefold() for cell in next(rows, (1, []))[1]]
    places = _places(header, name)
    found = [_correction(cells, len(header), places, name, row) for row, cells in rows]
    return tuple(c for c in found if c is not None)


def _places(header: Sequence[str], name: str) -> Mapping[str, int]:
    """The needed columns and where they stand; others may be there, in any order."""
    for column in _NEEDED:
        if header.count(column) != 1:
            wrong = "stands twice" if column in header else "is missing"
            raise GlossaryError(name, 1, f"column {column!r} {wrong}")
    return {column: header.index(column) for column in (*_NEEDED, "en", "digest") if column in header}


def _correction(cells: Sequence[str], width: int, places: Mapping[str, int], name: str, row: int) -> Correction | None:
    if any(cells[width:]):
        raise GlossaryError(name, row, f"{len(cells)} fields, expected {width}")
    held = {column: cells[place] if place < len(cells) else "" for column, place in places.items()}
    vi, en = (one_line(_plain(held[column])) for column in _NEEDED)
    if en and not vi:
        raise GlossaryError(name, row, "column 'vi' is empty, 'correction' is not")
    was = one_line(_plain(held.get("en", "")))
    if held.get("digest", "").strip() and "en" in held and held["digest"].strip() != _digest(vi, was):
        return Correction(vi, en or was, row, _UNTOLD)
    return Correction(vi, en, row) if en else None


def _digest(vi: str, en: str) -> str:
    """What tells that a row's Vietnamese or English is not what was exported."""
    return hashlib.sha256(f"{vi}\n{en}".encode()).hexdigest()[:8]


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell
