"""What a block and its sentence have given so far, for the figures that go on with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.extract.causes import is_conceded
from pipeline.extract.context import Scope
from pipeline.extract.drafts import Draft
from pipeline.extract.finer import Fine
from pipeline.extract.items import Item
from pipeline.extract.respective import Name
from pipeline.periods import Mention


@dataclass
class Said:
    """The drafts so far; what lists leave open waits here."""

    drafts: list[Draft] = field(default_factory=list)
    block: int = 0  # number of the block being read
    begun: int = 0  # where its sentence begins
    herds: Mention | None = None  # the day that it gave a herd
    since: int = 0  # where the words begin that may name what an aspect is one of
    new: bool = False  # it counts what was added …
    new_until: Mention | None = None  # … until then
    throughout: bool = False  # it counts at constant prices alone …
    constant: bool = False  # … or the sentence does
    seasonal: bool = False  # it speaks of a crop's season
    plan: str = ""  # basis of its last plan ratio
    rated: str = ""  # code whose growth it gave as a rate
    main: tuple[str, Scope] | None = None  # topic and scope of its first growth with time and basis
    conceded: bool = False  # the sentence opens with "mặc dù" …
    compares: bool = False  # … and says what something in it is compared with
    levels: list[Fine] = field(default_factory=list)  # what its levels so far are facts of, …
    grown: list[Fine] = field(default_factory=list)  # … and its growths
    given: dict[int, Fine] = field(default_factory=dict)  # figure -> what it is a fact of, where given "lần lượt"
    names: dict[int, Name] = field(default_factory=dict)  # figure -> name, likewise
    changed: bool = False  # its last figure was an absolute change
    lead: Sequence[Item] = ()  # what opens its list
    told: list[tuple[str, str]] = field(default_factory=list)  # periods and bases of its growths, …
    before: list[tuple[str, str]] = field(default_factory=list)  # … of the last sentence that had any
    compared: set[tuple[str, str, str]] = field(default_factory=set)  # topics with periods and bases of all growths
    pair: list[str] = field(default_factory=list)  # bases of the last sentence with two, for "(tăng a và b)" …
    waiting: list[str] = field(default_factory=list)  # … in order

    def open_block(self, number: int, start: int, *, constant: bool, seasonal: bool) -> None:
        """Begin a block at character `start`."""
        self.block, self.since, self.main, self.plan, self.rated = number, start, None, "", ""
        self.constant = self.throughout = constant
        self.seasonal = seasonal

    def open_sentence(self, items: Sequence[Item]) -> None:
        """Begin a sentence."""
        self.compares = any(i.kind in ("basis", "bare") for i in items)
        last = [basis for _, basis in self.told[-2:]]
        self.pair = last if len(set(last)) == 2 else self.pair
        self.before = self.told or self.before
        self.conceded = is_conceded(items)
        self.begun = items[0].start if items else self.begun
        kinds = {i.kind for i in items}
        self.constant = "constant_prices" in kinds or (self.throughout and "current_prices" not in kinds)
        self.levels, self.grown, self.told, self.waiting = [], [], [], []
        self.given, self.names, self.lead, self.changed, self.new = {}, {}, (), False, False
