"""What is printed where: pages filled as far as they go, the lowest-ranked left out first."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from samples import BRIEFS, TEMPLATES, THEME, bloated, glossary, langson

from pipeline.chart import chart
from pipeline.editions import Charts
from pipeline.model import LANGUAGES, Brief, Language
from pipeline.render import heights_of
from pipeline.render.pages import html
from pipeline.render.paper import Paper, measure
from pipeline.render.room import Heights, Room, planned, whole
from pipeline.render.sizes import PAGE, Sizes
from pipeline.render.view import edition
from pipeline.typeset import Ruler


@cache
def charts(name: str) -> Charts:
    return chart(BRIEFS[name](), glossary(), LANGUAGES, THEME)


def sized(brief: Brief, pictures: Charts) -> dict[Language, Sizes]:
    ruler = Ruler(THEME)
    return {n: Sizes(edition(brief, pictures, glossary(), n, whole(brief, pictures)), ruler) for n in LANGUAGES}


def counted(one: float) -> Heights:
    """Every item is as high as `one`."""

    def first(room: Room) -> float:
        return one * (room.points + room.rows + room.early + room.told * sum(room.said.values()))

    def second(room: Room) -> float:
        return one * (room.charts - room.early + (not room.told) * sum(room.said.values()))

    return Heights(first, second)


MOST = Room(points=9, rows=30, charts=9, drivers=7, difficulties=5, outlook=5, all_charts=9)


@pytest.mark.parametrize(
    ("name", "dense", "told"),
    [("rich", False, False), ("rich", True, False), ("poor", False, False), ("poor", False, True)],
)
def test_estimates_are_what_is_measured_on_paper(name: str, dense: bool, told: bool) -> None:  # noqa: FBT001  # parameters
    brief = BRIEFS[name]()
    sizes = sized(brief, charts(name))
    room = replace(whole(brief, charts(name)), charts=min(5, whole(brief, charts(name)).charts), dense=dense, told=told)
    made = {n: sizes[n].arranged(edition(brief, charts(name), glossary(), n, room)) for n in LANGUAGES}
    document = Paper(TEMPLATES).lay_out(html(THEME, tuple(made.values()), "print", brief.published))
    fit = measure(document, LANGUAGES, PAGE, short=False)
    for n, (front, back) in zip(LANGUAGES, fit.used, strict=True):
        assert sizes[n].front(room, made[n].table) == pytest.approx(front, abs=6)
        assert sizes[n].back(room, made[n].left_out) == pytest.approx(back, abs=6)


def test_what_is_printed_fits_by_the_estimate_and_fills_the_page() -> None:
    brief = bloated()
    heights = heights_of(brief, charts("bloated"), glossary(), sized(brief, charts("bloated")))
    room = planned(whole(brief, charts("bloated")), heights, PAGE, PAGE)
    assert heights.first(room) <= PAGE
    assert PAGE * 0.94 < heights.second(room) <= PAGE
    assert room.charts >= 2


def test_a_short_brief_is_one_page() -> None:
    room = planned(
        replace(MOST, points=3, rows=5, charts=1, drivers=1, difficulties=0, outlook=0), counted(10), 100, 100
    )
    assert room.short
    assert (room.charts, room.drivers) == (1, 1)


def test_charts_follow_the_table_where_the_first_page_has_space() -> None:
    most = replace(MOST, rows=5)
    room = planned(most, counted(10), 150, 60)
    assert (room.points, room.rows, room.early) == (6, 5, 4)
    assert room.charts - room.early + sum(room.said.values()) == 6
    assert planned(most, counted(10), 120, 60).early == 0


def test_sections_follow_the_table_where_charts_do_not_fit_but_they_do() -> None:
    few = replace(MOST, rows=5, drivers=1, difficulties=0, outlook=0)
    room = planned(few, counted(10), 120, 60)
    assert (room.told, room.drivers, room.charts) == (True, 1, 6)
    assert not planned(replace(few, drivers=2), counted(10), 120, 60).told


def test_the_first_page_is_set_closer_where_that_saves_a_page() -> None:
    few = replace(MOST, points=4, rows=4, charts=2, drivers=0, difficulties=0, outlook=0)

    def first(room: Room) -> float:
        return (8 if room.dense else 10) * (room.points + room.rows) + 10 * room.early

    heights = Heights(first, counted(10).second)
    assert planned(few, heights, 100, 100) == replace(few, short=True)
    assert planned(few, heights, 90, 100) == replace(few, short=True, dense=True)
    assert not planned(few, heights, 80, 15).dense


def test_less_space_never_prints_more_and_ends_with_the_least() -> None:
    before = planned(MOST, counted(10), 240, 200)
    for space in range(230, 0, -10):
        room = planned(MOST, counted(10), space, space)
        assert room.points + room.rows + room.early <= before.points + before.rows + before.early
        before = room
    assert (room.points, room.rows) == (1, 0)
    assert room.charts + sum(room.said.values()) == 1


def test_the_most_telling_sentences_stay() -> None:
    room = planned(MOST, counted(10), 240, 50)
    assert room.cut("drivers", ("first", "second", "third"))[:1] == ("first",)
    assert (room.charts, room.drivers, room.difficulties) == (2, 2, 1)


def test_a_section_that_goes_on_in_the_other_column_says_so() -> None:
    brief = replace(langson(), drivers=langson().drivers * 3, difficulties=(), outlook=())
    none = Charts(())
    sizes = sized(brief, none)["vi"]
    left, right = sizes.arranged(edition(brief, none, glossary(), "vi", whole(brief, none))).columns
    assert right.sections[0].title == f"{left.sections[0].title} (tiếp theo)"
    kept = left.sections[0].sentences + right.sections[0].sentences
    assert kept == sizes.edition.sections[0].sentences


def test_an_odd_chart_stands_before_the_sentences() -> None:
    brief, pictures = langson(), charts("rich")
    room = replace(whole(brief, pictures), charts=3)
    made = sized(brief, pictures)["en"].arranged(edition(brief, pictures, glossary(), "en", room))
    assert len(made.pictures) == 2
    assert made.columns[0].picture is not None
    assert all(c.sections for c in made.columns[1:])
    assert sum(len(s.sentences) for s in made.sections) == sum(room.said.values())
