"""What a point is made of: a leading clause about one indicator, and what is added to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.compose.facts import Reading
from pipeline.compose.words import NOTHING, Text, Writer
from pipeline.figures import quarter_of

SLIGHT = Decimal(2)  # percent: what moves less the other way is no contrast
PART = Decimal("0.05")  # of the whole: what is smaller is no contrast to it
TURN = (Decimal(3), Decimal("0.4"))  # how far a month must stand from the whole: points, part of the whole's change
STRONG = Decimal(50)


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence that could be printed, and what it is weighed by.

    `rank` is its place in the order of topics; `growth` the change of its main indicator `code`
    in `period`, by which surprise is judged and the headline made.
    """

    topic: str
    rank: float
    text: Text
    code: str
    period: str
    growth: int | None


def lead(writer: Writer, reading: Reading, *, plan: bool = False) -> Text | None:
    """Such as "Exports reached USD 1,280 million in the first half, up 322.4% from a year earlier"."""
    facts = writer.facts
    level, growth, goal = reading.level, reading.growth, reading.plan if plan else None
    slots = {
        "subject": writer.subject(reading.code),
        "when": writer.when(reading.code, reading.period),
        "level": NOTHING if level is None else writer.amount(level),
        "moved": NOTHING if growth is None else writer.moved(growth),
        "by": NOTHING if growth is None else writer.moved(growth, "by"),
        "figure": NOTHING if growth is None else writer.change(growth),
        "basis": NOTHING if growth is None else writer.basis(growth),
        "plan": NOTHING if goal is None else writer.amount(goal),
        "of": NOTHING if goal is None else writer.basis(goal),
    }
    way = "" if growth is None else _way(writer, growth)
    if level is None and growth is not None:
        yearly = facts.observations[growth].basis == "year_ago"
        return writer.text("lead.growth_year" if yearly else "lead.growth", **slots)
    if level is None:
        return None
    if goal is None:
        return writer.text(f"lead.level_{way}" if way else "lead.level", **slots)
    if growth is None:
        return writer.text("lead.plan", **slots)
    exact = facts.observations[growth].basis == "year_ago" and not facts.approximation(growth) and way != "hold"
    return writer.text(f"lead.plan_{way}" if exact else "lead.plan_by", **slots)


def _way(writer: Writer, growth: int) -> str:
    value = writer.facts.value(growth)
    return "up" if value > 0 else "down" if value < 0 else "hold"


def also(writer: Writer, reading: Reading, said: str, *, brief: bool = False) -> Text | None:
    """Such as "imports rose 20.6% to USD 1,005 million"; the basis only where it is not the one already said.

    `brief` leaves the level out, where the sentence holds figures enough.
    """
    if reading.growth is None:
        return None
    slots = {
        "subject": writer.name(reading.code),
        "moved": writer.moved(reading.growth),
        "by": writer.moved(reading.growth, "by"),
        "basis": writer.basis(reading.growth),
    }
    if writer.facts.observations[reading.growth].basis != said:
        return writer.text("also.growth_basis", **slots)
    if brief or reading.level is None or writer.facts.value(reading.growth) == 0:
        return writer.text("also.growth", **slots)
    return writer.text("also.level", level=writer.amount(reading.level), **slots)


def opposite(writer: Writer, one: int, other: int) -> bool:
    """One rose where the other fell."""
    return writer.facts.value(one) * writer.facts.value(other) < 0


def contrary(value: Decimal, whole: Decimal) -> bool:
    """A change that goes the other way than the whole, and far enough to be called a contrast."""
    return value * whole < 0 and value.copy_abs() >= SLIGHT


def joined(writer: Writer, first: Text, second: Text | None, how: str) -> Text:
    """Two clauses as one; the first alone where there is no second."""
    return first if second is None else writer.text(f"join.{how}", first=first, second=second)


def indicator(
    writer: Writer, rank: float, code: str, companions: tuple[str, ...] = (), *, plan: bool = False
) -> Point | None:
    """A point about one indicator (or what stands in for it), one of its companions, and the last month's turn."""
    code = writer.present(code)
    reading = writer.facts.reading(code)
    text = None if reading is None else lead(writer, reading, plan=plan)
    if reading is None or text is None:
        return None
    if reading.growth is not None:
        other = _companion(writer, reading, reading.growth, companions)
        turned = turns(writer, [reading] if other is None else [reading, other])
        if other is not None:
            planned = plan and reading.plan is not None
            text = _with_companion(writer, text, reading.growth, other, brief=planned, inside=bool(turned))
        text = with_turns(writer, text, turned)
        if other is None and not turned:
            text = _with_month(writer, text, reading, reading.growth)
    return Point(code.partition(".")[0], rank, text, code, reading.period, reading.growth)


# --- companions ---------------------------------------------------------------------------


def _amount(writer: Writer, reading: Reading) -> tuple[Decimal, str] | None:
    if reading.level is None:
        return None
    o = writer.facts.observations[reading.level]
    return o.value.scaleb(o.scale), o.unit


def _brought(writer: Writer, whole: Reading, part: Reading) -> Decimal:
    """How much of the whole's change a part brought; 0 where their amounts cannot be compared."""
    amount, total = _amount(writer, part), _amount(writer, whole)
    if part.growth is None or amount is None or total is None or amount[1] != total[1]:
        return Decimal(0)
    change = writer.facts.value(part.growth)
    return (amount[0] * change / (100 + change)).copy_abs() if change > -100 else amount[0]


def _large(writer: Writer, whole: Reading, part: Reading) -> bool:
    """Whether a part is no trifle; one whose amount cannot be compared is taken for large."""
    amount, total = _amount(writer, part), _amount(writer, whole)
    return amount is None or total is None or amount[1] != total[1] or amount[0] >= PART * total[0]


def _companion(writer: Writer, reading: Reading, growth: int, companions: tuple[str, ...]) -> Reading | None:
    """The companion that goes the other way, else the one that brought most of the change, else the first."""
    facts = writer.facts
    basis = facts.observations[growth].basis
    codes = [c for c in dict.fromkeys(writer.present(c) for c in companions) if c != reading.code]
    others = [r for r in (facts.at(c, reading.period, (basis,)) for c in codes) if r.growth is not None]
    against = [
        r
        for r in others
        if r.growth is not None and contrary(facts.value(r.growth), facts.value(growth)) and _large(writer, reading, r)
    ]
    return max(against or others, key=lambda r: _brought(writer, reading, r), default=None)


def _with_companion(writer: Writer, text: Text, growth: int, other: Reading, *, brief: bool, inside: bool) -> Text:
    """The sentence with its companion; `inside`: more follows, so that the companion's amount is left out."""
    against = other.growth is not None and opposite(writer, growth, other.growth)
    basis = writer.facts.observations[growth].basis
    second = also(writer, other, basis, brief=brief or inside)
    return joined(writer, text, second, "while" if against else "inside" if inside else "semicolon")


# --- months -------------------------------------------------------------------------------


def turns(writer: Writer, readings: Sequence[Reading]) -> list[tuple[str, int]]:
    """Of readings since January: those whose last month (or quarter) alone went elsewhere, with that month's change.

    The first reading is the sentence's own; of the second only a reversal or a leap is worth the words.
    """
    facts = writer.facts
    for period in (facts.period.month, quarter_of(facts.period.month)):
        found = []
        for n, reading in enumerate(readings):
            now = facts.find(reading.code, period, "growth", "year_ago")
            if now is None or reading.growth is None or reading.period in (facts.period.month, period):
                continue
            whole, value = facts.value(reading.growth), facts.value(now)
            yearly = facts.observations[reading.growth].basis == "year_ago"
            if not yearly or reading.period != facts.period.cumulative or not value:
                continue
            far = n == 0 and (value - whole).copy_abs() >= max(TURN[0], TURN[1] * whole.copy_abs())
            leap = value.copy_abs() >= STRONG > whole.copy_abs()
            if far or leap or contrary(value, whole):
                found.append((reading.code, now))
        if found:
            return found
    return []


def with_turns(writer: Writer, text: Text, turned: Sequence[tuple[str, int]]) -> Text:
    """Such as "...; in March alone, budget revenue jumped 96.18% and local spending 53.49%"."""
    if not turned:
        return text
    (code, index), *rest = turned
    slots = {
        "lead": text,
        "period": writer.period(writer.facts.observations[index].period),
        "first": writer.name(code, "headline"),
        "moved": writer.moved(index),
    }
    if not rest:
        return writer.text("turn.one", **slots)
    other, second = rest[0]
    same = writer.direction(index) == writer.direction(second)
    return writer.text(
        "turn.same" if same else "turn.two",
        second=writer.name(other, "headline"),
        moved2=writer.moved(second),
        figure2=writer.change(second),
        **slots,
    )


def _with_month(writer: Writer, text: Text, reading: Reading, growth: int) -> Text:
    """Of a month compared with the year before: how it compares with the month before."""
    month = writer.facts.find(reading.code, reading.period, "growth", "previous_month")
    if month is None or month == growth or reading.plan is not None:
        return text
    # "up 10% from a year earlier and up 4% from December", but "fell 10% ... and rose 4% ..."
    form = "by" if reading.level is not None and _way(writer, growth) != "down" else "move"
    second = writer.text("also.bare", moved=writer.moved(month, form), basis=writer.basis(month))
    return joined(writer, text, second, "yet" if opposite(writer, growth, month) else "and")
