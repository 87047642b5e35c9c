"""A supervisor in the calls of others, as the API has it."""

from __future__ import annotations

from contextlib import AsyncExitStack

from tests.features.desk.house import Desk, Ready, until
from tests.features.desk.test_others import Scene


async def watched(desk: Desk, things: AsyncExitStack) -> tuple[Scene, Ready]:
    """agent1 talks; the supervisor is at a desk of their own."""
    scene = await Scene.open(desk, things)
    boss = await things.enter_async_context(desk.ready("supervisor"))
    await boss.client.put("/me/state", json={"state": "not_ready", "reason": "other"})
    return scene, boss


async def attends(scene: Scene, boss: Ready, mode: str) -> int:
    path = f"/interactions/{scene.call}/attendance"
    reply = await boss.client.put(path, json={"mode": mode})
    return reply.status_code


async def test_a_supervisor_listens_whispers_barges_in_and_takes_over(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene, boss = await watched(desk, things)
        assert await attends(scene, boss, "listen") == 202
        await boss.stream.event("trunkline.interaction.party_joined.v1")
        await until(lambda: len(scene.hears(scene.customer)) == 1)
        work = (await scene.mine.me())["work"]
        assert await attends(scene, boss, "whisper") == 202
        await until(lambda: len(scene.hears(scene.customer)) == 1)
        assert await attends(scene, boss, "barge") == 202
        await until(lambda: len(scene.hears(scene.customer)) == 2)
        assert (await boss.do(scene.call, "take-over")).status_code == 202
        await until(lambda: len(scene.hears(scene.customer)) == 1)
        assert (await boss.me())["work"]["kind"] == "segment"
        assert (await scene.mine.me())["work"]["kind"] == "wrap_up"
        seen = (await boss.client.get(f"/interactions/{scene.call}")).json()
        hidden = await scene.page()
        async with desk.as_("admin") as admin:
            log = (await admin.get("/audit", params={"action": "interactions.supervised"})).json()
    assert [party["role"] for party in work["parties"]] == ["listen"]
    kinds = [s["kind"] for s in seen["segments"]]
    assert [kind for kind in kinds if kind in ("listen", "whisper", "barge")] == [
        "listen", "whisper", "barge",
    ]  # fmt: skip
    assert not {"listen", "whisper", "barge"} & {s["kind"] for s in hidden["segments"]}
    how = [one["detail"]["how"] for one in log["items"] if one["subject"] == scene.call]
    assert sorted(how) == ["barge", "listen", "take_over", "whisper"]


async def test_a_supervisor_ends_a_call(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene, boss = await watched(desk, things)
        assert (await boss.do(scene.call, "end")).status_code == 202
        await scene.mine.stream.event("trunkline.interaction.ended.v1")
        again = await boss.do(scene.call, "end")
        page = await scene.page()
    assert again.json()["code"] in ("not_in_a_call", "interaction_unknown")
    assert page["ended_by"] == "supervisor"


async def test_where_the_policy_says_so_the_agent_does_not_know(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene, boss = await watched(desk, things)
        async with desk.as_("admin") as admin:
            chosen = (await admin.get("/settings")).json()
            changed = {key: chosen[key] for key in ("name", "ticket_of_every_call", "surveys")}
            saved = await admin.put("/settings", json={**changed, "listeners_shown": False})
            assert saved.is_success, saved.text
        assert await attends(scene, boss, "listen") == 202
        await boss.stream.event("trunkline.interaction.party_joined.v1")
        assert (await scene.mine.me())["work"]["parties"] == []
        left = await boss.client.delete(f"/interactions/{scene.call}/attendance")
        assert left.status_code == 202


async def test_agents_and_quality_attend_no_calls_nor_does_another_tenant(desk: Desk) -> None:
    async with AsyncExitStack() as things:
        scene, _ = await watched(desk, things)
        assert await attends(scene, scene.other, "listen") == 403
        assert (await scene.other.do(scene.call, "end")).status_code == 403
        async with desk.as_("quality") as quality:
            path = f"/interactions/{scene.call}/attendance"
            assert (await quality.put(path, json={"mode": "listen"})).status_code == 403
        async with desk.as_("admin", "two") as stranger:
            reply = await stranger.post(f"/interactions/{scene.call}/end")
            assert reply.status_code in (404, 409)
