"""What an engine returns is believed only if nothing was lost, added or turned round."""

from __future__ import annotations

from decimal import Decimal

import pytest
from translate_helpers import quantities_of, real_glossary, small_glossary

from pipeline.model import Span
from pipeline.translate.bounds import Bounds, unbracketed
from pipeline.translate.items import Item, Masked
from pipeline.translate.mask import Masker
from pipeline.translate.memory import Memory
from pipeline.translate.restore import Restorer, polish
from pipeline.translate.verify import Figures, Verifier, missing_terms

FORM = "⟨{}⟩"


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    glossary = real_glossary()
    return Verifier(small_glossary(), Memory(glossary.memory, glossary).english)


def piece(text: str) -> Masked:
    return Masked(text, Span(0, len(text)), Masker(small_glossary()).items(text, quantities_of(text)))


SOURCE = "Giá thịt lợn tại chợ tăng 2,5% so với tháng 5"  # ⟨0⟩ pork price, ⟨1⟩ 2.5%, ⟨2⟩ May


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("⟨0⟩ at the market rose ⟨1⟩ compared with ⟨2⟩", ""),
        ("⟨ 0 ⟩ at the market rose ⟨1⟩ compared with ⟨2⟩", ""),
        ("", "empty"),
        ("  ", "empty"),
        ("⟨0⟩ at the market rose compared with ⟨2⟩", "lost"),
        ("⟨0⟩ at the market rose ⟨1⟩ and ⟨1⟩ compared with ⟨2⟩", "lost"),
        ("⟨0⟩ at the market rose ⟨1⟩ compared with ⟨3⟩", "lost"),
        ("⟨0⟩ at the market rose ⟨1⟩ compared with ⟨2⟩ ⟨3⟩", "lost"),
        ("⟨0⟩ at 5 markets rose ⟨1⟩ compared with ⟨2⟩", "digits"),
        ("⟨0⟩ at the chợ rose ⟨1⟩ compared with ⟨2⟩", "vietnamese"),
        ("⟨0⟩ at the market rose ⟨1⟩ so compared with ⟨2⟩ đ", "vietnamese"),
        ("⟨0⟩ at the <unk> rose ⟨1⟩ compared with ⟨2⟩", "vietnamese"),
        ("⟨0⟩ at the market rose ⟨1⟩ billion compared with ⟨2⟩", "added"),
        ("⟨0⟩ at the market rose VND ⟨1⟩ compared with ⟨2⟩", "added"),
        ("⟨0⟩ at the market rose ⟨1⟩% compared with ⟨2⟩", "added"),
        ("⟨0⟩ at the market fell ⟨1⟩ compared with ⟨2⟩", "direction"),
        ("⟨0⟩ the the the the rose ⟨1⟩ compared with ⟨2⟩", "repeated"),
        ("⟨0⟩ at most at most at most rose ⟨1⟩ with ⟨2⟩", "repeated"),
        (f"⟨0⟩ rose ⟨1⟩ ⟨2⟩ {' '.join(c * 3 for c in 'abcdefghijklmnopqrstuvwxyz')}", "length"),
        ("⟨0⟩ at nine markets rose ⟨1⟩ compared with ⟨2⟩", "added"),
        ("⟨0⟩ at the market rose ⟨1⟩ in August compared with ⟨2⟩", "added"),
        ("⟨0⟩ at the market is estimated to have risen ⟨1⟩ from ⟨2⟩", "added"),
        ("⟨0⟩ at the market doubled by ⟨1⟩ from ⟨2⟩", "added"),
        ("⟨0⟩ gzorp blorf rose ⟨1⟩ snarf quux ⟨2⟩", "english"),
    ],
)  # fmt: skip
def test_check(verifier: Verifier, output: str, reason: str) -> None:
    assert verifier.check(output, piece(SOURCE), FORM) == reason


@pytest.mark.parametrize(
    ("source", "output", "reason"),
    [
        ("Giá giảm 5%", "Prices fell ⟨0⟩", ""),
        ("Giá giảm 5%", "Prices rose ⟨0⟩", "direction"),
        ("Giá giảm 5%", "Prices reached ⟨0⟩", "direction"),
        ("Giá giảm 5%", "Prices saw a ⟨0⟩ decline", ""),
        ("Thu bằng 46,8% dự toán", "Revenue was up ⟨0⟩", "direction"),
        ("Thu bằng 46,8% kế hoạch", "Revenue was ⟨0⟩ of the plan", ""),
        ("Lợn tăng 5%, bò giảm 7%", "Pigs rose ⟨0⟩, cattle fell ⟨1⟩", ""),
        ("Lợn tăng 5%, bò giảm 7%", "Pigs fell ⟨0⟩, cattle rose ⟨1⟩", "direction"),
        ("Lợn tăng 5%, bò giảm 7%", "Cattle fell ⟨1⟩, pigs rose ⟨0⟩", "moved"),
        ("Giá tăng 5%", "Prices rose to ⟨0⟩", "direction"),
        ("Giá tăng lên 5%", "Prices rose to ⟨0⟩", ""),
        ("Giá tăng 5%", "Prices rose by ⟨0⟩", ""),
        ("Giá giảm gần 5%", "Prices fell to nearly ⟨0⟩", "direction"),
        ("Lợn tăng 5% và 7%", "Pigs rose ⟨0⟩ and ⟨1⟩", ""),
        ("Lợn tăng 5%, đóng góp 7%", "Pigs rose ⟨0⟩, up ⟨1⟩", "direction"),
    ],
)
def test_every_figure_rises_and_falls_as_in_the_source(
    verifier: Verifier, source: str, output: str, reason: str
) -> None:
    text = piece(source)
    masked = text.only(("figure",))
    assert len(masked.items) == source.count("%")
    assert verifier.check(output, masked, FORM) == reason


@pytest.mark.parametrize(
    ("source", "output", "reason"),
    [
        ("Thóc được mùa", "Paddy grain did well", ""),
        ("Thóc được mùa", "Rice did well", "forbidden"),
        ("Giá nợ xấu còn cao", "Ugly debts are still high", "forbidden"),
        ("Giá nợ xấu còn cao", "Bad debts are still high", ""),
        ("Hộ nghèo còn nhiều", "Poor households are still many", ""),  # "poor house" stands in no word
        ("Hộ nghèo còn nhiều", "Many live in poor houses", "forbidden"),
        ("Hộ dân còn nhiều khó khăn", "Many live in poor houses", ""),  # the term is not in the source
        ("Tổng sản phẩm trên địa bàn ổn định", "Gross domestic product was stable", "forbidden"),
        ("Tổng sản phẩm trên địa bàn ổn định", "Gross regional domestic product was stable", ""),
        ("Thóc và gạo đều tốt", "Paddy grain and rice are both good", ""),  # the right English of the other term
    ],
)
def test_a_term_may_not_get_the_english_that_the_glossary_forbids(source: str, output: str, reason: str) -> None:
    glossary = real_glossary()
    words = Verifier(glossary, Memory(glossary.memory, glossary).english)
    assert words.check(output, Masked(source, Span(0, len(source)), ()), FORM) == reason


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("⟨0⟩ rose ⟨1⟩ and ⟨2⟩ rose ⟨3⟩ in ⟨4⟩", ""),
        ("In ⟨4⟩ ⟨0⟩ rose ⟨1⟩ and ⟨2⟩ rose ⟨3⟩", ""),  # a date moves freely
        ("⟨2⟩ rose ⟨1⟩ and ⟨0⟩ rose ⟨3⟩ in ⟨4⟩", "moved"),
        ("⟨0⟩ rose ⟨3⟩ and ⟨2⟩ rose ⟨1⟩ in ⟨4⟩", "moved"),
    ],
)
def test_each_figure_stays_with_its_own(verifier: Verifier, output: str, reason: str) -> None:
    source = "Giá thịt lợn tăng 5% và xuất nhập khẩu tăng 7% trong tháng 5"
    assert verifier.check(output, piece(source), FORM) == reason


@pytest.mark.parametrize(
    ("source", "output", "turned"),
    [
        ("Có hơn 9 hộ", "There are more than ⟨0⟩", False),
        ("Có hơn 9 hộ", "There are fewer than ⟨0⟩", True),
        ("Có gần 9 hộ", "There are nearly ⟨0⟩", False),
        ("Có gần 9 hộ", "There are over ⟨0⟩", True),
        ("Có dưới 9 hộ", "There are under ⟨0⟩", False),
        ("Có không dưới 9 hộ", "There are at least ⟨0⟩", False),
        ("Có không quá 9 hộ", "There are no more than ⟨0⟩", False),
        ("Có 9 hộ", "There are ⟨0⟩", False),
        ("Có 9 hộ", "There are over ⟨0⟩", True),
        ("Có 9 hộ", "Over time there are ⟨0⟩", False),
        ("Có hơn 9 hộ, gần 7 xe", "There are over ⟨0⟩ and nearly ⟨1⟩", False),
        ("Có hơn 9 hộ, gần 7 xe", "There are nearly ⟨0⟩ and over ⟨1⟩", True),
    ],
)
def test_a_figure_keeps_its_bound(source: str, output: str, turned: bool) -> None:  # noqa: FBT001  # a parameter
    assert Bounds(real_glossary()).turned(output, piece(source), FORM) is turned


@pytest.mark.parametrize(
    ("output", "moved"),
    [
        ("Prices rose ⟨0⟩ (food ⟨1⟩)", False),
        ("Prices rose ⟨0⟩ (food) and ⟨1⟩", True),
        ("Prices rose (⟨0⟩) (food ⟨1⟩)", True),
        ("Prices (of all goods) rose ⟨0⟩ (food ⟨1⟩)", False),
    ],
)
def test_what_stands_in_brackets_stays_there(output: str, moved: bool) -> None:  # noqa: FBT001  # a parameter
    assert unbracketed(output, piece("Giá tăng 5% (lương thực 6%)"), FORM) is moved


def test_a_level_is_no_amount(verifier: Verifier) -> None:
    source = piece("Giá thịt lợn tăng lên 64.000 đồng")
    assert verifier.check("⟨0⟩ rose to ⟨1⟩", source, FORM) == ""
    assert verifier.check("⟨0⟩ rose by ⟨1⟩", source, FORM) == "direction"


def test_words_around_a_masked_item_are_no_term() -> None:
    text = "Nợ 5% xấu đi"
    masked = piece(text).only(("figure",))
    assert [text[i.start : i.end] for i in masked.items] == ["5%"]
    assert Verifier(real_glossary(), ()).check("Ugly debt ⟨0⟩ worse", masked, FORM) == ""


def test_an_unmasked_scale_may_be_translated(verifier: Verifier) -> None:
    assert verifier.check("Billion VND was lost", piece("Hàng tỷ đồng bị mất"), FORM) == ""


def test_numbers_in_words_may_be_translated(verifier: Verifier) -> None:
    assert verifier.check("Nine groups were stable", piece("Chín nhóm hàng ổn định"), FORM) == ""


def test_a_modal_verb_is_no_month(verifier: Verifier) -> None:
    assert verifier.check("Supply may be short", piece("Nguồn cung có thể thiếu"), FORM) == ""


def test_a_word_copied_from_the_source_is_not_english(verifier: Verifier) -> None:
    assert verifier.check("The situation is theo the plan", piece("Tình hình theo kế hoạch"), FORM) == "vietnamese"


def restored(output: str, *items: Item) -> str:
    return Restorer(real_glossary()).restore(output, items, FORM)


def term(one: str, many: str) -> Item:
    return Item(0, 1, "term", many, one=one, many=many)


def time(english: str) -> Item:
    return Item(0, 1, "time", english)


def measure(one: str) -> Item:
    return Item(0, 1, "term", one, one=one, many=f"{one}s")


def acronym(one: str, short: str) -> Item:
    return Item(0, 1, "term", one, (short,), one, f"{one}s")


def figure(english: str) -> Item:
    return Item(0, 1, "figure", english)


@pytest.mark.parametrize(
    ("output", "items", "text"),
    [
        ("a ⟨0⟩ rose", [term("project", "projects")], "a project rose"),
        ("the ⟨0⟩ rose", [term("project", "projects")], "the projects rose"),
        ("⟨0⟩ ⟨1⟩ began", [figure("12"), term("project", "projects")], "12 projects began"),
        ("⟨0⟩ ⟨1⟩ began", [figure("1"), term("project", "projects")], "1 project began"),
        ("several⟨0⟩began", [term("project", "projects")], "several projects began"),
        ("rose⟨0⟩,⟨1⟩", [figure("5%"), figure("6%")], "rose 5%, 6%"),
        ("⟨1⟩ and ⟨0⟩", [figure("5%"), figure("6%")], "6% and 5%"),
        # a time needs its preposition
        ("output ⟨0⟩ fell.", [time("March 2025")], "output in March 2025 fell."),
        ("as counted ⟨0⟩.", [time("15 May 2025")], "as counted on 15 May 2025."),
        ("output in ⟨0⟩ fell.", [time("March 2025")], "output in March 2025 fell."),
        ("the ⟨0⟩ output fell.", [time("March 2025")], "the March 2025 output fell."),
        ("⟨0⟩, output fell.", [time("the first quarter")], "in the first quarter, output fell."),
        ("⟨0⟩ saw growth.", [time("March")], "March saw growth."),
        ("⟨0⟩", [time("March 2025")], "March 2025"),
        ("last year, ⟨0⟩.", [time("2024")], "last year, 2024."),
        # one thing needs its article
        ("⟨0⟩ rose.", [measure("price index")], "the price index rose."),
        ("growth of ⟨0⟩.", [measure("price index")], "growth of the price index."),
        ("an ⟨0⟩ rose.", [measure("price index")], "an price index rose."),
        ("⟨0⟩", [measure("price index")], "price index"),
        ("according to ⟨0⟩.", [Item(0, 1, "name", "Department of Finance")], "according to the Department of Finance."),
        ("in ⟨0⟩.", [Item(0, 1, "name", "Lang Son")], "in Lang Son."),
        ("⟨0⟩ (⟨1⟩) rose.", [measure("price index"), acronym("price index", "CPI")], "the price index (CPI) rose."),
        ("⟨0⟩ rose.", [acronym("price index", "CPI")], "the price index rose."),
        # verbs follow the number of what opens their clause
        ("⟨0⟩ was built.", [term("road", "roads")], "roads were built."),
        ("⟨0⟩ are up.", [measure("price index")], "the price index is up."),
        ("revenue of ⟨0⟩ is up.", [term("road", "roads")], "revenue of roads is up."),
        ("⟨0⟩ pigs died.", [figure("1,200 head")], "1,200 pigs died."),
        ("⟨0⟩ of cattle died.", [figure("1,200 head")], "1,200 head of cattle died."),
    ],
)
def test_restore(output: str, items: list[Item], text: str) -> None:
    assert restored(output, *items) == text


@pytest.mark.parametrize(
    ("english", "source", "text"),
    [
        ("prices rose 5%", "Giá tăng 5%.", "Prices rose 5%."),
        ("prices rose 5%.", "Giá tăng 5%", "Prices rose 5%"),
        ("Prices rose a 8% .", "Giá tăng 8%.", "Prices rose an 8%."),
        ("an 1.5% rise", "Mức tăng 1,5%", "A 1.5% rise"),
        ("a 11% and a 110% rise", "Mức tăng", "An 11% and a 110% rise"),
        ("a FDI project", "Dự án FDI", "An FDI project"),
        ("a university", "Đại học", "A university"),
        ("a SIM card and a FDI project", "Thẻ SIM", "A SIM card and an FDI project"),
        ("prices, The 5% rise and, The Hague", "Giá", "Prices, the 5% rise and, The Hague"),
        ("an useful and an once-only", "Hữu ích", "A useful and a once-only"),
        ("a uninterrupted and a honest", "Liên tục", "An uninterrupted and an honest"),
        ("Nghe An province grew", "Tỉnh Nghệ An tăng", "Nghe An province grew"),
        ("An Giang and Long An Province", "An Giang", "An Giang and Long An Province"),
        ("in the the first half", "Trong nửa đầu", "In the first half"),
        ("( prices ) rose ; then fell", "Giá", "(Prices) rose; then fell"),
        ("65 projects projects began", "Có 65 dự án", "65 projects began"),
    ],
)
def test_polish(english: str, source: str, text: str) -> None:
    assert polish(english, source, clause=False, small=bool) == text


def test_a_clause_begins_small_unless_it_begins_with_a_name() -> None:
    lower = frozenset({"demand"})
    assert polish("Demand rose.", "nhu cầu tăng", clause=True, small=lower.__contains__) == "demand rose"
    assert polish("China bought more.", "Trung Quốc mua", clause=True, small=lower.__contains__) == "China bought more"
    assert polish("FDI rose", "FDI tăng", clause=True, small={"fdi"}.__contains__) == "FDI rose"


@pytest.mark.parametrize(
    ("english", "figures"),
    [
        ("two projects of VND 1,307 billion", ["VND 1,307 billion", "2 projects"]),
        ("2 projects of VND 1,307 billion", ["VND 1,307 billion", "2 projects"]),
        ("Half of the households signed", ["50%"]),
        ("Two thirds of the area", ["2", "3"]),
        ("It doubled", ["2 times"]),
        ("It was one and a half times as much", ["1.5 times"]),
    ],
)
def test_same_figures(english: str, figures: list[str]) -> None:
    assert Figures(real_glossary()).same(english, [figure(f) for f in figures])


@pytest.mark.parametrize(
    ("english", "figures"),
    [
        ("two projects of VND 1,308 billion", ["VND 1,307 billion", "2 projects"]),
        ("projects of VND 1,307 billion", ["VND 1,307 billion", "2 projects"]),
        ("It doubled", ["3 times"]),
        ("It doubled", ["2.5 times"]),
        ("It doubled", ["2%"]),
        ("Half of the households signed", ["5%"]),
        ("3 of 3", ["3", "3", "4"]),
    ],
)
def test_other_figures(english: str, figures: list[str]) -> None:
    assert not Figures(real_glossary()).same(english, [figure(f) for f in figures])


def test_missing_terms() -> None:
    pork, rice = term("pork price", "pork prices"), Item(0, 1, "term", "rice")
    assert missing_terms("Pork prices rose", (pork, rice)) == [rice]
    assert missing_terms("The pork price rose, rice fell", (pork, rice)) == []


@pytest.mark.parametrize(
    ("source", "output", "reason"),
    [
        ("Nguồn cung không ổn định", "Supply was not stable", ""),
        ("Nguồn cung không ổn định", "Supply was unstable", ""),
        ("Nguồn cung không ổn định", "Supply was secure", "negation"),
        ("Nguồn cung ổn định", "Supply was not stable", "negation"),
        ("Hàng hóa chưa được tiêu thụ", "Goods were consumed", "negation"),
        ("Hàng hóa chưa được tiêu thụ", "Goods have yet to be consumed", ""),
        ("Không khí lạnh gây rét đậm", "Cold air brought severe cold", ""),
        ("Bão số ba gây thiệt hại", "Storm No. three caused damage", ""),
        ("Thiếu nguyên liệu", "There was no raw material", ""),
    ],
)
def test_what_is_denied_stays_denied(verifier: Verifier, source: str, output: str, reason: str) -> None:
    assert verifier.check(output, piece(source), FORM) == reason


def test_quantities_of_the_helper_read_what_they_should() -> None:
    (quantity,) = quantities_of("tăng 2,5%")
    assert (quantity.low, quantity.unit) == (Decimal("2.5"), "percent")
