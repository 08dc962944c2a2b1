"""A clause in its scope -> what its figure measures, and what a growth is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.clauses import Clause
from pipeline.extract.context import Context, Scope
from pipeline.extract.items import OTHER, Item, Source
from pipeline.extract.lexicon import label
from pipeline.extract.measures import Reading, Wording, bases, read_measure
from pipeline.extract.said import Said
from pipeline.extract.spelled import SPELLED
from pipeline.extract.subjects import Subject, resolve, root
from pipeline.glossary import Glossary
from pipeline.model import PLAN_BASES, Quantity

_BRANCH = ("word", "indicator", "context")
_LONG = ("months", "to_date")  # kinds of mention whose months no sentence before compared …
_SHORT_BASES = ("previous_month", "december")  # … with one month
_THEN_GROWN = frozenset({"and", "rise", "fall", "light"})
_PRICES = ("cpi", "price")


class Measurer:
    """Reads measures in the context of what was said before."""

    def __init__(self, source: Source, glossary: Glossary, context: Context, said: Said) -> None:
        """Read the text of `source`."""
        self.source = source
        self.glossary = glossary
        self.context = context
        self.said = said

    def reading(self, rest: Sequence[Clause], scope: Scope) -> Reading | None:
        clause = rest[0]
        head = clause.segments[-1].items
        if (head and head[-1].kind == "from") or any(i.kind == "unlike" for i in clause.tail):
            return None  # "tăng từ 5,2% lên …"; compared with what has no code
        if self._restates(clause) or self._is_labelled(clause) or self._is_multiple_of_thing(clause):
            return None
        items = [i for s in clause.segments for i in s.items]
        rising = any(i.kind == "rise" for i in head)  # "tăng trưởng đạt 6,05%"
        words = Wording(
            tuple(bases(clause.tail)),
            rate=rising or any(i.kind == "rate" or self._is_rate(i) for i in items) or self._goes_on_rated(scope),
            against=any(self._is_against(i) for i in clause.tail),
            plan=scope.plan or (self.said.plan if self._follows_level(scope) else ""),
            listed=scope.listed,
            grown=self._is_followed_by_growth(rest),
        )
        quantity = self.source.quantities[clause.item.quantity]
        reading = read_measure(quantity, scope.verb, words) or self._proportion(quantity, clause, scope)
        if reading and reading.rule == "ratio" and not self._is_compared(rest, scope):
            if not words.plan or clause.tail:
                return None  # "bằng 12% GRDP"
            reading = Reading("plan_ratio", quantity.low, "percent", words.plan, "plan ratio")
        return None if reading and reading.basis == OTHER else reading

    def basis(self, reading: Reading, rest: Sequence[Clause], scope: Scope) -> str:
        """The basis of a growth: its own, the sentence's, one that follows, or the one before; empty without one."""
        if reading.measure != "growth":
            return scope.basis
        clause = rest[0]
        later = self._later(rest)
        if later == "december" and not self._is_kept(scope.subject):
            later = ""  # "bán lẻ tăng 14%; vốn huy động tăng 12% so với đầu năm"
        own = reading.basis or (scope.basis if bases(i for s in clause.segments for i in s.items) else "")
        of_several = clause.item.quantity in self.said.names or clause.item.quantity in self.said.given
        if not own and not later and not of_several and not self.said.waiting and _is_pair(rest):
            self.said.waiting = self._pair()
        if not own and self.said.waiting:
            return self.said.waiting.pop(0)
        carried = scope.basis
        if self._is_month_of_prices(scope):
            carried = "previous_month"
        if not scope.compared and scope.named and scope.mention and scope.mention.kind in _LONG:
            carried = "year_ago" if carried in _SHORT_BASES else carried
        basis = own or (scope.basis if scope.compared else "") or later or carried
        running = scope.named and scope.mention is not None and scope.mention.kind in _LONG
        # "tháng 6 tăng 2% so với tháng trước; 6 tháng tăng 6,1%"
        return "year_ago" if running and not own and basis in ("previous_month", "previous_quarter") else basis

    def _later(self, rest: Sequence[Clause]) -> str:
        """The comparison behind a later figure of the sentence, a month's only up to where another time is named."""
        for clause in rest[1:]:
            timed = any(i.mention and self.source.calendar.code(i.mention) for s in clause.segments for i in s.items)
            found = next((b for b in bases(clause.tail) if b not in PLAN_BASES), "")
            if timed and found in ("previous_month", ""):
                return ""
            if found:
                return found
        return ""

    def _pair(self) -> list[str]:
        """The two comparisons that the sentence, or the last one with two, gave one subject."""
        last = [basis for _, basis in self.said.told[-2:]]
        return last if len(set(last)) == 2 else list(self.said.pair)

    def resolved(self, subject: Subject, unit: str) -> str:
        """A subject's code in the text's context, else in what was last spoken of."""
        code = resolve(subject, unit, self.context.codes(), self.glossary)
        return code or resolve(subject, unit, self.context.wider(), self.glossary)

    def _is_followed_by_growth(self, rest: Sequence[Clause]) -> bool:
        """Whether "và tăng …" or "tăng …" alone stands between the first figure and the next."""
        between = [i.kind for s in rest[1].segments for i in s.items] if len(rest) > 1 else []
        return not rest[0].tail and {"rise", "fall"}.intersection(between) != set() and set(between) <= _THEN_GROWN

    def _goes_on_rated(self, scope: Scope) -> bool:
        """Whether a part or another time follows a rate ("tăng trưởng GRDP đạt 6,9%; dịch vụ ước đạt 7,22%")."""
        if not self.said.rated or not scope.subject.names or not (scope.verb or scope.status):
            return False
        code = self.resolved(scope.subject, "")
        if code == self.said.rated:  # "tăng trưởng 6 tháng đạt 9,81%; quý III đạt 8,32%"
            return bool(self.said.told) and scope.verb is not None and scope.verb.kind == "reach"
        return root(code) == root(self.said.rated)

    def _follows_level(self, scope: Scope) -> bool:
        """Whether the last figure was the amount of this subject ("chi thường xuyên 3.902 tỷ đồng, đạt 59,42%")."""
        last = self.said.drafts[-1].observation if self.said.drafts else None
        return last is not None and last.measure == "level" and last.indicator == scope.subject.code

    def _restates(self, clause: Clause) -> bool:
        """Whether an amount alone in a bracket restates the growth before it ("tăng 1,71% (khoảng 11,1 nghìn tấn)")."""
        quantity = self.source.quantities[clause.item.quantity]
        alone = all(i.kind in ("approximation", "light", "respectively") for i in clause.segments[-1].items)
        grown = bool(self.said.told) and self.said.drafts[-1].observation.measure == "growth"
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

    def _is_month_of_prices(self, scope: Scope) -> bool:
        """Whether prices of a month stand without comparison where the text compared their whole with the month before.

        Not where the sentence before compared that month with one other time alone: it goes on.
        """
        topic = root(scope.subject.code or self.resolved(scope.subject, ""))
        month = self.source.calendar.code(scope.mention) if scope.mention else ""
        told = (topic, month or "", "previous_month") in self.said.compared
        goes_on = len(set(self.said.before)) == 1 and self.said.before[0][0] == month
        return topic in _PRICES and told and not goes_on

    def _is_kept(self, subject: Subject) -> bool:
        """Whether a subject has a value at the end of a year: a stock, a price."""
        code = subject.code or self.resolved(subject, "")
        return not code or self.glossary.indicators[code].is_stock or root(code) in _PRICES


def _is_pair(rest: Sequence[Clause]) -> bool:
    """Whether two growths stand without comparison, joined by "và" ("(tăng 4,1% và 11,5%)")."""
    if len(rest) < 2 or rest[1].pushes or rest[1].pops or rest[0].tail or any(bases(c.tail) for c in rest[:2]):
        return False
    between = [i.kind for s in rest[1].segments for i in s.items]
    return "and" in between and set(between) <= _THEN_GROWN
