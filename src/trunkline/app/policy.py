"""Composes what a cell routes by out of what its features keep, and publishes it.

One at a time a tenant: of two changes at once, the one that reads later is published later.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trunkline.core.config import Parking, Policy, SurveyRules
from trunkline.core.inputs import PublishPolicy
from trunkline.core.words import ConsentPolicy
from trunkline.features import (
    agents,
    calendars,
    configuration,
    flows,
    numbers,
    outbound,
    queues,
    routing,
    tenancy,
)

if TYPE_CHECKING:
    from trunkline.app.cells import LocalCells
    from trunkline.core.config import AgentProfile
    from trunkline.features.tenancy import TenantSettings
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.clock import Clock, Ids
    from trunkline.ports.database import Database, Tx

DAY_MS: Final = 24 * 3600 * 1000


class CellPolicies:
    """The port `Policies` over the cells of this node."""

    def __init__(
        self, db: Database, clock: Clock, ids: Ids, keys: KeyRing, cells: LocalCells
    ) -> None:
        self._db = db
        self._ids = ids
        self._keys = keys
        self._clock = clock
        self._cells = cells
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def publish(self, tenant_id: str) -> None:
        """Give the stored policy to the tenant's cell."""
        if tenant_id not in self._cells.drivers:
            return
        async with self._one_at_a_time[tenant_id]:
            policy = await self._db.read(lambda tx: compose(tx, tenant_id, self._clock.now_ms()))
            await self._cells.submit(tenant_id, PublishPolicy(policy))

    def keep(self, tx: Tx, tenant_id: str, by: str, action: str, subject: str, at: int) -> None:
        """Keep what is configured now as a version, if it differs from the last one."""
        deed = configuration.Deed(by, action, subject)
        configuration.keep(tx, tenant_id, at, deed, tenancy.policy_version(tx, tenant_id))

    def drafted(self, tx: Tx, tenant_id: str, draft_id: str, at: int) -> Policy:
        """The policy as it would be with a draft, its hours reckoned from `at` on."""
        on = tenancy.Writing(tx, self._keys, self._ids, tenant_id, self._clock.now_ms())
        return configuration.seen_of_draft(on, draft_id, lambda tx: compose(tx, tenant_id, at))

    async def publish_if_new(self, tenant_id: str) -> None:
        """At the start: publish unless the cell routes by just this already."""
        policy = await self._db.read(lambda tx: compose(tx, tenant_id, self._clock.now_ms()))
        if self._cells.drivers[tenant_id].cell.state.policy != policy:
            await self._cells.submit(tenant_id, PublishPolicy(policy))


def compose(tx: Tx, tenant_id: str, now: int) -> Policy:
    """The whole policy of a tenant as it is stored."""
    chosen = tenancy.settings(tx, tenant_id)
    rules = routing.published(tx, tenant_id)
    drawn = flows.published(tx, tenant_id)
    asked = outbound.consent_chosen(tx, tenant_id)
    return Policy(
        version=tenancy.policy_version(tx, tenant_id),
        queues=queues.published(tx, tenant_id, calendars.opened(tx, tenant_id, now=now)),
        agents=_with_slots(agents.profiles(tx, tenant_id, now), rules),
        numbers=numbers.published(tx, tenant_id, now=now),
        flows=(*drawn, *numbers.flows(tx, tenant_id, drawn)),
        survey=_survey(chosen),
        listeners_shown=chosen.listeners_shown,
        parking=Parking(chosen.parking_first, chosen.parking_last, chosen.parking_timeout_s * 1000),
        consent_at_home=outbound.consent_of(outbound.home_of(tx, tenant_id), asked),
        consent_chosen=tuple((name, ConsentPolicy(word)) for name, word in sorted(asked.items())),
        order=rules.order,
        sharing=rules.sharing,
        experts=rules.experts,
        capacity=rules.capacity,
        written=rules.written,
    )


def _with_slots(
    profiles: tuple[AgentProfile, ...], rules: routing.Published
) -> tuple[AgentProfile, ...]:
    """The agents, with slots of their own where they have some."""
    if not rules.own:
        return profiles
    return tuple(replace(one, capacity=rules.own.get(one.id)) for one in profiles)


def _survey(chosen: TenantSettings) -> SurveyRules:
    return SurveyRules(
        min_talk_ms=chosen.survey_min_talk_s * 1000,
        respect_quiet_time=chosen.survey_respect_quiet_time,
        quiet_ms=chosen.survey_quiet_days * DAY_MS,
    )
