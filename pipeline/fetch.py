"""An http(s) address -> the bytes that lie there. The only module that uses the network for a source."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
import zlib
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from pipeline import __version__
from pipeline.errors import SourceError

LARGEST = 20 * 1024 * 1024  # bytes of a source: far above any article, far below what hurts
TIMEOUT = 30.0  # seconds of silence
PATIENCE = 120.0  # seconds in all: a server may send a byte now and then for ever
_CHUNK = 64 * 1024
_PLAIN = "%/:=&?~#+!$,;'@()*[]"  # what stays as it is in a path or query
_PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 15}  # zlib's window bits


class Fetched(NamedTuple):
    """What an address holds: its bytes, where they lay in the end, the media type that the server gave."""

    data: bytes
    address: str
    media: str


def fetch(address: str, timeout: float = TIMEOUT, patience: float = PATIENCE) -> Fetched:
    """Address -> what lies there, redirects followed. Raises SourceError saying in one line why not.

    `timeout`: seconds of silence, `patience`: seconds in all.
    """
    try:
        request = urllib.request.Request(_quoted(address), headers={"User-Agent": f"songngu/{__version__}"})  # noqa: S310  # is_address
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310  # redirects go to http, https, ftp
            end = time.monotonic() + patience
            data = _unpacked(_read(answer, address, end), answer.headers.get("Content-Encoding", ""), address)
            final = urlunsplit(urlsplit(answer.geturl())._replace(fragment=""))
            return Fetched(data, final, answer.headers.get("Content-Type", ""))
    except urllib.error.HTTPError as e:
        e.close()
        said = "its redirects lead nowhere" if 300 <= e.code < 400 else " ".join(str(e.reason).split())
        raise SourceError(f"{address}: the server answers {e.code} {said}".rstrip()) from e
    except urllib.error.URLError as e:
        raise SourceError(f"{address}: {_reason(e.reason)}") from e
    except (OSError, http.client.HTTPException, ValueError) as e:
        raise SourceError(f"{address}: {_reason(e)}") from e


def _quoted(address: str) -> str:
    """An address as people copy it, with Vietnamese letters and spaces -> as HTTP sends it."""
    parts = urlsplit(address.strip())
    host = parts.netloc.encode("idna").decode("ascii") if not parts.netloc.isascii() else parts.netloc
    return urlunsplit((parts.scheme, host, quote(parts.path, _PLAIN), quote(parts.query, _PLAIN), ""))


def _read(answer: http.client.HTTPResponse, address: str, end: float) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := answer.read1(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > LARGEST:
            raise _too_large(address)
        if time.monotonic() > end:
            raise SourceError(f"{address}: the server sends too slowly: given up")
    if answer.length:
        raise SourceError(f"{address}: the server ended before it had sent everything")
    return b"".join(chunks)


def _unpacked(data: bytes, encoding: str, address: str) -> bytes:
    """Bytes as they were packed for the way -> unpacked within the limit."""
    window = _PACKED.get(encoding.strip().casefold())
    if window is None:
        return data
    try:
        whole = zlib.decompressobj(window).decompress(data, LARGEST + 1)
    except zlib.error as e:
        raise SourceError(f"{address}: what the server sent cannot be unpacked ({e})") from e
    if len(whole) > LARGEST:
        raise _too_large(address)
    return whole


def _too_large(address: str) -> SourceError:
    return SourceError(f"{address}: larger than {LARGEST // 1024 // 1024} MB: not an article")


def _reason(reason: object) -> str:
    match reason:
        case TimeoutError():
            return "the server does not answer in time"
        case socket.gaierror():
            return "there is no such host, or no connection to the network"
        case ssl.SSLCertVerificationError():
            return f"the server's certificate is not trusted ({reason.verify_message})"
        case ssl.SSLError():
            return f"no secure connection ({reason.reason or 'TLS error'})"
        case ConnectionRefusedError():
            return "the server refuses the connection"
        case OSError(strerror=str(text)):
            return f"cannot be fetched: {text}"
    return f"cannot be fetched: {' '.join(str(reason).split()) or type(reason).__name__}"
