"""What an engine returned -> English with every item back in its place, its joints mended, tidied."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.figures import CARDINALS_EN, MONTHS_EN
from pipeline.glossary import Glossary
from pipeline.translate.items import Item, plain_spaces
from pipeline.translate.patterns import alternatives, phrase_group

# Read aloud these begin with a vowel: 8, 80, 11, 18 (but not 1,100), and letters named one by one.
_AN_FIGURE = re.compile(r"8|1[18](?!\d)")
# "an FDI project", but "a SIM card": what can be said as a word is.
_AN_CAPITALS = re.compile(r"(?![FHLMNRSX][AEIOU][A-Z])[AEFHILMNORSX][A-Z]")
_AN_WORD = re.compile(r"(?!uni(?![dmn])|us[eu]|uti|eu|one\b|once\b)[aeiou]|hour|hono|honest|heir", re.IGNORECASE)
_FINAL = ".;:!?…"
_DURATIONS = tuple(f"{word} " for word in CARDINALS_EN if word)  # "six months" may be "for" or "in" them
_NUMBERS = (("is", "are"), ("was", "were"), ("has", "have"))
_VERB = re.compile(r"\s+(is|are|was|were|has|have)\b")
_OPENING = re.compile(r"(?:^|[,;:.]\s*)(?:the\s+)?$", re.IGNORECASE)


def placeholder_pattern(form: str) -> re.Pattern[str]:
    """A placeholder's form ("⟨{}⟩") -> what an engine may return for it, spaced or in another case."""
    before, after = (re.escape(part) for part in form.split("{}"))
    return re.compile(rf"{before}\s*(\d+)\s*{after}", re.IGNORECASE)


class Restorer:
    """Puts items back and mends the joints: one or many, the articles and prepositions that a mask has swallowed."""

    def __init__(self, glossary: Glossary) -> None:
        determiner, joint = phrase_group(glossary, "determiner"), phrase_group(glossary, "joint")
        self._one = _words(determiner["translate.determiner.one"])
        self._many = _words(determiner["translate.determiner.many"])
        self._before_time = _words(joint["translate.joint.before-time"])
        self._before_article = _words(joint["translate.joint.before-article"])
        self._verbs = _words(joint["translate.joint.verbs"])
        self._bodies = tuple(alternatives(joint["translate.joint.bodies"][1]))
        herds = "|".join(map(re.escape, alternatives(joint["translate.joint.herds"][1])))
        self._head = re.compile(rf" head(?= (?:{herds})\b)")

    def restore(self, output: str, items: Sequence[Item], form: str) -> str:
        """Every placeholder of `output` replaced by its item; each must be there once (verify.check)."""
        pattern = placeholder_pattern(form)
        sentence = output.rstrip().endswith(".")
        text = ""
        place = 0
        for match in pattern.finditer(output):
            text += output[place : match.start()]
            place = match.end()
            item, after = items[int(match[1])], output[match.end() :]
            left = " " if text and (text[-1].isalnum() or text[-1] in ",;:%") else ""
            right = " " if after and after[0].isalnum() else ""
            english = self._form(item, text)
            if verb := _VERB.match(after):
                agreed = _agreeing(verb[1], item, english, text)
                place += verb.end()
                right = f" {agreed}"
            text += left + self._link(item, english, text, after, sentence=sentence) + english + right
        return self._head.sub("", plain_spaces(text + output[place:]))

    def _form(self, item: Item, before: str) -> str:
        """One or many, as the word before it says."""
        words = before.split()
        if item.kind == "term" and item.others and before.endswith("("):
            return item.others[0]
        if not item.many or not words:
            return item.english
        last = words[-1].casefold()
        if last in self._one or last == "1":
            return item.one
        return item.many if last in self._many or last[:1].isdigit() else item.english

    def _link(self, item: Item, english: str, before: str, after: str, *, sentence: bool) -> str:
        """The preposition of a time or the article of one thing, where the words before it leave it out."""
        words = before.split()
        last = words[-1].casefold() if words else ""
        if item.kind == "time" and not english.startswith(_DURATIONS):
            following = (after.split() or [""])[0].casefold()
            if last:
                bare = last[-1].isalpha() and last not in self._before_time
            else:
                bare = sentence and following not in self._verbs
            return f"{_preposition(english)} " if bare else ""
        definite = english.startswith(self._bodies) or (english == item.one and item.one != item.many)
        opening = sentence and (not last or last[-1] in ";:")
        return (
            "the " if definite and item.kind in ("term", "name") and (opening or last in self._before_article) else ""
        )


def _words(row: tuple[tuple[str, ...], str]) -> frozenset[str]:
    return frozenset(alternatives(row[1]))


def _preposition(time: str) -> str:
    """On 15 May, but in May and in 2025."""
    return "on" if re.match(r"\d{1,2}(?:\N{EN DASH}\d{1,2})? [A-Z]", time) else "in"


def _agreeing(verb: str, item: Item, english: str, before: str) -> str:
    """The verb after an item that opens its clause, in the item's number; any other verb as it is."""
    if not item.many or item.one == item.many or not _OPENING.search(before):
        return verb
    one, many = next(pair for pair in _NUMBERS if verb in pair)
    return many if english == item.many else one


def polish(text: str, source: str, *, clause: bool, small: Callable[[str], bool]) -> str:
    """English as a newspaper would set it: articles, spaces, first letter and last mark as in the source.

    A `clause` (the words of a cause) begins in lower case unless its first word is a name: `small` tells
    whether English writes a word in lower case.
    """
    text = re.sub(r"\b(the|a|an|of|in|to|and) (?=(?:\1|the)\b)", _doubled, text, flags=re.IGNORECASE)
    text = re.sub(r"\b(a|an) (?=(\S+))", _article, text, flags=re.IGNORECASE)
    text = re.sub(r"\b([a-z]{4,}) \1\b", r"\1", text)  # "65 enterprises enterprises"
    text = re.sub(r"(?<=[,;(] )(?:The|A|An)(?= [a-z\d])", lambda m: m[0].lower(), text)  # ", The 5% rise"
    text = re.sub(r"\s+([,.;:!?…)\]])", r"\1", text)
    text = re.sub(r"([(\[])\s+", r"\1", text)
    text = text.rstrip(_FINAL + " ") if not source.endswith(tuple(_FINAL)) else _with_final(text, source[-1])
    letter = re.search(r"[^\W_]", text)
    if letter is None:
        return text
    at = letter.start()
    if clause:
        word = re.match(r"[A-Za-z]+", text[at:])
        plain = word is not None and word[0].istitle() and not is_name(text[at:]) and small(word[0].lower())
        return text[:at] + text[at].lower() + text[at + 1 :] if plain else text
    first = next((c for c in source if c.isalnum()), "")
    return text[:at] + text[at].upper() + text[at + 1 :] if first.isupper() or first.isdigit() else text


def is_name(text: str) -> bool:
    """Whether a text begins with a name: a month, or two capitalised words ("Can Tho", "An Giang")."""
    return text.startswith(MONTHS_EN) or re.match(r"[A-Z][a-z]* (?:- )?[A-Z][a-z]", text) is not None


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
    if match[1][0].isupper() and (match.start() or word[:1].isupper()):
        return match[0]  # "Nghe An province", "An Giang": no article
    kind = _AN_FIGURE if word[:1].isdigit() else _AN_CAPITALS if word[:2].isupper() else _AN_WORD
    article = "an" if kind.match(word) else "a"
    return (article.capitalize() if match[1][0].isupper() else article) + " "
