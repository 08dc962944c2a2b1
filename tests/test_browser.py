"""brief.html in Debian's Chromium: widths, languages, keyboard, dark screens, axe-core."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT
from playwright.sync_api import Browser, Page
from samples import THEME, coursed, glossary

from pipeline.history import NoHistory
from pipeline.model import LANGUAGES, Past
from pipeline.press import Press
from pipeline.run import Inputs, run

PHONE, DESKTOP = (390, 844), (1280, 900)


class Remembered(NoHistory):
    """What the sample's earlier reports said."""

    def past(self, _area: str, _month: str) -> tuple[Past, ...]:
        return coursed().past


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = ROOT / "examples" / "lang-son-2023-06.html"
    inputs = Inputs(source.read_bytes(), source.name, glossary(), None, None, Press(glossary(), LANGUAGES, THEME))
    inputs = replace(inputs, history=Remembered())
    path = tmp_path_factory.mktemp("page") / "brief.html"
    path.write_text(run(inputs, lambda _: None).editions.html, encoding="utf-8")
    return path


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, browser: Browser, file: Path) -> Iterator[Page]:
    width, height = request.param
    opened = browser.new_page(viewport={"width": width, "height": height})
    errors: list[str] = []
    opened.on("pageerror", lambda e: errors.append(str(e)))
    opened.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    opened.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else errors.append(r.url))
    opened.goto(file.as_uri())
    yield opened
    opened.close()
    assert errors == []


def test_one_language_at_a_time(page: Page) -> None:
    assert page.locator("article:visible").evaluate_all("all => all.map(a => a.lang)") == ["vi"]
    page.get_by_role("link", name="English").click()
    assert page.locator("article:visible").evaluate_all("all => all.map(a => a.lang)") == ["en"]


def test_nothing_runs_over_the_edge(page: Page) -> None:
    for language in LANGUAGES:
        page.goto(f"{page.url.partition('#')[0]}#{language}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0


def test_a_figure_shows_its_sentence_by_mouse_keyboard_and_tap(page: Page) -> None:
    page.goto(f"{page.url.partition('#')[0]}#en")
    figure, tip = page.locator("#en .points a.why").first, page.locator("#tip")
    assert tip.is_hidden()
    figure.hover()
    assert "GRDP" in tip.inner_text()
    assert tip.locator("mark").inner_text() == "5,32%"
    box = tip.bounding_box()
    assert box is not None
    assert page.viewport_size is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    page.mouse.move(1, 1)
    assert tip.is_hidden()
    figure.focus()
    assert tip.is_visible()
    assert figure.get_attribute("aria-describedby") == "tip"
    page.keyboard.press("Tab")
    assert tip.locator("mark").inner_text() != "5,32%"
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    figure.click()
    assert tip.is_visible()
    assert page.url.endswith("#en")


def test_a_bar_of_a_chart_shows_its_sentence(page: Page) -> None:
    bar = page.locator("#vi .charts svg a.why").first
    bar.focus()
    assert page.locator("#tip mark").inner_text() == "2,58 điểm phần trăm"
    page.mouse.move(1, 1)
    bar.click()
    assert page.locator("#tip").is_visible()


def test_lines_and_bars_follow_a_dark_screen(page: Page) -> None:
    def inks() -> set[str]:
        script = "all => all.flatMap(p => ['stroke', 'fill'].map(k => getComputedStyle(p)[k]))"
        return set(page.locator("#vi .trend path, #vi figure path").evaluate_all(script))

    def rgb(colour: str) -> str:
        return f"rgb({', '.join(str(int(colour[n : n + 2], 16)) for n in (1, 3, 5))})"

    light, dark = ({rgb(c) for c in colours.values()} for colours in (THEME.colours, THEME.dark))
    assert inks() <= light | {"none", "rgb(0, 0, 0)"}
    page.emulate_media(color_scheme="dark")
    assert inks() & (light - dark) == set()


def test_a_chart_s_title_and_quiet_line_show_their_sentences(page: Page) -> None:
    for figure in ("h3 a.why", ".subtitle a.why"):
        page.locator(f"#vi .charts {figure}").first.focus()
        assert page.locator("#tip mark").is_visible()
    plan = page.locator("#vi figure", has_text="dự toán").first
    plan.locator("a.why", has_text="triệu đồng").first.focus()
    assert "triệu đồng" in page.locator("#tip mark").inner_text()


def test_every_figure_has_its_sentence(page: Page) -> None:
    for language in LANGUAGES:
        figures = page.locator(f"#{language} a.why")
        told = figures.evaluate_all(
            "all => all.map(a => [a.innerHTML, document.querySelector(`${a.getAttribute('href')} mark`)?.textContent])"
        )
        assert len(told) > 40
        assert all(words and re.search(r"\d|gấp đôi", words) for _, words in told)


def test_a_link_to_a_sentence_stays_in_its_language(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{file.as_uri()}#en")
    page.locator("#en .points a.why").first.click()
    assert re.search(r"#en-o\d+$", page.url)
    assert page.locator("article:visible").evaluate_all("all => all.map(a => a.lang)") == ["en"]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for language in LANGUAGES:
        page.goto(f"{page.url.partition('#')[0]}#{language}")
        found = Axe().run(page)
        told = [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found.response["violations"]]
        assert told == []
        assert len(found.response["passes"]) > 20


def test_printing_shows_every_language_and_no_list_of_sentences(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator("article:visible").count() == 2
    assert page.locator(".evidence:visible").count() == 0
