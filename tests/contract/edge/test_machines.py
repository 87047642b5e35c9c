"""A dialled number that a machine answers is told from one that a person answers."""

from __future__ import annotations

import asyncio

import pytest

from tests.contract.edge.stage import CALLER_HZ, AsteriskStage
from tests.tools.ports import free_port
from tests.tools.sipp import desk_phone
from trunkline.core.call import commands as c
from trunkline.core.call.events import LegAnswered, LegEnded
from trunkline.core.words import Cause, InteractionId, LegId, Token
from trunkline.ports.edge import TrunkLink

HELLO_S = 0.6


@pytest.mark.parametrize(("says_s", "machine"), [(6.0, True), (HELLO_S, False), (0.0, False)])
async def test_a_long_greeting_is_a_machines_a_short_one_and_none_a_persons(
    real: AsteriskStage, says_s: float, *, machine: bool
) -> None:
    port, leg = free_port(), LegId(f"cell-{real.epoch}-amd{says_s}")
    number = Token("13800000001")
    with desk_phone(port=port, hz=CALLER_HZ if says_s else 0) as phone:
        await real.edge.put_trunk(TrunkLink("first", (), f"127.0.0.1:{port}"))
        await real.do(
            c.DialCustomer(
                leg, InteractionId("i"), number, "4001", 8000, "first", tell_machine=True
            )
        )
        await phone.answered(15)
        await asyncio.sleep(says_s if not machine else 0)
        if not machine:
            phone.voice.speak(0)
            await real.hear(LegAnswered, leg=leg)
            await real.do(c.HangUp(leg))
        ended = await real.hear(LegEnded, leg=leg)
        assert (ended.cause is Cause.MACHINE) is machine
    await real.edge.put_trunk(TrunkLink("first", (), "127.9.9.9:5999"))
