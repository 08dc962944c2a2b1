"""A message -> its DKIM signature (RFC 6376), where a key is configured."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.errors import SettingsError
from pipeline.settings import Signing, read_secret

# What a reader is shown or acts on. Both fields of the way out must be signed (RFC 8058, 4); From twice, so that
# nobody can add another one (RFC 6376, 8.15).
_SIGNED = (
    "From", "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Language",
    "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted",
)  # fmt: skip


def signer(signing: Signing) -> Callable[[bytes], bytes]:
    """The settings' table -> what gives a whole message's DKIM-Signature field; it gives nothing where there is no key.

    Raises SettingsError where the key cannot be used.
    """
    if signing.key_file is None:
        return lambda _: b""
    import dkim  # noqa: PLC0415  # only mail that is signed needs it
    from dkim.crypto import UnparsableKeyError, parse_pem_private_key  # noqa: PLC0415  # the same

    key = read_secret(signing.key_file).encode()
    try:
        parse_pem_private_key(key)
    except UnparsableKeyError as e:
        raise SettingsError(f"{signing.key_file}: no RSA private key in PEM: {e}") from e
    selector, domain = signing.selector.encode("ascii"), signing.domain.encode("idna")

    def sign(data: bytes) -> bytes:
        head = data.partition(b"\r\n\r\n")[0]
        there = {name.lower() for name in re.findall(rb"(?m)^([!-9;-~]+):", head)}
        signed = [name.encode() for name in _SIGNED if name.lower().encode() in there]
        field: bytes = dkim.DKIM(data).sign(selector, domain, key, include_headers=signed)
        return field

    return sign
