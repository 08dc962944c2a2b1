"""A page saved as one line is split where its headings are clear, and nowhere else."""

import pytest
from reading import EXAMPLE, PARAGRAPHS, REPORTS, TITLE, block_texts, glossary, lines_of, read

from pipeline.extract import extract
from pipeline.model import Article
from pipeline.read import read_article

FIRST, SECOND = PARAGRAPHS
MORE = (
    "Diện tích lúa hè thu đã thu hoạch xong tại tất cả các xã của tỉnh, với năng suất bình quân ước 58,3 tạ/ha. "
    "Diện tích lúa mùa đã gieo cấy ước đạt 25.100 ha, bằng 98,2% cùng kỳ năm trước do nắng hạn kéo dài ở các huyện. "
    "Đàn lợn ước có 312.400 con, tăng 3,1% so với cùng kỳ năm trước; sản lượng thịt hơi xuất chuồng tăng 4,2%. "
)
START = f"Tháng 8 năm 2024, tại tỉnh Cao Bằng: {MORE * 4}"
PARTS = (
    TITLE,
    "I. KINH TẾ",
    "1. Nông nghiệp",
    MORE.strip(),
    "2. Sản xuất công nghiệp",
    FIRST,
    "3. Thương mại, dịch vụ tỉnh Cao Bằng",
    SECOND,
    "3.1. Bán lẻ",
    f"{SECOND} Trong đó: {MORE.strip()}",
    "II. XÃ HỘI",
    "Ở các xã vùng cao, năm học mới đã khai giảng với 5.200 học sinh.",
)


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_headings_inside_one_line(name: str) -> None:
    text = " ".join(PARTS)
    article = read(f"<html><body><p>{text}</p></body></html>" if name == "a.html" else text, name)
    assert lines_of(article) == list(PARTS)
    assert block_texts(article, "title") == [TITLE]
    assert block_texts(article, "heading") == [PARTS[n] for n in (1, 2, 4, 6, 8, 10)]
    assert [(f.code, f.span and (f.span.start, f.span.end)) for f in article.findings] == [
        ("read.split-line", (0, len(article.text)))
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{START}Trong tháng khởi công 12. Tính chung 8 tháng có 25. Nông nghiệp giảm 3. {SECOND}",
        f"{START}Theo Quyết định I. Công nghiệp tăng 4,5%. {SECOND}",
        f"{START}1. Nông nghiệp Lúa mùa được mùa. {SECOND}",  # a lone one may be anything
    ],
)
def test_without_clear_headings_a_line_stays_whole(text: str) -> None:
    article = read(text)
    assert len(lines_of(article)) == 1
    assert article.findings == ()


def test_lines_of_usual_length_are_never_split() -> None:
    text = f"{TITLE}\n{FIRST} I. KINH TẾ 1. Nông nghiệp {SECOND} 2. Công nghiệp {FIRST}\n"
    assert len(lines_of(read(text))) == 2


REAL = {path.stem: path for path in (EXAMPLE, *sorted(REPORTS.glob("*.txt")))}


def facts(text: Article) -> set[tuple[object, ...]]:
    """Facts under the table's own codes; finer ones hang on headings that one line has not."""
    observed = (o for o in extract(text, glossary()).observations if o.indicator in glossary().indicators)
    return {(o.indicator, o.period, o.measure, o.basis, o.value) for o in observed}


@pytest.mark.parametrize("report", REAL)
def test_a_real_report_on_one_line_keeps_its_words_and_nearly_all_observations(report: str) -> None:
    whole = read_article(REAL[report].read_bytes(), REAL[report].name, glossary())
    one = read(whole.text.replace("\n", " "))
    assert one.text.replace("\n", " ") == whole.text.replace("\n", " ")
    known, found = facts(whole), facts(one)
    if one.findings and len(known) > 20:  # press articles have no numbered headings to be told by
        assert len(known & found) >= 0.8 * len(known)
        assert len(found - known) <= 0.05 * len(known)
