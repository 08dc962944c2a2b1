"""The frozen types of what is drawn and printed: charts and the finished documents."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Language, Span


@dataclass(frozen=True, slots=True)
class Figure:
    """Where a text prints a figure of the brief: its characters, and the index in Brief.observations."""

    span: Span
    observation: int


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart in one language: SVG, and words for those who cannot see it.

    `title_figures` and `subtitle_figures` say which figures these texts print.
    """

    id: str  # "grdp-contributions"
    language: Language
    title: str
    subtitle: str
    source: str
    alternative: str
    svg: str
    observations: tuple[int, ...]
    title_figures: tuple[Figure, ...] = ()
    subtitle_figures: tuple[Figure, ...] = ()


def size_of(svg: str) -> tuple[float, float]:
    """A chart's `<svg>` element -> its width and height in points."""
    width, height = (svg.partition(f' {side}="')[2].partition('pt"')[0] for side in ("width", "height"))
    return float(width), float(height)


@dataclass(frozen=True, slots=True)
class Trend:
    """A small line of a table row's change over the months, in one language: SVG, and its figures in words."""

    row: int  # index in Brief.rows
    since: str  # the month of the first report that it takes a figure from
    language: Language
    alternative: str
    svg: str


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts in the order of the page, every one in each language asked for; and those of the table's rows."""

    charts: tuple[Chart, ...]
    trends: tuple[Trend, ...] = ()


@dataclass(frozen=True, slots=True)
class Editions:
    """The finished documents."""

    html: str
    pdf: bytes
