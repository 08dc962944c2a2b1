"""What observations carry besides their row: reasons, days, status, and the words before a quantity."""

from __future__ import annotations

import pytest
from test_extract_corpus import Case, article

from pipeline.check import check
from pipeline.extract import extract, quantities
from pipeline.glossary import Glossary
from pipeline.model import Article, Extraction


def read(lines: list[str], glossary: Glossary, month: str = "2024-06") -> tuple[Article, Extraction]:
    text = article(Case("", "VN-HY", month, lines))
    return text, extract(text, glossary)


@pytest.mark.parametrize(
    ("line", "indicator", "cause"),
    [
        ("Sản xuất và phân phối điện tăng 12% do nắng nóng kéo dài; khai khoáng giảm 1%.", "iip.electricity",
         "do nắng nóng kéo dài"),
        ("Khai khoáng giảm 3% (-20 nghìn tấn) nhờ thời tiết xấu đi, công nghiệp chế biến, chế tạo tăng 4%.",
         "iip.mining", "nhờ thời tiết xấu đi"),
        ("Khai khoáng giảm 3% so với cùng kỳ. Nguyên nhân chính là do mỏ lớn dừng máy để sửa chữa.", "iip.mining",
         "do mỏ lớn dừng máy để sửa chữa"),
        ("Khai khoáng giảm 3% so với cùng kỳ, nguyên nhân vì giá than thế giới hạ.", "iip.mining",
         "vì giá than thế giới hạ"),
        ("Khai khoáng giảm 3% so với cùng kỳ.", "iip.mining", ""),
        ("Khai khoáng tăng 1%. Khai khoáng tăng trưởng thấp, được lý giải là do mỏ lớn dừng máy.", "iip.mining", ""),
        ("Khai khoáng tăng 1%. Nguyên nhân tăng chậm là do mỏ lớn dừng máy để sửa chữa.", "iip.mining", ""),
        ("Mặc dù khai khoáng giảm 3% do giá than thế giới hạ, các mỏ đã nỗ lực giữ việc làm.", "iip.mining", ""),
        ("Khai khoáng tăng 3% do giá than lên rất cao: giá than cám (loại 5); giá than cục; giá than bùn.",
         "iip.mining", "do giá than lên rất cao"),
    ],
)  # fmt: skip
def test_the_reason_that_the_text_gives(line: str, indicator: str, cause: str, glossary: Glossary) -> None:
    text, extraction = read(["# Sản xuất công nghiệp", line], glossary)
    (found,) = [o for o in extraction.observations if o.indicator == indicator]
    assert (text.text[found.cause.start : found.cause.end] if found.cause else "") == cause


def test_a_sentence_that_restates_its_subject_gives_the_reason(glossary: Glossary) -> None:
    text, extraction = read(
        [
            "Thu ngân sách nhà nước 6 tháng đạt 900 tỷ đồng, bằng 87,5% so với cùng kỳ.",
            "Thu ngân sách giảm so với cùng kỳ do chính sách miễn giảm thuế còn hiệu lực.",
        ],
        glossary,
    )
    growth = next(o for o in extraction.observations if o.measure == "growth")
    assert growth.cause
    assert text.text[growth.cause.start : growth.cause.end] == "do chính sách miễn giảm thuế còn hiệu lực"


def test_one_amount_in_two_scales_is_one_fact_as_exact_as_it_is_given(glossary: Glossary) -> None:
    lines = ["Thu ngân sách nhà nước 6 tháng đạt 4.307,9 tỷ đồng.", "Thu ngân sách 6 tháng đạt 4.307.931 triệu đồng."]
    _, extraction = read(lines, glossary)
    assert [(str(o.value), o.scale) for o in extraction.observations] == [("4307931", 6)]
    assert extraction.findings == ()


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        ("8%", "8,04%", True),
        ("8%", "7,6%", True),
        ("11%", "11,9%", True),  # cut off, not rounded
        ("8%", "7,1%", False),
        ("11%", "10,1%", False),
        ("5,3%", "5,38%", True),
        ("5,3%", "5,4%", False),
        ("hơn 35%", "35,4%", True),
        ("hơn 35%", "34,9%", False),
        ("gần 36%", "35,4%", True),
        ("gần 36%", "36,4%", False),
        ("hơn 200%", "112,4%", False),
        ("khoảng 20%", "20,4%", True),
        ("khoảng 20%", "11,5%", False),
        ("hơn 35%", "gần 36%", True),
    ],
)
def test_two_figures_for_one_fact_agree_or_are_an_error(
    first: str,
    second: str,
    agree: bool,  # noqa: FBT001  # a table's column
    glossary: Glossary,
) -> None:
    lines = [f"Khai khoáng 6 tháng tăng {figure} so với cùng kỳ." for figure in (first, second)]
    for order in (lines, lines[::-1]):
        text, extraction = read(["# Sản xuất công nghiệp", *order], glossary)
        findings = check(text, extraction, glossary).findings
        assert [(f.severity, f.code) for f in findings] == [("error", "check.contradiction")] * (not agree)
        assert len(extraction.observations) == 2 - agree


def test_a_reason_in_brackets_behind_several_facts_is_nobodys(glossary: Glossary) -> None:
    line = "Khai khoáng tăng 2%; sản xuất và phân phối điện tăng 4% (do nhu cầu tăng mạnh ở các nhà máy)."
    _, extraction = read(["# Sản xuất công nghiệp", line], glossary)
    assert [o.cause for o in extraction.observations] == [None, None]


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("Từ đầu năm đến 15/6/2024, thu ngân sách nhà nước đạt 900 tỷ đồng.", "2024-06-15"),
        ("Từ đầu năm đến hết ngày 30/6/2024, thu ngân sách nhà nước đạt 900 tỷ đồng.", ""),
        ("Từ đầu năm đến hết tháng 6/2024, thu ngân sách nhà nước đạt 900 tỷ đồng.", ""),
        ("Đến ngày 15/6/2024, dư nợ tín dụng đạt 900 tỷ đồng.", ""),
    ],
)
def test_the_day_up_to_which_a_total_runs(line: str, until: str, glossary: Glossary) -> None:
    _, extraction = read([line], glossary)
    assert [o.until for o in extraction.observations] == [until]


def test_an_estimate_of_the_whole_is_one_of_its_parts(glossary: Glossary) -> None:
    line = (
        "GRDP 6 tháng ước tăng 6% so với cùng kỳ, trong đó khu vực dịch vụ tăng 7%. Trong đó, xây dựng tăng 8%. "
        "Thu nội địa đạt 900 tỷ đồng."
    )
    _, extraction = read([line], glossary)
    assert [o.status for o in extraction.observations] == ["estimate", "estimate", "estimate", ""]


@pytest.mark.parametrize(
    ("text", "approximation"),
    [
        ("đạt hơn 414.000 lượt", "over"), ("gần 7.380 tỷ đồng", "under"), ("khoảng 40 triệu đồng", "about"),
        ("xấp xỉ 25.538 đồng", "about"), ("trên 70%", "over"), ("đạt 5 tỷ đồng", ""), ("gần đây 5 tỷ đồng", ""),
    ],
)  # fmt: skip
def test_words_of_approximation(text: str, approximation: str, glossary: Glossary) -> None:
    (quantity,) = quantities(text, glossary)
    assert quantity.approximation == approximation


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Giá nước sinh hoạt tăng 1,41%%; giá gas giảm 2%.", [("extract.doubled-sign", "1,41%%")]),
        ("Giá gas tăng75,8% so với tháng trước.", [("extract.missing-space", "75,8%")]),
        ("Giá gas tăng 6.53%, giá nước tăng 6,53%.", [("extract.decimal-point", "6.53%")]),
        ("Bệnh viện tỉnh khám 5. 226 lượt, chuyển tuyến 1.226 lượt.", [("extract.torn", "5. 226 lượt")]),
        ("Kim ngạch xuất khẩu đạt hơn 2, 5 tỷ USD; nhập khẩu 2, 3 và 5 tỷ USD.", [("extract.torn", "2, 5 tỷ USD")]),
        ("Sản lượng lúa đạt 12.34.567 tấn.", [("extract.irregular", "12.34.567 tấn")]),
        ("Mục 6.1.2 của Quyết định 81/2021/QĐ-UBND nói về QL.4B và đạt 5,2%.", []),
        ("Năm 2023. 226 hộ được vay vốn, 1.226 hộ thoát nghèo trong quý 2. 512 hộ cận nghèo.", []),
    ],
)
def test_a_slip_in_a_figure_is_found_where_it_stands(
    line: str, found: list[tuple[str, str]], glossary: Glossary
) -> None:
    text, extraction = read(["# Đời sống", line], glossary)
    assert [(f.code, text.text[f.span.start : f.span.end]) for f in extraction.findings if f.span] == found
