"""`/sip`: the pages' SIP over WebSocket, on our own origin, after a look at who connects.

One port, one certificate, and Asterisk's HTTP stays on loopback. Who may connect: a signed-in
user who may take calls, or anybody in the demo tenant (the call page). Registering needs the
account's own secret besides.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, WebSocket

from trunkline.adapters.edge.asterisk.sip_proxy import proxy
from trunkline.app.telephony import Telephony
from trunkline.features.tenancy import Principal, public
from trunkline.runtime.platform import PlatformDep

POLICY_VIOLATION = 1008
TRY_AGAIN = 1013


def router(telephony: Telephony) -> APIRouter:
    """The route, for this node's engine."""
    routes = APIRouter()

    @routes.websocket("/sip")
    async def sip(
        socket: WebSocket, platform: PlatformDep, principal: Principal | None = public()
    ) -> None:
        """Pump frames between a page and the engine."""
        if not _may_call(principal, demo=platform.settings.demo) or not _is_own_page(socket):
            await socket.close(POLICY_VIOLATION)
        elif telephony.edge is None:
            await socket.close(TRY_AGAIN, "telephony is not installed")
        else:
            await proxy(socket, f"ws://127.0.0.1:{telephony.http_port}/ws")

    return routes


def _may_call(principal: Principal | None, *, demo: bool) -> bool:
    if principal is None:
        return demo
    return principal.may("desk.use") or principal.may("calls.guest")


def _is_own_page(socket: WebSocket) -> bool:
    origin = urlsplit(socket.headers.get("origin", ""))
    return origin.netloc != "" and origin.netloc == socket.headers.get("host")
