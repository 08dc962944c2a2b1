"""What all tests share: the glossary, and the real reports where they are at hand."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import settings

from pipeline.glossary import Glossary, load_glossary
from pipeline.tables import read_bytes, rows_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Row = TypeVar("Row")

# The same examples in every run; `pytest --hypothesis-profile=search` looks for new ones.
settings.register_profile("search", settings())
settings.register_profile("same", derandomize=True)
settings.load_profile("same")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def read_table(path: Path, kind: type[Row]) -> tuple[Row, ...]:
    """One table of the glossary, read by itself."""
    return rows_of(path.name, read_bytes(path), kind).rows


@pytest.fixture(scope="session")
def glossary() -> Glossary:
    return load_glossary(ROOT / "glossary")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports and gold tables; without it the test is skipped."""
    if not (SHARED / "reports").is_dir():
        pytest.skip("the real reports (../shared) are not here")
    return SHARED


@pytest.fixture(scope="session")
def dkim_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private key that mails may be signed with."""
    file = tmp_path_factory.mktemp("keys") / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", file, "2048"], check=True, capture_output=True)
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window; where it is missing the test is skipped."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # a heavy import

    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Debian's chromium is not here (.ci/run installs it)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()
