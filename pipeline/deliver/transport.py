"""What takes messages: a mail server (smtp.py) or an outbox (outbox.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

from pipeline.deliver.message import Message


class Receipt(NamedTuple):
    """What became of a message and what was said to it; "queued": it was not tried, the transport is not there now."""

    state: Literal["accepted", "deferred", "rejected", "unknown", "queued"]
    detail: str


class Transport(Protocol):
    """Takes a message at a time. Raises DeliveryError where none can ever be taken this way."""

    def deliver(self, message: Message, committing: Callable[[], None]) -> Receipt:
        """A message -> what became of it; `committing` is called right before it may have arrived."""

    def arrived(self, name: str) -> bool | None:
        """Whether a message that was on its way when a process was killed has arrived; None: nobody can know."""

    def close(self) -> None:
        """Say goodbye."""
