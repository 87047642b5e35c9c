"""Long objects encrypted so that any part can be read alone.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM: plaintext is
cut into chunks of 64 KiB; the nonce of a chunk is `prefix (7) | number (4) | last (1)`, so chunks
cannot be reordered, dropped, or cut off at the end unseen.

    object = magic (4) | prefix (7) | chunk … | last chunk        chunk = ciphertext | tag (16)
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trunkline.kit.crypto import CannotOpen
from trunkline.kit.ids import random_bytes

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
_MAGIC = b"TKS1"
_PREFIX_BYTES = 7
HEADER_BYTES = len(_MAGIC) + _PREFIX_BYTES
_SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES

Read = Callable[[int, int], Awaitable[bytes]]
"""Reads `length` bytes of the sealed object from `start`."""


async def seal_stream(
    key: bytes, content: AsyncIterator[bytes], associated: bytes = b""
) -> AsyncIterator[bytes]:
    """Encrypt bytes of any portioning; yields the header, then chunks."""
    cipher, prefix = AESGCM(key), random_bytes(_PREFIX_BYTES)
    yield _MAGIC + prefix
    number, waiting = 0, bytearray()
    async for part in content:
        waiting += part
        # More than a chunk must wait: only what is followed by something is not the last one.
        while len(waiting) > CHUNK_BYTES:
            plain = bytes(waiting[:CHUNK_BYTES])
            yield cipher.encrypt(_nonce(prefix, number, False), plain, associated)
            del waiting[:CHUNK_BYTES]
            number += 1
    yield cipher.encrypt(_nonce(prefix, number, True), bytes(waiting), associated)


async def open_range(
    key: bytes, read: Read, sealed_size: int, start: int, length: int, associated: bytes = b""
) -> AsyncIterator[bytes]:
    """Decrypt `length` plain bytes from `start`, chunk by chunk, reading only what they lie in.

    Raises `CannotOpen` when the object is damaged, cut, or not of this key and place.
    """
    chunks = _chunk_count(sealed_size)
    end = min(start + length, plain_size(sealed_size))
    if start >= end:
        return
    cipher, prefix = AESGCM(key), await _prefix(read)
    for number in range(start // CHUNK_BYTES, (end - 1) // CHUNK_BYTES + 1):
        sealed = await read(HEADER_BYTES + number * _SEALED_CHUNK, _SEALED_CHUNK)
        try:
            plain = cipher.decrypt(_nonce(prefix, number, number == chunks - 1), sealed, associated)
        except (InvalidTag, ValueError) as error:
            raise CannotOpen from error
        offset = number * CHUNK_BYTES
        yield plain[max(start - offset, 0) : end - offset]


def plain_size(sealed_size: int) -> int:
    """Bytes of plaintext in a sealed object of this size; raises `CannotOpen` for none."""
    return sealed_size - HEADER_BYTES - _chunk_count(sealed_size) * TAG_BYTES


def _chunk_count(sealed_size: int) -> int:
    body = sealed_size - HEADER_BYTES
    count = -(-body // _SEALED_CHUNK)
    if count < 1 or body - (count - 1) * _SEALED_CHUNK < TAG_BYTES:
        raise CannotOpen
    return count


async def _prefix(read: Read) -> bytes:
    header = await read(0, HEADER_BYTES)
    if len(header) != HEADER_BYTES or not header.startswith(_MAGIC):
        raise CannotOpen
    return header[len(_MAGIC) :]


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])
