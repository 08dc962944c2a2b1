"""What goes on from clause to clause: headings, the topic last spoken of, and the scope of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from pipeline.extract.finer import Fine
from pipeline.extract.items import OTHER, Item, Source
from pipeline.extract.measures import bases
from pipeline.extract.subjects import UNKNOWN, Subject, candidates, root
from pipeline.model import PLAN_BASES, Block
from pipeline.periods import Mention
from pipeline.vietnamese import keys, slug

_BEFORE_TOPIC = ("light", "period", "mark", "locative", "place", "basis", "about")  # before a sentence's first name
_PARTNERED = ("investment", "trade", "tourism")  # topics that are divided by country


@dataclass(frozen=True)
class Scope:
    """What a clause takes over from the clause before it."""

    subject: Subject = UNKNOWN
    area: str = ""
    mention: Mention | None = None
    named: bool = False  # the mention stands in this sentence
    foreign: bool = False  # a time, place or purpose outside the report's is named
    elsewhere: bool = False  # what is said is another place's or rank, up to the next subject
    target: bool = False  # … a plan, a target, a forecast
    district: str = ""  # slug of a district, where the text speaks of one
    season: bool = False  # … but a crop's season may have it: the report's whole year
    verb: Item | None = None
    status: str = ""
    basis: str = ""
    compared: bool = False  # the basis stands in this sentence
    bracketed: bool = False  # it stands in brackets
    plan: str = ""  # basis of the plan ratios read before in this sentence
    listed: Item | None = None  # the verb that the lead of a list gives all its entries
    parent: Subject | None = None  # what the list's entries are parts of
    fine: Fine | None = None  # the finer code that goes on to the next figures of this subject


@dataclass(frozen=True)
class Heading:
    """What a heading says about the text under it."""

    level: int = 0
    subject: Subject = UNKNOWN
    contexts: tuple[str, ...] = ()
    mention: Mention | None = None
    basis: str = ""
    away: bool = False  # the text under it speaks of another place
    district: str = ""  # … or of a district
    passing: bool = False  # it has no number: it holds until the text goes over to another topic


@dataclass
class Context:
    """The headings above a block and the code last spoken of, or its topic."""

    source: Source
    area: str
    headings: list[Heading] = field(default_factory=list)
    code: str = ""
    spoken: str = ""  # the code or topic last named, read or not
    member: str = ""  # what the last finer code names
    group: str = ""  # the whole whose parts the sentence lists
    title: tuple[str, ...] = ()  # the one topic that the article's title names

    def codes(self) -> list[str]:
        """Codes and topics that names may mean something under, the nearest first.

        Where the text has gone over to another topic than its heading's, the heading's no longer counts:
        under "Sản xuất công nghiệp", a branch after "chỉ số tiêu thụ" is one of shipments.
        """
        above = self.headings[-1].contexts if self.headings else ()
        if not self.code or root(self.code) in {root(c) for c in above}:
            return [c for c in (self.code, *above) if c]
        return [self.code]

    def wider(self) -> list[str]:
        """Codes and topics that names may mean something under where `codes` gives them no meaning."""
        return [c for c in (self.group, self.spoken, *self.title) if c]

    def entitle(self, items: Sequence[Item]) -> None:
        """Take the topic of an article on one topic from its title; a title that tells a figure tells no topic."""
        told = [*(i.value for i in items if i.kind == "context"), *(c for i in items for c, _ in i.names)]
        figures = [self.source.quantities[i.quantity].unit for i in items if i.kind == "quantity"]
        if len({root(c) for c in told}) == 1 and not any(figures):
            self.title = tuple(dict.fromkeys(told))

    @property
    def away(self) -> bool:
        """Whether the headings say that the text speaks of another place."""
        return bool(self.headings) and self.headings[-1].away

    @property
    def within(self) -> str:
        """The district that the headings say that the text speaks of; empty for none."""
        return self.headings[-1].district if self.headings else ""

    def names_another_place(self, items: Sequence[Item]) -> bool:
        """Whether another province, a country, a region or a district ("huyện" and a name) stands among items."""
        for at, item in enumerate(items):
            if item.kind == "versus":
                return False  # "xếp thứ 5 vùng Đồng bằng sông Cửu Long": what stands behind is compared with
            if item.kind == "partner" and root(self.spoken or self.code) in _PARTNERED:
                continue  # projects of Japan, exports to China
            if item.kind in ("elsewhere", "partner") or (item.kind == "place" and item.value != self.area):
                return True
            if item.kind == "locality" and not item.value and self.named_behind(items, at):
                return True
        return False

    def named_behind(self, items: Sequence[Item], at: int) -> str:
        """The capitalised words behind the item at `at`, as printed; empty without any."""
        names = list(takewhile(self.is_name, items[at + 1 :]))
        return self.source.text[names[0].start : names[-1].end] if names else ""

    def is_name(self, item: Item) -> bool:
        """Whether an item is a capitalised word that names nothing the glossary knows ("Cao Lộc")."""
        return item.kind in ("word", "light", "locative") and self.source.text[item.start].isupper()

    def district(self, items: Sequence[Item]) -> str:
        """The slug of the district named among items ("huyện Tràng Định"); empty without one."""
        names = (self.named_behind(items, n) for n, i in enumerate(items) if i.kind == "locality" and i.value)
        return next((slug(name) for name in names if name), "")

    def heading(self, block: Block, items: Sequence[Item], before: Scope) -> Scope:
        """A heading's items and the scope before it -> the scope that the text under it begins with.

        Without a number, a time and another topic (the text to a picture) it leaves time and comparison as they were.
        """
        level = block.level or (self.headings[-1].level if self.headings else 1)
        while self.headings and self.headings[-1].level >= level:
            self.headings.pop()
        outer = self.headings[-1] if self.headings else Heading()
        topics = tuple(i.value for i in items if i.kind in ("context", "indicator") and i.value)
        names = [i for i in items if i.kind == "indicator"]
        found: list[str] = []
        for item in names:
            found += candidates(item.names, found[-1:] or [*topics, *outer.contexts])[:1]
        mentions = [i.mention for i in items if i.mention and self.source.calendar.code(i.mention)]
        codes = {self.source.calendar.code(m) for m in mentions}
        contexts = (*found, *topics)
        own = any(i.kind == "place" and i.value == self.area for i in items)
        away = outer.away or (block.kind == "heading" and not own and self.names_another_place(items))
        district = (self.district(items) if block.kind == "heading" else "") or outer.district
        heading = Heading(
            level,
            Subject(names[0].names) if len(set(found)) == 1 and not has_words(items) else UNKNOWN,
            contexts or outer.contexts,
            (mentions[0] if len(codes) == 1 else None) if mentions else outer.mention,
            next((b for b in bases(items) if b not in PLAN_BASES and b != OTHER), outer.basis),
            away,
            district,
            passing=bool(contexts) and not (block.number or away or district),
        )
        self.headings.append(heading)
        stays = not block.number and (not contexts or root(self.spoken) in map(root, contexts))
        self.code = self.spoken = contexts[0] if contexts else root(self.code)
        if stays and not mentions and before.mention and not before.mention.day:
            return Scope(heading.subject, mention=before.mention, basis=heading.basis or before.basis)
        return Scope(heading.subject, mention=heading.mention, basis=heading.basis)

    def leave(self) -> Scope:
        """Leave the headings, at the notes behind the text -> the scope that a note begins with."""
        self.headings.clear()
        self.code = ""
        return Scope()

    def open_block(self, sentences: Sequence[Sequence[Item]], before: Scope) -> Scope:
        """A block's sentences and the scope before it -> the scope that it begins with.

        Text without headings (press articles) changes its time from paragraph to paragraph: there a
        paragraph's own first mention of time holds for the figures before it as well, except that a
        running total (lũy kế) makes those before it the month's.
        """
        while self.headings and self.headings[-1].passing and self._strayed(self.headings[-1]):
            self.headings.pop()
        above = self.headings[-1] if self.headings else Heading()
        self.code = above.contexts[0] if above.contexts else root(self.code)
        # "Trong đó, …" goes on with the paragraph before, where that spoke of something else than its heading
        goes_on = self._strayed(above) and bool(sentences and sentences[0]) and sentences[0][0].kind == "lead"
        self.spoken, self.member = (self.spoken if goes_on else self.code), ""
        first = next((i for s in sentences[:1] for i in s if i.kind not in _BEFORE_TOPIC), None)
        if not above.contexts and first and self._opens_topic(first):
            self.code = self.spoken = first.value
        mention = before.mention if self.headings else self._own_time(sentences) or before.mention
        subject = above.subject
        lead = _run_in(sentences)
        if lead:
            codes = candidates(lead[-1].names, self.codes()) if lead[-1].names else []
            topics = [i.value for i in lead if i.value]
            self.code = (codes or topics or [self.code])[0]
            subject = Subject(lead[-1].names) if codes else subject
        return Scope(subject, mention=mention, basis=before.basis)

    def _opens_topic(self, item: Item) -> bool:
        """Whether a paragraph's first name is its topic's own and means something there ("Sản xuất công nghiệp …")."""
        own = self.source.lexicon.topics.get(item.value, ())
        named = keys(self.source.text[item.start : item.end]) == own
        return named and any(root(code) == item.value for code, _ in item.names)

    def _strayed(self, heading: Heading) -> bool:
        """Whether the text last spoke of another topic than a heading."""
        return root(self.spoken) not in map(root, heading.contexts)

    def _own_time(self, sentences: Sequence[Sequence[Item]]) -> Mention | None:
        figures = totals = False
        items = [i for s in sentences for i in s]
        for at, item in enumerate(items):
            figures = figures or item.kind == "quantity"
            totals = item.value == "total" or (totals and item.kind == "light")
            if item.mention and self.source.calendar.code(item.mention):
                total = item.mention.kind == "to_date" or (totals and item.mention.kind == "months")
                return Mention(0, 0, "this_month") if figures and total else self._paired(items, at) or item.mention
        return None

    def _paired(self, items: Sequence[Item], at: int) -> Mention | None:
        """The longer time that "và" joins to the one at `at` ("trong tháng 3 và quý I")."""
        behind = [i for i in items[at + 1 : at + 4] if i.kind not in ("light", "locative")]
        if len(behind) < 2 or behind[0].kind != "and" or not behind[1].mention:
            return None
        longer = behind[1].mention.kind in ("quarter", "months") and self.source.calendar.code(behind[1].mention)
        return behind[1].mention if longer else None


def has_words(items: Iterable[Item]) -> bool:
    """Whether words stand among the items that name no subject the glossary knows."""
    return any(i.kind in ("word", "place", "elsewhere", "locality") for i in items)


def _run_in(sentences: Sequence[Sequence[Item]]) -> list[Item]:
    """The names before a colon that opens a block ("Khu vực dịch vụ: …")."""
    if not sentences:
        return []
    first = sentences[0]
    colon = next((n for n, i in enumerate(first) if i.kind == "mark" and i.value == ":"), None)
    if colon is None or any(i.kind in ("quantity", "word") for i in first[:colon]):
        return []
    return [i for i in first[:colon] if i.kind in ("indicator", "context")]
