"""One Asterisk for the suite, and a fresh stage for each test over each engine."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.contract.edge.stage import AsteriskStage, FakeStage, Stage, playing
from tests.tools.needs import requires, requires_asterisk, requires_root
from tests.tools.ports import free_port
from trunkline.adapters.edge.asterisk import root
from trunkline.adapters.edge.asterisk.server import AsteriskServer
from trunkline.adapters.edge.asterisk.settings import AsteriskSettings


@pytest.fixture(scope="session")
def installation() -> root.Installation:
    """The Asterisk of this machine."""
    requires_root("enter a private root")
    place = requires_asterisk()
    found = root.find([place])
    assert found is not None
    return found


@pytest.fixture(scope="session")
def settings(
    installation: root.Installation, tmp_path_factory: pytest.TempPathFactory
) -> AsteriskSettings:
    return AsteriskSettings(
        directory=tmp_path_factory.mktemp("asterisk"),
        installation=installation,
        http_port=free_port(),
        ami_port=free_port(),
        sip_port=free_port(),
        rtp_ports=(25000, 25399),
    )


@pytest.fixture(scope="session")
def asterisk(settings: AsteriskSettings) -> Iterator[AsteriskSettings]:
    """Running Asterisk; every test shares it and leaves nothing in it."""
    requires("sipp")
    server = AsteriskServer(settings)
    asyncio.run(server.start())
    yield settings
    asyncio.run(server.stop())


@pytest.fixture(params=["fake", "asterisk"])
def engine(request: pytest.FixtureRequest) -> AsteriskSettings | None:
    """None for the fake; else the running Asterisk."""
    return None if request.param == "fake" else request.getfixturevalue("asterisk")


@pytest.fixture
async def stage(engine: AsteriskSettings | None) -> AsyncIterator[Stage]:
    """The same stories on both."""
    async with playing(
        lambda things: FakeStage() if engine is None else AsteriskStage(engine, things)
    ) as stage:
        yield stage


@pytest.fixture
async def real(asterisk: AsteriskSettings) -> AsyncIterator[AsteriskStage]:
    """For what only a real engine can show."""
    async with playing(lambda things: AsteriskStage(asterisk, things)) as stage:
        assert isinstance(stage, AsteriskStage)
        yield stage
