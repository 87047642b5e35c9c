"""Drafts: changed with care for others, tried, published in one step."""

from __future__ import annotations

from typing import Any

import pytest

from tests.features.configuration.house import ask, furnished
from tests.tools.rig import Rig

D = "/configuration/drafts"
RAISED: dict[str, Any] = {"name": "Winter", "changes": {"queues": {"support": {"priority": 9}}}}


@pytest.fixture
def rig() -> Rig:
    return furnished()


async def drafted(rig: Rig, body: dict[str, Any] = RAISED) -> dict[str, Any]:
    reply = await ask(rig, "POST", D, body)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


async def priority(rig: Rig) -> int:
    found: int = (await ask(rig, "GET", "/queues/support")).json()["priority"]
    return found


async def test_a_draft_says_what_it_would_do_and_does_nothing(rig: Rig) -> None:
    made = await drafted(rig)
    fields = {field["path"]: field["after"] for field in made["trial"]["changes"][0]["fields"]}
    assert (fields["priority"], made["stale"], made["things"]) == (9, [], 1)
    assert await priority(rig) == 0
    assert rig.policies.published == []


async def test_publishing_puts_a_draft_in_force_and_ends_it(rig: Rig) -> None:
    made = await drafted(rig)
    path = f"{D}/{made['id']}/publish"
    done = await ask(rig, "POST", path, {"note": "Season"}, If_Match='"1"')
    version = (await ask(rig, "GET", "/configuration/versions")).json()["items"][0]
    assert done.json()["version"] == 2
    assert await priority(rig) == 9
    assert (version["action"], version["note"]) == ("configurations.published", "Season")
    assert (await ask(rig, "GET", D)).json() == {"items": []}
    assert rig.policies.published == ["one"]


async def test_nobody_overwrites_a_draft_that_he_has_not_seen(rig: Rig) -> None:
    path = f"{D}/{(await drafted(rig))['id']}"
    more = {"changes": {"skills": {"bob": {"router": 2}}}}
    first = await ask(rig, "PATCH", path, more, If_Match='"1"')
    late = await ask(rig, "PATCH", path, more, If_Match='"1"')
    bare = await ask(rig, "POST", f"{path}/publish", {})
    assert (first.json()["things"], first.json()["version"]) == (2, 2)
    assert [one["name"] for one in first.json()["trial"]["changes"]] == ["support", "bob"]
    assert (late.status_code, bare.status_code) == (412, 428)


async def test_what_others_changed_meanwhile_is_not_overwritten_unknowingly(rig: Rig) -> None:
    made = await drafted(rig)
    path = f"{D}/{made['id']}"
    await ask(rig, "PATCH", "/queues/support", {"offer_timeout_s": 20})
    refused = await ask(rig, "POST", f"{path}/publish", {}, If_Match='"1"')
    stale = (await ask(rig, "GET", path)).json()["stale"]
    assert (refused.status_code, refused.json()["code"]) == (409, "configuration_changed")
    assert stale == refused.json()["things"] == [{"kind": "queues", "name": "support"}]
    forced = await ask(rig, "POST", f"{path}/publish", {"overwrite": True}, If_Match='"1"')
    assert forced.status_code == 200
    assert await priority(rig) == 9


async def test_a_thing_can_be_left_out_of_a_draft_again(rig: Rig) -> None:
    both = {**RAISED["changes"], "skills": {"ann": None}}
    made = await drafted(rig, {"name": "x", "changes": both})
    path = f"{D}/{made['id']}/things/queues/support"
    left = (await ask(rig, "DELETE", path, If_Match='"1"')).json()
    assert left["things"] == 1
    assert [one["name"] for one in left["trial"]["changes"]] == ["ann"]


async def test_fields_that_a_draft_does_not_name_stay(rig: Rig) -> None:
    (change,) = (await drafted(rig))["trial"]["changes"]
    assert change["fields"] == [{"path": "priority", "before": 0, "after": 9}]


async def test_a_draft_with_something_wrong_says_so_and_cannot_be_published(rig: Rig) -> None:
    made = await drafted(rig, {"name": "x", "changes": {"queues": {"support": None}}})
    assert [one["code"] for one in made["trial"]["problems"]] == ["queue_in_use"]
    reply = await ask(rig, "POST", f"{D}/{made['id']}/publish", {}, If_Match='"1"')
    assert reply.json()["code"] == "configuration_invalid"
    assert (await ask(rig, "GET", f"{D}/{made['id']}")).status_code == 200


async def test_drafts_of_another_tenant_are_not_there(rig: Rig) -> None:
    path = f"{D}/{(await drafted(rig))['id']}"
    replies = [
        await ask(rig, "GET", path, tenant="two"),
        await ask(rig, "PATCH", path, {}, tenant="two", If_Match='"1"'),
        await ask(rig, "POST", f"{path}/publish", {}, tenant="two", If_Match='"1"'),
        await ask(rig, "DELETE", path, tenant="two"),
    ]
    assert {reply.status_code for reply in replies} == {404}
    assert (await ask(rig, "GET", D, tenant="two")).json() == {"items": []}


async def test_a_kind_that_is_not_there_is_refused(rig: Rig) -> None:
    reply = await ask(rig, "POST", D, {"name": "x", "changes": {"users": {}}})
    assert (reply.status_code, reply.json()["code"]) == (422, "kind_unknown")


async def test_a_queue_and_a_flow_that_lead_to_each_other_go_in_one_step(rig: Rig) -> None:
    straight = (await ask(rig, "GET", "/flows/straight")).json()["id"]
    over = [{"when": "no_agents", "to_flow_id": straight}]
    await ask(rig, "PATCH", "/queues/support", {"overflow": over})
    gone = {"numbers": {"4001": None}, "flows": {"straight": None}, "queues": {"support": None}}
    made = await drafted(rig, {"name": "Nothing", "changes": gone})
    assert made["trial"]["problems"] == []
