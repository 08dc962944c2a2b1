"""A mail server that does what a test asks of it: aiosmtpd, with faults."""

from __future__ import annotations

import asyncio
import email
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.policy import SMTP as POLICY
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

Reply = str | None
DROP = "drop"  # instead of a reply: the connection is cut


class Faulty(SMTP):
    """Asks its handler before each command; a command that is answered so does not happen."""

    async def _fault(self, command: str) -> bool:
        reply = self.event_handler.fault(command)
        if reply == DROP:
            self.cut()
        elif reply:
            await self.push(reply)
        return bool(reply)

    def cut(self) -> None:
        """Close the connection without a word."""
        assert isinstance(self.transport, asyncio.WriteTransport)
        self.transport.abort()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802  # as aiosmtpd names it
        if not await self._fault("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802  # the same
        if not await self._fault("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802  # the same
        if not await self._fault("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # the same
        if not await self._fault("DATA"):
            await super().smtp_DATA(arg)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802  # the same
        if not await self._fault("RSET"):
            await super().smtp_RSET(arg)


class Handler:
    """Keeps what arrives. `faults`: command -> replies to give one after the other, None for none.

    The command "." is a message's end: it is kept, and the reply given or the connection cut thereafter; with the
    command "lost" it is cut and the message not kept, with "slow" the answer takes that many seconds.
    """

    def __init__(self) -> None:
        self.faults: dict[str, list[Reply]] = {}
        self.taken: list[Envelope] = []
        self.connections = 0

    def fault(self, command: str) -> Reply:
        self.connections += command == "EHLO"
        left = self.faults.get(command, [])
        return left.pop(0) if left else None

    async def handle_DATA(self, server: Faulty, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # the same
        if seconds := self.fault("slow"):
            await asyncio.sleep(float(seconds))
        if self.fault("lost"):
            server.cut()
            return "250 never said"
        reply = self.fault(".")
        if reply is None or reply == DROP:
            self.taken.append(envelope)
        if reply == DROP:
            server.cut()
        return reply or "250 2.0.0 taken"

    @property
    def received(self) -> list[str]:
        """The recipients of what arrived."""
        return sorted(to for e in self.taken for to in e.rcpt_tos)

    @property
    def names(self) -> list[str]:
        """The Message-IDs of what arrived."""
        return [str(email.message_from_bytes(e.content, policy=POLICY)["Message-ID"]) for e in self.taken]  # type: ignore[arg-type]  # bytes, as decode_data is off


class _Controller(Controller):
    def __init__(self, handler: Handler, context: ssl.SSLContext | None, settings: dict[str, Any]) -> None:
        self._settings = settings
        super().__init__(handler, hostname="127.0.0.1", port=free_port(), ready_timeout=30, ssl_context=context)

    def factory(self) -> SMTP:
        return Faulty(self.handler, **self._settings)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return int(found.getsockname()[1])


@contextmanager
def serving(handler: Handler, context: ssl.SSLContext | None = None, **settings: Any) -> Iterator[int]:
    """A server on this machine, with a context by TLS from the start -> its port. `settings` are aiosmtpd's."""
    controller = _Controller(handler, context, settings)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def certificate(folder: Path, host: str) -> Path:
    """A key and a certificate for a host that it signs itself, in one file."""
    file = folder / f"{host}.pem"
    kind = "IP" if host[0].isdigit() else "DNS"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={host}",
         "-addext", f"subjectAltName={kind}:{host}", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return file


def tls(file: Path) -> ssl.SSLContext:
    """A server's side of TLS with a certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


def only(user: str, password: str) -> Any:
    """An authenticator that takes one pair."""

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        fits = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=fits, handled=False)

    return check
