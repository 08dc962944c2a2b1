"""Stage files: the frozen types <-> JSON, the observation table, and a run's folder written at once."""

from __future__ import annotations

import csv
import dataclasses
import fcntl
import io
import json
import os
import shutil
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import StoreError
from pipeline.model import Number, Observation, Past

T = TypeVar("T")

# The columns of the observation table, in their order (docs/observations.md).
COLUMNS = (
    "indicator", "area", "period", "measure", "basis", "value", "unit", "scale", "status", "start", "end", "quote",
)  # fmt: skip


def observation_table(observations: Iterable[Observation]) -> str:
    """Observations -> the observation table as CSV (RFC 4180, with a header row)."""
    return csv_text(COLUMNS, (_row(o) for o in observations))


def past_table(past: Iterable[Past]) -> str:
    """What earlier reports said -> the observation table behind a column `report`, the month each reports on."""
    return csv_text(("report", *COLUMNS), ([p.report, *_row(p.observation)] for p in past))


def csv_text(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A header row and rows -> CSV (RFC 4180, but with line feeds)."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(head)
    table.writerows(rows)
    return out.getvalue()


def _row(o: Observation) -> list[object]:
    figure = [o.indicator, o.area, o.period, o.measure, o.basis, f"{o.value:f}", o.unit, o.scale, o.status]
    return [*figure, o.span.start, o.span.end, o.quote]


def number_table(numbers: Iterable[Number], text: str) -> str:
    """Numbers of an article's normal form -> the ledger as CSV (as the observation table).

    `observation` is the number of a row of the observation table, the first below its header being 1.
    """
    return csv_text(
        ("start", "end", "text", "role", "observation"),
        (
            [
                n.span.start, n.span.end, text[n.span.start : n.span.end], n.role,
                "" if n.observation is None else n.observation + 1,
            ]
            for n in numbers
        ),
    )  # fmt: skip


def to_json(value: object) -> str:
    """A frozen type -> its JSON: fields as members, Decimals as strings, tuples as lists."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=1) + "\n"


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    return f"{value:f}" if isinstance(value, Decimal) else value


def from_json(text: str, kind: type[T]) -> T:
    """JSON of a frozen type -> the value. Raises StoreError where it is not of that type."""
    try:
        return typing.cast("T", _typed(json.loads(text), kind))
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError) as e:
        raise StoreError(f"not the JSON of {kind.__name__}: {e}") from e


def _typed(value: Any, kind: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{f.name: _typed(value[f.name], hints[f.name]) for f in dataclasses.fields(kind)})  # type: ignore[operator]  # a class, not an instance
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(_typed(v, k) for v, k in zip(value, kinds, strict=True))
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _typed(value, next(a for a in arguments if a is not type(None)))
    if origin is typing.Literal:
        if value not in arguments:
            raise ValueError(f"{value!r} is none of {arguments}")
        return value
    if kind is Decimal:
        return Decimal(value)
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not a {kind.__name__}")
    return value


def require_writable(out: Path) -> None:
    """Raise StoreError where the folder `out` can neither be written nor made: before long work, not after."""
    try:
        nearest = next(p for p in (out, *out.absolute().parents) if p.exists())
        if not nearest.is_dir():
            raise StoreError(f"{out}: cannot be written: {nearest} is not a folder")
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise StoreError(f"{out}: cannot be written: no permission")
    except OSError as e:
        raise StoreError(f"{out}: cannot be written: {e.strerror}") from e


def write_run(
    out: Path,
    slug: str,
    files: Mapping[str, bytes | None],
    held: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Path:
    """Write a run's files into the folder `out/slug`, all or none; an earlier run's are replaced.

    None in place of a file's bytes: this run has none of that name, and an earlier run's goes.

    What else lies in that folder (a person's notes, the source) is not touched. The files are written
    beside it and renamed. `held` is entered for the renames: an interrupt must wait while it lasts. One
    run at a time writes in `out`. Raises StoreError where the folder cannot be written.
    """
    target, work = out.absolute() / slug, out.absolute() / f".{slug}.part"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with locked(target.parent):
            try:
                shutil.rmtree(work, ignore_errors=True)  # of a run that was killed
                work.mkdir()
                for name, data in files.items():
                    if data is not None:
                        (work / name).write_bytes(data)
                with held():
                    _put(work, target, files)
            finally:
                with held():
                    shutil.rmtree(work, ignore_errors=True)
    except OSError as e:
        raise StoreError(f"{out / slug}: cannot be written: {e.strerror or e}") from e
    return out / slug


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Wait until no other process works under the lock of a folder, and keep it meanwhile. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _put(work: Path, target: Path, names: Iterable[str]) -> None:
    """Rename the folder `work` to `target`, or its files into a folder of that name that is there."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise StoreError(f"{target}: cannot be written: something else than a run's folder has this name")
    if not target.exists():
        work.rename(target)
        return
    for name in names:
        if (target / name).is_dir():
            raise StoreError(f"{target / name}: cannot be written: a folder has this name")
    for name in names:
        if (work / name).exists():
            (work / name).replace(target / name)
        else:
            (target / name).unlink(missing_ok=True)
