#!/usr/bin/env python3
"""Time messages as they are built, signed and taken by a real server (Debian's Postfix on this machine, as root).

usage: mail.py BRIEF_DIR [--messages 500] [--subscribers 10000]

BRIEF_DIR is a folder that `songngu build` made. Side by side in one run: a message each by the standard library and
dkimpy as a plain program would make it, and by songngu; then songngu into a Maildir and to Postfix with TLS. Last, the
memory of the sending process over many subscribers, to a Postfix that throws everything away.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import dkim

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))  # Postfix as the tests start it

from mailing import send_by  # noqa: E402  # behind the path
from postfix import running  # noqa: E402  # the same

from pipeline.deliver.issue import PDF, Issue, read_issue  # noqa: E402  # the same
from pipeline.deliver.ledger import opened_ledger  # noqa: E402  # the same
from pipeline.deliver.message import Messages, Sender  # noqa: E402  # the same
from pipeline.deliver.outbox import Outbox  # noqa: E402  # the same
from pipeline.deliver.post import SystemClock  # noqa: E402  # the same
from pipeline.deliver.signing import signer  # noqa: E402  # the same
from pipeline.deliver.smtp import Smtp  # noqa: E402  # the same
from pipeline.deliver.subscribers import Subscriber  # noqa: E402  # the same
from pipeline.deliver.transport import Transport  # noqa: E402  # the same
from pipeline.glossary import load_glossary  # noqa: E402  # the same
from pipeline.settings import Server, Signing  # noqa: E402  # the same
from pipeline.theme import read_theme  # noqa: E402  # the same

WHEN = datetime(2025, 5, 2, 8, 0, tzinfo=UTC)
SENDER = Sender("briefs@example.org", "Bản tin", "briefs.example.org", "https://example.org/leave/{token}")


def people(count: int) -> tuple[Subscriber, ...]:
    """Subscribers of all three kinds."""
    wanted = ("vi", "en", "both")
    return tuple(Subscriber(f"person{n}@example.org", f"Người đọc {n}", wanted[n % 3]) for n in range(count))  # type: ignore[arg-type]  # of the three


def seconds(act: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def plain(issue: Issue, readers: Iterable[Subscriber], key: bytes) -> None:
    """A message each by the standard library: text, HTML, PDF, signed."""
    text = Messages(issue, SENDER).make(Subscriber("x@example.org"), WHEN).data.decode()[:20_000]
    for s in readers:
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = "Bản tin <briefs@example.org>", f"{s.name} <{s.email}>"
        mail["Subject"] = f"Bản tin {issue.brief.period_label.vi}"
        mail.set_content(text)
        mail.add_alternative(f"<p>{text}</p>", subtype="html")
        mail.add_attachment(issue.files[PDF], "application", "pdf", filename="Bản tin.pdf")
        data = mail.as_bytes()
        dkim.sign(data, b"s1", b"example.org", key)


def sent(folder: Path, transport: Transport, messages: Messages, readers: tuple[Subscriber, ...]) -> None:
    """All of it, the ledger in a folder."""
    with opened_ledger(folder) as ledger, closing(transport):
        done = sum(d.state == "accepted" for d in send_by(ledger, transport, SystemClock(), 600)(messages, readers))
    if done != len(readers):
        raise SystemExit(f"{done} of {len(readers)} were accepted")


def memory() -> float:
    """MB that this process holds now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def show(what: str, count: int, took: float) -> None:
    """A line of the result."""
    print(f"{what:<44} {took / count * 1000:7.2f} ms a message  {count / took:7.1f} a second", flush=True)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("brief", type=Path)
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--subscribers", type=int, default=10_000)
    a = parser.parse_args()
    issue = read_issue(a.brief, load_glossary(ROOT / "glossary"), read_theme(ROOT / "templates"))
    readers = people(a.messages)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        key = folder / "dkim.pem"
        words = ["openssl", "genrsa", "-out", str(key), "2048"]
        subprocess.run(words, check=True, capture_output=True)
        key.chmod(0o600)
        sign = signer(Signing("example.org", "s1", key))
        size = len(Messages(issue, SENDER, sign).make(readers[2], WHEN, "t" * 64).data)
        print(f"{a.messages} messages of up to {size / 1000:.0f} kB")
        show("standard library and dkimpy", len(readers), seconds(lambda: plain(issue, readers, key.read_bytes())))
        for what, messages in (
            ("built", Messages(issue, SENDER)), ("built and signed", Messages(issue, SENDER, sign)),
        ):  # fmt: skip
            messages.make(readers[2], WHEN)  # what all share
            show(what, len(readers), seconds(lambda m=messages: [m.make(s, WHEN, "t" * 64) for s in readers]))  # type: ignore[misc]  # the loop's own
        box = Outbox(folder / "box")
        show("signed, into a Maildir", len(readers), seconds(lambda: sent(folder / "box", box, messages, readers)))
        for what, more in (("delivered", ""), ("thrown away", "virtual_transport = discard\n")):
            with running(more) as postfix:
                server = Server("127.0.0.1", postfix.port, "starttls", ca_file=postfix.certificate)
                at = folder / what
                took = seconds(lambda at=at, server=server: sent(at, Smtp(server), messages, readers))  # type: ignore[misc]  # the loop's own
                show(f"signed, taken by Postfix with TLS, {what}", len(readers), took)
        many(folder, messages, a.subscribers)


def many(folder: Path, messages: Messages, count: int) -> None:
    """The memory of the process along the way."""
    with running("virtual_transport = discard\n") as postfix:
        server = Server("127.0.0.1", postfix.port, "starttls", ca_file=postfix.certificate)
        readers = people(count)
        before, begun = memory(), time.perf_counter()
        with opened_ledger(folder / "many") as ledger, closing(Smtp(server)) as smtp:
            for n, _ in enumerate(send_by(ledger, smtp, SystemClock(), 600)(messages, readers), 1):
                if n in (count // 10, count // 2, count):
                    print(f"{n} of {count} subscribers: {memory():.0f} MB (before: {before:.0f} MB)", flush=True)
        show("all of them", count, time.perf_counter() - begun)


if __name__ == "__main__":
    main()
