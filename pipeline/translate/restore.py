"""What an engine returned -> English with every item back in its place, tidied."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from pipeline.glossary import Glossary
from pipeline.translate.items import Item, plain_spaces
from pipeline.translate.patterns import alternatives, phrase_group

# Read aloud these begin with a vowel: 8, 80, 11, 18 (but not 1,100), and letters named one by one.
_AN_FIGURE = re.compile(r"8|1[18](?!\d)")
_AN_CAPITALS = re.compile(r"[AEFHILMNORSX][A-Z]")
_AN_WORD = re.compile(r"(?!uni|use|eu|one\b)[aeiou]|hour|honest", re.IGNORECASE)
_FINAL = ".;:!?…"


def placeholder_pattern(form: str) -> re.Pattern[str]:
    """A placeholder's form ("⟨{}⟩") -> what an engine may return for it, spaced or in another case."""
    before, after = (re.escape(part) for part in form.split("{}"))
    return re.compile(rf"{before}\s*(\d+)\s*{after}", re.IGNORECASE)


class Restorer:
    """Puts items back; knows the words that tell one from many."""

    def __init__(self, glossary: Glossary) -> None:
        group = phrase_group(glossary, "determiner")
        self._one = frozenset(alternatives(group["translate.determiner.one"][1]))
        self._many = frozenset(alternatives(group["translate.determiner.many"][1]))

    def restore(self, output: str, items: Sequence[Item], form: str) -> str:
        """Every placeholder of `output` replaced by its item; each must be there once (verify.check)."""
        pattern = placeholder_pattern(form)
        parts: list[str] = []
        place = 0
        for match in pattern.finditer(output):
            parts.append(output[place : match.start()])
            before, after = "".join(parts), output[match.end() :]
            left = " " if before and (before[-1].isalnum() or before[-1] in ",;:%") else ""
            right = " " if after and after[0].isalnum() else ""
            parts.append(left + self._form(items[int(match[1])], before) + right)
            place = match.end()
        return plain_spaces("".join([*parts, output[place:]]))

    def _form(self, item: Item, before: str) -> str:
        """One or many, as the word before it says."""
        words = before.split()
        if not item.many or not words:
            return item.english
        last = words[-1].casefold()
        if last in self._one or last == "1":
            return item.one
        return item.many if last in self._many or last[:1].isdigit() else item.english


def polish(text: str, source: str, *, clause: bool, lower: Collection[str]) -> str:
    """English as a newspaper would set it: articles, spaces, first letter and last mark as in the source.

    A `clause` (the words of a cause) begins in lower case unless its first word is a name: `lower`
    holds words that English writes in lower case.
    """
    text = re.sub(r"\b(the|a|an|of|in|to|and) (?=(?:\1|the)\b)", _doubled, text, flags=re.IGNORECASE)
    text = re.sub(r"\b(a|an) (?=(\S+))", _article, text, flags=re.IGNORECASE)
    text = re.sub(r"\s+([,.;:!?…)\]])", r"\1", text)
    text = re.sub(r"([(\[])\s+", r"\1", text)
    text = text.rstrip(_FINAL + " ") if not source.endswith(tuple(_FINAL)) else _with_final(text, source[-1])
    letter = re.search(r"[^\W_]", text)
    if letter is None:
        return text
    at = letter.start()
    if clause:
        word = re.match(r"[A-Za-z]+", text[at:])
        small = word is not None and word[0][1:].islower() and word[0].lower() in lower
        return text[:at] + text[at].lower() + text[at + 1 :] if small else text
    first = next((c for c in source if c.isalnum()), "")
    return text[:at] + text[at].upper() + text[at + 1 :] if first.isupper() or first.isdigit() else text


def _with_final(text: str, mark: str) -> str:
    """The text with the source's last mark; a closing bracket or quote keeps its own."""
    return text if text.endswith(mark) else text.rstrip(_FINAL + " ") + mark


def _doubled(match: re.Match[str]) -> str:
    """Of "the the", "of of", "a the" the second word stays; "in the" stays whole."""
    follows = match.string[match.end() :].split(" ", 1)[0].casefold()
    first = match[1].casefold()
    return "" if first == follows or first in ("a", "an", "the") else match[0]


def _article(match: re.Match[str]) -> str:
    """The article that the next word's sound asks for."""
    word = match[2].lstrip("(\"'“‘")
    kind = _AN_FIGURE if word[:1].isdigit() else _AN_CAPITALS if word[:2].isupper() else _AN_WORD
    article = "an" if kind.match(word) else "a"
    return (article.capitalize() if match[1][0].isupper() else article) + " "
