"""Listening and whispering: a snoop channel on the other leg, in a bridge with the listener.

The snoop channel hears both directions of the leg it is made on; what is put into it is heard by
that leg alone (`whisper=out`). It ends by itself with that leg. Its name and the bridge's follow
from the listener's, so that what an earlier program made is found and ended too.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.ari import Ari, AriError, segment
from trunkline.adapters.edge.asterisk.settings import APP
from trunkline.core.call import commands as c
from trunkline.core.words import BridgeId
from trunkline.ports.edge import EdgeError

if TYPE_CHECKING:
    from trunkline.adapters.edge.asterisk.legs import Leg
    from trunkline.adapters.edge.board import Board
    from trunkline.core.words import LegId

_NOT_YET: Final = (409, 422)
_TRIES: Final = 50
_TRY_EVERY_S: Final = 0.02
"""A snoop channel enters our program a moment after it is made, and a bridge outlives its end."""


class Listening:
    """Who listens to whom."""

    def __init__(self, board: Board[Leg], ari: Ari) -> None:
        self._board = board
        self._ari = ari
        self._now: dict[LegId, c.Listen] = {}

    async def carry_out(self, command: c.Listen | c.StopListening) -> None:
        """Begin or end; raises AriError, and EdgeError for a leg that is gone."""
        if isinstance(command, c.Listen):
            await self._begin(command)
        else:
            await self._end(command.leg)

    async def _begin(self, command: c.Listen) -> None:
        listener = self._board.legs.get(command.leg)
        if listener is None or command.to not in self._board.legs:
            raise EdgeError("the leg is gone")
        ear = BridgeId(_ear(command.leg))
        if self._now.get(command.leg) == command and listener.bridge == ear:
            return
        await self._end(command.leg)
        self._board.step_out(listener)
        self._now[command.leg] = command
        await self._ari.post(
            f"channels/{segment(command.to)}/snoop/{segment(ear)}",
            spy="both",
            whisper="out" if command.whisper else "none",
            app=APP,
            appArgs="snoop",
        )
        await self._patiently(f"bridges/{segment(ear)}", type="mixing")
        await self._patiently(f"bridges/{segment(ear)}/addChannel", channel=f"{ear},{command.leg}")
        if command.leg in self._board.legs:
            self._board.enter(ear, listener)

    async def _patiently(self, path: str, **query: str) -> None:
        """Ask again while what was there before is on its way out, or what was made on its way."""
        for left in reversed(range(_TRIES)):
            try:
                await self._ari.post_alone(path, None, **query)
            except AriError as refusal:
                if refusal.status not in _NOT_YET or not left:
                    raise
                await asyncio.sleep(_TRY_EVERY_S)
            else:
                return

    async def _end(self, leg: LegId) -> None:
        self._now.pop(leg, None)
        ear = BridgeId(_ear(leg))
        await self._ari.delete(f"channels/{segment(ear)}")
        await self._ari.delete(f"bridges/{segment(ear)}")
        self._board.dissolve(ear)


def _ear(leg: LegId) -> str:
    return f"{leg}~ear"
