"""Which province an article is about, and who publishes it."""

import pytest
from reading import glossary

from pipeline.read.place import area_of, office_of, place_grammar
from pipeline.read.words import page_words

GRAMMAR = place_grammar(glossary(), page_words(glossary()))


def area(title: str = "", text: str = "", around: str = "") -> str | None:
    return area_of(title, text, around, GRAMMAR)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Kinh tế tỉnh Lạng Sơn tháng 6", "VN-09"),
        ("KINH TẾ TỈNH HƯNG YÊN QUÝ I", "VN-66"),
        ("Kinh tế thành phố Hồ Chí Minh tháng 3", "VN-SG"),
        ("Kinh tế TP. Huế tháng 3", "VN-26"),
        ("Kinh tế Hoà Bình tháng 3", "VN-14"),
        ("Kinh tế Bà Rịa - Vũng Tàu tháng 3", "VN-43"),
        ("Kinh tế cả nước tháng 3", "VN"),
        ("Kinh tế Việt Nam tháng 3", "VN"),
    ],
)
def test_the_title_decides(title: str, code: str) -> None:
    assert area(title, "Toàn tỉnh Nghệ An có 5 dự án. Tỉnh Nghệ An thu 3 tỷ đồng.") == code


def test_an_office_decides_over_names_in_the_text() -> None:
    text = "So với Hà Nội, Hà Nam và Hà Giang, toàn tỉnh tăng chậm hơn. Hà Nội tăng 5%."
    assert area("", text, "Tác giả: Cục Thống kê tỉnh Cao Bằng") == "VN-04"


def test_a_headline_may_name_a_neighbour_alone() -> None:
    text = "Theo Cục Thống kê tỉnh Tây Ninh, GRDP tăng 5%. Tây Ninh thu 3 tỷ đồng."
    assert area("Tỉnh giáp TP. Hồ Chí Minh tăng trưởng khá", text) == "VN-37"


def test_a_neighbour_in_the_headline_of_a_text_about_another() -> None:
    title = "Tỉnh kẹp giữa Campuchia và TP. Hồ Chí Minh tăng trưởng khá"
    text = f"{title}. Tỉnh Tây Ninh tăng 5%. Thu của Tây Ninh đạt 3 tỷ đồng. Du lịch tỉnh Tây Ninh phát triển."
    assert area(title, text) == "VN-37"


def test_a_list_of_provinces_is_nobodys_mention() -> None:
    text = "Cả nước bán lẻ đạt 5 tỷ. Các tỉnh Cần Thơ, Hải Phòng và Quảng Ninh tăng cao."
    assert area("", text) == "VN"


def test_the_subject_stands_out_among_comparisons() -> None:
    text = "Tỉnh Nghệ An tăng 5%. Trên địa bàn Nghệ An có 3 dự án. So với Hà Tĩnh và Thanh Hóa thì cao hơn."
    assert area("", text) == "VN-22"


def test_a_name_once_and_a_province_that_speaks_of_itself() -> None:
    assert area("", "Du lịch Thanh Hóa đứng thứ hai cả nước. Toàn tỉnh thu 4 tỷ đồng. Cấp tỉnh chi 2 tỷ.") == "VN-21"


def test_a_text_about_the_whole_country() -> None:
    text = "Theo Cục Thống kê (Bộ Tài chính), CPI cả nước tăng 1%. Cả nước có 5 vùng. Hà Nội tăng 2%."
    assert area("", text) == "VN"
    assert office_of("VN", text, "", glossary(), GRAMMAR) == "Cục Thống kê (Bộ Tài chính)"


@pytest.mark.parametrize(
    "text",
    [
        "Giá tiêu dùng tăng 2%.",
        "Nghệ An tăng 2%, Hà Tĩnh tăng 3%.",
        "Người dân mong hòa bình, đi sơn la liệt.",  # names in lower case are none
    ],
)
def test_no_place(text: str) -> None:
    assert area("", text) is None


@pytest.mark.parametrize(
    ("text", "around", "office"),
    [
        ("Theo Cục Thống kê Quảng Trị, thu 3 tỷ.", "", "Cục Thống kê Quảng Trị"),
        ("", "CHI CỤC THỐNG KÊ TỈNH QUẢNG TRỊ\nĐịa chỉ", "Chi cục Thống kê tỉnh Quảng Trị"),
        ("Theo Cục Thống kê tỉnh Hà Nam, thu 3 tỷ.", "", ""),
        ("Tỉnh Quảng Trị thu 3 tỷ.", "", ""),
    ],
)
def test_office_of_the_area_only(text: str, around: str, office: str) -> None:
    assert office_of("VN-25", text, around, glossary(), GRAMMAR) == office
