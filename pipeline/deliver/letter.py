"""Issue, language -> what a message says: every text written, and the text and HTML parts of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.deliver.issue import Issue
from pipeline.editions import Chart
from pipeline.errors import TemplateError
from pipeline.model import Language, Observation, Statement
from pipeline.render.room import whole
from pipeline.render.table import Cell
from pipeline.render.view import Edition, edition
from pipeline.templating import Templates
from pipeline.typeset import amount_words, basis_words, mark

ROWS = 10  # of the table of indicators; the PDF has all
WAY_OUT = "https://way-out.invalid/"  # stands in the texts for each subscriber's own address
_SAID = ("points", "table", "attached", "why", "unsubscribe", "column.indicator", "column.value", "column.change")


class Letter(NamedTuple):
    """What messages in the same languages say; WAY_OUT stands where each has an address of its own, if any has."""

    subject: str
    text: str
    html: str


def write_letter(issue: Issue, languages: Sequence[Language], *, way_out: bool) -> Letter:
    """Issue, languages in their order -> the letter. Raises TemplateError for a wrong template."""
    letters = [_letter(issue, language) for language in languages]
    templates = Templates(issue.theme.templates / "mail")
    theme = issue.theme
    told = {
        "letters": letters, "subject": letters[0]["subject"], "unsubscribe": WAY_OUT if way_out else "",
        "organisation": theme.organisation, "footer": theme.footer, "colours": theme.colours, "dark": theme.dark,
    }  # fmt: skip
    return Letter(letters[0]["subject"], templates.render("mail.txt.j2", told), _inlined(templates, told))


def cid(language: Language) -> str:
    """The Content-ID (RFC 2392) of a language's chart."""
    return f"chart-{language}@songngu.invalid"


def _letter(issue: Issue, language: Language) -> dict[str, Any]:
    """One language's part: every text written."""
    brief, glossary = issue.brief, issue.glossary
    made = edition(brief, issue.charts, glossary, language, whole(brief, issue.charts))
    charts = [c for c in issue.charts.charts if c.language == language]
    headline = _plain(brief.headline, language)
    named = headline
    if made.place not in headline:
        named = glossary.say("mail.subject", language, place=made.place, headline=headline)
    office = brief.office.vi if language == "vi" else brief.office.en
    return {
        "language": language, "place": made.place, "period": made.period, "headline": headline,
        "subject": glossary.say("mail.corrected", language, subject=named) if issue.corrected else named,
        "points": [{"text": _plain(p, language), "foreign": p.untranslated and language == "en"} for p in brief.points],
        "chart": _chart(charts[0]) if charts else None, "rows": _rows(made, issue, language),
        "source": glossary.say("mail.source", language, source=office) if office else "",
        "say": {key.replace(".", "_"): glossary.say(f"mail.{key}", language) for key in _SAID},
    }  # fmt: skip


def _plain(statement: Statement, language: Language) -> str:
    """A sentence without what only a page needs to keep its lines."""
    return "".join(run.text for run in (statement.vi if language == "vi" else statement.en))


def _chart(chart: Chart) -> dict[str, str]:
    return {
        "title": chart.title, "subtitle": chart.subtitle, "alternative": chart.alternative, "cid": cid(chart.language),
    }  # fmt: skip


def _rows(made: Edition, issue: Issue, language: Language) -> list[dict[str, str]]:
    """The table's first lines: cells as the PDF has them, and for plain text amount and comparison in words."""

    def words(cell: Cell | None, write: Callable[[Observation], str]) -> str:
        if cell is None or cell.figure.observation is None:
            return ""
        return write(issue.brief.observations[cell.figure.observation])

    def amount(o: Observation) -> str:
        return f"{mark(o)}{amount_words(issue.glossary, o, language)}"

    def status(o: Observation) -> str:
        return issue.glossary.say(f"render.status.{o.status}.word", language) if o.status else ""

    def against(o: Observation) -> str:
        return basis_words(issue.glossary, "site.basis", o, language) if o.basis else ""

    rows = [row for group in made.table.groups for row in group.rows]
    return [
        {
            "label": row.label, "period": row.period, "unit": row.unit,
            "status": words(row.value or row.change, status),
            "value": "" if row.value is None else row.value.figure.text,
            "change": "" if row.change is None else row.change.figure.text,
            "amount": words(row.value, amount), "against": words(row.change, against),
        }
        for row in rows[:ROWS]
    ]  # fmt: skip


def _inlined(templates: Templates, facts: Mapping[str, Any]) -> str:
    """The HTML part: its style in every element, that of dark screens in its head."""
    import css_inline  # noqa: PLC0415  # only mail needs it

    page = templates.render("mail.html.j2", {**facts, "css": templates.render("mail.css.j2", facts)})
    try:
        inlined = css_inline.inline(page, load_remote_stylesheets=False)
    except css_inline.InlineError as e:
        raise TemplateError(f"mail.css: {e}") from e
    return inlined.replace("</head>", f"<style>\n{templates.render('dark.css.j2', facts)}</style></head>", 1)
