"""The README's commands work as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]


def test_the_readme_names_the_ways_that_are_tested() -> None:
    assert {"make brief", "make test"} <= set(COMMANDS)
    assert sum("songngu " in c for c in COMMANDS) >= 6


def run(command: str, place: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    words = ["bash", "-c", command]
    return subprocess.run(words, cwd=place, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive that the README's commands ask."""
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "examples", place / "examples")
    (adding,) = (c for c in COMMANDS if "--archive" in c)
    assert run(adding, place).returncode == 0
    return place


@pytest.mark.parametrize("command", [c for c in COMMANDS if not c.startswith("make ")])
def test_a_command_of_the_readme(command: str, archived: Path, tmp_path: Path) -> None:
    shutil.copytree(archived, tmp_path, dirs_exist_ok=True)
    done = run(command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracked files with this environment in place, so that `make` has no set-up to do."""
    folder = tmp_path_factory.mktemp("clone")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def test_make_brief_ends_with_the_path_of_the_brief(clone: Path) -> None:
    if not (ROOT / ".venv" / ".ready").exists():
        pytest.skip("the environment was not set up by make")
    (clone / ".venv").symlink_to(ROOT / ".venv")  # copies keep their times, so that it is as ready there as here
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}  # as if called by hand
    done = subprocess.run(["make", "brief"], cwd=clone, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pdf = clone / done.stdout.splitlines()[-1]
    assert pdf == clone / "output" / "lang-son-2023-06" / "brief.pdf"
    assert pdf.read_bytes().startswith(b"%PDF")
    assert "setting up" not in done.stdout


def test_the_wheel_carries_everything_and_works_elsewhere(clone: Path, tmp_path: Path) -> None:
    wheels, target = tmp_path / "wheels", tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(clone)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = wheels.glob("songngu-*.whl")
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)], check=True)
    environment = {**os.environ, "PYTHONPATH": str(target), "PYTHONDONTWRITEBYTECODE": "1"}
    words = [
        sys.executable,
        "-P",
        "-c",
        "import pipeline.cli, sys; print(pipeline.cli.__file__); sys.exit(pipeline.cli.main())",
    ]
    words += ["build", str(ROOT / "examples" / "lang-son-2023-06.html"), "--out", str(tmp_path / "out")]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    module, pdf = done.stdout.splitlines()[0], done.stdout.splitlines()[-1]
    assert Path(module).is_relative_to(target)
    assert Path(pdf).read_bytes().startswith(b"%PDF")
