"""Users: made, changed, deactivated, imported; seen as far as a role reaches, never across."""

from dataclasses import replace
from typing import Any

import pytest

from tests.app.http.house import PASSWORD, House
from trunkline.features.identity import roster
from trunkline.ports.database import Tx

LI = {"username": "li.na", "display_name": "李娜", "roles": [{"role": "agent"}]}


async def made(house: House, tenant: str = "one", **changes: Any) -> dict[str, Any]:
    reply = await house.ask("administrator", "POST", "/users", tenant, json={**LI, **changes})
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def names(house: House, who: str, query: str = "", tenant: str = "one") -> list[str]:
    reply = await house.ask(who, "GET", f"/users{query}", tenant)
    return [user["username"] for user in reply.json()["items"]]


async def test_a_password_that_was_not_given_is_made_and_works(house: House) -> None:
    user = await made(house)
    async with house.client() as client:
        reply = await house.sign_in(client, "li.na", password=user["initial_password"])
    assert reply.status_code == 201
    again = await house.ask("administrator", "GET", f"/users/{user['id']}")
    assert again.json()["initial_password"] is None
    assert again.json()["last_login_at"] is not None


async def test_a_username_is_unique_within_a_tenant_whatever_its_case(house: House) -> None:
    await made(house)
    await made(house, "two")
    reply = await house.ask("administrator", "POST", "/users", json={**LI, "username": "LI.NA"})
    assert (reply.status_code, reply.json()["code"]) == (409, "username_taken")


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "li na"},
        {"display_name": ""},
        {"password": "short"},
        {"roles": [{"role": "king"}]},
        {"team_id": "tea_of_another_tenant"},
        {"roles": [{"role": "agent", "team_id": "tea_gone"}]},
        {"roles": "agent"},
        {"admin": True},
    ],
)
async def test_a_user_that_makes_no_sense_is_refused(house: House, wrong: dict[str, Any]) -> None:
    reply = await house.ask("administrator", "POST", "/users", json={**LI, **wrong})
    assert reply.status_code == 422


async def test_users_are_listed_page_by_page_and_found_by_name(house: House) -> None:
    await made(house)
    first = (await house.ask("administrator", "GET", "/users?limit=4")).json()
    rest = (await house.ask("administrator", "GET", f"/users?cursor={first['next']}")).json()
    seen = [user["username"] for user in first["items"] + rest["items"]]
    assert seen == sorted(seen)
    assert len(seen) == 7
    assert rest["next"] is None
    assert await names(house, "administrator", "?q=李") == ["li.na"]
    assert await names(house, "administrator", "?q=SUPER") == ["supervisor"]
    assert await names(house, "administrator", "?active=false") == []


async def test_a_supervisor_sees_his_team_and_those_without_one(house: House) -> None:
    back = await house.ask("administrator", "POST", "/teams", json={"name": "Back"})
    hidden = await made(house, team_id=back.json()["id"])
    await made(house, username="free")
    assert "li.na" not in await names(house, "supervisor")
    assert "free" in await names(house, "supervisor")
    reply = await house.ask("supervisor", "GET", f"/users/{hidden['id']}")
    assert (reply.status_code, reply.json()["code"]) == (404, "user_unknown")


async def test_a_deactivated_user_is_out_at_once_and_can_come_back(house: House) -> None:
    path = f"/users/{house.user_id('agent')}"
    async with await house.signed_in("agent") as agent:
        assert (await house.ask("administrator", "DELETE", path)).status_code == 204
        assert (await agent.get("/api/v1/sessions")).status_code == 401
        assert (await house.sign_in(agent, "agent")).status_code == 401
    back = await house.ask("administrator", "PATCH", path, json={"active": True})
    assert back.json()["active"] is True
    assert (await house.ask("agent", "GET", "/sessions")).status_code == 200


async def test_what_a_change_does_not_name_stays(house: House) -> None:
    user = await made(house)
    change = {"display_name": "Li Na", "language": "zh-CN", "roles": [{"role": "quality"}]}
    reply = await house.ask("administrator", "PATCH", f"/users/{user['id']}", json=change)
    assert reply.json()["display_name"] == "Li Na"
    assert reply.json()["roles"] == [{"role": "quality", "team_id": None, "expires_at": None}]
    untouched = await house.ask("administrator", "PATCH", f"/users/{user['id']}", json={})
    assert untouched.json() == reply.json()


async def test_a_new_password_from_an_administrator_ends_the_sessions(house: House) -> None:
    path = f"/users/{house.user_id('agent')}"
    async with await house.signed_in("agent") as agent:
        await house.ask("administrator", "PATCH", path, json={"password": "given-by-the-boss"})
        assert (await agent.get("/api/v1/sessions")).status_code == 401
        reply = await house.sign_in(agent, "agent", password="given-by-the-boss")
    assert reply.status_code == 201


@pytest.mark.parametrize("change", [{"active": False}, {"roles": [{"role": "agent"}]}])
async def test_the_last_administrator_stays(house: House, change: dict[str, Any]) -> None:
    path = f"/users/{house.user_id('administrator')}"
    reply = await house.ask("administrator", "PATCH", path, json=change)
    assert (reply.status_code, reply.json()["code"]) == (409, "last_administrator")
    assert (await house.ask("administrator", "GET", path)).json()["active"] is True


async def test_a_user_of_another_tenant_does_not_exist(house: House) -> None:
    path = f"/users/{house.user_id('agent', 'two')}"
    for method, body in (("GET", None), ("PATCH", {"active": False}), ("DELETE", None)):
        reply = await house.ask("administrator", method, path, json=body)
        assert (reply.status_code, reply.json()["code"]) == (404, "user_unknown")


async def test_changes_are_written_down_and_told_without_names(house: House) -> None:
    user = await made(house)
    await house.ask("administrator", "DELETE", f"/users/{user['id']}")
    assert house.acts()[-1] == "users.deactivated"
    told = [event for event in house.rig.outbox.told if event.subject == user["id"]]
    kinds = ["trunkline.user.created.v1", "trunkline.user.deactivated.v1"]
    assert [event.type for event in told] == kinds
    assert "李娜" not in repr(told)


PASTE = """username,display_name,role,team
zhang.wei,张伟,agent,Front
"wang, fang",王芳,agent,
agent,Taken,agent,
chen,Chen,king,
chen,Chen,agent,Nowhere
"""


async def test_a_dry_run_says_what_is_wrong_with_each_line_and_writes_nothing(house: House) -> None:
    reply = await house.ask(
        "administrator", "POST", "/users/import?dry_run=true", json={"text": PASTE}
    )
    told = reply.json()
    assert (told["created"], told["problems"]) == (0, 4)
    assert [(row["line"], row["problem"]) for row in told["rows"]] == [
        (2, None),
        (3, "username_invalid"),
        (4, "username_taken"),
        (5, "role_unknown"),
        (6, "team_unknown"),
    ]
    assert "zhang.wei" not in await names(house, "administrator")


async def test_nothing_is_written_while_a_line_is_wrong(house: House) -> None:
    reply = await house.ask("administrator", "POST", "/users/import", json={"text": PASTE})
    assert reply.json()["created"] == 0
    assert "zhang.wei" not in await names(house, "administrator")


async def test_pasted_lines_become_users_who_can_sign_in(house: House) -> None:
    lines = "\n".join(
        f"user{n}\tUser {n}\t{'supervisor' if n == 7 else ''}\tFront" for n in range(120)
    )
    reply = await house.ask("administrator", "POST", "/users/import", json={"text": lines})
    told = reply.json()
    assert (told["created"], told["problems"]) == (120, 0)
    assert told["rows"][7]["role"] == "supervisor"
    async with house.client() as client:
        password = told["rows"][99]["initial_password"]
        assert (await house.sign_in(client, "user99", password=password)).status_code == 201


async def test_what_is_written_is_told_when_somebody_else_was_quicker(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "_ROWS_AT_ONCE", 1)
    looked_at = roster.checked

    def quicker(tx: Tx, tenant_id: str, rows: list[roster.Row], *, change: bool) -> Any:
        found = looked_at(tx, tenant_id, [row for row in rows if row.username != "supervisor"])
        return [found[0], replace(found[0], username="supervisor"), found[1]]

    monkeypatch.setattr(roster, "checked", quicker)
    told = await imported(house, "early,,agent\nsupervisor,,agent\nlate,,agent")
    assert [row["problem"] for row in told["rows"]] == [None, "username_taken", "username_taken"]
    assert (told["created"], told["problems"]) == (1, 2)
    async with house.client() as client:
        password = told["rows"][0]["initial_password"]
        assert (await house.sign_in(client, "early", password=password)).status_code == 201


async def test_more_lines_than_can_be_looked_over_are_refused(house: House) -> None:
    text = "\n".join(f"u{n}" for n in range(1001))
    reply = await house.ask("administrator", "POST", "/users/import", json={"text": text})
    assert (reply.status_code, reply.json()["code"]) == (422, "too_many_rows")


async def test_only_who_may_write_users_imports_them(house: House) -> None:
    reply = await house.ask("supervisor", "POST", "/users/import", json={"text": "bob"})
    assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")
    assert PASSWORD not in reply.text


async def imported(
    house: House, text: str, *, dry_run: bool = False, **body: Any
) -> dict[str, Any]:
    path = f"/users/import?dry_run={str(dry_run).lower()}"
    reply = await house.ask("administrator", "POST", path, json={"text": text, **body})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


async def test_users_that_are_exported_change_nothing_when_they_come_back(house: House) -> None:
    await made(house, display_name="=李; 娜")
    text = (await house.ask("administrator", "GET", "/users/export")).text
    done = await imported(house, text, dry_run=True, change=True)
    assert len(done["rows"]) == 7
    assert {row["fate"] for row in done["rows"]} == {"unchanged"}, done["rows"]
    assert {row["problem"] for row in (await imported(house, text))["rows"]} == {"username_taken"}


async def test_lines_change_who_is_there_and_make_who_is_not(house: House) -> None:
    user = await made(house)
    text = "username,display_name,role,team\nLI.NA,Li Na,quality,Front\nnew,New,,\nagent,,,\n"
    tried = await imported(house, text, dry_run=True, change=True)
    done = await imported(house, text, change=True)
    assert [row["fate"] for row in tried["rows"]] == ["changed", "created", "changed"]
    assert (tried["created"], done["created"], done["changed"]) == (0, 1, 2)
    assert done["rows"][1]["initial_password"]
    li = (await house.ask("administrator", "GET", f"/users/{user['id']}")).json()
    assert (li["display_name"], li["username"]) == ("Li Na", "li.na")
    assert li["roles"][0]["role"] == "quality"
    assert li["team_id"]


async def test_a_line_gives_no_role_to_who_holds_several_and_no_life_to_who_left(
    house: House,
) -> None:
    await made(house, roles=[{"role": "agent"}, {"role": "quality"}])
    gone = await made(house, username="gone")
    await house.ask("administrator", "DELETE", f"/users/{gone['id']}")
    text = "username,display_name,role\nli.na,Li,planner\ngone,Gone,agent\n"
    done = await imported(house, text, change=True)
    assert [row["problem"] for row in done["rows"]] == ["roles_differ", "user_inactive"]
