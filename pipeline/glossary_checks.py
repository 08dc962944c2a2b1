"""Tables of the glossary -> GlossaryError for the first row that does not fit the others or the code.

What must hold is data: which categories a table has and what their values are, which column names a row
of which table, which surfaces mean one thing only, and what the braces of a pattern may hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, get_args

from pipeline.errors import GlossaryError
from pipeline.model import Measure
from pipeline.tables import Table
from pipeline.vietnamese import keys

Tables = Mapping[str, Table[Any]]
Wrong = tuple[str, int, str]  # file, row, reason


def check(tables: Tables) -> None:
    """Raise GlossaryError for the first row that breaks a rule."""
    for rule in (_categories, _references, _surfaces, _senses, _keys, _patterns, _characters):
        for wrong in rule(tables):
            raise GlossaryError(*wrong)


def _numbered(tables: Tables, file: str) -> Iterator[tuple[int, Any]]:
    table = tables[file]
    return zip(table.lines.values(), table.rows, strict=True)


# --- categories ---------------------------------------------------------------------------


class Value(NamedTuple):
    """What the column `value` holds in a category."""

    fits: Callable[[str], object]
    words: str


NONE = Value(lambda text: not text, "empty")
NUMBER = Value(re.compile(r"-?\d+(?:\.\d+)?", re.ASCII).fullmatch, "a number")
WHOLE = Value(re.compile(r"[1-9]\d*", re.ASCII).fullmatch, "a whole number")
GIVEN = Value(bool, "given")


def _one_of(*choices: str) -> Value:
    return Value(choices.__contains__, f"one of {', '.join(choices)}")


CATEGORIES: Mapping[str, Mapping[str, Value]] = {
    # The kinds of items that extract/ tells apart; "cardinal" is read by periods.py and extract/spelled.py (as are
    # "multiplier" and "portion"), "approximation" by extract/quantities.py, "abbreviation" by extract/lexicon.py.
    "words.csv": {
        "cardinal": WHOLE,
        "multiplier": NUMBER,
        "portion": Value(re.compile(r"[1-9]\d*/[1-9]\d*", re.ASCII).fullmatch, "a fraction"),
        **dict.fromkeys(("rise", "fall", "ratio", "multiple", "exceed", "copula", "share"), NONE),  # verbs
        "reach": _one_of("", "new"),  # a verb too
        "contribution": _one_of("+", "-"),  # a verb too
        **dict.fromkeys(("estimate", "preliminary", "final"), NONE),  # status
        **dict.fromkeys(("target", "versus"), NONE),  # the figure is no observation
        **dict.fromkeys(("than", "base", "from", "rate", "current_prices", "constant_prices"), NONE),  # measures
        "joint": _one_of("", "than"),  # "với" may begin a comparison too
        **dict.fromkeys(("lead", "respectively", "and", "cause"), NONE),  # how clauses hang together
        **dict.fromkeys(("concession", "slow"), NONE),  # what follows is no reason of a movement
        **dict.fromkeys(("attribution", "predicate", "about", "word"), NONE),  # words around a subject
        **dict.fromkeys(("season", "new"), NONE),  # looked for by name
        "light": _one_of("", "inside", "total", "back", "average"),  # … stand inside a name, open a total, point back
        **dict.fromkeys(("elsewhere", "partner", "locative"), NONE),  # where
        "locality": _one_of("", "district"),
        "area": _one_of("VN", "urban", "rural"),
        "approximation": _one_of("over", "under", "about"),
        "abbreviation": NONE,
        **dict.fromkeys(("classifier", "proportion"), NONE),  # read by extract/finer.py and drafter.py
    },
    # What read/ knows a line by; its words.py and place.py put "page." in front.
    "page.csv": {
        "page.menu": _one_of("whole", "starts"),
        "page.footer": _one_of("list", "end"),
        **dict.fromkeys(
            (
                "page.title",
                "page.title-head",
                "page.source",
                "page.caption",
                "page.unit",
                "page.order",
                "page.than",
                "page.verb",
                "page.plan",
                "page.rise",
                "page.share",
                "page.target",
                "page.date",
            ),
            NONE,
        ),
        "page.comparison": _one_of("", "than"),
        **dict.fromkeys(("page.office", "page.national-office", "page.place-kind", "page.places"), NONE),
        **dict.fromkeys(("page.nation", "page.province"), NONE),
    },
    # What check/ reads a figure's neighbours by; see its neighbours.py and dates.py.
    "arithmetic.csv": dict.fromkeys(("equal", "day", "whole"), NONE),
    # What compose/ chooses by: words.py (bounds of verbs), rows.py (table), headline.py, drivers.py, freetext.py.
    "selection.csv": {
        **dict.fromkeys(("move", "multiple", "row", "row.average", "headline", "useful"), NUMBER),
        "stand_in": GIVEN,  # indicators, see REFERENCES
        **dict.fromkeys(("cause", "opening", "dangling"), NONE),
        **dict.fromkeys(("section.difficulty", "section.outlook", "section.none"), NONE),
        **dict.fromkeys(("mark.difficulty", "mark.outlook"), NONE),
    },
}


def _categories(tables: Tables) -> Iterator[Wrong]:
    for file, categories in CATEGORIES.items():
        for line, row in _numbered(tables, file):
            value = categories.get(row.category)
            if value is None:
                yield file, line, f"category {row.category!r} must be one of {', '.join(categories)}"
            elif not value.fits(row.value):
                yield file, line, f"value {row.value!r} of category {row.category!r} must be {value.words}"


# --- references ---------------------------------------------------------------------------


class Reference(NamedTuple):
    """A column whose cells name rows of another table, in the first group of `pattern`, spaces between them."""

    file: str
    column: str
    names: str
    pattern: str = r"(.+)"
    category: str = ""  # the rows of this category alone


REFERENCES = (
    Reference("indicators.csv", "code", "topic", r"(\w+)[\w.]*"),
    Reference("indicators.csv", "units", "unit"),
    Reference("indicators.csv", "printed", "unit"),
    Reference("indicators.csv", "contexts", "code"),
    Reference("groups.csv", "whole", "indicator"),
    Reference("groups.csv", "parts", "indicator"),
    Reference("families.csv", "near", "code"),
    Reference("aspects.csv", "units", "unit"),
    Reference("contexts.csv", "topic", "code"),
    Reference("limits.csv", "name", "measure", category="measure"),
    Reference("limits.csv", "name", "indicator", category="indicator"),
    Reference("limits.csv", "name", "indicator", category="land"),
    Reference("limits.csv", "name", "indicator", category="signed"),
    Reference("limits.csv", "name", "indicator", category="beside"),
    Reference("limits.csv", "name", "unit", category="unit"),
    Reference("limits.csv", "name", "unit", category="whole"),
    Reference("land.csv", "code", "place"),
    Reference("places.csv", "merged_into", "place"),
    Reference("selection.csv", "surface", "verb", category="move"),
    Reference("selection.csv", "surface", "indicator", category="row"),
    Reference("selection.csv", "surface", "indicator", r"average (\S+)", "row.average"),
    Reference("selection.csv", "surface", "code", r"headline (\S+)", "headline"),
    Reference("selection.csv", "surface", "indicator", category="stand_in"),
    Reference("selection.csv", "value", "indicator", category="stand_in"),
)


def _names(tables: Tables) -> dict[str, set[str]]:
    """What a reference may name."""
    codes = {row.code for row in tables["indicators.csv"].rows}
    topics = {row.code for row in tables["topics.csv"].rows}
    verb = "compose.move."  # the phrases of the verbs that a change may have
    return {
        "topic": topics,
        "unit": {row.code for row in tables["units.csv"].rows},
        "place": {row.code for row in tables["places.csv"].rows},
        "indicator": codes,
        "measure": set(get_args(Measure)),
        "code": topics | {".".join(code.split(".")[: n + 1]) for code in codes for n in range(code.count(".") + 1)},
        "verb": {row.key.removeprefix(verb) for _, _, row in _all_phrases(tables) if row.key.startswith(verb)},
    }


def _references(tables: Tables) -> Iterator[Wrong]:
    known = _names(tables)
    for file, column, names, pattern, category in REFERENCES:
        for line, row in _numbered(tables, file):
            if category and row.category != category:
                continue
            for cell in _cells(row, column):
                match = re.fullmatch(pattern, cell)
                unknown = next((n for n in match[1].split() if n not in known[names]), "") if match else cell
                if unknown:
                    yield file, line, f"{column} names no {names}: {unknown!r}"


def _cells(row: Any, column: str) -> tuple[str, ...]:
    """What stands in a column, one or several."""
    value = getattr(row, column)
    return value if isinstance(value, tuple) else (value,) if value else ()


# --- surfaces -----------------------------------------------------------------------------

# Columns of which one row alone may claim a surface: where two do, only the first is ever found.
OWNERS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("units.csv", "surfaces"), ("scales.csv", "surfaces")),
    (("comparisons.csv", "surfaces"), ("words.csv", "surface"), ("contexts.csv", "surfaces")),
    (("indicators.csv", "names"), ("indicators.csv", "within"), ("words.csv", "surface")),
    (("places.csv", "vi"), ("places.csv", "variants")),
)
# Of several indicators of one name the context of the text chooses.
SHARED = ("indicators.csv",)


def _surfaces(tables: Tables) -> Iterator[Wrong]:
    for columns in OWNERS:
        owners: dict[str, tuple[str, int]] = {}
        for file, column in columns:
            for line, row in _numbered(tables, file):
                own = (file, 0 if file in SHARED else line)
                for surface in _cells(row, column):
                    other = owners.setdefault(" ".join(keys(surface)), own)
                    if other != own:
                        where = f"{other[0]}, row {other[1]}" if other[1] else other[0]
                        yield file, line, f"{surface!r} stands already in {where}"


def _senses(tables: Tables) -> Iterator[Wrong]:
    """A word near an ambiguous one tells one sense of it."""
    told: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = {}
    for line, row in _numbered(tables, "senses.csv"):
        for near in row.near:
            other = told.setdefault((keys(row.vi), keys(near)), row.sense)
            if other != row.sense:
                yield "senses.csv", line, f"{near!r} tells {other!r} already"


# --- patterns -----------------------------------------------------------------------------

_PATTERN = re.compile(r"[^{}]*(?:\{(?:[a-z]\w*)?\}[^{}]*)*")
_SLOT = re.compile(r"\{(\w*)\}")
_AMOUNT = "compose.amount."  # phrases that are patterns of a unit

# One change, said as a verb, as an adverb or by its figure alone: each language may choose.
_ONE_CHANGE = {"by": "moved", "figure": "moved", "figure2": "moved2"}
# Phrases in which one language says in words what the other fills in; never a figure.
_IN_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("compose.lead.growth_year", ("basis",)),
    ("compose.lead.plan_up", ("basis",)),
    ("compose.lead.plan_down", ("basis",)),
    ("compose.office.", ("office", "place")),
    ("compose.note.local", ("place",)),
    ("translate.clause.", ("the",)),
)


def _slots(pattern: str, *, unnamed: bool = False) -> list[str]:
    """The names in a pattern's braces, sorted. Raises ValueError for anything else in braces."""
    slots = sorted(_SLOT.findall(pattern))
    if not _PATTERN.fullmatch(pattern) or ("" in slots and not unnamed):
        raise ValueError(f"{pattern!r} has braces that hold no name")
    return slots


def _unit(vi: str, en: str, en_one: str) -> None:
    """Raise ValueError where a unit's patterns lose the number, or one language the power of ten."""
    for pattern in (vi, en, en_one):
        if _slots(pattern, unnamed=True) not in ([""], ["", "scale"]):
            raise ValueError(f"{pattern!r} must hold {{}} once, {{scale}} at most once and nothing else in braces")
    if _slots(vi, unnamed=True) != _slots(en, unnamed=True):
        raise ValueError(f"{vi!r} and {en!r}: {{scale}} stands in one language alone")


def _phrase(key: str, vi: str, en: str) -> None:
    """Raise ValueError where a phrase's languages, or two ways of one (` | `), are filled from different facts."""
    ways = (*vi.split(" | "), *en.split(" | "))
    said = [_slots(way) for way in ways]
    if said.count(said[0]) == len(said):
        return
    in_words = {slot for prefix, slots in _IN_WORDS if key.startswith(prefix) for slot in slots}
    facts = [Counter(_ONE_CHANGE.get(s, s) for s in slots if s not in in_words) for slots in said]
    for way, others in zip(ways, facts, strict=True):
        if differing := (facts[0] - others) + (others - facts[0]):
            names = ", ".join(f"{{{name}}}" for name in sorted(differing))
            raise ValueError(f"{ways[0]!r} and {way!r} differ in {names}")


def _patterns(tables: Tables) -> Iterator[Wrong]:
    units = [("units.csv", line, row.vi, row.en, row.en_one) for line, row in _numbered(tables, "units.csv")]
    for file, line, row in _all_phrases(tables):
        if row.key.startswith(_AMOUNT):
            units.append((file, line, row.vi, row.en, row.en))
            continue
        try:
            _phrase(row.key, row.vi, row.en)
        except ValueError as e:
            yield file, line, str(e)
    for file, line, *texts in units:
        try:
            _unit(*texts)
        except ValueError as e:
            yield file, line, str(e)


def _keys(tables: Tables) -> Iterator[Wrong]:
    for file, line, row in _all_phrases(tables):
        stage = file.removeprefix("phrases-").removesuffix(".csv")
        if not row.key.startswith(f"{stage}."):
            yield file, line, f"key {row.key!r} must begin with {stage!r} and a dot"


# --- characters ---------------------------------------------------------------------------

_BYTE = r"[89A-F][0-9A-F]"  # a byte that ASCII has not
_BYTES = re.compile(rf"(?:{_BYTE})?|[4-7][0-9A-F] {_BYTE}|{_BYTE} {_BYTE}")


def _characters(tables: Tables) -> Iterator[Wrong]:
    """A code names its letter, and no two letters have the same bytes in an encoding."""
    for file in ("encodings.csv", "letters.csv"):
        for line, row in _numbered(tables, file):
            if row.code != " ".join(f"U+{ord(c):04X}" for c in row.letter):
                yield file, line, f"code {row.code!r} is not that of the letter {row.letter!r}"
    for column in ("tcvn3", "vni"):
        owners: dict[str, int] = {}
        for line, row in _numbered(tables, "encodings.csv"):
            written = getattr(row, column)
            if not _BYTES.fullmatch(written):
                yield "encodings.csv", line, f"{column} {written!r} is not one or two bytes in hexadecimal digits"
            elif written and owners.setdefault(written, line) != line:
                yield "encodings.csv", line, f"{column} {written!r} stands already in row {owners[written]}"


def _all_phrases(tables: Tables) -> Iterator[tuple[str, int, Any]]:
    return ((f, line, row) for f in tables if f.startswith("phrases-") for line, row in _numbered(tables, f))
