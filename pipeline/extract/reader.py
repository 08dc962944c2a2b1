"""Blocks in reading order -> drafts of observations: the context that carries from clause to clause.

A heading sets topic, time and comparison for the text under it; a sentence begins with the subject of
the sentence before; a clause without a subject goes on with the last one; what brackets change ends
with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline.extract.causes import cause_span, span_of
from pipeline.extract.clauses import STATUSES, Clause, clauses
from pipeline.extract.items import OTHER, Item, Source
from pipeline.extract.measures import PLANS, Reading, bases, read_measure, verb_of
from pipeline.extract.subjects import UNKNOWN, Subject, candidates, find_subject, is_adverbial, resolve, root
from pipeline.glossary import Glossary
from pipeline.model import Block, Observation
from pipeline.periods import Mention

_SHORT = 160  # characters: a block without figures up to this length speaks for the ones after it


class Draft(NamedTuple):
    """An observation, and whether its sentence itself names its period."""

    observation: Observation
    explicit: bool
    block: int


@dataclass(frozen=True)
class Scope:
    """What goes on from clause to clause."""

    subject: Subject = UNKNOWN
    area: str = ""
    mention: Mention | None = None
    named: bool = False  # the mention stands in this sentence
    foreign: bool = False  # it lies outside the report's time
    verb: Item | None = None
    status: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Heading:
    """What a heading says about the text under it."""

    level: int = 0
    subject: Subject = UNKNOWN
    contexts: tuple[str, ...] = ()
    mention: Mention | None = None
    basis: str = ""


@dataclass
class Reader:
    """One pass over an article."""

    source: Source
    glossary: Glossary
    area: str
    drafts: list[Draft] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    context: str = ""  # code last spoken of, or its topic
    scope: Scope = field(default_factory=Scope)
    levels: list[str] = field(default_factory=list)  # codes of the levels just read …
    queue: list[str] = field(default_factory=list)  # … that "lần lượt tăng a và b" gives their growth
    block: int = 0  # number of the block being read
    told: int = 0  # the first draft of the last sentence that gave any

    def read(self, blocks: Sequence[Block]) -> list[Draft]:
        """All blocks -> drafts."""
        for number, block in enumerate(blocks):
            sentences = list(self.source.sentences(block.span.start, block.span.end))
            if block.kind in ("title", "source", "footnote"):
                continue
            figures = any(i.kind == "quantity" for s in sentences for i in s)
            if block.kind == "heading" or (not figures and block.span.end - block.span.start <= _SHORT):
                self._heading(block, [i for s in sentences for i in s])
                continue
            self.block = number
            self._open_block(sentences)
            for at, sentence in enumerate(sentences):
                self._sentence(sentence, first=at == 0)
        return self.drafts

    # --- context ---------------------------------------------------------------------------

    def _heading(self, block: Block, items: Sequence[Item]) -> None:
        level = block.level or (self.headings[-1].level if self.headings else 1)
        while self.headings and self.headings[-1].level >= level:
            self.headings.pop()
        outer = self.headings[-1] if self.headings else Heading()
        topics = tuple(i.value for i in items if i.kind == "context")
        names = [i for i in items if i.kind == "indicator"]
        found = [c for i in names for c in candidates(i.names, [*topics, *outer.contexts])[:1]]
        mentions = [i.mention for i in items if i.mention and self.source.calendar.code(i.mention)]
        codes = {self.source.calendar.code(m) for m in mentions}
        basis = next((b for b in bases(items) if b not in PLANS and b != OTHER), "")
        contexts = (*found, *topics)
        heading = Heading(
            level,
            Subject(names[0].names) if len(set(found)) == 1 and not _words(items) else UNKNOWN,
            contexts or outer.contexts,
            (mentions[0] if len(codes) == 1 else None) if mentions else outer.mention,
            basis or outer.basis,
        )
        self.headings.append(heading)
        self.context = contexts[0] if contexts else root(self.context)
        self.scope = Scope(heading.subject, mention=heading.mention, basis=heading.basis)

    def _open_block(self, sentences: Sequence[Sequence[Item]]) -> None:
        heading = self.headings[-1] if self.headings else Heading()
        self.context = heading.contexts[0] if heading.contexts else root(self.context)
        self.scope = Scope(heading.subject, mention=self.scope.mention, basis=self.scope.basis)
        lead = _run_in(sentences)
        if lead:
            codes = candidates(lead[-1].names, self._contexts()) if lead[-1].names else []
            topics = [i.value for i in lead if i.kind == "context"]
            self.context = (codes or topics or [self.context])[0]
            if codes:
                self.scope = replace(self.scope, subject=Subject(lead[-1].names))

    def _contexts(self) -> list[str]:
        heading = self.headings[-1].contexts if self.headings else ()
        return [c for c in (self.context, *heading) if c]

    # --- sentences -------------------------------------------------------------------------

    def _sentence(self, items: Sequence[Item], *, first: bool) -> None:
        found, rest = clauses(items)
        if not found:
            self._explain(rest)
        begun = len(self.drafts)
        scope = replace(
            self.scope, named=False, foreign=False, verb=None, status="" if not first else self.scope.status
        )
        saved: list[Scope] = []
        self.levels, self.queue = [], []
        head: Subject | None = None
        for at, clause in enumerate(found):
            for _ in range(clause.pops):
                scope = saved.pop() if saved else scope
            saved += [scope] * clause.pushes
            scope = self._enter(clause, scope, first=at == 0)
            head = head or scope.subject
            reading = self._reading(clause, scope)
            self._respectively(found[at:])
            if reading:
                basis = self._basis(reading, clause, found[at:], scope, sentence=at > 0 and scope.basis != "")
                scope = self._emit(clause, reading, replace(scope, basis=basis), found[at:], rest)
            compared = next((b for b in bases(clause.tail) if b not in PLANS and b != OTHER), scope.basis)
            scope = replace(scope, basis=compared)
        self.told = begun if len(self.drafts) > begun else self.told
        self.scope = replace(saved[0] if saved else scope, subject=head or self.scope.subject, basis=scope.basis)

    def _explain(self, items: Sequence[Item]) -> None:
        """Take a sentence of its own ("Nguyên nhân tăng cao do …") for the reason of the growth before it."""
        at = next(
            (n for n, d in enumerate(self.drafts[self.told :], self.told) if d.observation.measure == "growth"), None
        )
        if at is None or not items or items[0].kind != "cause" or self.drafts[at].block != self.block:
            return
        draft = self.drafts[at]
        if draft.observation.cause is None:
            self.drafts[at] = draft._replace(observation=replace(draft.observation, cause=span_of(items)))

    def _enter(self, clause: Clause, scope: Scope, *, first: bool) -> Scope:
        """Take from a clause's head what it says about subject, area, time, status and comparison."""
        subject, at = find_subject(clause, self.area, self._contexts())
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
            scope = replace(scope, subject=subject, area=area or "", status="", verb=None)
            self.context = self.context if subject.names else root(self.context)
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
        compared = [i for i in reach if i.kind == "basis" and i.value not in PLANS]
        if compared:
            bare = not self.source.text[compared[-1].start :].casefold().startswith("so")
            scope = replace(
                scope, basis=compared[-1].value, foreign=scope.foreign or bare or compared[-1].value == OTHER
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
        if not is_adverbial(last.items, self.area) or clause.named is None:
            return False
        if last.mark != "joint" and (subject is not None or not (first or scope.subject.names)):
            return False
        unit = self.source.quantities[clause.item.quantity].unit
        return bool(resolve(Subject(clause.named.names), unit, self._contexts(), self.glossary))

    def _respectively(self, rest: Sequence[Clause]) -> None:
        """At "lần lượt": as many of the levels just read as growths follow wait for them, in order."""
        if not any(i.kind == "respectively" for s in rest[0].segments for i in s.items):
            return
        run = 0
        for clause in rest:
            if run and find_subject(clause, self.area, self._contexts())[0] is not None:
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

    def _basis(self, reading: Reading, clause: Clause, rest: Sequence[Clause], scope: Scope, *, sentence: bool) -> str:
        """The basis of a growth: its own, the sentence's, one that follows, or the one before."""
        if reading.measure != "growth":
            return scope.basis
        later = next((b for c in rest[1:] for b in bases(c.tail) if b not in PLANS), "")
        own = reading.basis or (scope.basis if bases(i for s in clause.segments for i in s.items) else "")
        return own or (scope.basis if sentence else "") or later or scope.basis or "year_ago"

    # --- observations ----------------------------------------------------------------------

    def _code(self, clause: Clause, reading: Reading, scope: Scope) -> str:
        about = next((i for i in clause.tail if i.kind == "indicator"), None)
        if reading.measure == "growth" and about and self._says_about(clause, about):
            return resolve(Subject(about.names), "", self._contexts(), self.glossary)
        if reading.measure == "level":
            return resolve(scope.subject, reading.unit, self._contexts(), self.glossary)
        if reading.measure == "growth" and self.queue:
            return self.queue.pop(0)
        return scope.subject.code or resolve(scope.subject, "", self._contexts(), self.glossary)

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
                ),
                scope.named,
                self.block,
            )
        )
        self.context = code
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

    def _monthly(self, rest: Sequence[Clause]) -> bool:
        """Whether this subject is compared with the previous month before the next one begins."""
        for at, clause in enumerate(rest):
            if at and find_subject(clause, self.area, self._contexts())[0] is not None:
                return False
            if "previous_month" in bases(clause.tail):
                return True
        return False


def _words(items: Iterable[Item]) -> bool:
    return any(i.kind in ("word", "place", "elsewhere") for i in items)


def _run_in(sentences: Sequence[Sequence[Item]]) -> list[Item]:
    """The names before a colon that opens a block ("Khu vực dịch vụ: …")."""
    if not sentences:
        return []
    first = sentences[0]
    colon = next((n for n, i in enumerate(first) if i.kind == "mark" and i.value == ":"), None)
    if colon is None or any(i.kind in ("quantity", "word") for i in first[:colon]):
        return []
    return [i for i in first[:colon] if i.kind in ("indicator", "context")]


def _going_on(clause: Clause, scope: Scope) -> Item | None:
    """The verb of the clause before, where "và" or a comma alone joins the next figure to it."""
    items = [i for s in clause.segments for i in s.items]
    return scope.verb if all(i.kind in ("light", "basis", "period", "mark") for i in items) else None
