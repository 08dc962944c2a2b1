"""Sentences of a paragraph: the cases lie in corpus/sentences.txt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from translate_helpers import ROOT, article_of, extraction_of, real_glossary, small_glossary

from pipeline.model import Block, Span
from pipeline.translate import translate
from pipeline.translate.items import Item
from pipeline.translate.patterns import phrase_group
from pipeline.translate.split import Splitter


def cases() -> Iterator[tuple[str, list[str]]]:
    """Paragraph and its sentences; without `->` the paragraph is the sentences joined by spaces."""
    text = (ROOT / "tests" / "corpus" / "sentences.txt").read_text(encoding="utf-8")
    for part in text.split("\n\n"):
        lines = [line for line in part.splitlines() if line and not line.startswith("#")]
        if "->" in lines:
            at = lines.index("->")
            yield " ".join(lines[:at]), lines[at + 1 :]
        elif lines:
            yield " ".join(lines), lines


def splitter() -> Splitter:
    groups = [phrase_group(real_glossary(), group) for group in ("abbreviation", "list-end")]
    abbreviations, list_ends = ([way for ways, _ in g.values() for way in ways] for g in groups)
    return Splitter(abbreviations, list_ends)


def sentences(text: str, number: str = "") -> list[str]:
    block = Block("paragraph", Span(0, len(text)), number=number)
    return [text[s.start : s.end] for s in splitter().sentences(text, block)]


@pytest.mark.parametrize(("paragraph", "expected"), list(cases()))
def test_corpus(paragraph: str, expected: list[str]) -> None:
    assert sentences(paragraph) == expected


def test_the_corpus_has_positive_and_negative_cases() -> None:
    counts = [len(expected) for _, expected in cases()]
    assert counts.count(1) >= 5
    assert sum(n > 1 for n in counts) >= 5


def test_the_blocks_own_number_is_no_part_of_its_sentence() -> None:
    assert sentences("IV. ĐẦU TƯ", number="IV") == ["ĐẦU TƯ"]
    assert sentences("[3] Nguồn thu từ đất.", number="3") == ["Nguồn thu từ đất."]
    assert sentences("3 Nguồn thu từ đất.", number="3") == ["Nguồn thu từ đất."]


def test_no_sentence_ends_within_an_item() -> None:
    text = "Nghị định số 5. Kế hoạch ổn định."
    block = Block("paragraph", Span(0, len(text)))
    item = Item(0, 22, "law", "Decree No. 5")
    assert [text[s.start : s.end] for s in splitter().sentences(text, block, [item])] == [text]


@given(st.text(alphabet='aăTN .,;:()!?…"”-–1\u200b\t🎉', max_size=80))
def test_sentences_are_in_order_apart_and_hold_every_letter(text: str) -> None:
    block = Block("paragraph", Span(0, len(text)))
    spans = list(splitter().sentences(text, block))
    starts = [place for s in spans for place in (s.start, s.end)]
    assert starts == sorted(starts)
    if not splitter_drops_number(text):
        kept = "".join(text[s.start : s.end] for s in spans)
        assert [c for c in kept if c.isalpha()] == [c for c in text if c.isalpha()]


def splitter_drops_number(text: str) -> bool:
    """Numbering at the beginning ("a) ", "1. ") is left out on purpose."""
    return text.lstrip(" -–\t")[:1] in ("a", "ă", "1")


def test_every_sentence_of_an_article_is_a_segment_with_its_span() -> None:
    article = article_of("Giá tăng. Cung giảm.\n\nI. Đầu tư\n- Vốn ổn định.")
    segments = translate(article, extraction_of(article), small_glossary(), None).segments
    assert [s.source for s in segments] == ["Giá tăng.", "Cung giảm.", "Đầu tư", "Vốn ổn định."]
    assert all(article.text[s.span.start : s.span.end] == s.source for s in segments)
