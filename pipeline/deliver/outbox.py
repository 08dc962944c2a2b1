"""Messages into a Maildir (https://cr.yp.to/proto/maildir.html), which any mail program opens."""

from __future__ import annotations

import os
from pathlib import Path


class Outbox:
    """A folder with tmp, new and cur. Every method raises OSError as the file system does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def has(self, name: str) -> bool:
        """Whether a message of that name was put there, also where a reader has moved or marked it since."""
        return any(
            path.name.partition(":")[0] == name
            for side in ("new", "cur")
            for path in (self.folder / side).glob(f"{name}*")
        )

    def put(self, name: str, message: bytes) -> None:
        """A message, whole and on the disk, or not at all."""
        part = self.folder / "tmp" / name
        with part.open("wb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self.folder / "new" / name)
        handle = os.open(self.folder / "new", os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
