"""The archive read: series and their vintages, search in both spellings, exchange, and what a build learns from it."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import frictionless
import pytest
from archive_samples import add, brief, prices
from hypothesis import given
from hypothesis import strategies as st
from samples import glossary, observation

from pipeline.archive.exchange import export, restore
from pipeline.archive.objects import digest
from pipeline.archive.reading import ArchiveHistory, opened
from pipeline.archive.searching import Query, bare, marks, search
from pipeline.archive.verifying import verify
from pipeline.cli import main
from pipeline.errors import ArchiveError
from pipeline.history import Replaced
from pipeline.model import Brief, Run

EXAMPLE = "examples/lang-son-2023-06.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prices of three months, the first of them told again by the third; and another place."""
    folder = tmp_path_factory.mktemp("archive")
    add(
        folder,
        prices("2023-04", "1.50"),
        prices("2023-05", "2"),
        prices("2023-06", "3", ("2023-04", "1.7"), ("2023-05", "2.0")),
        prices("2023-06", "9", area="VN-66"),
    )
    return folder


def test_a_series_has_the_latest_vintage_or_what_was_known_on_a_day(folder: Path) -> None:
    with opened(folder) as archive:
        told = [(v.period, str(v.value), v.slug) for v in archive.series("cpi", "VN-09")]
        assert told == [
            ("2023-04", "1.7", "lang-son-2023-06"), ("2023-05", "2.0", "lang-son-2023-06"),
            ("2023-06", "3", "lang-son-2023-06"),
        ]  # fmt: skip
        known = archive.series("cpi", "VN-09", as_of="2023-06-27")
        assert [(v.period, str(v.value)) for v in known] == [("2023-04", "1.50"), ("2023-05", "2")]
        assert archive.series("cpi", "VN-09", as_of="2023-01-01") == []
        assert len(archive.series("cpi")) == 4
        assert archive.series("cpi", basis="december") == archive.series("cpi", measure="level") == []


def test_revisions_are_figures_that_changed_not_figures_told_again(folder: Path) -> None:
    with opened(folder) as archive:
        ((first, later),) = archive.revisions()
    assert (first.period, str(first.value), str(later.value)) == ("2023-04", "1.50", "1.7")


CORRECTIONS = [
    ("withdrawn", brief("2023-05", observation("iip", "1", period="2023-05")), []),
    ("undated", replace(prices("2023-05", "2.5"), published=None), ["2.5"]),
    ("dated before", prices("2023-05", "2.6", published="2023-05-01"), ["2.6"]),
]


@pytest.mark.parametrize(("correction", "told"), [c[1:] for c in CORRECTIONS], ids=[c[0] for c in CORRECTIONS])
def test_a_series_has_the_last_edition_whatever_its_date(tmp_path: Path, correction: Brief, told: list[str]) -> None:
    add(tmp_path / "a", prices("2023-05", "2.00"), source="cũ")
    add(tmp_path / "a", correction, source="mới")
    with opened(tmp_path / "a") as archive:
        assert [str(v.value) for v in archive.series("cpi")] == told
        assert [str(v.value) for v in archive.series("cpi", as_of="2023-05-27")] == []
        assert [str(v.value) for v in archive.series("cpi", as_of="2030-01-01")] == told
        firsts = [str(v[0].value) for v in archive.revisions("cpi")]
        assert firsts == (["2.00"] if told else [])
        assert list(verify(archive)) == []


def test_the_same_source_read_again_is_no_revision(tmp_path: Path) -> None:
    add(tmp_path / "a", prices("2023-05", "2.0"), source="nguồn")
    add(tmp_path / "a", prices("2023-05", "2.5"), source="nguồn")
    with opened(tmp_path / "a") as archive:
        assert archive.revisions() == []
        assert [str(v.value) for v in archive.series("cpi")] == ["2.5"]
        assert [str(v.value) for v in archive.vintages("cpi")] == ["2.0", "2.5"]


def test_figures_up_to_a_day_and_inexact_ones_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = observation("cpi", "2", period="2023-05")
    early = replace(told, until="2023-05-15", approximation="over", value=told.value - 1)
    add(tmp_path / "a", brief("2023-05", told, early))
    rows = list(csv.DictReader(io.StringIO(run(tmp_path / "a", capsys, "series", "cpi", "--format", "csv"))))
    assert [(r["value"], r["until"], r["approximation"]) for r in rows] == [("2", "", ""), ("1", "2023-05-15", "over")]


def test_an_amount_in_another_power_of_ten_is_no_revision(tmp_path: Path) -> None:
    told = observation("retail", "1.2", "level", "", "2023-04", "VND", 12)
    same = replace(told, value=told.value * 1000, scale=9)
    add(tmp_path / "a", brief("2023-04", told), brief("2023-05", same))
    with opened(tmp_path / "a") as archive:
        assert archive.revisions() == []


def test_lists_narrow_down_by_place_and_time(folder: Path) -> None:
    with opened(folder) as archive:
        assert [e.slug for e in archive.entries()][:2] == ["lang-son-2023-06", "hung-yen-2023-06"]
        assert [e.slug for e in archive.entries("VN-66")] == ["hung-yen-2023-06"]
        assert [e.month for e in archive.entries("VN-09", "2023")] == ["2023-06", "2023-05", "2023-04"]
        assert archive.entries("VN-09", "2022") == []
        with pytest.raises(ArchiveError, match="no brief lang-son-2020-01"):
            archive.entry("lang-son-2020-01")


# --- search -------------------------------------------------------------------------------


def found(folder: Path, words: str, **narrow: str) -> list[tuple[str, str, bool]]:
    with opened(folder) as archive:
        hits = search(archive.index, Query(words, **narrow))  # type: ignore[arg-type]  # texts alone are given
    return [(h.slug, h.language, h.exact) for h in hits]


@pytest.fixture(scope="module")
def spelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two briefs that differ in their diacritics alone."""
    folder = tmp_path_factory.mktemp("spelled")
    for month, words in (("2023-04", "Đường bán lẻ"), ("2023-05", "Dương bàn lê")):
        made = brief(month)
        add(folder, replace(made, headline=replace(made.headline, vi=(Run(words),), en=(Run("Sugar sold retail"),))))
    return folder


@pytest.mark.parametrize("words", ["duong ban le", "Đường bán lẻ", "ĐƯỜNG BÁN LẺ", "đương ban", '"bán lẻ" duong'])
def test_both_spellings_are_found(spelled: Path, words: str) -> None:
    assert {slug for slug, _, _ in found(spelled, words)} == {"lang-son-2023-04", "lang-son-2023-05"}


def test_the_same_diacritics_come_first(spelled: Path) -> None:
    assert found(spelled, "đường bán") == [("lang-son-2023-04", "vi", True), ("lang-son-2023-05", "vi", False)]
    assert found(spelled, "dương bàn") == [("lang-son-2023-05", "vi", True), ("lang-son-2023-04", "vi", False)]


def test_a_phrase_has_its_words_side_by_side(spelled: Path) -> None:
    assert found(spelled, "retail sugar", language="en") != []
    assert found(spelled, '"retail sugar"', language="en") == []
    assert found(spelled, '"sugar sold"', language="en") != []


def test_search_narrows_down(folder: Path) -> None:
    assert [s for s, _, _ in found(folder, "bán lẻ", area="VN-66")] == ["hung-yen-2023-06"]
    assert [s for s, _, _ in found(folder, "ban le", period="2023-04")] == ["lang-son-2023-04"]
    assert found(folder, "ban le", indicator="cpi") != []
    assert found(folder, "ban le", indicator="iip") == []
    assert {language for _, language, _ in found(folder, "rose", language="en")} == {"en"}
    assert {s for s, _, _ in found(folder, "hung yen ban le")} == {"hung-yen-2023-06"}
    assert found(folder, '"tang hung yen"') == []  # no sentence goes over into the place's name
    assert found(folder, "ban le", indicator="%") == []


def test_a_replaced_edition_is_not_found_any_more(tmp_path: Path) -> None:
    add(tmp_path / "a", prices("2023-04", "1"))
    add(tmp_path / "a", prices("2023-04", "2"), source="mới")
    with opened(tmp_path / "a") as archive:
        assert {h.edition for h in search(archive.index, Query("ban le"))} == {2}


@pytest.mark.parametrize("words", ["", "  ", '""', "?!", '"'])
def test_nothing_to_search_for_is_told(folder: Path, words: str) -> None:
    with pytest.raises(ArchiveError, match="nothing to search for"):
        found(folder, words)


@pytest.mark.parametrize("words", ['bán" OR "x', "ban AND le", "NEAR(ban le)", "text:ban", "ban*", "-ban", "ban'; --"])
def test_a_query_is_words_and_no_program(folder: Path, words: str) -> None:
    found(folder, words)


LETTERS = st.sampled_from("aáàảãạâấăằeéêệđĐdDiíoóôốơợuúưựyýỳ bclnt-,.")


@given(st.text(LETTERS, max_size=60), st.integers(0, 59), st.integers(1, 12))
def test_marks_stand_where_the_words_are(text: str, start: int, length: int) -> None:
    words = text[start : start + length].split()
    spans = marks(text, [w for w in words if w.isalpha()])
    assert all(bare(text[a:b]) in {bare(w) for w in words} for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_bare_text_has_a_letter_for_each_letter() -> None:
    assert bare("Đặng Thị Ước, ŷ") == "dang thi uoc, y"


# --- exchange -----------------------------------------------------------------------------


def test_an_exported_archive_is_a_data_package_and_comes_back_the_same(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as archive:
        export(archive, tmp_path / "first")
    assert frictionless.validate(str(tmp_path / "first" / "datapackage.json")).valid
    assert len(restore(tmp_path / "first", tmp_path / "again", glossary())) == 4
    with opened(tmp_path / "again") as archive:
        assert list(verify(archive)) == []
        export(archive, tmp_path / "second")
    for path in (tmp_path / "first").rglob("*"):
        if path.is_file():
            assert (tmp_path / "second" / path.relative_to(tmp_path / "first")).read_bytes() == path.read_bytes()
    assert not any(a.new for a in restore(tmp_path / "first", tmp_path / "again", glossary()))
    table = list(csv.DictReader(io.StringIO((tmp_path / "first" / "vintages.csv").read_text(encoding="utf-8"))))
    assert [r["value"] for r in table if r["period"] == "2023-04"] == ["1.50", "1.7"]
    series = (tmp_path / "first" / "series.sdmx.csv").read_text(encoding="utf-8")
    assert "1.7" in series
    assert "1.50" not in series


def test_a_folder_is_never_written_over(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as archive, pytest.raises(ArchiveError, match="is there already"):
        export(archive, tmp_path)


@pytest.mark.parametrize(
    "damage", ["changed", "missing", "slug", "name", "table", "time", "short", "empty", "deep", "month"]
)
def test_a_damaged_export_is_refused(folder: Path, tmp_path: Path, damage: str) -> None:
    with opened(folder) as archive:
        export(archive, tmp_path / "x")
    file = tmp_path / "x" / "briefs" / "lang-son-2023-04" / "1"
    if damage == "changed":
        (file / "brief.pdf").write_bytes(b"%PDF-1.7 other")
    elif damage == "missing":
        (file / "brief.pdf").unlink()
    elif damage == "name":
        manifest = json.loads((file / "manifest.json").read_text(encoding="utf-8"))
        manifest["files"][0]["name"] = "../../../x"
        (file / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    else:
        table = tmp_path / "x" / "briefs.csv"
        text = table.read_text(encoding="utf-8")
        wrong = {
            "slug": text.replace("lang-son-2023-04", "..", 1), "table": "a,b\n1,2\n", "short": f"{text}x\n",
            "time": re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "yesterday", text), "empty": text.splitlines()[0] + "\n",
            "deep": f'{text}"{"x" * 200_000}"\n', "month": text.replace(",2023-05,", ",2022-05,"),
        }  # fmt: skip
        table.write_text(wrong[damage], encoding="utf-8")
    with pytest.raises(ArchiveError):
        restore(tmp_path / "x", tmp_path / "new", glossary())


# --- what a build learns ------------------------------------------------------------------


def test_history_is_what_earlier_months_said_last(folder: Path) -> None:
    history = ArchiveHistory(folder, "")
    past = history.past("VN-09", "2023-06")
    assert [(p.report, p.observation.period, str(p.observation.value)) for p in past] == [
        ("2023-04", "2023-04", "1.50"), ("2023-05", "2023-05", "2"),
    ]  # fmt: skip
    assert history.past("VN-66", "2023-06") == ()
    assert ArchiveHistory(folder / "none", "").past("VN-09", "2023-06") == ()


def test_an_edition_is_replaced_by_another_source_alone(tmp_path: Path) -> None:
    add(tmp_path / "a", prices("2023-04", "1"), source="cũ")
    old, new = (digest(s.encode()) for s in ("cũ", "mới"))
    assert ArchiveHistory(tmp_path / "a", old).replaced("VN-09", "2023-04") is None
    assert ArchiveHistory(tmp_path / "a", new).replaced("VN-09", "2023-04") == Replaced(1, "2023-04-28")
    add(tmp_path / "a", prices("2023-04", "2"), source="mới")
    assert ArchiveHistory(tmp_path / "a", new).replaced("VN-09", "2023-04") == Replaced(1, "2023-04-28")


def test_a_corrected_article_s_brief_says_what_it_replaces(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path(EXAMPLE).read_text(encoding="utf-8")
    corrected = tmp_path / "corrected.html"
    corrected.write_text(text.replace("11,54%", "11,45%"), encoding="utf-8")
    place = ["--out", str(tmp_path / "out"), "--archive", str(tmp_path / "archive"), "--quiet"]
    for source in (EXAMPLE, EXAMPLE, str(corrected), str(corrected)):
        assert main(["build", source, *place]) == 0
    html = (
        (tmp_path / "out" / "lang-son-2023-06" / "brief.html")
        .read_text(encoding="utf-8")
        .replace("\N{NO-BREAK SPACE}", " ")
    )
    assert "This brief replaces edition 1" in html
    assert "Bản này thay thế bản 1" in html
    capsys.readouterr()
    assert main(["archive", "list", "--all", "--format", "csv", "--archive", str(tmp_path / "archive")]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [r["edition"] for r in rows] == ["2", "1"]
    assert main(["archive", "verify", "--archive", str(tmp_path / "archive")]) == 0
    capsys.readouterr()
    assert main(["archive", "revisions", "--format", "csv", "--archive", str(tmp_path / "archive")]) == 0
    told = [(r["value"], r["difference"]) for r in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert ("11.45", "-0.09") in told


# --- the command line ---------------------------------------------------------------------


def run(folder: Path, capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    assert main(["archive", *words, "--archive", str(folder)]) == status
    told = capsys.readouterr()
    return told.out if status == 0 else told.err


def test_every_action_prints(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "lang-son-2023-04" in run(folder, capsys, "list")
    assert "Retail sales" in run(folder, capsys, "show", "lang-son-2023-04")
    assert run(folder, capsys, "show", "lang-son-2023-04", "--file", "0-source.txt") == "nguồn"
    assert json.loads(run(folder, capsys, "show", "lang-son-2023-04", "--json"))["edition"] == 1
    assert "1.7" in run(folder, capsys, "series", "cpi", "--area", "VN-09")
    assert "1.50" in run(folder, capsys, "series", "cpi", "--as-of", "2023-05-01", "--format", "csv")
    svg = run(folder, capsys, "series", "cpi", "--format", "svg", "--lang", "vi")
    assert "2023-04 1,7, 2023-05 2,0, 2023-06 3" in svg
    assert "+0.20" in run(folder, capsys, "revisions")
    assert "»bán« »lẻ«" in run(folder, capsys, "search", "ban", "le", "--lang", "vi")
    assert "nothing lost" in run(folder, capsys, "verify")


def test_a_brief_s_files_are_written_into_a_new_folder(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(folder, capsys, "show", "lang-son-2023-04", "--out", str(tmp_path / "x"))
    assert (tmp_path / "x" / "brief.pdf").read_bytes() == b"%PDF-1.7 sample"
    assert main(["archive", "add", str(tmp_path / "x"), "--archive", str(folder)]) == 0
    assert "there already" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "none"), "no brief none"),
        (("show", "lang-son-2023-04", "--file", "x"), "no file x: it has 0-source.txt"),
        (("series", "none"), "no figure of none"),
        (("search", "?"), "nothing to search for"),
        (("add", "none"), "no folder of a brief"),
    ],
)
def test_a_wrong_word_is_told_in_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    told = run(folder, capsys, *words, status=6)
    assert message in told
    assert told.count("\n") == 1
