"""Flows to begin with, as data: what a tenant's numbers can open without drawing anything.

main       greeting by level ─ notice ─ menu ┬ 1 → technical ┐
▲           ├ 2 → billing   ├→ a queue
│           ├ 0 → agent ────┘
└─ status ◂─┴ 3 → verify (order's end or PIN)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.core.flow.graph import (
    CallbackNode,
    EchoNode,
    EnqueueNode,
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
            _wait("technical", support, "transfer-technical"),
            _wait("billing", billing, "transfer-billing"),
            _wait("agent", support, "connecting"),
            CallbackNode("callback", support),
            _verify(),
            SayNode("verified", (Prompt("verification-ok"),), "status"),
            LookUpNode("status", "order_status", "menu", "no-order"),
            SayNode("no-order", (Prompt("order-none-open"),), "menu"),
            _wait("unverified", support, "verification-failed"),
        ),
    )


def straight(queue: QueueId, priority: int = 0) -> Draft:
    """Into a queue at once; `priority` is added to the customer's own.

    Beside the wait a callback is offered where the queue's rules allow it.
    """
    wait = EnqueueNode("queue", queue, priority=priority, callback="callback")
    return Draft("queue", (wait, CallbackNode("callback", queue)))


def echo() -> Draft:
    """The caller hears what the caller says."""
    return Draft("echo", (EchoNode("echo", (Prompt("echo-intro"),)),))


def callback(queue: QueueId) -> Draft:
    """Leaves a callback, however short the wait is; who would rather wait enters the queue."""
    return Draft(
        "callback",
        (
            CallbackNode("callback", queue, stay="wait", at_once=True),
            EnqueueNode("wait", queue, (Prompt("connecting"),)),
        ),
    )


def _wait(name: str, queue: QueueId, said: str) -> EnqueueNode:
    """Wait in a queue; beside the wait a callback is offered where the queue's rules allow it."""
    return EnqueueNode(name, queue, (Prompt(said),), callback="callback")


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
