"""`songngu archive`: what was built is kept, found again, and published."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.archive.exchange import entry_files, export, restore
from pipeline.archive.objects import digest
from pipeline.archive.parcel import read_folder
from pipeline.archive.reading import Archive, ArchiveHistory, Entry, Vintage, opened
from pipeline.archive.schema import INDEX
from pipeline.archive.searching import Hit, Query, search
from pipeline.archive.verifying import verify
from pipeline.archive.writing import Writer
from pipeline.cli_glossary import Command
from pipeline.errors import ArchiveError
from pipeline.glossary import Glossary, load_glossary
from pipeline.history import kinds
from pipeline.listing import columned
from pipeline.store import COLUMNS, csv_text, require_writable, to_json
from pipeline.theme import read_theme

DEFAULT = Path("output/archive")
_BRIEF = "lang-son-2023-06"
_SHOWN = 50  # briefs of a list that nobody limits
Say = Callable[[str], None]


def add(folder: Path, brief: Path, glossary: Glossary) -> str:
    """A brief's folder into an archive -> what was done, in words."""
    added = Writer(folder, glossary).add(read_folder(brief))
    told = "added" if added.new else "there already" if added.repaired else "there already, nothing changed"
    mended = f", {added.repaired} damaged files made whole" if added.repaired else ""
    return f"{added.slug}, edition {added.edition}: {told}{mended}"


def history(folder: Path, source: bytes) -> ArchiveHistory:
    """An archive as the history of a source's brief. Raises ArchiveError where it can be neither used nor made."""
    require_writable(folder)
    if (folder / INDEX).exists():
        with opened(folder):
            pass
    return ArchiveHistory(folder, digest(source))


def add_commands(command: Command, glossary: Path, templates: Path, say: Say) -> None:
    """Give the command line `archive`; `glossary` and `templates` are the program's, `say` prints."""
    parser = command("archive", "keep briefs, find figures and their vintages, publish a site", "songngu archive list")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def action(name: str, summary: str, example: str) -> argparse.ArgumentParser:
        made = actions.add_parser(
            name, help=summary, description=summary, epilog=f"example: songngu archive {name} {example}".rstrip()
        )
        made.add_argument(
            "--archive", type=Path, default=DEFAULT, metavar="DIR", help=f"the archive's folder (default: {DEFAULT})"
        )
        return made

    adding = action("add", "put a brief's folder into the archive", f"output/{_BRIEF}")
    adding.add_argument("brief", type=Path, nargs="+", metavar="BRIEF_DIR")
    adding.set_defaults(run=lambda a: _add(a, load_glossary(glossary), say))

    listing = action("list", "list the briefs, the newest first", "--area VN-09")
    _narrowed(listing)
    listing.add_argument("--limit", type=_count, metavar="N", help=f"briefs at most (default: {_SHOWN} in a table)")
    listing.add_argument("--all", action="store_true", help="replaced editions too")
    _formats(listing, "table", "csv", "json")
    listing.set_defaults(run=lambda a: _with(a, lambda archive: say(_listed(archive, a))))

    showing = action("show", "show one brief: what it is, its editions and files", _BRIEF)
    showing.add_argument("brief", metavar="BRIEF", help="its name, such as " + _BRIEF)
    showing.add_argument("--edition", type=int, metavar="N", help="an earlier edition (default: the current one)")
    what = showing.add_mutually_exclusive_group()
    what.add_argument("--file", metavar="NAME", help="print one of its files")
    what.add_argument("--out", type=Path, metavar="DIR", help="write its files into a new folder")
    what.add_argument("--json", action="store_true", help="as JSON")
    showing.set_defaults(run=lambda a: _with(a, lambda archive: _show(archive, a, say)))

    following = action("series", "print an indicator over time", "cpi --area VN-09 --measure growth --basis year_ago")
    following.add_argument("indicator", metavar="INDICATOR", help="its code, such as cpi")
    following.add_argument("--area", default="", metavar="CODE", help="ISO 3166-2 code (default: all)")
    following.add_argument(
        "--measure", default="", help="level, growth, contribution, share or plan_ratio (default: all)"
    )
    following.add_argument("--basis", help="what a growth is compared with, such as year_ago (default: all)")
    following.add_argument("--as-of", type=_day, default="", metavar="DATE", help="as known on that day (2025-04-30)")
    following.add_argument("--lang", choices=("vi", "en"), default="en", help="language of a drawing")
    _formats(following, "table", "csv", "svg")
    following.set_defaults(run=lambda a: _with(a, lambda archive: say(_series(archive, a, glossary, templates))))

    revising = action("revisions", "figures that later reports gave otherwise", "--indicator cpi")
    revising.add_argument("--indicator", default="", metavar="CODE")
    revising.add_argument("--area", default="", metavar="CODE")
    _formats(revising, "table", "csv")
    revising.set_defaults(run=lambda a: _with(a, lambda archive: say(_revisions(archive, a))))

    searching = action("search", "find sentences, with or without diacritics", '"tong muc ban le" --period 2023')
    searching.add_argument("words", nargs="+", metavar="WORDS", help='every one must be there; "in quotes": a phrase')
    _narrowed(searching)
    searching.add_argument("--indicator", default="", metavar="CODE", help="sentences with a figure of it")
    searching.add_argument("--lang", choices=("vi", "en"), default="", help="sentences of that language alone")
    searching.add_argument("--limit", type=_count, default=20, metavar="N", help="sentences at most (default: 20)")
    _formats(searching, "table", "json")
    searching.set_defaults(run=lambda a: _with(a, lambda archive: say(_found(archive, a))))

    checking = action("verify", "prove that nothing is lost or changed", "")
    checking.set_defaults(run=lambda a: _with(a, lambda archive: _verified(archive, say)))

    publishing = action("site", "write the archive as a static site in both languages", "--out site")
    publishing.add_argument("--out", type=Path, required=True, metavar="DIR", help="the site's folder")
    publishing.add_argument(
        "--base-url", type=_address, default="", metavar="URL", help="its address, for feeds and the sitemap"
    )
    publishing.add_argument("--theme", type=Path, metavar="FILE", help="an organisation's look (TOML), as for build")
    publishing.set_defaults(run=lambda a: _with(a, lambda archive: _site(archive, a, glossary, templates, say)))

    giving = action("export", "write the whole archive as a Data Package with SDMX-CSV", "archive-2025")
    giving.add_argument("out", type=Path, metavar="DIR", help="a new folder")
    giving.set_defaults(run=lambda a: _with(a, lambda archive: _export(archive, a.out, say)))

    taking = action("import", "restore an exported archive", "archive-2025 --archive elsewhere")
    taking.add_argument("package", type=Path, metavar="DIR", help="an exported folder")
    taking.set_defaults(run=lambda a: _import(a, load_glossary(glossary), say))


def _narrowed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--area", default="", metavar="CODE", help="ISO 3166-2 code of the place, such as VN-09")
    parser.add_argument("--period", type=_period, default="", metavar="2025[-04]", help="year or month of the report")


def _formats(parser: argparse.ArgumentParser, *formats: str) -> None:
    parser.add_argument("--format", choices=formats, default=formats[0])


def _period(text: str) -> str:
    if text and not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", text):  # nothing is the default
        raise argparse.ArgumentTypeError(f"{text!r}: a year or a month, such as 2025 or 2025-04")
    return text


def _address(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text):
        raise argparse.ArgumentTypeError(f"{text!r}: an http(s) address, such as https://example.org/briefs/")
    return text


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,5}", text):
        raise argparse.ArgumentTypeError(f"{text!r}: a number from 1 on")
    return int(text)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""  # nothing is the default
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: a day, such as 2025-04-30") from None


def _with(arguments: argparse.Namespace, act: Callable[[Archive], int | None]) -> int | None:
    with opened(arguments.archive) as archive:
        return act(archive)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far long work has come, on a terminal's standard error."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, all_of_it: bar.update(task, completed=done, total=all_of_it)


# --- one action each ----------------------------------------------------------------------


def _add(arguments: argparse.Namespace, glossary: Glossary, say: Say) -> None:
    for brief in arguments.brief:
        say(f"{add(arguments.archive, brief, glossary)}\n")


def _listed(archive: Archive, a: argparse.Namespace) -> str:
    shown = a.limit or (_SHOWN if a.format == "table" else -1)
    entries = archive.entries(a.area, a.period, every=a.all, limit=shown)
    if a.format == "json":
        return json.dumps([e._asdict() for e in entries], ensure_ascii=False, indent=1) + "\n"
    head = ("brief", "edition", "area", "month", "published", "figures", "headline")
    rows = [(e.slug, str(e.edition), e.area, e.month, e.published, str(e.facts), e.headline_en) for e in entries]
    if a.format == "csv":
        return csv_text(head, rows)
    more = f"the newest {shown}; --limit shows more\n" if len(rows) == shown else ""
    return columned(head, rows, ("edition", "figures")) + more


def _show(archive: Archive, a: argparse.Namespace, say: Say) -> None:
    entry = archive.entry(a.brief, a.edition)
    if a.out is not None:
        entry_files(archive, entry, a.out)
        say(f"{a.out}\n")
    elif a.file is not None:
        try:
            say(archive.read(entry, a.file).decode("utf-8"))
        except UnicodeDecodeError:
            raise ArchiveError(f"{a.file} is no text: --out DIR writes the brief's files") from None
    elif a.json:
        files = {name: {"sha256": sha, "bytes": size} for name, (sha, size) in archive.files(entry).items()}
        told = {**entry._asdict(), "files": files}
        say(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    else:
        say(_described(archive, entry))


def _described(archive: Archive, entry: Entry) -> str:
    others = [e for e in archive.editions(entry.slug) if e.id != entry.id]
    lines = [
        ("brief", f"{entry.slug}, edition {entry.edition}{'' if entry.current else ' (replaced)'}"),
        ("place", f"{entry.place_en} ({entry.area})"),
        ("period", f"{entry.period_en} ({entry.month})"),
        ("published", entry.published),
        ("added", entry.added),
        ("headline", entry.headline_en),
        ("", entry.headline_vi),
        ("figures", str(entry.facts)),
        ("made with", f"songngu {entry.version}, glossary {entry.glossary}, model: {entry.engine or 'none'}"),
        ("replaces", "" if entry.replaces is None else f"edition {entry.replaces}"),
        ("editions", ", ".join(f"{e.edition} ({e.published}, added {e.added})" for e in others)),
    ]
    files = [(name, str(size), sha) for name, (sha, size) in archive.files(entry).items()]
    told = "".join(f"{name:<10} {text}\n" for name, text in lines if text)
    return told + "\n" + columned(("file", "bytes", "sha256"), files, ("bytes",))


_FACT = (
    "indicator", "area", "period", "until", "measure", "basis", "approximation", "value", "unit", "scale", "status",
    "slug", "edition",
)  # fmt: skip
_KINDS = ("month", "quarter", "cumulative", "day")


def _cells(v: Vintage) -> list[str]:
    return [f"{v.value:f}" if c == "value" else str(getattr(v, c)) for c in _FACT]


def _series(archive: Archive, a: argparse.Namespace, glossary: Path, templates: Path) -> str:
    found = archive.series(a.indicator, a.area, a.measure, a.basis, a.as_of)
    if not found:
        raise ArchiveError(f"{archive.folder}: no figure of {a.indicator} with these limits")
    if a.format == "svg":
        from pipeline.archive.drawing import series_svg  # noqa: PLC0415  # draws with heavy libraries

        return series_svg(found, load_glossary(glossary), read_theme(templates), a.lang)
    if a.format == "csv":
        columns = (*COLUMNS, "until", "approximation", "slug", "edition", "published")
        return csv_text(columns, [[f"{v.value:f}" if c == "value" else getattr(v, c) for c in columns] for v in found])
    return columned(_FACT, [_cells(v) for v in sorted(found, key=_place)], ("value", "scale", "edition"))


def _place(v: Vintage) -> tuple[str | int, ...]:
    """Where a figure stands in a list: periods of one kind one after the other."""
    kind, month = next(iter(kinds(v.period).items()), ("", 0))
    return v.area, v.measure, v.basis, _KINDS.index(kind) if kind in _KINDS else -1, month, v.until


def _revisions(archive: Archive, a: argparse.Namespace) -> str:
    head = (*_FACT, "published", "difference")
    rows = []
    for vintages in archive.revisions(a.indicator, a.area):
        first = vintages[0]
        for v in vintages:
            same = v is first or v.unit != first.unit
            difference = "" if same else f"{(v.amount - first.amount).scaleb(-first.scale):+f}"
            rows.append((*_cells(v), v.published, difference))
    return (
        csv_text(head, rows) if a.format == "csv" else columned(head, rows, ("value", "scale", "edition", "difference"))
    )


def _found(archive: Archive, a: argparse.Namespace) -> str:
    words = " ".join(a.words)
    hits = search(archive.index, Query(words, a.area, a.period, a.indicator, a.lang, a.limit))
    if a.format == "json":
        return to_json(tuple(hits))
    if not hits:
        return "nothing found\n"
    return "".join(f"{h.slug} ({h.published}), {h.kind}: {_highlighted(h)}\n" for h in hits)


def _highlighted(hit: Hit) -> str:
    """What was asked for between arrows, which every terminal and file can show."""
    told, end = "", 0
    for start, stop in hit.marks:
        told += f"{hit.text[end:start]}»{hit.text[start:stop]}«"
        end = stop
    return told + hit.text[end:]


def _verified(archive: Archive, say: Say) -> int:
    """Prints the faults; 1 where there is one that does harm."""
    grave = 0
    with progress("verify") as begin:
        for fault in verify(archive, begin):
            grave += not fault.harmless
            say(f"{fault.where}: {fault.what}\n")
    briefs = len(archive.entries(every=True))
    say(f"{briefs} briefs: {f'{grave} faults' if grave else 'nothing lost, nothing changed'}\n")
    return int(grave > 0)


def _site(archive: Archive, a: argparse.Namespace, glossary: Path, templates: Path, say: Say) -> None:
    from pipeline.archive.site import build_site  # noqa: PLC0415  # templates: a heavy import

    with progress("site"):
        done = build_site(archive, load_glossary(glossary), read_theme(templates, a.theme), a.out, a.base_url)
    say(f"{a.out}: {done.pages} pages, {done.written} files written, {done.removed} removed\n")


def _export(archive: Archive, out: Path, say: Say) -> None:
    with progress("export") as begin:
        export(archive, out, begin)
    say(f"{out}\n")


def _import(arguments: argparse.Namespace, glossary: Glossary, say: Say) -> None:
    with progress("import") as begin:
        done = restore(arguments.package, arguments.archive, glossary, begin)
    say(f"{len(done)} briefs read, {sum(a.new for a in done)} of them new\n")
