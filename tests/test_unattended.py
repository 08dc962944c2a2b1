"""A run without a hand: from a list page to the mail, held where a person should look, whatever kills it on the way."""

from __future__ import annotations

import email
import json
import mailbox
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from documents import web
from fuse import forked
from mailserver import free_port

from pipeline.archive.reading import opened
from pipeline.cli import main
from pipeline.errors import BusyError
from pipeline.fetch import Fetched
from pipeline.settings import Settings, read_settings
from pipeline.watch import finding
from pipeline.watch.journal import opened_journal
from pipeline.watch.report import Event
from pipeline.watch.unattended import opened_round
from pipeline.workshop import Workshop

NOW = datetime(2024, 8, 2, 7, 0, tzinfo=UTC)
MONTHS = {6: "Sáu", 7: "Bảy"}


def lines(month: int, growth: str = "2,5", more: str = "") -> tuple[str, ...]:
    return (
        f"Tình hình kinh tế - xã hội tỉnh Cao Bằng tháng {MONTHS[month]} và {month} tháng đầu năm 2024",
        f"Thứ sáu - 28/{month:02}/2024 08:00",
        f"Chỉ số sản xuất công nghiệp tháng {MONTHS[month]} ước tăng {growth}% so với tháng trước nhờ thủy điện.",
        f"Tổng mức bán lẻ {month} tháng ước đạt {month}.120,4 tỷ đồng, tăng 12,5% so với cùng kỳ năm trước.{more}",
    )


class Clock:
    """The time that a run is told; it waits for nobody."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        """Not at all."""


class Office(BaseHTTPRequestHandler):
    """A statistics office's site: a list, and articles."""

    pages: ClassVar[dict[str, str]] = {}
    asked: ClassVar[list[tuple[str, int]]] = []

    def do_GET(self) -> None:
        page = self.pages.get(self.path)
        tag = f'"{hash(page)}"'
        status = 404 if page is None else 304 if self.headers.get("If-None-Match") == tag else 200
        self.asked.append((self.path, status))
        self.send_response(status)
        data = (page or "").encode() if status == 200 else b""
        self.send_header("ETag", tag)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def office() -> Iterator[str]:
    Office.asked.clear()
    Office.pages.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Office)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def put(month: int, growth: str = "2,5", more: str = "") -> None:
    """The office publishes an article, and its list says so."""
    Office.pages[f"/bao-cao-{month}"] = web(lines(month, growth, more))
    links = "".join(f'<li><a href="{path}">{lines(int(path[-1]))[0]}</a></li>' for path in Office.pages if path != "/")
    Office.pages["/"] = f"<html><body><ul>{links}</ul></body></html>"


def settings(folder: Path, text: str) -> Settings:
    file = folder / "songngu.toml"
    file.write_text(
        f"[brief]\nlanguages = ['en']\n[folders]\nsite = 'site'\n{text}\n[gate]\nuntranslated = 9\nleast = 1\n",
        encoding="utf-8",
    )
    (folder / "subscribers.csv").write_text("email\nlan@example.org\nbob@example.com\n", encoding="utf-8")
    return read_settings(file)


@pytest.fixture
def watching(office: str, tmp_path: Path) -> Settings:
    return settings(tmp_path, f"[sources]\npages = ['{office}/']\nprivate = true")


def run(what: Settings, now: datetime = NOW) -> tuple[int, list[Event]]:
    """One run at a time -> its status and events."""
    events: list[Event] = []
    with opened_round(what, Clock(now), events.append) as working:
        working.run()
        return working.status, events


def told(events: list[Event], *kinds: str) -> list[tuple[str, str]]:
    return [(e.kind, e.name) for e in events if e.kind in kinds]


def archived(what: Settings) -> list[tuple[str, int]]:
    with opened(what.folders.archive) as archive:
        return [(entry.slug, entry.edition) for entry in archive.entries(every=True)]


def mails(what: Settings) -> list[EmailMessage]:
    """What lies in the outbox."""
    if not what.mail.folder.exists():
        return []
    box = mailbox.Maildir(str(what.mail.folder), create=False)
    return [email.message_from_bytes(box.get_bytes(key), policy=SMTP) for key in box.keys()]  # noqa: SIM118  # a mailbox


def received(what: Settings) -> list[tuple[str, str]]:
    """Who got which month's brief."""
    names = [(str(m["To"]), str(next(m.iter_attachments()).get_filename())) for m in mails(what)]
    return sorted((to, name.partition(" - ")[2][:7]) for to, name in names)


def test_from_the_offices_list_to_the_mail_and_then_nothing_more(watching: Settings) -> None:
    put(6)
    status, events = run(watching)
    assert status == 0
    assert [e.kind for e in events] == ["noticed", "built", "archived", "site", "sent"]
    assert archived(watching) == [("cao-bang-2024-06", 1)]
    assert received(watching) == [("bob@example.com", "Tháng 6"), ("lan@example.org", "Tháng 6")]
    assert (watching.folders.site / "index.html").is_file()  # type: ignore[operator]  # there is one
    assert list((watching.folders.state / "sources").iterdir()) == []  # the archive has them
    Office.asked.clear()
    assert run(watching) == (0, [])
    assert {s for path, s in Office.asked if path != "/robots.txt"} == {304}
    put(7)
    status, events = run(watching)
    assert (status, told(events, "built", "sent")) == (0, [("built", "cao-bang-2024-07"), ("sent", "cao-bang-2024-07")])
    assert len(received(watching)) == 4


def test_several_months_at_once_are_built_in_their_order(watching: Settings) -> None:
    put(7)
    put(6)
    _, events = run(watching)
    assert told(events, "archived") == [("archived", "cao-bang-2024-06"), ("archived", "cao-bang-2024-07")]
    with opened(watching.folders.archive) as archive:
        assert "history.csv" in archive.files(archive.entry("cao-bang-2024-07"))  # it shows what June said


def test_an_old_brief_is_kept_and_sent_to_nobody(watching: Settings) -> None:
    put(6)
    old = replace(watching, mail=replace(watching.mail, oldest=10))
    status, events = run(old)
    assert (status, events[-1].kind) == (0, "old")
    assert archived(old) == [("cao-bang-2024-06", 1)]
    assert not watching.mail.folder.exists()
    assert run(old) == (0, [])


def test_a_page_whose_counter_alone_changes_is_nothing_new(watching: Settings) -> None:
    put(6)
    run(watching)
    Office.pages["/bao-cao-6"] = Office.pages["/bao-cao-6"].replace("</body>", "<p>Lượt xem: 1234</p></body>")
    assert run(watching) == (0, [])
    shutil.rmtree(watching.folders.state)  # the archive knows the article too
    assert run(watching) == (0, [])
    Office.pages["/bao-cao-6"] = Office.pages["/bao-cao-6"].replace("2,5%", "2,7%")
    assert told(run(watching)[1], "held") == [("held", "cao-bang-2024-06")]


def test_a_report_that_has_not_come_is_told_when_it_is_late(watching: Settings) -> None:
    put(6)
    put(7)
    run(watching)
    for day, told_of in ((14, []), (15, [("trouble", "VN-04")]), (28, [("trouble", "VN-04")])):
        status, events = run(watching, datetime(2024, 9, day, tzinfo=UTC))
        assert (status, told(events, "trouble")) == (int(bool(told_of)), told_of)
    assert events[-1].said == "no report of 2024-08 has come; the last one is cao-bang-2024-07"
    assert run(watching, datetime(2024, 10, 28, tzinfo=UTC)) == (0, [])  # it is no monthly source any more
    never = replace(watching, schedule=replace(watching.schedule, late=0))
    assert run(never, datetime(2024, 9, 28, tzinfo=UTC)) == (0, [])


def test_pages_are_asked_on_their_days_alone(watching: Settings) -> None:
    put(6)
    other = replace(watching, schedule=replace(watching.schedule, days=(1, 3)))
    assert run(other) == (0, [])
    assert Office.asked == []
    assert told(run(other, NOW.replace(day=3))[1], "sent") == [("sent", "cao-bang-2024-06")]


# --- held ---------------------------------------------------------------------------------

WRONG = " Thu ngân sách đạt 500 tỷ đồng, trong đó thu nội địa 300 tỷ đồng, thu xuất nhập khẩu 450 tỷ đồng."


def command(capsys: pytest.CaptureFixture[str], what: Settings, *words: str) -> tuple[int, str, str]:
    """A command of the program -> its status, what it printed, its log."""
    status = main([*words, "--config", str(what.file)])
    out = capsys.readouterr()
    return status, out.out, out.err


@pytest.fixture
def holding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two months in a folder, whose files need no time to settle; the second one's figures contradict each other."""
    monkeypatch.setattr(finding, "SETTLED", 0.0)
    made = settings(tmp_path, "[sources]\nfolders = ['inbox']\n[mail]\noldest = 9999")
    (tmp_path / "inbox").mkdir()
    for month in MONTHS:
        told_of = lines(month, more=WRONG if month == 7 else "")
        (tmp_path / "inbox" / f"{month}.txt").write_text("\n".join(told_of), encoding="utf-8")
    return made


def test_a_doubtful_brief_waits_and_nobody_gets_it(holding: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = command(capsys, holding, "run")
    assert status == 1
    assert "Held for a person: 1\n  cao-bang-2024-07" in out
    assert "Waiting for a person: cao-bang-2024-07" in out
    assert archived(holding) == [("cao-bang-2024-06", 1)]
    assert {period for _, period in received(holding)} == {"Tháng 6"}
    (kept,) = holding.folders.state.glob("report-*.txt")
    assert kept.read_text(encoding="utf-8") == out
    status, out, _ = command(capsys, holding, "pending")
    assert status == 0
    assert "cao-bang-2024-07, since 20" in out
    assert "7.txt" in out
    status, out, _ = command(capsys, holding, "run")
    assert status == 1  # nothing new; it still waits
    assert "Waiting for a person: cao-bang-2024-07" in out


def test_what_a_person_lets_go_is_archived_and_sent(holding: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    command(capsys, holding, "run")
    status, out, _ = command(capsys, holding, "approve", "cao-bang-2024-07")
    assert status == 0
    assert "Sent: 1\n  cao-bang-2024-07: 2 accepted" in out
    assert len(received(holding)) == 4
    assert command(capsys, holding, "pending")[1] == "no brief waits for a person\n"
    status, _, err = command(capsys, holding, "approve", "cao-bang-2024-07")
    assert (status, "no brief of that name waits" in err) == (6, True)


def test_what_a_person_rejects_is_never_sent_nor_built_again(
    holding: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    command(capsys, holding, "run")
    assert command(capsys, holding, "reject", "cao-bang-2024-07", "--why", "the parts exceed the whole")[0] == 0
    status, out, _ = command(capsys, holding, "run")
    assert (status, "Nothing new." in out) == (0, True)
    assert {period for _, period in received(holding)} == {"Tháng 6"}
    with opened_journal(holding.folders.state) as journal:
        assert [(e.brief, e.why) for e in journal.entries("rejected")] == [
            ("cao-bang-2024-07", "the parts exceed the whole")
        ]


def test_a_brief_that_waits_is_nobody_elses_to_overwrite(holding: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    command(capsys, holding, "run")
    folder = next((holding.folders.state / "built").iterdir())
    for file in folder.iterdir():  # somebody has cleared up
        file.unlink()
    folder.rmdir()
    status, out, _ = command(capsys, holding, "approve", "cao-bang-2024-07")
    assert status == 1  # built again, it is as doubtful as before
    assert "Held for a person: 1\n  cao-bang-2024-07" in out
    status, out, _ = command(capsys, holding, "approve", "cao-bang-2024-07")
    assert (status, "cao-bang-2024-07: 2 accepted" in out) == (0, True)


def test_two_articles_of_a_month_both_wait_and_a_person_chooses(
    holding: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    command(capsys, holding, "run")
    fragment = "\n".join(lines(7)[:3])
    (holding.file.parent / "inbox" / "part.txt").write_text(fragment, encoding="utf-8")
    status, out, _ = command(capsys, holding, "run")
    assert (status, "another article of this month waits" in out) == (1, True)
    status, _, err = command(capsys, holding, "approve", "cao-bang-2024-07")
    assert (status, "several articles wait" in err) == (6, True)
    with opened_journal(holding.folders.state) as journal:
        part = next(e.source for e in journal.entries("held") if e.name.endswith("part.txt"))
    assert command(capsys, holding, "reject", part[:8], "--why", "a part")[0] == 1  # the other one still waits
    assert command(capsys, holding, "approve", "cao-bang-2024-07")[0] == 0
    assert len(received(holding)) == 4


def test_a_later_month_waits_for_an_earlier_one_and_is_built_with_it(
    holding: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = holding.file.parent / "inbox"
    (inbox / "6.txt").write_text("\n".join(lines(6, more=WRONG)), encoding="utf-8")
    (inbox / "7.txt").write_text("\n".join(lines(7)), encoding="utf-8")
    _, out, _ = command(capsys, holding, "run")
    assert "an earlier month waits: cao-bang-2024-06" in out
    assert received(holding) == []
    status, out, _ = command(capsys, holding, "approve", "cao-bang-2024-06")
    assert status == 0
    assert archived(holding) == [("cao-bang-2024-07", 1), ("cao-bang-2024-06", 1)]
    with opened(holding.folders.archive) as archive:
        assert "history.csv" in archive.files(archive.entry("cao-bang-2024-07"))
    assert len(received(holding)) == 4


def test_an_article_that_an_office_corrects_goes_out_as_a_correction(
    watching: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    put(6)
    run(watching)
    put(6, growth="2,7")
    status, events = run(watching)
    (held,) = [e for e in events if e.kind == "held"]
    assert (status, "it replaces edition 1 of its month" in held.said) == (1, True)
    assert len(received(watching)) == 2
    recent = watching.file.read_text(encoding="utf-8") + "[mail]\noldest = 9999\n"
    watching.file.write_text(recent, encoding="utf-8")
    status, out, _ = command(capsys, watching, "approve", "cao-bang-2024-06")
    assert (status, "cao-bang-2024-06: 2 accepted" in out) == (0, True)
    subjects = [str(m["Subject"]) for m in mails(watching)]
    assert sum(s.startswith("Đính chính: ") for s in subjects) == 2, subjects
    put(6)  # and takes it back
    assert told(run(watching)[1], "held") == [("held", "cao-bang-2024-06")]


# --- failures -----------------------------------------------------------------------------


def test_one_source_that_fails_stops_nothing_and_is_told_once(
    holding: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = holding.file.parent / "inbox"
    (inbox / "7.txt").unlink()
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.7 no more")
    (inbox / "note.txt").write_text("Chúc mừng năm mới! Kính chúc quý độc giả an khang.", encoding="utf-8")
    status, out, _ = command(capsys, holding, "run")
    assert status == 1
    assert "Trouble: 1\n" in out
    assert "broken.pdf" in out
    assert archived(holding) == [("cao-bang-2024-06", 1)]
    status, out, _ = command(capsys, holding, "run")
    assert (status, "broken" in out) == (0, False)


def test_a_mail_server_that_is_not_there_loses_nothing(watching: Settings) -> None:
    put(6)
    away = replace(
        watching, smtp=replace(watching.smtp, host="127.0.0.1", port=free_port(), security="none", deadline=0)
    )
    status, events = run(away)
    assert status == 1
    assert told(events, "trouble") == [("trouble", "cao-bang-2024-06")]
    assert "2 queued" in events[-1].said
    status, events = run(watching)  # it has none: into the outbox
    assert (status, [e.kind for e in events]) == (0, ["sent"])
    assert len(received(watching)) == 2


def test_a_mistake_of_this_program_stops_neither_the_others_nor_the_mail(
    holding: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that fails on one article as no one foresaw."""
    build = Workshop.build

    def broken(self: Workshop, source: Fetched, *more: object) -> object:
        if source.address.endswith("6.txt"):
            raise ZeroDivisionError("no one foresaw it")
        return build(self, source, *more)  # type: ignore[arg-type]  # handed on as it is

    (holding.file.parent / "inbox" / "7.txt").write_text("\n".join(lines(7)), encoding="utf-8")
    monkeypatch.setattr(Workshop, "build", broken)
    status, events = run(holding)
    assert status == 1
    assert [e.said for e in events if e.kind == "trouble"] == [
        "a mistake in this program: ZeroDivisionError('no one foresaw it')"
    ]
    assert told(events, "sent") == [("sent", "cao-bang-2024-07")]
    monkeypatch.undo()


def test_other_bytes_that_cannot_be_read_are_told_again(holding: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    file = holding.file.parent / "inbox" / "latest.pdf"
    for data in (b"%PDF-1.7 one", b"%PDF-1.7 another"):
        file.write_bytes(data)
        assert "latest.pdf" in command(capsys, holding, "run")[1].partition("Held")[0]


def test_a_site_that_cannot_be_written_keeps_nobodys_mail(watching: Settings) -> None:
    put(6)
    assert watching.folders.site is not None
    watching.folders.site.write_text("a file")
    status, events = run(watching)
    assert (status, told(events, "trouble", "sent")) == (6, [("trouble", "site"), ("sent", "cao-bang-2024-06")])
    watching.folders.site.unlink()
    status, events = run(watching)
    assert (status, [e.kind for e in events]) == (0, ["site"])


def test_lines_for_machines_tell_everything_but_addresses(
    holding: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, log = command(capsys, holding, "run", "--log", "json")
    events = [json.loads(line) for line in log.splitlines()]
    assert status == 1
    assert {"noticed", "built", "archived", "site", "sent", "held"} <= {e["event"] for e in events}
    assert all({"time", "event", "name"} <= e.keys() for e in events)
    (sent,) = [e for e in events if e["event"] == "sent"]
    assert sent["accepted"] == 2
    assert "@" not in log


def test_two_runs_at_once_are_kept_apart(holding: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with opened_round(holding, Clock(), lambda _: None):
        status, _, err = command(capsys, holding, "run")
    assert status == BusyError.exit_status
    assert err.count("\n") == 1
    assert "another run is at work" in err
    assert command(capsys, holding, "pending")[0] == 0


def test_settings_that_are_wrong_are_told_before_anything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "songngu.toml").write_text("[sources]\npage = 'x'\n", encoding="utf-8")
    assert main(["run", "--config", str(tmp_path / "songngu.toml")]) == 8
    assert "sources.page is none of pages, folders" in capsys.readouterr().err
    assert [f.name for f in tmp_path.iterdir()] == ["songngu.toml"]


# --- killed -------------------------------------------------------------------------------


def test_killed_after_any_step_the_next_run_goes_on(holding: Settings) -> None:
    """A kill right before and right after each event, until a run comes to its end by itself."""
    steps = 0
    while True:
        with clean(holding):

            def work(steps: int = steps) -> None:
                left = [steps]

                def tell(_: Event) -> None:
                    left[0] -= 1
                    if left[0] < 0:
                        os.kill(os.getpid(), signal.SIGKILL)

                with opened_round(holding, Clock(), tell) as working:
                    working.run()

            killed = os.WIFSIGNALED(forked(work))
            status, _ = run(holding)
            assert status in (0, 1)
            assert archived(holding) == [("cao-bang-2024-06", 1)]
            assert len(received(holding)) == 2
            with opened_journal(holding.folders.state) as journal:
                assert [e.brief for e in journal.entries("held")] == ["cao-bang-2024-07"]
                assert [e.brief for e in journal.entries("sent")] == ["cao-bang-2024-06"]
        if not killed:
            break
        steps += 1
    assert steps >= 7


@contextmanager
def clean(what: Settings) -> Iterator[None]:
    """Nothing of an earlier round is there."""
    for folder in (what.folders.state, what.folders.archive, what.folders.output, what.mail.folder):
        shutil.rmtree(folder, ignore_errors=True)
    yield
