"""The pages' way to the engine, a WebSocket on our own origin, after a look at who connects.

`/sip` where the engine speaks SIP (RFC 7118), `/softphone` where it speaks with pages directly. One
port, one certificate, and the engine's own socket stays closed to others. A page speaks for one
account: an agent's own, or a guest's (`?account=guest-…`) where guests may call. Registering needs
the account's secret besides.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, WebSocket

from trunkline.adapters.edge.carrying import POLICY_VIOLATION, TRY_AGAIN
from trunkline.app.leavers import Lines
from trunkline.app.telephony import Telephony
from trunkline.features import agents
from trunkline.features.tenancy import Principal, public
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

GUEST = "guest-"
PATHS = ("/sip", "/softphone")


def router(telephony: Telephony, lines: Lines) -> APIRouter:
    """The routes, for this node's engine; the one that it does not speak by is closed at once."""
    routes = APIRouter()

    async def page(
        socket: WebSocket,
        platform: PlatformDep,
        account: Annotated[str, Query(max_length=80)] = "",
        principal: Principal | None = public(),
    ) -> None:
        """Pump frames between a page and the engine."""
        speaker = await _speaker(platform, principal, account)
        if speaker is None or not _is_own_page(socket):
            await socket.close(POLICY_VIOLATION)
        elif telephony.edge is None or telephony.edge.kind.ws_path != socket.url.path:
            await socket.close(TRY_AGAIN, "this engine is not here")
        else:
            with lines.open(principal) as cut:
                await telephony.carry(socket, speaker, cut)

    for path in PATHS:
        routes.add_api_websocket_route(path, page)
    return routes


async def _speaker(platform: Platform, principal: Principal | None, account: str) -> str | None:
    """The account that this page may speak for."""
    if account.startswith(GUEST):
        is_guest = platform.settings.demo or (
            principal is not None and principal.may("calls.guest")
        )
        return account if is_guest else None
    if principal is None or not principal.may("desk.use"):
        return None
    tenant_id, user_id = principal.tenant_id, principal.user_id

    def work(tx: Tx) -> str | None:
        found = agents.several(tx, tenant_id, [user_id])
        return f"{found[0].account}-web" if found else None

    return await platform.db.read(work)


def _is_own_page(socket: WebSocket) -> bool:
    origin = urlsplit(socket.headers.get("origin", ""))
    return origin.netloc != "" and origin.netloc == socket.headers.get("host")
