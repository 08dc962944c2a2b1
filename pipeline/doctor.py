"""What songngu stands on -> what is well and what is not: the machine, the tables, the archive, the mail.

Each check is a function of its own in a table below: one that fails, in whatever way, hides none of the others.
Nothing is changed and nothing is sent.
"""

from __future__ import annotations

import platform
import re
import smtplib
import sqlite3
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlsplit

from pipeline.archive.schema import INDEX, MIGRATIONS, connect
from pipeline.deliver import smtp
from pipeline.deliver.ledger import LEDGER
from pipeline.deliver.people import PEOPLE, opened_people
from pipeline.deliver.post import sender_of
from pipeline.deliver.subscribers import read_subscribers
from pipeline.deliver.tokens import token_key
from pipeline.errors import ArchiveError, DeliveryError, RenderError, SettingsError, SongnguError, StoreError
from pipeline.fetch import fetch
from pipeline.glossary import load_glossary
from pipeline.settings import PASSWORD, Settings, read_secret, read_settings, secret
from pipeline.store import require_writable
from pipeline.theme import FACES, read_theme
from pipeline.translate import load_engine
from pipeline.translate.memory import read_pairs
from pipeline.watch.journal import JOURNAL
from pipeline.watch.memory import MEMORY

if TYPE_CHECKING:
    from dns.resolver import Resolver

State = Literal["ok", "warning", "error"]
Outcome = tuple[State, str]

_LOW, _FULL = 1_000_000_000, 100_000_000  # free bytes: a warning below the first, an error below the second
_FIRST_YEAR = 2024  # a clock that is before it was never set
_SHORTEST_RSA, _SHORT_RSA = 1024, 2048  # bits: what verifiers must take, what signers should have (RFC 8301, 3.2)
_HERE = ("localhost", "127.0.0.1", "::1")
_WORD = "kinh tế"
_ADDRESS = re.compile(r"([^\s<>\"'(:@])[^\s<>\"'(:@]*@")


class Result(NamedTuple):
    """What a check found: its name, how it went, what there is and what to do."""

    check: str
    state: State
    told: str


@dataclass(frozen=True, slots=True)
class Program:
    """The program's own data: folders of tables and templates, the translation package that it brings."""

    glossary: Path
    templates: Path
    model: Path


@dataclass(frozen=True, slots=True)
class World:
    """What lies outside: the time, what asks the DNS (made where it is needed), the free bytes where a folder lies."""

    now: Callable[[], datetime]
    resolver: Callable[[], Resolver]
    free: Callable[[Path], int]


@dataclass(frozen=True, slots=True)
class Case:
    """What is looked at; without a file the settings are the defaults. `online`: the sources are asked too."""

    program: Program
    settings: Settings
    world: World
    online: bool


Check = Callable[[Case], Outcome]


def examine(program: Program, config: Path | None, world: World, *, online: bool = False) -> Iterator[Result]:
    """Program, a file of settings -> the results as they are found; without settings those that need none."""
    settings = Settings(Path())
    checks = GENERAL
    if config is not None:
        try:
            settings = read_settings(config)
        except SettingsError as e:
            yield Result("settings", "error", _masked(str(e)))
        else:
            yield Result("settings", "ok", str(config))
            checks = {**GENERAL, **CONFIGURED}
    yield from run(checks, Case(program, settings, world, online))


def run(checks: dict[str, Check], case: Case) -> Iterator[Result]:
    """Checks by name -> their results, each in any case one; no address stands in them in full."""
    for name, check in checks.items():
        try:
            state, told = check(case)
        except SongnguError as e:
            state, told = "error", str(e)
        except Exception as e:  # noqa: BLE001  # whatever breaks in one check is told, and the others are done
            place = traceback.extract_tb(e.__traceback__)[-1]
            state, told = "error", f"{type(e).__name__} at {Path(place.filename).name}:{place.lineno}: please report it"
        yield Result(name, state, _masked(" ".join(told.split())))


def _masked(text: str) -> str:
    return _ADDRESS.sub(r"\1***@", text)


def _worst(found: Iterable[Outcome], well: str) -> Outcome:
    """Several outcomes as one: the gravest state, what is not well told; `well` where all is."""
    bad = [(state, told) for state, told in found if state != "ok"]
    states = {state for state, _ in bad}
    return ("error" if "error" in states else "warning" if states else "ok"), "; ".join(t for _, t in bad) or well


# --- the machine --------------------------------------------------------------------------


def _python(_case: Case) -> Outcome:
    told = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return ("ok", told) if sys.version_info >= (3, 11) else ("error", f"{told}: 3.11 or later is needed")


def _libraries(_case: Case) -> Outcome:
    advice = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 (Debian, Ubuntu)"
    try:
        import weasyprint  # noqa: PLC0415  # a heavy import, and one that may fail
        from weasyprint.text.ffi import harfbuzz_subset  # noqa: PLC0415  # the same
    except OSError as e:  # pango is a system library
        raise RenderError(f"WeasyPrint cannot start: {e}: {advice}") from e
    if harfbuzz_subset is None:
        raise RenderError(f"harfbuzz-subset is missing: {advice}")
    return "ok", f"WeasyPrint {weasyprint.__version__} has its libraries"


def _page(case: Case) -> Outcome:
    """Lays out a page: fonts, templates, a temporary folder."""
    from pipeline.render.pages import style  # noqa: PLC0415  # a heavy import
    from pipeline.render.paper import Paper  # noqa: PLC0415  # a heavy import

    theme = read_theme(case.program.templates, case.settings.brief.theme)
    for name in FACES:
        if not (file := theme.faces[name].with_suffix(".woff2")).is_file():
            raise RenderError(f"{file} is missing: install songngu again")
    paper = Paper(theme.templates)
    document = paper.lay_out(f"<!DOCTYPE html><style>{style(theme, 'print')}</style><body lang=vi><p>Tiếng Việt</p>")
    pdf = document.write_pdf()
    families = {font.family for font in document.fonts.values()}
    if families != {theme.family}:
        raise RenderError(f"a page is set in {', '.join(families)} and not in {theme.family}: install songngu again")
    return "ok", f"a page is laid out in {theme.family} ({len(pdf) / 1000:.0f} kB)"


def _glossary(case: Case) -> Outcome:
    glossary = load_glossary(case.settings.brief.glossary or case.program.glossary, case.settings.brief.additions)
    rows = sum(map(len, glossary.rows.values()))
    pairs = sum(1 for path in glossary.memory for _ in read_pairs(path))
    return "ok", f"{rows:,} rows, {pairs:,} pairs of the memory; signature {glossary.signature}"


def _model(case: Case) -> Outcome:
    engine = load_engine(case.settings.brief.model, case.program.model)
    if engine is None:
        return "warning", "no translation model: free text stays in Vietnamese; `songngu model install` brings one"
    offered = engine.translate([_WORD])[0]
    if not offered or not offered[0].text:
        return "error", f"{engine.name} does not translate {_WORD!r}: `songngu model install` brings another"
    return "ok", f"{engine.name}: {_WORD} -> {offered[0].text}"


def _clock(case: Case) -> Outcome:
    now = case.world.now()
    told = f"{now:%Y-%m-%d %H:%M} UTC"
    return ("ok", told) if now.year >= _FIRST_YEAR else ("error", f"{told}: set the machine's clock")


def _dask(_case: Case) -> Outcome:
    there = find_spec("distributed") is not None
    return "ok", "is there" if there else "is not installed; only a back-fill on several machines needs it"


# --- what the settings name ---------------------------------------------------------------


def _sources(case: Case) -> Outcome:
    s = case.settings.sources
    if not s.pages and not s.folders:
        return "warning", "sources.pages and sources.folders are empty: there is nothing to read"
    well = f"{len(s.pages)} pages and {len(s.folders)} folders{', all answer' if case.online and s.pages else ''}"
    return _worst((*map(_folder, s.folders), *(_source(page, case) for page in s.pages)), well)


def _folder(folder: Path) -> Outcome:
    return (
        ("ok", "") if folder.is_dir() else ("warning", f"{folder}: no folder is there: make it, or mend the settings")
    )


def _source(page: str, case: Case) -> Outcome:
    try:
        there = bool(urlsplit(page).hostname and urlsplit(page).port != 0)
    except ValueError:  # a port that is none
        there = False
    if not there:
        return "error", f"{page}: no address of a host"
    if case.online:
        try:
            fetch(page)
        except SongnguError as e:
            return "error", str(e)
    return "ok", ""


def _folders(case: Case) -> Outcome:
    s = case.settings
    folders = [s.folders.output, s.folders.archive, s.folders.state, s.mail.folder]
    folders += [s.folders.site] if s.folders.site else []
    least = min(map(case.world.free, folders))
    return _worst((_space(f, case.world.free(f)) for f in folders), f"writable, {least / 1e9:,.1f} GB free")


def _space(folder: Path, free: int) -> Outcome:
    try:
        require_writable(folder)
    except StoreError as e:
        return "error", str(e)
    state: State = "error" if free < _FULL else "warning" if free < _LOW else "ok"
    return state, f"{folder}: {free / 1e6:,.0f} MB are free: make room"


def _archive(case: Case) -> Outcome:
    """The index alone, and only read: `songngu archive verify` reads everything."""
    folder = case.settings.folders.archive
    file = folder / INDEX
    if not file.exists():
        return "ok", f"{folder}: will be made"
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as index:
            (version,) = index.execute("PRAGMA user_version").fetchone()
        if 0 < version < len(MIGRATIONS):  # connect() would bring it forward
            return "warning", f"{file}: version {version}: the next run makes it {len(MIGRATIONS)} and keeps a copy"
        with closing(connect(folder, create=False)) as index:
            wrong = [told for (told,) in index.execute("PRAGMA quick_check") if told != "ok"]
            wrong += [f"a row of {table} belongs to nothing" for table, *_ in index.execute("PRAGMA foreign_key_check")]
            (briefs,) = index.execute("SELECT count(*) FROM brief WHERE current").fetchone()
    except sqlite3.Error as e:
        raise ArchiveError(f"{file}: cannot be used: {e}") from e
    if wrong:
        raise ArchiveError(f"{file}: {wrong[0]}; {len(wrong)} faults: restore it (docs/unattended.md)")
    return "ok", f"{folder}: {briefs} briefs, version {len(MIGRATIONS)}"


# --- the mail -----------------------------------------------------------------------------


def _subscribers(case: Case) -> Outcome:
    mail = case.settings.mail
    if not mail.sender:
        return "ok", "mail.sender is empty: nothing is sent"
    sender_of(mail)
    people = read_subscribers(mail.subscribers)
    counts = Counter(p.language for p in people)
    told = f"{len(people)} subscribers" + "".join(f", {n} {language}" for language, n in sorted(counts.items()))
    if (mail.folder / PEOPLE).exists():
        with opened_people(mail.folder) as kept:
            told += f"; {len(kept.suppressions())} addresses are suppressed"
    return ("ok" if people else "warning"), f"{mail.subscribers}: {told}"


def _smtp(case: Case) -> Outcome:
    server = case.settings.smtp
    if not server.host:
        return "ok", "smtp.host is empty: messages are written into mail.folder"
    where = f"{server.host}:{server.port}"
    password = secret(PASSWORD, server.password_file) if server.user else ""
    try:
        with smtp.connect(server, password) as connection:
            code, _ = connection.noop()
    except smtplib.SMTPResponseException as e:  # what it says may have an address in it
        raise DeliveryError(f"{where}: the server answers {e.smtp_code}") from e
    except (smtplib.SMTPException, OSError) as e:
        raise DeliveryError(f"{where}: {getattr(e, 'strerror', None) or e}") from e
    if code != 250:
        raise DeliveryError(f"{where}: the server answers {code}")
    told = f"{where}: {server.security}, {'login taken' if server.user else 'no login'}"
    if server.security == "none" and server.host not in _HERE:
        return "warning", f"{told}: mail goes over the network unencrypted: say smtp.security"
    return "ok", told


def _records(case: Case) -> Outcome:
    """What runs and mail remember; a file that is not there yet will be made."""
    state, mail = case.settings.folders.state, case.settings.mail.folder
    files = [f for f in (state / JOURNAL, state / MEMORY, mail / LEDGER, mail / PEOPLE) if f.exists()]
    for file in files:
        try:
            with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as index:
                found = index.execute("PRAGMA quick_check").fetchone()[0]
        except sqlite3.Error as e:
            found = str(e)
        if found != "ok":
            advice = "delete it" if file.name in (JOURNAL, MEMORY) else "put the last copy in its place"
            return "error", f"{file}: damaged ({' '.join(found.split())}): {advice} (docs/unattended.md)"
    return "ok", f"{len(files)} files of records are sound"


def _lacking(case: Case, what: str, why: str) -> Outcome:
    """Something that only mail to other machines needs."""
    return ("warning", f"{what}, and {why}") if case.settings.smtp.host else ("ok", what)


def _dkim(case: Case) -> Outcome:
    signing = case.settings.dkim
    if signing.key_file is None:
        return _lacking(case, "dkim is empty: mail is not signed", "many servers refuse it")
    import dns.exception  # noqa: PLC0415  # only signed mail needs it
    import dns.resolver  # noqa: PLC0415  # the same

    own = _modulus(signing.key_file)
    name = f"{signing.selector}._domainkey.{signing.domain.encode('idna').decode('ascii')}"
    try:
        records = [b"".join(record.strings) for record in case.world.resolver().resolve(f"{name}.", "TXT")]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return "error", f"{name}: the DNS has no such TXT record: publish the public key (docs/unattended.md)"
    except dns.exception.DNSException as e:
        return "warning", f"{name}: the DNS does not answer ({type(e).__name__}): ask again later"
    if own not in map(_published, records):
        return "error", f"{name}: the DNS has another key than {signing.key_file}: publish its public key"
    if own.bit_length() < _SHORTEST_RSA:
        return "error", f"{signing.key_file}: {own.bit_length()} bits: nobody takes it; make a key of {_SHORT_RSA}"
    state: State = "ok" if own.bit_length() >= _SHORT_RSA else "warning"
    return state, f"{name}: the DNS has the key of {own.bit_length()} bits ({_SHORT_RSA} are right)"


def _modulus(file: Path) -> int:
    """What a private key and its public one share."""
    from dkim.crypto import UnparsableKeyError, parse_pem_private_key  # noqa: PLC0415  # only signed mail needs it

    try:
        return int(parse_pem_private_key(read_secret(file).encode())["modulus"])
    except UnparsableKeyError as e:
        raise SettingsError(f"{file}: no RSA private key in PEM: {e}") from e


def _published(record: bytes) -> int:
    """The modulus of a key record (RFC 6376, 3.6.1); 0 for a record that is none."""
    import dkim  # noqa: PLC0415  # only signed mail needs it

    try:
        return int(dkim.evaluate_pk("", record)[0]["modulus"])
    except (dkim.DKIMException, ValueError, TypeError, IndexError):  # TXT records may say anything
        return 0


def _tokens(case: Case) -> Outcome:
    mail = case.settings.mail
    if not mail.unsubscribe:
        return _lacking(case, "mail.unsubscribe is empty: no way out with one click", "large providers ask for it")
    token_key(mail.key_file)
    return "ok", "the key of the tokens is there"


GENERAL: dict[str, Check] = {
    "python": _python, "libraries": _libraries, "page": _page, "glossary": _glossary, "model": _model,
    "clock": _clock, "dask": _dask,
}  # fmt: skip
CONFIGURED: dict[str, Check] = {
    "sources": _sources, "folders": _folders, "records": _records, "archive": _archive, "subscribers": _subscribers,
    "smtp": _smtp, "dkim": _dkim, "tokens": _tokens,
}  # fmt: skip
