"""Earlier reports: what is taken from them, what counts where they differ, and the lines that show it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from samples import THEME, coursed, glossary, langson, observation

from pipeline.chart import chart
from pipeline.chart.canvas import Pen
from pipeline.chart.courses import Courses
from pipeline.chart.lines import Dot, LineSheet, Panel, draw_lines
from pipeline.cli import main
from pipeline.errors import StoreError
from pipeline.history import BRIEF, kinds, read_history, related, require_history
from pipeline.model import LANGUAGES, Brief, Observation, Past
from pipeline.store import to_json


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2025-04", {"month": 24303}),
        ("2025-01", {"month": 24300, "cumulative": 24300}),
        ("2025-Q1", {"quarter": 24302, "cumulative": 24302}),
        ("2025-Q2", {"quarter": 24305}),
        ("2025-01/2025-04", {"cumulative": 24303}),
        ("2025-04/2025-06", {}),
        ("2025-04-30", {"day": 24303}),
        ("2024", {"cumulative": 24299}),
    ],
)
def test_a_period_is_a_point_of_its_kinds_of_course(period: str, expected: dict[str, int]) -> None:
    assert kinds(period) == expected


def write(
    folder: Path, month: str, *observations: Observation, area: str = "VN-09", doubtful: tuple[int, ...] = ()
) -> None:
    brief = replace(langson(), observations=observations, rows=(), area=area, doubtful=doubtful)
    brief = replace(brief, period=replace(brief.period, month=month))
    run = folder / f"{area}-{month}"
    run.mkdir(parents=True)
    (run / BRIEF).write_text(to_json(brief), encoding="utf-8")


def test_a_folder_of_runs_gives_the_area_s_earlier_reports_in_order(tmp_path: Path) -> None:
    write(tmp_path, "2023-05", observation("cpi", "1"), observation("iip", "9"), doubtful=(1,))
    write(tmp_path, "2022-12", observation("cpi", "2"))
    write(tmp_path, "2023-06", observation("cpi", "3"))
    write(tmp_path, "2023-04", observation("cpi", "4"), area="VN-66")
    found = read_history(tmp_path, "VN-09", "2023-06")
    assert [(p.report, str(p.observation.value)) for p in found] == [("2022-12", "2"), ("2023-05", "1")]


def test_of_two_runs_on_one_month_the_later_name_counts(tmp_path: Path) -> None:
    write(tmp_path, "2023-05", observation("cpi", "1"))
    (tmp_path / "VN-09-2023-05").rename(tmp_path / "zz-copy")
    write(tmp_path, "2023-05", observation("cpi", "2"))
    assert [str(p.observation.value) for p in read_history(tmp_path, "VN-09", "2023-06")] == ["1"]


def test_a_folder_that_cannot_be_read_is_told_before_long_work(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    for wrong in (file, tmp_path / "none"):
        with pytest.raises(StoreError, match="no folder of earlier runs"):
            require_history(wrong, tmp_path / "out")
    require_history(tmp_path / "new", tmp_path / "new")  # the runs will be written there
    assert read_history(tmp_path / "new", "VN-09", "2023-06") == ()


@pytest.mark.parametrize(
    "damage", ["[]", "{", "[" * 200_000, '{"area": "VN-09", "period": {"month": null}}', "no rule"]
)
def test_a_damaged_run_is_named(tmp_path: Path, damage: str) -> None:
    write(tmp_path, "2023-05", observation("cpi", "1"))
    file = tmp_path / "VN-09-2023-05" / BRIEF
    old = json.loads(file.read_text(encoding="utf-8"))
    del old["observations"][0]["rule"]
    file.write_text(json.dumps(old) if damage == "no rule" else damage, encoding="utf-8")
    with pytest.raises(StoreError, match=rf"VN-09-2023-05/{BRIEF}: damaged, or of another version"):
        read_history(tmp_path, "VN-09", "2023-06")


def test_only_what_may_be_printed_of_what_is_measured_now_is_kept() -> None:
    now = [observation("cpi", "1"), observation("retail", "15", "level", "", unit="VND", scale=9)]
    past = [
        Past("2023-04", observation("cpi", "2", period="2023-04")),
        Past("2023-04", observation("iip", "3", period="2023-04")),  # not measured now
        Past("2023-04", observation("retail", "14", "level", "", unit="VND", scale=6)),  # in another unit
        Past("2023-05", observation("cpi", "4", period="2023-05")),  # two figures for one fact
        Past("2023-05", observation("cpi", "5", period="2023-05")),
    ]
    assert related(past, now, glossary()) == (past[0],)


def brief_with(*past: tuple[str, str, str], own: str = "9") -> Brief:
    """Consumer prices by report, period and figure, and the brief's own for June."""
    told = tuple(Past(report, observation("cpi", value, period=period)) for report, period, value in past)
    return replace(langson(), observations=(observation("cpi", own, period="2023-06"),), rows=(), past=told)


def test_the_latest_report_counts_and_the_brief_s_own_before_all() -> None:
    brief = brief_with(
        ("2023-04", "2023-04", "1"), ("2023-04", "2023-06", "2"), ("2023-05", "2023-05", "3"),
        ("2023-05", "2023-04", "4"),
    )  # fmt: skip
    course = Courses(brief, glossary()).of(0)
    assert course is not None
    assert [str(p.observation.value) for p in course.points] == ["4", "3", "9"]
    assert [p.index for p in course.points] == [None, None, 0]


def test_two_points_are_no_course_and_a_year_back_is_enough() -> None:
    assert Courses(brief_with(("2023-05", "2023-05", "1")), glossary()).of(0) is None
    older = [(f"2022-{m:02}", f"2022-{m:02}", str(m)) for m in range(1, 13)]
    course = Courses(brief_with(*older), glossary()).of(0)
    assert course is not None
    assert course.points[0].observation.period == "2022-06"


def test_another_area_or_a_figure_up_to_a_day_is_no_point() -> None:
    brief = brief_with(("2023-03", "2023-03", "1"), ("2023-04", "2023-04", "2"), ("2023-05", "2023-05", "3"))
    a, b, c = brief.past
    other = replace(b, observation=replace(b.observation, area="VN-09/urban"))
    early = replace(c, observation=replace(c.observation, until="2023-05-15"))
    assert Courses(replace(brief, past=(a, b, c)), glossary()).of(0) is not None
    d = replace(a, observation=replace(a.observation, period="2023-02"))
    for wrong in (other, early):
        assert Courses(replace(brief, past=(a, d, wrong)), glossary()).of(0) is not None  # three are left
        assert Courses(replace(brief, past=(a, wrong)), glossary()).of(0) is None


@pytest.mark.parametrize(
    ("own", "title"),
    [
        ("9", "In June, consumer prices rose 9%, after a fall of 3% in May"),
        ("-4.5", "In June, consumer prices fell 4.5%, after 3% in May"),
        ("0", "In June, consumer prices did not change, after a fall of 3% in May"),
    ],
)
def test_a_course_s_title_sets_the_newest_figure_against_the_one_before(own: str, title: str) -> None:
    brief = brief_with(("2023-03", "2023-03", "1"), ("2023-05", "2023-05", "-3"), own=own)
    (made,) = (c for c in chart(brief, glossary(), ("en",), THEME).charts if c.id == "course-lead")
    assert made.title == title
    assert "March 2023 +1%, May 2023 −3%, June 2023" in made.alternative
    assert made.source.endswith("reports of Mar 2023 to Jun 2023. Thin line: no figures for the months between")
    assert made.observations == (0,)


def test_the_figure_of_another_year_has_its_year() -> None:
    brief = brief_with(("2022-10", "2022-10", "1"), ("2022-12", "2022-12", "2"))
    (made,) = (c for c in chart(brief, glossary(), ("en",), THEME).charts if c.id == "course-lead")
    assert made.title.endswith("rose 9%, after 2% in December 2022")
    assert "reports of Oct 2022" in made.source


def test_an_inexact_figure_is_told_in_words_and_its_mark_explained() -> None:
    brief = brief_with(("2023-04", "2023-04", "1"), ("2023-05", "2023-05", "3"))
    told = tuple(replace(p, observation=replace(p.observation, approximation="over")) for p in brief.past)
    made = {c.language: c for c in chart(replace(brief, past=told), glossary(), LANGUAGES, THEME).charts}
    assert made["en"].title == "In June, consumer prices rose 9%, after more than 3% in May"
    assert made["vi"].title == "Tháng 6, chỉ số giá tiêu dùng (CPI) tăng 9%, sau mức hơn 3% của tháng 5"
    assert made["en"].source.endswith("> = just over.")


@pytest.mark.parametrize(
    ("own", "title"),
    [
        ("9", "In June, consumer prices rose 9%, the highest reading since at least December 2022"),
        ("7", "In June, consumer prices rose 7%, the highest reading since December 2022"),
        ("6.5", "In June, consumer prices rose 6.5%, after 5% in May"),  # as high in March, three months ago
        ("-1", "In June, consumer prices fell 1%, the lowest reading since at least December 2022"),
    ],
)
def test_a_figure_that_stands_out_says_since_when(own: str, title: str) -> None:
    months = ("2022-12", "2023-01", "2023-02", "2023-03", "2023-04", "2023-05")
    told = [(m, m, v) for m, v in zip(months, ("7", "2", "4", "6.5", "5", "5"), strict=True)]

    def made(*past: tuple[str, str, str]) -> str:
        charts = chart(brief_with(*past, own=own), glossary(), ("en",), THEME).charts
        return next(c.title for c in charts if c.id == "course-lead")

    assert made(*told) == title
    assert "reading" not in made(*told[:3], *told[4:])  # a month is missing: nobody knows


def test_months_so_far_of_other_lengths_make_no_record() -> None:
    now = observation("iip", "9", period="2023-01/2023-06")
    past = [Past(f"2023-0{m}", replace(now, period=f"2023-01/2023-0{m}", value=now.value - m)) for m in range(2, 6)]
    past.insert(0, Past("2023-01", replace(now, period="2023-01", value=now.value - 8)))
    course = Courses(replace(langson(), observations=(now,), rows=(), past=tuple(past)), glossary()).of(0)
    assert course is not None
    assert (len(course.points), course.record) == (6, None)


def test_growth_since_december_ends_with_the_year() -> None:
    now = observation("credit", "4", basis="december", period="2023-06-30")
    past = [Past(m, replace(now, period=f"{m}-28")) for m in ("2022-11", "2022-12", "2023-02", "2023-04")]
    course = Courses(replace(langson(), observations=(now,), rows=(), past=tuple(past)), glossary()).of(0)
    assert course is not None
    assert [p.observation.period[:7] for p in course.points] == ["2023-02", "2023-04", "2023-06"]


def test_rows_and_charts_have_lines_in_every_language() -> None:
    brief = coursed()
    made = chart(brief, glossary(), LANGUAGES, THEME)
    assert {c.id for c in made.charts} >= {"course-lead", "courses"}
    assert [c.language for c in made.charts if c.id == "courses"] == list(LANGUAGES)
    by_language = {language: [t.row for t in made.trends if t.language == language] for language in LANGUAGES}
    assert by_language["vi"] == by_language["en"] != []
    row = brief.rows[made.trends[0].row]
    assert row.change is not None
    own = brief.observations[row.change]
    assert f"{own.value}".replace(".", ",") in made.trends[0].alternative
    assert made.trends[0].since == "2022-06"
    assert chart(langson(), glossary(), LANGUAGES, THEME).trends == ()


def lines(*dots: tuple[int, float], panels: int = 1) -> str:
    told = tuple(Dot(month, value, f"{value:.7g}", n) for n, (month, value) in enumerate(dots))
    sheet = LineSheet("test", "words", (Panel("Tên", told),) * panels, "1/2023", "12/2023")
    return draw_lines(sheet, Pen(THEME))


def test_a_missing_month_has_a_pale_line() -> None:
    pale = f'stroke="{THEME.colours["soft"]}"'
    assert pale not in lines((1, 1), (2, 2), (3, 3))
    assert lines((1, 1), (3, 2), (4, 3)).count(pale) == 1


def test_with_little_room_the_ends_and_the_extremes_have_their_figures() -> None:
    values = [105.25, 107, 103, 106, 107.5, 104, 109.75, 101.25, 106, 105.5, 106.5, 108, 107.25]
    svg = lines(*enumerate(values), panels=2)
    assert re.findall(r"<text[^>]*>\s*([\d.]+)\s*</text>", svg) == ["105.25", "109.75", "101.25", "107.25"] * 2


def test_with_room_the_turns_have_their_figures_and_no_point_between() -> None:
    svg = lines((1, 1), (2, 2), (3, 3), (4, 1), (5, 1), (6, 4))
    assert re.findall(r"<text[^>]*>\s*([\d.]+)\s*</text>", svg) == ["1", "3", "1", "4"]


@pytest.mark.parametrize("value", [0.0, -1e9, 1e-9])
def test_one_value_over_all_months_is_a_level_line(value: float) -> None:
    assert "nan" not in lines((1, value), (2, value), (3, value)).lower()


def test_real_reports_in_their_order_build_up_a_course(shared: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for month in ("01", "02", "03", "04"):
        source = shared / "reports" / f"hungyen_2025-{month}.txt"
        assert main(["build", str(source), "--out", str(out), "--history", str(out), "--quiet"]) == 0
    html = (out / "hung-yen-2025-04" / "brief.html").read_text(encoding="utf-8")
    assert "January 2025 +5.04%, March 2025 +3.61%, April 2025 +3.57%" in html
    assert "In April, consumer prices rose" in html
    assert "reports of Jan 2025 to Apr 2025" in html
    table = (out / "hung-yen-2025-04" / "history.csv").read_text(encoding="utf-8").splitlines()
    assert {line[:7] for line in table[1:]} == {"2025-01", "2025-02", "2025-03"}
    assert len(table) < 120  # what is shown, not all that was said
    assert not (out / "hung-yen-2025-01" / "history.csv").exists()
