"""songngu.toml -> Settings: what an unattended run reads, keeps, holds back and sends.

Each table is a dataclass below and each key one of its fields, with a dash for `_`; what is not said has the default.
Paths are relative to the file. Secrets are never in it: they come from the environment or from files that only their
owner can read.
"""

from __future__ import annotations

import math
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from pipeline.errors import SettingsError
from pipeline.model import LANGUAGES, Language

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sources:
    """Where articles appear: list pages or feeds (http, https), folders that people put files into.

    `hosts`: further hosts that a list may lead to; those of `pages` are always allowed. `private`: whether hosts
    may have addresses of a private network. `most`: articles fetched from one list in a run.
    """

    pages: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    hosts: tuple[str, ...] = ()
    private: bool = False
    most: int = 20


@dataclass(frozen=True, slots=True)
class Schedule:
    """Hints on when articles appear. `days`: days of the month on which pages are asked, none for every day.

    `late`: the day of the month from which on a report of the month before that is missing is told, 0: never.
    """

    days: tuple[int, ...] = ()
    late: int = 15


@dataclass(frozen=True, slots=True)
class Making:
    """How briefs are made: languages, an organisation's look, the model; tables instead of the program's glossary, and
    tables whose rows are laid over it (glossary/README.md).
    """

    languages: tuple[Language, ...] = LANGUAGES
    glossary: Path | None = None
    theme: Path | None = None
    model: Path | None = None
    additions: Path | None = None


@dataclass(frozen=True, slots=True)
class Folders:
    """Where briefs are built and kept, the site (none: no site) and its address, and the runs' own records."""

    output: Path = Path("output")
    archive: Path = Path("archive")
    site: Path | None = None
    base_url: str = ""
    state: Path = Path("state")


@dataclass(frozen=True, slots=True)
class Gate:
    """What holds a brief for a person, beside errors of the report's own figures.

    `recall`: the least share of the last reports' indicators found again; `least`: how many an area's first report has.
    `unread`: the largest share of numbers not understood. `untranslated`: main points left in Vietnamese that are let
    through.
    """

    recall: Decimal = Decimal("0.7")
    least: int = 10
    unread: Decimal = Decimal("0.05")
    untranslated: int = 0


@dataclass(frozen=True, slots=True)
class Mail:
    """Who sends to whom. `sender`: "Name <address>", needed where there is a server.

    `bounces`: the address that failures come back to, with each message's name behind a "+". `unsubscribe`: the
    https address of the way out, `{token}` in it; `mailto` the same by mail.
    """

    sender: str = ""
    subscribers: Path = Path("subscribers.csv")
    folder: Path = Path("outbox")  # the ledger, and the messages where there is no server
    list_id: str = ""
    unsubscribe: str = ""
    mailto: str = ""
    bounces: str = ""
    key_file: Path | None = None  # the key of the tokens
    oldest: int = 60  # days since a month's end after which unattended runs do not send its brief any more


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server (RFC 5321). `security`: "tls" from the start, "starttls" (RFC 3207), or "none" on this machine.

    `timeout`: seconds of silence; `deadline`: minutes that a run may take in all; `rate`: messages a minute to one
    domain, `rates` those of single domains, 0 for no limit. `ca_file`: certificates trusted instead of the system's.
    """

    host: str = ""
    port: int = 587
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    timeout: int = 60
    deadline: int = 60
    rate: int = 0
    rates: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signing:
    """How mail is signed (DKIM, RFC 6376): domain, selector, and the file of the private key (PEM)."""

    domain: str = ""
    selector: str = ""
    key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """A file's tables."""

    file: Path
    sources: Sources = Sources()
    schedule: Schedule = Schedule()
    brief: Making = Making()
    folders: Folders = Folders()
    gate: Gate = Gate()
    mail: Mail = Mail()
    smtp: Server = Server()
    dkim: Signing = Signing()


_BOUNDS = {
    ("sources", "most"): (1, 1000), ("gate", "recall"): (0, 1), ("gate", "unread"): (0, 1),
    ("mail", "oldest"): (0, 36_500), ("smtp", "port"): (1, 65_535), ("smtp", "timeout"): (1, 3600),
    ("smtp", "deadline"): (0, 1440),
}  # fmt: skip
_DOMAIN = r"(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*"


def read_settings(file: Path) -> Settings:
    """A TOML file -> Settings. Raises SettingsError naming file and key."""
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as e:
        raise SettingsError(f"{file}: cannot be read: {e.strerror}") from e
    except UnicodeDecodeError as e:
        raise SettingsError(f"{file}: is not UTF-8 (byte {e.start})") from e
    except tomllib.TOMLDecodeError as e:
        raise SettingsError(f"{file}: {e}") from e
    kinds = {name: kind for name, kind in get_type_hints(Settings).items() if name != "file"}
    for name, table in read.items():
        if name not in kinds or not isinstance(table, dict):
            raise SettingsError(f"{file}: {name} is none of the tables {', '.join(kinds)}")
    tables = {name: _table(file, name, kind, read.get(name, {})) for name, kind in kinds.items()}
    settings = Settings(file, **tables)
    _check(settings)
    return settings


def _table(file: Path, name: str, kind: type[T], given: Mapping[str, Any]) -> T:
    hints = get_type_hints(kind)
    keys = {f.name.replace("_", "-"): f.name for f in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    made: dict[str, Any] = {}
    for key, value in given.items():
        if key not in keys:
            raise SettingsError(f"{file}: {name}.{key} is none of {', '.join(keys)}")
        try:
            made[keys[key]] = _value(value, hints[keys[key]], file.parent)
        except (TypeError, ValueError) as e:
            raise SettingsError(f"{file}: {name}.{key}: {e}") from None
    for f in fields(kind):  # type: ignore[arg-type]  # a dataclass
        if f.name not in made and f.default is not MISSING and isinstance(f.default, Path):
            made[f.name] = file.parent / f.default
    return kind(**made)


def _value(value: Any, kind: Any, folder: Path) -> Any:
    """A TOML value -> a field's. Raises TypeError, ValueError."""
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise ValueError(f"{value!r} is none of {', '.join(get_args(kind))}")
        return value
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
        return tuple(_value(v, get_args(kind)[0], folder) for v in value)
    if get_origin(kind) is Mapping:
        if not isinstance(value, dict):
            raise TypeError(f"{value!r} is no table")
        return {str(k).casefold(): _value(v, get_args(kind)[1], folder) for k, v in value.items()}
    if kind in (Path, Path | None):
        if not isinstance(value, str) or not value:
            raise TypeError(f"{value!r} is no path")
        return folder / Path(value).expanduser()
    if kind is Decimal:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"{value!r} is no number")
        return Decimal(str(value)) if math.isfinite(value) else Decimal(-1)  # no bounds have that in them
    if kind is int and isinstance(value, int) and value < 0:
        raise ValueError(f"{value} is less than 0")
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{value!r} is no {'number' if kind is int else 'text' if kind is str else 'true or false'}")
    if isinstance(value, str) and not value.isprintable():
        raise ValueError("is more than one line of text")
    return value


def _check(s: Settings) -> None:
    """Raise SettingsError for what each key allows and all together do not."""
    for page in s.sources.pages:
        if not re.fullmatch(r"https?://[^\s/?#@]+([/?]\S*)?", page):
            raise SettingsError(f"{s.file}: sources.pages: {page.rpartition('@')[2]!r} is no plain http(s) address")
    for host in s.sources.hosts:
        if not re.fullmatch(_DOMAIN + r"(:\d{1,5})?", host):
            raise SettingsError(f"{s.file}: sources.hosts: {host!r} is no name of a host, such as files.example.org")
    if s.folders.base_url and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", s.folders.base_url):
        raise SettingsError(f"{s.file}: folders.base-url is an http(s) address")
    for (table, key), (least, most) in _BOUNDS.items():
        if not least <= getattr(getattr(s, table), key) <= most:
            raise SettingsError(f"{s.file}: {table}.{key} is a number from {least} to {most}")
    own = [
        f.resolve() for f in (s.folders.output, s.folders.archive, s.folders.site, s.folders.state, s.mail.folder) if f
    ]
    for folder in s.sources.folders:
        if any(o.is_relative_to(folder.resolve()) or folder.resolve().is_relative_to(o) for o in own):
            raise SettingsError(f"{s.file}: sources.folders: {folder} has what this program writes in it")
    for day in (*s.schedule.days, *([s.schedule.late] if s.schedule.late else [])):
        if not 1 <= day <= 31:
            raise SettingsError(f"{s.file}: schedule: {day} is no day of a month")
    if not s.brief.languages:
        raise SettingsError(f"{s.file}: brief.languages: at least one of {', '.join(LANGUAGES)}")
    _check_mail(s)
    if s.smtp.user and s.smtp.security == "none":
        raise SettingsError(f"{s.file}: smtp.user: a password is never sent without TLS")
    signing = (s.dkim.domain, s.dkim.selector, s.dkim.key_file)
    if any(signing) and not all(signing):
        raise SettingsError(f"{s.file}: dkim needs domain, selector and key-file")
    for name in ("domain", "selector") if any(signing) else ():
        if not re.fullmatch(_DOMAIN, getattr(s.dkim, name)):
            raise SettingsError(f"{s.file}: dkim.{name} is a name of the DNS, in ASCII")
    if (
        any(signing)
        and s.mail.sender
        and not f".{s.mail.sender.rstrip('>').rpartition('@')[2]}".endswith(f".{s.dkim.domain}")
    ):
        raise SettingsError(f"{s.file}: dkim.domain is that of mail.sender (DMARC, RFC 7489)")


def _check_mail(s: Settings) -> None:
    mail = s.mail
    if mail.unsubscribe and not re.fullmatch(r"https://[!-;=?-~]+/\{token\}", mail.unsubscribe):
        raise SettingsError(f"{s.file}: mail.unsubscribe is an https address that ends in /{{token}} (RFC 8058)")
    if mail.mailto and not re.fullmatch(r"mailto:[!-;=?-~]*\{token\}[!-;=?-~]*", mail.mailto):
        raise SettingsError(f"{s.file}: mail.mailto is like mailto:leave@example.org?subject=leave%20{{token}}")
    if mail.list_id and not re.fullmatch(_DOMAIN, mail.list_id):
        raise SettingsError(f"{s.file}: mail.list-id is a name like briefs.example.org (RFC 2919)")
    keyed = {"mail.unsubscribe": mail.unsubscribe, "mail.mailto": mail.mailto, "mail.bounces": mail.bounces}
    for key, value in {**keyed, "smtp.host": s.smtp.host}.items():
        if value and mail.key_file is None and not os.environ.get(TOKENS):
            raise SettingsError(f"{s.file}: {key} needs mail.key-file: what arrives is known as ours by that key")
    if s.smtp.host and not mail.sender:
        raise SettingsError(f"{s.file}: smtp.host needs mail.sender")


# --- secrets ------------------------------------------------------------------------------

PASSWORD = "SONGNGU_SMTP_PASSWORD"  # noqa: S105  # the name of a variable
TOKENS = "SONGNGU_TOKEN_KEY"


def secret(variable: str, file: Path | None) -> str:
    """A secret from an environment variable, else from a file as read_secret() reads it.

    Raises SettingsError where there is none, or the file can be read by others; never says what it is.
    """
    if os.environ.get(variable):
        return os.environ[variable]
    if file is None:
        raise SettingsError(f"neither {variable} in the environment nor a file has this secret")
    return read_secret(file).strip()


def read_secret(file: Path) -> str:
    """The text of a file that only its owner can read. Raises SettingsError.

    A credential that systemd hands to a service (LoadCredential=) under the file's name stands for the file, which
    the service then need not be able to read.
    """
    handed = os.environ.get("CREDENTIALS_DIRECTORY")
    credential = Path(handed) / file.name if handed else None
    if credential is not None and credential.is_file():
        return _text(credential, 0)  # systemd's own folder; an ACL makes it look as if a group could read it
    return _text(file, 0o077)


def _text(file: Path, forbidden: int) -> str:
    """A secret's text, where none of the bits `forbidden` is in the file's mode."""
    try:
        with file.open(encoding="utf-8") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            if stat.S_IMODE(mode) & forbidden:
                raise SettingsError(f"{file}: others can read this secret: `chmod 600 {file}`")
            text = opened.read()
    except OSError as e:
        raise SettingsError(f"{file}: cannot be read: {e.strerror}") from e
    except UnicodeDecodeError as e:
        raise SettingsError(f"{file}: is not UTF-8 (byte {e.start})") from e
    if not text.strip():
        raise SettingsError(f"{file}: is empty")
    return text
