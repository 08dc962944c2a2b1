"""Rows of phrases-translate.csv: groups of keys, ways of writing the same (` | `), names of laws."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.glossary import Glossary

_CODE = "{code}"  # the number of a law ("81/2021/NĐ-CP")
_NUMBER_OF_LAW = r"(?P<code>(?-i:\d+(?:/\d{4})?[-/](?:[0-9]*[A-ZĐƯ][-A-ZĐƯ0-9/]*)?[A-ZĐƯ]\d*))"


@dataclass(frozen=True, slots=True)
class LawPattern:
    """One way of naming a law by its number, and its English with `{code}` for the number."""

    regex: re.Pattern[str]
    english: str


def phrase_group(glossary: Glossary, group: str) -> dict[str, tuple[tuple[str, ...], str]]:
    """Rows `translate.<group>.*` -> key: (ways of writing it in Vietnamese, English)."""
    prefix = f"translate.{group}."
    return {
        key: (tuple(way.strip() for way in phrase.vi.split(" | ")), phrase.en)
        for key, phrase in glossary.phrases.items()
        if key.startswith(prefix)
    }


def alternatives(text: str) -> tuple[str, ...]:
    """`one | two` -> its parts."""
    return tuple(part.strip() for part in text.split("|"))


def law_patterns(glossary: Glossary) -> tuple[LawPattern, ...]:
    """The rows of laws, in the order of the table. Raises GlossaryError where one has no number."""
    patterns: list[LawPattern] = []
    for key, (ways, english) in phrase_group(glossary, "law").items():
        for way in ways:
            if not way.endswith(f" {_CODE}") or _CODE not in english:
                raise glossary.wrong_phrase(key, f"{way!r} must end in {_CODE}, and its English must hold it")
            words = r"\s+".join(map(re.escape, way.split()[:-1]))
            # Neither inside a word nor inside a longer number or fraction.
            regex = rf"(?<![\w.,/-]){words}\s+{_NUMBER_OF_LAW}(?![\w]|[./,-]\d)"
            patterns.append(LawPattern(re.compile(regex, re.IGNORECASE), english))
    return tuple(patterns)
