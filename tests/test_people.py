"""Who gets briefs and who no longer: the suppression list, tokens, and the table that commands change."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import get_args

import pytest
from fuse import Fuse, forked
from hypothesis import given, settings
from hypothesis import strategies as st
from mailing import watched

from pipeline.cli import main
from pipeline.deliver import tokens
from pipeline.deliver.people import PEOPLE, Reason, opened_people
from pipeline.deliver.subscribers import edited, read_subscribers, to_csv
from pipeline.errors import DeliveryError, SettingsError
from pipeline.settings import TOKENS

KEY, OTHER = "k" * 64, "o" * 64
LAN, BOB = "lan@example.org", "bob@example.com"
THEN, NOW = "2023-06-01T00:00:00+00:00", "2023-07-01T00:00:00+00:00"

# --- the suppression list -----------------------------------------------------------------


@pytest.mark.parametrize("second", get_args(Reason))
@pytest.mark.parametrize("first", get_args(Reason))
def test_a_persons_wish_is_not_covered_by_what_comes_later(first: Reason, second: Reason, tmp_path: Path) -> None:
    order = ["bounced", "removed", "unsubscribed"]
    stronger = order.index(second) > order.index(first)
    with opened_people(tmp_path) as people:
        assert people.suppress(LAN, first, THEN, "a")
        assert people.suppress("Lan@Example.ORG", second, NOW, "b") is stronger
        (found,) = people.suppressions()
        assert found == ((LAN, second, NOW, "b") if stronger else (LAN, first, THEN, "a"))
        assert people.suppressed("LAN@example.org") == found.reason
        assert people.suppressed(BOB) == ""


def test_what_is_written_together_is_all_there_or_not_at_all(tmp_path: Path) -> None:
    with opened_people(tmp_path) as people:

        def fail() -> None:
            with people.together():
                people.suppress(LAN, "removed", NOW)
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        assert people.suppressions() == []


def _leave(arguments: tuple[Path, int]) -> str:
    folder, number = arguments
    with opened_people(folder) as people:
        people.suppress(f"p{number}@example.org", "unsubscribed", NOW)
        return people.token(f"p{number}@example.org", KEY)


def test_many_processes_open_it_first_and_write_at_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        for n in range(5):
            given_out = list(pool.map(_leave, [(tmp_path / str(n), i) for i in range(12)]))
            with opened_people(tmp_path / str(n)) as people:
                assert len(people.suppressions()) == 12
                assert [people.address_of(t, KEY) for t in given_out] == [f"p{i}@example.org" for i in range(12)]


def test_who_makes_the_file_at_this_moment_is_waited_for(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / PEOPLE, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE theirs (x)")
        other.execute("BEGIN EXCLUSIVE")
        timer = threading.Timer(0.3, lambda: other.execute("COMMIT"))
        timer.start()
        with opened_people(tmp_path) as people:
            assert people.suppressions() == []
        timer.join()


def test_a_file_that_is_no_list_is_told(tmp_path: Path) -> None:
    (tmp_path / PEOPLE).write_bytes(b"no database at all" * 100)
    with pytest.raises(DeliveryError, match=r"people\.sqlite: cannot be used"), opened_people(tmp_path):
        pass
    (tmp_path / PEOPLE).unlink()
    with sqlite3.connect(tmp_path / PEOPLE) as index:
        index.execute("PRAGMA user_version = 99")
    index.close()
    with pytest.raises(DeliveryError, match="later version"), opened_people(tmp_path):
        pass
    with pytest.raises(DeliveryError, match="cannot be written"), opened_people(tmp_path / PEOPLE):
        pass


# --- tokens -------------------------------------------------------------------------------


def test_a_token_leads_to_its_address_and_says_nothing_of_it(tmp_path: Path) -> None:
    with opened_people(tmp_path) as people:
        token = people.token(LAN, KEY)
        assert re.fullmatch(r"[A-Za-z0-9_-]{64}", token)
        assert people.token("LAN@example.org", KEY) == token
        assert people.address_of(token, KEY) == LAN
        assert people.address_of(token, OTHER) == ""
        assert people.token(LAN, OTHER)[:20] != token[:20]  # the identifier is keyed too
        unknown = tokens.token(tokens.identifier(BOB, KEY), KEY)  # right, but given to nobody
        assert people.address_of(unknown, KEY) == ""


@given(st.data())
def test_no_other_text_is_a_token(data: st.DataObject) -> None:
    identifier = tokens.identifier(LAN, KEY)
    token = tokens.token(identifier, KEY)
    assert tokens.identified(token, KEY) == identifier
    place = data.draw(st.integers(0, 63))
    letter = data.draw(st.characters(exclude_characters=token[place]))
    for wrong in (token[:place] + letter + token[place + 1 :], token[:place], token + letter, data.draw(st.text())):
        assert tokens.identified(wrong, KEY) is None


def test_a_short_key_or_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    file.touch(0o600)
    file.write_text("short\n")
    monkeypatch.delenv(TOKENS, raising=False)
    for path, told in ((file, "needs 32 characters"), (None, "neither")):
        with pytest.raises(SettingsError, match=told):
            tokens.token_key(path)
    monkeypatch.setenv(TOKENS, KEY)
    assert tokens.token_key(file) == KEY


# --- the table ----------------------------------------------------------------------------

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """`songngu subscribers` with its files in a folder -> exit status, what was printed."""

    def command(*words: str) -> tuple[int, str]:
        status = main(["subscribers", *words, "--to", str(tmp_path / "s.csv"), "--outbox", str(tmp_path / "box")])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return command


def test_subscribers_are_added_and_changed(run: Run, tmp_path: Path) -> None:
    added = ("add", LAN, "--name", "Nguyễn Thị Lan", "--provinces", "VN-09", "vn-hn", "--formats", "pdf", "csv")
    assert run(*added) == (0, f"{LAN}: added\n")
    assert run("add", "LAN@Example.org", "--language", "vi", "--provinces") == (0, f"{LAN}: changed\n")
    (lan,) = read_subscribers(tmp_path / "s.csv")
    assert (lan.email, lan.name, lan.language, lan.provinces) == (LAN, "Nguyễn Thị Lan", "vi", ())
    assert lan.formats == ("pdf", "csv")
    assert (tmp_path / "s.csv").stat().st_mode & 0o777 == 0o600  # addresses of people


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "nobody"), "'nobody' is no e-mail address"), (("add", LAN, "--provinces", "Hanoi"), "'HANOI'"),
        (("add", LAN, "--name", "a\nb"), "name has a line break"), (("remove", "nobody"), "is no e-mail address"),
        (("export",), "cannot be read"), (("import", "none.csv"), "none.csv: cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_nothing_is_written(
    words: tuple[str, ...], told: str, run: Run, tmp_path: Path
) -> None:
    status, printed = run(*words)
    assert (status, printed.count("\n")) == (DeliveryError.exit_status, 1)
    assert told in printed
    assert not (tmp_path / "s.csv").exists()


def test_the_suppression_list_wins_until_the_person_comes_back(run: Run, tmp_path: Path) -> None:
    run("add", LAN, "--name", "Lan")
    assert run("remove", "Lan@example.org")[0] == 0
    assert read_subscribers(tmp_path / "s.csv") == ()
    status, printed = run("add", LAN)
    assert (status, "removed; --again" in printed) == (DeliveryError.exit_status, True)
    (tmp_path / "new.csv").write_text(f"email\n{LAN}\n{BOB}\n")
    assert run("import", str(tmp_path / "new.csv")) == (
        0, f"{LAN}: removed, not taken\n1 added, 0 changed, 0 as they were, 1 refused\n",
    )  # fmt: skip
    assert run("add", "lan@EXAMPLE.org", "--again") == (0, f"{LAN}: added, no longer suppressed\n")
    assert [s.email for s in read_subscribers(tmp_path / "s.csv")] == [BOB, LAN]


def test_who_left_but_stands_in_the_table_is_listed_and_not_exported(run: Run, tmp_path: Path) -> None:
    run("add", LAN)
    run("add", BOB, "--language", "en")
    run("remove", "gone@example.net")
    with opened_people(tmp_path / "box") as people:
        people.suppress("LAN@example.org", "unsubscribed", NOW, "the way out")
    listed = [line.split() for line in run("list")[1].splitlines()]
    assert [LAN, "both", "unsubscribed", NOW, "the", "way", "out"] in listed
    assert [BOB, "en", "subscribed"] in listed
    assert ["gone@example.net", "removed"] in [line[:2] for line in listed]
    assert run("export") == (0, to_csv(read_subscribers(tmp_path / "s.csv")[1:]))
    assert run("add", LAN, "--language", "vi")[0] == DeliveryError.exit_status  # known, but left


def test_an_import_changes_only_the_columns_it_has(run: Run, tmp_path: Path) -> None:
    run("add", LAN, "--name", "Lan", "--formats", "csv")
    run("add", BOB, "--name", "Bob")
    file = tmp_path / "new.csv"
    file.write_text(f"language,email,name\nvi,LAN@example.org,Nguyễn Thị Lan\nboth,{BOB},Bob\n,anne@example.net,\n")
    assert run("import", str(file)) == (0, "1 added, 1 changed, 1 as they were, 0 refused\n")
    lan, _, anne = read_subscribers(tmp_path / "s.csv")
    assert (lan.name, lan.language, lan.formats) == ("Nguyễn Thị Lan", "vi", ("pdf", "csv"))
    assert (anne.language, anne.formats) == ("both", ("pdf",))


def test_a_wrong_row_is_named_and_nothing_changes(run: Run, tmp_path: Path) -> None:
    run("add", LAN)
    before = (tmp_path / "s.csv").read_bytes()
    (tmp_path / "new.csv").write_text(f"email,language\n{BOB},en\nanne@example.net,fr\n")
    status, printed = run("import", str(tmp_path / "new.csv"))
    assert (status, "new.csv, row 3: language 'fr'" in printed) == (DeliveryError.exit_status, True)
    assert (tmp_path / "s.csv").read_bytes() == before
    (tmp_path / "new.csv").write_text(f"email\n{BOB}\nBob@example.com\n")
    assert "row 3: B***@example.com stands there already" in run("import", str(tmp_path / "new.csv"))[1]


def test_a_link_and_the_files_rights_stay(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    file, link = tmp_path / "there" / "people.csv", tmp_path / "s.csv"
    file.write_text(f"email\n{LAN}\n")
    file.chmod(0o640)
    link.symlink_to(file)
    with edited(link) as table:
        table.clear()
    assert link.is_symlink()
    assert (read_subscribers(file), file.stat().st_mode & 0o777) == ((), 0o640)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["people.csv", "s.csv", "there"]


def _add(arguments: tuple[Path, int]) -> int:
    folder, number = arguments
    words = [f"p{number}@example.org", "--to", str(folder / "s.csv"), "--outbox", str(folder / "box")]
    return main(["subscribers", "add", *words])


def test_processes_that_add_at_once_lose_nobody(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        assert set(pool.map(_add, [(tmp_path, n) for n in range(12)])) == {0}
    assert {s.email for s in read_subscribers(tmp_path / "s.csv")} == {f"p{n}@example.org" for n in range(12)}


@pytest.mark.parametrize("words", [["import", "new.csv"], ["remove", LAN], ["add", BOB, "--again"]], ids=lambda w: w[0])
def test_killed_at_any_step_the_table_is_the_old_or_the_new(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, seen = 0, set()
    while True:
        folder = tmp_path / "out"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        monkeypatch.chdir(folder)
        Path("s.csv").write_text(f"email\n{LAN}\n")
        Path("new.csv").write_text("email\nanne@example.net\n")
        with opened_people(folder) as people:
            people.suppress(BOB, "bounced", THEN)
        command = ["subscribers", *words, "--to", "s.csv", "--outbox", "."]

        def work(steps: int = steps, command: list[str] = command) -> None:
            fuse = Fuse(steps)
            sys.addaudithook(fuse.hook)
            with watched(fuse):
                main(command)

        killed = os.WIFSIGNALED(forked(work))
        seen.add(tuple(s.email for s in read_subscribers(Path("s.csv"))))
        with opened_people(folder) as people:
            if words[0] == "remove" and LAN not in {s.email for s in read_subscribers(Path("s.csv"))}:
                assert people.suppressed(LAN) == "removed"
        assert main(command) == 0  # once more does the rest
        done = tuple(s.email for s in read_subscribers(Path("s.csv")))
        with opened_people(folder) as people:
            assert (people.suppressed(LAN), people.suppressed(BOB)) == (
                "removed" if words[0] == "remove" else "", "" if words[0] == "add" else "bounced",
            )  # fmt: skip
        if not killed:
            break
        steps += 1
    assert steps > 5
    assert seen == {(LAN,), done}


@given(st.lists(st.tuples(st.sampled_from(["add", "leave", "again"]), st.integers(0, 2)), max_size=8))
@settings(max_examples=25, deadline=None)
def test_nobody_who_left_is_ever_exported(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, left, there = Path(place), set[int](), set[int]()
        for what, who in steps:
            email = f"p{who}@example.org"
            if what == "leave":
                with opened_people(folder) as people:
                    people.suppress(email.upper(), "unsubscribed", NOW)
                left.add(who)
            else:
                again = ["--again"] if what == "again" else []
                status = main(["subscribers", "add", email, *again, "--to", f"{place}/s.csv", "--outbox", place])
                assert (status == 0) == (who not in left or what == "again")
                if status == 0:
                    there.add(who)
                    left.discard(who)
        if there:
            with redirect_stdout(io.StringIO()) as printed:
                assert main(["subscribers", "export", "--to", f"{place}/s.csv", "--outbox", place]) == 0
            exported = {row["email"] for row in csv.DictReader(io.StringIO(printed.getvalue()))}
            assert exported == {f"p{n}@example.org" for n in there - left}
