"""`songngu send`: a brief to its subscribers."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from email.utils import parseaddr
from pathlib import Path

from pipeline.archive.reading import opened
from pipeline.cli_archive import progress
from pipeline.cli_glossary import Command
from pipeline.deliver.issue import Issue, make_issue, read_issue
from pipeline.deliver.ledger import LEDGER, STATES, Delivery, State, read_deliveries
from pipeline.deliver.message import Messages
from pipeline.deliver.people import PEOPLE, opened_people
from pipeline.deliver.post import NOBODY, SystemClock, opened_post, outbox_settings, sender_of
from pipeline.deliver.subscribers import address, masked, read_subscribers
from pipeline.errors import SettingsError
from pipeline.glossary import Glossary, load_glossary
from pipeline.listing import columned
from pipeline.settings import Settings, read_settings
from pipeline.theme import Theme, read_theme

OUTBOX = Path("output/outbox")
SUBSCRIBERS = Path("subscribers.csv")
_DONE = ("accepted", "unsubscribed", "bounced")
Held = Callable[[], AbstractContextManager[None]]
Say = Callable[[str], None]


def add_commands(command: Command, glossary: Path, templates: Path, say: Say, log: Say, held: Held) -> None:
    """Give the command line `send`; `glossary` and `templates` are the program's, `say` prints, `log` tells meanwhile,
    `held` keeps an interrupt waiting while a message is on its way.
    """
    example = "songngu send output/lang-son-2023-06 --to subscribers.csv"
    sending = command("send", "send a brief to its subscribers, each once", example)
    sending.add_argument(
        "brief", metavar="BRIEF",
        help="a brief's folder, or with --config its name in the archive; `status` prints who was sent what",
    )  # fmt: skip
    add_mail(sending)
    sending.add_argument("--from", dest="sender", type=_sender, metavar="NAME <ADDRESS>")
    sending.add_argument("--theme", type=Path, metavar="FILE", help="an organisation's look (TOML), as for build")
    sending.add_argument("--dry-run", action="store_true", help="say what would be sent, send nothing")
    sending.add_argument(
        "--retry-unknown", action="store_true",
        help="also to those of whom nobody knows whether they have it (connection lost after DATA): it may come twice",
    )  # fmt: skip
    sending.add_argument(
        "--retry-rejected", action="store_true", help="also to those whom the server refused, if it was set up wrongly"
    )
    sending.add_argument(
        "--corrected", action="store_true", help="once more to those who had it, marked as a correction in its subject"
    )

    def run(a: argparse.Namespace) -> int:
        settings = mail_settings(a)
        if a.brief == "status":
            say(_status(settings.mail.folder))
            return 0
        theme = read_theme(templates, a.theme or settings.brief.theme)
        issue = _issue(a, settings, load_glossary(settings.brief.glossary or glossary, settings.brief.additions), theme)
        if a.dry_run:
            say(_planned(issue, settings))
            return 0
        again: dict[State, bool] = {"unknown": a.retry_unknown, "rejected": a.retry_rejected}
        return _send(issue, settings, say, log, held, [state for state, wanted in again.items() if wanted])

    sending.set_defaults(run=run)


def add_mail(parser: argparse.ArgumentParser, *, table: bool = True) -> None:
    """Give a command the flags that say where records of the mail are, and the table of subscribers."""
    text = "settings of the mail server and everything else (`songngu init` writes an example)"
    parser.add_argument("--config", type=Path, metavar="FILE", help=text)
    if table:
        columns = "email; if wanted name, language (vi, en, both), organisation, provinces, formats"
        text = f"table of subscribers (default: {SUBSCRIBERS}): {columns}"
        parser.add_argument("--to", type=Path, metavar="FILE", help=text)
    text = f"Maildir for the messages where there is no server, the ledger in it (default: {OUTBOX})"
    parser.add_argument("--outbox", type=Path, metavar="DIR", help=text)


def mail_settings(a: argparse.Namespace) -> Settings:
    """Flags of add_mail() -> the settings that they mean. Raises SettingsError."""
    flags = {"--to": getattr(a, "to", None), "--outbox": a.outbox, "--from": getattr(a, "sender", None)}
    to, outbox, sender = flags.values()
    if a.config is None:
        return outbox_settings(outbox or OUTBOX, to or SUBSCRIBERS, sender or NOBODY)
    for flag, value in flags.items():
        if value is not None:
            raise SettingsError(f"{flag} and --config do not go together: {a.config} says it")
    return read_settings(a.config)


def _sender(text: str) -> str:
    try:
        address(parseaddr(text)[1])
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None
    return text


def _issue(a: argparse.Namespace, settings: Settings, glossary: Glossary, theme: Theme) -> Issue:
    """A brief's folder, or its name in the settings' archive -> the issue."""
    if a.config is None or Path(a.brief).is_dir():
        return read_issue(Path(a.brief), glossary, theme, corrected=a.corrected)
    with opened(settings.folders.archive) as archive:
        entry = archive.entry(a.brief)
        return make_issue(
            lambda name: archive.read(entry, name), a.brief, glossary, theme, corrected=a.corrected
        )  # fmt: skip


def _send(issue: Issue, settings: Settings, say: Say, log: Say, held: Held, again: Collection[State]) -> int:
    """Prints what became of it; 1 where somebody has not got it."""

    def waiting(seconds: float, why: str) -> None:
        log(f"waiting {seconds:.0f} s: {why}\n")

    wanted = sum(s.wants(issue.brief.area) for s in read_subscribers(settings.mail.subscribers))
    done: list[Delivery] = []
    with opened_post(settings, SystemClock(), held, waiting) as post, progress("send") as begin:
        for delivery in post(issue, again):
            done.append(delivery)
            begin(len(done), wanted)
        all_of_it = post.send.ledger.deliveries(issue.name)
    settled = {d.email for d in done}
    before = sum(d.state in _DONE and d.email not in settled for d in all_of_it)
    say(f"{issue.name}: {told(done) or 'nothing to send'}; {before} done before\n")
    left = [d for d in all_of_it if d.state not in _DONE]
    say(_open(left))
    return int(bool(left))


def told(done: Iterable[Delivery]) -> str:
    """Deliveries -> how many came into which state, in words; empty for none."""
    counts = Counter(d.state for d in done)
    return ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])


def _planned(issue: Issue, settings: Settings) -> str:
    """Who would be sent what, and who not any more; nothing is written."""
    mail = settings.mail
    messages = Messages(issue, sender_of(mail))
    states: dict[str, str] = {}
    if (mail.folder / LEDGER).exists():
        states = {d.email.casefold(): str(d.state) for d in read_deliveries(mail.folder, issue.name)}
    if (mail.folder / PEOPLE).exists():
        with opened_people(mail.folder) as people:
            states |= {gone.email.casefold(): gone.reason for gone in people.suppressions()}
    rows = []
    for s in read_subscribers(mail.subscribers):
        if s.wants(issue.brief.area):
            size = len(messages.make(s, SystemClock().now()).data)
            state = states.get(s.email.casefold(), "new")
            rows.append((masked(s.email), s.language, " ".join(s.formats), f"{size / 1000:.0f} kB", state))
    return columned(("to", "language", "attached", "size", "state"), rows, ("size",))


def _status(outbox: Path) -> str:
    found = read_deliveries(outbox)
    counts = Counter((d.brief, d.state) for d in found)
    rows = [(brief, state, str(count)) for (brief, state), count in sorted(counts.items())]
    left = [d for d in found if d.state not in _DONE]
    return columned(("brief", "state", "subscribers"), rows, ("subscribers",)) + _open(left)


def _open(left: Iterable[Delivery]) -> str:
    """Those who have not got it, a line each."""
    return "".join(
        f"{d.brief}, {masked(d.email)}: {d.state} since {d.since}{f': {d.detail}' if d.detail else ''}\n" for d in left
    )
