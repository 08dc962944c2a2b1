"""A glossary whose tables do not fit each other or the code is not loaded: file, row and reason are named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.cli import main
from pipeline.errors import GlossaryError
from pipeline.glossary import load_glossary

PHRASES = "phrases-compose.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tables, without the memory."""
    copy = tmp_path / "glossary"
    shutil.copytree(ROOT / "glossary", copy, ignore=shutil.ignore_patterns("memory"))
    return copy


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Put something else in the place of what stands once in a table -> its row."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old)
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text.count("\n", 0, text.index(old) + 1) + 1


def refused(folder: Path, file: str, row: int, reason: str) -> None:
    with pytest.raises(GlossaryError) as caught:
        load_glossary(folder)
    assert str(caught.value).startswith(f"{file}, row {row}: "), caught.value
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        # characters: a code that is another's, bytes that are none or another letter's
        ("encodings.csv", "U+00E0,à", "U+0061,à", "is not that of the letter"),
        ("encodings.csv", "à,B5,61 F8", "à,B,61 F8", "is not one or two bytes"),
        ("encodings.csv", "à,B5,61 F8", "à,35,61 F8", "is not one or two bytes"),
        ("encodings.csv", "á,B8,61 F9", "á,B5,61 F9", "stands already in row 2"),
        ("encodings.csv", "á,B8,61 F9", "á,B8,61 F8", "stands already in row 2"),
        ("letters.csv", "U+0430,", "U+0431,", "is not that of the letter"),
        # units: a number that is not printed, or a power of ten in one language alone
        ("units.csv", "VND {} {scale},VND {} {scale}\n", "VND {scale},VND {} {scale}\n", "must hold {} once"),
        ("units.csv", "{} {scale} đồng,", "{scale} đồng,", "must hold {} once"),
        ("units.csv", "{} {scale} hectare\n", "{scale} hectare\n", "must hold {} once"),
        ("units.csv", "{} {scale} hectares", "{} {} {scale} hectares", "must hold {} once"),
        ("units.csv", "{} {scale} hectares", "{} {scale} {scale} hectares", "{scale} at most once"),
        ("units.csv", "{} {scale} hectares", "{} {scale} {name} hectares", "nothing else in braces"),
        ("units.csv", "{} {scale} hectares", "{} {scale hectares", "braces"),
        ("units.csv", "{} {scale} hectares", "{} hectares", "{scale} stands in one language alone"),
        (PHRASES, "arrivals.domestic,{} {scale} lượt", "arrivals.domestic,{} lượt", "{scale} stands in one language"),
        (PHRASES, "arrivals.domestic,{} {scale} lượt", "arrivals.domestic,{scale} lượt", "must hold {} once"),
        # phrases: braces, and facts that one language alone is told
        ("phrases-render.csv", "Published {date}", "Published {date", "braces that hold no name"),
        ("phrases-render.csv", "Published {date}", "Published {date}}", "braces that hold no name"),
        ("phrases-render.csv", "Published {date}", "Published {}", "braces that hold no name"),
        ("phrases-render.csv", "Published {date}", "Published {date!r}", "braces that hold no name"),
        ("phrases-render.csv", "Published {date}", "Published {date.year}", "braces that hold no name"),
        ("phrases-render.csv", "Published {date}", "Published", "differ in {date}"),
        (PHRASES, "compose.move.rise,tăng {figure},rose {figure}", "compose.move.rise,tăng {figure},rose", "{moved}"),
        (PHRASES, "{subject} reached {level} {when}\n", "{subject} reached {when}\n", "differ in {level}"),
        (PHRASES, "{subject} {moved} {when} {basis}\n", "{subject} {moved} {when}\n", "differ in {basis}"),
        (PHRASES, "{subject} {moved} year on year {when}", "{subject} year on year {when}", "differ in {moved}"),
        ("phrases-translate.csv", "Quyết định {code} |", "Quyết định |", "differ in {code}"),
        ("phrases-chart.csv", "chart.and,", "charts.and,", "must begin with 'chart' and a dot"),
        # categories and their values
        ("words.csv", "\nđạt,reach,", "\nđạt,raech,", "category 'raech' must be one of cardinal, "),
        ("words.csv", "bốn,cardinal,4", "bốn,cardinal,x", "value 'x' of category 'cardinal' must be a whole number"),
        ("words.csv", "bốn,cardinal,4", "bốn,cardinal,", "must be a whole number"),
        ("words.csv", "\ngần,approximation,under", "\ngần,approximation,below", "must be one of over, under, about"),
        ("words.csv", "\nlà,copula,", "\nlà,copula,5", "must be empty"),
        ("page.csv", "Trang chủ,page.menu,whole", "Trang chủ,menu,whole", "category 'menu'"),
        ("page.csv", "Trang chủ,page.menu,whole", "Trang chủ,page.menu,all", "must be one of whole, starts"),
        ("selection.csv", "rise,move,0.15", "rise,moves,0.15", "category 'moves'"),
        ("selection.csv", "rise,move,0.15", "rise,move,viel", "must be a number"),
        ("selection.csv", "rise,move,0.15", "rise,move,NaN", "must be a number"),
        ("comparisons.csv", ",year_ago,", ",yearago,", "basis must be one of year_ago, "),
        # names of rows that there are not
        (
            "indicators.csv",
            "construction,,xây dựng,grdp,VND,",
            "construction,,xây dựng,grdp,VNDX,",
            "units names no unit: 'VNDX'",
        ),
        (
            "indicators.csv",
            "construction,,xây dựng,grdp,VND,,",
            "construction,,xây dựng,grdp,VND,VNDX,",
            "printed names no unit: 'VNDX'",
        ),
        (
            "indicators.csv",
            "construction,,xây dựng,grdp,VND,",
            "construction,,xây dựng,gdp,VND,",
            "contexts names no code: 'gdp'",
        ),
        ("indicators.csv", "\niip,", "\niip2,", "code names no topic: 'iip2'"),
        ("selection.csv", "rise,move,0.15", "ries,move,0.15", "surface names no verb: 'ries'"),
        ("selection.csv", "grdp,row,1", "gdp,row,1", "surface names no indicator: 'gdp'"),
        ("selection.csv", "average cpi,", "average cip,", "surface names no indicator: 'cip'"),
        ("selection.csv", "headline trade,", "trade,", "surface names no code: 'trade'"),
        ("selection.csv", "stand_in,fishery.output", "stand_in,fishery.out", "value names no indicator"),
        ("contexts.csv", "\nforestry,", "\nforest,", "topic names no code: 'forest'"),
        ("places.csv", "2025-06-30,VN-07", "2025-06-30,VN-7", "merged_into names no place: 'VN-7'"),
        ("groups.csv", "iip.mining |", "iip.minnig |", "parts names no indicator: 'iip.minnig'"),
        # surfaces that two rows claim
        ("units.csv", "\ntree,cây,", "\ntree,cây | con,", "'con' stands already"),
        ("scales.csv", "6,triệu,", "6,triệu | NGÀN,", "'NGÀN' stands already in scales.csv, row 2"),
        ("scales.csv", "6,triệu,", "6,triệu | tấn,", "'tấn' stands already in units.csv, row 7"),
        ("places.csv", "Cao Bằng,Cao Bang,province,,", "Cao Bằng,Cao Bang,province,Lào Cai,", "places.csv, row 4"),
        ("words.csv", "\nđạt,reach,", "\nkế hoạch,reach,", "'kế hoạch' stands already in comparisons.csv"),
        ("words.csv", "\nđạt,reach,", "\ntổng sản phẩm trong tỉnh,reach,", "stands already in indicators.csv"),
        ("contexts.csv", "lâm nghiệp", "lâm nghiệp | đạt", "'đạt' stands already in words.csv"),
        (
            "contexts.csv",
            "\ntourism,du lịch",
            "\ntourism,du lịch | lâm nghiệp",
            "'lâm nghiệp' stands already in contexts.csv",
        ),
    ],
)
def test_a_row_that_does_not_fit_is_named(folder: Path, file: str, old: str, new: str, reason: str) -> None:
    refused(folder, file, change(folder, file, old, new), reason)


def test_a_table_of_phrases_that_others_name_is_missed(folder: Path) -> None:
    (folder / PHRASES).unlink()
    with pytest.raises(GlossaryError, match=r"selection\.csv, row \d+: surface names no verb"):
        load_glossary(folder)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("words.csv", "bốn,cardinal,4", "bốn,cardinal,x"),
        ("phrases-render.csv", "Published {date}", "Published {date"),
        ("units.csv", "VND {} {scale},VND {} {scale}\n", "VND {scale},VND {scale}\n"),
    ],
)
def test_the_command_line_says_it_in_one_line(
    folder: Path, file: str, old: str, new: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = change(folder, file, old, new)
    monkeypatch.setattr("pipeline.cli._resource", lambda name: folder if name == "glossary" else ROOT / name)
    assert main(["extract", str(ROOT / "examples" / "lang-son-2023-06.html")]) == 3
    assert capsys.readouterr().err.startswith(f"songngu: {file}, row {row}: ")
