"""List pages, feeds and folders: which articles are found there, in what order, and what is told of the rest."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from documents import docx, pdf, web, windows_1258
from hypothesis import given
from hypothesis import strategies as st
from reading import PARAGRAPHS, TITLE, glossary
from watch_helpers import BROKEN, HTML, Clock, Reply, Site, site

from pipeline.read import read_article
from pipeline.read.legacy import Charsets
from pipeline.settings import Sources
from pipeline.vietnamese import slug
from pipeline.watch.finding import LEAST, Titles, Trouble, find, newest_reports
from pipeline.watch.links import links_of, resolved
from pipeline.watch.memory import Found, Link, opened_memory
from pipeline.watch.polite import Visited, Visitor

ARTICLE = web((TITLE, *PARAGRAPHS)).encode()
LONG = tuple(PARAGRAPHS * (LEAST // 30))
MENU = ("Trang chủ", "Giới thiệu", "Báo cáo tình hình KT-XH", "Niên giám thống kê", "Liên hệ, góp ý")


@pytest.fixture
def served() -> Iterator[Site]:
    with site() as running:
        yield running


class Watch:
    """An unattended run as its next part will make it: what is found is read, then safe, then taken."""

    def __init__(
        self, served: Site, folder: Path, *folders: Path, pages: tuple[str, ...] = ("/list",), most: int = 20
    ) -> None:
        self.sources = Sources(tuple(served.address + p for p in pages), folders, private=True, most=most)
        self.folder = folder
        self.clock = Clock()
        self.safe: set[str] = set()

    def run(self, *, take: bool = True) -> list[Found | Trouble]:
        done: list[Found | Trouble] = []
        with opened_memory(self.folder) as memory:
            visitor = Visitor(self.sources, memory, self.clock.now, self.clock.sleep)
            for one in find(self.sources, visitor, glossary(), self.safe.__contains__):
                done.append(one)
                if isinstance(one, Found) and take:
                    self.safe.add(one.sha256)
                    memory.taken(one)
        return done


def paths(found: list[Found | Trouble]) -> list[str]:
    """What was found, by path; troubles as they are told."""
    return [urlsplit(one.name).path if isinstance(one, Found) else one.why for one in found]


def page(*links: tuple[str, str], head: str = "", menu: tuple[str, ...] = MENU) -> Reply:
    """A list page as offices have it: a menu, then links by (address, words)."""
    entries = [*((f"/menu/{slug(m)}", m) for m in menu), *links]
    lines = "".join(f"<li><a href='{escape(a)}'>{escape(t)}</a></li>" for a, t in entries)
    return Reply(f"<!DOCTYPE html><html><head>{head}</head><body><ul>{lines}</ul></body></html>".encode())


def article(month: int, year: int = 2024, lines: tuple[str, ...] = PARAGRAPHS, **given: str) -> Reply:
    return Reply(web((f"Tình hình kinh tế - xã hội tỉnh Cao Bằng tháng {month} năm {year}", *lines)).encode(), **given)  # type: ignore[arg-type]  # etag


# --- which words name a report ------------------------------------------------------------

TITLES = [
    ("Tình hình kinh tế - xã hội tỉnh Cao Bằng tháng Một năm 2025", "2025-01"),
    ("TÌNH HÌNH KT-XH THÁNG 5/2024", "2024-05"),
    ("Tình hình KTXH tháng 10 năm 2024", "2024-10"),
    ("Tình hình kinh tế - xã hội tháng 6, quý II và 6 tháng đầu năm 2023", "2023-06"),
    ("Báo cáo tình hình kinh tế - xã hội quý I/2024", "2024-03"),
    ("Kinh tế - xã hội Cao Bằng 9 tháng năm 2024", "2024-09"),
    ("Tình hình kinh tế xã hội tháng 12 và cả năm 2024", "2024-12"),
    ("Báo cáo số 215/BC-CTK ngày 27/5/2024 tình hình kinh tế - xã hội tháng 5 năm 2024", "2024-05"),
    ("Cao Bằng: Tình hình kinh tế - xã hội tháng 5", ""),
    ("Cao Bằng - Tình hình kinh tế - xã hội tháng 7 năm 2024", "2024-07"),
    ("30/06/2024 Tình hình kinh tế - xã hội tháng 6 năm 2024", "2024-06"),
    ("Chỉ số giá tiêu dùng tháng 11/2024", "2024-11"),
    ("Phụ lục số liệu tháng 8 năm 2024", "2024-08"),
    ("tinh hinh kinh te xa hoi thang 6 quy ii va 6 thang dau nam 2023", "2023-06"),
    ("tinh hinh kinh te xa hoi thang muoi mot nam 2024", "2024-11"),
    ("Bao cao KT-XH T5.2024", "2024-05"),
    ("Bao cao KT XH thang5 2024", "2024-05"),
    (unicodedata.normalize("NFD", "Tình hình kinh tế - xã hội tháng 4 năm 2024"), "2024-04"),
]
OTHERS = [
    *MENU, "", "6", "Tình hình kinh tế - xã hội", "Báo cáo tài chính quý I năm 2024", "Lịch công tác tháng 6 năm 2024",
    "Kế hoạch phát triển kinh tế - xã hội năm 2024", "Hội nghị công bố số liệu quý I năm 2025", "Tháng 6 năm 2024",
    "Niên giám thống kê tỉnh Cao Bằng năm 2023", "Tình hình kinh tế - xã hội, đăng ngày 30/6/2024",
]  # fmt: skip


@pytest.mark.parametrize(("text", "month"), TITLES)
def test_titles_of_reports(text: str, month: str) -> None:
    assert Titles(glossary()).month_of(unicodedata.normalize("NFC", text)) == month


@pytest.mark.parametrize("text", OTHERS)
def test_what_names_no_report(text: str) -> None:
    assert Titles(glossary()).month_of(text) is None


# Titles whose slug has all that they are told by: no figure with a stroke or full stop, nothing before the title.
SLUGS = [slug(text) for text, month in TITLES if month and not re.search(r"\d[/.]\d|Cao Bằng - ", text)]


@pytest.mark.parametrize("words", SLUGS)
def test_an_address_names_a_report_as_its_title_does(words: str) -> None:
    for path in (f"/{words}.html", f"/tin/{words}/512.html", f"/{words.replace('-', '_')}_5.pdf"):
        later, named = Link("http://a.example/x", ("Tình hình KT-XH tháng 1 năm 2030",)), Link(f"http://a{path}", ())
        assert newest_reports([later, named], Titles(glossary())) == [later, named]


def test_the_folder_of_an_address_names_nothing() -> None:
    link = Link("http://a.example/tinh-hinh-kinh-te-xa-hoi-nam-2024/hoi-nghi-5", ("Xem tiếp",))
    assert newest_reports([link], Titles(glossary())) == []


def test_real_menus_and_lists_of_other_articles(shared: Path) -> None:
    """Each line of a real page made a link: the articles that it lists are found, and nothing of its menus."""
    listed = 0
    titles = Titles(glossary())
    for path in sorted((shared / "reports").glob("*.txt")):
        before, mark, after = unicodedata.normalize("NFC", path.read_text(encoding="utf-8")).partition("\nTin khác\n")
        if not mark:
            continue
        lines = [line.strip() for line in after.splitlines() if line.strip()]
        expected = [line for line in lines if line.startswith("Tình hình kinh tế - xã hội tỉnh")]
        title = read_article(path.read_bytes(), path.name, glossary()).title
        menu = before[: before.index(title) + len(title)].splitlines()
        links = [Link(f"http://a.example/{n}", (line.strip(),)) for n, line in enumerate([*menu, *lines])]
        found = [link.texts[0] for link in newest_reports(links, titles)]
        assert [text for text in found if text != title] == expected
        assert title in found
        listed += len(expected)
    assert listed >= 6


# --- where a page leads -------------------------------------------------------------------


def links(markup: str, address: str = "http://a.example/tin/list.aspx?id=3", media: str = HTML) -> dict[str, list[str]]:
    found = links_of(Visited(markup.encode(), address, media, "", ""), Charsets.of(glossary()))
    assert found is not None
    return {link.address: list(link.texts) for link in found}


def test_links_of_a_page() -> None:
    markup = """<html><body><a name="here">Neo</a><a href="">Trang này</a><a href="#top">Lên</a>
      <a href="bai-6.html"><img src="x.jpg" alt="Ảnh bìa"></a>
      <a href="/tin/bai-6.html#noi-dung" title="Tháng 6">Bài
         tháng   6</a><a href="./x/../bai-6.html">Xem tiếp</a>
      <a href="javascript:void(0)">In</a><a href="mailto:a@b.example">Thư</a><a href="http://[::1">Hỏng</a>
      <a href="//b.example:443/a b/báo.pdf?x=y z">Tệp</a><a href="HTTP://A.example:80">Chủ</a><a href="?id=4">4</a>
      <iframe src="xem/bao-cao.pdf"></iframe></body></html>"""
    assert links(markup) == {
        "http://a.example/tin/bai-6.html": ["Ảnh bìa", "Bài tháng 6", "Tháng 6", "Xem tiếp"],
        "http://b.example:443/a%20b/b%C3%A1o.pdf?x=y%20z": ["Tệp"],
        "http://a.example/": ["Chủ"],
        "http://a.example/tin/list.aspx?id=4": ["4"],
        "http://a.example/tin/xem/bao-cao.pdf": [],
    }


@pytest.mark.parametrize("base", ["<base href='/goc/'>", "<base target=_top><base href='http://a.example/goc/x'>"])
def test_a_base_counts(base: str) -> None:
    assert links(f"<head>{base}</head><body><a href='6.html'>6</a>") == {"http://a.example/goc/6.html": ["6"]}


def test_a_document_is_named_by_its_row() -> None:
    found = links(
        "<table><tr><td>Tình hình KT-XH tháng 5/2024</td><td><a href='/t?f=5.docx'>Tải về</a> <a href='/in'>In</a>"
        "</td></tr></table>"
    )
    assert found["http://a.example/t?f=5.docx"][-1].startswith("Tình hình KT-XH tháng 5/2024")
    assert found["http://a.example/in"] == ["In"]


def test_pages_in_old_encodings() -> None:
    title = "Tình hình kinh tế - xã hội tháng 6 năm 2024"
    markup = f"<html><body><p>{PARAGRAPHS[0]}</p><a href='/6'>{title}</a><a href='/7'>{PARAGRAPHS[1]}</a></body></html>"
    for data, media in (
        (windows_1258(markup), "text/html"),
        (markup.encode("utf-16-le"), "text/html; charset=utf-16le"),
    ):
        found = links_of(Visited(data, "http://a.example/", media, "", ""), Charsets.of(glossary()))
        assert found is not None
        assert found[0].texts == (title,)


HREF = st.text(st.sampled_from("ab/.?#=&:%20 @[]\\\tăế"), max_size=12) | st.sampled_from(
    ["http://a.example", "https://b.example/x#y", "//c.example", "../..", "http://[", "mailto:a", "HTTPS://Đà.example/"]
)


@given(st.lists(HREF, max_size=8), HREF)
def test_every_link_is_one_whole_address_once(hrefs: list[str], base: str) -> None:
    marked = "".join(f"<a href='{escape(h)}'>x</a>" for h in hrefs)
    found = list(links(f"<head><base href='{escape(base)}'></head><body><p>x</p>{marked}</body>"))
    assert len(set(found)) == len(found) <= len(hrefs)
    for address in found:
        parts = urlsplit(address)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert not parts.fragment
        assert address.isascii()
        assert resolved("http://elsewhere.example/", address) == address  # once resolved it stays so
        assert resolved("http://elsewhere.example/", f"{address}#muc") == address


RSS = """<?xml version="1.0" encoding="utf-8"?><?xml-stylesheet href="/s.xsl"?>
<rss version="2.0"><channel><title>Tin</title><link>http://a.example/</link>
<item><title>Hội nghị tháng 7</title><link>/hoi-nghi</link>
  <pubDate>Mon, 08 Jul 2024 08:00:00 +0700</pubDate></item>
<item><title>Tình hình KT-XH tháng 5 năm 2024</title><link>{at}/5#x</link>
  <pubDate>Wed, 29 May 2024 08:00:00 +0700</pubDate></item>
<item><title>&lt;b&gt;Tình hình&lt;/b&gt; KT-XH tháng 6</title><link>{at}/6</link>
  <pubDate>Sat, 29 Jun 2024 08:00:00 +0700</pubDate>
  <enclosure url="{at}/6.pdf" type="application/pdf" length="1"/></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{at}/"><title>Tin</title>
<entry><title type="html">Tình hình KT-XH tháng 5 năm 2024</title><link href="5"/>
  <updated>2024-05-29T08:00:00+07:00</updated></entry>
<entry><title>Tình hình KT-XH tháng 6 năm 2024</title><link href="6"/>
  <published>2024-06-29T08:00:00+07:00</published></entry></feed>"""


@pytest.mark.parametrize(
    ("feed", "media", "expected"),
    [
        (RSS, "application/rss+xml", ["/6", "/6.pdf", "/5"]), (ATOM, "application/atom+xml", ["/6", "/5"]),
        (ATOM, "text/html", ["/6", "/5"]),
        (RSS.replace("</channel></rss>", ""), "text/xml", ["/6", "/6.pdf", "/5"]),  # cut off: what is there counts
    ],
)  # fmt: skip
def test_feeds_by_their_dates(served: Site, tmp_path: Path, feed: str, media: str, expected: list[str]) -> None:
    served.pages = {"/5": article(5), "/6": article(6), "/6.pdf": Reply(pdf((TITLE, *PARAGRAPHS)))}
    served.pages["/list"] = Reply(feed.replace("{at}", served.address).encode(), media)
    assert paths(Watch(served, tmp_path).run()) == expected


def test_feeds_with_damage(served: Site, tmp_path: Path) -> None:
    undated = ATOM.replace("2024-06-29T08:00:00+07:00", "hôm qua").replace("{at}", served.address)
    served.pages = {
        "/encoding": Reply(ATOM.encode().replace(b"<feed", b"<?xml version='1.0' encoding='\x8a'?><feed", 1)),
        "/list": Reply(undated.encode()), "/5": article(5), "/6": article(6),
    }  # fmt: skip
    told, *found = Watch(served, tmp_path, pages=("/encoding", "/list")).run()
    assert isinstance(told, Trouble)
    assert told.why.startswith("a damaged feed (")
    assert paths(found) == ["/6", "/5"]


def test_a_feed_reads_no_files_and_no_other_addresses(served: Site, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("Tình hình", encoding="utf-8")
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y SYSTEM "{served.address}/y">]>'
    served.pages["/list"] = Reply(f"{doctype}<rss version='2.0'><channel><item><title>&x;&y; KT-XH tháng 6</title>"
                                  "<link>/6</link></item></channel></rss>".encode(), "text/xml")  # fmt: skip
    [told] = Watch(served, tmp_path / "state").run()
    assert isinstance(told, Trouble)
    assert served.without_robots() == ["/list"]


# --- a run --------------------------------------------------------------------------------


def test_new_articles_come_newest_first_and_once(served: Site, tmp_path: Path) -> None:
    served.pages = {f"/{n}": article(n) for n in range(1, 7)}
    old = [(f"/{n}", f"Tình hình kinh tế - xã hội tháng {n} năm 2024") for n in (3, 1, 5, 2, 4)]
    served.pages["/list"] = page(*old, ("/5#b", "Xem chi tiết"), ("/hoi-nghi", "Hội nghị tháng 5 năm 2024"))
    watch = Watch(served, tmp_path, most=3)
    found = watch.run()
    assert paths(found) == ["/5", "/4", "/3"]
    assert [f.data for f in found if isinstance(f, Found)] == [served.reply(f"/{n}").data for n in (5, 4, 3)]
    assert watch.run() == []
    served.pages["/list"] = page(("/6", "Tình hình kinh tế - xã hội tháng 6 năm 2024"), *old)
    served.pages["/4"] = article(4, lines=(*PARAGRAPHS, "Số liệu đã được sửa."))  # corrected in its place
    assert paths(watch.run()) == ["/6", "/4"]
    assert "/hoi-nghi" not in served.asked


def test_a_title_without_its_year_stands_where_the_page_has_it() -> None:
    words = ["tháng 2", "tháng 12 năm 2023", "tháng 1 năm 2024", "tháng 12"]
    links = [Link(f"http://a.example/{n}", (f"Tình hình KT-XH {w}",)) for n, w in enumerate(words)]
    found = [link.address[-1] for link in newest_reports(links, Titles(glossary()))]
    assert found == ["0", "2", "3", "1"]


def test_unchanged_is_asked_for_by_its_validators_alone(served: Site, tmp_path: Path) -> None:
    titles = [(f"/{n}", f"Tình hình kinh tế - xã hội tháng {n} năm 2024") for n in (6, 5)]
    served.pages = {"/6": article(6, etag='"6"'), "/5": article(5, etag='"5"')}
    served.pages["/list"] = page(*titles)._replace(etag='"l"')
    watch = Watch(served, tmp_path)
    assert paths(watch.run(take=False)) == ["/6", "/5"]  # killed before anything was safe
    assert paths(watch.run()) == ["/6", "/5"]
    before = len(served.headers)
    assert watch.run() == []
    sent = [h.get("If-None-Match", "") for h in served.headers[before:]]
    assert sent == ["", '"l"', '"6"', '"5"']  # robots.txt first
    served.pages["/5"] = article(5, lines=(*PARAGRAPHS, "Số liệu đã được sửa."), etag='"5b"')
    assert paths(watch.run()) == ["/5"]  # though the list is the same
    (tmp_path / "watch.sqlite").unlink()
    assert watch.run() == []  # what is safe is known without it
    before = len(served.headers)
    assert watch.run() == []
    assert [h.get("If-None-Match", "") for h in served.headers[before:]] == ["", '"l"', '"6"', '"5b"']


def test_a_crash_between_finding_and_taking_loses_nothing(served: Site, tmp_path: Path) -> None:
    served.pages = {f"/{n}": article(n, etag=f'"{n}"') for n in (5, 6)}
    served.pages["/list"] = page(*((f"/{n}", f"Tình hình KT-XH tháng {n} năm 2024") for n in (5, 6)))._replace(
        etag='"l"'
    )
    watch = Watch(served, tmp_path)
    with opened_memory(tmp_path) as memory:
        visitor = Visitor(watch.sources, memory, watch.clock.now, watch.clock.sleep)
        run = find(watch.sources, visitor, glossary(), watch.safe.__contains__)
        first = next(run)
        assert isinstance(first, Found)
        watch.safe.add(first.sha256)
        memory.taken(first)
        next(run)
        del run  # here
    assert paths(watch.run()) == ["/5"]


def test_one_source_that_fails_does_not_stop_the_others(served: Site, tmp_path: Path) -> None:
    served.pages = {
        "/500": Reply(status=500), "/broken": BROKEN, "/6": article(6), "/5": Reply(status=404),
        "/picture": Reply(b"\x89PNG\r\n\x1a\n", "image/png"), "/empty": Reply(b""),
        "/list": page(("/6", "Tình hình KT-XH tháng 6 năm 2024"), ("/5", "Tình hình KT-XH tháng 5 năm 2024"),
                      ("http://khac.example/4", "Tình hình KT-XH tháng 4 năm 2024")),
    }  # fmt: skip
    found = Watch(served, tmp_path, tmp_path / "none", pages=("/500", "/broken", "/picture", "/empty", "/list")).run()
    told = [(urlsplit(one.name).path, one.why) for one in found if isinstance(one, Trouble)]
    assert [where for where, _ in told] == ["/500", "/broken", "/picture", "/empty", "/5", "/4", str(tmp_path / "none")]
    assert [why for where, why in told if where in ("/500", "/picture", "/empty", "/5")] == [
        "the server answers 500 Internal Server Error", "a picture: only text is read", "the file is empty",
        "the server answers 404 Not Found",
    ]  # fmt: skip
    assert "khac.example is none of the hosts of sources.pages and sources.hosts" in told[-2][1]
    assert not any("\n" in why for _, why in told)
    assert [urlsplit(one.name).path for one in found if isinstance(one, Found)] == ["/6"]


def test_a_list_that_names_no_report_is_told(served: Site, tmp_path: Path) -> None:
    served.pages = {
        "/changed": page(("/a", "Thông tin mới"), ("/b", "Lịch công tác tháng 6 năm 2024")),
        "/script": Reply(b"<html><body><div id=app></div></body></html>"),
    }
    assert paths(Watch(served, tmp_path, pages=("/changed", "/script")).run()) == [
        "shows 7 links, none to a monthly report by its title: has the site changed?",
        "shows no links: nothing can be found there (does a script fill the page?)",
    ]
    assert served.without_robots() == ["/changed", "/script"]


def test_the_same_article_on_two_lists_comes_once(served: Site, tmp_path: Path) -> None:
    served.pages = {"/6": article(6), "/moi": Reply(status=302, headers={"Location": "/6"})}
    served.pages["/list"] = page(("/6", "Tình hình KT-XH tháng 6 năm 2024"))
    served.pages["/other"] = page(("/moi", "Tình hình KT-XH tháng 6 năm 2024"), ("/6#x", "Báo cáo KT-XH tháng 6/2024"))
    assert paths(Watch(served, tmp_path, pages=("/list", "/other")).run(take=False)) == ["/6"]
    assert paths(Watch(served, tmp_path, pages=("/other", "/list")).run(take=False)) == ["/6"]


def test_a_list_that_another_list_names_like_a_report_stays_a_list(served: Site, tmp_path: Path) -> None:
    year = ("/2024", "Tình hình kinh tế - xã hội năm 2024")
    served.pages = {"/list": page(year, ("/5", "Tình hình KT-XH tháng 5 năm 2024")), "/5": article(5), "/6": article(6)}
    served.pages["/2024"] = page(("/6", "Tình hình KT-XH tháng 6 năm 2024"), ("/5", "Bài"))._replace(etag='"x"')
    watch = Watch(served, tmp_path, pages=("/list", "/2024#muc"))
    assert paths(watch.run()) == ["/5", "/6"]
    alone = Watch(served, tmp_path)  # and where it is no list any more, what it led to is not taken for its documents
    served.pages["/5"], served.pages["/6"] = article(5, year=2023), article(6, year=2023)
    assert paths(alone.run()) == ["/5"]


# --- pages that are articles, pages that announce documents -------------------------------


def test_a_page_that_is_an_article_counts_as_one(served: Site, tmp_path: Path) -> None:
    title = "Tình hình kinh tế - xã hội tỉnh Cao Bằng tháng 6 năm 2024"
    others = "<p>Tin khác</p>" + "".join(
        f"<p><a href='/{n}'>Tình hình kinh tế - xã hội tỉnh Cao Bằng tháng {n} năm 2024</a></p>" for n in (5, 4)
    )
    markup = web((title, *LONG)).replace("</body>", f"<a href='/list'>{title}</a>{others}</body>")
    short = web((title, *PARAGRAPHS)).replace("</body>", f"{others}</body>")
    served.pages = {
        "/list": Reply(markup.encode(), etag='"1"'),
        "/few": Reply(short.encode()),
        "/short": Reply(ARTICLE),
        "/pdf": Reply(pdf((TITLE, *PARAGRAPHS))),
    }
    watch = Watch(served, tmp_path, pages=("/list", "/few", "/short", "/pdf"))
    assert paths(watch.run()) == ["/list", "/few", "/short", "/pdf"]
    assert watch.run() == []


@pytest.mark.parametrize("head", ["", "<title>Báo cáo tình hình kinh tế - xã hội</title>"])
def test_a_list_that_shows_how_its_articles_begin_is_a_list(served: Site, tmp_path: Path, head: str) -> None:
    teasers = "".join(
        f"<h3><a href='/{n}'>Tình hình kinh tế - xã hội tỉnh Cao Bằng tháng {n} năm 2024</a></h3>"
        f"<p>{' '.join(LONG[:6])}</p>"
        for n in (6, 5)
    )
    h1 = "<h1>Báo cáo tình hình kinh tế - xã hội</h1>" if head else ""
    served.pages = {f"/{n}": article(n) for n in (5, 6)}
    served.pages["/list"] = Reply(f"<html><head>{head}</head><body>{h1}{teasers}</body></html>".encode())
    assert paths(Watch(served, tmp_path).run()) == ["/6", "/5"]


def announcing(words: tuple[str, ...], *documents: tuple[str, str]) -> Reply:
    attached = "".join(f"<p><a href='{a}'>{t}</a></p>" for a, t in documents)
    return Reply(web((TITLE, *words)).replace("</body>", f"{attached}</body>").encode())


def test_a_page_that_announces_a_document_leads_to_it(served: Site, tmp_path: Path) -> None:
    served.pages = {
        "/list": page(("/8", TITLE)),
        "/8": announcing(PARAGRAPHS[:1], ("/tep/bc.pdf", "Tải về"), ("/tep/bc.docx", "Tải về"), ("/a.html", "Khác"))
        ._replace(etag='"8"'),
        "/tep/bc.pdf": Reply(pdf((TITLE, *PARAGRAPHS)), etag='"p"'), "/tep/bc.docx": Reply(docx((TITLE, *PARAGRAPHS))),
    }  # fmt: skip
    watch = Watch(served, tmp_path)
    assert paths(watch.run(take=False)) == ["/tep/bc.pdf", "/tep/bc.docx"]
    assert paths(watch.run()) == ["/tep/bc.pdf", "/tep/bc.docx"]
    assert watch.run() == []
    assert served.headers[served.asked.index("/8", -4)]["If-None-Match"] == '"8"'
    served.pages["/tep/bc.pdf"] = Reply(pdf((TITLE, *PARAGRAPHS[::-1])))
    assert paths(watch.run()) == ["/tep/bc.pdf"]  # exchanged, though its page is the same
    assert "/a.html" not in served.asked


def test_of_several_documents_those_named_as_reports(served: Site, tmp_path: Path) -> None:
    served.pages = {
        "/list": page(("/8", TITLE)), "/tep/bc.docx": Reply(docx((TITLE, *PARAGRAPHS))),
        "/8": announcing((), ("/tep/2.xlsx", "Lịch công tác"), ("/tep/bc.docx", "Tình hình KT-XH tháng 8/2024")),
    }  # fmt: skip
    assert paths(Watch(served, tmp_path).run()) == ["/tep/bc.docx"]


def test_an_article_with_an_appendix_is_the_article(served: Site, tmp_path: Path) -> None:
    served.pages = {"/list": page(("/8", TITLE)), "/8": announcing(LONG, ("/pl.xlsx", "Phụ lục tháng 8 năm 2024"))}
    assert paths(Watch(served, tmp_path).run()) == ["/8"]
    assert "/pl.xlsx" not in served.asked


def test_what_a_list_leads_to_is_offered_whatever_it_is(served: Site, tmp_path: Path) -> None:
    """The reader says why it is none, once: then its bytes are known."""
    served.pages = {"/list": page(("/8.doc", TITLE), ("/7", "Tình hình KT-XH tháng 7 năm 2024"))}
    served.pages |= {
        "/8.doc": Reply(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1WordDocument"),
        "/7": Reply(web(("Đăng nhập",)).encode()),
    }
    watch = Watch(served, tmp_path)
    assert paths(watch.run()) == ["/8.doc", "/7"]
    assert watch.run() == []


# --- folders ------------------------------------------------------------------------------


def put(folder: Path, *names: str) -> None:
    for n, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(ARTICLE + f"<!-- {n} -->".encode())


def test_files_of_a_folder_in_order_of_name(served: Site, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    read = ["2024/bao cáo.HTML", "a.docx", "b.pdf", "c/d/e.xlsx", "c/f.htm", "z.txt"]
    put(inbox, *reversed(read))
    put(
        inbox,
        ".an.pdf",
        ".git/a.pdf",
        "~$a.docx",
        "a.pdf.part",
        "b.docx.tmp",
        "c.pdf.crdownload",
        "x.jpg",
        "y.zip",
        "tep",
    )
    os.mkfifo(inbox / "ong.pdf")
    (inbox / "vong").symlink_to(inbox, target_is_directory=True)
    before = sorted((p, p.lstat().st_mtime_ns) for p in inbox.rglob("*"))
    watch = Watch(served, tmp_path / "state", inbox, pages=())
    assert [one.name for one in watch.run(take=False)] == [str(inbox / name) for name in read]
    assert [one.name for one in watch.run()] == [str(inbox / name) for name in read]
    assert watch.run() == []
    assert sorted((p, p.lstat().st_mtime_ns) for p in inbox.rglob("*")) == before


def test_a_file_is_read_when_nobody_writes_it_any_more(served: Site, tmp_path: Path) -> None:
    put(tmp_path / "inbox", "a.html")
    file = tmp_path / "inbox" / "a.html"
    watch = Watch(served, tmp_path / "state", tmp_path / "inbox", pages=())
    written = watch.clock.now().fromtimestamp(file.stat().st_ctime, tz=watch.clock.now().tzinfo)
    os.utime(file, (0, 0))  # as copied with its old time
    for seconds, found in ((0, 0), (8, 0), (-8, 0), (12, 1)):
        watch.clock.time = written + timedelta(seconds=seconds)
        assert len(watch.run()) == found, seconds
    file.write_bytes(ARTICLE * 2)
    watch.clock.time = written - timedelta(hours=1)  # a file server whose clock is ahead
    assert len(watch.run()) == 1
    watch.safe.clear()
    assert watch.run() == []  # taken as it is, it is not even read


def test_a_file_that_cannot_be_read_is_told_and_the_others_come(served: Site, tmp_path: Path) -> None:
    put(tmp_path, "a.html", "c.html")
    (tmp_path / "b.html").symlink_to(tmp_path / "nowhere")
    with (tmp_path / "d.pdf").open("wb") as large:
        large.truncate(21 * 1024 * 1024)
    found = Watch(served, tmp_path / "state", tmp_path, pages=()).run()
    assert [Path(one.name).name for one in found] == ["a.html", "b.html", "c.html", "d.pdf"]
    assert [one.why for one in found if isinstance(one, Trouble)] == [
        "cannot be read: No such file or directory", "larger than 20 MB: not an article",
    ]  # fmt: skip


def test_bytes_that_are_safe_already_do_not_come_again(served: Site, tmp_path: Path) -> None:
    put(tmp_path / "inbox", "a.html")
    watch = Watch(served, tmp_path / "state", tmp_path / "inbox", pages=())
    [first] = watch.run()
    (tmp_path / "inbox" / "a.html").rename(tmp_path / "inbox" / "b.html")
    (tmp_path / "inbox" / "c.html").write_bytes((tmp_path / "inbox" / "b.html").read_bytes())
    assert isinstance(first, Found)
    assert watch.run() == []
