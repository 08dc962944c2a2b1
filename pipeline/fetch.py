"""An http(s) address -> the bytes that lie there. The only module that uses the network for a source."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Mapping
from email.message import Message
from functools import partial
from typing import IO, Any, NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from pipeline import __version__
from pipeline.errors import SourceError

LARGEST = 20 * 1024 * 1024  # bytes of a source: far above any article, far below what hurts
TIMEOUT = 30.0  # seconds of silence
PATIENCE = 120.0  # seconds in all: a server may send a byte now and then for ever
_CHUNK = 64 * 1024
_PLAIN = "%/:=&?~#+!$,;'@()*[]"  # what stays as it is in a path or query
_PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 15}  # zlib's window bits

Prepare = Callable[[str], Mapping[str, str]]
Dial = Callable[[str, int, float | None], socket.socket]


class Fetched(NamedTuple):
    """What an address holds: its bytes, where they lay in the end, the media type that the server gave."""

    data: bytes
    address: str
    media: str


class Answer(NamedTuple):
    """What a server said in the end (RFC 9110); the bytes are read where the status is 2xx."""

    address: str
    status: int
    reason: str
    headers: Message
    data: bytes = b""


def fetch(address: str, timeout: float = TIMEOUT, patience: float = PATIENCE) -> Fetched:
    """Address -> what lies there, redirects followed. Raises SourceError saying in one line why not.

    `timeout`: seconds of silence, `patience`: seconds in all.
    """
    return content(address, ask(address, timeout, patience))


def content(address: str, answer: Answer) -> Fetched:
    """What was asked for and the answer -> what lies there. Raises SourceError for any other answer."""
    if not 200 <= answer.status < 300:
        said = "its redirects lead nowhere" if 300 <= answer.status < 400 else answer.reason
        raise SourceError(f"{address}: the server answers {answer.status} {said}".rstrip())
    return Fetched(answer.data, answer.address, answer.headers.get("Content-Type", ""))


def ask(
    address: str,
    timeout: float = TIMEOUT,
    patience: float = PATIENCE,
    *,
    prepare: Prepare = lambda _: {},
    dial: Dial | None = None,
    tries: int = 1,
) -> Answer:
    """Address -> what the server says, redirects followed. Raises SourceError where it says nothing that can be used.

    `prepare` is called with every address just before it is asked for, those of redirects too; it gives further
    headers, and raises SourceError for what must not be asked. `dial` connects to a host's port (it may refuse:
    PermissionError), with no proxy of the environment between; without it the usual ways are used. `tries`: how
    often, where a connection fails.
    """
    for left in reversed(range(tries)):
        try:
            return _asked(address, timeout, patience, prepare, dial)
        except (OSError, http.client.HTTPException, ValueError) as e:
            reason = e.reason if isinstance(e, urllib.error.URLError) else e
            # An address, a certificate or what `dial` refuses is as wrong the second time.
            if not left or isinstance(reason, (ValueError, ssl.SSLError, PermissionError)):
                raise SourceError(f"{address}: {_reason(reason)}") from e
    raise ValueError("tries: at least one")


def _asked(address: str, timeout: float, patience: float, prepare: Prepare, dial: Dial | None) -> Answer:
    direct = [] if dial is None else [urllib.request.ProxyHandler({}), _Http(dial), _Https(dial)]
    opener = urllib.request.build_opener(_Redirects(prepare), *direct)
    try:
        with opener.open(_request(address, prepare), timeout=timeout) as answer:
            end = time.monotonic() + patience
            data = _unpacked(_read(answer, address, end), answer.headers.get("Content-Encoding", ""), address)
            return Answer(_whole(answer.geturl()), answer.status, answer.reason, answer.headers, data)
    except urllib.error.HTTPError as e:
        with e:
            return Answer(_whole(e.geturl()), e.code, " ".join(str(e.reason).split()), e.headers)


def quoted(address: str) -> str:
    """An address as people copy it, with Vietnamese letters and spaces -> as HTTP sends it, without its fragment.

    Raises ValueError for what is no address.
    """
    parts = urlsplit(address.strip())
    host = parts.netloc.encode("idna").decode("ascii") if not parts.netloc.isascii() else parts.netloc
    return urlunsplit((parts.scheme, host, quote(parts.path, _PLAIN), quote(parts.query, _PLAIN), ""))


def _whole(address: str) -> str:
    return urlunsplit(urlsplit(address)._replace(fragment=""))


def _request(address: str, prepare: Prepare) -> urllib.request.Request:
    target = quoted(address)
    headers = {"User-Agent": f"songngu/{__version__}", **prepare(target)}
    return urllib.request.Request(target, headers=headers)  # noqa: S310  # is_address, _Redirects


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Redirects to http and https alone; each is prepared as the first address was."""

    def __init__(self, prepare: Prepare) -> None:
        self._prepare = prepare

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        del req, fp, code, msg, headers  # of the answer that leads on: nothing of it goes to the next server
        return _request(newurl, self._prepare) if urlsplit(newurl).scheme in {"http", "https"} else None


class _Plain(http.client.HTTPConnection):
    """A connection that somebody else makes."""

    dial: Dial

    def connect(self) -> None:
        self.sock = self.dial(self.host, self.port, self.timeout)


class _Secure(http.client.HTTPSConnection, _Plain):
    """The same below TLS: HTTPSConnection wraps what _Plain has connected."""


class _Http(urllib.request.HTTPHandler):
    def __init__(self, dial: Dial) -> None:
        super().__init__()
        self._dial = dial

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_dialled, _Plain, self._dial), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, dial: Dial) -> None:
        super().__init__()
        self._dial = dial

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_dialled, _Secure, self._dial), req, context=ssl.create_default_context())


def _dialled(kind: type[_Plain], dial: Dial, host: str, **known: Any) -> _Plain:
    connection = kind(host, **known)
    connection.dial = dial
    return connection


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
        raise http.client.IncompleteRead(b"", answer.length)
    return b"".join(chunks)


def _unpacked(data: bytes, encoding: str, address: str) -> bytes:
    """Bytes as they were packed for the way -> unpacked within the limit."""
    window = _PACKED.get(encoding.strip().casefold())
    if window is None:
        return data
    unpacker = zlib.decompressobj(window)
    try:
        whole = unpacker.decompress(data, LARGEST + 1)
    except zlib.error as e:
        raise SourceError(f"{address}: what the server sent cannot be unpacked ({e})") from e
    if len(whole) > LARGEST:
        raise _too_large(address)
    if not unpacker.eof:
        raise SourceError(f"{address}: what the server sent cannot be unpacked (its end is missing)")
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
        case http.client.IncompleteRead():
            return "the server ended before it had sent everything"
        case OSError(strerror=str(text)):
            return f"cannot be fetched: {text}"
    return f"cannot be fetched: {' '.join(str(reason).split()) or type(reason).__name__}"
