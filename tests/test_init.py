"""`songngu init`, and the settings that it writes: they parse, and say all that can be set."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from conftest import ROOT
from fuse import Fuse, forked

from pipeline.cli import main
from pipeline.deliver.subscribers import read_subscribers
from pipeline.errors import SettingsError
from pipeline.settings import Settings, read_secret, read_settings

EXAMPLE = (ROOT / "templates" / "songngu.toml").read_text(encoding="utf-8")
KEY = re.compile(r"#?([a-z][a-z-]*) = ")


def everything(text: str) -> str:
    """The example with every commented key uncommented."""
    return re.sub(r"(?m)^#(?=[a-z])", "", text)


def settings(folder: Path, text: str) -> Settings:
    (folder / "songngu.toml").write_text(text, encoding="utf-8")
    return read_settings(folder / "songngu.toml")


def test_the_example_says_the_defaults(tmp_path: Path) -> None:
    assert settings(tmp_path, EXAMPLE) == settings(tmp_path, "")


def test_the_example_names_every_key_and_each_can_be_uncommented(tmp_path: Path) -> None:
    tables = {n: kind for n, kind in get_type_hints(Settings).items() if n != "file"}
    read: dict[str, dict[str, Any]] = tomllib.loads(everything(EXAMPLE))
    wanted = {table: {f.name.replace("_", "-") for f in fields(kind)} for table, kind in tables.items()}
    assert {table: set(said) for table, said in read.items()} == wanted
    made, default = settings(tmp_path, everything(EXAMPLE)), settings(tmp_path, "")
    commented = set(re.findall(r"(?m)^#([a-z-]+) = ", EXAMPLE))
    for table, kind in tables.items():
        for f in fields(kind):
            same = getattr(getattr(made, table), f.name) == getattr(getattr(default, table), f.name)
            assert same != (f.name.replace("_", "-") in commented), f"{table}.{f.name}"


def test_a_sentence_stands_over_every_key() -> None:
    lines = EXAMPLE.splitlines()
    for above, line in pairwise(lines):
        assert not KEY.match(line) or re.fullmatch(r"# [A-Z].*\.", above), line


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- init ---------------------------------------------------------------------------------


def test_init_writes_both_files_and_says_what_comes_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "briefs"
    assert main(["init", str(folder)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 3
    assert str(folder / "songngu.toml") in told[0]
    assert names(folder) == ["songngu.toml", "subscribers.csv"]
    made = read_settings(folder / "songngu.toml")
    assert read_subscribers(made.mail.subscribers) == ()
    assert (folder / "subscribers.csv").read_text().startswith("email,")
    assert f"songngu doctor --config {folder / 'songngu.toml'}" in "\n".join(told)


def test_init_works_in_the_folder_where_it_is_called(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "pipeline.cli", "init"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert names(tmp_path) == ["songngu.toml", "subscribers.csv"]


def test_init_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "songngu.toml").write_text("[mail]\n")
    assert main(["init", str(tmp_path)]) == 8
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", f"songngu: {tmp_path / 'songngu.toml'}: is there already\n")
    assert (tmp_path / "songngu.toml").read_text() == "[mail]\n"
    assert names(tmp_path) == ["songngu.toml"]


def test_init_keeps_a_table_of_subscribers_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "subscribers.csv").write_text("email\nlan@example.org\n")
    assert main(["init", str(tmp_path)]) == 0
    assert [s.email for s in read_subscribers(tmp_path / "subscribers.csv")] == ["lan@example.org"]


def test_init_where_nothing_can_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["init", str(tmp_path / "file")]) == 6
    assert capsys.readouterr().err.count("\n") == 1


def test_init_killed_at_any_step_can_be_repeated(tmp_path: Path) -> None:
    steps = 0
    while True:
        folder = tmp_path / str(steps)

        def work(folder: Path = folder, steps: int = steps) -> None:
            sys.addaudithook(Fuse(steps).hook)
            main(["init", str(folder)])

        killed = os.WIFSIGNALED(forked(work))
        if not (folder / "songngu.toml").exists():
            assert main(["init", str(folder)]) == 0
        assert (folder / "songngu.toml").read_text(encoding="utf-8") == EXAMPLE
        assert read_subscribers(folder / "subscribers.csv") == ()
        assert names(folder) == ["songngu.toml", "subscribers.csv"]
        if not killed:
            break
        steps += 1
    assert steps > 4


# --- secrets ------------------------------------------------------------------------------


def test_a_credential_of_systemd_stands_for_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "handed").mkdir()
    (tmp_path / "handed" / "smtp.password").write_text("from systemd\n")
    (tmp_path / "handed" / "smtp.password").chmod(0o440)  # as systemd's ACLs show themselves
    file = tmp_path / "smtp.password"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "handed"))
    assert read_secret(file) == "from systemd\n"
    other = tmp_path / "dkim.pem"
    with pytest.raises(SettingsError, match=r"dkim\.pem: cannot be read"):
        read_secret(other)
    other.write_text("key")
    other.chmod(0o440)
    with pytest.raises(SettingsError, match="others can read this secret"):
        read_secret(other)
    other.chmod(0o400)
    assert read_secret(other) == "key"
