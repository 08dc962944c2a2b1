"""What may not go into an archive, what is none, and the versions of its index."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from archive_samples import add, faults, packed, prices, state

from pipeline.archive.parcel import parcel, read_folder
from pipeline.archive.reading import opened
from pipeline.archive.schema import INDEX, MIGRATIONS, connect
from pipeline.errors import ArchiveError

FIXTURES = Path(__file__).parent / "archive"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with two briefs."""
    add(tmp_path / "archive", prices("2023-04", "1.5"), prices("2023-05", "2"))
    return tmp_path / "archive"


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
