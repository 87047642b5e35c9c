"""Flows: checked, published with a version, and handed to the tenant's cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trunkline.core import codec
from trunkline.core.flow.graph import EnqueueNode, Flow, Node, VoicemailNode, problems
from trunkline.core.words import FlowId
from trunkline.features import announcements
from trunkline.features.flows import store
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx


@dataclass(frozen=True, slots=True)
class Draft:
    """A graph that is not published yet."""

    start: str
    nodes: tuple[Node, ...]


def publish(on: Writing, name: str, draft: Draft) -> str:
    """Publish a flow under a name: a new one, or the next version of the one that bears it.

    Returns its id; raises `flow_invalid` with what is wrong. The caller publishes the policy.
    """
    before = store.find(on.tx, on.tenant_id, name)
    flow_id = before.id if before else on.ids.new("flw")
    version = before.version + 1 if before else 1
    flow = Flow(FlowId(flow_id), version, draft.start, draft.nodes)
    wrong = problems(flow)
    graph = codec.encode(flow)
    row = store.FlowRow(on.tenant_id, flow_id, name, version, graph, on.now)
    if wrong or not store.put(on.tx, row, _queues(flow)):
        detail = "; ".join(wrong) or "The flow leads to an unknown queue."
        raise TrunklineError("flow_invalid", 422, detail)
    announcements.use(on, f"flow:{flow_id}", _prompts(graph))
    return flow_id


def find(tx: Tx, tenant_id: str, id_or_name: str) -> store.FlowRow:
    """One flow by its id or name; raises `flow_unknown`."""
    row = store.find(tx, tenant_id, id_or_name)
    if row is None:
        raise TrunklineError("flow_unknown", 404, "There is no such flow.")
    return row


def delete(on: Writing, id_or_name: str) -> None:
    """Remove a flow; raises `flow_unknown`, `flow_in_use` while a number or a queue leads to it."""
    row = find(on.tx, on.tenant_id, id_or_name)
    if not store.drop(on.tx, on.tenant_id, row.id):
        raise TrunklineError("flow_in_use", 409, "A number or a queue leads to this flow.")
    announcements.use(on, f"flow:{row.id}", ())


def published(tx: Tx, tenant_id: str) -> tuple[Flow, ...]:
    """The flows as the core runs them."""
    return tuple(graph(row) for row in store.every(tx, tenant_id))


def graph(row: store.FlowRow) -> Flow:
    """The graph of a stored flow."""
    flow: Flow = codec.decode(Flow, row.graph)
    return flow


def _prompts(graph: Any) -> Iterator[str]:
    """Names of prompts, wherever in a graph they are said."""
    if isinstance(graph, dict):
        if graph.get("t") == "Prompt":
            yield str(graph["name"])
        graph = list(graph.values())
    for part in graph if isinstance(graph, list) else ():
        yield from _prompts(part)


def _queues(flow: Flow) -> list[str]:
    return [node.queue for node in flow.nodes if isinstance(node, EnqueueNode | VoicemailNode)]
