"""Debian's Postfix on a port of this machine, delivering into Maildirs of a folder of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from mailserver import certificate, free_port

GONE = "gone"  # a mailbox that is not there
_DOMAINS = "example.org, example.com, example.net"
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = mail.songngu.example
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
mydestination =
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = regexp:{folder}/conf/boxes
virtual_minimum_uid = 100
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_chain_files = {certificate}
smtpd_client_connection_rate_limit = 0
"""
# The services of Debian's master.cf that delivery into Maildirs needs, none in a chroot.
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


@dataclass(frozen=True)
class Postfix:
    """A running server."""

    folder: Path
    port: int

    @property
    def certificate(self) -> Path:
        """What it shows."""
        return self.folder / "conf" / "127.0.0.1.pem"

    def received(self, email: str) -> list[bytes]:
        """The messages that an address got: one Maildir has all."""
        return self._all().get(email, [])

    def addresses(self) -> Counter[str]:
        """How many messages each address got."""
        return Counter({email: len(found) for email, found in self._all().items()})

    def _all(self) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for file in sorted((self.folder / "mail" / "all" / "new").glob("*")):
            data = file.read_bytes()
            (to,) = re.findall(rb"(?m)^Delivered-To: (\S+)$", data.partition(b"\n\n")[0])
            found.setdefault(to.decode(), []).append(data)
        return found

    def settle(self, messages: int, seconds: float = 60.0) -> int:
        """Wait until that many messages have arrived in all and its queue is empty -> how many have."""
        end = time.monotonic() + seconds
        while True:
            found = sum(1 for _ in (self.folder / "mail" / "all" / "new").glob("*"))
            queues = ("incoming", "active", "deferred", "maildrop")
            waiting = any(p.is_file() for q in queues for p in (self.folder / "spool" / q).rglob("*"))
            if (found >= messages and not waiting) or time.monotonic() > end:
                return found
            time.sleep(0.05)


@contextmanager
def running(more: str = "") -> Iterator[Postfix]:
    """A server of its own, with more lines of main.cf; skips where Postfix or the right to start it is missing."""
    if shutil.which("postfix") is None or os.geteuid() != 0:
        pytest.skip("Debian's postfix is not here (.ci/run installs it), or only root may start it")
    folder = Path(tempfile.mkdtemp(prefix="songngu-postfix-"))  # the server's user must reach it
    folder.chmod(0o755)
    try:
        for name in ("conf", "spool", "data", "mail"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        os.chown(folder / "mail", 65534, 65534)
        port, file = free_port(), certificate(folder / "conf", "127.0.0.1")
        file.chmod(0o600)
        facts = {"folder": folder, "port": port, "domains": _DOMAINS, "certificate": file}
        (folder / "conf" / "main.cf").write_text(_MAIN.format(**facts).lstrip() + more)
        (folder / "conf" / "master.cf").write_text(_MASTER.format(**facts).lstrip())
        (folder / "conf" / "boxes").write_text(f"!/^{GONE}@/ all/\n")
        _postfix(folder, "start")
        try:
            yield Postfix(folder, port)
        finally:
            _postfix(folder, "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postfix(folder: Path, word: str) -> None:
    done = subprocess.run(
        ["postfix", "-c", folder / "conf", word], capture_output=True, text=True, check=False, timeout=60
    )
    log = folder / "mail.log"
    assert done.returncode == 0, done.stderr + (log.read_text() if log.exists() else "")
