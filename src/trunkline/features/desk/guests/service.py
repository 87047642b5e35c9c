"""Guests' accounts: few, short-lived, and made only so fast.

A page has a token besides the account's secret: by that it proves, to us and not to the engine,
that the call is its own.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from trunkline.features import numbers, tenancy
from trunkline.features.desk.asking import engine
from trunkline.features.desk.guests import store
from trunkline.features.desk.guests.schemas import GuestCallOut
from trunkline.features.desk.me.softphones import REALM, push
from trunkline.features.tenancy import instant
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import secret_text
from trunkline.ports.edge import Account

if TYPE_CHECKING:
    from trunkline.features.desk.guests.schemas import GuestCallAsked
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job
    from trunkline.runtime.platform import Platform

DEMO: Final = "demo"
"""The slug of the tenant whose numbers anybody may call, when the installation is a demo."""
WITHHELD: Final = "anonymous"
LIFE_MS: Final = 2 * 3600 * 1000
MOST_OPEN: Final = 50
MOST_A_MINUTE: Final = 20
EXPIRE_JOB: Final = "desk.guests_expired"


def host(tx: Tx, platform: Platform, principal: Principal | None) -> str:
    """The tenant that a guest calls: his own with `calls.guest`, else the demo tenant.

    Raises 401 `not_signed_in`, 403 `forbidden`.
    """
    if principal is not None and principal.may("calls.guest"):
        return principal.tenant_id
    demo = tenancy.by_slug(tx, DEMO) if platform.settings.demo else None
    if demo is not None:
        return demo.tenant_id
    if principal is None:
        raise TrunklineError("not_signed_in", 401, "Sign in first.")
    raise TrunklineError("forbidden", 403, "This needs the permission calls.guest.")


async def invite(
    platform: Platform, principal: Principal | None, asked: GuestCallAsked
) -> GuestCallOut:
    """An account that may dial service numbers for a while.

    Raises 404 `number_unknown`, 429 `too_many_guests`, 503 `telephony_not_ready`, `lines_busy`.
    """
    engine(platform)
    name = f"guest-{platform.ids.new('g').lower().replace('_', '-')}"
    account = Account(name, secret_text(), browser=True, number=asked.caller or WITHHELD)
    now, token = platform.clock.now_ms(), secret_text()

    def work(tx: Tx) -> list[str]:
        tenant_id = host(tx, platform, principal)
        if asked.number not in {row.number for row in numbers.list_numbers(tx, tenant_id)}:
            raise TrunklineError("number_unknown", 404, "There is no such number.")
        gone = store.take_expired(tx, tenant_id, now)
        _check_room(tx, tenant_id, now)
        store.add(tx, store.GuestRow(tenant_id, name, now, now + LIFE_MS, _hashed(token)))
        platform.jobs.enqueue(tx, tenant_id, EXPIRE_JOB, {}, run_at=now + LIFE_MS)
        return gone

    await _drop(platform, await platform.db.write(work))
    kind = await push(platform, account)
    return GuestCallOut(
        account=name,
        secret=account.secret,
        signalling=kind.signalling,
        realm=REALM,
        ws_path=kind.ws_path,
        target=f"sip:{asked.number}@{REALM}",
        token=token,
        expires_at=instant(now + LIFE_MS),
    )


def admit(tx: Tx, account: str, token: str, now: int) -> store.GuestRow:
    """The guest whose page knows the token; raises 401 `guest_unknown`."""
    row = store.get(tx, account)
    known = row.token_hash if row else b""
    if row is None or row.expires_at <= now or not hmac.compare_digest(known, _hashed(token)):
        raise TrunklineError("guest_unknown", 401, "This page has no call here.")
    return row


def arrived(tx: Tx, tenant_id: str, account: str, party: str, now: int) -> None:
    """A call of this account came in: the page and the customer of the call are one."""
    store.calls(tx, tenant_id, account, party, now)


async def expire(platform: Platform, job: Job) -> None:
    """Take guests whose time is over out of the engine."""
    now = platform.clock.now_ms()
    gone = await platform.db.write(lambda tx: store.take_expired(tx, job.tenant_id, now))
    await _drop(platform, gone)


def _check_room(tx: Tx, tenant_id: str, now: int) -> None:
    if store.made_since(tx, tenant_id, now - LIFE_MS) >= MOST_OPEN:
        raise _too_many(LIFE_MS // MOST_OPEN // 1000)
    if store.made_since(tx, tenant_id, now - 60_000) >= MOST_A_MINUTE:
        raise _too_many(60)


def _too_many(retry_after_s: int) -> TrunklineError:
    detail = "Too many guests are there: try again later."
    return TrunklineError("too_many_guests", 429, detail, retry_after_s=retry_after_s)


async def _drop(platform: Platform, accounts: list[str]) -> None:
    if platform.edge is not None:
        for account in accounts:
            await platform.edge.drop_account(account)


def _hashed(token: str) -> bytes:
    """A random token needs no slow hash."""
    return hashlib.sha256(token.encode()).digest()
