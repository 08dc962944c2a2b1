"""The extraction on whole articles: the bundled example, the real reports, and anything at all."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.extract import extract, quantities
from pipeline.glossary import Glossary
from pipeline.model import Article, Block, Extraction, ReportingPeriod, Span
from pipeline.read import read_article
from pipeline.store import observation_table

EXAMPLE = ROOT / "examples" / "lang-son-2023-06.html"
GOLD = Path(__file__).parent / "samples_langson.csv"


def open_report(path: Path, glossary: Glossary) -> tuple[Article, Extraction]:
    article = read_article(path.read_bytes(), path.name, glossary)
    return article, extract(article, glossary)


def test_the_example_holds_every_figure_of_the_gold_table(glossary: Glossary) -> None:
    """Other sentences, the same facts: nothing missing, nothing wrong, nothing extra under a contract code."""
    _, extraction = open_report(EXAMPLE, glossary)
    found = {
        (o.indicator, o.area, o.period, o.measure, o.basis, o.value.scaleb(o.scale), o.unit)
        for o in extraction.observations
    }
    with GOLD.open(encoding="utf-8", newline="") as f:
        wanted = list(csv.DictReader(f))
    missing = [
        row for row in wanted
        if not any(
            key[:5] == (row["indicator"], row["area"], row["period"], row["measure"], row["basis"])
            and key[5] == type(key[5])(row["value"]).scaleb(int(row["scale"])) and key[6] == row["unit"]
            for key in found
        )
    ]  # fmt: skip
    assert missing == []


TABLES = sorted((Path(__file__).parent / "gold").glob("*.csv"))


def score(gold: Path, extraction: Extraction, scorer: Path, folder: Path) -> tuple[float, float, str]:
    """The scorer's recall and precision, and what differs."""
    table = folder / "observations.csv"
    table.write_text(observation_table(extraction.observations), encoding="utf-8")
    words = [sys.executable, str(scorer), str(gold), str(table), "--show"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    numbers = done.stdout.splitlines()[-1].split()
    return float(numbers[1]), float(numbers[3]), done.stdout


def test_the_report_with_the_shared_gold_table(shared: Path, glossary: Glossary, tmp_path: Path) -> None:
    _, extraction = open_report(shared / "reports" / "langson_2023-06.txt", glossary)
    gold, scorer = shared / "gold" / "langson_2023-06.csv", shared / "tools" / "score_extraction.py"
    recall, precision, differences = score(gold, extraction, scorer, tmp_path)
    assert recall >= 0.98, differences
    assert precision >= 0.98, differences


@pytest.mark.parametrize("gold", TABLES, ids=lambda p: p.stem)
def test_reports_with_tables_of_our_own(gold: Path, shared: Path, glossary: Glossary, tmp_path: Path) -> None:
    _, extraction = open_report(shared / "reports" / f"{gold.stem}.txt", glossary)
    recall, precision, differences = score(gold, extraction, shared / "tools" / "score_extraction.py", tmp_path)
    assert recall >= 0.975, differences
    assert precision == 1, differences  # one wrong figure is one too many


REPORTS = (
    ("hue_2025-02", 45), ("hungyen_2025-01", 110), ("hungyen_2025-02", 9), ("hungyen_2025-03", 200),
    ("hungyen_2025-04", 180), ("langson_2023-06", 209), ("national_cpi_2026-02", 18), ("quangngai_2025-06", 40),
    ("quangtri_2024-03", 55), ("thanhhoa_2025-05", 35),
)  # fmt: skip


@pytest.mark.parametrize(("name", "least"), REPORTS, ids=[name for name, _ in REPORTS])
def test_every_real_report_gives_a_sound_table(name: str, least: int, shared: Path, glossary: Glossary) -> None:
    article, extraction = open_report(shared / "reports" / f"{name}.txt", glossary)
    assert len(extraction.observations) >= least
    for o in extraction.observations:
        quantity = extraction.quantities[o.quantity]
        assert article.text[o.span.start : o.span.end] == o.quote
        assert quantity.span == o.span
        assert o.area.partition("/")[0] == article.area
        assert o.period[:4] == article.period.month[:4]
        indicator = glossary.indicators.get(o.indicator)  # none for what is finer than any row
        assert indicator is None or o.measure != "level" or o.unit == indicator.units[0]
        assert o.measure != "share" or 0 < o.value <= 100
        assert (o.basis != "") == (o.measure in ("growth", "plan_ratio"))
        assert o.measure != "level" or o.value in (quantity.low, quantity.high)


def plain(text: str) -> Article:
    period = ReportingPeriod("2024-06", "2024-Q2", "2024-01/2024-06")
    blocks, start = [], 0
    for line in text.split("\n"):
        blocks.append(Block("paragraph", Span(start, start + len(line))))
        start += len(line) + 1
    return Article("any", "", "", None, "VN-09", "", period, text, tuple(blocks))


VOCABULARY = """
GRDP CPI tăng giảm bằng đạt chiếm gấp lần % so với cùng kỳ tháng trước năm 2023 trong đó : ; , . ( ) 5,3% 1.200 tỷ đồng
doanh nghiệp thành lập mới lần lượt và khu vực dịch vụ quý II 6 tháng lũy kế do kế hoạch là - + / tấn con ha
"""
words = st.sampled_from(VOCABULARY.split())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.one_of(st.text(max_size=300), st.lists(words, max_size=60).map(" ".join)))
def test_any_text_is_read_without_an_error(glossary: Glossary, text: str) -> None:
    article = plain(text)
    extraction = extract(article, glossary)
    starts = [q.span.start for q in extraction.quantities]
    assert starts == sorted(set(starts))
    for q in extraction.quantities:
        assert 0 <= q.span.start < q.span.end <= len(text)
        assert any(c.isdigit() for c in text[q.span.start : q.span.end])
        assert q.low <= q.high


@pytest.mark.parametrize(
    ("text", "unit", "scale", "value"),
    [
        ("đạt 21.294 tỷ đồng", "VND", 9, "21294"), ("8.543.316 nghìn USD", "USD", 3, "8543316"),
        ("145,9 triệu HK.km", "passenger_km", 6, "145.9"), ("340,9 triệu tấn.km", "tonne_km", 6, "340.9"),
        ("2.490 nghìn người và", "person", 3, "2490"), ("52,82 tạ/ha", "quintal/hectare", 0, "52.82"),
        ("0,83 điểm %", "percentage_point", 0, "0.83"), ("542,1 triệu Kwh", "kWh", 6, "542.1"),
        ("5 nghìn tỷ đồng", "VND", 12, "5"), ("tăng75,8%", "percent", 0, "75.8"),
        ("(-97,04 ha)", "hectare", 0, "-97.04"),
    ],
)  # fmt: skip
def test_quantities(text: str, unit: str, scale: int, value: str, glossary: Glossary) -> None:
    (quantity,) = quantities(text, glossary)
    assert (quantity.unit, quantity.scale, str(quantity.low)) == (unit, scale, value)
    assert text[quantity.span.start : quantity.span.end].strip("-").startswith(value.strip("-")[0])


def test_a_range_keeps_both_ends(glossary: Glossary) -> None:
    (quantity,) = quantities("giá bán từ 30.000 - 35.000 đồng/kg", glossary)
    assert (str(quantity.low), str(quantity.high), quantity.unit) == ("30000", "35000", "VND/kg")


@pytest.mark.parametrize(
    "text", ["cúm A H5N1", "đoạn Km18", "QL.4B", "Nghị định số 81/2021/NĐ-CP", "ngày 30/6/2023", "Tài chính1"]
)
def test_names_and_dates_are_no_quantities(text: str, glossary: Glossary) -> None:
    assert quantities(text, glossary) == ()
