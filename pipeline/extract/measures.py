"""A clause's verb, unit and comparison -> measure and value, as the observation table counts them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from pipeline.extract.clauses import VERBS, Clause
from pipeline.extract.items import Item
from pipeline.model import PLAN_BASES, Measure, Quantity

_HALF = 50  # percent of an earlier time: less that somebody "reached" is rather a rate of growth
_HUNDRED = Decimal(100)
CONTRIBUTED_PERCENT = "contribution percent"  # rule of a contribution printed with %: points, or a share of the growth


class Reading(NamedTuple):
    """What a quantity says; `basis` is empty where the words leave it to the context."""

    measure: Measure
    value: Decimal
    unit: str
    basis: str
    rule: str


def verb_of(clause: Clause) -> Item | None:
    """The last verb of the head, nearest to the figure, within the last clause."""
    for segment in reversed(clause.segments):
        for item in reversed(segment.items):
            if item.kind in VERBS:
                return item
        if segment.mark in (";", "lead") or any(i.kind in ("word", "indicator") for i in segment.items):
            return None
    return None


def bases(items: Iterable[Item]) -> list[str]:
    """Bases of comparison among items."""
    return [i.value for i in items if i.kind in ("basis", "bare")]


class Wording(NamedTuple):
    """What the words around a figure say of its measure.

    `tail`: bases of comparison behind it; `rate`: its subject is a rate of growth ("tốc độ tăng trưởng đạt
    5,20%"); `against`: it is compared with the plan ("tăng 10,7% so với dự toán"); `plan`: the plan that the figures
    before it were measured by; `listed`: the verb that the lead of its list gives all entries; `grown`: the next
    figure gives the growth of its subject.
    """

    tail: tuple[str, ...] = ()
    rate: bool = False
    against: bool = False
    plan: str = ""
    listed: Item | None = None
    grown: bool = False


def read_measure(quantity: Quantity, verb: Item | None, words: Wording) -> Reading | None:
    """The verb, the words around the figure and its unit -> reading; None: no statistic of its own."""
    plan = next((b for b in words.tail if b in PLAN_BASES), "")
    other = next((b for b in words.tail if b not in PLAN_BASES), "")
    if verb is None and quantity.unit == "percent" and not plan:
        verb = words.listed
    kind = verb.kind if verb else ""
    value = quantity.low
    if quantity.low != quantity.high or quantity.rule == "whole":
        return None
    if quantity.unit in ("percentage_point", "percent") and kind == "contribution":
        points = -abs(value) if verb is not None and verb.value == "-" else value
        rule = "contribution" if quantity.unit == "percentage_point" else CONTRIBUTED_PERCENT
        return Reading("contribution", points, "percentage_point", "", rule)
    if quantity.unit == "percentage_point":
        return None
    if quantity.unit == "times":
        multiple = kind in ("multiple", "rise") and value >= 1
        return Reading("growth", (value - 1) * _HUNDRED, "percent", other, "multiple") if multiple else None
    if quantity.unit == "percent":
        return _percent(value, kind, plan, other, words, signed=_signed(quantity))
    if (
        not quantity.unit
        or _signed(quantity)
        or kind in ("rise", "fall", "contribution", "share", "exceed", "multiple")
    ):
        return None  # an absolute change beside a growth
    return Reading("level", value, quantity.unit, "", "level")


def _signed(quantity: Quantity) -> bool:
    """Whether a sign is printed before the digits: the span then begins before them."""
    return quantity.rule.endswith("+sign")


def _percent(value: Decimal, kind: str, plan: str, other: str, words: Wording, *, signed: bool) -> Reading | None:
    rate = words.rate
    if rate and kind in ("reach", "copula", "ratio", "") and not plan and not other:
        return Reading("growth", value, "percent", "", "rate of growth")  # "tốc độ tăng chỉ còn 3,2%"
    if kind in ("reach", "copula", "ratio", "share", "") and plan and not other and not signed:
        return Reading("plan_ratio", value, "percent", plan, "plan ratio")
    if kind == "exceed" and plan and not other:
        # "vượt 132% dự toán" says that 132% were reached, not 232%
        return Reading("plan_ratio", value if value >= _HUNDRED else _HUNDRED + value, "percent", plan, "plan exceeded")
    if kind in ("rise", "fall") and plan and words.against and not other:
        over = _HUNDRED + (value if kind == "rise" else -value)
        return Reading("plan_ratio", over, "percent", plan, "plan exceeded")
    if kind == "exceed" and other:
        return Reading("growth", value, "percent", other, "growth")
    if plan:
        return None  # "tăng 75,8% kế hoạch": the words contradict each other
    if signed and kind not in ("share", "ratio"):
        return Reading("growth", value, "percent", other, "signed growth")
    if kind in ("rise", "fall"):
        return Reading("growth", abs(value) if kind == "rise" else -abs(value), "percent", other, "growth")
    if kind == "ratio" and words.plan and words.grown and not other:  # "bằng 71% và tăng 24%" after "bằng 85% dự toán"
        return Reading("plan_ratio", value, "percent", words.plan, "plan ratio")
    if kind == "ratio" or (kind in ("reach", "") and other and not rate and value >= _HALF):
        return Reading("growth", value - _HUNDRED, "percent", other, "ratio")
    if kind == "share":
        return Reading("share", value, "percent", "", "share")
    if rate and kind in ("reach", "copula", ""):
        return Reading("growth", value, "percent", other, "rate of growth")
    if words.plan and kind == "reach" and not other:
        return Reading("plan_ratio", value, "percent", words.plan, "plan ratio")
    return None
