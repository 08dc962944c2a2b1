"""Tokens of the way out: what stands in a link instead of an address, and cannot be made by anybody else.

A token is an identifier, a keyed digest of the address, and an HMAC-SHA256 (RFC 2104) over it and the token's purpose,
in base64url (RFC 4648): 64 characters. It never expires: a link must work for years (RFC 8058). Who changes the key
breaks the links of all mails sent before.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.settings import TOKENS, Mail, secret

_ADDRESS, _PURPOSE = b"address\0", b"unsubscribe\0"
_IDENTIFIER = 16  # bytes
LENGTH = 64  # characters of a token
_LEAST = 32  # characters of a key: 128 bits in hexadecimal digits


def token_key(file: Path | None) -> str:
    """The key of the tokens, from the environment or else a file. Raises SettingsError for none, or a short one."""
    key = secret(TOKENS, file)
    if len(key) < _LEAST:
        raise SettingsError(f"the key of tokens needs {_LEAST} characters, such as `openssl rand -hex 32` writes")
    return key


def mail_key(mail: Mail) -> str:
    """The key that tokens and Message-IDs are made with; empty where the settings name none. Raises SettingsError."""
    return token_key(mail.key_file) if mail.key_file or os.environ.get(TOKENS) else ""


def identifier(email: str, key: str) -> bytes:
    """An address, however its letters are cased -> its identifier, which says nothing to who has not the key."""
    return _digest(key, _ADDRESS + email.casefold().encode())[:_IDENTIFIER]


def token(identified: bytes, key: str) -> str:
    """An identifier -> its token."""
    return base64.urlsafe_b64encode(identified + _digest(key, _PURPOSE + identified)).decode("ascii")


def identified(text: str, key: str) -> bytes | None:
    """What may be a token -> the identifier in it; None unless this key made it."""
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{{LENGTH}}}", text):
        return None
    data = base64.urlsafe_b64decode(text)
    found, signature = data[:_IDENTIFIER], data[_IDENTIFIER:]
    return found if hmac.compare_digest(signature, _digest(key, _PURPOSE + found)) else None


def _digest(key: str, message: bytes) -> bytes:
    return hmac.digest(key.encode(), message, "sha256")
