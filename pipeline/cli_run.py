"""`songngu run`, `pending`, `approve`, `reject`: every month without a hand, or with one where a brief needs it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from pipeline.backfill.filling import backfill
from pipeline.cli_archive import progress
from pipeline.cli_glossary import Command
from pipeline.deliver.post import SystemClock
from pipeline.errors import SettingsError, SongnguError, StoreError
from pipeline.settings import Settings, read_settings
from pipeline.watch.deciding import decide, pending
from pipeline.watch.journal import SHORT, opened_journal
from pipeline.watch.report import Event, as_json, as_text, keep, report
from pipeline.watch.unattended import Round, opened_round

CONFIG = Path("songngu.toml")
_BRIEF = "lang-son-2023-06"
Say = Callable[[str], None]
Held = Callable[[], AbstractContextManager[None]]


def add_commands(command: Command, say: Say, log: Say, held: Held) -> None:
    """Give the command line `run` and what decides about held briefs; `say` prints results, `log` lines of a log,
    `held` keeps an interrupt waiting.
    """

    def configured(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--config", type=Path, default=CONFIG, metavar="FILE",
            help=f"settings (default: {CONFIG}; `songngu init` writes an example)",
        )  # fmt: skip

    def logged(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--log", choices=("text", "json"), default="text", help="lines of the log on standard error"
        )

    running = command(
        "run", "find, build, check, archive, publish and send what is new", f"songngu run --config {CONFIG}"
    )
    configured(running)
    logged(running)
    running.add_argument("--backfill", type=Path, metavar="FOLDER", help="instead build and archive the articles there")
    running.add_argument(
        "--workers", type=_count, default=0, metavar="N", help="processes of --backfill (default: one a core)"
    )
    running.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="of a Dask cluster that --backfill works on"
    )
    running.set_defaults(run=lambda a: _run(a, say, log, held))

    waiting = command("pending", "list the briefs that wait for a person, and why", "songngu pending")
    configured(waiting)
    waiting.set_defaults(run=lambda a: say(_pending(read_settings(a.config))))

    approving = command("approve", "let a held brief be archived, published and sent", f"songngu approve {_BRIEF}")
    approving.add_argument("brief", metavar="BRIEF", help="its name or its digits, as `pending` prints them")
    configured(approving)
    logged(approving)
    approving.set_defaults(run=lambda a: _decide(a, None, say, log, held))

    rejecting = command("reject", "drop a held brief", f'songngu reject {_BRIEF} --why "only a part of the report"')
    rejecting.add_argument("brief", metavar="BRIEF", help="its name or its digits, as `pending` prints them")
    rejecting.add_argument("--why", required=True, metavar="TEXT", help="for whoever asks later")
    configured(rejecting)
    logged(rejecting)
    rejecting.set_defaults(run=lambda a: _decide(a, a.why, say, log, held))


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1000:
        raise argparse.ArgumentTypeError(f"{text!r}: a number from 1 on")
    return int(text)


def _run(a: argparse.Namespace, say: Say, log: Say, held: Held) -> int:
    settings = read_settings(a.config)
    if a.backfill is None and (a.workers or a.scheduler):
        raise SettingsError("--workers and --scheduler are for --backfill")
    if a.backfill is not None:
        return _within(a, settings, say, log, held, lambda working: _backfill(a, working))
    return _within(a, settings, say, log, held, lambda working: working.run())


def _decide(a: argparse.Namespace, why: str | None, say: Say, log: Say, held: Held) -> int:
    def act(working: Round) -> None:
        working.decided(decide(working.journal, a.brief, working.clock.now().isoformat(timespec="seconds"), why))
        working.go_on()

    return _within(a, read_settings(a.config), say, log, held, act)


def _within(
    a: argparse.Namespace, settings: Settings, say: Say, log: Say, held: Held, act: Callable[[Round], None]
) -> int:
    """Act while no other run does; prints and keeps the report, whatever ends it."""
    clock = SystemClock()
    begun = clock.now()
    events: list[Event] = []

    def tell(event: Event) -> None:
        events.append(event)
        log(f"{as_json(event) if a.log == 'json' else as_text(event)}\n")

    with opened_round(settings, clock, tell, held) as working:
        ended: SongnguError | KeyboardInterrupt | None = None
        try:
            act(working)
        except (SongnguError, KeyboardInterrupt) as e:
            ended = e
            tell(Event(clock.now(), "trouble", "run", str(e) or "interrupted", {}))
        text = report(events, begun, clock.now(), [entry.brief for entry in pending(working.journal)])
        say(text)
        if ended is not None:
            with suppress(StoreError):  # what ended the run is to be told, not that its report cannot be kept
                keep(settings.folders.state, text, begun)
            raise ended
        keep(settings.folders.state, text, begun)
        return working.status


def _backfill(a: argparse.Namespace, working: Round) -> None:
    settings = working.settings
    with progress("backfill") as begin:
        done = backfill(
            a.backfill, settings.brief, settings.folders.output, settings.folders.archive,
            workers=a.workers, scheduler=a.scheduler, begin=begin, warn=working.note,
            settled=frozenset(e.source for e in working.journal.entries("held", "rejected")),
            held=working.held, now=working.clock.now,
        )  # fmt: skip
    working.filled(a.backfill, done.added, done.there, {left.name: left.why for left in done.left})


def _pending(settings: Settings) -> str:
    with opened_journal(settings.folders.state) as journal:
        held = pending(journal)
    if not held:
        return "no brief waits for a person\n"
    lines = []
    for entry in held:
        brief = journal.folder(entry) / "brief.pdf"
        lines += [f"{entry.brief}, since {entry.since}: {brief}", f"  {entry.source[:SHORT]} of {entry.name}"]
        lines += [f"  - {reason}" for reason in entry.why.splitlines()]
    return "".join(f"{line}\n" for line in lines)
