"""What the tests of mail share: an issue, people, a clock, and sending as the program does it."""

from __future__ import annotations

import base64
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import dkim
import pytest
from fuse import Fuse
from samples import THEME, glossary, langson

from pipeline.chart import chart
from pipeline.dataset import OBSERVATIONS, SDMX
from pipeline.deliver.issue import PDF, Issue
from pipeline.deliver.ledger import Delivery, Ledger, opened_ledger
from pipeline.deliver.message import Messages, Sender
from pipeline.deliver.sending import Clock, Limits, Send
from pipeline.deliver.subscribers import Subscriber
from pipeline.deliver.transport import Transport
from pipeline.model import LANGUAGES
from pipeline.store import to_json

WHEN = datetime(2023, 7, 1, 8, 30, tzinfo=UTC)
SENDER = Sender(
    "briefs@example.org",
    "Bản tin Á Châu",
    "briefs.example.org",
    "https://example.org/u/{token}",
    "mailto:u@example.org?subject={token}",
)
LAN = Subscriber("lan@example.org", "Nguyễn Thị Lan", "vi")
BOB = Subscriber("bob@example.com", 'Bob "the" O\'Neil, Esq.', "en", formats=("pdf", "csv", "sdmx"))
ANNE = Subscriber("anne@example.net")


@cache
def issue() -> Issue:
    """The rich sample brief, its documents short."""
    brief = langson()
    charts = chart(brief, glossary(), LANGUAGES, THEME)
    files = {
        PDF: b"%PDF-1.7 " + bytes(range(256)), OBSERVATIONS: b"a,b\r\n1,2\n", SDMX: b"c\n",
        "5-brief.json": to_json(brief).encode(), "6-charts.json": to_json(charts).encode(),
    }  # fmt: skip
    return Issue(brief, charts, files, glossary(), THEME)


class Time:
    """A clock that goes on only when somebody waits, or as it is told."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._now = WHEN

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)


def send_by(ledger: Ledger, transport: Transport, clock: Clock, minutes: int = 60) -> Send:
    """What sends, without a suppression list and tokens."""
    limits = Limits(clock.now() + timedelta(minutes=minutes))
    return Send(ledger, transport, clock, limits, lambda _: "", lambda email: f"token-of-{email[:3]}")


def sent(folder: Path, transport: Transport, *people: Subscriber, what: Issue | None = None) -> list[Delivery]:
    """The issue to people, the ledger in a folder -> what was done."""
    with opened_ledger(folder) as ledger:
        return list(send_by(ledger, transport, Time())(Messages(what or issue(), SENDER), people))


def record(key: Path) -> bytes:
    """The TXT record that a domain publishes for a key (RFC 6376, 3.6.1)."""
    words = ["openssl", "rsa", "-in", str(key), "-pubout", "-outform", "DER"]
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(subprocess.run(words, check=True, capture_output=True).stdout)


def verified(data: bytes, key: Path) -> bool:
    """Whether a message's signature is that of a key."""
    return bool(dkim.verify(data, dnsfunc=lambda _name, timeout=5: record(key)))  # noqa: ARG005  # as dkimpy calls it


def states(folder: Path) -> dict[str, str]:
    """What the ledger in a folder says of each address."""
    with opened_ledger(folder) as ledger:
        return {d.email: d.state for d in ledger.deliveries()}


@contextmanager
def watched(fuse: Fuse) -> Iterator[None]:
    """Every SQL statement of the ledger is a step too."""

    class Watched(sqlite3.Connection):
        def __init__(self, *given: object, **named: object) -> None:
            super().__init__(*given, **named)  # type: ignore[arg-type]  # handed on as they are
            self.set_trace_callback(fuse.step)

    with pytest.MonkeyPatch.context() as patch:
        connect = sqlite3.connect
        patch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, factory=Watched, **k))
        yield
