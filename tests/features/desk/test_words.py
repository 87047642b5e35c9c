"""What people read: the way through a flow, and why an agent was chosen."""

from __future__ import annotations

from typing import Any

import pytest

from trunkline.features.desk.words import explained, path_words


def step(node: str, kind: str, key: str | None = None) -> dict[str, Any]:
    return {"node": node, "kind": kind, "key": key}


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], []),
        ([step("greeting", "say")], [("问候", "Greeting")]),
        (
            [step("menu", "menu"), step("menu", "key", "1"), step("technical", "enqueue")],
            [
                ("菜单：语音菜单", "Menu: Menu"),
                ("按 1：技术支持", "Pressed 1: technical support"),
                ("排队：技术支持", "Queued for technical support"),
            ],
        ),
        ([step("menu", "key", "9")], [("按 9", "Pressed 9")]),
        ([step("verify", "verify")], [("请客户验证身份", "Asked for verification")]),
        ([step("my-own_node", "say")], [("my own node", "My own node")]),
    ],
)
def test_the_way_through_a_flow(steps: list[dict[str, Any]], words: list[tuple[str, str]]) -> None:
    assert path_words(steps) == words


def candidate(agent: str, idle_ms: int, *, chosen: bool = False, why: str = "free") -> Any:
    return {"agent": agent, "idle_ms": idle_ms, "chosen": chosen, "why": why}


def explanation(eligible: int, *candidates: Any) -> dict[str, Any]:
    return {
        "rule": "longest_idle",
        "eligible": eligible,
        "waited_ms": 12_400,
        "candidates": list(candidates),
    }


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        (
            explanation(3, candidate("a", 95_000, chosen=True), candidate("b", 4_000)),
            "3 名空闲坐席中空闲最久：Ann（95 秒）；客户已等待 12 秒",
            "Longest idle of 3 free agents: Ann (95 s); the customer waited 12 s",
        ),
        (
            explanation(1, candidate("ghost", 400, chosen=True)),
            "1 名空闲坐席中空闲最久：ghost（0 秒）；客户已等待 12 秒",
            "Longest idle of 1 free agent: ghost (0 s); the customer waited 12 s",
        ),
        (
            explanation(1, candidate("a", 2_000, chosen=True, why="passed_by")),
            "1 名空闲坐席中空闲最久：Ann（2 秒）；客户已等待 12 秒；此前未接，但无其他坐席空闲",
            "Longest idle of 1 free agent: Ann (2 s); the customer waited 12 s; "
            "let it pass before, nobody else is free",
        ),
        (
            explanation(2, candidate("a", 2_000, chosen=True, why="waited"))
            | {"rule": "index", "stage": 1, "requirement": "claims>=2", "rivals": [{}, {}]},
            "2 名空闲坐席中综合指数最高：Ann（2 秒）；客户已等待 12 秒；"
            "客户等待已久，可跨队列支援；等待后要求放宽为：claims>=2；排在其他 2 位等待者之前",
            "Best by index of 2 free agents: Ann (2 s); the customer waited 12 s; "
            "lent, as the customer had waited; by then it asked for claims>=2; "
            "before 2 who waited too",
        ),
        (explanation(0), "没有候选坐席", "No candidates are kept"),
    ],
)
def test_why_an_agent_was_chosen(given: dict[str, Any], zh: str, en: str) -> None:
    assert explained(given, {"a": "Ann"}) == (zh, en)
