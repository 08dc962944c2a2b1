"""The term base to and from TBX-Basic and CSV; the command that checks, exports and imports it."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.cli import main
from pipeline.errors import GlossaryError
from pipeline.glossary import Glossary, Term
from pipeline.termbase import from_csv, from_tbx, to_csv, to_pairs, to_tbx

ROOT = Path(__file__).parents[1]
TBX = "{urn:iso:std:iso:30042:ed-2}"
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
CELLS = TEXTS.filter(lambda text: "|" not in text and "[" not in text and "]" not in text)
TERMS = st.builds(
    Term,
    vi=CELLS,
    variants=st.lists(CELLS, max_size=2).map(tuple),
    en=TEXTS,
    en_plural=st.just("") | TEXTS,
    pos=st.sampled_from(["noun", "verb", "adjective", "adverb", "name", "phrase"]),
    domain=TEXTS,
    status=st.sampled_from(["preferred", "admitted", "forbidden"]),
    source=TEXTS,
    note=st.just("") | TEXTS,
)


@given(st.lists(TERMS, max_size=5))
def test_terms_survive_tbx(terms: list[Term]) -> None:
    assert from_tbx(to_tbx(terms), "a.tbx") == tuple(terms)


@given(st.lists(TERMS, max_size=5, unique_by=lambda term: term.vi.casefold()))
def test_terms_survive_csv(terms: list[Term]) -> None:
    assert from_csv(to_csv(terms).encode(), "a.csv") == tuple(terms)


def test_the_whole_term_base_both_ways(glossary: Glossary) -> None:
    terms = (*glossary.terms, *glossary.forbidden)
    assert from_tbx(to_tbx(terms), "a.tbx") == terms
    assert to_csv(glossary.terms) == (ROOT / "glossary" / "terms.csv").read_text(encoding="utf-8")


def test_tbx_says_what_its_standard_asks(glossary: Glossary) -> None:
    root = etree.fromstring(to_tbx((*glossary.terms[:50], *glossary.forbidden[:5])))
    assert (root.tag, root.get("type"), root.get("style")) == (f"{TBX}tbx", "TBX-Basic", "dca")
    entries = list(root.iter(f"{TBX}conceptEntry"))
    assert len({e.get("id") for e in entries}) == len(entries) == 55
    allowed = {
        "partOfSpeech": {"noun", "verb", "adjective", "adverb", "properNoun", "other"},
        "administrativeStatus": {"preferredTerm-admn-sts", "admittedTerm-admn-sts", "deprecatedTerm-admn-sts"},
        "termType": {"variant"},
    }
    for note in root.iter(f"{TBX}termNote"):
        assert note.text in allowed[str(note.get("type"))]


def test_two_columns_have_a_row_for_every_variant(glossary: Glossary) -> None:
    rows = list(csv.reader(io.StringIO(to_pairs(glossary.terms))))
    assert {len(row) for row in rows} == {2}
    assert len(rows) == sum(1 + len(term.variants) for term in glossary.terms)


CONCEPT = """<tbx xmlns="urn:iso:std:iso:30042:ed-2" type="TBX-Basic" style="dca" xml:lang="en"><text><body>
<conceptEntry id="c1">{}</conceptEntry></body></text></tbx>"""
VI = '<langSec xml:lang="vi"><termSec><term>thuế</term></termSec></langSec>'
EN = '<langSec xml:lang="en-GB"><termSec><term>tax</term>{}</termSec></langSec>'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<tbx", "row 1: is not proper XML"),
        ("<html/>", "is no TBX v3 document"),
        ('<!DOCTYPE tbx [<!ENTITY a "b">]><tbx/>', "declares a document type"),
        (CONCEPT.format(VI), "row 2: a concept without English"),
        (CONCEPT.format(EN.format("")), "row 2: a concept without Vietnamese"),
        (CONCEPT.format(VI + EN.format("") + EN.format("")), "more than one English term"),
        (CONCEPT.format(VI + EN.format('<termNote type="partOfSpeech">pronoun</termNote>')), "partOfSpeech 'pronoun'"),
    ],
)
def test_a_document_that_is_none_of_ours(text: str, reason: str) -> None:
    with pytest.raises(GlossaryError, match=reason):
        from_tbx(text.encode(), "a.tbx")


def test_what_others_leave_out_has_a_default() -> None:
    [term] = from_tbx(CONCEPT.format(VI + EN.format("")).encode(), "a.tbx")
    assert (term.vi, term.en, term.pos, term.status) == ("thuế", "tax", "noun", "preferred")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "glossary", tmp_path / "glossary"))


def test_a_base_goes_out_and_comes_back(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("tbx", "csv"):
        assert main(["glossary", "export", "--format", form, "--dir", str(tables)]) == 0
        (tmp_path / f"terms.{form}").write_text(capsys.readouterr().out, encoding="utf-8")
        assert main(["glossary", "import", str(tmp_path / f"terms.{form}"), "--dir", str(tables)]) == 0
        assert "(0 new, 0 changed, 0 gone)" in capsys.readouterr().out
    for file in (ROOT / "glossary").glob("*.csv"):
        assert (tables / file.name).read_bytes() == file.read_bytes()


def test_an_unsound_table_changes_nothing(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (tables / "terms.csv").read_bytes()
    wrong = before.replace(b",noun,agriculture,preferred,", b",,agriculture,preferred,", 1)
    (tmp_path / "terms.csv").write_bytes(wrong)
    assert main(["glossary", "import", str(tmp_path / "terms.csv"), "--dir", str(tables)]) == 3
    assert "terms.csv, row 2: pos is empty" in capsys.readouterr().err
    assert (tables / "terms.csv").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["glossary", "terms.csv"]


def test_a_forbidden_term_in_a_csv_wipes_no_other(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (tables / "terms_forbidden.csv").read_bytes()
    own = (tables / "terms.csv").read_text(encoding="utf-8") + "từ lạ kỳ,,odd word,,noun,agriculture,forbidden,team,x\n"
    (tmp_path / "terms.csv").write_text(own, encoding="utf-8")
    assert main(["glossary", "import", str(tmp_path / "terms.csv"), "--dir", str(tables)]) == 3
    assert "holds a forbidden term, 'từ lạ kỳ'" in capsys.readouterr().err
    assert (tables / "terms_forbidden.csv").read_bytes() == before


def test_the_glossary_may_be_the_folder_one_stands_in(
    tables: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tables)
    assert main(["glossary", "import", "terms.csv", "--dir", "."]) == 0
    assert "0 new, 0 changed, 0 gone" in capsys.readouterr().out


def test_a_part_of_speech_that_tbx_has_no_word_for(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    terms = tables / "terms.csv"
    terms.write_bytes(terms.read_bytes().replace(b",noun,agriculture,", b",nouns,agriculture,", 1))
    assert main(["glossary", "check", "--dir", str(tables)]) == 3
    assert "terms.csv, row 2: pos" in capsys.readouterr().err


def test_the_check_counts_and_names_what_is_wrong(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["glossary", "check", "--dir", str(tables)]) == 0
    assert "the glossary is sound" in capsys.readouterr().out
    words = tables / "words.csv"
    words.write_text(words.read_text(encoding="utf-8") + "một,light,,\n", encoding="utf-8")
    assert main(["glossary", "check", "--dir", str(tables)]) == 3
    assert "stands already in row 2" in capsys.readouterr().err
