"""A talk between a guest's page and an agent's page, and what they say beside it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tests.features.desk.house import Desk, Json, Ready, until
from tests.features.desk.sockets import Socket, opened
from trunkline.core.words import LegId
from trunkline.ports.edge import Source

CALLER = "+8613800000001"


@dataclass
class Talk:
    """A guest's page and an agent's page in one talk, both with an open line."""

    desk: Desk
    agent: Ready
    guest: Json
    leg: LegId
    call: str
    page: Socket
    seat: Socket

    async def state(self, side: Socket, **parts: str) -> Json:
        """The first state that says this of the parts."""
        while True:
            told = await side.message()
            if told["type"] == "state" and parts.items() <= told["parts"].items():
                return told

    async def round(self) -> int:
        """The round that both pages are in, once both have heard of the last change."""
        states = [one for one in self.page.heard if one["type"] == "state"]
        return int(states[-1]["round"])

    async def shown(self, part: str = "screen") -> None:
        """The agent asks, the customer agrees, the page begins."""
        deed(self.seat, "ask", part)
        await self.state(self.page, **{part: "asked"})
        deed(self.page, "agree", part)
        deed(self.page, "begin", part)
        await self.state(self.seat, **{part: "shown"})
        await self.state(self.page, **{part: "shown"})

    async def whole(self) -> Json:
        """What the interaction's page shows of it."""
        page: Json = (await self.agent.client.get(f"/interactions/{self.call}")).json()
        return page["showing"]  # type: ignore[no-any-return]

    async def audit(self) -> list[tuple[str, str]]:
        """Actor and action of what was written of this call, oldest first."""
        async with self.desk.as_("admin") as admin:
            found = (await admin.get("/audit", params={"subject": self.call})).json()["items"]
        return [(one["actor_id"], one["action"]) for one in reversed(found)]

    @property
    def headers(self) -> dict[str, str]:
        """What proves the guest's call."""
        return {"X-Guest-Account": self.guest["account"], "X-Guest-Token": self.guest["token"]}


def deed(side: Socket, what: str, part: str = "screen", **more: str) -> None:
    side.say(json.dumps({"type": "deed", "deed": what, "part": part, **more}))


def signal(side: Socket, number: int, **what: Json) -> None:
    side.say(json.dumps({"type": "signal", "round": number, **what}))


def hello(guest: Json, **other: str) -> str:
    known = {"account": guest["account"], "token": guest["token"]}
    return json.dumps({"type": "hello", **known, **other})


async def kind_of(side: Socket, kind: str) -> Json:
    while (told := await side.message())["type"] != kind:
        pass
    return told


@asynccontextmanager
async def line_of(
    desk: Desk, username: str, call: str, tenant: str = "demo"
) -> AsyncIterator[Socket]:
    token = await desk.token(username, tenant)
    path = f"/api/v1/interactions/{call}/showing/line"
    async with opened(desk.app, path, "", f"Bearer {token}") as socket:
        yield socket


@asynccontextmanager
async def page_of(desk: Desk, guest: Json) -> AsyncIterator[Socket]:
    async with opened(desk.app, "/api/v1/guest/showing", "", None) as socket:
        socket.say(hello(guest))
        yield socket


async def call_by_page(desk: Desk) -> tuple[Json, LegId]:
    """A guest's page calls."""
    await until(lambda: bool(desk.edge._epoch))
    async with desk.stranger() as stranger:
        asked = {"number": "4001", "caller": CALLER}
        guest = (await stranger.post("/guest/calls", json=asked)).json()
    return guest, desk.edge.arrive("4001", CALLER, Source.BROWSER, guest["account"])


@asynccontextmanager
async def talk(desk: Desk, username: str = "agent1") -> AsyncIterator[Talk]:
    async with AsyncExitStack() as things:
        agent = await things.enter_async_context(desk.ready(username))
        guest, leg = await call_by_page(desk)
        call = await agent.take()
        page = await things.enter_async_context(page_of(desk, guest))
        await kind_of(page, "welcome")
        seat = await things.enter_async_context(line_of(desk, username, call))
        yield Talk(desk, agent, guest, leg, call, page, seat)
