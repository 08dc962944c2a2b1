"""Packages come from strangers: what is damaged, hostile or of another pair is refused with one clear line."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tiny_argos
from translate_helpers import ROOT

from pipeline.errors import ModelError
from pipeline.translate import ArgosEngine, load_engine
from pipeline.translate.package import (
    MOST_BYTES,
    MOST_ENTRIES,
    OFFICIAL_NAME,
    Package,
    as_published,
    download,
    find_installed,
    install,
    read_package,
)

GOOD = {"package_version": "1.0", "from_code": "vi", "to_code": "en"}
FILES = {"metadata.json": json.dumps(GOOD), "sentencepiece.model": "x", "model/model.bin": "x"}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_argos.build(tmp_path_factory.mktemp("package") / "tiny.argosmodel")


def write(path: Path, files: dict[str, str], root: str = "translate-vi_en-1_0") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{root}/{name}" if root else name, content)
    return path


def test_a_real_package_is_read_from_its_file_and_from_its_folder(real: Path, tmp_path: Path) -> None:
    from_file = read_package(real)
    folder = install(real, tmp_path / "packages")
    from_folder = read_package(folder)
    assert (from_file.name, from_file.version, from_file.tokenizer) == ("translate-vi_en", "0.1", "sentencepiece.model")
    assert from_file == from_folder
    assert ArgosEngine(from_folder).name == ArgosEngine(from_file).name
    assert from_file.files["model/model.bin"][:0] == b""


@pytest.mark.parametrize("missing", sorted(FILES))
def test_a_missing_part_is_named(tmp_path: Path, missing: str) -> None:
    files = {n: c for n, c in FILES.items() if n != missing}
    with pytest.raises(ModelError, match=missing.rsplit("/", 1)[-1].replace(".", r"\.")):
        read_package(write(tmp_path / "p.argosmodel", files))


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ({**GOOD, "from_code": "en", "to_code": "vi"}, "en to vi"),
        ({"package_version": "1.0"}, "None to None"),
        ([1], "not an object"),
    ],
)
def test_wrong_metadata(tmp_path: Path, metadata: object, reason: str) -> None:
    files = {**FILES, "metadata.json": json.dumps(metadata)}
    with pytest.raises(ModelError, match=reason):
        read_package(write(tmp_path / "p.argosmodel", files))


@pytest.mark.parametrize("content", ["{", "\xff", "[" * 100_000])
def test_metadata_that_is_not_json(tmp_path: Path, content: str) -> None:
    with pytest.raises(ModelError, match=r"metadata\.json is not JSON"):
        read_package(write(tmp_path / "p.argosmodel", {**FILES, "metadata.json": content}))


def test_huge_metadata_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"metadata\.json is larger"):
        read_package(write(tmp_path / "p.argosmodel", {**FILES, "metadata.json": " " * (2 << 20)}))


def test_no_file_and_no_zip(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such file"):
        read_package(tmp_path / "nowhere.argosmodel")
    text = tmp_path / "text.argosmodel"
    text.write_text("no zip")
    with pytest.raises(ModelError, match="zip file"):
        read_package(text)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ModelError, match=r"metadata\.json"):
        read_package(empty)


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "translate-vi_en-1_0/../../evil", "a\\..\\evil", "C:/evil", "translate-vi_en-1_0/.."],
)
def test_names_that_reach_outside(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "p.argosmodel", FILES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), "evil")
    for attempt in (lambda: read_package(path), lambda: install(path, tmp_path / "a" / "packages")):
        with pytest.raises(ModelError, match="forbidden name"):
            attempt()
    assert not list(tmp_path.rglob("evil*"))


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "p.argosmodel", FILES)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("translate-vi_en-1_0/link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(ModelError, match="neither a file nor a folder"):
        read_package(path)


def test_several_folders_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "p.argosmodel", FILES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("other/file", "x")
    with pytest.raises(ModelError, match="one folder"):
        read_package(path)


def test_files_beside_the_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="one folder"):
        read_package(write(tmp_path / "p.argosmodel", FILES, root=""))


def test_a_flood_of_entries_is_refused(tmp_path: Path) -> None:
    files = {**FILES, **{f"stanza/{n}": "" for n in range(MOST_ENTRIES)}}
    with pytest.raises(ModelError, match="more than"):
        read_package(write(tmp_path / "p.argosmodel", files))


def test_a_bomb_is_refused_by_the_size_it_declares(tmp_path: Path) -> None:
    path = write(tmp_path / "p.argosmodel", FILES)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")  # size in the central directory
    data[at + 24 : at + 28] = (MOST_BYTES + 1).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(ModelError, match="would unpack to more than"):
        read_package(path)


def test_a_lie_about_the_size_is_found(tmp_path: Path) -> None:
    path = write(tmp_path / "p.argosmodel", {**FILES, "model/model.bin": "x" * 5000})
    data = path.read_bytes()
    path.write_bytes(data.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(ModelError, match=r"model\.bin"):
        read_package(path)


def test_a_changed_byte_is_found(real: Path, tmp_path: Path) -> None:
    data = bytearray(real.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path = tmp_path / "p.argosmodel"
    path.write_bytes(data)
    with pytest.raises(ModelError):
        read_package(path)
    with pytest.raises(ModelError):
        install(path, tmp_path / "packages")
    assert not list(tmp_path.glob("packages/*"))


@pytest.mark.parametrize("part", ["sentencepiece.model", "model/model.bin"])
@pytest.mark.parametrize("content", [b"", b"nonsense" * 50])
def test_parts_that_cannot_be_loaded(real: Path, part: str, content: bytes) -> None:
    package = read_package(real)
    broken = Package(package.name, package.version, "", {**package.files, part: content})
    with pytest.raises(ModelError, match=r"translate-vi_en: the (model|tokeniser) cannot be loaded"):
        ArgosEngine(broken)


def test_installing_replaces_the_old_package_and_leaves_nothing_else(real: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "packages"
    first = install(real, folder)
    (first / "old").write_text("of an older version")
    second = install(real, folder)
    assert first == second == folder / "translate-vi_en-0_1"
    assert not (second / "old").exists()
    assert [p.name for p in folder.iterdir()] == [second.name]
    assert [p.name for p in folder.parent.iterdir()] == ["packages"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(real: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(ModelError, match="cannot be installed"):
        install(real, locked / "packages")


def test_where_a_file_stands_in_the_way(real: Path, tmp_path: Path) -> None:
    (tmp_path / "packages").write_text("a file")
    with pytest.raises(ModelError, match="cannot be installed"):
        install(real, tmp_path / "packages")


def test_the_highest_version_is_found_among_packages_of_all_kinds(tmp_path: Path) -> None:
    for name, metadata in {
        "a": '{"from_code": "vi", "to_code": "en", "package_version": "1.10"}',
        "b": '{"from_code": "vi", "to_code": "en", "package_version": "1.9"}',
        "c": '{"from_code": "en", "to_code": "vi", "package_version": "9"}',
        "d": "broken",
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "metadata.json").write_text(metadata)
    (tmp_path / "no-package").mkdir()
    assert find_installed(tmp_path) == tmp_path / "a"
    assert find_installed(tmp_path / "no-package") is None


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        """Tests print nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[[bytes], str]]:
    """Serves one file on this machine -> its address."""
    folder = tmp_path / "served"
    folder.mkdir()
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Handler(*a, directory=str(folder)))
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()

    def serve(content: bytes) -> str:
        (folder / "file").write_bytes(content)
        return f"http://127.0.0.1:{httpd.server_port}/file"

    yield serve
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def test_a_download_is_believed_by_its_checksum(server: Callable[[bytes], str], tmp_path: Path) -> None:
    address = server(b"package")
    digest = hashlib.sha256(b"package").hexdigest()
    assert download(tmp_path, (f"{address}-gone", address), digest).read_bytes() == b"package"
    with pytest.raises(ModelError, match=f"is not the official package: its SHA-256 is {digest}"):
        download(tmp_path, (address,), "0" * 64)


def test_without_a_network_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        download(tmp_path, ("http://127.0.0.1:9/file",), "0" * 64)
    message = str(caught.value)
    assert "\n" not in message
    for part in ("127.0.0.1:9", OFFICIAL_NAME, "songngu model install PATH", "without a model"):
        assert part in message


def test_install_and_load_the_installed_package(real: Path, tmp_path: Path) -> None:
    """In a process of its own: Argos Translate reads its folders from the environment once.

    The installed package is used before the bundled one.
    """
    other = tiny_argos.build(tmp_path / "other.argosmodel", tiny_argos.Tiny(metadata={"package_version": "0.2"}))
    script = (
        "import hashlib; from pathlib import Path; from pipeline.translate import install_model, load_engine; "
        f"bundled = Path({str(tmp_path / 'bundled.argosmodel')!r}); "
        "print(load_engine(None, bundled)); "
        f"bundled.write_bytes(Path({str(other)!r}).read_bytes()); "
        "digest = hashlib.sha256(bundled.read_bytes()).hexdigest(); "
        "bundled.with_name('bundled.argosmodel.sha256').write_text(digest + '  bundled.argosmodel'); "
        "print(load_engine(None, bundled).name); "
        f"print(install_model(Path({str(real)!r}))); "
        "print(load_engine(None, bundled).name)"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    before, bundled, installed, name = done.stdout.splitlines()
    assert before == "None"
    assert bundled.startswith("translate-vi_en-0_1 0.2 ")
    assert installed.startswith("translate-vi_en 0.1 in ")
    assert str(tmp_path) in installed
    assert name.startswith("translate-vi_en 0.1 ")


def test_a_bundled_package_that_is_not_as_published_is_refused(real: Path, tmp_path: Path) -> None:
    bundled, beside = tmp_path / "p.argosmodel", tmp_path / "p.argosmodel.sha256"
    bundled.write_bytes(real.read_bytes())
    with pytest.raises(ModelError, match="checksum cannot be read"):
        as_published(bundled)
    beside.write_text(f"{'0' * 64}  p.argosmodel\n", encoding="ascii")
    with pytest.raises(ModelError, match="is damaged"):
        as_published(bundled)
    beside.write_text(f"{hashlib.sha256(real.read_bytes()).hexdigest()}  p.argosmodel\n", encoding="ascii")
    assert as_published(bundled) == bundled


def test_torch_and_stanza_stay_away(real: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from pipeline.translate import load_engine; "
        "before = 'ctranslate2' in sys.modules; "
        f"load_engine(Path({str(real)!r})); "
        "print(before, *sorted({'torch', 'stanza'} & set(sys.modules)))"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


def test_load_engine_refuses_a_model_of_another_pair(tmp_path: Path) -> None:
    files = {**FILES, "metadata.json": json.dumps({**GOOD, "to_code": "fr"})}
    with pytest.raises(ModelError, match="vi to fr"):
        load_engine(write(tmp_path / "p.argosmodel", files))
