"""bytes of a file -> text, or one clear reason why not."""

from __future__ import annotations

import re
import unicodedata

from pipeline.errors import SourceError

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Control characters that no text file holds; tab, line feed, form feed, carriage return and escape may occur.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Letters that Vietnamese has and the other languages of Latin script lack: đ, ơ, ư, ă and every letter
# with two marks or with hook or dot below. They make up a fifth of Vietnamese text.
_VIETNAMESE = re.compile("[\N{LATIN SMALL LETTER D WITH STROKE}ơưă\u1ea0-\u1ef9]")
_LEAST_SHARE = 0.05


def decode(data: bytes, name: str) -> str:
    """Bytes of a text file in UTF-8, with or without byte order mark -> text."""
    if not data.strip():
        raise SourceError(f"{name}: the file is empty")
    if data.startswith(_UTF16_MARKS):
        raise SourceError(f"{name}: not UTF-8 but UTF-16 (byte order mark); save it as UTF-8")
    if found := _BINARY.search(data):
        raise SourceError(f"{name}: not a text file (byte 0x{found[0][0]:02x} at position {found.start()})")
    try:
        return data.removeprefix(_UTF8_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        place = error.start + (len(_UTF8_MARK) if data.startswith(_UTF8_MARK) else 0)
        raise SourceError(f"{name}: not UTF-8 (byte 0x{data[place]:02x} at position {place})") from error


def require_vietnamese(text: str, name: str) -> None:
    """Refuse text that is not written in Vietnamese with its diacritics."""
    plain = unicodedata.normalize("NFC", text.casefold())
    letters = sum(map(str.isalpha, plain))
    if not letters:
        raise SourceError(f"{name}: no text in it")
    if len(_VIETNAMESE.findall(plain)) < _LEAST_SHARE * letters:
        raise SourceError(f"{name}: not Vietnamese text")
