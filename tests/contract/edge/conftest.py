"""One engine of each kind for the suite, and a fresh stage for each test over each."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack

import pytest

from tests.contract.edge.stage import (
    AsteriskStage,
    EmbeddedStage,
    FakeStage,
    Stage,
    playing,
)
from tests.tools.needs import requires, requires_asterisk, requires_root
from tests.tools.ports import free_port
from trunkline.adapters.edge.asterisk import root
from trunkline.adapters.edge.asterisk.server import AsteriskServer
from trunkline.adapters.edge.asterisk.settings import AsteriskSettings
from trunkline.adapters.edge.embedded.process import EngineProcess
from trunkline.adapters.edge.embedded.settings import EmbeddedSettings


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


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSettings]:
    """The running embedded engine; every test shares it and leaves nothing in it."""
    settings = EmbeddedSettings(tmp_path_factory.mktemp("embedded"))
    process = EngineProcess(settings)
    asyncio.run(process.start())
    yield settings
    asyncio.run(process.stop())


def _stage(request: pytest.FixtureRequest) -> Callable[[AsyncExitStack], Stage]:
    match request.param:
        case "asterisk":
            asterisk = request.getfixturevalue("asterisk")
            return lambda things: AsteriskStage(asterisk, things)
        case "embedded":
            embedded = request.getfixturevalue("embedded")
            return lambda things: EmbeddedStage(embedded, things)
    return lambda _: FakeStage()


@pytest.fixture(params=["fake", "embedded", "asterisk"])
def make_stage(request: pytest.FixtureRequest) -> Callable[[AsyncExitStack], Stage]:
    """Every engine."""
    return _stage(request)


@pytest.fixture(params=["fake", "asterisk"])
def make_sip_stage(request: pytest.FixtureRequest) -> Callable[[AsyncExitStack], Stage]:
    """Every engine that has telephones."""
    return _stage(request)


@pytest.fixture
async def stage(make_stage: Callable[[AsyncExitStack], Stage]) -> AsyncIterator[Stage]:
    """The same stories on all."""
    async with playing(make_stage) as stage:
        yield stage


@pytest.fixture
async def sip_stage(make_sip_stage: Callable[[AsyncExitStack], Stage]) -> AsyncIterator[Stage]:
    """Stories of what only SIP has."""
    async with playing(make_sip_stage) as stage:
        yield stage


@pytest.fixture
async def real(asterisk: AsteriskSettings) -> AsyncIterator[AsteriskStage]:
    """For what only a real engine can show."""
    async with playing(lambda things: AsteriskStage(asterisk, things)) as stage:
        assert isinstance(stage, AsteriskStage)
        yield stage
