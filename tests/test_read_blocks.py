"""Lines become headings, paragraphs, footnotes and sources that cover the text."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import PARAGRAPHS, TITLE, block_texts, corpus_rows, glossary, read

from pipeline.read.blocks import article_blocks, article_text
from pipeline.read.normal import Line, Mark
from pipeline.read.words import page_words

WORDS = page_words(glossary())


@pytest.mark.parametrize("row", corpus_rows("read-blocks.tsv"), ids=lambda row: row["line"][:40])
def test_corpus_of_blocks(row: dict[str, str]) -> None:
    lines = (Line(row["line"]), Line(PARAGRAPHS[0]))
    block = article_blocks(lines, WORDS)[0]
    assert (block.kind, block.number) == (row["kind"], row["number"])


def levels(*lines: str | Line) -> list[int]:
    marked = tuple(line if isinstance(line, Line) else Line(line) for line in lines)
    return [block.level for block in article_blocks((*marked, Line(PARAGRAPHS[0])), WORDS)]


def test_levels_follow_the_numbering_in_use() -> None:
    assert levels("I. KINH TẾ", "1. Nông nghiệp", "1.1. Trồng trọt", "Cây lúa", PARAGRAPHS[1], "II. XÃ HỘI") == [
        1, 2, 3, 4, 0, 1, 0,
    ]  # fmt: skip
    assert levels("1. Nông nghiệp", "a) Trồng trọt", "Cây lúa:", "b) Chăn nuôi", "2. Công nghiệp") == [1, 2, 3, 2, 1, 0]


def test_a_heading_of_the_markup_stands_with_numbered_ones_of_its_tag() -> None:
    mark: Mark = "heading"
    headings = (Line("I. KINH TẾ", mark, 2), Line("1. Giá cả", mark, 3), Line("Đánh giá chung", mark, 2))
    assert levels(*headings) == [1, 2, 1, 0]
    assert levels(Line("Kinh tế", mark, 2), Line("Giá cả", mark, 3), Line("Xã hội", mark, 2)) == [1, 2, 1, 0]


def test_rows_of_a_table_are_no_headings() -> None:
    assert levels(Line("Lúa mùa | 25.100 | 98,2", "row"), Line("Cây ngô", "row")) == [0, 0, 0]


def test_the_last_line_heads_nothing() -> None:
    article = read(f"{TITLE}\n{PARAGRAPHS[0]}\nLưu ý chung\n{PARAGRAPHS[1]}\nNgười lập biểu\n")
    assert block_texts(article, "heading") == ["Lưu ý chung"]
    assert block_texts(article, "title") == [TITLE]


lines = st.lists(
    st.builds(
        Line,
        st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool)
        | st.sampled_from([row["line"] for row in corpus_rows("read-blocks.tsv")]),
        st.sampled_from(["", "title", "heading", "item", "row"]),
        st.integers(0, 6),
    ),
    min_size=1,
).map(tuple)


@settings(deadline=None)
@given(lines)
def test_blocks_cover_the_text_in_order(marked: tuple[Line, ...]) -> None:
    text = article_text(marked)
    blocks = article_blocks(marked, WORDS)
    assert [text[b.span.start : b.span.end] for b in blocks] == [line.text for line in marked]
    assert all(after.span.start == before.span.end + 1 for before, after in pairwise(blocks))
    assert blocks[0].span.start == 0
    assert blocks[-1].span.end == len(text)
    assert all((block.level > 0) == (block.kind == "heading") for block in blocks)
