"""A small archive for the tests of the site, and the site served on this machine."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from archive_samples import brief, packed
from samples import THEME, glossary, observation

from pipeline.archive.parcel import Parcel, parcel
from pipeline.archive.reading import opened
from pipeline.archive.site import Written, build_site
from pipeline.archive.writing import Writer
from pipeline.model import Brief, Checked, Discrepancy, Label, Run, Span, Statement
from pipeline.store import to_json

# A Python whose clock differs makes the same archive: every addition has its own minute.
START = datetime(2023, 7, 1, tzinfo=UTC)
MONTHS = [f"2022-{m:02}" for m in range(9, 13)] + [
    f"2023-{m:02}" for m in (1, 3, 4, 5, 6)
]  # that of February is missing


def said(vi: str, en: str) -> Statement:
    return Statement("retail", (Run(vi),), (Run(en),))


def monthly(month: str, n: int, area: str = "VN-09", earlier: str = "") -> Brief:
    """A month's brief: prices and retail sales, and last month's prices once more, as `earlier` if it is given."""
    told = [
        observation("cpi", f"{3 + Decimal(n * 7 % 11 - 5) / 10}", period=month, area=area),
        observation("retail", f"{1200 + 37 * n}", "level", "", month, "VND", 9, area),
        observation("retail", f"{-4 + 2 * n}.5", period=month, area=area),
        observation("crops.rice.output", "1234.5", "level", "", month[:4], "tonne", 0, area),
    ]
    if earlier:
        before = MONTHS[MONTHS.index(month) - 1]
        told.append(observation("cpi", earlier, period=before, area=area))
    made = brief(month, *told, area=area)
    points = (
        said(f"Doanh thu dịch vụ tháng {month} tăng khá.", f"Services revenue rose in {month} & went on rising."),
    )
    return replace(made, points=points, period_label=Label(f"Tháng {int(month[5:])}/{month[:4]}", f"Month {month}"))


def with_finding(made: Parcel) -> Parcel:
    """The same brief, whose report contradicts itself."""
    finding = Discrepancy(
        "check.sum", "error", (Span(0, 4),), Label("Tổng “<b>” không khớp.", "The sum “<b>” does not fit."),
        Label("1 + 1 ≠ 3", "1 + 1 ≠ 3"),
    )  # fmt: skip
    return parcel({**made.files, "3-check.json": to_json(Checked((finding,))).encode()}, made.brief.slug)


def parcels() -> Iterator[Parcel]:
    """Nine months of Lạng Sơn with a revision and a replaced edition, two of Hưng Yên."""
    for n, month in enumerate(MONTHS):
        one = packed(monthly(month, n, earlier="9.9" if month == "2023-05" else ""), f"nguồn {month}")
        yield with_finding(one) if month == "2023-06" else one
    again = monthly("2023-04", 6)
    corrected = replace(again.observations[0], value=Decimal("4.75"))
    yield packed(replace(again, observations=(corrected, *again.observations[1:])), "nguồn sửa")
    for n, month in enumerate(("2023-05", "2023-06")):
        # The same letters with other marks, in a newer brief than the one that has the words themselves.
        words = (
            said("Tổng mức bán lẻ đạt khá.", "Retail sales were good."),
            said("Ban lễ tân bàn giao tổng mục.", "The reception was handed over."),
        )[n]
        yield packed(replace(monthly(month, n, "VN-66"), headline=words, points=(words,)), f"nguồn {month} HY")


def fill(folder: Path, made: Iterator[Parcel] | list[Parcel], start: datetime = START) -> None:
    """Parcels into an archive."""
    times = (start + timedelta(minutes=n) for n in range(10_000))
    writer = Writer(folder, glossary(), lambda: next(times))
    for one in made:
        writer.add(one)


def build(archive: Path, out: Path, base_url: str = "") -> Written:
    """The site of an archive."""
    with opened(archive) as found:
        return build_site(found, glossary(), THEME, out, base_url)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder -> the address that it is served at meanwhile."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
