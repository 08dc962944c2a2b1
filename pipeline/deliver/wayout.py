"""The way out of the list: a WSGI application (PEP 3333) that a mail's link and a mail program's button lead to.

    GET, HEAD  .../<token>   a page that asks; it changes nothing, for mail scanners follow links
    POST       .../<token>   unsubscribes at once (RFC 8058): from the page's button or from a mail program

It sets no cookie, redirects nowhere, runs no script, and logs neither tokens nor whole addresses.
"""

from __future__ import annotations

import base64
import email
import hashlib
import logging
import re
import socket
from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from pipeline.deliver.people import opened_people
from pipeline.deliver.subscribers import masked
from pipeline.errors import SongnguError
from pipeline.glossary import Glossary
from pipeline.templating import Templates, read_text

LOG = logging.getLogger(__name__)  # a line for each request: method, status, masked address
State = Literal["ask", "done", "unknown", "refused", "failed"]
_METHODS = ("GET", "HEAD", "POST")
_LARGEST = 1024  # bytes of a request's body
_FIELD, _VALUE = "List-Unsubscribe", "One-Click"  # RFC 8058, 3.1; the page's form sends the same
_POLICY = ("default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")


class _Pages:
    """The pages in both languages, and what every answer says of itself."""

    def __init__(self, templates: Path, glossary: Glossary) -> None:
        self._templates, self._glossary = Templates(templates / "leave"), glossary
        self._css = read_text(templates / "leave" / "page.css")
        style = base64.b64encode(hashlib.sha256(self._css.encode()).digest()).decode("ascii")
        self.headers = (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "; ".join((*_POLICY, f"style-src 'sha256-{style}'"))),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Robots-Tag", "noindex, nofollow"),
        )
        for state in get_args(State):  # a fault of a template or a phrase is told at the start
            self.page(state, "")

    def page(self, state: State, address: str) -> bytes:
        """What is to be told, and of which address (masked) -> HTML."""
        facts = {
            "title": self._glossary.label(f"leave.title.{state}"),
            "text": self._glossary.label(f"leave.text.{state}", address=address),
            "button": self._glossary.label("leave.button") if state == "ask" else None,
            "css": self._css,
        }
        return self._templates.render("page.html.j2", facts).encode()


def application(
    folder: Path, key: str, templates: Path, glossary: Glossary, now: Callable[[], datetime]
) -> WSGIApplication:
    """A mail folder, the tokens' key, the program's templates -> the application, for any WSGI server.

    `now` is the time in UTC. Raises TemplateError, GlossaryError.
    """
    pages = _Pages(templates, glossary)

    def judged(environ: WSGIEnvironment) -> tuple[HTTPStatus, State, str]:
        method = environ["REQUEST_METHOD"]
        if method not in _METHODS:
            return HTTPStatus.METHOD_NOT_ALLOWED, "refused", ""
        with opened_people(folder) as people:
            address = people.address_of(environ.get("PATH_INFO", "").rpartition("/")[2], key)
            if not address:
                return HTTPStatus.NOT_FOUND, "unknown", ""
            if method == "POST":
                status = _one_click(environ)
                if status != HTTPStatus.OK:
                    return status, "refused", masked(address)
                people.suppress(address, "unsubscribed", now().isoformat(timespec="seconds"), "the way out")
            gone = people.suppressed(address) in ("unsubscribed", "removed")
            return HTTPStatus.OK, "done" if gone else "ask", masked(address)

    def respond(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            status, state, address = judged(environ)
        except SongnguError:
            LOG.exception("the list of people")
            status, state, address = HTTPStatus.INTERNAL_SERVER_ERROR, "failed", ""
        method = environ["REQUEST_METHOD"]
        LOG.info("%s %d %s", method if method in _METHODS else "-", status, address or "-")
        body = pages.page(state, address)
        headers = [*pages.headers, ("Content-Length", str(len(body)))]
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append(("Allow", ", ".join(_METHODS)))
        start_response(f"{status.value} {status.phrase}", headers)
        return [] if method == "HEAD" else [body]

    return respond


def _one_click(environ: WSGIEnvironment) -> HTTPStatus:
    """OK where a request's body is the one that unsubscribes, in either of the two encodings that RFC 8058 allows."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not re.fullmatch(r"\d{1,9}", length, re.ASCII):
        return HTTPStatus.BAD_REQUEST
    if int(length) > _LARGEST:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    body = environ["wsgi.input"].read(int(length))
    media = environ.get("CONTENT_TYPE", "")
    if media.casefold().startswith("multipart/form-data"):
        form = email.message_from_bytes(f"Content-Type: {media}\r\n\r\n".encode("latin-1") + body)
        values = [
            bytes(part.get_payload(decode=True) or b"").decode("latin-1").strip()
            for part in form.walk()
            if part.get_param("name", header="Content-Disposition") == _FIELD
        ]
    else:
        values = parse_qs(body.decode("latin-1")).get(_FIELD, [])
    return HTTPStatus.OK if values == [_VALUE] else HTTPStatus.BAD_REQUEST


# --- as a server of its own ---------------------------------------------------------------


class Redacted(logging.Formatter):
    """Log lines without tokens: a server may name the path that it failed at."""

    def format(self, record: logging.LogRecord) -> str:
        """A record -> its line."""
        return re.sub(r"[A-Za-z0-9_-]{40,}", "[token]", super().format(record))


def server(listener: socket.socket, app: WSGIApplication) -> Any:
    """A listening socket, the application -> waitress's server, to run().

    It is meant to stand behind a proxy that ends TLS; slow or large requests are cut off.
    """
    import waitress  # type: ignore[import-untyped]  # noqa: PLC0415  # ships no types; only the server needs it

    return waitress.create_server(
        app, sockets=[listener], ident="", threads=4, channel_timeout=20, connection_limit=200,
        max_request_header_size=16_384, max_request_body_size=_LARGEST,
    )  # fmt: skip
