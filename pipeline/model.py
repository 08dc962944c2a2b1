"""The frozen types that flow between the stages, and nothing else (charts and pages: editions.py).

    read       source                                       -> Article
    extract    Article, Glossary                            -> Extraction
    check      Article, Extraction, Glossary                -> Checked
    translate  Article, Extraction, Glossary                -> Translation
    compose    Article, Extraction, Checked, Translation, Glossary, Past -> Brief
    chart      Brief, Glossary                              -> Charts
    render     Brief, Charts, Glossary                      -> Editions

Codes of area, period, measure, basis, unit and status are those of the observation table
(docs/observations.md). Every amount is a Decimal as printed; `scale` is the power of ten of
its unit as printed, and a value is never rescaled.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
# error: cannot be so; warning: should be looked at; info: told, nothing more.
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` (inclusive) to `end` (exclusive) of the article's normal form."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that could not be read, checked or translated, or that was repaired.

    `code` is stable and machine-readable (`read.repaired-thousands`), `span` is None when the
    finding is about the article as a whole.
    """

    code: str
    severity: Severity
    span: Span | None
    message: Label


# --- read ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph or footnote: `article.text[span.start:span.end]`.

    `number` is the block's own numbering as printed without its closing mark ("I", "1.1", "a",
    a footnote's "3"), empty without one; `level` is a heading's depth from 1, 0 for the rest.
    Footnotes that only name a source ("Nguồn: Sở Tài chính") are of kind "source", the texts to pictures "caption",
    rows of tables as they stand "row".
    """

    kind: Literal["title", "heading", "paragraph", "footnote", "source", "caption", "row"]
    span: Span
    level: int = 0
    number: str = ""


@dataclass(frozen=True, slots=True)
class ReportingPeriod:
    """What the article reports on, in the codes of the observation table.

    `month` ("2023-06") is the last month reported on; `quarter` ("2023-Q2") is set when the article
    speaks of the quarter; `cumulative` ("2023-01/2023-06") runs from January to that month and is
    canonical: one month is "2023-01", three "2023-Q1", twelve "2023".
    """

    month: str
    quarter: str | None
    cumulative: str


@dataclass(frozen=True, slots=True)
class Article:
    """The article alone, in its normal form (NFC text, one block a line)."""

    source: str  # name of the file it was read from
    address: str  # address of the original where the page states one, else empty
    title: str  # empty where the text has none
    published: str | None  # ISO 8601 date
    area: str  # ISO 3166-2 code, "VN" for the whole country
    office: str  # who publishes it, as the article names it ("Cục Thống kê tỉnh Lạng Sơn"), else empty
    period: ReportingPeriod
    text: str
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...] = ()


# --- extract ------------------------------------------------------------------------------

Measure = Literal["level", "growth", "contribution", "share", "plan_ratio"]
Approximation = Literal["", "over", "under", "about"]
# Bases of a growth, the most telling first; a base year (base_2019) is one too.
GROWTH_BASES = ("year_ago", "previous_month", "previous_quarter", "december")
# Bases of a plan ratio, the nearest to the province first: the provincial estimate is what the office itself is
# held to, the central one only stands in for it.
PLAN_BASES = ("provincial_plan", "plan", "central_plan")
# Rules whose figure is computed from the printed one: "bằng 98,2% so với cùng kỳ" is a fall of 1.8%.
COMPUTED = ("ratio", "multiple", "plan exceeded")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit where it stands in the text.

    `low == high` unless the text gives a range, both ends of which are kept. `unit` is empty for a
    bare number. `approximation` is what the text says before it: "over" (hơn), "under" (gần),
    "about" (khoảng) or nothing.
    """

    span: Span
    low: Decimal
    high: Decimal
    unit: str
    scale: int
    approximation: Approximation
    rule: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One statistical fact: a row of the observation table.

    `quantity` is the index of the quantity it was read from, `rule` the rule that read it, `cause`
    the words that the text itself gives as the reason of this movement. `until` is the ISO 8601 date
    up to which the figure runs, where the text names a day before the period's end ("từ đầu năm đến
    15/3/2024" is the first quarter, until 2024-03-15).
    """

    indicator: str
    area: str
    period: str
    measure: Measure
    basis: str
    value: Decimal
    unit: str
    scale: int
    status: Literal["", "estimate", "preliminary", "final"]
    span: Span
    quote: str
    quantity: int
    rule: str
    cause: Span | None = None
    until: str = ""
    approximation: Approximation = ""  # of its quantity


Role = Literal[
    "observation",  # a fact of the report: a row of the observation table
    "change",  # the absolute change beside a growth ("tăng 12,5%, tương ứng tăng 154 tấn")
    "comparison",  # another period's or place's figure
    "target",  # a plan, a target, a forecast
    "period",  # part of a time ("tháng 6/2023", "6 tháng", "ngày 15/3")
    "legal",  # number of a document or an article of one
    "name",  # part of a name: a road, a project, a product, Covid-19
    "ordinal",  # number of a heading or a list entry, mark of a footnote
    "count",  # a count that is no statistic of the report
    "unread",  # not understood
]


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the article as printed (digits with their marks) and what it is there for.

    Both ends of a range are numbers of their own. `quantity` is the index of the quantity it belongs to, None
    for a number that is no amount. `observation` is the index of the observation that it states, whose
    absolute change it is, or whose value in another period or place it gives; None where there is none.
    """

    span: Span
    role: Role
    quantity: int | None = None
    observation: int | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All quantities in reading order, the observations understood from them, and the ledger of all numbers."""

    quantities: tuple[Quantity, ...]
    observations: tuple[Observation, ...]
    numbers: tuple[Number, ...] = ()
    findings: tuple[Finding, ...] = ()


# --- check --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest amount that printed figures leave possible, both included."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Figures of the report that do not fit each other, or one that cannot be.

    `code` and `severity` are those of glossary/checks.csv, `spans` the figures' words in the article's
    normal form, in reading order. `arithmetic` shows the sum with the printed figures; `computed` is what
    they leave possible and `stated` what the printed result does, both None where nothing is computed.
    `doubtful` are the indices of the observations of which one at least is wrong.
    """

    code: str
    severity: Severity
    spans: tuple[Span, ...]
    message: Label
    arithmetic: Label
    computed: Bounds | None = None
    stated: Bounds | None = None
    doubtful: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What the report's own figures contradict, in reading order."""

    findings: tuple[Discrepancy, ...]


# --- translate ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TermUse:
    """A glossary term met in a segment and the English it must have."""

    span: Span
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence (or a heading, a cause) and its English; `target` is empty when none was found."""

    span: Span
    source: str
    target: str
    method: Literal["memory", "template", "engine", "none"]
    terms: tuple[TermUse, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """The article's segments in reading order. `engine` names the model used, empty without one."""

    segments: tuple[Segment, ...]
    engine: str


# --- compose ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a sentence; `observation` is the index (in Brief.observations) of the figure it prints.

    `language` is set where the words are of another language than the sentence.
    """

    text: str
    observation: int | None = None
    language: Language | None = None


Sentence = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the brief in both languages, made from the same facts.

    `untranslated` marks a statement whose English sentence holds Vietnamese words (runs of language
    "vi") that nothing could translate; they are shown as they are and marked so.
    """

    topic: str  # first part of an indicator code ("grdp"), or "difficulty", "outlook", "note"
    vi: Sentence
    en: Sentence
    untranslated: bool = False
    span: Span | None = None  # the source's words, where the sentence quotes them


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the key-indicator table; the numbers are indices in Brief.observations."""

    group: str  # a topic code of the glossary's table of topics
    indicator: str
    label: Label
    level: int | None
    change: int | None
    plan: int | None


@dataclass(frozen=True, slots=True)
class Past:
    """What an earlier report of the same area said: the last month that it reports on ("2025-03"), and the fact.

    Span, quote and quantity of the observation are those of that report.
    """

    report: str
    observation: Observation


@dataclass(frozen=True, slots=True)
class Signature:
    """What made the brief: program version, SHA-256 of the glossary (first 12 digits), engine."""

    version: str
    glossary: str
    engine: str


@dataclass(frozen=True, slots=True)
class Brief:
    """What is said, in both languages. `observations` are those of the extraction, same indices."""

    title: Label
    area: str  # ISO 3166-2 code, as in the observations
    place: Label
    slug: str  # "lang-son-2023-06": the name of the run's folder
    period: ReportingPeriod
    period_label: Label
    published: str | None
    office: Label
    address: str
    headline: Statement
    points: tuple[Statement, ...]
    rows: tuple[Row, ...]
    drivers: tuple[Statement, ...]
    difficulties: tuple[Statement, ...]
    outlook: tuple[Statement, ...]
    notes: tuple[Statement, ...]
    observations: tuple[Observation, ...]
    signature: Signature
    doubtful: tuple[int, ...] = ()  # observations that the report itself contradicts: not printed
    past: tuple[Past, ...] = ()  # what earlier reports said about what is observed, the oldest report first
