"""Observations and article -> the files that other programs read, in every brief and beside it.

The observation table itself, the same figures as SDMX-CSV 2.0 (https://github.com/sdmx-twg/sdmx-csv), those of
earlier reports where they are shown, the article in its normal form, which spans index, and a Data Package
(https://datapackage.org, version 2) that describes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Literal, NamedTuple

from pipeline.glossary import Glossary
from pipeline.model import Article, Brief, Label, Observation
from pipeline.store import COLUMNS, csv_text, observation_table, past_table

OBSERVATIONS, SDMX, ARTICLE, PACKAGE = "observations.csv", "observations.sdmx.csv", "article.txt", "datapackage.json"
HISTORY = "history.csv"  # only where earlier reports are known
DATAFLOW = "SONGNGU:BRIEF(1.0)"
# Dimensions are strings as in the observation table, not codes of a list: "cpi.transport", "VN-09/urban".
_SDMX_COLUMNS = (
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "INDICATOR", "MEASURE", "BASIS", "UNIT_MEASURE",
    "TIME_PERIOD", "OBS_VALUE", "UNIT_MULT", "OBS_STATUS", "COMMENT_OBS",
)  # fmt: skip
_FREQUENCIES = {4: "A", 7: "M", 10: "D"}  # CL_FREQ by the length of a period that is a year, month or day
_STATUSES = {"estimate": "E", "preliminary": "P", "final": "A", "": "A"}  # CL_OBS_STATUS
_NOT_APPLICABLE = "_Z"
_TYPES = {"value": "number", "scale": "integer", "start": "integer", "end": "integer"}


class DataFile(NamedTuple):
    """A file of the data set, what it is, and its relationship to the brief (ISO 32000-2, 7.11.3)."""

    name: str
    data: bytes
    media_type: str
    title: Label
    relationship: Literal["Data", "Source"] = "Data"


def dataset(
    article: Article, observations: Iterable[Observation], brief: Brief, glossary: Glossary
) -> tuple[DataFile, ...]:
    """Article, observations, Brief (its names) -> the files of the data set, the description last."""
    told = tuple(observations)
    label, csv_type = glossary.label, "text/csv"
    files: tuple[DataFile, ...] = (
        DataFile(OBSERVATIONS, observation_table(told).encode(), csv_type, label("render.data.table")),
        DataFile(SDMX, sdmx_csv(told).encode(), csv_type, label("render.data.sdmx")),
        DataFile(ARTICLE, article.text.encode(), "text/plain", label("render.data.article"), "Source"),
    )
    if brief.past:
        earlier = past_table(brief.past).encode()
        files = (*files[:2], DataFile(HISTORY, earlier, csv_type, label("render.data.history")), *files[2:])
    described = json.dumps(_package(files, brief), ensure_ascii=False, indent=1) + "\n"
    return (*files, DataFile(PACKAGE, described.encode(), "application/json", label("render.data.package")))


def sdmx_csv(observations: Iterable[Observation]) -> str:
    """Observations -> SDMX-CSV 2.0: one value for each key, so that of several with the same key the first stands."""
    found: dict[tuple[str, ...], tuple[object, ...]] = {}
    for o in observations:
        frequency, time = _time(o.period)
        key = (frequency, o.area, o.indicator, o.measure, o.basis or _NOT_APPLICABLE, o.unit, time)
        found.setdefault(key, (f"{o.value:f}", o.scale, _STATUSES[o.status], o.quote))
    return csv_text(_SDMX_COLUMNS, (("dataflow", DATAFLOW, "I", *key, *value) for key, value in found.items()))


def _time(period: str) -> tuple[str, str]:
    """A period of the observation table -> frequency and time period of SDMX (months from a start: a range)."""
    first, _, last = period.partition("/")
    if last:
        return "_O", f"{first}-01/P{int(last[5:7]) - int(first[5:7]) + 1}M"
    return ("Q" if "Q" in period else _FREQUENCIES[len(period)]), period


def _package(files: Iterable[DataFile], brief: Brief) -> dict[str, object]:
    """The descriptor of a Data Package."""
    source = {"title": brief.office.en or brief.place.en} | ({"path": brief.address} if brief.address else {})
    about = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": brief.slug,
        "title": f"{brief.place.en}, {brief.period_label.en}",
        "description": brief.title.en,
    }
    issued = {"created": f"{brief.published}T00:00:00Z"} if brief.published else {}
    return {**about, **issued, "sources": [source], "resources": [_resource(f) for f in files]}


def _resource(file: DataFile) -> dict[str, object]:
    resource: dict[str, object] = {
        "name": file.name.rpartition(".")[0].replace(".", "-"),
        "path": file.name,
        "title": file.title.en,
        "mediatype": file.media_type,
        "format": file.name.rpartition(".")[2],
        "encoding": "utf-8",
        "bytes": len(file.data),
        "hash": f"sha256:{hashlib.sha256(file.data).hexdigest()}",
    }
    if file.name in (OBSERVATIONS, HISTORY):
        columns = COLUMNS if file.name == OBSERVATIONS else ("report", *COLUMNS)
        fields = [{"name": name, "type": _TYPES.get(name, "string")} for name in columns]
        resource |= {"type": "table", "schema": {"fields": fields, "missingValues": [""]}}
    return resource
