"""The normal form: what is removed, what is repaired, which lines belong together."""

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import CORPUS, PARAGRAPHS, TITLE, read

from pipeline.read.normal import Line, clean_line, clean_lines, is_syllable, join_lines


def cases() -> Iterator[tuple[list[str], list[str]]]:
    rows = (CORPUS / "read-joining.txt").read_text(encoding="utf-8").splitlines()
    text = "\n".join(row for row in rows if not row.startswith("# "))
    for block in filter(None, (part.strip("\n") for part in text.split("\n\n"))):
        broken, wanted = block.split("\n=>\n")
        yield broken.split("\n"), wanted.split("\n")


def normal(*lines: str) -> list[str]:
    return [line.text for line in join_lines(clean_lines(map(Line, lines)))]


@pytest.mark.parametrize(("broken", "wanted"), list(cases()))
def test_corpus_of_joining(broken: list[str], wanted: list[str]) -> None:
    assert normal(*broken) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("  Thu\u00a0ngân   sách\t", "Thu ngân sách"),
        ("HƯ\u00adNG YÊN", "HƯNG YÊN"),
        ("Lạng\u200b Sơn\ufeff", "Lạng Sơn"),
        ("\u00d0ối với HĐND", "Đối với HĐND"),
        ("nông nghiê\u0323p", "nông nghiệp"),
        ("to\u0302\u0309ng", "tổng"),
    ],
)
def test_characters(written: str, wanted: str) -> None:
    assert clean_line(Line(written)).text == wanted


def test_a_line_that_holds_breaks_becomes_several() -> None:
    assert normal("Một\r\nHai\u2028Ba\n\n \nBốn\x0cNăm") == ["Một", "Hai", "Ba", "Bốn", "Năm"]


def test_markup_that_says_heading_or_entry_keeps_lines_apart() -> None:
    lines = (Line("Trồng trọt", "heading", 3), Line("cây lúa được mùa"), Line("cây ngô", "item"), Line("giảm nhẹ"))
    assert [line.text for line in join_lines(lines)] == ["Trồng trọt", "cây lúa được mùa", "cây ngô", "giảm nhẹ"]


@pytest.mark.parametrize("word", ["thông", "nghệ", "và", "Quốc", "giếng", "khuỷu", "ý", "yêu", "Đắk", "ươm"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["th", "N", "đ", "thểth", "kg", "UBND", "tấnkm", "hp"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_only_what_was_repaired_is_found_and_where() -> None:
    whole = read(f"{TITLE}\n{PARAGRAPHS[0]}\n{PARAGRAPHS[1]}\n")
    assert whole.findings == ()
    broken = read(f"{TITLE}\n\u00d0ến nay,\n{PARAGRAPHS[0]}\nN\nhà máy\u200bmới chạy thử 2 MW.\n{PARAGRAPHS[1]}\n")
    found = [(f.code, f.severity, broken.text[f.span.start : f.span.end][:8]) for f in broken.findings if f.span]
    assert found == [
        ("read.joined-lines", "info", "Đến nay,"),
        ("read.repaired-letter", "info", "Đến nay,"),
        ("read.joined-syllable", "info", "Nhà máym"),
        ("read.removed-invisible", "info", "Nhà máym"),
    ]
    assert all(f.message.vi and f.message.en for f in broken.findings)


texts = st.lists(
    st.text(st.sampled_from(" \n\u00a0\u00ad\u200baăâđĐoôơưtThN1.)(,-:;%[]\u0323\u0301\u0302ÐIVX"), max_size=30)
    | st.text(max_size=20)
    | st.sampled_from(["ghệ thuật", "t hông", "thông", "1. Công nghiệp", "a) Lúa", "tăng 5%.", "- Sởi"]),
    max_size=8,
)


@settings(deadline=None)
@given(texts)
def test_normal_form_is_a_fixed_point(lines: list[str]) -> None:
    once = normal(*lines)
    assert normal(*once) == once


@settings(deadline=None)
@given(texts)
def test_normal_form_is_composed_and_tidy(lines: list[str]) -> None:
    for line in normal(*lines):
        assert line
        assert unicodedata.is_normalized("NFC", line)
        assert line == " ".join(line.split())
        assert not set(line) & set("\u00ad\u200b\ufeff\u00d0")


@settings(deadline=None)
@given(texts)
def test_joining_loses_no_letter_and_no_digit(lines: list[str]) -> None:
    cleaned = clean_lines(map(Line, lines))
    before = "".join(line.text for line in cleaned).replace(" ", "")
    assert "".join(line.text for line in join_lines(cleaned)).replace(" ", "") == before
