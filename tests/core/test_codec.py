"""Core values as the journal keeps them: a newer core reads what an older one wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.core.world import World, house
from trunkline.core import codec
from trunkline.core import facts as f
from trunkline.core.codec import decode, encode
from trunkline.core.config import Policy
from trunkline.core.inputs import Input, Tick
from trunkline.core.words import AgentId, Wish

WISH = f.WishSet(AgentId("anna"), Wish.READY, None)


def read_back(kind: Any, value: Any) -> Any:
    return decode(kind, json.loads(json.dumps(encode(value))))


def test_all_that_a_call_decides_is_read_back() -> None:
    world = World()
    world.wraps_up()
    assert world.facts == [read_back(f.Fact, fact) for fact in world.facts]
    assert [given for _, given, _, _ in world.entries] == [
        read_back(Input, given) for _, given, _, _ in world.entries
    ]


def test_a_policy_is_read_back() -> None:
    assert read_back(Policy, house()) == house()


def test_an_input_without_fields_is_read_back() -> None:
    assert read_back(Input, Tick()) == Tick()


def test_what_an_older_core_left_out_takes_its_default() -> None:
    told = encode(f.InteractionQueued("i", "q", 0, 1, False, None))  # type: ignore[arg-type]
    del told["again"]
    assert decode(f.Fact, told).again is False


def test_what_this_core_does_not_know_of_a_fact_is_dropped() -> None:
    assert decode(f.Fact, encode(WISH) | {"colour": "red"}) == WISH


def test_a_fact_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="Nothing"):
        decode(f.Fact, {"t": "Nothing"})


def test_a_renamed_fact_is_mended_on_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(codec.UPCASTS, "WishGiven", lambda told: told | {"t": "WishSet"})
    assert decode(f.Fact, encode(WISH) | {"t": "WishGiven"}) == WISH


def test_what_is_no_core_value_is_not_written() -> None:
    with pytest.raises(TypeError, match="complex"):
        encode(1j)


def test_a_policy_that_an_older_core_wrote_routes_as_it_did() -> None:
    told = encode(house())
    for queue in told["queues"]:
        for name in ("memberships", "requirement", "relaxing", "strategy", "overflow"):
            del queue[name]
    del told["order"], told["sharing"]
    assert decode(Policy, told) == house()
