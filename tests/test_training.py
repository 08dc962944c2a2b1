"""What a model learns is what the stage will ask: the same masks, each with its partner, and no test set."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from translate_helpers import ROOT, real_glossary

from pipeline.translate.memory import read_pairs

sys.path.insert(0, str(ROOT / "training"))  # scripts beside the package

from prepare import Replacements, align, begin, examples, variant, ways

from pipeline.model import Span
from pipeline.translate.items import Item, Masked

GENRE = ROOT / "training" / "test" / "genre.tsv"
PLACEHOLDER = re.compile(r"⟨\d+⟩")


def test_the_test_set_is_kept_out_of_memory_and_training(tmp_path: Path) -> None:
    tested = {p.vi: p.en for p in read_pairs(GENRE)}
    assert len(tested) == 300
    known = {p.vi for path in real_glossary().memory for p in read_pairs(path)}
    assert not tested.keys() & known
    mixed = tmp_path / "mixed.tsv"
    others = [f"{p.vi}\t{p.en}" for p in list(read_pairs(real_glossary().memory[0]))[:20]]
    mixed.write_text("\n".join([*others, *(f"{vi}\t{en}" for vi, en in list(tested.items())[:20])]), encoding="utf-8")
    out = tmp_path / "train.tsv"
    script = ROOT / "training" / "prepare.py"
    subprocess.run([sys.executable, script, "--out", out, f"genre={mixed}:6"], check=True, capture_output=True)
    made = [line.split("\t") for line in out.read_text(encoding="utf-8").splitlines()]
    assert {corpus for corpus, *_ in made} == {"genre"}
    assert 20 <= len(made) <= 120
    for _, vi, en in made:
        assert Counter(PLACEHOLDER.findall(vi)) == Counter(PLACEHOLDER.findall(en))
        assert not re.search(r"\d", PLACEHOLDER.sub("", vi))  # an engine never sees a digit
        assert vi not in tested


@pytest.mark.parametrize(
    ("item", "english", "found"),
    [
        (Item(0, 1, "figure", "8.4%"), "prices rose by 8.4% in May", "8.4%"),
        (Item(0, 1, "figure", "8.4%"), "prices rose by 18.4% in May", ""),
        (Item(0, 1, "figure", "\N{MINUS SIGN}16.3%"), "bricks -16.3%", "-16.3%"),
        (Item(0, 1, "figure", "2"), "two groups fell", "two"),
        (Item(0, 1, "figure", "627 thousand pieces"), "fans 627 thousand, pumps 12", "627 thousand"),
        (Item(0, 1, "figure", "186 visits"), "186 enterprises came", ""),  # another noun: not the same thing
        (Item(0, 1, "term", "roads", one="road", many="roads"), "A Road was built", "Road"),
        (Item(0, 1, "term", "rice"), "prices rose", ""),
        (Item(0, 1, "name", "Lang Son"), "in Lang Son", "Lang Son"),
    ],
)
def test_align(item: Item, english: str, found: str) -> None:
    (*hits,) = align([item], english)
    assert [english[h.start : h.end] for h in hits] == ([found] if found else [])


def test_equal_figures_keep_the_order_of_the_source() -> None:
    items = [Item(0, 2, "figure", "5%"), Item(5, 7, "figure", "5%")]
    assert [(h.item.start, h.start) for h in align(items, "up 5% and 5%")] == [(0, 3), (5, 10)]


def test_the_forms_of_an_item() -> None:
    assert list(ways(Item(0, 1, "term", "roads", one="road", many="roads"))) == ["roads", "road"]


def test_a_term_in_sight_may_be_exchanged_for_one_of_its_kind() -> None:
    text = "giá cà phê tăng 5%"
    items = (Item(4, 10, "term", "coffee"), Item(16, 18, "figure", "5%"))
    piece = Masked(text, Span(0, len(text)), items)
    others = Replacements(
        [("hồ tiêu", "pepper", "", "trade"), ("cao su", "rubber", "", "trade"), ("cà phê", "coffee", "", "trade")]
    )
    found = align(items, "coffee prices rose by 5%")

    class Always:
        """A source of chance that never masks a term and always exchanges it."""

        def random(self) -> float:
            return 0.1

        def choice(self, options: list[tuple[str, str, str]]) -> tuple[str, str, str]:
            return options[0]

    made = variant(piece, "coffee prices rose by 5%", found, 0.0, others, Always())  # type: ignore[arg-type]  # what variant uses of random.Random
    assert made == ("giá hồ tiêu tăng ⟨0⟩", "pepper prices rose by ⟨0⟩")


def test_examples_of_a_chunk() -> None:
    begin()
    made = examples(("genre", [("CPI tháng 6/2023 tăng 1,13%.", "The CPI in June 2023 rose by 1.13%.")], 1, 0))
    assert made == [("genre", "⟨0⟩ ⟨1⟩ tăng ⟨2⟩.", "The ⟨0⟩ in ⟨1⟩ rose by ⟨2⟩.")]
