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
        rows = {key.rpartition(".")[2]: row for key, row in phrase_group(glossary, "bound").items()}
        sides = [(rows[side], rows[f"{side}-also"]) for side in ("more", "less")]
        # What no translation may leave out, and what may be said in other ways.
        self._plain = [_ways(plain[0]) for plain, _ in sides]
        self._vietnamese = [_ways((*plain[0], *also[0])) for plain, also in sides]
        self._english = [alternatives(plain[1]) for plain, _ in sides]

    def turned(self, output: str, masked: Masked, form: str) -> bool:
        """Whether a figure's bound has changed its side, got lost or come from nowhere."""
        source = masked.filled([_OWN.format(n) for n in range(len(masked.items))])
        told = {n: " ".join(keys(words)) for n, words in _before(source, _OWN)}
        for n, words in _before(output, form):
            if masked.items[n].kind != "figure":
                continue
            stated, said = _sides(words.casefold(), self._english), _sides(told[n], self._vietnamese)
            if stated - said or (_sides(told[n], self._plain) and not stated):
                return True
        return False


def _ways(ways: Sequence[str]) -> list[str]:
    return [" ".join(keys(way)) for way in ways]


def _sides(words: str, sides: Sequence[Sequence[str]]) -> set[int]:
    """The sides whose words stand last among these."""
    return {n for n, ways in enumerate(sides) if any(f" {words} ".endswith(f" {way} ") for way in ways)}


def unbracketed(output: str, masked: Masked, form: str) -> bool:
    """Whether an item has left the brackets that it stands in, or come into some; or a bracket was never closed."""
    source = masked.filled([_OWN.format(n) for n in range(len(masked.items))])
    left_open = source.count("(") == source.count(")") and output.count("(") != output.count(")")
    return left_open or _inside(source, _OWN) != _inside(output, form)


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
