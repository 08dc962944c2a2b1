"""A clause's head -> scope: whom, where and when it speaks of, and compared with what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from pipeline.extract.clauses import STATUSES, VERBS, Clause, Segment
from pipeline.extract.context import Context, Scope
from pipeline.extract.items import OTHER, Item, Source
from pipeline.extract.lexicon import PhraseTable, table
from pipeline.extract.measures import bases, verb_of
from pipeline.extract.subjects import UNKNOWN, Subject, candidates, find_subject, is_adverbial, resolve, root
from pipeline.glossary import Glossary
from pipeline.model import PLAN_BASES
from pipeline.vietnamese import keys, slug

# Aspects whose units count things that their name stands behind.
_THINGS = ("area", "output", "heads", "trees", "projects", "enterprises")
_LIST_VERBS = ("rise", "fall", "share")  # what the lead of a list says once for all its entries
_OPENING = ("basis", "light", "locative")  # items of words that open a sentence with its comparison
_SEASONS = ("year", "whole_year", "years")  # kinds of mention that a crop's season has ("vụ đông xuân 2023-2024")
_BETWEEN = ("light", "and", "respectively", "basis", "bare", "period", "mark")  # between figures of one verb
_BRANCH = ("word", "context", "indicator")  # behind a name: of what part of it the figure is


class Heads:
    """Reads heads in the context of the text before them."""

    def __init__(self, source: Source, glossary: Glossary, area: str, context: Context) -> None:
        """Read the text of `source`, which reports on `area`."""
        self.source = source
        self.glossary = glossary
        self.area = area
        self.context = context
        things = [a for a in glossary.aspects if a.aspect in _THINGS]
        self.aspects = table((surface, True) for a in things for surface in a.surfaces)
        self.amounts = table((surface, True) for a in glossary.aspects for surface in a.surfaces)
        self.things = {unit for a in things for unit in a.units}

    def enter(self, clause: Clause, scope: Scope, before: Clause | None) -> Scope:
        """Take from a clause's head what it says about subject, area, time, status and comparison.

        `before`: the clause before it in its sentence.
        """
        first, goes_on = before is None, scope.verb
        self._speak_topics(clause, before)
        subject, at = find_subject(clause, self.area, self.context.codes(), self.context.wider())
        if subject is not None and self._is_one_of_several(clause, at, subject):
            subject = UNKNOWN
        at_own = at
        bare = subject is not None and self._is_one(subject, self.aspects)
        if subject is None or bare:
            going_on = bool(clause.named) or (bool(scope.subject.names) and self._points_back(clause, subject))
            subject = self._thing(clause) or (None if going_on else self._headed(clause) or subject)
        if clause.named:
            takes = self._takes_name(clause, subject, scope, first=first, bare=bare)
            branch = clause.joined or any(i.kind in _BRANCH for i in clause.tail)
            subject = Subject(clause.named.names) if takes else UNKNOWN if branch else subject
        while (
            at
            and is_adverbial(clause.segments[at - 1].items, self.area)
            and clause.segments[at].mark not in (";", "lead")
        ):
            at -= 1
        reach = [i for s in clause.segments[at:] for i in s.items]
        area = next((i.value for i in reversed(reach) if i.kind == "area"), None)
        if subject is not None and scope.district and all(map(self.context.is_name, subject.words)):
            scope = replace(scope, district=slug(self._words(subject)))  # "ở huyện Chi Lăng (…) và Hữu Lũng (…)"
            subject = None
        elif subject is not None and self._is_district(subject) and (scope.subject.words or scope.subject.names):
            subject = None  # "riêng huyện Bình Gia 320 ha": of what was last spoken of
        if subject is not None and self._of_branch(clause.segments[: at_own + 1], subject, scope):
            # "bán lẻ có 25 doanh nghiệp giải thể, vốn đăng ký …": of that branch too
            scope = replace(
                scope, subject=replace(scope.subject, words=(*scope.subject.words, *subject.words)), fine=None
            )
            subject = None
        if subject is not None:
            parent = scope.subject if _opens_list(clause.segments[at:]) else scope.parent
            scope = replace(
                scope,
                subject=subject,
                parent=parent,
                area=area or "",
                district=self.context.within,
                verb=None,
                fine=None,
            )
            self.context.code = self.context.code if subject.names else root(self.context.code)
        elif area is not None:
            scope = replace(scope, area=area)
        elif scope.parent and scope.parent.names and self._returns(clause, scope, reach):
            scope = replace(scope, subject=scope.parent, parent=None, fine=None)
        tail = before.tail if before and clause.pushes else []
        placed = [i for s in clause.segments[:at] if s.items and s.items[0].kind == "locative" for i in s.items]
        district = self.context.district(tail) or self.context.district(reach) or self.context.district(placed)
        scope = replace(scope, district=district or scope.district)
        scope = replace(scope, bracketed=scope.bracketed or clause.pushes > 0)
        scope = self._timed(clause, reach, scope, first=first)
        lead = _lead(clause)
        said = [i for i in lead if i.kind == "basis" and i.value != OTHER] + [
            i for i in reach if i.kind in ("basis", "bare")
        ]
        if clause.pushes and not said:  # "tăng 4.345 tỷ đồng (tăng 6,1%) so với đầu năm"
            said = [i for i in tail if i.kind in ("basis", "bare")]
        compared = [i for i in said if i.value not in PLAN_BASES]
        if compared:
            # "cùng kỳ năm 2022 tăng …": without "so với" it is that year's own figure
            other = compared[-1].kind == "bare" or compared[-1].value == OTHER
            scope = replace(scope, basis=compared[-1].value, compared=True)
            scope = replace(scope, foreign=True, season=False) if other else scope
        if before and bases(before.tail) and reach and all(i.kind in ("copula", "approximation") for i in reach):
            scope = replace(scope, foreign=True, season=False)  # "(tăng 8% so với cùng kỳ năm 2023 là 18.500 tỷ đồng)"
        if any(i.kind == "target" for i in reach):
            scope = replace(scope, foreign=True, season=False, target=True)
        elsewhere = any(i.kind in ("versus", "unlike") for i in reach) or self._elsewhere(clause, at)
        if clause.pushes and any(i.kind == "elsewhere" or i.value == "VN" for i in tail):
            elsewhere = True  # "chiếm 5,8% kim ngạch cả nước (190 tỷ USD, tăng 14,5%)"
        scope = replace(scope, elsewhere=elsewhere or (scope.elsewhere and subject is None))
        self._speak(clause, scope)
        status = next((i.kind for i in reach if i.kind in STATUSES), scope.status)
        amount = self.source.quantities[clause.item.quantity].unit not in ("percent", "percentage_point", "times")
        verb = verb_of(clause) or _going_on(clause, scope, amount=amount) or self._shared(clause, goes_on)
        listed = next((i for i in reversed(lead) if i.kind in _LIST_VERBS), scope.listed)
        return replace(scope, status=status, verb=verb, listed=listed)

    def _is_one_of_several(self, clause: Clause, at: int, subject: Subject) -> bool:
        """Whether a name is the last of several that share a figure ("công nghiệp, xây dựng, dịch vụ chiếm")."""
        if not at or clause.segments[at].mark != ",":
            return False
        before = clause.segments[at - 1].items
        names = [i for i in before if i.kind == "indicator"]
        if not names or any(i.kind not in ("indicator", "light", "and") for i in before):
            return False
        own, other = (set(candidates(n, self.context.codes())) for n in (subject.names, names[-1].names))
        kinds, others = ({(root(c), c.rpartition(".")[2]) for c in codes} for codes in (own - other, other - own))
        if kinds & others:
            return True  # "đàn trâu, bò 52.228 con"
        return any(own & set(g.parts) and (other - own) & set(g.parts) for g in self.glossary.groups.values())

    def _returns(self, clause: Clause, scope: Scope, reach: Sequence[Item]) -> bool:
        """Whether a figure behind the parts of a list is its whole's again.

        "sản lượng đạt …, trong đó tôm …, lũy kế 7 tháng đạt …"; "CPI tăng …, trong đó …; so với cùng kỳ tăng …".
        """
        total = not scope.subject.names and any(i.mention and i.mention.kind == "to_date" for i in reach)
        first = next((i for i in clause.segments[-1].items if i.kind != "light"), None)
        compared = clause.segments[-1].mark == ";" and first is not None and first.kind == "basis"
        return total or compared

    def _thing(self, clause: Clause) -> Subject | None:
        """The words behind an amount of something, where none name it before ("gieo trồng được 11.071 ha ngô")."""
        unit = self.source.quantities[clause.item.quantity].unit
        words = tuple(takewhile(lambda i: i.kind in _BRANCH, clause.tail))
        if not words or clause.named is not None or unit not in self.things:
            return None
        self.context.spoken = next((i.value for i in words if i.kind == "context"), self.context.spoken)
        return Subject((), "", words)

    def _headed(self, clause: Clause) -> Subject | None:
        """The name before a colon or comma that an aspect alone goes on with ("Lúa Mùa: toàn tỉnh gieo cấy …")."""
        opened = max((n for n, s in enumerate(clause.segments) if s.mark in (":", ",")), default=0)
        begun = max((n for n, s in enumerate(clause.segments) if s.mark == ";"), default=0)
        before = [s.items for s in clause.segments[begun:opened] if not any(i.kind in VERBS for i in s.items)]
        named = [i for items in before for i in items if i.kind == "indicator"]
        return Subject(named[-1].names) if named else None

    def _is_one(self, subject: Subject, aspects: PhraseTable[bool]) -> bool:
        """Whether a subject's words say an aspect alone ("gieo trồng", "số vốn")."""
        words = keys(self._words(subject))
        found = aspects.match(words, 0) if not subject.names else None
        return found is not None and found[0] == len(words)

    def _timed(self, clause: Clause, reach: list[Item], scope: Scope, *, first: bool) -> Scope:
        """The time that a head names, or that it names one outside the report's."""
        asides = [i for i in clause.asides if i.mention and self.source.calendar.code(i.mention)]
        times = [i.mention for i in (*reach, *asides) if i.mention]
        if any(m.day for m in times):  # "tính đến ngày 24/01, lũy kế có …"
            times = [m for m in times if m.kind != "to_date"]
        if first and all(self.source.calendar.code(m) == "" for m in times):
            said = [i.mention for s in clause.segments for i in s.items if i.mention]
            times = [m for m in said if self.source.calendar.code(m)] or said
        dated = any(self.source.calendar.code(m) for m in times)
        for mention in times:
            code = self.source.calendar.code(mention)
            if code and scope.bracketed and mention.kind == "month" and code != self.source.calendar.this_month:
                scope = replace(scope, foreign=True, season=False)  # "(tháng 4 giảm 0,11%; tháng 3 tăng 0,04%)"
            elif code:
                scope = replace(scope, mention=mention, named=True, foreign=False, target=False, season=False)
            elif code == "" and dated and mention.kind == "year":
                continue  # "đến ngày 15/3, số doanh nghiệp đăng ký mới năm 2024 là …"
            else:  # another time, or the whole year of a report on a part of it: only a crop's season may have that
                scope = replace(scope, foreign=True, season=code == "" and mention.kind in _SEASONS)
        if not scope.named and not times:  # "đạt 12.547 tỷ đồng trong 9 tháng đầu năm"
            behind = [i.mention for i in clause.tail if i.mention and self.source.calendar.code(i.mention)]
            scope = replace(scope, mention=behind[0], named=True) if behind else scope
        return scope

    def _speak(self, clause: Clause, scope: Scope) -> None:
        """Remember the code or topic last named before the subject, for names that need a context."""
        words = scope.subject.words
        start = words[0].start if words and not scope.subject.names else clause.item.start
        for segment in clause.segments:
            for item in segment.items:
                if item.kind == "indicator" and item.end <= start:
                    codes = candidates(item.names, self.context.codes())
                    # a name of several ("sản lượng xuất chuồng") speaks of none of them while one is spoken of
                    several = len(codes) > 1 and root(codes[0]) == root(self.context.spoken)
                    self.context.spoken = codes[0] if codes and not several else self.context.spoken

    def _speak_topics(self, clause: Clause, before: Clause | None) -> None:
        """Remember the topic or code that stands before a list, before "với", or behind "trong" ("Trong GRDP, …").

        Or behind a count of its parts ("8/11 nhóm hàng CPI giảm: …").
        """
        counted = before is not None and not self.source.quantities[before.item.quantity].unit
        opened = max((n for n, s in enumerate(clause.segments) if s.mark in ("lead", ":", "joint")), default=0)
        wholes = [s for s in clause.segments[opened:-1] if s.items and s.items[0].kind == "locative"]
        listed = [i for s in (*clause.segments[:opened], *wholes) for i in s.items]
        told = ""
        for item in (*(before.tail if before and counted else ()), *listed):
            codes = [item.value] if item.kind == "context" else candidates(item.names, self.context.codes())
            # "hàng nhập khẩu phục vụ sản xuất, xuất khẩu: …" are imports
            sibling = told and codes and root(told) == root(codes[0]) and "." in told and not codes[0].startswith(told)
            if codes and item.kind in ("context", "indicator") and not sibling:
                self.context.spoken = told = codes[0]

    def _words(self, subject: Subject) -> str:
        return " ".join(self.source.text[i.start : i.end] for i in subject.words)

    def _is_district(self, subject: Subject) -> bool:
        """Whether a subject's words are a district's name and nothing else."""
        first, *names = subject.words or (None,)
        placed = first is not None and first.kind == "locality" and bool(first.value)
        return placed and bool(names) and all(map(self.context.is_name, names))

    def _of_branch(self, segments: list[Segment], subject: Subject, scope: Scope) -> bool:
        """Whether a name that needs a context goes on, behind a comma, with an unknown part of it."""
        branch = bool(scope.subject.words) and not scope.subject.names and segments[-1].mark in (",", "(", "joint")
        branch = branch and all(s.mark != ";" for s in segments)
        levels = (self.glossary.indicators[code].units for code, _ in subject.names)
        return branch and bool(subject.names) and all(needed for _, needed in subject.names) and all(levels)

    def _elsewhere(self, clause: Clause, subject: int) -> bool:
        """Whether the subject's own segment, or one before it ("Tại huyện …,"), names another place."""
        for at in range(len(clause.segments) - 1, -1, -1):
            segment = clause.segments[at]
            placed = bool(segment.items) and segment.items[0].kind == "locative"
            if (at >= subject or placed) and self.context.names_another_place(segment.items):
                return True
            if segment.mark in (";", "lead"):
                break
        return False

    def _shared(self, clause: Clause, verb: Item | None) -> Item | None:
        """The verb that a list states once: "nông nghiệp chiếm 22,71%; công nghiệp 38,97%; dịch vụ 33,18%"."""
        if self.source.quantities[clause.item.quantity].unit != "percent" or bases(clause.tail):
            return None
        said = [i for s in clause.segments for i in s.items]
        listed = clause.segments[-1].mark in (",", ";") or (bool(said) and said[0].kind == "and")
        plain = listed and all(i.kind in ("indicator", "light", "and") for i in said)
        return verb if verb and verb.kind == "share" and plain else None

    def _points_back(self, clause: Clause, subject: Subject | None) -> bool:
        """Whether a subject is what was spoken of ("diện tích này vẫn giảm 0,72%")."""
        end = subject.words[-1].end if subject and subject.words else clause.item.start
        behind = next((i for s in clause.segments for i in s.items if i.start >= end), None)
        return behind is not None and behind.value == "back"

    def _takes_name(self, clause: Clause, subject: Subject | None, scope: Scope, *, first: bool, bare: bool) -> bool:
        """Whether the name behind the figure (225 doanh nghiệp thành lập mới) is the subject.

        `bare`: what stands before the figure says an aspect alone ("gieo trồng được 500 ha lúa").
        A subject before the figure wins, unless "với" or "khi" parts it from the figure. In "có 17 …
        giải thể và 126 … tạm ngừng" of an unknown branch, the second is of that branch too.
        """
        last = clause.segments[-1]
        topics = {i.value for i in last.items if i.kind == "context"}  # "ngành du lịch đón … lượt khách"
        near = {root(c) for c in (*self.context.codes(), *self.context.wider())}
        meant = {c for c, _ in clause.named.names if not near or root(c) in near} if clause.named else set()
        # "xảy ra 321 vụ tai nạn giao thông": the verb goes with several names, this one among them
        plain = [i for i in last.items if i.kind != "context" and not meant.intersection(c for c, _ in i.names)]
        if clause.named is None or clause.joined or not (bare or is_adverbial(plain, self.area)):
            return False
        branch = bool(scope.subject.words) and not scope.subject.names
        branch = branch and not self._is_one(scope.subject, self.amounts)
        said = subject is not None and len(plain) == len(last.items)
        if not topics and last.mark != "joint" and (said or (branch and not first)):
            return False
        if any(i.kind in _BRANCH for i in clause.tail):
            return False  # "12 doanh nghiệp thành lập mới thuộc lĩnh vực xây dựng": of a branch
        unit = self.source.quantities[clause.item.quantity].unit
        code = resolve(Subject(clause.named.names), unit, self.context.codes(), self.glossary)
        code = code or resolve(Subject(clause.named.names), unit, self.context.wider(), self.glossary)
        return bool(code) and (not topics or root(code) in topics)


def outside(clause: Clause, inside: Scope, before: Scope) -> Scope:
    """The scope behind a bracket that opens in a head: the subject and list named before it stay."""
    opened = next(n for n, s in enumerate(clause.segments) if s.mark == "(")
    end = max((i.end for s in clause.segments[:opened] for i in s.items), default=0)
    words = inside.subject.words
    if inside.subject is before.subject or not words or words[-1].end > end:
        return replace(before, listed=inside.listed)
    return replace(before, subject=inside.subject, area=inside.area, district=inside.district, listed=inside.listed,
                   parent=inside.parent, fine=None)  # fmt: skip


def _opens_list(segments: list[Segment]) -> bool:
    return any(s.mark == "lead" for s in segments)


def _lead(clause: Clause) -> list[Item]:
    """The items before a list that opens in this head, and what opens it.

    "04 nhóm tăng giá so với tháng trước là: …"; "So với tháng trước, khai khoáng ổn định; chế biến giảm …".
    """
    marks = [n for n, s in enumerate(clause.segments) if n and s.mark in ("lead", ":")]
    opening = [i for s in clause.segments[:1] if all(i.kind in _OPENING for i in s.items) for i in s.items]
    return [i for s in clause.segments[: marks[-1]] for i in s.items] if marks else opening


def _going_on(clause: Clause, scope: Scope, *, amount: bool) -> Item | None:
    """The verb of the clause before, where "và", a comma or "=" alone joins the next figure to it."""
    items = [i for s in clause.segments for i in s.items]
    if clause.segments[-1].mark == "joint":  # "tăng 11,7% với 10.052 nghìn lượt vận chuyển"
        return None
    if amount and (clause.segments[-1].mark == ";" or any(i.mention for i in items)):
        return None  # "tăng 3%; lũy kế 6 tháng 36 nghìn tấn"
    return scope.verb if all(i.kind in _BETWEEN for i in items) else None
