"""Vietnamese words as keys: text -> folded tokens that ignore case, tone placement and i/y.

"hoá" and "hóa", "kỹ" and "kĩ", "TỶ" and "tỉ" are one key each. Offsets of tokens are kept.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
_LAST_I = re.compile(r"([^\W\d_aeiouăâêôơưy]+)y")
_ONE_HORN = re.compile("uơ(?=[cimnptu])")  # "uớc": before a consonant or glide both letters have the horn
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")


class Token(NamedTuple):
    """A word, a run of digits or one mark, with its key and its place in the text."""

    key: str
    start: int
    end: int


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """One word -> key: case folded, the tone moved behind the syllable, final y written i."""
    parts = unicodedata.normalize("NFD", word.casefold())
    tone = "".join(c for c in parts if c in _TONES)
    base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    base = _ONE_HORN.sub("ươ", base)
    if match := _LAST_I.fullmatch(base):
        base = match[1] + "i"
    return base + tone


def tokens(text: str) -> list[Token]:
    """Text in NFC -> its tokens in order; spaces are dropped."""
    return [Token(fold(m[0]), m.start(), m.end()) for m in _TOKEN.finditer(text)]


@lru_cache(maxsize=32768)  # the surfaces of the glossary: several indexes are made of the same terms
def keys(text: str) -> tuple[str, ...]:
    """Text in NFC -> the keys of its tokens, in order."""
    return tuple(map(fold, _TOKEN.findall(text)))


class Words(list[Token]):
    """A text's tokens in order, with their keys and places beside them for searches."""

    def __init__(self, text: str) -> None:
        """Split a text in NFC."""
        super().__init__(tokens(text))
        self.keys = [t.key for t in self]
        self._starts = [t.start for t in self]

    def index_at(self, start: int) -> int:
        """The first token that does not begin before character `start`."""
        return bisect_left(self._starts, start)


@lru_cache(maxsize=65536)
def key(words: str) -> str:
    """Words -> a key in which whole words can be found: " chi so gia " holds " gia "."""
    return f" {' '.join(keys(words))} "


def alternation(surfaces: Iterable[str]) -> str:
    """Surfaces -> a pattern that matches any of them, the longest first, with any space between words."""
    longest_first = sorted(set(surfaces), key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, surface.split())) for surface in longest_first)


def slug(name: str) -> str:
    """A name -> lower-case ASCII words joined by hyphens ("Đắk Lắk" -> "dak-lak")."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    ascii_only = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")


def without_diacritics(name: str) -> str:
    """A name -> the form that English prints ("Lạng Sơn" -> "Lang Son", "Đồng Đăng" -> "Dong Dang")."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))
