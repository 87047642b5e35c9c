"""Credentials of a page's softphone: one secret a page, pushed to the engine, ended in time.

The secret is stored nowhere: the engine holds it, and a page that is loaded anew gets another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.core.words import DeviceKind
from trunkline.features.desk.asking import as_agent, engine, view_of
from trunkline.features.desk.me import store
from trunkline.features.desk.me.schemas import SoftphoneOut
from trunkline.features.desk.me.service import softphone_account
from trunkline.features.tenancy import instant
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import secret_text
from trunkline.ports.edge import Account, EdgeError, EdgeFull

if TYPE_CHECKING:
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.ports.edge import EngineKind
    from trunkline.ports.jobs import Job
    from trunkline.runtime.platform import Platform

REALM: Final = "trunkline"
LIFE_MS: Final = 12 * 3600 * 1000
EXPIRE_JOB: Final = "desk.softphone_expired"
BUSY_FOR_S: Final = 15


async def credentials(platform: Platform, principal: Principal) -> SoftphoneOut:
    """A new secret for the page's softphone; the one before ends.

    Raises 409 `device_is_desk_phone`, 503 `telephony_not_ready`.
    """
    agent = await as_agent(platform, principal)
    view = view_of(platform, principal)
    if view is not None and view.device is DeviceKind.SIP:
        raise TrunklineError("device_is_desk_phone", 409, "Choose the browser as device first.")
    account = Account(softphone_account(agent), secret_text(), browser=True)
    kind = await push(platform, account)
    expires_at = platform.clock.now_ms() + LIFE_MS

    def work(tx: Tx) -> None:
        store.put(tx, principal.tenant_id, agent.id, account.name, expires_at)
        platform.jobs.enqueue(
            tx, principal.tenant_id, EXPIRE_JOB, {"agent_id": agent.id}, run_at=expires_at
        )

    await platform.db.write(work)
    return SoftphoneOut(
        account=account.name,
        secret=account.secret,
        signalling=kind.signalling,
        realm=REALM,
        ws_path=kind.ws_path,
        expires_at=instant(expires_at),
    )


async def end(platform: Platform, tenant_id: str, user_id: str) -> None:
    """Have a user's account taken out of the engine now, if he has one."""
    now = platform.clock.now_ms()

    def work(tx: Tx) -> None:
        if store.expire(tx, tenant_id, user_id, now):
            platform.jobs.enqueue(tx, tenant_id, EXPIRE_JOB, {"agent_id": user_id}, run_at=now)

    await platform.db.write(work)


async def expire(platform: Platform, job: Job) -> None:
    """Take an account out of the engine, unless it was renewed meanwhile."""
    now, agent_id = platform.clock.now_ms(), str(job.payload["agent_id"])
    account = await platform.db.write(
        lambda tx: store.take_expired(tx, job.tenant_id, agent_id, now)
    )
    if account is not None and platform.edge is not None:
        await platform.edge.drop_account(account)


async def push(platform: Platform, account: Account) -> EngineKind:
    """Give the engine an account, and say what the page speaks with it.

    Raises 503 `telephony_not_ready`, 503 `lines_busy` for a guest whose call has no room.
    """
    edge = engine(platform)
    try:
        await edge.put_account(account)
    except EdgeFull as failure:
        raise TrunklineError(
            "lines_busy", 503, "All lines are busy: call again.", retry_after_s=BUSY_FOR_S
        ) from failure
    except EdgeError as failure:
        raise TrunklineError(
            "telephony_not_ready", 503, "The telephony engine does not answer.", retry_after_s=2
        ) from failure
    return edge.kind
