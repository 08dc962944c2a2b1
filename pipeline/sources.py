"""What a person names -> bytes: a file, standard input ("-") or an http(s) address."""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pipeline.errors import SourceError
from pipeline.fetch import LARGEST, Fetched, fetch
from pipeline.read.kinds import is_address

_STDIN = "standard input"
_ENDINGS = {
    ".html": "text/html", ".htm": "text/html", ".txt": "text/plain", ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
# The source as fetched, in a run's folder: one of these.
SOURCES = tuple(f"0-source{ending}" for ending in (".html", ".txt", ".pdf", ".docx", ".xlsx", ".bin"))


def kept_as(name: str, media: str) -> str:
    """The name of a source, the media type that a server gave -> what a run's folder calls its bytes."""
    ending = PurePosixPath(name.partition("?")[0].lower()).suffix
    if ending not in _ENDINGS:
        ending = next((e for e, kind in _ENDINGS.items() if kind == media.partition(";")[0].strip()), ".bin")
    return f"0-source{'.html' if ending == '.htm' else ending}"


def read_source(source: str) -> Fetched:
    """A file, standard input or address -> its bytes, its name, the media type where a server gave one."""
    return fetch(source) if is_address(source) else Fetched(*read_file(source), "")


def read_file(source: str) -> tuple[bytes, str]:
    """A file or standard input -> its bytes and its name. Raises SourceError."""
    if source == "-":
        try:
            return _within_limit(sys.stdin.buffer, _STDIN) if sys.stdin else b"", _STDIN
        except OSError as e:
            raise SourceError(f"{_STDIN}: cannot be read: {e.strerror}") from e
    if not source:
        raise SourceError("the name of a file is needed")
    name = source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")  # any bytes may be a name
    try:
        with Path(source).open("rb") as file:
            return _within_limit(file, name), name
    except FileNotFoundError:
        raise SourceError(f"{name}: no such file") from None
    except IsADirectoryError:
        raise SourceError(f"{name}: is a folder, not a file") from None
    except (OSError, ValueError) as e:
        raise SourceError(f"{name}: cannot be read: {getattr(e, 'strerror', None) or e}") from e


def _within_limit(file: BinaryIO, name: str) -> bytes:
    data = file.read(LARGEST + 1)  # a device or a pipe has no size to ask for
    if len(data) > LARGEST:
        raise SourceError(f"{name}: larger than {LARGEST // 1024 // 1024} MB: not an article")
    return data
