"""What all tests share: the glossary, and the real reports where they are at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from pipeline.glossary import Glossary, load_glossary
from pipeline.tables import read_bytes, rows_of

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
