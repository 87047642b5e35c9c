"""A call to a customer whose trunk fails goes out by the next one, as the same leg.

A trunk has failed when Asterisk cannot send by it, or when it answers with what speaks of itself
and not of the number: out of service, congestion, no way there – also when it rang first, as some
carriers have it at once. Busy, declined, unknown and not answered are the called party's.
So has one that says nothing at all, not even that it tries (100), for `SILENT_AFTER_S`: by then the
INVITE was sent three times (RFC 3261 §17.1.1.2, T1 500 ms). Asterisk would wait 32 s (timer B). It
keeps the last answer of each channel for `HANGUPCAUSE`, provisional ones too: that is asked.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.ari import Ari, AriError, segment
from trunkline.adapters.edge.asterisk.config import DIALLED_CONTEXT, JUDGED
from trunkline.core.call.commands import DialCustomer
from trunkline.core.words import Cause
from trunkline.kit.logging import logger
from trunkline.ports.edge import LOCATION

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.adapters.edge.asterisk.legs import Leg
    from trunkline.adapters.edge.background import Background
    from trunkline.adapters.edge.board import Board
    from trunkline.core.call.commands import DialAgent

REFUSED: Final = 0
"""In place of a cause: Asterisk could not even begin."""

# Q.850: no route (2, 3), out of order (27), no circuit and network out of order (34, 38),
# temporary failure (41), congestion (42), no circuit of the kind (44), not available (58),
# no answer of the transport (18, 20), recovery on timer (102): SIP 408, 500 to 504, a dead host.
_OF_THE_TRUNK: Final = frozenset({REFUSED, 2, 3, 18, 20, 27, 34, 38, 41, 42, 44, 58, 102})
_NOT_ANSWERED: Final = frozenset({18, 20, 102})
"""After it rang these speak of who was called."""

SILENT_AFTER_S: Final = 1.8
"""A trunk that was not heard of for so long is silent: the next one rings within two seconds."""
_ANSWERS: Final = "HANGUPCAUSE_KEYS()"
_NO_ANSWER_OF_THE_HOST: Final = "18"

_EXISTS: Final = 409
_TRIES: Final = 20
_WAIT_S: Final = 0.05

_log = logger("telephony")


def headers_of(command: DialCustomer) -> dict[str, dict[str, str]] | None:
    """What goes with the call over this trunk, as variables of its channel."""
    found: dict[str, str] = {}
    for trunk, name, value in command.headers:
        if trunk == command.trunk:
            by_value = name == LOCATION and not value.startswith("<")
            found |= _document(value) if by_value else {f"PJSIP_HEADER(add,{name})": value}
    return {"variables": found} if found else None


def _document(civic: str) -> dict[str, str]:
    """A civic address as a PIDF-LO body (RFC 5139, RFC 6442), which Asterisk writes."""
    fields = {
        "format": "civicAddress",
        "pidf_element": "device",
        "method": "Manual",
        "allow_routing_use": "yes",
        "location_info": civic,
    }
    return {f"GEOLOC_PROFILE({name})": value for name, value in fields.items()}


class FailOver:
    """Knows, for each leg that is dialled outward, by which trunks it may still go."""

    def __init__(
        self, board: Board[Leg], ari: Ari, background: Background, caller_id: Callable[[str], str]
    ) -> None:
        self._board = board
        self._ari = ari
        self._background = background
        self._caller_id = caller_id

    def of(self, command: DialAgent | DialCustomer, leg: Leg) -> Callable[[int], bool] | None:
        """What is asked when the leg fails: whether it goes on by another trunk."""
        if not isinstance(command, DialCustomer) or not command.others:
            return None

        def again(cause: int) -> bool:
            if cause not in _OF_THE_TRUNK or leg.answered or leg.ending is not None:
                return False
            if leg.rang and cause in _NOT_ANSWERED:
                return False
            following = replace(command, trunk=command.others[0], others=command.others[1:])
            _log.warning("trunk_failed", leg=leg.id, trunk=command.trunk, cause=cause)
            leg.q850, leg.again = 0, self.of(following, leg)
            self._background.start(self._dial(following, leg))
            return True

        self._background.start(self._watch(leg, command.trunk, again))
        return again

    async def _watch(self, leg: Leg, trunk: str, attempt: Callable[[int], bool]) -> None:
        """End the attempt over a trunk that stays silent; its end leads to the next one."""
        await asyncio.sleep(SILENT_AFTER_S)
        if self._is_over(leg, attempt):
            return
        channel = f"channels/{segment(leg.id)}"
        try:
            heard = await self._ari.get(f"{channel}/variable", variable=_ANSWERS)
            if heard["value"] or self._is_over(leg, attempt):
                return
            _log.warning("trunk_silent", leg=leg.id, trunk=trunk)
            await self._ari.delete(channel, reason_code=_NO_ANSWER_OF_THE_HOST)
        except AriError as failure:  # the ring time ends it then
            _log.warning("trunk_not_watched", leg=leg.id, reason=str(failure))

    def _is_over(self, leg: Leg, attempt: Callable[[int], bool]) -> bool:
        """Whether something was heard, or another attempt has begun."""
        gone = self._board.legs.get(leg.id) is not leg or leg.ending is not None
        return gone or leg.rang or leg.answered or leg.again is not attempt

    async def _dial(self, command: DialCustomer, leg: Leg) -> None:
        try:
            await self._originate(command)
        except AriError:
            if leg.again is None or not leg.again(REFUSED):
                self._board.end(leg.id, leg.ending or Cause.UNREACHABLE)
            return
        if leg.ending is not None or leg.id not in self._board.legs:
            await self._ari.delete(f"channels/{segment(leg.id)}")  # given up in between

    async def _originate(self, command: DialCustomer) -> None:
        """Ring; the channel that failed may not be quite gone, and the id is the same."""
        for _ in range(_TRIES):
            try:
                await self._ari.post_alone(
                    "channels",
                    headers_of(command),
                    endpoint=f"PJSIP/{command.party}@trunk-{command.trunk}",
                    context=DIALLED_CONTEXT,
                    extension=JUDGED if command.tell_machine else "s",
                    channelId=command.leg,
                    callerId=self._caller_id(command.caller),
                    timeout=str(command.ring_ms // 1000 + 5),
                )
            except AriError as refusal:
                if refusal.status != _EXISTS:
                    raise
                await asyncio.sleep(_WAIT_S)
            else:
                return
        raise AriError(_EXISTS, "the channel that failed is still there")
