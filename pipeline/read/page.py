"""What every reader makes of its file: lines, and what the file says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.errors import SourceError
from pipeline.read.legacy import Charsets, Piece, Settled, is_readable, settle
from pipeline.read.normal import Line, Mark, clean_lines

CELL_MARK = " | "
LONGEST = 1_500_000  # characters of a document: twenty times a long report
_MOST_LINES = 100_000  # of a text, runs of a document: a long report has some thousands
_CELL_LENGTH = 200  # longer cells lay out a page, they are no data
_NOTE_SIGN = re.compile(r"\s*[\[(]?(\d{1,2})[\])]?\s*")
_METRE = re.compile(r"(?:^|[\s\d/])[kdcm]?m$")
_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Page:
    """What a file holds: `inside` are the lines where the article is, the others stand before or after.

    `tables` alone: the file is an appendix of figures without running text, and all of it belongs to the article.
    """

    inside: tuple[Line, ...]
    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()
    title: str = ""
    published: str | None = None
    address: str = ""
    tables: bool = False


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as its file holds it: runs of text with their fonts, and what the file's markup says about it."""

    pieces: tuple[Piece, ...]
    mark: Mark = ""
    level: int = 0

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def within_length(length: int, name: str) -> None:
    """Refuse what is far longer than any report. Raises SourceError."""
    if length > LONGEST:
        raise SourceError(f"{name}: more than {LONGEST:,} characters of text: not an article")


def settled_lines(lines: Iterable[RawLine], charsets: Charsets, name: str, doubt: str = "") -> list[Line]:
    """Lines of a file -> the same in Unicode, one for one. Raises SourceError where in doubt nothing could be read."""
    raw = list(lines)
    settled = iter(settle_or_refuse([piece for line in raw for piece in line.pieces], charsets, name, doubt))
    found: list[Line] = []
    for line in raw:
        parts = [next(settled) for _ in line.pieces]
        repairs = frozenset(f"converted-{part.repair}" for part in parts if part.repair)
        found.append(Line("".join(part.text for part in parts), line.mark, line.level, repairs=repairs))
    return found


def settle_lines(lines: Iterable[RawLine], charsets: Charsets, name: str, doubt: str = "") -> tuple[Line, ...]:
    """The same, in normal form: without empty lines, broken where they hold breaks."""
    return clean_lines(settled_lines(lines, charsets, name, doubt))


def settle_or_refuse(pieces: Sequence[Piece], charsets: Charsets, name: str, doubt: str) -> list[Settled]:
    """Pieces -> the same in Unicode with the code of what was converted. Raises SourceError in lasting doubt."""
    within_length(sum(len(piece.text) for piece in pieces), name)
    if len(pieces) > _MOST_LINES:
        raise SourceError(f"{name}: more than {_MOST_LINES:,} lines: not an article")
    settled = settle(pieces, charsets)
    if doubt and not is_readable(pieces, settled):
        raise SourceError(f"{name}: {doubt}, and clearly in none of the old encodings (TCVN3, VNI, Windows-1258)")
    return settled


def broken(text: str) -> list[str]:
    """Text -> its lines."""
    return _BREAK.split(text)


def note_sign(raised: str, before: str) -> str:
    """A raised number is the sign of a footnote, unless it is the power of a metre; empty for all else."""
    sign = _NOTE_SIGN.fullmatch(raised)
    return f"[{sign[1]}]" if sign and not _METRE.search(before) else ""


def holds_data(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the cells of a table hold data, and do not only lay out a page."""
    short = all(len(" ".join(cell.split())) <= _CELL_LENGTH for row in rows for cell in row)
    return len(rows) > 1 and max(map(len, rows)) > 1 and short
