"""What every test may use: a PostgreSQL, a network namespace, and a watch over leaked tasks."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.tools.clock import FakeClock
from tests.tools.netns import NetworkNamespace, network_namespace
from tests.tools.postgres import fresh_database, postgres
from trunkline.adapters.sql import SqlStore, open_store
from trunkline.kit.ids import TimeIds

# A busy machine is no fault of an example's.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every asynchronous test is watched; being first, the watch ends after all other fixtures."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.fixturenames.insert(0, "leaked_tasks")


@pytest.fixture
async def leaked_tasks() -> AsyncIterator[None]:
    """A task that outlives its test and its fixtures fails the test."""
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        names = "\n".join(repr(task) for task in left)
        pytest.fail(f"tasks outlived their test:\n{names}", pytrace=False)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One PostgreSQL for the whole run; the URL of its maintenance database."""
    with postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty PostgreSQL database for one test."""
    with fresh_database(postgres_server) as url:
        yield url


@pytest.fixture
def netns() -> Iterator[NetworkNamespace]:
    """A network namespace for one test."""
    with network_namespace() as space:
        yield space


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind; a test that asks for it runs on both."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'trunkline.db'}"


@pytest.fixture
def clock() -> FakeClock:
    """A clock that moves only when told."""
    return FakeClock()


@pytest.fixture
async def store(database_url: str, clock: FakeClock) -> AsyncIterator[SqlStore]:
    """The store on either database, with the test's clock; no connection may leak."""
    opened = await open_store(database_url, clock, TimeIds(clock))
    yield opened
    try:
        await _given_back(opened)
    finally:
        await opened.db.close()


async def _given_back(store: SqlStore) -> None:
    """Work whose waiter was cancelled may still end; what is held after a while has leaked."""
    for _ in range(100):
        if store.db.checked_out == 0:
            return
        await asyncio.sleep(0.02)
    pytest.fail("a connection leaked")
