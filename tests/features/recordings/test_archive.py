"""From the spool to the sealed object, with a death at every step, and the reconciling after it."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.features.recordings.fakes import House, Killed
from tests.features.recordings.tones import tone, wav
from trunkline.features.recordings.archive import StillWritten
from trunkline.features.recordings.reconcile import BEGIN_GRACE_MS, SILENT_MS
from trunkline.features.recordings.spool import QUIET_MS

STEPS = ["after encoding", "before put", "after put", "before clearing", "within clearing"]
STORED = "trunkline.recording.stored.v1"
MISSING = "trunkline.recording.missing.v1"


async def test_a_closed_recording_is_sealed_told_and_gone_from_the_spool(house: House) -> None:
    await house.record("r1")
    row = house.row("r1")
    assert (row.state, row.duration_ms, row.reason, row.flaws) == ("stored", 2000, None, [])
    assert house.files() == []
    assert list(house.blobs.objects) == ["one/recordings/r1"]
    assert house.blobs.objects["one/recordings/r1"][:4] == b"TKS1"
    assert b"OggS" not in house.blobs.objects["one/recordings/r1"]
    [event] = house.rig.outbox.told
    assert (event.type, event.payload["duration_ms"]) == (STORED, 2000)


@pytest.mark.parametrize("step", STEPS)
async def test_a_death_at_any_step_loses_nothing_and_leaves_one_object(
    house: House, step: str
) -> None:
    house.fate.at = {step}
    with pytest.raises(Killed):
        await house.record("r1")
    assert house.row("r1").state in ("recording", "stored")
    assert house.files() or house.blobs.objects
    await house.work()
    assert house.row("r1").state == "stored"
    assert house.row("r1").duration_ms == 2000
    assert list(house.blobs.objects) == ["one/recordings/r1"]
    assert house.files() == []
    assert house.rig.outbox.kinds() == [STORED]


async def test_deaths_at_all_steps_one_after_another_lose_nothing_either(house: House) -> None:
    house.fate.at = set(STEPS)
    with pytest.raises(Killed):
        await house.record("r1")
    for _ in STEPS[1:]:
        with pytest.raises(Killed):
            await house.work()
    await house.work()
    assert (house.row("r1").state, house.files()) == ("stored", [])
    assert len(house.blobs.objects) == 1


async def test_after_a_death_and_a_lost_job_reconciling_alone_mends_it(house: House) -> None:
    house.fate.at = {"after put"}
    with pytest.raises(Killed):
        await house.record("r1")
    house.jobs.queued.clear()
    await house.reconcile()
    assert (house.row("r1").state, house.files()) == ("stored", [])


async def test_an_object_that_does_not_open_is_made_again(house: House) -> None:
    house.fate.at = {"after put"}
    with pytest.raises(Killed):
        await house.record("r1")
    whole = house.blobs.objects["one/recordings/r1"]
    house.blobs.objects["one/recordings/r1"] = whole[:-20]
    await house.work()
    assert house.row("r1").state == "stored"
    assert len(house.blobs.objects["one/recordings/r1"]) == len(whole)


async def test_doing_the_job_again_changes_nothing(house: House) -> None:
    await house.record("r1")
    sealed = house.blobs.objects["one/recordings/r1"]
    await house.run("one", "recordings.store", {"recording_id": "r1"})
    await house.run("two", "recordings.store", {"recording_id": "r1"})
    assert house.blobs.objects == {"one/recordings/r1": sealed}
    assert house.rig.outbox.kinds() == [STORED]


async def test_facts_taken_again_by_a_rebuild_change_nothing_and_keep_the_key(
    house: House,
) -> None:
    await house.record("r1")
    before = house.row("r1")
    house.rig.db.do(lambda tx: house.rows.reset(tx, "one"))
    house.start("r1")
    house.stop("r1")
    assert house.row("r1") == before
    assert house.jobs.queued == []


async def test_without_any_file_a_recording_is_missing_and_that_is_told_once(house: House) -> None:
    house.start("r1")
    house.stop("r1")
    await house.work()
    await house.reconcile()
    assert (house.row("r1").state, house.row("r1").reason) == ("missing", "no_file")
    assert house.rig.outbox.kinds() == [MISSING]


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "unreadable"), (b"rubbish " * 20, "unreadable")]
)
async def test_broken_tracks_end_in_a_clear_state_and_stand_aside_for_a_person(
    house: House, content: bytes, reason: str
) -> None:
    house.start("r1")
    for track in house.spool.tracks("r1"):
        track.write_bytes(content)
    house.touch("r1", ago_ms=QUIET_MS + 1)
    house.stop("r1")
    await house.work()
    assert (house.row("r1").state, house.row("r1").reason) == ("missing", reason)
    assert house.files() == ["orphans"]
    await house.reconcile()
    assert house.jobs.queued == []
    assert house.rig.outbox.kinds() == [MISSING]


async def test_a_recording_without_a_sample_is_missing_for_being_empty(house: House) -> None:
    house.start("r1")
    house.tracks("r1", seconds=0)
    house.touch("r1", ago_ms=QUIET_MS + 1)
    house.stop("r1")
    await house.work()
    assert (house.row("r1").state, house.row("r1").reason) == ("missing", "empty")


async def test_one_lost_track_is_told_as_a_flaw(house: House) -> None:
    house.start("r1")
    wav(house.spool.tracks("r1")[0], tone(440, 1))
    house.touch("r1", ago_ms=QUIET_MS + 1)
    house.stop("r1")
    await house.work()
    assert (house.row("r1").state, house.row("r1").flaws) == ("stored", ["agent_missing"])


async def test_tracks_that_turn_up_late_are_stored_after_all(house: House) -> None:
    house.start("r1")
    house.stop("r1")
    await house.work()
    house.tracks("r1")
    await house.reconcile()
    assert (house.row("r1").state, house.row("r1").reason) == ("stored", None)
    assert house.rig.outbox.kinds() == [MISSING, STORED]


async def test_a_talk_that_goes_on_is_left_alone(house: House) -> None:
    house.start("r1")
    house.tracks("r1")
    house.touch("r1")
    house.rig.clock.advance(10 * 60 * 1000)
    house.touch("r1")
    assert (await house.reconcile()).asked == ()
    assert house.row("r1").state == "recording"


async def test_tracks_that_stopped_growing_long_ago_are_those_of_an_ended_talk(
    house: House,
) -> None:
    house.start("r1")
    house.tracks("r1")
    house.touch("r1")
    house.rig.clock.advance(SILENT_MS + 1)
    await house.reconcile()
    assert house.row("r1").state == "stored"


async def test_a_recording_that_never_got_a_file_is_missing_after_its_grace(house: House) -> None:
    house.start("r1")
    assert (await house.reconcile()).asked == ()
    house.rig.clock.advance(BEGIN_GRACE_MS + 1)
    await house.reconcile()
    assert (house.row("r1").state, house.row("r1").reason) == ("missing", "no_file")


async def test_tracks_nobody_knows_stand_aside_until_a_rebuild_brings_their_row(
    house: House,
) -> None:
    house.tracks("r1")
    house.touch("r1")
    assert (await house.reconcile()).orphans == ()
    house.rig.clock.advance(BEGIN_GRACE_MS + 1)
    assert (await house.reconcile()).orphans == ("r1",)
    assert house.files() == ["orphans"]
    assert (await house.reconcile()).orphans == ("r1",)
    house.start("r1", "two")
    house.stop("r1", "two")
    house.jobs.queued.clear()
    assert (await house.reconcile()).orphans == ()
    assert house.row("r1", "two").state == "stored"


async def test_an_object_that_is_lost_is_told(house: House) -> None:
    await house.record("r1")
    await house.record("r2", "two")
    house.blobs.objects.pop("one/recordings/r1")
    assert (await house.reconcile()).asked == ("r1",)
    assert house.row("r1").state == "missing"
    assert house.row("r2", "two").state == "stored"
    assert house.rig.outbox.kinds() == [STORED, STORED, MISSING]


async def test_an_object_of_no_row_is_told_and_touched_by_nobody(house: House) -> None:
    await house.record("r1")
    house.blobs.objects["two/recordings/r9"] = b"?"
    found = await house.reconcile()
    assert found.unknown_objects == ("two/recordings/r9",)
    assert found.asked == ()
    assert "two/recordings/r9" in house.blobs.objects


@pytest.mark.parametrize("seconds", [0, 1])
async def test_tracks_that_are_still_written_are_waited_for(house: House, seconds: float) -> None:
    house.start("r1")
    with ExitStack() as writer:
        for track in house.spool.tracks("r1"):
            wav(track, tone(440, seconds), closed=False)
            writer.enter_context(track.open("ab"))
        house.touch("r1")
        house.stop("r1")
        with pytest.raises(StillWritten):
            await house.work()
    house.tracks("r1", seconds=3)
    house.touch("r1")
    await house.work()
    assert (house.row("r1").state, house.row("r1").duration_ms) == ("stored", 3000)


async def test_a_call_without_sound_is_known_as_such_at_once(house: House) -> None:
    house.start("r1")
    for track in house.spool.tracks("r1"):
        wav(track, tone(440, 0))
    house.touch("r1")
    house.stop("r1")
    await house.work()
    assert (house.row("r1").state, house.row("r1").reason) == ("missing", "empty")
    assert not house.spool.holds("r1")


async def test_tracks_of_a_writer_that_died_are_taken_as_they_are(house: House) -> None:
    house.start("r1")
    for track in house.spool.tracks("r1"):
        wav(track, tone(440, 1), closed=False)
    house.touch("r1")
    house.stop("r1")
    house.rig.clock.advance(QUIET_MS + 1)
    await house.work()
    assert (house.row("r1").state, house.row("r1").duration_ms) == ("stored", 1000)
