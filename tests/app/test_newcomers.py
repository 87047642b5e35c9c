"""Users who come, leave and come again: routing and the engine follow."""

from __future__ import annotations

from tests.features.desk.house import PASSWORD, Desk, until
from trunkline.core.state import State


def cell(desk: Desk) -> State:
    """The state of the demo tenant's cell."""
    return next(
        driver.cell.state
        for driver in desk.node.cells.drivers.values()
        if "4000" in driver.cell.state.numbers
    )


async def test_one_who_leaves_is_not_routed_to_and_has_no_phone_until_they_are_back(
    desk: Desk,
) -> None:
    user_id = await desk.user_id("agent5")
    await until(lambda: "agent5" in desk.edge.accounts)
    async with desk.as_("admin") as admin:
        left = await admin.patch(f"/users/{user_id}", json={"active": False})
        assert left.status_code == 200, left.text
        await until(lambda: user_id not in cell(desk).profiles)
        await until(lambda: "agent5" not in desk.edge.accounts)
        await admin.patch(f"/users/{user_id}", json={"active": True})
        await until(lambda: user_id in cell(desk).profiles)
        await until(lambda: "agent5" in desk.edge.accounts)


async def test_those_who_come_are_agents_with_a_phone_at_once(desk: Desk) -> None:
    await until(lambda: bool(desk.edge.accounts))
    async with desk.as_("admin") as admin:
        for n in range(3):
            new = {
                "username": f"new{n}",
                "display_name": f"New {n}",
                "password": PASSWORD,
                "roles": [{"role": "agent"}],
            }
            made = await admin.post("/users", json=new)
            assert made.status_code == 201, made.text
    await until(lambda: {"new0", "new1", "new2"} <= desk.edge.accounts.keys())
    await until(lambda: len(cell(desk).profiles) >= 11)


async def test_the_customer_of_one_who_leaves_in_a_call_goes_back_into_the_line(
    desk: Desk,
) -> None:
    leaver = await desk.user_id("agent1")
    async with desk.as_("admin") as admin, desk.ready("agent1") as agent:
        customer = await desk.call()
        interaction = await agent.take()
        left = await admin.post(f"/agents/{leaver}/leave", json={})
        assert left.status_code == 200, left.text
        await until(lambda: desk.edge.heard(customer) == {"music"})
        page = (await admin.get(f"/interactions/{interaction}")).json()
    assert page["state"] == "queued"
