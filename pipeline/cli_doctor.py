"""`songngu init` and `songngu doctor`: the settings of unattended runs, and whether all is there that they need."""

from __future__ import annotations

import argparse
import shlex
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from pipeline.cli_glossary import Command
from pipeline.deliver.subscribers import to_csv
from pipeline.doctor import Program, Result, World, examine
from pipeline.errors import SettingsError, StoreError
from pipeline.store import to_json
from pipeline.templating import read_text
from pipeline.workshop import bundled

SETTINGS = "songngu.toml"
Say = Callable[[str], None]


def add_commands(command: Command, glossary: Path, templates: Path, say: Say) -> None:
    """Give the command line `init` and `doctor`; `glossary` and `templates` are the program's, `say` prints."""
    writing = command("init", f"write the settings of unattended runs, {SETTINGS}, to be filled in", "songngu init")
    writing.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="default: this one")
    writing.set_defaults(run=lambda a: say(_init(a.folder, templates)))

    examining = command(
        "doctor", "say what is well and what is not; nothing is changed or sent", f"songngu doctor --config {SETTINGS}"
    )
    examining.add_argument(
        "--config", type=Path, metavar="FILE", help="settings of unattended runs, whose folders and mail are looked at"
    )
    examining.add_argument("--online", action="store_true", help="ask the pages of the settings too")
    examining.add_argument("--json", action="store_true", help="print JSON")
    examining.set_defaults(run=lambda a: _doctor(a, Program(glossary, templates, bundled()), say))


def _init(folder: Path, templates: Path) -> str:
    """Write the settings and, where there is none, the table of subscribers -> what to do next."""
    target, people = folder / SETTINGS, folder / "subscribers.csv"
    if target.exists():
        raise SettingsError(f"{target}: is there already")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not people.exists():
            _write(people, to_csv(()))
        _write(target, read_text(templates / SETTINGS))  # the last: while it is not there, this can be repeated
    except OSError as e:
        raise StoreError(f"{folder}: cannot be written: {e.strerror or e}") from e
    config = shlex.quote(str(target))
    return (
        f"fill in {target}: where articles appear, who sends; and {people}: who gets briefs\n"
        f"see what is missing: songngu doctor --config {config}\n"
        f"then build and send, by hand or every month (docs/unattended.md): songngu run --config {config}\n"
    )


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _doctor(a: argparse.Namespace, program: Program, say: Say) -> int:
    """Print what is found, as it is found; 1 where there is an error among it."""
    from dns.resolver import Resolver  # noqa: PLC0415  # no other command asks the DNS

    world = World(lambda: datetime.now(UTC), Resolver, _free)
    results: Iterable[Result] = examine(program, a.config, world, online=a.online)
    if a.json:
        results = list(results)
        say(to_json([r._asdict() for r in results]))
        return int(any(r.state == "error" for r in results))
    errors = 0
    for r in results:
        errors += r.state == "error"
        say(f"{r.state:<8} {r.check:<12} {r.told}\n")
    return int(bool(errors))


def _free(folder: Path) -> int:
    nearest = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    return shutil.disk_usage(nearest).free
