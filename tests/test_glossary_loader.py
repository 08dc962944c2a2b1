"""The glossary's loader: every wrong row is named by file and row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT, read_table

from pipeline.cli import main
from pipeline.errors import GlossaryError
from pipeline.glossary import IMPORTED, Comparison, Glossary, Scale, Topic, load_glossary

GOOD = "code,order,group,vi,en\ngrdp,1,output,Tăng trưởng,Growth\n"


def table(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "topics.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_good_table(tmp_path: Path) -> None:
    assert read_table(table(tmp_path, GOOD), Topic) == (Topic("grdp", 1, "output", "Tăng trưởng", "Growth"),)
    assert read_table(table(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()), Topic)[0].code == "grdp"  # a spreadsheet's mark


@pytest.mark.parametrize(
    "data",
    [
        GOOD.replace(",", ";").encode(),
        f"sep=;\r\n{GOOD.replace(',', ';')}".encode(),
        GOOD.replace(",", "\t").encode("utf-16"),  # Excel's "Unicode text"
        f"{GOOD}\n,,,,\n".encode(),
        GOOD.replace("\n", ",\n").replace("code,order,group,vi,en,", "code,order,group,vi,en").encode(),
    ],
    ids=["semicolons", "sep", "utf-16", "blank rows", "an empty cell too many"],
)
def test_what_spreadsheets_save_is_read(tmp_path: Path, data: bytes) -> None:
    assert read_table(table(tmp_path, data), Topic) == (Topic("grdp", 1, "output", "Tăng trưởng", "Growth"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "grdp,2,output,A,B\n", "topics.csv, row 3: 'grdp' stands already in row 2"),
        (GOOD + "GRDP,2,output,A,B\n", "topics.csv, row 3: 'grdp' stands already in row 2"),
        (GOOD + "cpi,2,output,,B\n", "topics.csv, row 3: vi is empty"),
        (GOOD + "cpi,two,output,A,B\n", "topics.csv, row 3: order is not a whole number: 'two'"),
        (GOOD + "cpi,2,output,A\n", "topics.csv, row 3: 4 fields, expected 5"),
        (GOOD.replace("group", "grupo"), "topics.csv, row 1: unknown column 'grupo'"),
        (GOOD.replace(",en", "").replace(",Growth", ""), "topics.csv, row 1: missing column 'en'"),
        ("", "topics.csv, row 1: missing column 'code'"),
        (b"code,order,group,vi,en\ngrdp,1,output,T\xff,G\n", "topics.csv, row 2: is not UTF-8"),
        (b"\xef\xbb\xbfcode,order,group,vi,en\n\xff", "topics.csv, row 2: is not UTF-8"),
        (
            GOOD.replace("code,order", "code,order,order").replace("1,", "1,1,"),
            "topics.csv, row 1: column 'order' stands",
        ),
        (GOOD + 'cpi,2,output,"A\nB",C\ntrade,3,output,,B\n', "topics.csv, row 4: vi is empty"),
        (GOOD + 'cpi,2,output,"A,B\n', "topics.csv, row 3: is not proper CSV"),
    ],
)
def test_a_wrong_row_is_named(text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(GlossaryError) as caught:
        read_table(table(tmp_path, text), Topic)
    assert str(caught.value).startswith(message)


COMPARISON = "surfaces,basis,vi,en\n"


def test_brackets_stand_for_every_way_through_them(tmp_path: Path) -> None:
    path = tmp_path / "comparisons.csv"
    path.write_text(f"{COMPARISON}[so với/so/] dự toán [tỉnh/] giao | so 31/12,plan,a,b\n", encoding="utf-8")
    (row,) = read_table(path, Comparison)
    assert row.surfaces == (
        "so với dự toán tỉnh giao", "so với dự toán giao", "so dự toán tỉnh giao", "so dự toán giao",
        "dự toán tỉnh giao", "dự toán giao", "so 31/12",
    )  # fmt: skip


@pytest.mark.parametrize("cell", ["so [với dự toán", "so với] dự toán", "so [với [dự] toán]"])
def test_a_bracket_without_its_partner_is_named(cell: str, tmp_path: Path) -> None:
    path = tmp_path / "comparisons.csv"
    path.write_text(f"{COMPARISON}{cell},plan,a,b\n", encoding="utf-8")
    with pytest.raises(GlossaryError, match=r"comparisons\.csv, row 2: surfaces has a bracket without its partner"):
        read_table(path, Comparison)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match=r"scales\.csv: cannot be read"):
        read_table(tmp_path / "scales.csv", Scale)


@pytest.mark.parametrize("name", ["units.csv", "notes.csv", "memory/press-99.tsv"])
def test_a_file_that_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "glossary"
    shutil.copytree(ROOT / "glossary", folder)
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(folder / "nowhere")
    with pytest.raises(GlossaryError, match=rf"^{Path(name).name}: cannot be read: "):
        load_glossary(folder)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match=r"^topics\.csv: cannot be read: "):
        load_glossary(tmp_path)


def test_rows_can_be_named_by_their_keys(glossary: Glossary) -> None:
    def standing(file: str, key: str) -> int:
        lines = (ROOT / "glossary" / file).read_text(encoding="utf-8").split("\n")
        return next(n for n, line in enumerate(lines, start=1) if line.startswith(f"{key},"))

    assert glossary.row("units.csv", "VND") == standing("units.csv", "VND")
    assert glossary.row("units.csv", "no such unit") == 0
    row = standing("phrases-render.csv", "render.published")
    assert str(glossary.wrong_phrase("render.published", "is odd")) == f"phrases-render.csv, row {row}: is odd"
    assert str(glossary.wrong_phrase("render.nothing", "is missing")) == "phrases-render.csv: is missing"
    with pytest.raises(GlossaryError, match=rf"^phrases-render\.csv, row {row}: 'render\.published' .* needs 'date'"):
        glossary.say("render.published", "en")
    with pytest.raises(GlossaryError, match=r"^phrases-render\.csv: key 'render\.nothing' is missing"):
        glossary.say("render.nothing", "en")


def test_the_command_line_names_a_wrong_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "glossary"
    shutil.copytree(ROOT / "glossary", folder)
    with (folder / "units.csv").open("a", encoding="utf-8") as f:
        f.write("tonne,tấn,{} tấn,{} tonnes,{} tonne\n")
    monkeypatch.setattr("pipeline.cli._resource", lambda name: folder if name == "glossary" else ROOT / name)
    assert main(["extract", str(ROOT / "examples" / "lang-son-2023-06.html")]) == 3
    assert "units.csv, row" in capsys.readouterr().err


def test_the_signature_follows_every_byte(tmp_path: Path, glossary: Glossary) -> None:
    folder = tmp_path / "glossary"
    shutil.copytree(ROOT / "glossary", folder)
    assert load_glossary(folder).signature == glossary.signature
    with (folder / "memory" / "press-01.tsv").open("a", encoding="utf-8") as f:
        f.write("Một câu mới.\tA new sentence.\n")
    changed = load_glossary(folder)
    assert changed.signature != glossary.signature
    assert changed.uncorrected != glossary.uncorrected


def test_a_correction_changes_the_signature_and_not_the_one_without_corrections(
    tmp_path: Path, glossary: Glossary
) -> None:
    folder = tmp_path / "glossary"
    shutil.copytree(ROOT / "glossary", folder)
    (folder / "memory" / IMPORTED).write_text("Mưa.\tRain.\n", encoding="utf-8")
    changed = load_glossary(folder)
    assert changed.signature != glossary.signature
    assert changed.uncorrected == glossary.uncorrected


def test_the_contract_codes_are_all_there_with_their_labels(shared: Path, glossary: Glossary) -> None:
    import csv  # noqa: PLC0415  # this test alone reads the contract

    with (shared / "contract" / "indicators.csv").open(encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            indicator = glossary.indicators[row["code"]]
            assert (indicator.vi, indicator.en) == (row["vi"], row["en"])


def test_every_indicator_has_a_name_and_names_of_a_context_have_one(glossary: Glossary) -> None:
    for indicator in glossary.indicators.values():
        assert indicator.names or indicator.within, indicator.code
        assert bool(indicator.within) == bool(indicator.contexts), indicator.code
