"""Whether a translation lets its figures rise and fall as the source does.

"giảm 1,26%" may become "fell 1.26%" but neither "rose 1.26%" nor "reached 1.26%", and "bằng 46,8%"
(equal to) not "up 46.8%". For each figure the words between the figure before it and it are compared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from pipeline.glossary import Glossary
from pipeline.translate.items import Masked
from pipeline.translate.patterns import alternatives, phrase_group
from pipeline.translate.restore import placeholder_pattern
from pipeline.vietnamese import fold

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Words between two figures that hand on what was said of the first ("tăng 5% và 3%").
_HANDED_ON = ({"va\u0300"}, {"and"}, {"or"}, set[str]())
_MARK = re.compile(r"[(,;:.]")
_NEAR_VI = 3  # "tăng thêm khoảng 5%"
_NEAR_EN = 2  # "rose by 5%"
_AFTER_EN = 3  # "a 5% year-on-year increase"


class Directions:
    """The glossary's words of direction, up and down."""

    def __init__(self, glossary: Glossary) -> None:
        level = phrase_group(glossary, "level")
        (ways, to), (_, by) = level["translate.level.to"], level["translate.level.by"]
        self._level, self._to, self._by = (
            frozenset(map(fold, ways)),
            frozenset(alternatives(to)),
            frozenset(alternatives(by)),
        )
        self._about = frozenset(alternatives(level["translate.level.about"][1]))
        rows = phrase_group(glossary, "direction").values()
        self._english = [frozenset(alternatives(en)) for _, en in rows]
        self._vietnamese = [tuple(tuple(map(fold, way.split())) for way in ways) for ways, _ in rows]

    def turned(self, output: str, masked: Masked, form: str) -> bool:
        """Whether a direction was turned round, lost or invented."""
        figures = {n for n, item in enumerate(masked.items) if item.kind == "figure"}
        source = masked.filled([f"\N{OBJECT REPLACEMENT CHARACTER}{n} " for n in range(len(masked.items))])
        before = {
            n: [fold(w) for w in ws] for n, ws, _ in _windows(source, "\N{OBJECT REPLACEMENT CHARACTER}{}", figures)
        }
        anywhere = self._in_vietnamese([fold(w) for w in _WORD.findall(source)])
        spoken = self._in_english(_WORD.findall(placeholder_pattern(form).sub(" ", output)))
        if anywhere and spoken - anywhere:
            return True
        allowed: set[int] = set()
        allowed_of: dict[int, set[int]] = {}
        for n, words in before.items():
            allowed = allowed if set(words) in _HANDED_ON else self._in_vietnamese(words)
            allowed_of[n] = allowed
        stated: set[int] = set()
        for n, words, after in _windows(output, form, figures):
            handed_on = set(map(str.casefold, words)) in _HANDED_ON
            stated = stated if handed_on else self._in_english([*words, *after[:_AFTER_EN]])
            if self._in_english(words[-_NEAR_EN:]) - allowed_of[n]:
                return True
            if self._plainly(before[n][-_NEAR_VI:]) - stated:
                return True
            if self._other_end(before[n], words, percent=masked.items[n].english.endswith("%")):
                return True
        return False

    def _other_end(self, vietnamese: list[str], english: list[str], *, percent: bool) -> bool:
        """Whether a change by an amount has become a change to it, or the reverse.

        "tăng 5%" is by and "tăng lên 64.000 đồng" to; a percentage after "lên" may be either.
        """
        near = vietnamese[-_NEAR_VI:]
        last = next((w.casefold() for w in reversed(english) if w.casefold() not in self._about), "")
        if last in self._to:
            return bool(self._plainly(near)) and not self._level & set(near)
        return last in self._by and not percent and bool(self._level & set(near[-2:]))

    def _in_vietnamese(self, words: list[str]) -> set[int]:
        """The directions that these folded words speak of."""
        text = f" {' '.join(words)} "
        return {d for d, ways in enumerate(self._vietnamese) if any(f" {' '.join(way)} " in text for way in ways)}

    def _plainly(self, words: list[str]) -> set[int]:
        """The directions said by their first word ("tăng", "giảm"), which no translation may leave out."""
        return {d for d, ways in enumerate(self._vietnamese) if ways[0][0] in words}

    def _in_english(self, words: Collection[str]) -> set[int]:
        plain = {w.casefold() for w in words}
        return {d for d, english in enumerate(self._english) if english & plain}


def _windows(text: str, form: str, figures: Collection[int]) -> Iterator[tuple[int, list[str], list[str]]]:
    """Number of each figure, the words since the figure before it, the words up to a mark or the next one."""
    pattern = placeholder_pattern(form)
    found = [m for m in pattern.finditer(text) if int(m[1]) in figures]
    edges = [0, *(m.end() for m in found)]
    ends = [*(m.start() for m in found[1:]), len(text)]
    for match, start, end in zip(found, edges, ends, strict=False):
        words = _WORD.findall(pattern.sub(" ", text[start : match.start()]))
        after = _MARK.split(text[match.end() : end], maxsplit=1)[0]  # of "VND 39 million (up 24%)" nothing
        yield int(match[1]), words, _WORD.findall(pattern.sub(" ", after))
