"""Who does the steps: processes of this machine, or the workers of a Dask cluster.

The processes are the program's own because concurrent.futures' do not say which request a worker died of, and outlive
a parent that was killed.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, Protocol

from pipeline.backfill.steps import Order, Outcome, Step, perform
from pipeline.errors import SettingsError, SongnguError

_GROWN = 1_500_000  # kilobytes: a worker that has had more makes room for a new one
_PATIENCE = 30  # seconds that a scheduler has to answer, and a cluster to have a worker
_LARGEST = "64MB"  # of a request: a source and what was said before; Dask warns of less


class WorkerLost(SongnguError):
    """A worker died while it was at a request. `final`: the cluster has tried others already."""

    def __init__(self, why: str, *, final: bool) -> None:
        super().__init__(why)
        self.final = final


class Crew(Protocol):
    """Workers that requests are given to, each of them once."""

    @property
    def size(self) -> int:
        """How many there are now."""

    def submit(self, step: Step, *given: object) -> Future[Outcome]:
        """A step for one of them."""

    def result(self, done: Future[Outcome]) -> Outcome:
        """What a finished one gave. Raises WorkerLost."""

    def require(self) -> None:
        """Raise SettingsError where there is nobody any more who could finish a step."""


# --- processes of this machine -------------------------------------------------------------


class _Hand:
    """A process, and the pipe to it. Each end is closed with the process that has it, also when that is killed."""

    def __init__(self, order: Order) -> None:
        spawn = get_context("spawn")  # this process has threads
        self._pipe, theirs = spawn.Pipe()
        self.process = spawn.Process(target=_serve, args=(order, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, request: tuple[object, ...]) -> Outcome:
        try:
            self._pipe.send(request)
            outcome: Outcome = self._pipe.recv()
        except (EOFError, OSError) as e:
            self.process.join()
            status = self.process.exitcode or 0
            how = f"was killed by signal {-status} (too little memory?)" if status < 0 else f"ended: status {status}"
            raise WorkerLost(f"its worker process {how}", final=False) from e
        return outcome

    def kill(self) -> None:
        self.process.kill()  # nothing is lost: what it has made was handed over
        self.process.join()


def _serve(order: Order, pipe: Connection) -> None:
    """Answer until the other end is closed; an interrupt is the other one's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            pipe.send(perform(order, *pipe.recv()))
    except (EOFError, OSError):  # nobody listens any more, perhaps because the other one was killed
        return


class _Processes:
    """So many processes; one that has died or grown is replaced with the next request."""

    def __init__(self, order: Order, size: int) -> None:
        self._order, self.size = order, size
        self._idle: SimpleQueue[_Hand | None] = SimpleQueue()
        for _ in range(size):
            self._idle.put(None)
        self._hands: set[_Hand] = set()
        self._threads = ThreadPoolExecutor(size)

    def submit(self, step: Step, *given: object) -> Future[Outcome]:
        return self._threads.submit(self._ask, (step, *given))

    def _ask(self, request: tuple[object, ...]) -> Outcome:
        hand = self._idle.get()  # one is there: no more threads than places
        if hand is None:
            hand = _Hand(self._order)
            self._hands.add(hand)
        grown = True
        try:
            outcome = hand.ask(request)
            grown = outcome.grown > _GROWN
            return outcome
        finally:
            if grown:
                hand.kill()
                self._hands.discard(hand)
            self._idle.put(None if grown else hand)

    def result(self, done: Future[Outcome]) -> Outcome:
        return done.result()

    def require(self) -> None:
        pass

    def end(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for hand in [*self._hands]:
            hand.kill()
        self._threads.shutdown()


@contextmanager
def processes(order: Order, size: int) -> Iterator[Crew]:
    """So many processes of this machine, which are gone with the end of the `with`."""
    crew = _Processes(order, size)
    try:
        yield crew
    finally:
        crew.end()


# --- a Dask cluster ------------------------------------------------------------------------


class _Cluster:
    """The workers that a scheduler has at the moment; it sees to it that one which died is replaced by another."""

    def __init__(self, order: Order, client: Any, address: str) -> None:
        self._order, self._client, self._address = order, client, address
        self._executor = client.get_executor(pure=False)  # the same source may be built again

    @property
    def size(self) -> int:
        return max(1, len(self._workers()))

    def submit(self, step: Step, *given: object) -> Future[Outcome]:
        future: Future[Outcome] = self._executor.submit(perform, self._order, step, *given)
        return future

    def result(self, done: Future[Outcome]) -> Outcome:
        from distributed import KilledWorker  # noqa: PLC0415  # an extra

        try:
            return done.result()
        except KilledWorker as e:
            raise WorkerLost(f"{e.allowed_failures + 1} workers of the cluster died of it", final=True) from e
        except CancelledError as e:
            raise self._gone() from e
        except Exception as e:
            # perform() raises nothing: the cluster could not read the request, or the answer
            raise SettingsError(f"{self._address}: not the same version of songngu as here: {e!r:.200}") from e

    def require(self) -> None:
        if not self._workers():
            _wait_for_worker(self._client, self._address)

    def _workers(self) -> dict[str, int]:
        try:
            found: dict[str, int] = self._client.nthreads()
        except (OSError, RuntimeError, ValueError, TypeError, AttributeError) as e:
            raise self._gone() from e
        return found

    def _gone(self) -> SettingsError:
        return SettingsError(f"{self._address}: the scheduler is there no more; what was built is kept, run it again")


def _wait_for_worker(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, TimeoutError) as e:
        raise SettingsError(f"{address}: the scheduler has had no worker for {_PATIENCE} seconds") from e


@contextmanager
def cluster(order: Order, address: str) -> Iterator[Crew]:
    """The workers of the Dask scheduler at an address (tcp://host:8786). Raises SettingsError.

    Scheduler and workers must have this version of songngu installed, the workers also the same libraries that draw and
    the same model, which is looked at with every request; files that the settings name must lie at the same path there.
    """
    try:
        import dask  # noqa: PLC0415  # an extra
        from distributed import Client  # noqa: PLC0415  # an extra
    except ImportError as e:
        raise SettingsError("a Dask cluster needs the extra: pip install songngu[dask]") from e
    for name in ("distributed", "distributed.client"):  # what goes wrong is told once, by an error of ours
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    settings = {"distributed.admin.large-graph-warning-threshold": _LARGEST}
    with dask.config.set(settings):
        try:
            client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]  # it has no types
        except (OSError, TimeoutError, ValueError) as e:
            raise SettingsError(f"{address}: no Dask scheduler answers there: {e}") from e
        with client:
            _wait_for_worker(client, address)
            yield _Cluster(order, client, address)
