"""The site of an archive: its files, feeds and addresses, and what a rebuild touches."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from archive_samples import packed
from lxml import etree, html
from samples import THEME, glossary, own_theme
from site_helpers import MONTHS, START, build, fill, monthly, parcels, tree

from pipeline.archive.reading import opened
from pipeline.archive.site import build_site
from pipeline.errors import ArchiveError

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    fill(folder, parcels())
    return folder


@pytest.fixture(scope="module")
def site(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "site"
    build(archive, out)
    return out


# --- files --------------------------------------------------------------------------------


def pages(site: Path) -> list[str]:
    own = [p.relative_to(site).as_posix() for p in site.rglob("*.html")]
    return [p for p in own if not p.startswith("briefs/")]


def test_every_link_leads_somewhere(site: Path) -> None:
    ids: dict[Path, set[str]] = {}
    for file in pages(site):
        document = html.parse(site / file).getroot()
        for element, _, link, _ in document.iterlinks():
            target, part = urldefrag(urljoin(f"http://here/{file}", link))
            assert urlsplit(target).netloc == "here", (file, link)
            place = site / urlsplit(target).path.lstrip("/")
            place = place / "index.html" if place.is_dir() else place
            assert place.is_file(), (file, element.tag, link)
            if part and place.name == "index.html":
                if place not in ids:
                    ids[place] = set(html.parse(place).xpath("//@id"))
                assert part in ids[place], (file, link)


def test_each_page_is_there_in_both_languages_and_says_so(site: Path) -> None:
    for file in pages(site):
        if not file.startswith(("vi/", "en/")):
            continue
        lang, _, rest = file.partition("/")
        other = {"vi": "en", "en": "vi"}[lang]
        assert (site / other / rest).is_file()
        document = html.parse(site / file).getroot()
        assert document.get("lang") == lang
        alternate = document.xpath(f"//link[@hreflang='{other}']/@href")
        switch = document.xpath(f"//nav[@class='languages']/a[@lang='{other}']/@href")
        assert [urljoin(f"http://here/{file}", a) for a in (*alternate, *switch)] == [
            f"http://here/{other}/{rest.removesuffix('index.html')}"
        ] * 2
        assert document.xpath("//nav[@class='menu']//a/@aria-current")


def test_pages_allow_nothing_inline_and_have_none(site: Path) -> None:
    for file in pages(site):
        document = html.parse(site / file).getroot()
        policy = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert len(policy) == 1
        assert "unsafe" not in policy[0]
        assert "default-src 'none'" in policy[0]
        assert document.xpath("//style | //@style | //script[not(@src)] | //@*[starts-with(name(), 'on')]") == []


def test_a_brief_s_page_tells_editions_findings_and_revisions(site: Path) -> None:
    corrected = html.parse(site / "en/briefs/lang-son-2023-04/index.html").getroot()
    text = " ".join(corrected.text_content().split())
    assert "This edition replaces edition 1." in text
    assert corrected.xpath("//section[@id='edition-1']//a[starts-with(@href, '../../../briefs/lang-son-2023-04/1/')]")
    assert "+4.75% this brief, Edition 2" in text
    later = html.parse(site / "vi/briefs/lang-son-2023-05/index.html").getroot()
    words = " ".join(later.text_content().split())
    assert "+9,9% bản tin này" in words
    assert "Điều chỉnh số trước" in words
    found = html.parse(site / "vi/briefs/lang-son-2023-06/index.html").getroot()
    assert found.xpath("string(//ul[@class='findings']//p[1])") == "Lỗi Tổng “<b>” không khớp."


def test_the_files_of_editions_are_those_of_the_archive(archive: Path, site: Path) -> None:
    with opened(archive) as found:
        for entry in found.entries(every=True):
            for file in (site / "briefs" / entry.slug / str(entry.edition)).iterdir():
                assert file.read_bytes() == found.read(entry, file.name)
    assert (site / "briefs/lang-son-2023-04/2/brief.pdf").is_file()


def test_an_indicator_s_page_has_every_vintage(site: Path) -> None:
    document = html.parse(site / "en/indicators/cpi/index.html").getroot()
    row = document.xpath("//section[@id='VN-09']//tr[th='April 2023']")
    assert len(row) == 1
    told = " ".join(row[0].text_content().split())
    assert re.findall(r"[+−]\d[\d.]*%", told) == ["+9.9%", "+4.75%", "+3.4%"]


def test_a_line_is_thin_where_a_month_is_missing(site: Path) -> None:
    document = html.parse(site / "vi/indicators/cpi/index.html").getroot()
    line = document.xpath("//section[@id='VN-09']//svg")[0]
    assert len(line.xpath("./circle/title")) == 9
    assert line.xpath("./path[@class='far']/@d")[0].count("M") == 1  # January to March
    assert line.xpath("./path[@class='near']/@d")[0].count("M") == 7
    newest = line.xpath("./circle[@class='newest']/title/text()")[0].split("\n")
    assert newest == ["+2,6%", "Tháng 6/2023", "Bản tin tháng 6/2023, công bố ngày 28/06/2023"]


# --- feeds and the sitemap ----------------------------------------------------------------


def require_valid(feed: etree._Element, *, absolute: bool) -> None:
    """What RFC 4287 requires of a feed and its entries."""
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
    for element in (feed, *feed.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", ATOM)) == 1
        assert moment.fullmatch(element.findtext("a:updated", "", ATOM))
        assert re.fullmatch(r"tag:[a-z.]+,\d{4}:\S+", element.findtext("a:id", "", ATOM))
        for link in element.findall("a:link", ATOM):
            assert link.get("href")
            assert bool(urlsplit(link.get("href", "")).netloc) == absolute
    assert feed.findtext("a:author/a:name", "", ATOM)
    links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in feed.findall("a:link", ATOM)]
    assert len(set(links)) == len(links)
    ids = [e.findtext("a:id", "", ATOM) for e in feed.findall("a:entry", ATOM)]
    assert len(set(ids)) == len(ids) > 0
    for entry in feed.findall("a:entry", ATOM):
        assert len(entry.findall("a:link[@rel='alternate']", ATOM)) == 1
        enclosure = entry.find("a:link[@rel='enclosure']", ATOM)
        assert enclosure is not None
        assert enclosure.get("type") == "application/pdf"
        assert int(enclosure.get("length", "0")) > 0
        assert moment.fullmatch(entry.findtext("a:published", "", ATOM))


def test_feeds_are_atom(site: Path) -> None:
    feeds = sorted(site.rglob("feed.xml"))
    assert len(feeds) == 6
    for path in feeds:
        feed = etree.parse(path).getroot()
        require_valid(feed, absolute=False)
        for link in feed.iterfind(".//a:link", ATOM):
            target = urlsplit(urljoin(f"http://here/{path.relative_to(site).as_posix()}", link.get("href", ""))).path
            assert (site / target.lstrip("/")).exists()
    own = etree.parse(site / "en/places/VN-66/feed.xml").getroot()
    assert [e.get("term") for e in own.iterfind(".//a:category", ATOM)] == ["VN-66", "VN-66"]


def locations(file: Path) -> list[str]:
    return [e.text or "" for e in etree.parse(file).getroot().iterfind(".//s:loc", MAP)]


def test_with_an_address_feeds_and_the_sitemap_are_absolute_and_ids_the_same(
    archive: Path, site: Path, tmp_path: Path
) -> None:
    build(archive, tmp_path / "site", "https://example.org/briefs")
    feed = etree.parse(tmp_path / "site/vi/feed.xml").getroot()
    require_valid(feed, absolute=True)
    ids = [e.text for e in feed.iterfind(".//a:id", ATOM)]
    assert ids == [e.text for e in etree.parse(site / "vi/feed.xml").getroot().iterfind(".//a:id", ATOM)]
    listed = locations(tmp_path / "site/sitemap.xml")
    assert all(loc.startswith("https://example.org/briefs/") for loc in listed)
    missing = html.parse(tmp_path / "site/404.html").getroot()
    assert missing.xpath("//link[@rel='stylesheet']/@href") == ["/briefs/assets/site.css"]
    with pytest.raises(ArchiveError, match="not the address of a site"):
        build(archive, tmp_path / "other", "example.org")


def test_the_sitemap_lists_every_page(site: Path) -> None:
    listed = locations(site / "sitemap.xml")
    assert sorted(listed) == sorted(
        p.removesuffix("index.html") for p in pages(site) if p not in ("index.html", "404.html")
    )


# --- building again -----------------------------------------------------------------------


def test_the_same_archive_gives_the_same_bytes(archive: Path, site: Path, tmp_path: Path) -> None:
    build(archive, tmp_path / "again")
    assert tree(tmp_path / "again") == tree(site)


def test_building_again_writes_nothing(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    first = build(archive, out)
    assert first.written > first.pages > 40
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*")}
    again = build(archive, out)
    assert (again.written, again.removed, again.pages) == (0, 0, first.pages)
    assert {p: p.stat().st_mtime_ns for p in out.rglob("*")} == before


def test_one_more_brief_changes_what_it_must(archive: Path, tmp_path: Path) -> None:
    more, out = tmp_path / "archive", tmp_path / "site"
    shutil.copytree(archive, more)
    build(more, out)
    before = tree(out)
    fill(more, [packed(monthly("2024-01", 3, "VN-66"), "mới")], START.replace(year=2024))
    written = build(more, out)
    after = tree(out)
    changed = {p for p in after if after[p] != before.get(p)}
    assert written.written == len(changed - {".songngu-site.json"})
    assert before.keys() <= after.keys()
    untouched = ("vi/briefs/lang-son", "briefs/lang-son", "en/places/VN-09/index", "search/2023", "assets/")
    assert [p for p in changed if p.startswith(untouched)] == []
    needed = {
        "vi/index.html", "en/feed.xml", "sitemap.xml", "vi/places/VN-66/index.html",
        "en/briefs/hung-yen-2024-01/index.html",
        "vi/briefs/hung-yen-2023-06/index.html", "briefs/hung-yen-2024-01/1/brief.pdf", "search/2024/briefs.json",
    }  # fmt: skip
    assert needed <= changed
    fresh = tmp_path / "fresh"
    build(more, fresh)
    assert tree(fresh) == after


def test_a_figure_that_a_correction_withdrew_is_shown_no_more(archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive"
    shutil.copytree(archive, copy)
    build(copy, tmp_path / "site")
    page = tmp_path / "site" / "en" / "indicators" / "cpi" / "index.html"
    newest = MONTHS[-1]
    assert "June 2023" in page.read_text(encoding="utf-8")
    made = monthly(newest, len(MONTHS) - 1)
    fill(copy, [packed(replace(made, observations=made.observations[1:]), "nguồn không có giá")])
    build(copy, tmp_path / "site")
    areas = re.split("<h2", page.read_text(encoding="utf-8"))
    assert "June 2023" not in next(a for a in areas if "Lang Son" in a)


def test_a_figure_that_only_an_earlier_reading_had_is_no_revision(archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive"
    shutil.copytree(archive, copy)
    again = monthly("2023-06", 8)
    misread = replace(
        again.observations[0], period="2023-04", value=Decimal("8.8")
    )  # April is told in two ways already
    first = replace(again, observations=(*again.observations, misread))
    fill(copy, [packed(first, "nguồn đọc lại"), packed(again, "nguồn đọc lại")])
    build(copy, tmp_path / "site")
    page = (tmp_path / "site" / "en" / "briefs" / "lang-son-2023-06" / "index.html").read_text(encoding="utf-8")
    assert "8.8%" not in page


def test_pages_that_are_gone_go_and_a_person_s_own_stay(archive: Path, tmp_path: Path) -> None:
    out, less = tmp_path / "site", tmp_path / "archive"
    build(archive, out)
    (out / "CNAME").write_text("example.org", encoding="utf-8")
    (out / "vi/places/note.txt").write_text("mine", encoding="utf-8")
    fill(less, list(parcels())[:3])
    written = build(less, out)
    assert written.removed > 20
    assert (out / "CNAME").is_file()
    assert (out / "vi/places/note.txt").is_file()
    assert not (out / "vi/places/VN-66").exists()
    own = {p: b for p, b in tree(out).items() if p not in ("CNAME", "vi/places/note.txt")}
    build(less, tmp_path / "fresh")
    assert own == tree(tmp_path / "fresh")


def test_a_page_that_was_damaged_is_put_right(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    build(archive, out)
    good = (out / "vi/index.html").read_bytes()
    (out / "vi/index.html").write_bytes(b"x" * len(good))
    (out / "en/index.html").unlink()
    assert build(archive, out).written == 2
    assert (out / "vi/index.html").read_bytes() == good


def test_a_folder_of_something_else_is_let_be(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ArchiveError, match="not empty, and no site"):
        build(archive, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(ArchiveError, match="cannot be written"):
        build(archive, tmp_path / "notes.txt" / "site")


def test_a_foreign_file_at_an_address_is_not_overwritten(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    build(archive, out)
    more = tmp_path / "archive"
    shutil.copytree(archive, more)
    fill(more, [packed(monthly("2024-01", 3, "VN-66"), "mới")], START.replace(year=2024))
    place = out / "vi/briefs/hung-yen-2024-01"
    place.mkdir()
    (place / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(ArchiveError, match="not a file of this site"):
        build(more, out)
    assert (place / "index.html").read_text(encoding="utf-8") == "mine"


def test_a_killed_build_knows_its_own_again(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, left, replace = tmp_path / "site", [40], Path.replace

    def dying(self: Path, target: Path) -> Path:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", dying)
    with pytest.raises(KeyboardInterrupt):
        build(archive, out)
    monkeypatch.undo()
    build(archive, out)
    build(archive, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        ("no json", "damaged"),
        ('{"version": 2, "files": {}}', "of a newer songngu"),
        ('{"version": 1, "files": {"../../etc/passwd": ["", 1]}}', "no page of a site"),
        ('{"version": 1, "files": {"/etc/passwd": ["", 1]}}', "no page of a site"),
    ],
)
def test_a_damaged_manifest_is_named(archive: Path, tmp_path: Path, manifest: str, why: str) -> None:
    (tmp_path / ".songngu-site.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(ArchiveError, match=why):
        build(archive, tmp_path)


def test_an_empty_archive_has_a_site(tmp_path: Path) -> None:
    fill(tmp_path / "archive", list(parcels())[:1])
    with opened(tmp_path / "archive") as found:
        for table in ("fact", "passage", "file", "brief"):
            found.index.execute(f"DELETE FROM {table}")  # noqa: S608  # names of this test
        build_site(found, glossary(), THEME, tmp_path / "site")
    assert "chưa có bản tin" in (tmp_path / "site/vi/index.html").read_text(encoding="utf-8")


def test_an_organisation_s_look_is_a_file_of_the_site(archive: Path, tmp_path: Path) -> None:
    theme = own_theme(tmp_path / "own", '[organisation]\nname = "Quỹ Á Châu"\nlogo = "logo.svg"\nfooter = "Nội bộ"\n')
    with opened(archive) as found:
        build_site(found, glossary(), theme, tmp_path / "site")
    front = html.parse(tmp_path / "site/vi/index.html").getroot()
    assert front.xpath("//header//img/@alt") == ["Quỹ Á Châu"]
    assert (tmp_path / "site/assets/logo.svg").is_file()
    assert "Nội bộ" in front.xpath("string(//footer)")


def test_many_briefs_fill_pages_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.archive.site.briefs.PAGE", 4)
    monkeypatch.setattr("pipeline.archive.site.data.ROWS", 10)
    monkeypatch.setattr("pipeline.archive.site.figures.ROWS", 10)
    fill(tmp_path / "archive", parcels())
    build(tmp_path / "archive", tmp_path / "site")
    front = html.parse(tmp_path / "site/en/index.html").getroot()
    assert len(front.xpath("//ul[@class='briefs']/li")) == 7
    assert front.xpath("//nav[@class='pages']/a/@href") == ["../en/page/1/"]
    oldest = html.parse(tmp_path / "site/en/page/1/index.html").getroot()
    assert len(oldest.xpath("//ul[@class='briefs']/li")) == 4
    test_every_link_leads_somewhere(tmp_path / "site")
    overview = html.parse(tmp_path / "site/en/indicators/cpi/index.html").getroot()
    assert [" ".join(r.text_content().split()) for r in overview.xpath("//tbody/tr")][1].startswith(
        "Lang Son+2.6%June 2023"
    )
    detail = html.parse(tmp_path / "site/en/indicators/cpi/VN-09/index.html").getroot()
    assert len(detail.xpath("//svg/circle")) == 9


def test_no_process_leaves_its_umask_behind(site: Path) -> None:
    assert all(os.access(p, os.R_OK) for p in site.rglob("*"))
