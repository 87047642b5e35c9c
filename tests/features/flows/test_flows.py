"""Flows: checked before they are published, versioned, apart from other tenants'."""

from __future__ import annotations

from pathlib import Path

import pytest

import trunkline
from tests.tools.rig import Rig
from trunkline.core.flow.graph import EnqueueNode, Flow, HangUpNode, MenuNode, SayNode, problems
from trunkline.core.flow.speech import Prompt
from trunkline.core.words import FlowId, Level, QueueId
from trunkline.features import flows, queues
from trunkline.features.flows import Draft, templates
from trunkline.kit.errors import TrunklineError

S, B = QueueId("que_s"), QueueId("que_b")
TEMPLATES = {
    "main": templates.main(S, B),
    "straight": templates.straight(S),
    "echo": templates.echo(),
    "callbacks": templates.callback(S),
}
PROMPTS = Path(trunkline.__file__).parent / "assets" / "prompts"


@pytest.fixture
def rig() -> Rig:
    return Rig(flows.router, queues.router)


def queue(rig: Rig, tenant: str = "one", name: str = "support") -> QueueId:
    new = queues.QueueNew(name=name)
    return QueueId(rig.db.do(lambda tx: queues.create(rig.writing(tx, tenant), new)))


def publish(rig: Rig, draft: Draft, tenant: str = "one", name: str = "main") -> str:
    return rig.db.do(lambda tx: flows.publish(rig.writing(tx, tenant), name, draft))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_a_sound_graph_and_every_prompt_of_it_is_recorded(name: str) -> None:
    draft = TEMPLATES[name]
    assert problems(Flow(FlowId(name), 1, draft.start, draft.nodes)) == ()
    named = {part.name for node in draft.nodes for part in _prompts(node)}
    for language in ("zh", "en"):
        assert {one for one in named if not (PROMPTS / language / f"{one}.opus").exists()} == set()


def _prompts(node: object) -> list[Prompt]:
    found = [
        part for name in ("items", "invalid", "silent", "again") for part in getattr(node, name, ())
    ]
    found += [part for _, items in getattr(node, "by_level", ()) for part in items]
    return [part for part in found if isinstance(part, Prompt)]


def test_the_main_line_greets_every_level_and_leads_keys_where_they_say() -> None:
    nodes = {node.id: node for node in TEMPLATES["main"].nodes}
    greeting, menu = nodes["greeting"], nodes["menu"]
    assert isinstance(greeting, SayNode)
    assert isinstance(menu, MenuNode)
    assert [level for level, _ in greeting.by_level] == list(Level)
    led = {key: nodes[target] for key, target in menu.keys}
    assert [getattr(led[key], "queue", None) for key in "120"] == [S, B, S]
    assert led["3"].id == "verify"
    assert isinstance(nodes[menu.otherwise], EnqueueNode)


async def test_a_flow_is_read_back_as_it_was_published(rig: Rig) -> None:
    support, billing = queue(rig), queue(rig, name="billing")
    flow_id = publish(rig, templates.main(support, billing))
    (flow,) = rig.db.do(lambda tx: flows.published(tx, "one"))
    assert flow == Flow(FlowId(flow_id), 1, "greeting", templates.main(support, billing).nodes)
    async with rig.as_("one") as client:
        listed = (await client.get("/flows")).json()["items"]
        told = await client.get("/flows/main")
    assert [(one["id"], one["version"]) for one in listed] == [(flow_id, 1)]
    assert told.json()["graph"]["start"] == "greeting"
    assert told.headers["ETag"]


async def test_publishing_again_is_the_next_version_of_the_same_flow(rig: Rig) -> None:
    first = publish(rig, templates.echo())
    assert publish(rig, templates.echo()) == first
    (flow,) = rig.db.do(lambda tx: flows.published(tx, "one"))
    assert (flow.version, flow.start) == (2, "echo")


@pytest.mark.parametrize(
    "draft",
    [
        Draft("nowhere", (HangUpNode("end"),)),
        Draft("a", (SayNode("a", (), "b"),)),
        Draft("a", (HangUpNode("a"), HangUpNode("alone"))),
        templates.straight(QueueId("que_unknown")),
    ],
)
async def test_an_unsound_graph_is_not_published(rig: Rig, draft: Draft) -> None:
    with pytest.raises(TrunklineError, match="flow_invalid"):
        publish(rig, draft)
    assert rig.db.do(lambda tx: flows.published(tx, "one")) == ()


async def test_no_flow_of_another_tenant_is_seen_nor_its_queue_led_to(rig: Rig) -> None:
    support = queue(rig)
    flow_id = publish(rig, templates.straight(support))
    with pytest.raises(TrunklineError, match="flow_invalid"):
        publish(rig, templates.straight(support), tenant="two")
    async with rig.as_("two") as other:
        assert (await other.get("/flows")).json() == {"items": []}
        assert (await other.get(f"/flows/{flow_id}")).status_code == 404
    assert rig.db.do(lambda tx: flows.published(tx, "two")) == ()


async def test_a_queue_stays_while_a_flow_leads_to_it(rig: Rig) -> None:
    support = queue(rig)
    publish(rig, templates.straight(support))
    async with rig.as_("one") as client:
        refused = await client.delete("/queues/support")
        assert (refused.status_code, refused.json()["code"]) == (409, "queue_in_use")
        publish(rig, templates.echo())
        assert (await client.delete("/queues/support")).status_code == 204
