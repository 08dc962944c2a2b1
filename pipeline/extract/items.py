"""Sentences as items: what the grammar sees instead of words.

An item is a quantity, a mention of time, a basis of comparison, a name of an indicator, a word of the
grammar (its category in glossary/words.csv), a mark, or a word that the grammar does not know.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.extract.lexicon import SPELLING, Lexicon
from pipeline.extract.quantities import DOCUMENT
from pipeline.model import PLAN_BASES, Quantity
from pipeline.periods import Calendar, Mention
from pipeline.vietnamese import Token, Words

# Words that are looked for by name, and change nothing for the items around them.
MUTE = frozenset({*SPELLING, "slow", "classifier", "proportion", "season", "new"})
_QUOTES = frozenset('"“”«»')
LIMITS = frozenset("><≥≤")
_HYPHENS = frozenset("-–")
MARKS = frozenset(",;:()-–—.…!?*•·+")
OTHER = "other"  # a basis that is none of the report's: another year, another place


class Item(NamedTuple):
    """One item and its place in the text; of the last fields only the kind's own is filled."""

    kind: str
    start: int
    end: int
    value: str = ""
    quantity: int = -1
    mention: Mention | None = None
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass
class Source:
    """A text ready for the grammar: tokens, quantities and mentions of time, each in order."""

    text: str
    words: Words
    quantities: Sequence[Quantity]
    mentions: Sequence[Mention]
    calendar: Calendar
    lexicon: Lexicon
    _document_at: dict[int, int] = field(init=False)  # first character and the one after the last
    _quantity_at: dict[int, int] = field(init=False)
    _mention_at: dict[int, Mention] = field(init=False)
    _mention_tokens: list[tuple[int, int]] = field(init=False)  # first token and the one after the last

    def __post_init__(self) -> None:
        """Index documents' numbers, quantities and mentions by the character they begin at."""
        self._document_at = {m.start(): m.end() for m in DOCUMENT.finditer(self.text)}
        self._quantity_at = {q.span.start: i for i, q in enumerate(self.quantities)}
        self._mention_at = {m.start: m for m in self.mentions}
        at = [(self.words.index_at(m.start), self.words.index_at(m.end)) for m in self.mentions]
        self._mention_tokens = at

    def sentences(self, start: int, end: int) -> Iterator[list[Item]]:
        """A block's characters -> the items of its sentences, in order."""
        sentence: list[Item] = []
        for item in self._merged(list(self._items(start, end))):
            if item.kind == "mark" and item.value in ".!?" and self._ends_sentence(item, end):
                if sentence:
                    yield sentence
                sentence = []
            else:
                sentence.append(item)
        if sentence:
            yield sentence

    def _ends_sentence(self, item: Item, end: int) -> bool:
        rest = self.text[item.end : min(end, item.end + 3)]
        before = self.text[max(0, item.start - 3) : item.start]
        if not rest.strip():
            return True
        if any(before.casefold().endswith(a) for a in self.lexicon.abbreviations):
            return False
        first = rest.lstrip("\"')”» ")[:1]
        if before[-1:] in ")%" and first.isupper():
            return True  # "(tăng 25%).Giải thể …"
        return rest[:1].isspace() and not first.islower()

    def _items(self, start: int, end: int) -> Iterator[Item]:
        at = self.words.index_at(start)
        stop = self.words.index_at(end)
        while at < stop:
            token = self.words[at]
            following = self._quantity_at.get(self.words[min(at + 1, stop - 1)].start)
            if token.key in LIMITS and following is not None:
                # "tăng > 0,5%"; "máy giặt có sức chứa > 10 kg": of its name
                limit = self.words.index_at(self.quantities[following].span.end)
                at = at + 1 if self._moves(at - 1) else limit
                continue
            if (index := self._quantity_at.get(token.start)) is not None:
                at, items = self._quantity(at, stop, index)
                yield from items
                continue
            if token.start in self._document_at:
                at = self.words.index_at(self._document_at[token.start])
                yield Item("word", token.start, self.words[at - 1].end)  # "81/2021/NĐ-CP": its marks part nothing
                continue
            # the mark of a footnote ("so với cùng kỳ3"); quotes part nothing ("nhảy vọt" in them is still a verb)
            if (token.key.isdigit() and self._glued(token)) or token.key in _QUOTES:
                at += 1
                continue
            match = self._whole(at)
            mention = self._mention_at.get(token.start)
            if mention and (match is None or self.words[match[0] - 1].end <= mention.end):
                yield Item("period", mention.start, mention.end, mention=mention)
                at = self.words.index_at(mention.end)
            elif match:
                after, item = match
                yield item
                at = after
            else:
                joins = token.key in _HYPHENS and self._is_inside_word(token)
                kind = "mark" if token.key in MARKS and not joins else "word"
                yield Item(kind, token.start, token.end, token.key)
                at += 1

    def _moves(self, at: int) -> bool:
        """Whether a verb of change is the word at a token ("tăng > 0,5%")."""
        return at >= 0 and self.words[at].key in self.lexicon.moves

    def _is_inside_word(self, token: Token) -> bool:
        """Whether letters stand right before and behind a token ("gi-lê")."""
        return self.text[token.start - 1 : token.start].isalpha() and self.text[token.end : token.end + 1].isalpha()

    def _glued(self, token: Token) -> bool:
        return self.text[token.start - 1 : token.start].isalpha() and token.start not in self._mention_at

    def _quantity(self, at: int, stop: int, index: int) -> tuple[int, list[Item]]:
        """A quantity, and the indicator whose name begins with its unit (225 doanh nghiệp thành lập mới)."""
        span = self.quantities[index].span
        items = [Item("quantity", span.start, span.end, quantity=index)]
        after = self.words.index_at(span.end)
        closed = after < stop and self.words[after].key in MARKS  # no name goes on behind a mark
        for i in range(at + 1, after):
            match = self.lexicon.indicators.match(self.words.keys, i) if not self.words[i].key.isdigit() else None
            if match and after <= match[0] <= (after if closed else stop):
                items.append(Item("named", self.words[i].start, self.words[match[0] - 1].end, names=match[1]))
                return match[0], items
        return after, items

    def _whole(self, at: int) -> tuple[int, Item] | None:
        """The longest phrase at a token that does not end inside a mention of time."""
        match = self._longest(at, None)
        if match:
            next_one = bisect_right(self._mention_tokens, (at, len(self.words)))
            start, end = self._mention_tokens[next_one] if next_one < len(self._mention_tokens) else (match[0], 0)
            if start < match[0] < end:
                return self._longest(at, start)
        return match

    def _longest(self, at: int, stop: int | None) -> tuple[int, Item] | None:
        best: tuple[int, Item] | None = None
        token = self.words[at]
        lexicon = self.lexicon
        if found := lexicon.comparisons.match(self.words.keys, at, stop):
            bare = found[1][0] not in PLAN_BASES and not lexicon.says_than(self.text[token.start : token.end])
            best = (found[0], self._item("bare" if bare else "basis", token, found[0], found[1][0]))
        if (names := lexicon.indicators.match(self.words.keys, at, stop)) and (best is None or names[0] > best[0]):
            best = (names[0], Item("indicator", token.start, self.words[names[0] - 1].end, names=names[1]))
        if (word := lexicon.words.match(self.words.keys, at, stop)) and (best is None or word[0] > best[0]):
            category, value = word[1][0]
            if category not in MUTE:
                best = (word[0], self._item(category, token, word[0], value))
        if (place := lexicon.places.match(self.words.keys, at, stop)) and (best is None or place[0] > best[0]):
            best = (place[0], self._item("place", token, place[0], place[1][0]))
        if context := lexicon.contexts.match(self.words.keys, at, stop):
            if best is None or context[0] > best[0]:
                best = (context[0], self._item("context", token, context[0], context[1][0]))
            elif context[0] == best[0] and best[1].kind == "indicator":  # in a heading it may be a topic
                best = (best[0], best[1]._replace(value=context[1][0]))
        return best

    def _item(self, kind: str, token: Token, after: int, value: str) -> Item:
        return Item(kind, token.start, self.words[after - 1].end, value)

    def _merged(self, items: list[Item]) -> Iterator[Item]:
        """Join "so với" with the time that follows it into one basis."""
        i, sourced = 0, False
        while i < len(items):
            item = items[i]
            if [x.value for x in items[i : i + 3 : 2]] == ["(", ")"] and items[i + 1].kind == "elsewhere":
                yield items[i + 1]  # "tỉnh Phú Thọ (cũ)"
                i += 3
                continue
            if item.kind == "constant_prices" and i + 1 < len(items) and items[i + 1].kind == "period":
                yield item  # "theo giá so sánh 2010": the base year is no time of the report
                i += 2
                continue
            if item.kind == "attribution":
                sourced = True
            elif item.kind == "mark":
                sourced = False
            elif sourced and item.mention and item.mention.kind == "day":
                item = Item("word", item.start, item.end)  # "Theo báo cáo phát hành ngày 29/12/2023, …"
            if item.kind in ("than", "base", "basis", "bare"):
                limit = 1 if item.kind in ("basis", "bare") else 4
                j = i + 1
                while j < len(items) and j < i + limit and items[j].kind in ("light", "word", "mark", "locative"):
                    if items[j].kind == "mark" and items[j].value != "(":
                        break
                    j += 1
                following = items[j].mention if j < len(items) and items[j].kind == "period" else None
                if following and item.value not in PLAN_BASES:
                    kind = "bare" if item.kind == "bare" else "basis"
                    yield Item(kind, item.start, items[j].end, self._basis(item, following))
                    i = j + 1
                    if items[j - 1].value == "(" and i < len(items) and items[i].value == ")":
                        i += 1
                    continue
                if item.kind in ("than", "base"):
                    item = item._replace(kind="unlike")  # compared with something that has no code
            yield item
            i += 1

    def _basis(self, item: Item, mention: Mention) -> str:
        """A comparison with a named time -> basis code."""
        year, month = self.calendar.year, self.calendar.month
        named = self.calendar.year_of(mention)
        if item.kind == "base":
            return f"base_{named}"
        if item.kind in ("basis", "bare") and item.value != "year_ago":
            return item.value
        if item.kind in ("basis", "bare"):
            return "year_ago" if named in (year - 1, year) else OTHER
        if mention.kind in ("month", "month_end", "day", "until") and mention.month:
            if (named, mention.month) == (year - (month == 1), (month - 2) % 12 + 1) and mention.kind == "month":
                return "previous_month"
            if (named, mention.month) == (year - 1, 12):
                return "december"
            return "year_ago" if (named, mention.month) == (year - 1, month) else OTHER
        if mention.kind == "quarter" and mention.quarter:
            quarter = (month + 2) // 3
            if (named, mention.quarter) == (year - (quarter == 1), (quarter - 2) % 4 + 1):
                return "previous_quarter"
        same = (mention.months in (None, month)) and (mention.quarter in (None, (month + 2) // 3))
        return "year_ago" if named == year - 1 and same else OTHER
