"""A house whose service queue calls customers back: beside the wait (5000), and at once (5004)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.core.world import SERVICE, house
from trunkline.core.config import CallbackRules, NumberEntry, Policy
from trunkline.core.flow.graph import CallbackNode, EnqueueNode, Flow, HangUpNode
from trunkline.core.words import FlowId

WAITING = Flow(
    FlowId("waiting"),
    1,
    "in",
    (EnqueueNode("in", SERVICE, callback="offer"), CallbackNode("offer", SERVICE)),
)
LEAVING = Flow(
    FlowId("leaving"),
    1,
    "offer",
    (CallbackNode("offer", SERVICE, stay="bye", at_once=True), HangUpNode("bye")),
)
ON = CallbackRules(enabled=True)


def calling_back(rules: CallbackRules = ON, hours: Any = None, **service: Any) -> Policy:
    plain = house(callback=rules, **service)
    numbers = (
        NumberEntry("5000", WAITING.id, open_hours=hours),
        NumberEntry("5004", LEAVING.id, open_hours=hours, closed_flow=LEAVING.id),
        *plain.numbers,
    )
    return replace(plain, numbers=numbers, flows=(*plain.flows, WAITING, LEAVING))
