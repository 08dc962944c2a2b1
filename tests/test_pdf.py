"""The PDF as an archive and a screen reader take it: conformance, structure, text, attachments, the same bytes."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import frictionless
import pikepdf
import pypdfium2
import pytest
import verapdf
from conftest import ROOT, SHARED
from lxml import html as parser
from pdfminer.high_level import extract_text
from samples import BRIEFS, THEME, glossary, own_theme, poor

from pipeline.chart import chart
from pipeline.dataset import OBSERVATIONS, PACKAGE, SDMX, dataset, sdmx_csv
from pipeline.editions import Charts, Editions
from pipeline.model import LANGUAGES
from pipeline.press import Press
from pipeline.render import render
from pipeline.render.paper import Paper
from pipeline.run import Inputs, Results, run
from pipeline.store import observation_table

EXAMPLE = ROOT / "examples" / "lang-son-2023-06.html"


@cache
def built(source: Path = EXAMPLE) -> tuple[Results, str]:
    """An article's results, and the HTML that was set on its pages at last."""
    set_on_pages: list[str] = []
    lay_out = Paper.lay_out

    def watched(self: Paper, html: str) -> Any:
        set_on_pages.append(html)
        return lay_out(self, html)

    inputs = Inputs(source.read_bytes(), source.name, glossary(), None, None, Press(glossary(), LANGUAGES, THEME))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Paper, "lay_out", watched)
        results = run(inputs, lambda _: None)
    return results, set_on_pages[-1]


@cache
def sample(name: str) -> Editions:
    brief = BRIEFS[name]()
    return render(brief, chart(brief, glossary(), LANGUAGES, THEME), glossary(), LANGUAGES, THEME)


@pytest.fixture(scope="module")
def reports() -> list[Path]:
    """The real reports, none where they are not at hand: what is tested on them is tested on the example too."""
    return sorted((SHARED / "reports").glob("*.txt"))


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(built()[0].editions.pdf)) as document:
        yield document


def elements(node: Any) -> Iterator[Any]:
    """The structure elements below one, in order."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def named(pdf: pikepdf.Pdf, *kinds: str) -> list[Any]:
    return [e for e in elements(pdf.Root.StructTreeRoot) if e.S in kinds]


# --- conformance --------------------------------------------------------------------------


def test_both_standards_are_met(tmp_path: Path, reports: list[Path]) -> None:
    if shutil.which("java") is None or not verapdf.JAXB.is_file() or importlib.util.find_spec("jpype") is None:
        pytest.skip("veraPDF needs Java and Debian's libjaxb-java (.ci/run installs them)")
    files = {"example": built()[0].editions.pdf, **{name: sample(name).pdf for name in BRIEFS}}
    for kind in ("svg", "png"):
        theme = own_theme(tmp_path / kind, f'[organisation]\nname = "Quỹ Á Châu"\nlogo = "logo.{kind}"\n')
        files[kind] = render(poor(), Charts(()), glossary(), LANGUAGES, theme).pdf
    files |= {report.stem: built(report)[0].editions.pdf for report in reports}
    for name, data in files.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)
    # A file that breaks both: the check must be able to fail.
    with pikepdf.open(tmp_path / "poor.pdf") as broken:
        del broken.Root.StructTreeRoot
        broken.save(tmp_path / "broken.pdf")
    paths = [str(p) for p in sorted(tmp_path.glob("*.pdf"))]
    assert len(paths) == 8 + len(reports)
    command = [sys.executable, str(ROOT / "tests" / "verapdf.py"), *paths]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # ours
    wrong = {Path(path).stem: rules for path, rules in told.items() if rules}
    assert {rule.partition(":")[0] for rule in wrong.pop("broken")} == {"3a", "ua1"}
    assert wrong == {}


# --- structure ----------------------------------------------------------------------------


def test_every_part_is_read_in_its_language(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root.Lang) == "vi"
    articles = named(pdf, "/Art")
    assert [str(e.Lang) for e in articles] == ["vi", "vi", "en", "en"]  # two pages each
    foreign = [e for article in articles[2:] for e in elements(article) if e.get("/Lang") == "vi"]
    left = sum(any(r.language for r in s.en) for s in (*built()[0].brief.difficulties, *built()[0].brief.outlook))
    assert len(foreign) >= left > 0
    assert not any("/Lang" in e for article in articles[:2] for e in elements(article))


def test_headings_go_down_one_level_at_a_time(pdf: pikepdf.Pdf) -> None:
    levels = [int(str(e.S)[2]) for e in named(pdf, "/H1", "/H2", "/H3")]
    assert levels.count(1) == 2
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_headers_say_what_they_head(pdf: pikepdf.Pdf) -> None:
    cells = named(pdf, "/TH")
    scopes = Counter(str(e.A.Scope) for e in cells)
    rows = sum(e.S == "/TR" for e in named(pdf, "/TR"))
    assert scopes["/Column"] >= 12
    assert scopes["/Row"] == rows - 2  # all but the two lines of column heads
    assert scopes.total() == len(cells)


def test_every_picture_is_told_in_words(pdf: pikepdf.Pdf) -> None:
    told = [str(e.Alt) for e in named(pdf, "/Figure")]
    drawn = {c.alternative for c in built()[0].charts.charts}
    assert len(told) >= 8
    assert set(told) <= drawn
    assert all(any(c.isdigit() for c in text) for text in told)


def test_bookmarks_lead_through_both_languages(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        tops = [(" ".join(item.title.split()), [child.title for child in item.children]) for item in outline.root]
    brief = built()[0].brief
    assert [title for title, _ in tops] == ["".join(r.text for r in getattr(brief.headline, n)) for n in LANGUAGES]
    assert "Chỉ tiêu chủ yếu" in tops[0][1]
    assert "Key indicators" in tops[1][1]
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert str(pdf.docinfo.Title)


# --- text ---------------------------------------------------------------------------------


def letters(text: str) -> Counter[str]:
    return Counter(c for c in text if not c.isspace() and c not in "\u00ad\u2060\u200b\ufeff")


def printed(html: str, pages: int) -> Counter[str]:
    """What stands on the pages: the text of the HTML, what CSS counts, and the lines at the foot."""
    page: Any = parser.fromstring(html)
    for unread in page.xpath("//head | //*[local-name() = 'title' or local-name() = 'desc' or local-name() = 'style']"):
        unread.drop_tree()
    articles = page.xpath("//article")
    points = [len(a.xpath(".//section[@class = 'points']//li")) for a in articles]
    counted = "".join(str(n) for count in points for n in range(1, count + 1))
    feet = "".join(pages // len(articles) * a.get("data-foot") for a in articles)
    feet += "".join(f"{n}/{pages}" for n in range(1, pages + 1))
    return letters(page.text_content() + counted + feet)


@pytest.mark.parametrize(
    "extract",
    [
        lambda data: "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(data)),
        lambda data: extract_text(io.BytesIO(data)).replace("\f", "\n"),
    ],
    ids=["pdfium", "pdfminer"],
)
def test_every_character_comes_out_as_it_was_put_in(extract: Any, reports: list[Path]) -> None:
    for results, html in map(built, [EXAMPLE, *reports]):
        pages = len(pypdfium2.PdfDocument(results.editions.pdf))
        assert pages in (2, 4)  # one or two for each language, the same in both
        found, put = letters(extract(results.editions.pdf)), printed(html, pages)
        assert found - put == Counter(), results.article.source
        assert put - found == Counter(), results.article.source


# --- data ---------------------------------------------------------------------------------


def test_the_data_is_inside_once_and_as_it_is(pdf: pikepdf.Pdf, tmp_path: Path) -> None:
    results = built()[0]
    files = dataset(results.article, results.extraction.observations, results.brief, glossary())
    associated = [(str(f.UF), str(f.AFRelationship)) for f in pdf.Root.AF]
    assert associated == [(f.name, f"/{f.relationship}") for f in files]
    for file in files:
        inside = pdf.attachments[file.name].get_file()
        assert inside.read_bytes() == file.data
        assert inside.mime_type == file.media_type
        (tmp_path / file.name).write_bytes(file.data)
    report = frictionless.Package(str(tmp_path / PACKAGE)).validate()
    assert report.flatten(["type", "note"]) == []
    (tmp_path / OBSERVATIONS).write_bytes(files[0].data + b"one,more\n")
    assert not frictionless.Package(str(tmp_path / PACKAGE)).validate().valid


def test_sdmx_says_the_same_figures(tmp_path: Path) -> None:
    from pysdmx.io import read_sdmx  # noqa: PLC0415  # pandas with it

    observations = built()[0].extraction.observations
    (tmp_path / SDMX).write_text(sdmx_csv(observations), encoding="utf-8")
    message: Any = read_sdmx(tmp_path / SDMX)
    (data,) = message.data
    assert str(data.structure) == "Dataflow=SONGNGU:BRIEF(1.0)"
    rows = data.data[["INDICATOR", "OBS_VALUE", "UNIT_MULT"]].itertuples(index=False, name=None)
    told = [(code, Decimal(value), int(scale)) for code, value, scale in rows]
    assert len(told) > 200
    assert set(told) <= {(o.indicator, o.value, o.scale) for o in observations}
    keys = data.data[["FREQ", "REF_AREA", "INDICATOR", "MEASURE", "BASIS", "UNIT_MEASURE", "TIME_PERIOD"]]
    assert len(keys.drop_duplicates()) == len(told)
    assert {"2023-06", "2023-01-01/P6M"} <= set(keys["TIME_PERIOD"])


@pytest.mark.parametrize(
    ("period", "frequency", "time"),
    [
        ("2023", "A", "2023"),
        ("2023-Q2", "Q", "2023-Q2"),
        ("2023-06", "M", "2023-06"),
        ("2023-06-30", "D", "2023-06-30"),
        ("2023-01/2023-09", "_O", "2023-01-01/P9M"),
    ],
)
def test_periods_of_sdmx(period: str, frequency: str, time: str) -> None:
    from dataclasses import replace  # noqa: PLC0415  # this test alone

    observation = replace(built()[0].extraction.observations[0], period=period)
    row = sdmx_csv([observation]).splitlines()[1].split(",")
    assert (row[3], row[9]) == (frequency, time)


# --- the same bytes -----------------------------------------------------------------------


def command(folder: Path, environment: dict[str, str]) -> dict[str, bytes]:
    """What the command line writes, from a folder and a world of its own."""
    folder.mkdir()
    shutil.copy(EXAMPLE, folder)
    program = "import sys; from pipeline.cli import main; sys.exit(main())"
    words: Sequence[str] = [sys.executable, "-c", program, "build", EXAMPLE.name, "--out", "out"]
    world = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache"), **environment}
    subprocess.run(words, cwd=folder, env=world, check=True, capture_output=True)  # our own
    return {p.name: p.read_bytes() for p in (folder / "out" / "lang-son-2023-06").iterdir()}


def test_the_same_bytes_anywhere(tmp_path: Path) -> None:
    one = command(tmp_path / "one", {"TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"})
    other = command(tmp_path / "other folder", {"TZ": "America/Lima", "LC_ALL": "POSIX", "PYTHONHASHSEED": "2"})
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    assert one["brief.pdf"] == built()[0].editions.pdf
    assert one[OBSERVATIONS] == observation_table(built()[0].extraction.observations).encode()


def test_a_pdf_is_small_enough_for_mail() -> None:
    assert max(len(built()[0].editions.pdf), *(len(sample(n).pdf) for n in BRIEFS)) < 600_000
