"""The command line: flags -> one library call each. The only module that prints or exits."""

from __future__ import annotations

import argparse
import io
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipeline import (
    __version__,
    cli_archive,
    cli_deliver,
    cli_doctor,
    cli_glossary,
    cli_people,
    cli_review,
    cli_run,
    cli_translate,
)
from pipeline.check import check
from pipeline.errors import SongnguError, SourceError, StoreError
from pipeline.extract import extract
from pipeline.glossary import Glossary, load_glossary
from pipeline.history import FolderHistory, History, NoHistory, require_history
from pipeline.listing import findings_text, ledger_text, observation_lines
from pipeline.model import LANGUAGES, Article, Discrepancy, Extraction, Finding, Language, Span
from pipeline.read import read_article
from pipeline.run import STAGES, Results, Stage, observed
from pipeline.settings import Making
from pipeline.sources import read_source
from pipeline.store import observation_table, require_writable, to_json, write_run
from pipeline.workshop import choose_engine, workshop_beside
from pipeline.workshop import resource as _resource

_EXAMPLE = "examples/lang-son-2023-06.html"
_SOURCE = (
    "a saved page (.html), plain text (.txt), a Word document (.docx), a PDF with text (.pdf), an appendix of tables "
    "(.xlsx), the http(s) address of one, or - for standard input"
)


def _languages(text: str) -> tuple[Language, ...]:
    wanted = [w.strip() for w in text.split(",")]
    chosen = tuple(language for language in LANGUAGES if language in wanted)
    if not chosen or len(chosen) != len(wanted):
        raise argparse.ArgumentTypeError(f"{text!r}: one or more of {', '.join(LANGUAGES)}, each once")
    return chosen


def _open(source: str, glossary: Glossary) -> tuple[Article, Extraction]:
    data, name, media = read_source(source)
    article = read_article(data, name, glossary, media)
    return article, extract(article, glossary)


def _log(text: str) -> None:
    """A line of a log to standard error, at once; a log that nobody can read stops nothing."""
    with suppress(OSError):
        print(text, end="", file=sys.stderr, flush=True)


def _warn(text: str) -> None:
    print(f"songngu: {text}", file=sys.stderr)


# --- build --------------------------------------------------------------------------------


class _Watch:
    """Shows the stage at work on standard error, and how long each took."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self.console = Console(stderr=True, quiet=quiet)
        self.verbose = verbose
        self._at_work = ("", 0.0)  # the stage, and when it began

    @contextmanager
    def progress(self) -> Iterator[_Watch]:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), TimeElapsedColumn())
        shown = self.console.is_terminal
        with Progress(*columns, console=self.console, transient=True, disable=not shown) as bar:
            self._bar, self._task = bar, bar.add_task("songngu", total=len(STAGES))
            yield self

    def begin(self, stage: Stage) -> None:
        _Interrupt.check()
        self.end()
        self._at_work = (stage.name, time.perf_counter())
        self._bar.update(self._task, description=stage.name)

    def end(self) -> None:
        name, begun = self._at_work
        if not name:
            return
        self._bar.advance(self._task)
        if self.verbose:
            self.console.print(f"{name:<10} {time.perf_counter() - begun:6.2f} s", highlight=False)


def _report(watch: _Watch, results: Results) -> None:
    """What a person should know of the run, on standard error."""
    article, extraction, translation = results.article, results.extraction, results.translation
    brief = results.brief
    printed = (brief.headline, *brief.points, *brief.drivers, *brief.difficulties, *brief.outlook, *brief.notes)
    left = sum(s.untranslated for s in printed)
    lines = [
        f"{brief.place.vi} ({article.area}), {article.period.cumulative}",
        f"{len(extraction.observations)} observations from {len(extraction.quantities)} quantities",
    ]
    if brief.past:
        reports = sorted({p.report for p in brief.past})
        lines.append(f"earlier reports: {', '.join(reports)}")
    if left:
        advice = "" if translation.engine else " (no translation model: `songngu model install` brings one)"
        lines.append(f"{left} of the brief's sentences left in Vietnamese{advice}")
    read = (*article.findings, *extraction.findings)
    findings: list[tuple[Finding | Discrepancy, Span | None]] = [(f, f.span) for f in read]
    findings += [(f, f.spans[0]) for f in results.checked.findings]
    shown = [(f, span) for f, span in findings if watch.verbose or f.severity == "error"]
    lines += [f"{f.severity}: {f.message.en}{f' (at {span.start})' if span else ''}" for f, span in shown]
    for line in lines:
        watch.console.print(line, highlight=False, markup=False, soft_wrap=True)


def _build(arguments: argparse.Namespace) -> None:
    source = read_source(arguments.source)
    require_writable(arguments.out)
    watch = _Watch(quiet=arguments.quiet, verbose=arguments.verbose)
    history = _history(arguments, source.data)
    making = Making(arguments.lang, arguments.glossary, arguments.theme, arguments.model)
    with workshop_beside(making, _warn) as shop, watch.progress():
        results = shop.build(source, history, watch.begin)
        watch.end()
        _Interrupt.check()
        folder = write_run(arguments.out, results.brief.slug, results.files, _Interrupt.held)
        if arguments.archive is not None:
            added = cli_archive.add(arguments.archive, folder, shop.glossary)
    with suppress(OSError):  # the brief is there, whether or not it can be told
        _report(watch, results)
        if arguments.archive is not None:
            watch.console.print(f"{arguments.archive}: {added}", highlight=False, markup=False, soft_wrap=True)
    _say(str(folder / "brief.pdf"))


def _history(arguments: argparse.Namespace, data: bytes) -> History:
    """What was said before: by an archive, or by a folder of runs; looked at before long work."""
    if arguments.archive is not None:
        return cli_archive.history(arguments.archive, data)
    if arguments.history is not None:
        require_history(arguments.history, arguments.out)
        return FolderHistory(arguments.history)
    return NoHistory()


def _extract(arguments: argparse.Namespace) -> None:
    if arguments.numbers and arguments.format == "text":
        raise SourceError("--numbers has the formats table, csv and json; --format text prints the article")
    glossary = load_glossary(_resource("glossary"))
    article, extraction = _open(arguments.source, glossary)
    if arguments.numbers:  # of any text, also of one without observations
        _say(ledger_text(article, extraction, arguments.format), end="")
        return
    if arguments.format == "text":
        _say(article.text)
        return
    observed(extraction, arguments.source)
    if arguments.format == "json":
        _say(to_json(extraction), end="")
    elif arguments.format == "csv":
        _say(observation_table(extraction.observations), end="")
    else:
        _say(observation_lines(extraction.observations, glossary), end="")


def _check(arguments: argparse.Namespace) -> int:
    """Prints what the source check finds; 1 where there is an error among it."""
    glossary = load_glossary(_resource("glossary"))
    article, extraction = _open(arguments.source, glossary)
    checked = check(article, observed(extraction, arguments.source), glossary)
    _say(to_json(checked) if arguments.format == "json" else findings_text(checked, article), end="")
    return int(any(f.severity == "error" for f in checked.findings))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="songngu",
        description="Reads a Vietnamese statistics office's article and makes a bilingual brief of it.",
        epilog=f"example: songngu build {_EXAMPLE} --out output",
    )
    parser.add_argument("--version", action="version", version=f"songngu {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, summary: str, example: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary, epilog=f"example: {example}")

    build = command(
        "build",
        "build the brief of an article (PDF, HTML, data)",
        f"songngu build {_EXAMPLE} --lang en",
    )
    build.add_argument("source", metavar="SOURCE", help=_SOURCE)
    build.add_argument(
        "--out", type=Path, default=Path("output"), metavar="DIR", help="folder of runs (default: output)"
    )
    build.add_argument("--lang", type=_languages, default=LANGUAGES, metavar="vi,en", help="languages (default: vi,en)")
    build.add_argument(
        "--theme", type=Path, metavar="FILE", help="an organisation's name, logo, colours and footer (TOML)"
    )
    said = build.add_mutually_exclusive_group()
    said.add_argument(
        "--history", type=Path, metavar="DIR",
        help="a folder of earlier runs, such as --out's: figures of the same area are shown over the months",
    )  # fmt: skip
    said.add_argument(
        "--archive", type=Path, metavar="DIR", help="the archive that has the history, and that the brief goes into"
    )
    cli_translate.add_tables(build, _resource("glossary"))
    cli_translate.add_model(build)
    loudness = build.add_mutually_exclusive_group()
    loudness.add_argument("--quiet", action="store_true", help="print the PDF's path alone")
    loudness.add_argument("--verbose", action="store_true", help="print stages with their times, and findings")
    build.set_defaults(run=_build)

    extraction = command("extract", "print the observations of an article", f"songngu extract {_EXAMPLE} --format csv")
    extraction.add_argument("source", metavar="SOURCE", help=_SOURCE)
    formats = ("table", "csv", "json", "text")
    extraction.add_argument(
        "--format", choices=formats, default="table", help="csv: the observation table; text: the normal form"
    )
    extraction.add_argument(
        "--numbers", action="store_true", help="every number of the article and what it is there for (the ledger)"
    )
    extraction.set_defaults(run=_extract)

    checking = command(
        "check", "print where an article's own figures contradict each other", f"songngu check {_EXAMPLE}"
    )
    checking.add_argument("source", metavar="SOURCE", help=_SOURCE)
    checking.add_argument("--format", choices=("table", "json"), default="table", help="json: spans and intervals too")
    checking.set_defaults(run=_check)

    folder = _resource("glossary")
    cli_translate.add_commands(command, folder, partial(choose_engine, warn=_warn), lambda text: _say(text, end=""))
    cli_glossary.add_commands(command, folder, _say)
    cli_archive.add_commands(command, folder, _resource("templates"), lambda text: _say(text, end=""))
    cli_deliver.add_commands(
        command, folder, _resource("templates"), lambda text: _say(text, end=""), _log, _Interrupt.held
    )
    cli_doctor.add_commands(command, folder, _resource("templates"), lambda text: _say(text, end=""))
    cli_people.add_commands(
        command, folder, _resource("templates"), lambda text: _say(text, end=""), lambda: datetime.now(UTC)
    )
    cli_run.add_commands(command, lambda text: _say(text, end=""), _log, _Interrupt.held)
    cli_review.add_commands(command, folder, _say, _Interrupt.held, lambda: datetime.now(UTC))
    return parser


class _Interrupt:
    """Ctrl-C, a termination and a closed terminal end a run alike: at once, and cleanly."""

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    came = False
    holding = False

    @classmethod
    def listen(cls) -> None:
        for number in cls.signals:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, a background job
                signal.signal(number, cls._handle)

    @classmethod
    def _handle(cls, _number: int, _frame: object) -> None:
        cls.came = True
        if not cls.holding:
            raise KeyboardInterrupt

    @classmethod
    def check(cls) -> None:
        """Raise what Python has swallowed, as it does with an interrupt that comes inside a `__del__`."""
        if cls.came:
            raise KeyboardInterrupt

    @classmethod
    @contextmanager
    def held(cls) -> Iterator[None]:
        """An interrupt waits while files are put in their places (milliseconds).

        Not by a signal mask: that holds for one thread, and libraries run others.
        """
        cls.holding = True
        try:
            yield
        finally:
            cls.holding = False
        cls.check()


def _say(text: str, end: str = "\n") -> None:
    """Text to standard output, at once. Raises StoreError where it cannot be written."""
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:
        _silence()  # the reader has gone: say no more
    except OSError as e:
        _silence()
        raise StoreError(f"standard output: cannot be written: {e.strerror}") from e


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _silence() -> None:
    """What is still buffered goes nowhere, so that Python does not try again as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(argv: Sequence[str] | None = None) -> int:
    """Arguments -> exit status; see errors.py for the statuses."""
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()  # the caller may have closed either
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # where it keeps its cache is no news
    _Interrupt.listen()
    arguments = _parser().parse_args(argv)
    try:
        found = arguments.run(arguments)
    except SongnguError as e:
        message, status = " ".join(str(e).split()), e.exit_status
    except KeyboardInterrupt:
        message, status = "interrupted; nothing half-written is left", 130
    else:
        return found or 0
    with suppress(OSError):
        print(f"songngu: {message}", file=sys.stderr, flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
