"""Messages into a Maildir (https://cr.yp.to/proto/maildir.html), which any mail program opens."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from pipeline.deliver.message import Message
from pipeline.deliver.transport import Receipt
from pipeline.errors import DeliveryError


class Outbox:
    """A folder with tmp, new and cur. Every method raises DeliveryError where it cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in ("tmp", "new", "cur"):
                (folder / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as e:
            raise self._wrong(e) from e

    def arrived(self, name: str) -> bool:
        """Whether a message of that name was put there, also where a reader has moved or marked it since."""
        return any(
            path.name.partition(":")[0] == _file(name)
            for side in ("new", "cur")
            for path in (self.folder / side).glob(f"{_file(name)}*")
        )

    def deliver(self, message: Message, committing: Callable[[], None]) -> Receipt:
        """A message, whole and on the disk, or not at all."""
        name = _file(message.name)
        part = self.folder / "tmp" / name
        committing()
        try:
            with part.open("wb") as file:
                file.write(message.data)
                file.flush()
                os.fsync(file.fileno())
            part.rename(self.folder / "new" / name)
            handle = os.open(self.folder / "new", os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as e:
            raise self._wrong(e) from e
        return Receipt("accepted", name)

    def close(self) -> None:
        """Nothing is kept open."""

    def _wrong(self, error: OSError) -> DeliveryError:
        return DeliveryError(f"{self.folder}: cannot be written: {error.strerror or error}")


def _file(name: str) -> str:
    return f"{name}.songngu"
