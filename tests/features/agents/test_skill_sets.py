"""Skill sets: given until a date, counted for routing until then, and gone by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.features.configuration.house import ask, furnished
from tests.tools.rig import NOON, Rig
from trunkline.features import agents, identity
from trunkline.features.tenancy import instant

CLAIMS = {"name": "claims week", "skills": {"claims": 4, "router": 1}}
HOUR_MS = 3_600_000


@pytest.fixture
def rig() -> Rig:
    return furnished(also=[agents.sets_router])


def at(hours: float) -> str:
    moment: datetime = instant(NOON) + timedelta(hours=hours)
    return moment.isoformat().replace("+00:00", "Z")


def id_of(rig: Rig, name: str, tenant: str = "one") -> str:
    return rig.db.do(lambda tx: identity.named(tx, name, tenant)[0].user_id)


async def made(rig: Rig, body: dict[str, Any] = CLAIMS) -> dict[str, Any]:
    reply = await ask(rig, "POST", "/skill-sets", body)
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def give(rig: Rig, name: str, hours: float, skill_set: str = "claims week") -> Any:
    path = f"/skill-sets/{skill_set}/holders/{id_of(rig, name)}"
    return await ask(rig, "PUT", path, {"until": at(hours)})


def skills(rig: Rig, name: str, hours: float = 0) -> dict[str, int]:
    """What routing would ask of an agent at a time."""
    when = NOON + round(hours * HOUR_MS)
    found = rig.db.do(lambda tx: agents.profiles(tx, "one", when))
    return next(dict(one.skills) for one in found if one.id == id_of(rig, name))


async def test_a_set_counts_until_its_date_and_the_best_level_of_each_skill(rig: Rig) -> None:
    await made(rig)
    reply = await give(rig, "ann", 24)
    assert [one["agent_id"] for one in reply.json()["holders"]] == [id_of(rig, "ann")]
    assert skills(rig, "ann") == {"claims": 4, "router": 3}
    assert skills(rig, "ann", 23.99) == {"claims": 4, "router": 3}
    assert skills(rig, "ann", 24) == {"router": 3}
    assert skills(rig, "bob") == {}


async def test_a_date_is_moved_and_a_set_is_taken_back(rig: Rig) -> None:
    await made(rig)
    await give(rig, "ann", 24)
    await give(rig, "ann", 1)
    assert skills(rig, "ann", 2) == {"router": 3}
    path = f"/skill-sets/claims week/holders/{id_of(rig, 'ann')}"
    assert (await ask(rig, "DELETE", path)).status_code == 204
    assert skills(rig, "ann") == {"router": 3}
    assert (await ask(rig, "DELETE", path)).json()["code"] == "holder_unknown"


async def test_a_changed_set_changes_those_who_hold_it(rig: Rig) -> None:
    known = await made(rig)
    await give(rig, "bob", 24)
    await ask(rig, "PATCH", f"/skill-sets/{known['id']}", {"skills": {"vip": 2}}, If_Match='"1"')
    late = await ask(rig, "PATCH", f"/skill-sets/{known['id']}", {"name": "x"}, If_Match='"1"')
    assert skills(rig, "bob") == {"vip": 2}
    assert late.status_code == 412
    assert (await ask(rig, "DELETE", f"/skill-sets/{known['id']}")).status_code == 204
    assert skills(rig, "bob") == {}
    assert rig.policies.published.count("one") == 4


async def test_what_cannot_be_is_refused(rig: Rig) -> None:
    await made(rig)
    over = await give(rig, "ann", -1)
    again = await ask(rig, "POST", "/skill-sets", CLAIMS)
    empty = await ask(rig, "POST", "/skill-sets", {"name": "x", "skills": {}})
    path = f"/skill-sets/nothing/holders/{id_of(rig, 'ann')}"
    nothing = await ask(rig, "PUT", path, {"until": at(1)})
    nobody = await ask(rig, "PUT", "/skill-sets/claims week/holders/nobody", {"until": at(1)})
    assert [over.json()["code"], again.json()["code"]] == ["until_over", "skill_set_name_taken"]
    assert (empty.status_code, nothing.json()["code"]) == (422, "skill_set_unknown")
    assert nobody.json()["code"] == "user_unknown"


async def test_sets_are_drafted_exported_and_rolled_back_with_the_configuration(rig: Rig) -> None:
    await made(rig)
    await give(rig, "ann", 24)
    kept = (await ask(rig, "GET", "/configuration")).json()
    holder = {"agent": "@agent/ann", "until": NOON + 24 * HOUR_MS}
    assert kept["things"]["skill_sets"] == {
        "claims week": {"skills": {"claims": 4, "router": 1}, "holders": [holder]}
    }
    more = {"skill_sets": {"claims week": {"holders": [holder, {**holder, "agent": "@agent/bob"}]}}}
    draft = (await ask(rig, "POST", "/configuration/drafts", {"name": "x", "changes": more})).json()
    path = f"/configuration/drafts/{draft['id']}/publish"
    assert (await ask(rig, "POST", path, {}, If_Match='"1"')).status_code == 200
    assert skills(rig, "bob") == {"claims": 4, "router": 1}
    back = f"/configuration/versions/{kept['version']}/restore"
    assert (await ask(rig, "POST", back, {})).status_code == 200
    assert skills(rig, "bob") == {}
    assert skills(rig, "ann") == {"claims": 4, "router": 3}


async def test_a_roll_back_does_not_bring_back_what_is_over(rig: Rig) -> None:
    await made(rig)
    await give(rig, "ann", 1)
    number = (await ask(rig, "GET", "/configuration")).json()["version"]
    await ask(rig, "DELETE", "/skill-sets/claims week")
    rig.clock.advance(2 * HOUR_MS)
    await ask(rig, "POST", f"/configuration/versions/{number}/restore", {})
    (kept,) = (await ask(rig, "GET", "/skill-sets")).json()["items"]
    assert (kept["name"], kept["holders"]) == ("claims week", [])


async def test_holders_of_another_tenant_are_nowhere(rig: Rig) -> None:
    await made(rig)
    await give(rig, "ann", 24)
    assert (await ask(rig, "GET", "/skill-sets", tenant="two")).json() == {"items": []}
    body = {"until": at(1)}
    path = f"/skill-sets/claims week/holders/{id_of(rig, 'ann')}"
    assert (await ask(rig, "PUT", path, body, tenant="two")).json()["code"] == "skill_set_unknown"


async def test_who_leads_agents_gives_sets_and_does_not_make_them(rig: Rig) -> None:
    await made(rig)
    async with rig.as_("one", "supervisor") as client:
        assert (await client.post("/skill-sets", json=CLAIMS)).status_code == 403
        assert (await client.get("/skill-sets")).status_code == 200
