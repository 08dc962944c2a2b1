"""An issue to its subscribers: each once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from pipeline.deliver.ledger import Delivery, Ledger
from pipeline.deliver.message import Issue, Sender, message
from pipeline.deliver.outbox import Outbox
from pipeline.deliver.subscribers import Subscriber


def send(
    issue: Issue,
    subscribers: Sequence[Subscriber],
    sender: Sender,
    ledger: Ledger,
    outbox: Outbox,
    now: Callable[[], datetime],
) -> Iterator[Delivery]:
    """Issue, Subscribers -> deliveries as they are done; those that were done before are passed over.

    Those who do not want a brief of that area get none. A delivery that an earlier process was at when it was killed
    is done if its message lies in the outbox, and is done now if not.
    """
    wanted = {s.email: s for s in subscribers if s.wants(issue.brief.area)}
    ledger.queue(issue.digest, issue.brief.slug, wanted, _stamp(now()))
    for delivery in ledger.deliveries(issue.digest):
        subscriber = wanted.get(delivery.email)
        if subscriber is None or delivery.state == "accepted":
            continue
        mail = message(issue, subscriber, sender, datetime.fromisoformat(delivery.queued))
        name = f"{str(mail['Message-ID'])[1:-1].partition('@')[0]}.songngu"
        if delivery.state == "queued" or not outbox.has(name):
            ledger.set(delivery, "sending", _stamp(now()))
            outbox.put(name, mail.as_bytes())
        ledger.set(delivery, "accepted", _stamp(now()), name)
        yield delivery._replace(state="accepted", detail=name)


def _stamp(when: datetime) -> str:
    return when.isoformat(timespec="seconds")
