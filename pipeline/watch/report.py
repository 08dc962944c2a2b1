"""What a run did: events -> a line of a log, and the run's report on one page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import StoreError

# Kinds of events in the order of the report, and what it calls them.
KINDS = {
    "trouble": "Trouble", "held": "Held for a person", "approved": "Approved", "rejected": "Rejected",
    "noticed": "New articles", "built": "Built", "passed": "No report in it", "filled": "Back-filled",
    "archived": "Archived", "site": "Site", "sent": "Sent", "old": "Not sent",
}  # fmt: skip
_MOST = 40  # lines of a kind; the log has all


class Event(NamedTuple):
    """Something that happened: its kind, what it happened to, what is to be said, facts for machines.

    Several reasons stand in lines of their own. No address of a subscriber stands in it.
    """

    when: datetime
    kind: str
    name: str
    said: str
    facts: Mapping[str, object]


def as_json(event: Event) -> str:
    """An event -> its line of a log for machines."""
    told = {"time": event.when.isoformat(timespec="seconds"), "event": event.kind, "name": event.name}
    return json.dumps({**told, **({"said": event.said} if event.said else {}), **event.facts}, ensure_ascii=False)


def as_text(event: Event) -> str:
    """An event -> its line of a log for people."""
    return f"{event.when:%H:%M:%S} {event.kind:<8} {event.name}{_said(event)}"


def report(events: Sequence[Event], begun: datetime, ended: datetime, waiting: Iterable[str]) -> str:
    """A run's events, the briefs that wait for a person -> its report."""
    lines = [f"songngu run, {begun:%Y-%m-%d %H:%M} UTC, {(ended - begun).total_seconds():.0f} s"]
    for kind, title in KINDS.items():
        told = [e for e in events if e.kind == kind]
        if told:
            lines += ["", f"{title}: {len(told)}"]
            lines += [line for e in told[:_MOST] for line in _entry(e)]
            lines += [f"  ... {len(told) - _MOST} more"] if len(told) > _MOST else []
    if not events:
        lines += ["", "Nothing new."]
    held = list(waiting)
    if held:
        lines += [
            "",
            f"Waiting for a person: {', '.join(held)}",
            "  (songngu pending, songngu approve, songngu reject)",
        ]
    return "".join(f"{line}\n" for line in lines)


def _said(event: Event) -> str:
    return f": {'; '.join(event.said.splitlines())}" if event.said else ""


def _entry(event: Event) -> list[str]:
    """An event's lines in the report: several reasons stand under each other."""
    several = event.said.splitlines()
    if len(several) < 2:
        return [f"  {event.name}{_said(event)}"]
    return [f"  {event.name}:", *(f"    - {line}" for line in several)]


def keep(folder: Path, text: str, begun: datetime) -> Path:
    """A report -> its file in the folder of the runs' records. Raises StoreError."""
    file = folder / f"report-{begun:%Y%m%dT%H%M%S}.txt"
    part = file.with_suffix(".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    except OSError as e:
        raise StoreError(f"{file}: cannot be written: {e.strerror or e}") from e
    return file
