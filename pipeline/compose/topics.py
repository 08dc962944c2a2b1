"""Points topic by topic: what each part of the brief joins into one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.compose.clauses import Point, also, contrary, indicator, joined, lead, opposite, turns, with_turns
from pipeline.compose.facts import Reading
from pipeline.compose.prices import prices
from pipeline.compose.words import Text, Writer

MAKING, SMALL = "iip.manufacturing", "iip.water_waste"  # the branch that leads anywhere, the one small everywhere
OUTSTANDING = 2  # times the whole's change: a branch that moved so much deserves its mention


def growth(writer: Writer) -> Iterator[Point]:
    """Gross regional product and what its sectors brought."""
    reading = writer.facts.reading("grdp", ("year_ago",))
    if reading is None or reading.growth is None:
        return
    only_growth = Reading("grdp", reading.period, None, reading.growth, None)
    text = lead(writer, only_growth)
    if text is not None:
        text = _quarter(writer, _contributions(writer, text, reading.period), reading.period)
        yield Point("grdp", 1, text, "grdp", reading.period, reading.growth)


def _contributions(writer: Writer, text: Text, period: str) -> Text:
    facts = writer.facts
    parts = writer.glossary.parts("grdp")
    found = [(i, code) for code in parts if (i := facts.find(code, period, "contribution")) is not None]
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


def _quarter(writer: Writer, text: Text, said: str) -> Text:
    """Growth of the last quarter alone, where the report also gives that of the months since January."""
    quarter = writer.facts.period.quarter
    index = writer.facts.find("grdp", quarter, "growth", "year_ago") if quarter and quarter != said else None
    if quarter is None or index is None or writer.facts.value(index) <= 0:
        return text
    return writer.text("grdp.quarter", lead=text, period=writer.period(quarter), figure=writer.change(index))


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
        text = with_turns(writer, text, turns(writer, [total, exports]))
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
    """Manufacturing, as leading where it grew fastest; else the branch that stands out beside it.

    Mining and electricity come before waterworks, which are small everywhere.
    """
    facts, total = writer.facts, reading.growth
    if total is None or facts.value(total) == 0:
        return text
    basis = facts.observations[total].basis
    branches = writer.glossary.parts("iip")
    found = [(code, i) for code in branches if (i := facts.find(code, reading.period, "growth", basis)) is not None]
    same = {code: i for code, i in found if facts.value(i) * facts.value(total) > 0}
    size = {code: facts.value(i).copy_abs() for code, i in same.items()}
    whole = facts.value(total).copy_abs()
    making = same.get(MAKING)
    if making is not None and facts.value(total) > 0 and size[MAKING] >= max(whole, *size.values()):
        return writer.text("iip.led", lead=text, branch=writer.name(MAKING), signed=writer.signed(making))
    outstanding = [c for c in same if c != MAKING and size[c] >= OUTSTANDING * whole]
    heavy = [c for c in outstanding if c != SMALL]
    named = [MAKING] if making is not None else []
    named += sorted(heavy or outstanding, key=size.__getitem__)[-1:]
    if not named:
        return text
    slots = {"lead": text, "branch": writer.name(named[0]), "by": writer.moved(same[named[0]], "by")}
    if len(named) == 1:
        return writer.text("iip.with", **slots)
    second = named[1]
    return writer.text("iip.with_two", second=writer.name(second), by2=writer.moved(same[second], "by"), **slots)


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
        for code in writer.glossary.parts("iip")
        if (i := facts.find(code, reading.period, "growth", basis)) is not None
        and contrary(facts.value(i), facts.value(total))
    ]
    if not against:
        turned = turns(writer, [reading])
        return (lambda text: with_turns(writer, text, turned)) if turned else None
    index, code = max(against, key=lambda pair: abs(facts.value(pair[0])))
    return lambda text: writer.text("iip.branch", lead=text, branch=writer.name(code), moved=writer.moved(index))


def budget(writer: Writer) -> Iterator[Point]:
    """Revenue with its plan, and spending."""
    revenue = indicator(writer, 5, "budget.revenue", ("budget.expenditure",), plan=True)
    point = revenue or indicator(writer, 5, "budget.expenditure", plan=True)
    if point is not None:
        yield point


def enterprises(writer: Writer) -> Iterator[Point]:
    """New enterprises, the capital that they registered, and how many suspended operations."""
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
    suspended = facts.find("enterprises.suspended", reading.period, "level")
    text = _capital(writer, text, change, capital)
    if suspended is not None and (change is None or facts.value(suspended) > facts.value(reading.level)):
        text = writer.text("enterprises.suspended", lead=text, suspended=writer.number(suspended))
    bare = change is None and capital.level is None and suspended is None
    rank = 15 if bare else 6.5 if change is not None else 7.1
    yield Point("enterprises", rank, text, "enterprises.new", reading.period, change)


def _capital(writer: Writer, text: Text, change: int | None, capital: Reading) -> Text:
    """Registered capital: its change where the number's own is told, else its amount."""
    if change is not None and capital.growth is not None:
        key = "enterprises.capital_but" if opposite(writer, change, capital.growth) else "enterprises.capital_with"
        moved, by = writer.moved(capital.growth), writer.moved(capital.growth, "by")
        return writer.text(key, lead=text, moved=moved, by=by)
    if capital.level is not None:
        return writer.text("enterprises.capital", lead=text, level=writer.amount(capital.level))
    return text


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


# rank, indicator, companions (none: its parts, where it has any), with its plan: points that need no more than
# a lead and one or two additions.
PLAIN: tuple[tuple[float, str, tuple[str, ...], bool], ...] = (
    (6, "investment", (), True),
    (6.8, "industry.inventory", ("industry.employment", "industry.shipments"), False),
    (7, "retail", (), False),
    (7.2, "credit.loans", ("credit.deposits",), False),
    (7.5, "tourism.revenue", ("tourism.arrivals",), False),
    (7.7, "transport.revenue", (), False),
    (8, "crops.grain.output", ("crops.rice.output",), False),
    (8.1, "livestock.pig.meat", ("livestock.poultry.meat",), False),
    (8.2, "fishery.output", ("fishery.aquaculture", "fishery.capture"), False),
    (8.3, "forestry.new_plantation", ("forestry.timber",), False),
    (16, "trade.imports", (), False),
    (17, "retail.goods", ("retail.accommodation_catering",), False),
    (18, "livestock.cattle.heads", ("livestock.buffalo.heads",), False),
)  # fmt: skip


def every(writer: Writer) -> list[Point]:
    """All points that the report's figures allow, in the order of topics."""
    points = [
        point for topic in (growth, trade, industry, prices, budget, enterprises, traffic) for point in topic(writer)
    ]
    groups = writer.glossary.groups
    for rank, code, companions, plan in PLAIN:
        parts = groups[code].parts if code in groups else ()
        if point := indicator(writer, rank, code, companions or parts, plan=plan):
            points.append(point)
    return sorted(points, key=lambda p: p.rank)
