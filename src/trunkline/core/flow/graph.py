"""A flow as data: a graph of nodes that an interaction runs through, published and versioned."""

from __future__ import annotations

from collections.abc import Mapping

from trunkline.core.flow.speech import Say
from trunkline.core.records import record
from trunkline.core.words import AgentId, FlowId, Level, QueueId


@record(frozen=True, slots=True)
class SayNode:
    """Say items, then go on. `by_level` replaces the items when the customer is presumed known."""

    id: str
    items: tuple[Say, ...]
    next: str
    by_level: tuple[tuple[Level, tuple[Say, ...]], ...] = ()


@record(frozen=True, slots=True)
class MenuNode:
    """Say items, take one key. Wrong keys and silence are told apart, each re-prompts.

    After `attempts` rounds without a listed key the flow goes on at `otherwise`.
    """

    id: str
    items: tuple[Say, ...]
    keys: tuple[tuple[str, str], ...]
    otherwise: str
    invalid: tuple[Say, ...] = ()
    silent: tuple[Say, ...] = ()
    attempts: int = 3
    timeout_ms: int = 5_000


@record(frozen=True, slots=True)
class VerifyNode:
    """Ask for one factor (last four of an order number, or the PIN); the digits are personal.

    An interaction that is verified already passes at once; an unknown customer goes to `failed`.
    """

    id: str
    items: tuple[Say, ...]
    ok: str
    failed: str
    again: tuple[Say, ...] = ()
    attempts: int = 3
    max_digits: int = 4
    timeout_ms: int = 8_000


@record(frozen=True, slots=True)
class LookUpNode:
    """Look something up (`order_status`) and say what was found, or go to `none`."""

    id: str
    what: str
    found: str
    none: str


@record(frozen=True, slots=True)
class EnqueueNode:
    """Enter a queue with an added priority; `tags` join those that the interaction carries.

    `callback` names a node of this flow that offers a callback beside the wait. With `agent` they
    wait for nobody else, and leave that agent a message in the end; the queue's rules hold.
    """

    id: str
    queue: QueueId
    items: tuple[Say, ...] = ()
    priority: int = 0
    tags: tuple[tuple[str, str], ...] = ()
    callback: str | None = None
    agent: AgentId | None = None


@record(frozen=True, slots=True)
class CallbackNode:
    """Offer a callback: 1 keeps the place, 2 takes another number, anything else stays.

    Whoever stays goes on at `stay`, or goes on waiting when they stand in a queue already.
    `at_once` offers it however short the wait is.
    """

    id: str
    queue: QueueId
    stay: str | None = None
    at_once: bool = False
    timeout_ms: int = 5_000


@record(frozen=True, slots=True)
class VoicemailNode:
    """Lead to the box of a queue: its greeting, the beep, a message, and the end."""

    id: str
    queue: QueueId


@record(frozen=True, slots=True)
class EchoNode:
    """Play back what the leg says until it hangs up."""

    id: str
    items: tuple[Say, ...] = ()


@record(frozen=True, slots=True)
class HangUpNode:
    """Say items and end the call."""

    id: str
    items: tuple[Say, ...] = ()


Node = (
    SayNode
    | MenuNode
    | VerifyNode
    | LookUpNode
    | EnqueueNode
    | CallbackNode
    | VoicemailNode
    | EchoNode
    | HangUpNode
)


@record(frozen=True, slots=True)
class Flow:
    """A published graph; `start` names its first node."""

    id: FlowId
    version: int
    start: str
    nodes: tuple[Node, ...]


def problems(flow: Flow) -> tuple[str, ...]:
    """What is wrong with a graph: ids given twice, edges that lead nowhere, nodes never reached."""
    ids = [node.id for node in flow.nodes]
    found = [
        f"node id given twice: {name}" for name in sorted({i for i in ids if ids.count(i) > 1})
    ]
    edges = {node.id: exits(node) for node in flow.nodes}
    edges_and_start = [("start", flow.start)] + [(a, b) for a, out in edges.items() for b in out]
    found += [f"{a} leads to an unknown node: {b}" for a, b in edges_and_start if b not in edges]
    reached = _reached(flow.start, edges)
    return (*found, *(f"node is never reached: {name}" for name in ids if name not in reached))


def exits(node: Node) -> tuple[str, ...]:
    """Ids of the nodes that may follow."""
    match node:
        case SayNode():
            return (node.next,)
        case MenuNode():
            return (*(target for _, target in node.keys), node.otherwise)
        case VerifyNode():
            return (node.ok, node.failed)
        case LookUpNode():
            return (node.found, node.none)
        case EnqueueNode(callback=beside):
            return (beside,) if beside else ()
        case CallbackNode(stay=stay):
            return (stay,) if stay else ()
        case VoicemailNode() | EchoNode() | HangUpNode():
            return ()


def queue_ahead(
    nodes: Mapping[tuple[FlowId, str], Node], flow: FlowId, name: str
) -> QueueId | None:
    """The queue to which somebody at a node would come who presses nothing; None without one."""
    passed: set[str] = set()
    while name not in passed:
        passed.add(name)
        match nodes.get((flow, name)):
            case EnqueueNode(queue=queue) | CallbackNode(queue=queue):
                return queue
            case SayNode(next=follow) | MenuNode(otherwise=follow):
                name = follow
            case VerifyNode(failed=follow) | LookUpNode(none=follow):
                name = follow
            case _:
                return None
    return None


def _reached(start: str, edges: dict[str, tuple[str, ...]]) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo.extend(edges.get(name, ()))
    return seen
