"""Background work of numbers: the core sees 30 days of open hours, so each day adds one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from trunkline.ports.jobs import Job, JobHandler
    from trunkline.runtime.platform import Platform

REFRESH_HOURS: Final = "numbers.refresh_hours"
DAILY: Final = "17 3 * * *"


def refresh_hours(platform: Platform) -> JobHandler:
    """The handler of `REFRESH_HOURS`: publish the tenant's policy with fresh hours."""

    async def handle(job: Job) -> None:
        await platform.policies.publish(job.tenant_id)

    return handle
