"""What the tests of the read stage share: the glossary, small articles, corpora, the real reports."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipeline.glossary import Glossary, load_glossary
from pipeline.model import Article
from pipeline.read import read_article

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "lang-son-2023-06.html"
REPORTS = ROOT.parent / "shared" / "reports"
CORPUS = Path(__file__).parent / "corpus"

TITLE = "Tình hình kinh tế - xã hội tỉnh Cao Bằng tháng Tám và 8 tháng đầu năm 2024"
PARAGRAPHS = (
    "Chỉ số sản xuất công nghiệp tháng Tám ước tăng 4,5% so với tháng trước nhờ thủy điện có đủ nước về hồ.",
    "Tổng mức bán lẻ hàng hóa 8 tháng ước đạt 7.120,4 tỷ đồng, tăng 11,3% so với cùng kỳ năm trước.",
)


@cache
def glossary() -> Glossary:
    return load_glossary(ROOT / "glossary")


def read(text: str, name: str = "bao-cao.txt") -> Article:
    return read_article(text.encode(), name, glossary())


def lines_of(article: Article) -> list[str]:
    return article.text.split("\n")


def block_texts(article: Article, *kinds: str) -> list[str]:
    return [article.text[b.span.start : b.span.end] for b in article.blocks if b.kind in kinds]


def corpus_rows(name: str) -> list[dict[str, str]]:
    """A table of the corpus: tab-separated, with a header, fields kept as they stand."""
    header, *rows = (CORPUS / name).read_text(encoding="utf-8").splitlines()
    return [dict(zip(header.split("\t"), row.split("\t"), strict=True)) for row in rows]
