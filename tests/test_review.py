"""Review: a translation out as XLIFF and CSV, and what comes back in them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from review_helpers import BOM, LAKE, X, rows_of, with_corrections

from pipeline.corrections import Correction, sort_out
from pipeline.errors import GlossaryError
from pipeline.glossary import Glossary
from pipeline.markup import one_line
from pipeline.model import Finding, Label, Segment, Span
from pipeline.review import COLUMNS, Entry, from_csv, to_csv
from pipeline.translate.memory import Near
from pipeline.xliff import from_xliff, to_xliff

M = "{urn:oasis:names:tc:xliff:matches:2.0}"
FINDING = Finding("translate.untranslated", "warning", None, Label("Chưa dịch", "Not translated: no model"))
SHOWN = (
    Entry(
        Segment(Span(0, 28), LAKE, "", "none", (), (FINDING, FINDING)), Near("Hồ dâng 3 m.", "The lake rose 3 m.", 71)
    ),
    Entry(Segment(Span(29, 40), "Giá < 5 & tăng.", "Prices < 5 & rising.", "engine"), None),
    Entry(Segment(Span(41, 50), "- Lúa", "Paddy", "template"), None),
)
OPENINGS = st.sampled_from(("", "=", "+", "-", "@", "\t", "\r", "'", "'=", "''-", "\x00=", "<", "\ufeff"))
TEXTS = st.builds(str.__add__, OPENINGS, st.text(max_size=20))
WORDED = TEXTS.filter(one_line)


# --- CSV ----------------------------------------------------------------------------------


def test_the_table_opens_in_a_spreadsheet() -> None:
    text = to_csv(SHOWN)
    assert text.startswith(BOM + ",".join(COLUMNS) + "\r\n")
    first, second, third = rows_of(text)
    assert (first["id"], first["method"], first["near_percent"], first["near_en"]) == (
        "1", "none", "71", "The lake rose 3 m.",
    )  # fmt: skip
    assert first["findings"] == "Not translated: no model | Not translated: no model"
    assert (second["vi"], second["en"], second["near_percent"]) == ("Giá < 5 & tăng.", "Prices < 5 & rising.", "")
    assert third["vi"] == "'- Lúa"
    assert from_csv(text.encode(), "r.csv") == ()


@given(WORDED, WORDED)
def test_any_text_survives_the_table_and_no_cell_is_a_formula(vi: str, en: str) -> None:
    text = to_csv([Entry(Segment(Span(0, 1), vi, en, "engine"), Near(vi, en, 80))])
    assert not any(re.match(r"[=+\-@\t\r]", cell) for row in rows_of(text) for cell in row.values())
    found = from_csv(with_corrections(text, lambda row: row["en"]), "r.csv")
    assert found == (Correction(one_line(vi), one_line(en), 2),)


@pytest.mark.parametrize(("old", "new"), [("Prices < 5", "Costs < 5"), ("Giá < 5", "Giá < 6")])
@pytest.mark.parametrize("english", ["", "Prices rise."])
def test_an_edit_beside_the_column_for_it_is_refused_and_not_passed_over(
    glossary: Glossary, old: str, new: str, english: str
) -> None:
    text = to_csv(SHOWN).replace(old, new)
    found = from_csv(with_corrections(text, lambda row: english if row["id"] == "2" else ""), "r.csv")
    ((refused, reason),) = sort_out(found, glossary)[1]
    assert refused.row == 3
    assert "the English belongs into 'correction'" in reason


@pytest.mark.parametrize(
    "data",
    [
        "vi;en;correction\r\nMưa, lớn.;;Heavy; rain.\r\n".replace("Heavy; rain.", '"Heavy; rain."').encode(),
        'Correction,note, VI \nHeavy; rain.,x,"Mưa, lớn."\n'.encode(),
        f"{BOM}id\tvi\tcorrection\n1\tMưa, lớn.\tHeavy; rain.\n".encode(),
        'vi,correction,en,near_vi\n"Mưa, lớn.",Heavy; rain.\n'.encode(),  # empty cells at the end are cut
        'vi,correction\n"Mưa, lớn.",Heavy; rain.,,,\n'.encode(),
        'vi,correction\n"Mưa,\n lớn.",  Heavy;\train. \n'.encode(),
    ],
)  # fmt: skip
def test_what_spreadsheets_make_of_a_table(data: bytes) -> None:
    assert from_csv(data, "r.csv") == (Correction("Mưa, lớn.", "Heavy; rain.", 2),)


def test_a_row_is_named_as_the_spreadsheet_counts_it() -> None:
    data = b'vi,correction\n"a\nb",A b\n\n,\nc,C\n'
    assert [c.row for c in from_csv(data, "r.csv")] == [2, 5]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "row 1: column 'vi' is missing"),
        (b"vi,en\na,b\n", "row 1: column 'correction' is missing"),
        (b"vi,correction,vi\n", "row 1: column 'vi' stands twice"),
        (b"vi,correction\na,A\n,B\n", "row 3: column 'vi' is empty"),
        (b"vi,correction\na,Prices, and more\n", "row 2: 3 fields, expected 2"),
        (b'vi,correction\na,"b"c\n', "row 2: is not proper CSV"),
        (b"vi,correction\nm\xfda,a\n", "row 2: is not UTF-8"),
    ],
)
def test_a_wrong_table_names_row_and_column(data: bytes, reason: str) -> None:
    with pytest.raises(GlossaryError, match=rf"^r\.csv, {re.escape(reason)}"):
        from_csv(data, "r.csv")


# --- XLIFF --------------------------------------------------------------------------------


def test_the_document_is_as_the_standard_wants_it() -> None:
    root = etree.fromstring(to_xliff(SHOWN, "lang-son-2023-06"))
    assert root.tag == f"{X}xliff"
    assert sorted(root.attrib.items()) == [("srcLang", "vi"), ("trgLang", "en"), ("version", "2.1")]
    (file,) = root
    assert sorted(file.attrib.items()) == [("canResegment", "no"), ("id", "f1"), ("original", "lang-son-2023-06")]
    first, second, _ = file
    assert [child.tag for child in first] == [f"{M}matches", f"{X}notes", f"{X}segment"]
    match, mark = first.find(f"{M}matches/{M}match"), first.find(f"{X}segment/{X}source/{X}mrk")
    assert match is not None
    assert mark is not None
    assert (match.get("ref"), match.get("similarity")) == (f"#{mark.get('id')}", "71")
    assert (mark.get("type"), mark.text) == ("mtc:match", LAKE)
    notes = [(note.get("category"), note.text) for note in first.iter(f"{X}note")]
    assert notes == [("machine", None), *[("finding", "Not translated: no model")] * 2]
    states = [(s.get("state"), s.get("subState")) for s in root.iter(f"{X}segment")]
    assert states == [("initial", "songngu:none"), ("translated", "songngu:engine"), ("translated", "songngu:template")]
    assert first.find(f"{X}segment/{X}target") is None
    assert second.findtext(f"{X}segment/{X}target") == "Prices < 5 & rising."
    assert from_xliff(to_xliff(SHOWN, "a"), "r.xlf") == ()


@given(WORDED, TEXTS, WORDED, st.booleans())
def test_any_text_survives_the_document(vi: str, machine: str, en: str, near: bool) -> None:  # noqa: FBT001  # a parameter
    shown = Entry(Segment(Span(0, 1), vi, machine, "engine"), Near(vi, en, 99) if near else None)
    root = etree.fromstring(to_xliff([shown], en))
    (segment,) = root.iter(f"{X}segment")
    target = segment.find(f"{X}target")
    target = etree.SubElement(segment, f"{X}target") if target is None else target
    target.text = one_line(en)
    found = from_xliff(etree.tostring(root), "r.xlf")
    changed = one_line(en) != one_line(machine)
    assert [(c.vi, c.en) for c in found] == ([(one_line(vi), one_line(en))] if changed else [])
    segment.set("state", "final")
    assert [(c.vi, c.en) for c in from_xliff(etree.tostring(root), "r.xlf")] == [(one_line(vi), one_line(en))]


EDITED = """<?xml version="1.0" encoding="UTF-16"?>
<x:xliff xmlns:x="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="vi-VN" trgLang="en-GB">
 <x:file id="f1"><x:group id="g"><x:unit id="1">
  <m:matches xmlns:m="urn:oasis:names:tc:xliff:matches:2.0"><m:match ref="#m1"><x:source>Khác</x:source>
   <x:target>Other</x:target></m:match></m:matches>
  <x:notes><x:note category="machine">Lake up</x:note><x:note>The lake!</x:note></x:notes>
  <x:segment state="{state}"><x:source><x:mrk id="m1" type="mtc:match">Mực nước hồ</x:mrk> dâng thêm
    2,5 m.</x:source>{target}</x:segment></x:unit></x:group></x:file></x:xliff>"""


@pytest.mark.parametrize(
    ("state", "target", "english"),
    [
        ("translated", "<x:target>Lake up</x:target>", []),
        ("reviewed", "<x:target>Lake up</x:target>", ["Lake up"]),
        ("final", "<x:target>The <x:pc id='1'>lake <x:mrk id='2'>rose</x:mrk></x:pc><x:ph/> by 2.5 m.</x:target>",
         ["The lake rose by 2.5 m."]),
        ("translated", "<x:target><!-- so --> The lake rose by 2.5 m.</x:target>", ["The lake rose by 2.5 m."]),
        ("translated", "<x:target/>", [""]),
        ("translated", "", []),
        ("final", "", [""]),
    ],
)  # fmt: skip
def test_what_a_translation_tool_gives_back(state: str, target: str, english: list[str]) -> None:
    data = EDITED.format(state=state, target=target).encode("utf-16")
    assert [(c.vi, c.en, c.row) for c in from_xliff(data, "r.xlf")] == [(LAKE, en, 3) for en in english]


def test_a_unit_that_has_lost_what_the_machine_said_is_not_passed_over(glossary: Glossary) -> None:
    data = EDITED.replace(' category="machine"', "").format(state="translated", target="<x:target>Lake up</x:target>")
    ((refused, reason),) = sort_out(from_xliff(data.encode("utf-16"), "r.xlf"), glossary)[1]
    assert (refused.vi, refused.row) == (LAKE, 3)
    assert "'machine' is gone" in reason


def test_a_unit_that_a_tool_has_split_is_one_sentence() -> None:
    root = etree.fromstring(to_xliff(SHOWN[1:2], "a"))
    (unit,) = root.iter(f"{X}unit")
    for child in unit.findall(f"{X}segment"):
        unit.remove(child)
    for vi, en in (("Giá < 5", "Prices < 5"), ("& tăng.", "and rising.")):
        segment = etree.SubElement(unit, f"{X}segment", {"state": "reviewed"})
        etree.SubElement(segment, f"{X}source").text, etree.SubElement(segment, f"{X}target").text = vi, en
        etree.SubElement(etree.SubElement(unit, f"{X}ignorable"), f"{X}source").text = " "
    (found,) = from_xliff(etree.tostring(root), "r.xlf")
    assert (found.vi, found.en) == ("Giá < 5 & tăng.", "Prices < 5 and rising.")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<xliff>", "row 1: is not proper XML"),
        ("vi,correction", "is not proper XML"),
        ("<tmx/>", "row 1: is no XLIFF 2.0 or 2.1 document"),
        ('<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>', "row 1: is no XLIFF 2.0 or 2.1"),
        ('<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="fr"/>', "srcLang is 'fr', expected 'vi'"),
        ('<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="vi"/>', "trgLang is '', expected 'en'"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>', "declares a document type"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>', "declares a document type"),
    ],
)
def test_what_is_no_xliff(text: str, reason: str) -> None:
    with pytest.raises(GlossaryError, match=re.escape(reason)):
        from_xliff(text.encode(), "r.xlf")
