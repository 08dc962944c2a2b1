"""The translation memory: exact sentences, and sentences that differ in figures, dates and places."""

from __future__ import annotations

from pathlib import Path

import pytest
from translate_helpers import article_of, extraction_of, real_glossary, small_glossary

from pipeline.errors import GlossaryError
from pipeline.glossary import IMPORTED
from pipeline.translate import translate
from pipeline.translate.mask import Masker
from pipeline.translate.memory import Memory, Near, Pair, read_pairs

PAIRS = (
    ("Thu ngân sách đạt 418,2 tỷ đồng, tăng 5% so với cùng kỳ.",
     "Budget revenue reached VND 418.2 billion, up 5% from a year earlier."),
    ("Đến ngày 15/5/2025, toàn tỉnh Lạng Sơn có 12 chợ.", "By 15 May 2025, Lang Son province had 12 markets."),
    ("Trong 6 tháng đầu năm 2024, giá ổn định.", "Prices were stable in the first half of 2024."),
    ("Có 2 nhà máy dừng máy.", "Two factories stopped."),
    ("Giá tăng 3% và giảm 3% sau đó.", "Prices rose 3% and then fell 3%."),
    ("Có 1 vụ cháy.", "There was 1 fire."),
    ("Mưa lớn gây ngập.", "Heavy rain caused flooding."),
    ("Sản lượng gấp đôi lên 40 tấn.", "Output doubled to 40 tonnes from 20."),
    ("BÁO CÁO SÁU THÁNG ĐẦU NĂM 2024", "REPORT FOR THE FIRST SIX MONTHS OF 2024"),
    ("Vụ đông 2023-2024 được mùa.", "The 2023-2024 winter crop was a good one."),
    ("Dịp lễ 30/4-01/5 đông khách.", "The four-day break from 30 April to 1 May was busy."),
)  # fmt: skip


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    path = tmp_path / "pairs.tsv"
    path.write_text("\n".join("\t".join(p) for p in PAIRS) + "\n", encoding="utf-8")
    return Memory([path], small_glossary([path]))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Mưa lớn gây ngập.", "Heavy rain caused flooding."),
        ("mưa lớn gây ngập", "Heavy rain caused flooding."),
        (
            "Thu ngân sách đạt 1.307 tỷ đồng, tăng 0,99% so với cùng kỳ.",
            "Budget revenue reached VND 1,307 billion, up 0.99% from a year earlier.",
        ),
        (
            "Đến ngày 20/11/2024, toàn tỉnh Cao Bằng có 30 chợ.",
            "By 20 November 2024, Cao Bang province had 30 markets.",
        ),
        ("Trong 9 tháng đầu năm 2023, giá ổn định.", "Prices were stable in the first nine months of 2023."),
        ("Có 2 nhà máy dừng máy.", "Two factories stopped."),
        ("Giá tăng 7% và giảm 7% sau đó.", "Prices rose 7% and then fell 7%."),
        ("BÁO CÁO SÁU THÁNG ĐẦU NĂM 2025", "REPORT FOR THE FIRST SIX MONTHS OF 2025"),
        ("Vụ đông 2025-2026 được mùa.", "The 2025-2026 winter crop was a good one."),
        ("Dịp lễ 30/4-01/5 đông khách.", "The four-day break from 30 April to 1 May was busy."),
    ],
)
def test_found(memory: Memory, source: str, target: str) -> None:
    assert memory.find(source, Masker(small_glossary()).times) == target


@pytest.mark.parametrize(
    "source",
    [
        "Mưa lớn gây sạt lở.",
        "Thu ngân sách đạt 1.307 triệu đồng, tăng 0,99% so với cùng kỳ.",  # another unit
        "Giá tăng 7% và giảm 2% sau đó.",  # which 3% is which cannot be told
        "Có 5 vụ cháy.",  # one becomes several
        "Sản lượng gấp đôi lên 60 tấn.",  # its English has a figure that the Vietnamese has not
    ],
)
def test_refused(memory: Memory, source: str) -> None:
    assert memory.find(source, Masker(small_glossary()).times) == ""


def test_what_a_person_gave_is_found_however_the_source_is_spaced(tmp_path: Path) -> None:
    path = tmp_path / IMPORTED
    path.write_text("Mưa lớn gây sạt lở.\tHeavy rain caused landslides.\n", encoding="utf-8")
    found = Memory([path], small_glossary()).corrected("Mưa lớn\u00a0 gây\nsạt lở.")
    assert found == "Heavy rain caused landslides."


def test_the_english_of_a_roman_number_is_its_own(memory: Memory) -> None:
    said = "Chào mừng Đại hội lần thứ XIV."
    assert memory.unexplained(said, "Welcoming the 14th Congress.", Masker(small_glossary()).times) == []
    assert memory.unexplained(said, "Welcoming the 15th Congress.", Masker(small_glossary()).times) == ["15"]


def test_a_small_number_that_was_spelled_is_exchanged_too(memory: Memory) -> None:
    found = memory.find("Có 15 nhà máy dừng máy.", Masker(small_glossary()).times)
    assert found == "15 factories stopped."


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ("một câu\n", "row 1: is not Vietnamese, a tab and English"),
        ("a\tb\nthiếu\t\n", "row 2: is not"),
        ("a\tb\tc\n", "row 1: is not"),
        ("a\tb\tc\td\te\n", "row 1: is not"),
        ("a\tb\tLan\t31/7/2025\n", "row 1: is not a time as in 2025-07-31T08:30:00Z: '31/7/2025'"),
    ],
)
def test_a_wrong_line_names_file_and_row(tmp_path: Path, content: str, row: str) -> None:
    path = tmp_path / "wrong.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GlossaryError, match=rf"wrong\.tsv, {row}"):
        Memory([path], small_glossary())


def test_a_line_may_say_who_and_when(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("a\tb\tLan Anh\t2025-07-31T08:30:00Z\r\nc\td\t\t\n", encoding="utf-8")
    assert list(read_pairs(path)) == [
        Pair("a", "b", "pairs.tsv", "Lan Anh", "2025-07-31T08:30:00Z"),
        Pair("c", "d", "pairs.tsv"),
    ]


@pytest.mark.parametrize(
    ("source", "vi", "percent"),
    [
        ("Mưa rất lớn gây ngập.", "Mưa lớn gây ngập.", 80),
        ("Đến ngày 2/9/2024, toàn tỉnh Cao Bằng có 7 chợ mới.", PAIRS[1][0], 90),  # figures and places are no words
        ("Có 5 vụ cháy.", "Có 1 vụ cháy.", 100),  # the same words, which nobody could be sure of
        ("Mưa nhỏ rồi tạnh.", "", 0),
        ("", "", 0),
    ],
)
def test_near(memory: Memory, source: str, vi: str, percent: int) -> None:
    english = dict(PAIRS)
    assert memory.near(source) == (Near(vi, english[vi], percent) if vi else None)


def test_near_is_nothing_in_an_empty_memory() -> None:
    assert Memory([], small_glossary()).near("Mưa lớn.") is None


def test_a_file_that_is_not_utf8_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "wrong.tsv"
    path.write_bytes(b"a\tb\n\xff\xfe")
    with pytest.raises(GlossaryError, match=r"wrong\.tsv, row 2: is not UTF-8"):
        Memory([path], small_glossary())


def test_the_projects_own_memory_is_sound_and_translates_its_own_sentences() -> None:
    glossary = real_glossary()
    assert glossary.memory
    path = glossary.memory[0]
    pairs = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[:40]]
    article = article_of("\n".join(vi for vi, _ in pairs))
    segments = translate(article, extraction_of(article), glossary, None).segments
    assert sum(s.method != "none" for s in segments) >= 0.9 * len(segments)
    assert all(s.target for s in segments if s.method == "memory")


def test_memory_is_used_by_the_stage_with_the_figures_of_the_source(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("Mực nước hồ dâng thêm 2,5 m.\tThe reservoir rose by 2.5 m.\n", encoding="utf-8")
    article = article_of("Mực nước hồ dâng thêm 12,75 m.")
    (segment,) = translate(article, extraction_of(article), small_glossary([path]), None).segments
    assert (segment.method, segment.target) == ("memory", "The reservoir rose by 12.75 m.")
