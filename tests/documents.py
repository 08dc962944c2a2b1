"""Documents that tests read: the same lines as text, web page, Word document, PDF and workbook; old encodings."""

from __future__ import annotations

import html
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from reading import ROOT, glossary

FONT = ROOT / "templates" / "fonts" / "Inter-Regular.otf"
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_STYLE = """@page {{ size: A4; margin: 25mm 20mm; {margins} }}
@font-face {{ font-family: Inter; src: url(file://{font}); }}
body {{ font: 12pt/1.4 Inter; text-align: justify; }} p {{ margin: 0 0 6pt; {p} }}"""


def web(lines: Iterable[str], style: str = "") -> str:
    paragraphs = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines)
    head = f"<head><meta charset='utf-8'><style>{style}</style></head>"
    return f"<!DOCTYPE html><html>{head}<body>{paragraphs}</body></html>"


def pdf_of(markup: str) -> bytes:
    import weasyprint  # noqa: PLC0415  # heavy, and for these tests alone

    return bytes(weasyprint.HTML(string=markup).write_pdf())


@cache
def pdf(lines: tuple[str, ...], *, margins: str = "", p: str = "") -> bytes:
    return pdf_of(web(lines, _STYLE.format(font=FONT, margins=margins, p=p)))


def docx(lines: Iterable[str]) -> bytes:
    import docx as word  # noqa: PLC0415  # for these tests alone

    document = word.Document()
    for line in lines:
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def raw_docx(body: str, **others: str) -> bytes:
    """A Word document of raw XML; others are the insides of word/<name>.xml (numbering, footnotes, styles)."""
    parts = {"word/document.xml": f"<w:document {_WORD}><w:body>{body}</w:body></w:document>"}
    parts |= {f"word/{name}.xml": f"<w:{name} {_WORD}>{content}</w:{name}>" for name, content in others.items()}
    return packed(parts)


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{html.escape(text)}</w:t></w:r>"


def font(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}"/>'


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def paragraphs(*lines: str) -> str:
    return "".join(paragraph(run(line)) for line in lines)


Cell = tuple[object, str]  # a value and its number format


def xlsx(sheets: Mapping[str, Sequence[Sequence[object | Cell]]]) -> bytes:
    import openpyxl  # noqa: PLC0415  # for these tests alone

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(number, column)
                if isinstance(value, tuple):
                    cell.value, cell.number_format = value
                else:
                    cell.value = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def simple_pdf(content: bytes, *, fonts: str = "/F1 5 0 R", trailer: str = "", extra: Sequence[str] = ()) -> bytes:
    """A PDF of one page, written by hand."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<<{fonts}>>>>>>".encode(),
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        *(e.encode() for e in extra),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


# --- old encodings ------------------------------------------------------------------------


@cache
def _letters(column: str) -> dict[int, str]:
    rows = ((row.letter, bytes.fromhex(getattr(row, column)).decode("latin-1")) for row in glossary().encodings)
    return {ord(letter): written for letter, written in rows if written}


def tcvn3(text: str) -> str:
    """Text as a file in TCVN3 holds it, its bytes shown as Latin-1; accented capitals by their small letters."""
    small = {ord(r.letter): r.letter.lower() for r in glossary().encodings if not r.tcvn3}
    return text.translate(small).translate(_letters("tcvn3"))


def vni(text: str) -> str:
    """Text as a file in VNI-Windows holds it, its bytes shown as Latin-1."""
    return text.translate(_letters("vni"))


def windows_1258(text: str) -> bytes:
    """Text in Windows-1258, whose tones are characters of their own."""
    parts = []
    for letter in text:
        tones = [c for c in unicodedata.normalize("NFD", letter) if c in "\u0300\u0301\u0303\u0309\u0323"]
        base = "".join(c for c in unicodedata.normalize("NFD", letter) if c not in tones)
        parts.append(unicodedata.normalize("NFC", base) + "".join(tones))
    return "".join(parts).encode("cp1258")
