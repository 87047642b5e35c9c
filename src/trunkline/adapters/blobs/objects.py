"""The port `Blobs` over obstore.

An object is created whole or not at all, and only where none is. In a local directory it is also
synced to the disk before it is told as stored, which obstore leaves to the operating system.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class ObstoreBlobs:
    """Objects in one store; with `folder`, its directory on this machine."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    async def put(self, key: str, content: AsyncIterator[bytes]) -> int:
        """Store an object; raises `FileExistsError` when the key is taken."""
        body = b"".join([part async for part in content])
        try:
            await obstore.put_async(self._store, key, body, mode="create", use_multipart=False)
        except AlreadyExistsError as error:
            raise FileExistsError(key) from error
        if self._folder is not None:
            await asyncio.to_thread(_sync, self._folder / key)
        return len(body)

    async def size(self, key: str) -> int:
        """Bytes of an object; raises `FileNotFoundError`."""
        try:
            return int((await obstore.head_async(self._store, key))["size"])
        except (NotFoundError, FileNotFoundError) as error:
            raise FileNotFoundError(key) from error

    async def read(self, key: str, start: int, length: int) -> bytes:
        """A range of an object, shorter at its end; raises `FileNotFoundError`."""
        wanted = min(length, await self.size(key) - start)
        if wanted <= 0:
            return b""
        found = await obstore.get_range_async(self._store, key, start=start, length=wanted)
        return bytes(found)

    async def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        try:
            await obstore.delete_async(self._store, key)
        except (NotFoundError, FileNotFoundError):
            return

    async def list(self, prefix: str) -> AsyncIterator[str]:
        """Keys below a prefix, which ends at a `/`."""
        async for found in obstore.list(self._store, prefix=prefix):
            for meta in found:
                yield meta["path"]


def open_blobs(url: str) -> ObstoreBlobs:
    """The store of a URL such as `file:///folder` (made when not there) or `s3://bucket/prefix`."""
    if urlsplit(url).scheme != "file":
        return ObstoreBlobs(from_url(url))
    folder = Path(unquote(urlsplit(url).path))
    return ObstoreBlobs(LocalStore(folder, mkdir=True), folder)


def _sync(path: Path) -> None:
    """Have the file and its name on the disk."""
    for each in (path, path.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
