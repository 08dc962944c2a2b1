"""A reviewed table, for the tests of review files and of the corrections that they bring."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from pipeline.review import COLUMNS

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
X = "{urn:oasis:names:tc:xliff:document:2.0}"
LAKE = "Mực nước hồ dâng thêm 2,5 m."


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def with_corrections(text: str, correct: Callable[[dict[str, str]], str]) -> bytes:
    """A table as a spreadsheet saves it once the reviewer has filled the column."""
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS)
    table.writeheader()
    table.writerows({**row, "correction": correct(row)} for row in rows_of(text))
    return out.getvalue().encode()
