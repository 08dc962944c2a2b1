"""What a point is made of: a leading clause about one indicator, and what is added to it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.compose.facts import Reading
from pipeline.compose.words import NOTHING, Text, Writer


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


def joined(writer: Writer, first: Text, second: Text | None, how: str) -> Text:
    """Two clauses as one; the first alone where there is no second."""
    return first if second is None else writer.text(f"join.{how}", first=first, second=second)


def indicator(
    writer: Writer, rank: float, code: str, companions: tuple[str, ...] = (), *, plan: bool = False
) -> Point | None:
    """A point about one indicator and one of its companions: the one that goes the other way, or the first."""
    reading = writer.facts.reading(code)
    text = None if reading is None else lead(writer, reading, plan=plan)
    if reading is None or text is None:
        return None
    if reading.growth is not None:
        added = _with_companion(writer, text, reading, companions, brief=plan and reading.plan is not None)
        text = _with_month(writer, text, reading, reading.growth) if added is text else added
    return Point(code.partition(".")[0], rank, text, code, reading.period, reading.growth)


def _with_companion(writer: Writer, text: Text, reading: Reading, companions: tuple[str, ...], *, brief: bool) -> Text:
    facts, growth = writer.facts, reading.growth
    if growth is None:
        return text
    basis = facts.observations[growth].basis
    others = [facts.at(c, reading.period, (basis,)) for c in companions]
    others = [r for r in others if r.growth is not None]
    against = [r for r in others if r.growth is not None and opposite(writer, growth, r.growth)]
    if against:
        return joined(writer, text, also(writer, against[0], basis, brief=brief), "while")
    return joined(writer, text, also(writer, others[0], basis, brief=brief), "semicolon") if others else text


def _with_month(writer: Writer, text: Text, reading: Reading, growth: int) -> Text:
    """Of a month compared with the year before: how it compares with the month before."""
    month = writer.facts.find(reading.code, reading.period, "growth", "previous_month")
    if month is None or month == growth or reading.plan is not None:
        return text
    # "up 10% from a year earlier and up 4% from December", but "fell 10% ... and rose 4% ..."
    form = "by" if reading.level is not None and _way(writer, growth) != "down" else "move"
    second = writer.text("also.bare", moved=writer.moved(month, form), basis=writer.basis(month))
    return joined(writer, text, second, "yet" if opposite(writer, growth, month) else "and")
