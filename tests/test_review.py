"""Review: a translation out as XLIFF and CSV, corrections back into the memory, and the next build that uses them."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from translate_helpers import article_of, extraction_of

from pipeline.cli import main
from pipeline.corrections import Correction, remember, sort_out
from pipeline.errors import GlossaryError
from pipeline.glossary import IMPORTED, Glossary, load_glossary
from pipeline.markup import one_line
from pipeline.model import Finding, Label, Segment, Span, Translation
from pipeline.review import COLUMNS, Entry, entries, from_csv, to_csv
from pipeline.store import to_json
from pipeline.translate import translate
from pipeline.translate.memory import Near, Pair, read_pairs
from pipeline.xliff import from_xliff, to_xliff

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
X, M = "{urn:oasis:names:tc:xliff:document:2.0}", "{urn:oasis:names:tc:xliff:matches:2.0}"
FINDING = Finding("translate.untranslated", "warning", None, Label("Chưa dịch", "Not translated: no model"))
LAKE = "Mực nước hồ dâng thêm 2,5 m."
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


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def with_corrections(text: str, correct: Callable[[dict[str, str]], str]) -> bytes:
    """A table as a spreadsheet saves it once the reviewer has filled the column."""
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS)
    table.writeheader()
    table.writerows({**row, "correction": correct(row)} for row in rows_of(text))
    return out.getvalue().encode()


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
def test_any_text_survives_the_document(vi: str, machine: str, en: str, near: bool) -> None:  # noqa: FBT001
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


# --- corrections --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vi", "en", "reason"),
    [
        (LAKE, "The lake rose by 2.5 m.", ""),
        (LAKE, "The lake rose.", "the English does not print 2.5"),
        (LAKE, "The lake rose by 2.5 m in 3 days.", "the English prints 3, which the Vietnamese does not"),
        (LAKE, " \u200b", "the English is empty"),
        ("", "The lake rose.", "there is no Vietnamese"),
        (LAKE, "The hồ rose by 2.5 m.", "the English holds Vietnamese: hồ"),
        (LAKE, "The Đồng Đăng lake rose by 2.5 m.", "the English holds Vietnamese: Đồng, Đăng"),
        ("Công ty Nestlé tăng vốn.", "Nestlé raised its capital.", "the English holds Vietnamese: Nestlé"),
        ("Quán cà phê đông khách.", "The café was full.", ""),
        ("Có 2 nhà máy dừng máy từ ngày 15/5/2025.", "Two factories stopped on 15 May 2025.", ""),
        ("Thu ngân sách đạt 1.307,5 tỷ đồng.", "Budget revenue reached VND 1,307.5 billion.", ""),
        ("Thu ngân sách đạt 1.307,5 tỷ đồng.", "Budget revenue reached VND 1.3 trillion.", "not print VND 1,307.5"),
    ],
)  # fmt: skip
def test_a_correction_is_taken_where_a_build_can_use_it(glossary: Glossary, vi: str, en: str, reason: str) -> None:
    sound, refused = sort_out([Correction(vi, en, 7)], glossary)
    if reason:
        assert sound == []
        assert reason in refused[0][1]
    else:
        assert [c.en for c in sound] == [en]


@pytest.mark.parametrize(
    ("vi", "en", "reason"),
    [
        ("Thu 5 tỷ đồng.", "Revenue was VND 5 million.", "does not print VND 5 billion"),
        ("Thu 5 tỷ đồng.", "Revenue was USD 5 billion.", "does not print VND 5 billion"),
        ("Thu từ 5 đến 7 tỷ đồng.", "Revenue of 5 to 7 billion dong.", ""),
        ("Tháng 6 năm 2023 thu 5 tỷ đồng.", "In July 2023 revenue was VND 5 billion.", "prints July"),
        ("Tháng 5 có thể thu 5 tỷ đồng.", "May revenue may be VND 5 billion.", ""),
        ("Sản lượng giảm 5%.", "Output rose 5%.", "fall that rises"),
        ("Sản lượng giảm 5%.", "Output was down by 5%.", ""),
    ],
)
def test_a_correction_keeps_magnitude_currency_month_and_direction(
    glossary: Glossary, vi: str, en: str, reason: str
) -> None:
    sound, refused = sort_out([Correction(vi, en, 2)], glossary)
    assert bool(sound) == (not reason)
    assert all(reason in told for _, told in refused)


def test_a_sentence_has_one_english(glossary: Glossary) -> None:
    first, same, other = (Correction("Mưa lớn.", en, n) for n, en in enumerate(("Rain.", "Rain.", "Much rain."), 2))
    sound, refused = sort_out([first, same, other], glossary)
    assert sound == [first]
    assert refused == [(other, "row 2 gives the same sentence other English")]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """The glossary with a small memory."""
    few = shutil.ignore_patterns("*-0[2-9].tsv", "*-1?.tsv", "[a-o]*.tsv", "s*.tsv")
    folder = Path(shutil.copytree(ROOT / "glossary", tmp_path / "glossary", ignore=few))
    (folder / "lexicon.tsv").write_bytes((ROOT / "glossary" / "lexicon.tsv").read_bytes())
    return folder


def test_the_newest_correction_wins(tables: Path) -> None:
    def pair(en: str, when: str, who: str = "") -> Pair:
        return Pair("Mưa lớn.", en, IMPORTED, who, when)

    def held() -> list[Pair]:
        return list(read_pairs(tables / "memory" / IMPORTED))

    assert remember(tables, [pair("Rain.", "")]).new == 1
    assert remember(tables, [pair("Rain.", "")]).new == 0
    assert remember(tables, [pair("Rain.", "2025-01-02T00:00:00Z", "Lan")]).new == 1
    assert remember(tables, [pair("Wet.", ""), pair("Wet.", "2024-12-31T00:00:00Z")]).new == 0
    assert held() == [pair("Rain.", "2025-01-02T00:00:00Z", "Lan")]
    assert remember(tables, [pair("Heavy rain.", "2025-01-03T00:00:00Z", "Minh")]).new == 1
    assert remember(tables, [pair("Heavy rain.", "2025-02-03T00:00:00Z", "Lan")]).new == 0
    assert held() == [pair("Heavy rain.", "2025-01-03T00:00:00Z", "Minh")]


# --- the whole way ------------------------------------------------------------------------

TEXT = f"{LAKE}\nTrận lũ quét qua bản Nà Pục.\nTrận lũ đã quét qua cả bản Nà Mạ."


def built(folder: Path, tables: Path) -> Translation:
    article = article_of(TEXT)
    made = translate(article, extraction_of(article), load_glossary(tables), None)
    folder.mkdir(exist_ok=True)
    (folder / "4-translation.json").write_text(to_json(made), encoding="utf-8")
    return made


def edit_table(folder: Path, english: str) -> Path:
    path = folder / "review.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(with_corrections(text, lambda row: english if row["vi"] == LAKE else ""))
    return path


def edit_document(folder: Path, english: str) -> Path:
    path = folder / "review.xlf"
    root = etree.fromstring(path.read_bytes())
    segment = next(s for s in root.iter(f"{X}segment") if LAKE in "".join(map(str, s.itertext())))
    segment.set("state", "final")
    etree.SubElement(segment, f"{X}target").text = english
    path.write_bytes(etree.tostring(root))
    return path


@pytest.mark.parametrize("edit", [edit_table, edit_document])
def test_the_next_build_uses_a_correction(
    edit: Callable[[Path, str], Path], tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    assert built(folder, tables).segments[0].method == "none"
    assert main(["review", "export", str(folder), "--dir", str(tables)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("3 segments, 3 without English, ")
    assert told[1:] == [str(folder / "review.xlf"), str(folder / "review.csv")]
    assert sorted(p.name for p in folder.iterdir()) == ["4-translation.json", "review.csv", "review.xlf"]
    reviewed = edit(folder, "The lake rose by 2.5 m.")
    assert main(["review", "export", str(folder), "--dir", str(tables)]) == 6  # it would be lost
    assert f"{reviewed} holds corrections that are not in the memory" in capsys.readouterr().err
    assert main(["review", "import", str(reviewed), "--by", " Lan  Anh ", "--dir", str(tables)]) == 0
    assert capsys.readouterr().out == f"{IMPORTED}: 1 corrections taken, 1 of them new; 0 refused\n"
    (pair,) = read_pairs(tables / "memory" / IMPORTED)
    assert pair[:4] == (LAKE, "The lake rose by 2.5 m.", IMPORTED, "Lan Anh")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", pair.when)
    again = built(folder, tables).segments[0]
    assert (again.method, again.target) == ("memory", "The lake rose by 2.5 m.")
    assert main(["review", "export", str(folder), "--dir", str(tables)]) == 0
    assert "The lake rose by 2.5 m." in (folder / "review.csv").read_text(encoding="utf-8")


def test_what_is_refused_is_listed_and_the_rest_taken(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "review.csv"
    path.write_text(f"vi,correction\n{LAKE.replace(',', '.')},Up.\nMưa lớn.,Heavy rain.\nGió.,Gió mạnh.\n", "utf-8")
    assert main(["review", "import", str(path), "--by", "Lan", "--dir", str(tables)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"review.csv, row 2: the English does not print 2.5: {LAKE.replace(',', '.')}",
        "review.csv, row 4: the English holds Vietnamese: Gió, mạnh: Gió.",
        f"{IMPORTED}: 1 corrections taken, 1 of them new; 2 refused",
    ]
    assert [p.vi for p in read_pairs(tables / "memory" / IMPORTED)] == ["Mưa lớn."]


def test_what_was_corrected_since_an_older_file_was_saved_is_no_reason_to_import_it(
    tables: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    built(folder, tables)
    export = ["review", "export", str(folder), "--dir", str(tables)]
    assert main(export) == 0
    saved = edit_table(folder, "The lake rose by 2.5 m.")
    assert main(["review", "import", str(saved), "--by", "Lan", "--dir", str(tables)]) == 0
    newer = tmp_path / "newer.csv"
    newer.write_text(f'vi,correction\n"{LAKE}",The lake level rose by 2.5 m.\n', encoding="utf-8")
    assert main(["review", "import", str(newer), "--by", "Minh", "--dir", str(tables)]) == 0
    os.utime(saved, (1_700_000_000, 1_700_000_000))
    assert main(export) == 0
    edit_table(folder, "The lake rose by 2.5 m.")
    os.utime(saved, (4_000_000_000, 4_000_000_000))  # edited again after the newest correction
    assert main(export) == 6


def test_imports_side_by_side_lose_nothing(tables: Path, tmp_path: Path) -> None:
    jobs = []
    for n in range(4):
        path = tmp_path / f"{n}.csv"
        path.write_text(f"vi,correction\nMưa lớn {'a' * n}.,Heavy rain {'a' * n}.\n", encoding="utf-8")
        words = ["review", "import", str(path), "--by", "Lan", "--dir", str(tables)]
        command = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())", *words]
        jobs.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL))  # our own program
    assert [job.wait(timeout=120) for job in jobs] == [0, 0, 0, 0]
    assert len(list(read_pairs(tables / "memory" / IMPORTED))) == 4


def test_imported_english_that_cannot_be_used_is_a_finding(tables: Path) -> None:
    (tables / "memory" / IMPORTED).write_text(f"{LAKE}\tThe lake rose by 3.5 m.\n", encoding="utf-8")
    article = article_of(TEXT)
    segment = translate(article, extraction_of(article), load_glossary(tables), None).segments[0]
    assert not segment.target
    assert "translate.correction" in [f.code for f in segment.findings]
    assert "The lake rose by 3.5 m." in segment.findings[1].message.en


def test_a_correction_that_a_later_one_keeps_out_is_told(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tables / "memory" / IMPORTED).write_text("Mưa lớn.\tStorms.\tMinh\t2099-01-01T00:00:00Z\n", encoding="utf-8")
    path = tmp_path / "review.csv"
    path.write_text("vi,correction\nMưa lớn.,Heavy rain.\n", encoding="utf-8")
    assert main(["review", "import", str(path), "--by", "Lan", "--dir", str(tables)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "review.csv, row 2: the memory holds a correction of a later date: Mưa lớn."
    assert told[1].endswith("0 corrections taken, 0 of them new; 1 refused")


def test_near_sentences_are_shown_and_never_built(tables: Path) -> None:
    (tables / "memory" / "mine.tsv").write_text("Trận lũ quét qua bản Nà Lốc.\tThe flood swept Na Loc.\n", "utf-8")
    article = article_of(TEXT)
    made = translate(article, extraction_of(article), load_glossary(tables), None)
    assert not any(s.target for s in made.segments)
    near = Near("Trận lũ quét qua bản Nà Lốc.", "The flood swept Na Loc.", 85)
    shown = entries(made, lambda source: near if "Nà Pục" in source else None)
    assert [e.near for e in shown] == [None, near, None]
    known = Translation((Segment(Span(0, 1), "Nà Pục", "Na Puc", "memory"),), "")
    assert entries(known, lambda _: near)[0].near is None


def test_export_needs_a_run(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    for make, reason in (
        (lambda: None, "No such file or directory"),
        (folder.mkdir, "No such file or directory"),
        (lambda: (folder / "4-translation.json").write_text("[]", "utf-8"), "not the JSON of Translation"),
        (lambda: (folder / "4-translation.json").write_bytes(b"\xff"), "not UTF-8"),
    ):
        make()
        assert main(["review", "export", str(folder), "--dir", str(tables)]) == 6
        (message,) = capsys.readouterr().err.splitlines()
        assert message.startswith(f"songngu: {folder / '4-translation.json'}: ")
        assert reason in message


def test_export_leaves_what_it_cannot_read(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    built(folder, tables)
    (folder / "review.csv").write_text("a person's", encoding="utf-8")
    assert main(["review", "export", str(folder), "--dir", str(tables)]) == 6
    assert "would be replaced, and cannot be read" in capsys.readouterr().err
    assert (folder / "review.csv").read_text(encoding="utf-8") == "a person's"


def test_import_needs_corrections_and_a_name(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "review.csv"
    words = ["review", "import", str(path), "--dir", str(tables)]
    assert main([*words, "--by", "Lan"]) == 3
    assert "review.csv: cannot be read" in capsys.readouterr().err
    path.write_bytes(b"PK\x03\x04 a workbook")
    assert main([*words, "--by", "Lan"]) == 3
    assert "save the table as CSV" in capsys.readouterr().err
    path.write_text("vi,correction\nMưa lớn.,\n", encoding="utf-8")
    assert main([*words, "--by", "Lan"]) == 3
    assert capsys.readouterr().err == "songngu: review.csv: holds no corrections\n"
    with pytest.raises(SystemExit, match="2"):
        main([*words, "--by", " "])
    path.write_text("vi,correction\nMưa lớn.,Heavy rain.\n", encoding="utf-8")

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert main(words) == 2
    assert "say --by NAME" in capsys.readouterr().err
    monkeypatch.setattr("getpass.getuser", lambda: "minh")
    assert main(words) == 0
    assert [p.who for p in read_pairs(tables / "memory" / IMPORTED)] == ["minh"]
