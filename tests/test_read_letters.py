"""Letters and digits that look right and are others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import PARAGRAPHS, TITLE, glossary, lines_of, read

from pipeline.read.letters import letters_of
from pipeline.read.normal import Line

LETTERS = letters_of(glossary())


def mended(text: str) -> tuple[str, frozenset[str]]:
    line = LETTERS.mend(Line(text))
    return line.text, line.repairs


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Tổng s\u0430n phẩm", "Tổng san phẩm"),  # Cyrillic a
        ("\u0421ông nghiệp", "Công nghiệp"),
        ("\u0441\u0430\u043e", "cao"),  # all of it is Cyrillic, and a syllable
        ("kinh t\u0435\u0302\u0301", "kinh tế"),  # Cyrillic e with marks of its own
        ("CP\u0406 và GRD\u03a1", "CPI và GRDP"),
        ("\u2161. XÃ HỘI", "II. XÃ HỘI"),
        ("ti\ufb01n", "tifin"),
    ],
)
def test_look_alikes(written: str, wanted: str) -> None:
    assert mended(written) == (wanted, frozenset(["lookalike-letters"]))


@pytest.mark.parametrize(
    "text", ["Москва и Сочи", "5 \u03bcm, \u03b1 = 0,05, \u03a9", "\u0441\u0442", "Tổng sản phẩm 5,3% – «a»"]
)
def test_other_scripts_stay(text: str) -> None:
    assert mended(text) == (text, frozenset())


@pytest.mark.parametrize(
    ("written", "wanted"),
    [("tăng １２，５％ （so）", "tăng 12,5% (so)"), ("ＧＲＤＰ：５．３", "GRDP:5.3"), ("\uff11\u3000\uff12", "1 2")],
)
def test_full_width_characters(written: str, wanted: str) -> None:
    assert mended(written) == (wanted, frozenset(["full-width"]))


def test_what_was_repaired_is_found_where_it_stands() -> None:
    article = read(
        f"{TITLE}\n{PARAGRAPHS[0].replace('Tám', 'Tám １', 1)}\n{PARAGRAPHS[1].replace('c', chr(0x441), 1)}\n"
    )
    found = [(f.code, article.text[f.span.start : f.span.end][:5]) for f in article.findings if f.span]
    assert found == [("read.full-width", "Chỉ s"), ("read.lookalike-letters", "Tổng ")]
    assert lines_of(article)[2] == PARAGRAPHS[1]


@pytest.mark.parametrize(
    "text", ["tăng75,8%", "giảm 1,41%%", "đạt 6.53%", "5. 226 tấn", "1 .234,5 tỷ", "O,5%", "l2 xã"]
)
def test_digits_and_their_marks_are_left_to_extract(text: str) -> None:
    assert mended(text) == (text, frozenset())
    assert text in read(f"{TITLE}\n{PARAGRAPHS[0]}\n{PARAGRAPHS[1]} Cụ thể {text} nữa.\n").text


@settings(deadline=None)
@given(st.text(st.sampled_from("ао\u0435\u0441\u03bfc aăn\u0301\u0323１２％\u2160ﬁ.") | st.characters(), max_size=30))
def test_mending_again_changes_nothing(text: str) -> None:
    once = LETTERS.mend(Line(" ".join(text.split())))
    again = LETTERS.mend(Line(once.text))
    assert (again.text, again.repairs) == (once.text, frozenset())
