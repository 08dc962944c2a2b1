"""What is no report is refused in one line that names the file and the reason; nothing else is raised."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import PARAGRAPHS, TITLE, glossary, read

from pipeline.errors import NotAnArticle, SourceError
from pipeline.read import read_article

NEITHER = ", and clearly in none of the old encodings (TCVN3, VNI, Windows-1258)"
ARTICLE = f"{TITLE}\n{PARAGRAPHS[0]}\n{PARAGRAPHS[1]}\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t", "the file is empty"),
        (b"Gi\x00\x01\x02", "not a text file (byte 0x00 at position 2)"),
        (b"GIF89a\x01", "a picture: only text is read"),
        (ARTICLE.encode("utf-16")[:-1], f"damaged UTF-16 (at position {2 * len(ARTICLE)})"),
        (b"\xff\xfe\x01\x00\x02\x00", "not a text file (character 0x01)"),
        ("Giá đô la".encode("cp1258"), f"not UTF-8 (byte 0xe1 at position 2){NEITHER}"),
        (b"\xef\xbb\xbf" + "Giá ".encode() + b"\xff", f"not UTF-8 (byte 0xff at position 8){NEITHER}"),
        (b"Gross domestic product rose by 5.3 percent in June 2023.", "not Vietnamese text"),
        ("L'économie a progressé de 5,3 % à la fin de l'été, très près du but.".encode(), "not Vietnamese text"),
        (b"2023 5,32% 1.280", "no text in it"),
    ],
)
def test_what_is_not_vietnamese_text(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_article(data, "tap/bao-cao.txt", glossary())
    assert str(caught.value) == f"tap/bao-cao.txt: {reason}"
    assert caught.value.exit_status == 2


@pytest.mark.parametrize("name", ["bao-cao.docx", "bao-cao.pdf", "bao-cao.xlsx"])
def test_a_document_whose_bytes_are_lost(name: str) -> None:
    with pytest.raises(SourceError, match=rf"^{name}: damaged: its bytes are those of no \.\w+ file$"):
        read_article(b"\x00" * 1000, name, glossary())


LOGIN = """<!DOCTYPE html><html><head><title>Đăng nhập hệ thống</title></head><body><h1>Cổng thông tin thống kê</h1>
<form><label>Tên đăng nhập <input name="u"></label><label>Mật khẩu <input type="password"></label>
<button>Đăng nhập</button></form><p>Quên mật khẩu? Liên hệ quản trị.</p></body></html>"""
INFOGRAPHIC = f"""<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><p>02/09/2024 08:00</p>
<img src="1.jpg" alt=""><img src="2.jpg" alt=""><p>Tin khác</p></article></body></html>"""
WORDY = "Hội nghị tổng kết công tác thống kê tỉnh Cao Bằng tháng 8/2024 đã diễn ra thành công tốt đẹp."


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        (LOGIN, "trang.html", "there is no running text"),
        (INFOGRAPHIC, "trang.htm", "there is no running text"),
        ("Đăng nhập\nTên đăng nhập\nMật khẩu\n", "trang.txt", "there is no running text"),
        ("<!-- thử nghiệm đã được -->", "trang.html", "no web page"),
        (f"{TITLE}\n{WORDY}\n", "tin.txt", "the text holds no figures"),
        (PARAGRAPHS[0].replace("tháng Tám", "kỳ này"), "tin.txt", "which month, quarter or year"),
        (PARAGRAPHS[0] + " Tháng 8/2024.", "tin.txt", "which province or city"),
    ],
)
def test_what_holds_no_report(text: str, name: str, reason: str) -> None:
    with pytest.raises(NotAnArticle) as caught:
        read(text, name)
    assert str(caught.value).startswith(f"{name}: no ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_article(b"\xef\xbb\xbf" + ARTICLE.encode(), "a.txt", glossary()).text == read(ARTICLE, "a.txt").text


pieces = st.lists(
    st.sampled_from(
        [
            TITLE,
            *PARAGRAPHS,
            "Tin khác",
            "Tác giả bài viết: A",
            "02/09/2024",
            "BÁO CÁO",
            "<p>",
            "</div>",
            "<table><tr><td>",
        ]
    )
    | st.text(max_size=40),
    max_size=12,
)


@given(pieces, st.sampled_from([".txt", ".html"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_text_is_read_or_refused(parts: list[str], suffix: str) -> None:
    with suppress(SourceError):
        article = read("\n".join(parts), f"a{suffix}")
        assert "\n".join(article.text[b.span.start : b.span.end] for b in article.blocks) == article.text
        assert all(f.span and 0 <= f.span.start < f.span.end <= len(article.text) for f in article.findings)


@given(st.binary(max_size=200), st.sampled_from([".txt", ".html"]))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes, suffix: str) -> None:
    with suppress(SourceError):
        read_article(data, f"a{suffix}", glossary())
