"""The site in a browser: keyboard, small screens, both spellings, no violation of what its pages allow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from site_helpers import build, fill, parcels, served

KINDS = (
    "", "vi/", "en/", "en/briefs/lang-son-2023-04/", "vi/briefs/lang-son-2023-06/", "vi/places/", "en/places/VN-09/",
    "en/indicators/", "vi/indicators/cpi/", "en/search/?q=retail", "404.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    fill(folder / "archive", parcels())
    build(folder / "archive", folder / "site")
    with served(folder / "site") as found:
        yield found


def icon(message: ConsoleMessage) -> bool:
    """Whether it is about the icon that Chromium looks for where a page (an edition) names none."""
    return str(message.location["url"]).endswith("/favicon.ico")


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page on which nothing may go wrong: no error, no violation of the policy, no other host."""
    opened_page = browser.new_page(viewport={"width": 1280, "height": 900})
    errors: list[str] = []
    opened_page.on("pageerror", lambda e: errors.append(str(e)))
    opened_page.on(
        "console", lambda m: None if m.type not in ("error", "warning") or icon(m) else errors.append(m.text)
    )
    opened_page.on("request", lambda r: None if r.url.startswith(address) else errors.append(r.url))
    yield opened_page
    opened_page.close()
    assert errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_core_finds_nothing(page: Page, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its literals
    for kind in KINDS:
        page.goto(address + kind)
        if "search" in kind:
            page.locator("#results li").first.wait_for()
        found = Axe().run(page)
        assert [(kind, v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"]] == []
        assert len(found.response["passes"]) > 10


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_runs_over_the_edge(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    for kind in KINDS:
        page.goto(address + kind)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (kind, over) == (kind, 0)


def test_the_keyboard_reaches_everything(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to content"
    assert page.locator(":focus").bounding_box()["x"] >= 0  # type: ignore[index]  # it is in sight
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


def test_arrow_keys_move_along_a_line(page: Page, address: str) -> None:
    page.goto(f"{address}en/indicators/cpi/")
    line, tip = page.locator("#VN-09 svg").first, page.locator("#VN-09 .tip").first
    assert tip.is_hidden()
    line.focus()
    assert tip.inner_text().split("\n") == ["+2.6%", "June 2023", "Brief for June 2023, published 28 June 2023"]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert "April 2023" in tip.inner_text()
    assert line.get_attribute("aria-valuetext").startswith("+9.9%, April 2023")  # type: ignore[union-attr]  # it is set
    page.keyboard.press("Home")
    assert "September 2022" in tip.inner_text()
    page.keyboard.press("Escape")
    assert tip.is_hidden()


def test_a_pointer_shows_the_nearest_point(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}vi/indicators/cpi/")
    line, tip = page.locator("#VN-09 svg").first, page.locator("#VN-09 .tip").first
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + 40)
    assert "Tháng 6/2023" in tip.inner_text()
    shown = tip.bounding_box()
    assert shown is not None
    assert 0 <= shown["x"] <= 390 - shown["width"]
    page.mouse.move(1, 1)
    assert tip.is_hidden()


def results(page: Page, address: str, asked: str) -> list[str]:
    page.goto(f"{address}{asked}")
    page.locator("#results[aria-busy=false]").wait_for(state="attached")
    return [href.split("/")[-2] for href in page.locator("#results h2 a").evaluate_all("all => all.map(a => a.href)")]


def test_search_finds_both_spellings_the_same_marks_first(page: Page, address: str) -> None:
    hung_yen = "&place=VN-66"
    assert results(page, address, f"vi/search/?q=tong+muc+ban+le{hung_yen}") == [
        "hung-yen-2023-06", "hung-yen-2023-05",
    ]  # fmt: skip
    assert results(page, address, f"vi/search/?q=Tổng+mức+bán+lẻ{hung_yen}") == ["hung-yen-2023-05", "hung-yen-2023-06"]
    marks = page.locator("#results li").first.locator("mark").all_inner_texts()
    assert marks[:4] == ["Tổng", "mức", "bán", "lẻ"]
    assert results(page, address, f'vi/search/?q="tổng mức"{hung_yen}') == ["hung-yen-2023-05", "hung-yen-2023-06"]
    assert results(page, address, f'vi/search/?q="bán+lẻ+đạt"{hung_yen}') == ["hung-yen-2023-05"]
    assert page.locator("#results mark").all_inner_texts()[0] == "bán lẻ đạt"


def test_search_narrows_down_and_knows_both_languages(page: Page, address: str) -> None:
    assert results(page, address, "vi/search/?q=retail+sales&year=2022")[0] == "lang-son-2022-12"
    assert page.locator("#results p[lang=en] mark").count() >= 2 or page.locator("#results h2 mark").count() >= 1
    assert len(results(page, address, "en/search/?q=lạng+sơn+bán")) == 9
    assert results(page, address, "en/search/?q=zebra") == []
    assert page.locator("#status").inner_text() == "No brief found."
    page.fill("#q", "reception")
    expect(page.locator("#results li")).to_have_count(1)
    assert page.url.endswith("?q=reception")
    page.select_option("#place", "VN-09")
    expect(page.locator("#results li")).to_have_count(0)


def test_search_on_another_thought_forgets_the_first(page: Page, address: str) -> None:
    page.goto(f"{address}en/search/")
    page.keyboard.type("services revenue", delay=5)  # the field has the focus
    expect(page.locator("#results li")).to_have_count(9)
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    expect(page.locator("#results li")).to_have_count(0)
    assert page.locator("#status").inner_text() == ""


def test_without_script_lines_and_tables_are_there_and_search_says_why_not(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}en/indicators/cpi/")
    assert page.locator("#VN-09 svg").first.is_visible()
    assert page.locator("#VN-09 table").first.is_visible()
    page.goto(f"{address}en/search/")
    assert "Search needs JavaScript" in page.locator("main").inner_text()
    assert page.locator("#search").is_hidden()
    context.close()


def test_a_dark_screen_and_paper_have_their_colours(page: Page, address: str) -> None:
    def ground() -> str:
        return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))

    page.goto(f"{address}vi/places/VN-09/")
    light = ground()
    page.emulate_media(color_scheme="dark")
    assert ground() != light
    line = page.locator("svg .near").first
    assert line.evaluate("e => getComputedStyle(e).stroke") == "rgb(143, 195, 238)"
    page.emulate_media(color_scheme="dark", media="print")
    assert ground() == light
    assert page.locator(".menu").is_hidden()


def test_the_edition_itself_opens_under_its_own_policy(page: Page, address: str) -> None:
    page.goto(f"{address}en/briefs/lang-son-2023-06/")
    page.get_by_role("link", name="Read the brief").click()
    page.wait_for_url("**/briefs/lang-son-2023-06/1/brief.html#en")
