"""Whether figures have the bounds, and stand in the brackets, that they have in the source.

"dưới 9 chỗ" is not "over 9 seats", and "(tăng 5%)" stays in its brackets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.glossary import Glossary
from pipeline.translate.items import Masked
from pipeline.translate.patterns import alternatives, phrase_group
from pipeline.translate.restore import placeholder_pattern
from pipeline.vietnamese import keys

_NEAR = 3  # words before a figure
_OWN = "\N{OBJECT REPLACEMENT CHARACTER}{}\N{OBJECT REPLACEMENT CHARACTER}"
_WORDS = re.compile(r"[^\W\d_]+")


class Bounds:
    """The glossary's words that set a figure a bound ("hơn", "dưới"), by its side."""

    def __init__(self, glossary: Glossary) -> None:
        rows = phrase_group(glossary, "bound").values()
        self._vietnamese = [[" ".join(keys(way)) for way in ways] for ways, _ in rows]
        self._english = [alternatives(en) for _, en in rows]

    def turned(self, output: str, masked: Masked, form: str) -> bool:
        """Whether a figure's bound has changed its side or come from nowhere."""
        source = masked.filled([_OWN.format(n) for n in range(len(masked.items))])
        said = {n: self._sides(" ".join(keys(words)), self._vietnamese) for n, words in _before(source, _OWN)}
        for n, words in _before(output, form):
            if masked.items[n].kind == "figure" and self._sides(words.casefold(), self._english) - said[n]:
                return True
        return False

    def _sides(self, words: str, sides: Sequence[Sequence[str]]) -> set[int]:
        return {n for n, ways in enumerate(sides) if any(f" {words} ".endswith(f" {way} ") for way in ways)}


def unbracketed(output: str, masked: Masked, form: str) -> bool:
    """Whether an item has left the brackets that it stands in, or come into some."""
    source = masked.filled([_OWN.format(n) for n in range(len(masked.items))])
    return _inside(source, _OWN) != _inside(output, form)


def _before(text: str, form: str) -> list[tuple[int, str]]:
    """The number of each placeholder and the words straight before it."""
    pattern = placeholder_pattern(form)
    found = []
    start = 0
    for match in pattern.finditer(text):
        found.append((int(match[1]), " ".join(_WORDS.findall(text[start : match.start()])[-_NEAR:])))
        start = match.end()
    return found


def _inside(text: str, form: str) -> set[int]:
    """The placeholders that stand in brackets."""
    depths = ((int(m[1]), text.count("(", 0, m.start()) - text.count(")", 0, m.start()))
              for m in placeholder_pattern(form).finditer(text))  # fmt: skip
    return {n for n, depth in depths if depth > 0}
