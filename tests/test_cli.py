"""The command line: names, flags, exit statuses and outputs that other programs rely on."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline import __version__
from pipeline.cli import main
from pipeline.errors import StoreError
from pipeline.model import Extraction, Translation
from pipeline.store import COLUMNS, from_json, write_run

EXAMPLE = ROOT / "examples" / "lang-son-2023-06.html"
SONGNGU = [sys.executable, "-m", "pipeline.cli"]


def run(*arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    words = [*SONGNGU, *map(str, arguments)]
    return subprocess.run(words, cwd=ROOT, input=text, capture_output=True, text=True, check=False)


def test_version_and_help_of_every_command() -> None:
    assert run("--version").stdout == f"songngu {__version__}\n"
    commands = ("", "build", "extract", "check", "translate", "model", "model install", "review", "review export")
    for words in map(str.split, (*commands, "review import")):
        done = run(*words, "--help")
        assert done.returncode == 0
        assert re.search(r"^example: (echo '.+' \| )?songngu ", done.stdout, re.MULTILINE), words


def test_build_writes_the_run_and_prints_the_pdf_last(tmp_path: Path) -> None:
    done = run("build", EXAMPLE, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    pdf = Path(done.stdout.splitlines()[-1])
    assert pdf == tmp_path / "lang-son-2023-06" / "brief.pdf"
    assert pdf.read_bytes().startswith(b"%PDF")
    names = sorted(p.name for p in pdf.parent.iterdir())
    assert names == [
        "0-source.html", "1-article.json", "2-extraction.json", "3-check.json", "4-translation.json", "5-brief.json",
        "6-charts.json", "article.txt", "brief.html", "brief.pdf", "datapackage.json", "observations.csv",
        "observations.sdmx.csv",
    ]  # fmt: skip
    assert (pdf.parent / "0-source.html").read_bytes() == Path(EXAMPLE).read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["lang-son-2023-06"]


def test_quiet_says_the_path_alone_and_one_language_is_one(tmp_path: Path) -> None:
    done = run("build", EXAMPLE, "--out", tmp_path, "--lang", "en", "--quiet")
    assert done.stdout == f"{tmp_path / 'lang-son-2023-06' / 'brief.pdf'}\n"
    assert done.stderr == ""
    html = (tmp_path / "lang-son-2023-06" / "brief.html").read_text(encoding="utf-8")
    assert '<article id="en"' in html
    assert '<article id="vi"' not in html


def test_every_printed_figure_can_be_followed_to_its_words(tmp_path: Path) -> None:
    """A figure of the page names its observation, and the observation its span in the article."""
    main(["build", str(EXAMPLE), "--out", str(tmp_path), "--quiet"])
    folder = tmp_path / "lang-son-2023-06"
    text = json.loads((folder / "1-article.json").read_text(encoding="utf-8"))["text"]
    extraction = from_json((folder / "2-extraction.json").read_text(encoding="utf-8"), Extraction)
    html = (folder / "brief.html").read_text(encoding="utf-8")
    figures = re.findall(r'<data class="fig" data-observation="(\d+)" value="([^"]*)"', html)
    assert len(figures) > 100
    for index, value in figures:
        o = extraction.observations[int(index)]
        assert f"{o.value:f}" == value
        assert text[o.span.start : o.span.end] == o.quote


def test_extract_csv_is_the_observation_table() -> None:
    done = run("extract", EXAMPLE, "--format", "csv")
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert tuple(rows[0]) == COLUMNS
    text = run("extract", EXAMPLE, "--format", "text").stdout
    for row in rows[1:]:
        cell = dict(zip(COLUMNS, row, strict=True))
        assert text[int(cell["start"]) : int(cell["end"])] == cell["quote"]
    assert ["grdp", "VN-09", "2023-01/2023-06", "growth", "year_ago", "5.32", "percent", "0"] in [r[:8] for r in rows]


def test_extract_json_and_table() -> None:
    extraction = from_json(run("extract", EXAMPLE, "--format", "json").stdout, Extraction)
    table = run("extract", EXAMPLE).stdout
    assert "…" not in table
    assert len(table.splitlines()) == len(extraction.observations) + 1
    assert re.search(r"budget\.revenue +VN-09 +2023-01/2023-06 +level +4,307,931 +million VND", table)


def test_translate_gives_a_line_for_each_line() -> None:
    lines = "Chỉ số giá tiêu dùng\n\nThời tiết diễn biến thất thường ở các xã vùng cao.\n"
    out = run("translate", "-", text=lines).stdout
    assert out.count("\n") == 3
    assert out.splitlines()[0] == "Consumer price index"
    assert out.splitlines()[1] == ""
    translation = from_json(run("translate", "--format", "json", text=lines).stdout, Translation)
    assert [s.method for s in translation.segments] == ["template", "none"]
    assert run("translate", text=lines.replace("\n", "\r\n")).stdout == out
    assert run("translate", text="").stdout == ""
    assert translation.segments[1].findings[0].code == "translate.untranslated"


BAD = {
    "missing": None,
    "empty": b"",
    "binary": bytes(range(256)) * 20,
    "latin": "Thống kê tỉnh Hưng Yên tăng 5%".encode("utf-16"),
    "english": b"Gross regional domestic product of the province rose 5.32% in the first half of 2023. " * 20,
    "login": "<html><body><h1>Đăng nhập</h1><form><input name='u'></form></body></html>".encode(),
    "festival": (
        "<html><body><h1>Lễ hội văn hóa tỉnh Lạng Sơn tháng 6 năm 2023</h1><p>Lễ hội diễn ra trong 5 ngày, gồm 12 "
        "hoạt động, với 15 đoàn nghệ thuật và 3 đêm diễn tại thành phố Lạng Sơn, tỉnh Lạng Sơn.</p></body></html>"
    ).encode(),
    "figureless": (
        "Tình hình kinh tế - xã hội tỉnh Hưng Yên ổn định, sản xuất phát triển, đời sống được cải thiện. " * 9
    ).encode(),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["build", "extract", "check"])
def test_bad_sources_end_with_one_line_and_status_2(name: str, command: str, tmp_path: Path) -> None:
    source = tmp_path / f"{name}.html"
    data = BAD[name]
    if data is not None:
        source.write_bytes(data)
    out = tmp_path / "out"
    done = run("build", source, "--out", out) if command == "build" else run(command, source)
    assert done.returncode == 2
    assert done.stdout == ""
    [message] = done.stderr.splitlines()
    assert message.startswith(f"songngu: {source}: ")
    assert not out.exists() or not list(out.iterdir())


def test_a_folder_and_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    assert run("extract", tmp_path).returncode == 2
    other = tmp_path / "report.docx"
    other.write_bytes(b"PK\x03\x04")
    done = run("extract", other)
    assert done.returncode == 2
    assert "report.docx" in done.stderr


def test_wrong_flags_end_with_status_2() -> None:
    for words in (
        ["build"],
        ["build", "x", "--lang", "fr"],
        ["build", "x", "--lang", "vi,vi"],
        ["build", "x", "--quiet", "--verbose"],
        ["frobnicate"],
        [],
    ):
        assert run(*words).returncode == 2


def test_a_wrong_model_is_named(tmp_path: Path) -> None:
    model = tmp_path / "broken.argosmodel"
    model.write_bytes(b"not a zip")
    done = run("build", EXAMPLE, "--out", tmp_path / "out", "--model", model)
    assert done.returncode == 4
    assert str(model) in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    done = run("build", EXAMPLE, "--out", blocked / "out")
    assert done.returncode == 6
    assert str(blocked) in done.stderr


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("wait", [0.4, 1.2, 2.5])
def test_an_interrupt_leaves_no_half_written_brief(sign: signal.Signals, wait: float, tmp_path: Path) -> None:
    """Whenever it comes: the run's folder is whole or not there, and nothing else lies beside it."""
    words = [*SONGNGU, "build", str(EXAMPLE), "--out", str(tmp_path)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(wait)
        process.send_signal(sign)
        process.communicate(timeout=60)
    assert process.returncode in (0, 130, -sign)
    left = list(tmp_path.iterdir())
    assert [len(list(folder.iterdir())) for folder in left] in ([], [9])
    assert left or process.returncode


def test_a_second_build_replaces_its_files_and_keeps_a_persons(tmp_path: Path) -> None:
    folder = tmp_path / "lang-son-2023-06"
    folder.mkdir()
    (folder / "brief.pdf").write_text("an earlier run", encoding="utf-8")
    (folder / "notes.txt").write_text("a person's", encoding="utf-8")
    source = folder / "source.html"
    source.write_bytes(EXAMPLE.read_bytes())
    assert run("build", source, "--out", tmp_path, "--lang", "vi").returncode == 0
    assert (folder / "brief.pdf").read_bytes().startswith(b"%PDF")
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "a person's"
    assert source.read_bytes() == EXAMPLE.read_bytes()


def test_what_is_not_a_runs_folder_is_never_replaced(tmp_path: Path) -> None:
    place = tmp_path / "lang-son-2023-06"
    place.write_text("a person's", encoding="utf-8")
    done = run("build", EXAMPLE, "--out", tmp_path, "--lang", "vi")
    assert done.returncode == 6
    assert str(place) in done.stderr
    assert place.read_text(encoding="utf-8") == "a person's"
    assert [p.name for p in tmp_path.iterdir()] == ["lang-son-2023-06"]


def test_a_file_that_a_run_does_not_have_any_more_goes(tmp_path: Path) -> None:
    write_run(tmp_path, "a", {"x": b"1", "y": b"1"})
    write_run(tmp_path, "a", {"x": b"2", "y": None, "z": None})
    assert sorted((p.name, p.read_bytes()) for p in (tmp_path / "a").iterdir()) == [("x", b"2")]


def test_a_run_inside_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(tmp_path, "a", {"x": b"1"})
    (tmp_path / "a" / "notes").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    assert write_run(Path(".."), "a", {"x": b"2"}) == Path("../a")
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == ["notes", "x"]
    assert (tmp_path / "a" / "x").read_bytes() == b"2"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_run_that_fails_leaves_the_earlier_one(tmp_path: Path) -> None:
    write_run(tmp_path, "a", {"x": b"1"})
    (tmp_path / "a" / "y").mkdir()  # where a file must go
    with pytest.raises(StoreError, match="a folder has this name"):
        write_run(tmp_path, "a", {"x": b"2", "y": b"2"})
    assert (tmp_path / "a" / "x").read_bytes() == b"1"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_closed_streams(tmp_path: Path) -> None:
    def closed(words: str) -> subprocess.CompletedProcess[str]:
        command = f"{shlex.join(SONGNGU)} {words}"
        return subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert closed("translate <&-").returncode == 0
    done = closed("extract nowhere.txt 2>&-")
    assert (done.returncode, done.stdout) == (2, "")
    done = closed(f"build {shlex.quote(str(EXAMPLE))} --out {shlex.quote(str(tmp_path))} >&-")
    assert done.returncode == 0
    assert (tmp_path / "lang-son-2023-06" / "brief.pdf").exists()


def test_many_runs_into_one_folder_take_turns(tmp_path: Path) -> None:
    def write(n: int) -> Path:
        return write_run(tmp_path, "a", {"x": b"%d" % n, "y": b"%d" % n})

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(write, range(200))) == {tmp_path / "a"}
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a" / "x").read_bytes() == (tmp_path / "a" / "y").read_bytes()


@pytest.mark.parametrize("words", [["build", EXAMPLE, "--quiet"], ["extract", EXAMPLE], ["translate"]])
def test_a_full_disk_is_one_line(words: list[str | Path], tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    command = [*SONGNGU, *map(str, words)] + (["--out", str(tmp_path)] if words[0] == "build" else [])
    with full.open("wb") as out:
        done = subprocess.run(
            command, cwd=ROOT, input=b"a\n", stdout=out, stderr=subprocess.PIPE, check=False
        )  # fmt: skip
    assert done.returncode == 6
    assert done.stderr.decode() == "songngu: standard output: cannot be written: No space left on device\n"


def test_devices_pipes_and_strange_names_are_sources_like_others(tmp_path: Path) -> None:
    endless = Path("/dev/zero")
    if endless.exists():
        assert "larger than 20 MB" in run("build", endless).stderr
    assert run("build", "-").returncode == 2
    strange = os.fsdecode(os.fsencode(tmp_path) + b"/b\xe1o.html")
    missing = run("extract", strange)
    assert missing.returncode == 2
    assert missing.stderr.endswith("o.html: no such file\n")
    Path(strange).write_bytes(EXAMPLE.read_bytes())
    assert run("extract", strange, "--format", "json").returncode == 0


def test_a_reader_that_stops_early_is_no_error() -> None:
    with subprocess.Popen(
        [*SONGNGU, "extract", str(EXAMPLE)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as p:
        assert p.stdout is not None
        p.stdout.read(100)
        p.stdout.close()
        assert p.stderr is not None
        assert p.stderr.read() == b""
    assert p.returncode == 0
