"""Messages to a mail server (RFC 5321), by one connection that is kept; every reply is a receipt."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable

from pipeline.deliver.message import Message
from pipeline.deliver.transport import Receipt
from pipeline.errors import DeliveryError
from pipeline.settings import PASSWORD, Server, secret

_CLOSING = 421  # the service is not available now, whatever was asked


class Smtp:
    """A mail server. It is connected to when there is a message for it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._password = secret(PASSWORD, server.password_file) if server.user else ""
        self._connection: smtplib.SMTP | None = None

    def arrived(self, _name: str) -> None:
        """Nobody can know: a server does not tell what it has taken before."""

    def deliver(self, message: Message, committing: Callable[[], None]) -> Receipt:
        """A message -> what the server said.

        A connection that is lost before the message's end is "queued"; one that is lost after DATA was taken is
        "unknown", for the server may have it.
        """
        kept = self._connection is not None
        receipt = self._try(message, committing)
        if kept and self._connection is None and receipt.state == "queued":
            return self._try(message, committing)  # a server may close a connection that was idle
        return receipt

    def close(self) -> None:
        """QUIT, and never mind the answer: all that counts was answered before."""
        if self._connection is not None:
            try:
                self._connection.quit()
            except (smtplib.SMTPException, OSError):
                self._connection.close()
            self._connection = None

    def _try(self, message: Message, committing: Callable[[], None]) -> Receipt:
        try:
            connection = self._connected()
            refused = self._envelope(connection, message)
        except (smtplib.SMTPException, OSError) as e:
            self._drop()
            return Receipt("queued", _said(e))
        if refused is not None:
            return refused
        committing()
        try:
            connection.send(re.sub(rb"(?m)^\.", b"..", message.data) + b".\r\n")
            code, reply = connection.getreply()
        except (smtplib.SMTPException, OSError) as e:
            self._drop()
            return Receipt("unknown", f"the connection was lost after DATA: {_said(e)}")
        if code == _CLOSING:
            self._drop()
        return _receipt(code, reply)

    def _envelope(self, connection: smtplib.SMTP, message: Message) -> Receipt | None:
        """MAIL, RCPT and DATA -> the receipt of a message that the server does not want; None: it waits for it."""
        size = [f"size={len(message.data)}"] if connection.has_extn("size") else []
        steps: tuple[Callable[[], tuple[int, bytes]], ...] = (
            lambda: connection.mail(message.sender, size),
            lambda: connection.rcpt(message.recipient),
            lambda: connection.docmd("DATA"),
        )
        code, reply = 0, b""
        for step in steps:
            code, reply = step()
            if code == _CLOSING:
                self._drop()
                return Receipt("queued", _told(code, reply))
            if code not in (250, 251, 252, 354):
                connection.rset()
                return _receipt(code, reply)
        if code != 354:  # what DATA must be answered with
            raise smtplib.SMTPServerDisconnected(f"DATA was answered with {_told(code, reply)}")
        return None

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = connect(self._server, self._password)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def connect(server: Server, password: str) -> smtplib.SMTP:
    """A server's settings, the user's password -> a connection that is as safe as they ask for, logged in.

    Raises DeliveryError for what will not be otherwise next time: certificate, STARTTLS, login; else as smtplib does.
    """
    where = f"{server.host}:{server.port}"
    try:
        return _opened(server, password)
    except ssl.SSLCertVerificationError as e:
        raise DeliveryError(f"{where}: the server's certificate is not trusted ({e.verify_message})") from e
    except smtplib.SMTPNotSupportedError as e:
        raise DeliveryError(f"{where}: the server offers no {'STARTTLS' if 'STARTTLS' in str(e) else 'login'}") from e
    except smtplib.SMTPAuthenticationError as e:
        if e.smtp_code < 500:
            raise
        raise DeliveryError(f"{where}: the server does not take user and password ({e.smtp_code})") from e


def _trust(server: Server) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca_file)
    except OSError as e:  # ssl.SSLError too
        raise DeliveryError(f"{server.ca_file}: no file of certificates: {e.strerror or e}") from e


def _opened(server: Server, password: str) -> smtplib.SMTP:
    context = _trust(server)
    where = (server.host, server.port)
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=server.timeout, context=context)
    else:
        connection = smtplib.SMTP(*where, timeout=server.timeout)
    try:
        connection.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
        if server.user:
            connection.login(server.user, password)
    except (smtplib.SMTPException, OSError):
        connection.close()
        raise
    return connection


def _receipt(code: int, reply: bytes) -> Receipt:
    state = {2: "accepted", 4: "deferred"}.get(code // 100, "rejected")
    return Receipt(state, _told(code, reply))  # type: ignore[arg-type]  # one of its words


def _told(code: int, reply: bytes) -> str:
    return f"{code} {' '.join(reply.decode('utf-8', 'replace').split())}"[:300]


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _told(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    return " ".join(str(error).split()) or type(error).__name__
