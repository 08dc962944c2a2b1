"""HTML -> pages -> PDF by WeasyPrint, which may read the templates' folder and nothing else outside of the page."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pipeline.dataset import DataFile
from pipeline.errors import RenderError
from pipeline.model import Language
from pipeline.render.conform import VARIANT, finish, identify, tagged

UNDATED = "1970-01-01"  # the date of attachments where no date of issue is known: PDF/A wants one


class Paper:
    """Lays out documents; the fonts are read once for all attempts."""

    def __init__(self, templates: Path) -> None:
        try:
            from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415  # a heavy import
        except OSError as e:  # pango is a system library
            raise RenderError(f"WeasyPrint cannot start: {e}") from e
        self.folder = templates.resolve()
        self.fonts = FontConfiguration()
        self._fetcher = _fetcher(self.folder)

    def lay_out(self, html: str) -> Any:
        """HTML -> WeasyPrint's document, not yet written. Raises RenderError."""
        from weasyprint import HTML  # noqa: PLC0415  # a heavy import
        from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415  # a heavy import

        try:
            page = HTML(string=html, base_url=self.folder.as_uri() + "/", url_fetcher=self._fetcher)
            return page.render(font_config=self.fonts)
        except FatalURLFetchingError as e:
            raise RenderError(f"the page asks for something outside the templates: {e}") from e
        except OSError as e:  # fonts are unpacked there
            raise RenderError(f"the pages cannot be laid out: {tempfile.gettempdir()}: {e.strerror or e}") from e
        except ValueError as e:
            raise RenderError(f"the pages cannot be laid out: {e}") from e

    def write(self, document: Any, enclosed: Iterable[DataFile], issued: str | None) -> bytes:
        """Document, files of its data, ISO 8601 date of issue -> PDF that is PDF/A-3a and PDF/UA-1 at once.

        Raises RenderError.
        """
        from weasyprint import Attachment  # noqa: PLC0415  # a heavy import

        identify(document)
        when = datetime.fromisoformat(issued or UNDATED)  # the same bytes at any time
        attachments = [
            Attachment(
                string=file.data, name=file.name, description=f"{file.title.vi} / {file.title.en}",
                relationship=file.relationship, created=when, modified=when,
            )
            for file in enclosed
        ]  # fmt: skip
        try:
            with tagged():
                return bytes(document.write_pdf(pdf_variant=VARIANT, attachments=attachments, finisher=finish))
        except (ValueError, OSError) as e:
            raise RenderError(f"the PDF cannot be written: {e}") from e


def _fetcher(folder: Path) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher  # noqa: PLC0415  # a heavy import

    class Templates(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Fetches files of the templates' folder and data: addresses; anything else stops the work."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:"):  # an organisation's logo
                return super().fetch(url, headers)
            parts = urlsplit(url)
            path = Path(url2pathname(parts.path)).resolve()
            if parts.scheme != "file" or not path.is_relative_to(folder):
                raise FatalURLFetchingError(url[:80])
            return super().fetch(url, headers)

    return Templates(allowed_protocols={"file", "data"})


@dataclass(frozen=True, slots=True)
class Fit:
    """How a laid-out document fills its pages, in CSS pixels; the worst language counts.

    Excess is what runs over a page, `used` the height of each part, by language.
    """

    first_excess: float
    second_excess: float
    used: tuple[tuple[float, float], ...]

    @property
    def good(self) -> bool:
        """Whether no language has more than its pages."""
        return not self.first_excess and not self.second_excess


def measure(document: Any, languages: tuple[Language, ...], page: float, *, short: bool) -> Fit:
    """A laid-out document -> its fit, by the anchors <language>, <language>-front-end, -back, -end of the templates.

    `page` is what a page holds; `short`: the second part should stand on the first page.
    """
    pages = reversed(list(enumerate(document.pages)))  # the first page of an anchor counts
    at = {name: (n, place[1]) for n, sheet in pages for name, place in sheet.anchors.items()}
    first_excess = second_excess = 0.0
    used = []
    for language in languages:
        start, top = at[language]
        (turn, front_end), (second, back_top) = at[f"{language}-front-end"], at[f"{language}-back"]
        last, back_end = at[f"{language}-end"]
        front = (turn - start) * page + front_end - top
        back = (last - second) * page + back_end - back_top
        if turn > start or (short and last > start):
            first_excess = max(first_excess, front + short * back - page, 1.0)
        elif last > second:
            second_excess = max(second_excess, back - page, 1.0)
        used.append((front, back))
    return Fit(first_excess, second_excess, tuple(used))
