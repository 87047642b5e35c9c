"""Requests to Kamailio's JSON-RPC (module jsonrpcs), over HTTP on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import aiohttp

from trunkline.ports.edge import EdgeError

if TYPE_CHECKING:
    from trunkline.adapters.edge.kamailio.settings import KamailioSettings

_WITHIN_S: Final = 2.0


class Control:
    """A connection a request: there are few."""

    def __init__(self, settings: KamailioSettings) -> None:
        self._url = f"http://127.0.0.1:{settings.control_port}/rpc"
        self._headers = {"Authorization": f"Bearer {settings.secret()}"}

    async def ask(self, method: str, *parameters: str | int) -> Any:
        """The result; raises `EdgeError` when it refuses or cannot be reached."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
        limit = aiohttp.ClientTimeout(total=_WITHIN_S)
        try:
            async with (
                aiohttp.ClientSession(headers=self._headers, timeout=limit) as session,
                session.post(self._url, json=body) as reply,
            ):
                told = await reply.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
            raise EdgeError(f"{method}: {type(failure).__name__}") from failure
        if "error" in told:
            raise EdgeError(f"{method}: {told['error'].get('message', 'refused')}")
        return told.get("result")
