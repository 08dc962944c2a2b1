"""What waits for a person, and what a person says of it."""

from __future__ import annotations

from pipeline.errors import StoreError
from pipeline.watch.journal import SHORT, Entry, Journal

_LEAST = 6  # digits of a source that name it


def pending(journal: Journal) -> list[Entry]:
    """The briefs that wait for a person, in the order of their months."""
    return journal.entries("held")


def waiting(journal: Journal, entry: Entry, brief: str) -> list[str]:
    """Why a brief has to wait for others: another article of its month, or an earlier month, is not settled."""
    reasons = []
    for other in journal.entries("built", "held", "approved"):
        if other.source != entry.source and _area(other.brief) == _area(brief):
            if other.month == entry.month:
                reasons.append(f"another article of this month waits: {other.source[:SHORT]} of {other.name}")
            elif other.month < entry.month:
                reasons.append(f"an earlier month waits: {other.brief}")
    return reasons


def decide(journal: Journal, name: str, now: str, why: str | None = None) -> Entry:
    """Let a held brief go on, or reject it (`why`); `name` is the brief's, or the first digits of its source.

    What waited for it is built again, with what is then the history. Raises StoreError where none is meant, or several.
    """
    held = pending(journal)
    found = [e for e in held if e.brief == name or (len(name) >= _LEAST and e.source.startswith(name))]
    if not found:
        raise StoreError(f"{name}: no brief of that name waits (waiting: {', '.join(e.brief for e in held) or 'none'})")
    if len(found) > 1:
        names = ", ".join(f"{e.source[:SHORT]} of {e.name}" for e in found)
        raise StoreError(f"{name}: several articles wait, name one by its digits: {names}")
    (entry,) = found
    decided = journal.set(entry, "approved" if why is None else "rejected", now, why=why or "")
    for other in held:
        if other.source != entry.source and _area(other.brief) == _area(entry.brief) and other.month >= entry.month:
            journal.set(other, "found", now)
    return decided


def _area(brief: str) -> str:
    """A brief's name without its month: "lang-son" of "lang-son-2023-06"."""
    return brief[: -len("-2023-06")]
