"""A clause in its scope -> a draft of an observation: measure, basis, code and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from pipeline.extract.causes import cause_span
from pipeline.extract.clauses import Clause
from pipeline.extract.context import Context, Scope
from pipeline.extract.dating import period_of, until
from pipeline.extract.drafts import Draft
from pipeline.extract.finer import Around, Fine, Namer
from pipeline.extract.items import Item, Source
from pipeline.extract.measurer import Measurer
from pipeline.extract.measures import Reading, bases
from pipeline.extract.respective import facts_of, names_of, run_of
from pipeline.extract.said import Said
from pipeline.extract.subjects import Subject, candidates, find_subject, root
from pipeline.glossary import Glossary
from pipeline.model import Observation
from pipeline.periods import Mention
from pipeline.vietnamese import keys

# What makes words a statement and no name.
_NO_NAME = frozenset(
    {"rise", "fall", "multiple", "share", "contribution", "cause", "versus", "elsewhere", "respectively"}
)
_RELATIVE = ("", "percent", "percentage_point", "times")  # units of no amount
_SINGLE_DONG = 10_000_000  # a province's amounts are printed in millions


class Drafter:
    """Drafts observations one after the other; what lists leave open waits here."""

    def __init__(self, source: Source, glossary: Glossary, area: str, context: Context) -> None:
        """Draft observations of `area` from the text of `source`."""
        self.source = source
        self.glossary = glossary
        self.area = area
        self.context = context
        self.namer = Namer(glossary)
        self.said = Said()
        self.measurer = Measurer(source, glossary, context, self.said)

    def state(self, rest: Sequence[Clause], scope: Scope, end: Sequence[Item]) -> tuple[Scope, Draft | None]:
        """The first clause of `rest` -> the scope that the next one goes on with, and what it drafts.

        `end` are the items after the sentence's last figure.
        """
        clause = rest[0]
        scope = self._counted(clause, scope)
        self._respectively(rest, scope.subject)
        unit = self.source.quantities[clause.item.quantity].unit
        self.said.changed = unit not in _RELATIVE and scope.verb is not None and scope.verb.kind in ("rise", "fall")
        if not self._speaks_of_area(clause, scope):
            return scope, None
        reading = self.measurer.reading(rest, scope)
        if reading is None:
            return scope, self._range(rest, scope, end)
        basis = self.measurer.basis(reading, rest, scope)
        compared = scope.compared or reading.measure == "growth"
        before = len(self.said.drafts)
        scope = self._emit(clause, reading, replace(scope, basis=basis, compared=compared), rest, end)
        if len(self.said.drafts) == before:
            return scope, None
        draft = self.said.drafts[-1]
        if reading.measure == "growth":
            o = draft.observation
            self.said.told.append((o.period, o.basis))
            self.said.compared.add((root(o.indicator), o.period, o.basis))
        plan = draft.observation.basis if reading.measure == "plan_ratio" else scope.plan
        self.said.plan = plan or self.said.plan
        if draft.observation.rule == "rate of growth":
            self.said.rated = self.said.rated or draft.observation.indicator
        return replace(scope, plan=plan), draft

    def _counted(self, clause: Clause, scope: Scope) -> Scope:
        """A change in things that the last subject is not counted in is of what the sentence counted in them.

        "27 vụ, làm chết 14 người; so với cùng kỳ tăng 2 vụ (+8%), giảm 1 người chết (-6,7%)".
        """
        unit = self.source.quantities[clause.item.quantity].unit
        changed = scope.verb is not None and scope.verb.kind in ("rise", "fall")
        code = scope.subject.code
        if not changed or unit in _RELATIVE or not code or unit in self.glossary.indicators[code].units:
            return scope
        counted = (of.code for of in reversed(self.said.levels) if of.code in self.glossary.indicators)
        meant = next((c for c in counted if unit in self.glossary.indicators[c].units), "")
        return replace(scope, subject=Subject(((meant, ()),), meant), fine=None) if meant else scope

    # --- measures --------------------------------------------------------------------------

    def _respectively(self, rest: Sequence[Clause], subject: Subject) -> None:
        """At "lần lượt": levels just read wait for growths, growths for contributions, names for either."""
        if self.said.changed:
            return  # "tăng 12 nghìn tỷ đồng, tương ứng tăng 3,8%" is of one thing
        if run := run_of(rest, self.source, self.area, self.context.codes()):
            figures = [c.item.quantity for c in rest[:run]]
            unit = self.source.quantities[figures[0]].unit
            before = {"percent": self.said.levels, "percentage_point": self.said.grown}.get(unit, [])
            if facts := facts_of(before, run):
                self.said.given.update(zip(figures, facts, strict=True))
            elif names := names_of(rest[0], subject, run):
                self.said.names.update(zip(figures, names, strict=True))

    def _speaks_of_area(self, clause: Clause, scope: Scope) -> bool:
        """Whether a scope is of the report's own time and place, and has a subject."""
        named = scope.subject.names or scope.subject.words or scope.fine or clause.tail
        elsewhere = scope.elsewhere or scope.area == "VN" or self.context.away
        return bool(named) and not elsewhere and not (scope.foreign and not scope.season)

    def _range(self, rest: Sequence[Clause], scope: Scope, end: Sequence[Item]) -> Draft | None:
        """Both ends of a range ("dao động từ 30.000-35.000 đồng/kg") as finer facts; None for what is none."""
        clause = rest[0]
        quantity = self.source.quantities[clause.item.quantity]
        moved = scope.verb is not None and scope.verb.kind not in ("reach", "copula")
        if quantity.low == quantity.high or quantity.unit in _RELATIVE or moved:
            return None
        low, high = (Reading("level", v, quantity.unit, "", "range") for v in (quantity.low, quantity.high))
        of = self._of(clause, low, scope)
        if of is None:
            return None
        before = len(self.said.drafts)
        for reading, part in ((low, "min"), (high, "max")):
            self._draft(clause, reading, scope, rest, end, of._replace(code=f"{of.code}.{part}"))
        return self.said.drafts[before] if len(self.said.drafts) > before else None

    # --- codes -----------------------------------------------------------------------------

    def _code(self, clause: Clause, reading: Reading, scope: Scope) -> str:
        if reading.measure == "growth" and clause.tail:
            about = clause.tail[0].kind == "about"
            said = [i for i in clause.tail[about:] if i.kind != "light"]
            behind = said[0] if said else clause.tail[0]
            if behind.kind == "indicator":  # "giảm 11% về số doanh nghiệp", "giảm 30,4% vốn đăng ký"
                code = self.measurer.resolved(Subject(behind.names), "")
                if about or any(of.code == code for of in self.said.levels):
                    return code
            elif about and behind.kind in ("word", "context"):
                return ""
        surveyed = reading.rule == "proportion" and any(i.kind == "word" for i in clause.tail)
        if not scope.subject.names or surveyed:  # "92% số doanh nghiệp đánh giá …" of a branch
            return ""
        if reading.measure == "level":
            return self.measurer.resolved(scope.subject, reading.unit)
        return scope.subject.code or self.measurer.resolved(scope.subject, "")

    def _emit(
        self, clause: Clause, reading: Reading, scope: Scope, rest: Sequence[Clause], end: Sequence[Item],
    ) -> Scope:  # fmt: skip
        of = self._of(clause, reading, scope)
        if of is None:
            return replace(scope, subject=replace(scope.subject, code=""))
        if reading.measure in ("level", "growth"):
            (self.said.levels if reading.measure == "level" else self.said.grown).append(of)
        code = of.code if of.code in self.glossary.indicators else ""
        if not code:
            self.context.member, self.said.since = of.member, clause.item.end
            return replace(self._draft(clause, reading, scope, rest, end, of) or scope, fine=of)
        if scope.district:  # a district's figure is finer than the province's
            finer = of._replace(code=f"{code}.{scope.district}")
            return self._draft(clause, reading, scope, rest, end, finer) or scope
        drafted = self._draft(clause, reading, scope, rest, end, of)
        if drafted is None:
            return replace(scope, subject=replace(scope.subject, code=code))
        self.context.code = self.context.spoken = code
        if self.said.main is None and scope.named and reading.measure == "growth" and reading.basis:
            self.said.main = (root(code), scope)
        named = bool(scope.subject.names)
        return replace(drafted, subject=replace(scope.subject, code=code), fine=scope.fine if named else of)

    def _of(self, clause: Clause, reading: Reading, scope: Scope) -> Fine | None:
        """What a reading is a fact of."""
        if reading.measure != "level" and clause.item.quantity in self.said.given:
            return self.said.given[clause.item.quantity]
        code = self._code(clause, reading, scope)
        if not code:
            return self._fine(clause, reading, scope)
        if reading.measure in ("contribution", "plan_ratio") and self._is_of_another(clause, reading, code):
            return None
        indicator = self.glossary.indicators[code]
        return Fine(code, "", indicator.time, indexed=not indicator.units)

    def _is_of_another(self, clause: Clause, reading: Reading, code: str) -> bool:
        """Whether a contribution is the whole's own, or a plan is another topic's ("46% kế hoạch thương mại")."""
        named = [i for i in clause.tail if i.kind in ("indicator", "context")]
        codes = {c for i in named for c in ([i.value] if i.value else []) + candidates(i.names, self.context.codes())}
        if reading.measure == "contribution":
            return code in codes
        behind = pairwise(clause.tail)
        topics = [b.value or "" for a, b in behind if a.kind == "basis" and b.kind in ("indicator", "context")]
        return any(t and root(t) != root(code) for t in topics)

    def _fine(self, clause: Clause, reading: Reading, scope: Scope) -> Fine | None:
        """What the glossary has no row for: the code that goes on, or one made of the subject's own words."""
        tail = tuple(takewhile(lambda i: i.kind not in ("mark", "basis", "bare", "period", "locative"), clause.tail))
        of_things = reading.rule == "proportion" and any(i.kind == "word" for i in tail)
        given = self.said.names.get(clause.item.quantity)
        if scope.fine and reading.measure != "level" and not of_things and given is None:
            return scope.fine
        quantity = self.source.quantities[clause.item.quantity]
        if reading.unit == "VND" and not quantity.scale and quantity.low < _SINGLE_DONG:
            return None  # what one person gets
        about = reading.measure == "growth" and tail[:1] and tail[0].kind == "about"  # "giảm 3,5% về số lao động"
        words = tail[bool(about) :] if of_things or about or not scope.subject.words else scope.subject.words
        words = words if given is None else given
        if not scope.subject.words and reading.measure == "contribution":
            return None  # "đóng góp 3,21 điểm phần trăm vào GRDP": of what was not said
        if any(i.kind in _NO_NAME for i in words):
            return None
        start = words[0].start if words else clause.item.start
        before = [i for s in clause.segments for i in s.items if i.end <= start]
        near = [c for c in (self.context.spoken, *self.context.codes()) if c]
        own = {i: c for i in words if i.kind == "indicator" for c in candidates(i.names, near)[:1]}
        own = {i: c for i, c in own.items() if near and root(c) == root(near[0])}
        named = [i for i in words if i not in own] or words
        if any(s.mark in ("lead", ":") for s in clause.segments):
            self.said.lead = before  # "một số sản phẩm tăng như: …" is said of all entries
        text, lead = (
            " ".join(self.source.text[i.start : i.end] for i in items) for items in (named, (*self.said.lead, *before))
        )
        unit = reading.unit if reading.measure == "level" else ""
        finest = max(own.values(), key=len, default="") if len(named) < len(words) else ""
        if clause.named:  # "ngành xây dựng có 01 doanh nghiệp giải thể"
            finest = self.measurer.resolved(Subject(clause.named.names), reading.unit) or finest
        whole = scope.parent.code if scope.parent else ""
        if finest and whole and root(whole) == root(finest) and not f"{finest}.".startswith(f"{whole}."):
            finest = ""  # "Doanh thu dịch vụ lưu trú, ăn uống … Trong đó: doanh thu dịch vụ lưu trú": of that whole
        said = self.source.text[self.said.since : start]
        if any(i.mention and i.mention.kind == "to_date" for s in clause.segments for i in s.items):
            self.context.member = ""  # "lũy kế đến nay có 1.650 dự án" is of no longer what was added
        return self.namer.name(text, Around(lead, said, near, finest, self.context.member), unit)

    def _head_words(self, clause: Clause) -> Sequence[str]:
        """The keys of a clause's words, its name behind the figure included."""
        end = clause.tail[-1].end if clause.tail else clause.item.end
        start = min((i.start for s in clause.segments for i in s.items), default=clause.item.start)
        words = self.source.words
        return words.keys[words.index_at(start) : words.index_at(end)]

    def _is_official(self, clause: Clause, code: str) -> bool:
        """Whether a clause has the words that an indicator's label has beyond its short one."""
        indicator = self.glossary.indicators.get(code)
        beyond = set(keys(indicator.vi)) - set(keys(indicator.vi_short)) if indicator else set()
        return bool(beyond) and beyond <= set(self._head_words(clause))

    # --- observations ----------------------------------------------------------------------

    def _draft(
        self, clause: Clause, reading: Reading, scope: Scope, rest: Sequence[Clause], end: Sequence[Item], of: Fine,
    ) -> Scope | None:  # fmt: skip
        """Draft an observation; None where its period or its comparison is not said."""
        monthly = not scope.named and self._monthly(rest)
        time = "flow" if of.time == "season" and scope.named and not self.said.seasonal else of.time
        time = "index" if time == "stock" and of.indexed else time
        if time == "total":
            self.said.new = self.source.lexicon.says_new(self._head_words(clause)) or (
                self.said.new and scope.mention is self.said.new_until
            )
            self.said.new_until = scope.mention
            time = "flow" if self.said.new else time  # "đến ngày 20/6, cấp mới 12 dự án": since the year's beginning
        if time == "herd" and scope.mention and scope.mention.day:
            if scope.mention.start < self.said.begun and scope.mention is not self.said.herds:
                scope = replace(scope, mention=None)  # the day until which was sown
            self.said.herds = scope.mention
        period = period_of(self.source.calendar, time, reading, scope, monthly=monthly)
        if not period:
            return None
        if reading.measure == "growth" and not scope.basis:
            # without a comparison a change is on the year before; an index's month has two usual ones
            if of.indexed and period.count("-") == 1 and "Q" not in period:
                return None
            scope = replace(scope, basis="year_ago")
        quantity = self.source.quantities[clause.item.quantity]
        level = reading.measure == "level"
        indicator = self.glossary.indicators.get(of.code)
        self.said.drafts.append(
            Draft(
                Observation(
                    of.code,
                    "/".join(part for part in (self.area, scope.district or scope.area) if part),
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
                    None if self.said.conceded else cause_span(clause, rest[1:], end, self.area),
                    until(self.source.calendar, scope.mention, period),
                    quantity.approximation,
                ),
                scope.named,
                self.said.block,
                self.said.constant,
                not self.said.compares,
                self._is_official(clause, of.code),
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
