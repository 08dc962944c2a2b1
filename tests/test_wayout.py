"""The way out, as a server that people and mail programs reach: `songngu unsubscribe-server` in its own process."""

from __future__ import annotations

import http.client
import io
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT
from playwright.sync_api import Browser, ConsoleMessage, expect

from pipeline.deliver.ledger import opened_ledger
from pipeline.deliver.people import PEOPLE, opened_people
from pipeline.deliver.wayout import application
from pipeline.errors import DeliveryError, SettingsError, TemplateError
from pipeline.glossary import Glossary

KEY = "0123456789abcdef" * 4
LAN, BOB = "lan.nguyen@example.org", "bob@example.com"
ONE_CLICK = b"List-Unsubscribe=One-Click"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Way(NamedTuple):
    """A running server: its mail folder, port, and what it writes as a log."""

    folder: Path
    port: int
    log: Path

    def token(self, email: str) -> str:
        with opened_people(self.folder) as people:
            return people.token(email, KEY)

    def suppressed(self, email: str) -> str:
        with opened_people(self.folder) as people:
            return people.suppressed(email)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str, dict[str, str]]:
        """A request -> status, body, header fields."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()}


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pipeline.cli", "unsubscribe-server", "--outbox", str(folder / "mail"), *words]
    with (folder / "log").open("w") as log:
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    folder = tmp_path_factory.mktemp("wayout")
    (folder / "key").touch(0o600)
    (folder / "key").write_text(f"{KEY}\n")
    with started(folder, "--listen", "127.0.0.1:0", "--key-file", str(folder / "key")) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().split()[-1])
        yield Way(folder / "mail", port, folder / "log")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


# --- asking, and leaving ------------------------------------------------------------------


def test_who_follows_the_link_is_asked_and_nothing_changes(way: Way) -> None:
    link = f"/any/prefix/{way.token(LAN)}"
    for method in ("GET", "HEAD", "GET"):
        status, page, headers = way.ask(method, link)
        assert (status, int(headers["content-length"]) > 500) == (200, True)
        assert way.suppressed(LAN) == ""
        assert bool(page) is (method != "HEAD")
    assert "l***@example.org" in page
    assert LAN not in page
    assert page.count("<button") == page.count('method="post"') == 1
    assert "Ngừng nhận" in page
    assert "Unsubscribe" in page


MULTIPART = (
    b'--xYz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--xYz--\r\n',
    {"Content-Type": "multipart/form-data; boundary=xYz"},
)


@pytest.mark.parametrize(("body", "headers"), [(ONE_CLICK, FORM), MULTIPART, (ONE_CLICK, {})])
def test_one_click_unsubscribes_at_once_and_again(
    body: bytes, headers: dict[str, str], way: Way, request: pytest.FixtureRequest
) -> None:
    email = f"p{request.node.callspec.indices['body']}@example.org"
    link = f"/u/{way.token(email)}"
    assert way.ask("POST", link, body, headers)[0] == 200
    with opened_people(way.folder) as people:
        (first,) = (s for s in people.suppressions() if s.email == email)
    assert first.reason == "unsubscribed"
    assert way.ask("POST", link, body, headers)[0] == 200
    status, page, _ = way.ask("GET", link)
    assert (status, "<form" in page, "You have unsubscribed" in page) == (200, False, True)
    with opened_people(way.folder) as people:
        assert first in people.suppressions()


def test_who_bounced_or_was_removed_may_still_leave(way: Way) -> None:
    for reason, asked in (("bounced", True), ("removed", False)):
        email = f"{reason}@example.org"
        with opened_people(way.folder) as people:
            people.suppress(email, reason, "2023-07-01T00:00:00+00:00")  # type: ignore[arg-type]  # one of its literals
        link = f"/{way.token(email)}"
        assert ("<form" in way.ask("GET", link)[1]) is asked
        assert way.ask("POST", link, ONE_CLICK, FORM)[0] == 200
        assert way.suppressed(email) == "unsubscribed"


# --- what is refused ----------------------------------------------------------------------


def test_a_wrong_token_gives_nothing_away(way: Way, tmp_path: Path) -> None:
    right = way.token(LAN)
    with opened_people(tmp_path) as people:
        not_given, other_key = people.token("nobody@example.org", KEY), people.token(LAN, "x" * 64)
    paths = ["", "favicon.ico", right[:-1], right[:-1] + ("A" if right[-1] != "A" else "B"), right + "/", not_given]
    answers = {way.ask("GET", f"/u/{path}")[:2] for path in (*paths, other_key, "%00", "%F0%9F", "..%2F..%2Fetc")}
    answers |= {way.ask("POST", f"/u/{path}", ONE_CLICK, FORM)[:2] for path in paths}
    ((status, page),) = answers
    assert (status, "example.org" in page, "<form" in page) == (404, False, False)
    assert way.suppressed(LAN) == ""


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", FORM, 400), (b"x=1", FORM, 400), (b"List-Unsubscribe=Two-Click", FORM, 400),
        (ONE_CLICK + b"&List-Unsubscribe=No", FORM, 400), (b"\xff\xfe\x00", FORM, 400), (MULTIPART[0], FORM, 400),
        (b"--xYz", MULTIPART[1], 400), (ONE_CLICK, MULTIPART[1], 400), (ONE_CLICK + b"&x=" + b"y" * 2000, FORM, 413),
    ],
)  # fmt: skip
def test_another_body_does_nothing(body: bytes, headers: dict[str, str], status: int, way: Way) -> None:
    assert way.ask("POST", f"/u/{way.token(LAN)}", body, headers)[0] == status
    assert way.suppressed(LAN) == ""


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FROBNICATE"])
def test_other_methods_are_refused(method: str, way: Way) -> None:
    status, page, headers = way.ask(method, f"/u/{way.token(LAN)}")
    assert (status, headers["allow"], "example.org" in page) == (405, "GET, HEAD, POST", False)
    assert way.suppressed(LAN) == ""


def test_every_answer_keeps_the_link_to_itself(way: Way) -> None:
    token = way.token(BOB)
    for method, path in (("GET", token), ("GET", "nothing"), ("PUT", token), ("POST", token)):
        _, page, headers = way.ask(method, f"/u/{path}", ONE_CLICK if method == "POST" else None, FORM)
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-robots-tag"].startswith("noindex")
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert not {"set-cookie", "location", "server", "refresh"} & set(headers)
        assert not re.search(r"<script|<link|<img|href=|src=|url\(", page)
        assert token not in page


# --- while other things happen ------------------------------------------------------------


def test_people_leave_while_a_brief_is_being_sent(way: Way) -> None:
    """The ledger's lock is held by this process, and the suppression list is read and written by it too."""
    emails = [f"many{n}@example.org" for n in range(12)]
    links = [f"/{way.token(e)}" for e in emails]
    statuses: list[int] = []
    with opened_ledger(way.folder), opened_people(way.folder) as people:
        assert way.ask("POST", links[0], ONE_CLICK, FORM)[0] == 200
        assert people.suppressed(emails[0]) == "unsubscribed"  # seen by who is about to send the next message
        threads = [
            threading.Thread(target=lambda link=link: statuses.append(way.ask("POST", link, ONE_CLICK, FORM)[0]))
            for link in links
        ]
        with people.together():  # a writer makes them wait, not fail
            people.suppress("writer@example.org", "removed", "2023-07-01T00:00:00+00:00")
            for thread in threads:
                thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 12
    assert {way.suppressed(e) for e in emails} == {"unsubscribed"}


def test_the_log_has_neither_tokens_nor_whole_addresses(way: Way) -> None:
    token = way.token("quiet.person@example.net")
    way.ask("GET", f"/u/{token}")
    way.ask("POST", f"/u/{token}", ONE_CLICK, FORM)
    way.ask("GET", f"/u/{token[:-1]}")
    log = way.log.read_text(encoding="utf-8")
    assert "POST 200 q***@example.net" in log
    assert "GET 404 -" in log
    assert token[:30] not in log
    assert "quiet" not in log


def test_a_list_that_cannot_be_used_is_an_error_and_says_so(way: Way) -> None:
    token = way.token(BOB)
    file, away = way.folder / PEOPLE, way.folder / "away"
    with opened_people(way.folder):
        pass
    for name in (PEOPLE, f"{PEOPLE}-wal", f"{PEOPLE}-shm"):
        if (way.folder / name).exists():
            (way.folder / name).rename(away.with_name(f"away-{name}"))
    file.write_bytes(b"damaged" * 1000)
    try:
        status, page, _ = way.ask("POST", f"/u/{token}", ONE_CLICK, FORM)
    finally:
        file.unlink()
        for name in (PEOPLE, f"{PEOPLE}-wal", f"{PEOPLE}-shm"):
            if away.with_name(f"away-{name}").exists():
                away.with_name(f"away-{name}").rename(way.folder / name)
    assert (status, "Please try again later" in page) == (500, True)
    assert token[:30] not in way.log.read_text(encoding="utf-8")


# --- the page -----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_person_reads_the_page_and_presses_the_button(browser: Browser, way: Way, scheme: str) -> None:
    email = f"{scheme}@example.org"
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]  # one of its literals
    page = context.new_page()
    complaints: list[ConsoleMessage] = []
    page.on("console", lambda message: complaints.append(message))  # noqa: PLW0108  # a built-in takes no attributes
    page.goto(f"http://127.0.0.1:{way.port}/u/{way.token(email)}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 25, 31)"}[scheme]  # the style is let through
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    assert way.suppressed(email) == ""
    page.get_by_role("button").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("You have unsubscribed")
    assert page.locator("form").count() == 0
    assert way.suppressed(email) == "unsubscribed"
    assert context.cookies() == []
    assert [c.text for c in complaints if "favicon" not in c.text + str(c.location)] == []
    context.close()


# --- under any server, and at the start ---------------------------------------------------


def answer(app: Any, method: str, path: str, body: bytes = b"", **more: str) -> tuple[str, bytes]:
    """A request by PEP 3333, its rules enforced on both sides."""
    environ: dict[str, Any] = {}
    setup_testing_defaults(environ)
    environ.update({"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)), **more})
    environ["QUERY_STRING"] = ""
    environ["wsgi.input"] = io.BytesIO(body)
    statuses: list[str] = []

    def start(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda _: None

    found = validator(app)(environ, start)
    try:
        return statuses[0], b"".join(found)
    finally:
        found.close()  # type: ignore[attr-defined]  # the validator's has it


def test_it_is_an_application_for_any_server(tmp_path: Path, glossary: Glossary) -> None:
    app = application(tmp_path, KEY, ROOT / "templates", glossary, lambda: datetime(2023, 7, 1, tzinfo=UTC))
    with opened_people(tmp_path) as people:
        link = f"/u/{people.token(LAN, KEY)}"
    assert answer(app, "GET", link)[0] == "200 OK"
    assert answer(app, "HEAD", link) == ("200 OK", b"")
    assert answer(app, "POST", link, ONE_CLICK + b"&" + b"x" * 1024)[0] == "413 Request Entity Too Large"
    assert answer(app, "POST", link, ONE_CLICK, SCRIPT_NAME="/app")[0] == "200 OK"
    with opened_people(tmp_path) as people:
        assert people.suppressions() == [(LAN, "unsubscribed", "2023-07-01T00:00:00+00:00", "the way out")]
    assert answer(app, "POST", link, CONTENT_LENGTH="")[0] == "400 Bad Request"


def test_a_fault_of_the_page_is_told_at_the_start(tmp_path: Path, glossary: Glossary) -> None:
    (tmp_path / "leave").mkdir()
    (tmp_path / "leave" / "page.css").write_text("p { margin: 0 }")
    (tmp_path / "leave" / "page.html.j2").write_text("{{ title.vi }}\n{{ missing }}")
    with pytest.raises(TemplateError, match=r"page\.html\.j2, line 2"):
        application(tmp_path, KEY, tmp_path, glossary, lambda: datetime.now(UTC))


def test_every_phrase_of_the_page_is_used(glossary: Glossary) -> None:
    states = ("ask", "done", "unknown", "refused", "failed")
    wanted = {"leave.button", *(f"leave.{kind}.{state}" for kind in ("title", "text") for state in states)}
    assert {key for key in glossary.phrases if key.startswith("leave.")} == wanted


def test_what_keeps_the_server_from_starting_is_told(way: Way, tmp_path: Path) -> None:
    (tmp_path / "open").write_text(KEY)
    (tmp_path / "open").chmod(0o644)
    (tmp_path / "key").touch(0o600)
    (tmp_path / "key").write_text(KEY)
    there = f"127.0.0.1:{way.port}"
    for words, status, told in (
        (["--key-file", str(tmp_path / "open")], SettingsError.exit_status, "others can read this secret"),
        (["--key-file", str(tmp_path / "key"), "--listen", there], DeliveryError.exit_status, "in use"),
        (["--listen", "8080"], 2, "a host and a port"),
    ):  # fmt: skip
        process = started(tmp_path, *words)
        assert process.wait(60) == status
        assert process.stdout is not None
        process.stdout.close()
        assert told in (tmp_path / "log").read_text()
