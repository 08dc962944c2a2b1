"""The pages of figures: indicators, their areas, and places with what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from pipeline.archive.reading import Entry, Vintage
from pipeline.archive.searching import bare
from pipeline.archive.site.briefs import by_year
from pipeline.archive.site.data import POINTS, ROWS, Held, series_of
from pipeline.archive.site.maker import Address, Maker
from pipeline.archive.site.tables import LEADING, all_series, lead, when
from pipeline.archive.site.words import Tongue
from pipeline.history import kinds

CHARTS, OF_A_TOPIC = 12, 2  # drawings of a place's page, and of one topic among them


def choose(maker: Maker, held: Mapping[str, Mapping[str, Held]]) -> None:
    """What is known -> which indicators have pages, and which of them one for every area."""
    row = maker.glossary.indicators
    maker.held = {c: a for c, a in held.items() if c in row or any(h.points >= POINTS for h in a.values())}
    maker.large = frozenset(c for c, a in maker.held.items() if sum(h.facts for h in a.values()) > ROWS and len(a) > 1)


def order(maker: Maker, codes: Sequence[str]) -> list[str]:
    """Codes by topic, the glossary's own in its order before finer ones."""
    topics = {c: t.order for c, t in maker.glossary.topics.items()}
    rows = {c: n for n, c in enumerate(maker.glossary.indicators)}

    def place(code: str) -> tuple[int, int, int, str]:
        parts = code.split(".")
        above = next((".".join(parts[:n]) for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in rows), "")
        return topics.get(parts[0], len(topics)), rows.get(above, len(rows)), len(parts), code

    return sorted(codes, key=place)


def by_topic(maker: Maker, codes: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Codes in their order -> those of each topic."""
    return [(t, list(g)) for t, g in groupby(order(maker, codes), key=lambda c: c.partition(".")[0])]


# --- indicators ---------------------------------------------------------------------------


def indicator_pages(maker: Maker, latest: Mapping[str, Sequence[Vintage]]) -> None:
    """Every indicator's page, and those of its areas where it has many figures; `latest`: those of each last brief."""
    for code, areas in maker.held.items():
        if code in maker.large:
            _overview(maker, code, areas, latest)
            for area, held in areas.items():
                _detail(maker, code, {area: held}, f"indicators/{code}/{area}/", f"indicators/{code}/")
        else:
            _detail(maker, code, areas, f"indicators/{code}/", "indicators/")


def _named(tongue: Tongue, areas: Mapping[str, Held]) -> list[str]:
    return sorted(areas, key=lambda a: bare(tongue.area(a)))


def _detail(maker: Maker, code: str, areas: Mapping[str, Held], path: str, up: str) -> None:
    known: dict[str, list[tuple[str, list[Vintage]]]] = {}

    def facts(tongue: Tongue, address: Address) -> Mapping[str, Any]:
        if not known:
            known.update({a: list(series_of(maker.index, code, h.areas)) for a, h in areas.items()})
        lang, alone = tongue.language, up != "indicators/"
        return {
            "title": tongue.say("indicator.in", indicator=tongue.indicator(code), area=tongue.area(next(iter(areas))))
            if alone else tongue.indicator(code),
            "topic": tongue.topic(code.partition(".")[0]), "code": code, "address": address,
            "up": (address(f"{lang}/{up}"), tongue.indicator(code) if alone else tongue.say("indicators")),
            "sections": [
                {
                    "area": area, "name": tongue.area(area),
                    "href": address(f"{lang}/places/{area}/") if area in maker.areas else "",
                    "series": [s for part, v in known[area] for s in all_series(tongue, part, v)],
                }
                for area in _named(tongue, areas)
            ],
        }  # fmt: skip

    made_of = (code, path, [(a, h.digest, a in maker.areas) for a, h in sorted(areas.items())])
    maker.page(path, "indicator.html.j2", "indicators", made_of, facts)


def _overview(maker: Maker, code: str, areas: Mapping[str, Held], latest: Mapping[str, Sequence[Vintage]]) -> None:
    shown = {area: _newest(latest.get(area, ()), code) for area in areas}

    def facts(tongue: Tongue, address: Address) -> Mapping[str, Any]:
        lang = tongue.language

        def cell(v: Vintage | None) -> tuple[str, str]:
            return (tongue.figure(v), when(tongue, v)) if v else ("", "")

        return {
            "title": tongue.indicator(code), "topic": tongue.topic(code.partition(".")[0]), "code": code,
            "up": (address(f"{lang}/indicators/"), tongue.say("indicators")),
            "rows": [
                {
                    "area": area, "name": tongue.area(area), "href": address(f"{lang}/indicators/{code}/{area}/"),
                    "change": cell(shown[area].get(LEADING[0])), "level": cell(shown[area].get(LEADING[1])),
                    "periods": str(areas[area].points),
                }
                for area in _named(tongue, areas)
            ],
        }  # fmt: skip

    made_of = (code, [(a, h.points, list(shown[a].values())) for a, h in sorted(areas.items())])
    maker.page(f"indicators/{code}/", "overview.html.j2", "indicators", made_of, facts)


def _newest(figures: Sequence[Vintage], code: str) -> dict[tuple[str, str], Vintage]:
    """A brief's figures -> of each measure of an indicator in the area itself that of the latest, longest period."""
    found: dict[tuple[str, str], Vintage] = {}
    for v in figures:
        if v.indicator == code and "/" not in v.area and not v.until and (v.measure, v.basis) in LEADING[:2]:
            known = found.get((v.measure, v.basis))
            if known is None or _reach(v) >= _reach(known):
                found[v.measure, v.basis] = v
    return found


def _reach(v: Vintage) -> tuple[int, int]:
    """How late a period ends, and how long it is, as the length of its code tells of those that end together."""
    return max(kinds(v.period).values(), default=0), len(v.period)


def indicator_list(maker: Maker) -> None:
    """The list of indicators, by topic."""

    def facts(tongue: Tongue, address: Address) -> Mapping[str, Any]:
        lang = tongue.language
        return {
            "title": tongue.say("indicators"),
            "topics": [
                (topic, tongue.topic(topic), [
                    {
                        "name": tongue.indicator(c), "href": address(f"{lang}/indicators/{c}/"),
                        "areas": tongue.say("areas", count=str(len(maker.held[c]))),
                    }
                    for c in codes
                ])
                for topic, codes in by_topic(maker, list(maker.held))
            ],
        }  # fmt: skip

    made_of = [(c, len(a)) for c, a in sorted(maker.held.items())]
    maker.page("indicators/", "indicators.html.j2", "indicators", made_of, facts)


# --- places -------------------------------------------------------------------------------


def place_pages(maker: Maker, current: Mapping[str, Sequence[Entry]]) -> None:
    """Area -> its briefs, the newest report first: a page for each, and the list of them."""
    of_area: dict[str, dict[str, Held]] = {area: {} for area in current}
    for code, areas in maker.held.items():
        for area in areas.keys() & current.keys():
            of_area[area][code] = areas[area]
    for area, issues in current.items():
        _place(maker, area, issues, of_area[area])

    def facts(tongue: Tongue, address: Address) -> Mapping[str, Any]:
        return {
            "title": tongue.say("places"),
            "places": [
                {
                    "name": tongue.area(area), "href": address(f"{tongue.language}/places/{area}/"),
                    "count": tongue.say("briefs.count", count=str(len(current[area]))),
                    "headline": tongue.pick(current[area][0].headline_vi, current[area][0].headline_en),
                    "brief": address(f"{tongue.language}/briefs/{current[area][0].slug}/"),
                    "period": tongue.pick(current[area][0].period_vi, current[area][0].period_en),
                }
                for area in sorted(current, key=lambda a: bare(tongue.area(a)))
            ],
        }  # fmt: skip

    made_of = [(area, len(i), i[0]) for area, i in sorted(current.items())]
    maker.page("places/", "places.html.j2", "places", made_of, facts)


def _place(maker: Maker, area: str, issues: Sequence[Entry], held: Mapping[str, Held]) -> None:
    leading = _leading(maker, held)
    known: dict[str, list[Vintage]] = {}

    def facts(tongue: Tongue, address: Address) -> Mapping[str, Any]:
        if not known:
            known.update({c: next(series_of(maker.index, c, [area]))[1] for c in leading})
        drawn = [(c, lead(tongue, known[c])) for c in leading]
        at = {c: address(f"{tongue.language}/{maker.indicator_page(c, area)}") for c in held}
        return {
            "title": tongue.area(area), "area": area, "feed": f"places/{area}/feed.xml",
            "charts": [
                {"name": tongue.indicator(c), "href": at[c], "measure": found[0], "chart": found[1]}
                for c, found in drawn if found
            ][:CHARTS],
            "topics": [
                (topic, tongue.topic(topic), [{"name": tongue.indicator(c), "href": at[c]} for c in codes])
                for topic, codes in by_topic(maker, list(held))
            ],
            "years": by_year(tongue, address, issues),
        }  # fmt: skip

    made_of = (area, issues, [(c, h.digest, c in maker.large) for c, h in sorted(held.items())])
    newest = max(i.added for i in issues)[:10]
    maker.page(f"places/{area}/", "place.html.j2", "places", made_of, facts, newest)


def _leading(maker: Maker, held: Mapping[str, Held]) -> list[str]:
    """The indicators whose drawings may stand on a place's page: of each topic the first ones with enough points."""
    chosen: list[str] = []
    for _, codes in by_topic(maker, [c for c in held if c in maker.glossary.indicators and held[c].points >= POINTS]):
        chosen += sorted(codes, key=lambda c: c.count("."))[:OF_A_TOPIC]
    return chosen


def latest_figures(maker: Maker, current: Mapping[str, Sequence[Entry]]) -> dict[str, list[Vintage]]:
    """Of each area the figures of its last brief."""
    return {area: maker.archive.facts(issues[0]) for area, issues in current.items()} if maker.large else {}
