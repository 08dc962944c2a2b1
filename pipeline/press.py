"""The stages that draw and lay out, here or in a process beside this one.

matplotlib and WeasyPrint take longer to load than a report takes to be read. A process of their own loads them
meanwhile, and sets the pages while this one writes the files of the earlier stages.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol, Self

from pipeline.chart import chart
from pipeline.dataset import DataFile
from pipeline.editions import Charts, Editions
from pipeline.errors import RenderError, SongnguError
from pipeline.glossary import Glossary
from pipeline.model import Brief, Language
from pipeline.render import render
from pipeline.render.evidence import Quotation
from pipeline.theme import Theme
from pipeline.typeset import Ruler


class Printing(Protocol):
    """What makes charts and pages of a brief. Raises as chart() and render() do."""

    def chart(self, brief: Brief) -> Charts:
        """Brief -> Charts."""

    def render(
        self, brief: Brief, charts: Charts, quoted: Sequence[Quotation], enclosed: tuple[DataFile, ...]
    ) -> Callable[[], Editions]:
        """Brief, Charts -> a call that gives the Editions; what is done before it may be done at the same time."""


@dataclass(frozen=True, slots=True)
class Press:
    """Charts and pages made here, when they are asked for."""

    glossary: Glossary
    languages: tuple[Language, ...]
    theme: Theme

    def chart(self, brief: Brief) -> Charts:
        """Brief -> Charts."""
        return chart(brief, self.glossary, self.languages, self.theme)

    def render(
        self, brief: Brief, charts: Charts, quoted: Sequence[Quotation], enclosed: tuple[DataFile, ...]
    ) -> Callable[[], Editions]:
        """Brief, Charts -> a call that makes the Editions."""
        return lambda: render(brief, charts, self.glossary, self.languages, self.theme, quoted, enclosed)


class PressBeside:
    """A press in a process of its own, which is there from now on to the end of the `with`.

    Its temporary files (WeasyPrint unpacks the fonts) lie in a folder that goes with it.
    """

    def __init__(self, press: Press) -> None:
        try:
            self._scratch = tempfile.TemporaryDirectory(prefix="songngu-", ignore_cleanup_errors=True)
        except OSError as e:
            raise RenderError(f"the pages cannot be laid out: no temporary folder: {e.strerror or e}") from e
        fork = get_context("fork")  # the press goes over as it is, tables and all
        self._pipe, theirs = fork.Pipe()
        given = (press, theirs, self._pipe, self._scratch.name)
        self._process = fork.Process(target=_serve, args=given, daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # nothing is lost: what it has made was handed over
        self._process.join()
        self._pipe.close()
        self._scratch.cleanup()

    def chart(self, brief: Brief) -> Charts:
        """Brief -> Charts."""
        self._ask("chart", brief)
        made: Charts = self._answer()
        return made

    def render(
        self, brief: Brief, charts: Charts, quoted: Sequence[Quotation], enclosed: tuple[DataFile, ...]
    ) -> Callable[[], Editions]:
        """Brief, Charts -> a call that waits for the Editions, which are in the making from now on."""
        self._ask("render", brief, charts, quoted, enclosed)
        return self._answer

    def _ask(self, *request: object) -> None:
        try:
            self._pipe.send(request)
        except OSError as e:
            raise self._ended() from e

    def _answer(self) -> Any:
        try:
            made, error = self._pipe.recv()
        except (EOFError, OSError) as e:
            raise self._ended() from e
        if error is not None:
            kind, message = error
            raise kind.__new__(kind, message)  # its own arguments are in the message by now
        return made

    def _ended(self) -> RenderError:
        self._process.join()
        status = self._process.exitcode or 0
        how = f"was killed by signal {-status} (too little memory?)" if status < 0 else f"ended with status {status}"
        return RenderError(f"the process that sets the pages {how}")


def _serve(press: Press, pipe: Connection, others: Connection, scratch: str) -> None:
    """Answer until the other end is closed or this process is killed; an interrupt is the other one's business."""
    others.close()
    tempfile.tempdir = scratch
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _load(press)
        while True:
            what, *given = pipe.recv()
            pipe.send(_made(press, what, given))
    except (EOFError, OSError):  # nobody listens any more, perhaps because the other one was killed
        shutil.rmtree(scratch, ignore_errors=True)


def _load(press: Press) -> None:
    """Everything heavy, before it is asked for. Where it cannot be loaded, the stage that needs it says so."""
    try:
        import matplotlib.backends.backend_svg  # noqa: PLC0415  # a heavy import
        import matplotlib.text  # noqa: F401, PLC0415  # a heavy import, kept for who asks for it next
        import weasyprint  # noqa: F401, PLC0415  # a heavy import, kept for who asks for it next

        Ruler(press.theme)
    except (ImportError, OSError):
        return


def _made(press: Press, what: str, given: Sequence[Any]) -> tuple[object, tuple[type[Exception], str] | None]:
    try:
        return (press.chart(*given) if what == "chart" else press.render(*given)()), None
    except SongnguError as e:
        return None, (type(e), str(e))
    except Exception:  # noqa: BLE001  # a mistake in this program, told where it can be seen
        return None, (RuntimeError, traceback.format_exc())
