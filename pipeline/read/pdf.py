"""A PDF -> its lines: paragraphs put together again, without running heads, page numbers and hyphens.

PDFium reads the pages in a process of its own (pdftext.py). A PDF knows no paragraphs: a line goes on with the
one before where its first word found no room there, and neither indent, gap nor size of letters speaks against it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from pipeline import pdftext
from pipeline.errors import SourceError
from pipeline.read.legacy import Charsets, Piece
from pipeline.read.normal import NUMBERED, Line, clean_line, is_torn
from pipeline.read.page import CELL_MARK, Page, RawLine, note_sign, settled_lines

_PATIENCE = 90  # seconds of waiting for the process, on a busy machine
_EDGE = 3  # lines at the top and the foot of a page that may be its running head or number
_REPEATED = 0.4  # share of pages that a running head stands on: left and right pages may differ
_SAME_PLACE = 4.0  # points
_APART = 1.3  # of the usual distance of lines, between a running head and the text
_LEADING = 1.35  # lines further apart than so many usual distances are no neighbours
_ROOM = 0.4  # heights of a letter: a space, and what the margin's ragged edge hides
_EXACT = 1.5  # points
_FEWEST = 3  # paragraphs that show an indent
_INDENT = 0.8  # heights of a letter
_SMALL = 0.92  # letters of notes, in those of the text
_NOTE = re.compile(r"\[?\d{1,2}[\]).]?\s+\S")
_LIST = re.compile(r"[-–—+*•]\s")
_CLOSED = re.compile(r"[.!?:;…][\"”»)\]]*$")
_PAGE_NUMBER = re.compile(r"(?:trang\s*)?[-–—|]*\s*(\d{1,4})(?:\s*[/|]\s*\d{1,4})?\s*[-–—|]*", re.IGNORECASE)
_HYPHEN = re.compile(r"\w-$")
_OPEN = re.compile(r"\w[-–/]$")
_CELLS = re.compile(r"\s*\t\s*")
_FIGURE = re.compile(r"[\d.,%+-]*\d[\d.,%]*")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands: its page, edges in points (y upwards), height of letters, width of its first word."""

    page: int
    x0: float
    x1: float
    y0: float
    y1: float
    height: float
    first: float


@dataclass(frozen=True, slots=True)
class _Set:
    """A line with its place."""

    line: Line
    place: _Place


def read_pdf(data: bytes, name: str, charsets: Charsets) -> Page:
    """Bytes of a PDF -> its lines.

    Raises SourceError where it is damaged, protected or too large, or has no text (a scan).
    """
    pages = _pages(data, name)
    if not any(pages):
        raise SourceError(f"{name}: a PDF without text (scanned pages?): it needs character recognition (OCR) first")
    rows = [(_raw(line), _place(line, number)) for number, page in enumerate(pages) for line in page]
    lines = settled_lines([raw for raw, _ in rows], charsets, name)
    found = []
    for line, (_, place) in zip(lines, rows, strict=True):
        clean = clean_line(_as_row(line))
        if clean.text:
            found.append(_Set(clean, place))
    text, notes = _without_notes(_without_heads(found, len(pages)))
    return Page((*_paragraphs(text), *_paragraphs(notes)))


def _pages(data: bytes, name: str) -> list[list[dict[str, Any]]]:
    command = [sys.executable, "-P", str(Path(pdftext.__file__))]
    try:
        done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired as e:
        raise SourceError(f"{name}: a PDF that takes far longer to read than any report: not read") from e
    except OSError as e:
        raise SourceError(f"{name}: a PDF, and the process that reads it cannot be started: {e.strerror}") from e
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError as e:  # it was ended by its limits, or came down
        reason = "it takes more memory or time than any report, or is damaged"
        raise SourceError(f"{name}: a PDF that cannot be read: {reason}") from e
    match found.get("error"):
        case None:
            pages: list[list[dict[str, Any]]] = found["pages"]
            return pages
        case "password":
            raise SourceError(f"{name}: a PDF protected by a password: save it without one")
        case "long":
            raise SourceError(f"{name}: {found['reason']}: not an article")
    raise SourceError(f"{name}: a damaged PDF, or cut short ({found['reason']})")


def _raw(line: dict[str, Any]) -> RawLine:
    pieces: list[Piece] = []
    for text, font, raised in line["pieces"]:
        before = "".join(piece.text for piece in pieces[-3:])
        shown = (note_sign(text, before) if raised else "") or text
        if pieces and pieces[-1].font == font:
            pieces[-1] = Piece(pieces[-1].text + shown, font)
        else:
            pieces.append(Piece(shown, font))
    return RawLine(tuple(pieces))


def _place(line: dict[str, Any], page: int) -> _Place:
    edges = (line[key] for key in ("x0", "x1", "y0", "y1", "height", "first"))
    return _Place(page, *edges)


def _as_row(line: Line) -> Line:
    """A line with wide gaps is a row of a table; a gap behind a number or list mark is none."""
    text = line.text.replace("\x02", "-")
    cells = [cell for cell in _CELLS.split(text) if cell.strip()]
    numbered = len(cells) > 1 and (NUMBERED.match(f"{cells[0]} A") or _LIST.match(f"{cells[0]} "))
    if numbered and " " not in cells[0]:
        cells[:2] = [f"{cells[0]} {cells[1]}"]
    if len(cells) > 1:
        return replace(line, text=CELL_MARK.join(cells), mark="row")
    words = text.split()
    figures = sum(_FIGURE.fullmatch(word) is not None for word in words)
    return replace(line, text=" ".join(cells), mark="row" if figures > 2 and 2 * figures > len(words) else "")


# --- what stands on every page ------------------------------------------------------------


def _edges(lines: Sequence[_Set]) -> dict[int, list[int]]:
    """Page -> places of its lines at the top and the foot."""
    by_page: dict[int, list[int]] = {}
    for number, one in enumerate(lines):
        by_page.setdefault(one.place.page, []).append(number)
    edges = {}
    for page, numbers in by_page.items():
        ordered = sorted(numbers, key=lambda n: -lines[n].place.y0)
        edges[page] = list(dict.fromkeys((*ordered[: _EDGE + 1], *ordered[-_EDGE - 1 :])))
    return edges


def _without_heads(lines: list[_Set], pages: int) -> list[_Set]:
    """Lines without running heads and feet: those that stand at one place of many pages, digits aside."""
    edges = _edges(lines)
    repeated: Counter[tuple[str, int]] = Counter()

    def keys(one: _Set) -> tuple[tuple[str, int], ...]:
        text = re.sub(r"\d+", "#", one.line.text.casefold())
        band = int(one.place.y0 // _SAME_PLACE)
        return (text, band), (text, band + 1)

    for numbers in edges.values():
        repeated.update({key for n in numbers for key in keys(lines[n])})
    usual, leading = _usual_height(lines) if lines else 0.0, _usual_leading(lines)
    gone: set[int] = set()

    def is_head(n: int, page: int, *, outermost: bool) -> bool:
        number = _PAGE_NUMBER.fullmatch(lines[n].line.text)
        most = max(repeated[key] for key in keys(lines[n]))
        # The number of a page alone at its edge needs no other page to be known.
        alone = outermost and number is not None and int(number[1]) == page + 1
        return alone or (most > 1 and most >= _REPEATED * pages)

    for page, numbers in edges.items():
        for side in (numbers, numbers[::-1]):  # from the top, from the foot
            heads: list[int] = []
            for n in side[:_EDGE]:
                if not is_head(n, page, outermost=n == side[0]):
                    break
                heads.append(n)
            behind = next((n for n in side if n not in heads), None)
            apart = heads and behind is not None and _step(lines[heads[-1]], lines[behind]) > _APART * leading
            small = any(abs(lines[n].place.height / usual - 1) > 1 - _SMALL for n in heads)
            if behind is None or apart or small:
                gone.update(heads)
    return [one for n, one in enumerate(lines) if n not in gone]


def _step(one: _Set, other: _Set) -> float:
    return abs(one.place.y0 - other.place.y0)


def _usual_leading(lines: Sequence[_Set]) -> float:
    """How far lines are apart."""
    steps = [
        before.place.y0 - one.place.y0
        for before, one in pairwise(lines)
        if before.place.page == one.place.page and before.place.y0 > one.place.y0
    ]
    return median(steps) if steps else 0.0


def _without_notes(lines: list[_Set]) -> tuple[list[_Set], list[_Set]]:
    """Lines -> those of the text, and those of the notes at the foot of pages."""
    if not lines:
        return [], []
    usual = _usual_height(lines)
    notes: set[int] = set()
    by_page: dict[int, list[int]] = {}
    for number, one in enumerate(lines):
        by_page.setdefault(one.place.page, []).append(number)
    for numbers in by_page.values():
        small: list[int] = []
        for n in sorted(numbers, key=lambda n: lines[n].place.y0):  # from the foot upwards
            if lines[n].place.height >= _SMALL * usual:
                break
            small.append(n)
        starts = [place for place, n in enumerate(small) if _NOTE.match(lines[n].line.text)]
        notes.update(small[: starts[-1] + 1] if starts else ())
    return [one for n, one in enumerate(lines) if n not in notes], [lines[n] for n in sorted(notes)]


def _usual_height(lines: Iterable[_Set]) -> float:
    """The height of most letters."""
    heights: Counter[float] = Counter()
    for one in lines:
        heights[round(one.place.height, 1)] += len(one.line.text)
    return heights.most_common(1)[0][0]


# --- paragraphs ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Setting:
    """How the text is set: where full lines end, where first lines begin if they are indented, the distance of lines.

    `justified`: full lines end all alike.
    """

    right: float
    first: float | None
    leading: float
    justified: bool


def _setting(lines: Sequence[_Set]) -> _Setting:
    text = [one for one in lines if one.line.mark == ""]
    edges = sorted(one.place.x1 for one in text)
    right = edges[int(len(edges) * 0.95)] if edges else 0.0
    full = sum(abs(right - edge) < _EXACT for edge in edges)
    left = Counter(round(one.place.x0) for one in text).most_common(1)[0][0] if text else 0
    # Where a paragraph surely begins: behind a closed line that is far from full.
    begins = [
        one.place.x0 - left
        for before, one in pairwise(text)
        if _CLOSED.search(before.line.text) and right - before.place.x1 > 5 * before.place.height
    ]
    indent = median(begins) if len(begins) >= _FEWEST else 0.0
    first = left + indent if text and indent > _INDENT * text[0].place.height else None
    return _Setting(right, first, _usual_leading(lines), justified=full > 0.4 * len(edges))


def _paragraphs(lines: list[_Set]) -> list[Line]:
    """Lines of pages -> paragraphs."""
    setting = _setting(lines)
    found: list[Line] = []
    before: _Set | None = None
    for one in lines:
        if before is not None and _goes_on(before, one, setting):
            found[-1] = _joined(found[-1], one.line)
        else:
            found.append(one.line)
        before = one
    return found


def _goes_on(before: _Set, one: _Set, setting: _Setting) -> bool:
    """Whether a line goes on with the one before."""
    a, b = before.place, one.place
    if before.line.mark or one.line.mark or not 0.9 < a.height / b.height < 1.1:
        return False
    if setting.right - a.x1 > b.first + _ROOM * b.height:  # its first word had room there
        return False
    closed = _CLOSED.search(before.line.text) is not None
    listed = _LIST.match(before.line.text) or NUMBERED.match(before.line.text)
    if closed and (_LIST.match(one.line.text) or NUMBERED.match(one.line.text)):
        return False
    indented = setting.first is not None and abs(b.x0 - setting.first) < _EXACT
    if indented or (b.x0 - a.x0 > _INDENT * b.height and not listed):
        return False
    full = setting.justified and abs(setting.right - a.x1) < _EXACT
    if a.page == b.page:
        step = a.y0 - b.y0
        return 0 < step <= (1.1 if closed and not full else _LEADING) * setting.leading or setting.leading == 0.0
    return full or not closed or one.line.text[0].islower()


def _joined(before: Line, line: Line) -> Line:
    """Two lines as one: a word broken between them is whole again; "quý II/" and "2021-" take no space."""
    text = before.text
    if _HYPHEN.search(text) and is_torn(text[:-1], line.text):
        text, space = text[:-1], ""
    else:
        space = "" if _OPEN.search(text) or is_torn(text, line.text) else " "
    return replace(before, text=f"{text}{space}{line.text}", repairs=before.repairs | line.repairs)
