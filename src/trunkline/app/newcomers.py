"""Users who come, change or leave while we run: cells, routing and the engine follow.

Hears domain events after their commit; what is missed in a crash is made good at the next start,
where every tenant and every user is looked at. Those who come together (a list that is pasted)
are published together.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trunkline.core.inputs import DismissAgent
from trunkline.core.words import AgentId
from trunkline.features import agents, audit, identity
from trunkline.kit.errors import TrunklineError
from trunkline.kit.logging import logger
from trunkline.ports.edge import EdgeError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from trunkline.ports.database import Tx
    from trunkline.ports.edge import Account, EdgeLink
    from trunkline.ports.events import DomainEvent
    from trunkline.runtime.platform import Platform

log = logger("newcomers")
TENANT = "trunkline.tenant.created.v1"
USERS = ("trunkline.user.created.v1", "trunkline.user.updated.v1")
LEAVER = "trunkline.user.deactivated.v1"
MOST_WAITING = 1_000
DESK = "desk.use"


class Newcomers:
    """One at a time, in the order in which they came."""

    def __init__(self, platform: Platform, begin_tenant: Callable[[str], Awaitable[None]]) -> None:
        self._platform = platform
        self._begin_tenant = begin_tenant
        self._waiting: asyncio.Queue[DomainEvent] = asyncio.Queue(MOST_WAITING)
        self._loop = asyncio.get_running_loop()

    def hear(self, events: Sequence[DomainEvent]) -> None:
        """Called by the store, on its thread."""
        for event in events:
            if event.type in (TENANT, LEAVER, *USERS):
                self._loop.call_soon_threadsafe(self._put, event)

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            events = [await self._waiting.get()]
            while not self._waiting.empty():
                events.append(self._waiting.get_nowait())
            await self._follow(events)

    async def _follow(self, events: list[DomainEvent]) -> None:
        for event in events:
            if event.type == TENANT:
                await self._begin_tenant(event.tenant_id)
            elif event.type == LEAVER:
                await self._dismiss(event)
                await drop_phones(self._platform, event.tenant_id, event.subject)
            else:
                await make_agent(self._platform, event.tenant_id, event.subject)
        for tenant_id in sorted({event.tenant_id for event in events}):
            try:
                await self._platform.policies.publish(tenant_id)
            except TrunklineError as refusal:  # the cell is full: the next change tells it
                log.warning("policy_not_published", tenant_id=tenant_id, code=refusal.code)

    async def _dismiss(self, event: DomainEvent) -> None:
        """A call of theirs goes to others; an account whose phone is dropped would fall silent."""
        try:
            given = DismissAgent(AgentId(event.subject))
            await self._platform.cells.submit(event.tenant_id, given)
        except TrunklineError as refusal:  # the cell is full or not there: the phone goes anyway
            log.warning("leaver_not_dismissed", tenant_id=event.tenant_id, code=refusal.code)

    def _put(self, event: DomainEvent) -> None:
        try:
            self._waiting.put_nowait(event)
        except asyncio.QueueFull:
            log.warning("newcomers_dropped", tenant_id=event.tenant_id)


async def make_agent(platform: Platform, tenant_id: str, user_id: str) -> None:
    """Make a user who may use the desk an agent, and tell the engine of the phone."""

    def work(tx: Tx) -> Account | None:
        user = identity.user(tx, tenant_id, user_id)
        if user is None or not user.active or not _uses_desk(tx, user, platform.clock.now_ms()):
            return None
        row = agents.ensure(audit.writing(platform, tx, tenant_id), user_id)
        return agents.phone_of(platform.keys, row)

    account = await platform.db.write(work)
    if account is not None and await _is_ready(platform.edge):
        await _push(platform, tenant_id, account)


async def make_agents(platform: Platform, tenant_id: str) -> None:
    """At the start: every user who may use the desk is an agent."""

    def work(tx: Tx) -> list[str]:
        known = {row.id for row in agents.every(tx, tenant_id)}
        wanted = identity.WantedUsers()
        users = identity.list_users(tx, tenant_id, wanted, 10_000)
        return [user.user_id for user in users if user.user_id not in known]

    for user_id in await platform.db.read(work):
        await make_agent(platform, tenant_id, user_id)


async def push_phones(platform: Platform, tenant_id: str) -> None:
    """Give the engine every desk phone's account of a tenant."""
    keys = platform.keys
    for account in await platform.db.read(lambda tx: agents.phone_accounts(tx, keys, tenant_id)):
        await _push(platform, tenant_id, account)


async def drop_phones(platform: Platform, tenant_id: str, user_id: str) -> None:
    """Take the accounts of one who left out of the engine: desk phone and page."""
    found = await platform.db.read(lambda tx: agents.several(tx, tenant_id, [user_id]))
    if platform.edge is None or not found:
        return
    for name in (found[0].account, f"{found[0].account}-web"):
        try:
            await platform.edge.drop_account(name)
        except EdgeError as failure:
            log.warning("account_not_dropped", tenant_id=tenant_id, reason=failure.reason)


async def _push(platform: Platform, tenant_id: str, account: Account) -> None:
    if platform.edge is None:
        return
    try:
        await platform.edge.put_account(account)
    except EdgeError as failure:
        log.warning("account_refused", tenant_id=tenant_id, reason=failure.reason)


async def _is_ready(edge: EdgeLink | None) -> bool:
    """An engine that is not there yet is given every account when it comes."""
    return edge is not None and (await edge.health()).ready


def _uses_desk(tx: Tx, user: identity.User, now: int) -> bool:
    return identity.principal_of(tx, user, now).may(DESK) and any(
        held.role in ("agent", "supervisor") for held in user.roles
    )
