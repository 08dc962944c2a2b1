"""An Issue, a Subscriber -> an e-mail: plain text and HTML that carry the brief itself, the PDF attached.

The same brief and subscriber give the same bytes but for the date, and the same Message-ID always (RFC 5322). What
messages of the same languages and attachments share is made once: only their headers and the way out differ.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from pipeline.dataset import OBSERVATIONS, SDMX
from pipeline.deliver.issue import PDF, Issue
from pipeline.deliver.letter import WAY_OUT, cid, write_letter
from pipeline.deliver.mime import address_field, attachment, field, multipart, picture_part, text_part
from pipeline.deliver.subscribers import Subscriber
from pipeline.errors import DeliveryError
from pipeline.model import Language

LARGEST = 10_000_000  # bytes of a message after base64: what Postmark and others take
_ATTACHED = {"csv": OBSERVATIONS, "sdmx": SDMX}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: address and name; the list's identifier (RFC 2919); where people go to unsubscribe.

    `unsubscribe` (https) and `mailto` may hold {token}, which stands for the subscriber's; either may be empty: an
    outbox on this machine has none. `bounces` is the envelope's sender, with the message's name behind a "+"; where
    there is none it is the sender's own address. `key`: the secret that tokens and Message-IDs are made with.
    """

    email: str
    name: str
    list_id: str = ""
    unsubscribe: str = ""
    mailto: str = ""
    bounces: str = ""
    key: str = dataclasses.field(default="", repr=False)

    @property
    def domain(self) -> str:
        """What Message-IDs end in."""
        return self.email.rpartition("@")[2]


class TooLarge(DeliveryError):
    """One message that no server would take."""


class Message(NamedTuple):
    """A message in its envelope (RFC 5321). `name` is its Message-ID before the @."""

    name: str
    sender: str
    recipient: str
    data: bytes


class _Kind(NamedTuple):
    """What messages of the same languages and attachments share."""

    headers: bytes
    text: str
    html: str
    pictures: tuple[bytes, ...]
    attachments: tuple[bytes, ...]
    boundary: str


def message_name(brief: str, email: str, key: str) -> str:
    """A brief's name, an address -> what stands before the @ of the message's Message-ID.

    Who has not the key cannot tell it, nor forge a server's report of the message.
    """
    return hmac.digest(key.encode(), f"{brief} {email}".encode(), "sha256").hex()[:40]


class Messages:
    """Makes the messages of an issue. `sign`: whole message -> the header field that signs it, empty for none."""

    def __init__(self, issue: Issue, sender: Sender, sign: Callable[[bytes], bytes] = lambda _: b"") -> None:
        if not sender.name.isprintable():
            raise DeliveryError("a sender's name with a control character is no name")
        for way in (sender.unsubscribe, sender.mailto):
            if not re.fullmatch(r"[!-;=?-~]*", way):
                raise DeliveryError(f"{way[:80]!r} is no address in ASCII")
        self.issue, self._sender, self._sign = issue, sender, sign
        self._kinds: dict[tuple[tuple[Language, ...], tuple[str, ...]], _Kind] = {}

    def name(self, email: str) -> str:
        """The name of the message to an address, however its letters are cased."""
        return message_name(self.issue.name, email.casefold(), self._sender.key)

    def make(self, subscriber: Subscriber, when: datetime, token: str = "", name: str = "") -> Message:
        """Subscriber, time of sending, the subscriber's token, the name that the ledger has -> the message.

        Raises DeliveryError for one that is too large, TemplateError for a wrong template.
        """
        if not subscriber.name.isprintable():
            raise DeliveryError("a name with a control character is no name")
        key = (subscriber.languages, subscriber.formats)
        if key not in self._kinds:
            self._kinds[key] = self._kind(*key)
        kind, sender, name = self._kinds[key], self._sender, name or self.name(subscriber.email)
        way_out, mailto = (
            text.replace("{token}", quote(token, safe="")) for text in (sender.unsubscribe, sender.mailto)
        )
        leaving = ",\r\n ".join(f"<{way}>" for way in (way_out, mailto) if way)
        html = text_part("html", kind.html.replace(WAY_OUT, escape(way_out)))
        related = multipart("related", f"{kind.boundary}_2", (html, *kind.pictures), '; type="text/html"')
        shown = (text_part("plain", kind.text.replace(WAY_OUT, way_out)), related)
        parts = (multipart("alternative", f"{kind.boundary}_1", shown), *kind.attachments)
        data = b"".join(
            (
                kind.headers, address_field("To", subscriber.name, subscriber.email),
                field("Date", format_datetime(when)), field("Message-ID", f"<{name}@{sender.domain}>"),
                field("List-Unsubscribe", leaving) if leaving else b"",
                field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") if way_out else b"",
                multipart("mixed", f"{kind.boundary}_0", parts),
            )
        )  # fmt: skip
        data = self._sign(data) + data
        if len(data) > LARGEST:
            raise TooLarge(
                f"{self.issue.name}: a message would be larger than {LARGEST // 1_000_000} MB: attach fewer files"
            )
        back, _, domain = (sender.bounces or sender.email).rpartition("@")
        envelope = f"{back}+{name}@{domain}" if sender.bounces else sender.email
        return Message(name, envelope, subscriber.email, data)

    def _kind(self, languages: tuple[Language, ...], formats: tuple[str, ...]) -> _Kind:
        issue, sender = self.issue, self._sender
        letter = write_letter(issue, languages, way_out=bool(sender.unsubscribe))
        headers = (
            address_field("From", sender.name, sender.email), field("Subject", letter.subject),
            field("Auto-Submitted", "auto-generated"),
            field("List-Id", f"<{sender.list_id}>") if sender.list_id else b"",
            field("Content-Language", ", ".join(languages)), field("MIME-Version", "1.0"),
        )  # fmt: skip
        pictures = tuple(
            picture_part(cid(language), issue.pictures[language])
            for language in languages
            if language in issue.pictures
        )
        attachments = tuple(self._attachment(form, languages[0]) for form in formats)
        boundary = hashlib.sha256(f"{issue.name} {languages} {formats}".encode()).hexdigest()[:24]
        return _Kind(b"".join(headers), letter.text, letter.html, pictures, attachments, f"=_{boundary}")

    def _attachment(self, form: str, language: Language) -> bytes:
        issue = self.issue
        if form != "pdf":
            return attachment("text/csv", f"{issue.brief.slug}-{_ATTACHED[form]}", issue.files[_ATTACHED[form]])
        place, period = (getattr(label, language) for label in (issue.brief.place, issue.brief.period_label))
        name = issue.glossary.say("mail.file", language, place=place, period=period)
        return attachment("application/pdf", name, issue.files[PDF])
