"""Sending to a real server that fails in every way it can: each message once, each outcome told."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fuse import forked
from mailing import ANNE, BOB, LAN, SENDER, Time, issue, send_by, states
from mailserver import DROP, Handler, certificate, free_port, only, serving, tls

from pipeline.deliver.ledger import Delivery, opened_ledger
from pipeline.deliver.message import Messages
from pipeline.deliver.people import opened_people
from pipeline.deliver.post import opened_post
from pipeline.deliver.smtp import Smtp
from pipeline.errors import DeliveryError, SettingsError
from pipeline.settings import PASSWORD, Mail, Server, Settings


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def server(handler: Handler) -> Iterator[Server]:
    with serving(handler) as port:
        yield Server("127.0.0.1", port, "none", timeout=10)


@contextmanager
def closed(server: Server) -> Iterator[Smtp]:
    with closing(Smtp(server)) as smtp:
        yield smtp


def deliver(folder: Path, server: Server, *people: Any, clock: Time | None = None, **options: Any) -> list[Delivery]:
    again = options.pop("again", ())
    with opened_ledger(folder) as ledger, closed(server) as smtp:
        send = send_by(ledger, smtp, clock or Time(), **options)
        return list(send(Messages(issue(), SENDER), people, again))


def test_a_server_takes_everything_by_one_connection(handler: Handler, server: Server, tmp_path: Path) -> None:
    done = deliver(tmp_path, server, LAN, BOB, ANNE)
    assert {(d.state, d.detail) for d in done} == {("accepted", "250 2.0.0 taken")}
    assert handler.received == [ANNE.email, BOB.email, LAN.email]
    assert handler.connections == 1
    made = Messages(issue(), SENDER).make(LAN, Time().now(), "token-of-lan")
    assert made.data in [e.content for e in handler.taken]  # byte for byte, lines that begin with a dot too
    assert deliver(tmp_path, server, LAN, BOB, ANNE) == []
    assert len(handler.taken) == 3


FAULTS = [
    # command, replies, state in the end, copies that arrive
    ("RCPT", ["450 busy mailbox"], "accepted", 1),
    ("RCPT", ["451 try later", "450 and later"], "accepted", 1),
    ("MAIL", ["451 local error"], "accepted", 1),
    ("DATA", ["451 not now"], "accepted", 1),
    (".", ["451 greylisted"], "accepted", 1),
    ("RCPT", ["550 no such user"], "rejected", 0),
    ("MAIL", ["552 too large"], "rejected", 0),
    ("RCPT", ["450 busy", DROP], "accepted", 1),
    ("RCPT", ["whatever that is"], "accepted", 1),
    (".", ["whatever that is"], "unknown", 0),
    (".", ["552 mailbox full"], "rejected", 0),
    (".", ["554 spam"], "rejected", 0),
    ("EHLO", [DROP], "accepted", 1),
    ("MAIL", [DROP], "accepted", 1),
    ("RCPT", [DROP], "accepted", 1),
    ("DATA", [DROP], "accepted", 1),
    ("MAIL", ["421 going down"], "accepted", 1),
    ("RCPT", ["421 too many"], "accepted", 1),
    (".", ["421 going down"], "accepted", 1),
    ("lost", ["yes"], "unknown", 0),
    (".", [DROP], "unknown", 1),
]


@pytest.mark.parametrize(("command", "replies", "state", "copies"), FAULTS)
def test_every_fault_has_its_outcome_and_the_others_get_theirs(
    handler: Handler, server: Server, tmp_path: Path, command: str, replies: list[str], state: str, copies: int
) -> None:
    handler.faults = {command: list(replies)}
    clock = Time()
    deliver(tmp_path, server, LAN, BOB, clock=clock)
    first = BOB.email  # the queue is in the order of addresses
    assert states(tmp_path) == {first: state, LAN.email: "accepted"}
    assert handler.received.count(first) == copies
    assert handler.received.count(LAN.email) == 1
    deliver(tmp_path, server, LAN, BOB, clock=clock)
    assert handler.received.count(first) == copies


def test_what_is_unknown_is_sent_again_only_when_a_person_says_so(
    handler: Handler, server: Server, tmp_path: Path
) -> None:
    handler.faults = {"lost": ["yes"]}
    deliver(tmp_path, server, LAN)
    assert deliver(tmp_path, server, LAN) == []
    assert [d.state for d in deliver(tmp_path, server, LAN, again=["unknown"])] == ["accepted"]
    assert handler.received == [LAN.email]


def test_who_was_refused_is_sent_to_again_only_when_a_person_says_so(
    handler: Handler, server: Server, tmp_path: Path
) -> None:
    handler.faults = {"RCPT": ["554 5.7.1 <lan@example.org>: relay access denied"]}
    (refused,) = deliver(tmp_path, server, LAN)
    assert (refused.state, refused.detail) == ("rejected", "554 5.7.1 <l***@example.org>: relay access denied")
    assert deliver(tmp_path, server, LAN) == []
    assert [d.state for d in deliver(tmp_path, server, LAN, again=["rejected"])] == ["accepted"]


@pytest.mark.parametrize("reply", ["530 5.7.0 must log in", "550 5.1.8 sender refused"])
def test_a_server_that_takes_nothing_of_us_refuses_nobody(
    handler: Handler, server: Server, tmp_path: Path, reply: str
) -> None:
    handler.faults = {"MAIL": [reply]}
    with pytest.raises(DeliveryError, match="takes no mail of this sender"):
        deliver(tmp_path, server, LAN, BOB)
    assert set(states(tmp_path).values()) == {"queued"}
    assert {d.state for d in deliver(tmp_path, server, LAN, BOB)} == {"accepted"}


def test_a_refusal_counts_though_the_server_goes_right_after_it(
    handler: Handler, server: Server, tmp_path: Path
) -> None:
    handler.faults = {"RCPT": ["550 5.1.1 no such user"], "RSET": [DROP]}
    clock = Time()
    assert [d.state for d in deliver(tmp_path, server, BOB, LAN, clock=clock)] == ["rejected", "accepted"]
    assert clock.slept == []


def test_a_mailbox_that_is_not_there_counts_as_a_bounce(handler: Handler, server: Server, tmp_path: Path) -> None:
    (tmp_path / "subscribers.csv").write_text("email\nlan@example.org\n", encoding="utf-8")
    mail = Mail("briefs@example.org", tmp_path / "subscribers.csv", tmp_path / "mail")
    settings = replace(Settings(tmp_path / "songngu.toml"), mail=mail, smtp=server)
    first, second = issue(), replace(issue(), brief=replace(issue().brief, slug="lang-son-2023-07"))
    for number, what in enumerate((first, second)):
        handler.faults = {"RCPT": ["550 5.1.1 no such user"]}
        clock = Time()
        clock.sleep(number * 30 * 86400)
        with opened_post(settings, clock, nullcontext, lambda _s, _w: None) as post:
            assert [d.state for d in post(what)] == ["rejected"]
        with opened_people(tmp_path / "mail") as people:
            assert people.suppressed(LAN.email) == ("bounced" if number else "")


def test_deferred_ones_wait_longer_each_time_and_not_beyond_the_deadline(
    handler: Handler, server: Server, tmp_path: Path
) -> None:
    handler.faults = {"RCPT": ["450 later"] * 30}
    clock = Time()
    (left,) = deliver(tmp_path, server, LAN, clock=clock, minutes=60)
    assert [round(s / 60) for s in clock.slept] == [1, 2, 4, 8, 16]
    assert (left.state, left.attempts, left.detail) == ("deferred", 6, "450 later")
    handler.faults.clear()
    assert [d.state for d in deliver(tmp_path, server, LAN, clock=clock)] == ["accepted"]


def test_a_server_that_is_not_there_is_asked_again_and_nobody_is_lost(tmp_path: Path) -> None:
    server = Server("127.0.0.1", free_port(), "none", timeout=10)
    clock = Time()
    done = deliver(tmp_path, server, LAN, BOB, clock=clock, minutes=2)
    assert clock.slept == [5, 10, 20, 40]
    assert {d.state for d in done} == {"queued"}
    assert "refused" in states_detail(tmp_path)
    handler = Handler()
    with serving(handler) as port:
        deliver(tmp_path, replace(server, port=port), LAN, BOB)
    assert handler.received == [BOB.email, LAN.email]


def states_detail(folder: Path) -> str:
    with opened_ledger(folder) as ledger:
        return " ".join(d.detail for d in ledger.deliveries()).casefold()


def test_a_domain_gets_no_more_than_its_rate(handler: Handler, server: Server, tmp_path: Path) -> None:
    clock = Time()
    others = [replace(LAN, email=f"x{n}@slow.example") for n in range(3)]
    with opened_ledger(tmp_path) as ledger, closed(server) as smtp:
        send = send_by(ledger, smtp, clock)
        send = replace(send, limits=replace(send.limits, rates={"slow.example": 6}))
        done = list(send(Messages(issue(), SENDER), (*others, LAN, BOB)))
    assert clock.slept == [10, 10]
    assert [d.email for d in done][-2:] == ["x1@slow.example", "x2@slow.example"]  # nobody else waits for them
    assert len(handler.taken) == 5


def test_a_slow_server_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    """It takes the connection and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        server = Server("127.0.0.1", silent.getsockname()[1], "none", timeout=1)
        (left,) = deliver(tmp_path, server, LAN, minutes=0)
    assert (left.state, "timed out" in left.detail) == ("queued", True)


def test_an_answer_that_does_not_come_after_the_message_leaves_it_unknown(
    handler: Handler, server: Server, tmp_path: Path
) -> None:
    handler.faults = {"slow": ["12"]}
    (left,) = deliver(tmp_path, replace(server, timeout=1), LAN)
    assert (left.state, "after DATA" in left.detail) == ("unknown", True)


# --- TLS and login ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("trusted"), "127.0.0.1")


def test_starttls_with_a_certificate_that_is_trusted_and_a_login(
    handler: Handler, trusted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSWORD, "sesame-0123")
    settings = {"tls_context": tls(trusted), "require_starttls": True, "authenticator": only("u", "sesame-0123"),
                "auth_required": True}  # fmt: skip
    with serving(handler, **settings) as port:
        server = Server("127.0.0.1", port, "starttls", user="u", ca_file=trusted, timeout=10)
        assert [d.state for d in deliver(tmp_path / "a", server, LAN)] == ["accepted"]
        with pytest.raises(DeliveryError, match="certificate is not trusted"):
            deliver(tmp_path / "b", replace(server, ca_file=None), LAN)
        with pytest.raises(DeliveryError, match="certificate is not trusted"):
            deliver(tmp_path / "b", replace(server, host="localhost"), LAN)
        monkeypatch.setenv(PASSWORD, "mật-khẩu")
        with pytest.raises(DeliveryError, match="letters of ASCII alone"):
            deliver(tmp_path / "b", server, LAN)
        monkeypatch.setenv(PASSWORD, "wrong-4567")
        with pytest.raises(DeliveryError, match=r"does not take user and password \(535\)"):
            deliver(tmp_path / "b", server, LAN)
    assert states(tmp_path / "b") == {LAN.email: "queued"}
    assert handler.received == [LAN.email]
    shown = "".join(capfd.readouterr())
    assert "sesame" not in shown
    assert "wrong-4567" not in shown


def test_tls_from_the_start(handler: Handler, trusted: Path, tmp_path: Path) -> None:
    with serving(handler, tls(trusted)) as port:
        server = Server("127.0.0.1", port, "tls", ca_file=trusted, timeout=10)
        assert [d.state for d in deliver(tmp_path, server, LAN)] == ["accepted"]
        with pytest.raises(DeliveryError, match="certificate is not trusted"):
            deliver(tmp_path, replace(server, ca_file=None), BOB)
    with serving(handler) as plain, pytest.raises(DeliveryError, match="speaks no TLS there"):
        deliver(tmp_path, replace(server, port=plain), ANNE)
    with pytest.raises(DeliveryError, match="no file of certificates"):
        deliver(tmp_path, replace(server, ca_file=tmp_path / "none.pem"), ANNE)
    assert handler.received == [LAN.email]


def test_a_server_without_tls_gets_nothing_where_it_is_asked_for(handler: Handler, tmp_path: Path) -> None:
    with serving(handler) as port, pytest.raises(DeliveryError, match="offers no STARTTLS"):
        deliver(tmp_path, Server("127.0.0.1", port, "starttls", timeout=5), LAN)
    assert handler.taken == []


def test_a_password_that_is_nowhere_is_told_before_anything_is_sent() -> None:
    with pytest.raises(SettingsError, match=PASSWORD):
        Smtp(Server("h", 1, "starttls", user="u"))


# --- killed -------------------------------------------------------------------------------


def test_killed_between_any_two_commands_nobody_gets_it_twice_and_nobody_is_lost(tmp_path: Path) -> None:
    """The sending process is killed as each command arrives: before it is answered, so between any two of them."""
    assert issue().pictures  # drawn before the processes part
    commands = [(c, n) for c in ("EHLO", "MAIL", "RCPT", "DATA", ".") for n in range(2 if c != "EHLO" else 1)]
    for number, (command, nth) in enumerate(commands):
        folder = tmp_path / str(number)
        killed = Killing(command, nth)
        with serving(killed) as port:
            server = Server("127.0.0.1", port, "none", timeout=10)

            def work(killed: Killing = killed, folder: Path = folder, server: Server = server) -> None:
                killed.meet()
                deliver(folder, server, LAN, BOB)

            assert os.WIFSIGNALED(forked(work))
            killed.child = 0
            deliver(folder, server, LAN, BOB)
        found = states(folder)
        for person in (LAN, BOB):
            copies = killed.received.count(person.email)
            assert (found[person.email], copies) in {("accepted", 1), ("unknown", 0), ("unknown", 1)}, (command, nth)
        if command != ".":
            assert set(found.values()) == {"accepted"}, (command, nth)


class Killing(Handler):
    """Kills who sends as the n-th command of a kind arrives; the number of its process comes through a pipe."""

    def __init__(self, command: str, nth: int) -> None:
        super().__init__()
        self._command, self._left = command, nth
        self._read, self._write = os.pipe()
        self.child = -1

    def meet(self) -> None:
        """Say who sends: called by the process that does."""
        os.write(self._write, f"{os.getpid()}\n".encode())

    def fault(self, command: str) -> str | None:
        if command == self._command and self.child:
            if self._left == 0:
                self.child = self.child if self.child > 0 else int(os.read(self._read, 20))
                os.kill(self.child, signal.SIGKILL)
                return None
            self._left -= 1
        return None
