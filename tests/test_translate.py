"""The stage with a real engine: a tiny Argos package that translates word for word, or lies."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_argos import Tiny, build
from translate_helpers import ROOT, article_of, extraction_of, real_glossary, small_glossary

from pipeline.errors import GlossaryError, TranslationError
from pipeline.model import Extraction, Observation, Segment, Span, Translation
from pipeline.translate import ArgosEngine, Engine, as_lines, load_engine, translate
from pipeline.translate.engine import PLACEHOLDER_FORMS, Hypothesis

Make = Callable[[Tiny], Engine]


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Tiny -> an engine of a package built from it and read back from its file."""
    folder = tmp_path_factory.mktemp("models")

    def engine_of(tiny: Tiny) -> Engine:
        path = folder / f"{len(list(folder.iterdir()))}.argosmodel"
        engine = load_engine(build(path, tiny))
        assert engine is not None
        return engine

    return engine_of


@pytest.fixture(scope="session")
def honest(make: Make) -> Engine:
    return make(Tiny())


def translated(text: str, engine: Engine | None) -> Translation:
    article = article_of(text)
    return translate(article, extraction_of(article), small_glossary(), engine)


def only(text: str, engine: Engine | None) -> Segment:
    (segment,) = translated(text, engine).segments
    return segment


def reason(segment: Segment) -> str:
    (finding,) = segment.findings
    assert finding.code == "translate.untranslated"
    assert finding.span == segment.span
    return finding.message.en


# --- the honest engine --------------------------------------------------------------------


def test_figures_terms_dates_and_names_come_back(honest: Engine) -> None:
    segment = only("Giá thịt lợn tại Lạng Sơn tăng 2,5% so với tháng 5/2023.", honest)
    assert segment.method == "engine"
    assert segment.target == "Pork prices at Lang Son rose 2.5% compared with May 2023."
    assert [(t.vi, t.en) for t in segment.terms] == [("Giá thịt lợn", "pork prices")]
    assert segment.findings == ()


def test_the_engine_is_named_by_package_version_and_checksum(honest: Engine) -> None:
    assert re.fullmatch(r"translate-vi_en 0\.1 [0-9a-f]{12}", translated("Giá tăng.", honest).engine)
    assert translated("Giá tăng.", None).engine == ""


def test_the_same_input_gives_the_same_output(honest: Engine) -> None:
    text = "Giá tăng 2,5% và nguồn cung giảm.\nTình hình còn khó khăn."
    assert translated(text, honest) == translated(text, honest)


def test_more_items_than_placeholders_make_pieces(honest: Engine) -> None:
    text = "; ".join(f"giá tại tháng {n % 12 + 1} tăng {n},5%" for n in range(15)) + "."
    segment = only("Giá" + text[3:], honest)
    assert segment.method == "engine"
    figures = re.findall(r"\d+\.\d%", segment.target)
    assert figures == [f"{n}.5%" for n in range(15)]
    assert segment.target.count("; ") == 14


def test_a_word_the_model_does_not_know_leaves_only_its_sentence(honest: Engine) -> None:
    first, second = translated("Giá tăng 5%.\nKhuếch trương tăng 5%.", honest).segments
    assert (first.method, second.method) == ("template" if not first.target else first.method, "none")
    assert "Vietnamese" in reason(second)


def test_a_term_that_the_engine_does_not_use_is_refused(make: Make) -> None:
    """The engine drops every second placeholder; the term is then left to it, and it has other words for it."""
    engine = make(Tiny(table={"⟨1⟩": "⟨2⟩"}))
    segment = only("Tình hình giá thịt lợn còn tăng 2,5%.", engine)
    assert "a term as the glossary has it" in reason(segment)


def test_clause_by_clause_when_the_whole_fails(make: Make) -> None:
    """⟨1⟩ is lost, so two figures cannot go together; in clauses of one figure they can."""
    engine = make(Tiny(table={"⟨1⟩": "⟨2⟩"}))
    segment = only("Nguồn cung còn tăng 2,5%; tình hình giá còn giảm 7%.", engine)
    assert segment.method == "engine"
    assert segment.target == "Supply goods still rose 2.5%; the situation price still fell 7%."


# --- engines that lie ---------------------------------------------------------------------

TRUE = "Trong tháng giá còn tăng 2,5% so với nay."

LIES = {
    "loses a figure": {"⟨0⟩": "⟨5⟩"},
    "doubles a figure": {"với": "⟨0⟩"},
    "adds a figure": {"với": "7"},
    "adds a power of ten": {"với": "billion"},
    "adds a currency": {"với": "VND"},
    "turns the direction": {"tăng": "fell"},
    "leaves Vietnamese": {"với": "với"},
    "repeats itself": dict.fromkeys(("giá", "còn", "tăng", "so", "với", "trong"), "rose"),
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_a_lie_is_never_printed(make: Make, honest: Engine, lie: str) -> None:
    engine = make(Tiny(table=LIES[lie]))
    assert only(TRUE, honest).target == "In month price still rose 2.5% compared with now."
    segment = only(TRUE, engine)
    assert segment.method == "none"
    assert segment.target == ""
    assert reason(segment).startswith("Not translated: ")


def test_garbage_is_never_printed(make: Make) -> None:
    article = article_of("Giá còn tăng 2,5% so với nay.\nTình hình ổn định.\nNguồn cung còn hạn chế do thiếu.")
    engine = make(Tiny(garbage=True))
    segments = translate(
        article, extraction_of(article), replace(small_glossary(), memory=real_glossary().memory), engine
    )
    assert all(s.method != "engine" and not re.search(r"\d", s.target) for s in segments.segments)


ANY = st.lists(
    st.sampled_from(
        ["Giá", "tăng", "giảm", "còn", "5%", "1.307,5 tỷ đồng", "tháng 6/2023", "⟨0⟩", "⟨3⟩", "[1]", "X1X", "Covid-19",
         "Lạng Sơn", "dự án", "12", ";", ",", "(", ")", "🎉", "\x07", "\u200b", "…", "khó khăn"],
    ),
    min_size=1,
    max_size=14,
).map(" ".join)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY, st.sampled_from(["honest", "⟨0⟩", "⟨1⟩", "tăng"]))
def test_whatever_the_engine_does_the_figures_are_those_of_the_source(
    engines: dict[str, Engine], text: str, kind: str
) -> None:
    article = article_of(text)
    extraction = extraction_of(article)
    for segment in translate(article, extraction, small_glossary(), engines[kind]).segments:
        if segment.method == "none":
            assert segment.target == ""
            assert segment.findings
            continue
        wanted = sorted(re.findall(r"\d", english_figures(article.text[segment.span.start : segment.span.end])))
        assert sorted(re.findall(r"\d", segment.target)) == wanted


def english_figures(text: str) -> str:
    """The digits English must print: "tháng 6" is June, and 5-digit groups stay digits."""
    return re.sub(r"tháng \d+", "", text)


@pytest.fixture(scope="session")
def engines(make: Make, honest: Engine) -> dict[str, Engine]:
    return {
        "honest": honest,
        "⟨0⟩": make(Tiny(table={"⟨0⟩": "⟨5⟩"})),
        "⟨1⟩": make(Tiny(table={"⟨1⟩": "⟨0⟩"})),
        "tăng": make(Tiny(table={"tăng": "9"})),
    }


# --- placeholders -------------------------------------------------------------------------


def test_a_model_with_its_own_placeholders_uses_them(honest: Engine) -> None:
    assert honest.placeholder == PLACEHOLDER_FORMS[0]


def test_a_stock_model_gets_a_form_that_it_can_carry(make: Make) -> None:
    engine = make(Tiny(placeholders=()))
    assert engine.placeholder != PLACEHOLDER_FORMS[0]
    segment = only("Giá còn tăng 2,5% so với tháng 5/2023.", engine)
    assert segment.target == "Price still rose 2.5% compared with May 2023."


def test_look_alikes_in_the_source_are_no_placeholders(honest: Engine) -> None:
    segment = only("Giá ⟨0⟩ còn tăng ⟨7⟩ và 2,5%.", honest)
    assert segment.target in ("", "Price ⟨0⟩ still rose ⟨7⟩ and 2.5%.")


# --- odd input ----------------------------------------------------------------------------


def test_control_characters_and_emoji_do_no_harm(honest: Engine) -> None:
    segment = only("Giá\x07 còn\u200b tăng\t2,5%.", honest)
    assert segment.target == "Price still rose 2.5%."
    assert only("Giá còn tăng 2,5% 🎉.", honest).source.endswith("🎉.")


def test_a_sentence_of_ten_thousand_characters(honest: Engine) -> None:
    text = "Giá còn tăng 5% và " * 600
    segment = only(text.strip() + ".", honest)
    assert segment.method == "none"
    assert segment.source == text.strip() + "."
    in_clauses = only("; ".join(["giá còn tăng 5% so với tháng trước"] * 300) + ".", honest)
    assert in_clauses.method == "engine"
    assert in_clauses.target.count("5%") == 300


def test_an_unreadable_number_keeps_its_sentence_from_the_engine(honest: Engine) -> None:
    segment = only("Giá còn tăng 12.34.5 so với nay.", honest)
    assert segment.method == "none"
    assert "12.34.5" in reason(segment)


def test_an_empty_article(honest: Engine) -> None:
    assert translated("", honest).segments == ()
    assert translated("\n…\n- \n", honest).segments == ()


class Failing:
    name = "failing"
    placeholder = "⟨{}⟩"

    def translate(self, texts: Sequence[str]) -> list[list[Hypothesis]]:
        raise TranslationError(f"no memory for {len(texts)} texts")


def test_an_engine_that_fails_stops_the_stage() -> None:
    with pytest.raises(TranslationError, match="no memory"):
        translated("Giá còn tăng.", Failing())


def test_a_missing_text_of_the_glossary_is_named() -> None:
    glossary = small_glossary()
    phrases = {k: p for k, p in glossary.phrases.items() if k != "translate.finding.none"}
    article = article_of("Giá còn tăng.")
    with pytest.raises(GlossaryError, match=r"translate\.finding\.none"):
        translate(article, extraction_of(article), replace(glossary, phrases=phrases), None)


# --- causes -------------------------------------------------------------------------------


def observation(cause: Span | None) -> Observation:
    return Observation(
        "cpi", "VN-09", "2023-06", "growth", "year_ago", Decimal(5), "percent", 0, "", Span(0, 1), "", 0, "", cause
    )


def test_causes_follow_the_sentences_once_each_and_begin_small(honest: Engine) -> None:
    article = article_of("Giá tăng 5% do nguồn cung hạn chế. Giá còn giảm.")
    start = article.text.index("nguồn")
    cause = Span(start, article.text.index(". Giá"))
    whole = Span(article.text.index("Giá còn"), len(article.text))
    observations = tuple(observation(c) for c in (cause, None, cause, whole))
    extraction = replace(extraction_of(article), observations=observations)
    segments = translate(article, extraction, small_glossary(), honest).segments
    assert [s.source for s in segments] == [
        "Giá tăng 5% do nguồn cung hạn chế.",
        "Giá còn giảm.",
        "nguồn cung hạn chế",
    ]
    assert segments[-1].target == "supply goods limited was"


# --- without an engine --------------------------------------------------------------------


def test_without_an_engine_what_nothing_knows_stays_vietnamese_with_a_finding() -> None:
    segment = only("Tình hình còn khó khăn.", None)
    assert (segment.method, segment.target) == ("none", "")
    assert "no translation model" in reason(segment)


def test_lines(honest: Engine) -> None:
    article = article_of("1. Giá còn tăng 5%. • Giá còn giảm.\n\nKhuếch trương.\n- Doanh nghiệp")
    translation = translate(article, extraction_of(article), small_glossary(), honest)
    assert as_lines(article, translation, small_glossary()) == [
        "1. Price still rose 5%. • Price still fell.",
        "",
        "[untranslated: Khuếch trương.]",
        "- Enterprises",
    ]


@pytest.mark.parametrize("name", ["langson_2023-06.txt", "hungyen_2025-04.txt", "thanhhoa_2025-05.txt"])
def test_a_real_report_is_complete_without_a_model(name: str) -> None:
    path = ROOT.parent / "shared" / "reports" / name
    if not path.exists():
        pytest.skip("the real reports are not beside this checkout")
    article = article_of(path.read_text(encoding="utf-8"))
    extraction: Extraction = extraction_of(article)
    segments = translate(article, extraction, real_glossary(), None).segments
    assert all(bool(s.target) != (s.method == "none") for s in segments)
    assert all(s.findings for s in segments if s.method == "none")
    covered = {place for s in segments for place in range(s.span.start, s.span.end)}
    lost = [c for n, c in enumerate(article.text) if n not in covered and c.isalpha() and c.islower()]
    assert len(lost) < 40  # bullets "a)", "b)" and the like


def test_argos_engine_reads_a_package_from_a_folder_too(honest: Engine, tmp_path: Path) -> None:
    with ZipFile(build(tmp_path / "p.argosmodel")) as archive:
        archive.extractall(tmp_path / "folder")
    engine = load_engine(tmp_path / "folder" / "translate-vi_en-0_1")
    assert isinstance(engine, ArgosEngine)
    assert engine.name == honest.name
