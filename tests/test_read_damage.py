"""Damaged, cut, overfull and hostile files: read or refused in one line, and nothing else."""

from __future__ import annotations

import io
import zipfile
import zlib
from contextlib import suppress
from functools import cache

import pytest
from documents import (
    font,
    packed,
    paragraph,
    paragraphs,
    pdf,
    raw_docx,
    run,
    simple_pdf,
    tcvn3,
    vni,
    web,
    windows_1258,
    xlsx,
)  # fmt: skip
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import PARAGRAPHS, REPORTS, TITLE, glossary

from pipeline.errors import SourceError
from pipeline.read import read_article

FIRST, SECOND = PARAGRAPHS
LINES = (TITLE, FIRST, "1. Giá cả", SECOND)
SHEET: dict[str, list[list[object]]] = {"PL": [[TITLE], ["Lúa", "Tấn", (1250.5, "#,##0.0")], ["Ngô", "Tấn", 310]]}


@cache
def seeds() -> dict[str, bytes]:
    """Small valid files of every kind."""
    table = "<w:tbl><w:tr><w:tc>{0}</w:tc><w:tc>{0}</w:tc></w:tr><w:tr><w:tc>{0}</w:tc></w:tr></w:tbl>"
    body = paragraphs(*LINES) + table.format(paragraphs("12")) + paragraph(run(tcvn3(FIRST), font(".VnTime")))
    numbered = (
        "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr><w:pStyle w:val='A'/><w:outlineLvl w:val='1'/>"
    )
    body += paragraph(run("Mục"), "<w:r><w:footnoteReference w:id='2'/></w:r>", properties=numbered)
    level = "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='upperRoman'/><w:lvlText w:val='%1.'/></w:lvl>"
    return {
        "a.docx": raw_docx(
            body,
            styles="<w:style w:styleId='A'><w:name w:val='heading 1'/><w:basedOn w:val='A'/></w:style>",
            numbering=f"<w:abstractNum w:abstractNumId='0'>{level}</w:abstractNum>"
            "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>",
            footnotes=f"<w:footnote w:id='2'>{paragraphs('Nguồn: Sở.')}</w:footnote>",
        ),
        "a.xlsx": xlsx(SHEET),
        "a.html": web(LINES, "p { font-family: '.VnTime' }").encode(),
        "a.txt": "\n".join(LINES).encode(),
        "b.txt": vni("\n".join(LINES)).encode("cp1252"),
        "c.txt": windows_1258("\n".join(LINES)),
        "d.txt": "\n".join(LINES).encode("utf-16"),
        "a.pdf": pdf(LINES),
    }


def read_or_refuse(data: bytes, name: str) -> None:
    said = f"{name}: "
    try:
        read_article(data, name, glossary())
    except SourceError as e:
        said = str(e)
    assert said.startswith(f"{name}: ")


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes with some of them changed, doubled, cut out or cut off."""
    out = bytearray(data)
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, max(len(out) - 1, 0)))
        length = draw(st.integers(0, 40))
        match draw(st.sampled_from(["change", "cut", "double", "end", "insert"])):
            case "change":
                out[start : start + 1] = draw(st.binary(min_size=1, max_size=1))
            case "cut":
                del out[start : start + length]
            case "double":
                out[start:start] = out[start : start + length]
            case "insert":
                out[start:start] = draw(
                    st.sampled_from([b"<", b">", b'"', b"&", b"\xff", b"<!--", b"-1", b"9" * 30, b"\n"])
                )
            case _:
                del out[max(start, len(out) // 2) :]
    return bytes(out)


TEXTS = ["a.html", "a.txt", "b.txt", "c.txt", "d.txt"]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(st.data(), st.sampled_from([*TEXTS, "a.docx", "a.xlsx"]))
def test_files_with_damaged_bytes(data: st.DataObject, name: str) -> None:
    read_or_refuse(data.draw(damaged(seeds()[name])), name)


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_pdfs_with_damaged_bytes(data: st.DataObject) -> None:
    read_or_refuse(data.draw(damaged(seeds()["a.pdf"])), "a.pdf")


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(st.data(), st.sampled_from(["a.docx", "a.xlsx"]))
def test_office_files_with_damaged_parts(data: st.DataObject, name: str) -> None:
    """The file is whole and what is packed in it is not, so that the damage reaches the readers."""
    with zipfile.ZipFile(io.BytesIO(seeds()[name])) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    part = data.draw(st.sampled_from(sorted(parts)))
    if data.draw(st.booleans()):
        parts[part] = data.draw(damaged(parts[part]))
    else:
        del parts[part]
    read_or_refuse(packed(parts), name)


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_real_reports_with_damaged_bytes(data: st.DataObject) -> None:
    reports = sorted(REPORTS.glob("*_2*.txt"))
    if not reports:
        pytest.skip("no ../shared/reports")
    report = data.draw(st.sampled_from([path for path in reports if path.stat().st_size < 20_000]))
    read_or_refuse(data.draw(damaged(report.read_bytes())), "a.txt")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pdf", "d.txt"])
def test_files_that_are_cut_short(name: str) -> None:
    whole = seeds()[name]
    for part in (0.01, 0.1, 0.5, 0.9, 0.99):
        with suppress(SourceError):
            read_article(whole[: int(part * len(whole))], name, glossary())


# --- hostile files ------------------------------------------------------------------------

MB = 1024 * 1024


def reason(data: bytes, name: str) -> str:
    with pytest.raises(SourceError) as caught:
        read_article(data, name, glossary())
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    return message


def test_office_files_that_unpack_to_gigabytes() -> None:
    for part, name in (
        ("word/document.xml", "a.docx"),
        ("word/media/1.png", "a.docx"),
        ("xl/worksheets/1.xml", "a.xlsx"),
    ):
        bomb = packed({"word/document.xml": "<a/>"} | {part: b" " * (300 * MB)})
        assert len(bomb) < MB
        assert "unpacks to far more than any report" in reason(bomb, name)


def test_an_office_file_that_lies_about_its_size() -> None:
    bomb = bytearray(packed({"word/document.xml": b" " * (50 * MB)}))
    place = bomb.rindex(b"PK\x01\x02")
    bomb[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    assert "cannot be unpacked" in reason(bytes(bomb), "a.docx")


def test_office_files_of_countless_parts_and_tags() -> None:
    assert "unpacks to far more" in reason(packed({f"word/{n}.xml": "" for n in range(6000)}), "a.docx")
    assert "tags" in reason(raw_docx("<w:p/>" * 1_000_000), "a.docx")
    assert "Excessive depth" in reason(raw_docx("<w:sdt>" * 5000), "a.docx")


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'


def test_entities_are_never_resolved() -> None:
    document = f"{ENTITIES}<document><body><p><r><t>&b;&f; {FIRST}</t></r></p></body></document>"
    assert "declares entities" in reason(packed({"word/document.xml": document}), "a.docx")
    with zipfile.ZipFile(io.BytesIO(xlsx(SHEET))) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = ENTITIES.encode() + parts["xl/worksheets/sheet1.xml"]
    assert "declares entities" in reason(packed(parts), "a.xlsx")


def test_documents_without_their_document() -> None:
    assert "word/document.xml is missing" in reason(packed({"word/styles.xml": "<a/>"}), "a.docx")
    assert "has no body" in reason(packed({"word/document.xml": "<a/>"}), "a.docx")
    assert "damaged workbook" in reason(packed({"xl/styles.xml": "<a/>"}), "a.xlsx")


def test_pages_that_are_nested_too_deep_or_far_too_large() -> None:
    start = f"<html><body><h1>{TITLE}</h1>"
    assert "too deep" in reason(f"{start}{'<div>' * 100_000}<p>{FIRST}".encode(), "a.html")
    assert "too deep" in reason(f"{start}{'<b>' * 100_000}<p>{FIRST}".encode(), "a.html")
    assert "tags" in reason(f"{start}{'<p>' * (6 * MB)}".encode(), "a.html")
    assert "characters" in reason(f"{start}{FIRST * 20_000}".encode(), "a.html")
    assert "characters" in reason("\n".join([TITLE, *[FIRST] * 20_000]).encode(), "a.txt")
    assert "lines" in reason(("á\n" * 200_000).encode(), "a.txt")


def test_a_page_with_a_large_picture_in_it_is_read() -> None:
    picture = f"<img src='data:image/png;base64,{'A' * (15 * MB)}'>"
    page = web(LINES).replace("</body>", f"{picture}</body>")
    assert read_article(page.encode(), "a.html", glossary()).text == "\n".join(LINES)


def test_workbooks_of_countless_rows() -> None:
    far = xlsx({"A": [[TITLE]]})
    with zipfile.ZipFile(io.BytesIO(far)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData>"
    )
    assert "rows" in reason(packed(parts | {"xl/worksheets/sheet1.xml": sheet}), "a.xlsx")


def test_a_pdf_that_unpacks_to_gigabytes() -> None:
    content = zlib.compress(zlib.compress(b"BT /F1 12 Tf 1 1 Td (a) Tj ET\n" * (10 * MB), 9), 9)
    bomb = simple_pdf(content).replace(b"<</Length", b"<</Filter[/FlateDecode/FlateDecode]/Length", 1)
    assert len(bomb) < 100_000
    assert "takes more memory or time" in reason(bomb, "a.pdf")
