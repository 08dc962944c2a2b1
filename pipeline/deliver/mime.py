"""Parts and header fields of a message, written byte by byte (RFC 5322, 2045 to 2047, 2183, 2231, 2387).

The standard library's own writer loses spaces between encoded words of a long subject and encodes addresses of the web
that are longer than a line.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from email.header import Header
from email.utils import quote as escaped
from urllib.parse import quote

from pipeline.vietnamese import without_diacritics

_AS_IT_IS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._"  # of a file name in a header
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def field(name: str, text: str) -> bytes:
    """A header field's name, one line of text -> the field, folded, in encoded words where it is not ASCII."""
    return f"{name}: {_words(name, text)}\r\n".encode("ascii")


def address_field(name: str, display: str, email: str) -> bytes:
    """A header field's name, a person's name or nothing, an address -> the field."""
    if not display:
        return f"{name}: {email}\r\n".encode("ascii")
    if _ATOMS.fullmatch(display) and "=?" not in display:
        shown = display.strip()
    elif display.isascii() and "=?" not in display and len(display) < 200:
        shown = f'"{escaped(display)}"'
    else:
        shown = _words(name, display)
    return f"{name}: {shown}\r\n <{email}>\r\n".encode("ascii")


def _words(name: str, text: str) -> str:
    """One line of text -> encoded words (RFC 2047), unless it is short and ASCII and looks like none."""
    if text.isascii() and "=?" not in text and len(name) + len(text) < 900:
        return text
    return Header(text, "utf-8", header_name=name, maxlinelen=75).encode(linesep="\r\n")


def multipart(subtype: str, boundary: str, parts: Iterable[bytes], more: str = "") -> bytes:
    """Parts, each with its header fields -> the field and the body of the whole."""
    opened = [line for part in parts for line in (b"--", boundary.encode(), b"\r\n", part, b"\r\n")]
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"{more}\r\n\r\n'.encode()
    return b"".join((head, *opened, b"--", boundary.encode(), b"--\r\n"))


def text_part(subtype: str, text: str) -> bytes:
    """Text in lines -> the part in quoted-printable: no line is too long, no letter beyond ASCII."""
    lines = "\r\n".join(text.splitlines()) + "\r\n"
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + binascii.b2a_qp(lines.encode("utf-8"))


def picture_part(content_id: str, data: bytes) -> bytes:
    """A PNG picture that the HTML part shows, and its Content-ID -> the part."""
    head = ("Content-Type: image/png", f"Content-ID: <{content_id}>", "Content-Disposition: inline")
    return _encoded(data, head)


def attachment(media: str, name: str, data: bytes) -> bytes:
    """A file's media type, name and bytes -> the part.

    Old programs know only a name in ASCII, and some look for it in the type alone; all others take the UTF-8 one, which
    stands first as some take the first.
    """
    plain = re.sub(r'[^ -~]|["\\]', "_", without_diacritics(name))
    full = "" if plain == name else f" filename*=UTF-8''{quote(name.encode('utf-8'), safe=_AS_IT_IS)};\r\n"
    return _encoded(
        data, (f'Content-Type: {media}; name="{plain}"', f'Content-Disposition: attachment;{full} filename="{plain}"')
    )


def _encoded(data: bytes, fields: Iterable[str]) -> bytes:
    head = "\r\n".join((*fields, "Content-Transfer-Encoding: base64", "", ""))
    return head.encode("ascii") + base64.encodebytes(data).replace(b"\n", b"\r\n")
