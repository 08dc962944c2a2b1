"""Stage files: the frozen types <-> JSON, the observation table, and a run's folder written at once."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import shutil
import tempfile
import types
import typing
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import StoreError
from pipeline.model import Observation

T = TypeVar("T")

# The columns of the observation table, in their order (docs/observations.md).
COLUMNS = (
    "indicator", "area", "period", "measure", "basis", "value", "unit", "scale", "status", "start", "end", "quote",
)  # fmt: skip


def observation_table(observations: Iterable[Observation]) -> str:
    """Observations -> the observation table as CSV (RFC 4180, with a header row)."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for o in observations:
        figure = [o.indicator, o.area, o.period, o.measure, o.basis, f"{o.value:f}", o.unit, o.scale, o.status]
        table.writerow([*figure, o.span.start, o.span.end, o.quote])
    return out.getvalue()


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
    except (ValueError, KeyError, TypeError, ArithmeticError) as e:
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


def write_run(out: Path, slug: str, files: Mapping[str, bytes]) -> Path:
    """Write a run's folder `out/slug` whole or not at all; an earlier run of that name is replaced.

    The files are written beside their place and renamed; an interrupt leaves the earlier folder or
    the new one, and nothing else. Raises StoreError where the folder cannot be written.
    """
    target = out / slug
    try:
        out.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{slug}-", dir=out))
    except OSError as e:
        raise StoreError(f"{out}: cannot be written: {e.strerror}") from e
    try:
        new, old = work / "new", work / "old"
        new.mkdir()
        for name, data in files.items():
            (new / name).write_bytes(data)
        if target.exists():
            os.replace(target, old)  # noqa: PTH105  # Path.replace is the same call; both renames read alike so
        os.replace(new, target)  # noqa: PTH105  # see above
    except OSError as e:
        raise StoreError(f"{target}: cannot be written: {e.strerror}") from e
    finally:
        if (work / "old").exists() and not target.exists():
            os.replace(work / "old", target)  # noqa: PTH105  # see above
        shutil.rmtree(work, ignore_errors=True)
    return target
