"""What all tests share: the glossary, and the real reports where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.glossary import Glossary, load_glossary

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def glossary() -> Glossary:
    return load_glossary(ROOT / "glossary")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports and gold tables; without it the test is skipped."""
    if not (SHARED / "reports").is_dir():
        pytest.skip("the real reports (../shared) are not here")
    return SHARED
