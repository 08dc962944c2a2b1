"""Each once: the ledger and the outbox, whatever happens on the way."""

from __future__ import annotations

import mailbox
import os
import shutil
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fuse import Fuse, forked
from mailing import ANNE, BOB, LAN, SENDER, WHEN, Time, issue, send_by, sent, states, watched
from samples import THEME, glossary

from pipeline.cli import main
from pipeline.dataset import OBSERVATIONS
from pipeline.deliver.issue import PDF, read_issue
from pipeline.deliver.ledger import LEDGER, opened_ledger, read_deliveries
from pipeline.deliver.message import Messages
from pipeline.deliver.outbox import Outbox
from pipeline.deliver.people import opened_people
from pipeline.deliver.subscribers import to_csv
from pipeline.errors import DeliveryError, SettingsError


def received(folder: Path) -> list[str]:
    return sorted(str(m["To"]).rpartition("<")[2].rstrip(">") for m in mailbox.Maildir(str(folder)))


def test_nobody_gets_a_brief_twice_and_late_comers_get_it(tmp_path: Path) -> None:
    box = Outbox(tmp_path)
    assert len(sent(tmp_path, box, LAN, BOB)) == 2
    assert sent(tmp_path, box, BOB, LAN) == []
    assert [d.email for d in sent(tmp_path, box, LAN, BOB, ANNE)] == [ANNE.email]
    assert received(tmp_path) == [ANNE.email, BOB.email, LAN.email]
    anew = replace(issue(), files={**issue().files, PDF: b"%PDF new"})
    assert sent(tmp_path, box, LAN, what=anew) == []  # built again, it is the same brief
    corrected = replace(anew, corrected=True)
    assert len(sent(tmp_path, box, LAN, what=corrected)) == 1
    assert sent(tmp_path, box, LAN, what=corrected) == []


def test_however_an_address_is_cased_it_is_one_person(tmp_path: Path) -> None:
    sent(tmp_path, Outbox(tmp_path), LAN)
    assert sent(tmp_path, Outbox(tmp_path), replace(LAN, email="Lan@example.org")) == []
    messages = Messages(issue(), SENDER)
    assert messages.name("Lan@example.org") == messages.name(LAN.email)


def test_who_stands_in_the_table_no_more_is_not_waited_for(tmp_path: Path) -> None:
    with opened_ledger(tmp_path) as ledger:
        ledger.queue(issue().name, [(LAN.email, "a"), (BOB.email, "b")], WHEN.isoformat())
    assert {d.email: d.state for d in sent(tmp_path, Outbox(tmp_path), BOB)} == {
        LAN.email: "unsubscribed", BOB.email: "accepted",
    }  # fmt: skip


def test_one_message_that_is_too_large_stops_nobody(tmp_path: Path) -> None:
    large = replace(issue(), files={**issue().files, OBSERVATIONS: bytes(8_000_000)})
    sent(tmp_path, Outbox(tmp_path), BOB, LAN, what=large)
    assert states(tmp_path) == {BOB.email: "rejected", LAN.email: "accepted"}


def test_the_ledger_says_a_messages_name(tmp_path: Path) -> None:
    """Also where the key that names are made with has changed since it was queued."""
    with opened_ledger(tmp_path) as ledger:
        ledger.queue(issue().name, [(LAN.email, "abc123")], WHEN.isoformat())
    sent(tmp_path, Outbox(tmp_path), LAN)
    (mail,) = mailbox.Maildir(str(tmp_path))
    assert mail["Message-ID"] == "<abc123@example.org>"


def test_nobody_else_may_read_who_gets_what(tmp_path: Path) -> None:
    sent(tmp_path / "mail", Outbox(tmp_path / "mail"), LAN)
    assert {p.stat().st_mode & 0o077 for p in (tmp_path / "mail", tmp_path / "mail" / "new")} == {0}


def test_the_state_is_told_while_another_process_sends(tmp_path: Path) -> None:
    sent(tmp_path, Outbox(tmp_path), LAN)
    with opened_ledger(tmp_path):
        assert [d.state for d in read_deliveries(tmp_path)] == ["accepted"]


def test_only_who_wants_the_province_gets_it(tmp_path: Path) -> None:
    away, home = replace(LAN, provinces=("VN-66",)), replace(BOB, provinces=("VN-66", "VN-09"))
    assert [d.email for d in sent(tmp_path, Outbox(tmp_path), away, home)] == [BOB.email]


def test_the_suppression_list_wins_up_to_the_last_moment(tmp_path: Path) -> None:
    reasons = {LAN.email: "unsubscribed", BOB.email: "bounced"}
    with opened_ledger(tmp_path) as ledger:
        send = replace(send_by(ledger, Outbox(tmp_path), Time()), suppressed=lambda email: reasons.get(email, ""))
        done = send(Messages(issue(), SENDER), (ANNE, LAN, BOB))
        assert next(done).email == ANNE.email
        reasons[LAN.email] = "removed"  # while the others are still being sent to
        assert {d.email: (d.state, d.detail) for d in done} == {
            LAN.email: ("unsubscribed", "removed"), BOB.email: ("bounced", "bounced"),
        }  # fmt: skip
    assert received(tmp_path) == [ANNE.email]


def test_killed_at_any_step_everybody_gets_it_once(tmp_path: Path) -> None:
    assert issue().pictures  # drawn before the processes part
    steps = 0
    while True:
        folder = tmp_path / "out"
        shutil.rmtree(folder, ignore_errors=True)

        def work(folder: Path = folder, steps: int = steps) -> None:
            fuse = Fuse(steps)
            sys.addaudithook(fuse.hook)
            with watched(fuse):
                sent(folder, Outbox(folder), LAN, BOB)

        if not os.WIFSIGNALED(forked(work)):
            break
        sent(folder, Outbox(folder), LAN, BOB)
        assert received(folder) == [BOB.email, LAN.email]
        assert set(states(folder).values()) == {"accepted"}
        steps += 1
    assert steps > 25


def test_a_message_that_was_read_meanwhile_is_not_written_again(tmp_path: Path) -> None:
    (done,) = sent(tmp_path, Outbox(tmp_path), LAN)
    (tmp_path / "new" / done.detail).rename(tmp_path / "cur" / f"{done.detail}:2,S")
    with sqlite3.connect(tmp_path / LEDGER) as index:
        index.execute("UPDATE delivery SET state = 'sending'")  # as if killed before the end
    assert [d.state for d in sent(tmp_path, Outbox(tmp_path), LAN)] == ["accepted"]
    assert received(tmp_path) == [LAN.email]


def test_a_ledger_of_before_there_were_servers_is_taken_over(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / LEDGER) as index:
        index.execute("CREATE TABLE delivery (brief, email, slug, state, since, queued, detail)")
        for email, state in ((LAN.email, "accepted"), (BOB.email, "queued"), (ANNE.email, "sending")):
            row = ("0" * 64, email, issue().brief.slug, state, WHEN.isoformat(), WHEN.isoformat(), "")
            index.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    index.close()
    assert [d.email for d in sent(tmp_path, Outbox(tmp_path), LAN, BOB, ANNE)] == [BOB.email]
    assert states(tmp_path) == {LAN.email: "accepted", BOB.email: "accepted", ANNE.email: "unknown"}


def test_a_ledger_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / LEDGER) as index:
        index.execute("PRAGMA user_version = 99")
    index.close()
    with pytest.raises(DeliveryError, match="later version"), opened_ledger(tmp_path):
        pass


def test_an_outbox_that_cannot_be_written_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "box")
    shutil.rmtree(tmp_path / "box")
    with pytest.raises(DeliveryError, match="cannot be written"):
        sent(tmp_path, box, LAN)
    assert [d.state for d in sent(tmp_path, Outbox(tmp_path / "box"), LAN)] == ["accepted"]


# --- the command line ---------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "brief"
    made.mkdir()
    for name, data in issue().files.items():
        (made / name).write_bytes(data)
    (tmp_path / "s.csv").write_text(to_csv([LAN, BOB]), encoding="utf-8")
    return made


def test_a_folder_is_read_as_it_was_built(folder: Path) -> None:
    read = read_issue(folder, glossary(), THEME)
    assert (read.brief, read.charts, read.name) == (issue().brief, issue().charts, issue().name)


def test_send_plans_writes_once_and_tells(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["send", str(folder), "--to", str(folder.parent / "s.csv"), "--outbox", str(folder.parent / "box")]
    assert main([*words, "--dry-run"]) == 0
    assert "l***@example.org" in capsys.readouterr().out
    assert not (folder.parent / "box").exists()
    for told in ("2 accepted; 0 done before", "nothing to send; 2 done before"):
        assert main([*words, "--from", "Quỹ <q@example.org>"]) == 0
        assert told in capsys.readouterr().out
    with opened_people(folder.parent / "box") as people:
        people.suppress(LAN.email, "unsubscribed", "2023-07-01T00:00:00")
    assert main([*words, "--dry-run"]) == 0
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == ["state", "unsubscribed", "accepted"]
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


def test_settings_and_flags_that_say_the_same_do_not_go_together(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder.parent / "songngu.toml").write_text('[mail]\nsubscribers = "s.csv"\nfolder = "box"\n', encoding="utf-8")
    words = ["send", str(folder), "--config", str(folder.parent / "songngu.toml")]
    for more in (["--to", "x.csv"], ["--outbox", "x"], ["--from", "x@example.org"]):
        assert main([*words, *more]) == SettingsError.exit_status
        assert f"{more[0]} and --config do not go together" in capsys.readouterr().err
    assert main(words) == 0
    assert received(folder.parent / "box") == [BOB.email, LAN.email]
