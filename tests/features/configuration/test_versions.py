"""Versions of the configuration: kept, compared, rolled back, carried on as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.features.both import BOTH, opened
from tests.features.configuration.house import WEEK, ask, furnished
from tests.tools.rig import MemoryDatabase, Rig
from trunkline.features import numbers, queues

V = "/configuration/versions"


@pytest.fixture
def rig() -> Rig:
    return furnished()


async def things(rig: Rig, tenant: str = "one") -> dict[str, Any]:
    found: dict[str, Any] = (await ask(rig, "GET", "/configuration", tenant=tenant)).json()
    return found["things"]  # type: ignore[no-any-return]


async def test_what_points_at_something_names_it(rig: Rig) -> None:
    found = await things(rig)
    assert found["queues"]["support"]["agents"] == ["@agent/ann", "@agent/bob"]
    assert found["flows"]["straight"]["nodes"][0]["queue"] == "@queue/support"
    assert found["numbers"]["4001"]["flow_id"] == "@flow/straight"
    assert found["dispositions"]["fault.line"]["parent_id"] == "@disposition/fault"
    assert found["skills"] == {"ann": {"router": 3}}


async def test_every_change_is_a_version_that_says_who_when_and_what(rig: Rig) -> None:
    await ask(rig, "PATCH", "/queues/support", {"priority": 7})
    newest = (await ask(rig, "GET", V)).json()["items"][0]
    assert newest | {"subject": ""} == {
        "number": 2,
        "policy_version": 2,
        "at": "2026-11-21T12:00:00.000Z",
        "by": "administrator-one",
        "action": "queues.updated",
        "subject": "",
        "note": "",
        "changed": ["queues"],
    }
    (change,) = (await ask(rig, "GET", f"{V}/2")).json()["changes"]
    assert change == {
        "kind": "queues",
        "name": "support",
        "what": "changed",
        "fields": [{"path": "priority", "before": 0, "after": 7}],
    }


async def test_a_change_that_changes_nothing_is_no_version(rig: Rig) -> None:
    await ask(rig, "PATCH", "/queues/support", {"priority": 0})
    assert len((await ask(rig, "GET", V)).json()["items"]) == 1


async def test_rolling_back_is_tried_first_and_makes_a_version_of_its_own(rig: Rig) -> None:
    await ask(rig, "PATCH", "/queues/support", {"priority": 7, "agents": []})
    await ask(rig, "POST", "/queues", {"name": "billing"})
    tried = (await ask(rig, "POST", f"{V}/1/restore?dry_run=true", {})).json()
    between = (await ask(rig, "GET", "/queues/support")).json()
    done = (await ask(rig, "POST", f"{V}/1/restore", {"note": "Wrong day"})).json()
    after = (await ask(rig, "GET", "/queues")).json()["items"]
    newest = (await ask(rig, "GET", V)).json()["items"][0]
    assert [(one["name"], one["what"]) for one in tried["changes"]] == [
        ("billing", "removed"),
        ("support", "changed"),
    ]
    assert (tried["version"], between["priority"]) == (3, 7)
    assert done["changes"] == tried["changes"]
    assert [(one["name"], one["priority"], len(one["agents"])) for one in after] == [
        ("support", 0, 2)
    ]
    assert (newest["action"], newest["note"]) == ("configurations.rolled_back", "Wrong day")
    assert rig.policies.published[-1] == "one"


async def test_one_thing_alone_can_be_rolled_back(rig: Rig) -> None:
    await ask(rig, "PATCH", "/queues/support", {"priority": 7})
    await ask(rig, "POST", "/queues", {"name": "billing"})
    only = {"things": [{"kind": "queues", "name": "support"}]}
    await ask(rig, "POST", f"{V}/1/restore", only)
    names = {
        one["name"]: one["priority"] for one in (await ask(rig, "GET", "/queues")).json()["items"]
    }
    assert names == {"billing": 0, "support": 0}


async def test_what_was_removed_comes_back_with_all_that_pointed_at_it(rig: Rig) -> None:
    await ask(rig, "DELETE", "/numbers/4001")
    empty = {"flows": {}, "queues": {}}
    wiped = {"text": json.dumps(empty), "remove": True}
    assert (await ask(rig, "POST", "/configuration/import", wiped)).json()["problems"] == []
    assert (await things(rig))["queues"] == {}
    await ask(rig, "POST", f"{V}/1/restore", {})
    (entry,) = rig.db.do(lambda tx: numbers.published(tx, "one", now=0))
    (policy,) = rig.db.do(lambda tx: queues.published(tx, "one"))
    (flow,) = (await things(rig))["flows"].values()
    assert flow["nodes"][0]["queue"] == "@queue/support"
    assert (entry.number, len(policy.agents)) == ("4001", 2)


async def test_a_file_is_exported_tried_and_imported_by_another_tenant(rig: Rig) -> None:
    await ask(rig, "PATCH", "/queues/support", {"priority": 7})
    file = (await ask(rig, "GET", "/configuration/export")).text
    document = json.loads(file)
    document["numbers"] = {}
    document["skills"]["zoe"] = {"router": 5}
    given = {"text": json.dumps(document)}
    tried = (await ask(rig, "POST", "/configuration/import?dry_run=true", given, "two")).json()
    before = (await ask(rig, "GET", "/queues/support", tenant="two")).json()["priority"]
    done = (await ask(rig, "POST", "/configuration/import", given, "two")).json()
    after = await things(rig, "two")
    assert [(one["kind"], one["name"]) for one in tried["changes"]] == [("queues", "support")]
    assert (tried["left_out"], before) == (["@agent/zoe"], 0)
    assert done["dry_run"] is False
    assert after["queues"]["support"]["priority"] == 7
    assert after["numbers"] == {"4002": after["numbers"]["4002"]}


async def test_what_agents_speak_and_hold_is_kept_carried_on_and_rolled_back(rig: Rig) -> None:
    able = {"languages": ["en"], "tags": {"product": "router"}, "tier": 2}
    await ask(rig, "POST", "/configuration/import", {"text": json.dumps({"agents": {"ann": able}})})
    (change,) = (await ask(rig, "GET", f"{V}/2")).json()["changes"]
    file = (await ask(rig, "GET", "/configuration/export")).text
    carried = {"text": json.dumps({"agents": json.loads(file)["agents"]})}
    other = (await ask(rig, "POST", "/configuration/import", carried, "two")).json()
    left = (await ask(rig, "POST", f"{V}/1/restore", {})).json()
    again = (await ask(rig, "POST", f"{V}/2/restore", {})).json()
    wrong = json.dumps({"agents": {"ann": {"tier": 9}}})
    refused = (await ask(rig, "POST", "/configuration/import", {"text": wrong})).json()
    assert (change["kind"], change["name"], change["what"]) == ("agents", "ann", "added")
    assert json.loads(file)["agents"]["ann"] == able | {"certifications": [], "region": ""}
    assert ("agents", "ann") in {(one["kind"], one["name"]) for one in other["changes"]}
    assert [(one["name"], one["what"]) for one in left["changes"]] == [("ann", "removed")]
    assert (await things(rig))["agents"]["ann"]["tier"] == 2
    assert again["version"] == 4
    assert refused["problems"][0]["code"] == "invalid_content"


async def test_a_file_can_be_written_by_hand_in_toml(rig: Rig) -> None:
    text = """
        [queues.billing]
        priority = 3
        agents = ["@agent/bob"]
        [calendars.office]
        timezone = "Europe/Berlin"
        [flows.bills]
        start = "q"
        nodes = [{ t = "EnqueueNode", id = "q", queue = "@queue/billing" }]
        [numbers.4009]
        flow_id = "@flow/bills"
        calendar_id = "@calendar/office"
    """
    done = (await ask(rig, "POST", "/configuration/import", {"text": text})).json()
    assert done["problems"] == []
    found = await things(rig)
    assert found["numbers"]["4009"]["calendar_id"] == "@calendar/office"
    assert found["queues"]["billing"]["agents"] == ["@agent/bob"]


GOOD = {"queues": {"support": {"priority": 7}}}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"calendars": {"x": {"timezone": "Mars/Olympus"}}}, "invalid_content"),
        ({"dispositions": {"x": {"label": {}, "colour": "red"}}}, "invalid_content"),
        ({"numbers": {"4009": {"queue_id": "@queue/none"}}}, "reference_unknown"),
        ({"numbers": {"4002": {"queue_id": "@queue/support"}}}, "number_taken"),
        ({"skills": {"ann": {"router": 9}}}, "skills_invalid"),
        ({"flows": {"f": {"start": "a", "nodes": []}}}, "flow_invalid"),
        ({"settings": {"tenant": {"survey_quiet_days": "many"}}}, "settings_invalid"),
    ],
)
async def test_with_one_thing_wrong_nothing_is_written(
    rig: Rig, wrong: dict[str, Any], code: str
) -> None:
    file = json.dumps(GOOD | wrong)
    tried = await ask(rig, "POST", "/configuration/import?dry_run=true", {"text": file})
    done = await ask(rig, "POST", "/configuration/import", {"text": file})
    assert [one["code"] for one in tried.json()["problems"]] == [code]
    assert (done.status_code, done.json()["code"]) == (422, "configuration_invalid")
    assert done.json()["problems"] == tried.json()["problems"]
    assert (await ask(rig, "GET", "/queues/support")).json()["priority"] == 0
    assert len((await ask(rig, "GET", V)).json()["items"]) == 1


@pytest.mark.parametrize(
    "text", ['{"queues": {', '{"trunkline": 2}', '{"users": {}}', '{"queues": []}', "queues = ["]
)
async def test_a_file_that_cannot_be_read_says_where(rig: Rig, text: str) -> None:
    reply = await ask(rig, "POST", "/configuration/import", {"text": text})
    assert (reply.status_code, reply.json()["code"]) == (422, "file_unreadable")


async def test_only_who_may_sees_or_changes_the_configuration(rig: Rig) -> None:
    async with rig.as_("one", "supervisor") as client:
        replies = [
            await client.get("/configuration/export"),
            await client.get(V),
            await client.post(f"{V}/1/restore", json={}),
            await client.post("/configuration/import", json={"text": "{}"}),
        ]
    async with rig.as_("one", "auditor") as client:
        seen = await client.get(V)
        refused = await client.post(f"{V}/1/restore", json={})
    assert {reply.status_code for reply in (*replies, refused)} == {403}
    assert seen.status_code == 200


@pytest.mark.parametrize("kind", BOTH)
async def test_versions_are_kept_apart_and_alike_on_both_databases(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with opened(kind, tmp_path, request) as db:
        rig = furnished(MemoryDatabase(db.engine))
        await ask(rig, "POST", "/calendars", {"name": "office", "weekly": WEEK})
        await ask(rig, "PATCH", "/queues/support", {"priority": 7})
        tried = (await ask(rig, "POST", f"{V}/1/restore?dry_run=true", {})).json()
        back = (await ask(rig, "POST", f"{V}/1/restore", {})).json()
        other = (await ask(rig, "GET", V, tenant="two")).json()["items"]
        strange = await ask(rig, "GET", f"{V}/2", tenant="two")
        after = await things(rig)
    assert tried["changes"] == back["changes"]
    assert back["version"] == 4
    assert [one["number"] for one in other] == [1]
    assert strange.status_code == 404
    assert (after["calendars"], after["queues"]["support"]["priority"]) == ({}, 0)
