"""Earlier reports -> what they said about the same area, for figures to be seen in their course.

A folder of runs is read by its stage files: of each run the brief's observations, without those that its report
contradicted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, Protocol

from pipeline.answers import answers
from pipeline.errors import StoreError
from pipeline.glossary import Glossary
from pipeline.model import Observation, Past
from pipeline.store import from_json

BRIEF = "5-brief.json"
REPORTS = 24  # of one area, the latest; more would not be shown

PRICES = "cpi"  # every report has it, every month: it is followed with or without a row of the table

Kind = Literal["month", "quarter", "cumulative", "day"]


@dataclass(frozen=True, slots=True)
class Replaced:
    """An edition that a brief takes the place of, because its report has changed: its number, its date of issue."""

    edition: int
    published: str


class History(Protocol):
    """What was said before."""

    def past(self, area: str, month: str) -> tuple[Past, ...]:
        """An area's code, a month -> figures of its earlier reports, the oldest report first."""

    def replaced(self, area: str, month: str) -> Replaced | None:
        """An area's code, the month of its report -> the edition that a brief of it replaces."""


class NoHistory:
    """A history without reports."""

    def past(self, _area: str, _month: str) -> tuple[Past, ...]:
        """Nothing."""
        return ()

    def replaced(self, _area: str, _month: str) -> Replaced | None:
        """Nothing."""
        return None


@dataclass(frozen=True, slots=True)
class FolderHistory(NoHistory):
    """The runs of a folder, which knows no editions."""

    folder: Path

    def past(self, area: str, month: str) -> tuple[Past, ...]:
        """As read_history()."""
        return read_history(self.folder, area, month)


def require_history(folder: Path, out: Path) -> None:
    """Raise StoreError where a folder of earlier runs cannot be read: before long work, not after.

    The folder that runs are written to need not be there yet.
    """
    try:
        _runs(folder)
    except StoreError:
        if folder.absolute() != out.absolute() or folder.exists():
            raise


def _runs(folder: Path) -> list[Path]:
    try:
        return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    except OSError as e:
        raise StoreError(f"{folder}: no folder of earlier runs: {e.strerror}") from e


def read_history(folder: Path, area: str, month: str) -> tuple[Past, ...]:
    """Folder of runs, an area's code, a month ("2025-04") -> what the area's reports of earlier months said.

    The oldest report first; of two runs on one month that with the later name. A folder that is not there has none
    (require_history() has looked at it). Raises StoreError where a run cannot be read.
    """
    reports: dict[str, list[Past]] = {}
    for run in _runs(folder) if folder.exists() else []:
        file = run / BRIEF
        try:
            brief = json.loads(file.read_bytes())
            report = from_json(json.dumps(brief["period"]["month"]), str)
            if brief["area"] == area and report < month:
                reports[report] = list(_said(report, brief))
        except FileNotFoundError:
            continue  # a folder of something else
        except OSError as e:
            raise StoreError(f"{file}: cannot be read: {e.strerror}") from e
        except (ValueError, LookupError, TypeError, RecursionError, StoreError) as e:
            raise StoreError(f"{file}: damaged, or of another version; build that brief again ({e!r:.90})") from e
    return tuple(p for report in sorted(reports)[-REPORTS:] for p in reports[report])


def _said(report: str, brief: dict[str, Any]) -> Iterable[Past]:
    found = from_json(json.dumps(brief["observations"]), tuple[Observation, ...])
    doubtful = set(from_json(json.dumps(brief["doubtful"]), tuple[int, ...]))
    return [Past(report, o) for n, o in enumerate(found) if n not in doubtful]


def related(past: Iterable[Past], shown: Iterable[Observation], glossary: Glossary) -> tuple[Past, ...]:
    """What earlier reports said about what these observations measure, in the same unit, as far as it may be printed.

    The reports stay in their order.
    """
    measured = {_measured(o) for o in shown}
    kept: list[Past] = []
    for _, said in groupby(past, key=lambda p: p.report):
        report = tuple(said)
        printable = answers([p.observation for p in report], glossary)
        kept += (report[i] for i in sorted(printable) if _measured(report[i].observation) in measured)
    return tuple(kept)


def _measured(o: Observation) -> tuple[str, str, str, str, str, int]:
    return o.indicator, o.area, o.measure, o.basis, o.unit, o.scale


def kinds(period: str) -> dict[Kind, int]:
    """Period code -> of which courses it is a point, with the number of its last month.

    January is a month and the months so far, a first quarter a quarter and these, a year the months to its end.
    """
    found: dict[Kind, int] = {}
    if match := re.fullmatch(r"(\d{4})-(\d\d)-\d\d", period):
        found["day"] = _number(match[1], match[2])
    elif match := re.fullmatch(r"(\d{4})-(\d\d)", period):
        found["month"] = _number(match[1], match[2])
        if match[2] == "01":
            found["cumulative"] = found["month"]
    elif match := re.fullmatch(r"(\d{4})-Q([1-4])", period):
        found["quarter"] = _number(match[1], str(int(match[2]) * 3))
        if match[2] == "1":
            found["cumulative"] = found["quarter"]
    elif match := re.fullmatch(r"(\d{4})-01/\1-(\d\d)", period):
        found["cumulative"] = _number(match[1], match[2])
    elif re.fullmatch(r"\d{4}", period):
        found["cumulative"] = _number(period, "12")
    return found


def month_code(number: int) -> str:
    """A month's number -> its code ("2025-04")."""
    return f"{number // 12}-{number % 12 + 1:02}"


def _number(year: str, month: str) -> int:
    return int(year) * 12 + int(month) - 1
