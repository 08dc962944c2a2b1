"""Delivered by Debian's Postfix: what investors get is the archive's brief, once, however often we are killed."""

from __future__ import annotations

import email
import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from email.policy import SMTP
from pathlib import Path

import pytest
from archive_samples import packed
from mailing import ANNE, BOB, LAN, SENDER, Time, issue, send_by, states, verified
from postfix import Postfix, running
from samples import glossary, langson

from pipeline.archive.parcel import Parcel
from pipeline.archive.reading import opened
from pipeline.archive.writing import Writer
from pipeline.cli import main
from pipeline.deliver.ledger import opened_ledger
from pipeline.deliver.message import Messages
from pipeline.deliver.smtp import Smtp
from pipeline.deliver.subscribers import to_csv
from pipeline.settings import Server
from pipeline.store import to_json

ROUNDS = 40
PEOPLE = tuple(replace(LAN, email=f"person{n}@example.{'org' if n % 2 else 'com'}") for n in range(12))


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    with running() as server:
        yield server


def settings(folder: Path, postfix: Postfix, dkim: Path) -> Path:
    file = folder / "songngu.toml"
    file.write_text(
        f"""
        [mail]
        sender = "Bản tin <briefs@example.org>"
        unsubscribe = "https://example.org/u/{{token}}"
        mailto = "mailto:leave@example.org?subject={{token}}"
        list-id = "briefs.example.org"
        bounces = "bounces@example.org"
        [smtp]
        host = "127.0.0.1"
        port = {postfix.port}
        ca-file = "{postfix.certificate}"
        [dkim]
        domain = "example.org"
        selector = "s1"
        key-file = "{dkim}"
        """,
        encoding="utf-8",
    )
    return file


def test_the_archives_brief_arrives_signed_in_both_languages_and_once(
    postfix: Postfix,
    tmp_path: Path,
    dkim_key: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SONGNGU_TOKEN_KEY", "0123456789abcdef" * 4)
    document = b"%PDF-1.7 " + bytes(range(256)) * 300
    charts = to_json(issue().charts).encode()
    parcel = packed(langson())
    files = {**parcel.files, "brief.pdf": document, "6-charts.json": charts}
    Writer(tmp_path / "archive", glossary()).add(Parcel(**{**parcel.__dict__, "files": files}))
    (tmp_path / "subscribers.csv").write_text(to_csv([LAN, BOB, ANNE]), encoding="utf-8")
    words = ["send", "lang-son-2023-06", "--config", str(settings(tmp_path, postfix, dkim_key))]
    for told in ("3 accepted; 0 done before", "nothing to send; 3 done before"):
        assert main(words) == 0
        assert told in capsys.readouterr().out
    assert postfix.settle(3) == 3
    with opened(tmp_path / "archive") as archive:
        kept = archive.read(archive.entry("lang-son-2023-06"), "brief.pdf")
    assert kept == document
    for person in (LAN, BOB, ANNE):
        (data,) = postfix.received(person.email)
        assert verified(data, dkim_key)
        mail = email.message_from_bytes(data, policy=SMTP)
        attached = {p.get_content_type(): p.get_content() for p in mail.iter_attachments()}
        assert attached["application/pdf"] == kept
        shown = next(p for p in mail.walk() if p.get_content_type() == "text/html").get_content()
        assert ("Điểm chính" in shown, "Main points" in shown) == (person.language != "en", person.language != "vi")
        assert mail["Return-Path"].startswith("<bounces+")
        assert "/u/" in mail["List-Unsubscribe"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_killed_at_random_moments_nobody_gets_it_twice_and_nobody_is_lost(postfix: Postfix, tmp_path: Path) -> None:
    """The sender is killed after a random time, started again, and killed again, until a run comes to its end."""
    server = Server("127.0.0.1", postfix.port, "starttls", ca_file=postfix.certificate, timeout=20)
    chance = random.Random(7)  # noqa: S311  # the same moments in every run of the tests, as far as machines allow
    assert issue().pictures  # drawn before the processes part
    before = postfix.settle(0)
    expected = {"accepted": 0, "unknown": 0}
    kills = 0
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        people = tuple(replace(p, email=f"r{number}-{p.email}") for p in PEOPLE)
        while True:
            child = os.fork()
            if child == 0:
                deliver(folder, server, people)
            time.sleep(chance.uniform(0, 0.12))
            os.kill(child, signal.SIGKILL)
            if not os.WIFSIGNALED(os.waitpid(child, 0)[1]):
                break
            kills += 1
        for state in states(folder).values():
            expected[state] += 1
    postfix.settle(before + expected["accepted"])
    copies = postfix.addresses()
    for number in range(ROUNDS):
        found = states(tmp_path / str(number))
        for p in PEOPLE:
            email = f"r{number}-{p.email}"
            assert copies[email] in {"accepted": {1}, "unknown": {0, 1}}[found[email]]
    assert kills >= ROUNDS // 2
    print(f"{ROUNDS} rounds, {kills} kills, {expected}")  # noqa: T201  # for who measures it


def deliver(folder: Path, server: Server, people: tuple[object, ...]) -> None:
    """Send, in a process of its own, which ends here."""
    status = 1
    try:
        with opened_ledger(folder) as ledger:
            smtp = Smtp(server)
            done = list(send_by(ledger, smtp, Time())(Messages(issue(), SENDER), people))  # type: ignore[arg-type]  # subscribers
            smtp.close()
            status = int(any(d.state == "queued" for d in done))
    finally:
        os._exit(status)
