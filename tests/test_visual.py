"""What the pages look like, against pictures that somebody has looked at (`make golden` takes new ones)."""

from __future__ import annotations

import io
import os
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops
from samples import BRIEFS, THEME, glossary

from pipeline.chart import chart
from pipeline.model import LANGUAGES
from pipeline.render import render

REFERENCES = Path(__file__).parent / "visual"
PAGES = [("rich", n) for n in range(4)] + [("poor", n) for n in range(2)] + [("bloated", n) for n in range(2, 4)]
PAGES += [("coursed", n) for n in range(2, 4)]
STRONG = 64  # of 255: a difference that an eye sees
TOLERATED = 0.0004  # of a page's points: a few letters' edges, not a moved line


@cache
def pages(name: str) -> list[Image.Image]:
    """A sample's pages as they are painted, a point a pixel."""
    brief = BRIEFS[name]()
    pdf = render(brief, chart(brief, glossary(), LANGUAGES, THEME), glossary(), LANGUAGES, THEME).pdf
    return [page.render(scale=1).to_pil().convert("L") for page in pypdfium2.PdfDocument(pdf)]


def unlike(one: Image.Image, other: Image.Image) -> float:
    """The share of points that differ strongly; all of them where the sizes do."""
    if one.size != other.size:
        return 1.0
    strong = ImageChops.difference(one, other).point(lambda value: 255 if value > STRONG else 0)
    return strong.histogram()[255] / (one.width * one.height)


@pytest.mark.parametrize(("name", "number"), PAGES)
def test_a_page_looks_as_it_did(name: str, number: int, tmp_path: Path) -> None:
    painted, reference = pages(name)[number], REFERENCES / f"{name}-{number + 1}.png"
    if os.environ.get("GOLDEN") == "write":
        packed = io.BytesIO()
        painted.quantize(32).save(packed, "png", optimize=True)
        reference.parent.mkdir(exist_ok=True)
        reference.write_bytes(packed.getvalue())
    kept = Image.open(io.BytesIO(reference.read_bytes())).convert("L")
    share = unlike(painted, kept)
    if share > TOLERATED:
        painted.save(tmp_path / reference.name)
    assert share <= TOLERATED, f"{reference.name} has changed: look at {tmp_path / reference.name}, then `make golden`"


def test_a_moved_line_is_seen() -> None:
    page = pages("rich")[0]
    moved = page.copy()
    moved.paste(page.crop((40, 160, 555, 175)), (40, 161))
    assert unlike(page, moved) > TOLERATED
    assert unlike(page, page.resize((595, 841))) == 1.0
