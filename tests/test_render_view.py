"""What the templates print is written before they print it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import bloated, find, glossary, langson, observations, row

from pipeline.editions import Charts
from pipeline.model import LANGUAGES, Approximation, Label, Row, Span
from pipeline.render.room import whole
from pipeline.render.table import Setter
from pipeline.render.view import Edition, edition

NONE = Charts(())


def english(brief: object = None) -> Edition:
    chosen = langson() if brief is None else brief
    return edition(chosen, NONE, glossary(), "en", whole(chosen, NONE))  # type: ignore[arg-type]  # a Brief


def test_a_cell_is_split_at_the_language_s_decimal_mark() -> None:
    index = find(observations(), "grdp growth")
    for language, rest in (("vi", ",32%"), ("en", ".32%")):
        cell = Setter(langson(), glossary(), language).cell(index, change=True)  # type: ignore[arg-type]  # a Language
        assert cell is not None
        assert (cell.whole, cell.rest, cell.sign) == ("+5", rest, "▲")


def test_a_fall_has_minus_sign_and_mark() -> None:
    cell = Setter(langson(), glossary(), "en").cell(find(observations(), "iip growth previous_month"), change=True)
    assert cell is not None
    assert (cell.whole, cell.rest, cell.sign) == ("−0", ".75%", "▼")


@pytest.mark.parametrize(
    ("approximation", "mark", "meaning"),
    [("over", ">", "> = just over."), ("under", "<", "< = just under."), ("about", "≈", "≈ = about.")],
)
def test_an_inexact_figure_is_marked_and_the_mark_explained(
    approximation: Approximation, mark: str, meaning: str
) -> None:
    index = find(observations(), "iip growth 2023-01/2023-06")
    found = tuple(replace(o, approximation=approximation) if i == index else o for i, o in enumerate(observations()))
    table = english(replace(langson(), observations=found, rows=(row("output", "iip"), row("output", "grdp")))).table
    iip, grdp = table.groups[0].rows
    assert iip.change is not None
    assert grdp.change is not None
    assert (iip.change.mark, iip.change.whole, iip.change.rest, iip.change.sign) == (mark, "+6", ".81%", "▲")
    assert iip.change.figure.text == f"{mark}+6.81%"
    assert (grdp.change.mark, grdp.change.figure.text) == ("", "+5.32%")
    assert meaning in table.legend


def test_no_mark_is_explained_where_none_is_printed() -> None:
    assert not set("<>≈") & set(english().table.legend)


def test_a_quoted_sentence_knows_the_words_it_quotes() -> None:
    quoted = replace(langson().outlook[0], span=Span(7, 70))
    made = english(replace(langson(), outlook=(quoted, langson().outlook[1])))
    outlook = next(s for s in made.sections if s.name == "outlook")
    assert [said.span for said in outlook.sentences] == [Span(7, 70), None]


def test_a_missing_cell_is_empty() -> None:
    brief = replace(langson(), rows=(row("output", "iip"),))
    (only,) = english(brief).table.groups[0].rows
    assert only.value is None
    assert only.unit == ""
    assert only.plan is None


def test_columns_without_a_figure_are_not_there() -> None:
    table = english(replace(langson(), rows=(row("output", "iip"),))).table
    assert (table.levels, table.planned, table.columns) == (False, False, 5)
    assert english().table.columns == 8


def test_figures_are_written_as_printed_with_their_unit() -> None:
    rows = {r.label: r for g in english().table.groups for r in g.rows}
    budget = rows["State budget revenue"]
    assert budget.value is not None
    assert (budget.value.figure.text, budget.unit) == ("4,307,931", "VND million")
    assert budget.plan is not None
    assert budget.plan.figure.text == "52.5%"


def test_one_status_for_all_is_told_once_several_are_marked() -> None:
    assert "All figures in the table are estimates." in english().table.legend
    first = find(observations(), "grdp level")
    mixed = tuple(replace(o, status="final") if i == first else o for i, o in enumerate(observations()))
    table = english(replace(langson(), observations=mixed)).table
    assert "e = estimate, f = final" in table.legend
    assert table.groups[0].rows[0].status == "f"


def test_a_plan_that_is_not_the_annual_one_is_named() -> None:
    legend = english().table.legend
    assert "of the provincial estimate: State budget revenue; Local budget expenditure" in legend
    assert "Export turnover" not in legend


def test_every_printed_figure_leads_to_its_observation() -> None:
    made = english()
    pieces = [p for said in (made.headline, *made.points) for p in said.pieces if p.observation is not None]
    pieces += [
        c.figure for g in made.table.groups for r in g.rows for c in (r.value, r.change, r.plan) if c is not None
    ]
    assert len(pieces) > 50
    for piece in pieces:
        assert piece.observation is not None
        o = observations()[piece.observation]
        assert piece.value == format(o.value, "f")
        digits = [c for c in piece.text if c.isdigit()]
        assert digits == [c for c in piece.value if c.isdigit()]


def test_an_untranslated_sentence_is_vietnamese_only_in_the_english_edition() -> None:
    for language, foreign in (("vi", False), ("en", True)):
        made = edition(langson(), NONE, glossary(), language, whole(langson(), NONE))  # type: ignore[arg-type]  # a Language
        difficulties = next(s for s in made.sections if s.name == "difficulties")
        assert [s.foreign for s in difficulties.sentences] == [False, foreign]
        assert difficulties.sentences[1].pieces[0].text.startswith("Nhiều hộ")


def test_a_table_that_must_shrink_keeps_every_group() -> None:
    room = replace(whole(langson(), NONE), rows=6)
    kept = room.rows_of(langson().rows)
    assert len(kept) == 6
    assert {r.group for r in kept} == {r.group for r in langson().rows}


def test_rows_stay_in_their_order() -> None:
    rows: tuple[Row, ...] = langson().rows
    kept = replace(whole(langson(), NONE), rows=9).rows_of(rows)
    assert [rows.index(r) for r in kept] == sorted(rows.index(r) for r in kept)


def test_what_is_left_out_is_told_in_both_languages() -> None:
    brief = bloated()
    room = replace(whole(brief, NONE), rows=18)
    for language in LANGUAGES:
        assert "18" in edition(brief, NONE, glossary(), language, room).left_out  # 36 rows, 18 printed
    assert english().left_out == ""


def test_a_headline_keeps_figures_with_their_verbs() -> None:
    made = english()
    figure = next(p for p in made.headline.pieces if p.observation is not None)
    assert figure.tied == "grew "
    assert made.points[0].pieces[0].text.endswith("rose ")


def test_a_long_label_gives_way_to_the_short_name() -> None:
    rows = [r.label for g in english().table.groups for r in g.rows]
    assert "Retail sales of goods and consumer services" in rows
    assert "Gross regional domestic product (GRDP)" in rows


def test_a_part_is_not_named_as_if_it_were_the_whole() -> None:
    label = Label("GRDP khu vực nông, lâm nghiệp và thủy sản", "GRDP: agriculture, forestry and fishery")
    part = replace(row("output", "grdp.agriculture_forestry_fishery"), label=label)
    assert Setter(langson(), glossary(), "vi").label(part) == label.vi


def test_a_label_that_says_more_than_the_official_one_is_kept() -> None:
    label = Label("Chỉ số giá tiêu dùng (CPI), bình quân cả kỳ", "Consumer price index (CPI), average of the period")
    averaged = replace(row("output", "cpi"), label=label)
    for language, kept in (("vi", label.vi), ("en", label.en)):
        assert Setter(langson(), glossary(), language).label(averaged) == kept  # type: ignore[arg-type]  # a Language


def test_a_season_is_not_a_full_year_and_a_day_is_told() -> None:
    crop = observations()[find(observations(), "crops.rice.output growth")]
    assert Setter(langson(), glossary(), "en").period(replace(crop, period="2023")) == "2023 season"
    revenue = observations()[find(observations(), "budget.revenue level")]
    until = replace(revenue, until="2023-06-15")
    assert Setter(langson(), glossary(), "en").period(until) == "To 15 June"
    assert Setter(langson(), glossary(), "vi").period(until) == "Đến 15/6"


def test_a_budget_is_measured_against_its_estimate_the_rest_against_plan() -> None:
    index = find(observations(), "budget.revenue plan_ratio provincial_plan")
    changed = tuple(replace(o, basis="plan") if i == index else o for i, o in enumerate(observations()))
    rows = (row("budget", "budget.revenue", plan="plan_ratio provincial_plan"), row("trade", "trade.exports"))
    legend = english(replace(langson(), observations=changed, rows=rows)).table.legend
    assert "of the budget estimate: State budget revenue" in legend
    assert "Export" not in legend


def test_december_is_a_month_for_prices_and_the_year_s_end_for_stocks() -> None:
    found = [replace(o, basis="december") for o in observations()]
    s = Setter(replace(langson(), observations=tuple(found)), glossary(), "en")
    assert s.basis(find(observations(), "cpi growth year_ago 2023-06")) == "December 2022"
    assert s.basis(find(observations(), "credit.loans growth")) == "end of 2022"
