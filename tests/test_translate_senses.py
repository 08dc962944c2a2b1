"""Ambiguous words mean what the words around them say, and nothing where these are silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from translate_helpers import real_glossary

from pipeline.translate.senses import Senses
from pipeline.vietnamese import tokens

CASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "corpus" / "senses.tsv").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("text", "word", "english"), CASES)
def test_sense(text: str, word: str, english: str) -> None:
    words = tokens(text)
    hits = Senses(real_glossary()).find(words)
    found = [h.entry.english for h in hits if text[words[h.first].start : words[h.last - 1].end] == word]
    assert found == ([english] if english else [])


def test_every_ambiguous_word_of_the_table_has_a_case() -> None:
    told = {word.casefold() for _, word, english in CASES if english}
    ambiguous = {s.vi for s in real_glossary().senses if sum(o.vi == s.vi for o in real_glossary().senses) > 1}
    assert ambiguous <= told
