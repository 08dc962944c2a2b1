"""songngu.toml -> what sends briefs by it: the table of subscribers, the ledger, the server or the outbox."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path

from pipeline.deliver.issue import Issue
from pipeline.deliver.ledger import Delivery, State, opened_ledger
from pipeline.deliver.message import Messages, Sender
from pipeline.deliver.outbox import Outbox
from pipeline.deliver.people import People, opened_people
from pipeline.deliver.sending import Clock, Limits, Send
from pipeline.deliver.signing import signer
from pipeline.deliver.smtp import Smtp
from pipeline.deliver.subscribers import address, read_subscribers
from pipeline.deliver.tokens import mail_key
from pipeline.errors import SettingsError
from pipeline.settings import Mail, Settings

NOBODY = "songngu <songngu@songngu.invalid>"  # who an outbox's messages are from where nobody is named


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The time, UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def sender_of(mail: Mail) -> Sender:
    """The settings' table -> who sends. Raises SettingsError."""
    key = mail_key(mail)
    name, email = parseaddr(mail.sender or NOBODY)
    try:
        return Sender(
            address(email), name, mail.list_id, mail.unsubscribe, mail.mailto,
            address(mail.bounces) if mail.bounces else "", key,
        )  # fmt: skip
    except ValueError as e:
        raise SettingsError(f"mail: {e}") from e


@dataclass(frozen=True)
class Post:
    """Sends issues, one after the other, within one deadline."""

    settings: Settings
    people: People
    send: Send
    sender: Sender
    sign: Callable[[bytes], bytes]

    def __call__(self, issue: Issue, again: Collection[State] = (), *, wait: bool = True) -> Iterator[Delivery]:
        """An issue to all subscribers -> deliveries as they are done, as Send does it. Raises DeliveryError."""
        subscribers = read_subscribers(self.settings.mail.subscribers)
        for delivery in self.send(Messages(issue, self.sender, self.sign), subscribers, again, wait=wait):
            if delivery.state == "rejected" and re.search(r"\b5\.1\.\d+\b", delivery.detail):
                # There is no such mailbox (RFC 3463): as if the server had taken the message and sent it back.
                day, detail = datetime.fromisoformat(delivery.since).date(), delivery.detail
                self.people.scored(delivery.email, delivery.message, day, 1.0, delivery.since, detail)
            yield delivery


@contextmanager
def opened_post(
    settings: Settings,
    clock: Clock,
    held: Callable[[], AbstractContextManager[None]],
    waiting: Callable[[float, str], None],
) -> Iterator[Post]:
    """Settings -> the post, while no other process sends from its folder. Raises DeliveryError, SettingsError.

    Without a server the messages go into the folder, a Maildir.
    """
    mail, server = settings.mail, settings.smtp
    sender, sign = sender_of(mail), signer(settings.dkim)
    with opened_ledger(mail.folder) as ledger, opened_people(mail.folder) as people:

        def token(email: str) -> str:
            return people.token(email, sender.key) if sender.key else ""

        limits = Limits(clock.now() + timedelta(minutes=server.deadline), server.rate, server.rates)
        with closing(Smtp(server) if server.host else Outbox(mail.folder)) as transport:
            send = Send(ledger, transport, clock, limits, people.suppressed, token, held, waiting)
            yield Post(settings, people, send, sender, sign)


def outbox_settings(folder: Path, subscribers: Path, sender: str) -> Settings:
    """The settings of those who have none: an outbox on this machine."""
    return replace(Settings(Path()), mail=Mail(sender, subscribers, folder))
