"""The report's sentence around a figure."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from samples import langson
from translate_helpers import article_of

from pipeline.model import Segment, Span, Translation
from pipeline.render.evidence import Quotation, quotations

TEXT = "Giá tăng 5%. Do nắng nóng, điện tăng 7%, nước tăng 8%.\nLúa\t40 tạ/ha\nHết."
SENTENCES = [TEXT[:12], TEXT[13:54], TEXT[13:25], TEXT[-4:]]  # one is a clause of another; the table's line is none


def around(words: str, text: str = TEXT, sentences: list[str] | None = None) -> Quotation:
    spans = [Span(text.index(s), text.index(s) + len(s)) for s in (SENTENCES if sentences is None else sentences)]
    translation = Translation(tuple(Segment(s, text[s.start : s.end], "", "none") for s in spans), "")
    start = text.index(words)
    observation = replace(langson().observations[0], span=Span(start, start + len(words)))
    (found,) = quotations(article_of(text), translation, [observation])
    return found


def test_the_sentence_and_not_its_neighbours() -> None:
    assert around("5%") == ("Giá tăng ", "5%", ".")
    assert around("7%") == ("Do nắng nóng, điện tăng ", "7%", ", nước tăng 8%.")
    assert around("nắng nóng") == ("Do ", "nắng nóng", ", điện tăng 7%, nước tăng 8%.")


def test_a_line_of_a_table_is_quoted_whole() -> None:
    assert around("40 tạ/ha") == ("Lúa\t", "40 tạ/ha", "")


def test_words_over_two_sentences_are_quoted_with_their_line() -> None:
    assert around("5%. Do") == ("Giá tăng ", "5%. Do", " nắng nóng, điện tăng 7%, nước tăng 8%.")


def test_a_long_list_is_cut_at_words() -> None:
    text = "xã " * 300 + "tăng 5% " + "xã " * 300
    before, words, after = around("5%", text, [])
    assert words == "5%"
    assert before.startswith("… xã ")
    assert before.endswith("xã tăng ")
    assert after.endswith("xã …")
    assert len(before) < 330
    assert len(after) < 330


@given(st.text(alphabet="ab \n.", min_size=1, max_size=40), st.data())
def test_nothing_but_the_text_is_quoted(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    spans = [Span(a, b) for a, b in pairwise(cuts)]
    translation = Translation(tuple(Segment(s, text[s.start : s.end], "", "none") for s in spans), "")
    observation = replace(langson().observations[0], span=Span(start, end))
    (found,) = quotations(article_of(text), translation, [observation])
    assert found.words == text[start:end]
    assert text[:start].endswith(found.before)
    assert text[end:].startswith(found.after)
