"""The table of places: who existed until 30 June 2025, who exists since, and how English prints them."""

import re
import unicodedata
from pathlib import Path

import pytest
from conftest import read_table

from pipeline.glossary import Place
from pipeline.vietnamese import keys, slug, without_diacritics

ROWS = read_table(Path(__file__).parents[1] / "glossary" / "places.csv", Place)
PLACES = {place.code: place for place in ROWS}
UNITS = tuple(place for place in ROWS if place.kind != "country")
LAST_DAY = "2025-06-30"

# English has its own name for these; all others are the Vietnamese name without diacritics.
ENGLISH_NAMES = {"VN": "Vietnam", "VN-HN": "Hanoi", "VN-SG": "Ho Chi Minh City", "VN-43": "Ba Ria-Vung Tau"}


def test_one_country_with_63_units_of_which_34_go_on() -> None:
    assert PLACES["VN"].kind == "country"
    assert len(ROWS) - len(UNITS) == 1
    assert len(UNITS) == 63
    assert sum(not place.until for place in UNITS) == 34


def test_six_cities_run_by_the_central_government() -> None:
    cities = {place.code for place in UNITS if place.kind == "city"}
    assert cities == {"VN-26", "VN-CT", "VN-DN", "VN-HN", "VN-HP", "VN-SG"}


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("VN-09", "Lạng Sơn", "Lang Son"),
        ("VN-66", "Hưng Yên", "Hung Yen"),
        ("VN-26", "Huế", "Hue"),
        ("VN-33", "Đắk Lắk", "Dak Lak"),
        ("VN-DN", "Đà Nẵng", "Da Nang"),
        ("VN-HN", "Hà Nội", "Hanoi"),
        ("VN-SG", "Thành phố Hồ Chí Minh", "Ho Chi Minh City"),
    ],
)
def test_names_of_known_codes(code: str, vi: str, en: str) -> None:
    assert (PLACES[code].vi, PLACES[code].en) == (vi, en)


@pytest.mark.parametrize(
    ("code", "successor"),
    [
        ("VN-20", "VN-66"),  # Thái Bình, now in Hưng Yên
        ("VN-24", "VN-25"),  # Quảng Bình, now in Quảng Trị
        ("VN-06", "VN-02"),  # Yên Bái, now in Lào Cai
        ("VN-32", "VN-33"),  # Phú Yên, now in Đắk Lắk
        ("VN-27", "VN-DN"),
        ("VN-61", "VN-HP"),
        ("VN-43", "VN-SG"),
    ],
)
def test_successors_of_merged_units(code: str, successor: str) -> None:
    assert PLACES[code].merged_into == successor


@pytest.mark.parametrize("place", UNITS, ids=lambda place: place.code)
def test_a_merged_unit_names_the_unit_it_went_into(place: Place) -> None:
    assert bool(place.until) == bool(place.merged_into)
    if place.until:
        assert place.until == LAST_DAY
        assert PLACES[place.merged_into].kind != "country"
        assert not PLACES[place.merged_into].until


@pytest.mark.parametrize("place", ROWS, ids=lambda place: place.code)
def test_codes_and_names_are_well_formed(place: Place) -> None:
    assert re.fullmatch(r"VN(-(\d\d|CT|DN|HN|HP|SG))?", place.code)
    assert place.slug == slug(place.vi.removeprefix("Thành phố "))
    assert place.en == ENGLISH_NAMES.get(place.code, without_diacritics(place.vi))
    assert place.en.isascii()
    for name in (place.vi, *place.variants):
        assert name == unicodedata.normalize("NFC", name)


def test_no_name_means_two_places() -> None:
    owner: dict[tuple[str, ...], str] = {}
    for place in ROWS:
        for name in (place.vi, *place.variants):
            assert owner.setdefault(keys(name), place.code) == place.code, name


def test_slugs_are_unique() -> None:
    assert len({place.slug for place in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("TP.HCM", "VN-SG"),
        ("TP HỒ CHÍ MINH", "VN-SG"),
        ("Thừa Thiên - Huế", "VN-26"),
        ("Đắc Lắc", "VN-33"),
        ("Đăk Nông", "VN-72"),
        ("Bà Rịa – Vũng Tàu", "VN-43"),
        ("Hoà Bình", "VN-14"),
    ],
)
def test_spellings_of_texts_are_known(spelling: str, code: str) -> None:
    names = {keys(name) for name in (PLACES[code].vi, *PLACES[code].variants)}
    assert keys(spelling) in names
