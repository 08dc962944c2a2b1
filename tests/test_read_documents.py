"""Word documents, PDFs and workbooks: everything of the article in its order, as it would be read from paper."""

from __future__ import annotations

from datetime import date

import pytest
from documents import docx, font, packed, paragraph, paragraphs, pdf, pdf_of, raw_docx, run, simple_pdf, web, xlsx
from reading import EXAMPLE, PARAGRAPHS, REPORTS, TITLE, block_texts, glossary, lines_of

from pipeline.errors import NotAnArticle, SourceError
from pipeline.extract import extract
from pipeline.model import Article
from pipeline.read import read_article

FIRST, SECOND = PARAGRAPHS
LINES = (TITLE, FIRST, "1. Giá cả", SECOND)
HEAD = paragraphs(TITLE, FIRST)


def article_of(data: bytes, name: str) -> Article:
    return read_article(data, name, glossary())


def word(body: str, **others: str) -> list[str]:
    """The article's lines between its first two and its last, which every test document has."""
    lines = lines_of(article_of(raw_docx(HEAD + body + paragraphs(SECOND), **others), "a.docx"))
    assert lines[:2] == [TITLE, FIRST]
    assert SECOND in lines
    return lines[2:]


REAL = {path.stem: path for path in (EXAMPLE, *sorted(REPORTS.glob("*.txt")))}


@pytest.mark.parametrize("report", REAL)
def test_one_report_gives_the_same_observations_from_every_kind_of_file(report: str) -> None:
    text = article_of(REAL[report].read_bytes(), REAL[report].name).text
    lines = tuple(text.split("\n"))
    files = {"a.txt": text.encode(), "a.html": web(lines).encode(), "a.docx": docx(lines), "a.pdf": pdf(lines)}
    articles = {name: article_of(data, name) for name, data in files.items()}
    assert {name: article.text for name, article in articles.items()} == dict.fromkeys(files, text)
    observed = {name: extract(article, glossary()) for name, article in articles.items()}
    assert observed["a.txt"].observations
    assert all(one == observed["a.txt"] for one in observed.values())


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (docx(LINES), "bao-cao.doc"),
        (docx(LINES), "bao-cao.txt"),
        (pdf(LINES), "bao-cao.txt"),
        (web(LINES).encode(), "bao-cao.doc"),
        (web(LINES).encode(), "bao-cao"),
        ("\n".join(LINES).encode(), "bao-cao.docx"),
    ],
)
def test_what_a_file_holds_counts_more_than_its_name(data: bytes, name: str) -> None:
    assert lines_of(article_of(data, name)) == list(LINES)


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "save it as .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "save it as .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"{\\rtf1 Th\\u7889?ng k\\u234?}", "save it as .docx"),
        (b"\x89PNG\r\n\x1a\n\x00", "a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "neither a Word document nor"),
        (packed({"mimetype": "x"})[:20], "cannot be unpacked"),
    ],
)
def test_kinds_that_are_not_read_are_named(data: bytes, advice: str) -> None:
    with pytest.raises(SourceError) as caught:
        article_of(data, "tap/bao-cao.doc")
    assert str(caught.value).startswith("tap/bao-cao.doc: ")
    assert advice in str(caught.value)


# --- Word ---------------------------------------------------------------------------------


def test_headings_by_style_and_outline() -> None:
    styles = (
        "<w:style w:type='paragraph' w:styleId='H'><w:name w:val='heading 2'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='Own'><w:name w:val='Mục'/><w:basedOn w:val='H'/></w:style>"
    )
    body = (
        paragraph(run("Giá cả."), properties="<w:pStyle w:val='Own'/>")
        + paragraph(run("tỷ giá"), properties="<w:outlineLvl w:val='2'/>")
        + paragraphs("Mở đầu:")
    )
    article = article_of(raw_docx(HEAD + body + paragraphs(SECOND), styles=styles), "a.docx")
    assert block_texts(article, "heading") == ["Giá cả.", "tỷ giá", "Mở đầu:"]


def test_nothing_that_is_shown_is_lost_and_nothing_hidden_taken() -> None:
    body = paragraph(
        run("Tại "),
        f"<w:smartTag>{run('Cao Bằng')}</w:smartTag>",
        f"<w:ins>{run(' thu')}</w:ins><w:del><w:r><w:delText> chi</w:delText></w:r></w:del>",
        f"<w:hyperlink>{run(' ngân sách')}</w:hyperlink>",
        f"<w:sdt><w:sdtPr/><w:sdtContent>{run(' tăng')}</w:sdtContent></w:sdt>",
        run(" ẩn", "<w:vanish/>"),
        "<w:r><w:noBreakHyphen/><w:tab/><w:t>5%</w:t><w:br w:type='page'/><w:t>nữa.</w:t></w:r>",
    )
    assert word(f"<w:sdt><w:sdtContent>{body}</w:sdtContent></w:sdt>")[:1] == [
        "Tại Cao Bằng thu ngân sách tăng- 5% nữa."
    ]


def test_a_line_break_parts_lines_and_a_text_box_stands_behind_its_paragraph() -> None:
    box = (
        "<w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice><w:drawing><w:txbxContent>"
        + paragraphs("Khung chữ.")
        + "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
        + paragraphs("Khung chữ.")
        + "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    body = paragraph(run("Dòng một."), "<w:r><w:br/></w:r>", run("Dòng hai."), box)
    assert word(body)[:3] == ["Dòng một.", "Dòng hai.", "Khung chữ."]


def test_rows_of_a_table_and_a_table_that_lays_out() -> None:
    def table(*rows: tuple[str, ...]) -> str:
        cells = ("".join(f"<w:tc>{paragraphs(*cell.split('/'))}</w:tc>" for cell in row) for row in rows)
        return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"

    assert word(table(("Cây", "Tấn"), ("Lúa/mùa", "1.250,5"), ("Ngô", "")))[:3] == [
        "Cây | Tấn",
        "Lúa mùa | 1.250,5",
        "Ngô |",
    ]
    assert word(table((f"Nơi nhận:/{SECOND * 3}", "Người ký")))[0] == "Nơi nhận:"


def test_numbers_that_word_counts() -> None:
    def levels(*forms: tuple[str, str]) -> str:
        return "".join(
            f"<w:lvl w:ilvl='{n}'><w:start w:val='1'/><w:numFmt w:val='{form}'/><w:lvlText w:val='{text}'/></w:lvl>"
            for n, (form, text) in enumerate(forms)
        )

    numbering = (
        f"<w:abstractNum w:abstractNumId='0'>{levels(('upperRoman', '%1.'), ('decimal', '%2.'), ('decimal', '%2.%3.'))}"
        f"</w:abstractNum><w:abstractNum w:abstractNumId='1'>{levels(('bullet', ''))}</w:abstractNum>"
        "<w:num w:numId='5'><w:abstractNumId w:val='0'/></w:num><w:num w:numId='6'><w:abstractNumId w:val='1'/></w:num>"
        "<w:num w:numId='7'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='4'/>"
        "</w:lvlOverride></w:num>"
    )

    def item(text: str, number: int, depth: int) -> str:
        properties = f"<w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='{number}'/></w:numPr>"
        return paragraph(run(text), properties=properties)

    body = "".join(
        item(*one)
        for one in [
            ("KINH TẾ", 5, 0), ("Nông nghiệp", 5, 1), ("Lúa", 5, 2), ("Ngô", 5, 2), ("Công nghiệp", 5, 1),
            ("XÃ HỘI", 5, 0), ("Giáo dục", 5, 1), ("sởi", 6, 0), ("KẾT LUẬN", 7, 0), ("Không số", 0, 0), ("Lạ", 99, 0),
        ]
    )  # fmt: skip
    assert word(body, numbering=numbering)[:-1] == [
        "I. KINH TẾ", "1. Nông nghiệp", "1.1. Lúa", "1.2. Ngô", "2. Công nghiệp", "II. XÃ HỘI", "1. Giáo dục", "sởi",
        "IV. KẾT LUẬN", "Không số", "Lạ",
    ]  # fmt: skip


def test_notes_stand_at_the_end_in_the_order_of_their_signs() -> None:
    sign = "<w:r><w:footnoteReference w:id='{}'/></w:r>"
    body = paragraph(run("Thu nội địa"), sign.format(7), run(" và chi"), sign.format(3), run(" tăng:"))
    notes = "".join(
        f"<w:footnote w:id='{n}'>{paragraph('<w:r><w:footnoteRef/></w:r>', run(text))}</w:footnote>"
        for n, text in [(0, ""), (3, " Chưa kể vay."), (7, " Nguồn: Sở Tài chính.")]
    )
    lines = word(body, footnotes=notes)
    assert lines == ["Thu nội địa[1] và chi[2] tăng:", SECOND, "[1] Nguồn: Sở Tài chính.", "[2] Chưa kể vay."]


def test_raised_numbers_are_signs_of_notes_or_powers_of_a_metre() -> None:
    raised = "<w:vertAlign w:val='superscript'/>"
    assert word(paragraph(run("Khai thác 348,3 m"), run("3", raised), run(" gỗ"), run("2", raised), run(" là:"))) == [
        "Khai thác 348,3 m3 gỗ[2] là:",
        SECOND,
    ]


def test_a_font_of_today_is_no_evidence() -> None:
    body = paragraph(run("Hà Nội đã có quà", font("Times New Roman"))) + paragraph(run("Vũ Đức", font("VnTimes")))
    assert word(body)[:2] == ["Hà Nội đã có quà", "Vũ Đức"]


# --- PDF ----------------------------------------------------------------------------------

LONG = tuple(
    f"Xã thứ {n} {'gieo trồng lúa, ' * (n % 7)}thu hoạch {'ngô, ' * (n % 4)}ước đạt 1.2{n % 10}0 tấn quý II/2023. "
    f"{SECOND}"
    for n in range(50)
)


def test_running_heads_and_page_numbers_are_no_text() -> None:
    margins = (
        "@top-center { content: 'Cục Thống kê tỉnh - Báo cáo tháng'; font-size: 9pt } "
        "@bottom-right { content: 'Trang ' counter(page) '/' counter(pages); font-size: 9pt }"
    )
    lines = (TITLE, *LONG)
    assert lines_of(article_of(pdf(lines, margins=margins), "a.pdf")) == list(lines)
    assert lines_of(article_of(pdf((TITLE, FIRST, SECOND), margins=margins), "a.pdf")) == [TITLE, FIRST, SECOND]


@pytest.mark.parametrize(
    "p", ["text-align: left", "text-indent: 1cm", "text-indent: 1cm; margin: 0", "hyphens: manual"]
)
def test_paragraphs_are_whole_however_they_are_set(p: str) -> None:
    lines = (TITLE, *LONG)
    assert lines_of(article_of(pdf(lines, p=p), "a.pdf")) == list(lines)


def test_words_broken_between_lines_are_whole() -> None:
    shown = ["Tình hình kinh tế - xã hội tỉnh Cao Bằng tháng Tám năm 2024", "Chỉ số ngh", "iệp tăng 5,2%;"]
    broken = "<p>" + TITLE + "</p><p>" + FIRST + "</p><p style='text-align:justify'>" + SECOND + " " + "sản xuất " * 6
    page = pdf_of(web([]).replace("<body>", f"<body>{broken} nông ngh<br>iệp của tỉnh.</p>"))
    assert shown[1][-3:] == "ngh"
    assert "nông nghiệp của tỉnh." in article_of(page, "a.pdf").text


def test_notes_at_the_foot_of_a_page_and_raised_signs() -> None:
    style = (
        f"@font-face {{ font-family: Inter; src: url(file://{EXAMPLE.parents[1]}/templates/fonts/Inter-Regular.otf) }}"
    )
    style += (
        "body { font: 12pt Inter } .n { float: footnote; font-size: 8pt } sup { font-size: 7pt; vertical-align: super }"
    )
    style += "::footnote-call { content: counter(footnote); font-size: 7pt; vertical-align: super }"
    style += "::footnote-marker { content: counter(footnote) ' ' }"
    body = f"<p>{TITLE}</p><p>{FIRST}</p><p>Thu nội địa<span class='n'>Nguồn: Sở Tài chính.</span> tăng 5,2%, "
    body += f"gỗ 34 m<sup>3</sup>. {SECOND}</p>" + "".join(f"<p>{line}</p>" for line in LONG)
    article = article_of(pdf_of(web([], style).replace("<body>", f"<body>{body}")), "a.pdf")
    assert lines_of(article)[2] == f"Thu nội địa[1] tăng 5,2%, gỗ 34 m3. {SECOND}"
    assert lines_of(article)[-1] == "1 Nguồn: Sở Tài chính."
    assert block_texts(article, "source") == ["1 Nguồn: Sở Tài chính."]


def test_rows_of_a_table_in_a_pdf() -> None:
    style = (
        f"@font-face {{ font-family: Inter; src: url(file://{EXAMPLE.parents[1]}/templates/fonts/Inter-Regular.otf) }}"
    )
    style += "body { font: 12pt Inter } table { width: 100% } td { width: 33% }"
    rows = [("Sản phẩm", "Tấn", "So với năm trước"), ("Lúa mùa", "1.250,5", "98,2"), ("Ngô", "310,4", "101,7")]
    table = (
        "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows) + "</table>"
    )
    body = f"<p>{TITLE}</p><p>{FIRST}</p>{table}<p>{SECOND}</p>"
    article = article_of(pdf_of(web([], style).replace("<body>", f"<body>{body}")), "a.pdf")
    assert lines_of(article)[2:-1] == [" | ".join(row) for row in rows]


def test_a_scan_and_a_locked_pdf_say_so() -> None:
    with pytest.raises(SourceError, match=r"a\.pdf: a PDF without text \(scanned pages\?\)"):
        article_of(pdf_of("<div style='height: 9cm; background: #333'></div>"), "a.pdf")
    locked = f"/Encrypt<</Filter/Standard/V 1/R 2/O<{'41' * 32}>/U<{'42' * 32}>/P -4>>/ID[<00><00>]"
    with pytest.raises(SourceError, match=r"a\.pdf: a PDF protected by a password"):
        article_of(simple_pdf(b"BT /F1 12 Tf (a) Tj ET", trailer=locked), "a.pdf")


# --- workbooks ----------------------------------------------------------------------------


def test_a_workbook_is_read_as_the_office_would_print_it() -> None:
    rows: list[list[object]] = [
        ["Phụ lục: Tình hình kinh tế - xã hội tỉnh Cao Bằng tháng 8 năm 2024"],
        [],
        ["Chỉ tiêu", "Đơn vị", "Thực hiện", "So với năm trước (%)", None],
        ["Lúa mùa", "Tấn", (1250.5, "#,##0.0"), (0.982, "0.0%")],
        ["Tổng thu", "Tỷ đồng", (4307931, "#,##0"), (101.65, "0.00"), None],
        ["Giảm", "%", (-2.5, "0.0;[Red]-0.0"), 3.25],
        ["Số xã", "Xã", 12, 12.0],
        ["Cập nhật", date(2024, 8, 29), (1 / 3, "General"), (0.1 + 0.2, "General")],
    ]
    article = article_of(xlsx({"PL1": rows, "Trống": [], "Giá cả": [["Vàng", (115.26, "0.0")]]}), "phu-luc.xlsx")
    assert article.title == rows[0][0]
    assert (article.area, article.period.month) == ("VN-04", "2024-08")
    assert lines_of(article)[1:] == [
        "PL1",
        "Chỉ tiêu | Đơn vị | Thực hiện | So với năm trước (%)",
        "Lúa mùa: thực hiện đạt 1.250,5 Tấn; bằng 98,2% so với năm trước",
        "Tổng thu: thực hiện đạt 4.307.931 Tỷ đồng; bằng 101,65% so với năm trước",
        "Giảm: thực hiện đạt -2,5%; bằng 3,25% so với năm trước",
        "Số xã: thực hiện đạt 12 Xã; bằng 12% so với năm trước",
        "Cập nhật | 29/8/2024 | 0,333333333333333 | 0,3",
        "Giá cả",
        "Vàng | 115,3",
    ]
    assert block_texts(article, "heading") == ["PL1", "Giá cả"]


def test_a_workbook_that_says_nothing() -> None:
    with pytest.raises(SourceError, match="without text"):
        article_of(xlsx({"A": []}), "a.xlsx")
    with pytest.raises(NotAnArticle, match="which month"):
        article_of(xlsx({"A": [["Tỉnh Cao Bằng đã được mùa", 5]]}), "a.xlsx")
