"""`songngu send`: a brief to its subscribers."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path

from pipeline.cli_glossary import Command
from pipeline.deliver.ledger import LEDGER, Delivery, opened_ledger
from pipeline.deliver.message import Issue, Sender, message, read_issue
from pipeline.deliver.outbox import Outbox
from pipeline.deliver.sending import send
from pipeline.deliver.subscribers import Subscriber, address, masked, read_subscribers
from pipeline.errors import DeliveryError
from pipeline.glossary import load_glossary
from pipeline.listing import columned
from pipeline.theme import read_theme

OUTBOX = Path("output/outbox")
_FROM = "songngu <songngu@songngu.invalid>"
Say = Callable[[str], None]


def add_commands(command: Command, glossary: Path, templates: Path, say: Say) -> None:
    """Give the command line `send`; `glossary` and `templates` are the program's, `say` prints."""
    example = "songngu send output/lang-son-2023-06 --to subscribers.csv"
    sending = command("send", "write a brief's messages to its subscribers into an outbox, each once", example)
    sending.add_argument("brief", metavar="BRIEF", help="a brief's folder; `status` prints who was sent what")
    sending.add_argument(
        "--to", type=Path, default=Path("subscribers.csv"), metavar="FILE",
        help="table of subscribers: email; if wanted name, language (vi, en, both), organisation, provinces, formats",
    )  # fmt: skip
    sending.add_argument(
        "--outbox", type=Path, default=OUTBOX, metavar="DIR",
        help=f"Maildir for the messages, the ledger in it (default: {OUTBOX})",
    )  # fmt: skip
    sending.add_argument("--from", dest="sender", type=_sender, default=_FROM, metavar="NAME <ADDRESS>")
    sending.add_argument("--theme", type=Path, metavar="FILE", help="an organisation's look (TOML), as for build")
    sending.add_argument("--dry-run", action="store_true", help="say what would be written, write nothing")
    sending.set_defaults(run=lambda a: say(_status(a.outbox) if a.brief == "status" else _send(a, glossary, templates)))


def _sender(text: str) -> Sender:
    name, email = parseaddr(text)
    try:
        return Sender(address(email), name)
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None


def _send(a: argparse.Namespace, glossary: Path, templates: Path) -> str:
    subscribers = read_subscribers(a.to)
    issue = read_issue(Path(a.brief), load_glossary(glossary), read_theme(templates, a.theme))
    if a.dry_run:
        return _planned(issue, subscribers, a.sender)
    with opened_ledger(a.outbox) as ledger:
        try:
            done = list(send(issue, subscribers, a.sender, ledger, Outbox(a.outbox), lambda: datetime.now(UTC)))
        except OSError as e:
            raise DeliveryError(f"{a.outbox}: cannot be written: {e.strerror or e}") from e
    before = sum(s.wants(issue.brief.area) for s in subscribers) - len(done)
    return f"{a.outbox}: {len(done)} messages written, {before} there already\n"


def _planned(issue: Issue, subscribers: tuple[Subscriber, ...], sender: Sender) -> str:
    rows = []
    for s in subscribers:
        if s.wants(issue.brief.area):
            size = len(message(issue, s, sender, datetime.now(UTC)).as_bytes())
            rows.append((masked(s.email), s.language, " ".join(s.formats), f"{size / 1000:.0f} kB"))
    return columned(("to", "language", "attached", "size"), rows, ("size",))


def _status(outbox: Path) -> str:
    if not (outbox / LEDGER).exists():
        raise DeliveryError(f"{outbox}: nothing was sent from there")
    with opened_ledger(outbox) as ledger:
        found = ledger.deliveries()
    counts = Counter((d.slug, d.state) for d in found)
    rows = [(slug, state, str(count)) for (slug, state), count in sorted(counts.items())]
    return columned(("brief", "state", "subscribers"), rows, ("subscribers",)) + _open(found)


def _open(found: list[Delivery]) -> str:
    left = [d for d in found if d.state != "accepted"]
    return "".join(f"{d.slug}, {masked(d.email)}: {d.state} since {d.since}\n" for d in left)
