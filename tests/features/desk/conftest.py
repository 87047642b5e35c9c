"""The desk's node: one a test, out of data that are made once a run."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.desk.house import Desk, Furnished


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """What every test begins with."""
    return asyncio.run(Desk.furnish(tmp_path_factory.mktemp("furnished")))


@pytest.fixture
async def desk(furnished: Furnished, tmp_path: Path) -> AsyncIterator[Desk]:
    """A node with the demo tenant, a second one, and a fake engine."""
    async with Desk.open(furnished, tmp_path) as running:
        yield running
