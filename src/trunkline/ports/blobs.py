"""The port to object storage: encrypted recordings and files live there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Blobs(Protocol):
    """Keys are `/`-separated, tenant first; objects are written once and never changed."""

    async def put(self, key: str, content: AsyncIterator[bytes]) -> int:
        """Store an object whole or not at all; returns its size in bytes.

        Raises `FileExistsError` when the key is taken.
        """

    async def size(self, key: str) -> int:
        """Bytes of an object; raises `FileNotFoundError`."""

    async def read(self, key: str, start: int, length: int) -> bytes:
        """A range of an object (shorter at its end); raises `FileNotFoundError`."""

    async def delete(self, key: str) -> None:
        """Remove an object; one that is gone already is done."""

    def list(self, prefix: str) -> AsyncIterator[str]:
        """Keys below a prefix."""
