"""An address as a source: what a real server sends, and every way in which it may fail, in one line."""

from __future__ import annotations

import gzip
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import ROOT
from documents import docx, web, windows_1258
from reading import PARAGRAPHS, TITLE, glossary, lines_of

from pipeline.cli import main
from pipeline.errors import SourceError
from pipeline.fetch import LARGEST, ask, fetch
from pipeline.model import Article
from pipeline.read import read_article

LINES = (TITLE, *PARAGRAPHS)
PAGE = web(LINES).encode()


class Answer(NamedTuple):
    data: bytes = b""
    media: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None  # said, where it is not the true one


ANSWERS = {
    "/bao-cao.html": Answer(PAGE),
    "/bai-viet-12": Answer(PAGE),
    "/tep?id=3": Answer(docx(LINES), "application/octet-stream"),
    "/b%C3%A1o%20c%C3%A1o.html": Answer(PAGE),
    "/1258": Answer(windows_1258(web(LINES)), "text/html; charset=windows-1258"),
    "/utf16": Answer(web(LINES).encode("utf-16-le"), "text/html; charset=utf-16le"),
    "/text": Answer("\n".join(LINES).encode(), "text/plain"),
    "/gzip": Answer(gzip.compress(PAGE), headers=(("Content-Encoding", "gzip"),)),
    "/bomb": Answer(gzip.compress(b" " * (LARGEST + 1)), headers=(("Content-Encoding", "gzip"),)),
    "/no-gzip": Answer(PAGE, headers=(("Content-Encoding", "gzip"),)),
    "/cut-gzip": Answer(gzip.compress(PAGE)[:-20], headers=(("Content-Encoding", "gzip"),)),
    "/old": Answer(status=302, headers=(("Location", "/bao-cao.html"),)),
    "/loop": Answer(status=302, headers=(("Location", "/loop"),)),
    "/file": Answer(status=302, headers=(("Location", "file:///etc/hostname"),)),
    "/ftp": Answer(status=302, headers=(("Location", "ftp://127.0.0.1/a.html"),)),
    "/same": Answer(status=304),
    "/500": Answer(status=500),
    "/large": Answer(b" " * (LARGEST + 1)),
    "/short": Answer(PAGE, length=len(PAGE) + 100),
    "/picture": Answer(b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/silent":
            time.sleep(1.5)
            return
        answer = ANSWERS.get(self.path, Answer(status=404))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media)
        self.send_header("Content-Length", str(len(answer.data) if answer.length is None else answer.length))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(answer.data)
            if self.path == "/slow":
                for _ in range(20):
                    self.wfile.write(b" ")
                    time.sleep(0.1)
        except OSError:  # the client has gone, as it should
            self.close_connection = True

    def log_message(self, *_: Any) -> None:  # says nothing
        pass


ANSWERS["/slow"] = Answer(length=100)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def article_at(address: str) -> Article:
    found = fetch(address)
    return read_article(found.data, found.address, glossary(), found.media)


@pytest.mark.parametrize(
    ("path", "final", "source"),
    [
        ("/bao-cao.html", "/bao-cao.html", "bao-cao.html"),
        ("/bai-viet-12#muc-2", "/bai-viet-12", "bai-viet-12"),
        ("/tep?id=3", "/tep?id=3", "tep"),
        ("/báo cáo.html", "/b%C3%A1o%20c%C3%A1o.html", "báo cáo.html"),
        ("/1258", "/1258", "1258"),
        ("/utf16", "/utf16", "utf16"),
        ("/text", "/text", "text"),
        ("/gzip", "/gzip", "gzip"),
        ("/old", "/bao-cao.html", "bao-cao.html"),
    ],
)
def test_an_article_at_an_address(server: str, path: str, final: str, source: str) -> None:
    article = article_at(server + path)
    assert lines_of(article) == list(LINES)
    assert (article.address, article.source) == (server + final, source)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/nowhere", "the server answers 404 Not Found"),
        ("/500", "the server answers 500 Internal Server Error"),
        ("/large", "larger than 20 MB: not an article"),
        ("/bomb", "larger than 20 MB: not an article"),
        ("/no-gzip", "what the server sent cannot be unpacked"),
        ("/cut-gzip", "what the server sent cannot be unpacked (its end is missing)"),
        ("/short", "the server ended before it had sent everything"),
        ("/loop", "the server answers 302 its redirects lead nowhere"),
        ("/file", "the server answers 302"),
        ("/ftp", "the server answers 302 its redirects lead nowhere"),
        ("/picture", "a picture: only text is read"),
    ],
)
def test_what_cannot_be_fetched_or_read(server: str, path: str, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        article_at(server + path)
    assert str(caught.value).startswith(f"{server}{path}: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_address_is_prepared_and_any_answer_is_told(server: str) -> None:
    prepared: list[str] = []

    def prepare(address: str) -> dict[str, str]:
        prepared.append(address)
        return {"X-Hop": str(len(prepared))}

    answer = ask(f"{server}/old#muc", prepare=prepare)
    assert (answer.status, answer.address, answer.data) == (200, f"{server}/bao-cao.html", PAGE)
    assert prepared == [f"{server}/old", f"{server}/bao-cao.html"]
    assert [ask(server + path).status for path in ("/same", "/nowhere", "/500", "/ftp")] == [304, 404, 500, 302]


def test_what_must_not_be_asked_for_is_not(server: str) -> None:
    def refuse(address: str) -> dict[str, str]:
        if address.endswith("/bao-cao.html"):
            raise SourceError("not there")
        return {}

    with pytest.raises(SourceError, match=r"^not there$"):
        ask(f"{server}/old", prepare=refuse)


def test_connections_are_made_by_whom_the_caller_says(server: str) -> None:
    dialled: list[tuple[str, int]] = []
    port = int(server.rpartition(":")[2])

    def dial(host: str, at: int, timeout: float | None) -> socket.socket:
        dialled.append((host, at))
        if host == "tu-choi.example":
            raise PermissionError(13, "not to that one")
        if len(dialled) < 3:
            raise ConnectionResetError(104, "Connection reset by peer")
        return socket.create_connection(("127.0.0.1", port), timeout)

    with pytest.raises(SourceError, match="cannot be fetched: Connection reset by peer"):
        ask("http://khong-co-may-nay.invalid:8080/bao-cao.html", dial=dial)
    assert ask("http://khong-co-may-nay.invalid:8080/bao-cao.html", dial=dial, tries=2).data == PAGE
    assert dialled == [("khong-co-may-nay.invalid", 8080)] * 3
    with pytest.raises(SourceError, match=r"tu-choi\.example/: cannot be fetched: not to that one"):
        ask("https://tu-choi.example/", dial=dial, tries=2)
    assert dialled[3:] == [("tu-choi.example", 443)]


def test_a_server_that_says_nothing_or_too_little(server: str) -> None:
    with pytest.raises(SourceError, match="does not answer in time"):
        fetch(f"{server}/silent", timeout=0.2)
    with pytest.raises(SourceError, match="sends too slowly"):
        fetch(f"{server}/slow", patience=0.3)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://khong-co-may-nay.invalid/a.html", "there is no such host"),
        ("http://[::1/a.html", "cannot be fetched"),
        ("http:///a.html", "cannot be fetched"),
        ("http://127.0.0.1:99999/", ""),
        (f"http://{'a' * 70}.example/", ""),
        ("https://ăă..example/", "cannot be fetched"),
    ],
)
def test_addresses_that_lead_nowhere(address: str, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        fetch(address, timeout=5)
    assert str(caught.value).startswith(f"{address}: ")
    assert reason in str(caught.value)


def test_a_closed_port_and_a_certificate_that_nobody_knows(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(socket.socket()) as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(SourceError, match="refuses the connection"):
            fetch(f"http://127.0.0.1:{closed.getsockname()[1]}/")
    with pytest.raises(SourceError, match="no secure connection"):
        fetch(server.replace("http:", "https:"))
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:thongke.example"],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl is not here")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        running.socket = context.wrap_socket(running.socket, server_side=True)
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        with pytest.raises(SourceError, match="certificate is not trusted"):
            fetch(f"https://127.0.0.1:{running.server_port}/bao-cao.html")
        # A connection that the caller makes is held to the host's name, not to the address that it went to.
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

        def dial(_host: str, _port: int, timeout: float | None) -> socket.socket:
            return socket.create_connection(("127.0.0.1", running.server_port), timeout)

        assert ask("https://thongke.example/bao-cao.html", dial=dial).data == PAGE
        with pytest.raises(SourceError, match="certificate is not trusted"):
            ask("https://khac.example/bao-cao.html", dial=dial)
        running.shutdown()
        thread.join()


def test_the_command_line_takes_an_address(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", f"{server}/bao-cao.html", "--format", "text"]) == 0
    assert capsys.readouterr().out == "\n".join(LINES) + "\n"
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "build", f"{server}/nowhere"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == f"songngu: {server}/nowhere: the server answers 404 Not Found\n"
