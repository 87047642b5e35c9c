"""A tenant's settings, and the version of everything that its cell routes by."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from trunkline.kit.prepared import Prepared, json_value
from trunkline.ports.database import Tx, metadata

tenant_settings = sa.Table(
    "tenant_settings",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("chosen", sa.JSON, nullable=False),
    sa.Column("policy_version", sa.Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """What a tenant chose. Surveys are drawn per queue; these rules say when one is not asked.

    `timezone` is an IANA name; the tenant's days begin at its midnight. A promise that nobody has
    begun `promise_grace_min` after its time is missed; an appointment lasts `appointment_min`.
    """

    ticket_of_every_call: bool = False
    survey_min_talk_s: int = 20
    survey_quiet_days: int = 30
    survey_respect_quiet_time: bool = True
    timezone: str = "Asia/Shanghai"
    promise_grace_min: int = 15
    appointment_min: int = 30
    listeners_shown: bool = True
    """Whether agents are shown that a supervisor attends their call."""

    parking_first: int = 701
    parking_last: int = 720
    parking_timeout_s: int = 120


def settings(tx: Tx, tenant_id: str) -> TenantSettings:
    """The settings of a tenant; defaults where it chose nothing."""
    row = _row(tx, tenant_id)
    return TenantSettings(**row[0]) if row else TenantSettings()


def choose(tx: Tx, tenant_id: str, chosen: TenantSettings) -> None:
    """Replace the settings of a tenant."""
    _touch(tx, tenant_id, chosen)


def policy_version(tx: Tx, tenant_id: str) -> int:
    """The version of what the tenant's cell routes by; 0 before anything was set."""
    row = _row(tx, tenant_id)
    return row[1] if row else 0


def policy_changed(tx: Tx, tenant_id: str) -> None:
    """Count one more change of what the tenant's cell routes by."""
    _touch(tx, tenant_id, settings(tx, tenant_id))


def _touch(tx: Tx, tenant_id: str, chosen: TenantSettings) -> None:
    mine = tenant_settings.c.tenant_id == tenant_id
    changed = {"chosen": asdict(chosen), "policy_version": tenant_settings.c.policy_version + 1}
    if tx.execute(tenant_settings.update().where(mine).values(**changed)).rowcount == 0:
        first = {"tenant_id": tenant_id, "chosen": asdict(chosen), "policy_version": 1}
        tx.execute(tenant_settings.insert().values(**first))


def _row(tx: Tx, tenant_id: str) -> tuple[dict[str, Any], int] | None:
    row = _OF_TENANT.first(tx, {"of_tenant": tenant_id})
    if row is None:
        return None
    return json_value(row[0]), row[1]


_OF_TENANT = Prepared(
    sa.select(tenant_settings.c.chosen, tenant_settings.c.policy_version).where(
        tenant_settings.c.tenant_id == sa.bindparam("of_tenant")
    )
)
