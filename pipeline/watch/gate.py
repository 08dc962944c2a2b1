"""Results of a build -> why a person should look at the brief before anybody gets it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from pipeline.glossary import Glossary
from pipeline.model import Discrepancy, Finding, Observation
from pipeline.run import Results
from pipeline.settings import Gate

_REPORTS = 3  # of an area, the last ones
_SHOWN = 5  # missing indicators that are named


def gate(results: Results, limits: Gate, today: date) -> list[str]:
    """Results, the settings' limits, the day -> reasons to hold the brief, a line each; none lets it through."""
    return [*_month(results, today), *_errors(results), *_recall(results, limits), *_unread(results, limits.unread),
            *_untranslated(results, limits.untranslated), *_edition(results)]  # fmt: skip


def _errors(results: Results) -> list[str]:
    """Findings that something cannot be so."""
    r = results
    found: tuple[Finding | Discrepancy, ...] = (*r.article.findings, *r.extraction.findings, *r.checked.findings)
    return [f"{f.code}: {f.message.en}" for f in found if f.severity == "error"]


def _month(results: Results, today: date) -> list[str]:
    """A report comes at its month's end or later."""
    month = results.article.period.month
    return [f"it reports on {month}, which has not come yet"] if month > f"{today:%Y-%m}" else []


def _recall(results: Results, limits: Gate) -> list[str]:
    """Whether what the area's last reports spoke of is spoken of again, of the last few the fullest.

    Indicators of the official codes, without those that only a quarter has: after a report on a quarter comes one
    that is thinner and whole. An article on one subject, or one that could not be read, lacks most of them.
    """
    article, glossary = results.article, results.glossary
    found = _monthly(results.extraction.observations, article.area, glossary)
    reports = {
        report: _monthly((p.observation for p in results.past if p.report == report), article.area, glossary)
        for report in sorted({p.report for p in results.past})[-_REPORTS:]
    }
    if not reports:
        if len(found) >= limits.least:
            return []
        return [f"the area's first report has {len(found)} indicators, fewer than {limits.least}"]
    last = max(reports, key=lambda report: len(reports[report]))
    before = reports[last]
    missing = before - found
    if not before or Decimal(len(before) - len(missing)) / len(before) >= limits.recall:
        return []
    named = ", ".join(sorted(missing)[:_SHOWN])
    more = ", ..." if len(missing) > _SHOWN else ""
    return [f"{len(missing)} of {len(before)} indicators of {last} are not found again ({named}{more})"]


def _monthly(observations: Iterable[Observation], area: str, glossary: Glossary) -> set[str]:
    found: set[str] = set()
    for o in observations:
        known = glossary.indicators.get(o.indicator)
        if known is not None and known.time != "quarterly" and o.area == area:
            found.add(o.indicator)
    return found


def _unread(results: Results, most: Decimal) -> list[str]:
    numbers = results.extraction.numbers
    unread = sum(n.role == "unread" for n in numbers)
    if not numbers or Decimal(unread) / len(numbers) <= most:
        return []
    return [f"{unread} of {len(numbers)} numbers are not understood"]


def _untranslated(results: Results, most: int) -> list[str]:
    brief = results.brief
    left = sum(s.untranslated for s in (brief.headline, *brief.points))
    return [f"{left} of the main points are left in Vietnamese"] if left > most else []


def _edition(results: Results) -> list[str]:
    """A brief of the same month that readers may have."""
    replaced = results.history.replaced(results.article.area, results.article.period.month)
    if replaced is None:
        return []
    before = f"it replaces edition {replaced.edition} of its month (of {replaced.published}), made of another article"
    return [f"{before}: approved, it is sent as a correction"]
