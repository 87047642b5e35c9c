"""What RTCP counted of every leg that talks: asked for once in five seconds, never before.

Asterisk keeps the counters of RFC 3550; one request a leg reads them. Legs are asked as their time
comes, a few at once, so that many legs make a stream of small requests and no burst. What cannot be
read is left out: the next reading counts for both.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from trunkline.adapters.edge.asterisk.ari import Ari, AriError, segment
from trunkline.core.quality.legs import Counters
from trunkline.kit.clock import monotonic_s
from trunkline.ports.edge import SAMPLED_EVERY_S, LegReading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trunkline.adapters.edge.asterisk.legs import Leg
    from trunkline.adapters.edge.board import Board
    from trunkline.core.words import LegId

LOOK_EVERY_S: Final = 0.5
AT_ONCE: Final = 2
_FRAME_BYTES: Final = 160
"""20 ms of G.711. Only G.711 and Opus are offered to anybody, and Opus is never so even."""


class Sampler:
    """Reads the legs of a board until it is cancelled."""

    def __init__(self, board: Board[Leg], ari: Ari) -> None:
        self._board = board
        self._ari = ari
        self._due: dict[LegId, float] = {}
        self._hear: Callable[[Sequence[LegReading]], None] | None = None

    def tell(self, hear: Callable[[Sequence[LegReading]], None]) -> None:
        """Readings go here."""
        self._hear = hear

    async def run(self) -> None:
        """Read what is due, for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if self._hear is not None:
                await self.look(monotonic_s())

    async def look(self, now_s: float) -> None:
        """Read the legs whose time has come."""
        talking = [leg.id for leg in self._board.legs.values() if leg.answered and not leg.echo]
        self._due = {leg: self._due.get(leg, now_s + SAMPLED_EVERY_S) for leg in talking}
        due = [leg for leg, at_s in self._due.items() if at_s <= now_s]
        for first in range(0, len(due), AT_ONCE):
            some = due[first : first + AT_ONCE]
            found = await asyncio.gather(*map(self._read, some))
            self._due.update((leg, self._due[leg] + SAMPLED_EVERY_S) for leg in some)
            readings = [reading for reading in found if reading is not None]
            if readings and self._hear is not None:
                self._hear(readings)

    async def _read(self, leg: LegId) -> LegReading | None:
        try:
            told = await self._ari.get_alone(f"channels/{segment(leg)}/rtp_statistics")
        except AriError:
            return None  # it has just ended, or has no sound yet
        return reading(leg, told)


def reading(leg: LegId, told: dict[str, Any]) -> LegReading:
    """Asterisk's statistics in our words; its times are seconds.

    Its losses are named as one would think; its jitter the other way about: `txjitter` is what we
    measured of the packets that came, `rxjitter` what the far end reports of ours.
    """
    trip = float(told.get("rtt", 0.0))
    heard_of = trip > 0  # a report of the far end came
    counters = Counters(
        received=int(told["rxcount"]),
        lost=int(told["rxploss"]),
        sent=int(told["txcount"]),
        far_lost=int(told["txploss"]) if heard_of else None,
        jitter_ms=1000 * float(told.get("txjitter", 0.0)),
        far_jitter_ms=1000 * float(told.get("rxjitter", 0.0)),
        round_trip_ms=1000 * trip if heard_of else None,
    )
    return LegReading(leg, _codec(told), counters)


def _codec(told: dict[str, Any]) -> str:
    packets, octets = int(told["rxcount"]), int(told["rxoctetcount"])
    if not packets:
        packets, octets = int(told["txcount"]), int(told["txoctetcount"])
    return "opus" if packets and octets % packets and octets / packets < _FRAME_BYTES else "g711"
