"""The words of glossary/page.csv, ready to be compared with lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.glossary import Glossary
from pipeline.vietnamese import alternation, keys

Keys = tuple[str, ...]
_CREDIT = 10  # words and marks that a picture's credit has at most


def _words(text: str) -> Keys:
    return tuple(key for key in keys(text) if key[0].isalnum())


@dataclass(frozen=True, slots=True)
class PageWords:
    """What the lines of a page are recognised by; `surfaces` holds the rest, by category."""

    surfaces: Mapping[str, Mapping[str, str]]  # category -> surface -> value
    menu: frozenset[Keys]
    menu_starts: tuple[Keys, ...]
    list_marks: frozenset[Keys]
    end_marks: tuple[Keys, ...]
    titles: tuple[Keys, ...]
    title_heads: frozenset[Keys]
    offices: tuple[Keys, ...]
    sources: tuple[Keys, ...]
    captions: tuple[Keys, ...]
    verbs: frozenset[Keys]
    figure: re.Pattern[str]

    def of(self, category: str) -> Mapping[str, str]:
        """Surfaces of a category -> their values."""
        return self.surfaces.get(f"page.{category}", {})

    def is_menu(self, line: str) -> bool:
        return _words(line) in self.menu or _starts(line, self.menu_starts)

    def footer(self, line: str) -> Literal["", "list", "end"]:
        """Whether a line announces other articles ("list") or what follows an article ("end")."""
        if _words(line) in self.list_marks:
            return "list"
        return "end" if _starts(line, self.end_marks) else ""

    def begins_title(self, line: str) -> bool:
        return _starts(line, self.titles)

    def heads_title(self, line: str) -> bool:
        """Whether a line is the kind of document alone ("BÁO CÁO"), above its title."""
        return _words(line) in self.title_heads

    def begins_office(self, line: str) -> bool:
        return _starts(line, self.offices)

    def names_source(self, line: str) -> bool:
        return _starts(line, self.sources)

    def credits_picture(self, line: str) -> bool:
        """Whether a line ends with whose picture it is the text to ("… Ảnh: TTXVN")."""
        own = keys(line)[-_CREDIT:]
        return any(own[at : at + len(c)] == c for c in self.captions for at in range(len(own)))

    def has_verb(self, line: str) -> bool:
        return any((key,) in self.verbs for key in keys(line))

    def has_figure(self, text: str) -> bool:
        """Whether a number with a unit of the glossary stands in the text."""
        return self.figure.search(text) is not None


def _starts(line: str, beginnings: tuple[Keys, ...]) -> bool:
    own = keys(line)
    return any(own[: len(beginning)] == beginning for beginning in beginnings)


def page_words(glossary: Glossary) -> PageWords:
    """Glossary -> its words of pages."""
    surfaces: dict[str, dict[str, str]] = {}
    for word in glossary.page:
        surfaces.setdefault(word.category, {})[word.surface] = word.value

    def of(category: str, value: str = "") -> list[str]:
        return [s for s, v in surfaces.get(f"page.{category}", {}).items() if v == value]

    units = [s for unit in glossary.units.values() for s in unit.surfaces]
    scales = [s for scale in glossary.scales.values() for s in scale.surfaces]
    return PageWords(
        surfaces=surfaces,
        menu=frozenset(map(_words, of("menu", "whole"))),
        menu_starts=tuple(map(keys, of("menu", "starts"))),
        list_marks=frozenset(map(_words, of("footer", "list"))),
        end_marks=tuple(map(keys, of("footer", "end"))),
        titles=tuple(map(keys, of("title"))),
        title_heads=frozenset(map(_words, of("title-head"))),
        offices=tuple(map(keys, (*of("office"), *of("national-office")))),
        sources=tuple(map(keys, of("source"))),
        captions=tuple(map(keys, of("caption"))),
        verbs=frozenset(map(keys, of("verb"))),
        figure=re.compile(rf"\d\s?(?:{alternation([*units, *scales])})(?!\w)", re.IGNORECASE),
    )
