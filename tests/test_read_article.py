"""Whole articles: the bundled example, pages saved as text, and the real reports of ../shared."""

import re

import pytest
from reading import EXAMPLE, PARAGRAPHS, REPORTS, TITLE, block_texts, glossary, lines_of, read

from pipeline.model import Article, ReportingPeriod
from pipeline.read import read_article
from pipeline.read.normal import Line, clean_lines

FIRST, SECOND = PARAGRAPHS
MENU = "Trang chủ\n|\nGiới thiệu\n▼\nTin tức\nthongke@caobang.example\n0206 000 000\n"


def example() -> Article:
    return read_article(EXAMPLE.read_bytes(), EXAMPLE.name, glossary())


def squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def test_the_example() -> None:
    article = example()
    assert article.area == "VN-09"
    assert article.office == "Cục Thống kê tỉnh Lạng Sơn"
    assert article.period == ReportingPeriod("2023-06", "2023-Q2", "2023-01/2023-06")
    assert article.published == "2023-06-30"
    assert article.address.startswith("https://thongke-langson.example/")
    assert article.findings == ()


def test_the_example_holds_its_article_and_nothing_else() -> None:
    article = example()
    page = EXAMPLE.read_text(encoding="utf-8")
    content = page[page.index('<div class="noi-dung">') : page.index('<div class="ky-ten">')]
    assert squeezed(article.text) == squeezed(article.title + re.sub(r"<[^>]*>", " ", content))


def test_parts_of_the_example() -> None:
    article = example()
    assert [b.kind for b in article.blocks].count("title") == 1
    assert block_texts(article, "heading")[0] == "I. KINH TẾ"
    assert "8.4. Thủy sản" in block_texts(article, "heading")
    assert [b.number for b in article.blocks if b.kind == "source"] == ["1", "2", "3"]
    assert any("348,3 m3" in text for text in block_texts(article, "paragraph"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        (
            MENU,
            "Tin khác\nTình hình kinh tế - xã hội tháng Bảy năm 2024\n(02/08/2024)\nĐịa chỉ: Số 1, phố Cũ\nLIÊN KẾT\n",
        ),
        ("", "Tác giả bài viết: Cục Thống kê tỉnh Cao Bằng\nTổng số điểm của bài viết là: 5\n  Ý kiến bạn đọc\n"),
        (MENU, "Email: thongke@caobang.example\nĐiện thoại: 0206 000 000\n02/09/2024\n"),
        (MENU + "Tình hình kinh tế - xã hội tháng Bảy năm 2024\nTin tức\n", "Chia sẻ\n"),
    ],
)
def test_menus_and_footers_of_a_page_saved_as_text(before: str, after: str) -> None:
    article = read(f"{before}{TITLE}\nThứ hai - 02/09/2024 08:00\n{FIRST}\n1. Giá cả\n{SECOND}\n{after}")
    assert lines_of(article) == [TITLE, FIRST, "1. Giá cả", SECOND]
    assert article.published == "2024-09-02"


def test_the_title_again_in_capitals_is_one_heading() -> None:
    article = read(
        f"{TITLE}\nBÁO CÁO\nTÌNH HÌNH KINH TẾ - XÃ HỘI TỈNH CAO BẰNG\nTHÁNG TÁM NĂM 2024\nI. KINH TẾ\n{FIRST}\n"
    )
    assert block_texts(article, "heading") == [
        "BÁO CÁO TÌNH HÌNH KINH TẾ - XÃ HỘI TỈNH CAO BẰNG THÁNG TÁM NĂM 2024",
        "I. KINH TẾ",
    ]


def test_capitals_over_several_lines_are_the_title_where_there_is_no_other() -> None:
    article = read(f"Liên hệ\nBÁO CÁO\nTÌNH HÌNH KINH TẾ TỈNH CAO BẰNG\nTHÁNG TÁM NĂM 2024\nI. KINH TẾ\n{FIRST}\n")
    assert article.title == "BÁO CÁO TÌNH HÌNH KINH TẾ TỈNH CAO BẰNG THÁNG TÁM NĂM 2024"
    assert [finding.code for finding in article.findings] == ["read.joined-lines"]


def test_a_headline_of_its_own_kind() -> None:
    headline = "Cao Bằng: sản xuất khởi sắc trong tháng Tám năm 2024"
    article = read(f"Tin tức\n{headline}\n{FIRST}\n")
    assert (article.title, lines_of(article)) == (headline, [headline, FIRST])


def test_press_text_without_title_and_on_one_line() -> None:
    text = f"Theo Chi cục Thống kê tỉnh Cao Bằng, tháng 8/2024 giá tăng 2%. {FIRST}"
    article = read(text)
    assert (article.title, article.published, article.text) == ("", None, text)
    assert [block.kind for block in article.blocks] == ["paragraph"]


def test_an_address_from_the_site_belongs_to_no_article() -> None:
    assert read(f"{TITLE}\n{FIRST}\n").address == ""


EXPECTED = {
    "hue_2025-02": ("VN-26", "2025-02", None),
    "hungyen_2025-01": ("VN-66", "2025-01", None),
    "hungyen_2025-02": ("VN-66", "2025-02", None),
    "hungyen_2025-03": ("VN-66", "2025-03", "2025-Q1"),
    "hungyen_2025-04": ("VN-66", "2025-04", None),
    "langson_2023-06": ("VN-09", "2023-06", "2023-Q2"),
    "national_cpi_2026-02": ("VN", "2026-02", None),
    "quangngai_2025-06": ("VN-29", "2025-06", None),
    "quangtri_2024-03": ("VN-25", "2024-03", "2024-Q1"),
    "thanhhoa_2025-05": ("VN-21", "2025-05", None),
}


def report(name: str) -> bytes:
    path = REPORTS / f"{name}.txt"
    if not path.exists():
        pytest.skip(f"no {path.name} in ../shared/reports")
    return path.read_bytes()


@pytest.mark.parametrize("name", EXPECTED)
def test_place_and_period_of_real_reports(name: str) -> None:
    article = read_article(report(name), f"{name}.txt", glossary())
    assert (article.area, article.period.month, article.period.quarter) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_real_reports_are_whole(name: str) -> None:
    """Between its title and the mark behind it nothing is lost, and nothing else is taken."""
    data = report(name)
    article = read_article(data, f"{name}.txt", glossary())
    raw = squeezed("\n".join(line.text for line in clean_lines([Line(data.decode())])))
    own = squeezed(article.text.removeprefix(article.title))
    assert own in raw
    rest = raw[raw.index(own) + len(own) :]
    assert rest == "" or rest.startswith(("Tinkhác", "Tácgiảbàiviết"))


@pytest.mark.parametrize("name", [*EXPECTED, "example"])
def test_reading_its_own_text_again_changes_nothing(name: str) -> None:
    article = example() if name == "example" else read_article(report(name), f"{name}.txt", glossary())
    again = read(article.text, article.source.replace(".html", ".txt"))
    assert again.text == article.text
    assert (again.title, again.area, again.period) == (article.title, article.area, article.period)
    assert again.findings == ()


def test_a_headline_that_names_a_place_is_the_title_and_a_date_below_it_no_menu() -> None:
    text = (
        "Doanh nghiệp tạm dừng hoạt động tại Quảng Trị tăng mạnh\n27-5-2024\n"
        "Tổng thu ngân sách nhà nước trên địa bàn tỉnh từ đầu năm đến ngày 15/5/2024 đạt gần 445 tỷ đồng, tăng 10%.\n"
    )
    article = read_article(text.encode(), "x.txt", glossary())
    assert article.title == "Doanh nghiệp tạm dừng hoạt động tại Quảng Trị tăng mạnh"
    assert (article.area, article.period.month, article.published) == ("VN-25", "2024-05", "2024-05-27")


def test_words_written_together_are_parted_where_one_is_a_verb_of_figures() -> None:
    article = read(f"{TITLE}\n{FIRST} Ngành chế biến, chế tạotăng 1,36%; xã Nghĩađồng có 3 dự án.\n")
    assert "chế tạo tăng 1,36%; xã Nghĩađồng" in article.text
    assert "read.parted-words" in [finding.code for finding in article.findings]
