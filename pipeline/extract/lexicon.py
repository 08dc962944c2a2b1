"""Glossary -> phrase tables that find their surfaces in a list of tokens, the longest first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from pipeline.glossary import Glossary
from pipeline.model import Role
from pipeline.vietnamese import Token, fold, tokens

T = TypeVar("T")

# Between the words of an indicator's name these may stand or be missing: writers differ.
LOOSE = frozenset({",", ";", "-", "–", "/", "&", fold("và")})


class PhraseTable(Generic[T]):
    """Surfaces -> values, as a trie over token keys.

    A loose table ignores commas, dashes and "và" between the words of a surface, in the table and
    in the text. Surfaces that fold to the same key collect their values in order.
    """

    def __init__(self, *, loose: bool = False) -> None:
        """Start empty."""
        self._loose = loose
        self._root: dict[str, object] = {}

    def add(self, surface: str, value: T) -> None:
        """Put one surface in."""
        node = self._root
        for key in (t.key for t in tokens(surface)):
            if self._loose and key in LOOSE:
                continue
            node = node.setdefault(key, {})  # type: ignore[assignment]  # inner nodes are dicts
        values: list[T] = node.setdefault("", [])  # type: ignore[assignment]  # "" is no token key
        if value not in values:
            values.append(value)

    def match(self, text: Sequence[Token], at: int, stop: int | None = None) -> tuple[int, tuple[T, ...]] | None:
        """The longest surface that begins at token `at` and ends before `stop` -> (token after it, its values)."""
        node, i = self._root, at
        stop = len(text) if stop is None else stop
        best: tuple[int, tuple[T, ...]] | None = None
        while i < stop:
            key = text[i].key
            if self._loose and i > at and (skipped := _loose(text, i)):
                i += skipped
                continue
            following = node.get(key)
            if following is None:
                break
            node = following  # type: ignore[assignment]  # see add
            i += 1
            if "" in node:
                best = (i, tuple(node[""]))  # type: ignore[arg-type]  # see add
        return best


def _loose(text: Sequence[Token], at: int) -> int:
    """How many tokens at `at` may be passed over inside a name: one mark, or "(-)"."""
    if text[at].key in LOOSE:
        return 1
    return 3 if "".join(t.key for t in text[at : at + 3]) == "(-)" else 0


def table(pairs: Iterable[tuple[str, T]], *, loose: bool = False) -> PhraseTable[T]:
    """(surface, value) pairs -> table."""
    made: PhraseTable[T] = PhraseTable(loose=loose)
    for surface, value in pairs:
        made.add(surface, value)
    return made


class Lexicon:
    """All phrase tables of the extraction grammar, made once from the glossary."""

    def __init__(self, glossary: Glossary) -> None:
        """Fold every surface of the glossary."""
        self.glossary = glossary
        # (code, contexts); no contexts: the name means the indicator anywhere
        self.indicators: PhraseTable[tuple[str, tuple[str, ...]]] = table(
            (
                (surface, (i.code, contexts))
                for i in glossary.indicators.values()
                for surfaces, contexts in ((i.within, i.contexts), (i.names, ()))
                for surface in surfaces
            ),
            loose=True,
        )
        self.words = table((w.surface, (w.category, w.value)) for w in glossary.words)
        self.comparisons = table((s, c.basis) for c in glossary.comparisons for s in c.surfaces)
        self.contexts = table(((s, c.topic) for c in glossary.contexts for s in c.surfaces), loose=True)
        self.places = table(glossary.province_names.items())
        self.abbreviations = tuple(w.surface.casefold() for w in glossary.words if w.category == "abbreviation")
        self.slow = frozenset(fold(w.surface) for w in glossary.words if w.category == "slow")
        self._rise = frozenset(fold(w.surface) for w in glossary.words if w.category == "rise")
        self._proportions = frozenset(
            t.key for w in glossary.words if w.category == "proportion" for t in tokens(w.surface)
        )
        self._than = frozenset(tokens(w.surface)[0].key for w in glossary.words if "than" in (w.category, w.value))
        self.labels: PhraseTable[Role] = table((label.surface, label.role) for label in glossary.labels)
        self.units = table((s, u.code) for u in glossary.units.values() for s in u.surfaces)
        self.scales = table((s, scale.power) for scale in glossary.scales.values() for s in scale.surfaces)

    def says_rise(self, words: str) -> bool:
        """Whether a verb of growth stands among words."""
        return any(t.key in self._rise for t in tokens(words))

    def says_proportion(self, words: Sequence[str]) -> bool:
        """Whether words speak of a proportion ("tỷ lệ hộ nghèo")."""
        return bool(self._proportions.intersection(t.key for t in tokens(" ".join(words))))

    def says_than(self, words: str) -> bool:
        """Whether words begin with "so", "so với" or "với"."""
        return bool(words) and tokens(words)[0].key in self._than


def word_index(text: Sequence[Token], start: int) -> int:
    """The first token that does not begin before character `start` (tokens are in order)."""
    return bisect_left(text, start, key=lambda t: t.start)
