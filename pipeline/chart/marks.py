"""Figures in sentences that are being made: marked as they are written, found again when the sentence is whole."""

from __future__ import annotations

import re

from pipeline.editions import Figure
from pipeline.model import Span

# Around a figure in a sentence that is being made: phrases put it anywhere, and change nothing inside.
_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_OPEN}(\\d+){_MIDDLE}([^{_CLOSE}]*){_CLOSE}")


def marked(index: int, text: str) -> str:
    """A figure's text with the observation that it prints, to be found again by parted()."""
    return f"{_OPEN}{index}{_MIDDLE}{text}{_CLOSE}"


def parted(text: str) -> tuple[str, tuple[Figure, ...]]:
    """A sentence with marked figures -> the sentence, and where it prints which."""
    plain, figures, end = "", [], 0
    for match in _MARKED.finditer(text):
        plain += text[end : match.start()]
        figures.append(Figure(Span(len(plain), len(plain) + len(match[2])), int(match[1])))
        plain, end = plain + match[2], match.end()
    return plain + text[end:], tuple(figures)
