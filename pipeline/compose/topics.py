"""Points topic by topic: what each part of the brief joins into one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pipeline.compose.clauses import Point, also, indicator, joined, lead, opposite
from pipeline.compose.facts import Reading
from pipeline.compose.words import Text, Writer

SECTORS = ("grdp.services", "grdp.industry_construction", "grdp.agriculture_forestry_fishery")
BRANCHES = ("iip.manufacturing", "iip.mining", "iip.electricity", "iip.water_waste")
# The eleven groups of the consumer basket: shares and sub-groups are never compared with them.
GROUPS = (
    "cpi.food_catering", "cpi.beverages_tobacco", "cpi.garments", "cpi.housing", "cpi.household_equipment",
    "cpi.health", "cpi.transport", "cpi.post_telecom", "cpi.education", "cpi.culture_tourism", "cpi.other",
)  # fmt: skip


def growth(writer: Writer) -> Iterator[Point]:
    """Gross regional product and what its sectors brought."""
    reading = writer.facts.reading("grdp", ("year_ago",))
    if reading is None or reading.growth is None:
        return
    only_growth = Reading("grdp", reading.period, None, reading.growth, None)
    text = lead(writer, only_growth)
    if text is not None:
        yield Point("grdp", 1, _contributions(writer, text, reading.period), "grdp", reading.period, reading.growth)


def _contributions(writer: Writer, text: Text, period: str) -> Text:
    facts = writer.facts
    found = [(i, code) for code in SECTORS if (i := facts.find(code, period, "contribution")) is not None]
    found.sort(key=lambda pair: -facts.value(pair[0]))
    brought = [(i, code) for i, code in found if facts.value(i) > 0][:2]
    took = [(i, code) for i, code in found if facts.value(i) < 0]
    if len(brought) == 2:
        (first, one), (second, other) = brought
        text = writer.text(
            "grdp.two",
            lead=text,
            first=writer.name(one),
            figure=writer.change(first),
            second=writer.name(other),
            number=writer.number(second),
        )
    elif brought:
        text = writer.text("grdp.one", lead=text, first=writer.name(brought[0][1]), figure=writer.change(brought[0][0]))
    if took:
        worst, code = took[-1]
        text = writer.text("grdp.drag", lead=text, first=writer.name(code), figure=writer.change(worst))
    return text


def trade(writer: Writer) -> Iterator[Point]:
    """External trade: the total with exports, or exports with imports."""
    facts = writer.facts
    total, exports = facts.reading("trade.total"), facts.reading("trade.exports")
    if total is None or total.growth is None:
        point = indicator(writer, 2, "trade.exports", ("trade.imports",)) or indicator(writer, 2, "trade.imports")
        if point is not None:
            yield point
        return
    text = lead(writer, total)
    if text is None:
        return
    if exports is not None and exports.period == total.period and exports.growth is not None:
        text = _exports(writer, text, total.growth, exports)
    yield Point("trade", 2, text, "trade.total", total.period, total.growth)


def _exports(writer: Writer, text: Text, total: int, exports: Reading) -> Text:
    if exports.growth is None:
        return text
    imports = writer.facts.at("trade.imports", exports.period, ("year_ago",))
    multiple = writer.multiple(exports.growth, "multiplying")
    if multiple is not None and exports.level is not None:
        return writer.text(
            "trade.multiplying",
            lead=text,
            second=writer.name("trade.exports"),
            multiple=multiple,
            level=writer.amount(exports.level),
            signed=writer.signed(exports.growth),
        )
    basis = writer.facts.observations[total].basis
    text = joined(writer, text, also(writer, exports, basis), "semicolon")
    if imports.growth is not None and opposite(writer, exports.growth, imports.growth):
        text = joined(writer, text, also(writer, imports, basis), "while")
    return text


def industry(writer: Writer) -> Iterator[Point]:
    """Industrial production: its leading branch, and what goes the other way."""
    facts = writer.facts
    reading = facts.reading("iip")
    if reading is None or reading.growth is None:
        return
    text = lead(writer, reading)
    if text is None:
        return
    text = _branch(writer, text, reading)
    contrary = _contrary(writer, reading)
    yield Point("iip", 3, contrary(text) if contrary else text, "iip", reading.period, reading.growth)


def _branch(writer: Writer, text: Text, reading: Reading) -> Text:
    """Manufacturing where it leads the whole; else the larger of mining and electricity, and manufacturing with it."""
    facts, total = writer.facts, reading.growth
    if total is None or facts.value(total) == 0:
        return text
    basis = facts.observations[total].basis
    found = [(code, i) for code in BRANCHES if (i := facts.find(code, reading.period, "growth", basis)) is not None]
    same = {code: i for code, i in found if facts.value(i) * facts.value(total) > 0}
    making = same.pop(BRANCHES[0], None)
    if making is not None and abs(facts.value(making)) >= abs(facts.value(total)):
        if facts.value(total) > 0:
            return writer.text("iip.led", lead=text, branch=writer.name(BRANCHES[0]), signed=writer.signed(making))
        return writer.text("iip.with", lead=text, branch=writer.name(BRANCHES[0]), by=writer.moved(making, "by"))
    larger = [(abs(facts.value(i)), code) for code, i in same.items() if code in BRANCHES[1:3]]
    if not larger:
        return text
    code = max(larger)[1]
    slots = {"lead": text, "branch": writer.name(code), "by": writer.moved(same[code], "by")}
    if making is None:
        return writer.text("iip.with", **slots)
    return writer.text("iip.with_two", second=writer.name(BRANCHES[0]), by2=writer.moved(making, "by"), **slots)


def _contrary(writer: Writer, reading: Reading) -> Callable[[Text], Text] | None:
    """The month that went the other way than the whole; else the branch that did so most."""
    facts, total = writer.facts, reading.growth
    month = facts.find("iip", facts.period.month, "growth", "previous_month")
    if total is None:
        return None
    if month is not None and month != total and opposite(writer, month, total):
        if reading.period == facts.period.month:
            return lambda text: writer.text("iip.same", lead=text, moved=writer.moved(month), basis=writer.basis(month))
        return lambda text: writer.text(
            "iip.month",
            lead=text,
            period=writer.period(facts.period.month),
            moved=writer.moved(month),
            basis=writer.basis(month),
        )
    basis = facts.observations[total].basis
    against = [
        (i, code)
        for code in BRANCHES
        if (i := facts.find(code, reading.period, "growth", basis)) is not None and opposite(writer, i, total)
    ]
    if not against:
        return None
    index, code = max(against, key=lambda pair: abs(facts.value(pair[0])))
    return lambda text: writer.text("iip.branch", lead=text, branch=writer.name(code), moved=writer.moved(index))


def prices(writer: Writer) -> Iterator[Point]:
    """Consumer prices with the groups at both ends; the average since January, core inflation, gold and the dollar."""
    period = writer.facts.period.month
    said = False
    for rank, code in ((4, "cpi"), (9, "price.gold"), (9.1, "price.usd"), (14.5, "cpi.core")):
        point = _compared(writer, rank, code, period)
        if point is not None and code == "cpi":
            said = True
            point = replace(point, text=_groups(writer, point.text, period))
        if point is not None:
            yield point
    yield from _average(writer, 14 if said else 4)


def _compared(writer: Writer, rank: float, code: str, period: str) -> Point | None:
    """A price of the month against the month before and the year before."""
    facts = writer.facts
    month, year = (facts.find(code, period, "growth", basis) for basis in ("previous_month", "year_ago"))
    main = month if year is None else year
    if main is None:
        return None
    slots = {
        "subject": writer.subject(code),
        "when": writer.when(code, period),
        "moved": writer.moved(main if month is None else month),
        "basis": writer.basis(main if month is None else month),
    }
    key = "lead.growth"
    if month is not None and year is not None:
        slots |= {"moved2": writer.moved(year), "figure": writer.change(year), "basis2": writer.basis(year)}
        same = writer.direction(month) == writer.direction(year)
        key = "cpi.but" if opposite(writer, month, year) else "cpi.same" if same else "cpi.and"
    return Point(code.partition(".")[0], rank, writer.text(key, **slots), code, period, main)


def _groups(writer: Writer, text: Text, period: str) -> Text:
    """The groups that rose and fell most, against the year before or, where that is not told, the month before."""
    facts = writer.facts
    for basis, scope in (("year_ago", "cpi"), ("previous_month", "cpi.month")):
        found = [(i, code) for code in GROUPS if (i := facts.find(code, period, "growth", basis)) is not None]
        found = [pair for pair in found if facts.value(pair[0]) != 0]
        if len(found) < 2:
            continue
        found.sort(key=lambda pair: -facts.value(pair[0]))
        (high, first), (low, second) = found[0], found[-1]
        if facts.value(low) > 0:
            (low, second), way = found[1], "up_up"
        elif facts.value(high) < 0:
            (high, first), (low, second), way = found[-1], found[-2], "down_down"
        else:
            way = "up_down"
        slots = {"lead": text, "first": writer.name(first), "second": writer.name(second)}
        return writer.text(f"{scope}.{way}", up=writer.change(high), down=writer.change(low), **slots)
    return text


def _average(writer: Writer, rank: float) -> Iterator[Point]:
    """The average of the months since January, with core inflation."""
    facts, period = writer.facts, writer.facts.period.cumulative
    index = facts.find("cpi", period, "growth", "year_ago")
    if index is None or period == facts.period.month or facts.value(index) == 0:
        return
    text = writer.text(
        "cpi.average.up" if facts.value(index) > 0 else "cpi.average.down",
        subject=writer.name("cpi"),
        period=writer.period(period),
        figure=writer.change(index),
    )
    core = facts.find("cpi.core", period, "growth", "year_ago")
    if core is not None and facts.value(core) > 0:
        text = writer.text("cpi.core", lead=text, figure=writer.change(core))
    yield Point("cpi", rank, text, "cpi", period, index)


def budget(writer: Writer) -> Iterator[Point]:
    """Revenue with its plan, and spending."""
    revenue = indicator(writer, 5, "budget.revenue", ("budget.expenditure",), plan=True)
    point = revenue or indicator(writer, 5, "budget.expenditure", plan=True)
    if point is not None:
        yield point


def enterprises(writer: Writer) -> Iterator[Point]:
    """New enterprises and the capital that they registered."""
    facts = writer.facts
    reading = facts.reading("enterprises.new", ("year_ago",))
    if reading is None or reading.level is None:
        return
    slots = {"number": writer.number(reading.level), "during": writer.during(reading.period)}
    change, way = reading.growth, "level"
    if change is not None and facts.value(change) != 0:
        way = "up" if facts.value(change) > 0 else "down"
        slots |= {
            "by": writer.moved(change, "by"), "moved": writer.moved(change), "basis": writer.basis(change),
        }  # fmt: skip
    text = writer.text(f"enterprises.{way}", **slots)
    capital = facts.at("enterprises.registered_capital", reading.period, ("year_ago",))
    if change is not None and capital.growth is not None:
        only = Reading(capital.code, capital.period, None, capital.growth, None)
        how = "but" if opposite(writer, change, capital.growth) else "semicolon"
        text = joined(writer, text, also(writer, only, "year_ago"), how)
    yield Point("enterprises", 6.5, text, "enterprises.new", reading.period, change)


def traffic(writer: Writer) -> Iterator[Point]:
    """Road accidents and their victims."""
    reading = writer.facts.reading("traffic.accidents")
    if reading is None or reading.level is None:
        return
    deaths, injuries = (writer.facts.find(f"traffic.{c}", reading.period, "level") for c in ("deaths", "injuries"))
    if deaths is None or injuries is None:
        return
    text = writer.text(
        "traffic",
        during=writer.during(reading.period),
        accidents=writer.number(reading.level),
        deaths=writer.number(deaths),
        injuries=writer.number(injuries),
    )
    yield Point("traffic", 19, text, "traffic.accidents", reading.period, None)


# rank, indicator, companions: points that need no more than a lead and one addition.
PLAIN: tuple[tuple[float, str, tuple[str, ...]], ...] = (
    (6, "investment", ("investment.fdi", "investment.state_budget", "investment.state", "investment.non_state")),
    (6.8, "industry.inventory", ("industry.employment", "industry.shipments")),
    (6.9, "credit.loans", ("credit.deposits",)),
    (7, "retail", ("retail.accommodation_catering", "retail.goods")),
    (7.5, "tourism.revenue", ("tourism.arrivals",)),
    (7.7, "transport.revenue", ("transport.revenue.freight", "transport.revenue.passenger")),
    (8, "crops.grain.output", ("crops.rice.output",)),
    (8.1, "livestock.pig.meat", ("livestock.poultry.meat",)),
    (8.2, "fishery.output", ("fishery.aquaculture",)),
    (8.3, "forestry.new_plantation", ("forestry.timber",)),
    (16, "trade.imports", ()),
    (17, "retail.goods", ("retail.accommodation_catering",)),
)


def every(writer: Writer) -> list[Point]:
    """All points that the report's figures allow, in the order of topics."""
    points = [
        point for topic in (growth, trade, industry, prices, budget, enterprises, traffic) for point in topic(writer)
    ]
    for rank, code, companions in PLAIN:
        if point := indicator(writer, rank, code, companions):
            points.append(point)
    return sorted(points, key=lambda p: p.rank)
