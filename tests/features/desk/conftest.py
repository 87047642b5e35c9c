"""The desk's node: one a test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.desk.house import Desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A node with the demo tenant, a second one, and a fake engine."""
    async with Desk.open(tmp_path) as running:
        yield running
