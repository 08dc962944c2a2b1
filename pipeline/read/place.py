"""Title, text and the rest of the page -> the area reported on and the office that publishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.glossary import Glossary
from pipeline.read.words import Keys, PageWords
from pipeline.vietnamese import Token, keys, tokens

NATION = "VN"
# A mention weighs more behind "tỉnh", "thành phố", "địa bàn", and most behind an office's name.
_BARE, _KIND, _OFFICE = 1, 3, 10
_NEIGHBOUR = 5  # a place told that many times as much as the headline's is the subject
_MARGIN = 2  # the subject is mentioned at least so many times more than any other province


@dataclass(frozen=True, slots=True)
class Mention:
    """A province's name in a text: its code, and the words that stand before it."""

    code: str
    name: str
    kind: str  # "tỉnh", "thành phố", … or empty
    office: str  # "Cục Thống kê tỉnh" or empty


@dataclass(frozen=True, slots=True)
class PlaceGrammar:
    """Names and the words before them, as keys."""

    names: Mapping[Keys, str]
    first: frozenset[str]  # keys that a name begins with
    longest: int
    kinds: Mapping[Keys, str]
    several: Mapping[Keys, str]  # words before a list of names
    offices: Mapping[Keys, str]
    national_offices: Mapping[Keys, str]
    country: tuple[Keys, ...]
    nation: tuple[Keys, ...]
    province: tuple[Keys, ...]


def place_grammar(glossary: Glossary, words: PageWords) -> PlaceGrammar:
    """Glossary -> what places are recognised by."""

    def of(category: str) -> dict[Keys, str]:
        surfaces = sorted(words.of(category), key=len, reverse=True)
        return {keys(surface): surface for surface in surfaces}

    names = {keys(name): code for name, code in glossary.province_names.items() if code != NATION}
    return PlaceGrammar(
        names=names,
        first=frozenset(name[0] for name in names),
        longest=max(map(len, names), default=0),
        kinds=of("place-kind"),
        several=of("places"),
        offices=of("office"),
        national_offices=of("national-office"),
        country=tuple(keys(name) for name, code in glossary.province_names.items() if code == NATION),
        nation=tuple(of("nation")),
        province=tuple(of("province")),
    )


def mentions(text: str, grammar: PlaceGrammar) -> list[Mention]:
    """Every province named in a text, in reading order; a name is written with capitals."""
    found: list[Mention] = []
    row = tokens(text)
    place = 0
    while place < len(row):
        length = _name_at(row, place, text, grammar)
        if not length:
            place += 1
            continue
        name = row[place : place + length]
        before = tuple(token.key for token in row[max(0, place - 8) : place])
        found.append(
            Mention(
                code=grammar.names[tuple(token.key for token in name)],
                name=text[name[0].start : name[-1].end],
                kind="" if _ending(before, grammar.several) else _ending(before, grammar.kinds),
                office=_ending(before, grammar.offices),
            )
        )
        place += length
    return found


def _name_at(row: list[Token], place: int, text: str, grammar: PlaceGrammar) -> int:
    """How many tokens from a place on are a name; its words have capitals, but not "thành phố" in front."""
    if row[place].key not in grammar.first:
        return 0
    for length in range(min(grammar.longest, len(row) - place), 0, -1):
        part = row[place : place + length]
        name = tuple(token.key for token in part)
        if name not in grammar.names:
            continue
        front = next((len(kind) for kind in grammar.kinds if name[: len(kind)] == kind), 0)
        if all(text[token.start].isupper() for token in part[front:] if token.key[0].isalpha()):
            return length
    return 0


def _ending(before: Keys, surfaces: Mapping[Keys, str]) -> str:
    plain = tuple(key for key in before if key != ".")  # "TP." as "TP"
    return next((surface for key, surface in surfaces.items() if plain[-len(key) :] == key), "")


def _occurrences(text: Keys, surfaces: Iterable[Keys]) -> int:
    return sum(
        text[place : place + len(surface)] == surface
        for surface in surfaces
        for place in range(len(text) - len(surface) + 1)
    )


def area_of(title: str, text: str, around: str, grammar: PlaceGrammar) -> str | None:
    """Title, then the publishing office, then the text's own mentions -> code, None if none says.

    Other provinces are mentioned in comparisons; the subject must stand out among them, and a text
    that speaks of the whole country more than of a province is national.
    """
    spoken = mentions(text, grammar)
    weights: Counter[str] = Counter()
    for mention in spoken:
        weights[mention.code] += _OFFICE if mention.office else _KIND if mention.kind else _BARE
    leading = _leading(weights)
    titled = _leading(Counter(m.code for m in mentions(title, grammar)))
    # a headline may name a neighbour alone ("Tỉnh giáp TP. Hồ Chí Minh …")
    if titled and (not leading or weights[leading] < (_NEIGHBOUR * weights[titled] or _OFFICE)):
        return titled
    if _occurrences(keys(title), (*grammar.country, *grammar.nation)):
        return NATION
    if office := _leading(Counter(m.code for m in (*spoken, *mentions(around, grammar)) if m.office)):
        return office
    text_keys = keys(text)
    national = _occurrences(text_keys, (*grammar.nation, *grammar.national_offices))
    provincial = _occurrences(text_keys, grammar.province)
    if leading and weights[leading] + provincial > national:
        return leading
    return NATION if national and not provincial > national else None


def _leading(weights: Counter[str]) -> str | None:
    """The code that outweighs every other clearly, None where none does."""
    ranked = weights.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] < _MARGIN * ranked[1][1]):
        return None
    return ranked[0][0]


def office_of(area: str, text: str, around: str, glossary: Glossary, grammar: PlaceGrammar) -> str:
    """Who publishes, as the article or the page around it names it; empty where neither does."""
    for part in (text, around):
        if area == NATION:
            own = keys(part)
            if named := next((s for key, s in grammar.national_offices.items() if _occurrences(own, [key])), ""):
                return named
            continue
        for mention in mentions(part, grammar):
            if mention.code == area and mention.office:
                return f"{mention.office} {glossary.places[area].vi}"
    return ""
