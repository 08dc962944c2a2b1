"""A folder of articles -> their briefs in the archive."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.archive.objects import digest as sha256
from pipeline.archive.parcel import read_folder
from pipeline.archive.reading import opened
from pipeline.archive.schema import INDEX
from pipeline.archive.writing import Writer
from pipeline.backfill.crews import Crew, WorkerLost, cluster, processes
from pipeline.backfill.lines import Built, Item, Line, digest, lined_up, ready
from pipeline.backfill.steps import Made, Order, Outcome, Step, build, foretell, survey
from pipeline.errors import SourceError
from pipeline.fetch import Fetched
from pipeline.settings import Making
from pipeline.sources import kept_as, read_file
from pipeline.store import require_writable, write_run
from pipeline.workshop import Warn, workshop

Put = Callable[[str, Mapping[str, bytes | None]], Path]  # write_run() with its folder
_BEAT = 5.0  # seconds after which somebody looks whether there are workers yet


class Left(NamedTuple):
    """A file of which there is no brief, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a back-fill did: briefs added, files whose briefs were there already, files left out."""

    added: int
    there: int
    left: tuple[Left, ...]


def backfill(
    folder: Path,
    making: Making,
    out: Path,
    archive: Path,
    *,
    workers: int = 0,
    scheduler: str = "",
    begin: Callable[[int, int], None] = lambda _done, _all: None,
    warn: Warn = lambda _: None,
    settled: Collection[str] | None = None,
    held: Callable[[], AbstractContextManager[None]] = nullcontext,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Summary:
    """Folder of articles -> Summary: the brief of each in a folder of `out` and in the archive.

    The archive is the one that building article by article gives, each area's in the order of months; an article
    whose bytes are in it already is passed over, so that a run which was killed goes on where it was. `workers`: how
    many processes, 0 for one a core; `scheduler`: the address of a Dask scheduler whose workers build instead.
    `begin` is told how many files of how many are done, `warn` what a person should know at once; `held` is entered
    as by write_run(). `settled`: sources that a person decides about, given by unattended runs: they are left out, and
    a month that has a brief of another article keeps it. Raises SourceError for a folder that cannot be read,
    StoreError where nothing can be written, SettingsError for a cluster that cannot be used, and as workshop() does.
    """
    found = _files(folder, (out, archive))
    for written in (out, archive):
        require_writable(written)
    shop = workshop(making, warn)  # what is wrong is said before there are workers
    order = Order(_absolute(making), shop.identity)
    put = partial(write_run, out, held=held)
    filling = _Filling(put, Writer(archive, shop.glossary, now), begin, warn, len(found), settled)
    del shop
    items = list(filling.new(found))
    size = min(workers or len(os.sched_getaffinity(0)), max(1, len(items)))
    if items:
        with cluster(order, scheduler) if scheduler else processes(order, size) as crew:
            filling.fill(crew, items)
    return Summary(filling.added, filling.there, tuple(sorted(filling.left)))


def _absolute(making: Making) -> Making:
    """The same settings for a process that works in another folder."""
    paths: dict[str, Any] = {f.name: path for f in fields(making) if isinstance(path := getattr(making, f.name), Path)}
    return replace(making, **{name: path.absolute() for name, path in paths.items()})


def _files(folder: Path, ours: Iterable[Path]) -> list[Path]:
    """The files below a folder whose names are those of articles, without what is hidden or written by us."""
    if not folder.is_dir():
        raise SourceError(f"{folder}: no folder of articles")
    written = [path.resolve() for path in ours]
    found = []
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        article = not kept_as(path.name, "").endswith(".bin")
        if article and not hidden and path.is_file() and not any(path.resolve().is_relative_to(w) for w in written):
            found.append(path)
    return found


def _source(item: Item) -> Fetched:
    data, name = read_file(str(item.path))
    if sha256(data) != item.source:
        raise SourceError(f"{name}: has changed since it was first read")
    return Fetched(data, name, "")


@dataclass(frozen=True, slots=True)
class _Request:
    item: Item
    step: Step
    given: tuple[object, ...]
    last: bool = False  # its worker has died once: it is alone now, and not asked again


class _Filling:
    """One back-fill at work: the only writer of the archive."""

    def __init__(
        self, put: Put, writer: Writer, begin: Callable[[int, int], None], warn: Warn, count: int,
        settled: Collection[str] | None,
    ) -> None:  # fmt: skip
        self._settled = settled
        self._put, self._writer, self._begin, self._warn, self._all = put, writer, begin, warn, count
        self._running: dict[Future[Outcome], _Request] = {}
        self._again: deque[_Request] = deque()
        self.added, self.there = 0, 0
        self.left: list[Left] = []

    def new(self, found: Iterable[Path]) -> Iterator[Item]:
        """The files whose bytes the archive does not have, each content once."""
        known: set[str] = set()
        if (self._writer.folder / INDEX).exists():
            with opened(self._writer.folder) as archive:
                known = {entry.source for entry in archive.entries(every=True)}
        for path in found:
            try:
                item = Item(path, sha256(read_file(str(path))[0]))
            except SourceError as e:
                self._leave(path, str(e))
                continue
            if item.source in known:
                self.there += 1
            elif item.source in (self._settled or ()):
                self._leave(path, "a person decides about it, or has: `songngu pending`")
            else:
                known.add(item.source)
                yield item
        self._tell()

    def fill(self, crew: Crew, items: list[Item]) -> None:
        """Survey all articles, then build and add their briefs line by line."""
        placed = []
        for item, outcome in self._each(crew, items, survey):
            if outcome.error is None:
                item.place = outcome.result
                placed.append(item)
            else:
                self._leave(item.path, outcome.error[1])
        lines = lined_up(placed)
        if len(lines) < crew.size:  # the months of one area have to be built at a time
            for item, outcome in self._each(crew, [i for line in lines for i in [*line.items][:-1]], foretell):
                item.said = outcome.result
        while any(line.items for line in lines):
            self._send(crew, lines)
            item, outcome, given = self._finished(crew)
            item.away = False
            item.built = Built(outcome, digest(given[0]))  # type: ignore[arg-type]  # what build() is given
            self._add(next(line for line in lines if item in line.items))

    def _each(self, crew: Crew, items: Iterable[Item], step: Step) -> Iterator[tuple[Item, Outcome]]:
        """A step for every article, a bounded number at a time, as they are finished."""
        waiting = deque(items)
        while waiting or self._running or self._again:
            while waiting and self._room(crew):
                self._start(crew, waiting.popleft(), step)
            if self._running or self._again:
                item, outcome, _ = self._finished(crew)
                yield item, outcome

    def _send(self, crew: Crew, lines: list[Line]) -> None:
        """Give the workers what may be built; what is built and waits for its turn is bounded too."""
        while self._room(crew):
            ahead = sum(item.built is not None for line in lines for item in line.items)
            found = next(ready(line for line in lines if line.items), None)
            if found is None:
                return
            line, item = found
            if item is not line.items[0] and ahead > crew.size:
                return
            item.away = True
            self._start(crew, item, build, line.history(self._writer.folder, item))

    def _add(self, line: Line) -> None:
        """Put the briefs at the head of a line into the archive, as far as they were built with the right history."""
        while line.items and (built := line.items[0].built) is not None:
            item = line.items[0]
            told = line.history(self._writer.folder, item)
            if digest(told) != built.history:
                for wrong in line.items:  # built in the belief that one is in the archive which was left out
                    wrong.built = None
                return
            line.items.popleft()
            item.built = item.said = None  # the list of articles is kept, what was made of them is not
            if built.outcome.error is not None:
                self._leave(item.path, built.outcome.error[1])
                continue
            if self._settled is not None and told.edition is not None:
                self._leave(item.path, f"its month has a brief of another article (edition {told.edition.edition})")
                continue
            made: Made = built.outcome.result
            self._writer.add(read_folder(self._put(made.slug, made.files)))
            self.added += 1
            self._tell()

    # --- requests ---------------------------------------------------------------------------

    def _room(self, crew: Crew) -> bool:
        """Whether a further request may be made: one more than workers, so that none of them waits for this one."""
        alone = bool(self._again) or any(r.last for r in self._running.values())
        return not alone and len(self._running) <= crew.size

    def _start(self, crew: Crew, item: Item, step: Step, *given: object) -> None:
        """Give a step to a worker; a file that is not what it was has an Outcome at once."""
        try:
            source = _source(item)
        except SourceError as e:
            future: Future[Outcome] = Future()
            future.set_result(Outcome(error=(SourceError, str(e))))
            self._running[future] = _Request(item, step, (None, *given))
            return
        request = _Request(item, step, (source, *given))
        self._running[crew.submit(step, *request.given)] = request

    def _finished(self, crew: Crew) -> tuple[Item, Outcome, tuple[object, ...]]:
        """Wait for a request -> its article, what came of it, what it was given beside the source.

        One whose worker died is made once more when no other is at work.
        """
        while True:
            if self._again and not self._running:
                request = self._again.popleft()
                self._running[crew.submit(request.step, *request.given)] = request
            done, _ = wait(self._running, timeout=_BEAT, return_when=FIRST_COMPLETED)
            if not done:
                crew.require()
                continue
            future = done.pop()
            request = self._running.pop(future)
            try:
                outcome = crew.result(future)
            except WorkerLost as e:
                outcome = Outcome(error=(WorkerLost, f"{request.item.path}: {e}"))
                self._warn(f"{request.item.path}: {e}")
                if not (request.last or e.final):
                    self._again.append(_Request(request.item, request.step, request.given, last=True))
                    continue
            for told in outcome.told:
                self._warn(told)
            if outcome.grave and outcome.error is not None:
                kind, message = outcome.error
                raise kind.__new__(kind, message)  # its own arguments are in the message by now
            return request.item, outcome, request.given[1:]

    # --- what is told -----------------------------------------------------------------------

    def _leave(self, path: Path, why: str) -> None:
        name = os.fsencode(path).decode("utf-8", "replace")  # as read_file() writes it
        self.left.append(Left(name, " ".join(why.removeprefix(f"{name}: ").split())))
        self._tell()

    def _tell(self) -> None:
        self._begin(self.added + self.there + len(self.left), self._all)
