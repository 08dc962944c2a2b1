"""Argos Translate packages: a zip file or folder -> its parts in memory; installed, downloaded, checked.

A package is one folder with `metadata.json`, `model/` (CTranslate2) and `sentencepiece.model` or
`bpe.model`. It comes from strangers: names, sizes and kinds of its entries are checked before anything
is read, and nothing is written until everything has been.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import ModelError

# The official package; several public copies of it agree on the checksum.
OFFICIAL_NAME = "translate-vi_en-1_9.argosmodel"
OFFICIAL_ADDRESSES = (
    f"https://argos-net.com/v1/{OFFICIAL_NAME}",
    f"https://data.argosopentech.com/argospm/v1/{OFFICIAL_NAME}",
)
OFFICIAL_SHA256 = "ebd51b7189b13eccb9238a5777de1d343008c4c05284a8b89610242364433953"
OFFICIAL_SIZE = 65_895_840

# Far above any real package (the official one unpacks to 140 MB in 20 entries), far below a full disk.
MOST_BYTES = 2 << 30
MOST_ENTRIES = 5000
MOST_METADATA = 1 << 20
_TIMEOUT = 30
_CHUNK = 1 << 20

# What reading a damaged or hostile zip file may raise (zipfile's documentation and source).
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class Package:
    """A Vietnamese to English package: `files` are its tokeniser and model by their names in it."""

    name: str
    version: str
    target_prefix: str
    files: Mapping[str, bytes]

    @property
    def tokenizer(self) -> str:
        """Name of the tokeniser's file."""
        return next(name for name in _TOKENIZERS if name in self.files)


_TOKENIZERS = ("sentencepiece.model", "bpe.model")


def read_package(path: Path) -> Package:
    """A .argosmodel file or the folder of an installed package -> Package. Raises ModelError."""
    if path.is_dir():
        return _package(path.name, {n: path / n for n in _names(path)}, path)
    with _opened(path) as archive:
        entries = _checked(archive, path)
        root = _root(entries, path)
        inside = {name.removeprefix(f"{root}/"): info for name, info in entries.items()}
        return _package(root, inside, path, archive)


def as_published(path: Path) -> Path:
    """A package file -> itself, if its SHA-256 is that of the `.sha256` file beside it. Raises ModelError."""
    beside = path.with_name(f"{path.name}.sha256")
    try:
        wanted, got = beside.read_text(encoding="ascii").split()[:1], hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError) as e:
        raise ModelError(f"{path}: its checksum cannot be read: {e}") from e
    if wanted != [got]:
        raise ModelError(f"{path}: is damaged: its SHA-256 is {got}, not the one in {beside.name}")
    return path


def _names(folder: Path) -> list[str]:
    try:
        return sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file())
    except OSError as e:
        raise ModelError(f"{folder}: cannot be read: {e.strerror}") from e


def _package(
    root: str, inside: Mapping[str, Path | zipfile.ZipInfo], path: Path, archive: zipfile.ZipFile | None = None
) -> Package:
    """The parts of a package that are needed, read and checked."""

    def read(name: str) -> bytes:
        entry = inside[name]
        try:
            if isinstance(entry, Path):
                return entry.read_bytes()
            if archive is None:
                raise ModelError(f"{path}: is not open")
            return archive.read(entry)
        except _ZIP_ERRORS as e:
            raise ModelError(f"{path}: {name} cannot be read: {e}") from e

    if "metadata.json" not in inside:
        raise ModelError(f"{path}: is no Argos Translate package: it has no metadata.json")
    entry = inside["metadata.json"]
    if (entry.stat().st_size if isinstance(entry, Path) else entry.file_size) > MOST_METADATA:
        raise ModelError(f"{path}: its metadata.json is larger than {MOST_METADATA >> 20} MiB")
    metadata = _metadata(read("metadata.json"), path)
    needed = [n for n in inside if n in _TOKENIZERS or (n.startswith("model/") and n.count("/") == 1)]
    if "model/model.bin" not in needed:
        raise ModelError(f"{path}: the package has no model/model.bin")
    if not any(n in needed for n in _TOKENIZERS):
        raise ModelError(f"{path}: the package has neither {' nor '.join(_TOKENIZERS)}")
    version = str(metadata.get("package_version", ""))
    name = root.removesuffix(f"-{version.replace('.', '_')}")
    return Package(name, version, str(metadata.get("target_prefix", "")), {n: read(n) for n in needed})


def _metadata(data: bytes, path: Path) -> Mapping[str, Any]:
    try:
        metadata = json.loads(data)
    except (ValueError, RecursionError) as e:
        raise ModelError(f"{path}: its metadata.json is not JSON: {e}") from e
    if not isinstance(metadata, dict):
        raise ModelError(f"{path}: its metadata.json is not an object")
    pair = (metadata.get("from_code"), metadata.get("to_code"))
    if pair != ("vi", "en"):
        raise ModelError(f"{path}: translates {pair[0]} to {pair[1]}, not Vietnamese (vi) to English (en)")
    return metadata


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError:
        raise ModelError(f"{path}: there is no such file") from None
    except _ZIP_ERRORS as e:
        reason = e.strerror if isinstance(e, OSError) else e
        raise ModelError(f"{path}: is no Argos Translate package (a zip file): {reason}") from e


def _checked(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by name; raises ModelError for anything that could reach outside or flood."""
    entries: dict[str, zipfile.ZipInfo] = {}
    if len(archive.infolist()) > MOST_ENTRIES:
        raise ModelError(f"{path}: holds more than {MOST_ENTRIES} entries")
    if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
        raise ModelError(f"{path}: would unpack to more than {MOST_BYTES >> 30} GiB")
    for info in archive.infolist():
        # orig_filename: zipfile itself cuts a name at a NUL and hides what follows.
        name = info.orig_filename
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts or any(c in name for c in "\\:\0"):
            raise ModelError(f"{path}: holds an entry with a forbidden name: {name!r}")
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise ModelError(f"{path}: {name!r} is neither a file nor a folder")
        if info.flag_bits & 1:
            raise ModelError(f"{path}: {name!r} is encrypted")
        if info.is_dir():
            continue
        if name in entries:
            raise ModelError(f"{path}: holds {name!r} twice")
        entries[name] = info
    return entries


def _root(entries: Mapping[str, zipfile.ZipInfo], path: Path) -> str:
    roots = {name.split("/", 1)[0] if "/" in name else "" for name in entries}
    if len(roots) != 1 or "" in roots:
        raise ModelError(f"{path}: is no Argos Translate package: it must hold one folder")
    return roots.pop()


# --- installed packages -------------------------------------------------------------------


def packages_folder() -> Path:
    """Where Argos Translate keeps its packages (importing its settings makes that folder)."""
    try:
        from argostranslate import settings  # noqa: PLC0415  # an extra, and it makes folders on import
    except ImportError as e:
        raise ModelError(
            "Argos Translate is not installed: pip install --no-deps argostranslate, or name a package with --model"
        ) from e
    except OSError as e:
        raise ModelError(f"Argos Translate cannot make its folders: {e}") from e
    return Path(settings.package_data_dir)


def find_installed(folder: Path) -> Path | None:
    """The installed Vietnamese to English package of the highest version; None without one."""
    found: list[tuple[tuple[int, ...], str, Path]] = []
    for metadata in sorted(folder.glob("*/metadata.json")):
        try:
            content = json.loads(metadata.read_bytes())
        except (OSError, ValueError):
            continue  # a damaged package of another pair is no business of ours
        if isinstance(content, dict) and (content.get("from_code"), content.get("to_code")) == ("vi", "en"):
            digits = [int(n) for n in str(content.get("package_version", "")).split(".") if n.isdecimal()]
            found.append((tuple(digits), metadata.parent.name, metadata.parent))
    return max(found)[2] if found else None


def install(path: Path, folder: Path) -> Path:
    """Unpack a checked package into the folder of packages; the old one of that name is replaced at once."""
    package_root = ""
    with _opened(path) as archive:
        entries = _checked(archive, path)
        package_root = _root(entries, path)
        read_package(path)  # all that is needed is there and can be read
        target = folder / package_root
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Beside the packages, not among them: Argos Translate fails on a folder it does not know.
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".songngu-") as work:
                for name, info in entries.items():
                    _unpack(archive, info, Path(work) / "new" / name)
                if target.exists():
                    target.rename(Path(work) / "old")
                (Path(work) / "new" / package_root).rename(target)
        except _ZIP_ERRORS as e:
            raise ModelError(f"{path}: cannot be installed in {folder}: {e}") from e
    return target


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    """One entry; zipfile stops at the size that the checks have seen and compares the checksum."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(info) as source, target.open("xb") as out:
        shutil.copyfileobj(source, out, _CHUNK)


# --- download -----------------------------------------------------------------------------


def download(work: Path, addresses: tuple[str, ...] = OFFICIAL_ADDRESSES, sha256: str = OFFICIAL_SHA256) -> Path:
    """The official package as a file in `work`. Raises ModelError that says what to do without a network."""
    reasons: list[str] = []
    for address in addresses:
        target = work / OFFICIAL_NAME
        try:
            got = _fetch(address, target)
        except (OSError, ValueError) as e:  # URLError and timeouts are OSErrors
            reason = e.reason if isinstance(e, urllib.error.URLError) else e
            reasons.append(f"{address} ({reason})")
            continue
        if got == sha256:
            return target
        reasons.append(f"{address} (the file is not the official package: its SHA-256 is {got})")
    raise ModelError(
        "the official package cannot be downloaded: " + ", ".join(reasons) + ". Without a network, get "
        f"{OFFICIAL_NAME} on another machine and run `songngu model install PATH`; or work without a model: "
        "the brief is then written from its figures, and what no memory knows stays in Vietnamese"
    )


def _fetch(address: str, target: Path) -> str:
    """Download to a file, at most a little more than the official size -> SHA-256."""
    digest = hashlib.sha256()
    left = OFFICIAL_SIZE + _CHUNK
    with urllib.request.urlopen(address, timeout=_TIMEOUT) as answer, target.open("wb") as out:  # noqa: S310  # our own addresses
        while left > 0 and (data := answer.read(min(_CHUNK, left))):
            digest.update(data)
            out.write(data)
            left -= len(data)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()
