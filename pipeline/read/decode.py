"""bytes of a text file -> characters, or one clear reason why not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from pipeline.errors import SourceError
from pipeline.read.legacy import single_bytes

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
# Charsets of two bytes for each character, where a page's header names one.
_WIDE = {"utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}
# Control characters that no text file holds; tab, line feed, form feed, carriage return and escape may occur.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BREAK = re.compile(rb"(\r\n|[\n\r])")
# Letters that Vietnamese has and the other languages of Latin script lack: đ, ơ, ư, ă and every letter
# with two marks or with hook or dot below. They make up a fifth of Vietnamese text.
_VIETNAMESE = re.compile("[\N{LATIN SMALL LETTER D WITH STROKE}ơưă\u1ea0-\u1ef9]")
_LEAST_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Decoded:
    """Characters of a file; `doubt` says why they are not sure.

    In doubt, lines that are no UTF-8 are given with a character of Windows-1252 for each byte: what they are
    written in is told by their words (legacy.py).
    """

    text: str
    doubt: str = ""


def decode(data: bytes, name: str, charset: str = "") -> Decoded:
    """Bytes of a text file, the charset its server names -> characters.

    Raises SourceError for a file that is empty or no text. UTF-8 needs no evidence but itself: a file that
    names another charset and is UTF-8 all the same is read as UTF-8.
    """
    if not data.strip():
        raise SourceError(f"{name}: the file is empty")
    if wide := _UTF16.get(data[:2]) or _WIDE.get(charset.casefold()):
        return Decoded(_utf16(data, wide, name))
    if found := _BINARY.search(data):
        raise SourceError(f"{name}: not a text file (byte 0x{found[0][0]:02x} at position {found.start()})")
    try:
        return Decoded(data.removeprefix(_UTF8_MARK).decode("utf-8"))
    except UnicodeDecodeError as error:
        place = error.start + (len(_UTF8_MARK) if data.startswith(_UTF8_MARK) else 0)
    lines = "".join(map(_line, _BREAK.split(data.removeprefix(_UTF8_MARK))))
    return Decoded(lines, f"not UTF-8 (byte 0x{data[place]:02x} at position {place})")


def _line(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return single_bytes(data)


def _utf16(data: bytes, codec: str, name: str) -> str:
    try:
        text = data.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise SourceError(f"{name}: damaged UTF-16 (at position {error.start})") from error
    if found := _BINARY.search(text.encode("utf-8", "replace")):
        raise SourceError(f"{name}: not a text file (character 0x{found[0][0]:02x})")
    return text


def require_vietnamese(text: str, name: str) -> None:
    """Refuse text that is not written in Vietnamese with its diacritics."""
    plain = unicodedata.normalize("NFC", text.casefold())
    letters = sum(map(str.isalpha, plain))
    if not letters:
        raise SourceError(f"{name}: no text in it")
    if len(_VIETNAMESE.findall(plain)) < _LEAST_SHARE * letters:
        raise SourceError(f"{name}: not Vietnamese text")
