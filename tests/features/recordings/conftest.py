from pathlib import Path

import pytest

from tests.features.recordings.fakes import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    folder = tmp_path / "spool"
    folder.mkdir(mode=0o700)
    return House(folder)
