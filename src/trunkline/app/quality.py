"""Listens to the quality of legs: keeps their course, and says which ways new calls leave.

Readings never pass the journal: they stand in memory and are written in batches, one row a leg,
when the leg is over and every half minute while it lasts. A crash costs what was not yet written.
Ways (trunks, and this node) are judged with every round; what changes is logged and kept, and one
that is left raises an alert. New calls leave a trunk; of a node they cannot, it is only told.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from trunkline.core.quality import watch
from trunkline.core.quality.codecs import codec
from trunkline.core.quality.legs import rating
from trunkline.core.words import PartyId
from trunkline.features import alerts, quality
from trunkline.kit.logging import logger
from trunkline.ports.database import STORE_FAILED, Priority

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.app.cells import LocalCells
    from trunkline.app.figures import Figures
    from trunkline.core.quality.legs import Direction, Sample
    from trunkline.core.state import State
    from trunkline.core.words import LegId
    from trunkline.ports.clock import Clock, Ids
    from trunkline.ports.database import Database, Tx
    from trunkline.ports.edge import LegReading
    from trunkline.ports.events import Outbox

log = logger("quality")
ROUND_S: Final = 5.0
WRITE_EVERY_MS: Final = 30_000
OVER_AFTER_MS: Final = 12_000
"""A leg of which nothing was read for so long is over."""

MOST_LEGS: Final = 5_000
MOST_WAYS: Final = 2_000
NODE: Final = "node"
TRUNK: Final = "trunk"


@dataclass(slots=True)
class _Leg:
    """One leg that is listened to."""

    tenant_id: str
    interaction_id: str
    role: str
    trunk: str | None
    track: quality.Track
    heard_at: int
    written_at: int
    is_new: bool = True


@dataclass(slots=True)
class _Way:
    """A way in both directions; it is as bad as the worse one."""

    inward: watch.Watch = field(default_factory=watch.Watch)
    outward: watch.Watch = field(default_factory=watch.Watch)

    @property
    def left(self) -> bool:
        """Whether new calls leave it."""
        return self.inward.left_at is not None or self.outward.left_at is not None

    @property
    def loss_pct(self) -> float:
        """Loss over the window, of the worse direction."""
        return max(watch.loss_pct(self.inward), watch.loss_pct(self.outward))


Place = tuple[str, str, str]
"""Tenant, kind and id of a way; a node is every tenant's, its tenant is ''."""


class Quality:
    """Of the legs of one node."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        cells: LocalCells,
        figures: Figures,
        outbox: Outbox,
        ids: Ids,
        rules: watch.Rules | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._cells = cells
        self._figures = figures
        self._outbox = outbox
        self._ids = ids
        self._rules = rules or watch.Rules()
        self._legs: dict[LegId, _Leg] = {}
        self._trunk_of: dict[LegId, str] = {}
        self._ways: dict[Place, _Way] = {}

    def goes_by(self, leg: LegId, trunk: str) -> None:
        """A leg came or went by this trunk."""
        self._trunk_of[leg] = trunk
        if len(self._trunk_of) > MOST_LEGS:
            del self._trunk_of[next(iter(self._trunk_of))]

    def is_lossy(self, tenant_id: str, trunk: str) -> bool:
        """Whether new calls leave this trunk."""
        way = self._ways.get((tenant_id, TRUNK, trunk))
        return way is not None and way.left

    def hear(self, readings: Sequence[LegReading]) -> None:
        """Take readings of legs; those that are nobody's are left out."""
        now = self._clock.now_ms()
        for reading in readings:
            leg = self._legs.get(reading.leg) or self._found(reading.leg, reading.codec, now)
            if leg is None:
                continue
            leg.heard_at = now
            sample = leg.track.hear(now, reading.codec, reading.counters)
            if sample is not None:
                self._watch(leg, sample, now)

    async def run(self) -> None:
        """Judge and write, round after round, until cancelled; then write what is left."""
        try:
            while True:
                await asyncio.sleep(ROUND_S)
                await self.round()
        finally:
            await self.round(last=True)

    async def round(self, *, last: bool = False) -> None:
        """One round: judge the ways, write the legs whose time has come."""
        now = self._clock.now_ms()
        changed = self._judge(now)
        legs = [row for leg_id in tuple(self._legs) if (row := self._due(leg_id, now, last=last))]
        if not legs and not changed:
            return

        def work(tx: Tx) -> None:
            quality.put_legs(tx, legs)
            quality.put_ways(tx, changed)
            for row in changed:
                self._alert(tx, row)

        try:
            await self._db.write(work, priority=Priority.BULK)
        except STORE_FAILED as failure:  # figures of talks: those of this round are lost
            log.warning("quality_not_written", reason=type(failure).__name__, legs=len(legs))

    def _found(self, leg_id: LegId, codec_name: str, now: int) -> _Leg | None:
        if len(self._legs) >= MOST_LEGS:
            return None
        for tenant_id, driver in self._cells.drivers.items():
            place = _place(driver.cell.state, leg_id)
            if place is not None:
                interaction_id, role = place
                trunk = self._trunk_of.get(leg_id)
                track = quality.Track(codec_name, now)
                leg = _Leg(tenant_id, interaction_id, role, trunk, track, now, now)
                self._legs[leg_id] = leg
                return leg
        return None

    def _watch(self, leg: _Leg, sample: Sample, now: int) -> None:
        places = [("", NODE, NODE)]
        if leg.trunk is not None:
            places.append((leg.tenant_id, TRUNK, leg.trunk))
        for place in places:
            way = self._ways.get(place)
            if way is None:
                if len(self._ways) >= MOST_WAYS:
                    continue
                way = self._ways[place] = _Way()
            way.inward = self._heard(way.inward, sample.inward, now)
            if sample.outward is not None:
                way.outward = self._heard(way.outward, sample.outward, now)

    def _heard(self, known: watch.Watch, way: Direction, now: int) -> watch.Watch:
        return watch.heard(known, self._rules, now, way.packets, way.lost)

    def _judge(self, now: int) -> list[quality.WayRow]:
        rows: list[quality.WayRow] = []
        for (tenant_id, kind, name), way in self._ways.items():
            before = way.left
            way.inward = watch.judged(way.inward, self._rules, now)
            way.outward = watch.judged(way.outward, self._rules, now)
            self._figures.way(kind, name, way.loss_pct, left=way.left)
            if way.left == before:
                continue
            loss_pct = round(way.loss_pct, 2)
            what = "way_left" if way.left else "way_taken_again"
            log.warning(what, tenant_id=tenant_id, kind=kind, way=name, loss_pct=loss_pct)
            left_at = now if way.left else None
            rows += [
                quality.WayRow(tenant, kind, name, left_at, loss_pct, now)
                for tenant in ([tenant_id] if tenant_id else self._cells.drivers)
            ]
        return rows

    def _alert(self, tx: Tx, way: quality.WayRow) -> None:
        """Once for each leaving."""
        if way.left_at is None:
            return
        kind, count = alerts.Kind.WAY_LOSSY.value, round(way.loss_pct)
        name = self._ids.new("alt")
        row = alerts.AlertRow(way.tenant_id, name, kind, way.way_id, None, count, way.left_at)
        alerts.raise_alert(tx, self._outbox, row)

    def _due(self, leg_id: LegId, now: int, *, last: bool) -> quality.LegRow | None:
        """The row of a leg that is to be written now; a leg that is over is forgotten."""
        leg = self._legs[leg_id]
        over = last or now - leg.heard_at > OVER_AFTER_MS
        if over:
            del self._legs[leg_id]
            self._trunk_of.pop(leg_id, None)
        if not (over or leg.is_new or now - leg.written_at >= WRITE_EVERY_MS):
            return None
        if not leg.track.points:
            return None
        leg.is_new, leg.written_at = False, now
        row = _row(leg_id, leg)
        if over:
            self._figures.talked(row.figures["mos"])
        return row


def _place(state: State, leg_id: LegId) -> tuple[str, str] | None:
    """The interaction that a leg belongs to, and whose it is there."""
    role, name = state.legs.get(leg_id, ("", ""))
    if role in ("customer", "agent", "outside"):
        return name, role
    interaction = state.parties.get(PartyId(name)) if role == "party" else None
    return (interaction, role) if interaction else None


def _row(leg_id: LegId, leg: _Leg) -> quality.LegRow:
    track, whole = leg.track, leg.track.whole()
    sample = whole.sample
    rated = rating(codec(track.codec), sample)
    figures = {
        "mos": round(rated.mos, 2),
        "r": round(rated.r, 1),
        "lowest_mos": round(track.lowest() or rated.mos, 2),
        "packets": sample.inward.packets,
        "loss_pct": round(sample.inward.loss_pct, 2),
        "far_loss_pct": round(sample.outward.loss_pct, 2) if sample.outward else None,
        "jitter_ms": round(sample.inward.jitter_ms, 1),
        "round_trip_ms": _rounded(sample.round_trip_ms),
    }
    return quality.LegRow(
        tenant_id=leg.tenant_id,
        interaction_id=leg.interaction_id,
        leg_id=leg_id,
        began_at=track.began_at,
        role=leg.role,
        trunk_id=leg.trunk,
        codec=track.codec,
        ended_at=leg.heard_at,
        figures=figures,
        points=[_point(track.began_at, point) for point in track.points],
    )


def _point(began_at: int, point: quality.Point) -> list[float | None]:
    sample = point.sample
    return [
        point.at_ms - began_at,
        round(point.mos, 2),
        round(sample.inward.loss_pct, 2),
        round(sample.outward.loss_pct, 2) if sample.outward else None,
        round(sample.inward.jitter_ms, 1),
        _rounded(sample.round_trip_ms),
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
