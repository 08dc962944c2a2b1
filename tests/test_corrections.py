"""Corrections: which are taken, into the memory, and the next build that uses them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from lxml import etree
from review_helpers import LAKE, X, with_corrections
from translate_helpers import article_of, extraction_of

from pipeline.cli import main
from pipeline.corrections import Correction, remember, sort_out
from pipeline.glossary import IMPORTED, Glossary, load_glossary
from pipeline.model import Segment, Span, Translation
from pipeline.review import entries
from pipeline.store import to_json
from pipeline.translate import translate
from pipeline.translate.memory import Near, Pair, read_pairs

# --- what is taken ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vi", "en", "reason"),
    [
        (LAKE, "The lake rose by 2.5 m.", ""),
        (LAKE, "The lake rose.", "the English does not print 2.5"),
        (LAKE, "The lake rose by 2.5 m in 3 days.", "the English prints 3, which the Vietnamese does not"),
        (LAKE, " \u200b", "the English is empty"),
        ("", "The lake rose.", "there is no Vietnamese"),
        (LAKE, "The hồ rose by 2.5 m.", "the English holds Vietnamese: hồ"),
        (LAKE, "The Đồng Đăng lake rose by 2.5 m.", "the English holds Vietnamese: Đồng, Đăng"),
        ("Công ty Nestlé tăng vốn.", "Nestlé raised its capital.", "the English holds Vietnamese: Nestlé"),
        ("Quán cà phê đông khách.", "The café was full.", ""),
        ("Có 2 nhà máy dừng máy từ ngày 15/5/2025.", "Two factories stopped on 15 May 2025.", ""),
        ("Thu ngân sách đạt 1.307,5 tỷ đồng.", "Budget revenue reached VND 1,307.5 billion.", ""),
        ("Thu ngân sách đạt 1.307,5 tỷ đồng.", "Budget revenue reached VND 1.3 trillion.", "not print VND 1,307.5"),
    ],
)  # fmt: skip
def test_a_correction_is_taken_where_a_build_can_use_it(glossary: Glossary, vi: str, en: str, reason: str) -> None:
    sound, refused = sort_out([Correction(vi, en, 7)], glossary)
    if reason:
        assert sound == []
        assert reason in refused[0][1]
    else:
        assert [c.en for c in sound] == [en]


@pytest.mark.parametrize(
    ("vi", "en", "reason"),
    [
        ("Thu 5 tỷ đồng.", "Revenue was VND 5 million.", "does not print VND 5 billion"),
        ("Thu 5 tỷ đồng.", "Revenue was USD 5 billion.", "does not print VND 5 billion"),
        ("Thu từ 5 đến 7 tỷ đồng.", "Revenue of 5 to 7 billion dong.", ""),
        ("Tháng 6 năm 2023 thu 5 tỷ đồng.", "In July 2023 revenue was VND 5 billion.", "prints July"),
        ("Tháng 5 có thể thu 5 tỷ đồng.", "May revenue may be VND 5 billion.", ""),
        ("Sản lượng giảm 5%.", "Output rose 5%.", "fall that rises"),
        ("Sản lượng giảm 5%.", "Output was down by 5%.", ""),
    ],
)
def test_a_correction_keeps_magnitude_currency_month_and_direction(
    glossary: Glossary, vi: str, en: str, reason: str
) -> None:
    sound, refused = sort_out([Correction(vi, en, 2)], glossary)
    assert bool(sound) == (not reason)
    assert all(reason in told for _, told in refused)


def test_a_sentence_has_one_english(glossary: Glossary) -> None:
    first, same, other = (Correction("Mưa lớn.", en, n) for n, en in enumerate(("Rain.", "Rain.", "Much rain."), 2))
    sound, refused = sort_out([first, same, other], glossary)
    assert sound == [first]
    assert refused == [(other, "row 2 gives the same sentence other English")]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """The glossary with a small memory."""
    few = shutil.ignore_patterns("*-0[2-9].tsv", "*-1?.tsv", "[a-o]*.tsv", "s*.tsv")
    folder = Path(shutil.copytree(ROOT / "glossary", tmp_path / "glossary", ignore=few))
    (folder / "lexicon.tsv").write_bytes((ROOT / "glossary" / "lexicon.tsv").read_bytes())
    return folder


def test_the_newest_correction_wins(tables: Path) -> None:
    def pair(en: str, when: str, who: str = "") -> Pair:
        return Pair("Mưa lớn.", en, IMPORTED, who, when)

    def held() -> list[Pair]:
        return list(read_pairs(tables / "memory" / IMPORTED))

    assert remember(tables, [pair("Rain.", "")]).new == 1
    assert remember(tables, [pair("Rain.", "")]).new == 0
    assert remember(tables, [pair("Rain.", "2025-01-02T00:00:00Z", "Lan")]).new == 1
    assert remember(tables, [pair("Wet.", ""), pair("Wet.", "2024-12-31T00:00:00Z")]).new == 0
    assert held() == [pair("Rain.", "2025-01-02T00:00:00Z", "Lan")]
    assert remember(tables, [pair("Heavy rain.", "2025-01-03T00:00:00Z", "Minh")]).new == 1
    assert remember(tables, [pair("Heavy rain.", "2025-02-03T00:00:00Z", "Lan")]).new == 0
    assert held() == [pair("Heavy rain.", "2025-01-03T00:00:00Z", "Minh")]


# --- the whole way ------------------------------------------------------------------------

TEXT = f"{LAKE}\nTrận lũ quét qua bản Nà Pục.\nTrận lũ đã quét qua cả bản Nà Mạ."


def built(folder: Path, tables: Path) -> Translation:
    article = article_of(TEXT)
    made = translate(article, extraction_of(article), load_glossary(tables), None)
    folder.mkdir(exist_ok=True)
    (folder / "4-translation.json").write_text(to_json(made), encoding="utf-8")
    return made


def edit_table(folder: Path, english: str) -> Path:
    path = folder / "review.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(with_corrections(text, lambda row: english if row["vi"] == LAKE else ""))
    return path


def edit_document(folder: Path, english: str) -> Path:
    path = folder / "review.xlf"
    root = etree.fromstring(path.read_bytes())
    segment = next(s for s in root.iter(f"{X}segment") if LAKE in "".join(map(str, s.itertext())))
    segment.set("state", "final")
    etree.SubElement(segment, f"{X}target").text = english
    path.write_bytes(etree.tostring(root))
    return path


@pytest.mark.parametrize("edit", [edit_table, edit_document])
def test_the_next_build_uses_a_correction(
    edit: Callable[[Path, str], Path], tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    assert built(folder, tables).segments[0].method == "none"
    assert main(["review", "export", str(folder), "--dir", str(tables)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("3 segments, 3 without English, ")
    assert told[1:] == [str(folder / "review.xlf"), str(folder / "review.csv")]
    assert sorted(p.name for p in folder.iterdir()) == ["4-translation.json", "review.csv", "review.xlf"]
    reviewed = edit(folder, "The lake rose by 2.5 m.")
    assert main(["review", "export", str(folder), "--dir", str(tables)]) == 6  # it would be lost
    assert f"{reviewed} holds corrections that are not in the memory" in capsys.readouterr().err
    assert main(["review", "import", str(reviewed), "--by", " Lan  Anh ", "--dir", str(tables)]) == 0
    assert capsys.readouterr().out == f"{IMPORTED}: 1 corrections taken, 1 of them new; 0 refused\n"
    (pair,) = read_pairs(tables / "memory" / IMPORTED)
    assert pair[:4] == (LAKE, "The lake rose by 2.5 m.", IMPORTED, "Lan Anh")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", pair.when)
    again = built(folder, tables).segments[0]
    assert (again.method, again.target) == ("memory", "The lake rose by 2.5 m.")
    assert main(["review", "export", str(folder), "--dir", str(tables)]) == 0
    assert "The lake rose by 2.5 m." in (folder / "review.csv").read_text(encoding="utf-8")


def test_what_is_refused_is_listed_and_the_rest_taken(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "review.csv"
    path.write_text(f"vi,correction\n{LAKE.replace(',', '.')},Up.\nMưa lớn.,Heavy rain.\nGió.,Gió mạnh.\n", "utf-8")
    assert main(["review", "import", str(path), "--by", "Lan", "--dir", str(tables)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"review.csv, row 2: the English does not print 2.5: {LAKE.replace(',', '.')}",
        "review.csv, row 4: the English holds Vietnamese: Gió, mạnh: Gió.",
        f"{IMPORTED}: 1 corrections taken, 1 of them new; 2 refused",
    ]
    assert [p.vi for p in read_pairs(tables / "memory" / IMPORTED)] == ["Mưa lớn."]


def test_what_was_corrected_since_an_older_file_was_saved_is_no_reason_to_import_it(
    tables: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    built(folder, tables)
    export = ["review", "export", str(folder), "--dir", str(tables)]
    assert main(export) == 0
    saved = edit_table(folder, "The lake rose by 2.5 m.")
    assert main(["review", "import", str(saved), "--by", "Lan", "--dir", str(tables)]) == 0
    newer = tmp_path / "newer.csv"
    newer.write_text(f'vi,correction\n"{LAKE}",The lake level rose by 2.5 m.\n', encoding="utf-8")
    assert main(["review", "import", str(newer), "--by", "Minh", "--dir", str(tables)]) == 0
    os.utime(saved, (1_700_000_000, 1_700_000_000))
    assert main(export) == 0
    edit_table(folder, "The lake rose by 2.5 m.")
    os.utime(saved, (4_000_000_000, 4_000_000_000))  # edited again after the newest correction
    assert main(export) == 6


def test_imports_side_by_side_lose_nothing(tables: Path, tmp_path: Path) -> None:
    jobs = []
    for n in range(4):
        path = tmp_path / f"{n}.csv"
        path.write_text(f"vi,correction\nMưa lớn {'a' * n}.,Heavy rain {'a' * n}.\n", encoding="utf-8")
        words = ["review", "import", str(path), "--by", "Lan", "--dir", str(tables)]
        command = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())", *words]
        jobs.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL))  # our own program
    assert [job.wait(timeout=120) for job in jobs] == [0, 0, 0, 0]
    assert len(list(read_pairs(tables / "memory" / IMPORTED))) == 4


def test_imported_english_that_cannot_be_used_is_a_finding(tables: Path) -> None:
    (tables / "memory" / IMPORTED).write_text(f"{LAKE}\tThe lake rose by 3.5 m.\n", encoding="utf-8")
    article = article_of(TEXT)
    segment = translate(article, extraction_of(article), load_glossary(tables), None).segments[0]
    assert not segment.target
    assert "translate.correction" in [f.code for f in segment.findings]
    assert "The lake rose by 3.5 m." in segment.findings[1].message.en


def test_a_correction_that_a_later_one_keeps_out_is_told(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tables / "memory" / IMPORTED).write_text("Mưa lớn.\tStorms.\tMinh\t2099-01-01T00:00:00Z\n", encoding="utf-8")
    path = tmp_path / "review.csv"
    path.write_text("vi,correction\nMưa lớn.,Heavy rain.\n", encoding="utf-8")
    assert main(["review", "import", str(path), "--by", "Lan", "--dir", str(tables)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "review.csv, row 2: the memory holds a correction of a later date: Mưa lớn."
    assert told[1].endswith("0 corrections taken, 0 of them new; 1 refused")


def test_near_sentences_are_shown_and_never_built(tables: Path) -> None:
    (tables / "memory" / "mine.tsv").write_text("Trận lũ quét qua bản Nà Lốc.\tThe flood swept Na Loc.\n", "utf-8")
    article = article_of(TEXT)
    made = translate(article, extraction_of(article), load_glossary(tables), None)
    assert not any(s.target for s in made.segments)
    near = Near("Trận lũ quét qua bản Nà Lốc.", "The flood swept Na Loc.", 85)
    shown = entries(made, lambda source: near if "Nà Pục" in source else None)
    assert [e.near for e in shown] == [None, near, None]
    known = Translation((Segment(Span(0, 1), "Nà Pục", "Na Puc", "memory"),), "")
    assert entries(known, lambda _: near)[0].near is None


def test_export_needs_a_run(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    for make, reason in (
        (lambda: None, "No such file or directory"),
        (folder.mkdir, "No such file or directory"),
        (lambda: (folder / "4-translation.json").write_text("[]", "utf-8"), "not the JSON of Translation"),
        (lambda: (folder / "4-translation.json").write_bytes(b"\xff"), "not UTF-8"),
    ):
        make()
        assert main(["review", "export", str(folder), "--dir", str(tables)]) == 6
        (message,) = capsys.readouterr().err.splitlines()
        assert message.startswith(f"songngu: {folder / '4-translation.json'}: ")
        assert reason in message


def test_export_leaves_what_it_cannot_read(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    built(folder, tables)
    (folder / "review.csv").write_text("a person's", encoding="utf-8")
    assert main(["review", "export", str(folder), "--dir", str(tables)]) == 6
    assert "would be replaced, and cannot be read" in capsys.readouterr().err
    assert (folder / "review.csv").read_text(encoding="utf-8") == "a person's"


def test_import_needs_corrections_and_a_name(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "review.csv"
    words = ["review", "import", str(path), "--dir", str(tables)]
    assert main([*words, "--by", "Lan"]) == 3
    assert "review.csv: cannot be read" in capsys.readouterr().err
    path.write_bytes(b"PK\x03\x04 a workbook")
    assert main([*words, "--by", "Lan"]) == 3
    assert "save the table as CSV" in capsys.readouterr().err
    path.write_text("vi,correction\nMưa lớn.,\n", encoding="utf-8")
    assert main([*words, "--by", "Lan"]) == 3
    assert capsys.readouterr().err == "songngu: review.csv: holds no corrections\n"
    with pytest.raises(SystemExit, match="2"):
        main([*words, "--by", " "])
    path.write_text("vi,correction\nMưa lớn.,Heavy rain.\n", encoding="utf-8")

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert main(words) == 2
    assert "say --by NAME" in capsys.readouterr().err
    monkeypatch.setattr("getpass.getuser", lambda: "minh")
    assert main(words) == 0
    assert [p.who for p in read_pairs(tables / "memory" / IMPORTED)] == ["minh"]
