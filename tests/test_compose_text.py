"""Causes, difficulties, outlook and notes: what is taken from the report's own words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from compose_samples import brief_of, glossary, langson, words
from observations import Draft, of

from pipeline.chart.plot import families
from pipeline.compose import compose
from pipeline.compose.notes import CHARTED
from pipeline.model import Finding, Label, Segment, Span

GATES = "Hàng hóa mới chỉ thông quan qua năm cửa khẩu."
CAPITAL = "Giải ngân vốn đầu tư công tại các dự án trọng điểm còn chậm."
PRAISE = "Toàn tỉnh đã quyết liệt, sáng tạo, thi đua lập thành tích."


def difficulties(draft: Draft) -> list[str]:
    return [words(s.vi) for s in brief_of(draft).difficulties]


def test_a_section_on_difficulties_is_quoted_without_its_praise() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.block("III. Một số khó khăn, hạn chế", "heading", 1)
    for sentence in (f"- {GATES}", PRAISE, CAPITAL):
        draft.sentence(sentence)
    draft.block("IV. Phụ lục", "heading", 1)
    draft.sentence("Kim ngạch xuất khẩu qua cửa khẩu là số ước tính.")
    assert sorted(difficulties(draft)) == sorted([GATES, CAPITAL])


def test_a_subheading_inherits_and_a_sister_ends_the_section() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.block("III. Tồn tại, hạn chế", "heading", 1)
    draft.block("1. Về kinh tế", "heading", 2)
    draft.sentence(GATES)
    draft.block("IV. Giải pháp", "heading", 1)
    draft.sentence("Hai là, khởi công tuyến cao tốc trong quý III.", "Secondly, start work on the expressway.")
    brief = brief_of(draft)
    assert [words(s.vi) for s in brief.difficulties] == [GATES]
    assert [words(s.vi) for s in brief.outlook] == ["Khởi công tuyến cao tốc trong quý III."]
    assert [words(s.en) for s in brief.outlook] == ["Start work on the expressway."]
    assert not brief.outlook[0].untranslated


@pytest.mark.parametrize(
    "heading",
    ["I. Kết quả thực hiện nhiệm vụ", "Chương trình mục tiêu quốc gia", "I. Tình hình thực hiện mục tiêu, nhiệm vụ"],
)
def test_headings_about_results_and_programmes_are_no_outlook(heading: str) -> None:
    draft = Draft("VN-09", "2023-06")
    draft.block(heading, "heading", 1)
    draft.sentence("Dự án khu công nghiệp đã giải ngân hết vốn đầu tư công.")
    assert brief_of(draft).outlook == ()


def test_without_such_a_section_only_a_telling_sentence_is_taken() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.block("4. Đầu tư", "heading", 1)
    for sentence in (CAPITAL, GATES, "Tiến độ còn chậm."):
        draft.sentence(sentence)
    assert difficulties(draft) == [CAPITAL]


def test_only_whole_sentences_of_a_readable_length() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.block("III. Khó khăn", "heading", 1)
    draft.sentence(GATES.removesuffix("."))
    draft.sentence(f"{GATES[:-1]}, cụ thể:")
    draft.sentence("Giải ngân vốn đầu tư công còn chậm" + ", thông quan qua cửa khẩu còn chậm" * 9 + ".")
    assert difficulties(draft) == []


def test_at_most_four_the_heaviest_first() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.block("III. Khó khăn", "heading", 1)
    named = [f"Cửa khẩu số {n} chưa thông quan." for n in range(1, 6)]
    heaviest = "Cửa khẩu số 6 mới thông quan được 12% lượng hàng."
    for sentence in ("Nhập khẩu, tồn kho giảm.", *named, heaviest):
        draft.sentence(sentence)
    assert difficulties(draft) == [heaviest, *named[:3]]


@pytest.mark.parametrize(
    ("vi", "en", "said"),
    [
        ("Cùng với đó, cửa khẩu chưa thông quan.", "In addition, the gate is closed.",
         ("Cửa khẩu chưa thông quan.", "The gate is closed.")),
        ("CÙng với đó cửa khẩu chưa thông quan, hàng tồn kho tăng…", "Along with this, the gate is closed…",
         ("Cửa khẩu chưa thông quan, hàng tồn kho tăng.", "The gate is closed.")),
        ("Muốn đạt được, cửa khẩu phải thông quan.", "To achieve this, gates must open.",
         ("Cửa khẩu phải thông quan.", "Gates must open.")),
        ("CỬa khẩu chưa thông quan.", "The gate is closed.", ("Cửa khẩu chưa thông quan.", "The gate is closed.")),
        ("BOT cửa khẩu chưa thông quan.", "The gate is closed.",
         ("BOT cửa khẩu chưa thông quan.", "The gate is closed.")),
    ],
)  # fmt: skip
def test_a_sentence_stands_without_the_one_before_it(vi: str, en: str, said: tuple[str, str]) -> None:
    draft = Draft("VN-09", "2023-06")
    draft.block("III. Khó khăn", "heading", 1)
    draft.sentence(vi, en)
    assert [(words(s.vi), words(s.en)) for s in brief_of(draft).difficulties] == [said]


@pytest.mark.parametrize("opening", ["Cùng với đó là", "Điều này khiến", "Trong đó,"])
def test_a_sentence_that_cannot_stand_alone_is_left_out(opening: str) -> None:
    draft = Draft("VN-09", "2023-06")
    draft.block("III. Khó khăn", "heading", 1)
    draft.sentence(f"{opening} cửa khẩu chưa thông quan được.")
    assert difficulties(draft) == []


def test_what_has_no_translation_stays_vietnamese_and_is_said_once() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.block("III. Khó khăn", "heading", 1)
    draft.sentence(GATES)
    draft.sentence(CAPITAL)
    for engine, reason in (("", "without a translation model"), ("vi-en 1.9", "passed the checks")):
        brief = brief_of(draft, engine)
        assert {(words(s.en), s.untranslated) for s in brief.difficulties} == {(GATES, True), (CAPITAL, True)}
        assert [reason in words(n.en) for n in brief.notes].count(True) == 1
        assert not any("tiếng Anh" in words(n.vi) for n in brief.notes)


# --- causes ---------------------------------------------------------------------------------


def test_every_quotation_leads_to_its_words_in_the_source() -> None:
    draft = langson()
    draft.sentence("Hai là, khởi công khu công nghiệp và thu hút nhà đầu tư trong quý III năm 2023.")
    brief, text = brief_of(draft), draft.article().text
    assert len(brief.difficulties) >= 2
    assert len(brief.outlook) >= 2
    for s in (*brief.difficulties, *brief.outlook):
        assert s.span is not None
        source = text[s.span.start : s.span.end]
        assert any(source == segment.source and s.span == segment.span for segment in draft.segments)
        assert words(s.vi)[1:] in source  # without its bullet and its "Một là,"; the first letter is large
    for s in brief.drivers:
        assert s.span is not None
        assert text[s.span.start : s.span.end] in words(s.vi)
    assert not any(s.span for s in (brief.headline, *brief.points, *brief.notes))


def driven(vi: str, en: str = "") -> list[tuple[str, str, bool]]:
    draft = of("VN-09", "2023-06", [("iip 2023-06 growth previous_month", "-0.75")])
    draft.explain("iip 2023-06 growth previous_month", vi, en)
    return [(words(s.vi), words(s.en), s.untranslated) for s in brief_of(draft).drivers]


def test_a_cause_with_its_own_conjunction() -> None:
    assert driven("do clanhke tồn kho nhiều", "due to unsold clinker") == [
        (
            "Sản xuất công nghiệp tháng 6 giảm 0,75% so với tháng 5 do clanhke tồn kho nhiều.",
            "Industrial production slipped 0.75% in June from May due to unsold clinker.",
            False,
        )
    ]


def test_a_cause_that_is_a_clause() -> None:
    assert driven("clanhke tồn kho nhiều;", "clinker stocks were high.") == [
        (
            "Sản xuất công nghiệp tháng 6 giảm 0,75% so với tháng 5 do clanhke tồn kho nhiều.",
            "Industrial production slipped 0.75% in June from May: clinker stocks were high.",
            False,
        )
    ]


def test_a_cause_without_translation_is_quoted() -> None:
    assert driven("do clanhke tồn kho nhiều")[0][1:] == (
        "Industrial production slipped 0.75% in June from May; the report explains: clanhke tồn kho nhiều.",
        True,
    )


@pytest.mark.parametrize("cause", ["do giá", "do " + "nhu cầu của thị trường giảm, " * 12])
def test_a_cause_too_short_or_too_long_is_left_out(cause: str) -> None:
    assert driven(cause) == []


def test_drivers_are_few_and_of_several_topics() -> None:
    draft = langson()
    for o in draft.observations[:120]:
        if o.measure == "growth" and o.area == "VN-09" and o.cause is None:
            key = f"{o.indicator} {o.period} growth {o.basis}"
            draft.explain(key, f"do nguyên nhân số {len(draft.lines)} của kỳ này")
    drivers = brief_of(draft).drivers
    assert len(drivers) == 6
    topics = [d.topic for d in drivers]
    assert all(topics.count(t) <= 2 for t in topics)
    assert "62,39%" in words(drivers[0].vi)  # ahead of growth, which moved less


# --- notes ----------------------------------------------------------------------------------


def notes_of(draft: Draft) -> list[tuple[str, str]]:
    return [(words(n.vi), words(n.en)) for n in brief_of(draft).notes]


def test_sources_are_named_with_the_topics_of_their_sections() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.block("2.1. Tài chính1", "heading", 2, "2.1")
    draft.fact("budget.revenue 2023-01/2023-06 growth year_ago", "11")
    draft.block("2.2. Y tế2", "heading", 2, "2.2")
    draft.block("[1] Nguồn: Sở Tài chính.", "source", 0, "1")
    draft.block("[2] Nguồn: Sở Y tế.", "source", 0, "2")
    vi, en = notes_of(draft)[0]
    assert vi == "Nguồn số liệu theo báo cáo: Sở Tài chính (ngân sách)."
    assert en == "Sources, as the report names them: Department of Finance (budget)."


def test_estimates_are_named_once_by_topic() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.fact("iip 2023-01/2023-06 growth year_ago", "11", status="estimate")
    draft.fact("trade.exports 2023-01/2023-06 growth year_ago", "11", status="estimate")
    draft.fact("cpi 2023-06 growth year_ago", "1.1", status="preliminary")
    assert notes_of(draft)[:2] == [
        (
            "Số liệu ước tính, toàn bộ hoặc một phần: xuất nhập khẩu, sản xuất công nghiệp.",
            "Estimates, in whole or in part: external trade, industrial production.",
        ),
        (
            "Số liệu sơ bộ, toàn bộ hoặc một phần: giá tiêu dùng.",
            "Preliminary, in whole or in part: consumer prices.",
        ),
    ]


@pytest.mark.parametrize(
    ("severity", "shift", "noted"), [("error", 0, True), ("warning", 0, False), ("error", 500, False)]
)
def test_an_error_that_touches_a_printed_figure_is_noted(severity: str, shift: int, noted: bool) -> None:  # noqa: FBT001  # a table's column
    """What the source says wrongly beside a figure that is itself sure: the figure is printed, the error named."""
    draft = of("VN-09", "2023-06", [("iip 2023-01/2023-06 growth year_ago", "6.81")])
    o = draft.observations[0]
    draft.doubt(0, severity=severity)
    span = Span(o.span.start + shift, o.span.end + shift)
    draft.findings = [replace(draft.findings[0], spans=(span,), doubtful=())]
    brief = brief_of(draft)
    assert ("These: the figures disagree." in [words(n.en) for n in brief.notes]) is noted
    assert "6.81%" in words(brief.points[0].en)


def test_a_mended_place_of_the_text_is_noted_where_it_is_an_error() -> None:
    draft = of("VN-09", "2023-06", [("iip 2023-01/2023-06 growth year_ago", "6.81")])
    found = Finding("read.unsure", "error", draft.observations[0].span, Label("Chữ số mờ", "Digits unclear"))
    article = replace(draft.article(), findings=(found,))
    brief = compose(article, draft.extraction(), draft.checked(), draft.translation(), glossary())
    assert "Digits unclear." in [words(n.en) for n in brief.notes]


def test_a_figure_in_doubt_is_named_in_the_notes_and_printed_nowhere() -> None:
    draft = of("VN-09", "2023-06", [("iip 2023-01/2023-06 growth year_ago", "6.81")])
    draft.fact("cpi 2023-06 growth year_ago", "1.1")
    draft.doubt(0, name="Industry")
    brief = brief_of(draft)
    assert brief.doubtful == (0,)
    assert "Industry: the figures disagree. The brief prints none of these figures." in [
        words(n.en) for n in brief.notes
    ]
    said = (brief.headline, *brief.points, *brief.drivers)
    assert 0 not in {r.observation for s in said for r in (*s.vi, *s.en)}
    assert not any("6.81" in words(s.en) for s in said)


def test_a_warning_keeps_no_figure_out() -> None:
    draft = of("VN-09", "2023-06", [("iip 2023-01/2023-06 growth year_ago", "6.81")])
    draft.doubt(0, severity="warning")
    brief = brief_of(draft)
    assert brief.doubtful == ()
    assert "6.81%" in words(brief.points[0].en)


def test_errors_on_the_brief_s_topics_are_noted_the_first_topics_first() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.fact("cpi 2023-06 growth year_ago", "1.1")
    codes = ("fishery.output", "retail.goods", "retail", "iip", "fires.cases", "trade.exports")
    for code in codes:
        rows = [draft.fact(f"{code} 2023-01/2023-06 growth year_ago", value) for value in ("5.3", "6.3")]
        draft.doubt(*rows, name=code)
    brief = brief_of(draft)
    assert not any("5.3" in words(s.en) for s in (brief.headline, *brief.points))
    told = [words(n.en) for n in brief.notes]
    left_out = "the figures disagree. The brief prints none of these figures."
    assert told[:4] == [
        f"Trade.exports: {left_out}",
        f"Iip: {left_out}",
        f"Retail: {left_out}",
        "Other figures on which the report contradicts itself: 2.",  # retail.goods, fishery.output; fires: no topic
    ]
    assert words(brief.notes[0].vi) == "Trade.exports: các số không khớp. Bản tin không in các số này."


def test_errors_in_a_part_of_the_area_are_not_the_brief_s() -> None:
    draft = of("VN-09", "2023-06", [("cpi 2023-06 growth year_ago", "1.1")])
    rows = [draft.fact("cpi 2023-06 growth year_ago", value, area="VN-09/urban") for value in ("1.2", "1.3")]
    draft.doubt(*rows, name="urban prices")
    assert not any("urban" in words(n.en) for n in brief_of(draft).notes)


def test_notes_know_the_topics_of_every_chart() -> None:
    assert {code.partition(".")[0] for f in families(glossary()) for code in f.parts} == CHARTED


def test_notes_hold_for_figures_that_only_a_chart_shows() -> None:
    draft = of("VN-09", "2023-06", [("cpi 2023-06 growth year_ago", "1.1")])
    for code in ("retail", "investment", "budget.revenue", "trade.exports", "iip", "iip.mining", "enterprises.new"):
        draft.fact(f"{code} 2023-01/2023-06 growth year_ago", "4")
    draft.fact("livestock.poultry.heads 2023-06-30 growth year_ago", "-2", status="estimate", rule="ratio")
    draft.fact("livestock.pig.heads 2023-06-30 growth year_ago", "3", status="preliminary")
    draft.fact("fires.cases 2023-06 level", "3", "case", status="estimate")  # never shown
    brief = brief_of(draft)
    charted = {i for i, o in enumerate(draft.observations) if o.indicator.startswith("livestock")}
    said = {r.observation for s in (brief.headline, *brief.points) for r in s.en}
    assert not charted & said
    notes = [words(n.en) for n in brief.notes]
    assert "Estimates, in whole or in part: livestock." in notes
    assert "Preliminary, in whole or in part: livestock." in notes
    assert any("the change is computed from it" in n for n in notes)


def test_a_figure_that_is_never_shown_has_no_note() -> None:
    draft = of("VN-09", "2023-06", [("iip 2023-01/2023-06 growth year_ago", "6.81")])
    draft.fact("trade.exports 2023-01/2023-06 growth year_ago", "35", rule="multiple", approximation="over")
    notes = [words(n.en) for n in brief_of(draft).notes]
    assert not any("computed" in n for n in notes)


def test_the_original_is_named_where_the_page_says_where_it_lies() -> None:
    draft = of("VN-09", "2023-06", [("iip 2023-01/2023-06 growth year_ago", "6.81")])
    article = draft.article("Tình hình kinh tế", "Cục Thống kê tỉnh Lạng Sơn", "https://a.example/1", "2023-06-30")
    brief = compose(article, draft.extraction(), draft.checked(), draft.translation("vi-en 1.9"), glossary())
    notes = [words(n.en) for n in brief.notes]
    assert notes[-2] == "Original: Lang Son Statistics Office, “Tình hình kinh tế”, 30 June 2023, https://a.example/1."
    assert notes[-1] == "Made with songngu 0.1.0; glossary 0123456789ab; translation model: vi-en 1.9."
    assert brief.office == Label("Cục Thống kê tỉnh Lạng Sơn", "Lang Son Statistics Office")


def test_a_segment_outside_the_text_of_a_section_is_not_quoted() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.block("III. Khó khăn", "heading", 1)
    draft.segments.append(Segment(Span(0, 5), GATES, "", "none"))
    assert difficulties(draft) == []
