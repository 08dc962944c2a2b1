"""A brief's files -> an Issue: what every message of it is made of."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.dataset import OBSERVATIONS, SDMX
from pipeline.editions import Chart, Charts, size_of
from pipeline.errors import DeliveryError, StoreError
from pipeline.glossary import Glossary
from pipeline.model import Brief, Language
from pipeline.store import from_json
from pipeline.theme import Theme

PICTURE = 1144  # pixels across: twice the width that the message gives it
PDF = "brief.pdf"
_NEEDED = ("5-brief.json", "6-charts.json", PDF, OBSERVATIONS, SDMX)


@dataclass(frozen=True)
class Issue:
    """A brief ready to be sent: its stage files read, its documents as they are.

    `corrected`: it goes once more, and says so, to those who had it before with other figures.
    """

    brief: Brief
    charts: Charts
    files: Mapping[str, bytes]
    glossary: Glossary
    theme: Theme
    corrected: bool = False

    @cached_property
    def name(self) -> str:
        """What the ledger knows it by. A brief that was built anew is the same one, unless it is sent as corrected."""
        digest = hashlib.sha256(self.files[PDF]).hexdigest()[:12]
        return f"{self.brief.slug}+{digest}" if self.corrected else self.brief.slug

    @cached_property
    def pictures(self) -> dict[Language, bytes]:
        """The first chart of each language as PNG: mail programs show no SVG."""
        firsts: dict[Language, Chart] = {}
        for chart in self.charts.charts:
            firsts.setdefault(chart.language, chart)
        return {language: _png(chart.svg, self.theme) for language, chart in firsts.items()}


def read_issue(folder: Path, glossary: Glossary, theme: Theme, *, corrected: bool = False) -> Issue:
    """A brief's folder -> the issue. Raises DeliveryError where it is none."""

    def read(name: str) -> bytes:
        try:
            return (folder / name).read_bytes()
        except OSError as e:
            raise DeliveryError(f"{e.filename}: cannot be read: {e.strerror}") from e

    return make_issue(read, str(folder), glossary, theme, corrected=corrected)


def make_issue(
    read: Callable[[str], bytes], where: str, glossary: Glossary, theme: Theme, *, corrected: bool = False
) -> Issue:
    """What reads a brief's files by their names -> the issue. Raises DeliveryError naming `where`."""
    files = {name: read(name) for name in _NEEDED}
    try:
        brief = from_json(files["5-brief.json"].decode("utf-8"), Brief)
        charts = from_json(files["6-charts.json"].decode("utf-8"), Charts)
    except (StoreError, UnicodeDecodeError) as e:
        raise DeliveryError(f"{where}: no brief of this program: {e}") from e
    return Issue(brief, charts, files, glossary, theme, corrected)


def _png(svg: str, theme: Theme) -> bytes:
    """A chart's SVG -> a PNG picture on white, set by WeasyPrint in the theme's typeface."""
    import pypdfium2  # noqa: PLC0415  # a heavy import

    from pipeline.render.pages import style  # noqa: PLC0415  # a heavy import
    from pipeline.render.paper import Paper  # noqa: PLC0415  # a heavy import

    size = size_of(svg)
    page = f"@page {{ size: {size[0]}pt {size[1] + 1}pt; margin: 0 }} body {{ margin: 0 }} svg {{ width: {size[0]}pt }}"
    html = f"<!DOCTYPE html><style>{style(theme, 'print')} {page}</style><body>{svg}</body>"
    pdf = Paper(theme.templates).lay_out(html).write_pdf()
    document = pypdfium2.PdfDocument(pdf)
    out = io.BytesIO()
    document[0].render(scale=PICTURE / size[0]).to_pil().convert("P", palette=1, colors=64).save(
        out, "png", optimize=True
    )
    document.close()
    return out.getvalue()
