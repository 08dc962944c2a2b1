"""Reports of mail servers: what each says, what it does, and that forged and broken ones do nothing."""

from __future__ import annotations

import csv
import mailbox
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import ROOT
from fuse import Fuse, forked
from hypothesis import given, settings
from hypothesis import strategies as st
from mailing import watched

from pipeline.cli import main
from pipeline.deliver.bounces import messages, read_report, take
from pipeline.deliver.ledger import opened_ledger
from pipeline.deliver.people import opened_people
from pipeline.deliver.subscribers import masked
from pipeline.errors import DeliveryError

CORPUS = ROOT / "tests" / "corpus" / "bounces"
NAME = "4b0d6f1c2a9e83757c61d0f4e2b89a3351c7d8e6"  # of the message that the corpus's reports are about
LAN = "lan@example.org"
NOW = datetime(2023, 7, 3, 12, 0, tzinfo=UTC)


class Expected(NamedTuple):
    """A row of the corpus's table."""

    file: str
    outcome: str
    state: str
    score: str
    suppressed: str
    detail: str


with (CORPUS / "expected.csv").open(encoding="utf-8", newline="") as table:
    EXPECTED = [Expected(**row) for row in csv.DictReader(table)]


def read(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def sent(folder: Path, *names: str) -> None:
    """A ledger in which each message has gone to Lan."""
    with opened_ledger(folder) as ledger:
        for n, name in enumerate(names):
            ledger.queue(f"brief-{n}", [(LAN, name)], "2023-07-01T08:30:00+00:00")
        for delivery in ledger.deliveries():
            ledger.set(delivery, "accepted", "2023-07-01T08:31:00+00:00", attempts=1)


def taken(folder: Path, *reports: bytes, now: datetime = NOW, key: str = "") -> list[str]:
    with opened_ledger(folder) as ledger, opened_people(folder) as people:
        return [take(data, ledger, people, now, key).outcome for data in reports]


def standing(folder: Path, now: datetime = NOW) -> tuple[float, str]:
    """Lan's score, and why nothing is sent to her."""
    with opened_people(folder) as people:
        return people.score(LAN, now.date()), people.suppressed(LAN)


def bounce(message: str, when: datetime, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A report as Postfix writes it, of another message."""
    text = read("postfix-no-mailbox").decode().replace(NAME, message)
    text = text.replace("Sat,  1 Jul 2023 08:31:02 +0000 (UTC)\nFrom", f"{when:%a, %d %b %Y %H:%M:%S} +0000\nFrom")
    return text.replace("Status: 5.1.1", f"Status: {status}").replace("Action: failed", f"Action: {action}").encode()


# --- what each report gives ---------------------------------------------------------------


def test_every_report_of_the_corpus_has_its_row() -> None:
    assert sorted(e.file for e in EXPECTED) == sorted(p.stem for p in CORPUS.glob("*.eml"))


@pytest.mark.parametrize("line", [b"\n", b"\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("expected", EXPECTED, ids=lambda e: e.file)
def test_a_report_of_the_corpus(expected: Expected, line: bytes, tmp_path: Path) -> None:
    sent(tmp_path, NAME)
    assert taken(tmp_path, read(expected.file).replace(b"\n", line)) == [expected.outcome]
    with opened_ledger(tmp_path) as ledger:
        (delivery,) = ledger.deliveries()
    assert (delivery.state, delivery.attempts) == (expected.state, 1)
    assert delivery.detail.startswith(expected.detail)
    assert standing(tmp_path) == (float(expected.score), expected.suppressed)


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_reader(data: bytes) -> None:
    assert read_report(data).kind in ("ignored", "not understood")


@given(st.sampled_from(EXPECTED), st.data())
@settings(max_examples=300)
def test_no_damage_to_a_report_stops_the_reader(expected: Expected, data: st.DataObject) -> None:
    whole = read(expected.file)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 60)))
    damaged = whole[:start] + data.draw(st.binary(max_size=20)) + whole[end:]
    report = read_report(damaged)
    assert report.kind in ("bounce", "complaint", "ignored", "not understood")
    assert (report.kind == "bounce") >= bool(report.failures)


@pytest.mark.parametrize(
    "date", ["", "0", "Mon, 1 Jan 0001 00:00:00 +2300", "Fri, 31 Dec 9999 23:59:59 -2300", "\udcff"]
)
def test_a_report_without_a_true_date_counts_today(date: str, tmp_path: Path) -> None:
    sent(tmp_path, NAME)
    data = read("exim").replace(
        b"Date: Sat, 01 Jul 2023 08:33:10 +0000\n\n", b"Date: " + date.encode(errors="surrogateescape") + b"\n\n"
    )
    assert taken(tmp_path, data) == ["hard"]
    assert standing(tmp_path)[0] == 1
    assert standing(tmp_path, NOW + timedelta(days=99))[0] == 1
    assert standing(tmp_path, NOW + timedelta(days=100))[0] == 0


def test_parts_in_parts_without_end_are_not_understood() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    assert read_report(deep).kind == "not understood"


# --- what reports do together -------------------------------------------------------------


def test_a_report_is_taken_once(tmp_path: Path) -> None:
    sent(tmp_path, NAME)
    assert taken(tmp_path, read("gmail"), read("gmail")) == ["hard", "read before"]
    assert standing(tmp_path) == (1, "")


def test_two_briefs_that_bounce_end_it_and_one_does_not(tmp_path: Path) -> None:
    sent(tmp_path, "one", "two", "three")
    assert taken(tmp_path, bounce("one", NOW), bounce("two", NOW)) == ["hard", "hard"]
    assert standing(tmp_path) == (1, "")  # the same day: the server was ill, or the person is away
    later = NOW + timedelta(days=30)
    assert taken(tmp_path, bounce("three", later), now=later) == ["hard"]
    assert standing(tmp_path, later) == (2, "bounced")


def test_one_message_counts_once_however_often_it_is_reported(tmp_path: Path) -> None:
    sent(tmp_path, NAME)
    days = [NOW + timedelta(days=n) for n in range(20)]
    reports = [bounce(NAME, day, "4.4.1", "delayed") for day in days[:5]] + [bounce(NAME, day) for day in days[5:]]
    taken(tmp_path, *reports, now=days[-1])
    assert standing(tmp_path, days[-1]) == (1, "")


def test_who_asked_to_leave_has_not_bounced(tmp_path: Path) -> None:
    sent(tmp_path, "one", "two")
    with opened_people(tmp_path) as people:
        people.suppress(LAN, "unsubscribed", "2023-07-02T00:00:00+00:00")
    taken(tmp_path, bounce("one", NOW - timedelta(days=1)), bounce("two", NOW))
    assert standing(tmp_path) == (2, "unsubscribed")


EVENTS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 130), st.sampled_from([("5.1.1", "failed"), ("4.4.1", "delayed")])),
    max_size=8,
)


@given(EVENTS)
@settings(max_examples=40, deadline=None)
def test_scores_are_what_the_rules_say(events: list[tuple[int, int, tuple[str, str]]]) -> None:
    """Of a message the gravest, on its first day; of a day the highest; of the last 100 days the sum."""
    end = NOW + timedelta(days=130)
    with tempfile.TemporaryDirectory() as place:
        sent(Path(place), *(f"m{n}" for n in range(6)))
        taken(
            Path(place),
            *(bounce(f"m{m}", NOW + timedelta(days=d, seconds=n), *how) for n, (m, d, how) in enumerate(events)),
            now=end,
        )
        total, _ = standing(Path(place), end)
    first = {m: min(d for o, d, _ in events if o == m) for m, _, _ in events}
    gravest = {m: max(1.0 if how[1] == "failed" else 0.5 for o, _, how in events if o == m) for m in first}
    days = {d: max(gravest[m] for m in first if first[m] == d) for d in first.values()}
    assert total == sum(score for d, score in days.items() if d > 30)


def test_only_what_a_server_may_have_had_bounces(tmp_path: Path) -> None:
    with opened_ledger(tmp_path) as ledger:
        ledger.queue("brief", [(LAN, NAME)], "2023-07-01T08:30:00+00:00")
    taken(tmp_path, read("gmail"))
    with opened_ledger(tmp_path) as ledger:
        assert [d.state for d in ledger.deliveries()] == ["queued"]


def test_killed_at_any_step_a_report_counts_once(tmp_path: Path) -> None:
    steps = 0
    while True:
        folder = tmp_path / "out"
        shutil.rmtree(folder, ignore_errors=True)
        sent(folder, NAME, "two")
        reports = (bounce("two", NOW - timedelta(days=1)), read("exchange"), read("complaint"))
        with opened_people(folder):
            pass

        def work(folder: Path = folder, steps: int = steps, reports: tuple[bytes, ...] = reports) -> None:
            fuse = Fuse(steps)
            sys.addaudithook(fuse.hook)
            with watched(fuse):
                taken(folder, *reports)

        if not os.WIFSIGNALED(forked(work)):
            break
        taken(folder, *reports)
        assert taken(folder, *reports) == ["read before"] * 3
        assert standing(folder) == (2, "unsubscribed")
        with opened_ledger(folder) as ledger:
            assert {d.state for d in ledger.deliveries()} == {"bounced"}
        steps += 1
    assert steps > 20


# --- the command line ---------------------------------------------------------------------


def maildir(folder: Path) -> Path:
    box = mailbox.Maildir(folder)
    for expected in EXPECTED:
        box.add(read(expected.file))
    return folder


def mbox(file: Path) -> Path:
    box = mailbox.mbox(file)
    for expected in EXPECTED:
        box.add(read(expected.file))
    box.close()
    return file


@pytest.mark.parametrize("kind", [maildir, mbox])
def test_a_mailbox_is_imported_and_told(kind: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = maildir(tmp_path / "box") if kind is maildir else mbox(tmp_path / "box")
    assert sorted(data for _, data in messages(box)) == sorted(read(e.file) for e in EXPECTED)
    sent(tmp_path / "mail", NAME)
    words = ["bounces", "import", str(box), "--outbox", str(tmp_path / "mail")]
    assert main(words) == 0
    told = capsys.readouterr().out
    rows = dict(
        line.rsplit(maxsplit=1) for line in told.splitlines() if not line.startswith(("not understood:", "supp"))
    )
    outcomes = [e.outcome for e in EXPECTED]
    assert {name: int(rows[name]) for name in set(outcomes)} == {name: outcomes.count(name) for name in set(outcomes)}
    assert f"suppressed: {masked(LAN)}\n" in told
    assert told.count("not understood: ") == outcomes.count("not understood")
    assert main(words) == 0
    assert f"read before {len(EXPECTED)}" in " ".join(capsys.readouterr().out.split())


def test_what_cannot_be_imported_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sent(tmp_path / "mail", NAME)
    for box, outbox, told in (
        ("none", "mail", "none: cannot be read as a Maildir or an mbox file"),
        ("mail", "mail", "mail: cannot be read as a Maildir or an mbox file: No such file"),
        ("none", "none", "none: nothing was sent from there"),
    ):
        assert (
            main(["bounces", "import", str(tmp_path / box), "--outbox", str(tmp_path / outbox)])
            == DeliveryError.exit_status
        )
        assert told in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


# --- who leaves by mail -------------------------------------------------------------------

KEY = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "written",
    [
        "To: leave@example.org\nSubject: {token}\n\n",
        "To: leave@example.org\nSubject: unsubscribe {token}\n\nxin cảm ơn",
        "Delivered-To: leave+{token}@example.org\nSubject:\n\n",
    ],
)
def test_who_asks_by_mail_is_sent_nothing_more(tmp_path: Path, written: str) -> None:
    with opened_people(tmp_path) as people:
        token = people.token(LAN, KEY)
    data = f"From: somebody@else.example\n{written.format(token=token)}".encode()
    assert taken(tmp_path, data, data, key=KEY) == ["left", "read before"]
    assert standing(tmp_path)[1] == "unsubscribed"


@pytest.mark.parametrize("change", ["last letter", "another key", "in the text", "no key"])
def test_what_is_no_token_makes_nobody_leave(tmp_path: Path, change: str) -> None:
    with opened_people(tmp_path) as people:
        token = people.token(LAN, KEY if change != "another key" else KEY[::-1])
    if change == "last letter":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    subject, text = ("hello", token) if change == "in the text" else (token, "")
    data = f"From: x@y.example\nTo: leave@example.org\nSubject: {subject}\n\n{text}".encode()
    assert taken(tmp_path, data, key="" if change == "no key" else KEY) == ["not understood"]
    assert standing(tmp_path)[1] == ""
