"""Figures that are true and printed as offices print them never give a finding; those beyond their room do."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from compose_samples import glossary
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from observations import Draft

from pipeline.check import check
from pipeline.extract import quantities
from pipeline.figures import write_number
from pipeline.model import Block, Discrepancy, Extraction, Span

PERIOD = "2024-01/2024-06"
GRDP = ("agriculture_forestry_fishery", "industry_construction", "services", "product_taxes")
RETAIL = ("retail.goods", "retail.accommodation_catering", "retail.travel", "retail.other_services")

amounts = st.decimals(min_value=1, max_value=10**6, places=6)
growths = st.decimals(min_value=-90, max_value=300, places=6)
roundings = st.sampled_from((ROUND_HALF_UP, ROUND_DOWN))
some_places = st.integers(0, 3)
# The first example reads the glossary, and a busy machine draws examples slowly.
unhurried = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def printing(draw: st.DrawFn) -> tuple[int, str]:
    """How an office prints a figure: digits behind the mark, rounded or cut off."""
    return draw(some_places), draw(roundings)


def printed(value: Decimal, how: tuple[int, str]) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-how[0]), rounding=how[1])


def findings(draft: Draft) -> tuple[Discrepancy, ...]:
    return check(draft.article(), draft.extraction(), glossary()).findings


def codes(draft: Draft) -> set[str]:
    return {f.code for f in findings(draft)}


def said(text: str) -> tuple[Discrepancy, ...]:
    """A sentence, its quantities as extraction reads them -> findings."""
    draft = Draft("VN-HY", "2024-06")
    draft.block(text)
    return check(draft.article(), Extraction(quantities(text, glossary()), ()), glossary()).findings


@unhurried
@given(st.lists(amounts, min_size=4, max_size=4), st.lists(printing(), min_size=5, max_size=5), st.sampled_from((6, 9)))
def test_the_parts_of_a_true_total_make_it(values: list[Decimal], how: list[tuple[int, str]], scale: int) -> None:
    draft = Draft("VN-HY", "2024-06")
    scales = [scale, 9, 9, 6, 9]
    for code, value, way, power in zip(
        ("retail", *RETAIL), (sum(values, Decimal()), *values), how, scales, strict=True
    ):
        draft.fact(f"{code} {PERIOD} level", f"{printed(value.scaleb(9 - power), way):f}", "VND", power)
    assert codes(draft) == set()


@unhurried
@given(st.lists(amounts, min_size=4, max_size=4), st.lists(printing(), min_size=5, max_size=5), st.booleans())
def test_a_total_beyond_its_room_is_found(
    values: list[Decimal],
    how: list[tuple[int, str]],
    more: bool,  # noqa: FBT001  # drawn
) -> None:
    """Every figure is off by one unit of its last place at most, so five units of the coarsest are beyond all."""
    draft = Draft("VN-HY", "2024-06")
    room = 10 * max(Decimal(1).scaleb(-places) for places, _ in how)
    total = printed(sum(values, Decimal()), how[0]) + (room if more else -room)
    assume(total > 0)
    for code, value in zip(("retail", *RETAIL), (total, *map(printed, values, how[1:])), strict=True):
        draft.fact(f"{code} {PERIOD} level", f"{value:f}", "VND", 9)
    (found,) = findings(draft)
    assert found.code in ("check.sum", "check.part")
    assert 0 in found.doubtful
    assert found.computed is not None
    assert found.stated is not None
    assert found.computed.low > found.stated.high or found.computed.high < found.stated.low


@unhurried
@given(st.lists(amounts, min_size=4, max_size=4), st.lists(printing(), min_size=9, max_size=9))
def test_true_shares_and_levels_are_never_found(values: list[Decimal], how: list[tuple[int, str]]) -> None:
    draft = Draft("VN-HY", "2024-06")
    whole = sum(values, Decimal())
    draft.fact(f"grdp {PERIOD} level", f"{printed(whole, how[8]):f}", "VND", 9)
    for n, (part, value) in enumerate(zip(GRDP, values, strict=True)):
        draft.fact(f"grdp.{part} {PERIOD} level", f"{printed(value, how[n]):f}", "VND", 9)
        draft.fact(f"grdp.{part} {PERIOD} share", f"{printed(value * 100 / whole, how[4 + n]):f}")
    assert codes(draft) == set()


@unhurried
@given(st.lists(st.tuples(amounts, growths), min_size=4, max_size=4), st.lists(printing(), min_size=9, max_size=9))
def test_true_growths_and_contributions_are_never_found(
    parts: list[tuple[Decimal, Decimal]], how: list[tuple[int, str]]
) -> None:
    draft = Draft("VN-HY", "2024-06")
    base = sum((value for value, _ in parts), Decimal())
    growth = sum((value * percent for value, percent in parts), Decimal()) / base
    draft.fact(f"grdp {PERIOD} growth year_ago", f"{printed(growth, how[8]):f}")
    for n, (part, (value, percent)) in enumerate(zip(GRDP, parts, strict=True)):
        draft.fact(f"grdp.{part} {PERIOD} growth year_ago", f"{printed(percent, how[n]):f}")
        points = printed(value * percent / base, how[4 + n])
        draft.fact(f"grdp.{part} {PERIOD} contribution", f"{points:f}", "percentage_point")
    assert codes(draft) == set()


@unhurried
@given(st.lists(growths, min_size=4, max_size=4), some_places, st.booleans())
def test_a_growth_outside_its_parts_is_found(parts: list[Decimal], places: int, more: bool) -> None:  # noqa: FBT001  # drawn
    draft = Draft("VN-HY", "2024-06")
    step = 4 * Decimal(1).scaleb(-places)
    rows = [printed(p, (places, ROUND_HALF_UP)) for p in parts]
    whole = max(rows) + step if more else min(rows) - step
    assume(whole > -95)
    for code, value in zip(("iip", "iip.mining", "iip.manufacturing", "iip.electricity", "iip.water_waste"),
                           (whole, *rows), strict=True):  # fmt: skip
        draft.fact(f"{code} {PERIOD} growth year_ago", f"{value:f}")
    assert codes(draft) == {"check.between"}


@unhurried
@given(amounts, growths, st.lists(printing(), min_size=3, max_size=3))
def test_a_true_level_with_its_growth_and_change_is_never_found(
    before: Decimal, percent: Decimal, how: list[tuple[int, str]]
) -> None:
    level = before * (100 + percent) / 100
    figures = [printed(v, h) for v, h in zip((level, percent, level - before), how, strict=True)]
    assume(all(figures))
    numbers = [write_number(abs(v), "vi") for v in figures]
    verb, sign = ("tăng", "+") if percent > 0 else ("giảm", "-")
    assert said(f"Sản lượng mía đạt {numbers[0]} tấn, {verb} {numbers[1]}% ({sign}{numbers[2]} tấn).") == ()
    assert said(f"Sản lượng mía đạt {numbers[0]} tấn, {verb} {numbers[1]}%, tương ứng {verb} {numbers[2]} tấn.") == ()


@unhurried
@given(st.decimals(min_value=1000, max_value=10**6, places=2), st.decimals(min_value=1, max_value=60, places=2),
       st.booleans())  # fmt: skip
def test_a_growth_beyond_its_change_is_found(before: Decimal, percent: Decimal, fall: bool) -> None:  # noqa: FBT001  # drawn
    signed = -percent if fall else percent
    change = printed(before * signed / 100, (2, ROUND_HALF_UP))
    assume(abs(change) > 1)
    level = write_number(before + change, "vi")
    verb, sign = ("giảm", "-") if fall else ("tăng", "+")
    wrong = write_number(percent + Decimal("0.5"), "vi")
    size = write_number(abs(change), "vi")
    (found,) = said(f"Sản lượng mía đạt {level} tấn, {verb} {wrong}% ({sign}{size} tấn).")
    assert found.code == "check.change"
    other = "-" if sign == "+" else "+"
    (found,) = said(f"Sản lượng mía đạt {level} tấn, {verb} {write_number(percent, 'vi')}% ({other}{size} tấn).")
    assert found.code == "check.change_sign"
    assert found.doubtful == ()


@unhurried
@given(amounts, st.decimals(min_value=1, max_value=900, places=4), st.lists(printing(), min_size=3, max_size=3))
def test_a_true_harvest_is_never_found(area: Decimal, rate: Decimal, how: list[tuple[int, str]]) -> None:
    figures = [printed(v, h) for v, h in zip((area, rate, area * rate / 10), how, strict=True)]
    assume(all(figures))
    numbers = [write_number(v, "vi") for v in figures]
    assert said(f"Diện tích mía {numbers[0]} ha, năng suất {numbers[1]} tạ/ha, sản lượng {numbers[2]} tấn.") == ()
    wrong = write_number((figures[2] + 1) * 3, "vi")
    if area > 100 and rate > 100:
        (found,) = said(f"Diện tích mía {numbers[0]} ha, năng suất {numbers[1]} tạ/ha, sản lượng {wrong} tấn.")
        assert found.code == "check.harvest_near"


@unhurried
@given(st.decimals(min_value=50, max_value=190, places=6), printing(), printing())
def test_a_true_ratio_and_growth_are_never_found(
    ratio: Decimal, first: tuple[int, str], second: tuple[int, str]
) -> None:
    figures = printed(ratio, first), printed(ratio - 100, second)
    assume(figures[1])
    verb = "tăng" if ratio > 100 else "giảm"
    numbers = [write_number(abs(v), "vi") for v in figures]
    assert said(f"Doanh thu bằng {numbers[0]}%, {verb} {numbers[1]}% so với cùng kỳ.") == ()


@unhurried
@given(st.lists(st.tuples(amounts, growths), min_size=2, max_size=2), st.lists(printing(), min_size=6, max_size=6))
def test_true_quarters_are_never_found(quarters: list[tuple[Decimal, Decimal]], how: list[tuple[int, str]]) -> None:
    draft = Draft("VN-HY", "2024-06")
    total = sum((v for v, _ in quarters), Decimal())
    before = sum((v * 100 / (100 + g) for v, g in quarters), Decimal())
    rows = [("2024-Q1", *quarters[0]), ("2024-Q2", *quarters[1]), (PERIOD, total, total * 100 / before - 100)]
    for n, (period, value, growth) in enumerate(rows):
        draft.fact(f"retail {period} level", f"{printed(value, how[n]):f}", "VND", 9)
        draft.fact(f"retail {period} growth year_ago", f"{printed(growth, how[3 + n]):f}")
    assert codes(draft) == set()


@unhurried
@given(st.text(alphabet="0123456789 ,.%()+-–tăngiảmhữbằôđạếớvộươ/\nsố ngày so với cùng kỳ tấn ha", max_size=200))
def test_any_text_is_checked_without_an_error(text: str) -> None:
    draft = Draft("VN-HY", "2024-06")
    article = draft.article()
    made = type(article)(**{f: getattr(article, f) for f in article.__slots__} | {
        "text": text, "blocks": (Block("paragraph", Span(0, len(text))),),
    })  # fmt: skip
    for found in check(made, Extraction(quantities(text, glossary()), ()), glossary()).findings:
        assert found.spans
        assert all(0 <= s.start < s.end <= len(text) for s in found.spans)
