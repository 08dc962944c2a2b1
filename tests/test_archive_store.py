"""The store: whole or not at all, once, and every fault is found (what may not go into it: test_archive_input.py)."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive_samples import add, brief, clock, faults, packed, prices, state
from fuse import Fuse, forked
from samples import glossary

from pipeline.archive import writing
from pipeline.archive.objects import INCOMING, OBJECTS
from pipeline.archive.parcel import MANIFEST
from pipeline.archive.reading import Archive, opened
from pipeline.archive.schema import INDEX, connect
from pipeline.archive.verifying import verify
from pipeline.archive.writing import Added, Writer
from pipeline.errors import ArchiveError

NOBODY = 65534


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with two briefs."""
    add(tmp_path / "archive", prices("2023-04", "1.5"), prices("2023-05", "2"))
    return tmp_path / "archive"


# --- adding -------------------------------------------------------------------------------


def test_a_brief_is_kept_once_with_all_its_files(folder: Path) -> None:
    before = state(folder)
    (again,) = add(folder, prices("2023-05", "2"))
    assert again == Added("lang-son-2023-05", 1, new=False)
    assert state(folder) == before
    with opened(folder) as archive:
        entry = archive.entry("lang-son-2023-05")
        assert {n: archive.read(entry, n) for n in archive.files(entry) if n != MANIFEST} == packed(
            prices("2023-05", "2")
        ).files
        assert (entry.edition, entry.replaces, entry.current, entry.facts) == (1, None, True, 1)
    assert faults(folder) == []


def test_a_corrected_report_replaces_and_both_stay_readable(folder: Path) -> None:
    assert add(folder, prices("2023-05", "2.2"), source="nguồn mới") == [Added("lang-son-2023-05", 2, new=True)]
    with opened(folder) as archive:
        assert [e.edition for e in archive.entries()] == [2, 1]  # of May and of April
        first, second = archive.editions("lang-son-2023-05")
        assert (first.current, second.current, second.replaces) == (False, True, 1)
        assert archive.entry("lang-son-2023-05", 1) == first
        assert b"2.2" not in archive.read(first, "observations.csv")
        assert b"2.2" in archive.read(second, "observations.csv")
        assert [str(v.value) for v in archive.vintages("cpi") if v.period == "2023-05"] == ["2", "2.2"]
    assert faults(folder) == []


def test_a_clock_that_was_put_back_leaves_the_order_as_it_was(folder: Path) -> None:
    late = packed(prices("2023-05", "2.2"), "mới")
    Writer(folder, glossary(), clock("2020-01-01T00:00:00")).add(late)
    with opened(folder) as archive:
        first, second = archive.editions("lang-son-2023-05")
        assert second.added == first.added
        assert archive.entry("lang-son-2023-05").edition == 2


# --- killed, full, read-only, at once -----------------------------------------------------


def killed_at(folder: Path, made: Any, steps: int) -> bool:
    """Add a brief and be killed before that step -> whether the kill came in time."""

    def work() -> None:
        fuse = Fuse(steps)

        def watched(place: Path, *, create: bool) -> sqlite3.Connection:
            index = connect(place, create=create)
            index.set_trace_callback(fuse.step)
            return index

        sys.addaudithook(fuse.hook)
        pytest.MonkeyPatch().setattr(writing, "connect", watched)
        Writer(folder, glossary(), clock()).add(made)

    return os.WIFSIGNALED(forked(work))


def test_killed_at_any_step_the_archive_is_before_or_after(folder: Path, tmp_path: Path) -> None:
    made = packed(prices("2023-06", "3", ("2023-05", "2.1")))
    before = state(folder)
    steps = killed = after = 0
    while True:
        copy = tmp_path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        if not killed_at(copy, made, steps):
            break
        killed += 1
        found = state(copy)
        assert found == before or len(found) == len(before) + 1
        after += found != before
        assert all(f.harmless for f in faults(copy))
        assert Writer(copy, glossary(), clock()).add(made).edition == 1
        assert faults(copy) == []
        assert list((copy / INCOMING).iterdir()) == []
        steps += 1
    assert killed > 60
    assert after > 0  # killed between the index and the journal


def test_a_full_disk_changes_nothing(folder: Path) -> None:
    before = state(folder)
    made = packed(brief("2023-06"))

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        Writer(folder, glossary(), clock()).add(made)

    assert os.waitstatus_to_exitcode(forked(work)) == ArchiveError.exit_status
    assert state(folder) == before
    assert all(f.harmless for f in faults(folder))
    Writer(folder, glossary(), clock()).add(made)
    assert faults(folder) == []


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user of the machine may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Path(place)


def for_everybody(folder: Path, public: Path) -> Path:
    """A copy of an archive that anybody may read and nobody change."""
    copy = public / "archive"
    shutil.copytree(folder, copy)
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return copy


def test_an_archive_that_may_only_be_read_is_read(folder: Path, public: Path) -> None:
    folder = for_everybody(folder, public)
    before, made = state(folder), packed(prices("2023-06", "3"))

    def drop() -> None:
        if os.getuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    def read() -> None:
        drop()
        assert state(folder) == before
        assert faults(folder) == []

    def write() -> None:
        drop()
        Writer(folder, glossary(), clock()).add(made)

    assert os.waitstatus_to_exitcode(forked(read)) == 0
    assert os.waitstatus_to_exitcode(forked(write)) == ArchiveError.exit_status
    assert state(folder) == before


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    months = [f"2022-{m:02}" for m in range(1, 13)]
    parcels = {area: [packed(prices(m, "1", area=area)) for m in months] for area in ("VN-09", "VN-66")}
    shared = packed(prices("2023-01", "1"))
    children = []
    for several in parcels.values():
        child = os.fork()
        if child == 0:
            writer = Writer(tmp_path / "new", glossary(), clock())
            for made in (*several, shared):
                writer.add(made)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(c, 0)[1] for c in children] == [0, 0]
    assert len(state(tmp_path / "new")) == 25
    assert faults(tmp_path / "new") == []


# --- faults -------------------------------------------------------------------------------


@pytest.fixture
def damaged(folder: Path) -> Iterator[tuple[Archive, Path]]:
    """An archive and the object of a file of its newest brief."""
    with opened(folder) as archive:
        entry = archive.entry("lang-son-2023-05")
        path = archive.objects.path(archive.files(entry)["observations.csv"][0])
        path.chmod(0o644)
        yield archive, path


def test_bit_rot_is_named_by_file_and_never_handed_out(damaged: tuple[Archive, Path]) -> None:
    archive, path = damaged
    data = bytearray(path.read_bytes())
    data[-2] ^= 1
    path.write_bytes(data)
    (fault,) = verify(archive)
    assert fault.where == str(path)
    assert "observations.csv of lang-son-2023-05, edition 1: its bytes have changed" in fault.what
    with pytest.raises(ArchiveError, match="damaged"):
        archive.read(archive.entry("lang-son-2023-05"), "observations.csv")


def test_what_is_damaged_is_made_whole_by_the_same_brief(damaged: tuple[Archive, Path]) -> None:
    archive, path = damaged
    path.write_bytes(b"x")
    (again,) = add(archive.folder, prices("2023-05", "2"))
    assert again == Added("lang-son-2023-05", 1, new=False, repaired=1)
    assert list(verify(archive)) == []


def test_a_log_that_is_still_to_be_followed_is_followed_by_who_may_only_read(folder: Path, public: Path) -> None:
    with closing(sqlite3.connect(folder / INDEX)) as index:
        index.execute("UPDATE brief SET headline_en = 'Later'")
        index.commit()
        copy = for_everybody(folder, public)  # with the log
    assert (copy / f"{INDEX}-wal").stat().st_size > 0

    def read() -> None:
        if os.getuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        with opened(copy) as archive:
            assert {e.headline_en for e in archive.entries()} == {"Later"}

    assert os.waitstatus_to_exitcode(forked(read)) in (0, ArchiveError.exit_status)  # told, or read: never the old one


def test_a_damaged_journal_stops_nothing(folder: Path) -> None:
    for n, text in enumerate(("{", '["../../x"]', "")):
        (folder / INCOMING / f"{n}.json").write_text(text, encoding="utf-8")
    assert all(f.harmless for f in faults(folder))
    add(folder, prices("2023-06", "3"))
    assert faults(folder) == []


def test_an_empty_folder_is_no_archive_and_becomes_one(tmp_path: Path) -> None:
    (tmp_path / INDEX).write_bytes(b"")
    with pytest.raises(ArchiveError, match="no archive is there"):
        faults(tmp_path)
    add(tmp_path, prices("2023-06", "3"))
    assert faults(tmp_path) == []


@pytest.mark.parametrize("name", ["a b", "a'b", "a?b#c%41", "ư", "-x", ":memory:"])
def test_an_archive_may_have_any_name(tmp_path: Path, name: str) -> None:
    add(tmp_path / name, prices("2023-06", "3"))
    assert faults(tmp_path / name) == []
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_lost_and_a_foreign_object_are_found(damaged: tuple[Archive, Path]) -> None:
    archive, path = damaged
    path.rename(path.with_name("0" * 64))
    assert {f.what for f in verify(archive)} == {
        "no brief has this object", "observations.csv of lang-son-2023-05, edition 1: missing",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE fact SET value = '2.5' WHERE value = '2'", "a figure that the brief has not: cpi 2023-05 2.5"),
        ("UPDATE fact SET approximation = 'over' WHERE value = '2'", "a figure that the brief has not"),
        ("UPDATE brief SET published = '1999-01-01'", "what it said when it was added"),
        ("UPDATE brief SET effective = '1999-01-01'", "what it said when it was added"),
        ("UPDATE brief SET headline_en = 'Lie'", "what it said when it was added"),
        ("UPDATE brief SET area = 'VN-66'", "another place or month"),
        ("UPDATE brief SET digest = 'x' || id", "not those of its manifest"),
        ("UPDATE passage SET text = 'Lie' WHERE id = 1", "what it said when it was added"),
        ("DELETE FROM passage WHERE id = 1", "knows 4 of 3 sentences"),
        ("INSERT INTO folded (folded) VALUES ('delete-all')", "knows 0 of 4 sentences"),
        ("DELETE FROM fact WHERE value = '2'; UPDATE brief SET facts = 0 WHERE id = 2", "what it said when"),
        ("DELETE FROM fact WHERE value = '2'", "0 of its 1 figures"),
        ("UPDATE file SET name = 'other.csv' WHERE name = 'history.csv' OR name = 'article.txt'", "of its manifest"),
        ("UPDATE brief SET current = 0", "the last one current"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM series", "belongs to nothing"),
    ],
)
def test_a_row_that_is_not_what_was_added_is_found(folder: Path, sql: str, what: str) -> None:
    with closing(sqlite3.connect(folder / INDEX)) as index, index:
        index.executescript(sql)
    assert any(what in f.what and not f.harmless for f in faults(folder))


def test_the_objects_are_shared_and_never_written_again(folder: Path) -> None:
    files = {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in (folder / OBJECTS).rglob("*") if p.is_file()}
    add(folder, replace(prices("2023-06", "3"), title=prices("2023-05", "2").title))
    assert all((p.stat().st_ino, p.stat().st_mtime_ns) == was for p, was in files.items())
