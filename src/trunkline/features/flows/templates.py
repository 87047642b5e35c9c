"""Flows to begin with, as data: what a tenant's numbers can open without drawing anything.

main       greeting by level ─ notice ─ menu ┬ 1 → technical ┐
▲           ├ 2 → billing   ├→ a queue
│           ├ 0 → agent ────┘
└─ status ◂─┴ 3 → verify (order's end or PIN)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.core.flow.graph import (
    EchoNode,
    EnqueueNode,
    HangUpNode,
    LookUpNode,
    MenuNode,
    SayNode,
    VerifyNode,
)
from trunkline.core.flow.speech import Prompt
from trunkline.core.words import Level
from trunkline.features.flows.service import Draft

if TYPE_CHECKING:
    from trunkline.core.words import QueueId

MENU_TRIES: Final = 3
"""The menu is said once and asked again twice; then an agent helps."""


def main(support: QueueId, billing: QueueId) -> Draft:
    """The main line: who calls is greeted, chooses, and can hear the status of an order."""
    return Draft(
        "greeting",
        (
            SayNode("greeting", (Prompt("greeting"),), "notice", _greetings()),
            SayNode("notice", (Prompt("recording-notice"),), "menu"),
            _menu(),
            EnqueueNode("technical", support, (Prompt("transfer-technical"),)),
            EnqueueNode("billing", billing, (Prompt("transfer-billing"),)),
            EnqueueNode("agent", support, (Prompt("connecting"),)),
            _verify(),
            SayNode("verified", (Prompt("verification-ok"),), "status"),
            LookUpNode("status", "order_status", "menu", "no-order"),
            SayNode("no-order", (Prompt("order-none-open"),), "menu"),
            EnqueueNode("unverified", support, (Prompt("verification-failed"),)),
        ),
    )


def straight(queue: QueueId, priority: int = 0) -> Draft:
    """Into a queue at once; `priority` is added to the customer's own."""
    return Draft("queue", (EnqueueNode("queue", queue, priority=priority),))


def echo() -> Draft:
    """The caller hears what the caller says."""
    return Draft("echo", (EchoNode("echo", (Prompt("echo-intro"),)),))


def callbacks_closed() -> Draft:
    """Says that no callback can be left, and ends."""
    return Draft("closed", (HangUpNode("closed", (Prompt("callbacks-closed"),)),))


def _greetings() -> tuple[tuple[Level, tuple[Prompt, ...]], ...]:
    return tuple((level, (Prompt(f"greeting-{level.value}"),)) for level in Level)


def _menu() -> MenuNode:
    return MenuNode(
        "menu",
        (Prompt("menu-main"),),
        keys=(("1", "technical"), ("2", "billing"), ("3", "verify"), ("0", "agent")),
        otherwise="agent",
        invalid=(Prompt("menu-invalid-key"),),
        silent=(Prompt("menu-silence"),),
        attempts=MENU_TRIES,
    )


def _verify() -> VerifyNode:
    return VerifyNode(
        "verify",
        (Prompt("enter-order-digits"),),
        ok="verified",
        failed="unverified",
        again=(Prompt("verification-try-again"),),
    )
