"""What goes when a customer is erased, beside all that the customer's key has sealed.

A recording has a key of its own, and so has a file. Those of the customer's interactions are
destroyed in portions;
one that is still being made or stored makes the job come again. Nobody calls the customer any
more; a callback that an agent is at makes the job come again too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.core.inputs import CancelCallback
from trunkline.core.words import CallbackId
from trunkline.features import callbacks, desk, interactions, recordings
from trunkline.features.interactions import Reach, Wanted
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job
    from trunkline.runtime.platform import Platform

AT_ONCE: Final = 50


class NotYet(Exception):
    """Something of the customer is still at work, and is looked for again later."""


async def cancel_callbacks(platform: Platform, job: Job) -> None:
    """End every open callback of the customer; raises `NotYet` while an agent is at one."""
    wanted = callbacks.Wanted(live=True, customer_id=str(job.payload["customer_id"]))
    rows = await platform.db.read(
        lambda tx: callbacks.page(tx, job.tenant_id, callbacks.Reach(), wanted, AT_ONCE)
    )
    busy = 0
    for row in rows:
        try:
            await platform.cells.submit(job.tenant_id, CancelCallback(CallbackId(row.id)))
        except TrunklineError as refusal:
            busy += refusal.code != "callback_unknown"
    if busy:
        raise NotYet(f"{busy} callbacks")


async def erase_recordings(platform: Platform, job: Job) -> None:
    """Destroy the recordings and files of every interaction of the customer; raises `NotYet`."""
    customer_id, left = str(job.payload["customer_id"]), 0
    before: tuple[int, str] | None = None
    while True:
        wanted = Wanted(customer_id=customer_id, before=before)

        def work(tx: Tx, wanted: Wanted = wanted) -> tuple[int, tuple[int, str] | None]:
            rows = interactions.page(tx, job.tenant_id, Reach(), wanted, AT_ONCE)
            named = [row.id for row in rows]
            desk.erase_files(tx, platform, job.tenant_id, named)
            busy = recordings.erase(tx, platform, job.tenant_id, named)
            return busy, (rows[-1].started_at, rows[-1].id) if len(rows) == AT_ONCE else None

        busy, before = await platform.db.write(work)
        left += busy
        if before is None:
            break
    if left:
        raise NotYet(f"{left} recordings")
