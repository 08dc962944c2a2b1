"""An issue to its subscribers: each once, whatever happens on the way."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from pipeline.deliver.ledger import Delivery, Ledger
from pipeline.deliver.message import Messages
from pipeline.deliver.subscribers import Subscriber
from pipeline.deliver.transport import Transport

# Seconds until a server that is not there is asked again, and minutes until a message that it does not want now is
# tried again: the first, and the most that doubling leads to (RFC 5321, 4.5.4.1, asks for 30 minutes in the end).
_ABSENT = (5, 300)
_DEFERRED = (1, 30)


class Clock(Protocol):
    """The time, which a test may set."""

    def now(self) -> datetime:
        """The time, with its zone UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run ends, and messages a minute to a domain (0: no limit)."""

    deadline: datetime
    rate: int = 0
    rates: Mapping[str, int] = field(default_factory=dict)

    def pause(self, domain: str) -> timedelta:
        """Between two messages to a domain."""
        rate = self.rates.get(domain.casefold(), self.rate)
        return timedelta(minutes=1) / rate if rate else timedelta()


@dataclass(frozen=True)
class Send:
    """How issues are sent: by what, recorded where, within which limits; `waiting` is told how many seconds, and why.

    `suppressed`: why nothing is sent to an address, empty where it may be; `token`: an address's for the way out, empty
    where there is none; `held`: an interrupt waits meanwhile.
    """

    ledger: Ledger
    transport: Transport
    clock: Clock
    limits: Limits
    suppressed: Callable[[str], str]
    token: Callable[[str], str]
    held: Callable[[], AbstractContextManager[None]] = nullcontext
    waiting: Callable[[float, str], None] = lambda _seconds, _why: None

    def __call__(
        self, messages: Messages, subscribers: Sequence[Subscriber], *, retry_unknown: bool = False
    ) -> Iterator[Delivery]:
        """An issue's messages, Subscribers -> deliveries as they are done or given up for now.

        Those that were done before are passed over, and those who do not want a brief of that area get none. A
        delivery that an earlier process was at when it was killed is done if the transport says so, unknown where it
        cannot say, and done now if it has not arrived. Raises DeliveryError.
        """
        wanted = {s.email: s for s in subscribers if s.wants(messages.issue.brief.area)}
        brief = messages.issue.name
        self.ledger.queue(brief, ((email, messages.name(email)) for email in wanted), self._stamp())
        heap: list[tuple[datetime, int, Delivery]] = []
        for n, delivery in enumerate(self.ledger.deliveries(brief)):
            if delivery.email not in wanted:
                continue
            found = self._settled(delivery, retry_unknown=retry_unknown)
            if found.state in ("queued", "deferred"):
                heap.append((datetime.fromisoformat(found.due or found.queued), n, found))
            elif found.state != delivery.state:
                yield found
        heapq.heapify(heap)
        yield from self._sent(messages, wanted, heap)

    def _settled(self, delivery: Delivery, *, retry_unknown: bool) -> Delivery:
        """A delivery that an earlier process was at -> what became of it."""
        if delivery.state == "unknown" and retry_unknown:
            return self.ledger.set(delivery, "queued", self._stamp(), "tried again as nobody knows whether it arrived")
        if delivery.state != "sending":
            return delivery
        match self.transport.arrived(delivery.message):
            case True:
                return self.ledger.set(delivery, "accepted", self._stamp(), delivery.detail)
            case False:
                return self.ledger.set(delivery, "queued", self._stamp())
        return self.ledger.set(delivery, "unknown", self._stamp(), "the process was killed while it was on its way")

    def _sent(
        self, messages: Messages, wanted: Mapping[str, Subscriber], heap: list[tuple[datetime, int, Delivery]]
    ) -> Iterator[Delivery]:
        free: dict[str, datetime] = defaultdict(self.clock.now)  # when a domain may have its next message
        absent = 0
        while heap:
            due, n, delivery = heapq.heappop(heap)
            domain = delivery.email.rpartition("@")[2]
            if free[domain] > due:
                heapq.heappush(heap, (free[domain], n, delivery))
                continue
            if not self._waited(due, delivery.detail):
                yield delivery
                continue
            done = self._one(messages, wanted[delivery.email], delivery)
            if done.state == "queued":  # the server is not there: neither for the others
                absent += 1
                if not self._waited(self.clock.now() + _doubled(_ABSENT, absent, timedelta(seconds=1)), done.detail):
                    yield done
                    yield from (d for _, _, d in heap)
                    return
                heapq.heappush(heap, (self.clock.now(), n, done))
                continue
            absent = 0
            free[domain] = self.clock.now() + self.limits.pause(domain)
            if done.state == "deferred":
                heapq.heappush(heap, (datetime.fromisoformat(done.due), n, done))
            else:
                yield done

    def _waited(self, until: datetime, why: str) -> bool:
        """Wait for a time; not where it is beyond the deadline."""
        now = self.clock.now()
        if max(until, now) > self.limits.deadline:
            return False
        if until > now:
            seconds = (until - now).total_seconds()
            if why:  # not for a domain's rate: that is as it should be
                self.waiting(seconds, why)
            self.clock.sleep(seconds)
        return True

    def _one(self, messages: Messages, subscriber: Subscriber, delivery: Delivery) -> Delivery:
        reason = self.suppressed(subscriber.email)
        if reason:
            state = "bounced" if reason == "bounced" else "unsubscribed"
            return self.ledger.set(delivery, state, self._stamp(), reason)  # type: ignore[arg-type]  # a state
        queued = datetime.fromisoformat(delivery.queued)
        message = messages.make(subscriber, queued, self.token(subscriber.email))
        attempts = delivery.attempts + 1
        with self.held():
            receipt = self.transport.deliver(message, lambda: self._committing(delivery, attempts))
            if receipt.state == "queued":
                return self.ledger.set(delivery, "queued", self._stamp(), receipt.detail, attempts=delivery.attempts)
            due = ""
            if receipt.state == "deferred":
                due = (self.clock.now() + _doubled(_DEFERRED, attempts, timedelta(minutes=1))).isoformat()
            return self.ledger.set(delivery, receipt.state, self._stamp(), receipt.detail, attempts=attempts, due=due)

    def _committing(self, delivery: Delivery, attempts: int) -> None:
        self.ledger.set(delivery, "sending", self._stamp(), attempts=attempts)

    def _stamp(self) -> str:
        return self.clock.now().isoformat(timespec="seconds")


def _doubled(bounds: tuple[int, int], times: int, unit: timedelta) -> timedelta:
    first, most = bounds
    return unit * min(first << min(times - 1, 20), most)
