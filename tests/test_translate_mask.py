"""What is masked, and what its English is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from translate_helpers import quantities_of, real_glossary, small_glossary

from pipeline.errors import GlossaryError
from pipeline.figures import write_number
from pipeline.glossary import Phrase
from pipeline.model import Quantity, Span
from pipeline.translate.items import Masked, within
from pipeline.translate.mask import Masker
from pipeline.translate.restore import Restorer, placeholder_pattern


def masked(text: str) -> list[tuple[str, str, str]]:
    """(kind, Vietnamese, English) of every item."""
    items = Masker(small_glossary()).items(text, quantities_of(text))
    return [(i.kind, text[i.start : i.end], i.english) for i in items]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("ngày 30/6/2023", "30 June 2023"),
        ("Ngày 5 tháng 7 năm 2024", "5 July 2024"),
        ("ngày 5/7", "5 July"),
        ("tháng 6/2023", "June 2023"),
        ("tháng 06 năm 2023", "June 2023"),
        ("tháng 12", "December"),
        ("quý II năm 2023", "the second quarter of 2023"),
        ("quý IV/2024", "the fourth quarter of 2024"),
        ("6 tháng đầu năm 2023", "the first half of 2023"),
        ("9 tháng đầu năm 2023", "the first nine months of 2023"),
        ("5 tháng đầu năm", "the first five months of the year"),
        ("5 tháng", "five months"),
        ("năm 2023", "2023"),
        ("giai đoạn 2021 - 2025", "the 2021–2025 period"),
        ("năm học 2022-2023", "the 2022–2023 school year"),
        ("2021 - 2025", "2021–2025"),
        ("tháng Mười một", "November"),
        ("tháng Năm năm 2024", "May 2024"),
        ("tháng 6 năm ngoái", "June last year"),
        ("quý III năm nay", "the third quarter of this year"),
        ("quý bốn", "the fourth quarter"),
        ("Năm tháng đầu năm 2025", "the first five months of 2025"),
        ("nửa đầu năm 2024", "the first half of 2024"),
        ("9 tháng đầu năm trước", "the first nine months of last year"),
        ("hai tháng đầu", "the first two months"),
        ("6 tháng cuối năm", "the last six months of the year"),
        ("6 tháng còn lại của năm 2024", "the last six months of 2024"),
        ("ngày 03-04/6/2023", "3–4 June 2023"),
        ("ngày 17 - 18/4", "17–18 April"),
        ("lễ 30/4", "the 30 April holiday"),
        ("lễ 30/4 - 1/5", "the 30 April–1 May holiday"),
        ("cả năm 2023", "the whole of 2023"),
    ],
)
def test_dates_and_periods(text: str, english: str) -> None:
    assert masked(f"Trong {text}, giá ổn định") == [("time", text, english)]


@pytest.mark.parametrize(
    "text",
    [
        "31/2/2023", "ngày 30/2/2024", "tháng 13", "32/1/2023",
        "ngày 28-02/3",  # begins in the month before
        "ngày 3, 7/6",  # two days, of which the grammar knows one
        "tháng 6-7/2023", "2-3 tháng", "tháng năm qua", "cả năm", "năm trước",
    ],
)  # fmt: skip
def test_what_is_no_date_is_not_written_as_one(text: str) -> None:
    assert all(kind != "time" for kind, *_ in masked(f"Vào {text} có mưa"))


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Nghị định số 12/2022/NĐ-CP", "Decree No. 12/2022/ND-CP"),
        ("Quyết định 45/QĐ-UBND", "Decision No. 45/QD-UBND"),
        ("Nghị quyết số 29-NQ/TW", "Resolution No. 29-NQ/TW"),
        ("Luật số 61/2020/QH14", "Law No. 61/2020/QH14"),
    ],
)
def test_laws(text: str, english: str) -> None:
    assert masked(f"Theo {text} thì giá giảm") == [("law", text, english)]


def test_a_figure_is_written_from_its_quantity() -> None:
    assert masked("đạt 21.294,5 tỷ đồng, tăng 5,32%") == [
        ("figure", "21.294,5 tỷ đồng", "VND 21,294.5 billion"),
        ("figure", "5,32%", "5.32%"),
    ]


def test_a_range_keeps_both_ends() -> None:
    assert masked("giá 5.000-15.000 đồng") == [("figure", "5.000-15.000 đồng", "VND 5,000–15,000")]


def test_a_bare_number_keeps_its_power_of_ten() -> None:
    text = "gần 5 triệu lượt"
    quantity = Quantity(Span(4, 11), Decimal(5), Decimal(5), "", 6, "under", "test")
    assert [i.english for i in Masker(small_glossary()).items(text, [quantity])] == ["5 million"]


@pytest.mark.parametrize(("unit", "scale"), [("parsec", 0), ("VND", 7)])
def test_an_unknown_unit_or_power_of_ten_is_never_left_out(unit: str, scale: int) -> None:
    quantity = Quantity(Span(0, 1), Decimal(5), Decimal(5), unit, scale, "", "test")
    assert [i.english for i in Masker(small_glossary()).items("5 x", [quantity])] == [""]


def test_a_year_has_no_thousands_mark() -> None:
    assert ("figure", "2021", "2021") in masked("kế hoạch 2021 của tỉnh")


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("dịch Covid-19 đã qua", [("code", "Covid-19", "Covid-19")]),
        ("đường QL.4B thông xe", [("code", "QL.4B", "QL.4B")]),
        ("được 15/38 xã", [("code", "15/38", "15/38")]),
        ("được 1.279/18.425 trẻ", [("code", "1.279/18.425", "1,279/18,425")]),
        ("theo ngân hàng2 thì", [("code", "2", " [2]")]),
        ("tính theo đồng/m2 thì", [("code", "m2", "m²")]),
        ("mức 12.34.5 thì", [("code", "12.34.5", "")]),
        ("gạch 220x105x60mm tăng", [("code", "220x105x60mm", "")]),
        ("mức x4,5 thì", [("code", "x4,5", "")]),
    ],
)
def test_other_words_with_digits(text: str, items: list[tuple[str, str, str]]) -> None:
    found = Masker(small_glossary()).items(text, [])
    assert [(i.kind, text[i.start : i.end], i.english) for i in found] == items


def test_the_sign_of_a_number_that_nothing_has_read_stays_with_it() -> None:
    found = Masker(small_glossary()).items("giảm (-97,04 ha)", [])
    assert [i.english for i in found] == ["−97.04"]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("tại Lạng Sơn", ["Lang Son"]),
        ("tại tỉnh Lạng Sơn", ["Lang Son province"]),
        ("tại huyện Bắc Sơn", ["Bac Son district"]),
        ("tại thành phố Hồ Chí Minh", ["Ho Chi Minh City"]),
        ("các huyện Bắc Sơn, Đình Lập và Tràng Định", ["Bac Son", "Dinh Lap", "Trang Dinh"]),
        ("hàng Trung Quốc", ["China"]),
        ("thị xã Mỹ Hào", ["My Hao town"]),
        ("cuộc sống thái bình", []),
        ("theo Sở Công Thương", []),
    ],
)
def test_names(text: str, english: list[str]) -> None:
    assert [en for kind, _, en in masked(text) if kind == "name"] == english


def test_the_longest_term_wins() -> None:
    assert [vi for kind, vi, _ in masked("tình hình xuất nhập khẩu") if kind == "term"] == ["xuất nhập khẩu"]


def test_a_figure_is_never_cut_by_a_longer_term() -> None:
    assert masked("5 dự án")[0] == ("figure", "5 dự án", "5 projects")


def test_forbidden_terms_are_not_used() -> None:
    glossary = small_glossary()
    terms = tuple(replace(t, status="forbidden") for t in glossary.terms)
    found = Masker(replace(glossary, terms=terms)).items("tình hình xuất nhập khẩu", [])
    assert found == ()


@pytest.mark.parametrize(
    ("key", "vi", "en", "message"),
    [
        ("time.month", "tháng {count}", "{count}", r"\{count\}"),
        ("time.month", "tháng {year}", "{year}", r"\{year\}"),
        ("time.week", "tuần", "week", "no kind of time"),
        ("law.wrong", "Luật", "Law", r"must end in \{code\}"),
        ("law.wrong", "Luật {code}", "Law", r"must end in \{code\}"),
    ],
)
def test_a_row_that_cannot_be_filled_names_its_table(key: str, vi: str, en: str, message: str) -> None:
    glossary = small_glossary()
    phrases = {**glossary.phrases, f"translate.{key}": Phrase(f"translate.{key}", vi, en)}
    with pytest.raises(GlossaryError, match=f"phrases-translate.*{message}"):
        Masker(replace(glossary, phrases=phrases))


WORDS = st.sampled_from(
    ["Giá", "tăng", "xuất nhập khẩu", "tỉnh Lạng Sơn", "⟨3⟩", "[0]", "tháng 6/2023", "Covid-19", "dự án", "1.307,5",
     "0,85%", "12 tỷ đồng", "Nghị định 5/2020/NĐ-CP", "X1X", "(", ")", ",", ";", "🎉", "\u200b", "năm", "2023"],
)  # fmt: skip


@given(st.lists(WORDS, min_size=1, max_size=15).map(" ".join), st.sampled_from(["⟨{}⟩", "[{}]", "X{}X"]))
def test_masking_and_restoring_gives_back_every_item(text: str, form: str) -> None:
    items = Masker(small_glossary()).items(text, quantities_of(text))
    piece = Masked(text, Span(0, len(text)), within(items, 0, len(text)))
    assert piece.items == items
    text_for_engine = piece.filled([form.format(n) for n in range(len(items))])
    found = [int(n) for n in placeholder_pattern(form).findall(text_for_engine)]
    assert found == list(range(len(items)))
    outside = placeholder_pattern(form).sub("", text_for_engine)
    assert not any(c.isdecimal() for c in outside)
    restored = Restorer(real_glossary()).restore(text_for_engine, items, form)
    for item in items:
        forms = (item.english.strip(), item.one, item.many)
        assert any(f in restored for f in forms if f) or not item.english


@given(st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False))
def test_the_figure_that_goes_in_comes_out(value: Decimal) -> None:
    text = f"đạt {write_number(value, 'vi')} tỷ đồng"
    (item,) = Masker(small_glossary()).items(text, quantities_of(text))
    assert item.english == f"VND {write_number(value, 'en')} billion"
