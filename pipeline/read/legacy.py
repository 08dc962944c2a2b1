"""Pieces of text as their files hold them -> the same in Unicode.

Before Unicode, Vietnamese was written in fonts: TCVN3 (.VnTime) and VNI-Windows put its letters in the place
of the Latin-1 characters, and files still hold these. What a piece is written in is told by evidence: by its
font where the file names one, else by the share of its words that are Vietnamese syllables once converted and
were none before. Where the evidence is not clear, a piece stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipeline.glossary import Glossary


class Piece(NamedTuple):
    """A run of text in one font; the font's name is empty where the file does not say it."""

    text: str
    font: str = ""


class Settled(NamedTuple):
    """A piece in Unicode, and the code of what was converted (empty: nothing)."""

    text: str
    repair: str = ""


# Letters of Vietnamese that Latin-1 lacks, and combining marks: what holds one is Unicode already.
_UNICODE = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9\u0300-\u0303\u0306\u0309\u031b\u0323]")
_LATIN = re.compile("[^\x00-\x7f]")
_WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~–—“”‘’…]+")
_ENOUGH = 4  # words with letters beyond ASCII that decide for themselves
_GOOD, _BAD = 0.75, 0.5  # shares of syllables that speak for and against a conversion
_LEFT = 0.1  # share of words that may stay unread in a file that is no UTF-8

# The rhymes of Vietnamese without their tones; other than normal.is_syllable, which must not split a word
# wrongly, this list lets no other pair of vowels pass.
_RHYMES = (
    "a(?:[cimnoptuy]|ch|ng|nh)?|ă(?:[ckmnpt]|ng)|â(?:[cmnptuy]|ng)|e(?:[cmnopt]|ng)?|ê(?:[mnptu]|ch|nh)?"
    "|i(?:[amnptu]|ch|nh)?|iê(?:[cmnptu]|ng)|o(?:[cimnpt]|ng|oc|ong)?|oa(?:[cimnopty]|ch|ng|nh)?|oă(?:[cmnt]|ng)"
    "|oe[not]?|ô(?:[cimnpt]|ng)?|ơ[imnpt]?|u(?:[acimnpt]|ng)?|uâ(?:[nty]|ng)|uê(?:ch|nh)?|uơ|uy(?:[anptu]|ch|nh|ê[nt])?"
    "|uô(?:[cimnt]|ng)|ư(?:[acimntu]|ng)?|ươ(?:[cimnptu]|ng)|y(?:ê(?:[mntu]|ng))?"
)
_ONSETS = "b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x"
_SYLLABLE = re.compile(rf"(?:{_ONSETS})?(?:{_RHYMES})")
_STOPPED = re.compile(r"(?:[cpt]|ch)$")  # such a syllable has the tone sắc or nặng
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@lru_cache(maxsize=65536)
def _is_syllable(word: str) -> bool:
    """Whether a word is one Vietnamese syllable with at most one tone, its capitals first or throughout."""
    if not (word[1:].islower() or word.isupper() or len(word) == 1):
        return False
    parts = unicodedata.normalize("NFD", word.casefold())
    tones = [c for c in parts if c in _TONES]
    base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(base):
        return False
    return not (_STOPPED.search(base) and tones and tones[0] not in "\u0301\u0323")


# --- the encodings ------------------------------------------------------------------------


def _character(byte: int) -> str:
    """A byte as Windows-1252 shows it; the five that it lacks as Latin-1 does."""
    one = bytes([byte])
    return one.decode("cp1252", "ignore") or one.decode("latin-1")


_CHARACTERS = "".join(map(_character, range(256)))
_BYTES = {**{c: n for n, c in enumerate(map(chr, range(256)))}, **{c: n for n, c in enumerate(_CHARACTERS)}}
_VIETNAM = str.maketrans(
    {c: v for n, c in enumerate(_CHARACTERS) if (v := bytes([n]).decode("cp1258", "ignore")) and v != c}
)


def single_bytes(data: bytes) -> str:
    """Bytes of an encoding with one byte for each character -> the characters of Windows-1252 in their place."""
    return data.decode("latin-1").translate(dict(enumerate(_CHARACTERS)))


def _from_windows(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_VIETNAM))


def _from_utf8(text: str) -> str:
    """Text in UTF-8 that was taken for Windows-1252 and saved again; as it is where it is none.

    That all its characters are bytes of UTF-8 is evidence enough: in no other encoding they are.
    """
    try:
        return bytes(_BYTES[c] for c in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return text


_LETTERS = re.compile(r"[^\W\d_]+")
# Vowels whose capitals have no bytes in TCVN3; one that begins a sentence must be a capital.
_UNCAPITALISED = re.compile("[àáãèéìíòóõùúýĩũ\u1ea1-\u1ef9]")
_SENTENCE = re.compile(rf"(?<=[^.][.!?] ){_UNCAPITALISED.pattern}")
_HYPHENED = re.compile(r"(?<![\w-])(?:[^\W\d_]*-)+[^\W\d_]*")


def _from_tcvn3(table: Mapping[int, str], text: str) -> str:
    """In TCVN3 ư is the soft hyphen, which some programs turn into a hyphen."""
    return _SENTENCE.sub(lambda m: m[0].upper(), _capitals(_HYPHENED.sub(_horned, text.translate(table))))


def _horned(match: re.Match[str]) -> str:
    written, horned = match[0], match[0].replace("-", "ư")
    parts = [part for part in written.split("-") if part]
    if not parts or not _is_syllable(horned):
        return written
    torn = re.search("-[ơờớởỡợ]", written.casefold()) or not all(map(_is_syllable, parts))
    return horned if torn else written


def _capitals(text: str) -> str:
    """Among capitals an accented vowel is one too: TCVN3 has other bytes for few of them."""
    return text.upper() if _all_capitals(text) else _LETTERS.sub(_capital_word, text)


def _capital_word(match: re.Match[str]) -> str:
    return match[0].upper() if _all_capitals(match[0]) else match[0]


def _all_capitals(text: str) -> bool:
    """Whether two letters at least are capitals, and all small ones have no capital in TCVN3."""
    return sum(map(str.isupper, text)) >= 2 and not any(map(str.islower, _UNCAPITALISED.sub("", text)))


@dataclass(frozen=True)
class Charsets:
    """Names of encodings -> how characters of Windows-1252 in their place become text."""

    readers: Mapping[str, Callable[[str], str]]

    @classmethod
    def of(cls, glossary: Glossary) -> Charsets:
        """Glossary -> the encodings of its table, and those that Python has."""

        def letters(column: str) -> dict[str, str]:
            rows = ((bytes.fromhex(getattr(row, column)).decode("latin-1"), row.letter) for row in glossary.encodings)
            return {written: letter for written, letter in rows if written}

        vni = letters("vni")
        # A capital with the mark of a small letter is written where the keyboard was slow.
        vni = {**{w[0].upper() + w[1:]: v.upper() for w, v in vni.items()}, **vni}
        longest = re.compile("|".join(sorted(map(re.escape, vni), key=len, reverse=True)))
        tcvn3 = str.maketrans(letters("tcvn3"))
        return cls(
            {
                "tcvn3": lambda text: _from_tcvn3(tcvn3, text),
                "vni": lambda text: longest.sub(lambda m: vni[m[0]], text),
                "windows-1258": _from_windows,
            }
        )

    def of_font(self, font: str) -> str:
        """The encoding of a font by its name (".VnTime", "VNI-Times"), empty for all others."""
        name = font.strip("\"' ").rpartition("+")[2].casefold()
        return "tcvn3" if name.startswith(".vn") else "vni" if name.startswith("vni-") else ""

    def by_font(self, piece: Piece) -> str:
        """A piece converted as its font says; fonts whose names end in H show capitals alone."""
        text = self.readers[self.of_font(piece.font)](piece.text)
        return text.upper() if piece.font.strip("\"' ").casefold().split(",")[0].endswith("h") else text


# --- evidence -----------------------------------------------------------------------------


class _Weighed(NamedTuple):
    """A piece's words with letters beyond ASCII: how many, how many are syllables as they stand, and converted."""

    words: int
    plain: int
    converted: Mapping[str, int]

    def best(self) -> str:
        """The encoding that the piece is clearly written in, empty where none is."""
        if self.words < _ENOUGH or self.plain > _BAD * self.words:
            return ""
        (name, most), *others = sorted(self.converted.items(), key=lambda entry: -entry[1])
        clear = most >= _GOOD * self.words and all(other <= _GOOD * most for _, other in others)
        return name if clear else ""


def _weigh(text: str, charsets: Charsets) -> _Weighed:
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    converted = {name: sum(map(_is_syllable, _read_words(words, read))) for name, read in charsets.readers.items()}
    return _Weighed(len(words), sum(map(_is_syllable, words)), converted)


def _read_words(words: Iterable[str], read: Callable[[str], str]) -> list[str]:
    return read(" ".join(words)).split(" ")


def _total(weighed: Iterable[_Weighed]) -> _Weighed:
    words = plain = 0
    converted: Counter[str] = Counter()
    for one in weighed:
        words, plain = words + one.words, plain + one.plain
        converted.update(one.converted)
    return _Weighed(words, plain, converted)


def settle(pieces: Sequence[Piece], charsets: Charsets) -> list[Settled]:
    """Pieces of a document in reading order -> the same in Unicode, each with what was converted."""
    settled = [Settled(piece.text) for piece in pieces]
    open_places: dict[int, _Weighed] = {}  # pieces that may be written in an old encoding
    fonts = _fonts_speak_true(pieces, charsets)
    for place, piece in enumerate(pieces):
        if _UNICODE.search(piece.text):
            continue
        if fonts and (name := charsets.of_font(piece.font)):
            text = charsets.by_font(piece)
            settled[place] = Settled(text, name if text != piece.text else "")
        elif _LATIN.search(piece.text) and (text := _from_utf8(piece.text)) != piece.text:
            settled[place] = Settled(text, "utf-8")
        elif _LATIN.search(piece.text):
            open_places[place] = _weigh(piece.text, charsets)
    if not open_places:
        return settled
    clear = {place: one.best() for place, one in open_places.items()}
    chief = max(Counter(filter(None, clear.values())).items(), key=lambda e: e[1], default=("", 0))[0]
    chief = chief or _total(open_places.values()).best()
    around = _neighbours([_evidence(piece, clear.get(place, ""), chief) for place, piece in enumerate(pieces)])
    for place, weighed in open_places.items():
        name = clear[place] or (chief if chief and _follows(weighed, chief, *around[place]) else "")
        if name:
            text = charsets.readers[name](pieces[place].text)
            settled[place] = Settled(text, name if text != pieces[place].text else "")
    return settled


def _fonts_speak_true(pieces: Iterable[Piece], charsets: Charsets) -> bool:
    """Whether words in old fonts are better Vietnamese as those fonts show them: a font's name may be a relic."""
    plain = shown = 0
    for piece in pieces:
        if charsets.of_font(piece.font) and _LATIN.search(piece.text):
            words = [word for word in _WORD.findall(piece.text) if not word.isascii()]
            plain += sum(map(_is_syllable, words))
            if not _UNICODE.search(piece.text):
                shown += sum(map(_is_syllable, _WORD.findall(charsets.by_font(Piece(" ".join(words), piece.font)))))
    return shown > plain


def _evidence(piece: Piece, clear: str, chief: str) -> str:
    """What a piece says of its neighbours' encoding: its own, "unicode", or nothing."""
    if clear:
        return clear if clear == chief else "other"
    return "unicode" if _UNICODE.search(piece.text) else ""


def _neighbours(evidence: Sequence[str]) -> list[tuple[str, str]]:
    """The nearest evidence before and behind each place."""

    def nearest(row: Iterable[str]) -> list[str]:
        found: list[str] = []
        for own in row:
            found.append(own or (found[-1] if found else ""))
        return found

    return list(zip(nearest(evidence), reversed(nearest(reversed(evidence))), strict=True))


def _follows(weighed: _Weighed, chief: str, before: str, behind: str) -> bool:
    """Whether a short piece is written as the document is: it reads better so, or as well among its like."""
    better = weighed.converted[chief] > weighed.plain
    alike = weighed.converted[chief] == weighed.plain > 0 and not {before, behind} & {"unicode", "other"}
    return better or alike


def unread_share(pieces: Sequence[Piece], settled: Sequence[Settled]) -> float:
    """The share of words beyond ASCII that stayed unread, where no piece's encoding is sure."""
    words = unread = 0
    for piece, now in zip(pieces, settled, strict=True):
        own = [word for word in _WORD.findall(now.text) if not word.isascii() and any(map(str.isalpha, word))]
        words += len(own)
        if not now.repair and not _UNICODE.search(piece.text):
            unread += sum(not _is_syllable(word) for word in own)
    return unread / words if words else 1.0


def is_readable(pieces: Sequence[Piece], settled: Sequence[Settled]) -> bool:
    """Whether a file that is no UTF-8 was read all the same: something was converted, and nearly nothing left."""
    return any(one.repair for one in settled) and unread_share(pieces, settled) <= _LEFT
