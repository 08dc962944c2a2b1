"""Web pages: everything of the article, nothing of the page around it."""

import pytest
from reading import PARAGRAPHS, TITLE, block_texts, lines_of, read

FIRST, SECOND = PARAGRAPHS
MENU = "<ul><li><a href='/'>Trang chủ</a></li><li><a href='/t'>Tin tức</a></li><li><a href='/v'>Văn bản</a></li></ul>"
OTHERS = """<div><h3>Tin khác</h3><ul>
<li><a href="/7">Tình hình kinh tế - xã hội tháng Bảy năm 2024</a> <i>(02/08/2024)</i></li>
<li><a href="/6">Tình hình kinh tế - xã hội quý II năm 2024</a> <i>(02/07/2024)</i></li></ul></div>"""
FOOT = "<div><p>CHI CỤC THỐNG KÊ TỈNH CAO BẰNG</p><p>Điện thoại: 0206 000 000</p><p>Bản quyền thuộc Chi cục</p></div>"
LONG = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def page(content: str, head: str = "", title: str = f"<h1>{TITLE}</h1><p>02/09/2024 08:00</p>") -> str:
    return f"""<!DOCTYPE html><html><head><title>{TITLE} | Thống kê</title>{head}<style>p {{}}</style></head><body>
<div class="dau">{MENU}</div><div class="duong">Trang chủ » Báo cáo</div><div class="bai">{title}
<div class="noi-dung">{content}</div>{OTHERS}</div><div class="chan">{FOOT}</div>
<script>var a = "Đặt";</script></body></html>"""


def inner(content: str) -> list[str]:
    """The article's lines between its title and the two long paragraphs that every test page ends with."""
    lines = lines_of(read(page(content + LONG), "a.html"))
    assert lines[0] == TITLE
    assert lines[-2:] == [FIRST, SECOND]
    return lines[1:-2]


def test_the_article_alone() -> None:
    assert inner("") == []


def test_a_page_saved_as_text_is_read_as_a_page() -> None:
    assert read("\n" + page(LONG), "a.txt").text == read(page(LONG), "a.html").text


def test_boxes_nested_deeply_hide_nothing() -> None:
    assert inner("<div>" * 400 + "</div>" * 400) == []
    assert inner("<div>" * 400 + "<p>Cây ngô:</p>" + "</div>" * 400) == ["Cây ngô:"]


def test_what_the_head_says() -> None:
    head = """<link rel="canonical" href="https://thongke.example/a.html"><meta property="og:url" content="/b">"""
    article = read(page(LONG, head), "muc/a.html")
    assert (article.source, article.address) == ("a.html", "https://thongke.example/a.html")
    assert (article.title, article.published) == (TITLE, "2024-09-02")
    assert (article.area, article.office) == ("VN-04", "Chi cục Thống kê tỉnh Cao Bằng")
    assert article.period.cumulative == "2024-01/2024-08"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2024-09-05T08:00:00+07:00">',
        '<meta name="pubdate" content="2024-09-05">',
    ],
)
def test_the_date_of_the_head_counts_first(head: str) -> None:
    assert read(page(LONG, head), "a.html").published == "2024-09-05"


@pytest.mark.parametrize(
    "title",
    [
        f"<h1>CHI CỤC THỐNG KÊ</h1><h2>{TITLE}</h2><div>Thứ hai - 02/09/2024 08:00</div>",
        f"<div class='t'>{TITLE}</div><div>Ngày đăng: 02/09/2024</div><div><a href='#'>In bài viết</a></div>",
        f"<h1>{TITLE.replace(' tháng', '<br>tháng')}</h1><span>02-09-2024, 08:00 AM</span>",
    ],
)
def test_titles_and_dates_as_sites_mark_them(title: str) -> None:
    article = read(page(LONG, title=title), "a.html")
    assert lines_of(article) == [TITLE, FIRST, SECOND]
    assert article.published == "2024-09-02"


def test_short_headings_entries_and_run_ins_are_kept() -> None:
    lines = ["1. Nông nghiệp", "a) Trồng trọt", "Cây ngô:", "Sởi 4 ca", "Cúm", "Khu vực dịch vụ tăng 5%"]
    content = (
        f"<h2>{lines[0]}</h2><p>{lines[1]}</p><p><i>{lines[2]}</i></p><ul><li>{lines[3]}</li><li>{lines[4]}</li></ul>"
        "<p><b>Khu vực </b><b>dịch</b> vụ <span>tăng</span> 5%</p>"
    )
    assert inner(content) == lines


def test_words_broken_by_markup_are_whole() -> None:
    assert inner("<p><b>N</b><span>hà văn</span> hóa<br>mở <em>c</em>ửa lại</p>") == ["Nhà văn hóa mở cửa lại"]


def test_a_table_of_data_is_a_line_for_each_row() -> None:
    table = (
        "<table><caption>Sản lượng</caption><tr><th>Cây</th><th>Tấn</th></tr>"
        "<tr><td><p>Lúa</p><p>mùa</p></td><td>1.250,5</td></tr><tr><td>Ngô</td><td></td></tr></table>"
    )
    assert inner(table) == ["Sản lượng", "Cây | Tấn", "Lúa mùa | 1.250,5", "Ngô |"]


def test_a_table_that_lays_out_the_page_is_none() -> None:
    content = f"<table><tr><td>{LONG}</td></tr></table>"
    assert lines_of(read(page(content), "a.html")) == [TITLE, FIRST, SECOND]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Thu nội địa<sup>2</sup>", "Thu nội địa[2]"),
        ("Thu nội địa<a href='#n'><sup>[2]</sup></a>", "Thu nội địa[2]"),
        ("Khai thác 348,3 m<sup>3</sup> gỗ", "Khai thác 348,3 m3 gỗ"),
        ("Sàn 20 nghìn m<sup>2</sup>", "Sàn 20 nghìn m2"),
        ("Dưới 15<sup>o</sup>C", "Dưới 15oC"),
    ],
)
def test_raised_numbers(markup: str, text: str) -> None:
    assert inner(f"<p>{markup}</p>") == [text]


@pytest.mark.parametrize(
    "note", ["<p>{}</p>", "<div class='ghi-chu'><ol style='list-style:none'><li>{}</li></ol></div>"]
)
def test_notes_at_the_foot_even_beside_the_text(note: str) -> None:
    notes = note.format("[1] Nguồn: Sở Tài chính.") + note.format("[2] Chưa kể hộ cá thể.")
    article = read(page(f"<div>{LONG}</div></div><div>{notes}"), "a.html")
    assert lines_of(article)[-2:] == ["[1] Nguồn: Sở Tài chính.", "[2] Chưa kể hộ cá thể."]
    assert block_texts(article, "source") == ["[1] Nguồn: Sở Tài chính."]
    assert block_texts(article, "footnote") == ["[2] Chưa kể hộ cá thể."]


def test_links_to_other_articles_inside_the_text_go_and_the_text_goes_on() -> None:
    others = "<div><b>Xem thêm</b><p><a href='/x'>Giá vàng tháng Bảy</a></p></div>"
    content = f"<p>{FIRST}</p>{others}<p>{SECOND}</p><p>{FIRST}</p>"
    assert lines_of(read(page(content), "a.html")) == [TITLE, FIRST, SECOND, FIRST]


def test_a_line_with_a_link_in_it_is_text() -> None:
    assert inner("<p>Theo <a href='/l'>Luật Thống kê</a> sửa đổi:</p>") == ["Theo Luật Thống kê sửa đổi:"]


def test_comments_scripts_and_hidden_parts_of_forms_are_no_text() -> None:
    assert inner("<!-- nháp --><script>x()</script><p>Chăn<!-- a --> nuôi</p><select><option>Xã</option></select>") == [
        "Chăn nuôi"
    ]
