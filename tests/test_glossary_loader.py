"""The glossary's loader: every wrong row is named by file and row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.cli import main
from pipeline.errors import GlossaryError
from pipeline.glossary import Glossary, Scale, Topic, load_glossary, read_table

GOOD = "code,order,group,vi,en\ngrdp,1,output,Tăng trưởng,Growth\n"


def table(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "topics.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_good_table(tmp_path: Path) -> None:
    assert read_table(table(tmp_path, GOOD), Topic) == (Topic("grdp", 1, "output", "Tăng trưởng", "Growth"),)
    assert read_table(table(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()), Topic)[0].code == "grdp"  # a spreadsheet's mark


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
        (b"code,order,group,vi,en\ngrdp,1,output,T\xff,G\n", "topics.csv: is not UTF-8"),
        (GOOD + 'cpi,2,output,"A,B\n', "topics.csv, row 3: is not proper CSV"),
    ],
)
def test_a_wrong_row_is_named(text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(GlossaryError) as caught:
        read_table(table(tmp_path, text), Topic)
    assert str(caught.value).startswith(message)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match=r"scales\.csv: cannot be read"):
        read_table(tmp_path / "scales.csv", Scale)


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
    assert load_glossary(folder).signature != glossary.signature


def test_the_contract_codes_are_all_there_with_their_labels(shared: Path, glossary: Glossary) -> None:
    import csv  # noqa: PLC0415  # this test alone reads the contract

    with (shared / "contract" / "indicators.csv").open(encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            indicator = glossary.indicators[row["code"]]
            assert (indicator.vi, indicator.en) == (row["vi"], row["en"])


def test_the_tables_know_each_other(glossary: Glossary) -> None:
    for indicator in glossary.indicators.values():
        assert indicator.code.partition(".")[0] in glossary.topics, indicator.code
        assert set(indicator.units) <= set(glossary.units), indicator.code
        assert indicator.names or indicator.within, indicator.code
        assert bool(indicator.within) == bool(indicator.contexts), indicator.code
    assert {c.topic for c in glossary.contexts} <= set(glossary.topics)
