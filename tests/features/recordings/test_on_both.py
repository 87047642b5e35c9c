"""The way of a recording with a real database behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.features.both import BOTH, opened
from tests.features.recordings.fakes import House
from trunkline.features.recordings import store


@pytest.mark.parametrize("kind", BOTH)
async def test_a_recording_goes_its_way_alike(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "spool"
    folder.mkdir(mode=0o700)
    async with opened(kind, tmp_path, request) as db:
        house = House(folder, db)
        await house.record("r1", seconds=1)
        await house.record("r2", "two", seconds=1)
        house.start("r3")
        house.stop("r3")
        await house.work()
        assert [house.row(name).state for name in ("r1", "r3")] == ["stored", "missing"]
        async with house.rig.as_("one") as client:
            whole = (await client.get("/recordings/r1/audio")).content
            part = await client.get("/recordings/r1/audio", headers={"Range": "bytes=100-199"})
            assert part.content == whole[100:200]
            assert len((await client.get("/recordings/r1/waveform")).json()["agent"]) == 10
            assert (await client.get("/recordings/r2")).status_code == 404
            assert (await client.delete("/recordings/r1")).status_code == 204
        assert (await house.reconcile()).asked == ("r1",)
        assert list(house.blobs.objects) == ["two/recordings/r2"]
        assert (await house.reconcile()).asked == ()
        found = await db.read(lambda tx: store.of_interactions(tx, "one", ["call-of-r1"]))
        assert [row.reason for row in found] == ["deleted"]
