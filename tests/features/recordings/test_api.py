"""Recordings over HTTP: heard in any part by those who may, each time written down."""

from __future__ import annotations

import io
from typing import Any

import pytest
import soundfile

from tests.features.recordings.fakes import House
from trunkline.features import recordings
from trunkline.features.audit import store as audit_store
from trunkline.features.recordings.ranges import Part, Unsatisfiable, asked_part
from trunkline.kit.crypto import CannotOpen
from trunkline.kit.sealed_stream import CHUNK_BYTES, TAG_BYTES

AUDIO = "/recordings/r1/audio"


def deeds(house: House, tenant_id: str = "one") -> list[str]:
    wanted = audit_store.Wanted()
    found = house.rig.db.do(lambda tx: audit_store.newest(tx, tenant_id, wanted, 100))
    return [f"{entry.act.action} {entry.act.subject} {entry.act.actor_id}" for entry in found]


async def hear(house: House, asked: str | None = None, **headers: str) -> Any:
    sent = {**headers, **({"Range": asked} if asked else {})}
    async with house.rig.as_("one") as client:
        return await client.get(AUDIO, headers=sent)


async def test_the_whole_sound_is_sent_and_the_reading_written_down(house: House) -> None:
    await house.record("r1", seconds=3)
    reply = await hear(house)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "audio/ogg"
    assert reply.headers["accept-ranges"] == "bytes"
    sound, rate = soundfile.read(io.BytesIO(reply.content))
    assert sound.shape == (3 * rate, 2)
    assert deeds(house) == ["recordings.listened r1 administrator-one"]


async def test_any_part_can_be_read_and_only_its_chunks_are_opened(house: House) -> None:
    await house.record("r1", seconds=40)
    whole = (await hear(house)).content
    assert len(whole) > 2 * CHUNK_BYTES
    house.blobs.reads.clear()
    start = CHUNK_BYTES + 10
    part = await hear(house, f"bytes={start}-{start + 99}")
    assert part.status_code == 206
    assert part.content == whole[start : start + 100]
    assert part.headers["content-range"] == f"bytes {start}-{start + 99}/{len(whole)}"
    sealed_chunk = CHUNK_BYTES + TAG_BYTES
    assert [length for _, length in house.blobs.reads if length > 100] == [sealed_chunk]
    across = await hear(house, f"bytes={CHUNK_BYTES - 5}-{2 * CHUNK_BYTES + 5}")
    assert across.content == whole[CHUNK_BYTES - 5 : 2 * CHUNK_BYTES + 6]
    assert (await hear(house, "bytes=-7")).content == whole[-7:]
    assert (await hear(house, f"bytes={len(whole) - 3}-")).content == whole[-3:]


async def test_a_part_beyond_the_end_is_refused_with_the_size(house: House) -> None:
    await house.record("r1")
    size = len((await hear(house)).content)
    reply = await hear(house, f"bytes={size}-")
    assert (reply.status_code, reply.json()["size_bytes"]) == (416, size)


async def test_a_player_that_holds_another_version_gets_the_whole(house: House) -> None:
    await house.record("r1")
    tag = (await hear(house)).headers["etag"]
    assert (await hear(house, "bytes=0-3", **{"If-Range": tag})).status_code == 206
    assert (await hear(house, "bytes=0-3", **{"If-Range": '"old"'})).status_code == 200


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None), ("", None), ("bytes=", None), ("bytes=-", None), ("items=0-1", None),
        ("bytes=0-1,4-5", None), ("bytes=5-4", None), ("bytes=a-b", None), ("bytes=٣-", None),
        ("bytes=" + "9" * 50 + "-", None),
        ("bytes=0-", Part(0, 10, 10)), ("bytes=0-0", Part(0, 1, 10)),
        ("Bytes = 3-99", Part(3, 7, 10)),
        ("bytes=9-9", Part(9, 1, 10)), ("bytes=-3", Part(7, 3, 10)), ("bytes=-99", Part(0, 10, 10)),
    ],
)  # fmt: skip
def test_ranges_are_read_as_the_standard_says(header: str | None, expected: Part | None) -> None:
    assert asked_part(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_ranges_beyond_the_end_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked_part(header, 10)


async def test_one_recording_tells_its_state_length_and_tracks(house: House) -> None:
    await house.record("r1", seconds=3)
    async with house.rig.as_("one") as client:
        told = (await client.get("/recordings/r1")).json()
        waveform = (await client.get("/recordings/r1/waveform")).json()
    size = len((await hear(house)).content)
    assert (told["state"], told["duration_ms"], told["size_bytes"]) == ("stored", 3000, size)
    assert told["tracks"] == ["customer", "agent"]
    assert told["started_at"] == "2026-11-21T12:00:00.000Z"
    assert waveform["peaks_per_s"] == 10
    assert len(waveform["customer"]) == len(waveform["agent"]) == 30
    assert 0.2 < waveform["customer"][5] < 0.3


async def test_what_is_not_stored_yet_cannot_be_heard(house: House) -> None:
    house.start("r1")
    assert (await hear(house)).json()["code"] == "recording_not_stored"
    async with house.rig.as_("one") as client:
        assert (await client.get("/recordings/r1")).json()["state"] == "recording"
        assert (await client.get("/recordings/r1/waveform")).json()["customer"] == []
        assert (await client.delete("/recordings/r1")).status_code == 409


async def test_a_recording_whose_object_is_lost_is_not_there(house: House) -> None:
    await house.record("r1")
    house.blobs.objects.clear()
    assert (await hear(house)).status_code == 404


async def test_no_recording_of_another_tenant_is_seen_heard_or_deleted(house: House) -> None:
    await house.record("r1")
    async with house.rig.as_("two") as other:
        paths = ("/recordings/r1", AUDIO, "/recordings/r1/waveform")
        replies = [await other.get(path) for path in paths]
        replies.append(await other.delete("/recordings/r1"))
    assert {reply.status_code for reply in replies} == {404}
    assert house.row("r1").state == "stored"
    assert deeds(house, "two") == []


@pytest.mark.parametrize(("role", "status"), [("planner", 403), ("auditor", 403), ("quality", 200)])
async def test_hearing_needs_its_permission(house: House, role: str, status: int) -> None:
    await house.record("r1")
    async with house.rig.as_("one", role) as client:
        assert (await client.get(AUDIO)).status_code == status
        assert (await client.delete("/recordings/r1")).status_code == 403


async def test_deleting_destroys_the_key_and_then_the_object_and_is_written_down(
    house: House,
) -> None:
    await house.record("r1")
    kept = dict(house.blobs.objects)
    async with house.rig.as_("one") as client:
        assert (await client.delete("/recordings/r1")).status_code == 204
        assert (await client.delete("/recordings/r1")).status_code == 204
        told = (await client.get("/recordings/r1")).json()
    assert (told["state"], told["reason"]) == ("missing", "deleted")
    assert house.row("r1").wrapped_key is None
    await house.work()
    assert house.blobs.objects == {}
    assert deeds(house) == ["recordings.deleted r1 administrator-one"]
    assert house.rig.outbox.kinds()[-1] == "trunkline.recording.deleted.v1"
    house.blobs.objects.update(kept)
    house.tracks("r1")
    await house.reconcile()
    assert (house.blobs.objects, house.files()) == ({}, [])
    assert house.row("r1").reason == "deleted"


async def test_damage_to_the_object_is_never_played(house: House) -> None:
    await house.record("r1", seconds=40)
    [key] = house.blobs.objects
    sealed = bytearray(house.blobs.objects[key])
    sealed[-30] ^= 1
    house.blobs.objects[key] = bytes(sealed)
    assert (await hear(house, "bytes=0-9")).status_code == 206
    with pytest.raises(CannotOpen):
        await hear(house, "bytes=-9")


def test_the_recordings_of_several_interactions_are_read_at_once(house: House) -> None:
    house.start("r1")
    house.start("r2")
    ids = ["call-of-r1", "call-of-r2", "call-without"]
    found = house.rig.db.do(lambda tx: recordings.of_interactions(tx, "one", ids))
    assert {name: [row.id for row in rows] for name, rows in found.items()} == {
        "call-of-r1": ["r1"],
        "call-of-r2": ["r2"],
        "call-without": [],
    }
    assert not any(house.rig.db.do(lambda tx: recordings.of_interactions(tx, "two", ids)).values())
