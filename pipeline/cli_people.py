"""`songngu subscribers`, `songngu bounces` and `songngu unsubscribe-server`: who gets briefs, and who no longer."""

from __future__ import annotations

import argparse
import logging
import re
import socket
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import get_args

from pipeline.cli_deliver import add_mail, mail_settings
from pipeline.cli_glossary import Command
from pipeline.deliver.bounces import Outcome, messages, take
from pipeline.deliver.ledger import LEDGER, opened_ledger
from pipeline.deliver.people import People, opened_people
from pipeline.deliver.subscribers import (
    COLUMNS,
    FORMATS,
    Wanted,
    edited,
    masked,
    read_subscribers,
    subscriber,
    to_csv,
)
from pipeline.deliver.tokens import mail_key, token_key
from pipeline.deliver.wayout import LOG, Redacted, application, server
from pipeline.errors import DeliveryError
from pipeline.glossary import load_glossary
from pipeline.listing import columned
from pipeline.settings import Mail

_SOMEBODY = "lan@example.org"
_LISTEN = "127.0.0.1:8080"
Act = Callable[[argparse.Namespace, People, Path], str]
Say = Callable[[str], None]
Now = Callable[[], datetime]


def add_commands(command: Command, glossary: Path, templates: Path, say: Say, now: Now) -> None:
    """Give the command line `subscribers`, `bounces` and `unsubscribe-server`.

    `glossary` and `templates` are the program's, `say` prints, `now` is the time in UTC.
    """
    _add_subscribers(command, say, now)
    example = "songngu bounces import Maildir"
    made = command("bounces", "take what mail servers report of messages that did not arrive", example)
    actions = made.add_subparsers(title="actions", metavar="ACTION", required=True)
    summary = "read reports (RFC 3464), complaints (RFC 5965) and mails of people who leave, each once"
    importing = actions.add_parser("import", help=summary, description=summary, epilog=f"example: {example}")
    importing.add_argument("mail", type=Path, metavar="MAILDIR", help="a Maildir or an mbox file")
    add_mail(importing, table=False)
    importing.set_defaults(run=lambda a: say(_bounced(a.mail, mail_settings(a).mail, now())))

    serving = command(
        "unsubscribe-server", "serve the page and the one-click address (RFC 8058) that people leave by",
        f"songngu unsubscribe-server --listen {_LISTEN} --key-file token.key",
    )  # fmt: skip
    serving.add_argument(
        "--listen", type=_listen, default=_LISTEN, metavar="HOST:PORT",
        help=f"for a proxy that ends TLS (default: {_LISTEN})",
    )  # fmt: skip
    serving.add_argument(
        "--key-file", type=Path, metavar="FILE",
        help="the key of the tokens, which only its owner may read (default: SONGNGU_TOKEN_KEY, or the settings')",
    )  # fmt: skip
    add_mail(serving, table=False)
    serving.set_defaults(run=lambda a: _serve(a, glossary, templates, say, now))


def _add_subscribers(command: Command, say: Say, now: Now) -> None:
    made = command("subscribers", "keep the table of subscribers", f"songngu subscribers add {_SOMEBODY}")
    actions = made.add_subparsers(title="actions", metavar="ACTION", required=True)

    def action(name: str, summary: str, example: str, act: Act) -> argparse.ArgumentParser:
        def run(a: argparse.Namespace) -> None:
            mail = mail_settings(a).mail
            with opened_people(mail.folder) as people:
                told = act(a, people, mail.subscribers)
            say(told)

        words = f"example: songngu subscribers {name} {example}".rstrip()
        parser = actions.add_parser(name, help=summary, description=summary, epilog=words)
        parser.set_defaults(run=run)
        add_mail(parser)
        return parser

    adding = action("add", "add a subscriber, or change one", f"{_SOMEBODY} --language vi", _add)
    adding.add_argument("email", metavar="ADDRESS")
    adding.add_argument("--name")
    adding.add_argument("--language", choices=get_args(Wanted))
    adding.add_argument("--organisation", metavar="NAME")
    adding.add_argument("--provinces", nargs="*", metavar="CODE", help="ISO 3166-2 codes, none for all")
    adding.add_argument("--formats", nargs="*", choices=FORMATS, help="what is attached beside the PDF")
    adding.add_argument("--again", action="store_true", help="also one on the suppression list who asked to come back")
    removing = action(
        "remove", "remove a subscriber, for good", _SOMEBODY, lambda a, people, to: _remove(a.email, people, to, now())
    )
    removing.add_argument("email", metavar="ADDRESS")
    importing = action("import", "add and change subscribers by a table", "new.csv", _import)
    importing.add_argument(
        "file", type=Path, metavar="FILE", help=f"CSV with the columns {', '.join(COLUMNS)}, or some"
    )
    action("export", "print the table of those who get briefs, as CSV", "", _export)
    action("list", "print everybody, and why some get nothing", "", _list)


def _listen(text: str) -> tuple[str, int]:
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+):(\d{1,5})", text)
    if found is None or int(found[2]) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r}: a host and a port, such as {_LISTEN}")
    return found[1].strip("[]"), int(found[2])


# --- subscribers --------------------------------------------------------------------------


def _add(a: argparse.Namespace, people: People, path: Path) -> str:
    given = {"email": a.email, "name": a.name, "language": a.language, "organisation": a.organisation}
    lists = {"provinces": a.provinces, "formats": a.formats}
    cells = {**given, **{name: None if codes is None else " ".join(codes) for name, codes in lists.items()}}
    with edited(path) as table:
        try:
            made = subscriber({name: cell for name, cell in cells.items() if cell is not None}, table)
        except ValueError as e:
            raise DeliveryError(str(e)) from None
        if (reason := people.suppressed(made.email)) and not a.again:
            raise DeliveryError(f"{made.email}: {reason}; --again if that person asked to come back")
        known = made.email.casefold() in table
        table[made.email.casefold()] = made
    if reason:
        people.restore(made.email)
    return f"{made.email}: {'changed' if known else 'added'}{', no longer suppressed' if reason else ''}\n"


def _remove(email: str, people: People, path: Path, now: datetime) -> str:
    """The list first: who is killed before the table is written sends nothing all the same."""
    try:
        gone = subscriber({"email": email}, {}).email
    except ValueError as e:
        raise DeliveryError(str(e)) from None
    people.suppress(gone, "removed", now.isoformat(timespec="seconds"))
    with edited(path) as table:
        known = table.pop(gone.casefold(), None)
    return f"{gone}: {'removed' if known else f'not in {path}'}; nothing is sent there any more\n"


def _import(a: argparse.Namespace, people: People, path: Path) -> str:
    with edited(path) as table:
        found = {s.email.casefold(): s for s in read_subscribers(a.file, table)}
        refused = {key: reason for key, s in found.items() if (reason := people.suppressed(s.email))}
        taken = {key: s for key, s in found.items() if key not in refused}
        new = len(taken.keys() - table.keys())
        changed = sum(table[key] != s for key, s in taken.items() if key in table)
        table.update(taken)
    counts = f"{new} added, {changed} changed, {len(taken) - new - changed} as they were, {len(refused)} refused\n"
    return "".join(f"{found[key].email}: {reason}, not taken\n" for key, reason in refused.items()) + counts


def _export(_: argparse.Namespace, people: People, path: Path) -> str:
    """Without who is suppressed: another program that sends by the table must not write to them."""
    return to_csv(s for s in read_subscribers(path) if not people.suppressed(s.email))


def _list(_: argparse.Namespace, people: People, path: Path) -> str:
    suppressed = {s.email.casefold(): s for s in people.suppressions()}
    rows: list[tuple[str, ...]] = []
    for s in read_subscribers(path) if path.exists() else ():
        gone = suppressed.pop(s.email.casefold(), None)
        state = (gone.reason, gone.since, gone.detail) if gone else ("subscribed", "", "")
        rows.append((s.email, s.name, s.language, *state))
    rows += [(gone.email, "", "", gone.reason, gone.since, gone.detail) for gone in suppressed.values()]
    return columned(("email", "name", "language", "state", "since", "detail"), rows, ())


# --- bounces, and the server --------------------------------------------------------------


def _bounced(box: Path, mail: Mail, now: datetime) -> str:
    """What came back -> a line for each message that a person should look at, and the counts."""
    folder, key = mail.folder, mail_key(mail)
    if not (folder / LEDGER).exists():
        raise DeliveryError(f"{folder}: nothing was sent from there")
    counts: Counter[str] = Counter()
    lines: list[str] = []
    with opened_ledger(folder) as ledger, opened_people(folder) as people:
        for name, data in messages(box):
            result = take(data, ledger, people, now, key)
            counts[result.outcome] += 1
            if result.outcome == "not understood":
                lines.append(f"not understood: {name}\n")
            if result.suppressed:
                counts["suppressed"] += 1
                lines.append(f"suppressed: {masked(result.suppressed)}\n")
    rows = [(name, str(counts[name])) for name in (*get_args(Outcome), "suppressed")]
    return "".join(lines) + columned(("report", "messages"), rows, ("messages",))


def _serve(a: argparse.Namespace, glossary: Path, templates: Path, say: Say, now: Now) -> None:
    mail = mail_settings(a).mail
    app = application(mail.folder, token_key(a.key_file or mail.key_file), templates, load_glossary(glossary), now)
    with opened_people(mail.folder):  # a folder that cannot be used is told now, not to who wants to leave
        pass
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted("%(asctime)s %(message)s"))
    logging.getLogger().addHandler(handler)
    LOG.setLevel(logging.INFO)
    host, port = a.listen
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family) as listener:
            say(f"listening on {host}, port {listener.getsockname()[1]}\n")
            server(listener, app).run()
    except OSError as e:
        raise DeliveryError(f"{host}:{port}: cannot be listened on: {e.strerror or e}") from e
