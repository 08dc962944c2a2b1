"""Whatever a report holds: exact figures, the same facts in both languages, whole sentences."""

from __future__ import annotations

import re
from decimal import Decimal

from compose_samples import brief_of, glossary, langson, statements, words
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from observations import Draft

from pipeline.figures import MINUS, read_number
from pipeline.model import LANGUAGES, Brief, Language, Observation, Run

PERIODS = ("2023-01/2023-06", "2023-01/2023-05", "2023-Q2", "2023-06", "2023-06-30")
UNITS = {"VND": 9, "USD": 6, "tonne": 3, "person": 3, "head": 0, "case": 0, "enterprise": 0, "hectare": 0}
NUMBER = re.compile(r"\d[\d.,]*")


def check_run(run: Run, o: Observation, language: Language) -> None:
    """A figure's digits are those of the observation, every one of them, and its unit and scale stand beside it."""
    found = NUMBER.findall(run.text)
    assert len(found) == 1, run
    value = read_number(found[0], language)
    assert (value, value.as_tuple().exponent) == (abs(o.value), o.value.as_tuple().exponent), run
    if o.unit == "percent":
        assert run.text.endswith("%")
    if o.scale and run.text != found[0]:
        assert getattr(glossary().scales[o.scale], language) in run.text
    if run.text.startswith(MINUS):
        assert o.value < 0
    if run.text.startswith("+"):
        assert o.value > 0


def check(brief: Brief) -> None:
    for s in statements(brief):
        seen = []
        for language in LANGUAGES:
            sentence = getattr(s, language)
            text = words(sentence)
            assert text
            assert text == text.strip()
            assert "  " not in text
            assert not re.search(r"[{}]|None| [,;.)]", text), text
            assert text[0] == text[0].upper()
            assert s is brief.headline or text[-1] in ".…", text
            for run in sentence:
                if run.observation is not None:
                    check_run(run, brief.observations[run.observation], language)
            seen.append({r.observation for r in sentence if r.observation is not None})
            # a minus is only ever a sign in brackets: the verb says the rest
            assert all(f"({MINUS}" in text[m.start() - 1 : m.end()] for m in re.finditer(MINUS, text)), text
        assert seen[0] == seen[1], words(s.en)
    for row in brief.rows:
        for cell, measure in ((row.level, "level"), (row.change, "growth"), (row.plan, "plan_ratio")):
            if cell is not None:
                o = brief.observations[cell]
                assert (o.indicator, o.measure, o.area) == (row.indicator, measure, "VN-09")


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    draft = Draft("VN-09", "2023-06", "2023-Q2")
    codes = draw(st.lists(st.sampled_from(sorted(glossary().indicators)), unique=True, max_size=40))
    values = st.decimals(-900, 900, places=2, allow_nan=False)
    for code in codes:
        for period in draw(st.lists(st.sampled_from(PERIODS), unique=True, min_size=1, max_size=2)):
            approximation = draw(st.sampled_from(("", "", "over", "under", "about")))
            until = "" if len(period) == 10 else draw(st.sampled_from(("", "", "", "2023-06-15")))
            if draw(st.booleans()):
                unit = draw(st.sampled_from(sorted(UNITS)))
                draft.fact(
                    f"{code} {period} level", str(abs(draw(values))), unit, UNITS[unit],
                    approximation=approximation, until=until,
                )  # fmt: skip
            for basis in draw(st.lists(st.sampled_from(("year_ago", "previous_month", "december")), unique=True)):
                draft.fact(
                    f"{code} {period} growth {basis}", str(draw(values)), approximation=approximation, until=until
                )
            if draw(st.booleans()):
                draft.fact(f"{code} {period} plan_ratio plan", str(abs(draw(values))))
            if draw(st.booleans()) and code.startswith("grdp."):
                draft.fact(f"{code} {period} contribution", str(draw(values) / 100), "percentage_point")
    return draft


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drafts())
def test_any_report(draft: Draft) -> None:
    brief = brief_of(draft)
    check(brief)
    assert len(brief.points) <= 6
    assert len(brief.rows) <= 18


def test_the_lang_son_brief() -> None:
    check(brief_of(langson()))


def test_no_phrase_forgets_a_slot_in_one_language() -> None:
    """What a pattern says in one language it says in the other; bases and periods may be words of their own."""
    for key, phrase in glossary().phrases.items():
        if key.startswith("compose."):
            slots = [set(re.findall(r"\{(\w+)\}", text)) for text in (phrase.vi, phrase.en)]
            figures = [s & {"level", "number", "plan", "signed", "up", "down", "deaths", "injuries"} for s in slots]
            assert figures[0] == figures[1], key


def test_decimals_keep_their_zeros() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.fact("grdp 2023-01/2023-06 growth year_ago", "5.20")
    assert draft.observations[0].value == Decimal("5.20")
    assert "5.20%" in words(brief_of(draft).points[0].en)
    assert "5,20%" in words(brief_of(draft).points[0].vi)
