"""Addresses of watched hosts, asked for as a guest asks: which ones, how often, and what is kept of it."""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from watch_helpers import BROKEN, Clock, Reply, Site, site

from pipeline.errors import SourceError, StoreError
from pipeline.fetch import LARGEST
from pipeline.settings import Sources
from pipeline.watch.memory import MEMORY, Found, Link, opened_memory
from pipeline.watch.polite import (
    LONGEST_DELAY,
    LONGEST_PAUSE,
    PAUSE,
    Unchanged,
    Visited,
    Visitor,
    is_public,
    read_robots,
    retry_after,
)

PAGE = "<p>Số liệu</p>".encode()


@pytest.fixture
def served() -> Iterator[Site]:
    with site() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def visiting(served: Site, clock: Clock, folder: Path, *hosts: str, **given: Any) -> Iterator[Visitor]:
    with opened_memory(folder) as memory:
        sources = Sources(pages=(f"{served.address}/list",), hosts=hosts, private=True)
        yield Visitor(sources, memory, clock.now, clock.sleep, **given)


def found(got: Visited | Unchanged) -> Found:
    assert isinstance(got, Visited)
    return Found(got.address, got.data, got.media, hashlib.sha256(got.data).hexdigest(), got.etag, got.modified)


def refusal(visitor: Visitor, address: str) -> str:
    with pytest.raises(SourceError) as caught:
        visitor.get(address)
    assert str(caught.value).startswith(f"{address}: ")
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{address}: ")


# --- hosts and addresses ------------------------------------------------------------------


def test_only_configured_hosts_are_asked_and_led_to(served: Site, clock: Clock, tmp_path: Path) -> None:
    with site() as other, visiting(served, clock, tmp_path) as visitor:
        served.pages = {
            "/a": Reply(PAGE),
            "/old": Reply(status=301, headers={"Location": "/a"}),
            "/away": Reply(status=302, headers={"Location": f"{other.address}/a"}),
        }
        other.pages = {"/a": Reply(PAGE)}
        assert found(visitor.get(f"{served.address}/old"))[:2] == (f"{served.address}/a", PAGE)
        for address in (f"{other.address}/a", served.address.replace("127.0.0.1", "localhost") + "/a"):
            assert "is none of the hosts of sources" in refusal(visitor, address)
        assert "is none of the hosts" in refusal(visitor, f"http://ai@{served.host}/a")  # no passwords are sent
        with pytest.raises(SourceError, match=f"{other.host} is none of the hosts"):
            visitor.get(f"{served.address}/away")
        assert other.asked == []
    with site() as other, visiting(served, clock, tmp_path, other.host) as visitor:
        other.pages = {"/a": Reply(PAGE)}
        assert visitor.get(f"{other.address}/a")[0] == PAGE


NOT_PUBLIC = [
    "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1",
]  # fmt: skip


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_addresses_inside_a_network_are_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"])
def test_addresses_of_the_public_network(ip: str) -> None:
    assert is_public(ip)


class Network:
    """Names and the addresses that each is resolved to, one answer after the other; every connection ends here."""

    def __init__(self, served: Site, patch: pytest.MonkeyPatch, **names: list[list[str]]) -> None:
        self.connected: list[str] = []
        self.names = {name.replace("_", "."): answers for name, answers in names.items()}
        connect = socket.create_connection

        def to_us(address: tuple[str, int], *rest: Any, **named: Any) -> socket.socket:
            self.connected.append(address[0])
            return connect(("127.0.0.1", int(served.host.partition(":")[2])), *rest, **named)

        patch.setattr(socket, "create_connection", to_us)

    def resolve(self, host: str, _port: int) -> list[str]:
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    @contextmanager
    def visitor(self, clock: Clock, folder: Path) -> Iterator[Visitor]:
        with opened_memory(folder) as memory:
            sources = Sources(pages=("http://a.example/list",), hosts=("b.example",))
            yield Visitor(sources, memory, clock.now, clock.sleep, self.resolve)


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_a_name_or_a_redirect_into_a_private_network_is_refused(
    served: Site, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ip: str
) -> None:
    served.pages = {"/a": Reply(PAGE), "/in": Reply(status=302, headers={"Location": "http://b.example/a"})}
    network = Network(served, monkeypatch, a_example=[["8.8.8.8"]], b_example=[[ip]])
    with network.visitor(clock, tmp_path) as visitor:
        assert visitor.get("http://a.example/a")[0] == PAGE
        assert f"b.example is {ip}, no address of the public network" in refusal(visitor, "http://b.example/a")
        with pytest.raises(SourceError, match=rf"^http://b\.example/a: .*b\.example is {re.escape(ip)}, no address"):
            visitor.get("http://a.example/in")
    assert set(network.connected) == {"8.8.8.8"}


def test_what_was_checked_is_what_is_connected_to(
    served: Site, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.pages = {"/a": Reply(PAGE)}
    # robots.txt and the page go to the public address; the same name then means this machine.
    network = Network(served, monkeypatch, a_example=[["10.0.0.1", "8.8.8.8"], ["8.8.8.8"], ["127.0.0.1"]])
    with network.visitor(clock, tmp_path) as visitor:
        assert visitor.get("http://a.example/a")[0] == PAGE
        assert "a.example is 127.0.0.1" in refusal(visitor, "http://a.example/a")
    assert network.connected == ["8.8.8.8", "8.8.8.8"]


# --- robots.txt ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("robots", "allowed", "refused"),
    [
        ("", ["/", "/a?b"], []),
        ("User-agent: *\nDisallow:", ["/a"], []),
        ("User-agent: *\nDisallow: /", [], ["/", "/a"]),
        ("\ufeffuser-agent:*\r\ndisallow:/tin # menu\r\n", ["/ti", "/"], ["/tin", "/tin/a", "/tin-tuc"]),
        ("User-agent: khac\nDisallow: /", ["/a"], []),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Songngu/2.0\nAllow: /", ["/a"], []),
        ("User-agent: songngu\nDisallow: /a\nUser-agent: *\nDisallow: /\nUser-agent: SONGNGU\nDisallow: /b",
         ["/c"], ["/a", "/b"]),
        ("User-agent: khac\nUser-agent: songngu\nDisallow: /a", ["/b"], ["/a"]),
        ("User-agent: khac\nDisallow: /\nUser-agent: songngu\nUser-agent: nua\nDisallow: /a", ["/b"], ["/a"]),
        ("User-agent: khac\nCrawl-delay: 4\nUser-agent: *\nDisallow: /b", ["/a"], ["/b"]),
        ("Disallow: /a\nUser-agent: *\nDisallow: /b", ["/a"], ["/b"]),
        ("User-agent: *\nSitemap: https://a.example/s.xml\nDisallow: /b", ["/a"], ["/b"]),
        ("User-agent: *\nAllow: /tin/bao-cao\nDisallow: /tin", ["/tin/bao-cao-6"], ["/tin/khac"]),
        ("User-agent: *\nDisallow: /a\nAllow: /a", ["/a"], []),
        ("User-agent: *\nDisallow: /*.pdf$", ["/a.pdf?b", "/a.html"], ["/a.pdf", "/b/c.pdf"]),
        ("User-agent: *\nDisallow: /*?in=", ["/a", "/a?b=1"], ["/a?in=1", "/a/b?in=2"]),
        ("User-agent: *\nDisallow: /a*b*c$", ["/abcd", "/ac"], ["/abc", "/a1b2c"]),
        ("User-agent: *\nDisallow: /b%C3%A1o", ["/bao"], ["/báo", "/b%c3%a1o"]),
        ("User-agent: *\nDisallow: /báo/~a", ["/bao"], ["/b%C3%A1o/%7ea"]),
        ("User-agent: *\nDisallow: /a%2Fb", ["/a/b"], ["/a%2fb"]),
        ("<html><body>404: Không tìm thấy</body></html>", ["/a"], []),
    ],
)  # fmt: skip
def test_robots_txt(robots: str, allowed: list[str], refused: list[str]) -> None:
    rules = read_robots(robots)
    assert [p for p in (*allowed, *refused) if rules.allows(f"https://a.example{p}")] == allowed


def test_a_pattern_takes_no_long_time() -> None:
    rules = read_robots(f"User-agent: *\nDisallow: /{'a*' * 200}b")
    assert rules.allows(f"http://a.example/{'a' * 5000}")  # of a backtracking matcher nobody would see the end


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    ["User-agent: *", "Disallow: /a", "Allow: /a*", "Crawl-delay: 3", "Disallow: %", "User-agent:", "Allow: $*"]
)))  # fmt: skip
def test_any_text_is_a_robots_txt(lines: list[str]) -> None:
    rules = read_robots("\n".join(lines))
    assert isinstance(rules.allows("http://a.example/a%zz?b"), bool)
    assert 1 <= rules.delay <= LONGEST_DELAY


def test_robots_txt_is_asked_for_once_and_followed(served: Site, clock: Clock, tmp_path: Path) -> None:
    served.pages = {
        "/robots.txt": Reply(b"User-agent: songngu\nDisallow: /kin\n", "text/plain"),
        "/a": Reply(PAGE), "/kin": Reply(PAGE), "/old": Reply(status=302, headers={"Location": "/kin"}),
    }  # fmt: skip
    with visiting(served, clock, tmp_path) as visitor:
        assert visitor.get(f"{served.address}/a")[0] == PAGE
        assert refusal(visitor, f"{served.address}/kin") == "not asked for: the host's robots.txt does not allow it"
        with pytest.raises(SourceError, match=r"/kin: not asked for: the host's robots\.txt"):
            visitor.get(f"{served.address}/old")
    assert served.asked == ["/robots.txt", "/a", "/old"]
    assert {h["User-Agent"].partition("/")[0] for h in served.headers} == {"songngu"}


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        (Reply(status=404), ["/a"]), (Reply(status=403), ["/a"]), (Reply(status=500), []), (BROKEN, []),
        (Reply(status=301, headers={"Location": "/r2"}), []),  # what it says at /r2 is followed
        (Reply(status=301, headers={"Location": "http://khac.example/robots.txt"}), []),
        (Reply(status=503), []), (Reply(PAGE, length=100), []),
    ],
)  # fmt: skip
def test_a_robots_txt_that_cannot_be_had(
    served: Site, clock: Clock, tmp_path: Path, reply: Reply, asked: list[str]
) -> None:
    served.pages = {"/robots.txt": reply, "/a": Reply(PAGE), "/r2": Reply(b"User-agent: *\nDisallow: /")}
    with visiting(served, clock, tmp_path) as visitor:
        if asked:
            assert visitor.get(f"{served.address}/a")[0] == PAGE
        else:
            assert "robots.txt" in refusal(visitor, f"{served.address}/a")
    assert [path for path in served.asked if path == "/a"] == asked


# --- how often ----------------------------------------------------------------------------


def test_a_host_is_asked_once_a_second_and_others_meanwhile(served: Site, clock: Clock, tmp_path: Path) -> None:
    with site() as other, visiting(served, clock, tmp_path, other.host) as visitor:
        for place in (served, other):
            place.pages = {"/a": Reply(PAGE), "/old": Reply(status=302, headers={"Location": "/a"})}
        visitor.get(f"{served.address}/a")
        assert clock.slept == [1]  # between robots.txt and the page
        visitor.get(f"{other.address}/a")
        assert clock.slept == [1, 1]
        clock.time += timedelta(seconds=0.4)
        visitor.get(f"{other.address}/old")
        assert clock.slept == [1, 1, pytest.approx(0.6), 1]
        clock.time += timedelta(hours=-3)  # set back
        visitor.get(f"{other.address}/a")
        assert clock.slept[4:] == [1]
        clock.time += timedelta(seconds=7)
        visitor.get(f"{other.address}/a")
        assert clock.slept[5:] == []


@pytest.mark.parametrize(("said", "kept"), [("5", 5), ("2.5", 2.5), ("0", 1), ("900", LONGEST_DELAY), ("x", 1)])
def test_the_delay_that_a_host_asks_for(served: Site, clock: Clock, tmp_path: Path, said: str, kept: float) -> None:
    served.pages = {"/robots.txt": Reply(f"User-agent: *\nCrawl-delay: {said}".encode()), "/a": Reply(PAGE)}
    with visiting(served, clock, tmp_path) as visitor:
        visitor.get(f"{served.address}/a")
    assert clock.slept == [kept]


NOW = datetime(2040, 7, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("120", timedelta(minutes=2)), ("0", timedelta()), (" 7 ", timedelta(seconds=7)), ("", PAUSE), ("soon", PAUSE),
        ("-5", PAUSE), ("9" * 30, PAUSE), ("999999999", LONGEST_PAUSE), ("\u0663", PAUSE),
        (format_datetime(NOW + timedelta(hours=2), usegmt=True), timedelta(hours=2)),
        (format_datetime(NOW - timedelta(hours=2), usegmt=True), timedelta()),
        ("Fri, 31 Dec 2049 23:59:59 GMT", LONGEST_PAUSE), ("Sun, 01 Jul 2040 08:00:30 -0000", timedelta(seconds=30)),
    ],
)  # fmt: skip
def test_retry_after(value: str, pause: timedelta) -> None:
    assert retry_after(value, NOW) == pause


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_wants_to_be_left_alone_is_also_by_the_next_run(
    served: Site, clock: Clock, tmp_path: Path, status: int
) -> None:
    served.pages = {"/a": [Reply(status=status, headers={"Retry-After": "3600"}), Reply(PAGE)]}
    with visiting(served, clock, tmp_path) as visitor:
        told = refusal(visitor, f"{served.address}/a")
        assert told == f"the server answers {status}: it is left alone until 2040-07-01 09:00 UTC"
        asked = len(served.asked)
        assert "left alone until 2040-07-01 09:00 UTC" in refusal(visitor, f"{served.address}/b")
    clock.time += timedelta(minutes=30)
    with visiting(served, clock, tmp_path) as visitor:
        assert "left alone until" in refusal(visitor, f"{served.address}/a")
        assert len(served.asked) == asked
    clock.time += timedelta(minutes=31)
    with visiting(served, clock, tmp_path) as visitor:
        assert visitor.get(f"{served.address}/a")[0] == PAGE


# --- what fails ---------------------------------------------------------------------------


def test_a_connection_that_fails_once_is_tried_again_once(served: Site, clock: Clock, tmp_path: Path) -> None:
    served.pages = {
        "/once": [BROKEN, Reply(PAGE)], "/short": [Reply(PAGE, length=99), Reply(PAGE)],
        "/ever": BROKEN, "/cut": Reply(PAGE, length=99),
        "/500": Reply(status=500), "/large": Reply(b" " * (LARGEST + 1)),
    }  # fmt: skip
    with visiting(served, clock, tmp_path) as visitor:
        assert visitor.get(f"{served.address}/once")[0] == PAGE
        assert visitor.get(f"{served.address}/short")[0] == PAGE
        assert "cannot be fetched" in refusal(visitor, f"{served.address}/ever")
        assert refusal(visitor, f"{served.address}/cut") == "the server ended before it had sent everything"
        assert refusal(visitor, f"{served.address}/500") == "the server answers 500 Internal Server Error"
        assert refusal(visitor, f"{served.address}/large") == "larger than 20 MB: not an article"
    asked = [served.asked.count(path) for path in ("/once", "/short", "/ever", "/cut", "/500", "/large")]
    assert asked == [2, 2, 2, 2, 1, 1]
    assert set(clock.slept) == {1}  # also before what is tried again


def test_a_server_that_does_not_answer(clock: Clock, tmp_path: Path) -> None:
    with socket.socket() as silent, opened_memory(tmp_path) as memory:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/a"
        sources = Sources(pages=(address,), private=True)
        visitor = Visitor(sources, memory, clock.now, clock.sleep, timeout=0.1)
        assert "the server does not answer in time" in refusal(visitor, address)


# --- what is kept -------------------------------------------------------------------------


def test_what_was_taken_comes_again_only_when_it_has_changed(served: Site, clock: Clock, tmp_path: Path) -> None:
    page = f"{served.address}/a"
    served.pages = {"/a": Reply(PAGE, etag='W/"1"', headers={"Last-Modified": "Sun, 01 Jul 2040 08:00:00 GMT"})}
    with visiting(served, clock, tmp_path) as visitor:
        visitor.get(page)  # and then killed: nobody has taken it
    with visiting(served, clock, tmp_path) as visitor:
        visitor.memory.taken(found(visitor.get(page)))
        assert visitor.get(page) == Unchanged(page)
    with visiting(served, clock, tmp_path) as visitor:
        assert visitor.get(page) == Unchanged(page)
        assert served.headers[-1]["If-None-Match"] == 'W/"1"'
        assert served.headers[-1]["If-Modified-Since"] == "Sun, 01 Jul 2040 08:00:00 GMT"
        served.pages = {"/a": Reply(PAGE * 2)}
        changed = found(visitor.get(page))
        assert changed.data == PAGE * 2
        visitor.memory.taken(changed)  # without a validator now
        assert visitor.memory.known(page) is None
        assert visitor.get(page)[0] == PAGE * 2
        assert "If-None-Match" not in served.headers[-1]


def test_validators_go_only_to_the_address_that_gave_them(served: Site, clock: Clock, tmp_path: Path) -> None:
    served.pages = {
        "/now": Reply(status=302, headers={"Location": "/6"}),
        "/6": Reply(PAGE, etag='"x"'), "/7": Reply(b"7", etag='"x"'),
    }  # fmt: skip
    with visiting(served, clock, tmp_path) as visitor:
        visitor.memory.taken(found(visitor.get(f"{served.address}/now")))
        assert visitor.get(f"{served.address}/now") == Unchanged(f"{served.address}/6")
        served.pages["/now"] = Reply(status=302, headers={"Location": "/7"})
        assert visitor.get(f"{served.address}/now")[0] == b"7"
        served.pages["/never"] = Reply(status=304)
        assert "304" in refusal(visitor, f"{served.address}/never")  # nothing is known of it


LINKS = st.lists(st.builds(Link, st.text(), st.lists(st.text(st.characters(codec="utf-8"))).map(tuple)), max_size=4)


@given(st.text(st.characters(codec="utf-8"), min_size=1), LINKS)
def test_the_memory_gives_back_what_it_was_told(etag: str, links: list[Link]) -> None:
    import tempfile  # noqa: PLC0415  # a folder for each example

    with tempfile.TemporaryDirectory() as place, opened_memory(Path(place)) as memory:
        memory.read("http://a.example/", etag, "", links)
        known = memory.known("http://a.example/")
        assert known is not None
        assert (known.etag, known.links) == (etag, tuple(links))
        memory.taken(Found("http://a.example/", b"", "", "", etag))
        again = memory.known("http://a.example/")
        assert again is not None
        assert again.links is None


def test_a_memory_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / MEMORY).write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="cannot be used"), opened_memory(tmp_path):
        pass
    with pytest.raises(StoreError, match="cannot be written"), opened_memory(tmp_path / MEMORY / "in"):
        pass
