"""A clause in its scope -> a draft of an observation: measure, basis, code and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from pipeline.extract.causes import cause_span, is_conceded
from pipeline.extract.clauses import Clause
from pipeline.extract.context import Context, Scope
from pipeline.extract.dating import period_of, until
from pipeline.extract.drafts import Draft
from pipeline.extract.finer import Around, Fine, Namer
from pipeline.extract.items import OTHER, Item, Source
from pipeline.extract.lexicon import label
from pipeline.extract.measures import Reading, Words, bases, read_measure
from pipeline.extract.respective import Name, facts_of, names_of, run_of
from pipeline.extract.spelled import SPELLED
from pipeline.extract.subjects import Subject, candidates, find_subject, resolve, root
from pipeline.glossary import Glossary
from pipeline.model import PLAN_BASES, Observation, Quantity
from pipeline.periods import Mention

# What makes words a statement and no name.
_NO_NAME = frozenset(
    {"rise", "fall", "multiple", "share", "contribution", "cause", "versus", "elsewhere", "respectively"}
)
_BRANCH = ("word", "indicator", "context")
_LONG = ("months", "to_date")  # kinds of mention whose months no sentence before compared …
_SHORT_BASES = ("previous_month", "december")  # … with one month
_PRICES = ("cpi", "price")
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
        self.drafts: list[Draft] = []
        self.block = 0  # number of the block being read
        self.since = 0  # where the words begin that may name what an aspect is one of
        self.constant = False  # it counts at constant prices
        self.seasonal = False  # it speaks of a crop's season
        self.plan = ""  # basis of its last plan ratio
        self.rated = ""  # code whose growth it gave as a rate
        self.conceded = False  # the sentence opens with "mặc dù" …
        self.compares = False  # … and says what something in it is compared with
        self.main: tuple[str, Scope] | None = None  # topic and scope of the block's first growth with time and basis
        self.levels: list[Fine] = []  # what the levels just read are facts of, …
        self.grown: list[Fine] = []  # … and the growths
        self.given: dict[int, Fine] = {}  # figure -> what it is a fact of, where they are given "lần lượt"
        self.names: dict[int, Name] = {}  # figure -> name, likewise
        self.told: list[str] = []  # bases of the growths of the sentence being read, …
        self.pair: list[str] = []  # … of the last sentence with two, which "(tăng a và b)" goes on with …
        self.waiting: list[str] = []  # … in order

    def open_block(self, number: int, start: int, *, constant: bool, seasonal: bool) -> None:
        """Begin a block at character `start`."""
        self.block, self.since, self.main, self.plan, self.rated = number, start, None, "", ""
        self.constant, self.seasonal = constant, seasonal

    def open_sentence(self, items: Sequence[Item]) -> None:
        """Begin a sentence."""
        self.compares = any(i.kind in ("basis", "bare") for i in items)
        self.pair = self.told[-2:] if len(set(self.told[-2:])) == 2 else self.pair
        self.conceded = is_conceded(items)
        self.levels, self.grown, self.told, self.waiting = [], [], [], []
        self.given, self.names = {}, {}

    def state(self, rest: Sequence[Clause], scope: Scope, end: Sequence[Item]) -> tuple[Scope, Draft | None]:
        """The first clause of `rest` -> the scope that the next one goes on with, and what it drafts.

        `end` are the items after the sentence's last figure.
        """
        clause = rest[0]
        self._respectively(rest, scope.subject)
        if not self._speaks_of_area(clause, scope):
            return scope, None
        reading = self._reading(rest, scope)
        if reading is None:
            return scope, self._range(rest, scope, end)
        basis = self._basis(reading, rest, scope)
        compared = scope.compared or reading.measure == "growth"
        before = len(self.drafts)
        scope = self._emit(clause, reading, replace(scope, basis=basis, compared=compared), rest, end)
        if len(self.drafts) == before:
            return scope, None
        draft = self.drafts[-1]
        if reading.measure == "growth":
            self.told.append(draft.observation.basis)
        plan = draft.observation.basis if reading.measure == "plan_ratio" else scope.plan
        self.plan = plan or self.plan
        if draft.observation.rule == "rate of growth":
            self.rated = self.rated or draft.observation.indicator
        return replace(scope, plan=plan), draft

    # --- measures --------------------------------------------------------------------------

    def _respectively(self, rest: Sequence[Clause], subject: Subject) -> None:
        """At "lần lượt": levels just read wait for growths, growths for contributions, names for either."""
        if run := run_of(rest, self.source, self.area, self.context.codes()):
            figures = [c.item.quantity for c in rest[:run]]
            unit = self.source.quantities[figures[0]].unit
            before = {"percent": self.levels, "percentage_point": self.grown}.get(unit, [])
            if facts := facts_of(before, run):
                self.given.update(zip(figures, facts, strict=True))
            elif names := names_of(rest[0], subject, run):
                self.names.update(zip(figures, names, strict=True))

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
        if quantity.low == quantity.high or quantity.unit in ("", "percent", "percentage_point", "times") or moved:
            return None
        low, high = (Reading("level", v, quantity.unit, "", "range") for v in (quantity.low, quantity.high))
        of = self._of(clause, low, scope)
        if of is None:
            return None
        before = len(self.drafts)
        for reading, part in ((low, "min"), (high, "max")):
            self._draft(clause, reading, scope, rest, end, of._replace(code=f"{of.code}.{part}"))
        return self.drafts[before] if len(self.drafts) > before else None

    def _reading(self, rest: Sequence[Clause], scope: Scope) -> Reading | None:
        clause = rest[0]
        head = clause.segments[-1].items
        if (head and head[-1].kind == "from") or any(i.kind == "unlike" for i in clause.tail):
            return None  # "tăng từ 5,2% lên …"; compared with what has no code
        if self._restates(clause) or self._is_labelled(clause) or self._is_multiple_of_thing(clause):
            return None
        items = [i for s in clause.segments for i in s.items]
        rising = any(i.kind == "rise" for i in head)  # "tăng trưởng đạt 6,05%"
        words = Words(
            tuple(bases(clause.tail)),
            rate=rising or any(i.kind == "rate" or self._is_rate(i) for i in items) or self._goes_on_rated(scope),
            against=any(self._is_against(i) for i in clause.tail),
            plan=scope.plan or (self.plan if self._follows_level(scope) else ""),
            listed=scope.listed,
        )
        quantity = self.source.quantities[clause.item.quantity]
        reading = read_measure(quantity, scope.verb, words) or self._proportion(quantity, clause, scope)
        if reading and reading.rule == "ratio" and not self._is_compared(rest, scope):
            return None  # "bằng 12% GRDP"
        return None if reading and reading.basis == OTHER else reading

    def _goes_on_rated(self, scope: Scope) -> bool:
        """Whether a part or another time follows a rate ("tăng trưởng GRDP đạt 6,9%. Trong đó: dịch vụ ước đạt 7,22%")."""
        if not self.rated or not scope.subject.names or not (scope.verb or scope.status):
            return False
        code = self._resolved(scope.subject, "")
        if code == self.rated:  # "tăng trưởng 6 tháng đạt 9,81%; quý III đạt 8,32%"
            return bool(self.told) and scope.verb is not None and scope.verb.kind == "reach"
        return root(code) == root(self.rated)

    def _follows_level(self, scope: Scope) -> bool:
        """Whether the last figure was the amount of this subject ("chi thường xuyên 3.902 tỷ đồng, đạt 59,42%")."""
        last = self.drafts[-1].observation if self.drafts else None
        return last is not None and last.measure == "level" and last.indicator == scope.subject.code

    def _restates(self, clause: Clause) -> bool:
        """Whether an amount alone in a bracket restates the growth before it ("tăng 1,71% (khoảng 11,1 nghìn tấn)")."""
        quantity = self.source.quantities[clause.item.quantity]
        alone = all(i.kind in ("approximation", "light", "respectively") for i in clause.segments[-1].items)
        grown = bool(self.told) and self.drafts[-1].observation.measure == "growth"
        return grown and alone and clause.pushes > 0 and quantity.unit != "percent"

    def _is_multiple_of_thing(self, clause: Clause) -> bool:
        """Whether a multiple is one of something else, not of an earlier time ("gấp ba lần dư nợ")."""
        unit = self.source.quantities[clause.item.quantity].unit
        return unit == "times" and bool(clause.tail) and clause.tail[0].kind in ("indicator", "word", "context")

    def _is_labelled(self, clause: Clause) -> bool:
        """Whether a label stands before a bare number, or before one of something ("tỷ giá 1 USD")."""
        quantity = self.source.quantities[clause.item.quantity]
        bare = not quantity.unit or quantity.low == 1
        words = self.source.words
        return bare and label(self.source.lexicon, words, words.index_at(quantity.span.start)) is not None

    def _proportion(self, quantity: Quantity, clause: Clause, scope: Scope) -> Reading | None:
        """A percentage of things that share something: "tỷ lệ hộ nghèo còn 3,5%", "45% doanh nghiệp đánh giá …"."""
        if quantity.unit != "percent" or quantity.low != quantity.high or bases(clause.tail):
            return None
        if quantity.rule == SPELLED:
            return None  # "một nửa khối lượng xây lắp" is no survey
        own = self.source.lexicon.says_proportion([self.source.text[i.start : i.end] for i in scope.subject.words[:2]])
        head = clause.segments[-1].items
        there_are = scope.verb is None or (bool(head) and head[-1] is scope.verb and scope.verb.kind == "reach")
        of_things = there_are and any(i.kind == "word" for i in clause.tail)
        topic = self.glossary.topics.get(root(self.context.spoken or self.context.code))
        own = own or (topic is not None and not topic.group and scope.verb is not None and scope.verb.kind == "reach")
        return Reading("share", quantity.low, "percent", "", "proportion") if own or of_things else None

    def _is_rate(self, item: Item) -> bool:
        """Whether a name itself says growth ("tốc độ tăng trưởng GRDP đạt 5,2%")."""
        words = self.source.text[item.start : item.end].casefold() if item.kind == "indicator" else ""
        return self.source.lexicon.says_rise(words)

    def _is_against(self, item: Item) -> bool:
        """Whether a plan is what the figure is compared with ("tăng 10,7% so với dự toán")."""
        compared = item.kind == "basis" and item.value in PLAN_BASES
        return compared and self.source.lexicon.says_than(self.source.text[item.start : item.end])

    def _is_compared(self, rest: Sequence[Clause], scope: Scope) -> bool:
        clause = rest[0]
        behind = next((n for n, i in enumerate(clause.tail) if i.kind in ("basis", "bare")), len(clause.tail))
        if any(i.kind in _BRANCH for i in clause.tail[:behind]):
            return False
        return behind < len(clause.tail) or scope.compared or any(bases(c.tail) for c in rest[1:])

    def _basis(self, reading: Reading, rest: Sequence[Clause], scope: Scope) -> str:
        """The basis of a growth: its own, the sentence's, one that follows, or the one before; empty without one."""
        if reading.measure != "growth":
            return scope.basis
        clause = rest[0]
        later = next((b for c in rest[1:] for b in bases(c.tail) if b not in PLAN_BASES), "")
        if later == "december" and not self._is_kept(scope.subject):
            later = ""  # "bán lẻ tăng 14%; vốn huy động tăng 12% so với đầu năm"
        own = reading.basis or (scope.basis if bases(i for s in clause.segments for i in s.items) else "")
        if not own and not scope.compared and not later and _is_pair(rest):
            self.waiting = list(self.pair)
        if not own and self.waiting:
            return self.waiting.pop(0)
        carried = scope.basis
        if not scope.compared and scope.named and scope.mention and scope.mention.kind in _LONG:
            carried = "year_ago" if carried in _SHORT_BASES else carried
        return own or (scope.basis if scope.compared else "") or later or carried

    def _is_kept(self, subject: Subject) -> bool:
        """Whether a subject has a value at the end of a year: a stock, a price."""
        code = subject.code or self._resolved(subject, "")
        return not code or self.glossary.indicators[code].is_stock or root(code) in _PRICES

    # --- codes -----------------------------------------------------------------------------

    def _code(self, clause: Clause, reading: Reading, scope: Scope) -> str:
        if reading.measure == "growth" and clause.tail:
            about = clause.tail[0].kind == "about"
            said = [i for i in clause.tail[about:] if i.kind != "light"]
            behind = said[0] if said else clause.tail[0]
            if behind.kind == "indicator":  # "giảm 11% về số doanh nghiệp", "giảm 30,4% vốn đăng ký"
                code = self._resolved(Subject(behind.names), "")
                if about or any(of.code == code for of in self.levels):
                    return code
            elif about and behind.kind in ("word", "context"):
                return ""
        if not scope.subject.names:
            return ""
        if reading.measure == "level":
            return self._resolved(scope.subject, reading.unit)
        return scope.subject.code or self._resolved(scope.subject, "")

    def _resolved(self, subject: Subject, unit: str) -> str:
        """A subject's code in the text's context, else in what was last spoken of."""
        code = resolve(subject, unit, self.context.codes(), self.glossary)
        return code or resolve(subject, unit, self.context.wider(), self.glossary)

    def _emit(
        self, clause: Clause, reading: Reading, scope: Scope, rest: Sequence[Clause], end: Sequence[Item],
    ) -> Scope:  # fmt: skip
        of = self._of(clause, reading, scope)
        if of is None:
            return replace(scope, subject=replace(scope.subject, code=""))
        if reading.measure in ("level", "growth"):
            (self.levels if reading.measure == "level" else self.grown).append(of)
        code = of.code if of.code in self.glossary.indicators else ""
        if not code:
            self.context.member, self.since = of.member, clause.item.end
            return replace(self._draft(clause, reading, scope, rest, end, of) or scope, fine=of)
        if scope.district:  # a district's figure is finer than the province's
            finer = of._replace(code=f"{code}.{scope.district}")
            return self._draft(clause, reading, scope, rest, end, finer) or scope
        drafted = self._draft(clause, reading, scope, rest, end, of)
        if drafted is None:
            return replace(scope, subject=replace(scope.subject, code=code))
        self.context.code = self.context.spoken = code
        if self.main is None and scope.named and reading.measure == "growth" and reading.basis:
            self.main = (root(code), scope)
        return replace(drafted, subject=replace(scope.subject, code=code))

    def _of(self, clause: Clause, reading: Reading, scope: Scope) -> Fine | None:
        """What a reading is a fact of."""
        if reading.measure != "level" and clause.item.quantity in self.given:
            return self.given[clause.item.quantity]
        code = self._code(clause, reading, scope)
        if not code:
            return self._fine(clause, reading, scope)
        indicator = self.glossary.indicators[code]
        return Fine(code, "", indicator.time, indexed=not indicator.units)

    def _fine(self, clause: Clause, reading: Reading, scope: Scope) -> Fine | None:
        """What the glossary has no row for: the code that goes on, or one made of the subject's own words."""
        tail = tuple(takewhile(lambda i: i.kind not in ("mark", "basis", "bare", "period", "locative"), clause.tail))
        of_things = reading.rule == "proportion" and any(i.kind == "word" for i in tail)
        given = self.names.get(clause.item.quantity)
        if scope.fine and reading.measure != "level" and not of_things and given is None:
            return scope.fine
        quantity = self.source.quantities[clause.item.quantity]
        if reading.unit == "VND" and not quantity.scale and quantity.low < _SINGLE_DONG:
            return None  # what one person gets
        about = reading.measure == "growth" and tail[:1] and tail[0].kind == "about"  # "giảm 3,5% về số lao động"
        words = tail[bool(about) :] if of_things or about or not scope.subject.words else scope.subject.words
        words = words if given is None else given
        if any(i.kind in _NO_NAME for i in words):
            return None
        start = words[0].start if words else clause.item.start
        before = [i for s in clause.segments for i in s.items if i.end <= start]
        near = [c for c in (self.context.spoken, *self.context.codes()) if c]
        own = {i: c for i in words if i.kind == "indicator" for c in candidates(i.names, near)[:1]}
        own = {i: c for i, c in own.items() if near and root(c) == root(near[0])}
        named = [i for i in words if i not in own] or words
        text, lead = (" ".join(self.source.text[i.start : i.end] for i in items) for items in (named, before))
        unit = reading.unit if reading.measure == "level" else ""
        finest = max(own.values(), key=len, default="") if len(named) < len(words) else ""
        if clause.named:  # "ngành xây dựng có 01 doanh nghiệp giải thể"
            finest = self._resolved(Subject(clause.named.names), reading.unit) or finest
        said = self.source.text[self.since : start]
        return self.namer.name(text, Around(lead, said, near, finest, self.context.member), unit)

    # --- observations ----------------------------------------------------------------------

    def _draft(
        self, clause: Clause, reading: Reading, scope: Scope, rest: Sequence[Clause], end: Sequence[Item], of: Fine,
    ) -> Scope | None:  # fmt: skip
        """Draft an observation; None where its period or its comparison is not said."""
        monthly = not scope.named and self._monthly(rest)
        time = "flow" if of.time == "season" and scope.named and not self.seasonal else of.time
        time = "index" if time == "stock" and of.indexed else time
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
        self.drafts.append(
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
                    None if self.conceded else cause_span(clause, rest[1:], end, self.area),
                    until(self.source.calendar, scope.mention, period),
                    quantity.approximation,
                ),
                scope.named,
                self.block,
                self.constant,
                not self.compares,
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


def _is_pair(rest: Sequence[Clause]) -> bool:
    """Whether two growths stand alone in a bracket ("(tăng 4,1% và 11,5%)")."""
    if len(rest) < 2 or not rest[0].pushes or rest[1].pushes or rest[1].pops:
        return False
    between = [i.kind for s in rest[1].segments for i in s.items]
    return bool(between) and set(between) <= {"and", "rise", "fall", "light"}
