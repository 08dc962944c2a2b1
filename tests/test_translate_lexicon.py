"""Words that nothing stands for, and words that nothing expresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from translate_helpers import real_glossary

from pipeline.errors import GlossaryError
from pipeline.translate.lexicon import ITEM, Doubt, Lexicon, stems
from pipeline.translate.patterns import alternatives


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    glossary = real_glossary()
    assert glossary.lexicon is not None
    functions = alternatives(glossary.phrases["translate.function.words"].en)
    return Lexicon(glossary.lexicon, functions, [w.surface for w in glossary.words])


@pytest.mark.parametrize(
    ("source", "english", "omitted", "invented"),
    [
        ("Nông dân gặp nhiều khó khăn", "Farmers faced many difficulties", False, False),
        ("Nông dân gặp nhiều khó khăn", "Farmers faced many difficulties with cassava", False, True),
        ("Doanh nghiệp thiếu đơn hàng", "Enterprises lacked orders", False, False),
        ("Doanh nghiệp thiếu đơn hàng", "Enterprises were there", True, False),
        ("Giá nguyên liệu tăng cao", "Raw material prices rose sharply", False, False),
        ("Nông dân gặp nhiều khó khăn", "Farmers were there", True, False),
    ],
)
def test_doubt(lexicon: Lexicon, source: str, english: str, *, omitted: bool, invented: bool) -> None:
    doubt = lexicon.doubt(source, english)
    assert (bool(doubt.omitted), bool(doubt.invented)) == (omitted, invented), doubt
    assert 0 <= doubt.share <= 1


def test_nothing_speaks_against_nothing(lexicon: Lexicon) -> None:
    assert lexicon.doubt("", "") == Doubt()
    assert lexicon.doubt("; ;", "; ;") == Doubt()


def test_words_beside_an_item_are_no_word_together(lexicon: Lexicon) -> None:
    """What was masked between two syllables keeps them apart; one alone must be expressed."""
    assert lexicon.doubt("thiếu đơn hàng", "it was").omitted
    assert not lexicon.doubt(f"{ITEM} thiếu {ITEM} đơn {ITEM} hàng", "it was").omitted
    assert lexicon.doubt(f"Trong đó, cá {ITEM}, tôm {ITEM}", "Of which, shrimp").omitted
    assert not lexicon.doubt(f"Trong đó, cá {ITEM}, tôm {ITEM}", "Of which, fish, shrimp").omitted


@pytest.mark.parametrize(
    ("word", "same"), [("prices", "price"), ("increased", "increases"), ("producer", "production"), ("city", "cities")]
)
def test_forms_of_a_word_share_a_stem(word: str, same: str) -> None:
    assert list(stems(word)) == list(stems(same))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("khăn\tmany\tdiffi", "no share"),
        ("khăn\tnan\tdiffi", "no share"),
        ("khăn\t1.5\tdiffi", "no share"),
        ("khó\t0.9\thard", "earlier row"),
        ("khăn\t0.9", "not a syllable"),
        ("khăn\t0.9\tdiffi\tmore", "not a syllable"),
        ("\t0.9\tdiffi", "not a syllable"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "lexicon.tsv"
    file.write_text(f"khó\t0.9\tdiffi\n{line}\n", encoding="utf-8")
    with pytest.raises(GlossaryError, match=f"lexicon.tsv, row 2: .*{reason}"):
        Lexicon(file, (), ())
