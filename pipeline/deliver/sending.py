"""An issue to its subscribers: each once, whatever happens on the way."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from pipeline.deliver.ledger import Delivery, Ledger, State
from pipeline.deliver.message import Messages, TooLarge
from pipeline.deliver.subscribers import Subscriber
from pipeline.deliver.transport import Transport

# Seconds until a server that is not there is asked again, and minutes until a message that it does not want now is
# tried again: the first, and the most that doubling leads to (RFC 5321, 4.5.4.1, asks for 30 minutes in the end).
_ABSENT = (5, 300)
_DEFERRED = (1, 30)
_PATIENCE = timedelta(days=5)  # after which a message that a server does not want now is given up (the same)


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
        self, messages: Messages, subscribers: Sequence[Subscriber], again: Collection[State] = (), *, wait: bool = True
    ) -> Iterator[Delivery]:
        """An issue's messages, Subscribers -> deliveries as they are done or given up for now.

        Those that were done before are passed over, and those who do not want a brief of that area get none. A
        delivery that an earlier process was at when it was killed is done if the transport says so, unknown where it
        cannot say, and done now if it has not arrived. `again`: states that are tried once more because a person says
        so; `wait`: whether what cannot be done now is waited for. Raises DeliveryError.
        """
        wanted = {s.email.casefold(): s for s in subscribers if s.wants(messages.issue.brief.area)}
        brief = messages.issue.name
        self.ledger.queue(brief, ((s.email, messages.name(s.email)) for s in wanted.values()), self._stamp())
        heap: list[tuple[datetime, int, Delivery]] = []
        for n, delivery in enumerate(self.ledger.deliveries(brief)):
            found = self._settled(delivery, again)
            if found.state in ("queued", "deferred") and found.email.casefold() not in wanted:
                yield self._left(found)
            elif found.state in ("queued", "deferred"):
                heap.append((datetime.fromisoformat(found.due or found.queued), n, found))
            elif found.state != delivery.state:
                yield found
        heapq.heapify(heap)
        yield from self._sent(messages, wanted, heap, wait=wait)

    def _settled(self, delivery: Delivery, again: Collection[State]) -> Delivery:
        """A delivery that an earlier process was at -> what became of it."""
        if delivery.state == "sending":
            arrived = self.transport.arrived(delivery.message)
            why = "the process was killed while it was on its way" if arrived is None else ""
            state: State = "unknown" if arrived is None else "accepted" if arrived else "queued"
            delivery = self.ledger.set(delivery, state, self._stamp(), why)
        if delivery.state in again:
            return self.ledger.set(delivery, "queued", self._stamp(), f"was {delivery.state}: tried again")
        return delivery

    def _left(self, delivery: Delivery) -> Delivery:
        """A delivery to who stands in the table no more."""
        reason = self.suppressed(delivery.email)
        state: State = "bounced" if reason == "bounced" else "unsubscribed"
        return self.ledger.set(delivery, state, self._stamp(), reason or "no longer a subscriber")

    def _sent(
        self, messages: Messages, wanted: Mapping[str, Subscriber], heap: list[tuple[datetime, int, Delivery]],
        *, wait: bool,
    ) -> Iterator[Delivery]:  # fmt: skip
        free: dict[str, datetime] = defaultdict(self.clock.now)  # when a domain may have its next message
        absent = 0
        while heap:
            due, n, delivery = heapq.heappop(heap)
            domain = delivery.email.rpartition("@")[2]
            if free[domain] > due:
                heapq.heappush(heap, (free[domain], n, delivery))
                continue
            if not self._waited(due, delivery.detail, wait=wait):
                yield delivery
                continue
            done = self._one(messages, wanted[delivery.email.casefold()], delivery)
            if done.state == "queued":  # the server is not there: neither for the others
                absent += 1
                if not self._waited(
                    self.clock.now() + _doubled(_ABSENT, absent, timedelta(seconds=1)), done.detail, wait=wait
                ):
                    yield done
                    yield from (d for _, _, d in heap)
                    return
                heapq.heappush(heap, (self.clock.now(), n, done))
                continue
            absent = 0
            if done.attempts > delivery.attempts:  # not for who is sent nothing
                free[domain] = self.clock.now() + self.limits.pause(domain)
            if done.state == "deferred":
                heapq.heappush(heap, (datetime.fromisoformat(done.due), n, done))
            else:
                yield done

    def _waited(self, until: datetime, why: str, *, wait: bool) -> bool:
        """Wait for a time; not where it is beyond the deadline."""
        now = self.clock.now()
        if max(until, now) > self.limits.deadline or (until > now and not wait):
            return False
        if until > now:
            seconds = (until - now).total_seconds()
            if why:  # not for a domain's rate: that is as it should be
                self.waiting(seconds, why)
            self.clock.sleep(seconds)
        return True

    def _one(self, messages: Messages, subscriber: Subscriber, delivery: Delivery) -> Delivery:
        if self.suppressed(subscriber.email):
            return self._left(delivery)
        queued, attempts = datetime.fromisoformat(delivery.queued), delivery.attempts + 1
        try:
            message = messages.make(subscriber, queued, self.token(subscriber.email), delivery.message)
        except TooLarge as e:  # the others' may be smaller
            return self.ledger.set(delivery, "rejected", self._stamp(), str(e))
        with self.held():
            receipt = self.transport.deliver(message, lambda: self._committing(delivery, attempts))
            if receipt.state == "queued":
                return self.ledger.set(delivery, "queued", self._stamp(), receipt.detail, attempts=delivery.attempts)
            due = ""
            if receipt.state == "deferred" and self.clock.now() - queued > _PATIENCE:
                receipt = receipt._replace(state="rejected", detail=f"given up: {receipt.detail}")
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
