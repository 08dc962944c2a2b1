"""An Issue, a Subscriber -> an e-mail: plain text and HTML that carry the brief itself, the PDF attached.

The same brief and subscriber give the same bytes but for the date, and the same Message-ID always (RFC 5322). What
messages of the same languages and attachments share is made once: only their headers and the way out differ.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from pipeline.dataset import OBSERVATIONS, PACKAGE, SDMX
from pipeline.deliver.issue import PDF, Issue
from pipeline.deliver.letter import WAY_OUT, cid, write_letter
from pipeline.deliver.subscribers import Subscriber
from pipeline.errors import DeliveryError
from pipeline.model import Language
from pipeline.vietnamese import without_diacritics

LARGEST = 10_000_000  # bytes of a message after base64: what Postmark and others take
_ATTACHED = {"csv": OBSERVATIONS, "sdmx": SDMX, "json": PACKAGE}
_MEDIA = {"pdf": "application/pdf", "csv": "text/csv", "sdmx": "text/csv", "json": "application/json"}
_TEXT = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._"  # of a file name in a header, as it is


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
    key: str = field(default="", repr=False)

    @property
    def domain(self) -> str:
        """What Message-IDs end in."""
        return self.email.rpartition("@")[2]


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
        """The name of the message to an address."""
        return message_name(self.issue.name, email, self._sender.key)

    def make(self, subscriber: Subscriber, when: datetime, token: str = "") -> Message:
        """Subscriber, time of sending, the subscriber's token -> the message.

        Raises DeliveryError for one that is too large, TemplateError for a wrong template.
        """
        if not subscriber.name.isprintable():
            raise DeliveryError("a name with a control character is no name")
        key = (subscriber.languages, subscriber.formats)
        if key not in self._kinds:
            self._kinds[key] = self._kind(*key)
        kind, sender = self._kinds[key], self._sender
        name = self.name(subscriber.email)
        way_out, mailto = (
            text.replace("{token}", quote(token, safe="")) for text in (sender.unsubscribe, sender.mailto)
        )
        head = EmailMessage(policy=SMTP)
        head["To"] = Address(subscriber.name, addr_spec=subscriber.email)
        head["Date"] = format_datetime(when)
        head["Message-ID"] = f"<{name}@{sender.domain}>"
        # Written here: the library would encode an address that is longer than a line.
        leaving = ",\r\n ".join(f"<{way}>" for way in (way_out, mailto) if way)
        fields = f"List-Unsubscribe: {leaving}\r\n" if leaving else ""
        if way_out:
            fields += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        text = kind.text.replace(WAY_OUT, way_out)
        html = _part("html", kind.html.replace(WAY_OUT, escape(way_out)))
        related = _multipart("related", f"{kind.boundary}_2", (html, *kind.pictures), '; type="text/html"')
        shown = _multipart("alternative", f"{kind.boundary}_1", (_part("plain", text), related))
        body = _multipart("mixed", f"{kind.boundary}_0", (shown, *kind.attachments))
        data = kind.headers + head.as_bytes().rstrip(b"\r\n") + b"\r\n" + fields.encode("ascii") + body
        data = self._sign(data) + data
        if len(data) > LARGEST:
            raise DeliveryError(
                f"{self.issue.name}: a message would be larger than {LARGEST // 1_000_000} MB: attach fewer files"
            )
        back, _, domain = (sender.bounces or sender.email).rpartition("@")
        envelope = f"{back}+{name}@{domain}" if sender.bounces else sender.email
        return Message(name, envelope, subscriber.email, data)

    def _kind(self, languages: tuple[Language, ...], formats: tuple[str, ...]) -> _Kind:
        issue, sender = self.issue, self._sender
        letter = write_letter(issue, languages, way_out=bool(sender.unsubscribe))
        head = EmailMessage(policy=SMTP)
        head["From"] = Address(sender.name, addr_spec=sender.email)
        head["Subject"] = letter.subject
        head["Auto-Submitted"] = "auto-generated"
        if sender.list_id:
            head["List-Id"] = f"<{sender.list_id}>"
        head["Content-Language"] = ", ".join(languages)
        head["MIME-Version"] = "1.0"
        named = [(language, issue.pictures[language]) for language in languages if language in issue.pictures]
        pictures = tuple(_picture(language, picture) for language, picture in named)
        attachments = tuple(self._attachment(form, languages[0]) for form in formats)
        boundary = hashlib.sha256(f"{issue.name} {languages} {formats}".encode()).hexdigest()[:24]
        headers = head.as_bytes().rstrip(b"\r\n") + b"\r\n"
        return _Kind(headers, letter.text, letter.html, pictures, attachments, f"=_{boundary}")

    def _attachment(self, form: str, language: Language) -> bytes:
        issue = self.issue
        if form != "pdf":
            return _encoded(issue.files[_ATTACHED[form]], *_named(_MEDIA[form], _ATTACHED[form]))
        place, period = (getattr(label, language) for label in (issue.brief.place, issue.brief.period_label))
        name = issue.glossary.say("mail.file", language, place=place, period=period)
        return _encoded(issue.files[PDF], *_named(_MEDIA[form], name))


# --- MIME (RFC 2045 to 2047, 2183, 2231, 2387) --------------------------------------------


def _multipart(subtype: str, boundary: str, parts: Iterable[bytes], more: str = "") -> bytes:
    """Parts, each with its header fields -> the field and the body of the whole."""
    opened = [line for part in parts for line in (b"--", boundary.encode(), b"\r\n", part, b"\r\n")]
    field = f'Content-Type: multipart/{subtype}; boundary="{boundary}"{more}\r\n\r\n'.encode()
    return b"".join((field, *opened, b"--", boundary.encode(), b"--\r\n"))


def _part(subtype: str, text: str) -> bytes:
    """Text in lines -> the part in quoted-printable: no line is too long, no letter beyond ASCII."""
    lines = "\r\n".join(text.splitlines()) + "\r\n"
    field = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return field.encode() + binascii.b2a_qp(lines.encode("utf-8"))


def _picture(language: Language, picture: bytes) -> bytes:
    fields = ("Content-Type: image/png", f"Content-ID: <{cid(language)}>", "Content-Disposition: inline")
    return _encoded(picture, *fields)


def _encoded(data: bytes, *fields: str) -> bytes:
    """Bytes, the header fields that tell what they are -> the part in base64."""
    head = "\r\n".join((*fields, "Content-Transfer-Encoding: base64", "", ""))
    return head.encode("ascii") + base64.encodebytes(data).replace(b"\n", b"\r\n")


def _named(media: str, name: str) -> tuple[str, str]:
    """A file's media type and name -> its Content-Type and Content-Disposition.

    Old programs know only a name in ASCII, and some look for it in the type alone; all others take the UTF-8 one, which
    stands first as some take the first.
    """
    plain = re.sub(r'[^ -~]|["\\]', "_", without_diacritics(name))
    full = "" if plain == name else f" filename*=UTF-8''{quote(name.encode('utf-8'), safe=_TEXT)};\r\n"
    return (
        f'Content-Type: {media}; name="{plain}"',
        f'Content-Disposition: attachment;{full} filename="{plain}"',
    )
