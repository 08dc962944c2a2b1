"""`songngu doctor`: every check says what is wrong where something is, and none hides another."""

from __future__ import annotations

import base64
import json
import shutil
import socketserver
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from archive_samples import add, prices
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from mailserver import DROP, Handler, certificate, free_port, only, serving, tls
from tiny_argos import Tiny, build

from pipeline.archive.schema import INDEX, MIGRATIONS
from pipeline.cli import main
from pipeline.deliver.people import opened_people
from pipeline.doctor import CONFIGURED, GENERAL, Case, Check, Outcome, Program, Result, World, _published, examine, run
from pipeline.errors import DeliveryError
from pipeline.settings import PASSWORD, TOKENS, Settings, read_settings

PROGRAM = Program(ROOT / "glossary", ROOT / "templates", ROOT / "nowhere.argosmodel")
NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
ROOM = 50_000_000_000  # bytes


@pytest.fixture(autouse=True)
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server needs the key of Message-IDs."""
    monkeypatch.setenv(TOKENS, "0123456789abcdef" * 4)


def nobody() -> dns.resolver.Resolver:
    raise AssertionError("the DNS must not be asked")


WORLD = World(lambda: NOW, nobody, lambda _: ROOM)


def looked(name: str, settings: Settings, world: World = WORLD, program: Program = PROGRAM, **how: bool) -> Outcome:
    """What one check finds."""
    (result,) = run({name: {**GENERAL, **CONFIGURED}[name]}, Case(program, settings, world, how.get("online", False)))
    return result.state, result.told


def configured(folder: Path, text: str = "") -> Settings:
    (folder / "songngu.toml").write_text(text, encoding="utf-8")
    return read_settings(folder / "songngu.toml")


# --- all of them --------------------------------------------------------------------------


def test_without_settings_the_machine_is_looked_at() -> None:
    found = list(examine(PROGRAM, None, WORLD))
    assert [r.check for r in found] == list(GENERAL)
    assert [r for r in found if r.state == "error"] == []
    assert all(r.told for r in found)


def test_a_new_folders_settings_are_well(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path)]) == 0
    found = list(examine(PROGRAM, tmp_path / "songngu.toml", WORLD))
    assert [r.check for r in found] == ["settings", *GENERAL, *CONFIGURED]
    assert [r for r in found if r.state == "error"] == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["songngu.toml", "subscribers.csv"]  # nothing is made


def test_settings_that_cannot_be_read_leave_what_needs_none(tmp_path: Path) -> None:
    file = tmp_path / "songngu.toml"
    file.write_text("[mail]\nsendr = 'lan.nguyen@example.org'\n")
    first, *others = examine(PROGRAM, file, WORLD)
    assert (first.check, first.state) == ("settings", "error")
    assert "mail.sendr is none of" in first.told
    assert [r.check for r in others] == list(GENERAL)


def test_whatever_fails_is_told_and_the_others_are_done() -> None:
    def broken(_case: Case) -> Outcome:
        raise KeyError("secret-0123")

    def refused(_case: Case) -> Outcome:
        raise DeliveryError("row 3:\nlan.nguyen@example.org and <o.neil@example.com> are wrong")

    checks: dict[str, Check] = {"a": broken, "b": refused, "c": lambda _: ("ok", "well")}
    first, second, third = run(checks, Case(PROGRAM, Settings(Path()), WORLD, online=False))
    assert (first.check, first.state) == ("a", "error")
    assert first.told.startswith("KeyError at test_doctor.py:")
    assert "secret" not in first.told
    assert second == Result("b", "error", "row 3: l***@example.org and <o***@example.com> are wrong")
    assert third == Result("c", "ok", "well")


# --- the machine --------------------------------------------------------------------------


@pytest.fixture
def copied(tmp_path: Path) -> Program:
    """The program with templates that a test may spoil."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    return Program(PROGRAM.glossary, tmp_path / "templates", PROGRAM.model)


@pytest.mark.parametrize("name", ["Inter-Regular.otf", "Inter-Regular.woff2"])
def test_a_font_that_is_missing_is_named(copied: Program, name: str) -> None:
    (copied.templates / "fonts" / name).unlink()
    state, told = looked("page", Settings(Path()), program=copied)
    assert (state, f"{name} is missing" in told) == ("error", True)


def test_a_font_that_is_none_is_told(copied: Program) -> None:
    for file in (copied.templates / "fonts").glob("*.otf"):
        file.write_bytes(b"no font")
    state, told = looked("page", Settings(Path()), program=copied)
    assert (state, "install songngu again" in told) == ("error", True)


def test_additions_to_the_glossary_are_checked(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "terms.csv").write_text("vi,en\n")
    state, told = looked("glossary", configured(tmp_path, '[brief]\nadditions = "own"\n'))
    assert (state, "own/terms.csv, row 1: missing column" in told) == ("error", True)


def test_the_model_is_made_to_translate(tmp_path: Path) -> None:
    build(tmp_path / "good.argosmodel", Tiny({"kinh": "the", "tế": "economy"}))
    (tmp_path / "bad.argosmodel").write_bytes(b"no package")
    state, told = looked("model", configured(tmp_path, '[brief]\nmodel = "good.argosmodel"\n'))
    assert (state, told.endswith("kinh tế -> the economy")) == ("ok", True)
    assert looked("model", configured(tmp_path, '[brief]\nmodel = "bad.argosmodel"\n'))[0] == "error"


def test_a_clock_that_was_never_set_is_told() -> None:
    world = World(lambda: datetime(1970, 1, 1, tzinfo=UTC), nobody, lambda _: ROOM)
    assert looked("clock", Settings(Path()), world) == ("error", "1970-01-01 00:00 UTC: set the machine's clock")


# --- sources, folders, archive ------------------------------------------------------------


def test_nothing_to_read_and_folders_that_are_not_there_are_warned_of(tmp_path: Path) -> None:
    assert looked("sources", configured(tmp_path))[0] == "warning"
    state, told = looked("sources", configured(tmp_path, '[sources]\nfolders = ["in", "also"]\n'))
    assert state == "warning"
    assert f"{tmp_path / 'in'}: no folder" in told
    assert f"{tmp_path / 'also'}: no folder" in told


@pytest.mark.parametrize(
    "page", ["http://example.org:99999/", "https://[::1/x", "http://:80/", "http://example.org:0/"]
)
def test_addresses_are_looked_at_without_asking_them(tmp_path: Path, page: str) -> None:
    state, told = looked("sources", configured(tmp_path, f'[sources]\npages = ["http://nowhere.invalid/", "{page}"]\n'))
    assert state == "error"
    assert page in told
    assert "nowhere.invalid" not in told


def test_online_every_page_is_asked(tmp_path: Path) -> None:
    (tmp_path / "there.html").write_text("x")
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        there, gone, closed = f"{base}/there.html", f"{base}/gone.html", f"http://127.0.0.1:{free_port()}/"
        well = looked("sources", configured(tmp_path, f'[sources]\npages = ["{there}"]\n'), online=True)
        state, told = looked(
            "sources", configured(tmp_path, f'[sources]\npages = ["{gone}", "{closed}", "{there}"]\n'), online=True
        )
        server.shutdown()
    assert well == ("ok", "1 pages and 0 folders, all answer")
    assert state == "error"
    assert f"{gone}: the server answers 404" in told
    assert closed in told
    assert there not in told


@pytest.mark.parametrize(
    ("free", "state"),
    [(99_999_999, "error"), (100_000_000, "warning"), (999_999_999, "warning"), (1_000_000_000, "ok")],
)
def test_a_disk_that_fills_up_is_told(tmp_path: Path, free: int, state: str) -> None:
    world = World(lambda: NOW, nobody, lambda folder: free if folder.name == "archive" else ROOM)
    found, told = looked("folders", configured(tmp_path), world)
    assert found == state
    assert (f"{tmp_path / 'archive'}:" in told) == (state != "ok")
    assert str(tmp_path / "output") not in told


def test_every_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    text = '[folders]\noutput = "file/a"\nsite = "file/b"\n'
    state, told = looked("folders", configured(tmp_path, text))
    assert state == "error"
    assert all(f"{tmp_path / 'file' / name}: cannot be written" in told for name in "ab")


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    add(tmp_path / "archive", prices("2023-06", "0.27"), prices("2023-07", "0.45"))
    return configured(tmp_path)


def test_an_archive_is_read_and_left_as_it_is(kept: Settings) -> None:
    file = kept.folders.archive / INDEX
    before = file.read_bytes()
    assert looked("archive", kept) == ("ok", f"{kept.folders.archive}: 2 briefs, version {len(MIGRATIONS)}")
    assert file.read_bytes() == before


def test_an_archive_that_is_not_there_yet_is_well(tmp_path: Path) -> None:
    assert looked("archive", configured(tmp_path)) == ("ok", f"{tmp_path / 'archive'}: will be made")
    assert not (tmp_path / "archive").exists()


def test_an_index_of_an_older_program_is_told_and_not_touched(kept: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.doctor.MIGRATIONS", (*MIGRATIONS, "CREATE TABLE more (x);"))
    state, told = looked("archive", kept)
    assert (state, "version 1: the next run makes it 2" in told) == ("warning", True)
    assert not (kept.folders.archive / "archive-v1.sqlite").exists()


def damage(file: Path, how: str) -> None:
    data = bytearray(file.read_bytes())
    match how:
        case "bytes":
            data[len(data) // 3 : len(data) // 2] = b"\xa5" * (len(data) // 2 - len(data) // 3)
        case "cut":
            del data[len(data) // 2 :]
        case "foreign":
            data[68:72] = b"\0\0\0\1"  # the application's number
        case "newer":
            data[60:64] = b"\0\0\0\x63"  # the version
        case "none":
            data[:] = b"no database at all, " * 100
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ("bytes", ""),
        ("cut", ""),
        ("foreign", "another program"),
        ("newer", "newer songngu"),
        ("none", "not a database"),
    ],
)
def test_an_archive_that_is_damaged_is_told(kept: Settings, how: str, word: str) -> None:
    damage(kept.folders.archive / INDEX, how)
    state, told = looked("archive", kept)
    assert state == "error"
    assert str(kept.folders.archive / INDEX) in told
    assert word in told


# --- the mail -----------------------------------------------------------------------------

SENDER = '[mail]\nsender = "Briefs <briefs@example.org>"\n'


def test_subscribers_are_counted_by_language(tmp_path: Path) -> None:
    table = "email,language\na@example.org,vi\nb@example.org,vi\nc@example.org,en\n"
    (tmp_path / "subscribers.csv").write_text(table)
    settings = configured(tmp_path, SENDER)
    assert looked("subscribers", settings) == ("ok", f"{tmp_path / 'subscribers.csv'}: 3 subscribers, 1 en, 2 vi")
    with opened_people(settings.mail.folder) as people:
        people.suppress("a@example.org", "unsubscribed", "2026-01-01T00:00:00+00:00")
    assert looked("subscribers", settings)[1].endswith("; 1 addresses are suppressed")
    (tmp_path / "subscribers.csv").write_text("email\n")
    assert looked("subscribers", settings)[0] == "warning"


@pytest.mark.parametrize(
    ("settings", "table"),
    [
        (SENDER, "email\nlan.nguyen@exa mple.org\n"), (SENDER, "email\nlan.nguyen@a.org\nlan.nguyen@a.org\n"),
        ('[mail]\nsender = "lan.nguyen@nowhere"\n', "email\n"), (SENDER, None),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_mail_is_told_without_addresses(
    tmp_path: Path, settings: str, table: str | None
) -> None:
    if table is not None:
        (tmp_path / "subscribers.csv").write_text(table)
    state, told = looked("subscribers", configured(tmp_path, settings))
    assert state == "error"
    assert "lan.nguyen" not in told


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("trusted"), "127.0.0.1")


@pytest.fixture
def handler() -> Handler:
    return Handler()


def server_of(folder: Path, port: int, more: str = "") -> Settings:
    return configured(folder, f'{SENDER}[smtp]\nhost = "127.0.0.1"\nport = {port}\ntimeout = 5\n{more}')


def test_a_server_is_asked_and_sent_nothing(
    handler: Handler, trusted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, "sesame-0123")
    login = {"tls_context": tls(trusted), "require_starttls": True, "authenticator": only("u", "sesame-0123")}
    with serving(handler, **login) as port:
        good = server_of(tmp_path, port, f'user = "u"\nca-file = "{trusted}"\n')
        assert looked("smtp", good) == ("ok", f"127.0.0.1:{port}: starttls, login taken")
        assert looked("smtp", server_of(tmp_path, port, f'ca-file = "{trusted}"\n'))[0] == "ok"
        state, told = looked("smtp", server_of(tmp_path, port))
        assert (state, "certificate is not trusted" in told) == ("error", True)
        assert looked("smtp", server_of(tmp_path, port, 'ca-file = "nowhere.pem"\n'))[0] == "error"
        monkeypatch.setenv(PASSWORD, "wrong-4567")
        state, told = looked("smtp", good)
        assert (state, "does not take user and password (535)" in told, "wrong" in told) == ("error", True, False)
        monkeypatch.delenv(PASSWORD)
        state, told = looked("smtp", good)
        assert (state, PASSWORD in told) == ("error", True)
    assert handler.taken == []


def test_tls_from_the_start(handler: Handler, trusted: Path, tmp_path: Path) -> None:
    with serving(handler, tls(trusted)) as port:
        state, told = looked("smtp", server_of(tmp_path, port, f'security = "tls"\nca-file = "{trusted}"\n'))
    assert (state, told) == ("ok", f"127.0.0.1:{port}: tls, no login")


class _WithoutLogin(Handler):
    async def handle_EHLO(  # noqa: N802  # aiosmtpd's other form, with the extensions
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, extensions: list[str]
    ) -> list[str]:
        session.host_name = name
        return [said for said in extensions if "AUTH" not in said]


def test_servers_that_are_no_use_are_told(handler: Handler, trusted: Path, tmp_path: Path) -> None:
    assert looked("smtp", configured(tmp_path))[0] == "ok"  # an outbox needs none
    with serving(handler) as port:
        state, told = looked("smtp", server_of(tmp_path, port))
        assert (state, "offers no STARTTLS" in told) == ("error", True)
        assert looked("smtp", server_of(tmp_path, port, 'security = "none"\n'))[0] == "ok"
    with serving(_WithoutLogin(), tls_context=tls(trusted)) as port:
        wanted = f'ca-file = "{trusted}"\nuser = "u"\npassword-file = "password"\n'
        (tmp_path / "password").write_text("sesame")
        (tmp_path / "password").chmod(0o600)
        state, told = looked("smtp", server_of(tmp_path, port, wanted))
        assert (state, "offers no login" in told) == ("error", True)
        (tmp_path / "password").chmod(0o640)
        state, told = looked("smtp", server_of(tmp_path, port, wanted))
        assert (state, "others can read this secret" in told) == ("error", True)
    port = free_port()
    state, told = looked("smtp", server_of(tmp_path, port))
    assert (state, told) == ("error", f"127.0.0.1:{port}: Connection refused")
    handler.faults["EHLO"] = [DROP]
    with serving(handler) as port:
        state, told = looked("smtp", server_of(tmp_path, port, 'security = "none"\n'))
        assert (state, "closed" in told) == ("error", True)


# --- DKIM ---------------------------------------------------------------------------------


class Names(socketserver.ThreadingUDPServer):
    """A name server with TXT records; `silent`: it answers nothing."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.records: dict[str, list[str]] = {}
        self.silent = False

    def resolver(self) -> dns.resolver.Resolver:
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], self.server_address[1]
        made.timeout = made.lifetime = 1.0 if self.silent else 30.0
        return made


class _Answering(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, socket = self.request
        names = self.server
        assert isinstance(names, Names)
        if names.silent:
            return
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        (question,) = query.question
        records = names.records.get(question.name.to_text())
        if records is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif records:
            texts = [" ".join(f'"{r[i : i + 255]}"' for i in range(0, len(r), 255)) for r in records]
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", "TXT", texts))
        socket.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def names() -> Iterator[Names]:
    with Names() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def rsa(folder: Path, name: str, bits: int, *more: str) -> str:
    """A new private key in a file that is private -> the record of its public one."""
    file = folder / name
    openssl = ["openssl", "genrsa", *more, "-out", str(file), str(bits)]
    subprocess.run(openssl, check=True, capture_output=True)
    file.chmod(0o600)
    public = ["openssl", "rsa", "-in", str(file), "-pubout", "-outform", "DER"]
    der = subprocess.run(public, check=True, capture_output=True).stdout
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def asked(names: Names, folder: Path) -> tuple[Settings, World]:
    text = '[dkim]\ndomain = "example.org"\nselector = "s1"\nkey-file = "dkim.pem"\n'
    return configured(folder, text), World(lambda: NOW, names.resolver, lambda _: ROOM)


KEY = "s1._domainkey.example.org."


@pytest.mark.parametrize("form", [(), ("-traditional",)])
def test_the_key_in_the_dns_is_compared(names: Names, tmp_path: Path, form: tuple[str, ...]) -> None:
    record, other = rsa(tmp_path, "dkim.pem", 2048, *form), rsa(tmp_path, "other.pem", 2048)
    settings, world = asked(names, tmp_path)
    assert looked("dkim", settings, world)[0] == "error"  # NXDOMAIN
    names.records[KEY] = []
    state, told = looked("dkim", settings, world)
    assert (state, "has no such TXT record" in told) == ("error", True)
    for records in ([record], ["v=spf1 -all", record], [record.removeprefix("v=DKIM1; k=rsa; ")]):
        names.records[KEY] = records
        state, told = looked("dkim", settings, world)
        assert (state, told.startswith(f"{KEY[:-1]}: the DNS has the key of 2048 bits")) == ("ok", True)
    for records in ([other], ["v=spf1 -all"], ["v=DKIM1; k=rsa; p="], [record[:-40]]):
        names.records[KEY] = records
        state, told = looked("dkim", settings, world)
        assert (state, "has another key" in told) == ("error", True)


def test_a_dns_that_does_not_answer_is_no_error(names: Names, tmp_path: Path) -> None:
    rsa(tmp_path, "dkim.pem", 1024)
    names.silent = True
    settings, world = asked(names, tmp_path)
    state, told = looked("dkim", settings, world)
    assert (state, "does not answer" in told) == ("warning", True)


def test_keys_that_are_short_open_or_none_are_told(names: Names, tmp_path: Path) -> None:
    settings, world = asked(names, tmp_path)
    assert looked("dkim", settings, world)[0] == "error"  # no file
    for bits, state in ((1024, "warning"), (768, "error")):
        names.records[KEY] = [rsa(tmp_path, "dkim.pem", bits)]
        assert looked("dkim", settings, world)[0] == state
    (tmp_path / "dkim.pem").chmod(0o644)
    found, told = looked("dkim", settings, world)
    assert (found, "others can read this secret" in told) == ("error", True)
    (tmp_path / "dkim.pem").write_text("-----BEGIN PRIVATE KEY-----\nabcd\n-----END PRIVATE KEY-----\n")
    (tmp_path / "dkim.pem").chmod(0o600)
    found, told = looked("dkim", settings, world)
    assert (found, "no RSA private key in PEM" in told) == ("error", True)


def test_mail_to_others_is_signed_and_has_a_way_out(tmp_path: Path) -> None:
    own, server = configured(tmp_path), server_of(tmp_path, 25)
    for check in ("dkim", "tokens"):
        assert (looked(check, own)[0], looked(check, server)[0]) == ("ok", "warning")


TAGS = st.lists(st.tuples(st.sampled_from(["v", "k", "p", "s", "t", "h", ""]), st.text(max_size=30)), max_size=5)


@given(
    st.one_of(
        st.binary(max_size=200),
        TAGS.map(lambda tags: "; ".join(f"{k}={v}" for k, v in tags).encode()),
        st.binary(max_size=200).map(lambda der: b"p=" + base64.b64encode(der)),
        st.binary(max_size=60).map(lambda der: b"v=DKIM1; k=rsa; p=" + base64.b64encode(b"\x30" + der)),
    )
)
def test_whatever_a_record_says_it_is_read(record: bytes) -> None:
    assert _published(record) >= 0


def test_the_key_of_the_tokens_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKENS, raising=False)
    text = '[mail]\nunsubscribe = "https://example.org/leave/{token}"\nkey-file = "token.key"\n'
    settings = configured(tmp_path, text)
    assert looked("tokens", settings)[0] == "error"
    for key, state in (("0123456789", "error"), ("0123456789abcdef" * 4, "ok")):
        (tmp_path / "token.key").write_text(key)
        (tmp_path / "token.key").chmod(0o600)
        found, told = looked("tokens", settings)
        assert (found, key in told) == (state, False)


# --- the command line ---------------------------------------------------------------------


def test_the_command_prints_a_line_a_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configured(tmp_path, '[folders]\noutput = "songngu.toml"\n')  # a file
    words = ["doctor", "--config", str(tmp_path / "songngu.toml")]
    assert main(words) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == ["settings", *GENERAL, *CONFIGURED]
    assert [line.split()[1] for line in lines if line.startswith("error")] == ["folders"]
    assert main([*words, "--json"]) == 1
    read = json.loads(capsys.readouterr().out)
    assert [(r["state"], r["check"]) for r in read] == [tuple(line.split()[:2]) for line in lines]
    assert all(r["told"] for r in read)
    configured(tmp_path)
    assert main(words) == 0


@pytest.mark.parametrize(
    ("file", "advice"), [("state/journal.sqlite", "delete it"), ("outbox/ledger.sqlite", "put the last copy")]
)
def test_records_that_are_damaged_are_told(tmp_path: Path, file: str, advice: str) -> None:
    settings = configured(tmp_path)
    assert looked("records", settings) == ("ok", "0 files of records are sound")
    for folder in ("state", "outbox"):
        (tmp_path / folder).mkdir()
    with closing(sqlite3.connect(tmp_path / file)) as index:
        index.execute("CREATE TABLE t (x)")
    assert looked("records", settings) == ("ok", "1 files of records are sound")
    (tmp_path / file).write_bytes(b"garbage " * 1000)
    state, told = looked("records", settings)
    assert (state, f"{file}: damaged" in told, advice in told) == ("error", True, True)
