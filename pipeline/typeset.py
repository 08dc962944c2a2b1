"""What charts and pages share: the width of text, short forms, what must not be parted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from pipeline.figures import MONTHS_EN, ROMAN, write_amount, write_number, write_period, write_unit
from pipeline.glossary import Glossary
from pipeline.model import Brief, Label, Language, Observation
from pipeline.theme import FACES, Theme

NO_BREAK, JOINER = "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"
MEANINGS = {">": "above", "<": "below", "≈": "about"}  # what stands before an inexact figure: keys of phrases


class Ruler:
    """Measures text in the theme's faces, and breaks it into lines."""

    def __init__(self, theme: Theme) -> None:
        from matplotlib.ft2font import FT2Font, LoadFlags  # noqa: PLC0415  # a heavy import

        self._flags = LoadFlags.NO_HINTING
        self._fonts = {face: FT2Font(str(theme.face(face))) for face in FACES}
        self._widths: dict[tuple[str, str], float] = {}
        for font in self._fonts.values():
            font.set_size(_MEASURED, 72)

    def width(self, text: str, size: float, face: str = "regular") -> float:
        """How wide the text is, in the unit of the size."""
        text = text.replace(JOINER, "")  # has no width, and not every font has it
        key = (text, face)
        if key not in self._widths:
            self._fonts[face].set_text(text, 0.0, flags=self._flags)
            self._widths[key] = self._fonts[face].get_width_height()[0] / 64
        return self._widths[key] * size / _MEASURED

    def wrap(self, text: str, width: float, size: float, face: str = "regular") -> list[str]:
        """Words in as few lines as fit; a single long word stays whole, and so does what no-break spaces tie."""
        lines: list[str] = []
        space, taken = self.width(" ", size, face), 0.0
        for word in filter(None, text.split(" ")):  # words are measured alone: each is met again and again
            own = self.width(word, size, face)
            if lines and taken + space + own <= width:
                lines[-1] += f" {word}"
                taken += space + own
            else:
                lines.append(word)
                taken = own
        return lines


_MEASURED = 100.0  # size at which a face is measured; outlines scale


@dataclass(frozen=True, slots=True)
class Voice:
    """One language's way to say what a brief holds, with the phrases of one stage."""

    STAGE: ClassVar[str]  # the first part of their keys

    brief: Brief
    glossary: Glossary
    language: Language

    def say(self, key: str, **facts: str) -> str:
        return self.glossary.say(f"{self.STAGE}.{key}", self.language, **facts)

    def pick(self, label: Label) -> str:
        return label.vi if self.language == "vi" else label.en

    def unit(self, o: Observation) -> str:
        return unit_words(self.glossary, o, self.language)


def unit_words(glossary: Glossary, o: Observation, language: Language) -> str:
    """An observation's unit alone ("tỷ đồng", "VND billion"); a code without a unit row is printed as it is."""
    unit = glossary.printed_unit(o)
    return o.unit if unit is None else write_unit(unit, glossary.scales.get(o.scale), language)


def amount_words(glossary: Glossary, o: Observation, language: Language, value: Decimal | None = None) -> str:
    """An observation's value, or another one in its unit, as printed ("21.294 tỷ đồng", "VND 21,294 billion")."""
    shown = o.value if value is None else value
    return write_amount(shown, shown, glossary.printed_unit(o), glossary.scales.get(o.scale), language)


def capital(text: str) -> str:
    """First letter large, the rest as it is ("xuất khẩu" -> "Xuất khẩu", "GRDP" stays)."""
    return text[:1].upper() + text[1:]


def uncapital(text: str, language: Language) -> str:
    """A period's label for the middle of a sentence ("First half of 2025" -> "first half"; "June" stays)."""
    if language == "en" and text.startswith(MONTHS_EN):
        return text
    return text[:1].lower() + text[1:]


def tied(text: str) -> str:
    """No line break between a number and its word ("tăng 4,1%", "4 tháng"), in a range ("7 - 7,5%"), in a date.

    Nor behind a hyphen ("year-on-year"): programs that read a PDF take one at a line's end for a soft hyphen.
    """
    text = re.sub(r"(?<=[\d%]) ([-\N{EN DASH}]) (?=\d)", f"{NO_BREAK}\\1{JOINER}{NO_BREAK}", text)
    text = re.sub(r"(?<=\w)([/-])(?=\d)|(-)(?=\w)", rf"\1\2{JOINER}", text)
    text = re.sub(rf"(?<=\d) (?={'|'.join(MONTHS_EN)}|tháng\b)", NO_BREAK, text)
    return re.sub(r"(?<=[\w:]) (?=[+\N{MINUS SIGN}]?\d|[IV]+\b)", NO_BREAK, text)


def signed(value: Decimal, language: Language) -> str:
    """A change -> its digits with a sign always ("+5,32", "−0.75"); nothing changed has none."""
    return ("+" if value > 0 else "") + write_number(value, language)


def mark(o: Observation) -> str:
    """What stands before a figure that the report gives inexactly, by where the true one lies: > above, < below, ≈.

    "tăng hơn 35%" lies above +35%, "giảm hơn 35%" below −35%.
    """
    if not o.approximation or o.approximation == "about":
        return "≈" if o.approximation else ""
    return ">" if (o.approximation == "over") == (o.value >= 0) else "<"


def title_period(code: str, language: Language) -> str:
    """Period code -> words for a subtitle, without an article ("first half of 2023")."""
    return write_period(code, language).removeprefix("the ")


def basis_words(table: Glossary, stem: str, o: Observation, language: Language) -> str:
    """What a figure is compared with: the phrase <stem>.<basis>, or a narrower one for its topic or its time.

    `<stem>.plan.budget` is that of the budget's figures, `<stem>.december.stock` that of amounts at a day.
    """
    if o.basis.startswith("base_"):
        return table.say(f"{stem}.base", language, year=o.basis.removeprefix("base_"))
    row = table.indicators.get(o.indicator)
    narrower = (o.indicator.partition(".")[0], row.time if row else "")
    keys = [key for n in narrower if (key := f"{stem}.{o.basis}.{n}") in table.phrases]
    return table.say([*keys, f"{stem}.{o.basis}"][0], language, year=str(int(o.period[:4]) - 1))


def period_of_year(code: str, language: Language) -> str:
    """Period code -> words without the year, which stands nearby ("tháng 6", "the first half")."""
    words = write_period(code, language)
    return words if re.fullmatch(r"\d{4}", code) else re.sub(r"(?: of |/| )\d{4}$", "", words)


def short_period(code: str, language: Language) -> str:
    """Period code -> the shortest clear words; the year stands in the masthead.

    2023-06 -> "Tháng 6", "June"; 2023-Q2 -> "Quý II", "Q2"; 2023-01/2023-06 -> "6 tháng", "Jan–Jun";
    2023-06-30 -> "30/6", "30 June"; 2023 -> "Năm 2023", "2023". Raises ValueError for anything else.
    """
    if match := re.fullmatch(r"\d{4}-(\d\d)-(\d\d)", code):
        month, day = int(match[1]), int(match[2])
        return f"{day}/{month}" if language == "vi" else f"{day} {MONTHS_EN[month - 1]}"
    if match := re.fullmatch(r"\d{4}-Q([1-4])", code):
        quarter = int(match[1])
        return f"Quý {ROMAN[quarter]}" if language == "vi" else f"Q{quarter}"
    if match := re.fullmatch(r"\d{4}-(\d\d)", code):
        month = int(match[1])
        return f"Tháng {month}" if language == "vi" else MONTHS_EN[month - 1]
    if match := re.fullmatch(r"(\d{4})-01/\1-(\d\d)", code):
        month = int(match[2])
        return f"{month} tháng" if language == "vi" else f"Jan\N{EN DASH}{MONTHS_EN[month - 1][:3]}"
    return capital(write_period(code, language))


def month_label(code: str, language: Language) -> str:
    """A month's code -> its short name with the year ("Apr 2025", "4/2025")."""
    year, month = code[:4], int(code[5:])
    return f"{month}/{year}" if language == "vi" else f"{MONTHS_EN[month - 1][:3]} {year}"
