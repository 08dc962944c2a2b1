"""The source check beyond its corpus: what is in doubt, what its tables rule, and what real reports hold."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT
from observations import Draft

from pipeline.answers import answers, in_doubt
from pipeline.check import check
from pipeline.cli import main
from pipeline.extract import extract
from pipeline.glossary import Glossary
from pipeline.glossary_rows import Check
from pipeline.intervals import Interval
from pipeline.model import Checked, Past
from pipeline.read import read_article

HALF = "2024-01/2024-06"


def found(draft: Draft, glossary: Glossary) -> Checked:
    return check(draft.article(), draft.extraction(), glossary)


def codes(draft: Draft, glossary: Glossary) -> list[str]:
    return [f.code for f in found(draft, glossary).findings]


def test_a_figure_of_a_later_period_is_found(glossary: Glossary) -> None:
    draft = Draft("VN-HY", "2024-06")
    for period in ("2024-06", HALF, "2024-Q2", "2024-07", "2024-Q3", "2024"):
        draft.fact(f"retail {period} level", "900", "VND", 9)
    draft.fact("credit.loans 2024-07-15 level", "900", "VND", 9)
    draft.fact("crops.rice.area 2024 level", "900", "hectare")  # a season
    assert [f.doubtful for f in found(draft, glossary).findings if f.code == "check.later"] == [(3,), (4,), (5,), (6,)]


def test_town_and_country_make_the_whole(glossary: Glossary) -> None:
    draft = Draft("VN-HY", "2024-06")
    for area, value in (("VN-HY", "900"), ("VN-HY/urban", "500"), ("VN-HY/rural", "300")):
        draft.fact(f"retail {HALF} level", value, "VND", 9, area=area)
    (finding,) = found(draft, glossary).findings
    assert (finding.code, finding.arithmetic.vi, finding.doubtful) == ("check.sum", "500 + 300 = 800 ≠ 900", (0, 1, 2))


def test_a_part_of_the_area_alone_is_named(glossary: Glossary) -> None:
    draft = Draft("VN-HY", "2024-06")
    for value in ("1.2", "1.3"):
        draft.fact("cpi 2024-06 growth year_ago", value, area="VN-HY/urban")
    (finding,) = found(draft, glossary).findings
    assert "(thành thị)" in finding.message.vi
    assert "(urban)”, June 2024" in finding.message.en


def test_every_figure_of_a_contradiction_is_in_doubt_and_none_is_printed(glossary: Glossary) -> None:
    draft = Draft("VN-HY", "2024-06")
    rows = [draft.fact("retail 2024-06 growth year_ago", value) for value in ("5.3", "6.3", "5.3")]
    sure = draft.fact("iip 2024-06 growth year_ago", "4")
    checked = found(draft, glossary)
    assert in_doubt(checked) == tuple(rows)
    assert answers(draft.observations, glossary, in_doubt(checked)) == (sure,)


def test_of_a_contradicted_fact_nothing_else_is_concluded(glossary: Glossary) -> None:
    draft = Draft("VN-HY", "2024-06")
    for value in ("2285", "2258"):
        draft.fact(f"trade.total {HALF} level", value, "USD", 6)
    draft.fact(f"trade.exports {HALF} level", "1280", "USD", 6)
    draft.fact(f"trade.imports {HALF} level", "900", "USD", 6)
    assert codes(draft, glossary) == ["check.contradiction"]


def test_facts_finer_than_the_table_may_share_their_words(glossary: Glossary) -> None:
    draft = Draft("VN-HY", "2024-06")
    for value in ("131500", "26219"):
        draft.fact("health.kham.visits 2024-06 level", value, "visit")
    draft.fact(f"health.kham.visits {HALF} level", "90000", "visit")
    draft.fact(f"society.ho.persons {HALF} level", "3.5", "person")
    assert codes(draft, glossary) == []


def test_a_share_and_a_growth_that_cannot_be(glossary: Glossary) -> None:
    draft = Draft("VN-HY", "2024-06")
    draft.fact(f"grdp.services {HALF} share", "105.2")
    draft.fact(f"retail {HALF} growth year_ago", "-101.3", rule="signed growth")
    draft.fact(f"retail.goods {HALF} growth year_ago", "-100")
    draft.fact(f"budget.revenue {HALF} plan_ratio plan", "130")
    assert codes(draft, glossary) == ["check.range", "check.share_sum", "check.range"]


def test_twice_as_much_and_twice_more_are_both_possible(glossary: Glossary) -> None:
    """The words "tăng 2,8 lần" are said of what is 2.8 times as much and of what has grown by as much."""
    draft = Draft("VN-HY", "2024-06")
    draft.fact(f"tourism.arrivals {HALF} growth year_ago", "250")
    draft.fact(f"tourism.arrivals.international {HALF} growth year_ago", "180", rule="multiple")
    draft.fact(f"tourism.arrivals.domestic {HALF} growth year_ago", "40")
    assert codes(draft, glossary) == []


def test_the_table_says_how_grave_a_check_is(glossary: Glossary) -> None:
    draft = Draft("VN-HY", "2024-06")
    draft.fact(f"trade.exports {HALF} level", "100", "USD", 6)
    draft.fact("trade.exports 2024-06 level", "300", "USD", 6)
    assert in_doubt(found(draft, glossary)) == (0, 1)
    mild = replace(glossary, checks={c: Check(c, "warning", "", "") for c in glossary.checks})
    checked = found(draft, mild)
    assert [f.severity for f in checked.findings] == ["warning"]
    assert in_doubt(checked) == ()


def test_the_intervals_are_those_of_the_rounding(glossary: Glossary) -> None:
    draft = Draft("VN-HY", "2024-06")
    draft.fact(f"trade.total {HALF} level", "2285", "USD", 6)
    draft.fact(f"trade.exports {HALF} level", "1280.5", "USD", 6)
    draft.fact(f"trade.imports {HALF} level", "1.1", "USD", 9, approximation="about")
    (finding,) = found(draft, glossary).findings
    million = Decimal(10) ** 6
    assert finding.stated is not None
    assert finding.computed is not None
    assert (finding.stated.low / million, finding.stated.high / million) == (Decimal("2284.5"), Decimal(2286))
    low, high = finding.computed.low / million, finding.computed.high / million
    # 1.1 thousand million "about": a twentieth of it either way, or its last place
    assert (low, high) == (Decimal("1280.45") + 1045, Decimal("1280.6") + 1200)
    assert Interval(low, high).low > 2286


def test_tables_phrases_and_code_know_the_same_checks(glossary: Glossary) -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "pipeline" / "check").glob("*.py"))
    for name in glossary.checks:
        assert name in glossary.phrases, name
        assert f'"{name}"' in code, name
    used = {p for p in glossary.phrases if p.startswith("check.")}
    assert all(f'"{p}"' in code or p in ("check.urban", "check.rural") for p in used)


def test_every_place_has_its_land(glossary: Glossary) -> None:
    assert set(glossary.land) == set(glossary.places)
    provinces = [row.km2 for code, row in glossary.land.items() if code != "VN" and row.km2]
    whole = glossary.land["VN"].km2
    assert whole is not None
    assert abs(sum(provinces) - whole) < 100


# --- the command --------------------------------------------------------------------------

WRONG = """
Tình hình kinh tế - xã hội tỉnh Hưng Yên tháng 6 năm 2024
1. Xuất nhập khẩu
Tổng kim ngạch xuất nhập khẩu 6 tháng đầu năm 2024 đạt 2.285 triệu USD, trong đó: kim ngạch xuất khẩu đạt 1.280 triệu USD, tăng 12% so với cùng kỳ năm trước; kim ngạch nhập khẩu đạt 1.105 triệu USD, tăng 8% so với cùng kỳ năm trước.
2. Giá tiêu dùng
Chỉ số giá tiêu dùng tháng 6 năm 2024 tăng 0,2% so với tháng trước và tăng 3,1% so với cùng kỳ năm trước. Bình quân 6 tháng đầu năm 2024, chỉ số giá tiêu dùng tăng 3,4% so với cùng kỳ năm trước.
"""  # noqa: E501  # paragraphs are lines


def test_the_command_says_what_is_wrong_and_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "report.txt"
    source.write_text(WRONG, encoding="utf-8")
    assert main(["check", str(source)]) == 1
    out = capsys.readouterr().out
    assert "error  check.sum  at " in out
    assert "1.280 + 1.105 = 2.385 ≠ 2.285" in out
    assert out.endswith("errors: 1, warnings: 0\n")
    assert main(["check", str(source), "--format", "json"]) == 1
    assert '"code": "check.sum"' in capsys.readouterr().out
    source.write_text(WRONG.replace("1.105", "1.005"), encoding="utf-8")
    assert main(["check", str(source)]) == 0
    assert capsys.readouterr().out == "errors: 0, warnings: 0\n"


def test_a_brief_names_the_error_and_prints_no_figure_in_doubt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "report.txt"
    source.write_text(WRONG, encoding="utf-8")
    assert main(["build", str(source), "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert "error: “Total import-export turnover”" in printed.err
    html = (tmp_path / "hung-yen-2024-06" / "brief.html").read_text(encoding="utf-8")
    html = re.sub(r'<details class="evidence">.*?</details>', "", html, flags=re.DOTALL)  # the report's own words
    assert "The brief prints none of these figures." in html
    assert "1,105" not in html
    assert "2.285 triệu" not in html.replace("2.285 triệu USD.", "")  # the note itself names the total


# --- real reports -------------------------------------------------------------------------

# What the reports contradict, each followed by hand to its words: all true, and nothing else.
TRUE = {
    "hue_2025-02": [],
    "hungyen_2025-01": [],
    "hungyen_2025-03": [
        "check.change_unit 243 tấn; 27,81%; 94 ha", "check.change_unit 118 tấn; 3,55%; 4 ha",
        "check.change_unit 132 tấn; 9,80%; 12 ha", "check.change 4.879,06 ha; 4,59%; 237,8 ha",
    ],
    "hungyen_2025-04": [],
    "langson_2023-06": [
        "check.document_date số 670/QĐ-UBND ngày 04/5/2024", "check.change 4.450,11 ha; 7,23%; -353,82 ha",
        "check.change 1.508,12 ha; 0,67%; -8,66 ha", "check.change 32.271,80 ha; 1,11%; +221,28 ha",
        "check.change_sign 1.136,53 tấn; 11,95%; +154,18 tấn",
    ],
    "national_cpi_2026-02": [],
    "quangngai_2025-06": [],
    "quangtri_2024-03": [],
    "thanhhoa_2025-05": [],
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_real_reports_give_true_findings_alone(name: str, shared: Path, glossary: Glossary) -> None:
    path = shared / "reports" / f"{name}.txt"
    article = read_article(path.read_bytes(), path.name, glossary)
    checked = check(article, extract(article, glossary), glossary)
    text = article.text
    assert [f"{f.code} {'; '.join(text[s.start : s.end] for s in f.spans)}" for f in checked.findings] == TRUE[name]


# --- against earlier reports --------------------------------------------------------------


def earlier(month: str, period: str, value: str, measure: str = "level", *, code: str = "retail") -> Past:
    unit, scale = ("VND", 9) if measure == "level" else ("percent", 0)
    basis = "" if measure == "level" else "year_ago"
    draft = Draft("VN-HY", month)
    draft.fact(f"{code} {period} {measure} {basis}".strip(), value, unit, scale)
    return Past(month, draft.extraction().observations[0])


def against(draft: Draft, glossary: Glossary, *past: Past) -> list[tuple[str, str]]:
    made = check(draft.article(), draft.extraction(), glossary, past)
    assert all(not f.doubtful and f.severity == "warning" for f in made.findings)
    return [(f.code, f.arithmetic.en) for f in made.findings]


def test_a_figure_that_an_earlier_report_gave_otherwise_is_found(glossary: Glossary) -> None:
    draft = Draft("VN-HY", "2024-06")
    draft.fact("retail 2024-05 level", "900", "VND", 9)
    assert against(draft, glossary, earlier("2024-05", "2024-05", "900.4")) == []  # printed more exactly
    (found,) = against(draft, glossary, earlier("2024-05", "2024-05", "950"))
    assert found == ("check.restated", "VND 900 billion ≠ VND 950 billion")
    past = (earlier("2024-05", "2024-05", "950"), earlier("2024-06", "2024-05", "900"))
    assert against(draft, glossary, *past) == []  # the later report counts
    assert against(draft, glossary, earlier("2024-05", "2024-04", "950")) == []


@pytest.mark.parametrize(
    ("basis", "period"), [("year_ago", "2023-06"), ("previous_month", "2024-05")], ids=["a year ago", "a month ago"]
)
def test_a_growth_leads_back_to_what_was_said_then(glossary: Glossary, basis: str, period: str) -> None:
    draft = Draft("VN-HY", "2024-06")
    draft.fact("retail 2024-06 level", "1100", "VND", 9)
    draft.fact(f"retail 2024-06 growth {basis}", "10")
    assert against(draft, glossary, earlier(period, period, "1000")) == []
    assert against(draft, glossary, earlier(period, period, "1005")) == []  # within what is rounded
    (found,) = against(draft, glossary, earlier(period, period, "1050"))
    assert found[0] == "check.base"
    assert found[1].startswith("VND 1,100 billion / (1 + 10%) = [990.")
    assert found[1].endswith("] ≠ VND 1,050 billion")


def test_crops_whose_seasons_share_a_year_are_let_be(glossary: Glossary) -> None:
    draft = Draft("VN-HY", "2024-06")
    draft.fact("crops.rice.area 2024 level", "900", "hectare")
    past = replace(earlier("2024-03", "2024", "500", code="crops.rice.area").observation, unit="hectare", scale=0)
    assert against(draft, glossary, Past("2024-03", past)) == []
