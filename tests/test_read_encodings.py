"""Text in the encodings from before Unicode is read as it was written, and only where the evidence is clear."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from documents import docx, font, paragraph, paragraphs, raw_docx, run, simple_pdf, tcvn3, vni, web, windows_1258
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import EXAMPLE, PARAGRAPHS, REPORTS, TITLE, glossary, lines_of, read

from pipeline.errors import SourceError
from pipeline.model import Article
from pipeline.read import read_article
from pipeline.read.legacy import Charsets, Piece, Settled, settle

FIRST, SECOND = PARAGRAPHS
LINES = (TITLE, FIRST, "1. Giá cả", SECOND)
CHARSETS = Charsets.of(glossary())
LETTERS = [row.letter for row in glossary().encodings]
SMALL = [row.letter for row in glossary().encodings if row.tcvn3]

Encoder = Callable[[str], bytes]


def single(text: str) -> bytes:
    """Characters -> bytes of Windows-1252."""
    return b"".join(c.encode("cp1252") if ord(c) > 255 else c.encode("latin-1") for c in text)


ENCODERS: dict[str, Encoder] = {
    "tcvn3": lambda text: single(tcvn3(text)),
    "vni": lambda text: single(vni(text)),
    "windows-1258": windows_1258,
}


def codes(article: Article) -> list[str]:
    return [finding.code for finding in article.findings]


def article_of(data: bytes, name: str) -> Article:
    return read_article(data, name, glossary())


@pytest.mark.parametrize("name", ENCODERS)
def test_a_text_file_is_read_and_says_what_was_converted(name: str) -> None:
    article = article_of(ENCODERS[name]("\n".join(LINES)), "a.txt")
    assert lines_of(article) == list(LINES)
    [finding] = article.findings
    assert finding.code == f"read.converted-{name}"
    assert finding.span is not None
    assert article.text[finding.span.start : finding.span.end] == article.text


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "x-user-defined", "windows-1258"])
def test_a_web_page_whatever_charset_it_declares(name: str, charset: str) -> None:
    page = web(LINES).replace("utf-8", charset)
    article = article_of(ENCODERS[name](page), "a.html")
    assert lines_of(article) == list(LINES)
    assert set(codes(article)) == {f"read.converted-{name}"}


@pytest.mark.parametrize("convert", [tcvn3, vni])
def test_a_page_of_old_letters_saved_as_utf_8(convert: Callable[[str], str]) -> None:
    assert lines_of(article_of(convert(web(LINES)).encode(), "a.html")) == list(LINES)


def test_a_page_that_names_its_fonts() -> None:
    body = (
        f"<p>{TITLE}</p><p>{FIRST}</p><p><font face='.VnTimeH'>{tcvn3('giá cả')}</font></p>"
        f"<p style=\"font-family: '.VnTime', serif\">{tcvn3(SECOND)}</p>"
        f"<p><span style='font-family:VNI-Times'>{vni(FIRST)}</span></p>"
    )
    article = article_of(web([]).replace("<body>", f"<body>{body}").encode(), "a.html")
    assert lines_of(article) == [TITLE, FIRST, "GIÁ CẢ", SECOND, FIRST]
    assert codes(article) == ["read.converted-tcvn3", "read.converted-vni"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-16-le", "utf-8-sig"])
def test_unicode_with_a_byte_order_mark(codec: str) -> None:
    mark = "\ufeff" if codec.endswith("e") else ""
    article = article_of((mark + "\n".join(LINES)).encode(codec), "a.txt")
    assert (lines_of(article), article.findings) == (list(LINES), ())
    assert lines_of(article_of((mark + web(LINES)).encode(codec), "a.txt")) == list(LINES)


def test_a_server_that_names_utf_16() -> None:
    article = read_article("\n".join(LINES).encode("utf-16-le"), "a", glossary(), "text/plain; charset=UTF-16LE")
    assert lines_of(article) == list(LINES)


def test_decomposed_letters_are_composed() -> None:
    article = read(unicodedata.normalize("NFD", "\n".join(LINES)))
    assert (lines_of(article), codes(article)) == (list(LINES), ["read.composed-letters"])


def test_utf_8_taken_for_windows_1252() -> None:
    article = read("\n".join(LINES).encode().decode("cp1252", "replace").replace("\ufffd", "\x90"))
    assert article.text.startswith(TITLE)
    assert "read.converted-utf-8" in codes(article)


def test_only_the_lines_in_old_letters_are_converted() -> None:
    article = read(f"{TITLE}\n{FIRST}\n{tcvn3(SECOND)}\n{FIRST}\n{vni(SECOND)}\n")
    assert lines_of(article) == [TITLE, FIRST, SECOND, FIRST, SECOND]
    found = [(f.code, article.text[f.span.start : f.span.end]) for f in article.findings if f.span]
    assert found == [("read.converted-tcvn3", SECOND), ("read.converted-vni", SECOND)]


def test_lines_of_two_encodings_in_one_file_of_bytes() -> None:
    data = f"{TITLE}\n{FIRST}\n".encode() + single(tcvn3(SECOND))
    assert lines_of(article_of(data, "a.txt")) == [TITLE, FIRST, SECOND]


@pytest.mark.parametrize(
    "text",
    [
        "Giá cả à, là bà má hát; cô gái có quà",  # every letter of it is in Latin-1, and it is Vietnamese as it stands
        "Café crème à la française, déjà goûté près de l'hôtel",
        "© 2024 «Thống kê» — 25°C ± 3, 5 m², §4, ½",
        "µ",
        "tõ",  # alone, it is "tế" in TCVN3 as well as what it seems
    ],
)
def test_without_clear_evidence_nothing_is_changed(text: str) -> None:
    assert settle([Piece(text)], CHARSETS) == [Settled(text)]
    assert settle([Piece(FIRST), Piece(text), Piece(SECOND)], CHARSETS)[1] == Settled(text)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("\n".join(LINES).encode().replace("ước".encode(), b"\xc6c", 1), "byte 0xc6"),
        ("Giá đô la".encode("cp1258"), "byte 0xe1 at position 2"),
        (
            "L'économie a progressé à la fin de l'été, très près du but, où il était prévu.".encode("latin-1"),
            "byte 0xe9",
        ),
        ("\n".join(LINES).encode()[:-2] + b"\xff", "byte 0x"),
    ],
)
def test_what_cannot_be_told_is_refused(data: bytes, place: str) -> None:
    with pytest.raises(SourceError, match="not UTF-8") as caught:
        article_of(data, "a.txt")
    assert place in str(caught.value)
    assert "TCVN3, VNI, Windows-1258" in str(caught.value)


def test_short_lines_follow_the_lines_around_them() -> None:
    lines = [FIRST, "sè", SECOND, "Tæ", "©", FIRST]  # "số" and "Tổ"
    settled = settle([Piece(tcvn3(line) if len(line) > 2 else line) for line in lines], CHARSETS)
    assert [one.text for one in settled] == [FIRST, "số", SECOND, "Tổ", "©", FIRST]


def test_the_letter_that_programs_turn_into_a_hyphen() -> None:
    text = "Tổng mức lưu chuyển hàng hóa ước đạt kế hoạch như trước, tỉnh - thành phố đưa vào từ 2021-2025."
    written = tcvn3(text).replace("\u00ad", "-")
    [settled] = settle([Piece(written)], CHARSETS)
    assert settled.text == text


def test_capitals_that_tcvn3_lacks() -> None:
    text = "I. TÌNH HÌNH SẢN XUẤT\nTổng sản phẩm của UBND xã đạt 5 tỷ đồng. Ở tỉnh, ĐẦU TƯ tăng nhanh hơn năm trước."
    [first, second] = settle([Piece(tcvn3(line)) for line in text.split("\n")], CHARSETS)
    assert f"{first.text}\n{second.text}" == text


# --- runs of Word documents and PDFs ------------------------------------------------------


def test_runs_of_a_word_document_in_old_fonts() -> None:
    body = (
        paragraphs(TITLE, FIRST)
        + paragraph(run(tcvn3("i. kinh tế"), font(".VnTimeH")))
        + paragraph(run(tcvn3("Tổng mức bán lẻ "), font(".VnTime")), run("tăng 5% so với cùng kỳ năm trước tại tỉnh."))
        + paragraph(run(vni(SECOND)[:9], font("VNI-Times")), run(vni(SECOND)[9:], font("VNI-Times")))
    )
    article = article_of(raw_docx(body), "a.docx")
    assert lines_of(article)[2:] == [
        "I. KINH TẾ",
        "Tổng mức bán lẻ tăng 5% so với cùng kỳ năm trước tại tỉnh.",
        SECOND,
    ]
    assert codes(article) == ["read.converted-tcvn3", "read.converted-vni"]


def test_the_soft_hyphen_of_word_is_a_letter_of_tcvn3() -> None:
    parts = tcvn3("Tổng mức lưu chuyển tăng").split("\u00ad")
    soft = "<w:r><w:rPr>" + font(".VnTime") + "</w:rPr><w:softHyphen/></w:r>"
    runs = soft.join(run(part, font(".VnTime")) for part in parts)
    article = article_of(raw_docx(paragraphs(TITLE, FIRST) + paragraph(runs) + paragraphs(SECOND)), "a.docx")
    assert lines_of(article)[2] == "Tổng mức lưu chuyển tăng"


def test_a_font_whose_name_is_a_relic() -> None:
    body = "".join(paragraph(run(line, font(".VnTime"))) for line in LINES)
    article = article_of(raw_docx(body), "a.docx")
    assert (lines_of(article), article.findings) == (list(LINES), ())


def test_a_word_document_whose_fonts_say_nothing() -> None:
    article = article_of(docx([tcvn3(line) for line in LINES]), "a.docx")
    assert lines_of(article) == list(LINES)


def test_a_pdf_in_an_old_font() -> None:
    lines = [part for line in (TITLE, FIRST, SECOND) for part in (line[:60], line[60:])]
    shown = b"".join(
        b"1 0 0 1 50 %d Tm (%b) Tj\n" % (780 - 16 * n, single(tcvn3(line)).replace(b"(", b"\\(").replace(b")", b"\\)"))
        for n, line in enumerate(lines)
    )
    fonts = "<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+.VnTime/Encoding/WinAnsiEncoding>>"
    article = article_of(simple_pdf(b"BT /F2 12 Tf " + shown + b" ET", fonts="/F2 6 0 R", extra=[fonts]), "a.pdf")
    assert "read.converted-tcvn3" in codes(article)
    assert "thủy điện có đủ nước" in article.text


# --- every letter, whole texts ------------------------------------------------------------


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter(letter: str) -> None:
    words = f"{FIRST[:-1]} {letter} "
    assert settle([Piece(vni(words))], CHARSETS)[0].text == words
    if letter in SMALL:
        assert settle([Piece(tcvn3(words))], CHARSETS)[0].text == words
    [settled] = settle([Piece(tcvn3(f"{FIRST} {letter}"), ".VnTimeH")], CHARSETS)
    assert settled.text == f"{FIRST} {letter}".upper()


syllables = st.lists(
    st.sampled_from(sorted({word for word in f"{TITLE} {FIRST} {SECOND}".lower().split() if word.isalpha()}))
    | st.sampled_from(
        ["đường", "nguyễn", "khuỷu", "quyết", "ươm", "ăn", "ở", "tỷ", "mỹ", "2023", "5,3%", "(GRDP)", "-"]
    ),
    min_size=12,
    max_size=60,
).map(" ".join)


@settings(deadline=None)
@given(syllables)
def test_any_text_survives_its_old_encodings(text: str) -> None:
    if sum(not word.isascii() for word in text.split()) < 4:
        return
    for convert in (tcvn3, vni, lambda t: windows_1258(t).decode("cp1252")):
        assert settle([Piece(convert(text))], CHARSETS)[0].text == text


@settings(deadline=None)
@given(st.lists(st.text(max_size=60) | syllables | syllables.map(tcvn3) | syllables.map(vni), max_size=8))
def test_text_in_unicode_is_never_touched(texts: list[str]) -> None:
    for text, settled in zip(texts, settle([Piece(text) for text in texts], CHARSETS), strict=True):
        if any("\u1ea0" <= c <= "\u1ef9" for c in text):
            assert settled == Settled(text)


REAL = {path.stem: path for path in (EXAMPLE, *sorted(REPORTS.glob("*.txt")))}


@pytest.mark.parametrize("report", REAL)
@pytest.mark.parametrize("name", ENCODERS)
def test_whole_reports_survive_their_old_encodings(report: str, name: str) -> None:
    text = article_of(REAL[report].read_bytes(), REAL[report].name).text.replace("²", "2").replace("°", "o")
    again = article_of(ENCODERS[name](text), "a.txt").text
    if name == "tcvn3":  # a line may begin with an accented capital, which is a small letter there
        again, text = again.casefold().replace("\n", " "), text.casefold().replace("\n", " ")
    assert again == text
