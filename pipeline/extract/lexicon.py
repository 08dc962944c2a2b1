"""Glossary -> phrase tables that find their surfaces in the keys of a text, the longest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from pipeline.glossary import Glossary
from pipeline.model import Role
from pipeline.vietnamese import Words, fold, keys

T = TypeVar("T")

SPELLING = ("cardinal", "multiplier", "portion")  # categories of numbers in words

# Between the words of an indicator's name these may stand or be missing, as the light words marked `inside` of
# glossary/words.csv may: writers differ.
_LOOSE = (",", "-", "–", "/", "&", "(-)", "và")


class PhraseTable(Generic[T]):
    """Surfaces -> values, as a trie over token keys.

    `fillers` may stand or be missing between the words of a surface, in the table and in the text; so may an
    abbreviation in brackets in the text. Surfaces that fold to the same key collect their values in order.
    """

    def __init__(self, fillers: PhraseTable[bool] | None = None) -> None:
        """Start empty."""
        self._fillers = fillers
        self._root: dict[str, object] = {}

    def add(self, surface: str, value: T) -> None:
        """Put one surface in."""
        node, words, i = self._root, keys(surface), 0
        while i < len(words):
            skipped = self._filler(words, i) if i else 0
            if skipped and i + skipped < len(words):
                i += skipped
                continue
            node = node.setdefault(words[i], {})  # type: ignore[assignment]  # inner nodes are dicts
            i += 1
        values: list[T] = node.setdefault("", [])  # type: ignore[assignment]  # "" is no token key
        if value not in values:
            values.append(value)

    def match(self, text: Sequence[str], at: int, stop: int | None = None) -> tuple[int, tuple[T, ...]] | None:
        """A text's keys -> (token after the longest surface that begins at token `at`, up to `stop`; its values)."""
        stop = len(text) if stop is None else stop
        if at >= stop or text[at] not in self._root:
            return None
        best: tuple[int, tuple[T, ...]] | None = None
        ways = [(self._root, at, False)]  # the last words of one surface may be fillers inside a longer one
        while ways:
            node, i, passed = ways.pop()
            if i >= stop:
                continue
            skipped = self._filler(text, i) if i > at else 0
            if skipped:
                ways.append((node, i + skipped, True))
            following: dict[str, object] | None = node.get(text[i])  # type: ignore[assignment]  # see add
            # "doanh nghiệp tạm ngừng hoạt động; hoạt động hành chính …": behind a filler none is a surface's own
            if following is not None and not (passed and skipped):
                ways.append((following, i + 1, False))
                if "" in following and (best is None or i + 1 > best[0]):
                    best = (i + 1, tuple(following[""]))  # type: ignore[arg-type]  # see add
        return best

    def _filler(self, text: Sequence[str], at: int) -> int:
        """How many tokens at `at` may be passed over inside a name."""
        if self._fillers is None:
            return 0
        if found := self._fillers.match(text, at):
            return found[0] - at
        if text[at] != "(":
            return 0
        bracketed = text[at + 1 : at + 3]  # "chỉ số phát triển sản xuất (PTSX) công nghiệp"
        return 3 if len(bracketed) == 2 and bracketed[1] == ")" and bracketed[0].isalpha() else 0


def table(pairs: Iterable[tuple[str, T]], fillers: PhraseTable[bool] | None = None) -> PhraseTable[T]:
    """(surface, value) pairs -> table."""
    made: PhraseTable[T] = PhraseTable(fillers)
    for surface, value in pairs:
        made.add(surface, value)
    return made


class Lexicon:
    """All phrase tables of the extraction grammar, made once from the glossary."""

    def __init__(self, glossary: Glossary) -> None:
        """Fold every surface of the glossary."""
        self.glossary = glossary
        inside = [w.surface for w in glossary.words if w.value == "inside"]
        fillers = table((surface, True) for surface in (*_LOOSE, *inside))
        # (code, contexts); no contexts: the name means the indicator anywhere
        self.indicators: PhraseTable[tuple[str, tuple[str, ...]]] = table(
            (
                (surface, (i.code, contexts))
                for i in glossary.indicators.values()
                for surfaces, contexts in ((i.within, i.contexts), (i.names, ()))
                for surface in surfaces
            ),
            fillers,
        )
        self.words = table((w.surface, (w.category, w.value)) for w in glossary.words)
        self.spelled = table((w.surface, (w.category, w.value)) for w in glossary.words if w.category in SPELLING)
        self.comparisons = table((s, c.basis) for c in glossary.comparisons for s in c.surfaces)
        self.contexts = table(((s, c.topic) for c in glossary.contexts for s in c.surfaces), fillers)
        self.topics = {c.topic: keys(c.surfaces[0]) for c in glossary.contexts}  # what names them outright
        self.places = table(glossary.province_names.items())
        self.abbreviations = tuple(w.surface.casefold() for w in glossary.words if w.category == "abbreviation")
        self.slow = frozenset(fold(w.surface) for w in glossary.words if w.category == "slow")
        self._seasons = table((w.surface, True) for w in glossary.words if w.category == "season")
        self._new = table((w.surface, True) for w in glossary.words if "new" in (w.category, w.value))
        self.moves = frozenset(fold(w.surface) for w in glossary.words if w.category in ("rise", "fall"))
        self._rise = frozenset(fold(w.surface) for w in glossary.words if w.category == "rise")
        self._proportions = frozenset(k for w in glossary.words if w.category == "proportion" for k in keys(w.surface))
        self._than = frozenset(keys(w.surface)[0] for w in glossary.words if "than" in (w.category, w.value))
        self.labels: PhraseTable[Role] = table((label.surface, label.role) for label in glossary.labels)
        self.units = table((s, u.code) for u in glossary.units.values() for s in u.surfaces)
        self.scales = table((s, scale.power) for scale in glossary.scales.values() for s in scale.surfaces)

    def says_rise(self, words: str) -> bool:
        """Whether a verb of growth stands among words."""
        return not self._rise.isdisjoint(keys(words))

    def says_season(self, words: Sequence[str]) -> bool:
        """Whether words, given as keys, speak of a crop's season ("vụ Đông Xuân")."""
        return any(self._seasons.match(words, at) for at in range(len(words)))

    def says_new(self, words: Sequence[str]) -> bool:
        """Whether words, given as keys, speak of what was added ("đăng ký mới")."""
        return any(self._new.match(words, at) for at in range(len(words)))

    def says_proportion(self, words: Sequence[str]) -> bool:
        """Whether words speak of a proportion ("tỷ lệ hộ nghèo")."""
        return not self._proportions.isdisjoint(keys(" ".join(words)))

    def says_than(self, words: str) -> bool:
        """Whether words begin with "so", "so với" or "với"."""
        return bool(words) and keys(words)[0] in self._than


def label(lexicon: Lexicon, words: Words, at: int) -> Role | None:
    """What the words right before the number at token `at` make of it: "Điều 5", "lớp 4", "Nghị định số 81"."""
    for start in range(max(0, at - 4), at):
        found = lexicon.labels.match(words.keys, start)
        if found and found[0] == at:
            return found[1][0]
    return None
