"""The translation memory to and from TMX 1.4b."""

from __future__ import annotations

import shutil
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.cli import main
from pipeline.errors import GlossaryError
from pipeline.glossary import IMPORTED, load_glossary
from pipeline.tmx import from_tmx, to_tmx
from pipeline.translate.memory import Memory, Pair, read_pairs

ROOT = Path(__file__).parents[1]
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(lambda words: unicodedata.normalize("NFC", " ".join(words)))
TIMES = st.datetimes(min_value=datetime(1990, 1, 1)).map(lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ"))  # noqa: DTZ001  # written as UTC
XML = "{http://www.w3.org/XML/1998/namespace}lang"


@given(
    st.lists(st.builds(Pair, TEXTS, TEXTS, st.just("") | WORDS, st.just("") | TEXTS, st.just("") | TIMES), max_size=5)
)
def test_pairs_survive_tmx(pairs: list[Pair]) -> None:
    assert from_tmx(to_tmx(pairs), "a.tmx") == tuple(pairs)


def test_the_header_says_what_the_standard_asks() -> None:
    root = etree.fromstring(to_tmx([Pair("Giá tăng", "Prices rose", "a.tsv")]))
    assert (root.tag, root.get("version")) == ("tmx", "1.4")
    header = root.find("header")
    assert header is not None
    asked = {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype"}
    assert asked <= set(header.attrib)
    assert [v.get(XML) for v in root.iter("tuv")] == ["vi", "en"]


def test_what_other_tools_write() -> None:
    # a document type, languages in another order and case, inline markup; then letters taken apart
    text = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"><header/><body>
    <tu><tuv xml:lang="EN-GB"><seg>Prices <hi>rose</hi> by <ph>{b}</ph>2%</seg></tuv>
        <tuv xml:lang="vi-VN"><seg>Giá  tăng
        2%</seg></tuv></tu>
    <tu><tuv xml:lang="fr"><seg>Prix</seg></tuv><tuv xml:lang="vi"><seg>Giá</seg></tuv></tu></body></tmx>"""
    assert from_tmx(text.encode(), "a.tmx") == (Pair("Giá tăng 2%", "Prices rose by 2%"),)
    assert from_tmx(unicodedata.normalize("NFD", text).encode(), "a.tmx") == (Pair("Giá tăng 2%", "Prices rose by 2%"),)


def test_who_changed_what_when_is_said_of_the_variant_or_its_unit() -> None:
    data = to_tmx([Pair("Giá tăng", "Prices rose", "a.tsv", "Lan Anh", "2025-07-31T08:30:00Z")])
    (english,) = (v for v in etree.fromstring(data).iter("tuv") if v.get(XML) == "en")
    assert (english.get("changeid"), english.get("changedate")) == ("Lan Anh", "20250731T083000Z")
    text = """<tmx version="1.4"><body><tu changeid="Minh" changedate="20240102T030405Z">
    <tuv xml:lang="vi" changeid="none"><seg>Giá</seg></tuv><tuv xml:lang="en"{}><seg>Price</seg></tuv>
    </tu></body></tmx>"""
    assert from_tmx(text.format("").encode(), "a") == (Pair("Giá", "Price", "", "Minh", "2024-01-02T03:04:05Z"),)
    assert from_tmx(text.format(' changedate="soon"').encode(), "a") == (Pair("Giá", "Price", "", "Minh", ""),)


def test_a_control_character_of_the_memory_is_left_out() -> None:
    assert from_tmx(to_tmx([Pair("Giá\x02", "Price\x00s")]), "a.tmx") == (Pair("Giá", "Prices"),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<tmx>", "row 1: is not proper XML"),
        ("", "is not proper XML"),
        ('<?xml version="1.0" encoding="nobodys"?><tmx/>', "is not proper XML"),
        ("<tbx/>", "is no TMX document"),
    ],
)
def test_what_is_no_tmx(text: str, reason: str) -> None:
    with pytest.raises(GlossaryError, match=reason):
        from_tmx(text.encode(), "a.tmx")


def test_the_memory_goes_out_and_corrections_come_in_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = Path(shutil.copytree(ROOT / "glossary", tmp_path / "glossary"))
    assert main(["memory", "export", "--dir", str(tables)]) == 0
    exported = tmp_path / "memory.tmx"
    exported.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["memory", "import", str(exported), "--dir", str(tables)]) == 0
    assert ", 0 of them new or changed" in capsys.readouterr().out
    pairs = from_tmx(exported.read_bytes(), "memory.tmx")
    files = load_glossary(tables).memory
    assert [(p.vi, p.en) for p in pairs] == [
        (" ".join(p.vi.split()), " ".join(p.en.split())) for path in files for p in read_pairs(path)
    ]
    sentence = next(p.vi for p in pairs if not any(map(str.isdigit, p.vi)) and len(p.vi) > 40)
    corrected = tmp_path / "mine.tmx"
    corrected.write_bytes(to_tmx([Pair(sentence, "A person put this right.")]))
    assert main(["memory", "import", str(corrected), "--dir", str(tables)]) == 0
    assert "1 pairs read, 1 of them new or changed" in capsys.readouterr().out
    glossary = load_glossary(tables)
    assert Memory(glossary.memory, glossary).find(sentence, lambda _: []) == "A person put this right."
    assert main(["memory", "import", str(corrected), "--dir", str(tables)]) == 0
    assert "1 pairs read, 0 of them new or changed" in capsys.readouterr().out


def test_corrections_survive_the_way_through_another_memory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [Path(shutil.copytree(ROOT / "glossary", tmp_path / name)) for name in ("one", "other")]
    held = [folder / "memory" / IMPORTED for folder in folders]
    held[0].write_text("Một câu.\tA sentence.\tLan Anh\t2025-07-31T08:30:00Z\nHai câu.\tTwo.\n", encoding="utf-8")
    assert main(["memory", "export", "--dir", str(folders[0])]) == 0
    exported = tmp_path / "memory.tmx"
    exported.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["memory", "import", str(exported), "--dir", str(folders[1])]) == 0
    assert sorted(read_pairs(held[1])) == sorted(read_pairs(held[0]))
    held[0].write_text("Một câu.\tOne sentence.\tMinh\t2025-08-01T00:00:00Z\n", encoding="utf-8")
    assert main(["memory", "import", str(exported), "--dir", str(folders[0])]) == 0  # older: the newer one stays
    assert {p.vi: p.en for p in read_pairs(held[0])} == {"Một câu.": "One sentence.", "Hai câu.": "Two."}
