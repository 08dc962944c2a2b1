"""subscribers.csv -> Subscribers: who gets which briefs, in which language."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from typing import Literal, get_args

from pipeline.errors import DeliveryError, GlossaryError
from pipeline.model import LANGUAGES, Language
from pipeline.store import csv_text, locked
from pipeline.tables import csv_rows

COLUMNS = ("email", "name", "language", "organisation", "provinces", "formats")
FORMATS = ("pdf", "csv", "sdmx")  # what may be attached; every mail has the PDF
_LONGEST = 254  # characters of an address (RFC 5321, 4.5.3.1.3)

Wanted = Literal["vi", "en", "both"]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person or a mailbox: `provinces` are codes of areas, empty for all; `formats` what is attached."""

    email: str
    name: str = ""
    language: Wanted = "both"
    organisation: str = ""
    provinces: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("pdf",)

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages of their message, in its order."""
        return LANGUAGES if self.language == "both" else (self.language,)

    def wants(self, area: str) -> bool:
        """Whether a brief of that area is for them."""
        return not self.provinces or area in self.provinces


def address(text: str) -> str:
    """An e-mail address as it is kept: its domain small and in ASCII. Raises ValueError for what is none."""
    text = text.strip()
    local, _, domain = text.rpartition("@")
    if not local or not domain or len(text) > _LONGEST or not text.isprintable():
        raise ValueError(f"{text[:80]!r} is no e-mail address")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
        made = Address(addr_spec=f"{local}@{ascii_domain}")
    except (HeaderParseError, UnicodeError, IndexError, ValueError):
        raise ValueError(f"{text[:80]!r} is no e-mail address") from None
    if not re.fullmatch(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", made.domain) or not made.username.isascii():
        raise ValueError(f"{text[:80]!r} is no e-mail address that every server takes")
    return f"{made.username}@{made.domain}"


def read_subscribers(path: Path, known: Mapping[str, Subscriber] | None = None) -> tuple[Subscriber, ...]:
    """A CSV file with a header row -> the subscribers in their order. `email` is required, the rest optional.

    Several provinces or formats in one cell stand with spaces between them. Of those who are `known` (by address, case
    folded), the columns that the file does not have stay as they are. Raises DeliveryError naming file and row.
    """
    try:
        rows = list(csv_rows(path.name, path.read_bytes()))
    except OSError as e:
        raise DeliveryError(f"{path}: cannot be read: {e.strerror}") from e
    except GlossaryError as e:
        raise DeliveryError(str(e)) from e
    _, header = rows[0] if rows else (1, [])
    names = [name.strip().casefold() for name in header]
    if "email" not in names:
        raise DeliveryError(f"{path.name}, row 1: there is no column 'email'")
    if wrong := [n for n in names if n not in COLUMNS] or [n for n in names if names.count(n) > 1]:
        raise DeliveryError(f"{path.name}, row 1: column {wrong[0]!r}: the columns are {', '.join(COLUMNS)}, each once")
    found: dict[str, Subscriber] = {}
    for number, cells in rows[1:]:
        try:
            made = subscriber(dict(zip(names, (c.strip() for c in cells), strict=False)), known or {})
        except ValueError as e:
            raise DeliveryError(f"{path.name}, row {number}: {e}") from None
        if made.email.casefold() in found:
            raise DeliveryError(f"{path.name}, row {number}: {masked(made.email)} stands there already")
        found[made.email.casefold()] = made
    return tuple(found.values())


def subscriber(cells: Mapping[str, str], known: Mapping[str, Subscriber]) -> Subscriber:
    """Cells by column -> the subscriber; what a column that is not there says is `known`, or the default.

    Raises ValueError.
    """
    email = address(cells.get("email", ""))
    before = known.get(email.casefold(), Subscriber(email))
    cells = {**dict(zip(COLUMNS, _cells(before), strict=True)), **cells}
    for column in ("name", "organisation"):
        if not cells[column].isprintable():
            raise ValueError(f"{column} has a line break or another control character")
    said = cells["language"].casefold() or "both"
    language = next((w for w in get_args(Wanted) if w == said), None)
    if language is None:
        raise ValueError(f"language {said!r}: {', '.join(get_args(Wanted))}")
    formats = tuple(dict.fromkeys(["pdf", *cells["formats"].casefold().split()]))
    if unknown := [f for f in formats if f not in FORMATS]:
        raise ValueError(f"format {unknown[0]!r}: {', '.join(FORMATS)}")
    provinces = tuple(dict.fromkeys(cells["provinces"].upper().split()))
    if odd := [p for p in provinces if not re.fullmatch(r"VN(-[A-Z0-9]{1,3})?", p)]:
        raise ValueError(f"province {odd[0]!r}: an ISO 3166-2 code such as VN-09")
    # The spelling stays: the ledger knows who was sent what by it.
    return Subscriber(before.email, cells["name"], language, cells["organisation"], provinces, formats)


@contextmanager
def edited(path: Path) -> Iterator[dict[str, Subscriber]]:
    """The subscribers of a file by address, case folded, to change: written anew at the end, whole or not at all.

    No other process edits it meanwhile; a file that is not there is made. Raises DeliveryError.
    """
    place = path.resolve()  # a link stays one
    try:
        with locked(place.parent):
            there = place.exists()
            found = {s.email.casefold(): s for s in read_subscribers(place)} if there else {}
            before = dict(found)
            yield found
            if found != before:
                _write(place, to_csv(found.values()).encode(), stat.S_IMODE(place.stat().st_mode) if there else 0o600)
    except OSError as e:
        raise DeliveryError(f"{path}: cannot be written: {e.strerror or e}") from e


def _write(place: Path, data: bytes, mode: int) -> None:
    part = place.with_name(f".{place.name}.part")
    with part.open("wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.rename(place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def masked_in(text: str) -> str:
    """Text in which addresses are masked: what a server says often names the recipient."""
    return re.sub(r"[^\s<>()\[\]:;,\"]+@[^\s<>()\[\]:;,\"]+", lambda found: masked(found[0]), text)


def masked(email: str) -> str:
    """An address for logs ("l***@example.org"): enough to find it, too little to write to it."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}***@{domain}"


def to_csv(subscribers: Iterable[Subscriber]) -> str:
    """Subscribers -> the table that read_subscribers() reads."""
    return csv_text(COLUMNS, map(_cells, subscribers))


def _cells(s: Subscriber) -> tuple[str, ...]:
    return s.email, s.name, s.language, s.organisation, " ".join(s.provinces), " ".join(s.formats)
