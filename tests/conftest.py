"""What every test may use: a PostgreSQL, a network namespace, and a watch over leaked tasks."""

import asyncio
import inspect
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa

from tests.tools.clock import FakeClock
from tests.tools.netns import NetworkNamespace, network_namespace
from tests.tools.postgres import fresh_database, postgres
from trunkline import core
from trunkline.adapters.sql import SqlStore, open_store
from trunkline.adapters.sql.migrations import upgrade
from trunkline.kit.ids import TimeIds

pytest_plugins = ["tests.tools.soak"]

# A busy machine is no fault of an example's, nor of those who think of it.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    """Stale modules would hide the sources, and planted faults do not reach compiled ones."""
    if any(Path(core.__path__[0]).rglob("*.so")):
        raise pytest.UsageError("the core is compiled here: `make native-clean`, then once more")


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


@pytest.fixture(scope="session")
def postgres_model(postgres_server: str) -> Iterator[str]:
    """The name of a database that has every table; copying it is quicker than drawing them."""
    with fresh_database(postgres_server) as url:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        upgrade(engine, lambda _: None)
        yield url.rpartition("/")[2]


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for SQLite: a file."""
    path = tmp_path_factory.mktemp("model") / "trunkline.db"
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool)
    upgrade(engine, lambda _: None)
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def drawn_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of either kind with every table and no row."""
    if request.param == "postgresql":
        server, model = map(request.getfixturevalue, ("postgres_server", "postgres_model"))
        with fresh_database(server, model) as url:
            yield url
    else:
        copied = shutil.copy(request.getfixturevalue("sqlite_model"), tmp_path / "trunkline.db")
        yield f"sqlite:///{copied}"


@pytest.fixture
def clock() -> FakeClock:
    """A clock that moves only when told."""
    return FakeClock()


@pytest.fixture
async def store(drawn_database_url: str, clock: FakeClock) -> AsyncIterator[SqlStore]:
    """The store on either database, with the test's clock; no connection may leak."""
    opened = await open_store(drawn_database_url, clock, TimeIds(clock))
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
