"""Who withdraws their consent: what was recorded of that interaction is deleted, and only that."""

from __future__ import annotations

import pytest

from tests.features.recordings.fakes import House
from trunkline.core.call.facts import ConsentAnswered
from trunkline.core.words import ConsentAnswer, ConsentPolicy, InteractionId
from trunkline.features import recordings
from trunkline.ports.jobs import TooEarly


def answer(house: House, recording_id: str, said: ConsentAnswer, tenant_id: str = "one") -> None:
    interaction = InteractionId(f"call-of-{recording_id}")
    house.project(ConsentAnswered(interaction, said, ConsentPolicy.OPT_IN), tenant_id)


async def test_a_withdrawal_deletes_what_was_recorded_and_of_nobody_else(house: House) -> None:
    await house.record("r1")
    await house.record("r2")
    await house.record("r3", "two")
    answer(house, "r1", ConsentAnswer.WITHDRAWN)
    answer(house, "r3", ConsentAnswer.WITHDRAWN)  # of a tenant who has no such call
    await house.work()
    await house.work()
    assert (house.row("r1").deleted, house.row("r1").wrapped_key) == (True, None)
    assert len(house.blobs.objects) == 2
    assert not house.row("r2").deleted
    assert not house.row("r3", "two").deleted


async def test_a_recording_that_is_not_stored_yet_is_deleted_as_soon_as_it_is(house: House) -> None:
    house.start("r1")
    answer(house, "r1", ConsentAnswer.WITHDRAWN)
    (queued,) = house.jobs.queued
    with pytest.raises(TooEarly):
        await house.run(*queued)
    house.tracks("r1")
    house.stop("r1")
    await house.run("one", recordings.STORE_JOB, {"recording_id": "r1"})
    await house.run(*queued)
    assert house.row("r1").deleted


@pytest.mark.parametrize("said", [one for one in ConsentAnswer if one != "withdrawn"])
async def test_no_other_answer_deletes_anything(house: House, said: ConsentAnswer) -> None:
    await house.record("r1")
    answer(house, "r1", said)
    assert not house.jobs.queued
