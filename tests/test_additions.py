"""Tables that an organisation lays over the glossary: their rows win, and what is wrong in them is named."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import GlossaryError
from pipeline.glossary import IMPORTED, Glossary, Phrase, load_glossary
from pipeline.tables import Table, rows_of
from pipeline.translate.memory import Memory

TABLES = ROOT / "glossary"
TERMS = "vi,variants,en,en_plural,pos,domain,status,source,note\n"
PHRASES = "key,vi,en\n"


def added(folder: Path, files: dict[str, str]) -> Glossary:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load_glossary(TABLES, folder)


def test_a_row_of_the_same_key_is_replaced_in_its_place(tmp_path: Path, glossary: Glossary) -> None:
    old = glossary.terms[3]
    row = f"{old.vi.upper()},,another word,other words,noun,{old.domain},preferred,us,\n"
    terms = added(tmp_path, {"terms.csv": TERMS + row}).terms
    assert (terms[3].vi, terms[3].en) == (old.vi.upper(), "another word")
    assert (terms[:3], terms[4:]) == (glossary.terms[:3], glossary.terms[4:])


def test_a_row_of_a_new_key_is_added(tmp_path: Path, glossary: Glossary) -> None:
    row = "giá trị thử nghiệm,,trial value,trial values,noun,economy,preferred,us,\n"
    made = added(tmp_path, {"terms.csv": TERMS + row})
    assert made.terms[:-1] == glossary.terms
    assert made.terms[-1].en == "trial value"


def test_an_organisations_words_are_what_its_readers_see(tmp_path: Path, glossary: Glossary) -> None:
    made = added(tmp_path, {"phrases-mail.csv": f"{PHRASES}mail.points,Ý chính,In short\n"})
    assert made.say("mail.points", "en") == "In short" != glossary.say("mail.points", "en")
    assert len(made.phrases) == len(glossary.phrases)
    assert str(made.wrong_phrase("mail.points", "is odd")) == "phrases-mail.csv, row 2 of the additions: is odd"


def test_the_added_memory_is_asked_first(tmp_path: Path, glossary: Glossary) -> None:
    sentence = "Thời tiết và tiến độ mùa vụ"
    assert (
        Memory(glossary.memory, glossary).find(sentence, lambda _: []) == "Weather and progress of the cropping season"
    )
    made = added(tmp_path, {"memory/zz-ours.tsv": f"{sentence}\tWeather and crops\n"})
    assert Memory(made.memory, made).find(sentence, lambda _: []) == "Weather and crops"
    assert set(glossary.memory) < set(made.memory)


def test_an_added_lexicon_stands_instead(tmp_path: Path) -> None:
    assert added(tmp_path, {"lexicon.tsv": ""}).lexicon == tmp_path / "lexicon.tsv"


def test_the_signatures_cover_the_additions(tmp_path: Path, glossary: Glossary) -> None:
    nothing = load_glossary(TABLES, tmp_path)
    assert (nothing.signature, nothing.uncorrected) == (glossary.signature, glossary.uncorrected)
    first = added(tmp_path, {"phrases-mail.csv": f"{PHRASES}mail.points,Ý chính,In short\n"})
    second = added(tmp_path, {"phrases-mail.csv": f"{PHRASES}mail.points,Ý chính,In brief\n"})
    signatures = {g.signature for g in (glossary, first, second)}
    assert len(signatures) == len({g.uncorrected for g in (glossary, first, second)}) == 3
    corrected = added(tmp_path, {f"memory/{IMPORTED}": "Một\tOne\n"})
    assert corrected.signature not in signatures
    assert corrected.uncorrected == second.uncorrected  # what people corrected: answers stay known


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("terms.csv", "vi,en\na,b\n", r"^{folder}/terms\.csv, row 1: missing column 'variants'"),
        ("phrases-mail.csv", f"{PHRASES}mail.points,Ý,\n", r"^{folder}/phrases-mail\.csv, row 2: en is empty"),
        ("phrases-mail.csv", f"{PHRASES}mail.points,Ý {{x}},In short\n",
         r"^phrases-mail\.csv, row 2 of the additions: .* differ in \{{x\}}"),
        ("units.csv", "code,surfaces,vi,en,en_one\nour,đồng,{} a,{} b,{} c\n",
         r"^units\.csv, row 2 of the additions: 'đồng' stands already in units\.csv, row \d+$"),
        ("term.csv", TERMS, r"^{folder}/term\.csv: no table of the glossary has this name$"),
        ("domains.csv", "domain\n", r"^{folder}/domains\.csv: no table of the glossary"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_additions_is_named(tmp_path: Path, name: str, text: str, told: str) -> None:
    with pytest.raises(GlossaryError, match=told.format(folder=re.escape(str(tmp_path)))):
        added(tmp_path, {name: text})


def test_additions_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match=r"nowhere: is no folder of tables$"):
        load_glossary(TABLES, tmp_path / "nowhere")


# --- any rows -----------------------------------------------------------------------------

KEYS = st.sampled_from([f"mail.{name}" for name in "abcdefgh"])
ROWS = st.dictionaries(KEYS, st.text("xyzư ", min_size=1).map(str.strip).filter(bool), max_size=6)


def table(rows: dict[str, str]) -> str:
    return PHRASES + "".join(f"{key},{text},{text}\n" for key, text in rows.items())


@settings(max_examples=20)  # each loads a whole glossary
@given(ROWS, ROWS)
def test_merged_rows_are_those_of_a_table_written_so(base: dict[str, str], own: dict[str, str]) -> None:
    """Over every pair of tables, laying one over the other is what a dictionary's update is."""
    wanted: Table[Phrase] = rows_of("phrases-mail.csv", table(base | own).encode(), Phrase)
    with tempfile.TemporaryDirectory() as place:
        folder, additions = Path(place) / "glossary", Path(place) / "own"
        folder.mkdir()
        for path in TABLES.glob("*.csv"):
            (folder / path.name).symlink_to(path)
        (folder / "phrases-mail.csv").unlink()
        (folder / "phrases-mail.csv").write_text(table(base), encoding="utf-8")
        additions.mkdir()
        (additions / "phrases-mail.csv").write_text(table(own), encoding="utf-8")
        made = load_glossary(folder, additions)
    found = [p for key, p in made.phrases.items() if key.startswith("mail.")]
    assert tuple(found) == wanted.rows
    assert [made.row("phrases-mail.csv", key) for key in own] == list(range(2, 2 + len(own)))
