"""Files by what they hold: an object's name is its SHA-256, so that it is never overwritten and each is kept once.

Objects are put in place before the index knows of them. A journal beside them says which are new, so that what a
killed process has left can be told from what is lost, and goes with the next addition.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

OBJECTS, INCOMING = "objects", "incoming"


def digest(data: bytes) -> str:
    """Bytes -> SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


class Objects:
    """The objects of an archive's folder. Every method raises OSError as the file system does."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.incoming = folder / OBJECTS, folder / INCOMING

    def path(self, sha256: str) -> Path:
        """Where an object lies. Raises ValueError for what is no SHA-256: a name never leads out of the folder."""
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise ValueError(f"{sha256!r} is no SHA-256")
        return self.folder / sha256[:2] / sha256

    def put(self, name: str, contents: Mapping[str, bytes]) -> int:
        """SHA-256 -> bytes: all of them in place and on the disk; `name` is that of the journal.

        -> how many were there damaged, and are whole again.
        """
        there = {sha for sha in contents if self.path(sha).exists()}
        damaged = {sha for sha in there if digest(self.path(sha).read_bytes()) != sha}
        new = {sha: data for sha, data in contents.items() if sha not in there - damaged}
        if not new:
            return 0
        self.incoming.mkdir(parents=True, exist_ok=True)
        self._write(self.incoming / f"{name}.json", json.dumps(sorted(set(new) - damaged)).encode())
        _sync(self.incoming)
        for sha, data in new.items():
            place = self.path(sha)
            place.parent.mkdir(parents=True, exist_ok=True)
            self._write(place, data)
        for parent in {self.path(sha).parent for sha in new}:
            _sync(parent)
        _sync(self.folder)
        _sync(self.folder.parent)
        return len(damaged)

    def _write(self, place: Path, data: bytes) -> None:
        part = self.incoming / f"{place.name}.part"
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o444)
        part.replace(place)

    def done(self, name: str) -> None:
        """The index knows the objects of that journal now."""
        (self.incoming / f"{name}.json").unlink(missing_ok=True)

    def left(self) -> set[str]:
        """The objects that a journal speaks of: those which a killed addition may have left."""
        found: set[bytes] = set()
        for journal in self.incoming.glob("*.json"):
            found |= set(re.findall(rb"[0-9a-f]{64}", journal.read_bytes()))
        return {sha.decode() for sha in found}

    def clean(self, known: Collection[str]) -> None:
        """Take away what killed additions have left, `known` being the objects of them that the index has."""
        for sha in self.left() - set(known):
            self.path(sha).unlink(missing_ok=True)
        for rest in [*self.incoming.glob("*.part"), *self.incoming.glob("*.json")]:
            rest.unlink(missing_ok=True)

    def all(self) -> Iterator[Path]:
        """Every file among the objects, whatever its name."""
        return (p for p in sorted(self.folder.rglob("*")) if not p.is_dir())

    def read(self, sha256: str) -> bytes:
        """An object's bytes."""
        return self.path(sha256).read_bytes()


def _sync(folder: Path) -> None:
    """A folder's entries are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
