"""The bilingual terms: every surface means one thing, every English fits into the middle of a sentence."""

import csv
import re
import unicodedata
from pathlib import Path

import pytest
from conftest import read_table

from pipeline.glossary import Term
from pipeline.vietnamese import keys

GLOSSARY = Path(__file__).parents[1] / "glossary"
SHARED = Path(__file__).parents[2] / "shared"
TERMS = read_table(GLOSSARY / "terms.csv", Term)
FORBIDDEN = read_table(GLOSSARY / "terms_forbidden.csv", Term)
POS = {"noun", "name", "phrase"}
SOURCES = {"core", "gso", "nsdp", "vsic", "team"}

# First words that English capitalises or abbreviates in the middle of a sentence.
CAPITALISED = re.compile(
    r"[A-Z]{2,}|[A-Z]\d|COVID|ATMs?|AIDS|HIV|CPI|GRDP|OCOP|African|Agent|Gumboro|Hung|Japanese|Muscovy|Newcastle|Ngoc|"
    r"Party|Streptococcus|Tet|Thanh|Then|Thieu|Vanh|Viet|VietGAP|Vietnamese"
)
AMERICAN = re.compile(
    r"\b\w{3,}iz(e|ed|es|ing|ation)\b|\b(labor|center|fiber|liter|meter|program|fertilizer|aluminum|jewelry|license|plow|mold)s?\b",
    re.IGNORECASE,
)


def surfaces(term: Term) -> tuple[str, ...]:
    return (term.vi, *term.variants)


def english(term: Term) -> tuple[str, ...]:
    return (term.en, term.en_plural) if term.en_plural else (term.en,)


OWNERS = {keys(surface): term for term in TERMS for surface in surfaces(term)}


def shown(offenders: list[str]) -> str:
    return "\n".join(offenders[:20])


def domains() -> set[str]:
    with (GLOSSARY / "domains.csv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    assert all(row["code"] and row["vi"] and row["en"] for row in rows)
    assert len({row["code"] for row in rows}) == len(rows)
    return {row["code"] for row in rows}


def test_there_are_enough_terms() -> None:
    assert len(TERMS) >= 900
    assert len(FORBIDDEN) >= 50


def test_no_surface_belongs_to_two_terms_or_stands_twice() -> None:
    seen: dict[tuple[str, ...], str] = {}
    twice = []
    for term in TERMS:
        for surface in surfaces(term):
            if keys(surface) in seen:
                twice.append(f"{surface}: {term.vi}, {seen[keys(surface)]}")
            seen[keys(surface)] = term.vi
    assert not twice, shown(twice)


def test_surfaces_are_in_normal_form_and_leave_no_gap() -> None:
    wrong = [
        surface
        for term in (*TERMS, *FORBIDDEN)
        for surface in surfaces(term)
        if surface != unicodedata.normalize("NFC", surface) or surface != " ".join(surface.split()) or "..." in surface
    ]
    assert not wrong, shown(wrong)


def test_no_term_shadows_a_place_or_a_phrase_of_comparison() -> None:
    with (GLOSSARY / "places.csv").open(encoding="utf-8", newline="") as f:
        places = [
            name for row in csv.DictReader(f) for name in (row["vi"], *row["variants"].split("|")) if name.strip()
        ]
    taken = [f"place: {name}" for name in places if keys(name) in OWNERS]
    taken += [f"comparison: {s}" for term in TERMS for s in surfaces(term) if keys(s)[:2] == keys("so với")]
    assert not taken, shown(taken)


def test_english_has_no_article_in_front_and_no_vietnamese_letters() -> None:
    wrong = [e for term in TERMS for e in english(term) if re.match(r"(the|an?) ", e, re.IGNORECASE) or not e.isascii()]
    assert not wrong, shown(wrong)


def test_english_fits_into_the_middle_of_a_sentence() -> None:
    wrong = [
        f"{term.vi}: {e}"
        for term in TERMS
        if term.pos != "name"
        for e in english(term)
        if not (e[0].islower() or e[0].isdigit() or CAPITALISED.match(e)) or e[-1] in ",;:"
    ]
    assert not wrong, shown(wrong)


def test_english_is_spelt_the_british_way() -> None:
    wrong = [e for term in TERMS for e in english(term) if AMERICAN.search(e)]
    assert not wrong, shown(wrong)


def test_a_plural_differs_from_its_singular() -> None:
    wrong = [term.vi for term in TERMS if term.en == term.en_plural]
    assert not wrong, shown(wrong)


def test_a_figure_in_a_surface_is_not_lost_in_english() -> None:
    def figures(text: str) -> list[str]:
        return sorted(re.findall(r"\d+", text))

    wrong = [s for term in TERMS for s in surfaces(term) for e in english(term) if figures(s) != figures(e)]
    assert not wrong, shown(wrong)


@pytest.mark.parametrize("table", [TERMS, FORBIDDEN], ids=["terms", "forbidden"])
def test_domains_sources_and_parts_of_speech_are_known(table: tuple[Term, ...]) -> None:
    assert {term.domain for term in table} <= domains()
    assert {term.source for term in table} <= SOURCES
    assert {term.pos for term in table} <= POS


def test_every_domain_is_used() -> None:
    assert domains() == {term.domain for term in TERMS}


def test_preferred_and_forbidden_english_are_kept_in_two_tables() -> None:
    assert {term.status for term in TERMS} == {"preferred"}
    assert {term.status for term in FORBIDDEN} == {"forbidden"}


def test_forbidden_english_is_never_the_english_of_its_term() -> None:
    for term in FORBIDDEN:
        preferred = OWNERS.get(keys(term.vi))
        assert preferred is not None, term.vi
        assert term.en.casefold() not in {e.casefold() for e in english(preferred)}, term.vi
        assert term.note == f"right: {preferred.en}", term.vi


@pytest.mark.parametrize("table", [TERMS, FORBIDDEN], ids=["terms", "forbidden"])
def test_rows_are_sorted_by_domain_then_vietnamese(table: tuple[Term, ...]) -> None:
    order = [(term.domain, term.vi.casefold(), term.vi) for term in table]
    assert order == sorted(order)


# A syllable that is also part of everyday words must not be a term: it would be masked inside them.
@pytest.mark.parametrize(
    "syllable", ["vụ", "con", "điều", "cá", "thông", "lao", "đào", "cam", "xã", "nam", "da", "hồi"]
)
def test_syllables_of_everyday_words_are_no_terms(syllable: str) -> None:
    assert keys(syllable) not in OWNERS


@pytest.mark.parametrize(
    ("surface", "en"),
    [
        ("Tổng sản phẩm trên địa bàn tỉnh", "gross regional domestic product"),
        ("chỉ số giá tiêu dùng", "consumer price index"),
        ("thuỷ sản", "fishery"),
        ("công nghiệp chế biến, chế tạo", "manufacturing"),
        ("UBND tỉnh", "Provincial People's Committee"),
        ("Sở Tài chính", "Department of Finance"),
        ("nợ xấu", "non-performing loans"),
        ("giải phóng mặt bằng", "site clearance"),
        ("dịch tả lợn châu Phi", "African swine fever"),
        ("hàng ăn và dịch vụ ăn uống", "food and catering services"),
        ("xuất siêu", "trade surplus"),
        ("lệ phí trước bạ", "registration fee"),
    ],
)
def test_terms_that_every_report_uses(surface: str, en: str) -> None:
    assert OWNERS[keys(surface)].en == en


def test_terms_said_to_be_core_agree_with_the_shared_core_list() -> None:
    path = SHARED / "terms" / "core_terms.tsv"
    if not path.exists():
        pytest.skip("../shared/terms/core_terms.tsv is missing")
    with path.open(encoding="utf-8", newline="") as f:
        core = {keys(row["vi"]): row["en"].removeprefix("the ") for row in csv.DictReader(f, delimiter="\t")}
    wrong = [t.vi for t in TERMS if t.source == "core" and core[keys(t.vi)] not in english(t)]
    assert not wrong, shown(wrong)
    assert sum(surface in OWNERS for surface in core) >= 0.9 * len(core)


def test_labels_of_the_shared_indicators_are_terms() -> None:
    path = SHARED / "contract" / "indicators.csv"
    if not path.exists():
        pytest.skip("../shared/contract/indicators.csv is missing")
    with path.open(encoding="utf-8", newline="") as f:
        labels = [re.sub(r" \(.*\)|^(GRDP|IIP) (khu vực |ngành )?", "", row["vi"]) for row in csv.DictReader(f)]
    missing = [label for label in labels if keys(label) not in OWNERS]
    assert set(missing) <= {"xây dựng", "dịch vụ"}, missing  # alone they are verbs and parts of other words
