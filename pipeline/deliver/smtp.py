"""Messages to a mail server (RFC 5321), by one connection that is kept; every reply is a receipt."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from typing import Literal

from pipeline.deliver.message import Message
from pipeline.deliver.subscribers import masked_in
from pipeline.deliver.transport import Receipt
from pipeline.errors import DeliveryError
from pipeline.settings import PASSWORD, Server, secret

_CLOSING = 421  # the service is not available now, whatever was asked
_TOO_LARGE = 552
_LOCKED = (530, 534, 535, 538)  # a login or TLS is missing (RFC 4954): it would be for the next message too
_STATES: dict[int, Literal["accepted", "deferred", "rejected"]] = {2: "accepted", 4: "deferred", 5: "rejected"}
_PATIENCE = (
    10  # times as long as for other answers: a server looks into a message before it takes it (RFC 5321, 4.5.3.2)
)


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
            if connection.sock is not None:
                connection.sock.settimeout(self._server.timeout * _PATIENCE)
            code, reply = connection.getreply()
        except (smtplib.SMTPException, OSError) as e:
            self._drop()
            return Receipt("unknown", f"the connection was lost after DATA: {_said(e)}")
        if code == _CLOSING:
            self._drop()
        elif connection.sock is not None:
            connection.sock.settimeout(self._server.timeout)
        if code // 100 not in _STATES:
            self._drop()
            return Receipt("unknown", f"no answer of SMTP after DATA: {_told(code, reply)}")
        return Receipt(_STATES[code // 100], _told(code, reply))

    def _envelope(self, connection: smtplib.SMTP, message: Message) -> Receipt | None:
        """MAIL, RCPT and DATA -> the receipt of a message that the server does not want; None: it waits for it.

        Raises DeliveryError where it would want none of them.
        """
        size = [f"size={len(message.data)}"] if connection.has_extn("size") else []
        steps: tuple[tuple[int, Callable[[], tuple[int, bytes]]], ...] = (
            (2, lambda: connection.mail(message.sender, size)),
            (2, lambda: connection.rcpt(message.recipient)),
            (3, lambda: connection.docmd("DATA")),
        )
        for number, (awaited, step) in enumerate(steps):
            code, reply = step()
            if code // 100 == awaited:
                continue
            if code == _CLOSING or code // 100 not in (4, 5):
                self._drop()
                return Receipt("queued", _told(code, reply))
            if code in _LOCKED or (number == 0 and code // 100 == 5 and code != _TOO_LARGE):
                self.close()
                raise DeliveryError(
                    f"{self._server.host}: the server takes no mail of this sender: {_told(code, reply)}"
                )
            self._reset(connection)
            return Receipt(_STATES[code // 100], _told(code, reply))
        return None

    def _reset(self, connection: smtplib.SMTP) -> None:
        """Give up a message that the server did not want; it may have gone after it said so."""
        try:
            code, _ = connection.rset()
        except (smtplib.SMTPException, OSError):
            code = _CLOSING
        if code == _CLOSING:
            self._drop()

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
    except ssl.SSLError as e:
        if e.reason != "WRONG_VERSION_NUMBER":
            raise
        raise DeliveryError(f"{where}: the server speaks no TLS there: is smtp.security right for this port?") from e
    except UnicodeError as e:
        raise DeliveryError(f"{where}: user and password can have letters of ASCII alone") from e
    except smtplib.SMTPNotSupportedError as e:
        raise DeliveryError(f"{where}: the server offers no {'STARTTLS' if 'STARTTLS' in str(e) else 'login'}") from e
    except smtplib.SMTPAuthenticationError as e:
        if e.smtp_code < 500:
            raise
        raise DeliveryError(f"{where}: the server does not take user and password ({e.smtp_code})") from e
    except smtplib.SMTPException as e:
        if type(e) is not smtplib.SMTPException:
            raise
        raise DeliveryError(f"{where}: the server and this program know no common way to log in") from e


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
        if connection.sock is not None:
            # A message's last piece must not wait for the server to acknowledge the one before: 17 ms a message here.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
        if server.user:
            connection.login(server.user, password)
    except (smtplib.SMTPException, OSError, UnicodeError):
        connection.close()
        raise
    return connection


def _told(code: int, reply: bytes) -> str:
    return masked_in(f"{code} {' '.join(reply.decode('utf-8', 'replace').split())}"[:300])


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _told(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    return masked_in(" ".join(str(error).split()) or type(error).__name__)
