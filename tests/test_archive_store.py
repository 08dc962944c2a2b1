"""The store: whole or not at all, once, and every fault is found."""

from __future__ import annotations

import gzip
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
from archive_samples import add, brief, clock, packed, prices
from fuse import Fuse, forked
from samples import glossary

from pipeline.archive import writing
from pipeline.archive.objects import INCOMING, OBJECTS
from pipeline.archive.parcel import MANIFEST, parcel, read_folder
from pipeline.archive.reading import Archive, opened
from pipeline.archive.schema import INDEX, MIGRATIONS, connect
from pipeline.archive.verifying import Fault, verify
from pipeline.archive.writing import Added, Writer
from pipeline.errors import ArchiveError

FIXTURES = Path(__file__).parent / "archive"
NOBODY = 65534


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with two briefs."""
    add(tmp_path / "archive", prices("2023-04", "1.5"), prices("2023-05", "2"))
    return tmp_path / "archive"


def faults(folder: Path) -> list[Fault]:
    with opened(folder) as archive:
        return list(verify(archive))


def state(folder: Path) -> list[tuple[str, int, dict[str, tuple[str, int]]]]:
    """What an archive's readers see."""
    with opened(folder) as archive:
        return [(e.slug, e.edition, archive.files(e)) for e in archive.entries(every=True)]


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


# --- bad input ----------------------------------------------------------------------------


def test_a_folder_that_is_no_brief_changes_nothing(folder: Path, tmp_path: Path) -> None:
    before = state(folder)
    good = tmp_path / "good"
    good.mkdir()
    for name, data in packed(prices("2023-06", "3")).files.items():
        (good / name).write_bytes(data)
    assert read_folder(good).digest == packed(prices("2023-06", "3")).digest

    def broken(name: str, data: bytes | None) -> Path:
        shutil.rmtree(tmp_path / "bad", ignore_errors=True)
        shutil.copytree(good, tmp_path / "bad")
        file = tmp_path / "bad" / name
        file.unlink()
        if data is not None:
            file.write_bytes(data)
        return tmp_path / "bad"

    wrong = [
        (tmp_path / "none", "no folder"), (tmp_path, "is missing"), (broken("5-brief.json", None), "is missing"),
    ]  # fmt: skip
    for path, message in wrong:
        with pytest.raises(ArchiveError, match=message):
            read_folder(path)
    damage: tuple[tuple[str, bytes | None, str], ...] = (
        ("5-brief.json", b"{", "damaged"), ("5-brief.json", b'{"title": 1}', "damaged"),
        ("observations.csv", b"indicator\n", "not that of 5-brief.json"), ("brief.pdf", b"", "no PDF"),
        ("article.txt", b"x", "not that of 1-article.json"), ("0-source.txt", None, "source"),
        ("4-translation.json", b"\xff", "damaged"),
    )  # fmt: skip
    for file, bad, message in damage:
        with pytest.raises(ArchiveError, match=message):
            read_folder(broken(file, bad))
    link = broken("brief.pdf", None)
    (link / "brief.pdf").symlink_to(good / "brief.pdf")
    with pytest.raises(ArchiveError, match="not a file of its own"):
        read_folder(link)
    assert state(folder) == before


def test_a_person_s_own_files_stay_outside(tmp_path: Path) -> None:
    for name, data in packed(prices("2023-06", "3")).files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "ghi chú \n.txt").write_text("của tôi", encoding="utf-8")
    assert set(read_folder(tmp_path).files) == set(packed(prices("2023-06", "3")).files)


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("slug", "../../../escaped-2023-06"), ("slug", ""), ("slug", "a\x00b-2023-06"), ("slug", "lang-son"),
        ("published", "soon"), ("published", "2023-6-1"), ("month", "zz"), ("month", "2023-13"),
    ],
)  # fmt: skip
def test_a_brief_s_name_and_time_are_such_as_may_name_a_folder(what: str, value: str) -> None:
    made = prices("2023-06", "3")
    if what == "month":
        made = replace(made, period=replace(made.period, month=value), slug=f"lang-son-{value}")
    elif what == "slug":
        made = replace(made, slug=value)
    else:
        made = replace(made, published=value)
    with pytest.raises(ArchiveError, match="no brief's name and month"):
        packed(made)


@pytest.mark.parametrize("value", ["1E+4000", "Infinity", "NaN", "1E-400"])
def test_a_value_is_a_figure_of_a_report(value: str) -> None:
    with pytest.raises(ArchiveError, match="no figure of a report"):
        packed(prices("2023-06", value))


def test_a_file_that_no_brief_has_is_refused() -> None:
    with pytest.raises(ArchiveError, match="is no file of a brief"):
        parcel({**packed(prices("2023-06", "3")).files, "evil.html": b"x"}, "x")


def test_two_sources_are_one_too_many() -> None:
    made = packed(prices("2023-06", "3"))
    with pytest.raises(ArchiveError, match="two sources"):
        parcel({**made.files, "0-source.pdf": b"x"}, "x")


def test_no_name_leads_out_of_the_objects(folder: Path) -> None:
    with opened(folder) as archive:
        for name in ("../../etc/passwd", "", "A" * 64, "a" * 63):
            with pytest.raises(ValueError, match="no SHA-256"):
                archive.objects.path(name)


# --- the index's versions -----------------------------------------------------------------


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive is there"):
        faults(tmp_path)
    (tmp_path / INDEX).write_bytes(b"no database at all, but long enough to be looked at" * 20)
    with pytest.raises(ArchiveError, match="cannot be used"):
        faults(tmp_path)
    (tmp_path / INDEX).unlink()
    with closing(sqlite3.connect(tmp_path / INDEX)) as other, other:
        other.execute("CREATE TABLE notes (text)")
    with pytest.raises(ArchiveError, match="another program"):
        faults(tmp_path)


def test_an_index_of_a_newer_program_is_let_be(folder: Path) -> None:
    with closing(sqlite3.connect(folder / INDEX)) as index, index:
        index.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(ArchiveError, match="of a newer songngu"):
        add(folder, prices("2023-06", "3"))


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_an_archive_of_every_version_is_read(tmp_path: Path, version: int) -> None:
    """The fixtures are the index of `folder` above as that version made it."""
    (tmp_path / INDEX).write_bytes(gzip.decompress((FIXTURES / f"v{version}.sqlite.gz").read_bytes()))
    with opened(tmp_path) as archive:
        assert [e.slug for e in archive.entries()] == ["lang-son-2023-05", "lang-son-2023-04"]
        assert [str(v.value) for v in archive.series("cpi", "VN-09", "growth")] == ["1.5", "2"]
    kept = tmp_path / f"archive-v{version}.sqlite"
    assert kept.exists() == (version < len(MIGRATIONS))


def test_an_older_index_is_brought_forward_with_a_backup(folder: Path) -> None:
    newer = (*MIGRATIONS, "ALTER TABLE brief ADD COLUMN licence TEXT NOT NULL DEFAULT '';")
    with closing(connect(folder, create=False, migrations=newer)) as index:
        assert [r["licence"] for r in index.execute("SELECT licence FROM brief")] == ["", ""]
    with closing(sqlite3.connect(folder / f"archive-v{len(MIGRATIONS)}.sqlite")) as kept:
        assert kept.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        assert kept.execute("SELECT count(*) FROM brief").fetchone()[0] == 2


def test_a_step_that_fails_leaves_the_index_as_it_was(folder: Path) -> None:
    before = state(folder)
    wrong = (*MIGRATIONS, "ALTER TABLE brief ADD COLUMN licence TEXT; DROP TABLE nothing;")
    with pytest.raises(ArchiveError, match="cannot be used"):
        connect(folder, create=False, migrations=wrong)
    assert state(folder) == before


def test_the_objects_are_shared_and_never_written_again(folder: Path) -> None:
    files = {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in (folder / OBJECTS).rglob("*") if p.is_file()}
    add(folder, replace(prices("2023-06", "3"), title=prices("2023-05", "2").title))
    assert all((p.stat().st_ino, p.stat().st_mtime_ns) == was for p, was in files.items())
