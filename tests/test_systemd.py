"""What docs/unattended.md and examples/systemd tell people to install is sound, and its commands are songngu's."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.cli import _parser

UNITS = sorted((ROOT / "examples" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
DOCUMENT = (ROOT / "docs" / "unattended.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL) for line in block.splitlines()]
CRON = [line for block in re.findall(r"```cron\n(.*?)```", DOCUMENT, re.DOTALL) for line in block.splitlines()]


def value(unit: Path, key: str) -> list[str]:
    return re.findall(rf"(?m)^{key}=(.*)$", unit.read_text(encoding="utf-8"))


def songngu(words: list[str]) -> list[list[str]]:
    """The words behind each `songngu` that a command line calls."""
    called = (n for n, word in enumerate(words) if word.endswith("/bin/songngu") or (n, word) == (0, "songngu"))
    return [words[n + 1 :] for n in called]


def commands() -> Iterator[tuple[str, list[str]]]:
    yield from (("docs/unattended.md", found) for line in LINES for found in songngu(shlex.split(line)))
    yield from (("cron", found) for line in CRON for found in songngu(line.split()[5:]))
    for unit in SERVICES:
        yield from ((unit.name, found) for line in value(unit, "ExecStart") for found in songngu(shlex.split(line)))


# --- commands -----------------------------------------------------------------------------


def parse(words: list[str]) -> str:
    """What songngu's own parser says against a command; empty where it takes it."""
    try:
        _parser().parse_args(words)
    except SystemExit as e:
        return f"status {e.code}"
    return ""


@pytest.mark.parametrize(("where", "words"), [pytest.param(*c, id=shlex.join(c[1])) for c in commands()])
def test_a_command_is_one_of_songngus(where: str, words: list[str]) -> None:
    assert parse(words) == "", where


def test_the_commands_that_an_operator_needs_are_told() -> None:
    told = {words[0] for _, words in commands()}
    wanted = {"init", "doctor", "run", "pending", "approve", "reject", "send", "subscribers", "bounces", "archive"}
    assert told == {*wanted, "unsubscribe-server"}
    assert parse(["init", "--nonsense"]) == "status 2"


# --- units --------------------------------------------------------------------------------


@pytest.fixture
def analyze() -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here (.ci/run installs it)")
    return program


def copied(folder: Path, *, everything: bool) -> list[str]:
    """The units with a program that is there; with `everything` that is commented out in them."""
    for unit in UNITS:
        text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(encoding="utf-8"))
        text = re.sub(r"(?m)^#(?=[A-Z][A-Za-z]+=)", "", text) if everything else text
        (folder / unit.name).write_text(text, encoding="utf-8")
    return [str(folder / unit.name) for unit in UNITS]


def verified(analyze: str, files: list[str]) -> subprocess.CompletedProcess[str]:
    words = [analyze, "verify", "--man=no", "--recursive-errors=no", *files]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("everything", [False, True], ids=["as written", "uncommented"])
def test_systemd_finds_nothing_wrong_with_the_units(analyze: str, tmp_path: Path, *, everything: bool) -> None:
    done = verified(analyze, copied(tmp_path, everything=everything))
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_would_find_a_wrong_key(analyze: str, tmp_path: Path) -> None:
    files = copied(tmp_path, everything=False)
    (tmp_path / "songngu.service").write_text("[Service]\nExecStart=/bin/true\nPrivatTmp=yes\n")
    assert "PrivatTmp" in verified(analyze, files).stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda u: u.name)
def test_a_service_is_shut_in(analyze: str, unit: Path) -> None:
    """At most 2.0 of 10 in systemd's own measure: what is left are the network and a few rights of no use."""
    words = [analyze, "security", "--offline=true", "--threshold=20", "--no-pager", str(unit)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_timer_rings_every_morning_and_makes_up_for_what_it_missed(analyze: str) -> None:
    (timer,) = (unit for unit in UNITS if unit.suffix == ".timer")
    (calendar,) = value(timer, "OnCalendar")
    words = [analyze, "calendar", "--iterations=3", "--base-time=2026-03-01 12:00:00 UTC", calendar]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env={"TZ": "UTC", "LC_ALL": "C"})
    days = re.findall(r"2026-03-(\d\d) 00:00:00 UTC", done.stdout)  # seven o'clock in Viet Nam
    assert days == ["02", "03", "04"]
    assert value(timer, "Persistent") == ["true"]
    assert value(timer, "RandomizedDelaySec")
    assert (timer.with_suffix(".service")) in SERVICES


@pytest.mark.parametrize("unit", SERVICES, ids=lambda u: u.name)
def test_a_services_paths_fit_together(unit: Path) -> None:
    (writable,) = value(unit, "ReadWritePaths")
    (command,) = value(unit, "ExecStart")
    config = Path(shlex.split(command)[shlex.split(command).index("--config") + 1])
    assert str(config.parent) == writable == value(unit, "WorkingDirectory")[0]
    assert value(unit, "User") == ["songngu"]
    for credential in re.findall(r"(?m)^#LoadCredential=(.*)$", unit.read_text(encoding="utf-8")):
        name, _, path = credential.partition(":")
        assert Path(path).name == name  # as read_secret() looks for it
        assert f'"{name}"' in (ROOT / "templates" / "songngu.toml").read_text(encoding="utf-8")


# --- cron ---------------------------------------------------------------------------------

FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))  # minute, hour, day of the month, month, day of the week


def fits(field: str, least: int, most: int) -> bool:
    """Whether a field of a crontab is one: lists of `*`, numbers, ranges, with a step if wanted (crontab(5))."""
    for part in field.split(","):
        found = re.fullmatch(r"(?:\*|(\d+)(?:-(\d+))?)(?:/([1-9]\d*))?", part)
        if found is None:
            return False
        numbers = [int(n) for n in found.groups()[:2] if n is not None]
        if not all(least <= n <= most for n in numbers) or numbers != sorted(numbers):
            return False
    return True


def test_the_line_of_a_crontab_has_five_fields() -> None:
    (line,) = CRON
    *fields, command = line.split(maxsplit=5)
    assert len(fields) == 5
    assert all(fits(field, *bounds) for field, bounds in zip(fields, FIELDS, strict=True))
    assert command.startswith("/")  # cron's PATH is short
    assert "%" not in command  # cron takes it for a line break
    assert not fits("60", *FIELDS[0])
    assert not fits("5-1", *FIELDS[3])
