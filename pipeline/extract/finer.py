"""Facts finer than any row of the table of indicators: a subject's own words -> a code below the nearest one.

`crops.maize.area` is made of a family (glossary/families.csv), of what the words name and of the aspect
that noun or unit says (glossary/aspects.csv). A term of the glossary gives its English as the name, other
words their own ASCII form: `industry.product.clanhke-xi-mang`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.extract.lexicon import PhraseTable, table
from pipeline.glossary import Family, Glossary
from pipeline.vietnamese import fold, keys, slug

_COUNTED = frozenset({"projects", "enterprises", "persons", "cases", "households"})  # aspects of things, not of amounts
_LONGEST = 20  # words of a name: a branch of the classification has up to 17, a sentence has more
_SHORTEST = 2  # letters of a name
# Words before a name that are no part of it ("cây …"); behind an aspect light words too ("sản lượng của …").
_BEFORE = ("classifier", "locative", "about", "and", "lead", "from", "copula")


class Fine(NamedTuple):
    """A finer code; `member` is what its words name, for the clauses after it that name an aspect alone."""

    code: str
    member: str
    time: str
    indexed: bool  # a family of indices: its growths need a comparison


class Around(NamedTuple):
    """What stands around a subject's words.

    `lead`: the words that open the list it stands in; `said`: the text since the last finer fact; `near`: codes
    and topics spoken of, the nearest first; `own`: the code of an indicator that the words are finer than ("vốn
    ngân sách nhà nước" cấp tỉnh), else empty; `carried`: what was named before, for words that name an aspect
    alone ("năng suất đạt …").
    """

    lead: str
    said: str
    near: Sequence[str]
    own: str
    carried: str


class Namer:
    """Words of subjects -> finer codes."""

    def __init__(self, glossary: Glossary) -> None:
        """Take families, aspects and the glossary's terms."""
        self._families = glossary.families
        self._words = {f.parent: [keys(w) for w in f.words] for f in self._families}
        self._aspects: PhraseTable[str] = table((s, a.aspect) for a in glossary.aspects for s in a.surfaces)
        self._units = {a.aspect: a.units for a in glossary.aspects}
        self._by_unit = {unit: a.aspect for a in reversed(glossary.aspects) for unit in a.units}  # the first one's
        self._terms: PhraseTable[tuple[str, str]] = table(
            (s, (t.en, t.domain)) for t in glossary.terms for s in (t.vi, *t.variants)
        )
        self._before = frozenset(fold(w.surface) for w in glossary.words if w.category in _BEFORE)
        self._between = self._before | {fold(w.surface) for w in glossary.words if w.category == "light"}
        self._index = frozenset(i.code for i in glossary.indicators.values() if not i.units)

    def name(self, text: str, around: Around, unit: str) -> Fine | None:
        """A subject's words -> its code, None where they name nothing. `unit`: of a level, else empty."""
        own = around.own
        family = self._family(keys(around.lead), [own, *around.near] if own else around.near, unit)
        if family is None or (not family.aspects and self._by_unit.get(unit) in _COUNTED):
            return None
        aspect, words = self._aspect(keys(text), unit)
        if not family.aspects and aspect in _COUNTED:  # no member is counted: "thu từ doanh nghiệp nhà nước"
            aspect, words = "", keys(text)
        member = self._member(words, self._between if aspect else self._before)
        if member is None:
            return None
        if not member and aspect:
            member = self._mentioned(around.said, family) or around.carried
        if not member and not (aspect and family.aspects):
            return None
        parent = own if own and _below(own, family.parent) else family.parent
        if unit and unit not in self._units.get(aspect, ()):
            aspect = self._by_unit.get(unit, "" if self._units.get(aspect) else aspect)
        if not family.aspects or parent.endswith(f".{aspect}"):
            aspect = ""
        code = ".".join(part for part in (parent, member, aspect) if part)
        return Fine(code, member, family.time, family.parent in self._index)

    def _family(self, lead: tuple[str, ...], near: Sequence[str], unit: str) -> Family | None:
        """The family of the nearest code or topic; products are told by their list's lead, or by having a level."""
        for code in near:
            fitting = ((len(n), f) for f in self._families for n in f.near if _below(code, n))
            for _, family in sorted(fitting, key=lambda f: -f[0]):
                named = any(_holds(lead, w) for w in self._words[family.parent])
                if not family.words or named or (unit and family.parent not in self._index):
                    return family
        return None

    def _mentioned(self, text: str, family: Family) -> str:
        """The last term of the family's domains in a text, as a name; empty without one."""
        words, name, at = keys(text), "", 0
        while at < len(words):
            found = self._terms.match(words, at)
            name = next((slug(en) for en, domain in (found[1] if found else ()) if domain in family.domains), name)
            at = found[0] if found else at + 1
        return name

    def _aspect(self, words: Sequence[str], unit: str) -> tuple[str, Sequence[str]]:
        """The aspect that opens or ends the words, and the words without it."""
        for at in range(min(len(words), 3)):
            if found := self._aspects.match(words, at):
                return self._meant(found[1], unit), [*words[:at], *words[found[0] :]]
        for at in range(len(words) - 1, 0, -1):
            found = self._aspects.match(words, at)
            if found and found[0] == len(words):
                return self._meant(found[1], unit), words[:at]
        return "", words

    def _meant(self, aspects: Sequence[str], unit: str) -> str:
        """Of aspects with one name that of the unit ("thu hoạch": an area in hectares, an output in tonnes)."""
        return next((a for a in aspects if unit in self._units[a]), aspects[0])

    def _member(self, words: Sequence[str], silent: frozenset[str]) -> str | None:
        """What the words name, empty for nothing; None: too many words for a name, or digits in it."""
        kept = list(words)
        while kept and not kept[-1][0].isalpha():
            kept.pop()
        while kept:
            term = self._terms.match(kept, 0)
            if term and term[0] == len(kept):
                return slug(term[1][0][0])
            if kept[0] not in silent and kept[0][0].isalpha():
                break
            kept.pop(0)
        if len(kept) > _LONGEST or any(map(str.isdigit, kept)):
            return None
        name = slug(" ".join(word for word in kept if word[0].isalpha()))
        return name if len(name) >= _SHORTEST else ""


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return any(words[i : i + len(part)] == part for i in range(len(words) - len(part) + 1))


def _below(code: str, ancestor: str) -> bool:
    return code == ancestor or code.startswith(f"{ancestor}.")
