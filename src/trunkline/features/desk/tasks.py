"""What the desk has done in the background: accounts that were lent end in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.features.desk.guests import service as guests
from trunkline.features.desk.me import softphones

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trunkline.ports.jobs import Job, JobHandler
    from trunkline.runtime.platform import Platform


def handlers(platform: Platform) -> dict[str, JobHandler]:
    """The desk's jobs by kind."""
    return {
        softphones.EXPIRE_JOB: _bound(platform, softphones.expire),
        guests.EXPIRE_JOB: _bound(platform, guests.expire),
    }


def _bound(platform: Platform, work: Callable[[Platform, Job], Awaitable[None]]) -> JobHandler:
    async def handle(job: Job) -> None:
        await work(platform, job)

    return handle
