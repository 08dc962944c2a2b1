"""Expressions of time (tests/corpus/periods.txt), and what must never be one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.glossary import Glossary
from pipeline.periods import Calendar, PeriodReader

CORPUS = Path(__file__).parent / "corpus" / "periods.txt"
JUNE = Calendar(2023, 6)


@pytest.fixture(scope="module")
def reader(glossary: Glossary) -> PeriodReader:
    return PeriodReader.of(glossary)


def cases() -> list[tuple[str, str, str]]:
    lines = [line for line in CORPUS.read_text(encoding="utf-8").splitlines() if "=>" in line and line[0] != "#"]
    parts = [line.partition(" => ") for line in lines]
    return [(text, *codes.split(" ; ")) for text, _, codes in parts]  # type: ignore[misc]  # two codes a line


@pytest.mark.parametrize(("text", "flow", "stock"), cases())
def test_case(text: str, flow: str, stock: str, reader: PeriodReader) -> None:
    sentence = f"Kết quả {text} như sau"
    mentions = reader.find(sentence)
    assert [sentence[m.start : m.end] for m in mentions] == [text]
    printed = {None: "-", "": "="}
    assert printed.get(JUNE.code(mentions[0]), JUNE.code(mentions[0])) == flow
    assert printed.get(JUNE.code(mentions[0], stock=True), JUNE.code(mentions[0], stock=True)) == stock


@pytest.mark.parametrize(
    "text",
    [
        "tăng 5,32%", "06/11 dự án", "12/18 xã", "trong thángg", "năm nay", "bốn bên", "2.285 triệu", "31/2/2023",
        "các tháng năm ấy", "2-3 tháng",
    ],
)  # fmt: skip
def test_what_is_no_time(text: str, reader: PeriodReader) -> None:
    assert reader.find(text) == []


def test_an_age_and_the_months_to_come_are_not_counted_from_january(reader: PeriodReader) -> None:
    mentions = reader.find("Trẻ 9 tháng tuổi; 3 tháng tới và 5 tháng qua; 5 tháng")
    assert [(m.kind, m.months) for m in mentions] == [
        ("duration", 9), ("duration", 3), ("duration", 5), ("months", 5)
    ]  # fmt: skip
    assert [JUNE.code(m) for m in mentions] == [None, None, None, "2023-01/2023-05"]


def test_named_times_are_those_inside_a_relation(reader: PeriodReader) -> None:
    text = "Từ đầu năm đến hết tháng 5/2023, từ ngày 15/5 đến ngày 14/6/2023, cuối quý II, tháng này, lũy kế"
    assert [text[m.start : m.end] for m in reader.named(text)] == [
        "tháng 5/2023", "ngày 15/5", "ngày 14/6/2023", "quý II"
    ]  # fmt: skip


@given(st.text(alphabet="tháng quý ngày năm đến từ hết 0123456789/-,.II", max_size=200))
def test_mentions_never_overlap_and_always_have_a_meaning(text: str) -> None:
    reader = PeriodReader([("ba", 3), ("năm", 5)])
    end = 0
    for mention in reader.find(text):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
        JUNE.code(mention)
        JUNE.code(mention, stock=True)


def test_the_number_of_a_name_is_no_day(reader: PeriodReader) -> None:
    text = "Dịch Covid-19 tháng 6/2023 ghi nhận 5 ca"
    assert [text[m.start : m.end] for m in reader.find(text)] == ["tháng 6/2023"]
