"""Several Asterisk nodes with Kamailio before them, on this machine; and how one is drained.

Each node has a directory, ports and an edge of its own; the first one's directory is that of an
installation with one node, which may so grow. An operator says by a file which nodes take no new
calls (`trunkline telephony drain`); what came of it stands in another.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.edge import AsteriskEdge
from trunkline.adapters.edge.asterisk.root import KAMAILIO, Installation, find
from trunkline.adapters.edge.asterisk.server import AsteriskServer
from trunkline.adapters.edge.asterisk.settings import AsteriskSettings, Behind
from trunkline.adapters.edge.asterisk.sip_proxy import proxy_sip
from trunkline.adapters.edge.fleet.edge import Fleet
from trunkline.adapters.edge.kamailio.server import KamailioServer
from trunkline.adapters.edge.kamailio.settings import KamailioSettings
from trunkline.app.draining import DrainFiles, directory_of
from trunkline.app.engine import Engine, Part, ports
from trunkline.kit.logging import logger
from trunkline.ports.edge import EdgeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trunkline.app.cells import LocalCells
    from trunkline.core.words import InteractionId, LegId
    from trunkline.kit.config import Settings

INSTALL: Final = "trunkline telephony install --kamailio"
FIRST_NODES_PORT: Final = 11
"""A node's SIP port is that of Kamailio, this much more, and one more for each further node."""

LOOK_EVERY_S: Final = 0.25
_log = logger("telephony")


def choose(settings: Settings, asterisk: Installation) -> Engine | None:
    """The engine of several nodes; None where Kamailio is missing."""
    found = find([settings.kamailio_root] if settings.kamailio_root else None, KAMAILIO)
    if found is None:
        return None
    names = [str(number) for number in range(1, settings.media_nodes + 1)]
    directory = settings.data.absolute() / "kamailio"
    control_port, _ = ports(directory)
    kamailio = KamailioSettings(
        directory,
        found,
        settings.sip_host,
        settings.sip_port,
        control_port,
        {name: settings.sip_port + FIRST_NODES_PORT + n for n, name in enumerate(names)},
    )
    nodes = {name: _node(settings, asterisk, kamailio, name) for name in names}
    edges = {name: AsteriskEdge(node) for name, node in nodes.items()}
    access = KamailioServer(kamailio)
    fleet = Fleet(edges, access)
    parts = [
        Part(f"asterisk {name}", AsteriskServer(node), edges[name].engine_ended, vital=False)
        for name, node in nodes.items()
    ]

    async def admit() -> None:
        for edge in edges.values():
            with contextlib.suppress(EdgeError):  # one that is away is told at its next start
                await edge.admit()
        try:
            await fleet.admit()
        except EdgeError as failure:  # Kamailio is away: the nodes answer it when it asks
            _log.warning("nodes_not_welcomed", reason=failure.reason)

    return Engine(
        fleet,
        (*parts, Part("kamailio", access, lambda: None)),
        tuple(node.spool for node in nodes.values()),
        partial(proxy_sip, http_port=control_port),
        admit=admit,
        tend=Drains(fleet, settings.data).run,
    )


def legs_of(cells: LocalCells, interaction: InteractionId) -> Iterable[LegId]:
    """The legs by which an interaction is known to stand somewhere, the customer's first."""
    for driver in cells.drivers.values():
        it = driver.cell.state.interactions.get(interaction)
        if it is not None:
            yield it.leg
            if it.outside is not None:
                yield it.outside.leg
            if it.talk is not None:
                yield from (leg for leg in (it.talk.leg, it.talk.dialling) if leg is not None)


def _node(
    settings: Settings, asterisk: Installation, kamailio: KamailioSettings, name: str
) -> AsteriskSettings:
    number = int(name)
    directory = directory_of(settings.data.absolute(), name)
    http_port, ami_port = ports(directory)
    low, high = settings.rtp_range
    share = (high + 1 - low) // settings.media_nodes & ~1
    first = low + share * (number - 1)
    return AsteriskSettings(
        directory=directory,
        installation=asterisk,
        http_port=http_port,
        ami_port=ami_port,
        sip_host=settings.sip_host,
        sip_port=kamailio.nodes[name],
        rtp_ports=(first, first + share - 1),
        name="edge" if number == 1 else f"edge{name}",
        behind=Behind(kamailio.host, kamailio.port, kamailio.secret()),
    )


class Drains:
    """Which nodes are to take no new calls, as an operator wants it, and how they stand."""

    def __init__(self, fleet: Fleet, data: Path) -> None:
        self._fleet = fleet
        self._files = DrainFiles(data)
        self._drained: frozenset[str] | None = None

    async def run(self) -> None:
        """Do what is wanted, and tell how it is, until cancelled."""
        while True:
            wanted = self._files.wanted() & self._fleet.members.keys()
            if wanted != self._drained:
                try:
                    await self._fleet.drain(frozenset(wanted))
                except EdgeError as failure:
                    _log.warning("nodes_not_steered", reason=failure.reason)
                else:
                    self._drained = frozenset(wanted)
                    _log.info("nodes_drained", nodes=sorted(wanted))
            self._files.tell({name: await self._state(name) for name in self._fleet.members})
            await asyncio.sleep(LOOK_EVERY_S)

    async def _state(self, name: str) -> dict[str, int]:
        member = self._fleet.members[name]
        ready = member.opened and (await member.edge.health()).ready
        drained = name in (self._drained or ())
        return {"drained": drained, "ready": ready, "legs": len(member.legs)}
