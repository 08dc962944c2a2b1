"""The lines of a page -> the lines of its article, without menus, lists of other articles and footers.

Nothing is cut from the middle of an article: a mark such as "Tin khác" ends it only where little text
follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile

from pipeline.read.normal import JOINED, NUMBERED, Line
from pipeline.read.period import PeriodGrammar, mentions
from pipeline.read.place import PlaceGrammar
from pipeline.read.place import mentions as places_named
from pipeline.read.words import PageWords
from pipeline.vietnamese import alternation, keys

_DATE = r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>20\d\d)"
_TIME = r"\d{1,2}(?::|h|\sgiờ\s)\d{2}(?::\d{2})?(?:\s*[AP]M)?"
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?:https?://|www\.)\S+|[\d\s/.()+-]{7,}", re.IGNORECASE)
_SENTENCE = re.compile(r".{59,}[.;:…/]|.{220,}")  # running text: long with a closing mark, or very long
_CLOSED = re.compile(r"[.:;,…]$")
_TITLE_LENGTH = 220
_DATED_LENGTH = 120
_SITE_LENGTH = 60  # an office's name alone on a line is the head of its site
_HEAD = 5  # lines after the title among which it is repeated in capitals
_NEAR = 8  # lines between title and text, where the page keeps them apart: date, tools
_REST = 0.3  # share of the text that may be cut behind a mark


@dataclass(frozen=True, slots=True)
class Body:
    """An article cut out of its page: its lines (the title first, if there is one) and all other lines."""

    lines: tuple[Line, ...]
    around: tuple[Line, ...]
    published: str | None


@dataclass(frozen=True, slots=True)
class Judge:
    """Tells what a line of a page is."""

    words: PageWords
    periods: PeriodGrammar
    places: PlaceGrammar
    date: re.Pattern[str]

    def is_aside(self, line: Line) -> bool:
        """Whether a line belongs to a menu, a share bar or a contact box, or is the site's own name."""
        is_site = len(line.text) < _SITE_LENGTH and self.words.begins_office(line.text)
        is_contact = _CONTACT.fullmatch(line.text) is not None and not self.publication(line)  # 27-5-2024
        return line.linked or is_site or is_contact or self.words.is_menu(line.text)

    def is_title(self, line: Line) -> bool:
        return self.begins_title(line) and self.speaks_of_period(line)

    def begins_title(self, line: Line) -> bool:
        return len(line.text) <= _TITLE_LENGTH and self.words.begins_title(line.text)

    def speaks_of_period(self, line: Line) -> bool:
        return any(named.kind not in ("day", "count") for named in mentions(line.text, self.periods))

    def names_place(self, line: Line) -> bool:
        """Whether a line speaks of a province; where it was written ("Lạng Sơn, ngày 30/6") says nothing of that."""
        dated = any(named.kind == "day" for named in mentions(line.text, self.periods))
        return not dated and bool(places_named(line.text, self.places))

    def publication(self, line: Line) -> str | None:
        """The date of a line that holds nothing else ("Thứ sáu - 30/06/2023 04:00"), in ISO form."""
        match = self.date.fullmatch(line.text) if len(line.text) <= _DATED_LENGTH else None
        return match and iso_date(match["year"], match["month"], match["day"])


def iso_date(year: str, month: str, day: str) -> str | None:
    """Digits -> ISO 8601, None where there is no such day."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def judge(words: PageWords, periods: PeriodGrammar, places: PlaceGrammar) -> Judge:
    """Words of the glossary -> what lines are judged by."""
    around = rf"(?:{alternation(words.of('date')) or '(?!)'}|{_TIME}|[\s:,|-])*"
    return Judge(words, periods, places, re.compile(rf"{around}{_DATE}{around}", re.IGNORECASE))


def is_running_text(line: Line) -> bool:
    """Whether a line is a paragraph by its length, and not a menu entry or heading."""
    return _SENTENCE.fullmatch(line.text) is not None


def cut_article(lines: Sequence[Line], title: str, judged: Judge) -> Body:
    """Clean lines, the title if the page's markup tells it -> the article. No lines: there is none."""
    first = next((place for place, line in enumerate(lines) if is_running_text(line)), None)
    if first is None:
        return Body((), tuple(lines), None)
    begin, end = _title_at(lines, first, title, judged)
    stop = _end_at(lines, max(first, end), judged)
    named = _title_lines(lines[begin:end], title)
    inner = _without_asides(lines[end:first], judged) + _without_lists(lines[max(first, end) : stop], judged)
    dates = (judged.publication(line) for line in (*lines[end : first + 1], *reversed(lines[:begin])))
    inside = [line for line in inner if not judged.publication(line)]
    return Body(
        lines=(*named, *_repeated_title(inside, judged)),
        around=(*lines[:begin], *lines[stop:]),
        published=next((day for day in dates if day), None),
    )


def cut_tables(lines: Sequence[Line], judged: Judge) -> Body:
    """Clean lines of an appendix -> all of them, the first that is a title in front."""
    place = next((p for p, line in enumerate(lines) if judged.is_title(line)), None)
    if place is None:
        return Body(tuple(lines), (), None)
    dates = (judged.publication(line) for line in lines)
    title = replace(lines[place], mark="title", level=0)
    return Body((title, *lines[:place], *lines[place + 1 :]), (), next((day for day in dates if day), None))


def title_above(lines: Sequence[Line], inside: Sequence[Line], judged: Judge) -> str:
    """The title that a page keeps close above the article's text, where that begins without one of its own."""
    head = inside[: next((place for place, line in enumerate(inside) if is_running_text(line)), 0)]
    if any(judged.is_title(line) and not line.text.isupper() for line in head):
        return ""
    near = [line.text for line in lines[-_NEAR:] if judged.is_title(line) and not line.linked]
    return near[-1] if near else ""


def published_beside(title: str, lines: Sequence[Line], judged: Judge) -> str | None:
    """The date that stands with the title where the page keeps both apart from the article's text."""
    own = keys(title)
    titled = next((place for place, line in enumerate(lines) if keys(line.text) == own), len(lines))
    near = lines[titled + 1 : titled + 1 + _NEAR]
    return next((day for line in near if (day := judged.publication(line))), None)


def _title_at(lines: Sequence[Line], first: int, title: str, judged: Judge) -> tuple[int, int]:
    """Where the title begins and ends; equal numbers where the article begins without one."""
    if title:
        own = keys(title)
        place = next((p for p in range(first) if keys(lines[p].text) == own), None)
        return (0, 0) if place is None else (place, place + 1)
    menu_end = max((p + 1 for p in range(first) if judged.is_aside(lines[p])), default=0)
    titles = [p for p in range(first) if _is_title_at(lines[:first], p, judged)]
    dated = [p for p in titles if judged.publication(lines[p + 1])]
    chosen = dated[-1:] or [p for p in titles if p >= menu_end][:1] or titles[-1:]
    if not chosen:
        return _untitled_at(lines, menu_end, first, judged)
    place = chosen[0]
    begin = place - 1 if place and judged.words.heads_title(lines[place - 1].text) else place
    return begin, _capitals_end(lines[:first], place)


def _is_title_at(lines: Sequence[Line], place: int, judged: Judge) -> bool:
    """Whether a title begins at a place; in capitals it may say in its next lines only of when it is."""
    run = lines[place : _capitals_end(lines, place)]
    return judged.begins_title(lines[place]) and any(map(judged.speaks_of_period, run))


def _capitals_end(lines: Sequence[Line], place: int) -> int:
    """A title in capitals goes over several lines; any other line ends with itself."""
    end = place + 1
    while lines[place].text.isupper() and end < len(lines) and _is_bare_capitals(lines[end]):
        end += 1
    return end


def _is_bare_capitals(line: Line) -> bool:
    return line.text.isupper() and not NUMBERED.match(line.text)


def _untitled_at(lines: Sequence[Line], menu_end: int, first: int, judged: Judge) -> tuple[int, int]:
    """Without a usual title the first line is one if it is dated, names a period or place, and states nothing."""
    if menu_end >= first:
        return menu_end, menu_end
    line = lines[menu_end]
    headline = len(line.text) <= _TITLE_LENGTH and not _CLOSED.search(line.text) and not NUMBERED.match(line.text)
    known = judged.publication(lines[menu_end + 1]) or judged.speaks_of_period(line) or judged.names_place(line)
    return (menu_end, menu_end + 1) if headline and known and not judged.publication(line) else (menu_end, menu_end)


def _title_lines(lines: Sequence[Line], title: str) -> tuple[Line, ...]:
    if not lines:
        return (Line(title, "title"),) if title else ()
    repairs = frozenset.union(*(line.repairs for line in lines)) | ({JOINED} if len(lines) > 1 else set())
    return (Line(" ".join(line.text for line in lines), "title", repairs=repairs),)


def _repeated_title(lines: list[Line], judged: Judge) -> tuple[Line, ...]:
    """The title again in capitals, over several lines -> one heading."""
    run = list(takewhile(_is_bare_capitals, lines[:_HEAD]))
    if not any(judged.begins_title(line) for line in run):
        return tuple(lines)
    [whole] = _title_lines(run, "")
    return (replace(whole, mark="heading"), *lines[len(run) :])


def _weight(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines if is_running_text(line))


def _end_at(lines: Sequence[Line], first: int, judged: Judge) -> int:
    """Where the article ends: at the first mark with little text behind it, else at the last line of its own."""
    whole = _weight(lines[first:])
    stop = len(lines)
    for place in range(first + 1, len(lines)):
        if judged.words.footer(lines[place].text) and _weight(lines[place:]) <= _REST * whole:
            stop = place
            break
    while stop > first + 1 and (judged.is_aside(lines[stop - 1]) or judged.publication(lines[stop - 1])):
        stop -= 1
    return stop


def _without_asides(lines: Sequence[Line], judged: Judge) -> list[Line]:
    return [line for line in lines if not judged.is_aside(line)]


def _without_lists(lines: Sequence[Line], judged: Judge) -> list[Line]:
    """Titles of other articles inside the article go, from their mark to the next running text."""
    kept: list[Line] = []
    listing = False
    for line in lines:
        if mark := judged.words.footer(line.text):
            listing = mark == "list"
        elif is_running_text(line) or not listing:
            listing = False
            kept.append(line)
    return kept
