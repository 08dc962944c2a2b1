"""What joins sentences is translated by a table, and the rest of the sentence is still one."""

from __future__ import annotations

import pytest
from translate_helpers import quantities_of, real_glossary, small_glossary

from pipeline.model import Span
from pipeline.translate.items import Masked
from pipeline.translate.mask import Masker
from pipeline.translate.openings import Openings


@pytest.mark.parametrize(
    ("text", "opening", "rest"),
    [
        ("Cụ thể, giá thịt lợn tăng 5%.", "Specifically,", "giá thịt lợn tăng 5%."),
        ("Trong đó: Lúa đạt 5%.", "Of which:", "Lúa đạt 5%."),
        ("Ở chiều ngược lại, giá gas giảm.", "Conversely,", "giá gas giảm."),
        ("Tuy nhiên nhu cầu còn yếu.", "", "Tuy nhiên nhu cầu còn yếu."),  # no mark: part of the sentence
        ("Cụ thể như sau:", "", "Cụ thể như sau:"),  # nothing is left
        ("Giá gas, tuy nhiên, lại giảm.", "", "Giá gas, tuy nhiên, lại giảm."),
    ],
)
def test_part(text: str, opening: str, rest: str) -> None:
    items = Masker(small_glossary()).items(text, quantities_of(text))
    got, piece = Openings(real_glossary(), ()).part(Masked(text, Span(0, len(text)), items))
    assert (got, piece.source) == (opening, rest)
    assert [text[i.start : i.end] for i in piece.items] == [text[i.start : i.end] for i in items]


def test_joined() -> None:
    openings = Openings(real_glossary(), {"prices"})
    assert openings.joined("However,", "Prices rose.") == "However, prices rose."
    assert openings.joined("However,", "GRDP rose.") == "However, GRDP rose."
    assert openings.joined("However,", "Lang Son grew.") == "However, Lang Son grew."
    assert openings.joined("", "Prices rose.") == "Prices rose."
