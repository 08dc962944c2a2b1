"""No text makes extraction fail, lose a number or work more than its length asks."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_extract_corpus import Case, article
from test_extract_ledger import sound

from pipeline.extract import extract
from pipeline.extract.lexicon import PhraseTable
from pipeline.glossary import Glossary
from pipeline.model import Extraction

WORDS = (
    "tăng", "giảm", "gấp đôi", "bằng", "đạt", "ước đạt", "chiếm", "đóng góp", "so với cùng kỳ",
    "so với tháng trước", "kế hoạch", "Trong đó", "lần lượt", "và", "về", "do", "GRDP", "khu vực dịch vụ",
    "Chỉ số giá tiêu dùng", "Thu nội địa", "đàn bò", "diện tích lúa", "tháng 6", "quý II",
    "6 tháng đầu năm 2024", "cuối tháng 5", "ngày 15/6/2024", "tỷ đồng", "ha", "%", "con", "điểm phần trăm",
    "lần", "một nửa", "1.234,5", "75,8", "12", "5. 226", "06/11", "5.000-15.000", "81/2021/NĐ-CP", "H5N1",
    "(", ")", ",", ";", ":", ".", "–", "+", "-", '"', "\n",
)  # fmt: skip
unhurried = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def read(text: str, glossary: Glossary) -> Extraction:
    """Extract a text, whose ledger must then be sound."""
    report = article(Case("any", "VN-09", "2024-06", text.split("\n")))
    extraction = extract(report, glossary)
    sound(report, extraction)
    return extraction


@unhurried
@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_any_row_of_words_of_the_genre(glossary: Glossary, words: list[str]) -> None:
    read(" ".join(words), glossary)


def _mutated(text: str, chance: random.Random) -> str:
    """A text with pieces lost, doubled and moved, and stray marks put in."""
    for _ in range(60):
        a, b = sorted(chance.randrange(len(text)) for _ in range(2))
        b = min(b, a + 200)
        text = chance.choice(
            (
                text[:a] + text[b:],
                text[:b] + text[a:b] + text[b:],
                text[:a] + text[b:] + text[a:b],
                text[:a] + chance.choice('()%,.;:-–\n0 /"') + text[a:],
            )
        )
    return text


def test_damaged_reports(shared: Path, glossary: Glossary) -> None:
    for path in sorted((shared / "reports").glob("*.txt")):
        text = path.read_text(encoding="utf-8")[:15_000]
        read(_mutated(text, random.Random(path.stem)), glossary)  # noqa: S311  # no secret: the same damage in every run


def test_the_same_text_is_always_read_alike(glossary: Glossary) -> None:
    text = "GRDP 6 tháng tăng 6,9% so với cùng kỳ. Thu nội địa đạt 1.200 tỷ đồng, gấp đôi cùng kỳ."
    first = read(text, glossary)
    read("Đàn bò 1.000 con, giảm 2% so với tháng trước.", glossary)
    assert read(text, glossary) == first


def _looks(text: str, glossary: Glossary, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many times phrase tables are asked while a text is read; the tables are the real ones."""
    asked = 0
    match = PhraseTable.match

    def counted(self: PhraseTable[object], *place: object) -> object:
        nonlocal asked
        asked += 1
        return match(self, *place)  # type: ignore[arg-type]  # handed on as they came

    with monkeypatch.context() as patch:
        patch.setattr(PhraseTable, "match", counted)
        read(text, glossary)
    return asked


@pytest.mark.parametrize(
    "piece",
    [
        "(", "tăng ", "1,", "trong đó ", "và ", "so với ", "lần lượt tăng 1% và 2%, ", "gấp ", "12 ", "tháng ",
        "GRDP tăng 6,9% so với cùng kỳ; ", "cây lúa, ", "1.234-", "((5%) ", "từ ngày ", "một phần ",
        "Thu nội địa đạt 1.200 tỷ đồng, tăng 5%. ",
    ],
)  # fmt: skip
def test_work_grows_with_length(glossary: Glossary, monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    nothing = _looks("", glossary, monkeypatch)
    once, more = (_looks(piece * n, glossary, monkeypatch) - nothing for n in (200, 1600))
    assert more <= 8.5 * max(once, 1)
