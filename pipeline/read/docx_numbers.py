"""The numbering of a Word document: Word keeps "1.", "a)", "II." outside of the text and counts them anew."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_DEEPEST = 9  # levels of a list


def local(element: etree._Element) -> str:
    """The name of an element without its namespace, empty for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first child of these names, one in the other."""
    for name in path:
        element = next((c for c in element if local(c) == name), None) if element is not None else None
    return element


def value(element: etree._Element | None, name: str = "val") -> str:
    """An attribute of an element whatever its namespace, empty where there is none."""
    if element is None:
        return ""
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), "")


def whole(text: str, otherwise: int = 0) -> int:
    """Text -> the whole number it is, or another where it is none."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else otherwise


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    pattern: str = ""


def _written(number: int, form: str) -> str:
    if form in {"upperLetter", "lowerLetter"}:
        letter = chr(ord("a") + (number - 1) % 26)
        return letter.upper() if form == "upperLetter" else letter
    if form in {"upperRoman", "lowerRoman"} and 0 < number < 50:
        roman, rest = "", number
        for amount, sign in _ROMAN:
            roman += sign * (rest // amount)
            rest %= amount
        return roman if form == "upperRoman" else roman.lower()
    return str(number)


@dataclass
class Numbering:
    """Counts the paragraphs of a document's lists; each list has its own counters."""

    lists: dict[str, tuple[str, dict[int, _Level]]] = field(default_factory=dict)
    counts: defaultdict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    begun: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, root: etree._Element | None) -> Numbering:
        """numbering.xml -> its lists."""
        found = cls()
        kinds: dict[str, dict[int, _Level]] = {}
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                kinds[value(element, "abstractNumId")] = _levels(element)
            elif local(element) == "num":
                kind = value(child(element, "abstractNumId"))
                levels = dict(kinds.get(kind, {}))
                own = [c for c in element if local(c) == "lvlOverride"]
                for override in own:
                    place = whole(value(override, "ilvl"))
                    base = _levels(override).get(place, levels.get(place, _Level()))
                    start = whole(value(child(override, "startOverride")), base.start)
                    levels[place] = _Level(start, base.form, base.pattern)
                number = value(element, "numId")
                found.lists[number] = (f"num {number}" if own else kind, levels)  # an override counts anew
        return found

    def label(self, number: str, depth: int) -> str | None:
        """The next label of a list at a depth: "2.1." ; "" for a bullet, None where there is no such list."""
        if number not in self.lists or not 0 <= depth < _DEEPEST:
            return None
        key, levels = self.lists[number]
        counts = self.counts[key]
        level = levels.get(depth, _Level())
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        if level.form in {"bullet", "none"}:
            return ""

        def shown(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            at = levels.get(place, _Level())
            return _written(counts.get(place, at.start), at.form)

        return re.sub(r"%([1-9])", shown, level.pattern[:40])


def _levels(element: etree._Element) -> dict[int, _Level]:
    return {
        whole(value(c, "ilvl")): _Level(
            whole(value(child(c, "start")), 1), value(child(c, "numFmt")) or "decimal", value(child(c, "lvlText"))
        )
        for c in element
        if local(c) == "lvl"
    }
