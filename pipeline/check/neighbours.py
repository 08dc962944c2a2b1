"""What a figure's next neighbours in the text say of it: verbs, absolute changes, levels, ratios.

Many a fact has no indicator of its own, but the words between two figures tell what they are to each other:
"sản lượng đạt 1.000 tấn, giảm 5% (-52 tấn)" is a level, its growth and its change, whatever grew. Only words
that are known stand between neighbours; where others do, nothing is concluded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipeline.glossary import Glossary
from pipeline.model import GROWTH_BASES, PLAN_BASES, Quantity
from pipeline.vietnamese import alternation

_ASIDE = r"(?:\s*\([^()\d]*\))?"  # a remark without figures
_ENDS = re.compile(r"\s*[),;.]|$")
_NO_AMOUNT = ("percent", "percentage_point", "times", "percent/year", "percent/month")


class Change(NamedTuple):
    """A growth in percent and the amount beside it, as indices of quantities; `level` where one stands before.

    `verb` is 1 for a rise and -1 for a fall as the growth's verb says; `sign` the same as the amount says.
    """

    level: int | None
    growth: int
    change: int
    verb: int
    sign: int


class Ratio(NamedTuple):
    """A ratio ("bằng 98,2%") and a growth ("giảm 1,8%") of one pair, as indices of quantities."""

    ratio: int
    growth: int
    verb: int


class Harvest(NamedTuple):
    """A yield with the areas before it and the output after it in one paragraph, as indices of quantities."""

    areas: tuple[int, ...]
    rate: int
    output: int


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


def _openings(surfaces: Iterable[str]) -> list[str]:
    """The surfaces that no other one begins: where one stands, one of these does."""
    kept: list[str] = []
    for surface in sorted(surfaces):
        if not kept or not surface.startswith(kept[-1]):
            kept.append(surface)
    return kept


class Neighbours:
    """The quantities of a text and the words between them."""

    def __init__(self, text: str, quantities: tuple[Quantity, ...], glossary: Glossary) -> None:
        """Make the patterns from the glossary's words."""
        self.text, self.quantities = text, quantities
        words = [*glossary.words, *glossary.arithmetic]
        by = {c: alternation(w.surface for w in words if w.category == c) for c in {w.category for w in words}}
        self._bases = {_plain(s): c.basis for c in glossary.comparisons for s in c.surfaces}
        bases = (s for c in glossary.comparisons if c.basis in GROWTH_BASES for s in c.surfaces)
        plans = _openings(s for c in glossary.comparisons if c.basis in PLAN_BASES for s in c.surfaces)
        about = rf"(?:(?:{by['approximation']})\s+)?"
        verb = rf"(?:(?P<rise>{by['rise']})|(?P<fall>{by['fall']}))"
        basis = rf"(?P<basis>{alternation(bases)})(?:\s+(?:năm\s+)?(?:19|20)\d\d)?"
        share = rf"(?:{by['share']})"
        flags = re.IGNORECASE
        self._verb = re.compile(rf"(?<!\w){verb}\s+{about}$", flags)
        self._signed = re.compile(rf"(?<!\w){verb}\s+{about}\(?\s*$", flags)
        self._ratio = re.compile(rf"(?<!\w)(?:{by['ratio']})\s+{about}$", flags)
        self._share = re.compile(rf"(?<!\w){share}\s+{about}$", flags)
        self._change = re.compile(
            rf"(?:\s+{basis})?\s*,?\s*(?P<open>\()?\s*(?P<link>(?:{by['equal']})\s+)?(?:{verb}\s+)?{about}", flags
        )
        self._level = re.compile(rf"{_ASIDE}[\s,;]*(?:{basis}[\s,]*)?{verb}\s+{about}", flags)
        self._beside = re.compile(rf"{_ASIDE}[\s,]*{share}\s+{about}", flags)
        self._behind = re.compile(rf"[^.;:()\d]*,\s*(?:{basis}\s+)?{verb}\s+{about}", flags)
        self._same = re.compile(
            rf"(?:\s+{basis})?\s*[,(]?\s*(?:(?:{by['equal']})\s*,?\s+)?(?:(?:{by['and']})\s+)?{verb}\s+{about}", flags
        )
        self._after = re.compile(rf"\s+{basis}", flags)
        self._behind_change = re.compile(rf"\s*[,(]\s*{verb}\s+{about}", flags)
        # "tăng, giảm (%)", "tăng/giảm": the head of a list says neither
        self._either = re.compile(rf"(?<!\w)(?:{by['rise']}|{by['fall']})\s*[,/–-]\s*$", flags)
        self._of_whole = re.compile(rf"\s*(?:[,.;:()]|$|(?:{by['whole']})(?!\w))", flags)
        self._plan = re.compile(rf"\s+(?:{alternation(plans)})", flags)

    def between(self, at: int) -> str:
        """The words from a quantity to the next one."""
        return self.text[self.quantities[at].span.end : self.quantities[at + 1].span.start]

    def before(self, at: int) -> str:
        """The words from the quantity before to this one."""
        start = self.quantities[at - 1].span.end if at else 0
        return self.text[start : self.quantities[at].span.start]

    def direction(self, at: int) -> int:
        """What the verb right before a quantity says: 1 a rise, -1 a fall, 0 neither."""
        words = self.before(at)
        match = self._verb.search(words)
        if match is None or self._either.search(words[: match.start()]):
            return 0
        return 1 if match["rise"] else -1

    def verb_words(self, at: int) -> str:
        """The verb right before a quantity and what stands between, empty without one."""
        match = self._signed.search(self.before(at))
        return match[0] if match else ""

    def contradicts_its_verb(self, at: int) -> bool:
        """Whether a sign says the opposite of the verb before it: "tăng -3,5%"; a dash may be no sign."""
        quantity, match = self.quantities[at], self._signed.search(self.before(at))
        if match is None or not self.is_signed(at) or self.text[quantity.span.start] == "\N{EN DASH}":
            return False
        if self._either.search(self.before(at)[: match.start()]):
            return False
        return quantity.low < 0 if match["rise"] else quantity.low > 0

    def is_signed(self, at: int) -> bool:
        """Whether a sign is printed before the digits."""
        return self.quantities[at].rule.endswith("+sign")

    def is_level(self, at: int) -> bool:
        """Whether a quantity is an amount that no verb or sign makes a movement."""
        quantity = self.quantities[at]
        plain = quantity.unit not in _NO_AMOUNT and quantity.low == quantity.high and quantity.rule != "whole"
        return plain and not self.is_signed(at) and not self.direction(at)

    def is_percent(self, at: int) -> bool:
        """Whether a quantity is one percentage, not a range of them."""
        quantity = self.quantities[at]
        return quantity.unit == "percent" and quantity.low == quantity.high

    def is_of_whole(self, at: int) -> bool:
        """Whether the words behind a share name no whole, or the whole as such ("chiếm 40% tổng vốn")."""
        return self._of_whole.match(self.text, self.quantities[at].span.end) is not None

    def _basis(self, match: re.Match[str] | None) -> str:
        """The code of the basis that a pattern has met, empty without one."""
        return self._bases.get(_plain(match["basis"]), "") if match and match["basis"] else ""

    # --- growth and change ----------------------------------------------------------------

    def changes(self) -> Iterator[Change]:
        """Every growth with its absolute change beside it, whichever comes first."""
        for at in range(len(self.quantities) - 1):
            verb = self.direction(at)
            if self.is_percent(at) and verb and (sign := self._sign(at, verb)):
                yield Change(self._level_of(at), at, at + 1, verb, sign)
            elif verb and self.is_percent(at + 1) and self.quantities[at].unit not in ("", *_NO_AMOUNT):
                match = self._behind_change.fullmatch(self.between(at))  # "giảm 52 ha (giảm 26,17%)"
                said = 0 if match is None else 1 if match["rise"] else -1
                if said == verb and not self.is_signed(at + 1) and self.quantities[at].low == self.quantities[at].high:
                    yield Change(self._level_of(at), at + 1, at, said, verb)

    def _sign(self, at: int, verb: int) -> int:
        """The sign of the change behind a growth; 0 where what follows is none, or may be something else."""
        quantity, match = self.quantities[at + 1], self._change.fullmatch(self.between(at))
        if match is None or quantity.unit in _NO_AMOUNT or quantity.low != quantity.high or not quantity.low:
            return 0
        if not match["open"] and not match["link"]:
            return 0  # "tăng 5%, giảm 3 vụ": of something else
        own, later = self._basis(match), self._basis(self._after.match(self.text, quantity.span.end))
        if own and later and own != later:
            return 0  # "tăng 5% so với cùng kỳ (tăng 20 tấn so với tháng trước)"
        if not quantity.unit and not _ENDS.match(self.text, quantity.span.end):
            return 0  # "(tăng 7 bậc)": a unit that no table knows
        said = 1 if match["rise"] else -1 if match["fall"] else 0
        if self.is_signed(at + 1):
            sign = 1 if quantity.low > 0 else -1
            return sign if said in (0, sign) else 0
        return said or (verb if match["link"] else 0)

    def _level_of(self, growth: int) -> int | None:
        """The level that a growth is of: right before it, or before its share."""
        if growth >= 1 and self._level.fullmatch(self.between(growth - 1)):
            at = growth - 1
        elif (
            growth >= 2
            and self.quantities[growth - 1].unit == "percent"
            and self._beside.fullmatch(self.between(growth - 2))
            and self._behind.fullmatch(self.between(growth - 1))
        ):
            at = growth - 2
        else:
            return None
        return at if self.is_level(at) else None

    # --- ratios ---------------------------------------------------------------------------

    def ratios(self) -> Iterator[Ratio]:
        """Every ratio to a period before with the growth on the same period right behind it."""
        for at in range(len(self.quantities) - 1):
            second = self.quantities[at + 1]
            match = self._same.fullmatch(self.between(at))
            if not self.is_percent(at) or not self.is_percent(at + 1) or match is None:
                continue
            if not self._ratio.search(self.before(at)) or self.is_signed(at) or self.is_signed(at + 1):
                continue
            later = self._after.match(self.text, second.span.end)
            own, other = self._basis(match), self._basis(later)
            of_plan = self._plan.match(self.text, second.span.end) or not (own or other)
            if not of_plan and (not own or not other or own == other):
                yield Ratio(at, at + 1, 1 if match["rise"] else -1)

    # --- harvests -------------------------------------------------------------------------

    def harvests(self, start: int, end: int) -> Iterator[Harvest]:
        """Every yield of a paragraph with the areas before it and the output behind it."""
        inside = [i for i, q in enumerate(self.quantities) if start <= q.span.start and q.span.end <= end]
        levels = [i for i in inside if self.is_level(i)]
        areas: list[int] = []
        for n, at in enumerate(levels):
            unit = self.quantities[at].unit
            if unit == "hectare":
                areas.append(at)
            elif unit == "quintal/hectare" and areas:
                output = next((i for i in levels[n + 1 :] if self.quantities[i].unit != "VND/kg"), None)
                if output is not None and self.quantities[output].unit == "tonne":
                    yield Harvest(tuple(areas), at, output)
