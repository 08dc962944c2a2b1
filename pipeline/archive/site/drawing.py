"""Figures over the months -> a line as SVG: the look of chart/lines.py, in classes that the site's style colours.

Months have their true distance, and the line is thin where one is missing. It needs no script: every point has its
words as title, and those that matter stand beside the line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

WIDTH, HEIGHT = 360.0, 170.0
_TOP, _BOTTOM, _LETTER, _INSET = 20.0, 34.0, 6.9, 6.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure at its month (a running number); `value` is where it lies, `text` what is printed, `said` all lines."""

    month: int
    value: float
    text: str
    said: tuple[str, ...]
    revised: bool = False


def draw(dots: Sequence[Dot], name: str, month: Callable[[int], str]) -> Markup:
    """Dots in their order, a month's words -> an `<svg>` element with its name."""
    first, last = dots[0].month, dots[-1].month
    values = [d.value for d in dots]
    low, high = min(values), max(values)
    spread = (high - low) or 1.0
    widest = max(len(dots[0].text), len(dots[-1].text)) * _LETTER / 2
    left, right = max(_INSET, widest), WIDTH - max(_INSET, widest)
    pitch = (right - left) / max(1, last - first)
    floor, ceiling = HEIGHT - _BOTTOM - 16, _TOP

    def across(month: float) -> float:
        return left + (month - first) * pitch

    def down(value: float) -> float:
        return (floor + ceiling) / 2 if high == low else floor - (value - low) / spread * (floor - ceiling)

    places = [(across(d.month), down(d.value)) for d in dots]
    parts = [f'<svg class="line" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(name)}">']
    parts += _years(first, last, across, month)
    if low < 0 < high:
        parts.append(f'<path class="zero" d="M0 {down(0.0):.1f}H{WIDTH:g}"/>')
    parts += _lines(dots, places)
    told = _told(dots, places)
    for n, (dot, (x, y)) in enumerate(zip(dots, places, strict=True)):
        newest = n == len(dots) - 1
        kind = "newest" if newest else "revised" if dot.revised else "dot"
        radius = 3.2 if newest else 2.4 if len(dots) <= 40 else 1.6
        said = escape("\n".join(dot.said))
        parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"><title>{said}</title></circle>')
        if n in told:
            u, v = told[n]
            weight = ' class="last"' if newest else ""
            parts.append(f'<text{weight} x="{u:.1f}" y="{v + 4:.1f}" text-anchor="middle">{escape(dot.text)}</text>')
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704  # every text in it is escaped


def _years(first: int, last: int, across: Callable[[float], float], named: Callable[[int], str]) -> list[str]:
    """Where a year begins or, of few months, every month that is named: marks under the line."""
    base = HEIGHT - _BOTTOM + 6
    parts = [f'<path class="axis" d="M0 {base:g}H{WIDTH:g}"/>']
    span = last - first
    if span <= 18:
        texts = [(m, named(m)) for m in sorted({first, last, *(((first + last) // 2,) if span >= 6 else ())})]
    else:
        years = [y for y in range(first // 12, last // 12 + 1) if first <= y * 12 <= last]
        step = max(1, -(-len(years) // 8))
        parts += [f'<path class="year" d="M{across(y * 12):.1f} {_TOP - 12:g}V{base:g}"/>' for y in years[::step]]
        texts = [(y * 12, str(y)) for y in years[::step]]
    for month, text in texts:
        x = min(max(across(month), len(text) * 3), WIDTH - len(text) * 3)
        parts.append(f'<text class="when" x="{x:.1f}" y="{base + 14:g}" text-anchor="middle">{text}</text>')
    return parts


def _lines(dots: Sequence[Dot], places: Sequence[tuple[float, float]]) -> list[str]:
    """Thick between months that follow each other, thin over missing ones."""
    near: list[str] = []
    far: list[str] = []
    for (one, two), ((x, y), (u, v)) in zip(pairwise(dots), pairwise(places), strict=True):
        (near if two.month - one.month == 1 else far).append(f"M{x:.1f} {y:.1f}L{u:.1f} {v:.1f}")
    found = [("far", far), ("near", near)]
    return [f'<path class="{name}" d="{"".join(pieces)}"/>' for name, pieces in found if pieces]


def _is_low(values: Sequence[float], n: int) -> bool:
    around = [values[m] for m in (n - 1, n + 1) if 0 <= m < len(values)]
    return bool(around) and values[n] < min(around)


def _told(dots: Sequence[Dot], places: Sequence[tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """Which dots have their figures beside them, and where the middle of each is.

    The newest one and the extremes always have, the first and, of few, the others where there is room.
    """
    values = [d.value for d in dots]
    always = (len(dots) - 1, values.index(max(values)), values.index(min(values)))
    told: dict[int, tuple[float, float]] = {}
    taken: list[tuple[float, float, float]] = []
    for n in dict.fromkeys([*always, 0, *(range(len(dots)) if len(dots) <= 13 else ())]):
        half = len(dots[n].text) * _LETTER / 2
        x = min(max(places[n][0], half), WIDTH - half)
        sides = (11.0, -11.0) if _is_low(values, n) else (-11.0, 11.0)
        apart = [y for y in (places[n][1] + side for side in sides) if not _meets(taken, x, y, half)]
        at = next((y for y in apart if not _touched(places, n, x, y, half)), None)
        if at is None and n in always and not any(abs(x - u) < half + h for u, _, h in taken):
            at = places[n][1] + sides[0]
        if at is not None:
            told[n] = (x, at)
            taken.append((x, at, half))
    return told


def _meets(taken: Sequence[tuple[float, float, float]], x: float, y: float, half: float) -> bool:
    """Whether another figure stands there."""
    return any(abs(x - u) < half + h + 4 and abs(y - v) < 13 for u, v, h in taken)


def _touched(places: Sequence[tuple[float, float]], n: int, x: float, y: float, half: float) -> bool:
    """Whether the line runs through a figure there."""
    for (a, b), (c, d) in pairwise(places[max(0, n - 2) : n + 3]):
        if max(a, c) < x - half or min(a, c) > x + half:
            continue
        for step in range(13):
            u, v = a + (c - a) * step / 12, b + (d - b) * step / 12
            if abs(u - x) < half + 1 and abs(v - y) < 6.5:
                return True
    return False
