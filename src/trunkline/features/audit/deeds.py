"""A deed: a change that is written down and told in the transaction that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.features.audit.service import record
from trunkline.features.tenancy import Principal, Writing, policy_changed
from trunkline.ports.events import Audience, DomainEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to what; `permission` lets people hear of it.

    `routes` says that the tenant's cell routes by it: it works with the change when the deed is
    done.
    """

    thing: str
    verb: str
    permission: str
    routes: bool = False


async def perform(
    platform: Platform, principal: Principal, deed: Deed, work: Callable[[Writing], str]
) -> str:
    """Do the work, which returns the id of its subject; returns that id."""

    def unit(tx: Tx) -> str:
        on = writing(platform, tx, principal.tenant_id)
        subject = work(on)
        record(tx, principal, f"{deed.thing}s.{deed.verb}", subject, at=on.now)
        platform.outbox.emit(tx, _event(on, deed, subject))
        if deed.routes:
            policy_changed(tx, principal.tenant_id)
            action = f"{deed.thing}s.{deed.verb}"
            by = principal.user_id
            platform.policies.keep(tx, principal.tenant_id, by, action, subject, on.now)
        return subject

    subject = await platform.db.write(unit)
    if deed.routes:
        await platform.policies.publish(principal.tenant_id)
    return subject


def writing(platform: Platform, tx: Tx, tenant_id: str) -> Writing:
    """A writing for a tenant, now."""
    return Writing(tx, platform.keys, platform.ids, tenant_id, platform.clock.now_ms())


def _event(on: Writing, deed: Deed, subject: str) -> DomainEvent:
    kind = f"trunkline.{deed.thing}.{deed.verb}.v1"
    payload = {f"{deed.thing}_id": subject}
    return DomainEvent(on.tenant_id, kind, subject, on.now, payload, Audience(deed.permission))
