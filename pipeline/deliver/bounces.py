"""What comes back by mail -> scores and suppressions: delivery status (RFC 3464), complaints (RFC 5965), leaving.

A report counts only if it is of a message that the ledger knows, and for that message's address. Who leaves by mail
(List-Unsubscribe, RFC 2369) is known by the token in the subject or in the address written to.
"""

from __future__ import annotations

import email
import hashlib
import mailbox
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from email.message import Message
from email.utils import collapse_rfc2231_value, parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Literal, NamedTuple

from pipeline.deliver.ledger import Delivery, Ledger
from pipeline.deliver.people import People
from pipeline.deliver.subscribers import masked_in
from pipeline.deliver.tokens import LENGTH
from pipeline.errors import DeliveryError

Severity = Literal["hard", "soft", "ignored"]
Kind = Literal["bounce", "complaint", "ignored", "not understood"]
Outcome = Literal["hard", "soft", "complaint", "left", "unknown", "ignored", "not understood", "read before"]
_GRAVITY: tuple[Severity, ...] = ("hard", "soft", "ignored")  # of several recipients the gravest counts
SCORES: Mapping[Outcome, float] = {"hard": 1.0, "soft": 0.5}
_BOUNCING = ("sending", "accepted", "unknown")  # states of what a server may have had

# Where a message's own bounces address may stand, and the message's name in it: bounces+<name>@example.org (VERP).
_VERP = ("To", "Delivered-To", "X-Original-To", "Original-Recipient")
_NAMED = re.compile(r"\+([^+@\s<>]+)@")
_TOKEN = re.compile(rf"(?<![\w-])[A-Za-z0-9_-]{{{LENGTH}}}(?![\w-])")
# What says that a program answered for a person (RFC 3834 and what came before it).
_AUTOREPLY = re.compile(r"auto-submitted: *auto-|x-auto(reply|respond):|precedence: *auto_reply", re.IGNORECASE)


class Failure(NamedTuple):
    """A recipient of a report: their addresses, final and original, and how grave it is."""

    addresses: frozenset[str]  # case folded
    severity: Severity
    detail: str


class Report(NamedTuple):
    """What a message to the bounces' address says, and the names that the message it is about may have."""

    kind: Kind
    names: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    date: datetime | None = None


class Result(NamedTuple):
    """What became of a report, and of the address that it is about."""

    outcome: Outcome
    suppressed: str = ""  # the address, if this report put it on the list


# --- what a message says ------------------------------------------------------------------


def read_report(data: bytes) -> Report:
    """A message's bytes, whatever they are -> what it says."""
    try:
        message = email.message_from_bytes(data)
        parts = list(message.walk())
    except RecursionError:  # parts in parts without end
        return Report("not understood")
    failures = tuple(f for part in parts for f in _failures(part))
    feedback = [f for part in parts for f in _values(part, "message/feedback-report", "Feedback-Type")]
    names = tuple(dict.fromkeys((*_verp(message), *_sent_back(parts))))
    kind = _report_type(message)
    if kind == "feedback-report" and feedback:
        return Report("complaint" if feedback[0].strip().casefold() == "abuse" else "ignored", names)
    if kind == "delivery-status" and failures:
        return Report("bounce", names, failures, _date(message))
    return Report("ignored" if _is_autoreply(message) else "not understood")


def _report_type(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    return collapse_rfc2231_value(message.get_param("report-type", "")).strip().casefold()


def _failures(part: Message) -> Iterator[Failure]:
    """The recipients of a message/delivery-status part, which the parser has read as a list of blocks of fields."""
    if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
        return
    for block in part.get_payload():
        if not isinstance(block, Message) or "Action" not in block:
            continue  # the fields of the whole message, or no fields
        said = (str(v) for name in ("Final-Recipient", "Original-Recipient") for v in block.get_all(name, []))
        addresses = frozenset(parseaddr(text.partition(";")[2])[1].casefold() for text in said)
        action, status = ((str(block.get(f, "")).split() or [""])[0].casefold() for f in ("Action", "Status"))
        detail = masked_in(" ".join(f"{action} {status} {block.get('Diagnostic-Code', '')}".split()))
        yield Failure(addresses, _severity(action, status), detail[:200])


def _severity(action: str, status: str) -> Severity:
    if action == "failed":
        # A class of 4 is a queue that ran out of time: the mailbox may be there tomorrow (RFC 3463).
        return "hard" if status.startswith("5.") else "soft"
    return "soft" if action == "delayed" else "ignored"  # delivered, relayed, expanded


def _values(part: Message, media: str, name: str) -> list[str]:
    """A field of a part that the parser has read as a message in a message."""
    if part.get_content_type() != media or not part.is_multipart():
        return []
    return [str(v) for inner in part.get_payload() if isinstance(inner, Message) for v in inner.get_all(name, [])]


def _verp(message: Message) -> Iterator[str]:
    for name in _VERP:
        for value in message.get_all(name, []):
            yield from _NAMED.findall(str(value))


def _sent_back(parts: list[Message]) -> Iterator[str]:
    """The names in the Message-IDs of what was sent back."""
    for part in parts:
        found = _values(part, "message/rfc822", "Message-ID")
        if part.get_content_type() == "text/rfc822-headers":
            headers = email.message_from_bytes(bytes(part.get_payload(decode=True) or b""))
            found = [str(v) for v in headers.get_all("Message-ID", [])]
        yield from (name for name in (v.strip().strip("<>").rpartition("@")[0] for v in found) if name)


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(message.get("Date", "")))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _is_autoreply(message: Message) -> bool:
    """Not a server's own notice, which some mark as an automatic answer too."""
    sender = parseaddr(str(message.get("From", "")))[1].casefold()
    if sender.startswith(("mailer-daemon@", "postmaster@")) or "X-Failed-Recipients" in message:
        return False
    return any(_AUTOREPLY.match(f"{name}: {value}") for name, value in message.items())


# --- what it does -------------------------------------------------------------------------


def take(data: bytes, ledger: Ledger, people: People, now: datetime, key: str = "") -> Result:
    """A message that came back -> what became of it; each is taken once. `key`: that of the tokens, if there is one.

    Raises DeliveryError.
    """
    digest = hashlib.sha256(data).hexdigest()
    if people.read_before(digest):
        return Result("read before")
    if key and (leaving := _leaving(data, people, key)):
        with people.together():
            people.remember(digest)
            new = people.suppress(leaving, "unsubscribed", now.isoformat(timespec="seconds"), "by mail")
        return Result("left", leaving if new else "")
    report = read_report(data)
    delivery = next((d for d in map(ledger.by_message, report.names) if d is not None), None)
    stamp = now.isoformat(timespec="seconds")
    # The ledger first: who is killed before the rest takes the report again, which changes nothing there.
    outcome, detail = _judged(report, delivery)
    if delivery is not None and outcome == "hard" and delivery.state in _BOUNCING:
        ledger.set(delivery, "bounced", stamp, detail, attempts=delivery.attempts)
    suppressed = False
    with people.together():
        people.remember(digest)
        if delivery is not None and outcome == "complaint":
            suppressed = people.suppress(delivery.email, "unsubscribed", stamp, detail)
        elif delivery is not None and outcome in SCORES:
            day = _day(report, delivery, now)
            suppressed = people.scored(delivery.email, delivery.message, day, SCORES[outcome], stamp, detail)
    return Result(outcome, delivery.email if delivery and suppressed else "")


def _leaving(data: bytes, people: People, key: str) -> str:
    """The address of who asks by mail to be sent nothing any more; empty where the message does not."""
    message = email.message_from_bytes(data)
    said = " ".join(str(v) for name in ("Subject", *_VERP) for v in message.get_all(name, []))
    found = (people.address_of(text, key) for text in _TOKEN.findall("".join(said.split("\n"))))
    return next(filter(None, found), "")


def _judged(report: Report, delivery: Delivery | None) -> tuple[Outcome, str]:
    """A report, the delivery that it names -> the outcome, and what the server said."""
    if report.kind == "ignored" or report.kind == "not understood":  # noqa: PLR1714  # mypy narrows by this
        return report.kind, ""
    if delivery is None:
        return "unknown", ""
    if report.kind == "complaint":
        return "complaint", "a complaint"
    ours = sorted(
        (_GRAVITY.index(f.severity), f.detail) for f in report.failures if delivery.email.casefold() in f.addresses
    )
    if not ours:
        return "unknown", ""
    return _GRAVITY[ours[0][0]], ours[0][1]


def _day(report: Report, delivery: Delivery, now: datetime) -> date:
    """The day of a report: its own, unless that is still to come or before the message was made."""
    made = datetime.fromisoformat(delivery.queued)
    return (report.date if report.date and made <= report.date <= now else now).date()


def messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """A Maildir or an mbox file -> each message's name there and its bytes. Raises DeliveryError."""
    try:
        box = mailbox.Maildir(path, create=False) if path.is_dir() else mailbox.mbox(path, create=False)
        with closing(box):
            for key in box.keys():  # noqa: SIM118  # a mailbox iterates over its messages
                try:
                    data = box.get_bytes(key)
                except (KeyError, FileNotFoundError):  # another program has taken it away meanwhile
                    continue
                yield str(key), data
    except (mailbox.Error, OSError) as e:
        reason = e.strerror if isinstance(e, OSError) and e.strerror else "no such file"
        raise DeliveryError(f"{path}: cannot be read as a Maildir or an mbox file: {reason}") from e
