"""Appendices of tables (.xlsx): every figure under the head of its column, with its unit."""

from __future__ import annotations

from documents import xlsx

from pipeline.extract import extract
from pipeline.glossary import Glossary
from pipeline.read import read_article

TITLE = ["Tình hình kinh tế - xã hội tháng 6 năm 2024 tỉnh Đồng Nai"]


def rows_of(sheets: dict[str, list[list[object]]], glossary: Glossary) -> list[str]:
    article = read_article(xlsx(sheets), "phu-luc.xlsx", glossary)
    extraction = extract(article, glossary)
    assert all(o.quote == article.text[o.span.start : o.span.end] for o in extraction.observations)
    assert not any(n.role == "unread" for n in extraction.numbers)
    return [
        " ".join([o.indicator, o.period, o.measure, o.basis or "-", str(o.value), o.unit, str(o.scale)])
        for o in extraction.observations
    ]


def test_levels_and_ratios_under_their_heads(glossary: Glossary) -> None:
    heads = [
        "", "Thực hiện tháng 5/2024", "Ước tính tháng 6/2024", "Ước tính 6 tháng năm 2024",
        "Tháng 6/2024 so với tháng trước (%)", "6 tháng so với cùng kỳ năm trước (%)",
    ]  # fmt: skip
    title = ["Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"]
    total = ["Tổng số", (19000.5, "#,##0.0"), 20000, 120000, (105.26, "0.00"), (110.3, "0.00")]
    goods = ["Bán lẻ hàng hóa", 15000, 16000, 95000, (98.7, "0.0"), (109.5, "0.0")]
    sheet: list[list[object]] = [list(TITLE), list(title), ["Đơn vị tính: Tỷ đồng"], [*heads], [*total], [*goods]]
    assert rows_of({"Bán lẻ": sheet}, glossary) == [
        "retail 2024-05 level - 19000.5 VND 9",
        "retail 2024-06 level - 20000 VND 9",
        "retail 2024-01/2024-06 level - 120000 VND 9",
        "retail 2024-06 growth previous_month 5.26 percent 0",
        "retail 2024-01/2024-06 growth year_ago 10.30 percent 0",
        "retail.goods 2024-05 level - 15000 VND 9",
        "retail.goods 2024-06 level - 16000 VND 9",
        "retail.goods 2024-01/2024-06 level - 95000 VND 9",
        "retail.goods 2024-06 growth previous_month -1.3 percent 0",
        "retail.goods 2024-01/2024-06 growth year_ago 9.5 percent 0",
    ]


def test_merged_heads_and_numbers_of_columns(glossary: Glossary) -> None:
    sheet: list[list[object]] = [
        list(TITLE),
        ["Chỉ số sản xuất công nghiệp"],
        ["Đơn vị tính: %"],
        [
            "STT",
            "Tên ngành",
            "Tháng 5/2024 so với cùng kỳ năm trước",
            "Tháng 6/2024 so với:",
            None,
            "6 tháng so với cùng kỳ",
        ],
        ["", "", "", "Tháng trước", "Cùng kỳ năm trước", ""],
        ["A", "B", 1, 2, 3, 4],
        ["", "Toàn ngành công nghiệp", 104.5, 101.2, 106.3, 105.1],
        [1, "Khai khoáng", 98.5, 99.1, 97.2, 98.4],
    ]
    assert rows_of({"IIP": sheet}, glossary) == [
        "iip 2024-05 growth year_ago 4.5 percent 0",
        "iip 2024-06 growth previous_month 1.2 percent 0",
        "iip 2024-06 growth year_ago 6.3 percent 0",
        "iip 2024-01/2024-06 growth year_ago 5.1 percent 0",
        "iip.mining 2024-05 growth year_ago -1.5 percent 0",
        "iip.mining 2024-06 growth previous_month -0.9 percent 0",
        "iip.mining 2024-06 growth year_ago -2.8 percent 0",
        "iip.mining 2024-01/2024-06 growth year_ago -1.6 percent 0",
    ]


def test_a_column_of_units_and_plans(glossary: Glossary) -> None:
    sheet: list[list[object]] = [
        list(TITLE),
        ["Thu ngân sách nhà nước trên địa bàn"],
        ["Chỉ tiêu", "ĐVT", "Kế hoạch năm 2024", "Ước 6 tháng năm 2024", "So với kế hoạch (%)", "So với cùng kỳ (%)"],
        ["Tổng thu ngân sách nhà nước trên địa bàn", "Tỷ đồng", 56000, 30000, 53.5, 104.0],
        ["Thu nội địa", "Tỷ đồng", 36000, 20000, 55.5, 98.0],
    ]
    assert rows_of({"Thu": sheet}, glossary) == [
        "budget.revenue 2024-01/2024-06 level - 30000 VND 9",
        "budget.revenue 2024-01/2024-06 plan_ratio plan 53.5 percent 0",
        "budget.revenue 2024-01/2024-06 growth year_ago 4 percent 0",
        "budget.revenue.domestic 2024-01/2024-06 level - 20000 VND 9",
        "budget.revenue.domestic 2024-01/2024-06 plan_ratio plan 55.5 percent 0",
        "budget.revenue.domestic 2024-01/2024-06 growth year_ago -2 percent 0",
    ]


def test_growths_and_prices(glossary: Glossary) -> None:
    sheet: list[list[object]] = [
        list(TITLE),
        ["Chỉ số giá tiêu dùng"],
        ["", "Tháng 6 năm 2024 so với:", None, None, "Tốc độ tăng bình quân 6 tháng so với cùng kỳ năm trước (%)"],
        ["", "Tháng 6 năm 2023", "Tháng 12 năm 2023", "Tháng 5 năm 2024", ""],
        ["Chỉ số giá tiêu dùng", (104.2, "0.00"), (101.5, "0.00"), (100.1, "0.00"), (3.9, "0.00")],
        ["Giao thông", (98.2, "0.00"), (101, "0.00"), (100, "0.00"), (-1.2, "0.00")],
    ]
    assert rows_of({"CPI": sheet}, glossary) == [
        "cpi 2024-06 growth year_ago 4.20 percent 0",
        "cpi 2024-06 growth december 1.50 percent 0",
        "cpi 2024-06 growth previous_month 0.10 percent 0",
        "cpi 2024-01/2024-06 growth year_ago 3.90 percent 0",
        "cpi.transport 2024-06 growth year_ago -1.80 percent 0",
        "cpi.transport 2024-06 growth december 1.00 percent 0",
        "cpi.transport 2024-06 growth previous_month 0.00 percent 0",
        "cpi.transport 2024-01/2024-06 growth year_ago -1.20 percent 0",
    ]


def test_a_figure_without_a_head_is_left_as_it_stands(glossary: Glossary) -> None:
    sheet: list[list[object]] = [list(TITLE), ["Chỉ tiêu", "Tháng 6/2024"], ["Khai khoáng", 98.5, 7]]
    assert "Khai khoáng | 98,5 | 7" in read_article(xlsx({"A": sheet}), "a.xlsx", glossary).text
