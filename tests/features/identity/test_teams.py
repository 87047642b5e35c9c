"""The tree of teams."""

from typing import Any

from tests.app.http.house import House


async def team(house: House, name: str, parent_id: str | None = None, tenant: str = "one") -> str:
    body = {"name": name, "parent_id": parent_id}
    reply = await house.ask("administrator", "POST", "/teams", tenant, json=body)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


async def asked(house: House, method: str, team_id: str, body: Any = None) -> tuple[int, str]:
    reply = await house.ask("administrator", method, f"/teams/{team_id}", json=body)
    told = reply.json() if reply.content else {}
    return reply.status_code, told.get("code", "")


async def test_teams_stand_in_a_tree_and_are_renamed_and_moved(house: House) -> None:
    north, south = await team(house, "North"), await team(house, "South")
    beijing = await team(house, "Beijing", north)
    body = {"name": "Peking", "parent_id": south}
    moved = await house.ask("administrator", "PATCH", f"/teams/{beijing}", json=body)
    assert moved.json() == {"id": beijing, "name": "Peking", "parent_id": south}
    root = await house.ask("administrator", "PATCH", f"/teams/{beijing}", json={"parent_id": None})
    assert root.json() == {"id": beijing, "name": "Peking", "parent_id": None}


async def test_a_team_cannot_stand_below_itself(house: House) -> None:
    north = await team(house, "North")
    beijing = await team(house, "Beijing", north)
    assert await asked(house, "PATCH", north, {"parent_id": beijing}) == (409, "team_cycle")
    assert await asked(house, "PATCH", north, {"parent_id": north}) == (409, "team_cycle")


async def test_a_name_is_taken_once(house: House) -> None:
    north, south = await team(house, "North"), await team(house, "South")
    reply = await house.ask("administrator", "POST", "/teams", json={"name": "North"})
    assert reply.json()["code"] == "team_name_taken"
    assert await asked(house, "PATCH", south, {"name": "North"}) == (409, "team_name_taken")
    assert await asked(house, "PATCH", north, {"name": "North"}) == (200, "")


async def test_a_team_is_removed_when_nothing_hangs_on_it(house: House) -> None:
    north = await team(house, "North")
    beijing = await team(house, "Beijing", north)
    assert await asked(house, "DELETE", north) == (409, "team_in_use")
    assert await asked(house, "DELETE", beijing) == (204, "")
    assert await asked(house, "DELETE", north) == (204, "")
    assert await asked(house, "DELETE", north) == (404, "team_unknown")


async def test_a_team_of_another_tenant_does_not_exist(house: House) -> None:
    theirs = await team(house, "North", tenant="two")
    assert await asked(house, "PATCH", theirs, {"name": "Ours"}) == (404, "team_unknown")
    assert await asked(house, "DELETE", theirs) == (404, "team_unknown")
    reply = await house.ask(
        "administrator", "POST", "/teams", json={"name": "X", "parent_id": theirs}
    )
    assert (reply.status_code, reply.json()["code"]) == (422, "team_unknown")
    shown = (await house.ask("administrator", "GET", "/teams")).json()["items"]
    assert [item["name"] for item in shown] == ["Front"]


async def test_roles_say_what_they_permit_and_how_far(house: House) -> None:
    roles = {
        r["name"]: r["permissions"]
        for r in (await house.ask("supervisor", "GET", "/roles")).json()["items"]
    }
    assert roles["supervisor"]["recordings.listen"] == "team"
    assert roles["administrator"]["users.write"] == "tenant"
