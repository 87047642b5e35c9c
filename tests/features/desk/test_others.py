"""Others in a call, as the API has it: consulted, transferred to, brought in."""

from __future__ import annotations

from contextlib import AsyncExitStack

from tests.features.desk.house import Desk, Json, Ready, until
from trunkline.core.words import LegId


class Scene:
    """agent1 talks with a customer; agent2 is ready."""

    def __init__(self, desk: Desk, mine: Ready, other: Ready, customer: LegId, call: str) -> None:
        self.desk, self.mine, self.other = desk, mine, other
        self.customer, self.call = customer, call

    @classmethod
    async def open(cls, desk: Desk, things: AsyncExitStack) -> Scene:
        mine = await things.enter_async_context(desk.ready("agent1"))
        customer = await desk.call()
        call = await mine.take()
        other = await things.enter_async_context(desk.ready("agent2"))
        return cls(desk, mine, other, customer, call)

    async def does(self, verb: str, body: Json | None = None) -> str:
        """The refusal's code; nothing when it was taken."""
        reply = await self.mine.do(self.call, verb, body)
        return "" if reply.status_code == 202 else str(reply.json()["code"])

    async def comes(self) -> None:
        """agent2 says yes, and the page answers."""
        await self.other.stream.event("trunkline.interaction.party_invited.v1")
        assert (await self.other.do(self.call, "join")).status_code == 202
        await self.mine.stream.event("trunkline.interaction.party_joined.v1")

    async def page(self) -> Json:
        found: Json = (await self.mine.client.get(f"/interactions/{self.call}")).json()
        return found

    def hears(self, leg: LegId) -> frozenset[str]:
        return self.desk.edge.heard(leg)


async def test_a_colleague_is_consulted_and_has_the_customer_then(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        assert not await scene.does("consult", {"to": {"agent": "agent2"}})
        await until(lambda: scene.hears(scene.customer) == {"music"})
        asked = (await scene.other.me())["work"]
        await scene.comes()
        work = (await scene.mine.me())["work"]
        assert not await scene.does("swap")
        await until(lambda: scene.hears(scene.customer) != {"music"})
        assert not await scene.does("transfer", {"kind": "attended"})
        await scene.other.stream.event("trunkline.interaction.passed.v1")
        assert (await scene.other.me())["work"]["kind"] == "segment"
        assert (await scene.mine.me())["work"]["kind"] == "wrap_up"
        assert (await scene.other.do(scene.call, "hangup")).status_code == 202
        page = await scene.page()
    assert (asked["kind"], asked["aside"]["role"]) == ("aside", "consult")
    assert asked["aside"]["by"]["name"] == "陈晨"
    assert asked["aside"]["ringing_until"]
    (party,) = work["parties"]
    assert (party["role"], party["joined"], party["agent"]["id"]) == (
        "consult", True, await desk.user_id("agent2"),
    )  # fmt: skip
    kinds = [(s["kind"], s["participant"]["name"]) for s in page["segments"]]
    other = page["agent"]["name"]
    assert ("consult", other) in kinds
    assert kinds.count(("talk", other)) == 1
    assert len(page["recordings"]) == 2


async def test_a_blind_transfer_that_is_declined_returns_with_the_reason(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        name = await desk.user_id("agent2")
        assert not await scene.does("transfer", {"kind": "blind", "to": {"agent": name}})
        await scene.other.stream.event("trunkline.interaction.party_invited.v1")
        assert (await scene.other.do(scene.call, "leave")).status_code == 202
        ended = await scene.mine.stream.event("trunkline.interaction.party_ended.v1")
        work = (await scene.mine.me())["work"]
        page = await scene.page()
    assert (ended["cause"], ended["role"], ended["joined"]) == ("declined", "transfer", False)
    assert (work["kind"], work["parties"]) == ("segment", [])
    rung = [s for s in page["segments"] if s["kind"] == "ring" and s["detail"]]
    assert [s["detail"] for s in rung] == ["declined"]


async def test_an_extension_is_a_colleague_and_a_conference_grows(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        assert not await scene.does("conference", {"to": {"number": "8002"}})
        await scene.comes()
        await until(lambda: len(scene.hears(scene.customer)) == 2)
        (party,) = (await scene.mine.me())["work"]["parties"]
        path = f"/interactions/{scene.call}/parties/{party['id']}"
        assert (await scene.mine.client.delete(path)).status_code == 202
        await until(lambda: len(scene.hears(scene.customer)) == 1)


async def test_consulted_and_customer_are_brought_together(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        assert not await scene.does("consult", {"to": {"queue": "support"}})
        await scene.comes()
        assert not await scene.does("conference", {})
        await until(lambda: len(scene.hears(scene.customer)) == 2)
        assert not await scene.does("hangup")
        await scene.other.stream.event("trunkline.interaction.passed.v1")


async def test_a_customer_is_given_to_an_outside_number(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        before = set(desk.edge._exchange.legs)
        to = {"kind": "blind", "to": {"number": "13800000009"}}
        async with desk.as_("admin") as admin:
            trunk = (await admin.get("/trunks")).json()["items"][0]
            change = {"host": "127.0.0.1:5999"}
            changed = await admin.patch(f"/trunks/{trunk['id']}", json=change)
            assert changed.is_success, changed.text
        assert not await scene.does("transfer", to)
        await until(lambda: bool(set(desk.edge._exchange.legs) - before))
        (leg,) = set(desk.edge._exchange.legs) - before
        desk.edge.take_up(leg)
        await scene.mine.stream.event("trunkline.interaction.went_outside.v1")
        await until(lambda: scene.hears(scene.customer) == {leg})
        page = await scene.page()
        desk.edge.end(leg)
        await scene.mine.stream.event("trunkline.interaction.ended.v1")
        ended = await scene.page()
    assert page["segments"][-1]["kind"] in ("outside", "wrap_up")
    assert "13800000009" not in str(page)
    assert ended["ended_by"] == "passed_on"


async def test_a_customer_goes_to_a_flow(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        async with desk.as_("admin") as admin:
            flow = (await admin.get("/flows")).json()["items"][0]["id"]
        assert not await scene.does("transfer", {"kind": "blind", "to": {"flow": flow}})
        page = await scene.page()
    assert page["state"] in ("flow", "queued")


async def test_what_cannot_be_is_refused_by_name(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        refusals = [
            await scene.does("consult", {"to": to})
            for to in (
                {"agent": "nobody"},
                {"agent": "agent1"},
                {"agent": "agent5"},
                {"queue": "nowhere"},
                {"number": "95012345678901"},
                {"number": "+442079460000"},
                {},
                {"agent": "agent2", "queue": "support"},
            )
        ]
        refusals += [await scene.does(verb) for verb in ("swap", "join", "leave")]
        refusals += [
            await scene.does("transfer", {"kind": "attended"}),
            await scene.does("transfer", {"kind": "blind"}),
            await scene.does("conference", {}),
        ]
    assert refusals == [
        "agent_unknown", "colleague_unknown", "colleague_offline", "queue_unknown",
        "number_barred", "number_barred", "invalid_request", "invalid_request",
        "nobody_consulted", "not_your_part", "not_your_part",
        "nobody_consulted", "invalid_request", "nobody_consulted",
    ]  # fmt: skip


async def test_a_stranger_of_another_tenant_is_nobody(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        other = await desk.user_id("agent1", "two")
        code = await scene.does("consult", {"to": {"agent": other}})
    assert code == "agent_unknown"


async def test_one_search_finds_colleagues_with_their_state_and_queues_with_their_wait(
    desk: Desk,
) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        found = (await scene.mine.client.get("/targets")).json()
        by_extension = (await scene.mine.client.get("/targets", params={"q": "8002"})).json()
        by_name = (await scene.mine.client.get("/targets", params={"q": "BILL"})).json()
        mine = await desk.user_id("agent1")
        second = await desk.user_id("agent2")
        async with desk.as_("admin") as admin:
            made = (await admin.post("/teams", json={"name": "Repairs"})).json()
            await admin.patch(f"/users/{second}", json={"team_id": made["id"]})
        by_team = (await scene.mine.client.get("/targets", params={"q": "repair"})).json()
    assert [(one["id"], one["team"]) for one in by_team["colleagues"]] == [(second, "Repairs")]
    first = found["colleagues"][0]
    assert (first["id"], first["state"], first["can_come"]) == (
        await desk.user_id("agent2"), "ready", True,
    )  # fmt: skip
    assert mine not in [one["id"] for one in found["colleagues"]]
    assert [one["state"] for one in found["colleagues"][1:3]] == ["offline", "offline"]
    assert [one["extension"] for one in by_extension["colleagues"]] == ["8002"]
    assert (by_extension["queues"], by_name["colleagues"]) == ([], [])
    (billing,) = by_name["queues"]
    assert (billing["name"], billing["open"], billing["waiting"]) == ("billing", True, 0)
    assert {one["name"] for one in found["queues"]} >= {"support", "billing", "vip"}


async def test_a_recording_is_paused_and_resumed_by_the_agent(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene = await Scene.open(desk, things)
        assert not await scene.does("pause-recording")
        await scene.mine.stream.event("trunkline.interaction.recording_paused.v1")
        paused = (await scene.mine.me())["work"]
        assert not await scene.does("resume-recording")
        resumed = (await scene.mine.me())["work"]
        page = await scene.page()
        async with desk.as_("admin") as admin:
            queue = (await admin.get("/queues/support")).json()
            path = f"/queues/{queue['id']}"
            seen = {"If-Match": f'"{queue["version"]}"'}
            changed = await admin.patch(path, json={"recording": "off"}, headers=seen)
            assert changed.is_success, changed.text
        assert not await scene.does("pause-recording")
        assert await scene.does("resume-recording") == "recording_off"
    assert (paused["recorded"], paused["recording_paused"]) == (False, True)
    assert (resumed["recorded"], resumed["recording_paused"]) == (True, False)
    assert len(page["recordings"]) == 2


async def test_a_number_that_an_agent_dials_comes_to_them_under_the_queues_own_number(
    desk: Desk,
) -> None:
    async with desk.ready("agent1") as agent:
        me = await desk.user_id("agent1")
        async with desk.as_("admin") as admin:
            queue = (await admin.get("/queues/billing")).json()["id"]
            made = await admin.post("/numbers", json={"number": "4888", "queue_id": queue})
            assert made.is_success, made.text
        wanted = {"phone": "13800000077", "queue": "billing", "owner_id": me}
        opened = (await agent.client.post("/callbacks", json=wanted)).json()
        offer = await agent.offer()
    assert opened["number"] == "4888"
    assert offer["pop"]["callback"] is True
