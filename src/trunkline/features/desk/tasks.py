"""What the desk does in the background: lent accounts end, promises fall due, reminders go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.features.desk.guests import service as guests
from trunkline.features.desk.me import softphones
from trunkline.features.desk.promises import reminders
from trunkline.features.desk.promises import tasks as promises
from trunkline.features.desk.showing import files
from trunkline.features.desk.voicemails import notices

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trunkline.ports.jobs import Job, JobHandler
    from trunkline.runtime.platform import Platform


def handlers(platform: Platform) -> dict[str, JobHandler]:
    """The desk's jobs by kind."""
    return {
        softphones.EXPIRE_JOB: _bound(platform, softphones.expire),
        guests.EXPIRE_JOB: _bound(platform, guests.expire),
        promises.DUE_JOB: _bound(platform, promises.fall_due),
        promises.MISSED_JOB: _bound(platform, promises.be_missed),
        reminders.REMIND_JOB: _bound(platform, reminders.remind),
        reminders.MAIL_JOB: _bound(platform, reminders.mail),
        files.REMOVE_JOB: _bound(platform, files.remove),
        notices.NOTICE_JOB: _bound(platform, notices.notify),
    }


def _bound(platform: Platform, work: Callable[[Platform, Job], Awaitable[None]]) -> JobHandler:
    async def handle(job: Job) -> None:
        await work(platform, job)

    return handle
