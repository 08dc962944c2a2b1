"""The pages of a brief set by Typst: the reference that the render stage's time is held against.

Not a second look of the brief: the same words, table and charts in two columns at the same sizes.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import lxml.html
import typst

ROOT = Path(__file__).parent.parent
HEAD = """#set page(paper: "a4", margin: 16mm)
#set text(font: "Inter", size: 8pt)
#set document(title: "songngu", date: datetime(year: 2023, month: 6, day: 29))
#show heading: set text(size: 10pt)
"""


def _words(node: Any) -> str:
    text = re.sub(r"\s+", " ", node.text_content()).strip()
    return re.sub(r"([\\#$*_`<>@\[\]~=/+-])", r"\\\1", text)


def _table(table: Any) -> str:
    rows = [r.xpath("./th|./td") for r in table.xpath(".//tr")]
    most = max(len(r) for r in rows)
    cells = []
    for row in rows:
        for n, cell in enumerate(row):
            span = most - len(row) + 1 if n == len(row) - 1 else 1
            cells.append(f"table.cell(colspan: {span})[{_words(cell)}]")
    return f"#table(columns: {most}, inset: 2pt, stroke: none, {', '.join(cells)})"


def source(html: str, folder: Path) -> str:
    """A run's brief.html -> Typst's markup; the charts are written into the folder as SVG files."""
    parts = [HEAD]
    page: Any = lxml.html.fromstring(html)
    for number, article in enumerate(page.xpath("//article")):
        language = article.get("lang")
        parts.append(f'{"#pagebreak()" if number else ""}\n#set text(lang: "{language}")\n')
        figures: list[str] = []
        for node in article.xpath(".//h1|.//h2|.//li[not(ancestor::details)]|.//table|.//figure|.//section/p"):
            if node.tag in ("h1", "h2"):
                parts.append(f"{'=' * int(node.tag[1])} {_words(node)}\n")
            elif node.tag == "li":
                parts.append(f"- {_words(node)}\n")
            elif node.tag == "table":
                parts.append(_table(node))
            elif node.tag == "figure":
                svg = lxml.html.tostring(node.xpath(".//*[local-name()='svg']")[0], encoding="unicode")
                file = folder / f"{language}-{len(figures)}.svg"
                file.write_text(svg.replace("viewbox", "viewBox"), encoding="utf-8")
                title = _words(node.xpath(".//h3")[0])
                alternative = title.replace("\\", "").replace('"', "'")
                figures.append(f'[*{title}* #image("{file.name}", alt: "{alternative}", width: 100%)]')
            else:
                parts.append(f"{_words(node)}\n\n")
        parts.append(f"#grid(columns: 2, gutter: 8pt, {', '.join(figures[:8])})\n")
    return "\n".join(parts)


def set_pages(html: str, folder: Path) -> tuple[float, int]:
    """A run's brief.html -> seconds that Typst takes to set it as PDF/A-3a, and the PDF's size in bytes."""
    file = folder / "brief.typ"
    file.write_text(source(html, folder), encoding="utf-8")
    begun = time.perf_counter()
    pdf = typst.compile(str(file), font_paths=[str(ROOT / "templates" / "fonts")], pdf_standards=["a-3a"])
    (folder / "brief.pdf").write_bytes(pdf)
    return time.perf_counter() - begun, len(pdf)
