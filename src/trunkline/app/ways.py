"""The trunks as they stand now: what runs on them, which are silent or lossy, which come next.

Kept in memory for the door and for every dial. Where a tenant has several trunks that lead out,
each is asked for a sign of life now and then (OPTIONS, RFC 3261 §11): one that is silent for 2 s is
tried last from then on, so that no customer waits for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from trunkline.core.outbound_rules.ways import ranked
from trunkline.features import numbers
from trunkline.kit.clock import monotonic_s
from trunkline.kit.logging import logger
from trunkline.ports.edge import EdgeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.app.quality import Quality
    from trunkline.core.outbound_rules.ways import Way
    from trunkline.core.words import LegId
    from trunkline.ports.clock import Ids
    from trunkline.ports.database import Database
    from trunkline.ports.edge import EdgeLink
    from trunkline.ports.events import DomainEvent

log = logger("ways")
PROBE_EVERY_S: Final = 15.0
MOST_LEGS: Final = 20_000


@dataclass(slots=True)
class _Load:
    """What runs on a trunk."""

    running: int = 0
    begun: deque[float] = field(default_factory=lambda: deque(maxlen=10_000))

    def begun_lately(self, now_s: float) -> int:
        """Calls begun within the last second."""
        while self.begun and self.begun[0] <= now_s - 1:
            self.begun.popleft()
        return len(self.begun)


class Ways:
    """Of all tenants of this node; a trunk's id is its own among all of them."""

    def __init__(self, db: Database, ids: Ids, edge: EdgeLink | None, quality: Quality) -> None:
        self._db = db
        self._ids = ids
        self._edge = edge
        self._quality = quality
        self._trunks: dict[str, numbers.Trunks] = {}
        self._load: dict[str, _Load] = {}
        self._trunk_of: dict[LegId, str] = {}
        self._silent: set[str] = set()
        self._changed: set[str] = set()

    async def read(self, tenant_id: str) -> None:
        """Read a tenant's trunks, the first time or anew."""
        self._trunks[tenant_id] = await self._db.read(lambda tx: numbers.trunks_of(tx, tenant_id))

    def hear(self, events: Sequence[DomainEvent]) -> None:
        """Called by the store, on its thread: those tenants are read before the next dial."""
        for event in events:
            if event.type in numbers.TRUNKS_CHANGED:
                self._changed.add(event.tenant_id)

    async def outward(self, tenant_id: str, number: str) -> tuple[str, ...]:
        """By which trunks a call that shows this number goes out, best first; none: all full."""
        if tenant_id in self._changed or tenant_id not in self._trunks:
            self._changed.discard(tenant_id)
            await self.read(tenant_id)
        ways = self._trunks[tenant_id].ways(number)
        now_s = monotonic_s()
        return ranked([self._standing(tenant_id, way, now_s) for way in ways], self._ids.seed())

    async def for_emergency(self, tenant_id: str) -> tuple[numbers.TrunkRow, ...]:
        """By which trunks an emergency call goes out, full or not; a silent one comes last."""
        if tenant_id in self._changed or tenant_id not in self._trunks:
            self._changed.discard(tenant_id)
            await self.read(tenant_id)
        rows = self._trunks[tenant_id].emergency_ways()
        return tuple(sorted(rows, key=lambda row: row.id in self._silent))

    def full(self, tenant_id: str, trunk: str) -> bool:
        """Whether a trunk takes no call more, in either direction."""
        rows = self._trunks[tenant_id].rows if tenant_id in self._trunks else ()
        row = next((row for row in rows if row.id == trunk), None)
        if row is None or (row.most_calls is None and row.most_calls_a_second is None):
            return False
        load = self._load.get(trunk)
        if load is None:
            return False
        running, begun = load.running, load.begun_lately(monotonic_s())
        return _reached(running, row.most_calls) or _reached(begun, row.most_calls_a_second)

    def began(self, leg: LegId, trunk: str) -> None:
        """A leg came or went by a trunk."""
        if leg in self._trunk_of or len(self._trunk_of) >= MOST_LEGS:
            return
        self._trunk_of[leg] = trunk
        load = self._load.setdefault(trunk, _Load())
        load.running += 1
        load.begun.append(monotonic_s())
        self._quality.goes_by(leg, trunk)

    def ended(self, leg: LegId) -> None:
        """A leg is gone."""
        trunk = self._trunk_of.pop(leg, None)
        if trunk is not None:
            self._load[trunk].running -= 1

    async def run(self) -> None:
        """Ask trunks for a sign of life, round after round, until cancelled."""
        while True:
            await asyncio.sleep(PROBE_EVERY_S)
            await self.probe()

    async def probe(self) -> None:
        """One round: every trunk of whoever has several that lead out."""
        for tenant_id in self._changed & self._trunks.keys():
            self._changed.discard(tenant_id)
            await self.read(tenant_id)
        for kept in tuple(self._trunks.values()):
            leads = [row.id for row in kept.rows if row.host is not None]
            for trunk in leads if len(leads) > 1 else ():
                await self._probe(trunk)

    async def _probe(self, trunk: str) -> None:
        if self._edge is None:
            return
        try:
            silent = await self._edge.probe(trunk) is None
        except EdgeError:
            return  # the engine is away: nothing is known
        if silent and trunk not in self._silent:
            log.warning("trunk_silent", trunk=trunk)
        elif not silent and trunk in self._silent:
            log.info("trunk_answers", trunk=trunk)
        (self._silent.add if silent else self._silent.discard)(trunk)

    def _standing(self, tenant_id: str, way: Way, now_s: float) -> Way:
        load = self._load.get(way.trunk)
        return replace(
            way,
            running=load.running if load else 0,
            begun=load.begun_lately(now_s) if load else 0,
            silent=way.trunk in self._silent,
            lossy=self._quality.is_lossy(tenant_id, way.trunk),
        )


def _reached(count: int, most: int | None) -> bool:
    return most is not None and count >= most
