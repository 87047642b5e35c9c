"""Which agents' desks are there: the first open stream connects one, the last one loses it."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from trunkline.core.inputs import DeskConnected, DeskLost
from trunkline.core.words import AgentId
from trunkline.features.desk.asking import as_agent, view_of
from trunkline.features.desk.stream.owners import Owners
from trunkline.kit.errors import TrunklineError
from trunkline.kit.logging import logger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trunkline.core.inputs import Input
    from trunkline.features.tenancy import Principal
    from trunkline.runtime.platform import Platform

log = logger("desks")
MOST_STREAMS: Final = 20
"""Open streams of one user; what a browser with many windows needs, and no more."""


class Desks:
    """Open streams of this process, and whose things are, for all of them."""

    def __init__(self) -> None:
        self.owners = Owners()
        self._open: Counter[tuple[str, str]] = Counter()

    def connected(self, tenant_id: str) -> tuple[AgentId, ...]:
        """Users of a tenant with an open stream, agents or not, for reconciling."""
        return tuple(AgentId(user) for tenant, user in sorted(self._open) if tenant == tenant_id)

    @asynccontextmanager
    async def at(self, platform: Platform, principal: Principal) -> AsyncIterator[None]:
        """While a stream is open; raises 429 `too_many_streams`."""
        who = (principal.tenant_id, principal.user_id)
        if self._open[who] >= MOST_STREAMS:
            raise TrunklineError("too_many_streams", 429, "Close other windows first.")
        self._open[who] += 1
        try:
            if await _is_agent(platform, principal) and self._open[who] == 1:
                await _tell(platform, principal, DeskConnected(AgentId(principal.user_id)))
            yield
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]
                await _tell(platform, principal, DeskLost(AgentId(principal.user_id)))


async def _is_agent(platform: Platform, principal: Principal) -> bool:
    """Whoever holds the role becomes an agent by coming; others are when they were made one."""
    if not principal.may("desk.use"):
        return False
    if "agent" in principal.roles:
        await as_agent(platform, principal)
    return view_of(platform, principal) is not None


async def _tell(platform: Platform, principal: Principal, given: Input) -> None:
    try:
        await platform.cells.submit(principal.tenant_id, given)
    except TrunklineError as refusal:
        # The cell is overloaded or stopping; an agent without a desk is found out by RONA.
        log.info("desk_not_told", tenant_id=principal.tenant_id, code=refusal.code)
