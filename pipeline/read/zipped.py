"""An Office file -> its parts, unpacked within limits.

A few kilobytes may unpack to gigabytes: what a part claims to hold is checked before anything is unpacked,
and zipfile gives no more bytes than a part claims.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from lxml import etree

from pipeline.errors import SourceError
from pipeline.markup import declares_entities, parse_xml

_MOST_PARTS = 5_000
_LARGEST_PART = 32 * 1024 * 1024  # bytes: a report of 70,000 characters takes three million
_MOST_TAGS = 800_000  # of a part: a report of 70,000 characters has a tenth
_LARGEST = 256 * 1024 * 1024  # bytes of all parts, pictures among them
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, NotImplementedError, OSError, OverflowError,
    RuntimeError, ValueError,
)  # fmt: skip  # all that zipfile is known to raise on damaged data; RuntimeError for a password


class Parts:
    """The parts of an Office file."""

    def __init__(self, data: bytes, name: str) -> None:
        """Raises SourceError where the file is damaged, or unpacks to more than any report."""
        self.name = name
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            entries = self._archive.infolist()
        except _DAMAGE as e:
            raise SourceError(f"{name}: damaged or cut short: it cannot be unpacked ({_reason(e)})") from e
        self.names = {entry.filename for entry in entries}
        xml = [entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels"))]
        if (
            len(entries) > _MOST_PARTS
            or sum(e.file_size for e in entries) > _LARGEST
            or max(xml, default=0) > (_LARGEST_PART)
        ):
            raise SourceError(f"{name}: unpacks to far more than any report: not read")

    def read(self, part: str) -> bytes:
        """A part's bytes. Raises SourceError where it is missing, damaged or too large."""
        if part not in self.names:
            raise SourceError(f"{self.name}: damaged: the part {part} is missing")
        try:
            with self._archive.open(part) as file:
                data = file.read(_LARGEST_PART + 1)
        except _DAMAGE as e:
            raise SourceError(f"{self.name}: damaged: {part} cannot be unpacked ({_reason(e)})") from e
        if len(data) > _LARGEST_PART:
            raise SourceError(f"{self.name}: unpacks to far more than any report: not read")
        return data

    def tree(self, part: str) -> etree._Element:
        """A part's XML, its entities never resolved. Raises SourceError."""
        data = self.read(part)
        if data.count(b"<") > _MOST_TAGS:
            raise SourceError(f"{self.name}: {part} has more than {_MOST_TAGS:,} tags: not an article")
        root = parse_xml(data, lambda _, why: SourceError(f"{self.name}: damaged: {part} is no XML ({why})"))
        if declares_entities(root):
            raise SourceError(f"{self.name}: {part} declares entities, as no Office file does: not read")
        return root

    def optional(self, part: str) -> etree._Element | None:
        """A part's XML, None where the file has no such part. Raises SourceError."""
        return self.tree(part) if part in self.names else None


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
