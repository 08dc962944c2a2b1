"""bytes and name -> what kind of file it is. What a file holds counts more than what it is called."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

from pipeline.errors import SourceError
from pipeline.read.zipped import Parts

Kind = Literal["page", "text", "docx", "xlsx", "pdf"]

_PAGES = frozenset((".html", ".htm", ".xhtml"))
_OFFICE: dict[str, Kind] = {".docx": "docx", ".docm": "docx", ".xlsx": "xlsx", ".xlsm": "xlsx"}
_FOLDERS: dict[str, Kind] = {"word/": "docx", "xl/": "xlsx"}
_HEAD = 1024  # bytes in which a PDF may begin
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
# How a page begins that was saved under another name.
_MARKUP = re.compile(rb"\s*<(?:!--|(?:!doctype|\?xml|html|head|body|article|div|table|h[1-6]|p)\b)", re.IGNORECASE)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
# What is in an old Office file, by the name of its stream.
_STREAMS = (
    ("EncryptedPackage", "protected by a password: save it without one"),
    ("WordDocument", "an old Word file (.doc): open it in Word and save it as .docx"),
    ("Workbook", "an old Excel file (.xls): open it in Excel and save it as .xlsx"),
)


def is_address(source: str) -> bool:
    """Whether a source is an address and not the name of a file."""
    return _ADDRESS.match(source) is not None


def kind_of(data: bytes, name: str, media: str = "") -> Kind:
    """Bytes of a file, its name, the media type its server names -> its kind.

    Raises SourceError for kinds that are not read; the message says what to do instead.
    """
    suffix = PurePath(name).suffix.casefold()
    start = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"%PDF-") or (suffix == ".pdf" and b"%PDF-" in start):
        return "pdf"
    if data.startswith(_ZIP):
        return _zipped(data, name, suffix)
    if data.startswith(_OLD_OFFICE):
        what = next((what for stream, what in _STREAMS if stream.encode("utf-16-le") in data), "an old Office file")
        raise SourceError(f"{name}: {what}")
    if start.startswith(b"{\\rtf"):
        raise SourceError(f"{name}: an RTF file: open it in Word and save it as .docx")
    if data.startswith(_PICTURES):
        raise SourceError(f"{name}: a picture: only text is read")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    markup = _MARKUP.match(data[2:_HEAD].replace(b"\x00", b"") if wide else start) is not None
    return "page" if markup or suffix in _PAGES or "html" in media else "text"


def promised(name: str) -> str:
    """The kind of binary file that a name promises (".docx"), empty for all others."""
    suffix = PurePath(name).suffix.casefold()
    return suffix if suffix in {*_OFFICE, ".pdf"} else ""


def _zipped(data: bytes, name: str, suffix: str) -> Kind:
    names = Parts(data, name).names
    for folder, kind in _FOLDERS.items():
        if any(n.startswith(folder) for n in names):
            return kind
    if suffix in _OFFICE:
        return _OFFICE[suffix]
    raise SourceError(f"{name}: a packed file that holds neither a Word document nor an Excel workbook")
