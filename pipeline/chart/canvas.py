"""Text, boxes, dots and lines -> SVG by matplotlib, in points from the top left.

Text stays text (searchable, read aloud, small) in the theme's family. The same input gives the same bytes.
matplotlib's SVG renderer is used without its figures and axes, which take ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import Any, Literal

from pipeline.theme import Theme
from pipeline.typeset import Ruler

WIDTH = 248.0  # points of a chart; half of A4's text width
SIZE, SMALL = 7.2, 6.2
LEAD, SMALL_LEAD = 8.8, 7.6
GAP = 5.0  # between name and bar, bar and value
_OBSERVATION = "observation-"

Shape = Literal["circle", "square", "diamond"]
Align = Literal["left", "center", "right"]
_BEFORE: dict[Align, float] = {"left": 0.0, "center": 0.5, "right": 1.0}  # part of a text that lies before its place


class Pen:
    """What charts are drawn with: a ruler for the theme's faces, and its colours."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.ruler = Ruler(theme)

    def width(self, text: str, size: float = SIZE, face: str = "regular") -> float:
        """Points that the text takes."""
        return self.ruler.width(text, size, face)

    def wrap(self, text: str, width: float, size: float = SIZE, face: str = "regular") -> list[str]:
        """Words in as few lines of that width as they allow."""
        return self.ruler.wrap(text, width, size, face)


@contextmanager
def canvas(pen: Pen, name: str, width: float, height: float) -> Iterator[Canvas]:
    """A canvas whose drawing depends on its name and what is drawn alone."""
    from matplotlib import rc_context  # noqa: PLC0415  # a heavy import

    with rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        yield Canvas(pen, width, height)


class Canvas:
    """Text, boxes, dots and lines on matplotlib's SVG renderer, measured in points from the top left."""

    def __init__(self, pen: Pen, width: float, height: float) -> None:
        from matplotlib.backends.backend_svg import RendererSVG  # noqa: PLC0415  # a heavy import
        from matplotlib.font_manager import FontProperties  # noqa: PLC0415  # a heavy import

        self._pen = pen
        self.colours = pen.theme.colours
        self.width, self.height = width, height
        self._out = StringIO()
        self._font = FontProperties
        renderer: Any = RendererSVG  # matplotlib's stubs leave its renderers untyped
        self._svg = renderer(width, height, self._out, metadata={"Date": None, "Creator": None})

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        tone: str,
        *,
        weight: int = 400,
        ha: Align = "left",
    ) -> None:
        """One line, centred on the height y, beginning, centred or ending at x.

        Every text is placed by its beginning: of one that is anchored elsewhere a PDF loses the space before it.
        """
        from matplotlib.text import Text  # noqa: PLC0415  # a heavy import

        # The baseline is placed here (capital height of Inter: 0.727 em): SVG has no reliable "middle".
        base = y + size * 0.727 / 2
        x -= _BEFORE[ha] * self._pen.width(text, size, "semibold" if weight == 600 else "regular")
        anchor = Text(x, self.height - base)
        font = self._font(family=self._pen.theme.family, size=size, weight=weight)
        self._svg.draw_text(self._ink(tone), x, base, text, font, 0, ismath=False, mtext=anchor)

    def box(self, x: float, y: float, width: float, height: float, tone: str) -> None:
        """A filled rectangle; a negative width goes to the left."""
        self._fill([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], tone)

    def dot(self, x: float, y: float, tone: str, shape: Shape = "circle", size: float = 2.4) -> None:
        """A mark of that half width around the place: a full circle, a hollow square or diamond."""
        from matplotlib.path import Path  # noqa: PLC0415  # a heavy import

        if shape == "circle":
            self._draw(Path.circle((x, self.height - y), size), self._ink(tone, line=0), tone)
        else:
            reach = size * (0.9 if shape == "square" else 1.25)
            corners = [(1, 1), (-1, 1), (-1, -1), (1, -1)] if shape == "square" else [(1, 0), (0, 1), (-1, 0), (0, -1)]
            self._outline([(x + reach * a, y + reach * b) for a, b in corners], tone)

    def line(self, points: Sequence[tuple[float, float]], tone: str, thick: float) -> None:
        """An open line through the points."""
        from matplotlib.path import Path  # noqa: PLC0415  # a heavy import

        self._draw(Path([(x, self.height - y) for x, y in points]), self._ink(tone, line=thick), None)

    def rule(self, x: float, top: float, bottom: float, thick: float, tone: str) -> None:
        """An upright line."""
        self.box(x - thick / 2, top, thick, bottom - top, tone)

    def _fill(self, corners: Sequence[tuple[float, float]], tone: str) -> None:
        self._draw(self._closed(corners), self._ink(tone, line=0), tone)

    def _outline(self, corners: Sequence[tuple[float, float]], tone: str) -> None:
        self._draw(self._closed(corners), self._ink(tone, line=0.9), None)

    def _closed(self, corners: Sequence[tuple[float, float]]) -> Any:
        from matplotlib.path import Path  # noqa: PLC0415  # a heavy import

        return Path([(x, self.height - y) for x, y in (*corners, corners[0])], closed=True)

    def _draw(self, path: Any, ink: Any, face: str | None) -> None:
        from matplotlib.colors import to_rgba  # noqa: PLC0415  # a heavy import
        from matplotlib.transforms import IdentityTransform  # noqa: PLC0415  # a heavy import

        self._svg.draw_path(ink, path, IdentityTransform(), None if face is None else to_rgba(self.colours[face]))

    def _ink(self, tone: str, line: float = 1.0) -> Any:
        ink = self._svg.new_gc()
        ink.set_foreground(self.colours[tone])
        ink.set_linewidth(line)
        return ink

    @contextmanager
    def observation(self, index: int | None) -> Iterator[None]:
        """What is drawn meanwhile shows that observation; none: nothing a reader could ask about."""
        if index is None:
            yield
            return
        self._svg.open_group("", gid=f"{_OBSERVATION}{index}")
        yield
        self._svg.close_group("")

    def finish(self, alternative: str) -> str:
        """The drawing as an `<svg>` element with its alternative text as title."""
        self._svg.finalize()
        return _plain(self._out.getvalue(), alternative)


def _plain(svg: str, alternative: str) -> str:
    """A file by matplotlib -> an element for any page: no prolog, ids, style sheet or idle rotations."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>|<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(rf' id="{_OBSERVATION}(\d+)"', r' data-observation="\1"', svg)
    svg = re.sub(r' (?:id="[^"]*"|transform="rotate\(-?0 [^"]*\)")', "", svg)
    svg = re.sub(r'style="([^"]*)"', _attributes, svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg).replace(" \n", "\n").strip()
    return svg.replace(">", f' role="img">\n<title>{escape(alternative)}</title>', 1) + "\n"


def _attributes(style: re.Match[str]) -> str:
    """A style -> attributes, which a page's own style sheet is not asked about."""
    pairs = (part.split(":", 1) for part in style[1].split(";") if part.strip())
    return " ".join(f'{name.strip()}="{value.strip()}"' for name, value in pairs)
