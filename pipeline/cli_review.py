"""`songngu review`: a run's translation out to reviewers, and their corrections into the memory."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.cli_glossary import Command, Say, actions
from pipeline.corrections import Correction, remember, sort_out
from pipeline.errors import GlossaryError, SourceError, StoreError
from pipeline.glossary import IMPORTED, load_glossary
from pipeline.markup import one_line
from pipeline.model import Translation
from pipeline.review import entries, from_csv, to_csv
from pipeline.run import STAGES
from pipeline.store import from_json, write_run
from pipeline.tables import read_bytes
from pipeline.translate.items import plain_spaces
from pipeline.translate.memory import Memory, Pair, read_pairs
from pipeline.xliff import from_xliff, to_xliff

_TRANSLATION = next(s.file for s in STAGES if s.name == "translate")
_XLIFF, _CSV = "review.xlf", "review.csv"
_ZIP = b"PK\x03\x04"
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \r\n\t"  # marks of an encoding, UTF-16's zeros, white space

Held = Callable[[], AbstractContextManager[None]]


def add_commands(command: Command, folder: Path, say: Say, held: Held, now: Callable[[], datetime]) -> None:
    """Give the command line `review`.

    `folder` is the glossary where none is named, `say` prints, an interrupt waits while `held`, `now` is the time
    in UTC.
    """
    example = "songngu review export output/lang-son-2023-06"
    action = actions(command("review", "give a brief's translation to reviewers and take theirs", example), folder)
    exporting = action("export", "write a brief's segments as XLIFF 2.1 and as CSV for spreadsheets", example)
    exporting.add_argument("brief", type=Path, metavar="BRIEF_DIR", help="folder of a run")
    exporting.set_defaults(run=lambda a: say(_exported(a.brief, a.dir, held)))
    importing = action(
        "import", "take a reviewed file's corrections into the memory", "songngu review import review.csv --by Lan"
    )
    importing.add_argument("file", type=Path, metavar="FILE", help="the reviewed XLIFF or CSV file")
    importing.add_argument("--by", type=_name, metavar="NAME", help="who corrected (default: your login name)")
    importing.set_defaults(run=lambda a: _imported(a, say, now))


def _exported(brief: Path, folder: Path, held: Held) -> str:
    """Write both files into the folder of a run -> what a person should know."""
    translation = _translation(brief)
    glossary = load_glossary(folder)
    _require_taken(brief, glossary.memory)
    shown = entries(translation, Memory(glossary.memory, glossary).near)
    place = brief.resolve()
    files = {_XLIFF: to_xliff(shown, place.name), _CSV: to_csv(shown).encode()}
    write_run(place.parent, place.name, files, held)
    near = sum(entry.near is not None for entry in shown)
    missing = sum(not entry.segment.target for entry in shown)
    counts = f"{len(shown):,} segments, {missing:,} without English, {near:,} with a like sentence of the memory"
    return f"{counts}\n{brief / _XLIFF}\n{brief / _CSV}"


def _translation(brief: Path) -> Translation:
    path = brief / _TRANSLATION
    try:
        return from_json(path.read_text(encoding="utf-8"), Translation)
    except (OSError, UnicodeDecodeError) as e:
        reason = getattr(e, "strerror", None) or "not UTF-8"
        raise StoreError(f"{path}: cannot be read: {reason}; the folder of a run is needed") from e
    except StoreError as e:
        raise StoreError(f"{path}: {e}") from e


def _require_taken(brief: Path, memory: Sequence[Path]) -> None:
    """Raise StoreError where an earlier export holds corrections that the memory does not have: they would be lost."""
    pairs = [pair for path in memory for pair in read_pairs(path)]
    taken = {(pair.vi, pair.en) for pair in pairs}
    corrected = {pair.vi: pair.when for pair in pairs if pair.when}
    for path in (brief / _XLIFF, brief / _CSV):
        if not path.exists():
            continue
        try:
            made = _corrections(path)
        except GlossaryError as e:
            raise StoreError(f"{path} would be replaced, and cannot be read ({e}); move it away first") from e
        saved = _stamp(datetime.fromtimestamp(path.stat().st_mtime, UTC))
        # What was corrected again after the file was saved is not lost: importing the file would undo it.
        if any((c.vi, plain_spaces(c.en)) not in taken and corrected.get(c.vi, "") <= saved for c in made):
            raise StoreError(f"{path} holds corrections that are not in the memory; import it or move it away first")


def _corrections(file: Path) -> tuple[Correction, ...]:
    """A reviewed file's corrections, whichever of the two kinds it is."""
    data = read_bytes(file)
    if data.startswith(_ZIP):
        raise GlossaryError(file.name, 0, "is a workbook or an archive: save the table as CSV (UTF-8)")
    read = from_xliff if data.lstrip(_BEFORE_XML).startswith(b"<") else from_csv
    return read(data, file.name)


def _name(text: str) -> str:
    name = plain_spaces(one_line(text))
    if not name:
        raise argparse.ArgumentTypeError("a name is needed")
    return name


def _login() -> str:
    try:
        return _name(getpass.getuser())
    except (ImportError, KeyError, OSError, argparse.ArgumentTypeError) as e:
        raise SourceError("who corrected is not known, as you have no login name: say --by NAME") from e


def _stamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _imported(arguments: argparse.Namespace, say: Say, now: Callable[[], datetime]) -> int:
    """Take what is sound into the memory and say what is not; 1 where there is any."""
    file: Path = arguments.file
    who = arguments.by or _login()
    given = _corrections(file)
    if not given:
        raise GlossaryError(file.name, 0, "holds no corrections")
    sound, refused = sort_out(given, load_glossary(arguments.dir))
    when = _stamp(now())
    new, outdated = remember(arguments.dir, [Pair(c.vi, c.en, IMPORTED, who, when) for c in sound])
    later = "the memory holds a correction of a later date"
    refused += [(c, later) for c in sound if any(c.vi == pair.vi for pair in outdated)]
    lines = [f"{GlossaryError(file.name, c.row, reason)}: {c.vi}" for c, reason in refused]
    taken = len(sound) - len(outdated)
    lines.append(f"{IMPORTED}: {taken:,} corrections taken, {new:,} of them new; {len(refused):,} refused")
    say("\n".join(lines))
    return int(bool(refused))
