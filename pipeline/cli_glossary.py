"""`songngu glossary` and `songngu memory`: check the tables, exchange terms and sentences with other tools."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from pipeline.corrections import remember
from pipeline.errors import GlossaryError, StoreError
from pipeline.glossary import IMPORTED, Glossary, Term, load_glossary
from pipeline.tables import read_bytes
from pipeline.termbase import from_csv, from_tbx, table_of, to_csv, to_pairs, to_tbx
from pipeline.tmx import from_tmx, to_tmx
from pipeline.translate.memory import read_pairs
from pipeline.translate.verify import Verifier

Command = Callable[[str, str, str], argparse.ArgumentParser]
Say = Callable[[str], None]


def add_commands(command: Command, folder: Path, say: Say) -> None:
    """Give the command line `glossary` and `memory`; `folder` is the glossary where none is named, `say` prints."""
    parser = command("glossary", "check, export and import the glossary", "songngu glossary check")
    action = actions(parser, folder)
    checking = action("check", "check every table, and what tables say of each other", "songngu glossary check")
    checking.set_defaults(run=lambda a: say(_checked(a.dir)))
    example = "songngu glossary export --format tbx > terms.tbx"
    exporting = action("export", "print the terms for other programs", example)
    exporting.add_argument(
        "--format", choices=("csv", "tbx", "deepl"), default="csv",
        help="csv: the table of terms; tbx: TBX-Basic v3, forbidden terms as well; deepl: two columns without a header",
    )  # fmt: skip
    exporting.set_defaults(run=lambda a: say(_exported(load_glossary(a.dir), a.format)))
    example = "songngu glossary import terms.tbx --dir glossary"
    importing = action("import", "replace the terms by those of a file (.csv as exported, .tbx)", example)
    importing.add_argument("file", type=Path, metavar="FILE")
    importing.set_defaults(run=lambda a: say(_imported(a.file, a.dir)))

    parser = command("memory", "export and import the translation memory", "songngu memory export > memory.tmx")
    action = actions(parser, folder)
    exporting = action("export", "print the memory as TMX 1.4b", "songngu memory export > memory.tmx")
    exporting.set_defaults(run=lambda a: say(_memory(a.dir)))
    importing = action(
        "import", "add the pairs of a TMX file; they win over all but later corrections", "songngu memory import my.tmx"
    )
    importing.add_argument("file", type=Path, metavar="FILE")
    importing.set_defaults(run=lambda a: say(_remembered(a.file, a.dir)))


def actions(parser: argparse.ArgumentParser, folder: Path) -> Command:
    """A command -> what gives it an action that works on a folder of tables, `folder` where none is named."""
    made = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def action(name: str, summary: str, example: str) -> argparse.ArgumentParser:
        parser = made.add_parser(name, help=summary, description=summary, epilog=f"example: {example}")
        parser.add_argument(
            "--dir", type=Path, default=folder, metavar="DIR", help="folder of tables (default: the program's)"
        )
        return parser

    return action


def _checked(folder: Path) -> str:
    glossary = load_glossary(folder)
    Verifier(glossary, ())  # reads the lexicon
    pairs = sum(1 for path in glossary.memory for _ in read_pairs(path))
    rows = sum(map(len, glossary.rows.values()))
    count = f"{len(glossary.rows)} tables, {rows:,} rows, {len(glossary.terms):,} terms, {pairs:,} pairs of the memory"
    return f"the glossary is sound: {count}; signature {glossary.signature}"


def _exported(glossary: Glossary, form: str) -> str:
    match form:
        case "tbx":
            return to_tbx((*glossary.terms, *glossary.forbidden)).decode("utf-8").rstrip("\n")
        case "deepl":
            return to_pairs(glossary.terms).rstrip("\n")
    return to_csv(glossary.terms).rstrip("\n")


def _imported(file: Path, folder: Path) -> str:
    """Take a file's terms into a folder of tables where the glossary with them is sound; else nothing changes."""
    folder = folder.resolve()
    before = load_glossary(folder)
    data = read_bytes(file)
    is_xml = data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    terms = from_tbx(data, file.name) if is_xml else from_csv(data, file.name)
    if not terms:
        raise GlossaryError(file.name, 0, "holds no terms")
    if not is_xml and (forbidden := [t.vi for t in terms if t.status == "forbidden"]):
        # A table is replaced whole, and what `export --format csv` prints has no forbidden terms: they would all go.
        raise GlossaryError(file.name, 0, f"holds a forbidden term, {forbidden[0]!r}: terms_forbidden.csv and TBX do")
    tables = {name: to_csv(t for t in terms if table_of(t) == name) for name in sorted(set(map(table_of, terms)))}
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            trial = Path(work) / folder.name
            shutil.copytree(folder, trial)
            for name, text in tables.items():
                (trial / name).write_text(text, encoding="utf-8")
            load_glossary(trial)
            for name in tables:
                (trial / name).replace(folder / name)
    except OSError as e:
        raise StoreError(f"{folder}: cannot be written: {e.strerror}") from e
    return _difference((*before.terms, *before.forbidden), terms, tables)


def _difference(before: tuple[Term, ...], after: tuple[Term, ...], tables: dict[str, str]) -> str:
    held = {(table_of(t), t.vi): t for t in before if table_of(t) in tables}
    given = {(table_of(t), t.vi): t for t in after}
    new, gone = given.keys() - held.keys(), held.keys() - given.keys()
    changed = [key for key in given.keys() & held.keys() if given[key] != held[key]]
    return f"{', '.join(tables)}: {len(after):,} terms ({len(new)} new, {len(changed)} changed, {len(gone)} gone)"


def _memory(folder: Path) -> str:
    files = load_glossary(folder).memory
    return to_tmx(pair for path in files for pair in read_pairs(path)).decode("utf-8").rstrip("\n")


def _remembered(file: Path, folder: Path) -> str:
    given = from_tmx(read_bytes(file), file.name)
    if not given:
        raise GlossaryError(file.name, 0, "holds no Vietnamese-English pairs")
    new, outdated = remember(folder, given)
    kept = f"; {len(outdated):,} left out, as the memory holds later corrections" if outdated else ""
    return f"{IMPORTED}: {len(given):,} pairs read, {new:,} of them new or changed{kept}"
