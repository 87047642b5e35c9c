"""One open stream: five tasks, of which the first to end ends the others.

The reader waits for the page to leave, the pinger shows it that we are there, the watch asks from
time to time whether the session still holds, and the teller hands on events. The fifth looks
whether what is sent is taken, for all sendings at once: a page that does not take it is let go; it
comes back and resumes.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from trunkline.features import identity
from trunkline.features.desk.asking import view_of
from trunkline.features.desk.stream.telling import told
from trunkline.features.desk.stream.viewer import Viewer
from trunkline.kit.clock import monotonic_s
from trunkline.ports.events import StreamGone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trunkline.features.desk.stream.owners import Owners
    from trunkline.features.tenancy import Principal
    from trunkline.ports.events import DomainEvent
    from trunkline.runtime.platform import Platform

PING_EVERY_S: Final = 15.0
WATCH_EVERY_S: Final = 60.0
TAKEN_WITHIN_S: Final = 10.0
GONE_AWAY, NOT_ALLOWED, TRY_LATER = 1001, 1008, 1013


class Ended(Exception):
    """The stream is over; `code` is told to the page, None when it left by itself."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Session:
    """One WebSocket of one principal, accepted already."""

    def __init__(
        self,
        socket: WebSocket,
        platform: Platform,
        owners: Owners,
        viewer: Viewer,
        events: AsyncIterator[DomainEvent],
    ) -> None:
        self._socket = socket
        self._platform = platform
        self._owners = owners
        self._viewer = viewer
        self._events = events
        self._sending = asyncio.Lock()
        self._sends_since_s: float | None = None

    async def run(self) -> None:
        """Serve until the page leaves, the session ends, or the page is too slow."""
        code: int | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read())
                tasks.create_task(self._ping())
                tasks.create_task(self._watch())
                tasks.create_task(self._hurry())
                tasks.create_task(self._tell())
        except* Ended as ended:
            code = next(one.code for one in _flat(ended))
        if code is not None:
            await self._close(code)

    async def _read(self) -> None:
        """A page only listens; whatever it says is dropped."""
        while (await self._socket.receive())["type"] != "websocket.disconnect":
            pass
        raise Ended(None)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_EVERY_S)
            await self._send({"type": "ping"})

    async def _watch(self) -> None:
        """A session that ran out, or a permission that was taken, counts within a minute."""
        while True:
            await asyncio.sleep(WATCH_EVERY_S)
            principal = await self._admitted()
            if principal is None or not principal.may("me.use"):
                raise Ended(NOT_ALLOWED)
            self._viewer.principal = principal
            self._viewer.owned = await self._owners.of(self._platform, principal.tenant_id)

    async def _hurry(self) -> None:
        while True:
            await asyncio.sleep(TAKEN_WITHIN_S / 4)
            since_s = self._sends_since_s
            if since_s is not None and monotonic_s() - since_s > TAKEN_WITHIN_S:
                raise Ended(TRY_LATER)

    async def _tell(self) -> None:
        while True:
            try:
                async for event in self._events:
                    if self._is_over(event):
                        raise Ended(NOT_ALLOWED)
                    if self._viewer.sees(event):
                        await self._send(await told(self._platform, self._viewer, event))
            except StreamGone:
                tenant_id = self._viewer.principal.tenant_id
                self._events = self._platform.stream.follow(tenant_id, None)
                await self._send({"type": "resync"})
            else:
                raise Ended(GONE_AWAY)

    def _is_over(self, event: DomainEvent) -> bool:
        over = event.type == identity.SESSION_ENDED
        return over and event.subject == self._viewer.principal.session_id

    async def _send(self, message: dict[str, Any]) -> None:
        text = orjson.dumps(message).decode()
        async with self._sending:
            self._sends_since_s = monotonic_s()
            try:
                await self._socket.send_text(text)
            except (WebSocketDisconnect, RuntimeError):
                raise Ended(None) from None
            finally:
                self._sends_since_s = None

    async def _close(self, code: int) -> None:
        """Say why; a page that takes nothing does not hear it."""
        with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(TAKEN_WITHIN_S):
                await self._socket.close(code)

    async def _admitted(self) -> Principal | None:
        secret = secret_of(self._socket)
        if secret is None:
            return None
        return await identity.admit(self._platform.db, self._platform.clock, secret)


async def opened(
    socket: WebSocket,
    platform: Platform,
    owners: Owners,
    principal: Principal,
    after: int | None,
) -> Session:
    """Accept the socket; the viewer hears from the start of what he has in hand.

    He follows from before he is told that he does, so that nothing happens in between.
    """
    events = platform.stream.follow(principal.tenant_id, after)
    await socket.accept()
    viewer = Viewer(principal, await owners.of(platform, principal.tenant_id))
    view = view_of(platform, principal)
    for work in (view.work, *view.works) if view is not None else ():
        if work is not None:
            viewer.remember(work.interaction)
    return Session(socket, platform, owners, viewer, events)


def secret_of(socket: WebSocket) -> str | None:
    """What the handshake came with: a bearer token, else the cookie."""
    scheme, _, token = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return socket.cookies.get(identity.COOKIE)


def _flat(group: BaseExceptionGroup[Ended]) -> list[Ended]:
    found: list[Ended] = []
    for one in group.exceptions:
        found += _flat(one) if isinstance(one, BaseExceptionGroup) else [one]
    return found
