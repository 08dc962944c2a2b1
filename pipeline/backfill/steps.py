"""What a worker does with a source: look where it belongs, foretell what it will have said, build its brief."""

from __future__ import annotations

import pickle
import resource
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from platform import node
from typing import Any

from pipeline.answers import answers, in_doubt
from pipeline.check import check
from pipeline.errors import SettingsError, SongnguError
from pipeline.extract import extract
from pipeline.fetch import Fetched
from pipeline.history import History, Replaced
from pipeline.model import Observation, Past
from pipeline.read import read_article
from pipeline.settings import Making
from pipeline.workshop import Workshop, workshop


@dataclass(frozen=True, slots=True)
class Order:
    """How briefs are to be made, and the identity of the workshop that the parent process has made of that."""

    making: Making
    identity: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a step: its result, or the error (kind and message); what was told on the way.

    `grave`: no other article would fare better. `grown`: the most memory the worker has had, in kilobytes.
    """

    result: Any = None
    error: tuple[type[SongnguError], str] | None = None
    grave: bool = False
    told: tuple[str, ...] = ()
    grown: int = 0


@dataclass(frozen=True, slots=True)
class Surveyed:
    """Where an article belongs: its area's code, its month, the date it was published, if it says so."""

    area: str
    month: str
    published: str


@dataclass(frozen=True, slots=True)
class Told(History):
    """A history by value, for one article."""

    said: tuple[Past, ...]
    edition: Replaced | None

    def past(self, _area: str, _month: str) -> tuple[Past, ...]:
        """What was said before."""
        return self.said

    def replaced(self, _area: str, _month: str) -> Replaced | None:
        """The edition that the brief replaces."""
        return self.edition


@dataclass(frozen=True, slots=True)
class Made:
    """A brief: the name of its folder, and the files of it."""

    slug: str
    files: dict[str, bytes | None]


Step = Callable[..., Any]
_at_work = threading.Lock()  # a Dask worker may have several threads; the libraries that draw are made for one
_told: list[str] = []


def perform(order: Order, step: Step, *given: object) -> Outcome:
    """Do a step in this process, whose workshop is made with the first one. Whatever it raises is an Outcome."""
    with _at_work:
        try:
            shop = _workshop(order.making)
            if shop.identity != order.identity:
                raise SettingsError(f"the worker on {node()} has {shop.identity}; here it is {order.identity}")
        except SongnguError as e:
            return Outcome(error=(type(e), str(e)), grave=True)
        try:
            outcome = Outcome(step(shop, *given))
        except SongnguError as e:
            outcome = Outcome(error=(type(e), str(e)))
        except Exception as e:  # noqa: BLE001  # a mistake in this program must not stop the other articles
            outcome = Outcome(error=(SongnguError, f"a mistake in this program: {e!r:.200}"))
        told = tuple(_told)
        _told.clear()
        return replace(outcome, told=told, grown=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


@lru_cache(maxsize=1)
def _workshop(making: Making) -> Workshop:
    made = workshop(making, _told.append)
    _told.clear()  # the parent process has made one too, and told the same
    return made


def survey(shop: Workshop, source: Fetched) -> Surveyed:
    """A source -> where it belongs. Raises as read_article() does."""
    article = read_article(source.data, source.address, shop.glossary, source.media)
    return Surveyed(article.area, article.period.month, article.published or "")


def foretell(shop: Workshop, source: Fetched) -> bytes:
    """A source -> what the archive will say that it said (`packed`), before its brief is built.

    Its own figures alone put one in doubt; earlier reports do not (check/earlier.py).
    """
    article = read_article(source.data, source.address, shop.glossary, source.media)
    found = extract(article, shop.glossary)
    doubtful = in_doubt(check(article, found, shop.glossary))
    said = [_kept(found.observations[i]) for i in answers(found.observations, shop.glossary, doubtful)]
    said.sort(key=lambda o: (o.indicator, o.area, o.measure, o.basis, o.period, o.until))
    return zlib.compress(pickle.dumps(tuple(Past(article.period.month, o) for o in said)))


def unpacked(said: bytes) -> tuple[Past, ...]:
    """What foretell() gave -> the figures."""
    past: tuple[Past, ...] = pickle.loads(zlib.decompress(said))  # noqa: S301  # a worker of ours has made it
    return past


def _kept(o: Observation) -> Observation:
    """An observation as archive/reading.observation() gives it back."""
    value = Decimal(f"{o.value:f}")
    return Observation(
        o.indicator, o.area, o.period, o.measure, o.basis, value, o.unit, o.scale, o.status, o.span, o.quote, 0,
        "archive", until=o.until, approximation=o.approximation,
    )  # fmt: skip


def build(shop: Workshop, source: Fetched, history: Told) -> Made:
    """A source, what was said before -> its brief. Raises as run() does."""
    results = shop.build(source, history)
    return Made(results.brief.slug, results.files)
