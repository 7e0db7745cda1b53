"""What all tests share: the profile of random examples, the folder of real data, the textbook economy."""

import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from shishu import InputOutputTable

settings.register_profile(
    "shishu",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=20,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
settings.load_profile("shishu")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real test data; a test that asks for it is skipped where it is absent."""
    folder = Path(os.environ.get("SHISHU_SHARED_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_absolute():
        folder = REPOSITORY / folder
    if not folder.is_dir():
        pytest.skip(f"no folder of real test data at {folder}")
    return folder


@pytest.fixture(scope="session")
def golden() -> Path:
    """Folder of expected numbers, each with its source."""
    return Path(__file__).resolve().parent / "golden"


@pytest.fixture
def two_sector() -> InputOutputTable:
    """Miller & Blair (2009), table 2.3."""
    return InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]}, sectors=["1", "2"])
