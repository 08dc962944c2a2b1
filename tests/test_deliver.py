"""Briefs by e-mail: who gets them, what the message is, and that nobody gets one twice."""

from __future__ import annotations

import email
import mailbox
import os
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from fuse import Fuse, forked
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from samples import THEME, glossary, langson

from pipeline.chart import chart
from pipeline.cli import main
from pipeline.dataset import OBSERVATIONS, PACKAGE, SDMX
from pipeline.deliver.ledger import LEDGER, Delivery, opened_ledger
from pipeline.deliver.message import Issue, Sender, message, read_issue
from pipeline.deliver.outbox import Outbox
from pipeline.deliver.sending import send
from pipeline.deliver.subscribers import Subscriber, address, masked, read_subscribers, to_csv
from pipeline.errors import DeliveryError
from pipeline.model import LANGUAGES
from pipeline.store import to_json

WHEN = datetime(2023, 7, 1, 8, 30, tzinfo=UTC)
SENDER = Sender(
    "briefs@example.org",
    "Bản tin Á Châu",
    "briefs.example.org",
    "https://example.org/u/{token}",
    "mailto:u@example.org",
)
LAN = Subscriber("lan@example.org", "Nguyễn Thị Lan", "vi")
BOB = Subscriber("bob@example.com", 'Bob "the" O\'Neil, Esq.', "en", formats=("pdf", "csv", "sdmx", "json"))
ANNE = Subscriber("anne@example.net")


@pytest.fixture(scope="module")
def issue() -> Issue:
    brief = langson()
    files = {
        "brief.pdf": b"%PDF-1.7 " + bytes(range(256)), OBSERVATIONS: b"a,b\r\n1,2\n", SDMX: b"c\n", PACKAGE: b"{}\n",
    }  # fmt: skip
    return Issue(brief, chart(brief, glossary(), LANGUAGES, THEME), files, glossary(), THEME)


def texts(page: str, path: str = "//text()") -> list[str]:
    """What an HTML part says, or has at a path."""
    found: Any = html.fromstring(page).xpath(path)
    return [str(t) for t in found]


def parts(mail: EmailMessage) -> dict[str, EmailMessage]:
    """A message as a reader gets it, by content type; of several of one type the last."""
    read = email.message_from_bytes(mail.as_bytes(), policy=SMTP)
    return {p.get_content_type(): p for p in read.walk()}


# --- subscribers --------------------------------------------------------------------------

LOCAL = st.from_regex(r"[a-z0-9]([a-z0-9.+_-]{0,20}[a-z0-9])?", fullmatch=True).filter(lambda t: ".." not in t)
PEOPLE = st.builds(
    Subscriber,
    email=st.builds(lambda a, b: f"{a}@{b}.example", LOCAL, st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)),
    name=st.text(st.characters(whitelist_categories=("L", "N", "P", "Zs")), max_size=30).map(
        lambda t: " ".join(t.split()) if t.isprintable() else ""
    ),
    language=st.sampled_from(["vi", "en", "both"]),
    provinces=st.lists(st.sampled_from(["VN", "VN-09", "VN-DN"]), unique=True).map(tuple),
    formats=st.lists(st.sampled_from(["pdf", "csv", "json"]), min_size=1, unique=True).map(tuple),
)


@given(st.lists(PEOPLE, max_size=6, unique_by=lambda s: s.email))
def test_subscribers_survive_their_table(people: list[Subscriber]) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "subscribers.csv"
        path.write_text(to_csv(people), encoding="utf-8")
        assert list(read_subscribers(path)) == people


def test_a_table_as_a_spreadsheet_saves_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes("\ufeffName;Email;Language\r\nLan;Lan@EXAMPLE.org;vi\r\n;x@ví-dụ.vn;\r\n".encode())
    lan, other = read_subscribers(path)
    assert (lan.email, lan.language, lan.formats) == ("Lan@example.org", "vi", ("pdf",))
    assert (other.email, other.language, other.languages) == (
        f"x@{'ví-dụ.vn'.encode('idna').decode()}",
        "both",
        LANGUAGES,
    )


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "no column 'email'"), ("name\nx\n", "no column 'email'"), ("email,phone\n", "column 'phone'"),
        ("email\nx\n", "row 2: 'x' is no e-mail address"), ("email\na@b@c\n", "row 2"),
        ("email\na@example.org\nA@x.example\na@EXAMPLE.org\n", "row 4: a***@example.org stands there already"),
        ("email,language\na@b.example,fr\n", "language 'fr': vi, en, both"),
        ("email,formats\na@b.example,doc\n", "format 'doc'"), ("email,provinces\na@b.example,Hanoi\n", "'HANOI'"),
        ('email,name\na@b.example,"x\ny"\n', "name has a line break"),
        ('email\n"a@b.example\nBcc: c@d.example"\n', "row"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_told_by_row(tmp_path: Path, table: str, told: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(DeliveryError, match=re.escape(told)):
        read_subscribers(path)


@pytest.mark.parametrize(
    "text", ["", "a", "@b.example", "a@", "a@b", "a b@c.example", "a@b..example", "a@-b.example", "ư@b.vn"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="e-mail address"):
        address(text)


def test_an_address_is_masked_in_what_is_printed() -> None:
    assert masked("lan.nguyen@example.org") == "l***@example.org"


# --- the message --------------------------------------------------------------------------


def test_a_message_carries_the_brief_itself(issue: Issue) -> None:
    read = parts(message(issue, LAN, SENDER, WHEN, "abc"))
    text, page = read["text/plain"].get_content(), read["text/html"].get_content()
    spoken = " ".join(str(t) for t in texts(page))
    headline = "".join(r.text for r in issue.brief.headline.vi)
    for shown in (text, spoken):
        assert headline in " ".join(shown.split())
        assert "Điểm chính" in shown
        assert "Main points" not in shown
        assert all("".join(r.text for r in p.vi) in " ".join(shown.split()) for p in issue.brief.points)
    assert read["application/pdf"].get_content() == issue.files["brief.pdf"]
    assert read["application/pdf"].get_filename() == "Bản tin Lạng Sơn Tháng 6 và 6 tháng đầu năm 2023.pdf"
    assert read["image/png"].get_content().startswith(b"\x89PNG")
    assert f'src="cid:{read["image/png"]["Content-ID"][1:-1]}"' in page
    assert "\N{WORD JOINER}" not in text


def test_both_languages_and_the_data_where_they_are_wanted(issue: Issue) -> None:
    read = parts(message(issue, ANNE, SENDER, WHEN))
    page = read["text/html"].get_content()
    assert texts(page, "//td[@class='edition']/@lang") == ["vi", "en"]
    assert len([a for a in texts(page, "//img/@alt") if a.strip()]) == 2
    attached = {
        p.get_filename(): p.get_payload(decode=True)
        for p in email.message_from_bytes(message(issue, BOB, SENDER, WHEN).as_bytes(), policy=SMTP).iter_attachments()
    }
    assert set(attached) == {"Brief Lang Son June and first half of 2023.pdf", OBSERVATIONS, SDMX, PACKAGE}
    assert {n: attached[n] for n in issue.files if n in attached} == {
        n: d for n, d in issue.files.items() if n != "brief.pdf"
    }


def test_the_headers_are_what_the_rules_ask_for(issue: Issue) -> None:
    mail = message(issue, LAN, SENDER, WHEN, "a/b")
    assert mail["To"].addresses[0].display_name == LAN.name
    assert mail["From"].addresses[0].addr_spec == "briefs@example.org"
    assert str(mail["Subject"]).startswith("Lạng Sơn, Tháng 6 và 6 tháng đầu năm 2023: ")
    assert mail["List-Unsubscribe"] == "<https://example.org/u/a%2Fb>, <mailto:u@example.org>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (mail["Content-Language"], mail["Auto-Submitted"]) == ("vi", "auto-generated")
    assert mail["Date"].datetime == WHEN
    plain = message(issue, LAN, Sender("a@b.example", ""), WHEN)
    assert "List-Unsubscribe" not in plain


def test_a_message_is_the_same_each_time_and_its_name_is_its_own(issue: Issue) -> None:
    one, again = (message(issue, LAN, SENDER, WHEN) for _ in range(2))
    assert one.as_bytes() == again.as_bytes()
    later, other = message(issue, LAN, SENDER, datetime(2024, 1, 1, tzinfo=UTC)), message(issue, BOB, SENDER, WHEN)
    assert later["Message-ID"] == one["Message-ID"] != other["Message-ID"]


@pytest.mark.parametrize("name", ["x\r\nBcc: a@b.example", "x\nSubject: y", "a\0b"])
def test_no_name_makes_a_header(issue: Issue, name: str) -> None:
    with pytest.raises((ValueError, DeliveryError)):
        message(issue, replace(LAN, name=name), SENDER, WHEN)


def test_a_message_that_no_server_takes_is_refused(issue: Issue) -> None:
    large = Issue(issue.brief, issue.charts, {**issue.files, "brief.pdf": bytes(8_000_000)}, issue.glossary, THEME)
    with pytest.raises(DeliveryError, match="larger than 10 MB"):
        message(large, LAN, SENDER, WHEN)


# --- each once ----------------------------------------------------------------------------


def sent(issue: Issue, folder: Path, *people: Subscriber) -> list[Delivery]:
    with opened_ledger(folder) as ledger:
        return list(send(issue, people, SENDER, ledger, Outbox(folder), lambda: WHEN))


def received(folder: Path) -> list[str]:
    return sorted(str(m["To"]).rpartition("<")[2].rstrip(">") for m in mailbox.Maildir(str(folder)))


def test_nobody_gets_a_brief_twice_and_late_comers_get_it(issue: Issue, tmp_path: Path) -> None:
    assert len(sent(issue, tmp_path, LAN, BOB)) == 2
    assert sent(issue, tmp_path, BOB, LAN) == []
    assert [d.email for d in sent(issue, tmp_path, LAN, BOB, ANNE)] == [ANNE.email]
    assert received(tmp_path) == [ANNE.email, BOB.email, LAN.email]
    other = Issue(issue.brief, issue.charts, {**issue.files, "brief.pdf": b"%PDF new"}, issue.glossary, THEME)
    assert len(sent(other, tmp_path, LAN)) == 1  # another brief


def test_only_who_wants_the_province_gets_it(issue: Issue, tmp_path: Path) -> None:
    away, home = replace(LAN, provinces=("VN-66",)), replace(BOB, provinces=("VN-66", "VN-09"))
    assert [d.email for d in sent(issue, tmp_path, away, home)] == [BOB.email]


def test_killed_at_any_step_everybody_gets_it_once(issue: Issue, tmp_path: Path) -> None:
    assert issue.pictures  # drawn before the processes part
    steps = 0
    while True:
        folder = tmp_path / "out"
        shutil.rmtree(folder, ignore_errors=True)

        def work(folder: Path = folder, steps: int = steps) -> None:
            fuse = Fuse(steps)
            sys.addaudithook(fuse.hook)
            with watched(fuse):
                sent(issue, folder, LAN, BOB)

        if not os.WIFSIGNALED(forked(work)):
            break
        sent(issue, folder, LAN, BOB)
        assert received(folder) == [BOB.email, LAN.email]
        with opened_ledger(folder) as ledger:
            assert {d.state for d in ledger.deliveries()} == {"accepted"}
        steps += 1
    assert steps > 25


@contextmanager
def watched(fuse: Fuse) -> Iterator[None]:
    """Every SQL statement of the ledger is a step too."""

    class Watched(sqlite3.Connection):
        def __init__(self, *given: object, **named: object) -> None:
            super().__init__(*given, **named)  # type: ignore[arg-type]  # handed on as they are
            self.set_trace_callback(fuse.step)

    with pytest.MonkeyPatch.context() as patch:
        connect = sqlite3.connect
        patch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, factory=Watched, **k))
        yield


def test_a_message_that_was_read_meanwhile_is_not_written_again(issue: Issue, tmp_path: Path) -> None:
    (done,) = sent(issue, tmp_path, LAN)
    (tmp_path / "new" / done.detail).rename(tmp_path / "cur" / f"{done.detail}:2,S")
    with sqlite3.connect(tmp_path / LEDGER) as index:
        index.execute("UPDATE delivery SET state = 'sending'")  # as if killed before the end
    assert [d.state for d in sent(issue, tmp_path, LAN)] == ["accepted"]
    assert received(tmp_path) == [LAN.email]


# --- the command line ---------------------------------------------------------------------


@pytest.fixture
def folder(issue: Issue, tmp_path: Path) -> Path:
    made = tmp_path / "brief"
    made.mkdir()
    for name, data in issue.files.items():
        (made / name).write_bytes(data)
    (made / "5-brief.json").write_text(to_json(issue.brief), encoding="utf-8")
    (made / "6-charts.json").write_text(to_json(issue.charts), encoding="utf-8")
    (tmp_path / "s.csv").write_text(to_csv([LAN, BOB]), encoding="utf-8")
    return made


def test_a_folder_is_read_as_it_was_built(issue: Issue, folder: Path) -> None:
    read = read_issue(folder, glossary(), THEME)
    assert (read.brief, read.charts, read.digest) == (issue.brief, issue.charts, issue.digest)


def test_send_plans_writes_once_and_tells(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["send", str(folder), "--to", str(folder.parent / "s.csv"), "--outbox", str(folder.parent / "box")]
    assert main([*words, "--dry-run"]) == 0
    assert "l***@example.org" in capsys.readouterr().out
    assert not (folder.parent / "box").exists()
    for told in ("2 messages written, 0 there already", "0 messages written, 2 there already"):
        assert main([*words, "--from", "Quỹ <q@example.org>"]) == 0
        assert told in capsys.readouterr().out
    assert main(["send", "status", *words[4:]]) == 0
    assert "accepted            2" in capsys.readouterr().out


SLIPS = [
    ("none", "s.csv", "cannot be read"), ("brief", "none.csv", "cannot be read"),
    ("status", "s.csv", "nothing was sent"),
]  # fmt: skip


@pytest.mark.parametrize(("brief", "people", "told"), SLIPS)
def test_a_wrong_word_is_told_in_a_line(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    brief: str,
    people: str,
    told: str,
) -> None:
    monkeypatch.chdir(folder.parent)
    assert main(["send", brief, "--to", people, "--outbox", "box"]) == DeliveryError.exit_status
    line = capsys.readouterr().err
    assert told in line
    assert line.count("\n") == 1
