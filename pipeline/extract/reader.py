"""Blocks in reading order -> drafts of observations: the context that carries from clause to clause.

A sentence begins with the subject of the sentence before; a clause without a subject goes on with the
last one; what brackets change ends with them. What headings set lies in context.py, what a clause's head
says in heads.py, how a figure becomes a draft in drafter.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.clauses import STATUSES, Clause, clauses
from pipeline.extract.context import Context, Scope
from pipeline.extract.drafter import Drafter
from pipeline.extract.drafts import Draft, explain
from pipeline.extract.heads import Heads, outside
from pipeline.extract.items import OTHER, Item, Source
from pipeline.extract.ledger import Note
from pipeline.extract.measures import bases
from pipeline.extract.roles import note
from pipeline.extract.subjects import Subject, candidates, root
from pipeline.glossary import Glossary
from pipeline.model import PLAN_BASES, Block
from pipeline.periods import Mention

_ASIDES = ("months", "to_date", "quarter")  # kinds of mention that tell of another period in passing
_TURNS = ("month", "quarter", "months")  # kinds that a sentence without figures may open the next ones with
_SERIES = 2  # times that one subject goes through in passing
_SHORT = 160  # characters: a block without figures up to this length speaks for the ones after it
_HEADING = ("indicator", "context", "period", "basis", "bare", "place", "locality", "elsewhere")  # what one speaks of
_NEAR = 3  # items among which a sentence names its time or topic first
_AHEAD = 64  # figures of a sentence that one may look ahead to
_LISTED = 2  # parts that a sentence lists together with their whole …
_TELLING = 3  # … or without it, where nothing else was spoken of


class Reader:
    """One pass over an article."""

    def __init__(self, source: Source, glossary: Glossary, area: str) -> None:
        """Read the text of `source`, which reports on `area`."""
        self.source = source
        self.glossary = glossary
        self.context = Context(source, area)
        self.heads = Heads(source, glossary, area, self.context)
        self.drafter = Drafter(source, glossary, area, self.context)
        self.scope = Scope()
        self.notes: dict[int, Note] = {}  # of quantities
        self.told = 0  # the first draft of the last sentence that gave any
        self.opening = ""  # the period that the block begins with
        self.passed = False  # the sentence before was an aside on another period
        self.adrift = False  # since an aside no time or comparison was named
        self.averaged = False  # the sentence before gave an average of months in passing

    def read(self, blocks: Sequence[Block]) -> list[Draft]:
        """All blocks -> drafts."""
        for number, block in enumerate(blocks):
            if block.kind == "title":
                self.context.entitle([i for s in self.source.sentences(block.span.start, block.span.end) for i in s])
            if block.kind in ("title", "source", "caption"):
                continue
            if block.kind == "footnote":  # it goes on with what its mark stands behind, not with the text before it
                self.scope = self.context.leave()
            sentences = list(self.source.sentences(block.span.start, block.span.end))
            tells = any(i.kind in ("quantity", "cause") for s in sentences for i in s)
            if block.kind == "row" and not tells:
                continue  # heads of columns
            if block.kind == "heading" or (not tells and block.span.end - block.span.start <= _SHORT):
                items = [i for s in sentences for i in s]
                if block.kind == "heading" or any(i.kind in _HEADING for i in items):  # else the text to a picture
                    self.scope = self.context.heading(block, items, self.scope)
                continue
            kinds = {i.kind for s in sentences for i in s}
            ends = (self.source.words.index_at(n) for n in (block.span.start, block.span.end))
            words = self.source.words.keys[slice(*ends)]
            main = self.drafter.said.main
            if self.averaged and main:  # no list goes on with an average in passing
                self.scope = replace(self.scope, mention=main[1].mention, basis=main[1].basis)
            self.drafter.said.open_block(
                number,
                block.span.start,
                constant="constant_prices" in kinds and "current_prices" not in kinds,
                seasonal=self.source.lexicon.says_season(words),
            )
            self.scope = self.context.open_block(sentences, self.scope)
            self.passed, self.adrift, self.averaged = False, False, False
            self.opening = self._first_code(sentences)
            for sentence in sentences:
                self._sentence(sentence)
        return self.drafter.said.drafts

    # --- sentences -------------------------------------------------------------------------

    def _sentence(self, items: Sequence[Item]) -> None:
        found, rest = clauses(items)
        drafts = self.drafter.said.drafts
        self._turn(items, figures=bool(found))
        if not found:
            explain(drafts, self.told, self.drafter.said.block, rest, self._codes, self.source.lexicon)
        self.drafter.said.open_sentence(items)
        begun = len(drafts)
        status = next((i.kind for c in found[:1] for s in c.segments for i in s.items if i.kind in STATUSES), "")
        goes_on = bool(items) and items[0].kind == "lead"  # "Trong đó …" belongs to the sentence before
        scope = Scope(
            self.scope.subject,
            mention=self.scope.mention,
            status=status or (self.scope.status if goes_on else ""),
            basis=self.scope.basis,
        )
        self.adrift, self.passed = self.adrift or (self.passed and not goes_on), bool(found) and self._aside(items)
        self.averaged = self.passed and any(i.value == "average" for i in items[:_NEAR])
        saved: list[Scope] = []
        series: list[Mention | None] = []  # times that one subject goes through, after the time before them
        before: Mention | None = None  # "trong đó từ đầu năm đến nay có …" changes the time for itself alone
        head: Subject | None = self.scope.subject if goes_on and self.scope.subject.names else None
        for at, clause in enumerate(found):
            for _ in range(clause.pops):
                scope = saved.pop() if saved else scope
            saved += [scope] * clause.pushes
            last = scope
            scope = self.heads.enter(clause, scope, found[at - 1] if at else None)
            if at and scope.mention is not last.mention and any(s.mark == "lead" for s in clause.segments):
                before = before or last.mention
            scope, series = _after_series(last, scope, series)
            if clause.pushes:  # what stands before a bracket holds behind it as well
                saved[-1] = outside(clause, scope, saved[-1])
            head = head or scope.subject
            settled = scope.named or any(bases(s.items) for s in clause.segments) or bool(bases(clause.tail))
            self.adrift = self.adrift and not settled
            returned = self._back(scope) if self.adrift else scope
            draft = None
            if returned:
                scope, draft = self.drafter.state(found[at : at + _AHEAD], returned, rest)
            self.notes[clause.item.quantity] = note(self.source, clause, scope, draft, drafts[begun:])
            behind = next((b for b in bases(clause.tail) if b not in PLAN_BASES and b != OTHER), "")
            later = [i.mention for i in clause.tail if i.mention and self.source.calendar.code(i.mention)]
            scope = replace(scope, mention=next(iter(later), scope.mention))
            scope = replace(scope, basis=behind, compared=True) if behind else scope
        self._link(found, drafts[begun:])
        self.told = begun if len(drafts) > begun else self.told
        before = before or (self.scope.mention if goes_on and scope.named else None)
        before = before or (series[0] if len(series) > _SERIES else None)
        self.scope = replace(saved[0] if saved else scope, subject=head or self.scope.subject, basis=scope.basis)
        self.scope = replace(self.scope, mention=before or self.scope.mention)

    def _link(self, found: Sequence[Clause], drafts: Sequence[Draft]) -> None:
        """Give a change that stands before its growth ("giảm 46 ha, tương ứng giảm 0,67%") that growth."""
        for index in (c.item.quantity for c in found):
            if self.notes[index] == Note("change"):
                later = (d for d in drafts if d.observation.quantity > index and d.observation.measure == "growth")
                self.notes[index] = Note("change", next(later, None))

    def _codes(self, item: Item) -> list[str]:
        return candidates(item.names, self.context.codes())

    def _turn(self, items: Sequence[Item], *, figures: bool) -> None:
        """Take from a sentence's opening the topic ("Về thu ngân sách, …") and, without figures, the time."""
        opening = [i for i in items[: 3 * _NEAR] if i.kind != "light"]
        if opening and opening[0].kind in ("about", "locative"):
            comma = next((n for n, i in enumerate(opening) if i.kind == "mark" and i.value in ",:"), 0)
            plain = not any(i.kind == "word" for i in opening[1:comma])
            codes = [c for i in opening[1:comma] for c in self._codes(i)[:1] if plain]
            topics = [i.value for i in opening[1:comma] if i.kind in ("context", "indicator") and i.value]
            if codes or topics:  # "Về tình hình thu hút vốn đầu tư, …"
                self.context.code = self.context.spoken = (codes or topics)[0]
        mention = next((i.mention for i in opening[: _NEAR + 1] if i.mention), None)
        if not figures and mention and mention.kind in _TURNS and self.source.calendar.code(mention):
            self.scope = replace(self.scope, mention=mention)
        self.context.group = self._group(items)

    def _group(self, items: Sequence[Item]) -> str:
        """The whole that a sentence names together with parts of it, or lists after the sentence that named it."""
        codes = [{code for code, _ in i.names} for i in items if i.kind == "indicator"]
        for whole, group in self.glossary.groups.items():
            parts = {part for part in group.parts for c in codes if part in c}
            if len(parts) >= _LISTED and (any(whole in c for c in codes) or self.context.spoken == whole):
                return whole
            if len(parts) >= _TELLING and not self.context.codes():
                return whole
        return ""

    def _aside(self, items: Sequence[Item]) -> bool:
        """Whether a sentence inside a block tells of another period than the block does.

        "Tính chung 2 tháng, CPI bình quân tăng …" between sentences on the month.
        """
        mention = next((i.mention for i in items[:6] if i.mention), None)
        code = self.source.calendar.code(mention) if mention else None
        return bool(code) and mention is not None and mention.kind in _ASIDES and code != self.opening

    def _back(self, scope: Scope) -> Scope | None:
        """After an aside, a figure of the block's own index goes back to the time and comparison it opened with.

        For a figure of another topic nothing says what it goes on with: it is not read.
        """
        if not scope.subject.names:
            return scope  # something finer goes on with what was said last
        codes = candidates(scope.subject.names, self.context.codes())
        main = self.drafter.said.main
        index = self.glossary.indicators.get(main[0]) if main else None
        if index and index.units:
            return scope  # an amount follows the time said last
        if main and codes and root(codes[0]) == main[0]:
            return replace(scope, mention=main[1].mention, basis=main[1].basis)
        return None

    def _first_code(self, sentences: Sequence[Sequence[Item]]) -> str:
        mentions: list[Mention] = [i.mention for s in sentences for i in s if i.mention]
        return next((code for m in mentions if (code := self.source.calendar.code(m))), "")


def _after_series(last: Scope, scope: Scope, series: list[Mention | None]) -> tuple[Scope, list[Mention | None]]:
    """The scopes before and in a clause, the times gone through -> its scope, the times gone through with its own.

    "… 6 tháng tăng 5,56%. Theo đó, quý I tăng 4,47%, quý II tăng 6,63%; dịch vụ tăng 6,59%": behind the quarters of
    one subject the next one has the time before them.
    """
    if scope.subject is last.subject:
        return scope, [*(series or [last.mention]), scope.mention] if scope.mention is not last.mention else series
    if len(series) > _SERIES and scope.mention is last.mention:
        return replace(scope, mention=series[0]), []
    return scope, []
