"""The sealed object of a recording: where it lies, and how any part of it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.kit.crypto import CannotOpen
from trunkline.kit.sealed_stream import open_range, plain_size

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trunkline.features.recordings.store import RecordingRow
    from trunkline.ports.blobs import Blobs
    from trunkline.runtime.platform import Platform


@dataclass(frozen=True, slots=True)
class Sealed:
    """An object with its opened data key. `place` ties the content to tenant and recording."""

    blobs: Blobs
    object_key: str
    key: bytes
    place: bytes

    @classmethod
    def of(cls, platform: Platform, row: RecordingRow) -> Sealed:
        """The object of a recording whose key was made; raises `CannotOpen` when it has none."""
        if row.wrapped_key is None:
            raise CannotOpen
        key = platform.keys.unwrap(row.tenant_id, row.wrapped_key)
        name = object_key(row.tenant_id, row.id)
        return cls(platform.blobs, name, key, name.encode())

    async def read(self, size: int, start: int, length: int) -> AsyncIterator[bytes]:
        """Plain bytes of a range; only the chunks it lies in are read. Raises `CannotOpen`."""

        async def part(at: int, count: int) -> bytes:
            return await self.blobs.read(self.object_key, at, count)

        async for plain in open_range(self.key, part, size, start, length, self.place):
            yield plain

    async def is_whole(self, size: int) -> bool:
        """Whether all of it opens; every chunk is authenticated, its order and the end too."""
        try:
            async for _ in self.read(size, 0, plain_size(size)):
                pass
        except CannotOpen:
            return False
        return True


def object_key(tenant_id: str, recording_id: str) -> str:
    """Where the object of a recording lies."""
    return f"{object_prefix(tenant_id)}{recording_id}"


def object_prefix(tenant_id: str) -> str:
    """Below which all recordings of a tenant lie."""
    return f"{tenant_id}/recordings/"
