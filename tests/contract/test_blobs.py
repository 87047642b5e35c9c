"""The port `Blobs` over a local directory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from trunkline.adapters.blobs import ObstoreBlobs, open_blobs


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.fixture
def blobs(tmp_path: Path) -> ObstoreBlobs:
    return open_blobs((tmp_path / "a folder").as_uri())


async def test_any_range_of_an_object_can_be_read(blobs) -> None:
    assert await blobs.put("one/rec/a", pieces(b"0123", b"", b"456789")) == 10
    assert await blobs.size("one/rec/a") == 10
    assert await blobs.read("one/rec/a", 0, 10) == b"0123456789"
    assert await blobs.read("one/rec/a", 3, 2) == b"34"
    assert await blobs.read("one/rec/a", 8, 100) == b"89"
    assert await blobs.read("one/rec/a", 10, 5) == b""


async def test_an_object_is_written_once(blobs) -> None:
    await blobs.put("one/a", pieces(b"first"))
    with pytest.raises(FileExistsError):
        await blobs.put("one/a", pieces(b"second"))
    assert await blobs.read("one/a", 0, 9) == b"first"


async def test_content_that_breaks_off_leaves_nothing(blobs) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await blobs.put("one/a", broken())
    assert [key async for key in blobs.list("")] == []


async def test_only_keys_below_the_prefix_are_listed(blobs) -> None:
    for key in ("one/rec/a", "one/rec/b", "one/other", "two/rec/c"):
        await blobs.put(key, pieces(b"x"))

    assert sorted([key async for key in blobs.list("one/rec/")]) == ["one/rec/a", "one/rec/b"]
    assert [key async for key in blobs.list("three/")] == []


async def test_what_is_gone_is_told_so_and_can_be_deleted_again(blobs) -> None:
    await blobs.put("one/a", pieces(b"x"))
    for _ in range(2):
        await blobs.delete("one/a")
    with pytest.raises(FileNotFoundError):
        await blobs.size("one/a")
    with pytest.raises(FileNotFoundError):
        await blobs.read("one/a", 0, 1)


async def test_a_key_cannot_leave_its_folder(blobs, tmp_path) -> None:
    with pytest.raises(Exception, match="path"):
        await blobs.put("../outside", pieces(b"x"))
    assert not (tmp_path / "outside").exists()
