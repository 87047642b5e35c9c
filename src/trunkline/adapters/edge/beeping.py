"""The beep of a recorded talk: whoever stands in the room hears it, again and again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.adapters.edge.board import Board, L
    from trunkline.core.words import LegId, RecordingId


async def beep(
    board: Board[L],
    name: LegId,
    recording: RecordingId,
    every_ms: int,
    sound: Callable[[L], None],
) -> None:
    """Beep at once and each `every_ms`, for as long as the leg is recorded under this name.

    Who is on hold hears none. A room is looked at for each beep: who came since hears the next.
    """
    while (leg := board.legs.get(name)) is not None and leg.recording == recording:
        room = board.rooms.get(leg.bridge) if leg.bridge is not None else None
        for member in sorted(room.members) if room is not None else ():
            if there := board.legs.get(member):
                sound(there)
        await asyncio.sleep(every_ms / 1000)
