"""Long sealed objects: any part alone, and nothing of them changed unseen."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.kit.crypto import CannotOpen
from trunkline.kit.sealed_stream import (
    CHUNK_BYTES,
    HEADER_BYTES,
    TAG_BYTES,
    open_range,
    plain_size,
    seal_stream,
)

KEY = bytes(32)
SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 200_000]


def plain(size: int) -> bytes:
    return bytes(i * 31 % 251 for i in range(1000)) * (size // 1000) + bytes(size % 1000)


async def seal(content: bytes, portion: int = 10_000, associated: bytes = b"") -> bytes:
    async def portions() -> AsyncIterator[bytes]:
        for at in range(0, len(content), portion):
            yield content[at : at + portion]

    return b"".join([part async for part in seal_stream(KEY, portions(), associated)])


async def part(sealed: bytes, start: int, length: int, associated: bytes = b"") -> bytes:
    async def read(at: int, count: int) -> bytes:
        return sealed[at : at + count]

    opened = open_range(KEY, read, len(sealed), start, length, associated)
    return b"".join([chunk async for chunk in opened])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("portion", [1_000_000, 7_001])
async def test_what_was_sealed_comes_back(size: int, portion: int) -> None:
    sealed = await seal(plain(size), portion)

    assert plain_size(len(sealed)) == size
    assert await part(sealed, 0, size + 100) == plain(size)


@given(start=st.integers(0, 210_000), length=st.integers(0, 210_000))
async def test_any_range_is_read_alone(start: int, length: int) -> None:
    content = plain(200_000)
    assert await part(await seal(content), start, length) == content[start : start + length]


async def test_only_the_chunks_of_a_range_are_read() -> None:
    sealed, reads = await seal(plain(200_000)), []

    async def read(at: int, count: int) -> bytes:
        reads.append(at)
        return sealed[at : at + count]

    async for _ in open_range(KEY, read, len(sealed), CHUNK_BYTES + 5, 10):
        pass
    assert reads == [0, HEADER_BYTES + SEALED_CHUNK]


async def test_an_object_that_was_cut_or_reordered_or_moved_does_not_open() -> None:
    sealed = await seal(plain(200_000), associated=b"rec_1")
    head, chunks = sealed[:HEADER_BYTES], sealed[HEADER_BYTES:]
    first, second = chunks[:SEALED_CHUNK], chunks[SEALED_CHUNK : 2 * SEALED_CHUNK]
    spoilt = [
        head + first,
        head + first + second,
        head + second + first + chunks[2 * SEALED_CHUNK :],
        sealed[:-1],
        b"XXXX" + sealed[4:],
        head,
    ]
    for bad in spoilt:
        with pytest.raises(CannotOpen):
            await part(bad, 0, 200_000, b"rec_1")
    with pytest.raises(CannotOpen):
        await part(sealed, 0, 10, b"rec_2")
