"""Lines of a page -> the normal form: NFC, nothing invisible, single spaces, one block a line.

Saved pages break a paragraph where bold or italic ended, sometimes inside a word; such lines are put
together again. What was repaired is noted on the line.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

Mark = Literal["", "title", "heading", "item", "row"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and what the page's markup says about it; `repairs` are codes of findings."""

    text: str
    mark: Mark = ""
    level: int = 0  # of a heading in the markup: 1 to 6
    linked: bool = False  # the whole line is a link
    repairs: frozenset[str] = frozenset()


COMPOSED = "composed-letters"
LETTER = "repaired-letter"
INVISIBLE = "removed-invisible"
JOINED = "joined-lines"
SYLLABLE = "joined-syllable"
PARTED = "parted-words"

# Eth and African D look like the Vietnamese letter and are typed in its place.
_LETTERS = str.maketrans({"\u00d0": "\u0110", "\u0189": "\u0110", "\u00f0": "\u0111"})
_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# Soft hyphens, zero-width characters, marks of direction, byte order marks, controls.
_HIDDEN = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff]")

# "I.", "1.", "1.1", "6.1.1.", "a)": how the parts of a report are numbered.
NUMBERED = re.compile(
    r"(?P<number>[IVX]{1,5}(?=[.)])|\d{1,2}(?:\.\d{1,2})+(?=[.)]?\s)|\d{1,2}(?=[.)](?!\d))|[a-zđ](?=\)))[.)]?\s*(?=\S)"
)
_LIST_MARK = re.compile(r"[-*+•–—]\s|\[\d{1,2}\]")
_CLOSING = re.compile(r"[,;.:!?)%\]”»](?!\w)")
_SENTENCE_END = re.compile(r"[.!?…][\"”»)\]/]*$")
_UNFINISHED = re.compile(r"(?:,|\s[-–—]|\()$")
# "153.417 tỷ đồng", "8,5% …": a figure with its unit begins no paragraph, unlike "6 tháng đầu năm".
_FIGURE = re.compile(r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+)\s?(?=[%a-zđ])|\d+\s?%")
_INTRODUCES = re.compile(r"[:;]$")
_LAST_WORD = re.compile(r"(?<![\d_])(?<!\d )\b[^\W\d_]+$")  # not a unit after its number
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_HEADING_LENGTH = 120

_ONSET = "b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x"
_RHYME = (
    "[aăâeêiouưôơy](?:ch|nh|ng|[ckmnptiouy])?|(?:ia|iê|yê|ua|uô|uâ|uê|uy|uơ|ươ|ưa|oa|oă|oe|oo)(?:ch|nh|ng|[cmnptiouy])?"
    "|uya|uyê[nt]|iêu|yêu|uôi|ươi|ươu|oai|oay|oao|oeo|uây|uyu"
)
_SYLLABLE = re.compile(rf"(?:{_ONSET})?(?:{_RHYME})")
_WORD = re.compile(r"(?<![\w])[^\W\d_]{5,}(?![^\W\d_])")
_TORN = re.compile(r"(?<!\d )(?<![\w.,/%])(?P<head>[^\W\d_]{1,3}) (?P<tail>[^\W\d_]+)")


def is_syllable(word: str) -> bool:
    """Whether a word is built like one Vietnamese syllable."""
    key = unicodedata.normalize("NFC", _TONES.sub("", unicodedata.normalize("NFD", word.casefold())))
    return _SYLLABLE.fullmatch(key) is not None


def part_words(lines: Iterable[Line], glued: frozenset[str]) -> tuple[Line, ...]:
    """Lines -> the same, where two syllables written as one word, one of them of `glued`, are two ("tạotăng 1,36%")."""

    def part(match: re.Match[str]) -> str:
        word = match[0]
        if word.isascii() or is_syllable(word):
            return word
        ways = [(word[:n], word[n:]) for n in range(1, len(word)) if is_syllable(word[:n]) and is_syllable(word[n:])]
        ways = [way for way in ways if not glued.isdisjoint(syllable.casefold() for syllable in way)]
        return " ".join(ways[0]) if len(ways) == 1 else word

    texts = ((line, _WORD.sub(part, line.text)) for line in lines)
    return tuple(
        line if text == line.text else replace(line, text=text, repairs=line.repairs | {PARTED}) for line, text in texts
    )


def clean_line(line: Line) -> Line:
    """A line -> the same in normal form, with what was repaired."""
    text = unicodedata.normalize("NFC", line.text)
    repairs = set(line.repairs)
    if text != line.text:
        repairs.add(COMPOSED)
    lettered = text.translate(_LETTERS)
    if lettered != text:
        repairs.add(LETTER)
    visible = _HIDDEN.sub("", lettered)
    if re.search(r"\w[\u00ad\u200b-\u200d\u2060\ufeff]+\w", lettered):
        repairs.add(INVISIBLE)
    text = unicodedata.normalize("NFC", " ".join(_CONTROL.sub("", visible).split()))
    return replace(line, text=text, repairs=frozenset(repairs))


def clean_lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines -> clean lines without the empty ones; a line that holds breaks becomes several."""
    parts = (replace(line, text=part) for line in lines for part in _BREAK.split(line.text))
    return tuple(line for line in map(clean_line, parts) if line.text)


def _belongs(before: Line, line: Line) -> bool:
    """Whether a line goes on with the one before."""
    if {before.mark, line.mark} & {"item", "row"} or line.mark or before.mark == "heading":
        return False
    if _LIST_MARK.match(line.text) or NUMBERED.match(line.text):
        return False
    figure = _FIGURE.match(line.text) and not _INTRODUCES.search(before.text)
    goes_on = bool(line.text[0].islower() or _CLOSING.match(line.text) or figure)
    if before.mark == "title" or NUMBERED.match(before.text):
        # A numbered heading swallows no paragraph: only its own short remainder goes on with it.
        short = len(before.text) + len(line.text) <= _HEADING_LENGTH and not _SENTENCE_END.search(line.text)
        if before.mark == "title" or len(before.text) <= _HEADING_LENGTH:
            return goes_on and short
    if _SENTENCE_END.search(before.text):
        return False
    return goes_on or _UNFINISHED.search(before.text) is not None


def is_torn(before: str, after: str) -> bool:
    """Whether a word was torn between two lines: together one syllable, a piece alone none."""
    head, tail = _LAST_WORD.search(before), _FIRST_WORD.match(after)
    if not head or not tail or not tail[0].islower():
        return False
    whole = is_syllable(head[0] + tail[0])
    return whole and not (is_syllable(head[0]) and is_syllable(tail[0]))


def _join(before: Line, line: Line) -> Line:
    torn = is_torn(before.text, line.text)
    space = "" if torn or _CLOSING.match(line.text) or before.text.endswith("(") else " "
    repairs = before.repairs | line.repairs | {SYLLABLE if torn else JOINED}
    return replace(before, text=before.text + space + line.text, repairs=repairs, linked=False)


def join_lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Clean lines -> one line for each block."""
    joined: list[Line] = []
    for line in lines:
        if joined and _belongs(joined[-1], line):
            joined[-1] = _join(joined[-1], line)
        else:
            joined.append(line)
    return tuple(_mend(joined))


def _mend(lines: list[Line]) -> Iterator[Line]:
    """Words torn inside a line ("t hông") are put together where the article writes them whole elsewhere.

    Without that evidence a lone letter stays: it may be a unit or the letter of a clause.
    """
    known = Counter(word for line in lines for word in re.findall(r"[^\W\d_]+", line.text))

    def mend(match: re.Match[str]) -> str:
        whole = match["head"] + match["tail"]
        torn = not is_syllable(match["head"]) and match["tail"].islower() and is_syllable(whole) and known[whole]
        return whole if torn else match[0]

    for line in lines:
        text, before = line.text, ""
        while text != before:
            text, before = _TORN.sub(mend, text), text
        yield line if text == line.text else replace(line, text=text, repairs=line.repairs | {SYLLABLE})
