"""Calls that desk phones begin to numbers that are none of ours: for help, or to a colleague.

Anything else is nothing we know: agents call customers by the desk, where the rules for that are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.core.call.wishes import CallColleague, CallEmergency
from trunkline.core.words import AgentId, Cause, Token
from trunkline.features import agents, customers, outbound
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.app.cells import LocalCells
    from trunkline.app.owners import Owners
    from trunkline.ports.database import Tx
    from trunkline.ports.edge import CallArrived
    from trunkline.runtime.platform import Platform

_REFUSED: Final = {
    "colleague_unknown": Cause.UNKNOWN_NUMBER,
    "colleague_offline": Cause.NO_ANSWER,
}
"""404 and 480; whoever is at work, the caller or the colleague, is busy: 486."""


class DeskCalls:
    """Puts a desk phone's call to its tenant's cell, in the name of the agent whose phone it is."""

    def __init__(self, platform: Platform, cells: LocalCells, devices: Owners) -> None:
        self._platform = platform
        self._cells = cells
        self._devices = devices

    async def put(self, call: CallArrived, owned: Callable[[str], None]) -> Cause | None:
        """Why it is refused, or None; `owned` is told whose the leg is before anybody acts."""
        found = self._devices.owner(self._cells.drivers, call.trunk)
        if found is None:
            return Cause.UNKNOWN_NUMBER
        tenant_id, agent, _ = found
        party = Token(self._platform.ids.new("pty"))
        if await self._is_for_help(tenant_id, call.number):
            shown = next(iter(self._cells.drivers[tenant_id].cell.state.numbers), "")
            given: CallEmergency | CallColleague = CallEmergency(agent, shown, party, call.leg)
            sealed: str | None = call.number
        else:
            rows = await self._both(tenant_id, agent, call.number)
            if rows is None:
                return Cause.UNKNOWN_NUMBER
            colleague, sealed = AgentId(rows[0].id), rows[1]
            given = CallColleague(agent, colleague, call.number, party, call.leg)
        owned(tenant_id)
        return await self._submit(tenant_id, given, sealed)

    async def _is_for_help(self, tenant_id: str, number: str) -> bool:
        if not outbound.may_be_emergency(number):
            return False
        home = await self._platform.db.read(lambda tx: outbound.home_of(tx, tenant_id), short=True)
        return outbound.is_emergency(number, home)

    async def _both(
        self, tenant_id: str, agent: AgentId, extension: str
    ) -> tuple[agents.AgentRow, str | None] | None:
        """Whose extension it is, and the caller's own; None where it is nobody's."""

        def work(tx: Tx) -> tuple[agents.AgentRow, str | None] | None:
            theirs = agents.with_extension(tx, tenant_id, extension)
            mine = agents.several(tx, tenant_id, [agent])
            return (theirs, mine[0].extension if mine else None) if theirs else None

        return await self._platform.db.read(work, short=True)

    async def _submit(
        self, tenant_id: str, given: CallEmergency | CallColleague, sealed: str | None
    ) -> Cause | None:
        keys, now = self._platform.keys, self._platform.clock.now_ms()

        def also(tx: Tx) -> None:
            if sealed:
                customers.put_value(tx, keys, tenant_id, given.party, None, sealed, now=now)

        try:
            await self._cells.submit(tenant_id, given, also)
        except TrunklineError as refusal:
            return _REFUSED.get(refusal.code, Cause.BUSY)
        return None
