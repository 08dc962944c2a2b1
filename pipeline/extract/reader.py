"""Blocks in reading order -> drafts of observations: the context that carries from clause to clause.

A sentence begins with the subject of the sentence before; a clause without a subject goes on with the
last one; what brackets change ends with them. What headings set lies in context.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pipeline.extract.causes import cause_span, is_conceded
from pipeline.extract.clauses import STATUSES, Clause, clauses
from pipeline.extract.context import Context, Scope
from pipeline.extract.dating import period_of, until
from pipeline.extract.drafts import Draft, explain
from pipeline.extract.finer import Fine, Namer
from pipeline.extract.items import OTHER, Item, Source
from pipeline.extract.measures import Reading, bases, read_measure, verb_of
from pipeline.extract.subjects import UNKNOWN, Subject, candidates, find_subject, is_adverbial, resolve, root
from pipeline.glossary import Glossary
from pipeline.model import PLAN_BASES, Block, Observation
from pipeline.periods import Mention

_ASIDES = ("months", "to_date", "quarter")  # kinds of mention that tell of another period in passing
_DOUBTFUL = ("target", "versus", "unlike")  # what says that a figure is not a fact of this period
# What makes words a statement and no name.
_NO_NAME = frozenset({"rise", "fall", "ratio", "multiple", "share", "contribution", "cause", "versus", "elsewhere"})
_SHORT = 160  # characters: a block without figures up to this length speaks for the ones after it


@dataclass
class Reader:
    """One pass over an article."""

    source: Source
    glossary: Glossary
    area: str
    drafts: list[Draft] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    context: Context = field(init=False)
    namer: Namer = field(init=False)
    levels: list[str] = field(default_factory=list)  # codes of the levels just read …
    queue: list[str] = field(default_factory=list)  # … that "lần lượt tăng a và b" gives their growth
    block: int = 0  # number of the block being read
    constant: bool = False  # it counts at constant prices
    told: int = 0  # the first draft of the last sentence that gave any
    conceded: bool = False  # the sentence opens with "mặc dù"
    opening: str = ""  # the period that the block begins with
    passed: bool = False  # the sentence before was an aside on another period
    adrift: bool = False  # since an aside no time or comparison was named
    main: tuple[str, Scope] | None = None  # topic and scope of the block's first growth with time and comparison

    spoken: str = ""  # the code or topic last named, for what is finer
    member: str = ""  # what the last finer code names

    def __post_init__(self) -> None:
        """Begin without a heading."""
        self.context = Context(self.source, self.area)
        self.namer = Namer(self.glossary)

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
            kinds = {i.kind for s in sentences for i in s}
            self.constant = "constant_prices" in kinds and "current_prices" not in kinds
            self.scope = self.context.open_block(sentences, self.scope)
            self.passed, self.adrift, self.main = False, False, None
            self.spoken, self.member = self.context.code, ""
            self.opening = self._first_code(sentences)
            for sentence in sentences:
                self._sentence(sentence)
        return self.drafts

    def _codes(self, item: Item) -> list[str]:
        return candidates(item.names, self.context.codes())

    # --- sentences -------------------------------------------------------------------------

    def _sentence(self, items: Sequence[Item]) -> None:
        found, rest = clauses(items)
        if not found:
            explain(self.drafts, self.told, self.block, rest, self._codes, self.source.lexicon)
        self.conceded = is_conceded(items)
        begun = len(self.drafts)
        status = next((i.kind for c in found[:1] for s in c.segments for i in s.items if i.kind in STATUSES), "")
        goes_on = bool(items) and items[0].kind == "lead"  # "Trong đó …" belongs to the sentence before
        status = status or (self.scope.status if goes_on else "")
        scope = replace(self.scope, named=False, foreign=False, season=False, compared=False, verb=None, status=status)
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
            reading = self._reading(clause, found[at:], scope) if returned else None
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

    def _enter(self, clause: Clause, scope: Scope, *, first: bool) -> Scope:
        """Take from a clause's head what it says about subject, area, time, status and comparison."""
        subject, at = find_subject(clause, self.area, self.context.codes())
        if clause.named:
            takes = self._takes_name(clause, subject, scope, first=first)
            branch = any(i.kind in ("word", "context", "indicator") for i in clause.tail)
            subject = Subject(clause.named.names) if takes else UNKNOWN if branch else subject
        while (
            at
            and is_adverbial(clause.segments[at - 1].items, self.area)
            and clause.segments[at].mark not in (";", "lead")
        ):
            at -= 1
        reach = [i for s in clause.segments[at:] for i in s.items]
        area = next((i.value for i in reversed(reach) if i.kind == "area"), None)
        if subject is not None:
            scope = replace(scope, subject=subject, area=area or "", verb=None, fine=None)
            self.context.code = self.context.code if subject.names else root(self.context.code)
        elif area is not None:
            scope = replace(scope, area=area)
        asides = [i for i in clause.asides if i.mention and self.source.calendar.code(i.mention)]
        times = [i.mention for i in (*reach, *asides) if i.mention]
        if not times and first:
            said = [i.mention for s in clause.segments for i in s.items if i.mention]
            times = [m for m in said if self.source.calendar.code(m)] or said
        for mention in times:
            code = self.source.calendar.code(mention)
            if code:
                scope = replace(scope, mention=mention, named=True, foreign=False, season=False)
            else:  # another time, or the whole year of a report on a part of it: only a crop's season may have that
                scope = replace(scope, foreign=True, season=code == "" and mention.kind in ("year", "whole_year"))
        compared = [i for i in reach if i.kind in ("basis", "bare") and i.value not in PLAN_BASES]
        if compared:
            # "cùng kỳ năm 2022 tăng …": without "so với" it is that year's own figure
            other = compared[-1].kind == "bare" or compared[-1].value == OTHER
            scope = replace(scope, basis=compared[-1].value, compared=True)
            scope = replace(scope, foreign=True, season=False) if other else scope
        doubtful = any(i.kind in _DOUBTFUL for i in reach) or self._elsewhere(clause, at)
        scope = replace(scope, foreign=True, season=False) if doubtful else scope
        start = scope.subject.words[0].start if scope.subject.words else 0
        spoken = [i for s in clause.segments for i in s.items if i.kind == "indicator" and i.end <= start]
        self.spoken = next((c for i in reversed(spoken) for c in self._codes(i)[:1]), self.spoken)
        status = next((i.kind for i in reach if i.kind in STATUSES), scope.status)
        return replace(scope, status=status, verb=verb_of(clause) or _going_on(clause, scope))

    def _elsewhere(self, clause: Clause, subject: int) -> bool:
        """Whether the subject's own segment, or one before it ("Tại huyện …,"), names another place."""
        for at in range(len(clause.segments) - 1, -1, -1):
            segment = clause.segments[at]
            placed = bool(segment.items) and segment.items[0].kind == "locative"
            if (at >= subject or placed) and self.context.names_another_place(segment.items):
                return True
            if segment.mark in (";", "lead"):
                break
        return False

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
        if any(i.kind in ("word", "context", "indicator") for i in clause.tail):
            return False  # "12 doanh nghiệp thành lập mới thuộc lĩnh vực xây dựng": of a branch
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

    def _reading(self, clause: Clause, rest: Sequence[Clause], scope: Scope) -> Reading | None:
        named = scope.subject.names or scope.subject.words or scope.fine
        if (scope.foreign and not scope.season) or not named or scope.area == "VN" or self.context.away:
            return None
        head = clause.segments[-1].items
        if (head and head[-1].kind == "from") or any(i.kind == "unlike" for i in clause.tail):
            return None  # "tăng từ 5,2% lên …"; compared with what has no code
        rate = any(i.kind == "rate" for s in clause.segments for i in s.items)
        quantity = self.source.quantities[clause.item.quantity]
        reading = read_measure(quantity, scope.verb, bases(clause.tail), rate=rate)
        if reading and reading.rule == "ratio" and not self._is_compared(clause, rest, scope):
            return None  # "bằng 12% GRDP"
        return None if reading and reading.basis == OTHER else reading

    def _is_compared(self, clause: Clause, rest: Sequence[Clause], scope: Scope) -> bool:
        behind = next((n for n, i in enumerate(clause.tail) if i.kind in ("basis", "bare")), len(clause.tail))
        if any(i.kind in ("word", "indicator", "context") for i in clause.tail[:behind]):
            return False
        return behind < len(clause.tail) or scope.compared or any(bases(c.tail) for c in rest[1:])

    def _basis(self, reading: Reading, clause: Clause, rest: Sequence[Clause], scope: Scope) -> str:
        """The basis of a growth: its own, the sentence's, one that follows, or the one before; empty without one."""
        if reading.measure != "growth":
            return scope.basis
        later = next((b for c in rest[1:] for b in bases(c.tail) if b not in PLAN_BASES), "")
        own = reading.basis or (scope.basis if bases(i for s in clause.segments for i in s.items) else "")
        return own or (scope.basis if scope.compared else "") or later or scope.basis

    # --- observations ----------------------------------------------------------------------

    def _code(self, clause: Clause, reading: Reading, scope: Scope) -> str:
        if not scope.subject.names:
            return ""
        if reading.measure == "growth" and [i.kind for i in clause.tail[:2]] == ["about", "indicator"]:
            return resolve(Subject(clause.tail[1].names), "", self.context.codes(), self.glossary)
        if reading.measure == "level":
            return resolve(scope.subject, reading.unit, self.context.codes(), self.glossary)
        if reading.measure == "growth" and self.queue:
            return self.queue.pop(0)
        return scope.subject.code or resolve(scope.subject, "", self.context.codes(), self.glossary)

    def _emit(
        self, clause: Clause, reading: Reading, scope: Scope, rest: Sequence[Clause], end: Sequence[Item],
    ) -> Scope:  # fmt: skip
        """Draft what a clause states; the scope that the next one goes on with."""
        code = self._code(clause, reading, scope)
        if not code:
            fine = self._fine(clause, reading, scope)
            if fine is None:
                return replace(scope, subject=replace(scope.subject, code=""))
            self.member = fine.member
            drafted = self._draft(clause, reading, scope, rest, end, fine)
            return replace(drafted or scope, fine=fine)
        indicator = self.glossary.indicators[code]
        known = Fine(code, "", indicator.time, index=not indicator.units)
        drafted = self._draft(clause, reading, scope, rest, end, known)
        if drafted is None:
            return replace(scope, subject=replace(scope.subject, code=code))
        self.context.code = code
        self.spoken = code
        if self.main is None and scope.named and reading.measure == "growth" and reading.basis:
            self.main = (root(code), scope)
        self.levels = [*self.levels, code] if reading.measure == "level" else self.levels if self.queue else []
        return replace(drafted, subject=replace(scope.subject, code=code))

    def _fine(self, clause: Clause, reading: Reading, scope: Scope) -> Fine | None:
        """What the glossary has no row for: the code that goes on, or one made of the subject's own words."""
        if scope.fine:
            return scope.fine
        words = scope.subject.words
        if any(i.kind in _NO_NAME for i in words):
            return None
        start = words[0].start if words else 0
        before = [i for s in clause.segments for i in s.items if i.end <= start]
        near = [c for c in (self.spoken, *self.context.codes()) if c]
        own = {i: c for i in words if i.kind == "indicator" for c in candidates(i.names, near)[:1]}
        own = {i: c for i, c in own.items() if near and root(c) == root(near[0])}
        named = [i for i in words if i not in own] or words
        text, lead = (" ".join(self.source.text[i.start : i.end] for i in items) for items in (named, before))
        unit = reading.unit if reading.measure == "level" else ""
        finest = max(own.values(), key=len, default="") if len(named) < len(words) else ""
        return self.namer.name(text, lead, near, finest, unit, self.member)

    def _draft(
        self, clause: Clause, reading: Reading, scope: Scope, rest: Sequence[Clause], end: Sequence[Item], of: Fine,
    ) -> Scope | None:  # fmt: skip
        """Draft an observation; None where its period or its comparison is not said."""
        period = period_of(self.source.calendar, of.time, reading, scope, monthly=not scope.named and self._monthly(rest))
        if not period:
            return None
        if reading.measure == "growth" and not scope.basis:
            # without a comparison a change is on the year before; an index's month has two usual ones
            if of.index and period.count("-") == 1 and "Q" not in period:
                return None
            scope = replace(scope, basis="year_ago")
        quantity = self.source.quantities[clause.item.quantity]
        level = reading.measure == "level"
        indicator = self.glossary.indicators.get(of.code)
        self.drafts.append(
            Draft(
                Observation(
                    of.code,
                    f"{self.area}/{scope.area}" if scope.area else self.area,
                    period,
                    reading.measure,
                    scope.basis if reading.measure == "growth" else reading.basis,
                    reading.value,
                    indicator.units[0] if level and indicator else reading.unit,
                    quantity.scale if level else 0,
                    scope.status,  # type: ignore[arg-type]  # the categories of the words are the statuses
                    quantity.span,
                    self.source.text[quantity.span.start : quantity.span.end],
                    clause.item.quantity,
                    reading.rule,
                    None if self.conceded else cause_span(clause, rest[1:], end, self.area),
                    until(self.source.calendar, scope.mention, period),
                    quantity.approximation,
                ),
                scope.named,
                self.block,
                self.constant,
            )
        )
        if scope.basis == "previous_month" and reading.measure == "growth" and not scope.named:
            scope = replace(scope, mention=Mention(0, 0, "this_month"))
        return scope

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
    return scope.verb if all(i.kind in ("light", "and", "basis", "bare", "period", "mark") for i in items) else None
