"""What the command line lists: observations and findings -> text for a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from pipeline.figures import write_number
from pipeline.glossary import Glossary
from pipeline.model import Article, Checked, Extraction, Observation
from pipeline.store import number_table, to_json

_WIDEST = 200  # characters of a table's line: more than any has


def columned(columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str]) -> str:
    """Rows -> a table, a line each: a narrow terminal may break it, nothing is cut off; `right` are set right."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=True, justify="right" if column in right else "left")
    for row in rows:
        table.add_row(*row)
    page = Console(file=io.StringIO(), width=_WIDEST)
    with page.capture() as text:
        page.print(table)
    return text.get()


def observation_lines(observations: Iterable[Observation], glossary: Glossary) -> str:
    """Observations -> a table."""
    rows = []
    for o in observations:
        scale = glossary.scales.get(o.scale)
        unit = f"{scale.en} {o.unit}" if scale else o.unit
        rows.append(
            (o.indicator, o.area, o.period, o.measure, o.basis, write_number(o.value, "en"), unit, o.status)
        )  # fmt: skip
    columns = ("indicator", "area", "period", "measure", "basis", "value", "unit", "status")
    return columned(columns, rows, ("value",))


def ledger_text(article: Article, extraction: Extraction, form: str) -> str:
    """Every number of an article, with its role, as CSV, JSON or a table."""
    if form == "csv":
        return number_table(extraction.numbers, article.text)
    if form == "json":
        return to_json(extraction.numbers)
    rows = [
        (str(n.span.start), article.text[n.span.start : n.span.end], n.role,
         "" if n.observation is None else extraction.observations[n.observation].indicator)
        for n in extraction.numbers
    ]  # fmt: skip
    return columned(("start", "text", "role", "observation"), rows, ("start", "text"))


def findings_text(checked: Checked, article: Article) -> str:
    """Findings -> a paragraph each: severity, code and place, both messages, the sum; then how many there are."""
    lines: list[str] = []
    for f in checked.findings:
        spans = ", ".join(f"{s.start}-{s.end}" for s in f.spans)
        words = "; ".join(article.text[s.start : s.end] for s in f.spans)
        lines += [f"{f.severity}  {f.code}  at {spans}: {words}", f"  vi  {f.message.vi}", f"  en  {f.message.en}"]
        lines += [f"      {f.arithmetic.vi}", ""]
    errors = sum(f.severity == "error" for f in checked.findings)
    lines.append(f"errors: {errors}, warnings: {len(checked.findings) - errors}")
    return "".join(f"{line}\n" for line in lines)
