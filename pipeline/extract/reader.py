"""Blocks in reading order -> drafts of observations: the context that carries from clause to clause.

A sentence begins with the subject of the sentence before; a clause without a subject goes on with the
last one; what brackets change ends with them. What headings set lies in context.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from pipeline.extract.causes import cause_span, span_of
from pipeline.extract.clauses import STATUSES, Clause, clauses
from pipeline.extract.context import Context, Scope
from pipeline.extract.items import OTHER, Item, Source
from pipeline.extract.measures import Reading, bases, read_measure, verb_of
from pipeline.extract.subjects import Subject, candidates, find_subject, is_adverbial, resolve, root
from pipeline.glossary import Glossary
from pipeline.model import PLAN_BASES, Block, Observation
from pipeline.periods import Mention

_ASIDES = ("months", "to_date", "quarter")  # kinds of mention that tell of another period in passing
_SHORT = 160  # characters: a block without figures up to this length speaks for the ones after it


class Draft(NamedTuple):
    """An observation, and whether its sentence itself names its period."""

    observation: Observation
    explicit: bool
    block: int


@dataclass
class Reader:
    """One pass over an article."""

    source: Source
    glossary: Glossary
    area: str
    drafts: list[Draft] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    context: Context = field(init=False)
    levels: list[str] = field(default_factory=list)  # codes of the levels just read …
    queue: list[str] = field(default_factory=list)  # … that "lần lượt tăng a và b" gives their growth
    block: int = 0  # number of the block being read
    told: int = 0  # the first draft of the last sentence that gave any
    opening: str = ""  # the period that the block begins with
    passed: bool = False  # the sentence before was an aside on another period
    adrift: bool = False  # since an aside no time or comparison was named
    main: tuple[str, Scope] | None = None  # topic and scope of the block's first growth with time and comparison

    def __post_init__(self) -> None:
        """Begin without a heading."""
        self.context = Context(self.source)

    def read(self, blocks: Sequence[Block]) -> list[Draft]:
        """All blocks -> drafts."""
        for number, block in enumerate(blocks):
            sentences = list(self.source.sentences(block.span.start, block.span.end))
            if block.kind in ("title", "source", "footnote"):
                continue
            tells = any(i.kind in ("quantity", "cause") for s in sentences for i in s)
            if block.kind == "heading" or (not tells and block.span.end - block.span.start <= _SHORT):
                self.scope = self.context.heading(block, [i for s in sentences for i in s])
                continue
            self.block = number
            self.scope = self.context.open_block(sentences, self.scope)
            self.passed, self.adrift, self.main = False, False, None
            self.opening = self._first_code(sentences)
            for sentence in sentences:
                self._sentence(sentence)
        return self.drafts

    # --- sentences -------------------------------------------------------------------------

    def _sentence(self, items: Sequence[Item]) -> None:
        found, rest = clauses(items)
        if not found:
            self._explain(rest)
        begun = len(self.drafts)
        status = next((i.kind for c in found[:1] for s in c.segments for i in s.items if i.kind in STATUSES), "")
        goes_on = bool(items) and items[0].kind == "lead"  # "Trong đó …" belongs to the sentence before
        status = status or (self.scope.status if goes_on else "")
        scope = replace(self.scope, named=False, foreign=False, compared=False, verb=None, status=status)
        self.adrift, self.passed = self.adrift or (self.passed and not goes_on), self._aside(items)
        saved: list[Scope] = []
        self.levels, self.queue = [], []
        head: Subject | None = None
        for at, clause in enumerate(found):
            for _ in range(clause.pops):
                scope = saved.pop() if saved else scope
            saved += [scope] * clause.pushes
            scope = self._enter(clause, scope, first=at == 0)
            head = head or scope.subject
            settled = scope.named or any(bases(s.items) for s in clause.segments) or bool(bases(clause.tail))
            self.adrift = self.adrift and not settled
            returned = self._back(scope) if self.adrift else scope
            scope = returned or scope
            reading = self._reading(clause, scope) if returned else None
            self._respectively(found[at:])
            if reading:
                basis = self._basis(reading, clause, found[at:], scope)
                compared = scope.compared or reading.measure == "growth"
                scope = self._emit(clause, reading, replace(scope, basis=basis, compared=compared), found[at:], rest)
            behind = next((b for b in bases(clause.tail) if b not in PLAN_BASES and b != OTHER), "")
            later = [i.mention for i in clause.tail if i.mention and self.source.calendar.code(i.mention)]
            scope = replace(scope, mention=next(iter(later), scope.mention))
            scope = replace(scope, basis=behind, compared=True) if behind else scope
        self.told = begun if len(self.drafts) > begun else self.told
        self.scope = replace(saved[0] if saved else scope, subject=head or self.scope.subject, basis=scope.basis)

    def _aside(self, items: Sequence[Item]) -> bool:
        """Whether a sentence inside a block tells of another period than the block does.

        "Tính chung 2 tháng, CPI bình quân tăng …" between sentences on the month.
        """
        mention = next((i.mention for i in items[:6] if i.mention), None)
        code = self.source.calendar.code(mention) if mention else None
        return bool(code) and mention is not None and mention.kind in _ASIDES and code != self.opening

    def _back(self, scope: Scope) -> Scope | None:
        """After an aside, a figure of the block's own topic goes back to the time and comparison it opened with.

        For a figure of another topic nothing says what it goes on with: it is not read.
        """
        codes = candidates(scope.subject.names, self.context.codes())
        if self.main and codes and root(codes[0]) == self.main[0]:
            return replace(scope, mention=self.main[1].mention, basis=self.main[1].basis)
        return None

    def _first_code(self, sentences: Sequence[Sequence[Item]]) -> str:
        mentions = (i.mention for s in sentences for i in s if i.mention)
        return next((code for m in mentions if (code := self.source.calendar.code(m))), "")

    def _explain(self, items: Sequence[Item]) -> None:
        """Take a sentence without figures for the reason of a growth that stands before it.

        "Nguyên nhân tăng cao do …" explains the first growth of the sentence before; "Thu ngân sách giảm
        so với cùng kỳ do …" the growth of that name and direction in this block or the one before.
        """
        cause = next((n for n, i in enumerate(items) if i.kind == "cause"), None)
        if cause is None:
            return
        drafts = enumerate(self.drafts)
        if cause == 0:
            found = [n for n, d in drafts if n >= self.told and d.block == self.block]
        else:
            names = [
                c for i in items[:cause] if i.kind == "indicator" for c in candidates(i.names, self.context.codes())
            ]
            verb = next((i.kind for i in items[:cause] if i.kind in ("rise", "fall")), "")
            signs = {"rise": 1, "fall": -1}
            near = [(n, d.observation) for n, d in drafts if d.block >= self.block - 1]
            found = [n for n, o in near if o.indicator in names and o.value * signs.get(verb, 0) > 0]
        at = next((n for n in found if self.drafts[n].observation.measure == "growth"), None)
        if at is not None and self.drafts[at].observation.cause is None:
            observation = replace(self.drafts[at].observation, cause=span_of(items[cause:]))
            self.drafts[at] = self.drafts[at]._replace(observation=observation)

    def _enter(self, clause: Clause, scope: Scope, *, first: bool) -> Scope:
        """Take from a clause's head what it says about subject, area, time, status and comparison."""
        subject, at = find_subject(clause, self.area, self.context.codes())
        if clause.named and self._takes_name(clause, subject, scope, first=first):
            subject = Subject(clause.named.names)
        while (
            at
            and is_adverbial(clause.segments[at - 1].items, self.area)
            and clause.segments[at].mark not in (";", "lead")
        ):
            at -= 1
        reach = [i for s in clause.segments[at:] for i in s.items]
        area = next((i.value for i in reversed(reach) if i.kind == "area"), None)
        if subject is not None:
            scope = replace(scope, subject=subject, area=area or "", verb=None)
            self.context.code = self.context.code if subject.names else root(self.context.code)
        elif area is not None:
            scope = replace(scope, area=area)
        times = [i.mention for i in (*reach, *clause.asides) if i.mention]
        if not times and first:
            times = [i.mention for s in clause.segments for i in s.items if i.mention]
            times = [m for m in times if self.source.calendar.code(m)]
        for mention in times:
            code = self.source.calendar.code(mention)
            if code != "":
                scope = replace(scope, mention=mention, named=True, foreign=code is None)
        compared = [i for i in reach if i.kind == "basis" and i.value not in PLAN_BASES]
        if compared:
            bare = not self.source.text[compared[-1].start :].casefold().startswith("so")
            scope = replace(
                scope,
                basis=compared[-1].value,
                compared=True,
                foreign=scope.foreign or bare or compared[-1].value == OTHER,
            )
        status = next((i.kind for i in reach if i.kind in STATUSES), scope.status)
        doubtful = any(i.kind in ("target", "versus") for i in reach)
        verb = verb_of(clause) or _going_on(clause, scope)
        return replace(scope, status=status, foreign=scope.foreign or doubtful, verb=verb)

    def _takes_name(self, clause: Clause, subject: Subject | None, scope: Scope, *, first: bool) -> bool:
        """Whether the name behind the figure (225 doanh nghiệp thành lập mới) is the subject.

        A subject before the figure wins, unless "với" or "khi" parts it from the figure. In "có 17 …
        giải thể và 126 … tạm ngừng" of an unknown branch, the second is of that branch too.
        """
        last = clause.segments[-1]
        topics = {i.value for i in last.items if i.kind == "context"}  # "ngành du lịch đón … lượt khách"
        plain = [i for i in last.items if i.kind != "context"]
        if clause.named is None or not is_adverbial(plain, self.area):
            return False
        if not topics and last.mark != "joint" and (subject is not None or not (first or scope.subject.names)):
            return False
        unit = self.source.quantities[clause.item.quantity].unit
        code = resolve(Subject(clause.named.names), unit, self.context.codes(), self.glossary)
        return bool(code) and (not topics or root(code) in topics)

    def _respectively(self, rest: Sequence[Clause]) -> None:
        """At "lần lượt": as many of the levels just read as growths follow wait for them, in order."""
        if not any(i.kind == "respectively" for s in rest[0].segments for i in s.items):
            return
        run = 0
        for clause in rest:
            if run and find_subject(clause, self.area, self.context.codes())[0] is not None:
                break
            if self.source.quantities[clause.item.quantity].unit != "percent":
                break
            run += 1
        if 2 <= run <= len(self.levels):
            self.queue = self.levels[-run:]

    def _reading(self, clause: Clause, scope: Scope) -> Reading | None:
        if scope.foreign or not scope.subject.names or scope.area == "VN":
            return None
        quantity = self.source.quantities[clause.item.quantity]
        before = self.source.text[max(0, clause.item.start - 80) : clause.item.start].casefold()
        reading = read_measure(quantity, scope.verb, bases(clause.tail), rate="tốc độ tăng" in before)
        return None if reading and reading.basis == OTHER else reading

    def _basis(self, reading: Reading, clause: Clause, rest: Sequence[Clause], scope: Scope) -> str:
        """The basis of a growth: its own, the sentence's, one that follows, or the one before."""
        if reading.measure != "growth":
            return scope.basis
        later = next((b for c in rest[1:] for b in bases(c.tail) if b not in PLAN_BASES), "")
        own = reading.basis or (scope.basis if bases(i for s in clause.segments for i in s.items) else "")
        return own or (scope.basis if scope.compared else "") or later or scope.basis or "year_ago"

    # --- observations ----------------------------------------------------------------------

    def _code(self, clause: Clause, reading: Reading, scope: Scope) -> str:
        about = next((i for i in clause.tail if i.kind == "indicator"), None)
        if reading.measure == "growth" and about and self._says_about(clause, about):
            return resolve(Subject(about.names), "", self.context.codes(), self.glossary)
        if reading.measure == "level":
            return resolve(scope.subject, reading.unit, self.context.codes(), self.glossary)
        if reading.measure == "growth" and self.queue:
            return self.queue.pop(0)
        return scope.subject.code or resolve(scope.subject, "", self.context.codes(), self.glossary)

    def _says_about(self, clause: Clause, item: Item) -> bool:
        return self.source.text[clause.item.end : item.start].strip().casefold() == "về"

    def _emit(
        self, clause: Clause, reading: Reading, scope: Scope, rest: Sequence[Clause], end: Sequence[Item],
    ) -> Scope:  # fmt: skip
        code = self._code(clause, reading, scope)
        period = self._period(code, reading, scope, rest) if code else None
        if not code or not period:
            return scope if code else replace(scope, subject=replace(scope.subject, code=""))
        indicator = self.glossary.indicators[code]
        quantity = self.source.quantities[clause.item.quantity]
        unit = indicator.units[0] if reading.measure == "level" else reading.unit
        self.drafts.append(
            Draft(
                Observation(
                    code,
                    f"{self.area}/{scope.area}" if scope.area else self.area,
                    period,
                    reading.measure,
                    scope.basis if reading.measure == "growth" else reading.basis,
                    reading.value,
                    unit,
                    quantity.scale if reading.measure == "level" else 0,
                    scope.status,  # type: ignore[arg-type]  # the categories of the words are the statuses
                    quantity.span,
                    self.source.text[quantity.span.start : quantity.span.end],
                    clause.item.quantity,
                    reading.rule,
                    cause_span(clause, rest[1:], end, self.area),
                    self._until(scope, period),
                ),
                scope.named,
                self.block,
            )
        )
        self.context.code = code
        if self.main is None and scope.named and reading.measure == "growth" and reading.basis:
            self.main = (root(code), scope)
        self.levels = [*self.levels, code] if reading.measure == "level" else self.levels if self.queue else []
        if scope.basis == "previous_month" and reading.measure == "growth" and not scope.named:
            scope = replace(scope, mention=Mention(0, 0, "this_month"))
        return replace(scope, subject=replace(scope.subject, code=code))

    def _period(self, code: str, reading: Reading, scope: Scope, rest: Sequence[Clause]) -> str | None:
        calendar, time = self.source.calendar, self.glossary.indicators[code].time
        if reading.measure == "growth" and scope.basis == "previous_quarter":
            return f"{calendar.year}-Q{(calendar.month + 2) // 3}"
        if time == "season":
            return str(calendar.year)
        code_named = calendar.code(scope.mention, stock=time == "stock") if scope.mention else calendar.cumulative
        if reading.measure == "growth" and scope.basis == "previous_month":
            return calendar.this_month if not scope.named or "/" in (code_named or "") else code_named
        if not scope.named and self._monthly(rest):
            return calendar.this_month
        return code_named

    def _until(self, scope: Scope, period: str) -> str:
        """The day named as the end of a running total, where it comes before the end of the period."""
        mention = scope.mention
        if (
            mention is None
            or mention.kind != "until"
            or not mention.day
            or not mention.month
            or len(period) == len("2023-06-30")
        ):
            return ""
        day = date(self.source.calendar.year, mention.month, mention.day)
        return day.isoformat() if (day + timedelta(days=1)).month == day.month else ""

    def _monthly(self, rest: Sequence[Clause]) -> bool:
        """Whether this subject is compared with the previous month before the next one begins."""
        for at, clause in enumerate(rest):
            if at and find_subject(clause, self.area, self.context.codes())[0] is not None:
                return False
            if "previous_month" in bases(clause.tail):
                return True
        return False


def _going_on(clause: Clause, scope: Scope) -> Item | None:
    """The verb of the clause before, where "và" or a comma alone joins the next figure to it."""
    items = [i for s in clause.segments for i in s.items]
    return scope.verb if all(i.kind in ("light", "and", "basis", "period", "mark") for i in items) else None
