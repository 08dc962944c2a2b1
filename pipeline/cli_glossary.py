"""`songngu glossary`: check the tables, give the term base to other programs, take it back."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import GlossaryError, StoreError
from pipeline.glossary import Glossary, Term, load_glossary
from pipeline.tables import read_bytes
from pipeline.termbase import from_csv, from_tbx, parted, to_csv, to_pairs, to_tbx

Add = Callable[[str, str, str], argparse.ArgumentParser]


def add_commands(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], folder: Path, say: Callable[[str], None]
) -> None:
    """Give `songngu glossary` its actions; `folder` is the glossary where none is named, `say` prints."""

    def action(name: str, summary: str, example: str) -> argparse.ArgumentParser:
        made = actions.add_parser(
            name, help=summary, description=summary, epilog=f"example: songngu glossary {example}"
        )
        made.add_argument(
            "--dir", type=Path, default=folder, metavar="DIR", help="folder of tables (default: the program's)"
        )
        return made

    checking = action("check", "check every table, and what tables say of each other", "check")
    checking.set_defaults(run=lambda a: say(_checked(a.dir)))

    exporting = action("export", "print the terms for other programs", "export --format tbx > terms.tbx")
    exporting.add_argument(
        "--format", choices=("csv", "tbx", "deepl"), default="csv",
        help="csv: the table of terms; tbx: TBX-Basic v3, forbidden terms as well; deepl: two columns without a header",
    )  # fmt: skip
    exporting.set_defaults(run=lambda a: say(_exported(load_glossary(a.dir), a.format)))

    importing = action(
        "import", "replace the terms by those of a file (.csv as exported, .tbx)", "import terms.tbx --dir glossary"
    )
    importing.add_argument("file", type=Path, metavar="FILE")
    importing.set_defaults(run=lambda a: say(_imported(a.file, a.dir)))


def _checked(folder: Path) -> str:
    glossary = load_glossary(folder)
    count = (
        f"{len(glossary.rows)} tables, {sum(map(len, glossary.rows.values())):,} rows, {len(glossary.terms):,} terms"
    )
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
    before = load_glossary(folder)
    data = read_bytes(file)
    is_xml = data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    terms = from_tbx(data, file.name) if is_xml else from_csv(data, file.name)
    if not terms:
        raise GlossaryError(file.name, 0, "holds no terms")
    tables = {name: to_csv(own) for name, own in parted(terms) if own}
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
    held = {t.vi: t for t in before if ("terms_forbidden.csv" if t.status == "forbidden" else "terms.csv") in tables}
    given = {t.vi: t for t in after}
    new, gone = given.keys() - held.keys(), held.keys() - given.keys()
    changed = [vi for vi in given.keys() & held.keys() if given[vi] != held[vi]]
    return f"{', '.join(tables)}: {len(after):,} terms ({len(new)} new, {len(changed)} changed, {len(gone)} gone)"
