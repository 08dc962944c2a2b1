"""A brief's files, a Subscriber -> an e-mail: plain text and HTML that carry the brief itself, the PDF attached.

The same brief and subscriber give the same bytes but for the date, and the same Message-ID always (RFC 5322).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.dataset import OBSERVATIONS, PACKAGE, SDMX
from pipeline.deliver.subscribers import Subscriber
from pipeline.editions import Chart, Charts, size_of
from pipeline.errors import DeliveryError, StoreError, TemplateError
from pipeline.glossary import Glossary
from pipeline.model import Brief, Language, Statement
from pipeline.render.room import whole
from pipeline.render.view import Edition, edition
from pipeline.store import from_json
from pipeline.templating import Templates, read_text
from pipeline.theme import Theme

ROWS = 10  # of the table of indicators; the PDF has all
LARGEST = 10_000_000  # bytes of a message after base64: what Postmark and others take
PICTURE = 1144  # pixels across: twice the width that the message gives it
_ATTACHED = {"csv": OBSERVATIONS, "sdmx": SDMX, "json": PACKAGE}
_KINDS = {"csv": ("text", "csv"), "sdmx": ("text", "csv"), "json": ("application", "json")}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: address and name; the domain of identifiers; where people go to unsubscribe (https and mailto).

    Both ways out may be empty: an outbox on this machine has none.
    """

    email: str
    name: str
    list_id: str = ""
    unsubscribe: str = ""  # an https address; {token} stands for the subscriber's
    mailto: str = ""

    @property
    def domain(self) -> str:
        """What Message-IDs end in."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True)
class Issue:
    """A brief ready to be sent: its stage files read, its documents as they are."""

    brief: Brief
    charts: Charts
    files: Mapping[str, bytes]
    glossary: Glossary
    theme: Theme

    @cached_property
    def digest(self) -> str:
        """What makes the brief this one: SHA-256 of its PDF."""
        return hashlib.sha256(self.files["brief.pdf"]).hexdigest()

    @cached_property
    def pictures(self) -> dict[Language, bytes]:
        """The first chart of each language as PNG: mail programs show no SVG."""
        firsts: dict[Language, Chart] = {}
        for chart in self.charts.charts:
            firsts.setdefault(chart.language, chart)
        return {language: _png(chart.svg, self.theme) for language, chart in firsts.items()}


def read_issue(folder: Path, glossary: Glossary, theme: Theme) -> Issue:
    """A brief's folder -> the issue. Raises DeliveryError where it is none."""
    names = ("5-brief.json", "6-charts.json", "brief.pdf", *_ATTACHED.values())
    try:
        files = {name: (folder / name).read_bytes() for name in names}
        brief = from_json(files["5-brief.json"].decode("utf-8"), Brief)
        charts = from_json(files["6-charts.json"].decode("utf-8"), Charts)
    except OSError as e:
        raise DeliveryError(f"{e.filename}: cannot be read: {e.strerror}") from e
    except (StoreError, UnicodeDecodeError) as e:
        raise DeliveryError(f"{folder}: no brief of this program: {e}") from e
    return Issue(brief, charts, files, glossary, theme)


def message(issue: Issue, subscriber: Subscriber, sender: Sender, when: datetime, token: str = "") -> EmailMessage:
    """Issue, Subscriber, Sender, time of sending -> the e-mail.

    `token` is the subscriber's for the way out. Raises DeliveryError for one that is too large, TemplateError for a
    wrong template.
    """
    if not (subscriber.name.isprintable() and sender.name.isprintable()):
        raise DeliveryError("a name with a control character is no name")
    letters = [_letter(issue, language) for language in subscriber.languages]
    subject = letters[0]["subject"]
    way_out = sender.unsubscribe.replace("{token}", quote(token, safe=""))
    name = hashlib.sha256(f"{issue.digest} {subscriber.email}".encode()).hexdigest()[:40]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(sender.name, addr_spec=sender.email)
    mail["To"] = Address(subscriber.name, addr_spec=subscriber.email)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(when)
    mail["Message-ID"] = f"<{name}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if sender.list_id:
        mail["List-Id"] = f"<{sender.list_id}>"
    if way_out or sender.mailto:
        ways = [f"<{way_out}>"] if way_out else []
        mail["List-Unsubscribe"] = ", ".join([*ways, *([f"<{sender.mailto}>"] if sender.mailto else [])])
    if way_out:
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    templates = Templates(issue.theme.templates / "mail")
    told = {"letters": letters, "subject": subject, "unsubscribe": way_out}
    mail.set_content(templates.render("mail.txt.j2", told), cte="quoted-printable")
    mail.add_alternative(_inlined(templates, told), subtype="html", cte="quoted-printable")
    html = mail.get_payload()[1]  # type: ignore[index]  # text and HTML
    for language in subscriber.languages:
        if language in issue.pictures:
            picture = issue.pictures[language]
            html.add_related(picture, "image", "png", cid=f"<{_cid(language)}>", disposition="inline")  # type: ignore[union-attr]  # an EmailMessage
    _attach(mail, issue, subscriber)
    mail["Content-Language"] = ", ".join(subscriber.languages)  # before there were parts it would go to the first one
    for n, part in enumerate(p for p in mail.walk() if p.is_multipart()):
        part.set_boundary(f"=_{name[:24]}_{n}")  # not by chance: the same bytes for the same message
    if len(mail.as_bytes()) > LARGEST:
        raise DeliveryError(f"{issue.brief.slug}: the message would be larger than {LARGEST // 1_000_000} MB")
    return mail


def _attach(mail: EmailMessage, issue: Issue, subscriber: Subscriber) -> None:
    language = subscriber.languages[0]
    place, period = (getattr(label, language) for label in (issue.brief.place, issue.brief.period_label))
    name = issue.glossary.say("mail.file", language, place=place, period=period)
    for form in subscriber.formats:
        if form == "pdf":
            mail.add_attachment(issue.files["brief.pdf"], "application", "pdf", filename=name)
        else:
            maintype, subtype = _KINDS[form]
            mail.add_attachment(issue.files[_ATTACHED[form]], maintype, subtype, filename=_ATTACHED[form])


def _cid(language: Language) -> str:
    return f"chart-{language}@songngu.invalid"


def _letter(issue: Issue, language: Language) -> dict[str, Any]:
    """One language's part: every text written."""
    brief, glossary = issue.brief, issue.glossary
    made = edition(brief, issue.charts, glossary, language, whole(brief, issue.charts))
    charts = [c for c in issue.charts.charts if c.language == language]
    keys = ("points", "table", "attached", "why", "unsubscribe", "column.indicator", "column.value", "column.change")
    headline = _plain(brief.headline, language)
    office = brief.office.vi if language == "vi" else brief.office.en
    return {
        "language": language, "place": made.place, "period": made.period, "headline": headline,
        "subject": glossary.say("mail.subject", language, place=made.place, period=made.period, headline=headline),
        "points": [{"text": _plain(p, language), "foreign": p.untranslated and language == "en"} for p in brief.points],
        "chart": _chart(charts[0]) if charts else None, "rows": _rows(made),
        "source": glossary.say("mail.source", language, source=office) if office else "",
        "say": {key.replace(".", "_"): glossary.say(f"mail.{key}", language) for key in keys},
    }  # fmt: skip


def _plain(statement: Statement, language: Language) -> str:
    """A sentence without what only a page needs to keep its lines."""
    return "".join(run.text for run in (statement.vi if language == "vi" else statement.en))


def _chart(chart: Chart) -> dict[str, str]:
    return {
        "title": chart.title, "subtitle": chart.subtitle, "alternative": chart.alternative, "cid": _cid(chart.language),
    }  # fmt: skip


def _rows(made: Edition) -> list[dict[str, str]]:
    rows = [row for group in made.table.groups for row in group.rows]
    return [
        {
            "label": row.label, "period": row.period, "unit": row.unit, "basis": row.basis,
            "value": "" if row.value is None else row.value.mark + row.value.figure.text,
            "change": "" if row.change is None else row.change.mark + row.change.figure.text,
        }
        for row in rows[:ROWS]
    ]  # fmt: skip


def _inlined(templates: Templates, facts: Mapping[str, Any]) -> str:
    """The HTML part: its style in every element, that of dark screens in its head."""
    import css_inline  # noqa: PLC0415  # only mail needs it

    page = templates.render("mail.html.j2", {**facts, "css": read_text(templates.folder / "mail.css")})
    try:
        inlined = css_inline.inline(page, load_remote_stylesheets=False)
    except css_inline.InlineError as e:
        raise TemplateError(f"mail.css: {e}") from e
    return inlined.replace("</head>", f"<style>\n{read_text(templates.folder / 'dark.css')}</style></head>", 1)


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
