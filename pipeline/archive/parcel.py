"""A brief's folder -> a parcel: its files, and what the index says of them, checked before anything is kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.archive.objects import digest
from pipeline.dataset import ARTICLE, HISTORY, OBSERVATIONS, PACKAGE, SDMX
from pipeline.editions import Charts
from pipeline.errors import ArchiveError, StoreError
from pipeline.model import Article, Brief, Checked, Extraction, Language, Sentence, Statement, Translation
from pipeline.sources import SOURCES
from pipeline.store import from_json, observation_table

MANIFEST = "manifest.json"
_STAGES: dict[str, type] = {
    "1-article.json": Article, "2-extraction.json": Extraction, "3-check.json": Checked,
    "4-translation.json": Translation, "5-brief.json": Brief, "6-charts.json": Charts,
}  # fmt: skip
NEEDED = (*_STAGES, ARTICLE, OBSERVATIONS, SDMX, PACKAGE, "brief.html", "brief.pdf")
KNOWN = (*NEEDED, HISTORY, *SOURCES)
_DIGITS = 30  # of a figure before or behind its mark
_TOP = 200_000_000  # bytes of a file; a PDF has at most a hundredth of that


@dataclass(frozen=True)
class Parcel:
    """A brief with its files, as they were built."""

    files: dict[str, bytes]
    brief: Brief

    @cached_property
    def manifest(self) -> bytes:
        """What it consists of: the same bytes for the same files."""
        files = [{"name": n, "sha256": digest(d), "bytes": len(d)} for n, d in sorted(self.files.items())]
        return (json.dumps({"slug": self.brief.slug, "files": files}, indent=1) + "\n").encode()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the manifest: the same for the same brief."""
        return digest(self.manifest)

    @property
    def source(self) -> str:
        """SHA-256 of the source as fetched."""
        return digest(next(data for name, data in self.files.items() if name in SOURCES))


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a brief, in one language, and the indicators whose figures it prints."""

    language: Language
    kind: str
    text: str
    indicators: tuple[str, ...]


def read_folder(folder: Path) -> Parcel:
    """A brief's folder -> the parcel of the files that the program put there; a person's own are let be.

    Raises ArchiveError where one is missing, is no file of its own, or does not fit the others.
    """
    if not folder.is_dir():
        raise ArchiveError(f"{folder}: no folder of a brief")
    files = {}
    for name in KNOWN:
        path = folder / name
        try:
            if path.is_symlink() or (path.exists() and not path.is_file()):
                raise ArchiveError(f"{path}: not a file of its own")
            if path.exists():
                if path.stat().st_size > _TOP:
                    raise ArchiveError(f"{path}: larger than a brief's file can be")
                files[name] = path.read_bytes()
        except OSError as e:
            raise ArchiveError(f"{path}: cannot be read: {e.strerror}") from e
    return parcel(files, str(folder))


def parcel(files: dict[str, bytes], name: str) -> Parcel:
    """Files by name -> the parcel. Raises ArchiveError as read_folder() does."""
    missing = [n for n in NEEDED if n not in files] or ([SOURCES[0]] if not set(SOURCES) & set(files) else [])
    if missing:
        raise ArchiveError(f"{name}: no brief: {missing[0]} is missing (build it again with this program)")
    if len(set(SOURCES) & set(files)) > 1:
        raise ArchiveError(f"{name}: two sources")
    try:
        made: dict[str, Any] = {n: from_json(files[n].decode("utf-8"), kind) for n, kind in _STAGES.items()}
    except (StoreError, UnicodeDecodeError, RecursionError) as e:
        raise ArchiveError(f"{name}: a stage file is damaged or of another version of this program: {e}") from e
    article, extraction, brief = made["1-article.json"], made["2-extraction.json"], made["5-brief.json"]
    if foreign := sorted(set(files) - set(KNOWN)):
        raise ArchiveError(f"{name}: {foreign[0]!r} is no file of a brief")
    if files[ARTICLE] != article.text.encode():
        raise ArchiveError(f"{name}: {ARTICLE} is not that of 1-article.json")
    if (article.area, article.period, article.published) != (brief.area, brief.period, brief.published):
        raise ArchiveError(f"{name}: 1-article.json and 5-brief.json are not of one place and time")
    if not _named(brief):
        raise ArchiveError(f"{name}: {brief.slug!r}, {brief.period.month!r}: no brief's name and month")
    if not all(o.value.is_finite() and abs(o.value.adjusted()) < _DIGITS for o in brief.observations):
        raise ArchiveError(f"{name}: a value of 5-brief.json is no figure of a report")
    if files[OBSERVATIONS] != observation_table(brief.observations).encode():
        raise ArchiveError(f"{name}: {OBSERVATIONS} is not that of 5-brief.json")
    if extraction.observations != brief.observations or not brief.observations:
        raise ArchiveError(f"{name}: 2-extraction.json and 5-brief.json have not the same observations")
    cells = [n for row in brief.rows for n in (row.level, row.change, row.plan)]
    runs = [run.observation for said in _said(brief) for run in (*said.vi, *said.en)]
    if not all(n is None or 0 <= n < len(brief.observations) for n in (*cells, *runs)):
        raise ArchiveError(f"{name}: 5-brief.json speaks of an observation that is not there")
    if not files["brief.pdf"].startswith(b"%PDF-"):
        raise ArchiveError(f"{name}: brief.pdf is no PDF")
    return Parcel(files, brief)


def _named(brief: Brief) -> bool:
    """Whether name, month and date are such as may name folders and be put in order."""
    month = re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", brief.period.month)
    try:
        if brief.published is not None and date.fromisoformat(brief.published).isoformat() != brief.published:
            return False
    except ValueError:
        return False
    return bool(month and re.fullmatch(rf"[a-z0-9]+(-[a-z0-9]+)*-{brief.period.month}", brief.slug))


def _said(brief: Brief) -> tuple[Statement, ...]:
    return (brief.headline, *brief.points, *brief.drivers, *brief.difficulties, *brief.outlook, *brief.notes)


def passages(brief: Brief) -> list[Passage]:
    """A brief -> its sentences in both languages, the headline first; words left in Vietnamese are only there."""
    found = []
    parts = (
        ("headline", (brief.headline,)), ("points", brief.points), ("drivers", brief.drivers),
        ("difficulties", brief.difficulties), ("outlook", brief.outlook),
    )  # fmt: skip
    for kind, statements in parts:
        for said in statements:
            found.append(_passage(brief, "vi", kind, said.vi))
            if not said.untranslated:
                found.append(_passage(brief, "en", kind, said.en))
    for row in brief.rows:
        found.append(Passage("vi", "row", row.label.vi, (row.indicator,)))
        found.append(Passage("en", "row", row.label.en, (row.indicator,)))
    return found


def _passage(brief: Brief, language: Language, kind: str, sentence: Sentence) -> Passage:
    codes = dict.fromkeys(brief.observations[r.observation].indicator for r in sentence if r.observation is not None)
    return Passage(language, kind, "".join(r.text for r in sentence), tuple(codes))
