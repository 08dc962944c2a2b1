"""A site's folder: what is written is what changed, what goes is what an earlier build wrote and this one did not.

`.songngu-site.json` names every file of the last build with the digest of what it was made from and its size. While a
build is under way, the files that are new stand in a journal beside it: a killed build knows its own again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.errors import ArchiveError
from pipeline.store import locked

MANIFEST, JOURNAL, PART = ".songngu-site.json", ".songngu-site.journal", ".songngu-site.part"
_OWN = {MANIFEST, JOURNAL, PART}


def digest_of(*parts: object) -> str:
    """What a page is made from -> 32 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


class Output:
    """A folder that a site is written to."""

    def __init__(self, folder: Path, before: dict[str, tuple[str, int]], stamp: int, journal: IO[str]) -> None:
        self.folder, self._before, self._stamp, self._journal = folder, before, stamp, journal
        self._files: dict[str, tuple[str, int]] = {}
        self._folders: set[Path] = set()
        self._doubted = False  # a file was newer than the last build
        self.written = self.removed = 0

    def put(self, path: str, digest: str, make: Callable[[], bytes]) -> None:
        """A file at a path, made only where what it is made from changed, written only where its bytes did.

        Raises ArchiveError where a file that no build wrote lies there.
        """
        place = f"{self.folder}/{path}"  # a Path for each of them would be most of a build that changes nothing
        before = self._before.get(path)
        try:
            found = os.lstat(place)  # as above
        except FileNotFoundError:
            found = None
        except NotADirectoryError as e:
            raise ArchiveError(f"{place}: cannot be written: a file has the name of a folder") from e
        if found is not None and before is None:
            raise ArchiveError(f"{place}: not a file of this site; move it away, then build again")
        untouched = found is not None and before is not None and found.st_size == before[1]
        if untouched and found is not None and before is not None and before[0] == digest:
            if found.st_mtime_ns <= self._stamp:
                self._files[path] = before
                return
            self._doubted = True
        data = make()
        self._files[path] = (digest, len(data))
        if untouched and Path(place).read_bytes() == data:
            return
        if before is None:
            self._journal.write(f"{path}\n")
            self._journal.flush()
        self._write(Path(place), data)
        self.written += 1

    def known(self, start: str, digest: str) -> list[str] | None:
        """The names of an earlier build below `start`, if all of them were made of this and are there untouched."""
        names = [path for path in self._before if path.startswith(start)]
        for path in names:
            try:
                found = os.lstat(f"{self.folder}/{path}")  # as in put()
            except OSError:
                return None
            if self._before[path] != (digest, found.st_size) or found.st_mtime_ns > self._stamp:
                return None
        return [path.removeprefix(start) for path in names] or None

    def paths(self) -> Iterator[str]:
        """The paths of this build so far, in order."""
        return iter(sorted(self._files))

    def _write(self, place: Path, data: bytes) -> None:
        if place.parent not in self._folders:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(place.parent)
        part = self.folder / PART
        part.write_bytes(data)
        part.replace(place)

    def finish(self) -> None:
        """Take away what this build has not, then say what it has."""
        for path in sorted(self._before.keys() - self._files.keys()):
            place = self.folder / path
            if place.is_symlink() or place.exists():
                place.unlink()
                self.removed += 1
            for parent in place.relative_to(self.folder).parents:
                try:
                    (self.folder / parent).rmdir()
                except OSError:  # something is still in it
                    break
        text = json.dumps({"version": 1, "files": dict(sorted(self._files.items()))}, indent=0) + "\n"
        if self.written or self.removed or self._files != self._before or not (self.folder / MANIFEST).exists():
            self._write(self.folder / MANIFEST, text.encode())
        elif self._doubted:
            os.utime(self.folder / MANIFEST)  # what was newer is as it was


@contextmanager
def opened_output(folder: Path) -> Iterator[Output]:
    """A folder -> it, for one build at a time. Raises ArchiveError where it is not a site's, or cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            before, stamp = _before(folder)
            with (folder / JOURNAL).open("a", encoding="utf-8") as journal:
                if not (folder / MANIFEST).exists():
                    journal.write("\n")  # from now on the folder is a site's
                    journal.flush()
                output = Output(folder, before, stamp, journal)
                yield output
                output.finish()
            (folder / JOURNAL).unlink()
            (folder / PART).unlink(missing_ok=True)
    except OSError as e:
        raise ArchiveError(f"{e.filename or folder}: the site cannot be written: {e.strerror or e}") from e


def _before(folder: Path) -> tuple[dict[str, tuple[str, int]], int]:
    """What earlier builds wrote, with the time of the last whole one."""
    manifest, journal = folder / MANIFEST, folder / JOURNAL
    if not manifest.exists() and not journal.exists():
        if any(folder.iterdir()):
            raise ArchiveError(f"{folder}: not empty, and no site of this program: name a new folder")
        return {}, 0
    try:
        files, stamp = {}, 0
        if manifest.exists():
            read = json.loads(manifest.read_bytes())
            if read["version"] != 1:
                raise ArchiveError(f"{manifest}: of a newer songngu")
            files = {str(path): (str(digest), int(size)) for path, (digest, size) in read["files"].items()}
            stamp = manifest.stat().st_mtime_ns
        if journal.exists():
            new = journal.read_text(encoding="utf-8").splitlines()
            files = {path: ("", -1) for path in new if path} | files
    except (ValueError, LookupError, TypeError, AttributeError) as e:
        raise ArchiveError(f"{manifest}: damaged ({e!r:.90}); build into a new folder") from e
    for path in files:
        if path in _OWN or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise ArchiveError(f"{manifest}: damaged: it names {path!r}, which is no page of a site")
    return files, stamp
