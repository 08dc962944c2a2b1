"""A web site of the tests on this machine: it answers as it is told to, and remembers who asked for what."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

HTML = "text/html; charset=utf-8"


class Reply(NamedTuple):
    """An answer; `etag` is compared with If-None-Match; `length` is said where it is not the true one."""

    data: bytes = b""
    media: str = HTML
    status: int = 200
    headers: Mapping[str, str] = {}
    etag: str = ""
    length: int | None = None


BROKEN = Reply(status=0)  # the connection ends without a word


class Site:
    """Paths and their replies, one after the other where there are several; the last one stays."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.host = f"127.0.0.1:{port}"
        self.pages: dict[str, Reply | list[Reply]] = {}
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []

    def reply(self, path: str) -> Reply:
        found = self.pages.get(path, Reply(status=404))
        if isinstance(found, Reply):
            return found
        return found.pop(0) if len(found) > 1 else found[0]

    def without_robots(self) -> list[str]:
        """What was asked for beside robots.txt."""
        return [path for path in self.asked if path != "/robots.txt"]


@contextmanager
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            running.asked.append(self.path)
            running.headers.append(dict(self.headers))
            reply = running.reply(self.path)
            if not reply.status:
                self.close_connection = True
                return
            same = reply.etag and self.headers.get("If-None-Match") == reply.etag
            data = b"" if same else reply.data
            self.send_response(304 if same else reply.status)
            self.send_header("Content-Type", reply.media)
            self.send_header("Content-Length", str(len(data) if reply.length is None else reply.length))
            for name, value in {**reply.headers, **({"ETag": reply.etag} if reply.etag else {})}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(data)
            except OSError:  # the client has gone, as it should
                self.close_connection = True

        def log_message(self, *_: Any) -> None:  # says nothing
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running = Site(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield running
        server.shutdown()
        thread.join()


class Clock:
    """A clock that goes only while somebody sleeps."""

    def __init__(self) -> None:
        self.time = datetime(2040, 7, 1, 8, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)
