"""Rows of the glossary's tables that are no vocabulary: what is checked, what letters are repaired."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the report's figures against each other: its code, how grave a finding is, its title."""

    code: str
    severity: str
    vi: str
    en: str
    KEY: ClassVar = ("code",)
    CHOICES: ClassVar = {"severity": ("error", "warning")}


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure can be, and why.

    "rounding": how many units of its last place the true value may lie below (`low`) and above (`high`) a
    printed one; for "ratio apart", how far away a ratio is still of the same pair. "measure", "indicator",
    "unit": the least and the greatest value. "land": how many times the place's land an area may be. "whole":
    counted in whole units. "signed": may be negative, so that a part may be more than its whole. "beside": a
    part that may stand beside its whole, not in it.
    """

    name: str
    category: str
    low: Decimal | None
    high: Decimal | None
    reason: str
    KEY: ClassVar = ("name",)
    OPTIONAL: ClassVar = ("low", "high")
    CHOICES: ClassVar = {"category": ("rounding", "measure", "indicator", "unit", "land", "whole", "signed", "beside")}


@dataclass(frozen=True, slots=True)
class Land:
    """The land of a place in square kilometres: General Statistics Office, Statistical Yearbook 2023."""

    code: str
    km2: Decimal | None
    KEY: ClassVar = ("code",)


@dataclass(frozen=True, slots=True)
class LegacyLetter:
    """A Vietnamese letter and its bytes in TCVN3 (ABC) and VNI-Windows, in hexadecimal digits.

    TCVN3 has no bytes of their own for accented capitals: its capital fonts (.VnTimeH) show the small ones.
    """

    code: str
    letter: str
    tcvn3: str
    vni: str
    KEY: ClassVar = ("code",)
    OPTIONAL: ClassVar = ("tcvn3",)


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A character typed in the place of Latin letters; "word": only inside a Vietnamese word."""

    code: str
    letter: str
    latin: str
    when: str
    KEY: ClassVar = ("code",)
    CHOICES: ClassVar = {"when": ("always", "word")}


@dataclass(frozen=True, slots=True)
class Sense:
    """What an ambiguous word means where one of the words `near` stands in its clause: "vụ" is a crop or a case.

    `inside` names compounds in which it is no word of its own ("dịch vụ").
    """

    sense: str
    vi: str
    en: str
    en_plural: str
    near: tuple[str, ...]
    inside: tuple[str, ...]
    note: str
    KEY: ClassVar = ("sense",)
    OPTIONAL: ClassVar = ("en_plural", "inside", "note")
